//! The people of a vault, as a story: who may do what, who joins and leaves, and what happens when keys are lost.
//!
//! The CA (`ca`) is the authority and holds the escrow. At the RA, Zhang (0001) is security administrator and
//! archivist, Li (0002) system administrator and reviewer, Wang (0003) audit administrator.

use jingui_schema::act::PublicHalf;
use jingui_tests::program::{Desk, LABELS, PASSPHRASE, Ran, is_a_refusal};
use jingui_vault::keys::Person;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// A vault with its people, as `init` leaves it.
fn begun() -> Desk {
    let desk = Desk::bare();
    let half = PublicHalf::parse(&fs::read_to_string(desk.public("ca")).unwrap()).unwrap();
    let person = |name: &str, roles: &str| format!("{}={roles}", desk.public(name).display());
    let told = desk
        .call("zhang", ["init", "--json", "--ra", "东区", "--fonds", "JG01", "--roles", "security,archivist"])
        .args(["--person", &person("li", "system,reviewer"), "--person", &person("wang", "audit")])
        .args(["--ca-recipient", &half.age, "--authority"])
        .args([desk.public("ca"), desk.vault().to_owned()])
        .run()
        .ok()
        .json();
    assert_eq!(told["to_countersign"], 3);
    assert_eq!(told["staff"], serde_json::json!(["0001", "0002", "0003"]));
    assert_eq!(told["escrow"].as_str().unwrap(), escrow(&desk, 1).to_str().unwrap());
    desk
}

fn escrow(desk: &Desk, epoch: u32) -> PathBuf {
    desk.keystore().join(format!("escrow/{epoch}.age"))
}

/// What the CA does with an escrow file, on a machine without the vault; and the answer comes in.
#[track_caller]
fn ca_proves(desk: &Desk, epoch: u32) {
    let (handed, answer) =
        (desk.path(format!("handed-{epoch}.age")), desk.path(format!("answer-{epoch}.act")));
    fs::copy(escrow(desk, epoch), &handed).unwrap();
    at_the_ca(desk, ["keys", "prove"]).arg(&handed).arg("-o").arg(&answer).run().ok();
    let told = submit(desk, "", &answer).ok().json_lines();
    assert_eq!(told[0]["kind"], "escrow.proved");
}

/// A call by the CA, on a machine that has no vault.
fn at_the_ca<const N: usize>(desk: &Desk, words: [&str; N]) -> jingui_tests::program::Call {
    desk.call("ca", words).without("JINGUI_VAULT")
}

fn submit(desk: &Desk, who: &str, act: &Path) -> Ran {
    desk.call(who, ["act", "submit", "--json"]).arg(act).run()
}

/// A vault in which people can work: escrow proved, enrolments countersigned.
fn at_work() -> Desk {
    let desk = begun();
    ca_proves(&desk, 1);
    countersign(&desk);
    desk
}

#[track_caller]
fn countersign(desk: &Desk) {
    let (request, signed) = (desk.path("wait.act"), desk.path("signed.act"));
    for path in [&request, &signed] {
        drop(fs::remove_file(path));
    }
    desk.call("", ["staff", "countersign", "--request"]).arg(&request).run().ok();
    at_the_ca(desk, ["act", "sign"]).arg(&request).arg("-o").arg(&signed).run().ok();
    submit(desk, "", &signed).ok();
}

#[track_caller]
fn staff(desk: &Desk) -> Vec<Value> {
    desk.run("", ["staff", "list", "--all", "--json"]).ok().json().as_array().unwrap().clone()
}

#[track_caller]
fn files(desk: &Desk, who: &str, name: &str) -> String {
    let path = desk.file(name, format!("filed by {who}: {name}"));
    desk.add(who, [path]).run().ok().json()["number"].as_str().unwrap().to_owned()
}

fn adding(path: &str) -> Vec<&str> {
    ["add", path].into_iter().chain(LABELS.iter().copied()).collect()
}

