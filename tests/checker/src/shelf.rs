//! The directory: what has to be there is, as it was, and nothing else. FORMAT.md sections 2 and 10.

use crate::Findings;
use crate::json::{Json, is_place};
use crate::ledger::{Ledger, Named, signed};
use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Directories whose content is nobody's promise.
const LOOSE: [&str; 4] = ["staging", "quarantine", "run", "derived"];

/// Compares what lies in a directory with what the journal names; what is `allowed` may be there but need not.
pub fn check(
    dir: &Path,
    segments: &[String],
    expected: &BTreeMap<String, Named>,
    allowed: &BTreeSet<String>,
    findings: &mut Findings,
) {
    let mut there = BTreeSet::new();
    walk(dir, "", &mut there, findings);
    let plain = ["VAULT.toml", "journal/commit"].map(str::to_owned);
    for path in plain.iter().chain(segments).chain(expected.keys()) {
        if !there.remove(path) {
            findings.add(path, "is missing");
        } else if let Some(named) = expected.get(path)
            && let Err(why) = compare(&dir.join(path), named)
        {
            findings.add(path, why);
        }
    }
    for path in there.iter().filter(|path| !allowed.contains(*path)) {
        // What a write that was cut off leaves beside its place, and an empty segment that no line came into.
        let known = |whole| plain.iter().chain(segments).any(|p| p == whole) || expected.contains_key(whole);
        let leftover = path.strip_suffix(".part").is_some_and(known);
        // Section 19: beside a body that is there, or may be.
        let body = path.strip_suffix(".part").unwrap_or(path).strip_prefix("text/");
        let body = body.and_then(|name| name.strip_suffix(".txt.zst.age"));
        let text = body
            .map(|name| format!("bodies/{name}.tar.zst.age"))
            .is_some_and(|body| expected.contains_key(&body) || allowed.contains(&body));
        let segment = path.starts_with("journal/") && path.ends_with(".jsonl");
        let empty = segment && fs::metadata(dir.join(path)).is_ok_and(|meta| meta.len() == 0);
        // Section 17: put back from a copy, and not taken over yet.
        let restored = path == "settings/restored.json";
        if !leftover && !text && !empty && !restored {
            findings.add(path, "is named by no line");
        }
    }
}

/// Notes all regular files below; everything that is neither one nor a directory is a finding.
fn walk(dir: &Path, below: &str, there: &mut BTreeSet<String>, findings: &mut Findings) {
    let entries = match fs::read_dir(dir.join(below)) {
        Ok(entries) => entries,
        Err(error) => return findings.add(below, format!("cannot be read: {error}")),
    };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if below.is_empty() { name } else { format!("{below}/{name}") };
        match entry.file_type() {
            Ok(kind) if kind.is_file() => drop(there.insert(path)),
            Ok(kind) if kind.is_dir() && LOOSE.contains(&path.as_str()) => {}
            Ok(kind) if kind.is_dir() => {
                if !is_directory(&path) {
                    findings.add(&path, "does not belong here");
                }
                walk(dir, &path, there, findings);
            }
            // The path is as good as missing, so that what a link leads to is never taken for it.
            _ => findings.add(&path, "is neither a file nor a directory"),
        }
    }
}

fn is_directory(path: &str) -> bool {
    match path.split_once('/') {
        None => {
            ["journal", "covers", "bodies", "notes", "text", "plans", "registers", "settings"].contains(&path)
        }
        Some(("covers" | "bodies" | "notes" | "text", below)) => is_place(below),
        Some(_) => path == "journal/heads",
    }
}

/// Compares a file with the size and digest that the journal has.
pub fn compare(path: &Path, named: &Named) -> Result<(), String> {
    let mut hasher = blake3::Hasher::new();
    let read = File::open(path).and_then(|mut file| io::copy(&mut file, &mut hasher));
    match read.map_err(|e| format!("cannot be read: {e}"))? {
        size if size != named.size => Err(format!("has {size} bytes, the journal says {}", named.size)),
        _ if hasher.finalize().to_hex().as_str() != named.b3 => {
            Err("has other bytes than the journal says".into())
        }
        _ => Ok(()),
    }
}

/// `VAULT.toml` has to say what line 1 says.
pub fn check_vault_toml(dir: &Path, ledger: &Ledger, findings: &mut Findings) {
    let path = "VAULT.toml";
    let (Ok(bytes), Some((init, at))) = (fs::read(dir.join(path)), &ledger.init) else { return };
    let Some(table) = String::from_utf8(bytes).ok().and_then(|text| text.parse::<toml::Table>().ok()) else {
        return findings.add(path, "is not TOML");
    };
    let same = ["format", "suite", "vault", "ra", "fonds", "solo", "log", "authority"].map(|key| (key, key));
    let pairs = same.into_iter().chain([("ca_recipient", "ca")]);
    let mut wanted: BTreeMap<&str, String> =
        pairs.filter_map(|(key, in_line)| Some((key, init.get(in_line)?.text()))).collect();
    wanted.insert("created", Json::Text(at.clone()).text());
    for (key, value) in &table {
        // An inline table comes in the order of the alphabet, which is also that of the authority's keys in line 1.
        if wanted.remove(key.as_str()) != serde_json::to_string(value).ok() {
            findings.add(path, format!("{key} is not what line 1 says"));
        }
    }
    wanted.keys().for_each(|key| findings.add(path, format!("{key} is missing")));
}

/// Each head has to be a checkpoint of its root, signed with the log key.
pub fn check_heads(dir: &Path, ledger: &Ledger, findings: &mut Findings) {
    let log = ledger.init.as_ref().and_then(|(init, _)| log_key(init.str("log"), &ledger.vault));
    for (path, _, _, body) in &ledger.heads {
        let Ok(bytes) = fs::read(dir.join(path)) else { continue };
        let text = String::from_utf8(bytes).unwrap_or_default();
        if signed_head(&text, &ledger.vault, log.as_ref()) != Some((body.as_str(), "")) {
            findings.add(path, "is not the head that its line names, signed with the log key");
        }
    }
}

/// What a head says that the log key has signed, and the lines of others below that signature.
pub fn signed_head<'t>(
    text: &'t str,
    vault: &str,
    log: Option<&(String, [u8; 4])>,
) -> Option<(&'t str, &'t str)> {
    let (body, signatures) = text.split_at_checked(text.find("\n\n")? + 1)?;
    let (first, rest) = signatures.strip_prefix('\n')?.split_once('\n')?;
    let signature = STANDARD.decode(first.strip_prefix(&format!("\u{2014} jingui/{vault} "))?).ok()?;
    let (key, id) = log?;
    signed(key, body.as_bytes(), &hex::encode(signature.strip_prefix(id)?)).then_some((body, rest))
}

/// The log's public key in hex and its key id, out of a C2SP verifier key `<name>+<id>+<key>`.
pub fn log_key(log: &str, vault: &str) -> Option<(String, [u8; 4])> {
    let (id, key) = log.strip_prefix(&format!("jingui/{vault}+"))?.split_once('+')?;
    let key = STANDARD.decode(key).ok()?;
    let public = key.strip_prefix(&[1]).filter(|public| public.len() == 32)?;
    let digest = Sha256::digest([format!("jingui/{vault}\n").as_bytes(), &key].concat());
    let own = *digest.first_chunk()?;
    (hex::encode(own) == id).then(|| (hex::encode(public), own))
}
