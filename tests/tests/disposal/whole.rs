//! A plan from its making to its certificate.

use crate::{code, files_of, sound};
use jingui_schema::disposal::{Excluded, Left};
use jingui_tests::disposal::Yard;
use jingui_tests::house::{Key, env_on};
use jingui_tests::sweep::os;
use jingui_vault::cosigner::Cosigner;
use jingui_vault::disposal::{Judgement, Stage};

#[test]
fn what_two_people_and_two_witnesses_have_signed_is_destroyed_and_nothing_else() {
    for mirrored in [false, true] {
        let yard = Yard::new(mirrored);
        let vault = yard.open(os()).unwrap();
        let due = yard.file_due(&vault, "due", 3);
        let kept = yard.file(&vault, "young", "2026-11-01", 2);
        let founder = yard.founder(&vault);
        for record in due.iter().chain([&kept]) {
            founder.material(*record).unwrap().keep(1, b"what was read in it").unwrap();
        }
        drop(founder);
        let plan = yard.ripe(&vault);
        assert_eq!(vault.state().plan(plan).unwrap().stage(), Stage::Waiting);
        let ran = yard.run(&vault, plan).unwrap();
        let mut expected = due.clone();
        expected.sort_unstable();
        assert_eq!((ran.destroyed, ran.left.len(), ran.waiting), (expected, 0, 0));
        for record in &due {
            assert_eq!(files_of(yard.dir.path(), *record), Vec::<String>::new());
        }
        assert!(!files_of(yard.dir.path(), kept).is_empty());
        let state = vault.state();
        assert_eq!((state.plan(plan).unwrap().stage(), state.destroyed.len()), (Stage::Closed, 3));
        let (register, _) = vault.register_file(plan).unwrap();
        assert_eq!((register.head.destroyed, register.head.left), (3, 0));
        let session = yard.founder(&vault);
        for record in &due {
            assert_eq!(code(session.resolve(&record.to_string())), "destroyed");
            assert_eq!(code(session.row(*record)), "no-record");
        }
        for row in &register.rows {
            assert_eq!(code(session.resolve(&row.row.number.to_string())), "destroyed");
        }
        sound(&yard, &vault);
        // Made anew, the catalog knows as little of them.
        session.rebuild_catalog().unwrap();
        sound(&yard, &vault);
        drop((session, vault));
        let vault = yard.open(os()).unwrap();
        assert_eq!(vault.read_only(), None);
        sound(&yard, &vault);
    }
}

#[test]
fn a_mirror_that_lay_in_a_drawer_loses_what_was_destroyed_meanwhile() {
    let yard = Yard::new(true);
    let vault = yard.open(os()).unwrap();
    let due = yard.file_due(&vault, "due", 2);
    let kept = yard.file(&vault, "young", "2026-11-01", 1);
    vault.mirror();
    drop(vault);
    // Another disk takes its place, and the run is told that it has done all there is to do.
    let (mirror, drawer) = (yard.house.mirror(), yard.dir.path().join("drawer"));
    jingui_tests::copy_tree(&mirror, &drawer);
    let vault = yard.open(os()).unwrap();
    let plan = yard.ripe(&vault);
    assert_eq!(yard.run(&vault, plan).unwrap().destroyed.len(), 2);
    drop(vault);
    std::fs::remove_dir_all(&mirror).unwrap();
    std::fs::rename(&drawer, &mirror).unwrap();
    assert!(due.iter().all(|record| !files_of(&mirror, *record).is_empty()));
    let vault = yard.open(os()).unwrap();
    sound(&yard, &vault);
    assert!(due.iter().all(|record| files_of(&mirror, *record).is_empty()));
    assert!(!files_of(&mirror, kept).is_empty());
}

