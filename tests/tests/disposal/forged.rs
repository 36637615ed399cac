//! One person who may write to every file, and has their own key, destroys nothing.

use crate::code;
use jingui_schema::act::{
    Act, ActConfirm, Deed, HoldScreened, NoteMark, PurgeAppraise, PurgeApprove, PurgeBegin, PurgeDone,
    PurgePolicy, PurgeWitness, RecordReview, Reviewed, SignOff, Tombstone,
};
use jingui_schema::commit::Commit;
use jingui_schema::digest::{B3, Sha256};
use jingui_schema::disposal::{Appraisal, Slot};
use jingui_schema::facts::{Role, Verdict};
use jingui_schema::id::{ActId, By, NoteId, Place, PlanId, StaffNo};
use jingui_schema::line::{Line, Tip};
use jingui_schema::merkle::{Frontier, leaf_hash};
use jingui_tests::disposal::Yard;
use jingui_tests::sweep::os;
use jingui_vault::Vault;
use std::fs;

/// Appends acts as somebody who can write to the disk would, signed with the founder's key whoever they are said to be
/// by; `commit` and everything derived follow.
fn append(yard: &Yard, vault: Vault, acts: Vec<(By, Deed)>) {
    let state = vault.state();
    let founder = yard.house.people.founder.person();
    let path = yard.house.vault().join("journal/000000000001.jsonl");
    let mut text = fs::read(&path).unwrap();
    let mut tip = Tip { lines: state.lines, last: state.last, at: state.at };
    for (number, (by, deed)) in acts.into_iter().enumerate() {
        let id = ActId::from_bytes([200 + number as u8; 16]);
        let raw = Act { id, at: state.at, deed }.to_raw();
        let sig = (by != By::Vault).then(|| founder.sign(&state.init.vault, raw.get()));
        let line = Line::write(&tip, state.at, by, &raw, sig).unwrap();
        tip = Tip::after(&Line::parse(line.trim_ascii_end()).unwrap());
        text.extend_from_slice(&line);
    }
    let vault_id = state.init.vault;
    drop((state, vault));
    fs::write(&path, &text).unwrap();
    let mut frontier = Frontier::default();
    text.split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .for_each(|line| frontier.push(leaf_hash(line)));
    let bytes = text.len() as u64;
    let mut slots = Vec::new();
    for generation in [1000, 1001] {
        let commit = Commit {
            v: jingui_schema::FORMAT,
            vault: vault_id,
            generation,
            lines: tip.lines,
            segment: 1,
            bytes,
            last: tip.last,
            root: Sha256(frontier.root()),
        };
        slots.extend_from_slice(&commit.to_slot());
    }
    fs::write(yard.house.vault().join("journal/commit"), slots).unwrap();
    fs::remove_dir_all(yard.house.vault().join("derived")).unwrap();
}

fn staff(number: u32) -> By {
    By::Staff(StaffNo(number))
}

fn note() -> NoteMark {
    NoteMark { id: NoteId::from_bytes([77; 16]), place: Place(0), epoch: 1, size: 300, b3: B3([1; 32]) }
}

/// What a run comes to after some lines were forged, and the CA, who sees roots alone, has countersigned them.
fn run_after(yard: &Yard, plan: PlanId, vault: Vault, acts: Vec<(By, Deed)>) -> &'static str {
    append(yard, vault, acts);
    let vault = yard.open(os()).unwrap();
    assert_eq!(vault.read_only(), None, "the forgery is well made");
    yard.wait(&vault, 8);
    let code = code(yard.run(&vault, plan));
    assert_eq!(vault.state().destroyed.len(), 0);
    code
}

