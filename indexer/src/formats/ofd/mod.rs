//! OFD, the Chinese standard of fixed pages: every page with its templates in reading order, then annotations, then what is
//! attached.
//!
//! The parts lie as `OFD.xml` → `Document.xml` → templates and pages. Where several documents are in one file their pages follow
//! each other. Behind them comes one page of facts and custom tags, if there are any, then attachments that can be read.
//!
//! Source: GB/T 33190-2016, sections 7 (file, document), 8 (pages), 11 (text), 13 (composite objects), 15 (annotations), 16
//! (custom tags), 20 (attachments); encrypted files: GM/T 0099-2020.

mod lines; // texts with places, in reading order
mod page; // what stands on a page

use super::out::Out;
use super::parts::{Parts, dir_of, resolved};
use super::{PICTURES_MAX, Result, read_inner, read_pictures};
use crate::page::Unread;
use crate::xml::Token;
use lines::Piece;
use std::collections::HashMap;
use std::rc::Rc;

pub(super) fn read(bytes: &[u8], out: &mut Out<'_>) -> Result<()> {
    let parts = Parts::open(bytes, out.limits().entries)?;
    let encrypted = parts.has("Encryptions.xml");
    match package(&parts, out) {
        Err(Unread::TooLarge) => Err(Unread::TooLarge),
        // What is not encrypted in it was read, as far as it could be found.
        _ if encrypted => Err(Unread::Encrypted),
        read => read,
    }
}

/// Facts of a document, and where it begins.
#[derive(Default)]
struct Body {
    facts: Vec<String>,
    root: Option<String>,
}

fn package(parts: &Parts<'_>, out: &mut Out<'_>) -> Result<()> {
    // Somebody may have packed the directory rather than what is in it.
    let entry = match parts.has("OFD.xml") {
        true => "ofd.xml".to_owned(),
        false => {
            let mut found: Vec<&str> = parts.names().filter(|name| name.ends_with("/ofd.xml")).collect();
            found.sort_unstable_by_key(|name| name.len());
            (*found.first().ok_or(Unread::Damaged)?).to_owned()
        }
    };
    let top = dir_of(&entry).to_owned();
    let mut xml = parts.xml(&entry, out)?.ok_or(Unread::Damaged)?;
    let mut bodies: Vec<Body> = Vec::new();
    loop {
        match xml.next()? {
            Token::Open(open) => match open.name() {
                "DocBody" => bodies.push(Body::default()),
                "DocRoot" => {
                    let root = xml.inner_text()?;
                    if let Some(body) = bodies.last_mut() {
                        body.root.get_or_insert(root);
                    }
                }
                "Title" | "Author" | "Subject" | "Abstract" | "Keyword" => {
                    let fact = xml.inner_text()?;
                    bodies.last_mut().into_iter().for_each(|body| body.facts.push(fact.clone()));
                }
                "CustomData" => {
                    let name = open.get("Name").unwrap_or_default();
                    let fact = format!("{name}\t{}", xml.inner_text()?.trim());
                    bodies.last_mut().into_iter().for_each(|body| body.facts.push(fact.clone()));
                }
                _ => {}
            },
            Token::End => break,
            _ => {}
        }
        if bodies.len() > out.limits().pages {
            return Err(Unread::TooLarge);
        }
    }
    if bodies.is_empty() {
        return Err(Unread::Damaged);
    }
    for body in bodies {
        let read = match &body.root {
            Some(root) => {
                Document::open(parts, &top, root, out).and_then(|document| document.read(&body.facts, out))
            }
            None => Err(Unread::Damaged),
        };
        match read {
            Err(Unread::TooLarge) => return Err(Unread::TooLarge),
            Err(unread) => out.note(unread),
            Ok(()) => {}
        }
    }
    Ok(())
}

