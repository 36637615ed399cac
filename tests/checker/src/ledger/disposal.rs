//! The course of a plan, from its making to its register, and what is no more then. FORMAT.md sections 8 and 18.
//!
//! A sign-off that a later appraisal has voided is no part in the plan any more. Of `cap` only that it was not gone
//! beyond at one time is looked at: the lines do not tell runs. When an epoch is sealed is no line's matter.

use super::{Json, Ledger, Line, Named, Record, Wrong, cover_path, dates, note_path};
use std::collections::{BTreeMap, BTreeSet};

/// What became of a record.
#[derive(Clone, PartialEq)]
pub enum Fate {
    /// When, and the line that says so.
    Destroyed(String, u64),
    Left(String),
}

/// A plan so far.
#[derive(Clone)]
pub struct Course {
    /// The data of the line that made it.
    pub data: Json,
    maker: String,
    policy: Json,
    /// The last appraisal of each record.
    pub appraised: BTreeMap<String, Json>,
    /// The act of it.
    pub(super) by_act: BTreeMap<String, String>,
    appraisal: u64,
    appraisers: BTreeSet<String>,
    /// Sign-offs and witnesses that stand: what, and whose key.
    signed: Vec<(String, String)>,
    /// The line of the last signature, once none is missing.
    complete: Option<u64>,
    /// The time of the first countersigned head that covers it.
    covered: Option<u64>,
    /// Who had a part in it: what, by, at, line, and whether a later line has voided it.
    pub parts: Vec<(String, String, String, u64, bool)>,
    /// Lines that began to destroy: record, its version, its commit, the day.
    pub begun: Vec<(u64, String, u64, Json, i64)>,
    open: Option<BTreeSet<String>>,
    pub fates: BTreeMap<String, Fate>,
    pub rejected: bool,
    /// The SHA-256 of its register.
    pub register: Option<String>,
    /// The newest epoch of a cover that was destroyed, and that of the vault then.
    pub epochs: Option<(u64, u64)>,
}

/// All of it.
#[derive(Clone)]
pub struct Disposal {
    pub plans: BTreeMap<String, Course>,
    pub policy: Json,
    /// Records that are no more.
    gone: BTreeSet<String>,
    /// The notes that go with a record.
    notes: BTreeMap<String, BTreeSet<String>>,
    sheet: bool,
}

impl Default for Disposal {
    fn default() -> Self {
        let policy = r#"{"slots":[{"slot":"unit","roles":["approver"]}],"wait":7,"cap":10000}"#;
        let policy = serde_json::from_str(policy).expect("it is JSON");
        let (plans, gone, notes) = Default::default();
        Self { plans, policy, gone, notes, sheet: false }
    }
}

impl Course {
    /// Whether anything may still be destroyed by it.
    pub(super) fn is_open(&self) -> bool {
        self.open.is_some() || !self.rejected && self.register.is_none()
    }
}

fn ids(data: &Json, key: &str) -> Vec<String> {
    let id = |item: &Json| if let Json::Text(id) = item { id.clone() } else { item.str("record").to_owned() };
    data.list(key).iter().map(id).collect()
}

impl Ledger {
    /// The plans, by id.
    pub fn plans(&self) -> &BTreeMap<String, Course> {
        &self.disposal.plans
    }

    /// A head over so many lines was countersigned: the wait of a plan counts from the first that covers its signatures.
    pub(super) fn cover(&mut self, lines: u64, at: u64) {
        for plan in self.disposal.plans.values_mut().filter(|plan| plan.covered.is_none()) {
            plan.covered = plan.complete.filter(|signed| *signed <= lines).map(|_| at);
        }
    }

    /// What was countersigned before counts no more.
    pub(super) fn uncover(&mut self) {
        self.disposal.plans.values_mut().for_each(|plan| plan.covered = None);
    }

    fn opened(&self) -> impl Iterator<Item = &String> {
        self.disposal.plans.values().flat_map(|plan| plan.open.iter().flatten())
    }

    /// The records that are alive.
    pub fn alive(&self) -> impl Iterator<Item = (&String, &Record)> {
        self.records.iter().filter(|(id, _)| !self.disposal.gone.contains(*id))
    }

    /// The files of records that are being destroyed: there or not.
    pub fn dying(&self) -> BTreeSet<String> {
        match self.is_finishing() {
            true => self.sealed_files().collect(),
            false => self.opened().chain(self.departing()).flat_map(|id| self.of_record(id)).collect(),
        }
    }

