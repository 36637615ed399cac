//! The power fails: what was not synced is lost, kept or torn, and nothing that was acknowledged is.

use jingui_schema::id::RecordId;
use jingui_tests::faults::Fault;
use jingui_tests::lossy::{Cut, Dice, LossyFs};
use jingui_tests::story::{Story, as_founder, cuts, failed_then_cut, judge, plainly, remove_dir};
use jingui_tests::{in_parallel, keep, long, nothing_wrong, say, seed, stories};
use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// Judges cuts of a story, others with each seed, until there were so many different disks; returns how many, how
/// many of them were looked at thoroughly, and what is wrong.
fn judge_until(story: &Story, most: u64, thoroughly_one_in: u64) -> (u64, u64, Vec<String>) {
    let (seen, wrong) = (Mutex::new(HashSet::new()), Mutex::new(Vec::new()));
    let (states, thorough) = (AtomicU64::new(0), AtomicU64::new(0));
    // Moments in an order of chance: where not all fit in, those that do lie everywhere.
    let mut order: Vec<usize> = (0..story.moments.len()).collect();
    let mut dice = Dice(seed());
    for i in (1..order.len()).rev() {
        order.swap(i, dice.below(i as u64 + 1) as usize);
    }
    for round in 0..1000 {
        let before = states.load(Ordering::Relaxed);
        let points: Vec<(usize, Cut)> =
            order.iter().flat_map(|moment| Cut::ALL.map(|how| (*moment, how))).collect();
        in_parallel(&points, |(moment, how)| {
            if states.load(Ordering::Relaxed) >= most
                || (round > 0 && matches!(how, Cut::Nothing | Cut::Everything | Cut::NamesOnly))
            {
                return;
            }
            let chance = seed().wrapping_mul(1 << 20) ^ ((*moment as u64) << 32) ^ round;
            let after = story.cut(*moment, *how, chance);
            let told = story.told_by(*moment);
            // The same disk may be asked for more when more had been told.
            if !seen.lock().unwrap().insert((after.digest(), told.lines)) {
                return;
            }
            let count = states.fetch_add(1, Ordering::Relaxed);
            let thoroughly = count.is_multiple_of(thoroughly_one_in);
            thorough.fetch_add(u64::from(thoroughly), Ordering::Relaxed);
            let found = story.judge_disk(&after, told, thoroughly);
            let found = found.into_iter().map(|w| format!("{how:?} at {moment}, chance {chance}: {w}"));
            wrong.lock().unwrap().extend(found);
        });
        let now = states.load(Ordering::Relaxed);
        // Enough, or no more to be found: a short story has only so many different ends.
        if now >= most || (round > 20 && now == before) {
            break;
        }
    }
    (states.into_inner(), thorough.into_inner(), wrong.into_inner().unwrap())
}

/// How many different disks are judged of each story.
const STATES: u64 = 600;
const STATES_LONG: u64 = 25_000;

#[test]
fn no_power_cut_loses_what_was_acknowledged() {
    let mut table = String::from(
        "| story | operations | acknowledgements | different disks after a power cut | looked at thoroughly | violations |\n\
         |---|---:|---:|---:|---:|---:|\n",
    );
    let (mut all_wrong, mut all_states) = (Vec::new(), 0);
    let began = std::time::Instant::now();
    for (name, tale) in stories::ALL {
        let story = tale(plainly).unwrap();
        let most = if long() { STATES_LONG } else { STATES };
        let (states, thorough, wrong) = judge_until(&story, most, 50);
        table += &format!(
            "| {name} | {} | {} | {states} | {thorough} | {} |\n",
            story.moments.len(),
            story.told.len() - 1,
            wrong.len()
        );
        all_states += states;
        all_wrong.extend(wrong.into_iter().map(|w| format!("{name}: {w}")));
    }
    let text = format!("{table}\n{all_states} disks in {:.0} s\n", began.elapsed().as_secs_f32());
    say(&format!("{text}(JINGUI_SEED={})", seed()));
    keep("faults-power.md", &text);
    nothing_wrong(&all_wrong);
    assert!(all_states >= if long() { 100_000 } else { 2_500 }, "{all_states} states");
}

#[test]
fn a_power_cut_while_recovering_from_another_loses_nothing_either() {
    let story = stories::life(plainly).unwrap();
    let all: Vec<_> = cuts(story.moments.len(), 1).collect();
    let step = if long() { 7 } else { 197 };
    let some: Vec<_> = all.into_iter().skip(seed() as usize % step).step_by(step).collect();
    let (wrong, states) = (Mutex::new(Vec::new()), AtomicU64::new(0));
    in_parallel(&some, |(moment, how, seed)| {
        let fs = LossyFs::on(story.cut(*moment, *how, *seed));
        fs.record();
        drop(story.house.open(Arc::new(fs.clone())));
        for (i, (disk, _)) in fs.moments().into_iter().enumerate() {
            for second in [Cut::Nothing, Cut::Random, Cut::Apart] {
                states.fetch_add(1, Ordering::Relaxed);
                let after = disk.cut(second, &mut Dice(seed ^ i as u64));
                let found = story.judge_disk(&after, story.told_by(*moment), false);
                let context = format!("{how:?} at {moment}, seed {seed}; then {second:?} at {i}");
                wrong.lock().unwrap().extend(found.into_iter().map(|w| format!("{context}: {w}")));
            }
        }
    });
    say(&format!("{} power cuts while recovering from {} others", states.into_inner(), some.len()));
    nothing_wrong(&wrong.into_inner().unwrap());
}

#[test]
fn what_a_failed_filing_left_unsynced_does_not_take_the_next_one_with_it() {
    let (_real, disk, house) = Story::begin(true, 1).unwrap();
    // As if a numbered directory were full and the next record needed a new one.
    remove_dir(&disk, &house.vault().join("covers/000000"));
    remove_dir(&disk, &house.vault().join("bodies/000000"));
    // Its segment is closed, and the next act begins another one.
    let vault = house.open(Arc::new(disk.clone())).unwrap();
    house.founder(&vault).unwrap().reveal(RecordId::from_bytes([1; 16]), None, "closes it").unwrap();
    drop(vault);
    let base = disk.disk();
    let (mut wrong, mut states) = (Vec::new(), 0);
    for (k, fault) in (1..90).flat_map(|k| [Fault::Kill, Fault::Eio, Fault::Enospc].map(|fault| (k, fault))) {
        let _ = std::fs::remove_dir_all(house.vault().join("derived/catalog"));
        let Some((disk, told)) = failed_then_cut(&base, &house, k, fault) else { continue };
        for how in Cut::ALL {
            for chance in 0..if long() { 100 } else { 2 } {
                let chance = seed() << 8 | chance;
                states += 1;
                let found = judge(&house, &as_founder(), &disk.cut(how, &mut Dice(chance)), &told, false);
                wrong.extend(
                    found
                        .into_iter()
                        .map(|w| format!("{} at {k}, then {how:?}, chance {chance}: {w}", fault.word())),
                );
            }
        }
    }
    say(&format!("{states} power cuts after a filing that failed and another that did not"));
    assert!(states > 1000, "{states} states");
    nothing_wrong(&wrong);
}
