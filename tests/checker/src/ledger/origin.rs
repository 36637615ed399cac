//! Where a record comes from: what the line by which it was taken in has to say of it, out of the journal of the archive that it
//! comes from. FORMAT.md section 21, the table of `from`.
//!
//! `reviewed` is looked at one way: that no record passes for reviewed that was not. The other way it only keeps longer.

use super::{Json, Ledger, Named, Record, dates};
use dates::{day, day_at};
use std::collections::{BTreeMap, BTreeSet};

/// Outcomes of what led to no certificate.
const NEVER: &[&str] = &["rejected", "withdrawn", "lapsed"];

/// What happened to a certificate.
#[derive(Clone, PartialEq)]
struct End {
    act: String,
    event: String,
    day: String,
    /// The day of the line of a list; none where two people said so.
    list: Option<i64>,
}

/// What an appraisal has added to the period of a record: a day, or a class.
#[derive(Clone)]
struct Added {
    act: String,
    until: Option<String>,
    class: Option<String>,
}

/// What lines say of records beside their versions, and of the ends of certificates.
#[derive(Clone, Default)]
pub struct Beside {
    restricted: BTreeSet<String>,
    /// By record, what appraisals have added that nobody has called a mistake.
    added: BTreeMap<String, Vec<Added>>,
    /// By certificate, in the order of the lines.
    ends: BTreeMap<String, Vec<End>>,
    /// What nobody has confirmed yet: its kind and its data.
    waiting: BTreeMap<String, (String, Json)>,
}

impl Beside {
    /// Takes in a line of an act.
    pub fn take(&mut self, what: &str, act: &str, at: &str, data: &Json) {
        match what {
            "record.restrict" => {
                let id = data.str("record");
                if data.at("restricted").is_true() {
                    self.restricted.insert(id.to_owned());
                } else {
                    self.restricted.remove(id);
                }
            }
            "purge.appraise" => {
                let text = |key: &str| data.get(key).map(|value| value.as_str().to_owned());
                let added = Added { act: act.to_owned(), until: text("until"), class: text("class") };
                for id in data.list("records").iter().map(Json::as_str) {
                    self.added.entry(id.to_owned()).or_default().push(added.clone());
                }
            }
            "cert.status" => self.ended(act, data, Some(day_at(at))),
            "cert.report" | "cert.reverse" | "purge.reverse" => {
                self.waiting.insert(act.to_owned(), (what.to_owned(), data.clone()));
            }
            "act.refuse" => drop(self.waiting.remove(data.str("act"))),
            "act.confirm" => {
                if let Some((what, said)) = self.waiting.remove(data.str("act")) {
                    self.confirmed(&what, data.str("act"), &said);
                }
            }
            _ => {}
        }
    }

    /// Two people have said so.
    fn confirmed(&mut self, what: &str, act: &str, said: &Json) {
        match what {
            "cert.report" => self.ended(act, said, None),
            "cert.reverse" => {
                for cert in said.list("certs") {
                    let ends = self.ends.entry(cert.as_str().to_owned()).or_default();
                    ends.retain(|end| end.act != said.str("act"));
                }
            }
            _ => {
                for id in said.list("records") {
                    let added = self.added.entry(id.as_str().to_owned()).or_default();
                    added.retain(|one| one.act != said.str("act"));
                }
            }
        }
    }

    fn added(&self, id: &str) -> impl Iterator<Item = &Added> {
        self.added.get(id).into_iter().flatten()
    }

    /// The latest day that appraisals have set.
    fn until(&self, id: &str) -> Option<&str> {
        self.added(id).filter_map(|one| one.until.as_deref()).max()
    }

    /// The classes that they have added.
    fn also(&self, id: &str) -> BTreeSet<&str> {
        self.added(id).filter_map(|one| one.class.as_deref()).collect()
    }

    fn ended(&mut self, act: &str, data: &Json, list: Option<i64>) {
        for one in data.list("events") {
            let text = |key: &str| one.str(key).to_owned();
            let end = End { act: act.to_owned(), event: text("event"), day: text("day"), list };
            self.ends.entry(text("cert")).or_default().push(end);
        }
    }
}

