use super::*;
use ed25519_dalek::{Signer, SigningKey};
use proptest::prelude::*;

const REQUEST: &str = "old 3\n\
    AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n\
    AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=\n\
    \n\
    jingui/00000000000000000000000007\n\
    42\n\
    AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n\
    \n\
    — jingui/00000000000000000000000007 HRMunYQHrhtXFBvOX0aP+X/tHGe/nWJaig7wGTP/oexmpxIp0QPhszpI8YECUOkR4T8Nuo3EEuPiWIaZNko7gDouLw0=\n";
const COSIGNED: &str = "— ca.example/cosigner yJRtjQAAAABq/YbAjoSj2rPMA0ehUm+soZZId2THH+VXThcxmxZMN39njF48IA+rwWqnitG5y8xdZrIX5PKYop+i58VOLKFqeqwLDg==\n";
const KEY: &str = "ca.example/cosigner+c8946d8d+BP0XJDhaoMdbZPt4zWAvodmR/ev3axPFjtcC6sg16fYY";
const LOG: &str = "jingui/00000000000000000000000007+1d132e9d+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs";
const TIME: u64 = 1795000000;

fn key() -> CosignerKey {
    KEY.parse().unwrap()
}

fn sign(head: &Head, time: u64) -> Cosignature {
    let signer = SigningKey::from_bytes(&[9; 32]);
    Cosignature::new(&key(), time, signer.sign(&Cosignature::text_to_sign(head, time)).to_bytes())
}

#[test]
fn request_and_answer_are_frozen() {
    // If this fails, requests on their way are no longer read, and what was countersigned no longer verifies. The bytes
    // were made by another program (Python's `cryptography`) from seeds of 32 times 7 and 32 times 9.
    let request = Request::parse(REQUEST).unwrap();
    assert_eq!(request.to_text(), REQUEST);
    assert_eq!((request.old(), request.proof()), (3, &[[1; 32], [2; 32]][..]));
    assert_eq!(request.head().verify(&LOG.parse().unwrap()), Ok(()));
    assert_eq!(request.head().head().size(), 42);
    let answer = Answer::parse(COSIGNED).unwrap();
    assert_eq!(answer.to_text(), COSIGNED);
    let seen = answer.cosignature_by(&key()).unwrap();
    assert_eq!(seen, sign(request.head().head(), TIME));
    assert_eq!(seen.verify(&key(), request.head().head()), Ok(()));
    assert_eq!(Cosignature::from_base64(&seen.to_base64()), Some(seen));
    assert_eq!(key().to_string(), KEY);
    let mut whole = request.head().clone();
    whole.add_cosignature(&key(), &seen).unwrap();
    assert_eq!(whole.to_text(), format!("{}{COSIGNED}", &REQUEST[REQUEST.find("jingui").unwrap()..]));
    let read = Answer::parse(&whole.to_text()).unwrap();
    assert_eq!((read.cosignature_by(&key()), read.head()), (Some(seen), Some(request.head().head())));
    assert_eq!(read.names(), [request.head().head().origin(), "ca.example/cosigner"]);
}

#[test]
fn a_cosignature_is_of_one_key_one_head_and_one_time() {
    let head = Request::parse(REQUEST).unwrap().head().head().clone();
    let seen = sign(&head, TIME);
    let later = Cosignature { time: TIME + 1, ..seen };
    assert!(matches!(later.verify(&key(), &head), Err(HeadError::BadSignature { .. })));
    let other = Head::new(head.origin(), head.size() + 1, *head.root(), Vec::new()).unwrap();
    assert!(matches!(seen.verify(&key(), &other), Err(HeadError::BadSignature { .. })));
    let public = SigningKey::from_bytes(&[8; 32]).verifying_key();
    let same_name = CosignerKey::new(key().name(), public.as_bytes()).unwrap();
    assert!(matches!(seen.verify(&same_name, &head), Err(HeadError::NotSigned { .. })));
    let mut signed = Request::parse(REQUEST).unwrap().head().clone();
    signed.add_cosignature(&key(), &seen).unwrap();
    let before = signed.clone();
    assert!(signed.add_cosignature(&key(), &sign(&head, TIME + 1)).is_err(), "two by one key");
    assert_eq!(signed, before);
}

