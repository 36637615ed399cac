//! What a body promises: the bytes come back, stock tools read it, and no damage passes.

use super::*;
use crate::env::Env;
use crate::error::Error;
use crate::fs::{Fs, OsFs};
use jingui_schema::digest::Sha256;
use proptest::prelude::*;
use std::ffi::OsString;
use std::io::{Cursor, Write};
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A source that gives other bytes each time it is opened, where it is told so.
struct Given {
    name: OsString,
    opened: AtomicUsize,
    open: Box<dyn Fn(usize) -> io::Result<Box<dyn Read + Send>> + Send + Sync>,
}

impl Source for Given {
    fn name(&self) -> &OsStr {
        &self.name
    }
    fn describe(&self) -> String {
        format!("test/{}", self.name.display())
    }
    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        (self.open)(self.opened.fetch_add(1, Ordering::SeqCst) + 1)
    }
}

fn given(
    name: impl Into<OsString>,
    open: impl Fn(usize) -> io::Result<Box<dyn Read + Send>> + Send + Sync + 'static,
) -> Incoming {
    let source = Given { name: name.into(), opened: AtomicUsize::new(0), open: Box::new(open) };
    Incoming { source: Box::new(source), kind: DocumentKind::App, title: None, seen: Default::default() }
}

fn bytes(name: &str, bytes: Vec<u8>) -> Incoming {
    given(name, move |_| Ok(Box::new(Cursor::new(bytes.clone()))))
}

fn head() -> BodyHead<'static> {
    BodyHead {
        vault: VaultId::from_bytes([1; 16]),
        record: RecordId::from_bytes([2; 16]),
        filing: 1,
        numbers: Numbers::From(1),
    }
}

struct Filed {
    dir: tempfile::TempDir,
    env: Env,
    sealed: SealedBody,
}

impl Filed {
    fn path(&self) -> PathBuf {
        self.dir.path().join("body.age")
    }
    fn open(&self) -> Body {
        Body::open(&OsFs, &self.path(), &self.sealed.identity).unwrap()
    }
    fn document(&self, i: usize) -> Vec<u8> {
        let mut out = Vec::new();
        self.open().copy_document(&self.sealed.documents[i], &mut out).unwrap();
        out
    }
    fn check_all(&self) -> crate::error::Result<()> {
        let head = head();
        let mut body = Body::open(&OsFs, &self.path(), &self.sealed.identity)?;
        body.check_all(head.vault, head.record, head.filing, &self.sealed.documents)
    }
}

fn try_file(incoming: &[Incoming], buffers: &mut Buffers) -> crate::error::Result<Filed> {
    let (dir, env) = (tempfile::tempdir().unwrap(), Env::of_host());
    let path = dir.path().join("body.age");
    match write_body(&env, &path, &head(), incoming, buffers) {
        Ok(sealed) => {
            read_back(&env, &path, &sealed, &head(), buffers)?;
            Ok(Filed { dir, env, sealed })
        }
        Err(error) => {
            assert!(!path.exists(), "nothing half-written is left");
            Err(error)
        }
    }
}

fn file(incoming: &[Incoming]) -> Filed {
    try_file(incoming, &mut Buffers::new()).unwrap()
}

/// Bytes that neither compress nor need a random source.
fn noise(bytes: usize, seed: u64) -> Vec<u8> {
    let mut out = vec![0; bytes];
    Noise(blake3::Hasher::new().update(&seed.to_le_bytes()).finalize_xof()).0.fill(&mut out);
    out
}

struct Noise(blake3::OutputReader);

/// Some Chinese text that repeats no more than such texts do.
/// Noise that says it is a JPEG, and so is stored as it is.
fn scan(bytes: usize, seed: u64) -> Vec<u8> {
    let mut noise = noise(bytes, seed);
    noise[..4].copy_from_slice(b"\xff\xd8\xff\xe0");
    noise
}

