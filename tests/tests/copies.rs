//! Copies: what they hold, what they come back as, and what is refused.

use jingui_schema::act::{Act, Deed, FileSet};
use jingui_schema::commit::Commit;
use jingui_schema::copy::{CopyMark, CopyState, NamedFile, Piece};
use jingui_schema::digest::{FileMark, Sha256};
use jingui_schema::id::{ActId, By};
use jingui_schema::line::{Line, Tip};
use jingui_schema::merkle::{Frontier, leaf_hash};
use jingui_tests::copying::{check, copy, counted, open_back, place, put_back, target, whole_back};
use jingui_tests::house::{Furnished, House, Known, look_at_all, verify};
use jingui_tests::sweep::{os, plaintext};
use jingui_tests::{copy_tree, inspect, nothing_wrong, scratch};
use jingui_vault::copies::{CopyOptions, copy_age};
use jingui_vault::fs::OsFs;
use jingui_vault::rotation::Rotation;
use jingui_vault::verify::FindingKind;
use jingui_vault::{Error, Vault};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A house with a place for its copy.
fn furnished() -> (tempfile::TempDir, House, Furnished) {
    let from = Furnished::new(false);
    let (dir, house) = from.copy();
    fs::create_dir(place(&house)).unwrap();
    (dir, house, from)
}

/// Every file below a directory with its bytes, by path below it.
fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(dir: &Path, top: &Path, all: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(dir).unwrap().flatten() {
            match entry.path().is_dir() {
                true => walk(&entry.path(), top, all),
                false => {
                    let path = entry.path().strip_prefix(top).unwrap().to_str().unwrap().to_owned();
                    all.insert(path, fs::read(entry.path()).unwrap());
                }
            }
        }
    }
    let mut all = BTreeMap::new();
    walk(dir, dir, &mut all);
    all
}

/// The truth of a vault: all but what lies around it, its `commit` and the mark of one that was put back.
fn truth(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = files(dir);
    all.retain(|path, _| {
        let around = ["staging/", "quarantine/", "run/", "derived/"].iter().any(|top| path.starts_with(top));
        !around && !["journal/commit", "settings/restored.json"].contains(&path.as_str())
    });
    all
}

fn files_in(dir: &Path, top: &str) -> Vec<PathBuf> {
    files(dir).into_keys().filter(|path| path.starts_with(top)).map(|path| dir.join(path)).collect()
}

fn rotate(house: &House, vault: &Vault) {
    let session = house.founder(vault).unwrap();
    assert!(matches!(session.rotate(None, None, &|_| true).unwrap(), Rotation::Finished { .. }));
}

/// Opens every document of a vault that was put back. Each opening is journalled, so it is as if somebody took it over.
fn look(house: &House, back: &Path, known: &[Known]) {
    let (_vault, session) = open_back(house, back, os(), true).unwrap();
    nothing_wrong(&look_at_all(&session, known));
}

#[test]
fn what_was_copied_comes_back_as_it_was() {
    let (_dir, house, from) = furnished();
    let vault = house.open(os()).unwrap();
    let made = copy(&house, &vault, os()).unwrap();
    assert!(made.first && made.lacking.is_empty() && made.unjournalled.is_none());
    let known = &vault.state().copies[&made.target];
    assert_eq!((known.lines, known.outside, known.verified), (made.lines, true, None));
    drop(vault);
    // The journal has one line more: that the copy was made.
    let back = house.root.join("back");
    let restored = put_back(&house, &back, os()).unwrap();
    assert_eq!((restored.state.lines, restored.records, restored.lacking.len()), (made.lines, 1, 0));
    let (mut here, mut there) = (truth(&house.vault()), truth(&back));
    let journal = "journal/000000000001.jsonl";
    let (here_lines, there_lines) = (here.remove(journal).unwrap(), there.remove(journal).unwrap());
    assert!(here_lines.starts_with(&there_lines) && here_lines.len() > there_lines.len());
    assert_eq!(here.keys().collect::<Vec<_>>(), there.keys().collect::<Vec<_>>());
    assert!(here == there, "the same bytes");
    let (vault, session) = open_back(&house, &back, os(), false).unwrap();
    assert!(vault.awaits_takeover() && vault.read_only().is_some());
    nothing_wrong(&verify(&session));
    drop((vault, session));
    look(&house, &back, std::slice::from_ref(&from.known));
    nothing_wrong(&plaintext(&house));
    // Nothing of the keystore, and nothing under way, is in the copy.
    let tops: Vec<_> = fs::read_dir(place(&house)).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(tops.len(), 7, "{tops:?}");
}

