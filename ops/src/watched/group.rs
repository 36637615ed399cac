//! Grouping: which files are one record. Pure.
//!
//! Without a rule each directory in the folder is a record. With a rule of directories so is each directory that it
//! leads to; with a rule of files, all files of which it says the same but for kind and page.

use super::look::Sight;
use super::settle::Picture;
use crate::folder_rule::{FolderRule, stem};
use crate::output::printable_path;
use crate::said::Said;
use crate::words::{Field, Words};
use jingui_schema::facts::DocumentKind;
use jingui_vault::fs::{Kind, Stat};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// What a file of a record is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// It is to be filed.
    Document {
        /// Its name in the record.
        name: OsString,
        /// What it is.
        kind: DocumentKind,
        /// Which page, where that is said.
        page: Option<u32>,
    },
    /// It says what the record is.
    Sidecar,
    /// What systems leave in directories; it goes where the record goes and is not filed.
    Litter,
    /// By its name somebody is still writing it.
    Temporary,
    /// No regular file, or a directory that is moved as a whole.
    Odd,
}

/// A file of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    /// Below the folder.
    pub path: PathBuf,
    /// As it was seen.
    pub stat: Stat,
    /// What it is for.
    pub part: Part,
}

/// Files that are filed, or not filed, together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    /// No other has it; below the folder.
    pub key: PathBuf,
    /// The directory that they lie in and leave together, where there is one.
    pub directory: Option<PathBuf>,
    /// Its files, in the order of the documents.
    pub members: Vec<Member>,
    /// What the rule says.
    pub said: Vec<(Field, String)>,
    /// Why it is no record, as far as that can be known from names.
    pub problems: Vec<Said>,
}

impl Unit {
    /// What messages call it: its directory, or its first file.
    pub(super) fn name(&self) -> &Path {
        self.directory.as_deref().unwrap_or_else(|| self.members.first().map_or(&self.key, |m| &m.path))
    }

    /// How it looks.
    pub(super) fn picture(&self) -> Picture {
        self.members.iter().map(|m| (m.path.clone(), m.stat)).collect()
    }
}

/// Names of sheets with labels, in a record's directory.
const SIDECARS: &[&str] = &["labels.toml", "标签.toml"];
const LITTER: &[&str] = &["thumbs.db", "desktop.ini", ".ds_store", "ehthumbs.db"];
const TEMPORARY: &[&str] = &[".tmp", ".temp", ".part", ".partial", ".crdownload", ".filepart", ".swp", "~"];

/// Puts what lies in the folder into groups, by their keys.
pub(super) fn group(sight: &Sight, rule: Option<&FolderRule>, words: &Words) -> Vec<Unit> {
    let mut units: BTreeMap<PathBuf, Unit> = BTreeMap::new();
    for (path, stat) in &sight.files {
        if is_litter(path) && !lies_in_record(path, rule) {
            continue;
        }
        let unit = place(path, rule, words);
        let unit = units.entry(unit.key.clone()).or_insert(unit);
        let part = part(path, unit.directory.as_deref(), *stat, rule, words);
        if part == Part::Odd {
            unit.problems.insert(0, Said::new("watch-why-odd").text("name", printable_path(path)));
        }
        unit.members.push(Member { path: path.clone(), stat: *stat, part });
    }
    for (path, stat, why) in &sight.closed {
        let problem = match why {
            Some(why) => Said::new("watch-why-closed").text("name", printable_path(path)).text("why", why),
            None => Said::new("watch-why-deep").text("name", printable_path(path)),
        };
        let within =
            units.values_mut().find(|unit| unit.directory.as_ref().is_some_and(|dir| path.starts_with(dir)));
        let member = Member { path: path.clone(), stat: *stat, part: Part::Odd };
        match within {
            Some(unit) => {
                unit.members.push(member);
                unit.problems.push(problem);
            }
            None => {
                let unit = Unit {
                    key: path.clone(),
                    directory: None,
                    members: vec![member],
                    said: Vec::new(),
                    problems: vec![problem],
                };
                units.insert(path.clone(), unit);
            }
        }
    }
    for unit in units.values_mut() {
        // Kinds in the order of the checklist, pages in theirs; within a directory, by name.
        if unit.directory.is_none() {
            unit.members.sort_by_key(|m| match &m.part {
                Part::Document { kind, page, .. } => (Some(*kind), *page, m.path.clone()),
                _ => (None, None, m.path.clone()),
            });
        }
        if unit.problems.is_empty() && !unit.members.iter().any(|m| matches!(m.part, Part::Document { .. })) {
            unit.problems.push(Said::new("watch-why-no-document"));
        }
    }
    units.into_values().collect()
}

