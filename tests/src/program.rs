//! The real program at a desk: a directory of its own, people's keys, and a way to run `jingui` and see what it says.
//!
//! Nothing of the machine's surroundings reaches the program: variables, home, language and streams are given.

use serde_json::Value;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

/// Opens every key that [`Desk`] makes.
pub const PASSPHRASE: &str = "correct horse battery";
/// What `add` wants besides its files.
pub const LABELS: &[&str] = &[
    "--project",
    "社保",
    "--customer",
    "晨光公司",
    "--customer-kind",
    "enterprise",
    "--business",
    "new",
    "--date",
    "2024-05-01",
    "--outlet",
    "一号网点",
];

/// The program: `JINGUI_BIN`, else the one of this build, which is made where it is absent or older than its sources.
pub fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        if let Some(named) = std::env::var_os("JINGUI_BIN") {
            return named.into();
        }
        let test = std::env::current_exe().expect("a test knows its own file");
        // target/<profile>/deps/<test>
        let profile = test.ancestors().nth(2).expect("a test lies in target/<profile>/deps").to_owned();
        let program = profile.join("jingui");
        let made = std::fs::metadata(&program).and_then(|meta| meta.modified()).ok();
        if made.is_none_or(|made| made < newest_source()) {
            build(&profile);
        }
        assert!(program.is_file(), "{} was not made", program.display());
        program
    })
}

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the workspace")
}

fn newest_source() -> SystemTime {
    fn newest(path: &Path) -> SystemTime {
        let Ok(meta) = std::fs::metadata(path) else { return SystemTime::UNIX_EPOCH };
        if !meta.is_dir() {
            return meta.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        }
        let below = std::fs::read_dir(path).into_iter().flatten().flatten();
        below.map(|entry| newest(&entry.path())).max().unwrap_or(SystemTime::UNIX_EPOCH)
    }
    [
        "ops/src",
        "ops/messages",
        "ops/Cargo.toml",
        "vault/src",
        "indexer/src",
        "sync/src",
        "schema/src",
        "schema/FORMAT.md",
    ]
    .iter()
    .map(|below| newest(&workspace().join(below)))
    .max()
    .unwrap_or(SystemTime::UNIX_EPOCH)
}

fn build(profile: &Path) {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(workspace()).args([
        "build",
        "--quiet",
        // Of all members, for then it is linked to the libraries that these tests are linked to: none is compiled twice.
        "--workspace",
        "--bin",
        "jingui",
        "--target-dir",
    ]);
    command.arg(profile.parent().expect("a profile lies in the target directory"));
    match profile.file_name().and_then(OsStr::to_str) {
        Some("debug") | None => {}
        Some(name) => drop(command.args(["--profile", name])),
    }
    let status = command.status().expect("cargo runs where its tests run");
    assert!(status.success(), "the program does not build");
}

/// What a run of the program left.
#[derive(Clone, Debug)]
pub struct Ran {
    /// Its exit code; −1 for one that a signal ended.
    pub code: i32,
    /// Standard output, as bytes.
    pub bytes: Vec<u8>,
    /// Standard error.
    pub err: String,
    /// The most memory it held, where that was watched.
    pub peak_bytes: Option<u64>,
}

impl Ran {
    /// Standard output as text.
    pub fn out(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// Asserts an exit code, and that the program did not run into a mistake of its own.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert!(!self.err.contains("panic") && !self.err.contains("mistake in jingui"), "{}", self.err);
        assert_eq!(self.code, code, "stdout: {}\nstderr: {}", self.out(), self.err);
        self
    }

    /// Asserts that it is done.
    #[track_caller]
    pub fn ok(self) -> Self {
        self.exits(0)
    }

    /// Standard output as one JSON document.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|e| panic!("{e}: {}\n{}", self.out(), self.err))
    }

    /// Standard output as JSON lines.
    #[track_caller]
    pub fn json_lines(&self) -> Vec<Value> {
        let read = |line: &str| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        self.out().lines().map(read).collect()
    }

    /// The error told as JSON on standard error.
    #[track_caller]
    pub fn fault(&self) -> Value {
        let mut found = self.err.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let found = found.rfind(|value| value["type"] == "error");
        found.unwrap_or_else(|| panic!("no error in JSON: {}", self.err))
    }
}

/// A key file and its public half.
type KeyFiles = (Vec<u8>, Vec<u8>);

