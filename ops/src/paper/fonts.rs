//! Fonts: those of the system in a fixed list of places, or those that were named; several make a chain.
//!
//! A character is taken from the first font of the chain that has it. None comes with the program, and one whose
//! licence forbids embedding is not used.

use super::glyphs::{Cluster, Why};
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::path::{Path, PathBuf};
use ttf_parser::{Face, GlyphId, OutlineBuilder, Permissions, name_id};

/// Where fonts are looked for.
pub const SEARCHED: &[&str] = &["/usr/share/fonts", "/usr/local/share/fonts", "/opt/fonts"];

/// How the names of fonts begin that have Chinese characters, the best first; lower case, without `-`, `_` and spaces.
///
/// Noto and Source Han have the most characters in a regular weight, then what Debian, Kylin and UOS bring, then those
/// that are there for rare characters alone.
const KNOWN: &[&str] = &[
    "notosanscjkregular",
    "notosanscjkscregular",
    "notosansscregular",
    "notosanssc",
    "notosanscjk",
    "sourcehansanscnregular",
    "sourcehansansscregular",
    "sourcehansansregular",
    "sourcehansans",
    "notoserifcjkregular",
    "notoserifcjkscregular",
    "notoserifsc",
    "notoserifcjk",
    "sourcehanserifcnregular",
    "sourcehanserif",
    "wqyzenhei",
    "wqymicrohei",
    "uming",
    "ukai",
    "simsun",
    "simhei",
    "fzss",
    "fzht",
    "fzsong",
    "fzhei",
    "fzkai",
    "gb18030",
    "droidsansfallback",
    "hanamina",
    "hanaminb",
    "hanamin",
    "babelstonehan",
    "plangothic",
    "simsunb",
    "unifont",
];
/// Fonts whose glyphs stand for something else than the character, or are another weight of one that is there.
const LEFT_OUT: &[&str] = &[
    "lastresort",
    "adobeblank",
    "adobenotdef",
    "bold",
    "italic",
    "oblique",
    "black",
    "heavy",
    "thin",
    "light",
    "condensed",
];

/// Directories below one of [`SEARCHED`].
const DEPTH_MAX: usize = 5;
/// Files looked at below one of them.
const FILES_MAX: usize = 4000;
/// The most bytes of one font file.
const FONT_BYTES_MAX: u64 = 256 << 20;
/// The most bytes read in search of characters that the first fonts do not have.
const SEARCH_BYTES_MAX: u64 = 1 << 30;

/// A font that cannot be used.
#[derive(Debug)]
pub struct FontError {
    /// The file.
    pub path: PathBuf,
    /// Why, in the words of whoever refused it.
    pub why: String,
}

impl fmt::Display for FontError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.why)
    }
}

impl std::error::Error for FontError {}

/// A font of the chain, held whole.
pub(super) struct Font {
    pub(super) data: Vec<u8>,
    pub(super) index: u32,
    /// Its name as PostScript spells it.
    pub(super) name: String,
}

/// A glyph of a font of the chain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Found {
    /// Which font.
    pub(super) font: usize,
    /// Its number there.
    pub(super) glyph: u16,
    /// How far the next one stands, as a share of the size.
    pub(super) advance: f32,
}

/// Fonts in the order in which they are asked.
pub struct Chain {
    pub(super) fonts: Vec<Font>,
    waiting: std::vec::IntoIter<PathBuf>,
    budget: u64,
}

impl Chain {
    /// Only these, in this order.
    ///
    /// Errors: [`FontError`] for a file that is no font, or whose licence forbids embedding.
    pub fn of_files(paths: &[PathBuf]) -> Result<Self, FontError> {
        let fonts = paths.iter().map(|path| Font::read(path)).collect::<Result<_, _>>()?;
        Ok(Self { fonts, waiting: Vec::new().into_iter(), budget: 0 })
    }

    /// Those of the system; each is read when the ones before it lack a character.
    pub fn of_system() -> Self {
        Self::of_places(SEARCHED.iter().map(Path::new))
    }

