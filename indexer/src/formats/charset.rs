//! Bytes to text, in whichever encoding.
//!
//! Chinese text without a mark is UTF-8 if it can be, else GB18030 unless it is clearly something else: Big5 is taken only where
//! it makes much more common characters, Windows-1252 where bytes above ASCII stand alone between letters.

use encoding_rs::{BIG5, CoderResult, Decoder, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;
use std::io::{self, Read};
use std::sync::LazyLock;

/// Bytes in which an encoding is looked for.
const LOOK_BYTES: usize = 256 << 10;

/// Characters and marks that every Chinese text is full of, simplified and traditional.
const COMMON: &str = "的一是不了在人有我他这這中大来來上个個国國到说說们們为為子和你地出道也时時年得就那要下以生会會自着去之过過\
家学學对對可里裡后後么麼心多天而能好都然没沒日于於起还還发發成事只作当當想看文无無开開手十用主行方又如前所本见見经經头頭面公同\
三已老从從动動两兩长長知民样樣现現分将將外但身些与與高意进進把法此实實回二理美点點月明其种種声聲全工己话話儿兒者向情部正名定女\
问問力机機给給等几幾很业業最间間新什打便位因重被走电電四第门門相次东東政海口使教西再平真听聽世气氣信北少关關并並内內加化由却代\
军軍产產入先山五太水万萬市眼体體别別处處总總才场場师師书書比住员員九笑性通目华華报報立马馬命张張活难難神数數件安表原车車白应應\
路期叫死常提感金何更反合放做系系计計或司利受光王果亲親界及今京务務制解各任至清物台象记記边邊共风風战戰干干接它许許八特觉覺望直\
服毛林题題建南度统統色字请請交爱愛让讓认認算论論百吃义義科怎元社术術结結六功指思非流每青管夫连連远遠资資队隊跟带帶花快条條院变變\
联聯言权權往展该該领領传傳近留红紅治决決周保达達办辦运運武半候七必城父强強步完革深区區即求品士转轉量空甚众眾技轻輕程告江语語英\
基派满滿式李息写寫呢识識极極令黄黃德收脸臉钱錢党黨倒未持取设設始版双雙历歷越史商千片容研像找友孩站广廣改议議形委早房音火际際则則首单單\
证證书電子簽签章申请請用户戶号號码碼，。、：；？！（）「」《》“”";

/// Says whether a character is among the common ones; all of them lie below U+10000.
fn is_common(c: char) -> bool {
    static BITS: LazyLock<Box<[u64]>> = LazyLock::new(|| {
        let mut bits = vec![0u64; 1 << 10].into_boxed_slice();
        for c in COMMON.chars().map(|c| c as usize) {
            bits[c >> 6 & 0x3ff] |= 1 << (c & 63);
        }
        bits
    });
    let c = c as usize;
    BITS.get(c >> 6).is_some_and(|word| word >> (c & 63) & 1 != 0)
}

/// The encoding that a mark at the beginning names, and how long the mark is.
pub(super) fn marked(bytes: &[u8]) -> Option<(&'static Encoding, usize)> {
    Encoding::for_bom(bytes)
}

/// A text in the encoding that its mark or the bytes themselves tell; `None` for what is no text.
pub(super) fn decoded(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let encoding = match marked(bytes) {
        Some((encoding, mark)) => return Some(encoding.decode_without_bom_handling(&bytes[mark..]).0),
        None => guessed(bytes)?,
    };
    Some(encoding.decode_without_bom_handling(bytes).0)
}

/// The encoding of a text without a mark; `None` for what is no text.
pub(super) fn guessed(bytes: &[u8]) -> Option<&'static Encoding> {
    if let Some(encoding) = wide(bytes) {
        return Some(encoding);
    }
    // A single NUL is no text; of other control characters a few get into one.
    let look = &bytes[..bytes.len().min(LOOK_BYTES)];
    let odd = look.iter().filter(|b| matches!(b, 0x01..=0x08 | 0x0e..=0x1a | 0x1c..=0x1f | 0x7f)).count();
    if look.contains(&0) || (odd > 3 && odd * 20 > look.len()) {
        return None;
    }
    match std::str::from_utf8(bytes) {
        Ok(_) => return Some(UTF_8),
        // Cut off in the middle of a character, or a few bytes damaged.
        Err(error) if error.error_len().is_none() => return Some(UTF_8),
        Err(_) => {}
    }
    let utf8 = String::from_utf8_lossy(look);
    let wrong = utf8.chars().filter(|c| *c == '\u{fffd}').count();
    let wide = utf8.chars().filter(|c| !c.is_ascii()).count();
    if wrong * 50 < wide {
        return Some(UTF_8);
    }
    let [gb, big5] = [GB18030, BIG5].map(|encoding| Score::of(encoding, look));
    match () {
        () if gb.wrong * 100 <= gb.han && alone(look) => Some(WINDOWS_1252),
        () if big5.wrong * 100 <= big5.han && big5.is_clearly_better_than(&gb) => Some(BIG5),
        () if gb.wrong * 100 <= gb.han => Some(GB18030),
        () if big5.wrong * 100 <= big5.han && big5.common * 5 > big5.han => Some(BIG5),
        // No Chinese at all: Latin letters, if bytes above ASCII are few, else no text.
        () if high(look) * 3 < look.len() => Some(WINDOWS_1252),
        () => None,
    }
}

/// What a text would be in an encoding.
struct Score {
    han: usize,
    common: usize,
    wrong: usize,
}

