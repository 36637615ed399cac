//! Lines in order, and one line by where it lies.

use super::shelf::Shelf;
use crate::cores::{self, Begun, Crew};
use crate::error::{Doing, Error, Result};
use crate::fs::{Fs, Kind, ReadFile};
use crate::layout::{Layout, first_of_segment};
use bytes::Bytes;
use jingui_schema::commit::Commit;
use jingui_schema::line::{LINE_BYTES_MAX, Line, LineError, Tip};
use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

/// Bytes that are read at once. Their lines are parsed together, on a core of their own where there are several.
const TOGETHER_BYTES: usize = 1 << 19;
/// From how many bytes on a thread is worth while.
const SHARED_FROM_BYTES: usize = 1 << 15;

/// A line as it lies, without its LF.
#[derive(Clone, Debug)]
pub struct Raw {
    /// The bytes: a part of what was read with them, which stays in memory as long as they do.
    pub bytes: Bytes,
    /// First seq of its segment.
    pub segment: u64,
    /// Where it begins there.
    pub offset: u64,
}

/// The first seqs of the segments there are, ascending. Names that are no segments are left to `verify`.
pub fn segments(fs: &dyn Fs, layout: &Layout) -> Result<Vec<u64>> {
    let dir = layout.path("journal");
    let mut firsts: Vec<u64> = (fs.list(&dir).doing("list", &dir)?)
        .into_iter()
        .filter(|(_, stat)| stat.kind == Kind::File)
        .filter_map(|(name, _)| first_of_segment(name.to_str()?))
        .collect();
    firsts.sort_unstable();
    Ok(firsts)
}

/// The committed lines from a position on, in order; chain and numbers are checked as they pass.
pub struct Lines {
    fs: Arc<dyn Fs>,
    layout: Layout,
    segments: Vec<u64>,
    next_segment: usize,
    file: Option<Box<dyn ReadFile>>,
    segment: u64,
    /// Where `rest` begins.
    offset: u64,
    /// What has been read of the segment behind its last whole line.
    rest: Vec<u8>,
    /// What is read into.
    shelf: Shelf,
    /// Lines that have been read: `parsing` and `ahead` are those behind `tip`.
    read: u64,
    /// Lines of this segment that other cores take apart meanwhile: one block for each core.
    parsing: VecDeque<Begun<Apart>>,
    crew: Crew<Block, Apart>,
    /// Lines that are there; those before `at` have been passed, and some of them taken out.
    ahead: Apart,
    at: usize,
    /// Why nothing more could be read behind them.
    stopped: Option<Stopped>,
    tip: Tip,
    end: u64,
}

/// A line, and what it says.
type Parsed = (Raw, std::result::Result<Line, LineError>);

/// Lines one behind another; none where one was taken out.
type Apart = Vec<Option<Parsed>>;

/// So many whole lines as they lie one behind another in a segment.
struct Block {
    bytes: Bytes,
    /// Where each of them ends there, behind its LF. A block is far below 4 GiB.
    ends: Vec<u32>,
    segment: u64,
    offset: u64,
}

/// Why reading a segment ended before its end.
enum Stopped {
    Cut,
    Failed(Error),
}

impl Lines {
    /// All lines that `commit` counts.
    pub fn all(fs: Arc<dyn Fs>, layout: &Layout, commit: &Commit) -> Result<Self> {
        Self::up_to(fs, layout, commit.lines)
    }

    /// Lines 1 to `end`.
    pub fn up_to(fs: Arc<dyn Fs>, layout: &Layout, end: u64) -> Result<Self> {
        let segments = segments(&*fs, layout)?;
        Ok(Self::over(fs, layout, segments, end))
    }

    /// Lines 1 to `end` of another archive's journal, which lies in one file; all of them seem to be of the segment 1.
    pub fn of_file(fs: Arc<dyn Fs>, layout: &Layout, path: &Path, end: u64) -> Result<Self> {
        let file = fs.open(path).doing("open", path)?;
        let mut lines = Self::over(fs, layout, Vec::new(), end);
        (lines.file, lines.segment) = (Some(file), 1);
        Ok(lines)
    }

