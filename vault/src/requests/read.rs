//! An answer, opened: what is proved is written out, the documents are compared with the digests that are.

use super::folder::{Folder, Names};
use super::proof::{Proof, continues, prove};
use crate::age1::{self, HEADER_BYTES_MAX, Reader, SealError};
use crate::body::Hasher;
use crate::copies::{Target, at_target};
use crate::cosigner::Seen;
use crate::env::Env;
use crate::error::{Doing, Error, Result};
use crate::fs::ReadFile;
use crate::journal::full;
use crate::seal::Identity;
use jingui_schema::answer::{AnswerSheet, COVER, HEAD, LINES, SHEET};
use jingui_schema::cover::Document;
use jingui_schema::digest::SignKey;
use jingui_schema::exchange::{Answered, FROM_ARCHIVE};
use jingui_schema::facts::{Facts, Ground};
use jingui_schema::head::NOTE_BYTES_MAX;
use jingui_schema::id::{ActId, ArchiveNumber, RecordId, VaultId};
use jingui_schema::time::Time;
use std::io::{self, Read, Write};
use std::path::Path;

/// The lines about a record, and the sheet that proves them, are in memory at once.
const TEXT_BYTES_MAX: u64 = 256 << 20;
/// What follows the last document: the end of the tar file.
const REST_BYTES_MAX: u64 = 1 << 20;

/// Who reads answers, and with what.
pub struct Questioner<'a> {
    /// What the answer is sealed to.
    pub identity: &'a Identity,
    /// The newest head that was countersigned for an archive, where the CA has its cosigner at hand.
    pub seen: &'a dyn Fn(VaultId) -> Result<Option<Seen>>,
    /// The authority's key, where whoever reads may have it.
    pub authority: Option<SignKey>,
    /// What a document is called as a file.
    pub names: &'a dyn Fn(&Document) -> String,
}

/// What vouches for an answer besides itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vouched {
    /// Nothing: the key of the log is known from the answer alone.
    Not,
    /// The log has the key that the cosigner knows.
    Key,
    /// And the journal continues the head over so many lines that was countersigned last.
    Continues(u64),
}

/// A record that was given.
#[derive(Clone, Debug)]
pub struct Given {
    /// The archive.
    pub vault: VaultId,
    /// The act that asked.
    pub request: ActId,
    /// The record.
    pub record: RecordId,
    /// Its archive number.
    pub number: ArchiveNumber,
    /// The fact version.
    pub n: u32,
    /// On what ground it was asked for.
    pub basis: Ground,
    /// When the answer was put together.
    pub at: Time,
    /// Lines under its head.
    pub lines: u64,
    /// The facts.
    pub facts: Facts,
    /// The documents.
    pub documents: Vec<Document>,
    /// What vouches for it.
    pub vouched: Vouched,
    /// Whether its first line names the authority whose key is at hand. That alone vouches for nothing: the request that the
    /// authority has signed lies at the target, for anybody there to answer.
    pub is_ours: bool,
}

/// The answers to a request that lie at a target, by name. Whoever may write there can put anything there.
pub fn answers_at(target: &dyn Target, request: ActId) -> Result<Vec<String>> {
    let mut names: Vec<String> = (target.list(FROM_ARCHIVE)?.into_iter())
        .filter(|(name, _)| Answered::of_name(name).is_some_and(|answered| answered.request == request))
        .map(|(name, _)| format!("{FROM_ARCHIVE}/{name}"))
        .collect();
    names.sort();
    Ok(names)
}

