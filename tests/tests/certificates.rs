//! Certificates and lists of revoked ones: what is read of them, what is refused, and what is left untold.

use jingui_schema::certificate::{Doubt, Ends, Usage};
use jingui_tests::certs::{Ca, Wanted, der, envelope, extension, integer, name, pem};
use jingui_tests::say;
use jingui_vault::certificate::{Certificate, Found, Reason, Refusal, Verdict, certificates, read_file};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

fn ca() -> Ca {
    Ca::new("Test CA", 7)
}

fn read(wanted: &Wanted) -> Certificate {
    Certificate::read(&ca().issue(wanted)).unwrap()
}

#[test]
fn a_certificate_tells_what_an_archive_has_to_know() {
    let one = read(&Wanted::new(&[0x0a, 0xff]));
    assert_eq!(one.serial.to_string(), "0AFF");
    assert_eq!((one.issuer.text.as_str(), one.subject.text.as_str()), ("CN=Test CA", "CN=Test Subscriber"));
    assert_eq!(one.begins.unwrap().day().to_string(), "2021-01-01");
    assert_eq!(one.ends.unwrap().until().to_string(), "2021-12-31");
    assert_eq!(one.usage, [Usage::Sign]);
    let both = Wanted { usage: (0x30, 4), ..Wanted::new(&[2]) };
    assert_eq!(read(&both).usage, [Usage::Encrypt]);
    let authority = Certificate::read(&ca().certificate).unwrap();
    assert_eq!(authority.usage, [Usage::Authority]);
    assert!(authority.is_self_signed());
    assert_eq!(authority.signed(&one), Verdict::Verified);
}

#[test]
fn what_a_certificate_does_not_tell_of_its_end_is_left_untold() {
    let ends = |text: &str| read(&Wanted::new(&[3]).until(text)).ends;
    assert_eq!(ends("99991231235959Z"), Ok(Ends::Never));
    assert_eq!(ends("2112311559Z"), Err(Doubt::NoSeconds));
    assert_eq!(ends("20211231155959"), Err(Doubt::NoZone));
    assert_eq!(ends("20210230155959Z"), Err(Doubt::NoSuchTime));
    assert_eq!(ends("99991231235958Z"), Err(Doubt::OutOfRange));
    // It would end before it begins: in the year 1, or by a second.
    assert_eq!(ends("00010101000000Z"), Err(Doubt::BeforeBegin));
    assert_eq!(ends("201231155959Z"), Err(Doubt::BeforeBegin));
    assert_eq!(ends("201231160000Z").unwrap().to_string(), "2020-12-31T16:00:00.000Z");
    // T1 and T2 of the law: one second, and another day.
    assert_eq!(ends("210615155959Z").unwrap().until().to_string(), "2021-06-15");
    assert_eq!(ends("210615160000Z").unwrap().until().to_string(), "2021-06-16");
    assert_eq!(ends("20210615235959+0800").unwrap().until().to_string(), "2021-06-15");
}

#[test]
fn serial_numbers_are_positive_numbers_of_twenty_octets_at_most() {
    let serial = |octets: &[u8]| read(&Wanted::new(octets)).serial.to_string();
    assert_eq!(serial(&[0]), "00");
    assert_eq!(serial(&[0xff; 20]), "FF".repeat(20));
    assert_eq!(serial(&[0, 0, 1]), "01"); // not the shortest form, and the same number
    let refused = |octets: &[u8]| Certificate::read(&ca().issue(&Wanted::new(octets))).err();
    assert_eq!(refused(&[1; 21]), Some(Refusal::LongSerial));
    let bytes = ca().issue(&Wanted::new(&[0x11, 0x22, 0x33]));
    let at = bytes.windows(5).position(|w| w == [2, 3, 0x11, 0x22, 0x33]).unwrap();
    let mut negative = bytes.clone();
    negative[at + 2] = 0x91;
    assert_eq!(Certificate::read(&negative).err(), Some(Refusal::NegativeSerial));
}

