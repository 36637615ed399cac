//! Messages: the texts that people read, in Chinese and English.
//!
//! All of them lie in `messages/*.ftl`; nothing else in the program holds a sentence. Does not know streams.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use serde::{Deserialize, Serialize};
use std::fmt::Display;
use std::sync::OnceLock;

pub use fluent_bundle::FluentValue as Value;

const EN: &str = concat!(
    include_str!("../messages/en.ftl"),
    "\n",
    include_str!("../messages/results.en.ftl"),
    "\n",
    include_str!("../messages/desk.en.ftl"),
    "\n",
    include_str!("../messages/find.en.ftl"),
    "\n",
    include_str!("../messages/misfiled.en.ftl"),
    "\n",
    include_str!("../messages/hold.en.ftl"),
    "\n",
    include_str!("../messages/backlog.en.ftl"),
    "\n",
    include_str!("../messages/copies.en.ftl"),
    "\n",
    include_str!("../messages/handover.en.ftl"),
    "\n",
    include_str!("../messages/request.en.ftl"),
    "\n",
    include_str!("../messages/repair.en.ftl"),
    "\n",
    include_str!("../messages/watch.en.ftl"),
    "\n",
    include_str!("../messages/print.en.ftl"),
    "\n",
    include_str!("../messages/certs.en.ftl"),
    "\n",
    include_str!("../messages/retention.en.ftl"),
    "\n",
    include_str!("../messages/purge.en.ftl"),
    "\n",
    include_str!("../messages/jobs.en.ftl"),
    "\n",
    include_str!("../messages/doctor.en.ftl"),
    "\n",
    include_str!("../messages/cosigner.en.ftl"),
);
const ZH: &str = concat!(
    include_str!("../messages/zh.ftl"),
    "\n",
    include_str!("../messages/results.zh.ftl"),
    "\n",
    include_str!("../messages/desk.zh.ftl"),
    "\n",
    include_str!("../messages/find.zh.ftl"),
    "\n",
    include_str!("../messages/misfiled.zh.ftl"),
    "\n",
    include_str!("../messages/hold.zh.ftl"),
    "\n",
    include_str!("../messages/backlog.zh.ftl"),
    "\n",
    include_str!("../messages/copies.zh.ftl"),
    "\n",
    include_str!("../messages/handover.zh.ftl"),
    "\n",
    include_str!("../messages/request.zh.ftl"),
    "\n",
    include_str!("../messages/repair.zh.ftl"),
    "\n",
    include_str!("../messages/watch.zh.ftl"),
    "\n",
    include_str!("../messages/print.zh.ftl"),
    "\n",
    include_str!("../messages/certs.zh.ftl"),
    "\n",
    include_str!("../messages/retention.zh.ftl"),
    "\n",
    include_str!("../messages/purge.zh.ftl"),
    "\n",
    include_str!("../messages/jobs.zh.ftl"),
    "\n",
    include_str!("../messages/doctor.zh.ftl"),
    "\n",
    include_str!("../messages/cosigner.zh.ftl"),
);

/// A language there are messages in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Chinese, simplified.
    Zh,
}

impl Lang {
    /// Both, in the order in which help names them.
    pub const ALL: &[Self] = &[Self::Zh, Self::En];

    /// The word by which `--lang` knows it.
    pub fn word(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
        }
    }

    /// The language of a POSIX locale such as `zh_CN.UTF-8`; English for all but Chinese.
    pub fn of_locale(locale: &str) -> Self {
        if locale.to_ascii_lowercase().starts_with("zh") { Self::Zh } else { Self::En }
    }
}

/// The messages of one language.
pub struct Messages {
    lang: Lang,
    bundle: FluentBundle<FluentResource>,
}

