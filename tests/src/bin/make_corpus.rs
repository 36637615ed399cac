//! Makes `tests/corpus/` anew: the sample vault, and a few inputs for each reader that were written by this project.
//!
//! Only for when the format changes: a corpus that stays is what shows that old bytes keep their meaning. What a fuzzer
//! found is added to it by hand, under a name that says what it was.

use jingui_schema::act::*;
use jingui_schema::answer::{AnswerSheet, LINES, SHEET};
use jingui_schema::certificate::{Change, Reliance, Source, Until};
use jingui_schema::commit::Commit;
use jingui_schema::copy::{CopyMark, CopyState, NamedFile, Piece, RestoreMark};
use jingui_schema::digest::{B3, FileMark, Salt, Sha256};
use jingui_schema::facts::{Business, Class, FactName, Outcome, Role, Setting, Verdict};
use jingui_schema::id::{
    ActId, ArchiveNumber, By, CertId, IssuerId, NoteId, Place, RecordId, StaffNo, TargetId, VaultId,
};
use jingui_schema::line::Line;
use jingui_schema::time::Time;
use jingui_tests::house::{self, House, Key, env_on};
use jingui_tests::mutate::WORDS;
use jingui_tests::targets::CA_IDENTITY;
use jingui_tests::{copy_tree, say, scratch};
use jingui_vault::body::{BodyHead, Buffers, Numbers, write_body};
use jingui_vault::env::Env;
use jingui_vault::fs::OsFs;
use jingui_vault::keys::{EpochKey, Person, sheet_text};
use jingui_vault::layout::cover_path;
use jingui_vault::{Options, Vault, fuzzing, seal};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn main() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let put = |target: &str, name: &str, bytes: &[u8]| {
        let dir = corpus.join(target);
        fs::create_dir_all(&dir).expect("the corpus can be written");
        fs::write(dir.join(name), bytes).expect("the corpus can be written");
    };
    let dir = scratch();
    let env = env_on(Arc::new(OsFs));
    // Its keystore and mirror are named as they will lie in the tests' memory.
    let house = House::planned(dir.path(), &env, false);
    sample(&house, &env, &corpus, &put);
    plain(&put, &env, &house);
    certificates(&put);
    requests(&put);
    sealed(&put, &env);
    let dictionary: String = WORDS
        .iter()
        .map(|word| format!("\"{}\"\n", word.bytes().map(|b| format!("\\x{b:02x}")).collect::<String>()))
        .collect();
    fs::write(corpus.join("../fuzz/words.dict"), dictionary).expect("the dictionary can be written");
    say("corpus/ was made anew");
}

type Put<'a> = &'a dyn Fn(&str, &str, &[u8]);

fn certificates(put: Put) {
    use jingui_tests::certs::{Ca, Wanted, envelope, extension, integer, pem};
    let ca = Ca::new("Test CA", 7);
    let one = ca.issue(&Wanted::new(&[0x0a, 0xff]));
    let odd = ca.issue(&Wanted::new(&[3]).until("20210615235959.5+0800"));
    let delta = [extension(27, true, &integer(&[8]))];
    let list = ca.list(
        "210701000000Z",
        &[(&[1], "210615000000Z", Some(6), &[]), (&[2], "210615000000Z", None, &[])],
        &delta,
    );
    put("certificate", "one.der", &one);
    put("certificate", "list.der", &list);
    put(
        "certificate",
        "odd-and-list.p7b",
        &envelope(&[odd, ca.certificate.clone()], std::slice::from_ref(&list)),
    );
    put("certificate", "both.pem", (pem("CERTIFICATE", &one) + &pem("X509 CRL", &list)).as_bytes());
}