/// The person behind a key file, for looking at what the program wrote with other eyes.
fn person(desk: &Desk, name: &str) -> Person {
    Person::from_key_file(name, &fs::read(desk.key(name)).unwrap(), PASSPHRASE).unwrap()
}

#[test]
fn nothing_is_filed_until_the_ca_has_proved_that_it_opens_the_escrow() {
    let desk = begun();
    let paper = desk.file("form.pdf", "x").to_str().unwrap().to_owned();
    assert_eq!(desk.refuses("zhang", adding(&paper), 4, "epoch 1"), "escrow-unproved");
    let status = desk.run("", ["status"]).ok();
    assert!(status.err.contains("keys prove"), "it says how to go on: {}", status.err);

    // Somebody else cannot prove it, neither with their own key nor with a made-up answer.
    let answer = desk.text("answer.act");
    let file = escrow(&desk, 1).to_str().unwrap().to_owned();
    assert_eq!(desk.refuses("wang", ["keys", "prove", &file, "-o", &answer], 12, "1.age"), "not-opened");
    assert!(!Path::new(&answer).exists());

    ca_proves(&desk, 1);
    files(&desk, "zhang", "form.pdf");
    desk.sound("zhang");
}

#[test]
fn enrolments_are_countersigned_by_a_request_that_travels() {
    let desk = begun();
    ca_proves(&desk, 1);
    assert!(staff(&desk).iter().all(|person| person["countersigned"] == false));
    let (request, signed) = (desk.path("wait.act"), desk.path("signed.act"));
    desk.call("", ["staff", "countersign", "--request"]).arg(&request).run().ok();
    assert_eq!(submit(&desk, "", &request).exits(4).fault()["code"], "unsigned");

    // The CA sees what it signs.
    let shown = at_the_ca(&desk, ["act", "show", "--json"]).arg(&request).run().ok().json();
    assert_eq!(
        (&shown["kind"], &shown["by"], &shown["signed"]),
        (&"staff.countersign".into(), &"authority".into(), &false.into())
    );
    assert_eq!(shown["data"]["enrolments"].as_array().unwrap().len(), 3);

    // Nobody else's signature will do.
    let forged = desk.path("forged.act");
    desk.call("zhang", ["act", "sign"]).arg(&request).arg("-o").arg(&forged).run().ok();
    assert_eq!(submit(&desk, "", &forged).exits(4).fault()["code"], "bad-signature");
    assert!(staff(&desk).iter().all(|person| person["countersigned"] == false));

    at_the_ca(&desk, ["act", "sign"]).arg(&request).arg("-o").arg(&signed).run().ok();
    submit(&desk, "", &signed).ok();
    assert!(staff(&desk).iter().all(|person| person["countersigned"] == true));
    assert_eq!(desk.run("", ["status", "--json"]).ok().json()["to_countersign"], 0);
    desk.sound("zhang");
}

#[test]
fn the_authority_countersigns_on_the_spot_too() {
    let desk = begun();
    desk.run("ca", ["staff", "countersign"]).ok();
    assert!(staff(&desk).iter().all(|person| person["countersigned"] == true));
    desk.run("ca", ["staff", "countersign"]).ok();
}

