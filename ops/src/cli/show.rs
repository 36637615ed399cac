//! The definitions of `show`, `open`, `log`, `why` and `due`, without texts: what is known of records.

use super::{flag, option, output, path, reason, record, value, word};
use clap::Command;
use jingui_schema::facts::Purpose;

/// A record's facts.
pub(super) fn show() -> Command {
    Command::new("show").args([
        record(),
        flag("history"),
        flag("reveal").requires("reason"),
        reason(),
        option("purpose", "PURPOSE").value_parser(value::words(Purpose::ALL)).requires("reveal"),
    ])
}

/// Its documents.
pub(super) fn open() -> Command {
    Command::new("open").args([
        record(),
        word("doc", "DOC").value_parser(value::number::<u32>(1, u32::MAX)),
        output("PATH"),
        flag("all").conflicts_with("doc"),
        reason(),
        option("purpose", "PURPOSE").value_parser(value::words(Purpose::ALL)).requires("reason"),
        path("spool", "FILE"),
    ])
}

/// Its lines in the journal.
pub(super) fn log() -> Command {
    Command::new("log").arg(record())
}

/// Its dates.
pub(super) fn why() -> Command {
    Command::new("why").args([record(), option("as-of", "D").value_parser(value::day())])
}

/// What may be appraised for disposal.
pub(super) fn due() -> Command {
    Command::new("due").args([
        option("as-of", "D").value_parser(value::day()),
        flag("calendar"),
        option("limit", "N").value_parser(value::number::<u32>(1, 100_000)),
    ])
}
