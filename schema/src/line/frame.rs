//! A line taken apart at the places where its frame has to stand.
//!
//! A line has one spelling, so all but what its act says is found without reading it as JSON. What is not spelt so is
//! nothing here; whoever asks reads it the long way, and learns why.

use super::{Line, SEQ_MAX};
use crate::act::Act;
use crate::digest::Sha256;
use crate::id::{By, spelt_number};
use crate::spelling::cut;

/// How a line begins.
const HEAD: &str = r#"{"v":1,"seq":"#;
const _: () = assert!(crate::FORMAT == 1, "lines begin with their format");

/// Characters of a time, of a digest and of what follows the act in a person's line.
const TIME: usize = 24;
const DIGEST: usize = 64;
const SIGNED: usize = r#","sig":""#.len() + 128 + r#""}"#.len();

/// Takes a line apart.
pub(super) fn read(line: &str) -> Option<Line> {
    let (seq, rest) = cut(line.strip_prefix(HEAD)?, b',')?;
    let (at, rest) = rest.strip_prefix(r#""at":""#)?.split_at_checked(TIME)?;
    let (prev, rest) = rest.strip_prefix(r#"","prev":""#)?.split_at_checked(DIGEST)?;
    let (by, rest) = cut(rest.strip_prefix(r#"","by":""#)?, b'"')?;
    let rest = rest.strip_prefix(r#","act":"#)?;
    let by: By = by.parse().ok()?;
    let (raw_act, sig) = match by {
        By::Vault => (rest.strip_suffix('}')?, None),
        By::Staff(_) | By::Authority => {
            let (act, signed) = rest.split_at_checked(rest.len().checked_sub(SIGNED)?)?;
            let sig = signed.strip_prefix(r#","sig":""#)?.strip_suffix(r#""}"#)?;
            (act, Some(sig.parse().ok()?))
        }
    };
    // Made where it stays: an act is some hundred bytes, and moving it is a part of what reading costs.
    Some(Line {
        seq: spelt_number(seq, 1).filter(|seq| (1..=SEQ_MAX).contains(seq))?,
        at: at.parse().ok()?,
        prev: prev.parse().ok()?,
        by,
        act: Act::of_frame(raw_act)?,
        sig,
        digest: Sha256::of(line.as_bytes()),
    })
}
