use super::*;
use jiff::civil::date;
use proptest::prelude::*;

const TODAY: Date = date(2026, 11, 22);

#[track_caller]
fn resident(text: &str, expected: Result<&str, IdentifierError>) {
    let seen = check_resident_id(text, TODAY);
    assert_eq!(seen.as_ref().map(ResidentId::as_str), expected.as_ref().copied(), "{text:?}");
}

#[track_caller]
fn uscc(text: &str, expected: Result<&str, IdentifierError>) {
    let seen = check_uscc(text);
    assert_eq!(seen.as_ref().map(Uscc::as_str), expected.as_ref().copied(), "{text:?}");
}

const fn character(of: IdentifierKind, position: usize) -> IdentifierError {
    IdentifierError::Character { of, position }
}

const fn length(of: IdentifierKind, found: usize) -> IdentifierError {
    IdentifierError::Length { of, found }
}

#[test]
fn the_resident_id_vectors_of_r143_hold() {
    const OF: IdentifierKind = IdentifierKind::ResidentId;
    resident("11010519491231002X", Ok("11010519491231002X"));
    resident("100000200002290014", Ok("100000200002290014"));
    resident("10000020000229009X", Ok("10000020000229009X"));
    resident("110105194912310021", Err(IdentifierError::CheckDigit { of: OF }));
    resident("100000190002290018", Err(IdentifierError::BirthDate));
    resident("100000202302300017", Err(IdentifierError::BirthDate));
}

#[test]
fn a_resident_id_is_folded_and_what_is_wrong_is_named() {
    const OF: IdentifierKind = IdentifierKind::ResidentId;
    resident("11010519491231002x", Ok("11010519491231002X"));
    resident(" 11010519491231002X\n", Ok("11010519491231002X"));
    resident("\u{3000}１１０１０５１９４９１２３１００２Ｘ", Ok("11010519491231002X"));
    resident("110105491231002", Err(IdentifierError::FifteenDigits));
    resident("１１０１０５４９１２３１００２", Err(IdentifierError::FifteenDigits));
    resident("11010549123100X", Err(length(OF, 15)));
    resident("", Err(length(OF, 0)));
    resident("11010519491231002", Err(length(OF, 17)));
    resident("11010519491231002XX", Err(length(OF, 19)));
    resident("110105194912 31002", Err(character(OF, 13)));
    resident("1101051949123100XX", Err(character(OF, 17)));
    resident("11010519491231002Y", Err(character(OF, 18)));
    resident("一1010519491231002X", Err(character(OF, 1)));
    resident("١1010519491231002X", Err(character(OF, 1)));
}

/// A number with this birth date, sequence 001 and the right check digit.
fn born(region: &str, birth: &str) -> String {
    let first = format!("{region}{birth}001");
    (0..11)
        .map(|last| format!("{first}{}", b"0123456789X"[last] as char))
        .find(|number| !matches!(check_resident_id(number, TODAY), Err(IdentifierError::CheckDigit { .. })))
        .expect("one of the eleven fits")
}

#[test]
fn a_birth_is_on_a_real_day_and_not_after_today() {
    let check = |birth: &str, expected: Result<Date, IdentifierError>| {
        let seen = check_resident_id(&born("100000", birth), TODAY).map(|id| id.birth());
        assert_eq!(seen, expected, "{birth}");
    };
    check("20261122", Ok(TODAY));
    check("20261123", Err(IdentifierError::BirthInFuture));
    check("20270101", Err(IdentifierError::BirthInFuture));
    check("20240229", Ok(date(2024, 2, 29)));
    check("20230229", Err(IdentifierError::BirthDate));
    check("20000229", Ok(date(2000, 2, 29)));
    check("21000229", Err(IdentifierError::BirthDate));
    check("20230001", Err(IdentifierError::BirthDate));
    check("20231301", Err(IdentifierError::BirthDate));
    check("20230100", Err(IdentifierError::BirthDate));
    check("20230431", Err(IdentifierError::BirthDate));
    check("99991231", Err(IdentifierError::BirthInFuture));
}

#[test]
fn no_region_is_refused() {
    for region in ["000000", "100000", "222222", "810000", "820000", "830000", "911000", "999999"] {
        assert!(check_resident_id(&born(region, "19800101"), TODAY).is_ok(), "{region}");
    }
}

