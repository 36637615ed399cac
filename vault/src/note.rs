//! Notes (附记): sealed free text that an event refers to, one line each.
//!
//! Knows the form of a note and whose it has to be, not where it lies.

use crate::seal::{self, SealError};
use crate::seal::{Identity, Recipient};
use jingui_schema::FORMAT;
use jingui_schema::cover::Note;
use jingui_schema::id::{NoteId, VaultId};
use zeroize::Zeroizing;

/// Says why a note cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum NoteError {
    /// The sealed file does not open.
    #[error("the note does not open")]
    Seal(#[from] SealError),
    /// Of another format.
    #[error("the note is of format {found}, which this program does not read")]
    Format {
        /// Its format.
        found: u32,
    },
    /// Opened, but not a note. The parser's own words are left out: they may repeat the text.
    #[error("what was sealed is not a note")]
    Form,
    /// A whole note, but another one.
    #[error("it is the note {note} of the vault {vault}")]
    Other {
        /// Whose it says it is.
        vault: VaultId,
        /// Which it says it is.
        note: NoteId,
    },
}

/// Seals a note to the epoch's recipient.
///
/// Source: `FORMAT.md`, section "Notes".
pub fn seal_note(recipient: &Recipient, note: &Note) -> Vec<u8> {
    let mut line = Zeroizing::new(Vec::with_capacity(2 * note.text.len() + 256));
    serde_json::to_writer(&mut *line, note).expect("a note has only texts and numbers");
    line.push(b'\n');
    seal::seal(recipient, &line)
}

/// Opens a note and checks that it is the one asked for.
///
/// Errors: `Other` where a file was put in another one's place; nothing of its text is returned then.
pub fn open_note(
    identity: &Identity,
    sealed: &[u8],
    vault: VaultId,
    note: NoteId,
) -> Result<Note, NoteError> {
    #[derive(serde::Deserialize)]
    struct Head {
        v: u32,
    }
    let plaintext = seal::open(identity, sealed)?;
    let line = plaintext.strip_suffix(b"\n").filter(|line| !line.contains(&b'\n')).ok_or(NoteError::Form)?;
    // The version first: another format may have keys that we would refuse as unknown.
    let Head { v } = serde_json::from_slice(line).map_err(|_| NoteError::Form)?;
    if v != FORMAT {
        return Err(NoteError::Format { found: v });
    }
    let read: Note = serde_json::from_slice(line).map_err(|_| NoteError::Form)?;
    if (read.vault, read.note) == (vault, note) {
        Ok(read)
    } else {
        Err(NoteError::Other { vault: read.vault, note: read.note })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jingui_schema::cover::NoteKind;
    use proptest::prelude::*;

    fn note(text: &str) -> Note {
        Note {
            v: FORMAT,
            vault: VaultId::from_bytes([1; 16]),
            note: NoteId::from_bytes([2; 16]),
            kind: NoteKind::Reason,
            text: text.to_owned(),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_note_survives_sealing(text in "\\PC{0,200}[\n\t\u{202e}]?") {
            let identity = Identity::generate();
            let note = note(&text);
            let sealed = seal_note(&identity.to_public(), &note);
            prop_assert_eq!(open_note(&identity, &sealed, note.vault, note.note).unwrap(), note);
        }
    }

    #[test]
    fn a_note_is_frozen() {
        // If this fails, old vaults have changed their meaning. Add a version instead.
        let identity = Identity::generate();
        let sealed = seal_note(&identity.to_public(), &note("补件"));
        let text = String::from_utf8(seal::open(&identity, &sealed).unwrap().to_vec()).unwrap();
        assert_eq!(
            text,
            "{\"v\":1,\"vault\":\"01040G2081040G2081040G2081\",\"note\":\"02081040G2081040G2081040G2\",\"kind\":\"reason\",\"text\":\"补件\"}\n"
        );
    }

    #[test]
    fn another_note_in_its_place_is_refused() {
        let identity = Identity::generate();
        let one = note("one");
        let sealed = seal_note(&identity.to_public(), &one);
        let (vault, other) = (VaultId::from_bytes([9; 16]), NoteId::from_bytes([9; 16]));
        assert!(matches!(open_note(&identity, &sealed, one.vault, other), Err(NoteError::Other { .. })));
        assert!(matches!(open_note(&identity, &sealed, vault, one.note), Err(NoteError::Other { .. })));
        assert!(matches!(
            open_note(&Identity::generate(), &sealed, one.vault, one.note),
            Err(NoteError::Seal(SealError::NotForKey))
        ));
    }

    #[test]
    fn what_is_not_a_note_is_refused() {
        let identity = Identity::generate();
        let open = |text: &[u8]| {
            let one = note("");
            open_note(&identity, &seal::seal(&identity.to_public(), text), one.vault, one.note)
        };
        for bad in ["", "\n", "{}", "{}\n", "{\"v\":1}\n", "{\"v\":1}\n\n", "\u{feff}\n"] {
            assert!(matches!(open(bad.as_bytes()), Err(NoteError::Form)), "{bad:?}");
        }
        for other in [FORMAT - 1, FORMAT + 1] {
            let text = format!("{{\"v\":{other},\"new\":true}}\n");
            assert!(matches!(open(text.as_bytes()), Err(NoteError::Format { found }) if found == other));
        }
    }
}
