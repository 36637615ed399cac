//! What a copy may still have of what is no more: files of records that were destroyed or handed over, of papers that were taken
//! out, answers that the CA was given out of such records, and escrow files of keys that the CA has destroyed.
//!
//! What says so is the journal at the target, as far as it is under the head that the CA has countersigned itself: whoever may
//! write to the target can make up the rest. No key is needed.

use super::acceptance::must_continue;
use super::naming::Naming;
use crate::copies::CopyVault;
use crate::cosigner::Seen;
use crate::error::{Error, Result};
use crate::verify::{Name, Sort};
use jingui_schema::act::Deed;
use jingui_schema::disposal::KeyMedium;
use jingui_schema::exchange::{Answered, FROM_ARCHIVE, escrow_name, without_again};
use jingui_schema::id::{ActId, ArchiveNumber, RecordId, VaultId};
use jingui_schema::line::Tip;
use std::collections::{BTreeSet, HashMap, HashSet};

/// Names at a target of what is no more.
#[derive(Clone, Debug)]
pub struct EndedFiles {
    /// Whose archive.
    pub vault: VaultId,
    /// Lines of the countersigned head under which it is said.
    pub lines: u64,
    /// Records that were destroyed.
    pub destroyed: u64,
    /// Whether everything was handed over, and destroyed at the archive.
    pub handed_over: bool,
    names: BTreeSet<String>,
    /// Requests for records that are no more: every answer to them has the documents, sealed to whoever asked.
    requests: BTreeSet<ActId>,
}

impl EndedFiles {
    /// Whether a name is one of them, also of what was sent again or never got its whole name.
    pub fn contains(&self, name: &str) -> bool {
        let name = without_again(name);
        let name = name.strip_suffix(".part").unwrap_or(name);
        self.names.contains(name) || self.is_answer(name)
    }

    /// Also of an answer that no line names: it is one of a command that was cut off.
    fn is_answer(&self, name: &str) -> bool {
        let file = name.strip_prefix(FROM_ARCHIVE).and_then(|below| below.strip_prefix('/'));
        let answered = file.and_then(Answered::of_name);
        answered.is_some_and(|answered| self.requests.contains(&answered.request))
    }
}

/// Finds them in the journal of a copy.
///
/// Errors: why the copy is no vault; [`Error::OtherLog`], [`Error::BehindCosigner`], [`Error::NotOurHead`] where its journal is
/// not what was countersigned.
pub fn ended_files(copy: &CopyVault, seen: &Seen) -> Result<EndedFiles> {
    let damaged =
        |error: &Error| Error::CopyDamaged { path: copy.state.name(), why: crate::journal::full(error) };
    let vault = copy.vault().map_err(damaged)?;
    must_continue(vault, seen)?;
    let mut ended = Ended::default();
    let (mut naming, mut files) = (Naming::default(), Vec::new());
    let (mut asked, mut gone) = (Vec::new(), HashSet::new());
    for item in vault.lines_after(Tip::START)? {
        let (line, _) = item?;
        if line.seq > seen.lines {
            break;
        }
        naming.take(&line.act.deed, &mut |name, record| files.push((name, record)));
        ended.take(&line.act.deed);
        match &line.act.deed {
            Deed::RecordRequest(d) => asked.push((line.act.id, d.number.clone())),
            Deed::PurgeDone(d) => gone.extend(d.destroyed.iter().map(|stone| stone.number.clone())),
            _ => {}
        }
    }
    let is_gone = |(_, number): &(ActId, ArchiveNumber)| ended.handed_over || gone.contains(number);
    let requests = asked.into_iter().filter(is_gone).map(|(request, _)| request).collect();
    let is_over = |(name, record): &(Name, RecordId)| ended.handed_over || ended.is_over(name, *record);
    let mut names: BTreeSet<String> =
        files.iter().filter(|&file| is_over(file)).map(|(name, _)| name.path()).collect();
    for epoch in &ended.shredded {
        let escrow = vault.state().epochs.get(epoch).and_then(|of| of.escrow);
        names.extend(escrow.map(|escrow| escrow_name(*epoch, escrow.b3)));
    }
    Ok(EndedFiles {
        vault: copy.state.vault,
        lines: seen.lines,
        destroyed: ended.destroyed.len() as u64,
        handed_over: ended.handed_over,
        names,
        requests,
    })
}

/// What lines say has ended.
#[derive(Default)]
struct Ended {
    destroyed: BTreeSet<RecordId>,
    handed_over: bool,
    /// Bodies that ended with papers that were taken out.
    bodies: BTreeSet<(RecordId, u32)>,
    /// The first fact version that is alive.
    alive: HashMap<RecordId, u32>,
    /// Epochs whose key the CA has destroyed.
    shredded: BTreeSet<u32>,
}

impl Ended {
    fn take(&mut self, deed: &Deed) {
        match deed {
            Deed::PurgeDone(d) => self.destroyed.extend(d.destroyed.iter().map(|stone| stone.record)),
            Deed::HandoverDone(_) => self.handed_over = true,
            Deed::DocumentRemove(d) => {
                self.bodies.insert((d.record, d.from));
                self.alive.insert(d.record, d.n);
            }
            Deed::EpochShred(d) if d.medium == KeyMedium::Escrow => {
                self.shredded.insert(d.epoch);
            }
            _ => {}
        }
    }

    fn is_over(&self, name: &Name, record: RecordId) -> bool {
        self.destroyed.contains(&record)
            || match name.sort {
                Sort::Body => self.bodies.contains(&(record, name.n)),
                Sort::Cover => self.alive.get(&record).is_some_and(|alive| name.n < *alive),
                Sort::Note => false,
            }
    }
}
