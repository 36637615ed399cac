use super::*;
use ed25519_dalek::{Signer, SigningKey};
use proptest::prelude::*;

const FROZEN: &str = "jingui.example/vault/7\n\
    1234567\n\
    AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n\
    2026-11-22T14:00:00.000Z\n\
    \n\
    — jingui.example/vault/7 8/SeFZhERwBIn/dKy47/2q0oS8xsemNwNFHR7AtyXl9wTJA0MyzEhCNrHhGSDiqHs8TFBJyWjaC9+VbbjGPcKjNi2wU=\n\
    — ca.example/公证 KW+zHIVXauqpQP8cVcFIX8q3nZGI1AzDD+9XzI5W1Twtu+sgctkLAYyFtDCGSxvnM43osjIsFeoTrIpkbBo9Ye4CmAc=\n";
const FROZEN_KEYS: [&str; 2] = [
    "jingui.example/vault/7+f3f49e15+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs",
    "ca.example/公证+296fb31c+Af0XJDhaoMdbZPt4zWAvodmR/ev3axPFjtcC6sg16fYY",
];

/// A head of the Go checksum database as Google signed it, and the key that every Go tool carries.
const GO_SUM: &str = "go.sum database tree\n\
    6476701\n\
    mb8QLQIs0Z0yP5Cstq6guj87oXWeC9gEM8oVikmm9Wk=\n\
    \n\
    — sum.golang.org Az3grsLX85Gz+s1SiTbgkuqxgItqFq7gsMUEyVnrsa9LM7Us9S+1xbFIGu95949rj4nPRYfvimWEPWL+o3GeoWwOoAw=\n";
const GO_SUM_KEY: &str = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";

