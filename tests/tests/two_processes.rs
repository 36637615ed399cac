//! Several real processes in one vault at once, and what is left when one of them is killed.

use jingui_tests::house::{content, filing};
use jingui_tests::lossy::Dice;
use jingui_tests::program::{Desk, PASSPHRASE, Ran, Running, has_entries, until};
use jingui_tests::{long, say};
use jingui_vault::body::Buffers;
use jingui_vault::env::Env;
use jingui_vault::keys::Person;
use jingui_vault::{Options, Vault};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Serial numbers of archive numbers, which are dense when the set is 1..=n.
fn serials(numbers: impl IntoIterator<Item = String>) -> BTreeSet<u32> {
    numbers.into_iter().map(|number| number.rsplit('-').next().unwrap().parse().unwrap()).collect()
}

fn numbers(desk: &Desk) -> Vec<String> {
    desk.records("me").iter().map(|record| record["number"].as_str().unwrap().to_owned()).collect()
}

fn number(ran: &Ran) -> String {
    ran.json()["number"].as_str().expect("a number").to_owned()
}

/// Files so many records quickly, in this process; returns the names of their one document.
fn many(desk: &Desk, count: usize) -> Vec<String> {
    let key = fs::read(desk.key("me")).unwrap();
    let person = Person::from_key_file("me", &key, PASSPHRASE).unwrap();
    let options = Options { keystore: Some(desk.keystore()), ..Options::default() };
    let vault = Vault::open(Env::of_host(), desk.vault(), options).unwrap();
    let session = vault.sign_in(person).unwrap();
    let mut buffers = Buffers::new();
    (0..count)
        .map(|i| {
            session.file(&filing(&format!("r{i}"), 1, None), &mut buffers).unwrap().documents[0].name.clone()
        })
        .collect()
}

#[test]
fn twenty_clerks_at_once_get_twenty_numbers_without_gaps() {
    let desk = Desk::solo();
    desk.key("me");
    let texts: Vec<String> = (0..20).map(|i| format!("application {i}")).collect();
    let running: Vec<Running> = (texts.iter().enumerate())
        .map(|(i, text)| desk.add("me", [desk.file(format!("{i}.txt"), text)]).spawn())
        .collect();
    let given: Vec<String> = running.into_iter().map(|running| number(&running.wait().ok())).collect();
    assert_eq!(serials(given.clone()), (1..=20).collect());
    assert_eq!(numbers(&desk).len(), 20);
    for (text, number) in texts.iter().zip(&given) {
        assert_eq!(desk.document("me", number, 1), text.as_bytes());
    }
    desk.sound("me");
}

#[test]
fn filing_listing_opening_and_checking_at_once_simply_work() {
    let desk = Desk::solo();
    let first = desk.filed_text("first.txt", "first");
    let mut running = Vec::new();
    for i in 0..8 {
        running.push(desk.add("me", [desk.file(format!("{i}.txt"), format!("text {i}"))]).spawn());
        running.push(desk.call("me", ["list", "--json"]).spawn());
        running.push(desk.call("", ["verify", "--keyless"]).spawn());
        running.push(desk.call("me", ["open", &first, "1"]).spawn());
        running.push(desk.call("", ["status", "--json"]).spawn());
        running.push(desk.call("", ["journal", "verify"]).spawn());
    }
    for running in running {
        running.wait().ok();
    }
    assert_eq!(serials(numbers(&desk)), (1..=9).collect());
    let status = desk.run("", ["status", "--json"]).ok().json();
    assert_eq!(
        (&status["openings"], &status["incidents"], &status["quarantine"]),
        (&8.into(), &0.into(), &0.into())
    );
    desk.sound("me");
}

#[test]
fn the_same_filing_from_two_processes_makes_one_record() {
    let desk = Desk::solo();
    let path = desk.file("form.txt", "the same");
    let running: Vec<Running> = (0..6).map(|_| desk.add("me", [&path]).spawn()).collect();
    let ran: Vec<Ran> = running.into_iter().map(Running::wait).collect();
    for ran in &ran {
        // Whoever comes while it is being filed is told so; the others get the first result.
        assert!(ran.code == 0 || (ran.code == 5 && ran.err.contains("stale")), "{} {}", ran.code, ran.err);
    }
    assert!(ran.iter().any(|ran| ran.code == 0));
    assert_eq!(numbers(&desk).len(), 1);
    assert_eq!(desk.add("me", [&path]).run().ok().json()["repeated"], true);
    desk.sound("me");
}

