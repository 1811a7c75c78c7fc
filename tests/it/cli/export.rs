//! `gangplank export`: what it writes is what an import reads, whatever is in it.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use gangplank::cli::export::{sorted, write_csv, write_json};
use gangplank::intake::{self, ImportOptions, Mapping};
use gangplank::state::{
    Account, AccountFacts, Board, Command as Wish, FactKey, FactValue, Money, Placement, Risk, RiskLevel,
    Stamp,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::home::{Ended, run_in};
use crate::support::{World, amount, forced, id, import, moved, note, pipeline, row, team_board};

/// What an export must bring back of an account.
#[derive(Debug, PartialEq)]
struct Known {
    facts: gangplank::state::FactValues,
    placement: Option<Placement>,
    segments: Vec<String>,
    owner: Option<String>,
    stamps: BTreeMap<Stamp, DateTime<Utc>>,
    risk: Risk,
}

fn known(board: &Board) -> BTreeMap<String, Known> {
    let of = |account: &Account| {
        let facts = account.facts.iter().map(|(key, fact)| (key.clone(), fact.value.clone()));
        // The stage is compared as such, and whoever owns the account stands for the specialist.
        let facts = facts.filter(|(key, _)| !matches!(key, FactKey::StageLabel | FactKey::Specialist));
        Known {
            facts: facts.collect(),
            placement: account.placement.clone(),
            segments: account.segments.iter().map(ToString::to_string).collect(),
            owner: account.owner().map(str::to_owned),
            stamps: account.stamps.clone().into_iter().collect(),
            risk: account.risk.clone(),
        }
    };
    board.accounts().map(|account| (account.id.to_string(), of(account))).collect()
}

fn csv(board: &Board) -> String {
    let mut out = Vec::new();
    write_csv(&mut out, board, &sorted(board), false).expect("memory takes it");
    String::from_utf8(out).expect("it is UTF-8")
}

fn json(board: &Board) -> String {
    let mut out = Vec::new();
    write_json(&mut out, board).expect("memory takes it");
    String::from_utf8(out).expect("it is UTF-8")
}

/// What a file says; every row of it is understood.
fn read(file: &str) -> Vec<AccountFacts> {
    let options = ImportOptions { pipeline: Some(pipeline()), ..ImportOptions::default() };
    let reading = intake::read(file.as_bytes(), &options, &Mapping::default());
    let reading = reading.unwrap_or_else(|error| panic!("{error}\n{file}"));
    assert_eq!(reading.rejected, [], "{file}");
    reading.rows.to_vec()
}

/// Asserts that a fresh board learns the same from either export of `board`.
fn comes_back(board: &Board) {
    for file in [csv(board), json(board)] {
        let mut fresh = World::without_playbooks();
        fresh.now.at += TimeDelta::days(60);
        fresh.tries(&import(&read(&file))).expect("the board does not mind");
        assert_eq!(known(fresh.board()), known(board), "{file}");
    }
}

#[test]
fn a_board_comes_back_from_its_export() {
    let mut world = team_board();
    comes_back(world.board());
    world.does(&forced("hive", "3a", "they wrote"));
    comes_back(world.board());
}

#[test]
fn amounts_numbers_and_lists_come_back_exactly() {
    let money =
        |minor, currency: &str| FactValue::Money(Money::new(minor, currency.parse().expect("three letters")));
    let list = |items: &[&str]| FactValue::List(items.iter().map(|item| (*item).into()).collect());
    let mut rows = vec![
        row("1", "Three decimals").with(FactKey::Mrr, money(1_234, "KWD")),
        row("2", "Two currencies")
            .with(FactKey::ForecastedMrr, amount("836.50 EUR"))
            .with(FactKey::UpcomingInvoice, amount("-12 CHF"))
            .with(FactKey::Credits, money(-1, "EUR")),
        row("3", "None at all").with(FactKey::Ltv, money(123_456, "JPY")),
        row("4", "In no list").with(FactKey::Mrr, money(5_000, "BTC")).with(FactKey::Ltv, amount("1 USD")),
        row("5", "Counts")
            .with(FactKey::HealthScore, FactValue::Number(1.234))
            .with(FactKey::UsersCount, FactValue::Number(-12_345.0))
            .with(FactKey::Delinquent, FactValue::Flag(false)),
        row("6", "People")
            .with(FactKey::Contacts, list(&["a@x.com", "Ann Lee"]))
            .with(FactKey::OtherId("billing".into()), FactValue::Text("0012".into()))
            .with(FactKey::OtherId("stripe".into()), FactValue::Text("cus_1".into())),
    ];
    rows[5].segments = ["Onboarding Lead", "A, B; C", "[x]"].map(Into::into).to_vec();
    let world = World::of(&rows);
    comes_back(world.board());
    let file = csv(world.board());
    for cell in ["1.2340", "-12.00 CHF", "-0.01", "123456", r#"""currency"":""BTC"""#, "-12345", "cus_1"] {
        assert!(file.contains(cell), "{cell}: {file}");
    }
}

/// Names made to break files, spreadsheets and terminals.
const HOSTILE: [&str; 12] = [
    "=HYPERLINK(\"http://evil\",\"x\")",
    "+49 30 1234",
    "-2+3",
    "@SUM(A1)",
    "'=1",
    "'Twas",
    "say \"hi\", or; not\nnext line\r\nend",
    "\u{1b}[2J\u{1b}]0;owned\u{7}",
    "\u{202e}lmx\u{2066}",
    "None",
    "NA",
    "＝1＋1",
];

#[test]
fn hostile_names_come_back_and_no_cell_runs() {
    let rows: Vec<_> = HOSTILE
        .iter()
        .zip(100..)
        .map(|(name, number)| {
            let mut row = row(&number.to_string(), name)
                .text(FactKey::Region, name)
                .text(FactKey::Extra(name.replace(['\n', '\r'], " ").into()), name);
            row.segments = vec![(*name).replace(['\n', '\r'], " ").into()];
            row
        })
        .filter(|row| row.segments[0].as_ref() != "None" && row.segments[0].as_ref() != "NA")
        .collect();
    let mut world = World::of(&rows);
    let reason = Some("=cmd|' /C calc'!A0".into());
    world.does(&Wish::SetRisk { account: id("100"), risk: Risk { level: RiskLevel::High, reason } });
    comes_back(world.board());
    let file = csv(world.board());
    let mut table = csv::ReaderBuilder::new().has_headers(false).from_reader(file.as_bytes());
    for record in table.records() {
        for cell in &record.expect("every line has all columns") {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋']), "{cell:?}");
        }
    }
    let mut shown = Vec::new();
    write_csv(&mut shown, world.board(), &sorted(world.board()), true).expect("memory takes it");
    let shown = String::from_utf8(shown).expect("it is UTF-8");
    assert!(!shown.contains(['\u{1b}', '\u{7}', '\r', '\u{202e}']), "{shown:?}");
    assert_eq!(shown.lines().count(), 1 + world.board().len());
}

#[test]
fn what_only_the_board_knows_is_said() {
    let mut world = World::of(&[row("a", "Acme").in_stage("1"), row("z", "Zoo")]);
    world.does(&moved("a", "2"));
    world.does(&note("a", "not for export"));
    let reason = Some("card expired".into());
    world.does(&Wish::SetRisk { account: id("a"), risk: Risk { level: RiskLevel::Low, reason } });
    world.does(&Wish::AssignOwner { account: id("a"), owner: Some("eve".into()) });
    let file = csv(world.board());
    let mut table = csv::Reader::from_reader(file.as_bytes());
    let titles = table.headers().expect("a header").clone();
    let acme = table.records().next().expect("an account").expect("a whole one");
    let cell = |title: &str| {
        let place = titles.iter().position(|known| known == title);
        acme[place.unwrap_or_else(|| panic!("no column {title} in {titles:?}"))].to_owned()
    };
    for (title, says) in [
        ("External ID", "a"),
        ("Onboarding Pipeline", "2. Onboarding Initiated"),
        ("Onboarding Pipeline Since", "2024-12-15T09:00:00Z"),
        ("Onboarding Payment Risk", "low"),
        ("Onboarding Payment Risk Reason", "card expired"),
        ("Specialist", "eve"),
        ("1. New Account: first entered", "2024-12-15T09:00:00Z"),
        ("2. Onboarding Initiated: first entered", "2024-12-15T09:00:00Z"),
        ("Bucket 3: first entered", ""),
        ("3a. Engaged — Email: first entered", ""),
        ("7. Paid call purchased: first entered", ""),
    ] {
        assert_eq!(cell(title), says, "{title}");
    }
    let keys: Vec<_> = read(&file)[0].facts.keys().cloned().collect();
    assert_eq!(keys, [FactKey::Name, FactKey::Specialist]);
    let said: Value = serde_json::from_str(&json(world.board())).expect("it is JSON");
    assert_eq!(
        said[0],
        json!({"external_id": "a", "name": "Acme", "stage_label": "2. Onboarding Initiated",
            "since": "2024-12-15T09:00:00Z", "segments": [], "specialist": "eve", "risk": "low",
            "risk_reason": "card expired",
            "stamps": {"1": "2024-12-15T09:00:00Z", "2": "2024-12-15T09:00:00Z"}})
    );
}

/// Any text made of what files, spreadsheets and readers trip over.
fn text() -> impl Strategy<Value = String> {
    const PARTS: [&str; 34] = [
        "=",
        "+",
        "-",
        "@",
        "'",
        "\"",
        ",",
        ";",
        "\t",
        "\r",
        "\n",
        " ",
        "a",
        "B",
        "null",
        "None",
        "1",
        ".",
        "é",
        "\u{202e}",
        "\u{1b}[1m",
        "＝",
        "|",
        "[",
        "]",
        "{}",
        "NA",
        "sep=",
        "extra.",
        "id.",
        ": first entered",
        "\u{feff}",
        "MRR",
        "column 3",
    ];
    proptest::collection::vec(proptest::sample::select(&PARTS[..]), 0..6).prop_map(|parts| parts.concat())
}

/// An account as some JSON export may have it.
fn account() -> impl Strategy<Value = Value> {
    let currency = proptest::sample::select(&["USD", "EUR", "JPY", "KWD", "BTC"][..]);
    let money = (-10_000_000_000_i64..10_000_000_000, currency)
        .prop_map(|(minor, currency)| json!({"minor": minor, "currency": currency}));
    let amounts = (proptest::option::of(money.clone()), proptest::option::of(money));
    let texts = (text(), text(), text(), text());
    let lists = (proptest::collection::vec(text(), 0..3), proptest::collection::vec(text(), 0..3));
    let rest = (any::<i32>(), -20_000_000_i64..20_000_000, any::<bool>(), 0_u32..20_000);
    let extras = proptest::collection::btree_map(text(), text(), 0..4);
    (amounts, texts, lists, rest, extras).prop_map(|(amounts, texts, lists, rest, extras)| {
        let date = chrono::NaiveDate::from_ymd_opt(2001, 1, 1).expect("a day");
        let mut object = json!({
            "Forecasted MRR": amounts.0, "Upcoming Invoice": amounts.1,
            "Name": texts.0, "Plan": texts.1, "Owner": texts.2, "Onboarding Pipeline": texts.3,
            "Segments": lists.0, "Contacts": lists.1,
            "Users Count": rest.0, "Health Score": f64::from(i32::try_from(rest.1).expect("small")) / 1000.0,
            "Delinquent": rest.2, "Next Renewal": date + chrono::Days::new(rest.3.into()),
        });
        for (name, value) in extras {
            object[format!("x{name}")] = value.clone().into();
            object[name] = value.into();
        }
        object
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_was_imported_comes_back_from_its_export(accounts in proptest::collection::vec(account(), 1..4)) {
        let accounts: Vec<_> = accounts.into_iter().zip(0..).map(|(mut account, number)| {
            account["External ID"] = format!("id {number}").into();
            account
        }).collect();
        let file = Value::from(accounts).to_string();
        if let Ok(reading) = intake::read(file.as_bytes(), &ImportOptions::default(), &Mapping::default()) {
            let mut world = World::without_playbooks();
            world.tries(&import(&reading.rows)).expect("the board does not mind");
            comes_back(world.board());
        }
    }
}

/// A home of its own.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(TempDir::new().expect("a temporary directory"))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn run(&self, store: &str, args: &[&str]) -> Ended {
        let store = self.path().join(store).display().to_string();
        run_in(self.path(), &[args, &["--data-dir", &store, "--as", "ann"]].concat(), "")
    }

    fn says(&self, store: &str, args: &[&str]) -> String {
        let (code, out, error) = self.run(store, args);
        assert_eq!(code, 0, "{args:?}: {error}");
        out
    }
}

#[test]
fn a_real_export_makes_the_same_store_again() {
    let home = Home::new();
    let file = include_str!("../data/ravenstack/accounts-export.csv");
    std::fs::write(home.path().join("raven.csv"), file).expect("it can be written");
    home.says("first", &["import", "raven.csv"]);
    let csv = home.says("first", &["export", "--csv"]);
    assert_eq!(csv.lines().count(), 501);
    for (format, name, store) in [("--csv", "out.csv", "second"), ("--json", "out.json", "third")] {
        let (code, out, said) = home.run("first", &["export", format, name]);
        assert_eq!((code, out.as_str(), said), (0, "", format!("500 accounts are in {name}\n")));
        let summary: Value =
            serde_json::from_str(&home.says(store, &["import", name, "--json"])).expect("it is JSON");
        assert_eq!((&summary["new"], &summary["rejected"]), (&json!(500), &json!([])));
        assert_eq!(home.says(store, &["export", "--csv"]), csv);
        let again: Value =
            serde_json::from_str(&home.says(store, &["import", name, "--json"])).expect("it is JSON");
        assert_eq!((&again["unchanged"], &again["stage_differences"]), (&json!(500), &json!([])));
        for what in ["none", "1", "unmapped"] {
            let list = ["list", "--json", "--stage", what];
            assert_eq!(home.says(store, &list), home.says("first", &list));
        }
    }
}

#[test]
fn a_file_that_is_there_is_replaced_only_when_told_to() {
    let home = Home::new();
    let file = home.path().join("out.csv");
    std::fs::write(home.path().join("in.csv"), "id,name\nA,Acme\n").expect("it can be written");
    home.says("store", &["import", "in.csv"]);
    std::fs::write(&file, "mine").expect("it can be written");
    let taken = (1, String::new(), "error: out.csv is there already: --force replaces it\n".to_owned());
    assert_eq!(home.run("store", &["export", "--csv", "out.csv"]), taken);
    assert_eq!(std::fs::read_to_string(&file).expect("it can be read"), "mine");
    home.says("store", &["export", "--csv", "--force", "out.csv"]);
    assert!(std::fs::read_to_string(&file).expect("it can be read").starts_with("\u{feff}External ID,Name,"));
    assert_eq!(home.run("store", &["export", "--json", "no/such/out.json"]).0, 1);
    assert_eq!(home.run("store", &["export", "out.csv"]).0, 2, "csv or json is to be said");
    assert_eq!(home.run("store", &["export", "--csv", "--json"]).0, 2);
    assert_eq!(home.says("empty", &["export", "--json", "-"]), "[]\n");
    let left: Vec<_> = std::fs::read_dir(home.path())
        .expect("it can be listed")
        .map(|entry| entry.expect("it can be listed").file_name().to_string_lossy().into_owned())
        .filter(|name| name.contains(".tmp"))
        .collect();
    assert_eq!(left, [""; 0]);
}

#[cfg(unix)]
#[test]
fn a_replaced_file_keeps_its_links_its_mode_and_its_owner() {
    use std::fs;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
    let home = Home::new();
    let at = |name: &str| home.path().join(name);
    let mode = |name: &str| fs::metadata(at(name)).expect("it is there").mode() & 0o7777;
    fs::write(at("a.csv"), "External ID,Name\nA-1,Acme\n").expect("it can be written");
    home.says("data", &["import", "a.csv"]);
    let exported = home.says("data", &["export", "--csv"]);
    let is_whole =
        |name: &str| assert_eq!(fs::read_to_string(at(name)).expect("it is there"), exported, "{name}");
    let old = |name: &str, mode: u32| {
        fs::write(at(name), "old").expect("it can be written");
        fs::set_permissions(at(name), fs::Permissions::from_mode(mode)).expect("it is ours");
    };
    let export = |name: &str| home.says("data", &["export", "--csv", name, "--force"]);

    home.says("data", &["export", "--csv", "new.csv"]);
    assert_eq!(mode("new.csv"), 0o600, "customers' data, for its owner only");

    // A link, a link to a link in another directory, and one that leads to nothing yet.
    fs::create_dir(at("share")).expect("it is new");
    old("share/real.csv", 0o640);
    symlink("share/real.csv", at("latest.csv")).expect("it is new");
    symlink("../latest.csv", at("share/again.csv")).expect("it is new");
    symlink("share/later.csv", at("dangling.csv")).expect("it is new");
    for (link, file) in [
        ("latest.csv", "share/real.csv"),
        ("share/again.csv", "share/real.csv"),
        ("dangling.csv", "share/later.csv"),
    ] {
        if at(file).exists() {
            old(file, 0o640);
        }
        export(link);
        assert!(fs::symlink_metadata(at(link)).expect("it is there").is_symlink(), "{link}");
        is_whole(file);
    }
    assert_eq!((mode("share/real.csv"), mode("share/later.csv")), (0o640, 0o600));

    for wanted in [0o640, 0o664, 0o604, 0o600] {
        old("own.csv", wanted);
        export("own.csv");
        is_whole("own.csv");
        assert_eq!(mode("own.csv"), wanted);
    }
    // Only a superuser may give a file away.
    if chown(at("own.csv"), Some(12_345), Some(12_346)).is_ok() {
        export("own.csv");
        let kept = fs::metadata(at("own.csv")).expect("it is there");
        assert_eq!((kept.uid(), kept.gid(), kept.mode() & 0o777), (12_345, 12_346, 0o600));
    }

    old("one.csv", 0o644);
    fs::hard_link(at("one.csv"), at("other.csv")).expect("they are on one disk");
    export("one.csv");
    is_whole("other.csv");

    // The rejected rows of an import are customers' data, too.
    fs::write(at("b.csv"), "External ID,Name,Created\nA-2,Bolt,2024-10-15\n,Cato,2024-10-16\n")
        .expect("written");
    home.says("data", &["import", "b.csv", "--save-rejected"]);
    assert_eq!(mode("b.rejected.csv"), 0o600);
    // Nobody's corrections are overwritten, and no link leads elsewhere.
    fs::write(at("b.rejected.csv"), "corrected").expect("written");
    symlink("nowhere.csv", at("b.rejected-2.csv")).expect("it is new");
    let told = home.run("data", &["import", "b.csv", "--save-rejected"]).2;
    assert!(told.contains("b.rejected-3.csv"), "{told}");
    assert_eq!(fs::read_to_string(at("b.rejected.csv")).expect("it is there"), "corrected");
    assert_eq!(mode("b.rejected-3.csv"), 0o600);
    for name in ["b.rejected.csv", "b.rejected-2.csv"] {
        let (code, _, told) = home.run("data", &["import", "b.csv", &format!("--save-rejected={name}")]);
        assert_eq!(code, 1, "{told}");
        assert!(told.contains("nothing was imported") && told.contains("name another file"), "{told}");
    }
    assert!(!at("nowhere.csv").exists());

    let left: Vec<_> =
        fs::read_dir(home.path()).expect("it is there").map(|it| it.expect("listed").file_name()).collect();
    let drafts = left.iter().filter(|name| name.to_string_lossy().contains("tmp")).count();
    assert_eq!(drafts, 0, "{left:?}");
}

#[cfg(unix)]
#[test]
fn what_is_no_regular_file_is_written_into() {
    use std::os::unix::fs::FileTypeExt;
    let home = Home::new();
    std::fs::write(home.path().join("a.csv"), "External ID,Name\nA-1,Acme\n").expect("it can be written");
    home.says("data", &["import", "a.csv"]);
    let exported = home.says("data", &["export", "--csv"]);
    let pipe = home.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("it runs").success());
    std::os::unix::fs::symlink("pipe", home.path().join("link")).expect("it is new");
    for args in [&["pipe", "--force"][..], &["pipe"], &["link", "--force"]] {
        let path = pipe.clone();
        let (heard, hear) = std::sync::mpsc::channel();
        std::thread::spawn(move || heard.send(std::fs::read_to_string(path)));
        home.says("data", &[&["export", "--csv"], args].concat());
        assert!(std::fs::metadata(&pipe).expect("it is there").file_type().is_fifo(), "{args:?}");
        let read = hear.recv_timeout(std::time::Duration::from_secs(20)).expect("the reader ends");
        assert_eq!(read.expect("it can be read"), exported, "{args:?}");
    }
    let (code, out, _) = home.run("data", &["export", "--csv", "/dev/stdout"]);
    assert_eq!((code, out), (0, exported));
}

