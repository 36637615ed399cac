//! Verification: a table of damages, and exactly what is found of each.

mod common;
mod verify_sample;

use common::doc;
use jingui_vault::catalog::Query;
use jingui_vault::verify::FindingKind::*;
use jingui_vault::verify::{Scope, VerifyOptions};
use jingui_vault::{Error, Options, Vault};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::sync::atomic::{AtomicU32, Ordering};
use verify_sample::*;

#[test]
fn a_clean_vault_has_no_findings() {
    let copy = Copy::new();
    assert!(copy.segments().len() >= 3, "{:?}", copy.segments());
    let mut vault = copy.open();
    for round in 0..2 {
        let session = vault.sign_in(sample().world.person()).unwrap();
        for session in [None, Some(&session)] {
            let report = verify(&vault, session);
            assert_eq!((found(&report), &report.warnings[..]), (vec![], &[][..]), "round {round}");
            assert_eq!((report.lines, report.records), (vault.state().lines, 4));
            assert!(report.signatures >= 7 && report.files > 20);
            assert_eq!(report.mirror.as_ref().map(|m| (m.lines, m.behind)), Some((report.lines, 0)));
        }
        sample().world.file(&session, "p", "2024-06-01", vec![doc("a", &[round; 9])]);
        let record = session.list(&Query { limit: 1, ..Query::default() }).unwrap().rows[0].record;
        session.reveal(record, None, "asked by phone").unwrap();
        vault.sign_head().unwrap();
        let full = verify(&vault, Some(&session));
        assert_eq!(found(&full), vec![]);
        drop(session);
        drop(vault);
        vault = copy.open();
        assert_eq!(found(&verify(&vault, None)), vec![]);
        vault = {
            drop(vault);
            copy.open()
        };
        // The record of this round is one more than before.
        if round == 0 {
            fs::remove_dir_all(copy.dir.path()).unwrap();
            copy_dir(sample().world.dir.path(), copy.dir.path());
            drop(vault);
            vault = copy.open();
        }
    }
}

#[test]
fn a_rotation_leaves_a_clean_vault_and_one_under_way_is_no_finding() {
    for stop in [1, 2, 3, 5, 100] {
        let copy = Copy::new();
        let vault = copy.open();
        let session = vault.sign_in(sample().world.person()).unwrap();
        let steps = AtomicU32::new(0);
        let _ = session.rotate(None, None, &|_| steps.fetch_add(1, Ordering::Relaxed) + 1 < stop);
        let session = vault.sign_in(sample().world.person()).unwrap();
        for session in [None, Some(&session)] {
            assert_eq!(found(&verify(&vault, session)), vec![], "stop {stop}");
        }
    }
}

#[test]
fn a_vault_that_is_filed_into_and_rotated_meanwhile_gives_no_findings() {
    let copy = Copy::new();
    let vault = copy.open();
    let world = &sample().world;
    let session = vault.sign_in(world.person()).unwrap();
    std::thread::scope(|scope| {
        let busy = scope.spawn(|| {
            let session = vault.sign_in(world.person()).unwrap();
            for i in 0..60u8 {
                world.file(&session, "busy", "2024-05-01", vec![doc("a", &[i; 5000]), doc("b", &[i])]);
                if i % 7 == 0 {
                    vault.sign_head().unwrap();
                }
                if i == 20 || i == 40 {
                    session.rotate(None, None, &|_| true).unwrap();
                }
            }
        });
        let mut rounds = 0;
        while !busy.is_finished() || rounds < 2 {
            let report = verify(&vault, None);
            assert_eq!(found(&report), vec![], "round {rounds}: {:?}", report.findings);
            rounds += 1;
        }
    });
    drop(session);
    let session = vault.sign_in(world.person()).unwrap();
    assert_eq!(found(&verify(&vault, Some(&session))), vec![]);
}

