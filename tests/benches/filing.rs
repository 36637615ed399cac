//! Filing against `restic backup`, `borg create`, `tar | zstd -1 | age` and `cp`: the same files, interleaved rounds, one run.
//!
//! `cargo bench -p jingui-tests --bench filing -- [--records N] [--rounds R] [--full] [--small]`
//!
//! Every contender is a whole process that starts with the files in memory and ends with its result on the
//! device. Jingui also reads each body back and compares it, which none of the others does.
//!
//! What a round wrote stays until the end of the run: file systems without a journal are slow at making files for minutes
//! after many were removed, and each contender would pay for the one before it.

mod common;

use common::*;
use jingui_tests::faults::FaultFs;
use jingui_vault::body::Buffers;
use jingui_vault::fs::{Fs, OsFs};
use jingui_vault::many::AT_ONCE;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

fn main() {
    let Some(words) = arguments() else { return };
    if words.first().is_some_and(|word| word == CHILD) {
        return child(&words[1..]);
    }
    let (full, small) = (flag(&words, "--full"), flag(&words, "--small"));
    let shape = if small { SMALL } else { RECORD };
    let records = number(&words, "--records", if full { 2000 } else { 300 });
    let rounds = number(&words, "--rounds", if full { 5 } else { 3 });
    let scratch = scratch();
    let set = scratch.path().join("set");
    let bytes = make_set(&set, records, shape);
    say(&format!(
        "\nFiling {records} records / {} files / {:.0} MB; medians of {rounds} interleaved rounds",
        records * shape.files(),
        bytes as f64 / MB
    ));
    say(&format!("{}\n", machine(scratch.path())));
    limits(scratch.path());

    let mut contenders = contenders(small);
    for round in 1..=rounds {
        for (place, contender) in contenders.iter_mut().enumerate() {
            let dir = scratch.path().join(format!("out-{round}-{place}"));
            std::fs::create_dir(&dir).expect("no other has this name");
            (contender.prepare)(&dir);
            warm(&set);
            settle();
            let (took, said) = timed(|| (contender.run)(&set, &dir, records));
            contender.took.push(took);
            contender.said.push(said);
            say(&format!(
                "round {round}: {}: {:.2} s, processor {:.2} s",
                contender.name, took.wall, took.cpu
            ));
        }
    }
    say("");
    report(&contenders, bytes, records);
    if !small {
        count(&scratch.path().join("counted"), &set, records);
    }
    let missing: Vec<&str> =
        ["restic", "borg", "age", "zstd"].into_iter().filter(|program| !has(program)).collect();
    if !missing.is_empty() {
        say(&format!("Skipped, not installed: {}", missing.join(", ")));
    }
}

/// What this machine can do at all, on one core or on its disk: nothing that files can be faster than these.
fn limits(dir: &Path) {
    let identity = jingui_vault::seal::Identity::generate();
    let (recipient, mut chance) = (identity.to_public(), Chance(1));
    let mut noise = vec![0; 16 << 20];
    chance.fill(&mut noise);
    let sealed = jingui_vault::seal::seal(&recipient, &noise);
    let rate = |work: &mut dyn FnMut()| {
        let each = (0..5).map(|_| {
            let start = Instant::now();
            work();
            noise.len() as f64 / MB / start.elapsed().as_secs_f64()
        });
        format!("{:.0} MB/s", median(each.collect()))
    };
    let file = dir.join("limit");
    let on_disk = |bytes: &[u8]| {
        let start = Instant::now();
        OsFs.create_new(&file)
            .and_then(|mut f| f.write_all(bytes).and_then(|()| f.sync()))
            .expect("it is written");
        let took = start.elapsed().as_secs_f64();
        std::fs::remove_file(&file).expect("it was made");
        took
    };
    let large = median((0..3).map(|_| 16.0 * noise.len() as f64 / MB / on_disk(&noise.repeat(16))).collect());
    let small = median((0..50).map(|_| on_disk(&noise[..4096])).collect());
    let rows = [
        (
            "cipher: sealing in memory, one core",
            rate(&mut || drop(jingui_vault::seal::seal(&recipient, &noise))),
        ),
        (
            "cipher: opening in memory, one core",
            rate(&mut || drop(jingui_vault::seal::open(&identity, &sealed))),
        ),
        (
            "SHA-256, one core",
            rate(&mut || {
                std::hint::black_box(sha256(&noise));
            }),
        ),
        (
            "BLAKE3, one core",
            rate(&mut || {
                std::hint::black_box(blake3::hash(&noise));
            }),
        ),
        ("disk: 256 MiB into one file, synced", format!("{large:.0} MB/s")),
        ("disk: a file of 4 kB made and synced", format!("{:.2} ms", small * 1e3)),
    ];
    table(&["limit of the machine", ""], &rows.map(|(what, rate)| vec![what.to_owned(), rate]));
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes).as_ref().to_vec()
}

