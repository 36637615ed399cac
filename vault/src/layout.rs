//! Where things lie below a vault, and what a name says.

use jingui_schema::id::{NoteId, Place, PlanId, RecordId};
use std::path::{Path, PathBuf};

/// The directories every vault has, `derived/` and `run/` included.
pub const DIRECTORIES: &[&str] = &[
    "journal",
    "journal/heads",
    "covers",
    "bodies",
    "notes",
    "text",
    "plans",
    "registers",
    "settings",
    "staging",
    "quarantine",
    "run",
    "derived",
];

/// The paths below one vault (or mirror).
#[derive(Clone, Debug)]
pub struct Layout {
    root: PathBuf,
}

impl Layout {
    /// Of the vault at this directory.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The directory itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A path below it.
    pub fn path(&self, below: &str) -> PathBuf {
        self.root.join(below)
    }

    /// `journal/commit`.
    pub fn commit(&self) -> PathBuf {
        self.path("journal/commit")
    }

    /// The segment whose first line has this number.
    pub fn segment(&self, first: u64) -> PathBuf {
        self.path(&segment_path(first))
    }
}

/// Below the vault: the segment whose first line has this number.
pub fn segment_path(first: u64) -> String {
    format!("journal/{first:012}.jsonl")
}

/// Below the vault: the head over so many lines.
pub fn head_path(lines: u64) -> String {
    format!("journal/heads/{lines:012}.head")
}

/// Below the vault: the file of a plan to destroy records.
pub fn plan_path(plan: PlanId) -> String {
    format!("plans/{plan}.jsonl")
}

/// Below the vault: the register of what was destroyed by a plan.
pub fn register_path(plan: PlanId) -> String {
    format!("registers/{plan}.jsonl")
}

/// Below the vault: a cover.
pub fn cover_path(place: Place, record: RecordId, n: u32, epoch: u32) -> String {
    format!("covers/{place}/{record}.{n}.e{epoch}.age")
}

/// Below the vault: a body.
pub fn body_path(place: Place, record: RecordId, filing: u32) -> String {
    format!("bodies/{place}/{record}.{filing}.tar.zst.age")
}

/// Below the vault: the text of a body.
pub fn text_path(place: Place, record: RecordId, filing: u32) -> String {
    format!("text/{place}/{record}.{filing}.txt.zst.age")
}

/// Below the vault: the body that a text lies beside, where this is the path of one.
pub fn body_of_text(path: &str) -> Option<String> {
    Some(format!("bodies/{}.tar.zst.age", path.strip_prefix("text/")?.strip_suffix(".txt.zst.age")?))
}

/// Below the vault: a note.
pub fn note_path(place: Place, note: NoteId, epoch: u32) -> String {
    format!("notes/{place}/{note}.e{epoch}.age")
}

/// The epoch in the name of a cover or note; `None` for other names.
pub fn epoch_of_name(name: &str) -> Option<u32> {
    let (_, digits) = name.strip_suffix(".age")?.rsplit_once(".e")?;
    // The written form is unique: by this number files are removed.
    digits.parse().ok().filter(|epoch: &u32| epoch.to_string() == digits)
}

/// The first seq in the name of a segment; `None` for other names.
pub fn first_of_segment(name: &str) -> Option<u64> {
    let digits = name.strip_suffix(".jsonl")?;
    let first = digits.parse().ok()?;
    (format!("{first:012}") == digits).then_some(first)
}
