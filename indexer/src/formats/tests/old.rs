//! Word, Excel and PowerPoint up to 2003, Outlook.

use super::fixtures::*;
use super::*;

fn read_text(bytes: &[u8]) -> String {
    let reading = read_named(bytes, "");
    assert_eq!(reading.unread, None);
    assert_sound(&reading, "");
    text_of(&reading)
}

#[test]
fn an_old_word_document_is_read_piece_by_piece() {
    let pieces = [
        ("Form\r", true),
        ("申请人\u{7}张三\u{7}\u{7}", false),
        ("\u{13}PAGE \\* X\u{14}1\u{15}\u{b}", true),
        ("完\r", false),
    ];
    assert_eq!(read_text(&doc(&pieces, 0)), "Form\n申请人\t张三\n1\n完");
    assert_eq!(read_named(&doc(&pieces, 0x0100), "").unread, Some(Unread::Encrypted));
}

/// The record of shared texts, and one that goes on with it in the middle of the first text.
fn shared_texts() -> Vec<u8> {
    let first = [&[2u8, 0, 0, 0, 2, 0, 0, 0][..], &[4, 0, 1], &utf16("身份")].concat();
    // The rest of it stands there with one byte a character; the second has formats and readings.
    let rest =
        [&[0u8][..], b"No", &[2, 0, 0x0d, 1, 0, 4, 0, 0, 0], &utf16("张三"), &[0; 4], &[9; 4]].concat();
    [record(0x00fc, &first), record(0x003c, &rest)].concat()
}

#[test]
fn an_old_workbook_is_read_as_it_is_shown() {
    let cell =
        |row: u8, column: u8, style: u8, rest: &[u8]| [&[row, 0, column, 0, style, 0][..], rest].concat();
    let records = [
        record(0x00fd, &cell(0, 0, 0, &[0, 0, 0, 0])),
        record(0x00fd, &cell(0, 1, 0, &[1, 0, 0, 0])),
        record(0x0203, &cell(1, 0, 1, &45413.0f64.to_le_bytes())),
        record(0x027e, &cell(1, 1, 0, &(4250u32 << 2 | 3).to_le_bytes())),
        record(
            0x00bd,
            &[
                &[2u8, 0, 0, 0][..],
                &[0, 0],
                &(7u32 << 2 | 2).to_le_bytes(),
                &[0, 0],
                &(8u32 << 2 | 2).to_le_bytes(),
                &[1, 0],
            ]
            .concat(),
        ),
        record(0x0006, &cell(2, 2, 0, &[0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0])),
        record(0x0207, &[&[2u8, 0, 1][..], &utf16("合计")].concat()),
        record(0x0205, &cell(2, 3, 0, &[1, 0])),
        record(0x01b6, &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]),
        record(0x003c, &[&[1u8][..], &utf16("批注")].concat()),
    ];
    assert_eq!(
        read_text(&xls(&shared_texts(), &records.concat())),
        "名册\n身份No\t张三\n2024-05-01\t42.5\n7\t8\t合计\tTRUE\n批注"
    );
    assert_eq!(read_named(&xls(&record(0x002f, &[0; 4]), &[]), "").unread, Some(Unread::Encrypted));
}

#[test]
fn a_workbook_before_excel_97_is_read_in_its_code_page() {
    let (text, _, _) = encoding_rs::GBK.encode("证书");
    let label = [&[0u8, 0, 0, 0, 0, 0, text.len() as u8, 0][..], &text].concat();
    let stream = [
        record(0x0809, &[0, 5, 0x10, 0, 0, 0, 0, 0]),
        record(0x0042, &936u16.to_le_bytes()),
        record(0x0204, &label),
        record(0x000a, &[]),
    ];
    assert_eq!(read_text(&stream.concat()), "证书");
    assert_eq!(read_text(&compound(&[("Book", &stream.concat())])), "证书");
}

#[test]
fn an_old_presentation_is_read_without_what_was_deleted_from_it() {
    assert_eq!(read_text(&ppt("标题", "正文\r第二行", "旧稿")), "标题\n正文\n第二行");
}

#[test]
fn a_message_of_outlook_is_read_with_what_is_attached() {
    let inner = utf16("内信");
    let bytes = compound(&[
        ("__properties_version1.0", b""),
        ("__substg1.0_0037001F", &utf16("主题")),
        ("__substg1.0_0E04001E", &encoding_rs::GBK.encode("收件的人").0),
        ("__substg1.0_1000001F", &utf16("正文\r\n")),
        ("__attach_version1.0_#00000000/__substg1.0_37010102", "附件".as_bytes()),
        ("__attach_version1.0_#00000000/__substg1.0_3707001F", &utf16("a.txt")),
        ("__attach_version1.0_#00000001/__substg1.0_3701000D/__substg1.0_0037001F", &inner),
    ]);
    assert_eq!(read_text(&bytes), "主题\n收件的人\n正文\u{c}附件\u{c}内信");
}
