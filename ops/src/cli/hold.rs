//! The definition of `hold`, without texts.

use super::{flag, group, many, option, reason, value, word};
use clap::Command;

/// Holds, and what is done with them.
pub(super) fn hold() -> Command {
    let hold = || word("hold", "HOLD").required(true);
    group(
        "hold",
        [
            Command::new("place").args([
                many("record", "RECORD").required_unless_present("query").conflicts_with("query"),
                option("query", "Q"),
                option("matter", "NO").value_parser(value::said()).required(true),
                option("basis", "TEXT").value_parser(value::said()).required(true),
                option("review", "D").value_parser(value::day()),
            ]),
            Command::new("list").arg(flag("all")),
            Command::new("show").arg(hold()),
            Command::new("release").args([hold(), reason().required(true)]),
            Command::new("keep").args([hold(), reason().required(true)]),
            Command::new("review").args([
                hold(),
                option("next", "D").value_parser(value::day()),
                reason().required(true),
            ]),
            Command::new("screen").arg(hold()),
        ],
    )
}
