//! What people do beside filing, failed at each disk operation: plans to destroy, holds, certificates, rules, searches.
//! What was acknowledged is there with its note and its file, what was not is not half there, and the same command
//! again is safe.

use jingui_schema::act::{Deed, SignOff};
use jingui_schema::certificate::{Change, Reliance, Source};
use jingui_schema::disposal::{KeyMedium, Slot};
use jingui_schema::facts::Role;
use jingui_schema::hold::HoldQuery;
use jingui_schema::id::{ActId, PlanId, RecordId};
use jingui_schema::rules::{Rule, shipped};
use jingui_tests::certs::{Ca, Wanted};
use jingui_tests::disposal::Yard;
use jingui_tests::house::{CANARY, Furnished, Known};
use jingui_tests::in_parallel;
use jingui_tests::sweep::{Again, Check, Command, Table, os};
use jingui_tests::swept::{SWEPT, UNSWEPT};
use jingui_vault::catalog::Query;
use jingui_vault::certificate::{Certificate, read_file};
use jingui_vault::certs::{Reported, ToLink};
use jingui_vault::disposal::Judgement;
use jingui_vault::holding::{HoldOrder, NoWords, Scope};
use jingui_vault::ruling;
use jingui_vault::{Result, Session, Vault};
use std::collections::BTreeMap;

const SHEET: &str = "{ra} {vault} {epoch}\n{identity}\n";

/// How far things have come in a house.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    /// Holds, issuers and certificates are there; records are due.
    Begun,
    /// There is a plan, and all that takes two people is proposed.
    Proposed,
    /// The plan is appraised.
    Appraised,
    /// And signed off.
    Approved,
    /// And carried out.
    Closed,
}
use Stage::*;

/// A house at one stage, from which trials start.
struct Ground {
    yard: Yard,
    of: Furnished,
    ca: Ca,
    held: RecordId,
    /// Somebody's report of a certificate, which a second person has confirmed.
    told: ActId,
    /// What is proposed, by its kind.
    proposals: BTreeMap<&'static str, ActId>,
    lines: u64,
}

impl Ground {
    fn begun(mirrored: bool) -> Self {
        let yard = Yard::new(mirrored);
        let vault = yard.open(os()).unwrap();
        yard.file_due(&vault, "due", 2);
        let record = yard.file(&vault, "known", "2026-03-01", 2);
        let held = yard.file(&vault, "held", "2026-03-01", 1);
        let (founder, legal) = (yard.founder(&vault), yard.legal(&vault));
        let known = Known { record, number: founder.row(record).unwrap().facts.number, documents: 2 };
        for _ in 0..2 {
            founder.sheet(SHEET).unwrap();
        }
        drop(founder);
        yard.rotate(&vault);
        let (founder, reviewer) = (yard.founder(&vault), yard.reviewer(&vault));

        let ca = Ca::new("Test CA", 7);
        let (_, done) = founder.pin(&Certificate::read(&ca.certificate).unwrap(), Some(CANARY)).unwrap();
        reviewer.confirm(act_of(&vault, done.seq)).unwrap();
        let certs = [certificate(&ca, 1, "301231155959Z"), certificate(&ca, 2, "210615155959Z")];
        founder.link(record, &certs, Some(CANARY), false).unwrap();
        let told = report(&founder, "2", "2021-03-02").unwrap();
        reviewer.confirm(told).unwrap();

        for (matter, scope) in [
            ("standing", query("nobody")),
            ("kept", Scope::List(vec![held])),
            ("released", Scope::List(vec![held])),
        ] {
            legal.place_hold(&order(matter, scope), &NoWords, false).unwrap();
        }
        release(&legal, "released").unwrap();
        let hold = legal.resolve_hold(&named("released")).unwrap().id;
        yard.approver(&vault).release_hold(hold, CANARY, false).unwrap();
        yard.cosign(&vault);
        drop((founder, reviewer, legal, vault));
        Self::at(yard, known, ca, held, told)
    }