/// The journal of an archive, for asking of its records.
pub struct Origin<'a> {
    there: &'a Ledger,
    alive: BTreeMap<&'a str, &'a Record>,
    /// All that says a certificate's days.
    links: BTreeMap<&'a str, Vec<&'a Json>>,
    /// The holds that keep each record, by day.
    keeping: BTreeMap<i64, BTreeMap<String, BTreeSet<String>>>,
}

/// What is said of a certificate: its id, first day, last day, and why it relies on the record.
type Link<'a> = (&'a str, Option<&'a str>, Option<&'a str>, &'a str);
/// What is said of its end.
type Said<'a> = BTreeMap<&'a str, Vec<(&'a str, &'a str, Option<i64>)>>;

impl<'a> Origin<'a> {
    pub fn of(there: &'a Ledger) -> Self {
        let mut links: BTreeMap<&str, Vec<&Json>> = BTreeMap::new();
        for link in there.records.values().flat_map(|record| record.certs(usize::MAX, &there.rules)) {
            links.entry(link.str("cert")).or_default().push(link);
        }
        let alive = there.alive().map(|(id, record)| (id.as_str(), record)).collect();
        Self { there, alive, links, keeping: BTreeMap::new() }
    }

    /// What the data of a filing say otherwise of a record than this journal; `at` is the time of its line.
    pub fn otherwise(&mut self, data: &Json, at: &str) -> Vec<&'static str> {
        let (id, from) = (data.str("record"), data.at("from"));
        let Some(record) = self.alive.get(id).copied() else { return vec!["record"] };
        let (beside, last) = (&self.there.beside, day_at(&self.there.now.1));
        let filed =
            record.versions.iter().zip(&record.at).filter(|(version, _)| version.get("filing").is_some());
        let filed: Vec<i64> = filed.map(|(_, (_, at))| day_at(at)).collect();
        let given = |key: &str| from.get(key).map(|text| day(text.as_str()));
        let also: BTreeSet<&str> = from.list("also").iter().map(Json::as_str).collect();
        let same = |key: &str| data.str(key) == record.newest(key);
        let number = record.filings.first().is_some_and(|first| first.get("number") == data.get("number"));
        let checks = [
            ("number", number),
            ("class", same("class")),
            ("business", same("business")),
            ("date", same("date")),
            ("outcome", same("outcome")),
            ("docs", data.num("docs") == record.docs()),
            ("n", from.num("n") == record.versions.len() as u64),
            ("commit", from.at("commit") == record.commit()),
            ("filed", given("filed") == filed.first().copied()),
            ("last", given("last") == filed.last().copied()),
            ("decided", given("decided") == decided(record)),
            ("reviewed", !from.at("reviewed").is_true() || record.settled >= record.open),
            ("restricted", from.at("restricted").is_true() == beside.restricted.contains(id)),
            ("until", from.get("until").map(Json::as_str) == beside.until(id)),
            ("also", also == beside.also(id)),
            ("certs", linked(data) == self.linked(record)),
            ("ends", ends(from) == self.ends(record)),
            ("left", from.get("left").is_none_or(|left| is_all_of(left, record))),
        ];
        let mut wrong: Vec<&str> = checks.iter().filter(|(_, right)| !right).map(|(what, _)| *what).collect();
        // Holds end by days: it was taken in on some day between the last line there and the line here.
        let told: BTreeSet<&str> = from.list("holds").iter().map(Json::as_str).collect();
        let may = told.iter().all(|hold| self.keeping(last, id).contains(*hold));
        if !may || !self.keeping(last.max(day_at(at)), id).iter().all(|hold| told.contains(hold.as_str())) {
            wrong.push("holds");
        }
        wrong
    }

    fn keeping(&mut self, day: i64, id: &str) -> BTreeSet<String> {
        let there = self.there;
        let all = self.keeping.entry(day).or_insert_with(|| there.keeping(day));
        all.get(id).cloned().unwrap_or_default()
    }

    /// The certificates that rely on a record, each with its days as all lines together have them: where they differ, the longer time.
    fn linked(&self, record: &'a Record) -> BTreeSet<Link<'a>> {
        let mut all: BTreeMap<&str, Link<'a>> = BTreeMap::new();
        for link in record.certs(usize::MAX, &self.there.rules) {
            let cert = link.str("cert");
            let told = &self.links[cert];
            let days = |key: &str| -> Option<Vec<&'a str>> {
                told.iter().copied().map(|link| link.get(key).map(Json::as_str)).collect()
            };
            let issued = days("issued").and_then(|days| days.into_iter().min());
            // `never` stands behind every day.
            let until = days("until").and_then(|days| days.into_iter().max());
            all.entry(cert).or_insert((cert, issued, until, link.str("reliance")));
        }
        all.into_values().collect()
    }

    fn ends(&self, record: &'a Record) -> Said<'a> {
        let certs = record.certs(usize::MAX, &self.there.rules).map(|link| link.str("cert"));
        let mut all = Said::new();
        for cert in certs {
            let ends = self.there.beside.ends.get(cert).map_or(&[][..], |ends| ends);
            let said = ends.iter().map(|end| (end.event.as_str(), end.day.as_str(), end.list));
            if !ends.is_empty() {
                all.insert(cert, said.collect());
            }
        }
        all
    }
}

