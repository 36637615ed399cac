//! The command line: which commands there are, and what each takes.
//!
//! Holds no sentence: help comes from the message files (see [`help`]), errors are told by [`usage`].

mod cert; // certificates
pub mod help; // texts for commands and options
mod purge; // disposal
mod request; // single records for the CA
pub mod usage; // what is wrong with a command line
mod value; // words checked as they come in

use crate::failure::Result;
use crate::messages::Lang;
use clap::builder::{PathBufValueParser, PossibleValuesParser, ValueParser};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use jingui_schema::cosignature::CosignerKey;
use jingui_schema::facts::{
    Basis, Business, Channel, Circumstance, Class, CustomerKind, DocumentKind, FactName, Outcome, Purpose,
    Role, Standing,
};
use jingui_schema::jobs::Job;
use jingui_schema::rules::{GRACE_DAYS_MAX, GRACE_DAYS_MIN, YEARS_MAX};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

pub use value::{Enrolment, Kinded, Marked, Remarked, Titled, Waiver, holders, seen, waived};

/// A command line that fits.
#[derive(Clone, Debug)]
pub struct Parsed {
    path: Vec<String>,
    matches: ArgMatches,
}

impl Parsed {
    /// The words of the command, such as `["journal", "log"]`.
    pub fn command(&self) -> Vec<&str> {
        self.path.iter().map(String::as_str).collect()
    }

    /// The words of the command as one.
    pub fn command_text(&self) -> String {
        self.path.join(" ")
    }

    /// Says whether a flag was given.
    pub fn flag(&self, id: &str) -> bool {
        self.matches.get_flag(id)
    }

    /// A text.
    pub fn text(&self, id: &str) -> Option<&str> {
        self.matches.get_one::<String>(id).map(String::as_str)
    }

    /// The texts of something that can be given several times.
    pub fn texts(&self, id: &str) -> Vec<String> {
        self.all(id)
    }

    /// A path as it was given; [`crate::context::Context::path`] makes it absolute.
    pub fn file(&self, id: &str) -> Option<&PathBuf> {
        self.matches.get_one(id)
    }

    /// A value of the type that its definition below names.
    pub fn get<T: Clone + Send + Sync + 'static>(&self, id: &str) -> Option<T> {
        self.matches.get_one(id).cloned()
    }

    /// A value of something that this command need not have.
    pub fn any<T: Clone + Send + Sync + 'static>(&self, id: &str) -> Option<T> {
        self.matches.try_get_one(id).ok().flatten().cloned()
    }

    /// All values of something that can be given several times.
    pub fn all<T: Clone + Send + Sync + 'static>(&self, id: &str) -> Vec<T> {
        self.matches.get_many(id).map(|values| values.cloned().collect()).unwrap_or_default()
    }

    /// A value that the definition below requires.
    pub fn must<T: Clone + Send + Sync + 'static>(&self, id: &str) -> T {
        self.get(id).unwrap_or_else(|| panic!("{id} is required or has a default"))
    }
}

/// What came of reading a command line.
pub enum Reading {
    /// A command.
    Command(Parsed),
    /// Help or version, asked for: to be shown.
    Show(String),
}

/// Reads a command line, the program's name first.
///
/// Errors: those of usage, exit code 2.
pub fn read(argv: &[OsString], lang: Lang) -> Result<Reading> {
    match command().try_get_matches_from(argv) {
        Ok(matches) => {
            let parsed = parsed(matches);
            if let Some(words) = (parsed.path == ["help"]).then(|| parsed.texts("words")) {
                return help::page(&words, lang).map(Reading::Show);
            }
            usage::check(&parsed)?;
            Ok(Reading::Command(parsed))
        }
        Err(error) => usage::explain(argv, &error, lang),
    }
}

fn parsed(mut matches: ArgMatches) -> Parsed {
    let mut path = Vec::new();
    while let Some((name, below)) = matches.remove_subcommand() {
        path.push(name);
        matches = below;
    }
    Parsed { path, matches }
}

