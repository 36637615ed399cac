//! Stored frames: zstd frames of raw blocks, for what is packed already.
//!
//! Looking for something to pack in a scan costs more than sealing it and finds nothing. Source: RFC 8878, 3.1.1.

use super::BLOCK_BYTES;
use std::hash::Hasher as _;
use std::io;
use twox_hash::XxHash64;

const MAGIC: [u8; 4] = 0xFD2F_B528_u32.to_le_bytes();
/// Content size in 8 bytes, a window given, a checksum at the end.
const DESCRIPTOR: u8 = 0b1100_0100;
/// 512 KiB: 2 to the power of 10 and of the upper five bits.
const WINDOW: u8 = 9 << 3;
/// The lowest bit of a block's header; the next two say its type, 0 for raw, the rest its size.
const LAST: u32 = 1;

/// A stored frame under way.
pub(super) struct Stored {
    /// Bytes of the content still to come.
    left: u64,
    checksum: XxHash64,
}

impl Stored {
    /// A frame for so many bytes, at least one; and its header.
    pub fn begin(size: u64) -> (Self, [u8; 14]) {
        let mut header = [0; 14];
        header[..4].copy_from_slice(&MAGIC);
        header[4..6].copy_from_slice(&[DESCRIPTOR, WINDOW]);
        header[6..].copy_from_slice(&size.to_le_bytes());
        (Self { left: size, checksum: XxHash64::with_seed(0) }, header)
    }

    /// Hands the next bytes on, in blocks.
    ///
    /// Errors: `InvalidInput` where more come than were announced; those of `out`.
    pub fn blocks(&mut self, bytes: &[u8], mut out: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        self.checksum.write(bytes);
        for block in bytes.chunks(BLOCK_BYTES) {
            let size = block.len() as u64;
            self.left = self.left.checked_sub(size).ok_or(io::ErrorKind::InvalidInput)?;
            let last = if self.left == 0 { LAST } else { 0 };
            out(&((block.len() as u32) << 3 | last).to_le_bytes()[..3])?;
            out(block)?;
        }
        Ok(())
    }

    /// What stands at the end: the lower half of the content's XXH64.
    ///
    /// Errors: `InvalidInput` where less came than was announced.
    pub fn end(self) -> io::Result<[u8; 4]> {
        match self.left {
            0 => Ok((self.checksum.finish() as u32).to_le_bytes()),
            _ => Err(io::ErrorKind::InvalidInput.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stored(content: &[u8], piece: usize) -> io::Result<Vec<u8>> {
        let (mut frame, header) = Stored::begin(content.len() as u64);
        let mut all = header.to_vec();
        for piece in content.chunks(piece) {
            frame.blocks(piece, |bytes| {
                all.extend_from_slice(bytes);
                Ok(())
            })?;
        }
        all.extend(frame.end()?);
        Ok(all)
    }

    proptest! {
        #[test]
        fn zstd_opens_what_is_stored(size in 1..600_000_usize, piece in 1..300_000_usize, seed: u8) {
            let content: Vec<u8> = (0..size).map(|i| ((i * 31) >> 3) as u8 ^ seed).collect();
            let frame = stored(&content, piece.max(size / 64))?;
            prop_assert_eq!(zstd::zstd_safe::get_frame_content_size(&frame).ok().flatten(), Some(size as u64));
            prop_assert_eq!(zstd::stream::decode_all(&frame[..])?, content);
            let mut broken = frame;
            let at = broken.len() - 4 - size / 2;
            broken[at] ^= 1;
            prop_assert!(zstd::stream::decode_all(&broken[..]).is_err(), "the checksum holds the content");
        }
    }

    #[test]
    fn a_length_that_was_not_announced_is_refused() {
        let (mut frame, _) = Stored::begin(2);
        assert!(frame.blocks(b"abc", |_| Ok(())).is_err());
        let (mut frame, _) = Stored::begin(4);
        assert!(frame.blocks(b"abc", |_| Ok(())).is_ok() && frame.end().is_err());
    }
}
