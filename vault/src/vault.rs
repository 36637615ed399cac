//! A vault that is open: its state, its writer, and what was done to open it.

use crate::catalog::Catalog;
use crate::copies::{RESTORED, read_restore_mark};
use crate::disposal::Gate;
use crate::env::Env;
use crate::error::{Doing, Error, Result};
use crate::fold::{behind, fits, fold, may_stand, root_of_lines, survey};
use crate::forks::{self, Left, Parted};
use crate::fs::Kind;
use crate::journal::{self, Appender, Lines, Tree, TreeReader};
use crate::keys::LogKey;
use crate::keys::keystore::Keystore;
use crate::layout::{DIRECTORIES, Layout};
use crate::mirror::{Mirror, Standing};
use crate::places::{PLACES, Places, places_that_count, settle_places};
use crate::recent::Recent;
use crate::snapshot;
use crate::staging::{Marker, Spares};
use crate::state::State;
use crate::sweep::sweep;
use crate::toml_copy;
use crate::turns::{Turn, Turns};
use crate::writer::{Around, PATIENCE, Patience, Writer};
use jingui_schema::act::{Act, Deed, Incident, Quarantined, VaultInit};
use jingui_schema::copy::RestoreMark;
use jingui_schema::digest::FileMark;
use jingui_schema::head::Head;
use jingui_schema::id::{ActId, PlanId};
use jingui_schema::line::{Line, Tip};
use jingui_schema::merkle::{self, Frontier, leaf_hash};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread::ThreadId;
use std::time::Duration;

/// How to open a vault.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The keystore, where it is not where `settings/places.toml` says.
    pub keystore: Option<PathBuf>,
    /// The mirror, likewise.
    pub mirror: Option<PathBuf>,
    /// Why nothing may be written, if so.
    pub read_only: Option<String>,
    /// Where a catalog may be built when the vault itself may not be written to.
    pub scratch: Option<PathBuf>,
    /// How long somebody waits for a disk that does not answer, where not [`PATIENCE`]; for tests.
    pub patience: Option<Duration>,
    /// At how many bytes a segment of the journal is closed, where not at 64 MiB; for tests.
    pub segment_bytes: Option<u64>,
    /// How many lines `derived/dates` may be behind, where not ten thousand; for tests.
    pub dates_behind: Option<u64>,
    /// Whether this is a copy that is only to be looked at: what a vault has around it is not looked for.
    pub copy: bool,
    /// Whether its files come over a network.
    pub far: bool,
    /// Whether somebody is about to take over a vault that was put back from a copy, so that it may be written.
    pub takes_over: bool,
    /// Whether two people are about to accept that the journal does not continue a head that is remembered: that alone may
    /// be written then.
    pub accepts_fork: bool,
}

/// Something that people are told in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The key of its message, without the `notice-` before it.
    pub code: &'static str,
    /// What fills the message.
    pub fields: Vec<(&'static str, String)>,
}

impl Notice {
    /// The codes there are, for checking that each has its message.
    pub const CODES: &[&str] = &[
        "adopted",
        "tail",
        "tree-rebuilt",
        "catalog-rebuilt",
        "dates-rebuilt",
        "index-rebuilt",
        "read-only",
        "swept",
        "no-keystore",
        "mirror-lags",
        "healed",
        "toml-restored",
        "places-edited",
        "solo",
        "restored",
        "removal-waits",
        "certificates-leave",
        "removal-unfinished",
        "hold-unscreened",
        "fork",
    ];

    pub(crate) fn new(code: &'static str, fields: &[(&'static str, &dyn ToString)]) -> Self {
        debug_assert!(Self::CODES.contains(&code));
        Self { code, fields: fields.iter().map(|(k, v)| (*k, v.to_string())).collect() }
    }
}