/// The definition, without texts.
pub fn command() -> Command {
    Command::new("jingui")
        .version(env!("CARGO_PKG_VERSION"))
        .disable_help_flag(true)
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .subcommand_required(true)
        .args(common())
        .arg(Arg::new("version").short('V').long("version").action(ArgAction::Version))
        .subcommands([
            group(
                "key",
                [
                    Command::new("new").args([
                        output("KEYFILE").required(true),
                        option("name", "NAME").required(true),
                        option("work-factor", "N").value_parser(value::number::<u8>(1, 20)),
                    ]),
                    Command::new("show").arg(file_word("file", "KEYFILE")),
                    Command::new("passwd").args([
                        file_word("file", "KEYFILE"),
                        path("new-passphrase-file", "FILE"),
                        option("work-factor", "N").value_parser(value::number::<u8>(1, 20)),
                    ]),
                ],
            ),
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
            ]),
            Command::new("demo").args([
                file_word("dir", "DIR"),
                option("records", "N").value_parser(value::number::<u32>(1, 10_000)),
            ]),
            group(
                "staff",
                [
                    Command::new("enrol")
                        .args([file_word("pub", "PUB").required(true), roles("role").required(true)]),
                    Command::new("countersign").arg(path("request", "FILE")),
                    Command::new("list").arg(flag("all")),
                    Command::new("disable").args([
                        word("number", "NUMBER").required(true).value_parser(value::staff()),
                        reason(),
                    ]),
                ],
            ),
            group(
                "act",
                [
                    Command::new("sign")
                        .args([file_word("file", "FILE").required(true), output("FILE").required(true)]),
                    Command::new("submit").arg(file_word("file", "FILE").required(true)),
                    Command::new("show").arg(file_word("file", "FILE").required(true)),
                    Command::new("send")
                        .args([file_word("file", "FILE").required(true), path("at", "TARGET").required(true)])
                        .args(store()),
                ],
            ),
            group(
                "keys",
                [
                    Command::new("status"),
                    Command::new("rotate").args([reason(), option("ca-recipient", "age1…")]),
                    Command::new("sheet").arg(output("FILE").required(true)),
                    purge::shred(),
                    Command::new("recover").args([
                        path("escrow", "FILE").required_unless_present("sheet").conflicts_with("sheet"),
                        path("sheet", "FILE"),
                        path("identity", "FILE"),
                        path("person", "PUB").required(true),
                        roles("role").required(true),
                    ]),
                    Command::new("prove").args([
                        file_word("escrowfile", "ESCROWFILE").required(true),
                        option("by", "NUMBER").value_parser(value::staff()),
                        path("identity", "FILE"),
                        output("FILE").required(true),
                    ]),
                ],
            ),
            Command::new("add").args(add()),
            group(
                "import",
                [
                    Command::new("plan").args([
                        file_word("sheet", "SHEET").required(true),
                        path("files", "DIR|ZIP"),
                        option("rule", "RULE"),
                        many("map", "HEADING=FIELD").value_parser(value::mapped()),
                        many("set", "FIELD=VALUE").value_parser(value::standing()),
                        option("tab", "NAME"),
                        flag("new-project"),
                        output("PLAN"),
                    ]),
                    Command::new("apply")
                        .args([file_word("plan", "PLAN").required(true), path("result", "FILE")]),
                ],
            ),
            Command::new("watch").args(watch()),
            Command::new("list").args([
                option("project", "P"),
                option("customer", "C"),
                option("from", "D").value_parser(value::day()),
                option("to", "D").value_parser(value::day()),
                option("class", "CLASS").value_parser(value::words(Class::ALL)),
                option("state", "STATE").value_parser(value::words(Standing::ALL)),
                option("outlet", "O").value_parser(value::label()),
                option("clerk", "NUMBER").value_parser(value::staff()),
                option("box", "CODE").value_parser(value::label()),
                option("business", "BUSINESS").value_parser(value::words(Business::ALL)),
                option("outcome", "OUTCOME").value_parser(value::words(Outcome::ALL)),
                option("limit", "N").value_parser(value::number::<u32>(1, 100_000)),
                option("after", "CURSOR"),
            ]),
            Command::new("find").args([
                word("query", "QUERY").required(true).num_args(1..),
                option("project", "P"),
                option("customer", "C"),
                option("from", "D").value_parser(value::day()),
                option("to", "D").value_parser(value::day()),
                option("class", "CLASS").value_parser(value::words(Class::ALL)),
                option("state", "STATE").value_parser(value::words(Standing::ALL)),
                option("outlet", "O").value_parser(value::label()),
                option("box", "CODE").value_parser(value::label()),
                option("business", "BUSINESS").value_parser(value::words(Business::ALL)),
                option("outcome", "OUTCOME").value_parser(value::words(Outcome::ALL)),
                option("sort", "ORDER").value_parser(PossibleValuesParser::new(["best", "newest", "oldest"])),
                flag("facets"),
                option("limit", "N").value_parser(value::number::<u32>(1, 1000)),
                option("after", "CURSOR"),
            ]),
            Command::new("read").args([word("records", "RECORD").num_args(0..), flag("again")]),
            Command::new("review").args([
                word("records", "RECORD").num_args(0..),
                option("plan", "DIGEST").value_parser(value::digest()).conflicts_with("records"),
                flag("return").requires("reason"),
                reason(),
                many("compared", "RECORD"),
                flag("sample-compared").requires("plan"),
                option("sample", "P%").value_parser(value::percent()).requires("plan"),
                option("limit", "N").value_parser(value::number::<u32>(1, 100_000)),
            ]),
            cert::cert(),
            Command::new("correct").args(correct()),
            Command::new("missing").args(missing()),
            group("hold", hold()),
            group(
                "misfiled",
                [
                    Command::new("propose").args([
                        record(),
                        word("docs", "DOC")
                            .required(true)
                            .num_args(1..)
                            .value_parser(value::number::<u32>(1, u32::MAX)),
                        option("to", "RECORD"),
                        reason().required(true),
                    ]),
                    Command::new("list"),
                    Command::new("confirm").arg(act()),
                    Command::new("refuse").args([act(), reason().required(true)]),
                ],
            ),
            group(
                "subject",
                [
                    Command::new("list").args([
                        word("person", "PERSON").required(true),
                        option("limit", "N").value_parser(value::number::<u32>(1, 100_000)),
                        option("after", "CURSOR"),
                    ]),
                    Command::new("annotate")
                        .args([record(), option("text", "TEXT").value_parser(value::said()).required(true)]),
                    Command::new("restrict").args([record(), reason().required(true)]),
                    Command::new("lift").args([record(), reason().required(true)]),
                ],
            ),
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
            ),
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
            ),
            group(
                "materials",
                [
                    Command::new("show").args([
                        flag("history"),
                        option("business", "BUSINESS").value_parser(value::words(Business::ALL)),
                        option("customer-kind", "KIND").value_parser(value::words(CustomerKind::ALL)),
                        many("flag", "FLAG").value_parser(value::words(Circumstance::ALL)),
                    ]),
                    Command::new("set")
                        .args([file_word("file", "FILE").required(true), reason().required(true)]),
                ],
            ),
            Command::new("show").args([
                record(),
                flag("history"),
                flag("reveal").requires("reason"),
                reason(),
                option("purpose", "PURPOSE").value_parser(value::words(Purpose::ALL)).requires("reveal"),
            ]),
            Command::new("open").args([
                record(),
                word("doc", "DOC").value_parser(value::number::<u32>(1, u32::MAX)),
                output("PATH"),
                flag("all").conflicts_with("doc"),
                reason(),
                option("purpose", "PURPOSE").value_parser(value::words(Purpose::ALL)).requires("reason"),
                path("spool", "FILE"),
            ]),
            Command::new("log").arg(record()),
            Command::new("why").args([record(), option("as-of", "D").value_parser(value::day())]),
            Command::new("due").args([
                option("as-of", "D").value_parser(value::day()),
                flag("calendar"),
                option("limit", "N").value_parser(value::number::<u32>(1, 100_000)),
            ]),
            purge::purge(),
            group("rule", rule()),
            group("jobs", jobs()),
            Command::new("status"),
            Command::new("verify").args([
                flag("keyless"),
                flag("all"),
                option("sample", "P%").value_parser(value::percent()).conflicts_with("all"),
                option("since", "D").value_parser(value::day()).conflicts_with("all"),
                flag("heal"),
                flag("left"),
            ]),
            Command::new("repair")
                .args([
                    word("records", "RECORD").num_args(0..),
                    path("from", "PLACE").action(ArgAction::Append),
                ])
                .args(store()),
            Command::new("rebuild").arg(
                word("part", "PART")
                    .value_parser(clap::builder::PossibleValuesParser::new(["catalog", "index", "tree"])),
            ),
            group(
                "journal",
                [
                    Command::new("log").args([
                        option("from", "SEQ").value_parser(value::number::<u64>(1, u64::MAX)),
                        option("limit", "N").value_parser(value::number::<u64>(1, u64::MAX)),
                    ]),
                    Command::new("verify"),
                    Command::new("head").args([flag("cosigned"), output("FILE")]),
                    Command::new("cosigner").args([
                        word("cosigner", "KEY").value_parser(value::cosigner()),
                        path("request", "FILE").requires("cosigner"),
                    ]),
                    Command::new("cosign").args([
                        flag("request").required_unless_present("import").conflicts_with("import"),
                        path("import", "ANSWER"),
                        option("from", "SIZE")
                            .requires("request")
                            .value_parser(value::number::<u64>(0, u64::MAX)),
                        output("FILE").requires("request"),
                    ]),
                    group(
                        "fork",
                        [
                            Command::new("propose").arg(reason().required(true)),
                            Command::new("confirm").arg(act()),
                        ],
                    ),
                    Command::new("prove").args([
                        word("seq", "SEQ")
                            .required_unless_present("record")
                            .conflicts_with("record")
                            .value_parser(value::number::<u64>(1, u64::MAX)),
                        option("record", "RECORD").requires("doc").requires("output"),
                        option("doc", "N").requires("record").value_parser(value::number::<u32>(1, u32::MAX)),
                        reason().requires("record"),
                        option("purpose", "PURPOSE")
                            .value_parser(value::words(Purpose::ALL))
                            .requires("reason"),
                        output("FILE"),
                    ]),
                ],
            ),
            group(
                "backup",
                [
                    Command::new("create")
                        .args([
                            file_word("target", "TARGET").required(true),
                            flag("offsite"),
                            flag("new"),
                            flag("all"),
                        ])
                        .args(store()),
                    Command::new("verify")
                        .args([
                            file_word("target", "TARGET").required(true),
                            option("sample", "N").value_parser(value::number::<u64>(0, u64::MAX)),
                            flag("alone"),
                        ])
                        .args(store()),
                    Command::new("restore")
                        .args([
                            file_word("target", "TARGET").required(true),
                            file_word("dir", "DIR").required(true),
                        ])
                        .args(store()),
                    Command::new("list").arg(file_word("target", "TARGET")).args(store()),
                    Command::new("remove")
                        .args([
                            file_word("target", "TARGET").required(true),
                            path("cosigner", "DIR").required_unless_present("all").conflicts_with("all"),
                            flag("all"),
                            path("documents", "FILE"),
                            option("confirm", "VAULT"),
                            output("FILE"),
                        ])
                        .args(store()),
                    Command::new("takeover").args([
                        option("reason", "TEXT"),
                        many("number", "NUMBER").value_parser(value::archive_number()),
                        path("mirror", "DIR"),
                    ]),
                ],
            ),
            Command::new("push")
                .args([
                    file_word("target", "TARGET").required_if_eq("keep", "true"),
                    flag("offsite"),
                    flag("new"),
                    flag("all"),
                    flag("lines"),
                    option("limit", "RATE").value_parser(value::rate()),
                    lock(),
                    path("probed", "FILE").requires("lock"),
                    flag("lock-check"),
                    flag("keep"),
                    flag("forget").conflicts_with_all([
                        "target",
                        "keep",
                        "all",
                        "lines",
                        "limit",
                        "lock",
                        "lock-check",
                    ]),
                ])
                .args(store().map(|arg| arg.requires("target"))),
            Command::new("accept")
                .args([
                    file_word("target", "TARGET").required(true),
                    path("identity", "FILE"),
                    path("cosigner", "DIR"),
                    flag("take").requires("output").requires("cosigner"),
                    flag("leave-documents").requires("take"),
                    output("FILE").requires("take"),
                ])
                .args(store()),
            group(
                "handover",
                [
                    Command::new("begin")
                        .args([option("project", "P").value_parser(value::label()), reason().required(true)]),
                    Command::new("confirm").arg(act()),
                    Command::new("cancel").arg(reason().required(true)),
                    Command::new("status"),
                    Command::new("check"),
                    Command::new("finish").arg(option("confirm", "RECEIPT")),
                    Command::new("place")
                        .args([
                            word("target-id", "TARGET-ID").requires("place").value_parser(value::target()),
                            file_word("place", "PLACE"),
                            option("cache", "SIZE").value_parser(value::rate()),
                        ])
                        .args(store().map(|arg| arg.requires("place"))),
                ],
            ),
            request::request(),
            group(
                "cosigner",
                [
                    Command::new("init").args([
                        file_word("dir", "DIR").required(true),
                        option("name", "NAME").required(true),
                    ]),
                    Command::new("sign")
                        .args([
                            file_word("request", "REQUEST")
                                .required_unless_present("at")
                                .conflicts_with("at"),
                            path("at", "TARGET"),
                            path("dir", "DIR"),
                            path("trust", "FILE"),
                            flag("accept-fork"),
                            output("ANSWER").conflicts_with("at"),
                        ])
                        .args(store().map(|arg| arg.requires("at"))),
                    Command::new("show").arg(path("dir", "DIR")),
                ],
            ),
            group("print", print()),
            Command::new("doctor")
                .args([flag("fix"), path("bundle", "FILE"), path("store", "URL"), lock().requires("store")])
                .args(store().map(|arg| arg.requires("store"))),
            Command::new("completions")
                .arg(word("shell", "SHELL").required(true).value_parser(value_parser!(clap_complete::Shell))),
            Command::new("help").arg(word("words", "COMMAND").num_args(0..)),
        ])
}

