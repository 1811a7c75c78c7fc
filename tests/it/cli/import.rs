//! `gangplank import`, as a script sees it.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::home::{Ended, run_in};

const EXPORT: &str = include_str!("../data/ravenstack/accounts-export.csv");
const SUBSCRIPTIONS: &str = include_str!("../data/ravenstack/ravenstack_subscriptions.csv");

/// A home of its own, with a file `accounts.csv` in it.
pub(super) struct Home(TempDir);

impl Home {
    pub(super) fn with(file: &str) -> Self {
        let home = Self(TempDir::new().expect("a temporary directory"));
        home.write("accounts.csv", file);
        home
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("the directory takes files");
    }

    fn has(&self, name: &str) -> bool {
        Path::new(&self.path(name)).exists()
    }

    fn run_with(&self, args: &[&str], input: &str) -> Ended {
        run_in(self.0.path(), &[args, &["--as", "ann"]].concat(), input)
    }

    pub(super) fn run(&self, args: &[&str]) -> Ended {
        self.run_with(args, "")
    }

    pub(super) fn json(&self, args: &[&str]) -> Value {
        let (code, out, error) = self.run(args);
        assert_eq!(code, 0, "{error}");
        serde_json::from_str(&out).expect("it prints JSON")
    }

    pub(super) fn import(&self, args: &[&str]) -> Value {
        self.json(&[&["import", "accounts.csv", "--json"], args].concat())
    }

    /// How many rows are rejected where no row is good, which scripts learn from the exit code.
    fn rejects_all(&self, args: &[&str]) -> usize {
        let (code, out, error) = self.run(&[&["import", "accounts.csv", "--json"], args].concat());
        let told =
            "error: no line of accounts.csv could be used: correct the rejected lines and run this again\n";
        assert_eq!((code, error.as_str()), (1, told));
        let said: Value = serde_json::from_str(&out).expect("it prints JSON");
        said["rejected"].as_array().map_or(0, Vec::len)
    }

    fn stage(&self, id: &str) -> Value {
        self.json(&["show", id, "--json"])["stage"].clone()
    }
}

#[test]
fn the_export_goes_in_once() {
    let home = Home::with(EXPORT);
    let first = json!({"read": 500, "new": 500, "updated": 0, "unchanged": 0, "rejected": [], "entered": 212, "stage_differences": [], "unmapped": []});
    let mut tried = home.import(&["--dry-run"]);
    let columns =
        tried.as_object_mut().and_then(|tried| tried.remove("columns")).expect("a dry run names them");
    assert_eq!(columns[0], json!({"header": "External ID", "became": ["external_id"], "sample": "A-2e4581"}));
    assert_eq!(tried, first);
    assert_eq!(home.json(&["list", "--json"]), json!([]), "a dry run writes nothing");
    assert_eq!(home.import(&[]), first);
    let again = json!({"read": 500, "new": 0, "updated": 0, "unchanged": 500, "rejected": [], "entered": 0, "stage_differences": [], "unmapped": []});
    assert_eq!(home.import(&[]), again);
    let log = home.json(&["log", "--json"]);
    assert_eq!(log.as_array().map(Vec::len), Some(1), "the second import appended nothing");
    assert_eq!(log[0]["command"], "import accounts.csv");
}

#[test]
fn the_board_outranks_the_file_unless_told_otherwise() {
    let home = Home::with("id,name,stage\nA,One,2\nB,Two,8. Nowhere\nC,Three,\n");
    let first = home.import(&[]);
    assert_eq!((&first["entered"], &first["unmapped"]), (&json!(2), &json!(["8. Nowhere"])));
    assert_eq!(
        (home.stage("A"), home.stage("B"), home.stage("C")),
        (json!("2"), json!("unmapped"), json!(null))
    );
    home.write("accounts.csv", "id,name,stage\nA,One,3a. Engaged — Email\nB,Two,8. Nowhere\n");
    let (code, out, _) = home.run(&["import", "accounts.csv"]);
    assert_eq!(
        (code, &*out),
        (
            0,
            "2 read · 1 updated · 1 unchanged\n\
             1 account stands elsewhere on the board, which keeps it; --take-stages moves it:\n\
             \u{20} A  board: 2     file: 3a\n\
             No stage is called `8. Nowhere`: its accounts are under Unmapped\n\
             To undo: gangplank undo 2 --as ann\n"
        )
    );
    assert_eq!(home.stage("A"), "2");
    let taken = home.import(&["--take-stages"]);
    assert_eq!((&taken["updated"], &taken["stage_differences"]), (&json!(1), &json!([])));
    assert_eq!(home.stage("A"), "3a");
}

