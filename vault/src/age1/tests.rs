use super::*;
use proptest::prelude::*;
use std::io::{BufRead, Cursor, Read};

/// Sealed by us.
fn ours(identity: &Identity, plain: &[u8]) -> Vec<u8> {
    crate::seal::seal(&identity.to_public(), plain)
}

fn of_age(identity: &Identity) -> age::x25519::Identity {
    identity.to_text().parse().expect("age reads our identities")
}

/// Sealed by the `age` crate.
fn theirs(identity: &Identity, plain: &[u8]) -> Vec<u8> {
    age::encrypt(&of_age(identity).to_public(), plain).expect("age seals")
}

fn opened(identity: &Identity, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
    crate::seal::open(identity, sealed).map(|plain| plain.to_vec())
}

/// Around the borders of chunks, where readers and writers go wrong.
const SIZES: &[usize] =
    &[0, 1, 15, 16, 17, 65_519, 65_520, 65_535, 65_536, 65_537, 131_071, 131_072, 131_073, 200_000];

fn bytes(count: usize) -> Vec<u8> {
    (0..count).map(|i| (i * 7 + i / 251) as u8).collect()
}

#[test]
fn we_and_the_age_crate_read_each_other_at_every_border() {
    let identity = Identity::generate();
    for &size in SIZES {
        let plain = bytes(size);
        assert_eq!(age::decrypt(&of_age(&identity), &ours(&identity, &plain)).unwrap(), plain, "{size}");
        assert_eq!(opened(&identity, &theirs(&identity, &plain)).unwrap(), plain, "{size}");
    }
}

#[test]
fn keys_have_the_texts_that_age_gives_them() {
    for _ in 0..8 {
        let identity = Identity::generate();
        assert_eq!(of_age(&identity).to_public().to_string(), identity.to_public().to_string());
        assert_eq!(identity.to_public().to_string().parse(), Ok(identity.to_public()));
        let again: Identity = identity.to_text().parse().unwrap();
        assert_eq!(again.to_text(), identity.to_text());
        assert!(identity.to_text().to_lowercase().parse::<Identity>().is_err());
    }
}

#[test]
fn a_recipient_with_which_everybody_would_agree_is_refused() {
    for point in [[0; 32], {
        let mut one = [0; 32];
        one[0] = 1;
        one
    }] {
        let text = Recipient(point).to_string();
        assert_eq!(text.parse::<Recipient>(), Err(KeyTextError::Recipient));
    }
}

#[test]
fn a_debug_text_shows_no_secret() {
    let identity = Identity::generate();
    assert!(!format!("{identity:?}").to_uppercase().contains("SECRET"));
}

#[test]
fn every_byte_of_the_plaintext_is_found_by_seeking() {
    let identity = Identity::generate();
    for &size in SIZES {
        let plain = bytes(size);
        let sealed = ours(&identity, &plain);
        let (begin, key) = open(&sealed, &identity).unwrap();
        let mut reader = Reader::new(Cursor::new(&sealed), key);
        assert_eq!(reader.end(begin as u64).unwrap(), size as u64);
        for at in [0, 1, 100, 65_535, 65_536, 65_537, 131_072, size, size.saturating_sub(1)] {
            let sought = reader.seek_to(begin as u64, at as u64);
            if at < size {
                let mut rest = Vec::new();
                sought.and_then(|()| reader.read_to_end(&mut rest).map(drop)).unwrap();
                assert_eq!(rest, plain[at..], "{size} from {at}");
            } else if at > size {
                // Whatever it says, it gives no byte and does not panic.
                let mut rest = Vec::new();
                let read = sought.and_then(|()| reader.read_to_end(&mut rest).map(drop));
                assert!(rest.is_empty() && (read.is_err() || at == size), "{size} from {at}");
            }
        }
        assert!(reader.seek_to(begin as u64, u64::MAX).and_then(|()| reader.fill_buf().map(drop)).is_err());
    }
}

