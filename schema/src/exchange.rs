//! What an archive and its CA leave for each other at the target of a copy: names, and what they say.
//!
//! `FORMAT.md`, section 20. Each is put once and never replaced; what is inside is the form of its own page.

use crate::copy::{CopyError, read, to_line};
use crate::digest::B3;
use crate::id::{ActId, TargetId, VaultId};
use crate::time::Time;
use serde::{Deserialize, Serialize};

/// Escrow files of the archive's epochs.
pub const ESCROW: &str = "escrow";
/// What the archive asks of the CA.
pub const FROM_ARCHIVE: &str = "exchange/ra";
/// What the CA answers and orders.
pub const FROM_CA: &str = "exchange/ca";

/// What was sent again.
pub const AGAIN: &str = "again";

/// Where a file is put that was sent again, because the report over so many lines named it.
pub fn again_name(lines: u64, name: &str) -> String {
    format!("{AGAIN}/{lines:012}/{name}")
}

/// The lines of the report that the directory of this name below [`AGAIN`] is for; `None` for other names.
pub fn again_lines(name: &str) -> Option<u64> {
    let lines = name.parse().ok()?;
    (format!("{lines:012}") == name).then_some(lines)
}

/// The name that a file was sent again for; a name that is not below [`AGAIN`] as it is.
pub fn without_again(name: &str) -> &str {
    let below = name.strip_prefix(AGAIN).and_then(|rest| rest.strip_prefix('/'));
    let sent = below.and_then(|below| below.split_once('/'));
    sent.filter(|(lines, _)| again_lines(lines).is_some()).map_or(name, |(_, name)| name)
}

/// An escrow file's name: `escrow/<epoch>-<b3>.age`.
pub fn escrow_name(epoch: u32, b3: B3) -> String {
    format!("{ESCROW}/{epoch}-{b3}.age")
}

/// What a request to countersign is named by; in order, the one that says most is the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Asked {
    /// Lines under the head.
    pub lines: u64,
    /// Lines of the head that the cosigner is believed to have signed last.
    pub old: u64,
}

impl Asked {
    /// Its name below [`FROM_ARCHIVE`]: `<lines>-<old>.request`, twelve digits or more each.
    pub fn file_name(&self) -> String {
        format!("{:012}-{:012}.request", self.lines, self.old)
    }

    /// Reads a name; `None` for those of other things.
    pub fn of_name(name: &str) -> Option<Self> {
        let (lines, old) = name.strip_suffix(".request")?.split_once('-')?;
        let asked = Self { lines: lines.parse().ok()?, old: old.parse().ok()? };
        (asked.file_name() == name).then_some(asked)
    }
}

/// What an answer to a request for a record is named by; what is inside says whether it is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Answered {
    /// The act that asked.
    pub request: ActId,
    /// The file.
    pub b3: B3,
}

impl Answered {
    /// Its name below [`FROM_ARCHIVE`]: `<act>-<b3>.answer`. A second answer to one request has another one.
    pub fn file_name(&self) -> String {
        format!("{}-{}.answer", self.request, self.b3)
    }

    /// Reads a name; `None` for those of other things.
    pub fn of_name(name: &str) -> Option<Self> {
        let (request, b3) = name.strip_suffix(".answer")?.split_once('-')?;
        let answered = Self { request: request.parse().ok()?, b3: b3.parse().ok()? };
        (answered.file_name() == name).then_some(answered)
    }
}

/// What the CA left for the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FromCa {
    /// A signed act to carry out: `<act>.act`.
    Order(ActId),
    /// The answer to a request: `<lines>.cosigned`.
    Cosigned(u64),
    /// What it found when it checked the state of so many lines: `<lines>.report`.
    Report(u64),
    /// The list that the act of a receipt is over: `<act>.receipt`.
    Receipt(ActId),
    /// That documents stay here of records that this vault has taken in: `<vault>.left`.
    Left(VaultId),
}