#[test]
fn rejected_rows_are_listed_and_saved_on_request_and_good_ones_go_in() {
    let home = Home::with("id,name,seats\nA,One,1\n,\u{1b}[31mNobody,2\nC,Three,many\n");
    let (code, out, error) = home.run(&["import", "accounts.csv"]);
    assert_eq!(
        (code, &*out),
        (
            0,
            "3 read · 1 new · 2 rejected\n\
             2 rows were rejected:\n\
             \u{20} line 3  no id\n\
             \u{20} line 4  seats: `many`: expected a number\n\
             To undo: gangplank undo 1 --as ann\n"
        ),
        "{error}"
    );
    assert!(!home.has("accounts.rejected.csv"));
    let told = home.import(&["--save-rejected"]);
    assert_eq!(
        told["rejected"],
        json!([{"line": 3, "reason": "no id"}, {"line": 4, "reason": "seats: `many`: expected a number"}])
    );
    let saved = std::fs::read_to_string(home.path("accounts.rejected.csv")).expect("it was saved");
    home.write("accounts.csv", &saved.replace("many", "3"));
    let corrected = home.import(&["--save-rejected=elsewhere.csv"]);
    assert_eq!((&corrected["read"], &corrected["new"]), (&json!(2), &json!(1)));
    assert!(home.has("elsewhere.csv"));
}

#[test]
fn nothing_goes_in_where_the_rejected_rows_cannot_be_saved() {
    let home = Home::with("id,seats\nA,1\nB,many\n");
    let (code, out, error) = home.run(&["import", "accounts.csv", "--save-rejected=nowhere/x.csv"]);
    assert_eq!((code, &*out), (1, ""));
    assert!(
        error.starts_with(
            "error: nothing was imported, as the rejected rows cannot be saved: there is no directory nowhere"
        ),
        "{error}"
    );
    assert_eq!(home.json(&["list", "--json"]), json!([]));
}

#[test]
fn labels_that_are_no_stages_are_counted_where_there_are_many() {
    let row = |number: usize| format!("A-{number},Nowhere {number}\n");
    let home = Home::with(&("id,stage\n".to_owned() + &(0..2000).map(row).collect::<String>()));
    let (code, out, error) = home.run(&["import", "accounts.csv"]);
    assert_eq!(code, 0, "{error}");
    assert!(out.starts_with("2000 read · 2000 new · 2000 entered Unmapped\n"), "{out}");
    let told = "2000 labels are no stages: `Nowhere 0`, `Nowhere 1`, ";
    let line = out.lines().find(|line| line.starts_with(told)).expect(&out);
    assert!(line.contains("`Nowhere 1005`, …"), "{line}");
    assert!(out.lines().count() < 10, "{out}");
}

#[test]
fn a_mapping_is_remembered_for_files_with_the_same_columns() {
    let home = Home::with(SUBSCRIPTIONS);
    home.write(
        "m.toml",
        "newest_by = \"start_date\"\n[columns]\nmrr_amount = [\"mrr\", \"forecasted_mrr\"]\n",
    );
    home.import(&["--mapping", "m.toml", "--dry-run"]);
    assert_eq!(home.rejects_all(&["--dry-run"]), 5000, "a dry run remembers nothing");
    let first = home.import(&["--mapping", "m.toml"]);
    assert_eq!(
        (&first["read"], &first["new"], &first["superseded"]),
        (&json!(5000), &json!(500), &json!(4500))
    );
    let again = home.import(&[]);
    assert_eq!((&again["unchanged"], &again["superseded"]), (&json!(500), &json!(4500)));
    assert_eq!(home.rejects_all(&["--forget-mapping"]), 5000);
    assert_eq!(home.rejects_all(&[]), 5000);
}

