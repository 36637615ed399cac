//! What is found: in which order, with which field named, and against a plain model.

mod common;

use common::*;
use jingui_indexer::index::{Ask, Entry, Error, Exactness, Explained, Index, Measure, QueryError, Sort};
use jingui_indexer::page::Unread;
use jingui_schema::facts::{CustomerKind, Standing};
use proptest::prelude::*;

fn house() -> Vec<Entry> {
    let mut one = entry(1);
    one.identifiers = vec!["11010519491231002X".into()];
    one.phones = vec!["13800001111".into()];
    one.addresses = vec!["上海市浦東新区世纪大道100号".into()];
    one.serials = vec!["0A:1B:2C:3D:4E:5F".into()];
    one.documents = vec![text(&["电子签名服务协议", "乙方应当妥善保管\n密钥，联系电话13912345678。"])];
    let mut two = entry(2);
    two.names = vec!["北京張偉科技有限公司".into(), "单雄信".into()];
    two.project = "税务二期".into();
    two.date = "2023-01-31".parse().unwrap();
    two.state = Standing::Incomplete;
    two.customer_kind = CustomerKind::Enterprise;
    two.tags = vec!["加急".into()];
    two.box_code = Some("H-017".into());
    let mut three = entry(3);
    three.names = vec!["李四".into()];
    three.documents = vec![text(&["甲方张伟与乙方签订合同"]), text(&[])];
    three.documents[1].unread = Some(Unread::Encrypted);
    vec![one, two, three]
}

#[test]
fn facts_come_before_texts_and_whole_before_part() {
    let dir = tempfile::tempdir().unwrap();
    let index = build(dir.path(), &house());
    let answer = ask(&index, "张伟").unwrap();
    assert_eq!(
        answer.hits.iter().map(|hit| hit.record).collect::<Vec<_>>(),
        [record(1), record(2), record(3)]
    );
    let fields: Vec<_> = answer.hits.iter().map(|hit| (hit.matched[0].field, hit.exactness())).collect();
    assert_eq!(
        fields,
        [("customer", Exactness::Whole), ("customer", Exactness::Part), ("text", Exactness::InText)]
    );
    assert_eq!((answer.total, answer.unread, answer.explained), (Some(3), 1, None));
    let shown = answer.hits[2].snippet.as_ref().unwrap();
    assert_eq!((shown.text.as_str(), shown.page), ("甲方张伟与乙方签订合同", Some((0, 0))));
    assert_eq!(&shown.text[shown.marks[0].clone()], "张伟");
}

#[test]
fn every_spelling_leads_there() {
    let dir = tempfile::tempdir().unwrap();
    let index = build(dir.path(), &house());
    for (query, wanted) in [
        ("zw", vec![1, 2]),
        ("zhangwei", vec![1, 2]),
        ("ZhangWei", vec![1, 2]),
        ("shanxiongxin", vec![2]),
        ("danxiongxin", vec![2]),
        ("sxx", vec![2]),
        ("bjzwkj", vec![2]),
        ("張偉", vec![1, 2, 3]),
        ("11010519491231002x", vec![1]),
        ("id:１１０１０５１９４９１２３１００２Ｘ", vec![1]),
        ("002X", vec![1]),
        ("…1002X", vec![1]),
        ("…0002", vec![2]), // of its archive number
        ("138-0000-1111", vec![1]),
        ("phone:0000 1111", vec![]),
        ("phone:\"0000 1111\"", vec![1]),
        ("serial:0a1b2c3d4e5f", vec![1]),
        ("serial:a1b2c3d4e5f", vec![1]),
        ("…3d:4e:5f", vec![1]),
        ("13912345678", vec![1]),
        ("5678", vec![1]),
        ("\"保管 密钥\"", vec![1]), // over the end of a line
        ("保管密钥", vec![1]),
        ("保管 电子签名", vec![1]),
        ("JG01-2024-000003", vec![3]),
        ("number:000003", vec![3]),
        ("project:税务", vec![2]),
        ("项目：社保一期", vec![1, 3]),
        ("customer:张", vec![1, 2]),
        ("tag:急", vec![2]),
        ("address:浦东新区", vec![1]),
        ("地址：世纪大道100号", vec![1]),
        ("世纪大道 张伟", vec![1]),
        ("box:H-017", vec![2]),
        ("date:2023", vec![2]),
        ("date:2023-01..2023-02 kind:enterprise", vec![2]),
        ("date:2024.. state:archived", vec![1, 3]),
        ("kind:AGR 张伟", vec![1, 3]),
        ("title:协议", vec![1, 3]),
        ("text:签订合同", vec![3]),
        ("customer:签订合同", vec![]),
        ("王五", vec![]),
    ] {
        let mut got = match ask(&index, query) {
            Ok(answer) => answer.hits.into_iter().map(|hit| hit.record).collect::<Vec<_>>(),
            Err(Error::Query(QueryError::TooShort { .. } | QueryError::NoNumber { .. })) => vec![],
            Err(error) => panic!("{query}: {error:?}"),
        };
        got.sort();
        let mut wanted: Vec<_> = wanted.into_iter().map(record).collect();
        wanted.sort();
        assert_eq!(got, wanted, "{query}");
    }
    let nothing = ask(&index, "王五").unwrap();
    assert_eq!((nothing.total, nothing.explained), (Some(0), Some(Explained::NothingFits)));
    let too_short = ask(&index, "张").unwrap_err();
    assert!(matches!(
        too_short,
        Error::Query(QueryError::TooShort { least: 2, of: Measure::Characters, .. })
    ));
}

