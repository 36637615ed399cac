//! Whether bytes are the one spelling that what was read from them is written in.

mod read; // what is spelt so, without writing it

pub(crate) use self::read::{cut, read_spelt};
use serde::Serialize;
use std::io::{self, Write};

/// Compares what is written with what should be, and keeps none of it.
struct Expected<'a>(&'a [u8]);

impl Write for Expected<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.strip_prefix(bytes).ok_or(io::ErrorKind::InvalidData)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether a value is written as exactly these bytes.
pub(crate) fn is_spelt(value: &impl Serialize, bytes: &[u8]) -> bool {
    let mut expected = Expected(bytes);
    serde_json::to_writer(&mut expected, value).is_ok() && expected.0.is_empty()
}

#[cfg(test)]
mod tests {
    use super::is_spelt;

    #[test]
    fn nothing_more_and_nothing_less() {
        assert!(is_spelt(&[1, 2], b"[1,2]"));
        for other in [&b"[1,2"[..], b"[1,2] ", b"[1,3]", b"", b"[1, 2]"] {
            assert!(!is_spelt(&[1, 2], other), "{other:?}");
        }
    }
}
