//! Arguments that several commands take, and how each kind of argument is made.

use super::value;
use clap::builder::{PathBufValueParser, PossibleValuesParser, ValueParser};
use clap::{Arg, ArgAction, Command};
use jingui_schema::facts::Role;

/// The options of every command.
pub(super) fn common() -> Vec<Arg> {
    let choice = |words: &'static [&'static str]| ValueParser::from(PossibleValuesParser::new(words));
    let args = vec![
        path("vault", "DIR"),
        path("keystore", "DIR"),
        path("key", "FILE"),
        path("passphrase-file", "FILE"),
        path("act-out", "FILE"),
        flag("dry-run").short('n'),
        flag("json"),
        flag("quiet").short('q').conflicts_with("verbose"),
        flag("verbose").short('v'),
        flag("no-input"),
        option("lang", "LANG").value_parser(choice(&["zh", "en"])),
        option("color", "WHEN").value_parser(choice(&["auto", "always", "never"])),
        option("progress", "HOW").value_parser(choice(&["auto", "plain", "json", "none"])),
        Arg::new("help-short").short('h').action(ArgAction::HelpShort),
        Arg::new("help").long("help").action(ArgAction::HelpLong),
    ];
    args.into_iter().map(|arg| arg.global(true).hide_short_help(true)).collect()
}

/// The ids of the options of every command.
pub(super) fn is_common(id: &str) -> bool {
    common().iter().any(|arg| arg.get_id() == id)
}

pub(super) fn group<const N: usize>(name: &'static str, commands: [Command; N]) -> Command {
    Command::new(name).subcommand_required(true).disable_help_subcommand(true).subcommands(commands)
}

pub(super) fn flag(id: &'static str) -> Arg {
    Arg::new(id).long(id).action(ArgAction::SetTrue)
}

pub(super) fn option(id: &'static str, name: &'static str) -> Arg {
    Arg::new(id).long(id).value_name(name).hide_possible_values(true)
}

pub(super) fn many(id: &'static str, name: &'static str) -> Arg {
    option(id, name).action(ArgAction::Append)
}

pub(super) fn path(id: &'static str, name: &'static str) -> Arg {
    option(id, name).value_parser(PathBufValueParser::new()).value_hint(clap::ValueHint::AnyPath)
}

pub(super) fn output(name: &'static str) -> Arg {
    path("output", name).short('o')
}

pub(super) fn word(id: &'static str, name: &'static str) -> Arg {
    Arg::new(id).value_name(name).hide_possible_values(true)
}

pub(super) fn file_word(id: &'static str, name: &'static str) -> Arg {
    word(id, name).value_parser(PathBufValueParser::new()).value_hint(clap::ValueHint::AnyPath)
}

pub(super) fn record() -> Arg {
    word("record", "RECORD").required(true)
}

pub(super) fn act() -> Arg {
    word("act", "ACT").required(true).value_parser(value::request())
}

pub(super) fn reason() -> Arg {
    option("reason", "TEXT").value_parser(value::said())
}

pub(super) fn roles(id: &'static str) -> Arg {
    many(id, "ROLE,…").value_delimiter(',').value_parser(value::words(Role::ALL))
}

/// Where an object store is, and who asks it.
pub(super) fn store() -> [Arg; 4] {
    [
        option("endpoint", "URL"),
        option("region", "NAME"),
        option("addressing", "WAY")
            .value_parser(ValueParser::from(PossibleValuesParser::new(["path", "host"]))),
        path("credentials", "FILE"),
    ]
}

/// How objects are retained.
pub(super) fn lock() -> Arg {
    option("lock", "MODE").value_parser(PossibleValuesParser::new(["governance", "compliance"]))
}
