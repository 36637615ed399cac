//! Words that were perhaps meant: the nearest of those there are, by the keys it takes to get from one to the other.

/// How many characters have to be put in, left out, changed, or swapped with their neighbour.
pub fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let changed = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = changed.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

/// The nearest of some words, and how far it is; the first of those that are as near.
pub fn nearest<'a, T: AsRef<str> + ?Sized + 'a>(
    word: &str,
    words: impl IntoIterator<Item = &'a T>,
) -> Option<(&'a T, usize)> {
    words
        .into_iter()
        .map(|other| (other, distance(word, other.as_ref())))
        .min_by_key(|(_, distance)| *distance)
}

/// Whether two words of this distance may be one word mistyped: of a short one a character, of a longer one two.
pub fn may_be_mistyped(a: &str, b: &str) -> bool {
    let longer = a.chars().count().max(b.chars().count());
    let most = match longer {
        0 | 1 => 0,
        2..=5 => 1,
        _ => 2,
    };
    // Far lengths need no table.
    a.chars().count().abs_diff(b.chars().count()) <= most && distance(a, b) <= most
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_slip_of_the_finger_is_near() {
        for (a, b, far) in [
            ("", "", 0),
            ("社保", "社宝", 1),
            ("seal", "seal-changed", 8),
            ("form", "from", 1),
            ("甲", "", 1),
        ] {
            assert_eq!((distance(a, b), distance(b, a)), (far, far), "{a} {b}");
        }
        assert!(
            may_be_mistyped("社保一期", "社宝一期")
                && !may_be_mistyped("社保", "税务")
                && !may_be_mistyped("甲", "乙")
        );
        assert_eq!(nearest("lsot", ["lost", "proxy"]), Some(("lost", 1)));
        assert_eq!(nearest::<str>("x", []), None);
    }

    proptest! {
        #[test]
        fn a_distance_is_none_only_to_oneself_and_never_over_the_longer(a in "[ab中]{0,6}", b in "[ab中]{0,6}") {
            prop_assert_eq!(distance(&a, &b) == 0, a == b);
            prop_assert!(distance(&a, &b) <= a.chars().count().max(b.chars().count()));
        }
    }
}
