//! Postings: the secondary keys of a row, and the ranges in which a question finds them.
//!
//! Does no I/O; knows no run.
//!
//! | posting | leads from |
//! |---|---|
//! | `c` folded name, tag 3 | nothing: the list of customer names, for finding a part of one |
//! | `g` folded project | nothing: the list of projects |
//! | `d` hash 12, counter 6, document 4, seq 5 | a document's digest |
//! | `e` id 16, line 8 | a certificate or a proposal, to a line that speaks of it |
//! | `i` id 16, `0`, counter 6, seq 5 | a record's id |
//! | `i` id 16, `1`, line 8 | a record's id, to a line that speaks of it |
//! | `k` scope 12, day 3, counter 6, marks 1, seq 5 | a customer, or one within a project, in the order of lists |
//! | `l` scope 12, day 3, counter 6, marks 1, tag 3, seq 5 | everything, or a project, in the order of lists |
//! | `n` hash 12, counter 6, seq 5 | an archive number |
//! | `t` hash 12, counter 6, seq 5 | a twin key |
//! | `x` hash 12, counter 6, seq 5 | a serial number of a certificate |
//!
//! Numbers are big-endian; hashes are keyed; seq is the `apply` that wrote the row. A scope is everything, what has
//! still to be reviewed, a project, a customer (by name and by identifier), or a customer within a project. Marks are class, outcome and business in
//! two, three and three bits; the tag is the start of the hash of the customer's name.

use super::rows::{Bytes, Row, Twin, place};
use super::store::{HASH_BYTES, Hash, Store, damaged};
use crate::bloom::Halves;
use crate::error::Result;
use jingui_schema::facts::{Business, Class, Facts, Field, Label, Outcome, Particular, fold};
use jingui_schema::id::{ArchiveNumber, RecordId};
use jingui_schema::identifier::CertificateSerial;

/// The largest filing counter: six bytes in a posting.
pub(super) use crate::state::COUNTER_MAX;
/// The largest number of an `apply`: five bytes in a posting.
const SEQ_MAX: u64 = (1 << 40) - 1;
const COUNTER_BYTES: usize = 6;
const DAY_BYTES: usize = 3;
/// Bytes of the tag of a name.
pub(super) const NAME_BYTES: usize = 3;
/// Bytes of an id that a question for the beginning of one is sure to have: seven characters have them.
const ID_START_BYTES: usize = 4;
const SEQ_BYTES: usize = 5;

/// Where a posting leads: a row, and the `apply` that wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Target {
    pub(super) seq: u64,
    pub(super) counter: u64,
}

/// What a list is about.
#[derive(Clone, Copy)]
pub(super) enum Scope<'a> {
    All,
    /// What has still to be reviewed as it stands.
    Open,
    /// Folded name or identifier of a person who is the customer's handler.
    Handler(&'a str),
    /// Folded project.
    Project(&'a str),
    /// Folded name or identifier.
    Customer(&'a str),
    /// Folded project; folded name or identifier.
    Both(&'a str, &'a str),
}

impl Scope<'_> {
    /// The first byte of its postings.
    fn family(self) -> u8 {
        match self {
            Self::All | Self::Open | Self::Handler(_) | Self::Project(_) => b'l',
            Self::Customer(_) | Self::Both(..) => b'k',
        }
    }

    fn hash(self, store: &Store) -> Hash {
        match self {
            Self::All => [0; HASH_BYTES],
            Self::Open => store.hash(b'o', &[]),
            Self::Handler(person) => store.hash(b'h', &[person.as_bytes()]),
            Self::Project(project) => store.hash(b'p', &[project.as_bytes()]),
            Self::Customer(customer) => store.hash(b'c', &[customer.as_bytes()]),
            Self::Both(project, customer) => store.hash(b'b', &[project.as_bytes(), customer.as_bytes()]),
        }
    }
}

/// A place in a list: the day's ordinal and the counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) day: u32,
    pub(super) counter: u64,
}

/// What stands in a posting of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) target: Target,
    pub(super) marks: u8,
    /// Of the customer, where the list is not one customer's.
    pub(super) name: Option<NameTag>,
}

/// The start of the hash of a customer's name: enough to pass over almost all other customers' rows unread.
pub(super) type NameTag = [u8; NAME_BYTES];

fn name_tag(store: &Store, folded: &str) -> NameTag {
    *Scope::Customer(folded).hash(store).first_chunk().expect("a hash is longer than a tag")
}