#[test]
fn a_fourth_person_is_enrolled_by_an_act_that_travels_and_only_once() {
    let desk = at_work();
    let act = desk.path("enrol.act");
    let lines = desk.lines();
    desk.call("zhang", ["staff", "enrol", "--role", "archivist", "--act-out"])
        .arg(&act)
        .arg(desk.public("zhaozilong"))
        .run()
        .ok();
    assert_eq!(desk.lines(), lines, "an act that is written is not yet carried out");
    let text = fs::read_to_string(&act).unwrap();
    // Four letters alone may come to stand in what is sealed.
    assert!(!text.contains("zhaozilong"), "the name is sealed");
    desk.call("zhang", ["staff", "enrol", "--role", "archivist", "--act-out"])
        .arg(&act)
        .arg(desk.public("zhaozilong"))
        .run()
        .exits(2);
    assert_eq!(fs::read_to_string(&act).unwrap(), text, "nothing is overwritten");

    let first = submit(&desk, "zhang", &act).ok().json_lines();
    let second = submit(&desk, "zhang", &act).ok().json_lines();
    assert_eq!((&first[0]["repeated"], &second[0]["repeated"]), (&false.into(), &true.into()));
    assert_eq!(first[0]["seq"], second[0]["seq"], "the second arrival gets the first result");
    assert_eq!(staff(&desk).len(), 4);
    assert_eq!(staff(&desk)[3]["holds_key"], true);

    let number = files(&desk, "zhaozilong", "zhao.pdf");
    let shown = desk.run("zhang", ["show", &number, "--json"]).ok().json();
    assert_eq!(shown["facts"]["clerk"], "0004");
    let names = desk.run("zhang", ["staff", "list", "--json"]).ok().json();
    assert_eq!(names[3]["name"], "zhaozilong");
    desk.sound("zhaozilong");
}

#[test]
fn an_act_brought_in_without_a_key_gives_no_copy_until_somebody_does() {
    let desk = at_work();
    let act = desk.path("enrol.act");
    desk.call("zhang", ["staff", "enrol", "--role", "archivist", "--act-out"])
        .arg(&act)
        .arg(desk.public("zhao"))
        .run()
        .ok();
    submit(&desk, "", &act).ok();
    assert_eq!(desk.refuses("zhao", ["list"], 12, "0004"), "no-copy");
    // The same file, brought in once more by somebody who holds the key.
    submit(&desk, "zhang", &act).ok();
    desk.run("zhao", ["list"]).ok();
}

#[test]
fn everybody_does_what_their_roles_allow_and_no_more() {
    let desk = at_work();
    let number = files(&desk, "zhang", "form.pdf");
    let paper = desk.file("other.pdf", "y").to_str().unwrap().to_owned();
    let new = desk.public("new").to_str().unwrap().to_owned();
    let supplement = ["add", paper.as_str(), "--to", &number, "--reason", "later"];
    let enrol = ["staff", "enrol", new.as_str(), "--role", "archivist"];

    // The reviewer reads and does not file.
    assert_eq!(desk.refuses("li", adding(&paper), 4, "0002"), "role");
    assert_eq!(desk.refuses("li", supplement, 4, "0002"), "role");
    desk.run("li", ["list"]).ok();
    assert_eq!(desk.document("li", &number, 1), b"filed by zhang: form.pdf");
    assert_eq!(desk.refuses("li", enrol, 4, "0002"), "role");
    assert_eq!(desk.refuses("li", ["keys", "rotate"], 4, "0002"), "role");

    // The audit administrator holds no key that opens a record, and checks without one.
    assert_eq!(desk.refuses("wang", ["list"], 12, "0003"), "no-copy");
    assert_eq!(desk.refuses("wang", adding(&paper), 4, "0003"), "role");
    desk.run("wang", ["status"]).ok();
    desk.run("", ["verify", "--keyless"]).ok();

    // The authority countersigns; records are not its business.
    desk.run("ca", ["add", &paper].into_iter().chain(LABELS.iter().copied())).exits(4);
    assert_eq!(desk.run("ca", ["list"]).code, 4);

    // Three administrators are three people.
    let both = ["staff", "enrol", new.as_str(), "--role", "security,audit"];
    assert_eq!(desk.refuses("zhang", both, 4, "0004"), "administrators");
    assert_eq!(desk.refuses("zhang", ["staff", "disable", "0001"], 4, "0001"), "last-security");
    let again =
        ["staff", "enrol", desk.public("li").to_str().unwrap(), "--role", "reviewer"].map(str::to_owned);
    assert_eq!(desk.refuses("zhang", &again, 4, "0002"), "enrolled");
    assert_eq!(desk.records("zhang").len(), 1);
    desk.sound("zhang");
}

