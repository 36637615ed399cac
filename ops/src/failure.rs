//! How a command fails: an error of the vault, or a problem of the program itself.

use jingui_indexer::follow;
use jingui_indexer::index::{self, FIELDS, QueryError};
use jingui_vault::{Error, Exit};
use std::path::Path;

macro_rules! problems {
    ($($(#[$doc:meta])* $variant:ident { $($field:ident),* } = $code:literal, $exit:ident;)*) => {
        /// What can go wrong outside the vault. Each names the thing; the fields fill the message.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Problem {
            $($(#[$doc])* $variant { $(#[doc = concat!("The ", stringify!($field), " it names.")] $field: String),* },)*
        }

        impl Problem {
            /// The codes there are.
            pub const CODES: &[&str] = &[$($code,)*];
            /// The fields of each code.
            pub const FIELDS: &[(&str, &[&str])] = &[$(($code, &[$(stringify!($field)),*]),)*];

            /// The problem's code: the key of its messages.
            pub fn code(&self) -> &'static str {
                match self { $(Self::$variant { .. } => $code,)* }
            }

            /// The fields that fill the messages.
            pub fn fields(&self) -> Vec<(&'static str, String)> {
                match self { $(Self::$variant { $($field),* } => vec![$((stringify!($field), $field.clone())),*],)* }
            }

            /// How a command that ends with this problem exits.
            pub fn exit(&self) -> Exit {
                match self { $(Self::$variant { .. } => Exit::$exit,)* }
            }
        }
    };
}

problems! {
    /// A word that is no command.
    UnknownCommand { word, near, command } = "unknown-command", Usage;
    /// An option that does not exist.
    UnknownOption { word, near, command } = "unknown-option", Usage;
    /// A sheet that does not tell what became of certificates.
    CertSheet { path, why } = "cert-sheet", Usage;
    /// A command that wants one more word.
    CommandMissing { command, list } = "command-missing", Usage;
    /// Options or words that must be there.
    ArgumentMissing { list, command } = "argument-missing", Usage;
    /// A value that is not one.
    BadValue { option, value, why, command } = "bad-value", Usage;
    /// An option without its value.
    ValueMissing { option, command } = "value-missing", Usage;
    /// Two options that exclude each other, or one given twice.
    Conflict { option, other, command } = "conflict", Usage;
    /// An option that this command does not have.
    NotHere { option, command } = "not-here", Usage;
    /// Some other misuse.
    Misuse { what, command } = "misuse", Usage;
    /// The lock is held and nobody answers.
    InUse { path } = "in-use", InUse;
    /// The holder is another version of the program.
    HolderVersion { ours, theirs } = "holder-version", InUse;
    /// The holder ended while it ran this command.
    HolderLost { path } = "holder-lost", InUse;
    /// The disk keeps the holder waiting with this command.
    HolderStalled { path } = "holder-stalled", InUse;
    /// The holder is somebody else's process.
    HolderRefused { path } = "holder-refused", InUse;
    /// A passphrase is wanted and there is no terminal.
    NoTerminal {} = "no-terminal", Usage;
    /// The two passphrases typed are not the same.
    PassphraseDiffers {} = "passphrase-differs", Usage;
    /// A plan whose id was not typed a second time.
    Unconfirmed { plan } = "plan-unconfirmed", Usage;
    /// What is handed over, and a receipt whose act was not typed a second time.
    HandoverUnconfirmed { receipt } = "handover-unconfirmed", Usage;
    /// A file that would be overwritten.
    Exists { path } = "exists", Usage;
    /// A kind for a file that is not filed.
    KindUnused { file } = "kind-unused", Usage;
    /// Two kinds for one file.
    KindTwice { file } = "kind-twice", Usage;
    /// A date that lies ahead.
    FutureDate { date, today } = "future-date", Usage;
    /// A customer's identifier whose check fails.
    CustomerId { why } = "customer-id", Usage;
    /// The identifier that a record has does not fit what its customer is said to be now.
    CustomerIdStays { why, kind } = "customer-id-stays", Usage;
    /// A day of acceptance that is no day.
    AcceptedDay { word } = "accepted-day", Usage;
    /// A handler's identifier whose check fails.
    HandlerId { why } = "handler-id", Usage;
    /// A document of a correction that is not named by its number.
    DocumentNumber { word } = "document-number", Usage;
    /// A project nearly called as another one.
    ProjectNear { project, near } = "project-near", Usage;
    /// A project that is not in the list of projects.
    ProjectUnlisted { project } = "project-unlisted", Usage;
    /// A number of holders that is none.
    Holders { word } = "holders", Usage;
    /// A record compared with the paper that is not among those reviewed.
    ComparedUnused { record } = "compared-unused", Usage;
    /// Several documents and no word which.
    WhichDocument { record, count } = "which-document", Usage;
    /// Bytes that are no text, for a terminal.
    BinaryToTerminal {} = "binary-to-terminal", Usage;
    /// A sheet that cannot be read.
    Sheet { path, why } = "sheet", Usage;
    /// A sheet without a single row.
    SheetEmpty { sheet } = "sheet-without-rows", Usage;
    /// Headings that nobody has explained.
    Headings { sheet, list, example } = "headings", Usage;
    /// A heading that was explained and is not there.
    NoHeading { heading, sheet, list } = "no-heading", Usage;
    /// Two columns for one thing.
    HeadingTwice { sheet, field, first, second } = "heading-twice", Usage;
    /// Columns without which there is no record.
    NoColumn { sheet, list, example } = "no-column", Usage;
    /// The file of remembered headings is not understood.
    Memory { path, why } = "headings-file", Usage;
    /// An archive that is refused.
    Archive { path, why } = "archive", Usage;
    /// Two files whose names are the same text.
    SamePath { path } = "same-path", Usage;
    /// Directories nested too deep.
    TooDeep { path } = "too-deep", Usage;
    /// More files than a backlog may have.
    TooManyFiles { path, limit } = "too-many-files", Usage;
    /// Nothing says which files belong to a row.
    NoWayToFiles {} = "no-way-to-files", Usage;
    /// A folder rule that is none.
    Rule { rule, why } = "rule", Usage;
    /// A folder rule asks for what the sheet does not have.
    RuleColumn { rule, field } = "rule-column", Usage;
    /// A file that is no plan, or no longer one.
    NotAPlan { path } = "not-a-plan", Usage;
    /// A plan that no longer holds.
    PlanStale { path, why } = "plan-stale", Stale;
    /// A plan for another vault.
    OtherVaultPlan { path } = "other-vault-plan", Refused;
    /// A query with nothing in it.
    QueryEmpty {} = "query-empty", Usage;
    /// A word of a query that too much would fit.
    QueryShort { word, least, of } = "query-short", Usage;
    /// A query that asks for more than is looked for at once.
    QueryLong { most, of } = "query-long", Usage;
    /// A field that there is not.
    QueryField { field, near, list } = "query-field", Usage;
    /// A word that a field does not have.
    QueryWord { field, word, near } = "query-word", Usage;
    /// A date that is none.
    QueryDate { text } = "query-date", Usage;
    /// A number that is none.
    QueryNumber { field, word } = "query-number", Usage;
    /// A word without characters or digits.
    QueryMarks { word } = "query-marks", Usage;
    /// A quotation mark without the other one.
    QueryQuote {} = "query-quote", Usage;
    /// A tail that too many numbers have.
    QueryTail { tail, most } = "query-tail", Usage;
    /// A cursor of another query.
    QueryCursor {} = "query-cursor", Usage;
    /// The index cannot be read or written.
    Index { why } = "index", Failed;
    /// No document can be read here.
    Reader { why } = "reader", Failed;
    /// A kind of store that this program does not reach.
    StoreUnknown { url } = "store-unknown", Usage;
    /// What begins like an address in a store and is none.
    StoreAddress { url } = "store-address", Usage;
    /// What is not where a store could be.
    StoreEndpoint { endpoint } = "store-endpoint", Usage;
    /// A file of credentials or certificates that cannot be used.
    StoreFile { path, why } = "store-file", Usage;
    /// Nobody says who is asking.
    NoStoreCredentials { url } = "no-store-credentials", Usage;
    /// Where a copy was there is none.
    CopyGone { path } = "copy-gone", Unreachable;
    /// Locks where nothing locks.
    LockNowhere { path } = "lock-nowhere", Usage;
    /// A file that is no result of a probe of this store in this mode.
    NotProbed { path, place, mode } = "not-probed", Usage;
    /// A store that was not shown to lock.
    NotLocking { place, mode, list } = "not-locking", Refused;
    /// A store of which whoever asks cannot find out whether it locks.
    LockUnseen { place, mode, list } = "lock-unseen", Refused;
    /// A copy to be removed whose vault was not typed a second time.
    RemovalUnconfirmed { vault, count } = "removal-unconfirmed", Usage;
    /// A file that is to name documents at a copy, and does not.
    NoBodies { path, line } = "no-bodies", Usage;
    /// Another copy among what would be removed of one.
    CopyInside { name } = "copy-inside", Refused;
    /// A folder to be watched that is no directory.
    NoFolder { path } = "no-folder", Usage;
    /// A folder to be watched that lies in the vault, or the other way round.
    FolderNested { path, other } = "folder-nested", Usage;
    /// Files cannot be moved there by renaming.
    DoneElsewhere { path, other } = "done-elsewhere", Usage;
    /// Somebody else watches the folder.
    FolderWatched { path } = "folder-watched", Refused;
    /// No font has Chinese characters.
    NoFont { places } = "no-font", NotFound;
    /// A file that is no font, or may not be embedded.
    NotAFont { path, why } = "not-a-font", Usage;
    /// Characters that no font has.
    CannotSet { count, list } = "cannot-set", Refused;
    /// A PDF and JSON on one stream.
    PrintWhere {} = "print-where", Usage;
    /// Nothing that could stand on paper.
    NothingToPrint { without } = "nothing-to-print", NotFound;
    /// More records than a list may have.
    TooManyToPrint { limit } = "too-many-to-print", Usage;
    /// A file that is no schedule of jobs.
    Schedule { path, why } = "schedule", Usage;
    /// Somebody else signs with this cosigner.
    CosignerInUse { path } = "cosigner-in-use", InUse;
    /// A step of the demo.
    Step { command, code } = "step", Failed;
    /// A mistake of ours.
    Panic { place, what } = "panic", Failed;
}

/// How a command fails.
#[derive(Debug)]
pub enum Failure {
    /// The vault says no.
    Vault(Error),
    /// The program says no.
    Program(Problem),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Vault(error)
    }
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Self {
        let near = |word: Option<&'static str>| word.unwrap_or("none").to_owned();
        match error {
            QueryError::Empty => Self::QueryEmpty {},
            QueryError::TooShort { word, least, of } => {
                Self::QueryShort { word, least: least.to_string(), of: format!("{of:?}") }
            }
            QueryError::TooLong { most, of } => {
                Self::QueryLong { most: most.to_string(), of: format!("{of:?}") }
            }
            QueryError::UnknownField { field, nearest } => {
                Self::QueryField { field, near: near(nearest), list: FIELDS.join(", ") }
            }
            QueryError::UnknownWord { field, word, nearest } => {
                Self::QueryWord { field: field.to_owned(), word, near: near(nearest) }
            }
            QueryError::BadDate { text } => Self::QueryDate { text },
            QueryError::NoNumber { field, word } => Self::QueryNumber { field: field.to_owned(), word },
            QueryError::NoWord { word } => Self::QueryMarks { word },
            QueryError::OpenQuote => Self::QueryQuote {},
            QueryError::TailTooCommon { tail, most } => Self::QueryTail { tail, most: most.to_string() },
            QueryError::OtherCursor => Self::QueryCursor {},
        }
    }
}

impl From<follow::Error> for Failure {
    fn from(error: follow::Error) -> Self {
        match error {
            follow::Error::Vault(error) => error.into(),
            follow::Error::Index(index::Error::Query(error)) => Problem::from(error).into(),
            follow::Error::Index(error) => Problem::Index { why: in_full(&error) }.into(),
            follow::Error::Extract(error) => Problem::Reader { why: in_full(&error) }.into(),
            follow::Error::Stopped => Error::Interrupted {}.into(),
        }
    }
}

/// An error with all that led to it.
fn in_full(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    text
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Program(problem)
    }
}

impl Failure {
    /// An I/O error with what was tried and the path.
    pub fn io(what: &str, path: &Path, source: std::io::Error) -> Self {
        Self::Vault(Error::Io { doing: format!("{what} {}", path.display()), source })
    }

    /// The code: the key of its messages.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Vault(error) => error.code(),
            Self::Program(problem) => problem.code(),
        }
    }

    /// The fields that fill the messages.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Vault(error) => error.fields(),
            Self::Program(problem) => problem.fields(),
        }
    }

    /// How the command exits.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Vault(error) => error.exit(),
            Self::Program(problem) => problem.exit(),
        }
    }
}

/// A result of the program.
pub type Result<T> = std::result::Result<T, Failure>;

/// Gives an I/O error the path and the intention.
pub trait Doing<T> {
    /// Names what was tried, in the infinitive, and with which path.
    fn doing(self, what: &str, path: &Path) -> Result<T>;
}

impl<T> Doing<T> for std::io::Result<T> {
    fn doing(self, what: &str, path: &Path) -> Result<T> {
        self.map_err(|source| Failure::io(what, path, source))
    }
}
