//! `show`: a record's facts and documents; masked unless a reason to see more is journalled.

use super::World;
use super::correct::fact;
use super::standing::{ToldMaterials, materials_text, waiver_text};
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::Result;
use jingui_schema::cover::Document;
use jingui_schema::facts::FactName;
use jingui_schema::id::RecordId;
use jingui_schema::sight::{Datum, Eyes};
use jingui_schema::time::Day;
use jingui_vault::catalog::Row;
use jingui_vault::custody::Look;
use jingui_vault::handover::Origin;
use jingui_vault::holding::KnownHold;
use jingui_vault::{Error, Exit, Session};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct Told<'a> {
    record: String,
    revealed: bool,
    facts: serde_json::Value,
    filed_at: String,
    state: &'static str,
    materials: ToldMaterials,
    n: u32,
    hands: Vec<String>,
    reviewed: Option<ToldLook>,
    returned: Option<ToldLook>,
    /// Where it comes from, where another archive has handed it over.
    #[serde(skip_serializing_if = "Option::is_none")]
    taken: Option<ToldOrigin>,
    restricted: Option<u64>,
    annotations: Vec<ToldAnnotation>,
    /// Matters of the holds that keep it; only for those who may know of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    holds: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    history: Vec<ToldVersion>,
    filings: Vec<ToldFiling>,
    documents: Vec<ToldDocument<'a>>,
    certs: Vec<super::cert::ToldCert>,
}

#[derive(Serialize)]
struct ToldLook {
    n: u32,
    by: String,
    seq: u64,
}

impl From<Look> for ToldLook {
    fn from(look: Look) -> Self {
        Self { n: look.n, by: look.by.to_string(), seq: look.seq }
    }
}

/// What the archive had of it, and when it came here.
#[derive(Serialize)]
struct ToldOrigin {
    vault: String,
    fonds: String,
    /// The days on which it, and something of it, was filed there first and last.
    filed: String,
    last: String,
    /// Whether it had passed review there, as it stood.
    reviewed: bool,
    at: String,
    by: String,
    seq: u64,
}

impl From<&Origin> for ToldOrigin {
    fn from(Origin { taking, from, seq, at, by }: &Origin) -> Self {
        Self {
            vault: taking.from.to_string(),
            fonds: taking.fonds.to_string(),
            filed: from.filed.to_string(),
            last: from.last.to_string(),
            reviewed: from.reviewed,
            at: at.to_string(),
            by: by.to_string(),
            seq: *seq,
        }
    }
}

#[derive(Serialize)]
struct ToldAnnotation {
    seq: u64,
    at: String,
    by: String,
    text: String,
}

/// One fact version, and what it changed.
#[derive(Serialize)]
struct ToldVersion {
    n: u32,
    changed: Vec<&'static str>,
    facts: serde_json::Value,
}

#[derive(Serialize)]
struct ToldFiling {
    filing: u32,
    seq: u64,
    documents: u32,
    size: u64,
    b3: String,
    /// The copy that its body lies in, where that has stayed elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    elsewhere: Option<String>,
}

#[derive(Serialize)]
struct ToldDocument<'a> {
    no: u32,
    filing: u32,
    name: &'a str,
    /// The bytes of a name that is not UTF-8, in hex.
    #[serde(skip_serializing_if = "Option::is_none")]
    raw: Option<&'a str>,
    kind: &'a str,
    #[serde(rename = "type")]
    media_type: &'a str,
    size: u64,
    sha256: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    marks: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pages: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flaw: Option<&'static str>,
    /// Why its text, or some of it, is not found by a search.
    #[serde(skip_serializing_if = "Option::is_none")]
    unread: Option<&'static str>,
}

