//! Help: the definition of the command line, dressed with texts from the message files.

use super::{command, is_common};
use crate::failure::{Problem, Result};
use crate::messages::{Lang, Messages};
use clap::{Arg, Command};
use std::collections::BTreeSet;

/// Returns the key of the message for a command, such as `cmd-key-new`.
fn command_key(path: &[String]) -> String {
    std::iter::once("cmd").chain(path.iter().map(String::as_str)).collect::<Vec<_>>().join("-")
}

/// Returns the keys under which the text of an argument may stand: of this command, or of all.
fn argument_keys(path: &[String], id: &str) -> [String; 2] {
    let own = std::iter::once("arg").chain(path.iter().map(String::as_str)).chain([id]);
    [own.collect::<Vec<_>>().join("-"), format!("arg-{id}")]
}

/// The definition with all its texts.
pub fn dressed(lang: Lang) -> Command {
    let mut bare = command();
    bare.build();
    let mut dressed = dress(command(), Messages::for_lang(lang), &mut Vec::new());
    dressed.build();
    with_usage(dressed, &bare, Messages::for_lang(lang))
}

/// The long help of a command named by its words.
///
/// Errors: [`Problem::UnknownCommand`].
pub fn page(words: &[String], lang: Lang) -> Result<String> {
    let mut dressed = dressed(lang);
    let mut found = &mut dressed;
    for word in words {
        if found.find_subcommand(word).is_none() {
            let command = found.get_name().to_owned();
            return Err(Problem::UnknownCommand { word: word.clone(), near: "none".into(), command }.into());
        }
        found = found.find_subcommand_mut(word).expect("it was just found");
    }
    Ok(found.render_long_help().to_string())
}

fn dress(mut command: Command, messages: &Messages, path: &mut Vec<String>) -> Command {
    let text = |key: &str| messages.text(key, &[]);
    let key = command_key(path);
    let about = text(&key);
    let more = format!("{key}-more");
    let long =
        if messages.has(&more) { format!("{about}\n\n{}", unwrapped(&text(&more))) } else { about.clone() };
    let examples = text(&format!("{key}-examples"));
    let examples: String = examples.lines().map(|line| format!("\n  {line}")).collect();
    command = command
        .about(about)
        .long_about(long)
        .after_help(format!("{}{examples}", text("help-examples")))
        .help_template(format!(
            "{{about}}\n\n{}{{usage}}\n\n{{all-args}}{{after-help}}\n",
            text("help-usage")
        ))
        .subcommand_help_heading(text("help-commands"))
        .subcommand_value_name(text("help-command"))
        .max_term_width(100);
    command = command.mut_args(|arg| {
        // Common options are defined at the root and reach the commands when the tree is built.
        let [own, all] = argument_keys(path, arg.get_id().as_str());
        let key = if messages.has(&own) { own } else { all };
        let heading = heading(&arg);
        arg.help(text(&key)).help_heading(text(heading))
    });
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in names {
        path.push(name.clone());
        command = command.mut_subcommand(&name, |sub| dress(sub, messages, path));
        path.pop();
    }
    command
}

/// Joins the lines of each paragraph, for the terminal to break: with a space between words, with none between Han.
fn unwrapped(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines().map(str::trim) {
        match out.chars().next_back() {
            None | Some('\n') => {}
            Some(_) if line.is_empty() => out.push_str("\n\n"),
            Some(last) if last.is_ascii() || line.starts_with(|c: char| c.is_ascii()) => out.push(' '),
            Some(_) => {}
        }
        out.push_str(line);
    }
    out
}

fn heading(arg: &Arg) -> &'static str {
    match arg {
        arg if is_common(arg.get_id().as_str()) => "help-common",
        arg if arg.is_positional() => "help-arguments",
        _ => "help-options",
    }
}

/// Puts the words of this language into the usage lines, where clap has English ones.
fn with_usage(mut dressed: Command, bare: &Command, messages: &Messages) -> Command {
    let usage = bare.clone().render_usage().to_string();
    let usage = usage.strip_prefix("Usage: ").unwrap_or(&usage).to_owned();
    let usage = usage
        .replace("[OPTIONS]", &messages.text("help-options-word", &[]))
        .replace("<COMMAND>", &messages.text("help-command-word", &[]));
    dressed = dressed.override_usage(usage);
    for sub in bare.get_subcommands() {
        dressed = dressed.mut_subcommand(sub.get_name(), |command| with_usage(command, sub, messages));
    }
    dressed
}

/// The keys of all messages that help uses or may use, in either language.
pub fn keys() -> BTreeSet<String> {
    fn walk(command: &Command, path: &mut Vec<String>, keys: &mut BTreeSet<String>) {
        let key = command_key(path);
        let has = |key: &String| Messages::for_lang(Lang::En).has(key);
        keys.extend([key.clone(), format!("{key}-examples")]);
        keys.extend([format!("{key}-more")].into_iter().filter(has));
        for arg in command.get_arguments() {
            let [own, all] = argument_keys(path, arg.get_id().as_str());
            keys.insert(if has(&own) { own } else { all });
        }
        for sub in command.get_subcommands() {
            path.push(sub.get_name().to_owned());
            walk(sub, path, keys);
            path.pop();
        }
    }
    let mut keys = BTreeSet::new();
    walk(&command(), &mut Vec::new(), &mut keys);
    keys
}
