//! From the cells of a row to the labels of a record, with everything that is wrong with them.

use super::columns::Columns;
use super::{Fault, Tongue, Word};
use crate::said::Said;
use crate::sheet::{Row, Stored};
use crate::words::Field;
use jingui_schema::facts::Field as Form;
use jingui_schema::facts::{
    Business, Channel, Circumstance, Customer, CustomerKind, Label, LabelError, Outcome, Particular, fold,
};
use jingui_schema::identifier::{CertificateSerial, CustomerId, IdentifierError, IdentifierKind};
use jingui_schema::time::Day;
use jingui_vault::filing::{Application, Labels};
use std::collections::BTreeMap;

/// What a field is where its cell is empty or its column is not there.
pub(super) type Defaults = BTreeMap<Field, String>;

/// What people put before a number so that a spreadsheet takes it for text.
const APOSTROPHES: [char; 3] = ['\'', '’', '‘'];
/// What parts several tags in one cell.
const TAG_MARKS: [char; 7] = [';', '；', ',', '，', '、', '|', '\n'];

/// Columns that are particulars of the application form.
const FORM: [(Field, Form); 8] = [
    (Field::Handler, Form::Handler),
    (Field::HandlerId, Form::HandlerId),
    (Field::Phone, Form::Phone),
    (Field::Address, Form::Address),
    (Field::Token, Form::Token),
    (Field::PasswordCard, Form::PasswordCard),
    (Field::Accepted, Form::Accepted),
    (Field::Holders, Form::Holders),
];

/// A row as it was read.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    /// The labels, where none of them is wrong.
    pub labels: Option<Labels>,
    /// What its cells name as files.
    pub files: Vec<String>,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
}

struct Reader<'a> {
    row: &'a Row,
    columns: &'a Columns,
    defaults: &'a Defaults,
    tongue: Tongue,
    faults: Vec<Fault>,
}

/// Reads a row as it is understood on a day.
pub(super) fn read(row: &Row, columns: &Columns, defaults: &Defaults, day: Day, tongue: Tongue) -> Reading {
    let mut reader = Reader { row, columns, defaults, tongue, faults: Vec::new() };
    let rounded = reader.rounded();
    let labels = reader.labels(day, &rounded);
    let mut faults = reader.faults;
    // What a spreadsheet has ruined comes first: other faults follow from it.
    faults.sort_by_key(|fault| fault.word != Word::SpreadsheetNumber);
    let files = columns.all(Field::Files).map(|at| row.text(at)).filter(|text| !text.is_empty());
    let labels = labels.filter(|_| faults.is_empty());
    Reading { labels, files: files.map(str::to_owned).collect(), faults }
}

/// The text of a field: of its cell, else its default.
pub(super) fn text_of<'a>(
    row: &'a Row,
    columns: &Columns,
    defaults: &'a Defaults,
    field: Field,
) -> Option<&'a str> {
    let of_cell = columns.first(field).map(|at| row.text(at)).filter(|text| !text.is_empty());
    of_cell.or_else(|| defaults.get(&field).map(String::as_str))
}

/// The form in which a text of a sheet and a text of a path are the same.
pub(super) fn canonical(field: Field, text: &str, tongue: Tongue) -> String {
    let words = tongue.words;
    let known = match field {
        Field::Date => day_of(text).map(|day| day.to_string()),
        Field::CustomerKind => words.customer_kind(text).map(|word| word.to_string()),
        Field::Business => words.business(text).map(|word| word.to_string()),
        Field::Outcome => words.outcome(text).map(|word| word.to_string()),
        Field::Serial => CertificateSerial::parse(text).ok().map(|serial| serial.to_string()),
        _ => None,
    };
    known.unwrap_or_else(|| fold(text))
}

/// A day, also where a time of day stands behind it.
fn day_of(text: &str) -> Option<Day> {
    let alone = || {
        let (day, time) = text.split_once([' ', 'T'])?;
        let is_time =
            !time.is_empty() && time.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '.' | 'Z'));
        is_time.then(|| Day::read(day).ok()).flatten()
    };
    Day::read(text).ok().or_else(alone)
}

impl<'a> Reader<'a> {
    fn fault(&mut self, word: Word, said: Said) {
        self.faults.push(Fault::new(word, said));
    }

    /// Names the columns in which a spreadsheet has rounded a number.
    fn rounded(&mut self) -> Vec<Field> {
        let mut fields = Vec::new();
        for (at, cell) in self.row.cells.iter().enumerate() {
            let field = self.columns.field(at);
            if field == Field::Skip {
                continue;
            }
            let fault = match cell.stored {
                _ if cell.is_rounded() => Fault::new(
                    Word::SpreadsheetNumber,
                    Said::new("fault-rounded").text("heading", self.heading(field)),
                ),
                Stored::Error => Fault::new(
                    Word::BadValue,
                    Said::new("fault-formula").text("heading", self.heading(field)).text("value", &cell.text),
                ),
                _ => continue,
            };
            self.faults.push(fault);
            fields.push(field);
        }
        fields
    }

