//! Once records are no more, or are the CA's: what a push still names, how it is locked, and what the CA removes.

use super::locks::{self, AT};
use super::*;
use jingui_schema::exchange::LeftMark;
use jingui_schema::id::RecordId;
use jingui_sync::{LockMode, StoreRemover};
use jingui_tests::disposal::Yard;
use jingui_tests::house::CANARY;
use jingui_tests::lock_store::{LockStore, Manner};
use jingui_tests::program::Desk;
use jingui_vault::copies::{CopyVault, DirTarget, RemoveOptions, remove};
use jingui_vault::elsewhere::Reach;
use jingui_vault::env::Env;
use jingui_vault::handover::{HandoverOrder, TakeOptions};
use jingui_vault::holding::{HoldOrder, NoWords, Scope};
use jingui_vault::push::ca::{leave_list, leave_mark, leave_order, left_by};
use jingui_vault::push::{EndedFiles, ended_files};
use std::fs;

/// The one whose project may be handed over alone.
const PROJECT: &str = "going";

/// An archive of two records, its CA, and the CA's own vault; a target between them.
struct Ends {
    from: Furnished,
    ca: Ca,
    legal: Key,
    approver: Key,
    taker: House,
    target: Arc<dyn Target>,
    /// The record of that project, which is held.
    going: RecordId,
    staying: RecordId,
}

impl Ends {
    /// Begins both; everything is pushed and countersigned.
    fn at(target: impl FnOnce(&Path) -> Arc<dyn Target>) -> Self {
        let (from, ca) = escrowed();
        let env = env_on(os());
        let (legal, approver) = (Key::new(&env, "legal"), Key::new(&env, "approver"));
        let vault = from.house.open(os()).unwrap();
        let founder = from.house.founder(&vault).unwrap();
        for (key, role) in [(&legal, Role::Legal), (&approver, Role::Approver)] {
            founder.enrol(&key.person().public_half(), &[role]).unwrap();
            let request = vault.countersign_request();
            let signed = sign_request(&from.house.people.authority.person(), By::Authority, &request);
            vault.submit(&signed.unwrap(), Some(&founder)).unwrap();
        }
        let going = from.house.file(&founder, PROJECT, 2, None).unwrap().record;
        let review = vault.today().plus_years(1).unwrap();
        let (matter, basis) = ("a case".into(), "an order".into());
        let order = HoldOrder { matter, basis, review, scope: Scope::List(vec![going]) };
        vault.sign_in(legal.person()).unwrap().place_hold(&order, &NoWords, false).unwrap();
        drop((founder, vault));
        let root = from.dir.path().join("taker");
        fs::create_dir(&root).unwrap();
        let taker = House { fonds: "CA01", ..House::planned(&root, &env, false) };
        drop(taker.begin(&env).unwrap());
        let (target, staying) = (target(from.dir.path()), from.known.record);
        let ends = Self { from, ca, legal, approver, taker, target, going, staying };
        ends.meet();
        ends
    }

    fn vault(&self) -> Vault {
        self.from.house.open(os()).unwrap()
    }

    fn push(&self) -> Pushed {
        let pushed = push(&self.vault(), &*self.target).unwrap();
        assert!(pushed.taken.iter().all(|taken| taken.came.is_ok()), "{:?}", pushed.taken);
        pushed
    }

    /// What is new goes to the target, is countersigned, and that comes back.
    fn meet(&self) {
        self.push();
        self.ca.answers(&self.from.house, &*self.target).unwrap();
        self.push();
    }

    /// That project, or everything, sealed by two people, taken in by the CA and destroyed at the archive, which has said so at the
    /// target. The CA has not countersigned it yet.
    fn hand_over(&self, of_list: bool, leave: bool) {
        {
            let vault = self.vault();
            let approver = vault.sign_in(self.approver.person()).unwrap();
            let project = format!("{CANARY} {PROJECT}");
            let act = match of_list {
                true => approver.propose_handover_of(&project, "it moves", false).unwrap().0,
                false => approver.propose_handover("it closes", false).unwrap(),
            };
            vault.sign_in(self.legal.person()).unwrap().confirm(act.unwrap()).unwrap();
        }
        self.meet();
        self.take(leave);
        self.push();
        {
            let vault = self.vault();
            let approver = vault.sign_in(self.approver.person()).unwrap();
            approver.finish_handover(false, &|| false).unwrap();
        }
        self.push();
    }

