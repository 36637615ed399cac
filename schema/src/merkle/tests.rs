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
