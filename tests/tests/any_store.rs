//! An RA closes and its CA takes everything in, with the real program, over whichever object store it is given.
//!
//! The environment names the store: `JINGUI_STORE` (`s3://bucket/prefix`) and `JINGUI_STORE_CREDENTIALS` (a file as `--credentials`
//! takes it); where needed `JINGUI_STORE_ENDPOINT`, `JINGUI_STORE_REGION`, `JINGUI_STORE_ADDRESSING` (`path` or `host`), and
//! `JINGUI_STORE_CREDENTIALS_CA` where the CA has others than the RA. Two stores in this process are tried each time.

use jingui_schema::removal::Removed;
use jingui_tests::ends::{ra_and_ca, summary};
use jingui_tests::lock_store::{LockStore, Manner};
use jingui_tests::object_store::{BUCKET, Store, credentials};
use jingui_tests::program::{Call, Desk};
use jingui_tests::say;
use serde_json::{Value, json};
use std::fs;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::Path;
use std::time::{Duration, Instant};

/// A document that is sent in two parts.
const LARGE: usize = 12 << 20;
/// How fast it is sent where it has to be caught in the middle.
const RATE: &str = "4M";
/// By then, at that rate, the first part can have been sent and the second one cannot.
const MIDDLE: Duration = Duration::from_millis(2500);

/// Where a store is, and who asks it.
struct Place {
    /// `s3://bucket/prefix`.
    url: String,
    endpoint: Option<String>,
    region: Option<String>,
    /// Where the bucket stands in a request: `path` or `host`.
    addressing: Option<String>,
    /// The RA's credentials, which need not remove anything.
    ra: String,
    /// The CA's, which should.
    ca: String,
}

impl Place {
    /// In the bucket of a store on loopback.
    fn on_loopback(endpoint: &str, desk: &Desk) -> Self {
        let keys = credentials(desk, endpoint);
        Self {
            url: format!("s3://{BUCKET}/ra"),
            endpoint: Some(endpoint.to_owned()),
            region: None,
            addressing: Some("path".into()),
            ra: keys.clone(),
            ca: keys,
        }
    }

    /// As the environment names it; none, said by name, where it names none.
    fn named(test: &str) -> Option<Self> {
        let said = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let Some(url) = said("JINGUI_STORE") else {
            say(&format!("skipped: {test}: JINGUI_STORE names no store"));
            return None;
        };
        let ra = said("JINGUI_STORE_CREDENTIALS").expect("JINGUI_STORE_CREDENTIALS names a file");
        let ca = said("JINGUI_STORE_CREDENTIALS_CA").unwrap_or_else(|| ra.clone());
        Some(Self {
            url,
            endpoint: said("JINGUI_STORE_ENDPOINT"),
            region: said("JINGUI_STORE_REGION"),
            addressing: said("JINGUI_STORE_ADDRESSING"),
            ra: file(&ra),
            ca: file(&ca),
        })
    }

    /// What a call says of it besides the address.
    fn words<'a>(&'a self, credentials: &'a str) -> Vec<&'a str> {
        let said = [
            ("--endpoint", self.endpoint.as_deref()),
            ("--region", self.region.as_deref()),
            ("--addressing", self.addressing.as_deref()),
            ("--credentials", Some(credentials)),
        ];
        said.into_iter().filter_map(|(option, value)| Some([option, value?])).flatten().collect()
    }
}

/// A file as seen from the top of the repository, where the tests are started; they run elsewhere.
fn file(named: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(named);
    let path = path.canonicalize().unwrap_or_else(|why| panic!("{named}: {why}"));
    path.to_str().unwrap().to_owned()
}

/// Something filed: its number, and the bytes of its one document.
type Filed = (String, Vec<u8>);

/// Both ends, and the place between them.
struct Closing<'a> {
    test: &'a str,
    ra: Desk,
    ca: Desk,
    place: Place,
    /// Below the prefix that was given, where nobody else has anything.
    at: String,
    /// The store, where it can be asked what it has heard.
    heard_by: Option<&'a Store>,
}

impl<'a> Closing<'a> {
    fn new(test: &'a str, (ra, ca): (Desk, Desk), place: Place, heard_by: Option<&'a Store>) -> Self {
        let fresh = RandomState::new().build_hasher().finish();
        let at = format!("{}/jingui-test-{fresh:016x}", place.url.trim_end_matches('/'));
        say(&format!("{test}: all of it goes below {at}"));
        Self { test, ra, ca, place, at, heard_by }
    }

