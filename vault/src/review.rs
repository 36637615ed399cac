//! Review (审核): somebody who did not file a record looks at its facts and documents, and signs.
//!
//! Until then a record has no end date. Entry and review are two people's (law rule R7).

use crate::catalog::{Query, Row};
use crate::custody::Custody;
use crate::error::{Error, Result};
use crate::session::Session;
use crate::settings::Settings;
use crate::state::REVIEWED_MAX;
use jingui_schema::act::{ActFile, Deed, RecordReview, Reviewed};
use jingui_schema::cover::NoteKind;
use jingui_schema::digest::Sha256;
use jingui_schema::facts::{Role, Standing, Verdict};
use jingui_schema::id::{By, RecordId, StaffNo};
use jingui_schema::line::Tip;
use jingui_schema::materials::{Assessment, Paper};
use std::collections::HashSet;

/// Of a reviewed import so many in a hundred are compared with the paper, unless somebody asks for more.
pub const SAMPLE_PERCENT: u32 = 5;
/// But never fewer than so many, if there are as many.
pub const SAMPLE_MIN: usize = 5;

/// A review to be made.
#[derive(Clone, Debug)]
pub struct Review<'a> {
    /// What is reviewed.
    pub records: &'a [RecordId],
    /// What came of it.
    pub verdict: Verdict,
    /// Why, where they are given back.
    pub reason: Option<&'a str>,
    /// Records of these whose scans were compared with the paper.
    pub compared: &'a [RecordId],
    /// The import they came with, where they are reviewed as one.
    pub plan: Option<Sha256>,
}

/// What kept a record from being reviewed.
#[derive(Debug)]
pub struct NotReviewed {
    /// Which.
    pub record: RecordId,
    /// Why.
    pub error: Error,
}

/// A review that is durable, or was rehearsed.
#[derive(Debug, Default)]
pub struct ReviewDone {
    /// What was reviewed.
    pub records: Vec<RecordId>,
    /// What was not.
    pub refused: Vec<NotReviewed>,
    /// The lines.
    pub seqs: Vec<u64>,
}

/// Says what a record lacks.
pub fn papers_of(row: &Row) -> Vec<Paper> {
    let paper = |d: &crate::catalog::DocBrief| Paper {
        no: d.no,
        kind: d.kind,
        marks: d.marks.clone(),
        until: d.until,
        flaw: d.flaw,
    };
    row.documents.iter().map(paper).collect()
}

impl Session {
    /// What a record lacks by the checklist that holds now.
    pub fn assess(&self, row: &Row) -> Result<Assessment> {
        Ok(self.settings()?.assess(&row.facts, &papers_of(row)))
    }

    /// How far a record has come.
    pub fn standing(&self, row: &Row) -> Result<Standing> {
        let settings = self.settings()?;
        Ok(row.custody.standing(|| settings.assess(&row.facts, &papers_of(row)).is_complete()))
    }

    /// Checks a review that somebody signed elsewhere: each record is still as it was looked at, may be reviewed by
    /// them, and lacks nothing if it is to pass.
    pub(crate) fn check_review(&self, by: By, review: &RecordReview) -> Result<()> {
        let By::Staff(reviewer) = by else { return Err(Error::NotAuthority {}) };
        let settings = self.settings()?;
        for reviewed in &review.records {
            let row = self.row(reviewed.record)?;
            let now = self.look(&row, reviewer, review.verdict, &settings)?;
            if now != *reviewed {
                return Err(Error::Stale {
                    why: format!("record {} was changed meanwhile", reviewed.record),
                });
            }
        }
        Ok(())
    }

    /// A record as it stands, if this person may say that of it.
    fn look(&self, row: &Row, reviewer: StaffNo, verdict: Verdict, settings: &Settings) -> Result<Reviewed> {
        self.may_review(&row.custody, row, reviewer)?;
        if verdict == Verdict::Passed {
            let gaps = settings.assess(&row.facts, &papers_of(row)).gaps.len();
            if gaps > 0 {
                let (record, count) = (row.facts.number.to_string(), gaps.to_string());
                return Err(Error::Incomplete { record, count });
            }
        }
        // What is signed is what the cover says, opened and compared with the journal here and now.
        let (cover, newest) = self.cover_of(row)?;
        Ok(Reviewed { record: row.record, n: newest.n, commit: cover.commit() })
    }

