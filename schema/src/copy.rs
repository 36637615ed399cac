//! What stands at the target of a copy besides the vault's own files, and in a vault put back from one.
//!
//! `FORMAT.md`, section 17. Each is one line of JSON in one spelling; a state is followed by its digest.

use crate::commit::Commit;
use crate::digest::{B3, FileMark, Sha256};
use crate::id::{TargetId, VaultId};
use crate::time::Time;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Says why bytes are none of these.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CopyError {
    /// Not its JSON, in another spelling, or cut off.
    #[error("it is not whole")]
    Torn,
    /// Of another format.
    #[error("it is of format {0}, which this program does not read")]
    Format(u64),
    /// Whole, and cannot be true.
    #[error("{0}")]
    Untrue(&'static str),
}

/// `COPY.json`: whose copy this is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CopyMark {
    jingui: String,
    v: u32,
    /// The vault.
    pub vault: VaultId,
    /// The target.
    pub target: TargetId,
}

/// Lines of one segment, as a file of the copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Piece {
    /// First seq of the segment.
    pub segment: u64,
    /// First line.
    pub first: u64,
    /// Last line.
    pub last: u64,
    /// Bytes.
    pub size: u64,
    /// BLAKE3.
    pub b3: B3,
}

impl Piece {
    /// Its name below the target.
    pub fn name(&self) -> String {
        format!("journal/{:012}-{:012}.jsonl", self.first, self.last)
    }

    /// Size and digest.
    pub fn mark(&self) -> FileMark {
        FileMark { size: self.size, b3: self.b3 }
    }
}

/// A named file of the vault in a copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedFile {
    /// Path below the vault.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// BLAKE3.
    pub b3: B3,
}

impl NamedFile {
    /// Its name below the target.
    pub fn name(&self) -> String {
        let last = self.path.rsplit('/').next().unwrap_or_default();
        format!("named/{}-{last}", self.b3)
    }

    /// Size and digest.
    pub fn mark(&self) -> FileMark {
        FileMark { size: self.size, b3: self.b3 }
    }
}

/// A state of a copy: what counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CopyState {
    jingui: String,
    v: u32,
    /// The vault.
    pub vault: VaultId,
    /// The target.
    pub target: TargetId,
    /// When it was begun.
    pub at: Time,
    /// Lines.
    pub lines: u64,
    /// SHA-256 of the last of them.
    pub last: Sha256,
    /// RFC 6962 root over them.
    pub root: Sha256,
    /// The journal, in order.
    pub pieces: Vec<Piece>,
    /// Named files and `VAULT.toml`.
    pub named: Vec<NamedFile>,
}

/// `settings/restored.json`: a vault was put back from a copy and has not been taken over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RestoreMark {
    jingui: String,
    v: u32,
    /// The vault.
    pub vault: VaultId,
    /// The target it came from.
    pub target: TargetId,
    /// Lines of the state.
    pub lines: u64,
    /// SHA-256 of the last of them.
    pub last: Sha256,
    /// When the state was made.
    pub at: Time,
}

/// Reads a line, told apart by its first word and version.
pub(crate) fn read<T: DeserializeOwned + Serialize>(text: &str, what: &str) -> Result<T, CopyError> {
    #[derive(Deserialize)]
    struct Head {
        jingui: String,
        v: u64,
    }
    let line = text.strip_suffix('\n').ok_or(CopyError::Torn)?;
    let head: Head = serde_json::from_str(line).map_err(|_| CopyError::Torn)?;
    if head.jingui != what {
        return Err(CopyError::Torn);
    }
    if head.v != u64::from(crate::FORMAT) {
        return Err(CopyError::Format(head.v));
    }
    let read: T = serde_json::from_str(line).map_err(|_| CopyError::Torn)?;
    // One spelling for each: the same name never stands for two different files.
    if to_line(&read) != text { Err(CopyError::Torn) } else { Ok(read) }
}

pub(crate) fn to_line(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("ids, numbers and checked texts always serialise") + "\n"
}

/// Whether a vault has a named file of this path: at its top, in `settings/`, `plans/` or `registers/`, of plain characters.
fn is_named(path: &str) -> bool {
    let below = ["settings/", "plans/", "registers/"].iter().find_map(|below| path.strip_prefix(below));
    let name = below.unwrap_or(path);
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    !name.is_empty() && !name.starts_with('.') && name.chars().all(plain)
}