    /// The CA takes in what is handed over, and leaves its receipt.
    fn take(&self, leave: bool) {
        let scratch = jingui_tests::scratch();
        let (found, theirs) = self.ca.accepting(&self.ca.key, |acceptor| {
            acceptor.check_and_open(&env_on(os()), self.target.clone(), scratch.path().to_owned()).unwrap()
        });
        let theirs = theirs.expect("nothing is found");
        let vault = self.taker.open(os()).unwrap();
        let session = self.taker.founder(&vault).unwrap();
        let copy = found.checked.state.target;
        if leave {
            let mark = LeftMark::new((found.checked.state.vault, copy), vault.state().init.vault);
            leave_mark(&*self.target, &mark).unwrap();
            leave_mark(&*self.target, &mark).unwrap();
        }
        let leave = leave.then_some(copy);
        let options = TakeOptions { progress: &|_, _| {}, interrupted: &|| false, leave, read: leave };
        let receipt = session.take_handover(&theirs, &options).unwrap().receipt.expect("nothing differs");
        let authority = self.from.house.people.authority.person();
        let order = HandoverOrder::new(&env_on(os()), &receipt, Some(&authority));
        leave_list(&*self.target, &order).unwrap();
        leave_order(&*self.target, &order.file).unwrap();
    }

    /// What is no more, by what the CA has countersigned.
    fn ended(&self) -> EndedFiles {
        let copy = CopyVault::open(&env_on(os()), self.target.clone(), None, None).unwrap();
        ended_files(&copy, &self.ca.cosigner.seen().unwrap().remove(0)).unwrap()
    }

    /// Names of what lies sealed at the target below these.
    fn below(&self, tops: &[&str]) -> Vec<String> {
        let mut names = Vec::new();
        for top in tops {
            for (place, _) in self.target.list(top).unwrap() {
                let dir = format!("{top}/{place}");
                let files = self.target.list(&dir).unwrap().into_iter();
                names.extend(files.map(|(name, _)| format!("{dir}/{name}")));
            }
        }
        names.sort();
        names
    }

    /// How many documents' bodies the CA's vault finds where they were left; none where anything is wrong with one.
    fn opened_from_there(&self) -> Option<u64> {
        let vault = self.taker.open(os()).unwrap();
        let session = self.taker.founder(&vault).unwrap();
        let there = self.target.clone();
        let reach = Reach::new(move |_| Ok(there.clone()));
        let report = vault.verify_left(&reach, Some(&session), &|_, _| {}, &|| false).ok()?;
        report.findings.is_empty().then_some(report.bodies)
    }
}

#[test]
fn of_a_list_its_records_go_and_what_the_ca_has_of_them_stays_locked() {
    let store = LockStore::start(Manner::default());
    let ends = Ends::at(|_| locks::target(&store.access(), AT, LockMode::Governance));
    let locked = locks::stored(&store, ends.going);
    assert!(locked.hold && !locks::stored(&store, ends.staying).hold);
    let before = ends.below(&["covers", "bodies"]);
    ends.hand_over(true, false);
    // These are the CA's to lock: the archive takes no hold off them.
    assert_eq!(locks::stored(&store, ends.going), locked);
    // Until the CA has countersigned what says so, anybody could have made it up.
    assert!(!before.iter().any(|name| ends.ended().contains(name)));
    ends.meet();
    assert_eq!(locks::stored(&store, ends.going), locked);

    let ended = ends.ended();
    assert_eq!((ended.destroyed, ended.handed_over), (1, false));
    let is_going = |name: &str| name.contains(&ends.going.to_string());
    assert!(before.iter().any(|name| is_going(name)) && !before.iter().all(|name| is_going(name)));
    for name in &before {
        assert_eq!(ended.contains(name), is_going(name), "{name}");
        assert_eq!(ended.is_handed_body(name), is_going(name) && name.starts_with("bodies/"), "{name}");
    }
    let address = AT.parse().unwrap();
    let owner = StoreRemover::new(&address, &store.access(), Env::of_host(), Arc::new(|| false)).unwrap();
    let wanted = |name: &str| ended.contains(name);
    let options = RemoveOptions { wanted: &wanted, threads: 2, progress: &|_| {}, interrupted: &|| false };
    let left = remove(&owner, &options).unwrap().left;
    assert!(!left.is_empty(), "what is held stays");
    assert!(left.iter().all(|one| one.lock.hold && is_going(&one.version.name)), "{left:?}");
    store.behave(Manner { ignores_holds: true, ..Manner::default() });
    assert_eq!(remove(&owner, &options).unwrap().left, []);
    // The archive goes on, and its copy is whole.
    let staying: Vec<String> = before.into_iter().filter(|name| !is_going(name)).collect();
    assert_eq!(ends.below(&["covers", "bodies"]), staying);
    let copy = CopyVault::open(&env_on(os()), ends.target.clone(), None, None).unwrap();
    let findings = copy.verify(None, 0, &|_| {}, &|| false).unwrap().report.findings;
    assert!(findings.is_empty(), "{findings:?}");
}

