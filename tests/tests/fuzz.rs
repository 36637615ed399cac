//! Every reader of stored bytes is given what nobody wrote: the corpus as it lies, and the corpus changed.
//!
//! `JINGUI_SEED=n JINGUI_TARGET=name` replays one case; `JINGUI_LONG=1` tries for a minute and a half instead of a second.
//! What chooses its bytes by coverage is `tests/fuzz/run`, over the same readers.

use jingui_tests::lossy::Dice;
use jingui_tests::mutate::mutated;
use jingui_tests::targets::{TARGETS, Target, target};
use jingui_tests::{keep, long, nothing_wrong, say};
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Cases of one reader at most, and how long it may take over them.
const CASES: u64 = 20_000;
const TIME: Duration = Duration::from_millis(500);
/// However slow the machine is, so many.
const CASES_MIN: u64 = 10;
const TIME_LONG: Duration = Duration::from_secs(20);
/// No input is longer than this.
const BYTES_MAX: usize = 24 << 10;
/// What one case may take of a processor.
const CASE_TIME_MAX: Duration = Duration::from_secs(10);
/// What all cases of a reader may add to the memory that the program has had at most.
const MEMORY_MAX_KIB: u64 = 300 << 10;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// The inputs of one reader, by name.
fn inputs(name: &str) -> Vec<(String, Vec<u8>)> {
    let Ok(entries) = std::fs::read_dir(corpus().join(name)) else { return Vec::new() };
    let mut inputs: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .map(|path| (path.display().to_string(), std::fs::read(&path).expect("the corpus can be read")))
        .collect();
    inputs.sort();
    inputs
}

/// The case of this seed.
fn case(inputs: &[(String, Vec<u8>)], seed: u64) -> Vec<u8> {
    let mut dice = Dice(seed);
    let any = |dice: &mut Dice| match inputs.len() as u64 {
        0 => &[][..],
        count => &inputs[dice.below(count) as usize].1,
    };
    let (one, other) = (any(&mut dice), any(&mut dice));
    mutated(one, other, BYTES_MAX, &mut dice)
}

/// The most memory this program has had at once, in KiB, where the system tells.
fn memory_peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok())
}

/// What this thread has had of a processor, so that a busy machine tries as much as an idle one.
fn worked() -> Duration {
    static BEGAN: OnceLock<Instant> = OnceLock::new();
    let began = BEGAN.get_or_init(Instant::now);
    let schedule = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    match schedule.split(' ').next().and_then(|nanoseconds| nanoseconds.parse().ok()) {
        Some(nanoseconds) => Duration::from_nanos(nanoseconds),
        None => began.elapsed(),
    }
}

/// Runs a case; says what went wrong.
fn tried(target: Target, bytes: &[u8]) -> Result<(), String> {
    let since = worked();
    catch_unwind(AssertUnwindSafe(|| target(bytes))).map_err(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        text.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned())).unwrap_or_default()
    })?;
    match worked() - since {
        time if time > CASE_TIME_MAX => Err(format!("it took {time:?}")),
        _ => Ok(()),
    }
}

#[test]
fn the_corpus_is_read_without_harm() {
    let mut wrong = Vec::new();
    for (name, target) in TARGETS {
        let inputs = inputs(name);
        assert!(!inputs.is_empty(), "corpus/{name} has something in it");
        for (path, bytes) in inputs {
            // Cut at so many places, spread over it.
            let cuts = if long() { 400 } else { 25 };
            let step = (bytes.len() / cuts).max(1);
            for cut in (0..bytes.len()).step_by(step).chain([bytes.len()]) {
                if let Err(why) = tried(*target, &bytes[..cut]) {
                    wrong.push(format!("{path} cut at byte {cut}: {why}"));
                    break;
                }
            }
        }
    }
    nothing_wrong(&wrong);
}

#[test]
fn no_bytes_make_a_reader_panic_or_believe_what_is_not_so() {
    if let (Some(seed), Ok(name)) = (seed(), std::env::var("JINGUI_TARGET")) {
        let bytes = case(&inputs(&name), seed);
        say(&format!("{name} {seed}: {}", bytes.escape_ascii()));
        return target(&name).expect("a reader of this name")(&bytes);
    }
    let first = seed().unwrap_or(1);
    let time = if long() { TIME_LONG } else { TIME };
    let mut table =
        String::from("target | cases | inputs in the corpus | seconds | violations\n---|---|---|---|---\n");
    let mut wrong = Vec::new();
    for (name, target) in TARGETS {
        let inputs = inputs(name);
        let (since, before) = (worked(), memory_peak());
        let (mut cases, mut bad) = (0, 0);
        while bad < 3 && (cases < CASES_MIN || worked() - since < time && (long() || cases < CASES)) {
            let seed = first.wrapping_add(cases);
            if let Err(why) = tried(*target, &case(&inputs, seed)) {
                wrong.push(format!("JINGUI_TARGET={name} JINGUI_SEED={seed}: {why}"));
                bad += 1;
            }
            cases += 1;
        }
        if let (Some(before), Some(after)) = (before, memory_peak())
            && after.saturating_sub(before) > MEMORY_MAX_KIB
        {
            wrong.push(format!(
                "{name} took {} MiB more than there was before",
                after.saturating_sub(before) >> 10
            ));
        }
        let seconds = (worked() - since).as_secs_f64();
        writeln!(table, "{name} | {cases} | {} | {seconds:.1} | {bad}", inputs.len())
            .expect("a String takes all");
    }
    say(&table);
    keep("fuzz.md", &table);
    nothing_wrong(&wrong);
}

fn seed() -> Option<u64> {
    std::env::var("JINGUI_SEED").ok()?.parse().ok()
}

#[test]
fn each_reader_has_its_program_under_the_fuzzer() {
    let manifest =
        std::fs::read_to_string(corpus().join("../fuzz/Cargo.toml")).expect("the fuzzers' manifest");
    let programs: Vec<&str> = manifest
        .lines()
        .skip_while(|line| *line != "[[bin]]")
        .filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'))
        .collect();
    let readers: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
    assert_eq!(programs, readers);
}

#[test]
fn the_sample_vault_is_whole_and_still_means_what_it_said() {
    let sample = jingui_tests::targets::sample();
    // If this fails, old vaults have changed their meaning.
    assert_eq!(sample.state.counts.records, 1);
    assert_eq!(sample.state.counts.documents, 3);
    assert_eq!(sample.state.staff.len(), 3);
    assert!(sample.state.staff.values().all(|member| member.countersigned));
    assert_eq!(sample.lines.len() as u64, sample.state.lines);
}