    /// Signs a review into an act file instead of carrying it out.
    ///
    /// Errors: what keeps any of the records from being reviewed; [`Error::TooMany`].
    pub fn write_review(&self, review: &Review<'_>) -> Result<ActFile> {
        // Before each of many is opened, and not after.
        if review.records.len() > REVIEWED_MAX {
            let (count, limit) = (review.records.len().to_string(), REVIEWED_MAX.to_string());
            return Err(Error::TooMany { count, limit });
        }
        let reviewer = self.with_role(&[Role::Reviewer])?;
        let settings = self.settings()?;
        let look = |record: &RecordId| self.look(&self.row(*record)?, reviewer, review.verdict, &settings);
        let records = review.records.iter().map(look).collect::<Result<Vec<_>>>()?;
        self.write_act(review.reason.map(|text| (NoteKind::Reason, text)), |note| {
            RecordReview {
                records: records.clone(),
                verdict: review.verdict,
                materials: settings.materials_line,
                compared: review.compared.to_vec(),
                plan: review.plan,
                note,
            }
            .into()
        })
    }

    /// Reviews records, each as it stands.
    ///
    /// - Shape: those that can be reviewed are; the others are named with what keeps them. One line for up to
    ///   [`REVIEWED_MAX`] records.
    /// - Errors: [`Error::Role`]; [`Error::SampleWanted`] is the caller's to ask for with [`sample`].
    pub fn review(&self, review: &Review<'_>, rehearse: bool) -> Result<ReviewDone> {
        self.review_watched(review, rehearse, &mut |_, _| true)
    }

    /// The same, told how many records have been looked at, of how many.
    ///
    /// Errors: [`Error::Interrupted`] besides where `watch` answers `false`; lines written until then stand, and the
    /// records in them are reviewed.
    pub fn review_watched(
        &self,
        review: &Review<'_>,
        rehearse: bool,
        watch: &mut dyn FnMut(u64, u64) -> bool,
    ) -> Result<ReviewDone> {
        let reviewer = self.with_role(&[Role::Reviewer])?;
        let settings = self.settings()?;
        let mut done = ReviewDone::default();
        let (mut ready, mut seen) = (Vec::<Reviewed>::new(), HashSet::new());
        for (count, record) in (0..).zip(review.records) {
            if !watch(count, review.records.len() as u64) {
                return Err(Error::Interrupted {});
            }
            let looked = self.row(*record);
            match looked.and_then(|row| self.look(&row, reviewer, review.verdict, &settings)) {
                Ok(reviewed) if seen.insert(reviewed.record) => ready.push(reviewed),
                Ok(_) => {}
                Err(error) => done.refused.push(NotReviewed { record: *record, error }),
            }
        }
        done.records = ready.iter().map(|r| r.record).collect();
        if rehearse {
            return Ok(done);
        }
        for part in ready.chunks(REVIEWED_MAX) {
            let of_it: HashSet<RecordId> = part.iter().map(|r| r.record).collect();
            let of_part = |record: &&RecordId| of_it.contains(*record);
            let compared: Vec<RecordId> = review.compared.iter().filter(of_part).copied().collect();
            let note = review.reason.map(|text| (NoteKind::Reason, text));
            let seq = self.carry_out(note, |note| {
                RecordReview {
                    records: part.to_vec(),
                    verdict: review.verdict,
                    materials: settings.materials_line,
                    compared: compared.clone(),
                    plan: review.plan,
                    note,
                }
                .into()
            })?;
            done.seqs.push(seq.seq);
        }
        Ok(done)
    }

    fn may_review(&self, custody: &Custody, row: &Row, reviewer: StaffNo) -> Result<()> {
        let record = row.facts.number.to_string();
        let state = self.vault.state();
        if custody.is_own_work(reviewer, &state) && !state.init.solo {
            return Err(Error::OwnWork { record, staff: reviewer.to_string() });
        }
        match custody.is_settled() {
            true => Err(Error::NothingToReview { record }),
            false => Ok(()),
        }
    }