/// A document in the file: where its parts are.
struct Document<'a> {
    parts: &'a Parts<'a>,
    top: String,
    dir: String,
    /// Pages in order: id, path as it stands.
    pages: Vec<(String, String)>,
    templates: HashMap<String, String>,
    resources: Vec<String>,
    annotations: Option<String>,
    tags: Option<String>,
    attachments: Option<String>,
}

impl<'a> Document<'a> {
    fn open(parts: &'a Parts<'a>, top: &str, root: &str, out: &mut Out<'_>) -> Result<Self> {
        let root =
            [resolved(top, root), resolved("", root)].into_iter().flatten().find(|path| parts.has(path));
        let root = root.ok_or(Unread::Damaged)?;
        let mut document = Self {
            parts,
            top: top.to_owned(),
            dir: dir_of(&root).to_owned(),
            pages: Vec::new(),
            templates: HashMap::new(),
            resources: Vec::new(),
            annotations: None,
            tags: None,
            attachments: None,
        };
        let mut xml = parts.xml(&root, out)?.ok_or(Unread::Damaged)?;
        loop {
            match xml.next()? {
                Token::Open(open) => match open.name() {
                    "TemplatePage" => {
                        let place =
                            (open.get("ID").unwrap_or_default(), open.get("BaseLoc").unwrap_or_default());
                        document.templates.insert(place.0, place.1);
                        if document.templates.len() > out.limits().pages {
                            return Err(Unread::TooLarge);
                        }
                    }
                    "Page" => {
                        if let Some(place) = open.get("BaseLoc") {
                            document.pages.push((open.get("ID").unwrap_or_default(), place));
                        }
                        if document.pages.len() > out.limits().pages {
                            return Err(Unread::TooLarge);
                        }
                    }
                    "PublicRes" | "DocumentRes" => document.resources.push(xml.inner_text()?),
                    "Annotations" => document.annotations = Some(xml.inner_text()?),
                    "CustomTags" => document.tags = Some(xml.inner_text()?),
                    "Attachments" => document.attachments = Some(xml.inner_text()?),
                    _ => {}
                },
                Token::End => return Ok(document),
                _ => {}
            }
        }
    }

    /// Where a part is that is named in a part of directory `dir`: paths are relative to the part, in some files to the document or
    /// to the whole.
    fn find(&self, dir: &str, path: &str) -> Option<String> {
        let dirs = [dir, &self.dir, &self.top, ""];
        dirs.iter().filter_map(|dir| resolved(dir, path)).find(|path| self.parts.has(path))
    }

    fn read(&self, facts: &[String], out: &mut Out<'_>) -> Result<()> {
        let mut composites: Option<HashMap<String, Rc<Vec<Piece>>>> = None;
        let mut templates: HashMap<&str, Rc<Vec<Piece>>> = HashMap::new();
        let annotations = or_nothing(self.annotations(out), out)?;
        for (id, place) in &self.pages {
            out.begin_page()?;
            let page = or_nothing(self.content(&self.dir, place, out), out)?;
            let mut pieces = page.pieces;
            for template in &page.templates {
                let Some((id, place)) = self.templates.get_key_value(template) else { continue };
                let found = match templates.get(id.as_str()) {
                    Some(found) => Rc::clone(found),
                    None => {
                        let found = Rc::new(or_nothing(self.content(&self.dir, place, out), out)?.pieces);
                        templates.insert(id, Rc::clone(&found));
                        found
                    }
                };
                out.spend(found.len() as u64 * PIECE_COST)?;
                pieces.extend(found.iter().cloned());
            }
            if !page.composites.is_empty() {
                if composites.is_none() {
                    composites = Some(self.composites(out)?);
                }
                for (unit, x, y) in &page.composites {
                    let Some(unit) = composites.as_ref().and_then(|all| all.get(unit)) else { continue };
                    out.spend(unit.len() as u64 * PIECE_COST)?;
                    pieces.extend(unit.iter().map(|piece| piece.moved(*x, *y)));
                }
            }
            // A page of nothing but pictures is a scan.
            if !page.pictures.is_empty() && pieces.iter().all(Piece::is_blank) {
                self.pictures(&page.pictures, out)?;
            }
            lines::write(pieces, out)?;
            for place in annotations.get(id).into_iter().flatten() {
                let blocks = or_nothing(self.appearances(place, out), out)?;
                for block in blocks {
                    out.line();
                    lines::write(block, out)?;
                }
            }
        }
        self.facts(facts, out)?;
        self.attachments(out)
    }

