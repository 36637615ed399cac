//! The definition of `import`, without texts.

use super::{file_word, flag, group, many, option, output, path, value};
use clap::Command;

/// A sheet of many records.
pub(super) fn import() -> Command {
    group(
        "import",
        [
            Command::new("plan").args([
                file_word("sheet", "SHEET").required(true),
                path("files", "DIR|ZIP"),
                option("rule", "RULE"),
                many("map", "HEADING=FIELD").value_parser(value::mapped()),
                many("set", "FIELD=VALUE").value_parser(value::standing()),
                option("tab", "NAME"),
                flag("new-project"),
                output("PLAN"),
            ]),
            Command::new("apply").args([file_word("plan", "PLAN").required(true), path("result", "FILE")]),
        ],
    )
}
