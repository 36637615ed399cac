//! Text on its way out: normalised, page by page, to the limits.

use super::{Kind, Limits, Result};
use crate::page::{Origin, Page, Reading, Unread};

/// Where the text of a document goes.
pub(super) struct Out<'a> {
    limits: Limits,
    pages: Vec<Page>,
    /// The page under way, where there is one.
    text: Option<String>,
    /// Whether what is in it was recognised in pictures.
    from_pictures: bool,
    /// What parts the next text from the one before.
    gap: Option<char>,
    /// Whether what came last was a CR, whose LF is then part of it.
    after_cr: bool,
    chars_left: usize,
    bytes_left: u64,
    nesting_left: u8,
    unread: Option<Unread>,
    elsewhere: &'a mut dyn FnMut(Kind, &[u8]) -> Reading,
}

impl<'a> Out<'a> {
    pub(super) fn new(limits: Limits, elsewhere: &'a mut dyn FnMut(Kind, &[u8]) -> Reading) -> Self {
        Self {
            limits,
            pages: Vec::new(),
            text: None,
            from_pictures: false,
            gap: None,
            after_cr: false,
            chars_left: limits.chars,
            bytes_left: limits.unpacked_bytes,
            nesting_left: limits.nesting,
            unread: None,
            elsewhere,
        }
    }

    pub(super) fn limits(&self) -> Limits {
        self.limits
    }

    /// Counts bytes that are about to be unpacked.
    ///
    /// Errors: [`Unread::TooLarge`] where they are more than are left; nothing need be unpacked to know it.
    pub(super) fn spend(&mut self, bytes: u64) -> Result<()> {
        self.bytes_left = self.bytes_left.checked_sub(bytes).ok_or(Unread::TooLarge)?;
        Ok(())
    }

    /// Bytes that may still be unpacked.
    pub(super) fn left(&self) -> u64 {
        self.bytes_left
    }

    /// Says whether nothing more can come out.
    pub(super) fn is_full(&self) -> bool {
        self.chars_left == 0 || self.bytes_left == 0 || self.pages.len() >= self.limits.pages
    }

    /// Says that something could not be read, and why; the first reason counts.
    pub(super) fn note(&mut self, unread: Unread) {
        self.unread.get_or_insert(unread);
    }

    /// Begins a page, which counts also if nothing comes.
    pub(super) fn begin_page(&mut self) -> Result<()> {
        self.end_page()?;
        self.text = Some(String::new());
        Ok(())
    }

    /// Ends the page under way; the next text begins another.
    pub(super) fn end_page(&mut self) -> Result<()> {
        self.gap = None;
        self.after_cr = false;
        if let Some(mut text) = self.text.take() {
            if self.pages.len() >= self.limits.pages {
                return Err(Unread::TooLarge);
            }
            text.truncate(text.trim_end().len());
            let origin = if std::mem::take(&mut self.from_pictures) { Origin::Ocr } else { Origin::Layer };
            self.pages.push(Page { origin, text });
        }
        Ok(())
    }

    /// Characters of the page under way.
    pub(super) fn len(&self) -> usize {
        self.text.as_ref().map_or(0, String::len)
    }

    /// Adds text: line ends become LF, control characters and what has no width are left out.
    pub(super) fn text(&mut self, text: &str) -> Result<()> {
        for c in text.chars() {
            self.char(c)?;
        }
        Ok(())
    }

    /// Adds a text whose blanks and line ends mean no more than a blank.
    pub(super) fn words(&mut self, text: &str) -> Result<()> {
        for (no, word) in text.split(|c: char| c.is_ascii_whitespace()).enumerate() {
            if no > 0 {
                self.space();
            }
            self.text(word)?;
        }
        Ok(())
    }

    /// Adds one character.
    pub(super) fn char(&mut self, c: char) -> Result<()> {
        let is_rest = c == '\n' && self.after_cr;
        self.after_cr = c == '\r';
        if is_rest {
            return Ok(());
        }
        let c = match c {
            '\n' | '\t' => c,
            '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
            // A soft hyphen, a space without width, a byte order mark: a search would stumble over them.
            '\u{ad}' | '\u{200b}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => return self.count(),
            c if c.is_control() => return self.count(),
            c => c,
        };
        if self.text.is_none() && self.pages.len() >= self.limits.pages {
            return Err(Unread::TooLarge);
        }
        let gap = self.gap.take().filter(|_| self.len() > 0);
        if gap.is_some() {
            self.count()?;
        }
        self.count()?;
        let text = self.text.get_or_insert_default();
        text.extend(gap);
        text.push(c);
        Ok(())
    }

    /// Counts a character, also one that is left out: a text of nothing else may be asked for again and again.
    fn count(&mut self) -> Result<()> {
        self.chars_left = self.chars_left.checked_sub(1).ok_or(Unread::TooLarge)?;
        Ok(())
    }

    /// The next text begins a line.
    pub(super) fn line(&mut self) {
        self.gap = Some('\n');
    }

    /// The next text begins a line, unless it is the first in its column.
    pub(super) fn block(&mut self) {
        if self.gap != Some('\t') {
            self.gap = Some('\n');
        }
    }

    /// The next text is in the next column, unless it begins a line.
    pub(super) fn tab(&mut self) {
        if self.gap != Some('\n') {
            self.gap = Some('\t');
        }
    }

    /// The next text is in the next column, though the one before ended with a line.
    pub(super) fn column(&mut self) {
        self.gap = Some('\t');
    }

    /// The next text is another word, unless it begins a column or a line.
    pub(super) fn space(&mut self) {
        self.gap.get_or_insert(' ');
    }

    /// Hands what is not read here to whoever reads it.
    pub(super) fn elsewhere(&mut self, kind: Kind, bytes: &[u8]) -> Result<()> {
        let Reading { pages, unread } = (self.elsewhere)(kind, bytes);
        for page in pages {
            self.begin_page()?;
            self.text(&page.text)?;
            self.end_page()?;
            if let Some(last) = self.pages.last_mut() {
                last.origin = page.origin;
            }
        }
        unread.map_or(Ok(()), Err)
    }

    /// Hands a picture, which is all there is on the page under way, to whoever recognises text in it.
    pub(super) fn picture(&mut self, kind: Kind, bytes: &[u8]) -> Result<()> {
        let Reading { pages, unread } = (self.elsewhere)(kind, bytes);
        for page in pages {
            self.line();
            self.text(&page.text)?;
            self.from_pictures = true;
        }
        unread.into_iter().for_each(|unread| self.note(unread));
        Ok(())
    }

    /// Says whether nothing has been written on any page.
    pub(super) fn is_blank(&self) -> bool {
        self.len() == 0 && self.pages.iter().all(|page| page.text.is_empty())
    }

    /// Goes into a document inside the one being read, if that may be; what is returned is for [`Self::ascend`].
    pub(super) fn descend(&mut self) -> Option<u8> {
        let outer = self.nesting_left;
        self.nesting_left = outer.checked_sub(1)?;
        Some(outer)
    }

    /// Comes back out of it; what follows of the outer one is no part of the inner one's last page.
    pub(super) fn ascend(&mut self, outer: u8) -> Result<()> {
        self.nesting_left = outer;
        self.end_page()
    }

    /// Everything that was read.
    pub(super) fn finish(mut self) -> Reading {
        if self.end_page().is_err() {
            self.note(Unread::TooLarge);
        }
        Reading { pages: self.pages, unread: self.unread }
    }
}
