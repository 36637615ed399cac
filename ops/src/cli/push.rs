//! The definitions of `push` and `accept`, without texts: at the archive and at the CA.

use super::{file_word, flag, lock, option, output, path, store, value};
use clap::Command;

/// The newest state to the CA.
pub(super) fn push() -> Command {
    Command::new("push")
        .args([
            file_word("target", "TARGET").required_if_eq("keep", "true"),
            flag("offsite"),
            flag("new"),
            flag("all"),
            flag("lines"),
            option("limit", "RATE").value_parser(value::rate()),
            lock(),
            path("probed", "FILE").requires("lock"),
            flag("lock-check"),
            flag("keep"),
            flag("forget").conflicts_with_all([
                "target",
                "keep",
                "all",
                "lines",
                "limit",
                "lock",
                "lock-check",
            ]),
        ])
        .args(store().map(|arg| arg.requires("target")))
}

/// What was pushed, checked and taken in.
pub(super) fn accept() -> Command {
    Command::new("accept")
        .args([
            file_word("target", "TARGET").required(true),
            path("identity", "FILE"),
            path("cosigner", "DIR"),
            flag("take").requires("output").requires("cosigner"),
            flag("leave-documents").requires("take"),
            output("FILE").requires("take"),
        ])
        .args(store())
}
