//! Lines read in blocks are the lines that lie there, wherever blocks end.

use super::*;
use crate::fs::OsFs;
use jingui_schema::act::{Act, Deed, EpochMember, IssuerPin};
use jingui_schema::digest::Sha256;
use jingui_schema::id::{ActId, By, IssuerId, StaffNo};
use jingui_schema::time::Time;

/// A journal of one segment, and where its lines begin.
struct Journal {
    _dir: tempfile::TempDir,
    layout: Layout,
    bytes: Vec<u8>,
    starts: Vec<usize>,
}

/// As many short lines as fill some blocks, and among them two that are longer than a block.
fn journal() -> Journal {
    let (mut tip, mut bytes, mut starts) = (Tip::START, Vec::new(), Vec::new());
    for no in 0..1500_u32 {
        let deed: Deed = match no {
            0 | 700 => {
                let (issuer, sha256) = (IssuerId::from_bytes([1; 16]), Sha256([2; 32]));
                IssuerPin { issuer, sha256, der: "A".repeat(600_000), note: None }.into()
            }
            _ => EpochMember { epoch: no, staff: StaffNo(1) }.into(),
        };
        let act = Act { id: ActId::from_bytes([3; 16]), at: Time::MIN, deed };
        let line = Line::write(&tip, Time::MIN, By::Vault, &act.to_raw(), None).unwrap();
        starts.push(bytes.len());
        tip = Tip::after(&Line::parse(&line[..line.len() - 1]).unwrap());
        bytes.extend(line);
    }
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("journal")).unwrap();
    let journal = Journal { layout: Layout::new(dir.path()), _dir: dir, bytes, starts };
    journal.put(&journal.bytes);
    journal
}

impl Journal {
    fn put(&self, bytes: &[u8]) {
        std::fs::write(self.layout.segment(1), bytes).unwrap();
    }

    /// Lines 1 to `end`, each held against the place where it has to lie; how many came before an error, if one did.
    fn read(&self, end: u64) -> (usize, bool) {
        self.pass(Lines::up_to(Arc::new(OsFs), &self.layout, end).unwrap(), 0)
    }

    fn pass(&self, mut lines: Lines, mut passed: usize) -> (usize, bool) {
        while let Some(item) = lines.next() {
            let Ok((line, raw)) = item else {
                assert!(lines.next().is_none(), "nothing behind damage is believed");
                return (passed, true);
            };
            let start = self.starts[passed];
            passed += 1;
            assert_eq!((line.seq, raw.segment, raw.offset), (passed as u64, 1, start as u64));
            assert_eq!(raw.bytes, self.bytes[start..start + raw.bytes.len()]);
            assert_eq!(self.bytes[start + raw.bytes.len()], b'\n');
        }
        (passed, false)
    }
}

#[test]
fn as_many_lines_are_passed_as_are_asked_for() {
    let journal = journal();
    for end in [0, 1, 2, 300, 699, 700, 701, 1499, 1500] {
        assert_eq!(journal.read(end), (end as usize, false));
    }
    assert_eq!(journal.read(1501), (1500, true), "one more than there are");
}

#[test]
fn lines_are_read_from_any_on() {
    let journal = journal();
    let lines: Vec<_> = Lines::up_to(Arc::new(OsFs), &journal.layout, 1500).unwrap().collect();
    for from in [1, 500, 700, 701, 1500] {
        let (line, raw) = lines[from - 1].as_ref().unwrap();
        let behind = (1, raw.offset + raw.bytes.len() as u64 + 1);
        let lines = Lines::from(Arc::new(OsFs), &journal.layout, Tip::after(line), behind, 1500).unwrap();
        assert_eq!(journal.pass(lines, from), (1500, false));
    }
}

#[test]
fn what_lies_before_a_cut_is_passed_and_nothing_behind_it() {
    let journal = journal();
    let edges = (1..=journal.bytes.len() / TOGETHER_BYTES).map(|no| no * TOGETHER_BYTES);
    let cuts = edges.flat_map(|edge| [edge - 1, edge, edge + 1]).chain(journal.starts[698..703].to_vec());
    for cut in cuts {
        journal.put(&journal.bytes[..cut]);
        let whole = journal.starts[1..].partition_point(|start| *start <= cut);
        assert_eq!(journal.read(1500), (whole, true), "cut at {cut}");
    }
}

/// Gives so many bytes, and then an error.
struct Failing(usize);

impl Read for Failing {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.0.min(into.len());
        into[..count].fill(b'a');
        self.0 -= count;
        if count > 0 { Ok(count) } else { Err(io::Error::other("a bad sector")) }
    }
}

#[test]
fn what_came_before_a_disk_failed_is_not_lost() {
    for before in [0, 1, 7, 8] {
        let mut buffer = [0; 8];
        let (count, read) = fill(&mut Failing(before), &mut buffer);
        // A full buffer asks for nothing more.
        assert_eq!((count, read.is_ok()), (before, before == 8));
        assert!(buffer[..before].iter().all(|byte| *byte == b'a'));
    }
}

#[test]
fn damage_is_met_where_it_lies() {
    let journal = journal();
    for line in [0, 1, 400, 699, 700, 1200, 1499] {
        let mut bytes = journal.bytes.clone();
        bytes[journal.starts[line] + 70] ^= 1; // within its `prev`
        journal.put(&bytes);
        assert_eq!(journal.read(1500), (line, true), "line {}", line + 1);
    }
}
