//! The definition of `keys`, without texts.

use super::{file_word, group, option, output, path, purge, reason, roles, value};
use clap::Command;

/// Epochs, escrow, recovery.
pub(super) fn keys() -> Command {
    group(
        "keys",
        [
            Command::new("status"),
            Command::new("rotate").args([reason(), option("ca-recipient", "age1…")]),
            Command::new("sheet").arg(output("FILE").required(true)),
            purge::shred(),
            Command::new("recover").args([
                path("escrow", "FILE").required_unless_present("sheet").conflicts_with("sheet"),
                path("sheet", "FILE"),
                path("identity", "FILE"),
                path("person", "PUB").required(true),
                roles("role").required(true),
            ]),
            Command::new("prove").args([
                file_word("escrowfile", "ESCROWFILE").required(true),
                option("by", "NUMBER").value_parser(value::staff()),
                path("identity", "FILE"),
                output("FILE").required(true),
            ]),
        ],
    )
}
