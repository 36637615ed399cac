//! After verification: incidents, derived things made anew, files and journal put back from the mirror.

mod common;
mod verify_sample;

use common::{World, doc};
use jingui_vault::catalog::Query;
use jingui_vault::heal::{Why, heal_journal, heal_toml};
use jingui_vault::layout::Layout;
use jingui_vault::{Error, Options, Vault};
use std::fs;
use std::os::unix::fs::symlink;
use verify_sample::*;

#[test]
fn an_incident_is_journalled_once_until_it_is_healed() {
    let copy = Copy::new();
    let vault = copy.open();
    let before = vault.state().counts.incidents;
    copy.flip(&body(1, 1), 500);
    fs::write(copy.path("bodies/000000/张三.pdf"), b"x").unwrap();
    for _ in 0..3 {
        assert_eq!(verify(&vault, None).findings.len(), 2);
        assert_eq!(vault.state().counts.incidents, before + 2);
    }
    let journal: String = copy.segments().iter().map(|s| fs::read_to_string(copy.path(s)).unwrap()).collect();
    assert!(!journal.contains("张三"), "no name of ours stands in the journal");
    copy.flip(&cover(1, 1), 50);
    verify(&vault, None);
    assert_eq!(vault.state().counts.incidents, before + 3);
    assert_eq!(vault.heal_all(None).unwrap().paths(), [cover(1, 1)]);
    assert_eq!(vault.state().counts.incidents, before + 3);
    copy.flip(&cover(1, 1), 50);
    verify(&vault, None);
    assert_eq!(vault.state().counts.incidents, before + 4);
}

#[test]
fn derived_things_may_be_damaged_in_any_way() {
    type Damage = fn(&Copy);
    let damages: &[(&str, Damage)] = &[
        ("no tree", |c| fs::remove_file(c.path("derived/tree")).unwrap()),
        ("a flipped tree", |c| c.flip("derived/tree", 130)),
        ("a short tree", |c| c.cut("derived/tree")),
        ("no catalog", |c| fs::remove_dir_all(c.path("derived/catalog")).unwrap()),
        ("no state", |c| drop(fs::remove_file(c.path("derived/state")))),
        ("a flipped state", |c| c.flip("derived/state", 200)),
        ("nothing", |c| fs::remove_dir_all(c.path("derived")).unwrap()),
        ("a flipped catalog", |c| {
            for name in ["derived/catalog/db", "derived/catalog/conf"] {
                if c.path(name).exists() {
                    for at in [100, 1000, 5000, 20_000] {
                        c.flip(name, at);
                    }
                }
            }
        }),
    ];
    for (what, damage) in damages {
        for while_open in [false, true] {
            if while_open && *what == "nothing" {
                continue; // the directory itself belongs to whoever runs the vault
            }
            let copy = Copy::new();
            if !while_open {
                damage(&copy);
            }
            let vault = copy.open();
            let session = vault.sign_in(sample().world.person()).unwrap();
            if while_open {
                damage(&copy);
            }
            let report = verify(&vault, Some(&session));
            assert_eq!((found(&report), report.warnings), (vec![], vec![]), "{what}, open: {while_open}");
            let page = session.list(&Query { limit: 10, ..Query::default() }).unwrap();
            assert_eq!(page.rows.len(), 4, "{what}");
            sample().world.file(&session, "p", "2024-07-01", vec![doc("z", b"z")]);
            let (last, _) = vault.line(vault.state().lines).unwrap();
            assert_eq!(last.seq, vault.state().lines);
            let told = vault.take_notices().iter().filter(|n| n.code == "tree-rebuilt").count();
            let tree = what.ends_with("tree") || (*what == "nothing");
            assert_eq!(told, usize::from(tree), "{what}, open: {while_open}");
            vault.take_notices();
            assert_eq!(found(&verify(&vault, Some(&session))), vec![]);
            assert!(vault.take_notices().is_empty(), "{what}: told once");
        }
    }
}

