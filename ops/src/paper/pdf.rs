//! The file: each font embedded as the subset that is used, each code with the character it stands for.
//!
//! A code is the number of a glyph in the subset. Where two characters share one glyph (a compatibility form and the
//! usual one), the font stands in the file a second time under another name, with the same glyphs and the other
//! characters, so that what is copied out is what was printed.

use super::fonts::{Chain, Font, FontError};
use super::glyphs::{BOX_ROOM, BOX_SIZE, Cluster, Ink, Setter};
use super::page::{Mark, PAGE, Page};
use super::{Paper, Trouble};
use miniz_oxide::deflate::compress_to_vec_zlib;
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, TextRenderingMode, UnicodeCmap};
use pdf_writer::{Content, Date, Filter, Finish, Name, Pdf, Rect, Ref, Settings, Str, TextStr};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use subsetter::GlyphRemapper;
use ttf_parser::{RawFace, Tag};

const IDENTITY: SystemInfo =
    SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// Where a glyph of the setter is in the file.
#[derive(Clone, Copy)]
struct Code {
    /// Which of the file's fonts.
    font: usize,
    /// Its number there.
    cid: u16,
}

/// A font of the file: a font of the chain with one set of characters behind its glyphs.
struct Face {
    of: usize,
    layer: usize,
    unicode: BTreeMap<u16, Cluster>,
}

/// A font of the chain that is used, and its glyphs.
struct Used {
    remapper: GlyphRemapper,
    widths: BTreeMap<u16, f32>,
}

struct Codes {
    codes: Vec<Option<Code>>,
    faces: Vec<Face>,
    used: BTreeMap<usize, Used>,
}

impl Codes {
    fn of(setter: &Setter) -> Self {
        let mut all = Self { codes: Vec::new(), faces: Vec::new(), used: BTreeMap::new() };
        for glyph in setter.glyphs() {
            let Ink::Glyph { font, glyph: number } = glyph.ink else {
                all.codes.push(None);
                continue;
            };
            let used = all
                .used
                .entry(font)
                .or_insert_with(|| Used { remapper: GlyphRemapper::new(), widths: BTreeMap::new() });
            let cid = used.remapper.remap(number);
            used.widths.insert(cid, glyph.advance * 1000.0);
            let free = all.faces.iter().position(|face| face.of == font && !face.unicode.contains_key(&cid));
            let at = free.unwrap_or_else(|| {
                let layer = all.faces.iter().filter(|face| face.of == font).count();
                all.faces.push(Face { of: font, layer, unicode: BTreeMap::new() });
                all.faces.len() - 1
            });
            all.faces[at].unicode.insert(cid, glyph.cluster);
            all.codes.push(Some(Code { font: at, cid }));
        }
        all
    }
}

