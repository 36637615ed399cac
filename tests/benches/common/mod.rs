//! What the benchmarks share: made-up files, a vault to file them in, measuring, tables.
//!
//! Knows no measure of its own: each benchmark says what it runs and what the figures mean.

#![allow(dead_code, reason = "each benchmark uses its part of this")]

use jingui_schema::facts::{Business, Customer, CustomerKind, DocumentKind, Label, Outcome, Role};
use jingui_vault::body::{Incoming, Source};
use jingui_vault::env::{Clock, Env, HostClock, OsRandom};
use jingui_vault::filing::{Filing, Labels};
use jingui_vault::fs::Fs;
use jingui_vault::init::{Plan, init};
use jingui_vault::keys::Person;
use jingui_vault::{Options, Session, Vault};
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

pub use jingui_tests::say;

/// Decimal megabytes, as the peers' own figures are.
pub const MB: f64 = 1e6;

/// The words behind the program's name, if this is a benchmark run.
///
/// `None` when started by `cargo test`, which runs whatever it finds: a benchmark never makes a test run longer.
pub fn arguments() -> Option<Vec<String>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let child = words.first().is_some_and(|word| word == CHILD);
    (child || words.iter().any(|word| word == "--bench")).then_some(words)
}

/// The first word of a benchmark that was started by another one, so that its memory can be measured alone.
pub const CHILD: &str = "child";

/// Says whether a word stands on the command line.
pub fn flag(words: &[String], name: &str) -> bool {
    words.iter().any(|word| word == name)
}

/// The number behind a word, with `k`, `M` or `G` for powers of 1024.
pub fn number(words: &[String], name: &str, default: u64) -> u64 {
    let Some(at) = words.iter().position(|word| word == name) else { return default };
    let text = words.get(at + 1).unwrap_or_else(|| panic!("a number follows {name}"));
    let (digits, shift) = match text.chars().last() {
        Some('k') => (&text[..text.len() - 1], 10),
        Some('M') => (&text[..text.len() - 1], 20),
        Some('G') => (&text[..text.len() - 1], 30),
        _ => (&text[..], 0),
    };
    digits.parse::<u64>().unwrap_or_else(|_| panic!("a number follows {name}, not {text}")) << shift
}

/// A directory for the benchmark's files, on the disk that is to be measured (`JINGUI_BENCH_DIR`, else the
/// system's temporary directory). It goes when the benchmark ends.
pub fn scratch() -> tempfile::TempDir {
    match std::env::var_os("JINGUI_BENCH_DIR") {
        Some(dir) => tempfile::tempdir_in(dir),
        None => tempfile::tempdir(),
    }
    .expect("the system gives a temporary directory")
}

/// Numbers that follow from a seed (SplitMix64): the same files on every machine.
pub struct Chance(pub u64);

impl Chance {
    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from `low` up to but not including `high`.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low)
    }

    /// Fills with bytes that nothing packs.
    pub fn fill(&mut self, bytes: &mut [u8]) {
        for eight in bytes.chunks_mut(8) {
            let next = self.next().to_le_bytes();
            eight.copy_from_slice(&next[..eight.len()]);
        }
    }

    /// A scan: the head of a JPEG, then what nothing packs.
    pub fn scan(&mut self, bytes: usize) -> Vec<u8> {
        let mut scan = vec![0; bytes];
        self.fill(&mut scan);
        let head = b"\xff\xd8\xff\xe0\0\x10JFIF\0";
        scan[..head.len()].copy_from_slice(head);
        scan
    }

    /// Text of so many bytes or a little less, which packs about 3 : 1.
    pub fn text(&mut self, bytes: usize) -> Vec<u8> {
        const WORDS: &[&str] = &[
            "申请",
            "单位",
            "证书",
            "用途",
            "经办人",
            "身份证",
            "有效期",
            "签署",
            "日期",
            "地址",
            "联系电话",
            "法定代表人",
            "统一社会信用代码",
            "注册机构",
            "审核",
            "意见",
            "同意",
            "年",
            "月",
            "日",
            "第",
            "号",
            "，",
            "。",
        ];
        let mut text = String::with_capacity(bytes + 64);
        while text.len() + 64 < bytes {
            text.push_str(WORDS[self.next() as usize % WORDS.len()]);
            if self.next().is_multiple_of(5) {
                text.push_str(&(self.next() % 1_000_000).to_string());
            }
        }
        text.push('\n');
        text.into_bytes()
    }
}