fn signer(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn key(seed: u8, name: &str) -> VerifierKey {
    VerifierKey::new(name, signer(seed).verifying_key().as_bytes()).unwrap()
}

fn sign(head: &Head, seed: u8) -> [u8; 64] {
    signer(seed).sign(&head.note_text_to_sign()).to_bytes()
}

fn head() -> Head {
    let root = std::array::from_fn(|i| i as u8);
    Head::new("jingui.example/vault/7", 1_234_567, root, vec!["2026-11-22T14:00:00.000Z".into()]).unwrap()
}

#[test]
fn a_signed_head_is_frozen() {
    // If this fails, heads that were countersigned no longer read as what was signed. The bytes were made
    // by another program (Python's `cryptography`) from seeds of 32 times 7 and 32 times 9.
    let head = head();
    let keys = [key(7, "jingui.example/vault/7"), key(9, "ca.example/公证")];
    let mut signed = SignedHead::new(head.clone(), &keys[0], &sign(&head, 7)).unwrap();
    signed.add_signature(&keys[1], &sign(&head, 9)).unwrap();
    assert_eq!(signed.to_text(), FROZEN);
    assert_eq!(SignedHead::parse(FROZEN).unwrap(), signed);
    for (key, text) in keys.iter().zip(FROZEN_KEYS) {
        assert_eq!(key.to_string(), text);
        assert_eq!(text.parse::<VerifierKey>().unwrap(), *key);
        assert_eq!(signed.verify(key), Ok(()));
    }
}

#[test]
fn a_head_signed_by_others_verifies() {
    let signed = SignedHead::parse(GO_SUM).unwrap();
    let key: VerifierKey = GO_SUM_KEY.parse().unwrap();
    assert_eq!(signed.verify(&key), Ok(()));
    assert_eq!(signed.head().origin(), "go.sum database tree");
    assert_eq!(signed.head().size(), 6_476_701);
    assert_eq!(signed.head().root()[..2], [0x99, 0xbf]);
    assert!(signed.head().extensions().is_empty());
    assert_eq!(signed.signatures().len(), 1);
    assert_eq!(signed.to_text(), GO_SUM);
    assert_eq!(key.to_string(), GO_SUM_KEY);
}

#[test]
fn the_example_of_the_specification_is_read() {
    let note = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
        — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";
    assert_eq!(SignedHead::parse(note).unwrap().to_text(), note);
}

#[test]
fn one_bent_character_anywhere_is_noticed() {
    let keys = [key(7, "jingui.example/vault/7"), key(9, "ca.example/公证")];
    for (at, c) in FROZEN.char_indices() {
        for other in ['0', 'A', '\n', ' ', '+', '=', '\u{2014}', '\0'] {
            if other == c {
                continue;
            }
            let mut bent = FROZEN.to_owned();
            bent.replace_range(at..at + c.len_utf8(), other.encode_utf8(&mut [0; 4]));
            let seen = SignedHead::parse(&bent).map(|head| keys.iter().all(|key| head.verify(key).is_ok()));
            assert_ne!(seen, Ok(true), "{c:?} at {at} became {other:?}");
        }
    }
}

#[test]
fn a_head_cut_anywhere_is_refused_or_has_fewer_signatures() {
    let whole = SignedHead::parse(FROZEN).unwrap();
    for (cut, _) in FROZEN.char_indices() {
        if let Ok(seen) = SignedHead::parse(&FROZEN[..cut]) {
            assert_eq!(seen.head(), whole.head(), "cut at byte {cut}");
            assert!(whole.signatures().starts_with(seen.signatures()), "cut at byte {cut}");
            assert_eq!(seen.signatures().len(), 1, "cut at byte {cut}");
        }
    }
}

#[track_caller]
fn refused(change: impl Fn(&str) -> String, expected: HeadError) {
    let bent = change(FROZEN);
    assert_ne!(bent, FROZEN, "the change changed nothing");
    assert_eq!(SignedHead::parse(&bent), Err(expected));
}

#[test]
fn every_malformed_head_is_refused_for_its_own_reason() {
    use HeadError::*;
    refused(|s| s.replace("jingui.example/vault/7\n123", "\n123"), Origin);
    refused(|s| s.replace("\n1234567", "\t\n1234567"), Origin);
    for size in ["01234567", "+1234567", "-1", "1234567 ", "1e6", "１２３", "18446744073709551616"] {
        refused(|s| s.replace("\n1234567\n", &format!("\n{size}\n")), Size);
    }
    refused(|s| s.replace("Hh8=\n", "Hh9=\n"), Root); // bits that no byte holds
    refused(|s| s.replace("Hh8=\n", "Hh8\n"), Root);
    refused(|s| s.replace("AAECAwQ", "AAECAw_"), Root);
    refused(|s| s.replace("Hh8=\n", "\n"), Root); // 31 bytes
    refused(|s| s.replace("Hh8=\n", "Hh8gAA==\n"), Root);
    refused(|s| s.replace("Z\n", "Z\r\n"), Extension);
    refused(|s| s.replace("Z\n\n", "Z\n\n\n"), SignatureLine { line: 1 });
    refused(|s| s.replace("\n\n", "\n"), Unsigned);
    refused(|s| s.split_inclusive('\n').take(5).collect(), Unsigned);
    refused(|s| s.trim_end().to_owned(), Unsigned);
    refused(|s| format!("{s}\n"), SignatureLine { line: 3 });
    refused(|s| s.replace("— ca.", "- ca."), SignatureLine { line: 2 });
    refused(|s| s.replace("— ca.", "– ca."), SignatureLine { line: 2 });
    refused(|s| s.replace("— ca.", " — ca."), SignatureLine { line: 2 });
    refused(|s| s.replace("— ca.", "—\u{a0}ca."), SignatureLine { line: 2 });
    refused(|s| s.replace("— ca.", "—  ca."), SignatureLine { line: 2 });
    refused(|s| s.replace("公证 KW", "公证  KW"), SignatureLine { line: 2 });
    refused(|s| s.replace("公证", "公+证"), SignatureLine { line: 2 });
    refused(|s| s.replace("公证", "公\u{3000}证"), SignatureLine { line: 2 });
    refused(|s| s.replace("公证", "公\u{85}证"), SignatureLine { line: 2 });
    refused(|s| s.replace("mAc=\n", "mAd=\n"), SignatureLine { line: 2 });
    refused(|s| s.replace("mAc=\n", "mAc\n"), SignatureLine { line: 2 });
    refused(|s| s.replace("mAc=\n", "mAc= \n"), SignatureLine { line: 2 });
    refused(|s| s.replace("mAc=\n", "mAc=\r\n"), SignatureLine { line: 2 });
    refused(|s| format!("{s}— ca.example/公证 KW+zHA==\n"), SignatureLine { line: 3 });
    refused(|s| format!("{s}— ca.example/公证 KW+zHIVX\n"), SignedTwice { name: "ca.example/公证".into() });
    refused(
        |s| format!("{}{s}", "x".repeat(NOTE_BYTES_MAX)),
        TooLong { bytes: NOTE_BYTES_MAX + FROZEN.len() },
    );
}

#[test]
fn signatures_of_unknown_keys_and_kinds_are_kept_and_ignored() {
    let more = "— ca.example/公证 AAAAAIVX\n— witness.example ////////\n";
    let note = format!("{FROZEN}{more}");
    let signed = SignedHead::parse(&note).unwrap();
    assert_eq!(signed.to_text(), note);
    assert_eq!(signed.verify(&key(9, "ca.example/公证")), Ok(()));
    let stranger = key(9, "witness.example");
    assert_eq!(signed.verify(&stranger), Err(HeadError::NotSigned { name: "witness.example".into() }));
}

#[test]
fn sixteen_signatures_are_taken_and_no_more() {
    let head = head();
    let mut signed = SignedHead::new(head.clone(), &key(0, "k/0"), &sign(&head, 0)).unwrap();
    for seed in 1..16 {
        signed.add_signature(&key(seed, &format!("k/{seed}")), &sign(&head, seed)).unwrap();
    }
    let full = signed.to_text();
    assert_eq!(SignedHead::parse(&full).unwrap().signatures().len(), SIGNATURES_MAX);
    assert_eq!(signed.add_signature(&key(16, "k/16"), &sign(&head, 16)), Err(HeadError::TooManySignatures));
    assert_eq!(signed.add_signature(&key(3, "k/3"), &sign(&head, 3)), Ok(()), "once more changes nothing");
    assert_eq!(signed.to_text(), full);
    let one_more = format!("{full}— k/16 AAAAAIVX\n");
    assert_eq!(SignedHead::parse(&one_more), Err(HeadError::TooManySignatures));
}

#[test]
fn a_signature_that_does_not_hold_is_not_taken_in() {
    let head = head();
    let mine = key(7, "a");
    let bad = HeadError::BadSignature { name: "a".into() };
    let mut bent = sign(&head, 7);
    bent[10] ^= 1;
    assert_eq!(SignedHead::new(head.clone(), &mine, &bent), Err(bad.clone()));
    assert_eq!(SignedHead::new(head.clone(), &mine, &sign(&head, 8)), Err(bad.clone()));
    assert_eq!(SignedHead::new(head.clone(), &mine, &sign(&head, 7)[..63]), Err(bad.clone()));
    let other = Head::new("other", 1, [0; 32], Vec::new()).unwrap();
    assert_eq!(SignedHead::new(head, &mine, &sign(&other, 7)), Err(bad));
}

#[test]
fn a_head_that_would_get_too_long_is_not_made() {
    let head = Head::new("o".repeat(NOTE_BYTES_MAX - 48), 0, [0; 32], Vec::new());
    assert_eq!(head.as_ref().map(|head| head.text().len()), Ok(NOTE_BYTES_MAX));
    let head = head.unwrap();
    let refusal = SignedHead::new(head.clone(), &key(7, "a"), &sign(&head, 7)).unwrap_err();
    assert!(matches!(refusal, HeadError::TooLong { bytes } if bytes > NOTE_BYTES_MAX));
    let longer = Head::new("o".repeat(NOTE_BYTES_MAX - 47), 0, [0; 32], Vec::new());
    assert_eq!(longer, Err(HeadError::TooLong { bytes: NOTE_BYTES_MAX + 1 }));
}

#[test]
fn parts_that_would_break_the_lines_make_no_head() {
    assert_eq!(Head::new("", 0, [0; 32], vec![]), Err(HeadError::Origin));
    assert_eq!(Head::new("a\nb", 0, [0; 32], vec![]), Err(HeadError::Origin));
    assert_eq!(Head::new("a", 0, [0; 32], vec![String::new()]), Err(HeadError::Extension));
    assert_eq!(Head::new("a", 0, [0; 32], vec!["b\n".into()]), Err(HeadError::Extension));
    assert_eq!(Head::parse_text("a\n0\n"), Err(HeadError::Root));
    assert_eq!(Head::parse_text("a\n"), Err(HeadError::Size));
    assert_eq!(Head::parse_text(""), Err(HeadError::LineEnd));
}

/// The key of Go's own tests, and all that those tests do to it.
#[test]
fn a_mangled_verifier_key_is_refused() {
    let good = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    assert_eq!(good.parse::<VerifierKey>().unwrap().to_string(), good);
    for start in 0..=good.len() {
        for end in start..=good.len() {
            let part = &good[start..end];
            assert!(part == good || part.parse::<VerifierKey>().is_err(), "{part} was taken");
        }
    }
    for at in 0..good.len() {
        let mut bytes = good.as_bytes().to_vec();
        bytes[at] += 1;
        let bent = String::from_utf8(bytes).unwrap();
        assert!(bent.parse::<VerifierKey>().is_err(), "{bent} was taken");
    }
    let check = |text: &str, expected| assert_eq!(text.parse::<VerifierKey>(), Err(expected), "{text}");
    check(
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        VerifierKeyError::Form,
    );
    check(
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        VerifierKeyError::Kind { kind: 0x65 },
    );
    check(&good.replace("c74f20a3", "C74F20A3"), VerifierKeyError::KeyId);
    check("Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", VerifierKeyError::Name);
    check("+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", VerifierKeyError::Name);
    check("PeterNeumann+c74f20a3", VerifierKeyError::Form);
    // The neutral point would sign everything for everybody.
    let neutral = std::array::from_fn(|i| u8::from(i == 0));
    assert_eq!(VerifierKey::new("a", &neutral), Err(VerifierKeyError::NotAKey));
}

/// The note of Go's own tests. It is not a head, so only the signature itself can be tried.
#[test]
fn the_reference_signature_of_another_library_holds() {
    let key: VerifierKey =
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW".parse().unwrap();
    let text = "If you think cryptography is the answer to your problem,\n\
        then you don't know what your problem is.\n";
    let line = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=";
    let found = parse_signature(line).unwrap();
    assert_eq!((found.name.as_str(), found.key_id), (key.name(), key.key_id()));
    assert_eq!(key.check(text, &found.signature), Ok(()));
    assert!(key.check(&text.replace("is the", "was the"), &found.signature).is_err());
}

fn line() -> impl Strategy<Value = String> {
    "[^\\x00-\\x1f]{1,40}"
}

fn name() -> impl Strategy<Value = String> {
    "[^\\x00-\\x1f+\\s]{1,20}".prop_filter("a name without spaces", |name| is_name(name))
}

prop_compose! {
    fn any_head()(origin in line(), size: u64, root: Hash, extensions in prop::collection::vec(line(), 0..4)) -> Head {
        Head::new(origin, size, root, extensions).unwrap()
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(head in any_head(), names in prop::collection::vec(name(), 1..6)) {
        prop_assert_eq!(&Head::parse_text(&head.text()).unwrap(), &head);
        let mut signed = SignedHead::new(head.clone(), &key(200, &names[0]), &sign(&head, 200)).unwrap();
        for (seed, name) in names.iter().enumerate() {
            signed.add_signature(&key(seed as u8, name), &sign(&head, seed as u8)).unwrap();
        }
        let read = SignedHead::parse(&signed.to_text()).unwrap();
        prop_assert_eq!(&read, &signed);
        for (seed, name) in names.iter().enumerate() {
            prop_assert_eq!(read.verify(&key(seed as u8, name)), Ok(()));
            let text = key(seed as u8, name).to_string();
            prop_assert_eq!(text.parse::<VerifierKey>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn whatever_is_read_is_written_again_byte_for_byte(
        origin in "[a-z/ ]{0,3}", size in "[+0-9]{1,3}", tail in "[\n a—A=+]{0,12}", blob in "[A-Za-z0-9+/]{7}[=A]"
    ) {
        let note = format!("{origin}\n{size}\n{}\n\n— a {blob}\n{tail}", "A".repeat(43) + "=");
        if let Ok(read) = SignedHead::parse(&note) {
            prop_assert_eq!(read.to_text(), note);
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in ".{0,200}") {
        let _ = SignedHead::parse(&text);
        let _ = Head::parse_text(&text);
        let _ = text.parse::<VerifierKey>();
    }
}
