//! `jingui-checker VAULT [--mirror DIR] [--keystore DIR --identity FILE]`: one finding a line; 0 whole, 13 findings.

use jingui_checker::{Asked, check};
use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "usage: jingui-checker VAULT [--mirror DIR] [--keystore DIR --identity FILE]";

fn main() -> ExitCode {
    match asked(std::env::args_os().skip(1)) {
        Ok(asked) => {
            let findings = check(&asked);
            let text: String = findings.iter().map(|f| format!("{}: {}\n", f.path, f.what)).collect();
            // A closed stream is no reason to answer otherwise.
            let _ = std::io::stdout().write_all(text.as_bytes());
            ExitCode::from(if findings.is_empty() { 0 } else { 13 })
        }
        Err(why) => {
            let _ = writeln!(std::io::stderr(), "{why}\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn asked(mut arguments: impl Iterator<Item = OsString>) -> Result<Asked, String> {
    let (mut vault, mut mirror, mut keystore, mut identity) = (None, None, None, None);
    while let Some(argument) = arguments.next() {
        let slot = match argument.to_str() {
            Some("--mirror") => &mut mirror,
            Some("--keystore") => &mut keystore,
            Some("--identity") => &mut identity,
            _ if vault.is_none() && Path::new(&argument).is_dir() => {
                vault = Some(PathBuf::from(argument));
                continue;
            }
            _ => return Err(format!("not understood, or no directory: {}", argument.display())),
        };
        *slot = Some(PathBuf::from(arguments.next().ok_or("a value is missing")?));
    }
    let keys = match (keystore, identity) {
        (None, None) => None,
        (Some(keystore), Some(file)) => {
            let text = std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
            Some((keystore, text))
        }
        _ => return Err("--keystore and --identity go together".into()),
    };
    Ok(Asked { vault: vault.ok_or("no vault was named")?, mirror, keys })
}
