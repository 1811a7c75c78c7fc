//! What the verbs say, word by word, by the real binary.

use crate::support::home::Home;
use crate::support::{row, rows_of};

/// Four accounts of two people; nobody looks after the last.
fn of_two() -> Home {
    let home = Home::empty();
    home.import(&rows_of(&[
        ["A-1", "Acme", "836 USD", "2024-12-22", "dana", "1", "EU"],
        ["A-2", "Bolt", "500 USD", "2024-12-20", "Eve", "1", "EU"],
        ["A-3", "Cato", "400 USD", "2025-03-20", "eve", "6b", "EU"],
    ]));
    home.import(&[row("A-4", "Dune")]);
    home
}

#[test]
fn today_and_the_alerts_are_narrowed_to_one_person() {
    let home = of_two();
    let today = |args: &[&str]| {
        let rows = home.json(&[&["today", "--json"], args].concat());
        let rows = rows.as_array().expect("a list").clone();
        rows.iter()
            .map(|row| (row["id"].clone(), row["reasons"].as_array().map(Vec::len)))
            .collect::<Vec<_>>()
    };
    let fails = ["record", "Bolt", "invoice.payment_failed", "--invoice", "in_1", "--amount", "340 USD"];
    home.says(&fails);
    // What she owns, with all there is to it.
    assert_eq!(today(&["--mine"]), [("A-1".into(), Some(2))]);
    assert_eq!(today(&["--owner", "EVE"]), [("A-2".into(), Some(2))]);
    // An alert she was given is hers; the rest of that account is not.
    home.says(&["alerts", "assign", "in_1", "--to", "Dana"]);
    assert_eq!(today(&["--mine"]), [("A-2".into(), Some(1)), ("A-1".into(), Some(2))]);
    assert_eq!(home.json(&["alerts", "--mine", "--json"])[0]["account"], "A-2");
    assert_eq!(today(&["--owner", "eve"]), [("A-2".into(), Some(2))]);
    // Hers, until it is not.
    home.says(&["snooze", "Bolt", "--until", "tomorrow"]);
    home.says(&["snooze", "Acme", "--until", "tomorrow"]);
    assert_eq!(today(&["--mine"]), []);
    assert_eq!(home.told(&["today", "--mine"]), "nothing waits for dana now, nor for anybody else");
    home.says(&["snooze", "Bolt", "--off"]);
    home.says(&["alerts", "assign", "in_1", "--nobody"]);
    assert_eq!(
        home.told(&["today", "--mine"]),
        "nothing waits for dana now; 1 account waits for others: `gangplank today` names it"
    );
    assert_eq!(
        home.told(&["today", "--owner", "Kim"]),
        "no account is Kim's: `--as NAME` says who you are, `gangplank owner ACCOUNT NAME` whose an account is"
    );
}
