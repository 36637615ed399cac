//! Words of a command line, checked as they come in. What is wrong is the key of a message.

use crate::words::{self, Words};
use clap::builder::{OsStringValueParser, PossibleValuesParser, TypedValueParser, ValueParser};
use jingui_schema::act::SignOff;
use jingui_schema::cosignature::CosignerKey;
use jingui_schema::digest::Sha256;
use jingui_schema::disposal::Slot;
use jingui_schema::facts::{DocumentKind, Field, Label, Lack, Mark, Particular, Role, is_unprintable};
use jingui_schema::id::{ActId, ArchiveNumber, Fonds, StaffNo, TargetId};
use jingui_schema::jobs::Job;
use jingui_schema::rules::LAW_CHARS_MAX;
use jingui_schema::time::Day;
use jingui_vault::body::Seen;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

/// Holders of one application at most.
const HOLDERS_MAX: u32 = 100_000;

/// Why a value is not one: the key of a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Why(&'static str);

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Why {}

/// `FILE=KIND`: what a document is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kinded {
    /// The file, as it was given.
    pub file: PathBuf,
    /// What it is.
    pub kind: DocumentKind,
}

/// `KIND=REASON` or `KIND:GAP=REASON`: a gap that is let pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// Which.
    pub kind: DocumentKind,
    /// What of it.
    pub gap: Option<Lack>,
    /// Why.
    pub reason: String,
}

/// `FILE=MARK,…`: what was seen of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked {
    /// The file, as it was given.
    pub file: PathBuf,
    /// The marks.
    pub marks: Vec<Mark>,
    /// Its last day.
    pub until: Option<Day>,
    /// Pages.
    pub pages: Option<u32>,
}

/// `NO=MARK,…`, `NO+MARK,…` or `NO-MARK,…`: what is said of the marks of a document from now on. What is not named stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remarked {
    /// The number of the document, as it was given.
    pub file: PathBuf,
    /// All its marks.
    pub marks: Option<Vec<Mark>>,
    /// Marks it has besides.
    pub add: Vec<Mark>,
    /// Marks it has no more.
    pub remove: Vec<Mark>,
    /// Its last day.
    pub until: Option<Option<Day>>,
    /// Pages.
    pub pages: Option<Option<u32>>,
}

/// `FILE=TITLE`: what a document is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Titled {
    /// The file, as it was given; in a correction the number of the document.
    pub file: PathBuf,
    /// Its title; empty for none.
    pub title: String,
}

/// `PUB=ROLE,…`: a person to enrol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// The file with the public half, as it was given.
    pub file: PathBuf,
    /// The roles.
    pub roles: Vec<Role>,
}

fn parser<T: Clone + Send + Sync + 'static>(read: fn(&str) -> Result<T, Why>) -> ValueParser {
    ValueParser::from(read)
}

