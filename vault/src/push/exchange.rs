//! What the CA left for the archive: signed acts to carry out, countersigned heads.
//!
//! Whoever may write to the store may leave anything there. An act counts for its signature, an answer for the
//! cosigner's; nothing else of them is believed, their names least.

use crate::copies::{Target, at_target, read_small};
use crate::error::{Error, Result};
use crate::handover::LIST_BYTES_MAX;
use crate::journal::full;
use crate::vault::Vault;
use jingui_schema::act::{Act, ActFile, Deed, signing_bytes};
use jingui_schema::copy::CopyMark;
use jingui_schema::exchange::{FROM_CA, FromCa, Report};
use jingui_schema::head::NOTE_BYTES_MAX;
use jingui_schema::id::{ActId, By};
use jingui_schema::time::Time;

/// An act file with the longest note there is.
const ORDER_BYTES_MAX: u64 = 32 << 20;
/// A report that wants half a million files again.
const REPORT_BYTES_MAX: u64 = 64 << 20;

/// Something that the CA left, and what came of it.
#[derive(Debug)]
pub struct Taken {
    /// Its name at the target.
    pub name: String,
    /// What it was, or why it was not taken in: then it is tried again by the next push.
    pub came: Result<Came>,
}

/// What was taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Came {
    /// An act was carried out.
    Order {
        /// What it is.
        kind: &'static str,
        /// Its line.
        seq: u64,
    },
    /// An act that whoever may has signed, and that can never be carried out any more: it was overtaken. It needs nobody.
    Overtaken {
        /// What it is.
        kind: &'static str,
    },
    /// A head was countersigned.
    Cosigned {
        /// Lines under it.
        lines: u64,
        /// When.
        at: Time,
    },
}

/// An order that was read.
struct Order {
    name: String,
    file: ActFile,
    act: Act,
}

impl Vault {
    /// Carries out what the CA ordered and takes in its newest countersignature; what is known already is passed over. Returns the
    /// newest of the CA's reports that can be read.
    ///
    /// - `taken`: what came of each, also where an error comes in between.
    /// - Errors: the target cannot be read; [`Error::Interrupted`].
    pub(super) fn take_in(
        &self,
        target: &dyn Target,
        mark: &CopyMark,
        interrupted: &dyn Fn() -> bool,
        taken: &mut Vec<Taken>,
    ) -> Result<Option<Report>> {
        let (mut orders, mut answers, mut reports) = (Vec::new(), Vec::new(), Vec::new());
        for (file, _) in target.list(FROM_CA)? {
            let name = format!("{FROM_CA}/{file}");
            match FromCa::of_name(&file) {
                // The act of a list says which one it is, and asks for it; a mark is for whoever clears the target.
                None | Some(FromCa::Receipt(_) | FromCa::Left(_)) => {}
                Some(FromCa::Cosigned(lines)) => answers.push((lines, name)),
                Some(FromCa::Report(lines)) => reports.push((lines, name)),
                Some(FromCa::Order(act)) if self.find_act(act)?.is_some() => {}
                Some(FromCa::Order(act)) => match self.read_order(target, &name, act) {
                    Ok(order) => orders.push(order),
                    Err(error @ Error::NotAnAct { .. }) => taken.push(Taken { name, came: Err(error) }),
                    Err(error) => return Err(error),
                },
            }
            must_go_on(interrupted)?;
        }
        // As they were given: one may rest on another.
        orders.sort_by(|a, b| (a.act.at, &a.name).cmp(&(b.act.at, &b.name)));
        for Order { name, file, act } in orders {
            let kind = act.deed.kind();
            let came = self.is_overtaken(&act, &file).and_then(|overtaken| match overtaken {
                true => Ok(Came::Overtaken { kind }),
                false => {
                    self.take_list(target, &act, &file)?;
                    Ok(Came::Order { kind, seq: self.submit(&file, None)?.seq })
                }
            });
            taken.push(Taken { name, came });
            must_go_on(interrupted)?;
        }
        // The newest that counts makes the others worth nothing; what is no answer must not keep the next from counting.
        answers.sort_unstable_by(|a, b| b.cmp(a));
        let known = self.state().cosigned.map_or(0, |newest| newest.lines);
        for (lines, name) in answers.into_iter().take_while(|(lines, _)| *lines > known) {
            must_go_on(interrupted)?;
            let came = self.read_answer(target, &name, lines)?;
            let counts = came.is_ok();
            taken.push(Taken { name, came });
            if counts {
                break;
            }
        }
        reports.sort_unstable_by(|a, b| b.cmp(a));
        let mut report = None;
        for (lines, name) in reports {
            must_go_on(interrupted)?;
            match self.read_report(target, mark, lines, &name) {
                Ok(read) => {
                    report = Some(read);
                    break;
                }
                Err(error @ Error::NotAReport { .. }) => taken.push(Taken { name, came: Err(error) }),
                Err(error) => return Err(error),
            }
        }
        Ok(report)
    }

