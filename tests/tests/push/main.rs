//! Push: the newest state at the CA's, its answers and orders back; over a line and a disk that fail.

mod acceptance; // what the CA makes sure of
mod exchange; // archive and CA, each at its end
mod faults; // every request and every disk operation failed
mod program; // the real program at both ends

use jingui_schema::act::{Act, ActFile};
use jingui_schema::exchange::{FROM_CA, FromCa};
use jingui_schema::facts::Role;
use jingui_schema::id::{ActId, By};
use jingui_tests::house::{Furnished, House, Key, Known, env_on};
use jingui_tests::scratch;
use jingui_vault::copies::{CopyOptions, Target};
use jingui_vault::cosigner::{Cosigner, Trusted};
use jingui_vault::fs::{Fs, OsFs};
use jingui_vault::keys::keystore::open_escrow;
use jingui_vault::push::ca::{Questions, leave_answer};
use jingui_vault::push::{Came, Pushed};
use jingui_vault::recovery::prove_escrow;
use jingui_vault::staff::sign_request;
use jingui_vault::{Result, Vault};
use std::path::Path;
use std::sync::Arc;

fn os() -> Arc<dyn Fs> {
    Arc::new(OsFs)
}

/// What the CA has besides the target: a key and what it has signed.
struct Ca {
    key: Key,
    cosigner: Cosigner,
}

impl Ca {
    fn at(dir: &Path) -> Self {
        let env = env_on(os());
        let key = Key::new(&env, "ca");
        let cosigner = Cosigner::init(env, &dir.join("cosigner"), "ca.example/log", &key.person());
        Self { key, cosigner: cosigner.expect("a cosigner") }
    }

    /// The authority of a house names it.
    fn is_named(&self, house: &House, vault: &Vault) {
        let authority = vault.sign_in(house.people.authority.person()).expect("the authority signs in");
        authority.name_cosigner(self.cosigner.key()).expect("it is named");
    }

    /// Countersigns what was asked last and leaves the answer; says over how many lines.
    fn answers(&self, house: &House, target: &dyn Target) -> Result<u64> {
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

/// An act of the authority's: it countersigns somebody who was enrolled a moment ago.
fn order(house: &House, vault: &Vault) -> ActFile {
    let founder = house.founder(vault).expect("the founder signs in");
    let newcomer = house.people.newcomer.person().public_half();
    founder.enrol(&newcomer, &[Role::Auditor]).expect("somebody is enrolled");
    let request = vault.countersign_request();
    sign_request(&house.people.authority.person(), By::Authority, &request).expect("it is signed")
}

/// The act of a file.
fn id(order: &ActFile) -> ActId {
    Act::parse(order.act.get()).expect("an act").id
}

/// Pushes one file after the other, so that two runs do the same.
fn push(vault: &Vault, target: &dyn Target) -> Result<Pushed> {
    vault.push(target, &CopyOptions { outside: true, threads: 1, ..CopyOptions::default() })
}

/// What was taken in, by name; an error by its code.
fn taken(pushed: &Pushed) -> Vec<(&str, &'static str)> {
    let said = |came: &Result<Came>| match came {
        Ok(Came::Order { kind, .. }) => kind,
        Ok(Came::Cosigned { .. }) => "cosigned",
        Err(error) => error.code(),
    };
    pushed.taken.iter().map(|taken| (&*taken.name, said(&taken.came))).collect()
}

/// Where the CA leaves something.
fn left(what: FromCa) -> String {
    format!("{FROM_CA}/{}", what.file_name())
}

/// A house with a record and with somebody who countersigns.
fn furnished() -> (Furnished, Ca) {
    let from = Furnished::new(false);
    let ca = Ca::at(from.dir.path());
    ca.is_named(&from.house, &from.house.open(os()).expect("the house opens"));
    (from, ca)
}

/// The same, whose epochs are escrowed to the CA, which has proved that it opens them.
fn escrowed() -> (Furnished, Ca) {
    let (dir, env) = (scratch(), env_on(os()));
    let (ca, mut house) = (Ca::at(dir.path()), House::planned(dir.path(), &env, false));
    house.ca = Some(ca.key.person().recipient());
    let vault = house.begin(&env).expect("a vault");
    let sealed = std::fs::read(house.keys().join("escrow/1.age")).expect("an escrow file");
    let content = open_escrow("escrow", &sealed, ca.key.person().identity()).expect("it opens");
    let proof = prove_escrow(&env, &content, &house.people.authority.person(), By::Authority);
    vault.submit(&proof, None).expect("the CA has proved it");
    ca.is_named(&house, &vault);
    let session = house.founder(&vault).expect("the founder signs in");
    let known = Known::of(&house.file(&session, "before", 2, None).expect("a record"), 2);
    drop((vault, session));
    (Furnished { dir, house, known }, ca)
}
