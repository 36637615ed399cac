//! The hand-over of one project and what goes on beside it: what is said of its records, of their certificates, and asked of them.

use super::*;
use jingui_schema::act::ActFile;
use jingui_schema::certificate::Reliance;
use jingui_schema::cover::{Document, NOTE_BYTES_MAX};
use jingui_schema::facts::Ground;
use jingui_schema::id::{ActId, VaultId};
use jingui_tests::certs::{Ca as Issuer, Wanted};
use jingui_vault::certificate::Certificate;
use jingui_vault::certs::ToLink;
use jingui_vault::cosigner::Seen;
use jingui_vault::fs::{Fs, OsFs, ReadFile, Stat, WriteFile};
use jingui_vault::requests::{Asking, Opener, request_record};
use std::ffi::OsString;
use std::io;
use std::sync::Mutex;

/// The one whose project is handed over: `known[1]`, which is held.
const PROJECT: &str = "another";

/// Always the same certificate for the same serial number.
fn certificate(serial: u8) -> ToLink {
    let wanted = Wanted::new(&[serial]).until("301231155959Z");
    let certificate = Certificate::read(&Issuer::new("Test CA", 7).issue(&wanted)).unwrap();
    ToLink { certificate, reliance: Reliance::Original }
}

#[test]
fn what_an_appraisal_has_added_to_a_record_of_the_list_is_not_taken_back() {
    let it = Closing::new();
    it.seal_part(PROJECT);
    let vault = it.vault();
    let legal = vault.sign_in(it.legal.person()).unwrap();
    let appraisal = ActId::from_bytes([9; 16]);
    let reverse = |known: &Known| legal.reverse_appraisal(appraisal, &[known.record], "a slip", false);
    assert_eq!(reverse(&it.known[1]).unwrap_err().code(), "sealed");
    let act = reverse(&it.known[0]).unwrap().unwrap();
    vault.sign_in(it.approver.person()).unwrap().confirm(act).unwrap();
}

#[test]
fn a_list_has_the_certificates_that_its_records_rely_on_until_it_is_done() {
    let it = Closing::new();
    let (going, staying) = (it.known[1].record, it.known[0].record);
    {
        let vault = it.vault();
        let founder = it.house.founder(&vault).unwrap();
        let approver = vault.sign_in(it.approver.person()).unwrap();
        let link = |record, serial| founder.link(record, &[certificate(serial)], None, false).map(drop);
        let listed = || vault.state().listing.len();
        link(going, 1).unwrap();
        // One that stopped behind its list: a link that this does not have ends it.
        let long = "x".repeat(usize::try_from(NOTE_BYTES_MAX).unwrap());
        assert_eq!(
            approver.propose_handover_of(&project(PROJECT), &long, false).unwrap_err().code(),
            "stale"
        );
        assert_eq!(listed(), 1);
        link(staying, 2).unwrap();
        assert_eq!(listed(), 1, "of another record");
        link(going, 3).unwrap();
        assert_eq!(listed(), 0);

        let (act, _) = approver.propose_handover_of(&project(PROJECT), "it moves", false).unwrap();
        assert_eq!(link(going, 4).unwrap_err().code(), "unfinished");
        link(staying, 4).unwrap();
        vault.sign_in(it.legal.person()).unwrap().confirm(act.unwrap()).unwrap();
        // Both that it relies on are sealed with it, also for a record that stays; its own days would be others.
        assert_eq!([1, 3].map(|serial| link(staying, serial).unwrap_err().code()), ["sealed"; 2]);
        assert_eq!(link(going, 5).unwrap_err().code(), "sealed");
        link(staying, 5).unwrap();
    }
    nothing_wrong(&second_opinion(&it.house));
    it.push();
    it.answer();
    it.push();
    let taken = it.take().unwrap().unwrap();
    assert_eq!((taken.records, &*taken.differs), (1, &[][..]));
    it.receipt(&taken);
    it.push();
    it.finish().unwrap();
    // Nobody else hinders it any more.
    let vault = it.vault();
    let founder = it.house.founder(&vault).unwrap();
    founder.link(staying, &[certificate(1)], None, false).unwrap();
    nothing_wrong(&verify(&founder));
    nothing_wrong(&second_opinion(&it.house));
    nothing_wrong(&second_opinion(&it.taker));
}

#[test]
fn a_proposal_that_is_refused_lets_certificates_be_linked_again() {
    let it = Closing::new();
    let vault = it.vault();
    let approver = vault.sign_in(it.approver.person()).unwrap();
    let (act, _) = approver.propose_handover_of(&project(PROJECT), "it moves", false).unwrap();
    let founder = it.house.founder(&vault).unwrap();
    let link = || founder.link(it.known[1].record, &[certificate(1)], None, false);
    assert_eq!(link().unwrap_err().code(), "unfinished");
    vault.sign_in(it.legal.person()).unwrap().refuse(act.unwrap(), "not yet").unwrap();
    link().unwrap();
    nothing_wrong(&second_opinion(&it.house));
}

