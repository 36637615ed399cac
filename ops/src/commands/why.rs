//! `why RECORD`: until when a record is kept, worked out in the open so that a person can do it again by hand.
//!
//! Reads the journal alone: no key is asked for, and nothing is shown that is not in the clear there. With the key of
//! somebody who may know of holds it tells which keep it; to others it says no more than that it is not eligible.

use super::World;
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::Result;
use crate::output::Output;
use jingui_schema::id::{CertId, HoldId};
use jingui_schema::time::Day;
use jingui_vault::dates::{Dated, Kept, Said, Shown};
use jingui_vault::holds::Standing;
use jingui_vault::retention::{Authority, Certificate, Counted, Ended, Unclear, Until, Verdict};
use jingui_vault::{Error, Exit, Session};
use serde::Serialize;

#[derive(Serialize)]
struct Told {
    record: String,
    number: String,
    as_of: String,
    class: &'static str,
    business: &'static str,
    outcome: &'static str,
    date: String,
    decision: Option<String>,
    reviewed: bool,
    certificates: Vec<ToldCertificate>,
    counted: Vec<ToldCounted>,
    /// What appraisals have added to its period.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    appraisals: Vec<ToldSaid>,
    dates: Option<ToldDates>,
    unclear: Vec<ToldUnclear>,
    holds: Vec<String>,
    #[serde(flatten)]
    verdict: ToldVerdict,
    articles: Vec<&'static str>,
}

#[derive(Serialize)]
struct ToldCertificate {
    cert: String,
    reliance: Vec<&'static str>,
    issued: Option<String>,
    until: Option<String>,
    ends: Vec<ToldEnd>,
    revoked: Option<String>,
    invalid: Option<String>,
}

#[derive(Serialize)]
struct ToldEnd {
    day: String,
    event: &'static str,
    by: &'static str,
}

#[derive(Serialize)]
struct ToldCounted {
    cert: Option<String>,
    from: String,
    rule: String,
    years: u16,
    basis: &'static str,
    floor: Option<u16>,
    by_law: bool,
    last: String,
    grace: u16,
    kept_longer: bool,
}

/// What an appraisal has added.
#[derive(Serialize)]
struct ToldSaid {
    act: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<&'static str>,
}

impl From<&Said> for ToldSaid {
    fn from(said: &Said) -> Self {
        let class = said.class.map(|class| class.word());
        Self { act: said.act.to_string(), until: text_of(said.until), class }
    }
}

#[derive(Serialize)]
struct ToldDates {
    rule: String,
    last: String,
    free: String,
    grace: u16,
    grace_rule: String,
    disposal: String,
    provisional_until: Option<String>,
}

#[derive(Serialize)]
struct ToldUnclear {
    reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cert: Option<String>,
}

/// Whether a record may be disposed of, as it is told.
#[derive(Serialize)]
pub(super) struct ToldVerdict {
    verdict: &'static str,
    earliest: Option<String>,
    /// The day before which an appraisal keeps it.
    #[serde(skip_serializing_if = "Option::is_none")]
    appraised_until: Option<String>,
}

impl ToldVerdict {
    /// Who may not know of holds is told that it is not eligible.
    fn of(dated: &Dated, knows: bool) -> Self {
        Self {
            verdict: word(dated.verdict, knows),
            earliest: dated.earliest.map(|day| day.to_string()),
            appraised_until: dated.until.map(|day| day.to_string()),
        }
    }
}

/// Whether a hold is what keeps it.
fn is_held(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Held { .. } | Verdict::CoolOff { .. })
}

fn word(verdict: Verdict, knows: bool) -> &'static str {
    match verdict {
        held if is_held(held) && !knows => "not-eligible",
        Verdict::Undetermined => "undetermined",
        Verdict::Held { .. } => "held",
        Verdict::Keep { .. } => "keep",
        Verdict::CoolOff { .. } => "cool-off",
        Verdict::Due { .. } => "due",
    }
}

fn end_word(end: Ended) -> &'static str {
    match end {
        Ended::Revoked => "revoked",
        Ended::Held => "held",
        Ended::Released => "released",
        Ended::Permanent => "permanent",
    }
}

fn until_text(until: Until) -> Option<String> {
    match until {
        Until::On(day) => Some(day.to_string()),
        Until::Never => Some("never".into()),
        Until::Unknown => None,
    }
}

fn text_of(day: Option<Day>) -> Option<String> {
    day.map(|day| day.to_string())
}

