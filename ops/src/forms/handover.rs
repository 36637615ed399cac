//! The papers of a hand-over (移交): the deed of transfer (交接文据), one copy for each side, and the list of what was
//! handed over (移交清单).
//!
//! Knows no more than the CA's receipt says: they can be printed before everything is destroyed here, and after.

use super::{Stamp, Words, local};
use crate::messages::Messages;
use crate::paper::{Block, Paper};
use jingui_schema::digest::{FileMark, Sha256};
use jingui_schema::id::ActId;
use jingui_schema::receipt::{Receipt, ReceiptRow};

/// Hex digits of a commitment that stand on paper; all of it stands in the list file.
const COMMIT_DIGITS: usize = 16;

/// What was handed over, as the CA has signed for it.
pub struct HandedOver<'a> {
    /// The RA and its fonds code.
    pub archive: &'a str,
    /// The act of the receipt.
    pub act: ActId,
    /// The list that it is over.
    pub receipt: &'a Receipt,
    /// The list's file, below the vault.
    pub file: &'a str,
    /// Its size and BLAKE3, as the receipt names them.
    pub mark: FileMark,
    /// Its SHA-256.
    pub sha256: Sha256,
    /// Whether it is of the records of a list, and the archive goes on.
    pub is_of_list: bool,
    /// Whose records they are, where the reader may know.
    pub project: Option<&'a str>,
    /// Whether the reader may know of holds.
    pub knows_holds: bool,
}

/// The deed of transfer twice, each on a page of its own, and the list.
pub fn handover_papers(messages: &'static Messages, stamp: &Stamp, handed: &HandedOver<'_>) -> Paper {
    let words = Words(messages);
    let mut blocks = deed(words, handed, "paper-deed-from");
    blocks.push(Block::Page);
    blocks.extend(deed(words, handed, "paper-deed-to"));
    blocks.push(Block::Page);
    blocks.extend(list(words, handed));
    let title = if handed.is_of_list { "paper-handover-list" } else { "paper-handover" };
    words.paper(stamp, title, blocks)
}

/// One copy of the deed: what it is over, the four checks, exceptions, room for signatures.
fn deed(words: Words, handed: &HandedOver<'_>, title: &str) -> Vec<Block> {
    let HandedOver { receipt, mark, .. } = handed;
    let head = &receipt.head;
    let documents: u64 = receipt.rows.iter().map(|row| row.docs).sum();
    let facts = [
        ("paper-archive", handed.archive.to_owned()),
        ("paper-archive-vault", head.vault.to_string()),
        ("paper-taker-vault", head.taker.to_string()),
        ("paper-receipt-act", handed.act.to_string()),
        ("paper-taken-in", local(head.at)),
        ("col-lines", head.lines.to_string()),
        ("paper-root", head.root.to_string()),
        ("paper-count", head.records.to_string()),
        ("paper-document-count", documents.to_string()),
        ("paper-list-file", handed.file.to_owned()),
        ("col-size", mark.size.to_string()),
        ("paper-blake3", mark.b3.to_string()),
        ("paper-sha256", handed.sha256.to_string()),
        ("paper-algorithms", words.name("paper-algorithms-are")),
    ];
    let project = handed.project.map(|project| ("col-project", project.to_owned()));
    let facts = project.into_iter().chain(facts).map(|(name, value)| vec![words.name(name), value]);
    let says = if handed.is_of_list { "paper-deed-says-list" } else { "paper-deed-says" };
    let about = vec![words.column("paper-item", 1.15), words.column("paper-content", 3.6)];
    let checks = [
        ("paper-authenticity", "paper-authenticity-how"),
        ("paper-integrity", "paper-integrity-how"),
        ("paper-usability", "paper-usability-how"),
        ("paper-safety", "paper-safety-how"),
    ];
    let tick = || words.name("paper-tick");
    let checks = checks.into_iter().map(|(name, how)| vec![words.name(name), words.name(how), tick()]);
    let checked = vec![
        words.column("paper-check", 1.0),
        words.column("paper-check-how", 4.6),
        words.column("paper-checked", 0.9),
    ];
    vec![
        Block::Heading(words.name(title)),
        Block::Text(words.name(says)),
        Block::Table { columns: about, rows: facts.collect() },
        Block::Table { columns: checked, rows: checks.collect() },
        Block::Lines(10.0, words.name("paper-exceptions")),
        Block::Lines(10.0, words.name("paper-deed-signatures")),
    ]
}

/// The list: a row for each record.
fn list(words: Words, handed: &HandedOver<'_>) -> Vec<Block> {
    let knows = handed.knows_holds;
    let mut rows: Vec<&ReceiptRow> = handed.receipt.rows.iter().collect();
    // As the folders stand on the shelf.
    rows.sort_by_key(|row| (row.number.year(), row.number.serial()));
    let told = rows.iter().enumerate().map(|(at, row)| {
        let mut commit = row.commit.to_string();
        commit.truncate(COMMIT_DIGITS);
        let (n, docs) = (row.n.to_string(), row.docs.to_string());
        let mut cells = vec![(at + 1).to_string(), row.number.to_string(), n, docs, commit];
        cells.extend(knows.then(|| row.holds.len().to_string()));
        cells
    });
    let mut columns = vec![
        words.number("paper-running", 0.6),
        words.column("col-number", 2.2),
        words.number("col-version", 0.8),
        words.number("paper-documents", 0.7),
        words.column("paper-commit", 2.0),
    ];
    columns.extend(knows.then(|| words.number("paper-holds", 0.7)));
    let values = [("file", handed.file.into()), ("digits", COMMIT_DIGITS.into())];
    vec![
        Block::Heading(words.name("paper-handed-list")),
        Block::Text(words.say("paper-handed-list-says", &values)),
        Block::Table { columns, rows: told.collect() },
    ]
}
