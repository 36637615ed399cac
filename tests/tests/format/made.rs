//! The archive that was made when format 1 began, by today's program.

use super::{HOUSES, Opened, digests, files, fixture, list};
use crate::told::{compare, told};
use jingui_checker::{Asked, check};
use jingui_schema::act::{ActFile, PublicHalf};
use jingui_schema::cover::Document;
use jingui_schema::digest::Sha256;
use jingui_schema::facts::Purpose;
use jingui_schema::id::{ActId, RecordId, VaultId};
use jingui_schema::line::{Line, Tip};
use jingui_tests::copying::whole_back;
use jingui_tests::house::{full, verify};
use jingui_tests::nothing_wrong;
use jingui_vault::copies::{CopyVault, DirTarget, RestoreOptions, Target, restore};
use jingui_vault::cosigner::{Cosigner, Seen};
use jingui_vault::fs::OsFs;
use jingui_vault::keys::{open_escrow, read_sheet};
use jingui_vault::requests::{Questioner, Vouched};
use jingui_vault::{Options, Result, Session, Vault};
use serde_json::Value;
use std::fs;
use std::sync::Arc;

/// What was said of it when it was made.
fn expected() -> Value {
    let text = fs::read(fixture().join("expected.json")).expect("tests/format/1 is part of the repository");
    serde_json::from_slice(&text).expect("it is JSON")
}

fn opened(expected: &Value) -> Opened {
    Opened::at(expected["at"].as_i64().expect("when it was made"))
}

fn target(opened: &Opened) -> Arc<dyn Target> {
    Arc::new(DirTarget::open(opened.env(), &opened.path("place")).expect("the copy's directory"))
}

/// Opens every document that was there; says which has other bytes.
fn documents(expected: &Value, session: &Session, wrong: &mut Vec<String>) -> usize {
    let mut seen = 0;
    for (number, record) in expected["records"].as_object().expect("records") {
        let id: RecordId = record["record"].as_str().expect("an id").parse().expect("an id");
        let opening = match session.open_for(id, &[], Some(Purpose::Audit), Some("it is read again"), None) {
            Ok(opening) => opening,
            Err(error) => {
                wrong.push(format!("{number} does not open: {}", full(&error)));
                continue;
            }
        };
        for (document, said) in
            opening.documents().iter().zip(record["documents"].as_array().expect("a list"))
        {
            let mut bytes = Vec::new();
            let copied = opening.copy(document, &mut bytes);
            match copied.is_ok() && Sha256::of(&bytes).to_string() == said["sha256"] {
                true => seen += 1,
                false => wrong.push(format!("{number} document {} has other bytes", document.no)),
            }
        }
    }
    seen
}

#[test]
fn no_file_of_it_was_made_anew() {
    let listed = fs::read_to_string(list()).expect("tests/format/1.sha256 is part of the repository");
    let found = digests(&fixture());
    let (listed, found): (Vec<_>, Vec<_>) = (listed.lines().collect(), found.lines().collect());
    let lost =
        listed.iter().filter(|line| !found.contains(line)).map(|line| format!("not as it was: {line}"));
    let new = found.iter().filter(|line| !listed.contains(line)).map(|line| format!("not listed: {line}"));
    nothing_wrong(&lost.chain(new).collect::<Vec<_>>());
    assert!(listed.len() > 100, "{} files", listed.len());
}

#[test]
fn it_opens_and_is_whole_and_says_what_it_said() {
    let expected = expected();
    let opened = opened(&expected);
    let mut wrong = Vec::new();
    for (house, who) in HOUSES {
        let (vault, person) = (opened.vault(house), opened.person(who));
        wrong.extend(vault.read_only().map(|why| format!("{house} is read-only: {why}")));
        let session = vault.sign_in(opened.person(who)).expect("somebody signs in");
        compare(house, &expected[house], &told(&session), &mut wrong);
        wrong.extend(verify(&session).iter().map(|found| format!("{house}: {found}")));
        for id in vault.state().plans.keys() {
            wrong.extend(vault.plan_file(*id).err().map(|error| format!("plan {id}: {}", full(&error))));
        }
        for (id, plan) in &vault.state().plans {
            let register = plan.register.is_some().then(|| vault.register_file(*id));
            let error = register.and_then(|register| register.err());
            wrong.extend(error.map(|error| format!("register of {id}: {}", full(&error))));
        }
        assert!(documents(&expected[house], &session, &mut wrong) > 0, "{house} has documents");
        // What was opened has lines now, and is as whole as before.
        vault.mirror();
        wrong.extend(verify(&session).iter().map(|found| format!("{house}, after openings: {found}")));
        drop((session, vault));
        let secret = person.to_secret_text().to_string();
        for keys in [None, Some((opened.path(&format!("{house}/keys")), secret))] {
            let (vault, mirror) = (opened.path(&format!("{house}/vault")), opened.mirror(house));
            let found = check(&Asked { vault, mirror, keys });
            wrong.extend(found.iter().map(|f| format!("checker: {house}: {}: {}", f.path, f.what)));
        }
    }
    nothing_wrong(&wrong);
}

