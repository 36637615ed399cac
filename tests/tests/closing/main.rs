//! How an RA is closed, from its last filings to the day on which its CA has to answer for them.
//!
//! All of it with the real program, over a store that checks signatures, digests and conditions.

mod ends; // an RA, its CA and a store between them

use ends::{Ends, LARGE, below, files_below, large};
use jingui_checker::{Asked, check};
use jingui_tests::ends::summary;
use jingui_tests::program::{Desk, Ran, until};
use jingui_tests::snags::Snag;
use serde_json::{Value, json};
use std::fs;

/// What the job of pushing came to.
#[track_caller]
fn pushed(ran: &Ran) -> Value {
    let lines = ran.json_lines();
    let found = lines.iter().find(|item| item["job"] == "push");
    found.unwrap_or_else(|| panic!("the job says nothing of itself: {lines:?} {}", ran.err)).clone()
}

#[track_caller]
fn failed(ran: &Ran, code: i64) {
    let told = pushed(ran);
    assert_eq!(
        (&told["outcome"], &told["code"]),
        (&json!("failed"), &json!(code)),
        "a night that came to nothing says why"
    );
}

/// Two opinions on a vault: the program's and the checker's.
#[track_caller]
fn sound(desk: &Desk, who: &str) {
    desk.sound(who);
    let asked = Asked { vault: desk.vault().to_owned(), ..Default::default() };
    assert_eq!(check(&asked), [], "the checker finds nothing");
}

#[test]
fn an_ra_is_closed_and_its_ca_finds_explains_and_opens_everything() {
    let mut ends = Ends::new();
    ends.keeps_the_place();
    assert_eq!(below(&ends.accepted(), "states"), 1, "the place was seen to work before it was kept");

    let kept = five_bad_nights(&mut ends);
    let dates = why(&ends.ra, "sun", &kept);
    assert_eq!(
        (&dates["verdict"], &dates["holds"]),
        (&json!("held"), &json!(["(2026) 7"])),
        "its time is over, and the hold alone keeps it"
    );
    handed_over(&mut ends);
    accepted(&mut ends);
    emptied(&ends);
    found_and_opened(&ends, &kept, &dates);
}

/// Until when a record is kept and why, as this person sees it.
fn why(desk: &Desk, who: &str, number: &str) -> Value {
    desk.run(who, ["why", number, "--json"]).ok().json()
}

