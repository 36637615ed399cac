//! Hand-over of one project: its records go to the CA, and the archive goes on with all others.

use super::*;

/// The one whose project is handed over: `known[1]`, which is held.
const PROJECT: &str = "another";

fn restrict(it: &Closing, vault: &Vault, record: RecordId) -> Result<u64> {
    vault.sign_in(it.legal.person()).unwrap().restrict(record, true, "somebody asked")
}

#[test]
fn one_project_goes_and_the_archive_goes_on() {
    let it = Closing::new();
    let (going, staying) = (it.known[1].clone(), [it.known[0].clone(), it.known[2].clone()]);
    it.seal_part(PROJECT);
    assert_eq!(it.stage(), Some(Stage::Sent));
    let mut known = staying.to_vec();
    {
        // Filing goes on, also into that project; what comes is no part of it.
        let vault = it.vault();
        let founder = it.house.founder(&vault).unwrap();
        for (of, count) in [("meanwhile", 1), (PROJECT, 2)] {
            known.push(Known::of(&it.house.file(&founder, of, count, None).unwrap(), count));
        }
        let state = vault.state();
        let handover = state.handover.as_ref().unwrap();
        assert_eq!(founder.project_of(handover.act).unwrap(), Some(project(PROJECT)));
        assert_eq!(founder.beside_handover(handover).unwrap(), Some(1));
        assert_eq!((handover.records, state.handing_over()), (Some(1), 1));
        let papers = docs("found later", 1);
        let more = founder.supplement(going.record, &papers, "found", None, &mut Buffers::new());
        assert_eq!(more.unwrap_err().code(), "sealed");
        assert_eq!(restrict(&it, &vault, going.record).unwrap_err().code(), "sealed");
        restrict(&it, &vault, staying[1].record).unwrap();
    }
    it.push();
    it.answer();
    it.push();

    let taken = it.take().unwrap().unwrap();
    assert_eq!((taken.records, taken.new, taken.holds, &*taken.differs), (1, 1, 1, &[][..]));
    assert_eq!(taken.receipt.as_ref().unwrap().rows.len(), 1);
    assert_eq!(it.take().unwrap().unwrap().new, 0, "nothing is taken in twice");
    {
        let (vault, session) = it.taker();
        nothing_wrong(&look_at_all(&session, std::slice::from_ref(&going)));
        nothing_wrong(&verify(&session));
        assert_eq!((vault.state().counts.records, vault.state().holds.len()), (1, 1));
    }
    nothing_wrong(&second_opinion(&it.taker));
    it.receipt(&it.take().unwrap().unwrap());
    it.push();
    assert_eq!(it.stage(), Some(Stage::Receipted));
    {
        // What keeps other records is no matter of it.
        let vault = it.vault();
        hold(&vault.sign_in(it.legal.person()).unwrap(), staying[1].record);
    }
    nothing_wrong(&it.lacks());
    nothing_wrong(&second_opinion(&it.house));
    let done = it.finish().unwrap();
    assert_eq!(it.finish().unwrap(), done, "once");
    nothing_wrong(&it.left_of(going.record));
    {
        let vault = it.vault();
        let founder = it.house.founder(&vault).unwrap();
        nothing_wrong(&look_at_all(&founder, &known));
        nothing_wrong(&verify(&founder));
        let number = going.number.to_string();
        assert_eq!(founder.resolve(&number).unwrap_err().code(), "transferred");
        // Its number is not given again.
        let next = it.house.file(&founder, "afterwards", 1, None).unwrap();
        assert_ne!(next.number, going.number);
        known.push(Known::of(&next, 1));
        founder.rebuild_catalog().unwrap();
        nothing_wrong(&look_at_all(&founder, &known));
        assert!(vault.ledger(vault.today(), &|| false).unwrap().get(going.record).is_none());
    }
    nothing_wrong(&second_opinion(&it.house));
    it.push();
    it.answer();
    it.push();
    {
        let state = it.vault().state();
        assert_eq!(
            state.handed.iter().map(|handed| state.stage_of(handed)).collect::<Vec<_>>(),
            [Stage::Closed]
        );
        assert_eq!(
            (state.handover_stage(), state.is_handed_over(), state.is_emptied()),
            (None, false, false)
        );
    }

    // Then all the rest, into the same vault of the CA's.
    it.seal();
    let taken = it.take().unwrap().unwrap();
    assert_eq!((taken.records, taken.new, &*taken.differs), (5, 5, &[][..]));
    it.receipt(&taken);
    it.push();
    it.finish().unwrap();
    nothing_wrong(&it.left());
    nothing_wrong(&keyless(&it.vault()));
    nothing_wrong(&second_opinion(&it.house));
    let (_vault, session) = it.taker();
    known.push(going);
    nothing_wrong(&look_at_all(&session, &known));
    nothing_wrong(&second_opinion(&it.taker));
}

