//! Which format a document is of: by what is in it; by its name only where that does not tell.

use super::bytes::latin1;
use super::charset;
use super::compound::{Compound, MAGIC};
use super::parts::Parts;
use crate::archive::{self, open_entry};
use std::borrow::Cow;
use std::io::Read;

/// Bytes of text in which the beginning of a page or a message is looked for.
const LOOK_BYTES: usize = 8 << 10;

/// A format of documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// PDF; read elsewhere.
    Pdf,
    /// A picture; read elsewhere.
    Picture(Picture),
    /// OFD, GB/T 33190.
    Ofd,
    /// Word since 2007.
    Docx,
    /// Excel since 2007.
    Xlsx,
    /// PowerPoint since 2007.
    Pptx,
    /// OpenDocument: text, sheets, slides.
    Odf,
    /// Rich text.
    Rtf,
    /// A web page.
    Html,
    /// XML of another kind.
    Xml,
    /// E-mail, as one message, a box of them, or Outlook's own file.
    Mail,
    /// Plain text.
    Plain,
    /// Word up to 2003.
    Doc,
    /// Excel up to 2003.
    Xls,
    /// PowerPoint up to 2003.
    Ppt,
    /// Files packed together, or one packed by itself: no document.
    Archive,
    /// None of these.
    Unknown,
}

/// A format of pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Picture {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// TIFF.
    Tiff,
    /// GIF.
    Gif,
    /// BMP.
    Bmp,
    /// WebP.
    Webp,
}

/// Says which format a document is of.
///
/// Shape: what its bytes say counts; its name only where they say no more than "text", or where they are cut.
pub fn sniff(bytes: &[u8], name: &str) -> Kind {
    let by_name = by_name(name);
    if let Some(kind) = by_magic(bytes) {
        return kind;
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return in_archive(bytes, by_name);
    }
    if bytes.starts_with(MAGIC) {
        return in_compound(bytes, by_name);
    }
    // Some programs write something before it; readers look for it in the first 1024 bytes.
    if bytes[..bytes.len().min(1024)].windows(5).any(|word| word == b"%PDF-") {
        return Kind::Pdf;
    }
    in_text(bytes, by_name)
}

fn by_magic(bytes: &[u8]) -> Option<Kind> {
    Some(match bytes {
        [b'%', b'P', b'D', b'F', b'-', ..] => Kind::Pdf,
        [b'{', b'\\', b'r', b't', b'f', ..] => Kind::Rtf,
        [0xff, 0xd8, 0xff, ..] => Kind::Picture(Picture::Jpeg),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Kind::Picture(Picture::Png),
        [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => Kind::Picture(Picture::Tiff),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Kind::Picture(Picture::Gif),
        // Behind the size of the file and four zeros stands where the picture begins.
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, _, _, 0, 0, ..] => Kind::Picture(Picture::Bmp),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Kind::Picture(Picture::Webp),
        [0x1f, 0x8b, 8, ..]
        | [b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c, ..]
        | [b'R', b'a', b'r', b'!', 0x1a, 7, ..]
        | [0xfd, b'7', b'z', b'X', b'Z', 0, ..]
        | [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, ..] => Kind::Archive,
        _ if bytes.get(257..262) == Some(b"ustar") => Kind::Archive,
        _ => return None,
    })
}

fn by_name(name: &str) -> Kind {
    let (_, extension) = name.rsplit_once('.').unwrap_or_default();
    match extension.to_ascii_lowercase().as_str() {
        "ofd" => Kind::Ofd,
        "docx" | "docm" | "dotx" | "dotm" => Kind::Docx,
        "xlsx" | "xlsm" | "xltx" | "xltm" => Kind::Xlsx,
        "pptx" | "pptm" | "ppsx" | "potx" => Kind::Pptx,
        "odt" | "ods" | "odp" | "odg" | "ott" | "ots" | "otp" => Kind::Odf,
        "doc" | "dot" | "wps" => Kind::Doc,
        "xls" | "xlt" | "et" => Kind::Xls,
        "ppt" | "pps" | "pot" | "dps" => Kind::Ppt,
        "eml" | "mht" | "mhtml" | "mbox" | "msg" => Kind::Mail,
        "htm" | "html" | "xhtml" => Kind::Html,
        "xml" => Kind::Xml,
        _ => Kind::Unknown,
    }
}

