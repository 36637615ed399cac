//! Copies with the real program: a vault is filed into, copied, rotated, lost, put back and taken over.

use jingui_tests::program::{Desk, Disk};
use jingui_tests::{copy_tree, say};
use serde_json::Value;
use std::fs;
use std::path::Path;

fn summary(lines: &[Value]) -> &Value {
    let last = lines.last().expect("a summary");
    assert_eq!(last["type"], "summary", "{last}");
    last
}

/// A desk with a place for a copy.
fn desk() -> (Desk, String) {
    let desk = Desk::solo();
    fs::create_dir(desk.path("disk")).unwrap();
    let disk = desk.text("disk");
    (desk, disk)
}

#[test]
fn a_vault_that_was_lost_comes_back_from_its_copy_and_goes_on() {
    let (mut desk, disk) = desk();
    let first = desk.filed_text("first.txt", "the first application");
    let url = format!("file://{disk}");
    let made = desk.run("", ["backup", "create", &url, "--offsite", "--json"]).ok().json_lines();
    let made = summary(&made);
    assert_eq!((made["first"].as_bool(), made["outside"].as_bool()), (Some(true), Some(true)));
    desk.run("me", ["backup", "verify", &disk]).ok();

    let second = desk.filed_text("second.txt", "the second application");
    let again = desk.run("", ["backup", "create", &disk, "--offsite", "--json"]).ok().json_lines();
    assert_eq!(summary(&again)["first"], false);
    assert_eq!(summary(&again)["target"], made["target"]);
    desk.run("me", ["keys", "rotate", "--reason", "a year has passed"]).ok();
    let third = desk.filed_text("third.txt", "the third application");
    // The copy is from before the rotation, and nobody opens it any more: that is found out, not passed over.
    let sealed = desk.run("me", ["backup", "verify", &disk, "--json"]).exits(13);
    assert_eq!(sealed.fault()["code"], "copy-sealed");
    desk.run("", ["backup", "create", &disk, "--offsite"]).ok();
    let checked = desk.run("me", ["backup", "verify", &disk, "--json"]).ok().json_lines();
    assert_eq!(summary(&checked)["sampled"], 3);
    let list = desk.run("", ["backup", "list", "--json"]).ok().json();
    assert_eq!(list[0]["place"].as_str(), Some(&*disk));
    assert_eq!((list[0]["days"].as_u64(), list[0]["outside"].as_bool()), (Some(0), Some(true)));
    let status = desk.run("", ["status", "--json"]).ok().json();
    assert_eq!(status["copies"]["advice"], "fine");
    assert!(status["copies"]["newest"].is_string());
    let lines = desk.lines();

    // Filed after the copy, and lost with the machine.
    let lost = desk.filed_text("lost.txt", "filed after the copy");
    fs::rename(desk.vault(), desk.path("gone")).unwrap();
    desk.run("", ["backup", "verify", &disk, "--alone"]).ok();
    let at = desk.run("", ["backup", "list", &disk, "--json"]).ok().json();
    assert_eq!(at["states"], 3);
    let back = desk.path("new/vault");
    fs::create_dir(desk.path("new")).unwrap();
    let keys = desk.text("vault.keys");
    let would = desk.run("", ["backup", "restore", &disk, back.to_str().unwrap(), "-n"]).ok();
    assert!(would.out().contains("3 records") && !back.exists(), "{}", would.out());
    let restored = desk
        .call("me", ["backup", "restore", &disk, back.to_str().unwrap(), "--keystore", &keys, "--json"])
        .run()
        .ok()
        .json_lines();
    assert_eq!(
        (summary(&restored)["records"].as_u64(), summary(&restored)["findings"].as_u64()),
        (Some(3), Some(0))
    );
    desk.use_vault(back);
    desk.sound("me");
    for (number, name, text) in [
        (&first, "first.txt", "the first application"),
        (&second, "second.txt", "the second application"),
        (&third, "third.txt", "the third application"),
    ] {
        // Nothing can be journalled yet, so an opening is kept beside.
        let spool = desk.text("spool.acts");
        let opened = desk.run("me", ["open", number, "1", "--spool", &spool, "-q"]).ok();
        assert_eq!(opened.bytes, text.as_bytes(), "{name}");
    }
    let status = desk.run("", ["status"]).ok();
    assert!(status.err.contains("takeover"), "{}", status.err);
    let refused = desk.add("me", [desk.path("lost.txt")]).run().exits(4);
    assert_eq!(refused.fault()["code"], "vault-read-only");
    desk.run("me", ["backup", "takeover", "-n"]).ok();
    let over =
        desk.run("me", ["backup", "takeover", "--reason", "the machine burnt", "--number", &lost]).ok();
    assert!(!over.err.contains("No number"), "{}", over.err);
    desk.run("me", ["act", "submit", &desk.text("spool.acts")]).ok();
    let next = desk.filed_text("lost.txt", "filed after the copy");
    assert_ne!(next, lost, "its number may stand on a box");
    desk.sound("me");
    assert!(desk.lines() > lines);
    desk.run("me", ["backup", "takeover"]).exits(4);
    // It goes on with the same copy; what is left of the lost one does not.
    desk.run("", ["backup", "create", &disk, "--offsite"]).ok();
    desk.run("me", ["backup", "verify", &disk]).ok();
    let gone = desk.path("gone");
    let left = desk.call("", ["backup", "create", &disk, "--json", "--vault"]).arg(&gone).run().exits(4);
    assert_eq!(left.fault()["code"], "copy-ahead");
}

