//! Lists of customers with very many names, and lists of records paged through while somebody merges them.

use jingui_schema::facts::{Label, Setting};
use jingui_schema::id::RecordId;
use jingui_schema::projects::{Names, Renamed};
use jingui_tests::house::{CANARY, House, env_on, filing, verify};
use jingui_tests::lossy::Dice;
use jingui_tests::scratch;
use jingui_tests::sweep::os;
use jingui_vault::body::Buffers;
use jingui_vault::catalog::{Cursor, Query};
use jingui_vault::{Error, Session};
use std::collections::BTreeSet;
use std::fmt::Write as _;

fn label(text: &str) -> Label {
    Label::read(text).unwrap()
}

fn file(session: &Session, of: usize, customer: &str) -> RecordId {
    let mut filing = filing(&format!("r{of}"), 1, None);
    filing.labels.project = label("社保");
    filing.labels.customer.name = label(customer);
    filing.labels.date = format!("2024-05-{:02}", 1 + of * 7 % 28).parse().unwrap();
    session.file(&filing, &mut Buffers::new()).unwrap().record
}

/// One page, its aliases looked up anew as each command line does.
fn page(
    session: &Session,
    customer: &str,
    limit: usize,
    after: Option<Cursor>,
) -> (Vec<RecordId>, Option<Cursor>) {
    let query = session.query_of(Some("社保"), Some(customer)).unwrap();
    let page = session.list(&Query { limit, after, ..query }).unwrap();
    (page.rows.iter().map(|row| row.record).collect(), page.next)
}

#[test]
fn who_pages_while_others_merge_loses_nothing_and_sees_nothing_twice() {
    let dir = scratch();
    let house = House::planned(dir.path(), &env_on(os()), false);
    let vault = house.begin(&env_on(os())).unwrap();
    let clerk = house.founder(&vault).unwrap();
    let names = ["晨光公司", "晨光有限公司", "远山", "白鹭", "白鹭集团"];
    for of in 0..40 {
        file(&clerk, of, names[of % names.len()]);
    }
    let mut next_record = 40;
    for round in 0..12_u64 {
        let mut dice = Dice(round);
        // What there is when the paging begins; one half of them by a part of the name.
        let asked = if round % 2 == 0 { names[dice.below(5) as usize] } else { "光" };
        let before: Vec<RecordId> = page(&clerk, asked, 1000, None).0;
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let (rows, next) = page(&clerk, asked, 1 + dice.below(6) as usize, after);
            seen.extend(rows);
            if next.is_none() {
                break;
            }
            after = next;
            match dice.below(3) {
                0 => {
                    let (one, other) = (names[dice.below(5) as usize], names[dice.below(5) as usize]);
                    let merge = |list: &Names<Renamed>| {
                        list.merged(&label(one), &label(other))
                            .map_err(|e| Error::Stale { why: e.to_string() })
                    };
                    clerk.change_customers(CANARY, merge).unwrap();
                }
                1 => {
                    file(&clerk, next_record, names[dice.below(5) as usize]);
                    next_record += 1;
                }
                _ => {}
            }
        }
        let once: BTreeSet<RecordId> = seen.iter().copied().collect();
        assert_eq!(once.len(), seen.len(), "round {round}: nothing twice");
        assert!(before.iter().all(|record| once.contains(record)), "round {round}: nothing lost");
    }
}

#[test]
fn a_hundred_thousand_names_are_a_setting_like_any_other() {
    let dir = scratch();
    let house = House::planned(dir.path(), &env_on(os()), true);
    let vault = house.begin(&env_on(os())).unwrap();
    let clerk = house.founder(&vault).unwrap();
    file(&clerk, 0, "晨光第4号有限公司0");
    let mut text = String::new();
    for n in 0..50_000 {
        let (now, before) = (format!("晨光第{n}号股份公司"), format!("晨光第{n}号有限公司"));
        writeln!(text, "[[entry]]\nname = \"{now}\"\naliases = [\"{before}0\", \"{before}1\"]\n").unwrap();
    }
    let since = std::time::Instant::now();
    clerk.set(Setting::Customers, &text, CANARY).unwrap();
    let set = since.elapsed();
    let merge = |list: &Names<Renamed>| {
        let merged = list.merged(&label("晨光第3号有限公司0"), &label("晨光第4号股份公司"));
        merged.map_err(|e| Error::Stale { why: e.to_string() })
    };
    let since = std::time::Instant::now();
    clerk.change_customers(CANARY, merge).unwrap();
    let merged = since.elapsed();
    let since = std::time::Instant::now();
    let found = page(&clerk, "晨光第3号股份公司", 10, None).0;
    jingui_tests::say(&format!("set {set:?}, merged {merged:?}, listed {:?}", since.elapsed()));
    assert_eq!(found.len(), 1);
    // Sealed anew, verified and mirrored as any other note.
    assert_eq!(verify(&clerk), Vec::<String>::new());
    clerk.rotate(None, None, &|_| true).unwrap();
    drop((clerk, vault));
    let vault = house.open(os()).unwrap();
    let clerk = house.founder(&vault).unwrap();
    assert_eq!(clerk.customers().unwrap().entries().len(), 49_999);
    assert_eq!(verify(&clerk), Vec::<String>::new());
}
