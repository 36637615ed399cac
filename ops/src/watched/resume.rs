//! Resuming: going on with what was under way when somebody was killed, or when something could not be moved.

use super::moving;
use super::pass::{Pending, TRY_AGAIN_AFTER, Watcher};
use super::places::Place;
use super::told::{Event, Tell, What};
use super::under_way::UnderWay;
use crate::failure::Result;
use jingui_schema::act::Deed;
use std::path::PathBuf;
use std::time::Duration;

impl Watcher<'_> {
    /// Goes on with what was under way when somebody was killed, or when something could not be moved.
    pub(super) fn resume(&mut self, now: Duration, tell: &mut Tell<'_>) -> Result<()> {
        if !self.begun {
            let ways = UnderWay::read_all(&self.env, &self.folder)?;
            self.pending.extend(ways.into_iter().map(|way| Pending { way, again_at: now, told: false }));
            self.begun = true;
        }
        let (mut due, later): (Vec<Pending>, Vec<Pending>) =
            std::mem::take(&mut self.pending).into_iter().partition(|p| p.again_at <= now);
        self.pending = later;
        while let Some(pending) = due.pop() {
            let resumed = self.resume_one(pending, now, tell);
            if resumed.is_err() {
                // What was not looked at is looked at the next time.
                self.pending.append(&mut due);
                resumed?;
            }
        }
        Ok(())
    }

    fn resume_one(&mut self, mut pending: Pending, now: Duration, tell: &mut Tell<'_>) -> Result<()> {
        let (way, place, told) = (&pending.way, pending.way.place, pending.told);
        let what = match place {
            Place::Archived => match self.session.vault().find_act(way.request)?.map(|line| line.act.deed) {
                Some(Deed::RecordFile(file)) if !told => {
                    let (number, record, supplement) = (file.number, file.record, file.filing > 1);
                    What::Archived { number, record, supplement, found: None, flaws: Vec::new() }
                }
                Some(_) => What::Resumed { place, told },
                // It was never filed: its files wait as all others do.
                None => return way.remove(&self.env, &self.folder),
            },
            place => What::Resumed { place, told },
        };
        let name = way.directory.as_ref().map(|word| PathBuf::from(&word.0));
        let name = name.or_else(|| way.moves.first().map(|one| one.from().to_owned())).unwrap_or_default();
        let files = way.moves.len();
        match moving::carry_out(&self.env, &self.folder, way, true) {
            Ok(left) => {
                tell(Event { name, files: files - left, left, what })?;
                way.remove(&self.env, &self.folder)
            }
            Err(why) => {
                pending.again_at = now + TRY_AGAIN_AFTER;
                pending.told = true;
                self.pending.push(pending);
                if told {
                    return Ok(());
                }
                tell(Event { name: name.clone(), files, left: 0, what })?;
                tell(Event { name, files, left: 0, what: What::Stuck { why } })
            }
        }
    }
}
