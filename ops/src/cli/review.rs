//! The definition of `review`, without texts.

use super::{flag, many, option, reason, value, word};
use clap::Command;

/// A second person looks.
pub(super) fn review() -> Command {
    Command::new("review").args([
        word("records", "RECORD").num_args(0..),
        option("plan", "DIGEST").value_parser(value::digest()).conflicts_with("records"),
        flag("return").requires("reason"),
        reason(),
        many("compared", "RECORD"),
        flag("sample-compared").requires("plan"),
        option("sample", "P%").value_parser(value::percent()).requires("plan"),
        option("limit", "N").value_parser(value::number::<u32>(1, 100_000)),
    ])
}
