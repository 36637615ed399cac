//! What somebody else puts beside what is true, what a target does not take, and what the archive cannot take in any more.

use super::*;
use jingui_tests::ca::prove_newest;
use jingui_vault::copies::Put;
use jingui_vault::fs::{ReadFile, Stat};
use jingui_vault::requests::{Retelling, tell_again};
use std::io::{self, Read};

/// A target that takes nothing in: what is to be put cannot be read.
struct Torn(Arc<dyn Target>);

impl Target for Torn {
    fn name(&self) -> String {
        self.0.name()
    }

    fn stat(&self, name: &str) -> Result<Option<Stat>> {
        self.0.stat(name)
    }

    fn list(&self, below: &str) -> Result<Vec<(String, Stat)>> {
        self.0.list(below)
    }

    fn get(&self, name: &str) -> io::Result<Box<dyn ReadFile>> {
        self.0.get(name)
    }

    fn put(&self, _name: &str, _mark: FileMark, _known: bool, _source: &mut dyn Read) -> Result<Put> {
        Ok(Put::Unread(io::Error::other("a bad sector")))
    }

    fn is_there(&self) -> Result<()> {
        self.0.is_there()
    }
}

#[test]
fn an_answer_that_did_not_arrive_settles_nothing() {
    let met = Met::new();
    let act = met.asked(&met.from.known.number);
    let vault = met.vault();
    let session = met.from.house.founder(&vault).unwrap();
    let file = |name: &str| met.from.dir.path().join(name);
    assert_eq!(code(session.answer_request(act, &file("one.age"), Some(&Torn(met.target())))), "io");
    assert!(vault.state().requests.get(act).unwrap().is_open());
    session.answer_request(act, &file("two.age"), Some(&*met.target())).unwrap();
    assert!(!vault.state().requests.get(act).unwrap().is_open());
}

#[test]
fn a_forged_answer_hides_no_true_one() {
    let met = Met::new();
    let act = met.asked(&met.from.known.number);
    let vault = met.vault();
    let session = met.from.house.founder(&vault).unwrap();
    let file = met.from.dir.path().join("answer.age");
    let answer = session.answer_request(act, &file, Some(&*met.target())).unwrap();
    let identity = met.ca.key.person().identity().clone();
    // Whole in its form, and not of the history that was countersigned.
    let mut plain = unseal(&identity, &fs::read(&file).unwrap()).unwrap().to_vec();
    let mark = br#""proof":[""#;
    let at = plain.windows(mark.len()).position(|bytes| bytes == mark).unwrap() + mark.len();
    plain[at] = if plain[at] == b'0' { b'1' } else { b'0' };
    let forged = std::iter::repeat_with(|| seal(&identity.to_public(), &plain))
        .map(|bytes| (FileMark::of(&bytes), bytes))
        .find(|(mark, _)| mark.b3.0 < answer.file.b3.0);
    let (mark, bytes) = forged.unwrap();
    let name = format!("{FROM_ARCHIVE}/{}", Answered { request: act, b3: mark.b3 }.file_name());
    met.target().put(&name, mark, false, &mut &bytes[..]).unwrap();
    assert_eq!(answers_at(&*met.target(), act).unwrap(), [name.clone(), answer.name.unwrap()]);

    let read = |name: &str| {
        let seen = |vault| met.seen(vault);
        let authority = Some(met.authority().sign_key());
        let questioner = Questioner { identity: &identity, seen: &seen, authority, names: &member };
        let file = met.target().get(name).unwrap();
        questioner.read(&env_on(os()), file, name, Some(act), None)
    };
    assert_eq!(code(read(&name)), "not-our-head");
    let given = met.reads(&met.ca.key, act, &met.from.dir.path().join("case")).unwrap();
    assert!(matches!(given.vouched, Vouched::Continues(_)));
    // Where nobody has countersigned anything, the authority's own key is looked for.
    let unvouched = |key: &Person| {
        let authority = Some(key.sign_key());
        let questioner = Questioner { identity: &identity, seen: &|_| Ok(None), authority, names: &member };
        questioner.read_at(&env_on(os()), &*met.target(), act, None).unwrap()
    };
    let (ours, others) = (unvouched(&met.authority()), unvouched(&met.ca.key.person()));
    assert_eq!((ours.vouched, ours.is_ours, others.is_ours), (Vouched::Not, true, false));
}