#[test]
fn lines_that_others_are_said_to_have_signed_carry_nothing_out() {
    let yard = Yard::new(false);
    let vault = yard.open(os()).unwrap();
    let due = yard.file_due(&vault, "due", 2);
    let plan = yard.plan(&vault);
    let sha256 = vault.state().plan(plan).unwrap().sha256;
    let next = vault.state().lines + 1;
    let mut records = due;
    records.sort_unstable();
    let (until, class, verdict) = (None, None, Appraisal::Destroy);
    let appraise = PurgeAppraise { plan, sha256, verdict, records, until, class, note: note() };
    let approve = PurgeApprove { plan, sha256, appraised: next, slot: Slot::Unit };
    let witness = PurgeWitness { plan, sha256, appraised: next };
    let acts: Vec<(By, Deed)> = vec![
        (staff(4), appraise.into()),
        (staff(5), approve.into()),
        (staff(2), witness.clone().into()),
        (staff(3), witness.into()),
    ];
    assert_eq!(run_after(&yard, plan, vault, acts), "journal-damaged");
}

#[test]
fn a_forged_witness_a_shorter_wait_a_hold_compared_away_and_a_review_carry_nothing_out() {
    // Everything but the second witness is real.
    let pattern = Yard::new(false);
    let vault = pattern.open(os()).unwrap();
    pattern.file_due(&vault, "due", 2);
    let plan = pattern.plan(&vault);
    pattern.appraise(&vault, plan);
    let approver = pattern.approver(&vault);
    approver.sign_plan(&approver.approval(plan, Slot::Unit).unwrap(), false).unwrap();
    let reviewer = pattern.reviewer(&vault);
    reviewer.sign_plan(&reviewer.witnessing(plan).unwrap(), false).unwrap();
    let state = vault.state();
    let signed = state.plan(plan).unwrap();
    let (sha256, appraised) = (signed.sha256, signed.last_appraisal().unwrap());
    drop((approver, reviewer, vault));
    let yard = pattern.copy();
    let vault = yard.open(os()).unwrap();
    let witness = PurgeWitness { plan, sha256, appraised };
    assert_eq!(run_after(&yard, plan, vault, vec![(staff(3), witness.into())]), "journal-damaged");

    // A policy of one day, said to be proposed and confirmed; then everything else is real.
    let yard = Yard::new(false);
    let vault = yard.open(os()).unwrap();
    yard.file_due(&vault, "due", 1);
    let slots = vec![SignOff { slot: Slot::Unit, roles: vec![Role::Approver] }];
    let policy: Deed = PurgePolicy { slots, wait: 1, cap: 10, note: note() }.into();
    let proposed = Act { id: ActId::from_bytes([200; 16]), at: vault.state().at, deed: policy.clone() };
    let confirm = ActConfirm { act: proposed.id, sha256: Sha256::of(proposed.to_raw().get().as_bytes()) };
    append(&yard, vault, vec![(staff(5), policy), (staff(4), confirm.into())]);
    let vault = yard.open(os()).unwrap();
    yard.cosign(&vault);
    assert_eq!(code(vault.draw_plan(None, None, None, &|| false)), "journal-damaged");

    // A standing hold that everything is said to have been compared with.
    let yard = Yard::new(false);
    let vault = yard.open(os()).unwrap();
    yard.file_due(&vault, "due", 1);
    let legal = yard.legal(&vault);
    let query =
        jingui_schema::hold::HoldQuery::read("outlet:nowhere words that nobody can look for").unwrap();
    let order = jingui_vault::holding::HoldOrder {
        matter: "m".into(),
        basis: "b".into(),
        review: "2027-05-01".parse().unwrap(),
        scope: jingui_vault::holding::Scope::Query(query),
    };
    let hold = legal.place_hold(&order, &jingui_vault::holding::NoWords, false).unwrap().hold;
    drop(legal);
    yard.file_due(&vault, "later", 1);
    let lines = vault.state().lines;
    append(&yard, vault, vec![(staff(4), HoldScreened { hold, lines, readers: None }.into())]);
    let vault = yard.open(os()).unwrap();
    yard.cosign(&vault);
    assert_eq!(code(vault.draw_plan(None, None, None, &|| false)), "journal-damaged");

    // A record that nobody has reviewed, said to be reviewed.
    let yard = Yard::new(false);
    let vault = yard.open(os()).unwrap();
    let session = yard.founder(&vault);
    let record = yard.file_due(&vault, "due", 1)[0];
    session
        .supplement(record, &jingui_tests::house::docs("more", 1), "r", None, &mut Default::default())
        .unwrap();
    let cover = session.row(record).unwrap().covers.last().copied().unwrap();
    drop(session);
    let review = RecordReview {
        records: vec![Reviewed { record, n: cover.n, commit: cover.mark.commit }],
        verdict: Verdict::Passed,
        materials: 0,
        compared: Vec::new(),
        plan: None,
        note: None,
    };
    append(&yard, vault, vec![(staff(2), review.into())]);
    let vault = yard.open(os()).unwrap();
    yard.cosign(&vault);
    assert_eq!(code(vault.draw_plan(None, None, None, &|| false)), "journal-damaged");
}

