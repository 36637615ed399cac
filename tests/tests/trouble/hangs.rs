//! A disk that does not answer for a while, and one that is slow.

use crate::seen;
use jingui_ops::Surroundings;
use jingui_ops::context::Streams;
use jingui_schema::act::ActFile;
use jingui_schema::id::ActId;
use jingui_tests::house::{House, Known, env_on, filing, full, look_at_all, verify};
use jingui_tests::program::{Desk, LABELS, until};
use jingui_tests::slow::SlowFs;
use jingui_tests::{inspect, nothing_wrong, scratch};
use jingui_vault::body::Buffers;
use jingui_vault::catalog::Query;
use jingui_vault::env::Env;
use jingui_vault::fs::{Fs, OsFs};
use jingui_vault::verify::{Scope, VerifyOptions};
use jingui_vault::{Error, Options, Result, Session, Vault};
use std::ffi::OsString;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(2);
/// No reader takes longer than this beside a disk that does not take what is written, on a busy machine; one that
/// asked the writer would be told that the disk does not answer.
const AT_ONCE: Duration = Duration::from_secs(4);

/// A house with one record on a disk that can be made to hang.
struct Slow {
    _dir: tempfile::TempDir,
    house: House,
    fs: SlowFs,
    vault: Vault,
    known: Known,
}

impl Slow {
    fn new(mirrored: bool, patience: Duration) -> Self {
        let dir = scratch();
        let fs = SlowFs::over(Arc::new(OsFs));
        let env = env_on(Arc::new(fs.clone()) as Arc<dyn Fs>);
        let house = House::planned(dir.path(), &env, mirrored);
        drop(house.begin(&env).unwrap());
        let options = Options {
            keystore: Some(house.keys()),
            mirror: mirrored.then(|| house.mirror()),
            patience: Some(patience),
            ..Options::default()
        };
        let vault = Vault::open(env, &house.vault(), options).unwrap();
        let session = house.founder(&vault).unwrap();
        let known = Known::of(&house.file(&session, "before", 2, None).unwrap(), 2);
        drop(session);
        Self { _dir: dir, house, fs, vault, known }
    }

    fn session(&self) -> Session {
        self.house.founder(&self.vault).unwrap()
    }

    /// Judges the vault at rest: opened again on the plain disk, with all that must be there.
    fn judge(self, known: &[Known], wrong: &mut Vec<String>) {
        let Self { house, vault, _dir, .. } = self;
        drop(vault);
        let vault = house.open(Arc::new(OsFs)).unwrap();
        vault.mirror();
        wrong.extend(inspect::vault(&OsFs, &house.vault(), false).1);
        let session = house.founder(&vault).unwrap();
        wrong.extend(look_at_all(&session, known));
        wrong.extend(verify(&session));
    }
}

/// Does something and complains where it fails or takes long.
fn at_once<T>(wrong: &mut Vec<String>, what: &str, longest: &mut Duration, work: impl FnOnce() -> Result<T>) {
    let since = Instant::now();
    let result = work();
    let took = since.elapsed();
    *longest = (*longest).max(took);
    if let Err(error) = result {
        wrong.push(format!("{what}: {}", full(&error)));
    }
    if took > AT_ONCE {
        wrong.push(format!("{what} took {} ms", took.as_millis()));
    }
}