fn prose(bytes: usize) -> Vec<u8> {
    const WORDS: &str = "数字证书申请表单位名称统一社会信用代码法定代表人经办人身份证件号码联系电话地址项目受理点业务类型新办更新变更补办授权委托书盖章日期签字审核意见通过证书序列号有效期至载体编号归档保管期限备注";
    let words: Vec<char> = WORDS.chars().collect();
    let mut text = String::with_capacity(bytes + 64);
    for pick in noise(bytes, 7).chunks(3) {
        if text.len() >= bytes {
            break;
        }
        let from = pick[0] as usize % (words.len() - 6);
        text.extend(&words[from..from + 2 + pick[1] as usize % 4]);
        if pick[2] < 40 {
            text.push_str(&format!("，{}{}：", pick[0], pick[1]));
        }
    }
    text.into_bytes()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn documents_come_back_as_they_went_in(
        contents in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..3000), 0..6),
        repeat in 1_usize..60,
        names in proptest::collection::vec("[\\PC\u{202e}\n]{1,12}(\\.[a-zA-Z]{1,9})?", 6),
    ) {
        let contents: Vec<Vec<u8>> = contents.iter().map(|one| one.repeat(repeat)).collect();
        let incoming: Vec<_> = contents.iter().zip(&names).map(|(one, name)| bytes(name, one.clone())).collect();
        let filed = file(&incoming);
        filed.check_all().unwrap();
        prop_assert_eq!(filed.sealed.documents.len(), contents.len());
        for (i, content) in contents.iter().enumerate() {
            prop_assert_eq!(&filed.document(i), content);
            let document = &filed.sealed.documents[i];
            prop_assert_eq!(document.sha256, Sha256::of(content));
            prop_assert_eq!(&document.name, &names[i]);
            prop_assert_eq!(&document.raw, &None);
        }
    }

    #[test]
    fn filling_has_room_for_its_header(frames in 1_u64..(1 << 50)) {
        let rest = filled(frames) - frames;
        prop_assert!(rest == 0 || rest >= SKIPPABLE_HEADER_BYTES);
        prop_assert_eq!(padded(filled(frames)), filled(frames));
        let mut left = rest;
        while left > 0 {
            left -= SKIPPABLE_HEADER_BYTES + u64::from(fill_payload(left));
            prop_assert!(left == 0 || left >= SKIPPABLE_HEADER_BYTES);
        }
    }
}

#[test]
fn small_paddings_are_as_the_format_page_says() {
    for frames in 1..100_000 {
        let rest = filled(frames) - frames;
        assert!(rest == 0 || rest >= SKIPPABLE_HEADER_BYTES, "{frames}");
    }
    assert_eq!(u64::from(fill_payload((1 << 32) + 7)), u64::from(u32::MAX));
    assert_eq!(u64::from(fill_payload((1 << 32) + 8)), u64::from(u32::MAX) - 8);
}

#[test]
fn numbers_names_and_types_are_those_of_the_format_page() {
    let non_utf8 = OsString::from_vec(b"\xd6\xd0.JPG".to_vec());
    let mut incoming = [
        bytes("申请表.PDF", b"%PDF-1.7".to_vec()),
        given(non_utf8, |_| Ok(Box::new(&b"\xff\xd8\xff\xe0"[..]))),
        bytes("no extension", Vec::new()),
        bytes("long.extension1", b"x".to_vec()),
        bytes("odd.p-f", b"x".to_vec()),
    ];
    incoming[0].title = Some("标题".to_owned());
    let (dir, env) = (tempfile::tempdir().unwrap(), Env::of_host());
    let path = dir.path().join("body.age");
    let second = BodyHead { filing: 2, numbers: Numbers::From(999), ..head() };
    let mut buffers = Buffers::new();
    let sealed = write_body(&env, &path, &second, &incoming, &mut buffers).unwrap();
    read_back(&env, &path, &sealed, &second, &mut buffers).unwrap();
    let said: Vec<_> = sealed
        .documents
        .iter()
        .map(|d| format!("{} {} {} {}", d.no, d.filing, d.member, d.media_type))
        .collect();
    assert_eq!(
        said,
        [
            "999 2 999.pdf application/pdf",
            "1000 2 1000.jpg image/jpeg",
            "1001 2 1001.bin application/octet-stream",
            "1002 2 1002.bin text/plain",
            "1003 2 1003.bin text/plain",
        ]
    );
    assert_eq!(sealed.documents[1].name, "\u{fffd}\u{fffd}.JPG");
    assert_eq!(sealed.documents[1].raw.as_deref(), Some("d6d02e4a5047"));
    assert_eq!(sealed.documents[0].title.as_deref(), Some("标题"));
    assert_eq!(sealed.documents[2].size, 0);
    assert_eq!(sealed.mark, FileMark::of(&std::fs::read(&path).unwrap()));

    let last = BodyHead { numbers: Numbers::From(u32::MAX - 2), ..head() };
    let refused = write_body(&env, &dir.path().join("other.age"), &last, &incoming, &mut buffers);
    assert!(matches!(refused, Err(Error::TooMany { .. })));
    let there = write_body(&env, &path, &head(), &incoming, &mut buffers);
    assert!(matches!(there, Err(Error::Io { .. })));
    assert!(path.exists(), "a file that was there before stays");
}

