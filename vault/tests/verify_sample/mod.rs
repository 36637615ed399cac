//! One sample vault with its keystore and mirror, copied for each damage.

#![allow(dead_code, reason = "each test file uses its part")]

use crate::common::{Bytes, World, doc};
use jingui_schema::facts::DocumentKind;
use jingui_schema::id::RecordId;
use jingui_vault::body::Incoming;
use jingui_vault::catalog::Query;
use jingui_vault::verify::FindingKind::{self, *};
use jingui_vault::verify::{Report, Scope, VerifyOptions};
use jingui_vault::{Error, Options, Session, Vault};
use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A vault with a mirror, several segments, a supplement, notes, heads; closed, and copied for each damage.
pub struct Sample {
    pub world: World,
    pub records: Vec<RecordId>,
}

pub fn sample() -> &'static Sample {
    static SAMPLE: OnceLock<Sample> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let mut world = World::solo_on(std::sync::Arc::new(jingui_vault::fs::OsFs), Some("mirror"));
        world.close();
        let vault = open(&world, world.dir.path());
        let session = vault.sign_in(world.person()).unwrap();
        let mut records = Vec::new();
        for i in 0..4u8 {
            let odd = Incoming {
                source: Box::new(Bytes(std::ffi::OsString::from_vec(vec![b'x', 0xff]), vec![i; 5])),
                kind: DocumentKind::Other,
                title: None,
                seen: Default::default(),
            };
            let documents = vec![doc("申请表.pdf", &[i; 3000]), doc("empty", b""), odd];
            records.push(world.file(&session, "社保一期", "2024-05-01", documents).record);
            vault.sign_head().unwrap();
        }
        session.supplement(records[0], &[doc("b", b"two")], "late", None, &mut Default::default()).unwrap();
        session.open_documents(records[1], &[1], Some("dispute"), None).unwrap();
        vault.sign_head().unwrap();
        session.list(&Query { limit: 1, ..Query::default() }).unwrap();
        drop((session, vault));
        Sample { world, records }
    })
}

/// Small segments, so that a few lines make several.
pub fn open(world: &World, dir: &Path) -> Vault {
    try_open(world, dir).unwrap()
}

pub fn try_open(world: &World, dir: &Path) -> Result<Vault, Error> {
    let (keystore, mirror) = (Some(dir.join("keys")), Some(dir.join("mirror")));
    let options = Options { keystore, mirror, segment_bytes: Some(3000), ..Options::default() };
    Vault::open(world.env.clone(), &dir.join("vault"), options)
}

/// A copy of the sample.
pub struct Copy {
    pub dir: tempfile::TempDir,
}

impl Copy {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        copy_dir(sample().world.dir.path(), dir.path());
        Self { dir }
    }

    pub fn open(&self) -> Vault {
        open(&sample().world, self.dir.path())
    }

    pub fn path(&self, below: &str) -> PathBuf {
        match below.split_once(':') {
            Some(("mirror", below)) => self.dir.path().join("mirror").join(below),
            Some(("keystore", below)) => self.dir.path().join("keys").join(below),
            _ => self.dir.path().join("vault").join(below),
        }
    }

    pub fn names(&self, below: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(below)).unwrap();
        let mut names: Vec<_> =
            entries.map(|e| format!("{below}/{}", e.unwrap().file_name().into_string().unwrap())).collect();
        names.sort();
        names
    }

    pub fn segments(&self) -> Vec<String> {
        self.names("journal").into_iter().filter(|n| n.ends_with(".jsonl")).collect()
    }

    pub fn flip(&self, below: &str, at: usize) {
        let path = self.path(below);
        let mut bytes = fs::read(&path).unwrap();
        let at = at % bytes.len();
        bytes[at] ^= 1;
        fs::write(path, bytes).unwrap();
    }

    pub fn swap(&self, a: &str, b: &str) {
        let (a, b) = (self.path(a), self.path(b));
        fs::rename(&a, a.with_extension("x")).unwrap();
        fs::rename(&b, &a).unwrap();
        fs::rename(a.with_extension("x"), &b).unwrap();
    }

    /// Two files of one size are told apart by their digests.
    pub fn kind_of_swap(&self, a: &str, b: &str) -> FindingKind {
        let size = |path: &str| fs::metadata(self.path(path)).unwrap().len();
        if size(a) == size(b) { Digest } else { Size }
    }

    pub fn cut(&self, below: &str) {
        let bytes = fs::read(self.path(below)).unwrap();
        fs::write(self.path(below), &bytes[..bytes.len() - 1]).unwrap();
    }
}

pub fn copy_dir(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    fs::set_permissions(to, fs::metadata(from).unwrap().permissions()).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy_dir(&entry.path(), &to),
            false => drop(fs::copy(entry.path(), &to).unwrap()),
        }
    }
}

pub fn verify(vault: &Vault, session: Option<&Session>) -> Report {
    verify_scope(vault, session, Scope::All)
}

pub fn verify_scope(vault: &Vault, session: Option<&Session>, scope: Scope) -> Report {
    vault.verify(&VerifyOptions { session, scope, progress: &|_| {}, interrupted: &|| false }).unwrap()
}

pub fn found(report: &Report) -> Vec<(String, FindingKind)> {
    report.findings.iter().map(|f| (f.path.clone(), f.finding)).collect()
}

pub fn cover(i: usize, n: u32) -> String {
    format!("covers/000000/{}.{n}.e1.age", sample().records[i])
}

pub fn body(i: usize, filing: u32) -> String {
    format!("bodies/000000/{}.{filing}.tar.zst.age", sample().records[i])
}

/// Damages a running vault, and compares what is found without keys and with.
pub fn check(what: &str, damage: impl Fn(&Copy) -> Vec<(String, FindingKind)>) {
    for full in [false, true] {
        let copy = Copy::new();
        let vault = copy.open();
        let session = full.then(|| vault.sign_in(sample().world.person()).unwrap());
        let mut expected = damage(&copy);
        expected.sort();
        let report = verify(&vault, session.as_ref());
        assert_eq!(found(&report), expected, "{what}, full: {full}: {:#?}", report.findings);
        for finding in &report.findings {
            let sealed = ["covers/", "bodies/"].iter().any(|p| finding.path.contains(p));
            if sealed && finding.path.ends_with(".age") && finding.finding != Extra {
                assert!(finding.record.is_some() && finding.seq.is_some(), "{what}: {finding:?}");
            }
        }
    }
}

pub fn one(path: impl Into<String>, kind: FindingKind) -> Vec<(String, FindingKind)> {
    vec![(path.into(), kind)]
}

/// A file of every kind whose digest a line names.
pub fn kinds(copy: &Copy) -> Vec<String> {
    let last = |names: Vec<String>| names.last().unwrap().clone();
    vec![
        cover(1, 1),
        cover(0, 2),
        body(2, 1),
        last(copy.names("notes/000000")),
        copy.names("journal/heads")[1].clone(),
        "README.txt".into(),
        "settings/places.toml".into(),
        format!("mirror:{}", cover(1, 1)),
        format!("mirror:{}", copy.names("notes/000000")[0]),
        format!("mirror:{}", copy.names("journal/heads")[0]),
        "mirror:README.txt".into(),
    ]
}
