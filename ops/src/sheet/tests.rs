//! Sheets: what comes in as it was meant, what goes out as it was.

use super::write::{Format, Writer};
use super::*;
use crate::messages::{Lang, Messages};
use proptest::prelude::*;
use std::io::Write as _;

/// A file of these bytes, and the directory that it lies in.
fn file(name: &str, bytes: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    (dir, path)
}

/// All rows of a sheet: number and texts.
fn rows_of(path: &Path) -> Result<Vec<(u32, Vec<String>)>> {
    all_rows(&Sheet::open(path, None)?)
}

fn all_rows(sheet: &Sheet) -> Result<Vec<(u32, Vec<String>)>> {
    let (mut rows, mut row, mut all) = (sheet.rows()?, Row::default(), Vec::new());
    while rows.next(&mut row)? {
        all.push((row.no, row.cells.iter().map(|cell| cell.text.clone()).collect()));
    }
    sheet.still()?;
    Ok(all)
}

fn read(bytes: &[u8]) -> Result<Vec<(u32, Vec<String>)>> {
    let (_dir, path) = file("sheet.csv", bytes);
    rows_of(&path)
}

/// What is told of a sheet that cannot be read.
fn refused(bytes: &[u8]) -> String {
    let error = read(bytes).expect_err("it cannot be read");
    let said = Lang::ALL.iter().map(|lang| error.said().tell(Messages::for_lang(*lang)));
    said.inspect(|text| assert!(!text.contains("{$") && text != error.said().key(), "{text}")).collect()
}

fn row(no: u32, cells: &[&str]) -> (u32, Vec<String>) {
    (no, cells.iter().map(|cell| (*cell).to_owned()).collect())
}