/// A file on the disk as a document.
pub struct OnDisk(pub PathBuf, pub OsString);

impl OnDisk {
    /// Of this path.
    pub fn at(path: &Path) -> Self {
        Self(path.to_owned(), path.file_name().expect("a file has a name").to_owned())
    }
}

impl Source for OnDisk {
    fn name(&self) -> &OsStr {
        &self.1
    }
    fn describe(&self) -> String {
        self.0.display().to_string()
    }
    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(File::open(&self.0)?))
    }
}

/// Bytes in memory as a document.
pub struct InMemory(pub OsString, pub Arc<[u8]>);

impl Source for InMemory {
    fn name(&self) -> &OsStr {
        &self.0
    }
    fn describe(&self) -> String {
        self.0.to_string_lossy().into_owned()
    }
    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(io::Cursor::new(self.1.clone())))
    }
}

/// A document out of a source.
pub fn incoming(source: impl Source + 'static) -> Incoming {
    Incoming { source: Box::new(source), kind: DocumentKind::Other, title: None, seen: Default::default() }
}

/// The filing of record number `index`, with these documents.
pub fn filing(index: u64, incoming: Vec<Incoming>) -> Filing {
    let label = |text: String| Label::read(&text).expect("a label");
    let labels = Labels {
        project: label(format!("项目 {}", index % 40)),
        outlet: label(format!("网点 {}", index % 7)),
        customer: Customer {
            name: label(format!("某某有限公司 {}", index / 3)),
            kind: CustomerKind::Enterprise,
            id: None,
        },
        business: Business::New,
        date: format!("20{:02}-{:02}-{:02}", 12 + index % 13, 1 + index % 12, 1 + index % 28)
            .parse()
            .expect("a day"),
        outcome: Outcome::Issued,
        tags: Vec::new(),
        box_code: None,
        waived: Vec::new(),
        application: Default::default(),
    };
    Filing { labels, incoming, request: None, again: false, plan: None, certs: Vec::new() }
}

/// What the files of a record are.
#[derive(Clone, Copy)]
pub struct Shape {
    /// Scans of 150–300 kB.
    pub scans: u64,
    /// Texts.
    pub texts: u64,
    /// How long a text is, from and up to.
    pub text_bytes: (u64, u64),
}

/// Three scans of 150–300 kB that nothing packs and two texts of 4–24 kB.
pub const RECORD: Shape = Shape { scans: 3, texts: 2, text_bytes: (4_000, 24_000) };
/// Two texts of 1–4 kB.
pub const SMALL: Shape = Shape { scans: 0, texts: 2, text_bytes: (1_000, 4_000) };

impl Shape {
    /// How many files a record has.
    pub fn files(self) -> u64 {
        self.scans + self.texts
    }
}

/// Writes the files once: a directory for each record.
pub fn make_set(set: &Path, records: u64, shape: Shape) -> u64 {
    let mut bytes = 0;
    for record in 0..records {
        let dir = set.join(format!("{:04}/{record:06}", record / 1000));
        std::fs::create_dir_all(&dir).expect("the directory can be made");
        let mut chance = Chance(record);
        for no in 0..shape.files() {
            let (name, content) = match no < shape.scans {
                true => (format!("扫描件{no}.jpg"), {
                    let size = chance.between(150_000, 300_000) as usize;
                    chance.scan(size)
                }),
                false => (format!("说明{no}.txt"), {
                    let size = chance.between(shape.text_bytes.0, shape.text_bytes.1) as usize;
                    chance.text(size)
                }),
            };
            bytes += content.len() as u64;
            std::fs::write(dir.join(name), content).expect("the file can be written");
        }
    }
    bytes
}

