//! The definition of `cert`, without texts.

use super::{act, file_word, flag, group, option, reason, value, word};
use clap::{Arg, Command};
use jingui_schema::certificate::{Change, Reliance};

/// Which record relies on a certificate, and what happens to it.
pub(super) fn cert() -> Command {
    group(
        "cert",
        [
            Command::new("add").args([
                super::record(),
                file_word("files", "FILE").required(true).num_args(1..),
                reliance(),
                reason(),
            ]),
            Command::new("import").args([
                file_word("files", "FILE").required(true).num_args(1..),
                option("tab", "NAME"),
                reason(),
            ]),
            Command::new("list").args([
                word("subject", "RECORD|SERIAL|CERT").required(true),
                flag("reveal").requires("reason"),
                reason(),
                option("purpose", "PURPOSE").value_parser(value::words(jingui_schema::facts::Purpose::ALL)),
            ]),
            Command::new("revoke").args([
                word("cert", "SERIAL|CERT").required(true),
                option("day", "D").value_parser(value::day()).required(true),
                option("as", "EVENT").value_parser(value::words(Change::ALL)).default_value("revoked"),
                reason().required(true),
            ]),
            Command::new("reverse").args([
                word("cert", "SERIAL|CERT").required(true),
                option("said-by", "ACT").value_parser(value::request()).required(true),
                reason().required(true),
            ]),
            Command::new("waiting"),
            Command::new("confirm").arg(act()),
            Command::new("refuse").args([act(), reason().required(true)]),
            group(
                "issuer",
                [
                    Command::new("pin").args([file_word("file", "FILE").required(true), reason()]),
                    Command::new("list"),
                    Command::new("approve").arg(act()),
                    Command::new("unpin").args([
                        word("issuer", "ISSUER").required(true).value_parser(value::issuer()),
                        reason().required(true),
                    ]),
                ],
            ),
        ],
    )
}

/// Why certificates rely on a record.
pub(super) fn reliance() -> Arg {
    option("reliance", "WHY").value_parser(value::words(Reliance::ALL))
}
