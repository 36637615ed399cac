//! Labels: what is said of a record by the rule, by a sheet beside its files, and by the options of the watch.

use crate::said::Said;
use crate::words::{Field, Words};
use jingui_schema::facts::Field as Form;
use jingui_schema::facts::{
    Business, Channel, Circumstance, Customer, CustomerKind, DocumentKind, Label, Lack, Outcome, Particular,
    Waived,
};
use jingui_schema::identifier::{CertificateSerial, CustomerId};
use jingui_schema::time::Day;
use jingui_vault::body::Seen;
use jingui_vault::filing::{Application, Labels};
use std::collections::BTreeMap;

/// What stands between several words in one text.
const MARKS: [char; 5] = [',', ';', '，', '；', '、'];

/// What one place says of a record; any of it may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// Project.
    pub project: Option<Label>,
    /// Outlet.
    pub outlet: Option<Label>,
    /// Name of the customer.
    pub customer: Option<Label>,
    /// What the customer is to the law.
    pub customer_kind: Option<CustomerKind>,
    /// The customer's code or number, as somebody wrote it.
    pub customer_id: Option<String>,
    /// Business act.
    pub business: Option<Business>,
    /// Day of business.
    pub date: Option<Day>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Tags.
    pub tags: Vec<Label>,
    /// Box of the paper originals.
    pub box_code: Option<Label>,
    /// Materials knowingly missing.
    pub waived: Vec<Waived>,
    /// How the application came in.
    pub channel: Option<Channel>,
    /// What makes further materials necessary.
    pub flags: Vec<Circumstance>,
    /// The day of the application, where it is not the day of business.
    pub applied: Option<Day>,
    /// Particulars of the application form.
    pub form: BTreeMap<Form, Label>,
    /// What single files are, by name.
    pub kinds: BTreeMap<String, DocumentKind>,
    /// What was seen of single files, by name.
    pub seen: BTreeMap<String, Seen>,
}

impl Given {
    /// Reads what a folder rule has found in a path.
    pub(super) fn by_rule(said: &[(Field, String)], words: &Words) -> Result<Self, Said> {
        let mut given = Self::default();
        for (field, text) in said {
            given.put(*field, text, words)?;
        }
        Ok(given)
    }

    /// Reads a sheet of labels: TOML, its keys those of a folder rule, in Chinese or English. Below `[材料]` or `[kinds]`
    /// stands what single files are, below `[核对]` or `[marks]` what was seen of them, below `[免交]` or `[waived]` what is
    /// knowingly missing.
    pub(super) fn by_sidecar(text: &str, words: &Words) -> Result<Self, Said> {
        let bad = |why: String| Said::new("watch-why-sidecar").text("why", why);
        let lines: Vec<String> = text.trim_start_matches('\u{feff}').lines().map(quoted).collect();
        let table: toml::Table = lines.join("\n").parse().map_err(|e: toml::de::Error| {
            bad(e.to_string().split_whitespace().collect::<Vec<_>>().join(" "))
        })?;
        let mut given = Self::default();
        for (key, value) in table {
            match (key.as_str(), value) {
                ("kinds" | "材料", toml::Value::Table(kinds)) => {
                    for (name, kind) in kinds {
                        let known = kind.as_str().and_then(|text| words.kind(text));
                        let known = known.ok_or_else(|| bad_value(Field::Kind, &shown(&kind)))?;
                        given.kinds.insert(name, known);
                    }
                }
                ("marks" | "核对", toml::Value::Table(marks)) => {
                    for (name, words) in marks {
                        let seen = words.as_str().and_then(crate::cli::seen);
                        let seen = seen.ok_or_else(|| bad(format!("{name} = {words}")))?;
                        given.seen.insert(name, seen);
                    }
                }
                ("waived" | "免交", toml::Value::Table(waived)) => {
                    for (what, reason) in waived {
                        // A material by any of its names, or by its code with what of it is let pass.
                        let by_code = || {
                            crate::cli::waived(&what).map(|(kind, gap)| (kind, gap.unwrap_or(Lack::Missing)))
                        };
                        let known = words.kind(&what).map(|kind| (kind, Lack::Missing)).or_else(by_code);
                        let (kind, gap) = known.ok_or_else(|| bad_value(Field::Kind, &what))?;
                        let reason = reason.as_str().and_then(|text| Label::read(text).ok());
                        let reason = reason.ok_or_else(|| bad(format!("{what}: ?")))?.as_str().to_owned();
                        given.waived.push(Waived { kind, gap: Some(gap), reason, by: None });
                    }
                }
                (key, value) => {
                    let field =
                        words.field(key).filter(|f| !matches!(f, Field::Files | Field::Kind | Field::Page));
                    let field = field.ok_or_else(|| Said::new("watch-why-sidecar-key").text("key", key))?;
                    match value {
                        toml::Value::Array(all) if matches!(field, Field::Tags | Field::Flags) => {
                            for one in all {
                                given.put(field, &shown(&one), words)?;
                            }
                        }
                        value => given.put(field, &shown(&value), words)?,
                    }
                }
            }
        }
        Ok(given)
    }

