//! What befalls both ends and the bucket between them.

use super::acts::as_told;
use super::bucket::litter;
use super::ends::{Ends, Told};
use super::look::told;
use super::model::{At, Model, Slip};
use super::*;
use jingui_tests::faults::{Fault, FaultFs};
use jingui_vault::fs::Fs;

/// Where a stranger puts a state that is none.
pub const JUNK_STATE: u64 = 900_000_000_001;

impl Ends {
    pub fn push_cut(&mut self) -> Told {
        let mut model = self.model.clone();
        self.receipts_to_come(&mut model);
        let disk = FaultFs::over(os());
        let dying: Arc<dyn Fs> = Arc::new(disk.clone());
        let result = {
            let vault = told("opening", self.it.house.open(dying.clone()))?;
            disk.arm(1 + self.dice.below(120), Fault::Kill);
            DirTarget::open(env_on(dying), &self.it.place).and_then(|target| push(&vault, &target))
        };
        self.was_cut("a push", &result, &disk)?;
        self.catch_up(&model)?;
        self.look_at_archive()
    }

    /// Something failed for a reason.
    fn was_cut<T>(&mut self, what: &str, result: &Result<T>, disk: &FaultFs) -> Told {
        match (result, disk.fired()) {
            (Err(error), None) => Err(format!("{what}: nothing failed, and yet: {}", full(error))),
            (_, fired) => {
                self.log.push(format!("  cut off: {fired:?}"));
                Ok(())
            }
        }
    }

    /// After something was cut off: the archive stands where it stood, or as far as it would have come.
    fn catch_up(&mut self, most: &Model) -> Told {
        let vault = told("opening", self.it.house.open(os()))?;
        let state = vault.state();
        let at = At::of(state.handover_stage());
        if at < self.model.at || at > most.at {
            return Err(format!("cut off between {:?} and {:?} it stands at {at:?}", self.model.at, most.at));
        }
        for (slip, most) in self.model.slips.iter_mut().zip(&most.slips) {
            let counted = told("an act", vault.find_act(slip.act))?.is_some();
            if counted && !most.counted {
                return Err(format!("the receipt {} counts, and should not", slip.act));
            }
            slip.counted = counted;
        }
        let receipt = state.handover.as_ref().and_then(|handover| handover.receipt.as_ref());
        let is = |slip: &Slip| receipt.is_some_and(|receipt| receipt.act == slip.act);
        self.model.newest = self.model.slips.iter().position(is);
        self.model.at = at;
        Ok(())
    }

    pub fn finish_cut(&mut self) -> Told {
        let mut model = self.model.clone();
        if model.finishes().is_ok() {
            model.at = At::Destroyed;
        }
        let disk = FaultFs::over(os());
        let result = {
            let vault = told("opening", self.it.house.open(Arc::new(disk.clone())))?;
            let approver = told("the approver", vault.sign_in(self.it.approver.person()))?;
            disk.arm(1 + self.dice.below(60), Fault::Kill);
            approver.finish_handover(false, &|| false)
        };
        // What is refused is refused before the disk has had a chance to.
        match disk.fired() {
            None => as_told("destroying", &result, self.model.finishes())?,
            Some(_) => self.was_cut("destroying", &result, &disk)?,
        }
        self.catch_up(&model)?;
        if self.model.at >= At::Destroying {
            self.look_at_ca()?;
        }
        self.look_at_archive()
    }

    pub fn lose(&mut self) -> Told {
        let acts: Vec<ActId> = self.orders.iter().map(|order| order.act).collect();
        for act in acts {
            for what in [FromCa::Order(act), FromCa::Receipt(act)] {
                if self.dice.one_in(2) {
                    drop(fs::remove_file(self.it.place_of(what)));
                }
            }
        }
        for name in self.it.objects(FROM_CA) {
            if name.ends_with(".cosigned") && self.dice.one_in(3) {
                drop(fs::remove_file(self.it.place.join(name)));
            }
        }
        Ok(())
    }

    pub fn roll_back(&mut self) -> Told {
        if !self.snapshots.is_empty() {
            let at = self.dice.below(self.snapshots.len() as u64) as usize;
            let (snapshot, amiss) = &self.snapshots[at];
            self.it.rolls_back(snapshot.path());
            self.amiss = *amiss;
        }
        Ok(())
    }

    pub fn litter(&mut self) -> Told {
        litter(&self.it.place);
        if self.dice.one_in(4) {
            fs::write(self.junk_state(), "a state\n").expect("the target takes it");
            self.amiss = true;
        }
        Ok(())
    }

    fn junk_state(&self) -> PathBuf {
        self.it.place.join(format!("states/{JUNK_STATE:012}.json"))
    }

    /// The CA removes what holds everything up.
    pub fn tidies(&mut self) {
        drop(fs::remove_file(self.junk_state()));
    }

    pub fn exchange(&mut self) -> Told {
        let below = self.pick(&["bodies", "covers"]);
        let mut names = self.it.objects(below);
        names.retain(|name| name.ends_with(".age"));
        if names.len() > 1 {
            let one = names.remove(self.dice.below(names.len() as u64) as usize);
            let other = self.pick(&names);
            let [one, other] = [one, other].map(|name| self.it.place.join(name));
            let read = |path: &Path| fs::read(path).expect("it is there");
            let (first, second) = (read(&one), read(&other));
            fs::write(one, second).and_then(|()| fs::write(other, first)).expect("the target takes it");
            self.amiss = true;
        }
        Ok(())
    }
}
