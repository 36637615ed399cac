//! A vault in a directory of its own, with a clock that is given.

#![allow(dead_code, reason = "each test file uses its part")]

use jingui_schema::facts::{Business, Customer, CustomerKind, DocumentKind, Label, Outcome, Role};
use jingui_schema::time::Time;
use jingui_vault::body::{Buffers, Incoming, Source};
use jingui_vault::env::{Clock, Env, OsRandom};
use jingui_vault::filing::{Filed, Filing, Labels};
use jingui_vault::fs::{Fs, OsFs};
use jingui_vault::init::{Plan, init};
use jingui_vault::keys::Person;
use jingui_vault::{Options, Session, Vault};
use std::ffi::{OsStr, OsString};
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// A clock that goes one second with each look.
pub struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Time {
        Time::from_millis(self.0.fetch_add(1000, Ordering::Relaxed))
    }
}

pub struct Bytes(pub OsString, pub Vec<u8>);

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

pub fn doc(name: &str, bytes: &[u8]) -> Incoming {
    Incoming {
        source: Box::new(Bytes(name.into(), bytes.to_vec())),
        kind: DocumentKind::Other,
        title: None,
        seen: Default::default(),
    }
}

pub fn labels(project: &str, date: &str) -> Labels {
    Labels {
        project: Label::read(project).unwrap(),
        outlet: Label::read("outlet").unwrap(),
        customer: Customer { name: Label::read("客户").unwrap(), kind: CustomerKind::Enterprise, id: None },
        business: Business::New,
        date: date.parse().unwrap(),
        outcome: Outcome::Issued,
        tags: Vec::new(),
        box_code: None,
        waived: Vec::new(),
        application: Default::default(),
    }
}

pub const ALL_ROLES: &[Role] = Role::ALL;

pub struct World {
    pub dir: Arc<tempfile::TempDir>,
    pub env: Env,
    pub key: String,
    vault: Option<Vault>,
}

pub fn env_on(fs: Arc<dyn Fs>) -> Env {
    let clock = TestClock(AtomicI64::new(1_795_000_000_000));
    Env { fs, clock: Arc::new(clock), random: Arc::new(OsRandom) }
}

impl World {
    pub fn solo() -> Self {
        Self::solo_on(Arc::new(OsFs), None)
    }

    pub fn solo_on(fs: Arc<dyn Fs>, mirror: Option<&str>) -> Self {
        let dir = Arc::new(tempfile::tempdir().unwrap());
        let env = env_on(fs);
        let founder = Person::generate(&env, "founder").unwrap();
        let plan = Plan {
            dir: dir.path().join("vault"),
            keystore: dir.path().join("keys"),
            mirror: mirror.map(|m| dir.path().join(m)),
            ra: "RA".into(),
            fonds: "JG01".parse().unwrap(),
            solo: true,
            authority: None,
            ca_recipient: None,
            roles: ALL_ROLES.to_vec(),
            people: Vec::new(),
        };
        let vault = init(&env, &founder, &plan).unwrap();
        Self { dir, env, key: founder.to_secret_text().to_string(), vault: Some(vault) }
    }

    pub fn path(&self) -> PathBuf {
        self.dir.path().join("vault")
    }

    pub fn vault(&self) -> &Vault {
        self.vault.as_ref().unwrap()
    }

    pub fn person(&self) -> Person {
        Person::from_secret_text("key", &self.key).unwrap()
    }

    pub fn sign_in(&self) -> Session {
        self.vault().sign_in(self.person()).unwrap()
    }

    pub fn year(&self) -> i16 {
        self.env.now().day().year()
    }

    pub fn reopened(mut self) -> Self {
        self.vault = None;
        self.vault = Some(Vault::open(self.env.clone(), &self.path(), Options::default()).unwrap());
        self
    }

    pub fn close(&mut self) {
        self.vault = None;
    }

    pub fn file(&self, session: &Session, project: &str, date: &str, incoming: Vec<Incoming>) -> Filed {
        let filing = Filing {
            labels: labels(project, date),
            incoming,
            request: None,
            again: false,
            plan: None,
            certs: Vec::new(),
        };
        session.file(&filing, &mut Buffers::new()).unwrap()
    }
}