#[test]
fn a_shown_number_is_covered() {
    let dir = tempfile::tempdir().unwrap();
    let index = build(dir.path(), &house());
    let answer = ask(&index, "联系电话").unwrap();
    let snippet = answer.hits[0].snippet.as_ref().unwrap();
    assert_eq!(snippet.page, Some((0, 1)));
    assert!(snippet.masked().contains("*******5678") && !snippet.masked().contains("1391"), "{snippet:?}");
    let answer = ask(&index, "002X").unwrap();
    assert_eq!(answer.hits[0].snippet.as_ref().unwrap().masked(), "**************002X");
}

#[test]
fn a_record_is_found_as_it_is_now() {
    let dir = tempfile::tempdir().unwrap();
    let index = build(dir.path(), &house());
    let mut writer = index.writer(1, MEMORY).unwrap();
    assert!(matches!(index.writer(1, MEMORY), Err(Error::Busy)));
    let mut one = entry(1);
    one.names = vec!["王五".into()];
    writer.put(&one).unwrap();
    writer.remove(&record(3)).unwrap();
    assert_eq!(found(&index, "王五"), [], "not before it is committed");
    writer.commit(&[1, 2, 255]).unwrap();
    assert_eq!(found(&index, "王五"), [record(1)]);
    assert_eq!(found(&index, "张伟"), [record(2)]);
    writer.put(&entry(9)).unwrap();
    drop(writer);
    drop(index);
    let index = Index::open(place(dir.path())).unwrap();
    assert_eq!(index.position().unwrap(), Some(vec![1, 2, 255]));
    assert_eq!((index.records(), found(&index, "张伟")), (2, vec![record(2)]));
}

#[test]
fn pages_go_through_all_hits_once_in_every_order() {
    let dir = tempfile::tempdir().unwrap();
    let mut chance = Chance(5);
    let entries: Vec<Entry> = (0..100)
        .map(|no| {
            let mut entry = entry(no);
            entry.names = vec![(*chance.one(&["张伟", "张伟明", "李四"])).into()];
            entry.date = format!("2024-05-{:02}", 1 + chance.below(9)).parse().unwrap();
            entry.documents = vec![text(&[*chance.one(&["张伟签名", "张伟来了，张伟走了", "无关"])])];
            entry
        })
        .collect();
    let index = build(dir.path(), &entries);
    for sort in [Sort::Best, Sort::Newest, Sort::Oldest] {
        let all = index.search(&Ask { query: "张伟", sort, limit: 1000, ..Ask::default() }).unwrap();
        assert!(all.next.is_none() && all.hits.len() as u64 == all.total.unwrap());
        let (mut paged, mut after) = (Vec::new(), None);
        loop {
            let page = index.search(&Ask { query: "张伟", sort, limit: 7, after, ..Ask::default() }).unwrap();
            assert_eq!(page.total, all.total);
            paged.extend(page.hits);
            let Some(next) = page.next else { break };
            after = Some(next.to_string().parse().unwrap());
        }
        assert_eq!(paged, all.hits);
        let dates: Vec<_> = all
            .hits
            .iter()
            .map(|hit| entries.iter().find(|entry| entry.record == hit.record).unwrap().date)
            .collect();
        match sort {
            Sort::Best => assert!(all.hits.is_sorted_by(|a, b| a.score >= b.score)),
            Sort::Newest => assert!(dates.is_sorted_by(|a, b| a >= b)),
            Sort::Oldest => assert!(dates.is_sorted()),
        }
        let other = index.search(&Ask { query: "李四", sort, limit: 7, after, ..Ask::default() });
        assert!(matches!(other, Err(Error::Query(QueryError::OtherCursor))));
    }
}

