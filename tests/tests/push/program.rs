//! The real program at both ends: archive and CA meet at a store, or at a disk that travels.

use jingui_tests::object_store::{BUCKET, ID, SECRET, Store};
use jingui_tests::program::{Call, Desk, LABELS};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt;

/// A vault with an authority, which also countersigns.
pub(super) fn begun() -> Desk {
    let desk = Desk::bare();
    let person = |name: &str, roles: &str| format!("{}={roles}", desk.public(name).display());
    desk.call("zhang", ["init", "--ra", "东区", "--fonds", "JG01", "--roles", "security,archivist"])
        .args(["--person", &person("li", "system,reviewer"), "--person", &person("wang", "audit")])
        .arg("--authority")
        .args([desk.public("ca"), desk.vault().to_owned()])
        .run()
        .ok();
    desk
}

/// A call at the CA, on a machine without the vault.
fn at_the_ca<const N: usize>(desk: &Desk, words: [&str; N]) -> Call {
    desk.call("ca", words).without("JINGUI_VAULT")
}

pub(super) fn credentials(desk: &Desk, endpoint: &str) -> String {
    let text = format!(
        "[default]\naws_access_key_id = {ID}\naws_secret_access_key = {SECRET}\nendpoint_url = {endpoint}\n"
    );
    let path = desk.file("store.keys", text);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    path.to_str().unwrap().to_owned()
}

pub(super) fn summary(lines: &[Value]) -> &Value {
    let last = lines.last().expect("a summary");
    assert_eq!(last["type"], "summary", "{last}");
    last
}

/// The CA names itself, countersigns what is pushed and orders something; the archive takes it in.
fn meet_at(desk: &Desk, at: &str, access: &[&str]) {
    let push = |more: &[&str], who: &str| desk.call(who, ["push", at]).args(access).args(more);
    desk.call("zhang", ["add"]).arg(desk.file("a.txt", "the first application")).args(LABELS).run().ok();
    let would = push(&["-n", "--json"], "").run().ok().json();
    assert!(would["first"] == true && would["files"].as_u64().unwrap() >= 5, "{would}");
    // Nobody countersigns yet; the CA has nothing to answer before the first push.
    at_the_ca(desk, ["cosigner", "init", "c", "--name", "ca.example/log"]).run().ok();
    let sign = |more: &[&str]| {
        let call = at_the_ca(desk, ["cosigner", "sign", "--dir", "c", "--at", at, "--json"]);
        call.args(access).args(more).run()
    };
    assert_eq!(sign(&[]).exits(6).fault()["code"], "no-copy-state");
    let told = push(&[], "").run().ok();
    assert!(
        told.out().contains("newest state") && told.err.contains("Nobody has been named"),
        "{}",
        told.err
    );
    assert_eq!(sign(&[]).ok().json()["signed"], false);

    let key = at_the_ca(desk, ["cosigner", "show", "--dir", "c", "--json"]).run().ok().json();
    let key = key["key"].as_str().unwrap().to_owned();
    desk.run("", ["journal", "cosigner", &key, "--request", "name.act"]).ok();
    at_the_ca(desk, ["act", "sign", "name.act", "-o", "named.act"]).run().ok();
    let send = |file: &str| at_the_ca(desk, ["act", "send", file, "--at", at, "--json"]).args(access).run();
    assert_eq!(send("name.act").exits(4).fault()["code"], "unsigned");
    let sent = send("named.act").ok().json_lines();
    assert_eq!((&sent[0]["repeated"], &summary(&sent)["sent"]), (&false.into(), &1.into()));
    let pushed = push(&["--json"], "").run().ok().json_lines();
    let order = pushed.iter().find(|item| item["kind"] == "cosigner.name").expect("it was carried out");
    assert_eq!(order["name"], sent[0]["name"]);
    let asked = summary(&pushed)["asked"].as_u64().unwrap();

    assert_eq!(sign(&[]).exits(4).fault()["code"], "unknown-log");
    let trust = desk.vault().join("VAULT.toml");
    let trust = ["--trust", trust.to_str().unwrap()];
    let would = sign(&[&trust[..], &["-n"]].concat()).ok().json();
    assert_eq!((&would["signed"], &would["lines"]), (&false.into(), &asked.into()));
    let signed = sign(&trust).ok().json();
    assert_eq!((&signed["lines"], &signed["before"]), (&asked.into(), &0.into()));
    assert_eq!(sign(&[]).ok().json()["signed"], false, "it has been answered");
    let pushed = push(&["--json"], "").run().ok().json_lines();
    assert!(pushed.iter().any(|item| item["cosigned"] == asked), "{pushed:?}");
    assert_eq!(desk.run("", ["status", "--json"]).ok().json()["cosigner"]["lines"], asked);
    // It is a copy like any other.
    let verified =
        desk.call("zhang", ["backup", "verify", at, "--json"]).args(access).run().ok().json_lines();
    assert_eq!((&summary(&verified)["findings"], &summary(&verified)["sampled"]), (&0.into(), &1.into()));
}

