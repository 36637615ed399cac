//! What people and disks do next, and what stands after a fault.
//!
//! Each deed is tried on a copy of the model first, which says what the answer must be; the copy becomes the model once
//! the vault has acknowledged it. Under a fault the vault may fail instead, and then either may stand.

use crate::check::*;
use crate::deeds::file_in;
use crate::model::*;
use crate::world::World;
use jingui_schema::act::{Act, ActFile};
use jingui_schema::facts::{CustomerKind, Role};
use jingui_schema::id::ActId;
use jingui_tests::faults::Fault;
use jingui_tests::house;
use jingui_tests::lossy::{Cut, Dice};
use jingui_tests::story::Through;
use jingui_vault::body::Buffers;
use jingui_vault::{Error, Session};
use std::collections::BTreeMap;

pub struct History {
    pub world: World,
    pub model: Model,
    pub log: Vec<String>,
    pub counts: BTreeMap<&'static str, u64>,
    pub dice: Dice,
    pub letters: Vec<Letter>,
    /// Documents made so far: each has a name of its own.
    made: u64,
    pub mirror_present: bool,
    pub buffers: Buffers,
}

/// What is to be done, decided before anything happens.
#[derive(Clone, Debug)]
enum Deed {
    File { key: usize, labels: Labels, documents: Vec<String>, request: Option<ActId>, again: bool },
    Supplement { at: usize, documents: Vec<String>, request: Option<ActId> },
    Open { key: usize, at: usize, docs: Vec<u32>, reason: bool },
    Correct { at: usize, labels: Labels },
    Annotate { at: usize },
    Reveal { at: usize },
    Enrol { key: usize, roles: Vec<Role> },
    Countersign,
    Disable { by: usize, staff: u32 },
    Rotate,
    SignHead,
    Submit { letter: usize },
}

/// How a deed went.
enum Went {
    /// As the model said; what it holds from here on.
    Well(Box<Model>),
    /// The vault failed in a way that only a fault explains.
    Failed(Error),
}

/// What a failing disk looks like in an answer that is not the expected one: codes, and the system's own words.
const FAILURES: &[&str] = &[
    "\"io\"",
    "\"no-space\"",
    "\"poisoned\"",
    "\"closed\"",
    "\"read-only\"",
    "\"file-damaged\"",
    "os error 5",
    "os error 28",
];

/// Who may be shown documents.
pub const READERS: &[Role] = &[Role::Archivist, Role::Reviewer, Role::Legal, Role::Approver];

const ROLES: [&[Role]; 5] = [
    &[Role::Archivist],
    &[Role::Security],
    &[Role::Legal, Role::Reviewer],
    &[Role::Auditor],
    &[Role::Security, Role::Audit],
];

impl History {
    pub fn begin(seed: u64, through: Through) -> Self {
        let (world, model) = World::begin(seed, through);
        Self {
            world,
            model,
            log: Vec::new(),
            counts: BTreeMap::new(),
            dice: Dice(seed),
            letters: Vec::new(),
            made: 0,
            mirror_present: true,
            buffers: Buffers::new(),
        }
    }

    pub(crate) fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    pub(crate) fn note(&mut self, text: impl Into<String>) {
        self.log.push(text.into());
    }

    /// One step.
    pub fn step(&mut self) -> Result<(), String> {
        match self.dice.below(100) {
            0..62 => {
                let deed = self.choose();
                self.note(format!("{deed:?}"));
                match self.carry_out(&deed)? {
                    Went::Well(model) => self.model = *model,
                    Went::Failed(error) => return Err(format!("{deed:?}: {}", house::full(&error))),
                }
            }
            62..76 => self.look()?,
            76..80 => self.write_letter()?,
            80..83 => {
                self.count("reopen");
                self.note("reopen");
                self.world.open()?;
            }
            83..85 => self.rebuild()?,
            85..87 => self.verify()?,
            87..89 => {
                self.mirror_present = !self.mirror_present;
                self.count(if self.mirror_present { "mirror back" } else { "mirror away" });
                self.note(format!("mirror present: {}", self.mirror_present));
                self.world.plug(self.mirror_present);
            }
            89..95 => self.crash()?,
            _ => self.full_disk()?,
        }
        summary(&self.world, &self.model)
    }

