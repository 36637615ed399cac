//! The demo, run as it is: each of its steps comes off, and what its texts say of dates and of the clock is so.

use jingui_checker::{Asked, check};
use jingui_tests::program::Desk;
use serde_json::Value;
use std::path::Path;

/// What the vault that it left says of itself, without any key.
fn told(desk: &Desk, vault: &Path, words: &[&str]) -> Value {
    desk.bare_call().args(words).arg("--json").env("JINGUI_VAULT", vault).run().ok().json()
}

fn shows(lang: &str, north: &str) {
    let desk = Desk::bare();
    let ran = desk.bare_call().args(["demo", "shown", "--records", "1", "--lang", lang]).run().ok();
    let shown = ran.out();
    let vault = desk.path("shown/vault");

    // The one record whose certificate was revoked: first until the certificate would have ended, then since the revocation,
    // then under the longer rule.
    let commands: Vec<&str> = shown.lines().filter(|line| line.starts_with("$ ")).collect();
    let revoked = commands.iter().find(|line| line.contains(" add incoming/revoked")).expect("it is filed");
    assert!(revoked.contains(north), "{revoked}");
    let filed = revoked.split("--date ").nth(1).and_then(|rest| rest.get(..4)).expect("a day");
    let year: u16 = filed.parse().expect("a year");
    let number = format!("JG01-{}-000002", year + 1);
    let (whole, cut) = (format!("{}-03-01", year + 8), format!("{}-09-10", year + 5));
    let longer = format!("{}-09-10", year + 6);
    let [first, second, third] = [&whole, &cut, &longer].map(|day| shown.find(day.as_str()));
    assert!(first.is_some() && first < second && second < third, "{first:?} {second:?} {third:?}\n{shown}");
    assert_eq!(told(&desk, &vault, &["why", &number])["dates"]["last"], longer.as_str());
    let (_, diff) = shown.split_once("rule diff CN-P5").expect("it is told whose dates the rule moves");
    let row = diff.lines().find(|line| line.starts_with(&number)).expect("the rule moves it");
    let row: Vec<&str> = row.split_whitespace().collect();
    assert!(row.contains(&cut.as_str()) && row.contains(&longer.as_str()), "{row:?}");

    // By the clock that lies it is due, and no plan comes of that: the one there is came after it, and is of the other record.
    let lie = shown.split("$ faketime -f +10y jingui due\n").nth(1).expect("the clock lies");
    let (due, after) = lie.split_once("$ faketime -f +10y jingui purge plan\n").expect("a plan is asked for");
    assert!(due.contains(&number), "{due}");
    assert!(after.contains("$ jingui purge plan\n"), "{after}");
    let plans = told(&desk, &vault, &["purge", "list", "--all"]);
    let [plan] = &plans["plans"].as_array().unwrap()[..] else { panic!("{plans}") };
    let id = plan["plan"].as_str().expect("an id");
    let shown_plan = told(&desk, &vault, &["purge", "show", id]);
    let numbers: Vec<&str> =
        shown_plan["rows"].as_array().unwrap().iter().filter_map(|row| row["number"].as_str()).collect();
    assert_eq!(numbers, [number.replace("000002", "000003")]);

    assert_eq!(check(&Asked { vault, ..Default::default() }), []);
}

#[test]
fn each_step_comes_off_and_says_what_is_so_in_chinese() {
    shows("zh", "北山公司");
}

#[test]
fn each_step_comes_off_and_says_what_is_so_in_english() {
    shows("en", "North Ltd");
}
