//! No damage passes: neither of the sealed file, nor below the cipher, nor of what the cover says.

use super::*;
use crate::error::Error;

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
