//! Files and journals put back from copies, which have what no mirror has.

mod common;
mod verify_sample;

use common::{World, doc};
use jingui_vault::copies::{CopyOptions, DirTarget, Target};
use jingui_vault::heal::{HealOptions, HealReport, Origin, Why, heal_journal_from, is_journal_damaged};
use jingui_vault::layout::Layout;
use jingui_vault::verify::FindingKind;
use jingui_vault::{Error, Vault};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use verify_sample::*;

/// A target in a directory, made where it is not there.
fn target(dir: &Path) -> Arc<dyn Target> {
    fs::create_dir_all(dir).unwrap();
    Arc::new(DirTarget::open(sample().world.env.clone(), dir).unwrap())
}

/// A state of a copy in a directory of this name beside the vault.
fn copied(copy: &Copy, vault: &Vault, name: &str) -> Arc<dyn Target> {
    let target = target(&copy.dir.path().join(name));
    vault.copy_to(&*target, &CopyOptions::default()).unwrap();
    target
}

fn repair(vault: &Vault, copies: &[Arc<dyn Target>]) -> HealReport {
    vault.repair(&HealOptions { copies, ..HealOptions::default() }).unwrap()
}

#[test]
fn a_file_of_each_kind_comes_back_from_a_copy_where_the_mirror_has_none() {
    let names: Vec<String> = kinds(&Copy::new()).into_iter().filter(|n| !n.contains(':')).collect();
    for damage in ["rot", "cut", "loss", "directory", "another file"] {
        let copy = Copy::new();
        let vault = copy.open();
        let copies = [copied(&copy, &vault, "copy")];
        let good: Vec<_> = names.iter().map(|name| fs::read(copy.path(name)).unwrap()).collect();
        for name in &names {
            match damage {
                "rot" => copy.flip(name, 60),
                "cut" => copy.cut(name),
                "another file" => fs::write(copy.path(name), &good[2]).unwrap(),
                _ => fs::remove_file(copy.path(name)).unwrap(),
            }
            if damage == "directory" {
                fs::create_dir(copy.path(name)).unwrap();
            }
            drop(fs::remove_file(copy.path(&format!("mirror:{name}"))));
        }
        // The body is what it was replaced by elsewhere, so it is damaged by hand.
        if damage == "another file" {
            fs::write(copy.path(&names[2]), &good[0]).unwrap();
        }
        let report = repair(&vault, &copies);
        let mut put_back = report.paths();
        put_back.sort_unstable();
        let mut expected: Vec<&str> = names.iter().map(String::as_str).collect();
        expected.sort_unstable();
        assert_eq!(put_back, expected, "{damage}: {report:?}");
        for healed in report.healed.iter().filter(|healed| healed.path != "README.txt") {
            assert_eq!(healed.from, Origin::Copy(copies[0].name()), "{damage}");
        }
        for (name, good) in names.iter().zip(&good) {
            assert!(fs::read(copy.path(name)).unwrap() == *good, "{damage}: {name}");
        }
        // The mirror is as it is: `repair` is of the vault.
        assert!(report.failed.iter().all(|left| left.why == Why::InMirror), "{damage}: {report:?}");
        let session = vault.sign_in(sample().world.person()).unwrap();
        let left = found(&verify(&vault, Some(&session)));
        assert!(left.iter().all(|(path, _)| path.starts_with("mirror:")), "{damage}: {left:?}");
    }
}

#[test]
fn of_two_copies_the_whole_one_counts_and_a_dry_run_says_which() {
    let copy = Copy::new();
    let vault = copy.open();
    let copies = [copied(&copy, &vault, "one"), copied(&copy, &vault, "two")];
    let name = body(1, 1);
    let in_one = copy.dir.path().join("one").join(&name);
    let mut bytes = fs::read(&in_one).unwrap();
    bytes[500] ^= 1;
    fs::write(&in_one, bytes).unwrap();
    let good = fs::read(copy.path(&name)).unwrap();
    copy.flip(&name, 300);
    let lines = vault.state().lines;
    let would = HealOptions { copies: &copies, dry_run: true, ..HealOptions::default() };
    let would = vault.repair(&would).unwrap();
    assert_eq!(would.healed[0].from, Origin::Copy(copies[1].name()));
    assert_eq!(vault.state().lines, lines, "nothing is written");
    assert!(fs::read(copy.path(&name)).unwrap() != good);

    let report = repair(&vault, &copies[..1]);
    assert_eq!((report.healed.len(), &report.failed[0].why), (0, &Why::Nowhere));
    assert_eq!(report.failed[0].tried[0].found, FindingKind::Digest);
    assert!(fs::read(copy.path(&name)).unwrap() != good, "what is there stays");
    let report = repair(&vault, &copies);
    assert_eq!((report.paths(), report.failed.len()), (vec![&*name], 0));
    assert_eq!(fs::read(copy.path(&name)).unwrap(), good);
    assert_eq!(found(&verify(&vault, None)), vec![]);
}