fn sample(house: &House, env: &Env, corpus: &Path, put: Put) {
    let vault = house.begin(env).expect("a vault");
    let session = house.founder(&vault).expect("the founder signs in");
    let filed = house.file(&session, "sample", 2, Some(ActId::from_bytes([5; 16]))).expect("a record");
    session
        .supplement(filed.record, &house::docs("more", 1), "补件", None, &mut Buffers::new())
        .expect("more");
    session.open_documents(filed.record, &[1], Some("年检"), None).expect("an opening");
    let retag = |labels: &mut jingui_vault::filing::Labels| {
        labels.tags.clear();
        Ok(())
    };
    session.correct(filed.record, retag, &[], "更正", false).expect("a correction");
    session.annotate(filed.record, "本人称").expect("an annotation");
    session
        .change_customers("更名", |list| {
            let label = |text| jingui_schema::facts::Label::read(text).expect("a label");
            Ok(list.renamed(&label("甲"), label("乙")).expect("a list"))
        })
        .expect("a setting");
    let authority = vault.sign_in(house.people.authority.person()).expect("the authority signs in");
    authority.countersign().expect("a countersignature");
    vault.sign_head().expect("a head");

    let half = house.people.newcomer.person().public_half();
    put("public_half", "newcomer", half.to_text().as_bytes());
    let (_, enrolment) = session.write_enrolment(&half, &[Role::Legal, Role::Auditor]).expect("an act file");
    let request = vault.countersign_request();
    put("act_file", "enrolment", enrolment.to_text().as_bytes());
    put("act_file", "spool", format!("{}{}", enrolment.to_text(), request.to_text()).as_bytes());
    put("verifier_key", "cosigner", COSIGNER.as_bytes());
    put("verifier_key", "log", vault.log_key().expect("a key").to_string().as_bytes());
    let row = session.row(filed.record).expect("a row");
    put("row", "record", &fuzzing::row_bytes(&row));
    let proof = vault.prove(3).expect("a proof");
    let mut bytes = [proof.index.to_le_bytes(), proof.lines.to_le_bytes()].concat();
    bytes.extend(jingui_schema::merkle::leaf_hash(proof.line.as_bytes()));
    bytes.extend(proof.root.0);
    proof.path.iter().for_each(|hash| bytes.extend(hash.0));
    put("proof", "inclusion", &bytes);
    let newest = row.covers.last().expect("a cover");
    let path = cover_path(Place(0), filed.record, newest.n, newest.mark.epoch);
    let opened = fs::read(house.vault().join(path)).expect("the cover");
    let key = session.current_key().expect("the epoch key");
    put("cover", "supplemented", &seal::open(key.identity(), &opened).expect("it opens"));
    drop((authority, session, vault));
    // Once more, so that `derived/state` is of the last line.
    drop(Vault::open(
        env.clone(),
        &house.vault(),
        Options { keystore: Some(house.keys()), ..Options::default() },
    ));

    let to = corpus.join("house");
    drop(fs::remove_dir_all(&to));
    copy_tree(&house.vault(), &to.join("vault"));
    copy_tree(&house.keys(), &to.join("keys"));
    for below in ["run", "staging", "quarantine", "derived/catalog"] {
        drop(fs::remove_dir_all(to.join("vault").join(below)));
    }
    fs::write(to.join("founder.txt"), house.people.founder.text()).expect("the corpus can be written");
    let read = |below: &str| fs::read(to.join(below)).expect("a file of the sample");
    let segment = read("vault/journal/000000000001.jsonl");
    let mut acts = String::new();
    for bytes in segment.split(|b| *b == b'\n').filter(|l| !l.is_empty()) {
        let line = Line::parse(bytes).expect("a line");
        put("line", line.act.deed.kind(), bytes);
        put("act", line.act.deed.kind(), line.raw_act().get().as_bytes());
        acts.push_str(&format!("{} {}\n", line.by, line.raw_act()));
    }
    put("history", "sample", acts.as_bytes());
    put("segment", "sample", &segment);
    let first = segment.split_inclusive(|b| *b == b'\n').next().expect("a line");
    let by_another = String::from_utf8_lossy(first).replacen("\"by\":\"0001\"", "\"by\":\"0002\"", 1);
    put("segment", "first-line-by-another", by_another.as_bytes());
    put("vault_toml", "sample", &read("vault/VAULT.toml"));
    put("keystore_toml", "sample", &read("keys/KEYSTORE.toml"));
    put("settings", "sample", &read("vault/settings/places.toml"));
    put("places", "sample", &read("vault/settings/places.toml"));
    put("tree", "sample", &read("vault/derived/tree"));
    let state = read("vault/derived/state");
    put("snapshot", "sample", &state[65..]);
    let commit = read("vault/journal/commit");
    put("commit", "sample", &commit);
    let slots: Vec<&[u8]> =
        commit.chunks(4096).map(|s| s.split(|b| *b == b'\n').next().unwrap_or_default()).collect();
    put("commit_file", "lines", &slots.join(&b'\n'));
    let newest = Commit::from_file(&commit).expect("a whole commit");
    let older = Commit { generation: newest.generation + 1, lines: 3, bytes: 1, ..newest };
    put("commit_file", "older", &serde_json::to_vec(&older).expect("JSON"));
    let head = fs::read_dir(to.join("vault/journal/heads")).expect("heads").flatten().last().expect("a head");
    put("head", "sample", &fs::read(head.path()).expect("a head"));
}

