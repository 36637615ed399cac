//! The index: records put in, taken out, found.
//!
//! Knows no journal, no person and no rule: it is handed entries and a position, and gives the position back. It is
//! derived: whatever is wrong with it, the one way out is to make it anew, and every error says whether that is due.

mod collect; // what a query finds, in order
mod document; // an entry's terms
mod entry; // what is known of a record
mod fits; // whether one entry fits
mod keys; // keyed hashes
mod plan; // clauses as queries of tantivy's
mod query; // what somebody typed
mod reader; // answers
mod schema; // fields
mod snippet; // what is shown of a hit
mod writer; // records put in and taken out

pub use collect::Sort;
pub use entry::{Document, Entry};
pub use fits::{Exactness, Matched, may_have};
pub use query::{
    CLAUSES_MAX, FIELDS, LIKE_TOKENS_MAX, Measure, PHRASE_TOKENS_MAX, QUERY_CHARS_MAX, QueryError,
};
pub use reader::{Answer, Ask, Cursor, Explained, FacetCount, Hit};
pub use schema::VERSION;
pub use snippet::Snippet;
pub use writer::{MEMORY_MIN, Writer};

use crate::sealed::{OpenError, Place, Sealed};
use collect::{AllColumns, Columns};
use jingui_vault::seal::Identity;
use keys::Keys;
use schema::Fields;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError, RwLock};
use tantivy::directory::Directory;
use tantivy::directory::error::{LockError, OpenReadError, OpenWriteError};
use tantivy::{IndexReader, IndexSettings, ReloadPolicy, TantivyError};

/// Says whether words or a phrase can be looked for, as the words of a hold are.
pub fn check_words(words: &str) -> Result<(), QueryError> {
    fits::phrase(words).map(drop)
}

/// Says why the index did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The query is answered with the reason why it is not.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// It has to be made anew: it is not there, damaged, or of another version.
    #[error("the index has to be made anew")]
    Rebuild(#[source] OpenError),
    /// The disk failed; trying again may help, making it anew does not.
    #[error("the index could not be read or written")]
    Io(#[source] io::Error),
    /// Somebody writes to it already.
    #[error("the index is being written already")]
    Busy,
    /// A commit failed before; the writer has to be begun anew.
    #[error("the index is not being written any more, since a commit failed")]
    Stopped,
    /// An entry cannot be kept.
    #[error("the entry cannot be kept")]
    Entry(#[source] serde_json::Error),
}

impl Error {
    /// Whether the index has to be made anew.
    pub fn needs_rebuild(&self) -> bool {
        matches!(self, Self::Rebuild(_))
    }
}

impl From<OpenError> for Error {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Io { source, .. } => Self::Io(source),
            other => Self::Rebuild(other),
        }
    }
}

/// An index that is open. Shared between threads; one [`Writer`] at a time.
pub struct Index {
    tantivy: tantivy::Index,
    /// `None` where another directory stands in for it, in measurements.
    sealed: Option<Sealed>,
    fields: Fields,
    keys: Keys,
    reader: IndexReader,
    columns: RwLock<Arc<AllColumns>>,
}

impl Index {
    /// Makes an empty index; whatever is there is removed.
    pub fn create(place: Place) -> Result<Arc<Self>, Error> {
        let identity = place.identity.clone();
        let sealed = Sealed::create(place, VERSION)?;
        Self::over(sealed.clone(), Some(sealed), &identity, true)
    }

    /// Opens the index that is there.
    ///
    /// - Errors: `Rebuild` where there is none that can be used.
    pub fn open(place: Place) -> Result<Arc<Self>, Error> {
        let identity = place.identity.clone();
        let sealed = Sealed::open(place, VERSION)?;
        Self::over(sealed.clone(), Some(sealed), &identity, false)
    }

    /// Makes an index over another directory, so that the sealed one can be measured against it.
    #[doc(hidden)]
    pub fn over_plain<D: Directory>(
        directory: D,
        identity: &Identity,
        new: bool,
    ) -> Result<Arc<Self>, Error> {
        Self::over(directory, None, identity, new)
    }

