//! Making a plan: which records may be destroyed, and which may not although their day has come.

use super::replay::Replay;
use crate::dates::{Dated, Kept};
use crate::error::{Doing, Error, Result};
use crate::journal::Pending;
use crate::layout::plan_path;
use crate::retention::Verdict;
use crate::session::Session;
use crate::staging::NamedFile;
use crate::vault::Vault;
use crate::writer::{Done, Submission};
use jingui_schema::act::{Act, Deed, PurgePlan};
use jingui_schema::digest::{FileMark, Sha256};
use jingui_schema::disposal::{
    Excluded, PLAN_BYTES_MAX, Plan as PlanFile, PlanCert, PlanHead, PlanOut, PlanRow,
};
use jingui_schema::id::{PlanId, RecordId};
use jingui_schema::time::Day;
use std::collections::HashSet;

/// Records in one plan at most: its file can still be read by a person's programs.
pub const ROWS_MAX: usize = 100_000;

/// A plan that was made.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// Its file.
    pub file: PlanFile,
    /// What people sign.
    pub sha256: Sha256,
    /// Its line; `None` where it was only rehearsed.
    pub seq: Option<u64>,
    /// Signatures that were checked.
    pub signatures: u64,
}

impl Vault {
    /// Makes a plan of all records that may be destroyed, as nobody in particular or as this person.
    ///
    /// - `rehearse`: for this day, which may be any; nothing is written. Else the day is that of [`crate::state::State::disposal_day`].
    /// - `full`: rows at most, no more than [`ROWS_MAX`].
    /// - Errors: [`Error::NothingDue`], [`Error::NotCosigned`], [`Error::JournalDamaged`], [`Error::Interrupted`].
    /// - Units: some 2 to 8 µs a line and 60 µs a signature that bears on a row.
    pub fn draw_plan(
        &self,
        by: Option<&Session>,
        rehearse: Option<Day>,
        full: Option<usize>,
        interrupted: &dyn Fn() -> bool,
    ) -> Result<Drawn> {
        let state = self.state();
        let everything = state.handover.as_ref().filter(|handover| !handover.is_of_list());
        if let Some(handover) = everything.filter(|_| rehearse.is_none()) {
            return Err(Error::HandedOver { stage: state.stage_of(handover).word().into() });
        }
        let day = match rehearse {
            Some(day) => day,
            None => self.state().disposal_day(self.env().clock.now())?,
        };
        if let Some(session) = by {
            session.with_role(super::plan::PLANNERS)?;
        }
        let replay = Replay::read(self, None, interrupted)?;
        let full = full.unwrap_or(ROWS_MAX).min(ROWS_MAX);
        let file = self.rows_of(&replay, day, full, interrupted)?;
        let records = file.rows.iter().map(|row| row.record);
        let signatures = replay.check_signatures(self, records, interrupted)?;
        if file.rows.is_empty() && rehearse.is_none() {
            return Err(Error::NothingDue { day: day.to_string() });
        }
        let text = file.to_text();
        let sha256 = Sha256::of(text.as_bytes());
        let mut drawn = Drawn { file, sha256, seq: None, signatures };
        if rehearse.is_none() {
            self.set_file(NamedFile::Plan(drawn.file.head.plan), text.as_bytes())?;
            let head = &drawn.file.head;
            let FileMark { size, b3 } = FileMark::of(text.as_bytes());
            let (plan, lines, records) = (head.plan, head.lines, head.records);
            let deed = PurgePlan { plan, day, lines, records, size, b3, sha256 };
            drawn.seq = Some(self.submit_of(by, deed)?.seq);
        }
        Ok(drawn)
    }

