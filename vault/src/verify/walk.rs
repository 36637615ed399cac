//! What is there: every directory listed, every file compared with what the journal says of it.

use super::digest::digest;
use super::inventory::{Expected, Inventory, Name, Sort};
use super::pool::{self, Tally, Watch};
use super::report::{Finding, FindingKind, Warning};
use super::{Choice, Phase};
use crate::copies::RESTORED;
use crate::env::Env;
use crate::error::Result;
use crate::fs::{Kind, Stat};
use crate::layout::{Layout, body_of_text, first_of_segment};
use crate::toml_copy::VAULT_TOML;
use jingui_schema::digest::{B3, FileMark};
use jingui_schema::id::{Place, RecordId};
use std::collections::{BTreeSet, HashSet};
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

/// A file up to this size that is not what it should be is compared with all others.
const COMPARED_BYTES_MAX: u64 = 64 << 20;
/// So many files at most are compared with all others; each costs a look at the whole inventory.
const COMPARED_FILES_MAX: u64 = 200;
/// Warnings of one kind given one by one.
const WARNINGS_MAX: usize = 100;

/// A vault or its mirror, and what should be in it.
pub(super) struct Side<'a> {
    pub env: &'a Env,
    pub layout: &'a Layout,
    pub inventory: &'a Inventory,
    /// A mirror has no bodies, and nothing under way of its own.
    pub mirror: bool,
    /// A copy keeps what it once had, and lies on file systems that know no modes.
    pub copy: bool,
    /// Sealed files are read when they are opened, and not before.
    pub opens: bool,
    pub compared: AtomicU64,
}

/// What walking has found, before it is looked at a second time.
#[derive(Default)]
pub(super) struct Walked {
    pub findings: Vec<Finding>,
    pub warnings: Vec<Warning>,
    pub under_way: u64,
    pub unjudged: u64,
    /// Which of the sealed files are there, by their places in the inventory.
    pub seen: Vec<bool>,
}

/// A file to be read.
pub(super) struct Job {
    path: String,
    expected: Expected,
    size: u64,
    read: bool,
}

impl<'a> Side<'a> {
    pub fn new(env: &'a Env, layout: &'a Layout, inventory: &'a Inventory, mirror: bool) -> Self {
        Self { env, layout, inventory, mirror, copy: false, opens: false, compared: AtomicU64::new(0) }
    }

    /// Looks at everything there is and reads what was chosen.
    pub fn walk(&self, choice: &Choice, watch: &Watch<'_>) -> Result<Walked> {
        let mut walker = Walker {
            side: self,
            choice,
            walked: Walked::default(),
            seen: vec![false; self.inventory.files.len()],
            seen_named: HashSet::new(),
            modes: 0,
            unjudged: HashSet::new(),
        };
        let found = pool::run(
            watch,
            Phase::Files,
            |give| walker.walk(give),
            |job, tally| self.check(&job, tally).into_iter().collect(),
        )?;
        let mut walked = walker.finish();
        walked.findings.extend(found);
        Ok(walked)
    }

    /// Looks at the files of these records alone.
    pub fn of_records(&self, records: &BTreeSet<RecordId>, watch: &Watch<'_>) -> Result<Vec<Finding>> {
        let it = self.inventory;
        pool::run(
            watch,
            Phase::Files,
            |give| {
                for entry in &it.files {
                    let of = entry.name.record().or_else(|| it.record_of_note(&entry.name.id));
                    if of.is_some_and(|of| records.contains(&of)) && !it.is_being_destroyed(&entry.name) {
                        give(entry)?;
                    }
                }
                Ok(())
            },
            |entry, tally| {
                let (path, record) = (entry.name.path(), entry.name.record());
                let mark = FileMark { size: entry.size, b3: entry.b3 };
                let odd = Finding {
                    path,
                    finding: FindingKind::NotAFile,
                    detail: "something else is in its place".into(),
                    record,
                    seq: Some(entry.seq),
                };
                self.judge(&odd, Some(Expected { mark, seq: entry.seq, record }), tally).into_iter().collect()
            },
        )
    }

    /// Compares a file with what it should be.
    fn check(&self, job: &Job, tally: &Tally) -> Option<Finding> {
        let Expected { mark, seq, record } = job.expected;
        if job.size != mark.size {
            let mut detail = format!("{} bytes where {} were written", job.size, mark.size);
            if job.size <= COMPARED_BYTES_MAX
                && let Ok(found) = digest(self.env, &self.layout.path(&job.path), tally)
            {
                detail += &self.whose(&found.b3);
            }
            let path = job.path.clone();
            return Some(Finding { path, finding: FindingKind::Size, detail, record, seq: Some(seq) });
        }
        if !job.read {
            return None;
        }
        self.digested(&job.path, &job.expected, tally)
    }

