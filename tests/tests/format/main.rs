//! Format 1 is frozen: an archive that was made when it began lies in `tests/format/1`, and is read for ever.
//!
//! If one of these fails, old archives have changed their meaning. Add a form; leave what lies there as it is.

mod made; // what today's program says of it
mod make; // how it was made, once
mod told; // a vault in words

use jingui_schema::digest::Sha256;
use jingui_tests::copy_tree;
use jingui_tests::disposal::Told;
use jingui_tests::house::{Furnished, full};
use jingui_tests::sweep::os;
use jingui_vault::env::{Env, OsRandom};
use jingui_vault::keys::Person;
use jingui_vault::{Options, Vault};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What the key files were sealed with.
const PASSPHRASE: &str = "format passphrase";
/// The vaults in it, each with somebody who reads it.
const HOUSES: [(&str, &str); 2] = [("archive", "founder"), ("taker", "taker")];

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("format/1")
}

/// Its files with their digests, as `sha256sum` has them.
fn list() -> PathBuf {
    fixture().with_extension("sha256")
}

/// The archive as it was made, in a directory of its own.
struct Opened {
    dir: tempfile::TempDir,
    at: i64,
}

impl Opened {
    /// At a time of one's own, in milliseconds since 1970.
    fn at(at: i64) -> Self {
        let dir = jingui_tests::scratch();
        assert!(fixture().is_dir(), "tests/format/1 is part of the repository");
        copy_tree(&fixture(), dir.path());
        Self { dir, at }
    }

    fn path(&self, below: &str) -> PathBuf {
        self.dir.path().join(below)
    }

    fn env(&self) -> Env {
        Env { fs: os(), clock: Arc::new(Told::at(self.at)), random: Arc::new(OsRandom) }
    }

    /// Somebody, by the key file.
    fn person(&self, name: &str) -> Person {
        let file = fs::read(self.path(&format!("people/{name}.key"))).expect("a key file");
        Person::from_key_file(name, &file, PASSPHRASE)
            .unwrap_or_else(|error| panic!("{name}: {}", full(&error)))
    }

    fn mirror(&self, house: &str) -> Option<PathBuf> {
        Some(self.path(&format!("{house}/mirror"))).filter(|mirror| mirror.is_dir())
    }

    fn vault(&self, house: &str) -> Vault {
        let options = Options {
            keystore: Some(self.path(&format!("{house}/keys"))),
            mirror: self.mirror(house),
            ..Options::default()
        };
        Vault::open(self.env(), &self.path(&format!("{house}/vault")), options)
            .unwrap_or_else(|error| panic!("{house}: {}", full(&error)))
    }
}

/// Every file below a directory, by its path from there with `/`, in order.
fn files(dir: &Path) -> Vec<(String, PathBuf)> {
    fn below(dir: &Path, name: &str, found: &mut Vec<(String, PathBuf)>) {
        for entry in fs::read_dir(dir).expect("a directory").map(|entry| entry.expect("an entry")) {
            let name = format!("{name}{}", entry.file_name().to_string_lossy());
            match entry.path().is_dir() {
                true => below(&entry.path(), &format!("{name}/"), found),
                false => found.push((name, entry.path())),
            }
        }
    }
    let mut found = Vec::new();
    below(dir, "", &mut found);
    found.sort();
    found
}

/// A line for each file of a directory: its digest, and its path.
fn digests(dir: &Path) -> String {
    let line = |(name, path): (String, PathBuf)| {
        format!("{}  {name}\n", Sha256::of(&fs::read(path).expect("a file that was just listed")))
    };
    files(dir).into_iter().map(line).collect()
}

#[test]
fn what_is_written_today_is_of_format_1_and_so_says_the_page() {
    assert_eq!(jingui_schema::FORMAT, 1);
    let page = include_str!("../../../schema/FORMAT.md");
    assert!(page.starts_with("# The format of a Jingui vault, version 1\n"));
    let of = Furnished::new(true);
    let read = |path: PathBuf| fs::read_to_string(path).expect("text");
    let (vault, keys) = (of.house.vault(), of.house.keys());
    let journal = read(vault.join("journal/000000000001.jsonl"));
    assert!(journal.lines().all(|line| line.starts_with("{\"v\":1,\"seq\":")), "{journal}");
    assert!(journal.contains("\"data\":{\"format\":1,\"suite\":\"intl\","), "{journal}");
    assert!(read(vault.join("journal/commit")).contains("{\"v\":1,\"vault\":"));
    assert!(read(vault.join("VAULT.toml")).contains("\nformat = 1\n"));
    assert!(read(vault.join("README.txt")).contains("It is format 1."));
    assert!(read(keys.join("KEYSTORE.toml")).starts_with("format = 1\n"));
    let founder = &of.house.people.founder;
    assert!(founder.text().starts_with("# jingui person 1\n"));
    assert!(founder.person().public_half().to_text().starts_with("{\"jingui\":\"person\",\"v\":1,"));
}

#[test]
fn a_draft_is_called_one_and_not_taken_for_newer() {
    let of = Furnished::new(false);
    for (path, code) in [
        (of.house.vault().join("VAULT.toml"), ["draft-format", "too-new"]),
        (of.house.keys().join("KEYSTORE.toml"), ["draft-format", "too-new"]),
    ] {
        let good = fs::read_to_string(&path).expect("text");
        for (version, code) in [0, 2].into_iter().zip(code) {
            let other = good.replacen("format = 1", &format!("format = {version}"), 1);
            assert_ne!(other, good);
            fs::write(&path, other).expect("it can be written");
            let opened = of.house.open(os()).and_then(|vault| of.house.founder(&vault)?.current_key());
            assert_eq!(opened.map(drop).map_err(|error| error.code()), Err(code), "{}", path.display());
        }
        fs::write(&path, good).expect("it can be written");
    }
    assert!(of.house.open(os()).is_ok());
}
