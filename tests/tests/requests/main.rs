//! Single records for the CA: asked for and answered, refused, opened by the CA itself; and what is made of what somebody else
//! puts in between.

mod beside; // what is forged, torn or too late
mod faults; // every disk operation failed
mod program; // the real program at both ends

use jingui_checker::{Asked, check};
use jingui_schema::act::{ActFile, Deed};
use jingui_schema::cover::Document;
use jingui_schema::digest::FileMark;
use jingui_schema::exchange::{Answered, FROM_ARCHIVE, FROM_CA, FromCa};
use jingui_schema::facts::{Ground, Purpose};
use jingui_schema::id::{ActId, ArchiveNumber, By, VaultId};
use jingui_tests::ca::{Ca, escrowed, os, push};
use jingui_tests::disposal::Yard;
use jingui_tests::house::{Furnished, Key, content, env_on, verify};
use jingui_tests::nothing_wrong;
use jingui_vault::copies::{CopyVault, DirTarget, Target};
use jingui_vault::cosigner::{Cosigner, Seen};
use jingui_vault::keys::Person;
use jingui_vault::push::ca::leave_order;
use jingui_vault::push::{Came, Pushed, ended_files};
use jingui_vault::requests::{
    Asking, OpenedRecord, Opener, Order, Questioner, Vouched, What, answers_at, request_record,
};
use jingui_vault::seal::{open as unseal, seal};
use jingui_vault::staff::sign_request;
use jingui_vault::{Error, Result, Session, Vault};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const MATTER: &str = "(2026) 7";

/// An archive of one record that has pushed and was countersigned, and its CA.
struct Met {
    from: Furnished,
    ca: Ca,
    place: PathBuf,
}

impl Met {
    fn new() -> Self {
        let (from, ca) = escrowed();
        let place = from.dir.path().join("place");
        fs::create_dir(&place).unwrap();
        let met = Self { from, ca, place };
        met.push();
        met.ca.answers(&met.from.house, &*met.target()).unwrap();
        met.push();
        met
    }

    fn target(&self) -> Arc<dyn Target> {
        Arc::new(DirTarget::open(env_on(os()), &self.place).unwrap())
    }

    fn vault(&self) -> Vault {
        self.from.house.open(os()).unwrap()
    }

    fn push(&self) -> Pushed {
        push(&self.vault(), &*self.target()).unwrap()
    }

    fn authority(&self) -> Person {
        self.from.house.people.authority.person()
    }

    fn seen(&self, vault: VaultId) -> Result<Option<Seen>> {
        Ok(self.ca.cosigner.seen()?.into_iter().find(|seen| seen.vault == vault))
    }

    /// The CA asks for a record; signed where the person is the authority.
    fn ask(&self, number: &ArchiveNumber, person: &Person) -> Result<Order> {
        let recipient = self.ca.key.person().recipient();
        let due = Some("2030-01-01".parse().unwrap());
        let (basis, matter) = (Ground::Dispute, MATTER.to_owned());
        let asking = Asking { number: number.clone(), basis, matter, due, recipient };
        request_record(&env_on(os()), self.target(), &asking, None, &|vault| self.seen(vault), Some(person))
    }

    /// The same, and a push takes it in.
    fn asked(&self, number: &ArchiveNumber) -> ActId {
        let order = self.ask(number, &self.authority()).unwrap();
        leave_order(&*self.target(), &order.file).unwrap();
        assert_eq!(taken(&self.push()), ["record.request"]);
        order.act
    }

    fn reads(&self, key: &Key, request: ActId, dir: &Path) -> Result<jingui_vault::requests::Given> {
        let identity = key.person().identity().clone();
        let seen = |vault| self.seen(vault);
        let questioner = Questioner { identity: &identity, seen: &seen, authority: None, names: &member };
        questioner.read_at(&env_on(os()), &*self.target(), request, Some(dir))
    }

