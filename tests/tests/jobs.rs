//! Scheduled work, with the real program: what is due runs once however often it was missed, each run leaves its line, and
//! what did not run is told.

use jingui_schema::act::Deed;
use jingui_schema::jobs::{Job, JobOutcome, shipped};
use jingui_schema::line::{Line, Tip};
use jingui_schema::time::Time;
use jingui_tests::house::{House, env_on, verify};
use jingui_tests::lossy::Dice;
use jingui_tests::program::{Desk, is_a_refusal};
use jingui_vault::env::{Clock, Env};
use jingui_vault::fs::OsFs;
use jingui_vault::jobs::cron::Cron;
use jingui_vault::jobs::{Onlooker, outcome};
use jingui_vault::{Exit, Options, Vault};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

const DAY: i64 = 24 * 3_600_000;

/// Milliseconds since 1970, as the program under test reads them.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    since.as_millis() as i64
}

/// Waits while a shipped job's time is less than a minute ahead: a job that comes to be due between two calls
/// is one more than was counted.
fn wait_for_quiet() {
    let comes = |at: Time| {
        shipped().iter().any(|one| {
            let cron: Cron = one.cron.parse().unwrap();
            cron.after(at).is_some_and(|next| next.millis() - at.millis() < 60_000)
        })
    };
    // They are half an hour apart, so it is a minute at most; it is never more than two.
    for _ in 0..120 {
        if !comes(Time::from_millis(now())) {
            return;
        }
        std::thread::sleep(Duration::from_secs(1));
    }
}

/// Goes a second with each look, from where it is set.
struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Time {
        Time::from_millis(self.0.fetch_add(1000, Ordering::Relaxed))
    }
}

/// A vault that has been there for days, and a desk at which the real program is run on it.
struct Old {
    desk: Desk,
    house: House,
    hand: Arc<Hand>,
}

impl Old {
    /// A vault that began so many days ago, with so many records, in which no job ever ran.
    fn of_days(days: i64, records: usize) -> Self {
        wait_for_quiet();
        let mut desk = Desk::bare();
        let hand = Arc::new(Hand(AtomicI64::new(now() - days * DAY)));
        let env = Env { clock: hand.clone(), ..env_on(Arc::new(OsFs)) };
        let house = House::planned(&desk.path("house"), &env, false);
        fs::create_dir(&house.root).unwrap();
        drop(house.begin(&env).unwrap());
        desk.use_vault(house.vault());
        let old = Self { desk, house, hand };
        let vault = old.open();
        let session = old.house.founder(&vault).unwrap();
        for i in 0..records {
            old.house.file(&session, &format!("record {i}"), 1, None).unwrap();
        }
        drop((session, vault));
        old
    }

    fn open(&self) -> Vault {
        let env = Env { clock: self.hand.clone(), ..env_on(Arc::new(OsFs)) };
        let options = Options { keystore: Some(self.house.keys()), ..Options::default() };
        Vault::open(env, &self.house.vault(), options).unwrap()
    }

    /// The lines of the journal, read again.
    fn lines(&self) -> Vec<Line> {
        let vault = self.open();
        vault.lines_after(Tip::START).unwrap().map(|item| item.unwrap().0).collect()
    }

    /// How often each job has run.
    fn runs(&self) -> Vec<(Job, JobOutcome)> {
        let ran = |line: Line| match line.act.deed {
            Deed::JobRan(d) => Some((d.job, d.outcome)),
            _ => None,
        };
        self.lines().into_iter().filter_map(ran).collect()
    }

    fn bodies(&self) -> Vec<PathBuf> {
        let dir = self.house.vault().join("bodies/000000");
        let mut all: Vec<PathBuf> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
        all.sort();
        all
    }

    /// Nothing is damaged, by the program's word and by that of the checker.
    #[track_caller]
    fn sound(&self) {
        let vault = self.open();
        assert_eq!(verify(&self.house.founder(&vault).unwrap()), [""; 0]);
        drop(vault);
        let asked = jingui_checker::Asked { vault: self.house.vault(), ..Default::default() };
        assert_eq!(jingui_checker::check(&asked), []);
    }
}

/// Names of jobs without the one that is monthly, which may be among them or not.
fn daily<'a>(jobs: impl Iterator<Item = &'a Value>) -> Vec<&'a str> {
    jobs.filter_map(Value::as_str).filter(|job| *job != "plan").collect()
}