    /// What stands on a page or a template.
    fn content(&self, dir: &str, place: &str, out: &mut Out<'_>) -> Result<page::Content> {
        let path = self.find(dir, place).ok_or(Unread::Damaged)?;
        page::read(self.parts.xml(&path, out)?.ok_or(Unread::Damaged)?)
    }

    /// Drawings that pages use by their ids.
    fn composites(&self, out: &mut Out<'_>) -> Result<HashMap<String, Rc<Vec<Piece>>>> {
        let mut all = HashMap::new();
        for place in &self.resources {
            let Some(path) = self.find(&self.dir, place) else { continue };
            if let Some(xml) = self.parts.xml(&path, out)? {
                let found = or_nothing(page::composites(xml), out)?;
                all.extend(found.into_iter().map(|(id, pieces)| (id, Rc::new(pieces))));
            }
        }
        Ok(all)
    }

    /// Reads what is in pictures, by their ids.
    fn pictures(&self, ids: &[String], out: &mut Out<'_>) -> Result<()> {
        let ids = &ids[..ids.len().min(PICTURES_MAX)];
        let mut found: Vec<(String, String)> = Vec::new();
        for place in &self.resources {
            let Some(path) = self.find(&self.dir, place) else { continue };
            let Some(mut xml) = self.parts.xml(&path, out)? else { continue };
            let mut base = String::new();
            let mut id = None;
            loop {
                match xml.next() {
                    Ok(Token::Open(open)) => match open.name() {
                        "Res" => base = open.get("BaseLoc").unwrap_or_default(),
                        "MultiMedia" => id = open.get("ID").filter(|id| ids.contains(id)),
                        "MediaFile" => {
                            let file = xml.inner_text()?;
                            let dir = resolved(dir_of(&path), &base).unwrap_or_default();
                            let place = self.find(&dir, &file);
                            found.extend(id.take().zip(place));
                        }
                        _ => {}
                    },
                    Ok(Token::End) => break,
                    Ok(_) => {}
                    Err(unread) => {
                        or_nothing(Err::<(), _>(unread), out)?;
                        break;
                    }
                }
            }
        }
        let paths: Vec<String> = ids
            .iter()
            .filter_map(|id| found.iter().find(|(of, _)| of == id))
            .map(|(_, path)| path.clone())
            .collect();
        // Of what is not there nothing can be told either.
        if paths.is_empty() {
            out.note(Unread::NoOcr);
        }
        read_pictures(self.parts, &paths, out)
    }

    /// Where the annotations of each page are.
    fn annotations(&self, out: &mut Out<'_>) -> Result<HashMap<String, Vec<String>>> {
        let mut all: HashMap<String, Vec<String>> = HashMap::new();
        let Some(path) = self.annotations.as_deref().and_then(|path| self.find(&self.dir, path)) else {
            return Ok(all);
        };
        let mut xml = self.parts.xml(&path, out)?.ok_or(Unread::Damaged)?;
        let mut page = String::new();
        loop {
            match xml.next()? {
                Token::Open(open) => match open.name() {
                    "Page" => page = open.get("PageID").unwrap_or_default(),
                    "FileLoc" => {
                        let place = xml.inner_text()?;
                        let found = self.find(dir_of(&path), &place);
                        all.entry(page.clone()).or_default().extend(found);
                    }
                    _ => {}
                },
                Token::End => return Ok(all),
                _ => {}
            }
        }
    }