    /// What a person calls the column of a field.
    fn heading(&self, field: Field) -> String {
        match self.columns.first(field) {
            Some(at) => self.columns.headings[at].clone(),
            None => self.tongue.messages.text(&field.name_key(), &[]),
        }
    }

    fn text(&self, field: Field) -> Option<&'a str> {
        text_of(self.row, self.columns, self.defaults, field)
    }

    /// A value that has to be there, read; what is wrong is noted.
    fn must<T>(&mut self, field: Field, done: &[Field], read: impl Fn(&str) -> Result<T, Said>) -> Option<T> {
        if done.contains(&field) {
            return None;
        }
        match self.text(field) {
            None => {
                self.fault(
                    Word::MissingValue,
                    Said::new("fault-missing-value").text("heading", self.heading(field)),
                );
                None
            }
            Some(text) => self.read(field, text, read),
        }
    }

    /// The same of a value that may be missing: the inner `None`.
    fn may<T>(
        &mut self,
        field: Field,
        done: &[Field],
        read: impl Fn(&str) -> Result<T, Said>,
    ) -> Option<Option<T>> {
        match self.text(field) {
            _ if done.contains(&field) => None,
            None => Some(None),
            Some(text) => self.read(field, text, read).map(Some),
        }
    }

    fn read<T>(&mut self, field: Field, text: &str, read: impl Fn(&str) -> Result<T, Said>) -> Option<T> {
        match read(text) {
            Ok(value) => Some(value),
            Err(said) => {
                self.fault(Word::BadValue, said.text("heading", self.heading(field)));
                None
            }
        }
    }

    fn labels(&mut self, day: Day, done: &[Field]) -> Option<Labels> {
        let words = self.tongue.words;
        let word = |key: &'static str| move |text: &str| Said::new(key).text("value", text);
        let project = self.must(Field::Project, done, label);
        let outlet = self.must(Field::Outlet, done, label);
        let customer = self.must(Field::Customer, done, label);
        let kind: Option<CustomerKind> = self.must(Field::CustomerKind, done, |text| {
            words.customer_kind(text).ok_or_else(|| word("fault-customer-kind")(text))
        });
        let id = self.id(kind, day, done);
        let business: Option<Business> = self.must(Field::Business, done, |text| {
            words.business(text).ok_or_else(|| word("fault-business")(text))
        });
        let date = self.must(Field::Date, done, |text| {
            let date = day_of(text).ok_or_else(|| word("fault-day")(text))?;
            let future = Said::new("fault-future").text("value", text).text("today", day.to_string());
            if date > day { Err(future) } else { Ok(date) }
        });
        let outcome: Option<Option<Outcome>> = self
            .may(Field::Outcome, done, |text| words.outcome(text).ok_or_else(|| word("fault-outcome")(text)));
        let box_code = self.may(Field::Box, done, label);
        let tags = self.tags(done);
        let application = self.application(day, done);
        Some(Labels {
            project: project?,
            outlet: outlet?,
            customer: Customer { name: customer?, kind: kind?, id: id? },
            business: business?,
            date: date?,
            outcome: outcome?.unwrap_or(Outcome::Issued),
            tags: tags?,
            box_code: box_code?,
            waived: Vec::new(),
            application: application?,
        })
    }

    /// How the application came in, and what its form says.
    fn application(&mut self, day: Day, done: &[Field]) -> Option<Application> {
        let words = self.tongue.words;
        let word = |key: &'static str| move |text: &str| Said::new(key).text("value", text);
        let channel: Option<Option<Channel>> = self
            .may(Field::Channel, done, |text| words.channel(text).ok_or_else(|| word("fault-channel")(text)));
        let flags: Option<Option<Vec<Circumstance>>> = self.may(Field::Flags, done, |text| {
            let texts = text.split(TAG_MARKS).map(str::trim).filter(|text| !text.is_empty());
            let flags = texts.map(|text| words.circumstance(text).ok_or_else(|| word("fault-flag")(text)));
            let mut flags = flags.collect::<Result<Vec<_>, _>>()?;
            flags.sort_unstable();
            flags.dedup();
            Ok(flags)
        });
        let a_day = |text: &str| day_of(text).ok_or_else(|| word("fault-day")(text));
        let applied = self.may(Field::Applied, done, a_day);
        let mut fields = Vec::new();
        let mut whole = true;
        for (field, form) in FORM {
            let value = match form {
                Form::Accepted => self.may(field, done, |text| label(&a_day(text)?.to_string())),
                Form::Holders => self.may(field, done, |text| {
                    crate::cli::holders(text).ok_or_else(|| word("fault-holders")(text))
                }),
                Form::HandlerId => self.may(field, done, |text| {
                    let id = CustomerId::of_person(text.trim_start_matches(APOSTROPHES), day.0);
                    label(id.map_err(|error| identifier(&error))?.as_str())
                }),
                _ => self.may(field, done, label),
            };
            whole &= value.is_some();
            fields.extend(value.flatten().map(|value| Particular { field: form, value }));
        }
        fields.sort_by_key(|particular| particular.field);
        let (channel, flags, applied) = (channel?, flags?.unwrap_or_default(), applied?);
        whole.then_some(Application { channel, flags, applied, fields })
    }

    /// The customer's number, with the checks that a number of this kind of customer has.
    fn id(&mut self, kind: Option<CustomerKind>, day: Day, done: &[Field]) -> Option<Option<String>> {
        let Some(text) = self.text(Field::CustomerId) else { return Some(None) };
        // Which check it has depends on whose it is.
        let kind = kind.filter(|_| !done.contains(&Field::CustomerId))?;
        // An apostrophe before it is how people keep a spreadsheet's hands off a number.
        let text = text.trim_start_matches(APOSTROPHES);
        let checked = match kind {
            CustomerKind::Person => CustomerId::of_person(text, day.0),
            _ => CustomerId::of_organisation(text),
        };
        let fault = match checked {
            Ok(id) => return Some(Some(id.as_str().to_owned())),
            Err(_) if looks_rounded(text) => Fault::new(Word::SpreadsheetNumber, Said::new("fault-rounded")),
            Err(error) => Fault::new(Word::BadValue, identifier(&error)),
        };
        self.fault(fault.word, fault.said.text("heading", self.heading(Field::CustomerId)));
        None
    }

    fn tags(&mut self, done: &[Field]) -> Option<Vec<Label>> {
        if done.contains(&Field::Tags) {
            return None;
        }
        let mut texts: Vec<&str> = self.columns.all(Field::Tags).map(|at| self.row.text(at)).collect();
        if texts.iter().all(|text| text.is_empty()) {
            texts.extend(self.defaults.get(&Field::Tags).map(String::as_str));
        }
        let mut tags: Vec<Label> = Vec::new();
        for text in
            texts.iter().flat_map(|text| text.split(TAG_MARKS)).map(str::trim).filter(|t| !t.is_empty())
        {
            let tag = self.read(Field::Tags, text, label)?;
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        Some(tags)
    }
}

