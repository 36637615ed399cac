//! Who sees what: masking by role (R64). The one place in which it is decided; whoever shows a record asks here.
//!
//! Pure. Several roles of one person add up: what any of them sees, the person sees. Nobody sees an identifier unmasked
//! without a reveal, which is a line of the journal with its reason.

use crate::facts::{Customer, CustomerKind, Facts, Field, Label, Particular, Role};
use crate::identifier::mask;

/// Something that is known of a record and that not everybody is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Datum {
    /// The name of a company or body.
    Organisation,
    /// The name of a natural person.
    Person,
    /// A credit code or the number of an identity document.
    Identifier,
    /// A particular of the application form.
    Form(Field),
    /// What a document is called: file names and titles often have a name in them.
    DocumentName,
    /// What people wrote: reasons, annotations, why a material was waived.
    Said,
}

/// How it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    /// Not at all.
    Hidden,
    /// With most of it hidden, a name shortened.
    Masked,
    /// As it is.
    Shown,
}

/// Roles that may be shown what is masked, for a reason that is journalled.
pub const REVEALERS: &[Role] = &[Role::Archivist, Role::Reviewer, Role::Legal];

/// How something is shown to people of one role.
pub fn sight(role: Role, datum: Datum, revealed: bool) -> Sight {
    use Sight::{Hidden, Masked, Shown};
    let may_reveal = REVEALERS.contains(&role);
    let at_desk = may_reveal || role == Role::Approver;
    let masked = match datum {
        Datum::Identifier => true,
        Datum::Form(field) => field.is_masked(),
        _ => false,
    };
    match datum {
        Datum::Organisation => Shown,
        _ if masked && may_reveal && revealed => Shown,
        Datum::Identifier => Masked,
        Datum::Form(_) if masked => {
            if at_desk {
                Masked
            } else {
                Hidden
            }
        }
        // Who decides on a group of records needs no names of people; whoever watches the machine even less.
        Datum::Person => {
            if may_reveal {
                Shown
            } else {
                Masked
            }
        }
        Datum::Form(Field::Handler) if may_reveal => Shown,
        Datum::Form(Field::Handler) => {
            if at_desk {
                Masked
            } else {
                Hidden
            }
        }
        Datum::Form(_) => Shown,
        Datum::DocumentName => {
            if at_desk {
                Shown
            } else {
                Masked
            }
        }
        Datum::Said => {
            if at_desk {
                Shown
            } else {
                Hidden
            }
        }
    }
}

/// Somebody who looks at records: the roles, and whether what is masked has been revealed to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Eyes {
    roles: Vec<Role>,
    revealed: bool,
}

impl Eyes {
    /// The eyes of somebody with these roles.
    pub fn new(roles: &[Role]) -> Self {
        Self { roles: roles.to_vec(), revealed: false }
    }

    /// The same after a reveal; what that opens to them is the roles' to say.
    pub fn revealed(self, revealed: bool) -> Self {
        Self { revealed, ..self }
    }

    /// How something is shown to them.
    pub fn sight(&self, datum: Datum) -> Sight {
        let of_role = |role: &Role| sight(*role, datum, self.revealed);
        self.roles.iter().map(of_role).max().unwrap_or(Sight::Hidden)
    }

    /// A text as they see it, if they do.
    pub fn text(&self, datum: Datum, text: &str) -> Option<String> {
        match self.sight(datum) {
            Sight::Shown => Some(text.to_owned()),
            Sight::Masked if matches!(datum, Datum::Person | Datum::Form(Field::Handler)) => {
                Some(shorten(text))
            }
            Sight::Masked => Some(mask(text)),
            Sight::Hidden => None,
        }
    }

    /// The name of a customer as they see it.
    pub fn customer(&self, customer: &Customer) -> String {
        let datum = if customer.kind == CustomerKind::Person { Datum::Person } else { Datum::Organisation };
        self.text(datum, customer.name.as_str()).unwrap_or_else(|| "*".into())
    }

    /// The identifier of a customer as they see it.
    pub fn identifier(&self, customer: &Customer) -> Option<String> {
        self.text(Datum::Identifier, customer.id.as_deref()?)
    }

    /// The facts of a record as they see them.
    ///
    /// Shape: names, identifiers and particulars are what they may see of them; what they may not see at all is left
    /// out, and a reason empty.
    pub fn facts(&self, facts: &Facts) -> Facts {
        let mut seen = facts.clone();
        // What is cut short of a label stays one; where it should not, nothing is shown of it.
        let label = |text: String| Label::read(&text).ok();
        if let Some(name) = label(self.customer(&facts.customer)) {
            seen.customer.name = name;
        }
        seen.customer.id = self.identifier(&facts.customer);
        let particular = |p: &Particular| {
            let value = label(self.text(Datum::Form(p.field), p.value.as_str())?)?;
            Some(Particular { field: p.field, value })
        };
        seen.fields = facts.fields.iter().filter_map(particular).collect();
        for waived in &mut seen.waived {
            waived.reason = self.text(Datum::Said, &waived.reason).unwrap_or_default();
        }
        seen
    }
}

/// A person's name of which the first character is left, whatever its length.
fn shorten(name: &str) -> String {
    let first = name.trim().chars().next();
    first.map_or_else(String::new, |first| format!("{first}**"))
}

#[cfg(test)]
#[path = "sight_tests.rs"]
mod tests;
