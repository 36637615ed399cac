//! The vault, its keystore and mirror: what can be said of them without opening a document.
//!
//! Full verification is `verify`'s; here is what a person wants to know before it: can it be written, opened again after
//! a loss, and is it where it should be.

use super::machine::{device, disk, overwriting};
use super::modes::{self, Seen};
use super::{Finding, Place, Severity, bad};
use jingui_schema::digest::FileMark;
use jingui_schema::disposal::Policy;
use jingui_schema::time::Time;
use jingui_vault::catalog::Query;
use jingui_vault::copies::{Advice, CopyAge, copy_age};
use jingui_vault::disposal::seats_text;
use jingui_vault::fs::Kind;
use jingui_vault::state::State;
use jingui_vault::{Error, Exit, Session, Vault};
use std::path::Path;

/// A clock so far behind the newest line is wrong; a little may be a correction.
const BEHIND_SECONDS: i64 = 120;
/// A journal without a new line for so long is unused, or the clock has run ahead.
const AHEAD_SECONDS: i64 = 366 * 24 * 3600;
/// Work under way for longer than this was left by somebody.
const LEFT_SECONDS: i64 = 24 * 3600;
/// Where keystore and mirror are said to be.
const PLACES: &str = "settings/places.toml";

/// What is given to looking.
pub struct Look<'a> {
    /// The vault.
    pub vault: &'a Vault,
    /// Directories that were made when it was opened, for they were not there.
    pub made: &'a [String],
    /// Who asks, if a key was given.
    pub session: Option<&'a Session>,
    /// Whether what can safely be put right is.
    pub fix: bool,
}

/// What was found, and what a bundle wants to know besides.
#[derive(Default)]
pub struct Looked {
    /// Findings.
    pub found: Vec<Finding>,
    /// How many files there are where, as far as was looked: place, files, bytes, whether that is all.
    pub sizes: Vec<(Place, u64, u64, bool)>,
}

impl Looked {
    fn add(&mut self, finding: Finding) {
        self.found.push(finding);
    }
}

/// Looks a vault over.
pub fn look(of: &Look<'_>) -> Looked {
    let mut looked = Looked::default();
    let state = of.vault.state();
    looked.add(opened(of.vault, &state));
    looked.found.extend(read_only(of.vault));
    if state.init.solo {
        looked.add(Finding::new("solo", Severity::Info, Place::Vault));
    }
    looked.add(clock(state.at, of.vault.env().now()));
    directories(of, &mut looked);
    root(Place::Vault, of.vault.layout().root(), of.fix, &mut looked);
    keystore(of, &state, &mut looked);
    people(of.vault, &state, &mut looked);
    mirror(of, &state, &mut looked);
    looked.add(copies(of.vault, &state));
    looked.add(settings(of.vault, &state));
    left_over(of.vault, &mut looked);
    derived(of, &mut looked);
    let open = state.counts.incidents.saturating_sub(state.counts.healed);
    looked.add(disposal(&state));
    looked
        .add(Finding::new("incidents", bad(open > 0, Severity::Warning), Place::Vault).number("count", open));
    looked
}

/// What can be said of a vault that does not open.
pub fn look_unopened(
    dir: &Path,
    keystore: Option<&Path>,
    failure: &crate::failure::Failure,
    fix: bool,
) -> Looked {
    let mut looked = Looked::default();
    let damage = failure.exit() == Exit::Damage;
    let fields = failure.fields();
    let mut finding =
        Finding::new("vault", Severity::Problem, Place::Vault).path(dir).word("state", "closed");
    finding = finding.word("error", failure.code()).damage(damage);
    for (name, value) in fields {
        finding = finding.text(&format!("error-{name}"), value);
    }
    looked.add(finding);
    root(Place::Vault, dir, fix, &mut looked);
    if let Some(keystore) = keystore {
        root(Place::Keystore, keystore, fix, &mut looked);
    }
    looked
}

fn opened(vault: &Vault, state: &State) -> Finding {
    Finding::new("vault", Severity::Ok, Place::Vault)
        .path(vault.layout().root())
        .word("state", "open")
        .number("lines", state.lines)
        .number("records", state.counts.alive())
}

/// Why nothing can be written; whether that is damage is asked of the journal itself.
fn read_only(vault: &Vault) -> Option<Finding> {
    let why = vault.read_only()?;
    let damaged = vault.verify_journal().err().filter(|error| error.exit() == Exit::Damage);
    let state = if damaged.is_some() { "damaged" } else { "read-only" };
    let why = damaged.as_ref().map_or_else(|| why.to_owned(), Error::to_string);
    let finding = Finding::new("read-only", Severity::Problem, Place::Vault).word("state", state);
    Some(finding.text("why", why).damage(damaged.is_some()))
}

