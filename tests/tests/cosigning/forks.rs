//! A vault put back over its newer self, with the keystore that remembers: read-only until two people accept a new log.

use super::{Ca, code, exchange, is_whole, name, os};
use jingui_schema::facts::Role;
use jingui_schema::id::ActId;
use jingui_tests::copying::{copy, open_back, place, put_back};
use jingui_tests::faults::{Fault, FaultFs};
use jingui_tests::house::{Furnished, House, Known, env_on, full, look_at_all};
use jingui_tests::sweep::{Table, Tried};
use jingui_tests::{copy_tree, inspect};
use jingui_vault::cosigner::{Trusted, read_request};
use jingui_vault::fs::{Fs, OsFs};
use jingui_vault::{Options, Result, Session, Vault};
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// A house whose vault is older than its keystore; the newcomer is its legal officer.
struct Parted {
    _dir: tempfile::TempDir,
    house: House,
    known: Known,
}

impl Parted {
    fn new() -> Self {
        let parted = Self::with(|_, _| {});
        parted.goes_back();
        parted
    }

    /// The older copy is taken, and with the vault this is done.
    fn with(before: impl FnOnce(&House, &Vault)) -> Self {
        let of = Furnished::new(false);
        let (dir, house) = of.copy();
        let vault = house.open(os()).unwrap();
        let founder = house.founder(&vault).unwrap();
        founder.enrol(&house.people.newcomer.person().public_half(), &[Role::Legal]).unwrap();
        vault.sign_in(house.people.authority.person()).unwrap().countersign().unwrap();
        before(&house, &vault);
        vault.sign_head().unwrap();
        drop((founder, vault));
        copy_tree(&house.vault(), &house.root.join("old"));
        Self { _dir: dir, house, known: of.known }
    }

    /// The vault goes on, and is lost.
    fn goes_back(&self) {
        let vault = self.house.open(os()).unwrap();
        self.house.file(&self.house.founder(&vault).unwrap(), "lost", 1, None).unwrap();
        vault.sign_head().unwrap();
        drop(vault);
        self.is_put_back();
    }

    fn is_put_back(&self) {
        fs::remove_dir_all(self.house.vault()).unwrap();
        copy_tree(&self.house.root.join("old"), &self.house.vault());
    }

    fn copy(&self) -> Self {
        let dir = jingui_tests::scratch();
        copy_tree(&self.house.root, dir.path());
        Self { house: self.house.at(dir.path()), _dir: dir, known: self.known.clone() }
    }
}

/// Opens a vault for a fork alone.
fn open(house: &House, dir: &Path, fs: Arc<dyn Fs>) -> Result<Vault> {
    let options = Options { keystore: Some(house.keys()), accepts_fork: true, ..Options::default() };
    Vault::open(env_on(fs), dir, options)
}

fn legal(house: &House, vault: &Vault) -> Result<Session> {
    vault.sign_in(house.people.newcomer.person())
}

fn accept(house: &House, dir: &Path) {
    let vault = open(house, dir, os()).unwrap();
    let act = house.founder(&vault).unwrap().propose_fork("the disk is lost", false).unwrap().unwrap();
    legal(house, &vault).unwrap().confirm_fork(act, false).unwrap();
}

fn head_in_the_keystore(house: &House) -> String {
    fs::read_to_string(house.keys().join("log/head")).unwrap()
}