/// A vault that is open. Shared by all commands that its holder runs.
#[derive(Clone)]
pub struct Vault {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) env: Env,
    pub(crate) layout: Layout,
    pub(crate) shared: Arc<RwLock<Arc<State>>>,
    pub(crate) writer: std::result::Result<Writer, String>,
    pub(crate) tree: Mutex<Option<Tree>>,
    pub(crate) keystore: Option<PathBuf>,
    pub(crate) mirror: Option<PathBuf>,
    pub(crate) scratch: Option<PathBuf>,
    pub(crate) patience: Patience,
    pub(crate) catalog: Mutex<Option<(u32, Arc<Catalog>)>>,
    pub(crate) requests: Turns<ActId>,
    pub(crate) filings: Turns<[u8; 32]>,
    pub(crate) spares: Arc<Spares>,
    pub(crate) recent: Mutex<Recent>,
    pub(crate) rotating: Mutex<()>,
    /// The plan that a run is at.
    pub(crate) running: Mutex<Option<PlanId>>,
    pub(crate) settings: crate::settings::Known,
    pub(crate) holds: crate::holding::KnownHolds,
    /// Held while a list of names is read, changed and signed.
    pub(crate) setting: Mutex<()>,
    pub(crate) copying: Mutex<()>,
    /// Held while files are put back.
    pub(crate) mending: Mutex<()>,
    /// One run at a time begins to take in what an archive hands over.
    pub(crate) taking: Mutex<()>,
    /// Between holds and destruction.
    pub(crate) gate: Arc<Gate>,
    /// Held while `derived/dates` is written; how many lines it may be behind.
    pub(crate) dates: (Mutex<()>, u64),
    /// Held while jobs run.
    pub(crate) jobs: Mutex<()>,
    /// What is known of bodies that were fetched from elsewhere.
    pub(crate) held: crate::elsewhere::Held,
    pub(crate) copy: bool,
    pub(crate) far: bool,
    /// The head that the keystore remembers, as far as it is one of this journal.
    pub(crate) remembered: Mutex<Option<Head>>,
    pub(crate) parted: Option<Parted>,
    restored: Option<RestoreMark>,
    awaits_takeover: bool,
    notices: Mutex<Vec<Notice>>,
}

