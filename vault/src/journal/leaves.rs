//! The tree from the bytes of the lines alone: a tenth of the work of reading what they say.
//!
//! Believed only where its root is the one that was committed: then these are, to the byte, the lines whose chain and
//! signatures were looked at when they were written.

use super::read::segments;
use super::tree::{Entry, Tree};
use crate::error::{Doing, Result};
use crate::fs::Fs;
use crate::layout::Layout;
use jingui_schema::id::ActId;
use jingui_schema::line::LINE_BYTES_MAX;
use jingui_schema::merkle::Hash;
use std::io::{BufRead, BufReader, Read};
use std::sync::Arc;

/// What stands before an act's id. Nothing before it in a line is free text.
const BEFORE_ID: &[u8] = b",\"act\":{\"id\":\"";
/// It begins within so many bytes.
const HEAD_BYTES: usize = 256;
/// Characters of an id.
const ID_CHARS: usize = 26;
/// Entries written together.
const ENTRIES: usize = 4096;

/// The tree over so many lines; `None` where it has another root or a line cannot be made out, and where somebody has
/// to say what is wrong with it.
pub(super) fn tree_of_bytes(
    fs: &Arc<dyn Fs>,
    layout: &Layout,
    lines: u64,
    root: &Hash,
    writable: bool,
) -> Result<Option<Tree>> {
    let mut tree = Tree::create(fs.clone(), &layout.path("derived/tree"), writable)?;
    let mut entries = Vec::with_capacity(ENTRIES);
    let (mut seen, mut line) = (0, Vec::new());
    for segment in segments(&**fs, layout)? {
        if seen == lines {
            break;
        }
        if segment != seen + 1 {
            return Ok(None);
        }
        let path = layout.segment(segment);
        let mut file = BufReader::with_capacity(1 << 18, fs.open(&path).doing("open", &path)?);
        let mut offset = 0;
        while seen < lines {
            line.clear();
            let read = file.by_ref().take(LINE_BYTES_MAX as u64).read_until(b'\n', &mut line);
            let read = read.doing("read", &path)? as u64;
            if read == 0 {
                break;
            }
            if line.pop() != Some(b'\n') {
                return Ok(None);
            }
            let Some(act) = act_of(&line) else { return Ok(None) };
            entries.push(Entry::of(&line, act, offset));
            if entries.len() == ENTRIES {
                tree.push(&entries);
                entries.clear();
            }
            offset += read;
            seen += 1;
        }
    }
    tree.push(&entries);
    Ok((seen == lines && tree.frontier().root() == *root).then_some(tree))
}

fn act_of(line: &[u8]) -> Option<ActId> {
    let head = &line[..line.len().min(HEAD_BYTES)];
    let at = head.windows(BEFORE_ID.len()).position(|window| window == BEFORE_ID)? + BEFORE_ID.len();
    std::str::from_utf8(line.get(at..at + ID_CHARS)?).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jingui_schema::act::{Act, EpochMember, Incident};
    use jingui_schema::id::{By, StaffNo};
    use jingui_schema::line::{Line, Tip};
    use jingui_schema::time::Time;

    #[test]
    fn an_act_is_known_by_the_beginning_of_its_line() {
        let id = ActId::from_bytes([0x35; 16]);
        let tricky =
            Incident { path: ",\"act\":{\"id\":\"00000000000000000000000000".into(), finding: "x".into() };
        for deed in [EpochMember { epoch: 1, staff: StaffNo(2) }.into(), tricky.into()] {
            let act = Act { id, at: Time::from_millis(0), deed };
            let line = Line::write(&Tip::START, Time::from_millis(1), By::Vault, &act.to_raw(), None);
            let mut line = line.expect("it is short");
            line.pop();
            assert_eq!(act_of(&line), Some(id));
        }
        assert_eq!(act_of(b"{}"), None);
    }
}
