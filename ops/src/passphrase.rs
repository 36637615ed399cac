//! Passphrases: asked for on the terminal, or read from a file; and the key file that one unlocks.
//!
//! This runs in the process that was started, never in the one that holds the vault for it.

use crate::context::{Context, read_line};
use crate::failure::{Doing, Failure, Problem, Result};
use crate::output::printable_path;
use jingui_vault::Error;
use jingui_vault::keys::Person;
use jingui_vault::keys::person::{KEY_FILE_BYTES_MAX, PASSPHRASE_CHARS_MIN};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Where a passphrase comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Typed on the terminal.
    Terminal,
    /// The next line of standard input.
    Stdin,
    /// The first line of a file.
    File(PathBuf),
}

impl Source {
    /// What `--passphrase-file` says; without it, the terminal.
    pub fn of(context: &Context, file: Option<&PathBuf>) -> Self {
        match file {
            None => Self::Terminal,
            Some(dash) if dash.as_os_str() == "-" => Self::Stdin,
            Some(file) => Self::File(context.path(file)),
        }
    }
}

/// Says whether a passphrase can be had: from a file that was named, or from a terminal.
pub fn can_ask(context: &Context, file: Option<&PathBuf>) -> bool {
    file.is_some() || (!context.call.no_input && File::open("/dev/tty").is_ok())
}

/// Returns the passphrase of an existing key file.
pub fn existing(context: &mut Context, source: &Source, key: &Path) -> Result<Zeroizing<String>> {
    let path = printable_path(key);
    read(context, source, &[("path", path.as_str().into())], "ask-passphrase")
}

/// Returns a new passphrase; on the terminal it is asked for twice.
///
/// Errors: [`Error::WeakPassphrase`], [`Problem::PassphraseDiffers`], [`Problem::NoTerminal`].
pub fn new(context: &mut Context, source: &Source, key: &Path) -> Result<Zeroizing<String>> {
    let path = printable_path(key);
    let values = [("path", path.as_str().into())];
    let first = read(context, source, &values, "ask-new-passphrase")?;
    // Before it is typed a second time.
    if first.chars().count() < PASSPHRASE_CHARS_MIN {
        return Err(Error::WeakPassphrase {}.into());
    }
    if *source == Source::Terminal && read(context, source, &values, "ask-passphrase-again")? != first {
        return Err(Problem::PassphraseDiffers {}.into());
    }
    Ok(first)
}

/// Reads and unlocks a person's key file.
pub fn unlock(context: &mut Context, source: &Source, key: &Path) -> Result<Person> {
    let bytes = read_key_file(key)?;
    let passphrase = existing(context, source, key)?;
    Ok(Person::from_key_file(&printable_path(key), &bytes, &passphrase)?)
}

/// Returns the bytes of a key file or a public half; one byte too many is read, so that size is refused later.
pub fn read_key_file(path: &Path) -> Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(4096));
    let file = File::open(path).doing("read", path)?;
    file.take(KEY_FILE_BYTES_MAX + 1).read_to_end(&mut bytes).doing("read", path)?;
    Ok(bytes)
}

fn read(
    context: &mut Context,
    source: &Source,
    values: &[(&str, crate::messages::Value<'_>)],
    ask: &str,
) -> Result<Zeroizing<String>> {
    let (line, path) = match source {
        Source::Terminal => return type_in(context, &context.out.text(ask, values)),
        Source::Stdin => (read_line(&mut context.stdin), Path::new("stdin")),
        Source::File(path) => (File::open(path).and_then(|mut file| read_line(&mut file)), path.as_path()),
    };
    let line = Zeroizing::new(line.doing("read", path)?);
    let not_text = || Failure::io("read", path, io::Error::new(io::ErrorKind::InvalidData, "not UTF-8"));
    Ok(Zeroizing::new(std::str::from_utf8(&line).map_err(|_| not_text())?.to_owned()))
}

fn type_in(context: &Context, prompt: &str) -> Result<Zeroizing<String>> {
    if context.call.no_input {
        return Err(Problem::NoTerminal {}.into());
    }
    match rpassword::prompt_password(format!("{prompt} ")) {
        Ok(typed) => Ok(Zeroizing::new(typed)),
        Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(Error::Interrupted {}.into()),
        Err(_) => Err(Problem::NoTerminal {}.into()),
    }
}
