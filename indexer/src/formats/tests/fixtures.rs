//! Documents made here, small and whole.

use crate::archive::pack::Pack;
use std::io::{Cursor, Write};

/// A ZIP archive of texts.
pub(super) fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    zip_of(&files)
}

/// A ZIP archive.
pub(super) fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut pack = Pack::new(Vec::new());
    for (name, content) in files {
        let mut file = pack.file(name).unwrap();
        file.write_all(content).unwrap();
        pack = file.end().unwrap();
    }
    pack.finish().unwrap()
}

/// A compound file.
pub(super) fn compound(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for (path, content) in files {
        if let Some((dir, _)) = path.rsplit_once('/')
            && !dir.is_empty()
        {
            file.create_storage_all(format!("/{dir}")).unwrap();
        }
        file.create_stream(format!("/{path}")).unwrap().write_all(content).unwrap();
    }
    file.into_inner().into_inner()
}

/// UTF-16, the lower byte first.
pub(super) fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// A DOCX file: its body, and parts that are related to it by their kinds.
pub(super) fn docx(body: &str, parts: &[(&str, &str, &str)]) -> Vec<u8> {
    let document = format!("<w:document xmlns:w='w'><w:body>{body}</w:body></w:document>");
    let relations: String = parts
        .iter()
        .enumerate()
        .map(|(no, (kind, name, _))| {
            format!("<Relationship Id='r{no}' Type='http://x/{kind}' Target='{name}'/>")
        })
        .collect();
    let relations = format!("<Relationships>{relations}</Relationships>");
    let paths: Vec<String> = parts.iter().map(|(_, name, _)| format!("word/{name}")).collect();
    let mut files = vec![
        ("[Content_Types].xml", "<Types/>"),
        (
            "_rels/.rels",
            "<Relationships><Relationship Id='a' Type='http://x/officeDocument' Target='word/document.xml'/></Relationships>",
        ),
        ("word/document.xml", document.as_str()),
        ("word/_rels/document.xml.rels", relations.as_str()),
    ];
    files.extend(paths.iter().zip(parts).map(|(path, (_, _, text))| (path.as_str(), *text)));
    zip(&files)
}

