//! The command line, by the real binary: every verb, its exit codes, and the JSON it promises.

use std::io::Read;
use std::process::{Command as Process, Stdio};

use gangplank::state::{Command as Wish, Risk, RiskLevel};
use gangplank::text::{self, width};

use crate::support::home::{Home, NOW, account, uncolored};

#[test]
fn list_says_what_it_promises() {
    let home = Home::new();
    insta::assert_snapshot!(home.says(&["list", "--json"]), @r#"
    [
    {"id":"A-2","name":"Bolt","stage":"3a","since":"2024-12-15T09:00:00Z","segments":["100-500 Onboarding"],"owner":null,"risk":"none","forecasted_mrr":{"minor":50000,"currency":"USD"},"next_renewal":"2024-12-20","stamps":{"3":"2024-12-15T09:00:00Z","3a":"2024-12-15T09:00:00Z"},"traits":{"3a. Engaged — Email: first entered":"2024-12-15T09:00:00Z","Bucket 3: first entered":"2024-12-15T09:00:00Z"}},
    {"id":"A-1","name":"Acme","stage":"1","since":"2024-12-15T09:00:00Z","segments":["Onboarding Lead"],"owner":null,"risk":"none","forecasted_mrr":{"minor":83600,"currency":"USD"},"next_renewal":"2024-12-22","stamps":{"1":"2024-12-15T09:00:00Z"},"traits":{"1. New Account: first entered":"2024-12-15T09:00:00Z"}},
    {"id":"A-4","name":"Dune","stage":null,"since":null,"segments":[],"owner":null,"risk":"none","forecasted_mrr":{"minor":9000,"currency":"USD"},"next_renewal":"2025-01-31","stamps":{},"traits":{}},
    {"id":"A-3","name":"Crate","stage":"unmapped","since":"2024-12-15T09:00:00Z","segments":[],"owner":null,"risk":"none","forecasted_mrr":null,"next_renewal":null,"stamps":{},"traits":{}}
    ]
    "#);
}

#[test]
fn list_is_plain_when_piped_and_aligned_for_the_eye() {
    let home = Home::new();
    insta::assert_snapshot!(home.says(&["list"]).replace('\t', "|"), @r#"
    NAME|ID|STAGE|FORECAST|RENEWAL|DAYS|WEEK|OWNER|RISK
    Bolt|A-2|3a. Engaged — Email|$500|2024-12-20|5|1||
    Acme|A-1|1. New Account|$836|2024-12-22|7|||
    Dune|A-4|off the board|$90|2025-01-31|47|||
    Crate|A-3|Unmapped: Somewhere else||||||
    "#);
    let aligned = home.says(&["list", "--color", "always"]);
    insta::assert_snapshot!(uncolored(&aligned), @r#"
    NAME   ID   STAGE                     FORECAST  RENEWAL     DAYS  WEEK  OWNER  RISK
    Bolt   A-2  3a. Engaged — Email           $500  2024-12-20     5     1
    Acme   A-1  1. New Account                $836  2024-12-22     7
    Dune   A-4  off the board                  $90  2025-01-31    47
    Crate  A-3  Unmapped: Somewhere else
    "#);
    assert!(!uncolored(&aligned).contains(" \n"), "no spaces at the end of a line: {aligned:?}");
    assert!(aligned.contains("\x1b[1;31m2024-12-22"), "a renewal within ten days is pressing: {aligned:?}");
    assert!(!home.says(&["list", "--color", "never"]).contains('\x1b'));
}

#[test]
fn list_narrows_by_stage() {
    let home = Home::new();
    for (stage, ids) in [
        ("3a", &["A-2"][..]),
        ("3", &["A-2"]),
        ("Engaged - Email", &["A-2"]),
        ("1", &["A-1"]),
        ("6", &[]),
        ("none", &["A-4"]),
        ("unmapped", &["A-3"]),
    ] {
        let listed = home.json(&["list", "--json", "--stage", stage]);
        let listed: Vec<_> =
            listed.as_array().expect("an array").iter().map(|account| &account["id"]).collect();
        assert_eq!(listed, ids, "{stage}");
    }
    let said = home.complains(&["list", "--stage", "8"], 2);
    assert!(said.contains("`8` is not a stage: use one of 1, 2, 3a"), "{said}");
}

#[test]
fn show_says_what_it_promises() {
    let home = Home::new();
    home.says(&["move", "A-1", "2", "--reason", "wrote to them"]);
    home.submit(&Wish::AddNote { account: id("A-1"), text: "Runs two clusters.\nWants a call.".into() });
    home.submit(&Wish::SetRisk {
        account: id("A-1"),
        risk: Risk { level: RiskLevel::High, reason: Some("silent".into()) },
    });
    insta::assert_snapshot!(home.says(&["show", "A-1", "--json"]), @r#"
    {"id":"A-1","name":"Acme","stage":"2","since":"2024-12-15T09:00:00Z","segments":["Onboarding Lead"],"owner":null,"risk":"high","forecasted_mrr":{"minor":83600,"currency":"USD"},"next_renewal":"2024-12-22","stamps":{"1":"2024-12-15T09:00:00Z","2":"2024-12-15T09:00:00Z"},"traits":{"1. New Account: first entered":"2024-12-15T09:00:00Z","2. Onboarding Initiated: first entered":"2024-12-15T09:00:00Z"},"facts":{"name":{"value":"Acme","source":"import accounts.csv","at":"2024-12-15T09:00:00Z"},"forecasted_mrr":{"value":{"minor":83600,"currency":"USD"},"source":"import accounts.csv","at":"2024-12-15T09:00:00Z"},"next_renewal":{"value":"2024-12-22","source":"import accounts.csv","at":"2024-12-15T09:00:00Z"}},"history":[{"seq":1,"at":"2024-12-15T09:00:00Z","by":"dana","from":null,"to":"1","cause":"playbook:new-non-startup","reason":null},{"seq":2,"at":"2024-12-15T09:00:00Z","by":"dana","from":"1","to":"2","cause":"hand","reason":"wrote to them"}],"notes":[{"at":"2024-12-15T09:00:00Z","by":"dana","text":"Runs two clusters.\nWants a call."}],"engaged":null,"risk_reason":"silent","signals":[],"calls":[],"tasks":[],"points":[],"refunds":[],"alerts":[],"snoozed_until":null,"cover":null,"reasons":[{"kind":"inconsistent","text":"The stage is 2, but no outreach is recorded"},{"kind":"inconsistent","text":"No owner"}]}
    "#);
    insta::assert_snapshot!(home.says(&["show", "acme", "--now", "2024-12-20T12:00:00Z"]), @r#"
    Acme  A-1
    Stage           2. Onboarding Initiated, since 2024-12-15 10:00 (5 days)
    Engagement      week 1 of 8
    Next renewal    2024-12-22, in 2 days
    Forecasted MRR  $836
    Payment risk    high: silent
    Segments        Onboarding Lead

    Needs a person today
      The stage is 2, but no outreach is recorded
      No owner

    Facts
      Name            Acme        import accounts.csv, 2024-12-15 10:00
      Forecasted MRR  $836        import accounts.csv, 2024-12-15 10:00
      Next renewal    2024-12-22  import accounts.csv, 2024-12-15 10:00

    First entered
      1  2024-12-15 10:00
      2  2024-12-15 10:00

    Timeline
      2024-12-15 10:00  #4  Payment risk: none → high: silent · dana
      2024-12-15 10:00  #3  Note: Runs two clusters. · dana
                              Wants a call.
      2024-12-15 10:00  #2  2. Onboarding Initiated, from 1 on the same day · dana
                              “wrote to them”
      2024-12-15 10:00  #1  1. New Account, onto the board · dana, playbook new-non-startup (Facts updated)
      2024-12-15 10:00  #1  Added to Onboarding Lead · dana, playbook new-non-startup
      2024-12-15 10:00  #1  3 facts added · dana, import accounts.csv
                              Name: Acme
                              Forecasted MRR: $836
                              Next renewal: Sun 22 Dec
      2024-12-15 10:00  #1  Account added · dana
    "#);
}

#[test]
fn the_week_ends_with_the_engagement() {
    let home = Home::new();
    home.says(&["move", "A-1", "2"]);
    assert!(home.says(&["show", "A-1"]).contains("week 1 of 8"));
    home.says(&["move", "A-1", "6a"]);
    assert!(!home.says(&["show", "A-1"]).contains("week"), "onboarding is over");
}

#[test]
fn an_account_is_found_by_its_id_or_its_whole_name() {
    let home = Home::new();
    home.import(&[account("A-5", "acme", None, None), account("Bolt", "Another", None, None)]);
    assert_eq!(home.json(&["show", "Bolt", "--json"])["name"], "Another", "an id comes before a name");
    assert_eq!(home.json(&["show", "DUNE", "--json"])["id"], "A-4");
    assert_eq!(
        home.complains(&["show", "ACME"], 2),
        "error: 2 accounts are called Acme: use an id: A-1, A-5"
    );
    assert_eq!(
        home.complains(&["show", "A-"], 3),
        "no account `A-` is known: look it up with `list`, or import it"
    );
}

#[test]
fn a_move_is_kept_undone_and_done_again() {
    let home = Home::new();
    let stage = || home.json(&["show", "A-1", "--json"])["stage"].clone();
    assert_eq!(
        home.says(&["move", "A-1", "2"]),
        "Acme → 2. Onboarding Initiated; left 1 with 5 open points (billing limits, …) (#2); undo with `gangplank undo 2`\n"
    );
    assert_eq!(stage(), "2");
    assert_eq!(
        home.says(&["move", "acme", "onboarding initiated"]),
        "Acme is already in 2. Onboarding Initiated; nothing changed\n"
    );
    assert_eq!(
        home.complains(&["undo", "--as", "eve"], 3),
        "nothing to undo: no change by `eve` is left to undo"
    );
    assert_eq!(home.says(&["undo"]), "Undid #2: Acme → 1. New Account (#3); redo with `gangplank redo 2`\n");
    assert_eq!(stage(), "1");
    assert!(home.says(&["redo"]).ends_with("undo with `gangplank undo 4`\n"));
    assert_eq!(stage(), "2");
    assert!(
        home.says(&["--as", "Eve O'Hara", "move", "A-1", "5"])
            .ends_with("`gangplank undo 5 --as 'Eve O'\\''Hara'`\n")
    );
}

#[test]
fn a_move_against_the_rules_is_refused_unless_forced_with_a_reason() {
    let home = Home::new();
    let said = home.complains(&["move", "A-2", "6a"], 3);
    assert_eq!(
        said,
        "Bolt engaged with us, so 6a does not fit: move it to 6b, or force the move with a reason"
    );
    assert!(home.complains(&["move", "A-2", "6a", "--force"], 2).contains("--reason"));
    assert!(
        home.complains(&["move", "A-2", "6a", "--force", "--reason", " "], 3)
            .starts_with("a forced move of Bolt needs a reason")
    );
    assert!(home.complains(&["move", "A-2", "9"], 3).contains("`9` is not a stage"));
    home.says(&["move", "A-2", "6a", "--force", "--reason", "wrong person"]);
    let history = &home.json(&["show", "A-2", "--json"])["history"];
    let last = history.as_array().and_then(|items| items.last()).expect("a last step");
    assert_eq!((&last["cause"], &last["reason"]), (&"forced".into(), &"wrong person".into()));
}

#[test]
fn log_tells_everything_in_order() {
    let home = Home::new();
    home.says(&["move", "A-1", "2"]);
    home.says(&["undo"]);
    insta::assert_snapshot!(uncolored(&home.says(&["log", "--color", "always"])), @r#"
    SEQ  TIME              BY    COMMAND              WHAT HAPPENED
      1  2024-12-15 10:00  dana  import accounts.csv  4 accounts added, 3 entered the board (playbooks new-non-startup moved 1: Facts updated; segment-100-500: Facts updated)
      2  2024-12-15 10:00  dana  move A-1 2           Acme → 2. Onboarding Initiated
      3  2024-12-15 10:00  dana  undo                 Undid #2: Acme → 1. New Account
    "#);
    insta::assert_snapshot!(home.says(&["log", "--json", "--limit", "2"]), @r#"
    [
    {"seq":2,"at":"2024-12-15T09:00:00Z","by":"dana","command":"move A-1 2","events":[{"account":"A-1","moved":{"from":{"stage":"1","since":"2024-12-15T09:00:00Z"},"to":{"stage":"2","since":"2024-12-15T09:00:00Z"},"cause":"hand"}},{"account":"A-1","stamp_set":{"stamp":"2","at":"2024-12-15T09:00:00Z"}},{"account":"A-1","seen":{"from":null,"to":"2024-12-15T09:00:00Z"}}]},
    {"seq":3,"at":"2024-12-15T09:00:00Z","by":"dana","command":"undo","events":[{"account":"A-1","seen":{"from":"2024-12-15T09:00:00Z","to":null}},{"account":"A-1","stamp_removed":{"stamp":"2","at":"2024-12-15T09:00:00Z"}},{"account":"A-1","moved":{"from":{"stage":"2","since":"2024-12-15T09:00:00Z"},"to":{"stage":"1","since":"2024-12-15T09:00:00Z"},"cause":"undo:2"}}]}
    ]
    "#);
    assert_eq!(home.says(&["log", "-n", "1"]).lines().count(), 2, "a header and an entry");
}

#[test]
fn stages_are_counted() {
    let home = Home::new();
    let stages = home.json(&["stages", "--json"]);
    assert_eq!(stages.as_array().expect("an array").len(), 12);
    assert_eq!(
        home.says(&["stages", "--json"]).lines().nth(3),
        Some(
            r#"{"id":"3a","label":"3a. Engaged — Email","bucket":"3","phase":"engaged","accounts":1,"checklist":null},"#
        )
    );
    let plain = home.says(&["stages"]);
    assert!(plain.contains("1\t1. New Account\t1\topen\t1\n"), "{plain}");
    assert!(plain.ends_with("unmapped\tlabels of no stage\t\t\t1\nnone\toff the board\t\t\t1\n"), "{plain}");
}

#[test]
fn paths_name_the_files_and_reading_makes_none() {
    let home = Home::empty();
    let paths = home.json(&["paths", "--json"]);
    assert_eq!(paths[0]["path"], home.data().display().to_string());
    assert_eq!((&paths[3]["what"], &paths[3]["exists"]), (&"settings".into(), &true.into()));
    for verb in [&["list"][..], &["list", "--json"], &["log"], &["stages"], &["paths"]] {
        home.says(verb);
    }
    assert!(!home.data().exists(), "reading writes nothing");
}

#[test]
fn flags_stand_before_or_after_the_verb_and_win_over_the_environment() {
    let home = Home::new();
    let days = |args: &[&str]| {
        let said = home.says(args);
        said.lines().nth(1).and_then(|line| line.split('\t').nth(5)).map(str::to_owned)
    };
    assert_eq!(days(&["list"]).as_deref(), Some("5"));
    assert_eq!(days(&["--now", "2024-12-19T09:00:00Z", "list"]).as_deref(), Some("1"));
    assert_eq!(days(&["list", "--now", "2024-12-19T09:00:00Z"]).as_deref(), Some("1"));
    // Days are counted in the business zone: it is already the 20th in Berlin.
    assert_eq!(days(&["list", "--now", "2024-12-19T23:30:00Z"]).as_deref(), Some("0"));
    let elsewhere = home.0.path().join("elsewhere").display().to_string();
    assert_eq!(home.says(&["--data-dir", &elsewhere, "list", "--json"]), "[]\n");
    assert_eq!(home.says(&["list", "--json", "--data-dir", &elsewhere]), "[]\n");
}

#[test]
fn the_environment_counts_where_it_says_something() {
    let home = Home::new();
    let with = |name: &str, value: &str, args: &[&str]| {
        let output = home.gangplank(args).env(name, value).output().expect("it runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it speaks UTF-8");
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    for name in ["GANGPLANK_NOW", "GANGPLANK_AS", "GANGPLANK_DATA_DIR", "GANGPLANK_CONFIG_DIR"] {
        let (code, _, error) = with(name, "", &["paths"]);
        assert_eq!((code, &*error), (Some(0), ""), "{name} says nothing");
    }
    let (code, _, error) = with("GANGPLANK_NOW", "tomorrow", &["list"]);
    assert_eq!(code, Some(2));
    assert!(error.starts_with("error: the environment variable GANGPLANK_NOW: "), "{error}");
    assert_eq!(with("GANGPLANK_NOW", "tomorrow", &["list", "--now", NOW]).0, Some(0), "a flag wins");
    let (_, said, _) = with("GANGPLANK_AS", "eve", &["move", "A-1", "2"]);
    assert!(said.ends_with("undo with `gangplank undo 2`\n"), "the variable is still set then: {said}");
    assert_eq!(home.json(&["log", "--json", "-n", "1"])[0]["by"], "eve");
    let said = home.complains(&["move", "A-1"], 2);
    assert!(said.contains("write `gangplank move ACCOUNT… STAGE`"), "{said}");
}

#[test]
fn wrong_usage_is_told_apart_from_other_errors() {
    let home = Home::new();
    assert!(home.complains(&["fly"], 2).contains("fly"));
    assert!(home.complains(&["list", "--now", "tomorrow"], 2).contains("like 2024-12-15T09:00:00Z"));
    assert!(home.complains(&["list", "--as", "clock"], 2).contains("write another name"));
    assert!(home.complains(&["--demo", "list"], 2).contains("leave out the command"));
    let said = home.complains(&[], 2);
    assert!(
        said.starts_with("error: the board needs a terminal; without one, use `gangplank list`"),
        "{said}"
    );

    home.config("pipeline.toml", "engagement_target_weeks = 0\n");
    let said = home.complains(&["list"], 2);
    assert!(
        said.contains("pipeline.toml:1: `engagement_target_weeks`: an engagement lasts at least a week"),
        "{said}"
    );
}

#[test]
fn damage_is_said_and_repair_keeps_every_whole_entry() {
    let home = Home::new();
    home.says(&["move", "A-1", "2"]);
    home.says(&["move", "A-1", "5"]);
    let journal = home.data().join("journal.jsonl");
    let mut lines: Vec<Vec<u8>> = std::fs::read(&journal)
        .expect("a journal")
        .split_inclusive(|b| *b == b'\n')
        .map(<[u8]>::to_vec)
        .collect();
    let middle = lines[2].len() / 2;
    lines[2][middle] ^= 1;
    lines[2][middle - 9] ^= 1;
    std::fs::write(&journal, lines.concat()).expect("it can be written to");
    let damaged = std::fs::read(&journal).expect("a journal");
    // What is whole is read.
    let output = home.gangplank(&["list"]).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && said.contains("line 3") && said.contains("gangplank repair"),
        "{said}"
    );
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("A-1"));
    let said = home.complains(&["note", "A-1", "they called"], 1);
    assert!(said.contains("damaged at line 3") && said.contains("gangplank repair"), "{said}");
    // What needs no accounts works all the same.
    home.says(&["paths"]);
    home.says(&["completions", "bash"]);
    let shown = home.says(&["repair", "--dry-run"]);
    assert!(
        shown.contains("kept: 2 whole entries") && shown.contains("#2: 1 entry; perhaps about"),
        "{shown}"
    );
    // Without a terminal nothing is asked.
    let output = home.gangplank(&["repair"]).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(1) && said.contains("gangplank repair --yes"), "{said}");
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().last(), shown.lines().rev().nth(1));
    let json = home.json(&["repair", "--dry-run", "--json"]);
    assert_eq!(
        (&json["damaged"], &json["repaired"], &json["kept"]),
        (&true.into(), &false.into(), &2.into())
    );
    assert_eq!(json["lost"][0]["accounts"], serde_json::json!(["A-1"]));
    assert_eq!(std::fs::read(&journal).expect("a journal"), damaged);
    // It waits for others who write, as long as it is told to.
    let lock = std::fs::File::open(home.data().join("lock")).expect("there is one");
    lock.lock().expect("nobody holds it");
    let output = home.gangplank(&["repair", "--yes", "--wait", "0"]).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(1) && said.contains("is locked by"), "{said}");
    assert_eq!(std::fs::read(&journal).expect("a journal"), damaged);
    drop(lock);
    let said = home.says(&["repair", "--yes"]);
    assert!(said.contains("repaired; the damaged journal is kept as"), "{said}");
    assert_eq!(home.json(&["show", "A-1", "--json"])["stage"], "5");
    assert!(home.says(&["log"]).contains("A change was lost to damage; perhaps about"));
    home.says(&["note", "A-1", "it goes on"]);
    assert!(home.says(&["repair"]).starts_with("the journal is not damaged"));
}

#[test]
fn a_reader_that_leaves_ends_it_quietly() {
    let home = Home::empty();
    let rows: Vec<_> =
        (0..4000).map(|n| account(&format!("A-{n}"), &format!("Company {n}"), None, None)).collect();
    home.import(&rows);
    for args in [&["list"][..], &["list", "--json"], &["log", "--json"], &["completions", "zsh"], &["--help"]]
    {
        let mut command = Process::new(env!("CARGO_BIN_EXE_gangplank"));
        command
            .args(args)
            .env("GANGPLANK_DATA_DIR", home.data())
            .env("GANGPLANK_CONFIG_DIR", home.0.path().join("config"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut process = command.spawn().expect("it runs");
        // Gone before the first line, as `| true` is.
        drop(process.stdout.take());
        let mut said = String::new();
        process.stderr.take().expect("piped").read_to_string(&mut said).expect("it speaks UTF-8");
        assert_eq!((process.wait().expect("it ends").code(), said.as_str()), (Some(0), ""), "{args:?}");
    }
}

#[test]
fn hostile_names_neither_misalign_a_list_nor_reach_the_terminal_raw() {
    let home = Home::empty();
    let names = [
        "\x1b[31mred\x1b]0;owned\x07",
        "\u{202e}gnp.exe\u{2066}",
        "株式会社テスト",
        "Cafe\u{301} \u{200b}Zu\u{308}rich\u{feff}",
        "👨\u{200d}👩\u{200d}👧 family ☎\u{fe0f} 🇩🇪",
        "tab\there\r\nand there\u{2028}and\u{85}there",
        "\u{9b}31m c1 \u{7f}",
        "Acme",
    ];
    let rows: Vec<_> = names
        .iter()
        .enumerate()
        .map(|(n, name)| account(&format!("A-{n}"), name, Some("83600"), Some("2024-12-22")))
        .collect();
    home.import(&rows);
    for args in [
        &["list", "--color", "always"][..],
        &["list"],
        &["show", "A-0"],
        &["show", "A-5"],
        &["log"],
        &["move", "A-1", "2"],
    ] {
        let said = uncolored(&home.says(args));
        for line in said.lines() {
            let line = line.replace('\t', " ");
            assert_eq!(text::clean(&line), line, "{args:?}");
        }
    }
    // Every id starts in the same cell.
    let said = uncolored(&home.says(&["list", "--color", "always"]));
    let starts: Vec<_> =
        said.lines().skip(1).map(|line| width(line.split("A-").next().unwrap_or_default())).collect();
    assert_eq!(starts, vec![starts[0]; names.len()], "{said}");
    // Scripts get the very names, in bytes a terminal survives.
    let json = home.says(&["list", "--json"]);
    assert!(
        !json.chars().any(|c| (c.is_control() && c != '\n') || text::is_bidi_control(c) || c == '\u{2028}'),
        "{json:?}"
    );
    let json: serde_json::Value = serde_json::from_str(&json).expect("it says JSON");
    for (n, name) in names.iter().enumerate() {
        let listed =
            json.as_array().expect("an array").iter().find(|account| account["id"] == format!("A-{n}"));
        assert_eq!(listed.map(|account| &account["name"]), Some(&serde_json::Value::from(*name)));
    }
}

#[test]
fn completions_are_printed_for_every_shell() {
    let home = Home::empty();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(home.says(&["completions", shell]).contains("gangplank"), "{shell}");
    }
}

fn id(text: &str) -> gangplank::state::AccountId {
    gangplank::state::AccountId::new(text)
}