/// The host's clock against the newest line: behind it, or further ahead than an archive in use can be.
fn clock(newest: Time, now: Time) -> Finding {
    let ahead = (now.millis() - newest.millis()) / 1000;
    let (severity, state) = match ahead {
        ahead if ahead < -BEHIND_SECONDS => (Severity::Problem, "behind"),
        ahead if ahead > AHEAD_SECONDS => (Severity::Warning, "ahead"),
        _ => (Severity::Ok, "fits"),
    };
    let finding =
        Finding::new("clock", severity, Place::Vault).word("state", state).number("seconds", ahead.abs());
    finding
        .number("days", ahead.abs() / 86_400)
        .text("newest", newest.to_string())
        .text("now", now.to_string())
}

fn directories(of: &Look<'_>, looked: &mut Looked) {
    if !of.made.is_empty() {
        let finding =
            Finding::new("directories", Severity::Info, Place::Vault).number("count", of.made.len());
        looked.add(finding.word("names", of.made.join(", ")).fixed(true));
    }
}

/// A directory tree: its disk, its modes, its owners.
fn root(place: Place, dir: &Path, fix: bool, looked: &mut Looked) {
    if device(dir).is_none() {
        return;
    }
    looked.found.extend(disk(place, dir));
    let Seen { files, bytes, loose, foreign, complete } = modes::look(dir);
    looked.sizes.push((place, files, bytes, complete));
    let fixed = fix && !loose.is_empty() && modes::tighten(&loose).is_ok();
    let mut finding = Finding::new("modes", bad(!loose.is_empty(), Severity::Warning), place)
        .path(dir)
        .number("count", loose.len())
        .word("complete", if complete { "yes" } else { "no" })
        .fixed(fixed);
    if let Some((first, _)) = loose.first() {
        finding = finding.text("first", crate::output::printable_path(first));
    }
    looked.add(finding);
    let ours = std::fs::metadata(dir).is_ok_and(|meta| {
        use std::os::unix::fs::MetadataExt;
        meta.uid() == rustix::process::geteuid().as_raw()
    });
    let wrong = foreign > 0 || !ours;
    let finding =
        Finding::new("owner", bad(wrong, Severity::Warning), place).path(dir).number("count", foreign);
    looked.add(finding.word("ours", if ours { "yes" } else { "no" }));
}

/// The keystore: reachable, complete, on another device; and whether anything leads back in when keys are lost.
fn keystore(of: &Look<'_>, state: &State, looked: &mut Looked) {
    let vault = of.vault;
    let store = match vault.keystore() {
        Ok(store) => store,
        Err(error) => {
            let dir = vault.keystore_dir().map(crate::output::printable_path).unwrap_or_default();
            let finding = Finding::new("keystore", Severity::Problem, Place::Keystore).text("path", dir);
            looked.add(finding.word("state", error.code()).text("why", error.to_string()));
            return;
        }
    };
    let dir = store.dir();
    looked.add(Finding::new("keystore", Severity::Ok, Place::Keystore).path(dir).word("state", "there"));
    root(Place::Keystore, dir, of.fix, looked);
    let same = device(dir).is_some() && device(dir) == device(vault.layout().root());
    looked.add(Finding::new("keystore-device", bad(same, Severity::Warning), Place::Keystore).path(dir));
    let overwriting = overwriting(dir);
    let severity = match overwriting {
        "in-place" => Severity::Ok,
        "unknown" => Severity::Info,
        _ => Severity::Warning,
    };
    let finding = Finding::new("keystore-overwrite", severity, Place::Keystore).path(dir);
    looked.add(finding.word("state", overwriting));
    let log = store.log_key().map(|key| key.verifier_key_text(&state.init.vault) == state.init.log);
    let right = matches!(log, Ok(true));
    let finding = Finding::new("log-key", bad(!right, Severity::Problem), Place::Keystore);
    looked.add(finding.word(
        "state",
        if right {
            "there"
        } else if log.is_ok() {
            "other"
        } else {
            "missing"
        },
    ));
    let (mut missing, mut wanted) = (Vec::new(), 0u64);
    for (number, epoch) in state.live_epochs().filter(|(number, _)| *number >= state.epoch) {
        let copies = store.members(number).unwrap_or_default();
        for (staff, member) in state.staff.iter().filter(|(staff, _)| epoch.members.contains(staff)) {
            if member.holds_epoch_key() {
                wanted += 1;
                if !copies.contains(staff) {
                    missing.push(format!("{number}/{staff}"));
                }
            }
        }
    }
    let finding = Finding::new("key-copies", bad(!missing.is_empty(), Severity::Problem), Place::Keystore);
    let finding = finding.number("count", missing.len()).number("wanted", wanted);
    looked.add(finding.text("list", missing.join(", ")));
    if let Some(waiting) = state.waiting_epoch().filter(|number| *number >= state.epoch) {
        let finding =
            Finding::new("escrow-waiting", Severity::Warning, Place::Keystore).number("epoch", waiting);
        looked.add(finding.path(&store.escrow_path(waiting)));
    }
}