/// The filing of a record of such a set.
pub fn filing_of(set: &Path, record: u64) -> Filing {
    let dir = set.join(format!("{:04}/{record:06}", record / 1000));
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&dir)
        .expect("the set is there")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    filing(record, paths.iter().map(|path| incoming(OnDisk::at(path))).collect())
}

/// A vault with one person, for measuring. What needs a passphrase elsewhere is here a text beside it.
pub struct House {
    root: PathBuf,
}

impl House {
    /// Makes a vault below a new directory.
    pub fn begin(root: &Path) -> Self {
        std::fs::create_dir_all(root).expect("the directory can be made");
        let env = env_on(Arc::new(jingui_vault::fs::OsFs));
        let founder = Person::generate(&env, "bench").expect("a name");
        let plan = Plan {
            dir: root.join("vault"),
            keystore: root.join("keys"),
            mirror: None,
            ra: "RA".into(),
            fonds: "JG01".parse().expect("a fonds code"),
            solo: true,
            authority: None,
            ca_recipient: None,
            roles: Role::ALL.to_vec(),
            people: Vec::new(),
        };
        drop(init(&env, &founder, &plan).expect("a new vault"));
        std::fs::write(root.join("person"), founder.to_secret_text().as_bytes())
            .expect("the key can be written");
        Self { root: root.to_owned() }
    }

    /// The one that was made below this directory.
    pub fn at(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// The vault's directory.
    pub fn vault(&self) -> PathBuf {
        self.root.join("vault")
    }

    /// Opens the vault.
    pub fn open(&self, fs: Arc<dyn Fs>) -> Vault {
        Vault::open(env_on(fs), &self.vault(), Options::default()).expect("the vault opens")
    }

    /// The one person of it.
    pub fn person(&self) -> Person {
        let key = std::fs::read_to_string(self.root.join("person")).expect("the key is there");
        Person::from_secret_text("person", &key).expect("a key")
    }

    /// Opens the vault with the keystore beside it, wherever both have been moved since.
    pub fn open_here(&self, fs: Arc<dyn Fs>) -> Vault {
        let options = Options { keystore: Some(self.root.join("keys")), ..Options::default() };
        Vault::open(env_on(fs), &self.vault(), options).expect("the vault opens")
    }

    /// Opens it and signs in.
    pub fn sign_in(&self, fs: Arc<dyn Fs>) -> Session {
        let key = std::fs::read_to_string(self.root.join("person")).expect("the key is there");
        let person = Person::from_secret_text("person", &key).expect("a key");
        self.open(fs).sign_in(person).expect("the person is enrolled")
    }
}

fn env_on(fs: Arc<dyn Fs>) -> Env {
    let clock: Arc<dyn Clock> = Arc::new(HostClock);
    Env { fs, clock, random: Arc::new(OsRandom) }
}

/// Wall clock and processor time of something, in seconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Took {
    /// Wall clock.
    pub wall: f64,
    /// User and system time of all threads and children.
    pub cpu: f64,
}

/// Runs it and says how long it took, children that were waited for included.
pub fn timed<T>(work: impl FnOnce() -> T) -> (Took, T) {
    let (cpu, start) = (cpu_seconds(), Instant::now());
    let out = work();
    let wall = start.elapsed().as_secs_f64();
    (Took { wall, cpu: cpu_seconds() - cpu }, out)
}