#[test]
fn an_older_copy_is_read_until_two_people_accept_a_new_log() {
    let parted = Parted::new();
    let (house, dir) = (&parted.house, parted.house.vault());
    let remembered = head_in_the_keystore(house);
    let vault = house.open(os()).unwrap();
    let (left, lines) = (vault.left().unwrap(), vault.state().lines);
    assert!(left.log == 0 && left.lines > lines, "{left:?} {lines}");
    assert!(vault.read_only().unwrap().contains(&format!("a head over {} lines", left.lines)));
    assert_eq!(vault.take_notices().iter().map(|n| n.code).collect::<Vec<_>>(), ["fork"]);
    let founder = house.founder(&vault).unwrap();
    assert_eq!(founder.row(parted.known.record).unwrap().facts.number, parted.known.number);
    assert_eq!(code(founder.propose_fork("r", false)), "vault-read-only");
    assert_eq!(code(founder.propose_fork("r", true)), "ok");
    drop((founder, vault));

    // Opened for it, nothing else is written: not a line, not a head.
    let vault = open(house, &dir, os()).unwrap();
    let (founder, second) = (house.founder(&vault).unwrap(), legal(house, &vault).unwrap());
    let reveal = || founder.reveal(parted.known.record, None, "r");
    assert_eq!(code(reveal()), "vault-read-only");
    assert_eq!(code(house.file(&founder, "x", 1, None)), "vault-read-only");
    assert_eq!(
        (code(vault.sign_head().map(drop)), code(vault.cosign_request(None))),
        ("ok", "vault-read-only")
    );
    assert_eq!(code(second.propose_fork("r", false)), "role");
    let act = founder.propose_fork("the disk is lost", false).unwrap().unwrap();
    assert_eq!(founder.propose_fork("the disk is lost", false).unwrap(), Some(act));
    assert_eq!(vault.state().lines, lines + 1);
    assert_eq!(code(founder.confirm_fork(act, false)), "role");
    assert_eq!(code(founder.refuse(act, "r")), "vault-read-only");
    assert_eq!(code(second.confirm_fork(ActId::from_bytes([1; 16]), false)), "no-proposal");
    assert_eq!(code(reveal()), "vault-read-only");
    assert_eq!(head_in_the_keystore(house), remembered, "it says so until it is accepted");
    second.confirm_fork(act, true).unwrap();
    let seq = second.confirm_fork(act, false).unwrap().unwrap();
    assert_eq!(code(second.confirm_fork(act, false)), "not-forked");
    reveal().unwrap();

    let (text, over) = vault.sign_head().unwrap();
    assert!(over > seq && text.starts_with(&format!("{}\n", vault.log_origin())), "{text}");
    assert!(vault.log_origin().ends_with("/1") && text.contains(&format!("\nfork-of {} ", left.lines)));
    assert_eq!(head_in_the_keystore(house), text);
    drop((founder, second, vault));
    let vault = house.open(os()).unwrap();
    assert_eq!((vault.left(), vault.read_only()), (None, None));
    house.file(&house.founder(&vault).unwrap(), "goes on", 1, None).unwrap();
    is_whole(house, vault);

    // Put back once more, it knows neither of the new log: that is another fork.
    parted.is_put_back();
    assert_eq!(house.open(os()).unwrap().left().map(|left| left.log), Some(1));
    accept(house, &dir);
    let vault = house.open(os()).unwrap();
    assert!(vault.log_origin().ends_with("/2"), "{}", vault.log_origin());
    is_whole(house, vault);
    // Folded from the first line as well.
    fs::remove_dir_all(dir.join("derived")).unwrap();
    assert_eq!(house.open(os()).unwrap().left(), None);
}

#[test]
fn a_vault_that_went_on_in_two_places_is_told_by_the_root() {
    let parted = Parted::new();
    let house = &parted.house;
    // With the keystore out of reach nobody remembers, and the old copy outgrows the new one.
    fs::rename(house.keys(), house.root.join("away")).unwrap();
    let vault = Vault::open(env_on(os()), &house.vault(), Options::default()).unwrap();
    let named = |vault: &Vault| vault.sign_in(house.people.authority.person()).unwrap();
    for i in 0..12 {
        let ca = jingui_tests::house::Key::new(&env_on(os()), "ca").person();
        let key = jingui_schema::cosignature::CosignerKey::new(format!("c/{i}"), &ca.sign_key().0).unwrap();
        named(&vault).name_cosigner(&key).unwrap();
    }
    drop(vault);
    fs::rename(house.root.join("away"), house.keys()).unwrap();
    let vault = house.open(os()).unwrap();
    let left = vault.left().unwrap();
    assert!(left.lines < vault.state().lines, "{left:?}");
    assert!(vault.read_only().unwrap().contains("others"));
    drop(vault);
    accept(house, &house.vault());
    let vault = house.open(os()).unwrap();
    assert_eq!((vault.left(), vault.read_only()), (None, None));
    is_whole(house, vault);
}

