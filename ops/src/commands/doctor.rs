//! `doctor`: machine and vault looked over; what can safely be put right is, where that is asked for.

use super::World;
use super::act::must_be_new;
use crate::cli::Parsed;
use crate::context::Context;
use crate::doctor::bundle::{self, OfVault};
use crate::doctor::vault::{Look, Looked, look, look_unopened};
use crate::doctor::{Finding, Place, Severity, human};
use crate::failure::{Doing, Failure, Result};
use crate::messages::Value;
use crate::output::printable_path;
use jingui_indexer::extract::Held;
use jingui_sync::Probed;
use jingui_vault::{Error, Exit, Notice};
use serde::Serialize;
use std::path::PathBuf;

/// A vault that is not there, or does not open.
pub struct Unopened {
    /// Where it was looked for.
    pub dir: PathBuf,
    /// Whether that place was named.
    pub named: bool,
    /// Why it does not open; nothing where there is none.
    pub failure: Option<Failure>,
}

#[derive(Serialize)]
struct Told<'a> {
    findings: Vec<ToldFinding<'a>>,
    problems: usize,
    warnings: usize,
    fixed: usize,
    bundle: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    probed: Option<&'a Probed>,
    exit_code: u8,
}

#[derive(Serialize)]
struct ToldFinding<'a> {
    #[serde(flatten)]
    finding: &'a Finding,
    message: String,
    fix: Option<String>,
}

