//! What goes to and fro between an archive and its CA, and what is left aside.

use super::*;
use jingui_schema::exchange::{Report, Wanted};
use jingui_tests::copying::judge_at;
use jingui_tests::house::{full, text_doc, verify};
use jingui_tests::nothing_wrong;
use jingui_tests::object_store::Store;
use jingui_vault::Error;
use jingui_vault::copies::{DirTarget, Fate, Limited};
use jingui_vault::places::PushPlace;
use jingui_vault::push::ca::leave_order;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Instant;

fn disk(house: &House) -> Arc<dyn Target> {
    let dir = house.root.join("disk");
    std::fs::create_dir_all(&dir).unwrap();
    Arc::new(DirTarget::open(env_on(os()), &dir).unwrap())
}

#[test]
fn a_push_carries_state_escrow_and_question_and_brings_the_answer_back() {
    let (from, ca) = escrowed();
    let vault = from.house.open(os()).unwrap();
    let store = Store::start();
    let target = store.any().unwrap();
    let first = push(&vault, &*target).unwrap();
    assert!(first.made.first && first.taken.is_empty() && first.unsettled() == 0, "{first:?}");
    assert_eq!(first.escrow, [(1, true)]);
    let escrow = std::fs::read(from.house.keys().join("escrow/1.age")).unwrap();
    let (name, _) = target.list("escrow").unwrap().remove(0);
    assert_eq!(name, format!("1-{}.age", blake3::hash(&escrow)));
    assert_eq!(std::fs::read(store.place().join("escrow").join(&name)).unwrap(), escrow);
    // What is asked about is in the state that was put.
    let asked = first.asked.unwrap();
    assert!(asked.lines < first.made.lines && asked.old == 0, "{asked:?} {:?}", first.made);
    let head = format!("journal/heads/{:012}.head", asked.lines);
    assert!(target.stat(&head).unwrap().is_some());

    assert_eq!(ca.answers(&from.house, &*target).unwrap(), asked.lines);
    assert_eq!(Questions::at(&*target).unwrap().asked, [(asked, true)]);
    let second = push(&vault, &*target).unwrap();
    assert_eq!(taken(&second), [(&*left(FromCa::Cosigned(asked.lines)), "cosigned")]);
    assert_eq!(vault.state().cosigned.unwrap().lines, asked.lines);
    assert_eq!((second.asked.unwrap().old, &*second.escrow), (asked.lines, &[(1, false)][..]));
    // Nothing new: nothing is taken in twice, and no body goes again.
    store.hear();
    let third = push(&vault, &*target).unwrap();
    assert!(third.taken.is_empty());
    assert!(!store.hear().iter().any(|h| h.method == "PUT" && h.uri.contains("/bodies/")));
    // The one it answers is the newest of two that are open.
    assert_eq!(ca.answers(&from.house, &*target).unwrap(), third.asked.unwrap().lines);
    let open = Questions::at(&*target).unwrap().asked.into_iter().filter(|(_, answered)| !answered);
    assert_eq!(open.map(|(asked, _)| asked).collect::<Vec<_>>(), [second.asked.unwrap()], "passed over");
    let lines = third.made.lines;
    nothing_wrong(&judge_at(&from.house, lines, &|| store.any(), &os(), &from.house.root.join("back")));
    nothing_wrong(&verify(&from.house.founder(&vault).unwrap()));
}