/// The last filings. Five nights in a row something ends the push, each time something else; the sixth ends well. Says which record is
/// under a hold.
fn five_bad_nights(ends: &mut Ends) -> String {
    let is_large = |_: &str, bytes: u64| bytes > LARGE;
    ends.files("one.txt", "第一份申请".as_bytes());
    ends.files("two.txt", "第二份申请".as_bytes());
    let kept = ends.files_withdrawn("three.txt", "押金条款自次年三月起适用。\n".as_bytes(), "2020-02-29");
    ends.ra.run("li", ["review", &kept]).ok();
    let place = ["hold", "place", "--record", &kept, "--matter", "(2026) 7", "--basis", "order"];
    ends.ra.run("sun", place).ok();
    ends.files("four.bin", &large(4));

    // The first night: the process is killed while a body is being sent. What was small has arrived.
    ends.store.snag(Snag::Hold, 0, is_large);
    let mut pushing = ends.night().spawn();
    until("half of the large body is there and all small ones are", || {
        ends.store.held() == 1 && ends.came("bodies") == 3
    });
    pushing.kill();
    assert_eq!(pushing.wait().code, -1, "nobody can end in order who is killed");
    ends.store.unsnag();
    let first = ends.accepted();
    assert_eq!(
        (below(&first, "bodies"), below(&first, "states")),
        (3, 0),
        "no state names what is not there"
    );

    // The second: in the middle of it the store takes nothing more.
    ends.files("five.txt", "第五份申请".as_bytes());
    let is_of_a_record = |path: &str, _: u64| path.contains("/bodies/") || path.contains("/covers/");
    ends.store.snag(Snag::Refuse(403, "AccessDenied"), 2, is_of_a_record);
    failed(&ends.night().run().exits(3), 15);
    ends.store.unsnag();
    let second = ends.accepted();
    let of_records = below(&second, "bodies") + below(&second, "covers");
    assert_eq!((of_records, below(&second, "states")), (2, 0), "two were accepted before it refused");

    // The third: the connection ends in the middle of a body, as often as it is tried.
    ends.files("six.bin", &large(6));
    ends.store.snag(Snag::Cut, 0, is_large);
    failed(&ends.night().run().exits(3), 15);
    ends.store.unsnag();
    assert_eq!(below(&ends.accepted(), "states"), 0, "a body lacks, so no state counts");

    // The fourth: somebody at the machine presses Ctrl-C.
    ends.files("seven.txt", "第七份申请".as_bytes());
    ends.store.snag(Snag::Hold, 0, is_large);
    let pushing = ends.night().spawn();
    until("half of a large body is there", || ends.store.held() > 0);
    pushing.signal("INT");
    failed(&pushing.wait().exits(130), 130);
    ends.store.unsnag();
    assert_eq!(below(&ends.accepted(), "states"), 0, "it was interrupted before a state counted");

    // The fifth: everything is there but the state itself when the process is killed.
    ends.files("eight.txt", "第八份申请".as_bytes());
    ends.store.snag(Snag::Hold, 0, |path, _| path.contains("/states/"));
    let mut pushing = ends.night().spawn();
    until("nothing but the state is missing", || ends.store.held() == 1);
    pushing.kill();
    assert_eq!(pushing.wait().code, -1, "nobody can end in order who is killed");
    ends.store.unsnag();
    assert_eq!(below(&ends.accepted(), "states"), 0, "half a state is none");
    let bodies = files_below(&ends.ra.vault().join("bodies")).len();
    assert_eq!((bodies, ends.all_accepted("bodies")), (8, 8), "each body was accepted once, in some night");

    // The sixth: only what the journal has to say is still to come.
    let last = pushed(&ends.night().run().ok());
    assert_eq!(last["outcome"], "done", "{last}");
    let sixth = ends.accepted();
    assert_eq!(
        ["bodies", "covers", "notes", "states"].map(|top| below(&sixth, top)),
        [0, 0, 0, 1],
        "what had been accepted is not sent again, and now it counts: {sixth:?}"
    );
    kept
}

/// One person proposes, another confirms; the CA countersigns what was sealed.
fn handed_over(ends: &mut Ends) {
    ends.countersigns();
    let begun = ends.ra.run("li", ["handover", "begin", "--reason", "closing", "--json"]).ok().json();
    ends.ra.run("qian", ["handover", "confirm", begun["act"].as_str().unwrap()]).ok();
    ends.pushes();
    assert_eq!(ends.stage(), "sent");
    ends.countersigns();
    ends.accepted();
}

/// One object was damaged on the way. The CA names it and gets it again; then it takes everything in and says so with its signature.
fn accepted(ends: &mut Ends) {
    let damaged = files_below(&ends.store.place().join("bodies")).pop().expect("a body is there");
    let mut bytes = fs::read(&damaged).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&damaged, &bytes).unwrap();
    let name = damaged.strip_prefix(ends.store.place()).unwrap().to_str().unwrap().to_owned();

    let found = ends.accepts().exits(13).json_lines();
    assert!(found.iter().any(|item| item["path"] == name.as_str()), "{name} is named: {found:?}");
    let (wanted, report) = (&summary(&found)["wanted"], summary(&found)["report"].as_str());
    assert_eq!(wanted, 1, "that one file is wanted again, and no other");
    let report = report.expect("the RA is told by a report");
    assert!(ends.store.place().join(report).is_file(), "{report} is at the store");
    ends.accepted();

    assert_eq!(summary(&ends.pushes())["again"], 1, "the next push sends it again");
    let sent = ends.accepted();
    let again: Vec<&String> = sent.iter().filter(|path| path.contains("/ra/east/again/")).collect();
    assert!(again.len() == 1 && again[0].ends_with(&name), "{name} was sent below again/: {again:?}");
    assert_eq!(below(&sent, "bodies"), 0, "no other body was sent");
    assert_eq!(fs::read(&damaged).unwrap(), bytes, "nothing at the store is replaced");

    let taken = ends.takes("receipt.act").ok().json_lines();
    let (wanted, taken) = (&summary(&taken)["wanted"], &summary(&taken)["taken"]);
    assert_eq!(
        [wanted, &taken["new"], &taken["holds"], &taken["differs"]],
        [&json!(0), &json!(8), &json!(1), &json!(0)],
        "all of it is taken in, with its hold: {taken}"
    );
    ends.signs("receipt.act", "signed.act");
    ends.sends("signed.act");
    let pushed = ends.pushes();
    assert!(pushed.iter().any(|item| item["kind"] == "handover.receipt"), "the receipt is here: {pushed:?}");
    assert_eq!(ends.stage(), "receipted");
    ends.accepted();
}

