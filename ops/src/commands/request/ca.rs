//! `request new|read|open`: the CA asks for a record, reads the answer, or opens the record itself. It needs no vault.

use super::super::act::{must_be_new, read as read_acts};
use super::super::backup::{Place, Reached};
use super::super::cosigner::seen_by;
use super::super::keys::read_identity;
use super::super::open::document_name;
use super::super::staff::write_act;
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::{Doing, Problem, Result};
use crate::output::printable_path;
use jingui_schema::act::ActFile;
use jingui_schema::cover::Document;
use jingui_schema::id::{ActId, VaultId};
use jingui_vault::cosigner::{Cosigner, Seen};
use jingui_vault::keys::Person;
use jingui_vault::push::Acceptor;
use jingui_vault::requests::{
    Asking, Opener, Order, Questioner, Retelling, Tell, Vouched, request_record, tell_again,
};
use jingui_vault::seal::Identity;
use jingui_vault::{Error, Exit};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// The cosigner whose memory vouches for an archive, where one is named.
fn cosigner(context: &Context, parsed: &Parsed) -> Result<Option<Cosigner>> {
    let dir = parsed.file("cosigner").map(|dir| context.path(dir));
    Ok(dir.map(|dir| Cosigner::open(context.env.clone(), &dir)).transpose()?)
}

/// What answers and escrow are sealed to.
fn identity(context: &Context, parsed: &Parsed) -> Result<Identity> {
    match parsed.file("identity") {
        Some(path) => read_identity(context, path),
        None => Ok(context.person()?.identity().clone()),
    }
}

/// A document, for programs.
#[derive(Serialize)]
struct ToldDocument {
    no: u32,
    name: String,
    size: u64,
    sha256: String,
    file: String,
}

fn told_documents(documents: &[Document]) -> Vec<ToldDocument> {
    let told = |document: &Document| ToldDocument {
        no: document.no,
        name: document.name.clone(),
        size: document.size,
        sha256: document.sha256.to_string(),
        file: document_name(document),
    };
    documents.iter().map(told).collect()
}

/// Asks for a record: an act, for the authority to sign and to leave at the target.
pub(in crate::commands) fn new(context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        vault: String,
        number: String,
        act: String,
        signed: bool,
        continues: Option<u64>,
        path: String,
        dry_run: bool,
    }
    let file = context.path(&parsed.must::<PathBuf>("output"));
    must_be_new(&file)?;
    let place = Place::of(context, &parsed.must::<PathBuf>("target"))?;
    let cosigner = cosigner(context, parsed)?;
    let recipient = match parsed.text("recipient") {
        Some(recipient) => recipient.to_owned(),
        None => context.person()?.recipient(),
    };
    let asking = Asking {
        number: parsed.must("number"),
        basis: parsed.must("basis"),
        matter: parsed.must("matter"),
        due: parsed.get("due"),
        recipient,
    };
    let again = parsed.file("again").cloned().map(|told| read_one(context, &told)).transpose()?;
    let Reached { target, .. } = place.reach(context)?;
    let seen = |vault: VaultId| seen_by(cosigner.as_ref(), vault);
    let person = context.person.as_ref();
    let order = request_record(&context.env, target, &asking, again.as_ref(), &seen, person)?;
    let (number, path) = (asking.number.to_string(), printable_path(&file));
    warn_unvouched(context, order.continues)?;
    if !context.dry_run() {
        write_act(context, &order.file, &file)?;
    }
    if context.out.json() {
        let told = Told {
            vault: order.vault.to_string(),
            number,
            act: order.act.to_string(),
            signed: order.file.sig.is_some(),
            continues: order.continues,
            path,
            dry_run: context.dry_run(),
        };
        return context.out.document(&told).map(|()| Exit::Done);
    }
    let values = [("number", number.into()), ("vault", order.vault.to_string().into())];
    context.out.result(if context.dry_run() { "request-would-ask" } else { "request-asked" }, &values)?;
    if !context.dry_run() {
        tell_next(context, &order, &path, &place);
    }
    Ok(Exit::Done)
}

/// What is to be done with an act of the authority's.
fn tell_next(context: &mut Context, order: &Order, path: &str, place: &Place) {
    let key = if order.file.sig.is_some() { "request-send" } else { "request-sign" };
    let values = [
        ("act", order.act.to_string().into()),
        ("path", path.to_owned().into()),
        ("place", place.shown().into()),
    ];
    context.out.note(key, &values);
}