#[test]
fn a_sync_that_does_not_return_keeps_nobody_from_reading() {
    let slow = Slow::new(true, PATIENCE);
    let (fs, vault, known) = (&slow.fs, &slow.vault, &slow.known);
    let spool = &slow.house.root.join("spool.act");
    let mut wrong = Vec::new();
    let mut longest = Duration::ZERO;
    let (first, second) = (ActId::from_bytes([1; 16]), ActId::from_bytes([2; 16]));
    let add = |of: &str, request| {
        let began = Instant::now();
        let filed = slow.session().file(&filing(of, 2, Some(request)), &mut Buffers::new());
        (filed, began.elapsed())
    };
    std::thread::scope(|scope| {
        fs.hold("/journal/0000");
        let hung = scope.spawn(|| add("hung", first));
        until("the sync of the segment", || fs.held() > 0);
        let since = Instant::now();
        // One that queues behind it, and one who opens a document meanwhile.
        let queued = scope.spawn(|| add("queued", second));
        let session = slow.session();
        let opened = scope.spawn(move || {
            let opening = session.open_documents(known.record, &[1], Some("court"), Some(spool))?;
            let mut out = Vec::new();
            opening.copy(&opening.documents()[0].clone(), &mut out)?;
            Ok::<_, Error>((opening.seq(), out.len(), since.elapsed()))
        });
        // Who signs in now finds everything but what is under way.
        let session = slow.session();
        for _ in 0..2 {
            at_once(&mut wrong, "list", &mut longest, || {
                let rows = session.list(&Query { limit: 10, ..Query::default() })?.rows;
                assert_eq!(rows.len(), 1);
                Ok(())
            });
            at_once(&mut wrong, "view", &mut longest, || session.view(known.record));
            at_once(&mut wrong, "history", &mut longest, || session.history(known.record));
            at_once(&mut wrong, "line", &mut longest, || vault.line(1));
            at_once(&mut wrong, "find a request", &mut longest, || vault.find_act(first));
            at_once(&mut wrong, "mirror", &mut longest, || {
                vault.mirror().map(drop).ok_or(Error::NoMirror {})
            });
            at_once(&mut wrong, "keystore", &mut longest, || vault.keystore());
        }
        assert!(since.elapsed() < PATIENCE * 10, "the questions came to an end");
        let keyless =
            VerifyOptions { session: None, scope: Scope::All, progress: &|_| {}, interrupted: &|| false };
        let checked = Instant::now();
        match vault.verify(&keyless) {
            Ok(report) => {
                wrong.extend(report.findings.iter().map(|f| format!("verify: {} {}", f.path, f.finding)))
            }
            Err(error) => wrong.push(format!("verify: {}", full(&error))),
        }
        if checked.elapsed() > PATIENCE * 4 {
            wrong.push(format!("verify took {} ms", checked.elapsed().as_millis()));
        }
        // The patience is with the disk, and is counted from before these two came: on a busy machine they
        // come later, and have so much less to wait.
        let later = Duration::from_secs(1);
        let (seq, bytes, took) = opened.join().unwrap().unwrap();
        assert_eq!((seq, bytes > 0), (None, true), "shown, with its trace outside");
        if took + later < PATIENCE || took > PATIENCE * 3 {
            wrong.push(format!("opening with a spool took {} ms", took.as_millis()));
        }
        let filings = [("the hung filing", hung, Duration::ZERO), ("the queued filing", queued, later)];
        for (name, waiting, later) in filings {
            let (filed, took) = waiting.join().unwrap();
            match filed {
                Err(error @ Error::Stalled { .. }) => assert_eq!(error.exit() as u8, 11),
                other => wrong.push(format!("{name} was told {other:?}")),
            }
            if took + later < PATIENCE || took > PATIENCE * 3 {
                wrong.push(format!("{name} was told after {} ms", took.as_millis()));
            }
        }
        // Whoever comes now need not find out anew.
        let (late, took) = add("late", ActId::from_bytes([3; 16]));
        assert!(matches!(late, Err(Error::Stalled { .. })), "{late:?}");
        if took > AT_ONCE {
            wrong.push(format!("a late filing was told after {} ms", took.as_millis()));
        }
        assert!(vault.stalled().is_some());
        fs.release();
    });
    seen(
        10,
        "the segment's sync does not return",
        "lists, facts, history, lines, `status` go on",
        &format!("slowest answer {} ms, nobody waited for the disk", longest.as_millis()),
    );
    until("an answer", || vault.stalled().is_none());
    vault.mirror();
    // What the writer had been given has come in, once; asking again finds it. The other one files now.
    let mut all = vec![known.clone()];
    for (of, request, came_in) in [("hung", first, true), ("queued", second, false)] {
        let again = add(of, request).0.unwrap();
        if again.repeated != came_in {
            wrong.push(format!("{of} had come in: {}", again.repeated));
        }
        all.push(Known::of(&again, 2));
    }
    let openings = vault.state().counts.openings;
    let act = ActFile::parse(&std::fs::read_to_string(spool).unwrap()).unwrap();
    let done = vault.submit(&act, Some(&slow.session())).unwrap();
    assert!(done.repeated && openings == 1, "spooled and written, it is one act: {openings} {done:?}");
    seen(
        12,
        "",
        "who files is told in time, and everything is acknowledged rightly when the disk answers",
        "told after the patience (60 s; 2 s here) with `stalled`, exit 11; the filing that hung was there once, \
         repeating it gave the first result; the spooled opening and the one written late are one act",
    );
    slow.judge(&all, &mut wrong);
    nothing_wrong(&wrong);
}

