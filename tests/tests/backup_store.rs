//! Copies in an object store with the real program: made, verified, listed, put back; and who it is to the store.

use jingui_tests::moto::Moto;
use jingui_tests::object_store::{BUCKET, ID, SECRET, Store};
use jingui_tests::program::{Call, Desk, Ran, has_entries, until};
use jingui_tests::say;
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt;

fn summary(lines: &[Value]) -> &Value {
    let last = lines.last().expect("a summary");
    assert_eq!(last["type"], "summary", "{last}");
    last
}

/// Writes a file of credentials that only its owner reads.
fn credentials(desk: &Desk, endpoint: &str, secret: &str) -> String {
    let text = format!(
        "[default]\naws_access_key_id = {ID}\naws_secret_access_key = {secret}\nendpoint_url = {endpoint}\n"
    );
    let path = desk.file("store.keys", text);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Asserts that nobody's secret was told.
fn quiet(ran: Ran) -> Ran {
    assert!(!ran.err.contains(SECRET) && !ran.out().contains(SECRET), "a secret is told: {}", ran.err);
    ran
}

/// A vault is copied to a store, added to, lost, put back and taken over.
fn comes_back(mut desk: Desk, endpoint: &str) {
    let keys = credentials(&desk, endpoint, SECRET);
    let at = format!("s3://{BUCKET}/ra/east");
    let texts = ["the first application", "the second application"];
    let first = desk.filed_text("first.txt", texts[0]);
    let would = desk.run("", ["backup", "create", &at, "--credentials", &keys, "-n", "--json"]).ok().json();
    assert!(would["files"].as_u64().unwrap() >= 5 && would["outside"] == false, "{would}");
    desk.run("", ["backup", "verify", &at, "--credentials", &keys]).exits(6);
    let made = desk.run("", ["backup", "create", &at, "--credentials", &keys, "--json"]).ok().json_lines();
    let made = summary(&made);
    assert_eq!((made["first"].as_bool(), made["outside"].as_bool()), (Some(true), Some(false)), "{made}");
    assert_eq!(made["place"].as_str(), Some(&*at));
    let told = quiet(desk.run("", ["backup", "create", &at, "--credentials", &keys]).ok());
    assert!(told.err.contains("this machine") && told.err.contains("--offsite"), "{}", told.err);

    let second = desk.filed_text("second.txt", texts[1]);
    // Who it is to the store may also be said by the environment, to which no file belongs.
    let by_env = |args: &[&str], who: &str| -> Call {
        let call = desk.call(who, args).env("AWS_ACCESS_KEY_ID", ID).env("AWS_SECRET_ACCESS_KEY", SECRET);
        call.env("AWS_ENDPOINT_URL", endpoint)
    };
    let again = by_env(&["backup", "create", &at, "--offsite", "--json"], "").run().ok().json_lines();
    assert_eq!(
        (&summary(&again)["target"], &summary(&again)["first"]),
        (&made["target"], &Value::Bool(false))
    );
    let checked = by_env(&["backup", "verify", &at, "--json"], "me").run().ok().json_lines();
    assert_eq!(
        (summary(&checked)["sampled"].as_u64(), summary(&checked)["findings"].as_u64()),
        (Some(2), Some(0))
    );
    let list = desk.run("", ["backup", "list", "--json"]).ok().json();
    assert!(list[0]["place"].as_str().unwrap().starts_with(&at) && list[0]["outside"] == true, "{list}");
    let status = desk.run("", ["status", "--json"]).ok().json();
    assert_eq!(status["copies"]["advice"], "fine");
    let remembered = fs::read_to_string(desk.vault().join("run/copies.json")).unwrap();
    assert!(remembered.contains(&at) && !remembered.contains(SECRET) && !remembered.contains(ID));

    fs::rename(desk.vault(), desk.path("gone")).unwrap();
    by_env(&["backup", "verify", &at, "--alone"], "").run().ok();
    let there = by_env(&["backup", "list", &at, "--json"], "").run().ok().json();
    assert_eq!(there["states"], 3, "{there}");
    let back = desk.path("back");
    let (dir, keystore) = (back.to_str().unwrap(), desk.text("vault.keys"));
    let would = by_env(&["backup", "restore", &at, dir, "-n"], "").run().ok();
    assert!(would.out().contains("2 records") && !back.exists(), "{}", would.out());
    let restored = by_env(&["backup", "restore", &at, dir, "--keystore", &keystore, "--json"], "me");
    let restored = restored.run().ok().json_lines();
    assert_eq!(
        (summary(&restored)["records"].as_u64(), summary(&restored)["findings"].as_u64()),
        (Some(2), Some(0))
    );
    desk.use_vault(back);
    desk.sound("me");
    desk.run("me", ["backup", "takeover", "--keystore", &keystore]).ok();
    for (number, text) in [first, second].iter().zip(texts) {
        assert_eq!(desk.document("me", number, 1), text.as_bytes());
    }
    // It goes on with the same copy.
    desk.run("", ["backup", "create", &at, "--credentials", &keys]).ok();
    desk.run("me", ["backup", "verify", &at, "--credentials", &keys]).ok();
}

#[test]
fn a_vault_that_was_lost_comes_back_from_a_store() {
    let store = Store::start();
    comes_back(Desk::solo(), &store.endpoint());
    let gone = store.hear().into_iter().find(|heard| heard.method == "DELETE");
    assert!(gone.is_none(), "{gone:?}");
}

#[test]
fn who_holds_the_vault_asks_the_store_as_whoever_wants_the_copy() {
    let store = Store::start();
    let desk = Desk::solo();
    let mut noise = vec![0; 24 << 20];
    blake3::Hasher::new().finalize_xof().fill(&mut noise);
    let large = desk.file("large.bin", noise);
    let holder = desk.add("me", [&large]).spawn();
    until("it is at its work", || has_entries(&desk.vault().join("staging")));
    let at = format!("s3://{BUCKET}/east");
    let call = desk.call("", ["backup", "create", &at, "--endpoint", &store.endpoint(), "--json"]);
    let call = call.env("AWS_ACCESS_KEY_ID", ID).env("AWS_SECRET_ACCESS_KEY", SECRET);
    let made = quiet(call.run().ok()).json_lines();
    assert_eq!(summary(&made)["first"], true);
    holder.wait().ok();
    // The large one goes in parts.
    let keys = credentials(&desk, &store.endpoint(), SECRET);
    let made = desk.call("", ["backup", "create", &at, "--credentials", &keys]).watched().run().ok();
    assert!(store.hear().iter().any(|heard| heard.uri.contains("partNumber=2")));
    if let Some(peak) = made.peak_bytes {
        say(&format!("copying it held {} MiB", peak >> 20));
        assert!(peak < 256 << 20, "{peak} bytes");
    }
    desk.run("me", ["backup", "verify", &at, "--credentials", &keys]).ok();
}

#[test]
fn what_is_no_store_or_lets_nobody_in_is_refused_with_the_next_step() {
    let store = Store::start();
    let desk = Desk::solo();
    desk.filed_text("a.txt", "a");
    let lines = desk.lines();
    let keys = credentials(&desk, &store.endpoint(), SECRET);
    let at = format!("s3://{BUCKET}/east");
    let create = |at: &str, more: &[&str], exit, names: &str| {
        let mut words = vec!["backup", "create", at];
        words.extend(more);
        desk.refuses("", words, exit, names)
    };
    assert_eq!(create("s3://x", &["--credentials", &keys], 2, "s3://x"), "store-address");
    assert_eq!(create(&at, &["--endpoint", &store.endpoint()], 2, &at), "no-store-credentials");
    assert_eq!(create(&at, &["--credentials", "nowhere"], 2, "nowhere"), "store-file");
    let named = ["--credentials", &keys, "--endpoint", "127.0.0.1:9000"];
    assert_eq!(create(&at, &named, 2, "127.0.0.1:9000"), "store-endpoint");
    assert_eq!(create("s3://nowhere/x", &["--credentials", &keys], 15, "nowhere"), "no-bucket");
    let wrong = desk.file("wrong.keys", format!("aws_access_key_id={ID}\naws_secret_access_key=wrong"));
    let wrong = [&*wrong.to_str().unwrap().to_owned(), "--endpoint", &store.endpoint()].map(str::to_owned);
    let args = ["--credentials", &wrong[0], &wrong[1], &wrong[2]];
    assert_eq!(create(&at, &args, 15, BUCKET), "store-credentials");
    let told = desk.call("", ["backup", "create", &at]).args(args).run();
    assert!(told.err.contains("chmod 600"), "others may read it: {}", told.err);
    // A port that was just let go of may be another test's by now; nobody listens at this one.
    let dead = "http://127.0.0.1:1";
    assert_eq!(create(&at, &["--credentials", &keys, "--endpoint", dead], 15, dead), "store-unreachable");
    // Somebody else's objects.
    fs::create_dir_all(store.place()).unwrap();
    fs::write(store.place().join("holiday.jpg"), "x").unwrap();
    let other = format!("s3://{BUCKET}/ra");
    assert_eq!(create(&other, &["--credentials", &keys], 2, &other), "not-a-copy");
    let here = desk.text("here");
    let args = ["backup", "restore", &at, &here, "--credentials", &keys];
    assert_eq!(desk.refuses("", args, 6, &at), "no-copy-state");
    assert_eq!(desk.lines(), lines, "the journal says nothing of what was not done");
    assert!(!store.place().parent().unwrap().parent().unwrap().join("east").exists());
    // A copy was here, and the prefix is empty now: another store answers, or somebody has emptied it.
    desk.run("", ["backup", "create", &at, "--credentials", &keys]).ok();
    fs::remove_dir_all(store.place().parent().unwrap().parent().unwrap().join("east")).unwrap();
    assert_eq!(create(&at, &["--credentials", &keys], 15, &at), "copy-gone");
    let other = Desk::solo();
    desk.run("", ["backup", "create", &at, "--credentials", &keys, "--new"]).ok();
    let args = ["backup", "create", &at, "--credentials", &keys];
    assert_eq!(other.refuses("", args, 4, &at), "other-copy");
}

#[test]
fn another_programs_store_takes_and_gives_back_the_same() {
    let Some(moto) = Moto::start("another_programs_store_takes_and_gives_back_the_same") else { return };
    comes_back(Desk::solo(), moto.endpoint());
}
