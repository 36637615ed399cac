//! The CA's receipt: an act of the authority over a list that names each record. Left at the target, taken in by the next push.

use super::state::{Handover, Receipted};
use crate::env::Env;
use crate::error::{Doing, Error, Result};
use crate::journal::full;
use crate::keys::Person;
use crate::staging::NamedFile;
use crate::vault::Vault;
use jingui_schema::act::{Act, ActFile, HandoverReceipt};
use jingui_schema::digest::FileMark;
use jingui_schema::id::{ActId, By, VaultId};

pub use jingui_schema::receipt::{Receipt, ReceiptRow};

/// A list of some two million records.
pub const LIST_BYTES_MAX: u64 = 512 << 20;

/// Refuses a list that no archive would take in.
///
/// Errors: [`Error::ListTooLong`].
pub(crate) fn check_list_size(bytes: u64) -> Result<()> {
    match bytes <= LIST_BYTES_MAX {
        true => Ok(()),
        false => Err(Error::ListTooLong { bytes: bytes.to_string(), limit: LIST_BYTES_MAX.to_string() }),
    }
}

/// Where the list of a receipt is kept by the archive, below its vault.
pub fn list_path(act: ActId) -> String {
    NamedFile::Receipt(act).path()
}

impl HandoverOrder {
    /// The act over a list, for the archive's journal; signed where the authority's key is at hand.
    pub fn new(env: &Env, receipt: &Receipt, signer: Option<&Person>) -> Self {
        let (head, list) = (&receipt.head, receipt.to_text());
        let deed = HandoverReceipt {
            handover: head.handover,
            taker: head.taker,
            lines: head.lines,
            root: head.root,
            records: head.records,
            list: FileMark::of(list.as_bytes()),
        };
        let act = Act { id: env.act_id(), at: env.now(), deed: deed.into() };
        let raw = act.to_raw();
        let sig = signer.map(|person| person.sign(&head.vault, raw.get()));
        Self { act: act.id, file: ActFile::new(head.vault, By::Authority, raw, sig, Vec::new()), list }
    }
}

/// A receipt on its way to the archive.
pub struct HandoverOrder {
    /// Its act.
    pub act: ActId,
    /// The act, as a file.
    pub file: ActFile,
    /// The list that it is over.
    pub list: String,
}

impl Vault {
    /// Keeps the list of a receipt, before the receipt counts.
    ///
    /// Errors: [`Error::ReceiptDamaged`] where it is not the one that the act names.
    pub(crate) fn keep_list(&self, act: ActId, d: &HandoverReceipt, list: &[u8]) -> Result<()> {
        let path = list_path(act);
        read_list(&path, d, list, self.state().init.vault)?;
        if self.root_of(d.lines.min(self.state().lines))? != d.root.0 {
            let why = "it is over another journal than this one".into();
            return Err(Error::ReceiptDamaged { path, why });
        }
        match self.state().files.get(&path) == Some(&FileMark::of(list)) {
            true => Ok(()),
            false => self.set_file(NamedFile::Receipt(act), list),
        }
    }

    /// Whether a receipt can never be taken in any more: its hand-over was refused or called off, it is of fewer lines than one that
    /// is here, or what it is over is being destroyed.
    ///
    /// What has not begun here yet may still begin, and does not count as past.
    pub(crate) fn is_past_receipt(&self, d: &HandoverReceipt) -> Result<bool> {
        let state = self.state();
        Ok(match state.handover.as_ref().filter(|handover| handover.act == d.handover) {
            Some(handover) => {
                let newer = handover.receipt.as_ref().is_some_and(|known| known.lines > d.lines);
                newer || handover.finishing.is_some()
            }
            None if state.proposals.contains_key(&d.handover) => false,
            None => self.find_act(d.handover)?.is_some(),
        })
    }

    /// Whether the list of a receipt is kept here.
    ///
    /// Errors: [`Error::ReceiptDamaged`].
    pub(crate) fn check_list(&self, act: ActId, d: &HandoverReceipt) -> Result<()> {
        let path = list_path(act);
        match self.state().files.get(&path) == Some(&d.list) {
            true => Ok(()),
            false => Err(Error::ReceiptDamaged { path, why: "it is not here; a push brings it".into() }),
        }
    }

    /// The list of the newest receipt.
    ///
    /// Errors: [`Error::NoHandover`], [`Error::NoReceipt`], [`Error::ReceiptDamaged`].
    pub fn receipt(&self) -> Result<Receipt> {
        self.receipted().map(|(_, list)| list)
    }

    /// The newest receipt, and the list that it is over.
    ///
    /// Errors: [`Error::NoHandover`], [`Error::NoReceipt`], [`Error::ReceiptDamaged`].
    pub fn receipted(&self) -> Result<(Receipted, Receipt)> {
        let state = self.state();
        let handover = state.newest_handover().ok_or(Error::NoHandover {})?;
        self.receipted_of(handover)
    }

    /// The newest receipt of a hand-over, and the list that it is over.
    ///
    /// Errors: [`Error::NoReceipt`], [`Error::ReceiptDamaged`].
    pub fn receipted_of(&self, handover: &Handover) -> Result<(Receipted, Receipt)> {
        let known = handover.receipt.as_ref().ok_or(Error::NoReceipt {})?;
        let below = list_path(known.act);
        let path = self.layout().path(&below);
        let bytes = match self.env().fs.read(&path, LIST_BYTES_MAX) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(Error::ReceiptDamaged { path: below, why: "it is not there".into() });
            }
            read => read.doing("read", &path)?,
        };
        let d = HandoverReceipt {
            handover: handover.act,
            taker: known.taker,
            lines: known.lines,
            root: known.root,
            records: known.records,
            list: known.list,
        };
        let list = read_list(&below, &d, &bytes, self.state().init.vault)?;
        Ok((known.clone(), list))
    }
}

/// Reads a list that an act names.
fn read_list(path: &str, d: &HandoverReceipt, bytes: &[u8], vault: VaultId) -> Result<Receipt> {
    let bad = |why: String| Error::ReceiptDamaged { path: path.into(), why };
    if FileMark::of(bytes) != d.list {
        return Err(bad("its BLAKE3 is another".into()));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| bad("it is not text".into()))?;
    let receipt = Receipt::parse(text).map_err(|error| bad(full(&error)))?;
    let head = &receipt.head;
    let says = (head.vault, head.handover, head.lines, head.root, head.taker, head.records);
    match says == (vault, d.handover, d.lines, d.root, d.taker, d.records) {
        true => Ok(receipt),
        false => Err(bad("it is of another hand-over than the act over it".into())),
    }
}

#[cfg(test)]
mod tests {
    use super::{LIST_BYTES_MAX, check_list_size};

    #[test]
    fn a_list_that_no_archive_would_take_in_is_not_left() {
        check_list_size(LIST_BYTES_MAX).unwrap();
        assert_eq!(check_list_size(LIST_BYTES_MAX + 1).unwrap_err().code(), "list-too-long");
    }
}
