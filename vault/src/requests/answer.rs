//! The archive's half: a request is answered with the record, or refused.
//!
//! The opening is durable before a byte is sealed, the answer where it was to go before the line that says so. Cut off between,
//! the same command makes another opening and another answer: only the one that the line names is the answer.

use super::pack::Parts;
use super::proof::newest_version;
use super::state::{ANSWERERS, Request, What};
use crate::copies::{Begun, Put, Target, mine};
use crate::error::{Doing, Error, Result};
use crate::reading::Opening;
use crate::session::{EPOCH_TRIES, Session};
use jingui_schema::act::{Deed, NoteMark, RecordRequest, RequestAnswer, RequestRefuse};
use jingui_schema::answer::{AnswerSheet, Proved};
use jingui_schema::cover::NoteKind;
use jingui_schema::digest::{FileMark, Sha256};
use jingui_schema::exchange::{Answered, FROM_ARCHIVE};
use jingui_schema::facts::{Ground, Purpose};
use jingui_schema::id::{ActId, ArchiveNumber, By, RecordId};
use jingui_schema::line::Line;
use jingui_schema::merkle;
use std::path::Path;

/// What a request was answered with.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The record.
    pub record: RecordId,
    /// Its archive number.
    pub number: ArchiveNumber,
    /// The fact version that was given.
    pub n: u32,
    /// Documents in it.
    pub documents: usize,
    /// The sealed file.
    pub file: FileMark,
    /// Its name at the target, where it was put there.
    pub name: Option<String>,
    /// The line that says so.
    pub seq: u64,
}

/// What an answer is made of.
struct Gathered {
    opening: Opening,
    /// The signed head.
    head: String,
    /// Lines under it.
    lines: u64,
    /// The lines that are in the answer.
    seqs: Vec<u64>,
    bytes: Vec<Vec<u8>>,
}

/// What a record is opened for, where the CA asks for it on this ground.
fn purpose(ground: Ground) -> Purpose {
    match ground {
        Ground::Dispute | Ground::Complaint => Purpose::Dispute,
        Ground::Regulator => Purpose::Regulator,
    }
}

impl Session {
    /// The matter of a request, or why it was refused.
    ///
    /// Errors: [`Error::Role`] for who may not answer; those of [`Session::read_note`].
    pub fn matter_of(&self, note: &NoteMark) -> Result<String> {
        self.with_role(ANSWERERS)?;
        Ok(self.read_note(note)?.text)
    }

    /// Says whether [`Session::answer_request`] would do it: the record, and how many documents there are. Changes nothing.
    pub fn may_answer(&self, request: ActId) -> Result<(RecordId, usize)> {
        let (asked, _) = self.asked(request)?;
        let record = self.resolve(&asked.number.to_string())?;
        self.may_open(record, Some(purpose(asked.basis)), Some(asked.number.to_string().as_str()))?;
        let row = self.row(record)?;
        let n = row.covers.iter().map(|cover| cover.n).max().unwrap_or(0);
        self.rehearse_answer(request, record, n)?;
        Ok((record, row.documents.len()))
    }

    /// Answers a request with the record as it stands: an opening, like any other, and a line that names the answer.
    ///
    /// - `path`: where the sealed file is written; nothing has the name yet.
    /// - `at`: where it is put besides, for the CA to find: a target of this vault's pushes.
    /// - Errors: [`Error::Role`], [`Error::NoRequest`], [`Error::RequestSettled`]; [`Error::NoRecord`], [`Error::Destroyed`]
    ///   where there is nothing to answer with; [`Error::BadSignature`] where the request is not the authority's.
    pub fn answer_request(&self, request: ActId, path: &Path, at: Option<&dyn Target>) -> Result<Answer> {
        let vault = self.vault();
        let (asked, line) = self.asked(request)?;
        let record = self.resolve(&asked.number.to_string())?;
        if let Some(target) = at {
            match Begun::look(target)? {
                Begun::Copy(mark) => drop(mine(target, mark, vault.state().init.vault)?),
                Begun::Empty => return Err(Error::NoCopyState { path: target.name() }),
            }
        }
        let recipient = crate::seal::parse_recipient(&asked.recipient)
            .map_err(|error| Error::NotOpened { path: format!("{}: {error}", asked.recipient) })?;
        let matter = self.matter_of(&asked.note)?;
        let Gathered { opening, head, lines, seqs, bytes } = self.gather(record, &asked, &matter, &line)?;
        let n = opening.cover().spine.n;
        // Before hours of sealing, and before an answer lies anywhere that no line can name.
        self.rehearse_answer(request, record, n)?;
        let of = (vault.state().init.vault, vault.env().now());
        let mut sheet = AnswerSheet::new(of.0, request, (record, n), of.1);
        self.prove_lines(&mut sheet, &seqs, lines)?;
        let parts = Parts { sheet: &sheet, head: &head, lines: &bytes, opening: &opening };
        let file = parts.seal(vault.env(), path, &recipient)?;
        let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
        vault.env().fs.sync_dir(dir).doing("sync", dir)?;
        let name = at.map(|target| self.leave_answer(target, request, path, file)).transpose()?;
        let deed = RequestAnswer { request, record, n, answer: file };
        let seq = self.carry_out(None, |_| deed.clone().into())?.seq;
        let documents = opening.documents().len();
        Ok(Answer { record, number: asked.number, n, documents, file, name, seq })
    }

