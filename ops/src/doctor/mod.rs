//! The doctor: machine and vault looked over, each finding with a stable code and with what to do about it.
//!
//! Looks and measures; opens no document and holds no sentence. What a finding says of paths, names and errors is kept
//! apart from its numbers and words of closed lists, so that a bundle can be given away without the former.

pub mod bundle; // what is sent to whoever helps, without personal data
pub mod directory; // what a directory for copies really does
pub mod machine; // the machine of the process that was started
pub mod modes; // who else could read or change a file
pub mod store; // what was found out of a place for copies
pub mod vault; // the vault, its keystore and mirror

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// As it should be.
    Ok,
    /// Worth knowing.
    Info,
    /// Should be looked at.
    Warning,
    /// Somebody has to do something.
    Problem,
}

impl Severity {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Ok, Self::Info, Self::Warning, Self::Problem];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Problem => "problem",
        }
    }
}

/// What a finding is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// The machine, or the process that was started.
    Machine,
    /// The directory for temporary files.
    Temp,
    /// The person's key file.
    Key,
    /// The vault.
    Vault,
    /// The keystore.
    Keystore,
    /// The mirror.
    Mirror,
    /// A place for copies.
    Store,
}

impl Place {
    /// All of them.
    pub const ALL: &[Self] =
        &[Self::Machine, Self::Temp, Self::Key, Self::Vault, Self::Keystore, Self::Mirror, Self::Store];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Machine => "machine",
            Self::Temp => "temp",
            Self::Key => "key",
            Self::Vault => "vault",
            Self::Keystore => "keystore",
            Self::Mirror => "mirror",
            Self::Store => "store",
        }
    }
}

/// Something that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Its code, stable: one of [`CODES`].
    pub code: String,
    /// How bad it is.
    pub severity: Severity,
    /// What it is of.
    pub place: Place,
    /// Whether it is damage to what was filed.
    #[serde(default)]
    pub damage: bool,
    /// Whether `--fix` has put it right.
    #[serde(default)]
    pub fixed: bool,
    /// Counts, sizes, durations; a name that ends in `bytes` is a size.
    #[serde(default)]
    pub numbers: BTreeMap<String, i64>,
    /// Words of closed lists and of programs.
    #[serde(default)]
    pub words: BTreeMap<String, String>,
    /// Paths, names, errors: for the person who asks, and for nobody else.
    #[serde(default)]
    pub texts: BTreeMap<String, String>,
}

/// The codes there are; each has `doctor-<code>` and `doctor-fix-<code>` among the messages.
pub const CODES: &[&str] = &[
    // The machine.
    "locale",
    "terminal",
    "key-file",
    "space",
    "filesystem",
    "open-files",
    "swap",
    "core-dumps",
    "fonts",
    "rare-characters",
    "ocr",
    "reader",
    "tools",
    "host-clock",
    // The vault.
    "no-vault",
    "vault",
    "read-only",
    "directories",
    "modes",
    "owner",
    "clock",
    "keystore",
    "log-key",
    "key-copies",
    "keystore-device",
    "keystore-overwrite",
    "way-back",
    "escrow-waiting",
    "leaver",
    "rotation",
    "countersign",
    "mirror",
    "mirror-device",
    "copies",
    "mirror-lag",
    "settings",
    "leftovers",
    "quarantine",
    "tree",
    "catalog",
    "incidents",
    "disposal",
    "solo",
    // A place for copies.
    "store",
    "store-list",
    "store-write",
    "store-read",
    "store-head",
    "store-range",
    "store-condition",
    "store-condition-parts",
    "store-checksum",
    "store-checksum-parts",
    "store-versioning",
    "store-versions",
    "store-lock",
    "store-lock-put",
    "store-lock-read",
    "store-lock-delete",
    "store-lock-shorten",
    "store-lock-overwrite",
    "store-lock-extend",
    "store-hold",
    "store-hold-off",
    "can-delete",
    "store-clock",
    "store-rename",
    "store-sync",
    "store-large-files",
    "store-names",
    "store-case",
    "store-clean",
];

impl Finding {
    /// A finding.
    pub fn new(code: &str, severity: Severity, place: Place) -> Self {
        debug_assert!(CODES.contains(&code), "{code} is not in the list of codes");
        Self {
            code: code.to_owned(),
            severity,
            place,
            damage: false,
            fixed: false,
            numbers: BTreeMap::new(),
            words: BTreeMap::new(),
            texts: BTreeMap::new(),
        }
    }

    /// With a number.
    #[must_use]
    pub fn number(mut self, name: &str, value: impl TryInto<i64>) -> Self {
        self.numbers.insert(name.to_owned(), value.try_into().unwrap_or(i64::MAX));
        self
    }

    /// With a word of a closed list, or of a program.
    #[must_use]
    pub fn word(mut self, name: &str, value: impl Into<String>) -> Self {
        self.words.insert(name.to_owned(), value.into());
        self
    }

    /// With a text that leaves this machine in no bundle.
    #[must_use]
    pub fn text(mut self, name: &str, value: impl Into<String>) -> Self {
        self.texts.insert(name.to_owned(), value.into());
        self
    }

    /// With the path it is of.
    #[must_use]
    pub fn path(self, path: &Path) -> Self {
        self.text("path", crate::output::printable_path(path))
    }

    /// As damage to what was filed.
    #[must_use]
    pub fn damage(mut self, damage: bool) -> Self {
        self.damage = damage;
        self
    }

    /// As put right.
    #[must_use]
    pub fn fixed(mut self, fixed: bool) -> Self {
        self.fixed = fixed;
        self
    }

    /// How bad it is now, after what was done.
    pub fn standing(&self) -> Severity {
        if self.fixed { self.severity.min(Severity::Info) } else { self.severity }
    }
}

/// Ok, or as bad as this.
pub fn bad(when: bool, severity: Severity) -> Severity {
    if when { severity } else { Severity::Ok }
}

/// A size as people read it.
pub fn human(bytes: i64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let (mut value, mut unit) = (bytes as f64, 0);
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        (value, unit) = (value / 1024.0, unit + 1);
    }
    if unit == 0 { format!("{bytes} B") } else { format!("{value:.1} {}", UNITS[unit]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_in_their_unit() {
        assert_eq!(
            [0, 1023, 1024, 5 << 30, 3 << 50].map(human),
            ["0 B", "1023 B", "1.0 KiB", "5.0 GiB", "3072.0 TiB"]
        );
    }

    #[test]
    fn what_was_put_right_needs_nobody() {
        let finding = Finding::new("modes", Severity::Problem, Place::Vault);
        assert_eq!(finding.standing(), Severity::Problem);
        assert_eq!(finding.fixed(true).standing(), Severity::Info);
    }
}