#[test]
fn the_layout_is_frozen() {
    // If this fails, old vaults have changed their meaning. Add a version instead.
    let filed = file(&[bytes("a.pdf", b"%PDF-".to_vec())]);
    let identity = crate::seal::parse_identity(&filed.sealed.identity).unwrap();
    let plain = crate::seal::open(&identity, &std::fs::read(filed.path()).unwrap()).unwrap();
    let document = &filed.sealed.documents[0];
    let (from, to) = (document.offset as usize, (document.offset + document.length) as usize);
    for frame in [&plain[..from], &plain[from..to], &plain[to..]] {
        assert_eq!(frame[..4], [0x28, 0xb5, 0x2f, 0xfd]);
        assert_eq!(frame[4] & 0b111, 0b100, "checksum and no dictionary");
        assert!(zstd::zstd_safe::get_frame_content_size(frame).is_ok_and(|size| size.is_some()));
    }
    let manifest = zstd::stream::decode_all(&plain[..from]).unwrap();
    assert_eq!(manifest.len() % 512, 0);
    assert_eq!(manifest[..18], *b"000-manifest.json\0");
    let text = std::str::from_utf8(&manifest[512..]).unwrap().trim_end_matches('\0');
    let (v, r) = (head().vault, head().record);
    let sha = Sha256::of(b"%PDF-");
    assert_eq!(
        text,
        format!(
            "{{\"v\":1,\"suite\":\"intl\",\"vault\":\"{v}\",\"record\":\"{r}\",\"filing\":1,\"docs\":[{{\"no\":1,\
             \"member\":\"001.pdf\",\"name\":\"a.pdf\",\"kind\":\"APP\",\"type\":\"application/pdf\",\"size\":5,\
             \"sha256\":\"{sha}\"}}]}}"
        )
    );
    let member = zstd::stream::decode_all(&plain[from..to]).unwrap();
    assert_eq!(member.len(), 1024);
    assert_eq!(member[..8], *b"001.pdf\0");
    assert_eq!(member[100..108], *b"0000400\0");
    assert_eq!(member[108..124], *b"0000000\x000000000\0");
    assert_eq!(member[124..148], *b"00000000005\x0000000000000\0");
    assert_eq!(member[156], b'0');
    assert_eq!(member[257..265], *b"ustar\x0000");
    assert!(member[265..329].iter().all(|b| *b == 0), "no names of people");
    assert_eq!(member[512..517], *b"%PDF-");
    assert_eq!(padded(plain.len() as u64), plain.len() as u64);
    assert!(plain.ends_with(&[0; 4]));
}

#[test]
fn a_large_size_stands_in_base_256() {
    let most = tar_header("001.bin", (8 << 30) - 1).unwrap();
    assert_eq!(most[124..136], *b"77777777777\0");
    let size = 20_u64 << 30;
    let header = tar_header("001.bin", size).unwrap();
    assert_eq!(header[124], 0x80);
    assert_eq!(header[128..136], size.to_be_bytes());
    assert_eq!(tar::Header::from_byte_slice(&header).entry_size().unwrap(), size);

    let name = "a_large_size_stands_in_base_256";
    if !tools(name, &["tar"]) {
        return;
    }
    // A sparse file: the header and a hole.
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("large.tar");
    let mut file = std::fs::File::create(&path).unwrap();
    file.write_all(&header).unwrap();
    file.set_len(512 + size + 1024).unwrap();
    let out = Command::new("tar").arg("-tvf").arg(&path).output().unwrap();
    let said = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(out.status.success() && said.contains(&format!(" {size} ")), "{said}");
}

