//! A record's dates, worked out from its facts.

use super::article::Article;
use super::certificate::{Certificate, Until};
use super::rules::{RuleId, Rules};
use jingui_schema::facts::{Basis, Business, Class, Outcome};
use jingui_schema::id::CertId;
use jingui_schema::rules::{GRACE_DAYS_MIN, years_floor};
use jingui_schema::time::Day;
use std::collections::BTreeSet;

/// What is known of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordFacts<'a> {
    /// Every class that somebody with the right to has said it is of; the one that keeps longest counts (R32).
    pub classes: &'a [Class],
    /// How the application ended.
    pub outcome: Outcome,
    /// The business act.
    pub business: Business,
    /// The day on which the applicant was told of the decision, where nothing was issued.
    pub decision: Option<Day>,
    /// Whether a second person has reviewed it as it stands.
    pub reviewed: bool,
    /// Every certificate that relies on it; links are only ever added (R25).
    pub certificates: &'a [Certificate],
}

/// Why a record has no dates, and so is never due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unclear {
    /// Nobody has reviewed it as it stands.
    Unreviewed,
    /// The application has not been decided.
    Pending,
    /// It was carried out, and no certificate is linked.
    NoCertificate,
    /// It was refused or taken back, and nobody knows when.
    NoDecision,
    /// Nobody knows how long this certificate is valid.
    UnknownEnd(CertId),
    /// This certificate has no end and was not revoked.
    NeverEnds(CertId),
    /// Its last day lies after the year 9999.
    BeyondCalendar,
}

impl Unclear {
    /// All words for one.
    pub const WORDS: &[&'static str] = &[
        "unreviewed",
        "pending",
        "no-certificate",
        "no-decision",
        "unknown-end",
        "never-ends",
        "beyond-calendar",
    ];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unreviewed => "unreviewed",
            Self::Pending => "pending",
            Self::NoCertificate => "no-certificate",
            Self::NoDecision => "no-decision",
            Self::UnknownEnd(_) => "unknown-end",
            Self::NeverEnds(_) => "never-ends",
            Self::BeyondCalendar => "beyond-calendar",
        }
    }

    /// The certificate it is about.
    pub fn certificate(self) -> Option<CertId> {
        match self {
            Self::UnknownEnd(id) | Self::NeverEnds(id) => Some(id),
            _ => None,
        }
    }
}

/// How the last day was found for one certificate, or for a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The certificate; none where it is counted from a decision.
    pub certificate: Option<CertId>,
    /// D0: the day the years are counted from.
    pub from: Day,
    /// The version of the rule that keeps longest.
    pub rule: RuleId,
    /// Its years.
    pub years: u16,
    /// What it counts from.
    pub basis: Basis,
    /// Years after the certificate's own last day that came out later and so count: the rule's second floor.
    pub floor: Option<u16>,
    /// Whether it is the law's own floor that counts, for the rules said less.
    pub by_law: bool,
    /// E: the last day of the duty, inclusive.
    pub last: Day,
    /// The longest grace of the versions that apply.
    pub grace: u16,
    /// The version that grace is from.
    pub grace_rule: RuleId,
    /// Whether a shorter version holds by now, which does not reach what was issued before.
    pub kept_longer: bool,
}

/// The dates of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dates {
    /// What decides: the certificate or decision whose last day is the latest.
    pub counted: Counted,
    /// E: the last day of the duty, inclusive.
    pub last: Day,
    /// F: the first day without it.
    pub free: Day,
    /// Days between F and G.
    pub grace: u16,
    /// The version that grace is from.
    pub grace_rule: RuleId,
    /// G: the first day on which disposal may run.
    pub disposal: Day,
    /// Until when a list of an issuer may still move it; none: it is final.
    pub provisional_until: Option<Day>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// For each certificate, and for the decision where there is one, how its last day is found, or why it is not.
    pub counted: Vec<Result<Counted, Unclear>>,
    /// The dates.
    dates: Option<Dates>,
    /// Why there are none: everything that stands in the way.
    pub unclear: Vec<Unclear>,
    /// What it rests on.
    pub articles: Vec<Article>,
}

impl Assessment {
    /// The dates; none while anything is unclear.
    pub fn dates(&self) -> Option<&Dates> {
        self.dates.as_ref()
    }
}