#[test]
fn a_hold_an_appraisal_and_a_change_keep_their_records_and_a_plan_says_why() {
    let yard = Yard::new(true);
    let vault = yard.open(os()).unwrap();
    let due = yard.file_due(&vault, "due", 5);
    let legal = yard.legal(&vault);
    let hold = |records: &[_]| {
        let scope = jingui_vault::holding::Scope::List(records.to_vec());
        let (matter, basis) = ("matter".to_owned(), "order".to_owned());
        let review = "2027-05-01".parse().unwrap();
        legal
            .place_hold(
                &jingui_vault::holding::HoldOrder { matter, basis, review, scope },
                &jingui_vault::holding::NoWords,
                false,
            )
            .unwrap()
    };
    hold(&due[..1]);
    let plan = yard.plan(&vault);
    let file = vault.plan_file(plan).unwrap();
    assert_eq!((file.rows.len(), file.out.len()), (4, 1));
    assert_eq!((file.out[0].out, file.out[0].reason), (due[0], Excluded::NotEligible));
    yard.appraise(&vault, plan);
    let until = Judgement::Keep("2030-01-01".parse().unwrap());
    legal.appraise(plan, &due[1..2], &until, "a complaint", false).unwrap();
    yard.sign(&vault, plan);
    yard.wait(&vault, 8);
    // One is held after all have signed, one is changed.
    hold(&due[2..3]);
    yard.founder(&vault)
        .supplement(due[3], &jingui_tests::house::docs("late", 1), "late", None, &mut Default::default())
        .unwrap();
    let ran = yard.run(&vault, plan).unwrap();
    assert_eq!(ran.destroyed, [due[4]]);
    let mut left = ran.left;
    left.sort_unstable();
    let mut expected = vec![(due[2], Left::NotEligible), (due[3], Left::Changed)];
    expected.sort_unstable();
    assert_eq!(left, expected);
    assert_eq!(vault.left_by(plan).unwrap(), [(Left::NotEligible, 1), (Left::Changed, 1)]);
    let (register, _) = vault.register_file(plan).unwrap();
    let why = |record| register.rows.iter().find(|row| row.row.record == record).unwrap().left;
    assert_eq!(
        [due[1], due[2], due[3], due[4]].map(why),
        [Some(Left::Kept), Some(Left::NotEligible), Some(Left::Changed), None]
    );
    sound(&yard, &vault);
    // What was kept by its appraisal is not planned again before its day.
    yard.cosign(&vault);
    let drawn = vault.draw_plan(None, Some("2029-12-31".parse().unwrap()), None, &|| false).unwrap();
    assert!(!drawn.file.rows.iter().any(|row| row.record == due[1]));
    let drawn = vault.draw_plan(None, Some("2030-01-01".parse().unwrap()), None, &|| false).unwrap();
    assert!(drawn.file.rows.iter().any(|row| row.record == due[1]));
}

#[test]
fn nobody_has_two_parts_in_a_plan_and_none_of_them_can_be_left_out() {
    let yard = Yard::new(false);
    let vault = yard.open(os()).unwrap();
    let due = yard.file_due(&vault, "due", 2);
    assert_eq!(code(vault.draw_plan(None, None, None, &|| false)), "not-cosigned");
    let plan = yard.plan(&vault);
    let [founder, legal, approver] = [yard.founder(&vault), yard.legal(&vault), yard.approver(&vault)];
    let [reviewer, auditor] = [yard.reviewer(&vault), yard.auditor(&vault)];
    let sign = |who: &jingui_vault::Session, deed: jingui_vault::Result<_>| {
        code(deed.and_then(|deed| who.sign_plan(&deed, false)))
    };
    let slot = jingui_schema::disposal::Slot::Unit;
    assert_eq!(code(yard.run(&vault, plan)), "plan-not-ready");
    assert_eq!(sign(&approver, approver.approval(plan, slot)), "plan-not-ready");
    assert_eq!(code(founder.appraise(plan, &due, &Judgement::Destroy, "x", false)), "role");
    yard.appraise(&vault, plan);
    assert_eq!(sign(&auditor, auditor.witnessing(plan)), "plan-not-ready");
    assert_eq!(sign(&legal, legal.approval(plan, slot)), "role");
    assert_eq!(sign(&approver, approver.approval(plan, slot)), "ok");
    assert_eq!(sign(&approver, approver.approval(plan, slot)), "stale");
    assert_eq!(sign(&approver, approver.witnessing(plan)), "own-plan");
    assert_eq!(sign(&legal, legal.witnessing(plan)), "own-plan");
    assert_eq!(sign(&auditor, auditor.witnessing(plan)), "ok");
    assert_eq!(sign(&auditor, auditor.witnessing(plan)), "own-plan");
    assert_eq!(code(yard.run(&vault, plan)), "plan-not-ready");
    assert_eq!(sign(&reviewer, reviewer.witnessing(plan)), "ok");
    assert_eq!(code(yard.run(&vault, plan)), "not-cosigned");
    yard.cosign(&vault);
    assert_eq!(code(yard.run(&vault, plan)), "plan-waits");
    // The RA's clock put forward by ten years changes nothing; the CA's word does.
    yard.clock.pass(3650);
    assert_eq!(code(yard.run(&vault, plan)), "plan-waits");
    yard.clock.pass(-3650);
    // Another appraisal voids all of it.
    legal.appraise(plan, &due[..1], &Judgement::Destroy, "again", false).unwrap();
    assert_eq!(code(yard.run(&vault, plan)), "plan-not-ready");
    yard.sign(&vault, plan);
    yard.wait(&vault, 8);
    // Nor may a witness carry it out.
    let options = |by| jingui_vault::disposal::RunOptions {
        by,
        limit: None,
        interrupted: &|| false,
        progress: &|_, _| {},
    };
    assert_eq!(code(vault.run_plan(plan, &options(Some(&reviewer)))), "own-plan");
    // A word of anybody who may stop it stops it.
    auditor.reject_plan(plan, "the list is wrong", false).unwrap();
    assert_eq!(code(yard.run(&vault, plan)), "plan-ended");
    sound(&yard, &vault);
    assert_eq!(vault.state().destroyed.len(), 0);
}

