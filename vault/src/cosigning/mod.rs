//! Heads countersigned outside: who may, what is asked of them, and what comes of their answers.
//!
//! This is the vault's half. The cosigner's own is [`crate::cosigner`]; neither calls the other: files go between them.

mod exchange; // requests made, answers taken in
mod state; // what a line may say of it, and what it changes

pub use exchange::Imported;
