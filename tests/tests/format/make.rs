//! How `tests/format/1` was made: a small archive in which happens what happens in archives, its copy at its CA, and the
//! vault into which that CA has taken some of it.
//!
//! Run once, with `cargo test -p jingui-tests --test format -- --ignored`. What is there is never made again.

use super::{HOUSES, Opened, PASSPHRASE, digests, fixture, list};
use crate::told::told;
use jingui_schema::act::SignOff;
use jingui_schema::certificate::{Change, Reliance, Source};
use jingui_schema::cover::Document;
use jingui_schema::disposal::{KeyMedium, Slot};
use jingui_schema::facts::{
    Channel, Circumstance, Field, Ground, Label, Mark, Particular, Purpose, Role, Verdict,
};
use jingui_schema::hold::HoldQuery;
use jingui_schema::id::{ActId, ArchiveNumber, By, RecordId, VaultId};
use jingui_schema::rules::{Rule, shipped};
use jingui_tests::ca::push;
use jingui_tests::certs::{Ca as Authority, Wanted};
use jingui_tests::disposal::{DAY, Yard};
use jingui_tests::house::{CANARY, House, Key, docs, filing};
use jingui_tests::sweep::os;
use jingui_tests::{copy_tree, say};
use jingui_vault::body::{Buffers, Seen as SeenOf};
use jingui_vault::catalog::Query;
use jingui_vault::certificate::{Certificate, read_file};
use jingui_vault::certs::{Reported, ToLink};
use jingui_vault::copies::{CopyVault, DirTarget, Target};
use jingui_vault::cosigner::Seen;
use jingui_vault::disposal::Judgement;
use jingui_vault::env::{Env, OsRandom};
use jingui_vault::filing::{Application, Filing};
use jingui_vault::handover::{HandoverOrder, TakeOptions};
use jingui_vault::holding::{HoldOrder, NoWords, Scope};
use jingui_vault::push::ca::{leave_list, leave_order};
use jingui_vault::requests::{Asking, Opener, request_record};
use jingui_vault::review::Review;
use jingui_vault::staff::sign_request;
use jingui_vault::{Result, Session, Vault, ruling};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a recovery sheet says.
const SHEET: &str = "{ra} {vault} {epoch}\n{identity}\n";

fn text(of: &str) -> String {
    format!("{CANARY} {of}")
}

fn label(of: &str) -> Label {
    Label::read(&text(of)).expect("a label")
}

fn act_of(vault: &Vault, seq: u64) -> ActId {
    vault.line(seq).expect("a line that was just written").0.act.id
}

fn member(document: &Document) -> String {
    document.member.clone()
}

/// The records that something happens to.
struct Records {
    due: Vec<RecordId>,
    known: RecordId,
    held: RecordId,
    mixed: RecordId,
    returned: RecordId,
}

struct Making {
    yard: Yard,
    place: PathBuf,
    taker: House,
}

impl Making {
    /// The CA's clock.
    fn env(&self) -> Env {
        Env { fs: os(), clock: self.yard.outside.clone(), random: Arc::new(OsRandom) }
    }

    fn target(&self) -> Arc<dyn Target> {
        Arc::new(DirTarget::open(self.env(), &self.place).expect("the target"))
    }

    fn authority(&self, vault: &Vault) -> Session {
        vault.sign_in(self.yard.house.people.authority.person()).expect("the authority")
    }

    /// Sent, countersigned, and the answer taken in.
    fn exchange(&self, vault: &Vault) {
        let sent = || {
            for taken in push(vault, &*self.target()).expect("it is pushed").taken {
                assert!(taken.came.is_ok(), "{:?}", taken.came);
            }
        };
        sent();
        let ca = self.yard.at_target();
        ca.answers(&self.yard.house, &*self.target()).expect("the CA countersigns");
        sent();
    }