#[test]
fn the_next_run_brings_only_what_came_since_and_changes_nothing() {
    let (_dir, house, _from) = furnished();
    let vault = house.open(os()).unwrap();
    copy(&house, &vault, os()).unwrap();
    let before = files(&place(&house));
    let session = house.founder(&vault).unwrap();
    house.file(&session, "more", 3, None).unwrap();
    let second = copy(&house, &vault, os()).unwrap();
    // Cover, body, the piece of the journal.
    assert_eq!((second.first, second.files), (false, 3));
    let after = files(&place(&house));
    for (path, bytes) in &before {
        assert!(after.get(path) == Some(bytes), "{path} has changed or gone");
    }
    assert_eq!(after.len(), before.len() + 4, "with the state");
    // A correction brings a cover and a note.
    let record = house.file(&session, "more", 3, None).unwrap().record;
    let label = jingui_schema::facts::Label::read("another box").unwrap();
    let boxed = |labels: &mut jingui_vault::filing::Labels| {
        labels.box_code = Some(label);
        Ok(())
    };
    session.correct(record, boxed, &[], "the box was another", false).unwrap();
    let second = copy(&house, &vault, os()).unwrap();
    assert_eq!(second.files, 3);
    // With nothing new but its own line.
    let third = copy(&house, &vault, os()).unwrap();
    assert_eq!((third.files, third.lines), (1, second.lines + 1));
    let all = CopyOptions { all: true, threads: 1, outside: true, ..CopyOptions::default() };
    assert_eq!(vault.copy_to(&*target(&house, os()).unwrap(), &all).unwrap().files, 1);
    assert!(check(&house, os()).unwrap().report.findings.is_empty());
}

#[test]
fn a_copy_of_a_rotated_vault_opens_under_the_new_key_and_brings_no_old_cover_back() {
    let (_dir, house, from) = furnished();
    let vault = house.open(os()).unwrap();
    copy(&house, &vault, os()).unwrap();
    rotate(&house, &vault);
    // The old state opens for nobody any more, and says so rather than to be whole.
    assert!(check(&house, os()).is_err());
    copy(&house, &vault, os()).unwrap();
    let checked = check(&house, os()).unwrap();
    assert!(checked.report.findings.is_empty(), "{:?}", checked.report.findings);
    assert_eq!(checked.sampled, 1);
    vault.note_copy_verified(&checked).unwrap();
    assert!(vault.state().copies[&checked.state.target].verified.is_some());
    assert!(copy_age(&vault.state(), vault.env().now()).newest.is_some());
    assert!(
        files_in(&place(&house), "covers/").iter().any(|path| path.to_str().unwrap().ends_with(".e1.age"))
    );
    let back = house.root.join("back");
    put_back(&house, &back, os()).unwrap();
    assert!(files_in(&back, "covers/").iter().all(|path| path.to_str().unwrap().ends_with(".e2.age")));
    nothing_wrong(&whole_back(&OsFs, &back));
    look(&house, &back, std::slice::from_ref(&from.known));
}

#[test]
fn closed_segments_come_back_whole_from_their_pieces() {
    let (_dir, mut house, _from) = furnished();
    house.segment_bytes = Some(3000);
    let vault = house.open(os()).unwrap();
    let session = house.founder(&vault).unwrap();
    for i in 0..6 {
        house.file(&session, &format!("record {i}"), 1, None).unwrap();
        copy(&house, &vault, os()).unwrap();
    }
    let pieces = files_in(&place(&house), "journal/0").len();
    let segments = files_in(&house.vault(), "journal/0").len();
    assert!(segments > 2 && pieces > segments, "{pieces} pieces of {segments} segments");
    assert!(check(&house, os()).unwrap().report.findings.is_empty());
    drop((session, vault));
    let back = house.root.join("back");
    put_back(&house, &back, os()).unwrap();
    nothing_wrong(&whole_back(&OsFs, &back));
    look(&house, &back, &[]);
}

