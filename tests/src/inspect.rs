//! What the files of a vault must say, read from them without the vault's help (`FORMAT.md`).

use jingui_schema::act::Deed;
use jingui_schema::commit::Commit;
use jingui_schema::digest::{B3, FileMark, Sha256};
use jingui_schema::id::{Place, RecordId};
use jingui_schema::line::{Line, LineError, Tip};
use jingui_schema::merkle::{Frontier, leaf_hash};
use jingui_vault::fs::{Fs, Kind};
use jingui_vault::layout::{Layout, body_path, cover_path, first_of_segment, head_path, note_path};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// A journal as it lies.
pub struct Journal {
    /// Its lines.
    pub lines: Vec<Line>,
    /// Files that its lines name, below the vault.
    pub files: BTreeMap<String, FileMark>,
    /// What its `commit` says.
    pub commit: Option<Commit>,
}

impl Journal {
    /// The epochs under which something lies that the lines name.
    pub fn epochs_in_use(&self) -> BTreeSet<u32> {
        self.files.keys().filter_map(|path| stem_and_epoch(path)).map(|(_, epoch)| epoch).collect()
    }
}

/// How many lines the `commit` of a vault or mirror counts; 0 where it is not whole.
pub fn counted(fs: &(dyn Fs + 'static), dir: &Path) -> u64 {
    let bytes = fs.read(&Layout::new(dir).commit(), 1 << 14).ok();
    bytes.and_then(|bytes| Commit::from_file(&bytes)).map_or(0, |commit| commit.lines)
}

/// A line of these bytes. Thousands of disks hold the same lines; each is read once.
fn parse(text: &[u8]) -> Result<Line, LineError> {
    static READ: Mutex<BTreeMap<Vec<u8>, Line>> = Mutex::new(BTreeMap::new());
    let read = || READ.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(line) = read().get(text) {
        return Ok(line.clone());
    }
    let line = Line::parse(text)?;
    let mut known = read();
    if known.len() > 4096 {
        known.clear();
    }
    known.insert(text.to_vec(), line.clone());
    Ok(line)
}

/// Reads the journal of a vault or mirror; says what does not fit.
pub fn journal(fs: &(dyn Fs + 'static), dir: &Path, wrong: &mut Vec<String>) -> Journal {
    let layout = Layout::new(dir);
    let commit = fs.read(&layout.commit(), 1 << 14).ok().and_then(|bytes| Commit::from_file(&bytes));
    if commit.is_none() {
        wrong.push("commit is not whole".into());
    }
    let mut segments: Vec<u64> = Vec::new();
    for (name, stat) in fs.list(&layout.path("journal")).unwrap_or_default() {
        match name.to_str().and_then(first_of_segment) {
            Some(first) => segments.push(first),
            None if name == "commit" || (name == "heads" && stat.kind == Kind::Directory) => {}
            None => wrong.push(format!("extra: journal/{}", name.display())),
        }
    }
    segments.sort_unstable();
    let (mut lines, mut tip, mut tree, mut at) = (Vec::new(), Tip::START, Frontier::default(), (0, 0));
    let last = segments.last().copied();
    for first in segments {
        let bytes = fs.read(&layout.segment(first), 1 << 30).unwrap_or_default();
        // One that was just begun, and has no line yet, is all right.
        if first != tip.lines + 1 || (bytes.is_empty() && Some(first) != last) {
            wrong.push(format!("segment {first} stands behind line {}", tip.lines));
        }
        at = if bytes.is_empty() { at } else { (first, bytes.len() as u64) };
        for text in bytes.split_inclusive(|b| *b == b'\n') {
            let text = match text.strip_suffix(b"\n") {
                Some(text) => text,
                None => {
                    wrong.push(format!("a piece of a line behind {}", tip.lines));
                    break;
                }
            };
            match parse(text).and_then(|line| line.follows(&tip).map(|()| line)) {
                Ok(line) => {
                    tree.push(leaf_hash(text));
                    tip = Tip::after(&line);
                    lines.push(line);
                }
                Err(error) => {
                    wrong.push(format!("line {}: {error}", tip.lines + 1));
                    break;
                }
            }
        }
    }
    if let Some(commit) = &commit {
        let says = (commit.lines, commit.last, commit.root, (commit.segment, commit.bytes));
        if says != (tip.lines, tip.last, Sha256(tree.root()), at) {
            wrong.push(format!("commit counts {} lines of {}", commit.lines, tip.lines));
        }
    }
    let files = named_files(&lines);
    Journal { lines, files, commit }
}

/// The files that lines name, as they should lie after them and after the rotations that they tell of.
fn named_files(lines: &[Line]) -> BTreeMap<String, FileMark> {
    let mut files: BTreeMap<String, FileMark> = BTreeMap::new();
    // Where each cover and note lies: sealed anew, it lies elsewhere.
    let (mut covers, mut notes) = (BTreeMap::new(), BTreeMap::new());
    let mut dying: BTreeMap<[u8; 16], Vec<[u8; 16]>> = BTreeMap::new();
    // Records that are handed over by a list.
    let mut listed: Vec<RecordId> = Vec::new();
    for line in lines {
        if let Some(note) = line.act.deed.note() {
            if let Some(record) = only_of(&line.act.deed) {
                dying.entry(*record.as_bytes()).or_default().push(*note.id.as_bytes());
            }
            let mark = FileMark { size: note.size, b3: note.b3 };
            let path = note_path(note.place, note.id, note.epoch);
            notes.insert(*note.id.as_bytes(), path.clone());
            files.insert(path, mark);
        }
        if let Some(new) = line.act.deed.cover() {
            let path = cover_path(new.place, new.record, new.n, new.mark.epoch);
            covers.insert((*new.record.as_bytes(), new.n), path.clone());
            files.insert(path, FileMark { size: new.mark.size, b3: new.mark.b3 });
        }
        match &line.act.deed {
            // What has stayed elsewhere is no file of this vault.
            Deed::RecordFile(d) if d.left().is_some() => {}
            Deed::RecordFile(d) => {
                files.insert(body_path(Place::of_counter(d.counter), d.record, d.filing), d.body);
            }
            Deed::EpochReseal(d) => {
                for cover in &d.covers {
                    let path = cover_path(cover.place, cover.record, cover.n, d.epoch);
                    let old = covers.insert((*cover.record.as_bytes(), cover.n), path.clone());
                    old.map(|old| files.remove(&old));
                    files.insert(path, FileMark { size: cover.size, b3: cover.b3 });
                }
                for note in &d.notes {
                    let path = note_path(note.place, note.id, d.epoch);
                    notes.insert(*note.id.as_bytes(), path.clone()).map(|old| files.remove(&old));
                    files.insert(path, FileMark { size: note.size, b3: note.b3 });
                }
            }
            Deed::DocumentRemove(d) => {
                let place = Place::of_counter(d.counter);
                files.remove(&body_path(place, d.record, d.from));
                covers.retain(|(record, n), path| {
                    let alive = record != d.record.as_bytes() || *n >= d.n;
                    if !alive {
                        files.remove(path);
                    }
                    alive
                });
                if let Some(left) = &d.left {
                    files.insert(body_path(place, d.record, left.filing), left.body);
                }
            }
            Deed::HandoverList(d) if d.from == 0 => listed = d.records.iter().map(|row| row.record).collect(),
            Deed::HandoverList(d) => listed.extend(d.records.iter().map(|row| row.record)),
            Deed::HandoverBegin(d) if d.list.is_none() => listed.clear(),
            _ => {}
        }
        let ended: Vec<RecordId> = match &line.act.deed {
            Deed::PurgeDone(d) => d.destroyed.iter().map(|stone| stone.record).collect(),
            Deed::HandoverDone(_) => std::mem::take(&mut listed),
            _ => Vec::new(),
        };
        for record in ended {
            let gone = record.to_string();
            files.retain(|path, _| {
                let name = path.rsplit('/').next().unwrap_or_default();
                let sealed = path.starts_with("covers/") || path.starts_with("bodies/");
                !(sealed && name.split('.').next() == Some(gone.as_str()))
            });
            for note in dying.remove(record.as_bytes()).into_iter().flatten() {
                notes.remove(&note).map(|path| files.remove(&path));
            }
        }
        match &line.act.deed {
            Deed::FileSet(d) => {
                files.insert(d.path.clone(), FileMark { size: d.size, b3: d.b3 });
            }
            Deed::HeadSigned(d) => {
                files.insert(head_path(d.lines), FileMark { size: d.size, b3: d.b3 });
            }
            _ => {}
        }
    }
    files
}

/// The record that a note is about, where it is about one alone: it goes with that.
fn only_of(deed: &Deed) -> Option<RecordId> {
    match deed {
        Deed::RecordReview(d) if d.records.len() == 1 => Some(d.records[0].record),
        Deed::RecordFile(d) => Some(d.record),
        Deed::RecordCorrect(d) => Some(d.record),
        Deed::RecordAnnotate(d) => Some(d.record),
        Deed::RecordRestrict(d) => Some(d.record),
        Deed::CertLink(d) => Some(d.record),
        Deed::DocumentMisfiled(d) => Some(d.record),
        Deed::RecordOpen(d) => Some(d.record),
        Deed::FactsReveal(d) => Some(d.record),
        _ => None,
    }
}

/// Epochs that have begun and whose end no line tells: while one epoch follows another, a cover may lie under each.
fn live_epochs(lines: &[Line]) -> BTreeSet<u32> {
    let mut live = BTreeSet::new();
    for line in lines {
        match &line.act.deed {
            Deed::VaultInit(d) => drop(live.insert(d.epoch)),
            Deed::EpochStart(d) => drop(live.insert(d.epoch)),
            Deed::EpochDestroyed(d) => drop(live.remove(&d.epoch)),
            _ => {}
        }
    }
    live
}

/// Everything below a directory but some of its directories, as paths below it.
fn walk(fs: &(dyn Fs + 'static), dir: &Path, below: &str, leave: &[&str], out: &mut Vec<String>) {
    for (name, stat) in fs.list(&dir.join(below)).unwrap_or_default() {
        let name = name.to_string_lossy();
        let path = if below.is_empty() { name.into_owned() } else { format!("{below}/{name}") };
        match stat.kind {
            Kind::Directory if leave.contains(&path.as_str()) => {}
            Kind::Directory => walk(fs, dir, &path, leave, out),
            _ => out.push(path),
        }
    }
}

/// Says what is wrong with a vault at rest: journal, `commit`, every named file by its digest, nothing that is not
/// named, `staging/` empty but for spare directories, archive numbers without doubles and, where asked, without gaps.
pub fn vault(fs: &(dyn Fs + 'static), dir: &Path, gaps_allowed: bool) -> (Journal, Vec<String>) {
    let mut wrong = Vec::new();
    let journal = journal(fs, dir, &mut wrong);
    let known = |path: &String| path.starts_with("journal/") && !path.starts_with("journal/heads/");
    for (path, mark) in &journal.files {
        match fs.read(&dir.join(path), 1 << 30) {
            Ok(bytes) if bytes.len() as u64 == mark.size && B3::of(&bytes) == mark.b3 => {}
            Ok(_) => wrong.push(format!("{path} is not what the journal says")),
            Err(error) => wrong.push(format!("{path}: {error}")),
        }
    }
    let mut there = Vec::new();
    walk(fs, dir, "", &["staging", "quarantine", "run", "derived"], &mut there);
    let epochs = live_epochs(&journal.lines);
    let stems: BTreeSet<&str> = journal.files.keys().filter_map(|p| stem_and_epoch(p)).map(|p| p.0).collect();
    let on_its_way = |path: &str| {
        epochs.len() > 1
            && stem_and_epoch(path).is_some_and(|(stem, of)| stems.contains(stem) && epochs.contains(&of))
    };
    for path in there {
        let named = journal.files.contains_key(&path) || path == "VAULT.toml" || known(&path);
        // What was read of a body lies beside it, whole or half written; no line names it.
        let body = path.strip_prefix("text/").map(|below| below.strip_suffix(".part").unwrap_or(below));
        let body = body.map(|below| format!("bodies/{}", below.replace(".txt.", ".tar.")));
        let of_a_body = body.is_some_and(|body| journal.files.contains_key(&body));
        if !named && !of_a_body && !on_its_way(&path) {
            wrong.push(format!("extra: {path}"));
        }
    }
    for (name, _) in fs.list(&dir.join("staging")).unwrap_or_default() {
        // A directory that waits for the next filing; with anything in it, it would be somebody's.
        let spare = name.to_string_lossy().starts_with("spare-");
        if spare && fs.list(&dir.join("staging").join(&name)).is_ok_and(|there| there.is_empty()) {
            continue;
        }
        wrong.push(format!("staging/{} is left", name.display()));
    }
    numbers(&journal.lines, gaps_allowed, &mut wrong);
    (journal, wrong)
}

fn numbers(lines: &[Line], gaps_allowed: bool, wrong: &mut Vec<String>) {
    let (mut serials, mut counters, mut filings, mut acts) =
        (BTreeSet::new(), BTreeSet::new(), BTreeMap::new(), BTreeSet::new());
    let mut versions = BTreeMap::new();
    for line in lines {
        if !acts.insert(*line.act.id.as_bytes()) {
            wrong.push(format!("line {} has an act that was there before", line.seq));
        }
        if let Some(new) = line.act.deed.cover() {
            let before = versions.insert(new.record.to_string(), new.n).unwrap_or(0);
            if before != new.n - 1 {
                wrong.push(format!("version {} of {} comes after {before}", new.n, new.record));
            }
        }
        if let Deed::DocumentRemove(d) = &line.act.deed
            && let Some(left) = &d.left
        {
            filings.insert(d.record.to_string(), left.filing);
        }
        let Deed::RecordFile(d) = &line.act.deed else { continue };
        let last = d.left().and_then(|left| left.bodies.last()).map_or(d.filing, |one| one.filing);
        let before = filings.insert(d.record.to_string(), last.max(d.filing)).unwrap_or(0);
        if before != d.filing - 1 {
            wrong.push(format!("filing {} of {} comes after {before}", d.filing, d.record));
        }
        if d.n == 1 && !serials.insert(d.number.serial()) {
            wrong.push(format!("the number {} was given twice", d.number));
        }
        if d.n == 1 && !counters.insert(d.counter) {
            wrong.push(format!("the counter {} was given twice", d.counter));
        }
    }
    let highest = serials.last().copied().unwrap_or(0);
    if !gaps_allowed && highest != serials.len() as u64 {
        wrong.push(format!("{} numbers were given up to {highest}", serials.len()));
    }
}

/// Says what is wrong with a mirror, as far as its own `commit` counts; returns the lines it counts.
pub fn mirror(fs: &(dyn Fs + 'static), vault: &Path, mirror: &Path) -> (u64, Vec<String>) {
    let mut wrong = Vec::new();
    let truth = journal(fs, vault, &mut wrong);
    let (counted, found) = mirror_of(fs, &truth, vault, mirror);
    wrong.extend(found);
    (counted, wrong)
}

/// The same, of a vault whose journal has been read.
pub fn mirror_of(
    fs: &(dyn Fs + 'static),
    truth: &Journal,
    vault: &Path,
    mirror: &Path,
) -> (u64, Vec<String>) {
    let mut wrong = Vec::new();
    let commit = fs.read(&Layout::new(mirror).commit(), 1 << 14).ok().and_then(|b| Commit::from_file(&b));
    let Some(commit) = commit else { return (0, wrong) };
    let mut ignored = Vec::new(); // behind its commit a mirror may hold pieces
    let copy = journal(fs, mirror, &mut ignored);
    let counted = commit.lines as usize;
    let digests = |lines: &[Line]| lines.iter().take(counted).map(|l| l.digest).collect::<Vec<_>>();
    if copy.lines.len() < counted
        || truth.lines.len() < counted
        || digests(&copy.lines) != digests(&truth.lines)
    {
        wrong.push(format!("the mirror counts {counted} lines and has others"));
        return (commit.lines, wrong);
    }
    for (path, mark) in named_files(&truth.lines[..counted]) {
        if path.starts_with("bodies/") {
            continue;
        }
        match fs.read(&mirror.join(&path), 1 << 30) {
            Ok(bytes) if B3::of(&bytes) == mark.b3 => {}
            _ => wrong.push(format!("the mirror counts {path} and does not hold it")),
        }
    }
    if fs.read(&mirror.join("VAULT.toml"), 1 << 20).ok() != fs.read(&vault.join("VAULT.toml"), 1 << 20).ok() {
        wrong.push("the mirror's VAULT.toml is another".into());
    }
    (commit.lines, wrong)
}

/// Files below a directory of the system's disk that hold a text anywhere in them or in their names.
pub fn files_with(dir: &Path, text: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = std::fs::read_dir(dir) else { return found };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files_with(&path, text));
        } else {
            let bytes = std::fs::read(&path).unwrap_or_default();
            let inside = bytes.windows(text.len()).any(|w| w == text.as_bytes());
            if inside || entry.file_name().to_string_lossy().contains(text) {
                found.push(path);
            }
        }
    }
    found
}

/// A cover's or note's path without its epoch, and the epoch.
fn stem_and_epoch(path: &str) -> Option<(&str, u32)> {
    let (stem, epoch) = path.strip_suffix(".age")?.rsplit_once(".e")?;
    Some((stem, epoch.parse().ok()?))
}
