//! What people do at both ends, and what should come of it.

use super::ends::{Ends, Told};
use super::look::told;
use super::mishaps::JUNK_STATE;
use super::model::{At, Held, Model, Refused, Slip};
use super::*;
use jingui_schema::copy::CopyState;
use jingui_tests::faults::{Fault, FaultFs};
use std::collections::BTreeSet;

/// Snapshots of the target that are kept.
const SNAPSHOTS: usize = 4;

/// An outcome beside the one that should be.
pub fn as_told<T>(what: &str, result: &Result<T>, should: Refused) -> Told {
    let is = result.as_ref().map(|_| ()).map_err(|error| error.code());
    let why = result.as_ref().err().map_or_else(String::new, |error| full(error));
    if is == should { Ok(()) } else { Err(format!("{what}: {is:?} {why}, and should be {should:?}")) }
}

impl Ends {
    pub fn file(&mut self) -> Told {
        if self.model.at >= At::Destroying {
            return Ok(());
        }
        self.files += 1;
        let filed = {
            let vault = self.it.vault();
            let founder = told("the founder", self.it.house.founder(&vault))?;
            self.it.house.file(&founder, &format!("record {}", self.files), 1, None)
        };
        as_told("filing", &filed, self.model.changes())?;
        if let Ok(filed) = filed {
            self.model.filed.insert(filed.record, filed.seq);
            self.it.known.push(Known::of(&filed, 1));
        }
        self.look_at_archive()
    }

    /// What should become of each receipt at the target that the archive does not know yet.
    pub fn receipts_to_come(&self, model: &mut Model) -> Vec<(ActId, Refused)> {
        let mut all = Vec::new();
        for slip in 0..model.slips.len() {
            let Slip { act, counted, .. } = model.slips[slip];
            if !counted && self.it.place_of(FromCa::Order(act)).exists() {
                all.push((act, model.receives(slip, self.it.place_of(FromCa::Receipt(act)).exists())));
            }
        }
        all
    }

    pub fn push(&mut self) -> Told {
        let mut model = self.model.clone();
        let should = self.receipts_to_come(&mut model);
        let pushed = told("a push", push(&self.it.vault(), &*self.it.target()))?;
        let act = |name: &str| match FromCa::of_name(name.rsplit('/').next().unwrap_or_default()) {
            Some(FromCa::Order(act)) if model.slips.iter().any(|slip| slip.act == act) => Some(act),
            _ => None,
        };
        let code = |came: &Result<Came>| came.as_ref().map(|_| ()).map_err(|error| error.code());
        let came = pushed.taken.iter().filter_map(|taken| Some((act(&taken.name)?, code(&taken.came))));
        let came: Vec<(ActId, Refused)> = came.collect();
        if came != should {
            return Err(format!("a push took in {came:?}, and should have {should:?}"));
        }
        self.model = model;
        if self.snapshots.len() == SNAPSHOTS {
            self.snapshots.remove(0);
        }
        self.snapshots.push((self.it.snapshot(), self.amiss));
        self.look_at_archive()
    }

    /// Lines of the newest state at the target.
    fn lines_there(&self) -> u64 {
        let lines = |name: String| CopyState::lines_of_name(name.strip_prefix("states/")?);
        let all = self.it.objects("states").into_iter().filter_map(lines);
        all.filter(|lines| *lines != JUNK_STATE).max().unwrap_or(0)
    }

    /// The CA looks at everything; none where something was found, or where what lies there is older than what it knows.
    pub fn look(&mut self) -> std::result::Result<Option<Accepted>, String> {
        let is_older = self.it.countersigned() > self.lines_there();
        match self.it.accepted_by(&self.it.ca.key, self.it.target()) {
            Err(error) if is_older && error.code() == "behind-cosigner" => Ok(None),
            Ok(_) if is_older => Err("an older state was put back, and nobody noticed".into()),
            Ok((_, found, None)) => {
                told("a report", leave_report(&*self.it.target(), &found.report))?;
                // What is destroyed at the archive need not be there any more.
                let known = self.amiss || self.model.at >= At::Destroying;
                if known { Ok(None) } else { Err(format!("found: {:?}", found.checked.report.findings)) }
            }
            looked => told("looked at", looked).map(Some),
        }
    }

