//! The journal: one event a line, chained, in segments; `commit` says how far it counts.
//!
//! Knows lines and bytes, not who may do what: that is `state`, asked by the writer before anything is appended.

mod acts; // which lines may hold a request
mod append; // when a line counts as written
mod leaves; // the tree from the bytes of the lines alone
mod open; // what we believe after a crash
mod read; // lines in order, or one by its number
mod shelf; // buffers to read into
mod tree; // derived: leaf, request and place of each line
mod watch; // the first failed sync ends writing; who waits for a device

pub use append::{Appender, Pending, SEGMENT_BYTES_MAX};
pub use open::{Looked, Opened, Tail, adopt, look};
pub(crate) use read::full;
pub use read::{Lines, Raw, first_lines, read_line, segments};
pub use tree::{Entry, Tree, TreeReader};
pub use watch::{Waiting, watched};
