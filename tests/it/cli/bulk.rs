//! Verbs about several accounts: named, on the standard input or by a query; one entry and one undo.

use serde_json::json;

use crate::support::World;
use crate::support::home::{Home, account};

fn stages(home: &Home) -> String {
    let all = home.json(&["list", "--json"]);
    let all = all.as_array().expect("a list").iter();
    let mut stages: Vec<String> = all
        .map(|it| format!("{}:{}", it["id"].as_str().unwrap_or(""), it["stage"].as_str().unwrap_or("-")))
        .collect();
    stages.sort();
    stages.join(" ")
}

fn owners(home: &Home) -> String {
    let all = home.json(&["list", "--json"]);
    let all = all.as_array().expect("a list").iter();
    let mut owners: Vec<String> = all
        .map(|it| format!("{}:{}", it["id"].as_str().unwrap_or(""), it["owner"].as_str().unwrap_or("-")))
        .collect();
    owners.sort();
    owners.join(" ")
}

#[test]
fn what_is_set_comes_last_and_all_of_it_is_one_entry() {
    let home = Home::new();
    let said = home.says(&["owner", "A-1", "Bolt", "A-4", "eve@example.com"]);
    assert!(said.starts_with("3 accounts: Owner set to eve@example.com (#2); undo with "), "{said}");
    assert_eq!(owners(&home), "A-1:eve@example.com A-2:eve@example.com A-3:- A-4:eve@example.com");
    home.says(&["undo"]);
    assert_eq!(owners(&home), "A-1:- A-2:- A-3:- A-4:-");
    home.says(&["redo"]);
    assert_eq!(owners(&home), "A-1:eve@example.com A-2:eve@example.com A-3:- A-4:eve@example.com");
    let log = home.json(&["log", "--json", "-n", "3"]);
    assert_eq!(log[0]["command"], "owner 3 accounts");
}

#[test]
fn a_query_or_the_standard_input_says_whom() {
    let home = Home::new();
    home.says(&["owner", "dan", "--where", "stage:1 or stage:3a"]);
    assert_eq!(owners(&home), "A-1:dan A-2:dan A-3:- A-4:-");
    home.gangplank(&["owner", "-", "--none"]).write_stdin("A-1\n\n Bolt \nA-1\n").assert().success();
    assert_eq!(owners(&home), "A-1:- A-2:- A-3:- A-4:-");
    let error = home.complains(&["owner", "A-1", "dan", "--where", "stage:1"], 2);
    assert!(error.contains("`A-1` and --where: name accounts or write a query"), "{error}");
    for query in ["", " ", "()", "-"] {
        let error = home.complains(&["owner", "dan", "--where", query], 2);
        assert!(error.starts_with("error: --where: "), "{query}: {error}");
    }
    home.gangplank(&["owner", "-", "bo"]).write_stdin("\u{feff}A-1\r\n").assert().success();
    home.says(&["undo"]);
    let error = home.complains(&["owner", "A-1", "A-9", "dan"], 3);
    assert!(error.contains("no account `A-9` is known"), "{error}");
    assert_eq!(owners(&home), "A-1:- A-2:- A-3:- A-4:-", "nothing half done");
    assert_eq!(home.says(&["owner", "dan", "--where", "stage:7"]), "No account matches; nothing changed\n");
}

#[test]
fn who_is_refused_is_left_out_and_reported() {
    let home = Home::new();
    let before = stages(&home);
    let all = ["move", "A-1", "A-2", "A-3", "2"];
    let dry = home.json(&[&all[..], &["--dry-run", "--json"]].concat());
    assert_eq!((&dry["entry"], &dry["changed"]), (&json!(null), &json!(["A-1", "A-3"])));
    assert_eq!(dry["refused"][0]["id"], "A-2");
    assert_eq!(stages(&home), before);
    let said = home.says(&[&all[..], &["--dry-run"]].concat());
    assert!(
        said.starts_with("Would do: 2 accounts → 2. Onboarding Initiated; 1 account leaves a stage with open points; 1 account is refused"),
        "{said}"
    );

    let output = home.gangplank(&all).output().expect("it runs");
    let (said, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && said.contains("; 1 account is refused (#2); undo with"), "{said}");
    assert!(error.starts_with("A-2: "), "{error}");
    assert_eq!(stages(&home), "A-1:2 A-2:3a A-3:2 A-4:-");
    let again = home.json(&[&all[..], &["--json"]].concat());
    assert_eq!((&again["entry"], &again["same"]), (&json!(null), &json!(["A-1", "A-3"])));
    home.says(&["undo"]);
    assert_eq!(stages(&home), before);
    // Nothing done for anybody is a refusal.
    let output = home.gangplank(&["risk", "A-1", "A-2", "high"]).output().expect("it runs");
    assert_eq!(output.status.code(), Some(3), "{output:?}");
}