/// Shows.
pub(super) fn run(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let session = world.session(context)?;
    let record = session.resolve(&parsed.must::<String>("record"))?;
    let mut view = session.view(record)?;
    let (purpose, reason) = (parsed.get("purpose"), parsed.text("reason"));
    // A rehearsal shows nothing that the journal would not know of.
    let revealed = parsed.flag("reveal") && !context.dry_run();
    if parsed.flag("reveal") {
        session.may_reveal(record, purpose, reason)?;
    }
    if revealed {
        // Durable before anything is shown.
        session.reveal(record, purpose, reason.unwrap_or_default())?;
    }
    let eyes = session.eyes().revealed(revealed);
    view.facts = eyes.facts(&view.facts);
    for document in &mut view.documents {
        *document = seen_by(&eyes, document);
    }
    let history = match parsed.flag("history") {
        true => history(&session, record, &eyes)?,
        false => Vec::new(),
    };
    let annotations = annotations(&session, &view.row, &eyes)?;
    let holds = holds(&session, &view.row, context.env.now().day())?;
    let (found, state) = (session.assess(&view.row)?, session.standing(&view.row)?);
    let certs = super::cert::of_record(&session, &view.row, revealed)?;
    let (custody, origin) = (&view.row.custody, session.origin(&view.row)?);
    // Whoever took it in has not reviewed it: that was done where it comes from.
    let reviewed = custody.passed.filter(|look| origin.as_ref().is_none_or(|origin| look.seq != origin.seq));
    let unread = match jingui_indexer::follow::unread(&session, record) {
        Err(Error::NoRecord { .. }) => BTreeMap::new(), // it is being destroyed
        unread => unread?,
    };
    let n = view.row.covers.iter().map(|cover| cover.n).max().unwrap_or(0);
    world.tell_notices(context)?;
    if context.out.json() {
        let documents = view.documents.iter().map(|d| ToldDocument {
            no: d.no,
            filing: d.filing,
            name: &d.name,
            raw: d.raw.as_deref(),
            kind: d.kind.word(),
            media_type: &d.media_type,
            size: d.size,
            sha256: d.sha256.to_string(),
            title: d.title.as_deref(),
            marks: d.marks.iter().map(|mark| mark.word()).collect(),
            until: d.until.map(|day| day.to_string()),
            pages: d.pages,
            flaw: d.flaw.map(|flaw| flaw.word()),
            unread: unread.get(&d.no).map(|why| why.word()),
        });
        let elsewhere = |filing| {
            let body = session.vault().elsewhere(&view.row, filing).ok().flatten()?;
            Some(body.target.to_string())
        };
        let filings = view.row.filings.iter().map(|f| ToldFiling {
            filing: f.filing,
            seq: f.seq,
            documents: f.docs,
            size: f.body.size,
            b3: f.body.b3.to_string(),
            elsewhere: elsewhere(f.filing),
        });
        let told = Told {
            record: record.to_string(),
            revealed,
            facts: serde_json::to_value(&view.facts).expect("facts are plain data"),
            filed_at: view.row.filed_at.to_string(),
            state: state.word(),
            materials: ToldMaterials::from(&found),
            n,
            hands: custody.hands.iter().map(ToString::to_string).collect(),
            reviewed: reviewed.map(Into::into),
            returned: custody.returned.map(Into::into),
            taken: origin.as_ref().map(Into::into),
            restricted: custody.restricted,
            annotations,
            holds: holds.iter().map(|known| known.note.matter.clone()).collect(),
            history,
            filings: filings.collect(),
            documents: documents.collect(),
            certs,
        };
        context.out.document(&told)?;
        return Ok(Exit::Done);
    }
    let facts = &view.facts;
    let mut pairs = vec![
        ("col-number", facts.number.to_string()),
        ("col-record", record.to_string()),
        ("col-project", facts.project.to_string()),
        ("col-outlet", facts.outlet.to_string()),
        ("col-customer", facts.customer.name.to_string()),
        ("col-customer-kind", context.out.word("customer-kind", &facts.customer.kind)),
    ];
    if let Some(id) = &facts.customer.id {
        pairs.push(("col-customer-id", id.clone()));
    }
    pairs.extend([
        ("col-business", context.out.word("business", &facts.business)),
        ("col-date", facts.date.to_string()),
        ("col-outcome", context.out.word("outcome", &facts.outcome)),
        ("col-class", facts.class.to_string()),
        ("col-clerk", facts.clerk.to_string()),
    ]);
    match &origin {
        None => pairs.push(("col-filed-at", view.row.filed_at.to_string())),
        Some(origin) => pairs.extend(pairs_of(context, origin)),
    }
    if !facts.tags.is_empty() {
        let tags: Vec<&str> = facts.tags.iter().map(|t| t.as_str()).collect();
        pairs.push(("col-tags", tags.join(", ")));
    }
    if let Some(code) = &facts.box_code {
        pairs.push(("col-box", code.to_string()));
    }
    for waived in &facts.waived {
        let by = waived.by.map(|by| format!(" ({by})")).unwrap_or_default();
        let waiver = waiver_text(&context.out, waived);
        pairs.push(("col-waived", format!("{waiver}: {}{by}", waived.reason)));
    }
    for (name, heading) in [
        (FactName::Channel, "fact-channel"),
        (FactName::Flags, "fact-flags"),
        (FactName::Applied, "fact-applied"),
    ] {
        let said = fact(&context.out, facts, name);
        if !said.is_empty() {
            pairs.push((heading, said));
        }
    }
    for field in &facts.fields {
        pairs.push(("fact-fields", format!("{}: {}", field.field, field.value)));
    }
    let look = |look: Look| format!("{} ({}, {})", look.by, look.n, look.seq);
    pairs.push(("col-state", context.out.text(&format!("state-{state}"), &[])));
    pairs.push(("col-materials", materials_text(context, &found)));
    pairs.extend(reviewed.map(|passed| ("col-reviewed", look(passed))));
    pairs.extend(custody.returned.map(|returned| ("col-returned", look(returned))));
    if let Some(seq) = custody.restricted {
        pairs.push(("col-restricted", seq.to_string()));
    }
    for said in &annotations {
        pairs.push(("col-annotation", format!("{} {}: {}", said.at, said.by, said.text)));
    }
    for known in &holds {
        pairs.push(("col-hold", format!("{} ({})", known.note.matter, known.id)));
    }
    context.out.pairs(&pairs)?;
    context.out.line("")?;
    if history.len() > 1 {
        let rows = changes(context, &session, record, &eyes)?;
        context.out.table(&["col-version", "col-fact", "col-before", "col-after"], rows)?;
        context.out.line("")?;
    }
    let rows = view.documents.iter().map(|d| {
        vec![
            d.no.to_string(),
            d.kind.to_string(),
            d.title.as_ref().map_or_else(|| d.name.clone(), |title| format!("{title} ({})", d.name)),
            seen(d),
            d.media_type.clone(),
            d.size.to_string(),
            d.sha256.to_string(),
        ]
    });
    context.out.table(
        &["col-doc", "col-kind", "col-name", "col-marks", "col-type", "col-size", "col-sha256"],
        rows.collect(),
    )?;
    for (no, why) in &unread {
        let why = context.out.text(&format!("unread-{}", why.word()), &[]);
        context.out.note("show-unread", &[("document", (*no).into()), ("why", why.into())]);
    }
    if !certs.is_empty() {
        context.out.line("")?;
        let rows = certs.iter().map(|cert| super::cert::row_of(&context.out, cert)).collect();
        context.out.table(&super::cert::HEADINGS, rows)?;
    }
    Ok(Exit::Done)
}

