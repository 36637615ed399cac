//! Which files belong to a row: those its cells name, else those whose paths say the same as the row does.

use super::columns::Columns;
use super::files::{FileId, Files};
use super::row::{Defaults, canonical, text_of};
use super::{Fault, Tongue, Word};
use crate::failure::{Problem, Result};
use crate::folder_rule::{FolderRule, stem};
use crate::said::Said;
use crate::sheet::Row;
use crate::words::Field;
use jingui_indexer::archive::Hindrance;
use jingui_schema::facts::{DocumentKind, Mark};
use jingui_vault::filing::DOCUMENTS_MAX;
use sha2::Digest as _;
use unicode_normalization::UnicodeNormalization;

/// What parts several files in one cell. A comma may be in a name.
const FILE_MARKS: [char; 4] = [';', '；', '|', '\n'];
/// Files that belong to no row and are named; the others are counted.
const NAMED_MAX: usize = 20;

/// Files that belong to no row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftOver {
    /// How many there are.
    pub count: u64,
    /// The first of them by path, with why their names do not fit the rule, where they do not.
    pub first: Vec<(String, Option<Said>)>,
}

impl LeftOver {
    pub(super) fn add(&mut self, path: &str, why: Option<Said>) {
        self.count += 1;
        if self.first.len() < NAMED_MAX {
            self.first.push((path.to_owned(), why));
        }
    }
}

/// A document of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Which file.
    pub file: FileId,
    /// What it is.
    pub kind: DocumentKind,
    /// Which side of a card its name says it is.
    pub side: Option<Mark>,
}

impl Found {
    fn new(file: FileId, kind: DocumentKind, files: &Files, tongue: Tongue) -> Self {
        let side = tongue.words.side_of_name(stem(files.name(file)));
        Self { file, kind, side }
    }
}

/// Finds files.
pub(super) struct Finder {
    rule: Option<ByRule>,
}

/// Files by what their paths say.
struct ByRule {
    rule: FolderRule,
    /// The fields by which a row is known in a path.
    fields: Vec<Field>,
    /// In the order of their keys.
    kept: Vec<Kept>,
}

struct Kept {
    key: [u8; 16],
    file: FileId,
    kind: Option<DocumentKind>,
    page: u32,
}

