//! Receipts and answers that are lost, late, or come twice.

use super::*;
use jingui_schema::receipt::ReceiptHead;

#[test]
fn a_lost_receipt_is_made_again_and_one_alone_counts() {
    let (it, env) = (Closing::new(), env_on(os()));
    it.seal();
    let first = it.signs(&env, &it.take().unwrap().unwrap());
    it.leaves(&first);
    // The act is lost: its list by itself is nothing. Then that is lost as well.
    it.loses(FromCa::Order(first.act));
    assert!(it.comes().is_empty());
    it.loses(FromCa::Receipt(first.act));
    assert!(it.comes().is_empty());
    assert_eq!((it.stage(), it.receipted()), (Some(Stage::Sent), None));
    assert_eq!(it.finish().unwrap_err().code(), "no-receipt");

    // The CA finds everything there already and signs for it as the archive stands by now; this time the list is lost.
    let taken = it.take().unwrap().unwrap();
    assert_eq!((taken.records, taken.new, taken.holds), (3, 0, 0));
    let second = it.signs(&env, &taken);
    it.leaves(&second);
    it.loses(FromCa::Receipt(second.act));
    assert_eq!(it.comes(), ["receipt-damaged"]);
    assert_eq!((it.stage(), files(&it.house.vault().join("registers"))), (Some(Stage::Sent), 0));
    leave_list(&*it.target(), &second).unwrap();
    assert_eq!(it.comes(), ["handover.receipt"]);

    // The first turns up after all.
    it.leaves(&first);
    assert_eq!(it.comes(), ["overtaken"]);
    assert_eq!(it.receipted(), Some(second.act));
    nothing_wrong(&it.lacks());
    it.ends();
    assert_eq!(it.lines_of("handover.receipt"), 1);
}

#[test]
fn a_receipt_over_an_older_head_counts_where_nothing_came_since_that_it_would_have_to_name() {
    let (it, env) = (Closing::new(), env_on(os()));
    it.seal();
    let order = it.signs(&env, &it.take().unwrap().unwrap());
    // Heads, copies and an answer are none of that.
    it.push();
    it.answer();
    it.push();
    it.leaves(&order);
    assert_eq!(it.comes(), ["handover.receipt"]);
    nothing_wrong(&it.lacks());
    it.ends();
}

#[test]
fn of_two_receipts_the_one_over_more_lines_counts_whichever_comes_first() {
    let (it, env) = (Closing::new(), env_on(os()));
    it.seal();
    let older = it.signs(&env, &it.take().unwrap().unwrap());
    let vault = it.vault();
    hold(&vault.sign_in(it.legal.person()).unwrap(), it.known[2].record);
    drop(vault);
    it.push();
    let newer = it.signs(&env, &it.take().unwrap().unwrap());
    let ways = [
        // As they were signed, both at once.
        (vec![vec![&older, &newer]], vec!["handover.receipt", "handover.receipt"]),
        // The newer one first, then the older one, which is named for as long as it lies there.
        (vec![vec![&newer], vec![&older], vec![]], vec!["handover.receipt", "overtaken", "overtaken"]),
        // The older one alone is not enough.
        (vec![vec![&older]], vec!["handover.receipt"]),
    ];
    for (orders, came) in ways {
        let it = it.copied();
        let mut all = Vec::new();
        for at_once in orders {
            at_once.into_iter().for_each(|order| it.leaves(order));
            all.extend(it.comes());
        }
        assert_eq!(all, came);
        if it.receipted() == Some(newer.act) {
            it.ends();
        } else {
            assert_eq!(it.finish().unwrap_err().code(), "not-receipted");
            whole(&it.house, &it.known);
        }
    }
}

#[test]
fn a_receipt_of_a_hand_over_that_was_called_off_counts_for_nothing() {
    let (mut it, env) = (Closing::new(), env_on(os()));
    it.seal();
    let old = it.signs(&env, &it.take().unwrap().unwrap());
    let vault = it.vault();
    vault.sign_in(it.legal.person()).unwrap().cancel_handover("not yet", false).unwrap();
    let founder = it.house.founder(&vault).unwrap();
    let after = Known::of(&it.house.file(&founder, "after all", 1, None).unwrap(), 1);
    drop((founder, vault));
    it.known.push(after);
    // While nothing is handed over, and once everything is handed over anew.
    it.leaves(&old);
    assert_eq!(it.comes(), ["overtaken"]);
    it.seal();
    assert_eq!(it.comes(), ["overtaken"]);
    assert_eq!(it.finish().unwrap_err().code(), "no-receipt");
    whole(&it.house, &it.known);

    let taken = it.take().unwrap().unwrap();
    assert_eq!((taken.records, taken.new, &*taken.differs), (4, 1, &[][..]));
    it.leaves(&it.signs(&env, &taken));
    assert_eq!(it.comes(), ["overtaken", "handover.receipt"]);
    it.ends();
}