/// Holds, and what is done with them.
fn hold() -> [Command; 7] {
    let hold = || word("hold", "HOLD").required(true);
    [
        Command::new("place").args([
            many("record", "RECORD").required_unless_present("query").conflicts_with("query"),
            option("query", "Q"),
            option("matter", "NO").value_parser(value::said()).required(true),
            option("basis", "TEXT").value_parser(value::said()).required(true),
            option("review", "D").value_parser(value::day()),
        ]),
        Command::new("list").arg(flag("all")),
        Command::new("show").arg(hold()),
        Command::new("release").args([hold(), reason().required(true)]),
        Command::new("keep").args([hold(), reason().required(true)]),
        Command::new("review").args([
            hold(),
            option("next", "D").value_parser(value::day()),
            reason().required(true),
        ]),
        Command::new("screen").arg(hold()),
    ]
}

/// Where an object store is, and who asks it.
fn store() -> [Arg; 4] {
    [
        option("endpoint", "URL"),
        option("region", "NAME"),
        option("addressing", "WAY")
            .value_parser(ValueParser::from(PossibleValuesParser::new(["path", "host"]))),
        path("credentials", "FILE"),
    ]
}

/// Which gaps.
fn missing() -> [Arg; 8] {
    [
        option("project", "P"),
        option("customer", "C"),
        option("outlet", "O").value_parser(value::label()),
        option("clerk", "NUMBER").value_parser(value::staff()),
        option("from", "D").value_parser(value::day()),
        option("to", "D").value_parser(value::day()),
        option("days", "N").value_parser(value::number::<u32>(0, 100_000)),
        option("limit", "N").value_parser(value::number::<u32>(1, 100_000)),
    ]
}

