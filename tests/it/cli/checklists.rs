//! Points of checklists at the command line.

use serde_json::json;

use crate::support::home::{Home, account};

#[test]
fn a_point_is_checked_observed_and_unchecked_and_show_lists_it() {
    let home = Home::new();
    let said = home.says(&["check", "Acme", "billing-limits", "--observation", "none set"]);
    assert!(said.starts_with("Acme: Checked: Billing limits (none set) (#2); undo with"), "{said}");
    let shown = home.says(&["show", "A-1"]);
    assert!(shown.contains("Checklist: Audit\n"), "{shown}");
    assert!(shown.contains("  checked 2024-12-15 10:00 by dana  billing-limits"), "{shown}");
    let points = home.json(&["show", "A-1", "--json"])["points"].clone();
    let first = &points[0];
    assert_eq!(
        (&first["id"], &first["stage"], &first["ticked"], &first["observation"]),
        (&json!("billing-limits"), &json!("1"), &json!(true), &json!("none set"))
    );
    assert_eq!((&points[1]["ticked"], &points[1]["by"]), (&json!(false), &json!(null)));
    let said = home.says(&["check", "A-1", "Billing limits", "--undo"]);
    assert!(said.starts_with("Acme: Unchecked: Billing limits (#3)"), "{said}");
    assert_eq!(home.says(&["check", "A-1", "sdk-age", "--undo"]), "nothing changed\n");
    let log = home.says(&["log", "-n", "2"]);
    assert!(log.contains("check A-1 billing-limits"), "{log}");
    let error = home.complains(&["check", "A-1", "limits"], 3);
    assert!(error.contains("no point `limits` stands in a checklist: use one of billing-limits"), "{error}");
}

#[test]
fn several_accounts_are_checked_in_one_entry() {
    let home = Home::new();
    let bulk = home.json(&["check", "A-1", "A-2", "usage", "--json"]);
    assert_eq!((&bulk["entry"], &bulk["changed"]), (&json!(2), &json!(["A-1", "A-2"])));
    let dry = home.says(&["check", "sdk-age", "--where", "stage:1", "--dry-run"]);
    assert!(dry.starts_with("Would do: "), "{dry}");
    let said = home.says(&["undo"]);
    assert!(said.contains("#2"), "{said}");
    home.gangplank(&["check", "-", "usage"]).write_stdin("A-1\nA-4\n").assert().success();
}

#[test]
fn whoever_leaves_a_stage_with_open_points_is_told_so() {
    let home = Home::new();
    for point in ["misconfiguration", "unused-products", "unused-events"] {
        home.says(&["check", "A-1", point]);
    }
    let said = home.says(&["move", "A-1", "2"]);
    assert!(said.contains("; left 1 with 2 open points (billing limits, SDK age) (#5); undo with"), "{said}");
    let said = home.says(&["undo"]);
    assert!(!said.contains("open point"), "{said}");
    let said = home.says(&["record", "A-1", "outreach.sent"]);
    assert!(said.contains("; left 1 with 2 open points (billing limits, SDK age)"), "{said}");
    home.says(&["undo"]);
    home.import(&[account("A-5", "Echo", Some("83600"), Some("2024-12-22"))]);
    let dry = ["move", "A-1", "A-5", "2", "--dry-run"];
    assert!(home.says(&dry).contains("; 2 accounts leave a stage with open points"), "{}", home.says(&dry));
    let said = home.json(&[&dry[..], &["--json"]].concat());
    assert_eq!(
        said["left_open"][0],
        json!({"id": "A-1", "stage": "1", "points": ["billing-limits", "sdk-age"]})
    );
    assert_eq!(home.json(&["stages", "--json"])[0]["checklist"]["points"][4]["id"], "sdk-age");
}