impl Score {
    fn of(encoding: &'static Encoding, bytes: &[u8]) -> Self {
        let (text, _) = encoding.decode_without_bom_handling(bytes);
        let mut score = Self { han: 0, common: 0, wrong: 0 };
        for c in text.chars() {
            match c {
                '\u{fffd}' => score.wrong += 1,
                // What lies in the area for private use was never written by a person.
                '\u{e000}'..='\u{f8ff}' => score.wrong += 1,
                c if c.is_ascii() => {}
                c => {
                    score.han += 1;
                    score.common += usize::from(is_common(c));
                }
            }
        }
        // Half a character at the end is where the text was cut.
        score.wrong = score.wrong.saturating_sub(1);
        score
    }

    fn is_clearly_better_than(&self, other: &Self) -> bool {
        self.common >= 4
            && self.common * 5 > self.han
            && self.common * other.han.max(1) > 2 * other.common * self.han.max(1)
    }
}

fn high(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| **b >= 0x80).count()
}

/// Says whether bytes above ASCII stand mostly alone: `Köln` in a Western encoding, which could be read as Chinese, too.
fn alone(bytes: &[u8]) -> bool {
    let (mut runs, mut single) = (0usize, 0usize);
    for run in bytes.split(|b| *b < 0x80).filter(|run| !run.is_empty()) {
        runs += 1;
        single += usize::from(run.len() == 1);
    }
    runs > 0 && single * 4 > runs * 3
}

/// UTF-16 without a mark: pairs that make text, their NULs on one side.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    if bytes.len() < 4 || !bytes.len().is_multiple_of(2) {
        return None;
    }
    let look = &bytes[..bytes.len().min(LOOK_BYTES & !1)];
    let (mut little, mut big, mut first, mut second) = (0usize, 0usize, 0usize, 0usize);
    for pair in look.chunks_exact(2) {
        // ASCII, or what Chinese text has, with its upper byte here or there.
        little += usize::from(is_usual(pair[1], pair[0]));
        big += usize::from(is_usual(pair[0], pair[1]));
        first += usize::from(pair[0] == 0);
        second += usize::from(pair[1] == 0);
    }
    // Blanks and line ends have a NUL for their upper byte; a text without any of them is left to others.
    let pairs = look.len() / 2;
    match () {
        () if second > 4 * first && little * 10 > pairs * 9 => Some(UTF_16LE),
        () if first > 4 * second && big * 10 > pairs * 9 => Some(UTF_16BE),
        () => None,
    }
}

fn is_usual(upper: u8, lower: u8) -> bool {
    match upper {
        0x00 => matches!(lower, b'\t' | b'\n' | b'\r' | 0x20..=0x7e | 0xa0..=0xff),
        0x20 | 0x30 | 0xff | 0x4e..=0x9f => true,
        _ => false,
    }
}

/// XML or HTML as UTF-8, whatever encoding its mark or its first line names; what is wrong in it becomes U+FFFD.
pub(super) struct Lossy<R> {
    from: R,
    decoder: Option<Decoder>,
    bytes: Vec<u8>,
    rest: std::ops::Range<usize>,
    ended: bool,
    finished: bool,
}

impl<R: Read> Lossy<R> {
    pub(super) fn new(from: R) -> Self {
        Self { from, decoder: None, bytes: vec![0; 32 << 10], rest: 0..0, ended: false, finished: false }
    }

    fn fill(&mut self) -> io::Result<()> {
        let mut filled = 0;
        while filled < self.bytes.len() && !self.ended {
            match self.from.read(&mut self.bytes[filled..]) {
                Ok(read) => {
                    filled += read;
                    self.ended = read == 0;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // What came before is given first; the error comes again.
                Err(_) if filled > 0 => break,
                Err(error) => return Err(error),
            }
        }
        self.rest = 0..filled;
        Ok(())
    }
}

impl<R: Read> Read for Lossy<R> {
    /// Units: `buf` has room for one character at least, four bytes.
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while !self.finished {
            if self.rest.is_empty() && !self.ended {
                self.fill()?;
            }
            let bytes = &self.bytes[self.rest.clone()];
            let decoder = self
                .decoder
                .get_or_insert_with(|| declared(bytes).unwrap_or(UTF_8).new_decoder_with_bom_removal());
            let (result, taken, given, _) = decoder.decode_to_utf8(bytes, buf, self.ended);
            self.rest.start += taken;
            self.finished = self.ended && result == CoderResult::InputEmpty;
            if given > 0 {
                return Ok(given);
            }
        }
        Ok(0)
    }
}

/// The encoding that the beginning of an XML file names.
pub(super) fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    if let Some((encoding, _)) = marked(bytes) {
        return Some(encoding);
    }
    match bytes {
        [b'<', 0, ..] => return Some(UTF_16LE),
        [0, b'<', ..] => return Some(UTF_16BE),
        _ => {}
    }
    let start = &bytes[..bytes.len().min(256)];
    let line = start.strip_prefix(b"<?xml")?;
    let line = &line[..line.windows(2).position(|pair| pair == b"?>")?];
    let at = line.windows(8).position(|word| word == b"encoding")?;
    let value = line[at + 8..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let (quote, value) = value.split_first()?;
    let label = &value[..value.iter().position(|b| b == quote)?];
    // Whoever could read this far knows that it is no UTF-16.
    Encoding::for_label(label).filter(|encoding| *encoding != UTF_16LE && *encoding != UTF_16BE)
}