#[test]
fn the_uscc_vectors_of_r143_hold() {
    const OF: IdentifierKind = IdentifierKind::Uscc;
    for good in [
        "91350100M000100Y43",
        "91110108MA00123X75",
        "91110108MA1CNJAHX0",
        "91110108MADJD1XD80",
        "11110000000012343B",
        "12110000400005679A",
    ] {
        uscc(good, Ok(good));
    }
    uscc("91350100M000100Y4Z", Err(character(OF, 18)));
    uscc("91350100M000100Y44", Err(IdentifierError::CheckDigit { of: OF }));
}

#[test]
fn a_uscc_is_folded_and_what_is_wrong_is_named() {
    const OF: IdentifierKind = IdentifierKind::Uscc;
    uscc("91350100m000100y43", Ok("91350100M000100Y43"));
    uscc("　９１３５０１００Ｍ０００１００Ｙ４３ ", Ok("91350100M000100Y43"));
    uscc("", Err(length(OF, 0)));
    uscc("91350100M000100Y4", Err(length(OF, 17)));
    uscc("91350100M000100Y430", Err(length(OF, 19)));
    uscc("91350100-000100Y43", Err(character(OF, 9)));
    for (place, letter) in "IOSVZ".chars().enumerate() {
        let mut bent = "91350100M000100Y43".to_owned();
        bent.replace_range(place..=place, &letter.to_string());
        uscc(&bent, Err(character(OF, place + 1)));
    }
    // The whole fits, the organisation code in it (M000100Y3 for M000100Y4) does not.
    let first = "91350100M000100Y3";
    let bent = format!("{first}{}", uscc_check(first) as char);
    uscc(&bent, Err(IdentifierError::OrganisationCode));
}

#[test]
fn a_uscc_suggests_what_the_customer_is() {
    let check = |text: &str, expected: Option<OrganisationKind>| {
        let code = check_uscc(text).unwrap();
        assert_eq!(code.suggests(), expected, "{text}");
        assert_eq!(code.suggests_government(), expected == Some(OrganisationKind::Government));
        assert_eq!(code.suggests_institution(), expected == Some(OrganisationKind::Institution));
        code
    };
    check("11110000000012343B", Some(OrganisationKind::Government));
    check("12110000400005679A", Some(OrganisationKind::Institution));
    let company = check("91350100M000100Y43", Some(OrganisationKind::Company));
    assert!(company.suggests_business());
    assert_eq!(company.organisation_code(), "M000100Y4");
    for (start, expected) in [
        ("92", Some(OrganisationKind::IndividualBusiness)),
        ("93", Some(OrganisationKind::Cooperative)),
        ("13", None),
        ("51", None),
        ("Y1", None),
    ] {
        let first = format!("{start}350100M000100Y4");
        let code = format!("{first}{}", uscc_check(&first) as char);
        assert_eq!(check(&code, expected).suggests_business(), expected.is_some());
    }
}

#[test]
fn numbers_without_check_digit_are_tried_for_their_form() {
    use IdentifierKind::{HongKongMacauPermit as Hk, Mobile as Mob, Passport as Pass, TaiwanPermit as Tw};
    fn check<T>(
        seen: Result<T, IdentifierError>,
        text: fn(&T) -> &str,
        expected: Result<&str, IdentifierError>,
    ) {
        assert_eq!(seen.as_ref().map(text).map_err(|e| *e), expected);
    }
    let passport = |text: &str, expected| check(check_passport(text), Passport::as_str, expected);
    passport("e12345678", Ok("E12345678"));
    passport("EA1234567", Ok("EA1234567"));
    passport("ａ１２３４", Ok("A1234"));
    passport("A123", Err(length(Pass, 4)));
    passport("A123456789", Err(length(Pass, 10)));
    passport("A12-4567", Err(character(Pass, 4)));
    passport("ABCDEF", Err(IdentifierError::NoKnownForm));
    let permit = |text: &str, expected| {
        check(check_hong_kong_macau_permit(text), HongKongMacauPermit::as_str, expected)
    };
    permit("H12345678", Ok("H12345678"));
    permit("m00000001", Ok("M00000001"));
    permit("A12345678", Err(character(Hk, 1)));
    permit("H1234567A", Err(character(Hk, 9)));
    permit("H1234567801", Err(length(Hk, 11)));
    let taiwan = |text: &str, expected| check(check_taiwan_permit(text), TaiwanPermit::as_str, expected);
    taiwan("12345678", Ok("12345678"));
    taiwan("1234567A", Err(character(Tw, 8)));
    taiwan("1234567", Err(length(Tw, 7)));
    let mobile = |text: &str, expected| check(check_mobile(text), Mobile::as_str, expected);
    mobile("13800000000", Ok("13800000000"));
    mobile("+86 138-0000 0000", Ok("13800000000"));
    mobile("１３８００００００００", Ok("13800000000"));
    mobile("03800000000", Err(character(Mob, 1)));
    mobile("1380000000O", Err(character(Mob, 11)));
    mobile("1380000000", Err(length(Mob, 10)));
    mobile("8613800000000", Err(length(Mob, 13)));
}

