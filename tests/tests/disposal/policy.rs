//! What plans ask for: what nobody could meet is refused as it is proposed, and told where people have left since; a rehearsal
//! does as many as a run would.

use crate::{code, sound};
use jingui_ops::doctor::vault::{Look, look};
use jingui_ops::doctor::{Finding, Severity};
use jingui_schema::act::SignOff;
use jingui_schema::disposal::{Policy, Slot};
use jingui_schema::facts::Role;
use jingui_schema::id::StaffNo;
use jingui_tests::disposal::Yard;
use jingui_tests::house::CANARY;
use jingui_tests::sweep::os;
use jingui_vault::disposal::{RunOptions, seats_text};
use jingui_vault::{Error, Vault};

fn slot(slot: Slot, roles: &[Role]) -> SignOff {
    SignOff { slot, roles: roles.to_vec() }
}

/// What is said of a policy that is proposed: the code, and what is missing or wrong.
fn proposed(yard: &Yard, vault: &Vault, slots: &[SignOff], wait: u16, cap: u32) -> (&'static str, String) {
    match yard.approver(vault).propose_policy(slots, wait, cap, CANARY, true) {
        Ok(_) => ("ok", String::new()),
        Err(error) => {
            let said = match &error {
                Error::PolicyUnmet { missing } => missing.clone(),
                Error::BadPolicy { why } => why.clone(),
                other => panic!("{other:?}"),
            };
            (error.code(), said)
        }
    }
}

/// Two people make it hold.
fn adopt(yard: &Yard, vault: &Vault, slots: &[SignOff], cap: u32) {
    let act = yard.approver(vault).propose_policy(slots, 3, cap, CANARY, false).unwrap().unwrap();
    yard.legal(vault).confirm(act).unwrap();
}

/// What the doctor says of disposal.
fn doctor(vault: &Vault) -> Finding {
    let looked = look(&Look { vault, made: &[], session: None, fix: false });
    looked.found.into_iter().find(|finding| finding.code == "disposal").expect("it says something")
}

#[test]
fn a_policy_that_nobody_could_meet_is_refused_and_says_who_is_missing() {
    let yard = Yard::new(false);
    let vault = yard.open(os()).unwrap();
    let unit = slot(Slot::Unit, &[Role::Approver]);
    let archives = slot(Slot::Archives, &[Role::Archivist]);
    let authority = slot(Slot::Authority, &[]);
    let asks = |slots: &[SignOff]| proposed(&yard, &vault, slots, 7, 10);
    // 0005 signs off, 0001 too, 0004 appraises, 0002 and 0003 witness: all five have a part.
    assert_eq!(asks(&[unit.clone(), archives.clone(), authority]), ("ok", String::new()));
    let unmet = |missing: &str| ("policy-unmet", missing.to_owned());
    // One approver for two sign-offs.
    let handler = slot(Slot::Handler, &[Role::Approver]);
    assert_eq!(asks(&[unit.clone(), handler]), unmet("handler=approver"));
    // Nobody has that role.
    assert_eq!(asks(&[slot(Slot::Business, &[Role::Auditor])]), unmet("business=auditor"));
    // Each sign-off has somebody, and then nobody is left to witness.
    let business = slot(Slot::Business, &[Role::Legal, Role::Reviewer]);
    assert_eq!(asks(&[unit.clone(), archives.clone(), business]), unmet("witness"));
    // Whoever has not been countersigned is nobody's second person.
    let founder = yard.founder(&vault);
    let new = founder.enrol(&yard.house.people.newcomer.person().public_half(), &[Role::Approver]).unwrap();
    let two = [unit.clone(), slot(Slot::Handler, &[Role::Approver])];
    assert_eq!(asks(&two), unmet("handler=approver"), "{new:?}");
    vault.sign_in(yard.house.people.authority.person()).unwrap().countersign().unwrap();
    assert_eq!(asks(&two), ("ok", String::new()));
    // What says nothing, or too much, is refused by what is wrong with it.
    let bad = |why: &str| ("bad-policy", why.to_owned());
    assert_eq!(asks(&[]), bad("none"));
    assert_eq!(asks(&[unit.clone(), unit.clone()]), bad("twice"));
    assert_eq!(asks(&[slot(Slot::Unit, &[])]), bad("roles"));
    let one = [unit];
    assert_eq!(proposed(&yard, &vault, &one, 7, 0), bad("cap"));
    assert_eq!(proposed(&yard, &vault, &one, 0, 10), bad("wait"));
    assert_eq!(proposed(&yard, &vault, &one, 367, 10), bad("wait"));
    assert_eq!(vault.state().proposals.len(), 0);
}

