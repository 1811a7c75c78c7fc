//! A file that says of a card on the board that they churned, or that others look after them.

use serde_json::{Value, json};

use super::import::Home;

fn file(rows: &[&str]) -> String {
    let head =
        "External ID,Name,Churned At,CSM,Account Executive,Next Renewal Date,Specialist,Onboarding Pipeline";
    format!("{head}\n{}\n", rows.join("\n"))
}

#[test]
fn an_import_shows_the_difference_and_moves_nothing() {
    let home = Home::with(&file(&[
        "A-1,Acme,,,,2024-12-24,ann,3a",
        "A-2,Bolt,,,,2024-12-24,ann,2",
        "A-3,Cato,,,,2024-12-24,ann,4a",
        "A-4,Dune,,,,2024-12-24,ann,6a",
        "A-5,Elm,,,,2024-12-24,ann,2",
    ]));
    assert_eq!(home.import(&[])["gone"], Value::Null);
    home.write(
        "accounts.csv",
        &file(&[
            "A-1,Acme,2024-12-14,,,2024-12-24,ann,3a",
            "A-2,Bolt,,eve,,2024-12-24,ann,2",
            "A-3,Cato,,,fred,2024-12-24,ann,4a",
            "A-4,Dune,2024-12-14,,,2024-12-24,ann,6a",
            "A-5,Elm,2025-01-31,ann,,2024-12-24,ann,2",
            "A-6,Fern,2024-12-14,,,2024-12-24,ann,2",
        ]),
    );
    let later = ["--now", "2024-12-16T09:00:00Z"];
    let words = [
        ("A-1", "The file says they churned on Sat 14 Dec: mark churned?"),
        ("A-2", "The file says eve looks after them: hand off to sales?"),
        ("A-3", "The file says fred looks after them: hand off to sales?"),
    ];
    let gone = home.import(&[&["--dry-run"][..], &later].concat())["gone"].clone();
    let shown: Vec<Value> = words.iter().map(|(id, words)| json!({"id": id, "text": words})).collect();
    assert_eq!(gone, json!(shown), "A-4 is finished, A-5 is still here and its owner's, A-6 came so");
    let (_, out, error) = home.run(&[&["import", "accounts.csv"][..], &later].concat());
    let lines = "3 cards stay where they are, though the file says they churned or others look after them; \
                 they wait in `gangplank today`:\n\
                 \x20 A-1  The file says they churned on Sat 14 Dec: mark churned?\n\
                 \x20 A-2  The file says eve looks after them: hand off to sales?\n\
                 \x20 A-3  The file says fred looks after them: hand off to sales?\n";
    assert!(out.contains(lines), "{out}{error}");
    for (id, words) in words {
        let (_, out, _) = home.run(&[&["explain", id][..], &later].concat());
        let why = words.trim_end_matches('?').replacen('T', "t", 1);
        assert!(out.contains(&format!("Will not move it to 5: {why}")), "{id}: {out}");
    }
    let stage = |id: &str| home.json(&["show", id, "--json"])["stage"].clone();
    assert_eq!([stage("A-1"), stage("A-2"), stage("A-3")], [json!("3a"), json!("2"), json!("4a")]);
    assert_eq!(home.import(&later)["gone"], Value::Null, "it is said once; today goes on asking");
    let (_, out, _) = home.run(&[&["explain", "A-5"][..], &later].concat());
    assert!(!out.contains("the file says"), "{out}");
}
