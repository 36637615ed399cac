//! Tokens of a text, with the places they come from; and the terms made of them.
//!
//! A Han character is a token, a run of other letters and digits is one, too; all else only separates. A place
//! counts tokens alone, so that a phrase runs over the line breaks and spaces that PDF and OCR put anywhere.
//!
//! A term in the index is a *pair* of neighbouring Han characters at the place of the first, or a word. A single
//! character is a term only where it begins or ends a run of Han (in facts: everywhere): a phrase of two
//! characters is one term, which is what makes finding it fast, and any phrase of two tokens or more can be put
//! together from such terms (`phrase`).

use super::fold::{fold, is_han};
use tantivy::tokenizer::{Token as Term, TokenStream, Tokenizer};

/// Characters of a word after which it is cut; what is longer is a word of several tokens.
pub const WORD_CHARS_MAX: usize = 40;

/// A token of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Folded.
    pub text: String,
    /// Where it begins in the text, in bytes.
    pub from: usize,
    /// Where it ends.
    pub to: usize,
    /// Whether it is one Han character.
    pub han: bool,
}

/// Reads the tokens of a text, one after the other.
pub struct Tokens<'a> {
    chars: std::str::CharIndices<'a>,
    /// Folded characters of the character before, with its place, that wait for their turn.
    waiting: Vec<(char, usize, usize)>,
    next: usize,
    buffer: String,
}

/// The tokens of a text.
pub fn tokens(text: &str) -> Tokens<'_> {
    Tokens { chars: text.char_indices(), waiting: Vec::new(), next: 0, buffer: String::new() }
}

impl Tokens<'_> {
    fn peek(&mut self) -> Option<(char, usize, usize)> {
        while self.next >= self.waiting.len() {
            self.waiting.clear();
            self.next = 0;
            let (at, c) = self.chars.next()?;
            let to = at + c.len_utf8();
            fold(c, |c| self.waiting.push((c, at, to)));
        }
        Some(self.waiting[self.next])
    }

    /// Puts the next token into `into`, whose memory is used again; says whether there was one.
    pub fn read(&mut self, into: &mut Token) -> bool {
        into.text.clear();
        let mut chars = 0;
        while let Some((c, from, to)) = self.peek() {
            let han = is_han(c);
            let word = !han && c.is_alphanumeric();
            if chars > 0 && (!word || chars == WORD_CHARS_MAX) {
                break;
            }
            self.next += 1;
            if !han && !word {
                continue;
            }
            if chars == 0 {
                (into.from, into.han) = (from, han);
            }
            into.text.push(c);
            into.to = to;
            chars += 1;
            if han {
                break;
            }
        }
        chars > 0
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let mut token = Token { text: std::mem::take(&mut self.buffer), from: 0, to: 0, han: false };
        self.read(&mut token).then_some(token)
    }
}

/// How a text is made into terms, for tantivy.
#[derive(Clone, Copy, Debug)]
pub struct Analysis {
    /// Every single character as well: for facts, which are short and are asked for by one character, too.
    pub singles: bool,
}

/// Single Han characters and nothing else: by them texts are compared that say the same in other words.
#[derive(Clone, Copy, Debug)]
pub struct Characters;

impl Tokenizer for Characters {
    type TokenStream<'a> = CharacterTerms<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> CharacterTerms<'a> {
        let token = Token { text: String::new(), from: 0, to: 0, han: false };
        CharacterTerms { tokens: tokens(text), token, term: Term::default() }
    }
}

/// The Han characters of a text.
pub struct CharacterTerms<'a> {
    tokens: Tokens<'a>,
    token: Token,
    term: Term,
}

impl TokenStream for CharacterTerms<'_> {
    fn advance(&mut self) -> bool {
        while self.tokens.read(&mut self.token) {
            self.term.position = self.term.position.wrapping_add(1); // it begins at the largest there is
            if self.token.han {
                self.term.text.clone_from(&self.token.text);
                (self.term.offset_from, self.term.offset_to) = (self.token.from, self.token.to);
                return true;
            }
        }
        false
    }

    fn token(&self) -> &Term {
        &self.term
    }

    fn token_mut(&mut self) -> &mut Term {
        &mut self.term
    }
}

impl Tokenizer for Analysis {
    type TokenStream<'a> = Terms<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Terms<'a> {
        Terms::new(text, self.singles)
    }
}

/// The terms of a text.
pub struct Terms<'a> {
    tokens: Tokens<'a>,
    singles: bool,
    /// The token whose terms are given now, and the one behind it.
    here: Token,
    ahead: Token,
    has_here: bool,
    has_ahead: bool,
    before_was_han: bool,
    /// Whether the single character of `here` is still to be given.
    single_is_due: bool,
    term: Term,
}

impl<'a> Terms<'a> {
    fn new(text: &'a str, singles: bool) -> Self {
        let mut tokens = tokens(text);
        let empty = Token { text: String::new(), from: 0, to: 0, han: false };
        let mut ahead = empty.clone();
        let has_ahead = tokens.read(&mut ahead);
        Self {
            tokens,
            singles,
            here: empty,
            ahead,
            has_here: false,
            has_ahead,
            before_was_han: false,
            single_is_due: false,
            term: Term::default(),
        }
    }

