//! Push: the newest state at the CA's, its answers and orders back; over a line and a disk that fail.

mod acceptance; // what the CA makes sure of
mod exchange; // archive and CA, each at its end
mod faults; // every request and every disk operation failed
mod gone; // records that are no more, or are the CA's
mod locks; // Object Lock, and every version removed
mod program; // the real program at both ends

use jingui_schema::act::{Act, ActFile};
use jingui_schema::exchange::{FROM_CA, FromCa};
use jingui_schema::facts::Role;
use jingui_schema::id::{ActId, By};
use jingui_tests::ca::{Ca, escrowed, furnished, os, push};
use jingui_tests::house::{Furnished, House, Key, Known, env_on};
use jingui_vault::copies::{CopyOptions, Target};
use jingui_vault::fs::Fs;
use jingui_vault::push::ca::Questions;
use jingui_vault::push::{Came, Pushed};
use jingui_vault::staff::sign_request;
use jingui_vault::{Result, Vault};
use std::path::Path;
use std::sync::Arc;

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

/// What was taken in, by name; an error by its code.
fn taken(pushed: &Pushed) -> Vec<(&str, &'static str)> {
    let said = |came: &Result<Came>| match came {
        Ok(Came::Order { kind, .. }) => kind,
        Ok(Came::Overtaken { .. }) => "overtaken",
        Ok(Came::Cosigned { .. }) => "cosigned",
        Err(error) => error.code(),
    };
    pushed.taken.iter().map(|taken| (&*taken.name, said(&taken.came))).collect()
}

/// Where the CA leaves something.
fn left(what: FromCa) -> String {
    format!("{FROM_CA}/{}", what.file_name())
}
