//! The CA's half of the exchange: it finds what an archive asks, and leaves answers and orders. Needs no vault.

use crate::copies::{Begun, Put, Target, at_target, read_small};
use crate::cosigner::read_request;
use crate::error::{Error, Result};
use crate::handover::{HandoverOrder, check_list_size};
use crate::keys::log::read_origin;
use jingui_schema::act::{Act, ActFile};
use jingui_schema::cosignature::{REQUEST_BYTES_MAX, Request};
use jingui_schema::digest::FileMark;
use jingui_schema::exchange::{Asked, FROM_ARCHIVE, FROM_CA, FromCa, LeftMark, Report};
use jingui_schema::id::VaultId;
use std::collections::BTreeSet;

/// What an archive asks of its cosigner at a target.
pub struct Questions {
    /// Whose archive it is, as the target says.
    pub vault: VaultId,
    /// What was asked, the one that says most first, and whether something lies where its answer would.
    ///
    /// Whoever may write there can put anything there: what was answered is known to the cosigner alone.
    pub asked: Vec<(Asked, bool)>,
}

impl Questions {
    /// Looks.
    ///
    /// Errors: [`Error::NoCopyState`] where nothing has been pushed yet; the target cannot be read.
    pub fn at(target: &dyn Target) -> Result<Self> {
        let vault = vault_at(target)?;
        let left = target.list(FROM_CA)?.into_iter().filter_map(|(name, _)| FromCa::of_name(&name));
        let left: BTreeSet<FromCa> = left.collect();
        let asked = target.list(FROM_ARCHIVE)?.into_iter().filter_map(|(name, _)| Asked::of_name(&name));
        let answered = |asked: Asked| (asked, left.contains(&FromCa::Cosigned(asked.lines)));
        let mut asked: Vec<(Asked, bool)> = asked.map(answered).collect();
        asked.sort_unstable_by(|a, b| b.cmp(a));
        Ok(Self { vault, asked })
    }

    /// Reads one; with its name, for messages.
    ///
    /// Errors: [`Error::NotARequest`], also where it is not what its name says, or another vault's.
    pub fn read(target: &dyn Target, asked: Asked, vault: VaultId) -> Result<(String, Request)> {
        let name = format!("{FROM_ARCHIVE}/{}", asked.file_name());
        let bad = |why: String| Error::NotARequest { path: name.clone(), why };
        let bytes = read_small(target, &name, REQUEST_BYTES_MAX as u64);
        let bytes = bytes.map_err(|error| at_target(target, bad(error.to_string())))?;
        let request = read_request(&name, &bytes)?;
        let head = request.head().head();
        let of = read_origin(head.origin()).map(|(of, _)| of);
        match (head.size(), request.old()) == (asked.lines, asked.old) {
            true if of == Some(vault) => Ok((name, request)),
            true => Err(bad("it is about another archive".into())),
            false => Err(bad("it is another request than its name says".into())),
        }
    }
}

/// Leaves the answer over a head of so many lines; on return it is durable. Says its name.
pub fn leave_answer(target: &dyn Target, lines: u64, text: &str) -> Result<String> {
    leave(target, FromCa::Cosigned(lines), text).map(|(name, _)| name)
}

/// Leaves what was found when a state was checked: the archive's next push sends again what is wanted. Says its name, and
/// whether it was there before.
pub fn leave_report(target: &dyn Target, report: &Report) -> Result<(String, bool)> {
    // One for each state: what is found of it later is in the report over the next.
    let name = format!("{FROM_CA}/{}", FromCa::Report(report.lines).file_name());
    match target.stat(&name)? {
        Some(_) => Ok((name, true)),
        None => leave(target, FromCa::Report(report.lines), &report.to_text()),
    }
}

/// Leaves the list that a receipt is over; the receipt itself is left behind it, as any order is. Says its name.
///
/// Errors: [`Error::ListTooLong`], before anything is left.
pub fn leave_list(target: &dyn Target, order: &HandoverOrder) -> Result<String> {
    check_list_size(order.list.len() as u64)?;
    leave(target, FromCa::Receipt(order.act), &order.list).map(|(name, _)| name)
}

/// Marks a target as one in which documents stay of records that a vault has taken in; on return it is durable. Can be repeated.
pub fn leave_mark(target: &dyn Target, mark: &LeftMark) -> Result<()> {
    match leave(target, FromCa::Left(mark.taker), &mark.to_text()) {
        // Whatever somebody has put there, its name says it.
        Err(Error::InTheWay { .. }) => target.settle(),
        left => left.map(drop),
    }
}

/// The vault whose documents stay at a target that has a file of this name.
pub fn left_by(name: &str) -> Option<VaultId> {
    match FromCa::of_name(name.strip_prefix(FROM_CA)?.strip_prefix('/')?) {
        Some(FromCa::Left(taker)) => Some(taker),
        _ => None,
    }
}

/// Leaves a signed act for the archive to carry out with its next push; on return it is durable. Says its name, and
/// whether it was there before.
///
/// Errors: [`Error::OtherCopy`] where the archive there is another one's; [`Error::Unsigned`];
/// [`Error::NotAnAct`].
pub fn leave_order(target: &dyn Target, file: &ActFile) -> Result<(String, bool)> {
    let there = vault_at(target)?;
    if file.vault != there {
        return Err(Error::OtherCopy { path: target.name(), vault: there.to_string() });
    }
    let bad = |why: String| Error::NotAnAct { path: "act".into(), why };
    let act = Act::parse(file.act.get()).map_err(|error| bad(crate::journal::full(&error)))?;
    match file.sig {
        Some(_) => leave(target, FromCa::Order(act.id), &file.to_text()),
        None => Err(Error::Unsigned { path: act.deed.kind().into() }),
    }
}

fn leave(target: &dyn Target, left: FromCa, text: &str) -> Result<(String, bool)> {
    let name = format!("{FROM_CA}/{}", left.file_name());
    let put = target.put(&name, FileMark::of(text.as_bytes()), false, &mut text.as_bytes())?;
    target.settle()?;
    Ok((name, matches!(put, Put::There)))
}

pub(crate) fn vault_at(target: &dyn Target) -> Result<VaultId> {
    match Begun::look(target)? {
        Begun::Copy(mark) => Ok(mark.vault),
        Begun::Empty => Err(Error::NoCopyState { path: target.name() }),
    }
}
