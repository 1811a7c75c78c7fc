//! Facts and segments that are put right by hand.

use serde_json::{Value, json};

use crate::support::home::{Home, account};

#[test]
fn who_is_still_in_a_retired_segment_is_counted_and_listed() {
    let home = Home::new();
    for (name, segment) in
        [("acme", "Onboarding - engaged"), ("bolt", "onboarding - Engaged"), ("cato", "Lead")]
    {
        home.import(&[account(name, name, None, None)]);
        home.says(&["segment", name, segment]);
    }
    let ids = |args: &[&str]| -> Vec<String> {
        let rows = home.json(args);
        rows.as_array()
            .expect("a list")
            .iter()
            .map(|row| row["id"].as_str().expect("an id").to_owned())
            .collect()
    };
    assert_eq!(ids(&["list", "--segment", "ONBOARDING - engaged", "--json"]), ["acme", "bolt"]);
    let said = home.told(&["today"]);
    let line = "2 accounts are still in the retired segment Onboarding - engaged: \
                `gangplank list --segment 'Onboarding - engaged'` lists them";
    assert!(said.contains(line), "{said}");
    for name in ["acme", "bolt"] {
        home.says(&["segment", name, "onboarding - engaged", "--leave"]);
    }
    assert!(!home.told(&["today"]).contains("retired"), "none is left");
}

#[test]
fn segments_are_joined_and_left_by_hand_and_no_import_brings_back_what_was_left() {
    let home = Home::new();
    let file = home.data().join("../accounts.csv");
    std::fs::write(&file, "External ID,Segments\nA-1,\"Trial, Beta\"\nA-2,Trial\n")
        .expect("it can be written to");
    let file = file.display().to_string();
    // Beside what playbooks brought them into.
    let segments = |home: &Home, id: &str| -> Vec<String> {
        let all = home.json(&["show", id, "--json"])["segments"].as_array().expect("a list").clone();
        let all = all.iter().filter_map(Value::as_str).filter(|name| !name.contains("Onboarding"));
        all.map(str::to_owned).collect()
    };
    home.says(&["import", &file]);
    assert_eq!(segments(&home, "A-1"), ["Beta", "Trial"]);
    assert!(home.says(&["segment", "A-1", "trial", "--leave"]).contains("Acme: Removed from Trial"));
    home.says(&["import", &file]);
    assert_eq!(segments(&home, "A-1"), ["Beta"], "it stays left");
    assert_eq!(segments(&home, "A-2"), ["Trial"], "for others it goes on");
    assert!(home.says(&["segment", "A-1", "Trial", "--leave"]).contains("nothing changed"));
    // Undone, it is as if it had never been left; done again, it is.
    home.says(&["undo"]);
    assert_eq!(segments(&home, "A-1"), ["Beta", "Trial"]);
    home.says(&["redo"]);
    home.says(&["import", &file]);
    assert_eq!(segments(&home, "A-1"), ["Beta"]);
    // Whoever joins it again by hand may leave the rest to imports.
    home.says(&["segment", "A-1", "Trial"]);
    assert_eq!(segments(&home, "A-1"), ["Beta", "Trial"]);
    home.says(&["undo"]);
    home.says(&["import", &file]);
    assert_eq!(segments(&home, "A-1"), ["Beta"]);
    home.complains(&["segment", "A-1", " "], 2);
    home.complains(&["segment", "A-9", "Trial"], 3);
}

#[test]
fn a_fact_without_a_value_is_cleared() {
    let home = Home::new();
    let facts = |home: &Home| home.json(&["show", "A-1", "--json"])["facts"].clone();
    home.says(&["record", "A-1", "facts.changed", "--fact", "churned=2024-12-01", "--fact", "plan=boost"]);
    assert_eq!(facts(&home)["churned"]["value"], "2024-12-01");
    let said = home.says(&["record", "A-1", "facts.changed", "--fact", "churned="]);
    assert!(said.contains("Acme: Churned cleared"), "{said}");
    assert_eq!((&facts(&home)["churned"], &facts(&home)["plan"]["value"]), (&Value::Null, &json!("boost")));
    assert!(home.says(&["record", "A-1", "facts.changed", "--fact", "churned="]).contains("nothing changed"));
    home.says(&["undo"]);
    assert_eq!(facts(&home)["churned"]["value"], "2024-12-01", "with its source and since when");
    // Some are cleared and others set, all of it or nothing.
    home.says(&[
        "record",
        "A-1",
        "facts.changed",
        "--fact",
        "Plan = ",
        "--fact",
        "churned=",
        "--fact",
        "region=EU",
    ]);
    assert_eq!((&facts(&home)["churned"], &facts(&home)["plan"]), (&Value::Null, &Value::Null));
    assert_eq!(facts(&home)["region"]["value"], "EU");
    home.complains(&["record", "A-1", "facts.changed", "--fact", "nonsense_="], 2);
}

#[test]
fn an_address_that_was_assigned_once_is_remembered_until_that_is_undone() {
    let home = Home::new();
    home.import(&[account("acme", "Acme", None, None)]);
    let reply = |id: &str| {
        let line = format!(
            r#"{{"id":"{id}","signal":"reply.received","account":{{"email":"Ana@home.example"}},"at":"2024-12-14T11:00:00Z","source":"mail"}}"#
        );
        let file = home.data().join(format!("{id}.jsonl"));
        std::fs::write(&file, line).expect("the directory takes files");
        home.says(&["ingest", &file.display().to_string()]);
    };
    let waiting = || home.json(&["unmatched", "--json"]).as_array().map_or(0, Vec::len);
    reply("e1");
    let said = home.says(&["unmatched", "assign", "e1", "acme", "--remember"]);
    assert!(said.contains("Ana@home.example remembered as a contact"), "{said}");
    reply("e2");
    assert_eq!(waiting(), 0);
    let facts = &home.json(&["show", "acme", "--json"])["facts"];
    assert_eq!(facts["remembered_contacts"]["value"], json!(["Ana@home.example"]));
    home.says(&["record", "acme", "facts.changed", "--fact", "remembered_contacts="]);
    reply("e3");
    assert_eq!(waiting(), 1, "it can be cleared like any fact");
    home.says(&["unmatched", "assign", "e3", "acme", "--remember"]);
    home.says(&["undo"]);
    assert_eq!(waiting(), 1);
    let facts = &home.json(&["show", "acme", "--json"])["facts"];
    assert_eq!(facts["remembered_contacts"], Value::Null, "one undo takes back both");
}