impl Vault {
    /// Opens the vault at a directory. The caller holds its lock, unless nothing is to be written.
    ///
    /// - Errors: [`Error::NoVault`], [`Error::TooNew`], [`Error::DraftFormat`], [`Error::Edited`]. Damage of the journal does not
    ///   keep the vault from opening: it opens for reading only, up to the damage, and says so.
    pub fn open(env: Env, dir: &Path, options: Options) -> Result<Self> {
        let (env, failed, waiting) = journal::watched(&env, dir);
        let layout = Layout::new(dir);
        if !is_vault(&env, &layout) {
            return Err(Error::NoVault { path: dir.display().to_string() });
        }
        let restored = read_restore_mark(&env, &layout);
        if restored.is_some() && !is_there(&env, &layout.path(toml_copy::VAULT_TOML)) {
            return Err(Error::RestoreUnfinished { path: dir.display().to_string() });
        }
        toml_copy::check_format(&env, &layout)?;
        let first = journal::first_lines(&*env.fs, &layout)?;
        let mut state = State::begin(&first)?;
        toml_copy::check(&env, &layout, &state)?;
        // Where a copy's vault kept its keystore is nothing to whoever looks at the copy.
        let places = if options.copy { Places::default() } else { Places::read(&env, &layout) };
        let (options_keystore_unset, options_mirror) = (options.keystore.is_none(), options.mirror.clone());
        let mut keystore = options.keystore.or(places.keystore);
        let mut mirror_dir = options.mirror.or(places.mirror);
        let mut notices = Vec::new();
        let mut read_only = options.read_only;
        if read_only.is_none() {
            for below in DIRECTORIES {
                let dir = layout.path(below);
                if let Err(error) = env.fs.create_dir(&dir) {
                    read_only.get_or_insert(format!("{}: {error}", dir.display()));
                }
            }
        }

        // The snapshot is believed when the MAC of this vault's own log key fits and the journal has its line.
        let own = (keystore.as_deref())
            .and_then(|dir| Keystore::open(env.clone(), dir, state.init.vault).ok())
            .and_then(|store| own_log_key(&store, &state.init).ok().map(|key| (store, key)));
        let known = own.as_ref().and_then(|(_, key)| snapshot::read(&env, &layout, &key.state_key()));
        let known = known.filter(|(s, _)| s.init == state.init);
        let mut vouched = 0;
        let frontier: Option<Frontier> = known.as_ref().map(|(_, f)| f.clone());

        let vault = state.init.vault;
        let look = |writable| journal::look(&env, &layout, vault, frontier.clone(), writable);
        let mut looked = match look(read_only.is_none()) {
            Err(error @ Error::Io { .. }) if read_only.is_none() => {
                read_only = Some(journal::full(&error));
                look(false)
            }
            looked => looked,
        };
        if let Ok(looked) = &looked {
            if let Some((snapshot, _)) =
                known.filter(|(s, _)| s.lines <= looked.tip.lines && fits(&env, &layout, s))
            {
                state = snapshot;
                vouched = state.lines;
            }
            if looked.tree_rebuilt && looked.tip.lines > 8 {
                notices.push(Notice::new("tree-rebuilt", &[]));
            }
        }
        // Deeper than looking goes: each line in its place, and none that gives authority without the right to.
        let folded = match &looked {
            Ok(looked) => fold(&env, &layout, &mut state, looked.tip),
            Err(_) => Ok(()),
        };
        if let Err(error) = folded {
            looked = Err(error);
        }
        let (mut appender, mut tree) = (None, None);
        match looked {
            Ok(looked) if read_only.is_none() => {
                let commit = looked.commit.clone();
                let adopted = journal::adopt(&env, &layout, looked, &mut |line| {
                    let good = may_stand(&state, line);
                    if good {
                        state.apply(line);
                    }
                    good
                });
                match adopted {
                    Ok(opened) => {
                        if opened.adopted > 0 {
                            notices.push(Notice::new("adopted", &[("lines", &opened.adopted)]));
                        }
                        for tail in &opened.tails {
                            let fields: [(_, &dyn ToString); 2] =
                                [("name", &tail.name), ("size", &tail.mark.size)];
                            notices.push(Notice::new("tail", &fields));
                        }
                        appender = Some((opened.appender, opened.tails));
                    }
                    Err(error @ Error::Io { .. }) => {
                        // Reading never depends on writing: what counts is what `commit` counted.
                        read_only = Some(journal::full(&error));
                        state = State::begin(&first)?;
                        let tip = Tip { lines: commit.lines, last: commit.last, at: state.at };
                        fold(&env, &layout, &mut state, tip)?;
                        tree = Some(journal::look(&env, &layout, vault, None, false)?.tree);
                    }
                    Err(error) => return Err(error),
                }
            }
            Ok(looked) => tree = Some(looked.tree),
            Err(error @ (Error::JournalDamaged { .. } | Error::CommitDamaged { .. })) => {
                read_only = Some(journal::full(&error));
                let doubtful = matches!(error, Error::JournalDamaged { .. });
                let (tip, rest) = survey(&env, &layout, doubtful)?;
                state = State::begin(&first)?;
                // As far as it can be believed; `fold` stops at the first line that cannot.
                drop(fold(&env, &layout, &mut state, tip));
                tree = Some(rest);
            }
            Err(error) => return Err(error),
        }
        // Whoever had the file say something else was cut off before the line counted.
        let is_unsettled = !options.copy && !places_fit(&env, &layout, &state);
        if is_unsettled && appender.is_some() {
            settle_places(&env, &layout, &state);
        }
        // Also out of what lies aside: whoever only reads puts nothing back, and a broken disk may not let anybody.
        let counting = if is_unsettled { places_that_count(&env, &layout, &state) } else { None };
        let is_edited = is_unsettled && counting.is_none();
        if let Some(places) = counting {
            if options_keystore_unset {
                keystore = places.keystore;
            }
            mirror_dir = options_mirror.clone().or(places.mirror);
        }
        // Who edits the file could lead new keys into a keystore of their own.
        if options_keystore_unset && is_edited {
            notices.push(Notice::new("places-edited", &[("path", &PLACES)]));
            keystore = None;
            mirror_dir = options_mirror;
        }
        if let (None, Some(dir)) = (&read_only, &mirror_dir)
            && let Some(ahead) = Mirror::at(&env, dir.clone(), &state).ahead_of(&state)
        {
            // An older copy of this vault was put back. Going on from there would give numbers a second time.
            let why = format!("the mirror counts {ahead} lines, this vault only {}", state.lines);
            read_only = Some(why);
            tree = appender.take().map(|(appender, _): (Appender, _)| appender.into_tree());
        }

        // A journal that is whole, and yet not the one that a head was signed over.
        let remembered = match (&read_only, &own) {
            (None, Some((store, key))) if keystore.is_some() && !options.copy => {
                forks::remembered(store, &key.verifier_key(&vault))
            }
            _ => None,
        };
        let reader = match (&appender, &tree) {
            (Some((appender, _)), _) => Some(appender.tree().reader()),
            (None, tree) => tree.as_ref().map(Tree::reader),
        };
        let left = remembered.as_ref().zip(reader).map(|(head, mut tree)| {
            state.left(head, |lines| match state.head {
                // Reading all leaves takes long, and what the snapshot vouches for was compared before.
                Some(newest) if newest.lines == lines && newest.seq <= vouched => Ok(newest.root.0),
                _ => match merkle::root(lines, &mut tree) {
                    Ok(root) if root == *head.root() => Ok(root),
                    // The tree's older entries are under no root here: a damaged one is no other history.
                    _ => root_of_lines(&env, &layout, lines),
                },
            })
        });
        let left = left.transpose()?.flatten();
        let why_left = left.map(|Left { lines, .. }| {
            let ours = match lines > state.lines {
                true => format!("this vault has {}", state.lines),
                false => "those of this vault are others".to_owned(),
            };
            format!("the keystore remembers a head over {lines} lines, {ours}")
        });
        let settles = left.is_some() && options.accepts_fork;
        if let Some(left) = left {
            // The newer vault may live. Going on here would tell its history in a second way.
            notices.push(Notice::new("fork", &[("known", &left.lines), ("lines", &state.lines)]));
            if !settles {
                read_only.clone_from(&why_left);
                tree = appender.take().map(|(appender, _): (Appender, _)| appender.into_tree());
            }
        }

        // Once a line says that it goes on from here, what is left of the file has no more effect.
        let taken_over = restored.as_ref().is_some_and(|mark| {
            state.restored.as_ref().is_some_and(|r| (r.target, r.lines) == (mark.target, mark.lines))
        });
        let restored = restored.filter(|_| !taken_over);
        let awaits_takeover = read_only.is_none() && restored.is_some() && !options.takes_over && !settles;
        let parted = left.zip(why_left).map(|(left, why)| Parted { left, why, restored: restored.is_some() });
        if let Some(mark) = restored.as_ref().filter(|_| awaits_takeover) {
            // The vault that it is a copy of may live. Going on here would give numbers a second time.
            read_only = Some(format!("it was put back from a copy of {} lines", mark.lines));
            notices.push(Notice::new("restored", &[("lines", &mark.lines), ("at", &mark.at)]));
            tree = appender.take().map(|(appender, _): (Appender, _)| appender.into_tree());
        } else if let (Some(why), None) = (&read_only, left) {
            notices.push(Notice::new("read-only", &[("why", why)]));
        }
        if state.init.solo {
            notices.push(Notice::new("solo", &[]));
        }
        let shared = Arc::new(RwLock::new(Arc::new(state)));
        let now = Arc::clone(&shared.read().expect("the state's lock is never poisoned"));
        let patience = Patience { of: options.patience.unwrap_or(PATIENCE), waiting };
        let mut put_aside = Vec::new();
        let spares = Arc::new(Spares::default());
        let gate = Arc::new(Gate::default());
        let writer = match appender {
            Some((mut appender, tails)) => {
                if let Some(bytes) = options.segment_bytes {
                    appender.close_segments_at(bytes);
                }
                appender.heed(failed);
                put_aside.extend(tails.into_iter().map(|t| (t.name, t.mark, "tail")));
                // The tree's act ids are under no root; what they decide here is whether a filing counts.
                let under_way = env.fs.list(&layout.path("staging")).unwrap_or_default();
                let is_of_an_act =
                    |name: &OsString| name.to_str().is_some_and(|n| n.parse::<Marker>().is_ok());
                if under_way.iter().any(|(name, stat)| stat.kind == Kind::Directory && is_of_an_act(name)) {
                    match appender.rebuild_tree() {
                        // On a full disk it is in memory, and as good.
                        Ok(_) | Err(Error::Io { .. }) => {}
                        Err(error) => return Err(error),
                    }
                }
                let swept = sweep(&env, &layout, &appender.tree().reader(), &now, &mut put_aside);
                match swept {
                    Ok(()) => {
                        let mirror = mirror_dir.clone().map(|dir| Mirror::at(&env, dir, &now));
                        let (env, layout, spares) = (env.clone(), layout.clone(), spares.clone());
                        let (patience, gate) = (patience.clone(), gate.clone());
                        let around = Around { mirror, spares, gate };
                        Ok(Writer::start(env, layout, appender, shared.clone(), around, patience))
                    }
                    // What a crash left is still there; reading goes on, and the next opening tries again.
                    Err(error) => {
                        tree = Some(appender.into_tree());
                        let why = journal::full(&error);
                        notices.push(Notice::new("read-only", &[("why", &why)]));
                        Err(why)
                    }
                }
            }
            None => Err(read_only.unwrap_or_default()),
        };
        let vault = Self {
            inner: Arc::new(Inner {
                env,
                layout,
                shared,
                writer,
                tree: Mutex::new(tree),
                keystore,
                mirror: mirror_dir,
                scratch: options.scratch,
                patience,
                catalog: Mutex::new(None),
                requests: Turns::new(),
                filings: Turns::new(),
                spares,
                recent: Mutex::new(Recent::since(now.lines)),
                rotating: Mutex::new(()),
                running: Mutex::new(None),
                settings: Default::default(),
                holds: Default::default(),
                setting: Mutex::new(()),
                copying: Mutex::new(()),
                mending: Mutex::new(()),
                taking: Mutex::new(()),
                gate,
                dates: (Mutex::new(()), options.dates_behind.unwrap_or(crate::dates::BEHIND_LINES)),
                jobs: Mutex::new(()),
                held: Default::default(),
                copy: options.copy,
                far: options.far,
                remembered: Mutex::new(remembered.filter(|_| left.is_none())),
                parted,
                restored,
                awaits_takeover,
                notices: Mutex::new(notices),
            }),
        };
        if taken_over && vault.writer().is_ok() {
            // Whoever took it over was cut off before this went; it says nothing any more.
            drop(vault.inner.env.fs.remove(&vault.inner.layout.path(RESTORED)));
        }
        for (name, mark, reason) in put_aside {
            vault.tell(Notice::new("swept", &[("name", &name)]));
            let deed = Quarantined { name, size: mark.size, b3: mark.b3, reason: reason.into() };
            // On a full disk this may not be written. People are told all the same, and reading goes on.
            if let Ok(writer) = vault.writer() {
                let _ = writer.note(vault.act(deed));
            }
        }
        if vault.writer().is_ok() && !now.removing.is_empty() {
            // Two people have taken papers out, and whoever did it was cut off before they were destroyed.
            if let Err(error) = vault.destroy_removed() {
                vault.tell(Notice::new("removal-unfinished", &[("why", &journal::full(&error))]));
            }
        }
        Ok(vault)
    }

