//! What people are shown of dates: out of `derived/dates` and the lines behind it, else out of the whole journal.
//!
//! The file is believed under a MAC of the log key, where the journal still has its last line. In every other case the
//! journal is folded from its first line, which takes longer and comes to the same.

use super::book::Book;
use super::due::{Asked, Due, Tally};
use super::flat::{digest, write};
use super::pieces::{Head, Out, Unfit};
use super::{Dated, Kept, Ledger};
use crate::error::{Error, Result};
use crate::holds::Standing;
use crate::retention::{Certificate, Rules};
use crate::state::State;
use crate::vault::{Notice, Vault, own_log_key};
use jingui_schema::id::RecordId;
use jingui_schema::line::Tip;
use jingui_schema::time::Day;
use std::io;
use zeroize::Zeroizing;

const DATES: &str = "derived/dates";
/// Lines that the file may be behind: folding them takes some 2 to 8 µs each, and what they bear on has to be read.
pub(crate) const BEHIND_LINES: u64 = 10_000;

/// Records that are named one by one at most: of more, reading all is cheaper.
const NAMED_MAX: usize = 20_000;

/// What is shown of one record. Nothing that destroys takes one.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Which.
    pub record: RecordId,
    /// Its facts.
    pub kept: Kept,
    /// Certificates that rely on it.
    pub certificates: Vec<Certificate>,
    /// Its dates, and whether it may be disposed of.
    pub dated: Dated,
    /// Whether a hold keeps it.
    pub held: Standing,
}

impl Shown {
    fn of(ledger: &Ledger, record: RecordId, kept: &Kept, state: &State, rules: &Rules, as_of: Day) -> Self {
        Self {
            record,
            certificates: ledger.certificates_of(kept),
            dated: ledger.dated(record, kept, state, rules, as_of),
            held: ledger.held(record, state, as_of),
            kept: kept.clone(),
        }
    }
}

/// Why the journal has to be folded from its first line.
enum Absent {
    /// No file helps: there is no keystore, or an earlier day or very many records are asked for.
    ForGood,
    /// There is no file.
    Missing,
    /// It is too far behind, or follows from other rules.
    Behind,
    /// It is not believed.
    Unfit(&'static str),
}

enum Fail {
    Absent(Absent),
    Error(Error),
}

impl From<Error> for Fail {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<Absent> for Fail {
    fn from(absent: Absent) -> Self {
        Self::Absent(absent)
    }
}

impl From<Unfit> for Fail {
    fn from(Unfit(why): Unfit) -> Self {
        Self::Absent(Absent::Unfit(why))
    }
}

impl Vault {
    /// Until when a record is kept, and why, as things stood at the end of a day.
    ///
    /// - Errors: [`Error::NoRecord`], [`Error::Ambiguous`], [`Error::Interrupted`], and those of reading the journal.
    /// - Units: some milliseconds, or some 2 to 8 µs a line of the journal where `derived/dates` does not fit.
    pub fn shown(&self, typed: &str, as_of: Day, interrupted: &dyn Fn() -> bool) -> Result<Shown> {
        let state = self.state();
        let rules = state.retention_rules_on(as_of);
        let of =
            |ledger: &Ledger, record, kept: &Kept| Shown::of(ledger, record, kept, &state, &rules, as_of);
        let short = |mut book: Book| {
            let record = book.find(typed)??;
            let ledger = book.ledger();
            let kept = ledger.get(record).ok_or_else(|| Error::NoRecord { record: typed.into() })?;
            Ok(of(ledger, record, kept))
        };
        let long = |ledger: &Ledger| ledger.find(typed).map(|(record, kept)| of(ledger, record, kept));
        self.short_or_long(&state, as_of, interrupted, short, long)
    }

    /// What is due, what has waited too long, and when the rest will be.
    ///
    /// Errors and units: as [`Vault::shown`].
    pub fn due(&self, asked: Asked, interrupted: &dyn Fn() -> bool) -> Result<Due> {
        let state = self.state();
        let rules = state.retention_rules_on(asked.today);
        let short = |mut book: Book| match (book.is_under(&rules), asked.limit <= NAMED_MAX) {
            (true, true) => Ok(book.due(&state, &rules, asked)?),
            (true, false) => Err(Absent::ForGood.into()),
            (false, _) => Err(Absent::Behind.into()),
        };
        let long = |ledger: &Ledger| {
            let mut tally = Tally::begin(asked);
            for (record, kept) in ledger.records() {
                tally.add_record(ledger, record, kept, &state, &rules);
            }
            Ok(tally.end(ledger, &rules, Vec::new(), Vec::new()))
        };
        self.short_or_long(&state, asked.today, interrupted, short, long)
    }

    /// [`Vault::ledger`], which leaves `derived/dates` behind where it lags: whoever asks next has less to fold.
    pub(crate) fn ledger_left_behind(&self, as_of: Day, interrupted: &dyn Fn() -> bool) -> Result<Ledger> {
        let state = self.state();
        let (ledger, tip) = self.fold_all(&state, as_of, interrupted)?;
        let lags =
            |lines: u64| tip.is_some_and(|tip| tip.lines.saturating_sub(lines) > self.inner.dates.1 / 10);
        match self.open_book(&state) {
            Ok(book) if lags(book.head().lines) => self.write_dates(&ledger, &state, tip, &Absent::Behind),
            Err(Fail::Absent(absent)) => self.write_dates(&ledger, &state, tip, &absent),
            _ => {}
        }
        Ok(ledger)
    }

