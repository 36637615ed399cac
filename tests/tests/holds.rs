//! Holds: they win over everything that destroys or changes, cost nobody's sight who may not know of them, and what
//! nobody could compare with them counts as held.

use jingui_checker::{Asked, check};
use jingui_schema::act::Deed;
use jingui_schema::facts::{Label, Role};
use jingui_schema::hold::HoldQuery;
use jingui_schema::id::RecordId;
use jingui_tests::house::{CANARY, House, docs, env_on, filing, verify};
use jingui_tests::program::{Desk as Program, LABELS};
use jingui_tests::sweep::os;
use jingui_tests::{inspect, scratch};
use jingui_vault::body::Buffers;
use jingui_vault::filing::Labels;
use jingui_vault::fs::OsFs;
use jingui_vault::holding::{HoldOrder, NoWords, Placed, Release, Scope, Words};
use jingui_vault::holds::Standing;
use jingui_vault::{Result, Session, Vault};

struct Desk {
    _dir: tempfile::TempDir,
    house: House,
    vault: Vault,
}

impl Desk {
    /// A founder who files, a legal officer, and a reviewer who approves.
    fn new() -> Self {
        let dir = scratch();
        let env = env_on(os());
        let house = House::planned(dir.path(), &env, true);
        let vault = house.begin(&env).unwrap();
        let newcomer = house.people.newcomer.person().public_half();
        house.founder(&vault).unwrap().enrol(&newcomer, &[Role::Legal, Role::Approver]).unwrap();
        vault.sign_in(house.people.authority.person()).unwrap().countersign().unwrap();
        Self { _dir: dir, house, vault }
    }

    fn clerk(&self) -> Session {
        self.house.founder(&self.vault).unwrap()
    }

    fn legal(&self) -> Session {
        self.vault.sign_in(self.house.people.newcomer.person()).unwrap()
    }

    fn reviewer(&self) -> Session {
        self.vault.sign_in(self.house.people.reviewer.person()).unwrap()
    }

    fn file(&self, project: &str) -> RecordId {
        self.house.file(&self.clerk(), project, 2, None).unwrap().record
    }

    fn place(&self, scope: Scope) -> Placed {
        let order = HoldOrder {
            matter: format!("{CANARY} 77"),
            basis: CANARY.into(),
            review: "2027-06-01".parse().unwrap(),
            scope,
        };
        self.legal().place_hold(&order, &NoWords, false).unwrap()
    }

    fn standing(&self, record: RecordId) -> Standing {
        let clerk = self.clerk();
        clerk.held(&clerk.row(record).unwrap())
    }

    fn correct(&self, record: RecordId) -> &'static str {
        let tag = |labels: &mut Labels| {
            labels.tags.push(Label::read(&format!("{CANARY} {}", labels.tags.len())).unwrap());
            Ok(())
        };
        code(self.clerk().correct(record, tag, &[], CANARY, false))
    }

    fn is_whole(&self) {
        assert_eq!(verify(&self.clerk()), Vec::<String>::new());
        assert_eq!(inspect::vault(&OsFs, &self.house.vault(), true).1, Vec::<String>::new());
        let (house, founder) = (&self.house, &self.house.people.founder);
        let asked = Asked {
            vault: house.vault(),
            mirror: Some(house.mirror()),
            keys: Some((house.keys(), founder.text().to_owned())),
        };
        assert_eq!(check(&asked), []);
        assert_eq!(inspect::files_with(&house.vault(), CANARY), Vec::<std::path::PathBuf>::new());
    }
}

fn code<T>(result: Result<T>) -> &'static str {
    result.err().map_or("none", |error| error.code())
}

fn query(text: &str) -> Scope {
    Scope::Query(HoldQuery::read(text).unwrap())
}

