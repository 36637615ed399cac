//! From the command line to the command: language, options, vault, key, holder.

use crate::cli::{self, Key, Parsed, Reading};
use crate::commands::{self, Unopened, Wish, World};
use crate::context::{Call, Context, Streams, Word};
use crate::doctor::machine;
use crate::failure::{Doing, Failure, Result};
use crate::holder::{self, Site, Task};
use crate::interrupt::Interrupt;
use crate::messages::Lang;
use crate::output::{Look, Progress, printable_path};
use crate::{panics, passphrase, stores};
use jingui_vault::env::Env;
use jingui_vault::layout::Layout;
use jingui_vault::{Error, Exit};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The variables that the program reads.
const VARIABLES: &[&str] = &[
    "JINGUI_VAULT",
    "JINGUI_KEYSTORE",
    "JINGUI_KEY",
    "NO_COLOR",
    "LC_ALL",
    "LC_CTYPE",
    "LC_MESSAGES",
    "LANG",
    "TERM",
];

/// What a process finds around itself; a test gives it another.
pub struct Surroundings {
    /// The variables that the program reads, as far as they are set and not empty.
    pub vars: BTreeMap<String, OsString>,
    /// The working directory.
    pub cwd: PathBuf,
    /// The three streams.
    pub streams: Streams,
    /// File system, clock and random source.
    pub env: Env,
    /// What stops the command; `None` until the passphrase has been typed, then Ctrl-C.
    pub interrupt: Option<Interrupt>,
    /// How long a holder may leave a knock unanswered.
    pub patience: Duration,
    /// How long somebody waits for a disk that does not answer.
    pub disk_patience: Duration,
}

impl Surroundings {
    /// Those of this process.
    pub fn of_process() -> io::Result<Self> {
        let var = |name: &&str| {
            Some(((*name).to_owned(), std::env::var_os(name).filter(|value| !value.is_empty())?))
        };
        Ok(Self {
            vars: VARIABLES.iter().chain(stores::VARIABLES).filter_map(var).collect(),
            cwd: std::env::current_dir()?,
            streams: Streams::of_process()?,
            env: Env::of_host(),
            interrupt: None,
            patience: holder::PATIENCE,
            disk_patience: jingui_vault::PATIENCE,
        })
    }

    fn path_var(&self, name: &str) -> Option<PathBuf> {
        self.vars.get(name).map(PathBuf::from)
    }
}

/// Runs a command line, the program's name first, and returns the exit code.
pub fn run(args: Vec<OsString>, surroundings: Surroundings) -> u8 {
    let lang = lang_of(&args, &surroundings);
    let json = args.iter().take_while(|arg| *arg != "--").any(|arg| arg == "--json");
    // How a misread command line is told; one that is read has its own look.
    let look = Look { lang, json, ..Look::default() };
    let reading = cli::read(&args, lang);
    let mut call = call_of(&args, look, &surroundings);
    if let Ok(Reading::Command(parsed)) = &reading {
        settle(&mut call, parsed, &surroundings);
    }
    let streams = match surroundings.streams.try_clone() {
        Ok(streams) => streams,
        // Without descriptors there is nobody to tell.
        Err(_) => return Exit::Failed as u8,
    };
    let interrupt = surroundings.interrupt.clone().unwrap_or_default();
    let mut context = Context::new(call, streams, None, interrupt, surroundings.env.clone());
    let code = panics::caught(|| match reading {
        Ok(Reading::Command(parsed)) => start(&parsed, surroundings, &mut context),
        Ok(Reading::Show(text)) => context.out.line(text.trim_end()).map(|()| Exit::Done as u8),
        Err(failure) => Err(failure),
    });
    let code = code.unwrap_or_else(|panic| Err(panic.into()));
    code.unwrap_or_else(|failure| context.finish(Err(failure)))
}

