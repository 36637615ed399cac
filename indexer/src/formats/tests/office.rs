//! Word, Excel, PowerPoint since 2007, OpenDocument.

use super::fixtures::*;
use super::*;

fn read_text(bytes: &[u8]) -> String {
    let reading = read_named(bytes, "");
    assert_eq!(reading.unread, None);
    assert_sound(&reading, "");
    text_of(&reading)
}

#[test]
fn a_word_document_is_read_with_tables_notes_and_headers() {
    let body = "<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>申请</w:t></w:r><w:r><w:t xml:space='preserve'>表 </w:t><w:tab/><w:t>A&amp;B&#x4E2D;</w:t></w:r></w:p>\
        <w:tbl><w:tr><w:tc><w:p><w:r><w:t>姓名</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>张三</w:t></w:r></w:p></w:tc></w:tr>\
        <w:tr><w:tc><w:p/></w:tc><w:tc><w:p><w:r><w:t>二</w:t><w:br/><w:t>行</w:t></w:r></w:p></w:tc></w:tr></w:tbl>\
        <w:p><w:ins><w:r><w:t>留</w:t></w:r></w:ins><w:del><w:r><w:delText>删</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>移</w:t></w:r></w:moveFrom></w:p>\
        <w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>框</w:t></w:r></w:p></w:txbxContent></mc:Choice>\
        <mc:Fallback><w:p><w:r><w:t>框</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent></w:r></w:p>\
        <w:p><w:r><w:fldChar/><w:instrText>PAGE</w:instrText></w:r><w:ruby><w:rt><w:r><w:t>zi</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>字</w:t></w:r></w:rubyBase></w:ruby></w:p>";
    let part = |text: &str| format!("<w:x><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:x>");
    let parts = [
        ("comments", "comments.xml", part("批注")),
        ("footnotes", "footnotes.xml", part("脚注")),
        ("header", "header1.xml", part("页眉")),
        ("footer", "footer1.xml", part("页脚")),
    ];
    let parts: Vec<(&str, &str, &str)> =
        parts.iter().map(|(kind, name, text)| (*kind, *name, text.as_str())).collect();
    assert_eq!(
        read_text(&docx(body, &parts)),
        "申请表 \tA&B中\n姓名\t张三\n二\n行\n留\n框\n字\n页眉\n页脚\n脚注\n批注"
    );
}

#[test]
fn a_sheet_in_a_word_document_is_read_as_pages_of_its_own() {
    let sheet = xlsx(&["内"], "<row><c t='s'><v>0</v></c></row>");
    let outer = zip_of(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", b"<w:document><w:p><w:r><w:t>outer</w:t></w:r></w:p></w:document>"),
        ("word/_rels/document.xml.rels", b"<Relationships><Relationship Id='a' Type='x/package' Target='embeddings/a.xlsx'/></Relationships>"),
        ("word/embeddings/a.xlsx", &sheet),
    ]);
    assert_eq!(read_text(&outer), "outer\u{c}名册\n内");
}

#[test]
fn a_workbook_is_read_as_it_is_shown() {
    let rows = "<row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='s'><v>1</v></c></row>\
        <row r='2'><c r='A2' s='1'><v>45413</v></c><c r='C2'><v>0.30000000000000004</v></c><c t='b'><v>1</v></c>\
        <c t='inlineStr'><is><t>行</t><rPh><t>hang</t></rPh></is></c><c t='e'><v>#N/A</v></c><c t='str'><f>A1</f><v>a_x000D_b</v></c></row>";
    assert_eq!(
        read_text(&xlsx(&["姓名", "身份证号"], rows)),
        "名册\n姓名\t身份证号\n2024-05-01\t0.3\tTRUE\t行\t#N/A\ta\nb"
    );
}

#[test]
fn a_cell_that_leads_nowhere_is_said_and_the_rest_is_read() {
    let reading = read_named(&xlsx(&["有"], "<row><c t='s'><v>7</v></c><c t='s'><v>0</v></c></row>"), "");
    assert_eq!((text_of(&reading).as_str(), reading.unread), ("名册\n有", Some(Unread::Damaged)));
}

#[test]
fn slides_are_read_in_the_order_in_which_they_are_shown() {
    assert_eq!(read_text(&pptx(&[("首页", "说明"), ("次页", "")])), "首页\n说明\u{c}次页");
}

#[test]
fn open_documents_are_read() {
    let text = "<text:tracked-changes><text:p>删</text:p></text:tracked-changes><text:h>标题</text:h>\
        <text:p>一 <text:s text:c='2'/>二<text:tab/>三<text:line-break/>四</text:p>\n  <table:table table:name='t'><table:table-row><table:table-cell><text:p>甲</text:p></table:table-cell>\
        <table:table-cell table:number-columns-repeated='1000000'><text:p>乙</text:p></table:table-cell></table:table-row></table:table>";
    assert_eq!(read_text(&odf("text", text)), "标题\n一   二\t三\n四\n甲\t乙");
    let sheets = "<table:table table:name='表一'><table:table-row><table:table-cell><text:p>1</text:p></table:table-cell></table:table-row></table:table>\
        <table:table table:name='表二'/>";
    assert_eq!(read_text(&odf("spreadsheet", sheets)), "表一\n1\u{c}表二");
    let slides = "<draw:page><text:p>首</text:p><presentation:notes><text:p>注</text:p></presentation:notes></draw:page><draw:page><text:p>次</text:p></draw:page>";
    assert_eq!(read_text(&odf("presentation", slides)), "首\n注\u{c}次");
    let locked = zip(&[
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("content.xml", "\u{1}\u{2}"),
        (
            "META-INF/manifest.xml",
            "<m:manifest><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>",
        ),
    ]);
    assert_eq!(read_named(&locked, "").unread, Some(Unread::Encrypted));
}

#[test]
fn parts_in_other_encodings_are_read() {
    let page =
        "<?xml version='1.0' encoding='GBK'?><w:document><w:p><w:r><w:t>国密</w:t></w:r></w:p></w:document>";
    for bytes in [
        encoding_rs::GBK.encode(page).0.into_owned(),
        [&[0xff, 0xfe][..], &utf16(&page.replace("GBK", "UTF-16"))].concat(),
        utf16(&page.replace("GBK", "UTF-16")),
    ] {
        let file = zip_of(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", &bytes)]);
        assert_eq!(read_text(&file), "国密");
    }
}