#[test]
fn every_line_is_spelt_as_it_is_read() {
    let (mut lines, mut wrong) = (0, Vec::new());
    let is_journal = |name: &str| {
        let of_mirror = name.contains("/journal/") || name.contains("/registers/received-");
        name.ends_with(".jsonl") && (of_mirror || name.starts_with("place/journal/"))
    };
    for (name, path) in files(&fixture()).into_iter().filter(|(name, _)| is_journal(name)) {
        for bytes in fs::read(path).expect("a file").split_inclusive(|byte| *byte == b'\n') {
            lines += 1;
            let line = match Line::parse(&bytes[..bytes.len() - 1]) {
                Ok(line) => line,
                Err(error) => {
                    wrong.push(format!("{name}: {}", full(&error)));
                    continue;
                }
            };
            let tip = Tip { lines: line.seq - 1, last: line.prev, at: line.at };
            let (act, seq) = (line.raw_act(), line.seq);
            match Line::write(&tip, line.at, line.by, &act, line.sig) {
                Ok(written) if written == bytes => {}
                _ => wrong.push(format!("{name}: line {seq} is written otherwise")),
            }
        }
    }
    nothing_wrong(&wrong);
    assert!(lines > 300, "{lines} lines");
}

#[test]
fn its_copy_is_whole_and_comes_back() {
    let expected = expected();
    let opened = opened(&expected);
    let copy = CopyVault::open(&opened.env(), target(&opened), None, Some(opened.path("archive/keys")));
    let copy = copy.unwrap_or_else(|error| panic!("{}", full(&error)));
    let session = match copy.vault() {
        Ok(vault) => vault.sign_in(opened.person("founder")).expect("the founder signs in"),
        Err(error) => panic!("{}", full(error)),
    };
    let checked = copy.verify(Some(&session), u64::MAX, &|_| {}, &|| false).expect("it is read");
    let found = checked.report.findings.iter();
    nothing_wrong(&found.map(|f| format!("{} {}: {}", f.path, f.finding, f.detail)).collect::<Vec<_>>());
    drop((session, copy));

    let back = opened.path("back");
    let options = RestoreOptions { threads: 1, ..RestoreOptions::default() };
    let restored = restore(&opened.env(), target(&opened), &back, &options).expect("it is put back");
    assert!(restored.lacking.is_empty(), "{:?}", restored.lacking);
    nothing_wrong(&whole_back(&OsFs, &back));
    let options = Options { keystore: Some(opened.path("archive/keys")), ..Options::default() };
    let vault = Vault::open(opened.env(), &back, options).expect("it opens");
    let session = vault.sign_in(opened.person("founder")).expect("the founder signs in");
    for record in expected["archive"]["records"].as_object().expect("records").values() {
        let id: RecordId = record["record"].as_str().expect("an id").parse().expect("an id");
        let view = session.view(id).expect("it is there");
        let found: Vec<String> = view.documents.iter().map(|document| document.sha256.to_string()).collect();
        let said = record["documents"].as_array().expect("a list");
        let said: Vec<&str> = said.iter().filter_map(|document| document["sha256"].as_str()).collect();
        assert_eq!(found, said, "{id}");
    }
}

#[test]
fn what_went_to_the_ca_and_came_from_it_is_read() {
    fn member(document: &Document) -> String {
        document.member.clone()
    }
    let expected = expected();
    let opened = opened(&expected);
    let cosigner = Cosigner::open(opened.env(), &opened.path("cosigner")).expect("the cosigner");
    let seen = |vault: VaultId| -> Result<Option<Seen>> {
        Ok(cosigner.seen()?.into_iter().find(|seen| seen.vault == vault))
    };
    let identity = opened.person("ca").identity().clone();
    let questioner = Questioner { identity: &identity, authority: None, seen: &seen, names: &member };
    let request: ActId = expected["request"].as_str().expect("an act").parse().expect("an act");
    let case = opened.path("case");
    let given = questioner.read_at(&opened.env(), &*target(&opened), request, Some(&case));
    let given = given.unwrap_or_else(|error| panic!("{}", full(&error)));
    assert_ne!(given.vouched, Vouched::Not);
    let said = &expected["archive"]["records"][given.number.to_string()];
    assert_eq!(said["record"], given.record.to_string());
    for document in &given.documents {
        let bytes = fs::read(case.join(&document.member)).expect("it was given");
        let of = said["documents"].as_array().expect("a list").iter().find(|d| d["no"] == document.no);
        assert_eq!(of.expect("it is listed")["sha256"], Sha256::of(&bytes).to_string());
    }

    let epoch = expected["archive"]["epochs"][0].as_u64().expect("an epoch");
    let sealed = fs::read(opened.path(&format!("archive/keys/escrow/{epoch}.age"))).expect("an escrow file");
    let escrow = open_escrow("escrow", &sealed, &identity).expect("the CA opens it");
    let sheet = fs::read_to_string(opened.path("people/sheet.txt")).expect("a recovery sheet");
    let sheet = read_sheet("sheet", &sheet).expect("it is read");
    assert_eq!(sheet.to_public().to_string(), escrow.key.recipient());
}

#[test]
fn keys_and_act_files_are_read_and_written_as_they_are() {
    let opened = opened(&expected());
    let (mut halves, mut acts) = (0, 0);
    for (name, path) in files(opened.dir.path()) {
        let text = || fs::read_to_string(&path).expect("text");
        if let Some(who) = name.strip_prefix("people/").and_then(|name| name.strip_suffix(".pub")) {
            let half = PublicHalf::parse(&text()).expect("a public half");
            assert_eq!(half.to_text(), text(), "{name}");
            assert_eq!(opened.person(who).public_half(), half, "{name}");
            halves += 1;
        }
        if name.starts_with("place/exchange/ca/") && name.ends_with(".act") {
            assert_eq!(ActFile::parse(&text()).expect("an act file").to_text(), text(), "{name}");
            acts += 1;
        }
    }
    assert!(halves > 5 && acts > 2, "{halves} people, {acts} acts");
}
