use super::*;
use crate::fs::{Fs, OsFs, ReadFile, WriteFile};
use crate::keys::identity_from_text;
use std::ffi::OsString;
use std::io;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// A disk that obeys so many changes and then fails every one, as if the power had gone: a write that fails has
/// written half.
struct Dying(Arc<AtomicI64>);

impl Dying {
    fn step(left: &AtomicI64) -> io::Result<()> {
        if left.fetch_sub(1, Ordering::Relaxed) > 0 { Ok(()) } else { Err(io::Error::other("power is gone")) }
    }
}

struct DyingFile(Box<dyn WriteFile>, Arc<AtomicI64>);

impl io::Write for DyingFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let alive = Dying::step(&self.1);
        let part = if alive.is_ok() { bytes } else { &bytes[..bytes.len() / 2] };
        self.0.write_all(part)?;
        alive.map(|()| bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl WriteFile for DyingFile {
    fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let alive = Dying::step(&self.1);
        let part = if alive.is_ok() { bytes } else { &bytes[..bytes.len() / 2] };
        self.0.write_all_at(part, offset)?;
        alive
    }
    fn sync(&mut self) -> io::Result<()> {
        Dying::step(&self.1)?;
        self.0.sync()
    }
    fn set_len(&mut self, bytes: u64) -> io::Result<()> {
        Dying::step(&self.1)?;
        self.0.set_len(bytes)
    }
}

impl Fs for Dying {
    fn open(&self, path: &Path) -> io::Result<Box<dyn ReadFile>> {
        OsFs.open(path)
    }
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        Self::step(&self.0)?;
        Ok(Box::new(DyingFile(OsFs.create_new(path)?, self.0.clone())))
    }
    fn open_append(&self, path: &Path) -> io::Result<Box<dyn WriteFile>> {
        Self::step(&self.0)?;
        Ok(Box::new(DyingFile(OsFs.open_append(path)?, self.0.clone())))
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        Self::step(&self.0)?;
        OsFs.rename(from, to)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        Self::step(&self.0)?;
        OsFs.remove(path)
    }
    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        Self::step(&self.0)?;
        OsFs.remove_dir(path)
    }
    fn create_dir(&self, path: &Path) -> io::Result<bool> {
        Self::step(&self.0)?;
        OsFs.create_dir(path)
    }
    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        Self::step(&self.0)?;
        OsFs.sync_dir(path)
    }
    fn list(&self, path: &Path) -> io::Result<Vec<(OsString, Stat)>> {
        OsFs.list(path)
    }
    fn stat(&self, path: &Path) -> io::Result<Option<Stat>> {
        OsFs.stat(path)
    }
}

fn dying_after(steps: i64) -> Env {
    Env { fs: Arc::new(Dying(Arc::new(AtomicI64::new(steps)))), ..Env::of_host() }
}

fn vault() -> VaultId {
    VaultId::from_bytes([7; 16])
}

fn person(name: &str) -> Person {
    Person::generate(&Env::of_host(), name).unwrap()
}

/// A directory, a keystore in it, two people and a CA.
struct Scene {
    tmp: tempfile::TempDir,
    people: [Person; 2],
    ca: Identity,
}