#[test]
fn two_vaults_that_go_on_from_one_copy_part_openly() {
    let (_dir, house, from) = furnished();
    let vault = house.open(os()).unwrap();
    copy(&house, &vault, os()).unwrap();
    let session = house.founder(&vault).unwrap();
    let here = house.file(&session, "goes on here", 1, None).unwrap();
    drop((session, vault));
    let back = house.root.join("back");
    put_back(&house, &back, os()).unwrap();

    // Without somebody's word nothing is written there.
    let (vault, session) = open_back(&house, &back, os(), false).unwrap();
    assert!(matches!(house.file(&session, "too early", 1, None), Err(Error::ReadOnly { .. })));
    drop((vault, session));
    let numbers = [here.number.clone()];
    let (vault, session) = open_back(&house, &back, os(), true).unwrap();
    let stranger = "XX99-2026-000007".parse().unwrap();
    assert!(matches!(session.take_over(&[stranger], None, None, None), Err(Error::Stale { .. })));
    session.take_over(&numbers, Some("the old disk is lost"), None, None).unwrap();
    drop((vault, session));
    let (vault, session) = open_back(&house, &back, os(), false).unwrap();
    assert!(vault.read_only().is_none() && vault.restored().is_none());
    let there = house.file(&session, "goes on there", 1, None).unwrap();
    assert_eq!(there.number.serial(), here.number.serial() + 1, "no number is given a second time");
    let mut known = vec![from.known.clone()];
    known.push(Known::of(&there, 1));
    nothing_wrong(&look_at_all(&session, &known));
    nothing_wrong(&verify(&session));
    let (journal, found) = inspect::vault(&OsFs, &back, true);
    nothing_wrong(&found);
    assert!(journal.lines.iter().any(|line| matches!(line.act.deed, Deed::VaultRestored(_))));

    // The first to copy keeps the target, the other is refused there.
    copy(&house, &vault, os()).unwrap();
    let original = house.open(os()).unwrap();
    let before = files(&place(&house));
    assert!(matches!(copy(&house, &original, os()), Err(Error::CopyAhead { .. })));
    assert!(files(&place(&house)) == before, "nothing was written there");
    // Taken over once, it cannot be again.
    drop((vault, session));
    let (_vault, session) = open_back(&house, &back, os(), true).unwrap();
    assert!(matches!(session.take_over(&[], None, None, None), Err(Error::NotRestored { .. })));
}

#[test]
fn a_takeover_that_was_cut_off_before_its_mark_went_is_done() {
    let (_dir, house, _from) = furnished();
    let vault = house.open(os()).unwrap();
    copy(&house, &vault, os()).unwrap();
    drop(vault);
    let back = house.root.join("back");
    put_back(&house, &back, os()).unwrap();
    let mark = fs::read(back.join("settings/restored.json")).unwrap();
    let (vault, session) = open_back(&house, &back, os(), true).unwrap();
    session.take_over(&[], None, Some(house.keys()), None).unwrap();
    drop((vault, session));
    fs::write(back.join("settings/restored.json"), mark).unwrap();
    let (vault, session) = open_back(&house, &back, os(), false).unwrap();
    assert!(vault.read_only().is_none());
    house.file(&session, "as usual", 1, None).unwrap();
    assert!(!back.join("settings/restored.json").exists());
}

#[test]
fn what_the_vault_lost_is_named_and_the_rest_is_copied() {
    let (_dir, house, _from) = furnished();
    let body = files_in(&house.vault(), "bodies/").remove(0);
    let (bytes, aside) = (fs::read(&body).unwrap(), house.root.join("aside"));
    fs::rename(&body, &aside).unwrap();
    let vault = house.open(os()).unwrap();
    let made = copy(&house, &vault, os()).unwrap();
    let below = body.strip_prefix(house.vault()).unwrap().to_str().unwrap().to_owned();
    assert_eq!(made.lacking, vec![(below.clone(), FindingKind::Missing)]);
    assert_eq!(vault.state().counts.incidents, 1);
    let found = check(&house, os()).unwrap().report.findings;
    assert!(found.iter().any(|f| f.path == below && f.finding == FindingKind::Missing), "{found:?}");
    // The same loss is journalled once.
    let mut changed = bytes;
    changed[300] ^= 1;
    copy(&house, &vault, os()).unwrap();
    assert_eq!(vault.state().counts.incidents, 1);
    // Changed bytes are not copied either.
    fs::write(&body, changed).unwrap();
    let all = CopyOptions { all: true, ..CopyOptions::default() };
    let made = vault.copy_to(&*target(&house, os()).unwrap(), &all).unwrap();
    assert_eq!((made.lacking, made.files), (vec![(below, FindingKind::Digest)], 1));
    // Once it is back, the next run brings it.
    fs::rename(&aside, &body).unwrap();
    assert!(copy(&house, &vault, os()).unwrap().lacking.is_empty());
    assert!(check(&house, os()).unwrap().report.findings.is_empty());
}

