//! A vault on a disk that forgets and fails when told to, and how it is opened again.

use crate::model::{Model, Summary};
use jingui_schema::facts::Role;
use jingui_schema::time::Time;
use jingui_tests::faults::{Fault, FaultFs};
use jingui_tests::house::{House, full};
use jingui_tests::lossy::{Cut, Dice, Disk, LossyFs};
use jingui_tests::story::Through;
use jingui_vault::env::{Clock, Env, Random};
use jingui_vault::fs::Fs;
use jingui_vault::init::{Plan, init};
use jingui_vault::keys::Person;
use jingui_vault::{Options, Session, Vault};
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Where the clock begins: noon in Shanghai, so that no history crosses a year.
const BEGIN: i64 = 1_795_000_000_000;

/// One second with each look; goes on when the vault is opened again.
struct Ticking(AtomicI64);

impl Clock for Ticking {
    fn now(&self) -> Time {
        Time::from_millis(self.0.fetch_add(1000, Ordering::Relaxed))
    }
}

/// The same for the same seed.
struct Seeded(Mutex<Dice>);

impl Random for Seeded {
    fn fill(&self, bytes: &mut [u8]) {
        let mut dice = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&dice.roll().to_le_bytes()[..chunk.len()]);
        }
    }
}

pub struct World {
    /// Holds the catalog, which sled keeps on the system's disk.
    _real: tempfile::TempDir,
    pub house: House,
    pub disk: LossyFs,
    pub faults: FaultFs,
    through: Through,
    clock: Arc<Ticking>,
    random: Arc<Seeded>,
    vault: Option<Vault>,
    /// Keys of people who may join.
    pub keys: Vec<String>,
}

impl World {
    /// A vault just begun: founder (security, archivist), reviewer (system), auditor (audit).
    pub fn begin(seed: u64, through: Through) -> (Self, Model) {
        let real = jingui_tests::scratch();
        let mut disk = Disk::default();
        disk.lay(&real.path().join("device"));
        let disk = LossyFs::on(disk);
        let clock = Arc::new(Ticking(AtomicI64::new(BEGIN)));
        let random = Arc::new(Seeded(Mutex::new(Dice(seed ^ 0x5eed))));
        let faults = FaultFs::over(through(disk.clone()));
        let env = Env { fs: Arc::new(faults.clone()), clock: clock.clone(), random: random.clone() };
        let house = House::planned(real.path(), &env, true);
        let people = house.people.clone();
        let plan = Plan {
            dir: house.vault(),
            keystore: house.keys(),
            mirror: Some(real.path().join("device/mirror")),
            ra: "RA".into(),
            fonds: "JG01".parse().expect("a fonds code"),
            solo: false,
            authority: Some(people.authority.person().public_half()),
            ca_recipient: None,
            roles: vec![Role::Security, Role::Archivist],
            people: vec![
                (people.reviewer.person().public_half(), vec![Role::System, Role::Reviewer]),
                (people.auditor.person().public_half(), vec![Role::Audit]),
            ],
        };
        drop(init(&env, &people.founder.person(), &plan).expect("a vault"));
        let mut keys: Vec<String> =
            [&people.founder, &people.reviewer, &people.auditor].map(|key| key.text().to_owned()).to_vec();
        for name in 0..4 {
            let person = Person::generate(&env, &format!("person {name}")).expect("a name");
            keys.push(person.to_secret_text().to_string());
        }
        let mut model = Model { epoch: 1, ..Model::default() };
        for (key, roles) in [
            (0, vec![Role::Security, Role::Archivist]),
            (1, vec![Role::System, Role::Reviewer]),
            (2, vec![Role::Audit]),
        ] {
            model.enrol(model.next_staff(), key, &roles, false);
        }
        model.holders = model.entitled();
        let mut world = Self { _real: real, house, disk, faults, through, clock, random, vault: None, keys };
        world.open().expect("a vault that was just begun opens");
        (world, model)
    }

    pub fn vault(&self) -> &Vault {
        self.vault.as_ref().expect("the vault is open between steps")
    }

    pub fn person(&self, key: usize) -> Person {
        Person::from_secret_text("key", &self.keys[key]).expect("a key")
    }

    /// The founder at work.
    pub fn founder(&self) -> jingui_vault::Result<Session> {
        self.vault().sign_in(self.person(0))
    }

    pub fn mirror(&self) -> PathBuf {
        self.house.root.join("device/mirror")
    }

    /// Takes the mirror's device out, or puts it back.
    pub fn plug(&self, present: bool) {
        let (here, away) = (self.house.root.join("device"), self.house.root.join("device.away"));
        let (from, to) = if present { (away, here) } else { (here, away) };
        self.disk.rename(&from, &to).expect("a device is moved in memory");
        self.disk.sync_dir(&self.house.root).expect("memory keeps it");
    }

    pub fn close(&mut self) {
        self.vault = None;
    }

    /// Opens the vault on the disk as it is now, without faults.
    pub fn open(&mut self) -> Result<(), String> {
        self.close();
        self.faults = FaultFs::over((self.through)(self.disk.clone()));
        let env =
            Env { fs: Arc::new(self.faults.clone()), clock: self.clock.clone(), random: self.random.clone() };
        let options = Options {
            keystore: Some(self.house.keys()),
            mirror: Some(self.mirror()),
            segment_bytes: Some(20_000),
            ..Options::default()
        };
        let vault =
            Vault::open(env, &self.house.vault(), options).map_err(|e| format!("opening: {}", full(&e)))?;
        if let Some(why) = vault.read_only() {
            return Err(format!("it opens for reading only: {why}"));
        }
        self.vault = Some(vault);
        Ok(())
    }

    /// The power fails: what was not synced is lost in one way or another, and the vault is opened again.
    pub fn cut(&mut self, how: Cut, dice: &mut Dice) -> Result<(), String> {
        // What the program still does after the power has failed reaches nothing.
        self.faults.arm(1, Fault::Kill);
        let left = self.disk.disk().cut(how, dice);
        self.close();
        self.disk = LossyFs::on(left);
        self.open()
    }

    pub fn summary(&self) -> Summary {
        let state = self.vault().state();
        let counts = &state.counts;
        let people = state.staff.iter();
        Summary {
            counts: (counts.records, counts.filings, counts.documents, counts.openings),
            people: people.map(|(n, m)| (*n, m.roles.clone(), m.is_active(), m.countersigned)).collect(),
        }
    }
}
