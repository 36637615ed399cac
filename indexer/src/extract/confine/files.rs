//! Landlock: which files can be opened and run at all.
//!
//! Rules name what is there when they are made; a path that does not exist is passed over.

use super::super::tools::Tools;
use super::Held;
use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetCreatedAttr,
    RulesetError, RulesetStatus, Scope, path_beneath_rules,
};
use std::path::{Path, PathBuf};

/// What poppler, Tesseract and the loader read: libraries, fonts, character maps, language data.
const READ: &[&str] = &[
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/etc/ld.so.cache",
    "/etc/ld.so.preload",
    "/etc/fonts",
    "/etc/ssl/openssl.cnf", // read by a library that Tesseract is linked with, as it starts
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/usr/share/fontconfig",
    "/var/cache/fontconfig",
    "/usr/share/poppler",
    "/usr/share/tesseract-ocr",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
    "/usr/share/ghostscript", // Debian's fonts for PDFs that bring none are links into it
    "/sys/devices/system/cpu",
    "/dev/urandom",
];

/// Where the loader lies: the kernel runs it in a program's place, so it has to be allowed to run.
const LOADER_DIRS: &[&str] =
    &["/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"];

/// Allows what is above, the programs and our own; nothing else, no connection, no signal to others.
pub fn restrict(tools: &Tools, own: &Path) -> Held {
    match try_restrict(tools, own) {
        Ok(RulesetStatus::FullyEnforced) => Held::Whole,
        Ok(RulesetStatus::PartiallyEnforced) => Held::Partly,
        Ok(RulesetStatus::NotEnforced) | Err(_) => Held::Not,
    }
}

fn try_restrict(tools: &Tools, own: &Path) -> Result<RulesetStatus, RulesetError> {
    let abi = ABI::V6;
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    let run = AccessFs::ReadFile | AccessFs::Execute;
    let programs: Vec<PathBuf> =
        tools.all().map(Path::to_path_buf).chain([own.to_path_buf()]).chain(loaders()).collect();
    let status = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(abi))?
        .handle_access(AccessNet::from_all(abi))?
        .scope(Scope::from_all(abi))?
        .create()?
        .add_rules(path_beneath_rules(READ, read))?
        .add_rules(path_beneath_rules(&programs, run))?
        .add_rules(path_beneath_rules(["/dev/null"], AccessFs::ReadFile | AccessFs::WriteFile))?
        .restrict_self()?;
    Ok(status.ruleset)
}

fn loaders() -> impl Iterator<Item = PathBuf> {
    let entries = LOADER_DIRS.iter().filter_map(|dir| std::fs::read_dir(dir).ok()).flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| {
        path.file_name()
            .and_then(|name| name.to_str())
            .is_some_and(|name| name.starts_with("ld-") && name.contains(".so") || name.starts_with("ld.so"))
    })
}
