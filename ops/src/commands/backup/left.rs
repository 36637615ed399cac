//! Documents that another vault has left at a copy, of which somebody says that they go all the same: by name, or all.

use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::{Doing, Problem, Result};
use crate::output::printable_path;
use jingui_schema::exchange::without_again;
use jingui_schema::id::TargetId;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// Some hundred thousand names.
const BYTES_MAX: u64 = 64 << 20;

/// What may go.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Freed {
    /// All, also what lives in the vault that left it.
    All,
    /// Bodies by these names; nothing where nobody says anything.
    Named(BTreeSet<String>),
}

impl Freed {
    /// What `--documents` says of a copy.
    ///
    /// Errors: [`Problem::NoBodies`]; the file cannot be read.
    pub fn of(context: &Context, parsed: &Parsed, copy: TargetId) -> Result<Self> {
        let Some(said) = parsed.file("documents") else { return Ok(Self::Named(BTreeSet::new())) };
        if said.as_os_str() == "all" {
            return Ok(Self::All);
        }
        let path = context.path(said);
        let bytes = context.env.fs.read(&path, BYTES_MAX).doing("read", &path)?;
        Ok(Self::Named(read(&path, &String::from_utf8_lossy(&bytes), copy)?))
    }

    /// Whether it names this body, also as it was sent again or never got its whole name.
    pub fn names(&self, name: &str) -> bool {
        let name = without_again(name);
        match self {
            Self::All => true,
            Self::Named(names) => names.contains(name.strip_suffix(".part").unwrap_or(name)),
        }
    }
}

/// Names, one a line; or those that a certificate of destruction has for this copy.
fn read(path: &Path, text: &str, copy: TargetId) -> Result<BTreeSet<String>> {
    let bad = |line: String| Problem::NoBodies { path: printable_path(path), line };
    let names: Vec<String> = match serde_json::from_str::<Value>(text) {
        Ok(certificate) => {
            let mut names = Vec::new();
            let copies = certificate.get("still_there").and_then(Value::as_array);
            let of_copy =
                |one: &&Value| one.get("target").and_then(Value::as_str) == Some(copy.to_string().as_str());
            for one in copies.into_iter().flatten().filter(of_copy) {
                let of_one = one.get("names").and_then(Value::as_array).into_iter().flatten();
                names.extend(of_one.filter_map(Value::as_str).map(str::to_owned));
            }
            names
        }
        Err(_) => text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect(),
    };
    if let Some(other) = names.iter().find(|name| !name.starts_with("bodies/")) {
        return Err(bad(other.clone()).into());
    }
    match names.is_empty() {
        true => Err(bad(String::new()).into()),
        false => Ok(names.into_iter().collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_named_for_this_copy_goes() {
        let [copy, other] = [1, 2].map(|n| TargetId::from_bytes([n; 16]));
        let read = |text: &str| read(Path::new("names"), text, copy).ok().map(Vec::from_iter);
        let one = Some(vec!["bodies/000000/one".to_owned()]);
        assert_eq!(read("bodies/000000/one\r\n\n"), one);
        let certificate = |target: TargetId| {
            format!(r#"{{"still_there":[{{"target":"{target}","names":["bodies/000000/one"]}}]}}"#)
        };
        assert_eq!(read(&certificate(copy)), one);
        for text in ["", "covers/000000/one", "bodies/000000/one\nCOPY.json", "{}", &certificate(other)] {
            assert_eq!(read(text), None, "{text}");
        }
        let freed = Freed::Named(["bodies/000000/one".to_owned()].into());
        assert!(freed.names("bodies/000000/one") && freed.names("bodies/000000/one.part"));
        assert!(!freed.names("bodies/000000/two") && Freed::All.names("bodies/000000/two"));
    }
}
