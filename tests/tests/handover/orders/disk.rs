//! The archive's disk dies after it has sent everything: vault and keystore are gone, its people's keys are not.

use super::*;
use jingui_tests::copying::{open_back, put_back_from};
use jingui_vault::keys::open_escrow;
use jingui_vault::seal;

/// The disk dies.
fn dies(it: &Closing) {
    fs::remove_dir_all(it.house.vault()).unwrap();
    fs::remove_dir_all(it.house.keys()).unwrap();
}

/// The archive is put back from the target, beside where it was; nobody has said yet that it goes on.
fn put_back(it: Closing) -> Closing {
    let house = it.house.at(&it.dir.path().join("back"));
    fs::create_dir(&house.root).unwrap();
    let restored = put_back_from(it.target(), &house.vault(), os()).unwrap();
    assert_eq!(restored.lacking, []);
    Closing { house, ..it }
}

/// What the CA opens of the escrow at the target.
fn escrowed_key(it: &Closing) -> seal::Identity {
    let sealed = fs::read(it.place.join(it.objects("escrow").remove(0))).unwrap();
    let content = open_escrow("escrow", &sealed, it.ca.key.person().identity()).unwrap();
    content.key.identity().clone()
}

/// Its people get their copies of the key again, and somebody says that it goes on.
fn goes_on(it: &Closing) {
    let (people, identity) = (&it.house.people, escrowed_key(it));
    {
        let vault = it.vault();
        let authority = people.authority.person();
        for key in [&people.founder, &people.reviewer, &*it.legal, &*it.approver] {
            let (half, keys) = (key.person().public_half(), it.house.keys());
            vault.recover(identity.clone(), &keys, Some(&authority), &half, &[]).unwrap();
        }
    }
    let (_vault, session) = open_back(&it.house, &it.house.vault(), os(), true).unwrap();
    session.take_over(&[], Some("its disk died"), Some(it.house.keys()), None).unwrap();
}

/// What is found that is not about the key that signs heads, which nobody escrows.
fn found(it: &Closing) -> Vec<String> {
    let all = keyless(&it.vault()).into_iter().chain(second_opinion(&it.house));
    all.filter(|found| !found.contains("keystore:log/log.key")).collect()
}

#[test]
fn what_was_sent_is_taken_in_from_the_bucket_alone() {
    let (it, env) = (Closing::new(), env_on(os()));
    it.seal();
    assert_eq!(it.stage(), Some(Stage::Sent));
    dies(&it);
    let taken = it.take().unwrap().unwrap();
    assert_eq!((taken.records, taken.new, taken.holds, &*taken.differs), (3, 3, 1, &[][..]));
    whole(&it.taker, &it.known);
    let order = it.signs(&env, &taken);
    it.leaves(&order);

    // Put back it can be read, and nothing more, before its people have its key and have said that it goes on.
    let it = put_back(it);
    {
        let vault = it.vault();
        assert!(vault.awaits_takeover());
        let founder = vault.sign_in(it.house.people.founder.person());
        assert_eq!(founder.err().map(|error| error.code()), Some("no-keystore"));
        let pushed = push(&vault, &*it.target()).unwrap();
        assert_eq!(said(&pushed), ["vault-read-only"]);
        assert!(pushed.made.unjournalled.is_some() && pushed.unasked.is_some());
        // Not by another key, and not without the authority.
        let (authority, keys) = (it.house.people.authority.person(), it.house.keys());
        let half = it.house.people.founder.person().public_half();
        let other = Key::new(&env, "another CA").person().identity().clone();
        let refused = vault.recover(other, &keys, Some(&authority), &half, &[]).unwrap_err();
        assert_eq!(refused.code(), "other-epoch");
        let refused = vault.recover(escrowed_key(&it), &keys, None, &half, &[]).unwrap_err();
        assert_eq!(refused.code(), "not-authority");
    }
    goes_on(&it);
    assert_eq!(it.vault().read_only(), None);
    nothing_wrong(&look_at_all(&it.house.founder(&it.vault()).unwrap(), &it.known));
    nothing_wrong(&found(&it));
    assert_eq!(it.finish().unwrap_err().code(), "no-receipt");

    // The receipt that lies there counts for it, and it ends as it would have.
    let pushed = it.push();
    assert_eq!(said(&pushed), ["handover.receipt"]);
    assert!(pushed.unasked.is_some(), "no head is signed without the key that nobody escrows");
    assert_eq!(it.receipted(), Some(order.act));
    nothing_wrong(&it.lacks());
    it.finish().unwrap();
    nothing_wrong(&it.left());
    nothing_wrong(&found(&it));
    assert_eq!(it.stage(), Some(Stage::Destroyed));
    it.push();
    whole(&it.taker, &it.known);
}

#[test]
fn what_came_under_a_hold_after_it_was_put_back_goes_to_the_ca_first() {
    let (it, env) = (Closing::new(), env_on(os()));
    it.seal();
    let first = it.signs(&env, &it.take().unwrap().unwrap());
    dies(&it);
    let it = put_back(it);
    goes_on(&it);
    let later = hold(&it.vault().sign_in(it.legal.person()).unwrap(), it.known[2].record);
    it.leaves(&first);
    assert_eq!(it.comes(), ["handover.receipt"]);
    assert_eq!(it.finish().unwrap_err().code(), "not-receipted");
    let taken = it.take().unwrap().unwrap();
    assert_eq!((taken.new, taken.holds), (0, 1));
    it.leaves(&it.signs(&env, &taken));
    assert_eq!(it.comes(), ["handover.receipt"]);
    it.finish().unwrap();
    nothing_wrong(&it.left());
    whole(&it.taker, &it.known);
    let (_vault, session) = it.taker();
    assert!(session.row(it.known[2].record).unwrap().custody.holds.contains(&later));
}

#[test]
fn what_was_destroyed_does_not_come_back_from_the_bucket() {
    let (it, env) = (Closing::new(), env_on(os()));
    it.seal();
    it.leaves(&it.signs(&env, &it.take().unwrap().unwrap()));
    assert_eq!(it.comes(), ["handover.receipt"]);
    it.is_emptied();
    it.push();
    assert_eq!(it.objects("bodies").len(), 3, "the bucket is the CA's to empty");
    dies(&it);
    let it = put_back(it);
    nothing_wrong(&it.left());
    assert_eq!((it.stage(), it.receipted().is_some()), (Some(Stage::Destroyed), true));
    nothing_wrong(&keyless(&it.vault()));
    whole(&it.taker, &it.known);
}