impl CopyMark {
    /// Of a vault at a target.
    pub fn new(vault: VaultId, target: TargetId) -> Self {
        Self { jingui: "copy".into(), v: crate::FORMAT, vault, target }
    }

    /// Reads the file.
    pub fn parse(text: &str) -> Result<Self, CopyError> {
        read(text, "copy")
    }

    /// The file.
    pub fn to_text(&self) -> String {
        to_line(self)
    }
}

impl RestoreMark {
    /// Of a state.
    pub fn of(state: &CopyState) -> Self {
        let CopyState { vault, target, lines, last, at, .. } = *state;
        Self { jingui: "restored".into(), v: crate::FORMAT, vault, target, lines, last, at }
    }

    /// Reads the file.
    pub fn parse(text: &str) -> Result<Self, CopyError> {
        read(text, "restored")
    }

    /// The file.
    pub fn to_text(&self) -> String {
        to_line(self)
    }
}

impl CopyState {
    /// The state of a target after these lines.
    pub fn new(
        mark: &CopyMark,
        at: Time,
        commit: &Commit,
        pieces: Vec<Piece>,
        named: Vec<NamedFile>,
    ) -> Self {
        let (vault, target) = (mark.vault, mark.target);
        let (lines, last, root) = (commit.lines, commit.last, commit.root);
        Self {
            jingui: "copy-state".into(),
            v: crate::FORMAT,
            vault,
            target,
            at,
            lines,
            last,
            root,
            pieces,
            named,
        }
    }

    /// Its name below the target.
    pub fn name(&self) -> String {
        format!("states/{:012}.json", self.lines)
    }

    /// The lines in the name of a state; `None` for other names.
    pub fn lines_of_name(name: &str) -> Option<u64> {
        let digits = name.strip_suffix(".json")?;
        let lines = digits.parse().ok()?;
        (format!("{lines:012}") == digits).then_some(lines)
    }

    /// Reads the file.
    ///
    /// Errors: [`CopyError::Untrue`] where pieces do not follow each other up to the last line.
    pub fn parse(text: &str) -> Result<Self, CopyError> {
        let sum =
            text.len().checked_sub(65).filter(|at| text.is_char_boundary(*at)).ok_or(CopyError::Torn)?;
        let (line, sum) = text.split_at(sum);
        let bytes = line.strip_suffix('\n').ok_or(CopyError::Torn)?.as_bytes();
        if sum.strip_suffix('\n').and_then(|sum| sum.parse().ok()) != Some(B3::of(bytes)) {
            return Err(CopyError::Torn);
        }
        let state: Self = read(line, "copy-state")?;
        let mut next = 1;
        let mut segment = 0;
        for piece in &state.pieces {
            let begins = piece.segment != segment;
            if piece.first != next || piece.last < piece.first || (begins && piece.segment != piece.first) {
                return Err(CopyError::Untrue("its pieces of the journal do not follow each other"));
            }
            (next, segment) = (piece.last.saturating_add(1), piece.segment);
        }
        if state.lines == 0 || next != state.lines.saturating_add(1) {
            return Err(CopyError::Untrue("its pieces of the journal end at another line"));
        }
        // They become paths below a vault.
        if !state.named.iter().all(|file| is_named(&file.path)) {
            return Err(CopyError::Untrue("it names a file that no vault has"));
        }
        Ok(state)
    }

    /// The file.
    pub fn to_text(&self) -> String {
        let line = to_line(self);
        let sum = B3::of(line.trim_end().as_bytes());
        format!("{line}{sum}\n")
    }

    /// First seq of the segment that holds the last line, and how many bytes of it belong to the state.
    pub fn end(&self) -> (u64, u64) {
        let segment = self.pieces.last().map_or(1, |p| p.segment);
        let bytes = self.pieces.iter().filter(|p| p.segment == segment).map(|p| p.size);
        (segment, bytes.fold(0, u64::saturating_add))
    }

