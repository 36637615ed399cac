//! The journal as it lies: segments, chain, numbering, tree, and how far `commit` says that it counts.
//! FORMAT.md sections 7, 9 and 10. What the lines mean is `ledger`'s matter.

use crate::Findings;
use crate::json::Json;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

pub type Hash = [u8; 32];

const LINE_BYTES_MAX: u64 = 1 << 20;
const SLOT: usize = 4096;
const COMMIT: &str = "journal/commit";

/// A line that has the form of one, and what can be told of it without knowing what it means.
pub struct Line<'a> {
    /// Its number, counted.
    pub seq: u64,
    /// The first seq of its segment.
    pub first: u64,
    /// The segment before: first seq, size and BLAKE3.
    pub prior: Option<&'a (u64, u64, String)>,
    /// The roots after each line before.
    pub roots: &'a [Hash],
    pub json: &'a Json,
}

/// What the segments hold together.
#[derive(Default)]
pub struct Journal {
    /// SHA-256 of each line.
    pub digests: Vec<Hash>,
    /// Paths of the segments.
    pub segments: Vec<String>,
    /// The root after each line.
    roots: Vec<Hash>,
    /// The segment of each line, and where there it ends.
    ends: Vec<(u64, u64)>,
    frontier: Frontier,
    closed: bool,
    at: String,
}

impl Journal {
    /// Reads all segments; `each` takes a line and says what is wrong with it.
    ///
    /// Behind the lines that count, those that are right count too, and the first other one ends the reading: what
    /// a crash left there is no finding.
    pub fn read(
        dir: &Path,
        counted: u64,
        findings: &mut Findings,
        mut each: impl FnMut(&Line) -> Vec<String>,
    ) -> Self {
        let mut journal = Self { closed: true, ..Self::default() };
        let names = fs::read_dir(dir.join("journal")).into_iter().flatten();
        let first = |name: &str| name.strip_suffix(".jsonl")?.parse::<u64>().ok();
        let mut firsts: Vec<u64> =
            names.filter_map(|entry| first(entry.ok()?.file_name().to_str()?)).collect();
        firsts.sort_unstable();
        let mut prior = None;
        for first in firsts {
            let path = format!("journal/{first:012}.jsonl");
            let next = journal.digests.len() as u64 + 1;
            if first != next || !journal.closed {
                findings.add(&path, format!("does not go on where the journal was, at line {next}"));
            }
            journal.segments.push(path.clone());
            let take = |bytes: &[u8], end| {
                let seq = journal.digests.len() as u64 + 1;
                let wrong = journal.line(bytes, first, prior.as_ref(), seq <= counted, &mut each);
                if seq > counted && !wrong.is_empty() {
                    return false;
                }
                wrong.iter().for_each(|why| findings.add(&path, format!("line {seq} {why}")));
                journal.digests.push(Sha256::digest(bytes).into());
                journal.roots.push(journal.frontier.add(bytes));
                journal.ends.push((first, end));
                true
            };
            match segment(&dir.join(&path), take) {
                Ok((size, b3)) => prior = Some((first, size, b3)),
                Err(_) if journal.digests.len() as u64 >= counted => return journal,
                Err(why) => findings.add(&path, why),
            }
        }
        journal
    }

    fn line(
        &mut self,
        bytes: &[u8],
        first: u64,
        prior: Option<&(u64, u64, String)>,
        counts: bool,
        each: &mut impl FnMut(&Line) -> Vec<String>,
    ) -> Vec<String> {
        let seq = self.digests.len() as u64 + 1;
        let json = match Json::read(bytes, "LINE") {
            Ok(json) => json,
            Err(why) => return vec![why],
        };
        let before = self.digests.last().map_or("0".repeat(64), hex::encode);
        let checks = [
            (json.num("seq") != seq, "has another number"),
            (json.str("prev") != before, "does not follow from the line before"),
            (json.str("at") < self.at.as_str(), "is earlier than the line before"),
            (self.closed && seq > first, "stands behind the end of its segment"),
        ];
        let mut wrong: Vec<String> =
            checks.iter().filter(|(is, _)| *is).map(|(_, why)| (*why).into()).collect();
        self.at = json.str("at").to_owned();
        self.closed = json.at("act").str("kind") == "segment.close";
        if counts || wrong.is_empty() {
            wrong.extend(each(&Line { seq, first, prior, roots: &self.roots, json: &json }));
        }
        wrong
    }

    /// Compares the slots of `commit` with the lines.
    pub fn check_slots(&self, slots: &[Json], vault: &str, findings: &mut Findings) {
        for slot in slots {
            let lines = slot.num("lines");
            let Some(i) = usize::try_from(lines - 1).ok().filter(|i| *i < self.digests.len()) else {
                findings.add(COMMIT, format!("counts {lines} lines, the journal has {}", self.digests.len()));
                continue;
            };
            let checks = [
                (slot.str("vault") == vault, "belongs to another vault"),
                (slot.str("last") == hex::encode(self.digests[i]), "names another last line"),
                (slot.str("root") == hex::encode(self.roots[i]), "names another root"),
                (
                    (slot.num("segment"), slot.num("bytes")) == self.ends[i],
                    "names another place in the journal",
                ),
            ];
            for (_, why) in checks.iter().filter(|(right, _)| !right) {
                findings.add(COMMIT, format!("generation {} {why}", slot.num("generation")));
            }
        }
    }
}

