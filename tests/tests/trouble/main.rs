//! Trouble of the operating system: what each kind does to the vault, against what the vault promises.
//!
//! Nothing acknowledged is lost, reading never depends on writing, and whoever asks is told clearly, with the exit
//! code that the contract has for it.

mod handles; // no more descriptors
mod hangs; // a disk that does not answer, or slowly
mod memory; // no more memory
mod space; // no more inodes, no more space, no more writing

use jingui_tests::{keep, say};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Notes what was seen of a promise; the tests run side by side, and each writes the table as far as it is known.
fn seen(order: u32, trouble: &str, promise: &str, what: &str) {
    static ROWS: Mutex<BTreeMap<(u32, String), String>> = Mutex::new(BTreeMap::new());
    let mut rows = ROWS.lock().unwrap_or_else(PoisonError::into_inner);
    let row = format!("| {trouble} | {promise} | {what} |\n");
    say(row.trim_end());
    rows.insert((order, promise.to_owned()), row);
    let rows: String = rows.values().cloned().collect();
    keep("trouble.md", &format!("| trouble | promise | seen |\n|---|---|---|\n{rows}"));
}