    /// The CA opens a record by itself; the act is handed on.
    fn opens(
        &self,
        key: &Key,
        number: &ArchiveNumber,
        dir: &Path,
        tell: &mut dyn FnMut(&ActFile) -> Result<()>,
    ) -> Result<OpenedRecord> {
        let (basis, matter) = (Ground::Complaint, MATTER.to_owned());
        let opener = Opener { number: number.clone(), basis, matter, dir, names: &member };
        let target = self.target();
        self.ca.accepting(key, |acceptor| acceptor.open_record(&env_on(os()), target, &opener, Some(tell)))
    }

    /// Nothing is wrong with the archive, whoever looks.
    fn is_sound(&self, session: &Session) {
        nothing_wrong(&verify(session));
        let asked = Asked { vault: self.from.house.vault(), ..Default::default() };
        assert_eq!(check(&asked), []);
    }
}

fn member(document: &Document) -> String {
    document.member.clone()
}

/// What was taken in; an error by its code.
fn taken(pushed: &Pushed) -> Vec<&'static str> {
    let said = |came: &Result<Came>| match came {
        Ok(Came::Order { kind, .. }) => kind,
        Ok(Came::Overtaken { .. }) => "overtaken",
        Ok(Came::Cosigned { .. }) => "cosigned",
        Err(error) => error.code(),
    };
    pushed.taken.iter().map(|taken| said(&taken.came)).collect()
}

fn code<T>(result: Result<T>) -> &'static str {
    result.err().map_or("ok", |error| error.code())
}

