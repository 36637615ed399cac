//! A small vault that lies in the corpus, opened after one of its files was written to by somebody else.
//!
//! It was written by this project and is never edited: what a vault says must not depend on the day. Each target puts
//! its bytes in the place of one file and opens the vault. It may refuse; what it shows must be what was there.

use super::text;
use crate::lossy::{Disk, LossyFs};
use jingui_schema::commit::{Commit, SLOT_BYTES};
use jingui_schema::digest::SignKey;
use jingui_schema::head::VerifierKey;
use jingui_schema::id::{By, VaultId};
use jingui_schema::line::{Line, Tip};
use jingui_schema::merkle::{Frontier, Hash, leaf_hash};
use jingui_schema::time::Time;
use jingui_vault::env::{Clock, Env, Random};
use jingui_vault::fs::Fs;
use jingui_vault::keys::{Keystore, Person};
use jingui_vault::state::State;
use jingui_vault::{Error, Options, Vault};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

/// The sample's vault and keystore, as they lie in memory.
pub struct Place;

impl Place {
    /// The vault's directory.
    pub fn vault(&self) -> PathBuf {
        "/house/vault".into()
    }
    /// The keystore's.
    pub fn keys(&self) -> PathBuf {
        "/house/keys".into()
    }
}

/// The vault in `tests/corpus/house`.
pub struct Sample {
    disk: Disk,
    founder: String,
    /// Its id.
    pub vault_id: VaultId,
    /// The founder's signing key.
    pub founder_sign: SignKey,
    /// The log's public key.
    pub log: VerifierKey,
    /// The state after its last line.
    pub state: State,
    /// Its lines without LF.
    pub lines: Vec<Vec<u8>>,
}

/// The vault in `tests/corpus/house`, read once.
pub fn sample() -> &'static Sample {
    static SAMPLE: OnceLock<Sample> = OnceLock::new();
    SAMPLE.get_or_init(Sample::read)
}

/// A disk with one file.
pub(super) fn disk_with(path: &Path, bytes: &[u8]) -> Disk {
    let fs = LossyFs::default();
    (&fs as &dyn Fs).write_new(path, bytes).expect("memory takes it");
    fs.disk()
}

/// Where the corpus lies.
pub(crate) fn corpus_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

fn lay_tree(disk: &mut Disk, from: &Path, at: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) {
    disk.lay(at);
    for entry in std::fs::read_dir(from).expect("the corpus can be read").map(|e| e.expect("an entry")) {
        let to = at.join(entry.file_name());
        match entry.path().is_dir() {
            true => lay_tree(disk, &entry.path(), &to, files),
            false => files.push((to, std::fs::read(entry.path()).expect("the corpus can be read"))),
        }
    }
}

/// A clock that stands and a source that counts: what is opened twice is the same twice.
struct Still(AtomicU64);

impl Clock for Still {
    fn now(&self) -> Time {
        Time::from_millis(1_796_000_000_000)
    }
}

impl Random for Still {
    fn fill(&self, bytes: &mut [u8]) {
        let mut dice = crate::lossy::Dice(self.0.fetch_add(1, Ordering::Relaxed));
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&dice.roll().to_le_bytes()[..chunk.len()]);
        }
    }
}

fn env_over(fs: LossyFs) -> Env {
    let still = Arc::new(Still(AtomicU64::new(1)));
    Env { fs: Arc::new(fs), clock: still.clone(), random: still }
}

impl Sample {
    fn read() -> Self {
        let (mut disk, mut files) = (Disk::default(), Vec::new());
        let dir = corpus_dir().join("house");
        lay_tree(&mut disk, &dir, Path::new("/house"), &mut files);
        // Git keeps no empty directories.
        for below in jingui_vault::layout::DIRECTORIES {
            disk.lay(&Path::new("/house/vault").join(below));
        }
        for below in ["epochs", "escrow", "log"] {
            disk.lay(&Path::new("/house/keys").join(below));
        }
        let fs = LossyFs::on(disk);
        for (path, bytes) in &files {
            (&fs as &dyn Fs).write_new(path, bytes).expect("memory takes it");
        }
        let found = |path: &str| {
            let bytes = files.iter().find(|(p, _)| p == Path::new(path)).map(|(_, bytes)| bytes.clone());
            bytes.unwrap_or_else(|| panic!("{path} is in the corpus"))
        };
        let founder = String::from_utf8(found("/house/founder.txt")).expect("a key is text");
        let segment = found("/house/vault/journal/000000000001.jsonl");
        let lines: Vec<Vec<u8>> =
            segment.split(|b| *b == b'\n').filter(|l| !l.is_empty()).map(<[u8]>::to_vec).collect();
        let options = Options { keystore: Some(Place.keys()), ..Options::default() };
        let vault = Vault::open(env_over(fs.clone()), &Place.vault(), options).expect("the sample opens");
        let state = State::clone(&vault.state());
        let person = Person::from_secret_text("founder", &founder).expect("the founder's key");
        let (log, vault_id, founder_sign) =
            (vault.log_key().expect("the log's key"), state.init.vault, person.sign_key());
        drop(vault);
        Self { disk: fs.disk(), founder, vault_id, founder_sign, log, state, lines }
    }

