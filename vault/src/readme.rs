//! The `README.txt` of every vault: how to read all of it without Jingui.

/// Its text; the same in every vault of this format.
pub fn text() -> &'static str {
    include_str!("readme.txt")
}
