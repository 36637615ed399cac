//! Bytes to text: UTF-8, GB18030 or UTF-16, with or without a mark at the beginning.

use super::{Result, SheetError, TooLong};
use encoding_rs::{CoderResult, Decoder, DecoderResult, GB18030, UTF_8, UTF_16BE, UTF_16LE};
use std::io::{self, Read};

/// How the text of a file is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// GB18030, and with it GBK and GB2312.
    Gb18030,
    /// UTF-16, the lower byte first: what spreadsheets call Unicode text.
    Utf16Le,
    /// UTF-16, the upper byte first.
    Utf16Be,
}

impl Encoding {
    fn decoder(self) -> Decoder {
        // A mark at the beginning is taken away by the decoder itself.
        match self {
            Self::Utf8 => UTF_8.new_decoder_with_bom_removal(),
            Self::Gb18030 => GB18030.new_decoder_without_bom_handling(),
            Self::Utf16Le => UTF_16LE.new_decoder_with_bom_removal(),
            Self::Utf16Be => UTF_16BE.new_decoder_with_bom_removal(),
        }
    }
}

/// Finds the encoding by reading all of a text, for a single byte can decide it.
///
/// - Errors: [`SheetError::Encoding`] with the line where it is neither; [`SheetError::Kind`] for what is no text at all.
pub(super) fn encoding<R: Read>(open: impl Fn() -> R) -> Result<Encoding> {
    let mut start = [0; 2];
    let read = open().read(&mut start)?;
    let candidates: &[Encoding] = match &start[..read] {
        [0xff, 0xfe] => &[Encoding::Utf16Le],
        [0xfe, 0xff] => &[Encoding::Utf16Be],
        _ => &[Encoding::Utf8, Encoding::Gb18030],
    };
    let mut furthest = 0;
    for candidate in candidates {
        match first_bad_line(open(), *candidate)? {
            None => return Ok(*candidate),
            Some(line) => furthest = furthest.max(line),
        }
    }
    Err(SheetError::Encoding { line: furthest })
}

/// The line at which a text is not of this encoding, if there is one.
fn first_bad_line(mut from: impl Read, encoding: Encoding) -> Result<Option<u64>> {
    let mut decoder = encoding.decoder();
    let (mut bytes, mut text) = (vec![0; 64 << 10], vec![0; 200 << 10]);
    let mut line = 1;
    loop {
        let read = from.read(&mut bytes)?;
        let mut rest = &bytes[..read];
        loop {
            let (result, taken, given) =
                decoder.decode_to_utf8_without_replacement(rest, &mut text, read == 0);
            if text[..given].contains(&0) {
                return Err(SheetError::Kind);
            }
            line += text[..given].iter().filter(|byte| **byte == b'\n').count() as u64;
            rest = &rest[taken..];
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => return Ok(Some(line)),
            }
        }
        if read == 0 {
            return Ok(None);
        }
    }
}

/// Gives a text as UTF-8, its line ends LF alone and one behind the last line, too; and not more at a time than a row may
/// have.
pub(super) struct Utf8<R> {
    from: R,
    decoder: Decoder,
    bytes: Box<[u8]>,
    /// What of `bytes` has not been decoded yet.
    rest: std::ops::Range<usize>,
    ended: bool,
    finished: bool,
    last: u8,
    /// Whether what was given last stood for a CR, whose LF is then part of it.
    after_cr: bool,
    /// Bytes that may still be read before somebody says that a row has ended.
    pub(super) allowance: usize,
}

impl<R: Read> Utf8<R> {
    pub(super) fn new(from: R, encoding: Encoding, allowance: usize) -> Self {
        let (decoder, bytes) = (encoding.decoder(), vec![0; 16 << 10].into_boxed_slice());
        let (ended, finished, after_cr) = (false, false, false);
        Self { from, decoder, bytes, rest: 0..0, ended, finished, last: b'\n', after_cr, allowance }
    }
}

impl<R> Utf8<R> {
    /// Writes CR and CRLF as LF, in place; returns how many bytes are left.
    fn with_plain_ends(&mut self, text: &mut [u8]) -> usize {
        let mut to = 0;
        for at in 0..text.len() {
            let byte = text[at];
            let is_rest = byte == b'\n' && self.after_cr;
            self.after_cr = byte == b'\r';
            if !is_rest {
                text[to] = if byte == b'\r' { b'\n' } else { byte };
                to += 1;
            }
        }
        to
    }
}

impl<R: Read> Read for Utf8<R> {
    /// Units: `buf` has room for one character at least, four bytes.
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.len() < 4 {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        while !self.finished {
            if self.rest.is_empty() && !self.ended {
                let read = self.from.read(&mut self.bytes)?;
                self.rest = 0..read;
                self.ended = read == 0;
            }
            let (result, taken, given, _) =
                self.decoder.decode_to_utf8(&self.bytes[self.rest.clone()], buf, self.ended);
            self.rest.start += taken;
            self.finished = self.ended && result == CoderResult::InputEmpty;
            let given = self.with_plain_ends(&mut buf[..given]);
            if let Some(last) = buf[..given].last() {
                self.last = *last;
                self.allowance =
                    self.allowance.checked_sub(given).ok_or_else(|| io::Error::other(TooLong))?;
                return Ok(given);
            }
        }
        // A line end more than the text has: whoever counts rows by them relies on it.
        Ok(match std::mem::replace(&mut self.last, b'\n') {
            b'\n' => 0,
            _ => {
                buf[0] = b'\n';
                1
            }
        })
    }
}