    /// Everything that is there, at the end.
    pub fn end(&mut self) -> Result<(), String> {
        if !self.mirror_present {
            self.world.plug(true);
            self.mirror_present = true;
        }
        self.world.open()?;
        summary(&self.world, &self.model)?;
        let session = fine("sign in", self.world.founder())?;
        for at in 0..self.model.records.len() {
            show(&session, &self.model, at, &mut self.dice)?;
            let record = id(&self.model, at)?;
            let opening = fine("open", session.open_documents(record, &[], None, None))?;
            bytes(&opening, &self.model.records[at].documents())?;
        }
        match house::verify(&session) {
            wrong if wrong.is_empty() => Ok(()),
            wrong => Err(wrong.join("\n")),
        }
    }

    fn choose(&mut self) -> Deed {
        let dice = &mut self.dice;
        let records = self.model.records.len() as u64;
        match dice.below(if records == 0 { 10 } else { 62 }) {
            0..5 => self.choose_filing(),
            5..7 => Deed::Enrol { key: 1 + dice.below(6) as usize, roles: one_of(&ROLES, dice).to_vec() },
            7 => Deed::Disable { by: dice.below(5) as usize % 3, staff: 1 + dice.below(7) as u32 },
            8 => Deed::Countersign,
            9 => Deed::SignHead,
            10..24 => self.choose_filing(),
            24..33 => {
                let at = dice.below(records) as usize;
                let documents = match dice.one_in(4) {
                    true => vec![one_of(&self.model.records[at].documents(), dice).to_owned()],
                    false => self.new_documents(),
                };
                let request = self.request(3);
                Deed::Supplement { at, documents, request }
            }
            33..45 => {
                let at = dice.below(records) as usize;
                let count = self.model.records[at].documents().len() as u64;
                let docs = match dice.below(4) {
                    0 => vec![],
                    1 => vec![1 + dice.below(count + 2) as u32],
                    _ => vec![1 + dice.below(count) as u32],
                };
                let key = if dice.one_in(4) { dice.below(7) as usize } else { 0 };
                Deed::Open { key, at, docs, reason: dice.one_in(2) }
            }
            45..48 => Deed::Reveal { at: dice.below(records) as usize },
            48..54 if !self.letters.is_empty() => {
                Deed::Submit { letter: dice.below(self.letters.len() as u64) as usize }
            }
            54..56 => Deed::Rotate,
            56..60 => self.choose_correction(records),
            _ => Deed::SignHead,
        }
    }

    fn new_documents(&mut self) -> Vec<String> {
        let count = 1 + self.dice.below(3);
        (0..count)
            .map(|_| {
                self.made += 1;
                label(&format!("paper {}.pdf", self.made))
            })
            .collect()
    }

    /// A request id now and then: one that is new, or one that has come before.
    fn request(&mut self, one_in: u64) -> Option<ActId> {
        if !self.dice.one_in(one_in) {
            return None;
        }
        let known: Vec<ActId> = self.model.requests.keys().copied().collect();
        match known.is_empty() || self.dice.one_in(2) {
            true => Some(ActId::from_bytes([(); 16].map(|()| self.dice.roll() as u8))),
            false => Some(one_of(&known, &mut self.dice)),
        }
    }

    /// Other labels for a record, or the same once more; now and then something beside it.
    fn choose_correction(&mut self, records: u64) -> Deed {
        let dice = &mut self.dice;
        let at = dice.below(records) as usize;
        if dice.one_in(4) {
            return Deed::Annotate { at };
        }
        let mut labels = self.model.records[at].labels.clone();
        for _ in 0..dice.below(3) {
            match dice.below(5) {
                0 => labels.project = label(one_of(&PROJECTS, dice)),
                1 => labels.customer = label(one_of(&CUSTOMERS, dice)),
                2 => labels.date = one_of(&DATES, dice).to_owned(),
                3 => labels.outcome = one_of(&OUTCOMES, dice),
                _ => labels.business = one_of(&BUSINESS, dice),
            }
        }
        Deed::Correct { at, labels }
    }

