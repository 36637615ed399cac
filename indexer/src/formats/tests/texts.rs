//! Plain text, HTML, XML, RTF, e-mail.

use super::fixtures::*;
use super::*;
use encoding_rs::{BIG5, GB18030, WINDOWS_1252};

fn read_text(bytes: &[u8], name: &str) -> String {
    let reading = read_named(bytes, name);
    assert_eq!(reading.unread, None);
    assert_sound(&reading, name);
    text_of(&reading)
}

const SIMPLIFIED: &str =
    "电子认证服务机构应当妥善保存与电子认证有关的信息，信息保存期限至少为证书失效后五年。";
const TRADITIONAL: &str = "電子認證服務機構應當妥善保存與電子認證有關的信息，保存期限至少為證書失效後五年。";

#[test]
fn plain_text_is_read_in_the_encodings_in_use() {
    for text in [SIMPLIFIED, TRADITIONAL, "申请人：张三，联系电话 010-12345678\n", "中文", "身份证"]
    {
        let little = utf16(text);
        let big: Vec<u8> = little.chunks(2).flat_map(|pair| [pair[1], pair[0]]).collect();
        for bytes in [
            text.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            GB18030.encode(text).0.into_owned(),
            [&[0xff, 0xfe][..], &little].concat(),
            [&[0xfe, 0xff][..], &big].concat(),
        ] {
            assert_eq!(read_text(&bytes, "a.txt"), text.trim_end());
        }
    }
    assert_eq!(read_text(&BIG5.encode(TRADITIONAL).0, ""), TRADITIONAL);
    let western = "Müller aus Köln schrieb an François.";
    assert_eq!(read_text(&WINDOWS_1252.encode(western).0, ""), western);
    let form = "姓名\tName: 张三\r\nEmail: a@b.cn\r\n";
    assert_eq!(read_text(&utf16(form), ""), form.replace("\r\n", "\n").trim_end());
}

#[test]
fn text_cut_in_the_middle_of_a_character_is_still_text() {
    for bytes in [SIMPLIFIED.as_bytes(), &GB18030.encode(SIMPLIFIED).0] {
        let text = text_of(&read_named(&bytes[..bytes.len() - 4], ""));
        assert!(text.starts_with("电子认证服务机构"), "{text}");
    }
}

#[test]
fn line_ends_become_one_and_control_characters_go() {
    assert_eq!(
        read_text(b"a\r\nb\rc\nd\te\x07f\xe2\x80\xa8g\xc2\x85h\xef\xbb\xbfi", ""),
        "a\nb\nc\nd\tef\ng\nhi"
    );
    assert_eq!(read_text(b"one\x0ctwo\x0c", ""), "one\u{c}two");
    assert_eq!(read_named(b"a\0b\x01\x02\x03", "a.txt").unread, Some(Unread::Unknown));
}

#[test]
fn a_web_page_is_read_without_tags_scripts_and_styles() {
    let page = "<!DOCTYPE html><html><head><title>标题</title><style>p{}</style><script>if (a<b) '<p>no'</script></head>\
        <body><p>一&nbsp;&amp;&#20108;\n 三<br>四</p><table><tr><td>甲</td><td><p>乙</p></td></tr><tr><td></td><td>丙</td></tr></table>\
        <pre>a\n  b</pre><img alt='图'><input type=hidden value=x><!-- 注 --><b>粗</b>体</body></html>";
    let text = "标题\n一\u{a0}&二 三\n四\n甲\t乙\n丙\na\n  b\n图 粗体";
    assert_eq!(read_text(page.as_bytes(), ""), text);
    let named = page.replacen("<head>", "<head><meta charset=gb2312>", 1);
    assert_eq!(read_text(&GB18030.encode(&named).0, ""), text);
    assert_eq!(read_text(&GB18030.encode(page).0, ""), text);
    // It says GB2312 and was saved as UTF-8.
    assert_eq!(read_text(named.as_bytes(), ""), text);
}

