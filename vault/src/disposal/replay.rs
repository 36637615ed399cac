//! The journal once more, from its first line: what a decision to destroy rests on.
//!
//! Neither snapshot nor catalog is asked. Whoever can write the files can put a line there, so every line that bears on a
//! record that is to go is held against the rights of its doer and against his signature; one that does not hold ends it.

use crate::cores;
use crate::dates::Ledger;
use crate::error::{Error, Result};
use crate::fold::{gives_authority, may_stand};
use crate::journal::Raw;
use crate::layout::segment_path;
use crate::state::State;
use crate::vault::Vault;
use crate::verify::Name;
use jingui_schema::act::Deed;
use jingui_schema::digest::Sha256;
use jingui_schema::disposal::{Appraisal, Left};
use jingui_schema::id::{By, NoteId, Place, PlanId, RecordId};
use jingui_schema::line::{Line, Tip};
use jingui_schema::merkle::{Frontier, leaf_hash};
use jingui_schema::time::{Day, Time};
use std::collections::{BTreeMap, HashMap};

/// Once in so many lines it is asked whether anybody still waits.
const INTERRUPTED_LINES: u64 = 1024;
/// Signatures checked together, on all cores.
const TOGETHER: usize = 256;

/// What became of a record of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Destroyed { at: Time, seq: u64 },
    Left { why: Left },
}

/// A plan as its lines have it, record by record.
#[derive(Clone, Debug, Default)]
pub(crate) struct OfPlan {
    /// The last appraisal of each record.
    pub appraised: BTreeMap<RecordId, Appraisal>,
    /// What became of those that a run came to.
    pub fates: BTreeMap<RecordId, Fate>,
    /// Its own lines.
    pub lines: Vec<u64>,
}

impl OfPlan {
    /// Takes in the next line.
    pub fn take(&mut self, line: &Line, plan: PlanId) {
        if line.act.deed.plan() != Some(plan) {
            return;
        }
        let (seq, at) = (line.seq, line.at);
        self.lines.push(seq);
        match &line.act.deed {
            Deed::PurgeAppraise(d) => {
                self.appraised.extend(d.records.iter().map(|record| (*record, d.verdict)));
            }
            Deed::PurgeDone(d) => {
                let gone = |record| (record, Fate::Destroyed { at, seq });
                self.fates.extend(d.destroyed.iter().map(|stone| gone(stone.record)));
                let left = d.failed.iter().map(|left| (left.record, Fate::Left { why: left.reason }));
                self.fates.extend(left);
            }
            _ => {}
        }
    }
}

/// The journal read again.
pub(crate) struct Replay {
    pub state: State,
    pub ledger: Ledger,
    pub tip: Tip,
    /// The plan that this is about.
    plan: Option<PlanId>,
    pub of_plan: OfPlan,
    /// The day that its last run went by as it began to destroy something.
    pub begun: Option<Day>,
    /// Lines that bear on any record: rules, certificates, holds, second people, plans.
    bearing: Vec<u64>,
    /// Whether something is to be destroyed by it: then it keeps what goes with a record.
    destroys: bool,
    /// Notes that die with a record.
    notes: HashMap<RecordId, Vec<(NoteId, Place)>>,
    /// Names in `quarantine/` of a record's files that were damaged and healed; likewise.
    aside: HashMap<RecordId, Vec<String>>,
    /// The last thing put aside: the line of what was put in its place comes next.
    put_aside: Option<String>,
}

impl Replay {
    /// Reads the journal from its first line to the last there is now.
    ///
    /// Errors: [`Error::JournalDamaged`] naming a line that nobody could have had written, or that was changed;
    /// [`Error::Interrupted`].
    pub fn read(vault: &Vault, plan: Option<PlanId>, interrupted: &dyn Fn() -> bool) -> Result<Self> {
        Self::read_all(vault, plan, plan.is_some(), interrupted)
    }

    /// The same for whoever destroys records that no plan names.
    pub fn read_to_destroy(vault: &Vault, interrupted: &dyn Fn() -> bool) -> Result<Self> {
        Self::read_all(vault, None, true, interrupted)
    }

