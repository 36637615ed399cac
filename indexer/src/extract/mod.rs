//! Text out of documents that nobody vouches for, read in a jailed process of our own.
//!
//! ```text
//! Extractor (here, trusted)          serve (a process that jails itself first)        pdftotext, pdftoppm, tesseract
//!   a document down a pipe      ──▶    what is it? read it, or have it read     ──▶     the same jail, tighter
//!   a bounded answer, a clock   ◀──    pages, or why there are none             ◀──     bytes out of a pipe
//! ```
//!
//! Does not know records, keys or the index. Formats that are read by code of our own are plugged in ([`Readers`]); this module has the
//! two that need other programs: PDF and pictures. Nothing of a document is ever written to a disk.
//!
//! What is promised of a document holds for whatever it does: no more than [`Limits::wall`] and [`Limits::memory_bytes`], no network, no
//! file written. That it cannot even *read* another file takes Landlock; where the kernel has none, [`Confinement`] says so.

mod bounds; // how much one document may cost
mod child; // the jailed half
mod clean; // text as a page may hold it
mod confine; // the jail
mod extractor; // the trusted half: children, and who gets one
mod judge; // whether a page's text layer is one
mod memory; // what a child and its programs hold
mod ocr; // text in a plain grey picture
mod pdf; // pages of a PDF
mod picture; // any picture to a plain grey one
mod process; // one child: started, asked, killed
mod pump; // bytes in and out of a process against the clock
mod step; // one program, run under tighter bounds
mod tools; // which programs are installed
mod wire; // what parent and child say to each other

pub use bounds::Limits;
pub use child::{Inside, Readers, Route, main};
pub use clean::clean;
pub use confine::{Confinement, Held};
pub use extractor::{ExtractError, Extractor, Launch};
pub use judge::{Layer, judge, mend};
pub use tools::Tools;
