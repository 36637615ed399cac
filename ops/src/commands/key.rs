//! `key new`, `key show`, `key passwd`: a person's key file, on that person's own machine.

use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::{Doing, Problem, Result};
use crate::output::printable_path;
use crate::passphrase::{self, Source};
use jingui_schema::act::PublicHalf;
use jingui_vault::keys::Person;
use jingui_vault::keys::person::WORK_FACTOR;
use jingui_vault::{Error, Exit};
use std::path::{Path, PathBuf};

/// Makes a key file and, beside it, the public half that is sent to whoever enrols.
pub(super) fn new(context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let file = context.path(&parsed.must::<PathBuf>("output"));
    let half_file = public_path(&file);
    // Looked at before the passphrase is typed; `create_new` refuses again when it is written.
    for path in [&file, &half_file] {
        if context.env.fs.stat(path).doing("look at", path)?.is_some() {
            return Err(Problem::Exists { path: printable_path(path) }.into());
        }
    }
    let person = Person::generate(&context.env, parsed.text("name").unwrap_or_default())?;
    if context.dry_run() {
        context.out.result("key-would-be-made", &[("path", printable_path(&file).into())])?;
        return Ok(Exit::Done);
    }
    let source = Source::of(context, parsed.file("passphrase-file"));
    let phrase = passphrase::new(context, &source, &file)?;
    let text = person.to_key_file(&phrase, parsed.get("work-factor").unwrap_or(WORK_FACTOR))?;
    write_new(context, &file, text.as_bytes())?;
    let half = person.public_half();
    write_new(context, &half_file, half.to_text().as_bytes())?;
    if context.out.json() {
        context.out.out(half.to_text().as_bytes())?;
    } else {
        let values = [("key", printable_path(&file).into()), ("pub", printable_path(&half_file).into())];
        context.out.result("key-made", &values)?;
    }
    Ok(Exit::Done)
}

/// Shows the public half of a key file, or of a public half itself.
pub(super) fn show(context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let file = key_file(context, parsed)?;
    let bytes = passphrase::read_key_file(&file)?;
    let half = match std::str::from_utf8(&bytes) {
        Ok(text) if text.trim_start().starts_with('{') => {
            PublicHalf::parse(text).map_err(|error| Error::of_half(printable_path(&file), &error))?
        }
        _ => {
            let source = Source::of(context, parsed.file("passphrase-file"));
            passphrase::unlock(context, &source, &file)?.public_half()
        }
    };
    if context.out.json() {
        context.out.out(half.to_text().as_bytes())?;
    } else {
        context.out.pairs(&[
            ("key-name", half.name.clone()),
            ("key-age", half.age.clone()),
            ("key-sign", half.sign.to_string()),
        ])?;
    }
    Ok(Exit::Done)
}

/// Seals a key file with another passphrase; the key itself stays.
pub(super) fn passwd(context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let file = key_file(context, parsed)?;
    let source = Source::of(context, parsed.file("passphrase-file"));
    let person = passphrase::unlock(context, &source, &file)?;
    let new_source = match parsed.file("new-passphrase-file") {
        // Both lines may come from the same stream.
        None if source == Source::Stdin => Source::Stdin,
        named => Source::of(context, named),
    };
    let phrase = passphrase::new(context, &new_source, &file)?;
    let text = person.to_key_file(&phrase, parsed.get("work-factor").unwrap_or(WORK_FACTOR))?;
    if context.dry_run() {
        return Ok(Exit::Done);
    }
    // A new file takes the old one's name: a crash leaves the one or the other, never half of each.
    let mut beside = file.clone().into_os_string();
    beside.push(format!(".{}", context.env.act_id()));
    let beside = PathBuf::from(beside);
    write_new(context, &beside, text.as_bytes())?;
    context.env.fs.rename(&beside, &file).doing("replace", &file)?;
    sync_parent(context, &file)?;
    context.out.note("key-passphrase-changed", &[("path", printable_path(&file).into())]);
    Ok(Exit::Done)
}

fn key_file(context: &Context, parsed: &Parsed) -> Result<PathBuf> {
    let named = parsed.file("file").or_else(|| parsed.file("key"));
    named.map(|file| context.path(file)).ok_or(Error::KeyNeeded {}.into())
}

/// `NAME.pub` beside `NAME.key`; for other names, `.pub` is added.
fn public_path(file: &Path) -> PathBuf {
    if file.extension().is_some_and(|extension| extension == "key") {
        return file.with_extension("pub");
    }
    let mut name = file.as_os_str().to_owned();
    name.push(".pub");
    name.into()
}

fn write_new(context: &Context, path: &Path, bytes: &[u8]) -> Result<()> {
    context.env.fs.write_new(path, bytes).doing("write", path)?;
    sync_parent(context, path)
}

fn sync_parent(context: &Context, path: &Path) -> Result<()> {
    let parent = path.parent().unwrap_or(Path::new("/"));
    context.env.fs.sync_dir(parent).doing("sync", parent)
}
