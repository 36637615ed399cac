//! What must be true of both ends after each step, and how a schedule comes to its end.

use super::ends::{Ends, Step, Told};
use super::model::At;
use super::*;
use jingui_vault::catalog::Query;
use jingui_vault::state::State;
use std::collections::BTreeSet;

/// Nothing is wrong, or this is.
fn nothing(what: &str, wrong: &[String]) -> Told {
    if wrong.is_empty() { Ok(()) } else { Err(format!("{what}: {}", wrong.join("; "))) }
}

fn must(so: bool, what: impl FnOnce() -> String) -> Told {
    if so { Ok(()) } else { Err(what()) }
}

/// A result whose error is told.
pub fn told<T>(what: &str, result: Result<T>) -> std::result::Result<T, String> {
    result.map_err(|error| format!("{what}: {} ({})", full(&error), error.code()))
}

impl Ends {
    /// The archive stands where it should, and everything of it opens, or is gone upon a receipt that names it as it was.
    pub fn look_at_archive(&self) -> Told {
        let vault = told("opening", self.it.house.open(os()))?;
        let state = vault.state();
        let at = At::of(state.handover_stage());
        must(at == self.model.at, || format!("it stands at {at:?}, and should at {:?}", self.model.at))?;
        let receipt = state.handover.as_ref().and_then(|handover| handover.receipt.as_ref());
        let (counts, should) = (receipt.map(|receipt| receipt.act), self.model.newest);
        let should = should.map(|newest| self.model.slips[newest].act);
        must(counts == should, || format!("the receipt {counts:?} counts, and {should:?} should"))?;
        let filed = &self.model.filed;
        must(state.counts.records == filed.len() as u64, || {
            format!("{} records, and {} were acknowledged", state.counts.records, filed.len())
        })?;
        if at < At::Destroying {
            let session = told("the founder", self.it.house.founder(&vault))?;
            nothing("the archive", &verify(&session))?;
            return filed.keys().try_for_each(|record| told("a record", session.row(*record)).map(|_| ()));
        }
        nothing("the archive", &keyless(&vault))?;
        let list = told("the list", vault.receipt())?;
        for known in &self.it.known {
            let row = list.rows.iter().find(|row| row.record == known.record);
            let as_it_was = row.is_some_and(|row| {
                (row.n, row.docs, &row.number) == (1, known.documents as u64, &known.number)
            });
            must(as_it_was, || format!("{} was destroyed, and the receipt has {row:?}", known.number))?;
            let taken = self.model.taken.contains(&known.record);
            must(taken, || format!("{} was destroyed, and is nowhere", known.number))?;
        }
        self.look_at_holds(&state)
    }

    /// Whatever keeps a record that was destroyed at the archive keeps it at the CA.
    fn look_at_holds(&self, archive: &State) -> Told {
        let (vault, session) = self.it.taker();
        let here = vault.state();
        for (id, _) in archive.holds.iter().filter(|(_, hold)| hold.released.is_none()) {
            let in_force = here.holds.get(id).is_some_and(|hold| hold.released.is_none());
            let row = told("a held record", session.row(self.model.holds[id].record))?;
            let keeps = row.custody.holds.contains(id);
            must(in_force && keeps, || format!("the hold {id} does not keep {} any more", row.facts.number))?;
        }
        Ok(())
    }

    /// The records that the CA has.
    pub fn there(&self, session: &Session) -> std::result::Result<BTreeSet<RecordId>, String> {
        let rows = told("the list", session.list(&Query { limit: 1_000, ..Query::default() }))?.rows;
        let records: BTreeSet<RecordId> = rows.iter().map(|row| row.record).collect();
        let numbers: BTreeSet<String> = rows.iter().map(|row| row.facts.number.to_string()).collect();
        let filed = session.vault().state().counts.records;
        let once = (records.len(), numbers.len(), filed) == (rows.len(), rows.len(), rows.len() as u64);
        must(once, || {
            let (rows, records) = (rows.len(), records.len());
            format!("{rows} rows of {records} records with {} numbers; {filed} were filed", numbers.len())
        })?;
        Ok(records)
    }

    /// The CA has what it said it has, each once, and all of it opens.
    pub fn look_at_ca(&self) -> Told {
        let vault = told("opening", self.it.taker.open(os()))?;
        let session = told("the taker", self.it.taker.founder(&vault))?;
        let there = self.there(&session)?;
        must(there == self.model.taken, || {
            format!("the CA has {} records, and said {}", there.len(), self.model.taken.len())
        })?;
        nothing("the CA", &verify(&session))
    }

    /// Both, and by a second opinion.
    pub fn look_at_both(&self) -> Told {
        self.look_at_archive()?;
        self.look_at_ca()?;
        nothing("the archive", &second_opinion(&self.it.house))?;
        nothing("the CA", &second_opinion(&self.it.taker))
    }

    /// Whatever has happened, it goes on from there to the end.
    pub fn end(&mut self) -> Told {
        // What a stranger put where states lie holds everything up until the CA removes it.
        self.tidies();
        for _ in 0..8 {
            match self.model.at {
                At::Destroyed => break,
                At::Destroying => self.does(Step::Finish)?,
                At::Open => self.does(Step::Begin)?,
                _ => {
                    self.forgets_what_was_taken();
                    for step in [Step::Push, Step::Cosign, Step::Push, Step::Take, Step::Sign] {
                        self.does(step)?;
                    }
                    // What was found was told; the next push brings it again.
                    if self.has_signed() {
                        for step in [Step::Leave, Step::Push, Step::Finish] {
                            self.does(step)?;
                        }
                    }
                }
            }
        }
        must(self.model.at == At::Destroyed, || format!("it stays {:?}", self.model.at))?;
        self.does(Step::Push)?;
        self.does(Step::Cosign)?;
        self.does(Step::Push)?;
        if self.it.stage() != Some(Stage::Closed) {
            told("countersigned by hand", self.it.countersigns_by_hand())?;
        }
        must(self.it.stage() == Some(Stage::Closed), || "it does not close".into())?;
        nothing("the archive", &self.it.left())?;
        self.look_at_both()?;
        let (_vault, session) = self.it.taker();
        nothing("the CA", &look_at_all(&session, &self.it.known))
    }
}
