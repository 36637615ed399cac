//! The sealed index beside plain tantivy with the same fields and analysis, in turns.
//!
//! `cargo bench -p jingui-indexer --bench index -- [--docs 147000] [--rounds 3] [--threads 1] [--dir DIR] [--made]
//!  [--cache MIB] [--only sealed|asking]`
//!
//! Documents are articles of statutes (the corpus's `law-zh`, else sentences made here), repeated with variation: each
//! is a record with its own name, numbers, serial and day. The peak of memory is that of a process that only does one of the two.

use jingui_indexer::index::{Ask, Document, Entry, Index, Writer};
use jingui_indexer::sealed::Place;
use jingui_schema::facts::{Business, Class, CustomerKind, DocumentKind, Outcome, Standing};
use jingui_schema::id::RecordId;
use jingui_vault::env::Env;
use jingui_vault::seal::Identity;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

const COMMIT_EVERY: u64 = 20_000;

fn say(line: std::fmt::Arguments<'_>) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }
    fn below(&mut self, end: usize) -> usize {
        (self.next() >> 33) as usize % end
    }
}

fn statutes() -> Vec<String> {
    fn walk(dir: &Path, into: &mut Vec<PathBuf>) {
        let Ok(entries) = std::fs::read_dir(dir) else { return };
        let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() { walk(&path, into) } else { into.push(path) }
        }
    }
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    let root = std::env::var_os("JINGUI_CORPUS").map_or(beside, PathBuf::from).join("law-zh");
    let mut files = Vec::new();
    walk(&root, &mut files);
    let texts = files.iter().filter(|p| p.extension().is_some_and(|e| e == "md"));
    let text: String = texts.filter_map(|p| std::fs::read_to_string(p).ok()).collect();
    let mut articles: Vec<String> = Vec::new();
    for line in text.lines() {
        match articles.last_mut() {
            _ if line.starts_with('第') && line.chars().take(12).any(|c| c == '条') => {
                articles.push(line.to_owned());
            }
            Some(last) if !line.starts_with('#') && last.len() < 6000 => last.push_str(line),
            _ => {}
        }
    }
    if articles.is_empty() {
        articles = (0..2000)
            .map(|no| format!("第{no}条 电子签名服务机构应当妥善保管申请材料，责任号{no}"))
            .collect();
    }
    articles
}

const SURNAMES: &str = "张王李刘陈杨赵黄吴孙马罗郑谢韩冯邓萧程曾吕翟龙万";
const GIVEN: &str = "伟强丽军华兰凤义国庆东梦颖莹静龙飞鹏鸿杰荣贵宝红霞敏涛勇长行重朝乾绿云岩旭思雨晨";