/// The forms that are printed.
fn print() -> [Command; 8] {
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
        Command::new("missing").args(missing()).args(press()),
        Command::new("register").arg(word("plan-id", "PLAN").required(true)).args(press()),
        Command::new("handover").arg(option("receipt", "ACT").value_parser(value::request())).args(press()),
        Command::new("sheet").args(press()),
    ]
}

fn add() -> Vec<Arg> {
    let first = ["project", "customer", "customer-kind", "business", "date", "outlet"];
    // A supplement has its labels from the record that it goes to.
    let label = |id: &'static str, name| option(id, name).value_parser(value::label());
    let mut args = vec![
        file_word("path", "PATH").required(true).num_args(1..),
        label("project", "P"),
        label("customer", "NAME"),
        option("customer-kind", "KIND").value_parser(value::words(CustomerKind::ALL)),
        option("customer-id", "ID").conflicts_with("to"),
        option("business", "BUSINESS").value_parser(value::words(Business::ALL)),
        option("date", "D").value_parser(value::day()),
        label("outlet", "O"),
        option("outcome", "OUTCOME").value_parser(value::words(Outcome::ALL)).conflicts_with("to"),
        many("cert", "FILE").value_parser(PathBufValueParser::new()),
        cert::reliance().requires("cert"),
        many("kind", "FILE=KIND").value_parser(value::kinded()),
        many("tag", "T").value_parser(value::label()).conflicts_with("to"),
        label("box", "CODE").conflicts_with("to"),
        many("waive", "KIND=REASON").value_parser(value::waiver()).conflicts_with("to"),
        many("mark", "FILE=MARK,…").value_parser(value::marked()),
        many("title", "FILE=TITLE").value_parser(value::titled()),
        option("channel", "CHANNEL").value_parser(value::words(Channel::ALL)).conflicts_with("to"),
        many("flag", "FLAG").value_parser(value::words(Circumstance::ALL)).conflicts_with("to"),
        option("applied", "D").value_parser(value::day()).conflicts_with("to"),
        many("field", "FIELD=VALUE").value_parser(value::particular()).conflicts_with("to"),
        option("to", "RECORD").requires("reason"),
        reason().requires("to"),
        option("request", "ID").value_parser(value::request()),
        flag("again"),
        flag("new-project").conflicts_with("to"),
        option("no-copy-reason", "TEXT"),
    ];
    for arg in &mut args {
        if first.contains(&arg.get_id().as_str()) {
            *arg = std::mem::take(arg).required_unless_present("to").conflicts_with("to");
        }
    }
    args
}

