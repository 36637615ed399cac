//! Hand-over: everything goes to the CA, is proved to have arrived, and only then ceases to be here.

mod faults; // every disk operation failed
mod left; // documents that stay where they are
mod orders; // nothing lost or doubled in any order of failures
mod part; // the records of one project
mod part_faults; // the same of these
mod part_meanwhile; // what goes on beside it
mod program; // the real program at both ends

use jingui_checker::{Asked, check};
use jingui_schema::digest::Sha256;
use jingui_schema::facts::Role;
use jingui_schema::id::HoldId;
use jingui_schema::id::{By, RecordId};
use jingui_tests::ca::{Ca, escrowed, os, push};
use jingui_tests::house::docs;
use jingui_tests::house::{CANARY, Furnished, House, Key, Known, env_on, full, look_at_all, verify};
use jingui_tests::nothing_wrong;
use jingui_vault::body::Buffers;
use jingui_vault::copies::{DirTarget, Target};
use jingui_vault::dates::Dated;
use jingui_vault::handover::{HandoverOrder, LackWhy, Stage, TakeOptions, TakenOver};
use jingui_vault::holding::{HoldOrder, NoWords, Scope};
use jingui_vault::push::ca::{leave_list, leave_order, leave_report};
use jingui_vault::push::{Acceptance, Came, Pushed};
use jingui_vault::staff::sign_request;
use jingui_vault::verify::{Scope as Look, VerifyOptions};
use jingui_vault::{Result, Session, Vault};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Nobody interrupts it, and nobody is told.
const PATIENT: TakeOptions<'_> =
    TakeOptions { progress: &|_, _| {}, interrupted: &|| false, leave: None, read: None };

/// An archive that closes, its CA, and the CA's own vault.
struct Closing {
    dir: tempfile::TempDir,
    house: House,
    ca: Arc<Ca>,
    legal: Arc<Key>,
    approver: Arc<Key>,
    place: PathBuf,
    taker: House,
    known: Vec<Known>,
    held: HoldId,
}

impl Closing {
    /// An archive of three records, one of them held, which has pushed and has been countersigned.
    fn new() -> Self {
        let (from, ca) = escrowed();
        Self::of(from, Arc::new(ca))
    }

    /// The same of this archive and its CA.
    fn of(from: Furnished, ca: Arc<Ca>) -> Self {
        let env = env_on(os());
        let (legal, approver) = (Key::new(&env, "legal"), Key::new(&env, "approver"));
        let vault = from.house.open(os()).unwrap();
        let founder = from.house.founder(&vault).unwrap();
        for (key, role) in [(&legal, Role::Legal), (&approver, Role::Approver)] {
            founder.enrol(&key.person().public_half(), &[role]).unwrap();
            let request = vault.countersign_request();
            let signed = sign_request(&from.house.people.authority.person(), By::Authority, &request);
            vault.submit(&signed.unwrap(), Some(&founder)).unwrap();
        }
        let mut known = vec![from.known.clone()];
        for (of, count) in [("another", 3), ("a third", 1)] {
            known.push(Known::of(&from.house.file(&founder, of, count, None).unwrap(), count));
        }
        let held = hold(&vault.sign_in(legal.person()).unwrap(), known[1].record);
        drop((founder, vault));
        let (place, root) = (from.dir.path().join("place"), from.dir.path().join("taker"));
        fs::create_dir(&place).unwrap();
        fs::create_dir(&root).unwrap();
        let taker = House { fonds: "CA01", ..House::planned(&root, &env, false) };
        drop(taker.begin(&env).unwrap());
        let Furnished { dir, house, .. } = from;
        let (legal, approver) = (Arc::new(legal), Arc::new(approver));
        let it = Self { dir, house, ca, legal, approver, place, taker, known, held };
        it.push();
        it.answer();
        it.push();
        it
    }

    fn vault(&self) -> Vault {
        self.house.open(os()).unwrap()
    }

    fn target(&self) -> Arc<dyn Target> {
        Arc::new(DirTarget::open(env_on(os()), &self.place).unwrap())
    }

    fn push(&self) -> Pushed {
        push(&self.vault(), &*self.target()).unwrap()
    }

    fn answer(&self) {
        self.ca.answers(&self.house, &*self.target()).unwrap();
    }

    /// Proposed by one, confirmed by another, and everything sent.
    fn seal(&self) {
        let vault = self.vault();
        let act = vault.sign_in(self.approver.person()).unwrap().propose_handover("it closes", false);
        vault.sign_in(self.legal.person()).unwrap().confirm(act.unwrap().unwrap()).unwrap();
        drop(vault);
        self.push();
        self.answer();
        self.push();
    }

