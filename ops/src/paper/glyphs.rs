//! Characters on their way to a page: what can be seen of them, which glyph each is, and what cannot be set.

use super::fonts::Chain;
use super::{Block, Paper, Trouble};
use jingui_schema::facts::is_unprintable;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::sync::Arc;

/// Places that are named of one character; of more only how many there are.
const PLACES_MAX: usize = 3;
/// The size of the code in a box, as a share of the size around it.
pub(super) const BOX_SIZE: f32 = 0.5;
/// The room around it.
pub(super) const BOX_ROOM: f32 = 0.1;

/// A character, and the mark behind it that asks for another form of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Cluster {
    pub(super) base: char,
    pub(super) variant: Option<char>,
}

/// Why a character cannot be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// No font of the chain has it, or only an empty glyph for it.
    NoGlyph,
    /// Its script joins letters or runs from right to left, which is not done here.
    Script,
    /// It is of private use: what it means is known only where it was typed.
    Private,
}

impl Why {
    /// The word for it, for choosing a message.
    pub fn word(self) -> &'static str {
        match self {
            Self::NoGlyph => "no-glyph",
            Self::Script => "script",
            Self::Private => "private",
        }
    }
}

/// A character that cannot be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The character.
    pub text: String,
    /// Its code, such as `U+20BB7`.
    pub code: String,
    /// Why.
    pub why: Why,
    /// Where it stands, the first few places.
    pub places: Vec<String>,
    /// How often.
    pub count: usize,
}

impl Cluster {
    pub(super) fn of(base: char) -> Self {
        Self { base, variant: None }
    }

    /// Why no font is even asked.
    pub(super) fn never(self) -> Option<Why> {
        match self.base {
            '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' => Some(Why::Private),
            c if needs_shaping(c) => Some(Why::Script),
            _ => None,
        }
    }

    pub(super) fn chars(self) -> impl Iterator<Item = char> {
        [Some(self.base), self.variant].into_iter().flatten()
    }

    fn code(self) -> String {
        self.chars().map(|c| format!("U+{:04X}", u32::from(c))).collect::<Vec<_>>().join(" ")
    }
}

/// Scripts that a glyph for each character does not write rightly: those that join, reorder, stack, or run leftwards.
fn needs_shaping(c: char) -> bool {
    matches!(u32::from(c),
        0x590..=0x8ff | 0x900..=0xdff | 0xe00..=0xeff | 0xf00..=0x109f | 0x1700..=0x18af | 0x1900..=0x1aff
        | 0x1b00..=0x1cff | 0xa800..=0xa82f | 0xa840..=0xa87f | 0xa880..=0xa9ff | 0xaa00..=0xaadf | 0xabc0..=0xabff
        | 0xfb1d..=0xfdff | 0xfe70..=0xfefe | 0x10800..=0x10fff | 0x11000..=0x11fff | 0x1e800..=0x1efff)
}

/// Characters that leave no trace on a page. They stand there as their code, for a name that has one is another name.
fn is_invisible(c: char) -> bool {
    is_unprintable(c)
        || is_variant(c)
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200d}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