#[test]
fn a_signed_order_is_carried_out_once_and_a_bad_one_is_named_each_time() {
    let (from, _ca) = furnished();
    let vault = from.house.open(os()).unwrap();
    let target = disk(&from.house);
    let order = order(&from.house, &vault);
    assert!(matches!(leave_order(&*target, &order), Err(Error::NoCopyState { .. })));
    push(&vault, &*target).unwrap();
    let (name, repeated) = leave_order(&*target, &order).unwrap();
    assert_eq!((&*name, repeated), (&*left(FromCa::Order(id(&order))), false));
    assert!(leave_order(&*target, &order).unwrap().1, "it lies there already");
    let done = push(&vault, &*target).unwrap();
    assert_eq!(taken(&done), [(&*name, "staff.countersign")]);
    assert!(vault.uncountersigned().is_empty());
    // The state that was put has it.
    let order_seq = vault.find_act(id(&order)).unwrap().unwrap().seq;
    assert!(done.made.lines > order_seq);
    assert!(push(&vault, &*target).unwrap().taken.is_empty());

    // Another archive's, one under another's name, one that nobody signed, an answer that is none, letters.
    let other = Furnished::new(false);
    let foreign = super::order(&other.house, &other.house.open(os()).unwrap());
    assert!(matches!(leave_order(&*target, &foreign), Err(Error::OtherCopy { .. })));
    let put = |what: FromCa, text: &str| {
        let name = left(what);
        let mark = jingui_schema::digest::FileMark::of(text.as_bytes());
        target.put(&name, mark, false, &mut text.as_bytes()).unwrap();
        name
    };
    let renamed = put(FromCa::Order(ActId::from_bytes([9; 16])), &order.to_text());
    let foreign = put(FromCa::Order(id(&foreign)), &foreign.to_text());
    let answer = put(FromCa::Cosigned(999_999), "none");
    let letter = from.house.root.join("disk/exchange/ca/letter.txt");
    std::fs::write(letter, "dear archive").unwrap();
    for _ in 0..2 {
        let pushed = push(&vault, &*target).unwrap();
        let mut seen = taken(&pushed);
        seen.sort_unstable();
        let mut expected =
            [(&*answer, "not-an-answer"), (&*renamed, "not-an-act"), (&*foreign, "other-vault")];
        expected.sort_unstable();
        assert_eq!(seen, expected);
        assert_eq!(pushed.unsettled(), 3);
    }
}

#[test]
fn what_was_carried_out_is_told_also_where_nothing_can_be_sent() {
    let (from, _ca) = furnished();
    let vault = from.house.open(os()).unwrap();
    let target = disk(&from.house);
    push(&vault, &*target).unwrap();
    let (name, _) = leave_order(&*target, &order(&from.house, &vault)).unwrap();
    // Asked once as it is read, and once more when it has been carried out.
    let asked = std::cell::Cell::new(0);
    let interrupted = || asked.replace(asked.get() + 1) > 0;
    let mut taken = Vec::new();
    let options = CopyOptions { interrupted: &interrupted, ..CopyOptions::default() };
    let error = vault.push_and_tell(&*target, &options, &mut taken).unwrap_err();
    assert!(matches!(error, Error::Interrupted { .. }), "{}", full(&error));
    let [one] = &taken[..] else { panic!("{taken:?}") };
    assert!(one.name == name && matches!(one.came, Ok(Came::Order { .. })), "{one:?}");
    assert!(vault.uncountersigned().is_empty(), "it was carried out");
}

#[test]
fn an_answer_that_is_none_does_not_keep_the_next_from_counting() {
    let (from, ca) = furnished();
    let vault = from.house.open(os()).unwrap();
    let target = disk(&from.house);
    push(&vault, &*target).unwrap();
    let lines = ca.answers(&from.house, &*target).unwrap();
    let forged = left(FromCa::Cosigned(lines + 7));
    std::fs::write(from.house.root.join("disk").join(&forged), "not an answer").unwrap();
    let pushed = push(&vault, &*target).unwrap();
    assert_eq!(taken(&pushed), [(&*forged, "not-an-answer"), (&*left(FromCa::Cosigned(lines)), "cosigned")]);
    assert_eq!(vault.state().cosigned.unwrap().lines, lines);
    // Nor the CA from answering.
    assert_eq!(ca.answers(&from.house, &*target).unwrap(), pushed.asked.unwrap().lines);
}