/// Class, outcome and business in one byte.
pub(super) fn marks(facts: &Facts) -> u8 {
    // 3 classes, 5 outcomes and 7 kinds of business; a list that outgrows its bits changes VERSION and this.
    const { assert!(Class::ALL.len() <= 4 && Outcome::ALL.len() <= 8 && Business::ALL.len() <= 8) };
    place(Class::ALL, &facts.class) << 6
        | place(Outcome::ALL, &facts.outcome) << 3
        | place(Business::ALL, &facts.business)
}

/// Marks in pages: a bit for each way in which class, outcome and business can come together.
pub(super) type MarkSet = u128;

/// The marks that rows can have.
pub(super) fn all_marks() -> impl Iterator<Item = u8> {
    let with =
        |marks: u8, count: usize, shift: u32| (0..count as u8).map(move |place| marks | place << shift);
    with(0, Class::ALL.len(), 6)
        .flat_map(move |marks| with(marks, Outcome::ALL.len(), 3))
        .flat_map(move |marks| with(marks, Business::ALL.len(), 0))
}

/// Where a posting of a list stands in it: day and counter.
pub(super) fn place_of(posting: &[u8]) -> &[u8] {
    posting.get(1 + HASH_BYTES..1 + HASH_BYTES + DAY_BYTES + COUNTER_BYTES).unwrap_or_default()
}

/// The bit of one row's marks.
pub(super) fn mark_bit(marks: u8) -> MarkSet {
    const { assert!(Class::ALL.len() * Outcome::ALL.len() * Business::ALL.len() <= 128) };
    let (class, outcome, business) = (marks >> 6, marks >> 3 & 7, marks & 7);
    let outcomes = Outcome::ALL.len() as u32;
    let bit =
        (u32::from(class) * outcomes + u32::from(outcome)) * Business::ALL.len() as u32 + u32::from(business);
    1 << (bit % 128)
}

/// The bit of a posting of a list; none for another one.
pub(super) fn mark_bit_of(posting: &[u8]) -> MarkSet {
    const AT: usize = 1 + HASH_BYTES + DAY_BYTES + COUNTER_BYTES;
    match posting {
        [b'k' | b'l', ..] => posting.get(AT).map_or(0, |marks| mark_bit(*marks)),
        _ => 0,
    }
}

/// The tag in a posting of a list of many customers.
pub(super) fn name_tag_of(posting: &[u8]) -> Option<NameTag> {
    const AT: usize = 1 + HASH_BYTES + DAY_BYTES + COUNTER_BYTES + 1;
    match posting {
        [b'l', ..] => posting.get(AT..)?.first_chunk().copied(),
        _ => None,
    }
}

/// The beginning of a posting that exact questions ask for; none where nobody asks so.
pub(super) fn subject_head(posting: &[u8]) -> Option<&[u8]> {
    match posting {
        [b'e' | b'i', ..] => posting.get(..1 + 16),
        // Every record is in the list of everything.
        [b'l', rest @ ..] if rest.starts_with(&[0; HASH_BYTES]) => None,
        [b'd' | b'k' | b'l' | b'n' | b't' | b'x', ..] => posting.get(..1 + HASH_BYTES),
        _ => None,
    }
}

/// The beginning of a posting of a record's id that is asked for where only some characters of the id are known.
pub(super) fn id_start(posting: &[u8]) -> Option<&[u8]> {
    match posting {
        [b'i', ..] => posting.get(..1 + ID_START_BYTES),
        _ => None,
    }
}

/// A hash of such a beginning, made of its own bytes, which are a keyed hash or a random id.
pub(super) fn halves(head: &[u8]) -> Halves {
    let family = u64::from(head.first().copied().unwrap_or_default()).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    if let Some(start) = head.get(1..).and_then(|start| <[u8; ID_START_BYTES]>::try_from(start).ok()) {
        // Too few to be two halves, so they are spread over both.
        let spread = u64::from(u32::from_le_bytes(start)).wrapping_mul(0xD6E8_FEB8_6659_FD93) ^ family;
        return [spread, spread.rotate_left(32).wrapping_mul(0x94D0_49BB_1331_11EB)];
    }
    let eight = |at: usize| {
        let bytes = head.get(at..at + 8).and_then(|bytes| bytes.try_into().ok());
        u64::from_le_bytes(bytes.unwrap_or_default())
    };
    [eight(1) ^ family, eight(head.len().saturating_sub(8))]
}

/// The beginning under which all of a range lies, if it is one that runs can be asked for.
pub(super) fn head_of_range((from, to): &Range) -> Option<&[u8]> {
    let holds_all = |head: &&[u8]| to.starts_with(head) || *to == prefix(head.to_vec()).1;
    subject_head(from).filter(holds_all).or_else(|| id_start(from).filter(holds_all))
}

