//! A hand-over, at either end: what may still stand, receipts, and what comes from another archive. FORMAT.md section 21.

use super::{Json, Ledger, Line, Named, Record, Wrong, cover_path, dates, note_path};
use std::collections::{BTreeMap, BTreeSet};

/// What may stand by people once it is sealed.
const SEALED: &[&str] = &[
    "staff.enrol",
    "staff.countersign",
    "staff.disable",
    "epoch.shred",
    "jobs.set",
    "cosigner.name",
    "log.fork",
    "act.confirm",
    "act.refuse",
    "vault.restored",
    "copy.excused",
];
/// And what only until it is destroyed.
const UNTIL_FINISH: &[&str] = &[
    "escrow.proved",
    "epoch.copy",
    "hold.place",
    "hold.catch",
    "hold.screened",
    "hold.screen",
    "hold.release",
    "hold.keep",
    "hold.review",
    "record.open",
    "facts.reveal",
    "record.find",
    "subject.search",
    "handover.cancel",
    "handover.receipt",
    "handover.finish",
];

/// A number of a filing that nobody reaches: what a forged line says takes no more memory than this.
const FILINGS_MAX: u64 = 4096;

/// Everything of this archive goes to its CA.
#[derive(Clone)]
pub struct Handover {
    /// The act that proposed it, and the line that confirmed it.
    act: String,
    sealed: u64,
    /// The receipts: act and data of each, the newest last.
    pub receipts: Vec<(String, Json)>,
    /// Once it is being destroyed: the holds that kept each record when that began.
    pub finish: Option<BTreeMap<String, BTreeSet<String>>>,
    done: bool,
}

/// The list of a receipt, by the act of the receipt.
pub fn list_path(act: &str) -> String {
    format!("registers/receipt-{act}.jsonl")
}

impl Ledger {
    /// What is handed over, once two people have begun it.
    pub fn handover(&self) -> Option<&Handover> {
        self.handover.as_ref()
    }

    /// What was taken in from other archives: the data of each line.
    pub fn takings(&self) -> impl Iterator<Item = &Json> {
        self.takings.values()
    }

    /// Whether everything under seal may be there or not, and keys as well.
    pub fn is_finishing(&self) -> bool {
        self.handover.as_ref().is_some_and(|handover| handover.finish.is_some() && !handover.done)
    }

    /// Whether nothing under seal is left.
    pub fn is_emptied(&self) -> bool {
        self.handover.as_ref().is_some_and(|handover| handover.done)
    }

    /// All covers, bodies and notes.
    pub(super) fn sealed_files(&self) -> impl Iterator<Item = String> {
        let covers = self.covers.iter().map(|cover| cover_path(cover).1);
        let notes = self.notes.iter().map(|note| note_path(note).1);
        let bodies = self.files.keys().filter(|path| path.starts_with("bodies/")).cloned();
        covers.chain(notes).chain(bodies)
    }

    /// Whether a line may stand behind the one that has sealed everything.
    pub(super) fn keep_sealed(&self, what: &str, by: &str, wrong: &mut Wrong) {
        let Some(handover) = &self.handover else { return };
        let stands = match by {
            "vault" => !what.starts_with("purge."),
            _ => SEALED.contains(&what) || handover.finish.is_none() && UNTIL_FINISH.contains(&what),
        };
        if !stands {
            wrong.push("stands behind the line that seals everything for the hand-over".into());
        }
    }

