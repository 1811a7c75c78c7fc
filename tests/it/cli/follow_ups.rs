//! What lets people trust the board: what comes next, alerts and tasks by the shell, and playbooks that say what
//! they do.

use gangplank::prose::reasons;
use gangplank::state::query::attention::{AttentionRules, today};
use gangplank::state::{AccountFacts, Command, FactKey, Now, TaskChange, upcoming, values::when};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::home::{Ended, run_in};
use crate::support::{World, amount, day, id, row};

fn rules() -> AttentionRules {
    AttentionRules::new(14, 10)
}

/// An account in `stage` that nothing is wrong with, renewing on `renewal`.
fn calm(name: &str, stage: &str, renewal: &str) -> AccountFacts {
    let mut row = row(name, name).text(FactKey::Specialist, "dana");
    row.stage = Some(stage.into());
    row.facts.extend([(FactKey::NextRenewal, day(renewal)), (FactKey::ForecastedMrr, amount("836 USD"))]);
    row
}

/// A board on which nobody needs anything: everyone was looked at.
fn calm_board(rows: &[AccountFacts]) -> World {
    let mut world = World::of(rows);
    for row in rows {
        world.does(&Command::MarkSeen { account: row.id.clone() });
    }
    world
}

fn next(world: &World) -> String {
    match upcoming(world.board(), &world.now, &rules()) {
        None => "nothing".to_owned(),
        Some(next) => format!(
            "{} {}: {}",
            next.at.format("%Y-%m-%d %H:%M"),
            next.account,
            reasons::upcoming_text(&next, &world.now)
        ),
    }
}

#[test]
fn an_empty_today_says_what_comes_next() {
    let mut world = calm_board(&[calm("acme", "1", "2025-02-20"), calm("bolt", "1", "2025-03-20")]);
    assert_eq!(today(world.board(), &world.now, &rules()), []);
    // Nothing is heard from the pipeline's first stage for as long as it allows.
    let quiet = next(&world);
    assert!(quiet.ends_with("days") && quiet.contains("acme: No contact in this stage for"), "{quiet}");
    world.does(&Command::ChangeTask {
        account: id("bolt"),
        task: None,
        change: TaskChange::Add {
            title: "ask Ana".into(),
            due: "2024-12-17".parse::<chrono::NaiveDate>().ok().map(Into::into),
            done_on: Vec::new(),
        },
    });
    assert_eq!(next(&world), "2024-12-17 00:00 bolt: ask Ana");
    // Out of sight: the task waits until it is in sight again.
    let until = "2024-12-16T12:00:00Z".parse().ok();
    world.does(&Command::Snooze { account: id("bolt"), until });
    assert_eq!(next(&world), "2024-12-17 00:00 bolt: ask Ana");
    let until = "2024-12-18T12:00:00Z".parse().ok();
    world.does(&Command::Snooze { account: id("bolt"), until });
    assert_eq!(next(&world), "2024-12-18 12:00 bolt: ask Ana, due yesterday");
    assert_eq!(next(&World::without_playbooks()), "nothing");
}

#[test]
fn what_comes_next_is_when_today_fills() {
    for (stage, renewal) in
        [("1", "2024-12-31"), ("1", "2025-01-03"), ("6a", "2025-01-03"), ("1", "2026-01-01")]
    {
        let world = calm_board(&[calm("acme", stage, renewal)]);
        let Some(next) = upcoming(world.board(), &world.now, &rules()) else {
            assert_eq!(stage, "6a", "only where onboarding is over does nothing come");
            continue;
        };
        let then = Now { at: next.at, ..world.now };
        let hours = (next.at - world.now.at).num_hours();
        let waits = (0..=hours).map(chrono::TimeDelta::hours).map(|wait| world.now.at + wait);
        let last = next.at - chrono::TimeDelta::seconds(1);
        for at in waits.filter(|at| *at < next.at).chain([last]) {
            let before = Now { at, ..world.now };
            assert_eq!(today(world.board(), &before, &rules()), [], "{stage} {renewal} at {at}");
        }
        let filled = today(world.board(), &then, &rules());
        assert_eq!(
            reasons::text(&filled[0].reasons[0], &then),
            reasons::upcoming_text(&next, &then),
            "{stage} {renewal}"
        );
    }
}