#[test]
fn what_cannot_be_read_says_what_to_do() {
    let home = Home::with("id,Renewal\nA,04/05/2024\n");
    home.write("bad.toml", "[columns]\nRenewal = \"next_renewl\"\n");
    home.write("empty.csv", "");
    home.write("nameless.csv", "Company\nAcme\n");
    home.write("broken.json", "[{\"id\":1},\n");
    for (args, code, said) in [
        (
            &["accounts.csv"][..],
            2,
            "error: accounts.csv: column `Renewal`: 04/05/2024 is 4 May 2024 or 5 April 2024: say which with --date-format DD-MM-YYYY or --date-format MM-DD-YYYY\n",
        ),
        (
            &["accounts.csv", "--mapping", "bad.toml"],
            2,
            "error: bad.toml:2: `Renewal`: unknown fact `next_renewl`: did you mean next_renewal?\n",
        ),
        (&["empty.csv"], 1, "error: empty.csv: the file is empty: export it again, with a header line\n"),
        (&["broken.json"], 1, "error: broken.json: line 2: not valid JSON: the file ends too early\n"),
        (
            &["nameless.csv"],
            2,
            "error: nameless.csv: no column has the account's id: found `Company`; write `[columns]` and `\"Company\" = \"external_id\"` in a file, and pass it with --mapping\n",
        ),
        (
            &["-", "--save-rejected"],
            2,
            "error: the standard input has no file name to save beside: write --save-rejected=FILE\n",
        ),
    ] {
        assert_eq!(
            home.run(&[&["import"], args].concat()),
            (code, String::new(), said.to_owned()),
            "{args:?}"
        );
    }
    let (code, _, error) = home.run(&["import", "nowhere.csv"]);
    assert!(code == 1 && error.starts_with("error: there is no file nowhere.csv: "), "{error}");
    let (code, _, error) = home.run(&["import", "accounts.csv", "--date-format", "DD-MM"]);
    assert!(code == 2 && error.contains("write one such as DD-MM-YYYY"), "{error}");
    assert_eq!(home.json(&["list", "--json"]), json!([]));
    assert_eq!(home.import(&["--date-format", "DD/MM/YYYY"])["new"], 1);
    assert_eq!(home.json(&["list", "--json"])[0]["next_renewal"], "2024-05-04");
}

#[test]
fn the_standard_input_is_a_file_too() {
    let home = Home::with("");
    let (code, out, error) =
        home.run_with(&["import", "-", "--json"], "{\"id\":\"A\",\"mrr\":5}\n{\"id\":\"B\"}\n");
    assert_eq!(code, 0, "{error}");
    assert!(out.starts_with("{\"read\":2,\"new\":2,"), "{out}");
}

#[test]
fn owners_seen_for_the_first_time_are_named() {
    let home = Home::with("id,Account Owner\nA,Dana\nB,No owner\nC,dana\nD,Magda\n");
    let (_, out, _) = home.run(&["import", "accounts.csv"]);
    assert!(out.contains("\nOwners seen for the first time: Dana, Magda\n"), "{out}");
    assert_eq!(home.json(&["show", "B", "--json"])["owner"], Value::Null);
    home.write("accounts.csv", "id,Account Owner\nA,DANA\nB,Dnaa\nC,Unassigned\n");
    assert_eq!(home.import(&["--dry-run"])["new_owners"], json!(["Dnaa"]));
}