    /// Two people have said that everything is to be handed over.
    pub(super) fn seal(&mut self, act: &str, wrong: &mut Wrong) {
        let escrowed =
            self.epochs.get(&self.epoch).is_some_and(|epoch| epoch.escrow.is_some() && epoch.proved);
        let settled = self.epochs.keys().next_back() == Some(&self.epoch)
            && self.epochs.range(..self.epoch).all(|(_, epoch)| epoch.destroyed)
            && (self.epoch == 1 || self.epochs[&self.epoch].verified);
        let unfinished = [
            (!escrowed, "a key that the CA does not open"),
            (!settled, "an epoch that changes"),
            (self.plans().values().any(|plan| plan.is_open()), "an open plan"),
            (!self.proposals.is_empty(), "an open proposal"),
            (!self.removing.is_empty(), "papers that are still to be destroyed"),
            (self.handover.is_some(), "a hand-over that goes on"),
        ];
        for (_, why) in unfinished.iter().filter(|(is, _)| *is) {
            wrong.push(format!("seals with {why}"));
        }
        let (receipts, finish, done) = Default::default();
        self.handover = Some(Handover { act: act.to_owned(), sealed: self.now.0, receipts, finish, done });
    }

    /// Takes in a line about a hand-over.
    pub(super) fn hand_over(&mut self, what: &str, line: &Line, data: &Json, wrong: &mut Wrong) {
        match what {
            "handover.begin" => return, // says nothing until it is confirmed
            "handover.take" => return self.take_in(data, wrong),
            _ => {}
        }
        let Some(mut handover) = self.handover.take() else {
            return wrong.push("is about no hand-over that two people have begun".into());
        };
        let (seq, newest) = (line.seq, handover.receipts.last().cloned());
        let by_newest = newest.as_ref().is_some_and(|(act, _)| act == data.str("receipt"));
        let known = newest.as_ref().map_or(0, |(_, receipt)| receipt.num("lines"));
        let mut unless = |right: bool, why: &str| {
            if !right {
                wrong.push(why.into());
            }
        };
        let same = data.get("handover").is_none_or(|act| act.as_str() == handover.act);
        unless(same, "is about another hand-over");
        match what {
            "handover.cancel" => {
                unless(newest.is_none(), "comes behind a receipt");
                if same && newest.is_none() {
                    return;
                }
            }
            "handover.receipt" => {
                let (lines, root) = (data.num("lines"), data.str("root"));
                unless((handover.sealed..seq).contains(&lines), "is for other lines than were handed over");
                unless(lines >= known, "is for fewer lines than the receipt before");
                let right = line.roots.get(lines as usize - 1).map(hex::encode);
                unless(right.as_deref() == Some(root), "is for lines with another root");
                unless(data.str("taker") != self.vault, "says that this vault has taken itself in");
                let list = self.files.get(&list_path(&self.act));
                unless(list == Some(&Named::of(data.at("list"))), "is over a list that is not kept");
                handover.receipts.push((self.act.clone(), data.clone()));
            }
            "handover.finish" => {
                unless(by_newest, "destroys without the newest receipt");
                unless(data.num("seen") < seq, "looks at later lines");
                unless(
                    self.held_from <= known.min(data.num("seen")),
                    "was decided before something came under a hold",
                );
                handover.finish = Some(self.keeping(dates::day_at(&self.now.1)));
            }
            _ => {
                unless(by_newest && handover.finish.is_some(), "ends nothing that was begun");
                unless(self.epochs.values().all(|epoch| epoch.destroyed), "leaves the key of an epoch");
                unless(data.num("records") == self.alive().count() as u64, "counts other records");
                handover.done = true;
                self.files.retain(|path, _| !path.starts_with("bodies/"));
                self.covers.clear();
                self.notes.clear();
                self.leaving.clear();
                self.removing.clear();
            }
        }
        self.handover = Some(handover);
    }

    /// Records of another archive come in from here on.
    fn take_in(&mut self, data: &Json, wrong: &mut Wrong) {
        let own = self.init.as_ref().map_or("", |(init, _)| init.str("fonds"));
        let (from, fonds) = (data.str("from"), data.str("fonds"));
        let is_anothers = |one: &Json| one.str("fonds") == fonds && one.str("from") != from;
        if from == self.vault {
            wrong.push("takes this vault in itself".into());
        }
        if fonds == own || self.takings.values().any(is_anothers) {
            wrong.push("takes in an archive under the fonds code of another one".into());
        }
        self.takings.insert(self.act.clone(), data.clone());
    }