    /// Those below these directories.
    pub fn of_places<'a>(places: impl Iterator<Item = &'a Path>) -> Self {
        let mut found = Vec::new();
        for place in places {
            let mut left = FILES_MAX;
            collect(place, DEPTH_MAX, &mut left, &mut found);
        }
        found.sort();
        Self {
            fonts: Vec::new(),
            waiting: found.into_iter().map(|(_, path)| path).collect::<Vec<_>>().into_iter(),
            budget: SEARCH_BYTES_MAX,
        }
    }

    /// The name of the first font that has a character, if one has.
    pub fn font_of(&mut self, c: char) -> Option<String> {
        let cluster = Cluster::of(c);
        let found = self.look_up(&BTreeSet::from([cluster])).remove(&cluster)?.ok()?;
        Some(self.fonts[found.font].name.clone())
    }

    /// Looks characters up: in the fonts so far, and then in those that wait.
    pub(super) fn look_up(&mut self, wanted: &BTreeSet<Cluster>) -> HashMap<Cluster, Result<Found, Why>> {
        let mut told = HashMap::with_capacity(wanted.len());
        let mut open: Vec<Cluster> = Vec::new();
        for cluster in wanted {
            match cluster.never() {
                Some(why) => drop(told.insert(*cluster, Err(why))),
                None => open.push(*cluster),
            }
        }
        for at in 0..self.fonts.len() {
            self.take(at, &mut open, &mut told);
        }
        while !open.is_empty()
            && let Some(path) = self.waiting.next()
        {
            let size = std::fs::metadata(&path).map_or(0, |meta| meta.len());
            if size > self.budget {
                break;
            }
            self.budget -= size;
            // One of the system's fonts that cannot be read or used is as good as absent.
            let Ok(font) = Font::read(&path) else { continue };
            self.fonts.push(font);
            let before = told.len();
            self.take(self.fonts.len() - 1, &mut open, &mut told);
            if told.len() == before {
                self.fonts.pop();
            }
        }
        told.extend(open.into_iter().map(|cluster| (cluster, Err(Why::NoGlyph))));
        told
    }

    /// Moves what this font has from `open` to `told`.
    fn take(&self, at: usize, open: &mut Vec<Cluster>, told: &mut HashMap<Cluster, Result<Found, Why>>) {
        if open.is_empty() {
            return;
        }
        let Ok(face) = self.fonts[at].face() else { return };
        let units = f32::from(face.units_per_em().max(1));
        open.retain(|cluster| {
            let Some(glyph) = drawn(&face, *cluster) else { return true };
            let advance = f32::from(face.glyph_hor_advance(glyph).unwrap_or(0)) / units;
            told.insert(*cluster, Ok(Found { font: at, glyph: glyph.0, advance }));
            false
        });
    }
}

impl Font {
    /// Reads a font file; of a collection the face that has the forms of the mainland.
    pub(super) fn read(path: &Path) -> Result<Self, FontError> {
        let not = |why: String| FontError { path: path.to_owned(), why };
        let meta = std::fs::metadata(path).map_err(|error| not(error.to_string()))?;
        if !meta.is_file() || meta.len() > FONT_BYTES_MAX {
            return Err(not("not a font file".into()));
        }
        let data = std::fs::read(path).map_err(|error| not(error.to_string()))?;
        let index = mainland_face(&data);
        let face = Face::parse(&data, index).map_err(|error| not(error.to_string()))?;
        // A font that says nothing of its rights forbids nothing.
        let says = face.tables().os2.is_some();
        let restricted = face.permissions() == Some(Permissions::Restricted);
        if says && (restricted || !face.is_subsetting_allowed() || !face.is_outline_embedding_allowed()) {
            return Err(not("its licence flags forbid embedding a part of it".into()));
        }
        let name = names(&face, name_id::POST_SCRIPT_NAME).into_iter().next().unwrap_or_default();
        let plain: String =
            name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(60).collect();
        let name = if plain.is_empty() { "Font".to_owned() } else { plain };
        // What the writer could not take apart is found out here, while another font may still be chosen.
        let probe = subsetter::GlyphRemapper::new_from_glyphs(&[0]);
        subsetter::subset(&data, index, &probe).map_err(|error| not(error.to_string()))?;
        Ok(Self { data, index, name })
    }