impl Questioner<'_> {
    /// Reads the answer to a request at a target, and writes it out as [`Questioner::read`] does: the first that is one. What nobody
    /// vouches for counts only where there is none that names the authority whose key is at hand.
    ///
    /// Errors: [`Error::NoRequest`] where there is none; else why the last one is none.
    pub fn read_at(
        &self,
        env: &Env,
        target: &dyn Target,
        request: ActId,
        dir: Option<&Path>,
    ) -> Result<Given> {
        let mut none = Error::NoRequest { act: request.to_string() };
        let names = answers_at(target, request)?;
        let passes: &[bool] = if self.authority.is_some() { &[true, false] } else { &[false] };
        for (name, ours) in passes.iter().flat_map(|ours| names.iter().map(move |name| (name, *ours))) {
            let damaged =
                |error: io::Error| Error::AnswerDamaged { path: name.clone(), why: error.to_string() };
            let read = target.get(name).map_err(damaged);
            match read.and_then(|file| self.read_of(env, file, name, (Some(request), ours), dir)) {
                Err(error) if is_of_the_answer(&error) => none = at_target(target, error),
                read => return read,
            }
        }
        Err(none)
    }

    /// Reads an answer and writes it out into a new directory.
    ///
    /// - `request`: the act that it has to answer, where that is known.
    /// - `dir`: has its name once all of it is there; none: all is looked at, and nothing is written.
    /// - Errors: [`Error::NotOpened`] where it is sealed to somebody else; [`Error::AnswerDamaged`]; [`Error::OtherLogKey`],
    ///   [`Error::OtherLog`], [`Error::NotOurHead`] where the cosigner knows another history.
    pub fn read(
        &self,
        env: &Env,
        file: Box<dyn ReadFile>,
        path: &str,
        request: Option<ActId>,
        dir: Option<&Path>,
    ) -> Result<Given> {
        self.read_of(env, file, path, (request, false), dir)
    }

    /// The same. `ours`: an answer for which nobody vouches has to name the authority whose key is at hand.
    fn read_of(
        &self,
        env: &Env,
        file: Box<dyn ReadFile>,
        path: &str,
        (request, ours): (Option<ActId>, bool),
        dir: Option<&Path>,
    ) -> Result<Given> {
        let bad = |why: String| Error::AnswerDamaged { path: path.into(), why };
        let torn = |error: io::Error| bad(error.to_string());
        let payload = payload(file, self.identity, path)?;
        let mut tar = tar::Archive::new(payload);
        let mut folder = dir.map(|dir| Folder::begin(env, dir)).transpose()?;
        let given = {
            let mut members = Members { entries: tar.entries().map_err(torn)?, path };
            let sheet = members.text(SHEET, TEXT_BYTES_MAX)?;
            let read = AnswerSheet::parse(&sheet).map_err(|error| bad(full(&error)))?;
            if request.is_some_and(|request| request != read.request) {
                return Err(bad("it answers another request".into()));
            }
            let head = members.text(HEAD, NOTE_BYTES_MAX as u64)?;
            let lines = members.text(LINES, TEXT_BYTES_MAX)?;
            let cover = members.text(COVER, TEXT_BYTES_MAX)?;
            let proof = prove(&read, &head, &lines, &cover).map_err(bad)?;
            let vouched = self.vouch(&read, &proof)?;
            let named = proof.init.authority.as_ref().map(|authority| authority.sign);
            let is_ours = self.authority.is_some() && named == self.authority;
            if ours && vouched == Vouched::Not && !is_ours {
                return Err(bad("it names another authority than the one whose key is at hand".into()));
            }
            if let Some(folder) = &mut folder {
                let facts = serde_json::to_string_pretty(&proof.facts).expect("facts are plain data") + "\n";
                let texts = [
                    (SHEET, &sheet),
                    (HEAD, &head),
                    (LINES, &lines),
                    (COVER, &cover),
                    ("request.json", &format!("{}\n", proof.act)),
                    ("facts.json", &facts),
                ];
                texts.into_iter().try_for_each(|(name, text)| folder.write(name, text.as_bytes()))?;
            }
            for document in &proof.documents {
                members.document(document, folder.as_mut(), self.names)?;
            }
            members.end()?;
            Given {
                vault: read.vault,
                request: read.request,
                record: read.record,
                number: proof.request.number,
                n: read.n,
                basis: proof.request.basis,
                at: read.at,
                lines: proof.head.size(),
                facts: proof.facts,
                documents: proof.documents,
                vouched,
                is_ours,
            }
        };
        // To its very end: one that was cut behind the last document is not whole.
        rest_is_empty(tar.into_inner()).map_err(torn)?;
        folder.map(Folder::finish).transpose()?;
        Ok(given)
    }

    /// Holds an answer against what the cosigner has seen of the archive.
    fn vouch(&self, sheet: &AnswerSheet, proof: &Proof) -> Result<Vouched> {
        let Some(seen) = (self.seen)(sheet.vault)? else { return Ok(Vouched::Not) };
        let origin = || seen.origin();
        if seen.log != proof.init.log {
            return Err(Error::OtherLogKey { origin: origin() });
        }
        if proof.head.origin() != origin() {
            return Err(Error::OtherLog { origin: proof.head.origin().into() });
        }
        match continues(sheet, &proof.head, seen.lines, &seen.root) {
            Some(true) => Ok(Vouched::Continues(seen.lines)),
            Some(false) => Err(Error::NotOurHead { lines: seen.lines.to_string() }),
            None => Ok(Vouched::Key),
        }
    }
}