    /// Reads a file through and compares it with what it should be.
    pub fn digested(&self, path: &str, expected: &Expected, tally: &Tally) -> Option<Finding> {
        let found = digest(self.env, &self.layout.path(path), tally);
        self.differs(path, expected, found).filter(|_| !tally.stopped())
    }

    /// In what a file that was read through, or could not be, differs from what it should be.
    pub fn differs(&self, path: &str, expected: &Expected, found: io::Result<FileMark>) -> Option<Finding> {
        let Expected { mark, seq, record } = *expected;
        let (finding, detail) = match found {
            Ok(found) if found == mark => return None,
            Ok(found) if found.size != mark.size => {
                (FindingKind::Size, format!("{} bytes where {} were written", found.size, mark.size))
            }
            Ok(found) => {
                (FindingKind::Digest, format!("its BLAKE3 is {}{}", found.b3, self.whose(&found.b3)))
            }
            Err(error) => (kind_of(&error), error.to_string()),
        };
        Some(Finding { path: path.to_owned(), finding, detail, record, seq: Some(seq) })
    }

    /// Says whose content this is, if it is another file's.
    fn whose(&self, b3: &B3) -> String {
        if self.compared.fetch_add(1, Ordering::Relaxed) >= COMPARED_FILES_MAX {
            return String::new();
        }
        self.inventory.whose(b3).map(|path| format!("; it has the content of {path}")).unwrap_or_default()
    }

    /// Looks at one path anew: what walking said of it may have been a moment of work under way.
    pub fn judge(&self, was: &Finding, now: Option<Expected>, tally: &Tally) -> Option<Finding> {
        let path = self.layout.path(&was.path);
        let stat = match self.env.fs.stat(&path) {
            Ok(stat) => stat,
            Err(_) => return Some(was.clone()),
        };
        let Some(expected) = now else {
            // Extra: gone by now, it was work under way.
            let stat = stat?;
            let mut finding = was.clone();
            if stat.kind == Kind::File
                && stat.size <= COMPARED_BYTES_MAX
                && let Ok(found) = digest(self.env, &path, tally)
            {
                finding.detail += &self.whose(&found.b3);
            }
            return Some(finding);
        };
        match stat {
            None => Some(Finding {
                path: was.path.clone(),
                finding: FindingKind::Missing,
                detail: "it is not there".into(),
                record: expected.record,
                seq: Some(expected.seq),
            }),
            Some(stat) if stat.kind != Kind::File => Some(was.clone()),
            Some(stat) => {
                self.check(&Job { path: was.path.clone(), expected, size: stat.size, read: true }, tally)
            }
        }
    }

    /// Whether a rotation or a removal under way accounts for a file that no line names as alive.
    fn under_way(&self, name: &Name) -> bool {
        let (it, state) = (self.inventory, &self.inventory.state);
        if it.is_being_destroyed(name) {
            return true;
        }
        if name.sort == Sort::Body {
            return false;
        }
        let sibling = it.siblings(name).iter().any(|e| e.name.n == name.n && e.name.epoch != name.epoch);
        let epoch = state.epochs.get(&name.epoch);
        let ahead = name.epoch == state.epoch && epoch.is_some_and(|e| !e.verified);
        let behind = name.epoch < it.verified && epoch.is_some_and(|e| e.destroyed.is_none());
        sibling && (ahead || behind)
    }
}

pub(super) fn kind_of(error: &io::Error) -> FindingKind {
    match error.kind() {
        io::ErrorKind::NotFound => FindingKind::Missing,
        io::ErrorKind::InvalidInput | io::ErrorKind::IsADirectory => FindingKind::NotAFile,
        _ => FindingKind::Unreadable,
    }
}

struct Walker<'a> {
    side: &'a Side<'a>,
    choice: &'a Choice,
    walked: Walked,
    seen: Vec<bool>,
    seen_named: HashSet<String>,
    modes: usize,
    /// Files that only lines behind the damage could name: of which record or note.
    unjudged: HashSet<(Sort, [u8; 16], u32)>,
}

type Give<'g> = &'g mut dyn FnMut(Job) -> Result<()>;

