//! An RA and its CA, each with a vault at a desk of its own, as they stand before anything is filed; the real program at both ends.

use crate::program::Desk;
use jingui_schema::act::PublicHalf;
use serde_json::Value;

/// The desk of the RA and that of the CA: escrow proved, people countersigned, a cosigner named; both vaults are empty.
///
/// At the RA Zhang files and keeps the keys, Li reviews, Wang audits, Sun is the legal officer, Qian approves. At the CA one person
/// does everything, with the key of the authority, to which the RA's keys are escrowed; the cosigner lies in `c`.
pub fn ra_and_ca() -> (Desk, Desk) {
    let (ra, ca) = (Desk::bare(), Desk::bare());
    // One key at both desks.
    let half = std::fs::read_to_string(ra.public("ca")).expect("a public half");
    let half = PublicHalf::parse(&half).expect("the program has just made it");
    let person = |name: &str, roles: &str| format!("{}={roles}", ra.public(name).display());
    ra.call("zhang", ["init", "--ra", "东区", "--fonds", "JG01", "--roles", "security,archivist"])
        .args(["--person", &person("li", "system,reviewer"), "--person", &person("wang", "audit")])
        .args(["--person", &person("sun", "legal"), "--person", &person("qian", "approver")])
        .args(["--ca-recipient", &half.age, "--authority"])
        .args([ra.public("ca"), ra.vault().to_owned()])
        .run()
        .ok();
    ca.call("ca", ["init", "--ra", "CA", "--fonds", "CA01", "--solo"]).arg(ca.vault()).run().ok();
    prepare(&ra, &ca);
    (ra, ca)
}

fn prepare(ra: &Desk, ca: &Desk) {
    let at_the_ca = |words: &[&str]| ca.run("ca", words).ok();
    let signs = |request: &str, signed: &str| {
        at_the_ca(&["act", "sign", &ra.text(request), "-o", &ra.text(signed)]);
        ra.run("", ["act", "submit", signed]).ok();
    };
    let escrow = ra.keystore().join("escrow/1.age");
    let escrow = escrow.to_str().expect("scratch directories have plain names");
    at_the_ca(&["keys", "prove", escrow, "-o", &ra.text("proof.act")]);
    ra.run("", ["act", "submit", "proof.act"]).ok();
    ra.run("", ["staff", "countersign", "--request", "wait.act"]).ok();
    signs("wait.act", "people.act");
    at_the_ca(&["cosigner", "init", "c", "--name", "ca.example/log"]);
    let key = at_the_ca(&["cosigner", "show", "--dir", "c", "--json"]).json();
    let key = key["key"].as_str().expect("a key");
    ra.run("", ["journal", "cosigner", key, "--request", "name.act"]).ok();
    signs("name.act", "named.act");
}

/// The last of many lines.
#[track_caller]
pub fn summary(lines: &[Value]) -> &Value {
    let last = lines.last().expect("a summary");
    assert_eq!(last["type"], "summary", "{last}");
    last
}