/// All postings that lead to a row.
pub(super) fn row_postings(
    store: &Store,
    row: &Row,
    twin: &Twin,
    seq: u64,
    out: &mut Vec<Vec<u8>>,
) -> Result<()> {
    if seq > SEQ_MAX {
        return Err(damaged("it has been changed too often"));
    }
    let counter = &row.counter.to_be_bytes()[8 - COUNTER_BYTES..];
    let seq = &seq.to_be_bytes()[8 - SEQ_BYTES..];
    let (project, name) = (row.facts.project.folded(), row.facts.customer.name.folded());
    let id = row.facts.customer.id.as_deref().map(fold);
    let day = &row.facts.date.ordinal().to_be_bytes()[4 - DAY_BYTES..];
    let (tag, marks) = (name_tag(store, &name), marks(&row.facts));
    let mut scopes =
        vec![Scope::All, Scope::Project(&project), Scope::Customer(&name), Scope::Both(&project, &name)];
    if !row.custody.is_settled() {
        scopes.push(Scope::Open);
    }
    let handlers: Vec<String> = handlers(&row.facts).map(Label::folded).collect();
    scopes.extend(handlers.iter().map(|handler| Scope::Handler(handler)));
    if let Some(id) = &id {
        scopes.extend([Scope::Customer(id), Scope::Both(&project, id)]);
    }
    out.extend(scopes.into_iter().map(|scope| {
        let tag = if scope.family() == b'l' { &tag[..] } else { &[] };
        [&[scope.family()], &scope.hash(store)[..], day, counter, &[marks], tag, seq].concat()
    }));
    out.push([b"c", name.as_bytes(), &tag].concat());
    out.push([b"g", project.as_bytes()].concat());
    out.push([b"i", &row.record.as_bytes()[..], &[0], counter, seq].concat());
    out.push([b"n", &number_hash(store, &row.facts.number)[..], counter, seq].concat());
    out.push([b"t", &twin[..], counter, seq].concat());
    for cert in &row.certs {
        out.push([b"x", &serial_hash(store, &cert.serial)[..], counter, seq].concat());
    }
    for document in &row.documents {
        let hash = store.hash(b'd', &[&document.sha256.0]);
        out.push([b"d", &hash[..], counter, &document.no.to_be_bytes(), seq].concat());
    }
    Ok(())
}

/// What names the handler of a record.
pub(super) fn handlers(facts: &Facts) -> impl Iterator<Item = &Label> {
    let is = |p: &&Particular| matches!(p.field, Field::Handler | Field::HandlerId);
    facts.fields.iter().filter(is).map(|p| &p.value)
}

/// The posting of a line that speaks of a record.
pub(super) fn seen_posting(record: RecordId, line: u64) -> Vec<u8> {
    [b"i", &record.as_bytes()[..], &[1], &line.to_be_bytes()].concat()
}

/// The posting of a line that names a certificate or a proposal.
pub(super) fn named_posting(id: &[u8; 16], line: u64) -> Vec<u8> {
    [b"e", &id[..], &line.to_be_bytes()].concat()
}

fn serial_hash(store: &Store, serial: &CertificateSerial) -> Hash {
    store.hash(b'x', &[&serial.to_be_bytes()])
}

fn number_hash(store: &Store, number: &ArchiveNumber) -> Hash {
    store.hash(b'n', &[number.to_string().as_bytes()])
}

/// First posting and the end of a range of them.
pub(super) type Range = (Vec<u8>, Vec<u8>);

/// The postings that begin so; no prefix here ends in 0xff bytes only.
fn prefix(prefix: Vec<u8>) -> Range {
    let mut end = prefix.clone();
    while let Some(last) = end.pop() {
        if last < 0xff {
            end.push(last + 1);
            break;
        }
    }
    (prefix, end)
}

/// The postings of a record's row.
pub(super) fn row_range(record: RecordId) -> Range {
    prefix([b"i", &record.as_bytes()[..], &[0]].concat())
}

/// The postings of the lines that speak of a record.
pub(super) fn seen_range(record: RecordId) -> Range {
    prefix([b"i", &record.as_bytes()[..], &[1]].concat())
}

/// The postings of all records from one id to another, both included.
pub(super) fn id_range(first: u128, last: u128) -> Range {
    ([b"i", &first.to_be_bytes()[..]].concat(), prefix([b"i", &last.to_be_bytes()[..]].concat()).1)
}

/// The postings of an archive number.
pub(super) fn number_range(store: &Store, number: &ArchiveNumber) -> Range {
    prefix([b"n", &number_hash(store, number)[..]].concat())
}

/// The postings of a document's digest.
pub(super) fn document_range(store: &Store, sha256: &[u8; 32]) -> Range {
    prefix([b"d", &store.hash(b'd', &[sha256])[..]].concat())
}