    fn review(&self, vault: &Vault, record: RecordId, verdict: Verdict, reason: Option<&str>) {
        let records = [record];
        let review = Review { records: &records, verdict, reason, compared: &[], plan: None };
        let done = self.yard.reviewer(vault).review(&review, false).expect("it is reviewed");
        assert!(done.refused.is_empty(), "{:?}", done.refused);
    }

    /// A filing with all that a form may say.
    fn rich(&self) -> Filing {
        let mut rich = filing("rich", 2, None);
        rich.labels.box_code = Some(label("box"));
        rich.labels.application = Application {
            channel: Some(Channel::Online),
            flags: vec![Circumstance::Proxy],
            applied: Some("2024-04-30".parse().expect("a day")),
            fields: vec![Particular { field: Field::Address, value: label("address") }],
        };
        rich.incoming[0].seen = SeenOf {
            marks: vec![Mark::Stamped, Mark::Signed],
            until: Some("2031-05-01".parse().expect("a day")),
            pages: Some(2),
        };
        rich
    }

    fn file(&self, vault: &Vault) -> Records {
        let yard = &self.yard;
        let of = |name: &str, count| yard.file(vault, name, "2026-03-01", count);
        let records = Records {
            due: yard.file_due(vault, "due", 2),
            known: of("known", 2),
            held: of("held", 1),
            mixed: of("mixed", 3),
            returned: of("returned", 2),
        };
        let founder = yard.founder(vault);
        let rich = founder.file(&self.rich(), &mut Buffers::new()).expect("it is filed").record;
        let Records { known, mixed, returned, .. } = records;
        founder.supplement(returned, &docs("late", 1), CANARY, None, &mut Buffers::new()).expect("more");
        self.review(vault, returned, Verdict::Returned, Some(CANARY));
        let retag = |labels: &mut jingui_vault::filing::Labels| {
            labels.tags.push(label("corrected"));
            Ok(())
        };
        founder.correct(rich, retag, &[], CANARY, false).expect("a correction");
        founder.annotate(known, CANARY).expect("an annotation");
        founder.open_documents(known, &[1], Some(CANARY), None).expect("an opening");
        founder.reveal(known, None, CANARY).expect("a reveal");
        founder.has_found(CANARY, 3).expect("a search");
        let query = Query { limit: 10, ..Query::default() };
        founder.search_person(&text("customer"), &query, None, false).expect("a search for somebody");
        // A stranger's paper is taken out by two.
        let strange = founder.propose_misfiled(mixed, &[2], None, CANARY, false, &mut Buffers::new());
        let strange = strange.expect("a proposal").act;
        yard.reviewer(vault).confirm(strange).expect("confirmed");
        founder.remove_misfiled(strange, false, &mut Buffers::new()).expect("it is taken out");
        yard.legal(vault).restrict(mixed, true, CANARY).expect("it is restricted");
        records
    }

    fn people_and_keys(&self, vault: &Vault) {
        let yard = &self.yard;
        let founder = yard.founder(vault);
        let newcomer = yard.house.people.newcomer.person().public_half();
        let (staff, _) = founder.enrol(&newcomer, &[Role::Archivist]).expect("0006");
        self.authority(vault).countersign().expect("countersigned");
        founder.disable(staff, Some(CANARY)).expect("disabled");
        let renamed = founder.change_customers(CANARY, |list| {
            Ok(list.renamed(&label("former name"), label("customer")).expect("a list"))
        });
        renamed.expect("a list of customers");
        yard.approver(vault).set_jobs(jingui_schema::jobs::shipped(), CANARY).expect("a schedule");
        founder.sheet(SHEET).expect("a recovery sheet");
        drop(founder);
        yard.rotate(vault);
        let founder = yard.founder(vault);
        founder.shred(1, KeyMedium::Sheet, Some(CANARY), false).expect("shredded");
        self.authority(vault).shred(1, KeyMedium::Escrow, None, false).expect("shredded");
        founder.excuse_copy(91, CANARY).expect("excused");
    }

