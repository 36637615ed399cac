//! A hand-over, at either end: what may still stand, receipts, and what comes from another archive. FORMAT.md section 21.

use super::{Json, Ledger, Line, Named, Proposal, Record, Wrong, cover_path, dates, note_path};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Rows and certificates that one line may list.
const LISTED_MAX: usize = 8000;

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
    "record.request",
    "request.answer",
    "request.refuse",
    "escrow.open",
    "handover.cancel",
    "handover.receipt",
    "handover.finish",
];

/// A number of a filing that nobody reaches: what a forged line says takes no more memory than this.
const FILINGS_MAX: u64 = 4096;

/// Everything of this archive goes to its CA, or the records of a list.
#[derive(Clone)]
pub struct Handover {
    /// The records of the list, and the certificates that they rely on.
    pub list: Option<BTreeSet<String>>,
    certs: BTreeSet<String>,
    /// Of a list: the last line by which one of its records came under a hold since it was sealed.
    held_from: u64,
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
    /// What is or was handed over, once two people have begun it; not what was called off.
    pub fn handovers(&self) -> impl Iterator<Item = &Handover> {
        self.handed.iter().chain(&self.handover)
    }

    /// What was taken in from other archives: the act and the data of each line.
    pub fn takings(&self) -> impl Iterator<Item = (&String, &Json)> {
        self.takings.iter()
    }

    /// The first filings of the records that came by such an act: number and time of the line, and its data.
    pub fn came_by(&self, take: &str) -> impl Iterator<Item = (u64, &str, &Json)> {
        self.records.values().filter_map(move |record| {
            let (first, (seq, at)) = (record.filings.first()?, record.at.first()?);
            let is_of = first.get("from").is_some_and(|from| from.str("take") == take);
            is_of.then_some((*seq, at.as_str(), first))
        })
    }

    /// The newest head that lines name: over how many lines, and the text that is signed.
    pub fn newest_head(&self) -> Option<(u64, &str)> {
        self.heads.last().map(|(_, lines, _, text)| (*lines, text.as_str()))
    }

    /// Whether everything under seal may be there or not, and keys as well.
    pub fn is_finishing(&self) -> bool {
        let everything = self.handover.as_ref().filter(|handover| handover.list.is_none());
        everything.is_some_and(|handover| handover.finish.is_some() && !handover.done)
    }

    /// Whether nothing under seal is left.
    pub fn is_emptied(&self) -> bool {
        self.handover.as_ref().is_some_and(|handover| handover.list.is_none() && handover.done)
    }

    /// The records of a list that are being destroyed.
    pub(super) fn departing(&self) -> impl Iterator<Item = &String> {
        let going = self.handover.as_ref().filter(|handover| handover.finish.is_some());
        going.into_iter().flat_map(|handover| handover.list.iter().flatten())
    }

    /// All covers, bodies and notes.
    pub(super) fn sealed_files(&self) -> impl Iterator<Item = String> {
        let covers = self.covers.iter().map(|cover| cover_path(cover).1);
        let notes = self.notes.iter().map(|note| note_path(note).1);
        let bodies = self.files.keys().filter(|path| path.starts_with("bodies/")).cloned();
        covers.chain(notes).chain(bodies)
    }

    /// Whether a line may stand behind the one that has sealed everything.
    pub(super) fn keep_sealed(&self, what: &str, by: &str, data: &Json, wrong: &mut Wrong) {
        let Some(handover) = &self.handover else {
            let of_list = |one: &Proposal| one.kind == "handover.begin" && one.data.get("list").is_some();
            if self.links_listed(data) && self.proposals.values().any(of_list) {
                wrong.push(
                    "links a certificate to a record of a list that waits for its second person".into(),
                );
            }
            return;
        };
        if let Some(list) = &handover.list {
            return self.keep_listed(handover, list, what, data, wrong);
        }
        let stands = match by {
            "vault" => !what.starts_with("purge."),
            _ => SEALED.contains(&what) || handover.finish.is_none() && UNTIL_FINISH.contains(&what),
        };
        if !stands {
            wrong.push("stands behind the line that seals everything for the hand-over".into());
        }
    }

