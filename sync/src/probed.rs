//! What a probe has shown of a store: pure data, apart from how it was found out.
//!
//! A promise of a store counts where it stands here as kept, and nowhere else.

use jingui_schema::time::Time;
use serde::{Deserialize, Serialize};

/// The version of the stored form.
pub const PROBED_VERSION: u32 = 1;

/// One thing that a store may or may not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ability {
    /// What was put is listed.
    List,
    /// It takes what is put.
    Write,
    /// The same bytes come back: size and BLAKE3.
    Read,
    /// It tells a size without the bytes.
    Head,
    /// It gives a range of an object.
    Range,
    /// A name that is taken is not put again where the condition is that it is free.
    Condition,
    /// The same at the end of an upload in parts.
    ConditionParts,
    /// What does not fit the SHA-256 that came with it is refused.
    Checksum,
    /// The same of a part.
    ChecksumParts,
    /// Versions are switched on for the bucket.
    Versioning,
    /// What was put over is still there, and read by its version.
    Versions,
    /// Object Lock is switched on for the bucket.
    Lock,
    /// An object is taken with the time until which it is retained.
    LockPut,
    /// That time is read back as it was set.
    LockRead,
    /// A retained version is not deleted.
    LockDelete,
    /// The time is not shortened.
    LockShorten,
    /// A retained version stays when its name is put again.
    LockOverwrite,
    /// The time is extended.
    LockExtend,
    /// A version under a legal hold is not deleted.
    Hold,
    /// A legal hold is taken off again.
    HoldOff,
    /// Whoever asks can delete nothing.
    NoDelete,
    /// Its clock goes as this machine's.
    Clock,
    /// A file is given its name by renaming, never over another one.
    Rename,
    /// It says when bytes and names are on the device.
    Sync,
    /// A file may have more than 4 GiB.
    LargeFiles,
    /// It takes long names, and Chinese ones.
    Names,
    /// It tells capitals from small letters.
    Case,
    /// What the probe made is gone.
    Clean,
}

impl Ability {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::List,
        Self::Write,
        Self::Read,
        Self::Head,
        Self::Range,
        Self::Condition,
        Self::ConditionParts,
        Self::Checksum,
        Self::ChecksumParts,
        Self::Versioning,
        Self::Versions,
        Self::Lock,
        Self::LockPut,
        Self::LockRead,
        Self::LockDelete,
        Self::LockShorten,
        Self::LockOverwrite,
        Self::LockExtend,
        Self::Hold,
        Self::HoldOff,
        Self::NoDelete,
        Self::Clock,
        Self::Rename,
        Self::Sync,
        Self::LargeFiles,
        Self::Names,
        Self::Case,
        Self::Clean,
    ];

    /// Those of a store; the others are a directory's alone.
    pub fn of_store() -> impl Iterator<Item = Self> {
        let of_directories = [Self::Rename, Self::Sync, Self::LargeFiles, Self::Names, Self::Case];
        Self::ALL.iter().copied().filter(move |ability| !of_directories.contains(ability))
    }

    /// The word for it, as it is stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Write => "write",
            Self::Read => "read",
            Self::Head => "head",
            Self::Range => "range",
            Self::Condition => "condition",
            Self::ConditionParts => "condition-parts",
            Self::Checksum => "checksum",
            Self::ChecksumParts => "checksum-parts",
            Self::Versioning => "versioning",
            Self::Versions => "versions",
            Self::Lock => "lock",
            Self::LockPut => "lock-put",
            Self::LockRead => "lock-read",
            Self::LockDelete => "lock-delete",
            Self::LockShorten => "lock-shorten",
            Self::LockOverwrite => "lock-overwrite",
            Self::LockExtend => "lock-extend",
            Self::Hold => "hold",
            Self::HoldOff => "hold-off",
            Self::NoDelete => "no-delete",
            Self::Clock => "clock",
            Self::Rename => "rename",
            Self::Sync => "sync",
            Self::LargeFiles => "large-files",
            Self::Names => "names",
            Self::Case => "case",
            Self::Clean => "clean",
        }
    }
}

/// Whether a store does it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It did.
    Kept,
    /// It did not.
    NotKept,
    /// It could not be found out.
    NotKnown,
}

impl Verdict {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Kept, Self::NotKept, Self::NotKnown];

    /// The word for it, as it is stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::NotKept => "not-kept",
            Self::NotKnown => "not-known",
        }
    }
}

