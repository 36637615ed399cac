//! What people say of a plan: appraise, sign off, witness, stop.

use super::plan::{APPRAISED_MAX, APPRAISERS, Plan};
use super::seats::seats_text;
use crate::error::{Error, Result};
use crate::session::Session;
use crate::writer::Done;
use jingui_schema::act::{
    ActFile, Deed, NoteMark, PurgeAppraise, PurgeApprove, PurgeAttest, PurgePolicy, PurgeReject,
    PurgeWitness, SignOff,
};
use jingui_schema::cover::NoteKind;
use jingui_schema::digest::Sha256;
use jingui_schema::disposal::{Appraisal, Plan as PlanFile, Slot};
use jingui_schema::facts::{Class, CustomerKind};
use jingui_schema::id::{ActId, ArchiveNumber, CertId, PlanId, RecordId};
use jingui_schema::time::Day;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Paper that belongs to a record, to be destroyed under two witnesses as well (law rules R56, R57).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paper {
    /// The record.
    pub number: ArchiveNumber,
    /// The box it lies in.
    #[serde(rename = "box")]
    pub box_code: String,
}

/// A certificate that relied on a record to be destroyed (law rule R47): of organisations alone, for nothing stays that
/// leads to a natural person (R52).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relied {
    /// The record.
    pub number: ArchiveNumber,
    /// The certificate, as the plan has it.
    pub cert: CertId,
    /// Its serial number.
    pub serial: String,
}

/// What the note of an appraisal says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Appraised {
    /// Why.
    pub reason: String,
    /// Paper.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paper: Vec<Paper>,
    /// Certificates of organisations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub certs: Vec<Relied>,
}

/// What becomes of records of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// They are to be destroyed.
    Destroy,
    /// They are kept until a day.
    Keep(Day),
    /// They are kept for as long as this class asks for, too.
    Reclass(Class),
}

impl Judgement {
    fn parts(&self) -> (Appraisal, Option<Day>, Option<Class>) {
        match self {
            Self::Destroy => (Appraisal::Destroy, None, None),
            Self::Keep(until) => (Appraisal::Keep, Some(*until), None),
            Self::Reclass(class) => (Appraisal::Reclass, None, Some(*class)),
        }
    }
}

/// One line's worth of an appraisal.
struct Said {
    plan: PlanId,
    sha256: Sha256,
    verdict: Appraisal,
    until: Option<Day>,
    class: Option<Class>,
    records: Vec<RecordId>,
    /// What its note says.
    text: String,
}

impl Said {
    fn deed(&self, note: Option<NoteMark>) -> Deed {
        let Self { plan, sha256, verdict, until, class, ref records, .. } = *self;
        let (note, records) = (note.expect("a reason makes a note"), records.clone());
        PurgeAppraise { plan, sha256, verdict, records, until, class, note }.into()
    }
}

impl Session {
    /// Says what becomes of records of a plan; returns the lines.
    ///
    /// - Shape: a line for each [`APPRAISED_MAX`] records; cut off between, the same command goes on from the beginning and
    ///   says the same once more.
    /// - Errors: [`Error::NotPlanned`], [`Error::OwnPlan`], [`Error::PlanEnded`], [`Error::PlanNotReady`].
    pub fn appraise(
        &self,
        id: PlanId,
        records: &[RecordId],
        judgement: &Judgement,
        reason: &str,
        rehearse: bool,
    ) -> Result<Vec<Done>> {
        let mut done = Vec::new();
        for said in self.appraisals(id, records, judgement, reason)? {
            let (note, deed) = (Some((NoteKind::Appraisal, said.text.as_str())), |note| said.deed(note));
            match rehearse {
                true => drop(self.prepare(note, &deed)?),
                false => done.push(self.carry_out(note, deed)?),
            }
        }
        Ok(done)
    }

