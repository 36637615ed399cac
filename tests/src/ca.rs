//! The CA of a house: what it has besides the target, and what it does there.

use crate::house::{Furnished, House, Key, Known, env_on};
use crate::scratch;
use jingui_schema::id::By;
use jingui_vault::copies::{CopyOptions, Target};
use jingui_vault::cosigner::{Cosigner, Seen, Trusted};
use jingui_vault::env::Env;
use jingui_vault::fs::{Fs, OsFs};
use jingui_vault::keys::keystore::open_escrow;
use jingui_vault::push::ca::{Questions, leave_answer};
use jingui_vault::push::{Acceptor, Pushed};
use jingui_vault::recovery::prove_escrow;
use jingui_vault::seal::Identity;
use jingui_vault::{Result, Vault};
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

/// The system's disk.
pub fn os() -> Arc<dyn Fs> {
    Arc::new(OsFs)
}

/// What the CA has besides the target: a key and what it has signed.
pub struct Ca {
    /// What escrow is sealed to, and what signs.
    pub key: Key,
    /// What it has countersigned.
    pub cosigner: Cosigner,
}

impl Ca {
    /// Begins one below a directory.
    pub fn at(dir: &Path) -> Self {
        let env = env_on(os());
        let key = Key::new(&env, "ca");
        let cosigner = Cosigner::init(env, &dir.join("cosigner"), "ca.example/log", &key.person());
        Self { key, cosigner: cosigner.expect("a cosigner") }
    }

    /// The same with its memory elsewhere: as it was copied along with the directory that it was begun below.
    pub fn at_copy(&self, dir: &Path) -> Self {
        let cosigner = Cosigner::open(env_on(os()), &dir.join("cosigner"));
        Self { key: self.key.clone(), cosigner: cosigner.expect("a cosigner") }
    }

    /// The authority of a house names it.
    pub fn is_named(&self, house: &House, vault: &Vault) {
        let authority = vault.sign_in(house.people.authority.person()).expect("the authority signs in");
        authority.name_cosigner(self.cosigner.key()).expect("it is named");
    }

    /// Opens what is escrowed to it, and holds journals against what it has countersigned.
    pub fn accepting<T>(&self, key: &Key, accept: impl FnOnce(Acceptor<'_>) -> T) -> T {
        let identity: Identity = key.person().identity().clone();
        let seen = |vault| -> Result<Option<Seen>> {
            Ok(self.cosigner.seen()?.into_iter().find(|seen| seen.vault == vault))
        };
        accept(Acceptor {
            person: key.person(),
            identity: &identity,
            seen: &seen,
            progress: &|_| {},
            interrupted: &|| false,
        })
    }

    /// Countersigns what was asked last and leaves the answer; says over how many lines.
    pub fn answers(&self, house: &House, target: &dyn Target) -> Result<u64> {
        let toml = std::fs::read(house.vault().join("VAULT.toml")).expect("VAULT.toml");
        let trusted = Trusted::read("VAULT.toml", &toml)?;
        let Questions { vault, asked } = Questions::at(target)?;
        let (asked, _) = asked[0];
        let (_, request) = Questions::read(target, asked, vault)?;
        let signed = self.cosigner.sign(&self.key.person(), &request, Some(&trusted), false)?;
        leave_answer(target, asked.lines, &signed.head.to_text())?;
        Ok(asked.lines)
    }
}

/// Pushes one file after the other, so that two runs do the same.
pub fn push(vault: &Vault, target: &dyn Target) -> Result<Pushed> {
    vault.push(target, &CopyOptions { outside: true, threads: 1, ..CopyOptions::default() })
}

/// A house with a record and with somebody who countersigns.
pub fn furnished() -> (Furnished, Ca) {
    let from = Furnished::new(false);
    let ca = Ca::at(from.dir.path());
    ca.is_named(&from.house, &from.house.open(os()).expect("the house opens"));
    (from, ca)
}

/// The CA proves that it opens the escrow file of the newest epoch.
pub fn prove_newest(env: &Env, house: &House, vault: &Vault, ca: &Key) {
    let epoch = *vault.state().epochs.keys().next_back().expect("an epoch");
    let sealed = std::fs::read(house.keys().join(format!("escrow/{epoch}.age"))).expect("an escrow file");
    let content = open_escrow("escrow", &sealed, ca.person().identity()).expect("the CA opens it");
    let proof = prove_escrow(env, &content, &house.people.authority.person(), By::Authority);
    vault.submit(&proof, None).expect("the proof is taken");
}

/// The same, whose epochs are escrowed to the CA, which has proved that it opens them.
pub fn escrowed() -> (Furnished, Ca) {
    let dir = scratch();
    let ca = Ca::at(dir.path());
    (escrowed_to(&ca, dir, "JG01"), ca)
}

/// The same in a directory, with this fonds code, for a CA that may have others.
pub fn escrowed_to(ca: &Ca, dir: TempDir, fonds: &'static str) -> Furnished {
    let env = env_on(os());
    let house = House::planned(dir.path(), &env, false);
    let house = House { ca: Some(ca.key.person().recipient()), fonds, ..house };
    let vault = house.begin(&env).expect("a vault");
    prove_newest(&env, &house, &vault, &ca.key);
    ca.is_named(&house, &vault);
    let session = house.founder(&vault).expect("the founder signs in");
    let known = Known::of(&house.file(&session, "before", 2, None).expect("a record"), 2);
    drop((vault, session));
    Furnished { dir, house, known }
}