    fn at(yard: Yard, known: Known, ca: Ca, held: RecordId, told: ActId) -> Self {
        let vault = yard.open(os()).unwrap();
        let lines = vault.state().lines;
        let named = |(act, proposal): (ActId, jingui_vault::proposals::Proposal)| {
            (vault.line(proposal.seq).unwrap().0.act.deed.kind(), act)
        };
        let proposals = yard.founder(&vault).proposals().into_iter().map(named).collect();
        drop(vault);
        Self { of: yard.furnished(known), yard, ca, held, told, proposals, lines }
    }

    /// The same house after more has happened.
    fn after(&self, happens: impl Fn(&Self, &Session) -> Result<()>) -> Self {
        let yard = self.yard.copy();
        let vault = yard.open(os()).unwrap();
        happens(self, &yard.founder(&vault)).unwrap();
        drop(vault);
        Self::at(yard, self.of.known.clone(), Ca::new("Test CA", 7), self.held, self.told)
    }

    fn record(&self) -> RecordId {
        self.of.known.record
    }

    /// The second person says yes to what is proposed.
    fn confirm(&self, session: &Session, kind: &str) -> Result<()> {
        self.yard.approver(session.vault()).confirm(self.proposals[kind]).map(drop)
    }
}

fn act_of(vault: &Vault, seq: u64) -> ActId {
    vault.line(seq).unwrap().0.act.id
}

fn named(matter: &str) -> String {
    format!("{CANARY} {matter}")
}

fn order(matter: &str, scope: Scope) -> HoldOrder {
    let review = "2027-06-01".parse().expect("a day");
    HoldOrder { matter: named(matter), basis: CANARY.into(), review, scope }
}

fn query(project: &str) -> Scope {
    Scope::Query(HoldQuery::read(&format!("project:\"{}\"", named(project))).expect("a query"))
}

fn certificate(ca: &Ca, serial: u8, ends: &str) -> ToLink {
    let wanted = Wanted { begins: "200101000000Z".into(), ..Wanted::new(&[serial]) };
    let certificate = Certificate::read(&ca.issue(&wanted.until(ends))).expect("a certificate");
    ToLink { certificate, reliance: Reliance::Original }
}

fn report(session: &Session, serial: &str, day: &str) -> Result<ActId> {
    let cert = session.the_cert(serial)?.0.id;
    let day = day.parse().expect("a day");
    let reported = [Reported { cert, change: Change::Revoked, day, said: CANARY.into() }];
    Ok(session.report(Source::Order, None, CANARY, &reported)?[0])
}

fn release(legal: &Session, matter: &str) -> Result<()> {
    let hold = legal.resolve_hold(&named(matter))?.id;
    legal.release_hold(hold, CANARY, false).map(drop)
}

fn plan_of(session: &Session) -> PlanId {
    *session.vault().state().plans.keys().next().expect("there is a plan")
}

fn draw(session: &Session) -> Result<()> {
    session.vault().draw_plan(Some(session), None, None, &|| false).map(drop)
}

fn policy(legal: &Session) -> Result<()> {
    let slots = [SignOff { slot: Slot::Unit, roles: vec![Role::Approver] }];
    legal.propose_policy(&slots, 9, 20, CANARY, false).map(drop)
}

fn rule(legal: &Session) -> Result<()> {
    let rule = Rule { years: 8, ..shipped()[1].clone() };
    legal.propose_rule(&ruling::Change { rule, reason: CANARY.into() }).map(drop)
}

fn pin(session: &Session) -> Result<()> {
    let other = Certificate::read(&Ca::new("Another CA", 8).certificate).expect("a certificate");
    session.pin(&other, Some(CANARY)).map(drop)
}

fn unpin(session: &Session) -> Result<()> {
    session.unpin(session.issuers()[0].id, CANARY).map(drop)
}

fn reverse(ground: &Ground, session: &Session) -> Result<()> {
    let cert = session.the_cert("2")?.0.id;
    session.reverse(ground.told, &[cert], CANARY).map(drop)
}

