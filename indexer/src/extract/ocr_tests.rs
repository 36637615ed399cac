use super::*;

fn table(rows: &[(&str, &str, &str)]) -> String {
    let head =
        "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n";
    let row = |(line, conf, word): &(&str, &str, &str)| {
        format!("5\t1\t1\t1\t{line}\t1\t0\t0\t9\t9\t{conf}\t{word}\n")
    };
    head.to_owned() + &rows.iter().map(row).collect::<String>()
}

#[test]
fn words_are_joined_without_spaces_in_chinese_and_with_them_in_latin() {
    let rows =
        [("1", "96", "第"), ("1", "90", "六十"), ("1", "91", "ISO"), ("1", "92", "9001"), ("2", "90", "条")];
    assert_eq!(legible(&table(&rows)), Seen::Text("第六十ISO 9001\n条".into()));
}

#[test]
fn what_it_is_not_sure_of_is_illegible() {
    assert_eq!(legible(&table(&[("1", "20", "EESB"), ("2", "31", "全人")])), Seen::Illegible);
    assert_eq!(legible(&table(&[("1", "99", "|")])), Seen::Illegible);
    assert_eq!(legible(""), Seen::Illegible);
    assert_eq!(legible("no\ttable\n\0\t\t\t\t\t\t\t\t\t\t\t"), Seen::Illegible);
}

#[test]
fn a_pgm_comes_back_and_one_cut_anywhere_is_none() {
    let grey = Grey { width: 3, height: 2, points: vec![0, 1, 2, 10, 32, 255] };
    let pgm = grey.to_pgm();
    for cut in 0..pgm.len() {
        assert_eq!(Grey::from_pgm(pgm[..cut].to_vec()), None, "cut at {cut}");
    }
    assert_eq!(Grey::from_pgm(pgm), Some(grey));
    assert_eq!(Grey::from_pgm(b"P5\n4294967295 4294967295\n255\n".to_vec()), None);
    assert_eq!(Grey::from_pgm(b"P6\n1 1\n255\nx".to_vec()), None);
}

#[test]
fn one_tone_with_dust_is_blank_and_a_line_of_text_is_not() {
    let mut grey = Grey { width: 1000, height: 1000, points: vec![250; 1_000_000] };
    assert!(grey.is_blank());
    grey.points[5..9].fill(0);
    assert!(grey.is_blank(), "dust");
    grey.points[5000..5400].fill(10);
    assert!(!grey.is_blank(), "ink");
    assert!(Grey { width: 0, height: 0, points: vec![] }.is_blank());
    assert!(Grey { width: 2, height: 1, points: vec![0, 0] }.is_blank());
}
