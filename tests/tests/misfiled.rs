//! A stranger's paper in a record: taken out by two people, destroyed alone, everything else as it was.

use jingui_checker::{Asked, check};
use jingui_schema::act::Deed;
use jingui_schema::facts::{Role, Standing};
use jingui_schema::id::Place;
use jingui_schema::id::{ActId, RecordId};
use jingui_tests::house::{CANARY, House, content, docs, env_on, verify};
use jingui_tests::program::LABELS;
use jingui_tests::sweep::os;
use jingui_tests::{copy_tree, copying, inspect, scratch};
use jingui_vault::body::Buffers;
use jingui_vault::copies::{CopyOptions, DirTarget};
use jingui_vault::fs::OsFs;
use jingui_vault::layout::{body_path, cover_path};
use jingui_vault::rotation::Rotation;
use jingui_vault::{Error, Result, Session, Vault};

struct Desk {
    dir: tempfile::TempDir,
    house: House,
    vault: Vault,
}

impl Desk {
    /// A founder who files, a reviewer, and an archivist whom nobody has countersigned.
    fn new(mirrored: bool) -> Self {
        let dir = scratch();
        let env = env_on(os());
        let house = House::planned(dir.path(), &env, mirrored);
        let vault = house.begin(&env).unwrap();
        vault.sign_in(house.people.authority.person()).unwrap().countersign().unwrap();
        let newcomer = house.people.newcomer.person().public_half();
        house.founder(&vault).unwrap().enrol(&newcomer, &[Role::Archivist, Role::Legal]).unwrap();
        Self { dir, house, vault }
    }

    fn clerk(&self) -> Session {
        self.house.founder(&self.vault).unwrap()
    }

    fn reviewer(&self) -> Session {
        self.vault.sign_in(self.house.people.reviewer.person()).unwrap()
    }

    fn newcomer(&self) -> Session {
        self.vault.sign_in(self.house.people.newcomer.person()).unwrap()
    }

    fn propose(&self, record: RecordId, docs: &[u32], to: Option<RecordId>) -> Result<ActId> {
        let proposed = self.clerk().propose_misfiled(record, docs, to, CANARY, false, &mut Buffers::new());
        proposed.map(|proposed| proposed.act)
    }

    /// Nothing is wrong with the vault, whoever looks.
    fn is_whole(&self) {
        let session = self.clerk();
        assert_eq!(verify(&session), Vec::<String>::new());
        assert_eq!(inspect::vault(&OsFs, &self.house.vault(), true).1, Vec::<String>::new());
        if self.house.mirrored {
            assert_eq!(
                inspect::mirror(&OsFs, &self.house.vault(), &self.house.mirror()).1,
                Vec::<String>::new()
            );
        }
        let house = &self.house;
        let asked = Asked {
            vault: house.vault(),
            mirror: house.mirrored.then(|| house.mirror()),
            keys: Some((house.keys(), house.people.founder.text().to_owned())),
        };
        assert_eq!(check(&asked), []);
    }

    /// The documents of a record: number, and whether each has the bytes it was filed with.
    fn papers(&self, record: RecordId) -> Vec<u32> {
        let session = self.clerk();
        let opening = session.open_documents(record, &[], Some(CANARY), None).unwrap();
        for document in opening.documents().to_vec() {
            let mut out = Vec::new();
            opening.copy(&document, &mut out).unwrap();
            assert_eq!(out, content(&document.name));
        }
        opening.documents().iter().map(|document| document.no).collect()
    }
}

fn code<T>(result: Result<T>) -> &'static str {
    result.err().map_or("none", |error| error.code())
}

