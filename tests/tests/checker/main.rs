//! The checker, which was written from FORMAT.md alone, and the program's own `verify` say the same of vaults.
//!
//! Histories are told from seeds, copied, and half of the copies damaged in one known way each. For every copy
//! both have to say whole or both damaged, without keys and with them, and both have to name what was damaged.
//! `JINGUI_CASE=<n>` runs one case alone.

mod damage; // what is done to files
mod disposal;
mod forge; // what is done to the journal by somebody who makes chain and commit anew
mod handover;
mod histories;
mod taken;

use damage::{Found, Kind, Scene};
use histories::History;
use jingui_checker::{Asked, check};
use jingui_tests::house::{House, env_on, full};
use jingui_tests::lossy::Dice;
use jingui_tests::{in_parallel, keep, long, nothing_wrong, say, scratch};
use jingui_vault::fs::OsFs;
use jingui_vault::verify::{Scope, VerifyOptions};
use jingui_vault::{Options, Session, Vault};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Instant;

const HISTORIES: u64 = 24;
const CASES: u64 = 1_100;
const CASES_LONG: u64 = 12_000;

/// What somebody says of a vault: nothing, or what is wrong with it.
type Said = Vec<String>;

fn checker(house: &House, keys: bool) -> Said {
    let asked = Asked {
        vault: house.vault(),
        mirror: house.mirrored.then(|| house.mirror()),
        keys: keys.then(|| (house.keys(), house.people.founder.text().to_owned())),
    };
    check(&asked).into_iter().map(|f| format!("{}: {}", f.path, f.what)).collect()
}

/// The program's word, first without keys and then with them; a vault that does not open is damaged too.
fn program(house: &House, for_writing: bool) -> [Said; 2] {
    let verify = |vault: &Vault, session: Option<&Session>| -> Said {
        let options = VerifyOptions { session, scope: Scope::All, progress: &|_| {}, interrupted: &|| false };
        match vault.verify(&options) {
            Ok(report) => {
                report.findings.iter().map(|f| format!("{}: {} {}", f.path, f.finding, f.detail)).collect()
            }
            Err(error) => vec![full(&error)],
        }
    };
    // Opening for writing puts right what a crash may leave, and then no longer tells of it; so it is done only
    // where nothing is to be found.
    let options = Options {
        keystore: Some(house.keys()),
        mirror: house.mirrored.then(|| house.mirror()),
        read_only: (!for_writing).then(|| "two read it".into()),
        scratch: Some(house.root.join("scratch")),
        ..Options::default()
    };
    let vault = match Vault::open(env_on(Arc::new(OsFs)), &house.vault(), options) {
        Ok(vault) => vault,
        Err(error) => return [vec![full(&error)], vec![full(&error)]],
    };
    let keyless = verify(&vault, None);
    let with_keys = match house.founder(&vault) {
        Ok(session) => verify(&vault, Some(&session)),
        Err(error) => keyless.iter().cloned().chain([full(&error)]).collect(),
    };
    [keyless, with_keys]
}

/// What came of one case.
struct Came {
    kind: String,
    wrong: Vec<String>,
    checker: bool,
    program: bool,
}