#[test]
fn what_cannot_be_a_target_is_refused_with_the_next_step() {
    let (desk, disk) = desk();
    desk.filed_text("a.txt", "a");
    let lines = desk.lines();
    let inside = desk.vault().join("copies");
    fs::create_dir_all(&inside).unwrap();
    assert_eq!(desk.refuses("", ["backup", "create", inside.to_str().unwrap()], 2, "copies"), "nested");
    fs::remove_dir(&inside).unwrap();
    std::os::unix::fs::symlink(desk.keystore(), desk.path("link")).unwrap();
    assert_eq!(desk.refuses("", ["backup", "create", &desk.text("link")], 2, "vault.keys"), "nested");
    let above = desk.dir().to_str().unwrap().to_owned();
    assert_eq!(desk.refuses("", ["backup", "create", &above], 2, "vault"), "nested");
    assert_eq!(desk.refuses("", ["backup", "create", &desk.text("nowhere")], 15, "nowhere"), "no-target");
    assert_eq!(desk.refuses("", ["backup", "create", &desk.text("a.txt")], 15, "a.txt"), "no-target");
    assert_eq!(desk.refuses("", ["backup", "create", "sftp://host/x"], 2, "sftp://host/x"), "store-unknown");
    let store = ["backup", "create", "s3://bucket/x"];
    assert_eq!(desk.refuses("", store, 2, "s3://bucket/x"), "no-store-credentials");
    assert_eq!(desk.refuses("", ["backup", "create", "file://host/x"], 2, "file://host/x"), "store-unknown");
    fs::write(desk.path("disk/holiday.jpg"), "x").unwrap();
    assert_eq!(desk.refuses("", ["backup", "create", &disk], 2, "disk"), "not-a-copy");
    fs::remove_file(desk.path("disk/holiday.jpg")).unwrap();
    assert_eq!(desk.refuses("", ["backup", "verify", &disk], 6, "disk"), "no-copy-state");
    assert_eq!(desk.refuses("", ["backup", "list", &disk], 6, "disk"), "no-copy-state");
    let here = desk.text("here");
    assert_eq!(desk.refuses("", ["backup", "restore", &disk, &here], 6, "disk"), "no-copy-state");
    assert!(!Path::new(&here).exists());
    assert_eq!(desk.lines(), lines, "the journal says nothing of what was not done");
    let would = desk.run("", ["backup", "create", &disk, "-n", "--json"]).ok().json();
    assert!(would["files"].as_u64().unwrap() >= 5, "{would}");
    assert!(fs::read_dir(&disk).unwrap().next().is_none());

    let made = desk.run("", ["backup", "create", &disk]).ok();
    assert!(made.err.contains("--offsite"), "the same device is not outside: {}", made.err);
    let inside = format!("{disk}/inner");
    assert_eq!(desk.refuses("", ["backup", "restore", &disk, &inside], 2, "inner"), "nested");
    let vault = desk.text("vault");
    assert_eq!(desk.refuses("", ["backup", "restore", &disk, &vault], 2, "vault"), "not-empty");
    // The disk is not mounted: where a copy was, nothing is begun by mistake.
    fs::rename(&disk, desk.path("away")).unwrap();
    fs::create_dir(&disk).unwrap();
    assert_eq!(desk.refuses("", ["backup", "create", &disk], 15, "disk"), "copy-gone");
    desk.run("", ["backup", "create", &disk, "--new"]).ok();
    assert_eq!(desk.run("", ["backup", "list", "--json"]).ok().json().as_array().unwrap().len(), 2);
    // Another vault's copy.
    let other = Desk::solo();
    assert_eq!(other.refuses("", ["backup", "create", &disk], 4, "disk"), "other-copy");
    assert_eq!(other.refuses("", ["backup", "verify", &disk], 4, "disk"), "other-copy");
}

