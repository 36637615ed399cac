//! What a copy may still have of what is no more: files of records that were destroyed or handed over, of papers that were taken
//! out, answers that the CA was given out of such records, and escrow files of keys that the CA has destroyed.
//!
//! What says so is the journal at the target, as far as it is under the head that the CA has countersigned itself: whoever may
//! write to the target can make up the rest. No key is needed.

use super::acceptance::must_continue;
use super::handed::Sealings;
use super::naming::Naming;
use crate::copies::CopyVault;
use crate::cosigner::Seen;
use crate::error::{Error, Result};
use crate::state::State;
use crate::verify::{Name, Sort};
use jingui_schema::act::Deed;
use jingui_schema::disposal::KeyMedium;
use jingui_schema::exchange::{Answered, FROM_ARCHIVE, escrow_name, without_again};
use jingui_schema::id::{ActId, ArchiveNumber, RecordId, VaultId};
use jingui_schema::line::{Line, Tip};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Names at a target of what is no more.
#[derive(Clone, Debug)]
pub struct EndedFiles {
    /// Whose archive.
    pub vault: VaultId,
    /// Lines of the countersigned head under which it is said.
    pub lines: u64,
    /// Records that were destroyed, also because they had been handed over by a list.
    pub destroyed: u64,
    /// Whether everything was handed over, and destroyed at the archive.
    pub handed_over: bool,
    names: BTreeSet<String>,
    /// Requests for records that are no more: every answer to them has the documents, sealed to whoever asked.
    requests: BTreeSet<ActId>,
    /// Bodies that whoever took their records in may have left here.
    handed: BTreeSet<String>,
}

impl EndedFiles {
    /// Whether a name is one of them, also of what was sent again or never got its whole name.
    pub fn contains(&self, name: &str) -> bool {
        let name = bare(name);
        self.names.contains(name) || self.is_answer(name)
    }

    /// Also of an answer that no line names: it is one of a command that was cut off.
    fn is_answer(&self, name: &str) -> bool {
        let file = name.strip_prefix(FROM_ARCHIVE).and_then(|below| below.strip_prefix('/'));
        let answered = file.and_then(Answered::of_name);
        answered.is_some_and(|answered| self.requests.contains(&answered.request))
    }

    /// Whether it is that of a body whose record was handed over, if only for a time: whoever took the record in may have left its
    /// documents here.
    pub fn is_handed_body(&self, name: &str) -> bool {
        self.handed.contains(bare(name))
    }
}

/// The name that something was sent again for, or was to get.
fn bare(name: &str) -> &str {
    let name = without_again(name);
    name.strip_suffix(".part").unwrap_or(name)
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
    let mut ended = Ended::by(vault.state(), seen.lines);
    let (mut naming, mut files, mut asked) = (Naming::default(), Vec::new(), Vec::new());
    for item in vault.lines_after(Tip::START)? {
        let (line, _) = item?;
        if line.seq > seen.lines {
            break;
        }
        naming.take(&line.act.deed, &mut |name, record| files.push((name, record, line.seq)));
        ended.take(&line);
        if let Deed::RecordRequest(d) = &line.act.deed {
            asked.push((line.act.id, d.number.clone()));
        }
    }
    let destroyed = &ended.state.destroyed;
    let is_gone =
        |number: &ArchiveNumber| destroyed.by_number(number).is_some_and(|(_, line)| line <= seen.lines);
    let asked = asked.into_iter().filter(|(_, number)| ended.handed_over || is_gone(number));
    let requests = asked.map(|(request, _)| request).collect();
    let (mut names, mut handed) = (BTreeSet::new(), BTreeSet::new());
    for (name, record, seq) in &files {
        if ended.is_over(name, *record) {
            names.insert(name.path());
        }
        if ended.is_handed_body(name, *record, *seq) {
            handed.insert(name.path());
        }
    }
    for epoch in &ended.shredded {
        let escrow = ended.state.epochs.get(epoch).and_then(|of| of.escrow);
        names.extend(escrow.map(|escrow| escrow_name(*epoch, escrow.b3)));
    }
    Ok(EndedFiles {
        vault: copy.state.vault,
        lines: seen.lines,
        destroyed: ended.state.destroyed.count_by(seen.lines),
        handed_over: ended.handed_over,
        names,
        requests,
        handed,
    })
}

/// What lines say has ended, up to one of them.
struct Ended {
    /// Of the whole journal: which records are no more, and by which line.
    state: Arc<State>,
    /// The last line that counts.
    lines: u64,
    /// Everything, and not the records of a list.
    handed_over: bool,
    /// Bodies that ended with papers that were taken out, and by which line.
    bodies: HashMap<(RecordId, u32), u64>,
    /// Which records were handed over, also for a time.
    sealings: Sealings,
    /// The first fact version that is alive.
    alive: HashMap<RecordId, u32>,
    /// Epochs whose key the CA has destroyed.
    shredded: BTreeSet<u32>,
}

impl Ended {
    fn by(state: Arc<State>, lines: u64) -> Self {
        let handed_over = state.is_emptied_by(lines);
        let (bodies, alive, shredded) = (HashMap::new(), HashMap::new(), BTreeSet::new());
        let sealings = Sealings::default();
        Self { state, lines, handed_over, bodies, sealings, alive, shredded }
    }

    fn take(&mut self, line: &Line) {
        self.sealings.take(line.seq, line.act.id, &line.act.deed);
        match &line.act.deed {
            Deed::DocumentRemove(d) => {
                self.bodies.entry((d.record, d.from)).or_insert(line.seq);
                self.alive.insert(d.record, d.n);
            }
            Deed::EpochShred(d) if d.medium == KeyMedium::Escrow => {
                self.shredded.insert(d.epoch);
            }
            _ => {}
        }
    }

    fn is_over(&self, name: &Name, record: RecordId) -> bool {
        self.handed_over
            || self.state.destroyed.is_gone_by(record, self.lines)
            || match name.sort {
                Sort::Body => self.bodies.contains_key(&(record, name.n)),
                Sort::Cover => self.alive.get(&record).is_some_and(|alive| name.n < *alive),
                Sort::Note => false,
            }
    }

    /// Whether a body was there while its record was handed over, also where that was called off afterwards.
    fn is_handed_body(&self, name: &Name, record: RecordId, named: u64) -> bool {
        let ended = self.bodies.get(&(record, name.n)).copied();
        name.sort == Sort::Body && self.sealings.has_body(record, named, ended)
    }
}