#[test]
fn a_file_cut_at_a_chunk_says_that_it_is_cut() {
    let identity = Identity::generate();
    let sealed = ours(&identity, &bytes(200_000));
    let (begin, key) = open(&sealed, &identity).unwrap();
    for chunks in 0..3 {
        let cut = &sealed[begin..begin + chunks * SEALED_CHUNK_BYTES];
        let mut given = Vec::new();
        let error = Reader::new(cut, key.clone()).read_to_end(&mut given).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::UnexpectedEof, "after {chunks}");
        let end = Reader::new(Cursor::new(&sealed[..begin + chunks * SEALED_CHUNK_BYTES]), key.clone());
        assert!({ end }.end(begin as u64).is_err());
    }
}

#[test]
fn chunks_in_another_order_are_refused() {
    let identity = Identity::generate();
    let sealed = ours(&identity, &bytes(200_000));
    let (begin, _) = open(&sealed, &identity).unwrap();
    let mut swapped = sealed.clone();
    let (a, b) = swapped[begin..].split_at_mut(SEALED_CHUNK_BYTES);
    a.swap_with_slice(&mut b[..SEALED_CHUNK_BYTES]);
    assert!(opened(&identity, &swapped).is_err());
}

#[test]
fn further_stanzas_are_passed_over_and_malformed_ones_refused() {
    let (mine, other) = (Identity::generate(), Identity::generate());
    // Two recipients, and the stanza of another kind that the age crate puts in to keep readers honest.
    let recipients = [of_age(&other).to_public(), of_age(&mine).to_public()];
    let each = recipients.iter().map(|r| r as &dyn age::Recipient);
    let mut sealed = Vec::new();
    let mut writer = age::Encryptor::with_recipients(each).unwrap().wrap_output(&mut sealed).unwrap();
    std::io::Write::write_all(&mut writer, b"both").unwrap();
    writer.finish().unwrap();
    assert_eq!(opened(&mine, &sealed).unwrap(), b"both");
    assert_eq!(opened(&other, &sealed).unwrap(), b"both");
    assert_eq!(opened(&Identity::generate(), &sealed), Err(SealError::NotForKey));

    let good = ours(&mine, b"x");
    let text = |from: &str, to: &str| {
        let end = good.windows(4).position(|w| w == b"\n---").unwrap() + 48;
        let head = String::from_utf8(good[..end].to_vec()).unwrap();
        assert!(head.contains(from), "{from:?}");
        [head.replacen(from, to, 1).as_bytes(), &good[end..]].concat()
    };
    for (from, to) in [
        ("-> X25519 ", "-> X25519  "),
        ("-> X25519 ", "-> X25519 x "),
        ("-> X25519 ", "->X25519 "),
        ("-> X25519 ", "-> scrypt a 18\naaaa\n-> X25519 "),
        ("\n--- ", "\n---  "),
        ("\n--- ", "=\n--- "),
        ("\n--- ", "\n\n--- "),
        ("v1\n", "v1\r\n"),
        ("v1\n", "v2\n"),
    ] {
        assert!(matches!(opened(&mine, &text(from, to)), Err(SealError::Damaged(_))), "{from:?} {to:?}");
    }
    // A stanza more changes what the tag is over.
    let more = text("-> X25519 ", "-> other\n\n-> X25519 ");
    assert!(matches!(opened(&mine, &more), Err(SealError::Damaged(_))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_header_makes_it_panic(
        keep in 0_usize..260,
        tail in proptest::collection::vec(prop_oneof![Just(b'\n'), Just(b' '), Just(b'-'), any::<u8>()], 0..200),
    ) {
        let identity = Identity::generate();
        let mut bytes = ours(&identity, b"x");
        bytes.truncate(keep);
        bytes.extend(tail);
        let _ = check(&bytes);
        let ours = open(&bytes, &identity).is_ok();
        let theirs = age::Decryptor::new_buffered(&bytes[..])
            .and_then(|d| d.decrypt(std::iter::once(&of_age(&identity) as &dyn age::Identity)).map(drop));
        prop_assert_eq!(ours, theirs.is_ok());
    }

    #[test]
    fn whatever_is_written_in_pieces_is_read_by_the_age_crate(text in proptest::collection::vec(any::<u8>(), 0..150_000)) {
        let identity = Identity::generate();
        prop_assert_eq!(age::decrypt(&of_age(&identity), &ours(&identity, &text)).unwrap(), text);
    }
}
