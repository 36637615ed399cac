//! A record that is finished: what is said of it, and whether it is filed, known, late or one for a person.

use super::group::{self, Part, Unit};
use super::labels::Given;
use super::look::Sight;
use super::moving;
use super::pass::{Pending, Seen, Stop, TRY_AGAIN_AFTER, Watcher};
use super::places::{Place, is_there};
use super::told::{Event, Tell, What};
use super::under_way::UnderWay;
use crate::failure::{Doing, Result};
use crate::folder_rule::stem;
use crate::output::printable_path;
use crate::said::Said;
use crate::words::Words;
use jingui_schema::digest::Sha256;
use jingui_schema::id::{ActId, ArchiveNumber};
use jingui_schema::time::Time;
use jingui_vault::body::{Incoming, Source};
use jingui_vault::catalog::{Query, Row};
use jingui_vault::filing::{Filed, Filing, Labels, Rehearsal};
use jingui_vault::fs::{Fs, ReadFile};
use jingui_vault::{Error, Exit};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// A sheet of labels is one page.
const SIDECAR_BYTES_MAX: u64 = 64 << 10;

/// A file of the folder on its way into a filing.
struct FolderFile {
    fs: Arc<dyn Fs>,
    path: PathBuf,
    name: OsString,
}

struct Reading(Box<dyn ReadFile>);

impl Read for Reading {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0.read(into)
    }
}

impl Source for FolderFile {
    fn name(&self) -> &OsStr {
        &self.name
    }

    fn describe(&self) -> String {
        printable_path(&self.path)
    }

    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(Reading(self.fs.open_unlinked(&self.path)?)))
    }
}

