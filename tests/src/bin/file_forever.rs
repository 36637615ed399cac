//! Files record after record until it is killed; prints each one's number and digests once it is durable.
//!
//! `file_forever VAULT FIRST`, with the archivist's unlocked key on standard input: only a test may do so.

use jingui_tests::house::filing;
use jingui_vault::body::Buffers;
use jingui_vault::env::Env;
use jingui_vault::keys::Person;
use jingui_vault::{Options, Vault};
use std::io::{Read as _, Write as _};
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let dir = arguments.next().ok_or("which vault?")?;
    let first: u64 = arguments.next().ok_or("from which number on?")?.parse()?;
    let mut key = String::new();
    std::io::stdin().read_to_string(&mut key)?;
    let vault = Vault::open(Env::of_host(), Path::new(&dir), Options::default())?;
    let session = vault.sign_in(Person::from_secret_text("stdin", &key)?)?;
    let (mut buffers, mut out) = (Buffers::new(), std::io::stdout());
    for i in first.. {
        let filed = session.file(&filing(&format!("record {i}"), 1 + i as usize % 3, None), &mut buffers)?;
        let digests: Vec<String> = filed.documents.iter().map(|d| d.sha256.to_string()).collect();
        writeln!(out, "{} {} {}", filed.number, filed.record, digests.join(","))?;
        out.flush()?;
    }
    Ok(())
}
