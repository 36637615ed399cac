//! What lines say of requests, and of records that the CA has opened by itself. Pure.

use crate::error::{Error, Result};
use crate::state::State;
use jingui_schema::act::{Act, Deed, EscrowOpen, NoteMark, RecordRequest};
use jingui_schema::digest::FileMark;
use jingui_schema::exchange::{Answered, FROM_ARCHIVE};
use jingui_schema::facts::{Ground, Role};
use jingui_schema::id::{ActId, ArchiveNumber, By, RecordId};
use jingui_schema::line::Line;
use jingui_schema::time::{Day, Time};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Who answers a request, or refuses it, and may know its matter.
pub(crate) const ANSWERERS: &[Role] = &[Role::Archivist, Role::Legal];
/// Requests that may be open at once.
const OPEN_MAX: usize = 1000;

/// A record that the CA has asked for, or has opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Which.
    pub number: ArchiveNumber,
    /// On what ground.
    pub basis: Ground,
    /// The matter.
    pub note: NoteMark,
    /// The line.
    pub seq: u64,
    /// When.
    pub at: Time,
    /// Acts that it stands for, and that are carried out no more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub instead: Vec<ActId>,
    /// What the CA did.
    pub what: What,
}

/// What the CA did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    /// It asked.
    Asked {
        /// By which day it should be answered.
        due: Option<Day>,
        /// To whom the answer is to be sealed.
        recipient: String,
        /// What came of it.
        end: Option<End>,
    },
    /// It opened the record out of a copy.
    Opened {
        /// The record.
        record: RecordId,
        /// The fact version.
        n: u32,
    },
}

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// The line.
    pub seq: u64,
    /// When.
    pub at: Time,
    /// The record and the answer; none where it was refused.
    pub given: Option<(RecordId, FileMark)>,
    /// Why it was refused.
    pub note: Option<NoteMark>,
}

impl Request {
    /// What came of it, where it was asked for and something has.
    pub fn end(&self) -> Option<&End> {
        match &self.what {
            What::Asked { end, .. } => end.as_ref(),
            What::Opened { .. } => None,
        }
    }

    /// Whether it waits for an answer.
    pub fn is_open(&self) -> bool {
        matches!(self.what, What::Asked { end: None, .. })
    }

    /// By which day it should be answered.
    pub fn due(&self) -> Option<Day> {
        match self.what {
            What::Asked { due, .. } => due,
            What::Opened { .. } => None,
        }
    }

    /// Whether it waits longer than it should.
    pub fn is_overdue(&self, today: Day) -> bool {
        self.is_open() && self.due().is_some_and(|due| due < today)
    }
}

/// All of them, by the act.
///
/// Units: some 400 bytes each, shared: the state is copied with every line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requests(Arc<BTreeMap<ActId, Request>>);

impl Serialize for Requests {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        (*self.0).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Requests {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        BTreeMap::deserialize(deserializer).map(|all| Self(Arc::new(all)))
    }
}

impl Requests {
    /// One of them.
    pub fn get(&self, act: ActId) -> Option<&Request> {
        self.0.get(&act)
    }

    /// All, oldest first.
    pub fn all(&self) -> Vec<(ActId, &Request)> {
        let mut all: Vec<_> = self.0.iter().map(|(act, request)| (*act, request)).collect();
        all.sort_by_key(|(_, request)| request.seq);
        all
    }

    /// Takes in a line. Refuses nothing.
    pub(crate) fn apply(&mut self, line: &Line) {
        let all = Arc::make_mut(&mut self.0);
        let mut settle = |act: &ActId, given, note| {
            if let Some(Request { what: What::Asked { end, .. }, .. }) = all.get_mut(act) {
                *end = Some(End { seq: line.seq, at: line.at, given, note });
            }
        };
        let (number, basis, note, instead, what) = match &line.act.deed {
            Deed::RequestAnswer(d) => return settle(&d.request, Some((d.record, d.answer)), None),
            Deed::RequestRefuse(d) => return settle(&d.request, None, Some(d.note)),
            Deed::RecordRequest(d) => {
                let what = What::Asked { due: d.due, recipient: d.recipient.clone(), end: None };
                (&d.number, d.basis, d.note, &d.instead, what)
            }
            Deed::EscrowOpen(d) => {
                let what = What::Opened { record: d.record, n: d.n };
                (&d.number, d.basis, d.note, &d.instead, what)
            }
            _ => return,
        };
        let (number, instead) = (number.clone(), instead.clone());
        let request = Request { number, basis, note, seq: line.seq, at: line.at, instead, what };
        all.insert(line.act.id, request);
    }
}