/// Reads `commit`: its valid slots, the one that counts last, and how many lines that one counts.
pub fn read_commit(dir: &Path, findings: &mut Findings) -> (Vec<Json>, u64) {
    // Its absence is found where all files are looked for.
    let Ok(bytes) = fs::read(dir.join(COMMIT)) else { return (Vec::new(), u64::MAX) };
    if bytes.len() != 2 * SLOT {
        findings.add(COMMIT, format!("has {} bytes, not {}", bytes.len(), 2 * SLOT));
    }
    let mut slots = Vec::new();
    for (i, slot) in bytes.chunks(SLOT).enumerate() {
        match read_slot(slot) {
            Ok(json) if json.num("generation") % 2 == i as u64 => slots.push(json),
            // Until the second generation is written.
            _ if slot.len() == SLOT && slot.iter().all(|b| *b == b' ') => {}
            Ok(_) => findings.add(COMMIT, format!("slot {i} holds the generation of the other")),
            Err(why) => findings.add(COMMIT, format!("slot {i} {why}")),
        }
    }
    slots.sort_by_key(|slot| slot.num("generation"));
    if let [older, newer] = &slots[..]
        && (older.num("generation") + 1 != newer.num("generation") || older.num("lines") > newer.num("lines"))
    {
        findings.add(COMMIT, "its slots do not follow one another");
    }
    let lines = slots.last().map_or(u64::MAX, |slot| slot.num("lines"));
    if slots.is_empty() {
        findings.add(COMMIT, "has no valid slot");
    }
    (slots, lines)
}

fn read_slot(slot: &[u8]) -> Result<Json, String> {
    let cut = slot.iter().position(|b| *b == b'\n').ok_or("holds no line")?;
    let (line, rest) = (&slot[..cut], &slot[cut + 1..]);
    if rest.get(..64) != Some(blake3::hash(line).to_hex().as_bytes()) {
        return Err("does not fit its checksum".into());
    }
    let fill = [b"\n", &b" ".repeat(rest.len().saturating_sub(66))[..], b"\n"].concat();
    if slot.len() != SLOT || rest[64..] != fill {
        return Err("is not filled as it should be".into());
    }
    Json::read(line, "SLOT")
}

/// Hands on each line with the place where it ends, until told to stop; returns size and BLAKE3.
fn segment(path: &Path, mut each: impl FnMut(&[u8], u64) -> bool) -> Result<(u64, String), String> {
    let mut file = BufReader::new(File::open(path).map_err(|e| format!("cannot be read: {e}"))?);
    let (mut end, mut hasher, mut line) = (0, blake3::Hasher::new(), Vec::new());
    loop {
        line.clear();
        let read = file.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line);
        read.map_err(|e| format!("cannot be read: {e}"))?;
        hasher.update(&line);
        end += line.len() as u64;
        match line.split_last() {
            None => return Ok((end, hasher.finalize().to_hex().to_string())),
            Some((b'\n', bytes)) if each(bytes, end) => {}
            // Not right, cut off, or longer than a line may be.
            Some(_) => return Err(format!("holds no line before byte {end}")),
        }
    }
}

/// Reads a file that is a whole journal in one piece, up to the first thing that is wrong; `each` as in [`Journal::read`]. Returns
/// how many lines it has, and their root.
pub fn in_one_piece(
    path: &Path,
    mut each: impl FnMut(&Line) -> Vec<String>,
) -> Result<(u64, Option<Hash>), String> {
    let mut journal = Journal { closed: true, ..Journal::default() };
    // Its segments lie one after the other: each ends with the line that closes it.
    let (mut first, mut prior, mut size, mut hasher) = (1, None, 0, blake3::Hasher::new());
    let mut wrong = Vec::new();
    let read = segment(path, |bytes, _| {
        let seq = journal.digests.len() as u64 + 1;
        if journal.closed && seq > 1 {
            prior = Some((first, size, hasher.finalize().to_hex().to_string()));
            (first, size, hasher) = (seq, 0, blake3::Hasher::new());
        }
        let why = journal.line(bytes, first, prior.as_ref(), true, &mut each);
        wrong.extend(why.iter().map(|why| format!("line {seq} {why}")));
        hasher.update(bytes).update(b"\n");
        size += bytes.len() as u64 + 1;
        journal.digests.push(Sha256::digest(bytes).into());
        journal.roots.push(journal.frontier.add(bytes));
        why.is_empty()
    });
    match wrong.into_iter().next() {
        Some(why) => Err(why),
        None => read.map(|_| (journal.digests.len() as u64, journal.roots.last().copied())),
    }
}

/// The roots of the complete subtrees on the right edge of a growing RFC 6962 tree.
#[derive(Default)]
struct Frontier(Vec<(u32, Hash)>);

impl Frontier {
    /// Adds a leaf and returns the root of the tree that ends with it.
    fn add(&mut self, leaf: &[u8]) -> Hash {
        let mut node = (0, Sha256::new().chain_update([0]).chain_update(leaf).finalize().into());
        while let Some((height, left)) = self.0.pop_if(|(height, _)| *height == node.0) {
            node = (height + 1, parent(&left, &node.1));
        }
        self.0.push(node);
        let subtrees = self.0.iter().rev().map(|(_, hash)| *hash);
        subtrees.reduce(|right, left| parent(&left, &right)).expect("a leaf was just added")
    }
}

fn parent(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}