#[test]
fn stock_tools_open_a_body() {
    let name = "stock_tools_open_a_body";
    if !tools(name, &["age", "zstd", "tar", "sha256sum", "jq", "b3sum"]) {
        return;
    }
    let contents = [
        ("申请表.pdf", prose(300_000)),
        ("scan.jpg", scan(700_001, 1)),
        ("empty.txt", Vec::new()),
        ("x", prose(512)),
    ];
    let large = scan(HELD_DOCUMENT_BYTES_MAX + 12_345, 2);
    let mut incoming: Vec<_> = contents.iter().map(|(name, one)| bytes(name, one.clone())).collect();
    incoming.push(bytes("large.bin", large.clone()));
    let filed = file(&incoming);
    std::fs::write(filed.dir.path().join("key"), filed.sealed.identity.as_bytes()).unwrap();
    let script = "set -e\nage -d -i key body.age | zstd -dq | tar x\nb3sum body.age | cut -c1-64\nsha256sum 0* | cut -c1-64\n\
                  jq -r '.docs[] | .sha256' 000-manifest.json";
    let out = Command::new("bash")
        .args(["-o", "pipefail", "-c", script])
        .current_dir(filed.dir.path())
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(out.status.success());
    let said = String::from_utf8(out.stdout).unwrap();
    let said: Vec<&str> = said.lines().collect();
    assert_eq!(said[0], filed.sealed.mark.b3.to_string());
    let digests: Vec<_> = filed.sealed.documents.iter().map(|d| d.sha256.to_string()).collect();
    assert_eq!(said[2..7], digests);
    assert_eq!(said[7..], digests);
    for (document, content) in
        filed.sealed.documents.iter().zip(contents.iter().map(|(_, c)| c).chain([&large]))
    {
        assert_eq!(
            &std::fs::read(filed.dir.path().join(&document.member)).unwrap(),
            content,
            "{}",
            document.member
        );
    }
}

/// A small body and all of its documents, for breaking it.
fn small() -> Filed {
    let pdf = b"%PDF-1.7 something".to_vec();
    file(&[bytes("a.pdf", pdf), bytes("b.txt", prose(700)), bytes("c.jpg", scan(300, 1))])
}

/// Opens what is in the file by every way there is; no way may call it whole.
fn must_be_refused(filed: &Filed, broken: &[u8], what: &str) {
    std::fs::write(filed.path(), broken).unwrap();
    let back = read_back(&filed.env, &filed.path(), &filed.sealed, &head(), &mut Buffers::new());
    assert!(matches!(back, Err(Error::ReadBack { .. })), "{what}: {back:?}");
    let all = filed.check_all();
    assert!(matches!(all, Err(Error::FileDamaged { .. } | Error::NotOpened { .. })), "{what}: {all:?}");
}

#[test]
fn every_cut_is_noticed() {
    let filed = small();
    let whole = std::fs::read(filed.path()).unwrap();
    for cut in 0..whole.len() {
        must_be_refused(&filed, &whole[..cut], &format!("cut at byte {cut}"));
        // The length is authenticated before the first byte of a document goes out.
        assert!(Body::open(&OsFs, &filed.path(), &filed.sealed.identity).is_err(), "cut at byte {cut}");
    }
    must_be_refused(&filed, &[&whole[..], b"\0"].concat(), "one byte more");
}

#[test]
fn every_changed_byte_is_noticed() {
    let filed = small();
    let whole = std::fs::read(filed.path()).unwrap();
    for at in 0..whole.len() {
        let mut broken = whole.clone();
        broken[at] ^= 1 << (at % 8);
        must_be_refused(&filed, &broken, &format!("byte {at}"));
    }
}

#[test]
fn the_same_documents_in_another_file_do_not_read_back() {
    let filed = small();
    let identity = crate::seal::parse_identity(&filed.sealed.identity).unwrap();
    let plain = crate::seal::open(&identity, &std::fs::read(filed.path()).unwrap()).unwrap();
    std::fs::write(filed.path(), crate::seal::seal(&identity.to_public(), &plain)).unwrap();
    filed.check_all().unwrap();
    let back = read_back(&filed.env, &filed.path(), &filed.sealed, &head(), &mut Buffers::new());
    assert!(matches!(back, Err(Error::ReadBack { .. })), "the journal would name other bytes");
}