#[test]
fn a_hold_on_a_record_of_the_list_goes_to_the_ca_before_it_is_destroyed() {
    let it = Closing::new();
    it.seal_part(PROJECT);
    it.receipt(&it.take().unwrap().unwrap());
    it.push();
    let later = {
        let vault = it.vault();
        hold(&vault.sign_in(it.legal.person()).unwrap(), it.known[1].record)
    };
    let lacks = it.vault().compare_with_receipt(&|| false).unwrap();
    assert_eq!(
        lacks.iter().map(|lack| (lack.record, lack.why)).collect::<Vec<_>>(),
        [(it.known[1].record, LackWhy::Hold)]
    );
    assert_eq!(it.finish().unwrap_err().code(), "not-receipted");
    it.push();
    it.answer();
    it.push();
    let taken = it.take().unwrap().unwrap();
    assert_eq!((taken.new, taken.holds), (0, 1));
    it.receipt(&taken);
    it.push();
    it.finish().unwrap();
    nothing_wrong(&it.left_of(it.known[1].record));
    nothing_wrong(&second_opinion(&it.house));
    nothing_wrong(&second_opinion(&it.taker));
    let (_vault, session) = it.taker();
    assert!(session.row(it.known[1].record).unwrap().custody.holds.contains(&later));
}

#[test]
fn one_that_is_called_off_leaves_its_records_as_they_were_and_may_begin_again() {
    let it = Closing::new();
    {
        let vault = it.vault();
        let approver = vault.sign_in(it.approver.person()).unwrap();
        let none = approver.propose_handover_of("nobody's", "it moves", false);
        assert_eq!(none.unwrap_err().code(), "nothing-listed");
        let (act, records) = approver.propose_handover_of(&project(PROJECT), "it moves", true).unwrap();
        assert_eq!((act, records, vault.state().listing.len()), (None, 1, 0));
        // Refused: the list is forgotten.
        let (act, _) = approver.propose_handover_of(&project(PROJECT), "it moves", false).unwrap();
        assert_eq!(vault.state().listing.len(), 1);
        vault.sign_in(it.legal.person()).unwrap().refuse(act.unwrap(), "not yet").unwrap();
        assert!(vault.state().listing.is_empty());
    }
    it.seal_part(PROJECT);
    {
        let vault = it.vault();
        let legal = vault.sign_in(it.legal.person()).unwrap();
        // Neither everything nor another list while it goes on.
        let all = vault.sign_in(it.approver.person()).unwrap().propose_handover("it closes", false);
        assert_eq!(all.unwrap_err().code(), "unfinished");
        let other = legal.propose_handover_of(&project("a third"), "it moves", false);
        assert_eq!(other.unwrap_err().code(), "unfinished");
        legal.cancel_handover("it stays", false).unwrap();
    }
    restrict(&it, &it.vault(), it.known[1].record).unwrap();
    nothing_wrong(&second_opinion(&it.house));
    it.seal_part("a third");
    let taken = it.take().unwrap().unwrap();
    assert_eq!((taken.records, taken.holds), (1, 0), "the hold keeps no record of this list");
    let (_vault, session) = it.taker();
    nothing_wrong(&look_at_all(&session, &it.known[2..]));
    nothing_wrong(&second_opinion(&it.house));
}

#[test]
fn what_is_not_in_the_receipt_as_it_is_stays() {
    let it = Closing::new();
    it.seal_part(PROJECT);
    let mut forged = it.take().unwrap().unwrap();
    let receipt = forged.receipt.as_mut().unwrap();
    receipt.rows[0].commit = Sha256([7; 32]);
    it.receipt(&forged);
    it.push();
    assert_eq!(it.vault().compare_with_receipt(&|| false).unwrap()[0].why, LackWhy::Otherwise);
    assert_eq!(it.finish().unwrap_err().code(), "not-receipted");
    // One over other records than were listed does not come in.
    receipt_of_too_many(&it);
    assert_eq!(it.finish().unwrap_err().code(), "not-receipted");
    nothing_wrong(&look_at_all(&it.house.founder(&it.vault()).unwrap(), &it.known));
}

fn receipt_of_too_many(it: &Closing) {
    let mut taken = it.take().unwrap().unwrap();
    let receipt = taken.receipt.as_mut().unwrap();
    let mut row = receipt.rows[0].clone();
    row.record = if row.record < it.known[0].record { it.known[0].record } else { it.known[2].record };
    receipt.rows.push(row);
    receipt.rows.sort_by_key(|row| row.record);
    receipt.head.records = 2;
    it.receipt(&taken);
    let pushed = it.push();
    assert!(pushed.taken.iter().any(|taken| taken.came.is_err()), "{:?}", pushed.taken);
}