#[test]
fn the_cosigner_signs_the_new_log_only_where_it_was_told_to() {
    let mut ca = None;
    let parted = Parted::with(|house, vault| {
        let at = Ca::at(&house.root, "c");
        name(house, vault, &at);
        exchange(house, vault, &at);
        ca = Some(at);
    });
    let (ca, house) = (ca.unwrap(), &parted.house);
    let vault = house.open(os()).unwrap();
    house.file(&house.founder(&vault).unwrap(), "lost", 1, None).unwrap();
    let of_old = exchange(house, &vault, &ca);
    drop(vault);
    parted.is_put_back();
    accept(house, &house.vault());

    let vault = house.open(os()).unwrap();
    assert_eq!(vault.state().cosigned, None, "nothing can be destroyed under it");
    assert_eq!(code(vault.state().disposal_day(vault.env().now())), "not-cosigned");
    assert_eq!(code(vault.import_cosignature("a", &of_old)), "other-log");
    let request = vault.cosign_request(None).unwrap().to_text();
    assert!(request.starts_with("old 0\n"), "{request}");
    assert_eq!(code(ca.answer(house, &request)), "log-forked");
    let toml = fs::read(house.vault().join("VAULT.toml")).unwrap();
    let trusted = Trusted::read("VAULT.toml", &toml).unwrap();
    let request = read_request("request", request.as_bytes()).unwrap();
    let answer = ca.cosigner.sign(&ca.key.person(), &request, Some(&trusted), true).unwrap();
    vault.import_cosignature("a", &answer.head.to_text()).unwrap();
    // Another one continues it; the old log is over.
    house.file(&house.founder(&vault).unwrap(), "goes on", 1, None).unwrap();
    exchange(house, &vault, &ca);
    vault.check_cosigned().unwrap();
    assert_eq!(code(vault.import_cosignature("a", &of_old)), "other-log");
    drop(vault);
    let vault = house.open(os()).unwrap();
    assert_eq!((vault.left(), vault.state().cosigned.is_some()), (None, true));
    is_whole(house, vault);
}

#[test]
fn what_only_the_cosigner_remembers_is_remembered_with_its_answer() {
    let mut ca = None;
    let parted = Parted::with(|house, vault| {
        let at = Ca::at(&house.root, "c");
        name(house, vault, &at);
        ca = Some(at);
    });
    let (ca, house) = (ca.unwrap(), &parted.house);
    copy_tree(&house.keys(), &house.root.join("old-keys"));
    let vault = house.open(os()).unwrap();
    house.file(&house.founder(&vault).unwrap(), "lost", 1, None).unwrap();
    let answer = exchange(house, &vault, &ca);
    drop(vault);
    parted.is_put_back();
    fs::remove_dir_all(house.keys()).unwrap();
    copy_tree(&house.root.join("old-keys"), &house.keys());

    let vault = house.open(os()).unwrap();
    assert_eq!((vault.left(), vault.read_only()), (None, None));
    // Bent, it is nobody's word.
    let bent = answer.replacen("\n\n", "\nx\n\n", 1);
    assert_eq!(code(vault.import_cosignature("a", &bent)), "not-our-head");
    drop(vault);
    let vault = house.open(os()).unwrap();
    assert_eq!(vault.left(), None);
    assert_eq!(code(vault.import_cosignature("a", &answer)), "not-our-head");
    drop(vault);
    assert!(house.open(os()).unwrap().left().is_some());
    accept(house, &house.vault());
    let vault = house.open(os()).unwrap();
    assert_eq!(vault.left(), None);
    is_whole(house, vault);
}

