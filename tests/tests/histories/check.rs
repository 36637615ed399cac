//! What a vault shows, compared with what the model says.

use crate::model::{Asked, Model};
use crate::world::World;
use jingui_schema::facts::{Business, Class, Outcome};
use jingui_schema::id::RecordId;
use jingui_tests::house::{CANARY, content, full};
use jingui_tests::lossy::Dice;
use jingui_vault::catalog::{Match, Query};
use jingui_vault::{Error, Session};

pub const PROJECTS: [&str; 3] = ["Alpha", "ALPHA", "Bēta"];
pub const CUSTOMERS: [&str; 5] = ["某某 有限公司", "某某", "Ｘ Works", "x works", "Bureau"];
pub const DATES: [&str; 4] = ["2024-02-29", "2024-05-01", "2024-05-02", "2026-01-01"];
pub const OUTCOMES: [Outcome; 3] = [Outcome::Issued, Outcome::Pending, Outcome::Rejected];
pub const BUSINESS: [Business; 2] = [Business::New, Business::Renew];
/// A credit code, by which customers are found too.
pub const CODE: &str = "91350211M000100Y43";

pub fn one_of<T: Clone>(all: &[T], dice: &mut Dice) -> T {
    all[dice.below(all.len() as u64) as usize].clone()
}

/// The text of a label as it is stored: the canary stands before it, so that it can be looked for in the clear.
pub fn label(text: &str) -> String {
    format!("{CANARY} {text}")
}

pub fn same<T: PartialEq + std::fmt::Debug>(what: &str, seen: T, expected: T) -> Result<(), String> {
    match seen == expected {
        true => Ok(()),
        false => Err(format!("{what}: {seen:?} instead of {expected:?}")),
    }
}

/// The vault refuses with this code.
pub fn refused<T>(what: &str, result: Result<T, Error>, code: &str) -> Result<(), String> {
    match result {
        Err(error) => same(what, error.code(), code),
        Ok(_) => Err(format!("{what} was not refused; it should be {code}")),
    }
}

pub fn fine<T>(what: &str, result: Result<T, Error>) -> Result<T, String> {
    result.map_err(|e| format!("{what}: {}", full(&e)))
}

/// What all commands must leave as the model has it.
pub fn summary(world: &World, model: &Model) -> Result<(), String> {
    same("the state", world.summary(), model.summary())?;
    let state = world.vault().state();
    same("the epoch", state.epoch, model.epoch)?;
    let given: Vec<(u64, usize)> = state.numbers.values().map(|n| (n.highest, n.gaps.len())).collect();
    let expected = if model.records.is_empty() { vec![] } else { vec![(model.records.len() as u64, 0)] };
    same("numbers given, and gaps among them", given, expected)
}

pub fn number(at: usize) -> String {
    format!("JG01-2026-{:06}", at + 1)
}

pub fn id(model: &Model, at: usize) -> Result<RecordId, String> {
    model.records[at].id.ok_or_else(|| format!("{} has no id in the model", number(at)))
}

/// A list with some filters, page by page.
pub fn list(session: &Session, model: &Model, dice: &mut Dice) -> Result<String, String> {
    let asked = Asked {
        project: dice.one_in(3).then(|| label(one_of(&PROJECTS, dice))),
        customer: dice.one_in(2).then(|| match dice.below(4) {
            0 => CODE.to_lowercase(),
            1 => one_of(&["某", "works", "nobody", "CANARY"], dice).to_owned(),
            _ => label(one_of(&CUSTOMERS, dice)),
        }),
        from: dice.one_in(3).then(|| one_of(&DATES, dice).to_owned()),
        to: dice.one_in(3).then(|| one_of(&DATES, dice).to_owned()),
        class: dice.one_in(4).then(|| one_of(&[Class::CnP5, Class::CnG10, Class::CnR3], dice)),
        outcome: dice.one_in(4).then(|| one_of(&OUTCOMES, dice)),
        business: dice.one_in(4).then(|| one_of(&BUSINESS, dice)),
    };
    let limit = 1 + dice.below(5) as usize;
    let mut query = Query {
        project: asked.project.clone(),
        customer: asked.customer.clone(),
        from: asked.from.as_ref().map(|d| d.parse().expect("a day")),
        to: asked.to.as_ref().map(|d| d.parse().expect("a day")),
        class: asked.class,
        outcome: asked.outcome,
        business: asked.business,
        limit,
        ..Query::default()
    };
    let expected = model.list(&asked);
    let told = format!("list {asked:?} by {limit}");
    let mut seen = Vec::new();
    loop {
        let page = fine(&told, session.list(&query))?;
        if page.rows.len() > limit || (page.next.is_some() && page.rows.len() < limit) {
            return Err(format!("{told}: a page of {}", page.rows.len()));
        }
        if asked.customer.is_none() {
            same("how the customer was found", page.customer_match, Match::Exact)?;
        }
        seen.extend(page.rows.iter().map(|row| row.facts.number.to_string()));
        match page.next {
            Some(next) if seen.len() <= model.records.len() => query.after = Some(next),
            Some(_) => return Err(format!("{told} does not end")),
            None => break,
        }
    }
    same(&told, seen, expected.into_iter().map(number).collect())?;
    // A cursor of one list is none of another.
    if let Some(after) = query.after.take() {
        let other = Query { limit, after: Some(after), outcome: Some(Outcome::Lapsed), ..Query::default() };
        refused("a cursor of another list", session.list(&other), "cursor")?;
    }
    Ok(told)
}

/// One record, by its number, its id, or the beginning of its id.
pub fn show(session: &Session, model: &Model, at: usize, dice: &mut Dice) -> Result<(), String> {
    let record = id(model, at)?;
    let text = record.to_string();
    let typed = match dice.below(4) {
        0 => text.clone(),
        1 => text[..12].to_lowercase(),
        2 => number(at).to_lowercase(),
        _ => number(at),
    };
    same(&format!("what {typed} means"), fine(&typed, session.resolve(&typed))?, record)?;
    let (view, expected) = (fine("view", session.view(record))?, &model.records[at]);
    same("its number", view.facts.number.to_string(), number(at))?;
    same("its project", view.facts.project.as_str(), &expected.labels.project)?;
    same("its customer", view.facts.customer.name.as_str(), &expected.labels.customer)?;
    same("its class", view.facts.class, expected.labels.class())?;
    same("its date", view.facts.date.to_string(), expected.labels.date.clone())?;
    let names: Vec<&str> = view.documents.iter().map(|d| d.name.as_str()).collect();
    same("its documents", names, expected.documents())?;
    same("its filings", view.row.filings.len(), expected.filings.len())?;
    same("lines about it", fine("history", session.history(record))?.len(), expected.lines)
}

/// Shows documents; their bytes follow from their names.
pub fn bytes(opening: &jingui_vault::reading::Opening, expected: &[&str]) -> Result<(), String> {
    let names: Vec<&str> = opening.documents().iter().map(|d| d.name.as_str()).collect();
    same("the documents shown", names, expected.to_vec())?;
    for document in opening.documents() {
        let mut out = Vec::new();
        fine("copy", opening.copy(document, &mut out))?;
        same("the bytes of a document", out == content(&document.name), true)?;
    }
    Ok(())
}
