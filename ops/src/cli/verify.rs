//! The definitions of `verify`, `repair` and `rebuild`, without texts.

use super::{flag, option, path, store, value, word};
use clap::{ArgAction, Command};

/// Whether everything is as it was filed.
pub(super) fn verify() -> Command {
    Command::new("verify").args([
        flag("keyless"),
        flag("all"),
        option("sample", "P%").value_parser(value::percent()).conflicts_with("all"),
        option("since", "D").value_parser(value::day()).conflicts_with("all"),
        flag("heal"),
        flag("left"),
    ])
}

/// Files put back.
pub(super) fn repair() -> Command {
    Command::new("repair")
        .args([word("records", "RECORD").num_args(0..), path("from", "PLACE").action(ArgAction::Append)])
        .args(store())
}

/// Derived things made anew.
pub(super) fn rebuild() -> Command {
    Command::new("rebuild").arg(
        word("part", "PART")
            .value_parser(clap::builder::PossibleValuesParser::new(["catalog", "index", "tree"])),
    )
}
