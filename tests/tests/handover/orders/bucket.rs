//! Foreign objects in the bucket, an older bucket, an object in whose place another valid one lies.

use super::*;
use jingui_schema::copy::CopyState;
use jingui_vault::copies::Fate;
use jingui_vault::filing::Filing;

/// What a stranger may leave anywhere, and nobody has to look at.
const LETTERS: &[&str] = &[
    "letter.txt",
    "bodies/letter.txt",
    "bodies/000000/letter.txt",
    "bodies/999999/letter.txt",
    "covers/000000/letter.txt",
    "notes/000000/letter.txt",
    "journal/000000000001-999999999999.jsonl",
    "journal/heads/999999999999.head",
    "named/letter-README.txt",
    "escrow/1-letter.age",
    "exchange/letter.txt",
    "exchange/ra/letter.txt",
    "exchange/ra/999999999999-000000000000.request",
    "exchange/ca/letter.txt",
    "exchange/ca/999999999999.cosigned",
    "exchange/ca/999999999999.report",
    "again/letter.txt",
    "again/999999999999/bodies/000000/letter.txt",
    "states/letter.txt",
    "probe-0123456789abcdef/letter.txt",
];

/// A stranger leaves letters under all these names, and as an order and a list of the CA's.
pub fn litter(place: &Path) {
    let act = ActId::from_bytes([9; 16]);
    let ours =
        [FromCa::Order(act), FromCa::Receipt(act)].map(|what| format!("{FROM_CA}/{}", what.file_name()));
    for name in LETTERS.iter().copied().chain(ours.iter().map(String::as_str)) {
        let path = place.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "dear archive\n").unwrap();
    }
}

/// The newest state at the target.
fn newest_state(it: &Closing) -> String {
    it.objects("states").pop().expect("there is a state")
}

#[test]
fn what_strangers_leave_in_the_bucket_is_passed_over_or_named_each_time() {
    let it = Closing::new();
    it.seal();
    litter(&it.place);
    // Below `again/` for a file that is as it should be, too.
    let body = it.object("bodies", it.known[0].record);
    let again = it.place.join("again/999999999999").join(&body);
    fs::write(again, "dear archive\n").unwrap();
    for _ in 0..2 {
        let pushed = it.push();
        assert_eq!(said(&pushed), ["not-an-act", "not-an-answer", "not-a-report"]);
        assert_eq!(pushed.unsettled(), 3);
    }
    let (scratch, found, theirs) = it.accepted();
    assert_eq!(found.checked.report.findings, []);
    assert!(found.report.wanted.is_empty() && theirs.is_some());
    drop((theirs, found, scratch));
    let taken = it.take().unwrap().unwrap();
    assert_eq!((taken.records, taken.new), (3, 3));
    it.receipt(&taken);
    assert_eq!(it.comes(), ["not-an-act", "handover.receipt"]);
    // The CA countersigns what the archive asks, whatever else lies there.
    it.countersigns().unwrap();
    assert_eq!(said(&it.push()), ["not-an-act", "not-an-answer", "cosigned", "not-a-report"]);
    it.ends();
}

#[test]
fn a_state_that_a_stranger_made_up_holds_everything_up_until_the_ca_removes_it() {
    let it = Closing::new();
    it.seal();
    let newest = newest_state(&it);
    // One that is none: the state before it counts, and it is named.
    let junk = it.place.join("states/900000000001.json");
    fs::write(&junk, "a state\n").unwrap();
    {
        let (_scratch, found, theirs) = it.accepted();
        assert!(theirs.is_none());
        let paths: Vec<&str> = found.checked.report.findings.iter().map(|found| &*found.path).collect();
        assert_eq!((&*paths, found.report.wanted.len()), (&["states/900000000001.json"][..], 0));
    }
    it.push();
    fs::remove_file(junk).unwrap();
    // One that is whole in its form, of more lines than there are.
    let mut state = CopyState::parse(&fs::read_to_string(it.place.join(newest)).unwrap()).unwrap();
    state.lines += 1000;
    state.pieces.last_mut().expect("a journal has pieces").last += 1000;
    let forged = it.place.join(state.name());
    fs::write(&forged, state.to_text()).unwrap();
    assert_eq!(push(&it.vault(), &*it.target()).unwrap_err().code(), "copy-ahead");
    let accepted = it.accepted_by(&it.ca.key, it.target());
    assert!(!matches!(accepted, Ok((_, _, Some(_)))), "nothing of it is believed");
    drop(accepted);
    assert_eq!(it.taker().0.state().counts.records, 0);
    fs::remove_file(forged).unwrap();

    whole(&it.house, &it.known);
    it.push();
    it.receipt(&it.take().unwrap().unwrap());
    assert_eq!(it.comes(), ["handover.receipt"]);
    it.ends();
}

