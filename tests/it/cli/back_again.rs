//! Accounts that churned or were onboarded, and are back.

use serde_json::json;

use super::import::Home;

/// What today asks about an account: the kinds of its reasons, and the words of the first.
fn asked(home: &Home, id: &str) -> (Vec<String>, String) {
    let today = home.json(&["today", "--json"]);
    let row = today.as_array().expect("a list").iter().find(|row| row["id"] == id).cloned();
    let reasons = row.map_or(Vec::new(), |row| row["reasons"].as_array().expect("a list").clone());
    let kinds = reasons.iter().map(|it| it["kind"].as_str().expect("a kind").to_owned()).collect();
    let words =
        reasons.first().map_or_else(String::new, |it| it["text"].as_str().expect("a text").to_owned());
    (kinds, words)
}

const HEAD: &str =
    "External ID,Name,Plan,Forecasted MRR,MRR,Subscriptions,Next Renewal,Specialist,Onboarding Pipeline\n";

#[test]
fn who_left_and_has_something_new_is_named_with_it() {
    let home = Home::with(&format!(
        "{HEAD}A-1,Acme,pay-as-you-go,200 USD,200 USD,sub_1,2025-03-01,ann,6d. Churned\n\
         A-2,Bolt,pay-as-you-go,200 EUR,0 EUR,sub_2,2025-03-01,ann,6d\n\
         A-3,Cato,startup,900 JPY,900 JPY,sub_3,2025-03-01,ann,6a\n\
         A-4,Dune,startup,,,sub_4,2025-03-01,ann,6d\n\
         A-5,Elm,startup,500 USD,500 USD,,2025-03-01,ann,6d\n"
    ));
    home.import(&[]);
    // The same again, and what is unknown, is no news.
    home.import(&[]);
    for id in ["A-1", "A-2", "A-3", "A-4", "A-5"] {
        assert_eq!(asked(&home, id), (vec![], String::new()), "{id}");
    }
    home.write(
        "accounts.csv",
        &format!(
            "{HEAD}A-1,Acme,annual,200 USD,200 USD,sub_1,2025-03-01,ann,6d. Churned\n\
             A-2,Bolt,pay-as-you-go,200 EUR,50 EUR,sub_2,2025-03-01,ann,6d\n\
             A-3,Cato,startup,1800 JPY,900 JPY,sub_3,2025-03-01,ann,6a\n\
             A-4,Dune,startup,120 USD,,sub_4,2025-03-01,ann,6d\n\
             A-5,Elm,startup,500 USD,500 USD,sub_9,2025-03-01,ann,6d\n"
        ),
    );
    let later = ["--now", "2024-12-16T09:00:00Z"];
    let news = home.import(&["--dry-run"]);
    assert_eq!(news["back_again"], json!(["A-1", "A-2", "A-3", "A-4", "A-5"]));
    let (_, out, _) = home.run(&[&["import", "accounts.csv"][..], &later].concat());
    // A clock that stands still hides no news.
    let line = "5 finished accounts are back again, and wait in `gangplank today`: A-1, A-2, A-3, A-4, A-5\n";
    assert!(out.contains(line), "{out}");
    for (id, words) in [
        ("A-1", "Back again: new plan annual"),
        ("A-2", "Back again: new MRR €50"),
        ("A-3", "Back again: new forecasted MRR ¥1,800"),
        ("A-4", "Back again: new forecasted MRR $120"),
        ("A-5", "Back again: new subscriptions sub_9"),
    ] {
        assert_eq!(asked(&home, id), (vec!["back_again".to_owned()], words.to_owned()), "{id}");
    }

    // The import that brought it is undone, and it is no news any more.
    home.run(&["undo"]);
    assert_eq!(asked(&home, "A-1").0, [""; 0]);
    home.run(&["redo"]);

    // It starts again with a move, which says why.
    let (code, _, error) = home.run(&["move", "A-1", "1", "--reason", "new plan"]);
    assert_eq!(code, 0, "{error}");
    let account = home.json(&["show", "A-1", "--json"]);
    let stamps = account["stamps"].as_object().expect("stamps").keys().collect::<Vec<_>>();
    assert_eq!(
        (&account["stage"], stamps),
        (&json!("1"), vec![&"1".to_owned()]),
        "the stamps are those of the new stay"
    );
    assert!(!asked(&home, "A-1").0.contains(&"back_again".to_owned()));
    home.run(&["undo"]);
    assert_eq!(asked(&home, "A-1").0, ["back_again"]);
    let (_, out, _) = home.run(&["dismiss", "A-1"]);
    assert!(out.starts_with("Acme: Dismissed: back again"), "{out}");
    assert_eq!(asked(&home, "A-1").0, [""; 0]);
}