/// One of a closed list of words.
pub(super) fn words<T>(all: &'static [T]) -> ValueParser
where
    T: Copy + fmt::Display + FromStr + Send + Sync + 'static,
{
    let read = |word: String| word.parse::<T>().unwrap_or_else(|_| panic!("{word} is in the list"));
    PossibleValuesParser::new(all.iter().map(T::to_string)).map(read).into()
}

/// A whole number.
pub(super) fn number<T>(least: T, most: T) -> ValueParser
where
    T: FromStr + PartialOrd + Copy + Send + Sync + 'static,
{
    let read = move |word: &str| {
        word.parse::<T>().ok().filter(|n| (least..=most).contains(n)).ok_or(Why("why-number"))
    };
    ValueParser::from(read)
}

/// The id of a copy.
pub(super) fn target() -> ValueParser {
    parser(|word| word.to_uppercase().parse::<TargetId>().map_err(|_| Why("why-target")))
}

/// Bytes a second, or bytes: a number, or one of KiB, MiB, GiB as `500K`, `2M`, `1G`.
pub(super) fn rate() -> ValueParser {
    parser(|word| {
        let (digits, unit) = match word.trim_end_matches(['K', 'k', 'M', 'm', 'G', 'g']) {
            digits if digits.len() == word.len() => (digits, 1),
            digits => match &word[digits.len()..] {
                "K" | "k" => (digits, 1 << 10),
                "M" | "m" => (digits, 1 << 20),
                "G" | "g" => (digits, 1u64 << 30),
                _ => return Err(Why("why-rate")),
            },
        };
        let rate = digits.parse::<u64>().ok().and_then(|n| n.checked_mul(unit));
        let rate = rate.filter(|rate| (1..=i64::MAX as u64).contains(rate));
        rate.ok_or(Why("why-rate"))
    })
}

/// A day in any of the spellings in use.
pub(super) fn day() -> ValueParser {
    parser(|word| Day::read(word).map_err(|_| Why("why-day")))
}

/// A label.
pub(super) fn label() -> ValueParser {
    parser(|word| Label::read(word).map_err(|_| Why("why-label")))
}

/// A reason or statement: a text with something in it.
pub(super) fn said() -> ValueParser {
    parser(|word| match word.trim() {
        "" => Err(Why("why-said")),
        said => Ok(said.to_owned()),
    })
}

/// A legal basis: a text that can be printed, not too long to be read in a line of the journal.
pub(super) fn law() -> ValueParser {
    parser(|word| {
        let law = word.trim();
        let fits = (1..=LAW_CHARS_MAX).contains(&law.chars().count());
        let printable = law.chars().all(|c| c == '\n' || !is_unprintable(c));
        if fits && printable { Ok(law.to_owned()) } else { Err(Why("why-law")) }
    })
}

/// A fonds code.
pub(super) fn fonds() -> ValueParser {
    parser(|word| word.parse::<Fonds>().map_err(|_| Why("why-fonds")))
}

/// A staff number.
pub(super) fn staff() -> ValueParser {
    parser(|word| word.parse::<StaffNo>().map_err(|_| Why("why-staff")))
}

/// An archive number.
pub(super) fn archive_number() -> ValueParser {
    parser(|word| word.parse::<ArchiveNumber>().map_err(|_| Why("why-archive-number")))
}

/// A request id.
pub(super) fn request() -> ValueParser {
    parser(|word| word.parse::<ActId>().map_err(|_| Why("why-request")))
}

/// Somebody to seal to.
pub(super) fn recipient() -> ValueParser {
    parser(|word| match jingui_vault::seal::parse_recipient(word.trim()) {
        Ok(_) => Ok(word.trim().to_owned()),
        Err(_) => Err(Why("why-recipient")),
    })
}

/// The id of a pinned issuer.
pub(super) fn issuer() -> ValueParser {
    parser(|word| word.parse::<jingui_schema::id::IssuerId>().map_err(|_| Why("why-request")))
}

/// Seconds, also parts of one, up to a day.
pub(super) fn seconds() -> ValueParser {
    parser(|word| {
        let seconds = word.parse::<f64>().ok().filter(|s| (0.0..=86_400.0).contains(s));
        seconds.map(Duration::from_secs_f64).ok_or(Why("why-seconds"))
    })
}

/// A share such as `5%` or `0.5%`, as a fraction of one.
pub(super) fn percent() -> ValueParser {
    parser(|word| {
        let number = word.strip_suffix('%').unwrap_or(word).parse::<f64>().ok();
        number.filter(|p| *p > 0.0 && *p <= 100.0).map(|p| p / 100.0).ok_or(Why("why-percent"))
    })
}

/// `FILE=KIND`.
pub(super) fn kinded() -> ValueParser {
    let read = |word: OsString| {
        let (file, kind) = split_last(&word).ok_or(Why("why-kinded"))?;
        let kind = kind.to_ascii_uppercase().parse().map_err(|_| Why("why-kinded"))?;
        Ok::<_, Why>(Kinded { file: file.into(), kind })
    };
    OsStringValueParser::new().try_map(read).into()
}

/// `KIND=REASON` or `KIND:GAP=REASON`.
pub(super) fn waiver() -> ValueParser {
    parser(|word| {
        let (what, reason) = word.split_once('=').ok_or(Why("why-waiver"))?;
        let (kind, gap) = waived(what).ok_or(Why("why-waiver"))?;
        let reason = Label::read(reason).map_err(|_| Why("why-waiver"))?;
        Ok(Waiver { kind, gap, reason: reason.as_str().to_owned() })
    })
}

/// `KIND` or `KIND:GAP`: what is let pass.
pub fn waived(word: &str) -> Option<(DocumentKind, Option<Lack>)> {
    let (kind, gap) = word.split_once(':').map_or((word, None), |(kind, gap)| (kind, Some(gap)));
    let gap = gap.map(|gap| gap.trim().to_ascii_lowercase().parse().ok());
    match gap {
        Some(None) => None,
        gap => Some((kind.trim().to_ascii_uppercase().parse().ok()?, gap.flatten())),
    }
}

/// `FILE=MARK,…`, with `until:DAY` or `until:long`, and `pages:N` among the marks.
pub(super) fn marked() -> ValueParser {
    let read = |word: OsString| {
        let (file, words) = split_last(&word).ok_or(Why("why-marked"))?;
        let Seen { marks, until, pages } = seen(words).ok_or(Why("why-marked"))?;
        Ok::<_, Why>(Marked { file: file.into(), marks, until, pages })
    };
    OsStringValueParser::new().try_map(read).into()
}

/// `NO=MARK,…`, `NO+MARK,…` or `NO-MARK,…`.
pub(super) fn remarked() -> ValueParser {
    parser(|word| {
        let at = word.find(['=', '+', '-']).filter(|at| *at > 0).ok_or(Why("why-remarked"))?;
        let (file, words) = (PathBuf::from(&word[..at]), &word[at + 1..]);
        let mut said = Remarked { file, ..Remarked::default() };
        if word[at..].starts_with('-') {
            for word in words.split(',').map(str::trim).filter(|word| !word.is_empty()) {
                match word {
                    "until" => said.until = Some(None),
                    "pages" => said.pages = Some(None),
                    word => said.remove.push(word.parse().map_err(|_| Why("why-remarked"))?),
                }
            }
            return Ok(said);
        }
        let Seen { marks, until, pages } = seen(words).ok_or(Why("why-remarked"))?;
        (said.until, said.pages) = (until.map(Some), pages.map(Some));
        match word[at..].starts_with('+') {
            true => said.add = marks,
            false => said.marks = Some(marks),
        }
        Ok(said)
    })
}

/// `MARK,…`, with `until:DAY` and `pages:N` among the marks.
pub fn seen(words: &str) -> Option<Seen> {
    let mut seen = Seen::default();
    for word in words.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        match word.split_once(':') {
            Some(("until", "long" | "长期")) => seen.until = Some(Day::FOR_GOOD),
            Some(("until", day)) => seen.until = Some(Day::read(day).ok()?),
            Some(("pages", count)) => seen.pages = Some(count.parse().ok().filter(|n| *n > 0)?),
            _ => seen.marks.push(word.parse().ok()?),
        }
    }
    seen.marks.sort_unstable();
    seen.marks.dedup();
    Some(seen)
}