    fn certificates(&self, vault: &Vault, record: RecordId) {
        let (founder, reviewer) = (self.yard.founder(vault), self.yard.reviewer(vault));
        let ca = Authority::new("Test CA", 7);
        let pin = |ca: &Authority| {
            let (issuer, done) = founder
                .pin(&Certificate::read(&ca.certificate).expect("a certificate"), Some(CANARY))
                .expect("pinned");
            (issuer, act_of(vault, done.seq))
        };
        let (_, act) = pin(&ca);
        reviewer.confirm(act).expect("confirmed");
        let (_, act) = pin(&Authority::new("Another CA", 8));
        reviewer.refuse(act, CANARY).expect("refused");
        let (issuer, act) = pin(&Authority::new("A third CA", 9));
        reviewer.confirm(act).expect("confirmed");
        let done = founder.unpin(issuer, CANARY).expect("a proposal");
        reviewer.confirm(act_of(vault, done.seq)).expect("confirmed");

        let certificate = |serial: u8, ends: &str| {
            let wanted = Wanted { begins: "200101000000Z".into(), ..Wanted::new(&[serial]) };
            let certificate = Certificate::read(&ca.issue(&wanted.until(ends))).expect("a certificate");
            ToLink { certificate, reliance: Reliance::Original }
        };
        let certs = [
            certificate(1, "301231155959Z"),
            certificate(2, "210615155959Z"),
            certificate(3, "301231155959Z"),
        ];
        founder.link(record, &certs, Some(CANARY), false).expect("linked");
        self.review(vault, record, Verdict::Passed, None);
        let list = ca.list("260701000000Z", &[(&[1], "260615000000Z", Some(1), &[])], &[]);
        let list = read_file(&list).expect("a list");
        let reading = founder.read_list(&list.lists[0]).expect("it is read");
        founder.import_list(&reading).expect("it is taken in");
        let report = |serial: &str, day: &str| {
            let cert = founder.the_cert(serial).expect("it is known").0.id;
            let day = day.parse().expect("a day");
            let reported = [Reported { cert, change: Change::Revoked, day, said: CANARY.into() }];
            let act = founder.report(Source::Order, None, CANARY, &reported).expect("a report")[0];
            reviewer.confirm(act).expect("confirmed");
            (act, cert)
        };
        report("2", "2021-03-02");
        let (slip, cert) = report("3", "2026-05-04");
        let reversed = founder.reverse(slip, &[cert], CANARY).expect("a proposal");
        reviewer.confirm(reversed).expect("confirmed");
    }

    fn holds(&self, vault: &Vault, record: RecordId) {
        let (legal, approver) = (self.yard.legal(vault), self.yard.approver(vault));
        let place = |matter: &str, scope: Scope| {
            let review = "2027-06-01".parse().expect("a day");
            let order = HoldOrder { matter: text(matter), basis: CANARY.into(), review, scope };
            legal.place_hold(&order, &NoWords, false).expect("a hold").hold
        };
        let release = |hold| {
            legal.release_hold(hold, CANARY, false).expect("a proposal");
            approver.release_hold(hold, CANARY, false).expect("released");
        };
        let list = place("list", Scope::List(vec![record]));
        legal.review_hold(list, "2027-07-01".parse().expect("a day"), CANARY, false).expect("looked at");
        let query = HoldQuery::read(&format!("project:\"{}\"", text("held project"))).expect("a query");
        let standing = place("query", Scope::Query(query));
        // What comes later falls under it.
        let founder = self.yard.founder(vault);
        self.yard.house.file(&founder, "held project", 1, None).expect("it is filed");
        legal.screen_all(standing, &NoWords).expect("compared");
        release(place("released", Scope::List(vec![record])));
        let kept = place("kept after all", Scope::List(vec![record]));
        release(kept);
        legal.keep_hold(kept, CANARY, &NoWords, false).expect("in force again");
    }

