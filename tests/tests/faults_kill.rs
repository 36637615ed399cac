//! The real program, killed with SIGKILL while it files: what it printed is there.

use jingui_tests::house::{House, Known, env_on, full, look_at_all, verify};
use jingui_tests::lossy::Dice;
use jingui_tests::{inspect, long, nothing_wrong, say, scratch};
use jingui_vault::fs::OsFs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

#[test]
fn what_a_killed_program_had_printed_is_there() {
    let dir = scratch();
    let env = env_on(Arc::new(OsFs));
    let house = House::planned(dir.path(), &env, true);
    drop(house.begin(&env).unwrap());
    let (rounds, most) =
        if long() { (300, Duration::from_secs(3600)) } else { (30, Duration::from_secs(40)) };
    let (mut dice, began) = (Dice(20_261_122), Instant::now());
    let (mut known, mut digests, mut wrong): (Vec<Known>, Vec<String>, Vec<String>) = Default::default();
    let mut round = 0;
    while round < rounds && began.elapsed() < most {
        round += 1;
        let mut child = Command::new(env!("CARGO_BIN_EXE_file_forever"))
            .arg(house.vault())
            .arg(known.len().to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(house.people.founder.text().as_bytes()).unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let reader = std::thread::spawn(move || out.lines().map_while(Result::ok).collect::<Vec<_>>());
        // Some are killed while opening what the last one left.
        std::thread::sleep(Duration::from_micros(dice.below(400_000)));
        child.kill().unwrap();
        child.wait().unwrap();
        for line in reader.join().unwrap() {
            // What was cut off in the pipe was not told.
            let mut words = line.split(' ');
            if let (Some(number), Some(record), Some(of)) = (words.next(), words.next(), words.next())
                && let (Ok(number), Ok(record)) = (number.parse(), record.parse())
            {
                known.push(Known { record, number, documents: of.split(',').count() });
                digests.push(of.to_owned());
            }
        }
        let vault = match house.open(Arc::new(OsFs)) {
            Ok(vault) => vault,
            Err(error) => {
                wrong.push(format!("round {round}: {}", full(&error)));
                break;
            }
        };
        vault.mirror();
        if let Some(why) = vault.read_only() {
            wrong.push(format!("round {round}: read-only: {why}"));
        }
        let (journal, found) = inspect::vault(&OsFs, &house.vault(), false);
        wrong.extend(found.into_iter().map(|w| format!("round {round}: {w}")));
        let session = house.founder(&vault).unwrap();
        let records = session
            .list(&jingui_vault::catalog::Query { limit: 100_000, ..Default::default() })
            .unwrap()
            .rows;
        for (known, digests) in known.iter().zip(&digests) {
            let row =
                records.iter().find(|row| row.record == known.record && row.facts.number == known.number);
            let there =
                row.map(|r| r.documents.iter().map(|d| d.sha256.to_string()).collect::<Vec<_>>().join(","));
            if there.as_ref() != Some(digests) {
                wrong.push(format!("round {round}: {} was printed and is {there:?}", known.number));
            }
        }
        wrong.extend(inspect::mirror(&OsFs, &house.vault(), &house.mirror()).1);
        assert!(journal.lines.len() as u64 <= vault.state().lines);
    }
    let vault = house.open(Arc::new(OsFs)).unwrap();
    let session = house.founder(&vault).unwrap();
    wrong.extend(look_at_all(&session, &known));
    wrong.extend(verify(&session));
    say(&format!(
        "{round} rounds of SIGKILL, {} records printed before, {} there",
        known.len(),
        vault.state().counts.records
    ));
    assert!(known.len() > 30, "it was given time to file");
    nothing_wrong(&wrong);
}
