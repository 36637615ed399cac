//! The tree of SHA-256 over the lines of the journal, as RFC 6962 grows it, and its two kinds of proof.
//!
//! Does not know what a leaf says, nor where hashes are kept: whoever stores them answers [`Subtrees`].
//! The tree of n leaves is MTH of RFC 6962 section 2.1; the checks follow RFC 9162 sections 2.1.3.2 and
//! 2.1.4.2, which spell out the same tree.

use sha2::{Digest, Sha256};

/// A SHA-256 digest: of a leaf, of an inner node, or of a whole tree.
pub type Hash = [u8; 32];

/// Returns the root of the tree without leaves, which is the SHA-256 of nothing.
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// Returns the hash of one leaf: SHA-256 over 0x00 and its bytes.
///
/// - Shape: the leading byte keeps a leaf from ever being taken for an inner node.
/// - Units: for the journal, the bytes of one line without its LF.
/// - Source: RFC 6962 section 2.1.
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    Sha256::new().chain_update([0x00]).chain_update(leaf).finalize().into()
}

/// Returns the hash of an inner node: SHA-256 over 0x01, its left and its right child.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([0x01]).chain_update(left).chain_update(right).finalize().into()
}

/// The right edge of a growing tree: what must be kept of n leaves to take in the next and to tell the root.
///
/// Invariant: one hash for every bit set in the size, that of the highest bit (the leftmost and largest
/// perfect subtree) first. [`Frontier::push_with`] and [`Frontier::from_parts`] uphold it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    parts: Vec<Hash>,
}

impl Frontier {
    /// Returns the frontier of the tree without leaves.
    pub fn new() -> Self {
        Self::default()
    }

    /// Rebuilds a frontier from its size and the hashes that [`Frontier::parts`] gave.
    ///
    /// - Shape: as many hashes as bits are set in `size`, the largest subtree first.
    /// - Errors: another count is refused. That the hashes are the right ones cannot be seen here: compare
    ///   [`Frontier::root`] with a root that is known.
    pub fn from_parts(size: u64, parts: Vec<Hash>) -> Result<Self, FrontierError> {
        let needed = size.count_ones() as usize;
        if parts.len() != needed {
            return Err(FrontierError { size, needed, given: parts.len() });
        }
        Ok(Self { size, parts })
    }

    /// Appends one leaf, given as its hash, in O(log n).
    pub fn push(&mut self, leaf: Hash) {
        self.push_with(leaf, |_, _, _| {});
    }

    /// Appends one leaf and tells every perfect subtree that is complete with it, the leaf itself first.
    ///
    /// - Shape: `complete(level, index, hash)` speaks of the 2^level leaves that begin at index·2^level, as
    ///   [`Subtrees::subtree`] does; whoever keeps what it hears can answer every later proof.
    /// - Units: one call per level, bottom up; on average two calls a leaf.
    /// - Errors: none; panics at 2^64 leaves.
    pub fn push_with(&mut self, leaf: Hash, mut complete: impl FnMut(u32, u64, &Hash)) {
        let position = self.size;
        self.size = position.checked_add(1).expect("a tree holds fewer than 2^64 leaves");
        let mut hash = leaf;
        complete(0, position, &hash);
        // Each one at the low end of the old size is a subtree as large as what has grown: join them.
        for level in 0..position.trailing_ones() {
            let left = self.parts.pop().expect("one part for each bit set in the size");
            hash = node_hash(&left, &hash);
            complete(level + 1, position >> (level + 1), &hash);
        }
        self.parts.push(hash);
    }

    /// Returns the number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Returns the hashes of the perfect subtrees from left to right, the largest first.
    pub fn parts(&self) -> &[Hash] {
        &self.parts
    }

    /// Returns the root of the tree over all leaves pushed so far, in O(log n).
    pub fn root(&self) -> Hash {
        join(&self.parts).unwrap_or_else(empty_root)
    }
}