/// What an archive is: the names in it tell.
fn in_archive(bytes: &[u8], by_name: Kind) -> Kind {
    let Ok(parts) = Parts::open(bytes, super::Limits::default().entries) else {
        return in_broken_archive(bytes, by_name);
    };
    let begins = |start: &str| parts.names().any(|name| name.starts_with(start));
    match () {
        () if parts.has("OFD.xml") || parts.has("Encryptions.xml") => Kind::Ofd,
        () if parts.has("[Content_Types].xml") => match () {
            // XLSB has no XML in it.
            () if parts.has("xl/workbook.bin") => Kind::Unknown,
            () if begins("word/") => Kind::Docx,
            () if begins("xl/") => Kind::Xlsx,
            () if begins("ppt/") => Kind::Pptx,
            () => by_content_types(bytes),
        },
        () if parts.has("content.xml") && parts.has("META-INF/manifest.xml") => Kind::Odf,
        () if parts.has("mimetype") && is_open_document(&start_of(bytes, "mimetype", 128)) => Kind::Odf,
        () => Kind::Archive,
    }
}

/// What an Office document is whose parts lie in unusual places.
fn by_content_types(bytes: &[u8]) -> Kind {
    let types = start_of(bytes, "[Content_Types].xml", 256 << 10);
    let types = String::from_utf8_lossy(&types);
    for (word, kind) in [
        ("wordprocessingml.document.main", Kind::Docx),
        ("wordprocessingml.template.main", Kind::Docx),
        ("spreadsheetml.sheet.main", Kind::Xlsx),
        ("presentationml.presentation.main", Kind::Pptx),
        ("presentationml.slideshow.main", Kind::Pptx),
    ] {
        if types.contains(word) {
            return kind;
        }
    }
    Kind::Unknown
}

fn is_open_document(mimetype: &[u8]) -> bool {
    let mimetype = String::from_utf8_lossy(mimetype);
    mimetype.starts_with("application/vnd.oasis.opendocument")
        || mimetype.starts_with("application/vnd.sun.xml")
}

/// The beginning of a file in an archive; empty where there is none.
fn start_of(bytes: &[u8], name: &str, bytes_max: u64) -> Vec<u8> {
    let limits = archive::Limits {
        entries: super::Limits::default().entries,
        entry_bytes: u64::MAX,
        total_bytes: u64::MAX,
    };
    let mut start = Vec::new();
    if let Ok(entries) = archive::entries(bytes, bytes.len() as u64, limits)
        && let Some(entry) = entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name))
        && let Ok(content) = open_entry(bytes, entry)
    {
        // What could be read of it is enough to be told by.
        let _ = content.take(bytes_max).read_to_end(&mut start);
    }
    start
}

/// What an archive was before it was cut or damaged: the name of its first file tells, else its own name.
fn in_broken_archive(bytes: &[u8], by_name: Kind) -> Kind {
    let word =
        |at: usize| bytes.get(at..at + 2).map_or(0, |two| usize::from(two[0]) | usize::from(two[1]) << 8);
    let first = bytes.get(30..30 + word(26)).unwrap_or_default();
    let content = bytes.get(30 + word(26) + word(28)..).unwrap_or_default();
    let zipped = matches!(by_name, Kind::Ofd | Kind::Docx | Kind::Xlsx | Kind::Pptx | Kind::Odf);
    match first {
        b"OFD.xml" => Kind::Ofd,
        b"mimetype" if is_open_document(&content[..content.len().min(128)]) => Kind::Odf,
        _ if zipped => by_name,
        _ if first.starts_with(b"word/") => Kind::Docx,
        _ if first.starts_with(b"xl/") => Kind::Xlsx,
        _ if first.starts_with(b"ppt/") => Kind::Pptx,
        b"[Content_Types].xml" => Kind::Docx,
        _ => Kind::Archive,
    }
}