/// A directory with a vault, its keystore, the keys of people, and files to be filed.
pub struct Desk {
    dir: TempDir,
    vault: PathBuf,
    through: Vec<String>,
}

impl Desk {
    /// A desk without a vault.
    pub fn bare() -> Self {
        Self::in_dir(crate::scratch())
    }

    /// A desk without a vault in this directory.
    pub fn in_dir(dir: TempDir) -> Self {
        std::fs::write(dir.path().join("pw"), format!("{PASSPHRASE}\n")).expect("a passphrase file");
        std::fs::create_dir(dir.path().join("tmp")).expect("a directory for temporary files");
        let vault = dir.path().join("vault");
        Self { dir, vault, through: Vec::new() }
    }

    /// A desk with a solo vault whose one person is `me`.
    pub fn solo() -> Self {
        let desk = Self::bare();
        desk.init_solo();
        desk
    }

    /// Makes the solo vault.
    pub fn init_solo(&self) {
        let vault = self.vault.as_os_str();
        self.call("me", ["init"])
            .arg(vault)
            .args(["--ra", "东区注册机构", "--fonds", "JG01", "--solo"])
            .run()
            .ok();
    }

    /// The desk's directory.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// A path at the desk.
    pub fn path(&self, below: impl AsRef<Path>) -> PathBuf {
        self.dir().join(below)
    }

    /// A path at the desk as text, for command lines.
    pub fn text(&self, below: &str) -> String {
        self.path(below).to_str().expect("scratch directories have plain names").to_owned()
    }

    /// The vault's directory.
    pub fn vault(&self) -> &Path {
        &self.vault
    }

    /// The keystore's, where `init` puts it when nobody says.
    pub fn keystore(&self) -> PathBuf {
        self.vault.with_extension("keys")
    }

    /// Uses another directory as the vault from here on.
    pub fn use_vault(&mut self, vault: PathBuf) {
        self.vault = vault;
    }

    /// Writes a file to be filed.
    pub fn file(&self, name: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        if let Some(dir) = path.parent() {
            std::fs::create_dir_all(dir).expect("a directory");
        }
        std::fs::write(&path, bytes).expect("a file");
        path
    }

    /// A person's key file; made once in a test program and then copied, with its public half beside it.
    pub fn key(&self, name: &str) -> PathBuf {
        static KEYS: Mutex<BTreeMap<String, KeyFiles>> = Mutex::new(BTreeMap::new());
        let (key, half) = (self.path(format!("{name}.key")), self.path(format!("{name}.pub")));
        if key.exists() {
            return key;
        }
        let mut keys = KEYS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (sealed, public) = keys.entry(name.to_owned()).or_insert_with(|| {
            let call =
                self.bare_call().args(["key", "new", "--work-factor", "10", "--name", name, "-o"]).arg(&key);
            call.arg("--passphrase-file").arg(self.path("pw")).run().ok();
            (std::fs::read(&key).expect("the key"), std::fs::read(&half).expect("its public half"))
        });
        std::fs::write(&key, sealed).expect("a copy");
        std::fs::write(&half, public).expect("a copy");
        key
    }

    /// The public half of a person's key.
    pub fn public(&self, name: &str) -> PathBuf {
        self.key(name).with_extension("pub")
    }

    /// Runs the program through another one from here on: the words before its name, none for nothing.
    pub fn go_through<S: Into<String>>(&mut self, words: impl IntoIterator<Item = S>) {
        self.through = words.into_iter().map(Into::into).collect();
    }

    /// A call of the program with nothing given but its surroundings.
    pub fn bare_call(&self) -> Call {
        let mut command = match self.through.split_first() {
            None => Command::new(program()),
            Some((first, rest)) => {
                let mut command = Command::new(first);
                command.args(rest).arg(program());
                command
            }
        };
        command.env_clear().envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
        command.envs([("HOME", self.dir()), ("TMPDIR", &self.path("tmp"))]);
        command.env("LANG", "C.UTF-8").current_dir(self.dir());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Call { command, input: None, watched: false }
    }

    /// A call in this desk's vault by a person; nobody where the name is empty.
    pub fn call<S: AsRef<OsStr>>(&self, who: &str, args: impl IntoIterator<Item = S>) -> Call {
        let mut call = self.bare_call();
        call.command.env("JINGUI_VAULT", &self.vault);
        if !who.is_empty() {
            call.command.env("JINGUI_KEY", self.key(who));
            call.command.arg("--passphrase-file").arg(self.path("pw"));
        }
        call.args(args)
    }

