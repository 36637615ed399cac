//! The machine, as the process that was started finds it: locale, terminal, key file, limits, programs, fonts, disks.
//!
//! Runs before a vault is opened and without one. Asks the system itself; nothing here decides about records.

use super::{Finding, Place, Severity, bad};
use crate::messages::Lang;
use crate::paper::Chain;
use jingui_schema::time::Time;
use rustix::fs::{statfs, statvfs};
use rustix::process::{Resource, getrlimit};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::Read;
use std::os::fd::BorrowedFd;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Less free space than this is a problem, or a warning.
const FREE_BYTES_PROBLEM: u64 = 256 << 20;
const FREE_BYTES_WARNING: u64 = 2 << 30;
const FREE_SHARE_WARNING: f64 = 0.05;
/// Fewer free names than this.
const FREE_NAMES_PROBLEM: u64 = 1_000;
const FREE_NAMES_WARNING: u64 = 50_000;
/// Fewer open files than this.
const OPEN_FILES_PROBLEM: u64 = 128;
const OPEN_FILES_WARNING: u64 = 1024;
/// A clock before this day has been lost: the program is younger.
const PROGRAM_DAY: &str = "2026-01-01T00:00:00.000Z";
/// How long a program may take to say which version it is.
const PROGRAM_PATIENCE: Duration = Duration::from_secs(5);

/// Programs that read a vault without this one.
const TOOLS: &[&str] = &["age", "zstd", "tar", "jq", "sha256sum", "b3sum", "openssl"];

/// What the process that was started knows of itself.
pub struct Surroundings<'a> {
    /// Variables that it reads.
    pub vars: &'a BTreeMap<String, OsString>,
    /// Its standard input, where that is a terminal.
    pub terminal: Option<BorrowedFd<'a>>,
    /// The person's key file.
    pub key: Option<PathBuf>,
    /// The language of its messages.
    pub lang: Lang,
    /// The host's time.
    pub now: Time,
    /// Whether modes are put right.
    pub fix: bool,
}

/// Looks the machine over.
pub fn look(around: &Surroundings<'_>) -> Vec<Finding> {
    let mut found = vec![locale(around)];
    found.extend(terminal(around));
    found.extend(around.key.as_deref().and_then(|key| key_file(key, around.fix)));
    found.extend(disk(Place::Temp, &std::env::temp_dir()));
    found.push(open_files());
    found.push(swap());
    found.push(core_dumps());
    found.extend(fonts());
    found.push(ocr());
    found.push(tools());
    let lost = PROGRAM_DAY.parse::<Time>().is_ok_and(|day| around.now < day);
    found.push(
        Finding::new("host-clock", bad(lost, Severity::Problem), Place::Machine)
            .text("at", around.now.to_string()),
    );
    found
}

fn locale(around: &Surroundings<'_>) -> Finding {
    let named = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| around.vars.get(*name));
    let locale = named.map(|value| value.to_string_lossy().into_owned()).unwrap_or_default();
    let plain: String = locale.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    let utf8 = plain.contains("utf8");
    // A locale is a word of a closed list unless somebody has put something else there.
    let shown: String = locale.chars().filter(|c| c.is_ascii_graphic()).take(40).collect();
    Finding::new("locale", bad(!utf8, Severity::Warning), Place::Machine).text("locale", shown)
}

fn terminal(around: &Surroundings<'_>) -> Option<Finding> {
    let attributes = rustix::termios::tcgetattr(around.terminal?).ok()?;
    let utf8 = attributes.input_modes.contains(rustix::termios::InputModes::IUTF8);
    // The console of the kernel draws no Chinese.
    let console = around.vars.get("TERM").is_some_and(|term| term == "linux");
    let cannot = console && around.lang == Lang::Zh;
    let state = if !utf8 {
        "bytes"
    } else if cannot {
        "console"
    } else {
        "utf8"
    };
    Some(
        Finding::new("terminal", bad(state != "utf8", Severity::Warning), Place::Machine)
            .word("state", state),
    )
}