#[test]
fn a_strangers_paper_is_moved_to_its_own_record_and_destroyed_where_it_lay() {
    let desk = Desk::new(true);
    let (clerk, reviewer) = (desk.clerk(), desk.reviewer());
    let record = desk.house.file(&clerk, "ours", 3, None).unwrap().record;
    clerk.supplement(record, &docs("ours, late", 2), CANARY, None, &mut Buffers::new()).unwrap();
    let other = desk.house.file(&clerk, "theirs", 1, None).unwrap().record;
    let before = scratch();
    copy_tree(desk.dir.path(), before.path());

    assert_eq!(code(desk.propose(record, &[2, 4], None)), "one-filing");
    assert_eq!(code(desk.propose(record, &[6], None)), "no-document");
    assert_eq!(code(desk.propose(other, &[1], None)), "last-papers");
    assert_eq!(code(desk.propose(record, &[2], Some(record))), "same-record");
    let act = desk.propose(record, &[2], Some(other)).unwrap();
    assert_eq!(desk.papers(other), [1, 2], "filed where it belongs before anything is taken away");
    assert_eq!(desk.papers(record), [1, 2, 3, 4, 5], "a proposal changes nothing");

    // Two people, both of whom count.
    let remove = |session: &Session| session.remove_misfiled(act, false, &mut Buffers::new());
    assert_eq!(code(clerk.confirm(act)), "role");
    assert_eq!(code(remove(&clerk)), "unconfirmed");
    assert_eq!(code(desk.newcomer().confirm(act)), "not-counted");
    reviewer.confirm(act).unwrap();
    assert_eq!(code(reviewer.confirm(act)), "stale");
    let removed = remove(&clerk).unwrap();
    assert!(removed.destroyed && removed.left == 4, "{removed:?}");
    assert_eq!(code(remove(&clerk)), "no-proposal");

    assert_eq!(desk.papers(record), [1, 3, 4, 5], "the others keep their numbers");
    let row = clerk.row(record).unwrap();
    assert_eq!((row.covers.len(), row.filings.iter().map(|f| f.filing).collect::<Vec<_>>()), (1, vec![2, 3]));
    assert_ne!(clerk.standing(&row).unwrap(), Standing::Archived);
    let place = Place::of_counter(row.counter);
    for gone in
        [body_path(place, record, 1), cover_path(place, record, 1, 1), cover_path(place, record, 2, 1)]
    {
        for dir in [desk.house.vault(), desk.house.mirror()] {
            assert!(!dir.join(&gone).exists(), "{gone}");
        }
    }
    desk.is_whole();
    assert!(clerk.prove_document(record, 3).is_ok() && clerk.prove_document(record, 2).is_err());

    // What comes later has numbers that were never given.
    let late = clerk.supplement(record, &docs("later", 1), CANARY, None, &mut Buffers::new()).unwrap();
    assert_eq!((late.filing, desk.papers(record)), (4, vec![1, 3, 4, 5, 6]));
    clerk
        .correct(
            record,
            |labels| {
                labels.tags.clear();
                Ok(())
            },
            &[],
            CANARY,
            false,
        )
        .unwrap();
    clerk.rebuild_catalog().unwrap();
    assert_eq!(desk.papers(record), [1, 3, 4, 5, 6]);
    let lines: Vec<&str> = clerk.history(record).unwrap().iter().map(|line| line.act.deed.kind()).collect();
    assert_eq!(lines.iter().filter(|kind| **kind == "record.file").count(), 3);
    assert!(lines.contains(&"document.misfiled") && lines.contains(&"document.remove"));

    // An older copy of the vault still opens with the key of its epoch, until that is destroyed.
    let old = desk.house.at(before.path());
    let key = |epoch: u32| desk.house.keys().join(format!("epochs/{epoch}"));
    assert!(old.vault().join(body_path(place, record, 1)).exists() && key(1).exists());
    let rotated = clerk.rotate(None, None, &|_| true).unwrap();
    assert!(matches!(rotated, Rotation::Finished { epoch: 2, .. }), "{rotated:?}");
    assert!(!key(1).exists());
    drop((clerk, reviewer));
    desk.is_whole();
    assert_eq!(desk.papers(record), [1, 3, 4, 5, 6]);
}