#[test]
fn only_the_records_that_are_named_are_looked_at() {
    let copy = Copy::new();
    let vault = copy.open();
    let copies = [copied(&copy, &vault, "copy")];
    copy.flip(&body(1, 1), 300);
    copy.flip(&body(2, 1), 300);
    copy.flip("README.txt", 5);
    let records = [sample().records[1]].into();
    let some = HealOptions { copies: &copies, records: Some(&records), ..HealOptions::default() };
    assert_eq!(vault.repair(&some).unwrap().paths(), [body(1, 1)]);
    assert_eq!(repair(&vault, &copies).paths(), ["README.txt", &body(2, 1)]);
}

#[test]
fn another_vaults_copy_is_refused_before_anything_is_done() {
    let copy = Copy::new();
    let vault = copy.open();
    let other = World::solo_on(Arc::new(jingui_vault::fs::OsFs), None);
    let theirs = target(&other.dir.path().join("copy"));
    other.vault().copy_to(&*theirs, &CopyOptions::default()).unwrap();
    copy.flip(&body(1, 1), 300);
    let options = HealOptions { copies: &[theirs], ..HealOptions::default() };
    assert!(matches!(vault.repair(&options), Err(Error::OtherCopy { .. })));
    let nothing = [target(&copy.dir.path().join("empty"))];
    let options = HealOptions { copies: &nothing, ..HealOptions::default() };
    assert!(matches!(vault.repair(&options), Err(Error::NoCopyState { .. })));
}

#[test]
fn a_journal_comes_back_from_a_copy_and_what_came_after_it() {
    let env = &sample().world.env;
    let copy = Copy::new();
    let layout = Layout::new(copy.path(""));
    let vault = copy.open();
    let copies = [copied(&copy, &vault, "copy")];
    let copied_lines = vault.state().copies.values().next().unwrap().lines;
    let session = vault.sign_in(sample().world.person()).unwrap();
    sample().world.file(&session, "p", "2024-07-01", vec![doc("z", b"z")]);
    let lines = vault.state().lines;
    assert!(lines > copied_lines + 1);
    drop((session, vault));
    let segments = copy.segments();
    let good: Vec<_> = segments.iter().map(|s| fs::read(copy.path(s)).unwrap()).collect();
    let heal = || heal_journal_from(env, &layout, None, &copies);
    let last = segments.last().unwrap();
    type Damage<'a> = &'a dyn Fn();
    let damages: &[(&str, Damage<'_>)] = &[
        ("the first line", &|| copy.flip(&segments[0], 300)),
        ("a line of a closed segment", &|| copy.flip(&segments[1], 900)),
        ("a segment gone", &|| fs::remove_file(copy.path(&segments[1])).unwrap()),
    ];
    for (what, damage) in damages {
        damage();
        assert!(is_journal_damaged(env, &layout), "{what}");
        let (from, healed) = heal().unwrap_or_else(|e| panic!("{what}: {e:?}"));
        assert_eq!((from, healed.lines), (Origin::Copy(copies[0].name()), lines), "{what}");
        let now: Vec<_> = segments.iter().map(|s| fs::read(copy.path(s)).unwrap()).collect();
        assert!(now == good, "{what}");
    }
    assert!(!is_journal_damaged(env, &layout));
    // Of what came after the copy there is no other.
    copy.flip(last, good[segments.len() - 1].len() - 60);
    assert!(matches!(heal(), Err(Error::JournalUnhealed { .. })));
    fs::write(copy.path(last), &good[segments.len() - 1]).unwrap();
    let vault = copy.open();
    assert_eq!((vault.read_only(), vault.state().lines), (None, lines));
    assert_eq!(found(&verify(&vault, None)), vec![]);
}