fn is_variant(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// The clusters of a text, as they are seen: what would change the writing or leave no trace stands as `\u{…}`.
pub(super) fn clusters(text: &str) -> Vec<Cluster> {
    let mut out: Vec<Cluster> = Vec::with_capacity(text.len());
    // Whether a form can be asked of the last one: not of a space, and not twice.
    let mut plain = false;
    for c in text.chars() {
        if is_variant(c) && plain {
            out.last_mut().expect("a plain character came before").variant = Some(c);
            plain = false;
        } else if is_invisible(c) {
            let mut code = String::new();
            write!(code, "\\u{{{:x}}}", u32::from(c)).expect("a String takes all");
            out.extend(code.chars().map(Cluster::of));
            plain = false;
        } else {
            out.push(Cluster::of(c));
            plain = !c.is_whitespace();
        }
    }
    out
}

/// What stands for a cluster on the page.
#[derive(Clone, Debug)]
pub(super) enum Ink {
    /// A glyph of a font of the chain.
    Glyph { font: usize, glyph: u16 },
    /// A box with these letters in it.
    Box(Arc<[u32]>),
}

/// A cluster that can be set.
#[derive(Clone, Debug)]
pub(super) struct Glyph {
    pub(super) cluster: Cluster,
    pub(super) ink: Ink,
    /// As a share of the size.
    pub(super) advance: f32,
}

/// A text that is set: numbers into the table of glyphs.
pub(super) type Set = Arc<[u32]>;

/// All characters of a paper, looked up.
pub(super) struct Setter {
    glyphs: Vec<Glyph>,
    known: HashMap<Cluster, u32>,
    /// What stands as a box.
    pub(super) missing: Vec<Missing>,
}

impl Setter {
    /// Looks up all characters that a paper can show.
    pub(super) fn new(paper: &Paper, chain: &mut Chain, substitute: bool) -> Result<Self, Trouble> {
        let mut wanted = BTreeSet::new();
        each_text(paper, &mut |text, _| wanted.extend(clusters(text)));
        let codes = "U+ 0123456789ABCDEF".chars().map(Cluster::of);
        let mut asked = wanted.clone();
        asked.extend(codes.clone());
        let told = chain.look_up(&asked);
        let lacks = |cluster: &Cluster| told.get(cluster).and_then(|found| found.err());
        let mut missing: BTreeMap<Cluster, Missing> = (wanted.iter())
            .filter_map(|cluster| {
                let (text, code, why) = (cluster.chars().collect(), cluster.code(), lacks(cluster)?);
                Some((*cluster, Missing { text, code, why, places: Vec::new(), count: 0 }))
            })
            .collect();
        if !missing.is_empty() {
            let is_han = |cluster: &&Cluster| matches!(cluster.base, '\u{4e00}'..='\u{9fff}');
            if wanted.iter().any(|c| is_han(&c)) && wanted.iter().filter(is_han).all(|c| lacks(c).is_some()) {
                return Err(Trouble::NoFont);
            }
            each_text(paper, &mut |text, place| {
                for cluster in clusters(text) {
                    if let Some(missing) = missing.get_mut(&cluster) {
                        missing.count += 1;
                        let place = place();
                        if missing.places.len() < PLACES_MAX && !missing.places.contains(&place) {
                            missing.places.push(place);
                        }
                    }
                }
            });
            let cannot_write_codes = codes.clone().any(|c| lacks(&c).is_some());
            if !substitute || cannot_write_codes {
                return Err(Trouble::Missing(missing.into_values().collect()));
            }
        }
        let mut setter = Self { glyphs: Vec::new(), known: HashMap::new(), missing: Vec::new() };
        // In one order, so that the same page makes the same file.
        let told: BTreeMap<Cluster, _> = told.into_iter().collect();
        for (cluster, found) in told {
            let Ok(found) = found else { continue };
            setter.put(Glyph {
                cluster,
                ink: Ink::Glyph { font: found.font, glyph: found.glyph },
                advance: found.advance,
            });
        }
        for (cluster, missing) in missing {
            let letters = setter.set(&missing.code);
            let advance = setter.width(&letters) * BOX_SIZE + 4.0 * BOX_ROOM;
            setter.put(Glyph { cluster, ink: Ink::Box(letters), advance });
            setter.missing.push(missing);
        }
        Ok(setter)
    }

    fn put(&mut self, glyph: Glyph) {
        self.known.insert(glyph.cluster, self.glyphs.len() as u32);
        self.glyphs.push(glyph);
    }

    /// Sets a text whose characters were looked up.
    pub(super) fn set(&self, text: &str) -> Set {
        let known = |cluster: &Cluster| self.known.get(cluster).copied();
        clusters(text)
            .iter()
            .map(|cluster| known(cluster).unwrap_or_else(|| panic!("{cluster:?} was not looked up")))
            .collect()
    }

    pub(super) fn glyph(&self, number: u32) -> &Glyph {
        &self.glyphs[number as usize]
    }

    /// All glyphs, by their numbers.
    pub(super) fn glyphs(&self) -> &[Glyph] {
        &self.glyphs
    }

    /// The width of a text that is set, as a share of the size.
    pub(super) fn width(&self, set: &[u32]) -> f32 {
        set.iter().map(|number| self.glyph(*number).advance).sum()
    }
}

/// Every text of a paper, with where it stands.
fn each_text(paper: &Paper, each: &mut dyn FnMut(&str, &dyn Fn() -> String)) {
    each(&paper.title, &|| paper.title.clone());
    each(&paper.head, &|| paper.title.clone());
    each(&paper.foot, &|| paper.title.clone());
    // Any number of pages.
    each(&(paper.page_of)(1_234_567_890, 1_234_567_890), &|| paper.title.clone());
    let beside = |name: &str, of: &str| format!("{of} · {name}");
    for block in &paper.blocks {
        match block {
            Block::Heading(text) | Block::Text(text) => each(text, &|| paper.title.clone()),
            Block::Lines(_, text) => text.lines().for_each(|line| each(line, &|| paper.title.clone())),
            Block::Page => {}
            Block::Pairs(pairs) => {
                for (name, value) in pairs {
                    each(name, &|| paper.title.clone());
                    each(value, &|| beside(name, &paper.title));
                }
            }
            Block::Table { columns, rows } => {
                columns.iter().for_each(|column| each(&column.heading, &|| paper.title.clone()));
                for row in rows {
                    let name = row.first().map_or("", String::as_str);
                    for (column, text) in columns.iter().zip(row) {
                        each(text, &|| beside(&column.heading, name));
                    }
                }
            }
            Block::Cards { cards, .. } => {
                for card in cards {
                    each(&card.title, &|| paper.title.clone());
                    for (name, value) in &card.pairs {
                        each(name, &|| paper.title.clone());
                        each(value, &|| beside(name, &card.title));
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> String {
        clusters(text).iter().flat_map(|c| c.chars()).collect()
    }

    #[test]
    fn what_leaves_no_trace_stands_as_its_code() {
        assert_eq!(seen("张\u{202e}三"), "张\\u{202e}三");
        assert_eq!(seen("a\tb\u{200b}c"), "a\\u{9}b\\u{200b}c");
        assert_eq!(seen(" \u{e0100}"), " \\u{e0100}");
        assert_eq!(seen("\u{fe00}x"), "\\u{fe00}x");
    }

    #[test]
    fn a_form_of_a_character_is_one_with_it() {
        let seen = clusters("葛\u{e0100}城\u{e0101}\u{e0102}");
        assert_eq!(seen[0], Cluster { base: '葛', variant: Some('\u{e0100}') });
        assert_eq!(seen[0].code(), "U+845B U+E0100");
        assert_eq!(seen[1].variant, Some('\u{e0101}'));
        assert_eq!(seen[2].base, '\\', "a second mark asks for nothing");
    }

    #[test]
    fn what_no_font_is_asked_for_says_why() {
        assert_eq!(Cluster::of('\u{e863}').never(), Some(Why::Private));
        for c in ['ئ', 'א', 'བ', 'ᠮ', 'ก'] {
            assert_eq!(Cluster::of(c).never(), Some(Why::Script), "{c}");
        }
        for c in ['a', '中', '𠮷', 'ガ', '한', 'Я', 'é', '㊣', '℃'] {
            assert_eq!(Cluster::of(c).never(), None, "{c}");
        }
    }
}