/// Why something is not kept, or not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// The store said so, in words of its own.
    Said,
    /// It did what it should have refused.
    Accepted,
    /// What it gave was something else.
    Other,
    /// What should have stayed was gone.
    Gone,
    /// It refused, and has it under its name all the same.
    There,
    /// It is switched off for the bucket.
    Off,
    /// It hangs on something that was not shown.
    Unasked,
    /// Whoever asks lacks the right, so that a refusal says nothing.
    NoRight,
    /// The time was over before it could be tried.
    Late,
    /// Nothing was to be written.
    DryRun,
    /// Its clock goes otherwise, or is not told.
    Skewed,
    /// Only hidden by a delete marker; the version is there.
    Hidden,
    /// Some of it is left.
    Left,
}

impl Why {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Said,
        Self::Accepted,
        Self::Other,
        Self::Gone,
        Self::There,
        Self::Off,
        Self::Unasked,
        Self::NoRight,
        Self::Late,
        Self::DryRun,
        Self::Skewed,
        Self::Hidden,
        Self::Left,
    ];

    /// The word for it, as it is stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Said => "said",
            Self::Accepted => "accepted",
            Self::Other => "other",
            Self::Gone => "gone",
            Self::There => "there",
            Self::Off => "off",
            Self::Unasked => "unasked",
            Self::NoRight => "no-right",
            Self::Late => "late",
            Self::DryRun => "dry-run",
            Self::Skewed => "skewed",
            Self::Hidden => "hidden",
            Self::Left => "left",
        }
    }
}

/// What was shown of one ability.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// Which one.
    pub ability: Ability,
    /// Whether the store does it.
    pub verdict: Verdict,
    /// Why not, or why nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Why>,
    /// What the store, or the system, said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
}

impl Point {
    /// It is kept.
    pub fn kept(ability: Ability) -> Self {
        Self { ability, verdict: Verdict::Kept, why: None, said: None }
    }

    /// It is not kept.
    pub fn not_kept(ability: Ability, why: Why) -> Self {
        Self { ability, verdict: Verdict::NotKept, why: Some(why), said: None }
    }

    /// Nobody knows.
    pub fn not_known(ability: Ability, why: Why) -> Self {
        Self { ability, verdict: Verdict::NotKnown, why: Some(why), said: None }
    }

    /// With what was said.
    #[must_use]
    pub fn said(mut self, said: impl ToString) -> Self {
        self.said = Some(said.to_string());
        self
    }
}

/// How a version is retained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum LockMode {
    /// Meant to be shortened by nobody. What somebody with more rights than the one who asked can do is not tried.
    Compliance,
    /// Meant to be shortened only by whoever has the right to get round it; that right is not tried.
    Governance,
}

impl LockMode {
    /// The word that S3 has for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Compliance => "COMPLIANCE",
            Self::Governance => "GOVERNANCE",
        }
    }

    /// Reads that word.
    pub fn of(word: &str) -> Option<Self> {
        [Self::Compliance, Self::Governance].into_iter().find(|mode| mode.word() == word)
    }
}

/// Something that the probe made and could not remove.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// The whole key, or the path.
    pub key: String,
    /// Its version, where the store gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The upload in parts that was never ended, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload: Option<String>,
}

/// What a probe has shown of a place for copies, at one time, to one who asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probed {
    /// The version of this form.
    pub v: u32,
    /// Where: `s3://bucket/prefix`, or a directory.
    pub place: String,
    /// Where the store is, where somebody said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// When, by this machine's clock.
    pub at: Time,
    /// Below what the canaries stood.
    pub below: String,
    /// What was shown, each ability once.
    pub points: Vec<Point>,
    /// The mode in which retention was tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<LockMode>,
    /// For how many seconds a canary was retained at first: the shortest that the store took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lock_seconds: Option<u64>,
    /// By how many seconds the store's clock is ahead of this machine's; less than 0 where it is behind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skew_seconds: Option<i64>,
    /// What is left of the canaries.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<Left>,
}

/// What all has to be kept before a lock is worth setting.
const LOCKS: [Ability; 6] = [
    Ability::LockPut,
    Ability::LockRead,
    Ability::LockDelete,
    Ability::LockShorten,
    Ability::LockOverwrite,
    Ability::LockExtend,
];

