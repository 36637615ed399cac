//! Parts of a document that is a ZIP archive, under the document's limits.

use super::Result;
use super::charset::Lossy;
use super::out::Out;
use crate::archive::{self, ArchiveError, Entry, Hindrance, open_entry};
use crate::page::Unread;
use crate::xml::{Bounds, Token, Xml, XmlError};
use std::collections::HashMap;
use std::io::Read;

/// Bytes of one piece of XML: pictures stand in texts and attributes, too.
const PIECE_BYTES_MAX: usize = 32 << 20;

/// What opening a part counts for, of the bytes that may be unpacked.
const OPEN_COST: u64 = 1024;

/// Parts by their paths, which are compared without case.
pub(super) struct Parts<'a> {
    bytes: &'a [u8],
    entries: HashMap<String, Entry>,
}

impl<'a> Parts<'a> {
    /// Looks through an archive.
    pub(super) fn open(bytes: &'a [u8], entries_max: u64) -> Result<Self> {
        // What is large and never looked at does no harm: sizes are counted as parts are read.
        let limits = archive::Limits { entries: entries_max, entry_bytes: u64::MAX, total_bytes: u64::MAX };
        let entries = archive::entries(bytes, bytes.len() as u64, limits).map_err(|error| match error {
            ArchiveError::TooMany { .. } | ArchiveError::TooLarge { .. } => Unread::TooLarge,
            _ => Unread::Damaged,
        })?;
        let entries = entries.into_iter().map(|entry| (entry.name.to_lowercase(), entry)).collect();
        Ok(Self { bytes, entries })
    }

    /// Says whether there is such a part.
    pub(super) fn has(&self, path: &str) -> bool {
        self.entries.contains_key(&path.to_lowercase())
    }

    /// The paths of all parts, in lower case and in no order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// A part, where there is one.
    fn part(&self, path: &str, out: &mut Out<'_>) -> Result<Option<Box<dyn Read + Send + 'a>>> {
        let Some(entry) = self.entries.get(&path.to_lowercase()) else { return Ok(None) };
        match entry.hindrance {
            Some(Hindrance::Encrypted) => return Err(Unread::Encrypted),
            Some(Hindrance::Method | Hindrance::NotAFile) => return Err(Unread::Damaged),
            None => {}
        }
        // Opening one costs something, even if nothing is in it.
        out.spend(entry.size.saturating_add(OPEN_COST))?;
        open_entry(self.bytes, entry).map(Some).map_err(|_| Unread::Damaged)
    }

    /// The bytes of a part, where there is one.
    pub(super) fn bytes(&self, path: &str, out: &mut Out<'_>) -> Result<Option<Vec<u8>>> {
        let Some(mut part) = self.part(path, out)? else { return Ok(None) };
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).map_err(|_| Unread::Damaged)?;
        Ok(Some(bytes))
    }

    /// The elements of a part, where there is one.
    pub(super) fn xml(&self, path: &str, out: &mut Out<'_>) -> Result<Option<Markup<'a>>> {
        let depth = out.limits().depth;
        Ok(self.part(path, out)?.map(|part| Markup::new(part, depth)))
    }
}

/// XML as documents have it, not always quite right; its errors are those of a document.
pub(super) struct Markup<'a>(Xml<'a>);

impl<'a> Markup<'a> {
    pub(super) fn new(part: Box<dyn Read + Send + 'a>, depth: usize) -> Self {
        let bounds = Bounds { piece_bytes: PIECE_BYTES_MAX, depth, lenient: true };
        Self(Xml::new(Box::new(Lossy::new(part)), bounds))
    }

    /// What comes next.
    pub(super) fn next(&mut self) -> Result<Token<'_>> {
        self.0.token().map_err(|error| match error {
            XmlError::TooLong { .. } | XmlError::TooDeep { .. } => Unread::TooLarge,
            XmlError::Io(_) | XmlError::Malformed | XmlError::Refers => Unread::Damaged,
        })
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.0.depth()
    }

    /// Passes over the rest of the element that has just begun.
    pub(super) fn skip(&mut self) -> Result<()> {
        let depth = self.depth();
        loop {
            match self.next()? {
                Token::Close(_) => {}
                Token::End => return Ok(()),
                _ => continue,
            }
            if self.depth() < depth {
                return Ok(());
            }
        }
    }

    /// The text of the element that has just begun, that of elements in it included.
    pub(super) fn inner_text(&mut self) -> Result<String> {
        let depth = self.depth();
        let mut all = String::new();
        loop {
            match self.next()? {
                Token::Text(text) => all.push_str(&text),
                Token::Close(_) => {}
                Token::End => return Ok(all),
                _ => continue,
            }
            if self.depth() < depth {
                return Ok(all);
            }
        }
    }
}

/// A path that another part names, seen from the directory of that part: without `.` and `..`, none where it leads outside.
pub(super) fn resolved(dir: &str, path: &str) -> Option<String> {
    let path = path.trim().replace('\\', "/");
    let mut parts: Vec<&str> = match path.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => dir.split('/').filter(|part| !part.is_empty()).collect(),
    };
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

/// The directory that a part lies in.
pub(super) fn dir_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(dir, _)| dir)
}
