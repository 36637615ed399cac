//! Search with the real program: filed, found before `add` has returned, shown as far as somebody may see it.

use jingui_tests::program::{Desk, LABELS};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

const CONTRACT: &str =
    "数字证书服务协议\n甲方应当妥善保管私钥，不得转让。联系人身份证号 11010519491231002X，违约金另行约定。\n";

/// A desk with a person's record and a company's.
fn desk() -> (Desk, String, String) {
    let desk = Desk::solo();
    let (contract, scan) =
        (desk.file("协议.txt", CONTRACT), desk.file("scan.bin", [0x9d, 0, 3, 0xfe].repeat(200)));
    let mut labels: Vec<&str> = LABELS.to_vec();
    labels[3] = "张伟";
    labels[5] = "person";
    let person =
        desk.call("me", ["add", "--json"]).args(labels).args(["--customer-id", "11010519491231002X"]);
    let person = person.arg("--").arg(contract).run().ok().json();
    let company = desk.filed([scan]);
    let number = |filed: &Value| filed["number"].as_str().unwrap().to_owned();
    (desk, number(&person), number(&company))
}

fn find(desk: &Desk, query: &str) -> Value {
    desk.run("me", ["find", query, "--json"]).ok().json()
}

fn numbers(found: &Value) -> Vec<&str> {
    found["hits"].as_array().unwrap().iter().map(|hit| hit["number"].as_str().unwrap()).collect()
}

#[test]
fn what_was_filed_is_found_by_all_that_an_archivist_may_type() {
    let (desk, person, company) = desk();
    for (query, number, field) in [
        ("张伟", &person, "customer"),
        ("zhangwei", &person, "customer"),
        ("zw", &person, "customer"),
        ("002x", &person, "id"),
        ("11010519491231002X", &person, "id"),
        ("妥善保管私钥", &person, "text"),
        ("\"不得轉讓\"", &person, "text"),
        ("customer:晨光", &company, "customer"),
        ("cggs", &company, "customer"),
    ] {
        let found = find(&desk, query);
        assert_eq!(numbers(&found), [number], "{query}: {found}");
        assert_eq!(found["hits"][0]["matched"][0]["field"], *field, "{query}");
        assert_eq!(found["total"], 1, "{query}");
    }
    // Both have the project; only one of them the kind.
    assert_eq!(find(&desk, "项目:社保")["total"], 2);
    let narrow =
        desk.run("me", ["find", "社保", "--business", "new", "--to", "2024-05-01", "--facets", "--json"]);
    let narrow = narrow.ok().json();
    assert_eq!(narrow["total"], 2);
    let facets = narrow["facets"].as_array().unwrap();
    assert!(
        facets
            .iter()
            .any(|facet| facet["facet"] == "year" && facet["value"] == "2024" && facet["records"] == 2)
    );
    assert_eq!(desk.run("me", ["find", "社保", "--from", "2024-05-02", "--json"]).ok().json()["total"], 0);
    // What a page says, page by page.
    let first = desk.run("me", ["find", "社保", "--limit", "1", "--json"]).ok().json();
    let next = first["next"].as_str().unwrap();
    let second = desk.run("me", ["find", "社保", "--limit", "1", "--after", next, "--json"]).ok().json();
    assert_ne!(numbers(&first), numbers(&second));
    assert_eq!(second["next"], Value::Null);
    let fault = desk.run("me", ["find", "张伟", "--after", next, "--json"]).exits(2).fault();
    assert_eq!(fault["code"], "query-cursor");
    // In words.
    let told = desk.run("me", ["--lang", "zh", "find", "违约金"]).ok();
    assert!(told.out().contains("［第 1 份第 1 页］") && told.err.contains("共 1 卷"), "{told:?}");
    let told = desk.run("me", ["find", "zw"]).ok();
    assert!(told.out().contains(&person) && told.err.contains("1 record fits"), "{told:?}");
}