#[test]
fn a_true_answer_under_another_name_is_none_and_the_next_one_counts() {
    let (from, ca) = furnished();
    let vault = from.house.open(os()).unwrap();
    let target = disk(&from.house);
    let dir = from.house.root.join("disk");
    push(&vault, &*target).unwrap();
    let first = ca.answers(&from.house, &*target).unwrap();
    push(&vault, &*target).unwrap();
    let high = left(FromCa::Cosigned(999_999_999_999));
    std::fs::copy(dir.join(left(FromCa::Cosigned(first))), dir.join(&high)).unwrap();
    let second = ca.answers(&from.house, &*target).unwrap();
    let pushed = push(&vault, &*target).unwrap();
    assert_eq!(taken(&pushed), [(&*high, "not-an-answer"), (&*left(FromCa::Cosigned(second)), "cosigned")]);
    assert_eq!(vault.state().cosigned.unwrap().lines, second);
}

#[test]
fn a_report_that_somebody_made_up_counts_for_nothing() {
    let (from, _ca) = furnished();
    let vault = from.house.open(os()).unwrap();
    let target = disk(&from.house);
    push(&vault, &*target).unwrap();
    let mark: serde_json::Value =
        serde_json::from_slice(&std::fs::read(from.house.root.join("disk/COPY.json")).unwrap()).unwrap();
    let (of, at) = (mark["vault"].as_str().unwrap().parse(), mark["target"].as_str().unwrap().parse());
    let (of, at) = (of.unwrap(), at.unwrap());
    let report = |lines: u64, name: &str| {
        let wanted = vec![Wanted { name: name.into(), finding: "digest".into() }];
        let text = Report::new((of, at, lines), vault.env().now(), [0; 3], wanted).to_text();
        let name = left(FromCa::Report(lines));
        let path = from.house.root.join("disk").join(&name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        name
    };
    // Of a state that is still to come; of names that lead elsewhere; of files that nobody has.
    let far = report(999_999_999_999, "bodies/000000/x");
    let odd = report(3, "../../etc/passwd");
    let pushed = push(&vault, &*target).unwrap();
    assert_eq!(taken(&pushed), [(&*far, "not-a-report"), (&*odd, "not-a-report")]);
    assert!(pushed.again.is_empty());
    report(4, "bodies/000000/x");
    let pushed = push(&vault, &*target).unwrap();
    assert_eq!(taken(&pushed), [(&*far, "not-a-report")]);
    assert!(pushed.again.is_empty() && target.list("again").unwrap().is_empty());
}

#[test]
fn what_lies_in_the_way_is_gone_round_and_the_archive_goes_on() {
    let (from, _ca) = furnished();
    let vault = from.house.open(os()).unwrap();
    let session = from.house.founder(&vault).unwrap();
    let store = Store::start();
    push(&vault, &*store.any().unwrap()).unwrap();
    // A stranger, or a store, has other bytes where the next body goes, and what was there is cut.
    let filed = from.house.file(&session, "the next", 1, None).unwrap();
    let body = format!("bodies/000000/{}.{}.tar.zst.age", filed.record, filed.filing);
    let size = std::fs::metadata(from.house.vault().join(&body)).unwrap().len();
    std::fs::create_dir_all(store.place().join("bodies/000000")).unwrap();
    std::fs::write(store.place().join(&body), vec![7; size as usize]).unwrap();
    let first = format!("bodies/000000/{}.1.tar.zst.age", from.known.record);
    std::fs::write(store.place().join(&first), b"short").unwrap();
    let all = CopyOptions { outside: true, threads: 1, all: true, ..CopyOptions::default() };
    let pushed = vault.push(&*store.any().unwrap(), &all).unwrap();
    let mut names = vec![body.clone(), first];
    names.sort();
    assert_eq!((&pushed.made.beside, pushed.unsettled()), (&names, 2));
    assert_eq!(std::fs::read(store.place().join(&body)).unwrap(), vec![7; size as usize], "it stays");
    let lines = pushed.made.lines;
    nothing_wrong(&judge_at(&from.house, lines, &|| store.any(), &os(), &from.house.root.join("back")));
    // Once is enough.
    store.hear();
    vault.push(&*store.any().unwrap(), &all).unwrap();
    let again =
        |heard: &jingui_tests::object_store::Heard| heard.method == "PUT" && heard.uri.contains("/again/");
    assert!(!store.hear().iter().any(again));
    // A copy that people make says so and ends, as ever.
    assert!(matches!(vault.copy_to(&*store.any().unwrap(), &all), Err(Error::InTheWay { .. })));
}

#[test]
fn another_archives_place_is_left_as_it_is() {
    let (from, _ca) = furnished();
    let (other, _) = furnished();
    let target = disk(&from.house);
    push(&from.house.open(os()).unwrap(), &*target).unwrap();
    let vault = other.house.open(os()).unwrap();
    let lines = vault.state().lines;
    let error = push(&vault, &*target).unwrap_err();
    assert!(matches!(error, Error::OtherCopy { .. }), "{}", full(&error));
    assert_eq!(vault.state().lines, lines, "nothing was said of it either");
}

#[test]
fn an_escrow_file_that_is_nowhere_is_named_and_one_that_was_brought_stays() {
    let (from, _ca) = escrowed();
    let vault = from.house.open(os()).unwrap();
    let escrow = from.house.keys().join("escrow/1.age");
    let kept = std::fs::read(&escrow).unwrap();
    std::fs::write(&escrow, b"another").unwrap();
    let target = disk(&from.house);
    let pushed = push(&vault, &*target).unwrap();
    assert_eq!((&*pushed.unescrowed, pushed.unsettled()), (&[1][..], 1));
    assert!(target.list("escrow").unwrap().is_empty());
    std::fs::write(&escrow, kept).unwrap();
    assert_eq!(push(&vault, &*target).unwrap().escrow, [(1, true)]);
    std::fs::remove_file(&escrow).unwrap();
    assert_eq!(push(&vault, &*target).unwrap().escrow, [(1, false)]);
}

#[test]
fn what_is_said_of_each_file_is_what_a_comparison_says() {
    let (from, _ca) = furnished();
    let vault = from.house.open(os()).unwrap();
    let session = from.house.founder(&vault).unwrap();
    let target = disk(&from.house);
    let compare = || {
        let mut all = BTreeMap::new();
        let found = vault.compare_copy(&*target, &|| false, &mut |fate, name| {
            assert_eq!(all.insert(name.to_owned(), fate), None, "{name} is told once");
            Ok(())
        });
        (all, found.unwrap())
    };
    let (before, counts) = compare();
    assert!(before.values().all(|fate| *fate == Fate::Brought) && counts.missing == before.len() as u64);
    let told = Mutex::new(BTreeMap::new());
    let each = |fate: Fate, name: &str| {
        let before = told.lock().unwrap().insert(name.to_owned(), fate);
        assert_eq!(before, None, "{name} is told once");
    };
    let options = CopyOptions { outside: true, each: &each, ..CopyOptions::default() };
    vault.push(&*target, &options).unwrap();
    let told = told.into_inner().unwrap();
    // The head over all lines came only with the push.
    let new: Vec<&String> = told.keys().filter(|name| !before.contains_key(*name)).collect();
    assert!(matches!(new[..], [head] if head.starts_with("journal/heads/")), "{new:?}");
    assert!(before.keys().all(|name| told.get(name) == Some(&Fate::Brought)));
    let (after, counts) = compare();
    assert!(after.values().all(|fate| *fate == Fate::There), "{after:?}");
    assert_eq!(counts.there, after.len() as u64);

    // Each of the other signs: brought by the next one, in the way, nobody's, not as filed.
    let filed = from.house.file(&session, "the next", 1, None).unwrap();
    let dir = from.house.root.join("disk");
    let named = |below: &str, record: &dyn std::fmt::Display| {
        let find = |name: &&String| name.starts_with(below) && name.contains(&record.to_string());
        after.keys().find(find).unwrap().clone()
    };
    let body = named("bodies/", &from.known.record);
    std::fs::write(dir.join(&body), b"short").unwrap();
    let cover = named("covers/", &from.known.record);
    std::fs::remove_file(dir.join(&cover)).unwrap();
    std::fs::remove_file(from.house.vault().join(&cover)).unwrap();
    let foreign = "bodies/000000/letter.txt";
    std::fs::write(dir.join(foreign), b"x").unwrap();
    let (seen, counts) = compare();
    assert_eq!([&*body, &*cover, foreign].map(|name| seen[name].sign()), ['*', '!', '-']);
    let new = seen.iter().filter(|(_, fate)| **fate == Fate::Brought).map(|(name, _)| name);
    let new: Vec<_> = new.filter(|name| name.contains(&filed.record.to_string())).collect();
    assert_eq!(new.len(), 2, "a cover and a body: {new:?}");
    assert_eq!((counts.other, counts.lacking, counts.extra), (1, 1, 1));
}

#[test]
fn a_limit_is_kept_whoever_sends() {
    let (from, _ca) = furnished();
    let vault = from.house.open(os()).unwrap();
    let session = from.house.founder(&vault).unwrap();
    let noise = |n: u8| {
        let mut noise = vec![0; 50 << 10];
        blake3::Hasher::new().update(&[n]).finalize_xof().fill(&mut noise);
        hex::encode(noise)
    };
    let store = Store::start();
    push(&vault, &*store.any().unwrap()).unwrap();
    for n in 0..4 {
        let mut filing = jingui_tests::house::filing(&format!("noise {n}"), 1, None);
        filing.incoming[0] = text_doc("noise.txt", &noise(n));
        session.file(&filing, &mut jingui_vault::body::Buffers::new()).unwrap();
    }
    let rate = 200 << 10;
    let target = Limited::new(store.any().unwrap(), rate, Arc::new(|| false));
    let began = Instant::now();
    let pushed = vault.push(&target, &CopyOptions { threads: 4, ..CopyOptions::default() }).unwrap();
    let least = (pushed.made.bytes as f64 / rate as f64 - 0.5).max(1.0);
    let took = began.elapsed().as_secs_f64();
    assert!(took > least, "{} bytes in {took} s", pushed.made.bytes);
}

#[test]
fn where_pushes_go_is_kept_by_who_may_and_only_as_the_journal_has_it() {
    let (from, _ca) = furnished();
    let vault = from.house.open(os()).unwrap();
    assert!(matches!(vault.push_place(), Err(Error::NoPushPlace {})));
    let place = PushPlace { target: "/media/disk/jingui".into(), limit: Some(9), ..PushPlace::default() };
    let auditor = vault.sign_in(from.house.people.auditor.person()).unwrap();
    assert_eq!(auditor.keep_push_place(Some(place.clone())).unwrap_err().code(), "role");
    let founder = from.house.founder(&vault).unwrap();
    founder.keep_push_place(Some(place.clone())).unwrap();
    assert_eq!(vault.push_place().unwrap(), place);
    let path = from.house.vault().join("settings/places.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("/media/disk", "/media/thief")).unwrap();
    assert!(matches!(vault.push_place(), Err(Error::NoPushPlace {})));
    // What lies aside counts where it lies, if it is what the journal has.
    let aside = from.house.vault().join("staging/places.toml");
    std::fs::write(&aside, &text).unwrap();
    assert_eq!(vault.push_place().unwrap(), place);
    std::fs::remove_file(&aside).unwrap();
    assert_eq!(founder.keep_push_place(None).unwrap_err().code(), "file-damaged");
    std::fs::write(&path, text).unwrap();
    founder.keep_push_place(None).unwrap();
    assert!(matches!(vault.push_place(), Err(Error::NoPushPlace {})));
    nothing_wrong(&verify(&founder));
}
