//! Bytes changed as disks, hands and strangers change them: flipped, cut, spliced, said twice, driven to the edge.
//!
//! Knows that most of what we store is lines of text with numbers, quoted words and hex in it, and nothing more. The same
//! dice give the same bytes.

use crate::lossy::Dice;

/// Words that readers look for, and numbers at which sums run over.
pub const WORDS: &[&str] = &[
    "\n",
    " ",
    "\t",
    "\r\n",
    "\0",
    "\"",
    "\\",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "-",
    "+",
    "_",
    ".",
    "/",
    "..",
    "#",
    "=",
    "''",
    "null",
    "true",
    "false",
    "0",
    "1",
    "2",
    "-1",
    "00",
    "01",
    "+1",
    "1e9",
    "0x10",
    "1.0",
    "127",
    "128",
    "255",
    "256",
    "4095",
    "4096",
    "65535",
    "65536",
    "2147483647",
    "2147483648",
    "4294967295",
    "4294967296",
    "1099511627775",
    "281474976710655",
    "281474976710656",
    "9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551614",
    "18446744073709551615",
    "18446744073709551616",
    "99999999999999999999",
    "\\u0000",
    "\\ud800",
    "\u{feff}",
    "\u{202e}",
    "\u{3000}",
    "\u{ff10}",
    "\u{e9}",
    "e\u{301}",
    "\u{fb01}",
    "\u{1e9e}",
    "{}",
    "[]",
    "\"\"",
    "\"v\":1",
    "\"v\":1",
    "\"sig\":\"",
    "\"by\":\"vault\"",
    "\"by\":\"authority\"",
    "\"by\":\"0001\"",
    "+vault ",
    "+0001 ",
    "vault ",
    "authority ",
    "0001 ",
    "record.file",
    "record.open",
    "record.request",
    "request.answer",
    "request.refuse",
    "escrow.open",
    "record.correct",
    "record.review",
    "record.annotate",
    "record.restrict",
    "subject.search",
    "cert.link",
    "cert.status",
    "cert.report",
    "cert.reverse",
    "purge.reverse",
    "issuer.pin",
    "issuer.unpin",
    "setting.set",
    "jobs.set",
    "job.ran",
    "staff.enrol",
    "staff.disable",
    "staff.countersign",
    "epoch.start",
    "epoch.member",
    "epoch.copy",
    "epoch.reseal",
    "epoch.verified",
    "epoch.destroyed",
    "escrow.proved",
    "head.signed",
    "log.fork",
    "handover.list",
    "handover.begin",
    "handover.cancel",
    "handover.receipt",
    "handover.finish",
    "handover.done",
    "handover.take",
    "hold.take",
    "file.set",
    "file.healed",
    "facts.reveal",
    "segment.close",
    "quarantine",
    "copy.made",
    "copy.verified",
    "copy.excused",
    "vault.restored",
    "incident",
    "vault.init",
    "9999-12-31T23:59:59.999Z",
    "0001-01-01T00:00:00.000Z",
    "1970-01-01T00:00:00.000Z",
    "2024-02-29",
    "9999-12-31",
    "7ZZZZZZZZZZZZZZZZZZZZZZZZZ",
    "00000000000000000000000000",
    "JG01-2026-000001",
    "JG01-9999-18446744073709551615",
    "age-encryption.org/v1\n",
    "-> X25519 ",
    "-> scrypt ",
    "--- ",
    "AGE-SECRET-KEY-1",
    "# jingui person 1\n",
    "age1",
    "-----BEGIN AGE ENCRYPTED FILE-----\n",
    "\u{2014} ",
    "000-manifest.json",
    "ustar\u{0}00",
    "_f_",
    "_n_",
    ".e1.age",
    ".age",
    ".jsonl",
    ".head",
    ".tar.zst.age",
    "covers/000000/",
    "bodies/000000/",
    "notes/000000/",
    "format = ",
    "vault = ",
    "keystore = ",
    "mirror = ",
    "[x]\n",
    "a = 1\n",
];

fn spot(bytes: &[u8], dice: &mut Dice) -> usize {
    dice.below(bytes.len() as u64 + 1) as usize
}