#[test]
fn files_and_clocks_that_were_changed_carry_nothing_out() {
    let pattern = Yard::new(false);
    let vault = pattern.open(os()).unwrap();
    pattern.file_due(&vault, "due", 2);
    let young = pattern.file(&vault, "young", "2025-03-01", 1);
    let plan = pattern.ripe(&vault);
    drop(vault);

    // Another row in the plan: it is not the file that was signed.
    let yard = pattern.copy();
    let path = yard.house.vault().join(format!("plans/{plan}.jsonl"));
    let text = fs::read_to_string(&path).unwrap();
    let row = text.lines().nth(1).unwrap().to_owned();
    let record = row.split("\"record\":\"").nth(1).unwrap()[..26].to_owned();
    fs::write(&path, text.replace(&record, &young.to_string())).unwrap();
    let vault = yard.open(os()).unwrap();
    assert_eq!(code(yard.run(&vault, plan)), "plan-damaged");
    fs::remove_file(&path).unwrap();
    assert_eq!(code(yard.run(&vault, plan)), "plan-damaged");
    assert_eq!(vault.state().destroyed.len(), 0);

    // Catalog and snapshot deleted or of another vault: nothing is asked of them.
    let yard = pattern.copy();
    fs::remove_dir_all(yard.house.vault().join("derived")).unwrap();
    let vault = yard.open(os()).unwrap();
    assert_eq!(yard.run(&vault, plan).unwrap().destroyed.len(), 2);

    // Ten years ahead, nothing more is due than the CA has seen; ten years back, nothing is.
    let yard = pattern.copy();
    let vault = yard.open(os()).unwrap();
    yard.clock.pass(3660);
    let drawn = vault.draw_plan(None, None, None, &|| false);
    assert_eq!(code(drawn), "nothing-due", "two are planned, and the third is young");
    yard.clock.pass(-3660);
    yard.clock.pass(-3660);
    assert_eq!(code(yard.run(&vault, plan)), "plan-waits");
    assert_eq!(vault.state().destroyed.len(), 0);
}

#[test]
fn a_destruction_that_no_run_would_have_done_is_found_by_whoever_verifies() {
    let yard = Yard::new(false);
    let vault = yard.open(os()).unwrap();
    let record = yard.file_due(&vault, "due", 2)[0];
    let plan = yard.ripe(&vault);
    let order = jingui_vault::holding::HoldOrder {
        matter: "m".into(),
        basis: "b".into(),
        review: "2027-05-01".parse().unwrap(),
        scope: jingui_vault::holding::Scope::List(vec![record]),
    };
    yard.legal(&vault).place_hold(&order, &jingui_vault::holding::NoWords, false).unwrap();
    let number = yard.founder(&vault).row(record).unwrap().facts.number;
    let seen = vault.state().lines;
    let begin = PurgeBegin { plan, seen, records: vec![record] };
    let done = PurgeDone { plan, destroyed: vec![Tombstone { record, number }], failed: Vec::new() };
    append(&yard, vault, vec![(By::Vault, begin.into()), (By::Vault, done.into())]);
    for path in crate::files_of(&yard.house.vault(), record) {
        fs::remove_file(path).unwrap();
    }
    let vault = yard.open(os()).unwrap();
    let found = jingui_tests::house::verify(&yard.founder(&vault));
    assert!(found.iter().any(|f| f.contains("was not to be destroyed: not-eligible")), "{found:#?}");
}
