//! How names are read: every reading of every character, and the letters they begin with.
//!
//! A character with several readings has all of them at its place, so a name needs no list of all ways to read it;
//! nor does anybody have to know that 单 is Shàn in a name. Tones are left out, `ü` is typed `u` or `v`.

use super::han::{Token, tokens};
use ::pinyin::ToPinyinMulti;
use std::collections::BTreeSet;
use std::sync::LazyLock;
use tantivy::tokenizer::{Token as Term, TokenStream, Tokenizer};

/// Letters of a query that are read as pinyin; more than the longest company name that anybody types.
pub const LETTERS_MAX: usize = 60;
/// Ways to cut a query into syllables that are looked up.
pub const CUTS_MAX: usize = 16;
/// Whole readings of one name that are kept.
const WHOLE_MAX: usize = 64;

/// A character of a name and how it is read.
struct Character {
    token: Token,
    readings: BTreeSet<String>,
}

impl Character {
    fn initials(&self) -> BTreeSet<char> {
        self.readings.iter().filter_map(|reading| reading.chars().next()).collect()
    }
}

fn characters(name: &str) -> Vec<Character> {
    let of = |token: Token| {
        // As it was written, too: 乾 is read Qián, 干, into which it is folded, is not.
        let written = name[token.from..token.to].chars().next();
        let mut all = BTreeSet::new();
        for c in token.text.chars().next().into_iter().chain(written).filter(|_| token.han) {
            all.append(&mut readings(c));
        }
        Character { token, readings: all }
    };
    tokens(name).map(of).collect()
}

/// For each token of a name the ways it is read; none for what is no Han character.
pub fn read(name: &str) -> Vec<BTreeSet<String>> {
    characters(name).into_iter().map(|c| c.readings).collect()
}

/// The readings of a character, without tones.
fn readings(c: char) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for reading in c.to_pinyin_multi().into_iter().flatten() {
        let plain: String = reading.plain().chars().filter(|c| c.is_alphabetic()).collect();
        if plain.contains('ü') {
            all.insert(plain.replace('ü', "u"));
            all.insert(plain.replace('ü', "v"));
        } else if plain.contains('v') {
            all.insert(plain.replace('v', "u"));
            all.insert(plain);
        } else if plain.chars().all(|c| c.is_ascii_lowercase()) && !plain.is_empty() {
            all.insert(plain);
        }
    }
    all
}

/// All syllables there are.
static SYLLABLES: LazyLock<BTreeSet<String>> =
    LazyLock::new(|| ('\u{4e00}'..='\u{9fff}').flat_map(readings).collect());

/// The ways to cut letters into syllables, at most [`CUTS_MAX`]; `xian` is one syllable or two.
pub fn cuts(letters: &str) -> Vec<Vec<&str>> {
    let mut found = Vec::new();
    if letters.len() > LETTERS_MAX || !letters.bytes().all(|b| b.is_ascii_lowercase()) {
        return found;
    }
    // From where the end can be reached at all: without it, a hostile text would be tried in every way.
    let mut ends = vec![false; letters.len() + 1];
    ends[letters.len()] = true;
    for from in (0..letters.len()).rev() {
        ends[from] = (from + 1..=letters.len().min(from + 6))
            .any(|to| ends[to] && SYLLABLES.contains(&letters[from..to]));
    }
    let mut open = vec![(0, Vec::new())];
    while let Some((from, parts)) = open.pop() {
        if from == letters.len() {
            if !parts.is_empty() {
                found.push(parts);
            }
            if found.len() == CUTS_MAX {
                break;
            }
            continue;
        }
        // Shorter syllables are pushed first, so the longest are tried first.
        for to in from + 1..=letters.len().min(from + 6) {
            if ends[to] && SYLLABLES.contains(&letters[from..to]) {
                let mut longer = parts.clone();
                longer.push(&letters[from..to]);
                open.push((to, longer));
            }
        }
    }
    found
}