/// A piece of the bytes: somewhere, a line, or what stands between two commas.
fn piece(bytes: &[u8], dice: &mut Dice) -> std::ops::Range<usize> {
    if bytes.is_empty() {
        return 0..0;
    }
    let at = dice.below(bytes.len() as u64) as usize;
    let mark = match dice.below(4) {
        0 => b'\n',
        1 => b',',
        2 => b'"',
        _ => {
            let most = 1 << dice.below(10);
            let length = 1 + dice.below(most) as usize;
            return at..(at + length).min(bytes.len());
        }
    };
    let start = bytes[..at].iter().rposition(|b| *b == mark).map_or(0, |i| i + 1);
    let end = bytes[at..].iter().position(|b| *b == mark).map_or(bytes.len(), |i| at + i + 1);
    start..end
}

/// The digits around or behind a place.
fn number(bytes: &[u8], dice: &mut Dice) -> Option<std::ops::Range<usize>> {
    let from = spot(bytes, dice);
    let start = from + bytes[from..].iter().position(u8::is_ascii_digit)?;
    let start = bytes[..start].iter().rposition(|b| !b.is_ascii_digit()).map_or(0, |i| i + 1);
    let length = bytes[start..].iter().take_while(|b| b.is_ascii_digit()).count();
    Some(start..start + length)
}

fn word(dice: &mut Dice) -> &'static str {
    WORDS[dice.below(WORDS.len() as u64) as usize]
}

/// Changes the bytes once.
fn once(bytes: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
    match dice.below(14) {
        0 | 1 if !bytes.is_empty() => {
            let at = dice.below(bytes.len() as u64) as usize;
            bytes[at] ^= 1 << dice.below(8);
        }
        2 if !bytes.is_empty() => {
            let at = dice.below(bytes.len() as u64) as usize;
            bytes[at] = dice.roll() as u8;
        }
        3 => bytes.truncate(spot(bytes, dice)),
        4 => drop(bytes.drain(piece(bytes, dice))),
        5 | 6 => {
            // The same again: a key, a line, a field said twice.
            let copy = bytes[piece(bytes, dice)].to_vec();
            let at = match dice.one_in(2) {
                true => piece(bytes, dice).start,
                false => spot(bytes, dice),
            };
            bytes.splice(at..at, copy);
        }
        7 => {
            let at = spot(bytes, dice);
            bytes.splice(at..at, word(dice).bytes());
        }
        8 => drop(bytes.splice(piece(bytes, dice), word(dice).bytes())),
        9 | 10 => {
            if let Some(digits) = number(bytes, dice) {
                let text = match dice.below(3) {
                    0 => word(dice).to_owned(),
                    1 => dice.roll().to_string(),
                    _ => {
                        let known = String::from_utf8_lossy(&bytes[digits.clone()]).parse().unwrap_or(0u64);
                        known.wrapping_add(dice.below(5)).wrapping_sub(2).to_string()
                    }
                };
                bytes.splice(digits, text.into_bytes());
            }
        }
        11 if !other.is_empty() => {
            // The beginning of one and the end of another.
            let end = other[spot(other, dice)..].to_vec();
            bytes.truncate(spot(bytes, dice));
            bytes.extend(end);
        }
        12 if !other.is_empty() => {
            let from = other[piece(other, dice)].to_vec();
            bytes.splice(piece(bytes, dice), from);
        }
        _ => {
            let (one, two) = (piece(bytes, dice), piece(bytes, dice));
            let (first, second) = if one.start <= two.start { (one, two) } else { (two, one) };
            if first.end <= second.start {
                let moved = bytes[second.clone()].to_vec();
                bytes.drain(second);
                bytes.splice(first.start..first.start, moved);
            }
        }
    }
}

/// The bytes, changed one to eight times; never longer than `most`.
pub fn mutated(seed: &[u8], other: &[u8], most: usize, dice: &mut Dice) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    let times = 1 + dice.below(8);
    for _ in 0..times {
        once(&mut bytes, other, dice);
        bytes.truncate(most);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_dice_give_the_same_bytes_and_others_give_others() {
        let seed = b"{\"v\":1,\"seq\":12}\n{\"v\":1,\"seq\":13}\n";
        let made = |dice: u64| mutated(seed, b"other,\n", 100, &mut Dice(dice));
        assert_eq!(made(7), made(7));
        let different: std::collections::BTreeSet<Vec<u8>> = (0..500).map(made).collect();
        assert!(different.len() > 300, "only {} of 500 differ", different.len());
        assert!(different.iter().all(|bytes| bytes.len() <= 100));
    }

    #[test]
    fn nothing_can_be_changed_too() {
        for dice in 0..200 {
            mutated(b"", b"", 10, &mut Dice(dice));
        }
    }
}