#[test]
fn a_customer_is_read_by_what_their_number_looks_like() {
    let person =
        |text: &str| CustomerId::of_person(text, TODAY).map(|id| (id.kind(), id.as_str().to_owned()));
    let some = |kind, text: &str| Ok((kind, text.to_owned()));
    assert_eq!(person("10000020000229009x"), some(IdentifierKind::ResidentId, "10000020000229009X"));
    assert_eq!(person("h12345678"), some(IdentifierKind::HongKongMacauPermit, "H12345678"));
    assert_eq!(person("12345678"), some(IdentifierKind::TaiwanPermit, "12345678"));
    assert_eq!(person("E12345678"), some(IdentifierKind::Passport, "E12345678"));
    assert_eq!(
        person("100000200002290015"),
        Err(IdentifierError::CheckDigit { of: IdentifierKind::ResidentId })
    );
    assert_eq!(person("110105491231002"), Err(IdentifierError::FifteenDigits));
    assert_eq!(person("10000020000229"), Err(length(IdentifierKind::ResidentId, 14)));
    assert_eq!(person("张三"), Err(IdentifierError::NoKnownForm));
    assert_eq!(person(""), Err(IdentifierError::NoKnownForm));
    let unit = CustomerId::of_organisation("91350100M000100Y43").unwrap();
    assert_eq!((unit.kind(), unit.as_str()), (IdentifierKind::Uscc, "91350100M000100Y43"));
    assert!(CustomerId::of_organisation("10000020000229009X").is_err());
}

#[test]
fn a_serial_number_is_an_integer_however_it_is_written() {
    let check = |text: &str, expected: &str| {
        let serial = CertificateSerial::parse(text).unwrap();
        assert_eq!(serial.to_string(), expected, "{text:?}");
        assert_eq!(CertificateSerial::from_be_bytes(&serial.to_be_bytes()).unwrap(), serial);
    };
    check("0", "00");
    check("00:00", "00");
    check("abc", "0ABC");
    check("0A:bC", "0ABC");
    check(" 0000 0a bc\t", "0ABC");
    check("０ＡＢＣ", "0ABC");
    let largest = "F".repeat(40);
    check(&largest, &largest);
    check(&format!("00{largest}"), &largest);
    let refused =
        |text: &str, expected| assert_eq!(CertificateSerial::parse(text), Err(expected), "{text:?}");
    const OF: IdentifierKind = IdentifierKind::CertificateSerial;
    refused("", length(OF, 0));
    refused(" : ", length(OF, 0));
    refused(&format!("1{largest}"), length(OF, 41));
    refused("-1", character(OF, 1));
    refused("0x1A", character(OF, 2));
    refused("1A·2B", character(OF, 3));
    assert_eq!(CertificateSerial::from_be_bytes(&[]), Err(length(OF, 0)));
    assert_eq!(CertificateSerial::from_be_bytes(&[1; 21]), Err(length(OF, 41)));
    let mut padded = [0xFF; 21];
    padded[0] = 0;
    assert_eq!(CertificateSerial::from_be_bytes(&padded).unwrap().to_string(), largest);
}

#[test]
fn what_is_shown_of_a_number_is_little() {
    for (value, shown) in [
        ("", ""),
        ("7", "*"),
        ("张三", "张*"),
        ("王小明", "王**"),
        ("欧阳娜娜", "欧**娜"),
        ("10000020000229009X", "100000**********9X"),
        ("１００００020000229009x", "100000**********9x"),
        ("110105491231002", "110105*******02"),
        ("13800000000", "138****0000"),
        ("23800000000", "23*******00"),
        ("91350100M000100Y43", "9135************43"),
        ("E12345678", "E1*****78"),
        ("12345678", "12****78"),
        (" A1234 ", "A***4"),
        ("0ABC", "0**C"),
        ("0123456789ABCDEF0123456789ABCDEF01234567", "012345********************************67"),
    ] {
        assert_eq!(mask(value), shown, "{value:?}");
    }
}