#[test]
fn facets_count_all_hits() {
    let dir = tempfile::tempdir().unwrap();
    let index = build(dir.path(), &house());
    let answer = index.search(&Ask { query: "张伟", limit: 1, facets: true, ..Ask::default() }).unwrap();
    let said: Vec<String> =
        answer.facets.iter().map(|f| format!("{}:{}={}", f.facet, f.value, f.records)).collect();
    assert_eq!(
        said,
        [
            "project:社保一期=2",
            "project:税务二期=1",
            "class:CN-P5=3",
            "year:2024=2",
            "year:2023=1",
            "state:archived=2",
            "state:incomplete=1",
            "kind:person=2",
            "kind:enterprise=1",
        ]
    );
}

#[test]
fn what_is_alike_is_said_to_be_so() {
    let dir = tempfile::tempdir().unwrap();
    let index = build(dir.path(), &house());
    let answer = ask(&index, "like:如何保管密钥和签名").unwrap();
    assert_eq!((answer.total, answer.explained), (None, Some(Explained::AlikeOnly)));
    assert_eq!(answer.hits[0].record, record(1));
    assert_eq!(answer.hits[0].exactness(), Exactness::Alike);
    assert!(ask(&index, "like:如何保管密钥和签名 project:税务").unwrap().hits.is_empty());
}

/// A plain model: tokens of folded text, compared one by one; numbers as strings.
mod model {
    use super::*;
    use jingui_indexer::text::fold::{folded, is_han};

    pub fn tokens(text: &str) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        let mut in_word = false;
        for c in folded(text).chars() {
            match (is_han(c), c.is_alphanumeric()) {
                (true, _) => all.push(c.into()),
                (false, true) if in_word => all.last_mut().unwrap().push(c),
                (false, true) => all.push(c.into()),
                (false, false) => {}
            }
            in_word = !is_han(c) && c.is_alphanumeric();
        }
        all
    }

    fn has(value: &str, phrase: &[String]) -> bool {
        tokens(value).windows(phrase.len()).any(|window| window == phrase)
    }

    fn number(text: &str) -> Option<String> {
        let plain: String = folded(text).chars().filter(|c| *c != '-').collect();
        let good = plain.len() >= 4
            && plain.chars().all(|c| c.is_ascii_alphanumeric())
            && plain.contains(|c: char| c.is_ascii_digit());
        good.then_some(plain)
    }

    pub fn fits(entry: &Entry, word: &str) -> bool {
        let phrase = tokens(word);
        let facts = [&entry.number, &entry.project, &entry.outlet].into_iter();
        let titles = entry.documents.iter().flat_map(|d| [&d.title, &d.original]);
        let in_facts =
            facts.chain(&entry.names).chain(&entry.tags).chain(titles).any(|value| has(value, &phrase));
        let in_texts = entry.documents.iter().any(|d| has(&d.pages.join("\n"), &phrase));
        let numbers = [&entry.number].into_iter().chain(&entry.identifiers).chain(&entry.serials);
        let wanted = number(word);
        let in_numbers = wanted.is_some_and(|wanted| {
            numbers
                .filter_map(|filed| number(filed))
                .any(|filed| filed.ends_with(&wanted) || filed.trim_start_matches('0') == wanted)
        });
        in_facts || in_texts || in_numbers
    }
}