    /// A call at the RA that speaks to the store; nobody needs a key for that.
    fn at_the_ra(&self, words: &[&str]) -> Call {
        self.ra.call("", words).args(self.place.words(&self.place.ra))
    }

    /// The same at the CA.
    fn at_the_ca(&self, who: &str, words: &[&str]) -> Call {
        self.ca.call(who, words).args(self.place.words(&self.place.ca))
    }

    /// What the store is found to keep. What it lacks is told, and is no reason against it here.
    fn looks(&self) {
        let ran = self.at_the_ca("", &["doctor", "--store", &self.at, "--json"]).run();
        let code = ran.code;
        let told = ran.exits(code).json();
        say(&format!("{}: doctor --store exits with {code}", self.test));
        let found = told["findings"].as_array().unwrap().iter();
        for one in found.filter(|one| one["place"] == "store" && one["severity"] != "ok") {
            let [severity, message] =
                ["severity", "message"].map(|key| one[key].as_str().unwrap_or_default());
            say(&format!("{}: {severity}: {message}", self.test));
        }
        assert!(matches!(code, 0 | 3), "{} cannot be used: {told}", self.at);
    }

    fn files(&self, name: &str, bytes: Vec<u8>) -> Filed {
        let path = self.ra.file(name, &bytes);
        let filed = self.ra.add("zhang", [path]).run().ok().json();
        (filed["number"].as_str().unwrap().to_owned(), bytes)
    }

    fn pushes(&self) -> Vec<Value> {
        self.at_the_ra(&["push", &self.at, "--json"]).run().ok().json_lines()
    }

    /// A push that is killed between two parts of a body; unless it was over by then, which is as well.
    fn pushes_and_is_killed(&self) {
        // Who looked over the store has sent parts, too.
        drop(self.heard_by.map(Store::hear));
        let mut pushing = self.at_the_ra(&["push", &self.at, "--limit", RATE]).spawn();
        let began = Instant::now();
        let is_time = || match self.heard_by {
            Some(store) => store.so_far(|heard| {
                heard.iter().any(|one| one.status == 200 && one.uri.contains("partNumber=1"))
            }),
            None => began.elapsed() >= MIDDLE,
        };
        while pushing.is_running() && !is_time() {
            std::thread::sleep(Duration::from_millis(5));
        }
        pushing.kill();
        let ran = pushing.wait();
        if ran.code == -1 {
            say(&format!("{}: killed in the middle of a body", self.test));
        } else {
            ran.ok();
            say(&format!("{}: the push was over before it could be killed", self.test));
        }
    }

    /// The CA countersigns what was asked last.
    fn countersigns(&self) {
        let trust = self.ra.vault().join("VAULT.toml");
        let words = ["cosigner", "sign", "--dir", "c", "--at", &self.at, "--trust", trust.to_str().unwrap()];
        self.at_the_ca("ca", &words).run().ok();
    }

    fn status(&self) -> Value {
        self.ra.run("", ["handover", "status", "--json"]).ok().json()
    }