#[test]
fn when_the_holder_is_killed_the_next_one_takes_over() {
    let desk = Desk::solo();
    let kept = desk.filed_text("kept.txt", "acknowledged");
    for round in 0..3 {
        // Filing something large, it holds the vault for longer than it takes to come to the kill.
        let large = desk.path(format!("large{round}.bin"));
        File::create(&large).unwrap().set_len((1 << 30) + round).unwrap();
        let mut holder = desk.add("me", [&large]).spawn();
        until("staging", || has_entries(&desk.vault().join("staging")));
        let guests: Vec<(PathBuf, Running)> = (0..4)
            .map(|i| desk.file(format!("guest{round}-{i}.txt"), format!("guest {round} {i}")))
            .map(|path| (path.clone(), desk.add("me", [path]).spawn()))
            .collect();
        std::thread::sleep(Duration::from_millis(100 * round));
        assert!(holder.is_running(), "it was to be killed at its work");
        holder.kill();
        assert_eq!(holder.wait().code, -1);
        for (path, guest) in guests {
            let ran = guest.wait();
            assert!(matches!(ran.code, 0 | 11), "{} {}", ran.code, ran.err);
            if ran.code == 11 {
                assert_eq!(ran.fault()["code"], "holder-lost");
            }
            // Repeating it finds what was filed, or files it.
            let again = desk.add("me", [path]).run().ok();
            if ran.code == 0 {
                assert_eq!((number(&again), &again.json()["repeated"]), (number(&ran), &true.into()));
            }
        }
        assert!(!has_entries(&desk.vault().join("staging")), "swept");
        assert_eq!(numbers(&desk).len(), 1 + 4 * (round as usize + 1), "the large one is not there");
    }
    // A number that a killed filing had is given to the next one.
    desk.filed_text("next.txt", "next");
    assert_eq!(serials(numbers(&desk)), (1..=14).collect());
    assert_eq!(desk.document("me", &kept, 1), b"acknowledged");
    desk.sound("me");
}

#[test]
fn killed_at_any_point_a_filing_is_there_or_not_and_repeating_it_makes_no_twin() {
    let desk = Desk::solo();
    desk.key("me");
    let rounds = if long() { 400 } else { 40 };
    let since = Instant::now();
    desk.filed([desk.file("measure.txt", "how long it takes")]);
    let usual = since.elapsed();
    let mut dice = Dice(u64::from(std::process::id()));
    say(&format!("seed {}, an add takes {} ms", dice.0, usual.as_millis()));
    let (mut acknowledged, mut cut, mut known) = (0, 0, vec![]);
    for round in 0..rounds {
        let text = format!("round {round}\n").repeat(1 + round % 7 * 2000);
        let path = desk.file(format!("round{round}.txt"), &text);
        let request = format!("0123456789ABCDEFGHJKM{round:05}");
        let add = || desk.add("me", [&path]);
        let call = if round % 2 == 0 {
            add()
        } else {
            desk.call("me", ["--json"]).args(repeatable(&path, &request))
        };
        let mut running = call.spawn();
        std::thread::sleep(usual.mul_f64(dice.below(1000) as f64 / 800.0));
        running.kill();
        let ran = running.wait();
        // Acknowledged is what stands whole on stdout.
        let told: Option<serde_json::Value> = serde_json::from_slice(&ran.bytes).ok();
        let again = if round % 2 == 0 {
            add()
        } else {
            desk.call("me", ["--json"]).args(repeatable(&path, &request))
        };
        let again = again.run().ok().json();
        match told {
            Some(told) => {
                acknowledged += 1;
                assert_eq!(
                    (&told["number"], &again["repeated"]),
                    (&again["number"], &true.into()),
                    "round {round}"
                );
            }
            None => cut += 1,
        }
        known.push((again["number"].as_str().unwrap().to_owned(), text));
    }
    say(&format!("{rounds} kills: {acknowledged} after the acknowledgement, {cut} before"));
    assert!(cut > 0, "no kill came in time");
    assert_eq!(serials(numbers(&desk)), (1..=rounds as u32 + 1).collect(), "neither gap nor twin");
    for (number, text) in known {
        assert_eq!(desk.document("me", &number, 1), text.as_bytes());
    }
    assert!(!has_entries(&desk.vault().join("staging")));
    desk.sound("me");
}

fn repeatable(path: &std::path::Path, request: &str) -> Vec<std::ffi::OsString> {
    let mut words: Vec<std::ffi::OsString> =
        vec!["add".into(), path.into(), "--request".into(), request.into()];
    words.extend(jingui_tests::program::LABELS.iter().map(Into::into));
    words
}