    fn short_or_long<T>(
        &self,
        state: &State,
        as_of: Day,
        interrupted: &dyn Fn() -> bool,
        short: impl FnOnce(Book) -> std::result::Result<T, Fail>,
        long: impl FnOnce(&Ledger) -> Result<T>,
    ) -> Result<T> {
        let absent = match self.book(state, as_of, interrupted).and_then(short) {
            Ok(answer) => return Ok(answer),
            Err(Fail::Error(error)) => return Err(error),
            Err(Fail::Absent(absent)) => absent,
        };
        let (ledger, tip) = self.fold_all(state, as_of, interrupted)?;
        self.write_dates(&ledger, state, tip, &absent);
        long(&ledger)
    }

    /// The whole journal up to the end of a day, and its last line if that day has not passed.
    pub(super) fn fold_all(
        &self,
        state: &State,
        as_of: Day,
        interrupted: &dyn Fn() -> bool,
    ) -> Result<(Ledger, Option<Tip>)> {
        let mut ledger = Ledger::with_room(state.counts.alive());
        let tip = self.pass_on(Tip::START, state, as_of, interrupted, |line| {
            ledger.take(line, state);
            Ok::<(), Error>(())
        })?;
        Ok((ledger, tip))
    }

    fn dates_key(&self, state: &State) -> std::result::Result<Zeroizing<[u8; 32]>, Absent> {
        let key = self.keystore().and_then(|store| own_log_key(&store, &state.init));
        key.map(|key| key.dates_key()).map_err(|_| Absent::ForGood)
    }

    /// The file, if it is one of this vault; whether the journal has its last line is not asked yet.
    fn open_book(&self, state: &State) -> std::result::Result<Book, Fail> {
        let key = self.dates_key(state)?;
        let file = self.env().fs.open(&self.layout().path(DATES)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Absent::Missing,
            _ => Absent::Unfit("it cannot be read"),
        })?;
        let book = Book::open(file, &key)?;
        match book.head().vault == state.init.vault {
            true => Ok(book),
            false => Err(Absent::Unfit("it is of another vault").into()),
        }
    }

    /// The file and the lines behind it, up to the end of a day.
    fn book(
        &self,
        state: &State,
        as_of: Day,
        interrupted: &dyn Fn() -> bool,
    ) -> std::result::Result<Book, Fail> {
        let mut book = self.open_book(state)?;
        let Head { lines, last, .. } = book.head();
        let line = if lines <= state.lines { self.line(lines).ok() } else { None };
        let Some((line, _)) = line.filter(|(line, _)| line.digest == last) else {
            return Err(Absent::Unfit("it followed another history").into());
        };
        if line.at.day() > as_of {
            return Err(Absent::ForGood.into());
        }
        if state.lines - lines > self.inner.dates.1 {
            return Err(Absent::Behind.into());
        }
        self.pass_on(Tip::after(&line), state, as_of, interrupted, |line| {
            Ok::<(), Fail>(book.take(line, state)?)
        })?;
        Ok(book)
    }

    /// Writes the file. Derived, and best effort: on a disk that cannot be written to, the next one folds as well.
    fn write_dates(&self, ledger: &Ledger, state: &State, tip: Option<Tip>, absent: &Absent) {
        let Some(tip) = tip else { return };
        let why = match absent {
            Absent::ForGood => return,
            // A small journal is folded as fast as a file is read.
            Absent::Missing if tip.lines <= self.inner.dates.1 => return,
            Absent::Missing => Some("it was missing"),
            Absent::Behind => None,
            Absent::Unfit(why) => Some(*why),
        };
        let Ok(_turn) = self.inner.dates.0.try_lock() else { return };
        let Ok(key) = self.dates_key(state) else { return };
        if self.writer().is_ok() && self.try_write_dates(ledger, state, tip, &key).is_ok() {
            why.into_iter().for_each(|why| self.tell(Notice::new("dates-rebuilt", &[("why", &why)])));
        }
    }

    fn try_write_dates(&self, ledger: &Ledger, state: &State, tip: Tip, key: &[u8; 32]) -> io::Result<()> {
        let rules = state.retention_rules_on(tip.at.day());
        let head = Head { vault: state.init.vault, lines: tip.lines, last: tip.last, rules: digest(&rules) };
        let (fs, layout) = (&self.env().fs, self.layout());
        let (path, part) = (layout.path(DATES), layout.path("derived/dates.part"));
        if fs.stat(&part)?.is_some() {
            fs.remove(&part)?;
        }
        write(ledger, &rules, Out::begin(fs.create_new(&part)?, key, head)?)?;
        fs.rename(&part, &path)?;
        fs.sync_dir(&layout.path("derived"))
    }
}