/// The same below the cipher: whoever holds the key and changes a byte is noticed by frame, digest or filling.
#[test]
fn every_change_of_the_plaintext_is_noticed() {
    let filed = small();
    let identity = crate::seal::parse_identity(&filed.sealed.identity).unwrap();
    let plain = crate::seal::open(&identity, &std::fs::read(filed.path()).unwrap()).unwrap();
    let refused = |plain: &[u8], what: String| {
        std::fs::write(filed.path(), crate::seal::seal(&identity.to_public(), plain)).unwrap();
        let all = filed.check_all();
        assert!(matches!(all, Err(Error::FileDamaged { .. })), "{what}: {all:?}");
        if let Ok(mut body) = Body::open(&OsFs, &filed.path(), &filed.sealed.identity) {
            for document in &filed.sealed.documents {
                let mut out = Vec::new();
                let whole = body.copy_document(document, &mut out).is_ok();
                assert!(out.len() as u64 <= document.size, "{what}: more than the document");
                assert!(!whole || Sha256::of(&out) == document.sha256, "{what}: wrong bytes accepted");
            }
        }
    };
    for at in 0..plain.len() {
        let mut broken = plain.to_vec();
        broken[at] ^= 1 << (at % 8);
        if is_spare_bit(&plain, &broken, at) {
            continue;
        }
        refused(&broken, format!("byte {at}"));
    }
    for cut in 0..plain.len() {
        refused(&plain[..cut], format!("cut at byte {cut}"));
    }
    refused(&[&plain[..], &[0]].concat(), "one byte more".to_owned());
    refused(&[&plain[..], b"\x50\x2a\x4d\x18\0\0\0\0"].concat(), "one more skippable frame".to_owned());
}

/// zstd frame headers have a bit that means nothing, and some things can be said in two ways; such a change
/// leaves every byte of every document as it was, and the digest of the sealed file still shows it.
fn is_spare_bit(plain: &[u8], broken: &[u8], at: usize) -> bool {
    let filling = plain.windows(4).rposition(|four| four == SKIPPABLE_MAGIC).unwrap();
    at < filling
        && zstd::stream::decode_all(broken).is_ok_and(|b| b == zstd::stream::decode_all(plain).unwrap())
}

#[test]
fn a_damaged_document_leaves_the_others_readable() {
    let contents = [noise(200_000, 1), noise(200_000, 2), noise(200_000, 3)];
    let filed = file(&contents.iter().map(|one| bytes("x.jpg", one.clone())).collect::<Vec<_>>());
    let mut broken = std::fs::read(filed.path()).unwrap();
    broken[300_000] ^= 1;
    std::fs::write(filed.path(), &broken).unwrap();
    let mut body = filed.open();
    let states: Vec<_> = filed.sealed.documents.iter().map(|d| body.check_document(d).is_ok()).collect();
    assert_eq!(states, [true, false, true]);
    assert!(matches!(filed.check_all(), Err(Error::FileDamaged { .. })));
}

#[test]
fn what_the_cover_says_must_fit() {
    let filed = small();
    let mut body = filed.open();
    let good = &filed.sealed.documents[0];
    let mut refused = |change: &dyn Fn(&mut Document)| {
        let mut document = good.clone();
        change(&mut document);
        let mut out = Vec::new();
        let said = body.copy_document(&document, &mut out).unwrap_err();
        assert!(matches!(said, Error::FileDamaged { .. }), "{said:?}");
        out
    };
    assert_eq!(refused(&|d| d.size += 1), b"");
    assert_eq!(refused(&|d| d.size = u64::MAX), b"");
    assert_eq!(refused(&|d| d.member = "002.pdf".into()), b"");
    assert_eq!(refused(&|d| d.member = "../x".into()), b"");
    assert_eq!(refused(&|d| d.member = "x".repeat(1000)), b"");
    assert_eq!(refused(&|d| d.offset += 1), b"");
    assert_eq!(refused(&|d| d.offset = u64::MAX), b"");
    assert_eq!(refused(&|d| d.length = u64::MAX), b"");
    assert_eq!(refused(&|d| (d.offset, d.length) = (1 << 40, 1)), b"");
    assert_eq!(refused(&|d| d.length = 0), b"");
    assert_eq!(refused(&|d| d.offset = 0), b"");
    refused(&|d| d.length -= 1);
    refused(&|d| d.length += 1);
    assert_eq!(refused(&|d| d.sha256 = Sha256::ZERO), b"%PDF-1.7 something");

    let mut all = |docs: &[Document], filing| {
        let head = head();
        assert!(matches!(
            body.check_all(head.vault, head.record, filing, docs),
            Err(Error::FileDamaged { .. })
        ));
    };
    let documents = &filed.sealed.documents;
    all(documents, 2);
    all(&documents[..1], 1);
    all(&[documents[1].clone(), documents[0].clone()], 1);
    let mut renamed = documents.clone();
    renamed[0].name.push('x');
    all(&renamed, 1);
    let mut shifted = documents.clone();
    (shifted[1].offset, shifted[1].length) = (shifted[1].offset + 1, shifted[1].length - 1);
    all(&shifted, 1);
    body.check_document(good).unwrap();

    let other = crate::seal::Identity::generate();
    let other = Body::open(&OsFs, &filed.path(), &crate::seal::identity_text(&other));
    assert!(matches!(other.err(), Some(Error::NotOpened { .. })));
    assert!(matches!(Body::open(&OsFs, &filed.path(), "x").err(), Some(Error::NotOpened { .. })));
    let nowhere = filed.dir.path().join("nowhere");
    assert!(matches!(
        Body::open(&OsFs, &nowhere, "x").err(),
        Some(Error::NotOpened { .. } | Error::Io { .. })
    ));
}