    /// What `commit` says in a vault of these lines.
    pub fn commit(&self) -> Commit {
        let (segment, bytes) = self.end();
        let (vault, lines, last, root) = (self.vault, self.lines, self.last, self.root);
        Commit { v: crate::FORMAT, vault, generation: 1, lines, segment, bytes, last, root }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> CopyState {
        let mark = CopyMark::new(VaultId::from_bytes([3; 16]), TargetId::from_bytes([4; 16]));
        let (last, root) = (Sha256([1; 32]), Sha256([2; 32]));
        let commit = Commit {
            v: crate::FORMAT,
            vault: mark.vault,
            generation: 9,
            lines: 9,
            segment: 5,
            bytes: 30,
            last,
            root,
        };
        let piece = |segment, first, last, size| Piece { segment, first, last, size, b3: B3([7; 32]) };
        let pieces = vec![piece(1, 1, 4, 70), piece(5, 5, 6, 10), piece(5, 7, 9, 20)];
        let named = vec![NamedFile { path: "settings/places.toml".into(), size: 3, b3: B3([8; 32]) }];
        CopyState::new(&mark, "2026-11-26T04:00:00.000Z".parse().unwrap(), &commit, pieces, named)
    }

    #[test]
    fn a_state_is_frozen_in_its_bytes() {
        // If this fails, copies made before cannot be restored any more. Add a version instead.
        let (three, four) = (VaultId::from_bytes([3; 16]), TargetId::from_bytes([4; 16]));
        let (b, c) = ("07".repeat(32), "08".repeat(32));
        let line = format!(
            r#"{{"jingui":"copy-state","v":1,"vault":"{three}","target":"{four}","at":"2026-11-26T04:00:00.000Z","lines":9,"last":"{}","root":"{}","pieces":[{{"segment":1,"first":1,"last":4,"size":70,"b3":"{b}"}},{{"segment":5,"first":5,"last":6,"size":10,"b3":"{b}"}},{{"segment":5,"first":7,"last":9,"size":20,"b3":"{b}"}}],"named":[{{"path":"settings/places.toml","size":3,"b3":"{c}"}}]}}"#,
            "01".repeat(32),
            "02".repeat(32),
        );
        let text = format!("{line}\n{}\n", B3::of(line.as_bytes()));
        assert_eq!(state().to_text(), text);
        assert_eq!(CopyState::parse(&text), Ok(state()));
        assert_eq!(state().name(), "states/000000000009.json");
        assert_eq!(state().pieces[1].name(), "journal/000000000005-000000000006.jsonl");
        assert_eq!(state().named[0].name(), format!("named/{c}-places.toml"));
        assert_eq!(state().commit().bytes, 30);
        let mark = CopyMark::new(three, four);
        let text = format!("{{\"jingui\":\"copy\",\"v\":1,\"vault\":\"{three}\",\"target\":\"{four}\"}}\n");
        assert_eq!(mark.to_text(), text);
        assert_eq!(CopyMark::parse(&text), Ok(mark));
        assert_eq!(RestoreMark::parse(&RestoreMark::of(&state()).to_text()), Ok(RestoreMark::of(&state())));
    }

    #[test]
    fn a_state_that_was_cut_or_changed_anywhere_is_none() {
        let text = state().to_text();
        for at in 0..text.len() {
            assert!(CopyState::parse(&text[..at]).is_err(), "cut at {at}");
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            let changed = String::from_utf8(bytes).unwrap_or_default();
            assert!(CopyState::parse(&changed).is_err(), "changed at {at}");
        }
    }

    #[test]
    fn a_state_that_leads_out_of_the_vault_or_has_a_hole_is_none() {
        let resealed = |change: &dyn Fn(&mut CopyState)| {
            let mut state = state();
            change(&mut state);
            CopyState::parse(&state.to_text())
        };
        assert!(resealed(&|_| {}).is_ok());
        let untrue = |result| assert!(matches!(result, Err(CopyError::Untrue(_))), "{result:?}");
        for path in [
            "../x",
            "/etc/passwd",
            "journal/commit",
            "settings/../x",
            "plans/a/b",
            "covers/x",
            "settings/",
            "",
        ] {
            untrue(resealed(&|s| s.named[0].path = path.into()));
        }
        untrue(resealed(&|s| s.pieces.truncate(2)));
        untrue(resealed(&|s| s.lines += 1));
        untrue(resealed(&|s| s.pieces[1].segment = 4));
        assert_eq!(resealed(&|s| s.v = crate::FORMAT + 1), Err(CopyError::Format(2)));
        assert_eq!(CopyState::lines_of_name("000000000042.json"), Some(42));
        for name in ["42.json", "000000000042", "-00000000042.json", "000000000042.json.part"] {
            assert_eq!(CopyState::lines_of_name(name), None, "{name}");
        }
    }
}