#[test]
fn numbers_of_people_are_masked_and_a_restricted_record_shows_no_text() {
    let (desk, person, _) = desk();
    let shown = |found: &Value| found["hits"][0]["snippet"]["text"].as_str().map(str::to_owned);
    let text = shown(&find(&desk, "违约金")).unwrap();
    assert!(text.contains("**************002X") && !text.contains("19491231"), "{text}");
    let text = shown(&find(&desk, "id:11010519491231002X")).unwrap();
    assert!(!text.contains("1949"), "{text}");
    desk.run(
        "me",
        ["correct", &person, "--field", "address=上海市浦东新区世纪大道100号", "--reason", "moved"],
    )
    .ok();
    let found = find(&desk, "地址：世纪大道");
    assert_eq!(
        (numbers(&found), &found["hits"][0]["matched"][0]["field"]),
        (vec![person.as_str()], &"address".into())
    );
    let text = shown(&found).unwrap();
    assert!(text.contains("***") && !text.contains("世纪大道"), "{text}");
    desk.run("me", ["subject", "restrict", &person, "--reason", "asked"]).ok();
    let found = find(&desk, "违约金");
    assert_eq!((numbers(&found), shown(&found)), (vec![person.as_str()], None));
}

#[test]
fn what_could_not_be_read_is_counted_and_tried_again() {
    let (desk, _, company) = desk();
    let found = find(&desk, "拖欠");
    assert_eq!(
        (&found["total"], &found["unread"], &found["explained"]),
        (&0.into(), &1.into(), &"nothing-fits".into())
    );
    // By the label it is found all the same, and says so.
    assert_eq!(find(&desk, "晨光")["hits"][0]["unread"], 1);
    let read = desk.run("me", ["read", "--json"]).ok().json();
    assert_eq!(read["documents"], 0, "{read}");
    let read = desk.run("me", ["read", &company, "--again", "--json"]).ok().json();
    assert_eq!((&read["documents"], &read["unread"]["unknown"]), (&1.into(), &1.into()));
    let told = desk.run("me", ["read", &company, "--again"]).ok().out();
    assert!(told.contains("of a type that nobody here reads"), "{told}");
    // The record says so as well.
    let shown = desk.run("me", ["show", &company, "--json"]).ok().json();
    assert_eq!(shown["documents"][0]["unread"], "unknown", "{shown}");
    let shown = desk.run("me", ["--lang", "zh", "show", &company]).ok();
    assert!(shown.err.contains("第 1 份材料的正文未能（全部）读出"), "{shown:?}");
    // One whose text has gone missing waits, and is read by the same command.
    let texts = files_below(&desk.vault().join("text"));
    assert_eq!(texts.len(), 2);
    texts.iter().for_each(|text| fs::remove_file(text).unwrap());
    desk.run("me", ["rebuild", "index"]).ok();
    assert_eq!(find(&desk, "违约金")["unread"], 2);
    let status = desk.run("me", ["status", "--json"]).ok().json();
    assert_eq!(status["to_read"]["records"], 2, "{status}");
    let told = desk.run("me", ["--lang", "zh", "status"]).ok().out();
    assert!(told.contains("2 卷有材料待 jingui read 读取"), "{told}");
    // How many there are stands in the sealed index, so nobody is told without a key, nor where there is no index.
    assert!(desk.run("", ["status", "--json"]).ok().json()["to_read"].is_null());
    assert_eq!(desk.run("me", ["read", "--json"]).ok().json()["documents"], 2);
    assert_eq!(desk.run("me", ["status", "--json"]).ok().json()["to_read"]["records"], 0);
    assert_eq!(find(&desk, "违约金")["total"], 1);
    fs::remove_dir_all(desk.vault().join("derived/index")).unwrap();
    assert!(desk.run("me", ["status", "--json"]).ok().json()["to_read"].is_null());
    desk.sound("me");
}