#[test]
fn documents_open_while_keys_rotate() {
    let desk = Desk::solo();
    let names = many(&desk, 400);
    let numbers = numbers(&desk);
    let number_of = |i: usize| numbers.iter().find(|n| n.ends_with(&format!("{:06}", i + 1))).unwrap();
    let (mut rounds, mut opened, mut longest) = (0, 0, Duration::ZERO);
    while rounds < 3 {
        let mut rotating = desk.call("me", ["keys", "rotate", "--json"]).spawn();
        while rotating.is_running() {
            let i = opened * 37 % names.len();
            let since = Instant::now();
            assert_eq!(desk.document("me", number_of(i), 1), content(&names[i]), "{}", number_of(i));
            if opened % 5 == 0 {
                let path = desk.file(format!("meanwhile{opened}.txt"), format!("meanwhile {opened}"));
                desk.add("me", [path]).run().ok();
            }
            opened += 1;
            longest = longest.max(since.elapsed());
        }
        assert_eq!(rotating.wait().ok().json()["finished"], true);
        rounds += 1;
    }
    say(&format!(
        "{opened} documents opened during {rounds} rotations, the slowest in {} ms",
        longest.as_millis()
    ));
    assert!(opened >= rounds);
    desk.sound("me");
}

#[test]
fn an_interrupted_rotation_is_130_and_goes_on_where_it_stopped() {
    let desk = Desk::solo();
    let names = many(&desk, 600);
    let epoch = || desk.run("", ["status", "--json"]).ok().json();
    let mut interrupted = 0;
    let mut dice = Dice(7);
    for round in 0..60 {
        let before = epoch()["epoch"].as_u64().unwrap();
        let mut rotating = desk.call("me", ["keys", "rotate", "--json"]).spawn();
        // From here on Ctrl-C is an order to end between two steps.
        until("a new epoch", || {
            !rotating.is_running()
                || fs::read_dir(desk.keystore().join("epochs")).is_ok_and(|dirs| dirs.count() > 1)
        });
        std::thread::sleep(Duration::from_millis(dice.below(40)));
        let ended = !rotating.is_running();
        if !ended {
            rotating.signal("INT");
        }
        let ran = rotating.wait();
        if ran.code == 130 {
            interrupted += 1;
            assert_eq!(ran.fault()["code"], "interrupted");
            let stands = epoch();
            assert!(stands["epoch"].as_u64().unwrap() >= before);
            desk.run("", ["verify", "--keyless"]).ok();
            let resumed = desk.run("me", ["keys", "rotate", "--json"]).ok().json();
            assert_eq!(resumed["finished"], true);
            assert_eq!(epoch()["rotation_unfinished"], false);
        } else {
            ran.ok();
        }
        if interrupted >= 3 {
            say(&format!("{interrupted} of {} rotations were interrupted", round + 1));
            break;
        }
    }
    assert!(interrupted > 0, "no signal came in time");
    for i in [0, names.len() / 2, names.len() - 1] {
        let number = numbers(&desk).into_iter().find(|n| n.ends_with(&format!("{:06}", i + 1))).unwrap();
        assert_eq!(desk.document("me", &number, 1), content(&names[i]));
    }
    desk.sound("me");
}

#[test]
fn a_rotation_that_is_killed_goes_on_where_it_stopped() {
    let desk = Desk::solo();
    let names = many(&desk, 300);
    let mut dice = Dice(11);
    for _ in 0..if long() { 60 } else { 8 } {
        let mut rotating = desk.call("me", ["keys", "rotate", "--json"]).spawn();
        std::thread::sleep(Duration::from_millis(20 + dice.below(200)));
        rotating.kill();
        rotating.wait();
        let i = dice.below(names.len() as u64) as usize;
        let number = numbers(&desk).into_iter().find(|n| n.ends_with(&format!("{:06}", i + 1))).unwrap();
        assert_eq!(desk.document("me", &number, 1), content(&names[i]));
    }
    desk.run("me", ["keys", "rotate"]).ok();
    assert_eq!(desk.run("", ["status", "--json"]).ok().json()["rotation_unfinished"], false);
    assert_eq!(numbers(&desk).len(), names.len());
    desk.sound("me");
}

#[test]
fn a_holder_that_does_not_answer_is_11() {
    let desk = Desk::solo();
    let large = desk.path("large.bin");
    File::create(&large).unwrap().set_len(300 << 20).unwrap();
    let holder = desk.add("me", [&large]).spawn();
    until("staging", || has_entries(&desk.vault().join("staging")));
    holder.signal("STOP");
    let mut asking = desk.call("me", ["list", "--json"]).spawn();
    until("an answer", || !asking.is_running());
    // Only then: the streams that were sent to the holder stay open as long as it does not look at them.
    holder.signal("CONT");
    assert_eq!(asking.wait().exits(11).fault()["code"], "in-use");
    holder.wait().ok();
    assert_eq!(numbers(&desk).len(), 1);
    desk.sound("me");
}