#[test]
fn a_held_record_is_read_and_supplemented_and_neither_changed_nor_destroyed() {
    let desk = Desk::new();
    let (record, free) = (desk.file("one"), desk.file("two"));
    let proposed =
        desk.clerk().propose_misfiled(record, &[1], None, CANARY, false, &mut Buffers::new()).unwrap();
    desk.legal().confirm(proposed.act).unwrap();
    let placed = desk.place(Scope::List(vec![record]));
    assert_eq!(desk.standing(record), Standing::Held(vec![placed.hold]));
    assert_eq!((desk.correct(record), desk.correct(free)), ("not-eligible", "none"));
    let remove = || desk.clerk().remove_misfiled(proposed.act, false, &mut Buffers::new());
    assert_eq!(code(remove()), "not-eligible", "a hold wins over what two people have said before");
    desk.clerk().supplement(record, &docs("late", 1), CANARY, None, &mut Buffers::new()).unwrap();
    assert!(desk.clerk().open_documents(record, &[], Some(CANARY), None).is_ok());
    desk.clerk().rotate(None, None, &|_| true).unwrap();
    assert_eq!(desk.standing(record), Standing::Held(vec![placed.hold]), "keys may be renewed under a hold");
    desk.clerk().rebuild_catalog().unwrap();
    assert_eq!(desk.standing(record), Standing::Held(vec![placed.hold]));
    desk.is_whole();
    let legal = desk.legal();
    assert_eq!(legal.resolve_hold(&format!("{CANARY} 77")).unwrap().id, placed.hold);
    assert_eq!(legal.records_of_hold(placed.hold).unwrap().len(), 1);
}

#[test]
fn a_query_holds_what_is_there_what_comes_and_what_nobody_could_compare() {
    let desk = Desk::new();
    let (old, other) = (desk.file("held"), desk.file("other"));
    let placed = desk.place(query(&format!("project:\"{CANARY} held\"")));
    assert_eq!(placed.records, [old]);
    assert_eq!(desk.standing(other), Standing::Free);
    let new = desk.file("held again");
    assert_eq!(desk.standing(new), Standing::Free, "another project");
    let mut same = filing("held", 1, None);
    same.again = true;
    let new = desk.clerk().file(&same, &mut Buffers::new()).unwrap().record;
    assert_eq!(desk.standing(new), Standing::Held(vec![placed.hold]), "caught as it was filed");
    // Facts that come to fit are compared as they are written.
    let project = |labels: &mut Labels| {
        labels.project = Label::read(&format!("{CANARY} held")).unwrap();
        Ok(())
    };
    desk.clerk().correct(other, project, &[], CANARY, false).unwrap();
    assert_eq!(desk.standing(other), Standing::Held(vec![placed.hold]));
    assert_eq!(desk.correct(other), "not-eligible");
    // A line that says which version was compared may be missing: a crash, somebody without the right to read.
    let lines: Vec<&str> =
        desk.clerk().history(new).unwrap().iter().map(|line| line.act.deed.kind()).collect();
    assert!(lines.contains(&"hold.screen"));
    desk.is_whole();
}

/// A reader of documents that finds the words in some records.
struct In(Vec<RecordId>);

impl Words for In {
    fn readers(&self) -> u32 {
        7
    }

    fn may_have(&self, record: RecordId, words: &[String]) -> jingui_vault::Result<bool> {
        assert_eq!(words, ["words"]);
        Ok(self.0.contains(&record))
    }
}

#[test]
fn words_wait_for_whoever_reads_and_hold_until_then() {
    let desk = Desk::new();
    let (old, other) = (desk.file("held"), desk.file("other"));
    let placed = desk.place(query(&format!("project:\"{CANARY} held\" words")));
    assert_eq!(placed.records, [old], "nobody reads, so it may have them");
    let again = |n: usize| {
        let mut same = filing("held", n, None);
        same.again = true;
        desk.clerk().file(&same, &mut Buffers::new()).unwrap().record
    };
    let (with, without) = (again(1), again(2));
    let (held, unread) = (Standing::Held(vec![placed.hold]), Standing::Unscreened(placed.hold));
    assert_eq!((desk.standing(with), desk.standing(without)), (unread.clone(), unread.clone()));
    assert_eq!(desk.standing(other), Standing::Free);
    assert_eq!(desk.correct(without), "not-eligible");
    let clerk = desk.clerk();
    for record in [with, without] {
        clerk.screen_read(record, 2, &In(vec![])).unwrap();
        assert_eq!(desk.standing(record), unread, "of another version nothing is said");
        clerk.screen_read(record, 1, &In(vec![with])).unwrap();
    }
    assert_eq!((desk.standing(with), desk.standing(without)), (held.clone(), Standing::Free));
    let lines = desk.vault.state().lines;
    clerk.screen_read(without, 1, &In(vec![])).unwrap();
    assert_eq!(desk.vault.state().lines, lines, "said once");
    // Better readers find what those before did not.
    clerk.screen_read(without, 1, &In(vec![without])).unwrap();
    assert_eq!(desk.standing(without), held);
    // The same names under another heading: what could not be meant before is, and in doubt has the words.
    clerk.rebuild_catalog().unwrap();
    assert_eq!((desk.standing(without), desk.standing(other)), (held, Standing::Free));
    desk.is_whole();
}