impl Scene {
    fn new() -> Self {
        let tmp = tempfile::tempdir().unwrap();
        Self { tmp, people: [person("张三"), person("李四")], ca: Identity::generate() }
    }
    fn dir(&self) -> PathBuf {
        self.tmp.path().join("ks")
    }
    fn create(&self) -> Keystore {
        Keystore::create(Env::of_host(), &self.dir(), vault()).unwrap()
    }
    fn open(&self, env: Env) -> Keystore {
        Keystore::open(env, &self.dir(), vault()).unwrap()
    }
    fn members(&self) -> Vec<(StaffNo, String)> {
        self.people.iter().zip(1..).map(|(person, no)| (StaffNo(no), person.recipient())).collect()
    }
    fn new_epoch(&self, store: &Keystore, epoch: u32) -> Result<NewEpoch> {
        store.new_epoch(epoch, &self.members(), Some(&self.ca.to_public().to_string()))
    }
    /// Files below the keystore, sorted.
    fn files(&self) -> Vec<String> {
        fn walk(root: &Path, dir: &Path, out: &mut Vec<String>) {
            for entry in std::fs::read_dir(dir).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(root, &path, out);
                } else {
                    out.push(path.strip_prefix(root).unwrap().to_string_lossy().into_owned());
                }
            }
        }
        let mut out = Vec::new();
        walk(&self.dir(), &self.dir(), &mut out);
        out.sort();
        out
    }
    /// Everybody opens this epoch, and it is the one that was made.
    fn check_opens(&self, store: &Keystore, made: &NewEpoch) {
        let expected = Some(made.key.recipient());
        for ((staff, _), person) in self.members().into_iter().zip(&self.people) {
            let key = store.open_epoch(made.key.epoch(), staff, person.identity(), expected).unwrap();
            assert_eq!(key.catalog_key(), made.key.catalog_key());
        }
        let sealed = std::fs::read(store.escrow_path(made.key.epoch())).unwrap();
        let content = open_escrow("e", &sealed, &self.ca).unwrap();
        let mark = made.escrow.unwrap();
        assert_eq!((content.vault, content.key.epoch()), (vault(), made.key.epoch()));
        assert_eq!(content.key.recipient(), made.key.recipient());
        assert_eq!(Sha256::of(&content.answer.0), mark.proof);
        assert_eq!(FileMark::of(&sealed), FileMark { size: mark.size, b3: mark.b3 });
    }
}

fn code<T>(result: Result<T>) -> &'static str {
    result.err().map_or("ok", |error| error.code())
}

const FILES: [&str; 4] = ["KEYSTORE.toml", "epochs/1/0001.age", "epochs/1/0002.age", "escrow/1.age"];

#[test]
fn an_epoch_opens_for_its_members_and_its_ca_and_for_nobody_else() {
    let scene = Scene::new();
    let store = scene.create();
    let made = scene.new_epoch(&store, 1).unwrap();
    assert_eq!(scene.files(), FILES);
    scene.check_opens(&scene.open(Env::of_host()), &made);
    let [zhang, li] = &scene.people;
    assert_eq!(code(store.open_epoch(1, StaffNo(1), li.identity(), None)), "not-opened");
    assert_eq!(code(store.open_epoch(1, StaffNo(3), li.identity(), None)), "no-copy");
    assert_eq!(code(store.open_epoch(2, StaffNo(1), zhang.identity(), None)), "no-copy");
    let other = Identity::generate().to_public().to_string();
    assert_eq!(code(store.open_epoch(1, StaffNo(1), zhang.identity(), Some(&other))), "other-epoch");
    let escrow = std::fs::read(store.escrow_path(1)).unwrap();
    assert_eq!(code(open_escrow("e", &escrow, zhang.identity())), "not-opened");
    let copy = std::fs::read(scene.dir().join(FILES[1])).unwrap();
    assert_eq!(code(open_escrow("e", &copy, zhang.identity())), "file-damaged", "a copy is no escrow file");
    assert_eq!((store.epochs().unwrap(), store.members(1).unwrap()), (vec![1], vec![StaffNo(1), StaffNo(2)]));
}

#[test]
fn copies_of_another_vault_or_epoch_are_refused() {
    let scene = Scene::new();
    let store = scene.create();
    scene.new_epoch(&store, 1).unwrap();
    scene.new_epoch(&store, 2).unwrap();
    let zhang = scene.people[0].identity();
    std::fs::rename(scene.dir().join("epochs/2/0001.age"), scene.dir().join("epochs/1/0001.age")).unwrap();
    assert_eq!(code(store.open_epoch(1, StaffNo(1), zhang, None)), "file-damaged");
    let other = VaultId::from_bytes([8; 16]);
    let elsewhere = Keystore { vault: other, ..store.clone() };
    assert_eq!(code(elsewhere.open_epoch(2, StaffNo(2), scene.people[1].identity(), None)), "file-damaged");
    assert_eq!(code(Keystore::open(Env::of_host(), &scene.dir(), other)), "other-keystore");
}

