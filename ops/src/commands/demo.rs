//! `demo`: the main job from beginning to end, on data made up here, through the program's own commands.

mod later; // what becomes of a record's dates

use crate::cli::Parsed;
use crate::context::{Context, Streams};
use crate::failure::{Doing, Problem, Result};
use crate::output::printable_path;
use crate::sample::{self, SampleRecord};
use crate::start::Surroundings;
use jingui_vault::Exit;
use jingui_vault::env::Env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The same data each time.
const SEED: u64 = 1;
/// Records where nobody says how many.
const RECORDS: u32 = 12;
/// What these made-up applications have on paper alone.
const WAIVED_KINDS: [&str; 8] = ["APP", "AGR", "PIN", "SUB", "AGT", "VER", "RCV", "DLV"];
/// For made-up data only; it is written beside the keys.
const PASSPHRASE: &str = "made-up-data-only";
/// The keys protect nothing, and forty commands open one each: with the work that is meant for people's keys, that would
/// be most of the demo.
const WORK_FACTOR: &str = "12";

struct Demo<'a> {
    context: &'a mut Context,
    dir: PathBuf,
}

/// Shows.
pub(super) fn run(context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let began = Instant::now();
    let dir = match parsed.file("dir") {
        Some(dir) => context.path(dir),
        None => free_name(&context.path(Path::new("jingui-demo"))),
    };
    if std::fs::read_dir(&dir).is_ok_and(|mut names| names.next().is_some()) {
        return Err(Problem::Exists { path: printable_path(&dir) }.into());
    }
    if context.dry_run() {
        context.out.result("demo-would", &[("dir", printable_path(&dir).into())])?;
        return Ok(Exit::Done);
    }
    for below in ["keys", "incoming", "post"] {
        let path = dir.join(below);
        std::fs::create_dir_all(&path).doing("create", &path)?;
    }
    let mut demo = Demo { context, dir };
    demo.say("demo-begin")?;
    demo.people()?;
    demo.vault()?;
    let count = parsed.get::<u32>("records").unwrap_or(RECORDS);
    let first = demo.file(u64::from(count))?;
    demo.find(&first)?;
    demo.review(&first)?;
    demo.prove()?;
    demo.revoke(u64::from(count) + 1)?;
    demo.rule()?;
    demo.dispute()?;
    demo.countersign()?;
    demo.lie()?;
    demo.dispose(u64::from(count) + 2)?;
    let seconds = began.elapsed().as_secs();
    let shown = printable_path(&demo.dir);
    let values = [("dir", shown.into()), ("seconds", seconds.into()), ("count", count.into())];
    demo.context.out.result("demo-end", &values)?;
    Ok(Exit::Done)
}

/// `NAME`, or `NAME-2`, `NAME-3` … where that is taken.
fn free_name(path: &Path) -> PathBuf {
    let numbered = |n: u32| {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!("-{n}"));
        path.with_file_name(name)
    };
    let names = std::iter::once(path.to_owned()).chain((2..).map(numbered));
    names.into_iter().find(|name| name.symlink_metadata().is_err()).expect("numbers do not end")
}

