//! One record and one certificate as they lie in `derived/dates`.
//!
//! Does no I/O. What only destroying asks for is left out: the lines that bear on a record, its place, the line of its
//! newest version. So nothing that was read here could be taken for what a journal read from its first line says.

use super::{Held, Kept, Known, Said};
use crate::catalog::{Bytes, place, put_number};
use crate::custody::{Custody, Look};
use crate::holds::OfRecord;
use crate::retention::{Authority, End, Ended};
use jingui_schema::certificate::{Reliance, Until as Told};
use jingui_schema::digest::Sha256;
use jingui_schema::facts::{Business, Class, Outcome};
use jingui_schema::id::{ActId, ArchiveNumber, CertId, HoldId, RecordId, StaffNo};
use jingui_schema::time::Day;
use smallvec::SmallVec;

/// A day in 22 bits that sort as days do; no day is 0.
pub(super) fn packed(day: Day) -> u32 {
    let (year, month) = (u32::from(day.0.year().unsigned_abs()), u32::from(day.0.month().unsigned_abs()));
    (year * 12 + month - 1) << 5 | u32::from(day.0.day().unsigned_abs())
}

/// The month of a packed day.
pub(super) fn month(packed: u32) -> u32 {
    packed >> 5
}

/// Year and month of what [`month`] gave.
pub(super) fn year_and_month(month: u32) -> (u32, u32) {
    (month / 12, month % 12 + 1)
}

/// The day that was packed, if there is one.
pub(super) fn unpacked(packed: u32) -> Option<Day> {
    let (year, month) = year_and_month(month(packed));
    Day::of(i16::try_from(year).ok()?, month as i8, (packed & 31) as i8)
}

fn put_day(out: &mut Vec<u8>, day: Option<Day>) {
    put_number(out, day.map_or(0, packed).into());
}

fn put_list<T>(out: &mut Vec<u8>, list: &[T], mut put: impl FnMut(&mut Vec<u8>, &T)) {
    put_number(out, list.len() as u64);
    list.iter().for_each(|one| put(out, one));
}

fn put_numbers(out: &mut Vec<u8>, numbers: [u64; 3]) {
    numbers.into_iter().for_each(|number| put_number(out, number));
}

fn put_look(out: &mut Vec<u8>, look: Option<Look>) {
    put_list(out, look.as_slice(), |out, look| {
        put_numbers(out, [look.n.into(), look.by.0.into(), look.seq]);
    });
}

/// Appends a record.
pub(super) fn put_record(out: &mut Vec<u8>, record: RecordId, kept: &Kept) {
    out.extend_from_slice(record.as_bytes());
    let number = kept.number.to_string();
    put_list(out, number.as_bytes(), |out, byte| out.push(*byte));
    out.push(place(Class::ALL, &kept.class));
    out.push(place(Business::ALL, &kept.business));
    out.push(place(Outcome::ALL, &kept.outcome));
    for day in [Some(kept.date), kept.decided, Some(kept.filed), Some(kept.last_filed)] {
        put_day(out, day);
    }
    put_list(out, &kept.said, |out, said| {
        out.extend_from_slice(said.act.as_bytes());
        put_day(out, said.until);
        put_list(out, said.class.as_slice(), |out, class| out.push(place(Class::ALL, class)));
    });
    put_list(out, &kept.custody.hands, |out, hand| put_number(out, hand.0.into()));
    put_number(out, kept.custody.to_review.into());
    put_look(out, kept.custody.passed);
    put_look(out, kept.custody.returned);
    put_list(out, &kept.links, |out, (cert, reliance, act)| {
        out.extend_from_slice(cert.as_bytes());
        out.push(place(Reliance::ALL, reliance));
        out.extend_from_slice(act.as_bytes());
    });
    put_list(out, &kept.versions, |out, (n, commit)| {
        put_number(out, (*n).into());
        out.extend_from_slice(&commit.0);
    });
    put_list(out, &kept.bodies, |out, body| {
        put_numbers(out, [body.filing.into(), body.docs.into(), body.bytes]);
    });
    let holds: Vec<HoldId> = kept.of.holds.iter().copied().collect();
    put_list(out, &holds, |out, hold| out.extend_from_slice(hold.as_bytes()));
    put_number(out, kept.of.version);
    put_number(out, kept.of.screened);
}

