//! Heads countersigned outside: requests and answers as files, what is refused, what a failing disk does to either
//! half, and the clock that disposal goes by.

mod exchange; // vault and cosigner, each with its own disk and clock
mod faults; // either half failed at each of its operations
mod forks; // a vault behind a head that was signed
mod program; // the whole program, and what other programs say of its signatures

use jingui_checker::{Asked, check};
use jingui_schema::cosignature::CosignerKey;
use jingui_schema::time::Time;
use jingui_tests::house::{House, Key, env_on, verify};
use jingui_vault::cosigner::{Cosigner, Signed, Trusted, read_request};
use jingui_vault::env::{Clock, Env, OsRandom};
use jingui_vault::fs::{Fs, OsFs};
use jingui_vault::{Result, Session, Vault};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Ten years.
const DECADE: i64 = 10 * 366 * 86_400_000;

/// A clock that stands where it is put.
struct Put(AtomicI64);

impl Put {
    fn at(millis: i64) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(millis)))
    }

    fn put(&self, millis: i64) {
        self.0.store(millis, Ordering::Relaxed);
    }
}

impl Clock for Put {
    fn now(&self) -> Time {
        Time::from_millis(self.0.load(Ordering::Relaxed))
    }
}

/// What the CA has: a key, a directory, a clock of its own.
struct Ca {
    key: Key,
    clock: Arc<Put>,
    cosigner: Cosigner,
}

impl Ca {
    fn at(dir: &Path, name: &str) -> Self {
        let (key, clock) = (Key::new(&env_on(Arc::new(OsFs)), name), Put::at(1_795_100_000_000));
        let env = Env { fs: Arc::new(OsFs), clock: clock.clone(), random: Arc::new(OsRandom) };
        let cosigner = Cosigner::init(env, &dir.join(name), &format!("ca.example/{name}"), &key.person());
        Self { key, clock, cosigner: cosigner.expect("a cosigner") }
    }

    fn verifier(&self) -> &CosignerKey {
        self.cosigner.key()
    }

    /// Answers a request, for a vault that it is told to know.
    fn answer(&self, house: &House, request: &str) -> Result<Signed> {
        let toml = std::fs::read(house.vault().join("VAULT.toml")).expect("VAULT.toml");
        let trusted = Trusted::read("VAULT.toml", &toml)?;
        let request = read_request("request", request.as_bytes())?;
        self.cosigner.sign(&self.key.person(), &request, Some(&trusted), false)
    }
}

fn os() -> Arc<dyn Fs> {
    Arc::new(OsFs)
}

/// The authority names who countersigns.
fn name(house: &House, vault: &Vault, ca: &Ca) {
    let authority = vault.sign_in(house.people.authority.person()).unwrap();
    authority.name_cosigner(ca.verifier()).unwrap();
}

/// A whole exchange; returns the answer.
fn exchange(house: &House, vault: &Vault, ca: &Ca) -> String {
    let request = vault.cosign_request(None).unwrap().to_text();
    let answer = ca.answer(house, &request).unwrap().head.to_text();
    vault.import_cosignature("answer", &answer).unwrap();
    answer
}

/// Both opinions: nothing is wrong.
fn is_whole(house: &House, vault: Vault) {
    let session: Session = house.founder(&vault).unwrap();
    assert_eq!(verify(&session), Vec::<String>::new());
    drop((session, vault));
    let keys = Some((house.keys(), house.people.founder.text().to_owned()));
    assert_eq!(check(&Asked { vault: house.vault(), mirror: None, keys }), []);
}

fn code<T>(result: Result<T>) -> &'static str {
    result.err().map_or("ok", |error| error.code())
}
