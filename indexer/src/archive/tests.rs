//! Archives: honest ones in any encoding are read, the others refused.

use super::*;
use proptest::prelude::*;
use std::io::Write as _;

/// One file of an archive to be made.
#[derive(Clone)]
struct Item {
    name: Vec<u8>,
    flags: u16,
    content: Vec<u8>,
    deflate: bool,
    /// What the directory says of the size, where that is another.
    said_size: Option<u32>,
    mode: u32,
    extra: Vec<u8>,
}

fn item(name: impl Into<Vec<u8>>, content: &[u8]) -> Item {
    let (name, content) = (name.into(), content.to_vec());
    Item { name, flags: 0, content, deflate: true, said_size: None, mode: 0, extra: Vec::new() }
}

fn put16(into: &mut Vec<u8>, values: &[u16]) {
    values.iter().for_each(|value| into.extend_from_slice(&value.to_le_bytes()));
}

fn put32(into: &mut Vec<u8>, values: &[u32]) {
    values.iter().for_each(|value| into.extend_from_slice(&value.to_le_bytes()));
}

/// An archive as other programs write it, and where each file's header is.
fn zip(items: &[Item]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for item in items {
        let at = bytes.len() as u32;
        let packed = if item.deflate {
            let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
            encoder.write_all(&item.content).unwrap();
            encoder.finish().unwrap()
        } else {
            item.content.clone()
        };
        let method = if item.deflate { 8 } else { 0 };
        let size = item.said_size.unwrap_or(item.content.len() as u32);
        let sizes = [crc32fast::hash(&item.content), packed.len() as u32, size];
        bytes.extend_from_slice(b"PK\x03\x04");
        put16(&mut bytes, &[20, item.flags, method, 0, 0]);
        put32(&mut bytes, &sizes);
        put16(&mut bytes, &[item.name.len() as u16, 0]);
        bytes.extend_from_slice(&item.name);
        bytes.extend_from_slice(&packed);
        directory.extend_from_slice(b"PK\x01\x02");
        put16(&mut directory, &[3 << 8 | 20, 20, item.flags, method, 0, 0]);
        put32(&mut directory, &sizes);
        put16(&mut directory, &[item.name.len() as u16, item.extra.len() as u16, 0, 0, 0]);
        put32(&mut directory, &[item.mode << 16, at]);
        directory.extend_from_slice(&item.name);
        directory.extend_from_slice(&item.extra);
    }
    let at = bytes.len() as u32;
    bytes.extend_from_slice(&directory);
    bytes.extend_from_slice(b"PK\x05\x06");
    put16(&mut bytes, &[0, 0, items.len() as u16, items.len() as u16]);
    put32(&mut bytes, &[directory.len() as u32, at]);
    put16(&mut bytes, &[0]);
    bytes
}

fn on_disk(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file
}

fn open(bytes: &[u8]) -> Result<(File, Archive), ArchiveError> {
    let file = on_disk(bytes);
    Archive::open(&file, Limits { entries: 100, entry_bytes: 1 << 20, total_bytes: 2 << 20 })
        .map(|a| (file, a))
}

fn content(file: &File, entry: &Entry) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    open_entry(file.try_clone()?, entry)?.read_to_end(&mut content)?;
    Ok(content)
}

/// For what an archive is refused.
fn refused(bytes: &[u8]) -> &'static str {
    match open(bytes) {
        Ok(_) => "not refused",
        Err(ArchiveError::Io(_)) => "archive-io",
        Err(ArchiveError::NotOne) => "archive-not-one",
        Err(ArchiveError::Damaged(_)) => "archive-damaged",
        Err(ArchiveError::TooMany { .. }) => "archive-too-many",
        Err(ArchiveError::TooLarge { .. }) => "archive-too-large",
        Err(ArchiveError::Escapes { .. }) => "archive-escapes",
        Err(ArchiveError::Twice { .. }) => "archive-twice",
        Err(ArchiveError::Overlap) => "archive-overlap",
        Err(ArchiveError::Name { .. }) => "archive-name",
    }
}

#[test]
fn names_are_read_in_the_encodings_in_use() {
    let gb = encoding_rs::GB18030.encode("材料\\申请表.pdf").0.into_owned();
    let mut unicode = vec![0x75, 0x70, 0, 0, 1];
    unicode.extend_from_slice(&crc32fast::hash(b"\xff\xfe.pdf").to_le_bytes());
    unicode.extend_from_slice("协议.pdf".as_bytes());
    unicode[2] = (unicode.len() - 4) as u8;
    let items = [
        item(gb, b"in GB18030, parted as Windows parts"),
        Item { flags: 1 << 11, ..item("身份证.jpg", b"marked as UTF-8") },
        item("营业执照.pdf", b"UTF-8 without a mark"),
        Item { extra: unicode, ..item(*b"\xff\xfe.pdf", b"UTF-8 in a field of its own") },
        Item { deflate: false, ..item("./plain.txt", b"stored") },
        item("dir/", b""),
    ];
    let (file, archive) = open(&zip(&items)).unwrap();
    let names: Vec<&str> = archive.entries.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["材料/申请表.pdf", "身份证.jpg", "营业执照.pdf", "协议.pdf", "plain.txt"]);
    for (entry, item) in archive.entries.iter().zip(&items) {
        // A source is opened twice.
        assert_eq!(content(&file, entry).unwrap(), item.content);
        assert_eq!(content(&file, entry).unwrap(), item.content);
    }
    // The same from memory.
    let bytes = zip(&items);
    let limits = Limits { entries: 100, entry_bytes: 1 << 20, total_bytes: 2 << 20 };
    let held = entries(&bytes[..], bytes.len() as u64, limits).unwrap();
    assert_eq!(held, archive.entries);
    for (entry, item) in held.iter().zip(&items) {
        let mut content = Vec::new();
        open_entry(&bytes[..], entry).unwrap().read_to_end(&mut content).unwrap();
        assert_eq!(content, item.content);
    }
}