#[test]
fn what_the_ca_asks_for_it_gets_and_can_believe() {
    let met = Met::new();
    let number = met.from.known.number.clone();
    let act = met.asked(&number);
    let vault = met.vault();
    let session = met.from.house.founder(&vault).unwrap();
    let state = vault.state();
    let request = state.requests.get(act).unwrap();
    assert!(request.is_open() && request.basis == Ground::Dispute && request.number == number);
    assert!(!request.is_overdue("2030-01-01".parse().unwrap()));
    assert!(request.is_overdue("2030-01-02".parse().unwrap()));
    assert_eq!(session.matter_of(&request.note).unwrap(), MATTER);
    assert_eq!(session.may_answer(act).unwrap(), (met.from.known.record, 2));
    let reviewer = vault.sign_in(met.from.house.people.reviewer.person()).unwrap();
    assert_eq!((code(reviewer.may_answer(act)), code(reviewer.matter_of(&request.note))), ("role", "role"));

    let (file, lines) = (met.from.dir.path().join("answer.age"), vault.state().lines);
    let answer = session.answer_request(act, &file, Some(&*met.target())).unwrap();
    assert_eq!((answer.n, answer.documents, &answer.number), (1, 2, &number));
    let bytes = fs::read(&file).unwrap();
    assert_eq!(FileMark::of(&bytes), answer.file);
    assert_eq!(answers_at(&*met.target(), act).unwrap(), [answer.name.unwrap()]);
    // An opening like any other, for the purpose that was named; then a head; the line that names the answer is the last.
    let kinds: Vec<_> = (lines + 1..=answer.seq).map(|seq| vault.line(seq).unwrap().0.act.deed).collect();
    assert!(
        matches!(&kinds[0], Deed::RecordOpen(d) if d.purpose == Some(Purpose::Dispute) && d.docs == [1, 2])
    );
    assert!(
        matches!(kinds.last(), Some(Deed::RequestAnswer(d)) if d.request == act && d.answer == answer.file)
    );
    assert!(!vault.state().requests.get(act).unwrap().is_open());
    assert_eq!(code(session.answer_request(act, &file, None)), "request-settled");
    assert_eq!(code(session.refuse_request(act, "no")), "request-settled");
    let history = session.history(met.from.known.record).unwrap();
    assert!(history.iter().any(|line| line.act.deed.kind() == "request.answer"));

    // At the CA: proved, and the documents as they were filed.
    let dir = met.from.dir.path().join("case");
    assert_eq!(code(met.reads(&met.from.house.people.newcomer, act, &dir)), "not-opened");
    let given = met.reads(&met.ca.key, act, &dir).unwrap();
    let seen = met.seen(given.vault).unwrap().unwrap();
    assert_eq!(given.vouched, Vouched::Continues(seen.lines));
    assert_eq!((given.record, &given.number, given.n), (met.from.known.record, &number, 1));
    assert_eq!(given.documents.len(), 2);
    for document in &given.documents {
        assert_eq!(fs::read(dir.join(&document.member)).unwrap(), content(&document.name));
    }
    let lines = fs::read_to_string(dir.join("lines.jsonl")).unwrap();
    for kind in ["vault.init", "record.file", "record.request", "record.open"] {
        assert!(lines.contains(&format!(r#""kind":"{kind}""#)), "{kind} is not among {lines}");
    }
    assert!(fs::read_to_string(dir.join("request.json")).unwrap().contains(&number.to_string()));
    assert!(fs::read_to_string(dir.join("facts.json")).unwrap().contains(&number.to_string()));
    let all = fs::read_dir(&dir).unwrap().count();
    assert_eq!(all, 8, "four parts, request, facts, two documents");
    drop((session, reviewer, vault));
    met.push();
    let vault = met.vault();
    met.is_sound(&met.from.house.founder(&vault).unwrap());
}

#[test]
fn an_answer_with_any_byte_changed_is_none() {
    let met = Met::new();
    let act = met.asked(&met.from.known.number);
    let vault = met.vault();
    let session = met.from.house.founder(&vault).unwrap();
    let file = met.from.dir.path().join("answer.age");
    session.answer_request(act, &file, None).unwrap();
    let bytes = fs::read(&file).unwrap();
    let identity = met.ca.key.person().identity().clone();
    let dir = met.from.dir.path().join("case");
    let read = |bytes: &[u8], request: Option<ActId>, seen: &dyn Fn(VaultId) -> Result<Option<Seen>>| {
        let questioner = Questioner { identity: &identity, seen, authority: None, names: &member };
        let file = Box::new(std::io::Cursor::new(bytes.to_vec()));
        let given = questioner.read(&env_on(os()), file, "answer", request, Some(&dir));
        assert_eq!(given.is_ok(), dir.exists(), "a directory that is not whole stays");
        if dir.exists() {
            fs::remove_dir_all(&dir).unwrap();
        }
        given
    };
    let seen = |vault| met.seen(vault);
    assert!(matches!(read(&bytes, Some(act), &seen).unwrap().vouched, Vouched::Continues(_)));
    assert_eq!(read(&bytes, None, &|_| Ok(None)).unwrap().vouched, Vouched::Not);
    assert_eq!(code(read(&bytes, Some(ActId::from_bytes([9; 16])), &seen)), "answer-damaged");
    // A cosigner that knows another log under this vault's name; one that has signed more than the answer is over.
    let other = |vault: VaultId| -> Result<Option<Seen>> {
        Ok(met.seen(vault)?.map(|seen| Seen { log: seen.log.replace('+', "-"), ..seen }))
    };
    assert_eq!(code(read(&bytes, None, &other)), "other-log-key");
    let later = |vault: VaultId| -> Result<Option<Seen>> {
        Ok(met.seen(vault)?.map(|seen| Seen { lines: seen.lines + 1, ..seen }))
    };
    assert_eq!(read(&bytes, None, &later).unwrap().vouched, Vouched::Key);
    let root = jingui_schema::digest::Sha256([7; 32]);
    let forked =
        |vault: VaultId| -> Result<Option<Seen>> { Ok(met.seen(vault)?.map(|seen| Seen { root, ..seen })) };
    assert_eq!(code(read(&bytes, None, &forked)), "not-our-head");

    // As it lies: the seal tells.
    for at in (0..bytes.len()).step_by(bytes.len() / 40) {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        assert!(read(&changed, Some(act), &seen).is_err(), "byte {at}");
        assert!(read(&bytes[..at], Some(act), &seen).is_err(), "cut at {at}");
    }
    // Sealed anew by somebody who could open it: what is proved tells. Only the fill behind a member says nothing; and in the
    // sheet the time is the archive's own word, and what is proved besides of older heads.
    let plain = unseal(&identity, &bytes).unwrap();
    let sheet = 512 + plain[512..].iter().position(|byte| *byte == b'\n').unwrap();
    let mut refused = 0;
    for at in (0..plain.len()).step_by(61) {
        let mut changed = plain.to_vec();
        changed[at] ^= 1;
        match read(&seal(&identity.to_public(), &changed), Some(act), &seen) {
            Ok(_) => assert!(plain[at] == 0 || (512..sheet).contains(&at), "byte {at}"),
            Err(error) => {
                let known = ["answer-damaged", "other-log-key", "not-our-head"];
                assert!(known.contains(&error.code()), "byte {at}: {error}");
                refused += 1;
            }
        }
    }
    assert!(refused > 100, "{refused}");
    let longer = [&plain[..], b"more"].concat();
    assert_eq!(code(read(&seal(&identity.to_public(), &longer), Some(act), &seen)), "answer-damaged");
}

#[test]
fn a_request_counts_for_the_authoritys_signature_alone() {
    let met = Met::new();
    let number = &met.from.known.number;
    // Not signed: it is not left; nor does it count where somebody leaves it by hand.
    let order = met.ask(number, &met.ca.key.person()).unwrap();
    assert!(order.file.sig.is_none() && order.continues.is_some());
    assert!(matches!(leave_order(&*met.target(), &order.file), Err(Error::Unsigned { .. })));
    let put = |file: &ActFile, act: ActId| {
        let name = format!("{FROM_CA}/{}", FromCa::Order(act).file_name());
        let text = file.to_text();
        let mark = FileMark::of(text.as_bytes());
        met.target().put(&name, mark, false, &mut text.as_bytes()).unwrap();
    };
    put(&order.file, order.act);
    // Signed by another key.
    let stolen = met.ask(number, &met.ca.key.person()).unwrap();
    put(&sign_request(&met.ca.key.person(), By::Authority, &stolen.file).unwrap(), stolen.act);
    let mut came = taken(&met.push());
    came.sort_unstable();
    assert_eq!(came, ["bad-signature", "unsigned"]);
    let vault = met.vault();
    assert!(vault.state().requests.all().is_empty());
    let session = met.from.house.founder(&vault).unwrap();
    let file = met.from.dir.path().join("answer.age");
    assert_eq!(code(session.answer_request(order.act, &file, None)), "no-request");
    assert!(!file.exists());
    // And a true one is answered all the same.
    drop((session, vault));
    let signed = sign_request(&met.authority(), By::Authority, &order.file).unwrap();
    met.vault().submit(&signed, None).unwrap();
    let vault = met.vault();
    let session = met.from.house.founder(&vault).unwrap();
    session.answer_request(order.act, &file, None).unwrap();
    // Nobody else's number can be asked for.
    let foreign = "XX09-2026-000001".parse().unwrap();
    assert_eq!(code(met.ask(&foreign, &met.authority())), "no-record");
}

#[test]
fn what_cannot_be_given_is_refused_and_may_be_asked_for_again() {
    let met = Met::new();
    let act = met.asked(&"JG01-2026-000099".parse().unwrap());
    let vault = met.vault();
    let session = met.from.house.founder(&vault).unwrap();
    let file = met.from.dir.path().join("answer.age");
    assert_eq!(code(session.may_answer(act)), "no-record");
    assert_eq!(code(session.answer_request(act, &file, None)), "no-record");
    assert!(!file.exists());
    session.may_refuse_request(act, "there is none").unwrap();
    let seq = session.refuse_request(act, "there is none").unwrap();
    let state = vault.state();
    let end = state.requests.get(act).unwrap().end().unwrap().clone();
    assert_eq!((end.seq, end.given), (seq, None));
    assert_eq!(session.matter_of(&end.note.unwrap()).unwrap(), "there is none");
    assert_eq!(code(session.refuse_request(act, "again")), "request-settled");
    drop((session, vault));
    // The state is folded anew as it was.
    fs::remove_file(met.from.house.vault().join("derived/state")).unwrap();
    assert_eq!(met.vault().state().requests, state.requests);
    let again = met.asked(&"JG01-2026-000099".parse().unwrap());
    assert_ne!(act, again);
    let vault = met.vault();
    met.is_sound(&met.from.house.founder(&vault).unwrap());
}

#[test]
fn what_the_ca_opens_by_itself_the_journal_shows() {
    let met = Met::new();
    let (number, record) = (met.from.known.number.clone(), met.from.known.record);
    let dir = met.from.dir.path().join("case");
    // Without the act nothing is written.
    let full = |_: &ActFile| -> Result<()> { Err(Error::Interrupted {}) };
    assert_eq!(code(met.opens(&met.ca.key, &number, &dir, &mut { full })), "interrupted");
    assert!(!dir.exists());
    let mut kept = Vec::new();
    let opened = met.opens(&met.ca.key, &number, &dir, &mut |act| {
        assert!(!dir.exists(), "the act comes first");
        kept.push(act.clone());
        Ok(())
    });
    let opened = opened.unwrap();
    assert_eq!((opened.record, opened.n, opened.documents.len()), (record, 1, 2));
    for document in &opened.documents {
        assert_eq!(fs::read(dir.join(&document.member)).unwrap(), content(&document.name));
    }
    // Who holds no escrow opens nothing.
    let other = met.from.dir.path().join("other");
    let newcomer = &met.from.house.people.newcomer;
    assert_ne!(code(met.opens(newcomer, &number, &other, &mut |_| Ok(()))), "ok");
    assert_eq!(
        code(met.opens(&met.ca.key, &"JG01-2026-000099".parse().unwrap(), &other, &mut |_| Ok(()))),
        "no-record"
    );
    assert!(!other.exists());

    let [act] = &kept[..] else { panic!("{} acts", kept.len()) };
    let signed = sign_request(&met.authority(), By::Authority, act).unwrap();
    leave_order(&*met.target(), &signed).unwrap();
    assert_eq!(taken(&met.push()), ["escrow.open"]);
    let vault = met.vault();
    let session = met.from.house.founder(&vault).unwrap();
    let state = vault.state();
    let known = state.requests.get(opened.order.act).unwrap();
    assert_eq!((&known.number, known.basis), (&number, Ground::Complaint));
    assert!(matches!(known.what, What::Opened { record: of, n: 1 } if of == record));
    assert_eq!(session.matter_of(&known.note).unwrap(), MATTER);
    let history = session.history(record).unwrap();
    assert_eq!(history.last().unwrap().act.deed.kind(), "escrow.open");
    assert_eq!(code(session.answer_request(opened.order.act, &other, None)), "no-request");
    met.is_sound(&session);
    // A body that was changed at the target is not the one that the journal names.
    let bodies = fs::read_dir(met.place.join("bodies/000000")).unwrap();
    for body in bodies.flatten() {
        let mut bytes = fs::read(body.path()).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(body.path(), bytes).unwrap();
    }
    assert_eq!(code(met.opens(&met.ca.key, &number, &other, &mut |_| Ok(()))), "file-damaged");
    assert!(!other.exists());
}

#[test]
fn of_a_record_that_was_destroyed_nothing_is_given_and_its_opening_is_told() {
    let yard = Yard::escrowed();
    let vault = yard.open(os()).unwrap();
    let record = yard.file_due(&vault, "due", 1)[0];
    let number = yard.founder(&vault).row(record).unwrap().facts.number;
    let place = yard.dir.path().join("place");
    fs::create_dir(&place).unwrap();
    let target: Arc<dyn Target> = Arc::new(DirTarget::open(env_on(os()), &place).unwrap());
    push(&vault, &*target).unwrap();
    let (key, authority) = (yard.ca.clone().unwrap(), yard.house.people.authority.person());
    let nobody = |_: VaultId| -> Result<Option<Seen>> { Ok(None) };
    let (basis, matter) = (Ground::Regulator, MATTER.to_owned());
    let asking = Asking {
        number: number.clone(),
        basis,
        matter: matter.clone(),
        due: None,
        recipient: key.person().recipient(),
    };
    let env = env_on(os());
    let order = request_record(&env, target.clone(), &asking, None, &nobody, Some(&authority)).unwrap();
    assert_eq!(order.continues, None);
    vault.submit(&order.file, None).unwrap();
    // One that is answered while the record is there.
    let early = request_record(&env, target.clone(), &asking, None, &nobody, Some(&authority)).unwrap();
    vault.submit(&early.file, None).unwrap();
    let answered = yard.dir.path().join("early.age");
    let answered = yard.founder(&vault).answer_request(early.act, &answered, Some(&*target)).unwrap();
    let answer = answered.name.unwrap();
    let dir = yard.dir.path().join("case");
    let opener = Opener { number, basis, matter, dir: &dir, names: &member };
    let identity = key.person().identity().clone();
    let acceptor = jingui_vault::push::Acceptor {
        person: key.person(),
        identity: &identity,
        seen: &nobody,
        progress: &|_| {},
        interrupted: &|| false,
    };
    let opened = acceptor.open_record(&env, target.clone(), &opener, Some(&mut |_| Ok(()))).unwrap();

    let plan = yard.ripe(&vault);
    assert_eq!(yard.run(&vault, plan).unwrap().destroyed, [record]);
    let founder = yard.founder(&vault);
    let file = yard.dir.path().join("answer.age");
    assert_eq!(code(founder.answer_request(order.act, &file, None)), "destroyed");
    assert!(!file.exists());
    founder.refuse_request(order.act, "it was destroyed").unwrap();
    // That the CA opened it before stands all the same.
    let signed = sign_request(&authority, By::Authority, &opened.order.file).unwrap();
    leave_order(&*target, &signed).unwrap();
    assert!(taken(&push(&vault, &*target).unwrap()).contains(&"escrow.open"));
    nothing_wrong(&verify(&founder));
    founder.rebuild_catalog().unwrap();
    nothing_wrong(&verify(&founder));
    let asked = Asked { vault: yard.house.vault(), ..Default::default() };
    assert_eq!(check(&asked), []);
    // What it was answered with is told, and goes from the target with the rest.
    assert_eq!(vault.state().answers_of(&BTreeSet::from([record])), std::slice::from_ref(&answer));
    let seen = |ca: &Path| Cosigner::open(env_on(os()), ca).unwrap().seen().unwrap().remove(0);
    let ended = || {
        let copy = CopyVault::open(&env, target.clone(), None, None).unwrap();
        ended_files(&copy, &seen(&yard.dir.path().join("ca"))).unwrap()
    };
    yard.cosign(&vault);
    push(&vault, &*target).unwrap();
    let unnamed =
        |request: ActId| format!("{FROM_ARCHIVE}/{}", Answered { request, b3: answered.file.b3 }.file_name());
    let ended = ended();
    assert!(ended.contains(&answer) && ended.contains(&unnamed(order.act)), "also of one that was cut off");
    assert!(!ended.contains(&unnamed(ActId::from_bytes([9; 16]))));
    // And from the newest state it is opened no more.
    let again = Opener { dir: &yard.dir.path().join("again"), ..opener };
    let acceptor = jingui_vault::push::Acceptor {
        person: key.person(),
        identity: &identity,
        seen: &nobody,
        progress: &|_| {},
        interrupted: &|| false,
    };
    assert_eq!(code(acceptor.open_record(&env, target, &again, Some(&mut |_| Ok(())))), "destroyed");
}