/// What may be said of a whole record, all of it optional.
fn labels() -> Vec<Arg> {
    let label = |id: &'static str, name| option(id, name).value_parser(value::label());
    vec![
        label("project", "P"),
        label("outlet", "O"),
        label("customer", "NAME"),
        option("customer-kind", "KIND").value_parser(value::words(CustomerKind::ALL)),
        option("customer-id", "ID"),
        option("business", "BUSINESS").value_parser(value::words(Business::ALL)),
        option("date", "D").value_parser(value::day()),
        option("outcome", "OUTCOME").value_parser(value::words(Outcome::ALL)),
        many("tag", "T").value_parser(value::label()),
        label("box", "CODE"),
        option("channel", "CHANNEL").value_parser(value::words(Channel::ALL)),
        many("flag", "FLAG").value_parser(value::words(Circumstance::ALL)),
    ]
}

fn correct() -> Vec<Arg> {
    let mut args = vec![record(), reason().required(true)];
    args.extend(labels());
    args.extend([
        many("waive", "KIND=REASON").value_parser(value::waiver()),
        option("applied", "D").value_parser(value::day()),
        many("field", "FIELD=VALUE").value_parser(value::particular()),
        many("clear", "FACT").value_parser(value::words(CLEARED)),
        many("kind", "N=KIND").value_parser(value::kinded()),
        many("mark", "N=MARK,…").value_parser(value::remarked()),
        many("title", "N=TITLE").value_parser(value::titled()),
    ]);
    args
}