    pub(super) fn face(&self) -> Result<Face<'_>, ttf_parser::FaceParsingError> {
        Face::parse(&self.data, self.index)
    }
}

/// The glyph of a cluster, where there is one with something to see in it. A font that has an empty glyph for a
/// character would make it vanish.
fn drawn(face: &Face<'_>, cluster: Cluster) -> Option<GlyphId> {
    let glyph = match cluster.variant {
        Some(variant) => face.glyph_variation_index(cluster.base, variant),
        None => face.glyph_index(cluster.base),
    };
    let glyph = glyph.filter(|glyph| glyph.0 != 0)?;
    let seen = cluster.base.is_whitespace() || face.outline_glyph(glyph, &mut Nowhere).is_some();
    seen.then_some(glyph)
}

/// Takes an outline and forgets it.
struct Nowhere;

impl OutlineBuilder for Nowhere {
    fn move_to(&mut self, _: f32, _: f32) {}
    fn line_to(&mut self, _: f32, _: f32) {}
    fn quad_to(&mut self, _: f32, _: f32, _: f32, _: f32) {}
    fn curve_to(&mut self, _: f32, _: f32, _: f32, _: f32, _: f32, _: f32) {}
    fn close(&mut self) {}
}

fn names(face: &Face<'_>, id: u16) -> Vec<String> {
    face.names().into_iter().filter(|name| name.name_id == id).filter_map(|name| name.to_string()).collect()
}

/// The face of a collection with the forms in use in mainland China; the first where none says so.
fn mainland_face(data: &[u8]) -> u32 {
    let count = ttf_parser::fonts_in_collection(data).unwrap_or(1).min(64);
    let is_mainland = |index: &u32| {
        let Ok(face) = Face::parse(data, *index) else { return false };
        names(&face, name_id::FULL_NAME)
            .iter()
            .any(|name| name.split([' ', '-']).any(|word| ["SC", "CN", "GB"].contains(&word)))
    };
    (0..count).find(is_mainland).unwrap_or(0)
}

/// Gathers font files with their rank: known ones first, in the order of [`KNOWN`], then the others by name.
fn collect(dir: &Path, depth: usize, left: &mut usize, found: &mut Vec<(usize, PathBuf)>) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    let mut entries: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        if *left == 0 {
            return;
        }
        *left -= 1;
        let Ok(meta) = path.metadata() else { continue };
        if meta.is_dir() {
            if depth > 0 {
                collect(&path, depth - 1, left, found);
            }
            continue;
        }
        let is_font = path
            .extension()
            .and_then(|e| e.to_str())
            .is_some_and(|e| ["ttf", "otf", "ttc", "otc"].contains(&&*e.to_ascii_lowercase()));
        if is_font && let Some(rank) = rank(&path) {
            found.push((rank, path));
        }
    }
}

fn rank(path: &Path) -> Option<usize> {
    let stem = path.file_stem()?.to_str()?.to_lowercase();
    let stem: String = stem.chars().filter(|c| !['-', '_', ' '].contains(c)).collect();
    let known = KNOWN.iter().position(|name| stem.starts_with(name));
    let left_out = LEFT_OUT.iter().any(|word| stem.contains(word));
    (!left_out).then(|| known.unwrap_or(KNOWN.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_fonts_come_first_and_other_weights_not_at_all() {
        let rank = |name: &str| rank(Path::new(name));
        assert!(rank("NotoSansCJK-Regular.ttc") < rank("wqy-zenhei.ttc"));
        assert!(rank("wqy-zenhei.ttc") < rank("DejaVuSans.ttf"));
        assert!(rank("HanaMinB.ttf") < rank("DejaVuSans.ttf"));
        assert_eq!((rank("NotoSansCJK-Bold.ttc"), rank("LastResort.otf")), (None, None));
    }

    #[test]
    fn a_place_that_is_not_there_has_no_fonts() {
        let mut chain = Chain::of_places([Path::new("/nowhere/at/all")].into_iter());
        let wanted = BTreeSet::from([Cluster::of('中')]);
        assert_eq!(chain.look_up(&wanted)[&Cluster::of('中')], Err(Why::NoGlyph));
    }
}
