//! `import --clear-blank`: a blank cell clears its fact, where the person says so.

use serde_json::{Value, json};

use super::import::Home;

fn fact(home: &Home, id: &str, key: &str) -> Value {
    home.json(&["show", id, "--json"])["facts"][key]["value"].clone()
}

fn file(churned: &str, plan: &str, renewal: &str) -> String {
    format!(
        "External ID,Name,Churned At,Plan,Next Renewal Date,Specialist,Onboarding Pipeline\n\
         A-1,Acme,{churned},{plan},{renewal},ann,6d\nA-2,Bolt,,startup,2025-03-01,ann,2\n"
    )
}

#[test]
fn a_blank_cell_clears_the_fact_only_where_that_is_said() {
    let home = Home::with(&file("2024-12-01", "startup", "2025-03-01"));
    home.import(&[]);
    home.write("accounts.csv", &file("", "", ""));
    assert_eq!(home.import(&[])["cleared"], Value::Null);
    assert_eq!(fact(&home, "A-1", "churned"), "2024-12-01", "a blank says nothing by itself");

    let later = ["--now", "2024-12-16T09:00:00Z"];
    assert_eq!(home.import(&["--clear-blank", "churned at", "--dry-run"])["cleared"], 1);
    assert_eq!(fact(&home, "A-1", "churned"), "2024-12-01");
    let (_, out, error) =
        home.run(&[&["import", "accounts.csv", "--clear-blank", "Churned At"][..], &later].concat());
    assert!(out.contains("1 fact was cleared, because its cell is blank\n"), "{out}{error}");
    assert_eq!(fact(&home, "A-1", "churned"), Value::Null);
    assert_eq!(fact(&home, "A-1", "plan"), "startup", "of the other columns, blanks say nothing");
    let reasons = &home.json(&[&["today", "--json"][..], &later].concat())[0]["reasons"];
    assert_eq!(
        (&reasons[0]["kind"], &reasons[0]["text"]),
        (&json!("back_again"), &json!("Back again: the file no longer says that they churned"))
    );
    let (_, out, _) = home.run(&["log"]);
    assert!(out.contains("import accounts.csv"), "{out}");
    home.run(&["undo"]);
    assert_eq!(fact(&home, "A-1", "churned"), "2024-12-01");

    // It is remembered for files with these columns, and more can be said.
    let said = home.import(&["--clear-blank", "Plan", "--clear-blank", "Next Renewal Date"]);
    assert_eq!(said["cleared"], 3);
    for key in ["churned", "plan", "next_renewal"] {
        assert_eq!(fact(&home, "A-1", key), Value::Null, "{key}");
    }
    assert_eq!(fact(&home, "A-2", "plan"), "startup");
    assert_eq!(home.import(&[])["cleared"], Value::Null, "there is nothing left to clear");
    home.write("accounts.csv", &file("2024-12-01", "annual", "n/a"));
    home.import(&[]);
    home.write("accounts.csv", &file("", "--", "2025-04-01"));
    home.import(&[]);
    assert_eq!([fact(&home, "A-1", "churned"), fact(&home, "A-1", "plan")], [Value::Null, Value::Null]);
    assert_eq!(fact(&home, "A-1", "next_renewal"), "2025-04-01");
    home.write("accounts.csv", &file("2024-12-01", "annual", "2025-04-01"));
    home.import(&["--forget-mapping"]);
    home.write("accounts.csv", &file("", "", ""));
    assert_eq!(home.import(&[])["cleared"], Value::Null, "it is forgotten");
}

#[test]
fn any_column_that_becomes_a_fact_can_be_cleared() {
    // A heading with its unit, people, an extra column, a list, and JSON.
    let csv = |mrr: &str, owner: &str, notes: &str, contacts: &str| {
        format!("id;name;MRR (€);Owner;Industry;Contacts\nA-1;Acme;{mrr};{owner};{notes};{contacts}\n")
    };
    let home = Home::with(&csv("340", "ann", "Ships", "a@acme.example"));
    home.import(&[]);
    home.write("accounts.csv", &csv("", "Unassigned", "", "n/a"));
    let all = ["MRR (€)", "Owner", "Industry", "Contacts"].map(|column| ["--clear-blank", column]).concat();
    assert_eq!(home.import(&all)["cleared"], 4);
    for key in ["mrr", "specialist", "extra.Industry", "contacts"] {
        assert_eq!(fact(&home, "A-1", key), Value::Null, "{key}");
    }
    home.write(
        "more.json",
        r#"[{"id": "A-1", "csm": "eve", "plan": "startup"}, {"id": "A-2", "csm": "eve"}]"#,
    );
    home.run(&["import", "more.json"]);
    assert_eq!(fact(&home, "A-1", "csm_contact"), "eve");
    home.write(
        "more.json",
        r#"[{"id": "A-1", "csm": null, "plan": "startup"}, {"id": "A-2", "csm": "eve"}]"#,
    );
    home.run(&["import", "more.json", "--clear-blank", "csm"]);
    assert_eq!(
        [fact(&home, "A-1", "csm_contact"), fact(&home, "A-2", "csm_contact")],
        [Value::Null, json!("eve")]
    );
    // Of two columns for one fact, one that is filled is enough.
    home.write("two.csv", "id,CSM,csmId\nA-1,,eve\nA-2,,\n");
    home.run(&["import", "two.csv", "--clear-blank", "CSM"]);
    assert_eq!(
        [fact(&home, "A-1", "csm_contact"), fact(&home, "A-2", "csm_contact")],
        [json!("eve"), Value::Null]
    );
}

#[test]
fn what_is_no_fact_cannot_be_cleared() {
    let home = Home::with("id,name,stage,seats\nA-1,Acme,2,3\n");
    for (column, why) in [
        ("id", "`id` is external_id, which a blank cell cannot clear: --clear-blank takes columns of facts"),
        ("stage", "`stage` is stage, which a blank cell cannot clear: --clear-blank takes columns of facts"),
        (
            "Churned At",
            "there is no column `Churned At` whose blanks clear: the file has `id`, `name`, `stage`, `seats`",
        ),
    ] {
        let (code, _, error) = home.run(&["import", "accounts.csv", "--clear-blank", column]);
        assert_eq!((code, error.contains(why)), (2, true), "{error}");
    }
}