    /// File system, clock and random source.
    pub fn env(&self) -> &Env {
        &self.inner.env
    }

    /// Where things lie.
    pub fn layout(&self) -> &Layout {
        &self.inner.layout
    }

    /// The state after the last durable line.
    pub fn state(&self) -> Arc<State> {
        self.inner.shared.read().expect("the state's lock is never poisoned").clone()
    }

    /// Why nothing can be written, if so.
    pub fn read_only(&self) -> Option<&str> {
        let parted = || self.parted().map(|parted| parted.why.as_str());
        self.inner.writer.as_ref().err().map(String::as_str).or_else(parted)
    }

    /// What has to be told since this was last asked.
    pub fn take_notices(&self) -> Vec<Notice> {
        std::mem::take(&mut *self.inner.notices.lock().expect("no panic while notices are held"))
    }

    /// Keeps something to be told by whoever asks next.
    pub fn tell(&self, notice: Notice) {
        self.inner.notices.lock().expect("no panic while notices are held").push(notice);
    }

    /// The copy that it was put back from, as long as nobody has taken it over.
    pub fn restored(&self) -> Option<&RestoreMark> {
        self.inner.restored.as_ref()
    }

    /// Whether it is open for reading only for no other reason than that nobody has taken it over.
    pub fn awaits_takeover(&self) -> bool {
        self.inner.awaits_takeover
    }

