//! What happened to certificates: lists that an issuer signed, and what people say.
//!
//! A list signed by a pinned issuer counts at once for what is still valid, since it can then only say the truth earlier.
//! All else is proposed, and counts once a second person has said yes.

use super::issuers::Issuer;
use super::story::{Counted, Story, Told};
use crate::catalog::CertRow;
use crate::certificate::{Crl, Entry, Reason, Verdict};
use crate::error::{Error, Result};
use crate::session::Session;
use crate::state::CERT_EVENTS_MAX;
use crate::vault::Notice;
use jingui_schema::act::{CertEvent, CertReport, CertReverse, CertStatus, Deed, NoteMark};
use jingui_schema::certificate::{Change, Source, Until};
use jingui_schema::cover::NoteKind;
use jingui_schema::digest::B3;
use jingui_schema::facts::Role;
use jingui_schema::id::{ActId, ArchiveNumber, CertId, IssuerId};
use jingui_schema::line::Line;
use jingui_schema::time::{Day, Time};
use serde::Serialize;
use std::collections::HashMap;

/// The most text of a note about one line of events.
const NOTE_CHARS_MAX: usize = 900_000;

/// What a list says of a certificate of this vault and is not known yet.
#[derive(Clone, Debug)]
pub struct Happened {
    /// The certificate.
    pub cert: CertRow,
    /// Records that it relies on.
    pub numbers: Vec<ArchiveNumber>,
    /// What happened.
    pub change: Change,
    /// On which day, as it will stand in the journal.
    pub day: Day,
    /// The instant on the list.
    pub at: Time,
    /// Why.
    pub reason: Reason,
    /// Since when it is thought to have been misused; stored, never used.
    pub invalidity: Option<Time>,
    /// Whether it counts without a second person.
    pub at_once: bool,
}

/// A list, held against the vault.
#[derive(Clone, Debug)]
pub struct ListReading {
    /// Its issuer's name.
    pub issuer: String,
    /// The pinned issuer whose key has signed it.
    pub pinned: Option<IssuerId>,
    /// Why there is none.
    pub why: Option<Verdict>,
    /// BLAKE3 of it.
    pub b3: B3,
    /// When it was made.
    pub made: Option<Time>,
    /// Entries in it.
    pub entries: usize,
    /// Certificates of this vault among them.
    pub matched: usize,
    /// What is new.
    pub news: Vec<Happened>,
    /// Entries of ours whose time cannot be told, or which contradict themselves: nothing follows from them.
    pub untold: Vec<CertRow>,
}

/// What was journalled.
#[derive(Clone, Debug, Default)]
pub struct StatusDone {
    /// Lines that count, or count for what is valid.
    pub lines: Vec<u64>,
    /// Acts that wait for a second person.
    pub proposed: Vec<ActId>,
}

/// One thing that somebody reports.
#[derive(Clone, Debug)]
pub struct Reported {
    /// Of which certificate.
    pub cert: CertId,
    /// What happened.
    pub change: Change,
    /// On which day.
    pub day: Day,
    /// What the source said of it, for the note.
    pub said: String,
}

/// A line of the note that goes with a list: what may not stand in the journal.
#[derive(Serialize)]
struct NoteLine {
    cert: String,
    serial: String,
    at: String,
    reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    invalidity: Option<String>,
}

impl Session {
    /// Everything that is known of a certificate.
    pub fn story(&self, cert: &CertRow) -> Result<Story> {
        let issued = cert.begins.map(Time::day);
        let (cert, until) = (cert.id, cert.until());
        let line = |seq: u64| self.vault.line(seq).map(|(line, _)| line);
        let lines = self.lines_naming(cert.as_bytes())?;
        let lines = lines.into_iter().map(line).collect::<Result<Vec<_>>>()?;
        let mut answers: HashMap<ActId, Line> = HashMap::new();
        for proposal in &lines {
            let act = proposal.act.id;
            if matches!(proposal.act.deed, Deed::CertReport(_) | Deed::CertReverse(_))
                && let Some(first) = self.lines_naming(act.as_bytes())?.first()
            {
                answers.insert(act, line(*first)?);
            }
        }
        Ok(Story::of(cert, (issued, until), &lines, |act| answers.get(&act).cloned()))
    }