    /// Runs a command line by a person.
    #[track_caller]
    pub fn run<S: AsRef<OsStr>>(&self, who: &str, args: impl IntoIterator<Item = S>) -> Ran {
        self.call(who, args).run()
    }

    /// A call of `add` by a person with the usual labels.
    pub fn add(&self, who: &str, paths: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Call {
        self.call(who, ["add", "--json"]).args(LABELS).arg("--").args(paths)
    }

    /// Files as `me` and returns what the program told.
    #[track_caller]
    pub fn filed(&self, paths: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Value {
        self.add("me", paths).run().ok().json()
    }

    /// Files one small document of this text as `me` and returns the archive number.
    #[track_caller]
    pub fn filed_text(&self, name: &str, text: &str) -> String {
        let path = self.file(name, text);
        self.filed([path])["number"].as_str().expect("a number").to_owned()
    }

    /// All records as `who` sees them.
    #[track_caller]
    pub fn records(&self, who: &str) -> Vec<Value> {
        let told = self.run(who, ["list", "--json", "--limit", "100000"]).ok().json();
        told["records"].as_array().expect("records").clone()
    }

    /// How many lines the journal has.
    #[track_caller]
    pub fn lines(&self) -> u64 {
        self.run("", ["status", "--json"]).ok().json()["lines"].as_u64().expect("a count")
    }

    /// The bytes of a document.
    #[track_caller]
    pub fn document(&self, who: &str, record: &str, doc: u32) -> Vec<u8> {
        self.run(who, ["open", record, &doc.to_string()]).ok().bytes
    }

    /// Asserts that nothing is damaged: with the person's key everything opens, without any the digests fit.
    #[track_caller]
    pub fn sound(&self, who: &str) {
        self.run("", ["verify", "--keyless", "--all"]).ok();
        if !who.is_empty() {
            self.run(who, ["verify", "--all"]).ok();
        }
    }

    /// Asserts that a command is refused, for people and in JSON: with this exit code, naming the thing, with a next
    /// step, and with the vault as it was. Returns the code of the error.
    #[track_caller]
    pub fn refuses<S: AsRef<OsStr>>(
        &self,
        who: &str,
        args: impl IntoIterator<Item = S>,
        exit: i32,
        names: &str,
    ) -> String {
        let args: Vec<OsString> = args.into_iter().map(|arg| arg.as_ref().to_owned()).collect();
        let human = self.run(who, &args).exits(exit);
        is_a_refusal(&human, names);
        let json = self.call(who, ["--json"]).args(&args).run().exits(exit);
        is_a_fault(&json, names)
    }
}

/// Asserts that an error for people names the thing and gives a next step; no control reaches the terminal.
#[track_caller]
pub fn is_a_refusal(ran: &Ran, names: &str) {
    assert!(ran.err.contains("Error: ") && ran.err.contains(names), "{names} is not named: {}", ran.err);
    let hint = ran.err.lines().find_map(|line| line.strip_prefix("Hint: "));
    assert!(hint.is_some_and(|hint| !hint.trim().is_empty()), "no next step: {}", ran.err);
    assert!(!has_controls(&ran.err) && !has_controls(&ran.out()), "{:?}", ran.err);
}

/// Asserts the same of an error in JSON, and returns its code.
#[track_caller]
pub fn is_a_fault(ran: &Ran, names: &str) -> String {
    let fault = ran.fault();
    let text = |key: &str| fault[key].as_str().unwrap_or_default().to_owned();
    assert!(text("message").contains(names), "{names} is not named: {fault}");
    assert!(!text("hint").trim().is_empty() && !text("code").is_empty(), "{fault}");
    text("code")
}

/// Says whether a text has what must not reach a terminal: controls but line ends, and marks of direction.
pub fn has_controls(text: &str) -> bool {
    text.chars().any(|c| c != '\n' && jingui_schema::facts::is_unprintable(c))
}

/// A call of the program before it runs.
pub struct Call {
    command: Command,
    input: Option<Vec<u8>>,
    watched: bool,
}

impl Call {
    /// One more word.
    #[must_use]
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    /// More words.
    #[must_use]
    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.command.args(args);
        self
    }

    /// A variable of its environment.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Takes a variable away.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Where it is started.
    #[must_use]
    pub fn from(mut self, dir: impl AsRef<Path>) -> Self {
        self.command.current_dir(dir);
        self
    }

    /// What it reads on standard input.
    #[must_use]
    pub fn input(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.command.stdin(Stdio::piped());
        self.input = Some(bytes.into());
        self
    }

    /// Where its standard output goes.
    #[must_use]
    pub fn stdout(mut self, stdout: impl Into<Stdio>) -> Self {
        self.command.stdout(stdout);
        self
    }

    /// Watches how much memory it takes.
    #[must_use]
    pub fn watched(mut self) -> Self {
        self.watched = true;
        self
    }

    /// Starts it.
    #[track_caller]
    pub fn spawn(mut self) -> Running {
        let mut child = self.command.spawn().unwrap_or_else(|e| panic!("{}: {e}", program().display()));
        // A pipe holds a few lines, which is all that any test writes.
        let given = self.input.take().and_then(|bytes| Some(child.stdin.take()?.write_all(&bytes)));
        drop(given);
        let out = child.stdout.take().map(|out| std::thread::spawn(move || drain(out)));
        let err = child.stderr.take().map(|err| std::thread::spawn(move || drain(err)));
        Running { child, out, err, watched: self.watched }
    }

    /// Runs it to its end.
    #[track_caller]
    pub fn run(self) -> Ran {
        self.spawn().wait()
    }
}

fn drain(mut from: impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    // What came before an error counts; the exit code tells the rest.
    drop(from.read_to_end(&mut bytes));
    bytes
}

type Drained = Option<std::thread::JoinHandle<Vec<u8>>>;

/// A call of the program under way.
pub struct Running {
    child: Child,
    out: Drained,
    err: Drained,
    watched: bool,
}

impl Running {
    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it has not ended yet.
    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().is_ok_and(|status| status.is_none())
    }

