//! The bytes of a body are those of the format page: they come back, and stock tools read them.

use super::*;
use crate::error::Error;
use proptest::prelude::*;
use std::io::Write;
use std::os::unix::ffi::OsStringExt;
use std::process::{Command, Stdio};

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
