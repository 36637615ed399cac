//! What stands around the files: `commit`, the journal's end, heads, `VAULT.toml`, the keystore.

use super::inventory::Inventory;
use super::report::{Finding, FindingKind, Report, Warning};
use crate::error::Error;
use crate::fs::Kind;
use crate::journal::full;
use crate::keys::keystore::KEYSTORE_FILE_BYTES_MAX;
use crate::layout::{Layout, head_path, segment_path};
use crate::session::Session;
use crate::state::State;
use crate::toml_copy::{self, VAULT_TOML};
use crate::vault::Vault;
use jingui_schema::commit::{Commit, SLOT_BYTES};
use jingui_schema::digest::FileMark;
use jingui_schema::head::{Head, NOTE_BYTES_MAX, SignedHead, VerifierKey};
use jingui_schema::id::By;
use std::collections::HashSet;
use std::time::Duration;

/// A slot may be half written as it is read; so often it is looked at again.
const LOOKS: usize = 5;
const PAUSE: Duration = Duration::from_millis(2);
const COMMIT: &str = "journal/commit";

impl Vault {
    /// Reads both slots of `commit`: the one that counts, and what is wrong with either.
    pub(super) fn commit_slots(&self, layout: &Layout) -> (Option<Commit>, Vec<Finding>) {
        let mut looked = self.commit_once(layout);
        for _ in 1..LOOKS {
            if looked.1.is_empty() {
                break;
            }
            std::thread::sleep(PAUSE);
            looked = self.commit_once(layout);
        }
        looked
    }

    fn commit_once(&self, layout: &Layout) -> (Option<Commit>, Vec<Finding>) {
        let (fs, path) = (&self.env().fs, layout.commit());
        let finding = |detail: &str| Finding::file(COMMIT, FindingKind::Commit, detail);
        if !matches!(fs.stat(&path), Ok(Some(stat)) if stat.kind == Kind::File) {
            return (None, Vec::new()); // found by whoever lists the directory
        }
        let bytes = match fs.read(&path, 2 * SLOT_BYTES as u64) {
            Ok(bytes) if bytes.len() == 2 * SLOT_BYTES => bytes,
            Ok(bytes) => {
                let detail = format!("it has {} bytes, not two slots of {SLOT_BYTES}", bytes.len());
                return (Commit::from_file(&bytes), vec![finding(&detail)]);
            }
            Err(error) => return (None, vec![finding(&error.to_string())]),
        };
        let vault = self.state().init.vault;
        let slots = bytes.chunks(SLOT_BYTES).enumerate();
        let slots: Vec<(bool, Option<Commit>)> = slots
            .map(|(i, slot)| {
                let commit = Commit::from_slot(slot).filter(|c| c.slot() == i && c.vault == vault);
                (commit.is_some() || slot.iter().all(|b| *b == b' '), commit)
            })
            .collect();
        let mut findings = Vec::new();
        for (i, (whole, _)) in slots.iter().enumerate() {
            if !whole {
                findings.push(finding(&format!("slot {i} is not whole")));
            }
        }
        if let [(_, Some(a)), (_, Some(b))] = &slots[..]
            && a.generation.abs_diff(b.generation) != 1
        {
            findings.push(finding("the generations of its slots are not neighbours"));
        }
        if let [(_, Some(a)), (_, Some(b))] = &slots[..]
            && (a.generation < b.generation) != (a.lines <= b.lines)
            && a.lines != b.lines
        {
            findings.push(finding("its newer slot counts fewer lines than the older one"));
        }
        let counts = slots.into_iter().filter_map(|(_, c)| c).max_by_key(|c| c.generation);
        if counts.is_none() && findings.is_empty() {
            findings.push(finding("neither slot is written"));
        }
        (counts, findings)
    }

    /// Looks for bytes behind the last line, where nobody is writing them.
    pub(super) fn journal_end(&self) -> Option<Finding> {
        // Where nothing may be written, lines above `commit` wait for the next opening.
        self.writer().ok()?;
        for _ in 0..LOOKS {
            let before = self.commit_slots(self.layout()).0?;
            let path = self.layout().segment(before.segment);
            let size = self.env().fs.stat(&path).ok()??.size;
            // What was being written before this is counted after it.
            self.frontier().ok()?;
            let after = self.commit_slots(self.layout()).0?;
            if after.lines != before.lines {
                continue;
            }
            let path = segment_path(before.segment);
            return (size != before.bytes).then(|| {
                let detail = format!("{size} bytes where commit counts {}", before.bytes);
                Finding::line(&path, before.lines, FindingKind::Size, &detail)
            });
        }
        None
    }

