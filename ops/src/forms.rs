//! The archive's printed forms: labels, spines, contents list, filing list, missing list, registers, recovery sheet.
//!
//! Says which text stands where; [`crate::paper`] sets it. Reads nothing from a vault: it is given rows that somebody
//! who may see them has read.

mod handover; // the papers of a hand-over

pub use handover::{HandedOver, handover_papers};

use crate::messages::{Messages, Value};
use crate::paper::{Block, Card, Column, Paper};
use jingui_schema::cover::Document;
use jingui_schema::disposal::RegisterRow;
use jingui_schema::facts::{Business, Class, DocumentKind, Facts, Label, fold};
use jingui_schema::time::{Day, Time};
use jingui_vault::catalog::Row;
use jingui_vault::disposal::Appraised;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Milliseconds from UTC to the archive's days.
const SHANGHAI_MS: i64 = 8 * 3600 * 1000;
/// The size of an archive label in millimetres.
const LABEL_MM: (f32, f32) = (84.0, 58.0);
/// The height of a spine in millimetres; its width is asked for.
const SPINE_MM: f32 = 190.0;

/// Whose archive it is of, who prints, and when.
#[derive(Clone, Debug)]
pub struct Stamp {
    /// The RA and its fonds code.
    pub vault: String,
    /// Who prints: a staff number; none where no key was given.
    pub by: Option<String>,
    /// When.
    pub at: Time,
}

/// The records of one box of paper originals, as its label tells of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoxOf {
    /// Its code.
    pub code: Label,
    /// The fonds of its records.
    pub fonds: String,
    /// The lowest and the highest archive number.
    pub numbers: (String, String),
    /// The earliest and the latest year of business.
    pub years: (i16, i16),
    /// Retention classes, the longest first.
    pub classes: Vec<Class>,
    /// Projects.
    pub projects: Vec<Label>,
    /// How many records.
    pub count: usize,
}

/// Puts records into their boxes, in the order of the codes; also says how many have none.
pub fn boxes_of(rows: &[Row]) -> (Vec<BoxOf>, usize) {
    let mut boxes: BTreeMap<String, Vec<&Row>> = BTreeMap::new();
    let mut without = 0;
    for row in rows {
        match &row.facts.box_code {
            Some(code) => boxes.entry(fold(code.as_str())).or_default().push(row),
            None => without += 1,
        }
    }
    (boxes.into_values().filter_map(|rows| box_of(&rows)).collect(), without)
}

fn box_of(rows: &[&Row]) -> Option<BoxOf> {
    let key = |row: &&&Row| (row.facts.number.year(), row.facts.number.serial());
    let (first, last) = (rows.iter().min_by_key(key)?, rows.iter().max_by_key(key)?);
    let years = rows.iter().map(|row| row.facts.date.year());
    let mut classes: Vec<Class> = rows.iter().map(|row| row.facts.class).collect();
    classes.sort_by(|a, b| b.cmp(a));
    classes.dedup();
    let mut projects: Vec<Label> = rows.iter().map(|row| row.facts.project.clone()).collect();
    projects.sort();
    projects.dedup();
    Some(BoxOf {
        code: first.facts.box_code.clone()?,
        fonds: first.facts.number.fonds().to_string(),
        numbers: (first.facts.number.to_string(), last.facts.number.to_string()),
        years: (years.clone().min()?, years.max()?),
        classes,
        projects,
        count: rows.len(),
    })
}

