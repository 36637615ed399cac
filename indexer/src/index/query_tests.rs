use super::*;
use proptest::prelude::*;

fn error(query: &str) -> QueryError {
    parse(query, NO_OTHERS).expect_err(query)
}

#[test]
fn what_is_too_short_or_wrong_is_explained() {
    let short = |word: &str, least, of| QueryError::TooShort { word: word.into(), least, of };
    for (query, wanted) in [
        ("", QueryError::Empty),
        ("  ", QueryError::Empty),
        ("张", short("张", 2, Measure::Characters)),
        ("\"张\"", short("张", 2, Measure::Characters)),
        ("text:张", short("张", 2, Measure::Characters)),
        ("张伟 a", short("a", 2, Measure::Letters)),
        ("123", short("123", 4, Measure::Digits)),
        ("…123", short("…123", 4, Measure::Digits)),
        ("id:12", short("12", 4, Measure::Digits)),
        ("like:词", short("词", 2, Measure::Characters)),
        ("，。", QueryError::NoWord { word: "，。".into() }),
        ("customer:", QueryError::NoWord { word: String::new() }),
        ("custmer:张伟", QueryError::UnknownField { field: "custmer".into(), nearest: Some("customer") }),
        ("甲方：张伟", QueryError::UnknownField { field: "甲方".into(), nearest: None }),
        ("date:2024-13", QueryError::BadDate { text: "2024-13".into() }),
        ("date:2024-02-30", QueryError::BadDate { text: "2024-02-30".into() }),
        ("date:2024..2023", QueryError::BadDate { text: "2024..2023".into() }),
        ("date:..", QueryError::BadDate { text: "..".into() }),
        ("serial:张伟", QueryError::NoNumber { field: "serial", word: "张伟".into() }),
        (
            "state:archivd",
            QueryError::UnknownWord { field: "state", word: "archivd".into(), nearest: Some("archived") },
        ),
        ("class:x", QueryError::UnknownWord { field: "class", word: "x".into(), nearest: None }),
        ("“张伟", QueryError::OpenQuote),
        ("张伟 \"", QueryError::OpenQuote),
        (&"张伟 ".repeat(400), QueryError::TooLong { most: QUERY_CHARS_MAX, of: Measure::Characters }),
        (&"张".repeat(65), QueryError::TooLong { most: PHRASE_TOKENS_MAX, of: Measure::Characters }),
    ] {
        assert_eq!(error(query), wanted, "{query}");
    }
    let many: String = (0..17).map(|n| format!("词{n} ")).collect();
    assert_eq!(error(&many), QueryError::TooLong { most: CLAUSES_MAX, of: Measure::Clauses });
}

#[test]
fn a_query_is_read_as_it_is_meant() {
    let read = |query: &str| parse(query, NO_OTHERS).unwrap_or_else(|error| panic!("{query}: {error}"));
    assert!(matches!(&read("张伟")[..], [Clause::Anywhere(n)] if n.tokens.len() == 2 && n.letters.is_none()));
    assert!(matches!(&read("Xi'an")[..], [Clause::Anywhere(n)] if n.letters.as_deref() == Some("xian")));
    assert!(matches!(&read("\"xian\"")[..], [Clause::Anywhere(n)] if n.letters.is_none()));
    assert!(matches!(&read("客户：张")[..], [Clause::In("customer", n)] if n.tokens.len() == 1));
    assert!(matches!(&read("project:“社保 一期”")[..], [Clause::In("project", n)] if n.tokens.len() == 4));
    assert!(matches!(&read("…00１X")[..], [Clause::Tail(None, n)] if n == "001X"));
    assert!(matches!(&read("serial:0a:1B")[..], [Clause::Number("serial", n)] if n == "0A1B"));
    assert!(matches!(&read("0a:1b:2c")[..], [Clause::Anywhere(n)] if n.number.as_deref() == Some("0A1B2C")));
    assert!(matches!(&read("ab:1b:2c")[..], [Clause::Anywhere(n)] if n.number.as_deref() == Some("AB1B2C")));
    assert_eq!(
        read("state:ARCHIVED class:cn-p5 kind:app"),
        [Clause::Word("state", "archived"), Clause::Word("class", "CN-P5"), Clause::Word("kind", "APP")]
    );
    assert_eq!(read("date:2024"), read("date:2024-01-01..2024-12-31"));
    assert_eq!(read("date:2024年2月"), read("date:2024.2.1..20240229"));
    assert!(matches!(&read("date:..2024")[..], [Clause::Days(days)] if *days.start() == 0));
    assert_eq!(read("张伟 張偉").len(), 1, "two spellings of one");
}

proptest! {
    #[test]
    fn no_query_makes_reading_panic(query in "\\PC{0,60}|[a-z:…\"“”「」张0-9 .*-]{0,40}") {
        let _ = parse(&query, NO_OTHERS);
    }
}
