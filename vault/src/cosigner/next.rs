//! Whether a head may be signed, and what is known of its vault from then on: pure.

use crate::error::{Error, Result};
use crate::keys::log::{origin_of, read_origin};
use crate::toml_copy;
use jingui_schema::cosignature::Request;
use jingui_schema::digest::Sha256;
use jingui_schema::head::{Head, VerifierKey};
use jingui_schema::id::VaultId;
use jingui_schema::merkle::{self, empty_root};
use jingui_schema::time::Time;
use serde::{Deserialize, Serialize};

/// A log that a vault no longer goes on with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ended {
    /// How many forks lay before it.
    pub fork: u64,
    /// Lines under the newest head that was signed of it.
    pub lines: u64,
    /// Their root.
    pub root: Sha256,
    /// When it was signed.
    pub at: Time,
}

/// What a cosigner knows of a vault: the newest head it has signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// The form of this.
    pub v: u32,
    /// The vault.
    pub vault: VaultId,
    /// The key that signs its heads: a C2SP verifier key.
    pub log: String,
    /// How many forks lie before its log.
    pub fork: u64,
    /// What the heads of that log say besides: which head it parted from.
    pub extensions: Vec<String>,
    /// Lines under the newest head.
    pub lines: u64,
    /// Their root.
    pub root: Sha256,
    /// The time that was given to it, in whole seconds.
    pub at: Time,
    /// The logs before it, oldest first.
    pub ended: Vec<Ended>,
}

impl Seen {
    /// The name of its log.
    pub fn origin(&self) -> String {
        origin_of(&self.vault, self.fork)
    }
}

/// A vault that a cosigner is told to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trusted {
    path: String,
    vault: VaultId,
    log: VerifierKey,
}

impl Trusted {
    /// Reads vault id and log key out of a vault's `VAULT.toml`.
    ///
    /// Errors: [`Error::NotAVaultToml`], [`Error::DraftFormat`], [`Error::TooNew`], each naming `path_for_messages`.
    pub fn read(path_for_messages: &str, bytes: &[u8]) -> Result<Self> {
        let edited = |what: &str| Error::NotAVaultToml { path: path_for_messages.into(), why: what.into() };
        let text = std::str::from_utf8(bytes).map_err(|_| edited("it is not text"))?;
        // What another format says may mean something else.
        toml_copy::check_format_of(path_for_messages, text).transpose()?;
        let (vault, log) = toml_copy::log_of(text).ok_or_else(|| edited("it names no vault and log"))?;
        let log: VerifierKey = log.parse().map_err(|e| edited(&crate::journal::full(&e)))?;
        match log.name() == origin_of(&vault, 0) {
            true => Ok(Self { path: path_for_messages.into(), vault, log }),
            false => Err(edited("its log key is another vault's")),
        }
    }
}

/// Decides on a request: what is known of its vault once it is signed.
pub fn next(
    known: Option<&Seen>,
    trusted: Option<&Trusted>,
    request: &Request,
    accepts_fork: bool,
    now: Time,
) -> Result<Seen> {
    let head = request.head().head();
    let origin = || head.origin().to_owned();
    let (vault, fork) = read_origin(head.origin()).ok_or_else(|| Error::UnknownLog { origin: origin() })?;
    let log = log_key(known, trusted, vault, head)?;
    request.head().verify(&log).map_err(|_| Error::OtherLogKey { origin: origin() })?;
    if head.size() == 0 {
        return Err(Error::NotARequest { path: origin(), why: "a journal without lines is none".into() });
    }
    let mut seen = Seen {
        v: jingui_schema::FORMAT,
        vault,
        log: log.to_string(),
        fork,
        extensions: head.extensions().to_vec(),
        lines: head.size(),
        root: Sha256(*head.root()),
        at: whole_seconds(now),
        ended: Vec::new(),
    };
    let Some(known) = known else {
        follows(0, &Sha256(empty_root()), request)?;
        return Ok(seen);
    };
    // A clock that was put back makes no head older than the one before.
    seen.at = seen.at.max(known.at);
    seen.ended.clone_from(&known.ended);
    if fork < known.fork {
        return Err(Error::LogEnded { origin: origin(), now: known.origin() });
    }
    if fork > known.fork {
        if !accepts_fork {
            return Err(Error::LogForked {
                origin: origin(),
                lines: head.size().to_string(),
                known: known.origin(),
                seen: known.lines.to_string(),
            });
        }
        let Seen { fork, lines, root, at, .. } = *known;
        seen.ended.push(Ended { fork, lines, root, at });
        follows(0, &Sha256(empty_root()), request)?;
        return Ok(seen);
    }
    // Signed before, and the answer was lost on its way.
    let again = (seen.lines, seen.root) == (known.lines, known.root) && seen.extensions == known.extensions;
    if !again {
        if seen.extensions != known.extensions {
            return Err(inconsistent(known.lines, head));
        }
        follows(known.lines, &known.root, request)?;
    }
    Ok(seen)
}

/// The key that has to have signed the head: the one that is known, or the one that is to be.
fn log_key(
    known: Option<&Seen>,
    trusted: Option<&Trusted>,
    vault: VaultId,
    head: &Head,
) -> Result<VerifierKey> {
    let unknown = || Error::UnknownLog { origin: head.origin().into() };
    let known = known.map(|known| known.log.parse::<VerifierKey>().map_err(|_| unknown())).transpose()?;
    if let Some(trusted) = trusted {
        let other = trusted.vault != vault || known.as_ref().is_some_and(|known| *known != trusted.log);
        if other {
            return Err(Error::TrustOther { origin: head.origin().into(), path: trusted.path.clone() });
        }
    }
    known.or_else(|| trusted.map(|trusted| trusted.log.clone())).ok_or_else(unknown)
}

/// Whether the head of a request continues the one that is known.
fn follows(lines: u64, root: &Sha256, request: &Request) -> Result<()> {
    let head = request.head().head();
    if request.old() != lines {
        let (known, old) = (lines.to_string(), request.old().to_string());
        return Err(Error::CosignerElsewhere { origin: head.origin().into(), known, old });
    }
    merkle::verify_consistency(lines, head.size(), request.proof(), &root.0, head.root())
        .map_err(|_| inconsistent(lines, head))
}

fn inconsistent(known: u64, head: &Head) -> Error {
    let (known, lines) = (known.to_string(), head.size().to_string());
    Error::Inconsistent { origin: head.origin().into(), known, lines }
}

/// The last whole second, not before 1970: what a cosignature can say.
pub fn whole_seconds(time: Time) -> Time {
    Time::from_millis(time.millis().max(0) / 1000 * 1000)
}

/// Seconds since 1970.
pub fn seconds(time: Time) -> u64 {
    u64::try_from(time.millis() / 1000).unwrap_or(0)
}