    /// The files of a record.
    fn of_record(&self, id: &str) -> Vec<String> {
        let covers = self.covers.iter().filter(|((of, _, _), _)| of == id).map(|cover| cover_path(cover).1);
        let own = self.disposal.notes.get(id);
        let own = |note: &&(String, u64)| own.is_some_and(|own| own.contains(&note.0));
        let notes = self.notes.iter().filter(|(note, _)| own(note)).map(|note| note_path(note).1);
        let bodies = self.files.keys().filter(|path| is_body(path, id)).cloned();
        covers.chain(notes).chain(bodies).collect()
    }

    /// A note that goes with its record.
    pub(super) fn owns(&mut self, what: &str, data: &Json, note: &str) {
        let alone = match what {
            "record.review" if data.list("records").len() == 1 => data.list("records")[0].str("record"),
            "record.file" | "record.correct" | "record.annotate" | "record.restrict" | "record.open"
            | "facts.reveal" | "cert.link" | "document.misfiled" => data.str("record"),
            _ => return,
        };
        self.disposal.notes.entry(alone.to_owned()).or_default().insert(note.to_owned());
    }

    /// No line is about what is destroyed, or about to be; but that the CA has opened it stands all the same.
    pub(super) fn leave_alone(&self, what: &str, data: &Json, wrong: &mut Wrong) {
        let mut about =
            [ids(data, "records"), vec![data.str("record").to_owned()], ids(data, "covers")].concat();
        about.retain(|_| what != "escrow.open");
        if about.iter().any(|id| self.disposal.gone.contains(id)) {
            wrong.push("is about a record that is destroyed".into());
        }
        // A hold still wins; what it came too late for is told by the next line.
        let may_be_about = what == "epoch.reseal" || what.starts_with("hold.");
        if !may_be_about && about.iter().any(|id| self.opened().any(|open| open == id)) {
            wrong.push("is about a record that is being destroyed".into());
        }
        let begins = match what {
            "epoch.start" => data.get("escrow").is_none(),
            _ => what == "escrow.proved",
        };
        if begins && self.opened().next().is_some() {
            wrong.push("begins an epoch while records are being destroyed".into());
        }
    }

    /// Copies of keys that lie outside.
    pub(super) fn copies(&mut self, what: &str, data: &Json, wrong: &mut Wrong) {
        let known = match (what, data.str("medium"), self.epochs.get(&data.num("epoch"))) {
            ("epoch.copy", _, known) => {
                self.disposal.sheet = true;
                known.is_some()
            }
            (_, "escrow", known) => known.is_some_and(|epoch| epoch.destroyed && epoch.escrow.is_some()),
            (_, _, known) => known.is_some_and(|epoch| epoch.destroyed) && self.disposal.sheet,
        };
        if !known {
            wrong.push("is about no such copy, or about the key of an epoch that lives".into());
        }
    }

