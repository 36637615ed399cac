//! Retention (保管期限): until when a record has to be kept, from when it may be disposed of, and why.
//!
//! Pure. Facts go in as the journal tells them, the day comes in as an argument, and the answer carries everything that
//! a person needs to work it out again by hand. Knows no journal, no cover, no clock; never asks the catalog.
//!
//! The words: D0 is the day counted from, E the last day of the duty, F the first day without it, G the first day on
//! which disposal may run. Where facts leave a choice, the answer is the one that keeps longer.

mod article; // what an answer rests on
mod assess; // a record's dates
mod certificate; // the day a certificate became invalid
mod hold; // what stops disposal
mod rules; // which versions of a rule apply
mod volume; // several records in one box

#[cfg(test)]
mod cases; // worked cases, with their dates
#[cfg(test)]
mod histories; // chance histories against a slow calculation

pub use article::Article;
pub use assess::{Assessment, Counted, Dates, RecordFacts, Unclear, assess};
pub use certificate::{Authority, Certificate, End, Ended, Until};
pub use hold::{
    COOL_OFF_DAYS, COOL_OFF_DAYS_MIN, Hold, Verdict, earliest, earliest_from, verdict, verdict_from,
};
pub use rules::{RuleId, Rules, Signed};
pub use volume::volume;
