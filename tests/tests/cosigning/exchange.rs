use super::{Ca, DECADE, code, exchange, is_whole, name, os};
use jingui_tests::house::{Furnished, House, env_on};
use jingui_vault::Vault;

fn opened(of: &Furnished) -> (tempfile::TempDir, House, Vault) {
    let (dir, house) = of.copy();
    let vault = house.open(os()).unwrap();
    (dir, house, vault)
}

#[test]
fn the_day_of_disposal_is_never_later_than_the_cosigners() {
    let of = Furnished::new(false);
    let (dir, house, vault) = opened(&of);
    let ca = Ca::at(dir.path(), "c");
    let now = vault.env().now();
    assert_eq!(code(vault.cosign_request(None)), "no-cosigner");
    assert_eq!(code(vault.state().disposal_day(now)), "not-cosigned");
    let founder = house.founder(&vault).unwrap();
    assert_eq!(code(founder.name_cosigner(ca.verifier())), "not-authority");
    name(&house, &vault, &ca);
    assert_eq!(code(vault.state().disposal_day(now)), "not-cosigned");
    exchange(&house, &vault, &ca);

    let state = vault.state();
    let seen = state.cosigned.unwrap().at;
    let shifted = |by: i64| jingui_schema::time::Time::from_millis(now.millis() + by);
    assert!(seen > now, "the cosigner's clock is a day ahead in this test");
    assert_eq!(state.disposal_day(now).unwrap(), now.day());
    assert_eq!(state.disposal_day(shifted(DECADE)).unwrap(), seen.day(), "ten years ahead: nothing early");
    assert_eq!(
        state.disposal_day(shifted(-DECADE)).unwrap(),
        shifted(-DECADE).day(),
        "ten behind: nothing at all"
    );
    vault.check_cosigned().unwrap();
    drop((founder, vault));
    let again = house.open(os()).unwrap();
    assert_eq!(again.state().cosigned, state.cosigned);
    is_whole(&house, again);
    // Folded from the first line as well as from the snapshot.
    std::fs::remove_dir_all(house.vault().join("derived")).unwrap();
    assert_eq!(house.open(os()).unwrap().state().cosigned, state.cosigned);
}

#[test]
fn a_second_arrival_gets_the_first_result_and_older_ones_are_refused() {
    let of = Furnished::new(false);
    let (dir, house, vault) = opened(&of);
    let ca = Ca::at(dir.path(), "c");
    name(&house, &vault, &ca);
    let request = vault.cosign_request(None).unwrap();
    assert_eq!(request.old(), 0);
    let first = ca.answer(&house, &request.to_text()).unwrap().head.to_text();
    assert_eq!(vault.may_import("a", &first).unwrap().seq, 0);
    let before = vault.state().lines;
    let taken = vault.import_cosignature("a", &first).unwrap();
    assert_eq!((taken.seq, taken.repeated), (before + 1, false));
    let again = vault.import_cosignature("a", &first).unwrap();
    assert_eq!((again.seq, again.repeated, vault.state().lines), (taken.seq, true, taken.seq));
    // Shown with the cosigner's line, as long as nothing has happened since.
    let (shown, lines) = vault.newest_of_heads().unwrap();
    assert_eq!((shown.as_str(), lines), (first.as_str(), taken.lines));

    let founder = house.founder(&vault).unwrap();
    house.file(&founder, "later", 1, None).unwrap();
    assert_eq!(vault.cosigned_head().unwrap().0, first);
    ca.clock.put(1_795_200_000_000);
    let request = vault.cosign_request(None).unwrap();
    assert_eq!(request.old(), taken.lines);
    let second = ca.answer(&house, &request.to_text()).unwrap().head.to_text();
    vault.import_cosignature("a", &second).unwrap();
    assert_eq!(code(vault.import_cosignature("a", &first)), "cosigned-later");
    drop(founder);
    is_whole(&house, vault);
}

