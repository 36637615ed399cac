//! What the CA makes sure of, and what it gets again.

use super::*;
use jingui_schema::digest::FileMark;
use jingui_schema::facts::Label;
use jingui_tests::copying::judge_at;
use jingui_tests::house::full;
use jingui_tests::{copy_tree, nothing_wrong};
use jingui_vault::Error;
use jingui_vault::copies::{DirTarget, Fate, Put};
use jingui_vault::filing::Labels;
use jingui_vault::fs::{ReadFile, Stat};
use jingui_vault::push::Acceptance;
use jingui_vault::push::ca::leave_report;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Mutex;

/// What is done to a file.
type Damage<'a> = &'a dyn Fn(&Path);

/// An archive that has pushed to a disk, and its CA.
struct Met {
    from: Furnished,
    ca: Ca,
    place: PathBuf,
}

impl Met {
    fn new() -> Self {
        let (from, ca) = escrowed();
        let place = from.dir.path().join("place");
        fs::create_dir(&place).unwrap();
        let met = Self { from, ca, place };
        met.push();
        met
    }

    fn target(&self) -> Result<Arc<dyn Target>> {
        Ok(Arc::new(DirTarget::open(env_on(os()), &self.place)?))
    }

    fn push(&self) -> Pushed {
        push(&self.from.house.open(os()).unwrap(), &*self.target().unwrap()).unwrap()
    }

    fn accept_as(&self, key: &Key) -> Result<Acceptance> {
        let target = self.target()?;
        self.ca.accepting(key, |acceptor| acceptor.check(&env_on(os()), target))
    }

    fn accept(&self) -> Acceptance {
        self.accept_as(&self.ca.key).unwrap()
    }

    /// The names at the target below a directory.
    fn names(&self, below: &str) -> Vec<String> {
        fn walk(dir: &Path, name: &str, found: &mut Vec<String>) {
            for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
                let name = format!("{name}/{}", entry.file_name().to_str().unwrap());
                match entry.path().is_dir() {
                    true => walk(&entry.path(), &name, found),
                    false => found.push(name),
                }
            }
        }
        let mut found = Vec::new();
        walk(&self.place.join(below), below, &mut found);
        found.sort();
        found
    }

    /// It is whole to whoever reads it: the CA, the archive's own judge, a restore.
    fn is_whole(&self, back: &str) {
        let found = self.accept();
        assert_eq!(found.checked.report.findings, []);
        assert!(found.report.wanted.is_empty());
        let house = &self.from.house;
        let lines = found.checked.state.lines;
        nothing_wrong(&judge_at(house, lines, &|| self.target(), &os(), &house.root.join(back)));
    }
}

#[test]
fn everything_is_read_and_opened_with_the_escrowed_key_alone() {
    let met = Met::new();
    let found = met.accept();
    assert_eq!((found.checked.report.records, found.checked.sampled), (1, 1));
    assert!(found.checked.report.full, "covers and documents were opened");
    assert_eq!((&*found.opened, found.continues), (&[1][..], None));
    assert_eq!(found.checked.report.findings, []);
    let lines = met.ca.answers(&met.from.house, &*met.target().unwrap()).unwrap();
    assert_eq!(met.accept().continues, Some(lines));
    // Nobody else's key opens it, and that is said.
    let other = met.accept_as(&met.from.house.people.newcomer).unwrap();
    assert!(other.opened.is_empty() && other.checked.sampled == 0);
    let found: Vec<_> = other.checked.report.findings.iter().map(|f| f.finding.word()).collect();
    assert_eq!(found, ["sealed"]);
    assert!(other.report.wanted.is_empty(), "it would come the same again");
}

/// A target that counts how often a file is asked for.
struct Counting {
    target: Arc<dyn Target>,
    asked: Arc<Mutex<BTreeMap<String, u64>>>,
    /// How often it gives a cover.
    covers: u64,
}

impl Target for Counting {
    fn name(&self) -> String {
        self.target.name()
    }

    fn stat(&self, name: &str) -> Result<Option<Stat>> {
        self.target.stat(name)
    }

    fn list(&self, below: &str) -> Result<Vec<(String, Stat)>> {
        self.target.list(below)
    }

    fn get(&self, name: &str) -> io::Result<Box<dyn ReadFile>> {
        let mut asked = self.asked.lock().unwrap();
        let times = asked.entry(name.to_owned()).or_default();
        *times += 1;
        match name.starts_with("covers/") && *times > self.covers {
            true => Err(io::Error::other("the line is cut")),
            false => self.target.get(name),
        }
    }

    fn put(&self, name: &str, mark: FileMark, known: bool, source: &mut dyn Read) -> Result<Put> {
        self.target.put(name, mark, known, source)
    }

    fn is_there(&self) -> Result<()> {
        self.target.is_there()
    }
}