#[test]
fn xml_is_read_element_by_element() {
    let xml = "<?xml version='1.0' encoding='GBK'?>\n<发票><号码>1234</号码><名称>某 公司</名称></发票>";
    assert_eq!(read_text(&encoding_rs::GBK.encode(xml).0, "a.xml"), "1234\n某 公司");
}

#[test]
fn rich_text_is_read_in_the_character_sets_of_its_fonts() {
    let rtf = br"{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\fnil\fcharset134 \'cb\'ce\'cc\'e5;}{\f1\fcharset0 Arial;}{\f2\fcharset136 X;}}
{\*\generator x;}{\colortbl;\red0;}{\stylesheet{\s0 no;}}{\info{\title no}}
\f0\'c9\'ea\'c7\'eb\par\f2\'a4\'a4\f0{\pict 0102}\tab\u24352?\uc2\u19977 \'c8\'fd\uc1{\b\'c8\'cb}\line
\trowd\f0\'bc\'d7\cell\'d2\'d2\cell\row{\field{\*\fldinst HYPERLINK x}{\fldrslt link}}\~a\_b\-c\{\\\par
{\deleted gone}\u-10179?\u-8704?{\*\annotation note}\bin3 }}}{\header\pard head\par}}";
    assert_eq!(read_text(rtf, ""), "申请\n中\t张三人\n甲\t乙\nlink a-bc{\\\n😀\nnote\nhead");
}

const MAIL: &str = "From: =?gb2312?B?1cXI/Q==?= <zhang@example.cn>\r\nTo: ra@example.cn\r\nSubject: =?utf-8?Q?=E7=94=B3=E8=AF=B7?=\r\n\
Date: Wed, 1 May 2024 09:30:00 +0800\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"out\"\r\n\r\nno text\r\n\
--out\r\nContent-Type: multipart/alternative; boundary=in\r\n\r\n--in\r\nContent-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: base64\r\n\r\n1f3OxA==\r\n\
--in\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>=E6=AD=A3=\r\n=E6=96=87</p>\r\n--in--\r\n\
--out\r\nContent-Type: application/octet-stream; name=\"a.txt\"\r\nContent-Disposition: attachment; filename=\"a.txt\"\r\n\r\nattached\r\n\
--out\r\nContent-Type: message/rfc822\r\n\r\nFrom: b@example.cn\r\nSubject: inner\r\n\r\ninner body\r\n--out--\r\n";

#[test]
fn a_message_is_read_with_what_is_attached() {
    let head = "申请\n张三 zhang@example.cn\nra@example.cn\n2024-05-01T09:30:00+08:00\n正文\na.txt";
    assert_eq!(
        read_text(MAIL.as_bytes(), ""),
        format!("{head}\u{c}attached\u{c}inner\nb@example.cn\ninner body")
    );
}

#[test]
fn headers_and_bodies_that_do_not_say_their_encoding_are_read() {
    let mail = "From: a@b.cn\nSubject: 数字证书申请材料\nTo: 张三 <c@d.cn>\n\n请查收附件中的申请材料。\n";
    for bytes in [mail.as_bytes(), &GB18030.encode(mail).0] {
        assert_eq!(read_text(bytes, ""), "数字证书申请材料\na@b.cn\n张三 c@d.cn\n请查收附件中的申请材料。");
    }
}

#[test]
fn every_message_of_a_box_is_a_page() {
    let mbox = "From a@b Mon\nFrom: a@b.cn\nSubject: one\n\nfirst\n\nFrom c@d Tue\nFrom: c@d.cn\nSubject: two\n\nsecond\n";
    assert_eq!(read_text(mbox.as_bytes(), ""), "one\na@b.cn\nfirst\u{c}two\nc@d.cn\nsecond");
}

#[test]
fn messages_within_each_other_are_read_to_a_depth() {
    let mut mail = "From: x@y.cn\nSubject: core\n\nbody\n".to_owned();
    for no in 0..1000 {
        mail = format!("From: a@b.cn\nSubject: m{no}\nContent-Type: message/rfc822\n\n{mail}");
    }
    let reading = read_named(mail.as_bytes(), "");
    assert_eq!((reading.pages.len(), reading.unread), (4, Some(Unread::TooLarge)));
}