    fn set(&mut self, text_of: impl Fn(&Self, &mut String), to: usize) {
        let mut text = std::mem::take(&mut self.term.text);
        text.clear();
        text_of(self, &mut text);
        self.term.text = text;
        self.term.offset_from = self.here.from;
        self.term.offset_to = to;
    }
}

impl TokenStream for Terms<'_> {
    fn advance(&mut self) -> bool {
        if std::mem::take(&mut self.single_is_due) {
            self.set(|terms, text| text.push_str(&terms.here.text), self.here.to);
            return true;
        }
        if !self.has_ahead {
            return false;
        }
        self.before_was_han = self.has_here && self.here.han;
        std::mem::swap(&mut self.here, &mut self.ahead);
        self.has_here = true;
        self.has_ahead = self.tokens.read(&mut self.ahead);
        self.term.position = self.term.position.wrapping_add(1); // it begins at the largest there is
        if self.here.han && self.has_ahead && self.ahead.han {
            self.single_is_due = self.singles || !self.before_was_han;
            let to = self.ahead.to;
            self.set(
                |terms, text| {
                    text.push_str(&terms.here.text);
                    text.push_str(&terms.ahead.text);
                },
                to,
            );
        } else {
            self.set(|terms, text| text.push_str(&terms.here.text), self.here.to);
        }
        true
    }

    fn token(&self) -> &Term {
        &self.term
    }

    fn token_mut(&mut self) -> &mut Term {
        &mut self.term
    }
}

/// The terms that stand where a phrase of these tokens stands, each with its place in the phrase.
///
/// - Shape: as few as cover all tokens. Nothing for one Han character in a text without `singles`: it may stand
///   within a run, where it is no term.
pub fn phrase(tokens: &[Token], singles: bool) -> Vec<(usize, String)> {
    if let [one] = tokens
        && one.han
        && !singles
    {
        return Vec::new();
    }
    let mut terms = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let pair = |at: usize| {
            (tokens[at].han && tokens.get(at + 1).is_some_and(|next| next.han))
                .then(|| format!("{}{}", tokens[at].text, tokens[at + 1].text))
        };
        if let Some(text) = pair(at) {
            terms.push((at, text));
            at += 2;
        } else if at > 0
            && let Some(text) = pair(at - 1)
        {
            // The last of an odd number: once more with the one before it.
            terms.push((at - 1, text));
            at += 1;
        } else {
            terms.push((at, tokens[at].text.clone()));
            at += 1;
        }
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn terms(text: &str, singles: bool) -> Vec<(usize, String)> {
        let mut analysis = Analysis { singles };
        let mut stream = analysis.token_stream(text);
        let mut all = Vec::new();
        while stream.advance() {
            let term = stream.token();
            assert!(term.offset_to <= text.len() && text.is_char_boundary(term.offset_from));
            all.push((term.position, term.text.clone()));
        }
        all
    }

    fn say(list: &[(usize, String)]) -> String {
        list.iter().map(|(at, text)| format!("{at}{text}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn han_comes_in_pairs_and_words_whole() {
        assert_eq!(say(&terms("電子簽名法", false)), "0电子 0电 1子签 2签名 3名法 4法");
        assert_eq!(say(&terms("2024年 合同No.7", false)), "02024 1年合 1年 2合同 3同 4no 57");
        assert_eq!(say(&terms("张", false)), "0张");
        assert_eq!(say(&terms("张三丰", true)), "0张三 0张 1三丰 1三 2丰");
        assert_eq!(terms("，。 ", false), []);
    }

    #[test]
    fn tokens_know_where_they_come_from() {
        let text = "ＡＢ，簽\u{200b}名";
        let found: Vec<_> = tokens(text).map(|t| (t.text, &text[t.from..t.to])).collect();
        assert_eq!(found, [("ab".into(), "ＡＢ"), ("签".into(), "簽"), ("名".into(), "名")]);
        let long: Vec<_> = tokens(&"x".repeat(100)).map(|t| t.text.len()).collect();
        assert_eq!(long, [40, 40, 20]);
    }

    proptest! {
        /// Any stretch of a text is found by the terms its tokens make.
        #[test]
        fn a_phrase_stands_where_its_terms_stand(text in "[张三李四a1 ，]{0,12}", from in 0_usize..8, len in 1_usize..6, singles: bool) {
            let all: Vec<Token> = tokens(&text).collect();
            let indexed = terms(&text, singles);
            let Some(part) = all.get(from..(from + len).min(all.len())).filter(|p| !p.is_empty()) else { return Ok(()) };
            let wanted = phrase(part, singles);
            prop_assert_eq!(wanted.is_empty(), !singles && part.len() == 1 && part[0].han);
            for (at, text) in wanted {
                prop_assert!(indexed.contains(&(from + at, text.clone())), "{} at {} of {:?}", text, from + at, indexed);
            }
        }
    }
}