#[test]
fn spreadsheets_see_that_a_csv_export_is_utf_8() {
    let home = Home::new();
    let at = |name: &str| home.path().join(name);
    std::fs::write(at("a.csv"), "External ID,Name,Onboarding Pipeline\nA-1,Café Zürich,3a\n")
        .expect("written");
    home.says("data", &["import", "a.csv"]);
    let piped = home.says("data", &["export", "--csv"]);
    assert!(piped.starts_with("\u{feff}External ID,Name,"), "{piped}");
    let plain = home.says("data", &["export", "--csv", "--no-bom"]);
    assert_eq!(format!("\u{feff}{plain}"), piped);
    home.says("data", &["export", "--csv", "out.csv"]);
    assert_eq!(std::fs::read_to_string(at("out.csv")).expect("it is there"), piped);
    home.says("data", &["export", "--csv", "out.csv", "--no-bom", "--force"]);
    assert_eq!(std::fs::read_to_string(at("out.csv")).expect("it is there"), plain);
    assert!(home.says("data", &["export", "--json"]).starts_with('['), "JSON never has one");
    for accounts in [&[][..], &["--accounts"]] {
        let forecast = |more: &[&str]| home.says("data", &[&["forecast", "--csv"], accounts, more].concat());
        assert_eq!(forecast(&[]), format!("\u{feff}{}", forecast(&["--no-bom"])));
    }
    // The rejected rows are opened in a spreadsheet to be corrected, and read again.
    std::fs::write(at("b.csv"), "External ID,Name\nA-2,Bolt\n,Café\n").expect("it can be written");
    home.says("data", &["import", "b.csv", "--save-rejected"]);
    let rejected = std::fs::read_to_string(at("b.rejected.csv")).expect("it is there");
    assert!(rejected.starts_with("\u{feff}Rejected line,"), "{rejected}");
    let (code, _, said) = home.run("data", &["import", "b.csv", "--no-bom"]);
    assert_eq!(code, 2, "{said}");
}
