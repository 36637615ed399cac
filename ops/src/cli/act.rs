//! The definition of `act`, without texts.

use super::{file_word, group, output, path, store};
use clap::Command;

/// Acts on their way as files.
pub(super) fn act() -> Command {
    group(
        "act",
        [
            Command::new("sign")
                .args([file_word("file", "FILE").required(true), output("FILE").required(true)]),
            Command::new("submit").arg(file_word("file", "FILE").required(true)),
            Command::new("show").arg(file_word("file", "FILE").required(true)),
            Command::new("send")
                .args([file_word("file", "FILE").required(true), path("at", "TARGET").required(true)])
                .args(store()),
        ],
    )
}