#[test]
fn a_disk_that_answers_within_the_patience_is_waited_for() {
    let slow = Slow::new(false, PATIENCE);
    let mut wrong = Vec::new();
    let released = AtomicBool::new(false);
    let filed = std::thread::scope(|scope| {
        slow.fs.hold("/journal/");
        let filings: Vec<_> = (0..4)
            .map(|i| {
                let (slow, released) = (&slow, &released);
                scope.spawn(move || {
                    let session = slow.session();
                    let filed = slow.house.file(&session, &format!("waiting {i}"), 1, None).unwrap();
                    (released.load(Ordering::SeqCst), filed)
                })
            })
            .collect();
        until("the sync of the segment", || slow.fs.held() > 0);
        std::thread::sleep(PATIENCE / 2);
        released.store(true, Ordering::SeqCst);
        slow.fs.release();
        filings.into_iter().map(|filing| filing.join().unwrap()).collect::<Vec<_>>()
    });
    wrong.extend(
        filed.iter().filter(|(released, _)| !released).map(|(_, f)| format!("{} came early", f.number)),
    );
    seen(
        14,
        "",
        "no acknowledgement before the sync has returned, none refused that is only late",
        &format!("{} filings waited for half the patience and were then acknowledged", filed.len()),
    );
    let known: Vec<Known> = filed.iter().map(|(_, filed)| Known::of(filed, 1)).collect();
    slow.judge(&known, &mut wrong);
    nothing_wrong(&wrong);
}

/// A holder in this process, on a disk of ours, that files one document.
fn holder(desk: &Desk, fs: &SlowFs, path: &Path) -> std::thread::JoinHandle<u8> {
    let (null, told) = (File::open("/dev/null").unwrap(), desk.path("told"));
    let streams = Streams {
        stdin: null.into(),
        stdout: File::create(&told).unwrap().into(),
        stderr: File::create(desk.path("complaint")).unwrap().into(),
    };
    let vars = [("JINGUI_VAULT", desk.vault()), ("JINGUI_KEY", &desk.key("me"))];
    let surroundings = Surroundings {
        vars: vars.into_iter().map(|(name, path)| (name.to_owned(), path.as_os_str().to_owned())).collect(),
        cwd: desk.dir().to_owned(),
        streams,
        env: Env { fs: Arc::new(fs.clone()), ..Env::of_host() },
        interrupt: Some(Default::default()),
        patience: Duration::from_secs(10),
        disk_patience: PATIENCE,
    };
    let mut words: Vec<OsString> = vec!["jingui".into(), "--passphrase-file".into(), desk.path("pw").into()];
    words.extend(["add", "--json"].iter().chain(LABELS).map(Into::into));
    words.push(path.into());
    std::thread::spawn(move || jingui_ops::run(words, surroundings))
}

#[test]
fn a_guest_whose_own_document_the_disk_does_not_take_is_told_11_too() {
    let desk = Desk::solo();
    let first = desk.filed_text("first.txt", "first");
    let fs = SlowFs::over(Arc::new(OsFs));
    let path = desk.file("hung.txt", "hung");
    fs.hold("/staging/");
    let holder = holder(&desk, &fs, &path);
    until("the sync of the holder's document", || fs.held() == 1);
    let since = Instant::now();
    let guest = desk.add("me", [desk.file("guest.txt", "guest")]).spawn();
    until("the sync of the guest's document", || fs.held() == 2);
    assert_eq!(desk.document("me", &first, 1), b"first");
    // Its streams stay open as long as the holder has them: only after the release all of its words can be read.
    let mut guest = guest;
    until("its end", || !guest.is_running());
    let waited = since.elapsed();
    fs.release();
    assert_eq!(guest.wait().exits(11).fault()["code"], "holder-stalled");
    assert!(waited + Duration::from_millis(300) > PATIENCE && waited < PATIENCE * 5, "{waited:?}");
    assert_eq!(holder.join().unwrap(), 0);
    let again = desk.add("me", [desk.path("guest.txt")]).run().ok().json();
    assert_eq!(desk.records("me").len(), 3, "{again}");
    desk.sound("me");
    seen(
        13,
        "the sync of a guest's document does not return",
        "the guest is told 11 after a bounded time; the others read and open",
        &format!("11 after {} ms of a patience of {} ms", waited.as_millis(), PATIENCE.as_millis()),
    );
}