    /// The keystore.
    ///
    /// Errors: [`Error::NoKeystore`], [`Error::OtherKeystore`].
    pub fn keystore(&self) -> Result<Keystore> {
        let vault = self.state().init.vault;
        match &self.inner.keystore {
            Some(dir) => Keystore::open(self.inner.env.clone(), dir, vault),
            None => Err(Error::NoKeystore { path: "(not set)".into() }),
        }
    }

    /// Where the keystore is said to be.
    pub fn keystore_dir(&self) -> Option<&Path> {
        self.inner.keystore.as_deref()
    }

    /// Where the mirror is said to be.
    pub fn mirror_dir(&self) -> Option<&Path> {
        self.inner.mirror.as_deref()
    }

    /// How the mirror stands, if there is one and the vault is being written.
    pub fn mirror(&self) -> Option<Standing> {
        self.writer().ok()?.mirror()
    }

    /// For how long the disk has not answered the one who writes, once that is longer than anybody should wait.
    pub fn stalled(&self) -> Option<Duration> {
        self.writer().ok()?.stalled().map(|(since, _)| since)
    }

    /// The same for any thread that works in this vault, such as one that writes a document to be filed.
    pub fn keeps_waiting(&self, thread: ThreadId) -> Option<Duration> {
        self.inner.patience.spent_by(thread).map(|(since, _)| since)
    }