fn unsay(ground: &Ground, session: &Session) -> Result<()> {
    let legal = ground.yard.legal(session.vault());
    legal.reverse_appraisal(ground.told, &[ground.record()], CANARY, false).map(drop)
}

fn appraise(ground: &Ground, session: &Session) -> Result<()> {
    let (vault, plan) = (session.vault(), plan_of(session));
    let records: Vec<RecordId> = vault.plan_file(plan)?.rows.iter().map(|row| row.record).collect();
    ground.yard.legal(vault).appraise(plan, &records, &Judgement::Destroy, CANARY, false).map(drop)
}

fn approve(ground: &Ground, session: &Session) -> Result<()> {
    let (approver, plan) = (ground.yard.approver(session.vault()), plan_of(session));
    approver.sign_plan(&approver.approval(plan, approver.slot_for(plan)?)?, false).map(drop)
}

/// Signs the plan, or its register once there is one.
fn witness(witness: &Session) -> Result<()> {
    witness.sign_plan(&witness.witnessing(plan_of(witness))?, false).map(drop)
}

/// Everything that takes two people, proposed; and a plan.
fn propose_all(ground: &Ground, session: &Session) -> Result<()> {
    draw(session)?;
    let legal = ground.yard.legal(session.vault());
    policy(&legal)?;
    rule(&legal)?;
    release(&legal, "kept")?;
    pin(session)?;
    unpin(session)?;
    report(session, "1", "2026-06-01")?;
    unsay(ground, session)?;
    reverse(ground, session)
}

/// A deed to be swept.
struct Row {
    name: &'static str,
    /// The house it is done in.
    on: Stage,
    /// The kind of its act.
    kind: &'static str,
    again: Again,
    run: fn(&Ground, &Session) -> Result<()>,
}

const fn row(
    name: &'static str,
    on: Stage,
    kind: &'static str,
    again: Again,
    run: fn(&Ground, &Session) -> Result<()>,
) -> Row {
    Row { name, on, kind, again, run }
}

const GONE: Again = Again::Refused("no-proposal");