/// Makes what a contender needs in its directory; not measured.
type Prepare = Box<dyn Fn(&Path)>;
/// Puts the set into the directory: set, directory, records. Returns what was printed.
type Run = Box<dyn Fn(&Path, &Path, u64) -> String>;

/// One way of putting the files away.
struct Contender {
    name: String,
    prepare: Prepare,
    run: Run,
    took: Vec<Took>,
    said: Vec<String>,
}

fn contender(
    name: impl Into<String>,
    prepare: impl Fn(&Path) + 'static,
    run: impl Fn(&Path, &Path, u64) -> String + 'static,
) -> Contender {
    let (took, said) = (Vec::new(), Vec::new());
    Contender { name: name.into(), prepare: Box::new(prepare), run: Box::new(run), took, said }
}

fn contenders(small: bool) -> Vec<Contender> {
    let mut all = Vec::new();
    let ways: &[(&str, usize)] = match small {
        true => &[("jingui, many at once", AT_ONCE)],
        false => &[("jingui, one at a time", 1), ("jingui, many at once", AT_ONCE)],
    };
    for (name, threads) in ways {
        all.push(contender(
            *name,
            |dir| drop(House::begin(dir)),
            move |set, dir, records| {
                let own = std::env::current_exe().expect("this program has a path");
                run(Command::new(own)
                    .arg(CHILD)
                    .arg(set)
                    .arg(dir)
                    .args([records.to_string(), threads.to_string()]))
            },
        ));
    }
    if has("restic") {
        let restic = |dir: &Path, word: &str| {
            let mut command = Command::new("restic");
            command.arg("-r").arg(dir.join("repo")).arg("--password-file").arg(dir.join("password"));
            command.args(["--no-cache", "-q", word]);
            command
        };
        all.push(contender(
            "restic backup",
            move |dir| {
                std::fs::write(dir.join("password"), "correct horse battery staple\n")
                    .expect("a file can be written");
                run(&mut restic(dir, "init"));
            },
            move |set, dir, _| run(restic(dir, "backup").arg(set)),
        ));
        all.push(contender(
            "restic cat config (opens the repository only)",
            move |dir| {
                std::fs::write(dir.join("password"), "correct horse battery staple\n")
                    .expect("a file can be written");
                run(&mut restic(dir, "init"));
            },
            move |_, dir, _| run(restic(dir, "cat").arg("config")),
        ));
    }
    if has("borg") {
        let borg = |dir: &Path, word: &str| {
            let mut command = Command::new("borg");
            command.env("BORG_PASSPHRASE", "correct horse battery staple").env("BORG_BASE_DIR", dir);
            command.arg(word);
            command
        };
        all.push(contender(
            "borg create (repokey-blake2, lz4), sync",
            move |dir| drop(run(borg(dir, "init").arg("--encryption=repokey-blake2").arg(dir.join("repo")))),
            move |set, dir, _| {
                run(borg(dir, "create").arg(format!("{}::all", dir.join("repo").display())).arg(set))
                    + &run(Command::new("sync").arg("-f").arg(dir))
            },
        ));
    }
    if has("age") && has("zstd") {
        all.push(contender(
            "tar, zstd -1, age, sync",
            |dir| {
                drop(shell(&format!(
                    "age-keygen -o '{0}/key' 2>/dev/null; age-keygen -y '{0}/key' > '{0}/pub'",
                    dir.display()
                )))
            },
            |set, dir, _| {
                let (set, dir) = (set.display(), dir.display());
                shell(&format!(
                    "tar -c -C '{set}' . | zstd -q -1 | age -R '{dir}/pub' > '{dir}/all'; sync '{dir}/all'"
                ))
            },
        ));
    }
    all.push(contender(
        "cp -r, sync",
        |_| {},
        |set, dir, _| {
            shell(&format!("cp -r '{}' '{}/copy'; sync -f '{}'", set.display(), dir.display(), dir.display()))
        },
    ));
    all
}