#[test]
fn a_dry_run_shows_a_value_of_each_column() {
    let home = Home::with("id,MRR (€),created,x\nA,1.5,1728979200,y\nB,2,2024-05-01,\n");
    let (_, out, _) = home.run(&["import", "accounts.csv", "--dry-run"]);
    assert_eq!(
        out,
        "2 read · 2 new\n\
         Kept as extra facts: x\n\
         Kept as an extra fact in 1 row, because it cannot be read: created\n\
         Columns, what they become, and the first value:\n\
         \u{20} id       external_id  A\n\
         \u{20} MRR (€)  mrr          €1.50\n\
         \u{20} created  created      2024-05-01\n\
         This was a dry run: nothing was written.\n"
    );
}

#[test]
fn other_encodings_and_other_files_are_read_or_named() {
    let home = Home::with("");
    let utf_16: Vec<u8> = "\u{feff}id|Name\nA|Café\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(home.path("utf16.csv"), utf_16).expect("the directory takes files");
    std::fs::write(home.path("old.csv"), b"id,Name\nB,Caf\xe9\n").expect("the directory takes files");
    std::fs::write(home.path("book.xlsx"), b"PK\x03\x04....xl/workbook.xml")
        .expect("the directory takes files");
    home.write("login.csv", "<!doctype html><html><title>Sign in</title>");
    home.write("report.csv", "Accounts report\nExported 2024-12-15\n\nExternal ID;Name\nC;Gamma\n");
    home.json(&["import", "utf16.csv", "--json"]);
    home.json(&["import", "old.csv", "--encoding", "windows-1252", "--json"]);
    for id in ["A", "B"] {
        assert_eq!(home.json(&["show", id, "--json"])["name"], "Café");
    }
    for (args, code, said) in [
        (
            &["old.csv"][..],
            2,
            "error: old.csv: line 2 is not UTF-8: save the file as UTF-8 (in a spreadsheet: \"CSV UTF-8\"), or say what it is with --encoding windows-1252\n",
        ),
        (
            &["book.xlsx"],
            1,
            "error: book.xlsx: the file is an Excel workbook (.xlsx): save the sheet as CSV (in a spreadsheet: \"CSV UTF-8\"), and import that file\n",
        ),
        (
            &["login.csv"],
            1,
            "error: login.csv: the file is a web page that asks for a login: sign in, and download the export again\n",
        ),
        (
            &["report.csv"],
            2,
            "error: report.csv: no column has the account's id: found `Accounts report`; line 4 looks like the header: remove the lines above it\n",
        ),
    ] {
        assert_eq!(
            home.run(&[&["import"], args].concat()),
            (code, String::new(), said.to_owned()),
            "{args:?}"
        );
    }
    let (code, _, error) = home.run(&["import", "old.csv", "--encoding", "klingon"]);
    assert!(code == 2 && error.contains("`klingon` is not an encoding"), "{error}");
}

#[test]
fn a_signal_finds_an_account_by_any_of_its_websites() {
    let home = Home::with(
        "External ID,Website URL\nA1,https://www.acme.example/en\nA2,www.beta.example\n\
         A3,gamma.example; gamma-alt.example\n",
    );
    home.import(&[]);
    let signal = |(number, domain): (usize, &str)| {
        json!({"id": format!("e{number}"), "signal": "reply.received", "account": {"domain": domain},
               "at": "2024-12-15T08:00:00Z", "source": "gmail"})
        .to_string()
            + "\n"
    };
    let domains = ["acme.example", "beta.example", "gamma.example", "Gamma-alt.example"];
    home.write("signals.jsonl", &domains.into_iter().enumerate().map(signal).collect::<String>());
    let told = home.json(&["ingest", "signals.jsonl", "--json"]);
    assert_eq!((&told["recorded"], &told["unmatched"]), (&json!(4), &json!(0)), "{told}");
}