    /// A cover is damaged, and comes back from the mirror.
    fn mended(&self, vault: &Vault) {
        vault.mirror();
        let covers = fs::read_dir(self.yard.house.vault().join("covers/000000")).expect("covers");
        let mut covers: Vec<PathBuf> = covers.map(|entry| entry.expect("an entry").path()).collect();
        covers.sort();
        let mut bytes = fs::read(&covers[0]).expect("a cover");
        bytes[300] ^= 1;
        fs::write(&covers[0], bytes).expect("it is written");
        let healed = vault.heal_all(Some(&self.yard.founder(vault))).expect("it is mended");
        assert_eq!(healed.healed.len(), 1, "{:?}", healed.paths());
    }

    /// One record is destroyed; of another one it was said by mistake that it is to be kept.
    fn plan(&self, vault: &Vault, due: &[RecordId]) {
        let yard = &self.yard;
        let slots = [SignOff { slot: Slot::Unit, roles: vec![Role::Approver] }];
        let legal = yard.legal(vault);
        let policy = legal.propose_policy(&slots, 7, 20, CANARY, false).expect("a policy").expect("an act");
        yard.approver(vault).confirm(policy).expect("confirmed");
        let plan = yard.plan(vault);
        legal.appraise(plan, &due[..1], &Judgement::Destroy, CANARY, false).expect("appraised");
        let until = Judgement::Keep("2090-01-01".parse().expect("a day"));
        let kept = legal.appraise(plan, &due[1..], &until, CANARY, false).expect("appraised");
        let slip = act_of(vault, kept[0].seq);
        drop(legal);
        yard.sign(vault, plan);
        yard.wait(vault, 8);
        let ran = yard.run(vault, plan).expect("it is carried out");
        assert_eq!((ran.destroyed.as_slice(), ran.register.is_some()), (&due[..1], true), "{ran:?}");
        let witness = yard.auditor(vault);
        let register = witness.witnessing(plan).expect("the register");
        witness.sign_plan(&register, false).expect("it is signed");
        let reversed = yard.legal(vault).reverse_appraisal(slip, &due[1..], CANARY, false);
        yard.reviewer(vault).confirm(reversed.expect("a proposal").expect("an act")).expect("confirmed");
        let second = yard.plan(vault);
        witness.reject_plan(second, CANARY, false).expect("rejected");
    }

    fn ask(&self, number: ArchiveNumber) -> ActId {
        let cosigner = self.yard.at_target().cosigner;
        let seen = |vault: VaultId| -> Result<Option<Seen>> {
            Ok(cosigner.seen()?.into_iter().find(|seen| seen.vault == vault))
        };
        let recipient = self.yard.ca.as_ref().expect("a CA").person().recipient();
        let due = Some("2027-03-01".parse().expect("a day"));
        let asking = Asking { number, basis: Ground::Dispute, matter: text("matter"), due, recipient };
        let authority = self.yard.house.people.authority.person();
        let order = request_record(&self.env(), self.target(), &asking, None, &seen, Some(&authority));
        let order = order.expect("a request");
        leave_order(&*self.target(), &order.file).expect("it is left");
        order.act
    }

    /// The CA asks for a record and gets it, asks for one that is not there, and opens one by itself.
    fn requests(&self, vault: &Vault, record: RecordId) -> ActId {
        let founder = self.yard.founder(vault);
        let number = founder.row(record).expect("a row").facts.number;
        let (asked, unknown) =
            (self.ask(number.clone()), self.ask("JG01-2026-000099".parse().expect("a number")));
        self.exchange(vault);
        let file = self.yard.dir.path().join("answer.age");
        founder.answer_request(asked, &file, Some(&*self.target())).expect("an answer");
        founder.refuse_request(unknown, CANARY).expect("a refusal");

        let dir = self.yard.dir.path().join("case");
        let matter = text("complaint");
        let opener = Opener { number, basis: Ground::Complaint, matter, dir: &dir, names: &member };
        let key: &Key = self.yard.ca.as_ref().expect("a CA");
        let opened = self.yard.at_target().accepting(key, |acceptor| {
            acceptor.open_record(&self.env(), self.target(), &opener, Some(&mut |_| Ok(())))
        });
        let opened = opened.expect("it is opened");
        let authority = self.yard.house.people.authority.person();
        let signed = sign_request(&authority, By::Authority, &opened.order.file).expect("signed");
        leave_order(&*self.target(), &signed).expect("it is left");
        self.exchange(vault);
        asked
    }