impl Walker<'_> {
    fn walk(&mut self, give: Give<'_>) -> Result<()> {
        for (name, stat) in self.list("") {
            let directory = stat.kind == Kind::Directory;
            match name.as_str() {
                "journal" => self.journal(&stat, give)?,
                "covers" | "notes" => self.places(&name, &stat, give)?,
                "bodies" | "text" if !self.side.mirror => self.places(&name, &stat, give)?,
                "settings" | "plans" | "registers" => self.named_directory(&name, &stat, give)?,
                "staging" | "quarantine" | "run" | "derived" if !self.side.mirror => {
                    if !directory {
                        self.find(&name, FindingKind::NotAFile, "it is no directory");
                    }
                }
                VAULT_TOML => {
                    self.seen_named.insert(name.clone());
                    self.is_file(&name, &stat);
                }
                _ => self.named(&name, &stat, give)?,
            }
        }
        Ok(())
    }

    fn find(&mut self, path: &str, kind: FindingKind, detail: &str) {
        self.walked.findings.push(Finding::file(path, kind, detail));
    }

    /// Lists a directory; a name that is not UTF-8 comes out with marks in it, and is then none of ours.
    fn list(&mut self, below: &str) -> Vec<(String, Stat)> {
        match self.side.env.fs.list(&self.side.layout.path(below)) {
            Ok(names) => names.into_iter().map(|(n, s)| (n.to_string_lossy().into_owned(), s)).collect(),
            Err(error) => {
                self.find(below, FindingKind::Unreadable, &error.to_string());
                Vec::new()
            }
        }
    }

    /// Whether what has the name of one of our directories is one; what lies behind a link is looked at too.
    fn is_directory(&mut self, below: &str, stat: &Stat) -> bool {
        if stat.kind != Kind::Directory {
            self.find(below, FindingKind::NotAFile, "it is no directory");
        }
        self.mode(below, stat);
        stat.kind != Kind::File && self.side.env.fs.list(&self.side.layout.path(below)).is_ok()
    }

    fn is_file(&mut self, path: &str, stat: &Stat) -> bool {
        if stat.kind != Kind::File {
            let what =
                if stat.kind == Kind::Directory { "a directory" } else { "a link, pipe, socket or device" };
            let expected = self.side.inventory.expected(path);
            self.walked.findings.push(Finding {
                path: path.into(),
                finding: FindingKind::NotAFile,
                detail: format!("{what} is in its place"),
                record: expected.and_then(|e| e.record),
                seq: expected.map(|e| e.seq),
            });
            return false;
        }
        self.mode(path, stat);
        true
    }

    /// Modes are not the journal's business and no test fakes them, so they are asked of the system itself.
    fn mode(&mut self, path: &str, stat: &Stat) {
        use std::os::unix::fs::PermissionsExt;
        if self.side.copy {
            return;
        }
        let Ok(meta) = std::fs::symlink_metadata(self.side.layout.path(path)) else { return };
        let wanted = if stat.kind == Kind::Directory { 0o700 } else { 0o600 };
        let found = meta.permissions().mode() & 0o7777;
        if meta.is_symlink() || found == wanted {
            return;
        }
        self.modes += 1;
        if self.modes <= WARNINGS_MAX {
            let detail = format!("its mode is {found:04o}, not {wanted:04o}");
            self.walked.warnings.push(Warning::new("mode", path, &detail));
        }
    }

    fn journal(&mut self, stat: &Stat, give: Give<'_>) -> Result<()> {
        if !self.is_directory("journal", stat) {
            return Ok(());
        }
        for (name, stat) in self.list("journal") {
            let path = format!("journal/{name}");
            if name == "commit" {
                self.seen_named.insert(path.clone());
                self.is_file(&path, &stat);
            } else if name == "heads" {
                self.named_directory(&path, &stat, give)?;
            } else if let Some(first) = first_of_segment(&name) {
                let it = self.side.inventory;
                let known = it.segments.iter().any(|s| s.first == first);
                // One that a failed attempt left behind holds nothing that counts.
                let next = first == it.state.lines + 1 && stat.size == 0;
                if (self.is_file(&path, &stat) && !known && !next && it.damaged.is_none())
                    || (stat.kind == Kind::File && first == 0)
                {
                    self.find(&path, FindingKind::Extra, "no line of the journal is in it");
                }
            } else {
                self.named(&path, &stat, give)?;
            }
        }
        Ok(())
    }

    /// A directory of heads or settings.
    fn named_directory(&mut self, below: &str, stat: &Stat, give: Give<'_>) -> Result<()> {
        if self.is_directory(below, stat) {
            for (name, stat) in self.list(below) {
                self.named(&format!("{below}/{name}"), &stat, give)?;
            }
        }
        Ok(())
    }

    fn named(&mut self, path: &str, stat: &Stat, give: Give<'_>) -> Result<()> {
        let it = self.side.inventory;
        if let Some(expected) = it.named.get(path) {
            self.seen_named.insert(path.to_owned());
            if self.is_file(path, stat) {
                give(Job { path: path.into(), expected: *expected, size: stat.size, read: true })?;
            }
            return Ok(());
        }
        let is_head = path.starts_with("journal/heads/") && path.ends_with(".head");
        let named = ["settings/", "plans/", "registers/"].iter().any(|below| path.starts_with(below));
        let could_be_named = is_head || path == "README.txt" || named;
        if it.damaged.is_some() && could_be_named && stat.kind == Kind::File {
            self.walked.unjudged += 1;
        } else {
            self.extra(path, stat);
        }
        Ok(())
    }

    fn extra(&mut self, path: &str, stat: &Stat) {
        // Until a restored vault is taken over this stands for the line that somebody has yet to sign.
        if self.side.copy || (path == RESTORED && stat.kind == Kind::File) {
            return;
        }
        // What writing a file beside its place leaves when it is cut off; the next writing removes it.
        let begun = path.strip_suffix(".part").filter(|_| stat.kind == Kind::File);
        let ours = |whole: &str| {
            let it = self.side.inventory;
            it.expected(whole).is_some()
                || [VAULT_TOML, "journal/commit"].contains(&whole)
                || whole.starts_with("journal/heads/")
                || Name::parse(whole).is_some()
                || body_of_text(whole).is_some()
        };
        if begun.is_some_and(ours) {
            self.walked.warnings.push(Warning::new("leftover", path, "half a file that a cut-off run left"));
        } else {
            self.find(path, FindingKind::Extra, "no line of the journal names it");
        }
    }

    fn places(&mut self, top: &str, stat: &Stat, give: Give<'_>) -> Result<()> {
        if !self.is_directory(top, stat) {
            return Ok(());
        }
        for (place, stat) in self.list(top) {
            let below = format!("{top}/{place}");
            if place.parse::<Place>().is_err() {
                self.extra(&below, &stat);
            } else if self.is_directory(&below, &stat) {
                for (name, stat) in self.list(&below) {
                    self.sealed(&format!("{below}/{name}"), &stat, give)?;
                }
            }
        }
        Ok(())
    }

    fn sealed(&mut self, path: &str, stat: &Stat, give: Give<'_>) -> Result<()> {
        let it = self.side.inventory;
        if let Some(body) = body_of_text(path) {
            self.text(path, stat, &body);
            return Ok(());
        }
        let Some(name) = Name::parse(path) else {
            self.extra(path, stat);
            return Ok(());
        };
        if let Some(at) = it.find(&name) {
            self.seen[at] = true;
            if self.is_file(path, stat) {
                let entry = &it.files[at];
                let mark = FileMark { size: entry.size, b3: entry.b3 };
                let expected = Expected { mark, seq: entry.seq, record: name.record() };
                let read = !self.side.opens
                    && self.choice.takes(&name.id, entry.seq)
                    && (self.choice.bodies || name.sort != Sort::Body);
                // Of what is not chosen, or not yet, name and size are known from the listing already.
                if read || stat.size != mark.size {
                    give(Job { path: path.into(), expected, size: stat.size, read })?;
                }
            }
        } else if stat.kind != Kind::File {
            self.extra(path, stat);
        } else if it.damaged.is_some() {
            self.unjudged.insert((name.sort, name.id, name.n));
            self.walked.unjudged += 1;
        } else if self.side.under_way(&name) {
            self.walked.under_way += 1;
        } else {
            self.extra(path, stat);
        }
        Ok(())
    }

    /// A text has its place beside a body that is there, or has stayed elsewhere; no line says what is in it.
    fn text(&mut self, path: &str, stat: &Stat, body: &str) {
        let beside = Name::parse(body).filter(|_| stat.kind == Kind::File);
        match beside {
            Some(name) if self.side.inventory.find(&name).is_some() || self.side.inventory.is_left(&name) => {
                let _ = self.is_file(path, stat);
            }
            Some(_) if self.side.inventory.damaged.is_some() => self.walked.unjudged += 1,
            Some(name) if self.side.under_way(&name) => self.walked.under_way += 1,
            _ => self.extra(path, stat),
        }
    }

    fn finish(mut self) -> Walked {
        let it = self.side.inventory;
        let missing = |path: String, record, seq| Finding {
            path,
            finding: FindingKind::Missing,
            detail: "it is not there".into(),
            record,
            seq,
        };
        for (entry, seen) in it.files.iter().zip(&self.seen) {
            let name = &entry.name;
            // A line behind the damage may have re-sealed it, and the old one is gone with good reason.
            let resealed = self.unjudged.contains(&(name.sort, name.id, name.n));
            if !seen && !resealed && !it.is_being_destroyed(name) {
                self.walked.findings.push(missing(name.path(), name.record(), Some(entry.seq)));
            }
        }
        for (path, expected) in &it.named {
            if !self.seen_named.contains(path) {
                self.walked.findings.push(missing(path.clone(), None, Some(expected.seq)));
            }
        }
        for path in [VAULT_TOML, "journal/commit"] {
            if !self.seen_named.contains(path) {
                self.walked.findings.push(missing(path.to_owned(), None, None));
            }
        }
        if self.modes > WARNINGS_MAX {
            let detail = format!("and {} more", self.modes - WARNINGS_MAX);
            self.walked.warnings.push(Warning::new("mode", "", &detail));
        }
        self.walked.seen = self.seen;
        self.walked
    }
}