#[test]
fn an_export_of_a_known_system_needs_no_mapping() {
    let home = Home::with("");
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/data/systems");
    for file in std::fs::read_dir(dir).expect("a directory").flatten() {
        let path = file.path().display().to_string();
        if file.path().extension().is_some_and(|extension| extension == "txt") {
            continue;
        }
        let told = home.json(&["import", &path, "--json"]);
        assert_eq!(told["rejected"], json!([]), "{path}");
    }
    // Sales or customer success has them already.
    for (file, id) in
        [("vitally.json", "A-2"), ("vitally.json", "A-3"), ("salesforce.csv", "0015g00000FgHiJ")]
    {
        assert_eq!(home.stage(id), Value::Null, "{file}: {id}");
    }
    home.write(
        "accounts.csv",
        "id,forecasted_mrr,csmId,accountExecutiveId,Account Manager,Sales Owner\nN1,340,u1,,,\nN2,340,,u2,,\n\
         N3,340,,,Max,\nN4,340,,,,Eve\nY1,340,,Unassigned,--,No owner\n",
    );
    assert_eq!(home.import(&[])["entered"], 1);
    assert_eq!(home.stage("Y1"), "1");
}

#[test]
fn stamps_and_risk_come_over_from_the_old_system() {
    let home = Home::with(
        "id,name,Onboarding Pipeline,vitally.custom.onboardingInitiatedTimestamp,3a. Engaged — Email: first entered,\
         Payment Risk Assessment,Payment Risk Reason\n\
         A-1,Acme,3a,2024-10-22,2024-11-05T10:00:00Z,High,two cards expired\n\
         A-2,Bolt,2,2024-12-01,,,\n\
         A-3,Cato,2,soon,,perhaps,\n",
    );
    home.import(&[]);
    let shown = home.json(&["show", "A-1", "--json"]);
    for (account, week) in [("A-1", "week 8 of 8"), ("A-2", "week 3 of 8"), ("A-3", "week 1 of 8")] {
        let (_, text, _) = home.run(&["show", account]);
        assert!(text.contains(week), "{text}");
    }
    assert_eq!(
        (&shown["stamps"]["2"], &shown["stamps"]["3a"]),
        (&"2024-10-22T12:00:00Z".into(), &"2024-11-05T10:00:00Z".into())
    );
    assert_eq!(shown["since"], "2024-11-05T10:00:00Z");
    assert_eq!((&shown["risk"], &shown["risk_reason"]), (&"high".into(), &"two cards expired".into()));
    let (_, text, _) = home.run(&["show", "A-1"]);
    assert!(text.contains("2024-10-22 12:00, as imported"), "{text}");
    // What cannot be read costs nothing, and is kept.
    let shown = home.json(&["show", "A-3", "--json"]).to_string();
    assert!(shown.contains("soon") && shown.contains("perhaps"), "{shown}");
    // A file moves no stamp, and assesses no risk, of an account that is known.
    assert_eq!(home.run(&["risk", "A-1", "none"]).0, 0);
    home.write(
        "accounts.csv",
        "id,name,2. Onboarding Initiated: first entered,Payment Risk\nA-1,Acme,2024-01-01,low\n",
    );
    home.import(&[]);
    let shown = home.json(&["show", "A-1", "--json"]);
    assert_eq!((&shown["stamps"]["2"], &shown["risk"]), (&"2024-10-22T12:00:00Z".into(), &"none".into()));
}

/// That it may be the same as another one is settled once they are merged.
#[test]
fn an_account_that_took_over_another_is_missed_too() {
    let head = "External ID,Name,Forecasted MRR,Next Renewal,Stripe ID\n";
    let row = |id: &str, stripe: &str| format!("{id},Account {id},900 USD,2025-03-01,{stripe}\n");
    let home = Home::with(&format!("{head}{}{}", row("A-1", "cus_1"), row("A-2", "cus_2")));
    home.import(&[]);
    home.write("accounts.csv", &format!("{head}{}{}", row("A-1", "cus_1"), row("B-2", "cus_2")));
    home.import(&["--whole"]);
    let (code, _, error) = home.run(&["merge", "A-2", "B-2"]);
    assert_eq!(code, 0, "{error}");
    home.write("accounts.csv", &format!("{head}{}", row("A-1", "cus_1")));
    assert_eq!(home.import(&["--whole"])["left"], json!(["B-2"]));
}