    /// The copy is read again.
    fn verified(&self, vault: &Vault) {
        let keys = Some(self.yard.house.keys());
        let copy = CopyVault::open(&self.env(), self.target(), None, keys).expect("the copy");
        let checked = copy.verify(None, 0, &|_| {}, &|| false).expect("it is read");
        vault.note_copy_verified(&checked).expect("it is noted");
    }

    /// A hand-over of everything is called off; the records of one project go to the CA's vault.
    fn handed_over(&self, vault: &Vault) {
        let yard = &self.yard;
        yard.house.file(&yard.founder(vault), "moving", 2, None).expect("it is filed");
        let (legal, approver) = (yard.legal(vault), yard.approver(vault));
        let all = approver.propose_handover(CANARY, false).expect("a proposal").expect("an act");
        legal.confirm(all).expect("confirmed");
        legal.cancel_handover(CANARY, false).expect("called off");
        let (part, _) = approver.propose_handover_of(&text("moving"), CANARY, false).expect("a proposal");
        legal.confirm(part.expect("an act")).expect("confirmed");
        self.exchange(vault);

        let scratch = jingui_tests::scratch();
        let key: &Key = yard.ca.as_ref().expect("a CA");
        let (found, theirs) = yard.at_target().accepting(key, |acceptor| {
            let looked = acceptor.check_and_open(&self.env(), self.target(), scratch.path().to_owned());
            looked.expect("the CA looks")
        });
        let theirs = theirs.unwrap_or_else(|| panic!("{found:?}"));
        // Its clock goes on where the CA's is.
        let taker = House { opens_at: self.env().now().millis(), ..self.taker.clone() };
        let there = taker.open(os()).expect("the CA's vault");
        let session = taker.founder(&there).expect("its founder");
        let options = TakeOptions { progress: &|_, _| {}, interrupted: &|| false, leave: None, read: None };
        let taken = session.take_handover(&theirs, &options).expect("it is taken in");
        assert_eq!((taken.new, taken.differs.len()), (1, 0), "{:?}", taken.differs);
        taker.file(&session, "its own", 1, None).expect("it is filed");
        drop((theirs, session, there));
        let receipt = taken.receipt.as_ref().expect("a receipt");
        let authority = yard.house.people.authority.person();
        let order = HandoverOrder::new(&self.env(), receipt, Some(&authority));
        leave_list(&*self.target(), &order).expect("the list is left");
        leave_order(&*self.target(), &order.file).expect("the receipt is left");
        self.exchange(vault);
        approver.finish_handover(false, &|| false).expect("they are no more");
    }

    fn ruled(&self, vault: &Vault) {
        let rule = Rule { years: 12, ..shipped()[1].clone() };
        let change = ruling::Change { rule, reason: CANARY.into() };
        let (act, _) = self.yard.legal(vault).propose_rule(&change).expect("a rule");
        self.yard.approver(vault).confirm(act).expect("confirmed");
    }
}

/// Copies what is kept of a house.
fn keep(house: &House, to: &Path) {
    copy_tree(&house.vault(), &to.join("vault"));
    copy_tree(&house.keys(), &to.join("keys"));
    if house.mirrored {
        copy_tree(&house.mirror(), &to.join("mirror"));
    }
    // Derived things are no part of the format.
    for below in ["derived", "run", "staging"] {
        drop(fs::remove_dir_all(to.join("vault").join(below)));
    }
}