fn job<'a>(told: &'a Value, name: &str) -> &'a Value {
    told["jobs"].as_array().unwrap().iter().find(|job| job["job"] == name).unwrap()
}

#[test]
fn what_was_missed_for_ten_days_is_told_and_caught_up_once() {
    let old = Old::of_days(10, 2);
    let desk = &old.desk;
    let status = desk.run("", ["status", "--json"]).ok().json();
    let overdue = status["jobs"]["overdue"].as_array().unwrap();
    assert_eq!(daily(overdue.iter().map(|o| &o["job"])), ["journal", "fixity", "remind", "run"]);
    for lang in ["en", "zh"] {
        let told = desk.call("", ["status", "--lang", lang]).run().ok().err;
        assert!(["journal", "fixity", "remind"].iter().all(|job| told.contains(job)), "{told}");
        let list = desk.call("", ["jobs", "list", "--lang", lang]).run().ok().out();
        assert!(list.contains("30 2 * * *") && !list.contains("job-") && !list.contains("jobs-"), "{list}");
    }
    let list = desk.run("", ["jobs", "list", "--json"]).ok().json();
    assert_eq!(list["shipped"], true);
    let journal = job(&list, "journal");
    assert_eq!((&journal["overdue"], &journal["last"]), (&json!(true), &Value::Null));
    assert!((8..=10).contains(&journal["missed"].as_u64().unwrap()), "{journal}");
    // What is due is run: on its day the monthly one is, too, a day before it is overdue.
    let count = list["jobs"].as_array().unwrap().iter().filter(|one| !one["due"].is_null()).count();
    assert!(count >= 4, "{list}");

    // What would be run is told, and nothing is done.
    let lines = desk.lines();
    let would = desk.run("", ["jobs", "run", "-n", "--json"]).ok().json();
    assert_eq!(would["jobs"].as_array().unwrap().len(), count);
    assert_eq!(desk.lines(), lines);

    let ran = desk.run("", ["jobs", "run", "--due", "--json"]).ok().json_lines();
    let jobs = ran.iter().filter(|line| line["type"] == "item").map(|line| &line["job"]);
    assert_eq!(daily(jobs), ["journal", "fixity", "remind", "run"]);
    assert!(ran[0]["missed"].as_u64().unwrap() >= 8 && ran[0]["outcome"] == "done", "{}", ran[0]);
    assert!(ran[1]["counts"]["bytes"].as_u64().unwrap() > 0, "{}", ran[1]);
    let last = ran.last().unwrap();
    assert_eq!(
        (&last["type"], &last["ran"], &last["exit_code"]),
        (&json!("summary"), &json!(count), &json!(0))
    );
    assert_eq!(desk.lines(), lines + count as u64, "a line for each, and no other");
    // Once is enough.
    assert!(desk.run("", ["jobs", "run"]).ok().err.contains("Nothing is due"));
    assert_eq!(desk.lines(), lines + count as u64);
    let list = desk.run("", ["jobs", "list", "--json"]).ok().json();
    let journal = job(&list, "journal");
    assert_eq!((&journal["due"], &journal["overdue"]), (&Value::Null, &json!(false)));
    assert_eq!(journal["last"]["outcome"], "done");
    assert!(journal["next"].as_str().unwrap() > journal["last"]["due"].as_str().unwrap());
    let status = desk.run("", ["status", "--json"]).ok().json();
    assert_eq!((&status["jobs"]["overdue"], &status["jobs"]["unwell"]), (&json!([]), &json!([])));
    let told = desk.run("", ["status"]).ok();
    assert!(!told.err.contains("job"), "nothing is told where all is well: {}", told.err);
    old.sound();
}