#[test]
fn healing_puts_back_what_the_mirror_has() {
    let names: Vec<String> = kinds(&Copy::new()).into_iter().filter(|n| !n.contains(':')).collect();
    for name in names {
        for damage in ["rot", "loss", "pipe", "directory", "link"] {
            let copy = Copy::new();
            let vault = copy.open();
            let good = fs::read(copy.path(&name)).unwrap();
            match damage {
                "rot" => copy.flip(&name, 60),
                _ => fs::remove_file(copy.path(&name)).unwrap(),
            }
            match damage {
                "pipe" => {
                    assert!(
                        std::process::Command::new("mkfifo")
                            .arg(copy.path(&name))
                            .status()
                            .unwrap()
                            .success()
                    );
                }
                "directory" => fs::create_dir(copy.path(&name)).unwrap(),
                "link" => symlink("/etc/hostname", copy.path(&name)).unwrap(),
                _ => {}
            }
            let report = vault.heal_all(None).unwrap();
            if name.starts_with("bodies/") {
                assert_eq!((report.healed.len(), report.failed.len()), (0, 1), "{name} {damage}");
                assert_eq!(report.failed[0].why, Why::NoPlace);
                continue;
            }
            assert_eq!((&report.paths()[..], &report.failed[..]), (&[&*name][..], &[][..]), "{damage}");
            assert_eq!(fs::read(copy.path(&name)).unwrap(), good);
            let session = vault.sign_in(sample().world.person()).unwrap();
            assert_eq!(found(&verify(&vault, Some(&session))), vec![], "{name} {damage}");
            drop((session, vault));
            assert_eq!(found(&verify(&copy.open(), None)), vec![], "{name} {damage}, reopened");
        }
    }
}

#[test]
fn vault_toml_and_a_slot_of_commit_are_healed_from_the_journal() {
    let copy = Copy::new();
    let vault = copy.open();
    fs::write(copy.path("VAULT.toml"), b"format = 1").unwrap();
    copy.flip("journal/commit", 9);
    let report = vault.heal_all(None).unwrap();
    assert_eq!(report.paths(), ["VAULT.toml", "journal/commit"]);
    assert_eq!(found(&verify(&vault, None)), vec![]);
    drop(vault);
    fs::remove_file(copy.path("VAULT.toml")).unwrap();
    let layout = Layout::new(copy.path(""));
    assert!(heal_toml(&sample().world.env, &layout).unwrap());
    assert!(!heal_toml(&sample().world.env, &layout).unwrap());
    assert_eq!(found(&verify(&copy.open(), None)), vec![]);
}

#[test]
fn a_mirror_whose_copy_is_damaged_too_heals_nothing() {
    let copy = Copy::new();
    let vault = copy.open();
    copy.flip(&cover(1, 1), 60);
    copy.flip(&format!("mirror:{}", cover(1, 1)), 70);
    let report = vault.heal_all(None).unwrap();
    assert_eq!(report.healed.len(), 0);
    assert_eq!(report.failed.len(), 2, "{report:?}");
}