#[test]
fn all_papers_of_a_filing_can_go_and_its_number_stays_given() {
    let desk = Desk::new(false);
    let clerk = desk.clerk();
    let record = desk.house.file(&clerk, "ours", 1, None).unwrap().record;
    clerk.supplement(record, &docs("not ours", 2), CANARY, None, &mut Buffers::new()).unwrap();
    let act = desk.propose(record, &[2, 3], None).unwrap();
    desk.reviewer().confirm(act).unwrap();
    let removed = desk.reviewer().remove_misfiled(act, false, &mut Buffers::new()).unwrap();
    assert!(removed.destroyed && removed.left == 1);
    assert_eq!(desk.papers(record), [1]);
    desk.is_whole();
    let late = clerk.supplement(record, &docs("later", 1), CANARY, None, &mut Buffers::new()).unwrap();
    assert_eq!((late.filing, desk.papers(record)), (3, vec![1, 4]));
    desk.is_whole();
}

#[test]
fn a_proposal_ends_without_effect_when_it_is_refused_or_taken_back() {
    let desk = Desk::new(false);
    let clerk = desk.clerk();
    let record = desk.house.file(&clerk, "ours", 2, None).unwrap().record;
    let acts: Vec<ActId> = (0..3).map(|_| desk.propose(record, &[1], None).unwrap()).collect();
    assert_eq!(
        code(desk.vault.sign_in(desk.house.people.auditor.person()).unwrap().refuse(acts[0], CANARY)),
        "role"
    );
    desk.reviewer().refuse(acts[0], CANARY).unwrap();
    clerk.refuse(acts[1], CANARY).unwrap();
    desk.reviewer().confirm(acts[2]).unwrap();
    desk.reviewer().refuse(acts[2], CANARY).unwrap();
    for act in acts {
        assert_eq!(code(clerk.remove_misfiled(act, false, &mut Buffers::new())), "no-proposal");
    }
    assert_eq!(desk.papers(record), [1, 2]);
    desk.is_whole();
}

#[test]
fn a_paper_that_is_not_where_it_was_to_be_is_not_destroyed() {
    let desk = Desk::new(false);
    let clerk = desk.clerk();
    let record = desk.house.file(&clerk, "ours", 2, None).unwrap().record;
    let other = desk.house.file(&clerk, "theirs", 1, None).unwrap().record;
    let act = desk.propose(record, &[1], Some(other)).unwrap();
    // There it is called misfiled as well, and destroyed.
    let there = desk.propose(other, &[2], None).unwrap();
    let reviewer = desk.reviewer();
    reviewer.confirm(there).unwrap();
    reviewer.remove_misfiled(there, false, &mut Buffers::new()).unwrap();
    reviewer.confirm(act).unwrap();
    assert_eq!(code(reviewer.remove_misfiled(act, false, &mut Buffers::new())), "not-filed-there");
    assert_eq!(desk.papers(record), [1, 2]);
    desk.is_whole();
}

#[test]
fn a_copy_made_since_is_whole_without_the_paper_and_is_put_back_without_it() {
    let desk = Desk::new(false);
    let clerk = desk.clerk();
    let record = desk.house.file(&clerk, "ours", 3, None).unwrap().record;
    let (at, later) = (copying::place(&desk.house), scratch());
    let copy = |dir: &std::path::Path| {
        let target = DirTarget::open(env_on(os()), dir).unwrap();
        desk.vault.copy_to(&target, &CopyOptions::default()).unwrap()
    };
    std::fs::create_dir(&at).unwrap();
    copy(&at);
    let act = desk.propose(record, &[1], None).unwrap();
    desk.reviewer().confirm(act).unwrap();
    let removed = clerk.remove_misfiled(act, false, &mut Buffers::new()).unwrap();
    assert_eq!(removed.copies, 1, "one copy still has it");
    assert_eq!(copy(&at).lacking, []);
    assert_eq!(copy(later.path()).lacking, [], "a new target is never asked for what has ended");
    desk.is_whole();
    let back = scratch();
    let dir = back.path().join("back");
    copying::put_back(&desk.house, &dir, os()).unwrap();
    let row = clerk.row(record).unwrap();
    assert!(!dir.join(body_path(Place::of_counter(row.counter), record, 1)).exists());
    let (vault, session) = copying::open_back(&desk.house, &dir, os(), true).unwrap();
    assert_eq!(verify(&session), Vec::<String>::new());
    drop((session, vault));
}