/// What of people and epochs waits for somebody.
fn people(vault: &Vault, state: &State, looked: &mut Looked) {
    let epoch = state.current_epoch();
    let lost = epoch.sheets == 0 && (epoch.escrow.is_none() || !epoch.proved);
    // In a vault for trying out nothing is lost but the trial.
    let severity = if state.init.solo { Severity::Warning } else { Severity::Problem };
    let finding = Finding::new("way-back", bad(lost, severity), Place::Keystore);
    looked.add(
        finding
            .number("sheets", epoch.sheets)
            .word("escrow", if epoch.escrow.is_some() { "yes" } else { "no" }),
    );
    looked.add(Finding::new("leaver", bad(state.rotation_due(), Severity::Problem), Place::Keystore));
    let unfinished = state.rotation_unfinished();
    let finding = Finding::new("rotation", bad(unfinished, Severity::Problem), Place::Keystore);
    looked.add(finding.number("epoch", state.epoch));
    if !state.init.solo {
        let waiting = vault.uncountersigned().len();
        let finding = Finding::new("countersign", bad(waiting > 0, Severity::Warning), Place::Vault);
        looked.add(finding.number("count", waiting));
    }
}

/// The mirror: there, reachable, up to date.
fn mirror(of: &Look<'_>, state: &State, looked: &mut Looked) {
    let vault = of.vault;
    let Some(dir) = vault.mirror_dir() else {
        looked.add(Finding::new("mirror", Severity::Warning, Place::Mirror).word("state", "none"));
        return;
    };
    // A mirror whose disk is away may leave its empty directory behind.
    let there = std::fs::metadata(dir.join("journal/commit")).is_ok();
    let finding = Finding::new("mirror", bad(!there, Severity::Problem), Place::Mirror).path(dir);
    looked.add(finding.word("state", if there { "there" } else { "away" }));
    if !there {
        return;
    }
    root(Place::Mirror, dir, of.fix, looked);
    let same = device(dir).is_some() && device(dir) == device(vault.layout().root());
    looked.add(Finding::new("mirror-device", bad(same, Severity::Warning), Place::Mirror).path(dir));
    if let Some(standing) = vault.mirror() {
        let behind = state.lines.saturating_sub(standing.lines);
        let finding = Finding::new("mirror-lag", bad(behind > 0, Severity::Warning), Place::Mirror).path(dir);
        looked.add(finding.number("lines", behind).text("why", standing.lags.unwrap_or_default()));
    }
}

/// Copies outside this machine: how old the newest verified one is, and whether one was found to be damaged.
fn copies(vault: &Vault, state: &State) -> Finding {
    let CopyAge { newest, days, advice } = copy_age(state, vault.env().now());
    let findings: u64 = state.copies.values().map(|copied| copied.findings).sum();
    let (severity, word) = match (advice, newest) {
        _ if findings > 0 => (Severity::Problem, "damaged"),
        (Advice::Ask, _) => (Severity::Problem, "overdue"),
        (Advice::Warn, None) => (Severity::Warning, "none"),
        (Advice::Warn, Some(_)) => (Severity::Warning, "old"),
        // So few records may still be a trial.
        (Advice::Fine, None) => (Severity::Info, "none"),
        (Advice::Fine, Some(_)) => (Severity::Ok, "fresh"),
    };
    let finding = Finding::new("copies", severity, Place::Vault).word("state", word).number("days", days);
    finding.number("targets", state.copies.len()).number("findings", findings)
}

/// Whether there are people for all that open plans still ask for, and for what a plan made now would.
fn disposal(state: &State) -> Finding {
    let open = state.plans.iter().filter(|(_, plan)| plan.is_open());
    let stuck = open.map(|(id, plan)| (id, state.unmet_of(plan))).filter(|(_, seats)| !seats.is_empty());
    let stuck: Vec<String> = stuck.map(|(id, seats)| format!("{id} ({})", seats_text(&seats))).collect();
    let missing = state.unmet(&state.disposal.slots);
    let (severity, word) = match () {
        () if !stuck.is_empty() => (Severity::Warning, "plans"),
        () if missing.is_empty() => (Severity::Ok, "fits"),
        // Two people have asked for it, so it could be met once.
        () if state.disposal != Policy::default() => (Severity::Warning, "policy"),
        // Nothing may be due for years yet.
        () => (Severity::Info, "people"),
    };
    let text = if stuck.is_empty() { seats_text(&missing) } else { stuck.join("; ") };
    let finding = Finding::new("disposal", severity, Place::Vault).word("state", word);
    finding.number("count", stuck.len()).text("missing", text)
}