    /// The records of one project proposed by one, confirmed by another, and sent.
    fn seal_part(&self, of: &str) {
        let vault = self.vault();
        let approver = vault.sign_in(self.approver.person()).unwrap();
        let (act, _) = approver.propose_handover_of(&project(of), "it moves", false).unwrap();
        vault.sign_in(self.legal.person()).unwrap().confirm(act.unwrap()).unwrap();
        drop((approver, vault));
        self.push();
        self.answer();
        self.push();
    }

    /// Files of one record below the vault.
    fn left_of(&self, record: RecordId) -> Vec<String> {
        let (mut left, id) = (Vec::new(), record.to_string());
        for below in ["covers", "bodies", "text"] {
            named_after(&self.house.vault().join(below), &id, &mut left);
        }
        left
    }

    fn taker(&self) -> (Vault, Session) {
        let vault = self.taker.open(os()).unwrap();
        let session = self.taker.founder(&vault).unwrap();
        (vault, session)
    }

    /// The same with its vaults and the target elsewhere.
    fn copied(&self) -> Self {
        let dir = jingui_tests::scratch();
        jingui_tests::copy_tree(self.dir.path(), dir.path());
        Self {
            house: self.house.at(dir.path()),
            ca: self.ca.clone(),
            legal: self.legal.clone(),
            approver: self.approver.clone(),
            place: dir.path().join("place"),
            taker: self.taker.at(&dir.path().join("taker")),
            known: self.known.clone(),
            held: self.held,
            dir,
        }
    }

    /// What the CA found, and everything as it sees it, where it found nothing.
    fn accepted(&self) -> (tempfile::TempDir, Acceptance, Option<Session>) {
        let scratch = jingui_tests::scratch();
        let (found, theirs) = self.ca.accepting(&self.ca.key, |acceptor| {
            acceptor.check_and_open(&env_on(os()), self.target(), scratch.path().to_owned()).unwrap()
        });
        (scratch, found, theirs)
    }

    /// The CA makes sure of everything and takes it in; none where anything was found.
    fn take(&self) -> Option<Result<TakenOver>> {
        let (_scratch, found, theirs) = self.accepted();
        let Some(theirs) = theirs else {
            leave_report(&*self.target(), &found.report).unwrap();
            return None;
        };
        let (_vault, session) = self.taker();
        let read = Some(found.checked.state.target);
        Some(session.take_handover(&theirs, &TakeOptions { read, ..PATIENT }))
    }

    /// What is not in the receipt as it is here.
    fn lacks(&self) -> Vec<String> {
        match self.vault().compare_with_receipt(&|| false) {
            Ok(lacks) => lacks.iter().map(|lack| format!("{lack:?}")).collect(),
            Err(error) => vec![full(&error)],
        }
    }

    /// What is left of files that should not be here any more.
    fn left(&self) -> Vec<String> {
        let (vault, keys) = (self.house.vault(), self.house.keys());
        let mut dirs: Vec<PathBuf> =
            ["covers", "bodies", "notes", "text", "quarantine"].map(|below| vault.join(below)).into();
        dirs.push(keys.join("epochs"));
        dirs.retain(|dir| files(dir) > 0);
        dirs.iter().map(|dir| format!("{} has files", dir.display())).collect()
    }

    /// The CA signs for what it has taken in, and leaves the receipt.
    fn receipt(&self, taken: &TakenOver) {
        let receipt = taken.receipt.as_ref().expect("nothing differs");
        let authority = self.house.people.authority.person();
        let order = HandoverOrder::new(&env_on(os()), receipt, Some(&authority));
        leave_list(&*self.target(), &order).unwrap();
        leave_order(&*self.target(), &order.file).unwrap();
    }

    fn stage(&self) -> Option<Stage> {
        self.vault().state().handover_stage()
    }

    fn finish(&self) -> Result<u64> {
        let vault = self.vault();
        let session = vault.sign_in(self.approver.person())?;
        session.finish_handover(false, &|| false).map(|done| done.seq.expect("there is no mirror"))
    }
}

fn hold(legal: &Session, record: RecordId) -> HoldId {
    let review = legal.vault().today().plus_years(1).unwrap();
    let (matter, basis) = ("a case".into(), "an order".into());
    let order = HoldOrder { matter, basis, review, scope: Scope::List(vec![record]) };
    legal.place_hold(&order, &NoWords, false).unwrap().hold
}

/// Files below a directory.
fn files(dir: &Path) -> usize {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { files(&entry.path()) } else { 1 }).sum()
}