/// Writes the file; returns it with the names of its fonts.
pub(super) fn write(
    paper: &Paper,
    setter: &Setter,
    pages: &[Page],
    chain: &Chain,
) -> Result<(Vec<u8>, Vec<String>), Trouble> {
    let codes = Codes::of(setter);
    let mut next = 1;
    let mut take = || {
        next += 1;
        Ref::new(next - 1)
    };
    let (catalog, tree, info) = (take(), take(), take());
    let faces: Vec<(Ref, Ref)> = codes.faces.iter().map(|_| (take(), take())).collect();
    let page_refs: Vec<(Ref, Ref)> = pages.iter().map(|_| (take(), take())).collect();
    let descendants: BTreeMap<usize, [Ref; 3]> =
        codes.used.keys().map(|font| (*font, [take(), take(), take()])).collect();

    let mut pdf = Pdf::with_settings(Settings { pretty: false });
    pdf.catalog(catalog).pages(tree).lang(TextStr(paper.lang));
    let [year, month, day, hour, minute, second] = paper.made;
    let made = Date::new(year).month(month as u8).day(day as u8).hour(hour as u8).minute(minute as u8);
    pdf.document_info(info)
        .title(TextStr(&paper.title))
        .producer(TextStr(concat!("jingui ", env!("CARGO_PKG_VERSION"))))
        .creation_date(made.second(second as u8).utc_offset_hour(0));
    pdf.pages(tree).kids(page_refs.iter().map(|(page, _)| *page)).count(pages.len() as i32);
    let names: Vec<String> = (0..faces.len()).map(|at| format!("F{at}")).collect();
    for ((page, content), marks) in page_refs.iter().zip(pages) {
        let mut writer = pdf.page(*page);
        writer.parent(tree).media_box(Rect::new(0.0, 0.0, PAGE.0, PAGE.1)).contents(*content);
        let mut resources = writer.resources();
        let mut fonts = resources.fonts();
        for (name, (face, _)) in names.iter().zip(&faces) {
            fonts.pair(Name(name.as_bytes()), *face);
        }
        fonts.finish();
        resources.finish();
        writer.finish();
        let drawn = compress_to_vec_zlib(&draw(setter, &codes, &names, marks), 6);
        pdf.stream(*content, &drawn).filter(Filter::FlateDecode);
    }
    let mut told = Vec::new();
    for (font, used) in &codes.used {
        let refs = descendants[font];
        let name = embed(&mut pdf, &chain.fonts[*font], used, refs)?;
        for (face, (type0, cmap)) in codes.faces.iter().zip(&faces).filter(|(face, _)| face.of == *font) {
            // Another name for another set of characters: readers keep fonts by name.
            let name = if face.layer == 0 { name.clone() } else { format!("{name}-{}", face.layer) };
            pdf.type0_font(*type0)
                .base_font(Name(name.as_bytes()))
                .encoding_predefined(Name(b"Identity-H"))
                .descendant_font(refs[0])
                .to_unicode(*cmap);
            let mut unicode = UnicodeCmap::<u16>::new(Name(b"Adobe-Identity-UCS"), IDENTITY);
            for (cid, cluster) in &face.unicode {
                unicode.pair_with_multiple(*cid, cluster.chars());
            }
            let bytes = compress_to_vec_zlib(unicode.finish().as_slice(), 6);
            pdf.cmap(*cmap, &bytes).filter(Filter::FlateDecode);
        }
        told.push(chain.fonts[*font].name.clone());
    }
    Ok((pdf.finish(), told))
}

/// Embeds the used part of a font; returns its name in the file.
fn embed(
    pdf: &mut Pdf,
    font: &Font,
    used: &Used,
    [cid, descriptor, file]: [Ref; 3],
) -> Result<String, Trouble> {
    let unusable = |why: String| Trouble::Font(FontError { path: font.name.clone().into(), why });
    let subset = subsetter::subset(&font.data, font.index, &used.remapper);
    let subset = subset.map_err(|error| unusable(error.to_string()))?;
    let face = font.face().map_err(|error| unusable(error.to_string()))?;
    let cff = RawFace::parse(&subset, 0).ok().and_then(|raw| raw.table(Tag::from_bytes(b"CFF ")));
    // As other writers do, six letters that tell one subset of a font from another.
    let digest = Sha256::digest(&subset);
    let mark: String = digest.iter().take(6).map(|byte| char::from(b'A' + byte % 26)).collect();
    let name = format!("{mark}+{}", font.name);

    let mut writer = pdf.cid_font(cid);
    writer.base_font(Name(name.as_bytes())).system_info(IDENTITY).font_descriptor(descriptor);
    writer.subtype(if cff.is_some() { CidFontType::Type0 } else { CidFontType::Type2 }).default_width(1000.0);
    if cff.is_none() {
        writer.cid_to_gid_map_predefined(Name(b"Identity"));
    }
    let mut widths = writer.widths();
    for (cid, width) in &used.widths {
        widths.consecutive(*cid, [*width]);
    }
    widths.finish();
    writer.finish();

    let scale = 1000.0 / f32::from(face.units_per_em().max(1));
    let bounds = face.global_bounding_box();
    let [left, low, right, high] =
        [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max].map(|value| f32::from(value) * scale);
    let ascent = f32::from(face.ascender()) * scale;
    let mut writer = pdf.font_descriptor(descriptor);
    writer
        .name(Name(name.as_bytes()))
        .flags(FontFlags::SYMBOLIC)
        .bbox(Rect::new(left, low, right, high))
        .italic_angle(0.0)
        .ascent(ascent)
        .descent(f32::from(face.descender()) * scale)
        .cap_height(face.capital_height().map_or(ascent, |height| f32::from(height) * scale))
        .stem_v(80.0);
    match cff {
        Some(_) => writer.font_file3(file),
        None => writer.font_file2(file),
    };
    writer.finish();
    let bytes = compress_to_vec_zlib(cff.unwrap_or(&subset), 6);
    let mut stream = pdf.stream(file, &bytes);
    stream.filter(Filter::FlateDecode);
    match cff {
        Some(_) => stream.pair(Name(b"Subtype"), Name(b"CIDFontType0C")),
        None => stream.pair(Name(b"Length1"), subset.len() as i32),
    };
    stream.finish();
    Ok(name)
}

