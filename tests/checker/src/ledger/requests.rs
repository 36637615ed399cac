//! Records that the CA asks for, and that it has opened by itself. FORMAT.md section 22.

use super::{Json, Ledger, Wrong};
use std::collections::BTreeMap;

/// Requests that may be open at once.
const OPEN_MAX: usize = 1000;

/// Requests by their act: the number that was asked for, and whether it was answered or refused.
#[derive(Clone, Default)]
pub(super) struct Requests(BTreeMap<String, (String, bool)>);

impl Ledger {
    /// Takes in a line about requests.
    pub(super) fn requested(&mut self, what: &str, data: &Json, wrong: &mut Wrong) {
        let (number, record) = (data.str("number").to_owned(), data.str("record"));
        let known = self
            .records
            .get(record)
            .map(|record| (record.filings[0].str("number").to_owned(), record.versions.len() as u64));
        let is_version = |n: u64| known.as_ref().is_none_or(|(_, versions)| (1..=*versions).contains(&n));
        match what {
            "record.request" => {
                let own = self.init.as_ref().map_or("", |(init, _)| init.str("fonds"));
                let fonds = |fonds: &str| number.rsplitn(3, '-').nth(2) == Some(fonds);
                if !fonds(own) && !self.takings.values().any(|taken| fonds(taken.str("fonds"))) {
                    wrong.push("asks for a number of another archive".into());
                }
                if self.requests.0.values().filter(|(_, settled)| !settled).count() >= OPEN_MAX {
                    wrong.push("is one request too many".into());
                }
                self.requests.0.insert(self.act.clone(), (number, false));
            }
            "escrow.open" => {
                let same = known.as_ref().is_none_or(|(known, _)| *known == number);
                if !same || !self.numbers.contains(&number) || !is_version(data.num("n")) {
                    wrong.push("opens what was never filed".into());
                }
            }
            _ => {
                let answers = what == "request.answer";
                match self.requests.0.get_mut(data.str("request")) {
                    Some((asked, settled)) if !*settled => {
                        *settled = true;
                        let same = known.as_ref().is_some_and(|(known, _)| known == asked);
                        if answers && !(same && is_version(data.num("n"))) {
                            wrong.push("answers with another record than was asked for".into());
                        }
                    }
                    _ => wrong.push("is about no request that is open".into()),
                }
            }
        }
    }
}
