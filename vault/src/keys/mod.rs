//! Keys: people's own, the keystore with its epochs and escrow, the log's, the recovery sheet.
//!
//! Does not know roles, journal or covers: it seals, opens and destroys what it is told to. Keys have no
//! `Serialize`; their `Debug` shows whose they are and nothing of them; they leave memory when dropped.
//! Source: `schema/FORMAT.md`, sections 11 and 12.

pub mod keystore; // epoch keys, escrow files and the log key on their device
pub mod log; // the key that signs heads and opens nothing
pub mod person; // a person's key and key file
pub mod sheet; // an epoch key on paper

pub use keystore::{EpochKey, EscrowContent, Keystore, NewEpoch, open_escrow};
pub use log::LogKey;
pub use person::{Person, identity_from_text};
pub use sheet::{read_sheet, sheet_text};

use crate::seal;
use crate::seal::Identity;
use jingui_schema::FORMAT;
use zeroize::Zeroizing;

/// How the text of an X25519 identity begins.
const IDENTITY_MARK: &str = "AGE-SECRET-KEY-1";

/// Why a text is not one of our identity files.
enum Misread {
    /// Of another format, which is named.
    Format(u32),
    /// Something else; says what is missing.
    Other(&'static str),
}

/// Writes an identity file of ours: `# jingui <what> 1`, the named comment lines, the identity.
///
/// The capacity is known beforehand, so that growing leaves no copy of the secret behind.
fn write_identity_file(what: &str, lines: &[(&str, &str)], identity: &Identity) -> Zeroizing<String> {
    let secret = seal::identity_text(identity);
    let head = format!("# jingui {what} {FORMAT}\n");
    let mut parts = vec![head.as_str()];
    parts.extend(lines.iter().flat_map(|(name, value)| ["# ", *name, ": ", *value, "\n"]));
    parts.extend([secret.as_str(), "\n"]);
    let mut text = Zeroizing::new(String::with_capacity(parts.iter().map(|part| part.len()).sum()));
    parts.iter().for_each(|part| text.push_str(part));
    text
}

/// Reads what [`write_identity_file`] gives: the values of the named lines, in this order, and the identity.
fn read_identity_file<'t, const N: usize>(
    text: &'t [u8],
    what: &'static str,
    names: [&'static str; N],
) -> Result<([&'t str; N], Identity), Misread> {
    let text = std::str::from_utf8(text).map_err(|_| Misread::Other("not text"))?;
    let mut lines = text.strip_suffix('\n').ok_or(Misread::Other("cut short"))?.split('\n');
    let version =
        lines.next().and_then(|line| line.strip_prefix("# jingui ")?.strip_prefix(what)?.strip_prefix(' '));
    match version.map(|version| (version.parse::<u32>(), version)) {
        // As it is written, not as `00` or `+0`.
        Some((Ok(found), version)) if version == found.to_string() => {
            if found != FORMAT {
                return Err(Misread::Format(found));
            }
        }
        _ => return Err(Misread::Other("not written by jingui, or for something else")),
    }
    let mut values = [""; N];
    for (value, name) in values.iter_mut().zip(names) {
        let found =
            lines.next().and_then(|line| line.strip_prefix("# ")?.strip_prefix(name)?.strip_prefix(": "));
        *value = found.ok_or(Misread::Other(name))?;
    }
    let identity = lines.next().and_then(|line| line.parse().ok()).ok_or(Misread::Other("identity"))?;
    if lines.next().is_some() {
        return Err(Misread::Other("more than one key"));
    }
    Ok((values, identity))
}