#[test]
fn an_output_that_refuses_is_not_damage() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let filed = small();
    let said = filed.open().copy_document(&filed.sealed.documents[0], &mut Full).unwrap_err();
    assert_eq!(said.code(), "no-space");
}

#[test]
fn a_large_source_that_changes_is_refused() {
    let size = HELD_DOCUMENT_BYTES_MAX + 100_000;
    let check = |second: fn(Vec<u8>) -> io::Result<Box<dyn Read + Send>>, expected: &str| {
        let source = given("large.bin", move |time| match time {
            1 => Ok(Box::new(Cursor::new(noise(size, 1)))),
            _ => second(noise(size, 1)),
        });
        let small = bytes("a.txt", b"a".to_vec());
        let said =
            try_file(&[small, source], &mut Buffers::new()).err().map(|e| e.to_string()).unwrap_or_default();
        assert_eq!(said, expected);
    };
    let changed = "test/large.bin changed while it was being read";
    check(|same| Ok(Box::new(Cursor::new(same))), "");
    check(|same| Ok(Box::new(Cursor::new([&same[..], b"x"].concat()))), changed);
    check(|same| Ok(Box::new(Cursor::new(same[1..].to_vec()))), changed);
    check(|_| Ok(Box::new(io::empty())), changed);
    check(|_| Err(io::ErrorKind::NotFound.into()), changed);
    check(
        |mut same| {
            same[5_000] ^= 1;
            Ok(Box::new(Cursor::new(same)))
        },
        changed,
    );
    check(
        |_| Err(io::ErrorKind::PermissionDenied.into()),
        "test/large.bin cannot be filed: permission denied",
    );
    check(
        |same| Ok(Box::new(Cursor::new(same[..50_000].to_vec()).chain(Failing))),
        "test/large.bin cannot be filed: the cable came loose",
    );
}

struct Failing;
impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("the cable came loose"))
    }
}

#[test]
fn a_source_that_fails_is_named() {
    let failing = given("bad.pdf", |_| Ok(Box::new(Cursor::new(vec![0; 300_000]).chain(Failing))));
    let said = try_file(&[bytes("good.pdf", vec![1]), failing], &mut Buffers::new()).err().unwrap();
    assert_eq!(said.to_string(), "test/bad.pdf cannot be filed: the cable came loose");
    let gone = given("gone.pdf", |_| Err(io::ErrorKind::NotFound.into()));
    assert!(matches!(try_file(&[gone], &mut Buffers::new()).err(), Some(Error::Source { .. })));
}

/// Gives one byte less than was asked for, and interrupts every other call.
struct Slow<R>(R, bool);
impl<R: Read> Read for Slow<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.1 = !self.1;
        if self.1 {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let less = into.len().saturating_sub(1).max(1).min(into.len());
        self.0.read(&mut into[..less])
    }
}