/// What is known of where it comes from.
fn pairs_of(context: &Context, Origin { taking, from, seq, at, by }: &Origin) -> [(&'static str, String); 3] {
    let filed = match from.filed == from.last {
        true => from.filed.to_string(),
        false => format!("{} – {}", from.filed, from.last),
    };
    let reviewed = context.out.text(if from.reviewed { "yes" } else { "no" }, &[]);
    [
        ("col-filed-there", format!("{filed} ({})", taking.fonds)),
        ("col-reviewed-there", reviewed),
        ("col-taken-in", format!("{at} {by} ({seq})")),
    ]
}

/// A document as somebody sees it.
pub(super) fn seen_by(eyes: &Eyes, document: &Document) -> Document {
    let mut seen = document.clone();
    let name = |text: &str| eyes.text(Datum::DocumentName, text);
    if let Some(masked) = name(&document.name).filter(|masked| *masked != document.name) {
        // The bytes of a name say as much as the name.
        (seen.name, seen.raw) = (masked, None);
    }
    seen.title = document.title.as_deref().and_then(name);
    seen
}

/// What each fact version changed, old beside new, as somebody sees it.
fn changes(context: &Context, session: &Session, record: RecordId, eyes: &Eyes) -> Result<Vec<Vec<String>>> {
    let versions = session.versions(record)?;
    let mut rows = Vec::new();
    for pair in versions.windows(2) {
        let [before, after] = pair else { continue };
        let mut changed = after.facts.changed_from(&before.facts);
        if before.documents != after.documents {
            changed.push(FactName::Documents);
        }
        for name in changed {
            let heading = context.out.text(&format!("fact-{name}"), &[]);
            let (old, new) = match name {
                FactName::Documents => {
                    let (mut old, mut new) = (before.documents.clone(), after.documents.clone());
                    old.retain(|document| !after.documents.contains(document));
                    new.retain(|document| !before.documents.contains(document));
                    let seen = |all: &[Document]| all.iter().map(|d| seen_by(eyes, d)).collect::<Vec<_>>();
                    (papers(&seen(&old)), papers(&seen(&new)))
                }
                name => {
                    let said = |facts| fact(&context.out, &eyes.facts(facts), name);
                    (said(&before.facts), said(&after.facts))
                }
            };
            rows.push(vec![after.n.to_string(), heading, old, new]);
        }
    }
    Ok(rows)
}

/// What is said of some documents, in words.
pub(super) fn papers<'d>(documents: impl IntoIterator<Item = &'d Document>) -> String {
    let one = |d: &Document| {
        let title = d.title.as_ref().map(|title| format!(" {title}")).unwrap_or_default();
        format!("{}:{}{title} [{}]", d.no, d.kind, seen(d))
    };
    documents.into_iter().map(one).collect::<Vec<_>>().join("; ")
}

