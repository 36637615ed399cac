//! A row: what the catalog knows of one record, and how it lies in bytes before it is sealed.
//!
//! Does no I/O and knows no key. The bytes are compact rather than JSON because a row is mostly digests: half the
//! disk, and a list of fifty is decoded in the time of ten. They carry no version of their own; the catalog's counts.

use super::certs::CertRow;
use super::store::Hash;
use crate::custody::{Custody, Look};
use jingui_schema::act::CoverMark;
use jingui_schema::digest::{B3, FileMark, Sha256};
use jingui_schema::facts::{
    Business, Channel, Circumstance, Class, Customer, CustomerKind, DocumentKind, Facts, Field, Flaw, Label,
    Lack, Mark, Outcome, Particular, Waived, fold,
};
use jingui_schema::id::{HoldId, RecordId, StaffNo};
use jingui_schema::time::{Day, Time};

/// The keyed hash of a twin key.
pub(super) type Twin = Hash;

/// One record as the catalog knows it: enough to list, show and open without reading the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The record.
    pub record: RecordId,
    /// Its filing counter; no other record has it.
    pub counter: u64,
    /// What is known of it.
    pub facts: Facts,
    /// Its filings, in order: those whose body is there.
    pub filings: Vec<FilingRow>,
    /// Filing numbers given so far; none is given again.
    pub filings_given: u32,
    /// Document numbers given so far; none is given again.
    pub docs_given: u32,
    /// Its covers under the current epoch, one for each fact version.
    pub covers: Vec<CoverRow>,
    /// Its documents, in order.
    pub documents: Vec<DocBrief>,
    /// Certificates that rely on it, in the order in which they were linked.
    pub certs: Vec<CertRow>,
    /// When it was first filed.
    pub filed_at: Time,
    /// The last line that changed this row.
    pub last_seq: u64,
    /// What people have done to it since.
    pub custody: Custody,
    /// The [`twin_key`] of its first filing: a correction does not make the same filing another one.
    pub twin: [u8; 32],
}

impl Row {
    /// The line that made a fact version: each filing, correction and link makes the next one.
    pub fn line_of_version(&self, n: u32) -> Option<u64> {
        self.covers.iter().find(|cover| cover.n == n).map(|cover| cover.seq)
    }
}

/// One filing of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilingRow {
    /// Which, from 1.
    pub filing: u32,
    /// The line that brought it.
    pub seq: u64,
    /// Its body.
    pub body: FileMark,
    /// Documents in it.
    pub docs: u32,
}

/// One cover of a record, as it lies under the current epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CoverRow {
    /// Fact version, from 1.
    pub n: u32,
    /// The line that made it.
    pub seq: u64,
    /// The file.
    pub mark: CoverMark,
}

/// One document, as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocBrief {
    /// Number in the record, from 1.
    pub no: u32,
    /// What it is.
    pub kind: DocumentKind,
    /// Original name.
    pub name: String,
    /// Media type.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the bytes.
    pub sha256: Sha256,
    /// What was seen of it.
    pub marks: Vec<Mark>,
    /// Its last day.
    pub until: Option<Day>,
    /// What is wrong with its file.
    pub flaw: Option<Flaw>,
}