#[test]
fn a_cut_between_texts_and_index_costs_nothing() {
    let (desk, _, company) = desk();
    let (index, aside) = (desk.vault().join("derived/index"), desk.path("aside"));
    let put_back = || {
        fs::remove_dir_all(&index).unwrap();
        jingui_tests::copy_tree(&aside, &index);
    };
    let read = |words: &[&str]| desk.run("me", words).ok().json()["documents"].as_u64().unwrap();
    files_below(&desk.vault().join("text")).iter().for_each(|text| fs::remove_file(text).unwrap());
    desk.run("me", ["rebuild", "index"]).ok();
    jingui_tests::copy_tree(&index, &aside);
    assert_eq!((read(&["read", "--json"]), &find(&desk, "违约金")["total"]), (2, &1.into()));
    // As if the texts had been kept, and the power had failed before the index was.
    put_back();
    assert_eq!(find(&desk, "违约金")["total"], 0);
    assert_eq!((read(&["read", "--json"]), &find(&desk, "违约金")["total"]), (0, &1.into()));
    // Also where one was read once more.
    fs::remove_dir_all(&aside).unwrap();
    jingui_tests::copy_tree(&index, &aside);
    assert_eq!(read(&["read", &company, "--again", "--json"]), 1);
    put_back();
    assert_eq!((read(&["read", "--json"]), &find(&desk, "违约金")["total"]), (0, &1.into()));
    desk.sound("me");
}

#[test]
fn what_is_corrected_is_found_as_it_is_and_held_if_it_is_meant() {
    let (desk, person, _) = desk();
    desk.run("me", ["correct", &person, "--customer", "张玮", "--reason", "misspelt"]).ok();
    assert_eq!(numbers(&find(&desk, "张玮")), [&person]);
    assert_eq!(find(&desk, "张伟")["total"], 0);
    let place = ["hold", "place", "--query", "印章 客户王", "--matter", "m", "--basis", "b", "--json"];
    assert_eq!(desk.run("me", place).ok().json()["records"].as_array().unwrap().len(), 1); // the one nobody could read
    // A version that came since has been compared before `correct` returns, and is free to be changed once more.
    desk.run("me", ["correct", &person, "--box", "B-1", "--reason", "moved"]).ok();
    desk.run("me", ["correct", &person, "--box", "B-2", "--reason", "moved"]).ok();
    assert_eq!(numbers(&find(&desk, "box:B-2")), [&person]);
}

#[test]
fn a_query_that_means_nothing_is_explained_and_finds_nothing() {
    let (desk, ..) = desk();
    for (query, code) in [
        ("", "query-empty"),
        ("客", "query-short"),
        ("custmer:张", "query-field"),
        ("state:archivd", "query-word"),
        ("date:gestern", "query-date"),
        ("id:!!", "query-number"),
        ("！？", "query-marks"),
        ("\"open", "query-quote"),
    ] {
        let fault = desk.run("me", ["find", query, "--json"]).exits(2).fault();
        assert_eq!(fault["code"], code, "{query}: {fault}");
        assert!(fault["hint"].as_str().is_some_and(|hint| !hint.is_empty()), "{fault}");
    }
}

#[test]
fn a_search_is_a_line_of_the_journal_and_its_words_are_sealed() {
    let (desk, ..) = desk();
    let before = desk.lines();
    find(&desk, "zhangwei");
    assert_eq!(desk.lines(), before + 1);
    desk.run("me", ["find", "zhangwei", "-n"]).ok();
    assert_eq!(desk.lines(), before + 1);
    let log = desk.run("", ["journal", "log", "--from", &(before + 1).to_string(), "--json"]).ok();
    let line = log.out();
    assert!(
        line.contains("record.find") && line.contains("\"records\":1") && !line.contains("zhangwei"),
        "{line}"
    );
    for file in files_below(desk.vault()) {
        let bytes = fs::read(&file).unwrap();
        for word in ["张伟", "zhangwei", "违约金", "11010519491231002X"] {
            let is_there = bytes.windows(word.len()).any(|part| part == word.as_bytes());
            assert!(!is_there, "{word} can be read in {}", file.display());
        }
    }
}