    /// Reads what a list says of this vault; changes nothing.
    ///
    /// Units: looks each entry up by a keyed hash, and opens no cover.
    pub fn read_list(&self, list: &Crl) -> Result<ListReading> {
        let issuers = self.issuers();
        let (pinned, why) = signer(&issuers, list);
        let made = list.made.ok();
        let mut reading = ListReading {
            issuer: list.issuer.text.clone(),
            pinned,
            why,
            b3: list.b3,
            made,
            entries: list.entries.len(),
            matched: 0,
            news: Vec::new(),
            untold: Vec::new(),
        };
        let (state, today) = (self.vault.state(), self.vault.today());
        let mut leaving = 0_u64;
        for (entry, cert, numbers) in self.matched(list)? {
            reading.matched += 1;
            // Of what is being handed over nothing more is said here; the CA reads its own lists.
            if state.is_listed_certificate(cert.id) {
                leaving += 1;
                continue;
            }
            let change = change_of(list, &entry);
            let (Some(change), Ok(at), Some(made)) = (change, entry.at, made) else {
                reading.untold.push(cert);
                continue;
            };
            let story = self.story(&cert)?;
            let valid = match cert.until() {
                Some(Until::Day(last)) => today <= last,
                Some(Until::Never) => true,
                // How long it would have been valid nobody knows, so two people have to look.
                None => false,
            };
            let (reason, invalidity) = (entry.reason, entry.invalidity);
            // An indirect list speaks of certificates that others issued; that counts once two people have said so.
            let own = list.name_of(&entry).digest == list.issuer.digest;
            let at_once = valid && own && pinned.is_some();
            let Some(day) = day_of(&story, change, at, made, at_once) else { continue };
            reading.news.push(Happened { cert, numbers, change, day, at, reason, invalidity, at_once });
        }
        if leaving > 0 {
            self.vault.tell(Notice::new("certificates-leave", &[("count", &leaving.to_string())]));
        }
        Ok(reading)
    }

    /// The entries of a list that are of certificates of this vault, each certificate once.
    fn matched(&self, list: &Crl) -> Result<Vec<(Entry, CertRow, Vec<ArchiveNumber>)>> {
        self.ask(|catalog| {
            let serials = catalog.serials();
            let mut found: Vec<(Entry, CertRow, Vec<ArchiveNumber>)> = Vec::new();
            let mut places: HashMap<CertId, usize> = HashMap::new();
            for entry in &list.entries {
                let name = list.name_of(entry).digest;
                for row in serials.rows(&entry.serial)? {
                    for cert in row.certs.iter().filter(|c| c.serial == entry.serial && c.name == name) {
                        let place = *places.entry(cert.id).or_insert_with(|| {
                            found.push((*entry, cert.clone(), Vec::new()));
                            found.len() - 1
                        });
                        let (first, _, numbers) = &mut found[place];
                        // A number stands once on a list. Where it does not, the later time keeps longer.
                        if matches!((first.at, entry.at), (Ok(first), Ok(other)) if first < other) {
                            *first = *entry;
                        }
                        if !numbers.contains(&row.facts.number) {
                            numbers.push(row.facts.number.clone());
                        }
                    }
                }
            }
            Ok(found)
        })
    }

