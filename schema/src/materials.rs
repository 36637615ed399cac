//! Required materials (应收材料): which documents each kind of business asks for, and what a record still lacks.
//!
//! Pure: a checklist is data that people edit and sign; [`Checklist::assess`] looks at facts and documents and
//! changes nothing. Source: law rules R8, R10, R61, R131 to R138; the shipped list is `materials.toml` beside this file.

use crate::cover::Document;
use crate::facts::{
    Business, Channel, Circumstance, CustomerKind, DocumentKind, Facts, Flaw, Lack, Mark, Outcome, Waived,
    is_unprintable,
};
use crate::time::Day;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The checklist that is shipped.
pub const SHIPPED: &str = include_str!("materials.toml");
/// A checklist is a page or ten, not a book.
pub const CHECKLIST_BYTES_MAX: usize = 256 << 10;

/// Says why a text is not a checklist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChecklistError {
    /// Not its TOML; the message names line and key.
    #[error("{0}")]
    Toml(String),
    /// A case that no application can meet, or that asks for nothing.
    #[error("case {number} {why}")]
    Case {
        /// Which, from 1.
        number: usize,
        /// What is wrong.
        why: &'static str,
    },
    /// A kind of business that no case covers.
    #[error("there is no case for {business} of {customer}")]
    Uncovered {
        /// Business act.
        business: Business,
        /// Customer kind.
        customer: CustomerKind,
    },
}

/// What is wrong with a TOML text, and in which line. The parser's own words repeat the line, however long it is.
pub(crate) fn toml_why(text: &str, error: &toml::de::Error) -> String {
    let at = error.span().map_or(0, |span| span.start.min(text.len()));
    let line = 1 + text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count();
    format!("line {line}: {}", error.message().lines().next().unwrap_or_default())
}

/// A checklist, read and checked.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checklist {
    /// What its makers call it.
    pub name: String,
    /// The first case that fits counts.
    #[serde(rename = "case")]
    cases: Vec<Case>,
    /// What is enough where an application was not carried out.
    #[serde(default)]
    outcome: BTreeMap<Outcome, Vec<DocumentKind>>,
    /// What documents of a kind have to show.
    #[serde(default)]
    document: BTreeMap<DocumentKind, Shows>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    business: Vec<Business>,
    customers: Vec<CustomerKind>,
    #[serde(default)]
    channels: Vec<Channel>,
    /// Where it names some, only records with one of these flags.
    #[serde(default)]
    flags: Vec<Circumstance>,
    need: Vec<DocumentKind>,
    #[serde(default)]
    may: Vec<DocumentKind>,
    #[serde(default)]
    either: Vec<Vec<DocumentKind>>,
    #[serde(default)]
    when: BTreeMap<Circumstance, Vec<DocumentKind>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shows {
    /// Customer kinds whose stamp has to be on it.
    #[serde(default)]
    stamped: Vec<CustomerKind>,
    /// Customer kinds that have to sign it, on whichever way it came: one signed electronically is signed.
    #[serde(default)]
    signed: Vec<CustomerKind>,
    /// How many of it there have to be.
    #[serde(default)]
    copies: Option<u32>,
    /// Of whom there has to be one each.
    #[serde(default)]
    each: Option<Each>,
    /// An identity document: both sides, original seen, valid on the day of the application.
    #[serde(default)]
    identity: bool,
}

/// Of whom a material is asked for one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Each {
    /// Everybody who is to hold a certificate.
    Holder,
}

/// What a project adds to the checklist.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Additions {
    /// Mandatory in this project.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub need: Vec<DocumentKind>,
    /// On the list in this project.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub may: Vec<DocumentKind>,
    /// Whether marks on documents are not asked for: old material that nobody can mark any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unmarked: bool,
}

/// Something that a record lacks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gap {
    /// No document of any of these kinds; nearly always one.
    Missing(Vec<DocumentKind>),
    /// The file of this kind cannot be read, so it does not count.
    Unreadable {
        /// Kind.
        kind: DocumentKind,
        /// Number in the record.
        no: u32,
        /// What is wrong with it.
        flaw: Flaw,
    },
    /// No such document bears this mark.
    Unmarked {
        /// Kind.
        kind: DocumentKind,
        /// Which mark.
        mark: Mark,
    },
    /// There are fewer of it than there have to be.
    Few {
        /// Kind.
        kind: DocumentKind,
        /// How many there are.
        have: u32,
        /// How many there have to be.
        want: u32,
    },
    /// There has to be one for each holder, and nobody has said how many there are.
    Uncounted {
        /// Kind.
        kind: DocumentKind,
    },
    /// Nobody has said how long the identity document is valid.
    Undated {
        /// Kind.
        kind: DocumentKind,
    },
    /// It was not valid any more on the day of the application.
    Expired {
        /// Kind.
        kind: DocumentKind,
        /// Its last day.
        until: Day,
    },
}