/// The texts of one language on paper.
#[derive(Clone, Copy)]
struct Words(&'static Messages);

impl Words {
    fn say(self, key: &str, values: &[(&str, Value<'_>)]) -> String {
        self.0.text(key, values)
    }

    fn name(self, key: &str) -> String {
        self.say(key, &[])
    }

    fn class(self, class: Class) -> String {
        self.0.word("paper-class", &class)
    }

    fn business(self, business: Business) -> String {
        self.0.word("business", &business)
    }

    fn document(self, kind: DocumentKind) -> String {
        // As the checklist calls it.
        self.name(&format!("material-{}", kind.word().to_lowercase()))
    }

    fn joined(self, texts: impl Iterator<Item = String>) -> String {
        texts.collect::<Vec<_>>().join(&self.name("paper-and"))
    }

    fn column(self, key: &str, share: f32) -> Column {
        Column { heading: self.name(key), share, right: false }
    }

    fn number(self, key: &str, share: f32) -> Column {
        Column { heading: self.name(key), share, right: true }
    }

    fn paper(self, stamp: &Stamp, title: &str, blocks: Vec<Block>) -> Paper {
        let time = local(stamp.at);
        let messages = self.0;
        let foot = match &stamp.by {
            Some(by) => {
                self.say("paper-foot", &[("staff", by.as_str().into()), ("time", time.as_str().into())])
            }
            None => self.say("paper-foot-keyless", &[("time", time.as_str().into())]),
        };
        Paper {
            title: self.name(title),
            head: format!("{} · {time}", stamp.vault),
            foot,
            page_of: Box::new(move |page, pages| {
                messages.text(
                    "paper-page",
                    &[("page", page.to_string().into()), ("pages", pages.to_string().into())],
                )
            }),
            lang: messages.lang().word(),
            blocks,
            made: made(stamp.at),
        }
    }
}

/// A time as the archive's clocks show it.
fn local(at: Time) -> String {
    let text = Time::from_millis(at.millis() + SHANGHAI_MS).to_string();
    format!("{} {} +08:00", &text[..10], &text[11..19])
}

/// Year, month, day, hour, minute, second in UTC.
fn made(at: Time) -> [u16; 6] {
    let text = at.to_string();
    let part = |range| text.get(range).and_then(|digits: &str| digits.parse().ok()).unwrap_or(0);
    [part(0..4), part(5..7), part(8..10), part(11..13), part(14..16), part(17..19)]
}

/// Pairs for a label or a spine.
fn pairs_of(words: Words, of: &BoxOf) -> Vec<(String, String)> {
    let range = |(first, last): (&str, &str)| match first == last {
        true => first.to_owned(),
        false => words.say("paper-range", &[("first", first.into()), ("last", last.into())]),
    };
    let years = (of.years.0.to_string(), of.years.1.to_string());
    vec![
        (words.name("paper-fonds"), of.fonds.clone()),
        (words.name("paper-years"), range((&years.0, &years.1))),
        (words.name("col-class"), words.joined(of.classes.iter().map(|class| words.class(*class)))),
        (words.name("col-project"), words.joined(of.projects.iter().map(Label::to_string))),
        (words.name("paper-numbers"), range((&of.numbers.0, &of.numbers.1))),
        (words.name("paper-count"), of.count.to_string()),
    ]
}

/// Archive labels (档案标签), one for each box.
pub fn labels(messages: &'static Messages, stamp: &Stamp, boxes: &[BoxOf]) -> Paper {
    let words = Words(messages);
    let cards = boxes.iter().map(|of| Card {
        title: words.say("paper-box", &[("code", of.code.to_string().into())]),
        pairs: pairs_of(words, of),
    });
    let cards = Block::Cards { size: LABEL_MM, narrow: false, cards: cards.collect() };
    words.paper(stamp, "paper-label", vec![cards])
}

/// Spines of boxes (盒脊), so many millimetres wide.
pub fn spines(messages: &'static Messages, stamp: &Stamp, boxes: &[BoxOf], width: f32) -> Paper {
    let words = Words(messages);
    let cards = boxes.iter().map(|of| {
        let mut pairs = pairs_of(words, of);
        pairs.retain(|(name, _)| *name != words.name("paper-numbers"));
        pairs.extend([
            (words.name("paper-first"), of.numbers.0.clone()),
            (words.name("paper-last"), of.numbers.1.clone()),
            // The code stands lowest: that is where it is looked for on a shelf.
            (words.name("col-box"), of.code.to_string()),
        ]);
        Card { title: of.fonds.clone(), pairs: pairs.split_off(1) }
    });
    let cards = Block::Cards { size: (width, SPINE_MM), narrow: true, cards: cards.collect() };
    words.paper(stamp, "paper-spine", vec![cards])
}

/// The contents list of one record (卷内目录).
///
/// - `filed`: the day of each filing. `id`: the customer's identifier, as it may be shown.
pub fn contents(
    messages: &'static Messages,
    stamp: &Stamp,
    facts: &Facts,
    documents: &[Document],
    filed: &BTreeMap<u32, Day>,
    id: Option<&str>,
) -> Paper {
    let words = Words(messages);
    let mut pairs = vec![
        (words.name("col-number"), facts.number.to_string()),
        (words.name("col-project"), facts.project.to_string()),
        (words.name("col-customer"), facts.customer.name.to_string()),
        (words.name("col-customer-id"), id.unwrap_or_default().to_owned()),
        (words.name("col-business"), words.business(facts.business)),
        (words.name("col-date"), facts.date.to_string()),
        (words.name("col-class"), words.class(facts.class)),
        (words.name("col-box"), facts.box_code.as_ref().map(Label::to_string).unwrap_or_default()),
        (words.name("col-outlet"), facts.outlet.to_string()),
        (words.name("col-clerk"), facts.clerk.to_string()),
    ];
    pairs.retain(|(_, value)| !value.is_empty());
    let rows = documents.iter().map(|document| {
        // What belongs to a document of its own title keeps its original name beside it.
        let name = match &document.title {
            Some(title) if *title != document.name => {
                words.say("paper-titled", &[("title", title.into()), ("name", document.name.as_str().into())])
            }
            _ => document.name.clone(),
        };
        let remark = if document.filing > 1 { words.name("paper-supplement") } else { String::new() };
        let day = filed.get(&document.filing).map(Day::to_string).unwrap_or_default();
        // Where nobody has counted the pages the cell is there to be filled in by hand.
        let pages = document.pages.map(|pages| pages.to_string()).unwrap_or_default();
        vec![document.no.to_string(), words.document(document.kind), name, day, pages, remark]
    });
    let columns = vec![
        words.number("col-doc", 0.6),
        words.column("col-kind", 1.7),
        words.column("paper-title-or-name", 4.2),
        words.column("paper-filed", 1.35),
        words.number("paper-pages", 0.7),
        words.column("paper-remarks", 1.3),
    ];
    let table = Block::Table { columns, rows: rows.collect() };
    words.paper(stamp, "paper-contents", vec![Block::Pairs(pairs), table])
}

/// The filing list of a query (归档清单).
///
/// - `asked`: message keys and values of what was asked for.
pub fn filing_list(
    messages: &'static Messages,
    stamp: &Stamp,
    asked: &[(&str, String)],
    rows: &[Row],
) -> Paper {
    let words = Words(messages);
    let mut pairs: Vec<(String, String)> =
        asked.iter().map(|(key, value)| (words.name(key), value.clone())).collect();
    let documents: usize = rows.iter().map(|row| row.documents.len()).sum();
    pairs.push((words.name("paper-count"), rows.len().to_string()));
    pairs.push((words.name("col-documents"), documents.to_string()));
    let told = rows.iter().map(|row| {
        let facts = &row.facts;
        vec![
            facts.number.to_string(),
            facts.customer.name.to_string(),
            words.business(facts.business),
            facts.date.to_string(),
            row.documents.len().to_string(),
            words.class(facts.class),
            facts.box_code.as_ref().map(Label::to_string).unwrap_or_default(),
        ]
    });
    let columns = vec![
        words.column("col-number", 2.1),
        words.column("col-customer", 3.4),
        words.column("col-business", 0.9),
        words.column("col-date", 1.35),
        words.number("paper-documents", 0.7),
        words.column("col-class", 1.5),
        words.column("col-box", 1.2),
    ];
    let table = Block::Table { columns, rows: told.collect() };
    words.paper(stamp, "paper-filing-list", vec![Block::Pairs(pairs), table])
}

/// One row of a missing list, ready to be shown.
#[derive(Clone, Debug, Default)]
pub struct MissingRow {
    /// The archive number.
    pub number: String,
    /// The customer.
    pub customer: String,
    /// The business act.
    pub business: String,
    /// What is missing.
    pub missing: String,
    /// Days since it should have been there.
    pub days: String,
    /// Who handles it.
    pub handler: String,
}

/// The missing list (缺件清单).
pub fn missing_list(
    messages: &'static Messages,
    stamp: &Stamp,
    asked: &[(&str, String)],
    rows: Vec<MissingRow>,
) -> Paper {
    let words = Words(messages);
    let mut pairs: Vec<(String, String)> =
        asked.iter().map(|(key, value)| (words.name(key), value.clone())).collect();
    pairs.push((words.name("paper-count"), rows.len().to_string()));
    let rows = rows.into_iter().map(|r| vec![r.number, r.customer, r.business, r.missing, r.days, r.handler]);
    let columns = vec![
        words.column("col-number", 2.1),
        words.column("col-customer", 2.8),
        words.column("col-business", 0.9),
        words.column("paper-what-is-missing", 3.2),
        words.number("paper-days", 0.8),
        words.column("paper-handler", 1.1),
    ];
    let table = Block::Table { columns, rows: rows.collect() };
    words.paper(stamp, "paper-missing", vec![Block::Pairs(pairs), table])
}

/// The register of a destruction (销毁清册): what is certified, each row, serial numbers and boxes where the appraisals could
/// be read, room for signatures.
pub fn register(
    messages: &'static Messages,
    stamp: &Stamp,
    said: &[String],
    rows: &[RegisterRow],
    appraisals: &[Appraised],
) -> Paper {
    let words = Words(messages);
    let told = rows.iter().map(|told| {
        let row = &told.row;
        let end = match (told.destroyed, told.left) {
            (Some(at), _) => at.day().to_string(),
            (None, Some(why)) => messages.word("left", &why),
            (None, None) => String::new(),
        };
        vec![
            row.row.to_string(),
            row.number.to_string(),
            words.business(row.business),
            row.date.to_string(),
            row.docs.to_string(),
            words.class(row.class),
            row.from.to_string(),
            row.years.to_string(),
            row.last.to_string(),
            end,
        ]
    });
    let columns = vec![
        words.number("col-row", 0.5),
        words.column("col-number", 2.0),
        words.column("col-business", 0.8),
        words.column("col-date", 1.2),
        words.number("paper-documents", 0.6),
        words.column("col-class", 1.3),
        words.column("col-d0", 1.2),
        words.number("col-years", 0.6),
        words.column("col-last", 1.2),
        words.column("paper-end", 1.4),
    ];
    let table = Block::Table { columns, rows: told.collect() };
    let mut blocks = vec![Block::Lines(9.5, said.join("\n")), table];
    let under_seal = under_seal(rows, appraisals);
    if !under_seal.is_empty() {
        let columns = vec![
            words.number("col-row", 0.5),
            words.column("col-number", 2.0),
            words.column("col-serial", 5.0),
            words.column("col-box", 2.0),
        ];
        blocks.push(Block::Table { columns, rows: under_seal });
    }
    blocks.push(Block::Lines(11.0, words.name("paper-signatures")));
    words.paper(stamp, "paper-register", blocks)
}

/// Row, number, serial numbers and boxes of what is destroyed, as far as there are any; what was said twice stands once.
fn under_seal(rows: &[RegisterRow], appraisals: &[Appraised]) -> Vec<Vec<String>> {
    let mut known: HashMap<String, (BTreeSet<&str>, BTreeSet<&str>)> = HashMap::new();
    for appraised in appraisals {
        for relied in &appraised.certs {
            known.entry(relied.number.to_string()).or_default().0.insert(&relied.serial);
        }
        for paper in &appraised.paper {
            known.entry(paper.number.to_string()).or_default().1.insert(&paper.box_code);
        }
    }
    let list = |all: &BTreeSet<&str>| all.iter().copied().collect::<Vec<_>>().join(", ");
    let gone = rows.iter().filter(|row| row.destroyed.is_some());
    let lines = gone.filter_map(|told| {
        let number = told.row.number.to_string();
        let (serials, boxes) = known.get(&number)?;
        Some(vec![told.row.row.to_string(), number, list(serials), list(boxes)])
    });
    lines.collect()
}

/// The recovery sheet: its first line is the title, the others stand as they are.
pub fn sheet(messages: &'static Messages, stamp: &Stamp, text: &str) -> Paper {
    let words = Words(messages);
    let lines = text.split_once('\n').map_or("", |(_, lines)| lines);
    words.paper(stamp, "paper-sheet", vec![Block::Lines(10.5, lines.trim_start_matches('\n').to_owned())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_on_paper_are_those_of_the_wall() {
        let at: Time = "2026-11-25T20:15:09.123Z".parse().unwrap();
        assert_eq!(local(at), "2026-11-26 04:15:09 +08:00");
        assert_eq!(made(at), [2026, 11, 25, 20, 15, 9]);
    }
}
