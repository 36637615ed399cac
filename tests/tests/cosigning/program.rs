use jingui_schema::cosignature::{Answer, CosignerKey};
use jingui_tests::program::{Call, Desk, Ran};
use jingui_tests::{copy_tree, say};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

/// A vault with an authority, which also countersigns.
fn begun() -> Desk {
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

/// A cosigner's directory, and the key that it hands out.
fn made(desk: &Desk) -> String {
    let told = at_the_ca(desk, ["cosigner", "init", "c", "--name", "ca.example/cosigner", "--json"]);
    told.run().ok().json()["key"].as_str().unwrap().to_owned()
}

fn named(desk: &Desk, key: &str) {
    desk.run("", ["journal", "cosigner", key, "--request", "name.act"]).ok();
    at_the_ca(desk, ["act", "sign", "name.act", "-o", "named.act"]).run().ok();
    desk.run("", ["act", "submit", "named.act"]).ok();
}

fn signs(desk: &Desk, request: &str, answer: &str) -> Ran {
    at_the_ca(desk, ["cosigner", "sign", request, "-o", answer, "--dir", "c", "--json"]).run()
}

fn status(desk: &Desk) -> Value {
    desk.run("", ["status", "--json"]).ok().json()["cosigner"].clone()
}

/// Writes a file with one character of one line changed: a digit stays one.
fn bend(from: &Path, to: &Path, line: usize) {
    let mut lines: Vec<Vec<char>> =
        fs::read_to_string(from).unwrap().lines().map(|line| line.chars().collect()).collect();
    let at = lines[line].len().saturating_sub(8).max(4);
    let c = &mut lines[line][at];
    *c = if *c == '1' {
        '2'
    } else if c.is_ascii_digit() {
        '1'
    } else if *c == 'B' {
        'C'
    } else {
        'B'
    };
    let bent: String = lines.into_iter().map(|line| line.into_iter().collect::<String>() + "\n").collect();
    fs::write(to, bent).unwrap();
}

#[test]
fn a_head_goes_to_the_ca_and_comes_back() {
    let desk = begun();
    assert_eq!(desk.refuses("", ["journal", "cosign", "--request"], 4, "Nobody"), "no-cosigner");
    let key = made(&desk);
    assert_eq!(status(&desk), Value::Null);
    assert_eq!(desk.refuses("zhang", ["journal", "cosigner", &key], 4, "authority"), "not-authority");
    named(&desk, &key);
    assert_eq!(status(&desk)["name"], "ca.example/cosigner");
    assert!(desk.run("", ["status"]).ok().err.contains("has not countersigned any head yet"));
    assert_eq!(desk.run("", ["journal", "cosigner", "--json"]).ok().json()["key"], key);

    let lines = desk.lines();
    desk.run("", ["journal", "cosign", "--request", "-n"]).ok();
    assert_eq!(desk.lines(), lines, "a dry run signs nothing");
    desk.run("", ["journal", "cosign", "--request", "-o", "one.request"]).ok();
    let bytes = fs::metadata(desk.path("one.request")).unwrap().len();
    assert!(bytes < 1024, "{bytes}");

    // Nobody has told the CA of this vault yet.
    let fault = signs(&desk, "one.request", "one.answer").exits(4).fault();
    assert_eq!(fault["code"], "unknown-log");
    let trust = desk.vault().join("VAULT.toml");
    let with_trust = |more: &[&str]| {
        let call = at_the_ca(&desk, ["cosigner", "sign", "one.request", "-o", "one.answer", "--dir", "c"]);
        call.args(["--json", "--trust"]).arg(&trust).args(more).run().ok().json()
    };
    assert_eq!(with_trust(&["-n"])["signed"], false);
    assert!(!desk.path("one.answer").exists());
    let told = with_trust(&[]);
    assert_eq!((&told["before"], &told["lines"]), (&0.into(), &lines.into()));
    openssl_agrees(&desk, "one.answer", &key);

    let told = desk.run("", ["journal", "cosign", "--import", "one.answer", "--json"]).ok().json();
    assert_eq!((&told["lines"], &told["repeated"]), (&lines.into(), &false.into()));
    let again = desk.run("", ["journal", "cosign", "--import", "one.answer", "--json"]).ok().json();
    assert_eq!((&again["seq"], &again["repeated"]), (&told["seq"], &true.into()));
    assert_eq!(status(&desk)["lines"], lines);
    assert_eq!(status(&desk)["days"], 0);
    // The head with both lines, as long as nothing else has happened.
    let answer = fs::read_to_string(desk.path("one.answer")).unwrap();
    assert_eq!(desk.run("", ["journal", "head"]).ok().out(), answer);
    desk.run("", ["journal", "head", "--cosigned", "-o", "cosigned.head"]).ok();
    assert_eq!(fs::read_to_string(desk.path("cosigned.head")).unwrap(), answer);
    let log = desk.run("", ["journal", "log", "--json"]).ok().out();
    assert!(log.contains("cosigner.name") && log.contains("head.cosigned"));
    desk.run("", ["journal", "verify"]).ok();
    desk.sound("");
}

#[test]
fn a_request_that_does_not_fit_is_not_signed_and_says_from_where_to_ask() {
    let desk = begun();
    named(&desk, &made(&desk));
    desk.run("", ["journal", "cosign", "--request", "-o", "one.request"]).ok();
    let trust = desk.vault().join("VAULT.toml");
    let sign =
        at_the_ca(&desk, ["cosigner", "sign", "one.request", "-o", "one.answer", "--dir", "c", "--trust"]);
    sign.arg(&trust).run().ok();
    let known = fs::read_to_string(desk.path("one.answer")).unwrap().lines().nth(1).unwrap().to_owned();

    // The answer is lost; another request begins from where the vault is.
    file_something(&desk);
    desk.run("", ["journal", "cosign", "--request", "-o", "two.request"]).ok();
    let fault = signs(&desk, "two.request", "two.answer").exits(5).fault();
    assert_eq!(fault["code"], "cosigner-elsewhere");
    assert!(fault["hint"].as_str().unwrap().contains(&format!("--from {known}")), "{fault}");
    assert!(!desk.path("two.answer").exists());
    // It can be had again,
    signs(&desk, "one.request", "one-again.answer").ok();
    // or be gone past.
    desk.run("", ["journal", "cosign", "--request", "--from", &known, "-o", "three.request"]).ok();
    for (line, code) in [(0, "cosigner-elsewhere"), (1, "inconsistent")] {
        bend(&desk.path("three.request"), &desk.path("bent.request"), line);
        let fault = signs(&desk, "bent.request", "bent.answer").fault();
        assert_eq!(fault["code"], code, "line {line}");
        fs::remove_file(desk.path("bent.request")).unwrap();
    }
    signs(&desk, "three.request", "three.answer").ok();
    desk.run("", ["journal", "cosign", "--import", "three.answer"]).ok();
    assert_eq!(
        desk.refuses("", ["journal", "cosign", "--import", "one.answer"], 4, "taken in already"),
        "cosigned-later"
    );
    let fault = signs(&desk, "one.request", "late.answer").exits(5).fault();
    assert_eq!(fault["code"], "cosigner-elsewhere");
    let last = fs::read_to_string(desk.path("three.answer")).unwrap().lines().count() - 1;
    bend(&desk.path("three.answer"), &desk.path("bent.answer"), last);
    assert_ne!(desk.run("", ["journal", "cosign", "--import", "bent.answer"]).code, 0);
    let shown = at_the_ca(&desk, ["cosigner", "show", "--dir", "c", "--json"]).run().ok().json();
    assert_eq!(shown["vaults"].as_array().unwrap().len(), 1);
    desk.sound("");
}

#[test]
fn two_do_not_sign_at_once_and_only_its_own_key_signs() {
    let desk = begun();
    named(&desk, &made(&desk));
    desk.run("", ["journal", "cosign", "--request", "-o", "one.request"]).ok();
    let trust = desk.vault().join("VAULT.toml");
    let call = |who: &str| {
        let call = desk.call(who, ["cosigner", "sign", "one.request", "--dir", "c", "--json", "--trust"]);
        call.arg(&trust).run()
    };
    assert_eq!(call("zhang").exits(12).fault()["code"], "other-cosigner");
    let lock =
        fs::OpenOptions::new().create(true).truncate(false).write(true).open(desk.path("c/lock")).unwrap();
    lock.lock().unwrap();
    assert_eq!(call("ca").exits(11).fault()["code"], "cosigner-in-use");
    drop(lock);
    let told = call("ca").ok().json();
    assert!(told["answer"].as_str().unwrap().starts_with("jingui/"), "{told}");
    let fault = at_the_ca(&desk, ["cosigner", "init", "c", "--name", "x", "--json"]).run().exits(2).fault();
    assert_eq!(fault["code"], "not-empty");
    let fault = at_the_ca(&desk, ["cosigner", "show", "--dir", "nowhere", "--json"]).run().exits(6).fault();
    assert_eq!(fault["code"], "no-cosigner-here");
}

/// Another program verifies the cosignature: `openssl`, from the bytes that C2SP says are signed.
fn openssl_agrees(desk: &Desk, answer: &str, key: &str) {
    let key: CosignerKey = key.parse().unwrap();
    let text = fs::read_to_string(desk.path(answer)).unwrap();
    let found = Answer::parse(&text).unwrap().cosignature_by(&key).unwrap();
    let head = &text[..text.find("\n\n").unwrap() + 1];
    let der = [&hex::decode("302a300506032b6570032100").unwrap()[..], key.public()].concat();
    fs::write(desk.path("key.der"), der).unwrap();
    fs::write(desk.path("signed"), format!("cosignature/v1\ntime {}\n{head}", found.time)).unwrap();
    fs::write(desk.path("sig"), found.signature).unwrap();
    let openssl = |message: &str| {
        let mut command = Command::new("openssl");
        command.args(["pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey"]).arg(desk.path("key.der"));
        command.args(["-rawin", "-in"]).arg(desk.path(message)).arg("-sigfile").arg(desk.path("sig"));
        command.output().map(|output| output.status.success())
    };
    match openssl("signed") {
        Err(_) => say("SKIPPED: there is no openssl here to verify a cosignature"),
        Ok(verifies) => {
            assert!(verifies, "openssl does not verify it");
            fs::write(desk.path("other"), format!("cosignature/v1\ntime {}\n{head}", found.time + 1))
                .unwrap();
            assert_eq!(openssl("other").ok(), Some(false));
        }
    }
}

/// Something happens in the vault.
fn file_something(desk: &Desk) {
    let path = desk.file("a.txt", "an application");
    desk.add("zhang", [path]).run().ok();
}

/// The vault's directory again as it was.
fn put_back(desk: &Desk, old: &Path) {
    fs::remove_dir_all(desk.vault()).unwrap();
    copy_tree(old, desk.vault());
}

#[test]
fn an_older_copy_goes_on_under_a_new_log_once_two_people_have_said_so() {
    let desk = Desk::bare();
    let person = |name: &str, roles: &str| format!("{}={roles}", desk.public(name).display());
    desk.call("zhang", ["init", "--ra", "东区", "--fonds", "JG01", "--roles", "security,archivist"])
        .args(["--person", &person("li", "system,reviewer"), "--person", &person("wang", "audit")])
        .args(["--person", &person("sun", "legal"), "--authority"])
        .args([desk.public("ca"), desk.vault().to_owned()])
        .run()
        .ok();
    named(&desk, &made(&desk));
    desk.run("", ["staff", "countersign", "--request", "wait.act"]).ok();
    at_the_ca(&desk, ["act", "sign", "wait.act", "-o", "signed.act"]).run().ok();
    desk.run("", ["act", "submit", "signed.act"]).ok();
    let old = desk.path("old");
    copy_tree(desk.vault(), &old);
    file_something(&desk);
    desk.run("", ["journal", "cosign", "--request", "-o", "one.request"]).ok();
    let trust = desk.vault().join("VAULT.toml");
    at_the_ca(&desk, ["cosigner", "sign", "one.request", "-o", "one.answer", "--dir", "c", "--trust"])
        .arg(&trust)
        .run()
        .ok();
    desk.run("", ["journal", "cosign", "--import", "one.answer"]).ok();
    let known = desk.run("", ["status", "--json"]).ok().json()["cosigner"]["lines"].as_u64().unwrap();
    put_back(&desk, &old);

    // It reads, says why it does not write, and what to do.
    let status = desk.run("", ["status"]).ok();
    let lines = desk.lines();
    assert!(lines < known);
    for part in [&format!("{known} lines"), &format!("{lines} lines"), "jingui journal fork propose"] {
        assert!(status.err.contains(part), "{part}: {}", status.err);
    }
    let in_chinese = desk.run("", ["status", "--lang", "zh"]).ok();
    assert!(in_chinese.err.contains("jingui journal fork confirm"), "{}", in_chinese.err);
    desk.run("zhang", ["verify"]).ok();
    let refused = |who: &str, words: &[&str]| {
        let ran = desk.call(who, words).arg("--json").run();
        assert_ne!(ran.code, 0, "{words:?}");
        ran.fault()["code"].clone()
    };
    assert_eq!(refused("", &["journal", "cosign", "--request"]), "vault-read-only");
    assert_eq!(refused("zhang", &["keys", "rotate"]), "vault-read-only");
    // Without a mirror there is nothing to heal it from.
    assert_eq!(refused("zhang", &["verify", "--heal"]), "vault-read-only");

    let propose = ["journal", "fork", "propose", "--reason", "disk lost"];
    desk.call("zhang", propose).arg("-n").run().ok();
    assert_eq!(refused("sun", &propose), "role");
    let told = desk.call("zhang", propose).arg("--json").run().ok().json();
    assert_eq!((&told["known"], &told["lines"]), (&known.into(), &lines.into()));
    let act = told["act"].as_str().unwrap();
    assert_eq!(refused("zhang", &["journal", "fork", "confirm", act]), "role");
    // Not confirmed, it is read-only still, also for who comes next.
    assert_eq!(refused("zhang", &["keys", "rotate"]), "vault-read-only");
    desk.run("sun", ["journal", "fork", "confirm", act, "-n"]).ok();
    let told = desk.call("sun", ["journal", "fork", "confirm", act]).arg("--json").run().ok().json();
    let origin = told["origin"].as_str().unwrap().to_owned();
    assert!(origin.ends_with("/1"), "{told}");
    assert!(!desk.run("", ["status"]).ok().err.contains("journal fork"), "it is settled");
    let path = desk.file("a.txt", "filed again");
    let filed = desk.add("zhang", [path]).run().ok().json();
    let fault = desk.call("zhang", propose).arg("--json").run().exits(2).fault();
    assert_eq!(fault["code"], "not-forked");

    // The CA asks why, and is told.
    desk.run("", ["journal", "cosign", "--request", "-o", "two.request"]).ok();
    assert_eq!(signs(&desk, "two.request", "two.answer").exits(4).fault()["code"], "log-forked");
    let sign =
        ["cosigner", "sign", "two.request", "-o", "two.answer", "--dir", "c", "--accept-fork", "--json"];
    let told = at_the_ca(&desk, sign).run().ok().json();
    assert_eq!(told["origin"], *origin);
    let answer = fs::read_to_string(desk.path("two.answer")).unwrap();
    assert!(answer.contains(&format!("\nfork-of {known} ")), "{answer}");
    desk.run("", ["journal", "cosign", "--import", "two.answer"]).ok();
    assert_eq!(refused("", &["journal", "cosign", "--import", "one.answer"]), "other-log");
    desk.run("", ["journal", "cosign", "--request", "-o", "three.request"]).ok();
    signs(&desk, "three.request", "three.answer").ok();
    desk.run("", ["journal", "cosign", "--import", "three.answer"]).ok();

    // Proofs are under the new log, and stock tools check them.
    let record = filed["number"].as_str().unwrap();
    let prove = ["journal", "prove", "--record", record, "--doc", "1", "-o", "proof"];
    desk.run("zhang", prove).ok();
    fs::write(desk.path("a.txt"), "filed again").unwrap();
    let check =
        Command::new("bash").args(["proof/check.sh", "a.txt"]).current_dir(desk.dir()).output().unwrap();
    let said = String::from_utf8_lossy(&check.stdout).into_owned();
    assert!(
        check.status.success() && said.contains(&origin),
        "{said}{}",
        String::from_utf8_lossy(&check.stderr)
    );
    desk.run("", ["journal", "verify"]).ok();
    desk.sound("zhang");
    let checked = jingui_checker::check(&jingui_checker::Asked {
        vault: desk.vault().to_owned(),
        ..Default::default()
    });
    assert_eq!(checked, []);
}