fn warn_unvouched(context: &mut Context, continues: Option<u64>) -> Result<()> {
    match continues {
        Some(lines) => {
            context.out.note("accept-continues", &[("lines", lines.into())]);
            Ok(())
        }
        None => context.out.warning("request-unvouched", &[]),
    }
}

/// Reads an answer, makes sure of it, and writes it out.
pub(in crate::commands) fn read(context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        vault: String,
        request: String,
        record: String,
        number: String,
        version: u32,
        basis: String,
        at: String,
        lines: u64,
        /// `none`, `key` or `cosigned`.
        vouched: &'static str,
        /// Whether it names the authority whose key is at hand.
        authority: bool,
        path: Option<String>,
        documents: Vec<ToldDocument>,
    }
    let dir = context.path(&parsed.must::<PathBuf>("output"));
    must_be_new(&dir)?;
    let (cosigner, identity) = (cosigner(context, parsed)?, identity(context, parsed)?);
    let seen = |vault: VaultId| seen_by(cosigner.as_ref(), vault);
    let authority = context.person.as_ref().map(Person::sign_key);
    let questioner = Questioner { identity: &identity, seen: &seen, authority, names: &document_name };
    let (from, act) = (parsed.must::<PathBuf>("from"), parsed.get::<ActId>("act"));
    let out = Some(dir.as_path()).filter(|_| !context.dry_run());
    let path = context.path(&from);
    let given = match act {
        act if path.is_file() => {
            let file = context.env.fs.open(&path).doing("open", &path)?;
            questioner.read(&context.env, file, &printable_path(&path), act, out)?
        }
        Some(act) => {
            let Reached { target, .. } = Place::of(context, &from)?.reach(context)?;
            questioner.read_at(&context.env, &*target, act, out)?
        }
        None => return Err(missing(parsed, "<ACT>")),
    };
    match given.vouched {
        Vouched::Not => {
            context.out.warning("request-unvouched", &[])?;
            if authority.is_some() && !given.is_ours {
                context.out.warning("request-other-authority", &[])?;
            }
        }
        Vouched::Key => context.out.warning("request-key-alone", &[])?,
        Vouched::Continues(lines) => context.out.note("accept-continues", &[("lines", lines.into())]),
    }
    if context.out.json() {
        let told = Told {
            vault: given.vault.to_string(),
            request: given.request.to_string(),
            record: given.record.to_string(),
            number: given.number.to_string(),
            version: given.n,
            basis: given.basis.to_string(),
            at: given.at.to_string(),
            lines: given.lines,
            vouched: match given.vouched {
                Vouched::Not => "none",
                Vouched::Key => "key",
                Vouched::Continues(_) => "cosigned",
            },
            authority: given.is_ours,
            path: out.map(printable_path),
            documents: told_documents(&given.documents),
        };
        return context.out.document(&told).map(|()| Exit::Done);
    }
    let values = [
        ("number", given.number.to_string().into()),
        ("count", given.documents.len().into()),
        ("lines", given.lines.into()),
        ("path", printable_path(&dir).into()),
    ];
    context.out.result(if out.is_some() { "request-read" } else { "request-would-read" }, &values)?;
    Ok(Exit::Done)
}

