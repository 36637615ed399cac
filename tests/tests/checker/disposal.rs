//! Disposal before the second opinion: a finished plan is sound, and each step that should not have been is named.

use crate::damage::Scene;
use crate::forge::Forge;
use crate::{checker, program};
use jingui_schema::act::{Deed, PurgeAttest, SignOff};
use jingui_schema::certificate::{Change, Reliance, Source};
use jingui_schema::digest::{B3, Sha256};
use jingui_schema::disposal::{KeyMedium, Slot};
use jingui_schema::facts::{Basis, DocumentKind, Role, Verdict, Waived};
use jingui_schema::id::{PlanId, RecordId};
use jingui_schema::rules::Rule;
use jingui_tests::certs::{Ca, Wanted};
use jingui_tests::disposal::Yard;
use jingui_tests::house::{CANARY, Key, docs, filing};
use jingui_tests::lossy::Dice;
use jingui_tests::sweep::os;
use jingui_vault::certificate::Certificate;
use jingui_vault::certs::{Reported, ToLink};
use jingui_vault::disposal::{Judgement, RunOptions};
use jingui_vault::holding::{HoldOrder, NoWords, Scope};
use jingui_vault::review::Review;
use jingui_vault::{Session, Vault};
use std::fs;

/// A day on which the wait is over, and one on which it is not.
const LATE: &str = "2026-11-26T06:00:00.000Z";
const EARLY: &str = "2026-11-22T05:47:00.123Z";

/// A yard with a plan, at some step.
struct Stage {
    yard: Yard,
    plan: PlanId,
    sha256: String,
    /// Due and appraised so; due and kept; not due.
    due: Vec<RecordId>,
    kept: RecordId,
    young: RecordId,
}

#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Step {
    Drawn,
    Approved,
    OneWitness,
    Signed,
    Ripe,
    Done,
}

use Step::{Approved, Done, Drawn, OneWitness, Ripe, Signed};

impl Stage {
    /// The files of a record, but for its notes.
    fn files_of(&self, record: RecordId) -> [std::path::PathBuf; 2] {
        let names =
            [format!("covers/000000/{record}.1.e1.age"), format!("bodies/000000/{record}.1.tar.zst.age")];
        names.map(|name| self.yard.house.vault().join(name))
    }
}

fn sign(session: &Session, deed: Deed) {
    session.sign_plan(&deed, false).expect("signed");
}

fn stage(mirrored: bool, step: Step) -> Stage {
    let yard = Yard::new(mirrored);
    let vault = yard.open(os()).expect("a vault");
    let mut due = yard.file_due(&vault, "due", 4);
    let kept = due.pop().expect("four");
    due.sort_unstable();
    let young = yard.file(&vault, "young", "2026-11-01", 2);
    let plan = yard.plan(&vault);
    yard.appraise(&vault, plan);
    let until = Judgement::Keep("2030-01-01".parse().expect("a day"));
    yard.legal(&vault).appraise(plan, &[kept], &until, CANARY, false).expect("appraised");
    // An own note of one that will go.
    yard.founder(&vault).open_documents(due[0], &[1], Some(CANARY), None).expect("opened");
    if step >= Approved {
        let approver = yard.approver(&vault);
        sign(&approver, approver.approval(plan, Slot::Unit).expect("an approval"));
    }
    for (at, witness) in [(OneWitness, yard.reviewer(&vault)), (Signed, yard.auditor(&vault))] {
        if step >= at {
            sign(&witness, witness.witnessing(plan).expect("a witness"));
        }
    }
    match step {
        Signed => yard.pass(8),
        _ => yard.wait(&vault, 8),
    }
    if step >= Done {
        let ran = yard.run(&vault, plan).expect("it runs");
        assert_eq!(ran.destroyed.len(), 3);
    }
    vault.mirror(); // the writer has ended what it was at
    drop(vault);
    let file = fs::read(yard.house.vault().join(format!("plans/{plan}.jsonl"))).expect("its file");
    Stage { plan, sha256: Sha256::of(&file).to_string(), due, kept, young, yard }
}

