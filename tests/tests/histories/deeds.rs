//! One deed each: what the vault answers, compared with what the model says it must, and the model after it.
//!
//! An inner error is the vault's own, for which only a fault can be the reason; an outer one is a difference.

use crate::check::*;
use crate::model::*;
use crate::steps::{History, READERS};
use jingui_schema::act::ActFile;
use jingui_schema::facts::{Customer, Label, Role};
use jingui_schema::id::ActId;
use jingui_tests::house;
use jingui_vault::Error;
use jingui_vault::filing::Filing;
use jingui_vault::rotation::Rotation;

impl History {
    pub(crate) fn filing(
        labels: &Labels,
        documents: &[String],
        request: Option<ActId>,
        again: bool,
    ) -> Filing {
        let mut filing = house::filing("x", 0, request);
        let read = |text: &str| Label::read(text).expect("a label");
        filing.labels.project = read(&labels.project);
        filing.labels.customer =
            Customer { name: read(&labels.customer), kind: labels.kind, id: labels.id.clone() };
        filing.labels.business = labels.business;
        filing.labels.date = labels.date.parse().expect("a day");
        filing.labels.outcome = labels.outcome;
        filing.incoming = papers(documents);
        filing.again = again;
        filing
    }

    pub(crate) fn file(
        &mut self,
        model: &mut Model,
        key: usize,
        labels: &Labels,
        documents: &[String],
        request: Option<ActId>,
        again: bool,
    ) -> Result<Result<(), Error>, String> {
        let session = match self.sign_in(key)? {
            Ok(session) => session,
            Err(Error::KeyNeeded {}) => return Ok(Ok(())),
            Err(error) => return Ok(Err(error)),
        };
        let result = session.file(&Self::filing(labels, documents, request, again), &mut self.buffers);
        if !self.has(key, &[Role::Archivist]) {
            self.count("file: refused");
            return refused("filing without the role", result, "role").map(Ok);
        }
        let earlier = request.and_then(|r| model.requests.get(&r).copied());
        let twin = if again { None } else { model.twin(labels, documents) };
        let filed = match result {
            Ok(filed) => filed,
            Err(error) => {
                if earlier.is_none() && twin.is_none() {
                    file_in(model, None, labels, documents, request);
                }
                return Ok(Err(error));
            }
        };
        if let Some((at, filing)) = earlier {
            self.count("file: repeated request");
            same("a repeated request", filed.repeated, true)?;
            same("its record", Some(filed.record), model.records[at].id)?;
            same("its filing", filed.filing as usize, filing)?;
            return Ok(Ok(()));
        }
        if let Some(at) = twin {
            self.count("file: twin");
            same("a twin", filed.repeated, true)?;
            same("the twin's record", filed.number.to_string(), number(at))?;
            return Ok(Ok(()));
        }
        same("a new filing is repeated", filed.repeated, false)?;
        same("the next number", filed.number.to_string(), number(model.records.len()))?;
        same("its class", filed.class, labels.class())?;
        same("duplicates named", filed.duplicates.len(), model.duplicates(documents))?;
        file_in(model, Some(filed.record), labels, documents, request);
        Ok(Ok(()))
    }

    pub(crate) fn supplement(
        &mut self,
        model: &mut Model,
        at: usize,
        documents: &[String],
        request: Option<ActId>,
    ) -> Result<Result<(), Error>, String> {
        let record = id(model, at)?;
        let known = documents.iter().all(|name| model.records[at].documents().contains(&name.as_str()));
        let earlier = request.and_then(|r| model.requests.get(&r).copied());
        let mut after = model.clone();
        if !known && earlier.is_none() {
            after.records[at].filings.push(documents.to_vec());
            after.records[at].lines += 1;
            let filing = after.records[at].filings.len();
            after.requests.extend(request.map(|r| (r, (at, filing))));
        }
        let session = match self.world.founder() {
            Ok(session) => session,
            Err(error) => return Ok(Err(error)),
        };
        let result = session.supplement(record, &papers(documents), "补件", request, &mut self.buffers);
        if let Ok(filed) = &result {
            match earlier {
                Some((at, filing)) => {
                    same("a repeated request", (filed.repeated, filed.filing as usize), (true, filing))?;
                    same("its record", Some(filed.record), model.records[at].id)?;
                }
                None => {
                    same("known papers are filed again", filed.repeated, known)?;
                    same("its filing", filed.filing as usize, after.records[at].filings.len())?;
                }
            }
        }
        *model = after;
        Ok(result.map(|_| ()))
    }

