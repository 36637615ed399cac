//! What goes to and fro between an archive and its CA about single records.

use super::opening::corpus_dir;
use super::sealed::{identity, sealed_here};
use super::{sample, text};
use crate::house::env_on;
use crate::lossy::{Disk, LossyFs};
use jingui_schema::act::{Act, ActFile, Deed};
use jingui_schema::answer::AnswerSheet;
use jingui_schema::cover::Document;
use jingui_schema::digest::Sha256;
use jingui_schema::exchange::{
    Answered, Asked, FromCa, Report, again_lines, again_name, is_of_a_copy, without_again,
};
use jingui_schema::id::{By, StaffNo};
use jingui_schema::line::Line;
use jingui_vault::fs::Fs;
use jingui_vault::requests::{Given, Questioner};
use jingui_vault::state::State;
use std::io::Cursor;
use std::path::{Component, Path};
use std::sync::{Arc, OnceLock};

/// What one leaves for the other, a line each: names, sheets and reports by themselves, acts about requests.
pub(super) fn request(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    let mut state = sample().state.clone();
    for told in text.lines().take(64) {
        named(told);
        let whole = format!("{told}\n");
        if let Ok(sheet) = AnswerSheet::parse(&whole) {
            assert_eq!(sheet.to_text(), whole, "a sheet has one spelling");
        }
        if let Ok(report) = Report::parse(&whole) {
            assert_eq!(report.to_text(), whole, "a report has one spelling");
            report.wanted.iter().for_each(|wanted| stays_inside(&wanted.name));
        }
        let carried = ActFile::parse(told).ok();
        if let Ok(act) = Act::parse(carried.as_ref().map_or(told, |file| file.act.get())) {
            said(&mut state, &act);
        }
    }
    let json = serde_json::to_vec(&state).expect("the state always serialises");
    let again: State = serde_json::from_slice(&json).expect("what we write we read");
    assert!(again == state, "a snapshot is the state");
}

/// A name at the target: what is taken for ours is written just so.
fn named(name: &str) {
    if let Some(asked) = Asked::of_name(name) {
        assert_eq!(asked.file_name(), name);
    }
    if let Some(answered) = Answered::of_name(name) {
        assert_eq!(answered.file_name(), name);
    }
    if let Some(left) = FromCa::of_name(name) {
        assert_eq!(left.file_name(), name);
    }
    if let Some(lines) = again_lines(name) {
        assert_eq!(again_name(lines, "x"), format!("again/{name}/x"));
    }
    assert!(name.ends_with(without_again(name)));
    if is_of_a_copy(name) {
        stays_inside(name);
    }
}

#[track_caller]
fn stays_inside(name: &str) {
    let inside = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
    assert!(inside && !name.is_empty(), "{name} leads out of the target");
}

/// An act about a request behind the sample's journal, by who may say it, also where it is not allowed.
fn said(state: &mut State, act: &Act) {
    let by = match &act.deed {
        Deed::RecordRequest(_) | Deed::EscrowOpen(_) => By::Authority,
        Deed::RequestAnswer(_) | Deed::RequestRefuse(_) => By::Staff(StaffNo(1)),
        _ => return,
    };
    let allowed = state.decide(by, act).is_ok();
    let raw = act.to_raw();
    let sig = sample().founder().sign(&sample().vault_id, raw.get());
    let Ok(mut line) = Line::write(&state.tip(), act.at, by, &raw, Some(sig)) else { return };
    line.pop();
    let line = Line::parse(&line).expect("what we write we read");
    state.apply(&line);
    match &act.deed {
        Deed::RecordRequest(d) => {
            let request = state.requests.get(act.id).expect("who asks is heard");
            assert!(request.is_open() && request.number == d.number);
        }
        Deed::EscrowOpen(d) => {
            let request = state.requests.get(act.id).expect("what was opened is known");
            assert!(!request.is_open() && request.number == d.number);
        }
        Deed::RequestAnswer(d) if allowed => assert!(state.open_request(d.request).is_err()),
        Deed::RequestRefuse(d) if allowed => assert!(state.open_request(d.request).is_err()),
        _ => {}
    }
}

/// Where an answer is written out.
const DESK: &str = "/desk";
const CASE: &str = "/desk/case";

/// Reads an answer by its plaintext and writes it out; nothing of one that is none.
fn read(plain: &[u8]) -> Option<(Given, LossyFs)> {
    let mut disk = Disk::default();
    disk.lay(Path::new(DESK));
    let fs = LossyFs::on(disk);
    let (identity, names) = (identity(), |document: &Document| document.member.clone());
    let questioner = Questioner { identity: &identity, seen: &|_| Ok(None), authority: None, names: &names };
    let file = Box::new(Cursor::new(sealed_here(plain)));
    let env = env_on(Arc::new(fs.clone()));
    let given = questioner.read(&env, file, "answer", None, Some(Path::new(CASE)));
    if given.is_err() {
        let left = (&fs as &dyn Fs).stat(Path::new(CASE)).expect("memory answers");
        assert!(left.is_none(), "what is no answer is not written out");
    }
    given.ok().map(|given| (given, fs))
}

/// What is proved of an answer: all but when it was put together, which is the archive's word.
fn proved(given: &Given) -> String {
    let of = (given.vault, given.request, given.record, &given.number, given.n, given.basis, given.lines);
    format!("{of:?} {:?} {:?}", given.facts, given.documents)
}

/// An answer: the tar file below the seal. The log of an archive has signed one in the corpus, and no other one is believed.
pub(super) fn answer(bytes: &[u8]) {
    static SIGNED: OnceLock<String> = OnceLock::new();
    let signed = SIGNED.get_or_init(|| {
        let plain = std::fs::read(corpus_dir().join("answer/given")).expect("the corpus has it");
        proved(&read(&plain).expect("it is one").0)
    });
    let Some((given, fs)) = read(bytes) else { return };
    assert_eq!(proved(&given), *signed);
    for document in &given.documents {
        let path = Path::new(CASE).join(&document.member);
        let written = (&fs as &dyn Fs).read(&path, document.size).expect("it was written out");
        assert_eq!(Sha256::of(&written), document.sha256, "document {}", document.no);
    }
}
