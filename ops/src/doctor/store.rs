//! What was found out of a place for copies, as findings.

use super::{Finding, Place, Severity};
use crate::failure::Failure;
use jingui_sync::{Ability, Left, Point, Probed, Verdict};

/// The code of the finding of an ability.
pub fn code(ability: Ability) -> String {
    match ability {
        // It is no promise of the store's, but a right that should not be there.
        Ability::NoDelete => "can-delete".to_owned(),
        other => format!("store-{}", other.word()),
    }
}

/// One finding for the whole, one for each point.
pub fn findings(probed: &Probed) -> Vec<Finding> {
    let count = |verdict| probed.points.iter().filter(|point| point.verdict == verdict).count();
    let whole = Finding::new("store", Severity::Ok, Place::Store)
        .word("state", "probed")
        .word("locks", probed.locks().map_or("none", |mode| mode.word()))
        .number("kept", count(Verdict::Kept))
        .number("not_kept", count(Verdict::NotKept))
        .number("not_known", count(Verdict::NotKnown))
        .text("path", &*probed.place);
    std::iter::once(whole).chain(probed.points.iter().map(|point| of_point(point, probed))).collect()
}

fn of_point(point: &Point, probed: &Probed) -> Finding {
    let mut finding = Finding::new(&code(point.ability), severity(point, probed), Place::Store)
        .word("verdict", point.verdict.word())
        .word("why", point.why.map_or("none", |why| why.word()))
        .text("said", point.said.clone().unwrap_or_default());
    match point.ability {
        Ability::LockPut => {
            // A time that was over too soon has no length worth telling.
            let mode = probed.mode.filter(|_| probed.lock_seconds.is_some());
            finding = finding.word("mode", mode.map_or("none", |mode| mode.word()));
            finding = finding.number("seconds", probed.lock_seconds.unwrap_or(0));
        }
        Ability::Clock => finding = finding.number("seconds", probed.skew_seconds.unwrap_or(0)),
        Ability::Clean => {
            let list: Vec<String> = probed.left.iter().map(named).collect();
            finding = finding.number("count", list.len()).text("list", list.join(", "));
        }
        _ => {}
    }
    finding
}

/// What is left, as a person would name it to a tool of the store.
fn named(left: &Left) -> String {
    let version = left.version.as_ref().map(|version| format!("?versionId={version}"));
    let upload = left.upload.as_ref().map(|upload| format!("?uploadId={upload}"));
    format!("{}{}", left.key, version.or(upload).unwrap_or_default())
}

/// How bad it is that something is not kept: the vault goes by its own rules, so that what only a second wall would do is
/// no problem as long as nobody says that it stands.
fn severity(point: &Point, probed: &Probed) -> Severity {
    match point.verdict {
        Verdict::Kept => return Severity::Ok,
        Verdict::NotKnown => return Severity::Info,
        Verdict::NotKept => {}
    }
    match point.ability {
        Ability::List
        | Ability::Write
        | Ability::Read
        | Ability::Head
        | Ability::Range
        | Ability::Rename
        | Ability::Sync => Severity::Problem,
        Ability::Versions => match probed.proves(Ability::Versioning) {
            true => Severity::Problem,
            false => Severity::Info,
        },
        Ability::LockPut
        | Ability::LockRead
        | Ability::LockDelete
        | Ability::LockShorten
        | Ability::LockOverwrite
        | Ability::LockExtend
        | Ability::Hold
        | Ability::HoldOff => match probed.proves(Ability::Lock) {
            true => Severity::Problem,
            false => Severity::Warning,
        },
        Ability::Lock | Ability::Case => Severity::Info,
        // Whoever may delete nothing leaves everything.
        Ability::Clean => match probed.proves(Ability::NoDelete) {
            true => Severity::Info,
            false => Severity::Warning,
        },
        Ability::Condition
        | Ability::ConditionParts
        | Ability::Checksum
        | Ability::ChecksumParts
        | Ability::Versioning
        | Ability::NoDelete
        | Ability::Clock
        | Ability::LargeFiles
        | Ability::Names => Severity::Warning,
    }
}

/// A place that could not be looked at at all; it says why in the words of the error itself.
///
/// - `below`: where canaries may be left; empty where none can.
pub fn unreached(place: &str, below: &str, failure: &Failure) -> Finding {
    let finding = Finding::new("store", Severity::Problem, Place::Store)
        .word("state", "unreached")
        .word("left", if below.is_empty() { "no" } else { "yes" })
        .word("error", failure.code())
        .number("exit", failure.exit() as u8)
        .text("path", place)
        .text("below", below);
    failure
        .fields()
        .into_iter()
        .fold(finding, |finding, (name, value)| finding.text(&format!("error-{name}"), value))
}

#[cfg(test)]
mod tests {
    use super::super::CODES;
    use super::*;
    use jingui_schema::time::Time;
    use jingui_sync::{PROBED_VERSION, Why};

    fn probed(points: Vec<Point>) -> Probed {
        Probed {
            v: PROBED_VERSION,
            place: "s3://archive/ra".into(),
            endpoint: None,
            at: Time::from_millis(0),
            below: "ra/probe-1".into(),
            points,
            mode: None,
            lock_seconds: None,
            skew_seconds: None,
            left: vec![Left { key: "ra/probe-1/a".into(), version: Some("v1".into()), upload: None }],
        }
    }

    #[test]
    fn every_ability_has_a_code() {
        for ability in Ability::ALL {
            assert!(CODES.contains(&&*code(*ability)), "{}", code(*ability));
        }
    }

    #[test]
    fn a_lock_that_does_not_lock_is_a_problem_and_none_at_all_is_not() {
        let severity_of = |points: Vec<Point>, of: &str| {
            let found = findings(&probed(points));
            found.iter().find(|finding| finding.code == of).unwrap().severity
        };
        let broken = Point::not_kept(Ability::LockDelete, Why::Accepted);
        let on = vec![Point::kept(Ability::Lock), broken.clone()];
        assert_eq!(severity_of(on, "store-lock-delete"), Severity::Problem);
        assert_eq!(severity_of(vec![broken], "store-lock-delete"), Severity::Warning);
        let off = Point::not_kept(Ability::Lock, Why::Off);
        assert_eq!(severity_of(vec![off], "store-lock"), Severity::Info);
        let may = Point::not_kept(Ability::NoDelete, Why::Accepted);
        assert_eq!(severity_of(vec![may], "can-delete"), Severity::Warning);
    }

    #[test]
    fn what_is_left_is_named_with_its_version() {
        let found = findings(&probed(vec![Point::not_kept(Ability::Clean, Why::Left)]));
        let left = found.iter().find(|finding| finding.code == "store-clean").unwrap();
        assert_eq!(left.texts["list"], "ra/probe-1/a?versionId=v1");
    }
}