#[test]
fn a_whole_export_names_the_open_accounts_that_left_it() {
    let row = |id: &str| format!("{id},Account {id},900 USD,2025-03-01,ann,\n");
    let file = |ids: &[&str]| {
        let rows: String = ids.iter().map(|id| row(id)).collect();
        format!("External ID,Name,Forecasted MRR,Next Renewal,Specialist,Onboarding Pipeline\n{rows}")
    };
    let all = ["A-1", "A-2", "A-3", "A-4"];
    let home = Home::with(&file(&all));
    home.import(&["--take-stages"]);
    let (code, _, error) = home.run(&["move", "A-4", "6a", "--force", "--reason", "done"]);
    assert_eq!(code, 0, "{error}");
    // What today says of it, at the time of `home` or a later one.
    let asked = |id: &str, more: &[&str]| -> Vec<String> {
        let today = home.json(&[&["today", "--json"], more].concat());
        let rows = today.as_array().expect("a list");
        let reasons = rows.iter().filter(|row| row["id"] == id).filter_map(|row| row["reasons"].as_array());
        let left = reasons.flatten().filter(|reason| reason["kind"] == "left_export");
        left.map(|reason| reason["text"].as_str().expect("a text").to_owned()).collect()
    };
    let words = |day: &str| vec![format!("Not in the last export of accounts.csv, since {day}: churned?")];
    let none = Vec::<String>::new;

    // Without being told, a file may be any part of an export.
    home.write("accounts.csv", &file(&["A-1"]));
    assert_eq!(home.import(&[])["left"], Value::Null);
    assert_eq!(home.import(&["--whole", "--dry-run"])["left"], json!(["A-2", "A-3"]));
    assert_eq!(asked("A-2", &[]), none());
    let said = home.import(&["--whole"]);
    assert_eq!((&said["left"], &said["returned"]), (&json!(["A-2", "A-3"]), &Value::Null), "A-4 is finished");
    assert_eq!(
        (asked("A-2", &[]), asked("A-1", &[]), asked("A-4", &[])),
        (words("Sun 15 Dec"), none(), none())
    );
    let account = home.json(&["show", "A-2", "--json"]);
    assert_eq!(
        (&account["segments"], &account["tasks"]),
        (&json!(["Onboarding Lead"]), &json!([])),
        "it is no segment and no task"
    );

    // It is remembered for files with these columns, said once, and ends when the account is back.
    let later = ["--now", "2024-12-22T09:00:00Z"];
    let (_, out, _) = home.run(&[&["import", "accounts.csv"][..], &later].concat());
    assert!(!out.contains("A-2"), "{out}");
    assert_eq!(asked("A-2", &later), words("Sun 15 Dec"), "since then it is missing");
    home.write("accounts.csv", &file(&["A-1", "A-3"]));
    let (_, out, _) = home.run(&["import", "accounts.csv"]);
    assert!(out.contains("1 account that had left is in this export again: A-3\n"), "{out}");
    assert_eq!((asked("A-3", &[]), asked("A-2", &[])), (none(), words("Sun 15 Dec")));
    home.write("accounts.csv", &file(&["A-1", "A-2"]));
    let (_, out, _) = home.run(&[&["import", "accounts.csv"][..], &later].concat());
    assert!(
        out.contains("1 open account is in this export no longer, and waits in `gangplank today`: A-3\n"),
        "{out}"
    );
    assert_eq!((asked("A-3", &later), asked("A-2", &later)), (words("Sun 22 Dec"), none()));
    home.run(&["undo"]);
    assert_eq!((asked("A-3", &[]), asked("A-2", &[])), (none(), words("Sun 15 Dec")));

    // Whoever knows why it is missing says so, and is not asked again while it is missing.
    let (code, out, error) = home.run(&["dismiss", "A-2", "left_export"]);
    assert!(
        out.starts_with("Account A-2: Dismissed: not in the last export of accounts.csv"),
        "{code} {out}{error}"
    );
    home.write("accounts.csv", &file(&["A-1", "A-3"]));
    home.import(&[]);
    assert_eq!(asked("A-2", &later), none());
    home.run(&["undo"]);
    assert_eq!(asked("A-2", &[]), words("Sun 15 Dec"));
    home.run(&["dismiss", "A-2"]);
    assert_eq!(asked("A-2", &[]), none(), "without a kind, it is what today asks");
    let (code, _, error) = home.run(&["dismiss", "A-2"]);
    assert_eq!(code, 1, "{error}");
    home.write("accounts.csv", &file(&["A-1", "A-2", "A-3"]));
    home.import(&[]);
    home.write("accounts.csv", &file(&["A-1", "A-3"]));
    home.import(&[]);
    assert_eq!(asked("A-2", &[]), words("Sun 15 Dec"), "it was back meanwhile");

    // One that is finished asks nothing, and asks again once it goes on.
    home.run(&["record", "A-2", "subscription.canceled"]);
    assert_eq!(asked("A-2", &[]), none());
    home.run(&["undo"]);

    // A rejected row may be any account's, so nothing is said of those that are not in the file.
    home.write("accounts.csv", &(file(&["A-1"]) + ",No id,1 USD,2025-03-01,ann,\n"));
    let (_, out, _) = home.run(&["import", "accounts.csv"]);
    assert!(
        out.contains("Because rows were rejected, accounts that left the export were not looked for.\n"),
        "{out}"
    );
    assert_eq!(asked("A-3", &[]), none());
    // An account that came from no file is in no export.
    home.write("accounts.csv", &file(&["A-1", "A-2", "A-3"]));
    home.import(&["--forget-mapping"]);
    home.write("accounts.csv", &file(&["A-1"]));
    assert_eq!(home.import(&[])["left"], Value::Null, "it is forgotten");
    home.write("map.toml", "whole = true\n");
    assert_eq!(home.import(&["--mapping", "map.toml"])["left"], json!(["A-2", "A-3"]));
}

