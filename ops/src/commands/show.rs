//! `show`: a record's facts and documents; masked unless a reason to see more is journalled.

use super::World;
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::Result;
use jingui_schema::identifier::mask;
use jingui_vault::Exit;
use serde::Serialize;

#[derive(Serialize)]
struct Told<'a> {
    record: String,
    revealed: bool,
    facts: serde_json::Value,
    filed_at: String,
    filings: Vec<ToldFiling>,
    documents: Vec<ToldDocument<'a>>,
}

#[derive(Serialize)]
struct ToldFiling {
    filing: u32,
    seq: u64,
    documents: u32,
    size: u64,
    b3: String,
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
}

/// Shows.
pub(super) fn run(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let session = world.session(context)?;
    let record = session.resolve(&parsed.must::<String>("record"))?;
    let mut view = session.view(record)?;
    let revealed = parsed.flag("reveal");
    if revealed && !context.dry_run() {
        // Durable before anything is shown.
        session.reveal(record, parsed.text("reason").unwrap_or_default())?;
    } else {
        view.facts.customer.id = view.facts.customer.id.as_deref().map(mask);
    }
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
        });
        let filings = view.row.filings.iter().map(|f| ToldFiling {
            filing: f.filing,
            seq: f.seq,
            documents: f.docs,
            size: f.body.size,
            b3: f.body.b3.to_string(),
        });
        let told = Told {
            record: record.to_string(),
            revealed,
            facts: serde_json::to_value(&view.facts).expect("facts are plain data"),
            filed_at: view.row.filed_at.to_string(),
            filings: filings.collect(),
            documents: documents.collect(),
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
        ("col-customer-kind", facts.customer.kind.to_string()),
    ];
    if let Some(id) = &facts.customer.id {
        pairs.push(("col-customer-id", id.clone()));
    }
    pairs.extend([
        ("col-business", facts.business.to_string()),
        ("col-date", facts.date.to_string()),
        ("col-outcome", facts.outcome.to_string()),
        ("col-class", facts.class.to_string()),
        ("col-clerk", facts.clerk.to_string()),
        ("col-filed-at", view.row.filed_at.to_string()),
    ]);
    if !facts.tags.is_empty() {
        let tags: Vec<&str> = facts.tags.iter().map(|t| t.as_str()).collect();
        pairs.push(("col-tags", tags.join(", ")));
    }
    if let Some(code) = &facts.box_code {
        pairs.push(("col-box", code.to_string()));
    }
    for waived in &facts.waived {
        pairs.push(("col-waived", format!("{}: {}", waived.kind, waived.reason)));
    }
    context.out.pairs(&pairs)?;
    context.out.line("")?;
    let rows = view.documents.iter().map(|d| {
        vec![
            d.no.to_string(),
            d.kind.to_string(),
            d.name.clone(),
            d.media_type.clone(),
            d.size.to_string(),
            d.sha256.to_string(),
        ]
    });
    context
        .out
        .table(&["col-doc", "col-kind", "col-name", "col-type", "col-size", "col-sha256"], rows.collect())?;
    Ok(Exit::Done)
}
