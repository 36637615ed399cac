//! The text of one filing as it is kept beside its body: what was read of each document, and by which readers.
//!
//! Lines of JSON (`schema/FORMAT.md`, section 19): so that it opens without this program, too.

use crate::page::{Reading, Unread};
use jingui_vault::text::TEXT_BYTES_MAX;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// What these readers are called; a text that others have read counts, and is read anew when somebody asks for it.
pub const READERS: u32 = 1;

/// What was read of one document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// Its number in the record.
    pub doc: u32,
    /// By which readers.
    pub readers: u32,
    /// What was read of it.
    #[serde(flatten)]
    pub reading: Reading,
}

impl Kept {
    /// Whether other readers, or more programs, might read more of it.
    pub fn is_worth_another_try(&self) -> bool {
        use Unread::{Misbehaved, NoOcr, NoReader};
        self.readers != READERS || matches!(self.reading.unread, Some(NoOcr | NoReader | Misbehaved))
    }
}

/// The first line: what these lines are.
const HEAD: &str = r#"{"jingui":"text","v":1}"#;
const _: () = assert!(jingui_schema::FORMAT == 1, "the line names the format of texts");

/// Writes the texts of one filing; what there is no room for is told as too large.
pub fn write(texts: &[Kept]) -> Zeroizing<Vec<u8>> {
    let mut out = Zeroizing::new(format!("{HEAD}\n").into_bytes());
    let room_for_others = 200 * texts.len();
    for kept in texts {
        let mut line =
            Zeroizing::new(serde_json::to_vec(kept).expect("a reading has nothing that JSON has not"));
        if out.len() + line.len() + room_for_others > TEXT_BYTES_MAX {
            let reading = Reading { pages: Vec::new(), unread: Some(Unread::TooLarge) };
            let small = Kept { reading, ..kept.clone() };
            line = Zeroizing::new(serde_json::to_vec(&small).expect("so has this"));
        }
        out.extend_from_slice(&line);
        out.push(b'\n');
    }
    out
}

/// Reads them, by number of document; `None` where they are no such lines.
pub fn read(bytes: &[u8]) -> Option<BTreeMap<u32, Kept>> {
    let mut lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    if lines.next() != Some(HEAD.as_bytes()) {
        return None;
    }
    lines.map(|line| serde_json::from_slice::<Kept>(line).ok().map(|kept| (kept.doc, kept))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{Origin, Page};

    #[test]
    fn what_is_written_is_read_and_anything_else_is_none() {
        let page = Page { origin: Origin::Ocr, text: "一行\n二行\t".into() };
        let one = Kept { doc: 1, readers: READERS, reading: Reading { pages: vec![page], unread: None } };
        let two =
            Kept { doc: 7, reading: Reading { pages: vec![], unread: Some(Unread::NoOcr) }, ..one.clone() };
        let bytes = write(&[one.clone(), two.clone()]);
        assert_eq!(read(&bytes).unwrap().into_values().collect::<Vec<_>>(), [one.clone(), two.clone()]);
        assert_eq!(read(&write(&[])), Some(BTreeMap::new()));
        assert_eq!(read(b""), None);
        assert_eq!(read(b"{}"), None);
        assert_eq!(read(&bytes[..bytes.len() - 3]), None);
        assert!(two.is_worth_another_try() && !one.is_worth_another_try());
        assert!(Kept { readers: 0, ..one }.is_worth_another_try());
    }
}