#[test]
fn archives_that_mean_no_good_are_refused_as_a_whole() {
    let zeros = vec![0; 1 << 20];
    for (items, key) in [
        (vec![item("../etc/passwd", b"x")], "archive-escapes"),
        (vec![item("a/../../b", b"x")], "archive-escapes"),
        (vec![item("/etc/passwd", b"x")], "archive-escapes"),
        (vec![item("..\\b", b"x")], "archive-escapes"),
        (vec![item("C:\\b", b"x")], "archive-escapes"),
        (vec![item("a\0b", b"x")], "archive-escapes"),
        (vec![item("a", b"x"), item("a", b"y")], "archive-twice"),
        (vec![item("a", b"x"), item("./a", b"y")], "archive-twice"),
        (vec![item(*b"\xff\xff", b"x")], "archive-name"),
        (vec![Item { flags: 1 << 11, ..item(*b"\xc9\xea", b"x") }], "archive-name"),
        (vec![item("a", &zeros), item("b", &zeros), item("c", b"x")], "archive-too-large"),
        (vec![item("a", &[zeros.clone(), vec![0]].concat())], "archive-too-large"),
        ((0..101).map(|no| item(format!("{no}"), b"")).collect(), "archive-too-many"),
    ] {
        assert_eq!(refused(&zip(&items)), key, "{:?}", String::from_utf8_lossy(&items[0].name));
    }
    assert_eq!(refused(b"no archive"), "archive-not-one");
    assert_eq!(refused(b""), "archive-not-one");
    // Two entries of the directory lead to the same bytes.
    let mut shared = zip(&[item("a", b"content"), item("b", b"content")]);
    let second = shared.windows(4).rposition(|w| w == b"PK\x01\x02").unwrap();
    shared[second + 42..second + 46].fill(0);
    assert_eq!(refused(&shared), "archive-overlap");
}

#[test]
fn a_file_that_is_not_what_the_archive_says_is_not_given() {
    let honest = b"honest content";
    for (what, item, part) in [
        ("a bomb", Item { said_size: Some(4), ..item("a", honest) }, "larger"),
        ("too short", Item { said_size: Some(400), ..item("a", honest) }, "smaller"),
        ("encrypted", Item { flags: 1, ..item("a", honest) }, "encrypted"),
        ("a link", Item { mode: 0o120_777, ..item("a", honest) }, "regular"),
    ] {
        let (file, archive) = open(&zip(&[item])).unwrap();
        let error = content(&file, &archive.entries[0]).expect_err(what);
        assert!(error.to_string().contains(part), "{what}: {error}");
    }
    let bytes = zip(&[Item { deflate: false, ..item("a", honest) }]);
    let at = bytes.windows(honest.len()).position(|w| w == honest).unwrap();
    let mut flipped = bytes.clone();
    flipped[at] ^= 1;
    let (file, archive) = open(&flipped).unwrap();
    assert!(content(&file, &archive.entries[0]).unwrap_err().to_string().contains("checksum"));
    // Another name beside the bytes than in the directory.
    let mut renamed = bytes;
    renamed[30] = b'b';
    let (file, archive) = open(&renamed).unwrap();
    assert!(content(&file, &archive.entries[0]).is_err());
}

#[test]
fn an_archive_cut_anywhere_is_no_archive() {
    let bytes = zip(&[item("a", b"content"), item("b", b"more")]);
    for cut in 0..bytes.len() {
        assert_ne!(refused(&bytes[..cut]), "not refused", "cut at byte {cut}");
    }
}

#[test]
fn what_is_packed_here_is_read_here_and_elsewhere() {
    let bytes = {
        let mut pack = pack::Pack::new(Vec::new());
        for (name, content) in [("xl/a.xml", "first"), ("申请表.txt", "second")] {
            let mut file = pack.file(name).unwrap();
            file.write_all(content.as_bytes()).unwrap();
            pack = file.end().unwrap();
        }
        pack.finish().unwrap()
    };
    let (file, archive) = open(&bytes).unwrap();
    assert_eq!(content(&file, &archive.entries[1]).unwrap(), b"second");
    // The archiver that Debian has, where it is installed.
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.zip");
    std::fs::write(&path, bytes).unwrap();
    if let Ok(run) = std::process::Command::new("unzip").arg("-t").arg(&path).output() {
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever is changed in an archive, it is read rightly, or not at all.
    #[test]
    fn no_changed_byte_gives_other_content(at in 0usize..400, bit in 0u8..8) {
        let items = [item("a.txt", b"the first of two"), item("b.txt", b"the second of two")];
        let mut bytes = zip(&items);
        let at = at % bytes.len();
        bytes[at] ^= 1 << bit;
        if let Ok((file, archive)) = open(&bytes) {
            for entry in &archive.entries {
                if let Ok(content) = content(&file, entry) {
                    prop_assert!(items.iter().any(|item| item.content == content));
                }
            }
        }
    }
}