/// The project that records filed under this name have.
fn project(of: &str) -> String {
    format!("{CANARY} {of}")
}

/// Files below a directory whose names begin with this.
fn named_after(dir: &Path, id: &str, found: &mut Vec<String>) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        match entry.path().is_dir() {
            true => named_after(&entry.path(), id, found),
            false if entry.file_name().to_string_lossy().starts_with(id) => {
                found.push(format!("{} is there", entry.path().display()));
            }
            false => {}
        }
    }
}

/// What is found without a key.
fn keyless(vault: &Vault) -> Vec<String> {
    let options =
        VerifyOptions { session: None, scope: Look::All, progress: &|_| {}, interrupted: &|| false };
    let found = vault.verify(&options).unwrap().findings;
    found.iter().map(|found| format!("{}: {} {}", found.path, found.finding, found.detail)).collect()
}

/// What the second opinion finds in a vault, without a key and with that of its founder.
fn second_opinion(house: &House) -> Vec<String> {
    let keys = (house.keys(), house.people.founder.text().to_owned());
    let asked = |keys| Asked { vault: house.vault(), mirror: house.mirrored.then(|| house.mirror()), keys };
    let found = [None, Some(keys)].into_iter().flat_map(|keys| check(&asked(keys)));
    found.map(|found| format!("checker: {}: {}", found.path, found.what)).collect()
}

/// What a record's dates come to, without the lines that say so.
fn dated(vault: &Vault, record: RecordId) -> Dated {
    let (state, today) = (vault.state(), vault.today());
    let ledger = vault.ledger(today, &|| false).unwrap();
    let kept = ledger.get(record).expect("it is there");
    ledger.dated(record, kept, &state, &state.retention_rules_on(today), today)
}

#[test]
fn everything_goes_to_the_ca_and_then_is_not_here() {
    let it = Closing::new();
    let before: Vec<Dated> = it.known.iter().map(|known| dated(&it.vault(), known.record)).collect();
    assert_eq!(it.take().unwrap().unwrap_err().code(), "not-handed-over");
    it.seal();
    assert_eq!(it.stage(), Some(Stage::Sent));
    {
        let vault = it.vault();
        let founder = it.house.founder(&vault).unwrap();
        assert_eq!(it.house.file(&founder, "too late", 1, None).unwrap_err().code(), "handed-over");
        let approver = vault.sign_in(it.approver.person()).unwrap();
        assert_eq!(approver.finish_handover(false, &|| false).unwrap_err().code(), "no-receipt");
    }

    let taken = it.take().unwrap().unwrap();
    assert_eq!((taken.records, taken.new, taken.holds), (3, 3, 1));
    assert_eq!(taken.differs, []);
    let again = it.take().unwrap().unwrap();
    assert_eq!((again.records, again.new, again.holds), (3, 0, 0), "nothing is taken in twice");
    {
        let (vault, session) = it.taker();
        nothing_wrong(&look_at_all(&session, &it.known));
        nothing_wrong(&verify(&session));
        let row = session.row(it.known[1].record).unwrap();
        assert!(row.custody.holds.contains(&it.held) && row.facts.number == it.known[1].number);
        for (known, before) in it.known.iter().zip(&before) {
            assert_eq!(format!("{:?}", dated(&vault, known.record)), format!("{before:?}"));
        }
    }
    nothing_wrong(&second_opinion(&it.taker));
    nothing_wrong(&second_opinion(&it.house));

    it.receipt(&again);
    let pushed = it.push();
    assert!(pushed.taken.iter().all(|taken| taken.came.is_ok()), "{:?}", pushed.taken);
    assert_eq!(it.stage(), Some(Stage::Receipted));
    assert_eq!(it.vault().compare_with_receipt(&|| false).unwrap(), []);
    nothing_wrong(&second_opinion(&it.house));
    let done = it.finish().unwrap();
    assert_eq!(it.finish().unwrap(), done, "once");
    nothing_wrong(&it.left());
    nothing_wrong(&keyless(&it.vault()));
    nothing_wrong(&second_opinion(&it.house));
    assert_eq!(it.stage(), Some(Stage::Destroyed));

    it.push();
    it.answer();
    it.push();
    assert_eq!(it.stage(), Some(Stage::Closed));
    nothing_wrong(&keyless(&it.vault()));
    nothing_wrong(&second_opinion(&it.house));
    nothing_wrong(&second_opinion(&it.taker));
    let (_vault, session) = it.taker();
    nothing_wrong(&look_at_all(&session, &it.known));
}