/// What was seen of a document, and what is wrong with its file.
fn seen(document: &Document) -> String {
    let mut words: Vec<String> = document.marks.iter().map(ToString::to_string).collect();
    words.extend(document.until.map(|day| format!("until:{day}")));
    words.extend(document.pages.map(|pages| format!("pages:{pages}")));
    words.extend(document.flaw.map(|flaw| format!("!{flaw}")));
    words.join(",")
}

/// Holds that keep a record today, for those who may know of them; others get no sign of any.
fn holds(session: &Session, row: &Row, today: Day) -> Result<Vec<KnownHold>> {
    if row.custody.holds.is_empty() || !session.may_know_holds() {
        return Ok(Vec::new());
    }
    let mut holds = session.holds()?;
    holds.retain(|known| row.custody.holds.contains(&known.id) && known.hold.blocks(today));
    Ok(holds)
}

fn annotations(session: &Session, row: &Row, eyes: &Eyes) -> Result<Vec<ToldAnnotation>> {
    let mut told = Vec::new();
    for seq in &row.custody.annotations {
        let (line, _) = session.vault().line(*seq)?;
        let Some(note) = line.act.deed.note() else { continue };
        let text = eyes.text(Datum::Said, &session.read_note(note)?.text).unwrap_or_default();
        told.push(ToldAnnotation { seq: *seq, at: line.at.to_string(), by: line.by.to_string(), text });
    }
    Ok(told)
}

fn history(session: &Session, record: RecordId, eyes: &Eyes) -> Result<Vec<ToldVersion>> {
    let versions = session.versions(record)?;
    let mut told: Vec<ToldVersion> = Vec::with_capacity(versions.len());
    for (place, version) in versions.iter().enumerate() {
        let before = place.checked_sub(1).map(|place| &versions[place]);
        let mut changed = before.map_or(Vec::new(), |before| version.facts.changed_from(&before.facts));
        if before.is_some_and(|before| before.documents != version.documents) {
            changed.push(FactName::Documents);
        }
        let facts = serde_json::to_value(eyes.facts(&version.facts)).expect("facts are plain data");
        told.push(ToldVersion {
            n: version.n,
            changed: changed.iter().map(|name| name.word()).collect(),
            facts,
        });
    }
    Ok(told)
}