/// Works out a record's dates as of a day; only whether they are provisional depends on the day.
///
/// Source: law rules R14 to R33. Never below the legal floor, whatever rules and facts say.
pub fn assess(facts: &RecordFacts<'_>, rules: &Rules, today: Day) -> Assessment {
    let never_issued = matches!(facts.outcome, Outcome::Rejected | Outcome::Withdrawn | Outcome::Lapsed);
    let mut unclear = BTreeSet::new();
    let mut counted = Vec::new();
    if !facts.reviewed {
        unclear.insert(Unclear::Unreviewed);
    }
    if facts.outcome == Outcome::Pending {
        unclear.insert(Unclear::Pending);
    }
    if never_issued {
        let lawful = Class::CnR3;
        counted.push(match facts.decision {
            Some(day) => from_decision(day, &with(facts.classes, lawful), rules),
            None => Err(Unclear::NoDecision),
        });
    } else if facts.certificates.is_empty() && facts.outcome == Outcome::Issued {
        unclear.insert(Unclear::NoCertificate);
    }
    // Also those of an application that is said to have been refused: somebody relies on what lies here.
    let classes = with(facts.classes, Class::CnP5);
    let mut certificates: Vec<&Certificate> = facts.certificates.iter().collect();
    certificates.sort_by_key(|certificate| certificate.id);
    counted.extend(certificates.iter().map(|certificate| from_certificate(certificate, &classes, rules)));
    unclear.extend(counted.iter().filter_map(|one| one.as_ref().err().copied()));
    let mut dates = None;
    if unclear.is_empty() {
        dates = latest(&counted);
        match &mut dates {
            Some(dates) => {
                let open = certificates.iter().filter(|certificate| certificate.is_provisional(today));
                dates.provisional_until = open.filter_map(|certificate| last_day(certificate)).max();
            }
            None => drop(unclear.insert(Unclear::BeyondCalendar)),
        }
    }
    let unclear: Vec<Unclear> = unclear.into_iter().collect();
    let articles = articles(facts, &counted, &unclear);
    Assessment { counted, dates, unclear, articles }
}

fn with(classes: &[Class], lawful: Class) -> BTreeSet<Class> {
    classes.iter().copied().chain([lawful]).collect()
}

fn last_day(certificate: &Certificate) -> Option<Day> {
    match certificate.until {
        Until::On(day) => Some(day),
        Until::Never | Until::Unknown => None,
    }
}

fn from_decision(day: Day, classes: &BTreeSet<Class>, rules: &Rules) -> Result<Counted, Unclear> {
    count(None, Some(day), classes, rules, |_| Some(day), None, Class::CnR3)
}

fn from_certificate(
    certificate: &Certificate,
    classes: &BTreeSet<Class>,
    rules: &Rules,
) -> Result<Counted, Unclear> {
    let invalid = certificate.invalid().ok_or(match certificate.until {
        Until::Unknown => Unclear::UnknownEnd(certificate.id),
        Until::On(_) | Until::Never => Unclear::NeverEnds(certificate.id),
    })?;
    let last = last_day(certificate);
    let from = |basis: Option<Basis>| match basis {
        Some(Basis::Expiry) => last,
        Some(Basis::Invalid) | None => Some(invalid),
    };
    // One that says it was issued after its last day says nothing of when it was: every version applies. Measured by its
    // last day and not by its invalidity, which an event that keeps it longer may move past the day of issue.
    let issued = certificate.issued.filter(|issued| last.is_none_or(|last| *issued <= last));
    let counted = count(Some(certificate.id), issued, classes, rules, from, Some(last), Class::CnP5);
    // A rule that counts from the expiry of what never expires leaves no day, although it was revoked.
    match (counted, last) {
        (Err(Unclear::BeyondCalendar), None) => Err(Unclear::NeverEnds(certificate.id)),
        (counted, _) => counted,
    }
}