    /// A filing of what another archive has handed over, as that has it.
    pub(super) fn receive(&mut self, data: &Json, wrong: &mut Wrong) {
        let Some(from) = data.get("from") else { return };
        let holds = from.list("holds");
        let linked = |end: &Json| data.list("certs").iter().any(|link| link.get("cert") == end.get("cert"));
        let known = |hold: &Json| self.holds.contains_key(hold.as_str());
        if !self.takings.contains_key(from.str("take")) || (data.num("filing"), data.num("n")) != (1, 1) {
            wrong.push("is of no hand-over that is taken in, or not the first of its record".into());
        }
        if !from.list("ends").iter().all(linked) {
            wrong.push("says something of certificates that it does not link".into());
        }
        if !holds.is_sorted_by(|a, b| a.as_str() < b.as_str()) || !holds.iter().all(known) {
            wrong.push("names holds that are not there, or not in order".into());
        }
        let id = data.str("record").to_owned();
        for hold in holds {
            let named = self.holds.get_mut(hold.as_str());
            named.into_iter().for_each(|hold| hold.records.extend([id.clone()]));
        }
        if let Some(record) = self.records.get_mut(&id).filter(|_| from.at("reviewed").is_true()) {
            record.settled = 1;
        }
        let act = self.act.clone();
        self.ended(&act, data);
    }
}

impl Record {
    /// Bodies that have stayed where another archive had put them.
    pub fn left(&self) -> &[Json] {
        self.received().and_then(|from| from.get("left")).map_or(&[][..], |left| left.list("bodies"))
    }

    /// How many documents a filing has brought.
    pub fn docs_of(&self, filing: u64) -> u64 {
        let left = self.left().iter().find(|body| body.num("filing") == filing);
        left.or_else(|| self.filings.get(filing as usize - 1)).map_or(0, |filing| filing.num("docs"))
    }

    /// All bodies that a first filing brings stay elsewhere.
    pub(super) fn leave(&mut self, left: &Json, data: &Json, wrong: &mut Wrong) {
        if self.filings.len() > 1 {
            return wrong.push("leaves bodies elsewhere of a record that is here already".into());
        }
        let bodies = left.list("bodies");
        let nothing = Named { size: 0, b3: blake3::hash(&[]).to_hex().to_string() };
        let docs: u64 = bodies.iter().map(|body| body.num("docs")).sum();
        let whole = |body: &Json| body.at("body").num("size") > 0;
        if Named::of(data.at("body")) != nothing
            || docs != data.num("docs")
            || !bodies.is_sorted_by(|a, b| a.num("filing") < b.num("filing"))
            || !bodies.iter().all(whole)
        {
            wrong.push("leaves other bodies elsewhere than it counts, or brings one all the same".into());
        }
        let last = bodies.last().map_or(1, |body| body.num("filing")).min(FILINGS_MAX);
        // Numbers that are not among them were given there, and what they brought is gone.
        self.gone.extend((1..=last).filter(|filing| bodies.iter().all(|body| body.num("filing") != *filing)));
        self.filings.resize(last as usize, data.clone());
    }
}

impl Ledger {
    /// Texts of bodies that have stayed elsewhere: there or not, as those beside a body are.
    pub(super) fn texts_of_left(&self) -> impl Iterator<Item = String> {
        self.alive().flat_map(|(id, record)| {
            let there = record.left().iter().map(|body| body.num("filing"));
            let text = |filing| format!("text/{}/{id}.{filing}.txt.zst.age", record.place);
            let there: Vec<String> = there.filter(|filing| !record.gone.contains(filing)).map(text).collect();
            there.into_iter().flat_map(|text| [format!("{text}.part"), text])
        })
    }
}