#[test]
fn rot_truncation_and_loss_are_found_in_every_kind_of_file() {
    let count = kinds(&Copy::new()).len();
    for i in 0..count {
        check("rot", |copy| {
            let path = kinds(copy).swap_remove(i);
            copy.flip(&path, 77);
            one(path, Digest)
        });
        check("truncation", |copy| {
            let path = kinds(copy).swap_remove(i);
            copy.cut(&path);
            one(path, Size)
        });
        check("loss", |copy| {
            let path = kinds(copy).swap_remove(i);
            fs::remove_file(copy.path(&path)).unwrap();
            one(path, Missing)
        });
    }
}

#[test]
fn what_is_no_file_in_a_files_place_is_found_and_nothing_waits_for_it() {
    let count = kinds(&Copy::new()).len();
    for i in 0..count {
        check("link", |copy| {
            let path = kinds(copy).swap_remove(i);
            let real = copy.path(&path);
            fs::rename(&real, copy.dir.path().join("elsewhere")).unwrap();
            symlink(copy.dir.path().join("elsewhere"), real).unwrap();
            one(path, NotAFile)
        });
        check("pipe", |copy| {
            let path = kinds(copy).swap_remove(i);
            fs::remove_file(copy.path(&path)).unwrap();
            assert!(std::process::Command::new("mkfifo").arg(copy.path(&path)).status().unwrap().success());
            one(path, NotAFile)
        });
        check("directory", |copy| {
            let path = kinds(copy).swap_remove(i);
            fs::remove_file(copy.path(&path)).unwrap();
            fs::create_dir(copy.path(&path)).unwrap();
            one(path, NotAFile)
        });
    }
    check("a link for a directory", |copy| {
        let real = copy.path("covers/000000");
        fs::rename(&real, copy.dir.path().join("elsewhere")).unwrap();
        symlink(copy.dir.path().join("elsewhere"), real).unwrap();
        one("covers/000000", NotAFile)
    });
}

#[test]
fn swapped_stale_and_renamed_files_are_found() {
    check("two covers swapped", |copy| {
        let (a, b) = (cover(1, 1), cover(2, 1));
        copy.swap(&a, &b);
        let kind =
            match fs::metadata(copy.path(&a)).unwrap().len() == fs::metadata(copy.path(&b)).unwrap().len() {
                true => Digest,
                false => Size,
            };
        vec![(a, kind), (b, kind)]
    });
    check("two bodies swapped", |copy| {
        copy.swap(&body(1, 1), &body(2, 1));
        let kind = copy.kind_of_swap(&body(1, 1), &body(2, 1));
        vec![(body(1, 1), kind), (body(2, 1), kind)]
    });
    check("the cover of an older version in the newer one's place", |copy| {
        fs::copy(copy.path(&cover(0, 1)), copy.path(&cover(0, 2))).unwrap();
        one(cover(0, 2), Size)
    });
    check("renamed", |copy| {
        let other = cover(3, 1).replace(".1.e1", ".2.e1");
        fs::rename(copy.path(&cover(3, 1)), copy.path(&other)).unwrap();
        vec![(cover(3, 1), Missing), (other, Extra)]
    });
    let copy = Copy::new();
    let vault = copy.open();
    copy.swap(&body(1, 1), &body(2, 1));
    let report = verify(&vault, None);
    assert!(
        report.findings.iter().any(|f| f.path == body(1, 1) && f.detail.contains(&body(2, 1))),
        "{report:?}"
    );
}

