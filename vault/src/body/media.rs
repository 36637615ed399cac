//! What a file is, by its first bytes; its name decides only where they leave it open.
//!
//! A small table of what applications are made of. It judges nothing and refuses nothing.

use std::ffi::OsStr;
use std::path::Path;

/// Formats that are packed already, down to their last bytes.
const PACKED: &[&str] = &[
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "image/heic",
    "image/heif",
    "image/avif",
    "audio/mp4",
    "audio/mpeg",
    "audio/ogg",
    "application/ogg",
    "video/mp4",
    "video/quicktime",
    "video/x-matroska",
    "application/gzip",
    "application/zstd",
    "application/x-7z-compressed",
    "application/vnd.rar",
];

/// Whether packing such a file once more would be in vain.
pub(crate) fn packed(media_type: &str) -> bool {
    PACKED.contains(&media_type)
}

/// As many bytes of a file as [`media_type`] wants to see.
pub(crate) const HEAD_BYTES: usize = 4096;

const UNKNOWN: &str = "application/octet-stream";

/// Formats that say themselves what they are. A file is never taken for one of these by its name alone.
const SIGNATURES: &[(usize, &[u8], &str)] = &[
    (0, b"%PDF-", "application/pdf"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (8, b"WEBP", "image/webp"),
    (8, b"WAVE", "audio/wav"),
    (8, b"AVI ", "video/x-msvideo"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypheix", "image/heic"),
    (4, b"ftypmif1", "image/heif"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftyp", "video/mp4"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"OggS", "application/ogg"),
    (0, b"\x1a\x45\xdf\xa3", "video/x-matroska"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"\x28\xb5\x2f\xfd", "application/zstd"),
    (257, b"ustar", "application/x-tar"),
    (0, b"SQLite format 3\0", "application/vnd.sqlite3"),
];

/// What a ZIP file is called that has this extension.
const IN_ZIP: &[(&str, &str)] = &[
    ("ofd", "application/ofd"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("docm", "application/vnd.ms-word.document.macroEnabled.12"),
    ("xlsm", "application/vnd.ms-excel.sheet.macroEnabled.12"),
    ("odt", "application/vnd.oasis.opendocument.text"),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
    ("epub", "application/epub+zip"),
];

/// The same for the container of old office files.
const IN_OLE: &[(&str, &str)] = &[
    ("doc", "application/msword"),
    ("xls", "application/vnd.ms-excel"),
    ("ppt", "application/vnd.ms-powerpoint"),
    ("wps", "application/vnd.ms-works"),
    ("msg", "application/vnd.ms-outlook"),
];

/// The same for ASN.1 in DER.
const IN_DER: &[(&str, &str)] = &[
    ("cer", "application/pkix-cert"),
    ("crt", "application/pkix-cert"),
    ("der", "application/pkix-cert"),
    ("crl", "application/pkix-crl"),
    ("p10", "application/pkcs10"),
    ("csr", "application/pkcs10"),
    ("p12", "application/x-pkcs12"),
    ("pfx", "application/x-pkcs12"),
    ("p7b", "application/x-pkcs7-certificates"),
    ("p7c", "application/pkcs7-mime"),
    ("p7m", "application/pkcs7-mime"),
    ("p7s", "application/pkcs7-signature"),
    ("tsr", "application/timestamp-reply"),
    ("tsq", "application/timestamp-query"),
];

/// The same for readable text.
const IN_TEXT: &[(&str, &str)] = &[
    ("csv", "text/csv"),
    ("htm", "text/html"),
    ("html", "text/html"),
    ("md", "text/markdown"),
    ("json", "application/json"),
    ("xml", "application/xml"),
    ("svg", "image/svg+xml"),
    ("eml", "message/rfc822"),
    ("toml", "application/toml"),
];

/// Returns the media type of a file with this beginning and this original name.
///
/// - Shape: always `type/subtype` in ASCII, without parameters; `application/octet-stream` where nothing fits.
/// - Units: only the first [`HEAD_BYTES`] of `head` are looked at.
pub(crate) fn media_type(head: &[u8], name: &OsStr) -> &'static str {
    let head = &head[..head.len().min(HEAD_BYTES)];
    let extension =
        Path::new(name).extension().and_then(OsStr::to_str).unwrap_or_default().to_ascii_lowercase();
    let named = |table: &[(&str, &'static str)]| {
        table.iter().find(|(known, _)| *known == extension).map(|(_, media)| *media)
    };
    let signed =
        |(at, bytes, _): &&(usize, &[u8], &str)| head.get(*at..).is_some_and(|rest| rest.starts_with(bytes));
    if head.is_empty() {
        UNKNOWN
    } else if let Some((_, _, media)) = SIGNATURES.iter().find(signed) {
        media
    } else if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        named(IN_ZIP).unwrap_or("application/zip")
    } else if head.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        named(IN_OLE).unwrap_or("application/x-ole-storage")
    } else if head.starts_with(b"BM") && head.get(6..10) == Some(&[0; 4]) {
        "image/bmp"
    } else if head[..head.len().min(1024)].windows(5).any(|five| five == b"%PDF-") {
        // Readers accept the mark anywhere in the first 1024 bytes, and scanners rely on it.
        "application/pdf"
    } else if head.starts_with(b"-----BEGIN ") {
        "application/x-pem-file"
    } else if head.starts_with(b"\x30") && named(IN_DER).is_some() {
        named(IN_DER).unwrap_or(UNKNOWN)
    } else if is_text(head) {
        named(IN_TEXT).unwrap_or("text/plain")
    } else if matches!(&*extension, "txt" | "csv") && !head.contains(&0) {
        // GB18030, most likely.
        named(IN_TEXT).unwrap_or("text/plain")
    } else {
        UNKNOWN
    }
}

/// Says whether the bytes are UTF-8 without controls, the last character possibly cut.
fn is_text(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(e) if e.error_len().is_none() && head.len() == HEAD_BYTES => {
            std::str::from_utf8(&head[..e.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !text.is_empty() && !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(name: &str, head: &[u8], media: &str) {
        assert_eq!(media_type(head, OsStr::new(name)), media, "{name}");
    }

    #[test]
    fn content_comes_before_the_name() {
        check("scan.png", b"\xff\xd8\xff\xe0JFIF", "image/jpeg");
        check("申请表", b"%PDF-1.7\n", "application/pdf");
        check("scan.pdf", b"\xef\xbb\xbf\r\n%PDF-1.4\n", "application/pdf");
        check("photo.heic", b"\0\0\0\x18ftypheic\0\0\0\0", "image/heic");
        check("clip.bin", b"\0\0\0\x18ftypisom\0\0\0\0", "video/mp4");
    }

    #[test]
    fn the_name_decides_inside_a_container() {
        check("发票.OFD", b"PK\x03\x04....", "application/ofd");
        check("a.zip", b"PK\x03\x04....", "application/zip");
        check("a.pdf", b"PK\x03\x04....", "application/zip");
        check("合同.docx", b"PK\x03\x04....", IN_ZIP[1].1);
        check("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword");
        check("user.cer", b"\x30\x82\x03\x01", "application/pkix-cert");
        check("user.pem", b"-----BEGIN CERTIFICATE-----\n", "application/x-pem-file");
    }

    #[test]
    fn a_name_alone_does_not_make_a_signed_format() {
        check("locked.pdf", b"\x01\x02\x03", UNKNOWN);
        check("empty.pdf", b"", UNKNOWN);
        check("x.cer", b"\xff\x00", UNKNOWN);
    }

    #[test]
    fn text_is_told_from_bytes() {
        check("list.csv", "编号,姓名\n1,张三\n".as_bytes(), "text/csv");
        check("readme", "说明\n".as_bytes(), "text/plain");
        check("gbk.txt", b"\xd6\xd0\xce\xc4\r\n", "text/plain");
        check("gbk.dat", b"\xd6\xd0\xce\xc4\r\n", UNKNOWN);
        check("nul.txt", b"a\0b", UNKNOWN);
        let long = "字".repeat(HEAD_BYTES);
        check("long.txt", &long.as_bytes()[..HEAD_BYTES], "text/plain");
        check("long.txt", long.as_bytes(), "text/plain");
    }

    proptest! {
        #[test]
        fn any_bytes_have_a_type(head in proptest::collection::vec(any::<u8>(), 0..600), name in "\\PC{0,12}") {
            let media = media_type(&head, OsStr::new(&name));
            prop_assert!(media.is_ascii() && media.split('/').count() == 2);
        }
    }
}
