//! How far up the right article comes for questions of laypeople: the statutes of `law-zh` by article, the questions of
//! `query-zh`, split as its README says.

mod common;

use common::*;
use jingui_indexer::index::{Ask, Index};
use serde_json::Value;
use std::collections::HashMap;
use std::path::Path;

/// Hit and reciprocal rank of the best row of the corpus's README.
const HIT_TO_BEAT: f64 = 0.586;
const RANK_TO_BEAT: f64 = 0.409;

fn markdown(dir: &Path, into: &mut Vec<std::path::PathBuf>) {
    let mut entries: Vec<_> = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        match path.is_dir() {
            true => markdown(&path, into),
            false if path.extension().is_some_and(|e| e == "md") => into.push(path),
            false => {}
        }
    }
}

/// `第…条` and `第…条之…` at the beginning of a line.
fn heading(line: &str) -> Option<(&str, &str)> {
    let inner = line.strip_prefix('第')?;
    let of = "一二三四五六七八九十百千零〇";
    let digits: usize = inner.chars().take_while(|c| of.contains(*c)).map(char::len_utf8).sum();
    let mut end = '第'.len_utf8() + digits;
    if digits == 0 || !line[end..].starts_with('条') {
        return None;
    }
    end += '条'.len_utf8();
    if let Some(more) = line[end..].strip_prefix('之') {
        let digits: usize = more.chars().take_while(|c| of.contains(*c)).map(char::len_utf8).sum();
        end += if digits > 0 { '之'.len_utf8() + digits } else { 0 };
    }
    Some((&line[..end], line[end..].trim_start()))
}

/// Articles by file and heading.
fn articles(root: &Path) -> Vec<((String, String), String)> {
    let (mut files, mut all) = (Vec::new(), Vec::<((String, String), String)>::new());
    markdown(root, &mut files);
    for path in files {
        let file = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
        let mut within = false;
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            if let Some((name, text)) = heading(line.trim()) {
                all.push(((file.clone(), name.to_owned()), format!("{text}\n")));
                within = true;
            } else if line.starts_with('#') {
                within = false;
            } else if within {
                let text = &mut all.last_mut().unwrap().1;
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    all
}

#[test]
#[expect(clippy::print_stderr, reason = "a test that did not run, or has measured something, says so")]
fn the_right_article_comes_up_more_often_than_by_plain_bigrams() {
    let (Some(laws), Some(queries)) = (corpus("law-zh/LawRefBook+Laws"), corpus("query-zh/stard-dev.jsonl"))
    else {
        eprintln!("skipped: the_right_article_comes_up_more_often_than_by_plain_bigrams (no corpus)");
        return;
    };
    let articles = articles(&laws);
    assert_eq!(articles.len(), 23_948);
    let dir = tempfile::tempdir().unwrap();
    let index = Index::create(place(dir.path())).unwrap();
    let mut writer = index.writer(2, 100_000_000).unwrap();
    let mut numbers = HashMap::new();
    for (no, (name, words)) in articles.iter().enumerate() {
        let mut entry = entry(no as u64);
        entry.documents = vec![text(&[words])];
        // A document has its law's name as its title, as a record's documents have theirs.
        entry.documents[0].title = name.0.rsplit('/').next().unwrap().trim_end_matches(".md").into();
        writer.put(&entry).unwrap();
        numbers.insert(entry.record, no);
    }
    writer.commit(b"1").unwrap();
    writer.finish().unwrap();
    let (mut asked, mut hits, mut ranks) = (0, 0, 0.0);
    for line in std::fs::read_to_string(queries).unwrap().lines() {
        let question: Value = serde_json::from_str(line).unwrap();
        let right: Vec<(String, String)> = question["articles"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|a| a["in_dev_corpus"] == true)
            .map(|a| (a["file"].as_str().unwrap().to_owned(), a["article"].as_str().unwrap().to_owned()))
            .collect();
        if right.is_empty() {
            continue;
        }
        let words: String = question["query"].as_str().unwrap().chars().filter(|c| *c != '"').collect();
        let query = format!("like:\"{words}\"");
        let answer = index.search(&Ask { query: &query, limit: 10, ..Ask::default() }).unwrap();
        let at = answer.hits.iter().position(|hit| right.contains(&articles[numbers[&hit.record]].0));
        asked += 1;
        hits += usize::from(at.is_some());
        ranks += at.map_or(0.0, |at| 1.0 / (at + 1) as f64);
    }
    let (hit, rank) = (hits as f64 / asked as f64, ranks / asked as f64);
    eprintln!("{asked} questions: hit@10 {hit:.4}, MRR@10 {rank:.4}; {} bytes", index.bytes());
    assert_eq!(asked, 619);
    assert!(hit > HIT_TO_BEAT && rank > RANK_TO_BEAT, "hit@10 {hit:.4}, MRR@10 {rank:.4}");
}