    /// The same as act files, one for each [`APPRAISED_MAX`] records.
    pub fn write_appraisal(
        &self,
        id: PlanId,
        records: &[RecordId],
        judgement: &Judgement,
        reason: &str,
    ) -> Result<Vec<ActFile>> {
        let all = self.appraisals(id, records, judgement, reason)?;
        let write =
            |said: &Said| self.write_act(Some((NoteKind::Appraisal, &said.text)), |note| said.deed(note));
        all.iter().map(write).collect()
    }

    fn appraisals(
        &self,
        id: PlanId,
        records: &[RecordId],
        judgement: &Judgement,
        reason: &str,
    ) -> Result<Vec<Said>> {
        self.with_role(APPRAISERS)?;
        let file = self.vault.plan_file(id)?;
        let sha256 = self.vault.state().plan(id)?.sha256;
        let numbers: HashMap<RecordId, &ArchiveNumber> =
            file.rows.iter().map(|row| (row.record, &row.number)).collect();
        let mut records = records.to_vec();
        records.sort_unstable();
        records.dedup();
        let (verdict, until, class) = judgement.parts();
        let mut all = Vec::new();
        for part in records.chunks(APPRAISED_MAX) {
            let (mut paper, mut certs) = (Vec::new(), Vec::new());
            for record in part {
                let number = *numbers
                    .get(record)
                    .ok_or_else(|| Error::NotPlanned { plan: id.to_string(), record: record.to_string() })?;
                if verdict != Appraisal::Destroy {
                    continue;
                }
                let row = self.row(*record)?;
                if let Some(code) = &row.facts.box_code {
                    paper.push(Paper { number: number.clone(), box_code: code.to_string() });
                }
                if row.facts.customer.kind != CustomerKind::Person {
                    certs.extend(row.certs.iter().map(|cert| Relied {
                        number: number.clone(),
                        cert: cert.id,
                        serial: cert.serial.to_string(),
                    }));
                }
            }
            let note = Appraised { reason: reason.to_owned(), paper, certs };
            let text = serde_json::to_string(&note).expect("texts always serialise");
            all.push(Said { plan: id, sha256, verdict, until, class, records: part.to_vec(), text });
        }
        Ok(all)
    }

    /// Signs a plan off.
    ///
    /// Errors: [`Error::OwnPlan`], [`Error::PlanNotReady`], [`Error::PlanEnded`], [`Error::NotCounted`], [`Error::Role`].
    pub fn approval(&self, id: PlanId, slot: Slot) -> Result<Deed> {
        let (plan, _) = self.signed_plan(id)?;
        Ok(PurgeApprove { plan: id, sha256: plan.sha256, appraised: last_appraisal(id, &plan)?, slot }.into())
    }

    /// A witness's signature: over the plan before it is carried out, over the register afterwards.
    ///
    /// Errors: as [`Session::approval`], and [`Error::NotWitness`].
    pub fn witnessing(&self, id: PlanId) -> Result<Deed> {
        let state = self.vault.state();
        if let Some((sha256, _)) = state.plan(id)?.register {
            return Ok(PurgeAttest { plan: id, sha256 }.into());
        }
        let (plan, _) = self.signed_plan(id)?;
        Ok(PurgeWitness { plan: id, sha256: plan.sha256, appraised: last_appraisal(id, &plan)? }.into())
    }

    /// The first sign-off of a plan that nobody has given and that this person may give.
    pub fn slot_for(&self, id: PlanId) -> Result<Slot> {
        let state = self.vault.state();
        let plan = state.plan(id)?;
        let fits = |slot: &Slot| {
            let asked = plan.policy.slots.iter().find(|one| one.slot == *slot);
            match (self.by(), slot) {
                (jingui_schema::id::By::Authority, Slot::Authority) => true,
                (jingui_schema::id::By::Staff(staff), slot) if *slot != Slot::Authority => {
                    asked.is_some_and(|one| state.with_role(staff, &one.roles).is_ok())
                }
                _ => false,
            }
        };
        let mut open = plan.open_slots().peekable();
        let stage = plan.stage().word().to_owned();
        if open.peek().is_none() {
            return Err(Error::PlanNotReady { plan: id.to_string(), stage });
        }
        let first = plan.open_slots().next().expect("it was there just now");
        Ok(open.find(fits).unwrap_or(first))
    }

