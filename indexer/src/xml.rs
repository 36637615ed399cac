//! The little XML that documents are made of: elements by their local names, texts, nothing that refers elsewhere.
//!
//! Knows no document. Entities are never expanded but the five that XML has, so a text is no longer than what it was read from.

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use std::io::{self, BufRead, BufReader, Read};

/// What comes next.
pub enum Token<'a> {
    /// An element begins.
    Open(Open<'a>),
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
pub struct Open<'a>(BytesStart<'a>);

impl Open<'_> {
    /// Its name, without the prefix that a program may have chosen.
    pub fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }

    /// One of its attributes, by the name without prefix; none where it cannot be understood.
    pub fn get(&self, name: &str) -> Option<String> {
        self.find(name, false)
    }

    /// The same where it has a prefix, for an element that has two of one name.
    pub fn get_prefixed(&self, name: &str) -> Option<String> {
        self.find(name, true)
    }

    fn find(&self, name: &str, prefixed: bool) -> Option<String> {
        let mut attributes = self.0.attributes();
        let found = attributes
            .with_checks(false)
            .flatten()
            .find(|a| a.key.local_name().into_inner() == name && (!prefixed || a.key.prefix().is_some()))?;
        Some(found.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned())
    }
}

/// How much is taken, and how it is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Bytes of one piece: a beginning with all its attributes, a text without an element in it.
    pub piece_bytes: usize,
    /// Elements within each other.
    pub depth: usize,
    /// Whether what is not quite XML passes: a `DOCTYPE` and what it would define are left out, ends need not match.
    pub lenient: bool,
}

/// Why there is nothing more to be read.
#[derive(Debug, thiserror::Error)]
pub enum XmlError {
    /// It cannot be read, or is not what its archive says.
    #[error("the XML cannot be read")]
    Io(#[source] io::Error),
    /// It is no XML.
    #[error("it is no XML")]
    Malformed,
    /// It refers to what is defined elsewhere, or defines it.
    #[error("the XML has a DOCTYPE or entities")]
    Refers,
    /// One piece is longer than it may be.
    #[error("a piece of the XML is longer than {limit} bytes")]
    TooLong {
        /// Bytes at most.
        limit: usize,
    },
    /// Elements lie deeper in each other than they may.
    #[error("elements of the XML are nested deeper than {limit}")]
    TooDeep {
        /// How deep at most.
        limit: usize,
    },
}

/// The elements of one part of a document.
pub struct Xml<'a> {
    reader: Reader<Limited<BufReader<Box<dyn Read + Send + 'a>>>>,
    buffer: Vec<u8>,
    /// The name of the element that ended last.
    name: String,
    bounds: Bounds,
    depth: usize,
}

/// Refuses one piece that is longer than it may be.
struct Limited<R> {
    from: R,
    allowance: usize,
}

/// A piece has taken more bytes than it may.
#[derive(Debug, thiserror::Error)]
#[error("a piece is too long")]
struct TooLong;

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

impl<'a> Xml<'a> {
    /// The elements of a part, which is UTF-8.
    pub fn new(part: Box<dyn Read + Send + 'a>, bounds: Bounds) -> Self {
        let from = Limited { from: BufReader::with_capacity(64 << 10, part), allowance: bounds.piece_bytes };
        let mut reader = Reader::from_reader(from);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = !bounds.lenient;
        config.allow_unmatched_ends = bounds.lenient;
        config.allow_dangling_amp = bounds.lenient;
        Self { reader, buffer: Vec::new(), name: String::new(), bounds, depth: 0 }
    }

    /// How many elements are open, after what came last.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// What comes next; the same error again after an error.
    pub fn token(&mut self) -> Result<Token<'_>, XmlError> {
        self.buffer.clear();
        let Bounds { piece_bytes, depth, lenient } = self.bounds;
        self.reader.get_mut().allowance = piece_bytes;
        let event = self.reader.read_event_into(&mut self.buffer).map_err(|error| match error {
            quick_xml::Error::Io(error) if is_too_long(&error) => XmlError::TooLong { limit: piece_bytes },
            quick_xml::Error::Io(error) => {
                XmlError::Io(io::Error::new(error.kind(), std::sync::Arc::clone(&error)))
            }
            _ => XmlError::Malformed,
        })?;
        Ok(match event {
            Event::Start(start) => {
                self.depth += 1;
                if self.depth > depth {
                    return Err(XmlError::TooDeep { limit: depth });
                }
                Token::Open(Open(start))
            }
            Event::End(end) => {
                self.depth = self.depth.saturating_sub(1);
                self.name.clear();
                self.name.push_str(end.local_name().into_inner());
                Token::Close(&self.name)
            }
            Event::Text(text) => Token::Text(text.xml10_content().into_owned()),
            Event::CData(text) => Token::Text(text.xml10_content().into_owned()),
            Event::GeneralRef(reference) => match character(&reference) {
                Some(c) => Token::Text(c.to_string()),
                None if lenient => Token::Aside,
                None => return Err(XmlError::Refers),
            },
            Event::DocType(_) if !lenient => return Err(XmlError::Refers),
            Event::Eof => Token::End,
            Event::DocType(_) | Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::Empty(_) => {
                Token::Aside
            }
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
