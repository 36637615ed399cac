//! Texts and lines that lie in the clear.

use super::{sample, text};
use jingui_schema::act::{Act, ActFile, PublicHalf};
use jingui_schema::certificate::Ends;
use jingui_schema::commit::{Commit, SLOT_BYTES};
use jingui_schema::copy::{CopyMark, CopyState, RestoreMark};
use jingui_schema::cosignature::{Answer, CosignerKey, Request};
use jingui_schema::digest::{B3, Sha256};
use jingui_schema::facts::{Business, CustomerKind, DocumentKind, Facts, Label, Role, fold};
use jingui_schema::head::{Head, SignedHead, VerifierKey};
use jingui_schema::id::{ArchiveNumber, By, Fonds, Place, RecordId, StaffNo};
use jingui_schema::identifier::{CertificateSerial, check_resident_id, check_uscc};
use jingui_schema::line::{Line, Tip};
use jingui_schema::materials::{Additions, Checklist, Paper};
use jingui_schema::merkle::{self, Frontier};
use jingui_schema::projects::{Named, Names, Project, Renamed};
use jingui_schema::time::{Day, Time};
use jingui_vault::certificate::{Certificate, Crl, read_file};
use jingui_vault::fuzzing;
use jingui_vault::layout;
use std::fmt::{Debug, Display};
use std::str::FromStr;

pub(super) fn line(bytes: &[u8]) {
    let Ok(line) = Line::parse(bytes) else { return };
    let tip = Tip { lines: line.seq.saturating_sub(1), last: line.prev, at: line.at };
    let _ = line.follows(&tip);
    let _ = line.follows(&Tip::after(&line));
    let _ = line.check_signature(&sample().vault_id, &sample().founder_sign);
    if line.seq == 0 {
        return; // it fits nowhere
    }
    let raw = line.raw_act();
    let Ok(mut written) = Line::write(&tip, line.at, line.by, &raw, line.sig) else { return };
    assert_eq!(written.pop(), Some(b'\n'));
    assert_eq!(written, bytes, "a line has one spelling");
}

pub(super) fn act(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    let Ok(act) = Act::parse(text) else { return };
    assert_eq!(act.to_raw().get(), text, "an act has one spelling");
    let _ = (act.deed.note(), act.deed.record());
    // Deciding may refuse, whatever it is asked.
    for by in [By::Vault, By::Authority, By::Staff(StaffNo(1)), By::Staff(StaffNo(9999))] {
        let _ = sample().state.decide(by, &act);
    }
}

/// A file of certificates and lists: what is read in it is read by itself as the same.
pub(super) fn certificate(bytes: &[u8]) {
    let Ok(found) = read_file(bytes) else { return };
    for one in &found.certificates {
        let again = Certificate::read(&one.der).expect("it was read");
        assert_eq!(&again, one);
        assert_eq!(one.sha256, Sha256::of(&one.der));
        if let (Ok(begins), Ok(Ends::At(ends))) = (one.begins, one.ends) {
            assert!(begins <= ends, "a certificate does not end before it begins");
        }
        for issuer in found.certificates.iter().take(4) {
            let _ = issuer.signed(one);
        }
    }
    for list in &found.lists {
        assert_eq!(&Crl::read(&list.der).expect("it was read"), list);
        for issuer in found.certificates.iter().take(4) {
            let _ = list.is_signed_by(issuer);
        }
    }
}

/// An act file, a request, or a spool: act files, one a line.
pub(super) fn act_file(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    for one in text.lines() {
        let Ok(file) = ActFile::parse(one) else { continue };
        let written = file.to_text();
        let again = ActFile::parse(&written).expect("what we write we read");
        assert_eq!(again.to_text(), written);
        assert_eq!((again.by, again.vault, again.act.get()), (file.by, file.vault, file.act.get()));
        for note in &file.notes {
            let _ = fuzzing::note_bytes(&note.age);
        }
        let founder = sample().founder();
        if let Ok(signed) = jingui_vault::staff::sign_request(&founder, file.by, &file) {
            assert!(Act::parse(file.act.get()).is_ok(), "nobody signs what cannot be shown");
            assert_eq!(signed.act.get(), file.act.get());
        }
    }
}

pub(super) fn public_half(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    let Ok(half) = PublicHalf::parse(text) else { return };
    assert_eq!(PublicHalf::parse(&half.to_text()).expect("what we write we read"), half);
}

pub(super) fn head(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    if let Ok(head) = Head::parse_text(text) {
        assert_eq!(head.text(), text, "a head has one spelling");
    }
    if let Ok(request) = Request::parse(text) {
        assert_eq!(request.to_text(), text, "a request has one spelling");
        let head = request.head().head();
        let _ =
            merkle::verify_consistency(request.old(), head.size(), request.proof(), head.root(), head.root());
    }
    if let Ok(answer) = Answer::parse(text) {
        assert_eq!(answer.to_text(), text, "an answer has one spelling");
    }
    let Ok(head) = SignedHead::parse(text) else { return };
    assert_eq!(head.to_text(), text, "a signed head has one spelling");
    if head.verify(&sample().log).is_ok() {
        // The log key has signed what the journal was, and nothing else.
        assert_eq!(*head.head().root(), sample().root_at(head.head().size()));
    }
}

