//! What lies below a seal, and keys themselves.
//!
//! The bytes are taken as plaintext and sealed here, so that a fuzzer need not break age to reach the reader.

use super::opening::disk_with;
use super::{sample, text};
use crate::lossy::LossyFs;
use age::armor::ArmoredReader;
use jingui_schema::cover::Document;
use jingui_schema::digest::Sha256;
use jingui_schema::id::{NoteId, RecordId, StaffNo, VaultId};
use jingui_vault::body::Body;
use jingui_vault::cover::Cover;
use jingui_vault::env::Env;
use jingui_vault::fuzzing;
use jingui_vault::keys::{Keystore, LogKey, Person, identity_from_text, open_escrow, read_sheet, sheet_text};
use jingui_vault::note::{open_note, seal_note};
use jingui_vault::seal;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::Arc;

/// The identity that everything here is sealed to.
pub const CA_IDENTITY: &str = "AGE-SECRET-KEY-1GQ9778VQXMMJVE8SK7J6VT8UJ4HDQAJUVSFCWCM02D8GEWQ72PVQ2Y5J33";
/// The passphrase of the key files in the corpus.
const PASSPHRASE: &str = "corpus passphrase";
/// A key file that asks for more work than this is passed over: scrypt is not what is tried here.
const WORK_FACTOR_TRIED: u32 = 6;

pub(super) fn identity() -> seal::Identity {
    seal::parse_identity(CA_IDENTITY).expect("an identity")
}

pub(super) fn sealed_here(plain: &[u8]) -> Vec<u8> {
    seal::seal(&identity().to_public(), plain)
}

/// A sealed file as it lies: opened whole, and as a body, which is opened from its end.
pub(super) fn sealed(bytes: &[u8]) {
    let opened = seal::open(&identity(), bytes);
    let path = Path::new("/sealed");
    let fs = LossyFs::on(disk_with(path, bytes));
    let body = Body::open(&fs, path, CA_IDENTITY);
    if let Ok(plain) = &opened {
        assert!(plain.len() <= bytes.len(), "age adds bytes and takes none away");
        assert!(body.is_ok(), "what opens whole opens from its end");
    }
    let _ = open_escrow("escrow", bytes, &identity());
}

pub(super) fn cover(bytes: &[u8]) {
    let Ok(cover) = Cover::parse(bytes) else { return };
    assert_eq!(&**cover.to_plaintext(), bytes, "a cover that is sealed anew is the same");
    assert_eq!(cover.lines.len(), cover.documents.len() + cover.certificates.len() + 1);
    for document in &cover.documents {
        assert!(cover.identity(document.doc.filing).is_some(), "each document has a body");
    }
    // What `commit` is made of, by itself: the digests of all lines but the first.
    let digests: String = bytes
        .strip_suffix(b"\n")
        .expect("a cover ends with its last line")
        .split(|b| *b == b'\n')
        .skip(1)
        .map(|line| format!("{}\n", Sha256::of(line)))
        .collect();
    assert_eq!(cover.commit(), Sha256::of(digests.as_bytes()));
}

pub(super) fn note(bytes: &[u8]) {
    let (vault, note) = (VaultId::from_bytes([1; 16]), NoteId::from_bytes([2; 16]));
    let Ok(read) = open_note(&identity(), &sealed_here(bytes), vault, note) else { return };
    assert_eq!((read.vault, read.note), (vault, note), "the note that was asked for");
    let again = seal_note(&identity().to_public(), &read);
    assert_eq!(open_note(&identity(), &again, vault, note).expect("what we write we read"), read);
}

/// Counts and hashes what a reader hands out.
#[derive(Default)]
struct Given(Vec<u8>);