/// A key file that others can read, or that is not there.
fn key_file(key: &Path, fix: bool) -> Option<Finding> {
    let meta = std::fs::metadata(key).ok()?;
    let mode = meta.permissions().mode() & 0o7777;
    let loose = mode & 0o077 != 0;
    let fixed = loose && fix && std::fs::set_permissions(key, PermissionsExt::from_mode(0o600)).is_ok();
    let finding = Finding::new("key-file", bad(loose, Severity::Warning), Place::Key).path(key);
    Some(finding.text("mode", format!("{mode:04o}")).fixed(fixed))
}

/// Space and kind of the disk that a directory lies on.
pub fn disk(place: Place, dir: &Path) -> Vec<Finding> {
    let Ok(space) = statvfs(dir) else { return Vec::new() };
    let (free, all) = (space.f_bavail * space.f_frsize, (space.f_blocks * space.f_frsize).max(1));
    // Some file systems make names as they go and count none.
    let names = (space.f_files > 0).then_some(space.f_favail);
    let share = free as f64 / all as f64;
    let severity = match (free, names) {
        (free, _) if free < FREE_BYTES_PROBLEM => Severity::Problem,
        (_, Some(names)) if names < FREE_NAMES_PROBLEM => Severity::Problem,
        (free, _) if free < FREE_BYTES_WARNING || share < FREE_SHARE_WARNING => Severity::Warning,
        (_, Some(names)) if names < FREE_NAMES_WARNING => Severity::Warning,
        _ => Severity::Ok,
    };
    let finding = Finding::new("space", severity, place).path(dir).number("free_bytes", free);
    let finding =
        finding.number("percent", (share * 100.0) as i64).number("names", names.unwrap_or(u64::MAX));
    let mut found = vec![finding];
    if place != Place::Temp
        && let Ok(system) = statfs(dir)
    {
        let (name, kind) = file_system(system.f_type & 0xffff_ffff);
        let severity = bad(kind != "local", Severity::Warning);
        found.push(
            Finding::new("filesystem", severity, place).path(dir).word("name", name).word("kind", kind),
        );
    }
    found
}

/// What a file system is called, and what it is good for: `local`, `network`, `fat`, `memory`, `layered`, `unknown`.
fn file_system(magic: i64) -> (String, &'static str) {
    let known = match magic {
        0xef53 => ("ext", "local"),
        0x5846_5342 => ("xfs", "local"),
        0x9123_683e => ("btrfs", "local"),
        0x2fc1_2fc1 => ("zfs", "local"),
        0xf2f5_2010 => ("f2fs", "local"),
        0x3153_464a => ("jfs", "local"),
        0x6969 => ("nfs", "network"),
        0x517b => ("smb", "network"),
        0xff53_4d42 => ("cifs", "network"),
        0xfe53_4d42 => ("smb2", "network"),
        0x0102_1997 => ("9p", "network"),
        0x00c3_6400 => ("ceph", "network"),
        0x5346_414f => ("afs", "network"),
        0x0bd0_0bd0 => ("lustre", "network"),
        0x6573_5546 => ("fuse", "network"),
        0x4d44 => ("fat", "fat"),
        0x2011_bab0 => ("exfat", "fat"),
        0x5346_544e | 0x7366_746e => ("ntfs", "fat"),
        0x0102_1994 => ("tmpfs", "memory"),
        0x8584_58f6 => ("ramfs", "memory"),
        0x794c_7630 => ("overlay", "layered"),
        _ => return (format!("{magic:#x}"), "unknown"),
    };
    (known.0.to_owned(), known.1)
}

/// What becomes of the bytes of a file there that is overwritten: `in-place` they are no more, `journal` the file system's own
/// journal keeps them until it comes round, `copies` they stay in blocks that nothing names, `unknown`.
pub fn overwriting(dir: &Path) -> &'static str {
    let Ok(system) = statfs(dir) else { return "unknown" };
    match system.f_type & 0xffff_ffff {
        0x9123_683e | 0x2fc1_2fc1 | 0xf2f5_2010 | 0xca45_1a4e | 0x3434 => "copies",
        0xef53 if journals_data(dir) => "journal",
        0xef53 | 0x5846_5342 | 0x3153_464a | 0x0102_1994 | 0x8584_58f6 => "in-place",
        _ => "unknown",
    }
}