#[test]
fn documents_that_the_ca_has_left_stay_until_somebody_says_otherwise() {
    for (of_list, bodies) in [(true, 1), (false, 2)] {
        let disk = |dir: &Path| -> Arc<dyn Target> {
            fs::create_dir(dir.join("disk")).unwrap();
            Arc::new(DirTarget::open(env_on(os()), &dir.join("disk")).unwrap())
        };
        let ends = Ends::at(disk);
        ends.hand_over(of_list, true);
        ends.meet();
        let ended = ends.ended();
        assert_eq!((ended.destroyed, ended.handed_over), (u64::from(of_list), !of_list));
        let before = ends.below(&["bodies"]);
        assert_eq!(before.iter().filter(|name| ended.is_handed_body(name)).count() as u64, bodies);

        let (desk, dir) = (Desk::bare(), ends.from.dir.path());
        let place = dir.join("disk");
        let vault = ends.vault().state().init.vault.to_string();
        let remove = |more: &[&str]| {
            let words = ["backup", "remove", place.to_str().unwrap(), "--json"];
            desk.call("", words).without("JINGUI_VAULT").args(more).run()
        };
        let cosigner = dir.join("cosigner");
        let of_ended = ["--cosigner", cosigner.to_str().unwrap()];
        let told = remove(&[&of_ended[..], &["-n"]].concat()).ok().json_lines();
        assert_eq!(program::summary(&told)["stay"], bodies);
        assert!(
            !told.iter().any(|item| item["name"].as_str().is_some_and(|name| name.starts_with("bodies/")))
        );
        let confirm = |answer: &str| ["--confirm", &vault, "-o", &desk.text(answer)].map(str::to_owned);
        let confirmed = |scope: &[&str], answer: &str| {
            let confirm = confirm(answer);
            let words: Vec<&str> = scope.iter().copied().chain(confirm.iter().map(String::as_str)).collect();
            remove(&words)
        };
        let told = confirmed(&of_ended, "ended.json").ok();
        assert!(told.err.contains("remove-left"), "{}", told.err);
        assert_eq!(ends.below(&["bodies"]), before);
        let id = ends.going.to_string();
        assert!(!ends.below(&["covers"]).iter().any(|name| name.contains(&id)), "covers are no document");
        assert_eq!(ends.below(&["covers"]).is_empty(), !of_list);
        assert_eq!(ends.opened_from_there(), Some(bodies));

        // Everything, but for them and what they are found by.
        confirmed(&["--all"], "all.json").exits(3);
        assert_eq!((ends.below(&["bodies"]), ends.below(&["covers"])), (before.clone(), vec![]));
        assert!(place.join("COPY.json").exists() && !place.join("states").read_dir().unwrap().any(|_| true));
        let marks = fs::read_dir(place.join("exchange/ca")).unwrap().flatten();
        let marks: Vec<String> =
            marks.map(|mark| format!("exchange/ca/{}", mark.file_name().to_str().unwrap())).collect();
        assert!(marks.len() == 1 && left_by(&marks[0]).is_some(), "{marks:?}");
        assert_eq!(ends.opened_from_there(), Some(bodies));
        // One by one, as a certificate of the CA's own vault names them.
        let (one, others) = before.split_first().unwrap();
        fs::write(desk.path("names"), format!("{one}\n")).unwrap();
        let named = desk.text("names");
        confirmed(&["--all", "--documents", &named], "named.json").exits(3);
        assert_eq!(ends.below(&["bodies"]), others);
        fs::write(desk.path("names"), "COPY.json\n").unwrap();
        assert_eq!(confirmed(&["--all", "--documents", &named], "none.json").fault()["code"], "no-bodies");
        confirmed(&["--all", "--documents", "all"], "documents.json").ok();
        assert!(ends.below(&["bodies"]).is_empty() && !place.join("COPY.json").exists());
    }
}

#[test]
fn after_a_new_key_a_push_does_not_look_for_notes_that_died_with_their_record() {
    let yard = Yard::new(false);
    let vault = yard.open(os()).unwrap();
    let due = yard.file_due(&vault, "due", 2);
    let kept = yard.file(&vault, "young", "2026-11-01", 1);
    for record in [due[0], kept] {
        yard.founder(&vault).annotate(record, CANARY).unwrap();
    }
    let disk = |name: &str| -> Arc<dyn Target> {
        let dir = yard.dir.path().join(name);
        fs::create_dir(&dir).unwrap();
        Arc::new(DirTarget::open(env_on(os()), &dir).unwrap())
    };
    let known = disk("known");
    push(&vault, &*known).unwrap();
    yard.rotate(&vault);
    let plan = yard.ripe(&vault);
    assert_eq!(yard.run(&vault, plan).unwrap().destroyed.len(), 2);
    // What sealed the notes anew comes after the state there; at a new target all lines do.
    for target in [known, disk("new")] {
        let lacking = push(&vault, &*target).unwrap().made.lacking;
        assert!(lacking.is_empty(), "{lacking:?}");
        let copy = CopyVault::open(&env_on(os()), target, None, None).unwrap();
        let findings = copy.verify(None, 0, &|_| {}, &|| false).unwrap().report.findings;
        assert!(findings.is_empty(), "{findings:?}");
    }
}
