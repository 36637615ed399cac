//! Signed heads: the log key's word that the journal stood so at a time.

use crate::error::{Doing, Error, Result};
use crate::journal::{Pending, TreeReader};
use crate::layout::head_path;
use crate::reading::READERS;
use crate::session::Session;
use crate::state::Headed;
use crate::vault::Vault;
use crate::writer::{Move, Submission};
use jingui_schema::act::HeadSigned;
use jingui_schema::digest::{FileMark, Sha256};
use jingui_schema::head::VerifierKey;
use jingui_schema::id::RecordId;
use jingui_schema::line::Line;
use jingui_schema::merkle::{self, Hash};
use serde::Serialize;

/// A proof that a line stands in the journal that a head signs.
#[derive(Clone, Debug, Serialize)]
pub struct LineProof {
    /// The line's number.
    pub seq: u64,
    /// The line without LF.
    pub line: String,
    /// Leaf index in the tree, from 0.
    pub index: u64,
    /// Lines under the head.
    pub lines: u64,
    /// Root of the tree.
    pub root: Sha256,
    /// RFC 6962 inclusion path.
    pub path: Vec<Sha256>,
    /// The signed head, C2SP checkpoint text.
    pub head: String,
}

/// What was looked at in a journal that is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct JournalReport {
    /// Lines.
    pub lines: u64,
    /// Signatures of people in them.
    pub signatures: u64,
    /// Root over them.
    pub root: Sha256,
}

/// A proof that a document was filed: its line in the cover, the digests of the others, and the journal line.
#[derive(Clone, Debug, Serialize)]
pub struct DocumentProof {
    /// The document's line in the cover: salt, name, size, SHA-256.
    pub document: String,
    /// SHA-256 of every line of the cover from the second on; the document's is one of them.
    pub digests: Vec<Sha256>,
    /// What the digests add up to; stands in the journal line.
    pub commit: Sha256,
    /// The line of the filing or correction that made this fact version, and that it stands in the journal.
    pub line: LineProof,
}

impl Session {
    /// Proves that a document was filed, without showing the others.
    ///
    /// Errors: [`Error::NoDocument`].
    pub fn prove_document(&self, record: RecordId, doc: u32) -> Result<DocumentProof> {
        self.with_role(READERS)?;
        let row = self.row(record)?;
        let (cover, mark) = self.cover_of(&row)?;
        let missing = || Error::NoDocument { record: row.facts.number.to_string(), doc: doc.to_string() };
        let index = cover.documents.iter().position(|line| line.doc.no == doc).ok_or_else(missing)?;
        let digests: Vec<Sha256> = cover.lines.iter().map(|line| Sha256::of(line.as_bytes())).collect();
        // The line of facts comes first, then the documents in order.
        let document = cover.lines[index + 1].clone();
        let named = row.line_of_version(mark.n).ok_or_else(missing)?;
        Ok(DocumentProof { document, digests, commit: cover.commit(), line: self.vault.prove(named)? })
    }
}

impl Vault {
    /// The log's public key, as the first line names it.
    ///
    /// Errors: [`Error::JournalDamaged`] where what stands there is no key.
    pub fn log_key(&self) -> Result<VerifierKey> {
        self.state().init.log.parse().map_err(|e| Error::JournalDamaged {
            path: crate::layout::segment_path(1),
            seq: "1".into(),
            why: crate::journal::full(&e),
        })
    }

    /// Checks the journal by itself, without any key: chain, numbers, times, signatures, root.
    ///
    /// Errors: [`Error::JournalDamaged`] naming the first line that cannot be believed.
    pub fn verify_journal(&self) -> Result<JournalReport> {
        let damaged = || Error::CommitDamaged { path: self.layout().commit().display().to_string() };
        let commit = crate::mirror::read_commit(self.env(), self.layout()).ok_or_else(damaged)?;
        let mut report = JournalReport { lines: commit.lines, signatures: 0, root: commit.root };
        let mut each = |line: &Line| report.signatures += u64::from(line.sig.is_some());
        crate::verify::check_journal(self.env(), self.layout(), &commit, &mut each)?;
        Ok(report)
    }

