//! The definition of `staff`, without texts.

use super::{file_word, flag, group, path, reason, roles, value, word};
use clap::Command;

/// People, and what each may do.
pub(super) fn staff() -> Command {
    group(
        "staff",
        [
            Command::new("enrol")
                .args([file_word("pub", "PUB").required(true), roles("role").required(true)]),
            Command::new("countersign").arg(path("request", "FILE")),
            Command::new("list").arg(flag("all")),
            Command::new("disable")
                .args([word("number", "NUMBER").required(true).value_parser(value::staff()), reason()]),
        ],
    )
}
