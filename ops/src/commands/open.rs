//! `open`: shows documents. That they are shown is durable in the journal before their first byte.

use super::World;
use crate::cli::{Parsed, is_dash};
use crate::context::Context;
use crate::failure::{Doing, Problem, Result};
use crate::output::printable_path;
use jingui_schema::cover::Document;
use jingui_schema::facts::is_unprintable;
use jingui_vault::reading::Opening;
use jingui_vault::{Error, Exit};
use serde::Serialize;
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(Serialize)]
struct Told {
    record: String,
    seq: Option<u64>,
    documents: Vec<ToldDocument>,
}

#[derive(Serialize)]
struct ToldDocument {
    no: u32,
    name: String,
    size: u64,
    sha256: String,
    path: String,
}

/// Opens.
pub(super) fn run(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let session = world.session(context)?;
    let record = session.resolve(&parsed.must::<String>("record"))?;
    let row = session.row(record)?;
    let wanted: Vec<u32> = match (parsed.get::<u32>("doc"), &row.documents[..]) {
        (Some(doc), _) => vec![doc],
        (None, [only]) => vec![only.no],
        (None, all) => all.iter().map(|d| d.no).collect(),
    };
    let output = parsed.file("output").filter(|path| !is_dash(path)).map(|path| context.path(path));
    // Everything that can be refused is refused before the act is written: an act says that something was shown.
    if let Some(missing) = wanted.iter().find(|no| !row.documents.iter().any(|d| d.no == **no)) {
        return Err(
            Error::NoDocument { record: row.facts.number.to_string(), doc: missing.to_string() }.into()
        );
    }
    let targets = targets(output.as_deref(), &row.documents, &wanted, parsed.flag("all"))?;
    if targets.is_none() {
        if wanted.len() > 1 {
            let number = row.facts.number.to_string();
            return Err(Problem::WhichDocument { record: number, count: wanted.len().to_string() }.into());
        }
        let binary = |d: &&jingui_vault::catalog::DocBrief| {
            wanted.contains(&d.no) && !d.media_type.starts_with("text/")
        };
        if context.out.look().columns.is_some() && row.documents.iter().any(|d| binary(&d)) {
            return Err(Problem::BinaryToTerminal {}.into());
        }
    }
    session.may_open(record, parsed.get("purpose"), parsed.text("reason"))?;
    if context.dry_run() {
        context.out.note("open-would", &[("count", wanted.len().into())]);
        return Ok(Exit::Done);
    }
    if let Some(dir) =
        output.as_deref().filter(|dir| targets.iter().flatten().any(|path| path.parent() == Some(dir)))
    {
        std::fs::DirBuilder::new().recursive(true).create(dir).doing("create", dir)?;
    }
    let spool = parsed.file("spool").map(|path| context.path(path));
    let opening =
        session.open_for(record, &wanted, parsed.get("purpose"), parsed.text("reason"), spool.as_deref())?;
    world.tell_notices(context)?;
    if let (None, Some(spool)) = (opening.seq(), &spool) {
        context.out.warning("open-spooled", &[("path", printable_path(spool).into())])?;
    }
    let Some(targets) = targets else {
        let document = opening.documents().first().cloned();
        if let Some(document) = document {
            opening.copy(&document, &mut Stdout { context })?;
        }
        return Ok(Exit::Done);
    };
    let mut told = Vec::new();
    for (document, path) in opening.documents().iter().zip(&targets) {
        context.go_on()?;
        copy_to(context, &opening, document, path)?;
        let shown = printable_path(path);
        context
            .out
            .note("open-copied", &[("name", document.name.clone().into()), ("path", shown.clone().into())]);
        let (no, name, size) = (document.no, document.name.clone(), document.size);
        told.push(ToldDocument { no, name, size, sha256: document.sha256.to_string(), path: shown });
    }
    if context.out.json() {
        context.out.document(&Told { record: record.to_string(), seq: opening.seq(), documents: told })?;
    }
    Ok(Exit::Done)
}

/// Where each document goes; `None` for standard output.
fn targets(
    output: Option<&Path>,
    documents: &[jingui_vault::catalog::DocBrief],
    wanted: &[u32],
    all: bool,
) -> Result<Option<Vec<PathBuf>>> {
    let Some(output) = output else { return Ok(None) };
    let into_directory = output.is_dir() || wanted.len() > 1 || all;
    let mut targets = Vec::new();
    for document in documents.iter().filter(|d| wanted.contains(&d.no)) {
        let path = match into_directory {
            true => output.join(format!("{:03}-{}", document.no, file_name(&document.name))),
            false => output.to_owned(),
        };
        if path.symlink_metadata().is_ok() {
            return Err(Problem::Exists { path: printable_path(&path) }.into());
        }
        targets.push(path);
    }
    Ok(Some(targets))
}

/// What a document is called among all of its record: its number, and its name as the name of a file here.
pub(super) fn document_name(document: &Document) -> String {
    format!("{:03}-{}", document.no, file_name(&document.name))
}

/// A document's name as the name of a file here: no directories, no controls, no hidden file, at most 200 bytes.
fn file_name(name: &str) -> String {
    let safe: String =
        name.chars().map(|c| if c == '/' || c == '\0' || is_unprintable(c) { '_' } else { c }).collect();
    let safe = safe.trim_start_matches('.');
    let mut cut = safe.len().min(200);
    while !safe.is_char_boundary(cut) {
        cut -= 1;
    }
    // The end of a long name goes, its extension stays.
    match (safe.len() > cut, Path::new(safe).extension().and_then(|e| e.to_str()).filter(|e| e.len() <= 8)) {
        (true, Some(extension)) => {
            let mut keep = cut - extension.len() - 1;
            while !safe.is_char_boundary(keep) {
                keep -= 1;
            }
            format!("{}.{extension}", &safe[..keep])
        }
        _ => safe[..cut].to_owned(),
    }
}

/// Writes beside and renames: what stands under the name is whole and checked.
fn copy_to(context: &Context, opening: &Opening, document: &Document, path: &Path) -> Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", context.env.act_id()));
    let part = path.with_file_name(name);
    let mut file = context.env.fs.create_new(&part).doing("create", &part)?;
    let copied = opening
        .copy(document, &mut file)
        .map_err(Into::into)
        .and_then(|()| file.sync().doing("write", &part));
    match copied.and_then(|()| context.env.fs.rename(&part, path).doing("move to", path)) {
        Ok(()) => Ok(()),
        Err(error) => {
            drop(context.env.fs.remove(&part));
            Err(error)
        }
    }
}

/// Standard output as a place to copy to.
struct Stdout<'a> {
    context: &'a mut Context,
}

impl Write for Stdout<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self.context.out.out(bytes) {
            Ok(()) => Ok(bytes.len()),
            Err(_) => Err(std::io::Error::other("standard output cannot be written")),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_document_name_cannot_leave_its_directory() {
        assert_eq!(file_name("../../etc/passwd"), "_.._etc_passwd");
        assert_eq!(file_name(".profile"), "profile");
        assert_eq!(file_name("a\n\u{202e}b"), "a__b");
        let long = file_name(&format!("{}.pdf", "表".repeat(100)));
        assert!(long.len() <= 200 && long.ends_with(".pdf"), "{long}");
    }
}