fn start(parsed: &Parsed, surroundings: Surroundings, context: &mut Context) -> Result<u8> {
    let needs = cli::needs(parsed);
    let key = parsed.file("key").cloned().or_else(|| surroundings.path_var("JINGUI_KEY"));
    let is_doctor = parsed.command() == ["doctor"];
    if is_doctor {
        look_over(parsed, &surroundings, key.as_deref(), context)?;
    }
    let named = parsed.file("vault").cloned().or_else(|| surroundings.path_var("JINGUI_VAULT"));
    // Before a passphrase is asked for in vain.
    let vault = match needs.vault.then(|| find_vault(parsed, &surroundings)) {
        // A machine is looked over before there is a vault, too.
        Some(Err(Failure::Vault(Error::NoVault { .. }))) if is_doctor => None,
        found => found.transpose()?,
    };
    context.store = stores::access(parsed, vault.as_deref(), &surroundings.vars, context)?;
    context.left = stores::left(vault.as_deref(), &surroundings.vars, context);
    context.person = match (needs.key, key) {
        (Key::None, _) | (Key::Optional, None) => None,
        // A key that only the environment names is left aside where its passphrase cannot be had.
        (Key::Optional, Some(_))
            if parsed.file("key").is_none()
                && !passphrase::can_ask(context, parsed.file("passphrase-file")) =>
        {
            None
        }
        (Key::Required, None) => return Err(Error::KeyNeeded {}.into()),
        (Key::Required | Key::Optional, Some(key)) => {
            let source = passphrase::Source::of(context, parsed.file("passphrase-file"));
            let key = context.path(&key);
            Some(passphrase::unlock(context, &source, &key)?)
        }
    };
    // Only now: until here Ctrl-C simply ends the program, also while a passphrase is being typed.
    let interrupt = match surroundings.interrupt {
        Some(interrupt) => interrupt,
        None => Interrupt::of_signals().doing("watch", Path::new("Ctrl-C"))?,
    };
    context.interrupt = interrupt.clone();
    if is_doctor {
        // Here as well: the store's secret need not cross to another process.
        commands::probe(context, parsed)?;
    }
    let Some(vault) = vault else {
        if is_doctor {
            let here = || surroundings.cwd.clone();
            let dir = named.as_deref().map_or_else(here, |dir| context.path(dir));
            let of = Unopened { dir, named: named.is_some(), failure: None };
            return Ok(holder::perform(&of, context, commands::run_unopened));
        }
        return Ok(holder::perform(&(), context, commands::run_alone));
    };
    let site = Site::new(&vault, surroundings.patience);
    let keystore = context.keystore().map(Path::to_owned);
    let heal = parsed.command() == ["verify"] && parsed.flag("heal") || parsed.command() == ["repair"];
    let heal = heal && !context.dry_run();
    // Reached before the vault is opened: what is damaged of its journal is put back from there.
    let copies = commands::copies(context, parsed)?;
    let takes_over = parsed.command() == ["backup", "takeover"] && !context.dry_run();
    let accepts_fork = parsed.command().starts_with(&["journal", "fork"]) && !context.dry_run();
    let patience = surroundings.disk_patience;
    let (env, call) = (surroundings.env.clone(), context.call.clone());
    let (store, left) = (context.store.take(), std::mem::take(&mut context.left));
    let turn = |streams, person, turns| {
        let (interrupt, store, left) = (interrupt.clone(), store.clone(), left.clone());
        let task = Task { call: call.clone(), streams, person, store, left, interrupt, turns };
        let open = |writable| {
            let wish = Wish { writable, heal, copies: &copies, takes_over, accepts_fork };
            World::open(env.clone(), &vault, keystore.clone(), patience, wish)
        };
        holder::run(&site, task, env.clone(), open, commands::run_in)
    };
    let person = context.person.take();
    if parsed.command() == ["watch"] && !parsed.flag("once") && !context.dry_run() {
        return commands::watch_on(context, parsed, person.as_ref(), &surroundings.streams, &turn);
    }
    match turn(surroundings.streams, person, None) {
        // Why it does not open is what was asked.
        Err(failure) if is_doctor && failure.exit() != Exit::Interrupted => {
            let of = Unopened { dir: vault.clone(), named: true, failure: Some(failure) };
            Ok(holder::perform(&of, context, commands::run_unopened))
        }
        ran => ran,
    }
}