    /// Whether a line links certificates to a record that lines before it list.
    fn links_listed(&self, data: &Json) -> bool {
        let (id, links) = (data.str("record"), data.list("certs"));
        links.iter().any(|link| link.get("cert").is_some())
            && self.listing.iter().any(|row| row.str("record") == id)
    }

    /// A list that does not have a certificate which is linked to one of its records is none any more.
    pub(super) fn unlist(&mut self, data: &Json) {
        if self.links_listed(data) {
            self.listing.clear();
        }
    }

    /// Whether a line may stand while the records of a list are sealed: none about them but holds and reading, and none of their
    /// certificates. Once they are being destroyed no hold names one, none is compared, and no epoch begins.
    fn keep_listed(
        &self,
        handover: &Handover,
        list: &BTreeSet<String>,
        what: &str,
        data: &Json,
        wrong: &mut Wrong,
    ) {
        let finishing = handover.finish.is_some();
        let reads = ["record.open", "facts.reveal", "request.answer"].contains(&what);
        // That the CA has opened it by itself is told whatever becomes of it.
        let may_be_about = ["epoch.reseal", "escrow.open"].contains(&what) || reads && !finishing;
        let about = || {
            let id = |item: &Json| list.contains(item.as_str()) || list.contains(item.str("record"));
            data.list("records").iter().any(id) || list.contains(data.str("record"))
        };
        let may_be_held = what.starts_with("hold.") && !finishing;
        if !may_be_about && !may_be_held && what != "handover.list" && about() {
            wrong.push("is about a record that is sealed for a hand-over".into());
        }
        // Of a link its certificate; a mistake names the id alone.
        let named =
            |one: &Json| handover.certs.contains(one.as_str()) || handover.certs.contains(one.str("cert"));
        let says = ["cert.status", "cert.report", "cert.reverse", "cert.link", "record.file"].contains(&what);
        if says && data.list("events").iter().chain(data.list("certs")).any(named) {
            wrong.push("is about a certificate of a record that is sealed for a hand-over".into());
        }
        let waits = match what {
            "hold.place" => data.at("standing").is_true(),
            "hold.keep" | "hold.screened" | "epoch.start" | "escrow.proved" => true,
            _ => false,
        };
        if finishing && waits {
            wrong.push("stands between the lines that destroy what was handed over".into());
        }
    }

    /// Takes in rows of a list.
    fn list(&mut self, data: &Json, wrong: &mut Wrong) {
        let (from, rows) = (data.num("from"), data.list("records"));
        let open = self.proposals.values().any(|proposal| proposal.kind == "handover.begin");
        if self.handover.is_some() || open {
            wrong.push("lists records while a hand-over goes on or is proposed".into());
        }
        if from == 0 {
            self.listing.clear();
        }
        let certs: usize = rows.iter().map(|row| row.list("certs").len()).sum();
        let certs_in_order = |row: &Json| row.list("certs").is_sorted_by(|a, b| a.as_str() < b.as_str());
        if from != self.listing.len() as u64 || rows.is_empty() || rows.len() + certs > LISTED_MAX {
            wrong.push("does not go on with the list, or is too long".into());
        }
        self.listing.extend(rows.iter().cloned());
        let in_order = self.listing.is_sorted_by(|a, b| a.str("record") < b.str("record"));
        if !in_order || !rows.iter().all(certs_in_order) {
            wrong.push("lists records that are not in order".into());
        }
        for row in rows {
            let known = self.records.get(row.str("record")).and_then(|record| record.filings.first());
            if known.is_none_or(|filed| filed.get("number") != row.get("number")) {
                wrong.push("lists a record that is not there, or under another number".into());
            }
        }
    }