const DEEDS: &[Row] = &[
    row("purge plan", Begun, "purge.plan", Again::Refused("nothing-due"), |_, session| draw(session)),
    row("purge appraise", Proposed, "purge.appraise", Again::Another, appraise),
    row("purge approve", Appraised, "purge.approve", Again::Refused("plan-not-ready"), approve),
    row("purge witness", Approved, "purge.witness", Again::Refused("own-plan"), |ground, session| {
        witness(&ground.yard.auditor(session.vault()))
    }),
    row("purge reject", Proposed, "purge.reject", Again::Refused("plan-ended"), |ground, session| {
        ground.yard.auditor(session.vault()).reject_plan(plan_of(session), CANARY, false).map(drop)
    }),
    row(
        "purge witness (the register)",
        Closed,
        "purge.attest",
        Again::Refused("stale"),
        |ground, session| witness(&ground.yard.auditor(session.vault())),
    ),
    row("purge policy propose", Begun, "purge.policy", Again::Another, |ground, session| {
        policy(&ground.yard.legal(session.vault()))
    }),
    row("purge policy confirm", Proposed, "act.confirm", GONE, |ground, session| {
        ground.confirm(session, "purge.policy")
    }),
    row("purge reverse propose", Begun, "purge.reverse", Again::Another, unsay),
    row("purge reverse confirm", Proposed, "act.confirm", GONE, |ground, session| {
        ground.confirm(session, "purge.reverse")
    }),
    row("keys shred", Begun, "epoch.shred", Again::Another, |_, session| {
        session.shred(1, KeyMedium::Sheet, Some(CANARY), false).map(drop)
    }),
    row("hold place (a list)", Begun, "hold.place", Again::Another, |ground, session| {
        let order = order("list", Scope::List(vec![ground.held]));
        ground.yard.legal(session.vault()).place_hold(&order, &NoWords, false).map(drop)
    }),
    row("hold place (a query)", Begun, "hold.place", Again::Another, |ground, session| {
        let order = order("query", query("project"));
        ground.yard.legal(session.vault()).place_hold(&order, &NoWords, false).map(drop)
    }),
    row("hold screen", Begun, "hold.screened", Again::Another, |ground, session| {
        let legal = ground.yard.legal(session.vault());
        let hold = legal.resolve_hold(&named("standing"))?.id;
        legal.screen_all(hold, &NoWords).map(drop)
    }),
    row("add, under a hold", Begun, "record.file", Again::Same, |ground, session| {
        ground.of.house.file(session, "under a hold", 2, Some(ActId::from_bytes([9; 16]))).map(drop)
    }),
    row("hold review", Begun, "hold.review", Again::Another, |ground, session| {
        let legal = ground.yard.legal(session.vault());
        let (hold, day) = (legal.resolve_hold(&named("kept"))?.id, "2027-07-01".parse().expect("a day"));
        legal.review_hold(hold, day, CANARY, false).map(drop)
    }),
    row("hold release", Begun, "hold.release", Again::Refused("own-proposal"), |ground, session| {
        release(&ground.yard.legal(session.vault()), "kept")
    }),
    row("hold release (the second person)", Proposed, "act.confirm", GONE, |ground, session| {
        ground.confirm(session, "hold.release")
    }),
    row("hold keep", Begun, "hold.keep", Again::Refused("hold-in-force"), |ground, session| {
        let legal = ground.yard.legal(session.vault());
        let hold = legal.resolve_hold(&named("released"))?.id;
        legal.keep_hold(hold, CANARY, &NoWords, false).map(drop)
    }),
    row("cert add", Begun, "cert.link", Again::Refused("linked-already"), |ground, session| {
        let certs = [certificate(&ground.ca, 3, "301231155959Z")];
        session.link(ground.record(), &certs, Some(CANARY), false).map(drop)
    }),
    row("cert import", Begun, "cert.status", Again::Same, |ground, session| {
        let list = ground.ca.list("260701000000Z", &[(&[1], "260615000000Z", Some(1), &[])], &[]);
        let list = read_file(&list).expect("a list");
        session.import_list(&session.read_list(&list.lists[0])?).map(drop)
    }),
    row("cert revoke", Begun, "cert.report", Again::Another, |_, session| {
        report(session, "1", "2026-06-01").map(drop)
    }),
    row("cert revoke confirm", Proposed, "act.confirm", GONE, |ground, session| {
        ground.confirm(session, "cert.report")
    }),
    row("cert reverse", Begun, "cert.reverse", Again::Another, reverse),
    row("cert reverse confirm", Proposed, "act.confirm", GONE, |ground, session| {
        ground.confirm(session, "cert.reverse")
    }),
    row("cert issuer pin", Begun, "issuer.pin", Again::Another, |_, session| pin(session)),
    row("cert issuer approve", Proposed, "act.confirm", GONE, |ground, session| {
        ground.confirm(session, "issuer.pin")
    }),
    row("cert issuer unpin", Begun, "issuer.unpin", Again::Another, |_, session| unpin(session)),
    row("cert issuer approve (unpin)", Proposed, "act.confirm", GONE, |ground, session| {
        ground.confirm(session, "issuer.unpin")
    }),
    row("rule propose", Begun, "rule.propose", Again::Refused("rule-open"), |ground, session| {
        rule(&ground.yard.legal(session.vault()))
    }),
    row("rule approve", Proposed, "act.confirm", GONE, |ground, session| {
        ground.confirm(session, "rule.propose")
    }),
    row("rule refuse", Proposed, "act.refuse", GONE, |ground, session| {
        let approver = ground.yard.approver(session.vault());
        approver.refuse(ground.proposals["rule.propose"], CANARY).map(drop)
    }),
    row("subject search", Begun, "subject.search", Again::Another, |_, session| {
        let query = Query { limit: 10, ..Query::default() };
        session.search_person(&named("customer"), &query, None, false).map(drop)
    }),
    row("find", Begun, "record.find", Again::Another, |_, session| session.has_found(CANARY, 3).map(drop)),
    row("add without a new copy", Begun, "copy.excused", Again::Another, |_, session| {
        session.excuse_copy(91, CANARY)
    }),
];