#[test]
fn a_keystore_that_is_missing_newer_or_damaged_says_so() {
    let scene = Scene::new();
    let open = || code(Keystore::open(Env::of_host(), &scene.dir(), vault()));
    assert_eq!(open(), "no-keystore");
    scene.create();
    assert_eq!(open(), "ok");
    let path = scene.dir().join(MARKER);
    let good = std::fs::read_to_string(&path).unwrap();
    assert_eq!(good, format!("format = 1\nvault = \"{}\"\n", vault()));
    for (text, expected) in [
        (good.replace("= 1", "= 2\nmore = 2"), "too-new"),
        (good.replace("= 1", "= 0"), "draft-format"),
        (good.replace("= 1", "= -1"), "file-damaged"),
        (good.replace("= 1", "= 1\nmore = 2"), "file-damaged"),
        (good.replace("vault", "volt"), "file-damaged"),
        (good[..good.len() - 3].to_owned(), "file-damaged"),
        ("\0".repeat(50), "file-damaged"),
        (" ".repeat(20_000), "io"),
    ] {
        std::fs::write(&path, &text).unwrap();
        assert_eq!(open(), expected, "{text}");
    }
}

#[test]
fn a_directory_with_somebodys_files_is_not_made_a_keystore() {
    for taken in ["x", "epochs/1/0001.age", "log/log.key", "other/"] {
        let scene = Scene::new();
        let path = scene.dir().join(taken);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        if taken.ends_with('/') {
            std::fs::create_dir(&path).unwrap();
        } else {
            std::fs::write(&path, "x").unwrap();
        }
        assert_eq!(code(Keystore::create(Env::of_host(), &scene.dir(), vault())), "not-empty", "{taken}");
    }
}

#[test]
fn members_come_and_go() {
    let scene = Scene::new();
    let store = scene.create();
    let made = scene.new_epoch(&store, 1).unwrap();
    let wang = person("王五");
    store.add_member(&made.key, StaffNo(3), &wang.recipient()).unwrap();
    // A second name for the copy that is replaced shows what becomes of its blocks.
    let (path, old) = (copy_path(&store.epoch_dir(1), StaffNo(3)), scene.dir().join("old"));
    std::fs::hard_link(&path, &old).unwrap();
    let half = path.with_extension("age.new");
    std::fs::hard_link(&path, &half).unwrap();
    store.add_member(&made.key, StaffNo(3), &wang.recipient()).unwrap();
    assert!(std::fs::read(&old).unwrap().iter().all(|byte| *byte == 0), "what was replaced is overwritten");
    assert!(!half.exists());
    std::fs::remove_file(&old).unwrap();
    let key = store.open_epoch(1, StaffNo(3), wang.identity(), Some(made.key.recipient())).unwrap();
    assert_eq!(key.recipient(), made.key.recipient());
    store.remove_member(1, StaffNo(1)).unwrap();
    store.remove_member(1, StaffNo(1)).unwrap();
    store.remove_member(9, StaffNo(1)).unwrap();
    assert_eq!(store.members(1).unwrap(), [StaffNo(2), StaffNo(3)]);
    assert_eq!(code(store.add_member(&made.key, StaffNo(4), "age1nobody")), "not-a-person");
    // As a recovery does it: into a keystore that never had this epoch.
    let elsewhere = Scene::new();
    let new = elsewhere.create();
    new.add_member(&made.key, StaffNo(3), &wang.recipient()).unwrap();
    assert_eq!(new.find(&wang).unwrap()[0].recipient(), made.key.recipient());
}

#[test]
fn a_persons_epochs_are_found_without_a_number() {
    let scene = Scene::new();
    let store = scene.create();
    for epoch in [1, 2, 10] {
        scene.new_epoch(&store, epoch).unwrap();
    }
    store.remove_member(2, StaffNo(2)).unwrap();
    std::fs::write(scene.dir().join("epochs/1/0001.age"), "damaged").unwrap();
    std::fs::write(scene.dir().join("epochs/readme"), "not ours").unwrap();
    let found = |person: &Person| store.find(person).unwrap().iter().map(EpochKey::epoch).collect::<Vec<_>>();
    assert_eq!(found(&scene.people[0]), [2, 10]);
    assert_eq!(found(&scene.people[1]), [1, 10]);
    assert!(found(&person("王五")).is_empty());
}

#[test]
fn a_bad_recipient_changes_nothing() {
    let scene = Scene::new();
    let store = scene.create();
    scene.new_epoch(&store, 1).unwrap();
    let mut members = scene.members();
    members[1].1.push('x');
    assert_eq!(code(store.new_epoch(1, &members, None)), "not-a-person");
    assert_eq!(code(store.new_epoch(1, &scene.members(), Some("x"))), "not-a-person");
    assert_eq!(scene.files(), FILES);
}