    fn choose_filing(&mut self) -> Deed {
        let key = if self.dice.one_in(6) { self.dice.below(7) as usize } else { 0 };
        let request = self.request(3);
        if !self.model.records.is_empty() && self.dice.one_in(5) {
            // The same once more, in another order.
            let first = one_of(&self.model.records, &mut self.dice);
            let mut documents = first.filings[0].clone();
            documents.reverse();
            return Deed::File { key, labels: first.labels, documents, request, again: self.dice.one_in(2) };
        }
        let dice = &mut self.dice;
        let id = dice.one_in(4).then(|| CODE.to_owned());
        let labels = Labels {
            project: label(one_of(&PROJECTS, dice)),
            customer: label(one_of(&CUSTOMERS, dice)),
            kind: one_of(&[CustomerKind::Enterprise, CustomerKind::Government], dice),
            id,
            business: one_of(&BUSINESS, dice),
            date: one_of(&DATES, dice).to_owned(),
            outcome: one_of(&OUTCOMES, dice),
        };
        let mut documents = self.new_documents();
        if !self.model.records.is_empty() && self.dice.one_in(4) {
            // A paper that is in another record already.
            let other = one_of(&self.model.records, &mut self.dice);
            documents.push(one_of(&other.documents(), &mut self.dice).to_owned());
        }
        Deed::File { key, labels, documents, request, again: self.dice.one_in(8) }
    }

    /// Signs a key in; says with which code that is refused, if it is.
    pub(crate) fn sign_in(&self, key: usize) -> Result<Result<Session, Error>, String> {
        let result = self.world.vault().sign_in(self.world.person(key));
        match self.model.by_key(key) {
            None => refused("a stranger's sign-in", result, "stranger").map(|()| Err(Error::KeyNeeded {})),
            Some((_, person)) if !person.active => {
                refused("a leaver's sign-in", result, "disabled").map(|()| Err(Error::KeyNeeded {}))
            }
            Some(_) => Ok(result),
        }
    }

    pub(crate) fn has(&self, key: usize, roles: &[Role]) -> bool {
        let person = self.model.by_key(key).map(|(_, p)| p);
        person.is_some_and(|p| p.active && p.roles.iter().any(|r| roles.contains(r)))
    }

    /// Does a deed: what comes of it is as the model says, or the vault failed under a fault.
    fn carry_out(&mut self, deed: &Deed) -> Result<Went, String> {
        let mut model = self.model.clone();
        let result = match deed {
            Deed::File { key, labels, documents, request, again } => {
                self.count("file");
                self.file(&mut model, *key, labels, documents, *request, *again)?
            }
            Deed::Supplement { at, documents, request } => {
                self.count("supplement");
                self.supplement(&mut model, *at, documents, *request)?
            }
            Deed::Open { key, at, docs, reason } => {
                self.count("open");
                self.open(&mut model, *key, *at, docs, *reason)?
            }
            Deed::Correct { at, labels } => {
                self.count("correct");
                self.correct(&mut model, *at, labels)?
            }
            Deed::Annotate { at } => {
                self.count("annotate");
                let record = id(&model, *at)?;
                model.records[*at].lines += 1;
                self.world.founder().and_then(|s| s.annotate(record, "本人称")).map(|_| ())
            }
            Deed::Reveal { at } => {
                self.count("reveal");
                let record = id(&model, *at)?;
                model.records[*at].lines += 1;
                self.world.founder().and_then(|s| s.reveal(record, None, "年检"))
            }
            Deed::Enrol { key, roles } => {
                self.count("enrol");
                self.enrol(&mut model, *key, roles)?
            }
            Deed::Countersign => {
                self.count("countersign");
                model.people.values_mut().filter(|p| p.active).for_each(|p| p.countersigned = true);
                let authority = self.world.house.people.authority.person();
                self.world.vault().sign_in(authority).and_then(|s| s.countersign()).map(|_| ())
            }
            Deed::Disable { by, staff } => {
                self.count("disable");
                self.disable(&mut model, *by, *staff)?
            }
            Deed::Rotate => {
                self.count("rotate");
                self.rotate(&mut model)?
            }
            Deed::SignHead => {
                self.count("sign head");
                self.world.vault().sign_head().map(|_| ())
            }
            Deed::Submit { letter } => {
                self.count("submit");
                self.submit(&mut model, *letter)?
            }
        };
        Ok(match result {
            Ok(()) => Went::Well(Box::new(model)),
            Err(error) => Went::Failed(error),
        })
    }

