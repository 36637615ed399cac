//! Moving: from the folder to a place, by renaming alone. What was started can be started again.

use super::group::{Part, Unit};
use super::places::{Folder, Place, REASON, fitting, free, make_dirs};
use super::under_way::{Move, UnderWay};
use crate::context::Word;
use crate::failure::{Doing, Failure, Result};
use jingui_schema::digest::Sha256;
use jingui_schema::id::ActId;
use jingui_vault::env::Env;
use jingui_vault::fs::{Fs, Stat};
use sha2::Digest as _;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// Plans where each file of a record goes: a directory of its own where it has one, else the same path below the place.
///
/// - `digests`: of the documents that were read.
/// - `reason`: what stands in the file beside them, where there is to be one.
pub(super) fn plan(
    env: &Env,
    folder: &Folder,
    unit: &Unit,
    place: Place,
    request: ActId,
    digests: &BTreeMap<PathBuf, Sha256>,
    reason: Option<String>,
) -> Result<UnderWay> {
    let (fs, top) = (&*env.fs, folder.place(place));
    let mut taken = BTreeSet::new();
    // Relative to the place.
    let mut free_name = |path: PathBuf, is_file: bool| {
        let path = top.join(path);
        let name = free(fs, &path, is_file, &taken).doing("look at", &path)?;
        taken.insert(name.clone());
        Ok::<_, Failure>(name.strip_prefix(&top).expect("it lies below the place").to_owned())
    };
    let directory = unit.directory.as_deref();
    let base = directory.map(|directory| free_name(directory.to_owned(), false)).transpose()?;
    let mut moves = Vec::new();
    for member in &unit.members {
        let to = match (&base, directory) {
            (Some(base), Some(directory)) => {
                base.join(member.path.strip_prefix(directory).expect("it lies in its directory"))
            }
            _ => free_name(member.path.clone(), member.part != Part::Odd)?,
        };
        moves.push(Move {
            from: Word::from(&member.path),
            to: Word::from(&to),
            size: member.stat.size,
            modified: member.stat.modified,
            sha256: digests.get(&member.path).copied(),
        });
    }
    let mut way = UnderWay::new(request, place, directory, moves);
    if let Some(text) = reason {
        let beside = base.as_deref().or_else(|| way.moves.first().map(Move::to)).unwrap_or(Path::new("-"));
        let name = fitting(beside.file_name().unwrap_or_default().as_bytes(), REASON.as_bytes());
        let path = free_name(beside.with_file_name(name), true)?;
        way.reason = Some((Word::from(path), text));
    }
    Ok(way)
}

/// Moves what is still as it was planned; returns how many files are not, and stay where they are.
///
/// - `digests`: whether documents are read again, because they may have been written to since they were.
/// - Errors: what keeps a file from being moved; then some may have been, and it can be tried again.
pub(super) fn carry_out(env: &Env, folder: &Folder, way: &UnderWay, digests: bool) -> Result<usize> {
    let fs = &*env.fs;
    let place = folder.place(way.place);
    make_dirs(fs, &place, folder.root()).doing("create", &place)?;
    if let Some((path, text)) = &way.reason {
        write_reason(fs, folder, &place.join(&path.0), text)?;
    }
    let (mut left, mut reached, mut departed) = (0, BTreeSet::new(), BTreeSet::new());
    for one in &way.moves {
        let (from, to) = (folder.root().join(one.from()), place.join(one.to()));
        let Some(stat) = fs.stat(&from).doing("look at", &from)? else {
            // Moved before, perhaps by one who did not get as far as syncing.
            if fs.stat(&to).doing("look at", &to)?.is_some() {
                reached.extend(to.parent().map(Path::to_owned));
                departed.extend(from.parent().map(Path::to_owned));
            }
            continue;
        };
        let changed = (stat.size, stat.modified) != (one.size, one.modified);
        if changed || (digests && !is_still(fs, &from, one)) {
            left += 1;
            continue;
        }
        if let Some(to) = move_one(fs, folder, &from, &to, stat)? {
            reached.extend(to.parent().map(Path::to_owned));
            departed.extend(from.parent().map(Path::to_owned));
        }
    }
    // Where they have come to first: a disk that keeps one half of a renaming then has a file twice, never not at all.
    for dir in reached.iter().chain(&departed) {
        match fs.sync_dir(dir) {
            // Somebody has taken it away since; what was moved is elsewhere.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            synced => synced.doing("sync", dir)?,
        }
    }
    remove_emptied(fs, folder, way);
    Ok(left)
}

fn write_reason(fs: &(dyn Fs + 'static), folder: &Folder, path: &Path, text: &str) -> Result<()> {
    let parent = path.parent().unwrap_or(Path::new("/"));
    make_dirs(fs, parent, folder.root()).doing("create", parent)?;
    if fs.stat(path).doing("look at", path)?.is_some() {
        return Ok(());
    }
    // In one step under its name: a half-written one would be taken for whole the next time.
    let draft = folder.own().join("reason");
    if fs.stat(&draft).doing("look at", &draft)?.is_some() {
        fs.remove(&draft).doing("remove", &draft)?;
    }
    fs.write_new(&draft, text.as_bytes()).doing("write", &draft)?;
    drop(fs.share_like(&draft, folder.root()));
    fs.rename_new(&draft, path).doing("write", path)?;
    fs.sync_dir(parent).doing("sync", parent)
}

/// Moves one file; says where it is then, or nothing where it has gone by itself.
fn move_one(fs: &dyn Fs, folder: &Folder, from: &Path, to: &Path, stat: Stat) -> Result<Option<PathBuf>> {
    let parent = to.parent().unwrap_or(Path::new("/"));
    make_dirs(fs, parent, from.parent().unwrap_or(folder.root())).doing("create", parent)?;
    let mut to = to.to_owned();
    loop {
        match fs.rename_new(from, &to) {
            Ok(()) => return Ok(Some(to)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let is_file = stat.kind == jingui_vault::fs::Kind::File;
                to = free(fs, &to, is_file, &BTreeSet::from([to.clone()])).doing("look at", &to)?;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).doing("move", from),
        }
    }
}

/// Whether a document is still what was filed; nothing else has a digest.
fn is_still(fs: &dyn Fs, path: &Path, one: &Move) -> bool {
    let Some(expected) = one.sha256 else { return true };
    let digest = || -> io::Result<Sha256> {
        let (mut file, mut hasher, mut buffer) =
            (fs.open_unlinked(path)?, sha2::Sha256::new(), vec![0; 1 << 18]);
        loop {
            match file.read(&mut buffer)? {
                0 => return Ok(Sha256(hasher.finalize().into())),
                read => hasher.update(&buffer[..read]),
            }
        }
    };
    digest().is_ok_and(|found| found == expected)
}

/// Takes away the record's own directories, as far as nothing lies in them; whatever keeps one there keeps it.
fn remove_emptied(fs: &dyn Fs, folder: &Folder, way: &UnderWay) {
    let Some(directory) = way.directory.as_ref().map(|word| Path::new(&word.0)) else { return };
    let mut dirs = BTreeSet::new();
    for one in &way.moves {
        dirs.extend(one.from().ancestors().skip(1).take_while(|dir| dir.starts_with(directory)));
    }
    // The deepest first.
    for dir in dirs.into_iter().rev() {
        drop(fs.remove_dir(&folder.root().join(dir)));
    }
}
