//! The definition of `misfiled`, without texts.

use super::{act, group, option, reason, record, value, word};
use clap::Command;

/// A stranger's paper taken out.
pub(super) fn misfiled() -> Command {
    group(
        "misfiled",
        [
            Command::new("propose").args([
                record(),
                word("docs", "DOC")
                    .required(true)
                    .num_args(1..)
                    .value_parser(value::number::<u32>(1, u32::MAX)),
                option("to", "RECORD"),
                reason().required(true),
            ]),
            Command::new("list"),
            Command::new("confirm").arg(act()),
            Command::new("refuse").args([act(), reason().required(true)]),
        ],
    )
}