#[test]
fn a_table_is_read_in_every_encoding_in_use() {
    let text = "客户,业务日期\r\n甲公司,2024年5月1日\r\n";
    let expected = vec![row(1, &["客户", "业务日期"]), row(2, &["甲公司", "2024年5月1日"])];
    let utf16 = |swap: bool| -> Vec<u8> {
        let units = "\u{feff}".encode_utf16().chain(text.encode_utf16());
        units.flat_map(|unit| if swap { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    let gb = encoding_rs::GB18030.encode(text).0.into_owned();
    assert_ne!(gb, text.as_bytes());
    for bytes in
        [text.as_bytes().to_vec(), format!("\u{feff}{text}").into_bytes(), gb, utf16(false), utf16(true)]
    {
        assert_eq!(read(&bytes).unwrap(), expected);
    }
}

#[test]
fn a_row_has_the_number_that_a_spreadsheet_shows() {
    let text = "a,b\n\n\n\"two\nlines\",2\n , \nlast,4";
    let expected = vec![row(1, &["a", "b"]), row(4, &["two\nlines", "2"]), row(6, &["last", "4"])];
    assert_eq!(read(text.as_bytes()).unwrap(), expected);
    assert_eq!(read(text.replace('\n', "\r\n").as_bytes()).unwrap()[2].0, 6);
}

#[test]
fn semicolons_and_tabs_part_cells_as_well() {
    assert_eq!(read("客户;日期\n甲,乙;1\n".as_bytes()).unwrap()[1], row(2, &["甲,乙", "1"]));
    assert_eq!(read("客户\t日期\n甲\t1\n".as_bytes()).unwrap()[1], row(2, &["甲", "1"]));
    assert_eq!(read("\"a;b\",c\n".as_bytes()).unwrap()[0], row(1, &["a;b", "c"]));
}

#[test]
fn what_is_no_table_is_refused_by_name() {
    assert!(refused(b"").contains("empty"));
    assert!(refused(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1]).contains("xlsx"));
    assert!(refused(b"%PDF-1.7\n").contains("xlsx"));
    assert!(refused(b"a,b\nc,\0\n").contains("xlsx"));
    assert!(refused(b"a,b\nok,1\nc,\xff\xff\n").contains('3'), "the line is named");
    assert!(refused(b"PK\x03\x04 and no archive").contains("ZIP"));
    let long = format!("a,b\n\"{}", "x".repeat(ROW_BYTES_MAX + (1 << 20)));
    assert!(refused(long.as_bytes()).contains(&ROW_BYTES_MAX.to_string()), "a quote that never ends");
    let wide = ",".repeat(COLUMNS_MAX + 1);
    assert!(refused(wide.as_bytes()).contains(&COLUMNS_MAX.to_string()));
}

/// A workbook with this sheet and these texts, as other programs write them.
fn workbook(sheet: &str, texts: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("book.xlsx");
    let mut pack = jingui_indexer::archive::pack::Pack::new(std::fs::File::create(&path).unwrap());
    let relation = |id: &str, kind: &str, target: &str| {
        format!(r#"<Relationship Id="{id}" Type="http://x/relationships/{kind}" Target="{target}"/>"#)
    };
    let book = [
        relation("r1", "worksheet", "worksheets/hidden.xml"),
        relation("r2", "worksheet", "/xl/worksheets/sheet.xml"),
        relation("r3", "sharedStrings", "sharedStrings.xml"),
        relation("r4", "styles", "styles.xml"),
    ];
    for (name, text) in [
        ("_rels/.rels", format!("<Relationships>{}</Relationships>", relation("a", "officeDocument", "xl/workbook.xml"))),
        (
            "xl/workbook.xml",
            "<x:workbook xmlns:x='m' xmlns:r='r'><x:sheets><x:sheet name='old' state='hidden' r:id='r1'/>\
             <x:sheet name='台账' r:id='r2'/></x:sheets></x:workbook>"
                .to_owned(),
        ),
        ("xl/_rels/workbook.xml.rels", format!("<Relationships>{}</Relationships>", book.concat())),
        ("xl/sharedStrings.xml", format!("<sst>{texts}</sst>")),
        (
            "xl/styles.xml",
            "<styleSheet><numFmts><numFmt numFmtId='170' formatCode='yyyy\"年\"m\"月\"'/></numFmts><cellStyleXfs>\
             <xf numFmtId='14'/></cellStyleXfs><cellXfs><xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='170'/>\
             </cellXfs></styleSheet>"
                .to_owned(),
        ),
        ("xl/worksheets/hidden.xml", "<worksheet><sheetData/></worksheet>".to_owned()),
        ("xl/worksheets/sheet.xml", sheet.to_owned()),
    ] {
        let mut part = pack.file(name).unwrap();
        part.write_all(text.as_bytes()).unwrap();
        pack = part.end().unwrap();
    }
    pack.finish().unwrap();
    (dir, path)
}

#[test]
fn a_workbook_is_read_with_how_each_cell_was_stored() {
    let texts = "<si><t>客户</t></si><si><r><t>甲 </t></r><r><t>公司</t></r><rPh><t>jia</t></rPh></si>";
    let sheet = "<worksheet><sheetData>\
        <row r='2'><c r='A2' t='s'><v>0</v></c><c r='C2' t='inlineStr'><is><t>A &amp; B</t></is></c></row>\
        <row r='3'/>\
        <row r='5'><c t='s'><v>1</v></c><c s='1'><v>45413</v></c><c s='2'><v>45413</v></c>\
        <c><v>1.10105194912310021E+17</v></c><c><v>42.0</v></c><c t='b'><v>1</v></c><c t='e'><v>#N/A</v></c>\
        <c t='str'><f>A1</f><v>text</v></c><c t='str'><v>1.10105E+17</v></c></row>\
        </sheetData></worksheet>";
    let (_dir, path) = workbook(sheet, texts);
    let sheet = Sheet::open(&path, None).unwrap();
    assert_eq!(sheet.tab(), Some(("台账", 0)));
    let (mut rows, mut row) = (sheet.rows().unwrap(), Row::default());
    assert!(rows.next(&mut row).unwrap());
    assert_eq!((row.no, row.text(0), row.text(1), row.text(2), row.text(9)), (2, "客户", "", "A & B", ""));
    assert!(rows.next(&mut row).unwrap());
    let cells: Vec<_> =
        row.cells.iter().map(|cell| (cell.text.as_str(), cell.stored, cell.is_rounded())).collect();
    let expected = [
        ("甲 公司", Stored::Text, false),
        ("2024-05-01", Stored::Day, false),
        ("2024-05-01", Stored::Day, false),
        ("1.10105194912310021E+17", Stored::Number, true),
        ("42", Stored::Number, false),
        ("TRUE", Stored::Truth, false),
        ("#N/A", Stored::Error, false),
        ("text", Stored::Text, false),
        ("1.10105E+17", Stored::Text, true),
    ];
    assert_eq!((row.no, cells.as_slice()), (5, &expected[..]));
    assert!(!rows.next(&mut row).unwrap());
    let missing = Sheet::open(&path, Some("nowhere")).unwrap_err();
    assert!(missing.said().tell(Messages::for_lang(Lang::En)).contains("台账"));
    assert!(Sheet::open(&path, Some("old")).is_ok());
}

#[test]
fn a_workbook_that_does_not_hold_together_is_refused() {
    for (sheet, texts) in [
        ("<worksheet><sheetData><row r='1'><c t='s'><v>7</v></c></row></sheetData></worksheet>", ""),
        ("<worksheet><sheetData><row r='2'/><row r='1'/></sheetData></worksheet>", ""),
        ("<worksheet><sheetData><row r='1'><c r='1'><v>1</v></c></row></sheetData></worksheet>", ""),
        ("<worksheet><sheetData><row r='x'/></sheetData></worksheet>", ""),
        ("<worksheet><sheetData><row", ""),
        (
            "<!DOCTYPE a [<!ENTITY b 'bomb'>]><worksheet><sheetData><row><c t='str'><v>&b;</v></c></row></sheetData></worksheet>",
            "",
        ),
    ] {
        let (_dir, path) = workbook(sheet, texts);
        let error = rows_of(&path).expect_err(sheet);
        assert!(!error.said().tell(Messages::for_lang(Lang::En)).contains("{$"));
    }
    let far = "<worksheet><sheetData><row r='1'><c r='ZZZ1'><v>1</v></c></row></sheetData></worksheet>";
    let (_dir, path) = workbook(far, "");
    assert!(matches!(rows_of(&path), Err(SheetError::TooLarge { .. })));
}

#[test]
fn what_would_run_in_a_spreadsheet_is_neutralised_in_csv() {
    let mut writer = Writer::new(Vec::new(), Format::Csv).unwrap();
    writer.row(&["客户", "=1+1", "+86", "-1", "@x", "a,b\"c"]).unwrap();
    let bytes = writer.finish().unwrap();
    assert_eq!(bytes, "\u{feff}客户,'=1+1,'+86,'-1,'@x,\"a,b\"\"c\"\r\n".as_bytes());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever stands in a sheet, it is read or refused, row numbers ascending.
    #[test]
    fn no_sheet_makes_it_panic(pieces in proptest::collection::vec(prop_oneof![
        Just("<row>"), Just("<row r='3'>"), Just("<row r='4294967296'>"), Just("</row>"), Just("<c>"),
        Just("<c r='B2' t='s'>"), Just("<c r='ZZZZZZ9' s='9'>"), Just("<c t='inlineStr'>"), Just("</c>"), Just("<v>"),
        Just("</v>"), Just("<is>"), Just("<t>"), Just("</t>"), Just("<rPh>"), Just("</rPh>"), Just("0"), Just("-1"),
        Just("1e308"), Just("&amp;"), Just("&#0;"), Just("&x;"), Just("_x0041_"), Just("<![CDATA[x]]>"), Just("<!-- -->"),
        Just("<?p?>"), Just("</sheetData>"), Just("甲"), Just("<"),
    ], 0..30)) {
        let text = format!("<worksheet><sheetData>{}</sheetData></worksheet>", pieces.concat());
        let (_dir, path) = workbook(&text, "<si><t>a</t></si>");
        if let Ok(rows) = rows_of(&path) {
            prop_assert!(rows.windows(2).all(|pair| pair[0].0 < pair[1].0), "{text}");
        }
    }

    /// What is written is read back, in either form, and the same twice.
    #[test]
    fn what_is_written_is_read_back(table in proptest::collection::vec(
        proptest::collection::vec("[ -~\u{1}\u{7f}一-九\n_x0D]{0,12}", 1..5), 1..6)
    ) {
        for format in [Format::Csv, Format::Xlsx] {
            let bytes = || {
                let mut writer = Writer::new(Vec::new(), format).unwrap();
                table.iter().for_each(|row| writer.row(row).unwrap());
                writer.finish().unwrap()
            };
            prop_assert_eq!(bytes(), bytes());
            let (_dir, path) = file("sheet", &bytes());
            let found = all_rows(&Sheet::open_ours(&path).unwrap()).unwrap();
            let trimmed = |text: &String| format.as_written(text).trim().to_owned();
            let expected: Vec<Vec<String>> = (table.iter())
                .map(|row| row.iter().map(trimmed).collect::<Vec<_>>())
                .filter(|row| row.iter().any(|cell| !cell.is_empty()))
                .collect();
            let cut = |row: &Vec<String>| {
                let end = row.iter().rposition(|cell| !cell.is_empty()).map_or(0, |at| at + 1);
                row[..end].to_vec()
            };
            let found: Vec<_> = found.iter().map(|(_, row)| cut(row)).collect();
            prop_assert_eq!(found, expected.iter().map(cut).collect::<Vec<_>>());
        }
    }
}