#[test]
fn a_sealed_file_is_asked_for_once_whether_it_is_opened_or_not() {
    let met = Met::new();
    {
        let vault = met.from.house.open(os()).unwrap();
        let session = met.from.house.founder(&vault).unwrap();
        met.from.house.file(&session, "another", 1, None).unwrap();
    }
    met.push();
    let sealed: BTreeSet<String> =
        ["covers", "bodies", "notes"].iter().flat_map(|below| met.names(below)).collect();
    assert!(sealed.len() >= 4);
    // The CA opens all of it; whoever else looks opens nothing and reads it all the same.
    for key in [&met.ca.key, &met.from.house.people.newcomer] {
        let asked: Arc<Mutex<BTreeMap<String, u64>>> = Arc::default();
        let target =
            Arc::new(Counting { target: met.target().unwrap(), asked: asked.clone(), covers: u64::MAX });
        let found = met.ca.accepting(key, |acceptor| acceptor.check(&env_on(os()), target)).unwrap();
        let whole = found.checked.report.findings.iter().all(|found| found.path.starts_with("escrow/"));
        assert!(whole, "{:?}", found.checked.report.findings);
        let asked = asked.lock().unwrap();
        let once: BTreeSet<String> =
            asked.iter().filter(|(_, times)| **times == 1).map(|(name, _)| name.clone()).collect();
        assert!(sealed.is_subset(&once), "{:?}", sealed.difference(&once));
    }
}

#[test]
fn what_cannot_be_read_again_where_it_has_to_be_is_found() {
    let met = Met::new();
    {
        let vault = met.from.house.open(os()).unwrap();
        let session = met.from.house.founder(&vault).unwrap();
        let retag = |labels: &mut Labels| {
            labels.tags.push(Label::read("kept").unwrap());
            Ok(())
        };
        session.correct(met.from.known.record, retag, &[], "why", false).unwrap();
    }
    met.push();
    assert_eq!(met.accept().checked.report.findings, []);
    // A cover is read for its own line, and once more for the one after it, in whichever order.
    let accept = |covers| {
        let target = Arc::new(Counting { target: met.target().unwrap(), asked: Arc::default(), covers });
        met.ca.accepting(&met.ca.key, |acceptor| acceptor.check(&env_on(os()), target)).unwrap()
    };
    assert!(accept(2).is_whole());
    for covers in [0, 1] {
        let found = accept(covers);
        let words: BTreeSet<_> = found.checked.report.findings.iter().map(|f| f.finding.word()).collect();
        assert_eq!((words, found.is_whole()), (BTreeSet::from(["unreadable"]), false), "{covers}");
    }
}