/// What happens to a copy, and the kind and path of the finding.
type Damage = (&'static str, fn(&Path), FindingKind);

fn flip(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    let at = bytes.len() / 2;
    bytes[at] ^= 1;
    fs::write(path, bytes).unwrap();
}

const DAMAGES: &[Damage] = &[
    ("bodies/", |path| flip(path), FindingKind::Digest),
    ("bodies/", |path| fs::remove_file(path).unwrap(), FindingKind::Missing),
    ("covers/", |path| fs::write(path, "").unwrap(), FindingKind::Size),
    ("notes/", |path| flip(path), FindingKind::Digest),
    ("journal/heads/", |path| flip(path), FindingKind::Digest),
    ("journal/0", |path| flip(path), FindingKind::Digest),
    ("journal/0", |path| fs::remove_file(path).unwrap(), FindingKind::Missing),
    ("named/", |path| fs::remove_file(path).unwrap(), FindingKind::Missing),
    (
        "covers/",
        |path| {
            fs::remove_file(path).unwrap();
            std::os::unix::fs::symlink("/etc/hostname", path).unwrap();
        },
        FindingKind::NotAFile,
    ),
];

#[test]
fn damage_of_a_copy_is_named_and_keeps_nothing_else_from_coming_back() {
    let (_dir, house, _from) = furnished();
    let vault = house.open(os()).unwrap();
    copy(&house, &vault, os()).unwrap();
    drop(vault);
    for (top, damage, kind) in DAMAGES {
        let elsewhere = scratch();
        copy_tree(&house.root, elsewhere.path());
        let house = house.at(elsewhere.path());
        let named = |path: &PathBuf| top != &"named/" || path.to_str().unwrap().ends_with("README.txt");
        let path = files_in(&place(&house), top).into_iter().find(named).unwrap();
        damage(&path);
        let name = path.strip_prefix(place(&house)).unwrap().to_str().unwrap();
        let found = check(&house, os()).unwrap().report.findings;
        // A named file is named as the vault knows it.
        let is_it = |path: &str| {
            path == name || (top == &"named/" && name.ends_with(path.rsplit('/').next().unwrap()))
        };
        assert!(found.iter().any(|f| is_it(&f.path) && f.finding == *kind), "{name}: {found:?}");
        let back = house.root.join("back");
        match put_back(&house, &back, os()) {
            // Without its journal nothing says what belongs to the vault.
            Err(Error::CopyDamaged { .. }) => assert!(top == &"journal/0" && !back.exists()),
            Err(error) => panic!("{name}: {error}"),
            Ok(restored) => {
                assert!(restored.lacking.iter().any(|f| is_it(&f.path)), "{name}: {:?}", restored.lacking);
                let (_vault, session) = open_back(&house, &back, os(), false).unwrap();
                assert!(
                    verify(&session)
                        .iter()
                        .any(|f| f.contains(name.rsplit('/').next().unwrap()) || top == &"named/")
                );
            }
        }
    }
}

#[test]
fn a_state_that_is_not_whole_gives_way_to_the_one_before() {
    let (_dir, house, _from) = furnished();
    let vault = house.open(os()).unwrap();
    let first = copy(&house, &vault, os()).unwrap();
    let session = house.founder(&vault).unwrap();
    house.file(&session, "more", 1, None).unwrap();
    let second = copy(&house, &vault, os()).unwrap();
    let state = place(&house).join(format!("states/{:012}.json", second.lines));
    let bytes = fs::read(&state).unwrap();
    fs::write(&state, &bytes[..bytes.len() / 2]).unwrap();
    let found = check(&house, os()).unwrap();
    assert_eq!(found.state.lines, first.lines);
    assert_eq!(found.report.findings.len(), 1, "{:?}", found.report.findings);
    let back = house.root.join("back");
    let restored = put_back(&house, &back, os()).unwrap();
    assert_eq!((restored.state.lines, restored.damaged.len()), (first.lines, 1));
    // The next run counts again.
    let third = copy(&house, &vault, os()).unwrap();
    assert!(third.lines > second.lines && third.lacking.is_empty());
    assert!(check(&house, os()).unwrap().report.findings.is_empty());
}

#[test]
fn what_is_no_copy_of_this_vault_is_left_alone() {
    let (_dir, house, _from) = furnished();
    let vault = house.open(os()).unwrap();
    let here = place(&house);
    let refused = |named: &str| {
        let before = files(&here);
        let error = copy(&house, &vault, os()).unwrap_err();
        assert_eq!(error.code(), named);
        assert!(files(&here) == before);
    };
    fs::write(here.join("holiday.jpg"), "x").unwrap();
    refused("not-a-copy");
    fs::remove_file(here.join("holiday.jpg")).unwrap();
    // What the disk itself has at its top is nobody's, and so is what a first run that was cut off left.
    fs::create_dir(here.join("lost+found")).unwrap();
    fs::write(here.join("COPY.json.part"), "{").unwrap();
    copy(&house, &vault, os()).unwrap();

    let mark = fs::read_to_string(here.join("COPY.json")).unwrap();
    fs::write(here.join("COPY.json"), mark.replace(r#""v":1"#, r#""v":2"#)).unwrap();
    refused("too-new");
    let draft = format!("\"v\":{}", jingui_schema::FORMAT - 1);
    fs::write(here.join("COPY.json"), mark.replace(r#""v":1"#, &draft)).unwrap();
    refused("draft-format");
    fs::write(here.join("COPY.json"), &mark[..20]).unwrap();
    refused("copy-damaged");
    let other = mark.replace(&vault.state().init.vault.to_string(), "0123456789ABCDEFGHJKMNPQRS");
    fs::write(here.join("COPY.json"), other).unwrap();
    refused("other-copy");
    fs::write(here.join("COPY.json"), &mark).unwrap();

    let session = house.founder(&vault).unwrap();
    house.file(&session, "more", 1, None).unwrap();
    // A link in the place of a directory leads nothing out of the copy.
    let outside = house.root.join("outside");
    fs::rename(here.join("covers"), &outside).unwrap();
    std::os::unix::fs::symlink(&outside, here.join("covers")).unwrap();
    refused_in_part(&house, &vault, "in-the-way");
    fs::remove_file(here.join("covers")).unwrap();
    fs::rename(&outside, here.join("covers")).unwrap();
    fs::rename(&here, &outside).unwrap();
    assert_eq!(copy(&house, &vault, os()).unwrap_err().code(), "no-target");
    fs::rename(&outside, &here).unwrap();
    let made = copy(&house, &vault, os()).unwrap();
    assert_eq!(counted(&house, os()).unwrap(), made.lines);
    assert!(check(&house, os()).unwrap().report.findings.is_empty());
}

/// A run that fails after it has brought something: the state before counts.
fn refused_in_part(house: &House, vault: &Vault, named: &str) {
    let before = counted(house, os()).unwrap();
    assert_eq!(copy(house, vault, os()).unwrap_err().code(), named);
    assert_eq!(counted(house, os()).unwrap(), before);
}

#[test]
fn a_vault_comes_back_only_into_an_empty_place() {
    let (_dir, house, _from) = furnished();
    let vault = house.open(os()).unwrap();
    assert!(matches!(put_back(&house, &house.root.join("back"), os()), Err(Error::NoCopyState { .. })));
    copy(&house, &vault, os()).unwrap();
    drop(vault);
    let before = files(&house.vault());
    let refused = |dir: &Path| assert!(matches!(put_back(&house, dir, os()), Err(Error::NotEmpty { .. })));
    refused(&house.vault());
    assert!(files(&house.vault()) == before);
    let back = house.root.join("back");
    fs::create_dir(&back).unwrap();
    fs::write(back.join("mine.txt"), "x").unwrap();
    refused(&back);
    fs::remove_file(back.join("mine.txt")).unwrap();
    put_back(&house, &back, os()).unwrap();
    refused(&back);
    // One that was not put back to the end says so, and goes on.
    fs::remove_file(back.join("VAULT.toml")).unwrap();
    fs::remove_file(files_in(&back, "bodies/").remove(0)).unwrap();
    assert!(matches!(open_back(&house, &back, os(), false), Err(Error::RestoreUnfinished { .. })));
    let restored = put_back(&house, &back, os()).unwrap();
    assert!(restored.resumed && restored.files == 1, "{restored:?}");
    nothing_wrong(&whole_back(&OsFs, &back));
}

#[test]
fn a_line_laid_into_a_copy_leads_nothing_out_of_the_vault_that_is_put_back() {
    let (_dir, house, _from) = furnished();
    let vault = house.open(os()).unwrap();
    copy(&house, &vault, os()).unwrap();
    // Whoever can write to the copy lays a line of the vault's own behind the others, and makes all else fit it.
    let here = place(&house);
    let states = files_in(&here, "states/");
    let state = CopyState::parse(&fs::read_to_string(&states[0]).unwrap()).unwrap();
    let mark = CopyMark::parse(&fs::read_to_string(here.join("COPY.json")).unwrap()).unwrap();
    let last = vault.line(state.lines).unwrap().0;
    let evil = FileMark::of(b"evil");
    for path in ["../escaped", "/tmp/jingui-escaped", "settings/../../escaped", "covers/x"] {
        let deed = FileSet { path: path.into(), size: evil.size, b3: evil.b3 }.into();
        let act = Act { id: ActId::from_bytes([9; 16]), at: last.at, deed };
        let bytes = Line::write(&Tip::after(&last), last.at, By::Vault, &act.to_raw(), None).unwrap();
        let line = Line::parse(bytes.trim_ascii_end()).unwrap();
        let mut tree = Frontier::new();
        for seq in 1..=state.lines {
            tree.push(leaf_hash(&vault.line(seq).unwrap().1));
        }
        tree.push(leaf_hash(bytes.trim_ascii_end()));
        let FileMark { size, b3 } = FileMark::of(&bytes);
        let piece = Piece { segment: 1, first: line.seq, last: line.seq, size, b3 };
        fs::write(here.join(piece.name()), &bytes).unwrap();
        let commit =
            Commit { lines: line.seq, last: line.digest, root: Sha256(tree.root()), ..state.commit() };
        let mut pieces = state.pieces.clone();
        pieces.push(piece);
        let write = |named: Vec<NamedFile>| {
            let forged = CopyState::new(&mark, state.at, &commit, pieces.clone(), named);
            fs::write(here.join(forged.name()), forged.to_text()).unwrap();
        };
        // A state that names the path itself is none, and the one before counts.
        let file = NamedFile { path: path.into(), size: evil.size, b3: evil.b3 };
        fs::write(here.join(file.name()), b"evil").unwrap();
        write(state.named.iter().cloned().chain([file]).collect());
        assert_eq!(counted(&house, os()).unwrap(), state.lines, "{path}");
        // One that only has the line is read, and the file is not put back.
        write(state.named.clone());
        let back = house.root.join("deep/back");
        fs::create_dir_all(house.root.join("deep")).unwrap();
        let restored = put_back(&house, &back, os()).unwrap();
        assert_eq!(restored.state.lines, line.seq);
        assert_eq!(restored.lacking.iter().map(|f| &*f.path).collect::<Vec<_>>(), [path]);
        let escaped = files(&house.root)
            .into_iter()
            .filter(|(path, bytes)| bytes == b"evil" && !path.starts_with("copy/"));
        assert_eq!(escaped.count(), 0, "{path}");
        assert!(!Path::new("/tmp/jingui-escaped").exists());
        fs::remove_dir_all(house.root.join("deep")).unwrap();
    }
}

#[test]
fn others_file_while_a_copy_is_made() {
    let (_dir, house, _from) = furnished();
    let vault = house.open(os()).unwrap();
    let session = house.founder(&vault).unwrap();
    for i in 0..4 {
        house.file(&session, &format!("before {i}"), 2, None).unwrap();
    }
    std::thread::scope(|scope| {
        let copies = scope.spawn(|| {
            for _ in 0..4 {
                let options = CopyOptions { outside: true, ..CopyOptions::default() };
                let made = vault.copy_to(&*target(&house, os()).unwrap(), &options).unwrap();
                assert!(made.lacking.is_empty());
            }
        });
        let session = house.founder(&vault).unwrap();
        let mut i = 0;
        while !copies.is_finished() {
            house.file(&session, &format!("meanwhile {i}"), 1, None).unwrap();
            if i == 2 {
                // A rotation takes files away under the copy's hands.
                rotate(&house, &vault);
            }
            i += 1;
        }
    });
    copy(&house, &vault, os()).unwrap();
    assert!(check(&house, os()).unwrap().report.findings.is_empty());
    let back = house.root.join("back");
    assert!(put_back(&house, &back, os()).unwrap().lacking.is_empty());
    nothing_wrong(&whole_back(&OsFs, &back));
}