#[test]
fn damage_costs_one_line_and_the_end_of_an_epoch_a_new_index() {
    let (desk, person, _) = desk();
    let index = desk.vault().join("derived/index");
    let notices = || {
        let told = desk.run("me", ["find", "违约金", "--json"]).ok();
        assert_eq!(numbers(&told.json()), [&person], "{told:?}");
        told.err.matches("The index has been made anew").count()
    };
    let mut met = 0;
    for damage in
        [|bytes: &mut Vec<u8>| *bytes.last_mut().unwrap() ^= 1, |bytes: &mut Vec<u8>| bytes.truncate(9)]
    {
        for file in files_below(&index) {
            let Ok(mut bytes) = fs::read(&file) else { continue }; // went with the last one
            damage(&mut bytes);
            fs::write(&file, &bytes).unwrap();
            met += notices();
            assert_eq!(notices(), 0);
        }
    }
    assert!(met >= 2, "{met}"); // the map each time, at least
    fs::remove_dir_all(&index).unwrap();
    assert_eq!((notices(), notices()), (1, 0));
    desk.run("me", ["keys", "rotate", "--reason", "a year has passed"]).ok();
    assert_eq!((notices(), notices()), (1, 0));
    let rebuilt = desk.run("me", ["rebuild", "--json"]).ok().json();
    assert_eq!((&rebuilt["records"], &rebuilt["indexed"]), (&2.into(), &2.into()));
}

#[test]
fn a_hold_may_ask_for_words_and_keeps_what_could_not_be_read() {
    let (desk, person, company) = desk();
    let place = |query: &str, matter: &str| {
        let place = ["hold", "place", "--query", query, "--matter", matter, "--basis", "b", "--json"];
        let placed = desk.run("me", place).ok().json();
        (placed["hold"].as_str().unwrap().to_owned(), placed["records"].as_array().unwrap().len())
    };
    let under = |hold: &str| {
        let shown = desk.run("me", ["hold", "show", hold, "--json"]).ok().json();
        let numbers = shown["numbers"].as_array().unwrap().iter();
        numbers.map(|number| number.as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (all, count) = place("妥善保管私钥", "one");
    assert_eq!(count, 2);
    let (doubt, count) = place("project:社保 没有的词语", "two");
    assert_eq!((count, under(&doubt)), (1, vec![company]));
    assert!(under(&all).contains(&person));
    // What is filed later is compared once its documents are read.
    let third = desk.filed_text("third.txt", "应当妥善保管私钥。");
    let fourth = desk.filed_text("fourth.txt", "应当妥善保管印章。");
    let later = under(&all);
    assert!(later.contains(&third) && !later.contains(&fourth), "{later:?}");
    let standing = |number: &str| desk.run("me", ["why", number, "--json"]).ok().json()["holds"].clone();
    assert_eq!(standing(&third), serde_json::json!(["one"]));
    assert_eq!(standing(&fourth), serde_json::json!([]));
    let log = desk.run("", ["journal", "log", "--limit", "1000", "--json"]).ok().out();
    let screened =
        log.lines().filter(|line| line.contains("\"hold.screen") && line.contains("\"readers\":1")).count();
    assert_eq!(screened, 4, "{log}");
    // Without its text a record counts as held; what cannot be looked for is refused.
    let short = desk.run("me", ["hold", "place", "--query", "客", "--matter", "m", "--basis", "b", "--json"]);
    assert_eq!(short.exits(2).fault()["code"], "query-short");
    desk.sound("me");
}

fn files_below(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        match entry.file_type().unwrap().is_dir() {
            true => files.extend(files_below(&entry.path())),
            false => files.push(entry.path()),
        }
    }
    files
}

#[test]
fn who_has_another_name_now_is_found_by_it_in_older_records() {
    let (desk, person, _) = desk();
    assert_eq!(find(&desk, "张大伟")["total"], 0);
    desk.run("me", ["customer", "merge", "张伟", "--into", "张大伟", "--reason", "one person"]).ok();
    for query in ["张大伟", "customer:张大伟", "张伟"] {
        let found = find(&desk, query);
        assert_eq!(numbers(&found), [&person], "{query}");
        assert_eq!(found["hits"][0]["matched"][0]["how"], "whole", "{query}");
    }
    let narrow = desk.run("me", ["find", "妥善保管", "--customer", "张大伟", "--json"]).ok().json();
    assert_eq!(numbers(&narrow), [&person]);
}