#[test]
fn a_hold_placed_after_the_receipt_goes_to_the_ca_before_anything_is_destroyed() {
    let it = Closing::new();
    it.seal();
    it.receipt(&it.take().unwrap().unwrap());
    it.push();
    let later = {
        let vault = it.vault();
        hold(&vault.sign_in(it.legal.person()).unwrap(), it.known[2].record)
    };
    let lacks = it.vault().compare_with_receipt(&|| false).unwrap();
    assert_eq!(
        lacks.iter().map(|lack| (lack.record, lack.why)).collect::<Vec<_>>(),
        [(it.known[2].record, LackWhy::Hold)]
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
    nothing_wrong(&second_opinion(&it.house));
    nothing_wrong(&second_opinion(&it.taker));
    let (_vault, session) = it.taker();
    assert!(session.row(it.known[2].record).unwrap().custody.holds.contains(&later));
    nothing_wrong(&verify(&session));
}

#[test]
fn a_receipt_that_is_not_over_what_is_here_destroys_nothing() {
    let it = Closing::new();
    it.seal();
    let taken = it.take().unwrap().unwrap();
    // Signed by nobody who may, over another commit, with a record too few.
    let stranger = Key::new(&env_on(os()), "stranger");
    let mut forged = taken.receipt.clone().unwrap();
    let order = HandoverOrder::new(&env_on(os()), &forged, Some(&stranger.person()));
    leave_list(&*it.target(), &order).unwrap();
    leave_order(&*it.target(), &order.file).unwrap();
    let refused = it.push();
    assert_eq!(refused.taken.iter().filter(|taken| taken.came.is_err()).count(), 1);
    assert_eq!(files(&it.house.vault().join("registers")), 0, "nobody else's list gets a place");
    forged.rows[0].commit = Sha256([7; 32]);
    it.receipt(&TakenOver { receipt: Some(forged.clone()), ..it.take().unwrap().unwrap() });
    it.push();
    assert_eq!(it.vault().compare_with_receipt(&|| false).unwrap()[0].why, LackWhy::Otherwise);
    assert_eq!(it.finish().unwrap_err().code(), "not-receipted");
    nothing_wrong(&second_opinion(&it.house));
    // The list is another one than was signed.
    let receipt = it.vault().state().handover.as_ref().unwrap().receipt.clone().unwrap();
    let path = it.house.vault().join(format!("registers/receipt-{}.jsonl", receipt.act));
    fs::write(&path, "{}\n").unwrap();
    assert!(!second_opinion(&it.house).is_empty());
    assert_eq!(it.finish().unwrap_err().code(), "receipt-damaged");
    nothing_wrong(&look_at_all(&it.house.founder(&it.vault()).unwrap(), &it.known));
}

#[test]
fn what_was_damaged_on_the_way_comes_again_and_only_then_is_signed_for() {
    let it = Closing::new();
    it.seal();
    let body = fs::read_dir(it.place.join("bodies/000000")).unwrap().next().unwrap().unwrap().path();
    let mut bytes = fs::read(&body).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&body, bytes).unwrap();
    assert!(it.take().is_none());
    it.push();
    let taken = it.take().unwrap().unwrap();
    assert_eq!((taken.new, &*taken.differs), (3, &[][..]));
    assert!(taken.receipt.is_some());
    nothing_wrong(&second_opinion(&it.taker));
}

#[test]
fn called_off_filing_goes_on() {
    let it = Closing::new();
    it.seal();
    let vault = it.vault();
    vault.sign_in(it.legal.person()).unwrap().cancel_handover("it stays", false).unwrap();
    assert_eq!(vault.state().handover_stage(), None);
    let founder = it.house.founder(&vault).unwrap();
    it.house.file(&founder, "after all", 1, None).unwrap();
    nothing_wrong(&verify(&founder));
    drop((founder, vault));
    nothing_wrong(&second_opinion(&it.house));
}

#[test]
fn a_receipt_of_a_hand_over_that_was_called_off_is_told_and_needs_nobody() {
    let it = Closing::new();
    it.seal();
    let taken = it.take().unwrap().unwrap();
    it.vault().sign_in(it.legal.person()).unwrap().cancel_handover("it stays", false).unwrap();
    it.receipt(&taken);
    for _ in 0..2 {
        let pushed = it.push();
        assert!(
            matches!(&pushed.taken[..], [one] if matches!(one.came, Ok(Came::Overtaken { .. }))),
            "{:?}",
            pushed.taken
        );
        assert_eq!(pushed.unsettled(), 0);
    }
    assert_eq!(files(&it.house.vault().join("registers")), 0, "its list gets no place");
    // One that nobody signed who may is refused, as ever.
    let stranger = Key::new(&env_on(os()), "stranger");
    let order = HandoverOrder::new(&env_on(os()), taken.receipt.as_ref().unwrap(), Some(&stranger.person()));
    leave_order(&*it.target(), &order.file).unwrap();
    assert_eq!(it.push().unsettled(), 1);
    nothing_wrong(&second_opinion(&it.house));
}