    /// Takes in a line about a plan.
    pub(super) fn purge(&mut self, what: &str, line: &Line, data: &Json, wrong: &mut Wrong) {
        let (id, by) = (data.str("plan").to_owned(), line.json.str("by"));
        let (me, (seq, at)) = (self.doer.clone(), self.now.clone());
        let file = |top: &str| self.files.get(&format!("{top}/{id}.jsonl")) == Some(&Named::of(data));
        let mut part = vec![(what["purge.".len()..].to_owned(), by.to_owned(), at.clone(), seq, false)];
        if what == "purge.plan" {
            if !file("plans") || self.disposal.plans.contains_key(&id) || data.num("lines") >= seq {
                wrong.push("names no plan file, a plan that is there already, or later lines".into());
            }
            let (policy, data) = (self.disposal.policy.clone(), data.clone());
            let (appraised, by_act, appraisers, signed, begun, fates) = Default::default();
            let (maker, parts, appraisal) = (me, part, 0);
            let (complete, covered, open, register, epochs, rejected) = (None, None, None, None, None, false);
            #[rustfmt::skip] // each is named once
            let course = Course {
                data, maker, policy, appraised, by_act, appraisal, appraisers, signed, complete, covered,
                parts, begun, open, fates, rejected, register, epochs,
            };
            self.disposal.plans.insert(id, course);
            return;
        }
        let Some(mut plan) = self.disposal.plans.remove(&id) else {
            return wrong.push("is about no plan".into());
        };
        let solo = self.is_solo();
        let person = self.people.get(by);
        let (records, over) = (ids(data, "records"), plan.rejected || plan.register.is_some());
        let listed = |most| records.is_sorted_by(|a, b| a < b) && (1..=most).contains(&records.len());
        let signs = |plan: &Course, of: &str| plan.signed.iter().any(|(_, key)| key == of);
        let slots = plan.policy.list("slots").to_vec();
        let full = |plan: &Course| {
            let has = |slot: &Json| plan.signed.iter().any(|(what, _)| what == slot.str("slot"));
            slots.iter().all(has)
        };
        let other = !solo && (plan.maker == me || plan.appraisers.contains(&me) || signs(&plan, &me));
        let counts = solo || by == "authority" || person.is_some_and(|person| person.counts);
        let same = data.get("sha256") == plan.data.get("sha256");
        let mut unless = |right: bool, why: &str| {
            if !right {
                wrong.push(why.into());
            }
        };
        match what {
            "purge.appraise" => {
                unless(same, "is about another plan");
                unless(!over && plan.begun.is_empty(), "comes too late");
                unless(listed(4000), "its list is none, or not in order");
                let part_of_it = !solo && (plan.maker == me || signs(&plan, &me));
                unless(!part_of_it, "is by somebody who has another part in the plan");
                plan.by_act.extend(records.iter().map(|id| (id.clone(), self.act.clone())));
                plan.appraised.extend(records.into_iter().map(|id| (id, data.clone())));
                plan.appraisal = seq;
                plan.appraisers.insert(me);
                (plan.signed, plan.complete, plan.covered) = (Vec::new(), None, None);
                let signature = |what: &str| !["plan", "appraise"].contains(&what);
                plan.parts.iter_mut().filter(|part| signature(&part.0)).for_each(|part| part.4 = true);
            }
            "purge.approve" | "purge.witness" => {
                let slot = (what == "purge.approve").then(|| data.str("slot"));
                unless(same && data.num("appraised") == plan.appraisal, "signs another plan");
                unless(!over, "comes too late");
                unless(!other, "is by somebody who has another part in the plan");
                unless(counts, "is by somebody whom the authority has not countersigned");
                match slot {
                    Some(slot) => {
                        let named = slots.iter().find(|one| one.str("slot") == slot);
                        let roles = named.map_or(&[][..], |one| one.list("roles"));
                        let fits = roles.iter().any(|role| person.is_some_and(|p| p.has(role.as_str())))
                            || named.is_some() && (by, slot) == ("authority", "authority");
                        let taken = plan.signed.iter().any(|(what, _)| what == slot);
                        unless(fits && !taken, "is a sign-off that nobody asked for");
                        part[0].0 = slot.to_owned();
                    }
                    None => unless(full(&plan), "witnesses before all have signed"),
                }
                plan.signed.push((slot.unwrap_or("witness").to_owned(), me));
                let witnesses = plan.signed.iter().filter(|(what, _)| what == "witness").count();
                (plan.complete, plan.covered) = ((full(&plan) && witnesses >= 2).then_some(seq), None);
            }
            "purge.reject" => {
                unless(plan.register.is_none(), "comes too late");
                plan.rejected = true;
            }
            "purge.begin" => {
                part[0].0 = "run".into();
                unless(plan.complete.is_some(), "begins before all have signed");
                unless(plan.covered.is_some(), "begins without a countersigned head over the last signature");
                let day = dates::day_at(line.json.at("act").str("at")).min(dates::day_of(self.cosigned.1));
                let wait = plan.policy.num("wait") as i64;
                let since = dates::day_of(plan.covered.unwrap_or(0));
                unless(day >= since + wait, "begins before the wait is over");
                unless(!over && plan.open.is_none(), "comes too late, or before another one is done");
                let own = plan.appraisers.contains(&me) || signs(&plan, &me);
                unless(solo || !own, "is by somebody who has another part in the plan");
                unless(
                    (self.held_from..seq).contains(&data.num("seen")),
                    "was decided before something came under a hold",
                );
                unless(
                    listed(500.min(plan.policy.num("cap") as usize)),
                    "its list is none, too long, or not in order",
                );
                for id in &records {
                    let Some(record) = self.records.get(id) else {
                        unless(false, "destroys a record that is not there");
                        continue;
                    };
                    let verdict = plan.appraised.get(id).map(|appraisal| appraisal.str("verdict"));
                    unless(verdict == Some("destroy"), &format!("{id} was not appraised so"));
                    unless(!self.held(id, dates::day_at(&at)), &format!("{id} is held"));
                    unless(self.is_due(id, day), &format!("{id} is not due"));
                    let (n, commit) = (record.versions.len() as u64, record.commit().clone());
                    plan.begun.push((seq, id.clone(), n, commit, day));
                }
                plan.open = Some(records.into_iter().collect());
            }
            "purge.done" => {
                let open = plan.open.take();
                unless(open.is_some() || data.list("destroyed").is_empty(), "ends nothing that was begun");
                let mut open = open.unwrap_or_default();
                for stone in data.list("destroyed") {
                    let id = stone.str("record");
                    let number = self.records.get(id).map(|record| record.filings[0].get("number"));
                    unless(
                        open.remove(id) && number == Some(stone.get("number")),
                        "destroys what was not begun",
                    );
                    plan.fates.insert(id.to_owned(), Fate::Destroyed(at.clone(), seq));
                    let newest = self.covers.keys().filter(|(of, _, _)| of == id).map(|(_, _, e)| *e).max();
                    let before = plan.epochs.map_or(0, |(epoch, _)| epoch);
                    plan.epochs = Some((before.max(newest.unwrap_or(0)), self.epoch));
                    self.destroy(id);
                }
                for failed in data.list("failed") {
                    let id = failed.str("record");
                    open.remove(id);
                    let known = matches!(plan.fates.get(id), Some(Fate::Destroyed(..)));
                    unless(!known, "leaves what is destroyed");
                    plan.fates.insert(id.to_owned(), Fate::Left(failed.str("reason").to_owned()));
                }
                unless(open.is_empty(), "does not say what became of all that was begun");
            }
            "purge.close" => {
                unless(
                    plan.open.is_none() && plan.register.is_none(),
                    "closes a plan that is not at its end",
                );
                unless(file("registers"), "names no register file");
                plan.register = Some(data.str("sha256").to_owned());
            }
            _ => {
                unless(plan.register.as_deref() == Some(data.str("sha256")), "signs no register");
                let witness = plan.signed.contains(&("witness".into(), me));
                unless(witness, "is by somebody who is no witness");
            }
        }
        if !["purge.done", "purge.close", "purge.attest"].contains(&what) {
            plan.parts.append(&mut part);
        }
        self.disposal.plans.insert(id, plan);
    }

