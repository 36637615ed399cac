//! The truth: keys, covers, bodies, notes, journal; filing, reading, rotation, verify; the sled catalog.
//!
//! Knows no terminal, no network, no page and no language. Never reads the environment, the home directory
//! or the wall clock: file system, clock and random source are passed in.

pub mod env; // what a vault is given
pub mod error; // what can go wrong
pub mod fs; // the disk as a value
pub mod layout; // where things lie

pub mod age1; // the form of every sealed file
pub mod body; // sealed documents of one filing
pub mod cover; // sealed facts and keys
pub mod journal; // what happened
pub mod keys; // people's keys, the keystore, the log key
pub mod note; // sealed free text
pub mod seal; // small sealed files

pub mod catalog; // derived: rows that list and find
pub mod cosigner; // who countersigns, on another machine
mod cosigning; // heads countersigned outside: what is asked, what comes back
pub mod custody; // what people have done to a record since it was filed
mod fold; // the journal folded into the state, and how far it is believed
pub mod holds; // which records must not be destroyed
pub mod proposals; // what takes two people
mod recent; // filings that the catalog has not followed yet
mod snapshot; // derived: the folded state
pub mod state; // who may act, which epoch counts

#[cfg(feature = "defects")]
pub mod defects; // defects put in on purpose, for the tests
#[cfg(not(feature = "defects"))]
mod defects; // none: always `false`

mod base64; // notes that travel in act files
mod bloom; // sets that say where not to look
pub mod certificate; // X.509 and lists of revoked certificates, read
mod follow; // the catalog follows the journal
mod forks; // behind a head that was signed
mod heads; // signed heads and proofs
pub mod heal; // files put back from the mirror
mod mirror; // a second copy on another device
mod named; // files named in the clear
pub mod places; // where keystore and mirror are, where pushes go, where documents were left
pub mod readme; // README.txt of every vault
mod staging; // work under way
mod sweep; // what a crash left
mod toml_copy; // VAULT.toml
mod turns; // what must not be done twice at once
mod version; // a new cover made durable
mod writer; // one thread owns the journal's end

#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing; // private readers, for tests alone

pub mod certs; // certificates that rely on records, and what happens to them
pub mod copies; // the vault a second time, elsewhere
mod cores; // work shared out to all cores
pub mod correct; // facts as they should have been
pub mod dates; // dates of records from the journal alone
pub mod disposal; // records destroyed, as people have said
pub mod elsewhere; // documents that have stayed where another archive had pushed them
pub mod filing; // documents put in
pub mod handover; // everything goes to the CA
pub mod holding; // holds placed, compared, released
pub mod init; // how a vault begins
pub mod jobs; // what is done at its time, by nobody
pub mod many; // a backlog, several filings at once
pub mod misfiled; // a stranger's paper taken out by two people
pub mod push; // the newest state to the CA, its answers back
pub mod reading; // documents shown
pub mod recovery; // ways out when keys are lost
pub mod requests; // a single record for the CA, asked for or opened by itself
pub mod retention; // until when a record is kept, and why
pub mod review; // a second person looks
pub mod rotation; // a new epoch, the old one destroyed
pub mod ruling; // retention rules that two people sign
pub mod second; // the second of two people
pub mod session; // a person at work
pub mod settings; // checklist, projects, customers
pub mod since; // records that an index has to look at again
pub mod staff; // people join and leave
pub mod subject; // all records of one person, and who looked for them
pub mod text; // what programs have read in documents
pub mod vault; // a vault that is open
pub mod verify; // everything there is, against the journal

pub use cosigning::Imported;
pub use error::{Error, Exit, Result};
pub use forks::Left;
pub use heads::{DocumentProof, JournalReport, LineProof};
pub use mirror::Standing;
pub use session::Session;
pub use vault::{Notice, Options, Vault};
pub use writer::{Done, PATIENCE};
