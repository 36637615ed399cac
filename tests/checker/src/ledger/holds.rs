//! What keeps records from being destroyed: holds, those that an archive has handed over among them. FORMAT.md sections 8 and 21.

use super::{Hold, Json, Ledger, Record, Wrong, dates};
use std::collections::{BTreeMap, BTreeSet};

/// A hold may name so many records in one line.
const RECORDS_MAX: usize = 4000;

fn texts(list: &[Json]) -> impl Iterator<Item = String> {
    list.iter().map(|id| id.as_str().to_owned())
}

impl Ledger {
    /// Takes in a line about holds.
    pub(super) fn hold(&mut self, what: &str, data: &Json, wrong: &mut Wrong) {
        let (seq, before) = (self.now.0, self.held_from);
        self.hold_or_not(what, data, wrong);
        if self.held_from == seq && before != seq {
            self.held_of_list(what, data);
        }
    }

    fn hold_or_not(&mut self, what: &str, data: &Json, wrong: &mut Wrong) {
        let seq = self.now.0;
        match what {
            "hold.place" => {
                let (standing, list) = (data.at("standing").is_true(), data.list("records"));
                let records = texts(list).collect();
                let (back, screened, released) = (seq, 0, None);
                let hold = Hold { standing, seq, back, screened, records, released };
                if self.holds.insert(data.str("hold").into(), hold).is_some() || standing != list.is_empty() {
                    wrong.push("is neither a list nor a query, or is there already".into());
                }
                self.held_from = seq;
            }
            "hold.take" => self.take_hold(data, wrong),
            "hold.screen" => {
                let known = |id: &Json| self.holds.get(id.as_str()).is_some_and(|hold| hold.standing);
                if data.num("lines") >= seq || !data.list("caught").iter().all(known) {
                    wrong.push("compares with what is not there".into());
                }
                for id in data.list("caught") {
                    let record = data.str("record").to_owned();
                    self.holds.entry(id.as_str().into()).and_modify(|hold| hold.records.extend([record]));
                    self.held_from = seq;
                }
                let newest = |record: &&mut Record| record.versions.len() as u64 == data.num("n");
                if let Some(record) = self.records.get_mut(data.str("record")).filter(newest) {
                    record.screened = record.screened.max(data.num("lines"));
                }
            }
            _ => {
                let Some(hold) = self.holds.get_mut(data.str("hold")) else {
                    return wrong.push("is about no hold".into());
                };
                let fits = match what {
                    "hold.screened" => hold.standing && (hold.seq..seq).contains(&data.num("lines")),
                    "hold.keep" => hold.released.take().is_some(),
                    "hold.catch" => !data.list("records").is_empty(),
                    _ => hold.released.is_none(),
                };
                match what {
                    "hold.screened" => hold.screened = hold.screened.max(data.num("lines")),
                    "hold.keep" => hold.back = seq,
                    "hold.catch" => hold.records.extend(texts(data.list("records"))),
                    _ => {}
                }
                if !fits {
                    wrong.push("is not as the hold stands".into());
                }
                if ["hold.catch", "hold.keep"].contains(&what) {
                    self.held_from = seq;
                }
            }
        }
    }

    /// A hold that was handed over; one that is known stays as it is, and gets further records.
    fn take_hold(&mut self, data: &Json, wrong: &mut Wrong) {
        let list = data.list("records");
        let here = |id: &Json| self.records.get(id.as_str()).is_some_and(|one| one.received().is_some());
        let in_order = list.is_sorted_by(|a, b| a.as_str() < b.as_str()) && list.len() <= RECORDS_MAX;
        if !self.takings.contains_key(data.str("take")) {
            wrong.push("is of no hand-over that is taken in".into());
        }
        if !in_order || !list.iter().all(here) {
            wrong.push("names what was not taken in before, too much, or not in order".into());
        }
        let (seq, released) = (self.now.0, data.get("released").map(|at| dates::day_at(at.as_str())));
        let (standing, back, screened, records) = (false, seq, 0, BTreeSet::new());
        let new = Hold { standing, seq, back, screened, records, released };
        self.holds.entry(data.str("hold").into()).or_insert(new).records.extend(texts(list));
        self.held_from = seq;
    }

    /// The holds that keep records on a day, and those that nobody has compared them with, by record.
    pub(super) fn keeping(&self, day: i64) -> BTreeMap<String, BTreeSet<String>> {
        let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let keeps = |hold: &Hold| hold.released.is_none_or(|released| day - released < 30);
        for (id, hold) in self.holds.iter().filter(|(_, hold)| keeps(hold)) {
            let newest = |record: &Record| record.at.last().map_or(0, |(seq, _)| *seq);
            let unscreened = |record: &Record| newest(record) > hold.screened && record.screened < hold.back;
            let loose = self.alive().filter(|(_, record)| hold.standing && unscreened(record));
            for record in loose.map(|(record, _)| record).chain(&hold.records) {
                all.entry(record.clone()).or_default().insert(id.clone());
            }
        }
        all
    }
}
