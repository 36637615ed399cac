//! The command line: which commands there are, and what each takes.
//!
//! Holds no sentence: help comes from the message files (see [`help`]), errors are told by [`usage`].

mod act; // acts on their way as files
mod add; // files, and what is said of them
mod args; // arguments that several commands take
mod backup; // copies elsewhere
mod cert; // certificates
mod cosigner; // who countersigns, at the CA
mod find; // which records
mod handover; // everything to the CA
pub mod help; // texts for commands and options
mod hold; // records that must not be destroyed
mod import; // a sheet of many records
mod init; // new vaults
mod jobs; // work at its time
mod journal; // signed heads and proofs
mod key; // a person's key file
mod keys; // epochs, escrow, recovery
mod materials; // the checklist
mod misfiled; // a stranger's paper taken out
mod names; // projects and customers
mod needs; // what a command needs before it can begin
mod print; // forms on paper
mod purge; // disposal
mod push; // the newest state to the CA, at either end
mod request; // single records for the CA
mod review; // a second person looks
mod rule; // how long each class is kept
mod show; // what is known of records
mod staff; // people
mod subject; // requests of the person concerned
pub mod usage; // what is wrong with a command line
mod value; // words checked as they come in
mod verify; // whether everything is as it was filed, and files put back

use self::args::{
    act, common, file_word, flag, group, is_common, lock, many, option, output, path, reason, record, roles,
    store, word,
};
use crate::failure::Result;
use crate::messages::Lang;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

pub use needs::{Key, Needs, needs};
pub use value::{Enrolment, Kinded, Marked, Remarked, Titled, Waiver, holders, seen, waived};

pub(crate) use needs::makes_act;

/// A command line that fits.
#[derive(Clone, Debug)]
pub struct Parsed {
    path: Vec<String>,
    matches: ArgMatches,
}

impl Parsed {
    /// The words of the command, such as `["journal", "log"]`.
    pub fn command(&self) -> Vec<&str> {
        self.path.iter().map(String::as_str).collect()
    }

    /// The words of the command as one.
    pub fn command_text(&self) -> String {
        self.path.join(" ")
    }

    /// Says whether a flag was given.
    pub fn flag(&self, id: &str) -> bool {
        self.matches.get_flag(id)
    }

    /// A text.
    pub fn text(&self, id: &str) -> Option<&str> {
        self.matches.get_one::<String>(id).map(String::as_str)
    }

    /// The texts of something that can be given several times.
    pub fn texts(&self, id: &str) -> Vec<String> {
        self.all(id)
    }

    /// A path as it was given; [`crate::context::Context::path`] makes it absolute.
    pub fn file(&self, id: &str) -> Option<&PathBuf> {
        self.matches.get_one(id)
    }

    /// A value of the type that its definition names.
    pub fn get<T: Clone + Send + Sync + 'static>(&self, id: &str) -> Option<T> {
        self.matches.get_one(id).cloned()
    }

    /// A value of something that this command need not have.
    pub fn any<T: Clone + Send + Sync + 'static>(&self, id: &str) -> Option<T> {
        self.matches.try_get_one(id).ok().flatten().cloned()
    }

    /// All values of something that can be given several times.
    pub fn all<T: Clone + Send + Sync + 'static>(&self, id: &str) -> Vec<T> {
        self.matches.get_many(id).map(|values| values.cloned().collect()).unwrap_or_default()
    }

    /// A value that its definition requires.
    pub fn must<T: Clone + Send + Sync + 'static>(&self, id: &str) -> T {
        self.get(id).unwrap_or_else(|| panic!("{id} is required or has a default"))
    }
}

/// What came of reading a command line.
pub enum Reading {
    /// A command.
    Command(Parsed),
    /// Help or version, asked for: to be shown.
    Show(String),
}

/// Reads a command line, the program's name first.
///
/// Errors: those of usage, exit code 2.
pub fn read(argv: &[OsString], lang: Lang) -> Result<Reading> {
    match command().try_get_matches_from(argv) {
        Ok(matches) => {
            let parsed = parsed(matches);
            if let Some(words) = (parsed.path == ["help"]).then(|| parsed.texts("words")) {
                return help::page(&words, lang).map(Reading::Show);
            }
            usage::check(&parsed)?;
            Ok(Reading::Command(parsed))
        }
        Err(error) => usage::explain(argv, &error, lang),
    }
}

fn parsed(mut matches: ArgMatches) -> Parsed {
    let mut path = Vec::new();
    while let Some((name, below)) = matches.remove_subcommand() {
        path.push(name);
        matches = below;
    }
    Parsed { path, matches }
}

/// The definition, without texts.
pub fn command() -> Command {
    Command::new("jingui")
        .version(env!("CARGO_PKG_VERSION"))
        .disable_help_flag(true)
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .subcommand_required(true)
        .args(common())
        .arg(Arg::new("version").short('V').long("version").action(ArgAction::Version))
        .subcommands([
            key::key(),
            init::init(),
            init::demo(),
            staff::staff(),
            act::act(),
            keys::keys(),
            add::add(),
            import::import(),
            add::watch(),
            find::list(),
            find::find(),
            find::read(),
            review::review(),
            cert::cert(),
            add::correct(),
            find::missing(),
            hold::hold(),
            misfiled::misfiled(),
            subject::subject(),
            names::projects(),
            names::customers(),
            materials::materials(),
            show::show(),
            show::open(),
            show::log(),
            show::why(),
            show::due(),
            purge::purge(),
            rule::rule(),
            jobs::jobs(),
            Command::new("status"),
            verify::verify(),
            verify::repair(),
            verify::rebuild(),
            journal::journal(),
            backup::backup(),
            push::push(),
            push::accept(),
            handover::handover(),
            request::request(),
            cosigner::cosigner(),
            print::print(),
            Command::new("doctor")
                .args([flag("fix"), path("bundle", "FILE"), path("store", "URL"), lock().requires("store")])
                .args(store().map(|arg| arg.requires("store"))),
            Command::new("completions")
                .arg(word("shell", "SHELL").required(true).value_parser(value_parser!(clap_complete::Shell))),
            Command::new("help").arg(word("words", "COMMAND").num_args(0..)),
        ])
}

/// Says whether a path is the dash that stands for a stream.
pub fn is_dash(path: &Path) -> bool {
    path.as_os_str() == "-"
}

#[cfg(test)]
mod tests;