#[test]
fn a_leaver_opens_nothing_that_is_filed_afterwards() {
    let desk = at_work();
    desk.call("zhang", ["staff", "enrol", "--role", "archivist"]).arg(desk.public("zhao")).run().ok();
    let before = files(&desk, "zhao", "before.pdf");
    // Zhao takes home everything there is: key file, copy of the epoch key, covers.
    let taken = fs::read(desk.keystore().join("epochs/1/0004.age")).unwrap();

    // Disabling begins a new epoch, which waits for the CA; until then the old one goes on for the others.
    let told = desk.run("zhang", ["staff", "disable", "0004", "--reason", "left the company"]).exits(3);
    assert!(told.out().contains("0004"), "{}", told.out());
    assert_eq!(desk.refuses("zhao", ["list"], 4, "0004"), "disabled");
    let paper = desk.text("before.pdf");
    assert_eq!(desk.refuses("zhao", adding(&paper), 4, "0004"), "disabled");
    assert_eq!(desk.run("", ["status", "--json"]).ok().json()["rotation_due"], true);
    assert_eq!(desk.document("zhang", &before, 1), b"filed by zhao: before.pdf");

    ca_proves(&desk, 2);
    let rotated = desk.run("zhang", ["keys", "rotate", "--json"]).ok().json();
    assert_eq!(
        (&rotated["epoch"], &rotated["finished"], &rotated["destroyed"]),
        (&2.into(), &true.into(), &serde_json::json!([1]))
    );
    let after = files(&desk, "zhang", "after.pdf");
    let status = desk.run("", ["status", "--json"]).ok().json();
    assert_eq!((&status["rotation_due"], &status["rotation_unfinished"]), (&false.into(), &false.into()));

    // With the copy taken home the old epoch's key is known, and fits nothing any more.
    let identity = jingui_vault::seal::open(person(&desk, "zhao").identity(), &taken).unwrap();
    let identity = String::from_utf8(identity.to_vec()).unwrap();
    let line = identity.lines().find(|line| line.starts_with("AGE-SECRET-KEY-")).unwrap();
    let old: age::x25519::Identity = line.parse().unwrap();
    let covers = walk(&desk.vault().join("covers"));
    assert_eq!(covers.len(), 2);
    for cover in covers {
        assert!(cover.to_string_lossy().ends_with(".e2.age"), "{}", cover.display());
        assert!(age::decrypt(&old, &fs::read(cover).unwrap()).is_err());
    }
    assert!(
        !desk.keystore().join("epochs/1/0004.age").exists()
            && !desk.keystore().join("epochs/2/0004.age").exists()
    );
    for (number, name) in [(before, "filed by zhao: before.pdf"), (after, "filed by zhang: after.pdf")] {
        assert_eq!(desk.document("zhang", &number, 1), name.as_bytes());
        assert_eq!(desk.document("li", &number, 1), name.as_bytes());
    }
    // Who comes back is enrolled anew, with a new number.
    desk.call("zhang", ["staff", "enrol", "--role", "archivist"]).arg(desk.public("zhao")).run().ok();
    assert_eq!(staff(&desk)[4]["staff"], "0005");
    files(&desk, "zhao", "again.pdf");
    desk.sound("zhao");
}

fn walk(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        match entry.file_type().unwrap().is_dir() {
            true => found.extend(walk(&entry.path())),
            false => found.push(entry.path()),
        }
    }
    found
}