    pub(crate) fn open(
        &mut self,
        model: &mut Model,
        key: usize,
        at: usize,
        docs: &[u32],
        reason: bool,
    ) -> Result<Result<(), Error>, String> {
        let session = match self.sign_in(key)? {
            Ok(session) => session,
            Err(Error::KeyNeeded {}) => return Ok(Ok(())),
            Err(error) => return Ok(Err(error)),
        };
        let record = id(model, at)?;
        let result = session.open_documents(record, docs, reason.then_some("纠纷"), None);
        if !self.has(key, READERS) {
            return refused("opening without the role", result, "role").map(Ok);
        }
        let all = model.records[at].documents();
        if docs.iter().any(|no| *no as usize > all.len()) {
            return refused("a document that is not there", result, "no-document").map(Ok);
        }
        if let Ok(opening) = &result {
            let expected: Vec<&str> = match docs {
                [] => all,
                docs => docs.iter().map(|no| all[*no as usize - 1]).collect(),
            };
            match bytes(opening, &expected) {
                // Its line is there, and the disk died before the document was read.
                Err(_) if self.world.faults.fired().is_some() => return Ok(Err(Error::Interrupted {})),
                read => read?,
            }
        }
        model.records[at].lines += 1;
        model.openings += 1;
        Ok(result.map(|_| ()))
    }

    pub(crate) fn correct(
        &mut self,
        model: &mut Model,
        at: usize,
        labels: &Labels,
    ) -> Result<Result<(), Error>, String> {
        let record = id(model, at)?;
        let session = match self.world.founder() {
            Ok(session) => session,
            Err(error) => return Ok(Err(error)),
        };
        let said = Self::filing(labels, &[], None, false).labels;
        let change = |there: &mut jingui_vault::filing::Labels| {
            *there = said;
            Ok(())
        };
        let result = session.correct(record, change, &[], "更正", false);
        if model.records[at].labels == *labels {
            return refused("a correction of nothing", result, "nothing-to-correct").map(Ok);
        }
        if let Ok(corrected) = &result {
            same("its class", corrected.after.class, labels.class())?;
        }
        model.records[at].labels = labels.clone();
        model.records[at].lines += 1;
        Ok(result.map(|_| ()))
    }

    pub(crate) fn enrol(
        &mut self,
        model: &mut Model,
        key: usize,
        roles: &[Role],
    ) -> Result<Result<(), Error>, String> {
        let half = self.world.person(key).public_half();
        let result = self.world.founder().and_then(|s| s.enrol(&half, roles));
        let administrators =
            roles.iter().filter(|r| matches!(r, Role::System | Role::Security | Role::Audit)).count();
        if model.by_key(key).is_some_and(|(_, p)| p.active) {
            return refused("a second enrolment", result, "enrolled").map(Ok);
        }
        if administrators > 1 {
            return refused("two administrator roles", result, "administrators").map(Ok);
        }
        let staff = model.next_staff();
        if let Ok((given, _)) = &result {
            same("the next staff number", *given, staff)?;
        }
        model.enrol(staff, key, roles, false);
        model.holders.extend(model.entitled());
        Ok(result.map(|_| ()))
    }

    pub(crate) fn disable(
        &mut self,
        model: &mut Model,
        by: usize,
        staff: u32,
    ) -> Result<Result<(), Error>, String> {
        let staff = jingui_schema::id::StaffNo(staff);
        if self.has(by, &[Role::Security]) && model.by_key(0).is_some_and(|(own, _)| own == staff) {
            return Ok(Ok(())); // the founder stays, or there would be nobody to go on
        }
        let session = match self.sign_in(by)? {
            Ok(session) => session,
            Err(Error::KeyNeeded {}) => return Ok(Ok(())),
            Err(error) => return Ok(Err(error)),
        };
        let result = session.disable(staff, Some("离职"));
        if !self.has(by, &[Role::Security]) {
            return refused("disabling without the role", result, "role").map(Ok);
        }
        match model.people.get(&staff) {
            None => return refused("disabling nobody", result, "no-staff").map(Ok),
            Some(person) if !person.active => {
                return refused("disabling twice", result, "disabled").map(Ok);
            }
            Some(_) => {}
        }
        model.people.get_mut(&staff).expect("just looked up").active = false;
        Ok(result.map(|_| ()))
    }