/// Whether what has stayed there are all bodies that a record has, each as its line names it, and where they are.
fn is_all_of(left: &Json, record: &Record) -> bool {
    let of = |one: &Json| (one.num("filing"), one.num("docs"), Named::of(one.at("body")));
    let there = record.filings.iter().filter(|filing| !record.gone.contains(&filing.num("filing")));
    left.str("place") == record.place && left.list("bodies").iter().map(of).eq(there.map(of))
}

/// What the data of a filing say of certificates.
fn linked(data: &Json) -> BTreeSet<Link<'_>> {
    let mut all = BTreeSet::new();
    for link in data.list("certs") {
        let day = |key: &str| link.get(key).map(Json::as_str);
        all.insert((link.str("cert"), day("issued"), day("until"), link.str("reliance")));
    }
    all
}

/// What `from` says of their ends.
fn ends(from: &Json) -> Said<'_> {
    let mut all = Said::new();
    for end in from.list("ends") {
        let list = end.get("list").map(|list| day(list.as_str()));
        all.entry(end.str("cert")).or_default().push((end.str("event"), end.str("day"), list));
    }
    all
}

/// The day on which an application that was undecided was last said to have led to no certificate.
fn decided(record: &Record) -> Option<i64> {
    let said = record.versions.iter().zip(&record.at).filter(|(version, _)| version.get("outcome").is_some());
    let said: Vec<(bool, i64)> =
        said.map(|(version, (_, at))| (NEVER.contains(&version.str("outcome")), day_at(at))).collect();
    said.windows(2).filter(|pair| !pair[0].0 && pair[1].0).map(|pair| pair[1].1).next_back()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_appraisal_has_added_ends_when_two_people_take_it_back() {
        let json = |text: &str| -> Json { serde_json::from_str(text).expect("it is JSON") };
        let mut beside = Beside::default();
        let mut take = |what: &str, act: &str, data: &str| {
            beside.take(what, act, "2026-11-22T05:47:00.123Z", &json(data));
            (beside.until("R").map(str::to_owned), beside.also("R").len())
        };
        let until = |day: &str| Some(day.to_owned());
        take("purge.appraise", "A", r#"{"records":["R","S"],"until":"2040-01-01"}"#);
        take("purge.appraise", "B", r#"{"records":["R"],"until":"2030-01-01"}"#);
        let all = take("purge.appraise", "C", r#"{"records":["R"],"class":"CN-G10"}"#);
        assert_eq!(all, (until("2040-01-01"), 1));
        assert_eq!(take("purge.reverse", "D", r#"{"act":"A","records":["R"]}"#), all, "by one person");
        assert_eq!(take("act.refuse", "E", r#"{"act":"D"}"#), all);
        assert_eq!(take("act.confirm", "F", r#"{"act":"D"}"#), all, "refused before");
        take("purge.reverse", "G", r#"{"act":"A","records":["R"]}"#);
        assert_eq!(take("act.confirm", "H", r#"{"act":"G"}"#), (until("2030-01-01"), 1));
        take("purge.reverse", "I", r#"{"act":"C","records":["R"]}"#);
        assert_eq!(take("act.confirm", "J", r#"{"act":"I"}"#), (until("2030-01-01"), 0));
        assert_eq!(beside.until("S"), Some("2040-01-01"), "of that record alone");
    }
}