#[test]
fn keys_rotate_to_another_ca_when_the_old_one_lost_its_key() {
    let desk = at_work();
    let number = files(&desk, "zhang", "form.pdf");
    desk.run("zhang", ["keys", "rotate"]).exits(3);
    // The CA cannot answer any more; it names a new recipient, and the waiting epoch is superseded.
    let half = PublicHalf::parse(&fs::read_to_string(desk.public("ca-new")).unwrap()).unwrap();
    desk.run("zhang", ["keys", "rotate", "--ca-recipient", &half.age]).exits(3);
    let answer = desk.path("answer.act");
    let call = at_the_ca(&desk, ["keys", "prove"]).arg(escrow(&desk, 3)).arg("-o").arg(&answer);
    call.args(["--identity"]).arg(identity_of(&desk, "ca-new")).run().ok();
    submit(&desk, "", &answer).ok();
    desk.run("zhang", ["keys", "rotate"]).ok();
    assert_eq!(desk.document("zhang", &number, 1), b"filed by zhang: form.pdf");
    desk.sound("zhang");
}

/// An age identity file of a person's, such as a CA has.
fn identity_of(desk: &Desk, name: &str) -> PathBuf {
    let text = person(desk, name).to_secret_text().to_string();
    desk.file(format!("{name}.identity"), text)
}

#[test]
fn when_all_keys_of_the_ra_are_lost_the_ca_gives_the_vault_back() {
    let desk = at_work();
    let number = files(&desk, "zhang", "form.pdf");
    let half = desk.public("sun");
    let recover = |who: &str| {
        let call = desk
            .call(who, ["keys", "recover", "--json", "--role", "security,archivist", "--person"])
            .arg(&half);
        call.arg("--escrow").arg(escrow(&desk, 1))
    };
    // Nobody else can, not even with the CA's identity at hand.
    recover("sun").run().exits(12);
    assert_eq!(
        recover("sun").arg("--identity").arg(identity_of(&desk, "ca")).run().exits(4).fault()["code"],
        "not-authority"
    );
    assert_eq!(staff(&desk).len(), 3);

    assert_eq!(recover("ca").run().ok().json()["staff"], "0004");
    assert_eq!(desk.document("sun", &number, 1), b"filed by zhang: form.pdf");
    files(&desk, "sun", "after.pdf");
    // The lost keys are shut out, and the next epoch has no copy for them.
    for lost in ["0001", "0002", "0003"] {
        let ran = desk.run("sun", ["staff", "disable", lost]);
        assert!(matches!(ran.code, 0 | 3), "{}", ran.err);
    }
    let waiting = desk.run("", ["status", "--json"]).ok().json()["waiting_epoch"].as_u64().unwrap();
    ca_proves(&desk, waiting.try_into().unwrap());
    desk.run("sun", ["keys", "rotate"]).ok();
    let copies = walk(&desk.keystore().join("epochs"));
    assert!(copies.iter().all(|copy| copy.ends_with("0004.age")), "{copies:?}");
    assert_eq!(desk.refuses("zhang", ["list"], 4, "0001"), "disabled");
    assert_eq!(desk.document("sun", &number, 1), b"filed by zhang: form.pdf");
    desk.sound("sun");
}

#[test]
fn when_the_keystore_is_lost_as_well_a_new_one_is_made_from_the_escrow() {
    let desk = at_work();
    let number = files(&desk, "zhang", "form.pdf");
    let handed = desk.path("handed-1.age");
    fs::remove_dir_all(desk.keystore()).unwrap();
    assert_eq!(desk.refuses("zhang", ["list"], 15, "vault.keys"), "no-keystore");
    let call = desk
        .call("ca", ["keys", "recover", "--role", "security,archivist", "--person"])
        .arg(desk.public("sun"));
    call.arg("--escrow").arg(&handed).run().ok();
    assert_eq!(desk.document("sun", &number, 1), b"filed by zhang: form.pdf");
    files(&desk, "sun", "after.pdf");
}

#[test]
fn an_escrow_file_of_another_vault_recovers_nothing() {
    let (desk, other) = (at_work(), at_work());
    let call = desk
        .call("ca", ["keys", "recover", "--json", "--role", "security", "--person"])
        .arg(desk.public("sun"));
    let ran = call.arg("--escrow").arg(escrow(&other, 1)).run().exits(4);
    assert_eq!(ran.fault()["code"], "other-vault");
    assert_eq!(staff(&desk).len(), 3);
}

