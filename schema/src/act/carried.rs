//! Acts on their way as files, and the public halves of those who sign them.

use super::ActError;
use crate::FORMAT;
use crate::digest::{SignKey, Signature};
use crate::id::{By, NoteId, VaultId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// A sealed note that travels with an act file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CarriedNote {
    /// Its id.
    pub id: NoteId,
    /// The sealed file, base64.
    pub age: String,
}

/// An act file: an act on its way to a vault, or a request to sign one.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActFile {
    jingui: String,
    v: u32,
    /// The vault it is for.
    pub vault: VaultId,
    /// Who signed or is asked to sign.
    pub by: By,
    /// The act's bytes as they stand.
    pub act: Box<RawValue>,
    /// Absent in a request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sig: Option<Signature>,
    /// Notes it refers to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<CarriedNote>,
}

impl ActFile {
    /// Puts an act into a file.
    pub fn new(
        vault: VaultId,
        by: By,
        act: Box<RawValue>,
        sig: Option<Signature>,
        notes: Vec<CarriedNote>,
    ) -> Self {
        Self { jingui: "act".into(), v: FORMAT, vault, by, act, sig, notes }
    }

    /// Reads an act file (one line of a spool).
    ///
    /// Errors: [`ActError::Json`] for anything that is not one.
    pub fn parse(text: &str) -> Result<Self, ActError> {
        use serde::de::Error as _;
        let file: Self = serde_json::from_str(text.trim_end()).map_err(ActError::Json)?;
        let wrong = |why: String| Err(ActError::Json(serde_json::Error::custom(why)));
        if file.jingui != "act" {
            return wrong("not a jingui act file".into());
        }
        if file.v != FORMAT {
            return wrong(format!("of format {}, which this program does not read", file.v));
        }
        Ok(file)
    }

    /// The file's one line, with LF.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).expect("an act file always serialises") + "\n"
    }
}

/// The public half of a person's key file, as sent to whoever enrols.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicHalf {
    jingui: String,
    v: u32,
    /// The person's name.
    pub name: String,
    /// age recipient.
    pub age: String,
    /// Signing key.
    pub sign: SignKey,
    /// Signature over name and recipient with that key.
    pub proof: Signature,
}

/// Says why a text is not a person's public half.
#[derive(Debug, thiserror::Error)]
pub enum PublicHalfError {
    /// Not its JSON.
    #[error("not the public half of a jingui key")]
    Json(#[source] serde_json::Error),
    /// The public half of something else.
    #[error("not a jingui person")]
    Kind,
    /// Of another format.
    #[error("of format {0}, which this program does not read")]
    Format(u64),
    /// The proof does not fit: someone changed the name or a key.
    #[error("its proof does not fit: the name or a key was changed")]
    Proof,
}

impl PublicHalf {
    /// What `proof` signs.
    pub fn proof_bytes(name: &str, age: &str) -> Vec<u8> {
        format!("jingui person 1\n{name}\n{age}\n").into_bytes()
    }

    /// Puts a public half together.
    pub fn new(name: String, age: String, sign: SignKey, proof: Signature) -> Self {
        Self { jingui: "person".into(), v: FORMAT, name, age, sign, proof }
    }

    /// Reads and checks a public half.
    pub fn parse(text: &str) -> Result<Self, PublicHalfError> {
        #[derive(Deserialize)]
        struct Head {
            jingui: String,
            v: u64,
        }
        // Looked at before the rest: another format may have other keys.
        let head: Head = serde_json::from_str(text.trim()).map_err(PublicHalfError::Json)?;
        if head.jingui != "person" {
            return Err(PublicHalfError::Kind);
        }
        if head.v != u64::from(FORMAT) {
            return Err(PublicHalfError::Format(head.v));
        }
        let half: Self = serde_json::from_str(text.trim()).map_err(PublicHalfError::Json)?;
        if !half.sign.verifies(&Self::proof_bytes(&half.name, &half.age), &half.proof) {
            return Err(PublicHalfError::Proof);
        }
        Ok(half)
    }

    /// The file's one line, with LF.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).expect("a public half always serialises") + "\n"
    }
}