    pub(super) fn check_toml(
        &self,
        layout: &Layout,
        state: &State,
        damaged: &HashSet<String>,
    ) -> Option<Finding> {
        if damaged.contains(VAULT_TOML) {
            return None;
        }
        let finding =
            |kind, detail: String| Some(Finding { seq: Some(1), ..Finding::file(VAULT_TOML, kind, &detail) });
        match toml_copy::check(self.env(), layout, state) {
            Ok(()) => None,
            Err(Error::Edited { what, .. }) => {
                finding(FindingKind::Edited, format!("it says another {what} than the journal's first line"))
            }
            Err(Error::Io { source, .. }) => finding(FindingKind::Unreadable, source.to_string()),
            Err(error) => finding(FindingKind::Edited, full(&error)),
        }
    }

    /// Checks what the head files say: whose signature, over how many lines, which root.
    pub(super) fn check_heads(
        &self,
        layout: &Layout,
        inventory: &Inventory,
        damaged: &HashSet<String>,
    ) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (head, seq) in &inventory.heads {
            let path = head_path(head.lines);
            if damaged.contains(&path) {
                continue;
            }
            let wrong = match self.read_head(layout, &path) {
                Err(why) => Some(why),
                Ok(read) if (read.size(), read.root()) != (head.lines, &head.root.0) => {
                    Some("it is not over the lines its line names".into())
                }
                Ok(read) if self.state().head_named_at(*seq, head.lines, &head.root) != read => {
                    Some("it is of another log".into())
                }
                Ok(_) => None,
            };
            if let Some(why) = wrong {
                findings.push(Finding::line(&path, *seq, FindingKind::Head, &why));
            }
        }
        findings
    }

    /// Reads a head that the log key of line 1 has signed.
    fn read_head(&self, layout: &Layout, path: &str) -> Result<Head, String> {
        self.read_head_of(layout, path, &self.state().init.log)
    }

    /// The same of the log with this key.
    pub(super) fn read_head_of(&self, layout: &Layout, path: &str, log: &str) -> Result<Head, String> {
        let bytes =
            self.env().fs.read(&layout.path(path), NOTE_BYTES_MAX as u64).map_err(|e| e.to_string())?;
        let text = String::from_utf8(bytes).map_err(|e| e.to_string())?;
        let signed = SignedHead::parse(&text).map_err(|e| full(&e))?;
        let key: VerifierKey = log.parse().map_err(|e| full(&e))?;
        signed.verify(&key).map_err(|e| full(&e))?;
        Ok(signed.head().clone())
    }

    /// Whether a head without a line is what a cut-off signing left: our log's word for our own lines.
    pub(super) fn is_own_head(&self, layout: &Layout, path: &str) -> bool {
        if !path.starts_with("journal/heads/") {
            return false;
        }
        let Ok(head) = self.read_head(layout, path) else { return false };
        let (state, lines) = (self.state(), head.size());
        let known = lines <= state.lines && head_path(lines) == path && state.is_of_our_logs(&head);
        known && self.root_of(lines).is_ok_and(|ours| ours == *head.root())
    }

    /// Looks at the keystore as far as it can be reached: copies, escrow files, the log key.
    pub(super) fn check_keystore(&self, session: Option<&Session>, state: &State, report: &mut Report) {
        let marker = "keystore:KEYSTORE.toml";
        let store = match self.keystore() {
            Ok(store) => store,
            Err(Error::NoKeystore { path }) => {
                return report.warnings.push(Warning::new("keystore", &path, "it cannot be reached"));
            }
            Err(error) => {
                return report.findings.push(Finding::file(marker, FindingKind::Content, &full(&error)));
            }
        };
        let mut findings = Vec::new();
        let mut found = |path: String, kind, detail: &str| findings.push(Finding::file(&path, kind, detail));
        match store.log_key() {
            Ok(key) if key.verifier_key_text(&state.init.vault) == state.init.log => {}
            Ok(_) => found(
                "keystore:log/log.key".into(),
                FindingKind::Content,
                "it is not the key that line 1 names",
            ),
            Err(Error::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
                found(
                    "keystore:log/log.key".into(),
                    FindingKind::Missing,
                    "heads cannot be signed without it",
                );
            }
            Err(error) => found("keystore:log/log.key".into(), FindingKind::Content, &full(&error)),
        }
        let log = self.log_key().ok();
        let is_head = |text: &str| {
            let signed = SignedHead::parse(text).ok();
            signed.zip(log.as_ref()).is_some_and(|(signed, log)| signed.verify(log).is_ok())
        };
        if !store.head().is_ok_and(|text| text.is_none_or(|text| is_head(&text))) {
            let detail = "it is no head that the log key has signed";
            found("keystore:log/head".into(), FindingKind::Content, detail);
        }
        let mut warnings = Vec::new();
        for (number, epoch) in state.live_epochs() {
            let path = |staff| format!("keystore:epochs/{number}/{staff}.age");
            let copies = store.members(number).unwrap_or_default();
            // An older epoch loses its copies before the line that says so.
            let leaving = number < state.epoch || state.is_handed_over();
            // What was cut off may have been overwriting these copies.
            let dying = is_dying(state, number);
            let goes_on = if state.is_handed_over() { "handover finish" } else { "keys rotate" };
            let half = |path: String| {
                let detail = format!("its key was being destroyed; `{goes_on}` goes on with it");
                Warning::new("keystore", &path, &detail)
            };
            for (staff, member) in state.staff.iter().filter(|(staff, _)| epoch.members.contains(staff)) {
                let there = copies.contains(staff);
                if member.holds_epoch_key() && !there && !leaving {
                    found(path(*staff), FindingKind::Missing, "the copy of the epoch key is gone");
                } else if !member.is_active() && there {
                    warnings.push(Warning::new(
                        "keystore",
                        &path(*staff),
                        "a copy of somebody who has left; rotate",
                    ));
                }
            }
            for staff in copies {
                let mine = session.filter(|s| s.by() == By::Staff(staff));
                let file = store.dir().join(format!("epochs/{number}/{staff}.age"));
                let header =
                    self.env().fs.read(&file, KEYSTORE_FILE_BYTES_MAX).map(|b| crate::seal::check_header(&b));
                let opened = mine
                    .map(|s| store.open_epoch(number, staff, s.person().identity(), Some(&epoch.recipient)));
                match (header, opened) {
                    (Err(error), _) => found(path(staff), FindingKind::Unreadable, &error.to_string()),
                    (Ok(Err(_)), _) if dying => warnings.push(half(path(staff))),
                    (Ok(Err(error)), _) => found(path(staff), FindingKind::Sealed, &error.to_string()),
                    (_, Some(Err(error))) => found(path(staff), FindingKind::Sealed, &full(&error)),
                    _ if epoch.members.contains(&staff) => {}
                    _ if state.staff.get(&staff).is_some_and(|m| m.holds_epoch_key()) => {
                        warnings.push(Warning::new(
                            "keystore",
                            &path(staff),
                            "a copy that no line names yet",
                        ));
                    }
                    _ => found(path(staff), FindingKind::Extra, "no line names this copy"),
                }
            }
            if let Some(mark) = epoch.escrow {
                let path = format!("keystore:escrow/{number}.age");
                match self.env().fs.read(&store.escrow_path(number), KEYSTORE_FILE_BYTES_MAX) {
                    Ok(bytes) if FileMark::of(&bytes) == (FileMark { size: mark.size, b3: mark.b3 }) => {}
                    Ok(_) if dying => warnings.push(half(path)),
                    Ok(_) => {
                        found(path, FindingKind::Digest, "it is not the escrow file that its line names")
                    }
                    Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                        warnings.push(Warning::new("keystore", &path, "it is not there; the CA may have it"));
                    }
                    Err(error) => found(path, FindingKind::Unreadable, &error.to_string()),
                }
            }
        }
        for number in store.epochs().unwrap_or_default() {
            if state.epochs.get(&number).is_some_and(|e| e.destroyed.is_some()) {
                let detail = "the journal says that this epoch was destroyed";
                found(format!("keystore:epochs/{number}"), FindingKind::Extra, detail);
            }
        }
        // A rotation that came on meanwhile may have been overwriting the copies of what was live before.
        let now = self.state();
        let superseded = |path: &str| {
            let number =
                path.strip_prefix("keystore:").and_then(|p| p.split(['/', '.']).nth(1)?.parse().ok());
            number.is_some_and(|number| !is_dying(state, number) && is_dying(&now, number))
        };
        report.findings.extend(findings.into_iter().filter(|f| !superseded(&f.path)));
        report.warnings.extend(warnings);
    }
}

/// Whether the key copies of this epoch are to be destroyed: everything is sealed to a newer one, or handed over.
fn is_dying(state: &State, epoch: u32) -> bool {
    state.is_handed_over() || state.epochs.iter().any(|(newer, of)| *newer > epoch && of.verified)
}
