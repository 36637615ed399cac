//! Where a file may be put back from: the mirror first, then the copies that were named.

use crate::copies::{Target, kind_of};
use crate::env::Env;
use crate::error::Result;
use crate::fs::{Kind, ReadFile};
use crate::verify::FindingKind;
use jingui_schema::copy::NamedFile;
use jingui_schema::digest::FileMark;
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

/// Where bytes came from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// They follow from the journal, as `VAULT.toml` does.
    Journal,
    /// The program knows them, as `README.txt`.
    Program,
    /// The mirror.
    Mirror,
    /// A copy, as people know its place.
    Copy(String),
}

impl Origin {
    /// The words for what is no copy.
    pub const WORDS: &[&str] = &["journal", "program", "mirror"];
}

impl fmt::Display for Origin {
    /// One of [`Origin::WORDS`], or the place of a copy.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Journal => "journal",
            Self::Program => "program",
            Self::Mirror => "mirror",
            Self::Copy(place) => place,
        })
    }
}

/// A place that was looked at in vain, and what is wrong with the file there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tried {
    /// The place.
    pub place: Origin,
    /// What is wrong there: never [`FindingKind::Extra`].
    pub found: FindingKind,
}

/// A place that has files of a vault.
pub(super) enum Source<'a> {
    Mirror(&'a Env, &'a Path),
    Copy(&'a Arc<dyn Target>),
}

impl Source<'_> {
    pub fn origin(&self) -> Origin {
        match self {
            Self::Mirror(..) => Origin::Mirror,
            Self::Copy(target) => Origin::Copy(target.name()),
        }
    }

    /// Whether it keeps files of this name at all: a mirror has no bodies.
    pub fn keeps(&self, below: &str) -> bool {
        matches!(self, Self::Copy(_)) || !below.starts_with("bodies/")
    }

    /// Opens what it has of a file of the vault; whether that is as it was written is still to be seen.
    pub fn open(&self, below: &str, mark: FileMark) -> io::Result<Box<dyn ReadFile>> {
        match self {
            Self::Mirror(env, dir) => env.fs.open(&dir.join(below)),
            Self::Copy(target) => target.get(&name_in_copy(below, mark)),
        }
    }

    /// Whether it has the file under another name, since what has its own is unfit; then that is opened from here on.
    pub fn fit(&self, below: &str, mark: FileMark) -> Result<bool> {
        match self {
            Self::Mirror(..) => Ok(false),
            Self::Copy(target) => target.fit(&name_in_copy(below, mark), mark),
        }
    }

    /// What is wrong with a file that could not be read.
    ///
    /// Errors: the copy itself has gone away, which says nothing of the file.
    pub fn blame(&self, error: &io::Error) -> Result<FindingKind> {
        match self {
            // A mirror that is away keeps nobody from asking the copies.
            Self::Mirror(env, dir) => match env.fs.stat(dir) {
                Ok(Some(stat)) if stat.kind == Kind::Directory => Ok(kind_of(error)),
                _ => Ok(FindingKind::Unreadable),
            },
            Self::Copy(target) => target.is_there().map(|()| kind_of(error)),
        }
    }
}

/// The name that a file of the vault has in a copy. What may change has its digest in it there.
fn name_in_copy(below: &str, mark: FileMark) -> String {
    let as_it_lies = ["covers/", "bodies/", "notes/", "journal/heads/"];
    match as_it_lies.iter().any(|top| below.starts_with(top)) {
        true => below.to_owned(),
        false => NamedFile { path: below.into(), size: mark.size, b3: mark.b3 }.name(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_the_name_in_a_copy_that_copying_gave_it() {
        let mark = FileMark::of(b"x");
        for (below, expected) in [
            ("covers/000000/a.1.e1.age", "covers/000000/a.1.e1.age".to_owned()),
            ("bodies/000000/a.1.tar.zst.age", "bodies/000000/a.1.tar.zst.age".to_owned()),
            ("notes/000000/a.e1.age", "notes/000000/a.e1.age".to_owned()),
            ("journal/heads/000000000042.head", "journal/heads/000000000042.head".to_owned()),
            ("README.txt", format!("named/{}-README.txt", mark.b3)),
            ("settings/places.toml", format!("named/{}-places.toml", mark.b3)),
            ("plans/a.jsonl", format!("named/{}-a.jsonl", mark.b3)),
        ] {
            assert_eq!(name_in_copy(below, mark), expected);
        }
    }
}
