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
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::convert::Infallible;

    /// MTH as RFC 6962 section 2.1 writes it down.
    fn mth(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => empty_root(),
            [leaf] => *leaf,
            _ => {
                let (left, right) = leaves.split_at(halves(leaves.len()));
                node_hash(&mth(left), &mth(right))
            }
        }
    }

    /// PATH as RFC 6962 section 2.1.1 writes it down.
    fn path(m: usize, leaves: &[Hash]) -> Vec<Hash> {
        if leaves.len() == 1 {
            return Vec::new();
        }
        let k = halves(leaves.len());
        let (left, right) = leaves.split_at(k);
        let (mut below, beside) =
            if m < k { (path(m, left), mth(right)) } else { (path(m - k, right), mth(left)) };
        below.push(beside);
        below
    }

    /// SUBPROOF as RFC 6962 section 2.1.2 writes it down.
    fn subproof(m: usize, leaves: &[Hash], whole: bool) -> Vec<Hash> {
        if m == leaves.len() {
            return if whole { Vec::new() } else { vec![mth(leaves)] };
        }
        let k = halves(leaves.len());
        let (left, right) = leaves.split_at(k);
        let (mut below, beside) = if m <= k {
            (subproof(m, left, whole), mth(right))
        } else {
            (subproof(m - k, right, false), mth(left))
        };
        below.push(beside);
        below
    }

    /// The largest power of two below n, found the slow way.
    fn halves(n: usize) -> usize {
        let mut k = 1;
        while k * 2 < n {
            k *= 2;
        }
        k
    }

    fn leaves(count: usize) -> Vec<Hash> {
        (0..count).map(|i| leaf_hash(format!("line {i}").as_bytes())).collect()
    }

    /// A tree of any size whose leaves are all the same, so that a level tells the hash.
    struct Uniform;

    impl Subtrees for Uniform {
        type Error = Infallible;

        fn subtree(&mut self, level: u32, index: u64) -> Result<Hash, Infallible> {
            assert!(index <= u64::MAX >> level, "asked for subtree {index} of level {level}");
            Ok((0..level).fold(leaf_hash(b"same"), |hash, _| node_hash(&hash, &hash)))
        }
    }

    /// The eight leaves and the roots that every Certificate Transparency library is tried with.
    #[test]
    fn the_well_known_tree_is_frozen() {
        // If this fails, no proof ever given out can be checked any more.
        let data: [&[u8]; 8] = [
            b"",
            b"\x00",
            b"\x10",
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        let roots = [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let mut frontier = Frontier::new();
        assert_eq!(hex::encode(frontier.root()), roots[0]);
        for (leaf, expected) in data.iter().zip(&roots[1..]) {
            frontier.push(leaf_hash(leaf));
            assert_eq!(hex::encode(frontier.root()), *expected, "root of {} leaves", frontier.size());
        }
    }

    #[test]
    fn every_small_tree_agrees_with_the_definition() {
        let all = leaves(70);
        let mut frontier = Frontier::new();
        for n in 0..=all.len() {
            let mut tree = all[..n].to_vec();
            let size = n as u64;
            assert_eq!(root(size, &mut tree).unwrap(), mth(&all[..n]), "root of {n}");
            assert_eq!(frontier.root(), mth(&all[..n]), "frontier of {n}");
            assert_eq!(frontier.size(), size);
            for m in 0..n {
                let made = inclusion_path(size, m as u64, &mut tree).unwrap();
                assert_eq!(made, path(m, &all[..n]), "path of {m} in {n}");
                verify_inclusion(&all[m], m as u64, size, &made, &mth(&all[..n])).unwrap();
            }
            for m in 1..=n {
                let made = consistency_path(m as u64, size, &mut tree).unwrap();
                assert_eq!(made, subproof(m, &all[..n], true), "proof from {m} to {n}");
                verify_consistency(m as u64, size, &made, &mth(&all[..m]), &mth(&all[..n])).unwrap();
            }
            if let Some(leaf) = all.get(n) {
                frontier.push(*leaf);
            }
        }
    }

    #[test]
    fn a_frontier_tells_every_subtree_once_and_rightly() {
        let all = leaves(37);
        let mut tree = all.clone();
        let mut frontier = Frontier::new();
        let mut told = std::collections::BTreeMap::new();
        for leaf in &all {
            frontier.push_with(*leaf, |level, index, hash| {
                assert!(told.insert((level, index), *hash).is_none(), "{index} of level {level} told twice");
            });
        }
        for (&(level, index), hash) in &told {
            assert_eq!(tree.subtree(level, index).unwrap(), *hash, "subtree {index} of level {level}");
        }
        let whole: u64 = (0..6).map(|level| 37 >> level).sum();
        assert_eq!(told.len() as u64, whole);
    }

    #[test]
    fn a_frontier_with_another_count_of_hashes_is_refused() {
        assert_eq!(Frontier::from_parts(0, Vec::new()).unwrap(), Frontier::new());
        for (size, given) in [(0_u64, 1_usize), (1, 0), (6, 1), (6, 3), (u64::MAX, 63)] {
            let refused = Frontier::from_parts(size, vec![[0; 32]; given]).unwrap_err();
            assert_eq!(refused.needed, size.count_ones() as usize);
            assert_eq!(refused.given, given);
        }
    }

    #[test]
    fn what_no_tree_has_gets_no_path() {
        let mut tree = leaves(4);
        assert_eq!(inclusion_path(4, 4, &mut tree), Err(PathError::OutOfRange { index: 4, size: 4 }));
        assert_eq!(inclusion_path(0, 0, &mut tree), Err(PathError::OutOfRange { index: 0, size: 0 }));
        assert_eq!(consistency_path(5, 4, &mut tree), Err(PathError::OutOfOrder { old: 5, new: 4 }));
        assert_eq!(consistency_path(0, 4, &mut tree), Ok(Vec::new()));
        assert_eq!(
            root(5, &mut tree),
            Err(MissingSubtree { level: 0, index: 4 }),
            "a source that holds too little says so"
        );
        assert_eq!(tree.subtree(64, 0), Err(MissingSubtree { level: 64, index: 0 }));
        assert_eq!(tree.subtree(0, u64::MAX), Err(MissingSubtree { level: 0, index: u64::MAX }));
    }

    #[test]
    fn the_empty_tree_begins_every_tree_and_has_one_root_only() {
        let (empty, other) = (empty_root(), leaf_hash(b"other"));
        assert_eq!(verify_consistency(0, 0, &[], &empty, &empty), Ok(()));
        assert_eq!(verify_consistency(0, 9, &[], &empty, &other), Ok(()));
        assert_eq!(verify_consistency(0, 9, &[other], &empty, &other), Err(ProofError::TooLong));
        assert_eq!(verify_consistency(0, 9, &[], &other, &other), Err(ProofError::OldRootDiffers));
        assert_eq!(verify_consistency(0, 0, &[], &other, &other), Err(ProofError::OldRootDiffers));
        assert_eq!(verify_consistency(0, 0, &[], &empty, &other), Err(ProofError::RootDiffers));
        assert_eq!(
            verify_inclusion(&other, 0, 0, &[], &empty),
            Err(ProofError::OutOfRange { index: 0, size: 0 })
        );
    }

    #[test]
    fn the_largest_trees_do_not_overflow() {
        let leaf = leaf_hash(b"same");
        for size in [(1 << 63) - 1, 1 << 63, (1 << 63) + 1, u64::MAX - 1, u64::MAX] {
            let whole = root(size, &mut Uniform).unwrap();
            for index in [0, 1, size / 2, size - 2, size - 1] {
                let made = inclusion_path(size, index, &mut Uniform).unwrap();
                assert_eq!(verify_inclusion(&leaf, index, size, &made, &whole), Ok(()), "{index} in {size}");
            }
            for old in [1, 2, 3, size / 2, size / 2 + 1, size - 1, size] {
                let made = consistency_path(old, size, &mut Uniform).unwrap();
                let before = root(old, &mut Uniform).unwrap();
                assert_eq!(verify_consistency(old, size, &made, &before, &whole), Ok(()), "{old} in {size}");
            }
        }
    }

    fn sizes() -> impl Strategy<Value = (usize, usize)> {
        (1_usize..300).prop_flat_map(|n| (Just(n), 0..n))
    }

    proptest! {
        #[test]
        fn a_frontier_can_be_put_down_and_taken_up_anywhere((n, cut) in sizes()) {
            let all = leaves(n);
            let mut frontier = Frontier::new();
            all[..cut].iter().for_each(|leaf| frontier.push(*leaf));
            let mut resumed = Frontier::from_parts(frontier.size(), frontier.parts().to_vec()).unwrap();
            all[cut..].iter().for_each(|leaf| resumed.push(*leaf));
            prop_assert_eq!(resumed.root(), mth(&all));
        }

        #[test]
        fn an_inclusion_proof_holds_for_its_own_leaf_only((n, m) in sizes(), other in 0_usize..300, bit in 0_usize..256) {
            let all = leaves(n);
            let (size, index) = (n as u64, m as u64);
            let whole = mth(&all);
            let made = inclusion_path(size, index, &mut all.clone()).unwrap();
            prop_assert_eq!(&made, &path(m, &all));
            prop_assert_eq!(verify_inclusion(&all[m], index, size, &made, &whole), Ok(()));
            if other != m {
                prop_assert!(verify_inclusion(&all[m], other as u64, size, &made, &whole).is_err());
                if other < n {
                    prop_assert_eq!(verify_inclusion(&all[other], index, size, &made, &whole), Err(ProofError::RootDiffers));
                }
            }
            prop_assert_eq!(
                verify_inclusion(&all[m], index, size, &[&made[..], &[whole]].concat(), &whole),
                Err(ProofError::TooLong)
            );
            if !made.is_empty() {
                prop_assert_eq!(
                    verify_inclusion(&all[m], index, size, &made[..made.len() - 1], &whole),
                    Err(ProofError::TooShort)
                );
                let mut bent = made.clone();
                let at = bit % bent.len();
                bent[at][bit / 8] ^= 1 << (bit % 8);
                prop_assert_eq!(verify_inclusion(&all[m], index, size, &bent, &whole), Err(ProofError::RootDiffers));
            }
        }

        #[test]
        fn a_consistency_proof_holds_for_its_own_trees_only((n, m) in sizes(), bit in 0_usize..256, changed in 0_usize..300) {
            let m = m + 1;
            let all = leaves(n);
            let (old, new) = (m as u64, n as u64);
            let (before, after) = (mth(&all[..m]), mth(&all));
            let made = consistency_path(old, new, &mut all.clone()).unwrap();
            prop_assert_eq!(&made, &subproof(m, &all, true));
            prop_assert_eq!(verify_consistency(old, new, &made, &before, &after), Ok(()));
            prop_assert_eq!(
                verify_consistency(old, new, &[&made[..], &[after]].concat(), &before, &after),
                Err(ProofError::TooLong)
            );
            if !made.is_empty() {
                prop_assert_eq!(
                    verify_consistency(old, new, &made[..made.len() - 1], &before, &after),
                    Err(ProofError::TooShort)
                );
                let mut bent = made.clone();
                let at = bit % bent.len();
                bent[at][bit / 8] ^= 1 << (bit % 8);
                prop_assert!(verify_consistency(old, new, &bent, &before, &after).is_err());
            }
            // A history that was rewritten has no proof, also not the one made from it.
            if changed < m && m < n {
                let mut rewritten = all.clone();
                rewritten[changed] = leaf_hash(b"rewritten");
                let forged = consistency_path(old, new, &mut rewritten).unwrap();
                prop_assert!(verify_consistency(old, new, &forged, &before, &mth(&rewritten)).is_err());
            }
        }

        #[test]
        fn no_path_whatever_makes_the_verifiers_panic(
            a: u64, b: u64, path in prop::collection::vec(any::<Hash>(), 0..70), one: Hash, two: Hash
        ) {
            prop_assert!(verify_inclusion(&one, a, b, &path, &two).is_err());
            prop_assert!(verify_consistency(a, b, &path, &one, &two).is_err());
        }

        #[test]
        fn large_trees_prove_what_they_hold(size in 1_u64.., at: u64) {
            let index = at % size;
            let whole = root(size, &mut Uniform).unwrap();
            let made = inclusion_path(size, index, &mut Uniform).unwrap();
            prop_assert_eq!(verify_inclusion(&leaf_hash(b"same"), index, size, &made, &whole), Ok(()));
            let before = root(index + 1, &mut Uniform).unwrap();
            let made = consistency_path(index + 1, size, &mut Uniform).unwrap();
            prop_assert_eq!(verify_consistency(index + 1, size, &made, &before, &whole), Ok(()));
        }
    }
}
