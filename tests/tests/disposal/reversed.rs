//! An appraisal that was a mistake is taken back by two people while its record is there, and by nobody alone.

use crate::{code, sound};
use jingui_schema::id::ActId;
use jingui_tests::disposal::Yard;
use jingui_tests::house::CANARY;
use jingui_tests::sweep::os;
use jingui_vault::disposal::Judgement;

#[test]
fn an_appraisal_is_taken_back_by_two_and_the_record_is_planned_again() {
    let yard = Yard::new(true);
    let vault = yard.open(os()).unwrap();
    let due = yard.file_due(&vault, "due", 2);
    let first = yard.plan(&vault);
    let legal = yard.legal(&vault);
    let until = Judgement::Keep("2095-01-01".parse().unwrap());
    let done = legal.appraise(first, &due[..1], &until, CANARY, false).unwrap();
    let slip: ActId = vault.line(done[0].seq).unwrap().0.act.id;
    yard.auditor(&vault).reject_plan(first, CANARY, false).unwrap();
    let planned = || {
        let drawn = vault.draw_plan(None, Some(vault.today()), None, &|| false).unwrap();
        drawn.file.rows.iter().any(|row| row.record == due[0])
    };
    let kept_until = || {
        let shown = vault.shown(&due[0].to_string(), vault.today(), &|| false).unwrap();
        assert_eq!(shown.kept.appraised().len(), usize::from(shown.dated.until.is_some()));
        shown.dated.until
    };
    assert!(!planned() && kept_until().is_some(), "it outlives its plan");

    assert_eq!(code(yard.founder(&vault).reverse_appraisal(slip, &due[..1], CANARY, false)), "role");
    assert_eq!(legal.reverse_appraisal(slip, &due[..1], CANARY, true).unwrap(), None);
    let act = legal.reverse_appraisal(slip, &due[..1], CANARY, false).unwrap().unwrap();
    assert_eq!(code(legal.confirm(act)), "own-proposal");
    assert!(!planned() && kept_until().is_some(), "proposed by one");
    yard.reviewer(&vault).confirm(act).unwrap();
    assert!(planned() && kept_until().is_none());
    sound(&yard, &vault);

    // What is no more has no appraisal that could be taken back, and what was proposed of it ends.
    let act = legal.reverse_appraisal(slip, &due[..1], CANARY, false).unwrap().unwrap();
    drop(legal);
    let plan = yard.ripe(&vault);
    assert_eq!(yard.run(&vault, plan).unwrap().destroyed.len(), 2);
    let reviewer = yard.reviewer(&vault);
    assert_eq!(code(reviewer.confirm(act)), "no-proposal");
    assert_eq!(code(reviewer.reverse_appraisal(slip, &due[..1], CANARY, false)), "destroyed");
    drop(reviewer);
    sound(&yard, &vault);
}

#[test]
fn both_signatures_may_come_as_files() {
    let yard = Yard::new(true);
    let vault = yard.open(os()).unwrap();
    let due = yard.file_due(&vault, "due", 1);
    let plan = yard.plan(&vault);
    let legal = yard.legal(&vault);
    let until = Judgement::Keep("2095-01-01".parse().unwrap());
    let done = legal.appraise(plan, &due, &until, CANARY, false).unwrap();
    let slip: ActId = vault.line(done[0].seq).unwrap().0.act.id;
    let is_kept = || {
        let shown = vault.shown(&due[0].to_string(), vault.today(), &|| false).unwrap();
        shown.dated.until.is_some()
    };

    assert_eq!(code(yard.founder(&vault).write_reversal(slip, &due, CANARY)), "role");
    let proposal = legal.write_reversal(slip, &due, CANARY).unwrap();
    assert!(vault.state().proposals.is_empty(), "signed, and not carried in");
    let seq = vault.submit(&proposal, None).unwrap().seq;
    assert_eq!(vault.submit(&proposal, None).unwrap().seq, seq, "a second arrival gets the first result");
    let act = vault.line(seq).unwrap().0.act.id;
    assert_eq!(code(legal.write_confirmation(act)), "own-proposal");
    let approval = yard.reviewer(&vault).write_confirmation(act).unwrap();
    assert!(is_kept(), "proposed by one");
    vault.submit(&approval, None).unwrap();
    assert!(!is_kept());
    drop(legal);
    sound(&yard, &vault);
}
