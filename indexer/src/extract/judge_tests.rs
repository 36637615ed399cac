use super::*;

fn check(text: &str, expected: Layer) {
    assert_eq!(judge(text), expected, "{text:?}");
}

/// As a program shows it that takes GBK for Windows-1252.
fn misread(text: &str) -> String {
    WINDOWS_1252.decode_without_bom_handling(&GBK.encode(text).0).0.into_owned()
}

const FORM: &str = "数字证书申请表\n单位名称：北京某某科技有限公司\n统一社会信用代码：91110108MA01ABCD2X\n经办人：王小明 电话：13800138000\n证书有效期自 2024 年 3 月 1 日起至 2026 年 2 月 28 日止";

#[test]
fn text_in_any_script_is_real() {
    for text in [
        FORM,
        "甲",
        "7",
        "第 3 页 共 12 页",
        "The quick brown fox jumps over the lazy dog. ISO 9001:2015",
        "Überprüfung der Identität des Antragstellers – Größe, Maß, Straße",
        "Il a été décidé que l'été prochain, où qu'il soit, l'œuvre sera achevée à Noël.",
        "Подача заявления на выдачу сертификата",
        "Αίτηση έκδοσης πιστοποιητικού",
        "電線接続端子部が次のいずれにも該当しないとき。工具を用いずに電線の接続を行うことができる速結端子",
        "전자서명인증서 신청서 대한민국 서울특별시",
        "ใบสมัครใบรับรองอิเล็กทรอนิกส์",
        "數位憑證申請書 統一編號 臺灣臺北市信義區 負責人 電話號碼 營業執照",
        "目录\n第一章 总则 ............................ 1\n第二章 申请 ............................ 3",
        "王喆 李昉 张翀 刘旸 陈堃 杨祎 赵晗 黄琦 周彧 吴昊",
        "2024-03-01 12:30:05 1,234.56 7,890.12 (3.5%)",
        "\u{f0b7} 身份证复印件\n\u{f0b7} 营业执照副本\n\u{f0b7} 授权委托书",
        "ÀÉÎÕÜ", // short: too little to tell
    ] {
        check(text, Layer::Real);
    }
}

#[test]
fn a_page_without_text_misses_its_layer() {
    for text in ["", " \n\n\t", "\u{feff}\n", "\u{a0}\u{3000}", "\u{1}\u{2}"] {
        check(text, Layer::Missing);
    }
}

#[test]
fn what_does_not_say_what_the_page_shows_is_wrong() {
    let private: String = FORM.chars().map(|c| if c.is_whitespace() { c } else { '\u{e123}' }).collect();
    let controls: String = (1..200).map(|n| char::from(n % 31 + 1)).collect();
    let utf8_as_gbk = GBK.decode_without_bom_handling(FORM.as_bytes()).0.into_owned();
    let utf8_as_latin = WINDOWS_1252.decode_without_bom_handling(FORM.as_bytes()).0.into_owned();
    let gbk_as_utf8 = String::from_utf8_lossy(&GBK.encode(FORM).0).into_owned();
    for text in [
        misread(FORM).as_str(),
        &private,
        &controls,
        &utf8_as_gbk,
        &utf8_as_latin,
        &gbk_as_utf8,
        "锟斤拷锟斤拷\u{fffd}\u{fffd}\u{fffd}\u{fffd}锟斤拷",
        "!\"#$%&'()*+!\"#$&$#\"!%%&&''(()",
    ] {
        check(text, Layer::Wrong);
    }
}

#[test]
fn chinese_under_western_codes_is_mended_and_nothing_else_is() {
    assert_eq!(mend(&misread(FORM)).as_deref(), Some(FORM));
    // pdftotext writes a soft hyphen as a hyphen; with it the second byte of 原 and of … is lost.
    assert_eq!(mend("¹ØÓÚºì¾ü×÷Õ½µÄÔ-Ôò ¡-¡-").as_deref(), Some("关于红军作战的原则 ……"));
    for text in ["", "Il a été décidé", FORM, "\u{e123}\u{e124}", "ÿÿÿÿÿÿÿÿÿÿÿÿ", "ÀÉÎÕÜÀÉÎÕÜÀÉÎÕÜ?"]
    {
        assert_eq!(mend(text).filter(|mended| judge(text) != Layer::Real && mended == text), None, "{text}");
    }
    assert_eq!(mend("ÿÿÿÿÿÿÿÿÿÿÿÿ"), None);
    assert_eq!(mend("\u{e123}\u{e124}\u{e125}"), None);
}

#[test]
fn a_real_page_is_judged_so_however_it_is_cut() {
    let at: Vec<usize> = FORM.char_indices().map(|(at, _)| at).collect();
    for cut in &at[1..] {
        check(&FORM[..*cut], Layer::Real);
        check(&FORM[*cut..], Layer::Real);
    }
}