fn words() -> impl Strategy<Value = String> {
    "[张張伟签名 ，1a]{1,7}"
}

fn entries() -> impl Strategy<Value = Vec<Entry>> {
    let one = (
        words(),
        words(),
        words(),
        "[01]{4,7}",
        proptest::collection::vec("[张伟签名約约 ，1a]{0,14}", 0..3),
    );
    proptest::collection::vec(one, 1..12).prop_map(|all| {
        let made = |(no, (name, project, tag, number, pages)): (
            usize,
            (String, String, String, String, Vec<String>),
        )| {
            let mut entry = entry(no as u64);
            (entry.names, entry.project, entry.tags) = (vec![name], project, vec![tag]);
            entry.identifiers = vec![number];
            entry.documents = vec![text(&pages.iter().map(String::as_str).collect::<Vec<_>>())];
            entry
        };
        all.into_iter().enumerate().map(made).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_index_finds_what_a_plain_model_finds(
        entries in entries(),
        removed in proptest::collection::vec(0_usize..12, 0..3),
        queries in proptest::collection::vec("[张伟签名約1]{2,4}|[01]{4,6}|JG01-2024-00000[0-9]|\"[张伟 签a1]{2,4}\"", 1..20),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let index = build(dir.path(), &entries);
        let mut writer = index.writer(1, MEMORY).unwrap();
        // Half of them come again as they are; some go.
        entries.iter().step_by(2).for_each(|entry| writer.put(entry).unwrap());
        removed.iter().filter(|no| **no < entries.len()).for_each(|no| writer.remove(&record(*no as u64)).unwrap());
        writer.purge(b"2").unwrap();
        for query in &queries {
            let answer = match ask(&index, query) {
                Ok(answer) => answer,
                Err(Error::Query(QueryError::TooShort { .. } | QueryError::NoWord { .. })) => continue,
                Err(error) => panic!("{query}: {error:?}"),
            };
            let word = query.trim_matches('"');
            let mut got: Vec<_> = answer.hits.iter().map(|hit| hit.record).collect();
            let mut wanted: Vec<_> = entries
                .iter()
                .enumerate()
                .filter(|(no, entry)| !removed.contains(no) && model::fits(entry, word))
                .map(|(_, entry)| entry.record)
                .collect();
            got.sort();
            wanted.sort();
            prop_assert_eq!(&got, &wanted, "{}", query);
            prop_assert_eq!(answer.total, Some(wanted.len() as u64), "every hit fits when it is looked at again: {}", query);
        }
    }
}

#[test]
fn whoever_was_renamed_is_found_by_each_name() {
    let dir = tempfile::tempdir().unwrap();
    let named = |no: u64, name: &str| Entry { names: vec![name.into()], ..entry(no) };
    let (old, new, other) = ("晨光有限公司", "晨光集团", "晨光集团分公司");
    let index = build(dir.path(), &[named(1, old), named(2, new), named(3, other)]);
    let others = |field: &'static str, name: &str| match (field, name) {
        ("customer", name) if name == old => vec![new.to_owned()],
        ("customer", name) if name == new => vec![old.to_owned()],
        _ => Vec::new(),
    };
    let ask = |query: &str| {
        let answer = index.search(&Ask { query, limit: 9, others: &others, ..Ask::default() }).unwrap();
        let mut hits: Vec<(String, &str, Exactness)> = (answer.hits.iter())
            .map(|hit| (hit.number.clone(), hit.matched[0].field, hit.matched[0].exactness))
            .collect();
        hits.sort();
        hits
    };
    let hit = |no: u64, exactness| (format!("JG01-2024-{no:06}"), "customer", exactness);
    let both = [hit(1, Exactness::Whole), hit(2, Exactness::Whole)];
    assert_eq!(ask(old), both);
    assert_eq!(ask("customer:\"晨光有限公司\""), both);
    assert_eq!(ask(new), [both.to_vec(), vec![hit(3, Exactness::Part)]].concat());
    assert_eq!(ask("project:晨光集团"), []);
    // A part of a name is no name.
    assert_eq!(ask("有限公司"), [hit(1, Exactness::Part)]);
}
