//! The power fails: what was not synced is lost, kept or torn, and nothing that was acknowledged is.

use jingui_schema::id::RecordId;
use jingui_tests::faults::Fault;
use jingui_tests::lossy::{Cut, Dice, LossyFs};
use jingui_tests::story::{Story, Through, cuts, failed_then_cut, judge, plainly, remove_dir};
use jingui_tests::{in_parallel, keep, long, nothing_wrong, say};
use jingui_vault::fs::{Fs, ReadFile, Stat, WriteFile};
use std::collections::HashSet;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// Judges cuts of a story; returns how many different disks there were and what is wrong.
fn judge_all(
    story: &Story,
    cuts: &[(usize, Cut, u64)],
    thoroughly_one_in: u64,
    enough: usize,
) -> (u64, u64, Vec<String>) {
    let (seen, wrong) = (Mutex::new(HashSet::new()), Mutex::new(Vec::new()));
    let (states, thorough) = (AtomicU64::new(0), AtomicU64::new(0));
    in_parallel(cuts, |(moment, how, seed)| {
        if wrong.lock().unwrap().len() >= enough {
            return;
        }
        let after = story.cut(*moment, *how, *seed);
        let told = story.told_by(*moment);
        // The same disk may be asked for more when more had been told.
        if !seen.lock().unwrap().insert((after.digest(), told.lines)) {
            return;
        }
        let count = states.fetch_add(1, Ordering::Relaxed);
        let thoroughly = count % thoroughly_one_in == 0;
        thorough.fetch_add(u64::from(thoroughly), Ordering::Relaxed);
        let found = story.judge_disk(&after, told, thoroughly);
        wrong
            .lock()
            .unwrap()
            .extend(found.into_iter().map(|w| format!("{how:?} at {moment}, seed {seed}: {w}")));
    });
    (states.into_inner(), thorough.into_inner(), wrong.into_inner().unwrap())
}

#[test]
fn no_power_cut_loses_what_was_acknowledged() {
    let story = Story::life(plainly).unwrap();
    let seeds = if long() { 100 } else { 4 };
    let all: Vec<_> = cuts(story.moments.len(), seeds).collect();
    let began = std::time::Instant::now();
    let (states, thorough, wrong) = judge_all(&story, &all, 50, usize::MAX);
    let text = format!(
        "{} operations, {} acknowledgements; {states} different disks after a power cut ({thorough} looked at thoroughly), {} violations, {:.0} s",
        story.moments.len(),
        story.told.len(),
        wrong.len(),
        began.elapsed().as_secs_f32()
    );
    say(&text);
    keep("faults-power.txt", &text);
    nothing_wrong(&wrong);
}

#[test]
fn a_power_cut_while_recovering_from_another_loses_nothing_either() {
    let story = Story::life(plainly).unwrap();
    let all: Vec<_> = cuts(story.moments.len(), 1).collect();
    let step = if long() { 7 } else { 97 };
    let some: Vec<_> = all.into_iter().step_by(step).collect();
    let (wrong, states) = (Mutex::new(Vec::new()), AtomicU64::new(0));
    in_parallel(&some, |(moment, how, seed)| {
        let fs = LossyFs::on(story.cut(*moment, *how, *seed));
        fs.record();
        drop(story.house.open(Arc::new(fs.clone())));
        for (i, (disk, _)) in fs.moments().into_iter().enumerate() {
            for second in [Cut::Nothing, Cut::Random, Cut::Apart] {
                states.fetch_add(1, Ordering::Relaxed);
                let after = disk.cut(second, &mut Dice(seed ^ i as u64));
                let found = story.judge_disk(&after, story.told_by(*moment), false);
                let context = format!("{how:?} at {moment}, seed {seed}; then {second:?} at {i}");
                wrong.lock().unwrap().extend(found.into_iter().map(|w| format!("{context}: {w}")));
            }
        }
    });
    say(&format!("{} power cuts while recovering from {} others", states.into_inner(), some.len()));
    nothing_wrong(&wrong.into_inner().unwrap());
}

#[test]
fn what_a_failed_filing_left_unsynced_does_not_take_the_next_one_with_it() {
    let (_real, disk, house) = Story::begin(true, 1).unwrap();
    // As if a numbered directory were full and the next record needed a new one.
    remove_dir(&disk, &house.vault().join("covers/000000"));
    remove_dir(&disk, &house.vault().join("bodies/000000"));
    // Its segment is closed, and the next act begins another one.
    let vault = house.open(Arc::new(disk.clone())).unwrap();
    house.founder(&vault).unwrap().reveal(RecordId::from_bytes([1; 16]), "closes it").unwrap();
    drop(vault);
    let base = disk.disk();
    let (mut wrong, mut states) = (Vec::new(), 0);
    for (k, fault) in (1..90).flat_map(|k| [Fault::Kill, Fault::Eio, Fault::Enospc].map(|fault| (k, fault))) {
        let _ = std::fs::remove_dir_all(house.vault().join("derived/catalog"));
        let Some((disk, told)) = failed_then_cut(&base, &house, k, fault) else { continue };
        for how in Cut::ALL {
            for seed in 0..if long() { 100 } else { 4 } {
                states += 1;
                let found = judge(&house, &disk.cut(how, &mut Dice(seed)), &told, false);
                wrong.extend(
                    found
                        .into_iter()
                        .map(|w| format!("{} at {k}, then {how:?}, seed {seed}: {w}", fault.word())),
                );
            }
        }
    }
    say(&format!("{states} power cuts after a filing that failed and another that did not"));
    assert!(states > 2000);
    nothing_wrong(&wrong);
}

