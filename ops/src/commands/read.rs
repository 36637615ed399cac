//! `read`: documents that nobody has read yet are read by the program, so that their words are found.

use super::World;
use super::find::watched;
use crate::cli::Parsed;
use crate::context::Context;
use crate::failure::{Failure, Result};
use jingui_indexer::follow::{Error, Read, Wanted, Watch};
use jingui_schema::id::RecordId;
use jingui_vault::{Exit, Session};
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How long somebody who files a record waits for its documents to be read; the others are left for later.
const FILING_PATIENCE: Duration = Duration::from_secs(20);

#[derive(Serialize)]
struct Told {
    documents: u64,
    unread: BTreeMap<&'static str, u64>,
    stopped: bool,
}

/// Reads.
pub(super) fn run(world: &World, context: &mut Context, parsed: &Parsed) -> Result<Exit> {
    let session = world.session(context)?;
    session.may_find()?;
    world.vault.may_write()?;
    let texts = parsed.texts("records");
    let records =
        texts.iter().map(|text| session.resolve(text)).collect::<std::result::Result<Vec<RecordId>, _>>()?;
    let again = parsed.flag("again");
    if context.dry_run() {
        return Ok(Exit::Done);
    }
    let wanted = match (&records[..], again) {
        ([], false) => Wanted::New,
        ([], true) => Wanted::Again,
        (records, again) => Wanted::Of(records, again),
    };
    let read = watched(context, |watch| Ok(world.index.read(&session, wanted, None, watch)?))?;
    world.tell_notices(context)?;
    if context.out.json() {
        let unread = read.unread.iter().map(|(why, count)| (why.word(), *count)).collect();
        context.out.document(&Told { documents: read.documents, unread, stopped: read.stopped })?;
    } else {
        context.out.result("read-done", &[("documents", read.documents.into())])?;
        for (why, count) in &read.unread {
            let why = context.out.text(&format!("unread-{}", why.word()), &[]);
            context.out.result("read-unread", &[("why", why.into()), ("documents", (*count).into())])?;
        }
    }
    match read.stopped {
        true => Err(jingui_vault::Error::Interrupted {}.into()),
        false => Ok(Exit::Done),
    }
}

/// Brings the index up to a record that has just been filed, its documents read. Filing is done: what does not succeed here is told,
/// and made up for by whoever searches next.
pub(super) fn after_filing(
    world: &World,
    context: &mut Context,
    session: &Session,
    record: RecordId,
) -> Result<()> {
    let until = Some(Instant::now() + FILING_PATIENCE);
    let interrupt = context.interrupt.clone();
    let watch = Watch { progress: &|_| {}, stop: &|| interrupt.is_set() };
    match world.index.read(session, Wanted::Of(&[record], false), until, &watch) {
        Ok(read) => tell(world, context, &read),
        Err(Error::Stopped) => Ok(()),
        Err(error) => {
            let failure = Failure::from(error);
            let why = context.out.failure_text(&failure);
            context.out.warning("read-not-now", &[("why", why.into())])
        }
    }
}

/// After records were destroyed: what the index has of them goes, too. Whoever has no key to it removes it; the next search makes it
/// anew.
pub(super) fn after_destruction(
    world: &World,
    context: &mut Context,
    session: Option<&Session>,
) -> Result<()> {
    let followed = session.map(|session| world.index.ask(session, &Watch::NOBODY, |_| Ok(())));
    if let Some(Ok(())) = followed {
        return Ok(());
    }
    match world.index.forget(&context.env) {
        Ok(()) => Ok(()),
        Err(error) => context.out.warning("index-stays", &[("why", error.to_string().into())]),
    }
}

/// Reads what waits while somebody waits for something else. What does not succeed is not told: `read` tells it.
pub(super) fn meanwhile(
    world: &World,
    context: &mut Context,
    session: &Session,
    until: Instant,
) -> Result<()> {
    let interrupt = context.interrupt.clone();
    let watch = Watch { progress: &|_| {}, stop: &|| interrupt.is_set() };
    match world.index.read(session, Wanted::Filed, Some(until), &watch) {
        Ok(_) | Err(Error::Stopped | Error::Extract(_) | Error::Index(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn tell(world: &World, context: &mut Context, read: &Read) -> Result<()> {
    world.tell_notices(context)?;
    for (why, count) in &read.unread {
        let why = context.out.text(&format!("unread-{}", why.word()), &[]);
        context.out.note("read-unread", &[("why", why.into()), ("documents", (*count).into())]);
    }
    if read.stopped {
        context.out.note("read-later", &[]);
    }
    Ok(())
}