impl Gap {
    /// Whether a waiver lets it pass: it speaks of one of its kinds, and of this lack of it or of all.
    pub fn is_waived_by(&self, waived: &Waived) -> bool {
        self.kinds().contains(&waived.kind) && waived.gap.is_none_or(|gap| gap == self.lack())
    }

    /// What a waiver calls it.
    pub fn lack(&self) -> Lack {
        match self {
            Self::Missing(_) => Lack::Missing,
            Self::Unreadable { .. } => Lack::Unreadable,
            Self::Unmarked { mark, .. } => (*mark).into(),
            Self::Few { .. } | Self::Uncounted { .. } => Lack::Copies,
            Self::Undated { .. } => Lack::Undated,
            Self::Expired { .. } => Lack::Expired,
        }
    }

    /// The kinds it is about.
    pub fn kinds(&self) -> &[DocumentKind] {
        match self {
            Self::Missing(kinds) => kinds,
            Self::Unreadable { kind, .. }
            | Self::Unmarked { kind, .. }
            | Self::Few { kind, .. }
            | Self::Uncounted { kind }
            | Self::Undated { kind }
            | Self::Expired { kind, .. } => std::slice::from_ref(kind),
        }
    }
}

/// How complete a record is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assessment {
    /// Mandatory materials there are or that were waived.
    pub met: usize,
    /// Mandatory materials.
    pub mandatory: usize,
    /// What keeps the record from being archived.
    pub gaps: Vec<Gap>,
    /// Gaps that somebody let pass, with a reason that stands in the facts.
    pub waived: Vec<Gap>,
    /// Kinds that this business does not ask for: over-collection (R61).
    pub unexpected: Vec<DocumentKind>,
}

impl Assessment {
    /// Whether nothing mandatory is missing.
    pub fn is_complete(&self) -> bool {
        self.gaps.is_empty()
    }
}

/// Whether a material has to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// Always.
    Need,
    /// This or another one.
    Either,
    /// With one of the flags.
    When,
    /// It may be.
    May,
}

impl How {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Need => "need",
            Self::Either => "either",
            Self::When => "when",
            Self::May => "may",
        }
    }
}

/// One material of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// What.
    pub kind: DocumentKind,
    /// Whether it has to be there.
    pub how: How,
    /// With which flags.
    pub when: Vec<Circumstance>,
}

/// What [`Checklist::assess`] looks at in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// Number in the record.
    pub no: u32,
    /// What it is.
    pub kind: DocumentKind,
    /// What was seen of it.
    pub marks: Vec<Mark>,
    /// Its last day.
    pub until: Option<Day>,
    /// What is wrong with its file.
    pub flaw: Option<Flaw>,
}

impl From<&Document> for Paper {
    fn from(d: &Document) -> Self {
        Self { no: d.no, kind: d.kind, marks: d.marks.clone(), until: d.until, flaw: d.flaw }
    }
}

impl Checklist {
    /// Reads a checklist.
    ///
    /// Errors: see [`ChecklistError`]; every kind of business of every kind of customer must have its case.
    pub fn read(text: &str) -> Result<Self, ChecklistError> {
        if text.len() > CHECKLIST_BYTES_MAX {
            return Err(ChecklistError::Toml(format!("it has over {CHECKLIST_BYTES_MAX} bytes")));
        }
        // It is shown as it stands, on terminals too.
        if text.chars().any(|c| is_unprintable(c) && !matches!(c, '\n' | '\r' | '\t')) {
            return Err(ChecklistError::Toml("it has control characters".into()));
        }
        let list: Self = toml::from_str(text).map_err(|e| ChecklistError::Toml(toml_why(text, &e)))?;
        for (number, case) in (1..).zip(&list.cases) {
            let wrong = |why| Err(ChecklistError::Case { number, why });
            if case.business.is_empty() || case.customers.is_empty() {
                return wrong("names no business or no customers");
            }
            if case.need.is_empty() {
                return wrong("asks for nothing");
            }
            if case.either.iter().any(|kinds| kinds.len() < 2) {
                return wrong("leaves no choice in a list of `either`");
            }
        }
        if let Some((kind, _)) = list.document.iter().find(|(_, shows)| shows.copies == Some(0)) {
            return Err(ChecklistError::Toml(format!("document {kind} asks for no copy")));
        }
        for business in Business::ALL {
            for customer in CustomerKind::ALL {
                for channel in Channel::ALL {
                    if list.case(*business, *customer, *channel, &[]).is_none() {
                        return Err(ChecklistError::Uncovered { business: *business, customer: *customer });
                    }
                }
            }
        }
        Ok(list)
    }