#[test]
fn every_body_is_read_in_its_turn_and_damage_is_told_once_in_the_journal() {
    let old = Old::of_days(1, 12);
    let desk = &old.desk;
    let (mut read, mut runs) = (BTreeSet::new(), 0);
    // A seventy-fifth each time is one of twelve.
    while desk.run("", ["status", "--json"]).ok().json()["jobs"]["fixity_round"].is_null() {
        let told = desk.run("", ["jobs", "run", "fixity", "--json"]).ok().json_lines();
        assert_eq!(told[0]["counts"]["findings"], Value::Null);
        runs += 1;
        assert!(runs <= 12, "it does not come to an end");
    }
    assert!(runs >= 4, "all was read in {runs} runs: that is no share");
    let bounds = |line: &Line| match &line.act.deed {
        Deed::JobRan(d) => d.read,
        _ => None,
    };
    let all: Vec<_> = old.lines().iter().filter_map(bounds).collect();
    assert_eq!(all.len(), runs);
    assert_eq!((all[0].from, all[runs - 1].to), (None, None));
    for pair in all.windows(2) {
        assert_eq!(pair[1].from, pair[0].to, "each begins where the last one ended");
        assert!(read.insert(pair[0].to), "none twice in a round");
    }
    let round = desk.run("", ["status"]).ok().out();
    assert!(round.contains("All bytes read"), "{round}");

    // One bit, in the body that is read last.
    let body = old.bodies().pop().unwrap();
    let whole = fs::read(&body).unwrap();
    let mut bytes = whole.clone();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&body, &bytes).unwrap();
    let incidents = || old.lines().iter().filter(|l| matches!(l.act.deed, Deed::Incident(_))).count();
    let mut codes = Vec::new();
    for _ in 0..2 * runs {
        let told = desk.run("", ["jobs", "run", "fixity", "--json"]);
        codes.push(told.code);
        if told.code != 0 {
            assert_eq!(told.code, 3);
            let lines = told.json_lines();
            assert_eq!((&lines[0]["finding"], &lines[1]["outcome"]), (&json!("digest"), &json!("part")));
            assert_eq!(lines[1]["code"], 13);
            let status = desk.run("", ["status", "--json"]).ok().json();
            assert_eq!(status["jobs"]["unwell"][0]["code"], 13);
            assert!(desk.run("", ["status"]).ok().err.contains("fixity"));
        }
    }
    assert_eq!(codes.iter().filter(|code| **code == 3).count(), 2, "once in each round: {codes:?}");
    assert_eq!(incidents(), 1, "one line for one damage");
    // Names and sizes of bodies are looked at each day: one that is gone is not found out after ninety.
    fs::remove_file(&body).unwrap();
    let told = desk.run("", ["jobs", "run", "journal", "--json"]).exits(3).json_lines();
    assert_eq!((&told[0]["finding"], &told[1]["counts"]["findings"]), (&json!("missing"), &json!(1)));
    fs::write(&body, &whole).unwrap();
    desk.run("", ["jobs", "run", "journal", "fixity"]).ok();
    old.sound();
}

#[test]
fn a_program_killed_at_any_moment_leaves_each_job_run_once_in_the_end() {
    let mut dice = Dice(20_261_126);
    for signal in ["KILL", "INT", "KILL", "TERM"] {
        let old = Old::of_days(5, 6);
        for _ in 0..4 {
            let running = old.desk.call("", ["jobs", "run"]).spawn();
            std::thread::sleep(Duration::from_micros(dice.below(60_000)));
            running.signal(signal);
            let ended = running.wait();
            assert!(!ended.err.contains("panic"), "{}", ended.err);
        }
        old.desk.run("", ["jobs", "run"]);
        let runs = old.runs();
        for job in [Job::Journal, Job::Fixity, Job::Remind] {
            let count = runs.iter().filter(|(ran, _)| *ran == job).count();
            assert_eq!(count, 1, "{signal}: {job} in {runs:?}");
        }
        // Only an interrupted one may have failed, and then it says so until it has run again.
        let failed = runs.iter().filter(|(_, outcome)| *outcome == JobOutcome::Failed).count();
        assert!(failed == 0 || signal != "KILL", "{runs:?}");
        let status = old.desk.run("", ["status", "--json"]).ok().json();
        assert_eq!(status["jobs"]["unwell"].as_array().unwrap().len(), failed);
        old.desk.run("", ["jobs", "run", "journal", "fixity", "remind"]).ok();
        old.sound();
    }
}

#[test]
fn an_interrupted_run_says_so_and_what_it_had_read_counts() {
    let old = Old::of_days(400, 6);
    let vault = old.open();
    old.hand.0.store(now(), Ordering::Relaxed);
    let onlooker =
        Onlooker { progress: &|_| {}, interrupted: &|| true, knows_holds: false, push: None, taken: &|_| {} };
    let came = vault.carry_out_job(Job::Fixity, &onlooker).unwrap();
    assert_eq!((came.exit(), outcome(came.exit())), (Exit::Interrupted, JobOutcome::Failed));
    // Without looking up it reads on from there, and a share of four hundred days is all there is.
    let onlooker = Onlooker { interrupted: &|| false, ..onlooker };
    let came = vault.carry_out_job(Job::Fixity, &onlooker).unwrap();
    assert_eq!((came.counts.files, came.read.unwrap().to), (6, None));
}