impl Messages {
    /// Returns the messages of a language, read once a process.
    pub fn for_lang(lang: Lang) -> &'static Self {
        static EN_ONCE: OnceLock<Messages> = OnceLock::new();
        static ZH_ONCE: OnceLock<Messages> = OnceLock::new();
        match lang {
            Lang::En => EN_ONCE.get_or_init(|| Self::read(lang, EN)),
            Lang::Zh => ZH_ONCE.get_or_init(|| Self::read(lang, ZH)),
        }
    }

    fn read(lang: Lang, text: &str) -> Self {
        let resource = FluentResource::try_new(text.to_owned())
            .unwrap_or_else(|(_, errors)| panic!("messages of {}: {errors:?}", lang.word()));
        let locale = lang
            .word()
            .parse::<unic_langid::LanguageIdentifier>()
            .expect("the word of a language is a locale");
        let mut bundle = FluentBundle::new_concurrent(vec![locale]);
        // Isolation marks would end up in what people copy and in what scripts compare.
        bundle.set_use_isolating(false);
        bundle
            .add_resource(resource)
            .unwrap_or_else(|errors| panic!("messages of {}: {errors:?}", lang.word()));
        Self { lang, bundle }
    }

    /// The language.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// Returns a message filled with values.
    ///
    /// - Shape: a value missing from `values` stands as `{$name}`; a key there is no message for stands for
    ///   itself, so that an error can always be told.
    pub fn text(&self, key: &str, values: &[(&str, Value<'_>)]) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        let mut args = FluentArgs::with_capacity(values.len());
        values.iter().for_each(|(name, value)| args.set(*name, value.clone()));
        let mut errors = Vec::new();
        self.bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned()
    }

    /// What a word of a closed list is called; the word itself where it has no name.
    ///
    /// - Source: the messages `<list>-<word>`.
    pub fn word(&self, list: &str, word: &dyn Display) -> String {
        let word = word.to_string();
        let key = format!("{list}-{}", word.to_lowercase());
        if self.has(&key) { self.text(&key, &[]) } else { word }
    }

    /// Says whether there is such a message.
    pub fn has(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Problem;
    use std::collections::BTreeSet;

    fn keys(text: &str) -> BTreeSet<&str> {
        let key = |line: &'static str| line.split_once(" =").map(|(key, _)| key);
        // The files are compiled in, so their lines live as long as the program.
        let text: &'static str = if text == EN { EN } else { ZH };
        text.lines()
            .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
            .filter_map(key)
            .collect()
    }

    /// The raw text of one message, continuation lines included.
    fn raw(text: &str, key: &str) -> String {
        let mut lines = text.lines().skip_while(|line| !line.starts_with(&format!("{key} =")));
        let first = lines.next().unwrap_or_default().to_owned();
        lines.take_while(|line| line.starts_with([' ', '\t'])).fold(first, |all, line| all + "\n" + line)
    }

    fn sources(dir: &std::path::Path, all: &mut String) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, all);
            } else if path.extension().is_some_and(|e| e == "rs") {
                all.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }

    #[test]
    fn both_languages_say_the_same_things() {
        assert_eq!(keys(EN), keys(ZH));
    }

    #[test]
    fn every_error_has_its_message_and_hint_and_names_its_things() {
        let sample = |code: &str| -> Vec<&'static str> {
            Problem::FIELDS.iter().find(|(c, _)| *c == code).map_or(vec![], |(_, fields)| fields.to_vec())
        };
        let vault = include_str!("../../vault/src/error.rs");
        for code in jingui_vault::Error::CODES.iter().chain(Problem::CODES) {
            // The fields of the vault's errors stand in its source, before the code.
            let line = vault.lines().find(|line| line.contains(&format!("}} = \"{code}\",")));
            let mut fields: Vec<&str> = line
                .and_then(|line| Some(line.split_once('{')?.1.split_once('}')?.0))
                .map_or(vec![], |list| list.split(',').map(str::trim).filter(|f| !f.is_empty()).collect());
            fields.extend(sample(code));
            if ["io", "no-space", "read-only", "no-permission", "missing"].contains(code) {
                fields = vec!["doing", "cause"];
            }
            for text in [EN, ZH] {
                let both = raw(text, &format!("error-{code}")) + &raw(text, &format!("hint-{code}"));
                assert!(
                    both.contains("error-") && both.contains("hint-"),
                    "{code} lacks a message or a hint"
                );
                for field in &fields {
                    assert!(both.contains(&format!("${field}")), "{code} does not name its {field}");
                }
                for used in both.split('$').skip(1) {
                    let used: String = used.chars().take_while(|c| c.is_ascii_alphanumeric()).collect();
                    assert!(fields.contains(&used.as_str()), "{code} has no field {used}");
                }
            }
        }
    }

    /// Keys that the program puts together from a list and a word of it.
    fn composed() -> BTreeSet<String> {
        use jingui_vault::verify::{FindingKind, Warning};
        let kinds = jingui_schema::act::Deed::KINDS.iter().map(|k| format!("kind-{}", k.replace('.', "-")));
        let notices = jingui_vault::Notice::CODES.iter().map(|code| format!("notice-{code}"));
        let findings = FindingKind::ALL.iter().map(|kind| format!("finding-{kind}"));
        use jingui_vault::heal::{Origin, Why};
        let repair = (Why::WORDS.iter().map(|why| format!("repair-why-{why}")))
            .chain(Origin::WORDS.iter().map(|from| format!("repair-from-{from}")))
            .chain(["put-back", "would-put-back"].map(|outcome| format!("repair-{outcome}")));
        let handover = ["sealed", "sent", "receipted", "destroying", "destroyed", "closed"];
        let handover = (handover.iter())
            .flat_map(|stage| [format!("handover-stage-{stage}"), format!("handover-next-{stage}")])
            .chain(["missing", "otherwise", "hold", "not-here"].map(|why| format!("handover-lack-{why}")));
        let requests = (["open", "overdue", "answered", "refused", "opened"].iter())
            .map(|state| format!("request-state-{state}"))
            .chain(jingui_schema::facts::Ground::ALL.iter().map(|ground| format!("ground-{ground}")));
        let needs =
            ["appraisal", "sign-off", "witness", "cosigner", "day", "run", "finish", "attest", "nothing"];
        let needs = needs.map(|needs| format!("purge-needs-{needs}"));
        let traces = jingui_vault::copies::Trace::ALL.iter().map(|trace| format!("trace-{}", trace.word()));
        let warnings = Warning::CODES.iter().map(|code| format!("verify-warning-{code}"));
        let states = ["destroyed", "waiting", "old", "resealing", "current"].map(|s| format!("epoch-{s}"));
        let escrow = ["proved", "waiting"].map(|s| format!("escrow-{s}"));
        use jingui_schema::facts::{DocumentKind, FactName, Flaw, Lack, Mark, Standing};
        let materials =
            DocumentKind::ALL.iter().map(|kind| format!("material-{}", kind.word().to_lowercase()));
        let facts = FactName::ALL.iter().map(|name| format!("fact-{name}"));
        let flaws = Flaw::ALL.iter().map(|flaw| format!("flaw-{flaw}"));
        let marks = Mark::ALL.iter().map(|mark| format!("mark-{mark}"));
        let lacks = Lack::ALL.iter().map(|lack| format!("lack-{lack}"));
        let standings = Standing::ALL.iter().map(|state| format!("state-{state}"));
        let wanted = ["need", "either", "when", "may"].map(|how| format!("wanted-{how}"));
        let parts = ["customer", "handler"].map(|part| format!("part-{part}"));
        let steps = ["reseal", "verify", "destroy"].map(|s| format!("progress-{s}"));
        let fields = crate::words::Field::ALL.iter().map(|field| field.name_key());
        let results = crate::backlog::Word::ALL.iter().map(|word| format!("result-{}", word.word()));
        let words = jingui_schema::facts::Class::ALL.iter().map(|w| format!("paper-class-{w}"));
        use jingui_schema::facts::{Business, CustomerKind, Outcome};
        let words = words
            .chain(Business::ALL.iter().map(|w| format!("business-{w}")))
            .chain(Outcome::ALL.iter().map(|w| format!("outcome-{w}")))
            .chain(CustomerKind::ALL.iter().map(|w| format!("customer-kind-{w}")))
            .map(|key| key.to_lowercase());
        use jingui_schema::certificate::{Change, Doubt, Reliance};
        let certs = Change::ALL
            .iter()
            .map(|w| format!("cert-event-{w}"))
            .chain(Doubt::ALL.iter().map(|w| format!("doubt-{w}")))
            .chain(Reliance::ALL.iter().map(|w| format!("reliance-{w}")));
        let unclear = [
            "unreviewed",
            "pending",
            "no-certificate",
            "no-decision",
            "unknown-end",
            "never-ends",
            "beyond-calendar",
        ];
        let retention = jingui_vault::retention::Article::ALL
            .iter()
            .map(|article| format!("article-{}", article.word()))
            .chain(unclear.map(|why| format!("unclear-{why}")))
            .chain(
                ["undetermined", "held", "keep", "cool-off", "due", "not-eligible"]
                    .map(|w| format!("why-verdict-{w}")),
            )
            .chain(["revoked", "held", "released", "permanent"].map(|end| format!("cert-end-{end}")))
            .chain(["holds", "earlier", "proposed"].map(|state| format!("rule-state-{state}")))
            .chain(jingui_schema::hold::QueryError::WORDS.iter().map(|word| format!("query-{word}")))
            .chain(["invalid", "expiry"].map(|basis| format!("rule-basis-{basis}")));
        let whys = ["no-glyph", "script", "private"].map(|why| format!("print-why-{why}"));
        let doctor = crate::doctor::CODES
            .iter()
            .flat_map(|code| [format!("doctor-{code}"), format!("doctor-fix-{code}")])
            .chain(crate::doctor::Severity::ALL.iter().map(|s| format!("doctor-severity-{}", s.word())))
            .chain(crate::doctor::Place::ALL.iter().map(|p| format!("doctor-place-{}", p.word())))
            .chain(jingui_sync::Verdict::ALL.iter().map(|v| format!("doctor-verdict-{}", v.word())))
            .chain(jingui_sync::Why::ALL.iter().map(|w| format!("doctor-why-{}", w.word())));
        use jingui_schema::disposal::{Appraisal, Excluded, KeyMedium, Left, Slot};
        let stages = ["planned", "appraised", "approved", "waiting", "destroying", "closed", "rejected"];
        let signed = ["plan", "appraise", "witness", "reject", "run", "attest"];
        let failures = jingui_vault::disposal::Failure::WORDS;
        let disposal = (stages.iter().map(|stage| format!("purge-stage-{stage}")))
            .chain(failures.iter().map(|why| format!("purge-failed-{why}")))
            .chain(signed.iter().map(|what| format!("signed-{what}")))
            .chain(Slot::ALL.iter().flat_map(|slot| [format!("slot-{slot}"), format!("signed-{slot}")]))
            .chain(Appraisal::ALL.iter().map(|w| format!("appraisal-{w}")))
            .chain(Excluded::ALL.iter().map(|w| format!("excluded-{w}")))
            .chain(Left::ALL.iter().map(|w| format!("left-{w}")))
            .chain(KeyMedium::ALL.iter().map(|w| format!("medium-{w}")));
        use jingui_schema::jobs::{Job, JobOutcome};
        let jobs = (Job::ALL.iter().map(|w| format!("job-{w}")))
            .chain(JobOutcome::ALL.iter().map(|w| format!("job-outcome-{w}")))
            .chain(jingui_vault::jobs::What::ALL.iter().map(|w| format!("waits-{}", w.word())));
        let facets = ["project", "class", "year", "state", "kind"].map(|facet| format!("facet-{facet}"));
        let found = (jingui_indexer::page::Unread::ALL.iter().map(|why| format!("unread-{}", why.word())))
            .chain(["nothing-fits", "alike-only", "tails-left-out"].map(|why| format!("find-{why}")))
            .chain(jingui_indexer::index::FIELDS.iter().map(|field| format!("found-in-{field}")))
            .chain(facets);
        kinds
            .chain(found)
            .chain(disposal)
            .chain(notices)
            .chain(findings)
            .chain(warnings)
            .chain(states)
            .chain(escrow)
            .chain(steps)
            .chain(materials)
            .chain(facts)
            .chain(flaws)
            .chain(marks)
            .chain(lacks)
            .chain(standings)
            .chain(wanted)
            .chain(parts)
            .chain(fields)
            .chain(results)
            .chain(words)
            .chain(whys)
            .chain(doctor)
            .chain(certs)
            .chain(retention)
            .chain(jobs)
            .chain(repair)
            .chain(handover)
            .chain(requests)
            .chain(traces)
            .chain(needs)
            .collect()
    }

    #[test]
    fn every_composed_key_has_its_message() {
        for key in composed() {
            assert!(keys(EN).contains(key.as_str()), "{key} is missing");
        }
    }

    #[test]
    fn no_message_is_unused() {
        let mut code = String::new();
        sources(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut code);
        let help = crate::cli::help::keys();
        let errors: BTreeSet<String> = jingui_vault::Error::CODES
            .iter()
            .chain(Problem::CODES)
            .flat_map(|code| [format!("error-{code}"), format!("hint-{code}")])
            .collect();
        for key in keys(EN) {
            let used = composed().contains(key)
                || help.contains(key)
                || errors.contains(key)
                || code.contains(&format!("\"{key}\""));
            assert!(used, "nothing uses {key}");
        }
    }

    #[test]
    fn values_stand_without_marks() {
        let text = Messages::for_lang(Lang::Zh).text("error-no-record", &[("record", "X-1".into())]);
        assert!(text.contains("X-1") && !text.contains('\u{2068}'), "{text:?}");
    }
}
