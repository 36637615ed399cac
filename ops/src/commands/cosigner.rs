//! `cosigner init|sign|show`: the small half of the program that a CA runs. It needs no vault.

use super::act::must_be_new;
use super::backup::{Place, Reached};
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::{Doing, Failure, Problem, Result};
use crate::output::printable_path;
use jingui_schema::cosignature::{REQUEST_BYTES_MAX, Request};
use jingui_schema::id::VaultId;
use jingui_vault::cosigner::{Cosigner, Seen, Signed, Trusted, read_request};
use jingui_vault::push::ca::{self, Questions};
use jingui_vault::{Error, Exit};
use serde::Serialize;
use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Makes a cosigner's directory.
pub(super) fn init(context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        dir: String,
        key: String,
    }
    let dir = context.path(&parsed.must::<PathBuf>("dir"));
    let name = parsed.must::<String>("name");
    let shown = printable_path(&dir);
    if context.dry_run() {
        let key = Cosigner::may_init(&context.env, &dir, &name, context.person()?)?;
        let values = [("dir", shown.into()), ("key", key.to_string().into())];
        context.out.result("cosigner-would-make", &values)?;
        return Ok(Exit::Done);
    }
    let cosigner = Cosigner::init(context.env.clone(), &dir, &name, context.person()?)?;
    let key = cosigner.key().to_string();
    if context.out.json() {
        context.out.document(&Told { dir: shown, key })?;
    } else {
        context.out.result("cosigner-made", &[("dir", shown.into()), ("key", key.into())])?;
    }
    Ok(Exit::Done)
}

/// Countersigns the head of a request, or says why not.
pub(super) fn sign(context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    if let Some(word) = parsed.file("at") {
        return sign_at(context, parsed, word);
    }
    let dir = dir(context, parsed);
    let output = parsed.file("output").filter(|path| !crate::cli::is_dash(path)).map(|p| context.path(p));
    output.as_deref().map(must_be_new).transpose()?;
    let path = context.path(&parsed.must::<PathBuf>("request"));
    let bytes = context.env.fs.read(&path, REQUEST_BYTES_MAX as u64 + 1).doing("read", &path)?;
    let request = read_request(&printable_path(&path), &bytes)?;
    let signed = Signing::of(context, parsed, &dir)?.sign(context, &request)?;
    let answer = signed.head.to_text();
    if let (Some(output), false) = (&output, context.dry_run()) {
        context.env.fs.write_new(output, answer.as_bytes()).doing("write", output)?;
    }
    let output = output.as_deref().map(printable_path);
    tell(context, &signed, output, &answer)
}

/// Whoever signs, and on which terms.
struct Signing {
    cosigner: Cosigner,
    trusted: Option<Trusted>,
    fork: bool,
    /// Held until all is signed; a rehearsal needs none.
    _lock: Option<File>,
}

impl Signing {
    fn of(context: &Context, parsed: &Parsed, dir: &Path) -> Result<Self> {
        let trusted = match parsed.file("trust").map(|path| context.path(path)) {
            None => None,
            Some(path) => {
                let bytes = context.env.fs.read(&path, 64 << 10).doing("read", &path)?;
                Some(Trusted::read(&printable_path(&path), &bytes)?)
            }
        };
        let cosigner = Cosigner::open(context.env.clone(), dir)?;
        let _lock = if context.dry_run() { None } else { Some(lock(dir)?) };
        Ok(Self { cosigner, trusted, fork: parsed.flag("accept-fork"), _lock })
    }

    fn sign(&self, context: &Context, request: &Request) -> Result<Signed> {
        let trusted = self.trusted.as_ref();
        match context.dry_run() {
            true => Ok(self.cosigner.consider(request, trusted, self.fork)?),
            false => Ok(self.cosigner.sign(context.person()?, request, trusted, self.fork)?),
        }
    }
}

/// So many of the newest requests at a target are looked at: each push leaves one.
const ASKED_MAX: usize = 64;