#[test]
fn two_that_run_what_is_due_at_once_run_it_once() {
    let old = Old::of_days(3, 2);
    let both: Vec<_> = (0..3).map(|_| old.desk.call("", ["jobs", "run"]).spawn()).collect();
    for running in both {
        running.wait().ok();
    }
    let mut jobs: Vec<Job> =
        old.runs().into_iter().map(|(job, _)| job).filter(|job| *job != Job::Plan).collect();
    jobs.sort_unstable();
    assert_eq!(jobs, [Job::Journal, Job::Fixity, Job::Remind, Job::Run]);
}

#[test]
fn a_vault_that_takes_no_line_is_read_all_the_same() {
    let old = Old::of_days(3, 2);
    fs::create_dir(old.desk.path("copy")).unwrap();
    let (copy, back) = (old.desk.text("copy"), old.desk.text("back"));
    old.desk.run("", ["backup", "create", &copy, "--new"]).ok();
    old.desk.run("", ["backup", "restore", &copy, &back]).ok();
    let keys = old.house.keys().display().to_string();
    let words = ["jobs", "run", "--vault", &back, "--keystore", &keys];
    let ran = old.desk.run("", words).exits(3);
    assert!(ran.out().contains("journal: done") && ran.out().contains("fixity: done"), "{}", ran.out());
    for job in ["journal", "fixity", "remind", "run"] {
        assert!(
            ran.err.contains(&format!("{job} has run, and no line of it could be written")),
            "{}",
            ran.err
        );
    }
    let told = old.desk.call("", words).arg("--json").run().exits(3).json_lines();
    assert!(told.last().unwrap()["unwritten"].as_u64().unwrap() >= 4, "{told:?}");
}

/// Zhang (0001) files, Li (0002) is system administrator and reviews, Chen (0003) approves, Wang (0004) audits.
fn at_work() -> Desk {
    let desk = Desk::bare();
    let person = |name: &str, roles: &str| format!("{}={roles}", desk.public(name).display());
    desk.call("zhang", ["init", "--ra", "东区", "--fonds", "JG01", "--roles", "security,archivist"])
        .args(["--person", &person("li", "system,reviewer"), "--person", &person("chen", "approver")])
        .args(["--person", &person("wang", "audit"), "--authority"])
        .args([desk.public("ca"), desk.vault().to_owned()])
        .run()
        .ok();
    desk.run("ca", ["staff", "countersign"]).ok();
    desk
}

fn set<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["jobs", "set", "--reason", "the new machine"][..], more].concat()
}