#[test]
fn answers_that_are_not_for_this_journal_are_refused_each_in_its_own_way() {
    let of = Furnished::new(false);
    let (dir, house, vault) = opened(&of);
    let ca = Ca::at(dir.path(), "c");
    let request_before = {
        assert_eq!(code(vault.import_cosignature("a", "nothing\n")), "not-an-answer");
        name(&house, &vault, &ca);
        vault.cosign_request(None).unwrap()
    };
    let answer = ca.answer(&house, &request_before.to_text()).unwrap().head.to_text();

    let strange = Furnished::new(false);
    let (elsewhere, other_house, other_vault) = opened(&strange);
    let other_ca = Ca::at(elsewhere.path(), "d");
    name(&other_house, &other_vault, &ca);
    assert_eq!(code(other_vault.import_cosignature("a", &answer)), "other-log");
    let by_other = other_ca.answer(&house, &request_before.to_text()).unwrap().head.to_text();
    assert_eq!(code(vault.import_cosignature("a", &by_other)), "not-cosigner");

    // A copy of this vault that went on elsewhere.
    let twin_dir = jingui_tests::scratch();
    drop(vault);
    jingui_tests::copy_tree(dir.path(), twin_dir.path());
    let twin = house.at(twin_dir.path());
    let twin_vault = twin.open(os()).unwrap();
    twin.file(&twin.founder(&twin_vault).unwrap(), "on another way", 1, None).unwrap();
    let theirs = Ca {
        cosigner: jingui_vault::cosigner::Cosigner::open(env_on(os()), &twin_dir.path().join("c")).unwrap(),
        ..ca
    };
    let request = twin_vault.cosign_request(Some(request_before.head().head().size())).unwrap();
    let of_twin = theirs.answer(&twin, &request.to_text()).unwrap().head.to_text();
    let vault = house.open(os()).unwrap();
    assert_eq!(code(vault.import_cosignature("a", &of_twin)), "not-our-head", "more lines than are here");
    while vault.state().lines <= request.head().head().size() {
        vault.sign_head().unwrap();
        house.founder(&vault).unwrap().reveal(of.known.record, None, "on").unwrap();
    }
    assert_eq!(code(vault.import_cosignature("a", &of_twin)), "not-our-head", "other lines than are here");

    let lines = vault.state().lines;
    // The log's own line is not what counts here: the head is compared with the journal itself.
    let log_line = answer.find('\u{2014}').unwrap()..answer.rfind('\u{2014}').unwrap();
    for (at, c) in answer.char_indices().filter(|(at, _)| at % 5 == 0 && !log_line.contains(at)) {
        let mut bent = answer.clone();
        bent.replace_range(at..at + c.len_utf8(), if c == 'A' { "B" } else { "A" });
        assert_ne!(code(vault.import_cosignature("a", &bent)), "ok", "{c} at {at}");
    }
    assert_eq!(vault.state().lines, lines);
    assert_eq!(code(vault.import_cosignature("a", &answer)), "ok");
    assert_eq!(code(vault.cosign_request(Some(10_000))), "behind-cosigner");
}

#[test]
fn a_line_alone_is_taken_in_as_witnesses_send_it() {
    let of = Furnished::new(false);
    let (dir, house, vault) = opened(&of);
    let ca = Ca::at(dir.path(), "c");
    name(&house, &vault, &ca);
    let request = vault.cosign_request(None).unwrap();
    house.founder(&vault).unwrap().reveal(of.known.record, None, "meanwhile").unwrap();
    vault.sign_head().unwrap();
    let answer = ca.answer(&house, &request.to_text()).unwrap().head.to_text();
    let line = answer.lines().last().unwrap().to_owned() + "\n";
    let taken = vault.import_cosignature("a", &line).unwrap();
    assert_eq!(taken.lines, request.head().head().size());
    assert!(vault.import_cosignature("a", &answer).unwrap().repeated);
    let mut bent = line.clone();
    let at = line.len() - 10;
    bent.replace_range(at..=at, if line[at..].starts_with('A') { "B" } else { "A" });
    assert_ne!(code(vault.import_cosignature("a", &bent)), "ok");
    is_whole(&house, vault);
}

#[test]
fn another_cosigner_begins_anew() {
    let of = Furnished::new(false);
    let (dir, house, vault) = opened(&of);
    let (first, second) = (Ca::at(dir.path(), "c"), Ca::at(dir.path(), "d"));
    // By way of a file that the authority signs on a machine of its own.
    let request = vault.cosigner_request(first.verifier()).unwrap();
    let authority = vault.sign_in(house.people.authority.person()).unwrap();
    let act = authority.sign_request(&request).unwrap();
    let seq = vault.submit(&act, None).unwrap().seq;
    let again = vault.submit(&act, None).unwrap();
    assert_eq!((again.seq, again.repeated), (seq, true));
    assert_eq!(code(authority.name_cosigner(first.verifier())), "cosigner-named");
    let answer = exchange(&house, &vault, &first);
    name(&house, &vault, &second);
    assert_eq!(vault.state().cosigned, None);
    assert_eq!(code(vault.cosigned_head()), "no-cosigned-head");
    assert_eq!(code(vault.import_cosignature("a", &answer)), "not-cosigner");
    second.clock.put(1_790_000_000_000);
    exchange(&house, &vault, &second);
    assert_eq!(vault.state().cosigned.unwrap().at.millis(), 1_790_000_000_000);
    is_whole(&house, vault);
}

#[test]
fn who_is_inside_does_not_countersign() {
    let of = Furnished::new(false);
    let (_dir, house, vault) = opened(&of);
    let authority = vault.sign_in(house.people.authority.person()).unwrap();
    let key = |public: &[u8; 32]| jingui_schema::cosignature::CosignerKey::new("x", public).unwrap();
    let insider = house.people.reviewer.person().sign_key();
    assert_eq!(code(authority.name_cosigner(&key(&insider.0))), "enrolled");
    let log = vault.log_key().unwrap();
    assert_eq!(code(authority.name_cosigner(&key(log.public().as_bytes()))), "not-a-cosigner");
}
