//! Folder rules: how a path says what a file is, such as `{项目}/{客户}/{证书序列号}_{材料}[_{页}]`.
//!
//! - A placeholder in braces, in Chinese or English, stands for one text or more characters without `/`; `{*}` for any.
//! - What stands in square brackets may be missing; where it can be there, it is.
//! - The ending of a file's name (`.pdf`) is left out of account, unless the rule ends in one itself.
//! - A rule that ends in `/` is one of directories: all files below belong together.
//!
//! A path is never guessed at: where it can be read in two ways it does not match. Does not know sheets or records, and
//! looks at no disk.

use crate::said::Said;
use crate::words::{Field, Words};
use jingui_schema::facts::DocumentKind;
use jingui_schema::time::Day;
use unicode_normalization::UnicodeNormalization;

/// Steps of reading one path at most: a name of two hundred marks must not take hours.
const STEPS_MAX: u32 = 20_000;
/// Parts of a rule at most that may be missing, in one level.
const OPTIONAL_MAX: usize = 4;

/// A rule.
///
/// Invariant: only [`FolderRule::parse`] makes one; two placeholders never stand side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderRule {
    text: String,
    levels: Vec<Level>,
    below: bool,
    whole_name: bool,
}

/// One level of a path: the ways it can be written, the fullest first.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Level {
    text: String,
    ways: Vec<Vec<Part>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Place(Field),
}

/// What a path says by a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Captured {
    texts: Vec<(Field, String)>,
    /// What the document is, where the rule has a place for it, or the file is named after it below a rule of directories.
    pub kind: Option<DocumentKind>,
    /// Which page of the document the file is, where the rule has a place for it.
    pub page: Option<u32>,
}

impl Captured {
    /// The text that stood for a placeholder, in NFC and without blanks around it.
    pub fn get(&self, field: Field) -> Option<&str> {
        self.texts.iter().find(|(f, _)| *f == field).map(|(_, text)| text.as_str())
    }

    /// The placeholders and their texts, in the order of the rule; each once.
    pub fn all(&self) -> impl Iterator<Item = (Field, &str)> {
        self.texts.iter().map(|(field, text)| (*field, text.as_str()))
    }
}

/// Why a text is no rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleError {
    /// Nothing in it.
    Empty,
    /// A level without a name, as in `a//b`, or one of dots.
    EmptyLevel,
    /// A bracket without its partner.
    Bracket(char),
    /// A placeholder that we have no word for.
    Unknown(String),
    /// A placeholder for something that no path says.
    NotInPath(Field),
    /// Two placeholders with nothing between them: nobody could tell where the first ends.
    SideBySide(Field, Field),
    /// Too many parts that may be missing.
    TooManyOptional,
    /// Not one placeholder.
    NoPlace,
}

impl RuleError {
    /// What is wrong and what to do.
    pub fn said(&self) -> Said {
        match self {
            Self::Empty => Said::new("rule-empty"),
            Self::EmptyLevel => Said::new("rule-empty-level"),
            Self::Bracket(bracket) => Said::new("rule-bracket").text("bracket", *bracket),
            Self::Unknown(word) => Said::new("rule-unknown").text("word", word),
            Self::NotInPath(field) => Said::new("rule-not-in-path").word("field", field.name_key()),
            Self::SideBySide(first, second) => Said::new("rule-side-by-side")
                .word("first", first.name_key())
                .word("second", second.name_key()),
            Self::TooManyOptional => Said::new("rule-too-many-optional").number("limit", OPTIONAL_MAX as u64),
            Self::NoPlace => Said::new("rule-no-place"),
        }
    }
}

/// Why a path does not match a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// The path lies deeper or less deep than the rule.
    Depth {
        /// Levels of the rule; one more for the files, where it is one of directories.
        wanted: usize,
        /// Levels of the path.
        found: usize,
    },
    /// A level is not written as the rule has it.
    Shape {
        /// The level of the rule.
        level: String,
        /// What stands there.
        name: String,
    },
    /// A level is written so, but what stands for a field is not one: no kind of document, no page, no day, no word.
    Value {
        /// The field.
        field: Field,
        /// What stands for it.
        text: String,
    },
    /// The same field has two texts in one path.
    Differs {
        /// The field.
        field: Field,
        /// What was read first.
        first: String,
        /// What was read later.
        second: String,
    },
    /// The name can be read in two ways.
    Ambiguous {
        /// The name.
        name: String,
        /// One way.
        first: String,
        /// Another.
        second: String,
    },
    /// The name is too tangled to be read.
    Tangled {
        /// The name.
        name: String,
    },
}

