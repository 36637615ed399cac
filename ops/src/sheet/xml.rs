//! The XML of a workbook's parts, its errors told as those of a sheet.

use super::{ROW_BYTES_MAX, Result, SheetError};
use jingui_indexer::xml::{self, Bounds, Token, XmlError};
use std::io::Read;

/// Nothing in a workbook lies as deep in each other.
const DEPTH_MAX: usize = 1000;

/// The elements of one part of a workbook.
pub(super) struct Xml {
    xml: xml::Xml<'static>,
    part: String,
}

impl Xml {
    /// The elements of a part.
    pub(super) fn new(part: Box<dyn Read + Send>, name: &str) -> Self {
        let bounds = Bounds { piece_bytes: ROW_BYTES_MAX, depth: DEPTH_MAX, lenient: false };
        Self { xml: xml::Xml::new(part, bounds), part: name.to_owned() }
    }

    /// What comes next.
    ///
    /// Errors: [`SheetError::Damaged`] for what is no XML, and for what refers elsewhere.
    pub(super) fn next(&mut self) -> Result<Token<'_>> {
        self.xml.token().map_err(|error| match error {
            XmlError::TooLong { limit } => SheetError::TooLarge { what: "sheet-row", limit: limit as u64 },
            // An archive that is not what it says is damage of the workbook, too.
            XmlError::Io(_) | XmlError::Malformed | XmlError::Refers | XmlError::TooDeep { .. } => {
                SheetError::Damaged { part: self.part.clone() }
            }
        })
    }
}