/// A frontier whose hashes do not fit its size.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a tree of {size} leaves has a frontier of {needed} hashes, not {given}")]
pub struct FrontierError {
    /// The number of leaves that was claimed.
    pub size: u64,
    /// How many hashes such a tree has at its right edge.
    pub needed: usize,
    /// How many were given.
    pub given: usize,
}

/// Whoever can tell the hashes of perfect subtrees: a file, a table, or the leaves themselves.
pub trait Subtrees {
    /// Why a hash could not be told.
    type Error;

    /// Returns the hash of the perfect subtree of 2^level leaves that begins at leaf index·2^level.
    ///
    /// - Shape: level 0 is the leaf hash itself; asked only for subtrees that lie wholly in the tree.
    /// - Units: O(log n) calls for a root or a proof.
    fn subtree(&mut self, level: u32, index: u64) -> Result<Hash, Self::Error>;
}

/// A list of leaf hashes, which computes each subtree anew: right for tests and short lists only.
impl Subtrees for Vec<Hash> {
    type Error = MissingSubtree;

    fn subtree(&mut self, level: u32, index: u64) -> Result<Hash, MissingSubtree> {
        let missing = MissingSubtree { level, index };
        let leaves = 1_usize.checked_shl(level).ok_or(missing)?;
        let start = usize::try_from(index).ok().and_then(|i| i.checked_mul(leaves)).ok_or(missing)?;
        let end = start.checked_add(leaves).ok_or(missing)?;
        let mut row = self.get(start..end).ok_or(missing)?.to_vec();
        while row.len() > 1 {
            row = row.chunks_exact(2).map(|pair| node_hash(&pair[0], &pair[1])).collect();
        }
        row.pop().ok_or(missing)
    }
}

/// A subtree that reaches past the leaves at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("subtree {index} of level {level} is not among the leaves")]
pub struct MissingSubtree {
    /// The level asked for: 2^level leaves.
    pub level: u32,
    /// The place of the subtree on its level.
    pub index: u64,
}

/// Returns the root of the tree over the first `size` leaves.
///
/// - Errors: only those of `source`, as they are; a tree of 0 leaves asks it nothing.
/// - Source: RFC 6962 section 2.1.
pub fn root<S: Subtrees + ?Sized>(size: u64, source: &mut S) -> Result<Hash, S::Error> {
    range_root(0, size, source)
}

/// Returns the path that proves one leaf of a tree: the siblings from the leaf up to the root.
///
/// - Shape: empty for a tree of one leaf; at most 64 hashes.
/// - Errors: an index that is not below the size; those of `source`.
/// - Source: PATH of RFC 6962 section 2.1.1.
pub fn inclusion_path<S: Subtrees + ?Sized>(
    size: u64,
    index: u64,
    source: &mut S,
) -> Result<Vec<Hash>, PathError<S::Error>> {
    if index >= size {
        return Err(PathError::OutOfRange { index, size });
    }
    let (mut start, mut leaves) = (0, size);
    let mut siblings = Vec::new();
    while leaves > 1 {
        let left = split(leaves);
        if index - start < left {
            siblings.push((start + left, leaves - left));
            leaves = left;
        } else {
            siblings.push((start, left));
            start += left;
            leaves -= left;
        }
    }
    hashes_upwards(&siblings, source)
}