    /// Somebody writes an act file, to be brought in later, twice or never.
    fn write_letter(&mut self) -> Result<(), String> {
        self.count("write an act file");
        let founder = fine("sign in", self.world.founder())?;
        let epoch = Some(self.model.epoch);
        let letter = match self.dice.below(4) {
            0 => {
                let key = 3 + self.dice.below(4) as usize;
                if self.model.by_key(key).is_some_and(|(_, p)| p.active) {
                    return Ok(());
                }
                let roles = vec![Role::Archivist];
                let half = self.world.person(key).public_half();
                let (staff, file) = fine("an enrolment file", founder.write_enrolment(&half, &roles))?;
                Letter { text: file.to_text(), what: Brought::Enrol { staff, key, roles }, epoch }
            }
            1 => {
                let people: Vec<_> = self.world.vault().uncountersigned().iter().map(|e| e.staff).collect();
                let request = self.world.vault().countersign_request();
                let authority = self.world.house.people.authority.person();
                let signed = jingui_vault::staff::sign_request(&authority, request.by, &request);
                let text = fine("a countersignature", signed)?.to_text();
                Letter { text, what: Brought::Countersign { people }, epoch: None }
            }
            2 => {
                let others: Vec<_> = (self.model.people.iter())
                    .filter(|(_, p)| p.active && p.key > 2)
                    .map(|(staff, _)| *staff)
                    .collect();
                if others.is_empty() {
                    return Ok(());
                }
                let staff = one_of(&others, &mut self.dice);
                let file = fine("a disabling file", founder.write_disable(staff, Some("离职")))?;
                Letter { text: file.to_text(), what: Brought::Disable { staff }, epoch }
            }
            _ => {
                if self.model.records.is_empty() {
                    return Ok(());
                }
                let at = self.dice.below(self.model.records.len() as u64) as usize;
                let record = id(&self.model, at)?;
                let deed = |note| {
                    jingui_schema::act::RecordOpen { record, docs: vec![1], purpose: None, note }.into()
                };
                let note = Some((jingui_schema::cover::NoteKind::Reason, "spool"));
                let file = fine("a spooled opening", founder.write_act(note, deed))?;
                Letter { text: file.to_text(), what: Brought::Open { record: at }, epoch }
            }
        };
        self.note(format!("letter {}: {:?}", self.letters.len(), letter.what));
        self.letters.push(letter);
        Ok(())
    }

    /// Looks without changing anything.
    fn look(&mut self) -> Result<(), String> {
        let session = fine("sign in", self.world.founder())?;
        if !self.model.records.is_empty() && self.dice.one_in(2) {
            self.count("show");
            let at = self.dice.below(self.model.records.len() as u64) as usize;
            self.note(format!("show {}", number(at)));
            return show(&session, &self.model, at, &mut self.dice);
        }
        self.count("list");
        let told = list(&session, &self.model, &mut self.dice)?;
        self.note(told);
        let missing = self.model.records.len();
        refused("a number that was not given", session.resolve(&number(missing)), "no-record")
    }

    fn rebuild(&mut self) -> Result<(), String> {
        self.count("rebuild");
        self.note("rebuild");
        let session = fine("sign in", self.world.founder())?;
        let lines = fine("the tree", self.world.vault().rebuild_tree())?;
        same("lines in the tree", lines, self.world.vault().state().lines)?;
        let rows = fine("the catalog", session.rebuild_catalog())?;
        same("rows of the catalog", rows as usize, self.model.records.len())
    }

    fn verify(&mut self) -> Result<(), String> {
        if !self.mirror_present {
            return Ok(()); // it would say so
        }
        self.count("verify");
        self.note("verify");
        let session = fine("sign in", self.world.founder())?;
        // The mirror catches up with the next line.
        fine("a head", self.world.vault().sign_head())?;
        fine("the journal", self.world.vault().verify_journal())?;
        match house::verify(&session) {
            wrong if wrong.is_empty() => Ok(()),
            wrong => Err(wrong.join("\n")),
        }
    }

