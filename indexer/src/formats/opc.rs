//! How the parts of an Office document refer to each other.
//!
//! Source: ECMA-376 part 2 (Open Packaging Conventions), sections 8 and 9.

use super::Result;
use super::out::Out;
use super::parts::{Parts, dir_of, resolved};
use crate::page::Unread;
use crate::xml::Token;

/// Relations of one part that are looked at.
const RELATIONS_MAX: usize = 20_000;

/// Where something leads.
pub(super) struct Relation {
    /// The name that the part uses for it.
    pub(super) id: String,
    /// What kind of part it leads to: the last word of its type.
    pub(super) kind: String,
    /// The path of that part.
    pub(super) path: String,
}

/// What a part refers to inside the document; the document itself where the path is empty.
pub(super) fn relations(parts: &Parts<'_>, of: &str, out: &mut Out<'_>) -> Result<Vec<Relation>> {
    let (dir, name) = (dir_of(of), of.rsplit('/').next().unwrap_or_default());
    let path = match dir {
        "" => format!("_rels/{name}.rels"),
        dir => format!("{dir}/_rels/{name}.rels"),
    };
    let mut found = Vec::new();
    let Some(mut xml) = parts.xml(&path, out)? else { return Ok(found) };
    loop {
        match xml.next()? {
            Token::Open(open) if open.name() == "Relationship" => {
                if open.get("TargetMode").is_some_and(|mode| mode == "External") {
                    continue;
                }
                let [id, kind, target] =
                    ["Id", "Type", "Target"].map(|key| open.get(key).unwrap_or_default());
                let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                if let Some(path) = resolved(dir, &target) {
                    found.push(Relation { id, kind, path });
                }
                if found.len() > RELATIONS_MAX {
                    return Err(Unread::TooLarge);
                }
            }
            Token::End => return Ok(found),
            _ => {}
        }
    }
}

/// The main part of an Office document: the one its relations name, else the usual one.
pub(super) fn main_part(parts: &Parts<'_>, usual: &str, out: &mut Out<'_>) -> Result<String> {
    let found = relations(parts, "", out)?.into_iter().find(|relation| relation.kind == "officeDocument");
    Ok(found.map_or_else(|| usual.to_owned(), |relation| relation.path))
}

/// Opens the archive of an Office document; one that wants a password is no archive but a compound file.
pub(super) fn open<'a>(bytes: &'a [u8], out: &Out<'_>) -> Result<Parts<'a>> {
    if let Some(compound) = super::compound::Compound::open(bytes) {
        let unread = if compound.has("EncryptedPackage") { Unread::Encrypted } else { Unread::Damaged };
        return Err(unread);
    }
    Parts::open(bytes, out.limits().entries)
}