/// What a correction can leave empty.
const CLEARED: &[FactName] = &[
    FactName::CustomerId,
    FactName::Tags,
    FactName::Box,
    FactName::Waived,
    FactName::Channel,
    FactName::Flags,
    FactName::Applied,
    FactName::Fields,
];

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

/// Retention rules. `--basis` is the legal one, as in the law; the day that years count from is `--count-from`.
fn rule() -> [Command; 5] {
    let class = || word("class", "CLASS").required(true).value_parser(value::words(Class::ALL));
    let act = || word("act", "ACT").required(true).value_parser(value::request());
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
    ]
}

/// Work at its time.
fn jobs() -> [Command; 3] {
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

fn watch() -> Vec<Arg> {
    let usual = |arg: Arg, value: &'static str| arg.default_value(value).hide_default_value(true);
    let mut args = vec![file_word("dir", "DIR").required(true), option("rule", "RULE")];
    args.extend(labels());
    args.extend([
        path("done", "DIR"),
        usual(option("settle", "SECONDS").value_parser(value::seconds()), "5"),
        usual(option("every", "SECONDS").value_parser(value::seconds()), "2"),
        usual(option("give-up", "MINUTES").value_parser(value::number::<u64>(0, 1_000_000)), "10"),
        flag("supplement"),
        flag("once"),
    ]);
    args
}

/// The options of every command.
fn common() -> Vec<Arg> {
    let choice = |words: &'static [&'static str]| ValueParser::from(PossibleValuesParser::new(words));
    let args = vec![
        path("vault", "DIR"),
        path("keystore", "DIR"),
        path("key", "FILE"),
        path("passphrase-file", "FILE"),
        path("act-out", "FILE"),
        flag("dry-run").short('n'),
        flag("json"),
        flag("quiet").short('q').conflicts_with("verbose"),
        flag("verbose").short('v'),
        flag("no-input"),
        option("lang", "LANG").value_parser(choice(&["zh", "en"])),
        option("color", "WHEN").value_parser(choice(&["auto", "always", "never"])),
        option("progress", "HOW").value_parser(choice(&["auto", "plain", "json", "none"])),
        Arg::new("help-short").short('h').action(ArgAction::HelpShort),
        Arg::new("help").long("help").action(ArgAction::HelpLong),
    ];
    args.into_iter().map(|arg| arg.global(true).hide_short_help(true)).collect()
}

