//! Fonts made for tests: every character in them is a rectangle, and what they lack is known.
//!
//! Written from the OpenType tables' description, so that no font file is needed and nothing hangs on what is installed.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

const UNITS: u16 = 1000;

/// What a font is to have.
#[derive(Clone, Debug)]
pub struct Toy {
    /// Its name.
    pub name: &'static str,
    /// Characters with a glyph each.
    pub ranges: Vec<RangeInclusive<char>>,
    /// Characters whose glyph is empty.
    pub empty: Vec<char>,
    /// Characters that share the glyph of another one: the first has that of the second.
    pub twins: Vec<(char, char)>,
    /// The embedding rights in `OS/2`: 0 allows all, 2 forbids.
    pub rights: u16,
}

impl Default for Toy {
    /// ASCII, Latin, punctuation, the box to tick and the first block of Chinese characters.
    fn default() -> Self {
        Self {
            name: "ToySong",
            ranges: vec![
                ' '..='~',
                '\u{a0}'..='ÿ',
                '\u{2010}'..='\u{2027}',
                '→'..='→',
                '□'..='□',
                '\u{3000}'..='〿',
                '一'..='鿿',
                '！'..='～',
            ],
            empty: Vec::new(),
            twins: Vec::new(),
            rights: 0,
        }
    }
}

impl Toy {
    /// A font with these characters and nothing else.
    pub fn of(name: &'static str, ranges: impl IntoIterator<Item = RangeInclusive<char>>) -> Self {
        Self { name, ranges: ranges.into_iter().collect(), ..Self::default() }
    }

    /// The font file.
    pub fn file(&self) -> Vec<u8> {
        let characters: Vec<char> = self.ranges.iter().cloned().flatten().collect();
        // Glyph 0 is the one for what is missing.
        let mut glyphs: BTreeMap<char, u16> =
            characters.iter().enumerate().map(|(at, c)| (*c, at as u16 + 1)).collect();
        for (twin, of) in &self.twins {
            glyphs.insert(*twin, glyphs[of]);
        }
        let count = characters.len() as u16 + 1;
        let (mut glyf, mut loca, mut hmtx) = (Vec::new(), Vec::new(), Vec::new());
        for at in 0..count {
            let c = at.checked_sub(1).map(|i| characters[usize::from(i)]);
            loca.extend((glyf.len() as u32).to_be_bytes());
            let advance = if c.is_none_or(|c| c < '\u{2e80}') { UNITS / 2 } else { UNITS };
            hmtx.extend(advance.to_be_bytes());
            hmtx.extend(50i16.to_be_bytes());
            if c.is_none_or(|c| !c.is_whitespace() && !self.empty.contains(&c)) {
                glyf.extend(rectangle(advance as i16 - 50, 300 + (at % 400) as i16));
            }
        }
        loca.extend((glyf.len() as u32).to_be_bytes());
        let tables: Vec<(&[u8; 4], Vec<u8>)> = vec![
            (b"OS/2", self.os2()),
            (b"cmap", cmap(&glyphs)),
            (b"glyf", glyf),
            (b"head", head()),
            (b"hhea", hhea(count)),
            (b"hmtx", hmtx),
            (b"loca", loca),
            (b"maxp", maxp(count)),
            (b"name", self.names()),
            (b"post", words(&[3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])),
        ];
        assemble(&tables)
    }

    fn os2(&self) -> Vec<u8> {
        let mut table = words(&[4, 500, 400, 5, self.rights]);
        table.resize(96, 0);
        table
    }

    fn names(&self) -> Vec<u8> {
        let text: Vec<u8> = self.name.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let length = text.len() as u16;
        let mut table = words(&[0, 2, 6 + 2 * 12]);
        for id in [4, 6] {
            table.extend(words(&[3, 1, 0x409, id, length, 0]));
        }
        table.extend(text);
        table
    }
}

/// Several fonts in one file.
pub fn collection(fonts: &[Vec<u8>]) -> Vec<u8> {
    let header = 12 + 4 * fonts.len();
    let (mut offsets, mut body) = (Vec::new(), Vec::new());
    for font in fonts {
        let base = (header + body.len()) as u32;
        offsets.extend(base.to_be_bytes());
        let mut font = font.clone();
        let tables = usize::from(u16::from_be_bytes([font[4], font[5]]));
        for at in 0..tables {
            let field = 12 + 16 * at + 8;
            let offset = u32::from_be_bytes(font[field..field + 4].try_into().expect("four bytes")) + base;
            font[field..field + 4].copy_from_slice(&offset.to_be_bytes());
        }
        body.extend(font);
    }
    let mut file = b"ttcf\x00\x01\x00\x00".to_vec();
    file.extend((fonts.len() as u32).to_be_bytes());
    file.extend(offsets);
    file.extend(body);
    file
}

fn words(values: &[u16]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_be_bytes()).collect()
}

fn rectangle(right: i16, high: i16) -> Vec<u8> {
    let mut glyph = Vec::new();
    let number = |glyph: &mut Vec<u8>, value: i16| glyph.extend(value.to_be_bytes());
    for value in [1, 50, 0, right, high, 3, 0] {
        number(&mut glyph, value);
    }
    glyph.extend([1u8; 4]);
    for value in [50, 0, right - 50, 0, 0, high, 0, -high] {
        number(&mut glyph, value);
    }
    glyph.resize(glyph.len().next_multiple_of(4), 0);
    glyph
}

fn cmap(glyphs: &BTreeMap<char, u16>) -> Vec<u8> {
    let mut groups: Vec<(u32, u32, u32)> = Vec::new();
    for (c, glyph) in glyphs {
        let (c, glyph) = (u32::from(*c), u32::from(*glyph));
        match groups.last_mut() {
            Some((first, last, start)) if *last + 1 == c && *start + (c - *first) == glyph => *last = c,
            _ => groups.push((c, c, glyph)),
        }
    }
    let mut table = words(&[0, 1, 3, 10, 0, 12, 12, 0]);
    for value in [16 + 12 * groups.len() as u32, 0, groups.len() as u32] {
        table.extend(value.to_be_bytes());
    }
    for (first, last, start) in groups {
        for value in [first, last, start] {
            table.extend(value.to_be_bytes());
        }
    }
    table
}

fn head() -> Vec<u8> {
    let mut table = words(&[1, 0, 1, 0, 0, 0, 0x5f0f, 0x3cf5, 0, UNITS]);
    table.resize(36, 0);
    // Bounds, style, least size, direction, long offsets, glyph format.
    table.extend(words(&[0, 0, UNITS, UNITS, 0, 6, 2, 1, 0]));
    table
}

fn hhea(count: u16) -> Vec<u8> {
    let mut table = words(&[1, 0, 880, (-120i16) as u16, 0, UNITS, 0, 0, UNITS]);
    table.resize(34, 0);
    table.extend(count.to_be_bytes());
    table
}

fn maxp(count: u16) -> Vec<u8> {
    let mut table = words(&[1, 0, count, 4, 1]);
    table.resize(32, 0);
    table
}

fn assemble(tables: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut file = words(&[1, 0, tables.len() as u16, 0, 0, 0]);
    let mut offset = 12 + 16 * tables.len();
    for (tag, table) in tables {
        file.extend(*tag);
        for value in [0, offset as u32, table.len() as u32] {
            file.extend(value.to_be_bytes());
        }
        offset += table.len().next_multiple_of(4);
    }
    for (_, table) in tables {
        file.extend(table);
        file.resize(file.len().next_multiple_of(4), 0);
    }
    file
}
