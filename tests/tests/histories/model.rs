//! What a vault should answer, as plain lists and maps.
//!
//! Written from the behaviour that was promised, not from the code: no journal, no keys, no catalog.

use jingui_schema::facts::{Business, Class, CustomerKind, Outcome, Role, fold};
use jingui_schema::id::{ActId, RecordId, StaffNo};
use std::collections::{BTreeMap, BTreeSet};

/// What is said of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labels {
    pub project: String,
    pub customer: String,
    pub kind: CustomerKind,
    pub id: Option<String>,
    pub business: Business,
    pub date: String,
    pub outcome: Outcome,
}

impl Labels {
    pub fn class(&self) -> Class {
        match self.outcome {
            Outcome::Rejected | Outcome::Withdrawn | Outcome::Lapsed => Class::CnR3,
            _ if self.kind == CustomerKind::Government => Class::CnG10,
            _ => Class::CnP5,
        }
    }

    fn twin(&self, other: &Self) -> bool {
        fold(&self.project) == fold(&other.project)
            && fold(&self.customer) == fold(&other.customer)
            && (&self.id, self.business, &self.date, self.outcome)
                == (&other.id, other.business, &other.date, other.outcome)
    }
}

/// A record. Its number is its place in the list of records: numbers have no gaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Not known while nobody was told that it was filed.
    pub id: Option<RecordId>,
    pub labels: Labels,
    /// What was said of it when it was filed.
    pub first: Labels,
    /// Names of the documents, which tell their bytes, by filing.
    pub filings: Vec<Vec<String>>,
    /// Lines that speak of it.
    pub lines: usize,
}

impl Record {
    pub fn documents(&self) -> Vec<&str> {
        self.filings.iter().flatten().map(String::as_str).collect()
    }
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Which key.
    pub key: usize,
    pub roles: Vec<Role>,
    pub active: bool,
    pub countersigned: bool,
}

/// An act file that somebody wrote and may bring in, twice or never.
#[derive(Clone, Debug)]
pub struct Letter {
    pub text: String,
    pub what: Brought,
    /// The epoch that its note is sealed to.
    pub epoch: Option<u32>,
}

/// What it would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Brought {
    Enrol { staff: StaffNo, key: usize, roles: Vec<Role> },
    Countersign { people: Vec<StaffNo> },
    Disable { staff: StaffNo },
    Open { record: usize },
}

/// Everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Model {
    pub records: Vec<Record>,
    pub people: BTreeMap<StaffNo, Person>,
    pub epoch: u32,
    /// Old keys or covers are still to be dealt with.
    pub unfinished: bool,
    /// Who was given a copy of the current epoch's key.
    pub holders: BTreeSet<StaffNo>,
    /// Filings that came with a request id.
    pub requests: BTreeMap<ActId, (usize, usize)>,
    /// Act files that were taken in, by their place among the letters.
    pub taken: BTreeSet<usize>,
    pub openings: u64,
}

/// What a list asks for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    pub project: Option<String>,
    pub customer: Option<String>,
    pub from: Option<String>,
    pub to: Option<String>,
    pub class: Option<Class>,
    pub outcome: Option<Outcome>,
    pub business: Option<Business>,
}

impl Model {
    /// Records that fit, as their places: newest business date first, among equal dates the newest record.
    pub fn list(&self, asked: &Asked) -> Vec<usize> {
        let customer = asked.customer.as_deref().map(fold);
        let is = |record: &Record, customer: &String| {
            fold(&record.labels.customer) == *customer
                || record.labels.id.as_deref().is_some_and(|id| fold(id) == *customer)
        };
        let exact = customer.as_ref().is_some_and(|c| self.records.iter().any(|r| is(r, c)));
        let mut found: Vec<usize> = (0..self.records.len())
            .filter(|at| {
                let (record, labels) = (&self.records[*at], &self.records[*at].labels);
                asked.project.as_ref().is_none_or(|p| fold(p) == fold(&labels.project))
                    && customer.as_ref().is_none_or(|c| match exact {
                        true => is(record, c),
                        false => fold(&labels.customer).contains(c.as_str()),
                    })
                    && asked.from.as_ref().is_none_or(|d| labels.date >= *d)
                    && asked.to.as_ref().is_none_or(|d| labels.date <= *d)
                    && asked.class.is_none_or(|c| labels.class() == c)
                    && asked.outcome.is_none_or(|o| labels.outcome == o)
                    && asked.business.is_none_or(|b| labels.business == b)
            })
            .collect();
        found.sort_by_key(|at| std::cmp::Reverse((self.records[*at].labels.date.clone(), *at)));
        found
    }

    /// The oldest record whose first filing is just this.
    pub fn twin(&self, labels: &Labels, documents: &[String]) -> Option<usize> {
        let sorted = |names: &[String]| {
            let mut names = names.to_vec();
            names.sort();
            names
        };
        let wanted = sorted(documents);
        self.records.iter().position(|r| r.first.twin(labels) && sorted(&r.filings[0]) == wanted)
    }

    /// How many documents with these names there are already, as the duplicates of a filing count them.
    pub fn duplicates(&self, documents: &[String]) -> usize {
        let there = |name: &String| {
            let all = self.records.iter().flat_map(Record::documents);
            all.filter(|known| known == name).count().min(20)
        };
        documents.iter().map(there).sum()
    }

    /// The person who has this key now.
    pub fn by_key(&self, key: usize) -> Option<(StaffNo, &Person)> {
        self.people.iter().rev().find(|(_, p)| p.key == key).map(|(staff, p)| (*staff, p))
    }

    pub fn next_staff(&self) -> StaffNo {
        StaffNo(self.people.len() as u32 + 1)
    }

    pub fn leaver_holds(&self) -> bool {
        self.holders.iter().any(|staff| !self.people[staff].active)
    }

    /// Who is given a copy of a new epoch's key.
    pub fn entitled(&self) -> BTreeSet<StaffNo> {
        let holds = |p: &Person| p.active && p.roles.iter().any(|r| r.holds_epoch_key());
        self.people.iter().filter(|(_, p)| holds(p)).map(|(staff, _)| *staff).collect()
    }

    pub fn enrol(&mut self, staff: StaffNo, key: usize, roles: &[Role], by_authority: bool) {
        let mut roles = roles.to_vec();
        roles.sort();
        roles.dedup();
        self.people.insert(staff, Person { key, roles, active: true, countersigned: by_authority });
    }

    /// What anybody can count in a vault's state.
    pub fn summary(&self) -> Summary {
        let filings = self.records.iter().map(|r| r.filings.len() as u64).sum();
        let documents = self.records.iter().map(|r| r.documents().len() as u64).sum();
        let people = self.people.iter();
        Summary {
            counts: (self.records.len() as u64, filings, documents, self.openings),
            people: people.map(|(n, p)| (*n, p.roles.clone(), p.active, p.countersigned)).collect(),
        }
    }
}

/// What can be compared at once with a vault's state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    pub counts: (u64, u64, u64, u64),
    pub people: Vec<(StaffNo, Vec<Role>, bool, bool)>,
}