#[test]
fn whatever_no_line_names_is_found_wherever_it_lies() {
    let id = "01234567890123456789012345";
    for path in [
        "note.txt".to_owned(),
        "张三.pdf".to_owned(),
        "journal/x".to_owned(),
        "journal/000000009999.jsonl".to_owned(),
        "journal/heads/000000000999.head".to_owned(),
        "covers/x".to_owned(),
        "covers/000000/x".to_owned(),
        format!("covers/000000/{id}.1.e1.age"),
        format!("covers/000001/{}.1.e1.age", sample().records[0]),
        cover(1, 1).replace(".e1.", ".e2."),
        format!("{}.x", cover(1, 1)),
        format!("bodies/000000/{id}.1.tar.zst.age"),
        format!("notes/000000/{id}.e1.age"),
        "settings/x.toml".to_owned(),
        "mirror:x".to_owned(),
        format!("mirror:{}", body(1, 1)).replace("000000/", ""),
        format!("mirror:covers/000000/{id}.1.e1.age"),
    ] {
        check(&path.clone(), |copy| {
            let real = copy.path(&path);
            fs::create_dir_all(real.parent().unwrap()).unwrap();
            fs::write(&real, b"x").unwrap();
            match path.starts_with("mirror:bodies") {
                true => one("mirror:bodies", Extra),
                false => one(path.clone(), Extra),
            }
        });
    }
    check("a directory", |copy| {
        fs::create_dir_all(copy.path("more/inside")).unwrap();
        one("more", Extra)
    });
    for fine in ["staging/x", "quarantine/x", "run/x", "derived/x", "covers/000099"] {
        check(fine, |copy| {
            match fine.starts_with("covers") {
                true => fs::create_dir(copy.path(fine)).unwrap(),
                false => fs::write(copy.path(fine), b"x").unwrap(),
            }
            vec![]
        });
    }
}

#[test]
fn a_readable_copy_that_was_edited_is_found() {
    for prefix in ["", "mirror:"] {
        check("another RA", |copy| {
            let path = format!("{prefix}VAULT.toml");
            let text = fs::read_to_string(copy.path(&path)).unwrap();
            fs::write(copy.path(&path), text.replace("ra = \"RA\"", "ra = \"RB\"")).unwrap();
            one(path, Edited)
        });
        check("no more a text", |copy| {
            let path = format!("{prefix}VAULT.toml");
            fs::write(copy.path(&path), b"\xff").unwrap();
            one(path, Edited)
        });
        check("gone", |copy| {
            let path = format!("{prefix}VAULT.toml");
            fs::remove_file(copy.path(&path)).unwrap();
            one(path, Missing)
        });
        check("comments do not count", |copy| {
            let path = copy.path(&format!("{prefix}VAULT.toml"));
            let text = fs::read_to_string(&path).unwrap();
            fs::write(path, format!("# hello\n{text}")).unwrap();
            vec![]
        });
    }
}

#[test]
fn a_damaged_commit_is_found() {
    for at in [5, 4096 + 5, 4000] {
        check("a slot", |copy| {
            copy.flip("journal/commit", at);
            one("journal/commit", Commit)
        });
    }
    check("cut", |copy| {
        copy.cut("journal/commit");
        one("journal/commit", Commit)
    });
    check("gone", |copy| {
        fs::remove_file(copy.path("journal/commit")).unwrap();
        one("journal/commit", Missing)
    });
    check("of the mirror", |copy| {
        copy.flip("mirror:journal/commit", 5);
        one("mirror:journal/commit", Commit)
    });
    check("bytes behind the last line", |copy| {
        let last = copy.segments().pop().unwrap();
        let mut bytes = fs::read(copy.path(&last)).unwrap();
        bytes.extend(b"{}\n");
        fs::write(copy.path(&last), bytes).unwrap();
        one(last, Size)
    });
}

#[test]
fn a_changed_line_is_named_in_a_running_vault() {
    let copy = Copy::new();
    let vault = copy.open();
    let lines = vault.state().lines;
    copy.flip(&cover(0, 1), 50);
    let names_cover = verify(&vault, None).findings[0].seq.unwrap();
    for seq in 1..=lines {
        let copy = Copy::new();
        let vault = copy.open();
        let (segment, at) = place_of(&copy, seq);
        copy.flip(&segment, at);
        let report = verify(&vault, None);
        assert!(!report.findings.is_empty(), "line {seq}");
        for finding in &report.findings {
            assert_eq!(
                (finding.path.as_str(), finding.seq),
                (segment.as_str(), Some(seq)),
                "{:?}",
                report.findings
            );
            assert!([Chain, Signature].contains(&finding.finding));
        }
        assert!(report.findings.iter().filter(|f| f.finding == Chain).count() <= 1);
        // The files that lines before it name are verified all the same.
        copy.flip(&cover(0, 1), 50);
        let believed = seq > names_cover;
        let again = verify(&vault, None);
        assert_eq!(again.findings.iter().any(|f| f.path == cover(0, 1)), believed, "line {seq}: {again:?}");
    }
}