/// The latest last day of all versions that apply, each worked out by itself.
///
/// - `from`: the day counted from under a basis; none given: the law's own.
/// - `last`: the certificate's last day, which a second floor is counted from; absent for a decision.
fn count(
    certificate: Option<CertId>,
    issued: Option<Day>,
    classes: &BTreeSet<Class>,
    rules: &Rules,
    from: impl Fn(Option<Basis>) -> Option<Day>,
    last: Option<Option<Day>>,
    lawful: Class,
) -> Result<Counted, Unclear> {
    let mut longest: Option<Counted> = None;
    let mut grace = (0, RuleId { class: lawful, version: 0 });
    for class in classes {
        let all = rules.versions(*class);
        for signed in rules.applying(*class, issued) {
            let (rule, id) = (&signed.rule, RuleId::of(&signed.rule));
            if rule.grace >= grace.0 {
                grace = (rule.grace, id);
            }
            let day = from(Some(rule.basis)).ok_or(Unclear::BeyondCalendar)?;
            let mut end = day.plus_years(rule.years).ok_or(Unclear::BeyondCalendar)?;
            let mut floor = None;
            if let (Some(years), Some(last)) = (rule.floor, last) {
                let kept = last.and_then(|last| last.plus_years(years)).ok_or(Unclear::BeyondCalendar)?;
                (end, floor) = if kept > end { (kept, Some(years)) } else { (end, None) };
            }
            // Of two that end on the same day the newer version is named.
            if longest.as_ref().is_none_or(|longest| end >= longest.last) {
                let newer = all.iter().filter(|other| other.rule.version > rule.version);
                longest = Some(Counted {
                    certificate,
                    from: day,
                    rule: id,
                    years: rule.years,
                    basis: rule.basis,
                    floor,
                    by_law: false,
                    last: end,
                    grace: rule.grace,
                    grace_rule: id,
                    kept_longer: newer.into_iter().any(|other| other.rule.is_shorter_than(rule)),
                });
            }
        }
    }
    let day = from(None).ok_or(Unclear::BeyondCalendar)?;
    let least = day.plus_years(years_floor(lawful)).ok_or(Unclear::BeyondCalendar)?;
    let mut counted = longest.ok_or(Unclear::BeyondCalendar)?;
    (counted.grace, counted.grace_rule) = (grace.0.max(GRACE_DAYS_MIN), grace.1);
    if counted.last < least {
        let years = years_floor(lawful);
        counted = Counted { from: day, years, floor: None, by_law: true, last: least, ..counted };
    }
    Ok(counted)
}

fn latest(counted: &[Result<Counted, Unclear>]) -> Option<Dates> {
    let counted: Vec<&Counted> = counted.iter().filter_map(|one| one.as_ref().ok()).collect();
    let decides = **counted.iter().rev().max_by_key(|one| one.last)?;
    let longest = counted.iter().rev().max_by_key(|one| one.grace)?;
    let free = decides.last.plus_days(1)?;
    let disposal = free.plus_days(longest.grace.into())?;
    Some(Dates {
        counted: decides,
        last: decides.last,
        free,
        grace: longest.grace,
        grace_rule: longest.grace_rule,
        disposal,
        provisional_until: None,
    })
}

fn articles(
    facts: &RecordFacts<'_>,
    counted: &[Result<Counted, Unclear>],
    unclear: &[Unclear],
) -> Vec<Article> {
    let mut articles = BTreeSet::new();
    if unclear.contains(&Unclear::Unreviewed) {
        articles.insert(Article::Review);
    }
    let acted_on = matches!(facts.business, Business::Revoke | Business::Unlock);
    if facts.certificates.len() > 1 || acted_on && !facts.certificates.is_empty() {
        articles.insert(Article::Reliance);
    }
    if !facts.certificates.is_empty() || facts.outcome == Outcome::Issued {
        articles.insert(Article::Duty);
    }
    if facts.certificates.iter().any(Certificate::was_held) {
        articles.insert(Article::OnHold);
    }
    for one in counted.iter().flatten() {
        articles.extend([Article::Counting, Article::Grace]);
        articles.insert(match one.certificate {
            Some(_) => Article::Validity,
            None => Article::Limitation,
        });
        if one.rule.class == Class::CnG10 {
            articles.insert(Article::Government);
        }
        if one.floor.is_some() {
            articles.insert(Article::Reliance);
        }
        if one.kept_longer {
            articles.insert(Article::NotRetroactive);
        }
    }
    articles.into_iter().collect()
}