#[test]
fn a_signature_counts_for_what_was_signed_by_the_issuer_of_that_name_alone() {
    let (ours, other, twin) = (ca(), Ca::new("Other CA", 9), Ca::new("test  ca", 7));
    let one = Certificate::read(&ours.issue(&Wanted::new(&[4]))).unwrap();
    let by = |ca: &Ca| Certificate::read(&ca.certificate).unwrap().signed(&one);
    assert_eq!(by(&ours), Verdict::Verified);
    assert_eq!(by(&other), Verdict::OtherName);
    assert_eq!(by(&twin), Verdict::Verified, "the same name in another spelling, and the same key");
    assert_eq!(by(&Ca::new("Test CA", 8)), Verdict::Bad);
    let mut changed = ours.issue(&Wanted::new(&[4]));
    let at = changed.windows(4).position(|w| w == b"Subs").unwrap();
    changed[at] = b's';
    let changed = Certificate::read(&changed).unwrap();
    assert_eq!(Certificate::read(&ours.certificate).unwrap().signed(&changed), Verdict::Bad);
}

fn lists(bytes: &[u8]) -> Found {
    read_file(bytes).unwrap()
}

#[test]
fn a_list_tells_what_happened_and_keeps_what_may_not_be_used() {
    let invalidity = extension(24, false, &der(0x18, &[b"20210101000000Z"]));
    let ours = ca();
    let list = ours.list(
        "210701000000Z",
        &[
            (&[0x0a, 0xff], "210615160000Z", Some(1), std::slice::from_ref(&invalidity)),
            (&[2], "210616000000Z", Some(6), &[]),
            (&[3], "2106160000Z", None, &[]),
        ],
        &[extension(20, false, &integer(&[9]))],
    );
    let list = &lists(&list).lists[0];
    assert_eq!(list.is_signed_by(&Certificate::read(&ours.certificate).unwrap()), Verdict::Verified);
    assert_eq!(
        list.is_signed_by(&Certificate::read(&Ca::new("Test CA", 1).certificate).unwrap()),
        Verdict::Bad
    );
    assert!(!list.delta);
    let first = &list.entries[0];
    assert_eq!((first.serial.to_string().as_str(), first.reason), ("0AFF", Reason::KeyCompromise));
    // Revoked on the 16th by Chinese time, whatever is said of January.
    assert_eq!(first.at.unwrap().day().to_string(), "2021-06-16");
    assert_eq!(first.invalidity.unwrap().day().to_string(), "2021-01-01");
    assert_eq!(list.entries[1].reason, Reason::CertificateHold);
    assert_eq!(list.entries[2].at, Err(Doubt::NoSeconds));
}

#[test]
fn deltas_and_lists_of_several_issuers_are_read() {
    let ours = ca();
    let point = extension(28, true, &der(0x30, &[&[0x84, 1, 0xff]]));
    let whose = |common: &str| extension(29, true, &der(0x30, &[&der(0xa4, &[&name(common)])]));
    let list = ours.list(
        "210701000000Z",
        &[
            (&[1], "210615000000Z", None, &[]),
            (&[2], "210615000000Z", None, &[whose("Second")]),
            (&[3], "210615000000Z", Some(8), &[]),
            (&[4], "210615000000Z", None, &[whose("Test CA")]),
        ],
        &[point, extension(27, true, &integer(&[8]))],
    );
    let list = &lists(&list).lists[0];
    let whose: Vec<&str> = list.entries.iter().map(|e| list.name_of(e).text.as_str()).collect();
    // An entry that names nobody is of whom the one before is.
    assert_eq!(whose, ["CN=Test CA", "CN=Second", "CN=Second", "CN=Test CA"]);
    assert!(list.delta && list.entries[2].reason == Reason::RemoveFromCrl);
}