/// The segment of a line, and a byte of it there.
fn place_of(copy: &Copy, seq: u64) -> (String, usize) {
    // In the act: where a person's signature reaches, and the vault's data is.
    let mut passed = 0;
    for segment in copy.segments() {
        let mut at = 0;
        for line in fs::read(copy.path(&segment)).unwrap().split_inclusive(|b| *b == b'\n') {
            passed += 1;
            if passed == seq {
                return (segment, at + line.len().min(260) - 10);
            }
            at += line.len();
        }
    }
    panic!("no line {seq}");
}

#[test]
fn a_line_without_its_tree_is_named_with_its_neighbour() {
    let copy = Copy::new();
    let vault = copy.open();
    let (segment, at) = place_of(&copy, 6);
    fs::remove_file(copy.path("derived/tree")).unwrap();
    copy.flip(&segment, at);
    let report = verify(&vault, None);
    assert!(report.findings.iter().all(|f| [Some(6), Some(7)].contains(&f.seq)), "{:?}", report.findings);
}

#[test]
fn a_lost_or_foreign_segment_is_found() {
    for which in [1, 2] {
        let copy = Copy::new();
        let vault = copy.open();
        let segment = copy.segments()[which].clone();
        fs::remove_file(copy.path(&segment)).unwrap();
        assert_eq!(found(&verify(&vault, None)), one(segment, Chain));
    }
    let copy = Copy::new();
    let vault = copy.open();
    let segments = copy.segments();
    copy.swap(&segments[1], &segments[2]);
    let report = verify(&vault, None);
    assert!(report.findings.iter().any(|f| f.finding == Chain && f.path == segments[1]), "{report:?}");
    let copy = Copy::new();
    let vault = copy.open();
    copy.flip(&format!("mirror:{}", copy.segments()[0]), 700);
    let report = verify(&vault, None);
    assert!(report.findings.iter().all(|f| f.path.starts_with("mirror:journal/")), "{report:?}");
    assert!(!report.findings.is_empty());
}

#[test]
fn a_vault_damaged_while_closed_still_opens_and_says_which_line() {
    let lines = Copy::new().open().state().lines;
    for derived in [true, false] {
        for seq in 2..=lines {
            let copy = Copy::new();
            let (segment, at) = place_of(&copy, seq);
            copy.flip(&segment, at);
            if !derived {
                fs::remove_dir_all(copy.path("derived")).unwrap();
            }
            let vault = copy.open();
            let report = verify(&vault, None);
            assert!(!report.findings.is_empty(), "line {seq}, derived {derived}");
            assert!(
                report.findings.iter().all(
                    |f| f.path.starts_with("journal/") && f.seq.is_some_and(|s| s == seq || s == seq + 1)
                ),
                "line {seq}, derived {derived}: {report:?}"
            );
        }
    }
}

#[test]
fn the_keystore_is_looked_at_as_far_as_it_can_be() {
    let key = "keystore:epochs/1/0001.age";
    check("a copy gone", |copy| {
        fs::remove_file(copy.path(key)).unwrap();
        one(key, Missing)
    });
    check("a copy that is no sealed file", |copy| {
        fs::write(copy.path(key), b"hello").unwrap();
        one(key, Sealed)
    });
    check("a copy that nobody was given", |copy| {
        fs::copy(copy.path(key), copy.path("keystore:epochs/1/0009.age")).unwrap();
        one("keystore:epochs/1/0009.age", Extra)
    });
    check("another log key", |copy| {
        fs::write(copy.path("keystore:log/log.key"), format!("{}\n", "01".repeat(32))).unwrap();
        one("keystore:log/log.key", Content)
    });
    let copy = Copy::new();
    let vault = copy.open();
    copy.flip(key, 300);
    assert_eq!(found(&verify(&vault, None)), vec![], "without keys its bytes are not known");
    let copy = Copy::new();
    let vault = copy.open();
    fs::rename(copy.path("keystore:"), copy.dir.path().join("gone")).unwrap();
    let report = verify(&vault, None);
    assert_eq!((found(&report), report.warnings[0].code), (vec![], "keystore"));
}