#[test]
fn the_edges_of_what_is_held_are_right() {
    let held = HELD_DOCUMENT_BYTES_MAX;
    let sizes = [held - 1, held, held + 1, 0, held, held, held, held, held, held, 1, held, 4 << 20, 100];
    let opened: Vec<_> = sizes.iter().map(|_| std::sync::Arc::new(AtomicUsize::new(0))).collect();
    let incoming: Vec<_> = sizes
        .iter()
        .zip(&opened)
        .enumerate()
        .map(|(i, (size, opened))| {
            let (content, opened) = (noise(*size, i as u64), opened.clone());
            given("x.bin", move |_| {
                opened.fetch_add(1, Ordering::SeqCst);
                Ok(Box::new(Slow(Cursor::new(content.clone()), false)))
            })
        })
        .collect();
    let mut buffers = Buffers::new();
    let filed = try_file(&incoming, &mut buffers).unwrap();
    filed.check_all().unwrap();
    for (i, size) in sizes.iter().enumerate() {
        assert!(filed.document(i) == noise(*size, i as u64), "document {i}");
    }
    let times: Vec<_> = opened.iter().map(|times| times.load(Ordering::SeqCst)).collect();
    // Seven of 4 MiB, one less a byte, and one byte fit into 32 MiB; of what follows only the small one does.
    assert_eq!(times, [1, 1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 1]);
    assert!(buffers.held.capacity() <= HELD_BYTES_MAX);
}

#[test]
fn three_hundred_mebibytes_go_through_in_flat_memory() {
    const ALONE: &str = "JINGUI_TEST_ALONE";
    if std::env::var_os(ALONE).is_none() {
        // In a process of its own: the peak is that of the process, and other tests hold much more.
        let name = std::thread::current().name().expect("tests run in named threads").to_owned();
        let mut alone = Command::new(std::env::current_exe().unwrap());
        let out = alone
            .args(["--exact", &name, "--test-threads=1", "--nocapture"])
            .env(ALONE, "1")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned();
        assert!(out.status.success() && said.contains("1 passed"), "{said}");
        return;
    }
    let size = 300_u64 << 20;
    let incoming = [given("disk.img", move |_| Ok(Box::new(io::repeat(0).take(size))))];
    let mut buffers = Buffers::new();
    let filed = try_file(&incoming, &mut buffers).unwrap();
    filed.open().check_document(&filed.sealed.documents[0]).unwrap();
    assert_eq!(filed.sealed.documents[0].size, size);
    assert!(buffers.held.capacity() <= HELD_DOCUMENT_BYTES_MAX + (64 << 10));
    assert!(peak_kib() < 48 << 10, "{} KiB", peak_kib());
}

fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").parse().unwrap_or(0)
}

#[test]
fn a_disk_that_fails_is_an_io_error() {
    struct Failing(AtomicUsize, usize);
    struct File(Box<dyn crate::fs::WriteFile>, bool);
    impl Write for File {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.1 { Err(io::ErrorKind::StorageFull.into()) } else { self.0.write(bytes) }
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    impl crate::fs::WriteFile for File {
        fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
            self.0.write_all_at(bytes, offset)
        }
        fn sync(&mut self) -> io::Result<()> {
            Err(io::Error::other("sync failed"))
        }
        fn set_len(&mut self, bytes: u64) -> io::Result<()> {
            self.0.set_len(bytes)
        }
    }
    impl Fs for Failing {
        fn open(&self, path: &Path) -> io::Result<Box<dyn crate::fs::ReadFile>> {
            OsFs.open(path)
        }
        fn create_new(&self, path: &Path) -> io::Result<Box<dyn crate::fs::WriteFile>> {
            let time = self.0.fetch_add(1, Ordering::SeqCst);
            Ok(Box::new(File(OsFs.create_new(path)?, time >= self.1)))
        }
        fn open_append(&self, path: &Path) -> io::Result<Box<dyn crate::fs::WriteFile>> {
            OsFs.open_append(path)
        }
        fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
            OsFs.rename(from, to)
        }
        fn remove(&self, path: &Path) -> io::Result<()> {
            OsFs.remove(path)
        }
        fn remove_dir(&self, path: &Path) -> io::Result<()> {
            OsFs.remove_dir(path)
        }
        fn create_dir(&self, path: &Path) -> io::Result<bool> {
            OsFs.create_dir(path)
        }
        fn sync_dir(&self, path: &Path) -> io::Result<()> {
            OsFs.sync_dir(path)
        }
        fn list(&self, path: &Path) -> io::Result<Vec<(OsString, crate::fs::Stat)>> {
            OsFs.list(path)
        }
        fn stat(&self, path: &Path) -> io::Result<Option<crate::fs::Stat>> {
            OsFs.stat(path)
        }
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("body.age");
    let env = Env { fs: std::sync::Arc::new(Failing(AtomicUsize::new(0), 1)), ..Env::of_host() };
    let mut buffers = Buffers::new();
    let incoming = [bytes("a.bin", noise(1 << 20, 1))];
    let mut said =
        || write_body(&env, &path, &head(), &incoming, &mut buffers).err().map(|e| (e.code(), path.exists()));
    assert_eq!(said(), Some(("io", false)), "the sync");
    assert_eq!(said(), Some(("no-space", false)), "the first write");
}