/// Looks the machine over, here, where the command was started: another process may run the rest of it.
fn look_over(
    parsed: &Parsed,
    surroundings: &Surroundings,
    key: Option<&Path>,
    context: &mut Context,
) -> Result<()> {
    let stdin = surroundings.streams.stdin.as_fd();
    let around = machine::Surroundings {
        vars: &surroundings.vars,
        terminal: surroundings.streams.stdin.is_terminal().then_some(stdin),
        key: key.map(|key| context.path(key)),
        lang: context.out.look().lang,
        now: surroundings.env.now(),
        fix: parsed.flag("fix") && !context.dry_run(),
    };
    context.call.found = machine::look(&around);
    Ok(())
}

/// Finds the vault: named on the command line, in the environment, or the nearest parent directory that is one.
fn find_vault(parsed: &Parsed, surroundings: &Surroundings) -> Result<PathBuf> {
    let is_vault = |dir: &Path| jingui_vault::vault::is_vault(&surroundings.env, &Layout::new(dir));
    let named = parsed.file("vault").cloned().or_else(|| surroundings.path_var("JINGUI_VAULT"));
    let (found, path) = match named {
        Some(dir) => {
            let dir = surroundings.cwd.join(dir);
            (Some(dir.clone()).filter(|dir| is_vault(dir)), dir)
        }
        None => {
            let nearest = surroundings.cwd.ancestors().find(|dir| is_vault(dir));
            (nearest.map(Path::to_owned), surroundings.cwd.clone())
        }
    };
    found.ok_or_else(|| Error::NoVault { path: printable_path(&path) }.into())
}

fn call_of(args: &[OsString], look: Look, surroundings: &Surroundings) -> Call {
    Call {
        argv: args.iter().map(Word::from).collect(),
        cwd: Word::from(&surroundings.cwd),
        keystore: None,
        look,
        stdin_terminal: surroundings.streams.stdin.is_terminal(),
        no_input: true,
        dry_run: false,
        act_out: None,
        found: Vec::new(),
        probed: None,
        store_unfit: None,
    }
}

/// Puts what the common options and the environment say into the call.
fn settle(call: &mut Call, parsed: &Parsed, surroundings: &Surroundings) {
    let absolute = |path: PathBuf| Word::from(surroundings.cwd.join(path));
    let (out, err) = (surroundings.streams.stdout.as_fd(), surroundings.streams.stderr.as_fd());
    let colour = |terminal: bool| match parsed.text("color") {
        Some("always") => true,
        Some("never") => false,
        _ => {
            let dumb = surroundings.vars.get("TERM").is_some_and(|term| term == "dumb");
            terminal && !dumb && !surroundings.vars.contains_key("NO_COLOR")
        }
    };
    call.keystore =
        parsed.file("keystore").cloned().or_else(|| surroundings.path_var("JINGUI_KEYSTORE")).map(absolute);
    call.no_input = parsed.flag("no-input");
    call.dry_run = parsed.flag("dry-run");
    call.act_out = parsed.file("act-out").cloned().map(absolute);
    call.look = Look {
        lang: call.look.lang,
        json: parsed.flag("json"),
        quiet: parsed.flag("quiet"),
        verbose: parsed.flag("verbose"),
        colour_out: colour(out.is_terminal()),
        colour_err: colour(err.is_terminal()),
        columns: rustix::termios::tcgetwinsize(out)
            .ok()
            .filter(|_| out.is_terminal())
            .map(|size| size.ws_col),
        progress: match parsed.text("progress") {
            Some("plain") => Progress::Plain,
            Some("json") => Progress::Json,
            Some("none") => Progress::None,
            _ if err.is_terminal() && !parsed.flag("quiet") && !parsed.flag("json") => Progress::Line,
            _ => Progress::None,
        },
    };
}

/// The language: `--lang`, wherever it stands, else the locale.
fn lang_of(args: &[OsString], surroundings: &Surroundings) -> Lang {
    let mut words = args.iter().take_while(|arg| *arg != "--").filter_map(|arg| arg.to_str());
    while let Some(word) = words.next() {
        let named = if word == "--lang" { words.next() } else { word.strip_prefix("--lang=") };
        if let Some(lang) = Lang::ALL.iter().find(|lang| Some(lang.word()) == named) {
            return *lang;
        }
    }
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| surroundings.vars.get(*name));
    locale.map_or(Lang::En, |locale| Lang::of_locale(&locale.to_string_lossy()))
}

#[cfg(test)]
#[path = "start_tests.rs"]
mod tests;