impl FromCa {
    /// Its name below [`FROM_CA`].
    pub fn file_name(&self) -> String {
        match self {
            Self::Order(act) => format!("{act}.act"),
            Self::Cosigned(lines) => format!("{lines:012}.cosigned"),
            Self::Report(lines) => format!("{lines:012}.report"),
            Self::Receipt(act) => format!("{act}.receipt"),
            Self::Left(taker) => format!("{taker}.left"),
        }
    }

    /// Reads a name; `None` for those of other things.
    pub fn of_name(name: &str) -> Option<Self> {
        let left = match name.rsplit_once('.')? {
            (act, "act") => Self::Order(act.parse().ok()?),
            (lines, "cosigned") => Self::Cosigned(lines.parse().ok()?),
            (lines, "report") => Self::Report(lines.parse().ok()?),
            (act, "receipt") => Self::Receipt(act.parse().ok()?),
            (taker, "left") => Self::Left(taker.parse().ok()?),
            _ => return None,
        };
        (left.file_name() == name).then_some(left)
    }
}

/// Whether a copy may have a file of this name: below the directories that it has, of plain characters.
pub fn is_of_a_copy(name: &str) -> bool {
    const TOPS: &[&str] = &["covers", "bodies", "notes", "journal", "named", ESCROW];
    let plain = |part: &str| {
        (1..=120).contains(&part.len())
            && !part.starts_with('.')
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
    };
    let parts: Vec<&str> = name.split('/').collect();
    (2..=3).contains(&parts.len()) && TOPS.contains(&parts[0]) && parts.iter().all(|part| plain(part))
}

/// What the CA leaves where documents stay of records that it has taken in. Its name alone counts; this is for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftMark {
    jingui: &'static str,
    v: u32,
    /// The archive that had pushed them.
    pub vault: VaultId,
    /// The copy in which they lie.
    pub target: TargetId,
    /// The vault whose documents they are now.
    pub taker: VaultId,
}

impl LeftMark {
    /// Of a copy of an archive, and of who has taken it in.
    pub fn new((vault, target): (VaultId, TargetId), taker: VaultId) -> Self {
        Self { jingui: "left", v: crate::FORMAT, vault, target, taker }
    }

    /// The file; of the same three always the same, so that it can be left once more.
    pub fn to_text(&self) -> String {
        to_line(self)
    }
}

/// What the CA found when it read a state again and opened everything in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    jingui: String,
    v: u32,
    /// The vault.
    pub vault: VaultId,
    /// The target.
    pub target: TargetId,
    /// Lines of the state.
    pub lines: u64,
    /// When it was checked.
    pub at: Time,
    /// Files that were read.
    pub files: u64,
    /// Records there are.
    pub records: u64,
    /// Records that were opened, each document of them, and of which nothing was found.
    pub opened: u64,
    /// What is wanted again.
    pub wanted: Vec<Wanted>,
}

/// A file of a state that did not arrive as it should be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// Its name at the target.
    pub name: String,
    /// What is wrong with it: the word of a finding.
    pub finding: String,
}

impl Report {
    /// Of a state.
    pub fn new(of: (VaultId, TargetId, u64), at: Time, counts: [u64; 3], wanted: Vec<Wanted>) -> Self {
        let ((vault, target, lines), [files, records, opened]) = (of, counts);
        Self {
            jingui: "report".into(),
            v: crate::FORMAT,
            vault,
            target,
            lines,
            at,
            files,
            records,
            opened,
            wanted,
        }
    }

    /// Reads the file.
    ///
    /// Errors: [`CopyError::Untrue`] where it wants what no copy has.
    pub fn parse(text: &str) -> Result<Self, CopyError> {
        let report: Self = read(text, "report")?;
        match report.wanted.iter().all(|wanted| is_of_a_copy(&wanted.name)) {
            true => Ok(report),
            false => Err(CopyError::Untrue("it wants a file that no copy has")),
        }
    }