impl Mismatch {
    /// Why, in words.
    pub fn said(&self) -> Said {
        match self {
            Self::Depth { wanted, found } => {
                Said::new("path-depth").number("wanted", *wanted as u64).number("found", *found as u64)
            }
            Self::Shape { level, name } => Said::new("path-shape").text("level", level).text("name", name),
            Self::Value { field, text } => {
                Said::new("path-value").word("field", field.name_key()).text("text", text)
            }
            Self::Differs { field, first, second } => Said::new("path-differs")
                .word("field", field.name_key())
                .text("first", first)
                .text("second", second),
            Self::Ambiguous { name, first, second } => {
                Said::new("path-ambiguous").text("name", name).text("first", first).text("second", second)
            }
            Self::Tangled { name } => Said::new("path-tangled").text("name", name),
        }
    }
}

impl FolderRule {
    /// Reads a rule as a person types it; braces and brackets may be full-width.
    pub fn parse(text: &str, words: &Words) -> Result<Self, RuleError> {
        let text: String = text.trim().nfc().map(half_width).collect();
        let below = text.ends_with('/');
        let levels = text.strip_prefix("./").unwrap_or(&text).trim_end_matches('/');
        if levels.is_empty() {
            return Err(RuleError::Empty);
        }
        let levels: Vec<Level> = levels.split('/').map(|l| level(l, words)).collect::<Result<_, _>>()?;
        let parts = || levels.iter().flat_map(|l| &l.ways[0]);
        if !parts().any(|part| matches!(part, Part::Place(field) if *field != Field::Skip)) {
            return Err(RuleError::NoPlace);
        }
        let last = levels.last().and_then(|l| l.ways[0].last());
        let whole_name = !below && matches!(last, Some(Part::Text(text)) if text.contains('.'));
        Ok(Self { text, levels, below, whole_name })
    }

    /// The rule as it was typed.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The fields that it has a place for, each once, also those that may be missing.
    pub fn fields(&self) -> Vec<Field> {
        let mut fields = Vec::new();
        for part in self.levels.iter().flat_map(|l| &l.ways[0]) {
            match part {
                Part::Place(field) if *field != Field::Skip && !fields.contains(field) => fields.push(*field),
                _ => {}
            }
        }
        fields
    }

    /// How a path by this rule looks, with what is known filled in.
    pub fn filled(&self, value: impl Fn(Field) -> Option<String>) -> String {
        let level = |level: &Level| -> String {
            let part = |part: &Part| match part {
                Part::Text(text) => text.clone(),
                Part::Place(field) => value(*field).unwrap_or_else(|| "*".to_owned()),
            };
            level.ways[0].iter().map(part).collect()
        };
        let path = self.levels.iter().map(level).collect::<Vec<_>>().join("/");
        if self.below { path + "/" } else { path }
    }

    /// Says whether all files below a directory belong together (a rule that ends in `/`).
    pub fn is_of_directories(&self) -> bool {
        self.below
    }