fn settings(vault: &Vault, state: &State) -> Finding {
    let bytes = vault.env().fs.read(&vault.layout().path(PLACES), 64 << 10);
    let (severity, word) = match (&bytes, state.files.get(PLACES)) {
        (Err(_), Some(_)) => (Severity::Problem, "missing"),
        (Ok(bytes), Some(mark)) if FileMark::of(bytes) != *mark => (Severity::Problem, "edited"),
        _ => (Severity::Ok, "fits"),
    };
    Finding::new("settings", severity, Place::Vault).path(&vault.layout().path(PLACES)).word("state", word)
}

/// What an act left that did not end, and what was put aside.
fn left_over(vault: &Vault, looked: &mut Looked) {
    let list = |below: &str| vault.env().fs.list(&vault.layout().path(below)).unwrap_or_default();
    let now = vault.env().now().millis() / 1000;
    let old = list("staging").into_iter().filter(|(name, stat)| {
        let spare = name.to_string_lossy().starts_with("spare-");
        !spare && now - stat.changed > LEFT_SECONDS
    });
    let count = old.count();
    let finding = Finding::new("leftovers", bad(count > 0, Severity::Warning), Place::Vault);
    looked.add(finding.number("count", count).path(&vault.layout().path("staging")));
    let aside: Vec<_> = list("quarantine").into_iter().filter(|(_, stat)| stat.kind == Kind::File).collect();
    let oldest = aside.iter().map(|(_, stat)| (now - stat.changed) / 86_400).max().unwrap_or(0);
    let finding = Finding::new("quarantine", bad(!aside.is_empty(), Severity::Info), Place::Vault);
    let finding = finding.number("count", aside.len()).number("days", oldest);
    looked.add(finding.number("bytes", aside.iter().map(|(_, stat)| stat.size).sum::<u64>()));
}

/// What can be made anew: the tree, the catalog.
fn derived(of: &Look<'_>, looked: &mut Looked) {
    let vault = of.vault;
    let tree = vault.layout().path("derived/tree");
    let there = vault.env().fs.stat(&tree).is_ok_and(|stat| stat.is_some());
    let writable = vault.read_only().is_none();
    let fixed = !there && of.fix && writable && vault.rebuild_tree().is_ok();
    let finding = Finding::new("tree", bad(!there && writable, Severity::Warning), Place::Vault).fixed(fixed);
    looked.add(finding.word("state", if there { "there" } else { "missing" }));
    let Some(session) = of.session else {
        looked.add(Finding::new("catalog", Severity::Info, Place::Vault).word("state", "not-asked"));
        return;
    };
    let query = Query { limit: 1, ..Query::default() };
    let finding = match session.list(&query) {
        Ok(_) => Finding::new("catalog", Severity::Ok, Place::Vault).word("state", "answers"),
        // Whoever may not open records cannot say how the catalog is.
        Err(Error::NoCopy { .. } | Error::Role { .. }) => {
            Finding::new("catalog", Severity::Info, Place::Vault).word("state", "not-asked")
        }
        Err(error) => {
            let fixed = of.fix && writable && session.rebuild_catalog().is_ok();
            let finding = Finding::new("catalog", Severity::Problem, Place::Vault).word("state", "fails");
            finding.text("why", error.to_string()).fixed(fixed)
        }
    };
    looked.add(finding);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(newest: &str, now: &str) -> (Severity, String) {
        let finding = clock(newest.parse().unwrap(), now.parse().unwrap());
        (finding.severity, finding.words["state"].clone())
    }

    #[test]
    fn a_clock_behind_the_journal_is_a_problem_and_one_far_ahead_a_warning() {
        let newest = "2026-11-26T00:00:00.000Z";
        assert_eq!(state(newest, "2026-11-25T23:50:00.000Z"), (Severity::Problem, "behind".into()));
        assert_eq!(state(newest, "2026-11-25T23:59:00.000Z"), (Severity::Ok, "fits".into()));
        assert_eq!(state(newest, "2026-12-26T00:00:00.000Z"), (Severity::Ok, "fits".into()));
        assert_eq!(state(newest, "2036-11-26T00:00:00.000Z"), (Severity::Warning, "ahead".into()));
    }
}
