//! The definition of `request`, without texts.

use super::{act, file_word, flag, group, option, output, path, reason, store, value, word};
use clap::{Arg, Command};
use jingui_schema::facts::Ground;

/// Single records for the CA, at either end.
pub(super) fn request() -> Command {
    let target = || file_word("target", "TARGET").required(true);
    let identity = || path("identity", "FILE");
    let cosigner = || path("cosigner", "DIR");
    group(
        "request",
        [
            Command::new("new")
                .arg(target())
                .args(what())
                .args([
                    option("due", "DAY").value_parser(value::day()),
                    option("recipient", "age1…").value_parser(value::recipient()),
                    cosigner(),
                    path("again", "FILE"),
                    output("FILE").required(true),
                ])
                .args(store()),
            Command::new("list").arg(flag("all")),
            Command::new("show").arg(act()),
            Command::new("answer")
                .args([act(), path("at", "TARGET"), output("FILE")])
                .args(store().map(|arg| arg.requires("at"))),
            Command::new("refuse").args([act(), reason().required(true)]),
            Command::new("read")
                .args([
                    file_word("from", "FILE|TARGET").required(true),
                    word("act", "ACT").value_parser(value::request()),
                    identity(),
                    cosigner(),
                    output("DIR").required(true),
                ])
                .args(store()),
            Command::new("open")
                .arg(target())
                .args(what())
                .args([identity(), cosigner(), output("DIR").required_unless_present("again")])
                // Nothing is opened then.
                .arg(path("again", "FILE").conflicts_with_all(["output", "identity"]))
                .args(store()),
        ],
    )
}

/// Which record, and why.
fn what() -> [Arg; 3] {
    [
        word("number", "NUMBER").required(true).value_parser(value::archive_number()),
        option("matter", "TEXT").value_parser(value::said()).required(true),
        option("basis", "BASIS").value_parser(value::words(Ground::ALL)).required(true),
    ]
}
