//! An RA and its CA, each with a vault of its own, a store between them; the real program at both ends.

use jingui_tests::ends::ra_and_ca;
use jingui_tests::lossy::Dice;
use jingui_tests::object_store::{BUCKET, Store, credentials};
use jingui_tests::program::{Call, Desk, LABELS, Ran, until};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// No other document is nearly as large: what an upload of more bytes is, is clear.
pub const LARGE: u64 = 1 << 20;
/// So large a document is one upload of as many bytes.
const LARGE_DOCUMENT: usize = 4 << 20;
/// What an application that was taken back lacks, seen on paper.
const WAIVED: &[&str] = &["APP", "AGR", "PIN", "SUB", "AGT", "VER", "RCV", "DLV"];

/// Both desks, and the store in this process.
pub struct Ends {
    pub ra: Desk,
    pub ca: Desk,
    pub store: Store,
    pub at: String,
    keys: String,
    /// What the store has accepted so far, by its path there.
    accepted: BTreeSet<String>,
    /// What was filed, by archive number: the bytes of its one document.
    pub filed: Vec<(String, Vec<u8>)>,
}

/// Of these paths at the store, how many lie below this top.
pub fn below(paths: &[String], top: &str) -> usize {
    paths.iter().filter(|path| path.contains(&format!("/ra/east/{top}/"))).count()
}

/// Files below a directory; none where it is not there.
pub fn files_below(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let each = entries.map(|entry| entry.path());
    each.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

/// A document that nothing packs.
pub fn large(seed: u64) -> Vec<u8> {
    let mut dice = Dice(seed);
    (0..LARGE_DOCUMENT / 8).flat_map(|_| dice.roll().to_le_bytes()).collect()
}

impl Ends {
    /// Escrow proved, people countersigned, a cosigner named; nothing filed, and nothing at the store.
    pub fn new() -> Self {
        let ((ra, ca), store) = (ra_and_ca(), Store::start());
        let (keys, at) = (credentials(&ra, &store.endpoint()), format!("s3://{BUCKET}/ra/east"));
        Self { ra, ca, store, at, keys, accepted: BTreeSet::new(), filed: Vec::new() }
    }

    pub fn at_the_ca(&self, words: &[&str]) -> Ran {
        self.ca.run("ca", words)
    }

    /// The authority signs an act.
    pub fn signs(&self, from: &str, to: &str) {
        self.at_the_ca(&["act", "sign", from, "-o", to]).ok();
    }

    /// A call at the CA that speaks to the store.
    fn at_the_store(&self, words: &[&str]) -> Call {
        self.ca.call("ca", words).args(["--credentials", &self.keys])
    }

    /// Files a document of these bytes; says under which number.
    pub fn files(&mut self, name: &str, bytes: &[u8]) -> String {
        self.files_as(name, bytes, LABELS)
    }

    /// The same for an application that was taken back that day.
    pub fn files_withdrawn(&mut self, name: &str, bytes: &[u8], day: &str) -> String {
        let mut labels = LABELS.to_vec();
        let date = labels.iter().position(|word| *word == "--date").expect("a day is among the labels") + 1;
        labels[date] = day;
        labels.extend(["--outcome", "withdrawn"]);
        let waived: Vec<String> = WAIVED.iter().map(|kind| format!("--waive={kind}=on paper")).collect();
        labels.extend(waived.iter().map(String::as_str));
        self.files_as(name, bytes, &labels)
    }

    fn files_as(&mut self, name: &str, bytes: &[u8], labels: &[&str]) -> String {
        let path = self.ra.file(name, bytes);
        let filed = self.ra.call("zhang", ["add", "--json"]).args(labels).arg(path).run().ok();
        let number = filed.json()["number"].as_str().unwrap().to_owned();
        self.filed.push((number.clone(), bytes.to_vec()));
        number
    }

    /// Zhang says where pushes go from now on, Li that they go there every night.
    pub fn keeps_the_place(&self) {
        let words = ["push", &self.at, "--credentials", &self.keys, "--keep", "--offsite"];
        self.ra.run("zhang", words).ok();
        self.ra.run("li", ["jobs", "set", "push=30 1 * * *", "--reason", "every night"]).ok();
    }

    /// What the timer starts in the night, without a key.
    ///
    /// It names the job, so that it runs at whatever time this is: with a clock that shows another day, which is how other stories let
    /// years pass, no store accepts a signature.
    pub fn night(&self) -> Call {
        self.ra.call("", ["jobs", "run", "push", "--json"])
    }

    /// Uploads below a top that the store has accepted since it was asked last.
    pub fn came(&self, top: &str) -> usize {
        let part = format!("/ra/east/{top}/");
        self.store.so_far(|heard| {
            heard.iter().filter(|h| h.method == "PUT" && h.status == 200 && h.uri.contains(&part)).count()
        })
    }

    /// What the store has accepted since this was asked last; nothing that it had before may have been sent again.
    pub fn accepted(&mut self) -> Vec<String> {
        until("the store has answered all that was asked", || self.store.under_way() == 0);
        let mut new = Vec::new();
        for heard in self.store.hear() {
            // Each run tries once what the store does with a second upload of the same name.
            if heard.method != "PUT" || heard.uri.ends_with("/PROBE") {
                continue;
            }
            let again = self.accepted.contains(&heard.uri);
            assert!(
                !again,
                "{} had been accepted, and {} bytes of it were sent again",
                heard.uri, heard.bytes
            );
            if heard.status == 200 {
                self.accepted.insert(heard.uri.clone());
                new.push(heard.uri);
            }
        }
        new
    }

    /// All that was ever accepted below a top.
    pub fn all_accepted(&self, top: &str) -> usize {
        let all: Vec<String> = self.accepted.iter().cloned().collect();
        below(&all, top)
    }

    /// Somebody at the RA pushes and sees what comes of it.
    pub fn pushes(&self) -> Vec<Value> {
        self.ra.run("", ["push", "--json"]).ok().json_lines()
    }

    /// The CA countersigns what was asked last.
    pub fn countersigns(&self) {
        let trust = self.ra.vault().join("VAULT.toml");
        let words = ["cosigner", "sign", "--dir", "c", "--at", &self.at, "--trust", trust.to_str().unwrap()];
        self.at_the_store(&words).run().ok();
    }

    /// The CA looks at what is there.
    pub fn accepts(&self) -> Ran {
        let call = self.at_the_store(&["accept", &self.at, "--cosigner", "c", "--json"]);
        call.without("JINGUI_VAULT").run()
    }

    /// The CA takes everything in.
    pub fn takes(&self, file: &str) -> Ran {
        self.at_the_store(&["accept", &self.at, "--take", "-o", file, "--cosigner", "c", "--json"]).run()
    }

    /// The CA leaves a signed act at the store.
    pub fn sends(&self, file: &str) {
        self.at_the_store(&["act", "send", file, "--at", &self.at]).run().ok();
    }

    /// How far the hand-over is.
    pub fn stage(&self) -> Value {
        self.status()["stage"].clone()
    }

    pub fn status(&self) -> Value {
        self.ra.run("", ["handover", "status", "--json"]).ok().json()
    }
}