fn entry(no: u64, statutes: &[String]) -> Entry {
    let mut chance = Chance(no.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    (0..4).for_each(|_| _ = chance.next());
    let (surnames, given): (Vec<char>, Vec<char>) = (SURNAMES.chars().collect(), GIVEN.chars().collect());
    let mut name = String::from(surnames[chance.below(surnames.len())]);
    (0..2).for_each(|_| name.push(given[chance.below(given.len())]));
    let digits = |chance: &mut Chance, n| {
        (0..n).map(|_| char::from(b'0' + chance.below(10) as u8)).collect::<String>()
    };
    let mut id = [0; 16];
    id[..8].copy_from_slice(&(chance.next() >> 1).to_be_bytes());
    id[8..].copy_from_slice(&no.to_be_bytes());
    // Repeated with variation: another half comes behind an article.
    let (a, b) = (&statutes[no as usize % statutes.len()], &statutes[chance.below(statutes.len())]);
    let half: String = b.chars().take(b.chars().count().min(120) / 2).collect();
    let text = format!("{a}\n{half}，申请人{name}，编号{}。", digits(&mut chance, 6));
    Entry {
        record: RecordId::from_bytes(id),
        number: format!("JG01-2024-{no:07}"),
        project: format!("项目{}期", 1 + chance.below(40)),
        outlet: format!("第{}网点", 1 + chance.below(60)),
        names: vec![name],
        customer_kind: CustomerKind::ALL[chance.below(CustomerKind::ALL.len())],
        identifiers: vec![format!("110105{}", digits(&mut chance, 12))],
        phones: vec![format!("139{}", digits(&mut chance, 8))],
        addresses: vec![],
        serials: vec![format!("{:016X}", chance.next())],
        business: Business::New,
        date: format!("20{}-{:02}-{:02}", 10 + chance.below(15), 1 + chance.below(12), 1 + chance.below(28))
            .parse()
            .expect("a day"),
        outcome: Outcome::Issued,
        class: Class::ALL[chance.below(Class::ALL.len())],
        state: Standing::ALL[chance.below(Standing::ALL.len())],
        box_code: None,
        tags: vec![],
        documents: vec![Document {
            kind: DocumentKind::Agr,
            title: "服务协议".into(),
            original: "agreement.pdf".into(),
            pages: vec![text],
            unread: None,
        }],
    }
}

fn fill(index: &Arc<Index>, docs: u64, threads: usize, statutes: &[String]) -> Duration {
    let begin = Instant::now();
    let mut writer: Writer = index.writer(threads, 64_000_000).expect("nobody else writes");
    for no in 0..docs {
        writer.put(&entry(no, statutes)).expect("it is put");
        if no % COMMIT_EVERY == COMMIT_EVERY - 1 {
            writer.commit(&no.to_be_bytes()).expect("it is committed");
        }
    }
    writer.commit(b"end").expect("it is committed");
    writer.finish().expect("it is finished");
    begin.elapsed()
}

/// What people type: names in characters and letters, tails and whole numbers, phrases, words together, facts.
fn queries(docs: u64, statutes: &[String]) -> Vec<(&'static str, String)> {
    let mut chance = Chance(77);
    let mut all = Vec::new();
    for _ in 0..40 {
        let one = entry(chance.below(docs as usize) as u64, statutes);
        let text: Vec<char> = one.documents[0].pages[0].chars().filter(|c| c.is_alphabetic()).collect();
        let stretch = |chance: &mut Chance, n: usize| {
            let from = chance.below(text.len().saturating_sub(n).max(1));
            text[from..(from + n).min(text.len())].iter().collect::<String>()
        };
        all.push(("name", one.names[0].clone()));
        all.push(("letters", ["zw", "wl", "lgq", "zhangwei", "liguo"][chance.below(5)].to_owned()));
        all.push(("number", one.identifiers[0].clone()));
        all.push(("tail of 4", one.phones[0][7..].to_owned()));
        all.push(("tail of 8", format!("…{}", &one.serials[0][8..])));
        all.push(("phrase of 2", stretch(&mut chance, 2)));
        all.push(("phrase of 6", stretch(&mut chance, 6)));
        all.push(("two words", format!("{} {}", stretch(&mut chance, 2), stretch(&mut chance, 3))));
        all.push(("fact and word", format!("project:{} {}", one.project, stretch(&mut chance, 2))));
        all.push(("alike", format!("like:\"{}\"", stretch(&mut chance, 20))));
    }
    all
}

fn ask(index: &Index, query: &str) -> (Duration, String) {
    let begin = Instant::now();
    let answer = index.search(&Ask { query, limit: 20, ..Ask::default() }).expect(query);
    let took = begin.elapsed();
    (took, format!("{:?} {:?}", answer.total, answer.hits.iter().map(|hit| hit.record).collect::<Vec<_>>()))
}

fn percentile(times: &mut [Duration], part: f64) -> f64 {
    times.sort_unstable();
    let at = ((times.len() - 1) as f64 * part).round() as usize;
    times[at].as_secs_f64() * 1e3
}

fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0");
    line.split_whitespace().next().and_then(|n| n.parse::<u64>().ok()).unwrap_or(0) / 1024
}

fn size(dir: &Path) -> u64 {
    std::fs::read_dir(dir).map_or(0, |all| all.filter_map(|e| Some(e.ok()?.metadata().ok()?.len())).sum())
}

fn sealed(dir: &Path, cache_bytes: u64) -> Place {
    let identity = Identity::from_secret([7; 32].into());
    Place { env: Env::of_host(), dir: dir.to_owned(), identity, cache_bytes }
}

