//! The definitions of `init` and `demo`, without texts.

use super::{file_word, flag, many, option, path, roles, value};
use clap::Command;

/// A new vault.
pub(super) fn init() -> Command {
    Command::new("init").args([
        file_word("dir", "DIR").required(true),
        option("ra", "NAME").required(true).value_parser(value::label()),
        option("fonds", "CODE").required(true).value_parser(value::fonds()),
        path("authority", "PUB"),
        option("ca-recipient", "age1…"),
        path("mirror", "DIR"),
        roles("roles"),
        many("person", "PUB=ROLE,…").value_parser(value::enrolment()),
        flag("solo"),
    ])
}

/// A vault of made-up data.
pub(super) fn demo() -> Command {
    Command::new("demo")
        .args([file_word("dir", "DIR"), option("records", "N").value_parser(value::number::<u32>(1, 10_000))])
}