#[test]
fn modes_leftovers_and_an_absent_mirror_are_warnings() {
    let copy = Copy::new();
    let vault = copy.open();
    fs::set_permissions(copy.path(&cover(1, 1)), fs::Permissions::from_mode(0o644)).unwrap();
    fs::set_permissions(copy.path("bodies"), fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(copy.path(&format!("{}.part", cover(1, 1))), b"half").unwrap();
    fs::set_permissions(copy.path(&format!("{}.part", cover(1, 1))), fs::Permissions::from_mode(0o600))
        .unwrap();
    fs::rename(copy.path("mirror:"), copy.dir.path().join("gone")).unwrap();
    let report = verify(&vault, None);
    assert_eq!(found(&report), vec![]);
    let codes: Vec<_> = report.warnings.iter().map(|w| w.code).collect();
    assert_eq!(codes, ["leftover", "mirror-unreachable", "mode", "mode"]);
}

#[test]
fn a_mirror_that_lags_is_no_finding() {
    let copy = Copy::new();
    let world = &sample().world;
    let options = Options {
        keystore: Some(copy.dir.path().join("keys")),
        mirror: Some(copy.dir.path().join("nowhere/mirror")),
        segment_bytes: Some(3000),
        ..Options::default()
    };
    let vault = Vault::open(world.env.clone(), &copy.path(""), options).unwrap();
    let session = vault.sign_in(world.person()).unwrap();
    for i in 0..6u8 {
        world.file(&session, "q", "2024-06-01", vec![doc("a", &[i; 40])]);
    }
    drop((session, vault));
    // A cut-off catching up: one file of a line that the mirror does not count yet.
    let newest = copy
        .names("covers/000000")
        .into_iter()
        .find(|n| !copy.path(&format!("mirror:{n}")).exists())
        .unwrap();
    fs::copy(copy.path(&newest), copy.path(&format!("mirror:{newest}"))).unwrap();
    let vault = copy.open();
    let report = verify(&vault, None);
    assert_eq!(found(&report), vec![]);
    let mirror = report.mirror.unwrap();
    assert!(mirror.behind >= 6, "{mirror:?}");
    assert!(report.warnings.iter().any(|w| w.code == "mirror-lags"));
}

#[test]
fn a_sample_reads_less_and_still_looks_for_every_name() {
    let copy = Copy::new();
    let vault = copy.open();
    let all = verify(&vault, None).files;
    let none = verify_scope(&vault, None, Scope::Sample(0.0));
    assert!(none.files < all && found(&none).is_empty());
    assert_eq!(verify_scope(&vault, None, Scope::Sample(100.0)).files, all);
    let tomorrow = "2099-01-01".parse().unwrap();
    assert!(verify_scope(&vault, None, Scope::Since(tomorrow)).files < all);
    let long_ago = "2001-01-01".parse().unwrap();
    assert_eq!(verify_scope(&vault, None, Scope::Since(long_ago)).files, all);
    fs::remove_file(copy.path(&body(0, 1))).unwrap();
    copy.cut(&cover(1, 1));
    copy.flip(&cover(2, 1), 9);
    let report = verify_scope(&vault, None, Scope::Sample(0.0));
    let mut expected = vec![(body(0, 1), Missing), (cover(1, 1), Size)];
    expected.sort();
    assert_eq!(found(&report), expected);
}

#[test]
fn an_interruption_ends_it() {
    let copy = Copy::new();
    let vault = copy.open();
    let options =
        VerifyOptions { session: None, scope: Scope::All, progress: &|_| {}, interrupted: &|| true };
    assert!(matches!(vault.verify(&options), Err(Error::Interrupted {})));
}
