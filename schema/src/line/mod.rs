//! An event as it lies in the journal: one line, chained to the one before.

mod frame; // a line without reading it as JSON

use crate::act::{Act, ActError, signing_bytes};
use crate::digest::{Sha256, SignKey, Signature};
use crate::id::{By, VaultId};
use crate::spelling::is_spelt;
use crate::time::Time;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The longest line, its LF included.
pub const LINE_BYTES_MAX: usize = 1 << 20;
/// The highest number of a line: far beyond any vault, and far below where sums over it run over.
pub const SEQ_MAX: u64 = (1 << 48) - 1;

/// Says why bytes are not a line that fits where it stands.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// Not the JSON of an event.
    #[error("not an event line")]
    Json(#[source] serde_json::Error),
    /// Of another format.
    #[error("an event of format {0}, which this program does not read")]
    Version(u32),
    /// Other white space, or the keys in another order.
    #[error("it is not spelt as such lines are")]
    Spelling,
    /// The act in it.
    #[error("the act in it cannot be read")]
    Act(#[source] ActError),
    /// A number that no line can have.
    #[error("its seq is {0}, which no line can have")]
    Number(u64),
    /// Another number than expected here.
    #[error("seq {found} stands where {expected} belongs")]
    Seq {
        /// What belongs here.
        expected: u64,
        /// What stands here.
        found: u64,
    },
    /// The digest of the line before does not fit.
    #[error("its prev does not fit the line before")]
    Chain,
    /// Earlier than the line before.
    #[error("its time is earlier than that of the line before")]
    Backwards,
    /// A person's line without signature, or the vault's with one.
    #[error("a signature is missing, or stands where none belongs")]
    Signed,
    /// The signature does not verify.
    #[error("its signature does not verify")]
    Signature,
    /// Over [`LINE_BYTES_MAX`].
    #[error("a line of {0} bytes is over the limit")]
    Long(usize),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored<'a> {
    v: u32,
    seq: u64,
    at: Time,
    prev: Sha256,
    by: By,
    #[serde(borrow)]
    act: &'a RawValue,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sig: Option<Signature>,
}

/// An event read from its line.
#[derive(Clone, Debug)]
pub struct Line {
    /// Number, from 1.
    pub seq: u64,
    /// When.
    pub at: Time,
    /// SHA-256 of the line before.
    pub prev: Sha256,
    /// Who.
    pub by: By,
    /// What.
    pub act: Act,
    /// The person's signature.
    pub sig: Option<Signature>,
    /// SHA-256 of this line without LF.
    pub digest: Sha256,
}

/// What the next line must fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tip {
    /// Lines so far.
    pub lines: u64,
    /// SHA-256 of the last line; zeros when there is none.
    pub last: Sha256,
    /// Time of the last line.
    pub at: Time,
}

impl Tip {
    /// Before the first line.
    pub const START: Self = Self { lines: 0, last: Sha256::ZERO, at: Time::MIN };

    /// After a line.
    pub fn after(line: &Line) -> Self {
        Self { lines: line.seq, last: line.digest, at: line.at }
    }
}

impl Line {
    /// Reads a line (without LF) by itself; whether it fits its neighbours is [`Line::follows`].
    pub fn parse(bytes: &[u8]) -> Result<Self, LineError> {
        if bytes.len() >= LINE_BYTES_MAX {
            return Err(LineError::Long(bytes.len() + 1));
        }
        match std::str::from_utf8(bytes).ok().and_then(frame::read) {
            Some(line) => Ok(line),
            None => Self::parse_json(bytes),
        }
    }

    /// The same by reading JSON, whatever its spelling: says what is wrong.
    fn parse_json(bytes: &[u8]) -> Result<Self, LineError> {
        let stored: Stored<'_> = serde_json::from_slice(bytes).map_err(LineError::Json)?;
        if stored.v != crate::FORMAT {
            return Err(LineError::Version(stored.v));
        }
        if !(1..=SEQ_MAX).contains(&stored.seq) {
            return Err(LineError::Number(stored.seq));
        }
        // One spelling for each line, as for each act.
        if !is_spelt(&stored, bytes) {
            return Err(LineError::Spelling);
        }
        if (stored.by == By::Vault) != stored.sig.is_none() {
            return Err(LineError::Signed);
        }
        Ok(Self {
            seq: stored.seq,
            at: stored.at,
            prev: stored.prev,
            by: stored.by,
            act: Act::parse(stored.act.get()).map_err(LineError::Act)?,
            sig: stored.sig,
            digest: Sha256::of(bytes),
        })
    }

    /// The act's bytes as they stand: a line is read only where its act is spelt as it is written.
    pub fn raw_act(&self) -> Box<RawValue> {
        self.act.to_raw()
    }

    /// Checks that this line is the one after `tip`.
    pub fn follows(&self, tip: &Tip) -> Result<(), LineError> {
        if self.seq != tip.lines + 1 {
            return Err(LineError::Seq { expected: tip.lines + 1, found: self.seq });
        }
        if self.prev != tip.last {
            return Err(LineError::Chain);
        }
        if self.at < tip.at {
            return Err(LineError::Backwards);
        }
        Ok(())
    }

    /// Checks the person's signature with that person's key.
    pub fn check_signature(&self, vault: &VaultId, key: &SignKey) -> Result<(), LineError> {
        let signature = self.sig.as_ref().ok_or(LineError::Signed)?;
        match key.verifies(&signing_bytes(vault, self.raw_act().get()), signature) {
            true => Ok(()),
            false => Err(LineError::Signature),
        }
    }