/// Makes another one of the head of a list.
type Change<'a> = &'a dyn Fn(&mut ReceiptHead);

#[test]
fn a_receipt_over_lines_that_were_not_handed_over_is_refused() {
    let (it, env) = (Closing::new(), env_on(os()));
    it.seal();
    let taken = it.take().unwrap().unwrap();
    let ways: [(&str, Change<'_>, &str); 5] = [
        ("lines before it was sealed", &|head| head.lines = 1, "stale"),
        ("lines that are still to come", &|head| head.lines = 999_999, "stale"),
        ("taken in by the archive itself", &|head| head.taker = head.vault, "stale"),
        ("another hand-over", &|head| head.handover = ActId::from_bytes([9; 16]), "no-handover"),
        ("another history", &|head| head.root = Sha256([7; 32]), "receipt-damaged"),
    ];
    for (what, change, code) in ways {
        let mut receipt = taken.receipt.clone().unwrap();
        change(&mut receipt.head);
        let authority = it.house.people.authority.person();
        let order = HandoverOrder::new(&env, &receipt, Some(&authority));
        it.leaves(&order);
        assert_eq!(it.comes(), [code], "{what}");
        it.loses(FromCa::Order(order.act));
        assert_eq!((it.stage(), it.receipted()), (Some(Stage::Sent), None), "{what}");
        assert_eq!(files(&it.house.vault().join("registers")), 0, "{what}");
    }
    whole(&it.house, &it.known);
    it.leaves(&it.signs(&env, &taken));
    assert_eq!(it.comes(), ["handover.receipt"]);
    it.ends();
}

#[test]
fn an_answer_that_comes_twice_counts_once() {
    let it = Closing::new();
    it.seal();
    let before = it.lines_of("head.cosigned");
    let answer = || it.ca.answers(&it.house, &*it.target()).unwrap();
    let lines = answer();
    assert_eq!(answer(), lines, "the cosigner gives the same answer again");
    let high = it.place_of(FromCa::Cosigned(999_999_999_999));
    fs::copy(it.place_of(FromCa::Cosigned(lines)), &high).unwrap();
    assert_eq!(said(&it.push()), ["not-an-answer", "cosigned"]);
    for _ in 0..2 {
        assert_eq!(said(&it.push()), ["not-an-answer"], "under that name it is none");
    }
    // By hand as well.
    let text = fs::read_to_string(it.place_of(FromCa::Cosigned(lines))).unwrap();
    assert!(it.vault().import_cosignature("by hand", &text).unwrap().repeated);
    assert_eq!(it.lines_of("head.cosigned"), before + 1);
    nothing_wrong(&second_opinion(&it.house));
    fs::remove_file(high).unwrap();
    it.receipt(&it.take().unwrap().unwrap());
    assert_eq!(it.comes(), ["handover.receipt"]);
    it.ends();
}

#[test]
fn a_receipt_that_comes_twice_counts_once() {
    let (it, env) = (Closing::new(), env_on(os()));
    it.seal();
    let order = it.signs(&env, &it.take().unwrap().unwrap());
    it.leaves(&order);
    assert!(leave_order(&*it.target(), &order.file).unwrap().1, "it lies there already");
    let other = it.place_of(FromCa::Order(ActId::from_bytes([9; 16])));
    fs::copy(it.place_of(FromCa::Order(order.act)), &other).unwrap();
    assert_eq!(it.comes(), ["not-an-act", "handover.receipt"]);
    assert_eq!(it.comes(), ["not-an-act"], "under another one's name it is none");
    fs::remove_file(other).unwrap();
    it.leaves(&order);
    assert!(it.comes().is_empty());
    assert!(it.vault().submit(&order.file, None).unwrap().repeated, "nor by hand");
    assert_eq!(it.lines_of("handover.receipt"), 1);
    it.ends();
    // Nor once all is done.
    it.leaves(&order);
    assert!(it.comes().is_empty());
    assert_eq!(it.stage(), Some(Stage::Destroyed));
}
