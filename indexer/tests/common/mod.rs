//! Entries and places for tests of the index.
#![allow(dead_code)] // each test uses some of it

use jingui_indexer::index::{Answer, Ask, Document, Entry, Error, Index};
use jingui_indexer::sealed::Place;
use jingui_schema::facts::{Business, Class, CustomerKind, DocumentKind, Outcome, Standing};
use jingui_schema::id::RecordId;
use jingui_vault::env::Env;
use jingui_vault::seal::Identity;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub const MEMORY: usize = 15_000_000;

/// A place below a directory; the same identity each time.
pub fn place(dir: &Path) -> Place {
    let identity = Identity::from_secret([7; 32].into());
    Place { env: Env::of_host(), dir: dir.join("index"), identity, cache_bytes: 8 << 20 }
}

pub fn record(no: u64) -> RecordId {
    // Spread, as random ids are: their upper half orders hits that are alike.
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&no.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    bytes[8..].copy_from_slice(&no.to_be_bytes());
    bytes[0] &= 0x7f;
    RecordId::from_bytes(bytes)
}

pub fn entry(no: u64) -> Entry {
    Entry {
        record: record(no),
        number: format!("JG01-2024-{no:06}"),
        project: "社保一期".into(),
        outlet: "城东网点".into(),
        names: vec!["张伟".into()],
        customer_kind: CustomerKind::Person,
        identifiers: vec![],
        phones: vec![],
        addresses: vec![],
        serials: vec![],
        business: Business::New,
        date: "2024-05-01".parse().unwrap(),
        outcome: Outcome::Issued,
        class: Class::CnP5,
        state: Standing::Archived,
        box_code: None,
        tags: vec![],
        documents: vec![],
    }
}

pub fn text(pages: &[&str]) -> Document {
    Document {
        kind: DocumentKind::Agr,
        title: "协议".into(),
        original: "a.pdf".into(),
        pages: pages.iter().map(|page| (*page).to_owned()).collect(),
        unread: None,
    }
}

pub fn build(dir: &Path, entries: &[Entry]) -> Arc<Index> {
    let index = Index::create(place(dir)).unwrap();
    let mut writer = index.writer(1, MEMORY).unwrap();
    entries.iter().for_each(|entry| writer.put(entry).unwrap());
    writer.commit(b"position").unwrap();
    writer.finish().unwrap();
    index
}

pub fn ask(index: &Index, query: &str) -> Result<Answer, Error> {
    index.search(&Ask { query, limit: 100, ..Ask::default() })
}

pub fn found(index: &Index, query: &str) -> Vec<RecordId> {
    let answer = ask(index, query).unwrap_or_else(|error| panic!("{query}: {error:?}"));
    answer.hits.iter().map(|hit| hit.record).collect()
}

/// A corpus of others' making, which is not in the repository.
pub fn corpus(part: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    let root = std::env::var_os("JINGUI_CORPUS").map_or(beside, PathBuf::from);
    let path = root.join(part);
    path.exists().then_some(path)
}

/// Chance that is the same in every run.
pub struct Chance(pub u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        // xorshift64*
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.next() >> 33) as usize % end
    }

    pub fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}