#[test]
fn a_list_that_must_not_be_used_is_refused() {
    let ours = ca();
    let refused = |entries: &[jingui_tests::certs::Revoked<'_>], extensions: &[Vec<u8>]| {
        read_file(&ours.list("210701000000Z", entries, extensions)).err()
    };
    let unknown = extension(99, true, &[5, 0]);
    assert_eq!(refused(&[], std::slice::from_ref(&unknown)), Some(Refusal::Critical));
    assert_eq!(refused(&[(&[1], "210615000000Z", None, &[unknown])], &[]), Some(Refusal::Critical));
    // Whose an entry is can be said only in a list that says it is of several.
    let whose = extension(29, true, &der(0x30, &[&der(0xa4, &[&name("Second")])]));
    assert_eq!(refused(&[(&[1], "210615000000Z", None, &[whose])], &[]), Some(Refusal::Critical));
    let attributes = extension(28, true, &der(0x30, &[&[0x85, 1, 0xff]]));
    assert_eq!(refused(&[], &[attributes]), Some(Refusal::Attributes));
    assert!(refused(&[(&[1], "210615000000Z", Some(7), &[])], &[]).is_some());
}

#[test]
fn files_hold_one_or_many_in_any_of_their_forms() {
    let ours = ca();
    let (one, two) = (ours.issue(&Wanted::new(&[1])), ours.issue(&Wanted::new(&[2])));
    let list = ours.list("210701000000Z", &[(&[1], "210615000000Z", None, &[])], &[]);
    let count = |bytes: &[u8]| {
        let found = read_file(bytes).unwrap();
        (found.certificates.len(), found.lists.len(), found.refused.len())
    };
    assert_eq!(count(&one), (1, 0, 0));
    assert_eq!(count(&[&one[..], &two, b"\n"].concat()), (2, 0, 0));
    assert_eq!(
        count(envelope(&[one.clone(), two.clone()], std::slice::from_ref(&list)).as_slice()),
        (2, 1, 0)
    );
    let text = format!(
        "\u{feff}subject=\n{}{}{}{}",
        pem("CERTIFICATE", &one),
        pem("PRIVATE KEY", &[1, 2, 3]),
        pem("X509 CRL", &list),
        pem("PKCS7", &envelope(std::slice::from_ref(&two), &[])),
    );
    assert_eq!(count(text.as_bytes()), (2, 1, 0));
    let bare: String = pem("CERTIFICATE", &one).lines().filter(|line| !line.starts_with('-')).collect();
    assert_eq!(count(bare.as_bytes()), (1, 0, 0));
    let cut = &text.as_bytes()[..text.len() - 60];
    assert_eq!(count(cut), (1, 1, 1));
    let refused = |bytes: &[u8]| read_file(bytes).err().unwrap();
    assert_eq!(refused(b""), Refusal::Foreign);
    assert_eq!(refused(b"%PDF-1.7"), Refusal::Foreign);
    assert_eq!(refused(pem("PRIVATE KEY", &[1]).as_bytes()), Refusal::Foreign);
    assert_eq!(refused(&envelope(&[], &[])), Refusal::Empty);
    assert_eq!(refused(&one[..one.len() - 1]), Refusal::Cut);
    assert_eq!(certificates(&list).err(), Some(Refusal::List));
    assert_eq!(certificates(cut).err(), Some(Refusal::Base64));
}

#[test]
fn no_change_of_a_byte_is_read_as_the_same_certificate() {
    let bytes = ca().issue(&Wanted::new(&[5]));
    let one = Certificate::read(&bytes).unwrap();
    let authority = Certificate::read(&ca().certificate).unwrap();
    for at in 0..bytes.len() {
        assert!(Certificate::read(&bytes[..at]).is_err(), "cut at {at}");
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << bit;
            if let Ok(other) = Certificate::read(&changed) {
                assert_ne!(other.sha256, one.sha256);
                assert_ne!(authority.signed(&other), Verdict::Verified, "byte {at}, bit {bit}");
            }
        }
    }
}

#[test]
fn a_list_of_a_hundred_thousand_is_read_in_time() {
    let serials: Vec<[u8; 16]> =
        (0..100_000_u32).map(|n| *blake3::hash(&n.to_be_bytes()).as_bytes().first_chunk().unwrap()).collect();
    let entries: Vec<jingui_tests::certs::Revoked<'_>> =
        serials.iter().map(|serial| (&serial[..], "210615000000Z", Some(1), &[][..])).collect();
    let bytes = ca().list("210701000000Z", &entries, &[]);
    let since = Instant::now();
    let found = read_file(&bytes).unwrap();
    let list = &found.lists[0];
    assert_eq!(list.entries.len(), 100_000);
    assert_eq!(list.is_signed_by(&Certificate::read(&ca().certificate).unwrap()), Verdict::Verified);
    say(&format!("{} bytes, 100,000 entries: {:?}", bytes.len(), since.elapsed()));
    // Without optimisation, on a busy machine.
    assert!(since.elapsed() < Duration::from_secs(30));
}

