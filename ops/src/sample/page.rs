//! Pages: text, lines, seals and signatures on A4, written out as a PDF.
//!
//! Uses one Chinese font that is named but not embedded (STSong-Light, encoded as UTF-16), so no font
//! file is needed. Knows nothing of what a document says. Units are points; y grows upwards.

use std::collections::BTreeSet;
use std::f32::consts::{PI, TAU};

use pdf_writer::types::{CidFontType, FontFlags, LineCapStyle, SystemInfo, TextRenderingMode, UnicodeCmap};
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str, TextStr};

use super::chance::Chance;

/// Width and height of A4.
pub(super) const PAGE: (f32, f32) = (595.0, 842.0);

const FONT: Name = Name(b"F1");
const SEAL_INK: Name = Name(b"G1");
const BASE_FONT: Name = Name(b"STSong-Light");
const GB1: SystemInfo = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"GB1"), supplement: 4 };

/// One document under work: its pages, and the characters they use.
pub(super) struct Book {
    pages: Vec<Content>,
    used: BTreeSet<char>,
}

/// How a piece of text looks.
#[derive(Clone, Copy)]
pub(super) struct Face {
    /// Size in points; a Chinese character is as wide as this.
    pub(super) size: f32,
    pub(super) bold: bool,
    /// From 0 (black) to 1 (white).
    pub(super) gray: f32,
}

impl Face {
    pub(super) const fn plain(size: f32) -> Self {
        Self { size, bold: false, gray: 0.0 }
    }

    pub(super) const fn bold(size: f32) -> Self {
        Self { size, bold: true, gray: 0.0 }
    }

    /// Returns how wide `text` will be.
    pub(super) fn width(self, text: &str) -> f32 {
        text.chars().map(|character| self.advance(character)).sum()
    }

    /// Returns how wide one character will be, as the font's widths say.
    pub(super) fn advance(self, character: char) -> f32 {
        if character.is_ascii() { self.size / 2.0 } else { self.size }
    }
}

impl Book {
    pub(super) fn new() -> Self {
        Self { pages: vec![Content::new()], used: BTreeSet::new() }
    }

    /// Starts a new page; all that follows goes there.
    pub(super) fn turn(&mut self) {
        self.pages.push(Content::new());
    }

    pub(super) fn page_count(&self) -> usize {
        self.pages.len()
    }

    /// Sets one line of text with its left end on the base line at (`x`, `y`) of the last page.
    pub(super) fn text(&mut self, x: f32, y: f32, face: Face, text: &str) {
        let last = self.pages.len() - 1;
        self.text_on(last, x, y, face, text);
    }

    /// Sets one line of text on any page, as for page numbers, which are known last.
    pub(super) fn text_on(&mut self, page: usize, x: f32, y: f32, face: Face, text: &str) {
        let code = self.encode(text);
        let page = &mut self.pages[page];
        page.begin_text().set_font(FONT, face.size).set_fill_gray(face.gray);
        if face.bold {
            // The font has one weight; an outline in the same colour makes the second.
            page.set_stroke_gray(face.gray).set_line_width(face.size * 0.03);
            page.set_text_rendering_mode(TextRenderingMode::FillStroke);
        }
        page.set_text_matrix([1.0, 0.0, 0.0, 1.0, x, y]).show(Str(&code));
        if face.bold {
            page.set_text_rendering_mode(TextRenderingMode::Fill);
        }
        page.end_text();
    }

    /// Fills a rectangle in gray; (`x`, `y`) is its lower left corner.
    pub(super) fn fill(&mut self, x: f32, y: f32, width: f32, height: f32, gray: f32) {
        self.last().set_fill_gray(gray).rect(x, y, width, height).fill_nonzero();
    }

    /// Draws the outline of a rectangle; (`x`, `y`) is its lower left corner.
    pub(super) fn outline(&mut self, x: f32, y: f32, width: f32, height: f32, pen: f32) {
        self.last().set_stroke_gray(0.25).set_line_width(pen).rect(x, y, width, height).stroke();
    }

    /// Draws a level line.
    pub(super) fn rule(&mut self, x: f32, y: f32, width: f32, pen: f32) {
        self.last().set_stroke_gray(0.25).set_line_width(pen).move_to(x, y).line_to(x + width, y).stroke();
    }

