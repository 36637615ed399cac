//! PPT: the slides of a presentation of PowerPoint 97 to 2003 in order, each a page with its notes.
//!
//! A file is written on at its end: the newest directory says where the parts that count are. Where it cannot be followed, the texts
//! are read as they lie, what was deleted among them.
//!
//! Source: MS-PPT sections 2.1.2 (streams), 2.3 (user edits, directories), 2.4.14.3 (outline texts), 2.5 (slides), 2.9 (text).

use super::Result;
use super::bytes::{latin1, place_at, u16_at, u32_at, utf16};
use super::compound::Compound;
use super::out::Out;
use crate::page::Unread;
use std::collections::{HashMap, HashSet};

const CONTAINER: u16 = 0x000f;
const SLIDE: u16 = 0x03ee;
const NOTES: u16 = 0x03f0;
const NOTES_ATOM: u16 = 0x03f1;
const SLIDE_PERSIST: u16 = 0x03f3;
const TEXT_REF: u16 = 0x0f9e;
const TEXT_CHARS: u16 = 0x0fa0;
const TEXT_BYTES: u16 = 0x0fa8;
const COMMENT_TEXT: u16 = 0x0fba;
const COMMENT: u16 = 0x2ee0;
/// What later versions added, comments among it, lies in a record that hides others.
const TAG: u16 = 0x138b;
const LIST: u16 = 0x0ff0;
const USER_EDIT: u16 = 0x0ff5;
const DIRECTORY: u16 = 0x1772;
const CRYPT_SESSION: u16 = 0x2f14;
/// How often a file may have been saved.
const EDITS_MAX: usize = 10_000;
/// Objects that are remembered.
const OBJECTS_MAX: usize = 1 << 20;

pub(super) fn read(bytes: &[u8], out: &mut Out<'_>) -> Result<()> {
    let compound = Compound::open(bytes).ok_or(Unread::Damaged)?;
    let user = compound.bytes("Current User", out)?.unwrap_or_default();
    let stream = compound.bytes("PowerPoint Document", out)?.ok_or(Unread::Damaged)?;
    // A token that says so, or the keys.
    let is_encrypted =
        u32_at(&user, 12) == Some(0xf3d1_c4df) || records(&stream).any(|record| record.kind == CRYPT_SESSION);
    if is_encrypted {
        return Err(Unread::Encrypted);
    }
    match Show::find(&user, &stream) {
        Some(show) => show.read(out),
        None => {
            out.begin_page()?;
            write_texts(&stream, &[], out)?;
            Err(Unread::Damaged)
        }
    }
}

/// A record: its version and number among its kind, what is in it.
#[derive(Clone, Copy)]
struct Record<'a> {
    head: u16,
    kind: u16,
    data: &'a [u8],
}

/// The record at a place.
fn record_at(bytes: &[u8], at: usize) -> Option<Record<'_>> {
    let (head, kind, len) =
        (u16_at(bytes, at)?, u16_at(bytes, at.checked_add(2)?)?, place_at(bytes, at.checked_add(4)?)?);
    let data = bytes.get(at.checked_add(8)?..)?;
    Some(Record { head, kind, data: &data[..data.len().min(len)] })
}

/// All records of a stream in order, those within others behind them.
fn records(bytes: &[u8]) -> impl Iterator<Item = Record<'_>> {
    let mut at = 0usize;
    std::iter::from_fn(move || {
        let record = record_at(bytes, at)?;
        let is_container = record.head & 0xf == CONTAINER || record.kind == TAG;
        at += 8 + if is_container { 0 } else { record.data.len() };
        Some(record)
    })
}

/// The slides of a presentation, and where they lie.
struct Show<'a> {
    stream: &'a [u8],
    /// Slides in order: their place, and the texts of their outline.
    slides: Vec<(u32, usize, Vec<String>)>,
    /// Notes by the id of their slide.
    notes: HashMap<u32, usize>,
}

