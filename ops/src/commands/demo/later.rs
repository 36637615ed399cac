//! What becomes of a record's dates: a certificate is revoked, a rule grows longer, a clock lies.

use super::{Demo, SEED};
use crate::failure::{Doing, Result};
use crate::sample;
use jiff::civil::date;
use jingui_schema::time::Time;
use jingui_vault::Exit;
use jingui_vault::env::{Clock, Env};
use serde_json::Value;
use std::sync::Arc;

/// A clock that is ahead by what `faketime -f +10y` makes of ten years.
struct Ahead(Arc<dyn Clock>);

impl Clock for Ahead {
    fn now(&self) -> Time {
        const TEN_YEARS: i64 = 10 * 365 * 24 * 3600 * 1000;
        Time::from_millis(self.0.now().millis().saturating_add(TEN_YEARS))
    }
}

impl Demo<'_> {
    /// An application of last year and its certificate, which two people say was revoked since.
    pub(super) fn revoke(&mut self, serial: u64) -> Result<()> {
        self.say("demo-cert")?;
        // Of last year, so that both days have passed on any day of this one.
        let year = self.context.env.now().day().year() - 1;
        let (from, revoked) = (date(year, 3, 2), date(year, 9, 10));
        let texts = ["demo-form-cert", "demo-project-cert", "demo-customer-cert"];
        let [_, project, customer] = texts.map(|key| self.context.out.text(key, &[]));
        let (hex, pem) = sample::lone_certificate(SEED, &project, &customer, from, 3);
        self.write("incoming/certificate.pem", pem.as_bytes())?;
        let (from, revoked) = (from.to_string(), revoked.to_string());
        let more = ["--cert", "incoming/certificate.pem"];
        let number = self.apply(serial, "incoming/revoked", texts, &from, &more)?;
        self.jingui(None, &["why", &number])?;
        let reason = self.context.out.text("demo-revoked", &[]);
        let revoke = ["cert", "revoke", &hex, "--day", &revoked, "--reason", &reason];
        self.jingui(Some("zhang"), &revoke)?;
        let act = self.newest("cert.report")?;
        self.jingui(Some("wang"), &["cert", "confirm", &act])?;
        self.jingui(None, &["why", &number])
    }

    /// The next version of a rule, and whose dates it moves.
    pub(super) fn rule(&mut self) -> Result<()> {
        self.say("demo-rule")?;
        let today = self.context.env.now().day().to_string();
        let basis = self.context.out.text("demo-rule-basis", &[]);
        let reason = self.context.out.text("demo-rule-reason", &[]);
        let propose = ["rule", "propose", "CN-P5", "--years", "6", "--effective", &today];
        let why = ["--basis", &basis, "--reason", &reason];
        self.jingui(Some("chen"), &[&propose[..], &why].concat())?;
        let act = self.newest("rule.propose")?;
        self.jingui(None, &["rule", "diff", "CN-P5", "--records"])?;
        self.jingui(Some("wang"), &["rule", "approve", &act])
    }

    /// By this machine's clock a record would be due; nothing comes of it.
    pub(super) fn lie(&mut self) -> Result<()> {
        self.say("demo-clock")?;
        let env = self.context.env.clone();
        let ahead = Env { clock: Arc::new(Ahead(env.clock.clone())), ..env };
        let through = ["faketime", "-f", "+10y", "jingui"];
        self.step(ahead.clone(), &through, None, &["due"], Exit::Done)?;
        self.step(ahead, &through, None, &["purge", "plan"], Exit::NotFound)
    }

    /// The id of the newest act of a kind; the journal lies in the clear.
    fn newest(&self, kind: &str) -> Result<String> {
        let journal = self.dir.join("vault/journal");
        let paths = std::fs::read_dir(&journal).doing("list", &journal)?.flatten().map(|entry| entry.path());
        let segment = paths.filter(|path| path.extension().is_some_and(|end| end == "jsonl")).max();
        let segment = segment.unwrap_or_default();
        let text = std::fs::read_to_string(&segment).doing("read", &segment)?;
        let mut lines = text.lines().rev().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let line = lines.find(|line| line["act"]["kind"] == kind);
        Ok(line.and_then(|line| Some(line["act"]["id"].as_str()?.to_owned())).unwrap_or_default())
    }
}
