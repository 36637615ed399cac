//! A certificate of destruction: its words, and the folder that proves it with public keys alone.
//!
//! Knows the shape of certificates, not how they come about.

use crate::failure::{Doing, Problem, Result};
use crate::messages::{Lang, Messages, Value};
use crate::output::printable_path;
use jingui_schema::disposal::Signed;
use jingui_schema::id::PlanId;
use jingui_vault::Vault;
use jingui_vault::env::Env;
use jingui_vault::layout::{plan_path, register_path};
use serde::Serialize;
use std::path::Path;

/// Bytes of a plan or register that are copied into the folder, at most.
const FILE_BYTES_MAX: u64 = jingui_schema::disposal::PLAN_BYTES_MAX;

/// What is said of one plan that was carried out.
#[derive(Clone, Debug, Serialize)]
pub struct Certificate {
    /// The plan.
    pub plan: String,
    /// The RA.
    pub ra: String,
    /// Its fonds.
    pub fonds: String,
    /// The vault.
    pub vault: String,
    /// When this was said.
    pub made: String,
    /// SHA-256 of the plan, which was signed before.
    pub plan_sha256: String,
    /// SHA-256 of the register, which is signed after.
    pub register_sha256: String,
    /// Records destroyed.
    pub destroyed: u64,
    /// Records left.
    pub left: u64,
    /// When the first was destroyed.
    pub first: Option<String>,
    /// When the last was destroyed.
    pub last: Option<String>,
    /// Who signed what, by line.
    pub signed: Vec<Signed>,
    /// Witnesses of the register: who, when, in which line.
    pub attested: Vec<(String, String, u64)>,
    /// Whether no key is left by which an old copy could be opened.
    pub sealed: bool,
    /// Who has such a key.
    pub openable_by: Vec<Holder>,
    /// Bodies of what was destroyed that lie where another archive had put them: openable by whoever has the keys that were
    /// escrowed for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub still_there: Vec<StillThere>,
    /// Answers with its documents that the CA was given, by their names at a target: openable by whoever they are sealed to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<String>,
    /// Copies that may hold what was destroyed, sealed.
    pub copies: Vec<Copy>,
}

/// Who holds a key of an epoch.
#[derive(Clone, Debug, Serialize)]
pub struct Holder {
    /// The epoch.
    pub epoch: u32,
    /// Staff numbers.
    pub people: Vec<String>,
    /// Copies on paper.
    pub sheets: u32,
    /// Whether the CA has one.
    pub ca: bool,
}

/// Sealed bodies that nothing here opens any more, in a copy of another archive.
#[derive(Clone, Debug, Serialize)]
pub struct StillThere {
    /// The copy.
    pub target: String,
    /// Their names there.
    pub names: Vec<String>,
}

/// A copy of the vault elsewhere.
#[derive(Clone, Debug, Serialize)]
pub struct Copy {
    /// Its target.
    pub target: String,
    /// Whether it is away from this machine.
    pub outside: bool,
    /// When its newest state was made.
    pub newest: String,
}