#[test]
fn a_damaged_journal_is_healed_before_opening() {
    let env = &sample().world.env;
    let heal = |copy: &Copy| heal_journal(env, &Layout::new(copy.path("")), &copy.path("mirror:"));
    type Damage<'a> = &'a dyn Fn(&Copy);
    let damages: &[(&str, Damage<'_>)] = &[
        ("first segment", &|c| c.flip(&c.segments()[0], 900)),
        ("first line", &|c| c.flip(&c.segments()[0], 300)),
        ("middle segment", &|c| c.flip(&c.segments()[1], 900)),
        ("last line", &|c| {
            let last = c.segments().pop().unwrap();
            let size = fs::metadata(c.path(&last)).unwrap().len() as usize;
            c.flip(&last, size - 20);
        }),
        ("a segment gone", &|c| fs::remove_file(c.path(&c.segments()[1])).unwrap()),
        ("the first segment gone", &|c| fs::remove_file(c.path(&c.segments()[0])).unwrap()),
        ("the end cut", &|c| c.cut(&c.segments().pop().unwrap())),
        ("commit gone", &|c| fs::remove_file(c.path("journal/commit")).unwrap()),
        ("commit and a line", &|c| {
            fs::write(c.path("journal/commit"), b"x").unwrap();
            c.flip(&c.segments()[1], 900);
        }),
        ("everything", &|c| fs::remove_dir_all(c.path("journal")).unwrap()),
    ];
    for (what, damage) in damages {
        let copy = Copy::new();
        let lines = { copy.open().state().lines };
        let good: Vec<_> = copy.segments().iter().map(|s| fs::read(copy.path(s)).unwrap()).collect();
        damage(&copy);
        let healed = heal(&copy).unwrap_or_else(|e| panic!("{what}: {e:?}"));
        assert!(!healed.healed.is_empty(), "{what}");
        let now: Vec<_> = copy.segments().iter().map(|s| fs::read(copy.path(s)).unwrap()).collect();
        assert!(now == good, "{what}: segments");
        let vault = copy.open();
        assert_eq!((vault.read_only(), vault.state().lines), (None, lines), "{what}");
        vault.note_healed_journal(&healed).unwrap();
        let report = vault.heal_all(None).unwrap();
        assert!(report.failed.is_empty(), "{what}: {report:?}");
        assert_eq!(found(&verify(&vault, None)), vec![], "{what}");
        assert!(what.contains("gone") || *what == "everything" || !healed.aside.is_empty(), "{what}");
    }
    // Nothing to do is nothing done.
    let copy = Copy::new();
    assert_eq!(heal(&copy).unwrap().healed, []);
}

#[test]
fn a_mirror_that_is_behind_or_another_heals_no_journal() {
    let env = &sample().world.env;
    let copy = Copy::new();
    let heal = |copy: &Copy| heal_journal(env, &Layout::new(copy.path("")), &copy.path("mirror:"));
    // The vault goes on without its mirror.
    let options = Options {
        keystore: Some(copy.dir.path().join("keys")),
        mirror: Some("/nowhere/m".into()),
        ..Options::default()
    };
    let vault = Vault::open(env.clone(), &copy.path(""), options).unwrap();
    vault.sign_head().unwrap();
    let session = vault.sign_in(sample().world.person()).unwrap();
    sample().world.file(&session, "p", "2024-07-01", vec![doc("z", b"z")]);
    let lines = vault.state().lines;
    drop((session, vault));
    copy.flip(&copy.segments()[0], 900);
    let before = fs::read(copy.path(&copy.segments()[0])).unwrap();
    assert!(matches!(heal(&copy), Err(Error::Stale { .. })));
    assert_eq!(fs::read(copy.path(&copy.segments()[0])).unwrap(), before, "nothing was changed");
    copy.flip(&copy.segments()[0], 900);
    // Whole, with more lines than the mirror, and only `commit` gone: nothing is taken away.
    fs::remove_file(copy.path("journal/commit")).unwrap();
    assert_eq!(heal(&copy).unwrap().lines, lines);
    assert_eq!(copy.open().state().lines, lines);
    // A mirror that is damaged itself is no help.
    copy.flip(&copy.segments()[0], 900);
    copy.flip(&format!("mirror:{}", copy.segments()[1]), 900);
    assert!(matches!(heal(&copy), Err(Error::JournalDamaged { .. } | Error::Stale { .. })));
    // Nor is another vault's.
    let other = World::solo_on(std::sync::Arc::new(jingui_vault::fs::OsFs), Some("mirror"));
    let theirs = other.dir.path().join("mirror");
    assert!(heal_journal(env, &Layout::new(copy.path("")), &theirs).is_err());
}
