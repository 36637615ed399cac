//! The definition of `print`, without texts.

use super::find::gaps;
use super::{flag, group, many, option, output, record, value, word};
use clap::Command;
use clap::builder::PathBufValueParser;
use jingui_schema::facts::{Business, Class, Outcome, Purpose, Standing};

/// The forms that are printed.
pub(super) fn print() -> Command {
    // What every one of them takes.
    let press = || {
        [
            output("FILE"),
            many("font", "FONT")
                .value_parser(PathBufValueParser::new())
                .value_hint(clap::ValueHint::FilePath),
            flag("substitute"),
        ]
    };
    let chosen = || {
        [
            option("project", "P"),
            option("customer", "C"),
            option("outlet", "O").value_parser(value::label()),
            option("from", "D").value_parser(value::day()),
            option("to", "D").value_parser(value::day()),
            option("class", "CLASS").value_parser(value::words(Class::ALL)),
            option("state", "STATE").value_parser(value::words(Standing::ALL)),
            option("business", "BUSINESS").value_parser(value::words(Business::ALL)),
            option("outcome", "OUTCOME").value_parser(value::words(Outcome::ALL)),
            option("box", "CODE").value_parser(value::label()),
            option("limit", "N").value_parser(value::number::<u32>(1, 100_000)),
        ]
    };
    group(
        "print",
        [
            Command::new("label").args(chosen()).args(press()),
            Command::new("spine")
                .args(chosen())
                .arg(option("width", "MM").value_parser(value::number::<u8>(20, 100)))
                .args(press()),
            Command::new("contents")
                .args([
                    record(),
                    flag("reveal").requires("reason"),
                    option("reason", "TEXT"),
                    option("purpose", "PURPOSE").value_parser(value::words(Purpose::ALL)).requires("reason"),
                ])
                .args(press()),
            Command::new("filing-list").args(chosen()).args(press()),
            Command::new("missing").args(gaps()).args(press()),
            Command::new("register").arg(word("plan-id", "PLAN").required(true)).args(press()),
            Command::new("handover")
                .arg(option("receipt", "ACT").value_parser(value::request()))
                .args(press()),
            Command::new("sheet").args(press()),
        ],
    )
}