#[test]
fn the_log_key_is_written_once_and_never_replaced() {
    let scene = Scene::new();
    let store = scene.create();
    assert_eq!(code(store.log_key()), "missing");
    let key = LogKey::generate(&Env::of_host());
    store.write_log_key(&key).unwrap();
    store.write_log_key(&key).unwrap();
    assert_eq!(store.log_key().unwrap().to_hex(), key.to_hex());
    assert_eq!(code(store.write_log_key(&LogKey::generate(&Env::of_host()))), "io");
    std::fs::write(scene.dir().join("log/log.key"), "damaged").unwrap();
    assert_eq!(code(store.log_key()), "file-damaged");
    assert_eq!(code(store.write_log_key(&key)), "io");
}

#[test]
fn the_head_that_is_remembered_is_replaced_whole() {
    let scene = Scene::new();
    let store = scene.create();
    assert_eq!(store.head().unwrap(), None);
    store.write_head("one\n").unwrap();
    // What a write that was cut off has left.
    std::fs::write(scene.dir().join("log/head.new"), "tw").unwrap();
    assert_eq!(store.head().unwrap().as_deref(), Some("one\n"));
    store.write_head("two\n").unwrap();
    assert_eq!(store.head().unwrap().as_deref(), Some("two\n"));
    assert!(!scene.dir().join("log/head.new").exists());
}

#[test]
fn nothing_that_is_shown_for_debugging_is_a_secret() {
    let scene = Scene::new();
    let made = scene.new_epoch(&scene.create(), 1).unwrap();
    assert_eq!(format!("{:?}", made.key), "EpochKey(1)");
    let content =
        open_escrow("e", &std::fs::read(scene.dir().join("escrow/1.age")).unwrap(), &scene.ca).unwrap();
    for shown in [format!("{made:?}"), format!("{content:?}")] {
        let secret = seal::identity_text(made.key.identity());
        assert!(!shown.contains(&secret[..20]) && !shown.contains(&content.answer.to_string()));
    }
}

#[test]
fn files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let scene = Scene::new();
    scene.new_epoch(&scene.create(), 1).unwrap();
    let mode = |path: &str| std::fs::metadata(scene.dir().join(path)).unwrap().permissions().mode() & 0o7777;
    assert!(FILES.iter().all(|path| mode(path) == 0o600));
    assert!(["", "epochs", "epochs/1", "escrow", "log"].iter().all(|path| mode(path) == 0o700));
}

/// Runs stock `age -d -i identities file`.
fn stock_age(identities: &[u8], file: &Path) -> Vec<u8> {
    let mut keys = tempfile::NamedTempFile::new().unwrap();
    io::Write::write_all(&mut keys, identities).unwrap();
    let out =
        Command::new("age").args(["-d", "-i"]).arg(keys.path()).arg(file).stderr(Stdio::piped()).output();
    let out = out.expect("this test needs the age program");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    out.stdout
}

#[test]
fn stock_age_opens_a_copy_with_a_persons_identity_file_and_then_a_cover_with_the_copy() {
    let scene = Scene::new();
    let store = scene.create();
    let made = scene.new_epoch(&store, 1).unwrap();
    let zhang = scene.people[0].to_secret_text();
    let copy = stock_age(zhang.as_bytes(), &scene.dir().join("epochs/1/0001.age"));
    let text = std::str::from_utf8(&copy).unwrap();
    let secret = seal::identity_text(made.key.identity());
    let expected = format!("# jingui epoch 1\n# vault: {}\n# epoch: 1\n{}\n", vault(), *secret);
    assert_eq!(text, expected);
    assert_eq!(identity_from_text("x", text).unwrap().to_public().to_string(), made.key.recipient());
    let cover = scene.tmp.path().join("cover.age");
    std::fs::write(&cover, seal::seal(&made.key.identity().to_public(), b"facts")).unwrap();
    assert_eq!(stock_age(&copy, &cover), b"facts");
    // The CA's file opens in the same way and has one line more.
    let escrow = stock_age(seal::identity_text(&scene.ca).as_bytes(), &store.escrow_path(1));
    assert!(std::str::from_utf8(&escrow).unwrap().lines().nth(3).unwrap().starts_with("# proof: "));
    assert_eq!(stock_age(&escrow, &cover), b"facts");
}