    pub fn take(&mut self, is_cut: bool) -> Told {
        let Some((_scratch, _, Some(theirs))) = self.look()? else { return Ok(()) };
        let there = theirs.vault().state();
        let is_handed_over = there.handover.as_ref().is_some_and(|handover| handover.finishing.is_none());
        let should = self.model.filed_by(there.lines);
        let disk = FaultFs::over(os());
        let taken = {
            let vault = told("opening", self.it.taker.open(Arc::new(disk.clone())))?;
            let session = told("the taker", self.it.taker.founder(&vault))?;
            if is_cut {
                disk.arm(1 + self.dice.below(150), Fault::Kill);
            }
            session.take_handover(&theirs, &PATIENT)
        };
        match taken {
            Err(_) if is_cut && disk.fired().is_some() => {
                self.log.push(format!("  cut off: {:?}", disk.fired()));
                let vault = told("opening", self.it.taker.open(os()))?;
                let there = self.there(&told("the taker", self.it.taker.founder(&vault))?)?;
                let most: BTreeSet<RecordId> = self.model.taken.union(&should).copied().collect();
                if !there.is_superset(&self.model.taken) || !there.is_subset(&most) {
                    return Err(format!("cut off, the CA has {there:?}"));
                }
                self.model.taken = there;
            }
            Ok(taken) if is_handed_over => {
                let new = should.difference(&self.model.taken).count() as u64;
                let rows = taken.receipt.iter().flat_map(|receipt| &receipt.rows).map(|row| row.record);
                let rows: BTreeSet<RecordId> = rows.collect();
                let good = (taken.records, taken.new) == (should.len() as u64, new)
                    && taken.differs.is_empty()
                    && rows == should;
                if !good {
                    return Err(format!("{new} of {} were to come: {taken:?}", should.len()));
                }
                self.model.taken.extend(should);
                (self.unsigned, self.signed) = (Some(taken), false);
            }
            taken => as_told("taking in", &taken, Err("not-handed-over"))?,
        }
        self.look_at_ca()
    }

    pub fn sign(&mut self) -> Told {
        let Some(taken) = self.unsigned.take() else { return Ok(()) };
        let order = self.it.signs(&self.env, &taken);
        let head = taken.receipt.expect("it was signed").head;
        self.model.slips.push(Slip {
            act: order.act,
            handover: head.handover,
            lines: head.lines,
            counted: false,
        });
        self.orders.push(order);
        self.signed = true;
        Ok(())
    }

    pub fn leave(&self, slip: Option<usize>) -> Told {
        let Some(order) = slip.map(|slip| &self.orders[slip]) else { return Ok(()) };
        let target = self.it.target();
        told("a list", leave_list(&*target, order))?;
        told("an order", leave_order(&*target, &order.file)).map(|_| ())
    }

    pub fn hold(&mut self) -> Told {
        if self.model.at >= At::Destroying {
            return Ok(());
        }
        let all: Vec<RecordId> = self.model.filed.keys().copied().collect();
        let record = self.pick(&all);
        let (id, line) = {
            let vault = self.it.vault();
            let id = hold(&told("the legal officer", vault.sign_in(self.it.legal.person()))?, record);
            (id, vault.state().holds[&id].seq)
        };
        self.model.holds.insert(id, Held { record, line, released: false });
        self.look_at_archive()
    }

    pub fn release(&mut self) -> Told {
        let all: Vec<HoldId> =
            self.model.holds.iter().filter(|(_, held)| !held.released).map(|(id, _)| *id).collect();
        if self.model.at >= At::Destroying || all.is_empty() {
            return Ok(());
        }
        let id = self.pick(&all);
        {
            let vault = self.it.vault();
            for key in [&self.it.legal, &self.it.approver] {
                let person = told("one of two", vault.sign_in(key.person()))?;
                told("a release", person.release_hold(id, "it is over", false))?;
            }
        }
        self.model.holds.get_mut(&id).expect("it was drawn from them").released = true;
        self.look_at_archive()
    }

    pub fn cancel(&mut self) -> Told {
        let done = {
            let vault = self.it.vault();
            let legal = told("the legal officer", vault.sign_in(self.it.legal.person()))?;
            legal.cancel_handover("it stays", false)
        };
        as_told("calling off", &done, self.model.calls_off())?;
        if done.is_ok() {
            (self.model.at, self.model.handover) = (At::Open, None);
        }
        self.look_at_archive()
    }

    pub fn hand_over(&mut self) -> Told {
        let done = {
            let vault = self.it.vault();
            let approver = told("the approver", vault.sign_in(self.it.approver.person()))?;
            let legal = told("the legal officer", vault.sign_in(self.it.legal.person()))?;
            let act = approver.propose_handover("it closes", false).map(|act| act.expect("no rehearsal"));
            act.and_then(|act| legal.confirm(act).map(|_| act))
        };
        as_told("handing over", &done, self.model.changes())?;
        if let Ok(act) = done {
            (self.model.at, self.model.handover) = (At::Sealed, Some(act));
        }
        self.look_at_archive()
    }

    pub fn finish(&mut self) -> Told {
        let done = self.it.finish();
        as_told("destroying", &done, self.model.finishes())?;
        if done.is_ok() {
            self.model.at = At::Destroyed;
            self.look_at_ca()?;
        }
        self.look_at_archive()
    }

    pub fn cosign(&mut self) -> Told {
        match self.it.countersigns() {
            Ok(_) => Ok(()),
            // It has signed more than the archive knows, or nothing that lies there is a question.
            Err(error) if ["cosigner-elsewhere", "not-a-request"].contains(&error.code()) => Ok(()),
            Err(error) => Err(format!("countersigning: {}", full(&error))),
        }
    }
}