    /// A record is no more, nor is anything that was its own; its number stays given.
    pub(super) fn destroy(&mut self, id: &str) {
        self.disposal.gone.insert(id.to_owned());
        let notes = self.disposal.notes.remove(id).unwrap_or_default();
        let own = |path: &str| {
            let name = path.rsplit('/').next().and_then(|name| name.split('.').next()).unwrap_or_default();
            match path.split('/').next() {
                Some("notes") => notes.contains(name),
                _ => name == id,
            }
        };
        self.files.retain(|path, _| !is_body(path, id));
        self.covers.retain(|(of, _, _), _| of != id);
        self.notes.retain(|(note, _), _| !notes.contains(note));
        self.leaving.retain(|(_, path)| !own(path));
        self.removing.values_mut().for_each(|paths| paths.retain(|path| !own(path)));
        self.proposals.retain(|_, proposal| {
            let listed =
                proposal.kind == "purge.reverse" && ids(&proposal.data, "records").iter().any(|of| of == id);
            proposal.data.str("record") != id && !listed
        });
    }

    /// Whether something keeps a record from being destroyed on a day.
    fn held(&self, id: &str, day: i64) -> bool {
        let record = &self.records[id];
        let newest = record.at.last().map_or(0, |(seq, _)| *seq);
        let keeps = |hold: &&super::Hold| hold.released.is_none_or(|released| day - released < 30);
        self.holds.values().filter(keeps).any(|hold| {
            hold.records.contains(id)
                || hold.standing && newest > hold.screened && record.screened < hold.back
        })
    }
}

fn is_body(path: &str, id: &str) -> bool {
    path.starts_with("bodies/") && path.contains(&format!("/{id}."))
}