    fn put(&mut self, field: Field, text: &str, words: &Words) -> Result<(), Said> {
        let bad = || bad_value(field, text);
        let label = || Label::read(text).map_err(|_| bad());
        match field {
            Field::Project => self.project = Some(label()?),
            Field::Outlet => self.outlet = Some(label()?),
            Field::Customer => self.customer = Some(label()?),
            Field::CustomerKind => self.customer_kind = Some(words.customer_kind(text).ok_or_else(bad)?),
            Field::CustomerId => self.customer_id = Some(text.to_owned()),
            Field::Business => self.business = Some(words.business(text).ok_or_else(bad)?),
            Field::Date => self.date = Some(Day::read(text).map_err(|_| bad())?),
            Field::Outcome => self.outcome = Some(words.outcome(text).ok_or_else(bad)?),
            Field::Box => self.box_code = Some(label()?),
            // Found again as a tag; what it stands for is said by the certificate itself.
            Field::Serial => {
                let serial =
                    CertificateSerial::parse(text).map_or_else(|_| text.to_owned(), |s| s.to_string());
                self.tags.push(Label::read(&serial).map_err(|_| bad())?);
            }
            Field::Tags => {
                for tag in text.split(MARKS).filter(|tag| !tag.trim().is_empty()) {
                    self.tags.push(Label::read(tag).map_err(|_| bad())?);
                }
            }
            Field::Channel => self.channel = Some(words.channel(text).ok_or_else(bad)?),
            Field::Flags => {
                for word in text.split(MARKS).filter(|word| !word.trim().is_empty()) {
                    self.flags.push(words.circumstance(word.trim()).ok_or_else(bad)?);
                }
            }
            Field::Applied => self.applied = Some(Day::read(text).map_err(|_| bad())?),
            Field::Accepted => {
                let day = Day::read(text).map_err(|_| bad())?.to_string();
                self.form.insert(Form::Accepted, Label::read(&day).map_err(|_| bad())?);
            }
            Field::Holders => {
                let count = crate::cli::holders(text).ok_or_else(bad)?;
                self.form.insert(Form::Holders, count);
            }
            Field::Handler => drop(self.form.insert(Form::Handler, label()?)),
            Field::HandlerId => drop(self.form.insert(Form::HandlerId, label()?)),
            Field::Phone => drop(self.form.insert(Form::Phone, label()?)),
            Field::Address => drop(self.form.insert(Form::Address, label()?)),
            Field::Token => drop(self.form.insert(Form::Token, label()?)),
            Field::PasswordCard => drop(self.form.insert(Form::PasswordCard, label()?)),
            Field::Files | Field::Kind | Field::Page | Field::Skip => {}
        }
        Ok(())
    }

    /// What both say together.
    ///
    /// Errors: a field of which they do not say the same.
    pub(super) fn and(self, other: Self) -> Result<Self, Said> {
        fn same<T: PartialEq>(field: Field, one: Option<T>, other: Option<T>) -> Result<Option<T>, Said> {
            match (one, other) {
                (Some(one), Some(other)) if one != other => {
                    Err(Said::new("watch-why-contradiction").word("field", field.name_key()))
                }
                (one, other) => Ok(one.or(other)),
            }
        }
        Ok(Self {
            project: same(Field::Project, self.project, other.project)?,
            outlet: same(Field::Outlet, self.outlet, other.outlet)?,
            customer: same(Field::Customer, self.customer, other.customer)?,
            customer_kind: same(Field::CustomerKind, self.customer_kind, other.customer_kind)?,
            customer_id: same(Field::CustomerId, self.customer_id, other.customer_id)?,
            business: same(Field::Business, self.business, other.business)?,
            date: same(Field::Date, self.date, other.date)?,
            outcome: same(Field::Outcome, self.outcome, other.outcome)?,
            tags: joined(self.tags, other.tags),
            box_code: same(Field::Box, self.box_code, other.box_code)?,
            waived: [self.waived, other.waived].concat(),
            channel: same(Field::Channel, self.channel, other.channel)?,
            flags: [self.flags, other.flags].concat(),
            applied: same(Field::Applied, self.applied, other.applied)?,
            form: self.form.into_iter().chain(other.form).collect(),
            kinds: self.kinds.into_iter().chain(other.kinds).collect(),
            seen: self.seen.into_iter().chain(other.seen).collect(),
        })
    }