#[test]
fn a_schedule_is_signed_by_one_who_may_and_named_where_it_is_none() {
    let desk = at_work();
    let lines = desk.lines();
    desk.refuses("zhang", set(&["fixity=0 1 * * *"]), 4, "0001");
    for (time, names) in [
        ("fixity=0 1 * *", "0 1 * *"),
        ("fixity=0 1 31 2 *", "0 1 31 2 *"),
        ("fixity=0 1 * * 8", "week day"),
        ("fixity=0 1 */2 * Mon", "0 1 */2 * Mon"),
        ("fixity=@daily", "@daily"),
    ] {
        desk.refuses("chen", set(&[time]), 2, names);
    }
    desk.run("", ["jobs", "run", "joural"]).exits(2);
    desk.run("chen", set(&["joural=0 1 * * *"])).exits(2);
    let twice = "[[job]]\njob = \"fixity\"\ncron = \"0 1 * * *\"\n".repeat(2);
    let file = desk.file("twice.toml", twice).display().to_string();
    desk.refuses("chen", set(&["--file", &file]), 2, "fixity");
    let file = desk.file("none.toml", "[[job]]\njob = \"fixity\"\n").display().to_string();
    desk.refuses("chen", set(&["--file", &file]), 2, "none.toml");
    desk.run("chen", set(&["fixity=0 1 * * *", "-n"])).ok();
    assert_eq!(desk.lines(), lines);

    // The approver on one machine, by an act file; the system administrator on this one.
    let act = desk.text("jobs.act");
    desk.run("chen", set(&["fixity=0 1 * * Sun", "--act-out", &act])).ok();
    assert_eq!(desk.lines(), lines);
    desk.run("", ["act", "submit", &act]).ok();
    let list = desk.run("", ["jobs", "list", "--json"]).ok().json();
    assert_eq!((&list["shipped"], &job(&list, "fixity")["cron"]), (&json!(false), &json!("0 1 * * Sun")));
    assert_eq!(job(&list, "journal")["cron"], "30 2 * * *", "what is not named stays");
    desk.refuses("chen", set(&["fixity=0 1 * * Sun"]), 2, "chedule");
    desk.run("li", set(&["fixity=off", "remind=0 8 * * Mon-Fri"])).ok();
    let list = desk.run("", ["jobs", "list", "--json"]).ok().json();
    assert_eq!(job(&list, "fixity")["cron"], Value::Null);
    let status = desk.run("", ["status"]).ok();
    assert!(status.err.contains("fixity is not in the schedule"), "{}", status.err);
    let file = desk.file("jobs.toml", jingui_schema::jobs::SHIPPED).display().to_string();
    desk.run("li", set(&["--file", &file])).ok();
    assert!(!desk.run("", ["status"]).ok().err.contains("schedule"));
    is_a_refusal(&desk.run("li", set(&["--file", &file])).exits(2), "chedule");
    desk.sound("zhang");
    let asked = jingui_checker::Asked { vault: desk.vault().to_owned(), ..Default::default() };
    assert_eq!(jingui_checker::check(&asked), []);
}

#[test]
fn what_waits_for_people_is_counted_and_of_holds_only_for_who_may_know() {
    let desk = Desk::bare();
    let person = |name: &str, roles: &str| format!("{}={roles}", desk.public(name).display());
    desk.call("zhang", ["init", "--ra", "东区", "--fonds", "JG01", "--roles", "security,archivist"])
        .args(["--person", &person("li", "system,reviewer"), "--person", &person("sun", "legal")])
        .args(["--person", &person("wang", "audit"), "--authority"])
        .args([desk.public("ca"), desk.vault().to_owned()])
        .run()
        .ok();
    desk.run("ca", ["staff", "countersign"]).ok();
    let paper = desk.file("a.txt", "form");
    let mut call =
        desk.call("zhang", ["add", "--project", "P", "--customer", "C", "--outlet", "O"]).arg(paper);
    call = call.args(["--customer-kind", "enterprise", "--business", "new", "--date", "2020-02-29"]);
    for kind in ["APP", "AGR", "PIN", "SUB", "AGT", "VER", "RCV", "DLV"] {
        call = call.args(["--waive", &format!("{kind}=seen")]);
    }
    let number = call.args(["--outcome", "withdrawn", "--json"]).run().ok().json();
    let number = number["number"].as_str().unwrap();
    desk.run("li", ["review", number]).ok();
    let told = desk.run("", ["jobs", "run", "remind", "--json"]).exits(3).json_lines();
    assert_eq!(told[0]["waits"], json!([{"what": "due", "count": 1, "overdue": 1}]));
    assert_eq!((&told[0]["outcome"], &told[0]["counts"]["overdue"]), (&json!("part"), &json!(1)));
    assert!(desk.run("", ["status"]).ok().err.contains("remind"));

    let hold = ["hold", "place", "--query", "customer:C", "--matter", "M-1", "--basis", "order"];
    desk.run("sun", hold).ok();
    desk.run("sun", ["hold", "release", "M-1", "--reason", "over"]).ok();
    // Who may not know of holds gets no sign of one, by the line either.
    let anybody = desk.run("", ["jobs", "run", "remind", "--json"]).json_lines();
    let clerk = desk.run("zhang", ["jobs", "run", "remind", "--json"]).json_lines();
    let legal = desk.run("sun", ["jobs", "run", "remind", "--json"]).json_lines();
    assert_eq!(anybody[0]["waits"], clerk[0]["waits"]);
    for told in [&clerk, &legal] {
        assert_eq!(anybody[0]["counts"]["waiting"], told[0]["counts"]["waiting"]);
    }
    let what = |told: &[Value]| told[0]["waits"].to_string().contains("holds");
    assert!(!what(&anybody) && !what(&clerk) && what(&legal), "{}", legal[0]);
    desk.sound("zhang");
}
