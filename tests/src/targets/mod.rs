//! Every reader of stored bytes, each as a function that may be given anything.
//!
//! One function a reader. It must return: no panic, no hang, no memory beyond a small multiple of what it was given. And
//! where it can it asks for more: that what was read is written again to the same bytes, or, where several spellings
//! are read, that the written form is read as the same; and that nobody's bytes are believed in the place of others.
//!
//! `tests/fuzz.rs` runs them over `tests/corpus/` and over mutations of it; `fuzz/` lets libFuzzer choose the bytes.

mod opening; // a vault one of whose files was written to by somebody else
mod plain; // texts and lines that lie in the clear
mod requests; // what archive and CA say to each other about single records
mod sealed; // what lies below a seal

pub use opening::{Sample, sample};
pub use sealed::CA_IDENTITY;

/// A reader that takes anything.
pub type Target = fn(&[u8]);

/// All of them, by the name of their directory in `tests/corpus/`.
pub const TARGETS: &[(&str, Target)] = &[
    // In the clear.
    ("line", plain::line),
    ("act", plain::act),
    ("act_file", plain::act_file),
    ("public_half", plain::public_half),
    ("head", plain::head),
    ("verifier_key", plain::verifier_key),
    ("proof", plain::proof),
    ("commit", plain::commit),
    ("words", plain::words),
    ("names", plain::names),
    ("places", plain::places),
    ("checklist", plain::checklist),
    ("lists", plain::lists),
    ("history", plain::history),
    ("copy", plain::copy),
    ("certificate", plain::certificate),
    ("request", requests::request),
    // Below a seal, or keys themselves.
    ("sealed", sealed::sealed),
    ("cover", sealed::cover),
    ("note", sealed::note),
    ("body", sealed::body),
    ("answer", requests::answer),
    ("person", sealed::person),
    ("key_file", sealed::key_file),
    ("epoch_copy", sealed::epoch_copy),
    ("sheet", sealed::sheet),
    ("row", sealed::row),
    ("page", sealed::page),
    // In a vault that is opened.
    ("vault_toml", opening::vault_toml),
    ("keystore_toml", opening::keystore_toml),
    ("commit_file", opening::commit_file),
    ("segment", opening::segment),
    ("tail", opening::tail),
    ("tree", opening::tree),
    ("snapshot", opening::snapshot),
    ("settings", opening::settings),
];

/// The reader of this name.
pub fn target(name: &str) -> Option<Target> {
    TARGETS.iter().find(|(known, _)| *known == name).map(|(_, target)| *target)
}

/// The bytes as text, where they are one.
fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}