#[test]
fn a_new_account_that_may_be_a_known_one_is_named_as_a_possible_duplicate() {
    let head = "External ID,Name,Domain,Contacts,Stripe ID\n";
    let home = Home::with(&format!(
        "{head}A-1,Acme,acme.example,,cus_1\nA-2,Bolt,,ann@bolt.example,\nA-3,Cato,cato.example,,\nA-4,Dune,two.example,,\n\
         A-5,Dune 2,two.example,,\nA-6,Elm,elm.example,,\n"
    ));
    assert_eq!(home.import(&[])["possible_duplicates"], Value::Null, "nobody is known yet");
    home.write(
        "accounts.csv",
        &format!(
            "{head}B-1,Acme Inc,,,cus_1\nB-2,Bolt,,ANN@bolt.example,\nB-3,Cato,cato.example,,\nB-4,Dune,two.example,,\n\
             A-6,Elm,elm.example,,\nB-6,Elm East,elm.example,,\nB-7,New,new.example,,\n"
        ),
    );
    let wanted = json!([
        {"id": "B-1", "known": "A-1", "same": "stripe cus_1"},
        {"id": "B-2", "known": "A-2", "same": "ANN@bolt.example"},
        {"id": "B-3", "known": "A-3", "same": "cato.example"},
    ]);
    assert_eq!(
        home.import(&["--dry-run"])["possible_duplicates"],
        wanted,
        "of two, none is guessed; A-6 is in the file"
    );
    let (_, out, _) = home.run(&["import", "accounts.csv"]);
    let line =
        "B-1 is new and may be A-1, which also has stripe cus_1: `gangplank merge A-1 B-1` makes them one\n";
    assert!(out.contains(line), "{out}");
    // Today asks on the newer account, while either is open.
    let asked = || -> Vec<String> {
        let today = home.json(&["today", "--json"]);
        let of_row = |row: &Value| {
            let reasons = row["reasons"].as_array().expect("a list").iter();
            let those = reasons.filter(|reason| reason["kind"] == "possible_duplicate");
            those
                .map(|reason| format!("{}: {}", row["id"].as_str().expect("an id"), reason["text"]))
                .collect::<Vec<_>>()
        };
        let mut asked: Vec<_> = today.as_array().expect("a list").iter().flat_map(of_row).collect();
        asked.sort();
        asked
    };
    assert_eq!(asked(), [""; 0], "they are all off the board");
    for id in ["A-1", "B-2", "B-3"] {
        assert_eq!(home.run(&["move", id, "1"]).0, 0);
    }
    let wanted = [
        "B-1: \"Possibly the same as Acme (A-1), judging by the stripe id: merge?\"",
        "B-2: \"Possibly the same as Bolt (A-2), judging by the contacts: merge?\"",
        "B-3: \"Possibly the same as Cato (A-3), judging by the domain: merge?\"",
    ];
    assert_eq!(asked(), wanted);
    // It ends with a merge either way, with what no longer is the same, and when a person says that it is another one.
    assert_eq!(home.run(&["merge", "A-1", "B-1"]).0, 0);
    assert_eq!(asked(), wanted[1..]);
    assert_eq!(home.run(&["undo"]).0, 0);
    assert_eq!(asked(), wanted);
    assert_eq!(home.run(&["merge", "B-1", "A-1"]).0, 0);
    let (_, out, _) = home.run(&["dismiss", "B-2", "possible_duplicate"]);
    assert!(out.starts_with("Bolt: Not the same as A-2"), "{out}");
    assert_eq!(asked(), wanted[2..]);
    assert_eq!(home.run(&["record", "A-3", "facts.changed", "--fact", "domain=another.example"]).0, 0);
    assert_eq!(asked(), [""; 0]);
    assert_eq!(home.import(&[])["possible_duplicates"], Value::Null, "they are known by now");
}

