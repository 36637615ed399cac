//! Readers of stored bytes that nobody outside needs, for the tests that feed them whatever there is.
//!
//! Only there with the feature `fuzzing`, and no part of what this crate promises. Each answers with what was read,
//! written again, so that a test can ask whether it survives; `None` for what was refused.

pub use crate::catalog::fuzzing::{page, page_bytes, row, row_bytes};

use crate::staging::Marker;
use crate::verify::name_again;
use std::path::Path;

/// The name of a directory in `staging/`.
pub fn marker(name: &str) -> Option<String> {
    let marker: Marker = name.parse().ok()?;
    // What a crash left is looked for by these paths; they have to stay below the vault.
    for step in marker.moves(Path::new("staging")) {
        let place = step.to.split('/').nth(1).and_then(|place| place.parse::<u64>().ok());
        let ours = name_again(&step.to).as_deref() == Some(&step.to);
        // No counter of ours leads to a place beyond 32 bits; there is no such directory.
        assert!(
            ours || place.is_some_and(|place| place > u64::from(u32::MAX)),
            "{} is no name of ours",
            step.to
        );
    }
    Some(marker.to_string())
}

/// The path of a sealed file below the vault.
pub fn sealed_path(path: &str) -> Option<String> {
    name_again(path)
}

/// The name of a file in `journal/heads/`: lines under the head.
pub fn head_lines(name: &str) -> Option<u64> {
    crate::sweep::head_of_name(name)
}

/// `settings/places.toml`.
pub fn places(bytes: &[u8]) -> Option<String> {
    crate::places::Places::parse(bytes).map(|places| places.to_text())
}

/// The base64 of a note in an act file.
pub fn note_bytes(text: &str) -> Option<Vec<u8>> {
    crate::base64::decode(text)
}
