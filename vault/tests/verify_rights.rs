//! Verification beside somebody who can write everywhere: lines with chain and `commit` made anew, as ours never are.

mod common;
mod verify_sample;

use jingui_schema::act::Deed;
use jingui_schema::commit::{Commit, SLOT_BYTES};
use jingui_schema::digest::Sha256;
use jingui_schema::id::By;
use jingui_schema::line::{Line, Tip};
use jingui_schema::merkle::{Frontier, leaf_hash};
use jingui_vault::verify::FindingKind;
use std::fs;
use verify_sample::*;

/// Lays a line behind the last and makes `commit` count it; says in which segment it is.
fn forge(copy: &Copy, forged: impl Fn(&[Line]) -> (By, Line)) -> String {
    let (mut lines, mut tree) = (Vec::new(), Frontier::default());
    for segment in copy.segments() {
        for text in fs::read(copy.path(&segment)).unwrap().split(|b| *b == b'\n').filter(|l| !l.is_empty()) {
            tree.push(leaf_hash(text));
            lines.push(Line::parse(text).unwrap());
        }
    }
    let (by, line) = forged(&lines);
    let tip = Tip::after(lines.last().unwrap());
    let raw = line.act.to_raw();
    let bytes = Line::write(&tip, line.at, by, &raw, line.sig.filter(|_| by != By::Vault)).unwrap();
    // Behind a line that closes a segment begins another.
    let last = match lines.last().unwrap().act.deed {
        Deed::SegmentClose(_) => format!("journal/{:012}.jsonl", tip.lines + 1),
        _ => copy.segments().pop().unwrap(),
    };
    let mut segment = fs::read(copy.path(&last)).unwrap_or_default();
    segment.extend(&bytes);
    fs::write(copy.path(&last), &segment).unwrap();
    tree.push(leaf_hash(&bytes[..bytes.len() - 1]));
    let newest = Commit::from_file(&fs::read(copy.path("journal/commit")).unwrap()).unwrap();
    write_slot(
        copy,
        &Commit {
            generation: newest.generation + 1,
            lines: tip.lines + 1,
            segment: last["journal/".len()..][..12].parse().unwrap(),
            bytes: segment.len() as u64,
            last: Sha256::of(&bytes[..bytes.len() - 1]),
            root: Sha256(tree.root()),
            ..newest
        },
    );
    last
}

fn write_slot(copy: &Copy, slot: &Commit) {
    let mut file = fs::read(copy.path("journal/commit")).unwrap();
    file[slot.slot() * SLOT_BYTES..][..SLOT_BYTES].copy_from_slice(&slot.to_slot());
    fs::write(copy.path("journal/commit"), file).unwrap();
}

fn opening(lines: &[Line]) -> Line {
    lines.iter().find(|line| matches!(line.act.deed, Deed::RecordOpen(_))).unwrap().clone()
}

#[test]
fn a_persons_act_in_the_vaults_name_is_found() {
    let copy = Copy::new();
    let segment = forge(&copy, |lines| {
        let mut line = opening(lines);
        line.act.id = jingui_schema::id::ActId::from_bytes([9; 16]);
        (By::Vault, line)
    });
    assert_eq!(found(&verify(&copy.open(), None)), [(segment, FindingKind::Signature)]);
}

#[test]
fn a_signed_act_that_was_laid_there_once_more_is_found() {
    let copy = Copy::new();
    let segment = forge(&copy, |lines| {
        let line = opening(lines);
        (line.by, line)
    });
    assert_eq!(found(&verify(&copy.open(), None)), [(segment, FindingKind::Chain)]);
}

#[test]
fn a_newer_slot_that_counts_fewer_lines_is_found() {
    let copy = Copy::new();
    let vault = copy.open();
    let file = fs::read(copy.path("journal/commit")).unwrap();
    let mut slots: Vec<Commit> = file.chunks(SLOT_BYTES).filter_map(Commit::from_slot).collect();
    slots.sort_by_key(|slot| slot.generation);
    assert!(slots[0].lines < slots[1].lines, "the last line came by itself");
    write_slot(&copy, &Commit { generation: slots[1].generation + 1, ..slots[0].clone() });
    let report = verify(&vault, None);
    assert!(found(&report).contains(&("journal/commit".to_owned(), FindingKind::Commit)), "{report:?}");
}
