//! OFD: pages, templates, annotations, attachments, wherever they lie.

use super::fixtures::*;
use super::*;

fn read_text(bytes: &[u8]) -> String {
    let reading = read_named(bytes, "");
    assert_eq!(reading.unread, None);
    assert_sound(&reading, "");
    text_of(&reading)
}

#[test]
fn values_are_read_beside_the_labels_of_their_template() {
    let template = ofd_page("", &(text_object(10.0, 20.0, "名称：") + &text_object(10.0, 30.0, "税号：")));
    let page = ofd_page(
        "<ofd:Template TemplateID='7' ZOrder='Background'/>",
        &(text_object(40.0, 30.2, "9133") + &text_object(40.0, 19.9, "某公司")),
    );
    let more = "<ofd:CommonData><ofd:TemplatePage ID='7' BaseLoc='Tpls/T/Content.xml'/></ofd:CommonData>";
    let bytes = ofd(more, &[&page, &ofd_page("", "")], &[("Doc_0/Tpls/T/Content.xml", &template)]);
    assert_eq!(read_text(&bytes), "名称：\t某公司\n税号：\t9133\u{c}\u{c}发票号码\t83089647");
}

#[test]
fn transformations_composites_and_several_codes_are_followed() {
    let moved = "<ofd:TextObject Boundary='0 0 9 9' CTM='1 0 0 1 0 50' Size='4'><ofd:TextCode X='1' Y='1'>下</ofd:TextCode></ofd:TextObject>";
    let two = "<ofd:TextObject Boundary='0 10 9 9' Size='4'><ofd:TextCode X='0' Y='1'>上一</ofd:TextCode><ofd:TextCode Y='7'>上二</ofd:TextCode></ofd:TextObject>";
    let composite = "<ofd:CompositeObject ResourceID='9' Boundary='0 80 9 9'/>";
    let resources = format!(
        "<ofd:Res><ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID='9'><ofd:Content>{}</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits></ofd:Res>",
        text_object(0.0, 0.0, "组合")
    );
    let page = ofd_page("", &format!("{composite}{moved}{two}"));
    let bytes = ofd(
        "<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>",
        &[&page],
        &[("Doc_0/DocumentRes.xml", &resources)],
    );
    assert_eq!(read_text(&bytes).split('\u{c}').next(), Some("上一\n上二\n下\n组合"));
}

#[test]
fn annotations_tags_and_attachments_belong_to_it() {
    let annotations = "<ofd:Annotations><ofd:Page PageID='10'><ofd:FileLoc>Page_0/Annotation.xml</ofd:FileLoc></ofd:Page></ofd:Annotations>";
    let annotation = format!(
        "<ofd:PageAnnot><ofd:Annot ID='1' Type='Stamp'><ofd:Remark>备注</ofd:Remark><ofd:Appearance>{}</ofd:Appearance></ofd:Annot></ofd:PageAnnot>",
        text_object(0.0, 40.0, "骑缝")
    );
    let more = "<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations><ofd:CustomTags>/Doc_0/Tags/CustomTags.xml</ofd:CustomTags><ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>";
    let page = ofd_page("", &text_object(0.0, 0.0, "正文"));
    let bytes = ofd(
        more,
        &[&page],
        &[
            ("Doc_0/Annots/Annotations.xml", annotations),
            ("Doc_0/Annots/Page_0/Annotation.xml", &annotation),
            (
                "Doc_0/Tags/CustomTags.xml",
                "<ofd:CustomTags><ofd:CustomTag TypeID='1'><ofd:FileLoc>Tag.xml</ofd:FileLoc></ofd:CustomTag></ofd:CustomTags>",
            ),
            (
                "Doc_0/Tags/Tag.xml",
                "<eInvoice><Buyer>购方<ofd:ObjectRef PageRef='1'>25</ofd:ObjectRef></Buyer></eInvoice>",
            ),
            (
                "Doc_0/Attachs/Attachments.xml",
                "<ofd:Attachments><ofd:Attachment ID='1' Name='原文' Format='xml'><ofd:FileLoc>a.xml</ofd:FileLoc></ofd:Attachment>\
            <ofd:Attachment ID='2' Name='b'><ofd:FileLoc>/Doc_0/Attachs/b.txt</ofd:FileLoc></ofd:Attachment></ofd:Attachments>",
            ),
            ("Doc_0/Attachs/a.xml", "<?xml version='1.0'?><发票><金额>526.00</金额></发票>"),
            ("Doc_0/Attachs/b.txt", "附文"),
        ],
    );
    assert_eq!(read_text(&bytes), "正文\n备注\n骑缝\u{c}发票号码\t83089647\n购方\u{c}526.00\u{c}附文");
}

