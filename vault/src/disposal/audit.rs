//! Destructions looked at again: whether each record that a line names was one that could go then, and whether each register
//! says what the lines say. Whoever can write the files can put lines there that no run of ours would have written.

use super::replay::OfPlan;
use super::run::{Doing, why_left};
use crate::dates::Ledger;
use crate::error::{Error, Result};
use crate::layout::{register_path, segment_path};
use crate::state::State;
use crate::vault::Vault;
use crate::verify::{Finding, FindingKind};
use jingui_schema::act::Deed;
use jingui_schema::digest::Sha256;
use jingui_schema::disposal::{PLAN_BYTES_MAX, Plan as PlanFile};
use jingui_schema::id::PlanId;
use jingui_schema::line::{Line, Tip};
use std::collections::HashMap;

/// Once in so many lines it is asked whether anybody still waits.
const INTERRUPTED_LINES: u64 = 1024;

impl Vault {
    /// What is wrong with the destructions that the lines up to one tell of.
    ///
    /// Units: some 2 to 8 µs a line, where there are any plans. Errors: [`Error::Interrupted`], and those of reading.
    pub(crate) fn audit_disposals(&self, until: u64, interrupted: &dyn Fn() -> bool) -> Result<Vec<Finding>> {
        let mut audit =
            Audit { vault: self, ledger: Ledger::default(), plans: HashMap::new(), found: Vec::new() };
        let mut state: Option<State> = None;
        for item in self.lines_after(Tip::START)? {
            let (line, raw) = item?;
            if line.seq > until {
                break;
            }
            if line.seq % INTERRUPTED_LINES == 0 && interrupted() {
                return Err(Error::Interrupted {});
            }
            match &mut state {
                None => state = Some(State::begin(&line)?),
                Some(state) => {
                    audit.look(&line, state, raw.segment);
                    state.apply(&line);
                }
            }
            if let Some(state) = &state {
                audit.ledger.take(&line, state);
            }
        }
        Ok(audit.found)
    }
}

/// A plan, as far as the lines have come.
struct Passed {
    of: OfPlan,
    /// Its file; none where it is not the one that was signed, which is found elsewhere.
    file: Option<PlanFile>,
}

struct Audit<'a> {
    vault: &'a Vault,
    ledger: Ledger,
    plans: HashMap<PlanId, Passed>,
    found: Vec<Finding>,
}

impl Audit<'_> {
    /// Looks at a line as things stood before it.
    fn look(&mut self, line: &Line, state: &State, segment: u64) {
        let Some(id) = line.act.deed.plan() else { return };
        if matches!(line.act.deed, Deed::PurgePlan(_)) {
            let file = self.vault.plan_file(id).ok();
            self.plans.insert(id, Passed { of: OfPlan::default(), file });
        }
        let Some(Passed { of, file }) = self.plans.get_mut(&id) else { return };
        let path = segment_path(segment);
        match (&line.act.deed, &*file) {
            (Deed::PurgeBegin(d), Some(file)) => {
                let Ok(day) = state.disposal_day(line.act.at) else { return };
                let rows: HashMap<_, _> = file.rows.iter().map(|row| (row.record, row)).collect();
                for record in &d.records {
                    let now = Doing { state, ledger: &self.ledger, of, plan: id, day };
                    let why = match rows.get(record) {
                        None => Some("it is not in the plan".to_owned()),
                        Some(row) => why_left(&now, row).map(|why| why.to_string()),
                    };
                    if let Some(why) = why {
                        let detail = format!("the record {record} was not to be destroyed: {why}");
                        self.found.push(Finding::line(&path, line.seq, FindingKind::Chain, &detail));
                    }
                }
            }
            (Deed::PurgeClose(d), Some(file)) => {
                let there = self.vault.layout().path(&register_path(id));
                let there = self.vault.env().fs.read(&there, PLAN_BYTES_MAX).ok();
                let there = there.filter(|bytes| Sha256::of(bytes) == d.sha256);
                let plan = state.plans.get(&id);
                let made = plan.and_then(|plan| self.vault.register_of(id, plan, file, of).ok());
                // One that is not the file that was named is found where files are looked at.
                if let (Some(there), Some(made)) = (there, made)
                    && made.to_text().as_bytes() != there
                {
                    let detail = "it says something else than the journal";
                    self.found.push(Finding::file(&register_path(id), FindingKind::Content, detail));
                }
            }
            _ => {}
        }
        of.take(line, id);
    }
}