#[test]
fn neither_errors_nor_debug_tell_a_number() {
    let id = check_resident_id("10000020000229009X", TODAY).unwrap();
    assert_eq!(format!("{id:?}"), "ResidentId(100000**********9X)");
    let customer = CustomerId::of_person("E12345678", TODAY).unwrap();
    assert_eq!(format!("{customer:?}"), "Passport(Passport(E1*****78))");
    assert_eq!(
        format!("{:?}", CertificateSerial::parse("0123456789").unwrap()),
        "CertificateSerial(01******89)"
    );
    let told = check_resident_id("100000200002290015", TODAY).unwrap_err();
    assert_eq!(told.to_string(), "check character does not fit the rest of the resident id number");
    let told = check_uscc("91350100M000100Y4").unwrap_err();
    assert_eq!(told.to_string(), "unified social credit code has 17 characters instead of 18");
}

fn any_resident() -> impl Strategy<Value = String> {
    (0..=999_999_u32, 0..=46_345_i32).prop_map(|(region, days)| {
        let birth = date(1900, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
        born(&format!("{region:06}"), &birth.strftime("%Y%m%d").to_string())
    })
}

fn any_uscc() -> impl Strategy<Value = String> {
    let character = (0..31_usize).prop_map(|at| USCC_ALPHABET.as_bytes()[at] as char);
    prop::collection::vec(character, 16).prop_map(|first| {
        let mut number: String = first.into_iter().collect();
        number.push(organisation_check(&number[8..]) as char);
        number.push(uscc_check(&number) as char);
        number
    })
}

/// All weights differ from 0 modulo the prime, and so do two neighbours' from each other: one wrong character
/// and two exchanged neighbours change the sum for certain.
fn mistyped(number: &str, alphabet: &str) -> Vec<String> {
    let chars: Vec<char> = number.chars().collect();
    let mut all = Vec::new();
    for at in 0..chars.len() {
        for other in alphabet.chars().filter(|other| *other != chars[at]) {
            let mut bent = chars.clone();
            bent[at] = other;
            all.push(bent.into_iter().collect());
        }
        if at > 0 && chars[at] != chars[at - 1] {
            let mut bent = chars.clone();
            bent.swap(at, at - 1);
            all.push(bent.into_iter().collect());
        }
    }
    all
}

proptest! {
    #[test]
    fn every_mistyped_resident_id_is_refused(number in any_resident()) {
        prop_assert!(check_resident_id(&number, TODAY).is_ok(), "{}", number);
        for bent in mistyped(&number, "0123456789X") {
            prop_assert!(check_resident_id(&bent, TODAY).is_err(), "{} for {}", bent, number);
        }
    }

    #[test]
    fn every_mistyped_uscc_is_refused(number in any_uscc()) {
        prop_assert!(check_uscc(&number).is_ok(), "{}", number);
        for bent in mistyped(&number, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
            prop_assert!(check_uscc(&bent).is_err(), "{} for {}", bent, number);
        }
    }

    #[test]
    fn serial_numbers_compare_as_integers(a: u128, b: u128, zeros in 0..8_usize) {
        let parse = |n: u128| CertificateSerial::parse(&format!("{}{n:X}", "0".repeat(zeros))).unwrap();
        prop_assert_eq!(parse(a).cmp(&parse(b)), a.cmp(&b));
        prop_assert_eq!(parse(a), CertificateSerial::from_be_bytes(&a.to_be_bytes()).unwrap());
        prop_assert_eq!(CertificateSerial::parse(&parse(a).to_string()).unwrap(), parse(a));
    }

    #[test]
    fn no_value_is_shown_whole_and_at_most_half_of_most(value in "\\PC{0,40}") {
        let folded: String = value.nfkc().collect();
        let plain: Vec<char> = folded.trim().chars().collect();
        let shown: Vec<char> = mask(&value).chars().collect();
        prop_assert_eq!(shown.len(), plain.len());
        let open = shown.iter().filter(|c| **c != '*').count();
        let special = [11, 15, 18].contains(&plain.len()) && plain[..10].iter().all(char::is_ascii_digit);
        prop_assert!(special || open * 2 <= plain.len());
    }

    #[test]
    fn no_text_makes_a_check_panic(text in ".{0,30}", digits in "[0-9０-９XxHMａ ]{0,22}") {
        for text in [text, digits] {
            let _ = (check_resident_id(&text, TODAY), check_uscc(&text), check_passport(&text));
            let _ = (check_hong_kong_macau_permit(&text), check_taiwan_permit(&text), check_mobile(&text));
            let _ = (CustomerId::of_person(&text, TODAY), CertificateSerial::parse(&text), mask(&text));
        }
    }
}