/// A home of its own, in which `gangplank` is run.
struct Home(TempDir);

impl Home {
    /// With two accounts, one of them on the board, and a bill that could not be collected.
    fn new() -> Self {
        let home = Self(TempDir::new().expect("a temporary directory"));
        let csv = "id,name,forecasted mrr,next renewal,specialist,stage\n\
                   A-1,Acme,836 USD,2025-01-20,dana,2\n\
                   A-2,Bolt,50 USD,2025-02-20,,\n";
        std::fs::write(home.0.path().join("a.csv"), csv).expect("it can be written to");
        home.does(&["import", "a.csv"]);
        let line = r#"{"id":"evt-2","signal":"invoice.payment_failed","account":{"external_id":"A-1"},"at":"2024-12-15T08:00:00Z","source":"stripe","invoice":"in_1","amount":{"minor":34000,"currency":"USD"},"attempt":2,"next_attempt":"2024-12-19T11:00:00Z"}"#;
        std::fs::write(home.0.path().join("s.jsonl"), format!("{line}\n")).expect("it can be written to");
        home.does(&["ingest", "s.jsonl"]);
        home
    }

    fn run(&self, args: &[&str]) -> Ended {
        run_in(self.0.path(), args, "")
    }

    /// What it says when all goes well.
    fn does(&self, args: &[&str]) -> String {
        let (code, out, err) = self.run(args);
        assert_eq!(code, 0, "{args:?}: {err}");
        out
    }

    fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.does(&[args, &["--json"]].concat())).expect("JSON")
    }

    /// The exit code, and what it says against it.
    fn objects(&self, args: &[&str]) -> (i32, String) {
        let (code, out, err) = self.run(args);
        assert_eq!(out, "", "{args:?} does nothing");
        (code, err.trim_end().to_owned())
    }
}

#[test]
fn alerts_are_worked_by_the_shell_and_undone() {
    let home = Home::new();
    let alert = home.json(&["alerts"])[0].clone();
    let keys: Vec<&str> = alert.as_object().expect("an object").keys().map(String::as_str).collect();
    for key in ["key", "kind", "account", "state", "assignee", "amount", "due", "attempts"] {
        assert!(keys.contains(&key), "{key} is promised");
    }
    assert_eq!(alert["key"], "failed_payment:A-1:in_1");
    assert_eq!(alert["state"], "open");
    assert_eq!(alert["assignee"], "dana");
    assert_eq!(alert["amount"], json!({"minor": 34000, "currency": "USD"}));
    assert_eq!((&alert["attempts"], &alert["name"]), (&json!(2), &json!("Acme")));

    let state = |home: &Home| {
        let shown = home.json(&["alerts", "--closed"]);
        shown[0]["state"].as_str().expect("a state").to_owned()
    };
    home.does(&["alerts", "ack", "in_1"]);
    assert_eq!(home.json(&["alerts"])[0]["acknowledged_by"], "dana");
    home.does(&["alerts", "assign", "failed_payment:A-1:in_1", "--to", "eve"]);
    assert_eq!(home.json(&["alerts", "--mine"]), json!([]));
    home.does(&["alerts", "snooze", "in_1", "--until", "tomorrow 15:00"]);
    assert_eq!(state(&home), "snoozed");
    assert_eq!(home.json(&["alerts"])[0]["snoozed_until"].as_str().map(str::len), Some(20));
    home.does(&["alerts", "close", "in_1", "--outcome", "paid by bank transfer"]);
    assert_eq!(state(&home), "closed");
    assert_eq!(home.json(&["alerts"]), json!([]));
    home.does(&["undo"]);
    assert_eq!(state(&home), "snoozed");
    home.does(&["alerts", "reopen", "in_1"]);
    assert_eq!(state(&home), "open");
    assert_eq!(home.objects(&["alerts", "ack", "in_9"]).0, 3);
    // All or nothing.
    assert_eq!(home.objects(&["alerts", "close", "in_1", "in_9", "--outcome", "paid"]).0, 3);
    assert_eq!(state(&home), "open");
}

