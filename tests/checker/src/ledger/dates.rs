//! When a record may be destroyed: FORMAT.md section 8, "Standing of a record", "Of certificates", "Dates of a record".
//!
//! Says that a record is due where that cannot be ruled out. What is not looked at: a `held` or `released` of a
//! certificate (which can only make its day a later one, or its last day), and whether a certificate that came after
//! two people had called a mistake what was said of the others was reviewed.

use super::{Json, Ledger, Record};
use std::collections::{BTreeMap, BTreeSet};

/// A day as a number: 1970-01-01 is 0.
pub fn day(text: &str) -> i64 {
    let number =
        |range: std::ops::Range<usize>| text.get(range).and_then(|t| t.parse::<i64>().ok()).unwrap_or(0);
    let (year, month, day) = (number(0..4), number(5..7), number(8..10));
    // Years that begin with March, so that the leap day is the last one.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    365 * year + year.div_euclid(4) - year.div_euclid(100)
        + year.div_euclid(400)
        + (153 * month + 2) / 5
        + day
        - 719_469
}

/// The day at UTC+08:00 of a time in text, and of one in seconds.
pub fn day_at(time: &str) -> i64 {
    day(time) + i64::from(time.get(11..13).is_some_and(|hour| hour >= "16"))
}

pub fn day_of(seconds: u64) -> i64 {
    (seconds as i64 + 8 * 3600).div_euclid(86_400)
}

/// So many years after a day; 29 February becomes 28.
fn years_after(text: &str, years: u64) -> i64 {
    let year = text.get(..4).and_then(|year| year.parse::<u64>().ok()).unwrap_or(0) + years;
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let rest = if &text[4..] == "-02-29" && !leap { "-02-28" } else { &text[4..] };
    day(&format!("{year:04}{rest}"))
}

/// Versions of the rules, and what was said of certificates.
#[derive(Clone, Default)]
pub struct Rules {
    /// By class: the rule, and the day from which it holds alone.
    versions: BTreeMap<String, Vec<(Json, i64)>>,
    /// Days on which a certificate was revoked, by act; only what counts.
    revoked: Vec<(String, String, String)>,
    /// Acts and certificates that two people have called a mistake.
    reversed: BTreeSet<(String, String)>,
    /// Appraisals and records: what two people have taken back.
    unsaid: BTreeSet<(String, String)>,
}

impl Rules {
    /// The version that comes next.
    pub fn next(&self, class: &str) -> u64 {
        self.versions.get(class).map_or(1, |versions| versions.len() as u64 + 1)
    }

    pub fn confirm(&mut self, rule: &Json, at: &str) {
        let since = day(rule.str("effective")).max(day_at(at));
        self.versions.entry(rule.str("class").into()).or_default().push((rule.clone(), since));
    }

    /// What two people have said.
    pub fn tell(&mut self, act: &str, said: &Json) {
        let revoked = said.list("events").iter().filter(|event| event.str("event") == "revoked");
        self.revoked
            .extend(revoked.map(|e| (act.to_owned(), e.str("cert").to_owned(), e.str("day").to_owned())));
    }

    pub fn reverse(&mut self, said: &Json) {
        let one = |cert: &Json| (said.str("act").to_owned(), cert.as_str().to_owned());
        self.reversed.extend(said.list("certs").iter().map(one));
    }

    pub fn unsay(&mut self, said: &Json) {
        let one = |record: &Json| (said.str("act").to_owned(), record.as_str().to_owned());
        self.unsaid.extend(said.list("records").iter().map(one));
    }

    fn is_unsaid(&self, act: &str, record: &str) -> bool {
        self.unsaid.contains(&(act.to_owned(), record.to_owned()))
    }

    fn is_reversed(&self, act: &str, cert: &str) -> bool {
        self.reversed.contains(&(act.to_owned(), cert.to_owned()))
    }

    /// The day of disposal for what ended on this day: with its class, its first day, and its last one.
    fn disposal(&self, class: &str, first: Option<&str>, end: &str, last: Option<&str>) -> i64 {
        let (law, shipped) = match class {
            "CN-P5" => (5, "2005-04-01"),
            "CN-G10" => (10, "2009-12-28"),
            _ => (3, "2020-05-28"),
        };
        let zero = format!(
            r#"{{"class":"{class}","version":0,"years":{law},"basis":"invalid","grace":30,"effective":"{shipped}"}}"#
        );
        let zero: Json = serde_json::from_str(&zero).expect("it is JSON");
        let newer = self.versions.get(class).map_or(&[][..], |versions| versions);
        let mut all = vec![(&zero, i64::MIN)];
        all.extend(newer.iter().map(|(rule, since)| (rule, *since)));
        let superseded =
            |i: usize| first.is_some_and(|first| all[i + 1..].iter().any(|(_, since)| *since <= day(first)));
        let (mut until, mut grace) = (years_after(end, law), 0);
        for (rule, _) in all.iter().enumerate().filter(|(i, _)| !superseded(*i)).map(|(_, one)| one) {
            let from = if rule.str("basis") == "expiry" { last.unwrap_or(end) } else { end };
            until = until.max(years_after(from, rule.num("years")));
            if let (Some(floor), Some(last)) = (rule.get("floor"), last) {
                let Json::Number(floor) = floor else { continue };
                until = until.max(years_after(last, *floor));
            }
            grace = grace.max(rule.num("grace") as i64);
        }
        until + 1 + grace
    }
}