impl Watcher<'_> {
    /// The sheets of labels that lie with a record. One that cannot be read now may be read later.
    fn sidecars(&self, unit: &Unit) -> std::result::Result<Vec<Vec<u8>>, Stop> {
        let mut sheets = Vec::new();
        for member in unit.members.iter().filter(|m| m.part == Part::Sidecar) {
            let path = self.folder.root().join(&member.path);
            let mut bytes = Vec::new();
            let file = self.env.fs.open_unlinked(&path);
            file.and_then(|file| file.take(SIDECAR_BYTES_MAX).read_to_end(&mut bytes)).map_err(|error| {
                let name = printable_path(&member.path);
                Stop::Wait(
                    Said::new("watch-wait-unreadable").text("name", name).text("why", error.to_string()),
                )
            })?;
            sheets.push(bytes);
        }
        Ok(sheets)
    }

    /// What is said of a record, from all sides.
    fn labels(&self, unit: &Unit, sidecars: &[Vec<u8>]) -> std::result::Result<(Labels, Given), Vec<Said>> {
        let words = Words::shipped();
        let mut given = Given::by_rule(&unit.said, words).map_err(|said| vec![said])?;
        for sheet in sidecars {
            let text = std::str::from_utf8(sheet)
                .map_err(|error| vec![Said::new("watch-why-sidecar").text("why", error.to_string())])?;
            let by_sidecar = Given::by_sidecar(text, words).map_err(|said| vec![said])?;
            given = given.and(by_sidecar).map_err(|said| vec![said])?;
        }
        let documents = unit.members.iter().filter(|m| matches!(m.part, Part::Document { .. }));
        let newest = documents.map(|m| m.stat.modified).max().unwrap_or(0) / 1_000_000;
        let given = given.or(&self.settings.given);
        let labels = given.clone().labels(Time::from_millis(newest).day(), self.env.now().day())?;
        for name in given.kinds.keys().chain(given.seen.keys()) {
            if !unit
                .members
                .iter()
                .any(|m| matches!(&m.part, Part::Document { name: n, .. } if n == name.as_str()))
            {
                return Err(vec![Said::new("watch-why-no-such-file").text("name", name)]);
            }
        }
        Ok((labels, given))
    }

    /// The documents of a record, but for some.
    fn incoming(&self, unit: &Unit, given: &Given, takes: &dyn Fn(usize) -> bool) -> Vec<Incoming> {
        let documents = unit.members.iter().filter_map(|member| match &member.part {
            Part::Document { name, kind, .. } => Some((member, name, *kind)),
            _ => None,
        });
        let taken = documents.enumerate().filter(|(i, _)| takes(*i));
        let incoming = taken.map(|(_, (member, name, kind))| {
            let kind = name.to_str().and_then(|name| given.kinds.get(name)).copied().unwrap_or(kind);
            let path = self.folder.root().join(&member.path);
            let source = FolderFile { fs: self.env.fs.clone(), path, name: name.clone() };
            let said = name.to_str().and_then(|name| given.seen.get(name)).cloned();
            let seen = said.unwrap_or_else(|| side_of(&member.path));
            Incoming { source: Box::new(source), kind, title: None, seen }
        });
        incoming.collect()
    }

    /// Files a record that is finished, or finds that it cannot be.
    pub(super) fn file(&mut self, unit: &Unit, now: Duration, tell: &mut Tell<'_>) -> Seen {
        let (labels, given) = match self.labels(unit, &self.sidecars(unit)?) {
            Ok(labels) => labels,
            Err(reasons) => return self.put_elsewhere(unit, Place::Attention, reasons, now, tell),
        };
        let incoming = self.incoming(unit, &given, &|_| true);
        let certs = crate::certs::among(&incoming, labels.business);
        // Also what is the same and was filed under other labels is found only by looking at what is in it.
        let filing =
            Filing { labels: labels.clone(), incoming, request: None, again: true, plan: None, certs };
        let rehearsal = match self.session.rehearse(&filing) {
            Err(Error::TooMany { count, limit }) => {
                let said = Said::new("watch-why-too-many").text("count", count).text("limit", limit);
                return self.put_elsewhere(unit, Place::Attention, vec![said], now, tell);
            }
            rehearsal => rehearsal?,
        };
        let known = known_from(&rehearsal);
        if let Some(numbers) = known {
            let reasons = numbers
                .iter()
                .map(|number| Said::new("watch-why-known").text("number", number.to_string()))
                .collect();
            return self.put_elsewhere(unit, Place::Duplicate, reasons, now, tell);
        }
        match self.earlier(unit, &labels)? {
            Some(row) if self.settings.supplement => {
                self.supplement(unit, &given, &rehearsal, &row, now, tell)
            }
            Some(row) => {
                let said = Said::new("watch-why-late").text("number", row.facts.number.to_string());
                self.put_elsewhere(unit, Place::Attention, vec![said], now, tell)
            }
            None => self.file_new(unit, filing, &rehearsal, now, tell),
        }
    }

    fn file_new(
        &mut self,
        unit: &Unit,
        filing: Filing,
        rehearsal: &Rehearsal,
        now: Duration,
        tell: &mut Tell<'_>,
    ) -> Seen {
        if self.settings.dry_run {
            return Ok(tell(event(unit, What::WouldFile { supplements: None }))?);
        }
        let request = self.env.act_id();
        let way = self.set_out(unit, Place::Archived, request, &digests(unit, rehearsal), None)?;
        let filing = Filing { request: Some(request), again: false, ..filing };
        let filed = match self.session.file(&filing, &mut self.buffers) {
            Ok(filed) => filed,
            Err(error) => return self.turned_down(unit, way, error, now, tell),
        };
        if filed.repeated {
            // Somebody else has filed the same just now: the next pass finds it there.
            return Ok(way.remove(&self.env, &self.folder)?);
        }
        let what = self.archived(filed, false)?;
        Ok(self.arrive(unit, way, what, now, tell)?)
    }

    fn supplement(
        &mut self,
        unit: &Unit,
        given: &Given,
        rehearsal: &Rehearsal,
        row: &Row,
        now: Duration,
        tell: &mut Tell<'_>,
    ) -> Seen {
        let number = row.facts.number.clone();
        if self.settings.dry_run {
            return Ok(tell(event(unit, What::WouldFile { supplements: Some(number) }))?);
        }
        let request = self.env.act_id();
        let way = self.set_out(unit, Place::Archived, request, &digests(unit, rehearsal), None)?;
        let new = |i: usize| {
            rehearsal
                .documents
                .get(i)
                .is_none_or(|(.., digest)| row.documents.iter().all(|d| d.sha256 != *digest))
        };
        let incoming = self.incoming(unit, given, &new);
        let reason = self.messages.text("watch-supplement-reason", &[]);
        match self.session.supplement(row.record, &incoming, &reason, Some(request), &mut self.buffers) {
            Ok(filed) => {
                let what = self.archived(filed, true)?;
                Ok(self.arrive(unit, way, what, now, tell)?)
            }
            Err(error) => self.turned_down(unit, way, error, now, tell),
        }
    }

    /// What is told of a record that was filed: also what it lacks.
    fn archived(&self, filed: Filed, supplement: bool) -> Result<What> {
        let found = self.session.assess(&self.session.row(filed.record)?)?;
        let flaws = filed.documents.iter().filter_map(|d| Some((d.name.clone(), d.flaw?))).collect();
        Ok(What::Archived {
            number: filed.number,
            record: filed.record,
            supplement,
            found: Some(found),
            flaws,
        })
    }

    /// A filing was refused or failed: where nothing can have become of it, nothing is under way any more; and what is wrong
    /// with this record alone is for a person.
    fn turned_down(
        &mut self,
        unit: &Unit,
        way: UnderWay,
        error: Error,
        now: Duration,
        tell: &mut Tell<'_>,
    ) -> Seen {
        // Of a disk that does not answer nobody knows; and after a failed sync it is the next opening that knows.
        if matches!(
            error,
            Error::Stalled { .. } | Error::Poisoned { .. } | Error::Io { .. } | Error::Closed { .. }
        ) {
            return Err(error.into());
        }
        drop(way.remove(&self.env, &self.folder));
        if !is_of_the_record(&error) {
            return Err(error.into());
        }
        let fields = error.fields();
        let values: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
        let why = self.messages.text(&format!("error-{}", error.code()), &values);
        let said = Said::new("watch-why-refused").text("why", why);
        self.put_elsewhere(unit, Place::Attention, vec![said], now, tell)
    }

    /// The record that these files were left behind from, or come too late for: one of the same labels, of which files lie
    /// in 已归档 under the same name.
    fn earlier(&self, unit: &Unit, labels: &Labels) -> Result<Option<Row>> {
        if !self.lies_archived(unit)? {
            return Ok(None);
        }
        let query = Query {
            project: Some(labels.project.as_str().to_owned()),
            customer: Some(labels.customer.name.as_str().to_owned()),
            from: Some(labels.date),
            to: Some(labels.date),
            business: Some(labels.business),
            outcome: Some(labels.outcome),
            limit: 1000,
            ..Query::default()
        };
        let same = |row: &Row| {
            let facts = &row.facts;
            (&facts.project, &facts.outlet, &facts.customer)
                == (&labels.project, &labels.outlet, &labels.customer)
                && (&facts.tags, &facts.box_code) == (&labels.tags, &labels.box_code)
        };
        Ok(self.session.list(&query)?.rows.into_iter().filter(same).max_by_key(|row| row.counter))
    }

    fn lies_archived(&self, unit: &Unit) -> Result<bool> {
        let (fs, top) = (&*self.env.fs, self.folder.place(Place::Archived));
        if let Some(directory) = &unit.directory {
            let path = top.join(directory);
            return is_there(fs, &path).doing("look at", &path);
        }
        let parent = unit.name().parent().unwrap_or(Path::new("")).to_owned();
        let dir = top.join(&parent);
        if !is_there(fs, &dir).doing("look at", &dir)? {
            return Ok(false);
        }
        let names = fs.list(&dir).doing("list", &dir)?;
        let files = names.into_iter().map(|(name, stat)| (parent.join(name), stat)).collect();
        let sight = Sight { files, ..Sight::default() };
        let archived = group::group(&sight, self.settings.rule.as_ref(), Words::shipped());
        Ok(archived.iter().any(|other| other.key == unit.key))
    }

    pub(super) fn put_elsewhere(
        &mut self,
        unit: &Unit,
        place: Place,
        reasons: Vec<Said>,
        now: Duration,
        tell: &mut Tell<'_>,
    ) -> Seen {
        let what = What::Elsewhere { place, reasons };
        if self.settings.dry_run {
            return Ok(tell(event(unit, what))?);
        }
        let What::Elsewhere { reasons, .. } = &what else { unreachable!("it was just made") };
        let text = self.reason_text(unit, place, reasons);
        let way = self.set_out(unit, place, self.env.act_id(), &BTreeMap::new(), Some(text))?;
        Ok(self.arrive(unit, way, what, now, tell)?)
    }

    /// What stands in the file beside them.
    fn reason_text(&self, unit: &Unit, place: Place, reasons: &[Said]) -> String {
        let head = match place {
            Place::Duplicate => "watch-note-duplicate",
            _ => "watch-note-attention",
        };
        let name = printable_path(unit.name());
        let at = self.env.now().to_string();
        let mut text = self.messages.text(head, &[("name", name.into()), ("at", at.into())]) + "\n";
        for reason in reasons {
            text += &format!("- {}\n", reason.tell(self.messages));
        }
        let next = match place {
            Place::Duplicate => "watch-next-duplicate",
            _ => "watch-next-attention",
        };
        text + "\n" + &self.messages.text(next, &[]) + "\n"
    }

    /// Writes down what is about to be moved.
    fn set_out(
        &self,
        unit: &Unit,
        place: Place,
        request: ActId,
        digests: &BTreeMap<PathBuf, Sha256>,
        reason: Option<String>,
    ) -> std::result::Result<UnderWay, Stop> {
        let way = moving::plan(&self.env, &self.folder, unit, place, request, digests, reason).map_err(
            |failure| {
                // Something stands in the way of this record; of others it may not.
                let why = failure.fields().into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(": ");
                Stop::Wait(Said::new("watch-wait-place").text("place", place.directory()).text("why", why))
            },
        )?;
        way.write(&self.env, &self.folder)?;
        Ok(way)
    }

    /// Moves the files of a record, and tells; what cannot be moved is tried again later.
    fn arrive(
        &mut self,
        unit: &Unit,
        way: UnderWay,
        what: What,
        now: Duration,
        tell: &mut Tell<'_>,
    ) -> Result<()> {
        self.unfinished.remove(&unit.key);
        match moving::carry_out(&self.env, &self.folder, &way, false) {
            Ok(left) => {
                // In this order, for whoever counts what was told: killed in between, it is told once more.
                tell(Event { name: unit.name().to_owned(), files: unit.members.len() - left, left, what })?;
                way.remove(&self.env, &self.folder)
            }
            Err(why) => {
                self.pending.push(Pending { way, again_at: now + TRY_AGAIN_AFTER, told: true });
                // What has become of the record comes first: it may be in the vault, wherever its files are.
                tell(event(unit, what))?;
                tell(event(unit, What::Stuck { why }))
            }
        }
    }
}

