//! The script in README.txt, run as it is printed there with the real tools: everything can be read without us.

use jingui_schema::facts::{Business, Customer, CustomerKind, DocumentKind, Label, Outcome, Role};
use jingui_vault::body::{Buffers, Incoming, Source};
use jingui_vault::env::Env;
use jingui_vault::filing::{Filing, Labels};
use jingui_vault::init::{Plan, init};
use jingui_vault::keys::Person;
use jingui_vault::readme;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, Read};
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const TOOLS: &[&str] = &["bash", "age", "zstd", "tar", "jq", "sha256sum", "b3sum"];

/// Says so and returns `false` where a tool is not installed.
#[allow(clippy::print_stderr, reason = "a test that did not run says so")]
fn tools(test: &str) -> bool {
    for tool in TOOLS {
        if Command::new(tool).arg("--version").output().is_err() {
            eprintln!("skipped: {test}: no {tool}");
            return false;
        }
    }
    true
}

struct Bytes(OsString, Vec<u8>);

impl Source for Bytes {
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

fn doc(name: impl Into<OsString>, bytes: &[u8]) -> Incoming {
    Incoming {
        source: Box::new(Bytes(name.into(), bytes.to_vec())),
        kind: DocumentKind::Other,
        title: None,
        seen: Default::default(),
    }
}

fn labels(project: &str) -> Labels {
    Labels {
        project: Label::read(project).unwrap(),
        outlet: Label::read("城南").unwrap(),
        customer: Customer {
            name: Label::read("测试'$`\\公司").unwrap(),
            kind: CustomerKind::Enterprise,
            id: None,
        },
        business: Business::New,
        date: "2024-05-01".parse().unwrap(),
        outcome: Outcome::Issued,
        tags: Vec::new(),
        box_code: None,
        waived: Vec::new(),
        application: Default::default(),
    }
}

/// A closed vault, its keystore, a person's unsealed key, and what was filed: the path that the script gives it.
struct Archive {
    dir: tempfile::TempDir,
    filed: BTreeMap<String, Vec<u8>>,
    lines: u64,
}

fn archive(rotated: bool) -> Archive {
    let dir = tempfile::tempdir().unwrap();
    let env = Env::of_host();
    let founder = Person::generate(&env, "张三").unwrap();
    let plan = Plan {
        dir: dir.path().join("vault"),
        keystore: dir.path().join("keys"),
        mirror: None,
        ra: "注册机构".into(),
        fonds: "JG01".parse().unwrap(),
        solo: true,
        authority: None,
        ca_recipient: None,
        roles: Role::ALL.to_vec(),
        people: Vec::new(),
    };
    let vault = init(&env, &founder, &plan).unwrap();
    // `age -d NAME.key` gives just this text.
    fs::write(dir.path().join("me.txt"), founder.to_secret_text().as_bytes()).unwrap();
    let person = Person::from_secret_text("me", &founder.to_secret_text()).unwrap();
    let session = vault.sign_in(person).unwrap();
    let large: Vec<u8> = (0..300_000u32).flat_map(|i| i.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let mut filed = BTreeMap::new();
    let mut first = None;
    for i in 0..3u8 {
        let documents: Vec<(OsString, Vec<u8>)> = vec![
            ("申请表 一.pdf".into(), vec![i; 3000]),
            ("empty".into(), Vec::new()),
            (OsString::from_vec(vec![b'n', 0xff, b'.', b'j', b'p', b'g']), large.clone()),
        ];
        let incoming = documents.iter().map(|(name, bytes)| doc(name.clone(), bytes)).collect();
        let filing = Filing {
            labels: labels("社保一期"),
            incoming,
            request: None,
            again: false,
            plan: None,
            certs: Vec::new(),
        };
        let done = session.file(&filing, &mut Buffers::new()).unwrap();
        for (document, (_, bytes)) in done.documents.iter().zip(documents) {
            filed.insert(format!("{}/{}/{}", done.record, done.filing, document.member), bytes);
        }
        first.get_or_insert(done.record);
    }
    let record = first.unwrap();
    let more = session
        .supplement(record, &[doc("补件.txt", b"later")], "came late", None, &mut Buffers::new())
        .unwrap();
    filed.insert(format!("{record}/{}/{}", more.filing, more.documents[0].member), b"later".to_vec());
    if rotated {
        session.rotate(Some("yearly"), None, &|_| true).unwrap();
    }
    vault.sign_head().unwrap();
    let lines = vault.state().lines;
    Archive { dir, filed, lines }
}

impl Archive {
    fn vault(&self) -> PathBuf {
        self.dir.path().join("vault")
    }

    fn run(&self, keys: &Path, out: &Path) -> Output {
        // As the page says it is taken out.
        let script = self.dir.path().join("read.sh");
        let printed = fs::read_to_string(self.vault().join("README.txt")).unwrap();
        let from = printed.find("# ---- begin").unwrap();
        let to = printed.find("# ---- end read.sh").unwrap();
        fs::write(&script, &printed[from..to]).unwrap();
        assert!(printed.contains(readme::script()));
        let me = self.dir.path().join("me.txt");
        Command::new("bash").arg(script).args([&self.vault(), keys, &me, out]).output().unwrap()
    }

    fn keys(&self) -> PathBuf {
        self.dir.path().join("keys")
    }

    fn out(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }
}

fn assert_all(archive: &Archive, output: &Output, out: &Path) {
    let (said, cried) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}{cried}");
    let expected = format!("{} lines, 3 records, 10 documents checked, 0 mismatches\n", archive.lines);
    assert_eq!(said, expected, "{cried}");
    for (path, bytes) in &archive.filed {
        assert_eq!(&fs::read(out.join(path)).unwrap(), bytes, "{path}");
    }
}

#[test]
fn everything_is_read_with_common_tools() {
    if !tools("everything_is_read_with_common_tools") {
        return;
    }
    assert!(readme::script().lines().count() <= 60);
    for rotated in [false, true] {
        let archive = archive(rotated);
        let out = archive.out("out");
        assert_all(&archive, &archive.run(&archive.keys(), &out), &out);
        // The key of the epoch alone, as the CA or a recovery sheet has it.
        let epoch = if rotated { 2 } else { 1 };
        let sealed = archive.keys().join(format!("epochs/{epoch}/0001.age"));
        let key = archive.out("epoch.txt");
        let opened = Command::new("age")
            .arg("-d")
            .arg("-i")
            .arg(archive.out("me.txt"))
            .arg("-o")
            .arg(&key)
            .arg(sealed)
            .status();
        assert!(opened.unwrap().success());
        let out = archive.out("out2");
        assert_all(&archive, &archive.run(&key, &out), &out);
    }
}

#[test]
fn a_flipped_byte_anywhere_is_a_mismatch() {
    if !tools("a_flipped_byte_anywhere_is_a_mismatch") {
        return;
    }
    let archive = archive(false);
    let first = |below: &str| -> PathBuf {
        let mut names: Vec<PathBuf> =
            fs::read_dir(archive.vault().join(below)).unwrap().map(|e| e.unwrap().path()).collect();
        names.sort();
        names.swap_remove(0)
    };
    let journal = archive.vault().join("journal/000000000001.jsonl");
    let size = fs::metadata(&journal).unwrap().len() as usize;
    let damages = [
        (first("bodies/000000"), 250),
        (first("bodies/000000"), 1500),
        (first("covers/000000"), 250),
        (first("covers/000000"), 30),
        (first("notes/000000"), 250),
        (journal.clone(), 40),
        (journal.clone(), size / 2),
        (journal.clone(), size - 30),
    ];
    for (i, (path, at)) in damages.iter().enumerate() {
        let good = fs::read(path).unwrap();
        let mut bad = good.clone();
        bad[*at] ^= 1;
        fs::write(path, bad).unwrap();
        let output = archive.run(&archive.keys(), &archive.out(&format!("out{i}")));
        let cried = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && cried.contains("MISMATCH"), "{}: {cried}", path.display());
        fs::write(path, good).unwrap();
    }
    // Cut at the end: fewer lines than `commit` counts.
    let good = fs::read(&journal).unwrap();
    let keep = good[..size - 1].iter().rposition(|b| *b == b'\n').unwrap() + 1;
    fs::write(&journal, &good[..keep]).unwrap();
    assert!(!archive.run(&archive.keys(), &archive.out("cut")).status.success());
    fs::write(&journal, &good).unwrap();
    let out = archive.out("again");
    assert_all(&archive, &archive.run(&archive.keys(), &out), &out);
}