/// An act of the CA that says that it has opened the record that is known, signed by the authority.
fn opened(met: &Met) -> ActFile {
    opened_into(met, "case")
}

fn opened_into(met: &Met, dir: &str) -> ActFile {
    let mut kept = Vec::new();
    let dir = met.from.dir.path().join(dir);
    let keep = &mut |act: &ActFile| -> Result<()> {
        kept.push(act.clone());
        Ok(())
    };
    met.opens(&met.ca.key, &met.from.known.number, &dir, keep).unwrap();
    sign_request(&met.authority(), By::Authority, &kept[0]).unwrap()
}

#[test]
fn who_signed_an_act_is_asked_before_the_journal_is_searched_for_it() {
    let met = Met::new();
    let act = opened(&met);
    let number = met.from.known.number.to_string();
    let raw = act.act.get().replace(&number, "JG01-2026-000099");
    let raw = serde_json::value::RawValue::from_string(raw).unwrap();
    let other = ActFile::new(act.vault, act.by, raw, act.sig, act.notes.clone());
    let vault = met.vault();
    assert_eq!(code(vault.submit(&other, None)), "bad-signature");
    let signed = sign_request(&met.authority(), By::Authority, &other).unwrap();
    assert_eq!(code(vault.submit(&signed, None)), "no-record");
}

#[test]
fn an_opening_that_came_too_late_is_told_anew_and_opens_nothing() {
    let met = Met::new();
    let act = opened(&met);
    // The same record on the same ground, in another matter.
    let second = opened_into(&met, "second");
    let tell = |told: &ActFile, number: &str| {
        let (number, basis, matter) = (number.parse().unwrap(), Ground::Complaint, MATTER.to_owned());
        let retelling = Retelling { told, number, basis, matter };
        let seen = |vault| met.seen(vault);
        tell_again(&env_on(os()), met.target(), &retelling, &seen, Some(&met.authority()))
    };
    let number = met.from.known.number.to_string();
    assert_eq!(code(tell(&act, &number)), "stale", "it can be taken in as it is");
    leave_order(&*met.target(), &act).unwrap();
    leave_order(&*met.target(), &second).unwrap();
    {
        let vault = met.vault();
        let epoch = vault.state().epoch;
        let founder = || met.from.house.founder(&vault).unwrap();
        founder().rotate(None, None, &|_| true).unwrap();
        prove_newest(&env_on(os()), &met.from.house, &vault, &met.ca.key);
        founder().rotate(None, None, &|_| true).unwrap();
        assert_eq!(vault.state().epoch, epoch + 1);
    }
    assert_eq!(taken(&met.push()), ["epoch-moved", "epoch-moved"]);
    assert_eq!(code(tell(&act, "JG01-2026-000099")), "not-an-act");
    let order = tell(&act, &number).unwrap();
    leave_order(&*met.target(), &order.file).unwrap();
    assert!(taken(&met.push()).contains(&"escrow.open"));
    // The one that was told anew needs nobody any more; the other one has not been told yet.
    let all = || {
        let pushed = met.push();
        let mut all: Vec<String> = taken(&pushed).into_iter().map(str::to_owned).collect();
        all.sort();
        all
    };
    assert_eq!(all(), ["epoch-moved", "overtaken"]);
    leave_order(&*met.target(), &tell(&second, &number).unwrap().file).unwrap();
    all();
    assert_eq!(all(), ["overtaken", "overtaken"]);
    assert_eq!(code(tell(&order.file, &number)), "stale", "the journal tells of it");
    let vault = met.vault();
    let session = met.from.house.founder(&vault).unwrap();
    let state = vault.state();
    let known = state.requests.get(order.act).unwrap();
    assert!(matches!(known.what, What::Opened { record, n: 1 } if record == met.from.known.record));
    assert_eq!(session.matter_of(&known.note).unwrap(), MATTER);
    nothing_wrong(&verify(&session));
}