/// What a compound file is: the names in it tell.
fn in_compound(bytes: &[u8], by_name: Kind) -> Kind {
    let Some(compound) = Compound::open(bytes) else {
        return match by_name {
            Kind::Doc | Kind::Xls | Kind::Ppt | Kind::Mail => by_name,
            _ => Kind::Unknown,
        };
    };
    match () {
        () if compound.has("EncryptedPackage") => match by_name {
            Kind::Xlsx | Kind::Pptx => by_name,
            Kind::Xls => Kind::Xlsx,
            Kind::Ppt => Kind::Pptx,
            _ => Kind::Docx,
        },
        () if compound.has("WordDocument") => Kind::Doc,
        () if compound.has("Workbook") || compound.has("Book") => Kind::Xls,
        () if compound.has("PowerPoint Document") => Kind::Ppt,
        () if compound.has("__properties_version1.0") => Kind::Mail,
        () => Kind::Unknown,
    }
}

/// What a text is.
fn in_text(bytes: &[u8], by_name: Kind) -> Kind {
    let look = &bytes[..bytes.len().min(LOOK_BYTES)];
    // A sheet of old Excel by itself, without a compound file around it.
    if matches!(look, [0x09, 0x08, 0x08 | 0x10, 0x00, 0x00, 0x05 | 0x06, ..]) {
        return Kind::Xls;
    }
    let (text, is_text) = match charset::decoded(look) {
        Some(text) => (text, true),
        // Tags can be told in encodings that the text itself cannot.
        None if !look.contains(&0) => (Cow::Owned(latin1(look)), false),
        None => return Kind::Unknown,
    };
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let lower: String = start.chars().take(4096).collect::<String>().to_ascii_lowercase();
    const TAGS: [&str; 12] = [
        "<!doctype html",
        "<html",
        "<head",
        "<body",
        "<title",
        "<meta",
        "<script",
        "<style",
        "<table",
        "<div",
        "<p>",
        "<br",
    ];
    let is_html = |text: &str| TAGS.iter().any(|tag| text.starts_with(tag));
    if is_html(&lower) {
        return Kind::Html;
    }
    if lower.starts_with("<?xml") || lower.starts_with("<!--") || lower.starts_with("<!doctype") {
        // Behind the declaration and comments stands what it is.
        let root = root_of(&lower);
        return match () {
            () if root.starts_with("<html") || lower.contains("<!doctype html") => Kind::Html,
            () if !lower.starts_with("<?xml") && is_html(root) => Kind::Html,
            () if lower.starts_with("<?xml") || root.starts_with('<') => Kind::Xml,
            () => Kind::Plain,
        };
    }
    if is_message(start) {
        return Kind::Mail;
    }
    match by_name {
        _ if !is_text => Kind::Unknown,
        Kind::Mail | Kind::Html | Kind::Xml => by_name,
        _ => Kind::Plain,
    }
}

/// A text behind declarations, comments and blanks.
fn root_of(mut text: &str) -> &str {
    loop {
        text = text.trim_start();
        let end = match () {
            () if text.starts_with("<!--") => "-->",
            () if text.starts_with("<?") => "?>",
            () if text.starts_with("<!doctype") => ">",
            () => return text,
        };
        match text.find(end) {
            Some(at) => text = &text[at + end.len()..],
            None => return "",
        }
    }
}

/// Says whether a text begins as a message does: with fields, two of which messages have.
fn is_message(text: &str) -> bool {
    const FIELDS: [&str; 16] = [
        "from",
        "to",
        "subject",
        "date",
        "received",
        "return-path",
        "message-id",
        "mime-version",
        "delivered-to",
        "content-type",
        "reply-to",
        "x-mailer",
        "cc",
        "sender",
        "x-received",
        "dkim-signature",
    ];
    let mut lines = text.lines();
    let mut known = 0;
    if text.starts_with("From ") {
        // A box of messages: each begins so.
        lines.next();
        known = 1;
    }
    for line in lines.take(60) {
        if line.starts_with([' ', '\t']) {
            continue;
        }
        let Some((field, _)) = line.split_once(':') else { break };
        if field.is_empty() || !field.bytes().all(|b| b.is_ascii_graphic()) {
            break;
        }
        known += usize::from(FIELDS.contains(&field.to_ascii_lowercase().as_str()));
    }
    known >= 2
}
