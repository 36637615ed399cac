//! Size and BLAKE3 of a file, read through; a large one by as many threads as there are cores.

use super::pool::Tally;
use crate::env::Env;
use blake3::Hasher;
use blake3::hazmat::{
    ChainingValue, HasherExt as _, Mode, left_subtree_len, merge_subtrees_non_root, merge_subtrees_root,
};
use jingui_schema::digest::{B3, FileMark};
use std::io::{self, Read, Seek as _, SeekFrom};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes read and hashed at a time: a power of two, at which BLAKE3 is fastest.
const PIECE_BYTES: usize = 256 << 10;
/// What one thread takes of a large file: a whole subtree of BLAKE3's tree, so a power of two.
const SUBTREE_BYTES: u64 = 16 << 20;

/// Size and BLAKE3 of a file. What it says of a file that changes meanwhile is of no use, and is no file's digest.
pub(super) fn digest(env: &Env, path: &Path, tally: &Tally) -> io::Result<FileMark> {
    thread_local!(static PIECE: std::cell::RefCell<Vec<u8>> = std::cell::RefCell::new(vec![0; PIECE_BYTES]));
    let mut file = env.fs.open(path)?;
    let size = file.seek(SeekFrom::End(0))?;
    if size >= 2 * SUBTREE_BYTES
        && let Some(b3) = by_subtrees(env, path, size, tally)?
    {
        tally.files.fetch_add(1, Ordering::Relaxed);
        return Ok(FileMark { size, b3 });
    }
    file.seek(SeekFrom::Start(0))?;
    let mut hasher = Hasher::new();
    let size = PIECE.with_borrow_mut(|piece| feed(&mut file, &mut hasher, piece, tally))?;
    tally.files.fetch_add(1, Ordering::Relaxed);
    Ok(FileMark { size, b3: B3(*hasher.finalize().as_bytes()) })
}

/// Hashes up to the end or until told to stop; how many bytes that were.
fn feed(from: &mut dyn Read, hasher: &mut Hasher, piece: &mut [u8], tally: &Tally) -> io::Result<u64> {
    let mut size = 0;
    while !tally.stopped() {
        let mut filled = 0;
        // Full pieces, wherever reads end.
        while filled < piece.len() {
            match from.read(&mut piece[filled..]) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        hasher.update(&piece[..filled]);
        size += filled as u64;
        tally.bytes.fetch_add(filled as u64, Ordering::Relaxed);
        if filled < piece.len() {
            break;
        }
    }
    Ok(size)
}

/// The same of a file of this size, of at least two subtrees; `None` where it is shorter by now, or all has to stop.
fn by_subtrees(env: &Env, path: &Path, size: u64, tally: &Tally) -> io::Result<Option<B3>> {
    let count = size.div_ceil(SUBTREE_BYTES);
    let next = AtomicU64::new(0);
    let work = || -> io::Result<Option<Vec<(u64, ChainingValue)>>> {
        let (mut file, mut piece, mut done) = (env.fs.open(path)?, vec![0; PIECE_BYTES], Vec::new());
        loop {
            let no = next.fetch_add(1, Ordering::Relaxed);
            if no >= count {
                return Ok(Some(done));
            }
            let begin = no * SUBTREE_BYTES;
            let bytes = SUBTREE_BYTES.min(size - begin);
            file.seek(SeekFrom::Start(begin))?;
            let mut hasher = Hasher::new();
            hasher.set_input_offset(begin);
            if feed(&mut (&mut file).take(bytes), &mut hasher, &mut piece, tally)? < bytes {
                return Ok(None);
            }
            done.push((no, hasher.finalize_non_root()));
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(count as usize);
    let each: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let panicked = |_| Err(io::Error::other("a thread that read the file panicked"));
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(panicked)).collect()
    });
    let mut subtrees = Vec::with_capacity(count as usize);
    for done in each {
        match done? {
            Some(done) => subtrees.extend(done),
            None => return Ok(None),
        }
    }
    subtrees.sort_unstable_by_key(|(no, _)| *no);
    let subtrees: Vec<ChainingValue> = subtrees.into_iter().map(|(_, value)| value).collect();
    let left = left_subtree_len(size);
    let (lefts, rights) = subtrees.split_at((left / SUBTREE_BYTES) as usize);
    let root = merge_subtrees_root(&merged(lefts, left), &merged(rights, size - left), Mode::Hash);
    Ok(Some(B3(*root.as_bytes())))
}

/// The value of the subtree over so many bytes, of those of its parts.
fn merged(parts: &[ChainingValue], size: u64) -> ChainingValue {
    if let [one] = parts {
        return *one;
    }
    let left = left_subtree_len(size);
    let (lefts, rights) = parts.split_at((left / SUBTREE_BYTES) as usize);
    merge_subtrees_non_root(&merged(lefts, left), &merged(rights, size - left), Mode::Hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_digest_of_the_whole_whatever_the_size() {
        let dir = tempfile::tempdir().expect("a directory can be made");
        let path = dir.path().join("file");
        let env = Env::of_host();
        let whole: Vec<u8> =
            (0..7 * SUBTREE_BYTES as u32 + 5).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let edges = [0, 1, 2, 3, 4, 5, 6, 7].map(|subtrees: u64| subtrees * SUBTREE_BYTES);
        for size in edges.iter().flat_map(|edge| [edge.saturating_sub(1), *edge, edge + 1, edge + 5]) {
            let content = &whole[..size as usize];
            std::fs::write(&path, content).expect("it can be written");
            let mark = digest(&env, &path, &Tally::default()).expect("it can be read");
            assert_eq!(mark, FileMark::of(content), "{size}");
        }
        // Shorter than it was when it was looked at: nothing is said of it.
        let said = by_subtrees(&env, &path, whole.len() as u64 + 1, &Tally::default());
        assert!(matches!(said, Ok(None)));
        let tally = Tally::default();
        tally.stop.store(true, Ordering::Relaxed);
        assert!(matches!(by_subtrees(&env, &path, whole.len() as u64, &tally), Ok(None)));
    }
}