    /// Whether an order can never be carried out here any more, whatever happens: a receipt of a hand-over that has ended, or one
    /// that a newer receipt stands before; an act whose note was sealed to an earlier epoch, and that was made anew; an opening or a request once everything is
    /// being destroyed, or gone. Asked of
    /// signed ones alone, so nobody else's act passes for one that was overtaken.
    fn is_overtaken(&self, act: &Act, file: &ActFile) -> Result<bool> {
        if self.state().is_said_anew(&act.deed) {
            return Ok(file.vault == self.state().init.vault
                && file.by == By::Authority
                && self.is_signed(file));
        }
        // No line of an archive that has closed says any more what the CA has opened, or wants.
        let is_asking = matches!(act.deed, Deed::EscrowOpen(_) | Deed::RecordRequest(_));
        if is_asking && self.state().is_handed_over() {
            return Ok(file.vault == self.state().init.vault
                && file.by == By::Authority
                && self.is_signed(file));
        }
        let Deed::HandoverReceipt(d) = &act.deed else { return Ok(false) };
        let is_order = file.vault == self.state().init.vault && file.by == By::Authority;
        Ok(is_order && self.is_signed(file) && self.is_past_receipt(d)?)
    }

    /// Whether an act is signed by who it says it is by.
    pub(crate) fn is_signed(&self, file: &ActFile) -> bool {
        let state = self.state();
        let key = state.sign_key(file.by).zip(file.sig);
        key.is_some_and(|(key, sig)| key.verifies(&signing_bytes(&state.init.vault, file.act.get()), &sig))
    }

    /// The list that a receipt is over is here before the receipt counts.
    fn take_list(&self, target: &dyn Target, act: &Act, file: &ActFile) -> Result<()> {
        let Deed::HandoverReceipt(d) = &act.deed else { return Ok(()) };
        // Asked before anything is kept: nobody else's list gets a place here.
        self.state().decide(file.by, act)?;
        if !self.is_signed(file) {
            return Err(Error::BadSignature { by: file.by.to_string() });
        }
        let name = format!("{FROM_CA}/{}", FromCa::Receipt(act.id).file_name());
        let bad = |why: String| Error::ReceiptDamaged { path: name.clone(), why };
        let list = read_small(target, &name, d.list.size.min(LIST_BYTES_MAX));
        let list = list.map_err(|error| at_target(target, bad(error.to_string())))?;
        self.keep_list(act.id, d, &list)
    }

    fn read_order(&self, target: &dyn Target, name: &str, act: ActId) -> Result<Order> {
        let bad = |why: String| Error::NotAnAct { path: name.into(), why };
        let text = read_text(target, name, ORDER_BYTES_MAX, &bad)?;
        let file = ActFile::parse(&text).map_err(|error| bad(full(&error)))?;
        let read = Act::parse(file.act.get()).map_err(|error| bad(full(&error)))?;
        match read.id == act {
            true => Ok(Order { name: name.into(), act: read, file }),
            false => Err(bad("it is another act than its name says".into())),
        }
    }

    /// Inside, what was wrong with the answer; outside, that the target could not be read.
    fn read_answer(&self, target: &dyn Target, name: &str, lines: u64) -> Result<Result<Came>> {
        let bad = |why: String| Error::NotAnAnswer { path: name.into(), why };
        let text = match read_text(target, name, NOTE_BYTES_MAX as u64, &bad) {
            Err(error @ Error::NotAnAnswer { .. }) => return Ok(Err(error)),
            text => text?,
        };
        let take = || {
            let would = self.may_import(name, &text)?;
            match (would.lines == lines, would.repeated) {
                (true, false) => self.import_cosignature(name, &text),
                (true, true) => Err(bad("it was taken in before".into())),
                (false, _) => Err(bad("it is over other lines than its name says".into())),
            }
        };
        Ok(take().map(|found| Came::Cosigned { lines: found.lines, at: found.at }))
    }

    fn read_report(&self, target: &dyn Target, mark: &CopyMark, lines: u64, name: &str) -> Result<Report> {
        let bad = |why: String| Error::NotAReport { path: name.into(), why };
        let text = read_text(target, name, REPORT_BYTES_MAX, &bad)?;
        let report = Report::parse(&text).map_err(|error| bad(full(&error)))?;
        match (report.vault, report.target, report.lines) == (mark.vault, mark.target, lines) {
            true if lines <= self.state().lines => Ok(report),
            true => Err(bad("it is of a state that is still to come".into())),
            false => Err(bad("it is of another state than its name says".into())),
        }
    }
}

/// Reads a small text; `bad` says what it is not, where the target itself is there.
fn read_text(target: &dyn Target, name: &str, most: u64, bad: &dyn Fn(String) -> Error) -> Result<String> {
    let bytes = read_small(target, name, most).map_err(|e| at_target(target, bad(e.to_string())))?;
    String::from_utf8(bytes).map_err(|_| bad("it is not text".into()))
}

fn must_go_on(interrupted: &dyn Fn() -> bool) -> Result<()> {
    if interrupted() { Err(Error::Interrupted {}) } else { Ok(()) }
}
