//! The definition of `subject`, without texts.

use super::{group, option, reason, record, value, word};
use clap::Command;

/// What the person concerned asks.
pub(super) fn subject() -> Command {
    group(
        "subject",
        [
            Command::new("list").args([
                word("person", "PERSON").required(true),
                option("limit", "N").value_parser(value::number::<u32>(1, 100_000)),
                option("after", "CURSOR"),
            ]),
            Command::new("annotate")
                .args([record(), option("text", "TEXT").value_parser(value::said()).required(true)]),
            Command::new("restrict").args([record(), reason().required(true)]),
            Command::new("lift").args([record(), reason().required(true)]),
        ],
    )
}
