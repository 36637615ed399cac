//! The definition of `purge`, without texts.

use super::{act, flag, group, many, option, output, path, reason, value, word};
use clap::{Arg, Command};
use jingui_schema::disposal::{CAP_MAX, KeyMedium, Slot, WAIT_DAYS_RANGE};
use jingui_schema::facts::Class;

/// Records whose time is over, and what people say of them.
pub(super) fn purge() -> Command {
    let as_of = || option("as-of", "D").value_parser(value::day());
    let limit = || option("limit", "N").value_parser(value::number::<u32>(1, CAP_MAX));
    let confirm = || option("confirm", "PLAN-ID");
    group(
        "purge",
        [
            Command::new("plan").args([as_of(), limit(), output("FILE")]),
            Command::new("list").arg(flag("all")),
            Command::new("show").arg(plan()),
            Command::new("appraise").args([
                plan(),
                flag("all").conflicts_with_all(["record", "row"]),
                many("record", "RECORD").required_unless_present_any(["all", "row"]),
                many("row", "N|N-N").value_parser(value::rows()),
                option("keep-until", "D").value_parser(value::day()).conflicts_with("class"),
                option("class", "CLASS").value_parser(value::words(Class::ALL)),
                reason().required(true),
            ]),
            Command::new("approve").args([
                plan(),
                option("as", "SLOT").value_parser(value::words(Slot::ALL)),
                confirm(),
            ]),
            Command::new("witness").arg(plan()),
            Command::new("reject").args([plan(), reason().required(true)]),
            Command::new("run").args([plan(), as_of(), limit(), confirm()]),
            Command::new("certificate").args([plan(), path("output", "DIR").short('o')]),
            group(
                "reverse",
                [
                    Command::new("propose").args([
                        many("record", "RECORD").required(true),
                        option("appraisal", "ACT").value_parser(value::request()),
                        reason().required(true),
                    ]),
                    Command::new("list"),
                    Command::new("confirm").arg(act()),
                    Command::new("refuse").args([act(), reason().required(true)]),
                ],
            ),
            group(
                "policy",
                [
                    Command::new("show"),
                    Command::new("propose").args([
                        many("slot", "SLOT=ROLE,…").value_parser(value::sign_off()),
                        option("wait", "DAYS").value_parser(value::number::<u16>(
                            *WAIT_DAYS_RANGE.start(),
                            *WAIT_DAYS_RANGE.end(),
                        )),
                        option("cap", "N").value_parser(value::number::<u32>(1, CAP_MAX)),
                        reason().required(true),
                    ]),
                    Command::new("approve").arg(act()),
                    Command::new("reject").args([act(), reason().required(true)]),
                ],
            ),
        ],
    )
}

/// A copy of an old key that is not in the keystore.
pub(super) fn shred() -> Command {
    Command::new("shred").args([
        word("epoch", "EPOCH").required(true).value_parser(value::number::<u32>(1, u32::MAX)),
        option("medium", "MEDIUM").required(true).value_parser(value::words(KeyMedium::ALL)),
        reason(),
    ])
}

fn plan() -> Arg {
    word("plan-id", "PLAN").required(true)
}
