//! Context: what a command is given besides an open vault.
//!
//! A context is made twice from the same [`Call`]: in the process that was started, or in the one that holds
//! the vault and runs the command for it. Does not read the environment of its process.

use crate::failure::Result;
use crate::interrupt::Interrupt;
use crate::output::{Look, Output};
use crate::turns::{Next, Turns};
use jingui_schema::id::TargetId;
use jingui_sync::Access;
use jingui_vault::env::Env;
use jingui_vault::keys::Person;
use jingui_vault::{Error, Exit};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

/// The three streams of a command, as descriptors so that they can be handed to another process.
#[derive(Debug)]
pub struct Streams {
    /// Standard input.
    pub stdin: OwnedFd,
    /// Standard output.
    pub stdout: OwnedFd,
    /// Standard error.
    pub stderr: OwnedFd,
}

impl Streams {
    /// Copies of the descriptors of this process.
    pub fn of_process() -> io::Result<Self> {
        Ok(Self {
            stdin: io::stdin().as_fd().try_clone_to_owned()?,
            stdout: io::stdout().as_fd().try_clone_to_owned()?,
            stderr: io::stderr().as_fd().try_clone_to_owned()?,
        })
    }

    /// Copies of these.
    pub fn try_clone(&self) -> io::Result<Self> {
        Ok(Self {
            stdin: self.stdin.try_clone()?,
            stdout: self.stdout.try_clone()?,
            stderr: self.stderr.try_clone()?,
        })
    }
}

/// A word of a command line or a path; it need not be UTF-8.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word(pub OsString);

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum StoredWord<'a> {
    Text(std::borrow::Cow<'a, str>),
    Bytes(Vec<u8>),
}

impl Serialize for Word {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        match self.0.to_str() {
            Some(text) => StoredWord::Text(text.into()),
            None => StoredWord::Bytes(self.0.as_bytes().to_vec()),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        Ok(Self(match StoredWord::deserialize(deserializer)? {
            StoredWord::Text(text) => text.into_owned().into(),
            StoredWord::Bytes(bytes) => OsString::from_vec(bytes),
        }))
    }
}

impl<T: AsRef<OsStr>> From<T> for Word {
    fn from(word: T) -> Self {
        Self(word.as_ref().to_owned())
    }
}

/// A command line with all that its process knows: enough to run it elsewhere. Holds no secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Call {
    /// The command line, the program's name first.
    pub argv: Vec<Word>,
    /// Where it was started.
    pub cwd: Word,
    /// The keystore that was named, made absolute.
    pub keystore: Option<Word>,
    /// How its output looks.
    pub look: Look,
    /// Whether its input is a terminal.
    pub stdin_terminal: bool,
    /// `--no-input`.
    pub no_input: bool,
    /// `--dry-run`.
    pub dry_run: bool,
    /// `--act-out`, made absolute.
    pub act_out: Option<Word>,
    /// What `doctor` found of the machine and the process that was started.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub found: Vec<crate::doctor::Finding>,
    /// What `doctor` found out of a place for copies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probed: Option<jingui_sync::Probed>,
    /// Why the store cannot be asked that a job would go to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store_unfit: Option<crate::stores::Unfit>,
}

/// What a command is given besides an open vault.
pub struct Context {
    /// Results, notes, warnings, errors, progress.
    pub out: Output,
    /// Standard input.
    pub stdin: Box<dyn Read + Send>,
    /// File system, clock and random source.
    pub env: Env,
    /// Who acts; unlocked by the process that was started.
    pub person: Option<Person>,
    /// Who acts to an object store, where the command names one; put together by the process that was started.
    pub store: Option<Access>,
    /// The same of stores in which documents have stayed, by the copy there.
    pub left: BTreeMap<TargetId, Access>,
    /// Set when the command should end between two steps.
    pub interrupt: Interrupt,
    /// The command line and what was known where it was given.
    pub call: Call,
    /// What is kept from one turn to the next, where the process that was started takes several; a guest has none.
    pub turns: Option<Turns>,
    /// Set where another turn is to follow.
    pub next: Option<Next>,
}

impl Context {
    /// Makes the context of a call with these streams.
    pub fn new(call: Call, streams: Streams, person: Option<Person>, interrupt: Interrupt, env: Env) -> Self {
        let (stdout, stderr) = (File::from(streams.stdout), File::from(streams.stderr));
        Self {
            out: Output::new(call.look.clone(), Box::new(stdout), Box::new(stderr)),
            stdin: Box::new(File::from(streams.stdin)),
            env,
            person,
            store: None,
            left: BTreeMap::new(),
            interrupt,
            call,
            turns: None,
            next: None,
        }
    }