#[test]
fn what_is_under_way_is_finished_whoever_countersigns_by_then() {
    let pattern = Yard::new(true);
    let vault = pattern.open(os()).unwrap();
    pattern.file_due(&vault, "due", 2);
    let plan = pattern.ripe(&vault);
    drop(vault);
    let yard = pattern.cut_off(plan, 1);
    let vault = yard.open(os()).unwrap();
    assert!(vault.state().plan(plan).unwrap().under_way.is_some());
    let (env, dir) = (env_on(os()), yard.dir.path().join("another"));
    let key = Key::new(&env, "another");
    let another = Cosigner::init(env, &dir, "another.example/cosigner", &key.person()).unwrap();
    let authority = vault.sign_in(yard.house.people.authority.person()).unwrap();
    authority.name_cosigner(another.key()).unwrap();
    let would = vault.rehearse_run(plan, None, None, &|| false).unwrap();
    assert_eq!((would.destroyed.len(), would.waiting), (1, 1));
    let ran = yard.run(&vault, plan).unwrap();
    assert_eq!((ran.destroyed, ran.waiting), (would.destroyed, 1));
    assert!(vault.state().plan(plan).unwrap().under_way.is_none());
    // What is not begun waits for the new one, and keys can be renewed meanwhile.
    assert_eq!(code(yard.run(&vault, plan)), "not-cosigned");
    yard.rotate(&vault);
    drop(authority);
    sound(&yard, &vault);
}

#[test]
fn a_clock_that_was_wrong_as_people_signed_shortens_no_wait() {
    let yard = Yard::new(false);
    let vault = yard.open(os()).unwrap();
    yard.file_due(&vault, "due", 1);
    let plan = yard.plan(&vault);
    yard.appraise(&vault, plan);
    // Twenty days on, and this machine says that they have not passed.
    yard.pass(20);
    yard.clock.pass(-20);
    yard.sign(&vault, plan);
    yard.clock.pass(20);
    yard.cosign(&vault);
    let ripe = vault.state().plan(plan).unwrap().ripe_on();
    assert_eq!(code(yard.run(&vault, plan)), "plan-waits", "the CA has seen the signatures just now");
    // Nor does one that runs ahead, and nothing that comes later counts it anew.
    yard.clock.pass(400);
    assert_eq!(code(yard.run(&vault, plan)), "plan-waits");
    yard.clock.pass(-400);
    yard.pass(6);
    yard.cosign(&vault);
    assert_eq!(code(yard.run(&vault, plan)), "plan-waits");
    yard.pass(1);
    yard.cosign(&vault);
    assert_eq!(vault.state().plan(plan).unwrap().ripe_on(), ripe);
    assert_eq!(yard.run(&vault, plan).unwrap().destroyed.len(), 1);
    sound(&yard, &vault);
}