#[test]
fn what_the_ca_asks_of_an_archive_that_has_closed_is_told_and_needs_nobody() {
    use jingui_schema::id::VaultId;
    use jingui_vault::cosigner::Seen;
    use jingui_vault::requests::{Asking, request_record};
    let it = Closing::new();
    it.seal();
    let authority = it.house.people.authority.person();
    let seen = |vault: VaultId| -> Result<Option<Seen>> {
        Ok(it.ca.cosigner.seen()?.into_iter().find(|seen| seen.vault == vault))
    };
    let asking = Asking {
        number: it.known[0].number.clone(),
        basis: jingui_schema::facts::Ground::Dispute,
        matter: "a case".into(),
        due: None,
        recipient: it.ca.key.person().recipient(),
    };
    let late = request_record(&env_on(os()), it.target(), &asking, &seen, Some(&authority)).unwrap();
    let taken = it.take().unwrap().unwrap();
    it.receipt(&taken);
    it.push();
    it.finish().unwrap();
    leave_order(&*it.target(), &late.file).unwrap();
    let pushed = it.push();
    let is_overtaken = |one: &jingui_vault::push::Taken| matches!(one.came, Ok(Came::Overtaken { .. }));
    assert!(pushed.taken.iter().any(is_overtaken) && pushed.unsettled() == 0, "{:?}", pushed.taken);
}

#[test]
fn what_was_taken_in_goes_on_like_any_other_record() {
    let it = Closing::new();
    it.seal();
    it.take().unwrap().unwrap();
    let (vault, session) = it.taker();
    let (known, papers) = (&it.known[0], docs("found later", 1));
    session.supplement(known.record, &papers, "found in a drawer", None, &mut Buffers::new()).unwrap();
    let number = session.row(known.record).unwrap().facts.number;
    assert_eq!((&number, session.resolve(&number.to_string()).unwrap()), (&known.number, known.record));
    // The next of its own has its own number, and is none of theirs.
    let own = it.taker.file(&session, "its own", 1, None).unwrap().number;
    assert_eq!(own.fonds().to_string(), "CA01");
    nothing_wrong(&verify(&session));
    session.rotate(None, None, &|_| true).unwrap();
    drop((session, vault));
    let (_vault, session) = it.taker();
    nothing_wrong(&verify(&session));
    nothing_wrong(&look_at_all(&session, &it.known));
    nothing_wrong(&second_opinion(&it.taker));
}

#[test]
fn a_hold_that_goes_on_there_goes_on_here() {
    let it = Closing::new();
    {
        let vault = it.vault();
        let legal = vault.sign_in(it.legal.person()).unwrap();
        legal.release_hold(it.held, "it is over", false).unwrap();
        vault.sign_in(it.approver.person()).unwrap().release_hold(it.held, "it is over", false).unwrap();
    }
    it.seal();
    it.take().unwrap().unwrap();
    assert!(it.taker().0.state().holds[&it.held].released.is_some());
    {
        let vault = it.vault();
        let legal = vault.sign_in(it.legal.person()).unwrap();
        legal.keep_hold(it.held, "it is not over", &NoWords, false).unwrap();
    }
    it.push();
    it.answer();
    it.push();
    let taken = it.take().unwrap().unwrap();
    assert!(taken.receipt.is_some());
    assert_eq!(it.taker().0.state().holds[&it.held].released, None);
    nothing_wrong(&second_opinion(&it.taker));
}

#[test]
fn what_has_changed_there_since_is_not_signed_for() {
    let it = Closing::new();
    it.seal();
    it.take().unwrap().unwrap();
    {
        let vault = it.vault();
        let legal = vault.sign_in(it.legal.person()).unwrap();
        legal.cancel_handover("not yet", false).unwrap();
        legal.restrict(it.known[0].record, true, "somebody asked").unwrap();
    }
    it.seal();
    let taken = it.take().unwrap().unwrap();
    assert_eq!(
        (taken.new, taken.differs.len(), taken.receipt.is_none()),
        (0, 1, true),
        "{:?}",
        taken.differs
    );
    assert_eq!(taken.differs[0].record, it.known[0].record);
}