#[test]
fn what_is_dated_before_2000_is_taken_for_a_mistake() {
    let home = Home::with(
        "id,name,Next Renewal Date,Created\nA-1,Acme,1899-12-30,\nA-2,Bolt,,1998-05-01\nA-3,Cato,0024-10-15,\nA-4,Dune,1998-05-01,\n",
    );
    let told = home.import(&[]);
    let reasons: Vec<_> =
        told["rejected"].as_array().into_iter().flatten().map(|row| row["line"].clone()).collect();
    assert_eq!(reasons, [json!(2), json!(4), json!(5)], "{told}");
    assert!(
        told["rejected"][2]["reason"].as_str().is_some_and(|text| text.contains("a date before 2000")),
        "{told}"
    );
    // When they became a customer decides nothing, so it costs nothing.
    assert!(home.json(&["show", "A-2", "--json"]).to_string().contains("1998-05-01"));
    let (code, _, error) = home.run(&["record", "A-2", "outreach.sent", "--at", "0024-10-15 10:00"]);
    assert_eq!(code, 2, "{error}");
    let line = r#"{"id":"e1","signal":"outreach.sent","account":{"external_id":"A-2"},"at":"0024-10-15T10:00:00Z","source":"x"}"#;
    let (code, out, error) = home.run_with(&["ingest", "-"], line);
    assert!(code != 0 && format!("{out}{error}").contains("a time since the year 2000"), "{out}{error}");
}

/// What is not done is not said as if it were.
#[test]
fn a_dry_run_says_what_would_enter() {
    let home = Home::with("id,Onboarding Pipeline,plan\nA,2,boost\nB,2,boost\n");
    let (_, out, _) = home.run(&["import", "accounts.csv", "--dry-run"]);
    assert!(out.starts_with("2 read · 2 new · 2 would enter stage 2\n"), "{out}");
    let (_, out, _) = home.run(&["import", "accounts.csv"]);
    assert!(out.starts_with("2 read · 2 new · 2 entered stage 2\n"), "{out}");
}