/// Countersigns what an archive asks at the target of its pushes, and leaves the answer there.
fn sign_at(context: &mut Context, parsed: &Parsed, word: &Path) -> Result<Exit> {
    let dir = dir(context, parsed);
    let Reached { target, .. } = Place::of(context, word)?.reach(context)?;
    let questions = Questions::at(&*target)?;
    let signing = Signing::of(context, parsed, &dir)?;
    let seen = signing.cosigner.seen()?.into_iter().find(|seen| seen.vault == questions.vault);
    let mut refused = None;
    for (asked, has_answer) in questions.asked.into_iter().take(ASKED_MAX) {
        let (name, request) = match Questions::read(&*target, asked, questions.vault) {
            Ok(read) => read,
            // Whoever may write there can leave anything; another one may be a request.
            Err(error @ Error::NotARequest { .. }) => {
                refused.get_or_insert(error);
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        let same_log = seen.as_ref().filter(|seen| seen.origin() == request.head().head().origin());
        // What is older than the head that was signed last was answered with it.
        if same_log.is_some_and(|seen| asked.lines < seen.lines || (asked.lines == seen.lines && has_answer))
        {
            continue;
        }
        match signing.sign(context, &request) {
            Ok(signed) => {
                let answer = signed.head.to_text();
                let left = match context.dry_run() {
                    true => name,
                    false => ca::leave_answer(&*target, asked.lines, &answer)?,
                };
                return tell(context, &signed, Some(left), &answer);
            }
            Err(Failure::Vault(error)) if error.exit() != Exit::Failed => {
                refused.get_or_insert(error);
            }
            Err(failure) => return Err(failure),
        }
    }
    if let Some(error) = refused {
        return Err(error.into());
    }
    #[derive(Serialize)]
    struct Nothing {
        vault: String,
        signed: bool,
    }
    match context.out.json() {
        true => context.out.document(&Nothing { vault: questions.vault.to_string(), signed: false })?,
        false => {
            context.out.result("cosigner-nothing-asked", &[("vault", questions.vault.to_string().into())])?
        }
    }
    Ok(Exit::Done)
}

fn tell(context: &mut Context, signed: &Signed, output: Option<String>, answer: &str) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        vault: String,
        origin: String,
        before: u64,
        lines: u64,
        root: String,
        at: String,
        signed: bool,
        path: Option<String>,
        answer: Option<String>,
    }
    let (dry, seen) = (context.dry_run(), &signed.seen);
    let before = signed.before.as_ref().map_or(0, |before| before.lines);
    if signed.clock_behind {
        context.out.warning("cosigner-clock-behind", &[("at", seen.at.to_string().into())])?;
    }
    if context.out.json() {
        context.out.document(&Told {
            vault: seen.vault.to_string(),
            origin: seen.origin(),
            before,
            lines: seen.lines,
            root: seen.root.to_string(),
            at: seen.at.to_string(),
            signed: !dry,
            answer: (output.is_none() && !dry).then(|| answer.to_owned()),
            path: output,
        })?;
        return Ok(Exit::Done);
    }
    let values = [
        ("origin", seen.origin().into()),
        ("before", before.into()),
        ("lines", seen.lines.into()),
        ("at", seen.at.to_string().into()),
    ];
    match (dry, output) {
        (true, _) => context.out.result("cosigner-would-sign", &values)?,
        (false, Some(_)) => context.out.result("cosigner-signed", &values)?,
        (false, None) => {
            context.out.note("cosigner-signed", &values);
            context.out.out(answer.as_bytes())?;
        }
    }
    Ok(Exit::Done)
}

/// Shows the key to hand out, and what is known of each vault.
pub(super) fn show(context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        dir: String,
        name: String,
        key: String,
        vaults: Vec<Vault>,
    }
    #[derive(Serialize)]
    struct Vault {
        vault: String,
        origin: String,
        lines: u64,
        root: String,
        at: String,
        log: String,
    }
    let dir = dir(context, parsed);
    let cosigner = Cosigner::open(context.env.clone(), &dir)?;
    let seen = cosigner.seen()?;
    if context.out.json() {
        let vault = |seen: Seen| Vault {
            vault: seen.vault.to_string(),
            origin: seen.origin(),
            lines: seen.lines,
            root: seen.root.to_string(),
            at: seen.at.to_string(),
            log: seen.log,
        };
        let key = cosigner.key();
        context.out.document(&Told {
            dir: printable_path(&dir),
            name: key.name().to_owned(),
            key: key.to_string(),
            vaults: seen.into_iter().map(vault).collect(),
        })?;
        return Ok(Exit::Done);
    }
    context
        .out
        .pairs(&[("col-dir", printable_path(&dir)), ("col-cosigner-key", cosigner.key().to_string())])?;
    let row = |seen: &Seen| vec![seen.origin(), seen.lines.to_string(), seen.at.to_string()];
    let rows = seen.iter().map(row).collect();
    context.out.table(&["col-log", "col-lines", "col-at"], rows)?;
    Ok(Exit::Done)
}

/// What a cosigner has seen of an archive; nothing where none is at hand.
pub(super) fn seen_by(cosigner: Option<&Cosigner>, vault: VaultId) -> jingui_vault::Result<Option<Seen>> {
    let all = cosigner.map(Cosigner::seen).transpose()?;
    Ok(all.into_iter().flatten().find(|seen| seen.vault == vault))
}

/// The cosigner's directory: named, or the one that the program was started in.
fn dir(context: &Context, parsed: &Parsed) -> PathBuf {
    context.path(parsed.file("dir").map_or(Path::new("."), PathBuf::as_path))
}

/// Two who sign at once could sign two heads that do not fit. Freed by the kernel when the file is closed.
fn lock(dir: &Path) -> Result<File> {
    let path = dir.join("lock");
    let mut how = OpenOptions::new();
    let file = how.read(true).write(true).create(true).truncate(false).mode(0o600).open(&path);
    let file = file.doing("open", &path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Problem::CosignerInUse { path: printable_path(dir) }.into()),
        Err(TryLockError::Error(error)) => Err(error).doing("lock", &path),
    }
}
