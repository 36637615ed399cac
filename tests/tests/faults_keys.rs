//! Keys and people failed at each operation: recovery, sheets, escrow, countersigning, copies of several epochs, and
//! the acts of a spool brought in.

use jingui_schema::act::{ActFile, Deed};
use jingui_schema::facts::Role;
use jingui_schema::id::{By, StaffNo};
use jingui_tests::house::{CANARY, Furnished, House, Key, env_on, read_act};
use jingui_tests::in_parallel;
use jingui_tests::sweep::{Again, Check, Command, Counts, Run, Table, os};
use jingui_vault::keys::{open_escrow, read_sheet};
use jingui_vault::recovery::prove_escrow;
use jingui_vault::rotation::Rotation;
use jingui_vault::{Options, Result, Vault};
use std::path::Path;

const SHEET: &str = "{ra} {vault} {epoch}\n{identity}\n";

/// A house in which something else has happened already.
fn house_where(done: impl Fn(&House, &Vault) -> Result<()>) -> Furnished {
    let of = Furnished::new(false);
    let vault = of.house.open(os()).unwrap();
    done(&of.house, &vault).unwrap();
    drop(vault);
    of
}

fn command<'a>(
    name: &str,
    from: &'a Furnished,
    again: Again,
    run: Run<'a>,
    counts: Counts<'a>,
) -> Command<'a> {
    Command {
        name: name.into(),
        from,
        run,
        counts,
        acts: 1,
        again,
        check: Box::new(|_, _| Ok(Vec::new())),
        segment: None,
        reads: false,
    }
}

/// Whether a line enrols the person that the commands here enrol.
fn enrols(line: &jingui_schema::line::Line) -> bool {
    matches!(&line.act.deed, Deed::StaffEnrol(d) if d.staff == StaffNo(4))
}

/// The newcomer signs in to a vault with this keystore, and holds the current key.
fn newcomer_opens(house: &House, keystore: &Path) -> Result<Vec<String>> {
    let options = Options {
        keystore: Some(keystore.to_owned()),
        read_only: Some("only to look".into()),
        ..Options::default()
    };
    let vault = Vault::open(env_on(os()), &house.vault(), options)?;
    vault.sign_in(house.people.newcomer.person())?.current_key()?;
    Ok(Vec::new())
}

/// The houses that the commands begin with, and what they bring.
struct Patterns {
    ca: Key,
    plain: Furnished,
    sheet: String,
    /// Epoch 2 waits for the CA's proof; both are alive.
    waiting: Furnished,
    proof: ActFile,
    /// The proof has come in; the key in escrow is the current one.
    escrowed: Furnished,
    identity: jingui_vault::seal::Identity,
    /// Six people wait for the authority.
    enrolled: Furnished,
    /// Openings of the plain house that were spooled.
    spooled: Vec<ActFile>,
}

impl Patterns {
    fn new() -> Self {
        let env = env_on(os());
        let ca = Key::new(&env, "ca");
        let plain = Furnished::new(false);
        let vault = plain.house.open(os()).unwrap();
        let sheet = plain.house.founder(&vault).unwrap().sheet(SHEET).unwrap().to_string();
        drop(vault);

        let waiting = house_where(|house, vault| {
            let asked = house.founder(vault)?.rotate(None, Some(&ca.person().recipient()), &|_| true)?;
            assert!(matches!(asked, Rotation::Waiting { epoch: 2, .. }), "{asked:?}");
            Ok(())
        });
        let escrow = std::fs::read(waiting.house.keys().join("escrow/2.age")).unwrap();
        let content = open_escrow("escrow", &escrow, ca.person().identity()).unwrap();
        let authority = waiting.house.people.authority.person();
        let proof = prove_escrow(&env, &content, &authority, By::Authority);
        let (dir, house) = waiting.copy();
        let escrowed = Furnished { dir, house, known: waiting.known.clone() };
        escrowed.house.open(os()).unwrap().submit(&proof, None).unwrap();
        let identity = content.key.identity().clone();

        let enrolled = house_where(|house, vault| {
            let session = house.founder(vault)?;
            session.enrol(&house.people.newcomer.person().public_half(), &[Role::Legal])?;
            for name in ["fifth", "sixth"] {
                session.enrol(&Key::new(vault.env(), name).person().public_half(), &[Role::Reviewer])?;
            }
            Ok(())
        });
        let spooled = spooled(&plain);
        Self { ca, plain, sheet, waiting, proof, escrowed, identity, enrolled, spooled }
    }

