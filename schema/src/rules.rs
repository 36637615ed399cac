//! Retention rules: how many years a class is kept, counted from what, on which legal basis, from which day on.
//!
//! A rule is data: version 0 of each class is `rules.toml` beside this file, later versions are proposed and approved in
//! the journal. What follows from rules is worked out elsewhere; here they are read and held against the legal floor.

use crate::facts::{Basis, Class, is_unprintable};
use crate::materials::toml_why;
use crate::time::Day;
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// The rules that are shipped.
pub const SHIPPED: &str = include_str!("rules.toml");
/// Characters of a legal basis at most.
pub const LAW_CHARS_MAX: usize = 2000;
/// Days of grace at least: the longest official holiday so far has nine (law rule R20).
pub const GRACE_DAYS_MIN: u16 = 15;
/// Days of grace at most.
pub const GRACE_DAYS_MAX: u16 = 366;
/// Years at most: longer than that is a slip of the pen.
pub const YEARS_MAX: u16 = 100;

/// Says why something is not a retention rule, or not one that may hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// Not its TOML; the message names line and key.
    #[error("{0}")]
    Toml(String),
    /// Fewer years than the law asks for, or too many to be meant.
    #[error(
        "{class} is kept for {years} years: the law asks for {floor} at least, and {YEARS_MAX} is the limit"
    )]
    Years {
        /// Class.
        class: Class,
        /// What was given.
        years: u16,
        /// What the law asks for.
        floor: u16,
    },
    /// Grace out of range.
    #[error("{grace} days of grace: {GRACE_DAYS_MIN} to {GRACE_DAYS_MAX} are possible")]
    Grace {
        /// What was given.
        grace: u16,
    },
    /// A second floor out of range.
    #[error("a second floor of {floor} years: 1 to {YEARS_MAX} are possible")]
    Floor {
        /// What was given.
        floor: u16,
    },
    /// No legal basis, or one that is too long or cannot be shown.
    #[error("the legal basis has {chars} characters: 1 to {LAW_CHARS_MAX} that can be printed are possible")]
    Law {
        /// Its length.
        chars: usize,
    },
    /// A class that does not stand there exactly once, as version 0.
    #[error("{0} does not stand there exactly once, as version 0")]
    Class(Class),
}

/// One version of the rule of a class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// For which records.
    pub class: Class,
    /// Which version, from 0, the one that is shipped.
    pub version: u32,
    /// Whole years.
    pub years: u16,
    /// What they are counted from.
    pub basis: Basis,
    /// Days from the first day without a duty to the first on which disposal may run.
    pub grace: u16,
    /// Years after the last day of a certificate that are kept in any case (public TLS).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub floor: Option<u16>,
    /// The day from which it holds; a shorter period for what is issued from then on.
    pub effective: Day,
    /// The legal basis.
    pub law: String,
}

impl Rule {
    /// Whether the rule may hold at all: nothing undercuts the law.
    ///
    /// Source: law rules R1, R20, R29.
    pub fn check(&self) -> Result<(), RuleError> {
        let floor = years_floor(self.class);
        if !(floor..=YEARS_MAX).contains(&self.years) {
            return Err(RuleError::Years { class: self.class, years: self.years, floor });
        }
        if !(GRACE_DAYS_MIN..=GRACE_DAYS_MAX).contains(&self.grace) {
            return Err(RuleError::Grace { grace: self.grace });
        }
        if let Some(floor) = self.floor.filter(|years| !(1..=YEARS_MAX).contains(years)) {
            return Err(RuleError::Floor { floor });
        }
        let chars = self.law.chars().count();
        let blank = self.law.trim().is_empty() || self.law.chars().any(|c| c != '\n' && is_unprintable(c));
        match blank || chars > LAW_CHARS_MAX {
            true => Err(RuleError::Law { chars }),
            false => Ok(()),
        }
    }

    /// Whether anything in it keeps a record for less long than the other one does.
    pub fn is_shorter_than(&self, other: &Self) -> bool {
        self.years < other.years
            || self.grace < other.grace
            || self.floor.unwrap_or(0) < other.floor.unwrap_or(0)
            || (self.basis, other.basis) == (Basis::Invalid, Basis::Expiry)
    }
}