fn case(histories: &[History], number: u64) -> Came {
    let mut dice = Dice(number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let derived = dice.one_in(2);
    let (kinds, round) = (damage::kinds(), (number / 2) as usize);
    // A damage that needs what one vault has not is done to the next.
    let mut tried = (0..HISTORIES as usize).filter_map(|i| {
        let (turn, kind) = (round / kinds.len(), kinds[round % kinds.len()]);
        let dir = scratch();
        let house = histories[(round + turn + i) % HISTORIES as usize].copy(dir.path(), derived);
        match number.is_multiple_of(2) {
            true => Some((dir, house, None)),
            false => {
                let paths = (kind.damage)(&Scene::new(&house), &mut dice)?;
                Some((dir, house, Some((kind, paths))))
            }
        }
    });
    let (_dir, house, damaged) = tried.next().expect("each damage can be done to some vault");
    let by_checker = [checker(&house, false), checker(&house, true)];
    let for_writing = matches!(damaged, Some((Kind { found: Found::Never, .. }, _)));
    let by_program = program(&house, for_writing);
    let kind = damaged.as_ref().map_or("none", |(kind, _)| kind.name).to_owned();
    let mut wrong = Vec::new();
    for (i, how) in ["without keys", "with keys"].into_iter().enumerate() {
        let says = |said: &Said| if said.is_empty() { "whole".to_owned() } else { said.join(" | ") };
        let both = || format!("checker: {}\n    verify: {}", says(&by_checker[i]), says(&by_program[i]));
        let mut complain =
            |why: &str| wrong.push(format!("case {number} ({kind}), {how}: {why}\n    {}", both()));
        let wanted = match &damaged {
            None => false,
            Some((Kind { found, .. }, _)) => found.by(i == 1),
        };
        if by_checker[i].is_empty() != by_program[i].is_empty() {
            complain("they do not agree");
        } else if by_checker[i].is_empty() == wanted {
            complain("they agree and are wrong");
        } else if let Some((_, paths)) = damaged.as_ref().filter(|_| wanted) {
            let names = |said: &Said| paths.iter().any(|path| said.iter().any(|s| s.contains(path.as_str())));
            if !names(&by_checker[i]) || !names(&by_program[i]) {
                complain(&format!("not both name {}", paths.join(" or ")));
            }
        }
    }
    Came { kind, wrong, checker: !by_checker[1].is_empty(), program: !by_program[1].is_empty() }
}

#[test]
fn checker_and_verify_say_the_same_of_a_thousand_vaults() {
    let since = Instant::now();
    let made: Vec<Mutex<Option<History>>> = (0..HISTORIES).map(|_| Mutex::new(None)).collect();
    let seeds: Vec<u64> = (0..HISTORIES).collect();
    in_parallel(&seeds, |seed| {
        *made[*seed as usize].lock().expect("no panic") = Some(History::tell(*seed));
    });
    let told = |slot: Mutex<Option<History>>| slot.into_inner().expect("no panic").expect("it was told");
    let histories: Vec<History> = made.into_iter().map(told).collect();
    let telling = since.elapsed().as_secs_f64();

    let numbers: Vec<u64> = match std::env::var("JINGUI_CASE") {
        Ok(one) => vec![one.parse().expect("the number of a case")],
        Err(_) => (0..if long() { CASES_LONG } else { CASES }).collect(),
    };
    let came = Mutex::new(Vec::new());
    in_parallel(&numbers, |number| {
        let one = case(&histories, *number);
        came.lock().expect("no panic").push(one);
    });
    let came = came.into_inner().expect("no panic");

    let mut table: BTreeMap<&str, [u64; 3]> = BTreeMap::new();
    for one in &came {
        let row = table.entry(&one.kind).or_default();
        row[0] += 1;
        row[1] += u64::from(one.checker);
        row[2] += u64::from(one.program);
    }
    let mut text = String::from(
        "| damage | vaults | checker says damaged | verify says damaged |\n|---|---:|---:|---:|\n",
    );
    for (kind, [count, checker, program]) in &table {
        let _ = writeln!(text, "| {kind} | {count} | {checker} | {program} |");
    }
    let damaged = came.iter().filter(|one| one.kind != "none").count();
    let _ = writeln!(
        text,
        "\n{} vaults out of {HISTORIES} histories, {damaged} of them damaged in {} ways; each judged without keys \
         and with them. Histories told in {telling:.0} s, all in {:.0} s.",
        came.len(),
        table.len() - 1,
        since.elapsed().as_secs_f64(),
    );
    say(&text);
    let wrong: Vec<String> = came.into_iter().flat_map(|one| one.wrong).collect();
    nothing_wrong(&wrong);
    if numbers.len() > 1 {
        keep("checker.md", &text);
        let missing: Vec<&str> = damage::kinds()
            .iter()
            .map(|kind| kind.name)
            .filter(|name| !text.contains(&format!("| {name} |")))
            .collect();
        assert!(missing.is_empty(), "never tried: {missing:?}");
    }
}