    fn rows_of(
        &self,
        replay: &Replay,
        day: Day,
        full: usize,
        interrupted: &dyn Fn() -> bool,
    ) -> Result<PlanFile> {
        let Replay { state, ledger, tip, .. } = replay;
        let rules = state.retention_rules_on(day);
        let planned = self.planned()?;
        let (mut rows, mut out) = (Vec::new(), Vec::new());
        let (mut kept_count, mut undetermined) = (0, 0);
        for (at, (record, kept)) in ledger.records().enumerate() {
            if at % 4096 == 0 && interrupted() {
                return Err(Error::Interrupted {});
            }
            let dated = ledger.dated(record, kept, state, &rules, day);
            let mut exclude = |reason| out.push(PlanOut { out: record, number: kept.number.clone(), reason });
            let has_come = dated.assessment.dates().is_some_and(|dates| dates.disposal <= day);
            match dated.verdict {
                Verdict::Due { .. } if planned.contains(&record) => exclude(Excluded::Planned),
                // Its CA is to have it first, and destroys it there.
                Verdict::Due { .. } if state.is_listed(record) => exclude(Excluded::NotEligible),
                Verdict::Due { .. } => rows.push(row_of(record, kept, &dated)),
                Verdict::Held { .. } | Verdict::CoolOff { .. } if has_come => exclude(Excluded::NotEligible),
                Verdict::Keep { .. } if has_come => exclude(Excluded::Kept),
                Verdict::Undetermined => undetermined += 1,
                // Who reads the plan may not know of holds: one whose day has not come is like any other.
                Verdict::Held { .. } | Verdict::CoolOff { .. } | Verdict::Keep { .. } => {
                    match dated.assessment.dates() {
                        Some(_) => kept_count += 1,
                        None => undetermined += 1,
                    }
                }
            }
        }
        rows.sort_by_key(|row: &PlanRow| (row.number.year(), row.number.serial()));
        for row in rows.drain(full.min(rows.len())..) {
            out.push(PlanOut { out: row.record, number: row.number, reason: Excluded::Full });
        }
        out.sort_by_key(|out| (out.number.year(), out.number.serial()));
        for (row, number) in rows.iter_mut().zip(1..) {
            row.row = number;
        }
        let head = PlanHead {
            jingui: PlanFile::WHAT.into(),
            v: jingui_schema::FORMAT,
            vault: state.init.vault,
            ra: state.init.ra.clone(),
            fonds: state.init.fonds.clone(),
            plan: self.env().plan_id(),
            made: self.env().now(),
            day,
            lines: tip.lines,
            last: tip.last,
            records: rows.len() as u64,
            excluded: out.len() as u64,
            kept: kept_count,
            undetermined,
        };
        Ok(PlanFile { head, rows, out })
    }

    /// Records of plans that are open.
    fn planned(&self) -> Result<HashSet<RecordId>> {
        let mut planned = HashSet::new();
        for (id, _) in self.state().plans.iter().filter(|(_, plan)| plan.is_open()) {
            planned.extend(self.plan_file(*id)?.rows.into_iter().map(|row| row.record));
        }
        Ok(planned)
    }

    /// A plan's file, as it was signed.
    ///
    /// Errors: [`Error::NoPurge`]; [`Error::PlanDamaged`] where it is another.
    pub fn plan_file(&self, id: PlanId) -> Result<PlanFile> {
        let state = self.state();
        let plan = state.plan(id)?;
        let path = self.layout().path(&plan_path(id));
        let damaged = |why: String| Error::PlanDamaged { plan: id.to_string(), why };
        let bytes = match self.env().fs.read(&path, PLAN_BYTES_MAX) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(damaged("it is not there".into()));
            }
            read => read.doing("read", &path)?,
        };
        if Sha256::of(&bytes) != plan.sha256 {
            return Err(damaged("its SHA-256 is another".into()));
        }
        let text = std::str::from_utf8(&bytes).map_err(|error| damaged(error.to_string()))?;
        PlanFile::parse(text).map_err(|error| damaged(crate::journal::full(&error)))
    }

    /// Submits what a person signs, or the vault does by itself.
    pub(crate) fn submit_of(&self, by: Option<&Session>, deed: impl Into<Deed>) -> Result<Done> {
        let act: Act = self.act(deed);
        let pending = match by {
            Some(session) => session.sign(act),
            None => Pending::of_vault(act),
        };
        self.writer()?.submit(Submission { pending, moves: Vec::new(), staging: None, may_repeat: false })
    }
}

fn row_of(record: RecordId, kept: &Kept, dated: &Dated) -> PlanRow {
    let dates = dated.assessment.dates().expect("what is due has dates");
    let counted = dates.counted;
    let certs = dated.assessment.counted.iter().flatten();
    let certs =
        certs.filter_map(|one| Some(PlanCert { cert: one.certificate?, from: one.from, last: one.last }));
    let size = kept.size();
    PlanRow {
        row: 0,
        record,
        number: kept.number.clone(),
        class: counted.rule.class,
        business: kept.business,
        outcome: kept.outcome,
        date: kept.date,
        filed: kept.filed,
        late: Some(kept.last_filed).filter(|day| *day >= dates.disposal),
        versions: kept.newest().0,
        filings: size.filings,
        docs: size.docs,
        bytes: size.bytes,
        commit: kept.newest().1,
        certs: certs.collect(),
        from: counted.from,
        rule: counted.rule.version,
        years: counted.years,
        last: dates.last,
        free: dates.free,
        disposal: dates.disposal,
    }
}