    fn read_all(
        vault: &Vault,
        plan: Option<PlanId>,
        destroys: bool,
        interrupted: &dyn Fn() -> bool,
    ) -> Result<Self> {
        let until = vault.state();
        let mut lines = vault.lines_after(Tip::START)?;
        let (first, raw) = lines.next().ok_or_else(|| damaged(1, 1, "it is not there"))??;
        let mut replay = Self {
            state: State::begin(&first)?,
            ledger: Ledger::default(),
            tip: Tip::after(&first),
            plan,
            of_plan: OfPlan::default(),
            begun: None,
            bearing: Vec::new(),
            destroys,
            notes: HashMap::new(),
            aside: HashMap::new(),
            put_aside: None,
        };
        replay.ledger.take(&first, &replay.state);
        let mut frontier = Frontier::default();
        frontier.push(leaf_hash(&raw.bytes));
        let cosigned = until.cosigned;
        let (mut root, mut known) = (None, (until.lines == 1).then_some(first.digest));
        for item in lines {
            let (line, raw) = item?;
            if line.seq % INTERRUPTED_LINES == 0 && interrupted() {
                return Err(Error::Interrupted {});
            }
            frontier.push(leaf_hash(&raw.bytes));
            if line.seq == until.lines {
                known = Some(line.digest);
            }
            if cosigned.is_some_and(|cosigned| cosigned.lines == line.seq) {
                root = Some(Sha256(frontier.root()));
            }
            replay.take(&line, &raw)?;
            if let Deed::HeadCosigned(d) = &line.act.deed
                && cosigned.is_some_and(|cosigned| cosigned.seq == line.seq)
                && root != Some(d.root)
            {
                return Err(damaged(
                    raw.segment,
                    line.seq,
                    "these are not the lines that were countersigned",
                ));
            }
        }
        // Others may have written lines since: each names the digest of the one before.
        match replay.tip.lines >= until.lines && known == Some(until.last) {
            true => Ok(replay),
            false => Err(damaged(1, until.lines, "it is not the line that the vault has counted")),
        }
    }

    /// Takes in the lines that came since.
    pub fn follow(&mut self, vault: &Vault) -> Result<()> {
        if vault.state().lines == self.tip.lines {
            return Ok(());
        }
        for item in vault.lines_after(self.tip)? {
            let (line, raw) = item?;
            self.take(&line, &raw)?;
        }
        Ok(())
    }

    fn take(&mut self, line: &Line, raw: &Raw) -> Result<()> {
        let deed = &line.act.deed;
        let no_right = |why: &str| damaged(raw.segment, line.seq, why);
        if gives_authority(deed) {
            if !may_stand(&self.state, line) {
                return Err(no_right("its doer had no right to it, or did not sign it"));
            }
        } else if bears(deed) || is_of_records(deed) {
            self.state
                .decide(line.by, &line.act)
                .map_err(|error| no_right(&format!("nobody had it written: {error}")))?;
        }
        if bears(deed) && line.by != By::Vault {
            self.bearing.push(line.seq);
        }
        if let Deed::PurgeBegin(d) = deed
            && self.plan == Some(d.plan)
        {
            self.begun = self.state.disposal_day(line.act.at).ok();
        }
        self.state.apply(line);
        self.ledger.take(line, &self.state);
        self.tip = Tip::after(line);
        if self.destroys
            && let (Some(record), Some(note)) = (deed.dies_with(), deed.note())
        {
            self.notes.entry(record).or_default().push((note.id, note.place));
        }
        if let Some(plan) = self.plan {
            self.of_plan.take(line, plan);
        }
        if self.destroys {
            self.take_aside(deed);
        }
        Ok(())
    }