#[test]
fn a_vault_put_back_from_a_copy_first_leaves_the_newer_head_and_is_then_taken_over() {
    let parted = Parted::with(|house, vault| {
        fs::create_dir(place(house)).unwrap();
        copy(house, vault, os()).unwrap();
    });
    let (house, back) = (&parted.house, parted.house.root.join("back"));
    parted.goes_back();
    put_back(house, &back, os()).unwrap();
    let (vault, session) = open_back(house, &back, os(), true).unwrap();
    let told: Vec<_> = vault.take_notices().iter().map(|n| n.code).collect();
    assert!(told.contains(&"fork") && !told.contains(&"restored"), "{told:?}");
    assert_eq!(code(session.take_over(&[], None, None, None)), "vault-read-only");
    drop((vault, session));
    accept(house, &back);
    let (vault, session) = open_back(house, &back, os(), false).unwrap();
    assert!(vault.left().is_none() && vault.awaits_takeover());
    drop((vault, session));
    let (vault, session) = open_back(house, &back, os(), true).unwrap();
    session.take_over(&[], None, Some(house.keys()), None).unwrap();
    drop((vault, session));
    let (vault, session) = open_back(house, &back, os(), false).unwrap();
    assert_eq!(vault.read_only(), None);
    let (head, _) = vault.sign_head().unwrap();
    assert!(head.contains("/1\n"), "{head}");
    assert_eq!(look_at_all(&session, std::slice::from_ref(&parted.known)), Vec::<String>::new());
}

#[test]
fn a_keystore_that_takes_nothing_keeps_nobody_from_signing_heads() {
    let of = Furnished::new(false);
    let (_dir, house) = of.copy();
    let before = head_in_the_keystore(&house);
    let vault = house.open(os()).unwrap();
    fs::create_dir(house.keys().join("log/head.new")).unwrap();
    let (text, _) = vault.sign_head().unwrap();
    assert_eq!(head_in_the_keystore(&house), before);
    // Shown again once the keystore takes it, it is remembered.
    fs::remove_dir(house.keys().join("log/head.new")).unwrap();
    vault.sign_head().unwrap();
    assert_eq!(head_in_the_keystore(&house), text);
    // What is no head is as good as forgotten, and `verify` names it.
    let root = text.lines().nth(2).unwrap();
    let other = format!("{}{}", if root.starts_with('A') { 'B' } else { 'A' }, &root[1..]);
    fs::write(house.keys().join("log/head"), text.replacen(root, &other, 1)).unwrap();
    drop(vault);
    let vault = house.open(os()).unwrap();
    assert_eq!(vault.left(), None);
    let found = jingui_tests::house::verify(&house.founder(&vault).unwrap());
    assert!(found.len() == 1 && found[0].contains("keystore:log/head"), "{found:?}");
    drop(vault);
    let keys = Some((house.keys(), house.people.founder.text().to_owned()));
    let asked = jingui_checker::Asked { vault: house.vault(), mirror: None, keys };
    let found = jingui_checker::check(&asked);
    assert!(found.len() == 1 && found[0].path == "keystore:log/head", "{found:?}");
}

#[test]
fn a_damaged_tree_is_no_other_history() {
    let of = Furnished::new(false);
    let (_dir, house) = of.copy();
    drop(house.open(os()).unwrap());
    let (state, tree) = (house.vault().join("derived/state"), house.vault().join("derived/tree"));
    // A snapshot from before the head: what vouches for the tree's end does not vouch for its beginning.
    let older = fs::read(&state).unwrap();
    let vault = house.open(os()).unwrap();
    house.founder(&vault).unwrap().reveal(of.known.record, None, "r").unwrap();
    vault.sign_head().unwrap();
    drop(vault);
    fs::write(state, older).unwrap();
    let mut leaves = fs::read(&tree).unwrap();
    leaves[5] ^= 1;
    fs::write(tree, leaves).unwrap();
    assert_eq!(house.open(os()).unwrap().left(), None);
}