fn event(unit: &Unit, what: What) -> Event {
    Event { name: unit.name().to_owned(), files: unit.members.len(), left: 0, what }
}

/// Which side of a card a file is, where its name says so.
fn side_of(path: &Path) -> jingui_vault::body::Seen {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let marks = Words::shipped().side_of_name(stem(&name)).into_iter().collect();
    jingui_vault::body::Seen { marks, ..Default::default() }
}

/// Whether a refusal is of one record: neither of the person, nor of the vault, nor of a file that somebody is still at.
fn is_of_the_record(error: &Error) -> bool {
    let of_all = matches!(
        error,
        Error::Role { .. }
            | Error::Disabled { .. }
            | Error::EscrowUnproved { .. }
            | Error::ReadOnly { .. }
            | Error::KeyNeeded { .. }
            | Error::Source { .. }
    );
    !of_all && matches!(error.exit(), Exit::Refused | Exit::Usage | Exit::NotFound)
}

/// The records that all documents are in already; `None` where one of them is new.
fn known_from(rehearsal: &Rehearsal) -> Option<Vec<ArchiveNumber>> {
    let mut numbers = Vec::new();
    for (i, (name, ..)) in rehearsal.documents.iter().enumerate() {
        // Names that are not text may look the same; then nobody can tell which of them is known.
        if rehearsal.documents[..i].iter().any(|(other, ..)| other == name) {
            return None;
        }
        let mut new = true;
        for number in
            rehearsal.duplicates.iter().filter(|d| d.name == *name).filter_map(|d| d.number.as_ref())
        {
            new = false;
            if !numbers.contains(number) {
                numbers.push(number.clone());
            }
        }
        if new {
            return None;
        }
    }
    Some(numbers)
}

/// The digests of a record's documents, by path.
fn digests(unit: &Unit, rehearsal: &Rehearsal) -> BTreeMap<PathBuf, Sha256> {
    let documents = unit.members.iter().filter(|m| matches!(m.part, Part::Document { .. }));
    let each = documents.zip(&rehearsal.documents);
    each.map(|(member, (.., digest))| (member.path.clone(), *digest)).collect()
}