/// What the archive in `format/1` and its CA have said to each other about single records: nobody can sign it again.
fn requests(put: Put) {
    let archive = Path::new(env!("CARGO_MANIFEST_DIR")).join("format/1");
    let files = |below: &str| -> Vec<(String, Vec<u8>)> {
        let entries = fs::read_dir(archive.join(below)).expect("the archive can be read");
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        let file = |path: PathBuf| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, fs::read(&path).expect("the archive can be read"))
        };
        paths.into_iter().filter(|path| path.is_file()).map(file).collect()
    };
    let (left, asked) = (files("place/exchange/ca"), files("place/exchange/ra"));
    let mut names: Vec<&str> = left.iter().chain(&asked).map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.extend(["again/000000000009/bodies/000000/x", "000000000009", "bodies/000000/x"]);
    put("request", "names", (names.join("\n") + "\n").as_bytes());
    let is_said = |act: &Act| {
        use Deed::{EscrowOpen, RecordRequest, RequestAnswer, RequestRefuse};
        matches!(act.deed, RecordRequest(_) | RequestAnswer(_) | RequestRefuse(_) | EscrowOpen(_))
    };
    let texts = left.iter().filter(|(name, _)| name.ends_with(".act")).map(|(_, bytes)| bytes);
    let orders = texts.map(|bytes| String::from_utf8_lossy(bytes).into_owned()).filter(|text| {
        let file = ActFile::parse(text).expect("an act file");
        is_said(&Act::parse(file.act.get()).expect("an act"))
    });
    put("request", "orders", orders.collect::<String>().as_bytes());
    let mut acts = String::new();
    for (_, segment) in files("archive/vault/journal").iter().filter(|(name, _)| name.ends_with(".jsonl")) {
        for bytes in segment.split(|b| *b == b'\n').filter(|line| !line.is_empty()) {
            let line = Line::parse(bytes).expect("a line");
            if is_said(&line.act) {
                // The sample has but one epoch.
                acts.push_str(&line.raw_act().get().replace("\"epoch\":2", "\"epoch\":1"));
                acts.push('\n');
            }
        }
    }
    put("request", "acts", acts.as_bytes());

    let key = fs::read(archive.join("people/ca.key")).expect("the CA's key");
    let ca = Person::from_key_file("ca", &key, "format passphrase").expect("the CA's key");
    let answer = asked.iter().find(|(name, _)| name.ends_with(".answer")).expect("an answer");
    let plain = seal::open(ca.identity(), &answer.1).expect("it opens");
    let (sheet, given) = shorter(&plain);
    put("request", "sheet", sheet.as_bytes());
    put("answer", "given", &given);
}