/// Whether the file system that a directory is on is mounted so that data goes through its journal.
fn journals_data(dir: &Path) -> bool {
    let Ok(meta) = std::fs::metadata(dir) else { return false };
    let number = format!("{}:{}", rustix::fs::major(meta.dev()), rustix::fs::minor(meta.dev()));
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let mut of_it = mounts.lines().filter(|line| line.split(' ').nth(2) == Some(&*number));
    of_it.any(|line| line.split([' ', ',']).any(|option| option == "data=journal"))
}

fn open_files() -> Finding {
    let limit = getrlimit(Resource::Nofile);
    let soft = limit.current.unwrap_or(u64::MAX);
    let severity = match soft {
        soft if soft < OPEN_FILES_PROBLEM => Severity::Problem,
        soft if soft < OPEN_FILES_WARNING => Severity::Warning,
        _ => Severity::Ok,
    };
    Finding::new("open-files", severity, Place::Machine)
        .number("limit", soft)
        .number("hard", limit.maximum.unwrap_or(u64::MAX))
}

/// Keys and documents that are in memory may be written to swap.
fn swap() -> Finding {
    let text = std::fs::read_to_string("/proc/swaps").unwrap_or_default();
    let kinds: Vec<&str> = (text.lines().skip(1))
        .filter_map(|line| line.split_whitespace().next())
        .map(|device| {
            let real = std::fs::canonicalize(device).unwrap_or_else(|_| device.into());
            let name = real.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
            let mapped = std::fs::read_to_string(format!("/sys/block/{name}/dm/uuid")).unwrap_or_default();
            match () {
                () if name.starts_with("zram") => "memory",
                () if mapped.starts_with("CRYPT-") => "encrypted",
                () => "plain",
            }
        })
        .collect();
    let state = match () {
        () if kinds.is_empty() => "none",
        () if kinds.contains(&"plain") => "plain",
        () if kinds.contains(&"encrypted") => "encrypted",
        () => "memory",
    };
    Finding::new("swap", bad(state == "plain", Severity::Info), Place::Machine).word("state", state)
}

fn core_dumps() -> Finding {
    let limit = getrlimit(Resource::Core).current;
    let pattern = std::fs::read_to_string("/proc/sys/kernel/core_pattern").unwrap_or_default();
    // A program that takes dumps over a pipe gets them whatever the limit is.
    let state = match limit {
        _ if pattern.starts_with('|') => "program",
        Some(0) => "none",
        _ => "file",
    };
    Finding::new("core-dumps", bad(state != "none", Severity::Info), Place::Machine).word("state", state)
}

/// Fonts for printing: one with Chinese characters, and one with rare ones.
fn fonts() -> Vec<Finding> {
    let mut chain = Chain::of_system();
    let chinese = chain.font_of('档');
    let missing = chinese.is_none();
    let mut found = vec![
        Finding::new("fonts", bad(missing, Severity::Warning), Place::Machine)
            .word("font", chinese.unwrap_or_default()),
    ];
    if !missing {
        // A character of a surname that is in plane 2.
        let rare = chain.font_of('\u{20bb7}');
        let severity = if rare.is_none() { Severity::Info } else { Severity::Ok };
        found.push(
            Finding::new("rare-characters", severity, Place::Machine).word("font", rare.unwrap_or_default()),
        );
    }
    found
}

fn ocr() -> Finding {
    let version = ask("tesseract", &["--version"]).map(|text| first_line(&text));
    let chinese = version.is_some()
        && ask("tesseract", &["--list-langs"])
            .is_some_and(|text| text.lines().any(|line| line.trim() == "chi_sim"));
    let state = match (&version, chinese) {
        (None, _) => "none",
        (Some(_), false) => "no-chinese",
        (Some(_), true) => "chinese",
    };
    let finding = Finding::new("ocr", bad(!chinese, Severity::Info), Place::Machine).word("state", state);
    finding.word("version", version.unwrap_or_default())
}