/// The vault in the forger's hands.
struct Hands<'a, 'f> {
    on: &'a Stage,
    forge: &'a mut Forge<'f>,
    dice: Dice,
}

impl Hands<'_, '_> {
    /// A line more; by the vault where nobody signs.
    fn line(&mut self, by: &str, key: Option<&Key>, kind: &str, data: &str, at: &str) {
        let act = self.forge.act(&mut self.dice, kind, data).replacen(EARLY, at, 1);
        let signature = key.map(|key| self.forge.sign(key, &act));
        self.forge.append(by, &act, signature);
    }

    fn vaults(&mut self, kind: &str, data: &str) {
        self.line("vault", None, kind, data, LATE);
    }

    fn founders(&mut self, kind: &str, data: &str) {
        let on = self.on;
        self.line("0001", Some(&on.yard.house.people.founder), kind, data, LATE);
    }

    fn reviewers(&mut self, kind: &str, data: &str) {
        let on = self.on;
        self.line("0002", Some(&on.yard.house.people.reviewer), kind, data, LATE);
    }

    fn signature(&self, more: &str) -> String {
        let appraised = self.forge.last("purge.appraise");
        format!(
            r#"{{"plan":"{}","sha256":"{}","appraised":{appraised}{more}}}"#,
            self.on.plan, self.on.sha256
        )
    }

