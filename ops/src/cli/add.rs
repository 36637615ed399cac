//! The definitions of `add`, `watch` and `correct`, without texts: files, and what is said of them.

use super::{cert, file_word, flag, many, option, path, reason, record, value};
use clap::builder::PathBufValueParser;
use clap::{Arg, Command};
use jingui_schema::facts::{Business, Channel, Circumstance, CustomerKind, FactName, Outcome};

/// Documents filed.
pub(super) fn add() -> Command {
    Command::new("add").args(filed())
}

/// A scanner's folder.
pub(super) fn watch() -> Command {
    Command::new("watch").args(watched())
}

/// Facts as they should have been.
pub(super) fn correct() -> Command {
    Command::new("correct").args(corrected())
}

fn filed() -> Vec<Arg> {
    let first = ["project", "customer", "customer-kind", "business", "date", "outlet"];
    // A supplement has its labels from the record that it goes to.
    let label = |id: &'static str, name| option(id, name).value_parser(value::label());
    let mut args = vec![
        file_word("path", "PATH").required(true).num_args(1..),
        label("project", "P"),
        label("customer", "NAME"),
        option("customer-kind", "KIND").value_parser(value::words(CustomerKind::ALL)),
        option("customer-id", "ID").conflicts_with("to"),
        option("business", "BUSINESS").value_parser(value::words(Business::ALL)),
        option("date", "D").value_parser(value::day()),
        label("outlet", "O"),
        option("outcome", "OUTCOME").value_parser(value::words(Outcome::ALL)).conflicts_with("to"),
        many("cert", "FILE").value_parser(PathBufValueParser::new()),
        cert::reliance().requires("cert"),
        many("kind", "FILE=KIND").value_parser(value::kinded()),
        many("tag", "T").value_parser(value::label()).conflicts_with("to"),
        label("box", "CODE").conflicts_with("to"),
        many("waive", "KIND=REASON").value_parser(value::waiver()).conflicts_with("to"),
        many("mark", "FILE=MARK,…").value_parser(value::marked()),
        many("title", "FILE=TITLE").value_parser(value::titled()),
        option("channel", "CHANNEL").value_parser(value::words(Channel::ALL)).conflicts_with("to"),
        many("flag", "FLAG").value_parser(value::words(Circumstance::ALL)).conflicts_with("to"),
        option("applied", "D").value_parser(value::day()).conflicts_with("to"),
        many("field", "FIELD=VALUE").value_parser(value::particular()).conflicts_with("to"),
        option("to", "RECORD").requires("reason"),
        reason().requires("to"),
        option("request", "ID").value_parser(value::request()),
        flag("again"),
        flag("new-project").conflicts_with("to"),
        option("no-copy-reason", "TEXT"),
    ];
    for arg in &mut args {
        if first.contains(&arg.get_id().as_str()) {
            *arg = std::mem::take(arg).required_unless_present("to").conflicts_with("to");
        }
    }
    args
}

/// What may be said of a whole record, all of it optional.
fn labels() -> Vec<Arg> {
    let label = |id: &'static str, name| option(id, name).value_parser(value::label());
    vec![
        label("project", "P"),
        label("outlet", "O"),
        label("customer", "NAME"),
        option("customer-kind", "KIND").value_parser(value::words(CustomerKind::ALL)),
        option("customer-id", "ID"),
        option("business", "BUSINESS").value_parser(value::words(Business::ALL)),
        option("date", "D").value_parser(value::day()),
        option("outcome", "OUTCOME").value_parser(value::words(Outcome::ALL)),
        many("tag", "T").value_parser(value::label()),
        label("box", "CODE"),
        option("channel", "CHANNEL").value_parser(value::words(Channel::ALL)),
        many("flag", "FLAG").value_parser(value::words(Circumstance::ALL)),
    ]
}

fn watched() -> Vec<Arg> {
    let usual = |arg: Arg, value: &'static str| arg.default_value(value).hide_default_value(true);
    let mut args = vec![file_word("dir", "DIR").required(true), option("rule", "RULE")];
    args.extend(labels());
    args.extend([
        path("done", "DIR"),
        usual(option("settle", "SECONDS").value_parser(value::seconds()), "5"),
        usual(option("every", "SECONDS").value_parser(value::seconds()), "2"),
        usual(option("give-up", "MINUTES").value_parser(value::number::<u64>(0, 1_000_000)), "10"),
        flag("supplement"),
        flag("once"),
    ]);
    args
}

fn corrected() -> Vec<Arg> {
    let mut args = vec![record(), reason().required(true)];
    args.extend(labels());
    args.extend([
        many("waive", "KIND=REASON").value_parser(value::waiver()),
        option("applied", "D").value_parser(value::day()),
        many("field", "FIELD=VALUE").value_parser(value::particular()),
        many("clear", "FACT").value_parser(value::words(CLEARED)),
        many("kind", "N=KIND").value_parser(value::kinded()),
        many("mark", "N=MARK,…").value_parser(value::remarked()),
        many("title", "N=TITLE").value_parser(value::titled()),
    ]);
    args
}

/// What a correction can leave empty.
const CLEARED: &[FactName] = &[
    FactName::CustomerId,
    FactName::Tags,
    FactName::Box,
    FactName::Waived,
    FactName::Channel,
    FactName::Flags,
    FactName::Applied,
    FactName::Fields,
];
