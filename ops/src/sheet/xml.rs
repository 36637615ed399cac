//! The little XML that workbooks are made of: elements by their local names, texts, nothing that refers elsewhere.

use super::{ROW_BYTES_MAX, Result, SheetError, TooLong};
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use std::io::{self, BufRead, BufReader, Read};

/// What comes next.
pub(super) enum Token<'a> {
    /// An element begins.
    Open(Open),
    /// The element of this name ends.
    Close(&'a str),
    /// Text of the element under way; it may come in several pieces.
    Text(String),
    /// Something that means nothing here.
    Aside,
    /// There is nothing more.
    End,
}

/// The beginning of an element.
pub(super) struct Open(BytesStart<'static>);

impl Open {
    /// Its name, without the prefix that a program may have chosen.
    pub(super) fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }

    /// One of its attributes, by the name without prefix; none where it cannot be understood.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        let mut attributes = self.0.attributes();
        let found =
            attributes.with_checks(false).flatten().find(|a| a.key.local_name().into_inner() == name)?;
        Some(found.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned())
    }
}

/// The elements of one part of a workbook.
pub(super) struct Xml {
    reader: Reader<Limited<BufReader<Box<dyn Read + Send>>>>,
    buffer: Vec<u8>,
    /// The name of the element that ended last.
    name: String,
    part: String,
}

/// Refuses one piece that is longer than a row may be.
struct Limited<R> {
    from: R,
    allowance: usize,
}

impl<R: BufRead> Read for Limited<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(buf)?;
        self.allowance = self.allowance.checked_sub(read).ok_or_else(|| io::Error::other(TooLong))?;
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Limited<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.allowance == 0 {
            return Err(io::Error::other(TooLong));
        }
        self.from.fill_buf()
    }
    fn consume(&mut self, amount: usize) {
        self.allowance = self.allowance.saturating_sub(amount);
        self.from.consume(amount);
    }
}

impl Xml {
    /// The elements of a part.
    pub(super) fn new(part: Box<dyn Read + Send>, name: &str) -> Self {
        let from = Limited { from: BufReader::with_capacity(64 << 10, part), allowance: ROW_BYTES_MAX };
        let mut reader = Reader::from_reader(from);
        reader.config_mut().expand_empty_elements = true;
        Self { reader, buffer: Vec::new(), name: String::new(), part: name.to_owned() }
    }

    /// What comes next.
    ///
    /// Errors: [`SheetError::Damaged`] for what is no XML, and for what refers elsewhere.
    pub(super) fn next(&mut self) -> Result<Token<'_>> {
        self.buffer.clear();
        self.reader.get_mut().allowance = ROW_BYTES_MAX;
        let damaged = || SheetError::Damaged { part: self.part.clone() };
        let event = self.reader.read_event_into(&mut self.buffer).map_err(|error| match error {
            quick_xml::Error::Io(error) if is_too_long(&error) => {
                SheetError::TooLarge { what: "sheet-row", limit: ROW_BYTES_MAX as u64 }
            }
            // An archive that is not what it says is damage of the workbook, too.
            _ => damaged(),
        })?;
        Ok(match event {
            Event::Start(start) => Token::Open(Open(start.into_owned())),
            Event::End(end) => {
                self.name.clear();
                self.name.push_str(end.local_name().into_inner());
                Token::Close(&self.name)
            }
            Event::Text(text) => Token::Text(text.xml10_content().into_owned()),
            Event::CData(text) => Token::Text(text.xml10_content().into_owned()),
            Event::GeneralRef(reference) => {
                Token::Text(character(&reference).ok_or_else(damaged)?.to_string())
            }
            Event::DocType(_) => return Err(damaged()),
            Event::Eof => Token::End,
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::Empty(_) => Token::Aside,
        })
    }
}

fn is_too_long(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<TooLong>())
}

/// The character that a reference stands for; those that are defined elsewhere stand for none.
fn character(reference: &BytesRef<'_>) -> Option<char> {
    match reference.resolve_char_ref().ok()? {
        Some(c) => Some(c),
        None => match &**reference {
            "lt" => Some('<'),
            "gt" => Some('>'),
            "amp" => Some('&'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => None,
        },
    }
}
