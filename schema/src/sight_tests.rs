use super::*;

/// `shown` `masked` `hidden` of everything that not everybody is shown, in one letter each.
fn letters(roles: &[Role], revealed: bool) -> String {
    let eyes = Eyes::new(roles).revealed(revealed);
    let data = [
        Datum::Organisation,
        Datum::Person,
        Datum::Identifier,
        Datum::Form(Field::Phone),
        Datum::Form(Field::Handler),
        Datum::Form(Field::Token),
        Datum::DocumentName,
        Datum::Said,
    ];
    let letter = |datum| match eyes.sight(datum) {
        Sight::Shown => 's',
        Sight::Masked => 'm',
        Sight::Hidden => '-',
    };
    data.into_iter().map(letter).collect()
}

#[test]
fn each_role_sees_what_its_work_needs() {
    // Organisation, person, identifier, phone, handler, token, document name, what was said.
    for (role, masked, revealed) in [
        (Role::Archivist, "ssmmssss", "ssssssss"),
        (Role::Reviewer, "ssmmssss", "ssssssss"),
        (Role::Legal, "ssmmssss", "ssssssss"),
        (Role::Approver, "smmmmsss", "smmmmsss"),
        (Role::Auditor, "smm--sm-", "smm--sm-"),
        (Role::System, "smm--sm-", "smm--sm-"),
        (Role::Security, "smm--sm-", "smm--sm-"),
        (Role::Audit, "smm--sm-", "smm--sm-"),
    ] {
        assert_eq!(
            (letters(&[role], false).as_str(), letters(&[role], true).as_str()),
            (masked, revealed),
            "{role}"
        );
    }
    assert_eq!(letters(&[], true), "--------");
    // Two roles of one person add up.
    assert_eq!(letters(&[Role::Security, Role::Archivist], false), "ssmmssss");
}

#[test]
fn nobody_sees_an_identifier_unmasked_without_a_reveal() {
    for role in Role::ALL {
        for datum in [Datum::Identifier, Datum::Form(Field::HandlerId), Datum::Form(Field::Address)] {
            assert_ne!(sight(*role, datum, false), Sight::Shown, "{role}");
            assert_eq!(sight(*role, datum, true) == Sight::Shown, REVEALERS.contains(role), "{role}");
        }
    }
}

#[test]
fn a_name_is_cut_short_without_telling_its_length() {
    for (name, shown) in [("张三", "张**"), ("欧阳娜娜", "欧**"), (" Li Hua ", "L**"), ("甲", "甲**")]
    {
        assert_eq!(Eyes::new(&[Role::Approver]).text(Datum::Person, name).unwrap(), shown);
    }
}