    /// From the first filing to the day on which the CA alone has everything. Says whether the place could be cleared after that.
    fn runs(&self) -> bool {
        let Self { ra, ca, at, .. } = self;
        self.looks();
        let mut filed =
            vec![self.files("one.txt", "第一份申请".into()), self.files("two.txt", "第二份申请".into())];
        self.pushes();
        let mut noise = vec![0; LARGE];
        blake3::Hasher::new().finalize_xof().fill(&mut noise);
        filed.push(self.files("three.bin", noise));
        self.pushes_and_is_killed();
        self.pushes();
        self.countersigns();

        let accept = ["accept", at, "--cosigner", "c", "--json"];
        let found = self.at_the_ca("ca", &accept).without("JINGUI_VAULT").run().ok().json_lines();
        let found = summary(&found);
        assert_eq!([&found["wanted"], &found["opened"]], [&json!(0), &json!(3)], "all of it opens: {found}");

        let begun = ra.run("li", ["handover", "begin", "--reason", "closing", "--json"]).ok().json();
        ra.run("qian", ["handover", "confirm", begun["act"].as_str().unwrap()]).ok();
        self.pushes();
        self.countersigns();
        let take = ["accept", at, "--take", "-o", "receipt.act", "--cosigner", "c", "--json"];
        let taken = self.at_the_ca("ca", &take).run().ok().json_lines();
        let taken = &summary(&taken)["taken"];
        assert_eq!([&taken["new"], &taken["differs"]], [&json!(3), &json!(0)], "{taken}");
        ca.run("ca", ["act", "sign", "receipt.act", "-o", "signed.act"]).ok();
        self.at_the_ca("ca", &["act", "send", "signed.act", "--at", at]).run().ok();
        let pushed = self.pushes();
        assert!(pushed.iter().any(|one| one["kind"] == "handover.receipt"), "it comes in: {pushed:?}");

        let checked = ra.run("", ["handover", "check", "--json"]).ok().json_lines();
        assert_eq!(summary(&checked)["lacks"], 0, "the receipt names everything that is here");
        let receipt = self.status()["receipt"]["act"].as_str().unwrap().to_owned();
        ra.run("sun", ["handover", "finish", "--confirm", &receipt]).ok();
        self.pushes();
        self.countersigns();
        self.pushes();
        let status = self.status();
        assert_eq!([&status["stage"], &status["records"]], [&json!("closed"), &json!(0)], "{status}");
        for (number, bytes) in &filed {
            assert!(
                ca.document("ca", number, 1) == *bytes,
                "{number} opens, and has the bytes that were filed"
            );
        }
        ra.sound("");
        ca.sound("ca");
        self.clears()
    }

    /// The CA removes all of it, and a last listing shows nothing. Where a store does not list versions, that is told.
    fn clears(&self) -> bool {
        let remove = |more: &[&str]| {
            let words = ["backup", "remove", &self.at, "--all", "--documents", "all", "--json"];
            self.at_the_ca("", &words).args(more).without("JINGUI_VAULT").run()
        };
        let would = remove(&["-n"]);
        if would.code != 0 {
            let fault = would.fault();
            assert!(fault["code"].as_str().unwrap().starts_with("store-"), "{fault}");
            say(&format!(
                "{}: {} is left for other tools to remove: {}",
                self.test, self.at, fault["message"]
            ));
            return false;
        }
        let would = would.json_lines();
        let vault = summary(&would)["vault"].as_str().unwrap();
        let told = remove(&["--confirm", vault, "-o", "removed.json"]).ok().json_lines();
        let told = summary(&told);
        assert_eq!([&told["left"], &told["stay"]], [&json!(0), &json!(0)], "{told}");
        let answer = Removed::parse(&fs::read_to_string(self.ca.path("removed.json")).unwrap()).unwrap();
        assert!(answer.removed.iter().any(|gone| gone.name == "COPY.json"), "{answer:?}");
        assert!(answer.left.is_empty() && !answer.unlisted, "{answer:?}");
        // Asked anew, the store has nothing there.
        let again = remove(&["-n"]).ok().json_lines();
        let again = summary(&again);
        assert_eq!([&again["removed"], &again["left"]], [&json!(0), &json!(0)], "{again}");
        say(&format!("{}: {} is empty", self.test, self.at));
        true
    }
}

#[test]
fn an_ra_closes_over_a_store_in_this_process() {
    let (store, desks) = (Store::start(), ra_and_ca());
    let place = Place::on_loopback(&store.endpoint(), &desks.0);
    let test = "an_ra_closes_over_a_store_in_this_process";
    // It lists no versions, so that nothing can be said to be gone.
    assert!(!Closing::new(test, desks, place, Some(&store)).runs());
}

#[test]
fn an_ra_closes_over_a_store_that_keeps_versions_and_nothing_is_left_there() {
    // A retention would have to be waited for.
    let store = LockStore::start(Manner { nobody_retains: true, ..Manner::default() });
    let (endpoint, desks) = (store.access().endpoint.expect("it is on loopback"), ra_and_ca());
    let place = Place::on_loopback(&endpoint, &desks.0);
    let test = "an_ra_closes_over_a_store_that_keeps_versions_and_nothing_is_left_there";
    assert!(Closing::new(test, desks, place, None).runs());
    assert!(store.there().is_empty(), "{:?}", store.there());
}

#[test]
fn an_ra_closes_over_the_store_that_is_named() {
    let test = "an_ra_closes_over_the_store_that_is_named";
    let Some(place) = Place::named(test) else { return };
    Closing::new(test, ra_and_ca(), place, None).runs();
}
