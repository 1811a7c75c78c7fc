//! Exports of the systems people come from: made-up rows under each system's own headings, read without a mapping.

use std::path::Path;

use super::accounts::all_told;

const TOLD: &str = include_str!("../data/systems/told.txt");

#[test]
fn exports_are_read_without_a_mapping() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/data/systems");
    let mut files = 0;
    let sections = TOLD.split("\n\n").skip(1);
    for section in sections {
        let mut lines = section.lines();
        let name = lines.next().expect("a file");
        let told: Vec<&str> = lines.map(str::trim).collect();
        let file = std::fs::read(dir.join(name)).expect("the file is there");
        let found: Vec<String> = all_told(&file, "").iter().map(|row| without_extras(row)).collect();
        assert_eq!(found, told, "{name}");
        files += 1;
    }
    assert_eq!(files + 1, std::fs::read_dir(&dir).expect("a directory").count(), "every file is in the list");
}

/// A told row without its extra facts, which keep what gangplank has no fact for.
fn without_extras(row: &str) -> String {
    let Some(start) = row.find(" extra.") else { return row.to_owned() };
    // Extra facts come last, but for segments and the stage.
    let after = row[start..].find(" [").filter(|at| !row[start..start + at].contains('{'));
    format!("{}{}", &row[..start], after.map_or("", |at| &row[start + at..]))
}

/// Somebody in sales or customer success has the account, so onboarding does not take it.
#[test]
fn a_contact_in_sales_or_success_is_recognised_under_every_name() {
    for (column, fact) in [
        ("csmId", "csm_contact"),
        ("CSM", "csm_contact"),
        ("csm_email", "csm_contact"),
        ("Customer Success Manager", "csm_contact"),
        ("Success Owner", "csm_contact"),
        ("vitally.custom.csmName", "csm_contact"),
        ("accountExecutiveId", "sales_contact"),
        ("Account Executive", "sales_contact"),
        ("AE Email", "sales_contact"),
        ("Account Manager", "sales_contact"),
        ("account_manager_id", "sales_contact"),
        ("Sales Owner", "sales_contact"),
        ("salesOwnerId", "sales_contact"),
        ("Sales Rep", "sales_contact"),
    ] {
        let file = format!("External ID,{column}\nA-1,u-77\nA-2,Unassigned\n");
        assert_eq!(all_told(file.as_bytes(), ""), [format!("A-1 {fact}=u-77"), "A-2".to_owned()], "{column}");
    }
}
