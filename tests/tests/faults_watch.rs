//! A pass over a watched folder, failed at each of its disk operations: no file is lost, none is in two places, and each
//! record is filed once.

use jingui_ops::failure::{Failure, Result};
use jingui_ops::messages::{Lang, Messages};
use jingui_ops::watched::{Folder, Given, Patience, Settings, Waiting, Watcher};
use jingui_schema::facts::{Business, CustomerKind, Label};
use jingui_tests::faults::{Fault, FaultFs};
use jingui_tests::house::{CANARY, Furnished, House, content, env_on, full, look_at_all, verify};
use jingui_tests::lossy::{Cut, Dice, LossyFs};
use jingui_tests::story::Story;
use jingui_tests::sweep::{Table, Tried, os};
use jingui_tests::{inspect, long, nothing_wrong, say, scratch, seed};
use jingui_vault::fs::{Fs, Kind, OsFs};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Where each file is in the end.
const ENDS: &[(&str, &str)] = &[
    ("a/a1.txt", "已归档/a/a1.txt"),
    ("a/deep/a2.txt", "已归档/a/deep/a2.txt"),
    ("b/b1.txt", "已归档/b/b1.txt"),
    ("b/labels.toml", "已归档/b/labels.toml"),
    ("known/k.pdf", "重复/known/k.pdf"),
    ("loose.txt", "需处理/loose.txt"),
];

fn bytes(name: &str) -> Vec<u8> {
    match name {
        // As it was filed before.
        "known/k.pdf" => content(&format!("{CANARY} before 1.pdf")),
        "b/labels.toml" => "网点 = \"JINGUI-CANARY two\"\n".into(),
        // Documents are known by their names in the record.
        name => content(name.split_once('/').map_or(name, |(_, name)| name)),
    }
}

fn label(text: &str) -> Option<Label> {
    Some(Label::read(&format!("{CANARY} {text}")).expect("a label"))
}

fn settings() -> Settings {
    let given = Given {
        project: label("project"),
        outlet: label("outlet"),
        customer: label("customer"),
        customer_kind: Some(CustomerKind::Enterprise),
        business: Some(Business::New),
        ..Given::default()
    };
    let patience = Patience { settle: Duration::from_secs(5), give_up: Duration::from_secs(1_000_000) };
    Settings { rule: None, given, patience, supplement: false, dry_run: false }
}

/// One process: opens, looks, looks again when all is still, and once more for what could not be moved.
fn watch(house: &House, fs: Arc<dyn Fs>) -> Result<Waiting> {
    let vault = house.open(fs.clone())?;
    let session = house.founder(&vault)?;
    let folder = Folder::open(&house.root.join("scans"), None, &[&house.vault()])?;
    let messages = Messages::for_lang(Lang::Zh);
    let mut watcher = Watcher::new(env_on(fs), &session, messages, folder, settings());
    let mut tell = |_| Ok(());
    let mut waiting = Waiting::default();
    for now in [0, 10, 100] {
        waiting = watcher.pass(Duration::from_secs(now), &|| true, &mut tell)?;
    }
    Ok(waiting)
}

fn tree(fs: &(dyn Fs + 'static), dir: &Path, below: &Path, all: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for (name, stat) in fs.list(&dir.join(below)).unwrap() {
        let path = below.join(name);
        match stat.kind == Kind::Directory {
            true => tree(fs, dir, &path, all),
            false => drop(all.insert(path.clone(), fs.read(&dir.join(&path), 1 << 20).unwrap())),
        }
    }
}

