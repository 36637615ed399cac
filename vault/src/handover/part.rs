//! The records of a list cease to be here, and the archive goes on.
//!
//! ```text
//! replayed    the journal from its first line, as for a plan: rights and signatures of every line that bears on these records
//! looked      each of them is in the receipt as it is here, with every hold that keeps it, and nothing else is
//! the line    handover.finish; from here on no line is about them, nor a hold; whoever goes on replays and looks as well
//! destroyed   in parts, as a plan's records are: covers here, covers in the mirror, bodies, texts, notes
//! the line    handover.done; each of them stays known by its id and number
//! ```
//! Keys stay. What was sealed to them and still lies in old copies opens until `keys rotate` has ended them.

use super::finish::Finished;
use super::state::{DECIDERS, Handover};
use crate::disposal::{Files, Replay, places, sweep};
use crate::error::{Doing, Error, Result};
use crate::layout::Layout;
use crate::session::Session;
use crate::vault::Vault;
use jingui_schema::act::{HandoverDone, HandoverFinish};
use jingui_schema::id::{ActId, RecordId};

/// Records whose files are looked for and removed together.
const PART: usize = 4096;

impl Session {
    /// Destroys the records of a list; for [`Session::finish_handover`], which keeps others from what it does meanwhile.
    pub(super) fn finish_part(
        &self,
        handover: &Handover,
        receipt: ActId,
        rehearse: bool,
        interrupted: &dyn Fn() -> bool,
    ) -> Result<Finished> {
        let vault = &self.vault;
        self.with_role(DECIDERS)?;
        let records = handover.records.unwrap_or_default();
        let mut finished = Finished { receipt, records, seq: handover.done, mirror_lags: None };
        if handover.done.is_some() {
            return Ok(finished);
        }
        let mut replay = Replay::read_to_destroy(vault, interrupted)?;
        let replayed = |replay: &Replay| replay.state.handover.clone().filter(|one| one.act == handover.act);
        let listed = |one: Handover| one.list.map(|list| list.records().collect::<Vec<RecordId>>());
        let list = replayed(&replay).and_then(listed).ok_or(Error::NoHandover {})?;
        vault.check_ground(&replay, &list, interrupted)?;
        if handover.finishing.is_none() {
            let seen = replay.tip.lines;
            let deed = |_| HandoverFinish { receipt, seen }.into();
            if rehearse {
                self.prepare(None, &deed)?;
                return Ok(finished);
            }
            // Before anything is begun: what is begun without the mirror could not be finished without it.
            finished.mirror_lags = vault.mirror_behind()?;
            if finished.mirror_lags.is_some() {
                return Ok(finished);
            }
            self.carry_out(None, deed)?;
            replay.follow(vault)?;
        }
        if rehearse {
            return Ok(finished);
        }
        finished.mirror_lags = vault.mirror_behind()?;
        if finished.mirror_lags.is_some() {
            return Ok(finished);
        }
        // Whatever the snapshot says: only what the lines say is being destroyed.
        if replayed(&replay).is_none_or(|one| one.finishing.is_none()) {
            return Err(Error::NoReceipt {});
        }
        vault.remove_listed(list, &replay)?;
        let seq = vault.submit_of(None, HandoverDone { receipt, records })?.seq;
        vault.recent().changed(seq);
        Ok(Finished { seq: Some(seq), ..finished })
    }
}

impl Vault {
    /// Removes all files of these records, here and in the mirror. Can be repeated.
    fn remove_listed(&self, mut records: Vec<RecordId>, replay: &Replay) -> Result<()> {
        let env = self.env();
        let mirror = self.writer()?.mirror().map(|mirror| Layout::new(&mirror.dir));
        // A text that was being kept when the line was written is there now, and no other one comes.
        drop(self.inner.gate.close());
        // Those of one directory together.
        records.sort_by_key(|record| replay.ledger.get(*record).map(|kept| kept.counter));
        for part in records.chunks(PART) {
            let places = places(&replay.ledger, part);
            let mut here = Files::of(env, self.layout(), &places)?;
            let there = mirror.as_ref().map(|layout| Files::of(env, layout, &places)).transpose()?;
            for record in part {
                for path in here.take_covers(*record) {
                    env.fs.remove(&path).doing("remove", &path)?;
                }
            }
            sweep(self, replay, part, &here, mirror.as_ref().zip(there.as_ref()))?;
        }
        Ok(())
    }
}
