//! The definition of `cosigner`, without texts.

use super::{file_word, flag, group, option, output, path, store};
use clap::Command;

/// Who countersigns heads.
pub(super) fn cosigner() -> Command {
    group(
        "cosigner",
        [
            Command::new("init")
                .args([file_word("dir", "DIR").required(true), option("name", "NAME").required(true)]),
            Command::new("sign")
                .args([
                    file_word("request", "REQUEST").required_unless_present("at").conflicts_with("at"),
                    path("at", "TARGET"),
                    path("dir", "DIR"),
                    path("trust", "FILE"),
                    flag("accept-fork"),
                    output("ANSWER").conflicts_with("at"),
                ])
                .args(store().map(|arg| arg.requires("at"))),
            Command::new("show").arg(path("dir", "DIR")),
        ],
    )
}