    /// Journals what is new on a list: what counts at once, and the rest as a proposal.
    pub fn import_list(&self, reading: &ListReading) -> Result<StatusDone> {
        self.with_role(&[Role::Archivist])?;
        let mut done = StatusDone::default();
        let (at_once, later): (Vec<_>, Vec<_>) = reading.news.iter().partition(|news| news.at_once);
        if let (Some(issuer), Some(made)) = (reading.pinned, reading.made) {
            for part in at_once.chunks(CERT_EVENTS_MAX) {
                let events = events_of(part);
                let (list, made) = (reading.b3, made.day());
                let status = |note| CertStatus { issuer, list, made, events: events.clone(), note }.into();
                let text = note_of(part);
                done.lines.push(self.carry_out(Some((NoteKind::Reason, &text)), status)?.seq);
            }
        }
        for part in later.chunks(CERT_EVENTS_MAX) {
            let (events, text) = (events_of(part), note_of(part));
            let done_now = self.submit_report(Source::Crl, Some(reading.b3), events, &text)?;
            done.proposed.push(done_now);
        }
        Ok(done)
    }

    /// Proposes what somebody reports; counts once a second person has confirmed it.
    ///
    /// Returns the acts of the proposals.
    pub fn report(
        &self,
        source: Source,
        list: Option<B3>,
        reason: &str,
        reported: &[Reported],
    ) -> Result<Vec<ActId>> {
        let part = |part: &[Reported]| {
            let (events, text) = report_of(reason, part);
            self.submit_report(source, list, events, &text)
        };
        reported.chunks(CERT_EVENTS_MAX).map(part).collect()
    }

    /// Says whether [`Session::report`] would do it; changes nothing.
    pub fn may_report(&self, source: Source, reason: &str, reported: &[Reported]) -> Result<()> {
        for part in reported.chunks(CERT_EVENTS_MAX) {
            let (events, text) = report_of(reason, part);
            self.prepare(Some((NoteKind::Reason, &text)), &reporting(source, None, events))?;
        }
        Ok(())
    }

    fn submit_report(
        &self,
        source: Source,
        list: Option<B3>,
        events: Vec<CertEvent>,
        text: &str,
    ) -> Result<ActId> {
        let done = self.carry_out(Some((NoteKind::Reason, text)), reporting(source, list, events))?;
        Ok(self.vault.line(done.seq)?.0.act.id)
    }

    /// Proposes that what a line says of some certificates was a mistake; returns the proposal's act.
    ///
    /// Errors: [`Error::NoCert`] where that line says nothing of one of them.
    pub fn reverse(&self, act: ActId, certs: &[CertId], reason: &str) -> Result<ActId> {
        self.may_be_reversed(act, certs)?;
        let done = self.carry_out(Some((NoteKind::Reason, reason)), reversing(act, certs))?;
        Ok(self.vault.line(done.seq)?.0.act.id)
    }

    /// Says whether [`Session::reverse`] would do it; changes nothing.
    pub fn may_reverse(&self, act: ActId, certs: &[CertId], reason: &str) -> Result<()> {
        self.may_be_reversed(act, certs)?;
        self.prepare(Some((NoteKind::Reason, reason)), &reversing(act, certs)).map(drop)
    }

    fn may_be_reversed(&self, act: ActId, certs: &[CertId]) -> Result<()> {
        for cert in certs {
            let lines = self.lines_naming(cert.as_bytes())?;
            let says = |seq: &u64| {
                self.vault.line(*seq).is_ok_and(|(line, _)| {
                    line.act.id == act && !matches!(line.act.deed, Deed::CertReverse(_))
                })
            };
            if !lines.iter().any(says) {
                return Err(Error::NoCert { cert: cert.to_string() });
            }
        }
        Ok(())
    }
}

/// The pinned issuer whose key has signed a list, or why there is none.
fn signer(issuers: &[Issuer], list: &Crl) -> (Option<IssuerId>, Option<Verdict>) {
    let mut why = Verdict::OtherName;
    for issuer in issuers {
        match list.is_signed_by(&issuer.certificate) {
            Verdict::Verified => return (Some(issuer.id), None),
            Verdict::OtherName => {}
            other => why = other,
        }
    }
    (None, Some(why))
}