#[test]
fn what_was_never_compared_is_held_until_somebody_compares_it() {
    let desk = Desk::new();
    let state = desk.vault.state();
    assert!(state.standing_holds("2026-11-26".parse().unwrap()).is_empty());
    let placed = desk.place(query("class:CN-G10"));
    let record = desk.file("new");
    // As if the comparison had been cut off: the journal alone decides, and knows of none.
    let mut ledger = jingui_vault::holds::Ledger::of(record);
    for item in desk.vault.lines_after(jingui_schema::line::Tip::START).unwrap() {
        let (line, _) = item.unwrap();
        if !matches!(line.act.deed, Deed::HoldScreen(_)) {
            ledger.take(&line);
        }
    }
    let (state, today) = (desk.vault.state(), "2027-01-01".parse().unwrap());
    assert_eq!(ledger.standing(record, &state, today), Standing::Unscreened(placed.hold));
    assert_eq!(desk.standing(record), Standing::Free, "it was compared, and is not meant");
    desk.legal().screen_all(placed.hold, &NoWords).unwrap();
    let state = desk.vault.state();
    assert_eq!(ledger.standing(record, &state, today), Standing::Free, "compared with all there is");
}

#[test]
fn two_people_release_a_hold_which_keeps_its_records_for_thirty_days_more() {
    let desk = Desk::new();
    let record = desk.file("one");
    let placed = desk.place(Scope::List(vec![record]));
    let (legal, clerk) = (desk.legal(), desk.clerk());
    assert_eq!(code(clerk.release_hold(placed.hold, CANARY, false)), "role");
    assert!(matches!(legal.release_hold(placed.hold, CANARY, true).unwrap(), Release::Proposed(_)));
    let Release::Proposed(act) = legal.release_hold(placed.hold, CANARY, false).unwrap() else { panic!() };
    assert_eq!(code(legal.release_hold(placed.hold, CANARY, false)), "own-proposal");
    assert_eq!(code(desk.reviewer().confirm(act)), "role");
    // Kept by whoever thinks better of it.
    legal.keep_hold(placed.hold, CANARY, &NoWords, false).unwrap();
    assert_eq!(code(legal.confirm(act)), "no-proposal");
    assert_eq!(code(legal.keep_hold(placed.hold, CANARY, &NoWords, false)), "hold-in-force");
    legal.review_hold(placed.hold, "2027-10-01".parse().unwrap(), CANARY, false).unwrap();
    for far in ["2028-01-01", "2020-01-01"] {
        assert_eq!(code(legal.review_hold(placed.hold, far.parse().unwrap(), CANARY, false)), "review-day");
    }

    let second = House::planned(desk.house.root.as_path(), &env_on(os()), true);
    let half = second.people.newcomer.person().public_half();
    clerk.enrol(&half, &[Role::Approver]).unwrap();
    desk.vault.sign_in(desk.house.people.authority.person()).unwrap().countersign().unwrap();
    let approver = desk.vault.sign_in(second.people.newcomer.person()).unwrap();
    let Release::Proposed(act) = legal.release_hold(placed.hold, CANARY, false).unwrap() else { panic!() };
    let released = approver.release_hold(placed.hold, CANARY, false).unwrap();
    assert!(matches!(released, Release::Released(_)), "{act}");
    assert_eq!(code(legal.release_hold(placed.hold, CANARY, false)), "hold-released");
    let state = desk.vault.state();
    let hold = state.hold(placed.hold).unwrap();
    let day = hold.released.unwrap().day();
    assert!(
        hold.blocks(day)
            && hold.blocks(day.plus_days(29).unwrap())
            && !hold.blocks(day.plus_days(30).unwrap())
    );
    assert_eq!(desk.standing(record), Standing::Held(vec![placed.hold]), "in its cool-off");
    assert_eq!(desk.correct(record), "not-eligible");
    legal.keep_hold(placed.hold, CANARY, &NoWords, false).unwrap();
    assert!(desk.vault.state().hold(placed.hold).unwrap().released.is_none());
    desk.is_whole();
}