    /// The program or the machine dies at some operation of a deed.
    fn crash(&mut self) -> Result<(), String> {
        let deed = self.choose();
        let power = self.dice.one_in(2);
        let at = 1 + self.dice.below(60);
        let fault = if self.dice.one_in(4) { Fault::TornKill } else { Fault::Kill };
        let how = match power {
            true => one_of(&Cut::ALL, &mut self.dice),
            false => Cut::Everything,
        };
        self.count(if power { "power cut" } else { "kill" });
        self.note(format!("{fault:?} at operation {at} of {deed:?}, then {how:?}"));
        self.world.faults.arm(at, fault);
        let result = self.carry_out(&deed);
        let fired = self.world.faults.fired().is_some();
        let mut dice = Dice(self.dice.roll());
        let before = self.model.clone();
        let after = self.after(&deed, result, fired)?;
        self.world.cut(how, &mut dice)?;
        match fired {
            true => self.settle(before, after),
            false => {
                self.model = after.ok_or("nothing failed, and yet it was not done")?;
                Ok(())
            }
        }
    }

    /// The model as it would be after a deed, acknowledged or not. Under a fault any answer that is an error will do.
    fn after(
        &mut self,
        deed: &Deed,
        went: Result<Went, String>,
        fired: bool,
    ) -> Result<Option<Model>, String> {
        match went {
            Ok(Went::Well(model)) => {
                self.model = (*model).clone(); // acknowledged
                Ok(Some(*model))
            }
            // The model alone says what it would have been.
            Ok(Went::Failed(_)) if fired => Ok(self.would_be(deed)),
            Ok(Went::Failed(error)) => Err(format!("{deed:?} without a fault: {}", house::full(&error))),
            // Something was expected and the disk failed first; only that explains another answer.
            Err(why) if fired && FAILURES.iter().any(|failure| why.contains(failure)) => match deed {
                // The act may be durable, and the document then not be given out.
                Deed::Open { .. } => Ok(self.would_be(deed)),
                _ => Ok(None),
            },
            Err(why) => Err(why),
        }
    }

    /// What a deed would make of the model, by the model alone.
    fn would_be(&self, deed: &Deed) -> Option<Model> {
        let mut model = self.model.clone();
        match deed {
            Deed::File { key, labels, documents, request, again } => {
                let known = request.is_some_and(|r| model.requests.contains_key(&r));
                let twin = !again && model.twin(labels, documents).is_some();
                if !self.has(*key, &[Role::Archivist]) || known || twin {
                    return None;
                }
                file_in(&mut model, None, labels, documents, *request);
            }
            Deed::Supplement { at, documents, request } => {
                model.records[*at].filings.push(documents.clone());
                model.records[*at].lines += 1;
                let filing = model.records[*at].filings.len();
                model.requests.extend(request.map(|r| (r, (*at, filing))));
            }
            Deed::Open { key, at, docs, .. } => {
                let count = model.records[*at].documents().len();
                if !self.has(*key, READERS) || docs.iter().any(|no| *no as usize > count) {
                    return None;
                }
                model.records[*at].lines += 1;
                model.openings += 1;
            }
            Deed::Correct { at, labels } => {
                if model.records[*at].labels == *labels {
                    return None;
                }
                model.records[*at].labels = labels.clone();
                model.records[*at].lines += 1;
            }
            Deed::Reveal { at } | Deed::Annotate { at } => model.records[*at].lines += 1,
            Deed::Enrol { key, roles } => {
                model.enrol(model.next_staff(), *key, roles, false);
                model.holders.extend(model.entitled());
            }
            Deed::Countersign => {
                model.people.values_mut().filter(|p| p.active).for_each(|p| p.countersigned = true);
            }
            Deed::Disable { by, staff } => {
                let founder = model.by_key(0).is_some_and(|(own, _)| own.0 == *staff);
                if founder || !self.has(*by, &[Role::Security]) {
                    return None;
                }
                model.people.get_mut(&jingui_schema::id::StaffNo(*staff))?.active = false;
            }
            Deed::Rotate => {
                if !model.unfinished || model.leaver_holds() {
                    model.epoch += 1;
                    model.holders = model.entitled();
                }
                model.unfinished = true;
            }
            Deed::SignHead => {}
            Deed::Submit { letter } => {
                match &self.letters[*letter].what {
                    Brought::Enrol { staff, key, roles } => {
                        model.enrol(*staff, *key, roles, false);
                        model.holders.extend(model.entitled());
                    }
                    Brought::Countersign { people } => {
                        for staff in people {
                            model.people.get_mut(staff)?.countersigned = true;
                        }
                    }
                    Brought::Disable { staff } => model.people.get_mut(staff)?.active = false,
                    Brought::Open { record } => {
                        model.records[*record].lines += 1;
                        model.openings += 1;
                    }
                }
                model.taken.insert(*letter);
            }
        }
        Some(model)
    }