/// Shows.
pub(super) fn run(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let as_of = parsed.get::<Day>("as-of").unwrap_or_else(|| world.vault.today());
    let state = world.vault.state();
    let session = world.session_if_any(context)?;
    let knows = session.as_ref().is_some_and(Session::may_know_holds);
    let typed = parsed.must::<String>("record");
    let shown = match world.vault.shown(&typed, as_of, &|| context.go_on().is_err()) {
        Err(Error::NoRecord { .. }) if state.tombstone(&typed).is_some() => {
            let seq = state.tombstone(&typed).map_or(0, |(_, seq)| seq);
            return Err(state.gone(typed.trim(), seq).into());
        }
        shown => shown?,
    };
    let Shown { record, kept, certificates, dated, held } = shown;
    let dated = if knows { dated } else { dated.openly(as_of) };
    let holds = match (&session, held) {
        (Some(session), Standing::Held(held)) if knows && is_held(dated.verdict) => matters(session, &held)?,
        _ => Vec::new(),
    };
    world.tell_notices(context)?;
    if context.out.json() {
        let assessment = &dated.assessment;
        context.out.document(&Told {
            record: record.to_string(),
            number: kept.number.to_string(),
            as_of: as_of.to_string(),
            class: kept.class.word(),
            business: kept.business.word(),
            outcome: kept.outcome.word(),
            date: kept.date.to_string(),
            decision: text_of(kept.decision()),
            reviewed: kept.custody.is_settled(),
            certificates: certificates.iter().map(|one| told_certificate(&kept, one)).collect(),
            counted: assessment.counted.iter().flatten().map(told_counted).collect(),
            appraisals: kept.appraised().iter().map(ToldSaid::from).collect(),
            dates: assessment.dates().map(|dates| ToldDates {
                rule: dates.counted.rule.to_string(),
                last: dates.last.to_string(),
                free: dates.free.to_string(),
                grace: dates.grace,
                grace_rule: dates.grace_rule.to_string(),
                disposal: dates.disposal.to_string(),
                provisional_until: text_of(dates.provisional_until),
            }),
            unclear: assessment.unclear.iter().map(told_unclear).collect(),
            holds,
            verdict: ToldVerdict::of(&dated, knows),
            articles: assessment.articles.iter().map(|article| article.word()).collect(),
        })?;
        return Ok(Exit::Done);
    }
    let out = &context.out;
    let reviewed = if kept.custody.is_settled() { "yes" } else { "no" };
    let mut pairs = vec![
        ("col-number", kept.number.to_string()),
        ("col-record", record.to_string()),
        ("col-as-of", as_of.to_string()),
        ("col-business", out.word("business", &kept.business)),
        ("col-outcome", out.word("outcome", &kept.outcome)),
        ("col-class", kept.class.to_string()),
        ("col-reviewed", out.text(reviewed, &[])),
    ];
    pairs.extend(text_of(kept.decision()).map(|day| ("col-decision", day)));
    context.out.pairs(&pairs)?;
    let counted: Vec<&Counted> = dated.assessment.counted.iter().flatten().collect();
    let mut rows = Vec::new();
    for one in counted.iter().filter(|one| one.certificate.is_none()) {
        let what = context.out.text("why-decision", &[]);
        rows.push([vec![what, String::new()], counted_row(&context.out, one)].concat());
    }
    for certificate in &certificates {
        let found = counted.iter().find(|one| one.certificate == Some(certificate.id));
        let unclear = dated.assessment.unclear.iter().find(|why| why.certificate() == Some(certificate.id));
        let rest = match (found, unclear) {
            (Some(one), _) => counted_row(&context.out, one),
            (None, Some(why)) => {
                vec![String::new(), String::new(), String::new(), context.out.word("unclear", &why.word())]
            }
            (None, None) => vec![String::new(); 4],
        };
        let validity = validity(&context.out, certificate);
        rows.push([vec![short(certificate.id), validity], rest].concat());
    }
    let headings = ["col-item", "col-validity", "col-d0", "col-rule", "col-last", "col-remark"];
    context.out.table(&headings, rows)?;
    for why in dated.assessment.unclear.iter().filter(|why| why.certificate().is_none()) {
        let why = context.out.word("unclear", &why.word());
        context.out.result("why-unclear", &[("why", why.into())])?;
    }
    if let Some(dates) = dated.assessment.dates() {
        let grace = [("days", dates.grace.into()), ("rule", dates.grace_rule.to_string().into())];
        let pairs = vec![
            ("why-last", dates.last.to_string()),
            ("why-free", dates.free.to_string()),
            ("why-disposal", format!("{}  {}", dates.disposal, context.out.text("why-grace", &grace))),
        ];
        context.out.pairs(&pairs)?;
        if let Some(day) = dates.provisional_until {
            context.out.result("why-provisional", &[("day", day.to_string().into())])?;
        }
    }
    for said in kept.appraised() {
        let until =
            said.until.map(|day| context.out.text("why-said-until", &[("day", day.to_string().into())]));
        let class = said
            .class
            .map(|class| context.out.text("why-said-class", &[("class", class.to_string().into())]));
        let what = until.into_iter().chain(class).collect::<Vec<_>>().join("; ");
        context
            .out
            .result("why-appraisal", &[("act", said.act.to_string().into()), ("what", what.into())])?;
    }
    for matter in holds {
        context.out.result("why-held-for", &[("matter", matter.into())])?;
    }
    let told = ToldVerdict::of(&dated, knows);
    let day = told.earliest.unwrap_or_default();
    context.out.result(&format!("why-verdict-{}", told.verdict), &[("day", day.into())])?;
    if let Some(day) = told.appraised_until {
        context.out.result("why-appraised-until", &[("day", day.into())])?;
    }
    let articles = dated.assessment.articles.iter().map(|article| article.word());
    let pairs: Vec<(String, String)> =
        articles.map(|code| (code.to_owned(), context.out.text(&format!("article-{code}"), &[]))).collect();
    for (code, text) in pairs {
        context.out.line(&format!("{code}: {text}"))?;
    }
    Ok(Exit::Done)
}