/// An answer with those of its lines alone without which nothing of it is proved, so that a fuzzer takes it whole; and its sheet.
fn shorter(tar: &[u8]) -> (String, Vec<u8>) {
    let (mut members, mut rest) = (Vec::new(), tar);
    while let Some((header, after)) = rest.split_first_chunk::<512>()
        && header[0] != 0
    {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end_matches('\0').to_owned();
        let size = usize::from_str_radix(&text(&header[124..135]), 8).expect("a size");
        members.push((*header, text(&header[..100]), after[..size].to_vec()));
        rest = &after[size.next_multiple_of(512)..];
    }
    let member = |name: &str| {
        let found = members.iter().find(|(_, known, _)| known == name).expect("an answer has it");
        String::from_utf8(found.2.clone()).expect("it is text")
    };
    let (mut sheet, lines) = (AnswerSheet::parse(&member(SHEET)).expect("a sheet"), member(LINES));
    let (mut kept, mut proved) = (String::new(), Vec::new());
    for (text, of) in lines.lines().zip(&sheet.lines) {
        let line = Line::parse(text.as_bytes()).expect("a line");
        let brings = line.act.deed.cover().is_some_and(|new| (new.record, new.n) == (sheet.record, sheet.n));
        if line.seq == 1 || line.act.id == sheet.request || brings {
            kept.push_str(&format!("{text}\n"));
            proved.push(of.clone());
        }
    }
    (sheet.lines, sheet.old, sheet.proof) = (proved, 0, Vec::new());
    let mut tar = Vec::new();
    for (mut header, name, mut bytes) in members {
        match name.as_str() {
            SHEET => bytes = sheet.to_text().into_bytes(),
            LINES => bytes = kept.clone().into_bytes(),
            _ => {}
        }
        header[124..135].copy_from_slice(format!("{:011o}", bytes.len()).as_bytes());
        header[148..156].fill(b' ');
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:07o}\0").as_bytes());
        tar.extend_from_slice(&header);
        tar.extend_from_slice(&bytes);
        tar.resize(tar.len().next_multiple_of(512), 0);
    }
    tar.resize(tar.len() + 1024, 0);
    (sheet.to_text(), tar)
}

/// A cosigner's key, and what it has signed: those of the tests of the schema.
const COSIGNER: &str = "ca.example/cosigner+c8946d8d+BP0XJDhaoMdbZPt4zWAvodmR/ev3axPFjtcC6sg16fYY";
const COSIGNATURE: &str = "yJRtjQAAAABq/YbAjoSj2rPMA0ehUm+soZZId2THH+VXThcxmxZMN39njF48IA+rwWqnitG5y8xdZrIX5PKYop+i58VOLKFqeqwLDg==";