fn files_under(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files_under(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

#[test]
fn every_file_of_the_corpus_is_read_or_refused_for_a_reason() {
    let root = match std::env::var_os("JINGUI_CORPUS") {
        Some(root) => PathBuf::from(root),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus"),
    };
    let folder = root.join("x509");
    if !folder.is_dir() {
        say(
            "SKIPPED every_file_of_the_corpus_is_read_or_refused_for_a_reason: there is no corpus (JINGUI_CORPUS)",
        );
        return;
    }
    let mut table: BTreeMap<String, usize> = BTreeMap::new();
    let mut add = |row: String| *table.entry(row).or_default() += 1;
    let (mut all, mut crls) = (Vec::new(), Vec::new());
    for path in files_under(&folder) {
        let bytes = std::fs::read(&path).unwrap();
        let since = Instant::now();
        let row = match read_file(&bytes) {
            Ok(found) => {
                found.refused.iter().for_each(|(_, why)| add(format!("refused beside others: {why}")));
                for one in &found.certificates {
                    add(match one.ends {
                        Ok(Ends::At(_)) => "certificates with an end".into(),
                        Ok(Ends::Never) => "certificates without an end".into(),
                        Err(doubt) => format!("certificates whose end is not told: {doubt}"),
                    });
                }
                all.extend(found.certificates);
                crls.extend(found.lists);
                "read".to_owned()
            }
            Err(why) => format!("refused: {why}"),
        };
        add(format!("files {row}"));
        assert!(since.elapsed() < Duration::from_secs(5), "{}", path.display());
    }
    let mut by_name: BTreeMap<_, Vec<&Certificate>> = BTreeMap::new();
    all.iter().for_each(|one| by_name.entry(one.subject.digest.0).or_default().push(one));
    let verdict = |of: &mut dyn Iterator<Item = Verdict>| {
        let all: Vec<Verdict> = of.collect();
        let any = |sought: &Verdict| all.contains(sought);
        match all.iter().find(|v| matches!(v, Verdict::Unknown(_))) {
            _ if any(&Verdict::Verified) => "verified".to_owned(),
            _ if any(&Verdict::Weak) => "verified, weak".to_owned(),
            Some(Verdict::Unknown(why)) => format!("cannot be verified: {why}"),
            _ if all.is_empty() => "issuer not at hand".to_owned(),
            _ => "of no issuer at hand of that name".to_owned(),
        }
    };
    let none = Vec::new();
    for one in &all {
        let issuers = by_name.get(&one.issuer.digest.0).unwrap_or(&none);
        let said = verdict(&mut issuers.iter().map(|i| i.signed(one)));
        const SM2_SM3: &[u8] = &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x83, 0x75];
        if one.der.windows(SM2_SM3.len()).any(|bytes| bytes == SM2_SM3) {
            add(format!("signatures by SM2 {said}"));
        }
        add(format!("signatures of certificates {said}"));
    }
    for list in &crls {
        let issuers = by_name.get(&list.issuer.digest.0).unwrap_or(&none);
        add(format!("signatures of lists {}", verdict(&mut issuers.iter().map(|i| list.is_signed_by(i)))));
    }
    for (row, count) in &table {
        say(&format!("{count:6}  {row}"));
    }
    let of = |row: &str| table.get(row).copied().unwrap_or_default();
    assert!(of("files read") > 900, "most of it can be read");
    assert!(
        of("signatures of certificates verified") > 150 && of("signatures of lists verified, weak") > 150
    );
    assert!(of("signatures by SM2 verified") > 5, "what Chinese authorities sign can be verified");
}
