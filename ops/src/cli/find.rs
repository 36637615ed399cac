//! The definitions of `list`, `find`, `read` and `missing`, without texts: which records.

use super::{flag, option, value, word};
use clap::builder::PossibleValuesParser;
use clap::{Arg, Command};
use jingui_schema::facts::{Business, Class, Outcome, Standing};

/// The labels that narrow a list, in the order of the help; what stands in the middle is the command's own.
fn narrowed(command: Command, between: impl IntoIterator<Item = Arg>) -> Command {
    let first = [
        option("project", "P"),
        option("customer", "C"),
        option("from", "D").value_parser(value::day()),
        option("to", "D").value_parser(value::day()),
        option("class", "CLASS").value_parser(value::words(Class::ALL)),
        option("state", "STATE").value_parser(value::words(Standing::ALL)),
        option("outlet", "O").value_parser(value::label()),
    ];
    let last = [
        option("box", "CODE").value_parser(value::label()),
        option("business", "BUSINESS").value_parser(value::words(Business::ALL)),
        option("outcome", "OUTCOME").value_parser(value::words(Outcome::ALL)),
    ];
    command.args(first).args(between).args(last)
}

/// Records by labels.
pub(super) fn list() -> Command {
    let clerk = option("clerk", "NUMBER").value_parser(value::staff());
    narrowed(Command::new("list"), [clerk]).args([
        option("limit", "N").value_parser(value::number::<u32>(1, 100_000)),
        option("after", "CURSOR"),
    ])
}

/// Records by their words.
pub(super) fn find() -> Command {
    let query = word("query", "QUERY").required(true).num_args(1..);
    narrowed(Command::new("find").arg(query), []).args([
        option("sort", "ORDER").value_parser(PossibleValuesParser::new(["best", "newest", "oldest"])),
        flag("facets"),
        option("limit", "N").value_parser(value::number::<u32>(1, 1000)),
        option("after", "CURSOR"),
    ])
}

/// Documents read by the program.
pub(super) fn read() -> Command {
    Command::new("read").args([word("records", "RECORD").num_args(0..), flag("again")])
}

/// Gaps by days and handler.
pub(super) fn missing() -> Command {
    Command::new("missing").args(gaps())
}

/// Which gaps.
pub(super) fn gaps() -> [Arg; 8] {
    [
        option("project", "P"),
        option("customer", "C"),
        option("outlet", "O").value_parser(value::label()),
        option("clerk", "NUMBER").value_parser(value::staff()),
        option("from", "D").value_parser(value::day()),
        option("to", "D").value_parser(value::day()),
        option("days", "N").value_parser(value::number::<u32>(0, 100_000)),
        option("limit", "N").value_parser(value::number::<u32>(1, 100_000)),
    ]
}