    pub(crate) fn rotate(&mut self, model: &mut Model) -> Result<Result<(), Error>, String> {
        let resumed = model.unfinished && !model.leaver_holds();
        if !resumed {
            model.epoch += 1;
            model.holders = model.entitled();
        }
        let result = self.world.founder().and_then(|s| s.rotate(Some("离职"), None, &|_| true));
        let (epoch, waits) = match &result {
            Ok(Rotation::Finished { epoch, .. }) => (*epoch, false),
            Ok(Rotation::MirrorBehind { epoch, .. }) => (*epoch, true),
            Ok(Rotation::Waiting { .. }) => {
                return Err("a rotation waits for a CA that was never named".into());
            }
            Err(_) => (model.epoch, model.unfinished),
        };
        if result.is_ok() {
            same("the epoch that a rotation leads to", epoch, model.epoch)?;
            // One that was cut off may have been in the mirror already, with all that it sealed.
            if waits || !resumed {
                same("whether it waits for the mirror", waits, !self.mirror_present)
                    .map_err(|why| format!("{why}: {result:?}, {:?}", self.world.vault().mirror()))?;
            }
        }
        model.unfinished = waits;
        Ok(result.map(|_| ()))
    }

    pub(crate) fn submit(&mut self, model: &mut Model, at: usize) -> Result<Result<(), Error>, String> {
        let letter = self.letters[at].clone();
        let file = ActFile::parse(&letter.text).map_err(|e| e.to_string())?;
        let session = match self.world.founder() {
            Ok(session) => session,
            Err(error) => return Ok(Err(error)),
        };
        let result = self.world.vault().submit(&file, Some(&session));
        if model.taken.contains(&at) {
            self.count("submit: repeated");
            if let Ok(done) = &result {
                same("a second arrival gets the first result", done.repeated, true)?;
            }
            return Ok(result.map(|_| ()));
        }
        let stale = letter.epoch.is_some_and(|epoch| epoch != model.epoch);
        let code = match &letter.what {
            Brought::Enrol { staff, .. } if *staff != model.next_staff() => Some("stale"),
            Brought::Enrol { key, .. } if model.by_key(*key).is_some_and(|(_, p)| p.active) => {
                Some("enrolled")
            }
            Brought::Disable { staff } if !model.people[staff].active => Some("disabled"),
            Brought::Disable { .. } | Brought::Enrol { .. } | Brought::Open { .. } if stale => {
                Some("epoch-moved")
            }
            _ => None,
        };
        if let Some(code) = code {
            self.count("submit: refused");
            return refused(&format!("letter {at}"), result, code).map(Ok);
        }
        if let Ok(done) = &result {
            same("a first arrival", done.repeated, false)?;
        }
        match &letter.what {
            Brought::Enrol { staff, key, roles } => {
                model.enrol(*staff, *key, roles, false);
                model.holders.extend(model.entitled());
            }
            Brought::Countersign { people } => {
                for staff in people {
                    model.people.get_mut(staff).expect("a person of the model").countersigned = true;
                }
            }
            Brought::Disable { staff } => {
                model.people.get_mut(staff).expect("a person of the model").active = false;
            }
            Brought::Open { record } => {
                model.records[*record].lines += 1;
                model.openings += 1;
            }
        }
        model.taken.insert(at);
        Ok(result.map(|_| ()))
    }
}

fn papers(documents: &[String]) -> Vec<jingui_vault::body::Incoming> {
    let prefix = label("");
    documents.iter().map(|name| house::doc(name.strip_prefix(&prefix).expect("a paper's name"))).collect()
}

pub fn file_in(
    model: &mut Model,
    id: Option<jingui_schema::id::RecordId>,
    labels: &Labels,
    documents: &[String],
    request: Option<ActId>,
) {
    let filings = vec![documents.to_vec()];
    model.requests.extend(request.map(|r| (r, (model.records.len(), 1))));
    model.records.push(Record { id, labels: labels.clone(), first: labels.clone(), filings, lines: 1 });
}