#[test]
fn accounts_are_looked_after_by_the_shell() {
    let home = Home::new();
    home.does(&["risk", "Acme", "high", "--reason", "card expired"]);
    home.does(&["owner", "A-1", "eve@example.com"]);
    home.does(&["note", "A-1", "they want the API first"]);
    home.does(&["task", "A-1", "ask Ana", "--due", "in 3 days"]);
    home.does(&["snooze", "A-1", "--until", "2024-12-18"]);
    let acme = home.json(&["show", "A-1"]);
    assert_eq!((&acme["risk"], &acme["risk_reason"]), (&json!("high"), &json!("card expired")));
    assert_eq!(acme["owner"], "eve@example.com");
    assert_eq!(acme["notes"][0]["text"], "they want the API first");
    assert_eq!(
        (&acme["tasks"][0]["title"], &acme["tasks"][0]["due"]),
        (&json!("ask Ana"), &json!("2024-12-18"))
    );
    assert!(acme["snoozed_until"].is_string());
    assert_eq!(acme["signals"][0]["signal"], "invoice.payment_failed");
    assert_eq!(acme["alerts"][0]["kind"], "failed_payment");
    assert_eq!(acme["traits"]["2. Onboarding Initiated: first entered"], acme["stamps"]["2"]);
    let shown = home.does(&["show", "A-1"]);
    for words in
        ["Snoozed", "card expired", "ask Ana", "due 2024-12-18", "Failed payment of $340", "Payment failed"]
    {
        assert!(shown.contains(words), "{words} in {shown}");
    }

    home.does(&["snooze", "A-1", "--off"]);
    home.does(&["task", "done", "A-1", "Ask Ana"]);
    home.does(&["owner", "A-1", "--none"]);
    home.does(&["risk", "A-1", "none"]);
    let acme = home.json(&["show", "A-1"]);
    assert_eq!((&acme["owner"], &acme["risk"]), (&json!("dana"), &json!("none")));
    assert!(acme["tasks"][0]["done"].is_string() && acme["snoozed_until"].is_null());
    home.does(&["task", "reopen", "A-1", "ask ana"]);
    assert!(home.json(&["show", "A-1"])["tasks"][0]["done"].is_null());
    home.does(&["undo"]);
    assert!(home.json(&["show", "A-1"])["tasks"][0]["done"].is_string());
    assert!(home.does(&["task", "done", "A-1", "ask ana"]).contains("nothing changed"));
}

#[test]
fn what_cannot_be_done_is_said() {
    let home = Home::new();
    for (args, code, words) in [
        (&["task", "A-1", "ask", "--due", "soon"][..], 2, "`soon` is not a time"),
        (&["task", "A-1", " "], 3, "the task is empty"),
        (&["task", "done", "A-1", "nothing like it"], 3, "Acme has no task `nothing like it`"),
        (&["snooze", "A-1", "--until", "2024-12-14"], 2, "`2024-12-14` has passed already"),
        (&["snooze", "A-1"], 2, "--until"),
        (&["note", "A-1", ""], 3, "the note is empty"),
        (&["owner", "A-1"], 2, "NAME"),
        (&["risk", "A-1", "huge"], 2, "huge"),
        (&["risk", "A-1", "high"], 3, "a high payment risk for Acme needs a reason"),
        (&["risk", "A-1", "medium", "--reason", " "], 3, "needs a reason"),
        (&["alerts", "close", "in_1", "--outcome", " "], 2, "add an outcome"),
        (&["playbooks", "off", "relied"], 3, "did you mean `replied`?"),
        (&["playbooks", "off", "outreach"], 3, "`final-outreach-due`"),
        (&["playbooks", "off", "qqqq"], 3, "`playbooks` lists them"),
        (&["explain", "A-1", "relied"], 3, "did you mean `replied`?"),
        (&["explain", "A-9"], 3, "no account `A-9` is known"),
    ] {
        let (ended, said) = home.objects(args);
        assert_eq!(ended, code, "{args:?}: {said}");
        assert!(said.contains(words), "{args:?}: {said}");
    }
}