    /// The line of what was healed follows that of the damaged file put aside.
    fn take_aside(&mut self, deed: &Deed) {
        match (deed, self.put_aside.take()) {
            (Deed::Quarantined(d), _) => self.put_aside = Some(d.name.clone()),
            (Deed::FileHealed(d), Some(name)) => {
                let Some(healed) = Name::parse(&d.path) else { return };
                let dies_with = || {
                    let of =
                        |notes: &[(NoteId, Place)]| notes.iter().any(|(id, _)| *id.as_bytes() == healed.id);
                    self.notes.iter().find(|(_, notes)| of(notes)).map(|(record, _)| *record)
                };
                if let Some(record) = healed.record().or_else(dies_with) {
                    self.aside.entry(record).or_default().push(name);
                }
            }
            _ => {}
        }
    }

    /// Names in `quarantine/` of a record's damaged covers, bodies and notes.
    pub fn aside(&self, record: RecordId) -> &[String] {
        self.aside.get(&record).map_or(&[], Vec::as_slice)
    }

    /// Notes that die with a record.
    pub fn notes_of(&self, record: RecordId) -> &[(NoteId, Place)] {
        self.notes.get(&record).map_or(&[], Vec::as_slice)
    }

    /// Checks the signatures of all lines that bear on these records.
    ///
    /// Units: some 60 µs a line and core. Errors: [`Error::JournalDamaged`] naming the first that does not hold.
    pub fn check_signatures(
        &self,
        vault: &Vault,
        records: impl Iterator<Item = RecordId>,
        interrupted: &dyn Fn() -> bool,
    ) -> Result<u64> {
        let mut seqs = self.bearing.clone();
        for record in records {
            seqs.extend(self.ledger.get(record).into_iter().flat_map(|kept| &kept.lines));
        }
        seqs.sort_unstable();
        seqs.dedup();
        let cores = cores::count();
        for part in seqs.chunks(TOGETHER * cores) {
            if interrupted() {
                return Err(Error::Interrupted {});
            }
            let parts = part.chunks(part.len().div_ceil(cores));
            cores::each(parts, |seqs| self.check_each(vault, seqs)).into_iter().collect::<Result<()>>()?;
        }
        Ok(seqs.len() as u64)
    }

    fn check_each(&self, vault: &Vault, seqs: &[u64]) -> Result<()> {
        for seq in seqs {
            let (line, _) = vault.line(*seq)?;
            if line.by == By::Vault {
                continue;
            }
            let key = self.state.sign_key(line.by);
            let vault = &self.state.init.vault;
            if key.is_none_or(|key| line.check_signature(vault, &key).is_err()) {
                let (path, why) = ("journal".into(), "its signature does not verify".into());
                return Err(Error::JournalDamaged { path, seq: seq.to_string(), why });
            }
        }
        Ok(())
    }
}

/// Whether a line may decide until when any record is kept, or who may destroy it.
fn bears(deed: &Deed) -> bool {
    use Deed::*;
    matches!(
        deed,
        CertStatus(_)
            | CertReport(_)
            | CertReverse(_)
            | IssuerPin(_)
            | IssuerUnpin(_)
            | HoldPlace(_)
            | HoldCatch(_)
            | HoldScreened(_)
            | HoldRelease(_)
            | HoldKeep(_)
            | HoldTake(_)
            | HandoverTake(_)
            | HandoverList(_)
            | HandoverBegin(_)
            | HandoverCancel(_)
            | HandoverReceipt(_)
            | HandoverFinish(_)
            | HandoverDone(_)
            | ActConfirm(_)
            | ActRefuse(_)
            | RulePropose(_)
            | PurgePolicy(_)
            | PurgeReverse(_)
            | PurgePlan(_)
            | PurgeAppraise(_)
            | PurgeApprove(_)
            | PurgeWitness(_)
            | PurgeReject(_)
            | PurgeBegin(_)
            | PurgeDone(_)
            | CosignerName(_)
            | HeadCosigned(_)
    )
}

/// Whether a line bears on the records it names alone.
fn is_of_records(deed: &Deed) -> bool {
    deed.cover().is_some() || matches!(deed, Deed::RecordReview(_) | Deed::HoldScreen(_))
}

fn damaged(segment: u64, seq: u64, why: &str) -> Error {
    Error::JournalDamaged { path: segment_path(segment), seq: seq.to_string(), why: why.into() }
}