    /// Kills it as a power cut would.
    pub fn kill(&mut self) {
        // One that has ended already needs no killing.
        drop(self.child.kill());
    }

    /// Sends it a signal by name, such as `INT`.
    pub fn signal(&self, name: &str) {
        let status = Command::new("kill").args([format!("-{name}"), self.id().to_string()]).status();
        assert!(status.is_ok_and(|status| status.success()), "kill -{name}");
    }

    /// Waits for its end.
    #[track_caller]
    pub fn wait(mut self) -> Ran {
        let mut peak = None;
        let status = loop {
            if !self.watched {
                break self.child.wait().expect("a child of ours");
            }
            peak = peak.max(peak_bytes(self.id()));
            match self.child.try_wait().expect("a child of ours") {
                Some(status) => break status,
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        };
        let text = |drained: Drained| drained.map(|d| d.join().expect("reading a pipe")).unwrap_or_default();
        let (bytes, err) = (text(self.out), text(self.err));
        let err = String::from_utf8_lossy(&err).into_owned();
        Ran { code: status.code().unwrap_or(-1), bytes, err, peak_bytes: peak }
    }
}

fn peak_bytes(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches("kB").trim().parse::<u64>().ok().map(|kib| kib * 1024)
}

/// Waits until something is so; fails when it takes longer than a minute.
#[track_caller]
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let since = std::time::Instant::now();
    while !is_so() {
        assert!(since.elapsed() < Duration::from_secs(60), "still not: {what}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Whether a directory has an entry.
pub fn has_entries(dir: &Path) -> bool {
    std::fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some())
}

/// A small file system of its own, in memory; taken away when dropped.
pub struct Disk {
    dir: TempDir,
}

impl Disk {
    /// Mounts one of this size; `None`, said by name, where we may not.
    pub fn of_bytes(bytes: u64, test: &str) -> Option<Self> {
        let dir = crate::scratch();
        let size = format!("size={bytes},mode=0700");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &size, "jingui-test"]).arg(dir.path());
        let mounted = mount.stderr(Stdio::null()).status().is_ok_and(|status| status.success());
        if !mounted {
            crate::say(&format!("SKIPPED {test}: a file system cannot be mounted here"));
            return None;
        }
        Some(Self { dir })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Makes it read-only, or writable again.
    pub fn set_writable(&self, writable: bool) {
        let how = if writable { "remount,rw" } else { "remount,ro" };
        let status = Command::new("mount").args(["-o", how]).arg(self.path()).status();
        assert!(status.is_ok_and(|status| status.success()), "mount -o {how}");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: a process that is still ending must not keep it for ever.
        drop(Command::new("umount").arg("-l").arg(self.path()).status());
    }
}