/// `cargo test --release -- --ignored --nocapture speed`
#[test]
#[ignore = "measures; says nothing about right and wrong"]
#[expect(clippy::print_stderr, reason = "it is what this is for")]
fn speed() {
    use zstd::stream::raw::CParameter;
    let time = |mut work: Box<dyn FnMut() + '_>| {
        let best = (0..5).map(|_| {
            let start = std::time::Instant::now();
            work();
            start.elapsed().as_secs_f64()
        });
        best.fold(f64::MAX, f64::min)
    };
    for (what, bytes_each, count) in [("noise", 28 << 20, 1), ("prose", 28 << 20, 1), ("scans", 400 << 10, 6)]
    {
        let content = if what == "prose" { prose(bytes_each) } else { noise(bytes_each, 3) };
        let total = (content.len() * count) as f64 / 1e6;
        for level in [1, 2, 3, -1, -5] {
            let mut encoder = zstd::bulk::Compressor::new(level).unwrap();
            encoder.set_parameter(CParameter::ChecksumFlag(true)).unwrap();
            let mut out = vec![0; zstd::zstd_safe::compress_bound(content.len())];
            let packed = encoder.compress_to_buffer(&content, &mut out).unwrap();
            let took = time(Box::new(|| {
                for _ in 0..count {
                    encoder.compress_to_buffer(&content, &mut out).unwrap();
                }
            }));
            eprintln!(
                "{what}: zstd {level}: {:.0} MB/s, {:.2} : 1",
                total / took,
                content.len() as f64 / packed as f64
            );
        }
        // As one held document, or a large one that is read twice.
        for one in [bytes_each.min(HELD_DOCUMENT_BYTES_MAX), bytes_each] {
            let pieces: Vec<Vec<u8>> =
                (0..count).flat_map(|_| content.chunks(one).map(<[u8]>::to_vec)).collect();
            let incoming: Vec<_> = pieces.into_iter().map(|piece| bytes("x.bin", piece)).collect();
            let dir = tempfile::tempdir_in("/dev/shm").unwrap_or_else(|_| tempfile::tempdir().unwrap());
            let (env, path) = (Env::of_host(), dir.path().join("body.age"));
            let mut buffers = Buffers::new();
            let write = time(Box::new(|| {
                let _ = std::fs::remove_file(&path);
                write_body(&env, &path, &head(), &incoming, &mut buffers).unwrap();
            }));
            let _ = std::fs::remove_file(&path);
            let sealed = write_body(&env, &path, &head(), &incoming, &mut buffers).unwrap();
            let back = time(Box::new(|| read_back(&env, &path, &sealed, &head(), &mut buffers).unwrap()));
            let mut body = Body::open(&OsFs, &path, &sealed.identity).unwrap();
            let check = time(Box::new(|| {
                body.check_all(head().vault, head().record, 1, &sealed.documents).unwrap();
            }));
            let copy = time(Box::new(|| body.check_document(sealed.documents.last().unwrap()).unwrap()));
            eprintln!(
                "{what}: {} documents: seal {:.0}, read back {:.0}, both {:.0}, check all {:.0} MB/s; one document {:.2} ms",
                incoming.len(),
                total / write,
                total / back,
                total / (write + back),
                total / check,
                copy * 1e3
            );
        }
    }
}

/// Says on stderr which tool is missing, if one is.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn tools(test: &str, tools: &[&str]) -> bool {
    let missing = tools.iter().find(|tool| {
        let found = Command::new("sh").args(["-c", &format!("command -v {tool}")]).output();
        !found.is_ok_and(|found| found.status.success())
    });
    if let Some(tool) = missing {
        eprintln!("skipped: {test}: no {tool}");
    }
    missing.is_none()
}
