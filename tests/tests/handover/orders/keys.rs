//! Who opens what: nobody but the CA the archive, nobody but its own people the CA's vault.

use super::*;
use jingui_vault::keys::open_escrow;
use jingui_vault::seal;

#[test]
fn a_key_that_nothing_was_escrowed_to_opens_nothing() {
    let it = Closing::new();
    it.seal();
    let stranger = Key::new(&env_on(os()), "another CA");
    let people = &it.house.people;
    for key in [&stranger, &people.authority, &people.founder, &*it.legal, &it.taker.people.founder] {
        let (_scratch, found, theirs) = it.accepted_by(key, it.target()).unwrap();
        assert!(theirs.is_none() && found.opened.is_empty() && !found.is_whole());
        let words: Vec<_> = found.checked.report.findings.iter().map(|found| found.finding.word()).collect();
        assert_eq!(words, ["sealed"]);
        assert_eq!(
            (found.report.opened, &*found.report.wanted),
            (0, &[][..]),
            "it would come the same again"
        );
    }
    assert_eq!(it.take().unwrap().unwrap().new, 3);
    whole(&it.taker, &it.known);
    whole(&it.house, &it.known);
}

#[test]
fn an_escrow_file_of_another_archive_opens_nothing_and_the_right_one_comes_again() {
    let it = Closing::new();
    it.seal();
    // Sealed to the same CA.
    let other = escrowed_to(&it.ca, jingui_tests::scratch(), "JG02");
    let name = it.objects("escrow").remove(0);
    fs::copy(other.house.keys().join("escrow/1.age"), it.place.join(&name)).unwrap();
    {
        let (_scratch, found, theirs) = it.accepted();
        assert!(theirs.is_none() && found.opened.is_empty());
        let wanted: Vec<&str> = found.report.wanted.iter().map(|wanted| &*wanted.name).collect();
        assert_eq!(wanted, [&*name]);
    }
    assert!(it.take().is_none());
    assert_eq!(it.taker().0.state().counts.records, 0);
    assert_eq!(it.push().escrow, [(1, true)]);
    let taken = it.take().unwrap().unwrap();
    assert_eq!(taken.new, 3);
    it.receipt(&taken);
    assert_eq!(it.comes(), ["handover.receipt"]);
    it.ends();
}

#[test]
fn neither_end_opens_what_the_other_one_has_sealed() {
    let it = Closing::new();
    it.seal();
    it.take().unwrap().unwrap();
    let ca = it.ca.key.person();
    let sealed = fs::read(it.house.keys().join("escrow/1.age")).unwrap();
    let theirs = &open_escrow("escrow", &sealed, ca.identity()).unwrap().key;
    let (vault, session) = it.taker();
    let ours = session.current_key().unwrap();
    let opens =
        |path: &Path, identity: &seal::Identity| seal::open(identity, &fs::read(path).unwrap()).is_ok();
    for (of, key, other) in [(&it.taker, &ours, theirs), (&it.house, theirs, &ours)] {
        for below in ["covers", "notes", "bodies"] {
            let all = every_file(&of.vault().join(below));
            assert!(!all.is_empty(), "{below}");
            for path in all {
                // A body has an identity of its own, which lies in its cover.
                assert_eq!(opens(&path, key.identity()), below != "bodies", "{}", path.display());
                assert!(!opens(&path, other.identity()), "{}", path.display());
                assert!(!opens(&path, ca.identity()), "{}", path.display());
            }
        }
    }
    // Nor does who had a place at the one have one at the other.
    let signs_in = |vault: &Vault, key: &Key| vault.sign_in(key.person()).err().map(|error| error.code());
    for key in [&it.house.people.founder, &it.house.people.authority, &*it.legal, &*it.approver, &it.ca.key] {
        assert_eq!(signs_in(&vault, key), Some("stranger"));
    }
    assert_eq!(signs_in(&it.vault(), &it.taker.people.founder), Some("stranger"));
}

#[test]
fn who_may_not_file_takes_nothing_in() {
    let it = Closing::new();
    it.seal();
    {
        let (_scratch, _, theirs) = it.accepted();
        let theirs = theirs.expect("nothing is found");
        let vault = it.taker.open(os()).unwrap();
        let people = &it.taker.people;
        for key in [&people.reviewer, &people.auditor, &people.authority] {
            let session = vault.sign_in(key.person()).unwrap();
            assert_eq!(session.take_handover(&theirs, &PATIENT).unwrap_err().code(), "role");
        }
        assert_eq!((vault.state().counts.records, vault.state().holds.len()), (0, 0));
    }
    it.receipt(&it.take().unwrap().unwrap());
    assert_eq!(it.comes(), ["handover.receipt"]);
    it.ends();
}

#[test]
fn a_receipt_counts_under_the_archives_own_authority_alone() {
    let (it, env) = (Closing::new(), env_on(os()));
    it.seal();
    let taken = it.take().unwrap().unwrap();
    let receipt = taken.receipt.as_ref().expect("nothing differs");
    let others = [&it.ca.key, &it.taker.people.authority, &it.taker.people.founder, &it.house.people.founder];
    for key in others {
        let order = HandoverOrder::new(&env, receipt, Some(&key.person()));
        it.leaves(&order);
        assert_eq!(it.comes(), ["bad-signature"]);
        it.loses(FromCa::Order(order.act));
    }
    let order = HandoverOrder::new(&env, receipt, None);
    assert_eq!(leave_order(&*it.target(), &order.file).unwrap_err().code(), "unsigned");
    assert_eq!((it.receipted(), files(&it.house.vault().join("registers"))), (None, 0));
    whole(&it.house, &it.known);
    it.leaves(&it.signs(&env, &taken));
    assert_eq!(it.comes(), ["handover.receipt"]);
    it.ends();
}
