//! The days that are counted where nobody names any, and what of a week they have.

use chrono::{Datelike, TimeDelta, Weekday};
use gangplank::insights::window::{CountedDays, WindowStep};
use gangplank::playbook::Playbooks;
use gangplank::state::{AccountFacts, AccountId, Cause, Command, StageId};
use gangplank::tui::model::insights::InsightsScope;
use serde_json::{Value, json};

use super::{answers, day, nine, nothing_happened, table};
use crate::support::home::Home;
use crate::support::person;

/// A home to which one account came on each day from 5 October 2026 on, until the day before `until`.
fn one_a_day(until: &str) -> Home {
    let home = Home::empty();
    let file = home.0.path().join("new.csv").display().to_string();
    for date in day("2026-10-05").iter_days().take_while(|date| *date < day(until)) {
        std::fs::write(&file, format!("External ID,Stage\nA-{date},1\n")).expect("it can be written");
        home.says(&["import", &file, "--take-stages", "--now", &format!("{date}T09:00:00Z")]);
    }
    home
}

/// The first day, how many came, and whether all days of it count, of each row.
fn came(home: &Home, args: &[&str]) -> (Value, Vec<(String, u64, bool)>) {
    let said = home.json(&[&["insights", "--json"], args].concat());
    let sections = said["sections"].as_array().expect("sections");
    let flow = sections.iter().find(|section| section["id"] == "flow").expect("it is one of them");
    let row = |row: &Value| {
        let count = row["arrivals"]["count"].as_u64().expect("a count");
        let is_whole = row["is_whole"].as_bool().expect("said of every week");
        (row["start"].as_str().expect("a day").to_owned(), count, is_whole)
    };
    (said["from"].clone(), flow["rows"].as_array().expect("rows").iter().map(row).collect())
}

#[test]
fn on_a_monday_eight_whole_weeks_are_counted_and_the_hours_since() {
    let home = one_a_day("2026-11-30");
    let monday = ["--now", "2026-11-30T06:00:00Z"];
    let (from, rows) = came(&home, &monday);
    assert_eq!((from, rows.len()), (json!("2026-10-05"), 9));
    assert_eq!(rows[0], ("2026-10-05".to_owned(), 7, true));
    assert_eq!(rows[8], ("2026-11-30".to_owned(), 0, false));
    let (from, rows) = came(&home, &[&monday[..], &["--to", "yesterday"]].concat());
    assert_eq!((from, rows.len()), (json!("2026-10-05"), 8), "as the line of the crontab asks");
    assert!(rows.iter().all(|(_, count, is_whole)| *count == 7 && *is_whole), "{rows:?}");
    // A week that was cut says so, to people as well.
    let (_, rows) = came(&home, &[&monday[..], &["--from", "2026-10-06", "--to", "2026-10-20"]].concat());
    let counts: Vec<_> = rows.iter().map(|(_, count, is_whole)| (*count, *is_whole)).collect();
    assert_eq!(counts, [(6, false), (7, true), (2, false)]);
    let args = ["insights", "--markdown", "--from", "2026-10-06", "--to", "2026-10-20"];
    let said = home.says(&[&args[..], &monday].concat());
    for words in ["| 5–11 Oct, from 6 Oct | 6 |", "| 12–18 Oct | 7 |", "| 19–25 Oct, to 20 Oct | 2 |"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let said = home.says(&[&["insights", "--markdown", "--by", "month"], &monday[..]].concat());
    assert!(
        said.contains("| October 2026 | 27 |") && said.contains("| November 2026, so far | 29 |"),
        "{said}"
    );
}

/// What the screen counts on a day is what the command counts, and the days before it meet them.
#[test]
fn the_days_of_the_screen_are_whole_and_meet() {
    for today in day("2024-02-20").iter_days().take(40) {
        for step in [WindowStep::Week, WindowStep::Month] {
            let mut later = InsightsScope { step, ..InsightsScope::default() }.window(today);
            assert_eq!(later, CountedDays::usual(today, step));
            assert_eq!(later.last(), today);
            for back in 1..5 {
                let days = InsightsScope { step, back, ..InsightsScope::default() }.window(today);
                assert_eq!(days.last() + TimeDelta::days(1), later.first(), "{today}");
                assert_eq!(days.steps().len(), if step == WindowStep::Week { 8 } else { 6 }, "{today}");
                assert!(step == WindowStep::Month || days.first().weekday() == Weekday::Mon, "{today}");
                assert!(step == WindowStep::Week || days.first().day() == 1, "{today}");
                later = days;
            }
        }
    }
}

/// Whose onboarding ended in January and was put elsewhere among the ended in March has not ended again.
#[test]
fn an_end_that_is_put_right_later_is_no_second_end() {
    let mut session = nothing_happened(Playbooks::default());
    let ana = person("ana@example.com");
    let rows: Vec<AccountFacts> = ["A", "B", "C"].map(|id| AccountFacts::new(id).in_stage("5")).into();
    let import = Command::Import { source: "import".into(), rows: rows.into(), take_stages: true };
    session.submit(&import, &ana, nine(day("2024-01-08"))).expect("they are known");
    let steps = [
        ("2024-01-15", "A", "6a"),
        ("2024-01-15", "C", "6a"),
        ("2024-03-04", "A", "6d"),
        ("2024-03-05", "B", "6b"),
        ("2024-03-06", "B", "6d"),
        ("2024-03-07", "C", "5"),
        ("2024-03-08", "C", "6b"),
    ];
    for (date, account, to) in steps {
        let command = Command::Move {
            account: AccountId::new(account),
            to: StageId::new(to),
            reason: Some("as it was".into()),
            force: true,
            cause: Cause::Hand,
        };
        session.submit(&command, &ana, nine(day(date))).expect("it is forced");
    }
    let sections = answers(session.board());
    // B, and C, which came back and ended again.
    assert_eq!(table(&sections, "people"), ["no owner 0 0 2"]);
    assert_eq!(table(&sections, "flow")[1], "Mar 2024 1 2 2 0 0");
}