#[test]
fn a_sheet_gives_a_solo_vault_back() {
    let desk = Desk::solo();
    let number = desk.filed_text("form.pdf", "on paper\n");
    let sheet = desk.text("sheet.txt");
    assert!(desk.run("", ["status"]).ok().err.contains("keys sheet"), "it warns while there is no way back");
    desk.run("me", ["keys", "sheet", "-o", &sheet]).ok();
    assert!(!desk.run("", ["status"]).ok().err.contains("keys sheet"));
    assert_eq!(desk.refuses("me", ["keys", "sheet", "-o", &sheet], 2, "sheet.txt"), "exists");
    let text = fs::read_to_string(&sheet).unwrap();
    let key = text.lines().map(str::trim).find(|line| line.len() == 74).unwrap();

    // Typed off the paper in lower case, signed by the new person as the help says.
    let typed = desk.file("typed.txt", format!("{}\n", key.to_lowercase()));
    let half = desk.public("sun");
    let call = |who: &str| {
        desk.call(who, ["keys", "recover", "--role", "security,archivist", "--sheet"]).arg(&typed)
    };
    let ran = call("sun").args(["--dry-run", "--person"]).arg(&half).run();
    ran.ok();
    call("sun").arg("--person").arg(&half).run().ok();
    assert_eq!(desk.document("sun", &number, 1), b"on paper\n");
    // A sheet of an epoch that is over opens nothing.
    desk.run("sun", ["keys", "rotate"]).ok();
    let stale = call("sun").arg("--person").arg(desk.public("late")).run().exits(4);
    is_a_refusal(&stale, "");
    desk.sound("sun");
}

#[test]
fn an_act_file_that_was_changed_is_refused() {
    let desk = at_work();
    let act = desk.path("enrol.act");
    desk.call("zhang", ["staff", "enrol", "--role", "archivist", "--act-out"])
        .arg(&act)
        .arg(desk.public("zhao"))
        .run()
        .ok();
    let text = fs::read_to_string(&act).unwrap();
    let lines = desk.lines();
    let half = |name: &str| PublicHalf::parse(&fs::read_to_string(desk.public(name)).unwrap()).unwrap();
    let (zhao, evil) = (half("zhao"), half("evil"));
    for (what, from, to, code) in [
        ("roles", "\"archivist\"", "\"security\"", "bad-signature"),
        ("number", "\"staff\":\"0004\"", "\"staff\":\"0044\"", "bad-signature"),
        ("recipient", &*zhao.age, &*evil.age, "bad-signature"),
        ("signing key", &zhao.sign.to_string(), &evil.sign.to_string(), "bad-signature"),
        ("signer", "\"by\":\"0001\"", "\"by\":\"0002\"", "bad-signature"),
        ("authority", "\"by\":\"0001\"", "\"by\":\"authority\"", "bad-signature"),
        ("vault itself", "\"by\":\"0001\"", "\"by\":\"vault\"", "bad-signature"),
        ("nobody", "\"by\":\"0001\"", "\"by\":\"0077\"", "bad-signature"),
        ("note", "\"notes\":[{", "\"notes\":[],\"notes\":[{", "not-an-act"),
        ("kind", "staff.enrol", "staff.crown", "not-an-act"),
        ("version", "\"v\":1", "\"v\":9", "not-an-act"),
    ] {
        let forged = desk.path(format!("forged {what}.act"));
        fs::write(&forged, text.replacen(from, to, 1)).unwrap();
        assert_ne!(fs::read_to_string(&forged).unwrap(), text, "{what}");
        let ran = submit(&desk, "zhang", &forged);
        assert_eq!(ran.fault()["code"], code, "{what}: {}", ran.err);
        ran.exits(if code == "not-an-act" { 2 } else { 4 });
    }
    // Cut anywhere, it is no act file.
    for cut in [0, 1, text.len() / 2, text.len() - 3] {
        let part = desk.file(format!("part{cut}.act"), &text[..cut]);
        submit(&desk, "zhang", &part).exits(2);
    }
    assert_eq!((desk.lines(), staff(&desk).len()), (lines, 3), "none of it left a trace");
    submit(&desk, "zhang", &act).ok();
    desk.sound("zhang");
}