    /// Whether a line could name an answer as things stand.
    fn rehearse_answer(&self, request: ActId, record: RecordId, n: u32) -> Result<()> {
        // Which file it is nobody asks before it is there.
        let answer = FileMark::of(b"");
        self.prepare(None, &|_| RequestAnswer { request, record, n, answer }.into()).map(drop)
    }

    /// Opens the record, and gathers the lines that prove it under a head.
    ///
    /// Made again where it got another version meanwhile: the lines would say that what was opened is not the newest, and nobody
    /// would believe the answer. Each time it is opened there is a line.
    fn gather(&self, record: RecordId, asked: &RecordRequest, matter: &str, line: &Line) -> Result<Gathered> {
        let vault = self.vault();
        for _ in 0..EPOCH_TRIES {
            let opening = self.open_for(record, &[], Some(purpose(asked.basis)), Some(matter), None)?;
            let (head, lines) = vault.sign_head()?;
            // The opening itself is among them: the CA sees who has opened the record for it.
            let mut seqs: Vec<u64> = self.history(record)?.iter().map(|line| line.seq).collect();
            seqs.extend([1, line.seq]);
            seqs.retain(|seq| *seq <= lines);
            seqs.sort_unstable();
            seqs.dedup();
            let read = seqs.iter().map(|seq| vault.line(*seq)).collect::<Result<Vec<_>>>()?;
            let (read, bytes): (Vec<Line>, Vec<Vec<u8>>) = read.into_iter().unzip();
            if newest_version(&read, record).map(|newest| newest.n) == Some(opening.cover().spine.n) {
                return Ok(Gathered { opening, head, lines, seqs, bytes });
            }
        }
        Err(Error::Stale { why: format!("record {record} was changed meanwhile") })
    }

    /// Refuses a request; returns the line.
    ///
    /// Errors: [`Error::Role`], [`Error::NoRequest`], [`Error::RequestSettled`].
    pub fn refuse_request(&self, request: ActId, reason: &str) -> Result<u64> {
        Ok(self.carry_out(Some((NoteKind::Reason, reason)), refusal(request))?.seq)
    }

    /// Says whether [`Session::refuse_request`] would do it; changes nothing.
    pub fn may_refuse_request(&self, request: ActId, reason: &str) -> Result<()> {
        self.prepare(Some((NoteKind::Reason, reason)), &refusal(request)).map(drop)
    }

    /// An open request, as the authority has signed it. Asked once more of its line: whatever else the state rests on, nobody
    /// is given a record whom the authority has not named.
    fn asked(&self, act: ActId) -> Result<(RecordRequest, Line)> {
        self.with_role(ANSWERERS)?;
        let state = self.vault().state();
        let open: &Request = state.open_request(act)?;
        debug_assert!(matches!(open.what, What::Asked { .. }));
        let line = self.vault().find_act(act)?.ok_or(Error::NoRequest { act: act.to_string() })?;
        let key = state.sign_key(By::Authority).filter(|_| line.by == By::Authority);
        let signed = key.is_some_and(|key| line.check_signature(&state.init.vault, &key).is_ok());
        match &line.act.deed {
            Deed::RecordRequest(d) if signed => Ok((d.clone(), line.clone())),
            _ => Err(Error::BadSignature { by: line.by.to_string() }),
        }
    }

    /// Proves lines under a head over so many, and that it continues what is countersigned.
    fn prove_lines(&self, sheet: &mut AnswerSheet, seqs: &[u64], lines: u64) -> Result<()> {
        let vault = self.vault();
        let mut tree = vault.tree()?;
        let failed = |error: &dyn std::error::Error| Error::Catalog { why: crate::journal::full(error) };
        let hashes = |path: Vec<merkle::Hash>| path.into_iter().map(Sha256).collect::<Vec<_>>();
        for seq in seqs {
            let path = merkle::inclusion_path(lines, seq - 1, &mut tree).map_err(|e| failed(&e))?;
            sheet.lines.push(Proved { seq: *seq, path: hashes(path) });
        }
        sheet.old = vault.state().cosigned.map_or(0, |newest| newest.lines.min(lines));
        let proof = merkle::consistency_path(sheet.old, lines, &mut tree).map_err(|e| failed(&e))?;
        sheet.proof = hashes(proof);
        Ok(())
    }

    /// Puts an answer where the CA looks; on return it is durable. Says its name.
    fn leave_answer(
        &self,
        target: &dyn Target,
        request: ActId,
        path: &Path,
        mark: FileMark,
    ) -> Result<String> {
        let name = format!("{FROM_ARCHIVE}/{}", Answered { request, b3: mark.b3 }.file_name());
        let mut file = self.vault().env().fs.open(path).doing("open", path)?;
        match target.put(&name, mark, false, &mut file)? {
            Put::New | Put::There => {}
            // Nothing was put, and no line says that anything was.
            Put::Unread(source) => {
                return Err(Error::Io { doing: format!("read {}", path.display()), source });
            }
            Put::Unfit(_) => {
                return Err(Error::FileDamaged {
                    path: path.display().to_string(),
                    finding: "digest".into(),
                });
            }
        }
        target.settle()?;
        Ok(name)
    }
}

fn refusal(request: ActId) -> impl Fn(Option<NoteMark>) -> Deed {
    move |note| RequestRefuse { request, note: note.expect("a reason makes a note") }.into()
}