    fn over(fs: Arc<dyn Fs>, layout: &Layout, segments: Vec<u64>, end: u64) -> Self {
        Self {
            fs,
            layout: layout.clone(),
            segments,
            next_segment: 0,
            file: None,
            segment: 0,
            offset: 0,
            rest: Vec::new(),
            // Of those that are taken apart, that which is passed on, and that which is read into.
            shelf: Shelf::new(cores::count() + 2),
            read: 0,
            parsing: VecDeque::new(),
            crew: Crew::new(Block::parse),
            ahead: Vec::new(),
            at: 0,
            stopped: None,
            tip: Tip::START,
            end,
        }
    }

    /// Lines from behind `tip` to `end`; `at` is where the line after `tip` begins: segment and offset.
    pub fn from(fs: Arc<dyn Fs>, layout: &Layout, tip: Tip, at: (u64, u64), end: u64) -> Result<Self> {
        let mut lines = Self::up_to(fs, layout, end)?;
        (lines.tip, lines.read) = (tip, tip.lines);
        lines.next_segment = lines.segments.partition_point(|first| *first <= at.0);
        lines.enter(at.0, at.1)?;
        Ok(lines)
    }

    /// The last line passed.
    pub fn tip(&self) -> Tip {
        self.tip
    }

    fn enter(&mut self, segment: u64, offset: u64) -> Result<()> {
        let path = self.layout.segment(segment);
        let mut file = self.fs.open(&path).doing("open", &path)?;
        file.seek(SeekFrom::Start(offset)).doing("read", &path)?;
        self.file = Some(file);
        (self.segment, self.offset) = (segment, offset);
        Ok(())
    }

    fn damaged(&self, why: impl ToString) -> Error {
        let path = crate::layout::segment_path(self.segment.max(1));
        Error::JournalDamaged { path, seq: (self.tip.lines + 1).to_string(), why: why.to_string() }
    }

    /// Reads the next lines of the segment that is open; none where that is at its end, or cannot be read.
    fn read_block(&mut self) -> Option<Block> {
        let file = self.file.as_mut()?;
        let mut buffer = self.shelf.take(self.rest.len());
        let mut filled = self.rest.len();
        buffer[..filled].copy_from_slice(&self.rest);
        let (mut whole, mut ends) = (0, Vec::new());
        while whole == 0 && self.read < self.end && self.stopped.is_none() {
            buffer.grow(filled + TOGETHER_BYTES);
            let (count, read) = fill(file, &mut buffer[filled..filled + TOGETHER_BYTES]);
            filled += count;
            while self.read < self.end
                && let Some(length) = line_length(&buffer[whole..filled])
            {
                whole += length;
                ends.push(whole as u32);
                self.read += 1;
            }
            self.stopped = match read.doing("read", &self.layout.segment(self.segment)) {
                Err(error) => Some(Stopped::Failed(error)),
                Ok(()) if whole > 0 => None,
                Ok(()) if filled == 0 => break,
                Ok(()) if count == 0 || filled >= LINE_BYTES_MAX => Some(Stopped::Cut),
                Ok(()) => None,
            };
        }
        self.rest.clear();
        self.rest.extend_from_slice(&buffer[whole..filled]);
        let block = Block { bytes: buffer.share(whole), ends, segment: self.segment, offset: self.offset };
        self.offset += whole as u64;
        (whole > 0).then_some(block)
    }

    /// Reads the next lines, and has them taken apart beside whoever asks, where they are many.
    fn begin_block(&mut self) -> Option<Begun<Apart>> {
        let block = self.read_block()?;
        Some(match block.bytes.len() {
            0..SHARED_FROM_BYTES => Begun::Done(block.parse()),
            _ => self.crew.begin(block),
        })
    }

    /// The lines behind those that have been passed, while all cores are kept busy with such as come after them; where there is
    /// one core, it has those to do that are asked for.
    fn parsed(&mut self) -> Option<Apart> {
        let next = self.parsing.pop_front().or_else(|| self.begin_block())?;
        while cores::count() > 1
            && self.parsing.len() < cores::count()
            && let Some(begun) = self.begin_block()
        {
            self.parsing.push_back(begun);
        }
        Some(next.end())
    }