/// The drawing of one page.
fn draw(setter: &Setter, codes: &Codes, names: &[String], marks: &[Mark]) -> Vec<u8> {
    let mut page = Content::with_settings(Settings { pretty: false });
    for mark in marks {
        match mark {
            Mark::Text { x, y, size, bold, set, range } => {
                let mut pen = Pen { setter, codes, names, page: &mut page, y: *y, bold: *bold };
                pen.write(*x, *size, &set[range.clone()]);
            }
            Mark::Rule { from, to, pen } => {
                page.set_line_width(*pen).move_to(from.0, from.1).line_to(to.0, to.1).stroke();
            }
            Mark::Frame { x, y, width, height, pen } => {
                page.set_line_width(*pen).rect(*x, *y, *width, *height).stroke();
            }
        }
    }
    page.finish().into_vec()
}

struct Pen<'a> {
    setter: &'a Setter,
    codes: &'a Codes,
    names: &'a [String],
    page: &'a mut Content,
    y: f32,
    bold: bool,
}

impl Pen<'_> {
    /// Writes glyphs from left to right; those of one font together.
    fn write(&mut self, mut x: f32, size: f32, glyphs: &[u32]) {
        let mut run: Option<(usize, f32, Vec<u8>)> = None;
        for number in glyphs {
            let glyph = self.setter.glyph(*number);
            match (&glyph.ink, self.codes.codes[*number as usize]) {
                (Ink::Box(letters), _) => {
                    self.show(run.take(), size);
                    self.boxed(x, size, glyph.advance, letters);
                }
                (Ink::Glyph { .. }, Some(code)) => {
                    if run.as_ref().is_some_and(|(font, ..)| *font != code.font) {
                        self.show(run.take(), size);
                    }
                    run.get_or_insert((code.font, x, Vec::new())).2.extend(code.cid.to_be_bytes());
                }
                (Ink::Glyph { .. }, None) => unreachable!("every glyph has its code"),
            }
            x += glyph.advance * size;
        }
        self.show(run, size);
    }

    fn show(&mut self, run: Option<(usize, f32, Vec<u8>)>, size: f32) {
        let Some((font, x, bytes)) = run else { return };
        self.page.begin_text().set_font(Name(self.names[font].as_bytes()), size);
        if self.bold {
            // The fonts are of one weight; an outline makes the second.
            self.page.set_line_width(size * 0.028).set_text_rendering_mode(TextRenderingMode::FillStroke);
        } else {
            self.page.set_text_rendering_mode(TextRenderingMode::Fill);
        }
        self.page.set_text_matrix([1.0, 0.0, 0.0, 1.0, x, self.y]).show(Str(&bytes)).end_text();
    }

    /// A frame with a code in it, where a character cannot be set.
    fn boxed(&mut self, x: f32, size: f32, advance: f32, letters: &[u32]) {
        let room = BOX_ROOM * size;
        self.page.set_line_width(0.5);
        self.page.rect(x + room, self.y - 0.12 * size, advance * size - 2.0 * room, 0.86 * size).stroke();
        let (bold, y) = (std::mem::replace(&mut self.bold, false), self.y);
        self.y += 0.14 * size;
        self.write(x + 2.0 * room, BOX_SIZE * size, letters);
        (self.bold, self.y) = (bold, y);
    }
}