#[test]
fn nothing_comes_from_outside_in_the_name_of_the_vault_itself() {
    for desk in [Desk::solo(), at_work()] {
        let who = if desk.path("me.key").exists() { "me" } else { "zhang" };
        let number = files(&desk, who, "form.pdf");
        let lines = desk.lines();
        // A spool that a read-only vault would have made, and an enrolment.
        let act = desk.path("enrol.act");
        let call = desk.call(who, ["staff", "enrol", "--role", "archivist", "--act-out"]).arg(&act);
        call.arg(desk.public("zhao")).run().ok();
        let record =
            desk.run(who, ["show", &number, "--json"]).ok().json()["record"].as_str().unwrap().to_owned();
        let text = fs::read_to_string(&act).unwrap();
        let parsed: Value = serde_json::from_str(&text).unwrap();
        let (vault, sig) = (parsed["vault"].as_str().unwrap(), parsed["sig"].as_str().unwrap());
        let opened = format!(
            "{{\"jingui\":\"act\",\"v\":1,\"vault\":\"{vault}\",\"by\":\"vault\",\"act\":{{\"id\":\"0123456789ABCDEFGHJKMNPQRS\",\
             \"kind\":\"record.open\",\"at\":\"2026-01-01T00:00:00.000Z\",\"data\":{{\"record\":\"{record}\",\"docs\":[1]}}}},\
             \"sig\":\"{sig}\",\"notes\":[]}}\n"
        );
        for (name, forged) in
            [("enrol", text.replacen("\"by\":\"0001\"", "\"by\":\"vault\"", 1)), ("open", opened)]
        {
            let forged = desk.file(format!("forged-{name}.act"), forged);
            let ran = submit(&desk, who, &forged).exits(4);
            assert_eq!(ran.fault()["code"], "bad-signature", "{name}");
        }
        assert_eq!(desk.lines(), lines);
        desk.sound(who);
    }
}

#[test]
fn an_act_for_another_vault_is_refused() {
    let (desk, other) = (at_work(), at_work());
    let act = other.path("enrol.act");
    other
        .call("zhang", ["staff", "enrol", "--role", "archivist", "--act-out"])
        .arg(&act)
        .arg(other.public("zhao"))
        .run()
        .ok();
    let file = act.to_str().unwrap();
    assert_eq!(desk.refuses("zhang", ["act", "submit", file], 4, ""), "other-vault");
    // Pretending that it is for this one breaks the signature.
    let id =
        |desk: &Desk| desk.run("", ["status", "--json"]).ok().json()["vault"].as_str().unwrap().to_owned();
    let renamed = fs::read_to_string(&act).unwrap().replace(&id(&other), &id(&desk));
    let forged = desk.file("forged.act", renamed);
    assert_eq!(submit(&desk, "zhang", &forged).exits(4).fault()["code"], "bad-signature");
    assert_eq!(staff(&desk).len(), 3);
}

#[test]
fn an_act_that_came_too_late_is_stale() {
    let desk = at_work();
    let (first, second) = (desk.path("first.act"), desk.path("second.act"));
    for (act, name) in [(&first, "zhao"), (&second, "qian")] {
        desk.call("zhang", ["staff", "enrol", "--role", "archivist", "--act-out"])
            .arg(act)
            .arg(desk.public(name))
            .run()
            .ok();
    }
    submit(&desk, "zhang", &first).ok();
    // Both were written for the number 0004.
    assert_eq!(submit(&desk, "zhang", &second).exits(5).fault()["code"], "stale");
    assert_eq!(staff(&desk).len(), 4);
}
