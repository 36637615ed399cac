//! The watched folder: files that a scanner leaves, on their way into the vault and out of the way.
//!
//! Every file is in one of four places that a person can see: waiting in the folder, 已归档, 重复 or 需处理. None is ever
//! removed or overwritten here; a file leaves the folder only by being renamed, and goes to 已归档 only after
//! [`jingui_vault::Session::file`] has returned. What is about to be moved is written down first (`under_way`), so that
//! whoever is killed in between goes on where it was. Does not know command lines; tells what happens by a function.

mod group; // which files are one record
mod labels; // what is said of a record, and by whom
mod look; // what lies in the folder
mod moving; // from the folder to its places
mod pass; // one pass over the folder
mod places; // where things go, and free names there
mod record; // one record that is finished
mod resume; // going on after a crash
mod settle; // when something counts as finished
mod tail; // whether the end of a file is there
mod told; // what is told of a pass
mod under_way; // what is about to be moved, written down
mod writers; // who has a file open

pub use labels::Given;
pub use pass::{Settings, Watcher};
pub use places::{Folder, Place};
pub use settle::Patience;
pub use told::{Counts, Event, Left, Tell, Waiting, What};

#[cfg(test)]
mod tests;