/// Returns the path that proves that the tree of `new` leaves begins with the tree of `old` leaves.
///
/// - Shape: empty when the sizes are equal or `old` is 0; else at most 65 hashes.
/// - Errors: `old` above `new`; those of `source`.
/// - Source: PROOF of RFC 6962 section 2.1.2, which starts at 1 leaf; that every tree begins with the empty
///   one needs no hash.
pub fn consistency_path<S: Subtrees + ?Sized>(
    old: u64,
    new: u64,
    source: &mut S,
) -> Result<Vec<Hash>, PathError<S::Error>> {
    if old > new {
        return Err(PathError::OutOfOrder { old, new });
    }
    if old == 0 {
        return Ok(Vec::new());
    }
    let (mut start, mut leaves) = (0, new);
    let mut siblings = Vec::new();
    while old - start < leaves {
        let left = split(leaves);
        if old - start <= left {
            siblings.push((start + left, leaves - left));
            leaves = left;
        } else {
            siblings.push((start, left));
            start += left;
            leaves -= left;
        }
    }
    // The verifier holds the old root already; only a piece of the old tree has to be told.
    if start > 0 {
        siblings.push((start, leaves));
    }
    hashes_upwards(&siblings, source)
}

/// Why no path could be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError<E> {
    /// The leaf asked for is not in the tree.
    #[error("leaf {index} is not in a tree of {size} leaves")]
    OutOfRange {
        /// The leaf asked for, counted from 0.
        index: u64,
        /// The number of leaves.
        size: u64,
    },
    /// The older tree is the larger one.
    #[error("a tree of {new} leaves cannot begin with one of {old}")]
    OutOfOrder {
        /// The number of leaves of the older tree.
        old: u64,
        /// The number of leaves of the newer tree.
        new: u64,
    },
    /// A hash could not be had from whoever keeps them.
    #[error("a hash of the tree could not be read")]
    Source(#[source] E),
}

/// Checks that a leaf is in the tree with this root.
///
/// - Shape: `leaf` is the leaf's hash ([`leaf_hash`]), `index` counts from 0, `path` goes from the leaf up.
/// - Errors: an index that is not below the size, a path that is too long or too short, another root.
/// - Source: RFC 9162 section 2.1.3.2.
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    path: &[Hash],
    root: &Hash,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::OutOfRange { index, size });
    }
    let mut climb = Climb { node: index, last: size - 1 };
    let mut seen = *leaf;
    for sibling in path {
        match climb.step()? {
            Side::Left => seen = node_hash(sibling, &seen),
            Side::Right => seen = node_hash(&seen, sibling),
        }
    }
    climb.arrived()?;
    if seen == *root { Ok(()) } else { Err(ProofError::RootDiffers) }
}

/// Checks that the tree of `new` leaves begins with the tree of `old` leaves: nothing was changed or removed.
///
/// - Shape: equal sizes need equal roots and an empty path; from 0 leaves the path is empty too. A tree of 0
///   leaves must have [`empty_root`].
/// - Errors: `old` above `new`, a path that is too long or too short, one of the two roots not met.
/// - Source: RFC 9162 section 2.1.4.2.
pub fn verify_consistency(
    old: u64,
    new: u64,
    path: &[Hash],
    old_root: &Hash,
    new_root: &Hash,
) -> Result<(), ProofError> {
    if old > new {
        return Err(ProofError::OutOfOrder { old, new });
    }
    if old == 0 && *old_root != empty_root() {
        return Err(ProofError::OldRootDiffers);
    }
    if old == 0 || old == new {
        if !path.is_empty() {
            return Err(ProofError::TooLong);
        }
        return if old == new && old_root != new_root { Err(ProofError::RootDiffers) } else { Ok(()) };
    }

    // Where the old tree is one perfect subtree of the new, its root is known and not told again.
    let (first, rest) = if old.is_power_of_two() {
        (old_root, path)
    } else {
        path.split_first().ok_or(ProofError::TooShort)?
    };
    let mut climb = Climb { node: old - 1, last: new - 1 };
    climb.rise(climb.node.trailing_ones());
    let (mut old_seen, mut new_seen) = (*first, *first);
    for sibling in rest {
        match climb.step()? {
            Side::Left => {
                old_seen = node_hash(sibling, &old_seen);
                new_seen = node_hash(sibling, &new_seen);
            }
            Side::Right => new_seen = node_hash(&new_seen, sibling),
        }
    }
    climb.arrived()?;
    if old_seen != *old_root {
        return Err(ProofError::OldRootDiffers);
    }
    if new_seen == *new_root { Ok(()) } else { Err(ProofError::RootDiffers) }
}

