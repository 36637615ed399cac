//! What programs have read in documents, kept so that nobody has to read them again.
//!
//! No truth: it can be made anew from the bodies, at the cost of reading them, and no line names it. It lies beside its body, sealed to
//! the body's own identity, so it opens for whoever opens the body and for nobody once the cover is gone. What it says is the
//! reader's own affair; here it is UTF-8 text, lines of JSON as it happens.

use crate::body;
use crate::catalog::Row;
use crate::cover::Cover;
use crate::error::{Doing, Error, Result};
use crate::journal::full;
use crate::layout::{body_path, text_path};
use crate::mirror::put;
use crate::seal::{open, parse_identity, seal};
use crate::session::Session;
use jingui_schema::certificate::Certificate;
use jingui_schema::cover::Document;
use jingui_schema::facts::Facts;
use jingui_schema::id::{Place, RecordId};
use std::io::{Read, Write};
use zeroize::Zeroizing;

/// Text of one filing at most, unpacked.
pub const TEXT_BYTES_MAX: usize = 256 << 20;
/// The same as it lies.
const SEALED_BYTES_MAX: u64 = 300 << 20;
/// Prose packs a fifth smaller than with level 1, and nobody waits for it.
const ZSTD_LEVEL: i32 = 3;

/// A record opened to be read by a program: nothing of it is shown to anybody.
pub struct Material<'a> {
    session: &'a Session,
    /// The catalog's row.
    pub row: Row,
    cover: Cover,
}

impl Session {
    /// Opens a record for a program that reads it.
    ///
    /// Errors: [`Error::NoRecord`], also where it is being destroyed; [`Error::FileDamaged`].
    pub fn material(&self, record: RecordId) -> Result<Material<'_>> {
        let row = self.row(record)?;
        if self.vault.state().is_under_way(record) {
            return Err(Error::NoRecord { record: record.to_string() });
        }
        let (cover, _) = self.cover_of(&row)?;
        Ok(Material { session: self, row, cover })
    }
}

impl Material<'_> {
    /// What is known of the record.
    pub fn facts(&self) -> &Facts {
        &self.cover.facts.facts
    }

    /// Its certificates.
    pub fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.cover.certificates.iter().map(|line| &line.cert)
    }

    /// Its documents.
    pub fn documents(&self) -> impl Iterator<Item = &Document> {
        self.cover.documents.iter().map(|line| &line.doc)
    }

    /// Filings whose documents are there, in order.
    pub fn filings(&self) -> Vec<u32> {
        let mut filings: Vec<u32> = self.documents().map(|doc| doc.filing).collect();
        filings.sort_unstable();
        filings.dedup();
        filings
    }

    /// Copies a document, checked as it goes; what was copied before an error counts for nothing.
    pub fn copy(&self, document: &Document, out: &mut dyn Write) -> Result<()> {
        let at = self.session.body_at(&self.row, document.filing)?;
        let copied =
            at.open(self.identity(document.filing)?).and_then(|mut body| body.copy_document(document, out));
        copied.map_err(|error| at.blame(error))
    }

    /// The fact version that this is.
    pub fn version(&self) -> u32 {
        self.cover.spine.n
    }

    /// The text kept of a filing; `None` where there is none, or none that can be read and opens whole.
    pub fn kept(&self, filing: u32) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let vault = &self.session.vault;
        let path = vault.layout().path(&text_path(self.place(), self.row.record, filing));
        let Ok(sealed) = vault.env().fs.read(&path, SEALED_BYTES_MAX) else { return Ok(None) };
        let Ok(identity) = parse_identity(self.identity(filing)?) else { return Ok(None) };
        let Ok(packed) = open(&identity, &sealed) else { return Ok(None) };
        let mut text = Zeroizing::new(Vec::new());
        let reader = zstd::stream::read::Decoder::new(&packed[..]);
        let read = reader.and_then(|reader| reader.take(TEXT_BYTES_MAX as u64 + 1).read_to_end(&mut text));
        Ok((read.is_ok() && text.len() <= TEXT_BYTES_MAX).then_some(text))
    }

    /// Keeps the text of a filing; on return it is durable. What was kept before is replaced.
    ///
    /// - Units: at most [`TEXT_BYTES_MAX`].
    /// - Errors: [`Error::ReadOnly`]; [`Error::PlanUnderWay`] where the record is being destroyed, [`Error::NoRecord`] where it was.
    pub fn keep(&self, filing: u32, text: &[u8]) -> Result<()> {
        let vault = &self.session.vault;
        vault.may_write()?;
        let identity = self.identity(filing)?;
        let damaged = |what: String| Error::FileDamaged {
            path: body_path(self.place(), self.row.record, filing),
            finding: what,
        };
        let recipient = parse_identity(identity).map_err(|e| damaged(full(&e)))?.to_public();
        let mut packed = zstd::bulk::compress(text, ZSTD_LEVEL).map_err(|e| damaged(e.to_string()))?;
        body::fill(&mut packed);
        let sealed = seal(&recipient, &packed);
        packed.fill(0);
        let (env, path) =
            (vault.env(), vault.layout().path(&text_path(self.place(), self.row.record, filing)));
        let dir = path.parent().expect("a text lies in a directory");
        // With the gate closed nobody takes the record's files away meanwhile; whoever does so later finds this one, too.
        let _gate = vault.inner.gate.close();
        let state = vault.state();
        // Also where the paper was taken out, or a supplement came, while somebody was reading it.
        if state.destroyed.contains(self.row.record)
            || state.has_ended_body(self.row.record, filing)
            || state.is_handed_over()
        {
            return Err(Error::NoRecord { record: self.row.record.to_string() });
        }
        if let Some((plan, _)) = state.plans.iter().find(|(_, plan)| plan.under_way.is_some())
            && state.is_under_way(self.row.record)
        {
            return Err(Error::PlanUnderWay { plan: plan.to_string() });
        }
        // No plan, but a hand-over.
        state.check_not_destroyed(self.row.record)?;
        if env.fs.create_dir(dir).doing("create", dir)? {
            let top = vault.layout().path("text");
            env.fs.sync_dir(&top).doing("sync", &top)?;
        }
        put(env, &path, &sealed)?;
        env.fs.sync_dir(dir).doing("sync", dir)
    }

    fn place(&self) -> Place {
        Place::of_counter(self.row.counter)
    }

    fn identity(&self, filing: u32) -> Result<&str> {
        let missing = || Error::FileDamaged {
            path: body_path(self.place(), self.row.record, filing),
            finding: "its cover has no key to it".into(),
        };
        self.cover.identity(filing).ok_or_else(missing)
    }
}