/// Proposes or confirms with the k-th operation failing: nothing else is ever written, and the same command ends it.
fn trial(pattern: &Parted, confirms: bool, k: u64, fault: Fault) -> Tried {
    let parted = pattern.copy();
    let (house, dir) = (&parted.house, parted.house.vault());
    let disk = FaultFs::over(os());
    let run = |vault: &Vault| -> Result<()> {
        match confirms {
            false => house.founder(vault)?.propose_fork("the disk is lost", false).map(drop),
            true if vault.state().log() == 1 => Ok(()),
            true => {
                let act = *vault.state().proposals.keys().next().expect("it is proposed");
                legal(house, vault)?.confirm_fork(act, false).map(drop)
            }
        }
    };
    let vault = open(house, &dir, Arc::new(disk.clone())).expect("it opens");
    disk.arm(k, fault);
    let result = run(&vault);
    let mut tried = Tried::on(&disk, Vec::new());
    drop(vault);
    let look = || -> Result<Vec<String>> {
        let mut wrong = Vec::new();
        if let (Err(error), None) = (&result, &tried.fired) {
            wrong.push(format!("nothing failed, and yet: {}", full(error)));
        }
        let vault = house.open(os())?;
        let (log, open_proposals) = (vault.state().log(), vault.state().proposals.len());
        if (log == 1) != (vault.left().is_none() && vault.read_only().is_none()) {
            wrong.push(format!("log {log}, and yet {:?}", vault.read_only()));
        }
        if result.is_ok() && (log, open_proposals) != if confirms { (1, 0) } else { (0, 1) } {
            wrong.push(format!("told, and not so: log {log}, {open_proposals} proposals"));
        }
        drop(vault);
        run(&open(house, &dir, os())?)?;
        wrong.extend(inspect::vault(&OsFs, &dir, false).1);
        let vault = house.open(os())?;
        let kinds = |kind: &str| -> usize {
            let lines = inspect::vault(&OsFs, &dir, false).0.lines;
            lines.iter().filter(|line| line.act.deed.kind() == kind).count()
        };
        let (proposed, confirmed) = (kinds("log.fork"), kinds("act.confirm"));
        if (proposed, confirmed) != (1, usize::from(confirms)) {
            wrong.push(format!("done again: proposed {proposed} times, confirmed {confirmed} times"));
        }
        let session = house.founder(&vault)?;
        if confirms {
            vault.sign_head()?;
            if !head_in_the_keystore(house).contains("/1\n") {
                wrong.push("the new log is not remembered".into());
            }
            wrong.extend(look_at_all(&session, std::slice::from_ref(&parted.known)));
        }
        wrong.extend(jingui_tests::house::verify(&session));
        Ok(wrong)
    };
    let wrong = look().unwrap_or_else(|error| vec![full(&error)]);
    tried.wrong = wrong;
    tried
}

#[test]
fn a_fork_failed_at_every_operation_is_whole_or_absent() {
    let table = Table::default();
    let (asked, proposed) = (Parted::new(), Parted::new());
    {
        let vault = open(&proposed.house, &proposed.house.vault(), os()).unwrap();
        proposed.house.founder(&vault).unwrap().propose_fork("the disk is lost", false).unwrap();
    }
    table.sweep("journal fork propose", 2, &Fault::ALL, &|k, fault| trial(&asked, false, k, fault));
    table.sweep("journal fork confirm", 2, &Fault::ALL, &|k, fault| trial(&proposed, true, k, fault));
    assert!(table.trials() > 40, "{} trials", table.trials());
    table.end("faults-forks.md");
}