/// Whether a file lies in a directory that is a record, or would be.
fn lies_in_record(path: &Path, rule: Option<&FolderRule>) -> bool {
    match rule {
        Some(rule) if !rule.is_of_directories() => false,
        _ => path.components().count() > levels(rule),
    }
}

/// How many directories lead to a record and are it.
fn levels(rule: Option<&FolderRule>) -> usize {
    let text =
        |rule: &FolderRule| rule.as_str().trim_start_matches("./").trim_end_matches('/').split('/').count();
    rule.map_or(1, text)
}

/// The group that a file belongs to, still empty.
fn place(path: &Path, rule: Option<&FolderRule>, words: &Words) -> Unit {
    let alone = |problem| Unit {
        key: path.to_owned(),
        directory: None,
        members: Vec::new(),
        said: Vec::new(),
        problems: vec![problem],
    };
    let directory: Option<PathBuf> = match rule {
        Some(rule) if !rule.is_of_directories() => None,
        rule if path.components().count() <= levels(rule) => {
            return alone(match rule {
                Some(rule) => Said::new("watch-why-shallow").text("rule", rule.as_str()),
                None => Said::new("watch-why-loose"),
            });
        }
        rule => Some(path.components().take(levels(rule)).collect()),
    };
    let read = match (rule, path.to_str()) {
        (None, _) => None,
        (Some(_), None) => Some(Err(Said::new("watch-why-not-utf8"))),
        (Some(rule), Some(text)) => Some(rule.read(text, words).map_err(|mismatch| mismatch.said())),
    };
    let (said, problems) = match read {
        None => (Vec::new(), Vec::new()),
        Some(Ok(captured)) => {
            let of_record = captured.all().filter(|(field, _)| !matches!(field, Field::Kind | Field::Page));
            (of_record.map(|(field, text)| (field, text.to_owned())).collect(), Vec::new())
        }
        Some(Err(said)) if directory.is_none() => return alone(said),
        Some(Err(said)) => (Vec::new(), vec![said]),
    };
    let key = directory.clone().unwrap_or_else(|| {
        // What the rule says of the record, as a name that no file can have.
        let texts: Vec<&str> = said.iter().map(|(_, text): &(Field, String)| text.as_str()).collect();
        path.with_file_name(format!("\0{}", texts.join("\0")))
    });
    Unit { key, directory, members: Vec::new(), said, problems }
}

fn part(path: &Path, directory: Option<&Path>, stat: Stat, rule: Option<&FolderRule>, words: &Words) -> Part {
    if stat.kind != Kind::File {
        return Part::Odd;
    }
    let in_record = directory.and_then(|directory| path.strip_prefix(directory).ok());
    if in_record.is_some_and(|name| SIDECARS.iter().any(|sidecar| name == Path::new(sidecar))) {
        return Part::Sidecar;
    }
    if is_litter(path) {
        return Part::Litter;
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let lower = name.to_lowercase();
    if lower.starts_with(['.']) || lower.starts_with("~$") || TEMPORARY.iter().any(|end| lower.ends_with(end))
    {
        return Part::Temporary;
    }
    let captured = rule.and_then(|rule| rule.read(path.to_str()?, words).ok());
    let certificate = [".cer", ".crt", ".der"].iter().any(|end| lower.ends_with(end));
    let kind = captured.as_ref().and_then(|c| c.kind).or_else(|| words.kind_of_name(stem(&name)));
    let kind = kind.unwrap_or(if certificate { DocumentKind::Cert } else { DocumentKind::Other });
    let name = in_record.map_or_else(|| path.file_name().unwrap_or_default().to_owned(), |name| name.into());
    Part::Document { name, kind, page: captured.and_then(|c| c.page) }
}

fn is_litter(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    LITTER.contains(&name.as_str()) || name.starts_with("._")
}