impl Record {
    /// The newest that was said under a key.
    pub fn newest(&self, key: &str) -> &str {
        self.versions.iter().rev().find_map(|version| version.get(key)).map_or("", Json::as_str)
    }

    /// What another archive's journal said of it, where it was taken in from one.
    pub fn received(&self) -> Option<&Json> {
        self.filings.first()?.get("from")
    }

    /// How many documents it has.
    pub fn docs(&self) -> u64 {
        let there = (1..=self.filings.len() as u64).filter(|filing| !self.gone.contains(filing));
        there.map(|filing| self.docs_of(filing)).sum()
    }

    pub fn commit(&self) -> &Json {
        self.versions.last().map_or(&Json::Null, |version| version.at("cover").at("commit"))
    }

    /// Certificates that rely on it, by its first versions, those that nobody has called a mistake.
    pub fn certs<'a>(&'a self, versions: usize, rules: &'a Rules) -> impl Iterator<Item = &'a Json> {
        let versions = self.versions.iter().zip(&self.acts).take(versions);
        versions.flat_map(|(version, act)| {
            let stands = |link: &&Json| !rules.is_reversed(act, link.str("cert"));
            version.list("certs").iter().filter(stands)
        })
    }

    /// A version came in; `key` is whose line it is.
    pub(super) fn came(&mut self, data: &Json, act: &str, key: &str, rules: &Rules) {
        let free = |name: &Json| ["tags", "box", "outlet"].contains(&name.as_str());
        let first = !data.list("certs").is_empty() && self.certs(usize::MAX, rules).next().is_none();
        let (filed, corrected) = (data.get("filing").is_some(), data.get("changed").is_some());
        self.versions.push(data.clone());
        self.acts.push(act.to_owned());
        if filed || first || !data.list("changed").iter().all(free) {
            self.open = self.versions.len();
        }
        if filed || corrected {
            self.clerks.insert(key.to_owned());
        }
    }
}

impl Ledger {
    /// Takes in what a list of revoked certificates says: it counts by itself up to the certificate's last day.
    pub(super) fn told(&mut self, act: &str, data: &Json) {
        let today = day_at(&self.now.1);
        let links = self.records.values().flat_map(|record| record.certs(usize::MAX, &self.rules));
        let over: BTreeSet<&str> = links
            .filter(|link| {
                link.get("until").is_some_and(|u| u.as_str() != "never" && day(u.as_str()) < today)
            })
            .map(|link| link.str("cert"))
            .collect();
        let counts = data.list("events").iter().filter(|event| !over.contains(event.str("cert"))).cloned();
        let said = Json::Map(vec![("events".into(), Json::List(counts.collect()))]);
        self.rules.tell(act, &said);
    }

    /// Takes in what an archive had of the ends of the certificates of a record that comes from it.
    pub(super) fn ended(&mut self, act: &str, data: &Json) {
        let last = |cert: &Json| {
            let link = data.list("certs").iter().find(|link| link.get("cert") == Some(cert));
            link.and_then(|link| link.get("until")).map(Json::as_str).filter(|until| *until != "never")
        };
        // As if its lines were here: a list counts up to the certificate's last day.
        let counts =
            |end: &&Json| end.get("list").zip(last(end.at("cert"))).is_none_or(|(l, u)| l.as_str() <= u);
        let ends = data.at("from").list("ends").iter().filter(counts).cloned();
        let said = Json::Map(vec![("events".into(), Json::List(ends.collect()))]);
        self.rules.tell(act, &said);
    }

    /// Takes in a review.
    pub(super) fn reviewed(&mut self, data: &Json) {
        let solo = self.is_solo();
        for seen in data.list("records") {
            let Some(record) = self.records.get_mut(seen.str("record")) else { continue };
            if solo || !record.clerks.contains(&self.doer) {
                record.settled = match data.str("verdict") {
                    "passed" => record.settled.max(seen.num("n") as usize),
                    _ => 0,
                };
            }
        }
    }

