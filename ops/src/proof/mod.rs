//! A proof folder: what a court needs to check one document with stock tools.
//!
//! Knows the shape of proofs, not how they come about.

use crate::failure::{Doing, Problem, Result};
use crate::output::printable_path;
use jingui_schema::head::VerifierKey;
use jingui_vault::DocumentProof;
use jingui_vault::env::Env;
use std::fmt::Write as _;
use std::path::Path;

/// DER before the 32 bytes of an Ed25519 public key (RFC 8410).
const ED25519_SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// Writes the folder, which must not exist yet.
///
/// - Shape: `check.sh` with the files it names; the document itself is not in it.
/// - Errors: [`Problem::Exists`].
pub fn write(env: &Env, dir: &Path, proof: &DocumentProof, log: &VerifierKey) -> Result<()> {
    if !env.fs.create_dir(dir).doing("create", dir)? {
        return Err(Problem::Exists { path: printable_path(dir) }.into());
    }
    let mut digests = String::new();
    for digest in &proof.digests {
        writeln!(digests, "{digest}").expect("writing to a String cannot fail");
    }
    let json = serde_json::to_string_pretty(&proof.line).expect("a proof is plain data") + "\n";
    let files: [(&str, &str); 7] = [
        ("document.line", &proof.document),
        ("digests.txt", &digests),
        ("journal.line", &proof.line.line),
        ("proof.json", &json),
        ("head.txt", &proof.line.head),
        ("log-key.pem", &pem(log)),
        ("check.sh", include_str!("check.sh")),
    ];
    for (name, text) in files {
        let path = dir.join(name);
        env.fs.write_new(&path, text.as_bytes()).doing("write", &path)?;
    }
    env.fs.sync_dir(dir).doing("sync", dir)
}

/// A public key as `openssl` reads it.
fn pem(key: &VerifierKey) -> String {
    use base64::Engine as _;
    let der = [&ED25519_SPKI[..], key.public().as_bytes()].concat();
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    format!("-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----\n")
}