#[test]
fn people_who_have_left_are_told_of_and_refuse_no_line() {
    let yard = Yard::new(false);
    let vault = yard.open(os()).unwrap();
    yard.file_due(&vault, "due", 1);
    let said = |finding: &Finding| (finding.severity, finding.words["state"].clone());
    assert_eq!(said(&doctor(&vault)), (Severity::Ok, "fits".into()));
    adopt(
        &yard,
        &vault,
        &[slot(Slot::Unit, &[Role::Approver]), slot(Slot::Archives, &[Role::Archivist])],
        10,
    );
    let plan = yard.plan(&vault);
    yard.appraise(&vault, plan);
    let stuck = || {
        let state = vault.state();
        seats_text(&state.unmet_of(state.plan(plan).unwrap()))
    };
    assert_eq!((said(&doctor(&vault)), stuck()), ((Severity::Ok, "fits".into()), String::new()));
    // The approver signs and leaves: what is signed counts, the next plan lacks somebody.
    let approver = yard.approver(&vault);
    approver.sign_plan(&approver.approval(plan, Slot::Unit).unwrap(), false).unwrap();
    drop(approver);
    yard.founder(&vault).disable(StaffNo(5), None).unwrap();
    let told = doctor(&vault);
    assert_eq!((said(&told), stuck()), ((Severity::Warning, "policy".into()), String::new()));
    assert_eq!(told.texts["missing"], "unit=approver");
    // A witness leaves: of the plan one is missing, and it can be stopped.
    yard.founder(&vault).disable(StaffNo(3), None).unwrap();
    let told = doctor(&vault);
    assert_eq!((said(&told), stuck()), ((Severity::Warning, "plans".into()), "witness".into()));
    assert_eq!(told.texts["missing"], format!("{plan} (witness)"));
    yard.legal(&vault).reject_plan(plan, "nobody is left", false).unwrap();
    assert_eq!((said(&doctor(&vault)), stuck()), ((Severity::Warning, "policy".into()), String::new()));
    drop(vault);
    // Opened again, the policy holds as it stands.
    let vault = yard.open(os()).unwrap();
    assert_eq!(vault.state().disposal.slots.len(), 2);
    assert_ne!(vault.state().disposal, Policy::default());
    sound(&yard, &vault);
}

#[test]
fn a_rehearsal_does_as_many_as_the_run_and_leaves_the_rest_waiting() {
    let yard = Yard::new(false);
    let vault = yard.open(os()).unwrap();
    let due = yard.file_due(&vault, "due", 6);
    adopt(&yard, &vault, &[slot(Slot::Unit, &[Role::Approver])], 3);
    let plan = yard.ripe(&vault);
    // One has changed since, which no limit counts.
    let founder = yard.founder(&vault);
    let late = jingui_tests::house::docs("late", 1);
    founder.supplement(due[0], &late, "late", None, &mut Default::default()).unwrap();
    drop(founder);
    let rehearse = |limit| vault.rehearse_run(plan, None, limit, &|| false).unwrap();
    let run = |limit| {
        let options = RunOptions { by: None, limit, interrupted: &|| false, progress: &|_, _| {} };
        vault.run_plan(plan, &options).unwrap()
    };
    let counts = |limit| {
        let ran = rehearse(limit);
        (ran.destroyed.len(), ran.left.len(), ran.waiting)
    };
    assert_eq!(counts(None), (3, 1, 2), "the plan's own limit");
    assert_eq!(counts(Some(1000)), (3, 1, 2), "no limit goes above it");
    assert_eq!(counts(Some(0)), (0, 0, 6));
    let day = "2031-01-01".parse().unwrap();
    let ran = vault.rehearse_run(plan, Some(day), Some(2), &|| false).unwrap();
    assert_eq!(ran.destroyed.len(), 2);
    for limit in [Some(1), Some(2), None] {
        let (mut would, mut did) = (rehearse(limit), run(limit));
        // By number there, by id within a batch here.
        would.destroyed.sort_unstable();
        did.destroyed.sort_unstable();
        assert_eq!((would.destroyed, would.waiting), (did.destroyed, did.waiting), "{limit:?}");
        assert_eq!(would.left, did.left, "{limit:?}");
    }
    assert_eq!(vault.state().destroyed.len(), 5);
    assert_eq!(code(vault.rehearse_run(plan, None, None, &|| false)), "plan-ended");
    sound(&yard, &vault);
}