fn plain(dir: &Path, new: bool) -> Arc<Index> {
    std::fs::create_dir_all(dir).expect("a directory");
    let directory = tantivy::directory::MmapDirectory::open(dir).expect("it opens");
    Index::over_plain(directory, &Identity::from_secret([7; 32].into()), new).expect("it opens")
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.iter().any(|word| word == "--test") {
        return; // `cargo test --benches` measures nothing
    }
    let option = |name: &str| {
        let at = words.iter().position(|word| word == name)?;
        words.get(at + 1).cloned()
    };
    let number = |name: &str, otherwise: u64| option(name).and_then(|n| n.parse().ok()).unwrap_or(otherwise);
    let (docs, rounds) = (number("--docs", 147_000), number("--rounds", 3));
    let threads = number("--threads", 1) as usize;
    let (cache, made) = (number("--cache", 128) << 20, words.iter().any(|word| word == "--made"));
    let sealed = |dir: &Path| sealed(dir, cache);
    let scratch = tempfile::tempdir().expect("a directory");
    let root = option("--dir").map_or_else(|| scratch.path().to_owned(), PathBuf::from);
    let statutes = statutes();
    let chars: usize = (0..docs.min(2000)).map(|no| entry(no, &statutes).documents[0].pages[0].len()).sum();
    say(format_args!(
        "{docs} documents of {} bytes of text, {threads} indexing thread(s)",
        chars / docs.min(2000) as usize
    ));
    if let Some(only) = option("--only") {
        // For the peak of memory: nothing else runs in this process.
        let dir = root.join(if only == "asking" { "sealed0" } else { "only" });
        if only != "asking" {
            let took = fill(&Index::create(sealed(&dir)).expect("it is made"), docs, threads, &statutes);
            say(format_args!("indexed in {:.1} s, peak {} MiB", took.as_secs_f64(), peak_mib()));
        }
        let index = Index::open(sealed(&dir)).expect("it opens");
        let queries = queries(docs, &statutes);
        let pass = || queries.iter().map(|(_, query)| ask(&index, query).0).collect::<Vec<Duration>>();
        for (what, passes) in [("asked for the first time", 1), ("asked again", 3)] {
            let mut times = (0..passes).fold(Vec::new(), |_, _| pass());
            let (p50, p95) = (percentile(&mut times, 0.5), percentile(&mut times, 0.95));
            say(format_args!("{what}: p50 {p50:.2} ms, p95 {p95:.2} ms"));
        }
        say(format_args!("{} bytes, peak {} MiB", size(&dir), peak_mib()));
        return;
    }
    let (mut ratios, mut last) = (Vec::new(), None);
    if made {
        // What an earlier run left below `--dir`.
        let dirs = (root.join("sealed0"), root.join("plain0"));
        let ours = Index::open(sealed(&dirs.0)).expect("it opens");
        last = Some((ours, plain(&dirs.1, false), dirs.0, dirs.1));
    }
    for round in 0..if made { 0 } else { rounds } {
        let (ours_dir, theirs_dir) =
            (root.join(format!("sealed{round}")), root.join(format!("plain{round}")));
        let ours = Index::create(sealed(&ours_dir)).expect("it is made");
        let theirs = plain(&theirs_dir, true);
        // In turns, and not always the same first.
        let (a, b) = match round % 2 {
            0 => {
                let a = fill(&ours, docs, threads, &statutes);
                (a, fill(&theirs, docs, threads, &statutes))
            }
            _ => {
                let b = fill(&theirs, docs, threads, &statutes);
                (fill(&ours, docs, threads, &statutes), b)
            }
        };
        ratios.push(b.as_secs_f64() / a.as_secs_f64());
        say(format_args!(
            "indexing, round {round}: sealed {:.1} s ({:.0}/s), plain {:.1} s; {:.2} × plain; bytes {} and {}",
            a.as_secs_f64(),
            docs as f64 / a.as_secs_f64(),
            b.as_secs_f64(),
            ratios[round as usize],
            size(&ours_dir),
            size(&theirs_dir)
        ));
        if let Some((_, _, old_ours, old_theirs)) = last.replace((ours, theirs, ours_dir, theirs_dir)) {
            let _ = (std::fs::remove_dir_all(old_ours), std::fs::remove_dir_all(old_theirs));
        }
    }
    ratios.sort_by(f64::total_cmp);
    if let Some(median) = ratios.get(ratios.len() / 2) {
        say(format_args!("indexing: {median:.2} × plain (median)"));
    }
    let Some((ours, theirs, ..)) = last else { return };
    let queries = queries(docs, &statutes);
    for (_, query) in &queries {
        assert_eq!(ask(&ours, query).1.is_empty(), ask(&theirs, query).1.is_empty(), "{query}");
    }
    let mut times: [Vec<Vec<Duration>>; 2] =
        [vec![Vec::new(); queries.len()], vec![Vec::new(); queries.len()]];
    for _ in 0..5 {
        for (no, (_, query)) in queries.iter().enumerate() {
            times[0][no].push(ask(&ours, query).0);
            times[1][no].push(ask(&theirs, query).0);
        }
    }
    let medians = |of: &[Vec<Duration>], kind: Option<&str>| -> Vec<Duration> {
        let one = |(times, _): (&Vec<Duration>, _)| {
            let mut times = times.clone();
            times.sort_unstable();
            times[times.len() / 2]
        };
        of.iter().zip(&queries).filter(|(_, (k, _))| kind.is_none_or(|kind| kind == *k)).map(one).collect()
    };
    let mut kinds: Vec<Option<&str>> = queries.iter().take(10).map(|(kind, _)| Some(*kind)).collect();
    kinds.push(None);
    for kind in kinds {
        let (mut a, mut b) = (medians(&times[0], kind), medians(&times[1], kind));
        let (a50, b50) = (percentile(&mut a, 0.5), percentile(&mut b, 0.5));
        let (a95, b95) = (percentile(&mut a, 0.95), percentile(&mut b, 0.95));
        say(format_args!(
            "{:14} p50 {a50:7.2} ms, {:.2} × plain; p95 {a95:7.2} ms, {:.2} × plain",
            kind.unwrap_or("all"),
            a50 / b50,
            a95 / b95
        ));
    }
    say(format_args!("peak of both together: {} MiB", peak_mib()));
}
