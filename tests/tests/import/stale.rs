//! Plans that no longer hold: nothing is filed of them.

use super::*;

/// Three rows to be filed, planned; then something happens.
fn planned(happens: impl Fn(&Desk), names: &str) {
    let desk = desk(3);
    sheet(&desk, "ledger.csv", &[row("甲公司", "1.pdf"), row("乙公司", "2.pdf"), row("丙公司", "3.pdf")]);
    plan(&desk, "ledger.csv").ok();
    happens(&desk);
    let code = desk.refuses("me", ["import", "apply", "ledger.plan.csv"], 5, names);
    assert_eq!(code, "plan-stale");
    assert!(!desk.path("ledger.plan.result.csv").exists());
    // Made anew it can be carried out.
    plan(&desk, "ledger.csv");
    apply(&desk, "ledger.plan.csv");
    assert_eq!(desk.records("me").len(), 3);
}

#[test]
fn a_plan_whose_files_have_changed_is_stale() {
    planned(|desk| drop(desk.file("files/2.pdf", "%PDF-1.7 other content")), "2.pdf");
    // The same size and content, but written again: what was looked at is not what lies there.
    planned(
        |desk| {
            std::thread::sleep(std::time::Duration::from_millis(20));
            drop(desk.file("files/3.pdf", "%PDF-1.7 the content of 3"));
        },
        "3.pdf",
    );
}

#[test]
fn a_plan_whose_file_is_gone_is_stale() {
    let desk = desk(2);
    sheet(&desk, "ledger.csv", &[row("甲公司", "1.pdf"), row("乙公司", "2.pdf")]);
    plan(&desk, "ledger.csv").ok();
    std::fs::remove_file(desk.path("files/1.pdf")).unwrap();
    desk.refuses("me", ["import", "apply", "ledger.plan.csv"], 5, "1.pdf");
    assert!(desk.records("me").is_empty());
}

#[test]
fn a_plan_whose_sheet_has_changed_is_stale() {
    planned(
        |desk| {
            drop(sheet(
                desk,
                "ledger.csv",
                &[row("甲公司", "1.pdf"), row("乙公司", "2.pdf"), row("丙", "3.pdf")],
            ))
        },
        "ledger.csv",
    );
}

#[test]
fn a_plan_whose_record_somebody_has_filed_meanwhile_is_stale() {
    planned(
        |desk| {
            let args = [
                "add",
                "files/2.pdf",
                "--project",
                "社保一期",
                "--outlet",
                "一号网点",
                "--customer",
                "乙公司",
            ];
            let call = desk.call("me", args).args(["--customer-kind", "enterprise", "--business", "new"]);
            call.args(["--date", "2024-05-01"]).run().ok();
        },
        "3",
    );
}

#[test]
fn a_plan_that_somebody_has_edited_is_stale() {
    let desk = desk(2);
    sheet(&desk, "ledger.csv", &[row("甲公司", "1.pdf"), row("乙公司", "absent.pdf")]);
    plan(&desk, "ledger.csv").exits(3);
    let text = std::fs::read_to_string(desk.path("ledger.plan.csv")).unwrap();
    for (from, to) in [(",missing-file,", ",new,"), ("甲公司", "丁公司"), ("\"\"size\"\":", "\"\"size\"\":1")]
    {
        assert!(text.contains(from), "{text}");
        desk.file("edited.plan.csv", text.replace(from, to));
        desk.refuses("me", ["import", "apply", "edited.plan.csv"], 5, "");
    }
    // A line taken out, a line put in twice.
    let lines: Vec<&str> = text.lines().collect();
    for lines in [vec![lines[0], lines[2]], vec![lines[0], lines[1]], [&lines[..], &lines[2..]].concat()] {
        desk.file("edited.plan.csv", lines.join("\r\n") + "\r\n");
        desk.refuses("me", ["import", "apply", "edited.plan.csv"], 5, "");
    }
    assert!(desk.records("me").is_empty());
    // In another vault it means nothing.
    let mut other = desk;
    other.use_vault(other.path("other"));
    other.init_solo();
    assert_eq!(
        other.refuses("me", ["import", "apply", "ledger.plan.csv"], 4, "ledger.plan.csv"),
        "other-vault-plan"
    );
}

#[test]
fn a_rehearsal_of_applying_changes_nothing() {
    let desk = desk(2);
    sheet(&desk, "ledger.xlsx", &[row("甲公司", "1.pdf"), row("乙公司", "2.pdf")]);
    plan(&desk, "ledger.xlsx").ok();
    let lines = desk.lines();
    let ran = desk.run("me", ["import", "apply", "ledger.plan.xlsx", "-n", "--json"]).ok();
    assert_eq!(rows_of(&ran).1["results"]["new"], 2);
    assert!(desk.lines() == lines && !desk.path("ledger.plan.result.xlsx").exists());
    // Moved as a whole, the plan still finds its sheet and its files.
    std::fs::create_dir(desk.path("moved")).unwrap();
    for name in ["ledger.xlsx", "ledger.plan.xlsx", "files"] {
        std::fs::rename(desk.path(name), desk.path("moved").join(name)).unwrap();
    }
    apply(&desk, "moved/ledger.plan.xlsx").ok();
    assert_eq!(desk.records("me").len(), 2);
}
