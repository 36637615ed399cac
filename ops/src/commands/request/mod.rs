//! `request`: a single record for the CA while an archive lives.

mod ca; // asked for, read, opened: at the CA, without a vault
mod ra; // answered or refused: at the archive

pub(super) use ca::{new, open, read};
pub(super) use ra::{answer, list, refuse, show};