/// A digest over labels and documents: two filings that agree in it are the same filing made twice.
///
/// Shape: BLAKE3 over folded project, outlet and customer, business, date, outcome and the sorted digests.
pub fn twin_key(facts: &Facts, sha256s: &[Sha256]) -> [u8; 32] {
    let mut digests = sha256s.to_vec();
    digests.sort_unstable();
    let mut hasher = blake3::Hasher::new_derive_key("jingui 0 catalog twin");
    for part in [
        facts.project.folded(),
        facts.outlet.folded(),
        facts.customer.name.folded(),
        facts.customer.id.as_deref().map(fold).unwrap_or_default(),
        facts.business.to_string(),
        facts.date.to_string(),
        facts.outcome.to_string(),
    ] {
        hasher.update(&(part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    for digest in digests {
        hasher.update(&digest.0);
    }
    *hasher.finalize().as_bytes()
}

/// The first key a row can have.
pub(super) const FIRST_KEY: [u8; 9] = *b"r\0\0\0\0\0\0\0\0";
/// The last key a row can have.
pub(super) const LAST_KEY: [u8; 9] = *b"r\xff\xff\xff\xff\xff\xff\xff\xff";

/// What stands in the place of a row whose record is no more.
pub(super) const GRAVE: &[u8] = b"x";

/// The key of the row with this counter.
pub(super) fn key(counter: u64) -> [u8; 9] {
    let mut key = FIRST_KEY;
    key[1..].copy_from_slice(&counter.to_be_bytes());
    key
}

/// A row and its twin hash as bytes.
pub(super) fn encode(row: &Row, twin: &Twin) -> Vec<u8> {
    // Taken apart by name: a field added in schema does not compile until it is stored here.
    let Row {
        record,
        counter,
        facts,
        filings,
        filings_given,
        docs_given,
        covers,
        documents,
        certs,
        filed_at,
        last_seq,
        custody,
        twin: first,
    } = row;
    let Facts {
        number,
        project,
        outlet,
        customer,
        business,
        date,
        outcome,
        class,
        clerk,
        tags,
        box_code,
        waived,
        channel,
        flags,
        applied,
        fields,
    } = facts;
    let mut out = Vec::with_capacity(256 + 96 * documents.len());
    out.extend_from_slice(twin);
    out.extend_from_slice(record.as_bytes());
    put_number(&mut out, *counter);
    put_text(&mut out, &number.to_string());
    put_text(&mut out, project.as_str());
    put_text(&mut out, outlet.as_str());
    let Customer { name, kind, id } = customer;
    put_text(&mut out, name.as_str());
    out.push(place(CustomerKind::ALL, kind));
    put_option(&mut out, id.as_deref());
    out.push(place(Business::ALL, business));
    put_text(&mut out, &date.to_string());
    out.push(place(Outcome::ALL, outcome));
    out.push(place(Class::ALL, class));
    put_number(&mut out, u64::from(clerk.0));
    put_number(&mut out, tags.len() as u64);
    for tag in tags {
        put_text(&mut out, tag.as_str());
    }
    put_option(&mut out, box_code.as_ref().map(Label::as_str));
    put_number(&mut out, waived.len() as u64);
    for Waived { kind, gap, reason, by } in waived {
        out.push(place(DocumentKind::ALL, kind));
        put_word(&mut out, Lack::ALL, gap.as_ref());
        put_text(&mut out, reason);
        put_number(&mut out, by.map_or(0, |by| u64::from(by.0)));
    }
    put_word(&mut out, Channel::ALL, channel.as_ref());
    put_words(&mut out, Circumstance::ALL, flags);
    put_option(&mut out, applied.map(|day| day.to_string()).as_deref());
    put_number(&mut out, fields.len() as u64);
    for Particular { field, value } in fields {
        out.push(place(Field::ALL, field));
        put_text(&mut out, value.as_str());
    }
    put_number(&mut out, filings.len() as u64);
    for FilingRow { filing, seq, body, docs } in filings {
        put_number(&mut out, u64::from(*filing));
        put_number(&mut out, *seq);
        put_mark(&mut out, body.size, &body.b3);
        put_number(&mut out, u64::from(*docs));
    }
    put_number(&mut out, u64::from(*filings_given));
    put_number(&mut out, u64::from(*docs_given));
    put_number(&mut out, covers.len() as u64);
    for CoverRow { n, seq, mark: CoverMark { epoch, size, b3, commit } } in covers {
        put_number(&mut out, u64::from(*n));
        put_number(&mut out, *seq);
        put_number(&mut out, u64::from(*epoch));
        put_mark(&mut out, *size, b3);
        out.extend_from_slice(&commit.0);
    }
    put_number(&mut out, documents.len() as u64);
    for DocBrief { no, kind, name, media_type, size, sha256, marks, until, flaw } in documents {
        put_number(&mut out, u64::from(*no));
        out.push(place(DocumentKind::ALL, kind));
        put_text(&mut out, name);
        put_text(&mut out, media_type);
        put_number(&mut out, *size);
        out.extend_from_slice(&sha256.0);
        put_words(&mut out, Mark::ALL, marks);
        put_option(&mut out, until.map(|day| day.to_string()).as_deref());
        put_word(&mut out, Flaw::ALL, flaw.as_ref());
    }
    put_number(&mut out, certs.len() as u64);
    certs.iter().for_each(|cert| cert.put(&mut out));
    out.extend_from_slice(&filed_at.millis().to_be_bytes());
    put_number(&mut out, *last_seq);
    let Custody { hands, to_review, passed, returned, restricted, holds, screened, annotations } = custody;
    put_numbers(&mut out, hands.iter().map(|hand| u64::from(hand.0)));
    put_number(&mut out, u64::from(*to_review));
    for look in [passed, returned] {
        out.push(u8::from(look.is_some()));
        if let Some(Look { n, by, seq }) = look {
            put_number(&mut out, u64::from(*n));
            put_number(&mut out, u64::from(by.0));
            put_number(&mut out, *seq);
        }
    }
    put_number(&mut out, restricted.unwrap_or(0)); // no record is restricted by line 0
    put_number(&mut out, holds.len() as u64);
    holds.iter().for_each(|hold| out.extend_from_slice(hold.as_bytes()));
    put_number(&mut out, *screened);
    put_numbers(&mut out, annotations.iter().copied());
    out.extend_from_slice(first);
    out
}

/// The row in these bytes, all of which must belong to it.
pub(super) fn decode(bytes: &[u8]) -> Option<(Row, Twin)> {
    let mut from = Bytes(bytes);
    let twin = from.array()?;
    let record = RecordId::from_bytes(from.array()?);
    let counter = from.number()?;
    let facts = Facts {
        number: from.text()?.parse().ok()?,
        project: from.label()?,
        outlet: from.label()?,
        customer: Customer {
            name: from.label()?,
            kind: from.word(CustomerKind::ALL)?,
            id: from.option(|from| from.text().map(str::to_owned))?,
        },
        business: from.word(Business::ALL)?,
        date: from.day()?,
        outcome: from.word(Outcome::ALL)?,
        class: from.word(Class::ALL)?,
        clerk: StaffNo(from.small()?),
        tags: from.list(Bytes::label)?,
        box_code: from.option(Bytes::label)?,
        waived: from.list(|from| {
            let kind = from.word(DocumentKind::ALL)?;
            let gap = from.option(|from| from.word(Lack::ALL))?;
            let (reason, by) = (from.text()?.to_owned(), from.small()?);
            Some(Waived { kind, gap, reason, by: (by > 0).then_some(StaffNo(by)) })
        })?,
        channel: from.option(|from| from.word(Channel::ALL))?,
        flags: from.list(|from| from.word(Circumstance::ALL))?,
        applied: from.option(Bytes::day)?,
        fields: from.list(|from| Some(Particular { field: from.word(Field::ALL)?, value: from.label()? }))?,
    };
    let row = Row {
        record,
        counter,
        facts,
        filings: from.list(|from| {
            Some(FilingRow {
                filing: from.small()?,
                seq: from.number()?,
                body: FileMark { size: from.number()?, b3: B3(from.array()?) },
                docs: from.small()?,
            })
        })?,
        filings_given: from.small()?,
        docs_given: from.small()?,
        covers: from.list(|from| {
            let (n, seq) = (from.small()?, from.number()?);
            let (epoch, size) = (from.small()?, from.number()?);
            Some(CoverRow {
                n,
                seq,
                mark: CoverMark { epoch, size, b3: B3(from.array()?), commit: Sha256(from.array()?) },
            })
        })?,
        documents: from.list(|from| {
            Some(DocBrief {
                no: from.small()?,
                kind: from.word(DocumentKind::ALL)?,
                name: from.text()?.to_owned(),
                media_type: from.text()?.to_owned(),
                size: from.number()?,
                sha256: Sha256(from.array()?),
                marks: from.list(|from| from.word(Mark::ALL))?,
                until: from.option(Bytes::day)?,
                flaw: from.option(|from| from.word(Flaw::ALL))?,
            })
        })?,
        certs: from.list(CertRow::take)?,
        filed_at: Time::from_millis(i64::from_be_bytes(from.array()?)),
        last_seq: from.number()?,
        custody: Custody {
            hands: from.list(|from| from.small().map(StaffNo))?.into_iter().collect(),
            to_review: from.small()?,
            passed: from.option(Bytes::look)?,
            returned: from.option(Bytes::look)?,
            restricted: Some(from.number()?).filter(|seq| *seq > 0),
            holds: from.list(|from| from.array().map(HoldId::from_bytes))?.into_iter().collect(),
            screened: from.number()?,
            annotations: from.list(Bytes::number)?,
        },
        twin: from.array()?,
    };
    from.0.is_empty().then_some((row, twin))
}

/// Appends a number in groups of seven bits, the lowest first.
pub(crate) fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put_number(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

fn put_option(out: &mut Vec<u8>, text: Option<&str>) {
    out.push(u8::from(text.is_some()));
    if let Some(text) = text {
        put_text(out, text);
    }
}

fn put_numbers(out: &mut Vec<u8>, numbers: impl ExactSizeIterator<Item = u64>) {
    put_number(out, numbers.len() as u64);
    numbers.for_each(|number| put_number(out, number));
}

fn put_word<T: PartialEq>(out: &mut Vec<u8>, all: &[T], word: Option<&T>) {
    out.push(u8::from(word.is_some()));
    out.extend(word.map(|word| place(all, word)));
}

fn put_words<T: PartialEq>(out: &mut Vec<u8>, all: &[T], words: &[T]) {
    put_number(out, words.len() as u64);
    out.extend(words.iter().map(|word| place(all, word)));
}

fn put_mark(out: &mut Vec<u8>, size: u64, b3: &B3) {
    put_number(out, size);
    out.extend_from_slice(&b3.0);
}

/// The place of a word in its list.
pub(crate) fn place<T: PartialEq>(all: &[T], word: &T) -> u8 {
    all.iter().position(|w| w == word).expect("ALL has every word of its list") as u8
}

/// Bytes still to be read; each step answers `None` where they end too soon or do not fit.
pub(crate) struct Bytes<'a>(pub(crate) &'a [u8]);

impl<'a> Bytes<'a> {
    pub(crate) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    pub(crate) fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.array::<1>()?[0];
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn small(&mut self) -> Option<u32> {
        self.number()?.try_into().ok()
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = self.number()?;
        std::str::from_utf8(self.take(length.try_into().ok()?)?).ok()
    }

    fn label(&mut self) -> Option<Label> {
        Label::read(self.text()?).ok()
    }

    pub(crate) fn word<T: Copy>(&mut self, all: &[T]) -> Option<T> {
        all.get(usize::from(self.array::<1>()?[0])).copied()
    }

    fn day(&mut self) -> Option<Day> {
        self.text()?.parse().ok()
    }

    fn look(&mut self) -> Option<Look> {
        Some(Look { n: self.small()?, by: StaffNo(self.small()?), seq: self.number()? })
    }

    pub(crate) fn option<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        match self.array::<1>()? {
            [0] => Some(None),
            [1] => read(self).map(Some),
            _ => None,
        }
    }

    pub(crate) fn list<T>(&mut self, mut read: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.number()?;
        (0..count).map(|_| read(self)).collect()
    }
}