/// An XLSX file with one sheet.
pub(super) fn xlsx(texts: &[&str], rows: &str) -> Vec<u8> {
    let texts: String = texts.iter().map(|text| format!("<si><t>{text}</t></si>")).collect();
    zip(&[
        ("[Content_Types].xml", "<Types/>"),
        (
            "xl/workbook.xml",
            "<workbook xmlns:r='r'><sheets><sheet name='名册' sheetId='1' r:id='r1'/></sheets></workbook>",
        ),
        (
            "xl/_rels/workbook.xml.rels",
            "<Relationships><Relationship Id='r1' Type='x/worksheet' Target='worksheets/sheet1.xml'/>\
             <Relationship Id='r2' Type='x/sharedStrings' Target='sharedStrings.xml'/>\
             <Relationship Id='r3' Type='x/styles' Target='styles.xml'/></Relationships>",
        ),
        ("xl/sharedStrings.xml", &format!("<sst>{texts}</sst>")),
        (
            "xl/styles.xml",
            "<styleSheet><cellXfs><xf numFmtId='0'/><xf numFmtId='14'/></cellXfs></styleSheet>",
        ),
        ("xl/worksheets/sheet1.xml", &format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")),
    ])
}

/// A PPTX file: for each slide its text and that of its notes.
pub(super) fn pptx(slides: &[(&str, &str)]) -> Vec<u8> {
    let text = |text: &str| {
        format!("<p:sld xmlns:a='a' xmlns:p='p'><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sld>")
    };
    let (mut files, mut list, mut relations) = (Vec::new(), String::new(), String::new());
    for (no, (slide, notes)) in slides.iter().enumerate() {
        list.push_str(&format!("<p:sldId id='{}' r:id='r{no}'/>", 256 + no));
        // Named the other way round than they are shown.
        let name = format!("slide{}.xml", slides.len() - no);
        relations.push_str(&format!("<Relationship Id='r{no}' Type='x/slide' Target='slides/{name}'/>"));
        files.push((format!("ppt/slides/{name}"), text(slide)));
        files.push((
            format!("ppt/slides/_rels/{name}.rels"),
            format!("<Relationships><Relationship Id='n' Type='x/notesSlide' Target='../notesSlides/n{no}.xml'/></Relationships>"),
        ));
        files.push((format!("ppt/notesSlides/n{no}.xml"), text(notes)));
    }
    files.push((
        "ppt/presentation.xml".to_owned(),
        format!("<p:presentation xmlns:p='p' xmlns:r='r'><p:sldIdLst>{list}</p:sldIdLst></p:presentation>"),
    ));
    files.push((
        "ppt/_rels/presentation.xml.rels".to_owned(),
        format!("<Relationships>{relations}</Relationships>"),
    ));
    files.push(("[Content_Types].xml".to_owned(), "<Types/>".to_owned()));
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    zip(&files)
}

/// An OpenDocument file of a type.
pub(super) fn odf(kind: &str, content: &str) -> Vec<u8> {
    let mimetype = format!("application/vnd.oasis.opendocument.{kind}");
    let content = format!(
        "<office:document-content xmlns:office='o'><office:body><office:{kind}>{content}</office:{kind}></office:body></office:document-content>"
    );
    zip(&[("mimetype", &mimetype), ("content.xml", &content), ("META-INF/manifest.xml", "<manifest/>")])
}

/// A text object of OFD.
pub(super) fn text_object(x: f64, y: f64, text: &str) -> String {
    format!(
        "<ofd:TextObject Boundary='{x} {y} 80 5' Size='4'><ofd:TextCode X='0' Y='4'>{text}</ofd:TextCode></ofd:TextObject>"
    )
}

/// A page of OFD with objects on it.
pub(super) fn ofd_page(template: &str, objects: &str) -> String {
    format!(
        "<ofd:Page xmlns:ofd='http://www.ofdspec.org/2016'>{template}<ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content></ofd:Page>"
    )
}

/// An OFD file: more of `Document.xml`, pages, other files.
pub(super) fn ofd(more: &str, pages: &[&str], files: &[(&str, &str)]) -> Vec<u8> {
    let list: String = (0..pages.len())
        .map(|no| format!("<ofd:Page ID='{}' BaseLoc='Pages/Page_{no}/Content.xml'/>", 10 + no))
        .collect();
    let document = format!(
        "<ofd:Document xmlns:ofd='http://www.ofdspec.org/2016'><ofd:CommonData/>{more}<ofd:Pages>{list}</ofd:Pages></ofd:Document>"
    );
    let paths: Vec<String> =
        (0..pages.len()).map(|no| format!("Doc_0/Pages/Page_{no}/Content.xml")).collect();
    let mut all = vec![
        (
            "OFD.xml",
            "<ofd:OFD xmlns:ofd='http://www.ofdspec.org/2016' DocType='OFD'><ofd:DocBody><ofd:DocInfo><ofd:CustomDatas>\
            <ofd:CustomData Name='发票号码'>83089647</ofd:CustomData></ofd:CustomDatas></ofd:DocInfo>\
            <ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        ),
        ("Doc_0/Document.xml", document.as_str()),
    ];
    all.extend(paths.iter().map(String::as_str).zip(pages.iter().copied()));
    all.extend_from_slice(files);
    zip(&all)
}

/// A DOC file of Word 97: pieces, compressed or not, and flags of its header.
pub(super) fn doc(pieces: &[(&str, bool)], flags: u16) -> Vec<u8> {
    let mut document = vec![0u8; 0x800];
    document[..2].copy_from_slice(&0xa5ecu16.to_le_bytes());
    document[2..4].copy_from_slice(&0xc1u16.to_le_bytes());
    document[10..12].copy_from_slice(&flags.to_le_bytes());
    let (mut places, mut descriptors, mut chars) = (vec![0u32], Vec::new(), 0u32);
    for (text, compressed) in pieces {
        let at = document.len() as u32;
        let bytes = if *compressed { text.as_bytes().to_vec() } else { utf16(text) };
        document.extend_from_slice(&bytes);
        chars += text.encode_utf16().count() as u32;
        places.push(chars);
        let place = if *compressed { (at * 2) | 0x4000_0000 } else { at };
        descriptors.extend_from_slice(&[0, 0]);
        descriptors.extend_from_slice(&place.to_le_bytes());
        descriptors.extend_from_slice(&[0, 0]);
    }
    document[0x4c..0x50].copy_from_slice(&chars.to_le_bytes());
    let mut table: Vec<u8> = places.iter().flat_map(|place| place.to_le_bytes()).collect();
    table.extend_from_slice(&descriptors);
    // A format that pieces refer to stands before the table of pieces.
    let mut clx = vec![1, 2, 0, 0xaa, 0xbb, 2];
    clx.extend_from_slice(&(table.len() as u32).to_le_bytes());
    clx.extend_from_slice(&table);
    document[0x1a6..0x1aa].copy_from_slice(&(clx.len() as u32).to_le_bytes());
    compound(&[("WordDocument", &document), ("0Table", &clx)])
}

/// A record of XLS.
pub(super) fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), data].concat()
}