/// Opens a record out of what an archive has pushed, with the keys that are escrowed to the CA.
pub(in crate::commands) fn open(context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        vault: String,
        record: String,
        number: String,
        version: u32,
        act: String,
        signed: bool,
        continues: Option<u64>,
        act_file: String,
        path: Option<String>,
        documents: Vec<ToldDocument>,
    }
    // Nothing is opened without the act that says so.
    let file = context.act_out().map(Path::to_owned).ok_or_else(|| missing(parsed, "--act-out <FILE>"))?;
    if let Some(told) = parsed.file("again").cloned() {
        return again(context, parsed, &told, &file);
    }
    let dir = context.path(&parsed.must::<PathBuf>("output"));
    must_be_new(&dir)?;
    must_be_new(&file)?;
    let place = Place::of(context, &parsed.must::<PathBuf>("target"))?;
    let (cosigner, identity) = (cosigner(context, parsed)?, identity(context, parsed)?);
    let seen = |vault: VaultId| -> jingui_vault::Result<Option<Seen>> { seen_by(cosigner.as_ref(), vault) };
    let person = Person::from_secret_text("key", &context.person()?.to_secret_text())?;
    let Reached { target, .. } = place.reach(context)?;
    let (env, interrupt, dry_run) = (context.env.clone(), context.interrupt.clone(), context.dry_run());
    let mut keep = |act: &ActFile| -> jingui_vault::Result<()> {
        let above = file.parent().unwrap_or(Path::new("/"));
        let kept = env.fs.write_new(&file, act.to_text().as_bytes()).and_then(|()| env.fs.sync_dir(above));
        kept.map_err(|source| Error::Io { doing: format!("write {}", printable_path(&file)), source })
    };
    let tell: Option<Tell<'_>> = if dry_run { None } else { Some(&mut keep) };
    let acceptor = Acceptor {
        person,
        identity: &identity,
        seen: &seen,
        progress: &|_| {},
        interrupted: &|| interrupt.is_set(),
    };
    let opener = Opener {
        number: parsed.must("number"),
        basis: parsed.must("basis"),
        matter: parsed.must("matter"),
        dir: &dir,
        names: &document_name,
    };
    let opened = acceptor.open_record(&context.env, target, &opener, tell)?;
    let (order, number) = (&opened.order, opener.number.to_string());
    warn_unvouched(context, order.continues)?;
    let act_file = printable_path(&file);
    if context.out.json() {
        let told = Told {
            vault: order.vault.to_string(),
            record: opened.record.to_string(),
            number,
            version: opened.n,
            act: order.act.to_string(),
            signed: order.file.sig.is_some(),
            continues: order.continues,
            act_file,
            path: Some(printable_path(&dir)).filter(|_| !dry_run),
            documents: told_documents(&opened.documents),
        };
        return context.out.document(&told).map(|()| Exit::Done);
    }
    let values = [
        ("number", number.into()),
        ("count", opened.documents.len().into()),
        ("path", printable_path(&dir).into()),
    ];
    context.out.result(if dry_run { "request-would-open" } else { "request-opened-here" }, &values)?;
    if !dry_run {
        tell_next(context, order, &act_file, &place);
    }
    Ok(Exit::Done)
}

/// The act in a file that holds one.
fn read_one(context: &Context, path: &Path) -> Result<ActFile> {
    let mut acts = read_acts(context, path)?;
    match (acts.pop(), acts.is_empty()) {
        (Some(act), true) => Ok(act),
        _ => {
            Err(Error::NotAnAct { path: printable_path(path), why: "it does not hold one act".into() }.into())
        }
    }
}

/// Makes the act of an opening anew, for an archive that has renewed its keys before it took the act in.
fn again(context: &mut Context, parsed: &Parsed, told: &Path, file: &Path) -> Result<Exit> {
    #[derive(Serialize)]
    struct Told {
        vault: String,
        number: String,
        act: String,
        signed: bool,
        continues: Option<u64>,
        act_file: String,
        dry_run: bool,
    }
    must_be_new(file)?;
    let place = Place::of(context, &parsed.must::<PathBuf>("target"))?;
    let cosigner = cosigner(context, parsed)?;
    let told = &read_one(context, told)?;
    let (number, basis, matter) = (parsed.must("number"), parsed.must("basis"), parsed.must("matter"));
    let retelling = Retelling { told, number, basis, matter };
    let Reached { target, .. } = place.reach(context)?;
    let seen = |vault: VaultId| seen_by(cosigner.as_ref(), vault);
    let order = tell_again(&context.env, target, &retelling, &seen, context.person.as_ref())?;
    warn_unvouched(context, order.continues)?;
    let dry_run = context.dry_run();
    if !dry_run {
        write_act(context, &order.file, file)?;
    }
    let (number, act_file) = (retelling.number.to_string(), printable_path(file));
    if context.out.json() {
        let told = Told {
            vault: order.vault.to_string(),
            number,
            act: order.act.to_string(),
            signed: order.file.sig.is_some(),
            continues: order.continues,
            act_file,
            dry_run,
        };
        return context.out.document(&told).map(|()| Exit::Done);
    }
    let key = if dry_run { "request-would-tell-again" } else { "request-told-again" };
    context.out.result(key, &[("number", number.into())])?;
    if !dry_run {
        tell_next(context, &order, &act_file, &place);
    }
    Ok(Exit::Done)
}

fn missing(parsed: &Parsed, what: &str) -> crate::failure::Failure {
    let command = format!("jingui {}", parsed.command_text());
    Problem::ArgumentMissing { list: what.into(), command }.into()
}