/// The ids of the options of every command.
pub(crate) fn is_common(id: &str) -> bool {
    common().iter().any(|arg| arg.get_id() == id)
}

fn group<const N: usize>(name: &'static str, commands: [Command; N]) -> Command {
    Command::new(name).subcommand_required(true).disable_help_subcommand(true).subcommands(commands)
}

fn flag(id: &'static str) -> Arg {
    Arg::new(id).long(id).action(ArgAction::SetTrue)
}

fn option(id: &'static str, name: &'static str) -> Arg {
    Arg::new(id).long(id).value_name(name).hide_possible_values(true)
}

fn many(id: &'static str, name: &'static str) -> Arg {
    option(id, name).action(ArgAction::Append)
}

fn path(id: &'static str, name: &'static str) -> Arg {
    option(id, name).value_parser(PathBufValueParser::new()).value_hint(clap::ValueHint::AnyPath)
}

fn output(name: &'static str) -> Arg {
    path("output", name).short('o')
}

fn word(id: &'static str, name: &'static str) -> Arg {
    Arg::new(id).value_name(name).hide_possible_values(true)
}

fn file_word(id: &'static str, name: &'static str) -> Arg {
    word(id, name).value_parser(PathBufValueParser::new()).value_hint(clap::ValueHint::AnyPath)
}

/// How objects are retained.
fn lock() -> Arg {
    option("lock", "MODE").value_parser(PossibleValuesParser::new(["governance", "compliance"]))
}

fn record() -> Arg {
    word("record", "RECORD").required(true)
}

fn act() -> Arg {
    word("act", "ACT").required(true).value_parser(value::request())
}

fn reason() -> Arg {
    option("reason", "TEXT").value_parser(value::said())
}

fn roles(id: &'static str) -> Arg {
    many(id, "ROLE,…").value_delimiter(',').value_parser(value::words(Role::ALL))
}

/// What a command needs before it can begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needs {
    /// Whether it runs in an open vault.
    pub vault: bool,
    /// Whether it runs for a person.
    pub key: Key,
}

/// Whether a command wants a person's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// It asks for none, also where one is named.
    None,
    /// It uses the one that is named.
    Optional,
    /// It does not begin without one.
    Required,
}