    /// The same, with what it does not say taken from another place.
    pub(super) fn or(self, other: &Self) -> Self {
        let other = other.clone();
        Self {
            project: self.project.or(other.project),
            outlet: self.outlet.or(other.outlet),
            customer: self.customer.or(other.customer),
            customer_kind: self.customer_kind.or(other.customer_kind),
            customer_id: self.customer_id.or(other.customer_id),
            business: self.business.or(other.business),
            date: self.date.or(other.date),
            outcome: self.outcome.or(other.outcome),
            tags: joined(self.tags, other.tags),
            box_code: self.box_code.or(other.box_code),
            waived: if self.waived.is_empty() { other.waived } else { self.waived },
            channel: self.channel.or(other.channel),
            flags: if self.flags.is_empty() { other.flags } else { self.flags },
            applied: self.applied.or(other.applied),
            form: other.form.into_iter().chain(self.form).collect(),
            kinds: self.kinds,
            seen: self.seen,
        }
    }

    /// The labels of a record.
    ///
    /// - `written`: the day on which its newest file was written; the day of business where nothing says it.
    /// - Errors: everything that is missing or cannot be.
    pub(super) fn labels(self, written: Day, today: Day) -> Result<Labels, Vec<Said>> {
        let mut problems = Vec::new();
        let mut missing = |field: Field| {
            problems.push(Said::new("watch-why-missing").word("field", field.name_key()));
        };
        let (project, outlet, customer) = (self.project, self.outlet, self.customer);
        for (field, lacks) in [
            (Field::Project, project.is_none()),
            (Field::Outlet, outlet.is_none()),
            (Field::Customer, customer.is_none()),
            (Field::CustomerKind, self.customer_kind.is_none()),
            (Field::Business, self.business.is_none()),
        ] {
            if lacks {
                missing(field);
            }
        }
        // Clocks of scanners run ahead; what was said is taken at its word.
        let date = self.date.unwrap_or(written.min(today));
        if date > today {
            problems.push(Said::new("watch-why-future").text("date", date.to_string()));
        }
        let id = match (self.customer_id, self.customer_kind) {
            (Some(text), Some(kind)) => {
                let checked = match kind {
                    CustomerKind::Person => CustomerId::of_person(&text, today.0),
                    _ => CustomerId::of_organisation(&text),
                };
                match checked {
                    Ok(id) => Some(id.as_str().to_owned()),
                    Err(why) => {
                        problems.push(Said::new("watch-why-customer-id").text("why", why.to_string()));
                        None
                    }
                }
            }
            _ => None,
        };
        let mut form = self.form;
        if let Some(id) = form.get(&Form::HandlerId) {
            match CustomerId::of_person(id.as_str(), today.0).map(|id| Label::read(id.as_str())) {
                Ok(Ok(id)) => drop(form.insert(Form::HandlerId, id)),
                Ok(Err(_)) => {}
                Err(why) => problems.push(Said::new("watch-why-handler-id").text("why", why.to_string())),
            }
        }
        match (project, outlet, customer, self.customer_kind, self.business) {
            (Some(project), Some(outlet), Some(name), Some(kind), Some(business)) if problems.is_empty() => {
                let mut flags = self.flags;
                flags.sort_unstable();
                flags.dedup();
                Ok(Labels {
                    project,
                    outlet,
                    customer: Customer { name, kind, id },
                    business,
                    date,
                    outcome: self.outcome.unwrap_or(Outcome::Issued),
                    tags: self.tags,
                    box_code: self.box_code,
                    waived: self.waived,
                    application: Application {
                        channel: self.channel,
                        flags,
                        applied: self.applied,
                        fields: form.into_iter().map(|(field, value)| Particular { field, value }).collect(),
                    },
                })
            }
            _ => Err(problems),
        }
    }
}

/// A line of TOML whose key is Chinese, with the quotes that TOML wants around it and nobody types.
fn quoted(line: &str) -> String {
    let text = line.trim();
    let bare = |key: &str| key.chars().next().is_some_and(|c| !c.is_ascii());
    if let Some(name) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).map(str::trim)
        && bare(name)
    {
        return format!("[\"{name}\"]");
    }
    match text.split_once('=') {
        Some((key, value)) if bare(key) => format!("\"{}\" = {value}", key.trim()),
        _ => line.to_owned(),
    }
}

/// Tags of both, each once.
fn joined(mut one: Vec<Label>, other: Vec<Label>) -> Vec<Label> {
    for tag in other {
        if !one.contains(&tag) {
            one.push(tag);
        }
    }
    one
}

fn bad_value(field: Field, text: &str) -> Said {
    Said::new("path-value").word("field", field.name_key()).text("text", text)
}

/// A value as somebody would write it into a sheet.
fn shown(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
