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

/// What lines say of records beside their versions, and of the ends of certificates.
#[derive(Clone, Default)]
pub struct Beside {
    restricted: BTreeSet<String>,
    /// The latest day that appraisals have set, and the classes that they have added.
    until: BTreeMap<String, String>,
    also: BTreeMap<String, BTreeSet<String>>,
    /// By certificate, in the order of the lines.
    ends: BTreeMap<String, Vec<End>>,
    /// What nobody has confirmed yet.
    waiting: BTreeMap<String, Json>,
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
                for id in data.list("records").iter().map(Json::as_str) {
                    if let Some(until) = data.get("until").map(Json::as_str) {
                        let known = self.until.entry(id.to_owned()).or_default();
                        if until > known.as_str() {
                            *known = until.to_owned();
                        }
                    }
                    let class = data.get("class").map(|class| class.as_str().to_owned());
                    self.also.entry(id.to_owned()).or_default().extend(class);
                }
            }
            "cert.status" => self.ended(act, data, Some(day_at(at))),
            "cert.report" | "cert.reverse" => drop(self.waiting.insert(act.to_owned(), data.clone())),
            "act.refuse" => drop(self.waiting.remove(data.str("act"))),
            "act.confirm" => match self.waiting.remove(data.str("act")) {
                Some(said) if said.get("events").is_some() => self.ended(data.str("act"), &said, None),
                Some(mistake) => {
                    for cert in mistake.list("certs") {
                        let ends = self.ends.entry(cert.as_str().to_owned()).or_default();
                        ends.retain(|end| end.act != mistake.str("act"));
                    }
                }
                None => {}
            },
            _ => {}
        }
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
        let there: BTreeSet<&str> = beside.also.get(id).into_iter().flatten().map(String::as_str).collect();
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
            ("until", from.get("until").map(Json::as_str) == beside.until.get(id).map(String::as_str)),
            ("also", also == there),
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