    /// A turn to carry out a request: the same request, if it is under way, ends first.
    pub(crate) fn turn_of(&self, request: ActId) -> Result<Turn<'_, ActId>> {
        let turn = self.inner.requests.wait(request, self.inner.patience.of);
        turn.ok_or_else(|| Error::Stale { why: "the same request is being carried out".into() })
    }

    /// A turn to file what has this twin key.
    pub(crate) fn turn_of_filing(&self, twin: [u8; 32]) -> Result<Turn<'_, [u8; 32]>> {
        let turn = self.inner.filings.wait(twin, self.inner.patience.of);
        turn.ok_or_else(|| Error::Stale { why: "the same filing is being carried out".into() })
    }

    /// Checks that the vault is open for writing.
    ///
    /// Errors: [`Error::ReadOnly`].
    pub fn may_write(&self) -> Result<()> {
        self.writer().map(|_| ())
    }

    pub(crate) fn writer(&self) -> Result<&Writer> {
        let read_only = |why: &str| Error::ReadOnly {
            path: self.inner.layout.root().display().to_string(),
            why: why.into(),
        };
        let writer = self.inner.writer.as_ref().map_err(|why| read_only(why))?;
        match self.parted() {
            None => Ok(writer),
            Some(parted) => Err(read_only(&parted.why)),
        }
    }

    /// What was filed since the catalog was last brought up to date.
    pub(crate) fn recent(&self) -> MutexGuard<'_, Recent> {
        self.inner.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new act of the present moment.
    pub(crate) fn act(&self, deed: impl Into<Deed>) -> Act {
        Act { id: self.inner.env.act_id(), at: self.inner.env.now(), deed: deed.into() }
    }

    /// Entries of the lines so far.
    pub(crate) fn tree(&self) -> Result<TreeReader> {
        match &self.inner.writer {
            Ok(writer) => Ok(writer.tree()),
            Err(_) => {
                let tree = self.inner.tree.lock().expect("no panic while the tree is held");
                Ok(tree.as_ref().expect("a vault without writer keeps the tree").reader())
            }
        }
    }

    /// The frontier over the lines so far.
    pub(crate) fn frontier(&self) -> Result<Frontier> {
        match &self.inner.writer {
            Ok(writer) => writer.frontier(),
            Err(_) => {
                let tree = self.inner.tree.lock().expect("no panic while the tree is held");
                Ok(tree.as_ref().expect("a vault without writer keeps the tree").frontier().clone())
            }
        }
    }

    /// Lines behind `from` (0: all) up to the last durable one.
    pub fn lines_after(&self, from: Tip) -> Result<Lines> {
        let (fs, layout, end) = (self.inner.env.fs.clone(), &self.inner.layout, self.state().lines);
        if from.lines == 0 {
            return Lines::up_to(fs, layout, end);
        }
        let (segment, offset, length) = self.whereabouts(from.lines)?;
        Lines::from(fs, layout, from, (segment, behind(offset, length)), end)
    }

    /// One line, as it lies.
    ///
    /// Errors: [`Error::NoLine`]; [`Error::JournalDamaged`] if it is not the line the tree knows.
    pub fn line(&self, seq: u64) -> Result<(Line, Vec<u8>)> {
        let lines = self.state().lines;
        if seq == 0 || seq > lines {
            return Err(Error::NoLine { seq: seq.to_string(), lines: lines.to_string() });
        }
        let tree_path = self.inner.layout.path("derived/tree");
        let leaf = self.tree()?.entry(seq).doing("read", &tree_path)?.leaf;
        let (segment, offset, length) = self.whereabouts(seq)?;
        let path = self.inner.layout.segment(segment);
        let bytes = journal::read_line(&*self.inner.env.fs, &self.inner.layout, segment, offset, length);
        let bytes = bytes.doing("read", &path)?;
        let damaged = |why: String| Error::JournalDamaged {
            path: crate::layout::segment_path(segment),
            seq: seq.to_string(),
            why,
        };
        let line = Line::parse(&bytes).map_err(|e| damaged(journal::full(&e)))?;
        if line.seq != seq {
            return Err(damaged(format!("line {} stands there", line.seq)));
        }
        if leaf_hash(&bytes) != leaf {
            return Err(damaged("it was changed: the tree of hashes has another line here".into()));
        }
        Ok((line, bytes))
    }

    /// Segment, offset and length of a line.
    fn whereabouts(&self, seq: u64) -> Result<(u64, u64, u32)> {
        let tree_path = self.inner.layout.path("derived/tree");
        let entry = self.tree()?.entry(seq).doing("read", &tree_path)?;
        let firsts = journal::segments(&*self.inner.env.fs, &self.inner.layout)?;
        let segment = firsts[..firsts.partition_point(|first| *first <= seq)].last().copied().unwrap_or(1);
        Ok((segment, entry.offset, entry.length))
    }

    /// Journals that a file at rest failed its check. Reading goes on whether or not this can be written.
    pub(crate) fn incident(&self, path: &str, finding: &str) {
        if let Ok(writer) = self.writer() {
            let _ = writer.note(self.act(Incident { path: path.into(), finding: finding.into() }));
        }
    }
}

