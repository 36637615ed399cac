//! Every fact is found in every spelling: ten thousand of them.

mod common;

use common::*;
use jingui_indexer::index::{Entry, Index};

/// Simplified, traditional, how it is read (tones and second readings apart).
const SURNAMES: &str = "张張zhang 王王wang 李李li 刘劉liu 陈陳chen 杨楊yang 赵趙zhao 黄黃huang 吴吳wu 孙孫sun 马馬ma 罗羅luo 郑鄭zheng \
    谢謝xie 韩韓han 冯馮feng 邓鄧deng 萧蕭xiao 程程cheng 单單shan 曾曾zeng 吕呂lv 乐樂le 仇仇qiu 解解xie 盖蓋ge 区區ou 翟翟zhai 龙龍long 万萬wan";
const GIVEN: &str = "伟偉wei 强強qiang 丽麗li 军軍jun 华華hua 兰蘭lan 凤鳳feng 义義yi 国國guo 庆慶qing 东東dong 梦夢meng 颖穎ying 莹瑩ying \
    静靜jing 龙龍long 飞飛fei 鹏鵬peng 鸿鴻hong 杰傑jie 荣榮rong 贵貴gui 宝寶bao 红紅hong 霞霞xia 敏敏min 涛濤tao 勇勇yong 长長chang 行行hang \
    重重chong 朝朝chao 乾乾qian 绿綠lv 云雲yun 岩岩yan 旭旭xu 思思si 雨雨yu 晨晨chen";
const WORDS: &str = "电子签名 服务协议 妥善保管 密钥介质 申请材料 身份核验 授权委托 法定代表 经办人员 有效期限 撤销申请 更新业务 知情同意 数字证书 责任范围 争议解决";

struct Character<'a> {
    simple: char,
    traditional: char,
    read: &'a str,
}

fn characters(list: &str) -> Vec<Character<'_>> {
    list.split_whitespace()
        .map(|word| {
            let mut chars = word.chars();
            let (simple, traditional) = (chars.next().unwrap(), chars.next().unwrap());
            Character { simple, traditional, read: chars.as_str() }
        })
        .collect()
}

fn wide(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_ascii_graphic() { char::from_u32(c as u32 + 0xfee0).unwrap() } else { c })
        .collect()
}

struct Filed {
    entry: Entry,
    spellings: Vec<String>,
}

fn filed(no: u64, chance: &mut Chance) -> Filed {
    let (surnames, given) = (characters(SURNAMES), characters(GIVEN));
    let mut entry = entry(no);
    let mut name = vec![chance.one(&surnames)];
    (0..1 + chance.below(2)).for_each(|_| name.push(chance.one(&given)));
    let simple: String = name.iter().map(|c| c.simple).collect();
    let traditional: String = name.iter().map(|c| c.traditional).collect();
    let read: String = name.iter().map(|c| c.read).collect();
    let initials: String = name.iter().map(|c| &c.read[..1]).collect();
    let digits = |chance: &mut Chance, n: usize| {
        (0..n).map(|_| char::from(b'0' + chance.below(10) as u8)).collect::<String>()
    };
    let id = format!("11010519{}{}X", digits(chance, 2), digits(chance, 7));
    let uscc = format!("9111{}MA{}", digits(chance, 6), digits(chance, 6));
    let phone = format!("139{}", digits(chance, 8));
    let serial: Vec<String> = (0..10).map(|_| format!("{:02X}", 16 + chance.below(239))).collect();
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let (a, b, c) = (*chance.one(&words), *chance.one(&words), *chance.one(&words));
    // Filed in one spelling, asked for in all of them.
    entry.names = vec![if no.is_multiple_of(2) { simple.clone() } else { traditional.clone() }];
    entry.identifiers = vec![if no.is_multiple_of(3) { wide(&id) } else { id.clone() }, uscc.clone()];
    entry.phones = vec![phone.clone()];
    entry.serials =
        vec![if no.is_multiple_of(2) { serial.join(":") } else { serial.concat().to_lowercase() }];
    entry.documents = vec![text(&["第一条 总则", &format!("甲方{a}、乙方{b}，\n双方{c}。")])];
    let hex = serial.concat();
    let spaced: Vec<String> = [&phone[..3], &phone[3..7], &phone[7..]].map(str::to_owned).to_vec();
    let spellings = vec![
        simple.clone(),
        traditional,
        format!("customer:{simple}"),
        read.clone(),
        read.to_uppercase(),
        initials,
        id.clone(),
        id.to_lowercase(),
        wide(&id),
        format!("id:{id}"),
        id[14..].to_owned(),
        format!("…{}", &id[12..]),
        format!("…{}", &id[9..]),
        uscc.clone(),
        format!("…{}", &uscc[13..]),
        phone.clone(),
        spaced.join("-"),
        format!("phone:{}", &phone[7..]),
        serial.join(":"),
        hex.to_lowercase(),
        format!("serial:{}", &hex[8..]),
        format!("…{}", serial[6..].join(":").to_lowercase()),
        format!("\"{a}、乙方\""),
        format!("{b}双方{c}"),
        format!("{a} {c}"),
    ];
    Filed { entry, spellings }
}

fn missed(index: &Index, filed: &Filed) -> Vec<String> {
    let number = &filed.entry.number;
    let missing =
        |spelling: &&String| found(index, &format!("{spelling} number:{number}")) != [filed.entry.record];
    filed.spellings.iter().filter(missing).cloned().collect()
}

#[test]
fn ten_thousand_facts_are_found_in_every_spelling() {
    let mut chance = Chance(11);
    // Six facts each: a name, two identifiers, a telephone, a serial number, phrases of a text.
    let all: Vec<Filed> = (0..1700).map(|no| filed(no, &mut chance)).collect();
    let dir = tempfile::tempdir().unwrap();
    let entries: Vec<Entry> = all.iter().map(|filed| filed.entry.clone()).collect();
    let index = build(dir.path(), &entries);
    let missed: Vec<(String, Vec<String>)> = all
        .iter()
        .map(|filed| (filed.entry.names[0].clone(), missed(&index, filed)))
        .filter(|(_, missed)| !missed.is_empty())
        .collect();
    assert!(missed.is_empty(), "{} records, such as {:?}", missed.len(), &missed[..missed.len().min(5)]);
}
