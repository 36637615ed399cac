//! Names of files, and how much a million records take.

use super::*;
use crate::journal::SEGMENT_BYTES_MAX;
use crate::keys::{LogKey, Person};
use crate::layout::DIRECTORIES;
use jingui_schema::act::{Act, CoverMark, RecordFile, StaffEnrol, VaultInit};
use jingui_schema::digest::Salt;
use jingui_schema::facts::{Business, Class, Outcome, Role};
use jingui_schema::id::{ArchiveNumber, StaffNo};
use jingui_schema::line::Tip;
use std::io::Write;

#[test]
fn a_name_is_read_only_as_we_write_it() {
    let (record, note) = (RecordId::from_bytes([3; 16]), NoteId::from_bytes([4; 16]));
    for name in [
        Name::body(Place(7), record, 2),
        Name::cover(Place(1_234_567), record, 3, 4),
        Name::note(Place(0), note, 1),
    ] {
        let path = name.path();
        assert_eq!(Name::parse(&path), Some(name));
        for other in
            [path.replace(".e", ".e0"), path.to_lowercase(), format!("{path}x"), path.replace('/', "/0")]
        {
            assert!(other == path || Name::parse(&other).is_none(), "{other}");
        }
    }
    assert!(size_of::<Entry>() <= 80, "a million records have two million of these");
}

#[test]
#[ignore = "writes 700 MB; a measurement, run by hand in release with --nocapture"]
#[allow(clippy::print_stdout, reason = "a measurement is read by a person")]
fn a_million_records() {
    let env = Env::of_host();
    let dir = tempfile::tempdir().unwrap();
    let layout = Layout::new(dir.path());
    DIRECTORIES.iter().for_each(|below| std::fs::create_dir_all(dir.path().join(below)).unwrap());
    let (founder, vault) = (Person::generate(&env, "f").unwrap(), env.vault_id());
    let fonds: jingui_schema::id::Fonds = "JG01".parse().unwrap();
    let by = By::Staff(StaffNo(1));
    let enrol = StaffEnrol {
        staff: StaffNo(1),
        age: founder.recipient(),
        sign: founder.sign_key(),
        roles: vec![Role::Archivist],
        note: None,
    };
    let init = VaultInit {
        format: jingui_schema::FORMAT,
        suite: "intl".into(),
        vault,
        ra: "RA".into(),
        fonds: fonds.clone(),
        solo: true,
        authority: None,
        ca: None,
        log: LogKey::generate(&env).verifier_key_text(&vault),
        founder: enrol,
        epoch: 1,
        recipient: founder.recipient(),
        escrow: None,
        members: vec![StaffNo(1)],
    };
    let (mut tip, mut first, mut bytes) = (Tip::START, None, 0u64);
    let mut file = std::io::BufWriter::new(std::fs::File::create(layout.segment(1)).unwrap());
    let (mut deed, mut counter) = (Some(Deed::from(init)), 0u64);
    while counter < 1_000_000 {
        let deed = match deed.take() {
            Some(deed) => deed,
            None => {
                counter += 1;
                let mark = FileMark { size: counter, b3: B3(env.bytes()) };
                Deed::from(RecordFile {
                    record: env.record_id(),
                    filing: 1,
                    n: 1,
                    number: ArchiveNumber::new(fonds.clone(), 2026, counter),
                    counter,
                    class: Class::CnP5,
                    business: Business::New,
                    date: "2024-05-01".parse().unwrap(),
                    outcome: Outcome::Issued,
                    docs: 5,
                    body: mark,
                    cover: CoverMark { epoch: 1, size: 900, b3: mark.b3, commit: Sha256(Salt(mark.b3.0).0) },
                    note: None,
                    plan: None,
                    certs: Vec::new(),
                    from: None,
                })
            }
        };
        let act = Act { id: env.act_id(), at: env.now(), deed };
        let raw = act.to_raw();
        let sig = Some(founder.sign(&vault, raw.get()));
        let mut line = Line::write(&tip, env.now(), by, &raw, sig).unwrap();
        file.write_all(&line).unwrap();
        bytes += line.len() as u64;
        line.pop();
        let line = Line::parse(&line).unwrap();
        tip = Tip::after(&line);
        first.get_or_insert(line);
        // Not closed by a line of their own: only how much is kept is measured here.
        if bytes > SEGMENT_BYTES_MAX {
            file = std::io::BufWriter::new(std::fs::File::create(layout.segment(tip.lines + 1)).unwrap());
            bytes = 0;
        }
    }
    file.flush().unwrap();
    let state = State::begin(&first.unwrap()).unwrap();
    let resident = || {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find(|l| l.starts_with("VmHWM")).unwrap().to_owned();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
    };
    let before = resident();
    let began = std::time::Instant::now();
    let how = Fold {
        end: tip.lines,
        last: Some(tip.last),
        commit: None,
        watch: None,
        bodies: true,
        since: None,
        leaf: &|_| None,
        each: &mut |_, _| Ok(()),
    };
    let mut findings = Vec::new();
    let inventory = Inventory::fold(&env, &layout, &state, how, &mut findings).unwrap();
    println!(
        "{} files, {} signatures in {:?}; resident at most {} MiB before, {} MiB after",
        inventory.files.len(),
        inventory.signatures,
        began.elapsed(),
        before,
        resident()
    );
    assert_eq!(inventory.files.len(), 2_000_000);
    assert!(resident() <= 300);
}