/// Reads one again; `None` where the bytes are none.
pub(super) fn take_record(bytes: &[u8]) -> Option<(RecordId, Kept)> {
    let mut from = Bytes(bytes);
    let record = RecordId::from_bytes(from.array()?);
    let number: ArchiveNumber = {
        let length = from.number()?;
        std::str::from_utf8(from.take(length.try_into().ok()?)?).ok()?.parse().ok()?
    };
    let (class, business, outcome) =
        (from.word(Class::ALL)?, from.word(Business::ALL)?, from.word(Outcome::ALL)?);
    let (date, decided, filed) = (take_day(&mut from)??, take_day(&mut from)?, take_day(&mut from)??);
    let last_filed = take_day(&mut from)??;
    let said = from.list(|from| {
        let (act, until) = (ActId::from_bytes(from.array()?), take_day(from)?);
        Some(Said { act, until, class: from.option(|from| from.word(Class::ALL))? })
    })?;
    let hands = from.list(|from| small(from).map(StaffNo))?.into_iter().collect();
    let to_review = small(&mut from)?;
    let (passed, returned) = (from.option(take_look)?, from.option(take_look)?);
    let custody = Custody { hands, to_review, passed, returned, ..Custody::default() };
    let links = from.list(|from| {
        let (cert, reliance) = (CertId::from_bytes(from.array()?), from.word(Reliance::ALL)?);
        Some((cert, reliance, ActId::from_bytes(from.array()?)))
    })?;
    let versions = from.list(|from| Some((small(from)?, Sha256(from.array()?))))?;
    let bodies =
        from.list(|from| Some(Held { filing: small(from)?, docs: small(from)?, bytes: from.number()? }))?;
    let holds = from.list(|from| from.array().map(HoldId::from_bytes))?.into_iter().collect();
    let of = OfRecord { holds, version: from.number()?, screened: from.number()? };
    let kept = Kept {
        number,
        class,
        business,
        date,
        outcome,
        decided,
        custody,
        filed,
        last_filed,
        links: links.into(),
        versions: versions.into(),
        counter: 0,
        bodies: bodies.into(),
        lines: SmallVec::new(),
        changed: 0,
        said,
        of,
    };
    from.0.is_empty().then_some((record, kept))
}

/// Appends what is known of a certificate, and the rows of the records that link it.
pub(super) fn put_certificate(out: &mut Vec<u8>, known: &Known, rows: &[u32]) {
    put_list(out, &known.links, |out, (act, issued, until)| {
        out.extend_from_slice(act.as_bytes());
        put_day(out, *issued);
        put_number(
            out,
            match until {
                None => 0,
                Some(Told::Never) => 1,
                Some(Told::Day(day)) => packed(*day).into(),
            },
        );
    });
    put_list(out, &known.ends, |out, (act, end)| {
        out.extend_from_slice(act.as_bytes());
        put_day(out, Some(end.day));
        out.push(place(ENDED, &end.what));
        match end.by {
            Authority::Two => out.push(0),
            Authority::One => out.push(1),
            Authority::List(day) => {
                out.push(2);
                put_day(out, Some(day));
            }
        }
    });
    put_list(out, rows, |out, row| put_number(out, (*row).into()));
}

const ENDED: &[Ended] = &[Ended::Revoked, Ended::Held, Ended::Released, Ended::Permanent];

/// Reads them again; `None` where the bytes are none.
pub(super) fn take_certificate(bytes: &[u8]) -> Option<(Known, Vec<u32>)> {
    let mut from = Bytes(bytes);
    let links = from.list(|from| {
        let (act, issued) = (ActId::from_bytes(from.array()?), take_day(from)?);
        let until = match small(from)? {
            0 => None,
            1 => Some(Told::Never),
            day => Some(Told::Day(unpacked(day)?)),
        };
        Some((act, issued, until))
    })?;
    let ends = from.list(|from| {
        let (act, day, what) = (ActId::from_bytes(from.array()?), take_day(from)??, from.word(ENDED)?);
        let by = match from.array::<1>()? {
            [0] => Authority::Two,
            [1] => Authority::One,
            [2] => Authority::List(take_day(from)??),
            _ => return None,
        };
        Some((act, End { day, what, by }))
    })?;
    let rows = from.list(small)?;
    from.0.is_empty().then_some((Known { links: links.into(), ends }, rows))
}

fn small(from: &mut Bytes<'_>) -> Option<u32> {
    from.number()?.try_into().ok()
}

fn take_day(from: &mut Bytes<'_>) -> Option<Option<Day>> {
    match small(from)? {
        0 => Some(None),
        day => unpacked(day).map(Some),
    }
}

fn take_look(from: &mut Bytes<'_>) -> Option<Look> {
    Some(Look { n: small(from)?, by: StaffNo(small(from)?), seq: from.number()? })
}
