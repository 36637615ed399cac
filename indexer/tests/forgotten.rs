//! What was destroyed cannot be found again, not even in the files.

mod common;

use common::*;
use jingui_indexer::index::{Ask, Index};
use jingui_vault::seal;

/// Pieces of words that stand nowhere else. Compression writes the end of a word that ends like another as a reference
/// to that one, so the pieces end before.
const CANARIES: [&str; 8] =
    ["鸑", "Vexhojud", "Mipzorqu", "Byllwaf", "Kruxode", "麤鱻", "Tavphez", "77-1999-98765"];

fn seen(place: &jingui_indexer::sealed::Place) -> Vec<&'static str> {
    let mut seen = Vec::new();
    for file in std::fs::read_dir(&place.dir).unwrap() {
        let sealed = std::fs::read(file.unwrap().path()).unwrap();
        let text = seal::open(&place.identity, &sealed).expect("every file is an age file");
        let has =
            |word: &str| text.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()));
        seen.extend(CANARIES.iter().copied().filter(|word| has(word)));
        assert!(!CANARIES.iter().any(|word| sealed.windows(word.len()).any(|part| part == word.as_bytes())));
    }
    seen.sort_unstable();
    seen.dedup();
    seen
}

#[test]
fn a_purged_record_leaves_no_word_in_any_file() {
    let dir = tempfile::tempdir().unwrap();
    let place = place(dir.path());
    let index = Index::create(place.clone()).unwrap();
    let mut writer = index.writer(1, MEMORY).unwrap();
    for no in 0..60 {
        let mut entry = entry(no);
        entry.documents = vec![text(&["电子签名服务协议，双方签字"])];
        if no % 20 == 7 {
            entry.names = vec!["鸑鷟".into()];
            entry.project = "Vexhojudka".into();
            entry.tags = vec!["Mipzorquat".into()];
            entry.number = "JG77-1999-987654".into();
            entry.documents = vec![text(&["麤鱻与Tavpheznol有关"])];
            entry.documents[0].title = "Byllwafton".into();
            entry.documents[0].original = "Kruxodemig".into();
        }
        writer.put(&entry).unwrap();
        if no % 20 == 19 {
            writer.commit(b"1").unwrap();
        }
    }
    let mut all = CANARIES.to_vec();
    all.sort_unstable();
    assert_eq!(seen(&place), all, "the test can see them where they are");
    assert_eq!(found(&index, "麤鱻").len(), 3);
    [7, 27, 47].iter().for_each(|no| writer.remove(&record(*no)).unwrap());
    writer.purge(b"2").unwrap();
    assert_eq!(seen(&place), [] as [&str; 0]);
    for query in ["鸑鷟", "麤鱻", "project:vexhojudka", "tavpheznol", "…987654"] {
        assert!(found(&index, query).is_empty(), "{query}");
    }
    let ask = Ask { query: "张伟", limit: 100, facets: true, ..Ask::default() };
    let answer = index.search(&ask).unwrap();
    assert_eq!((answer.hits.len(), answer.total), (57, Some(57)));
    assert!(!answer.facets.iter().any(|facet| facet.value.starts_with("Vex")));
    // One that was changed is gone as it was, too.
    let mut entry = entry(1);
    entry.names = vec!["鸑鷟".into()];
    writer.put(&entry).unwrap();
    writer.commit(b"3").unwrap();
    entry.names = vec!["王五".into()];
    writer.put(&entry).unwrap();
    writer.purge(b"4").unwrap();
    assert_eq!(seen(&place), [] as [&str; 0]);
    writer.finish().unwrap();
}