#[test]
fn an_older_bucket_is_seen_by_what_was_countersigned_and_the_next_push_brings_the_rest() {
    let it = Closing::new();
    let older = it.snapshot();
    it.seal();
    it.rolls_back(older.path());
    let looked = it.accepted_by(&it.ca.key, it.target());
    assert_eq!(looked.err().map(|error| error.code()), Some("behind-cosigner"));
    // The archive does not mind: it brings what came since.
    let pushed = it.push();
    assert!(!pushed.made.first && pushed.made.files > 0 && pushed.made.beside.is_empty(), "{pushed:?}");
    assert_eq!((pushed.unsettled(), pushed.asked.unwrap().old), (0, it.countersigned()));
    assert_eq!(it.countersigns().unwrap(), pushed.asked.unwrap().lines);
    let taken = it.take().unwrap().unwrap();
    assert_eq!(taken.new, 3);
    it.receipt(&taken);
    // Once more, with what the CA has left: that is lost, and left again.
    it.rolls_back(older.path());
    assert!(it.comes().is_empty());
    it.receipt(&it.take().unwrap().unwrap());
    assert_eq!(it.comes(), ["handover.receipt"]);
    it.ends();
}

#[test]
fn an_older_bucket_that_nothing_was_countersigned_of_since_is_not_handed_over_yet() {
    let it = Closing::new();
    let older = it.snapshot();
    {
        let vault = it.vault();
        let act = vault.sign_in(it.approver.person()).unwrap().propose_handover("it closes", false).unwrap();
        vault.sign_in(it.legal.person()).unwrap().confirm(act.unwrap()).unwrap();
    }
    it.push();
    it.rolls_back(older.path());
    assert_eq!(it.take().unwrap().unwrap_err().code(), "not-handed-over");
    assert_eq!(it.taker().0.state().counts.records, 0);
    it.push();
    it.receipt(&it.take().unwrap().unwrap());
    assert_eq!(it.comes(), ["handover.receipt"]);
    it.ends();
}

#[test]
fn an_answer_that_went_with_an_older_bucket_is_given_again_or_carried_by_hand() {
    let it = Closing::new();
    it.seal();
    it.push();
    let asked = it.snapshot();
    let lines = it.ca.answers(&it.house, &*it.target()).unwrap();
    it.rolls_back(asked.path());
    assert!(said(&it.push()).is_empty());
    // What is asked now goes on from a head that the cosigner has left behind.
    let refused = it.ca.answers(&it.house, &*it.target()).unwrap_err();
    assert_eq!(refused.code(), "cosigner-elsewhere");
    // What was asked then lies there, and has the same answer.
    assert_eq!(it.countersigns().unwrap(), lines);
    assert_eq!(said(&it.push()), ["cosigned"]);
    // Where the question is lost as well, the way is by hand.
    let before = it.snapshot();
    it.push();
    it.countersigns().unwrap();
    it.rolls_back(before.path());
    fs::remove_dir_all(it.place.join("exchange")).unwrap();
    assert!(said(&it.push()).is_empty());
    assert_eq!(it.countersigns().unwrap_err().code(), "cosigner-elsewhere");
    it.countersigns_by_hand().unwrap();
    assert_eq!(it.vault().state().cosigned.unwrap().lines, it.countersigned());
    it.push();
    it.receipt(&it.take().unwrap().unwrap());
    assert_eq!(it.comes(), ["handover.receipt"]);
    it.ends();
}

#[test]
fn a_bucket_that_is_empty_again_is_begun_anew() {
    let it = Closing::new();
    it.seal();
    let first = it.push().made.target;
    fs::remove_dir_all(&it.place).unwrap();
    fs::create_dir(&it.place).unwrap();
    let looked = it.accepted_by(&it.ca.key, it.target());
    assert_eq!(looked.err().map(|error| error.code()), Some("no-copy-state"));
    let pushed = it.push();
    assert!(pushed.made.first && pushed.made.target != first && pushed.unsettled() == 0, "{pushed:?}");
    it.receipt(&it.take().unwrap().unwrap());
    assert_eq!(it.comes(), ["handover.receipt"]);
    it.ends();
}

/// An archive with four more records whose files nobody tells apart by their sizes, sealed and sent.
fn with_twins() -> Closing {
    let mut it = Closing::new();
    let vault = it.vault();
    let founder = it.house.founder(&vault).unwrap();
    for of in ["one", "two", "six", "ten"] {
        let labels = jingui_tests::house::filing(of, 1, None);
        let filing = Filing { incoming: docs("the same", 1), ..labels };
        it.known.push(Known::of(&founder.file(&filing, &mut Buffers::new()).unwrap(), 1));
    }
    drop((founder, vault));
    it.seal();
    it
}

/// Two of their files below a directory, of the same size.
fn alike(it: &Closing, below: &str) -> [String; 2] {
    let twins: Vec<String> = it.known[3..].iter().map(|known| it.object(below, known.record)).collect();
    let size = |name: &String| fs::metadata(it.place.join(name)).unwrap().len();
    for (at, one) in twins.iter().enumerate() {
        if let Some(other) = twins[at + 1..].iter().find(|other| size(other) == size(one)) {
            return [one.clone(), other.clone()];
        }
    }
    panic!("sizes are filled up, and no two are alike: {:?}", twins.iter().map(size).collect::<Vec<_>>());
}