impl Probed {
    /// What was shown of one ability; not known where nothing was.
    pub fn verdict(&self, ability: Ability) -> Verdict {
        let point = self.points.iter().find(|point| point.ability == ability);
        point.map_or(Verdict::NotKnown, |point| point.verdict)
    }

    /// Whether it was shown that the store does it.
    pub fn proves(&self, ability: Ability) -> bool {
        self.verdict(ability) == Verdict::Kept
    }

    /// The mode in which the store was shown to retain what is put there, in every respect; `None` where it was not.
    pub fn locks(&self) -> Option<LockMode> {
        self.mode.filter(|_| LOCKS.iter().all(|ability| self.proves(*ability)))
    }

    /// What was not shown of all that it takes to lock and to hold, and why.
    pub fn lacks_of_locks(&self) -> impl Iterator<Item = (Ability, Option<Why>)> + '_ {
        let all = LOCKS.into_iter().chain([Ability::Hold, Ability::HoldOff]);
        all.filter(move |ability| !self.proves(*ability)).map(move |ability| {
            let point = self.points.iter().find(|point| point.ability == ability);
            (ability, point.and_then(|point| point.why))
        })
    }

    /// Whether the store was shown to keep legal holds, and to let go of them.
    pub fn holds(&self) -> bool {
        self.proves(Ability::Hold) && self.proves(Ability::HoldOff)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn probed(points: Vec<Point>) -> Probed {
        Probed {
            v: PROBED_VERSION,
            place: "s3://archive/ra".into(),
            endpoint: None,
            at: Time::from_millis(0),
            below: "ra/probe-1".into(),
            points,
            mode: Some(LockMode::Compliance),
            lock_seconds: Some(20),
            skew_seconds: Some(-1),
            left: vec![Left { key: "ra/probe-1/lock".into(), version: Some("v".into()), upload: None }],
        }
    }

    #[test]
    fn the_stored_form_is_frozen() {
        // If this fails, what is kept of earlier probes has changed its meaning. Add a version instead.
        let of =
            probed(vec![Point::kept(Ability::LockPut), Point::not_kept(Ability::Hold, Why::Said).said("no")]);
        let text = r#"{"v":1,"place":"s3://archive/ra","at":"1970-01-01T00:00:00.000Z","below":"ra/probe-1","points":[{"ability":"lock-put","verdict":"kept"},{"ability":"hold","verdict":"not-kept","why":"said","said":"no"}],"mode":"COMPLIANCE","lock_seconds":20,"skew_seconds":-1,"left":[{"key":"ra/probe-1/lock","version":"v"}]}"#;
        assert_eq!(serde_json::to_string(&of).unwrap(), text);
        assert_eq!(serde_json::from_str::<Probed>(text).unwrap(), of);
    }

    #[test]
    fn words_are_those_of_the_stored_form() {
        fn check<T: Serialize + Copy>(all: &[T], word: impl Fn(T) -> &'static str) {
            for one in all {
                assert_eq!(serde_json::to_value(one).unwrap(), word(*one));
            }
        }
        check(Ability::ALL, Ability::word);
        check(Verdict::ALL, Verdict::word);
        check(Why::ALL, Why::word);
        check(&[LockMode::Compliance, LockMode::Governance], LockMode::word);
        assert_eq!(LockMode::of("GOVERNANCE"), Some(LockMode::Governance));
        assert_eq!(LockMode::of("governance"), None);
    }

    #[test]
    fn a_store_locks_only_where_every_part_of_it_was_shown() {
        let all = || LOCKS.iter().map(|ability| Point::kept(*ability)).collect::<Vec<_>>();
        assert_eq!(probed(all()).locks(), Some(LockMode::Compliance));
        for lacking in LOCKS {
            let mut points = all();
            points.retain(|point| point.ability != lacking);
            assert_eq!(probed(points.clone()).locks(), None, "{lacking:?}");
            points.push(Point::not_known(lacking, Why::NoRight));
            assert_eq!(probed(points).locks(), None, "{lacking:?}");
        }
        assert!(!probed(vec![Point::kept(Ability::Hold)]).holds());
        let lacks = |points| probed(points).lacks_of_locks().map(|(ability, _)| ability).collect::<Vec<_>>();
        assert_eq!(lacks(all()), [Ability::Hold, Ability::HoldOff]);
        assert_eq!(lacks(Vec::new()).len(), LOCKS.len() + 2);
    }
}