/// Cuts `doing` off after every number of steps, then repeats it on a whole disk and checks what is there.
fn cut_everywhere(
    prepare: impl Fn(&Scene),
    doing: impl Fn(&Scene, Env) -> Result<()>,
    check: impl Fn(&Scene),
) {
    for steps in 0.. {
        let scene = Scene::new();
        prepare(&scene);
        let cut = doing(&scene, dying_after(steps));
        // Cut off once more one step later: a leftover of a leftover.
        let _ = doing(&scene, dying_after(steps + 1));
        doing(&scene, Env::of_host())
            .unwrap_or_else(|error| panic!("repeating after {steps} steps: {error:?}"));
        check(&scene);
        if cut.is_ok() {
            assert!(steps > 5, "{steps} steps cannot have been all");
            return;
        }
    }
}

#[test]
fn making_a_keystore_can_be_repeated_from_any_point() {
    cut_everywhere(
        |_| (),
        |scene, env| Keystore::create(env, &scene.dir(), vault()).map(drop),
        |scene| {
            assert_eq!(scene.files(), [MARKER]);
            scene.open(Env::of_host());
            let log = scene.open(Env::of_host()).write_log_key(&LogKey::generate(&Env::of_host()));
            log.unwrap();
        },
    );
}

#[test]
fn a_cut_off_keystore_is_not_taken_for_one() {
    for steps in 0.. {
        let scene = Scene::new();
        let made = Keystore::create(dying_after(steps), &scene.dir(), vault());
        // The last step is the sync of the name, after which only the power can undo it.
        let there = Keystore::open(Env::of_host(), &scene.dir(), vault());
        if made.is_ok() {
            there.unwrap();
            return;
        }
        let whole = scene.dir().join("log").is_dir();
        assert!(there.is_err() || whole, "after {steps} steps");
    }
}

#[test]
fn a_new_epoch_can_be_repeated_from_any_point() {
    cut_everywhere(
        |scene| drop(scene.create()),
        |scene, env| {
            let store = scene.open(env);
            let made = scene.new_epoch(&store, 1)?;
            scene.check_opens(&store, &made);
            Ok(())
        },
        |scene| assert_eq!(scene.files(), FILES),
    );
}

#[test]
fn leftovers_of_more_members_and_a_ca_are_gone_after_a_repeat_with_fewer() {
    let scene = Scene::new();
    let store = scene.create();
    scene.new_epoch(&store, 1).unwrap();
    let made = store.new_epoch(1, &scene.members()[1..], None).unwrap();
    assert_eq!(made.escrow, None);
    assert_eq!(scene.files(), ["KEYSTORE.toml", "epochs/1/0002.age"]);
}

#[test]
fn one_more_member_can_be_repeated_from_any_point() {
    let wang = person("王五");
    let key = EpochKey::new(1, Identity::generate());
    cut_everywhere(
        |scene| drop(scene.create()),
        |scene, env| scene.open(env).add_member(&key, StaffNo(3), &wang.recipient()),
        |scene| {
            assert_eq!(scene.files(), ["KEYSTORE.toml", "epochs/1/0003.age"]);
            scene
                .open(Env::of_host())
                .open_epoch(1, StaffNo(3), wang.identity(), Some(key.recipient()))
                .unwrap();
        },
    );
}

#[test]
fn a_copy_that_is_replaced_opens_at_any_point() {
    let wang = person("王五");
    let key = EpochKey::new(1, Identity::generate());
    for steps in 0..20 {
        let scene = Scene::new();
        scene.create().add_member(&key, StaffNo(3), &wang.recipient()).unwrap();
        let _ = scene.open(dying_after(steps)).add_member(&key, StaffNo(3), &wang.recipient());
        scene.open(Env::of_host()).open_epoch(1, StaffNo(3), wang.identity(), Some(key.recipient())).unwrap();
    }
}