    /// Reads a path relative to the directory that the rule begins at, its parts parted by `/`.
    pub fn read(&self, path: &str, words: &Words) -> Result<Captured, Mismatch> {
        let path: String = path.nfc().collect();
        let names: Vec<&str> = path.split('/').filter(|name| !name.is_empty()).collect();
        let fits =
            if self.below { names.len() > self.levels.len() } else { names.len() == self.levels.len() };
        if !fits {
            let wanted = self.levels.len() + usize::from(self.below);
            return Err(Mismatch::Depth { wanted, found: names.len() });
        }
        let mut captured = Captured::default();
        for (no, level) in self.levels.iter().enumerate() {
            let is_file = !self.below && no + 1 == self.levels.len();
            let name = if is_file && !self.whole_name { stem(names[no]) } else { names[no] };
            for (field, text) in level.read(name, words)? {
                match captured.texts.iter().find(|(f, _)| *f == field) {
                    Some((_, first)) if *first != text => {
                        return Err(Mismatch::Differs { field, first: first.clone(), second: text });
                    }
                    Some(_) => {}
                    None => captured.texts.push((field, text)),
                }
            }
        }
        captured.kind = captured.get(Field::Kind).and_then(|text| words.kind(text));
        captured.page = captured.get(Field::Page).and_then(|text| words.page(text));
        if self.below && captured.kind.is_none() {
            captured.kind = names.last().and_then(|name| words.kind_of_name(stem(name)));
        }
        Ok(captured)
    }
}

fn half_width(c: char) -> char {
    match c {
        '｛' => '{',
        '｝' => '}',
        '［' => '[',
        '］' => ']',
        '／' => '/',
        c => c,
    }
}

/// A file's name without its ending.
pub fn stem(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, end))
            if !stem.is_empty()
                && (1..=5).contains(&end.len())
                && end.bytes().all(|b| b.is_ascii_alphanumeric()) =>
        {
            stem
        }
        _ => name,
    }
}

/// Reads one level of a rule.
fn level(text: &str, words: &Words) -> Result<Level, RuleError> {
    if text.is_empty() || text.chars().all(|c| c == '.') {
        return Err(RuleError::EmptyLevel);
    }
    // Each piece with whether it may be missing.
    let mut pieces: Vec<(Vec<Part>, bool)> = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let at = rest.find(['[', ']']).unwrap_or(rest.len());
        if at > 0 {
            pieces.push((parts(&rest[..at], words)?, false));
        }
        rest = match rest[at..].chars().next() {
            Some('[') => {
                let inner = &rest[at + 1..];
                let end = inner.find(['[', ']']).filter(|end| inner[*end..].starts_with(']'));
                let end = end.ok_or(RuleError::Bracket('['))?;
                pieces.push((parts(&inner[..end], words)?, true));
                &inner[end + 1..]
            }
            Some(_) => return Err(RuleError::Bracket(']')),
            None => "",
        };
    }
    let optional = pieces.iter().filter(|(_, may_miss)| *may_miss).count();
    if optional > OPTIONAL_MAX {
        return Err(RuleError::TooManyOptional);
    }
    let mut ways: Vec<Vec<Part>> = Vec::new();
    // All ones first: the fullest way.
    for with in (0..1u32 << optional).rev() {
        let mut at = 0;
        let mut way: Vec<Part> = Vec::new();
        for (parts, may_miss) in &pieces {
            if *may_miss {
                at += 1;
                if with >> (at - 1) & 1 == 0 {
                    continue;
                }
            }
            for part in parts {
                match (way.last_mut(), part) {
                    (Some(Part::Text(text)), Part::Text(more)) => text.push_str(more),
                    (Some(Part::Place(first)), Part::Place(second)) => {
                        return Err(RuleError::SideBySide(*first, *second));
                    }
                    _ => way.push(part.clone()),
                }
            }
        }
        if !way.is_empty() {
            ways.push(way);
        }
    }
    ways.sort_by_key(|way| std::cmp::Reverse(way.len()));
    if ways.is_empty() {
        return Err(RuleError::EmptyLevel);
    }
    Ok(Level { text: text.to_owned(), ways })
}

/// Reads a piece of a level without square brackets.
fn parts(text: &str, words: &Words) -> Result<Vec<Part>, RuleError> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let inner = rest[at..].strip_prefix('{').ok_or(RuleError::Bracket('}'))?;
        if at > 0 {
            parts.push(Part::Text(rest[..at].to_owned()));
        }
        let (word, after) = inner.split_once('}').ok_or(RuleError::Bracket('{'))?;
        let field = words.field(word).ok_or_else(|| RuleError::Unknown(word.to_owned()))?;
        if field == Field::Files {
            return Err(RuleError::NotInPath(field));
        }
        parts.push(Part::Place(field));
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest.to_owned()));
    }
    Ok(parts)
}

type Reading = Vec<(Field, String)>;