#[test]
fn whatever_was_damaged_on_the_way_comes_again_and_nothing_is_replaced() {
    let met = Met::new();
    let filed = {
        let vault = met.from.house.open(os()).unwrap();
        let session = met.from.house.founder(&vault).unwrap();
        met.from.house.file(&session, "another", 1, None).unwrap()
    };
    met.push();
    let bodies = met.names("bodies");
    let other = bodies.iter().find(|name| name.contains(&filed.record.to_string())).unwrap();
    let body = bodies.iter().find(|name| *name != other).unwrap();
    let cut = |path: &Path| fs::write(path, b"short").unwrap();
    let bent = |path: &Path| {
        let mut bytes = fs::read(path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(path, bytes).unwrap();
    };
    let gone = |path: &Path| fs::remove_file(path).unwrap();
    let swapped = |path: &Path| assert!(fs::copy(met.place.join(other), path).unwrap() > 0);
    let named = met.names("named");
    let readme = named.iter().find(|name| name.ends_with("README.txt")).unwrap();
    let toml = named.iter().find(|name| name.ends_with("VAULT.toml")).unwrap();
    let piece = met.names("journal").into_iter().find(|name| name.ends_with(".jsonl")).unwrap();
    let head = met.names("journal/heads").remove(0);
    let ways: [(&str, Damage<'_>); 10] = [
        (body, &cut),
        (body, &swapped),
        (body, &gone),
        (&met.names("covers")[0].clone(), &bent),
        (&met.names("notes")[0].clone(), &gone),
        (readme, &bent),
        (toml, &cut),
        (&head, &bent),
        (&piece, &bent),
        (&piece, &gone),
    ];
    for (at, (name, damage)) in ways.iter().enumerate() {
        let path = met.place.join(name);
        let whole = fs::read(&path).unwrap();
        damage(&path);
        let damaged = fs::read(&path).ok();
        let found = met.accept();
        let wanted: Vec<_> = found.report.wanted.iter().map(|wanted| wanted.name.as_str()).collect();
        assert!(wanted.contains(name), "{name} in {wanted:?}");
        // Of a record that is damaged nobody says that it was opened.
        let most = if name.starts_with("bodies/") || name.starts_with("covers/") { 1 } else { 2 };
        assert!(found.report.opened <= most, "{name}: {} opened", found.report.opened);
        let target = met.target().unwrap();
        assert!(!leave_report(&*target, &found.report).unwrap().1);
        assert!(leave_report(&*target, &found.report).unwrap().1, "one for each state");
        let pushed = met.push();
        assert!(pushed.again.contains(&((*name).to_owned(), Fate::Brought)), "{name}: {:?}", pushed.again);
        assert_eq!(pushed.unsettled(), 0);
        assert_eq!(fs::read(&path).ok(), damaged, "{name} stays as it was");
        met.is_whole(&format!("back {at}"));
        assert!(met.push().again.is_empty(), "once");
        // Nothing of it is left for the next way.
        fs::write(&path, whole).unwrap();
        fs::remove_dir_all(met.place.join("again")).unwrap();
        fs::remove_dir_all(met.place.join("exchange/ca")).unwrap();
    }
}

#[test]
fn what_was_damaged_again_is_wanted_again_by_the_next_report() {
    let met = Met::new();
    let body = met.names("bodies").remove(0);
    fs::write(met.place.join(&body), b"short").unwrap();
    for round in 0..2 {
        let found = met.accept();
        assert_eq!(found.report.wanted.iter().map(|w| w.name.as_str()).collect::<Vec<_>>(), [&*body]);
        leave_report(&*met.target().unwrap(), &found.report).unwrap();
        assert_eq!(met.push().again, [(body.clone(), Fate::Brought)]);
        met.is_whole(&format!("back {round}"));
        let again = met.names("again");
        assert_eq!(again.len(), round + 1);
        fs::write(met.place.join(again.last().unwrap()), b"short as well").unwrap();
    }
    // What the archive itself does not have any more cannot be sent, and is named.
    let found = met.accept();
    leave_report(&*met.target().unwrap(), &found.report).unwrap();
    fs::write(met.from.house.vault().join(&body), b"here too").unwrap();
    let pushed = met.push();
    assert_eq!((&*pushed.again, pushed.unsettled()), (&[(body, Fate::Lacking)][..], 1));
}

#[test]
fn an_older_state_put_back_is_refused() {
    let met = Met::new();
    let older = met.from.dir.path().join("older");
    fs::create_dir(&older).unwrap();
    copy_tree(&met.place, &older);
    met.push();
    let lines = met.ca.answers(&met.from.house, &*met.target().unwrap()).unwrap();
    assert_eq!(met.accept().continues, Some(lines));
    fs::remove_dir_all(&met.place).unwrap();
    fs::rename(&older, &met.place).unwrap();
    let error = met.accept_as(&met.ca.key).unwrap_err();
    assert!(matches!(error, Error::BehindCosigner { .. }), "{}", full(&error));
}

#[test]
fn an_escrow_file_that_is_gone_or_another_ones_is_a_finding() {
    let met = Met::new();
    let escrow = met.names("escrow").remove(0);
    let path = met.place.join(&escrow);
    let whole = fs::read(&path).unwrap();
    fs::remove_file(&path).unwrap();
    let found = met.accept();
    assert!(found.opened.is_empty());
    assert!(found.checked.report.findings.iter().any(|f| f.path == escrow), "{:?}", found.checked.report);
    // Sealed to the same CA, of another archive.
    let (other, _) = escrowed();
    fs::copy(other.house.keys().join("escrow/1.age"), &path).unwrap();
    let found = met.accept();
    assert!(found.opened.is_empty());
    assert!(found.checked.report.findings.iter().any(|f| f.path == escrow));
    // It comes again like anything else.
    let mut bent = whole;
    bent[30] ^= 1;
    fs::write(&path, &bent).unwrap();
    leave_report(&*met.target().unwrap(), &met.accept().report).unwrap();
    assert_eq!(met.push().escrow, [(1, true)]);
    assert_eq!(fs::read(&path).unwrap(), bent);
    met.is_whole("back");
}

#[test]
fn nothing_below_again_stands_for_what_is_as_it_should_be() {
    let met = Met::new();
    let every: Vec<String> = ["bodies", "covers", "notes", "journal", "named", "escrow", "states"]
        .into_iter()
        .flat_map(|top| met.names(top))
        .chain(["COPY.json".to_owned()])
        .collect();
    for report in ["999999999999", "000000000001", "zzz"] {
        for name in &every {
            let path = met.place.join("again").join(report).join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "junk").unwrap();
        }
    }
    met.is_whole("back");
    // And it hides nothing that came again.
    let body = met.names("bodies").remove(0);
    fs::write(met.place.join(&body), b"short").unwrap();
    leave_report(&*met.target().unwrap(), &met.accept().report).unwrap();
    assert_eq!(met.push().again, [(body, Fate::Brought)]);
    met.is_whole("again back");
}
