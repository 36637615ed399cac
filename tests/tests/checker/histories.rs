//! Vaults with different pasts, each told from a seed.

use jingui_schema::facts::Role;
use jingui_schema::id::{By, RecordId, StaffNo};
use jingui_tests::house::{CANARY, House, docs, env_on};
use jingui_tests::lossy::Dice;
use jingui_vault::body::Buffers;
use jingui_vault::fs::OsFs;
use jingui_vault::init::{Plan, init};
use jingui_vault::keys::{Person, open_escrow};
use jingui_vault::recovery::prove_escrow;
use jingui_vault::rotation::Rotation;
use jingui_vault::{Result, Session, Vault};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

/// A house whose vault was closed in order, as a pattern to copy.
pub struct History {
    /// Its directory.
    pub dir: TempDir,
    /// The house.
    pub house: House,
}

/// What may happen in a vault.
struct Telling {
    house: House,
    dice: Dice,
    records: Vec<RecordId>,
    /// Opens the escrow, where the vault has one.
    ca: Option<Person>,
    enrolled: bool,
    disabled: bool,
}

impl History {
    /// Tells one.
    pub fn tell(seed: u64) -> Self {
        let dir = jingui_tests::scratch();
        let mut dice = Dice(seed.wrapping_mul(0x5851_F42D_4C95_7F2D) + 1);
        let env = env_on(Arc::new(OsFs));
        let mut house = House::planned(dir.path(), &env, seed.is_multiple_of(2));
        house.segment_bytes = [None, Some(2500), Some(6000)][dice.below(3) as usize];
        let ca = (seed % 6 == 1).then(|| Person::generate(&env, "ca").expect("a key"));
        begin(&house, ca.as_ref()).unwrap_or_else(|error| panic!("history {seed}: {error}"));
        let mut telling =
            Telling { house: house.clone(), dice, records: Vec::new(), ca, enrolled: false, disabled: false };
        telling.all(seed).unwrap_or_else(|error| panic!("history {seed}: {error}"));
        Self { dir, house }
    }

    /// Another house like it in a directory; without what is derived, which nobody may miss, if so asked.
    pub fn copy(&self, to: &Path, derived: bool) -> House {
        jingui_tests::copy_tree(self.dir.path(), to);
        if !derived {
            std::fs::remove_dir_all(to.join("vault/derived")).expect("derived/ was there");
        }
        self.house.at(to)
    }
}

fn begin(house: &House, ca: Option<&Person>) -> Result<()> {
    let people = &house.people;
    let env = env_on(Arc::new(OsFs));
    let plan = Plan {
        dir: house.vault(),
        keystore: house.keys(),
        mirror: house.mirrored.then(|| house.mirror()),
        ra: "东区 \"RA\"\\1".into(),
        fonds: "JG01".parse().expect("a fonds code"),
        solo: false,
        authority: Some(people.authority.person().public_half()),
        ca_recipient: ca.map(Person::recipient),
        roles: vec![Role::Security, Role::Archivist],
        people: vec![
            (people.reviewer.person().public_half(), vec![Role::System, Role::Reviewer]),
            (people.auditor.person().public_half(), vec![Role::Audit]),
        ],
    };
    init(&env, &people.founder.person(), &plan).map(drop)
}

impl Telling {
    fn all(&mut self, seed: u64) -> Result<()> {
        let mut vault = self.house.open(Arc::new(OsFs))?;
        self.prove(&vault)?;
        let mut session = self.house.founder(&vault)?;
        // Enough for every kind of damage: two records, one with a supplement, a note, a head.
        for _ in 0..2 {
            self.file(&session)?;
        }
        self.supplement(&session)?;
        vault.sign_head()?;
        for _ in 0..2 + self.dice.below(9) {
            match self.dice.below(12) {
                0..3 => self.file(&session)?,
                3 => self.supplement(&session)?,
                4..6 => self.open(&session)?,
                6 => session.reveal(self.any(), None, CANARY)?,
                7 => drop(vault.sign_head()?),
                8 => self.people(&vault, &session)?,
                9 => self.rotate(&session, u32::MAX)?,
                10 if seed % 4 == 3 => {
                    // Ended between two steps, and gone on with later or never.
                    let steps = 1 + self.dice.below(12) as u32;
                    self.rotate(&session, steps)?;
                }
                _ => {
                    drop((session, vault));
                    vault = self.house.open(Arc::new(OsFs))?;
                    session = self.house.founder(&vault)?;
                }
            }
        }
        if self.dice.one_in(2) {
            self.file(&session)?;
        }
        vault.mirror(); // an answer from the writer: it has ended what it was at
        Ok(())
    }

    fn any(&mut self) -> RecordId {
        let i = self.dice.below(self.records.len() as u64) as usize;
        self.records[i]
    }

    fn file(&mut self, session: &Session) -> Result<()> {
        let of = format!("p{}", self.records.len());
        let count = 1 + self.dice.below(3) as usize;
        self.records.push(self.house.file(session, &of, count, None)?.record);
        Ok(())
    }

    fn supplement(&mut self, session: &Session) -> Result<()> {
        let (record, count) = (self.any(), 1 + self.dice.below(2) as usize);
        let documents = docs(&format!("late {}", self.dice.roll()), count);
        session.supplement(record, &documents, CANARY, None, &mut Buffers::new()).map(drop)
    }

    fn open(&mut self, session: &Session) -> Result<()> {
        let reason = self.dice.one_in(2).then_some(CANARY);
        session.open_documents(self.any(), &[1], reason, None).map(drop)
    }

    fn people(&mut self, vault: &Vault, session: &Session) -> Result<()> {
        if !self.enrolled {
            self.enrolled = true;
            let roles = [[Role::Legal], [Role::Auditor]][self.dice.below(2) as usize];
            return session.enrol(&self.house.people.newcomer.person().public_half(), &roles).map(drop);
        }
        if !self.disabled && self.dice.one_in(2) {
            self.disabled = true;
            return session.disable(StaffNo(3), self.dice.one_in(2).then_some(CANARY)).map(drop);
        }
        if vault.uncountersigned().is_empty() {
            return Ok(());
        }
        vault.sign_in(self.house.people.authority.person())?.countersign().map(drop)
    }

    fn rotate(&mut self, session: &Session, steps: u32) -> Result<()> {
        let done = AtomicU32::new(0);
        let watch = |_| done.fetch_add(1, Ordering::Relaxed) < steps;
        match session.rotate(Some(CANARY), None, &watch) {
            Ok(Rotation::Waiting { .. }) => {
                self.prove(session.vault())?;
                // What cannot be resumed by now is gone on with another time.
                drop(session.rotate(None, None, &watch));
            }
            Ok(_) | Err(jingui_vault::Error::Interrupted {}) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// The authority shows that the CA opens the newest escrow file.
    fn prove(&self, vault: &Vault) -> Result<()> {
        let Some(ca) = &self.ca else { return Ok(()) };
        let newest = vault.state().epochs.keys().next_back().copied().expect("an epoch");
        let sealed = std::fs::read(vault.keystore()?.escrow_path(newest)).expect("an escrow file");
        let content = open_escrow("escrow", &sealed, ca.identity())?;
        let authority = self.house.people.authority.person();
        let proof = prove_escrow(&env_on(Arc::new(OsFs)), &content, &authority, By::Authority);
        vault.submit(&proof, None).map(drop)
    }
}
