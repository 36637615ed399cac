//! An open vault, as the commands of one holder share it.

use crate::context::Context;
use crate::failure::Result;
use jingui_indexer::extract::Launch;
use jingui_indexer::follow::Follower;
use jingui_vault::copies::Target;
use jingui_vault::env::Env;
use jingui_vault::heal::{heal_journal_from, heal_toml, is_journal_damaged, named_mirror};
use jingui_vault::layout::{DIRECTORIES, Layout};
use jingui_vault::{Error, Notice, Options, Session, Vault};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::ThreadId;
use std::time::Duration;

/// An open vault.
pub struct World {
    /// The vault.
    pub vault: Vault,
    /// Directories of it that were not there and were made when it was opened.
    pub made: Vec<String>,
    /// Its index, and whoever reads documents for it.
    pub index: Follower,
    // Removed with the world.
    _scratch: Option<tempfile::TempDir>,
}

/// The index in a directory, with this program to read documents for it: as it was started, also where another version
/// has been put in its place since.
fn follower(dir: PathBuf) -> Follower {
    Follower::new(dir, Launch::of("/proc/self/exe", [crate::READER]))
}

/// What a vault is opened for.
#[derive(Clone, Copy)]
pub struct Wish<'a> {
    /// To be written to, if it can be.
    pub writable: bool,
    /// What keeps it from opening for writing is put back first, as far as line 1, the mirror and the copies go.
    pub heal: bool,
    /// Copies that a damaged journal may be put back from.
    pub copies: &'a [Arc<dyn Target>],
    /// It was put back from a copy, and somebody is about to take it over.
    pub takes_over: bool,
    /// It is behind a head that is remembered, and people are about to accept that.
    pub accepts_fork: bool,
}

impl crate::holder::World for World {
    fn stalled(&self) -> bool {
        self.vault.stalled().is_some()
    }

    fn keeps_waiting(&self, thread: ThreadId) -> bool {
        self.vault.keeps_waiting(thread).is_some()
    }
}

impl World {
    /// Opens the vault in a directory; called once by whoever holds the lock.
    ///
    /// `patience`: how long somebody waits for a disk that does not answer.
    pub fn open(
        env: Env,
        dir: &Path,
        keystore: Option<PathBuf>,
        patience: Duration,
        wish: Wish<'_>,
    ) -> Result<Self> {
        let Wish { writable, heal, copies, takes_over, accepts_fork } = wish;
        // A catalog of a vault that may not be written to is made elsewhere: its rows are sealed.
        let scratch = tempfile::Builder::new().prefix("jingui-").tempdir().ok();
        let read_only = (!writable).then(|| "its directory cannot be written to".to_owned());
        let options = Options {
            keystore,
            read_only,
            patience: Some(patience),
            scratch: scratch.as_ref().map(|dir| dir.path().to_owned()),
            takes_over,
            accepts_fork,
            ..Options::default()
        };
        let layout = Layout::new(dir);
        let absent = |below: &&&str| matches!(env.fs.stat(&layout.path(below)), Ok(None));
        let made = DIRECTORIES.iter().filter(absent).map(|below| (*below).to_owned()).collect();
        let heal = heal && writable;
        let mut healed = None;
        if heal && is_journal_damaged(&env, &layout) {
            let mirror = named_mirror(&env, &layout);
            healed = match heal_journal_from(&env, &layout, mirror.as_deref(), copies) {
                // A place that cannot help keeps nobody from healing the rest; what is wrong is said there.
                Err(Error::JournalUnhealed { .. }) => None,
                healed => Some(healed?),
            };
        }
        let restored = heal && heal_toml(&env, &layout)?;
        let mut vault = Vault::open(env.clone(), dir, options.clone())?;
        let heal = heal && !vault.awaits_takeover() && vault.left().is_none();
        let mirror = vault.mirror_dir().map(Path::to_owned);
        if heal && vault.read_only().is_some() && (mirror.is_some() || !copies.is_empty()) {
            drop(vault);
            healed = Some(heal_journal_from(&env, &layout, mirror.as_deref(), copies)?);
            vault = Vault::open(env, dir, options)?;
        }
        if restored {
            vault.tell(Notice { code: "toml-restored", fields: Vec::new() });
        }
        if let Some((from, healed)) = healed {
            if vault.restored().is_none() {
                vault.note_healed_journal(&healed)?;
            }
            for (path, _) in healed.healed {
                vault.tell(Notice {
                    code: "healed",
                    fields: vec![("path", path), ("from", from.to_string())],
                });
            }
        }
        let index = match (vault.read_only(), &scratch) {
            (Some(_), Some(scratch)) => scratch.path().join("index"),
            _ => vault.layout().path("derived/index"),
        };
        Ok(Self { vault, made, index: follower(index), _scratch: scratch })
    }

    /// One that was just made.
    pub fn of(vault: Vault) -> Self {
        let index = follower(vault.layout().path("derived/index"));
        Self { vault, made: Vec::new(), index, _scratch: None }
    }

    /// Signs in the person whose key came with the command.
    ///
    /// Errors: [`Error::KeyNeeded`] and those of signing in.
    pub fn session(&self, context: &mut Context) -> Result<Session> {
        let person = context.person.take().ok_or(Error::KeyNeeded {})?;
        let session = self.vault.sign_in(person)?.with_reach(super::left::reach(&self.vault, context));
        self.tell_notices(context)?;
        Ok(session)
    }

    /// The same, where a key may be missing.
    pub fn session_if_any(&self, context: &mut Context) -> Result<Option<Session>> {
        if context.person.is_none() {
            self.tell_notices(context)?;
            return Ok(None);
        }
        self.session(context).map(Some)
    }

    /// Tells what was done to the vault since somebody was last told.
    pub fn tell_notices(&self, context: &mut Context) -> Result<()> {
        for notice in self.vault.take_notices() {
            let key = format!("notice-{}", notice.code);
            let values: Vec<_> =
                notice.fields.iter().map(|(name, value)| (*name, value.clone().into())).collect();
            match notice.code {
                "solo" => context.out.note(&key, &values),
                _ => context.out.warning(&key, &values)?,
            }
        }
        Ok(())
    }
}