/// The postings of the lines that name a certificate or a proposal.
pub(super) fn named_range(id: &[u8; 16]) -> Range {
    prefix([b"e", &id[..]].concat())
}

/// The postings of a serial number.
pub(super) fn serial_range(store: &Store, serial: &CertificateSerial) -> Range {
    prefix([b"x", &serial_hash(store, serial)[..]].concat())
}

/// The postings of a twin.
pub(super) fn twin_range(twin: &Twin) -> Range {
    prefix([b"t", &twin[..]].concat())
}

/// The customers' names.
pub(super) fn name_range() -> Range {
    prefix(b"c".to_vec())
}

/// The projects' names.
pub(super) fn project_range() -> Range {
    prefix(b"g".to_vec())
}

/// The postings of a list: days from first to last, or, coming from the last, only those after the spot.
pub(super) fn list_range(
    store: &Store,
    scope: Scope<'_>,
    first: u32,
    last: u32,
    after: Option<Spot>,
) -> Range {
    let (family, scope) = (scope.family(), scope.hash(store));
    let at = |day: u32| [&[family], &scope[..], &day.to_be_bytes()[4 - DAY_BYTES..]].concat();
    let mut end = prefix(at(last)).1;
    if let Some(spot) = after {
        let mut after = at(spot.day);
        after.extend_from_slice(&spot.counter.to_be_bytes()[8 - COUNTER_BYTES..]);
        end = end.min(after);
    }
    (at(first), end)
}

/// What a posting says, taken apart.
pub(super) enum Said<'a> {
    Name(&'a str, NameTag),
    Project(&'a str),
    Document(Target, u32),
    Row(RecordId, Target),
    Seen(RecordId, u64),
    Named([u8; 16], u64),
    Serial(Target),
    Listed(Listed),
    Number(Target),
    Twin(Target),
}

/// Takes a posting apart.
pub(super) fn said(posting: &[u8]) -> Result<Said<'_>> {
    parse(posting).ok_or_else(|| damaged("a posting cannot be read"))
}

fn parse(posting: &[u8]) -> Option<Said<'_>> {
    fn wide<const N: usize>(from: &mut Bytes<'_>) -> Option<u64> {
        Some(from.array::<N>()?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }
    fn target(from: &mut Bytes<'_>) -> Option<Target> {
        let counter = wide::<COUNTER_BYTES>(from)?;
        Some(Target { counter, seq: wide::<SEQ_BYTES>(from)? })
    }
    let mut from = Bytes(posting);
    let family = from.array::<1>()?[0];
    let said = match family {
        b'c' => {
            let (name, tag) = std::mem::take(&mut from.0).split_last_chunk()?;
            Said::Name(std::str::from_utf8(name).ok()?, *tag)
        }
        b'g' => Said::Project(std::str::from_utf8(std::mem::take(&mut from.0)).ok()?),
        b'e' => {
            let id = from.array()?;
            Said::Named(id, wide::<8>(&mut from)?)
        }
        b'i' => {
            let record = RecordId::from_bytes(from.array()?);
            match from.array::<1>()? {
                [0] => Said::Row(record, target(&mut from)?),
                [1] => Said::Seen(record, wide::<8>(&mut from)?),
                _ => return None,
            }
        }
        b'd' | b'k' | b'l' | b'n' | b't' | b'x' => {
            from.take(HASH_BYTES)?;
            match family {
                b'n' => Said::Number(target(&mut from)?),
                b't' => Said::Twin(target(&mut from)?),
                b'x' => Said::Serial(target(&mut from)?),
                b'd' => {
                    let counter = wide::<COUNTER_BYTES>(&mut from)?;
                    let no = u32::from_be_bytes(from.array()?);
                    Said::Document(Target { counter, seq: wide::<SEQ_BYTES>(&mut from)? }, no)
                }
                _ => {
                    from.take(DAY_BYTES)?;
                    let counter = wide::<COUNTER_BYTES>(&mut from)?;
                    let [marks] = from.array()?;
                    let name = if family == b'l' { Some(from.array()?) } else { None };
                    let target = Target { counter, seq: wide::<SEQ_BYTES>(&mut from)? };
                    Said::Listed(Listed { target, marks, name })
                }
            }
        }
        _ => return None,
    };
    from.0.is_empty().then_some(said)
}

/// The posting without its seq, where it has one: of several that agree in this, the last counts.
pub(super) fn subject(posting: &[u8]) -> &[u8] {
    match posting {
        [b'c' | b'e' | b'g', ..] => posting,
        [b'i', id_and_kind @ ..] if id_and_kind.get(16) == Some(&1) => posting,
        _ => &posting[..posting.len().saturating_sub(SEQ_BYTES)],
    }
}