/// How many people the certificates are for: a whole number, as it is stored.
pub fn holders(text: &str) -> Option<Label> {
    let count = text.trim().parse::<u32>().ok().filter(|count| (1..=HOLDERS_MAX).contains(count))?;
    Label::read(&count.to_string()).ok()
}

/// `FILE=TITLE`.
pub(super) fn titled() -> ValueParser {
    let read = |word: OsString| {
        let (file, title) = split_last(&word).ok_or(Why("why-titled"))?;
        let title = match title.trim() {
            "" => String::new(),
            title => Label::read(title).map_err(|_| Why("why-titled"))?.to_string(),
        };
        Ok::<_, Why>(Titled { file: file.into(), title })
    };
    OsStringValueParser::new().try_map(read).into()
}

/// `FIELD=VALUE`: a particular of the application form.
pub(super) fn particular() -> ValueParser {
    parser(|word| {
        let (field, value) = word.split_once('=').ok_or(Why("why-particular"))?;
        let field = field.parse::<Field>().map_err(|_| Why("why-particular"))?;
        Ok(Particular { field, value: Label::read(value).map_err(|_| Why("why-particular"))? })
    })
}

/// The digest of a plan.
pub(super) fn digest() -> ValueParser {
    parser(|word| word.to_ascii_lowercase().parse::<Sha256>().map_err(|_| Why("why-digest")))
}