#[test]
fn archive_and_ca_meet_at_a_store() {
    let (desk, store) = (begun(), Store::start());
    let keys = credentials(&desk, &store.endpoint());
    meet_at(&desk, &format!("s3://{BUCKET}/ra/east"), &["--credentials", &keys]);
    assert!(!store.hear().iter().any(|heard| heard.method == "DELETE"), "nothing is ever removed");
}

#[test]
fn archive_and_ca_meet_at_a_disk() {
    let desk = begun();
    fs::create_dir(desk.path("disk")).unwrap();
    let at = desk.text("disk");
    meet_at(&desk, &at, &[]);
}

#[test]
fn a_place_that_is_kept_is_pushed_to_by_night() {
    let (desk, store) = (begun(), Store::start());
    let keys = credentials(&desk, &store.endpoint());
    let at = format!("s3://{BUCKET}/ra/east");
    assert_eq!(desk.refuses("", ["push"], 2, "push"), "no-push-place");
    desk.call("", ["push", "--keep"]).run().exits(2);
    desk.call("", ["push", &at, "--credentials", &keys, "--limit", "2 MB"]).run().exits(2);
    let keep = |who: &str| {
        desk.call(who, ["push", &at, "--credentials", &keys, "--limit", "20M", "--keep", "--offsite"]).run()
    };
    assert_eq!(
        desk.call("wang", ["push", &at, "--credentials", &keys, "--keep", "--json"]).run().exits(4).fault()["code"],
        "role"
    );
    let kept = keep("zhang").ok();
    assert!(kept.err.contains("jobs set push="), "{}", kept.err);
    let text = fs::read_to_string(desk.vault().join("settings/places.toml")).unwrap();
    assert!(text.contains(&at) && text.contains("store.keys") && !text.contains(SECRET), "{text}");
    desk.sound("zhang");
    desk.call("zhang", ["add"]).arg(desk.file("a.txt", "an application")).args(LABELS).run().ok();
    // From anywhere, without a key.
    fs::create_dir(desk.path("elsewhere")).unwrap();
    let pushed = desk.call("", ["push", "--json"]).from(desk.path("elsewhere")).run().ok().json_lines();
    assert!(summary(&pushed)["files"].as_u64().unwrap() >= 2 && summary(&pushed)["outside"] == true);

    desk.run("li", ["jobs", "set", "push=30 1 * * *", "--reason", "every night"]).ok();
    let ran = desk.run("", ["jobs", "run", "push", "--json"]).ok().json_lines();
    let ran = ran.iter().find(|item| item["job"] == "push").expect("it has run");
    assert_eq!(ran["outcome"], "done");
    assert!(ran["counts"]["lines"].as_u64().unwrap() > 0, "{ran}");
    let told = desk.run("", ["jobs", "run", "push", "--lang", "zh"]).ok();
    assert!(told.out().contains("最新状态送往 CA"), "{}", told.out());

    // What cannot be read of who is asking is named, and not that nobody had said so.
    let away = desk.path("away.keys");
    fs::rename(&keys, &away).unwrap();
    let told = desk.run("", ["jobs", "run", "push"]).exits(3);
    assert!(told.err.contains("store.keys"), "{}", told.err);
    fs::rename(&away, &keys).unwrap();

    // Each file by its sign, sent or only compared.
    let lines = desk.run("", ["push", "--dry-run", "--lines"]).ok();
    let signs: Vec<&str> =
        lines.bytes.split(|b| *b == b'\n').filter_map(|l| std::str::from_utf8(l).ok()).collect();
    assert!(signs.iter().filter(|line| line.starts_with("= ")).count() > 5, "{signs:?}");
    assert!(!signs.iter().any(|line| line.starts_with('*') || line.starts_with('!')), "{signs:?}");
    desk.call("zhang", ["add"]).arg(desk.file("b.txt", "another one")).args(LABELS).run().ok();
    let lines = desk.run("", ["push", "--lines", "--json"]).ok().json_lines();
    let brought = |top: &str| {
        let is = |item: &&Value| item["sign"] == "+" && item["name"].as_str().unwrap().starts_with(top);
        lines.iter().filter(is).count()
    };
    assert_eq!((brought("bodies/"), brought("covers/")), (1, 1), "{lines:?}");

    // Whoever edits the file redirects nothing.
    let path = desk.vault().join("settings/places.toml");
    fs::write(&path, text.replace("ra/east", "thief")).unwrap();
    assert_eq!(desk.refuses("", ["push"], 2, "push"), "no-push-place");
    let ran = desk.run("", ["jobs", "run", "push", "--json"]).exits(3).json_lines();
    assert!(ran.iter().any(|item| item["outcome"] == "failed"), "{ran:?}");
    fs::write(&path, text).unwrap();
    desk.run("zhang", ["push", "--forget"]).ok();
    assert_eq!(desk.refuses("", ["push"], 2, "push"), "no-push-place");
    desk.sound("zhang");
}