    /// The records that an import brought, in the order of their lines.
    ///
    /// Units: reads the whole journal, some 2 to 8 µs a line; `watch` is told how many lines have been read, of how many.
    /// Errors: [`Error::NoPlan`] where none did, [`Error::Interrupted`] where `watch` answers `false`.
    pub fn records_of_plan(
        &self,
        plan: Sha256,
        watch: &mut dyn FnMut(u64, u64) -> bool,
    ) -> Result<Vec<RecordId>> {
        let (mut records, lines) = (Vec::new(), self.vault.state().lines);
        for (count, item) in (0_u64..).zip(self.vault.lines_after(Tip::START)?) {
            if count.is_multiple_of(1024) && !watch(count, lines) {
                return Err(Error::Interrupted {});
            }
            if let Deed::RecordFile(d) = &item?.0.act.deed
                && d.plan == Some(plan)
                && d.n == 1
            {
                records.push(d.record);
            }
        }
        match records.is_empty() {
            true => Err(Error::NoPlan { plan: plan.to_string() }),
            false => Ok(records),
        }
    }

    /// A question for a project and a customer under all their names.
    pub fn query_of(&self, project: Option<&str>, customer: Option<&str>) -> Result<Query> {
        let others = |names: Option<Vec<String>>| names.map(|n| n[1..].to_vec()).unwrap_or_default();
        Ok(Query {
            project: project.map(str::to_owned),
            other_projects: others(match project {
                Some(name) => Some(self.settings()?.projects.same_as(name)),
                None => None,
            }),
            customer: customer.map(str::to_owned),
            other_customers: others(match customer {
                Some(name) => Some(self.customers()?.same_as(name)),
                None => None,
            }),
            ..Query::default()
        })
    }

    /// Records of a given standing, and whatever else is wanted of them, among those that a query finds.
    pub fn list_where(
        &self,
        query: &Query,
        standing: Option<Standing>,
        wanted: impl Fn(&Row) -> bool,
    ) -> Result<crate::catalog::Page> {
        let settings = self.settings()?;
        let open = query.open || standing.is_some_and(|standing| standing != Standing::Archived);
        let query = Query { open, ..query.clone() };
        let is = |row: &Row| {
            let complete = || settings.assess(&row.facts, &papers_of(row)).is_complete();
            wanted(row) && standing.is_none_or(|standing| row.custody.standing(complete) == standing)
        };
        self.ask(|catalog| catalog.list_those(&query, is))
    }
}

/// The sample of an import that its reviewer compares with the paper: the same one whenever it is drawn.
///
/// - Shape: `percent` in a hundred, never fewer than [`SAMPLE_MIN`]; drawn by a hash over plan, reviewer and record, so
///   that neither clerk nor reviewer chooses.
pub fn sample(plan: Sha256, reviewer: StaffNo, records: &[RecordId], percent: u32) -> Vec<RecordId> {
    let count = (records.len() * percent.min(100) as usize).div_ceil(100).max(SAMPLE_MIN).min(records.len());
    let draw = |record: &RecordId| {
        let mut hasher = blake3::Hasher::new_derive_key("jingui 0 sample of a review");
        hasher.update(&plan.0).update(&reviewer.0.to_be_bytes()).update(record.as_bytes());
        *hasher.finalize().as_bytes()
    };
    let mut drawn: Vec<([u8; 32], RecordId)> = records.iter().map(|r| (draw(r), *r)).collect();
    drawn.sort_unstable();
    drawn.truncate(count);
    let drawn: HashSet<RecordId> = drawn.into_iter().map(|(_, record)| record).collect();
    // In the order of the import, which is the order of the paper.
    records.iter().filter(|record| drawn.contains(record)).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_drawn_by_nobody_and_the_same_each_time() {
        let records: Vec<RecordId> = (0..200_u8).map(|i| RecordId::from_bytes([i; 16])).collect();
        let plan = Sha256::of(b"plan");
        let drawn = sample(plan, StaffNo(3), &records, SAMPLE_PERCENT);
        assert_eq!(drawn.len(), 10);
        assert_eq!(drawn, sample(plan, StaffNo(3), &records, SAMPLE_PERCENT));
        assert!(drawn.is_sorted());
        assert_ne!(drawn, sample(plan, StaffNo(4), &records, SAMPLE_PERCENT));
        assert_ne!(drawn, sample(Sha256::of(b"other"), StaffNo(3), &records, SAMPLE_PERCENT));
        assert_eq!(sample(plan, StaffNo(3), &records[..3], SAMPLE_PERCENT).len(), 3);
        assert_eq!(sample(plan, StaffNo(3), &records, 100), records);
        assert_eq!(sample(plan, StaffNo(3), &records[..40], 0).len(), SAMPLE_MIN);
    }
}
