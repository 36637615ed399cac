//! Records destroyed as people have said: all of one or nothing, never one that something keeps, never by one person alone.

mod carved; // what still lies on disks and in copies
mod failed; // a run that did not go through
mod faults; // a run failed at each of its operations
mod forged; // one person with everything but the others' keys
mod gate; // a hold between any two steps
mod policy; // what plans ask for, and whether there are people for it
mod raw; // what still lies on the blocks of a disk
mod reversed; // an appraisal that was a mistake
mod whole; // a plan from its making to its certificate

use jingui_checker::{Asked, check};
use jingui_schema::id::RecordId;
use jingui_tests::disposal::Yard;
use jingui_tests::house::{CANARY, look_at_all, verify};
use jingui_tests::{inspect, sweep};
use jingui_vault::fs::OsFs;
use jingui_vault::{Result, Vault};
use std::path::Path;

fn code<T>(result: Result<T>) -> &'static str {
    result.err().map_or("ok", |error| error.code())
}

/// Files below a directory whose name has the id of a record.
fn files_of(dir: &Path, record: RecordId) -> Vec<String> {
    let mut found = Vec::new();
    let mut dirs = vec![dir.to_owned()];
    while let Some(dir) = dirs.pop() {
        for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
            if entry.path().is_dir() {
                dirs.push(entry.path());
            } else if entry.file_name().to_string_lossy().starts_with(&record.to_string()) {
                found.push(entry.path().display().to_string());
            }
        }
    }
    found
}

/// Nothing is wrong, whoever looks.
#[track_caller]
fn sound(yard: &Yard, vault: &Vault) {
    let session = yard.founder(vault);
    let mut wrong = verify(&session);
    wrong.extend(look_at_all(&session, &[]));
    wrong.extend(inspect::vault(&OsFs, &yard.house.vault(), true).1);
    wrong.extend(sweep::plaintext(&yard.house));
    if yard.house.mirrored {
        vault.mirror();
        wrong.extend(inspect::mirror(&OsFs, &yard.house.vault(), &yard.house.mirror()).1);
    }
    let asked = Asked { vault: yard.house.vault(), ..Default::default() };
    wrong.extend(check(&asked).iter().map(|finding| format!("checker: {finding:?}")));
    assert_eq!(wrong, Vec::<String>::new(), "{CANARY}");
}
