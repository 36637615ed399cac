//! Several hand-overs into one vault, and several vaults that take one in: by turns, and at the same time.

use super::*;
use std::thread;

/// Two archives that close, with targets of their own and one CA; the first one's taker is for both.
fn two() -> (Closing, Closing) {
    let first = Closing::new();
    let second = of_fonds(&first, "JG02");
    (first, second)
}

/// Another archive of the same CA.
fn of_fonds(it: &Closing, fonds: &'static str) -> Closing {
    Closing::of(escrowed_to(&it.ca, jingui_tests::scratch(), fonds), it.ca.clone())
}

fn known_of(all: [&Closing; 2]) -> Vec<Known> {
    all.into_iter().flat_map(|it| it.known.clone()).collect()
}

/// One vault takes all of these in at the same time, each by a person at work of its own.
fn at_once(taker: &House, all: &[&Session]) -> Vec<Result<TakenOver>> {
    let vault = taker.open(os()).unwrap();
    let take =
        |theirs: &Session| -> Result<TakenOver> { taker.founder(&vault)?.take_handover(theirs, &PATIENT) };
    let take = &take;
    thread::scope(|scope| {
        let begun: Vec<_> = all.iter().map(|theirs| scope.spawn(move || take(theirs))).collect();
        begun.into_iter().map(|run| run.join().expect("it does not panic")).collect()
    })
}

#[test]
fn two_archives_go_into_one_vault_by_turns() {
    let ((first, second), env) = (two(), env_on(os()));
    first.seal();
    second.seal();
    let of_first = first.take().unwrap().unwrap();
    let of_second = second.taken_into(&first.taker).unwrap();
    assert_eq!([(of_first.new, of_first.holds), (of_second.new, of_second.holds)], [(3, 1), (3, 1)]);
    second.leaves(&second.signs(&env, &of_second));

    // Something comes under a hold at the first one; what is there is there once.
    let later = hold(&first.vault().sign_in(first.legal.person()).unwrap(), first.known[2].record);
    first.push();
    let of_second = second.taken_into(&first.taker).unwrap();
    let of_first = first.take().unwrap().unwrap();
    assert_eq!([(of_second.new, of_second.holds), (of_first.new, of_first.holds)], [(0, 0), (0, 1)]);

    // A receipt is one archive's, wherever it is left.
    let other = second.signs(&env, &of_second);
    assert_eq!(leave_order(&*first.target(), &other.file).unwrap_err().code(), "other-copy");
    leave_list(&*first.target(), &other).unwrap();
    fs::write(first.place_of(FromCa::Order(other.act)), other.file.to_text()).unwrap();
    first.leaves(&first.signs(&env, &of_first));
    assert_eq!(first.comes(), ["no-handover", "handover.receipt"]);
    first.is_emptied();
    assert_eq!(second.taken_into(&first.taker).unwrap().new, 0);
    assert_eq!(second.comes(), ["handover.receipt"]);
    second.is_emptied();

    // Two archives of one fonds code would give two records the same number.
    let third = of_fonds(&first, "JG01");
    third.seal();
    assert_eq!(third.taken_into(&first.taker).unwrap_err().code(), "fonds-taken");
    whole(&first.taker, &known_of([&first, &second]));
    let (vault, session) = first.taker();
    assert_eq!(vault.state().holds.len(), 3);
    assert!(session.row(first.known[2].record).unwrap().custody.holds.contains(&later));
}

#[test]
fn two_archives_go_into_one_vault_at_the_same_time() {
    let (first, second) = two();
    first.seal();
    second.seal();
    {
        let seen = [&first, &second].map(|it| it.accepted_by(&it.ca.key, it.target()).unwrap());
        let all: Vec<&Session> = seen.iter().filter_map(|(_, _, theirs)| theirs.as_ref()).collect();
        let taken: Vec<TakenOver> =
            at_once(&first.taker, &all).into_iter().map(|taken| taken.unwrap()).collect();
        for (it, taken) in [&first, &second].into_iter().zip(&taken) {
            assert_eq!((taken.records, taken.new, taken.holds, &*taken.differs), (3, 3, 1, &[][..]));
            it.receipt(taken);
        }
    }
    whole(&first.taker, &known_of([&first, &second]));
    for it in [&first, &second] {
        assert_eq!(it.comes(), ["handover.receipt"]);
        it.is_emptied();
    }
    whole(&first.taker, &known_of([&first, &second]));
}

#[test]
fn an_archive_that_is_taken_in_twice_at_the_same_time_is_there_once() {
    let it = Closing::new();
    it.seal();
    {
        let seen: Vec<Accepted> = (0..4).map(|_| it.accepted_by(&it.ca.key, it.target()).unwrap()).collect();
        let all: Vec<&Session> = seen.iter().filter_map(|(_, _, theirs)| theirs.as_ref()).collect();
        for taken in at_once(&it.taker, &all) {
            // Whoever comes second to a record is told so, or finds it there.
            match taken {
                Ok(taken) => assert!(taken.records == 3 && taken.receipt.is_some(), "{taken:?}"),
                Err(error) => assert_eq!(error.code(), "stale", "{}", full(&error)),
            }
        }
    }
    let taken = it.take().unwrap().unwrap();
    assert_eq!((taken.records, taken.holds, &*taken.differs), (3, 0, &[][..]));
    whole(&it.taker, &it.known);
    assert_eq!(it.taker().0.state().holds.len(), 1);
    it.receipt(&taken);
    assert_eq!(it.comes(), ["handover.receipt"]);
    it.ends();
}

#[test]
fn of_two_vaults_that_took_everything_in_the_receipt_that_came_last_counts() {
    let (it, env) = (Closing::new(), env_on(os()));
    it.seal();
    let other = empty_vault(&it.dir.path().join("another taker"), "CA02");
    let (one, two) = thread::scope(|scope| {
        let one = scope.spawn(|| it.taken_into(&it.taker).unwrap());
        let two = it.taken_into(&other).unwrap();
        (one.join().expect("it does not panic"), two)
    });
    assert_eq!((one.new, one.lines), (3, two.lines));
    let (first, last) = (it.signs(&env, &one), it.signs(&env, &two));
    it.leaves(&first);
    it.leaves(&last);
    assert_eq!(it.comes(), ["handover.receipt", "handover.receipt"]);
    let taker = other.open(os()).unwrap().state().init.vault;
    assert_eq!(it.vault().receipted().unwrap().0.taker, taker);
    nothing_wrong(&it.lacks());
    // The first one does not come a second time.
    it.leaves(&first);
    assert!(it.comes().is_empty());
    assert_eq!(it.receipted(), Some(last.act));
    it.ends();
    whole(&other, &it.known);
    // What comes now is too late to say anything.
    it.leaves(&it.signs(&env, &one));
    assert_eq!(it.comes(), ["overtaken"]);
    assert_eq!((it.stage(), it.receipted()), (Some(Stage::Destroyed), Some(last.act)));
}