/// Matters of these holds.
fn matters(session: &Session, held: &[HoldId]) -> Result<Vec<String>> {
    let known = session.holds()?.into_iter().filter(|known| held.contains(&known.id));
    Ok(known.map(|known| known.note.matter).collect())
}

/// D0, rule, last day and remarks of one that was counted.
fn counted_row(out: &Output, one: &Counted) -> Vec<String> {
    let years = [("rule", one.rule.to_string().into()), ("years", one.years.into())];
    let mut remarks = Vec::new();
    if one.basis == jingui_schema::facts::Basis::Expiry && !one.by_law {
        remarks.push(out.word("rule-basis", &one.basis));
    }
    if let Some(years) = one.floor {
        remarks.push(out.text("why-floor", &[("years", years.into())]));
    }
    if one.by_law {
        remarks.push(out.text("why-by-law", &[]));
    }
    if one.kept_longer {
        remarks.push(out.text("why-kept-longer", &[]));
    }
    vec![one.from.to_string(), out.text("why-rule", &years), one.last.to_string(), remarks.join("; ")]
}

fn validity(out: &Output, certificate: &Certificate) -> String {
    let issued = text_of(certificate.issued).unwrap_or_else(|| "?".into());
    let until = until_text(certificate.until).unwrap_or_else(|| "?".into());
    let ends = certificate.ends.iter().map(|end| {
        let what = out.word("cert-end", &end_word(end.what));
        format!("\n{what} {}", end.day)
    });
    format!("{issued} – {until}{}", ends.collect::<String>())
}

fn short(cert: CertId) -> String {
    cert.to_string().chars().take(8).collect()
}

fn told_certificate(kept: &Kept, certificate: &Certificate) -> ToldCertificate {
    let of = kept.certificates().filter(|(id, _)| *id == certificate.id);
    let ends = certificate.ends.iter().map(|end| ToldEnd {
        day: end.day.to_string(),
        event: end_word(end.what),
        by: match end.by {
            Authority::List(_) => "list",
            Authority::Two => "two",
            Authority::One => "one",
        },
    });
    ToldCertificate {
        cert: certificate.id.to_string(),
        reliance: of.map(|(_, reliance)| reliance.word()).collect(),
        issued: text_of(certificate.issued),
        until: until_text(certificate.until),
        ends: ends.collect(),
        revoked: text_of(certificate.revoked()),
        invalid: text_of(certificate.invalid()),
    }
}

fn told_counted(one: &Counted) -> ToldCounted {
    ToldCounted {
        cert: one.certificate.map(|cert| cert.to_string()),
        from: one.from.to_string(),
        rule: one.rule.to_string(),
        years: one.years,
        basis: one.basis.word(),
        floor: one.floor,
        by_law: one.by_law,
        last: one.last.to_string(),
        grace: one.grace,
        kept_longer: one.kept_longer,
    }
}

fn told_unclear(why: &Unclear) -> ToldUnclear {
    ToldUnclear { reason: why.word(), cert: why.certificate().map(|cert| cert.to_string()) }
}