    /// How the annotations of one page look.
    fn appearances(&self, path: &str, out: &mut Out<'_>) -> Result<Vec<Vec<Piece>>> {
        page::annotations(self.parts.xml(path, out)?.ok_or(Unread::Damaged)?)
    }

    /// A page of what is said of the document, and of custom tags.
    fn facts(&self, facts: &[String], out: &mut Out<'_>) -> Result<()> {
        out.end_page()?;
        for fact in facts {
            out.text(fact.trim())?;
            out.line();
        }
        let Some(path) = self.tags.as_deref().and_then(|path| self.find(&self.dir, path)) else {
            return Ok(());
        };
        let mut files = Vec::new();
        let Some(mut xml) = self.parts.xml(&path, out)? else { return Ok(()) };
        loop {
            match xml.next() {
                Ok(Token::Open(open)) if open.name() == "FileLoc" => files.push(xml.inner_text()?),
                Ok(Token::End) => break,
                Ok(_) => {}
                Err(unread) => return or_nothing(Err(unread), out),
            }
        }
        for place in files {
            let Some(path) = self.find(dir_of(&path), &place) else { continue };
            or_nothing(self.tag(&path, out), out)?;
        }
        Ok(())
    }

    /// Texts of custom tags; what refers to objects of pages is none.
    fn tag(&self, path: &str, out: &mut Out<'_>) -> Result<()> {
        let Some(mut xml) = self.parts.xml(path, out)? else { return Ok(()) };
        loop {
            match xml.next()? {
                Token::Open(open) if open.name() == "ObjectRef" => xml.skip()?,
                Token::Open(_) | Token::Close(_) => out.line(),
                Token::Text(text) => out.words(&text)?,
                Token::Aside => {}
                Token::End => return Ok(()),
            }
        }
    }

    fn attachments(&self, out: &mut Out<'_>) -> Result<()> {
        let Some(path) = self.attachments.as_deref().and_then(|path| self.find(&self.dir, path)) else {
            return Ok(());
        };
        let Some(mut xml) = self.parts.xml(&path, out)? else { return Ok(()) };
        let mut found = Vec::new();
        loop {
            match xml.next() {
                Ok(Token::Open(open)) => match open.name() {
                    "Attachment" if found.len() as u64 >= out.limits().entries => {
                        out.note(Unread::TooLarge);
                        break;
                    }
                    "Attachment" => found.push([open.get("Name"), open.get("Format"), None]),
                    "FileLoc" => {
                        let place = xml.inner_text()?;
                        found.last_mut().into_iter().for_each(|last| last[2] = Some(place.clone()));
                    }
                    _ => {}
                },
                Ok(Token::End) => break,
                Ok(_) => {}
                Err(unread) => {
                    or_nothing(Err::<(), _>(unread), out)?;
                    break;
                }
            }
        }
        for [name, format, place] in found {
            let Some(place) = place else { continue };
            let Some(path) = self.find(dir_of(&path), &place) else {
                out.note(Unread::Damaged);
                continue;
            };
            let Some(bytes) = self.parts.bytes(&path, out)? else { continue };
            // The place has the extension in most files, the name or the format in others.
            let name = match (name, format) {
                (Some(name), _) if name.contains('.') => name,
                (Some(name), Some(format)) => format!("{name}.{format}"),
                _ => path,
            };
            read_inner(&bytes, &name, out)?;
        }
        Ok(())
    }
}

/// What a piece used once more counts for, of the bytes that may be unpacked: they are copied for each page.
const PIECE_COST: u64 = 64;

/// A part that is missing or damaged takes nothing from the rest; what is over a limit ends it.
fn or_nothing<T: Default>(read: Result<T>, out: &mut Out<'_>) -> Result<T> {
    match read {
        Err(Unread::TooLarge) => Err(Unread::TooLarge),
        Err(unread) => {
            out.note(unread);
            Ok(T::default())
        }
        Ok(read) => Ok(read),
    }
}