#[test]
fn holds_of_one_record_stack_and_the_last_one_counts() {
    let desk = Desk::new();
    let record = desk.file("one");
    let (first, second) = (desk.place(Scope::List(vec![record])), desk.place(query("date:2024-05-01")));
    let mut both = vec![first.hold, second.hold];
    both.sort_unstable();
    assert_eq!(desk.standing(record), Standing::Held(both));
}

#[test]
fn the_program_shows_holds_to_those_who_may_know_and_no_sign_of_them_to_others() {
    let desk = Program::solo();
    desk.file("form.txt", "form\n");
    let filed = desk.run("me", [&["add", "form.txt", "--json"], LABELS].concat()).ok().json();
    let number = filed["number"].as_str().unwrap();
    let place = ["hold", "place", "--record", number, "--matter", "Case 77", "--basis", "order"];
    let would = desk.run("me", [&place[..], &["--dry-run", "--json"]].concat()).ok().json();
    assert_eq!((&would["seq"], &would["records"][0]), (&serde_json::Value::Null, &number.into()));
    let placed = desk.run("me", [&place[..], &["--json"]].concat()).ok().json();
    let hold = placed["hold"].as_str().unwrap();
    assert_eq!(
        desk.refuses("me", ["correct", number, "--box", "B", "--reason", "r"], 4, number),
        "not-eligible"
    );
    let shown = desk.run("me", ["show", number, "--json"]).ok().json();
    assert_eq!(shown["holds"], serde_json::json!(["Case 77"]));
    let listed = desk.run("me", ["hold", "list", "--lang", "zh"]).ok().out();
    assert!(listed.contains("Case 77") && listed.contains("生效"), "{listed}");
    let one = desk.run("me", ["hold", "show", &hold[..6], "--json"]).ok().json();
    assert_eq!((&one["matter"], &one["numbers"][0]), (&"Case 77".into(), &number.into()));
    desk.run("me", ["hold", "review", "Case 77", "--reason", "pending"]).ok();
    desk.run("me", ["hold", "release", "Case 77", "--reason", "settled"]).ok();
    let told = desk.run("me", ["hold", "release", "Case 77", "--reason", "settled", "--json"]).ok().json();
    assert_eq!(told["result"], "released", "in a solo vault one person is two");
    desk.run("me", ["hold", "keep", "Case 77", "--reason", "appeal"]).ok();
    assert_eq!(desk.refuses("me", ["hold", "screen", "Case 77"], 2, "list"), "bad-query");
    for (query, named) in
        [("", "nothing"), ("projekt:x", "projekt"), ("date:soon", "soon"), ("tag:\"a", "quot")]
    {
        let words = ["hold", "place", "--query", query, "--matter", "m", "--basis", "b"];
        assert_eq!(desk.refuses("me", words, 2, named), "bad-query", "{query}");
    }
    assert_eq!(desk.refuses("me", ["hold", "show", "none"], 6, "none"), "no-hold");
    desk.run("me", ["verify"]).ok();
    // A person without the right gets no sign of it.
    desk.key("clerk");
    let half = desk.public("clerk");
    desk.run("me", ["staff", "enrol", half.to_str().unwrap(), "--role", "archivist"]).ok();
    let shown = desk.run("clerk", ["show", number, "--json"]).ok().json();
    assert!(shown.get("holds").is_none());
    let log = desk.run("clerk", ["log", number, "--json"]).ok().out();
    assert!(!log.contains("hold."), "{log}");
    assert_eq!(desk.refuses("clerk", ["hold", "list"], 4, "legal"), "role");
    let refused = desk.run("clerk", ["correct", number, "--box", "B", "--reason", "r"]).exits(4);
    assert!(!refused.err.contains("hold") && !refused.err.contains("Case"), "{}", refused.err);
}