/// Processor time of this process and of its children so far.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let behind = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    // Fields 14 to 17 of proc(5), counted from the state, which is field 3; in ticks of 10 ms on every Linux.
    let ticks: u64 =
        behind.split_whitespace().skip(11).take(4).filter_map(|field| field.parse::<u64>().ok()).sum();
    ticks as f64 / 100.0
}

/// Peak of this process's memory, bytes.
pub fn peak_memory() -> u64 {
    proc_number("/proc/self/status", "VmHWM:") * 1024
}

/// Bytes this process has asked the system to read and to write so far, cached or not.
pub fn bytes_moved() -> (u64, u64) {
    (proc_number("/proc/self/io", "rchar:"), proc_number("/proc/self/io", "wchar:"))
}

fn proc_number(path: &str, name: &str) -> u64 {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// The one in the middle.
pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    match figures.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => figures[n / 2],
        n => (figures[n / 2 - 1] + figures[n / 2]) / 2.0,
    }
}

/// The one that 99 of 100 do not exceed.
pub fn p99(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get((figures.len() * 99 / 100).min(figures.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
}

/// Whether a program is there.
pub fn has(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|dir| dir.join(program).is_file()))
}

/// Runs a command to its end and returns what it wrote; panics with what it complained of when it fails.
pub fn run(command: &mut Command) -> String {
    let out = command.stdin(Stdio::null()).output().unwrap_or_else(|e| panic!("{command:?}: {e}"));
    assert!(out.status.success(), "{command:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8_lossy(&out.stdout).into_owned()
}

/// Runs a line of shell; a failure anywhere in a pipeline is one.
pub fn shell(line: &str) -> String {
    run(Command::new("bash").args(["-e", "-o", "pipefail", "-c", line]))
}

/// Lets the disk come to rest, so that one round does not pay for the one before.
pub fn settle() {
    run(&mut Command::new("sync"));
    std::thread::sleep(Duration::from_millis(300));
}

/// Reads files through, so that everyone finds them in memory.
pub fn warm(dir: &Path) -> u64 {
    let mut bytes = 0;
    for entry in std::fs::read_dir(dir).expect("the directory can be read") {
        let path = entry.expect("the directory can be read").path();
        if path.is_dir() {
            bytes += warm(&path);
        } else {
            let mut file = File::open(&path).expect("the file is there");
            bytes += io::copy(&mut file, &mut io::sink()).expect("the file can be read");
        }
    }
    bytes
}

/// The words of a machine that matter to figures, as a line of text.
pub fn machine(dir: &Path) -> String {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        cpu.lines().find_map(|l| l.strip_prefix("model name")?.split(':').nth(1)).unwrap_or("unknown").trim();
    let cores = cpu.lines().filter(|l| l.starts_with("processor")).count();
    let memory = proc_number("/proc/meminfo", "MemTotal:") as f64 / 1024.0 / 1024.0;
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let disk = shell(&format!("df --output=fstype '{}' | tail -n 1", dir.display()));
    format!("{cores} × {model}, {memory:.0} GiB, Linux {}, {}", kernel.trim(), disk.trim())
}

/// A markdown table.
pub fn table(head: &[&str], rows: &[Vec<String>]) {
    say(&format!("| {} |", head.join(" | ")));
    say(&format!(
        "|{}|",
        head.iter()
            .enumerate()
            .map(|(i, _)| if i == 0 { "---" } else { "---:" })
            .collect::<Vec<_>>()
            .join("|")
    ));
    for row in rows {
        say(&format!("| {} |", row.join(" | ")));
    }
    say("");
}

/// Bytes as people read them.
pub fn human(bytes: u64) -> String {
    match bytes {
        b if b >= 1 << 30 => format!("{:.2} GiB", b as f64 / f64::from(1 << 30)),
        b if b >= 1 << 20 => format!("{:.1} MiB", b as f64 / f64::from(1 << 20)),
        b if b >= 1 << 10 => format!("{:.1} KiB", b as f64 / 1024.0),
        b => format!("{b} B"),
    }
}