/// The certificate in words, line by line.
pub fn text(certificate: &Certificate, lang: Lang) -> Vec<String> {
    let messages = Messages::for_lang(lang);
    let say = |key: &str, values: &[(&str, Value<'_>)]| messages.text(key, values);
    let Certificate { plan, ra, fonds, destroyed, left, .. } = certificate;
    let owned = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".into());
    let mut lines = vec![
        say("certificate-title", &[]),
        say("certificate-of", &[("ra", ra.clone().into()), ("fonds", fonds.clone().into())]),
        say("certificate-plan", &[("plan", plan.clone().into())]),
        say("certificate-counts", &[("destroyed", (*destroyed).into()), ("left", (*left).into())]),
        say(
            "certificate-when",
            &[("first", owned(&certificate.first).into()), ("last", owned(&certificate.last).into())],
        ),
        say("certificate-plan-digest", &[("sha256", certificate.plan_sha256.clone().into())]),
        say("certificate-register-digest", &[("sha256", certificate.register_sha256.clone().into())]),
    ];
    for signed in &certificate.signed {
        let what = messages.word("signed", &signed.what);
        let values = [
            ("what", what.into()),
            ("by", signed.by.to_string().into()),
            ("at", signed.at.to_string().into()),
            ("seq", signed.seq.into()),
        ];
        lines.push(say("certificate-signed", &values));
    }
    for (by, at, seq) in &certificate.attested {
        let what = messages.word("signed", &"attest");
        let values = [
            ("what", what.into()),
            ("by", by.clone().into()),
            ("at", at.clone().into()),
            ("seq", (*seq).into()),
        ];
        lines.push(say("certificate-signed", &values));
    }
    lines.push(say("certificate-erased", &[]));
    if certificate.sealed {
        lines.push(say("certificate-sealed", &[]));
    }
    if !certificate.openable_by.is_empty() {
        lines.push(say("certificate-openable", &[]));
        for holder in &certificate.openable_by {
            let values = [
                ("epoch", holder.epoch.into()),
                ("people", holder.people.join(", ").into()),
                ("count", holder.people.len().into()),
                ("sheets", holder.sheets.into()),
                ("ca", if holder.ca { "yes" } else { "no" }.into()),
            ];
            lines.push(say("certificate-holder", &values));
        }
        for copy in &certificate.copies {
            let values = [("target", copy.target.clone().into()), ("newest", copy.newest.clone().into())];
            lines.push(say("certificate-copy", &values));
        }
    }
    for StillThere { target, names } in &certificate.still_there {
        let values = [("target", target.clone().into()), ("count", names.len().into())];
        lines.push(say("certificate-still-there", &values));
        lines.extend(names.iter().cloned());
    }
    if !certificate.answers.is_empty() {
        lines.push(say("certificate-answers", &[("count", certificate.answers.len().into())]));
        lines.extend(certificate.answers.iter().cloned());
    }
    lines
}

/// Writes the folder, which must not exist yet.
///
/// - Shape: the certificate as JSON and in both languages; plan and register; every line that they rest on, with its path
///   under a head signed now; `check.sh`, which checks all of it with stock tools.
/// - Errors: [`Problem::Exists`].
pub fn write(env: &Env, vault: &Vault, id: PlanId, certificate: &Certificate, dir: &Path) -> Result<()> {
    if !env.fs.create_dir(dir).doing("create", dir)? {
        return Err(Problem::Exists { path: printable_path(dir) }.into());
    }
    let put = |name: &str, bytes: &[u8]| -> Result<()> {
        let path = dir.join(name);
        env.fs.write_new(&path, bytes).doing("write", &path)
    };
    for (name, below) in [("plan.jsonl", plan_path(id)), ("register.jsonl", register_path(id))] {
        let path = vault.layout().path(&below);
        put(name, &env.fs.read(&path, FILE_BYTES_MAX).doing("read", &path)?)?;
    }
    let json = serde_json::to_string_pretty(certificate).expect("a certificate is plain data") + "\n";
    put("certificate.json", json.as_bytes())?;
    for lang in Lang::ALL {
        let name = format!("certificate.{}.txt", lang.word());
        put(&name, (text(certificate, *lang).join("\n") + "\n").as_bytes())?;
    }
    let lines = dir.join("lines");
    env.fs.create_dir(&lines).doing("create", &lines)?;
    let mut paths = Vec::new();
    let mut head = String::new();
    for seq in vault.evidence_of_plan(id)? {
        let proof = vault.prove(seq)?;
        put(&format!("lines/{seq:012}"), proof.line.as_bytes())?;
        head.clone_from(&proof.head);
        paths.push(serde_json::json!({
            "seq": proof.seq, "index": proof.index, "lines": proof.lines, "path": proof.path,
        }));
    }
    let paths = serde_json::to_string_pretty(&paths).expect("paths are plain data") + "\n";
    put("paths.json", paths.as_bytes())?;
    put("head.txt", head.as_bytes())?;
    put("check.sh", include_bytes!("check.sh"))?;
    for dir in [&lines, dir] {
        env.fs.sync_dir(dir).doing("sync", dir)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate(people: &[&str], still_there: Vec<StillThere>) -> Certificate {
        let holders = people.iter().map(|staff| Holder {
            epoch: 1,
            people: vec![(*staff).to_owned()],
            sheets: 0,
            ca: false,
        });
        let openable_by: Vec<Holder> = holders.collect();
        let text = String::new;
        Certificate {
            plan: text(),
            ra: text(),
            fonds: text(),
            vault: text(),
            made: text(),
            plan_sha256: text(),
            register_sha256: text(),
            destroyed: 1,
            left: 0,
            first: None,
            last: None,
            signed: Vec::new(),
            attested: Vec::new(),
            sealed: openable_by.is_empty() && still_there.is_empty(),
            openable_by,
            still_there,
            answers: Vec::new(),
            copies: Vec::new(),
        }
    }

    #[test]
    fn what_lies_elsewhere_is_named_and_nothing_is_called_sealed_then() {
        let there = || vec![StillThere { target: "THERE".into(), names: vec!["bodies/000000/x".into()] }];
        let sealed = Messages::for_lang(Lang::En).text("certificate-sealed", &[]);
        for (people, still_there, is_sealed) in [
            (&[][..], vec![], true),
            (&["0001"], vec![], false),
            (&[], there(), false),
            (&["0001"], there(), false),
        ] {
            let names_it = !still_there.is_empty();
            let lines = text(&certificate(people, still_there), Lang::En);
            assert_eq!(lines.contains(&sealed), is_sealed, "{lines:?}");
            assert_eq!(lines.iter().any(|line| line == "bodies/000000/x"), names_it, "{lines:?}");
            assert_eq!(lines.iter().any(|line| line.contains("0001")), !people.is_empty(), "{lines:?}");
        }
    }

    #[test]
    fn an_answer_that_the_ca_was_given_is_named() {
        let mut given = certificate(&[], Vec::new());
        given.answers = vec!["exchange/ra/ACT-b3.answer".into()];
        for lang in Lang::ALL {
            let lines = text(&given, *lang);
            assert_eq!(lines.last().map(String::as_str), Some("exchange/ra/ACT-b3.answer"), "{lines:?}");
        }
    }
}
