//! A vault with its people, on a given disk, and documents whose bytes follow from their names.

use crate::lossy::Dice;
use jingui_schema::act::ActFile;
use jingui_schema::facts::{Business, Customer, CustomerKind, DocumentKind, Label, Outcome, Purpose, Role};
use jingui_schema::id::{ActId, ArchiveNumber, RecordId};
use jingui_schema::time::Time;
use jingui_vault::body::{Buffers, Incoming, Source};
use jingui_vault::catalog::Query;
use jingui_vault::env::{Clock, Env, OsRandom};
use jingui_vault::filing::{Filed, Filing, Labels};
use jingui_vault::fs::{Fs, OsFs};
use jingui_vault::init::{Plan, init};
use jingui_vault::keys::Person;
use jingui_vault::verify::{Scope, VerifyOptions};
use jingui_vault::{Options, Result, Session, Vault};
use std::ffi::{OsStr, OsString};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Stands in every document, file name, label, reason and name of a person; must be nowhere in a vault.
pub const CANARY: &str = "JINGUI-CANARY";

/// A clock that goes one second with each look.
struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Time {
        Time::from_millis(self.0.fetch_add(1000, Ordering::Relaxed))
    }
}

/// When the test's clock begins, in milliseconds since 1970.
const BEGIN: i64 = 1_795_000_000_000;

/// This disk, the test's clock, the system's random source.
pub fn env_on(fs: Arc<dyn Fs>) -> Env {
    env_from(fs, BEGIN)
}