#[test]
fn several_documents_odd_prefixes_and_an_outer_directory_are_read() {
    let page = |text: &str| {
        format!(
            "<Page xmlns='urn:other'><Content><Layer><TextObject Boundary='0 0 1 1'><TextCode X='0' Y='0'>{text}</TextCode></TextObject></Layer></Content></Page>"
        )
    };
    let document =
        "<x:Document xmlns:x='urn:x'><x:Pages><x:Page ID='1' BaseLoc='P.xml'/></x:Pages></x:Document>";
    let bytes = zip(&[
        (
            "file/OFD.xml",
            "<OFD><DocBody><DocRoot>A\\D.xml</DocRoot></DocBody><DocBody><DocRoot>/file/B/D.xml</DocRoot></DocBody></OFD>",
        ),
        ("file/A/D.xml", document),
        ("file/A/P.xml", &page("甲")),
        ("file/B/D.xml", document),
        ("file/B/P.xml", &page("乙")),
    ]);
    let reading = read(Kind::Ofd, &bytes, &Limits::default());
    assert_eq!((text_of(&reading).as_str(), reading.unread), ("甲\u{c}乙", None));
}

#[test]
fn a_page_that_is_missing_keeps_its_number() {
    let page = ofd_page("", &text_object(0.0, 0.0, "第二页"));
    let mut bytes = ofd("", &["", &page], &[]);
    let at = bytes.windows(6).rposition(|word| word == b"Page_0").unwrap();
    bytes[at + 5] = b'9';
    let first = bytes.windows(6).position(|word| word == b"Page_0").unwrap();
    bytes[first + 5] = b'9';
    let reading = read_named(&bytes, "");
    assert_eq!((reading.pages[1].text.as_str(), reading.unread), ("第二页", Some(Unread::Damaged)));
    assert_eq!(reading.pages[0].text, "");
}

#[test]
fn an_encrypted_one_and_a_scan_are_said_to_be_so() {
    let bytes = zip(&[("OFD.xml", "\u{2}"), ("Encryptions.xml", "<ofd:Encryptions/>")]);
    assert_eq!(read_named(&bytes, "").unread, Some(Unread::Encrypted));
    let page = ofd_page("", "<ofd:ImageObject ResourceID='1' Boundary='0 0 210 297'/>");
    assert_eq!(read_named(&ofd("", &[&page], &[]), "").unread, Some(Unread::NoOcr));
}

#[test]
fn a_scan_is_read_by_whoever_recognises_text_in_pictures() {
    let page = ofd_page("", "<ofd:ImageObject ResourceID='5' Boundary='0 0 210 297'/>");
    let resources = "<ofd:Res BaseLoc='Res'><ofd:MultiMedias><ofd:MultiMedia ID='5' Type='Image'><ofd:MediaFile>a.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias></ofd:Res>";
    let files = [("Doc_0/DocumentRes.xml", resources), ("Doc_0/Res/a.png", "GIF89a")];
    let bytes = ofd("<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>", &[&page], &files);
    assert_eq!(read_named(&bytes, "").unread, Some(Unread::NoOcr));
    let mut elsewhere = |kind, _: &[u8]| {
        assert_eq!(kind, Kind::Picture(Picture::Gif));
        let page = crate::page::Page { origin: crate::page::Origin::Ocr, text: "身份证".to_owned() };
        Reading { pages: vec![page], unread: None }
    };
    let reading = read_with(Kind::Ofd, &bytes, &Limits::default(), &mut elsewhere);
    assert_eq!((reading.pages[0].text.as_str(), reading.unread), ("身份证", None));
    assert_eq!(reading.pages[0].origin, crate::page::Origin::Ocr);
    assert_eq!(reading.pages[1].origin, crate::page::Origin::Layer);
}
