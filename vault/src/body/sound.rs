//! Whether a file can be opened at all, as far as its last bytes tell.
//!
//! Says less than a reader of the format would, and never says too much: a flaw is named only where every reader
//! would fail, or would ask for a password. Looks at what passes by; holds the last few kilobytes.

use jingui_schema::facts::Flaw;

/// As many bytes of a file's end as are looked at.
const TAIL_BYTES: usize = 4096;

/// The end of a file, while it passes by in pieces.
#[derive(Default)]
pub(super) struct Tail {
    bytes: Vec<u8>,
}

impl Tail {
    /// Takes the next piece.
    pub(super) fn update(&mut self, piece: &[u8]) {
        if let Some(last) = piece.len().checked_sub(TAIL_BYTES) {
            self.bytes.clear();
            self.bytes.extend_from_slice(&piece[last..]);
            return;
        }
        let over = (self.bytes.len() + piece.len()).saturating_sub(TAIL_BYTES);
        self.bytes.drain(..over);
        self.bytes.extend_from_slice(piece);
    }

    /// What is wrong with a file of this media type that ends so.
    pub(super) fn flaw(&self, media_type: &str, size: u64) -> Option<Flaw> {
        let tail = &self.bytes[..];
        let has = |mark: &[u8]| tail.windows(mark.len()).any(|at| at == mark);
        let cut = |whole: bool| (!whole).then_some(Flaw::Cut);
        match media_type {
            _ if size == 0 => Some(Flaw::Empty),
            // The trailer that says so lies at the end, or in a stream whose dictionary does.
            "application/pdf" if has(b"/Encrypt") => Some(Flaw::Locked),
            "application/pdf" => cut(has(b"%%EOF")),
            // Some cameras put more behind the picture, and some scanners fill up with zeros.
            "image/jpeg" => cut(has(b"\xff\xd9")),
            "image/png" => cut(has(b"IEND\xae\x42\x60\x82")),
            "image/gif" => cut(has(b";")),
            // The record that ends an archive is followed by a comment of 64 KiB at most; nearly always by none.
            _ if is_zip(media_type) && size < TAIL_BYTES as u64 => cut(has(b"PK\x05\x06")),
            _ if is_zip(media_type) => cut(has(b"PK\x05\x06") || has(b"PK\x01\x02")),
            _ => None,
        }
    }
}

fn is_zip(media_type: &str) -> bool {
    matches!(media_type, "application/zip" | "application/ofd" | "application/epub+zip")
        || media_type.starts_with("application/vnd.openxmlformats-officedocument.")
        || media_type.starts_with("application/vnd.oasis.opendocument.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(media_type: &str, bytes: &[u8], flaw: Option<Flaw>) {
        for piece in [1, 7, TAIL_BYTES, 100_000] {
            let mut tail = Tail::default();
            bytes.chunks(piece).for_each(|piece| tail.update(piece));
            assert_eq!(tail.flaw(media_type, bytes.len() as u64), flaw, "{media_type}, pieces of {piece}");
        }
    }

    #[test]
    fn a_file_that_was_cut_off_shows_it_at_its_end() {
        let long = |end: &[u8]| [&vec![b'x'; 50_000][..], end].concat();
        check("application/pdf", &long(b"startxref\n9\n%%EOF\n"), None);
        check("application/pdf", &long(b"endobj\n"), Some(Flaw::Cut));
        check("application/pdf", &long(b"trailer <</Encrypt 5 0 R>>\n%%EOF"), Some(Flaw::Locked));
        check("image/jpeg", &long(b"\xff\xd9"), None);
        check("image/jpeg", &long(&[&b"\xff\xd9"[..], &[0; 100]].concat()), None);
        check("image/jpeg", &long(b"\xff\xd8"), Some(Flaw::Cut));
        check("image/png", &long(b"\0\0\0\0IEND\xae\x42\x60\x82"), None);
        check("image/png", &long(b"IDAT"), Some(Flaw::Cut));
        check("application/ofd", &long(b"PK\x05\x06\0\0\0\0"), None);
        check("application/ofd", &long(b"PK\x03\x04"), Some(Flaw::Cut));
        check("text/plain", b"", Some(Flaw::Empty));
        check("text/plain", b"x", None);
        check("application/octet-stream", &long(b""), None);
    }
}