/// Every plan is read as it was signed, and the register of one that was carried out.
fn files_are_there<'a>() -> Check<'a> {
    Box::new(|_, vault| {
        for (id, plan) in &vault.state().plans {
            vault.plan_file(*id)?;
            if plan.register.is_some() {
                vault.register_file(*id)?;
            }
        }
        Ok(Vec::new())
    })
}

impl Row {
    fn in_a_house<'a>(&'a self, ground: &'a Ground, how: &str, reads: bool) -> Command<'a> {
        Command {
            name: format!("{}{how}", self.name),
            from: &ground.of,
            run: Box::new(|_, session| (self.run)(ground, session)),
            counts: Box::new(|line| line.seq > ground.lines && line.act.deed.kind() == self.kind),
            acts: 1,
            again: self.again,
            check: files_are_there(),
            segment: None,
            reads,
        }
    }
}

#[test]
fn every_deed_failed_at_every_operation_is_whole_or_absent() {
    let begun = Ground::begun(false);
    let proposed = begun.after(propose_all);
    let appraised = proposed.after(appraise);
    let approved = appraised.after(approve);
    let closed = {
        let yard = approved.yard.copy();
        let vault = yard.open(os()).unwrap();
        for one in [yard.reviewer(&vault), yard.auditor(&vault)] {
            witness(&one).unwrap();
        }
        yard.wait(&vault, 8);
        let ran = yard.run(&vault, *vault.state().plans.keys().next().unwrap()).unwrap();
        assert_eq!((ran.destroyed.len(), ran.register.is_some()), (2, true));
        drop(vault);
        Ground::at(yard, begun.of.known.clone(), Ca::new("Test CA", 7), begun.held, begun.told)
    };
    let mirrored = Ground::begun(true);
    let at = |stage| match stage {
        Begun => &begun,
        Proposed => &proposed,
        Appraised => &appraised,
        Approved => &approved,
        Closed => &closed,
    };
    let mut jobs: Vec<Command> = DEEDS.iter().map(|row| row.in_a_house(at(row.on), "", false)).collect();
    let of_name = |name| DEEDS.iter().find(|row| row.name == name).expect("it stands above");
    for name in ["purge plan", "hold place (a query)", "cert add"] {
        jobs.push(of_name(name).in_a_house(&mirrored, ", with a mirror", false));
    }
    for name in ["purge plan", "cert add", "cert import", "subject search"] {
        jobs.push(of_name(name).in_a_house(&begun, ", reading too", true));
    }
    let table = Table::default();
    in_parallel(&jobs, |job| job.sweep(&table, 5));
    assert!(table.trials() > 200, "{} trials", table.trials());
    table.end("faults-deeds.md");
}

#[test]
fn no_kind_of_act_is_forgotten_by_the_sweeps() {
    let mut named: Vec<&str> = SWEPT.iter().flat_map(|(_, kinds)| *kinds).copied().collect();
    named.extend(UNSWEPT.iter().map(|(kind, _)| *kind));
    named.sort_unstable();
    let mut kinds = Deed::KINDS.to_vec();
    kinds.sort_unstable();
    assert_eq!(named, kinds, "each kind of act is swept somewhere, or it is said why not");
    // A table that no test ends proves nothing.
    let sources = sources(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests"));
    for (table, _) in SWEPT {
        assert!(sources.contains(&format!(".end(\"{table}\")")), "no sweep ends {table}");
    }
}

/// The text of every test program.
fn sources(dir: &std::path::Path) -> String {
    let mut text = String::new();
    for entry in std::fs::read_dir(dir).expect("the tests").flatten() {
        text += &match entry.path().is_dir() {
            true => sources(&entry.path()),
            false => std::fs::read_to_string(entry.path()).unwrap_or_default(),
        };
    }
    text
}