#[test]
fn destroying_an_epoch_can_be_repeated_from_any_point() {
    cut_everywhere(
        |scene| {
            let store = scene.create();
            scene.new_epoch(&store, 1).unwrap();
            scene.new_epoch(&store, 2).unwrap();
            std::fs::write(scene.dir().join("epochs/1/0003.age.new"), "half a copy").unwrap();
        },
        |scene, env| scene.open(env).destroy_epoch(1).map(drop),
        |scene| {
            assert!(!scene.dir().join("epochs/1").exists());
            assert_eq!(
                scene.files(),
                ["KEYSTORE.toml", "epochs/2/0001.age", "epochs/2/0002.age", "escrow/2.age"]
            );
            let store = scene.open(Env::of_host());
            assert_eq!(store.epochs().unwrap(), [2]);
            assert_eq!(store.find(&scene.people[0]).unwrap().len(), 1);
        },
    );
}

#[test]
fn what_is_destroyed_was_overwritten_before_the_first_name_goes() {
    let mut all_zero = false;
    for steps in 0.. {
        let scene = Scene::new();
        let store = scene.create();
        scene.new_epoch(&store, 1).unwrap();
        let done = scene.open(dying_after(steps)).destroy_epoch(1);
        let left = scene.files();
        let zero =
            |path: &&String| std::fs::read(scene.dir().join(path)).unwrap().iter().all(|byte| *byte == 0);
        let zeros = left.iter().skip(1).filter(zero).count();
        assert!(left.len() == FILES.len() || zeros == left.len() - 1, "after {steps} steps: {left:?}");
        all_zero |= zeros == FILES.len() - 1;
        if left.len() == FILES.len() {
            assert_eq!(store.destroy_epoch(1).unwrap(), ["0001", "0002", "escrow"], "after {steps} steps");
        }
        if let Ok(copies) = done {
            assert_eq!(copies, ["0001", "0002", "escrow"]);
            break;
        }
    }
    assert!(all_zero);
}

#[test]
fn a_link_in_the_keystore_destroys_nothing_behind_it() {
    let scene = Scene::new();
    let store = scene.create();
    scene.new_epoch(&store, 1).unwrap();
    let precious = scene.tmp.path().join("precious");
    std::fs::write(&precious, "precious").unwrap();
    std::os::unix::fs::symlink(&precious, scene.dir().join("epochs/1/0003.age")).unwrap();
    store.destroy_epoch(1).unwrap();
    assert_eq!(scene.files(), [MARKER]);
    assert_eq!(std::fs::read(&precious).unwrap(), b"precious");
}

#[test]
fn no_cut_or_bent_file_opens_or_makes_the_reader_panic() {
    let scene = Scene::new();
    let store = scene.create();
    scene.new_epoch(&store, 1).unwrap();
    let sealed = std::fs::read(store.escrow_path(1)).unwrap();
    for at in 0..sealed.len() {
        assert_eq!(code(open_escrow("e", &sealed[..at], &scene.ca)), "file-damaged", "cut at {at}");
        let mut bent = sealed.clone();
        bent[at] ^= 1;
        assert!(open_escrow("e", &bent, &scene.ca).is_err(), "bent at {at}");
    }
    assert!(open_escrow("e", &[sealed.as_slice(), b"x"].concat(), &scene.ca).is_err());
}

#[test]
fn identity_files_of_others_sealed_in_a_copy_are_refused() {
    let scene = Scene::new();
    let secret = seal::identity_text(&Identity::generate());
    let (secret, vault) = (secret.as_str(), vault());
    let good =
        format!("# jingui epoch 1\n# vault: {vault}\n# epoch: 1\n# proof: {}\n{secret}\n", "0".repeat(64));
    let seen =
        |text: &str| code(open_escrow("e", &seal::seal(&scene.ca.to_public(), text.as_bytes()), &scene.ca));
    assert_eq!(seen(&good), "ok");
    assert_eq!(seen(&good.replace("epoch 1", "epoch 2")), "too-new");
    assert_eq!(seen(&good.replace("epoch 1", "epoch 0")), "draft-format");
    for bad in [
        String::new(),
        secret.to_owned(),
        good.replace("epoch 1", "person 1"),
        good.replace("epoch: 1", "epoch: -1"),
        good.replace("# vault", "# volt"),
        good.replace("# proof: 0", "# proof: "),
        good.replace(secret, "AGE-SECRET-KEY-1"),
        format!("{good}{secret}\n"),
        good.replace("# epoch: 1\n", ""),
    ] {
        assert_eq!(seen(&bad), "file-damaged", "{bad}");
    }
}
