//! Schedules by chance over both ends: people, strangers and failures in any order, step by step against a plain model.
//!
//! The seed decides what happens when; a failing schedule says it with its last steps, and `JINGUI_SEED=n` replays just that
//! one. What is cut off may have been done or not, as a whole; everything else has one outcome.

use super::ends::{Ends, Told};
use super::*;
use jingui_tests::{in_parallel, long, say};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Steps of one schedule; how many schedules at most, and for how long new ones are begun.
const STEPS: usize = 25;
const SCHEDULES: u64 = 40;
const SCHEDULES_LONG: u64 = 2000;
const TIME: Duration = Duration::from_secs(22);
const TIME_LONG: Duration = Duration::from_secs(15 * 60);
/// The first so many are followed however long they take.
const SCHEDULES_LEAST: u64 = 4;

/// Follows one schedule to the end; how often there was each step, or what went wrong.
fn followed(base: &Closing, seed: u64) -> std::result::Result<BTreeMap<String, u64>, String> {
    let mut ends = Ends::begin(base, seed);
    let mut done = 0;
    let result = catch_unwind(AssertUnwindSafe(|| -> Told {
        while done < STEPS {
            ends.step()?;
            done += 1;
        }
        ends.end()
    }));
    let why = match result {
        Ok(Ok(())) => return Ok(ends.counts),
        Ok(Err(why)) => why,
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            format!("panicked: {}", text.unwrap_or_else(|| "at the place above".into()))
        }
    };
    let last = ends.log.len().saturating_sub(15);
    Err(format!(
        "JINGUI_SEED={seed}, step {done} of {STEPS}: {why}\nthe last steps:\n  {}",
        ends.log[last..].join("\n  ")
    ))
}

#[test]
fn whatever_comes_in_whatever_order_nothing_is_lost_or_doubled() {
    let base = Closing::new();
    if let Some(seed) = std::env::var("JINGUI_SEED").ok().and_then(|text| text.parse().ok()) {
        let counts = followed(&base, seed).unwrap_or_else(|why| panic!("{why}"));
        return say(&format!("{counts:?}"));
    }
    let (most, time) = if long() { (SCHEDULES_LONG, TIME_LONG) } else { (SCHEDULES, TIME) };
    let seeds: Vec<u64> = (1..=most).collect();
    let (since, wrong) = (Instant::now(), Mutex::new(Vec::new()));
    let (all, counts) = (Mutex::new(0), Mutex::new(BTreeMap::<String, u64>::new()));
    in_parallel(&seeds, |seed| {
        let is_over = since.elapsed() > time && *seed > SCHEDULES_LEAST;
        if is_over || !wrong.lock().unwrap().is_empty() {
            return;
        }
        match followed(&base, *seed) {
            Ok(steps) => {
                *all.lock().unwrap() += 1;
                let mut counts = counts.lock().unwrap();
                steps.into_iter().for_each(|(step, count)| *counts.entry(step).or_default() += count);
            }
            Err(why) => wrong.lock().unwrap().push(why),
        }
    });
    let (all, counts) = (all.into_inner().unwrap(), counts.into_inner().unwrap());
    say(&format!("{all} schedules in {:.0} s: {counts:?}", since.elapsed().as_secs_f64()));
    nothing_wrong(&wrong.into_inner().unwrap());
    assert!(all >= SCHEDULES_LEAST, "{all} schedules are none");
}
