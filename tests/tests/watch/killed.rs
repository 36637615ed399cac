//! Killed with SIGKILL at any moment, and run again.

use crate::desk::Scans;
use jingui_tests::long;
use jingui_tests::lossy::Dice;
use jingui_tests::program::until;
use jingui_tests::say;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Records that come in each round.
const RECORDS: usize = 5;

/// Records that are under way.
fn under_way(scans: &Scans) -> usize {
    let own = std::fs::read_dir(scans.path(".jingui-watch")).into_iter().flatten().flatten();
    own.filter(|entry| entry.path().extension().is_some_and(|end| end == "json")).count()
}

#[test]
fn killed_at_any_moment_each_file_is_in_one_place_and_each_record_filed_once() {
    let scans = Scans::new();
    let mut dice = Dice(jingui_tests::seed());
    say(&format!("seed {}", jingui_tests::seed()));
    let mut expected: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let rounds = if long() { 200 } else { 20 };
    let (mut half_done, mut usual) = (0, Duration::ZERO);
    for round in 0..rounds {
        for record in 0..RECORDS {
            for page in 0..3 {
                let name = format!("{round:03}-{record}/p{page}.txt");
                let text = format!("{name} ").repeat(1 + dice.below(400) as usize).into_bytes();
                scans.file(&name, &text);
                expected.insert(name, text);
            }
        }
        let settle = ["--settle", "0.02", "--every", "0.02"];
        if round == 0 {
            // How long it takes when nobody kills it.
            let since = Instant::now();
            scans.once(&settle).run().ok();
            usual = since.elapsed();
            continue;
        }
        let mut running = scans.watch(&settle).spawn();
        match round % 2 {
            0 => std::thread::sleep(usual.mul_f64(0.3) + usual.mul_f64(dice.below(1000) as f64 / 1000.0)),
            // A moment after a record has set out.
            _ => {
                until("a record is under way", || under_way(&scans) > 0);
                std::thread::sleep(Duration::from_micros(dice.below(12_000)));
            }
        }
        running.kill();
        drop(running.wait());
        half_done += under_way(&scans);
        // At every moment each file is whole, in one place.
        let files = scans.files();
        assert_eq!(files.len(), expected.len(), "round {round}");
        for (name, text) in &expected {
            let places: Vec<&String> = files.keys().filter(|path| path.ends_with(name.as_str())).collect();
            assert_eq!(places.len(), 1, "round {round}: {name} is in {places:?}");
            assert!(files[places[0]] == *text, "round {round}: {name} has other bytes");
        }
    }
    scans.once(&[]).run().ok();
    let files = scans.files();
    for (name, text) in &expected {
        assert_eq!(files.get(&format!("已归档/{name}")), Some(text), "{name}");
    }
    assert_eq!(files.len(), expected.len(), "nothing was taken for a twin");
    let records = scans.desk.records("me");
    assert_eq!(records.len(), RECORDS * rounds, "each record once");
    scans.desk.sound("me");
    say(&format!("{rounds} rounds of SIGKILL, {half_done} of them with a record under way"));
}