/// The programs by which a vault is read without this one.
fn tools() -> Finding {
    let mut missing = Vec::new();
    let mut finding = Finding::new("tools", Severity::Ok, Place::Machine);
    for tool in TOOLS {
        let flag = if *tool == "openssl" { "version" } else { "--version" };
        match ask(tool, &[flag]) {
            Some(text) => finding = finding.word(tool, first_line(&text)),
            None => missing.push(*tool),
        }
    }
    finding.severity = bad(!missing.is_empty(), Severity::Info);
    finding.word("missing", missing.join(", "))
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().filter(|c| !c.is_control()).take(80).collect()
}

/// What a program says when it is asked; `None` where it is not installed, fails, or does not answer in time.
fn ask(program: &str, args: &[&str]) -> Option<String> {
    let path = std::env::var_os("PATH")?;
    let mut child = Command::new(program)
        .args(args)
        .env_clear()
        .env("PATH", path)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let since = Instant::now();
    let status = loop {
        match child.try_wait().ok()? {
            Some(status) => break status,
            None if since.elapsed() > PROGRAM_PATIENCE => {
                drop(child.kill());
                drop(child.wait());
                return None;
            }
            None => std::thread::sleep(Duration::from_millis(2)),
        }
    };
    let mut text = Vec::new();
    child.stdout.take()?.take(64 << 10).read_to_end(&mut text).ok()?;
    status.success().then(|| String::from_utf8_lossy(&text).into_owned())
}

/// The device that a path lies on.
pub(super) fn device(path: &Path) -> Option<u64> {
    std::fs::metadata(path).ok().map(|meta| meta.dev())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around(vars: &[(&str, &str)]) -> BTreeMap<String, OsString> {
        vars.iter().map(|(name, value)| ((*name).to_owned(), OsString::from(value))).collect()
    }

    fn locale_of(vars: &[(&str, &str)]) -> Severity {
        let vars = around(vars);
        let now = Time::from_millis(0);
        let around = Surroundings { vars: &vars, terminal: None, key: None, lang: Lang::Zh, now, fix: false };
        locale(&around).severity
    }

    #[test]
    fn a_locale_that_is_not_utf8_is_told() {
        assert_eq!(locale_of(&[("LANG", "zh_CN.UTF-8")]), Severity::Ok);
        assert_eq!(locale_of(&[("LANG", "C.utf8")]), Severity::Ok);
        assert_eq!(locale_of(&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "zh_CN.GB18030")]), Severity::Warning);
        assert_eq!(locale_of(&[]), Severity::Warning);
    }

    #[test]
    fn a_clock_before_the_program_is_lost() {
        let vars = around(&[]);
        let look = |now: &str| {
            let now = now.parse().unwrap();
            let around =
                Surroundings { vars: &vars, terminal: None, key: None, lang: Lang::Zh, now, fix: false };
            let found = look(&around);
            found.iter().find(|finding| finding.code == "host-clock").unwrap().severity
        };
        assert_eq!(look("1970-01-02T00:00:00.000Z"), Severity::Problem);
        assert_eq!(look("2026-11-26T00:00:00.000Z"), Severity::Ok);
    }

    #[test]
    fn file_systems_are_known_by_their_kind() {
        assert_eq!(file_system(0xef53), ("ext".into(), "local"));
        assert_eq!(file_system(0xff53_4d42).1, "network");
        assert_eq!(file_system(0x4d44).1, "fat");
        assert_eq!(file_system(0x0102_1994).1, "memory");
        assert_eq!(file_system(0x1234), ("0x1234".into(), "unknown"));
    }

    #[test]
    fn a_program_that_is_not_there_or_fails_says_nothing() {
        assert_eq!(ask("no-such-program-here", &[]), None);
        assert_eq!(ask("false", &[]), None);
        assert!(ask("echo", &["tesseract 5"]).is_some_and(|text| first_line(&text) == "tesseract 5"));
    }
}
