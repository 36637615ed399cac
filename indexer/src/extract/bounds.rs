//! How much one document may cost.

use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// Time before the end of [`Limits::wall`] at which a child stops reading and answers with what it has.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// How much one document may cost; what is over it is unread, with the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// From handing it over to its answer; whoever takes longer is killed.
    pub wall: Duration,
    /// Memory of the child and its programs together.
    pub memory_bytes: u64,
    /// The document itself.
    pub document_bytes: u64,
    /// Pages that are read.
    pub pages: u32,
    /// Pages that are looked at as pictures.
    pub ocr_pages: u32,
    /// Text of all pages together, in bytes of UTF-8.
    pub text_bytes: u64,
    /// Pixels of one picture.
    pub pixels: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            wall: Duration::from_secs(30),
            memory_bytes: 512 << 20,
            document_bytes: 96 << 20,
            pages: 3_000,
            ocr_pages: 300,
            text_bytes: 16 << 20,
            pixels: 100_000_000,
        }
    }
}

/// The instant at which a child stops reading, so that its answer still arrives.
#[derive(Clone, Copy, Debug)]
pub struct Deadline(Instant);

impl Deadline {
    /// The deadline of a document that has just come in.
    pub fn of(limits: &Limits) -> Self {
        let early = LAST_WORDS.min(limits.wall / 4);
        Self(Instant::now() + limits.wall.saturating_sub(early))
    }

    /// The deadline itself.
    pub fn at(self) -> Instant {
        self.0
    }

    /// Time that is left.
    pub fn left(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }

    /// Whether it has passed.
    pub fn passed(self) -> bool {
        self.left().is_zero()
    }
}