/// A key that two lists of texts share only if they are the same.
pub(super) fn key_of<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> [u8; 16] {
    let mut hasher = sha2::Sha256::new();
    for text in texts {
        let text = text.as_ref();
        hasher.update((text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    let digest: [u8; 32] = hasher.finalize().into();
    *digest.first_chunk().expect("32 bytes have 16")
}

impl Finder {
    /// Reads all paths by a rule, where there is one; a rule has to be one that the columns can answer.
    pub(super) fn new(
        rule: Option<&str>,
        files: &Files,
        columns: &Columns,
        defaults: &Defaults,
        tongue: Tongue,
    ) -> Result<Self> {
        let Some(text) = rule else {
            return match columns.first(Field::Files) {
                Some(_) => Ok(Self { rule: None }),
                None => Err(Problem::NoWayToFiles {}.into()),
            };
        };
        let refused = |said: Said| Problem::Rule { rule: text.to_owned(), why: said.tell(tongue.messages) };
        let rule = FolderRule::parse(text, tongue.words).map_err(|error| refused(error.said()))?;
        let fields: Vec<Field> =
            rule.fields().into_iter().filter(|field| !matches!(field, Field::Kind | Field::Page)).collect();
        let unanswered =
            fields.iter().find(|field| columns.first(**field).is_none() && !defaults.contains_key(field));
        if let Some(field) = unanswered {
            let field = tongue.messages.text(&field.name_key(), &[]);
            return Err(Problem::RuleColumn { rule: text.to_owned(), field }.into());
        }
        if fields.is_empty() {
            return Err(refused(Said::new("rule-no-key")).into());
        }
        let mut kept = Vec::new();
        for file in files.all() {
            if let Ok(captured) = rule.read(files.path(file), tongue.words) {
                let texts = fields.iter().map(|field| {
                    captured.get(*field).map(|text| canonical(*field, text, tongue)).unwrap_or_default()
                });
                let (key, kind, page) = (key_of(texts), captured.kind, captured.page.unwrap_or(0));
                kept.push(Kept { key, file, kind, page });
            }
        }
        kept.sort_by_key(|kept| (kept.key, kept.kind, kept.page, kept.file));
        Ok(Self { rule: Some(ByRule { rule, fields, kept }) })
    }

    /// Why a path does not fit the rule, if there is one and it does not.
    pub(super) fn mismatch(&self, path: &str, tongue: Tongue) -> Option<Said> {
        let by_rule = self.rule.as_ref()?;
        by_rule.rule.read(path, tongue.words).err().map(|why| why.said())
    }

    /// The documents of a row, and what is wrong with them.
    pub(super) fn find(
        &self,
        row: &Row,
        named: &[String],
        columns: &Columns,
        defaults: &Defaults,
        files: &mut Files,
        tongue: Tongue,
    ) -> (Vec<Found>, Vec<Fault>) {
        let (found, mut faults) = match (&self.rule, named) {
            (_, [_, ..]) => by_name(named, files, tongue),
            (Some(by_rule), []) => match by_rule.find(row, columns, defaults, files, tongue) {
                Ok(found) => (found, Vec::new()),
                Err(fault) => (Vec::new(), vec![fault]),
            },
            (None, []) => (Vec::new(), vec![Fault::new(Word::MissingFile, Said::new("fault-no-file"))]),
        };
        let (count, limit) = (found.len() as u64, DOCUMENTS_MAX as u64);
        if count > limit {
            let said = Said::new("fault-too-many").number("count", count).number("limit", limit);
            faults.push(Fault::new(Word::BadFile, said));
            return (found, faults);
        }
        faults.extend(found.iter().filter_map(|found| unreadable(found.file, files)));
        (found, faults)
    }
}

/// Why a file cannot be filed, as far as that can be seen without reading it.
fn unreadable(file: FileId, files: &Files) -> Option<Fault> {
    let key = match files.hindrance(file) {
        _ if files.is_special(file) => "fault-file-special",
        Some(Hindrance::NotAFile) => "fault-file-special",
        Some(Hindrance::Encrypted) => "fault-file-encrypted",
        Some(Hindrance::Method) => "fault-file-method",
        None if files.stamp(file).size == 0 => "fault-file-empty",
        None => return None,
    };
    Some(Fault::new(Word::BadFile, Said::new(key).text("name", files.path(file))))
}

impl ByRule {
    fn find(
        &self,
        row: &Row,
        columns: &Columns,
        defaults: &Defaults,
        files: &Files,
        tongue: Tongue,
    ) -> std::result::Result<Vec<Found>, Fault> {
        let value = |field: Field| text_of(row, columns, defaults, field);
        let key = key_of(
            self.fields
                .iter()
                .map(|field| value(*field).map(|text| canonical(*field, text, tongue)).unwrap_or_default()),
        );
        let from = self.kept.partition_point(|kept| kept.key < key);
        let found: Vec<Found> = (self.kept[from..].iter())
            .take_while(|kept| kept.key == key)
            .map(|kept| {
                let kind = kept.kind.unwrap_or_else(|| kind_of(files.name(kept.file), tongue));
                Found::new(kept.file, kind, files, tongue)
            })
            .collect();
        if found.is_empty() {
            let path = self.rule.filled(|field| value(field).map(str::to_owned));
            return Err(Fault::new(Word::MissingFile, Said::new("fault-rule-missing").text("path", path)));
        }
        Ok(found)
    }
}

/// What a file is, by its name.
fn kind_of(name: &str, tongue: Tongue) -> DocumentKind {
    let certificate = || {
        let end = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        matches!(end.as_str(), "cer" | "crt" | "der" | "pem" | "p7b").then_some(DocumentKind::Cert)
    };
    tongue.words.kind_of_name(stem(name)).or_else(certificate).unwrap_or(DocumentKind::Other)
}

/// The files that cells name: files, directories, archives, files in archives; each perhaps with `=KIND`.
fn by_name(named: &[String], files: &mut Files, tongue: Tongue) -> (Vec<Found>, Vec<Fault>) {
    let (mut found, mut faults): (Vec<Found>, Vec<Fault>) = (Vec::new(), Vec::new());
    let pieces =
        named.iter().flat_map(|cell| cell.split(FILE_MARKS)).map(str::trim).filter(|p| !p.is_empty());
    for piece in pieces {
        let (name, kind) = match piece.rsplit_once('=') {
            Some((name, word)) if tongue.words.kind(word).is_some() => (name.trim(), tongue.words.kind(word)),
            _ => (piece, None),
        };
        match look(name, files) {
            Ok(ids) => {
                for file in ids {
                    let kind = kind.unwrap_or_else(|| kind_of(files.name(file), tongue));
                    if !found.iter().any(|known| known.file == file) {
                        found.push(Found::new(file, kind, files, tongue));
                    }
                }
            }
            Err(fault) => faults.push(fault),
        }
    }
    if found.is_empty() && faults.is_empty() {
        faults.push(Fault::new(Word::MissingFile, Said::new("fault-no-file")));
    }
    (found, faults)
}

/// The files of one name in a cell.
fn look(name: &str, files: &mut Files) -> std::result::Result<Vec<FileId>, Fault> {
    let path: String = name.replace('\\', "/").nfc().collect();
    let fault = |word, key, name: &str| Fault::new(word, Said::new(key).text("name", name));
    let path = path.trim_start_matches("./").trim_end_matches('/');
    if path.is_empty()
        || path.starts_with('/')
        || path.split('/').any(|part| part == "..")
        || path.contains(":/")
    {
        return Err(fault(Word::MissingFile, "fault-file-outside", name));
    }
    let archive = |id: FileId, files: &mut Files| -> std::result::Result<Option<Vec<FileId>>, Fault> {
        match files.inside(id) {
            None => Ok(None),
            Some(Ok(range)) if range.is_empty() => Err(fault(Word::MissingFile, "fault-archive-empty", name)),
            Some(Ok(range)) => Ok(Some(range.collect())),
            Some(Err(said)) => Err(Fault::new(
                Word::BadFile,
                Said::new("fault-archive").text("name", name).said("why", said),
            )),
        }
    };
    if let Some(id) = files.exact(path) {
        return Ok(archive(id, files)?.unwrap_or_else(|| vec![id]));
    }
    let below = files.below(path);
    if !below.is_empty() {
        return Ok(below.collect());
    }
    // Into an archive: `a.zip/form.pdf`.
    for (at, _) in path.match_indices('/') {
        if let Some(id) = files.exact(&path[..at])
            && let Some(inside) = archive(id, files)?
        {
            let dir = format!("{path}/");
            let under = |id: &FileId| files.path(*id) == path || files.path(*id).starts_with(&dir);
            let ids: Vec<FileId> = inside.into_iter().filter(under).collect();
            return if ids.is_empty() {
                Err(fault(Word::MissingFile, "fault-file-missing", name))
            } else {
                Ok(ids)
            };
        }
    }
    if path.contains('/') {
        return Err(fault(Word::MissingFile, "fault-file-missing", name));
    }
    match files.named(path)[..] {
        [] => Err(fault(Word::MissingFile, "fault-file-missing", name)),
        [id] => Ok(archive(id, files)?.unwrap_or_else(|| vec![id])),
        [first, second, ..] => {
            let said = Said::new("fault-file-ambiguous").text("name", name);
            let said = said.text("first", files.path(first)).text("second", files.path(second));
            Err(Fault::new(Word::FileAmbiguous, said))
        }
    }
}