/// Looks over the machine and an open vault.
pub(super) fn run(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let bundle = bundle_path(context, parsed)?;
    // What opening had to tell is told here as well, and counted in the bundle.
    let mut notices = world.vault.take_notices();
    let session = match context.person.take().map(|person| world.vault.sign_in(person)) {
        Some(Ok(session)) => Some(session),
        // What keeps a person out is a reason to look, not to stop looking.
        Some(Err(error)) => {
            let fields = error.fields();
            let fields: Vec<(&str, Value<'_>)> =
                fields.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
            let why = context.out.text(&format!("error-{}", error.code()), &fields);
            context.out.warning("doctor-not-signed-in", &[("why", why.into())])?;
            None
        }
        None => None,
    };
    let fix = parsed.flag("fix") && !context.dry_run();
    let mut looked = look(&Look { vault: &world.vault, made: &world.made, session: session.as_ref(), fix });
    looked.found.push(reader(world));
    notices.extend(world.vault.take_notices());
    for notice in &notices {
        world.vault.tell(notice.clone());
    }
    world.tell_notices(context)?;
    let of_vault = match &bundle {
        Some(_) if !context.dry_run() => {
            let (out, interrupt) = (&mut context.out, &context.interrupt);
            Some(OfVault::of(&world.vault, &mut |lines| {
                out.progress("progress-journal", lines, None);
                match interrupt.is_set() {
                    true => Err(Failure::from(Error::Interrupted {})),
                    false => Ok(()),
                }
            })?)
        }
        _ => None,
    };
    tell(context, parsed, looked, &notices, bundle, of_vault.as_ref())
}

/// How documents of strangers are read here: by a process that is jailed, or not at all.
fn reader(world: &World) -> Finding {
    let (state, why) = match world.index.inspect() {
        Err(error) => ("none", Some(error.to_string())),
        Ok((confinement, _)) if confinement.files == Held::Not => ("no-landlock", None),
        Ok((confinement, _)) if confinement.calls != Held::Whole => ("no-seccomp", None),
        Ok((_, tools)) if tools.pdftotext.is_none() => ("no-poppler", None),
        Ok(_) => ("whole", None),
    };
    let severity = if state == "whole" { Severity::Ok } else { Severity::Warning };
    let finding = Finding::new("reader", severity, Place::Machine).word("state", state);
    why.into_iter().fold(finding, |finding, why| finding.text("why", why))
}

/// The same where there is no vault, or none that opens.
pub fn run_unopened(of: &Unopened, context: &mut Context) -> Result<Exit> {
    let parsed = super::parsed(context)?;
    let bundle = bundle_path(context, &parsed)?;
    let fix = parsed.flag("fix") && !context.dry_run();
    let looked = match &of.failure {
        Some(failure) => look_unopened(&of.dir, context.keystore(), failure, fix),
        None => {
            let severity = if of.named { Severity::Problem } else { Severity::Info };
            let finding = Finding::new("no-vault", severity, Place::Vault).path(&of.dir);
            Looked { found: vec![finding], sizes: Vec::new() }
        }
    };
    tell(context, &parsed, looked, &[], bundle, None)
}

fn bundle_path(context: &Context, parsed: &Parsed) -> Result<Option<PathBuf>> {
    let path = parsed.file("bundle").map(|path| context.path(path));
    path.as_deref().map(must_be_new).transpose()?;
    Ok(path)
}

fn tell(
    context: &mut Context,
    parsed: &Parsed,
    mut looked: Looked,
    notices: &[Notice],
    bundle: Option<PathBuf>,
    of_vault: Option<&OfVault>,
) -> Result<Exit> {
    let mut found = std::mem::take(&mut context.call.found);
    let probed = context.call.probed.take();
    found.append(&mut looked.found);
    // The worst first; what is of the same kind together.
    found.sort_by(|a, b| (b.standing(), a.place, &a.code).cmp(&(a.standing(), b.place, &b.code)));
    let count = |severity| found.iter().filter(|finding| finding.standing() == severity).count();
    let (problems, warnings) = (count(Severity::Problem), count(Severity::Warning));
    let fixed = found.iter().filter(|finding| finding.fixed).count();
    let exit = match unreached(&found) {
        _ if found.iter().any(|finding| finding.damage && !finding.fixed) => Exit::Damage,
        Some(exit) => exit,
        None if problems > 0 => Exit::Part,
        None => Exit::Done,
    };
    if let (Some(path), false) = (&bundle, context.dry_run()) {
        let about = context.out.text("doctor-bundle-about", &[]);
        let bytes =
            bundle::make(&context.env, &about, &found, &looked, notices, of_vault).doing("make", path)?;
        context.env.fs.write_new(path, &bytes).doing("write", path)?;
    }
    let bundle = bundle.filter(|_| !context.dry_run()).as_deref().map(printable_path);
    if context.out.json() {
        let findings = found.iter().map(|finding| {
            let (message, fix) = (message(context, finding), fix_of(context, finding));
            ToldFinding { finding, message, fix }
        });
        let findings = findings.collect();
        let (probed, exit_code) = (probed.as_ref(), exit as u8);
        let told = Told { findings, problems, warnings, fixed, bundle, probed, exit_code };
        context.out.document(&told)?;
        return Ok(exit);
    }
    for finding in &found {
        let standing = finding.standing();
        if standing < Severity::Warning && context.out.look().quiet && !finding.fixed {
            continue;
        }
        let word =
            if finding.fixed { "doctor-fixed" } else { &format!("doctor-severity-{}", standing.word()) };
        let (word, text) = (context.out.text(word, &[]), message(context, finding));
        let values =
            [("severity", word.into()), ("code", finding.code.as_str().into()), ("text", text.into())];
        context.out.result("doctor-line", &values)?;
        if let Some(fix) = fix_of(context, finding) {
            context.out.result("doctor-line-fix", &[("fix", fix.into())])?;
        }
    }
    if parsed.flag("fix") && context.dry_run() {
        context.out.note("doctor-would-fix", &[]);
    }
    if let Some(path) = bundle {
        context.out.note("doctor-bundle-written", &[("path", path.into())]);
    }
    let values = [("problems", problems.into()), ("warnings", warnings.into()), ("fixed", fixed.into())];
    context.out.result(if problems + warnings == 0 { "doctor-well" } else { "doctor-summary" }, &values)?;
    Ok(exit)
}

/// How it ends where a store could not be looked at.
fn unreached(found: &[Finding]) -> Option<Exit> {
    let number = found.iter().find(|finding| finding.code == "store")?.numbers.get("exit")?;
    let known = [Exit::Failed, Exit::NoSpace];
    Some(known.into_iter().find(|exit| i64::from(*exit as u8) == *number).unwrap_or(Exit::Unreachable))
}

/// The values that fill a finding's messages.
fn values(context: &Context, finding: &Finding) -> Vec<(String, String)> {
    let mut values = vec![
        ("severity".to_owned(), finding.severity.word().to_owned()),
        ("place".to_owned(), context.out.text(&format!("doctor-place-{}", finding.place.word()), &[])),
    ];
    values.extend(finding.words.iter().map(|(name, word)| (name.clone(), word.clone())));
    values.extend(finding.texts.iter().map(|(name, text)| (name.clone(), text.clone())));
    for (name, number) in &finding.numbers {
        let shown = match *number {
            i64::MAX => context.out.text("doctor-no-limit", &[]),
            bytes if name.ends_with("bytes") => human(bytes),
            number => number.to_string(),
        };
        values.push((name.clone(), shown));
    }
    // A vault that does not open says why in the words of the error itself.
    if let Some(code) = finding.words.get("error") {
        let fields: Vec<(&str, Value<'_>)> = (finding.texts.iter())
            .filter_map(|(name, text)| Some((name.strip_prefix("error-")?, text.as_str().into())))
            .collect();
        values.push(("why".into(), context.out.text(&format!("error-{code}"), &fields)));
        values.push(("hint".into(), context.out.text(&format!("hint-{code}"), &fields)));
    }
    // A point of a store says in the same words whether it is kept, and why not.
    if let Some(verdict) = finding.words.get("verdict") {
        values.push(("told".into(), context.out.text(&format!("doctor-verdict-{verdict}"), &[])));
        values.push(("because".into(), because(context, finding)));
    }
    values
}

/// Why a point is as it is; nothing where it is kept and nobody said anything.
fn because(context: &Context, finding: &Finding) -> String {
    let said = finding.texts.get("said").map(String::as_str).unwrap_or_default();
    let why = match finding.words.get("why").map(String::as_str) {
        Some("none") | None if said.is_empty() => return String::new(),
        Some("none") | None => "said",
        Some(why) => why,
    };
    let why = context.out.text(&format!("doctor-why-{why}"), &[("said", said.into())]);
    context.out.text("doctor-because", &[("why", why.into())])
}

fn message(context: &Context, finding: &Finding) -> String {
    filled(context, &format!("doctor-{}", finding.code), finding)
}

/// What to do about it; nothing where nothing is to be done.
fn fix_of(context: &Context, finding: &Finding) -> Option<String> {
    let wants = finding.severity > Severity::Ok && !finding.fixed;
    wants
        .then(|| filled(context, &format!("doctor-fix-{}", finding.code), finding))
        .filter(|fix| !fix.is_empty())
}

fn filled(context: &Context, key: &str, finding: &Finding) -> String {
    let values = values(context, finding);
    let values: Vec<(&str, Value<'_>)> =
        values.iter().map(|(name, value)| (name.as_str(), value.as_str().into())).collect();
    context.out.text(key, &values)
}