    fn over<D: Directory>(
        directory: D,
        sealed: Option<Sealed>,
        identity: &Identity,
        new: bool,
    ) -> Result<Arc<Self>, Error> {
        let fields = Fields::new();
        let (tantivy, reader) = guarded(sealed.as_ref(), || {
            let index = match new {
                true => tantivy::Index::create(directory, fields.schema.clone(), IndexSettings::default())?,
                false => tantivy::Index::open(directory)?,
            };
            schema::register(&index);
            let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
            Ok((index, reader))
        })?;
        if tantivy.schema() != fields.schema {
            return Err(Error::Rebuild(OpenError::Damaged("it has other fields than its version".into())));
        }
        let keys = Keys::new(identity);
        let index = Self { tantivy, sealed, fields, keys, reader, columns: RwLock::default() };
        index.refresh()?;
        Ok(Arc::new(index))
    }

    /// The position of the last commit; `None` where there was none.
    ///
    /// - Errors: `Rebuild` where it is no position.
    pub fn position(&self) -> Result<Option<Vec<u8>>, Error> {
        let meta = self.guarded(|| self.tantivy.load_metas())?;
        let Some(text) = meta.payload else { return Ok(None) };
        let digits = |at: usize| text.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
        let bytes: Option<Vec<u8>> = (0..text.len()).step_by(2).map(digits).collect();
        let bad = || Error::Rebuild(OpenError::Damaged("its position is none".into()));
        bytes.map(Some).ok_or_else(bad)
    }

    /// How many records are in it.
    pub fn records(&self) -> u64 {
        self.reader.searcher().num_docs()
    }

    /// Bytes of its files on the disk.
    pub fn bytes(&self) -> u64 {
        self.sealed.as_ref().map_or(0, Sealed::bytes)
    }

    /// Every file as it was before it was sealed; for tests that look for words in them.
    pub fn opened_files(&self) -> io::Result<Vec<(String, Vec<u8>)>> {
        self.sealed.as_ref().map_or(Ok(Vec::new()), Sealed::opened)
    }

    /// Sees what was committed.
    fn refresh(&self) -> Result<(), Error> {
        self.guarded(|| self.reader.reload())?;
        let old = self.columns.read().unwrap_or_else(PoisonError::into_inner).clone();
        let searcher = self.reader.searcher();
        let new = self.guarded(|| {
            let segment = |segment: &tantivy::SegmentReader| {
                let id = segment.segment_id();
                let columns = match old.get(&id) {
                    Some(columns) => columns.clone(),
                    None => Arc::new(Columns::read(segment)?),
                };
                Ok((id, columns))
            };
            searcher.segment_readers().iter().map(segment).collect::<tantivy::Result<AllColumns>>()
        })?;
        *self.columns.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(new);
        Ok(())
    }
}

/// Calls tantivy. It meets bytes that do not fit by an error, by a panic, or not at all; so its panics are caught, and
/// what the directory found damaged makes any result an error.
fn guarded<T>(sealed: Option<&Sealed>, call: impl FnOnce() -> tantivy::Result<T>) -> Result<T, Error> {
    let result = catch_unwind(AssertUnwindSafe(call));
    if let Some(damage) = sealed.and_then(Sealed::damage) {
        return Err(Error::Rebuild(OpenError::Damaged(damage)));
    }
    match result {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(of_tantivy(error)),
        Err(_) => Err(Error::Rebuild(OpenError::Damaged("reading it made the library panic".into()))),
    }
}

fn of_tantivy(error: TantivyError) -> Error {
    let io_or_damage = |error: &io::Error| match error.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof | io::ErrorKind::NotFound => None,
        kind => Some(Error::Io(io::Error::new(kind, error.to_string()))),
    };
    let io = match &error {
        TantivyError::LockFailure(LockError::LockBusy, _) => return Error::Busy,
        TantivyError::IoError(io)
        | TantivyError::OpenReadError(OpenReadError::IoError { io_error: io, .. })
        | TantivyError::OpenWriteError(OpenWriteError::IoError { io_error: io, .. })
        | TantivyError::LockFailure(LockError::IoError(io), _) => io_or_damage(io),
        _ => None,
    };
    io.unwrap_or_else(|| Error::Rebuild(OpenError::Damaged(error.to_string())))
}