#[test]
fn keys_of_another_kind_or_mistyped_are_refused() {
    assert_eq!(LOG.parse::<CosignerKey>(), Err(CosignerKeyError::Kind { kind: 1 }));
    for (at, c) in KEY.char_indices() {
        let mut bent = KEY.to_owned();
        bent.replace_range(at..at + 1, if c == 'x' { "y" } else { "x" });
        assert!(bent.parse::<CosignerKey>().is_err(), "{bent}");
    }
    for cut in 0..KEY.len() {
        assert!(KEY[..cut].parse::<CosignerKey>().is_err());
    }
}

#[test]
fn a_request_cut_anywhere_is_refused() {
    for (cut, _) in REQUEST.char_indices() {
        assert!(Request::parse(&REQUEST[..cut]).is_err(), "cut at byte {cut}");
    }
    for bent in ["old 03\n\n", "old -1\n\n", "old\n\n", "new 3\n\n", "\n\n", "old 3\nAAAA\n\n", "old 3 \n\n"]
    {
        let text = format!("{bent}{}", &REQUEST[REQUEST.find("jingui").unwrap()..]);
        assert!(Request::parse(&text).is_err(), "{bent:?}");
    }
    let head = Request::parse(REQUEST).unwrap().head().clone();
    assert!(Request::new(3, vec![[0; 32]; PROOF_MAX], head.clone()).is_ok());
    assert_eq!(Request::new(3, vec![[0; 32]; PROOF_MAX + 1], head), Err(RequestError::Proof));
}

proptest! {
    #[test]
    fn what_is_written_is_read_as_it_was(
        old in any::<u64>(),
        proof in prop::collection::vec(any::<[u8; 32]>(), 0..=PROOF_MAX),
        time in any::<u64>(),
        size in any::<u64>(),
        root in any::<[u8; 32]>(),
    ) {
        let head = Head::new("jingui/x", size, root, Vec::new()).unwrap();
        let log = SigningKey::from_bytes(&[7; 32]);
        let log_key = crate::head::VerifierKey::new("jingui/x", log.verifying_key().as_bytes()).unwrap();
        let signature = log.sign(&head.note_text_to_sign()).to_bytes();
        let mut signed = SignedHead::new(head.clone(), &log_key, &signature).unwrap();
        let request = Request::new(old, proof, signed.clone()).unwrap();
        prop_assert_eq!(Request::parse(&request.to_text()), Ok(request));
        let seen = sign(&head, time);
        signed.add_cosignature(&key(), &seen).unwrap();
        let answer = Answer::parse(&signed.to_text()).unwrap();
        prop_assert_eq!(answer.to_text(), signed.to_text());
        prop_assert_eq!(answer.cosignature_by(&key()), Some(seen));
        prop_assert_eq!(Cosignature::from_base64(&seen.to_base64()), Some(seen));
    }

    #[test]
    fn anything_else_is_refused_or_comes_back_as_it_was(
        bytes in prop::collection::vec(any::<u8>(), 0..400), at in 0..300_usize, with in any::<char>(),
    ) {
        let garbage = String::from_utf8_lossy(&bytes).into_owned();
        let mut bent = REQUEST.to_owned();
        if let Some((at, c)) = REQUEST.char_indices().nth(at) {
            bent.replace_range(at..at + c.len_utf8(), with.encode_utf8(&mut [0; 4]));
        }
        let dashed = format!("\u{2014} {garbage}");
        for text in [&garbage, &bent, &dashed] {
            if let Ok(request) = Request::parse(text) {
                prop_assert_eq!(&request.to_text(), text);
            }
            if let Ok(answer) = Answer::parse(text) {
                prop_assert_eq!(&answer.to_text(), text);
            }
            drop(text.parse::<CosignerKey>());
            let _ = Cosignature::from_base64(text);
        }
    }
}
