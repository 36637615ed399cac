//! Lines in order, and one line by where it lies.

use crate::cores;
use crate::error::{Doing, Error, Result};
use crate::fs::{Fs, Kind, ReadFile};
use crate::layout::{Layout, first_of_segment};
use jingui_schema::commit::Commit;
use jingui_schema::line::{LINE_BYTES_MAX, Line, LineError, Tip};
use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;

/// Lines that are read at once, and parsed on all cores.
const TOGETHER: u64 = 1024;
/// Their bytes at most, but for the last one.
const TOGETHER_BYTES: usize = 1 << 20;
/// From how many on more than one core is worth while.
const SHARED_FROM: usize = 64;

/// A line as it lies, without its LF.
#[derive(Clone, Debug)]
pub struct Raw {
    /// The bytes.
    pub bytes: Vec<u8>,
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
    file: Option<BufReader<Box<dyn ReadFile>>>,
    segment: u64,
    offset: u64,
    /// Lines of this segment that have been read and not been passed yet.
    ahead: VecDeque<(Raw, std::result::Result<Line, LineError>)>,
    /// Why nothing more could be read behind them.
    stopped: Option<Stopped>,
    tip: Tip,
    end: u64,
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
        Ok(Self {
            fs,
            layout: layout.clone(),
            segments,
            next_segment: 0,
            file: None,
            segment: 0,
            offset: 0,
            ahead: VecDeque::new(),
            stopped: None,
            tip: Tip::START,
            end,
        })
    }

    /// Lines from behind `tip` to `end`; `at` is where the line after `tip` begins: segment and offset.
    pub fn from(fs: Arc<dyn Fs>, layout: &Layout, tip: Tip, at: (u64, u64), end: u64) -> Result<Self> {
        let mut lines = Self::up_to(fs, layout, end)?;
        lines.tip = tip;
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
        self.file = Some(BufReader::with_capacity(1 << 18, file));
        (self.segment, self.offset) = (segment, offset);
        Ok(())
    }

    fn damaged(&self, why: impl ToString) -> Error {
        let path = crate::layout::segment_path(self.segment.max(1));
        Error::JournalDamaged { path, seq: (self.tip.lines + 1).to_string(), why: why.to_string() }
    }

    /// Reads lines of the segment that is open, some ahead; none where that is at its end.
    fn read_ahead(&mut self) {
        let Some(file) = &mut self.file else { return };
        let path = self.layout.segment(self.segment);
        let (mut raws, mut size) = (Vec::new(), 0);
        let wanted = TOGETHER.min(self.end - self.tip.lines) as usize;
        while raws.len() < wanted && size < TOGETHER_BYTES {
            let mut bytes = Vec::new();
            let read = file.by_ref().take(LINE_BYTES_MAX as u64).read_until(b'\n', &mut bytes);
            match read.doing("read", &path) {
                Ok(0) => break,
                Ok(_) if bytes.pop() != Some(b'\n') => self.stopped = Some(Stopped::Cut),
                Ok(read) => {
                    raws.push(Raw { bytes, segment: self.segment, offset: self.offset });
                    self.offset += read as u64;
                    size += read;
                    continue;
                }
                Err(error) => self.stopped = Some(Stopped::Failed(error)),
            }
            break;
        }
        let parsed = parse_all(&raws);
        self.ahead.extend(raws.into_iter().zip(parsed));
    }

    fn next_line(&mut self) -> Result<Option<(Line, Raw)>> {
        loop {
            if let Some((raw, parsed)) = self.ahead.pop_front() {
                let line = parsed.map_err(|e| self.damaged(full(&e)))?;
                line.follows(&self.tip).map_err(|e| self.damaged(full(&e)))?;
                self.tip = Tip::after(&line);
                return Ok(Some((line, raw)));
            }
            match self.stopped.take() {
                None if self.tip.lines >= self.end => return Ok(None),
                None => {}
                Some(Stopped::Cut) => return Err(self.damaged("the line is cut")),
                Some(Stopped::Failed(error)) => return Err(error),
            }
            self.read_ahead();
            if !self.ahead.is_empty() || self.stopped.is_some() {
                continue;
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
}

/// Parses lines, many of them on all cores.
fn parse_all(raws: &[Raw]) -> Vec<std::result::Result<Line, LineError>> {
    let parse = |raws: &[Raw]| raws.iter().map(|raw| Line::parse(&raw.bytes)).collect::<Vec<_>>();
    match raws.len() {
        0..SHARED_FROM => parse(raws),
        many => {
            cores::each(raws.chunks(many.div_ceil(cores::count())), parse).into_iter().flatten().collect()
        }
    }
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
        let item = self.next_line().transpose();
        if matches!(item, Some(Err(_))) {
            self.end = 0; // nothing behind damage is believed
            self.ahead.clear();
            self.stopped = None;
        }
        item
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
        LineError::Version(v) => Error::TooNew { path: crate::layout::segment_path(1), found: v.to_string() },
        error => damaged(full(&error)),
    })?;
    line.follows(&Tip::START).map_err(|e| damaged(full(&e)))?;
    Ok(line)
}