/// What was receipted is compared with what is here, and goes; closed is what the CA has countersigned after that.
fn emptied(ends: &Ends) {
    let ra = &ends.ra;
    let checked = ra.run("", ["handover", "check", "--json"]).ok().json_lines();
    assert_eq!(summary(&checked)["lacks"], 0, "the receipt names everything that is here");
    let receipt = ends.status()["receipt"]["act"].as_str().unwrap().to_owned();
    ra.run("sun", ["handover", "finish", "--confirm", &receipt]).ok();
    for gone in ["covers", "bodies", "notes", "text"] {
        assert_eq!(files_below(&ra.vault().join(gone)).len(), 0, "{gone} of the RA are gone");
    }
    assert_eq!(files_below(&ra.keystore().join("epochs")).len(), 0, "so are the keys that opened them");
    assert_eq!(ends.stage(), "destroyed");
    ends.pushes();
    ends.countersigns();
    ends.pushes();
    let status = ends.status();
    assert_eq!((&status["stage"], &status["records"]), (&json!("closed"), &json!(0)));
    sound(ra, "");
}

/// Years later somebody at the CA looks for a sentence, sees why the record is still there, and opens it.
fn found_and_opened(ends: &Ends, kept: &str, dates: &Value) {
    let Ends { ca, filed, .. } = ends;
    ca.run("ca", ["read"]).ok();
    let found = ca.run("ca", ["find", "押金条款", "--json"]).ok().json();
    let hits: Vec<&str> =
        found["hits"].as_array().unwrap().iter().map(|hit| hit["number"].as_str().unwrap()).collect();
    assert_eq!(hits, [kept], "one record has the words in its document: {found}");
    assert_eq!(found["hits"][0]["matched"][0]["field"], "text", "{found}");

    let mut listed: Vec<String> =
        ca.records("ca").iter().map(|record| record["number"].as_str().unwrap().to_owned()).collect();
    listed.sort();
    let mut numbers: Vec<String> = filed.iter().map(|(number, _)| number.clone()).collect();
    numbers.sort();
    assert_eq!(listed, numbers, "each has the number that it had at the RA");

    let here = why(ca, "ca", kept);
    for same in ["verdict", "holds", "dates", "counted", "articles", "reviewed"] {
        assert_eq!(here[same], dates[same], "{same} is what the RA said");
    }
    assert_eq!(here["dates"]["last"], "2023-02-28", "three years from when it was taken back");
    let shown = ca.run("ca", ["show", kept, "--json"]).ok().json();
    assert_eq!(shown["holds"], json!(["(2026) 7"]), "the hold is here as well: {shown}");
    let holds = ca.run("ca", ["hold", "list", "--json"]).ok().json();
    assert_eq!(
        (
            holds["holds"].as_array().unwrap().len(),
            &holds["holds"][0]["matter"],
            &holds["holds"][0]["records"]
        ),
        (1, &json!("(2026) 7"), &json!(1)),
        "and keeps what it kept"
    );
    for (number, bytes) in filed {
        assert!(ca.document("ca", number, 1) == *bytes, "{number} opens, and has the bytes that were filed");
    }
    sound(ca, "ca");
}