/// Two files change places; says which.
fn exchanged(it: &Closing, [one, other]: &[String; 2]) -> Vec<String> {
    let [one_at, other_at] = [one, other].map(|name| it.place.join(name));
    let (first, second) = (fs::read(&one_at).unwrap(), fs::read(&other_at).unwrap());
    fs::write(one_at, second).unwrap();
    fs::write(other_at, first).unwrap();
    vec![one.clone(), other.clone()]
}

/// Something else lies in a file's place; says in which.
fn replaced(it: &Closing, name: &str, by: &Path) -> Vec<String> {
    fs::copy(by, it.place.join(name)).unwrap();
    vec![name.to_owned()]
}

/// Puts valid files in the places of others; names these.
type Change<'a> = &'a dyn Fn(&Closing) -> Vec<String>;

#[test]
fn a_valid_object_in_anothers_place_is_named_and_taken_in_only_once_the_right_one_came() {
    let it = with_twins();
    let elsewhere = escrowed_to(&it.ca, jingui_tests::scratch(), "JG02");
    let of_elsewhere = |below: &str| every_file(&elsewhere.house.vault().join(below)).remove(0);
    let (bodies, covers) = (alike(&it, "bodies"), alike(&it, "covers"));
    let heads = it.objects("journal/heads");
    let states = it.objects("states");
    let ways: [(&str, Change<'_>, bool); 7] = [
        ("two bodies", &|it| exchanged(it, &bodies), true),
        ("two covers", &|it| exchanged(it, &covers), true),
        ("another one's cover", &|it| replaced(it, &covers[0], &it.place.join(&covers[1])), true),
        ("another archive's body", &|it| replaced(it, &bodies[0], &of_elsewhere("bodies")), true),
        ("another archive's cover", &|it| replaced(it, &covers[0], &of_elsewhere("covers")), true),
        ("an older head", &|it| replaced(it, heads.last().unwrap(), &it.place.join(&heads[0])), true),
        // No state is sent again: the next one stands in its place.
        (
            "an older state",
            &|it| replaced(it, states.last().unwrap(), &it.place.join(&states[states.len() - 2])),
            false,
        ),
    ];
    for (what, change, comes_again) in ways {
        let it = it.copied();
        let changed = change(&it);
        {
            let (_scratch, found, theirs) = it.accepted();
            assert!(theirs.is_none(), "{what}");
            let paths: Vec<&str> = found.checked.report.findings.iter().map(|found| &*found.path).collect();
            let wanted: Vec<&str> = found.report.wanted.iter().map(|wanted| &*wanted.name).collect();
            for name in &changed {
                assert!(paths.contains(&&**name), "{what}: {name} in {paths:?}");
                assert_eq!(wanted.contains(&&**name), comes_again, "{what}: {name} in {wanted:?}");
            }
        }
        assert!(it.take().is_none(), "{what}");
        assert_eq!(it.taker().0.state().counts.records, 0, "{what}");
        let again = it.push().again;
        for name in changed.into_iter().filter(|_| comes_again) {
            assert!(again.contains(&(name, Fate::Brought)), "{what}: {again:?}");
        }
        let taken = it.take().unwrap_or_else(|| panic!("{what}")).unwrap();
        assert_eq!((taken.records, taken.new, &*taken.differs), (7, 7, &[][..]), "{what}");
        let (_vault, session) = it.taker();
        nothing_wrong(&look_at_all(&session, &it.known));
        nothing_wrong(&verify(&session));
    }
}

#[test]
fn what_changes_places_between_looking_and_taking_in_is_not_taken_for_what_it_is_not() {
    let it = with_twins();
    let bodies = alike(&it, "bodies");
    {
        let (_scratch, _, theirs) = it.accepted();
        let theirs = theirs.expect("nothing is found");
        exchanged(&it, &bodies);
        let (_vault, session) = it.taker();
        let taken = session.take_handover(&theirs, &PATIENT).unwrap();
        let mut differ: Vec<RecordId> = taken.differs.iter().map(|differs| differs.record).collect();
        differ.sort_unstable();
        let is_of = |known: &&Known| bodies.iter().any(|name| name.contains(&known.record.to_string()));
        let mut expected: Vec<RecordId> = it.known.iter().filter(is_of).map(|known| known.record).collect();
        expected.sort_unstable();
        assert_eq!((taken.records, taken.new, &differ), (7, 5, &expected), "{:?}", taken.differs);
        assert!(taken.receipt.is_none());
        nothing_wrong(&verify(&session));
    }
    assert!(it.take().is_none());
    assert_eq!(it.push().again.len(), 2);
    let taken = it.take().unwrap().unwrap();
    assert_eq!((taken.new, &*taken.differs), (2, &[][..]));
    it.receipt(&taken);
    assert_eq!(it.comes(), ["handover.receipt"]);
    it.ends();
}