#[test]
fn every_verb_takes_several() {
    let home = Home::new();
    let two = ["A-1", "A-2"];
    for (verb, rest) in [
        ("snooze", &["--until", "2024-12-18"][..]),
        ("record", &["outreach.sent"]),
        ("record", &["facts.changed", "--fact", "plan=boost", "--fact", "region="]),
        ("task", &["ask for a call", "--due", "fri"]),
        ("risk", &["high", "--reason", "late twice"]),
        ("note", &["they like tea"]),
        ("segment", &["VIP"]),
        ("segment", &["vip", "--leave"]),
        ("move", &["4a", "--force", "--reason", "they talked at the fair"]),
    ] {
        let said = home.json(&[&[verb], &two[..], rest, &["--json"]].concat());
        assert_eq!(said["changed"], json!(two), "{verb}: {said}");
        let bulk = [&[verb], rest, &["--where", "id:A-1 or id:A-2", "--dry-run", "--json"]].concat();
        let said = home.json(&bulk);
        assert_eq!(said["entry"], json!(null), "{verb}");
    }
    assert_eq!(home.json(&["show", "A-2", "--json"])["notes"][0]["text"], "they like tea");
    let error = home.complains(&["record", "A-1", "A-2", "outreach.sent", "--id", "evt-1"], 2);
    assert!(error.contains("--id evt-1 names one signal"), "{error}");
}

#[test]
fn thousands_are_one_entry() {
    let home = Home::empty();
    let rows: Vec<_> = (0..3_000)
        .map(|n| account(&format!("A-{n:04}"), &format!("Account {n}"), Some("83600"), Some("2024-12-22")))
        .collect();
    home.import(&rows);
    let said = home.json(&["owner", "dan", "--where", "stage:1 owner:none", "--json"]);
    assert_eq!((said["entry"].as_u64(), said["changed"].as_array().map(Vec::len)), (Some(2), Some(3_000)));
    home.says(&["undo"]);
    assert_eq!(home.json(&["list", "--json", "--where", "owner:any"]), json!([]));
}

/// The property behind it: what is shown beforehand for each is what becomes of all.
#[test]
fn a_preview_is_what_is_done() {
    use gangplank::playbook::bulk::{Preview, preview};
    use gangplank::state::Batch;

    use crate::support::{moved, person, playbooks, team_board};
    let mut world: World = team_board();
    let ids: Vec<String> = world.board().accounts().map(|account| account.id.to_string()).collect();
    for stage in ["2", "3a", "6a", "7"] {
        let parts: Vec<_> = ids.iter().map(|id| vec![moved(id, stage)]).collect();
        let previews = preview(world.board(), &playbooks(), &parts, &person("dana"), world.now);
        let changes: Vec<_> =
            parts.iter().zip(&previews).filter(|(_, it)| matches!(it, Preview::Changes(_))).collect();
        let commands: Vec<_> = changes.iter().flat_map(|(part, _)| (*part).clone()).collect();
        if commands.is_empty() {
            continue;
        }
        let count = commands.len();
        world.does(&Batch { words: "move".into(), commands });
        let there = ids.iter().filter(|id| world.stage(id) == stage).count();
        let same = previews.iter().filter(|it| **it == Preview::Same).count();
        assert_eq!(there, count + same, "{stage}");
        assert!(previews.iter().any(|it| matches!(it, Preview::Refused(_))) || stage == "7" || stage == "2");
    }
}

/// Whoever merged two accounts still has scripts that name the old one.
#[test]
fn an_id_that_was_merged_leads_to_the_account() {
    let home = Home::new();
    home.says(&["merge", "A-2", "A-1"]);
    assert_eq!(home.json(&["show", "A-2", "--json"])["id"], "A-1");
    home.says(&["owner", "A-2", "eve"]);
    home.says(&["note", "A-2", "A-1", "they like tea"]);
    assert_eq!(owners(&home), "A-1:eve A-3:- A-4:-");
    let notes = home.json(&["show", "A-1", "--json"])["notes"].as_array().map(Vec::len);
    assert_eq!(notes, Some(1), "it is one account, and gets one note");
}

#[test]
fn what_was_said_of_no_account_is_named_when_it_is_undone() {
    let home = Home::new();
    let line = r#"{"id":"e1","signal":"reply.received","account":{"email":"x@nowhere.example"},"at":"2024-12-15T08:00:00Z","source":"gmail"}"#;
    home.gangplank(&["ingest", "-"]).write_stdin(format!("{line}\n")).assert().success();
    let said = home.says(&["undo"]);
    assert!(said.contains("Signal removed: Reply received (x@nowhere.example)"), "{said}");
}

#[test]
fn where_no_account_matches_that_is_said() {
    let home = Home::new();
    for verb in ["list", "forecast"] {
        assert_eq!(home.told(&[verb, "--where", "stage:7"]), "no account matches", "{verb}");
    }
    home.says(&["record", "A-2", "invoice.payment_failed", "--invoice", "in_1", "--amount", "340 USD"]);
    assert_eq!(home.told(&["alerts", "--where", "stage:1"]), "no alert of these accounts is open");
}

/// Alerts follow the owner of one of them, which is no reason to say less of all.
#[test]
fn what_happened_to_all_is_said_although_more_happened_to_some() {
    let home = Home::new();
    home.says(&["record", "A-2", "invoice.payment_failed", "--invoice", "in_1", "--amount", "340 USD"]);
    let said = home.says(&["owner", "A-1", "A-2", "eve"]);
    assert!(said.starts_with("2 accounts: Owner set to eve (#3)"), "{said}");
    let said = home.says(&["undo"]);
    assert!(said.starts_with("Undid #3: 2 accounts: Owner removed (#4)"), "{said}");
}

#[test]
fn several_owners_get_the_accounts_by_turns() {
    let home = Home::new();
    home.says(&["owner", "dan,eve", "--where", "owner:none"]);
    assert_eq!(owners(&home), "A-1:dan A-2:eve A-3:dan A-4:eve");
    home.says(&["undo"]);
    assert_eq!(owners(&home), "A-1:- A-2:- A-3:- A-4:-");
}