pub(super) fn verifier_key(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    if let Ok(key) = text.parse::<VerifierKey>() {
        assert_eq!(key.to_string(), text, "a verifier key has one spelling");
    }
    if let Ok(key) = text.parse::<CosignerKey>() {
        assert_eq!(key.to_string(), text, "a cosigner's key has one spelling");
    }
}

/// A proof: numbers and hashes as somebody may hand them over.
pub(super) fn proof(bytes: &[u8]) {
    let Some((numbers, hashes)) = bytes.split_first_chunk::<16>() else { return };
    let number = |at: usize| u64::from_le_bytes(*numbers[at..].first_chunk().expect("16 bytes"));
    let (first, second) = (number(0), number(8));
    let hashes: Vec<[u8; 32]> = hashes.chunks_exact(32).map(|h| h.try_into().expect("32 bytes")).collect();
    let Some((roots, path)) = hashes.split_first_chunk::<2>() else { return };
    if merkle::verify_inclusion(&roots[0], first, second, path, &roots[1]).is_ok() {
        assert!(first < second && path.len() <= 64, "a leaf that is in the tree");
    }
    if merkle::verify_consistency(first, second, path, &roots[0], &roots[1]).is_ok() {
        assert!(first <= second && path.len() <= 65, "a tree that has grown");
    }
    if let Ok(frontier) = Frontier::from_parts(first, hashes.clone()) {
        assert_eq!((frontier.size(), frontier.parts()), (first, &hashes[..]));
        let _ = frontier.root();
        if first < u64::MAX {
            let mut more = frontier.clone();
            more.push(roots[0]);
            assert_eq!(more.size(), first + 1);
        }
    }
}

pub(super) fn commit(bytes: &[u8]) {
    let Some(commit) = Commit::from_file(bytes) else { return };
    let at = commit.slot() * SLOT_BYTES;
    let slot = &bytes[at..at + SLOT_BYTES];
    assert_eq!(Commit::from_slot(&commit.to_slot()).as_ref(), Some(&commit));
    assert_eq!(Commit::from_slot(slot), Some(commit));
}

/// A word that is stored as text has one text.
fn one_text<T: FromStr + Display>(text: &str) {
    if let Ok(value) = text.parse::<T>() {
        assert_eq!(value.to_string(), text, "{} has one text", std::any::type_name::<T>());
    }
}

/// A form that people write in many ways is stored in one.
fn settles<T: FromStr + Display + PartialEq + Debug>(text: &str)
where
    T::Err: Debug,
{
    if let Ok(value) = text.parse::<T>() {
        assert_eq!(value.to_string().parse::<T>().expect("what we write we read"), value);
    }
}

/// Ids, numbers, times, days, labels, identifiers.
pub(super) fn words(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    for text in text.lines().take(64) {
        one_text::<RecordId>(text);
        one_text::<StaffNo>(text);
        one_text::<By>(text);
        one_text::<Fonds>(text);
        one_text::<ArchiveNumber>(text);
        one_text::<Place>(text);
        one_text::<Time>(text);
        one_text::<Day>(text);
        one_text::<Role>(text);
        one_text::<DocumentKind>(text);
        settles::<Label>(text);
        settles::<jingui_schema::digest::B3>(text);
        if let Ok(day) = Day::read(text) {
            one_text::<Day>(&day.to_string());
            let _ = day.ordinal();
        }
        if let Ok(time) = text.parse::<Time>() {
            let _ = time.day();
        }
        let once = fold(text);
        assert_eq!(fold(&once), once, "what is folded stays as it is");
        let today = Day::read("2026-11-22").expect("a day").0;
        if let Ok(id) = check_resident_id(text, today) {
            assert_eq!(check_resident_id(id.as_str(), today).expect("its stored form").as_str(), id.as_str());
        }
        if let Ok(code) = check_uscc(text) {
            assert_eq!(check_uscc(code.as_str()).expect("its stored form").as_str(), code.as_str());
        }
        if let Ok(serial) = CertificateSerial::parse(text) {
            assert_eq!(CertificateSerial::from_be_bytes(&serial.to_be_bytes()).expect("its bytes"), serial);
        }
    }
}

/// Names of files and directories: what is taken for ours is written just so.
pub(super) fn names(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    for name in text.lines().take(64) {
        if let Some(marker) = fuzzing::marker(name) {
            assert_eq!(marker, name, "a staging directory has one name");
        }
        if let Some(path) = fuzzing::sealed_path(name) {
            assert_eq!(path, name);
        }
        if let Some(lines) = fuzzing::head_lines(name) {
            assert_eq!(layout::head_path(lines), format!("journal/heads/{name}"));
        }
        if let Some(first) = layout::first_of_segment(name) {
            assert_eq!(layout::segment_path(first), format!("journal/{name}"));
        }
        if let Some(epoch) = layout::epoch_of_name(name) {
            assert!(name.ends_with(&format!(".e{epoch}.age")), "{name} is not of epoch {epoch}");
        }
    }
}