impl<'a> Show<'a> {
    fn find(user: &[u8], stream: &'a [u8]) -> Option<Self> {
        let (mut edit_at, mut places, mut document) = (place_at(user, 16)?, HashMap::new(), None);
        // No whole file has more entries in all its directories than words.
        let mut entries_left = stream.len() / 4;
        let mut seen = HashSet::new();
        while seen.len() < EDITS_MAX && seen.insert(edit_at) {
            let edit = record_at(stream, edit_at).filter(|record| record.kind == USER_EDIT)?;
            directory(stream, place_at(edit.data, 12)?, &mut places, &mut entries_left)?;
            document = document.or(u32_at(edit.data, 16));
            match place_at(edit.data, 8)? {
                0 => break,
                before => edit_at = before,
            }
        }
        let document = record_at(stream, *places.get(&document?)?)?;
        let mut show = Self { stream, slides: Vec::new(), notes: HashMap::new() };
        let mut list = None;
        for record in records(document.data) {
            match record.kind {
                // Which list it is: 0 slides, 1 masters, 2 notes.
                LIST => list = Some(record.head >> 4),
                SLIDE_PERSIST => {
                    let place = u32_at(record.data, 0).and_then(|id| places.get(&id)).copied();
                    match (list, place) {
                        (Some(0), Some(place)) => {
                            let id = u32_at(record.data, 12).unwrap_or_default();
                            show.slides.push((id, place, Vec::new()));
                        }
                        (Some(2), Some(place)) => {
                            let notes = record_at(stream, place).filter(|record| record.kind == NOTES)?;
                            // It comes first; whoever puts it elsewhere is not sought through all of the file.
                            let mut first = records(notes.data).take(16);
                            let atom = first.find(|record| record.kind == NOTES_ATOM);
                            let slide = atom.and_then(|atom| u32_at(atom.data, 0));
                            show.notes.extend(slide.map(|slide| (slide, place)));
                        }
                        _ => {}
                    }
                    if show.slides.len() + show.notes.len() > OBJECTS_MAX {
                        return None;
                    }
                }
                TEXT_CHARS | TEXT_BYTES if list == Some(0) => {
                    if let Some((_, _, outline)) = show.slides.last_mut() {
                        outline.push(text_of(record));
                    }
                }
                _ => {}
            }
        }
        Some(show)
    }

    fn read(&self, out: &mut Out<'_>) -> Result<()> {
        for (id, place, outline) in &self.slides {
            out.begin_page()?;
            match record_at(self.stream, *place).filter(|record| record.kind == SLIDE) {
                Some(slide) => write_texts(slide.data, outline, out)?,
                None => out.note(Unread::Damaged),
            }
            if let Some(notes) = self.notes.get(id).and_then(|place| record_at(self.stream, *place)) {
                write_texts(notes.data, &[], out)?;
            }
        }
        Ok(())
    }
}

/// Takes up where objects lie by one directory; what a newer one said counts.
fn directory(
    stream: &[u8],
    at: usize,
    places: &mut HashMap<u32, usize>,
    entries_left: &mut usize,
) -> Option<()> {
    let directory = record_at(stream, at).filter(|record| record.kind == DIRECTORY)?;
    let mut rest = directory.data;
    while let Some(head) = u32_at(rest, 0) {
        let (first, count) = (head & 0xf_ffff, head >> 20);
        rest = &rest[4..];
        *entries_left = entries_left.checked_sub(1)?;
        for no in 0..count {
            *entries_left = entries_left.checked_sub(1)?;
            let Some(place) = place_at(rest, 0) else { return Some(()) };
            rest = &rest[4..];
            places.entry(first + no).or_insert(place);
            if places.len() > OBJECTS_MAX {
                return None;
            }
        }
    }
    Some(())
}

/// Writes the texts in a slide, those it takes from the outline in their places, what is left of them at the end.
fn write_texts(bytes: &[u8], outline: &[String], out: &mut Out<'_>) -> Result<()> {
    // The same bytes may be many slides; reading them counts each time.
    out.spend(bytes.len() as u64)?;
    let mut taken = vec![false; outline.len()];
    let mut in_comment = false;
    for record in records(bytes) {
        match record.kind {
            TEXT_CHARS | TEXT_BYTES => line(&text_of(record), out)?,
            COMMENT => in_comment = true,
            COMMENT_TEXT if in_comment => line(&utf16(record.data), out)?,
            TEXT_REF => {
                let at = place_at(record.data, 0).unwrap_or(usize::MAX);
                if let (Some(text), Some(taken)) = (outline.get(at), taken.get_mut(at))
                    && !std::mem::replace(taken, true)
                {
                    line(text, out)?;
                }
            }
            _ => {}
        }
    }
    for (text, _) in outline.iter().zip(&taken).filter(|(_, taken)| !**taken) {
        line(text, out)?;
    }
    Ok(())
}

fn text_of(record: Record<'_>) -> String {
    if record.kind == TEXT_CHARS { utf16(record.data) } else { latin1(record.data) }
}

fn line(text: &str, out: &mut Out<'_>) -> Result<()> {
    out.line();
    out.text(text)?;
    out.line();
    Ok(())
}