/// The verifier key of a cosigner.
pub(super) fn cosigner() -> ValueParser {
    parser(|word| word.parse::<CosignerKey>().map_err(|_| Why("why-cosigner")))
}

/// `HEADING=FIELD`: what a heading of a sheet means.
pub(super) fn mapped() -> ValueParser {
    parser(|word| {
        let (heading, field) = word.rsplit_once('=').ok_or(Why("why-map"))?;
        let field = Words::shipped().field(field).ok_or(Why("why-map"))?;
        let has_column =
            !heading.trim().is_empty() && !matches!(field, words::Field::Kind | words::Field::Page);
        has_column.then(|| (heading.trim().to_owned(), field)).ok_or(Why("why-map"))
    })
}

/// `JOB=CRON`: when a job runs; `JOB=off`: never by itself.
pub(super) fn job_time() -> ValueParser {
    parser(|word| {
        let (job, cron) = word.split_once('=').ok_or(Why("why-job-time"))?;
        let job: Job = job.parse().map_err(|_| Why("why-job-time"))?;
        let cron = cron.trim();
        let known = !cron.is_empty() && !cron.chars().any(is_unprintable);
        known.then(|| (job, (cron != "off").then(|| cron.to_owned()))).ok_or(Why("why-job-time"))
    })
}

/// `FIELD=VALUE`: what stands where a sheet says nothing.
pub(super) fn standing() -> ValueParser {
    parser(|word| {
        let (field, value) = word.split_once('=').ok_or(Why("why-set"))?;
        let field = Words::shipped().field(field).ok_or(Why("why-set"))?;
        use words::Field::{Files, Kind, Page, Skip};
        let may_stand = !matches!(field, Kind | Page | Files | Skip);
        let value = value.trim();
        (may_stand && !value.is_empty()).then(|| (field, value.to_owned())).ok_or(Why("why-set"))
    })
}

/// `N` or `N-N`: rows of a plan.
pub(super) fn rows() -> ValueParser {
    parser(|word| {
        let (from, to) = word.split_once('-').unwrap_or((word, word));
        let number = |text: &str| text.trim().parse::<u64>().map_err(|_| Why("why-rows"));
        let (from, to) = (number(from)?, number(to)?);
        (1 <= from && from <= to).then_some((from, to)).ok_or(Why("why-rows"))
    })
}

/// `SLOT=ROLE,…`: a sign-off that plans ask for. The authority's own names no roles.
pub(super) fn sign_off() -> ValueParser {
    parser(|word| {
        let (slot, roles) = word.split_once('=').unwrap_or((word, ""));
        let slot = slot.trim().parse::<Slot>().map_err(|_| Why("why-sign-off"))?;
        let roles = roles.split(',').map(str::trim).filter(|role| !role.is_empty());
        let roles: Result<Vec<Role>, _> = roles.map(str::parse).collect();
        let roles = roles.map_err(|_| Why("why-sign-off"))?;
        let fits = roles.is_empty() == (slot == Slot::Authority);
        fits.then_some(SignOff { slot, roles }).ok_or(Why("why-sign-off"))
    })
}

/// `PUB=ROLE,…`.
pub(super) fn enrolment() -> ValueParser {
    let read = |word: OsString| {
        let (file, roles) = split_last(&word).ok_or(Why("why-enrolment"))?;
        let roles: Result<Vec<Role>, _> = roles.split(',').map(str::parse).collect();
        Ok::<_, Why>(Enrolment { file: file.into(), roles: roles.map_err(|_| Why("why-enrolment"))? })
    };
    OsStringValueParser::new().try_map(read).into()
}

/// Splits at the last `=`, for a file name may have one of its own; the file's part need not be UTF-8.
fn split_last(word: &OsStr) -> Option<(&OsStr, &str)> {
    let bytes = word.as_bytes();
    let at = bytes.iter().rposition(|byte| *byte == b'=').filter(|at| *at > 0)?;
    Some((OsStr::from_bytes(&bytes[..at]), std::str::from_utf8(&bytes[at + 1..]).ok()?))
}
