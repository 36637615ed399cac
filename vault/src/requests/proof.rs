//! What is proved of an answer, and by what: pure.
//!
//! ```text
//! head        signed by the log, whose key the first line of the journal names
//! lines       each under the head: the first line, the request as the authority has signed it, what was done to the record
//! cover       its lines commit to the facts and the digests of the documents; the line of the version has that commitment
//! ```
//! That a line is missing is not proved: an archive that keeps one back is found out by whoever has its journal.

use crate::cover::{check_document_numbers, read_lines};
use crate::journal::full;
use crate::keys::log::read_origin;
use jingui_schema::act::{Deed, NewCover, RecordRequest, VaultInit};
use jingui_schema::answer::AnswerSheet;
use jingui_schema::cover::{Document, commit_of};
use jingui_schema::digest::Sha256;
use jingui_schema::facts::Facts;
use jingui_schema::head::{Head, SignedHead, VerifierKey};
use jingui_schema::id::{By, RecordId};
use jingui_schema::line::Line;
use jingui_schema::merkle::{self, Hash};

/// What an answer proves.
pub(super) struct Proof {
    /// The first line of the journal.
    pub init: VaultInit,
    /// The head; signed by the log that the first line names.
    pub head: Head,
    /// What was asked.
    pub request: RecordRequest,
    /// The act, as it was signed.
    pub act: String,
    /// The facts of the version.
    pub facts: Facts,
    /// Its documents.
    pub documents: Vec<Document>,
}

/// Holds the parts of an answer against each other.
///
/// Errors: why it is not what it should be.
pub(super) fn prove(sheet: &AnswerSheet, head: &str, lines: &str, cover: &str) -> Result<Proof, String> {
    let signed = SignedHead::parse(head).map_err(|error| full(&error))?;
    let lines = whole_lines(lines)?;
    if lines.len() != sheet.lines.len() {
        return Err("its sheet is about other lines".into());
    }
    let (root, size) = (signed.head().root(), signed.head().size());
    let mut read = Vec::with_capacity(lines.len());
    for (text, proved) in lines.iter().zip(&sheet.lines) {
        let line = Line::parse(text.as_bytes()).map_err(|error| full(&error))?;
        let path: Vec<Hash> = proved.path.iter().map(|hash| hash.0).collect();
        let leaf = merkle::leaf_hash(text.as_bytes());
        let index = proved.seq.checked_sub(1).filter(|_| proved.seq == line.seq);
        let index = index.ok_or("its sheet is about other lines")?;
        merkle::verify_inclusion(&leaf, index, size, &path, root)
            .map_err(|error| format!("line {}: {error}", line.seq))?;
        read.push(line);
    }
    let init = match read.first().map(|line| (line.seq, &line.act.deed)) {
        Some((1, Deed::VaultInit(init))) => VaultInit::clone(init),
        _ => return Err("the first line of the journal is missing".into()),
    };
    let log: VerifierKey = init.log.parse().map_err(|_| "the first line names no key of a log")?;
    signed.verify(&log).map_err(|error| full(&error))?;
    let of = read_origin(signed.head().origin()).map(|(vault, _)| vault);
    if of != Some(sheet.vault) || init.vault != sheet.vault {
        return Err("its head is another archive's".into());
    }
    let asked = read.iter().find(|line| line.act.id == sheet.request);
    let (request, act) = asked
        .and_then(|line| match &line.act.deed {
            Deed::RecordRequest(d) => Some((d.clone(), line)),
            _ => None,
        })
        .ok_or("the request is not among its lines")?;
    let authority = init.authority.as_ref().filter(|_| act.by == By::Authority);
    if authority.is_none_or(|key| act.check_signature(&sheet.vault, &key.sign).is_err()) {
        return Err("the request is not signed by the authority".into());
    }
    let newest = newest_version(&read, sheet.record);
    let newest = newest.filter(|new| new.n == sheet.n).ok_or("it is not the newest version of the record")?;
    let cover: Vec<String> = whole_lines(cover)?.into_iter().map(str::to_owned).collect();
    if commit_of(cover.iter().map(String::as_str)) != newest.mark.commit {
        return Err("its facts and documents are not those that were filed".into());
    }
    let (facts, documents, _) = read_lines(&cover).map_err(|error| full(&error))?;
    check_document_numbers(&documents).map_err(|error| full(&error))?;
    if facts.facts.number != request.number {
        return Err("it is another record than was asked for".into());
    }
    let documents = documents.into_iter().map(|line| line.doc).collect();
    let act = act.raw_act().get().to_owned();
    Ok(Proof { init, head: signed.head().clone(), request, act, facts: facts.facts, documents })
}

/// The newest version of a record among lines.
pub(super) fn newest_version(lines: &[Line], record: RecordId) -> Option<NewCover> {
    let versions = lines.iter().filter_map(|line| line.act.deed.cover());
    versions.filter(|new| new.record == record).max_by_key(|new| new.n)
}

/// Whether the head of an answer continues one over `old` lines with this root; `None` where the answer does not tell.
pub(super) fn continues(sheet: &AnswerSheet, head: &Head, old: u64, root: &Sha256) -> Option<bool> {
    if old == head.size() {
        return Some(root.0 == *head.root());
    }
    if old != sheet.old {
        return None;
    }
    let path: Vec<Hash> = sheet.proof.iter().map(|hash| hash.0).collect();
    Some(merkle::verify_consistency(old, head.size(), &path, &root.0, head.root()).is_ok())
}

/// The lines of a text, each of which has its end.
fn whole_lines(text: &str) -> Result<Vec<&str>, String> {
    match text.strip_suffix('\n') {
        Some(text) => Ok(text.split('\n').collect()),
        None => Err("its last line has no end".into()),
    }
}