/// The term for two neighbouring characters that begin with these letters. The dot keeps it apart from syllables.
pub fn initial_pair(a: char, b: char) -> String {
    format!(".{a}{b}")
}

/// What a whole name is typed as: its full readings, and its initials, run together.
pub fn whole(name: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let full = read(name);
    if full.is_empty() || full.iter().any(BTreeSet::is_empty) {
        return Default::default();
    }
    let first = full.iter().map(|all| all.iter().filter_map(|r| r.get(..1).map(str::to_owned)).collect());
    (joined(&full), joined(&first.collect::<Vec<BTreeSet<String>>>()))
}

/// One of each, in every way; of each the first alone where that would be too many.
fn joined(places: &[BTreeSet<String>]) -> BTreeSet<String> {
    let ways = places.iter().try_fold(1_usize, |ways, place| ways.checked_mul(place.len()));
    let take = if ways.is_some_and(|ways| ways <= WHOLE_MAX) { WHOLE_MAX } else { 1 };
    let mut all = BTreeSet::from([String::new()]);
    for place in places {
        all = all
            .iter()
            .flat_map(|before| place.iter().take(take).map(move |reading| format!("{before}{reading}")))
            .collect();
    }
    all.remove("");
    all
}

/// How names are made into terms, for tantivy.
#[derive(Clone, Copy, Debug)]
pub struct Readings;

impl Tokenizer for Readings {
    type TokenStream<'a> = ReadingTerms;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> ReadingTerms {
        let characters = characters(text);
        let mut terms = Vec::new();
        for (position, here) in characters.iter().enumerate() {
            let mut push = |text: String| {
                let (offset_from, offset_to) = (here.token.from, here.token.to);
                terms.push(Term { offset_from, offset_to, position, text, position_length: 1 });
            };
            here.readings.iter().cloned().for_each(&mut push);
            let next = characters.get(position + 1).map(Character::initials).unwrap_or_default();
            for a in here.initials() {
                next.iter().for_each(|b| push(initial_pair(a, *b)));
            }
        }
        ReadingTerms { terms, next: 0 }
    }
}

/// The readings in a name.
pub struct ReadingTerms {
    terms: Vec<Term>,
    next: usize,
}

impl TokenStream for ReadingTerms {
    fn advance(&mut self) -> bool {
        self.next += 1;
        self.next <= self.terms.len()
    }

    fn token(&self) -> &Term {
        &self.terms[self.next - 1]
    }

    fn token_mut(&mut self) -> &mut Term {
        &mut self.terms[self.next - 1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(set: &BTreeSet<String>) -> String {
        set.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_name_is_read_in_every_way() {
        let (full, first) = whole("單雄信");
        assert!(full.contains("shanxiongxin") && full.contains("danxiongxin"), "{full:?}");
        assert!(first.contains("sxx") && first.contains("dxx"));
        let (full, first) = whole("吕伟");
        assert_eq!((list(&full), list(&first)), ("luwei lvwei".into(), "lw".into()));
        assert!(whole("乾隆").0.contains("qianlong"));
        assert_eq!(whole("ABC公司"), Default::default());
        assert_eq!(whole(""), Default::default());
        // Too many ways: the first of each.
        assert_eq!(whole(&"重行长乐".repeat(5)).0.len(), 1);
    }

    #[test]
    fn letters_are_cut_in_every_way_there_is() {
        let said = |letters| cuts(letters).iter().map(|cut| cut.join("'")).collect::<Vec<_>>();
        assert_eq!(said("zhangwei"), ["zhang'wei", "zha'ng'wei"]); // 嗯 is read so
        assert!(said("xian").contains(&"xian".into()) && said("xian").contains(&"xi'an".into()));
        assert!(said("zw").is_empty() && said("").is_empty() && said("Wei").is_empty());
        assert!(cuts(&"a".repeat(1000)).is_empty());
        assert_eq!(cuts(&"xian".repeat(10)).len(), CUTS_MAX);
        assert!(cuts(&("xian".repeat(10) + "q")).is_empty());
    }
}