    /// Whether a record may be due on a day.
    pub(super) fn is_due(&self, id: &str, today: i64) -> bool {
        let record = &self.records[id];
        let outcome = record.newest("outcome");
        if outcome == "pending" || record.settled < record.open {
            return false;
        }
        // What an appraisal says holds for other plans, too.
        let plans = self.plans().values().filter(|plan| !plan.rejected);
        let appraisals = plans.filter_map(|plan| Some((plan.by_act.get(id)?, plan.appraised.get(id)?)));
        let stand = appraisals.filter(|(act, _)| !self.rules.is_unsaid(act, id));
        let mut classes = vec![record.newest("class").to_owned()];
        for (_, appraisal) in stand {
            if appraisal.get("until").is_some_and(|until| today < day(until.as_str())) {
                return false;
            }
            classes.extend(appraisal.get("class").map(|class| class.as_str().to_owned()));
        }
        // Nor does it end with the archive that has said so.
        if let Some(from) = record.received().filter(|_| !self.rules.is_unsaid(&record.acts[0], id)) {
            if from.get("until").is_some_and(|until| today < day(until.as_str())) {
                return false;
            }
            classes.extend(from.list("also").iter().map(|class| class.as_str().to_owned()));
        }
        let due = |first: Option<&str>, end: &str, last: Option<&str>| {
            classes.iter().all(|class| self.rules.disposal(class, first, end, last) <= today)
        };
        let certs = || record.certs(usize::MAX, &self.rules);
        if certs().next().is_none() {
            let (date, decided) = (record.newest("date"), self.decided(record));
            return outcome != "issued" && due(Some(date), &decided, None);
        }
        certs().all(|link| {
            let last = link.get("until").map(Json::as_str).filter(|last| *last != "never");
            let end = self.revoked(link).or(last);
            let first = link.get("issued").map(Json::as_str).filter(|f| last.is_none_or(|last| *f <= last));
            let known = link.get("until").is_some();
            known && end.is_some_and(|end| due(first, end, last))
        })
    }

    /// The latest day on which a certificate was revoked within its time.
    fn revoked(&self, link: &Json) -> Option<&str> {
        let days = self.rules.revoked.iter().filter(|(act, cert, day)| {
            cert == link.str("cert")
                && !self.rules.is_reversed(act, cert)
                && link.get("issued").is_none_or(|issued| issued.as_str() <= day.as_str())
                && (link.str("until") == "never" || day.as_str() <= link.str("until"))
        });
        days.map(|(_, _, day)| day.as_str()).max()
    }

    /// The day of an application that was never carried out, or that of the line that said so, if that is later.
    fn decided(&self, record: &Record) -> String {
        let pending = record.versions.iter().rposition(|version| version.str("outcome") == "pending");
        // Its day in UTC, which may be one too early and is never too late.
        let said = pending.and_then(|i| record.at.get(i + 1)).map(|(_, at)| &at[..10]);
        let before = record.received().map_or("", |from| from.str("decided"));
        let said = said.unwrap_or(before);
        record.newest("date").max(said).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{Json, Rules, day, day_at, day_of, years_after};

    fn rule(text: &str) -> Json {
        serde_json::from_str(text).expect("it is JSON")
    }

    #[test]
    fn days_are_counted_as_the_calendar_has_them() {
        assert_eq!((day("1970-01-01"), day("1970-03-01"), day("2000-03-01")), (0, 59, 11_017));
        assert_eq!(day("2024-03-01") - day("2024-02-28"), 2);
        assert_eq!(day("2100-03-01") - day("2100-02-28"), 1);
        assert_eq!(day_at("2026-11-22T16:00:00.000Z"), day("2026-11-23"));
        assert_eq!((day_of(57_599), day_of(57_600)), (0, 1));
        assert_eq!(years_after("2020-02-29", 3), day("2023-02-28"));
        assert_eq!(years_after("2020-02-29", 4), day("2024-02-29"));
    }

    #[test]
    fn a_later_version_speaks_of_what_began_before_it_as_well_and_alone_of_what_began_after() {
        let mut rules = Rules::default();
        let of = |rules: &Rules, first, end| rules.disposal("CN-P5", first, end, Some("2022-01-31"));
        let shipped = day("2026-06-16") + 30;
        assert_eq!(of(&rules, Some("2020-01-01"), "2021-06-15"), shipped);
        let new = r#"{"class":"CN-P5","version":1,"years":7,"basis":"invalid","grace":60,"effective":"2019-01-01"}"#;
        rules.confirm(&rule(new), "2019-06-01T00:00:00.000Z");
        assert_eq!(of(&rules, Some("2019-05-31"), "2021-06-15"), day("2028-06-16") + 60);
        let less = r#"{"class":"CN-P5","version":2,"years":5,"basis":"expiry","grace":15,"floor":6,"effective":"2019-01-01"}"#;
        rules.confirm(&rule(less), "2019-07-01T00:00:00.000Z");
        // Begun in June both of the older ones had been superseded by none but the first of them.
        assert_eq!(of(&rules, Some("2019-06-30"), "2021-06-15"), day("2028-06-16") + 60);
        assert_eq!(of(&rules, Some("2019-07-01"), "2021-06-15"), day("2028-02-01") + 15);
        assert_eq!(of(&rules, None, "2021-06-15"), day("2028-06-16") + 60);
    }
}