    fn begin_data(&self, records: &[RecordId]) -> String {
        let seen = self.forge.last("");
        let records: Vec<String> = records.iter().map(|id| format!("\"{id}\"")).collect();
        format!(r#"{{"plan":"{}","seen":{seen},"records":[{}]}}"#, self.on.plan, records.join(","))
    }

    fn begin(&mut self, records: &[RecordId]) {
        let data = self.begin_data(records);
        self.vaults("purge.begin", &data);
    }

    fn done(&mut self, record: RecordId, number: &str) {
        let plan = self.on.plan;
        let stone = format!(r#"[{{"record":"{record}","number":"{number}"}}]"#);
        self.vaults("purge.done", &format!(r#"{{"plan":"{plan}","destroyed":{stone}}}"#));
    }

    fn number(&self, record: RecordId) -> String {
        let data = self.forge.data("record.file", &record.to_string());
        let data: serde_json::Value = serde_json::from_str(&data).expect("JSON");
        data["number"].as_str().expect("a number").to_owned()
    }

    /// Begins, ends, and removes what was the record's own.
    fn destroy(&mut self, record: RecordId) {
        self.begin(&[record]);
        let number = self.number(record);
        self.done(record, &number);
        let files = fs::read_dir(self.on.yard.house.vault().join("notes/000000")).expect("notes").flatten();
        let own = |path: &std::path::Path| {
            let note = path.file_name().and_then(|name| name.to_str()).expect("a name").split('.').next();
            self.forge.says("record.open", &record.to_string(), note.expect("an id"))
        };
        let notes = files.map(|file| file.path()).filter(|path| own(path));
        for path in notes.chain(self.on.files_of(record)) {
            fs::remove_file(path).expect("it was there");
        }
    }

    /// Changes a file that two lines of the vault's name, and lets them name it as it is now.
    fn rewrite(&mut self, path: &str, change: impl FnOnce(String) -> String) {
        let at = self.on.yard.house.vault().join(path);
        let before = fs::read(&at).expect("a file");
        let now = change(String::from_utf8(before.clone()).expect("a text")).into_bytes();
        assert_ne!(before, now, "{path}");
        fs::write(&at, &now).expect("written");
        let mark = |bytes: &[u8]| format!(r#""size":{},"b3":"{}""#, bytes.len(), B3::of(bytes));
        let digest = |bytes: &[u8]| format!(r#""sha256":"{}""#, Sha256::of(bytes));
        self.forge.everywhere(&mark(&before), &mark(&now));
        self.forge.everywhere(&digest(&before), &digest(&now));
    }
}

/// Lets somebody forge in a copy of a stage; what the second opinion says then, and whether the program finds it too.
fn forged(stage: &Stage, what: impl FnOnce(&mut Hands)) -> (Vec<String>, bool) {
    let copy =
        Stage { yard: stage.yard.copy(), sha256: stage.sha256.clone(), due: stage.due.clone(), ..*stage };
    let scene = Scene::new(&copy.yard.house);
    let mut forge = Forge::take(&scene).expect("no mirror");
    what(&mut Hands { on: &copy, forge: &mut forge, dice: Dice(7) });
    forge.give_back();
    let [_, by_program] = program(&copy.yard.house, false);
    (checker(&copy.yard.house, true), !by_program.is_empty())
}

type Case<'a> = (&'a str, bool, &'a Stage, Box<dyn Fn(&mut Hands) + 'a>);

/// Each has to be named in these words; an empty one is sound.
fn all(cases: Vec<Case>) {
    let mut wrong = Vec::new();
    for (wanted, both, stage, what) in cases {
        let (said, by_program) = forged(stage, what);
        let named = if wanted.is_empty() { said.is_empty() } else { said.iter().any(|s| s.contains(wanted)) };
        if !named || both && by_program == said.is_empty() {
            wrong.push(format!("{wanted:?}: {said:?}; the program finds it: {by_program}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

fn case<'a>(wanted: &'a str, stage: &'a Stage, what: impl Fn(&mut Hands) + 'a) -> Case<'a> {
    (wanted, true, stage, Box::new(what))
}

/// What the program's `verify` leaves to the second opinion: plan, appraisals and days at `purge.begin`, and what a
/// register says.
fn alone<'a>(wanted: &'a str, stage: &'a Stage, what: impl Fn(&mut Hands) + 'a) -> Case<'a> {
    (wanted, false, stage, Box::new(what))
}

#[test]
fn a_finished_plan_is_sound_with_keys_and_a_mirror_and_without() {
    for mirrored in [false, true] {
        for step in [Drawn, Approved, OneWitness, Signed, Ripe, Done] {
            let stage = stage(mirrored, step);
            for keys in [false, true] {
                assert_eq!(checker(&stage.yard.house, keys), Vec::<String>::new());
            }
        }
    }
}

#[test]
fn a_policy_a_register_that_is_signed_and_a_key_that_is_destroyed_are_sound() {
    let yard = Yard::new(true);
    let vault = yard.open(os()).expect("a vault");
    let slots = [
        SignOff { slot: Slot::Unit, roles: vec![Role::Approver] },
        SignOff { slot: Slot::Archives, roles: vec![Role::Archivist] },
        SignOff { slot: Slot::Authority, roles: vec![] },
    ];
    let with_policy = |slots: &[SignOff]| {
        let act = yard.approver(&vault).propose_policy(slots, 3, 20, CANARY, false).expect("proposed");
        yard.legal(&vault).confirm(act.expect("an act")).expect("confirmed");
    };
    with_policy(&slots);
    let left_over = yard.file_due(&vault, "due", 3)[0];
    let founder = yard.founder(&vault);
    founder.sheet("{key}").expect("a recovery sheet");
    let plan = yard.plan(&vault);
    yard.appraise(&vault, plan);
    let approver = yard.approver(&vault);
    sign(&approver, approver.approval(plan, Slot::Unit).expect("an approval"));
    // Voided, and given again.
    yard.appraise(&vault, plan);
    sign(&approver, approver.approval(plan, Slot::Unit).expect("an approval"));
    sign(&founder, founder.approval(plan, Slot::Archives).expect("an approval"));
    let authority = vault.sign_in(yard.house.people.authority.person()).expect("the authority");
    sign(&authority, authority.approval(plan, Slot::Authority).expect("an approval"));
    for witness in [yard.reviewer(&vault), yard.auditor(&vault)] {
        sign(&witness, witness.witnessing(plan).expect("a witness"));
    }
    yard.wait(&vault, 3);
    assert_eq!(yard.run(&vault, plan).expect("it runs").destroyed.len(), 3);
    let sha256 = vault.state().plan(plan).expect("a plan").register.expect("a register").0;
    sign(&yard.auditor(&vault), PurgeAttest { plan, sha256 }.into());
    founder.rotate(Some(CANARY), None, &|_| true).expect("a new epoch");
    founder.shred(1, KeyMedium::Sheet, None, false).expect("the sheet is burnt");
    vault.mirror();
    assert_eq!(checker(&yard.house, true), Vec::<String>::new());
    let beside = yard.house.mirror().join(format!("covers/000000/{left_over}.1.e1.age"));
    fs::write(&beside, b"left behind").expect("laid");
    assert!(checker(&yard.house, false)[0].starts_with("mirror:covers/"));
    fs::remove_file(beside).expect("it was there");
    // Another plan, that is rejected.
    yard.file_due(&vault, "more", 2);
    let plan = yard.plan(&vault);
    yard.auditor(&vault).reject_plan(plan, CANARY, false).expect("rejected");
    vault.mirror();
    assert_eq!(checker(&yard.house, true), Vec::<String>::new());
}

#[test]
fn a_plan_that_is_stopped_halfway_or_of_which_nothing_may_go_is_sound() {
    let stage = stage(false, Ripe);
    let sound = |yard: &Yard| assert_eq!(checker(&yard.house, true), Vec::<String>::new());
    let again = |yard: &Yard, what: &dyn Fn(&Vault)| {
        let vault = yard.open(os()).expect("a vault");
        what(&vault);
        drop(vault);
        sound(yard);
    };
    let stopped = stage.yard.copy();
    again(&stopped, &|vault| {
        let options = RunOptions { by: None, limit: Some(1), interrupted: &|| false, progress: &|_, _| {} };
        assert_eq!(vault.run_plan(stage.plan, &options).expect("it runs").destroyed.len(), 1);
    });
    again(&stopped, &|vault| {
        stopped.auditor(vault).reject_plan(stage.plan, CANARY, false).expect("rejected");
    });
    again(&stopped, &|vault| drop(stopped.run(vault, stage.plan)));
    let held = stage.yard.copy();
    again(&held, &|vault| {
        let (matter, basis, scope) = ("matter".into(), "order".into(), Scope::List(stage.due.clone()));
        let review = "2027-05-01".parse().expect("a day");
        held.legal(vault)
            .place_hold(&HoldOrder { matter, basis, review, scope }, &NoWords, false)
            .expect("held");
        assert_eq!(held.run(vault, stage.plan).expect("it runs").destroyed, []);
    });
}

#[test]
fn what_is_begun_too_early_or_by_too_few_is_named() {
    let [one, signed, ripe] = [OneWitness, Signed, Ripe].map(|step| stage(false, step));
    // Signed eight days ago by this machine's clock, and seen by the CA only now.
    let covered = stage(false, Signed);
    let vault = covered.yard.open(os()).expect("a vault");
    covered.yard.cosign(&vault);
    vault.mirror();
    drop(vault);
    let a = ripe.due[0];
    let begin = |stage: &Stage, h: &mut Hands| h.begin(&stage.due[..1]);
    all(vec![
        case("", &ripe, |h| begin(&ripe, h)),
        case("begins before all have signed", &one, |h| begin(&one, h)),
        case("without a countersigned head", &signed, |h| begin(&signed, h)),
        case("before the wait is over", &ripe, |h| {
            let data = h.begin_data(&[a]);
            h.line("vault", None, "purge.begin", &data, EARLY);
        }),
        case("before the wait is over", &covered, |h| begin(&covered, h)),
        case("another part in the plan", &ripe, |h| {
            let data = h.begin_data(&[a]);
            h.reviewers("purge.begin", &data);
        }),
        case("before another one is done", &ripe, |h| {
            h.begin(&[a]);
            h.begin(&ripe.due[1..2]);
        }),
        alone("is not due", &ripe, |h| h.begin(&[ripe.young])),
        alone("is not due", &ripe, |h| h.destroy(ripe.young)),
        alone("was not appraised so", &ripe, |h| h.destroy(ripe.kept)),
        case("", &ripe, |h| h.destroy(a)),
        alone("was not appraised so", &ripe, |h| h.begin(&[ripe.kept])),
        case("not in order", &ripe, |h| h.begin(&[ripe.due[1], ripe.due[0]])),
        case("before all have signed", &ripe, |h| {
            let data = format!(
                r#"{{"plan":"{}","sha256":"{}","verdict":"destroy","records":["{a}"]}}"#,
                ripe.plan, ripe.sha256
            );
            h.reviewers("purge.appraise", &data);
            h.begin(&[a]);
        }),
    ]);
}

#[test]
fn what_a_hold_or_a_change_keeps_is_named_when_it_is_begun() {
    let stage = stage(false, Ripe);
    let with = |what: &dyn Fn(&Vault)| {
        let copy =
            Stage { yard: stage.yard.copy(), sha256: stage.sha256.clone(), due: stage.due.clone(), ..stage };
        let vault = copy.yard.open(os()).expect("a vault");
        what(&vault);
        drop(vault);
        copy
    };
    let held = with(&|vault| {
        let (matter, basis, scope) = ("matter".into(), "order".into(), Scope::List(stage.due[..1].to_vec()));
        let review = "2027-05-01".parse().expect("a day");
        stage
            .yard
            .legal(vault)
            .place_hold(&HoldOrder { matter, basis, review, scope }, &NoWords, false)
            .expect("held");
    });
    let changed = with(&|vault| {
        let more = docs("late", 1);
        let founder = stage.yard.founder(vault);
        founder.supplement(stage.due[0], &more, "late", None, &mut Default::default()).expect("filed");
    });
    all(vec![
        alone("is held", &held, |h| h.begin(&held.due[..1])),
        // Nor does it tell once the record is gone.
        alone("is held", &held, |h| h.destroy(held.due[0])),
        case("", &held, |h| h.begin(&held.due[1..2])),
        case("something came under a hold", &held, |h| {
            let seen = h.forge.last("hold.place");
            let data = h.begin_data(&held.due[1..2]);
            let at = data.find("\"seen\":").expect("seen") + 7;
            let end = at + data[at..].find(',').expect("a comma");
            h.vaults("purge.begin", &format!("{}{}{}", &data[..at], seen - 1, &data[end..]));
        }),
        alone("is not as its row says", &changed, |h| h.begin(&changed.due[..1])),
    ]);
}

#[test]
fn parts_in_a_plan_that_somebody_may_not_have_are_named() {
    let [drawn, one, ripe] = [Drawn, OneWitness, Ripe].map(|step| stage(false, step));
    let appraisal = |stage: &Stage, more: &str| {
        let (plan, sha256, a) = (stage.plan, &stage.sha256, stage.due[0]);
        format!(r#"{{"plan":"{plan}","sha256":"{sha256}","verdict":"destroy","records":["{a}"]{more}}}"#)
    };
    all(vec![
        case("witnesses before all have signed", &drawn, |h| {
            let data = h.signature("");
            h.reviewers("purge.witness", &data);
        }),
        case("another part in the plan", &one, |h| {
            let data = h.signature("");
            h.reviewers("purge.witness", &data);
        }),
        case("a sign-off that nobody asked for", &drawn, |h| {
            let data = h.signature(r#","slot":"archives""#);
            h.founders("purge.approve", &data);
        }),
        case("a sign-off that nobody asked for", &drawn, |h| {
            let data = h.signature(r#","slot":"unit""#);
            h.founders("purge.approve", &data);
        }),
        case("signs another plan", &one, |h| {
            let data = h.signature("").replacen("\"appraised\":", "\"appraised\":1", 1);
            h.founders("purge.witness", &data);
        }),
        case("another part in the plan", &one, |h| {
            let data = appraisal(&one, "");
            h.reviewers("purge.appraise", &data);
        }),
        case("comes too late", &ripe, |h| {
            h.begin(&ripe.due[..1]);
            let data = appraisal(&ripe, "");
            h.reviewers("purge.appraise", &data);
        }),
        case("is about no plan", &drawn, |h| {
            let data = appraisal(&drawn, "").replacen(&drawn.plan.to_string(), &drawn.due[0].to_string(), 1);
            h.reviewers("purge.appraise", &data);
        }),
        case("may not do this", &drawn, |h| {
            let data = appraisal(&drawn, "");
            h.founders("purge.appraise", &data);
        }),
    ]);
}

#[test]
fn what_is_said_of_records_that_are_no_more_or_going_is_named() {
    let [ripe, done] = [Ripe, Done].map(|step| stage(false, step));
    let [a, b] = [ripe.due[0], ripe.due[1]];
    let opening = |record: RecordId| format!(r#"{{"record":"{record}","docs":[1]}}"#);
    let at = |h: &Hands, path: String| h.on.yard.house.vault().join(path);
    all(vec![
        // While it goes its files may be there or not.
        case("", &ripe, |h| {
            h.begin(&[a]);
            fs::remove_file(at(h, format!("covers/000000/{a}.1.e1.age"))).expect("it was there");
        }),
        case("is missing", &ripe, |h| {
            h.begin(&[a]);
            fs::remove_file(at(h, format!("covers/000000/{b}.1.e1.age"))).expect("it was there");
        }),
        case("is about a record that is being destroyed", &ripe, |h| {
            h.begin(&[a]);
            h.founders("record.open", &opening(a));
        }),
        case("destroys what was not begun", &ripe, |h| {
            h.begin(&[a]);
            let number = h.number(b);
            h.done(b, &number);
        }),
        case("what became of all that was begun", &ripe, |h| {
            h.begin(&[a]);
            let number = h.number(b);
            h.done(b, &number);
        }),
        case("destroys what was not begun", &ripe, |h| {
            h.begin(&[a]);
            let number = h.number(b);
            h.done(a, &number);
        }),
        case("ends nothing that was begun", &ripe, |h| {
            let number = h.number(a);
            h.done(a, &number);
        }),
        case("is named by no line", &ripe, |h| {
            h.begin(&[a]);
            let number = h.number(a);
            h.done(a, &number);
        }),
        case("is about a record that is destroyed", &done, |h| {
            h.founders("record.open", &opening(done.due[0]))
        }),
        case("number is malformed or given already", &done, |h| {
            let filing = h.forge.data("record.file", &done.due[0].to_string());
            h.founders("record.file", &filing.replace(&done.due[0].to_string(), &done.plan.to_string()));
        }),
        case("is named by no line", &done, |h| {
            let body = format!("{}.1.tar.zst.age", h.on.due[0]);
            fs::write(at(h, format!("bodies/000000/{body}")), b"left behind").expect("laid");
        }),
        case("is named by no line", &done, |h| {
            let note: serde_json::Value =
                serde_json::from_str(&h.forge.data("record.open", &done.due[0].to_string())).expect("JSON");
            let note = note["note"]["id"].as_str().expect("an id").to_owned();
            fs::write(at(h, format!("notes/000000/{note}.e1.age")), b"left behind").expect("laid");
        }),
        case("an epoch while records are being destroyed", &ripe, |h| {
            h.begin(&[a]);
            let to = h.on.yard.house.people.founder.person().recipient();
            h.founders("epoch.start", &format!(r#"{{"epoch":2,"recipient":"{to}","members":["0001"]}}"#));
        }),
        case("the key of an epoch that lives", &done, |h| {
            h.founders("epoch.shred", r#"{"epoch":1,"medium":"sheet"}"#);
        }),
    ]);
}

#[test]
fn plans_and_registers_that_tell_something_else_are_named() {
    let [drawn, done] = [Drawn, Done].map(|step| stage(false, step));
    let register = format!("registers/{}.jsonl", done.plan);
    let plan = format!("plans/{}.jsonl", drawn.plan);
    let of_plan = |wanted, from: &'static str, to: &'static str| {
        let plan = &plan;
        case(wanted, &drawn, move |h| h.rewrite(plan, |text| text.replacen(from, to, 1)))
    };
    let of_register = |wanted, from: &'static str, to: &'static str| {
        let register = &register;
        alone(wanted, &done, move |h| h.rewrite(register, |text| text.replacen(from, to, 1)))
    };
    all(vec![
        of_plan("does not say what the journal says", "\"business\":\"new\"", "\"business\":\"renew\""),
        of_plan("counts otherwise than the journal", "\"docs\":2", "\"docs\":3"),
        of_plan("is not at its place", "\"row\":2", "\"row\":3"),
        of_plan("does not say what the journal or the lines below say", "\"records\":4", "\"records\":5"),
        of_plan("was not due", "\"disposal\":\"2022-", "\"disposal\":\"2072-"),
        of_plan("line 2: /versions", "\"late\":", "\"later\":"),
        of_register("counts otherwise than its rows", "\"destroyed\":3", "\"destroyed\":2"),
        of_register("tells of another end", "\"left\":\"kept\"", "\"left\":\"rejected\""),
        of_register("another row than the plan's", "\"docs\":2", "\"docs\":3"),
        of_register("does not say who has signed what", "\"what\":\"witness\"", "\"what\":\"reject\""),
        of_register("does not say who has signed what", "\"by\":\"0005\"", "\"by\":\"0004\""),
        of_register("another epoch", "\"epoch\":1", "\"epoch\":2"),
        alone("tells of another end", &done, |h| {
            h.rewrite(&register, |text| {
                let destroyed = text.find("\"destroyed\":\"").expect("one");
                let end = destroyed + text[destroyed..].find('}').expect("its end");
                format!("{}\"left\":\"not-due\"{}", &text[..destroyed], &text[end..])
            });
        }),
        case("has other bytes than the journal says", &done, |h| {
            let path = h.on.yard.house.vault().join(&register);
            let text = fs::read_to_string(&path).expect("a register");
            fs::write(&path, text.replacen("kept", "left", 1)).expect("written");
        }),
        case("is missing", &done, |h| {
            fs::remove_file(h.on.yard.house.vault().join(&register)).expect("it was there");
        }),
        case("is by somebody who is no witness", &done, |h| {
            let sha256 = Sha256::of(&fs::read(h.on.yard.house.vault().join(&register)).expect("a register"));
            h.founders("purge.attest", &format!(r#"{{"plan":"{}","sha256":"{sha256}"}}"#, done.plan));
        }),
        case("signs no register", &done, |h| {
            let data = format!(r#"{{"plan":"{}","sha256":"{}"}}"#, done.plan, done.sha256);
            h.reviewers("purge.attest", &data);
        }),
        case("closes a plan that is not at its end", &done, |h| {
            let data = h.forge.data("purge.close", &done.plan.to_string());
            h.vaults("purge.close", &data);
        }),
        case("a plan that is there already", &drawn, |h| {
            let data = h.forge.data("purge.plan", &drawn.plan.to_string());
            h.vaults("purge.plan", &data);
        }),
    ]);
}

#[test]
fn certificates_and_rules_say_when_their_records_are_due() {
    let yard = Yard::new(false);
    let vault = yard.open(os()).expect("a vault");
    let (founder, reviewer, ca) = (yard.founder(&vault), yard.reviewer(&vault), Ca::new("Test CA", 7));
    let certified = |serial: u8, ends: &str| {
        let wanted = Wanted { begins: "200101000000Z".into(), ..Wanted::new(&[serial]) };
        let certificate = Certificate::read(&ca.issue(&wanted.until(ends))).expect("a certificate");
        let mut filing = filing(&format!("with {serial}"), 1, None);
        filing.certs = vec![ToLink { certificate, reliance: Reliance::Original }];
        let waived = |kind: &DocumentKind| Waived { kind: *kind, gap: None, reason: CANARY.into(), by: None };
        filing.labels.waived = DocumentKind::ALL.iter().map(waived).collect();
        let record = founder.file(&filing, &mut Default::default()).expect("filed").record;
        let (records, verdict) = ([record], Verdict::Passed);
        let review = Review { records: &records, verdict, reason: None, compared: &[], plan: None };
        assert!(reviewer.review(&review, false).expect("reviewed").refused.is_empty());
        record
    };
    // Its last day is five years ago and more; that of the others is not, but one was revoked long before.
    let (ended, revoked, lives) =
        (certified(1, "210615155959Z"), certified(2, "230615155959Z"), certified(3, "230615155959Z"));
    let cert = founder.the_cert("2").expect("a certificate").0.id;
    let day = "2021-03-02".parse().expect("a day");
    let reported = [Reported { cert, change: Change::Revoked, day, said: String::new() }];
    let act = founder.report(Source::Order, None, CANARY, &reported).expect("reported")[0];
    reviewer.confirm(act).expect("confirmed");
    let plan = yard.ripe(&vault);
    let rows = vault.plan_file(plan).expect("its file").rows;
    assert_eq!(rows.iter().map(|row| row.record).collect::<Vec<_>>(), [ended, revoked]);
    drop((founder, reviewer, vault));
    let file = fs::read(yard.house.vault().join(format!("plans/{plan}.jsonl"))).expect("its file");
    let sha256 = Sha256::of(&file).to_string();
    let stage = Stage { plan, sha256, due: vec![ended, revoked], kept: lives, young: lives, yard };
    all(vec![
        case("", &stage, |h| h.begin(&[ended])),
        case("", &stage, |h| h.begin(&[revoked])),
        alone("is not due", &stage, |h| h.begin(&[lives])),
    ]);
    // What one person had said is called a mistake, and a rule asks for more.
    let vault = stage.yard.open(os()).expect("a vault");
    let mistake = stage.yard.founder(&vault).reverse(act, &[cert], CANARY).expect("proposed");
    stage.yard.reviewer(&vault).confirm(mistake).expect("confirmed");
    drop(vault);
    let with_rule =
        Stage { yard: stage.yard.copy(), sha256: stage.sha256.clone(), due: stage.due.clone(), ..stage };
    let vault = with_rule.yard.open(os()).expect("a vault");
    let rule = Rule {
        class: "CN-P5".parse().expect("a class"),
        version: 1,
        years: 6,
        basis: Basis::Invalid,
        grace: 30,
        floor: None,
        effective: "2026-01-01".parse().expect("a day"),
        law: CANARY.into(),
    };
    let change = jingui_vault::ruling::Change { rule, reason: CANARY.into() };
    let act = with_rule.yard.legal(&vault).propose_rule(&change).expect("proposed").0;
    with_rule.yard.approver(&vault).confirm(act).expect("confirmed");
    drop(vault);
    all(vec![
        case("", &stage, |h| h.begin(&[ended])),
        alone("is not due", &stage, |h| h.begin(&[revoked])),
        alone("is not due", &with_rule, |h| h.begin(&[ended])),
    ]);
}
