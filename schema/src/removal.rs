//! What a CA answers once it has removed from a target what an archive has destroyed there, or all of it.
//!
//! `FORMAT.md`, section 20. A file to be kept by people: it carries no signature of its own.

use crate::copy::{CopyError, read, to_line};
use crate::id::{TargetId, VaultId};
use crate::time::Time;
use serde::{Deserialize, Serialize};

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Removed {
    jingui: String,
    v: u32,
    /// Whose copy it was.
    pub vault: VaultId,
    /// Which copy.
    pub target: TargetId,
    /// Where, as the CA knows it.
    pub place: String,
    /// When.
    pub at: Time,
    /// Lines of the countersigned head that said what is no more; none where everything was to go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<u64>,
    /// What this run has removed, each name once.
    pub removed: Vec<Gone>,
    /// What is left, by a listing of every version made afterwards; nothing: none of it is there any more.
    pub left: Vec<Left>,
    /// The run was cut off before that listing: `removed` is what was removed until then, and what is left is not known.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unlisted: bool,
}

/// A name of which something was removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gone {
    /// The name below the place.
    pub name: String,
    /// How many versions, markers and uploads.
    pub versions: u64,
}

/// Something that is left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Left {
    /// The name below the place.
    pub name: String,
    /// `version`, `marker` or `upload`.
    pub what: String,
    /// Its id, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Until when it is retained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
    /// Whether a legal hold is on it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hold: bool,
    /// What was said when it was to be removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

impl Removed {
    /// Of a copy at a place.
    pub fn new(
        (vault, target): (VaultId, TargetId),
        place: String,
        at: Time,
        lines: Option<u64>,
        (removed, left): (Vec<Gone>, Vec<Left>),
    ) -> Self {
        let (jingui, v) = ("removed".into(), crate::FORMAT);
        Self { jingui, v, vault, target, place, at, lines, removed, left, unlisted: false }
    }

    /// The same of a run that was cut off before its last listing.
    #[must_use]
    pub fn cut(self) -> Self {
        Self { unlisted: true, ..self }
    }

    /// Reads the file.
    pub fn parse(text: &str) -> Result<Self, CopyError> {
        read(text, "removed")
    }

    /// The file.
    pub fn to_text(&self) -> String {
        to_line(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_frozen_in_its_bytes() {
        let (three, four) = (VaultId::from_bytes([3; 16]), TargetId::from_bytes([4; 16]));
        let at = "2026-11-27T04:00:00.000Z".parse().unwrap();
        let removed = vec![Gone { name: "bodies/000000/x".into(), versions: 2 }];
        let left = vec![Left {
            name: "covers/000000/x".into(),
            what: "version".into(),
            id: Some("v7".into()),
            until: Some(at),
            hold: true,
            why: None,
        }];
        let answer = Removed::new((three, four), "s3://ra".into(), at, Some(9), (removed, left));
        let text = format!(
            r#"{{"jingui":"removed","v":1,"vault":"{three}","target":"{four}","place":"s3://ra","at":"2026-11-27T04:00:00.000Z","lines":9,"removed":[{{"name":"bodies/000000/x","versions":2}}],"left":[{{"name":"covers/000000/x","what":"version","id":"v7","until":"2026-11-27T04:00:00.000Z","hold":true}}]}}"#
        ) + "\n";
        assert_eq!(answer.to_text(), text);
        let cut = text.replace("}]}", "}],\"unlisted\":true}");
        assert_eq!(answer.clone().cut().to_text(), cut);
        assert_eq!(Removed::parse(&cut), Ok(answer.clone().cut()));
        assert_eq!(Removed::parse(&text), Ok(answer));
        for at in 0..text.len() {
            assert!(Removed::parse(&text[..at]).is_err(), "cut at {at}");
        }
    }
}