/// One act of each kind, with numbers at their edges in some.
fn deeds() -> Vec<(By, Deed)> {
    let (b3, sha) = (B3([1; 32]), Sha256([2; 32]));
    let place = Place(0);
    let note = NoteMark { id: NoteId::from_bytes([7; 16]), place, epoch: 1, size: 300, b3 };
    let record = RecordId::from_bytes([3; 16]);
    let file = |serial: u64, n: u32, counter: u64| RecordFile {
        record,
        filing: n,
        n,
        number: format!("JG01-2026-{serial:06}").parse().expect("a number"),
        counter,
        class: Class::CnP5,
        business: Business::New,
        date: "2024-05-01".parse().expect("a day"),
        outcome: Outcome::Issued,
        docs: 1,
        body: FileMark { size: 5000, b3 },
        cover: CoverMark { epoch: 1, size: 900, b3, commit: sha },
        note: None,
        plan: None,
        certs: Vec::new(),
        from: None,
    };
    let staff = By::Staff(StaffNo(1));
    let target = TargetId::from_bytes([4; 16]);
    let number: ArchiveNumber = "JG01-2026-000042".parse().expect("a number");
    vec![
        (staff, file(2, 1, 2).into()),
        (staff, file(2, 2, 2).into()),
        (By::Vault, EpochMember { epoch: 1, staff: StaffNo(2) }.into()),
        (staff, EpochCopy { epoch: 1, medium: "sheet".into() }.into()),
        (By::Vault, EpochVerified { epoch: 1, covers: 2, notes: 3 }.into()),
        (By::Vault, EpochDestroyed { epoch: 1, copies: vec!["0001".into(), "escrow".into()] }.into()),
        (
            By::Vault,
            EpochReseal {
                epoch: 2,
                covers: vec![ResealedCover { record, place, n: 1, size: 900, b3 }],
                notes: vec![ResealedNote { id: note.id, place, size: 300, b3 }],
            }
            .into(),
        ),
        (staff, StaffDisable { staff: StaffNo(2), note: Some(note) }.into()),
        (By::Authority, EscrowProved { epoch: 1, answer: Salt([4; 32]) }.into()),
        (
            staff,
            CertLink {
                record,
                n: 3,
                counter: 2,
                class: Class::CnP5,
                business: Business::New,
                date: "2024-05-01".parse().expect("a day"),
                outcome: Outcome::Issued,
                cover: CoverMark { epoch: 1, size: 900, b3, commit: sha },
                certs: vec![Linked {
                    cert: CertId::from_bytes([8; 16]),
                    issued: Some("2020-06-15".parse().expect("a day")),
                    until: Some(Until::Never),
                    reliance: Reliance::Original,
                    issuer: Some(IssuerId::from_bytes([9; 16])),
                    verified: true,
                }],
                note: None,
            }
            .into(),
        ),
        (
            staff,
            CertStatus {
                issuer: IssuerId::from_bytes([9; 16]),
                list: b3,
                made: "2024-05-02".parse().expect("a day"),
                events: vec![CertEvent {
                    cert: CertId::from_bytes([8; 16]),
                    event: Change::Held,
                    day: "2024-05-01".parse().expect("a day"),
                }],
                note: Some(note),
            }
            .into(),
        ),
        (
            staff,
            CertReport {
                source: Source::Sheet,
                list: Some(b3),
                events: vec![CertEvent {
                    cert: CertId::from_bytes([8; 16]),
                    event: Change::Revoked,
                    day: "2024-05-01".parse().expect("a day"),
                }],
                note,
            }
            .into(),
        ),
        (
            staff,
            CertReverse { act: ActId::from_bytes([6; 16]), certs: vec![CertId::from_bytes([8; 16])], note }
                .into(),
        ),
        (
            staff,
            IssuerPin {
                issuer: IssuerId::from_bytes([9; 16]),
                sha256: Sha256::of(&[0x30, 0]),
                der: "MAA=".into(),
                note: None,
            }
            .into(),
        ),
        (staff, IssuerUnpin { issuer: IssuerId::from_bytes([9; 16]), note }.into()),
        (
            staff,
            RecordCorrect {
                record,
                n: 3,
                counter: 2,
                class: Class::CnG10,
                business: Business::Renew,
                date: "2024-05-02".parse().expect("a day"),
                outcome: Outcome::Issued,
                changed: vec![FactName::Date, FactName::Class, FactName::Documents],
                cover: CoverMark { epoch: 1, size: 900, b3, commit: sha },
                note,
            }
            .into(),
        ),
        (
            staff,
            RecordReview {
                records: vec![Reviewed { record, n: 3, commit: sha }],
                verdict: Verdict::Passed,
                materials: 0,
                compared: vec![record],
                plan: Some(sha),
                note: None,
            }
            .into(),
        ),
        (staff, RecordAnnotate { record, note }.into()),
        (staff, RecordRestrict { record, restricted: true, note }.into()),
        (staff, RecordFind { records: 3, note }.into()),
        (staff, SubjectSearch { records: 3, note }.into()),
        (staff, SettingSet { setting: Setting::Projects, note }.into()),
        (staff, RecordOpen { record, docs: vec![1, 2], purpose: None, note: Some(note) }.into()),
        (staff, FactsReveal { record, purpose: None, note }.into()),
        (By::Vault, FileSet { path: "README.txt".into(), size: 10, b3 }.into()),
        (By::Vault, HeadSigned { lines: 3, root: sha, size: 200, b3 }.into()),
        (By::Authority, CosignerName { key: COSIGNER.into() }.into()),
        (By::Vault, HeadCosigned { lines: 3, root: sha, cosignature: COSIGNATURE.into() }.into()),
        (staff, LogFork { log: 1, lines: 3, root: sha, note }.into()),
        (By::Vault, SegmentClose { first: 1, prior: Some(PriorSegment { first: 1, size: 5, b3 }) }.into()),
        (By::Vault, Incident { path: "covers/000000/x".into(), finding: "digest".into() }.into()),
        (By::Vault, Quarantined { name: "x.tail".into(), size: 3, b3, reason: "tail".into() }.into()),
        (By::Vault, FileHealed { path: "README.txt".into(), size: 10, b3 }.into()),
        (
            By::Vault,
            CopyMade { target, outside: true, lines: 9, files: 12, bytes: 34_567, lacking: 0 }.into(),
        ),
        (
            By::Vault,
            CopyVerified {
                target,
                copied: Time::from_millis(1_795_000_000_000),
                lines: 9,
                files: 12,
                sampled: 3,
                findings: 0,
            }
            .into(),
        ),
        (staff, CopyExcused { days: 91, note }.into()),
        (staff, VaultRestored { target, lines: 9, numbers: vec![number], note: Some(note) }.into()),
    ]
}

