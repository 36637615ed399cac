//! What verification says: findings, warnings, counts.

use jingui_schema::id::RecordId;
use std::fmt;
use std::path::PathBuf;

/// What is wrong with a file or a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingKind {
    /// Named by the journal, and not there.
    Missing,
    /// There, and not named by the journal.
    Extra,
    /// Of another size.
    Size,
    /// Of the right size with other bytes.
    Digest,
    /// Does not open under its key.
    Sealed,
    /// Opens, and is not what the journal says it is.
    Content,
    /// A journal line that does not fit where it stands.
    Chain,
    /// A journal line whose signature does not verify, or is nobody's who could sign.
    Signature,
    /// A signed head that does not fit the lines.
    Head,
    /// `journal/commit` says something else than the lines.
    Commit,
    /// A line says of a record that was taken in what the journal of the archive that it comes from does not.
    Provenance,
    /// A readable copy says something else than the journal.
    Edited,
    /// A link, pipe, device or directory in a file's place, or a file in a directory's.
    NotAFile,
    /// The disk does not give the bytes.
    Unreadable,
}

impl FindingKind {
    /// The kinds there are, for checking that each has its message.
    pub const ALL: &[Self] = &[
        Self::Missing,
        Self::Extra,
        Self::Size,
        Self::Digest,
        Self::Sealed,
        Self::Content,
        Self::Chain,
        Self::Signature,
        Self::Head,
        Self::Commit,
        Self::Provenance,
        Self::Edited,
        Self::NotAFile,
        Self::Unreadable,
    ];

    /// The word for it in `incident` lines and in output for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Extra => "extra",
            Self::Size => "size",
            Self::Digest => "digest",
            Self::Sealed => "sealed",
            Self::Content => "content",
            Self::Chain => "chain",
            Self::Signature => "signature",
            Self::Head => "head",
            Self::Commit => "commit",
            Self::Provenance => "provenance",
            Self::Edited => "edited",
            Self::NotAFile => "not-a-file",
            Self::Unreadable => "unreadable",
        }
    }
}

impl fmt::Display for FindingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Damage, or something that does not belong here.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Path below the vault; `mirror:` or `keystore:` stands before one that lies there.
    pub path: String,
    /// What is wrong.
    pub finding: FindingKind,
    /// The same in more words, for a technician.
    pub detail: String,
    /// The record it is of, where it is of one.
    pub record: Option<RecordId>,
    /// The journal line that names the file, or that is damaged itself.
    pub seq: Option<u64>,
}

impl Finding {
    pub(crate) fn file(path: &str, finding: FindingKind, detail: &str) -> Self {
        Self { path: path.into(), finding, detail: detail.into(), record: None, seq: None }
    }

    pub(crate) fn line(path: &str, seq: u64, finding: FindingKind, detail: &str) -> Self {
        Self { seq: Some(seq), ..Self::file(path, finding, detail) }
    }
}

/// Something that is no damage and that somebody should know.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Warning {
    /// One of [`Warning::CODES`].
    pub code: &'static str,
    /// Path below the vault, or where the thing is.
    pub path: String,
    /// In more words.
    pub detail: String,
}

impl Warning {
    /// The codes there are, for checking that each has its message.
    ///
    /// `mode`: others could read or change it. `leftover`: half a file that a cut-off run left. `unjudged`: files
    /// that only lines behind the damage could name. `read-only`: findings could not be journalled. `keystore`:
    /// not reached, or a copy that is not needed. `mirror-unreachable`, `mirror-lags`, `catalog`.
    pub const CODES: &[&str] = &[
        "mode",
        "leftover",
        "unjudged",
        "read-only",
        "keystore",
        "mirror-unreachable",
        "mirror-lags",
        "catalog",
    ];

    pub(super) fn new(code: &'static str, path: &str, detail: &str) -> Self {
        debug_assert!(Self::CODES.contains(&code));
        Self { code, path: path.into(), detail: detail.into() }
    }
}

/// How the mirror stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MirrorReport {
    /// Where.
    pub dir: PathBuf,
    /// Lines it counts.
    pub lines: u64,
    /// Lines the vault has more.
    pub behind: u64,
    /// Files looked at.
    pub files: u64,
}

/// What was looked at, and what was found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Damage, by path.
    pub findings: Vec<Finding>,
    /// What is no damage, by code and path.
    pub warnings: Vec<Warning>,
    /// Files whose bytes were read.
    pub files: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Journal lines checked.
    pub lines: u64,
    /// Signatures checked.
    pub signatures: u64,
    /// Records there are.
    pub records: u64,
    /// Bodies that have stayed elsewhere: none of them was looked at.
    pub left: u64,
    /// Files of work that is under way: a rotation, a filing.
    pub under_way: u64,
    /// Whether covers, notes and bodies were opened too.
    pub full: bool,
    /// The mirror, where there is one that could be reached.
    pub mirror: Option<MirrorReport>,
    /// How long it took.
    pub seconds: f64,
}
