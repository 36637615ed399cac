//! The definition of `key`, without texts.

use super::{file_word, group, option, output, path, value};
use clap::Command;

/// A person's key file.
pub(super) fn key() -> Command {
    group(
        "key",
        [
            Command::new("new").args([
                output("KEYFILE").required(true),
                option("name", "NAME").required(true),
                option("work-factor", "N").value_parser(value::number::<u8>(1, 20)),
            ]),
            Command::new("show").arg(file_word("file", "KEYFILE")),
            Command::new("passwd").args([
                file_word("file", "KEYFILE"),
                path("new-passphrase-file", "FILE"),
                option("work-factor", "N").value_parser(value::number::<u8>(1, 20)),
            ]),
        ],
    )
}