impl Demo<'_> {
    /// Five people and the CA, each with a key file.
    fn people(&mut self) -> Result<()> {
        self.say("demo-people")?;
        self.write("keys/passphrase.txt", format!("{PASSPHRASE}\n").as_bytes())?;
        for (file, name) in [
            ("ca", "demo-name-ca"),
            ("li", "demo-name-li"),
            ("zhang", "demo-name-zhang"),
            ("wang", "demo-name-wang"),
            ("chen", "demo-name-chen"),
            ("sun", "demo-name-sun"),
        ] {
            let name = self.context.out.text(name, &[]);
            let path = format!("keys/{file}.key");
            let new = ["key", "new", "-q", "-o", &path, "--name", &name, "--work-factor", WORK_FACTOR];
            self.jingui(None, &new)?;
        }
        Ok(())
    }

    /// A vault; the CA proves its escrow and countersigns.
    fn vault(&mut self) -> Result<()> {
        self.say("demo-vault")?;
        let ca = self.recipient("keys/ca.pub")?;
        let ra = self.context.out.text("demo-ra", &[]);
        self.jingui(
            Some("li"),
            &[
                "init",
                "vault",
                "--keystore",
                "keystore",
                "--mirror",
                "mirror",
                "--ra",
                &ra,
                "--fonds",
                "JG01",
                "--authority",
                "keys/ca.pub",
                "--ca-recipient",
                &ca,
                "--roles",
                "security,reviewer",
                "--person",
                "keys/zhang.pub=archivist,system",
                "--person",
                "keys/wang.pub=legal,audit",
                "--person",
                "keys/chen.pub=approver",
                "--person",
                "keys/sun.pub=auditor",
            ],
        )?;
        self.say("demo-ca")?;
        self.jingui(Some("ca"), &["keys", "prove", "keystore/escrow/1.age", "-o", "post/escrow.act"])?;
        self.jingui(None, &["act", "submit", "post/escrow.act"])?;
        self.jingui(None, &["staff", "countersign", "--request", "post/request.act"])?;
        self.jingui(Some("ca"), &["act", "sign", "post/request.act", "-o", "post/signed.act"])?;
        self.jingui(None, &["act", "submit", "post/signed.act"])?;
        self.jingui(Some("li"), &["staff", "list"])
    }

    /// Application files, made up and filed; returns the first.
    fn file(&mut self, count: u64) -> Result<SampleRecord> {
        self.say("demo-file")?;
        let mut first = None;
        for index in 0..count {
            let record = sample::record(SEED, index);
            let below = format!("incoming/{:03}", index + 1);
            for document in &record.documents {
                self.write(&format!("{below}/{}", document.name), &document.bytes)?;
            }
            let mut args: Vec<String> = vec!["add".into(), below];
            let labels = [
                ("--project", Some(record.project.clone())),
                ("--customer", Some(record.customer.clone())),
                ("--customer-kind", Some(record.customer_kind.to_owned())),
                ("--customer-id", record.customer_id.clone()),
                ("--business", Some(record.business.to_owned())),
                ("--date", Some(record.date.clone())),
                ("--outlet", Some(record.outlet.clone())),
                ("--outcome", Some(record.outcome.to_owned())),
            ];
            for (label, value) in labels {
                if let Some(value) = value {
                    args.extend([label.to_owned(), value]);
                }
            }
            for tag in &record.tags {
                args.extend(["--tag".to_owned(), tag.clone()]);
            }
            for document in &record.documents {
                args.extend(["--kind".to_owned(), format!("{}={}", document.name, document.kind)]);
            }
            let args: Vec<&str> = args.iter().map(String::as_str).collect();
            self.jingui(Some("zhang"), &args)?;
            first.get_or_insert(record);
        }
        Ok(first.expect("at least one record is filed"))
    }

    /// Lists, shows, opens, verifies.
    fn find(&mut self, first: &SampleRecord) -> Result<()> {
        self.say("demo-find")?;
        self.jingui(Some("zhang"), &["list", "--limit", "5"])?;
        self.jingui(Some("zhang"), &["list", "--customer", &first.customer])?;
        let number = self.number();
        self.jingui(Some("zhang"), &["show", &number])?;
        self.say("demo-open")?;
        let reason = self.context.out.text("demo-reason", &[]);
        self.jingui(Some("wang"), &["open", &number, "1", "-o", "opened.pdf", "--reason", &reason])?;
        self.jingui(Some("wang"), &["log", &number])?;
        self.say("demo-verify")?;
        self.jingui(None, &["verify", "--keyless"])?;
        self.jingui(Some("li"), &["verify"])
    }

    /// Says what is missing, marks what was seen, lets the rest pass for a reason; another person reviews.
    fn review(&mut self, first: &SampleRecord) -> Result<()> {
        self.say("demo-review")?;
        self.jingui(Some("zhang"), &["missing", "--limit", "3"])?;
        // Documents of a directory are numbered in the order of their names.
        let mut documents: Vec<(&str, &str)> =
            first.documents.iter().map(|d| (d.name.as_str(), d.kind)).collect();
        documents.sort_unstable();
        let number = self.number();
        let reason = self.context.out.text("demo-seen", &[]);
        let mut args = vec!["correct".to_owned(), number.clone(), "--reason".into(), reason];
        for (no, (_, kind)) in (1..).zip(&documents) {
            let marks = match *kind {
                "APP" => "stamped,signed",
                "AGR" => "signed",
                "AGT" | "HID" | "LRP" => "front,back,seen,until:2039-12-31",
                _ => continue,
            };
            args.extend(["--mark".into(), format!("{no}={marks}")]);
        }
        let passed = self.context.out.text("demo-waived", &[]);
        for kind in ["PIN", "VER", "RCV", "DLV"].into_iter().filter(|k| documents.iter().all(|d| d.1 != *k)) {
            args.extend(["--waive".into(), format!("{kind}={passed}")]);
        }
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        self.jingui(Some("zhang"), &args)?;
        self.jingui(Some("li"), &["review"])?;
        self.jingui(Some("li"), &["review", &number])?;
        self.jingui(Some("zhang"), &["list", "--state", "archived"])
    }

    /// Proves one document, and has stock tools check the proof.
    fn prove(&mut self) -> Result<()> {
        self.say("demo-prove")?;
        let number = self.number();
        self.jingui(Some("wang"), &["journal", "prove", "--record", &number, "--doc", "1", "-o", "proof"])?;
        let tools = ["bash", "sha256sum", "jq", "xxd", "base64", "openssl"];
        let missing: Vec<&str> = tools.into_iter().filter(|tool| !is_installed(tool)).collect();
        if !missing.is_empty() {
            self.context.out.result("demo-no-tools", &[("list", missing.join(" ").into())])?;
            return Ok(());
        }
        self.context.out.line("$ bash proof/check.sh opened.pdf")?;
        let mut command = std::process::Command::new("bash");
        let output = command.args(["proof/check.sh", "opened.pdf"]).current_dir(&self.dir).output();
        let output = output.doing("run", Path::new("proof/check.sh"))?;
        self.context.out.line(String::from_utf8_lossy(&output.stdout).trim_end())?;
        if !output.status.success() {
            let what = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(Problem::Step { command: "bash proof/check.sh opened.pdf".into(), code: what }.into());
        }
        Ok(())
    }

    /// A dispute: two holds on one record, each for a matter of its own; who may not know of them sees no sign.
    fn dispute(&mut self) -> Result<()> {
        self.say("demo-dispute")?;
        let number = self.number();
        let basis = self.context.out.text("demo-basis", &[]);
        for matter in ["demo-matter-court", "demo-matter-complaint"] {
            let matter = self.context.out.text(matter, &[]);
            let place = ["hold", "place", "--matter", &matter, "--basis", &basis, "--record", &number];
            self.jingui(Some("wang"), &place)?;
        }
        self.jingui(Some("wang"), &["why", &number])?;
        self.jingui(None, &["why", &number])
    }

    /// The CA countersigns the journal; requests and answers go to and fro.
    fn countersign(&mut self) -> Result<()> {
        self.say("demo-cosign")?;
        self.jingui(Some("ca"), &["cosigner", "init", "post/cosigner", "--name", "ca.example/cosigner"])?;
        let toml = self.dir.join("post/cosigner/COSIGNER.toml");
        let text = std::fs::read_to_string(&toml).doing("read", &toml)?;
        let key = text.split('"').nth(1).unwrap_or_default().to_owned();
        self.jingui(None, &["journal", "cosigner", &key, "--request", "post/name.act"])?;
        self.jingui(Some("ca"), &["act", "sign", "post/name.act", "-o", "post/named.act"])?;
        self.jingui(None, &["act", "submit", "post/named.act"])?;
        self.jingui(None, &["journal", "cosign", "--request", "-o", "post/head.request"])?;
        let sign =
            ["cosigner", "sign", "post/head.request", "-o", "post/head.answer", "--dir", "post/cosigner"];
        self.jingui(Some("ca"), &[&sign[..], &["--trust", "vault/VAULT.toml"]].concat())?;
        self.jingui(None, &["journal", "cosign", "--import", "post/head.answer"])
    }

    /// An old application is over; people sign that it is to be destroyed, and it is rehearsed. The run itself has to wait.
    fn dispose(&mut self, serial: u64) -> Result<()> {
        self.say("demo-due")?;
        let today = self.context.env.now().day();
        let date = format!("{:04}-03-02", today.year() - 4);
        let texts = ["demo-form", "demo-project", "demo-customer"];
        let more = ["--outcome", "withdrawn"];
        let number = self.apply(serial, "incoming/withdrawn", texts, &date, &more)?;
        self.jingui(None, &["why", &number])?;

        self.say("demo-purge")?;
        self.jingui(None, &["purge", "plan"])?;
        let plans = self.dir.join("vault/plans");
        let mut names =
            std::fs::read_dir(&plans).doing("list", &plans)?.flatten().map(|entry| entry.file_name());
        let plan = names.next().and_then(|name| Some(name.to_str()?.strip_suffix(".jsonl")?.to_owned()));
        let plan = plan.unwrap_or_default();
        let reason = self.context.out.text("demo-over", &[]);
        self.jingui(Some("wang"), &["purge", "appraise", &plan, "--all", "--reason", &reason])?;
        self.jingui(Some("chen"), &["purge", "approve", &plan, "--confirm", &plan])?;
        self.jingui(Some("li"), &["purge", "witness", &plan])?;
        self.jingui(Some("sun"), &["purge", "witness", &plan])?;
        self.jingui(None, &["status"])?;
        let later = today.plus_days(8).unwrap_or(today).to_string();
        self.jingui(None, &["purge", "run", &plan, "--as-of", &later])
    }

    /// Files the application of a unit whose other papers are on paper, has it reviewed, and returns its number.
    ///
    /// Shape: `texts` are the keys of what is in it, of its project and of its customer.
    fn apply(
        &mut self,
        serial: u64,
        folder: &str,
        texts: [&str; 3],
        date: &str,
        more: &[&str],
    ) -> Result<String> {
        let [form, project, customer] = texts.map(|key| self.context.out.text(key, &[]));
        self.write(&format!("{folder}/form.txt"), form.as_bytes())?;
        let mut args = vec!["add", folder, "--outlet", "1", "--project", &project, "--customer", &customer];
        args.extend(["--customer-kind", "enterprise", "--business", "new", "--date", date]);
        args.extend(more);
        let waived = self.context.out.text("demo-waived", &[]);
        let waivers = WAIVED_KINDS.map(|kind| format!("{kind}={waived}"));
        args.extend(waivers.iter().flat_map(|waiver| ["--waive", waiver]));
        self.jingui(Some("zhang"), &args)?;
        let number = format!("JG01-{}-{serial:06}", self.context.env.now().day().year());
        self.jingui(Some("li"), &["review", &number])?;
        Ok(number)
    }

    /// The number of the first record filed here.
    fn number(&self) -> String {
        format!("JG01-{}-000001", self.context.env.now().day().year())
    }

    fn say(&mut self, key: &str) -> Result<()> {
        self.context.out.line("")?;
        self.context.out.result(key, &[])?;
        self.context.out.flush()
    }

    fn write(&self, below: &str, bytes: &[u8]) -> Result<()> {
        let path = self.dir.join(below);
        let dir = path.parent().unwrap_or(&self.dir);
        std::fs::create_dir_all(dir).doing("create", dir)?;
        std::fs::write(&path, bytes).doing("write", &path)
    }

    fn recipient(&self, below: &str) -> Result<String> {
        Ok(super::staff::read_half(self.context, &self.dir.join(below))?.age)
    }

    /// Shows a command line and runs it, in the demo's directory and as somebody.
    fn jingui(&mut self, who: Option<&str>, args: &[&str]) -> Result<()> {
        let env = self.context.env.clone();
        self.step(env, &["jingui"], who, args, Exit::Done)
    }

    /// The same in surroundings that the words of `through` would give it, and with how it has to end.
    fn step(
        &mut self,
        env: Env,
        through: &[&str],
        who: Option<&str>,
        args: &[&str],
        end: Exit,
    ) -> Result<()> {
        self.context.go_on()?;
        let who = who.map(|name| format!("keys/{name}.key"));
        let mut line = String::from("$");
        if let Some(key) = &who {
            line.push_str(&format!(" JINGUI_KEY={key}"));
        }
        for word in through.iter().chain(args) {
            line.push(' ');
            line.push_str(&quoted(word));
        }
        self.context.out.line(&line)?;
        self.context.out.flush()?;

        let mut words: Vec<OsString> = vec!["jingui".into()];
        words.extend(args.iter().map(OsString::from));
        words.extend(["--lang".into(), self.context.out.look().lang.word().into(), "--no-input".into()]);
        words.extend(["--passphrase-file".into(), self.dir.join("keys/passphrase.txt").into()]);
        let mut surroundings = Surroundings::of_process().doing("read", Path::new("."))?;
        surroundings.streams = Streams::of_process().doing("read", Path::new("."))?;
        surroundings.cwd = self.dir.clone();
        surroundings.env = env;
        surroundings.interrupt = Some(self.context.interrupt.clone());
        surroundings.vars.retain(|name, _| !name.starts_with("JINGUI_"));
        surroundings.vars.insert("JINGUI_VAULT".into(), self.dir.join("vault").into());
        if let Some(key) = who {
            surroundings.vars.insert("JINGUI_KEY".into(), self.dir.join(key).into());
        }
        match crate::start::run(words, surroundings) {
            code if code == end as u8 => Ok(()),
            code => Err(Problem::Step { command: line[2..].to_owned(), code: code.to_string() }.into()),
        }
    }
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./=,:@+".contains(c);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

fn is_installed(tool: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|dir| dir.join(tool).is_file())
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_shown_command_line_can_be_typed() {
        assert_eq!(quoted("keys/li.key"), "keys/li.key");
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }
}