#[test]
#[ignore = "writes tests/format/1, which is done once"]
fn make_the_fixture() {
    let to = fixture();
    if to.exists() {
        say("tests/format/1 is there, and is never made again");
        return;
    }
    // Its name stands in `settings/places.toml`.
    let dir = tempfile::Builder::new().prefix("jingui-archive").rand_bytes(0).tempdir();
    let yard = Yard::escrowed_in(dir.expect("a directory of that name"));
    let (place, root) = (yard.dir.path().join("place"), yard.dir.path().join("taker"));
    fs::create_dir(&place).expect("a directory");
    fs::create_dir(&root).expect("a directory");
    let env = Env { fs: os(), clock: yard.outside.clone(), random: Arc::new(OsRandom) };
    let taker = House { fonds: "CA01", segment_bytes: Some(4096), ..House::planned(&root, &env, false) };
    drop(taker.begin(&env).expect("the CA's vault"));
    let making = Making { yard, place, taker };

    let vault = making.yard.open(os()).expect("it opens");
    let records = making.file(&vault);
    making.people_and_keys(&vault);
    making.certificates(&vault, records.known);
    making.holds(&vault, records.held);
    making.mended(&vault);
    making.plan(&vault, &records.due);
    making.exchange(&vault);
    let request = making.requests(&vault, records.known);
    making.verified(&vault);
    making.handed_over(&vault);
    making.ruled(&vault);
    let founder = making.yard.founder(&vault);
    let reason = Some(CANARY);
    founder.open_for(records.mixed, &[], Some(Purpose::Audit), reason, None).expect("an opening");
    let sheet = founder.sheet(SHEET).expect("a recovery sheet").to_string();
    drop(founder);
    making.exchange(&vault);
    vault.mirror();
    drop(vault);
    // Far from where a day ends here.
    let at = (making.env().now().millis() / DAY + 2) * DAY;
    write(&making, &to, &sheet, at, request);
}

fn write(making: &Making, to: &Path, sheet: &str, at: i64, request: ActId) {
    let yard = &making.yard;
    keep(&yard.house, &to.join("archive"));
    keep(&making.taker, &to.join("taker"));
    copy_tree(&making.place, &to.join("place"));
    copy_tree(&yard.dir.path().join("ca"), &to.join("cosigner"));
    let people = to.join("people");
    fs::create_dir(&people).expect("a directory");
    fs::write(people.join("sheet.txt"), sheet).expect("it is written");
    let mut keys = yard.keys();
    keys.push(("taker", making.taker.people.founder.clone()));
    for (name, key) in keys {
        let person = key.person();
        // Little work, so that the tests which open it need little.
        let file = person.to_key_file(PASSPHRASE, 4).expect("a key file");
        fs::write(people.join(format!("{name}.key")), file).expect("it is written");
        fs::write(people.join(format!("{name}.pub")), person.public_half().to_text()).expect("it is written");
    }
    let mut expected = json!({"at": at, "request": request.to_string()});
    let opened = Opened::at(at);
    for (house, who) in HOUSES {
        let vault = opened.vault(house);
        let session = vault.sign_in(opened.person(who)).expect("somebody signs in");
        expected[house] = told(&session);
    }
    kinds(&expected);
    let text = serde_json::to_string_pretty(&expected).expect("it is JSON") + "\n";
    fs::write(to.join("expected.json"), text).expect("it is written");
    fs::write(list(), digests(to)).expect("it is written");
    say("tests/format/1 was made");
}

/// Says which kinds of acts are not in it.
fn kinds(expected: &Value) {
    let there = |kind: &&str| HOUSES.iter().any(|(house, _)| expected[*house]["kinds"].get(*kind).is_some());
    let missing: Vec<&str> =
        jingui_schema::act::Deed::KINDS.iter().copied().filter(|kind| !there(kind)).collect();
    say(&format!("kinds of acts that are not in it: {}", missing.join(" ")));
}