    /// Writes the line after `tip`, with its LF; `now` is moved up to the line before where the clock lags.
    ///
    /// Errors: [`LineError::Long`].
    pub fn write(
        tip: &Tip,
        now: Time,
        by: By,
        raw_act: &RawValue,
        sig: Option<Signature>,
    ) -> Result<Vec<u8>, LineError> {
        let stored = Stored {
            v: crate::FORMAT,
            seq: tip.lines + 1,
            at: now.max(tip.at),
            prev: tip.last,
            by,
            act: raw_act,
            sig,
        };
        let mut bytes = serde_json::to_vec(&stored).expect("an event always serialises");
        bytes.push(b'\n');
        if bytes.len() > LINE_BYTES_MAX {
            return Err(LineError::Long(bytes.len()));
        }
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::act::{EpochMember, RecordReview, Reviewed};
    use crate::facts::Verdict;
    use crate::id::{ActId, RecordId, StaffNo};
    use proptest::prelude::*;

    fn written() -> Vec<u8> {
        let act = Act {
            id: ActId::from_bytes([0; 16]),
            at: Time::from_millis(0),
            deed: EpochMember { epoch: 1, staff: StaffNo(2) }.into(),
        };
        Line::write(&Tip::START, Time::from_millis(1), By::Vault, &act.to_raw(), None).unwrap()
    }

    #[test]
    fn a_line_is_frozen_in_its_bytes() {
        // If this fails, old vaults have changed their meaning.
        let expected = format!(
            "{{\"v\":1,\"seq\":1,\"at\":\"1970-01-01T00:00:00.001Z\",\"prev\":\"{}\",\"by\":\"vault\",\"act\":\
             {{\"id\":\"00000000000000000000000000\",\"kind\":\"epoch.member\",\"at\":\"1970-01-01T00:00:00.000Z\",\
             \"data\":{{\"epoch\":1,\"staff\":\"0002\"}}}}}}\n",
            "0".repeat(64)
        );
        assert_eq!(String::from_utf8(written()).unwrap(), expected);
    }

    #[test]
    fn a_number_that_no_line_can_have_is_refused() {
        let text = String::from_utf8(written()).unwrap();
        for seq in ["0", "281474976710656", "18446744073709551615"] {
            let bad = text.trim_end().replace("\"seq\":1", &format!("\"seq\":{seq}"));
            assert!(matches!(Line::parse(bad.as_bytes()), Err(LineError::Number(_))), "{seq}");
        }
    }

    #[test]
    fn a_line_has_one_spelling() {
        let bytes = written();
        let text = std::str::from_utf8(&bytes[..bytes.len() - 1]).unwrap();
        assert!(Line::parse(text.as_bytes()).is_ok());
        for other in [
            text.replace("\"by\":", "\"by\": "),
            text.replace("\"by\":", "\n\"by\":"),
            text.replace("vault", "\\u0076ault"),
            format!("{{\"seq\":1,\"v\":1,{}", text.strip_prefix("{\"v\":1,\"seq\":1,").unwrap()),
        ] {
            assert!(matches!(Line::parse(other.as_bytes()), Err(LineError::Spelling)), "{other}");
        }
    }

    #[test]
    fn a_line_fits_only_its_own_place() {
        let bytes = written();
        let line = Line::parse(&bytes[..bytes.len() - 1]).unwrap();
        assert!(line.follows(&Tip::START).is_ok());
        assert!(matches!(line.follows(&Tip::after(&line)), Err(LineError::Seq { expected: 2, found: 1 })));
        let elsewhere = Tip { lines: 0, last: Sha256([1; 32]), at: Time::MIN };
        assert!(matches!(line.follows(&elsewhere), Err(LineError::Chain)));
    }

    /// A line of a person's, with some of all that a line can have.
    fn signed() -> Vec<u8> {
        let data = RecordReview {
            records: vec![Reviewed { record: RecordId::from_bytes([7; 16]), n: 1, commit: Sha256([2; 32]) }],
            verdict: Verdict::Passed,
            materials: 3,
            compared: Vec::new(),
            plan: None,
            note: None,
        };
        let act = Act { id: ActId::from_bytes([9; 16]), at: Time::from_millis(7), deed: data.into() };
        let tip = Tip { lines: 41, last: Sha256([5; 32]), at: Time::from_millis(3) };
        let (by, sig) = (By::Staff(StaffNo(3)), Some(Signature([6; 64])));
        Line::write(&tip, Time::from_millis(8), by, &act.to_raw(), sig).unwrap()
    }

    #[test]
    fn both_ways_of_reading_say_the_same_of_a_line() {
        for mut bytes in [written(), signed()] {
            bytes.pop();
            let text = std::str::from_utf8(&bytes).unwrap();
            assert!(frame::read(text).is_some(), "{text}");
            let (short, long) = (Line::parse(&bytes).unwrap(), Line::parse_json(&bytes).unwrap());
            assert_eq!(format!("{short:?}"), format!("{long:?}"));
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_a_line_panic_and_none_is_read_in_two_ways(
            is_signed: bool,
            mut cut in 0usize..700,
            byte: u8,
            how in 0..4,
        ) {
            let mut bytes = if is_signed { signed() } else { written() };
            bytes.pop();
            cut = cut.min(bytes.len() - 1);
            match how {
                0 => bytes[cut] = byte,
                1 => bytes.insert(cut, byte),
                2 => drop(bytes.remove(cut)),
                _ => bytes.truncate(cut),
            }
            let (short, long) = (Line::parse(&bytes), Line::parse_json(&bytes));
            prop_assert_eq!(format!("{short:?}"), format!("{long:?}"));
        }
    }
}
