//! The cosigner: whoever outside an archive countersigns its heads, so that its history cannot be told in two ways.
//!
//! Knows no vault's directory, no journal and no record: of a vault it knows id, log key, and the newest head it has
//! signed. It signs a head only if that continues the one it knows, and gives the time of its own clock. What it has
//! seen is durable before a signature is made; so nothing that cuts it off lets it sign two heads that do not fit.
//!
//! ```text
//! COSIGNER.toml          its verifier key, which vaults name
//! logs/<vault id>.json   the newest head it has signed for a vault
//! lock                   held by whoever signs: the caller's matter, as with a vault
//! ```
//!
//! Its private key is a person's key file, which lies wherever its owner keeps it and not here.
//! Source: `schema/FORMAT.md`, section 10.

mod next; // whether a head may be signed: pure
mod store; // what was seen, on disk

pub use next::{Seen, Trusted};

use crate::env::Env;
use crate::error::{Doing, Error, Result};
use crate::keys::Person;
use crate::keys::log::read_origin;
use jingui_schema::cosignature::{CosignerKey, Request};
use jingui_schema::head::SignedHead;
use std::path::{Path, PathBuf};

/// A cosigner's directory.
pub struct Cosigner {
    env: Env,
    dir: PathBuf,
    key: CosignerKey,
}

/// A head that was countersigned, or would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The head with the cosigner's line; where it was only considered, without.
    pub head: SignedHead,
    /// What is known of the vault from here on.
    pub seen: Seen,
    /// What was known before.
    pub before: Option<Seen>,
    /// Whether this machine's clock is behind the last time it signed, which then stands instead.
    pub clock_behind: bool,
}

impl Cosigner {
    /// Makes a cosigner whose key is this person's, in a directory that is empty or absent.
    ///
    /// - Can be repeated after it was cut off.
    /// - Errors: [`Error::NotEmpty`]; [`Error::BadName`] for a name that no signature line could carry.
    pub fn init(env: Env, dir: &Path, name: &str, person: &Person) -> Result<Self> {
        let key = CosignerKey::new(name, &person.sign_key().0);
        let key = key.map_err(|_| Error::BadName { name: name.into() })?;
        store::make(&env, dir, &key)?;
        Ok(Self { env, dir: dir.to_owned(), key })
    }

    /// Says whether [`Cosigner::init`] would do it; changes nothing.
    pub fn may_init(env: &Env, dir: &Path, name: &str, person: &Person) -> Result<CosignerKey> {
        store::check_empty(env, dir)?;
        let key = CosignerKey::new(name, &person.sign_key().0);
        key.map_err(|_| Error::BadName { name: name.into() })
    }

    /// Opens a cosigner's directory. Whoever signs holds its lock.
    ///
    /// Errors: [`Error::NoCosignerHere`], [`Error::CosignerDamaged`], [`Error::TooNew`], [`Error::DraftFormat`].
    pub fn open(env: Env, dir: &Path) -> Result<Self> {
        let key = store::read_key(&env, dir)?;
        Ok(Self { env, dir: dir.to_owned(), key })
    }

    /// The public half of its key, which vaults name.
    pub fn key(&self) -> &CosignerKey {
        &self.key
    }

    /// What it knows of each vault, by id.
    pub fn seen(&self) -> Result<Vec<Seen>> {
        store::all(&self.env, &self.dir)
    }

    /// Says what signing would come to; changes nothing.
    ///
    /// Errors: as of [`Cosigner::sign`].
    pub fn consider(&self, request: &Request, trusted: Option<&Trusted>, fork: bool) -> Result<Signed> {
        let origin = request.head().head().origin();
        let (vault, _) = read_origin(origin).ok_or(Error::UnknownLog { origin: origin.into() })?;
        let before = store::read(&self.env, &self.dir, vault)?;
        let now = self.env.now();
        let seen = next::next(before.as_ref(), trusted, request, fork, now)?;
        let clock_behind = before.as_ref().is_some_and(|before| next::whole_seconds(now) < before.at);
        Ok(Signed { head: request.head().clone(), seen, before, clock_behind })
    }

    /// Countersigns the head of a request, once it is durable here that it was.
    ///
    /// - `trusted`: a vault that is to be known from here on; `fork`: whether a vault's new log is accepted that does not
    ///   continue the one that was signed.
    /// - The head signed last is signed again, for an answer that was lost.
    /// - Errors: [`Error::OtherCosigner`]; [`Error::UnknownLog`], [`Error::TrustOther`], [`Error::OtherLogKey`];
    ///   [`Error::CosignerElsewhere`] where it knows another size than the request assumes;
    ///   [`Error::Inconsistent`]; [`Error::LogForked`], [`Error::LogEnded`]. None of them changes anything.
    pub fn sign(
        &self,
        person: &Person,
        request: &Request,
        trusted: Option<&Trusted>,
        fork: bool,
    ) -> Result<Signed> {
        if person.sign_key().0 != *self.key.public() {
            return Err(Error::OtherCosigner { path: self.dir.display().to_string() });
        }
        let mut signed = self.consider(request, trusted, fork)?;
        // Before there is a signature: whatever happens from here on, no other head of this size will be signed.
        store::write(&self.env, &self.dir, &signed.seen)?;
        let cosignature = person.cosign(&self.key, signed.head.head(), next::seconds(signed.seen.at));
        signed
            .head
            .add_cosignature(&self.key, &cosignature)
            .map_err(|e| Error::NotARequest { path: "request".into(), why: crate::journal::full(&e) })?;
        Ok(signed)
    }
}

/// Reads a request out of a file.
///
/// Errors: [`Error::NotARequest`] naming `path_for_messages`.
pub fn read_request(path_for_messages: &str, bytes: &[u8]) -> Result<Request> {
    let bad = |why: String| Error::NotARequest { path: path_for_messages.into(), why };
    let text = std::str::from_utf8(bytes).map_err(|_| bad("it is not text".into()))?;
    Request::parse(text).map_err(|e| bad(crate::journal::full(&e)))
}

/// Makes the names in a directory durable.
fn sync(env: &Env, dir: &Path) -> Result<()> {
    env.fs.sync_dir(dir).doing("sync", dir)
}

#[cfg(test)]
mod tests;