    /// The file.
    pub fn to_text(&self) -> String {
        to_line(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thing_has_one_name() {
        let asked = Asked { lines: 42, old: 7 };
        assert_eq!(asked.file_name(), "000000000042-000000000007.request");
        assert_eq!(Asked::of_name(&asked.file_name()), Some(asked));
        let act = ActId::from_bytes([5; 16]);
        let answered = Answered { request: act, b3: B3([7; 32]) };
        assert_eq!(answered.file_name(), format!("{act}-{}.answer", "07".repeat(32)));
        assert_eq!(Answered::of_name(&answered.file_name()), Some(answered));
        assert_eq!(
            (Asked::of_name(&answered.file_name()), Answered::of_name(&asked.file_name())),
            (None, None)
        );
        let taker = VaultId::from_bytes([6; 16]);
        let acts = [FromCa::Order(act), FromCa::Receipt(act)];
        for left in acts.into_iter().chain([FromCa::Cosigned(42), FromCa::Report(42), FromCa::Left(taker)]) {
            assert_eq!(FromCa::of_name(&left.file_name()), Some(left));
        }
        assert_eq!(FromCa::Cosigned(42).file_name(), "000000000042.cosigned");
        assert_eq!(FromCa::Left(taker).file_name(), format!("{taker}.left"));
        let target = TargetId::from_bytes([7; 16]);
        let left = format!(
            "{{\"jingui\":\"left\",\"v\":1,\"vault\":\"{taker}\",\"target\":\"{target}\",\"taker\":\"{taker}\"}}\n"
        );
        assert_eq!(LeftMark::new((taker, target), taker).to_text(), left);
        assert_eq!(escrow_name(3, B3([7; 32])), format!("escrow/3-{}.age", "07".repeat(32)));
    }

    #[test]
    fn other_names_are_none() {
        for name in
            ["", "42-7.request", "000000000042.request", "000000000042-+00000000007.request", "x.request"]
        {
            assert_eq!(Asked::of_name(name), None, "{name}");
        }
        for name in ["42.cosigned", "000000000042.cosigned.part", "letter.act", ".act", "000000000042"] {
            assert_eq!(FromCa::of_name(name), None, "{name}");
        }
    }

    #[test]
    fn a_report_is_frozen_in_its_bytes() {
        let (three, four) = (VaultId::from_bytes([3; 16]), TargetId::from_bytes([4; 16]));
        let wanted = vec![Wanted { name: "bodies/000000/x".into(), finding: "digest".into() }];
        let at = "2026-11-27T04:00:00.000Z".parse().unwrap();
        let report = Report::new((three, four, 9), at, [7, 2, 1], wanted);
        let text = format!(
            r#"{{"jingui":"report","v":1,"vault":"{three}","target":"{four}","lines":9,"at":"2026-11-27T04:00:00.000Z","files":7,"records":2,"opened":1,"wanted":[{{"name":"bodies/000000/x","finding":"digest"}}]}}"#
        ) + "\n";
        assert_eq!(report.to_text(), text);
        assert_eq!(Report::parse(&text), Ok(report));
        for at in 0..text.len() {
            assert!(Report::parse(&text[..at]).is_err(), "cut at {at}");
        }
        assert_eq!(again_name(9, "bodies/000000/x"), "again/000000000009/bodies/000000/x");
        assert_eq!(["000000000009", "9", "x", ""].map(again_lines), [Some(9), None, None, None]);
        for (name, expected) in [
            ("again/000000000009/bodies/000000/x", "bodies/000000/x"),
            ("again/9/bodies/000000/x", "again/9/bodies/000000/x"),
            ("bodies/000000/x", "bodies/000000/x"),
            ("again", "again"),
        ] {
            assert_eq!(without_again(name), expected);
        }
        for name in ["../x", "bodies/../x", "states/1.json", "COPY.json", "bodies", "bodies/x y", "named/.x"]
        {
            let wanted = vec![Wanted { name: name.into(), finding: "digest".into() }];
            let report = Report::new((three, four, 9), at, [7, 2, 1], wanted);
            assert!(matches!(Report::parse(&report.to_text()), Err(CopyError::Untrue(_))), "{name}");
        }
    }

    #[test]
    fn the_request_that_says_most_is_the_last() {
        let asked = |lines, old| Asked { lines, old };
        assert!(asked(9, 0) < asked(42, 7) && asked(42, 7) < asked(42, 9));
    }
}