impl Inner {
    /// Writes down the state as it is now: without it the next opening folds the journal from an earlier line on.
    ///
    /// Derived, and best effort.
    pub(crate) fn write_snapshot(&self) {
        let Ok(writer) = &self.writer else { return };
        let Ok((state, frontier)) = writer.standing() else { return };
        let Some(store) = self.keystore.as_deref() else { return };
        let Ok(store) = Keystore::open(self.env.clone(), store, state.init.vault) else { return };
        // Whoever believes the snapshot does not read the tree's entries before it: they have to be durable first.
        let (derived, tree) = (self.layout.path("derived"), self.layout.path("derived/tree"));
        let durable = self.env.fs.open_append(&tree).and_then(|mut tree| tree.sync());
        if durable.and_then(|()| self.env.fs.sync_dir(&derived)).is_err() {
            return;
        }
        if let Ok(key) = own_log_key(&store, &state.init) {
            let _ = snapshot::write(&self.env, &self.layout, &key.state_key(), &state, &frontier);
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.write_snapshot();
    }
}

/// Says whether a vault lies there, whole or damaged.
pub fn is_vault(env: &Env, layout: &Layout) -> bool {
    let there = |path: PathBuf| is_there(env, &path);
    there(layout.path("VAULT.toml")) || there(layout.segment(1)) || there(layout.path(RESTORED))
}

fn is_there(env: &Env, path: &Path) -> bool {
    env.fs.stat(path).is_ok_and(|s| s.is_some())
}

/// The log key in a keystore, if it is the one that the first line names.
pub(crate) fn own_log_key(store: &Keystore, init: &VaultInit) -> Result<LogKey> {
    let key = store.log_key()?;
    match key.verifier_key_text(&init.vault) == init.log {
        true => Ok(key),
        false => Err(Error::OtherKeystore { path: store.dir().display().to_string() }),
    }
}

/// Whether `settings/places.toml` is as the journal has it.
pub(crate) fn places_fit(env: &Env, layout: &Layout, state: &State) -> bool {
    let bytes = env.fs.read(&layout.path(PLACES), 64 << 10).unwrap_or_default();
    state.files.get(PLACES).is_none_or(|mark| *mark == FileMark::of(&bytes))
}

/// Size and BLAKE3 of a file, read through.
pub(crate) fn mark_of(env: &Env, path: &Path) -> Result<FileMark> {
    use std::io::Read;
    let mut file = env.fs.open(path).doing("open", path)?;
    let (mut hasher, mut size, mut buffer) = (blake3::Hasher::new(), 0, vec![0; 1 << 18]);
    loop {
        match file.read(&mut buffer).doing("read", path)? {
            0 => break,
            read => {
                hasher.update(&buffer[..read]);
                size += read as u64;
            }
        }
    }
    Ok(FileMark { size, b3: jingui_schema::digest::B3(*hasher.finalize().as_bytes()) })
}