/// What is wrong with the folder: at any time each file is whole and in one place; in the end, in its own.
///
/// `halves`: on a disk that may keep one half of a renaming, a file may have two names, but never none.
fn judge(fs: &(dyn Fs + 'static), scans: &Path, ended: bool, halves: bool) -> Vec<String> {
    let (mut wrong, mut all) = (Vec::new(), BTreeMap::new());
    tree(fs, scans, Path::new(""), &mut all);
    for (name, end) in ENDS {
        let expected = bytes(name);
        let places: Vec<&PathBuf> = all.keys().filter(|path| all[*path] == expected).collect();
        match places[..] {
            [place] if !ended || place == Path::new(end) => {}
            [_, ..] if halves && !ended => {}
            [_, ..] if halves && places.iter().any(|place| *place == Path::new(end)) => {}
            _ => wrong.push(format!("{name} is in {places:?}")),
        }
    }
    let ours = |path: &Path| path.starts_with(".jingui-watch");
    let reasons: Vec<&PathBuf> = all.keys().filter(|p| p.to_string_lossy().ends_with(".原因.txt")).collect();
    if ended && reasons != [Path::new("重复/known.原因.txt"), Path::new("需处理/loose.txt.原因.txt")]
    {
        wrong.push(format!("reasons: {reasons:?}"));
    }
    let left: Vec<&PathBuf> = all.keys().filter(|path| ours(path)).collect();
    if ended && !left.is_empty() {
        wrong.push(format!("left of ours: {left:?}"));
    }
    let others = all.keys().filter(|path| !ours(path)).count();
    if others != ENDS.len() + reasons.len() && !halves {
        wrong.push(format!("{others} files in the folder: {:?}", all.keys()));
    }
    wrong
}

fn told(failure: &Failure) -> String {
    match failure {
        Failure::Vault(error) => full(error),
        Failure::Program(problem) => format!("{problem:?}"),
    }
}

fn trial(from: &Furnished, k: u64, fault: Fault, below: Option<&str>) -> Tried {
    let (dir, house) = from.copy();
    let scans = dir.path().join("scans");
    let disk = FaultFs::over(os());
    let disk = match below {
        Some(below) => disk.only_below(&std::fs::canonicalize(dir.path().join(below)).unwrap()).with_reads(),
        None => disk,
    };
    disk.arm(k, fault);
    let first = watch(&house, Arc::new(disk.clone()));
    let mut wrong = judge(&OsFs, &scans, false, false);
    // What the program does about a full disk or one that failed once: it opens the vault again and goes on.
    disk.lift();
    if first.is_err() && !matches!(fault, Fault::Kill | Fault::TornKill) {
        if let Err(failure) = watch(&house, Arc::new(disk.clone())) {
            wrong.push(format!("the next turn: {}", told(&failure)));
        }
        wrong.extend(judge(&OsFs, &scans, false, false));
    }
    let mut check = || -> Result<()> {
        let waiting = watch(&house, os())?;
        if waiting.files > 0 {
            wrong.push(format!("they wait for ever: {waiting:?}"));
        }
        wrong.extend(judge(&OsFs, &scans, true, false));
        let vault = house.open(os())?;
        let session = house.founder(&vault)?;
        let records = vault.state().counts.records;
        if records != 3 {
            wrong.push(format!("{records} records"));
        }
        wrong.extend(look_at_all(&session, std::slice::from_ref(&from.known)));
        wrong.extend(verify(&session));
        vault.mirror();
        wrong.extend(inspect::vault(&OsFs, &house.vault(), false).1);
        Ok(())
    };
    if let Err(failure) = check() {
        let told = told(&failure);
        wrong.push(format!("afterwards: {told}"));
    }
    Tried::on(&disk, wrong)
}

#[test]
fn a_pass_that_fails_anywhere_loses_nothing_and_files_nothing_twice() {
    let from = Furnished::new(false);
    for (name, _) in ENDS {
        let path = from.dir.path().join("scans").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes(name)).unwrap();
    }
    let table = Table::default();
    table.sweep("watch: one folder", 10, &Fault::ALL, &|k, fault| trial(&from, k, fault, None));
    table.sweep("watch: reading the folder", 16, &[Fault::Eio, Fault::Kill], &|k, fault| {
        trial(&from, k, fault, Some("scans"))
    });
    table.end("faults_watch.md");
}

#[test]
fn a_power_cut_in_a_pass_loses_nothing_and_files_nothing_twice() {
    let (real, disk, house) = Story::begin(false, 1 << 20).unwrap();
    let scans = house.root.join("scans");
    // Whether a folder is one is asked of the system's own disk, too.
    std::fs::create_dir(&scans).unwrap();
    let mut laid = disk.disk();
    for (name, _) in ENDS {
        laid.lay(scans.join(name).parent().unwrap());
    }
    let disk = LossyFs::on(laid);
    for (name, _) in ENDS {
        (&disk as &dyn Fs).write_new(&scans.join(name), &bytes(name)).unwrap();
        disk.sync_dir(scans.join(name).parent().unwrap()).unwrap();
    }
    {
        let vault = house.open(Arc::new(disk.clone())).unwrap();
        house.file(&house.founder(&vault).unwrap(), "before", 2, None).unwrap();
    }
    disk.record();
    watch(&house, Arc::new(disk.clone())).map_err(|failure| told(&failure)).unwrap();
    let moments = disk.moments();
    let (mut wrong, mut dice, mut cuts) = (judge(&disk, &scans, true, false), Dice(seed()), 0);
    // Not `Apart`: on a disk that keeps the halves of a renaming in any order, a file may have no name for as long as
    // neither directory is synced, and nothing helps.
    let hows = [Cut::Nothing, Cut::Everything, Cut::NamesOnly, Cut::Ordered, Cut::Random];
    for (moment, (before, _)) in moments.iter().enumerate() {
        for how in hows {
            if !long() && !dice.one_in(16) {
                continue;
            }
            cuts += 1;
            let elsewhere = scratch();
            let root = elsewhere.path().join("house");
            std::fs::create_dir_all(root.join("scans")).unwrap();
            let mut after = before.cut(how, &mut dice);
            after.show(&house.root, &root);
            let (fs, house) = (LossyFs::on(after), house.at(&root));
            let scans = root.join("scans");
            let mut found = judge(&fs, &scans, false, true);
            match watch(&house, Arc::new(fs.clone())) {
                Err(failure) => found.push(told(&failure)),
                Ok(waiting) if waiting.files > 0 => found.push(format!("they wait: {waiting:?}")),
                Ok(_) => {}
            }
            found.extend(judge(&fs, &scans, true, true));
            let vault = house.open(Arc::new(fs.clone())).unwrap();
            let records = vault.state().counts.records;
            if records != 3 {
                found.push(format!("{records} records"));
            }
            found.extend(look_at_all(&house.founder(&vault).unwrap(), &[]));
            wrong.extend(found.into_iter().map(|w| format!("{how:?} at {moment}: {w}")));
        }
    }
    say(&format!("{cuts} power cuts at {} moments of a pass (JINGUI_SEED={})", moments.len(), seed()));
    drop(real);
    nothing_wrong(&wrong);
}