#[test]
fn other_processes_are_told_11_in_time_and_can_read_meanwhile() {
    let desk = Desk::solo();
    let first = desk.filed_text("first.txt", "first");
    let fs = SlowFs::over(Arc::new(OsFs));
    let path = desk.file("hung.txt", "hung");
    // The patience is with the disk, and is counted from some moment after this one.
    let before = Instant::now();
    fs.hold("/journal/0000");
    let holder = holder(&desk, &fs, &path);
    until("the sync of the segment", || fs.held() > 0);
    // The real program, which runs its commands through that holder.
    let since = Instant::now();
    let guest = desk.add("me", [desk.file("guest.txt", "guest")]).spawn();
    let mut longest = Duration::ZERO;
    for words in [&["status", "--json"][..], &["list", "--json"], &["show", &first], &["log", &first]] {
        let began = Instant::now();
        desk.run("me", words).ok();
        longest = longest.max(began.elapsed());
    }
    let refused = guest.wait().exits(11);
    let (held, waited) = (before.elapsed(), since.elapsed());
    assert_eq!(refused.fault()["code"], "stalled");
    assert!(held >= PATIENCE && waited < PATIENCE * 5, "{held:?}, {waited:?}");
    // After the holder's own command has been told the same, it goes on serving those who read.
    until("the holder's own answer", || std::fs::metadata(desk.path("complaint")).is_ok_and(|m| m.len() > 0));
    let spool = desk.text("spool.act");
    let shown = desk.run("me", ["open", &first, "1", "--spool", &spool]).ok();
    assert_eq!(shown.bytes, b"first");
    assert!(shown.err.contains("spool.act"), "{}", shown.err);
    assert!(!holder.is_finished());
    fs.release();
    assert_eq!(holder.join().unwrap(), 11);
    let again = desk.add("me", [&path]).run().ok().json();
    assert_eq!(again["repeated"], true, "what was under way had come in");
    desk.add("me", [desk.path("guest.txt")]).run().ok();
    assert_eq!(desk.records("me").len(), 3);
    desk.sound("me");
    seen(
        11,
        "",
        "other processes are told 11 after a bounded time and not before, and read meanwhile",
        &format!(
            "`add` ended with 11 after {} ms of a patience of {} ms; the slowest of `status`, `list`, `show`, `log` \
             took {} ms; `open --spool` showed its document",
            waited.as_millis(),
            PATIENCE.as_millis(),
            longest.as_millis()
        ),
    );
}

/// Files so many records at once on a disk whose syncs take this long; returns the syncs it took and the time.
fn at_the_same_time(
    slow: &Slow,
    round: &str,
    count: usize,
    wrong: &mut Vec<String>,
) -> (usize, Duration, Vec<Known>) {
    let began = Instant::now();
    let filed: Vec<_> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..count)
            .map(|i| {
                scope.spawn(move || {
                    let session = slow.session();
                    let filed = slow.house.file(&session, &format!("{round} {i}"), 1, None).unwrap();
                    (filed, Instant::now())
                })
            })
            .collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let took = began.elapsed();
    let synced = slow.fs.synced();
    for (filed, at) in &filed {
        // Its own line and the `commit` over it had been synced by then.
        let of = |part: &str| synced.iter().any(|s| s.at <= *at && s.path.to_string_lossy().contains(part));
        if !of("/journal/0000") || !of("/journal/commit") {
            wrong.push(format!("{} was acknowledged before its syncs", filed.number));
        }
    }
    let shared = synced.iter().filter(|s| !s.path.to_string_lossy().contains("/staging/")).count();
    (shared, took, filed.iter().map(|(filed, _)| Known::of(filed, 1)).collect())
}

#[test]
fn slow_syncs_are_shared_and_waited_for() {
    let each = Duration::from_secs(2);
    let slow = Slow::new(false, jingui_vault::PATIENCE);
    let (mut wrong, mut known) = (Vec::new(), Vec::new());
    let mut rows = Vec::new();
    for count in [1, 16] {
        slow.fs.delay(each);
        let (syncs, took, filed) = at_the_same_time(&slow, &format!("of {count}"), count, &mut wrong);
        known.extend(filed);
        rows.push((count, syncs, took));
    }
    slow.fs.delay(Duration::ZERO);
    let [(_, one, alone), (many, all, together)] = rows[..] else { unreachable!() };
    // The first may go alone, the others wait for it and then go together; those the machine delays make a third.
    assert!(all <= one * 4, "{many} filings took {all} shared syncs, one takes {one}");
    seen(
        15,
        "each sync takes 2 s",
        "filings in flight share the syncs; none is acknowledged before its own",
        &format!(
            "1 filing: {one} shared syncs, {:.1} s; {many} at once: {all} shared syncs, {:.1} s",
            alone.as_secs_f64(),
            together.as_secs_f64()
        ),
    );
    slow.judge(&known, &mut wrong);
    nothing_wrong(&wrong);
}
