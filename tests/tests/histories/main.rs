//! Long random histories of a vault, step by step against plain lists and maps.
//!
//! The seed decides everything that decides: commands, faults, what a power cut leaves, times, ids and keys (age's own
//! nonces excepted, on which nothing turns). A failing history says its seed, the step and the last commands;
//! `JINGUI_SEED=n` replays just it. After a fault a model stands that was not acknowledged as done or not done, as a
//! whole; everything else has one answer.

mod check; // what a vault shows, compared
mod deeds; // one deed each, and what should come of it
mod model;
mod steps; // what people and disks do next
mod world;

mod lying; // disks that do not do what they say

use jingui_tests::story::{Through, plainly};
use jingui_tests::{keep, long, say};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};
use steps::History;

/// Steps of one history, and for how long histories are told.
const STEPS: usize = 60;
const STEPS_LONG: usize = 250;
const TIME: Duration = Duration::from_secs(22);
const TIME_LONG: Duration = Duration::from_secs(10 * 60);

/// Tells one history; the counts of its steps, or what went wrong.
fn told(seed: u64, steps: usize, through: Through) -> Result<BTreeMap<&'static str, u64>, String> {
    let mut history = History::begin(seed, through);
    let mut done = 0;
    let result = catch_unwind(AssertUnwindSafe(|| -> Result<(), String> {
        while done < steps {
            history.step()?;
            done += 1;
        }
        history.end()
    }));
    let why = match result {
        Ok(Ok(())) => return Ok(history.counts),
        Ok(Err(why)) => why,
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            format!("panicked: {}", text.unwrap_or_else(|| "at the place above".into()))
        }
    };
    let last = history.log.len().saturating_sub(12);
    Err(format!(
        "JINGUI_SEED={seed}, step {done} of {steps}: {why}\nthe last commands:\n  {}",
        history.log[last..].join("\n  ")
    ))
}

#[test]
fn long_histories_answer_as_plain_lists_do() {
    let steps = if long() { STEPS_LONG } else { STEPS };
    if let Some(seed) = std::env::var("JINGUI_SEED").ok().and_then(|s| s.parse().ok()) {
        let counts = told(seed, steps, plainly).unwrap_or_else(|why| panic!("{why}"));
        return say(&format!("{counts:?}"));
    }
    let time = if long() { TIME_LONG } else { TIME };
    let (since, mut seed, mut counts) = (Instant::now(), 0, BTreeMap::<&str, u64>::new());
    while since.elapsed() < time {
        seed += 1;
        for (step, count) in told(seed, steps, plainly).unwrap_or_else(|why| panic!("{why}")) {
            *counts.entry(step).or_default() += count;
        }
    }
    let all: u64 = counts.iter().filter(|(step, _)| !step.contains(':')).map(|(_, count)| count).sum();
    let mut table = format!(
        "{seed} histories, {all} steps, {:.0} s\n\nstep | times\n---|---\n",
        since.elapsed().as_secs_f64()
    );
    for (step, count) in &counts {
        writeln!(table, "{step} | {count}").expect("a String takes all");
    }
    say(&table);
    keep("histories.md", &table);
}

#[test]
fn a_disk_that_lies_is_noticed() {
    for (what, through) in [
        ("syncs that do nothing", lying::forgetful as Through),
        ("covers with a changed byte", lying::bending),
    ] {
        let noticed = (1..=40).find(|seed| told(*seed, STEPS, through).is_err());
        say(&format!("{what}: noticed in history {noticed:?}"));
        assert!(noticed.is_some(), "{what} went unnoticed in 40 histories");
    }
}