#[test]
fn damage_of_a_copy_is_named_and_mended_by_looking_for_all() {
    let (desk, disk) = desk();
    desk.filed_text("a.txt", "an application");
    desk.run("", ["backup", "create", &disk, "--offsite"]).ok();
    let place = desk.path("disk/bodies/000000");
    let body = fs::read_dir(&place).unwrap().next().unwrap().unwrap().path();
    let mut bytes = fs::read(&body).unwrap();
    bytes[250] ^= 1;
    fs::write(&body, bytes).unwrap();
    let name = body.file_name().unwrap().to_str().unwrap();
    let found = desk.run("me", ["backup", "verify", &disk]).exits(13);
    assert!(found.out().contains(name) && found.out().contains("--all"), "{}", found.out());
    let list = desk.run("", ["backup", "list", "--json"]).ok().json();
    assert_eq!((list[0]["findings"].as_u64(), &list[0]["verified"]), (Some(1), &Value::Null));
    let back = desk.text("back");
    let restored = desk.run("", ["backup", "restore", &disk, &back, "--json"]).exits(13).json_lines();
    assert_eq!(summary(&restored)["lacking"], 1);
    fs::remove_file(&body).unwrap();
    desk.run("", ["backup", "create", &disk, "--offsite", "--all"]).ok();
    desk.run("me", ["backup", "verify", &disk]).ok();
    let list = desk.run("", ["backup", "list", "--json"]).ok().json();
    assert_eq!(list[0]["findings"], 0);
}

#[test]
fn a_full_or_read_only_disk_leaves_the_copy_as_it_was() {
    let test = "a_full_or_read_only_disk_leaves_the_copy_as_it_was";
    let Some(small) = Disk::of_bytes(400 << 10, test) else { return };
    let (desk, _) = desk();
    desk.filed_text("a.txt", "an application");
    let disk = small.path().to_str().unwrap().to_owned();
    let made = desk.run("", ["backup", "create", &disk, "--json"]).ok().json_lines();
    assert_eq!(summary(&made)["outside"], true, "another device");
    desk.run("me", ["backup", "verify", &disk]).ok();
    let mut noise = vec![0; 1 << 19];
    blake3::Hasher::new().finalize_xof().fill(&mut noise);
    let big = desk.file("big.bin", noise);
    desk.filed([big]);
    let full = desk.run("", ["backup", "create", &disk, "--json"]).exits(16);
    assert_eq!(full.fault()["code"], "no-space");
    desk.run("me", ["backup", "verify", &disk]).ok();
    desk.run("", ["backup", "restore", &disk, &desk.text("back")]).ok();
    small.set_writable(false);
    let refused = desk.run("", ["backup", "create", &disk, "--json"]).exits(15);
    assert_eq!(refused.fault()["code"], "read-only");
    desk.run("me", ["backup", "verify", &disk]).ok();
    small.set_writable(true);
}

#[test]
fn a_copy_made_by_hand_with_common_tools_is_a_vault() {
    // Without the program: pieces put one behind the other, the rest moved to its place, as FORMAT.md says.
    let (desk, disk) = desk();
    desk.filed_text("a.txt", "an application");
    desk.run("", ["backup", "create", &disk]).ok();
    let back = desk.path("by-hand");
    for top in ["covers", "bodies", "notes"] {
        copy_tree(&desk.path("disk").join(top), &back.join(top));
    }
    copy_tree(&desk.path("disk/journal/heads"), &back.join("journal/heads"));
    let script = r#"
        set -e
        mkdir -p "$2/settings"
        cat "$1"/journal/0*.jsonl > "$2/journal/000000000001.jsonl"
        for f in "$1"/named/*; do n=$(basename "$f"); n=${n#*-}
          case $n in VAULT.toml|README.txt) cp "$f" "$2/$n";; *) cp "$f" "$2/settings/$n";; esac; done
    "#;
    let mut bash = std::process::Command::new("bash");
    let Ok(status) = bash.args(["-c", script, "bash", &disk]).arg(&back).status() else {
        return say("SKIPPED a_copy_made_by_hand_with_common_tools_is_a_vault: there is no bash");
    };
    assert!(status.success());
    // The vault's own reader in README.txt needs no `commit`; ours checks every file the journal names.
    let lines = fs::read_to_string(back.join("journal/000000000001.jsonl")).unwrap();
    assert!(lines.lines().count() as u64 + 1 == desk.lines());
    assert!(back.join("README.txt").is_file() && back.join("settings/places.toml").is_file());
}