/// What an entry says happened; `None` where it contradicts itself.
fn change_of(list: &Crl, entry: &Entry) -> Option<Change> {
    match entry.reason {
        Reason::CertificateHold => Some(Change::Held),
        // Taken off a list can only be what a delta speaks of: on a whole list it would be there and not be there.
        Reason::RemoveFromCrl => list.delta.then_some(Change::Released),
        _ => Some(Change::Revoked),
    }
}

/// The day of what an entry says, as it goes into the journal; `None` for what is known already.
///
/// Source: law rule R21. A list goes on naming the day of the hold when the hold has become a revocation: the decision
/// fell between, and at the latest on the day of the first list that says so.
fn day_of(story: &Story, change: Change, at: Time, made: Time, at_once: bool) -> Option<Day> {
    // What still waits for a second person is news where it counts at once.
    let waits = |told: &Told| at_once && told.counted == Counted::Waiting;
    let counts = |told: &&Told| !matches!(told.counted, Counted::Reversed | Counted::Refused) && !waits(told);
    let last = story.told.iter().rev().find(counts);
    let day = at.day();
    match change {
        Change::Revoked => {
            let held = story.held.or_else(|| {
                let placed = last.filter(|told| told.change == Change::Held);
                placed.map(|told| told.day)
            });
            let day = if held.is_some_and(|held| held >= day) { made.day().max(day) } else { day };
            // What two people refused or reversed is not said again because it is still on the list.
            let known =
                |told: &Told| told.change == Change::Revoked && told.counted != Counted::Late && !waits(told);
            // Said before: it is the same revocation. A later day keeps longer, so that is said.
            let said = story.told.iter().filter(|told| known(told)).map(|told| told.day).max();
            match said {
                Some(said) if said >= day || held.is_some() => None,
                _ => Some(day),
            }
        }
        Change::Held => {
            let known = story.revoked.is_some() || last.is_some_and(|told| told.change == Change::Held);
            (!known).then_some(day)
        }
        Change::Released => last.is_some_and(|told| told.change == Change::Held).then(|| made.day()),
    }
}

fn events_of(news: &[&Happened]) -> Vec<CertEvent> {
    news.iter().map(|n| CertEvent { cert: n.cert.id, event: n.change, day: n.day }).collect()
}

fn note_of(news: &[&Happened]) -> String {
    let line = |news: &&Happened| {
        let line = NoteLine {
            cert: news.cert.id.to_string(),
            serial: news.cert.serial.to_string(),
            at: news.at.to_string(),
            reason: news.reason.word(),
            invalidity: news.invalidity.map(|time| time.to_string()),
        };
        serde_json::to_string(&line).expect("texts are plain data")
    };
    fitted(&news.iter().map(line).collect::<Vec<_>>().join("\n"))
}

fn report_of(reason: &str, part: &[Reported]) -> (Vec<CertEvent>, String) {
    let events = part.iter().map(|r| CertEvent { cert: r.cert, event: r.change, day: r.day }).collect();
    let said: Vec<String> =
        part.iter().filter(|r| !r.said.is_empty()).map(|r| format!("\n{}", r.said)).collect();
    (events, fitted(&format!("{reason}{}", said.concat())))
}

/// So much of a text as a note holds.
fn fitted(text: &str) -> String {
    let mut end = text.len().min(NOTE_CHARS_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].to_owned()
}

fn reporting(source: Source, list: Option<B3>, events: Vec<CertEvent>) -> impl Fn(Option<NoteMark>) -> Deed {
    move |note| {
        let note = note.expect("a reason makes a note");
        CertReport { source, list, events: events.clone(), note }.into()
    }
}

fn reversing(act: ActId, certs: &[CertId]) -> impl Fn(Option<NoteMark>) -> Deed + use<> {
    let certs = certs.to_vec();
    move |note| CertReverse { act, certs: certs.clone(), note: note.expect("a reason makes a note") }.into()
}