#[test]
fn what_the_ca_leaves_and_nobody_can_use_is_named() {
    let desk = begun();
    fs::create_dir(desk.path("disk")).unwrap();
    let at = desk.text("disk");
    desk.run("", ["push", &at]).ok();
    let dir = desk.path("disk/exchange/ca");
    fs::create_dir_all(&dir).unwrap();
    fs::write(dir.join("000000000999.cosigned"), "nothing").unwrap();
    let told = desk.run("", ["push", &at]).exits(3);
    assert!(told.err.contains("000000000999.cosigned"), "{}", told.err);
    let told = desk.run("", ["push", &at, "--json"]).exits(3).json_lines();
    assert!(
        told.iter().any(|item| item["error"] == "no-cosigner" || item["error"] == "not-an-answer"),
        "{told:?}"
    );
    assert_eq!(summary(&told)["unsettled"], 1);
}

#[test]
fn the_ca_opens_all_of_it_and_gets_again_what_was_damaged() {
    let desk = Desk::bare();
    let person = |name: &str, roles: &str| format!("{}={roles}", desk.public(name).display());
    let recipient = desk.run("ca", ["key", "show", desk.key("ca").to_str().unwrap(), "--json"]).ok().json();
    let recipient = recipient["age"].as_str().unwrap().to_owned();
    desk.call("zhang", ["init", "--ra", "东区", "--fonds", "JG01", "--roles", "security,archivist"])
        .args(["--person", &person("li", "system,reviewer"), "--person", &person("wang", "audit")])
        .args(["--ca-recipient", &recipient, "--authority"])
        .args([desk.public("ca"), desk.vault().to_owned()])
        .run()
        .ok();
    fs::create_dir(desk.path("disk")).unwrap();
    let at = desk.text("disk");
    desk.run("", ["push", &at]).ok();
    let escrow =
        fs::read_dir(desk.path("disk/escrow")).unwrap().flatten().next().expect("it went along").path();
    let prove = at_the_ca(&desk, ["keys", "prove"]).arg(&escrow).args(["-o", "proof.act"]);
    prove.run().ok();
    at_the_ca(&desk, ["act", "send", "proof.act", "--at", &at]).run().ok();
    let pushed = desk.run("", ["push", &at, "--json"]).ok().json_lines();
    assert!(pushed.iter().any(|item| item["kind"] == "escrow.proved"), "{pushed:?}");
    desk.call("zhang", ["add"]).arg(desk.file("a.txt", "the application")).args(LABELS).run().ok();
    desk.run("", ["push", &at]).ok();
    let accept = |more: &[&str]| at_the_ca(&desk, ["accept", &at]).args(more).run();
    let found = accept(&["--json", "-n"]).ok().json_lines();
    let counts = |found: &[Value]| {
        ["records", "opened", "findings", "wanted"].map(|name| summary(found)[name].clone())
    };
    assert_eq!(counts(&found), [1, 1, 0, 0].map(Value::from));
    assert_eq!((&summary(&found)["report"], &summary(&found)["epochs"]), (&Value::Null, &vec![1].into()));
    assert!(
        !desk
            .path("disk/exchange/ca")
            .read_dir()
            .unwrap()
            .flatten()
            .any(|e| e.path().extension().is_some_and(|e| e == "report"))
    );
    let place = fs::read_dir(desk.path("disk/bodies/000000")).unwrap().flatten().next().unwrap().path();
    fs::write(&place, "short").unwrap();
    let told = accept(&[]).exits(13);
    assert!(
        told.out().contains("One finding") && told.err.contains("wanted again"),
        "{} {}",
        told.out(),
        told.err
    );
    let pushed = desk.run("", ["push", &at, "--json"]).ok().json_lines();
    assert_eq!(summary(&pushed)["again"], 1);
    let compared = desk.run("", ["push", &at, "-n", "--lines", "--json"]).ok().json_lines();
    assert_eq!(summary(&compared)["other"], 0, "what came again stands for it");
    let told = accept(&["--lang", "zh"]).ok();
    assert!(told.out().contains("完好"), "{}", told.out());
    assert_eq!(fs::read(&place).unwrap(), b"short", "nothing there is replaced");
}