#[test]
fn whoever_wrote_the_line_himself_is_not_believed() {
    let desk = Desk::new(false);
    let clerk = desk.clerk();
    let record = desk.house.file(&clerk, "ours", 2, None).unwrap().record;
    let act = desk.propose(record, &[1], None).unwrap();
    let state = desk.vault.state();
    let proposal = state.proposal(act).unwrap();
    let other = jingui_schema::act::ActConfirm { act, sha256: jingui_schema::digest::Sha256::of(b"other") };
    let refused = desk.reviewer().write_act(None, |_| Deed::from(other.clone()));
    assert!(matches!(refused, Err(Error::Stale { .. })), "another act under the same id");
    let file = desk.reviewer().write_confirmation(act).unwrap();
    assert!(proposal.confirmed.is_none());
    desk.vault.submit(&file, None).unwrap();
    assert!(desk.vault.state().proposal(act).unwrap().confirmed.is_some(), "confirmed on another machine");
}

#[test]
fn the_program_tells_two_people_what_to_do_and_what_is_left_elsewhere() {
    let desk = jingui_tests::program::Desk::solo();
    for name in ["form.txt", "card.txt", "licence.txt"] {
        desk.file(name, format!("{name} of somebody\n"));
    }
    let filed = desk.run("me", [&["add", "form.txt", "card.txt", "licence.txt", "--json"], LABELS].concat());
    let number = filed.ok().json()["number"].as_str().unwrap().to_owned();
    let other = desk.filed_text("theirs.txt", "theirs\n");
    let propose = ["misfiled", "propose", &number, "2", "--to", &other, "--reason", "of another customer"];
    let would = desk.run("me", [&propose[..], &["--dry-run"]].concat()).ok().out();
    assert!(would.contains("card.txt") && would.contains(&other), "{would}");
    assert!(
        desk.run("me", ["misfiled", "list", "--json"]).ok().json()["proposals"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    let act =
        desk.run("me", [&propose[..], &["--json"]].concat()).ok().json()["act"].as_str().unwrap().to_owned();
    let listed = desk.run("me", ["misfiled", "list"]).ok().out();
    assert!(
        [&act, &number, "card.txt", "of another customer"].iter().all(|text| listed.contains(*text)),
        "{listed}"
    );
    let would = desk.run("me", ["misfiled", "confirm", &act, "--dry-run", "--json"]).ok().json();
    assert_eq!((&would["left"], &would["dry_run"]), (&2.into(), &true.into()));
    let done = desk.run("me", ["misfiled", "confirm", &act, "--json"]).ok().json();
    assert_eq!((&done["left"], &done["destroyed"]), (&2.into(), &true.into()));
    let shown = desk.run("me", ["show", &number, "--json"]).ok().json();
    let numbers: Vec<u64> =
        shown["documents"].as_array().unwrap().iter().map(|doc| doc["no"].as_u64().unwrap()).collect();
    assert_eq!(numbers, [1, 3]);
    let moved = desk.run("me", ["open", &other, "2"]).ok().out();
    assert_eq!(moved, "card.txt of somebody\n");
    assert_eq!(desk.refuses("me", ["misfiled", "confirm", &act], 6, &act), "no-proposal");
    assert_eq!(desk.refuses("me", ["misfiled", "refuse", &act, "--reason", "r"], 6, &act), "no-proposal");
    assert_eq!(desk.refuses("me", ["misfiled", "confirm", "x"], 2, "x"), "bad-value");
    desk.run("me", ["verify"]).ok();
    desk.run("me", ["show", &number, "--history"]).ok();
    desk.run("me", ["log", &number, "--lang", "zh"]).ok();
}