    /// After a fault: what stands is what was acknowledged, or that with the whole of what was under way.
    fn settle(&mut self, before: Model, after: Option<Model>) -> Result<(), String> {
        // What was acknowledged is the model by now; `before` only says what was known when the deed began.
        let acknowledged = self.model != before;
        let (seen, epoch) = (self.world.summary(), self.world.vault().state().epoch);
        let mut fits: Vec<Model> = Vec::new();
        for mut model in [Some(self.model.clone()), after.filter(|_| !acknowledged)].into_iter().flatten() {
            if seen == model.summary() && epoch == model.epoch {
                self.learn(&mut model)?;
                if self.lines_fit(&model)? {
                    fits.push(model);
                }
            }
        }
        let Some(model) = fits.into_iter().next_back() else {
            return Err(format!(
                "after the fault there is {seen:?}, epoch {epoch}; neither done nor not done"
            ));
        };
        self.count(if model == before { "fault: not done" } else { "fault: done" });
        self.model = model;
        self.model.unfinished = self.world.vault().state().rotation_unfinished();
        self.heal_people()
    }

    /// The id of a record that nobody was told of.
    fn learn(&self, model: &mut Model) -> Result<(), String> {
        for at in 0..model.records.len() {
            if model.records[at].id.is_none() {
                let session = fine("sign in", self.world.founder())?;
                model.records[at].id = Some(fine("resolve", session.resolve(&number(at)))?);
            }
        }
        Ok(())
    }

    /// Whether each record has as many lines as the model says, and each act file taken in its line: reveals, and
    /// countersignatures of what had one, are seen nowhere else.
    fn lines_fit(&self, model: &Model) -> Result<bool, String> {
        for (at, letter) in self.letters.iter().enumerate() {
            let file = ActFile::parse(&letter.text).map_err(|e| e.to_string())?;
            let act = Act::parse(file.act.get()).map_err(|e| e.to_string())?;
            if fine("find an act", self.world.vault().find_act(act.id))?.is_some()
                != model.taken.contains(&at)
            {
                return Ok(false);
            }
        }
        let session = fine("sign in", self.world.founder())?;
        for (at, record) in model.records.iter().enumerate() {
            if fine("history", session.history(id(model, at)?))?.len() != record.lines {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// An enrolment that was cut off before its key copies: whoever enrols next makes them.
    fn heal_people(&mut self) -> Result<(), String> {
        let session = fine("sign in", self.world.founder())?;
        fine("key copies", session.give_copies())?;
        self.model.holders.extend(self.model.entitled());
        Ok(())
    }

    /// The disk is full from some operation on, for some deeds; then there is space again.
    fn full_disk(&mut self) -> Result<(), String> {
        self.count("full disk");
        let at = 1 + self.dice.below(30);
        self.note(format!("the disk is full from operation {at} on"));
        self.world.faults.arm(at, Fault::Enospc);
        for _ in 0..4 {
            let deed = self.choose();
            self.note(format!("  {deed:?}"));
            let result = self.carry_out(&deed);
            let fired = self.world.faults.fired().is_some();
            let before = self.model.clone();
            let after = self.after(&deed, result, fired)?;
            if self.model == before && fired {
                // Reading goes on.
                let session = self.world.founder();
                if let Ok(session) = session {
                    list(&session, &self.model, &mut self.dice)
                        .map_err(|why| format!("on a full disk: {why}"))?;
                }
                self.world.faults.lift();
                self.world.open()?;
                return self.settle(before, after);
            }
        }
        self.world.faults.lift();
        Ok(())
    }
}
