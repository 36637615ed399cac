//! Text as it is searched: folded characters, tokens, readings of names, numbers.
//!
//! Knows no index and no record. What is filed and what is asked go through the same functions, so that a spelling
//! can differ between the two only in ways that are folded away here.

pub mod fold; // width, case, accents, traditional characters
pub mod han; // tokens and their pairs
pub mod numbers; // numbers of people, companies, telephones, certificates
pub mod pinyin; // how names are read
