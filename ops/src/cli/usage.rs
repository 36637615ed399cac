//! Usage errors: what clap found, in our words.

use super::{Parsed, Reading, help, makes_act};
use crate::failure::{Problem, Result};
use crate::messages::{Lang, Messages};
use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::error::Error as _;
use std::ffi::OsString;

/// Refuses options that a command would have to pass over in silence.
pub(super) fn check(parsed: &Parsed) -> Result<()> {
    if parsed.file("act-out").is_some() && !makes_act(parsed) {
        let command = format!("jingui {}", parsed.command_text());
        return Err(Problem::NotHere { option: "--act-out".into(), command }.into());
    }
    Ok(())
}

/// Turns an error of clap into ours; asked-for help and version are shown instead.
pub(super) fn explain(argv: &[OsString], error: &Error, lang: Lang) -> Result<Reading> {
    let messages = Messages::for_lang(lang);
    let command = command_of(argv);
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // Parsed again with texts: a command line that fits never pays for them.
            let shown = help::dressed(lang).try_get_matches_from(argv).err().unwrap_or_else(unreachable_help);
            return Ok(Reading::Show(shown.render().to_string()));
        }
        _ => {}
    }
    let one = |kind| texts(error.get(kind)).into_iter().next().unwrap_or_default();
    // clap puts the most similar one last.
    let near = |kind| texts(error.get(kind)).pop().unwrap_or_else(|| "none".to_owned());
    // Without the name of its value.
    let option = || one(ContextKind::InvalidArg).split([' ', '=']).next().unwrap_or_default().to_owned();
    let problem = match error.kind() {
        ErrorKind::InvalidSubcommand => Problem::UnknownCommand {
            near: match near(ContextKind::SuggestedSubcommand) {
                near if near == "none" => nearest(&one(ContextKind::InvalidSubcommand), &command),
                near => near,
            },
            word: one(ContextKind::InvalidSubcommand),
            command,
        },
        ErrorKind::UnknownArgument => Problem::UnknownOption {
            word: one(ContextKind::InvalidArg),
            near: near(ContextKind::SuggestedArg),
            command,
        },
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let list = texts(error.get(ContextKind::ValidSubcommand));
            let list = list.into_iter().filter(|name| name != "help").collect::<Vec<_>>().join(" ");
            Problem::CommandMissing { command, list }
        }
        ErrorKind::MissingRequiredArgument => {
            Problem::ArgumentMissing { list: texts(error.get(ContextKind::InvalidArg)).join(" "), command }
        }
        ErrorKind::InvalidValue if one(ContextKind::InvalidValue).is_empty() => {
            Problem::ValueMissing { option: option(), command }
        }
        ErrorKind::InvalidValue => {
            let list = texts(error.get(ContextKind::ValidValue)).join(" ");
            let why = messages.text("why-list", &[("list", list.into())]);
            Problem::BadValue { option: option(), value: one(ContextKind::InvalidValue), why, command }
        }
        ErrorKind::ValueValidation => {
            let why = error.source().map_or_else(String::new, |why| messages.text(&why.to_string(), &[]));
            Problem::BadValue { option: option(), value: one(ContextKind::InvalidValue), why, command }
        }
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues | ErrorKind::NoEquals => {
            Problem::ValueMissing { option: option(), command }
        }
        ErrorKind::ArgumentConflict => Problem::Conflict {
            option: option(),
            other: texts(error.get(ContextKind::PriorArg)).join(" "),
            command,
        },
        ErrorKind::TooManyValues => {
            Problem::UnknownOption { word: one(ContextKind::InvalidValue), near: "none".into(), command }
        }
        ErrorKind::InvalidUtf8 => Problem::Misuse { what: messages.text("why-utf8", &[]), command },
        kind => Problem::Misuse { what: kind.to_string(), command },
    };
    Err(problem.into())
}

fn unreachable_help() -> Error {
    // The dressed definition takes what the bare one takes; should it ever not, an empty page is shown.
    Error::raw(ErrorKind::DisplayHelp, "")
}

/// The longest run of words that are commands, for pointing at the right page of help.
fn command_of(argv: &[OsString]) -> String {
    let root = super::command();
    let (mut found, mut words) = (&root, vec!["jingui"]);
    for word in argv.iter().skip(1).filter_map(|word| word.to_str()) {
        if let Some(sub) = found.find_subcommand(word) {
            words.push(sub.get_name());
            found = sub;
        }
    }
    words.join(" ")
}

/// The command that one slip of the fingers turns into the word: clap finds none for short words.
fn nearest(word: &str, command: &str) -> String {
    let root = super::command();
    let found = command.split(' ').skip(1).try_fold(&root, |found, word| found.find_subcommand(word));
    let mut names = found.into_iter().flat_map(|found| found.get_subcommands()).map(|sub| sub.get_name());
    names.find(|name| is_one_slip(word, name)).unwrap_or("none").to_owned()
}

/// Says whether one letter too many, too few, wrong, or two in the wrong order make the one of the other.
fn is_one_slip(typed: &str, meant: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (typed.chars().collect(), meant.chars().collect());
    let same = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[same..], &b[same..]);
    match (a, b) {
        ([x, y, rest @ ..], [v, w, more @ ..]) if (x, y) == (w, v) => rest == more,
        ([_, rest @ ..], [_, more @ ..]) if rest == more => true,
        (longer, shorter) if longer.len() == shorter.len() + 1 => &longer[1..] == shorter,
        (shorter, longer) if longer.len() == shorter.len() + 1 => shorter == &longer[1..],
        _ => false,
    }
}

fn texts(value: Option<&ContextValue>) -> Vec<String> {
    match value {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => vec![],
    }
}