/// A disk that says it has synced and has not.
#[derive(Clone)]
struct Lying {
    disk: LossyFs,
    about: fn(&Path, bool) -> bool,
}

struct LyingFile {
    file: Box<dyn WriteFile>,
    lies: bool,
}

impl Lying {
    fn file(&self, path: &Path, file: Box<dyn WriteFile>) -> Box<dyn WriteFile> {
        Box::new(LyingFile { file, lies: (self.about)(path, false) })
    }
}

impl Fs for Lying {
    fn open(&self, path: &Path) -> io::Result<Box<dyn ReadFile>> {
        self.disk.open(path)
    }
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        self.disk.create_new(path).map(|file| self.file(path, file))
    }
    fn open_append(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        self.disk.open_append(path).map(|file| self.file(path, file))
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.disk.rename(from, to)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        self.disk.remove(path)
    }
    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.disk.remove_dir(path)
    }
    fn create_dir(&self, path: &Path) -> io::Result<bool> {
        self.disk.create_dir(path)
    }
    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        if (self.about)(path, true) { Ok(()) } else { self.disk.sync_dir(path) }
    }
    fn list(&self, path: &Path) -> io::Result<Vec<(OsString, Stat)>> {
        self.disk.list(path)
    }
    fn stat(&self, path: &Path) -> io::Result<Option<Stat>> {
        self.disk.stat(path)
    }
}

impl Write for LyingFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl WriteFile for LyingFile {
    fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.file.write_all_at(bytes, offset)
    }
    fn sync(&mut self) -> io::Result<()> {
        if self.lies { Ok(()) } else { self.file.sync() }
    }
    fn set_len(&mut self, bytes: u64) -> io::Result<()> {
        self.file.set_len(bytes)
    }
}

fn is(path: &Path, part: &str) -> bool {
    path.to_string_lossy().contains(part)
}

/// If one of these were not noticed, the tests above would prove nothing.
#[test]
fn a_sync_that_is_left_out_is_noticed() {
    let defects: &[(&str, Through)] = &[
        ("bodies", |disk| {
            Arc::new(Lying { disk, about: |p, dir| !dir && is(p, "staging/") && p.ends_with("body") })
        }),
        ("covers", |disk| {
            Arc::new(Lying { disk, about: |p, dir| !dir && is(p, "staging/") && p.ends_with("cover") })
        }),
        ("notes", |disk| {
            Arc::new(Lying { disk, about: |p, dir| !dir && is(p, "staging/") && p.ends_with("note") })
        }),
        ("numbered directories", |disk| {
            Arc::new(Lying { disk, about: |p, dir| dir && is(p, "vault/") && p.ends_with("000000") })
        }),
        ("the journal's directory", |disk| {
            Arc::new(Lying { disk, about: |p, dir| dir && p.ends_with("vault/journal") })
        }),
        ("segments", |disk| Arc::new(Lying { disk, about: |p, dir| !dir && is(p, "vault/journal/0") })),
        ("the names in staging", |disk| {
            Arc::new(Lying { disk, about: |p, dir| dir && p.ends_with("vault/staging") })
        }),
        ("heads", |disk| Arc::new(Lying { disk, about: |p, dir| dir && p.ends_with("vault/journal/heads") })),
        ("the mirror's covers", |disk| {
            Arc::new(Lying { disk, about: |p, dir| dir && is(p, "mirror/covers/") })
        }),
        ("the mirror's segments", |disk| {
            Arc::new(Lying { disk, about: |p, dir| !dir && is(p, "mirror/journal/0") })
        }),
    ];
    for (what, through) in defects {
        let story = Story::life(*through).unwrap();
        let all: Vec<_> = cuts(story.moments.len(), 1).collect();
        let (states, _, wrong) = judge_all(&story, &all, u64::MAX, 1);
        say(&format!(
            "without the syncs of {what}: noticed after {states} disks: {}",
            wrong.first().map_or("NOT", |w| w)
        ));
        assert!(!wrong.is_empty(), "nobody noticed that {what} were never synced");
    }
}
