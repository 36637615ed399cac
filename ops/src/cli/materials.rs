//! The definition of `materials`, without texts.

use super::{file_word, flag, group, many, option, reason, value};
use clap::Command;
use jingui_schema::facts::{Business, Circumstance, CustomerKind};

/// The checklist.
pub(super) fn materials() -> Command {
    group(
        "materials",
        [
            Command::new("show").args([
                flag("history"),
                option("business", "BUSINESS").value_parser(value::words(Business::ALL)),
                option("customer-kind", "KIND").value_parser(value::words(CustomerKind::ALL)),
                many("flag", "FLAG").value_parser(value::words(Circumstance::ALL)),
            ]),
            Command::new("set").args([file_word("file", "FILE").required(true), reason().required(true)]),
        ],
    )
}