/// Says what a command needs.
pub fn needs(parsed: &Parsed) -> Needs {
    let (vault, key) = match parsed.command()[..] {
        ["key", ..] | ["completions"] | ["demo"] | ["act", "show" | "send"] => (false, Key::None),
        // What is taken in goes into the CA's own vault.
        ["accept"] if parsed.flag("take") => (true, Key::Required),
        ["init" | "accept"] | ["act", "sign"] => (false, Key::Required),
        ["keys", "prove"] => (false, Key::Required),
        // Who asks may name to whom the answer is sealed, and what opens it.
        ["request", "new" | "read"] => (false, Key::Optional),
        ["request", "open"] => (false, Key::Required),
        ["request", "list"] => (true, Key::None),
        ["cosigner", "show"] => (false, Key::None),
        ["cosigner", ..] => (false, Key::Required),
        ["journal", "cosigner"] if names_cosigner(parsed) => (true, Key::Required),
        ["backup", "remove"] => (false, Key::None),
        ["backup", "restore"] => (false, Key::Optional),
        ["backup", "verify"] if parsed.flag("alone") => (false, Key::Optional),
        ["backup", "verify"] => (true, Key::Optional),
        ["backup", "list"] => (parsed.file("target").is_none(), Key::None),
        ["backup", "create"] => (true, Key::None),
        ["push"] if parsed.flag("keep") || parsed.flag("forget") => (true, Key::Required),
        ["push"] => (true, Key::None),
        // Journal and receipt are in the clear.
        ["handover", "check"] => (true, Key::None),
        // With a key it says of which project it is.
        ["handover", "status"] => (true, Key::Optional),
        // Shown to anybody, changed by whoever answers for it.
        ["handover", "place"] if parsed.file("place").is_none() && parsed.get::<u64>("cache").is_none() => {
            (true, Key::None)
        }
        // With a key it says whose hands printed it, and how many holds there are, to who may know of them.
        ["print", "handover"] => (true, Key::Optional),
        ["verify"] if parsed.flag("keyless") => (true, Key::None),
        // What is put back is compared with the journal, which is in the clear.
        ["repair"] => (true, Key::None),
        ["journal", "prove"] if parsed.text("record").is_some() => (true, Key::Required),
        ["journal", "fork", ..] => (true, Key::Required),
        ["journal", ..] => (true, Key::None),
        ["staff", "list"] | ["status" | "doctor"] | ["keys", "status" | "recover"] | ["act", "submit"] => {
            (true, Key::Optional)
        }
        ["staff", "countersign"] if parsed.file("request").is_some() => (true, Key::None),
        ["rebuild"] if parsed.text("part") == Some("tree") => (true, Key::None),
        // The journal is in the clear; only the reason of a proposal is sealed.
        ["why" | "due"] => (true, Key::Optional),
        ["rule", "list" | "diff"] => (true, Key::Optional),
        ["purge", "list" | "certificate"] | ["purge", "policy", "show"] => (true, Key::None),
        // A plan is made and carried out by the vault itself where nobody puts their name to it.
        ["purge", "plan" | "show" | "run"] => (true, Key::Optional),
        // Only the reason is sealed.
        ["purge", "reverse", "list"] => (true, Key::Optional),
        ["jobs", "list"] => (true, Key::None),
        // With a key it says what waits of holds as well, to who may know of them.
        ["jobs", "run"] => (true, Key::Optional),
        _ => (true, Key::Required),
    };
    Needs { vault, key }
}

/// Says whether a cosigner is named with a key at hand, rather than shown or asked for.
fn names_cosigner(parsed: &Parsed) -> bool {
    parsed.any::<CosignerKey>("cosigner").is_some() && parsed.file("request").is_none()
}

/// Says whether `--act-out` means something for a command.
pub(crate) fn makes_act(parsed: &Parsed) -> bool {
    if parsed.command() == ["journal", "cosigner"] {
        return names_cosigner(parsed);
    }
    matches!(
        parsed.command()[..],
        ["staff", "enrol" | "countersign" | "disable"]
            | ["review"]
            | ["misfiled" | "cert" | "handover", "confirm"]
            | ["cert", "issuer", "pin" | "approve"]
            | ["rule", "propose" | "approve"]
            | ["purge", "appraise" | "approve" | "witness" | "reject"]
            | ["purge", "reverse", "propose" | "confirm"]
            | ["keys", "shred"]
            | ["jobs", "set"]
            | ["request", "open"]
    )
}

/// Says whether a path is the dash that stands for a stream.
pub fn is_dash(path: &Path) -> bool {
    path.as_os_str() == "-"
}

#[cfg(test)]
#[path = "cli/tests.rs"]
mod tests;
