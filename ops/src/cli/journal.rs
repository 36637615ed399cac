//! The definition of `journal`, without texts.

use super::{act, flag, group, option, output, path, reason, value, word};
use clap::Command;
use jingui_schema::facts::Purpose;

/// Lines, signed heads, proofs.
pub(super) fn journal() -> Command {
    group(
        "journal",
        [
            Command::new("log").args([
                option("from", "SEQ").value_parser(value::number::<u64>(1, u64::MAX)),
                option("limit", "N").value_parser(value::number::<u64>(1, u64::MAX)),
            ]),
            Command::new("verify"),
            Command::new("head").args([flag("cosigned"), output("FILE")]),
            Command::new("cosigner").args([
                word("cosigner", "KEY").value_parser(value::cosigner()),
                path("request", "FILE").requires("cosigner"),
            ]),
            Command::new("cosign").args([
                flag("request").required_unless_present("import").conflicts_with("import"),
                path("import", "ANSWER"),
                option("from", "SIZE").requires("request").value_parser(value::number::<u64>(0, u64::MAX)),
                output("FILE").requires("request"),
            ]),
            group(
                "fork",
                [Command::new("propose").arg(reason().required(true)), Command::new("confirm").arg(act())],
            ),
            Command::new("prove").args([
                word("seq", "SEQ")
                    .required_unless_present("record")
                    .conflicts_with("record")
                    .value_parser(value::number::<u64>(1, u64::MAX)),
                option("record", "RECORD").requires("doc").requires("output"),
                option("doc", "N").requires("record").value_parser(value::number::<u32>(1, u32::MAX)),
                reason().requires("record"),
                option("purpose", "PURPOSE").value_parser(value::words(Purpose::ALL)).requires("reason"),
                output("FILE"),
            ]),
        ],
    )
}
