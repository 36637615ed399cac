//! The definition of `backup`, without texts.

use super::{file_word, flag, group, many, option, output, path, store, value};
use clap::Command;

/// Copies elsewhere.
pub(super) fn backup() -> Command {
    group(
        "backup",
        [
            Command::new("create")
                .args([
                    file_word("target", "TARGET").required(true),
                    flag("offsite"),
                    flag("new"),
                    flag("all"),
                ])
                .args(store()),
            Command::new("verify")
                .args([
                    file_word("target", "TARGET").required(true),
                    option("sample", "N").value_parser(value::number::<u64>(0, u64::MAX)),
                    flag("alone"),
                ])
                .args(store()),
            Command::new("restore")
                .args([file_word("target", "TARGET").required(true), file_word("dir", "DIR").required(true)])
                .args(store()),
            Command::new("list").arg(file_word("target", "TARGET")).args(store()),
            Command::new("remove")
                .args([
                    file_word("target", "TARGET").required(true),
                    path("cosigner", "DIR").required_unless_present("all").conflicts_with("all"),
                    flag("all"),
                    path("documents", "FILE"),
                    option("confirm", "VAULT"),
                    output("FILE"),
                ])
                .args(store()),
            Command::new("takeover").args([
                option("reason", "TEXT"),
                many("number", "NUMBER").value_parser(value::archive_number()),
                path("mirror", "DIR"),
            ]),
        ],
    )
}