fn env_from(fs: Arc<dyn Fs>, begin: i64) -> Env {
    let clock = TestClock(AtomicI64::new(begin));
    Env { fs, clock: Arc::new(clock), random: Arc::new(OsRandom) }
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

/// The bytes that a document of this name has.
pub fn content(name: &str) -> Vec<u8> {
    let digest = blake3::hash(name.as_bytes());
    let mut dice = Dice(u64::from_le_bytes(*digest.as_bytes().first_chunk().expect("32 bytes")));
    let mut bytes = format!("{CANARY} {name}\n").into_bytes();
    for _ in 0..dice.below(300) {
        bytes.extend_from_slice(&dice.roll().to_le_bytes());
    }
    bytes
}

/// A document of this name.
pub fn doc(name: &str) -> Incoming {
    let name = format!("{CANARY} {name}");
    let bytes = content(&name);
    Incoming {
        source: Box::new(Bytes(name.into(), bytes)),
        kind: DocumentKind::Other,
        title: Some(CANARY.into()),
        seen: Default::default(),
    }
}

/// A document in plain text.
pub fn text_doc(name: &str, text: &str) -> Incoming {
    Incoming { source: Box::new(Bytes(name.into(), text.into())), ..doc(name) }
}

/// So many documents named after a filing.
pub fn docs(of: &str, count: usize) -> Vec<Incoming> {
    (1..=count).map(|i| doc(&format!("{of} {i}.pdf"))).collect()
}

/// A filing of so many documents.
pub fn filing(of: &str, count: usize, request: Option<ActId>) -> Filing {
    let label = |text: &str| Label::read(&format!("{CANARY} {text}")).expect("a label");
    let labels = Labels {
        project: label(of),
        outlet: label("outlet"),
        customer: Customer { name: label("customer"), kind: CustomerKind::Enterprise, id: None },
        business: Business::New,
        date: "2024-05-01".parse().expect("a day"),
        outcome: Outcome::Issued,
        tags: vec![label("tag")],
        box_code: None,
        waived: Vec::new(),
        application: Default::default(),
    };
    Filing { labels, incoming: docs(of, count), request, again: false, plan: None, certs: Vec::new() }
}

/// A person's secret text, kept so that the person can sign in again and again.
#[derive(Clone)]
pub struct Key(String);

impl Key {
    /// Makes a new one.
    pub fn new(env: &Env, name: &str) -> Self {
        let person = Person::generate(env, &format!("{CANARY} {name}")).expect("a name");
        Self(person.to_secret_text().to_string())
    }

    /// The person.
    pub fn person(&self) -> Person {
        Person::from_secret_text("key", &self.0).expect("a key")
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// The people of a house.
pub struct People {
    /// Founder: security administrator and archivist.
    pub founder: Key,
    /// System administrator and reviewer, 0002.
    pub reviewer: Key,
    /// Audit administrator, 0003.
    pub auditor: Key,
    /// Not enrolled.
    pub newcomer: Key,
    /// Countersigns.
    pub authority: Key,
}

/// Vault, keystore and perhaps a mirror below one directory.
#[derive(Clone)]
pub struct House {
    /// The directory.
    pub root: PathBuf,
    /// Its people.
    pub people: Arc<People>,
    /// Whether there is a mirror.
    pub mirrored: bool,
    /// At how many bytes segments are closed, where not at 64 MiB.
    pub segment_bytes: Option<u64>,
    /// Whom epochs are escrowed to.
    pub ca: Option<String>,
    /// Its fonds code.
    pub fonds: &'static str,
    /// When its clock begins at each opening, in milliseconds since 1970.
    pub opens_at: i64,
}

impl House {
    /// A house that has no vault yet.
    pub fn planned(root: &Path, env: &Env, mirrored: bool) -> Self {
        let people = Arc::new(People {
            founder: Key::new(env, "founder"),
            reviewer: Key::new(env, "reviewer"),
            auditor: Key::new(env, "auditor"),
            newcomer: Key::new(env, "newcomer"),
            authority: Key::new(env, "authority"),
        });
        let root = root.to_owned();
        Self { root, people, mirrored, segment_bytes: None, ca: None, fonds: "JG01", opens_at: BEGIN }
    }

    /// The same people in another directory.
    pub fn at(&self, root: &Path) -> Self {
        Self { root: root.to_owned(), ..self.clone() }
    }

    /// The vault's directory.
    pub fn vault(&self) -> PathBuf {
        self.root.join("vault")
    }

    /// The keystore's.
    pub fn keys(&self) -> PathBuf {
        self.root.join("keys")
    }

    /// The mirror's.
    pub fn mirror(&self) -> PathBuf {
        self.root.join("mirror")
    }

    /// Begins the vault.
    pub fn begin(&self, env: &Env) -> Result<Vault> {
        let people = &self.people;
        let plan = Plan {
            dir: self.vault(),
            keystore: self.keys(),
            mirror: self.mirrored.then(|| self.mirror()),
            ra: "RA".into(),
            fonds: self.fonds.parse().expect("a fonds code"),
            solo: false,
            authority: Some(people.authority.person().public_half()),
            ca_recipient: self.ca.clone(),
            roles: vec![Role::Security, Role::Archivist],
            people: vec![
                (people.reviewer.person().public_half(), vec![Role::System, Role::Reviewer]),
                (people.auditor.person().public_half(), vec![Role::Audit]),
            ],
        };
        init(env, &people.founder.person(), &plan)
    }

    /// Opens the vault on a disk.
    pub fn open(&self, fs: Arc<dyn Fs>) -> Result<Vault> {
        let options = Options {
            keystore: Some(self.keys()),
            mirror: self.mirrored.then(|| self.mirror()),
            segment_bytes: self.segment_bytes,
            ..Options::default()
        };
        Vault::open(env_from(fs, self.opens_at), &self.vault(), options)
    }

    /// The founder at work.
    pub fn founder(&self, vault: &Vault) -> Result<Session> {
        vault.sign_in(self.people.founder.person())
    }

    /// Files documents as the founder.
    pub fn file(&self, session: &Session, of: &str, count: usize, request: Option<ActId>) -> Result<Filed> {
        session.file(&filing(of, count, request), &mut Buffers::new())
    }
}

/// A record that was acknowledged.
#[derive(Clone, Debug)]
pub struct Known {
    /// Its id.
    pub record: RecordId,
    /// Its number.
    pub number: ArchiveNumber,
    /// How many documents it has at least.
    pub documents: usize,
}

impl Known {
    /// After a filing.
    pub fn of(filed: &Filed, documents: usize) -> Self {
        Self { record: filed.record, number: filed.number.clone(), documents }
    }
}

/// A house with a vault that has one record, as a pattern to copy.
pub struct Furnished {
    /// Its directory.
    pub dir: tempfile::TempDir,
    /// The house.
    pub house: House,
    /// Its record.
    pub known: Known,
}

impl Furnished {
    /// Begins the vault and files a record of two documents.
    pub fn new(mirrored: bool) -> Self {
        let dir = crate::scratch();
        let env = env_on(Arc::new(OsFs));
        let house = House::planned(dir.path(), &env, mirrored);
        let vault = house.begin(&env).expect("a vault");
        let session = house.founder(&vault).expect("the founder signs in");
        let known = Known::of(&house.file(&session, "before", 2, None).expect("a record"), 2);
        drop((vault, session));
        Self { dir, house, known }
    }

    /// Another house like it.
    pub fn copy(&self) -> (tempfile::TempDir, House) {
        let dir = crate::scratch();
        crate::copy_tree(self.dir.path(), dir.path());
        let house = self.house.at(dir.path());
        (dir, house)
    }
}

/// Asks the program's own `verify`, with keys; returns its findings.
pub fn verify(session: &Session) -> Vec<String> {
    let options = VerifyOptions {
        session: Some(session),
        scope: Scope::All,
        progress: &|_| {},
        interrupted: &|| false,
    };
    match session.vault().verify(&options) {
        Ok(report) => report
            .findings
            .iter()
            .map(|f| format!("verify: {} {}: {}", f.path, f.finding, f.detail))
            .collect(),
        Err(error) => vec![format!("verify: {}", full(&error))],
    }
}

/// Looks at every record through the program's own eyes; returns what is wrong.
///
/// Each listed record opens, each document of it has the bytes that its name asks for, and each known record is
/// among them with its number and documents.
pub fn look_at_all(session: &Session, known: &[Known]) -> Vec<String> {
    let mut wrong = Vec::new();
    let page = match session.list(&Query { limit: 1_000_000, ..Query::default() }) {
        Ok(page) => page,
        Err(error) => return vec![format!("the list: {}", full(&error))],
    };
    let state = session.vault().state();
    let alive = state.counts.records - state.counts.destroyed;
    if page.rows.len() as u64 != alive {
        wrong.push(format!("{} records are listed, the journal has {alive}", page.rows.len()));
    }
    for row in &page.rows {
        let why = row.custody.restricted.map(|_| (Purpose::Audit, CANARY));
        let (purpose, reason) = (why.map(|why| why.0), why.map(|why| why.1));
        let opening = match session.open_for(row.record, &[], purpose, reason, None) {
            Ok(opening) => opening,
            Err(error) => {
                wrong.push(format!("{} does not open: {}", row.facts.number, full(&error)));
                continue;
            }
        };
        for document in opening.documents().to_vec() {
            let mut out = Vec::new();
            match opening.copy(&document, &mut out) {
                Ok(()) if out == content(&document.name) => {}
                Ok(()) => {
                    wrong.push(format!("{} document {} has other bytes", row.facts.number, document.no))
                }
                Err(error) => {
                    wrong.push(format!("{} document {}: {}", row.facts.number, document.no, full(&error)))
                }
            }
        }
    }
    for known in known {
        match page.rows.iter().find(|row| row.record == known.record) {
            None => wrong.push(format!("{} was acknowledged and is lost", known.number)),
            Some(row) if row.facts.number != known.number => {
                wrong.push(format!("{} has another number", known.number))
            }
            Some(row) if row.documents.len() < known.documents => {
                wrong.push(format!("{} lost documents", known.number))
            }
            Some(_) => {}
        }
    }
    wrong
}

/// The act files that some commands bring in.
pub fn read_act(text: &str) -> ActFile {
    ActFile::parse(text).expect("an act file that was just written")
}

/// An error with its causes.
pub fn full(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