    fn recovery(&self) -> Vec<Command<'_>> {
        let into = |keystore: &'static str| -> Check<'_> {
            Box::new(move |house, _| newcomer_opens(house, &house.root.join(keystore)))
        };
        let by_sheet = |keystore: &'static str| -> Run<'_> {
            Box::new(move |house, session| {
                recover(house, session.vault(), read_sheet("sheet", &self.sheet)?, keystore)
            })
        };
        let by_escrow: Run<'_> =
            Box::new(|house, session| recover(house, session.vault(), self.identity.clone(), "new-keys"));
        let one = |name, from, run, keystore| Command {
            check: into(keystore),
            ..command(name, from, Again::Same, run, Box::new(enrols))
        };
        vec![
            one("keys recover (sheet)", &self.plain, by_sheet("keys"), "keys"),
            one("keys recover (sheet, new keystore)", &self.plain, by_sheet("new-keys"), "new-keys"),
            one("keys recover (escrow, new keystore)", &self.escrowed, by_escrow, "new-keys"),
        ]
    }

    fn epochs(&self) -> Vec<Command<'_>> {
        let begin: Run<'_> = Box::new(|_, session| {
            let recipient = self.ca.person().recipient();
            let ca = session.vault().state().waiting_epoch().is_none().then_some(&*recipient);
            session.rotate(Some(CANARY), ca, &|_| true).map(|_| ())
        });
        let starts: Counts<'_> = Box::new(|line| matches!(line.act.deed, Deed::EpochStart(_)));
        let prove: Run<'_> =
            Box::new(|_, session| session.vault().submit(&self.proof, Some(session)).map(|_| ()));
        let proves: Counts<'_> = Box::new(|line| line.raw_act().get() == self.proof.act.get());
        let before = self.plain.house.open(os()).unwrap().state().lines;
        let copies: Counts<'_> =
            Box::new(move |line| line.seq > before && matches!(line.act.deed, Deed::EpochCopy(_)));
        let sheet: Run<'_> = Box::new(|_, session| session.sheet(SHEET).map(|_| ()));
        vec![
            command("keys rotate (escrowed: it waits)", &self.plain, Again::Same, begin, starts),
            command("keys prove (the proof comes in)", &self.waiting, Again::Same, prove, proves),
            command("keys sheet", &self.plain, Again::Another, sheet, copies),
        ]
    }

    fn people(&self) -> Vec<Command<'_>> {
        let enrol: Run<'_> = Box::new(|house, session| {
            session.enrol(&house.people.newcomer.person().public_half(), &[Role::Legal]).map(|_| ())
        });
        let both: Check<'_> = Box::new(|house, vault| {
            let newcomer = vault.sign_in(house.people.newcomer.person())?;
            newcomer.epoch_key(1)?;
            newcomer.epoch_key(2)?;
            Ok(Vec::new())
        });
        let countersign: Run<'_> = Box::new(|house, session| {
            session.vault().sign_in(house.people.authority.person())?.countersign().map(|_| ())
        });
        let countersigns: Counts<'_> = Box::new(|line| matches!(line.act.deed, Deed::StaffCountersign(_)));
        let all: Check<'_> = Box::new(|_, vault| {
            let open = vault.uncountersigned();
            Ok(open.iter().map(|e| format!("{} is not countersigned", e.staff)).collect())
        });
        let name = "staff enrol (copies of two epochs)";
        let enrolment = command(name, &self.waiting, Again::Refused("enrolled"), enrol, Box::new(enrols));
        let name = "staff countersign (six at once)";
        let six = command(name, &self.enrolled, Again::Another, countersign, countersigns);
        vec![Command { check: both, ..enrolment }, Command { check: all, ..six }]
    }

    /// A spool brought in act by act; and what can be made anew, which is no act.
    fn others(&self) -> Vec<Command<'_>> {
        let submit: Run<'_> = Box::new(|_, session| {
            self.spooled.iter().try_for_each(|act| session.vault().submit(act, Some(session)).map(|_| ()))
        });
        let spooled: Counts<'_> =
            Box::new(|line| self.spooled.iter().any(|act| act.act.get() == line.raw_act().get()));
        let rebuild: Run<'_> = Box::new(|_, session| {
            session.vault().rebuild_tree()?;
            session.rebuild_catalog().map(|_| ())
        });
        let spool = command("act submit (a spool of three)", &self.plain, Again::Same, submit, spooled);
        let anew = command("rebuild", &self.plain, Again::Same, rebuild, Box::new(|_| false));
        vec![Command { acts: self.spooled.len(), ..spool }, Command { acts: 0, ..anew }]
    }
}

/// What somebody who may not write to the vault has opened meanwhile.
fn spooled(of: &Furnished) -> Vec<ActFile> {
    let options = Options {
        keystore: Some(of.house.keys()),
        read_only: Some("only to look".into()),
        ..Options::default()
    };
    let vault = Vault::open(env_on(os()), &of.house.vault(), options).unwrap();
    let session = of.house.founder(&vault).unwrap();
    let dir = jingui_tests::scratch();
    let spool = dir.path().join("spool");
    for _ in 0..3 {
        let opening = session.open_documents(of.known.record, &[], Some(CANARY), Some(&spool)).unwrap();
        assert_eq!(opening.seq(), None);
    }
    let acts: Vec<ActFile> = std::fs::read_to_string(spool).unwrap().lines().map(read_act).collect();
    assert_eq!(acts.len(), 3);
    acts
}

/// Gives the vault to the newcomer, with the authority's key.
fn recover(
    house: &House,
    vault: &Vault,
    identity: jingui_vault::seal::Identity,
    keystore: &str,
) -> Result<()> {
    let (half, authority) = (house.people.newcomer.person().public_half(), house.people.authority.person());
    let keystore = house.root.join(keystore);
    vault.recover(identity, &keystore, Some(&authority), &half, &[Role::Archivist]).map(|_| ())
}

#[test]
fn keys_and_people_failed_at_every_operation_are_whole_or_absent() {
    let (table, patterns) = (Table::default(), Patterns::new());
    let mut jobs = patterns.recovery();
    jobs.extend(patterns.epochs());
    jobs.extend(patterns.people());
    jobs.extend(patterns.others());
    in_parallel(&jobs, |job| job.sweep(&table, 3));
    assert!(table.trials() > 150, "{} trials", table.trials());
    table.end("faults-keys.md");
}