/// Why a proof does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The leaf cannot be in a tree of this size.
    #[error("leaf {index} is not in a tree of {size} leaves")]
    OutOfRange {
        /// The leaf claimed, counted from 0.
        index: u64,
        /// The number of leaves.
        size: u64,
    },
    /// The older tree is the larger one.
    #[error("a tree of {new} leaves cannot begin with one of {old}")]
    OutOfOrder {
        /// The number of leaves of the older tree.
        old: u64,
        /// The number of leaves of the newer tree.
        new: u64,
    },
    /// The path goes on where the tree ends.
    #[error("the path has more hashes than the tree has levels")]
    TooLong,
    /// The path ends below the root.
    #[error("the path ends before it reaches the root")]
    TooShort,
    /// The path leads to another old root.
    #[error("the path does not lead to the root of the older tree")]
    OldRootDiffers,
    /// The path leads to another root.
    #[error("the path does not lead to the root")]
    RootDiffers,
}

/// Where a path stands in the tree: a node, and the last node of the same level.
#[derive(Clone, Copy)]
struct Climb {
    node: u64,
    last: u64,
}

/// On which side of the node the sibling stands.
enum Side {
    Left,
    Right,
}

impl Climb {
    /// Goes one level up, past the levels on which the last node has no sibling.
    fn step(&mut self) -> Result<Side, ProofError> {
        if self.last == 0 {
            return Err(ProofError::TooLong);
        }
        if self.node & 1 == 1 || self.node == self.last {
            // A last node that is a left child moved up unhashed to where it has a sibling. `last` is not 0,
            // so such a level exists and is below 64.
            self.rise(self.node.trailing_zeros() + 1);
            Ok(Side::Left)
        } else {
            self.rise(1);
            Ok(Side::Right)
        }
    }

    fn rise(&mut self, levels: u32) {
        self.node = self.node.checked_shr(levels).unwrap_or(0);
        self.last = self.last.checked_shr(levels).unwrap_or(0);
    }

    fn arrived(self) -> Result<(), ProofError> {
        if self.last == 0 { Ok(()) } else { Err(ProofError::TooShort) }
    }
}

/// The largest power of two below `leaves`: how many of them the left child holds.
fn split(leaves: u64) -> u64 {
    1 << (leaves - 1).ilog2()
}

/// The hashes of these ranges, the last (lowest) first.
fn hashes_upwards<S: Subtrees + ?Sized>(
    ranges: &[(u64, u64)],
    source: &mut S,
) -> Result<Vec<Hash>, PathError<S::Error>> {
    ranges
        .iter()
        .rev()
        .map(|&(start, leaves)| range_root(start, leaves, source).map_err(PathError::Source))
        .collect()
}

/// The root over `leaves` leaves from `start`, which lies where the RFC's splitting puts such a range: at a
/// multiple of each power of two in `leaves`, so that all its perfect subtrees are perfect in the tree too.
fn range_root<S: Subtrees + ?Sized>(start: u64, leaves: u64, source: &mut S) -> Result<Hash, S::Error> {
    let mut parts = Vec::with_capacity(leaves.count_ones() as usize);
    let (mut at, mut left) = (start, leaves);
    while left > 0 {
        let level = left.ilog2();
        parts.push(source.subtree(level, at >> level)?);
        left -= 1 << level;
        // At the very end of a tree of nearly 2^64 leaves there is no next start, and none is used.
        at = at.wrapping_add(1 << level);
    }
    Ok(join(&parts).unwrap_or_else(empty_root))
}

/// The root over perfect subtrees that shrink from left to right; none over none.
fn join(parts: &[Hash]) -> Option<Hash> {
    parts.iter().copied().rev().reduce(|right, left| node_hash(&left, &right))
}

#[cfg(test)]
mod tests;