/// What stands at the target of a copy; a state without its digest.
fn copies(put: Put) {
    let mark = CopyMark::new(VaultId::from_bytes([3; 16]), TargetId::from_bytes([4; 16]));
    let (last, root, b3) = (Sha256([1; 32]), Sha256([2; 32]), B3([7; 32]));
    let commit = Commit {
        v: jingui_schema::FORMAT,
        vault: mark.vault,
        generation: 9,
        lines: 9,
        segment: 5,
        bytes: 30,
        last,
        root,
    };
    let piece = |segment, first, last, size| Piece { segment, first, last, size, b3 };
    let pieces = vec![piece(1, 1, 4, 70), piece(5, 5, 6, 10), piece(5, 7, 9, 20)];
    let names = ["README.txt", "VAULT.toml", "settings/places.toml"];
    let named = names.map(|path| NamedFile { path: path.into(), size: 3, b3 }).to_vec();
    let at = Time::from_millis(1_795_000_000_000);
    let state = CopyState::new(&mark, at, &commit, pieces, named);
    put("copy", "mark", mark.to_text().as_bytes());
    put("copy", "restored", RestoreMark::of(&state).to_text().as_bytes());
    let text = state.to_text();
    put("copy", "state", text.split_inclusive('\n').next().expect("a line").as_bytes());
}

fn plain(put: Put, env: &Env, house: &House) {
    copies(put);
    let mut all = String::new();
    for (by, deed) in deeds() {
        let act = Act { id: env.act_id(), at: env.now(), deed };
        put("act", &format!("{}-made", act.deed.kind()), act.to_raw().get().as_bytes());
        all.push_str(&format!("{by} {}\n", act.to_raw().get()));
    }
    let recipient = seal::parse_identity(CA_IDENTITY).expect("an identity").to_public().to_string();
    let member = Key::new(env, "member").person();
    for (by, deed) in [
        (
            By::Staff(StaffNo(1)),
            Deed::from(EpochStart {
                epoch: 2,
                recipient: recipient.clone(),
                ca: None,
                escrow: None,
                members: vec![StaffNo(1)],
                note: None,
            }),
        ),
        (
            By::Staff(StaffNo(1)),
            StaffEnrol {
                staff: StaffNo(4),
                age: recipient,
                sign: member.sign_key(),
                roles: vec![Role::Archivist],
                note: None,
            }
            .into(),
        ),
    ] {
        let act = Act { id: env.act_id(), at: env.now(), deed };
        put("act", &format!("{}-made", act.deed.kind()), act.to_raw().get().as_bytes());
        all.push_str(&format!("{by} {}\n", act.to_raw().get()));
    }
    put("history", "each-kind", all.as_bytes());
    let tail: String = all.lines().map(|line| format!("+{line}\n")).collect();
    put("tail", "each-kind", tail.as_bytes());
    put("tail", "cut", &tail.as_bytes()[..700]);
    put("tail", "zeros", &[0; 512]);
    put(
        "words",
        "some",
        "JG01-2026-000042\n0001\nauthority\n7ZZZZZZZZZZZZZZZZZZZZZZZZZ\n000123\n2026-11-22T05:47:00.123Z\n2024-05-01\n\
         2024年5月1日\nJG01\nCN-P5\nAPP\n 某某 有限公司\n11010519491231002X\n91350211M000100Y43\n0a:1b:2c\n\u{fb01}ＡＢ ｱ\n"
            .as_bytes(),
    );
    let id = "01040G2081040G2081040G2081";
    put(
        "names",
        "some",
        format!(
            "{id}_f_{id}_000000_1_1_1_n_{id}_000000_1\n{id}\ncovers/000000/{id}.1.e1.age\nbodies/000000/{id}.1.tar.zst.age\n\
             notes/000000/{id}.e1.age\n000000000001.jsonl\n000000000042.head\n{id}.1.e1.age\n"
        )
        .as_bytes(),
    );
    put("checklist", "shipped", jingui_schema::materials::SHIPPED.as_bytes());
    let lists = "[[entry]]\nname = \"社保 一期\"\naliases = [\"社保\"]\nclass = \"CN-G10\"\n\n\
         [entry.materials]\nneed = [\"RSK\"]\nmay = [\"REV\"]\nunmarked = true\n";
    put("lists", "project", lists.as_bytes());
    put("lists", "customer", b"[[entry]]\nname = \"B\"\naliases = [\"A\", \"C\"]\n");
    put("places", "both", b"keystore = \"/media/keys\"\nmirror = \"/media/mirror\"\n");
    put("person", "founder", house.people.founder.text().as_bytes());
    put("person", "identity", format!("# created: x\n{CA_IDENTITY}\n").as_bytes());
    put("person", "log-key", format!("{}\n", "ab".repeat(32)).as_bytes());
    let file = house.people.founder.person().to_key_file("corpus passphrase", 2).expect("a key file");
    put("key_file", "founder", file.as_bytes());
}