/// The fewest years that the law allows for a class, whatever the rules say.
///
/// Source: Electronic Signature Law article 24 for all that belongs to a certificate (R1); the general limitation
/// period, Civil Code article 188, for applications that never led to one (R29).
pub fn years_floor(class: Class) -> u16 {
    match class {
        Class::CnR3 => 3,
        Class::CnP5 | Class::CnG10 => 5,
    }
}

/// The rules that are shipped, one of each class, in the order of [`Class::ALL`].
pub fn shipped() -> &'static [Rule] {
    static ONCE: OnceLock<Vec<Rule>> = OnceLock::new();
    ONCE.get_or_init(|| read(SHIPPED).expect("a test reads the rules that are shipped"))
}

/// Reads rules in the form of the shipped ones: each class once, as version 0.
///
/// Errors: [`RuleError`]; duplicate and unknown keys are refused.
pub fn read(text: &str) -> Result<Vec<Rule>, RuleError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Page {
        rule: Vec<Rule>,
    }
    let page: Page = toml::from_str(text).map_err(|e| RuleError::Toml(toml_why(text, &e)))?;
    page.rule.iter().try_for_each(Rule::check)?;
    for class in Class::ALL {
        let mut of_class = page.rule.iter().filter(|rule| rule.class == *class);
        if of_class.next().is_none_or(|rule| rule.version != 0) || of_class.next().is_some() {
            return Err(RuleError::Class(*class));
        }
    }
    Ok(page.rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shipped_is_three_five_and_ten_years() {
        let years: Vec<_> =
            shipped().iter().map(|rule| (rule.class.word(), rule.years, rule.grace)).collect();
        assert_eq!(years, [("CN-R3", 3, 30), ("CN-P5", 5, 30), ("CN-G10", 10, 30)]);
    }

    #[test]
    fn a_rule_that_undercuts_the_law_or_says_nothing_of_it_is_none() {
        let p5 = shipped()[1].clone();
        let none = [
            Rule { years: 4, ..p5.clone() },
            Rule { years: 101, ..p5.clone() },
            Rule { grace: 14, ..p5.clone() },
            Rule { grace: 367, ..p5.clone() },
            Rule { floor: Some(0), ..p5.clone() },
            Rule { law: " \n".into(), ..p5.clone() },
            Rule { law: "a\u{202e}b".into(), ..p5.clone() },
            Rule { law: "x".repeat(LAW_CHARS_MAX + 1), ..p5.clone() },
            Rule { class: Class::CnR3, years: 2, ..p5.clone() },
        ];
        for rule in none {
            assert!(rule.check().is_err(), "{rule:?}");
        }
        for rule in [Rule { years: 5, grace: 15, ..p5.clone() }, Rule { floor: Some(2), ..p5.clone() }] {
            assert_eq!(rule.check(), Ok(()));
        }
    }

    #[test]
    fn a_page_of_rules_with_anything_too_much_or_missing_is_refused() {
        for bad in [
            SHIPPED.replacen("years = 5", "years = 5\nyear = 5", 1),
            SHIPPED.replacen("years = 5", "years = 5\nyears = 5", 1),
            SHIPPED.replacen("years = 5", "years = -5", 1),
            SHIPPED.replacen("version = 0", "version = 1", 1),
            SHIPPED.replacen("CN-P5", "CN-G10", 1),
            SHIPPED.replacen("CN-P5", "CN-X5", 1),
            SHIPPED.replacen("\"2005-04-01\"", "\"2005-02-30\"", 1),
            SHIPPED.replacen("grace = 30\n", "", 1),
            String::new(),
        ] {
            assert!(read(&bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn shorter_is_whatever_ends_earlier_in_one_respect() {
        let p5 = shipped()[1].clone();
        let longer = Rule { years: 8, grace: 60, floor: Some(2), basis: Basis::Expiry, ..p5.clone() };
        assert!(p5.is_shorter_than(&longer) && !longer.is_shorter_than(&p5) && !p5.is_shorter_than(&p5));
    }
}
