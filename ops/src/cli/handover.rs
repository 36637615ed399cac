//! The definition of `handover`, without texts.

use super::{act, file_word, group, option, reason, store, value, word};
use clap::Command;

/// Everything to the CA.
pub(super) fn handover() -> Command {
    group(
        "handover",
        [
            Command::new("begin")
                .args([option("project", "P").value_parser(value::label()), reason().required(true)]),
            Command::new("confirm").arg(act()),
            Command::new("cancel").arg(reason().required(true)),
            Command::new("status"),
            Command::new("check"),
            Command::new("finish").arg(option("confirm", "RECEIPT")),
            Command::new("place")
                .args([
                    word("target-id", "TARGET-ID").requires("place").value_parser(value::target()),
                    file_word("place", "PLACE"),
                    option("cache", "SIZE").value_parser(value::rate()),
                ])
                .args(store().map(|arg| arg.requires("place"))),
        ],
    )
}