    /// The founder's key.
    pub fn founder(&self) -> Person {
        Person::from_secret_text("founder", &self.founder).expect("the founder's key")
    }

    /// The sample on a disk of its own.
    pub fn house(&self) -> (Place, LossyFs) {
        (Place, LossyFs::on(self.disk.clone()))
    }

    /// The sample with other bytes in the place of one file below `/house`.
    fn with(&self, below: &str, bytes: &[u8]) -> LossyFs {
        let (_, fs) = self.house();
        let path = Path::new("/house").join(below);
        if fs.stat(&path).expect("memory answers").is_some() {
            fs.remove(&path).expect("memory lets go");
        }
        (&fs as &dyn Fs).write_new(&path, bytes).expect("memory takes it");
        fs
    }

    /// The root over so many of its lines.
    pub(super) fn root_at(&self, lines: u64) -> Hash {
        let mut frontier = Frontier::default();
        self.lines[..lines as usize].iter().for_each(|line| frontier.push(leaf_hash(line)));
        frontier.root()
    }

    /// The state after so many of its lines.
    fn state_at(&self, lines: u64) -> State {
        let parsed = |line: &Vec<u8>| Line::parse(line).expect("a line of the sample");
        let mut state = State::begin(&parsed(&self.lines[0])).expect("the sample's first line");
        self.lines[1..lines as usize].iter().for_each(|line| state.apply(&parsed(line)));
        state
    }

    /// Whatever an opened vault shows is a beginning of what was there.
    fn is_shown_in(&self, vault: &Vault) {
        let state = vault.state();
        assert!(state.lines as usize <= self.lines.len(), "there are no more lines than there were");
        let mut seen = State::clone(&state);
        if state.lines == 1 {
            // With the second line gone nothing tells white space in the first from none; it says the same.
            seen.last = self.state_at(1).last;
        }
        assert!(seen == self.state_at(state.lines), "the state is that of the lines");
        for seq in 1..=state.lines {
            if let Ok((_, bytes)) = vault.line(seq) {
                assert_eq!(bytes, self.lines[seq as usize - 1], "line {seq} is the one that was written");
            }
        }
    }
}

fn looking() -> Options {
    Options { keystore: Some(Place.keys()), read_only: Some("only looking".into()), ..Options::default() }
}

fn working() -> Options {
    Options { keystore: Some(Place.keys()), ..Options::default() }
}

fn open(fs: LossyFs, options: Options) -> jingui_vault::Result<Vault> {
    Vault::open(env_over(fs), &Place.vault(), options)
}

pub(super) fn vault_toml(bytes: &[u8]) {
    let Ok(vault) = open(sample().with("vault/VAULT.toml", bytes), looking()) else { return };
    sample().is_shown_in(&vault);
    let own = (&sample().house().1 as &dyn Fs).read(&Place.vault().join("VAULT.toml"), 1 << 20);
    let own = String::from_utf8(own.expect("the sample has one")).expect("it is text");
    let table = |text: &str| text.parse::<toml::Table>().expect("it was read");
    assert_eq!(table(text(bytes).expect("it was read")), table(&own), "it says what the first line says");
}

pub(super) fn keystore_toml(bytes: &[u8]) {
    let fs = sample().with("keys/KEYSTORE.toml", bytes);
    if let Ok(store) = Keystore::open(env_over(fs), &Place.keys(), sample().vault_id) {
        assert!(store.log_key().is_ok() && store.epochs().is_ok());
        assert!(text(bytes).is_some_and(|text| text.contains(&sample().vault_id.to_string())));
    }
}

/// `settings/places.toml`: it may lead nowhere but where the journal says.
pub(super) fn settings(bytes: &[u8]) {
    let fs = sample().with("vault/settings/places.toml", bytes);
    let options = Options { keystore: None, ..looking() };
    let vault = open(fs, options).expect("an edited setting keeps nobody out");
    sample().is_shown_in(&vault);
    let known = sample().state.files["settings/places.toml"];
    let same = known == jingui_schema::digest::FileMark::of(bytes);
    assert!(same || (vault.keystore_dir().is_none() && vault.mirror_dir().is_none()));
}

/// `journal/commit`. Given two slots' worth of JSON lines it also makes whole slots of them, as a stranger can.
pub(super) fn commit_file(bytes: &[u8]) {
    let mut made = Vec::new();
    if let Some(text) = text(bytes)
        && bytes.len() < SLOT_BYTES
    {
        for one in text.lines().take(2) {
            made.extend(match serde_json::from_str::<Commit>(one) {
                Ok(commit) => commit.to_slot().to_vec(),
                Err(_) => vec![b' '; SLOT_BYTES],
            });
        }
    }
    for bytes in [bytes, &made] {
        for options in [looking(), working()] {
            let fs = sample().with("vault/journal/commit", bytes);
            if let Ok(vault) = open(fs, options) {
                sample().is_shown_in(&vault);
            }
        }
    }
}

