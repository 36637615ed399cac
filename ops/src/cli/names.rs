//! The definitions of `project` and `customer`, without texts.

use super::{flag, group, many, option, reason, value, word};
use clap::builder::PossibleValuesParser;
use clap::{Arg, Command};
use jingui_schema::facts::{Class, DocumentKind};

/// Projects.
pub(super) fn projects() -> Command {
    group(
        "project",
        [
            Command::new("list"),
            Command::new("add").args(project("name")),
            Command::new("set").args(project("name")).arg(
                many("clear", "WHAT")
                    .value_parser(PossibleValuesParser::new(["class", "need", "may", "unmarked"])),
            ),
            Command::new("rename").args(renaming()),
            Command::new("merge").args(merging()),
        ],
    )
}

/// Customers.
pub(super) fn customers() -> Command {
    group(
        "customer",
        [
            Command::new("list").args([
                option("name", "PART"),
                option("limit", "N").value_parser(value::number::<u32>(1, 100_000)),
            ]),
            Command::new("rename").args(renaming()),
            Command::new("merge").args(merging()),
        ],
    )
}

fn project(id: &'static str) -> Vec<Arg> {
    let kinds = |id| many(id, "KIND,…").value_delimiter(',').value_parser(value::words(DocumentKind::ALL));
    vec![
        word(id, "NAME").required(true).value_parser(value::label()),
        option("class", "CLASS").value_parser(value::words(Class::ALL)),
        kinds("need"),
        kinds("may"),
        flag("unmarked"),
        reason().required(true),
    ]
}

fn renaming() -> Vec<Arg> {
    vec![
        word("name", "NAME").required(true).value_parser(value::label()),
        word("new", "NEW").required(true).value_parser(value::label()),
        reason().required(true),
    ]
}

fn merging() -> Vec<Arg> {
    vec![
        word("name", "NAME").required(true).value_parser(value::label()),
        option("into", "NAME").required(true).value_parser(value::label()),
        reason().required(true),
    ]
}