/// Whether an error says of one answer that it is none, so that another one may be: whoever may write to a target can put
/// beside it what is whole in its form and of a log of their own.
fn is_of_the_answer(error: &Error) -> bool {
    matches!(
        error,
        Error::AnswerDamaged { .. }
            | Error::NotOpened { .. }
            | Error::OtherLogKey { .. }
            | Error::OtherLog { .. }
            | Error::NotOurHead { .. }
    )
}

/// The plaintext of an answer.
fn payload(
    mut file: Box<dyn ReadFile>,
    identity: &Identity,
    path: &str,
) -> Result<Reader<Box<dyn ReadFile>>> {
    let bad = |why: String| Error::AnswerDamaged { path: path.into(), why };
    let mut prefix = Vec::with_capacity(HEADER_BYTES_MAX);
    let read = (&mut file).take(HEADER_BYTES_MAX as u64).read_to_end(&mut prefix);
    read.map_err(|error| bad(error.to_string()))?;
    let (begin, key) = age1::open(&prefix, identity).map_err(|error| match error {
        SealError::NotForKey => Error::NotOpened { path: path.into() },
        SealError::Damaged(why) => bad(why.into()),
    })?;
    let mut payload = Reader::new(file, key);
    payload.seek_to(begin as u64, 0).map_err(|error| bad(error.to_string()))?;
    Ok(payload)
}

/// The members of an answer, each at its place.
struct Members<'a, R: Read> {
    entries: tar::Entries<'a, R>,
    path: &'a str,
}

impl<'a, R: Read> Members<'a, R> {
    fn bad(&self, why: impl Into<String>) -> Error {
        Error::AnswerDamaged { path: self.path.into(), why: why.into() }
    }

    /// The next member, which has to have this name.
    fn next(&mut self, name: &str) -> Result<tar::Entry<'a, R>> {
        let entry = match self.entries.next() {
            None => return Err(self.bad(format!("{name} is missing"))),
            Some(entry) => entry.map_err(|error| self.bad(error.to_string()))?,
        };
        let is_file = entry.header().entry_type() == tar::EntryType::Regular;
        match is_file && *entry.path_bytes() == *name.as_bytes() {
            true => Ok(entry),
            false => Err(self.bad(format!("something else lies in the place of {name}"))),
        }
    }

    fn text(&mut self, name: &str, most: u64) -> Result<String> {
        let entry = self.next(name)?;
        let mut bytes = Vec::new();
        entry.take(most + 1).read_to_end(&mut bytes).map_err(|error| self.bad(error.to_string()))?;
        if bytes.len() as u64 > most {
            return Err(self.bad(format!("{name} is larger than it can be")));
        }
        String::from_utf8(bytes).map_err(|_| self.bad(format!("{name} is not text")))
    }

    /// Compares a document with what is proved of it, and writes it out on the way.
    fn document(&mut self, document: &Document, folder: Option<&mut Folder>, names: Names<'_>) -> Result<()> {
        let mut entry = self.next(&document.member)?;
        let mut out = folder.map(|folder| folder.file(&names(document))).transpose()?;
        let (mut hasher, mut size, mut piece) = (Hasher::new(), 0_u64, vec![0; 256 << 10]);
        loop {
            let read = match entry.read(&mut piece) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(self.bad(error.to_string())),
            };
            hasher.update(&piece[..read]);
            size += read as u64;
            if size > document.size {
                break;
            }
            if let Some((file, path)) = &mut out {
                file.write_all(&piece[..read]).doing("write", path)?;
            }
        }
        if size != document.size || hasher.finish() != document.sha256 {
            return Err(self.bad(format!("document {} is not the one that was filed", document.no)));
        }
        if let Some((file, path)) = &mut out {
            file.sync().doing("write", path)?;
        }
        Ok(())
    }

    fn end(&mut self) -> Result<()> {
        match self.entries.next() {
            None => Ok(()),
            Some(_) => Err(self.bad("something follows the last document")),
        }
    }
}

/// Reads on to the end: nothing but the zeros that end a tar file.
fn rest_is_empty(rest: impl Read) -> io::Result<()> {
    let mut bytes = Vec::new();
    rest.take(REST_BYTES_MAX).read_to_end(&mut bytes)?;
    match (bytes.len() as u64) < REST_BYTES_MAX && bytes.iter().all(|byte| *byte == 0) {
        true => Ok(()),
        false => Err(io::Error::new(io::ErrorKind::InvalidData, "something follows its end")),
    }
}