/// An XLS file of Excel 97 with one sheet of records; `texts` is the record of shared texts with what goes on with it.
pub(super) fn xls(texts: &[u8], records: &[u8]) -> Vec<u8> {
    let mut stream = record(0x0809, &[0, 6, 5, 0, 0, 0, 0, 0]);
    stream.extend_from_slice(&record(0x041e, &[&[164, 0, 10, 0, 0][..], b"yyyy-mm-dd"].concat()));
    for format in [0u16, 164] {
        stream.extend_from_slice(&record(0x00e0, &[&[0, 0][..], &format.to_le_bytes(), &[0; 16]].concat()));
    }
    let name = utf16("名册");
    let bound_at = stream.len() + 4;
    stream.extend_from_slice(&record(0x0085, &[&[0, 0, 0, 0, 0, 0, 2, 1][..], &name].concat()));
    stream.extend_from_slice(texts);
    stream.extend_from_slice(&record(0x000a, &[]));
    let at = stream.len() as u32;
    stream[bound_at..bound_at + 4].copy_from_slice(&at.to_le_bytes());
    stream.extend_from_slice(&record(0x0809, &[0, 6, 0x10, 0, 0, 0, 0, 0]));
    stream.extend_from_slice(records);
    stream.extend_from_slice(&record(0x000a, &[]));
    compound(&[("Workbook", &stream)])
}

/// A record of PPT.
pub(super) fn atom(head: u16, kind: u16, data: &[u8]) -> Vec<u8> {
    [&head.to_le_bytes()[..], &kind.to_le_bytes(), &(data.len() as u32).to_le_bytes(), data].concat()
}

/// A PPT file of one slide, a text in its outline and one of its own; and a slide that was deleted.
pub(super) fn ppt(outline: &str, own: &str, deleted: &str) -> Vec<u8> {
    let words = |values: &[u32]| values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>();
    let persist = atom(0, 0x03f3, &words(&[2, 0, 0, 256, 0]));
    let list = atom(0x000f, 0x0ff0, &[persist, atom(0, 0x0fa0, &utf16(outline))].concat());
    let document = atom(0x000f, 0x03e8, &list);
    let slide = |text: &str| {
        let texts = [atom(0, 0x0f9e, &words(&[0])), atom(0, 0x0fa0, &utf16(text))].concat();
        atom(0x000f, 0x03ee, &atom(0x000f, 0xf00d, &texts))
    };
    let mut stream = slide(deleted);
    let document_at = stream.len() as u32;
    stream.extend_from_slice(&document);
    let slide_at = stream.len() as u32;
    stream.extend_from_slice(&slide(own));
    let directory_at = stream.len() as u32;
    stream.extend_from_slice(&atom(0, 0x1772, &words(&[2 << 20 | 1, document_at, slide_at])));
    let edit_at = stream.len() as u32;
    stream.extend_from_slice(&atom(0, 0x0ff5, &words(&[256, 0, 0, directory_at, 1, 3, 0])));
    let user = atom(0, 0x0ff6, &words(&[20, 0xe391_c05f, edit_at, 0, 0]));
    compound(&[("Current User", &user), ("PowerPoint Document", &stream)])
}