fn sealed(put: Put, env: &Env) {
    let identity = seal::parse_identity(CA_IDENTITY).expect("an identity");
    let vault = VaultId::from_bytes([1; 16]);
    put("sealed", "small", &seal::seal(&identity.to_public(), b"facts"));
    let note = format!(
        "{{\"v\":1,\"vault\":\"{vault}\",\"note\":\"{}\",\"kind\":\"reason\",\"text\":\"补件 \\\"x\\\"\"}}\n",
        NoteId::from_bytes([2; 16])
    );
    put("note", "reason", note.as_bytes());
    let copy = |epoch: u32, proof: &str| {
        format!("# jingui epoch 1\n# vault: {vault}\n# epoch: {epoch}\n{proof}{CA_IDENTITY}\n")
    };
    put("epoch_copy", "escrow", copy(1, &format!("# proof: {}\n", "0f".repeat(32))).as_bytes());
    put("epoch_copy", "member", copy(7, "").as_bytes());
    let sheet = sheet_text(
        &vault,
        "RA",
        &EpochKey::new(1, identity),
        "{vault} {ra} {epoch}\n{recipient}\n{identity}\n",
    );
    put("sheet", "printed", sheet.as_bytes());
    put(
        "sheet",
        "typed",
        "ＡＧＥ secret key l\ngq977 8vqxm mjve8 sk7j6 vt8uj 4hdqa juvsf cwcmo 2dbge wq72p vq2y 5j33"
            .as_bytes(),
    );

    let dir = scratch();
    let path: PathBuf = dir.path().join("body");
    let head =
        BodyHead { vault, record: RecordId::from_bytes([3; 16]), filing: 1, numbers: Numbers::From(1) };
    for (name, count) in [("one", 1), ("three", 3)] {
        let incoming = house::docs("corpus", count);
        let body = write_body(env, &path, &head, &incoming, &mut Buffers::new()).expect("a body");
        let own = seal::parse_identity(&body.identity).expect("its identity");
        let sealed = fs::read(&path).expect("the body");
        let plain = seal::open(&own, &sealed).expect("it opens");
        let mut bytes = serde_json::to_vec(&body.documents).expect("JSON");
        bytes.push(b'\n');
        bytes.extend_from_slice(&plain);
        put("body", name, &bytes);
        fs::remove_file(&path).expect("it goes");
    }

    let id = [9; 16];
    let mut postings = vec![
        [b"c", "某公司".as_bytes()].concat(),
        [b"g", "社保".as_bytes()].concat(),
        [b"d", &[1; 12][..], &[0; 6], &[0, 0, 0, 1], &[0; 5]].concat(),
        [b"i", &id[..], &[0], &[0; 6], &[0; 5]].concat(),
        [b"i", &id[..], &[1], &[0; 8]].concat(),
        [b"l", &[2; 12][..], &[0; 3], &[0; 6], &[1], &[0; 3], &[0; 5]].concat(),
        [b"n", &[3; 12][..], &[0; 6], &[0; 5]].concat(),
        [b"t", &[4; 12][..], &[0; 6], &[0; 5]].concat(),
    ];
    postings.sort();
    put("page", "each-family", &fuzzing::page_bytes(&postings));
}
