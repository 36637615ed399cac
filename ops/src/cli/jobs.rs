//! The definition of `jobs`, without texts.

use super::{flag, group, path, reason, value, word};
use clap::Command;
use jingui_schema::jobs::Job;

/// Work at its time.
pub(super) fn jobs() -> Command {
    group(
        "jobs",
        [
            Command::new("list"),
            Command::new("run").args([
                word("jobs", "JOB").num_args(0..).value_parser(value::words(Job::ALL)),
                flag("due").conflicts_with("jobs"),
            ]),
            Command::new("set").args([
                word("times", "JOB=CRON")
                    .num_args(1..)
                    .value_parser(value::job_time())
                    .required_unless_present("file")
                    .conflicts_with("file"),
                path("file", "FILE"),
                reason().required(true),
            ]),
        ],
    )
}