/// Files everything in a process of its own: `child SET DIR RECORDS THREADS`; also by hand, under a profiler.
fn child(words: &[String]) {
    let (set, dir) = (PathBuf::from(&words[0]), PathBuf::from(&words[1]));
    let (records, threads) = (words[2].parse().expect("a count"), words[3].parse().expect("a count"));
    if !dir.join("person").exists() {
        drop(House::begin(&dir));
    }
    let session = House::at(&dir).sign_in(Arc::new(OsFs));
    let start = Instant::now();
    file_all(&session, &set, 0..records, threads);
    let filed = start.elapsed().as_secs_f64();
    drop(session);
    let (_, written) = bytes_moved();
    say(&format!("{filed} {} {written}", peak_memory()));
}

fn file_all(session: &jingui_vault::Session, set: &Path, records: std::ops::Range<u64>, threads: usize) {
    if threads == AT_ONCE {
        let filings = records.map(|record| filing_of(set, record));
        return session.file_many(filings, |_, done| {
            done.expect("it is filed");
            true
        });
    }
    let next = AtomicU64::new(records.start);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut buffers = Buffers::new();
                loop {
                    let record = next.fetch_add(1, Ordering::Relaxed);
                    if record >= records.end {
                        return;
                    }
                    session.file(&filing_of(set, record), &mut buffers).expect("it is filed");
                }
            });
        }
    });
}

fn report(contenders: &[Contender], bytes: u64, records: u64) {
    let wall = |c: &Contender| median(c.took.iter().map(|t| t.wall).collect());
    // Ratios are taken round by round: what slows the machine down for a while slows both.
    let ratio = |c: &Contender, to: &str| -> String {
        let Some(other) = contenders.iter().find(|o| o.name.starts_with(to)) else { return "–".into() };
        let each = c.took.iter().zip(&other.took).map(|(a, b)| a.wall / b.wall);
        format!("{:.2}", median(each.collect()))
    };
    let rows = contenders.iter().map(|c| {
        let memory =
            c.said.iter().filter_map(|said| said.split_whitespace().nth(1)?.parse::<u64>().ok()).max();
        vec![
            c.name.clone(),
            format!("{:.2}", wall(c)),
            format!("{:.2}", median(c.took.iter().map(|t| t.cpu).collect())),
            if c.name.contains("cat") { "–".into() } else { format!("{:.0}", bytes as f64 / MB / wall(c)) },
            if c.name.contains("cat") { "–".into() } else { format!("{:.0}", records as f64 / wall(c)) },
            ratio(c, "restic backup"),
            ratio(c, "tar"),
            memory.filter(|_| c.name.starts_with("jingui")).map_or("–".into(), human),
        ]
    });
    let head =
        ["what", "wall s", "processor s", "MB/s", "records/s", "× restic", "× tar pipeline", "peak RSS"];
    table(&head, &rows.collect::<Vec<_>>());
}

/// Syncs and bytes of a filing, counted by the test file system: one alone, then many by some threads.
fn count(dir: &Path, set: &Path, records: u64) {
    let mut rows = Vec::new();
    for threads in [1, AT_ONCE] {
        let root = dir.join(threads.to_string());
        let house = House::begin(&root);
        let faults = FaultFs::over(Arc::new(OsFs));
        let fs: Arc<dyn Fs> = Arc::new(faults.clone());
        let session = house.sign_in(fs);
        // The first filing of a vault makes directories.
        file_all(&session, set, 0..1, 1);
        faults.count_anew();
        let filings = (records - 1).min(100);
        file_all(&session, set, 1..1 + filings, threads);
        let input: u64 =
            (1..1 + filings).map(|record| warm(&set.join(format!("{:04}/{record:06}", record / 1000)))).sum();
        rows.push(vec![
            format!("{filings} filings of 5 documents, {threads} at a time"),
            format!("{:.2}", faults.syncs() as f64 / filings as f64),
            format!("{:.1}", faults.steps().len() as f64 / filings as f64),
            format!("{:.4}", faults.bytes() as f64 / input as f64),
        ]);
    }
    table(
        &[
            "counted by the test file system",
            "syncs each",
            "changing calls each",
            "bytes written / bytes given",
        ],
        &rows,
    );
}
