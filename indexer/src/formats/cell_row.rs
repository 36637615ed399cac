//! Tables as lines of text: cells parted by TAB, rows by LF.

use super::out::Out;

/// The cells that are open, each with what had been written when it began.
#[derive(Default)]
pub(super) struct Cells(Vec<usize>);

impl Cells {
    /// A cell begins.
    pub(super) fn begin(&mut self, out: &Out<'_>) {
        self.0.push(out.len());
    }

    /// The innermost cell ends: the next text is in the next column, though its last paragraph ended with a line.
    pub(super) fn end(&mut self, out: &mut Out<'_>) {
        match self.0.pop() {
            Some(before) if before != out.len() => out.column(),
            _ => out.tab(),
        }
    }
}
