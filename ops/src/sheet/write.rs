//! CSV and XLSX out, written so that a spreadsheet neither runs nor rounds what is in them.
//!
//! CSV is UTF-8 with a mark at the beginning and CRLF, and what would begin a formula is neutralised. In XLSX every cell is text, so
//! that a number of 18 digits keeps them all. The same rows give the same bytes.

use jingui_indexer::archive::pack::{Pack, Packed};
use std::borrow::Cow;
use std::io::{self, Write};
use std::path::Path;

/// What a sheet is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated.
    Csv,
    /// A workbook.
    Xlsx,
}

impl Format {
    /// By the ending of a file's name; CSV for all but `.xlsx`.
    pub fn of(path: &Path) -> Self {
        match path.extension() {
            Some(end) if end.eq_ignore_ascii_case("xlsx") => Self::Xlsx,
            _ => Self::Csv,
        }
    }

    /// The ending of files of this format.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// A text as it will be read back from a cell.
    pub fn as_written(self, text: &str) -> Cow<'_, str> {
        match self {
            // Line ends of one kind, so that rows can be counted by them.
            Self::Csv if text.contains('\r') => {
                Cow::Owned(self.as_written(&text.replace("\r\n", "\n").replace('\r', "\n")).into_owned())
            }
            Self::Csv if text.starts_with(['=', '+', '-', '@', '\t']) => Cow::Owned(format!("'{text}")),
            _ => Cow::Borrowed(text),
        }
    }
}

/// A sheet being written.
pub enum Writer<W: Write> {
    /// As CSV.
    #[doc(hidden)]
    Csv(Box<csv::Writer<W>>),
    /// As a workbook.
    #[doc(hidden)]
    Xlsx(Box<Packed<W>>),
}

/// Everything of a workbook but the sheet itself: one sheet, one style, which is text.
const PARTS: [(&str, &str); 5] = [
    (
        "[Content_Types].xml",
        r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>"#,
    ),
    (
        "_rels/.rels",
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
    ),
    (
        "xl/workbook.xml",
        r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
    ),
    (
        "xl/_rels/workbook.xml.rels",
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#,
    ),
    (
        "xl/styles.xml",
        r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>"#,
    ),
];
const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const SHEET_BEGIN: &str =
    r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#;
const SHEET_END: &str = "</sheetData></worksheet>";

impl<W: Write> Writer<W> {
    /// Begins a sheet.
    pub fn new(mut out: W, format: Format) -> io::Result<Self> {
        match format {
            Format::Csv => {
                out.write_all("\u{feff}".as_bytes())?;
                let terminator = csv::Terminator::CRLF;
                let builder =
                    csv::WriterBuilder::new().flexible(true).terminator(terminator).from_writer(out);
                Ok(Self::Csv(Box::new(builder)))
            }
            Format::Xlsx => {
                let mut pack = Pack::new(out);
                for (name, text) in PARTS {
                    let mut part = pack.file(name)?;
                    part.write_all(DECLARATION.as_bytes())?;
                    part.write_all(text.as_bytes())?;
                    pack = part.end()?;
                }
                let mut sheet = pack.file("xl/worksheets/sheet1.xml")?;
                sheet.write_all(DECLARATION.as_bytes())?;
                sheet.write_all(SHEET_BEGIN.as_bytes())?;
                Ok(Self::Xlsx(Box::new(sheet)))
            }
        }
    }

    /// Writes the next row.
    pub fn row<T: AsRef<str>>(&mut self, cells: &[T]) -> io::Result<()> {
        match self {
            Self::Csv(csv) => {
                for cell in cells {
                    csv.write_field(&*Format::Csv.as_written(cell.as_ref()))?;
                }
                Ok(csv.write_record(None::<&[u8]>)?)
            }
            Self::Xlsx(sheet) => {
                let mut row = String::from("<row>");
                for cell in cells {
                    match cell.as_ref() {
                        "" => row.push_str("<c/>"),
                        text => {
                            row.push_str(r#"<c t="inlineStr" s="1"><is><t xml:space="preserve">"#);
                            text.char_indices().for_each(|(at, c)| push_escaped(&mut row, c, &text[at..]));
                            row.push_str("</t></is></c>");
                        }
                    }
                }
                row.push_str("</row>");
                sheet.write_all(row.as_bytes())
            }
        }
    }

    /// Ends the sheet and returns what it was written to.
    pub fn finish(self) -> io::Result<W> {
        match self {
            Self::Csv(csv) => csv.into_inner().map_err(csv::IntoInnerError::into_error),
            Self::Xlsx(mut sheet) => {
                sheet.write_all(SHEET_END.as_bytes())?;
                sheet.end()?.finish()
            }
        }
    }
}

/// Writes one character of a text; `rest` begins with it.
fn push_escaped(into: &mut String, c: char, rest: &str) {
    use std::fmt::Write as _;
    match c {
        '&' => into.push_str("&amp;"),
        '<' => into.push_str("&lt;"),
        '>' => into.push_str("&gt;"),
        '\t' | '\n' => into.push(c),
        // What XML cannot have is written by its number, and so is what would be read as such a number.
        '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
            write!(into, "_x{:04X}_", u32::from(c)).expect("a String takes all");
        }
        '_' if is_number(rest) => into.push_str("_x005F_"),
        c => into.push(c),
    }
}

fn is_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 7 && bytes[1] == b'x' && bytes[6] == b'_' && bytes[2..6].iter().all(u8::is_ascii_hexdigit)
}