    /// The command line, the program's name first.
    pub fn argv(&self) -> Vec<OsString> {
        self.call.argv.iter().map(|word| word.0.clone()).collect()
    }

    /// Returns a path as seen from where the command was started.
    pub fn path(&self, path: &Path) -> PathBuf {
        Path::new(&self.call.cwd.0).join(path)
    }

    /// The keystore that was named on the command line or in the environment.
    pub fn keystore(&self) -> Option<&Path> {
        self.call.keystore.as_ref().map(|word| Path::new(&word.0))
    }

    /// The file into which the signed act goes instead of being carried out.
    pub fn act_out(&self) -> Option<&Path> {
        self.call.act_out.as_ref().map(|word| Path::new(&word.0))
    }

    /// Says whether only what would be done is to be told.
    pub fn dry_run(&self) -> bool {
        self.call.dry_run
    }

    /// Who acts.
    ///
    /// Errors: [`Error::KeyNeeded`] where no key was given.
    pub fn person(&self) -> Result<&Person> {
        self.person.as_ref().ok_or(Error::KeyNeeded {}.into())
    }

    /// Ends the command here if it has been interrupted.
    ///
    /// Errors: [`Error::Interrupted`].
    pub fn go_on(&self) -> Result<()> {
        if self.interrupt.is_set() { Err(Error::Interrupted {}.into()) } else { Ok(()) }
    }

    /// Asks a question whose answer is yes or no; no where nobody can answer.
    pub fn confirm(&mut self, key: &str, values: &[(&str, crate::messages::Value<'_>)]) -> bool {
        if self.call.no_input || !self.call.stdin_terminal {
            return false;
        }
        self.out.ask(key, values);
        let answer = read_line(&mut self.stdin).unwrap_or_default();
        let yes = self.out.text("answer-yes", &[]);
        let answer = String::from_utf8_lossy(&answer).trim().to_lowercase();
        !answer.is_empty() && yes.split_whitespace().any(|word| word == answer)
    }

    /// Asks for one line of text; none where nobody can answer.
    pub fn answer(&mut self, key: &str, values: &[(&str, crate::messages::Value<'_>)]) -> Option<String> {
        if self.call.no_input || !self.call.stdin_terminal {
            return None;
        }
        self.out.ask(key, values);
        let answer = read_line(&mut self.stdin).ok()?;
        Some(String::from_utf8_lossy(&answer).trim().to_owned())
    }

    /// Tells a failure, writes what is kept back, and returns the number the command exits with.
    pub fn finish(&mut self, result: Result<Exit>) -> u8 {
        let result = result.and_then(|exit| self.out.flush().map(|()| exit));
        match result {
            Ok(exit) => self.next.map_or(exit as u8, Next::code),
            Err(failure) => {
                // What was found before it failed comes before why it failed.
                drop(self.out.flush());
                self.out.failure(&failure);
                failure.exit() as u8
            }
        }
    }
}

/// Reads one line without its end, byte by byte: what follows belongs to somebody else.
pub fn read_line(stream: &mut dyn Read) -> io::Result<Vec<u8>> {
    let (mut line, mut byte) = (Vec::with_capacity(1024), [0]);
    loop {
        match stream.read(&mut byte) {
            Ok(0) => break,
            Ok(_) if byte[0] == b'\n' => break,
            // A passphrase or an answer is short; what is not must not fill the memory.
            Ok(_) if line.len() == 1024 => return Err(io::ErrorKind::FileTooLarge.into()),
            Ok(_) => line.push(byte[0]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_are_not_text_come_through() {
        for bytes in [&b"plain"[..], "库".as_bytes(), b"\xff\xfe"] {
            let word = Word(OsString::from_vec(bytes.to_vec()));
            let text = serde_json::to_string(&word).unwrap();
            assert_eq!(serde_json::from_str::<Word>(&text).unwrap(), word);
        }
    }

    #[test]
    fn a_line_ends_where_it_ends() {
        let mut stream = &b"first\r\nsecond"[..];
        assert_eq!(read_line(&mut stream).unwrap(), b"first");
        assert_eq!(read_line(&mut stream).unwrap(), b"second");
        assert_eq!(read_line(&mut stream).unwrap(), b"");
    }
}