    /// The checklist that is shipped.
    pub fn shipped() -> Self {
        Self::read(SHIPPED).expect("a test reads the shipped checklist")
    }

    fn case(
        &self,
        business: Business,
        customer: CustomerKind,
        channel: Channel,
        flags: &[Circumstance],
    ) -> Option<&Case> {
        self.cases.iter().find(|case| {
            case.business.contains(&business)
                && case.customers.contains(&customer)
                && (case.channels.is_empty() || case.channels.contains(&channel))
                && (case.flags.is_empty() || case.flags.iter().any(|flag| flags.contains(flag)))
        })
    }

    /// What an application with these flags is asked for at the counter, mandatory materials first.
    pub fn wanted(&self, business: Business, customer: CustomerKind, flags: &[Circumstance]) -> Vec<Wanted> {
        let Some(case) = self.case(business, customer, Channel::Counter, flags) else { return Vec::new() };
        let mut all: Vec<Wanted> = Vec::new();
        let mut want = |kind: DocumentKind, how: How, flag: Option<Circumstance>| match all
            .iter_mut()
            .find(|wanted| wanted.kind == kind)
        {
            Some(known) => known.when.extend(flag),
            None => all.push(Wanted { kind, how, when: flag.into_iter().collect() }),
        };
        case.need.iter().for_each(|kind| want(*kind, How::Need, None));
        case.either.iter().flatten().for_each(|kind| want(*kind, How::Either, None));
        for (flag, kinds) in &case.when {
            kinds.iter().for_each(|kind| want(*kind, How::When, Some(*flag)));
        }
        case.may.iter().for_each(|kind| want(*kind, How::May, None));
        all
    }

    /// Flags of a record that nothing asks about in this business of this customer kind, and those that something does.
    pub fn unasked(
        &self,
        business: Business,
        customer: CustomerKind,
        flags: &[Circumstance],
    ) -> (Vec<Circumstance>, Vec<Circumstance>) {
        let cases =
            self.cases.iter().filter(|c| c.business.contains(&business) && c.customers.contains(&customer));
        let asked: BTreeSet<Circumstance> =
            cases.flat_map(|case| case.flags.iter().chain(case.when.keys())).copied().collect();
        let unasked = flags.iter().filter(|flag| !asked.contains(flag)).copied().collect();
        (unasked, asked.into_iter().collect())
    }

    /// Says what a record lacks, and what it has too much.
    pub fn assess(&self, additions: &Additions, facts: &Facts, papers: &[Paper]) -> Assessment {
        let channel = facts.channel.unwrap_or(Channel::Counter);
        let Some(case) = self.case(facts.business, facts.customer.kind, channel, &facts.flags) else {
            return Assessment::default();
        };
        let mut wanted: Vec<Vec<DocumentKind>> = Vec::new();
        match self.outcome.get(&facts.outcome) {
            Some(enough) => wanted.extend(enough.iter().map(|kind| vec![*kind])),
            None => {
                let flagged = facts.flags.iter().filter_map(|flag| case.when.get(flag)).flatten();
                let singles = case.need.iter().chain(flagged).chain(&additions.need);
                wanted.extend(singles.map(|kind| vec![*kind]));
                wanted.extend(case.either.iter().cloned());
                // Nothing can have been delivered before a decision.
                if facts.outcome == Outcome::Pending {
                    wanted.retain(|kinds| kinds[..] != [DocumentKind::Dlv]);
                }
            }
        }
        let mut seen = BTreeSet::new();
        wanted.retain(|kinds| seen.insert(kinds.clone()));

        let mut found = Assessment { mandatory: wanted.len(), ..Assessment::default() };
        for kinds in &wanted {
            let (passed, gaps): (Vec<Gap>, Vec<Gap>) = self
                .gaps_of(kinds, additions, facts, channel, papers)
                .into_iter()
                .partition(|gap| facts.waived.iter().any(|waived| gap.is_waived_by(waived)));
            found.met += usize::from(gaps.is_empty());
            found.waived.extend(passed);
            found.gaps.extend(gaps);
        }
        let listed = |kind: &DocumentKind| {
            wanted
                .iter()
                .flatten()
                .chain(&case.need)
                .chain(&case.may)
                .chain(&additions.may)
                .any(|k| k == kind)
                || case.when.values().flatten().chain(case.either.iter().flatten()).any(|k| k == kind)
                // A notice may have gone out, whichever way the application came to nothing.
                || self.outcome.contains_key(&facts.outcome)
                    && self.outcome.values().any(|kinds| kinds.contains(kind))
        };
        let kinds: BTreeSet<DocumentKind> = papers.iter().map(|paper| paper.kind).collect();
        found.unexpected = kinds.into_iter().filter(|kind| !listed(kind)).collect();
        found
    }