#[test]
fn the_ca_gets_a_record_of_the_list_and_opens_it_by_itself() {
    let it = Closing::new();
    it.seal_part(PROJECT);
    let (known, authority) = (&it.known[1], it.house.people.authority.person());
    let seen = |vault: VaultId| -> Result<Option<Seen>> {
        Ok(it.ca.cosigner.seen()?.into_iter().find(|seen| seen.vault == vault))
    };
    let asking = Asking {
        number: known.number.clone(),
        basis: Ground::Dispute,
        matter: "a case".into(),
        due: None,
        recipient: it.ca.key.person().recipient(),
    };
    let order = request_record(&env_on(os()), it.target(), &asking, None, &seen, Some(&authority)).unwrap();
    leave_order(&*it.target(), &order.file).unwrap();
    it.push();
    {
        let vault = it.vault();
        let founder = it.house.founder(&vault).unwrap();
        assert_eq!(founder.may_answer(order.act).unwrap(), (known.record, 3));
        let file = it.dir.path().join("answer.age");
        let answer = founder.answer_request(order.act, &file, Some(&*it.target())).unwrap();
        assert_eq!((answer.record, answer.documents), (known.record, 3));
        assert!(!vault.state().requests.get(order.act).unwrap().is_open());
    }
    nothing_wrong(&second_opinion(&it.house));

    let (mut kept, dir) = (Vec::new(), it.dir.path().join("case"));
    let opener = Opener {
        number: known.number.clone(),
        basis: Ground::Complaint,
        matter: "a case".into(),
        dir: &dir,
        names: &|document: &Document| document.member.clone(),
    };
    let mut tell = |act: &ActFile| -> Result<()> {
        kept.push(act.clone());
        Ok(())
    };
    let opened = it.ca.accepting(&it.ca.key, |acceptor| {
        acceptor.open_record(&env_on(os()), it.target(), &opener, Some(&mut tell))
    });
    assert_eq!(opened.unwrap().record, known.record);
    let signed = sign_request(&authority, By::Authority, &kept[0]).unwrap();
    leave_order(&*it.target(), &signed).unwrap();
    it.push();
    assert_eq!(it.vault().state().requests.all().len(), 2);
    nothing_wrong(&second_opinion(&it.house));
}

/// Done once.
type Once = Box<dyn FnOnce() + Send>;

/// A disk on which something is done before a file is opened that has this name.
#[derive(Default)]
struct Before {
    does: Mutex<Option<(&'static str, Once)>>,
}

impl Fs for Before {
    fn open(&self, path: &Path) -> io::Result<Box<dyn ReadFile>> {
        let does = {
            let mut waits = self.does.lock().unwrap();
            waits.take_if(|(name, _)| path.ends_with(*name))
        };
        if let Some((_, does)) = does {
            does();
        }
        OsFs.open(path)
    }
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        OsFs.create_new(path)
    }
    fn open_append(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        OsFs.open_append(path)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        OsFs.rename(from, to)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        OsFs.remove(path)
    }
    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        OsFs.remove_dir(path)
    }
    fn create_dir(&self, path: &Path) -> io::Result<bool> {
        OsFs.create_dir(path)
    }
    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        OsFs.sync_dir(path)
    }
    fn list(&self, path: &Path) -> io::Result<Vec<(OsString, Stat)>> {
        OsFs.list(path)
    }
    fn stat(&self, path: &Path) -> io::Result<Option<Stat>> {
        OsFs.stat(path)
    }
}

#[test]
fn dates_that_are_asked_for_while_a_project_goes_are_those_of_all_others_as_well() {
    let it = Closing::new();
    it.seal_part(PROJECT);
    it.receipt(&it.take().unwrap().unwrap());
    it.push();
    let disk = Arc::new(Before::default());
    let vault = it.house.open(disk.clone()).unwrap();
    let session = vault.sign_in(it.approver.person()).unwrap();
    let (today, staying) = (vault.today(), it.known[0].record);
    // The state is taken first; then, before a line is read, the project goes.
    let finishes: Once = Box::new(move || {
        session.finish_handover(false, &|| false).unwrap();
    });
    *disk.does.lock().unwrap() = Some(("derived/dates", finishes));
    let shown = vault.shown(&staying.to_string(), today, &|| false);
    assert_eq!(shown.map(|shown| shown.record).map_err(|error| error.code()), Ok(staying));
    assert!(disk.does.lock().unwrap().is_none() && vault.state().handed.len() == 1);
    let ledger = vault.ledger(today, &|| false).unwrap();
    assert_eq!(ledger.records().count(), 2);
}