    /// Stops a plan; returns the line.
    pub fn reject_plan(&self, id: PlanId, reason: &str, rehearse: bool) -> Result<Option<Done>> {
        let deed = move |note: Option<NoteMark>| {
            PurgeReject { plan: id, note: note.expect("a reason makes a note") }.into()
        };
        let note = Some((NoteKind::Reason, reason));
        match rehearse {
            true => self.prepare(note, &deed).map(|_| None),
            false => self.carry_out(note, deed).map(Some),
        }
    }

    /// Stops a plan by an act file.
    pub fn write_rejection(&self, id: PlanId, reason: &str) -> Result<ActFile> {
        self.write_act(Some((NoteKind::Reason, reason)), move |note: Option<NoteMark>| {
            PurgeReject { plan: id, note: note.expect("a reason makes a note") }.into()
        })
    }

    /// Proposes what plans ask for.
    ///
    /// Errors: [`Error::BadPolicy`]; [`Error::PolicyUnmet`] where a plan by it could never be signed by the people there are.
    pub fn propose_policy(
        &self,
        slots: &[SignOff],
        wait: u16,
        cap: u32,
        reason: &str,
        rehearse: bool,
    ) -> Result<Option<ActId>> {
        // Here and not as lines are decided: a line stays what it was when people have left.
        let state = self.vault.state();
        state.check_policy(slots, wait, cap)?;
        let missing = state.unmet(slots);
        if !missing.is_empty() {
            return Err(Error::PolicyUnmet { missing: seats_text(&missing) });
        }
        let deed = |note: Option<NoteMark>| {
            let note = note.expect("a reason makes a note");
            PurgePolicy { slots: slots.to_vec(), wait, cap, note }.into()
        };
        let note = Some((NoteKind::Reason, reason));
        if rehearse {
            return self.prepare(note, &deed).map(|_| None);
        }
        let done = self.carry_out(note, deed)?;
        Ok(Some(self.vault.line(done.seq)?.0.act.id))
    }

    /// Signs what brings no note and carries it out; `None` where it is only rehearsed.
    pub fn sign_plan(&self, deed: &Deed, rehearse: bool) -> Result<Option<Done>> {
        let deed = |_: Option<NoteMark>| deed.clone();
        match rehearse {
            true => self.prepare(None, &deed).map(|_| None),
            false => self.carry_out(None, deed).map(Some),
        }
    }

    /// The same as an act file.
    pub fn write_plan_act(&self, deed: &Deed) -> Result<ActFile> {
        self.write_act(None, |_: Option<NoteMark>| deed.clone())
    }

    /// What appraisals have said: reasons, and the paper that belongs to the records.
    pub fn appraisal_notes(&self, id: PlanId) -> Result<Vec<Appraised>> {
        let mut all = Vec::new();
        for seq in self.vault.lines_of_plan(id)? {
            let (line, _) = self.vault.line(seq)?;
            if let Deed::PurgeAppraise(d) = &line.act.deed {
                let note = self.read_note(&d.note)?;
                all.extend(serde_json::from_str::<Appraised>(&note.text).ok());
            }
        }
        Ok(all)
    }

    /// The plan, and its file as it lies: nobody signs what cannot be read.
    fn signed_plan(&self, id: PlanId) -> Result<(Plan, PlanFile)> {
        let plan = self.vault.state().plan(id)?.clone();
        let file = self.vault.plan_file(id)?;
        Ok((plan, file))
    }
}

fn last_appraisal(id: PlanId, plan: &Plan) -> Result<u64> {
    let stage = plan.stage().word().to_owned();
    plan.last_appraisal().ok_or(Error::PlanNotReady { plan: id.to_string(), stage })
}