/// A name being read against one way of a level.
struct Reader<'a> {
    words: &'a Words,
    /// Whether what stands for a field must be one.
    strict: bool,
    steps: u32,
    readings: Vec<Reading>,
}

impl Level {
    fn read(&self, name: &str, words: &Words) -> Result<Reading, Mismatch> {
        let tangled = || Mismatch::Tangled { name: name.to_owned() };
        for way in &self.ways {
            let mut reader = Reader { words, strict: true, steps: STEPS_MAX, readings: Vec::new() };
            reader.go(way, name, &mut Vec::new()).ok_or_else(tangled)?;
            let mut readings = reader.readings.into_iter();
            match (readings.next(), readings.next()) {
                (Some(one), None) => return Ok(one),
                (Some(first), Some(second)) => {
                    let (first, second) = (spelled(&first), spelled(&second));
                    return Err(Mismatch::Ambiguous { name: name.to_owned(), first, second });
                }
                (None, _) => {}
            }
        }
        // Not by its values; perhaps by its shape, and then one of the values is what is wrong.
        for way in &self.ways {
            let mut reader = Reader { words, strict: false, steps: STEPS_MAX, readings: Vec::new() };
            reader.go(way, name, &mut Vec::new()).ok_or_else(tangled)?;
            let wrong =
                reader.readings.into_iter().flatten().find(|(field, text)| !is_one(*field, text, words));
            if let Some((field, text)) = wrong {
                return Err(Mismatch::Value { field, text });
            }
        }
        Err(Mismatch::Shape { level: self.text.clone(), name: name.to_owned() })
    }
}

impl Reader<'_> {
    /// Reads on; `None` where it has taken too many steps. Ends at the second reading that says something else.
    fn go(&mut self, parts: &[Part], rest: &str, so_far: &mut Reading) -> Option<()> {
        self.steps = self.steps.checked_sub(1)?;
        if self.readings.len() > 1 {
            return Some(());
        }
        let (field, after) = match parts {
            [] => {
                if rest.is_empty() && !self.readings.contains(so_far) {
                    self.readings.push(so_far.clone());
                }
                return Some(());
            }
            [Part::Text(text), after @ ..] => {
                return match rest.strip_prefix(text.as_str()) {
                    Some(rest) => self.go(after, rest, so_far),
                    None => Some(()),
                };
            }
            [Part::Place(field), after @ ..] => (*field, after),
        };
        let [Part::Text(mark), ..] = after else {
            return self.take(field, rest, after, "", so_far);
        };
        for (at, _) in rest.match_indices(mark.as_str()) {
            self.steps = self.steps.checked_sub(1)?;
            self.take(field, &rest[..at], after, &rest[at..], so_far)?;
        }
        Some(())
    }

    /// Takes a text for a field and reads on.
    fn take(
        &mut self,
        field: Field,
        text: &str,
        after: &[Part],
        rest: &str,
        so_far: &mut Reading,
    ) -> Option<()> {
        let text = text.trim();
        if text.is_empty() || (self.strict && !is_one(field, text, self.words)) {
            return Some(());
        }
        if field == Field::Skip {
            return self.go(after, rest, so_far);
        }
        match so_far.iter().find(|(f, _)| *f == field) {
            Some((_, first)) if first == text => self.go(after, rest, so_far),
            Some(_) => Some(()),
            None => {
                so_far.push((field, text.to_owned()));
                let done = self.go(after, rest, so_far);
                so_far.pop();
                done
            }
        }
    }
}

/// Says whether a text can stand for a field.
fn is_one(field: Field, text: &str, words: &Words) -> bool {
    match field {
        Field::Kind => words.kind(text).is_some(),
        Field::Page => words.page(text).is_some(),
        Field::Date => Day::read(text).is_ok(),
        Field::CustomerKind => words.customer_kind(text).is_some(),
        Field::Business => words.business(text).is_some(),
        Field::Outcome => words.outcome(text).is_some(),
        _ => true,
    }
}

fn spelled(reading: &Reading) -> String {
    reading.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(" + ")
}

#[cfg(test)]
#[path = "folder_rule_tests.rs"]
mod tests;