    /// Passes the next line, and says where among those ahead it is.
    fn pass(&mut self) -> Result<Option<usize>> {
        loop {
            if let Some(next) = self.ahead.get(self.at) {
                let (_, parsed) = next.as_ref().expect("none is taken out before it is passed");
                let line = parsed.as_ref().map_err(|e| self.damaged(full(e)))?;
                line.follows(&self.tip).map_err(|e| self.damaged(full(&e)))?;
                self.tip = Tip::after(line);
                self.at += 1;
                return Ok(Some(self.at - 1));
            }
            if let Some(parsed) = self.parsed() {
                (self.ahead, self.at) = (parsed, 0);
                continue;
            }
            match self.stopped.take() {
                None if self.tip.lines >= self.end => return Ok(None),
                None => {}
                Some(Stopped::Cut) => return Err(self.damaged("the line is cut")),
                Some(Stopped::Failed(error)) => return Err(error),
            }
            let Some(&segment) = self.segments.get(self.next_segment) else {
                return Err(self.damaged("it is missing"));
            };
            if segment != self.tip.lines + 1 {
                return Err(self.damaged("its segment is missing or misnamed"));
            }
            self.next_segment += 1;
            self.enter(segment, 0)?;
        }
    }

    /// The next line where it lies: for whoever reads many and keeps none. Otherwise as the iterator.
    pub(crate) fn next_lent(&mut self) -> Result<Option<&Line>> {
        match self.pass() {
            Ok(Some(at)) => Ok(self.ahead[at].as_ref().and_then(|(_, line)| line.as_ref().ok())),
            Ok(None) => Ok(None),
            Err(error) => Err(self.end_with(error)),
        }
    }

    /// Nothing behind damage is believed.
    fn end_with(&mut self, error: Error) -> Error {
        self.end = 0;
        self.ahead.clear();
        self.parsing.clear();
        self.stopped = None;
        error
    }
}

impl Block {
    /// Takes its lines apart.
    fn parse(self) -> Apart {
        let (mut lines, mut start) = (Vec::with_capacity(self.ends.len()), 0);
        for end in self.ends.into_iter().map(|end| end as usize) {
            let bytes = self.bytes.slice(start..end - 1);
            let parsed = Line::parse(&bytes);
            let offset = self.offset + start as u64;
            lines.push(Some((Raw { bytes, segment: self.segment, offset }, parsed)));
            start = end;
        }
        lines
    }
}

/// Reads until the buffer is full or nothing more comes; how many bytes came also where reading failed behind them.
fn fill(from: &mut dyn Read, buffer: &mut [u8]) -> (usize, io::Result<()>) {
    let mut filled = 0;
    while filled < buffer.len() {
        match from.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (filled, Err(error)),
        }
    }
    (filled, Ok(()))
}

/// Bytes of the first line with its LF; none where that is not whole.
fn line_length(bytes: &[u8]) -> Option<usize> {
    memchr::memchr(b'\n', bytes).map(|end| end + 1)
}

/// An error with its causes in one text.
pub(crate) fn full(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

impl Iterator for Lines {
    type Item = Result<(Line, Raw)>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.pass() {
            Ok(at) => {
                let (raw, line) = self.ahead[at?].take()?;
                Some(Ok((line.ok()?, raw)))
            }
            Err(error) => Some(Err(self.end_with(error))),
        }
    }
}

/// Reads the line of so many bytes (without LF) at a position.
pub fn read_line(
    fs: &dyn Fs,
    layout: &Layout,
    segment: u64,
    offset: u64,
    length: u32,
) -> io::Result<Vec<u8>> {
    let mut file = fs.open(&layout.segment(segment))?;
    file.seek(SeekFrom::Start(offset))?;
    let mut bytes = vec![0; (length as usize).min(LINE_BYTES_MAX)];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Reads the first line without needing `commit` or keys; for telling whose vault this is.
pub fn first_lines(fs: &dyn Fs, layout: &Layout) -> Result<Line> {
    let path = layout.segment(1);
    let damaged =
        |why: String| Error::JournalDamaged { path: crate::layout::segment_path(1), seq: "1".into(), why };
    let mut bytes = Vec::new();
    let file = fs.open(&path).map_err(|e| damaged(e.to_string()))?;
    BufReader::new(file.take(LINE_BYTES_MAX as u64)).read_until(b'\n', &mut bytes).doing("read", &path)?;
    if bytes.pop() != Some(b'\n') {
        return Err(damaged("the line is cut".into()));
    }
    let line = Line::parse(&bytes).map_err(|error| match error {
        LineError::Version(v) => Error::of_format(crate::layout::segment_path(1), v.into()),
        error => damaged(full(&error)),
    })?;
    line.follows(&Tip::START).map_err(|e| damaged(full(&e)))?;
    Ok(line)
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