    /// Makes `derived/tree` anew from the journal.
    pub fn rebuild_tree(&self) -> Result<u64> {
        self.writer()?.rebuild_tree()
    }

    /// Signs a head over all lines and names it in the journal; returns its text and the lines under it.
    ///
    /// When nothing has happened since the last one, that one is returned.
    pub fn sign_head(&self) -> Result<(String, u64)> {
        let state = self.state();
        if let Some(Headed { lines, seq, .. }) = state.head
            && seq == state.lines
        {
            let path = self.layout().path(&head_path(lines));
            let bytes = self.env().fs.read(&path, 64 << 10).doing("read", &path)?;
            let text = String::from_utf8_lossy(&bytes).into_owned();
            self.remember_head(&text);
            return Ok((text, lines));
        }
        let writer = self.writer()?;
        let frontier = writer.frontier()?;
        let (lines, root) = (frontier.size(), Sha256(frontier.root()));
        let text = crate::vault::own_log_key(&self.keystore()?, &state.init)?
            .sign(&state.init.vault, state.head_over(lines, &root))
            .to_text();
        let act = self.act(HeadSigned {
            lines,
            root,
            size: text.len() as u64,
            b3: FileMark::of(text.as_bytes()).b3,
        });
        let part = self.layout().path("staging").join(format!("{}.part", act.id));
        let written = self.env().fs.write_new(&part, text.as_bytes()).doing("write", &part);
        // The writer moves it into place and syncs the directory before the line that names it.
        let moves = vec![Move { from: part.clone(), to: head_path(lines) }];
        let pending = Pending::of_vault(act);
        let done = written
            .and_then(|()| writer.submit(Submission { pending, moves, staging: None, may_repeat: false }));
        done.inspect_err(|_| drop(self.env().fs.remove(&part)))?;
        // Only now: a head that the journal does not have would be one that it does not continue.
        self.remember_head(&text);
        Ok((text, lines))
    }

    /// Proves that a line stands in the journal, under a head signed now or, where nothing can be written,
    /// under the newest one that covers it.
    ///
    /// Errors: [`Error::NoLine`]; [`Error::ReadOnly`] where the line came after the newest head.
    pub fn prove(&self, seq: u64) -> Result<LineProof> {
        let (_, bytes) = self.line(seq)?;
        let (head, lines) = match self.read_only() {
            None => self.sign_head()?,
            Some(_) => self.newest_head()?,
        };
        if seq > lines {
            // It is there, and no head can be signed over it now.
            self.writer()?;
            return Err(Error::NoLine { seq: seq.to_string(), lines: lines.to_string() });
        }
        let mut tree: TreeReader = self.tree()?;
        let failed = |e: &dyn std::error::Error| Error::Catalog { why: crate::journal::full(e) };
        let path = merkle::inclusion_path(lines, seq - 1, &mut tree).map_err(|e| failed(&e))?;
        let root = merkle::root(lines, &mut tree).map_err(|e| failed(&e))?;
        let line = String::from_utf8_lossy(&bytes).into_owned();
        let path = path.into_iter().map(Sha256).collect();
        Ok(LineProof { seq, line, index: seq - 1, lines, root: Sha256(root), path, head })
    }

    /// The root over the first lines. Units: some 0.2 µs a line.
    pub(crate) fn root_of(&self, lines: u64) -> Result<Hash> {
        merkle::root(lines, &mut self.tree()?).map_err(|e| Error::Catalog { why: crate::journal::full(&e) })
    }

    /// The newest signed head as it lies, and how many lines are under it.
    pub(crate) fn newest_head(&self) -> Result<(String, u64)> {
        let missing = || Error::FileDamaged { path: "journal/heads".into(), finding: "missing".into() };
        let lines = self.state().head.ok_or_else(missing)?.lines;
        let path = self.layout().path(&head_path(lines));
        let bytes = self.env().fs.read(&path, 64 << 10).doing("read", &path)?;
        Ok((String::from_utf8_lossy(&bytes).into_owned(), lines))
    }
}