    /// Writes something that looks like a name in ink, from (`x`, `y`) to the right.
    pub(super) fn scribble(&mut self, x: f32, y: f32, chance: &mut Chance) {
        let page = self.last();
        page.save_state().set_stroke_rgb(0.08, 0.12, 0.42).set_line_width(1.1);
        page.set_line_cap(LineCapStyle::RoundCap);
        let mut left = x;
        for _ in 0..chance.between(2, 3) {
            page.move_to(left, y + chance.spread(4.0, 12.0));
            for _ in 0..chance.between(2, 4) {
                let mut near = || (left + chance.spread(-3.0, 22.0), y + chance.spread(-4.0, 17.0));
                let (a, b, c) = (near(), near(), near());
                page.cubic_to(a.0, a.1, b.0, b.1, c.0, c.1);
            }
            page.stroke();
            left += chance.spread(15.0, 21.0);
        }
        page.restore_state();
    }

    /// Sets a round red seal around (`x`, `y`): a ring, a star, `around` along the ring, `below` under the star.
    pub(super) fn round_seal(&mut self, x: f32, y: f32, around: &str, below: &str) {
        const RADIUS: f32 = 48.0;
        let below_face = Face::plain(9.0);
        let below_code = self.encode(below);
        let letters: Vec<Vec<u8>> =
            around.chars().map(|character| self.encode(character.encode_utf8(&mut [0; 4]))).collect();

        let page = self.last();
        start_seal(page);
        page.set_line_width(2.6);
        ring(page, x, y, RADIUS);
        page.stroke();
        for corner in 0..10 {
            let angle = PI / 2.0 + corner as f32 * PI / 5.0;
            let reach = if corner % 2 == 0 { 14.0 } else { 5.4 };
            let (px, py) = (x + reach * angle.cos(), y + reach * angle.sin());
            if corner == 0 {
                page.move_to(px, py);
            } else {
                page.line_to(px, py);
            }
        }
        page.close_path().fill_nonzero();

        // Letters on a ring would come out of text extraction one by one; the empty replacement text
        // keeps them out of it, and the page's own lines say the same.
        let mut mark = page.begin_marked_content_with_properties(Name(b"Span"));
        mark.properties().actual_text(TextStr(""));
        mark.finish();
        page.begin_text();
        let size = (200.0 / letters.len().max(1) as f32).clamp(7.0, 13.0);
        let inner = RADIUS - 3.5 - size;
        // The angle from one letter to the next; all of them stay off the lowest quarter.
        let step = (1.45 * PI / letters.len().max(1) as f32).min(size * 1.25 / inner);
        let first = PI / 2.0 + step * (letters.len() as f32 - 1.0) / 2.0;
        page.set_font(FONT, size);
        for (place, letter) in letters.iter().enumerate() {
            let angle = first - step * place as f32;
            let (sin, cos) = (angle - PI / 2.0).sin_cos();
            let (px, py) = (x + inner * angle.cos(), y + inner * angle.sin());
            page.set_text_matrix([cos, sin, -sin, cos, px - cos * size / 2.0, py - sin * size / 2.0]);
            page.show(Str(letter));
        }
        page.set_font(FONT, below_face.size);
        page.set_text_matrix([1.0, 0.0, 0.0, 1.0, x - below_face.width(below) / 2.0, y - 27.0]);
        page.show(Str(&below_code)).end_text().end_marked_content().restore_state();
    }

    /// Sets a square red name seal around (`x`, `y`) with up to four characters, read from the right.
    pub(super) fn square_seal(&mut self, x: f32, y: f32, name: &str) {
        const SIDE: f32 = 40.0;
        let size = 17.0;
        let letters: Vec<Vec<u8>> =
            name.chars().take(4).map(|character| self.encode(character.encode_utf8(&mut [0; 4]))).collect();

        let page = self.last();
        start_seal(page);
        page.set_line_width(2.2).rect(x - SIDE / 2.0, y - SIDE / 2.0, SIDE, SIDE).stroke();
        let mut mark = page.begin_marked_content_with_properties(Name(b"Span"));
        mark.properties().actual_text(TextStr(""));
        mark.finish();
        page.begin_text().set_font(FONT, size);
        for (place, letter) in letters.iter().enumerate() {
            let px = if place < 2 { x + 0.5 } else { x - size - 0.5 };
            let py = if place % 2 == 0 { y + 3.0 } else { y - size + 2.0 };
            page.set_text_matrix([1.0, 0.0, 0.0, 1.0, px, py]).show(Str(letter));
        }
        page.end_text().end_marked_content().restore_state();
    }