#[test]
fn playbooks_are_listed_switched_and_explained() {
    let home = Home::new();
    let of = |home: &Home, id: &str| {
        let all = home.json(&["playbooks"]);
        let all = all.as_array().expect("a list").clone();
        all.into_iter().find(|each| each["id"] == id).expect("it is listed")
    };
    assert_eq!(
        (&of(&home, "failed-payment")["fired"], &of(&home, "replied")["fired"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(of(&home, "failed-payment")["last_fired"], "2024-12-15T09:00:00Z");
    home.does(&["playbooks", "off", "Replied"]);
    assert_eq!(of(&home, "replied")["on"], false);
    home.does(&["undo"]);
    assert_eq!(of(&home, "replied")["on"], true);

    let told = home.json(&["explain", "A-1", "final-outreach-due"]);
    assert_eq!(told[0]["verdict"], "waits");
    assert_eq!(told[0]["next"].as_str().map(str::len), Some(20));
    assert_eq!(told[0]["conditions"][0], json!({"holds": true, "text": "it is in 2"}));
    let told = home.does(&["explain", "A-1"]);
    assert!(told.starts_with("Acme (A-1) is in 2. Onboarding Initiated since Sun 15 Dec\n"), "{told}");
    assert!(
        told.contains("Will move it to 3a when they reply; an automatic reply does not count\n"),
        "{told}"
    );
}

#[test]
fn today_is_a_contract() {
    let home = Home::new();
    let today = home.json(&["today"]);
    let row = today[0].as_object().expect("an object");
    assert_eq!(row.keys().collect::<Vec<_>>(), ["group", "id", "name", "next_renewal", "reasons", "stage"]);
    assert_eq!(
        (&row["id"], &row["stage"], &row["next_renewal"]),
        (&json!("A-1"), &json!("2"), &json!("2025-01-20"))
    );
    assert_eq!((&row["group"], &row["reasons"][0]["kind"]), (&json!("urgent"), &json!("open_alert")));
    let shown = home.does(&["today"]);
    assert!(shown.contains("Failed payment of $340"), "{shown}");
    home.does(&["snooze", "A-1", "--until", "tomorrow"]);
    let (code, _, err) = home.run(&["today"]);
    assert_eq!(code, 0);
    assert!(
        err.starts_with("no account needs you now; next is Acme, tomorrow, Mon 16 Dec: Failed payment"),
        "{err}"
    );
    assert_eq!(home.json(&["today"]), json!([]));
    home.does(&["snooze", "A-1", "--until", "tomorrow 15:00"]);
    let (_, _, err) = home.run(&["today"]);
    assert!(
        err.starts_with("no account needs you now; next is Acme, tomorrow, Mon 16 Dec, 15:00: Failed"),
        "{err}"
    );
}

#[test]
fn today_says_what_is_done_and_what_is_left() {
    let home = Home::new();
    assert_eq!(
        home.objects(&["today", "--done", "--color", "always"]),
        (0, "nothing is done today yet".to_owned())
    );
    let shown = home.does(&["today", "--color", "always"]);
    assert!(shown.contains("Urgent · 1"), "{shown}");
    assert!(!home.does(&["today"]).contains("Urgent · 1"), "a pipe has rows alone");
    home.does(&["snooze", "A-1", "--until", "tomorrow"]);
    let (_, _, said) = home.run(&["today"]);
    assert!(said.ends_with("1 done: `gangplank today --done` lists what you did\n"), "{said}");
    let done = home.json(&["today", "--done"]);
    assert_eq!((&done[0]["id"], &done[0]["text"]), (&json!("A-1"), &json!("Snoozed until Mon 16 Dec")));
    assert_eq!(
        done[0].as_object().expect("an object").keys().collect::<Vec<_>>(),
        ["at", "entry", "id", "name", "stage", "text"]
    );
    let shown = home.does(&["today", "--done"]);
    assert!(shown.contains("Snoozed until Mon 16 Dec"), "{shown}");
    assert_eq!(home.json(&["today", "--done", "--where", "stage:1"]), json!([]));
    assert_eq!(home.json(&["today", "--done", "--as", "eve"]), json!([]), "each has a day of their own");
    home.does(&["undo"]);
    assert_eq!(home.json(&["today", "--done"]), json!([]));
}

/// The lines of a table: what is typed, and what comes of it.
fn lines(table: &str) -> Vec<(&str, &str)> {
    let lines = table.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| line.split_once("-> ").expect("TYPED -> MEANT"))
        .map(|(typed, meant)| (typed.trim(), meant))
        .collect()
}

#[test]
fn times_are_read_as_the_tables_say() {
    let zone = chrono_tz::Tz::Europe__Berlin;
    let now = Now { at: "2024-12-15T09:00:00Z".parse().expect("a moment"), zone };
    for (typed, meant) in lines(include_str!("../data/when/good.txt")) {
        let at = when::parse(typed, &now).unwrap_or_else(|error| panic!("{typed}: {error}")).moment(&now);
        assert_eq!(at.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string(), meant, "{typed}");
    }
    for (typed, said) in lines(include_str!("../data/when/bad.txt")) {
        assert_eq!(when::parse(typed, &now).expect_err("no time").to_string(), said, "{typed}");
    }
}

#[test]
fn a_task_is_due_from_its_day_on_and_says_its_time() {
    let now =
        Now { at: "2024-12-15T09:00:00Z".parse().expect("a moment"), zone: chrono_tz::Tz::Europe__Berlin };
    for (typed, days) in [
        ("send the guide", &[][..]),
        (
            "tomorrow 15:00: call them",
            &["call them, due today at 15:00", "call them, due yesterday at 15:00"],
        ),
        ("tomorrow: call them", &["call them", "call them, due yesterday", "call them, due 2 days ago"]),
    ] {
        let mut world = World::of(&[row("acme", "Acme").in_stage("6b")]);
        world.does(&Command::MarkSeen { account: id("acme") });
        world.now = now;
        let (due, title) = when::task(typed, &world.now).expect("a task");
        let change = TaskChange::Add { title: title.into(), due, done_on: Vec::new() };
        world.does(&Command::ChangeTask { account: id("acme"), task: None, change });
        assert_eq!(why(&world), "", "{typed}: not yet");
        for said in days {
            world.minutes_later(24 * 60);
            assert_eq!(why(&world), *said, "{typed}");
        }
    }
}

/// Why the first account that needs a person does.
fn why(world: &World) -> String {
    let rows = today(world.board(), &world.now, &AttentionRules::new(14, 10));
    rows.first().map_or_else(String::new, |row| reasons::text(&row.reasons[0], &world.now))
}

#[test]
fn a_renewal_is_said_in_days_until_it_has_passed() {
    let mut world = World::of(&[row("acme", "Acme")
        .in_stage("1")
        .with(FactKey::NextRenewal, day("2024-12-17"))
        .text(FactKey::Specialist, "dana")]);
    world.does(&Command::MarkSeen { account: id("acme") });
    for said in [
        "Renews in 2 days, no outreach yet",
        "Renews tomorrow, no outreach yet",
        "Renews today, no outreach yet",
        "The renewal date has passed: the next import may bring a new one",
    ] {
        assert_eq!(why(&world), said);
        world.minutes_later(24 * 60);
    }
}