    /// What keeps a mandatory material from being met.
    fn gaps_of(
        &self,
        kinds: &[DocumentKind],
        additions: &Additions,
        facts: &Facts,
        channel: Channel,
        papers: &[Paper],
    ) -> Vec<Gap> {
        let of_kind: Vec<&Paper> = papers.iter().filter(|paper| kinds.contains(&paper.kind)).collect();
        let sound: Vec<&Paper> = of_kind.iter().copied().filter(|paper| paper.flaw.is_none()).collect();
        let Some(first) = sound.first() else {
            let unreadable = of_kind.iter().find_map(|paper| {
                paper.flaw.map(|flaw| Gap::Unreadable { kind: paper.kind, no: paper.no, flaw })
            });
            return vec![unreadable.unwrap_or_else(|| Gap::Missing(kinds.to_vec()))];
        };
        let kind = first.kind;
        let Some(shows) = self.document.get(&kind) else { return Vec::new() };
        let same: Vec<&Paper> = sound.into_iter().filter(|paper| paper.kind == kind).collect();
        let mut gaps: Vec<Gap> = self.count_gap(kind, shows, facts, &same).into_iter().collect();
        if additions.unmarked {
            return gaps;
        }
        let mut ask = |mark: Mark| {
            if !same.iter().any(|paper| paper.marks.contains(&mark)) {
                gaps.push(Gap::Unmarked { kind, mark });
            }
        };
        if channel != Channel::Online && shows.stamped.contains(&facts.customer.kind) {
            ask(Mark::Stamped);
        }
        // An application that came to nothing is complete without what was to be signed on the way (R137).
        if !self.outcome.contains_key(&facts.outcome) && shows.signed.contains(&facts.customer.kind) {
            ask(Mark::Signed);
        }
        if shows.identity {
            ask(Mark::Front);
            ask(Mark::Back);
            if channel != Channel::Online {
                ask(Mark::Seen);
            }
            // Of several, the one that is valid longest: an old card may lie beside the new one.
            match same.iter().filter_map(|paper| paper.until).max() {
                None => gaps.push(Gap::Undated { kind }),
                Some(until) if until < facts.application_day() => gaps.push(Gap::Expired { kind, until }),
                Some(_) => {}
            }
        }
        gaps
    }

    /// What keeps there from being enough of a material.
    fn count_gap(&self, kind: DocumentKind, shows: &Shows, facts: &Facts, same: &[&Paper]) -> Option<Gap> {
        let holders = match (shows.each, facts.holders()) {
            (Some(Each::Holder), None) if self.lists_holders(facts) => return Some(Gap::Uncounted { kind }),
            (Some(Each::Holder), holders) => holders.unwrap_or(1),
            (None, _) => 1,
        };
        let want = shows.copies.unwrap_or(1).saturating_mul(holders);
        // Two sides of a card may be two files: each card has one front.
        let fronts = same.iter().filter(|paper| paper.marks.contains(&Mark::Front)).count();
        let have = if shows.identity && fronts > 0 { fronts } else { same.len() };
        let have = u32::try_from(have).unwrap_or(u32::MAX);
        (have < want).then_some(Gap::Few { kind, have, want })
    }

    /// Whether the application comes with a list of holders, so that there may be any number of them.
    fn lists_holders(&self, facts: &Facts) -> bool {
        let channel = facts.channel.unwrap_or(Channel::Counter);
        let case = self.case(facts.business, facts.customer.kind, channel, &facts.flags);
        case.is_some_and(|case| case.need.contains(&DocumentKind::Lst))
    }
}

#[cfg(test)]
#[path = "materials_tests.rs"]
mod tests;
