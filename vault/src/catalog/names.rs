//! Customers found by a part of their names: which names there are, and in which pages of a run their rows are.
//!
//! A part is sought in all names, which are in memory; of those that fit the tags make a set, one bit for each tag there
//! can be. The list is then walked as any other, but for pages in which no tag of the set stands. Of a common part few
//! rows are passed over, of a rare one few pages are read, and nothing has to be known of which it is.
//!
//! Does no I/O. A tag may belong to two names, so whoever walks looks at the row itself.

use super::postings::{NAME_BYTES, NameTag};
use super::rows::{Bytes, put_number};

/// Tags there can be.
const TAGS: usize = 1 << (8 * NAME_BYTES);

/// A set of tags: a bit for each one there can be, two megabytes.
pub(super) struct TagSet {
    words: Box<[u64]>,
    is_empty: bool,
}

impl TagSet {
    pub(super) fn new() -> Self {
        Self { words: vec![0; TAGS / 64].into(), is_empty: true }
    }

    pub(super) fn insert(&mut self, tag: NameTag) {
        let (word, bit) = place(tag);
        self.words[word] |= bit;
        self.is_empty = false;
    }

    pub(super) fn has(&self, tag: NameTag) -> bool {
        let (word, bit) = place(tag);
        self.words[word] & bit != 0
    }

    pub(super) fn is_empty(&self) -> bool {
        self.is_empty
    }
}

fn place(tag: NameTag) -> (usize, u64) {
    let number = tag.iter().fold(0, |number, byte| number << 8 | usize::from(*byte));
    (number / 64, 1 << (number % 64))
}

/// Between two names: folded text has no line ends, so that no part of one runs on into the next.
const BETWEEN: char = '\n';

/// The customers' names of one run, one after another, and their tags.
#[derive(Default)]
pub(super) struct Names {
    text: String,
    /// Where each ends, with what stands behind it.
    ends: Vec<u32>,
    tags: Vec<NameTag>,
}

impl Names {
    /// Adds a folded name; `None` where there is no room for it.
    pub(super) fn push(&mut self, name: &str, tag: NameTag) -> Option<()> {
        self.text.push_str(name);
        self.text.push(BETWEEN);
        self.ends.push(u32::try_from(self.text.len()).ok()?);
        self.tags.push(tag);
        Some(())
    }

    /// Gives back the memory that further names would have taken.
    pub(super) fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.tags.shrink_to_fit();
    }

    /// Puts the tags of the names that contain this folded text into the set.
    pub(super) fn mark(&self, part: &str, set: &mut TagSet) {
        if part.is_empty() {
            return self.tags.iter().for_each(|tag| set.insert(*tag));
        }
        let mut at = 0;
        for (found, _) in self.text.match_indices(part) {
            // Names lie close together where many fit, and are few where few do.
            while (self.ends[at] as usize) <= found {
                at += 1;
            }
            set.insert(self.tags[at]);
        }
    }
}

/// The tags in each page of a run, those in lists of everything and of projects.
#[derive(Default)]
pub(super) struct PageTags {
    tags: Vec<NameTag>,
    ends: Vec<u32>,
}

impl PageTags {
    /// Adds the tags of the next page.
    pub(super) fn push(&mut self, page: &mut Vec<NameTag>) {
        page.sort_unstable();
        page.dedup();
        self.tags.append(page);
        self.ends.push(self.tags.len() as u32);
    }

    fn of(&self, page: usize) -> &[NameTag] {
        let start = page.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.tags[start..self.ends[page] as usize]
    }

    /// Says whether a tag of this set stands in a page.
    pub(super) fn has(&self, page: u32, set: &TagSet) -> bool {
        self.of(page as usize).iter().any(|tag| set.has(*tag))
    }

    /// Their bytes: of each page how many it has, and these.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.tags.len() * NAME_BYTES + self.ends.len() * 2);
        for page in 0..self.ends.len() {
            let tags = self.of(page);
            put_number(&mut bytes, tags.len() as u64);
            bytes.extend_from_slice(tags.as_flattened());
        }
        bytes
    }

    /// Those with these bytes, if they are of so many pages.
    pub(super) fn from_bytes(bytes: &[u8], pages: u32) -> Option<Self> {
        let mut from = Bytes(bytes);
        let mut all = Self::default();
        for _ in 0..pages {
            let count = usize::try_from(from.number()?).ok()?;
            let tags = from.take(count.checked_mul(NAME_BYTES)?)?;
            all.tags.extend_from_slice(tags.as_chunks().0);
            all.ends.push(u32::try_from(all.tags.len()).ok()?);
        }
        all.tags.shrink_to_fit();
        from.0.is_empty().then_some(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tag(number: usize) -> NameTag {
        [0, (number >> 8) as u8, number as u8]
    }

    proptest! {
        #[test]
        fn names_are_found_by_any_part_of_one_and_by_nothing_that_is_in_two(
            names in proptest::collection::vec("[ab东方]{1,6}", 0..12),
            part in "[ab东方]{0,4}",
        ) {
            let (mut all, mut set) = (Names::default(), TagSet::new());
            for (number, name) in names.iter().enumerate() {
                all.push(name, tag(number)).expect("there is room");
            }
            all.mark(&part, &mut set);
            prop_assert_eq!(set.is_empty(), !names.iter().any(|name| name.contains(&part)));
            for (number, name) in names.iter().enumerate() {
                prop_assert_eq!(set.has(tag(number)), name.contains(&part), "{} in {}", part, name);
            }
        }

        #[test]
        fn pages_have_the_tags_they_were_given(
            pages in proptest::collection::vec(proptest::collection::vec(0..500usize, 0..9), 0..9),
            wanted in 0..500usize,
        ) {
            let mut all = PageTags::default();
            for page in &pages {
                all.push(&mut page.iter().map(|number| tag(*number)).collect());
            }
            let bytes = all.to_bytes();
            let again = PageTags::from_bytes(&bytes, pages.len() as u32).expect("its own bytes");
            let mut set = TagSet::new();
            set.insert(tag(wanted));
            for (number, page) in (0..).zip(&pages) {
                prop_assert_eq!(again.has(number, &set), page.contains(&wanted));
            }
            prop_assert!(PageTags::from_bytes(&bytes, pages.len() as u32 + 1).is_none());
            let cut = bytes.split_last().map(|(_, cut)| cut);
            prop_assert!(cut.is_none_or(|cut| PageTags::from_bytes(cut, pages.len() as u32).is_none()));
        }
    }
}
