//! Which versions of a rule apply: longer at once to all there is, shorter only to what is issued later.

use jingui_schema::facts::Class;
use jingui_schema::rules::{Rule, shipped};
use jingui_schema::time::Day;
use std::collections::BTreeMap;
use std::fmt;

/// One version of a class's rule, such as `CN-P5/1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId {
    /// Class.
    pub class: Class,
    /// Version.
    pub version: u32,
}

impl RuleId {
    /// The id of a rule.
    pub fn of(rule: &Rule) -> Self {
        Self { class: rule.class, version: rule.version }
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.class, self.version)
    }
}

/// A rule, and since when it is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The rule.
    pub rule: Rule,
    /// The day of its approval; none for what is shipped.
    pub on: Option<Day>,
}

impl Signed {
    /// From which day on what is issued need not follow older versions any more: never a day before it was signed,
    /// for a rule has no effect on what was there before (R31).
    pub fn supersedes_from(&self) -> Day {
        self.on.map_or(self.rule.effective, |on| on.max(self.rule.effective))
    }
}

/// All versions of all classes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    versions: BTreeMap<Class, Vec<Signed>>,
}

impl Default for Rules {
    fn default() -> Self {
        let versions =
            shipped().iter().map(|rule| (rule.class, vec![Signed { rule: rule.clone(), on: None }]));
        Self { versions: versions.collect() }
    }
}

impl Rules {
    /// The same with one more version, signed on this day.
    pub fn with(mut self, rule: Rule, on: Day) -> Self {
        self.versions.entry(rule.class).or_default().push(Signed { rule, on: Some(on) });
        self
    }

    /// All versions of a class, oldest first.
    pub fn versions(&self, class: Class) -> &[Signed] {
        self.versions.get(&class).map_or(&[], Vec::as_slice)
    }

    /// The newest version of a class.
    pub fn newest(&self, class: Class) -> Option<&Signed> {
        self.versions(class).last()
    }

    /// The versions that apply to what was issued (or decided) on this day, oldest first: all but those that a later
    /// one had superseded by then. Where the day is unknown, all of them.
    ///
    /// The longest of them counts. So a longer period reaches everything at once, whenever it takes effect, and a shorter
    /// one only what is issued from its day on.
    pub fn applying(&self, class: Class, issued: Option<Day>) -> &[Signed] {
        let all = self.versions(class);
        let superseded = |later: &Signed| issued.is_some_and(|day| later.supersedes_from() <= day);
        let first = all.iter().rposition(superseded).unwrap_or(0);
        &all[first..]
    }
}
