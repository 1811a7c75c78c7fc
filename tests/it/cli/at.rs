//! `--at DATE`: the board as it was.

use crate::support::home::Home;

/// A home with one account, which was moved on four days later, a note on the fifth, and the move taken back on the sixth.
fn home() -> Home {
    let home = Home::empty();
    let file = home.0.path().join("accounts.csv");
    std::fs::write(
        &file,
        "External ID,Name,Forecasted MRR,Next renewal,Stage\nA-1,Acme,836 USD,2025-02-20,1\n",
    )
    .expect("it can be written");
    let file = file.display().to_string();
    home.says(&["import", &file, "--take-stages", "--now", "2024-12-01T09:00:00Z"]);
    home.says(&["record", "A-1", "outreach.sent", "--now", "2024-12-05T09:00:00Z"]);
    home.says(&["note", "A-1", "They like it", "--now", "2024-12-06T09:00:00Z"]);
    home.says(&["import", &file, "--now", "2024-12-07T09:00:00Z"]);
    home
}

fn stage(home: &Home, at: &str) -> String {
    let all = home.json(&["list", "--json", "--at", at]);
    all[0]["stage"].as_str().unwrap_or("nowhere").to_owned()
}

#[test]
fn the_board_is_as_it_was_at_the_end_of_that_day() {
    let home = home();
    assert_eq!(stage(&home, "2024-12-04"), "1");
    assert_eq!(stage(&home, "2024-12-05"), "2", "the day counts to its end");
    assert_eq!(stage(&home, "today"), "2");
    assert_eq!(
        home.json(&["list", "--json", "--at", "2024-11-30"]),
        serde_json::json!([]),
        "nobody was known"
    );
    let stages = home.says(&["stages", "--at", "2024-12-01"]);
    assert!(stages.contains("1. New Account\t1\topen\t1") && stages.contains("\t2\topen\t0"), "{stages}");
    // The clock stands there as well: days are counted from that day.
    let today = home.says(&["today", "--at", "2024-12-04"]);
    assert!(today.contains("Acme"), "{today}");
    let told = home.told(&["forecast", "--at", "2024-12-04"]);
    assert!(told.contains("as it was at the end of Wed 4 Dec"), "{told}");
    // Nothing was written.
    assert_eq!(stage(&home, "2024-12-05"), "2");
}

#[test]
fn a_day_to_come_is_no_past_day() {
    let home = home();
    for wrong in ["tomorrow", "2026-01-01", "31 feb", "soon"] {
        let complaint = home.complains(&["list", "--at", wrong], 2);
        assert!(complaint.contains("--at: ") && complaint.lines().count() <= 3, "{wrong}: {complaint}");
    }
}

/// What is asked later about a past day is answered as it was then.
#[test]
fn insights_of_a_past_day_are_those_of_that_day() {
    let home = home();
    let then = home.json(&["insights", "--json", "--to", "2024-12-05", "--now", "2024-12-05T23:59:59Z"]);
    let later = home.json(&["insights", "--json", "--to", "2024-12-05", "--at", "2024-12-05"]);
    assert_eq!(then, later);
    let now = home.json(&["insights", "--json"]);
    assert_ne!(then, now);
}