    /// Returns the finished PDF.
    pub(super) fn bind(self, title: &str) -> Vec<u8> {
        let [catalog, tree, info, font, cid_font, descriptor, unicode, seal_ink] =
            [1, 2, 3, 4, 5, 6, 7, 8].map(Ref::new);
        let page_ref = |number: usize| Ref::new(9 + 2 * number as i32);
        let content_ref = |number: usize| Ref::new(10 + 2 * number as i32);

        let mut pdf = Pdf::new();
        pdf.catalog(catalog).pages(tree);
        pdf.document_info(info).title(TextStr(title)).producer(TextStr("jingui sample"));
        pdf.pages(tree).kids((0..self.pages.len()).map(page_ref)).count(self.pages.len() as i32);
        for number in 0..self.pages.len() {
            let mut page = pdf.page(page_ref(number));
            page.parent(tree).media_box(Rect::new(0.0, 0.0, PAGE.0, PAGE.1)).contents(content_ref(number));
            let mut resources = page.resources();
            resources.fonts().pair(FONT, font);
            resources.ext_g_states().pair(SEAL_INK, seal_ink);
        }
        for (number, content) in self.pages.into_iter().enumerate() {
            pdf.stream(content_ref(number), &content.finish());
        }

        pdf.type0_font(font)
            .base_font(Name(b"STSong-Light-UniGB-UTF16-H"))
            .encoding_predefined(Name(b"UniGB-UTF16-H"))
            .descendant_font(cid_font)
            .to_unicode(unicode);
        let mut descendant = pdf.cid_font(cid_font);
        descendant.subtype(CidFontType::Type0).base_font(BASE_FONT).system_info(GB1);
        descendant.font_descriptor(descriptor).default_width(1000.0);
        // CIDs 1 to 95 are ASCII.
        descendant.widths().same(1, 95, 500.0);
        descendant.finish();
        pdf.font_descriptor(descriptor)
            .name(BASE_FONT)
            .flags(FontFlags::SYMBOLIC | FontFlags::SERIF)
            .bbox(Rect::new(-25.0, -254.0, 1000.0, 880.0))
            .italic_angle(0.0)
            .ascent(880.0)
            .descent(-120.0)
            .cap_height(737.0)
            .stem_v(93.0);
        pdf.ext_graphics(seal_ink).non_stroking_alpha(0.78).stroking_alpha(0.78);

        // Readers that do not know the predefined encoding can still take the text out.
        let mut cmap = UnicodeCmap::<u16>::new(Name(b"Jingui-Sample-UTF16"), GB1);
        for character in self.used {
            if let Ok(code) = u16::try_from(u32::from(character)) {
                cmap.pair(code, character);
            }
        }
        pdf.cmap(unicode, &cmap.finish());
        pdf.finish()
    }

    /// Returns the font's codes for `text`, and remembers its characters.
    fn encode(&mut self, text: &str) -> Vec<u8> {
        self.used.extend(text.chars());
        text.encode_utf16().flat_map(u16::to_be_bytes).collect()
    }

    fn last(&mut self) -> &mut Content {
        let last = self.pages.len() - 1;
        &mut self.pages[last]
    }
}

/// Switches to translucent red until the state is restored.
fn start_seal(page: &mut Content) {
    page.save_state().set_parameters(SEAL_INK);
    page.set_stroke_rgb(0.80, 0.10, 0.12).set_fill_rgb(0.80, 0.10, 0.12);
}

/// Adds a circle to the path: four curves, whose handles are as long as this factor of the radius.
fn ring(page: &mut Content, x: f32, y: f32, radius: f32) {
    const HANDLE: f32 = 0.552_285;
    page.move_to(x + radius, y);
    for quarter in 0..4 {
        let (sin, cos) = (TAU * quarter as f32 / 4.0).sin_cos();
        let turned = |a: f32, b: f32| (x + radius * (a * cos - b * sin), y + radius * (a * sin + b * cos));
        let (first, second, end) = (turned(1.0, HANDLE), turned(HANDLE, 1.0), turned(0.0, 1.0));
        page.cubic_to(first.0, first.1, second.0, second.1, end.0, end.1);
    }
}