impl Write for Given {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.extend_from_slice(bytes);
        assert!(self.0.len() <= 64 << 20, "a body of some kilobytes gave 64 MiB");
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A body: what the cover says of its documents as one line of JSON, then the age plaintext.
pub(super) fn body(bytes: &[u8]) {
    let Some(end) = bytes.iter().position(|b| *b == b'\n') else { return };
    let Ok(mut documents) = serde_json::from_slice::<Vec<Document>>(&bytes[..end]) else { return };
    documents.truncate(16);
    // A cover may say any size; how much memory a reader takes must not follow it.
    let path = Path::new("/body");
    let fs = LossyFs::on(disk_with(path, &sealed_here(&bytes[end + 1..])));
    let mut body = Body::open(&fs, path, CA_IDENTITY).expect("what was just sealed opens");
    let (vault, record) = (VaultId::from_bytes([1; 16]), RecordId::from_bytes([3; 16]));
    let whole = body.check_all(vault, record, 1, &documents).is_ok();
    for document in &documents {
        if document.size > 1 << 20 {
            continue;
        }
        let mut given = Given::default();
        let copied = body.copy_document(document, &mut given);
        assert!(given.0.len() as u64 <= document.size, "never more bytes than the cover says");
        if copied.is_ok() {
            assert_eq!(given.0.len() as u64, document.size);
            assert_eq!(Sha256::of(&given.0), document.sha256);
        }
        assert!(copied.is_ok() || !whole, "what is whole can be read document by document");
    }
}

pub(super) fn person(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    if let Ok(person) = Person::from_secret_text("key", text) {
        let written = person.to_secret_text();
        let again = Person::from_secret_text("key", &written).expect("what we write we read");
        assert_eq!(*again.to_secret_text(), *written);
        assert_eq!(again.sign_key(), person.sign_key());
        let half = person.public_half();
        jingui_schema::act::PublicHalf::parse(&half.to_text()).expect("its public half proves itself");
    }
    if let Ok(identity) = identity_from_text("key", text) {
        assert!(seal::parse_recipient(&identity.to_public().to_string()).is_ok());
    }
    if let Some(key) = LogKey::from_hex(text) {
        assert_eq!(*key.to_hex(), text.trim().to_lowercase());
    }
}

/// A key file as it lies, below and with its armor.
pub(super) fn key_file(bytes: &[u8]) {
    let mut binary = Vec::new();
    let _ = ArmoredReader::new(bytes).take(32 << 10).read_to_end(&mut binary);
    let header = String::from_utf8_lossy(&binary[..binary.len().min(4096)]).into_owned();
    let work =
        |line: &str| line.starts_with("-> scrypt").then(|| line.rsplit(' ').next()?.parse::<u32>().ok());
    if header.lines().filter_map(work).flatten().any(|work| work > WORK_FACTOR_TRIED) {
        return;
    }
    if let Ok(person) = Person::from_key_file("key", bytes, PASSPHRASE) {
        let again = person.to_key_file(PASSPHRASE, 1).expect("a good passphrase");
        let again =
            Person::from_key_file("key", again.as_bytes(), PASSPHRASE).expect("what we write we read");
        assert_eq!(*again.to_secret_text(), *person.to_secret_text());
    }
}

/// What is sealed in an epoch's copy or escrow file.
pub(super) fn epoch_copy(bytes: &[u8]) {
    let sealed = sealed_here(bytes);
    if let Ok(content) = open_escrow("escrow", &sealed, &identity()) {
        let expected = format!(
            "# jingui epoch 1\n# vault: {}\n# epoch: {}\n# proof: {}\n{}\n",
            content.vault,
            content.key.epoch(),
            content.answer,
            *seal::identity_text(content.key.identity())
        );
        assert_eq!(Some(expected.as_str()), text(bytes), "an escrow file has one spelling");
    }
    let (house, fs) = sample().house();
    let path = house.keys().join("epochs/7/0001.age");
    let disk = {
        let mut disk = fs.disk();
        disk.lay(path.parent().expect("it lies in a directory"));
        disk
    };
    let fs = LossyFs::on(disk);
    (&fs as &dyn jingui_vault::fs::Fs).write_new(&path, &sealed).expect("memory takes it");
    let env = Env { fs: Arc::new(fs), ..Env::of_host() };
    let store = Keystore::open(env, &house.keys(), sample().vault_id).expect("the sample's keystore");
    if let Ok(key) = store.open_epoch(7, StaffNo(1), &identity(), None) {
        assert_eq!(key.epoch(), 7, "a copy under another number is refused");
    }
}

pub(super) fn sheet(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    let Ok(identity) = read_sheet("sheet", text) else { return };
    let key = jingui_vault::keys::EpochKey::new(3, identity);
    let printed = sheet_text(&sample().vault_id, "RA", &key, "{vault} {ra} {epoch}\n{identity}\n");
    let again = read_sheet("sheet", &printed).expect("what we print we read");
    assert_eq!(again.to_public().to_string(), key.recipient());
}

pub(super) fn row(bytes: &[u8]) {
    let Some(written) = fuzzing::row(bytes) else { return };
    assert_eq!(fuzzing::row(&written).as_ref(), Some(&written), "what we write we read");
}

/// A page of postings. Its reader may make some hundred times as much of it: it lies below a seal.
pub(super) fn page(bytes: &[u8]) {
    let bytes = &bytes[..bytes.len().min(4096)];
    let Some((written, told)) = fuzzing::page(bytes) else { return };
    assert_eq!(fuzzing::page(&written), Some((written.clone(), told)), "what we write we read");
}