fn label(text: &str) -> Result<Label, Said> {
    Label::read(text).map_err(|error| match error {
        LabelError::Empty => Said::new("fault-label-empty"),
        LabelError::Long => Said::new("fault-label-long"),
        LabelError::Control => Said::new("fault-label-control"),
    })
}

/// Says whether a long number ends as a spreadsheet ends what it has rounded.
fn looks_rounded(text: &str) -> bool {
    text.len() > 15 && text.bytes().all(|b| b.is_ascii_digit()) && text.ends_with("000")
}

/// Which check a number failed. The number itself is not told: reasons are printed.
fn identifier(error: &IdentifierError) -> Said {
    let kind = |said: Said, of: &IdentifierKind| {
        let key = match of {
            IdentifierKind::ResidentId => "id-resident",
            IdentifierKind::Uscc => "id-uscc",
            IdentifierKind::Passport => "id-passport",
            IdentifierKind::HongKongMacauPermit => "id-hong-kong-macau",
            IdentifierKind::TaiwanPermit => "id-taiwan",
            IdentifierKind::Mobile => "id-mobile",
            IdentifierKind::CertificateSerial => "id-serial",
        };
        said.word("kind", key)
    };
    match error {
        IdentifierError::Length { of, found } => {
            kind(Said::new("fault-id-length").number("found", *found as u64), of)
        }
        IdentifierError::Character { of, position } => {
            kind(Said::new("fault-id-character").number("position", *position as u64), of)
        }
        IdentifierError::FifteenDigits => Said::new("fault-id-fifteen"),
        IdentifierError::CheckDigit { of } => kind(Said::new("fault-id-check"), of),
        IdentifierError::BirthDate => Said::new("fault-id-birth"),
        IdentifierError::BirthInFuture => Said::new("fault-id-future"),
        IdentifierError::OrganisationCode => Said::new("fault-id-organisation"),
        IdentifierError::NoKnownForm => Said::new("fault-id-form"),
    }
}
