//! The definition of `rule`, without texts.

use super::{flag, group, option, reason, value, word};
use clap::Command;
use jingui_schema::facts::{Basis, Class};
use jingui_schema::rules::{GRACE_DAYS_MAX, GRACE_DAYS_MIN, YEARS_MAX};

/// Retention rules. `--basis` is the legal one, as in the law; the day that years count from is `--count-from`.
pub(super) fn rule() -> Command {
    let class = || word("class", "CLASS").required(true).value_parser(value::words(Class::ALL));
    let act = || word("act", "ACT").required(true).value_parser(value::request());
    group(
        "rule",
        [
            Command::new("list"),
            Command::new("diff").args([class(), flag("records")]),
            Command::new("propose").args([
                class(),
                option("years", "N").value_parser(value::number::<u16>(1, YEARS_MAX)),
                option("count-from", "FROM").value_parser(value::words(Basis::ALL)),
                option("grace", "DAYS").value_parser(value::number::<u16>(GRACE_DAYS_MIN, GRACE_DAYS_MAX)),
                option("floor", "N").value_parser(value::number::<u16>(0, YEARS_MAX)),
                option("effective", "D").value_parser(value::day()).required(true),
                option("basis", "TEXT").value_parser(value::law()).required(true),
                reason().required(true),
            ]),
            Command::new("approve").arg(act()),
            Command::new("reject").args([act(), reason().required(true)]),
        ],
    )
}