pub(super) fn places(bytes: &[u8]) {
    let Some(written) = fuzzing::places(bytes) else { return };
    assert_eq!(fuzzing::places(written.as_bytes()).as_deref(), Some(written.as_str()));
}

/// Acts, one a line, behind the sample's journal, chained as somebody could who writes to the disk: `by`, a space, the act.
///
/// Folding refuses nothing; it must stand whatever was chained, also what no decision would have let in.
pub(super) fn history(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    let mut state = sample().state.clone();
    for told in text.lines().take(200) {
        let Some((by, act)) = told.split_once(' ') else { continue };
        let (Ok(by), Ok(act)) = (by.parse::<By>(), Act::parse(act)) else { continue };
        let _ = state.decide(by, &act);
        let sig = (by != By::Vault).then(|| sample().founder().sign(&sample().vault_id, act.to_raw().get()));
        let Ok(mut line) = Line::write(&state.tip(), act.at, by, &act.to_raw(), sig) else { continue };
        line.pop();
        let line = Line::parse(&line).expect("what we write we read");
        state.apply(&line);
        assert_eq!(state.tip(), Tip::after(&line));
        let _ =
            (state.waiting_epoch(), state.rotation_unfinished(), state.rotation_due(), state.next_staff());
        let _ = (state.current_epoch().verified, state.live_epochs().count());
    }
    let json = serde_json::to_vec(&state).expect("the state always serialises");
    let again: jingui_vault::state::State = serde_json::from_slice(&json).expect("what we write we read");
    assert!(again == state, "a snapshot is the state");
}

/// A checklist; whatever it says, it can be held against a record.
/// What stands at the target of a copy, and in a vault put back from one; a state without its digest.
pub(super) fn copy(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    if let Ok(mark) = CopyMark::parse(text) {
        assert_eq!(mark.to_text(), text, "a mark has one spelling");
    }
    if let Ok(mark) = RestoreMark::parse(text) {
        assert_eq!(mark.to_text(), text, "a mark has one spelling");
    }
    let line = text.trim_end_matches('\n');
    let sealed = format!("{line}\n{}\n", B3::of(line.as_bytes()));
    let Ok(state) = CopyState::parse(&sealed) else { return };
    assert_eq!(state.to_text(), sealed, "a state has one spelling");
    let (segment, bytes) = state.end();
    assert!(segment <= state.lines && state.commit().bytes == bytes);
    for name in state.named.iter().map(|file| &file.path) {
        let inside = std::path::Path::new(name)
            .components()
            .all(|part| matches!(part, std::path::Component::Normal(_)));
        assert!(inside && !name.is_empty(), "{name} leads out of the vault");
    }
    let _ = CopyState::lines_of_name(text);
}

pub(super) fn checklist(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    let Ok(list) = Checklist::read(text) else { return };
    let facts = r#"{"number":"JG01-2026-000042","project":"p","outlet":"o","customer":{"name":"c","kind":"enterprise"},"business":"new","date":"2024-05-01","outcome":"issued","class":"CN-P5","clerk":"0002","tags":[]}"#;
    let facts: Facts = serde_json::from_str(facts).expect("facts");
    for kind in CustomerKind::ALL {
        for business in Business::ALL {
            let mut facts = facts.clone();
            (facts.customer.kind, facts.business) = (*kind, *business);
            let paper = |no, kind| Paper { no, kind, marks: Vec::new(), until: None, flaw: None };
            let papers = [paper(1, DocumentKind::App), paper(2, DocumentKind::Other)];
            let found = list.assess(&Additions::default(), &facts, &papers);
            assert!(found.met <= found.mandatory && found.is_complete() == (found.met == found.mandatory));
            assert!(list.wanted(*business, *kind, &[]).len() <= DocumentKind::ALL.len());
        }
    }
}

/// Lists of projects and customers: what is read is written to what is read as the same.
pub(super) fn lists(bytes: &[u8]) {
    fn one<T>(text: &str)
    where
        T: Named + Clone + Debug + PartialEq + serde::Serialize + for<'de> serde::Deserialize<'de>,
    {
        let Ok(list) = Names::<T>::read(text) else { return };
        if let Ok(written) = list.to_text() {
            assert_eq!(Names::<T>::read(&written).expect("what we write we read"), list);
        }
        for entry in list.entries() {
            assert!(list.find(entry.name().as_str()).is_some());
            let _ = list.renamed(entry.name(), entry.name().clone());
        }
    }
    let Some(text) = text(bytes) else { return };
    one::<Project>(text);
    one::<Renamed>(text);
}