    /// The rows as two people have signed them.
    fn listed(&mut self, mark: &Json, wrong: &mut Wrong) -> (BTreeSet<String>, BTreeSet<String>) {
        let rows = std::mem::take(&mut self.listing);
        let mut text = String::new();
        for row in &rows {
            let certs: String = row.list("certs").iter().map(|cert| format!(" {}", cert.as_str())).collect();
            text += &format!("{} {}{certs}\n", row.str("record"), row.str("number"));
        }
        let same = hex::encode(Sha256::digest(&text)) == mark.str("sha256");
        let alive: BTreeSet<&str> = self.alive().map(|(id, _)| id.as_str()).collect();
        let here = rows.iter().all(|row| alive.contains(row.str("record")));
        if !same || !here || rows.len() as u64 != mark.num("records") {
            wrong.push("is of another list than the lines before it have, or of what is not here".into());
        }
        let certs = rows.iter().flat_map(|row| row.list("certs")).map(|cert| cert.as_str().to_owned());
        (rows.iter().map(|row| row.str("record").to_owned()).collect(), certs.collect())
    }

    /// Something came under a hold by the line that is taken in.
    pub(super) fn held_of_list(&mut self, what: &str, data: &Json) {
        let Some(handover) = &mut self.handover else { return };
        let Some(list) = &handover.list else { return };
        let named = || data.list("records").iter().any(|id| list.contains(id.as_str()));
        let means = match what {
            "hold.place" => data.at("standing").is_true() || named(),
            "hold.screen" => list.contains(data.str("record")),
            "hold.keep" => true,
            _ => named(),
        };
        if means {
            handover.held_from = self.now.0;
        }
    }

    /// Two people have said that everything is to be handed over, or the records of a list.
    pub(super) fn seal(&mut self, act: &str, said: &Json, wrong: &mut Wrong) {
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
        let listed = said.get("list").map(|mark| self.listed(mark, wrong));
        self.listing.clear();
        let (list, certs) = listed.map_or((None, BTreeSet::new()), |(list, certs)| (Some(list), certs));
        let (receipts, finish, done, held_from) = Default::default();
        let (act, sealed) = (act.to_owned(), self.now.0);
        self.handover = Some(Handover { list, certs, held_from, act, sealed, receipts, finish, done });
    }

    /// Takes in a line about a hand-over.
    pub(super) fn hand_over(&mut self, what: &str, line: &Line, data: &Json, wrong: &mut Wrong) {
        match what {
            "handover.begin" => return, // says nothing until it is confirmed
            "handover.list" => return self.list(data, wrong),
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
                let all = handover.list.as_ref().is_none_or(|list| list.len() as u64 == data.num("records"));
                unless(all, "counts other records than were listed");
                let list = self.files.get(&list_path(&self.act));
                unless(list == Some(&Named::of(data.at("list"))), "is over a list that is not kept");
                handover.receipts.push((self.act.clone(), data.clone()));
            }
            "handover.finish" => {
                unless(by_newest, "destroys without the newest receipt");
                unless(data.num("seen") < seq, "looks at later lines");
                let held_from = if handover.list.is_some() { handover.held_from } else { self.held_from };
                unless(
                    held_from <= known.min(data.num("seen")),
                    "was decided before something came under a hold",
                );
                unless(
                    handover.list.is_none() || self.ruled_at <= known,
                    "was decided before a retention rule was signed",
                );
                handover.finish = Some(self.keeping(dates::day_at(&self.now.1)));
            }
            _ => {
                unless(by_newest && handover.finish.is_some(), "ends nothing that was begun");
                if let Some(list) = &handover.list {
                    unless(data.num("records") == list.len() as u64, "counts other records");
                    handover.done = true;
                    list.iter().for_each(|id| self.destroy(id));
                    return self.handed.push(handover);
                }
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
