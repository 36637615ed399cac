//! The bundle: what somebody who helps wants to know of a vault, and nothing of whom it is about.
//!
//! Versions, codes, numbers and words of closed lists only. Paths, names, labels, reasons, errors in words and ids stay.

use super::Finding;
use super::vault::Looked;
use jingui_schema::line::Tip;
use jingui_vault::env::Env;
use jingui_vault::state::State;
use jingui_vault::{Notice, Vault};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Level of compression; a bundle is small.
const LEVEL: i32 = 9;

/// What a vault that is open adds.
pub struct OfVault {
    /// Counts of the state.
    pub counts: Value,
    /// How many lines of each kind, and of which day the first and the last is.
    pub journal: Value,
}

impl OfVault {
    /// Counts a vault's lines, as far as they can be read; `each` is asked now and then whether to go on, with the lines
    /// so far.
    ///
    /// Errors: what `each` says.
    pub fn of<E>(vault: &Vault, each: &mut dyn FnMut(u64) -> Result<(), E>) -> Result<Self, E> {
        let state = vault.state();
        let mut kinds: BTreeMap<String, u64> = BTreeMap::new();
        let mut seen = 0u64;
        let lines = vault.lines_after(Tip::START);
        let mut damaged = lines.is_err();
        for item in lines.into_iter().flatten() {
            let Ok((line, _)) = item else {
                damaged = true;
                break;
            };
            *kinds.entry(line.act.deed.kind().to_owned()).or_default() += 1;
            seen += 1;
            if seen.is_multiple_of(4096) {
                each(seen)?;
            }
        }
        let journal = json!({
            "lines": seen,
            "stopped_at_damage": damaged,
            "kinds": kinds,
            "first_day": state.created.day().to_string(),
            "last_day": state.at.day().to_string(),
        });
        Ok(Self { counts: counts(vault, &state), journal })
    }
}

fn counts(vault: &Vault, state: &State) -> Value {
    let mut roles: BTreeMap<&str, u64> = BTreeMap::new();
    for member in state.staff.values().filter(|member| member.is_active()) {
        for role in &member.roles {
            *roles.entry(role.word()).or_default() += 1;
        }
    }
    let destroyed = state.epochs.values().filter(|epoch| epoch.destroyed.is_some()).count();
    json!({
        "solo": state.init.solo,
        "authority": state.init.authority.is_some(),
        "read_only": vault.read_only().is_some(),
        "mirror": vault.mirror_dir().is_some(),
        "copies": state.copies.len(),
        "keystore_reachable": vault.keystore().is_ok(),
        "lines": state.lines,
        "records": state.counts.alive(),
        "filings": state.counts.filings,
        "documents": state.counts.documents,
        "body_bytes": state.counts.body_bytes,
        "openings": state.counts.openings,
        "incidents": state.counts.incidents,
        "healed": state.counts.healed,
        "epoch": state.epoch,
        "epochs": state.epochs.len(),
        "epochs_destroyed": destroyed,
        "people_active": state.staff.values().filter(|member| member.is_active()).count(),
        "people_by_role": roles,
        "head_lines": state.head.map(|head| head.lines),
    })
}

/// Makes the bundle: a `.tar.zst` of a few small files.
///
/// - `about`: what it is, for whoever opens it.
pub fn make(
    env: &Env,
    about: &str,
    found: &[Finding],
    looked: &Looked,
    notices: &[Notice],
    vault: Option<&OfVault>,
) -> io::Result<Vec<u8>> {
    let versions = json!({
        "jingui": env!("CARGO_PKG_VERSION"),
        "format": jingui_schema::FORMAT,
        "made_day": env.now().day().to_string(),
        "system": std::env::consts::OS,
        "machine": std::env::consts::ARCH,
        "kernel": plain_file("/proc/sys/kernel/osrelease"),
        "distribution": distribution(),
    });
    let told: Vec<Value> = (found.iter())
        .map(|finding| {
            json!({
                "code": finding.code,
                "severity": finding.severity.word(),
                "place": finding.place.word(),
                "damage": finding.damage,
                "fixed": finding.fixed,
                "numbers": finding.numbers,
                "words": finding.words,
            })
        })
        .collect();
    let sizes: Vec<Value> = (looked.sizes.iter())
        .map(|(place, files, bytes, all)| json!({"place": place.word(), "files": files, "bytes": bytes, "all": all}))
        .collect();
    let mut codes: BTreeMap<&str, u64> = BTreeMap::new();
    notices.iter().for_each(|notice| *codes.entry(notice.code).or_default() += 1);
    let mut files = vec![
        ("about.txt", about.to_owned()),
        ("versions.json", pretty(&versions)),
        ("findings.json", pretty(&Value::from(told))),
        ("sizes.json", pretty(&Value::from(sizes))),
        ("notices.json", pretty(&json!(codes))),
    ];
    if let Some(vault) = vault {
        files.push(("counts.json", pretty(&vault.counts)));
        files.push(("journal.json", pretty(&vault.journal)));
    }
    let mut archive = tar::Builder::new(zstd::Encoder::new(Vec::new(), LEVEL)?);
    for (name, text) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(text.len() as u64);
        header.set_mode(0o600);
        header.set_mtime(0);
        archive.append_data(&mut header, format!("jingui-doctor/{name}"), text.as_bytes())?;
    }
    let mut encoder = archive.into_inner()?;
    encoder.flush()?;
    encoder.finish()
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

fn plain_file(path: &str) -> String {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().next().unwrap_or_default().chars().take(80).collect()
}

/// The distribution's own name and version.
fn distribution() -> String {
    let text = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    let name = text.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    name.unwrap_or_default().trim_matches('"').chars().take(80).collect()
}