/// The journal's one segment.
pub(super) fn segment(bytes: &[u8]) {
    let fs = sample().with("vault/journal/000000000001.jsonl", bytes);
    if let Ok(vault) = open(fs, looking()) {
        // Lines up to `commit` are chained to what it says: nothing but a beginning of them is whole.
        sample().is_shown_in(&vault);
        let _ = vault.verify_journal();
    }
}

/// What stands behind the last line that counts. A line `+by act` is chained here, as somebody could who writes to the
/// disk; the founder's own acts are signed.
pub(super) fn tail(bytes: &[u8]) {
    let mut segment: Vec<u8> = sample().lines.iter().flat_map(|l| [l.as_slice(), b"\n"].concat()).collect();
    let counted = segment.len();
    let mut tip = sample().state.tip();
    for piece in bytes.split_inclusive(|b| *b == b'\n').take(50) {
        let told = text(piece).and_then(|t| t.trim_end().strip_prefix('+')?.split_once(' '));
        let chained = told.and_then(|(by, act)| {
            let (by, act) = (by.parse::<By>().ok()?, jingui_schema::act::Act::parse(act).ok()?);
            let sign = |raw: &str| sample().founder().sign(&sample().vault_id, raw);
            let sig = (by != By::Vault).then(|| sign(act.to_raw().get()));
            Line::write(&tip, act.at, by, &act.to_raw(), sig).ok()
        });
        match chained {
            Some(line) => {
                tip = Tip::after(&Line::parse(&line[..line.len() - 1]).expect("what we write we read"));
                segment.extend(line);
            }
            None => segment.extend_from_slice(piece),
        }
    }
    let fs = sample().with("vault/journal/000000000001.jsonl", &segment);
    let vault = match open(fs.clone(), working()) {
        Ok(vault) => vault,
        Err(error) => panic!("what stands behind the end keeps nobody out: {error}"),
    };
    let state = vault.state();
    assert!(state.lines as usize >= sample().lines.len(), "nothing that counted is lost");
    for seq in 1..=sample().lines.len() as u64 {
        assert_eq!(vault.line(seq).expect("a line").1, sample().lines[seq as usize - 1]);
    }
    // Every line that was adopted stood whole behind the end; a stranger's signature counts for nothing.
    for seq in sample().lines.len() as u64 + 1..=state.lines {
        let (line, bytes) = vault.line(seq).expect("a line that was adopted");
        let own = matches!(&line.act.deed, jingui_schema::act::Deed::Quarantined(_));
        assert!(own || segment[counted..].windows(bytes.len()).any(|w| w == bytes), "line {seq} is new");
        assert!(matches!(line.by, By::Vault) || line.by == By::Staff(jingui_schema::id::StaffNo(1)));
    }
    assert!(vault.verify_journal().is_ok(), "the journal is whole: {:?}", vault.verify_journal().err());
    drop((state, vault));
    let again = open(fs, looking()).expect("it opens again");
    assert!(again.verify_journal().is_ok());
}

/// `derived/tree`.
pub(super) fn tree(bytes: &[u8]) {
    for options in [looking(), working()] {
        let fs = sample().with("vault/derived/tree", bytes);
        let vault = open(fs, options).expect("what is derived keeps nobody out");
        sample().is_shown_in(&vault);
        assert_eq!(vault.state().lines as usize, sample().lines.len());
        let _ = vault.find_act(jingui_schema::id::ActId::from_bytes([9; 16]));
        if let Ok(lines) = vault.lines_after(Tip { lines: 2, ..sample().state_at(2).tip() }) {
            let _ = lines.count();
        }
    }
}

/// `derived/state`: as it lies, which nobody believes; and under the right MAC, as only the keystore's holder could make it.
pub(super) fn snapshot(bytes: &[u8]) {
    let vault = open(sample().with("vault/derived/state", bytes), looking()).expect("it is derived");
    sample().is_shown_in(&vault);
    assert_eq!(vault.state().lines as usize, sample().lines.len());
    let (_, fs) = sample().house();
    let store = Keystore::open(env_over(fs), &Place.keys(), sample().vault_id).expect("the keystore");
    let key = store.log_key().expect("the log key").state_key();
    let mut whole = format!("{}\n", blake3::keyed_hash(&key, bytes)).into_bytes();
    whole.extend_from_slice(bytes);
    if let Err(error) = open(sample().with("vault/derived/state", &whole), looking()) {
        assert!(!matches!(error, Error::NoVault { .. }), "{error}");
    }
}