impl State {
    /// A request that waits for an answer.
    ///
    /// Errors: [`Error::NoRequest`], [`Error::RequestSettled`].
    pub fn open_request(&self, act: ActId) -> Result<&Request> {
        let none = || Error::NoRequest { act: act.to_string() };
        let request = self.requests.get(act).ok_or_else(none)?;
        match request.end() {
            Some(end) => Err(Error::RequestSettled { act: act.to_string(), seq: end.seq.to_string() }),
            None if request.is_open() => Ok(request),
            None => Err(none()),
        }
    }

    /// Whether an act of the authority's says what no line here can say any more: its note is sealed to an earlier epoch and a line
    /// names it as the one that it stands for, or no key is left here that would open a note.
    ///
    /// Nothing but its id tells which one was said anew: there may be two openings of a record on the same ground.
    pub(crate) fn is_past_request(&self, act: &Act) -> bool {
        let (Deed::RecordRequest(RecordRequest { note, .. }) | Deed::EscrowOpen(EscrowOpen { note, .. })) =
            &act.deed
        else {
            return false;
        };
        let is_named = || self.requests.0.values().any(|request| request.instead.contains(&act.id));
        self.is_handed_over() || note.epoch < self.epoch && is_named()
    }

    /// Names of the answers that the CA was given out of some records, as they are called at a target; whoever they are sealed to
    /// opens them, also once nothing is left of the records here.
    pub fn answers_of(&self, records: &BTreeSet<RecordId>) -> Vec<String> {
        let name = |(request, one): (&ActId, &Request)| {
            let (record, file) = one.end()?.given?;
            let answered = Answered { request: *request, b3: file.b3 };
            records.contains(&record).then(|| format!("{FROM_ARCHIVE}/{}", answered.file_name()))
        };
        self.requests.0.iter().filter_map(name).collect()
    }

    pub(crate) fn decide_request(&self, by: By, deed: &Deed) -> Result<()> {
        match (deed, by) {
            (Deed::RecordRequest(d), By::Authority) => self.decide_asked(d),
            (Deed::EscrowOpen(d), By::Authority) => self.decide_number(&d.number),
            (Deed::RequestAnswer(d), By::Staff(staff)) => {
                self.with_role(staff, ANSWERERS)?;
                self.open_request(d.request).map(|_| ())
            }
            (Deed::RequestRefuse(d), By::Staff(staff)) => {
                self.with_role(staff, ANSWERERS)?;
                self.open_request(d.request).map(|_| ())
            }
            (Deed::RecordRequest(_) | Deed::EscrowOpen(_), _) => Err(Error::NotAuthority {}),
            (deed, _) => Err(Error::NotCarried { kind: deed.kind().into() }),
        }
    }

    fn decide_asked(&self, d: &RecordRequest) -> Result<()> {
        self.decide_number(&d.number)?;
        if crate::seal::parse_recipient(&d.recipient).is_err() {
            return Err(Error::Stale { why: "its age recipient is none".into() });
        }
        let open = self.requests.0.values().filter(|request| request.is_open()).count();
        match open < OPEN_MAX {
            true => Ok(()),
            false => Err(Error::TooMany { count: open.to_string(), limit: OPEN_MAX.to_string() }),
        }
    }

    /// Whether it can be the number of a record here, of which only an authority can ask.
    fn decide_number(&self, number: &ArchiveNumber) -> Result<()> {
        if self.init.authority.is_none() {
            return Err(Error::NotAuthority {});
        }
        let fonds = number.fonds();
        match fonds == &self.init.fonds || self.takings.values().any(|taking| taking.fonds == *fonds) {
            true => Ok(()),
            false => Err(Error::NoRecord { record: number.to_string() }),
        }
    }
}
