//! Signals: the format of a line, the exact words for what is refused, and the verbs that take signals in.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use gangplank::intake::signals::{self, COMMON, MAX_LINE, SCHEMA};
use gangplank::state::AccountRef;
use gangplank::state::values::signal::{SignalData, SignalKind};
use gangplank::state::{AccountLookup, FactKey, FactValue};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::home::{Ended, run_in};
use crate::support::{World, amount, day, id, import, row};

const EXPORT: &str = include_str!("../data/ravenstack/accounts-export.csv");

/// The lines everybody knows from the documentation, and what they need to find their accounts.
const LINES: &str = r#"{"id":"evt-1","signal":"call.booked","account":{"external_id":"A-2e4581"},"at":"2024-12-16T10:00:00Z","by":"dan@example.com","source":"calendly","call_id":"c-9","starts_at":"2024-12-18T15:00:00Z","ends_at":"2024-12-18T15:30:00Z"}
{"id":"evt-2","signal":"invoice.payment_failed","account":{"email":"billing@example.com"},"at":"2024-12-16T11:00:00Z","source":"stripe","invoice":"in_1","amount":{"minor":34000,"currency":"USD"},"attempt":2,"next_attempt":"2024-12-19T11:00:00Z"}
{"id":"evt-3","signal":"invoice.upcoming","account":{"id":{"stripe":"cus_1"}},"at":"2024-12-16T12:00:00Z","source":"stripe","subscription":"sub_1","period_end":"2024-12-30","amount":{"minor":410000,"currency":"USD"}}
"#;
const KNOWN: &str = r#"{"id":"crm-1","signal":"facts.changed","account":{"external_id":"A-43a9e3"},"at":"2024-12-15T09:00:00Z","source":"crm","facts":{"admin_emails":["Billing@example.com"],"id.stripe":"cus_1"}}
"#;

/// A line about account A-1, with `more` fields.
fn line(word: &str, more: &str) -> String {
    format!(
        r#"{{"id":"1","signal":"{word}","account":{{"external_id":"A-1"}},"at":"2024-12-16T10:00:00Z","source":"s"{more}}}"#
    )
}

/// What each kind needs besides the common fields.
fn needs(kind: SignalKind) -> &'static str {
    match kind {
        SignalKind::OutreachSent
        | SignalKind::ReplyReceived
        | SignalKind::CallHeld
        | SignalKind::CallNoShow
        | SignalKind::FinalOutreachSent
        | SignalKind::SubscriptionCanceled
        | SignalKind::PaidCallPurchased => "",
        SignalKind::CallBooked | SignalKind::CallRescheduled => {
            r#","call_id":"c","starts_at":"2024-12-18T15:00:00Z","ends_at":"2024-12-18T16:30:00+01:00""#
        }
        SignalKind::EmailBounced => r#","to":"jane@acme.example""#,
        SignalKind::CallCanceled | SignalKind::CallNoShowWithdrawn => r#","call_id":"c""#,
        SignalKind::SubscriptionCancelScheduled => r#","subscription":"s","period_end":"2024-12-30""#,
        SignalKind::SubscriptionCancelWithdrawn => r#","subscription":"s""#,
        SignalKind::Handoff => r#","by":"dan","reason":"large and steady""#,
        SignalKind::InvoiceUpcoming => {
            r#","subscription":"s","period_end":"2024-12-30","amount":{"minor":1,"currency":"JPY"}"#
        }
        SignalKind::InvoicePaymentFailed => {
            r#","invoice":"in_1","amount":{"minor":34000,"currency":"USD"},"attempt":1,"next_attempt":null"#
        }
        SignalKind::InvoicePaid | SignalKind::InvoiceVoided | SignalKind::InvoiceUncollectible => {
            r#","invoice":"in_1""#
        }
        SignalKind::FactsChanged => r#","facts":{"plan":"startup"}"#,
    }
}

#[test]
fn every_kind_is_read() {
    for (kind, word) in SignalKind::ALL {
        let (account, signal) = signals::parse(line(word, needs(kind)).as_bytes())
            .unwrap_or_else(|error| panic!("{word}: {error}"));
        assert_eq!((signal.data.kind(), account), (kind, AccountRef::Id(id("A-1"))), "{word}");
    }
}

#[test]
fn the_examples_are_read_as_they_are_meant() {
    let reading = signals::read(LINES.as_bytes());
    assert_eq!(reading.rejected, []);
    let said: Vec<_> = reading.signals.iter().map(|heard| (heard.line, heard.account.to_string())).collect();
    let accounts = [(1, "A-2e4581"), (2, "billing@example.com"), (3, "stripe cus_1")];
    assert_eq!(said, accounts.map(|(line, account)| (line, account.to_owned())));
    let failed = &reading.signals[1].signal;
    let SignalData::InvoicePaymentFailed { amount, attempt, next_attempt, .. } = &failed.data else {
        panic!("{failed:?}")
    };
    assert_eq!((amount.to_string().as_str(), *attempt), ("$340", 2));
    assert_eq!(next_attempt.map(|at| at.to_rfc3339()).as_deref(), Some("2024-12-19T11:00:00+00:00"));
    assert_eq!((failed.by.as_deref(), &*failed.source), (None, "stripe"));
}

#[test]
fn facts_are_read_by_what_they_hold() {
    let facts = r#","facts":{"plan":" Boost Plan ","mrr":{"minor":10001,"currency":"usd"},"next_renewal":"2024-12-31",
        "users_count":12.5,"delinquent":false,"contacts":["a@b.c"],"extra.Industry":"EdTech","id.stripe":"cus_1"}"#
        .replace('\n', "");
    let (_, signal) = signals::parse(line("facts.changed", &facts).as_bytes()).expect("facts");
    let SignalData::FactsChanged { facts } = signal.data else { panic!("{signal:?}") };
    let text = |text: &str| FactValue::Text(text.into());
    let expected = [
        (FactKey::Plan, text("boost")),
        (FactKey::Mrr, amount("100.01 USD")),
        (FactKey::NextRenewal, day("2024-12-31")),
        (FactKey::UsersCount, FactValue::Number(12.5)),
        (FactKey::Delinquent, FactValue::Flag(false)),
        (FactKey::Contacts, FactValue::List(vec!["a@b.c".into()])),
        (FactKey::Extra("Industry".into()), text("EdTech")),
        (FactKey::OtherId("stripe".into()), text("cus_1")),
    ];
    assert_eq!(facts, expected.into_iter().collect());
}

#[test]
fn blank_lines_a_byte_order_mark_and_windows_line_ends_say_nothing() {
    let good = line("outreach.sent", "");
    let file = format!("\u{feff}\r\n{good}\r\n   \n\t{good}\nnot JSON\n{good}");
    let reading = signals::read(file.as_bytes());
    assert_eq!(reading.signals.iter().map(|heard| heard.line).collect::<Vec<_>>(), [2, 4, 6]);
    assert_eq!(reading.rejected.iter().map(|it| it.line).collect::<Vec<_>>(), [5]);
    let reading = signals::read(b"\xff\xfe\n");
    assert_eq!(reading.rejected[0].reason, "this line is not UTF-8: save the file as UTF-8");
    let long = format!("\"{}\"", "x".repeat(MAX_LINE));
    let reason = signals::parse(long.as_bytes()).expect_err("too long").to_string();
    assert_eq!(reason, "this line is longer than 1048576 bytes: write one signal on each line");
}

#[test]
fn a_bad_line_is_refused_in_these_words() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/data/signals_bad");
    let files =
        std::fs::read_dir(folder).expect("the folder is there").map(|file| file.expect("a file").path());
    let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|it| it == "jsonl")).collect();
    files.sort();
    let mut said = String::new();
    for path in files {
        let name = path.file_name().expect("a file has a name").to_string_lossy();
        let reading = signals::read(&std::fs::read(&path).expect("it can be read"));
        for heard in reading.signals {
            writeln!(said, "{name}:{}: accepted", heard.line).expect("memory");
        }
        for it in reading.rejected {
            writeln!(said, "{name}:{}: {}", it.line, it.reason).expect("memory");
        }
    }
    crate::support::bless::blessed("tests/it/data/signals_bad/messages.txt", &said);
}

/// The names of an object's members.
fn names(object: &Value) -> BTreeSet<&str> {
    object.as_object().map(|object| object.keys().map(String::as_str).collect()).unwrap_or_default()
}

#[test]
fn the_schema_knows_what_the_parser_knows() {
    let schema: Value = serde_json::from_str(SCHEMA).expect("JSON");
    assert_eq!(names(&schema["properties"]), COMMON.into_iter().collect());
    let branches = schema["oneOf"].as_array().expect("one branch for each signal");
    assert_eq!(branches.len(), SignalKind::ALL.len());
    for ((kind, word), branch) in SignalKind::ALL.into_iter().zip(branches) {
        assert_eq!(branch["properties"]["signal"]["const"], word);
        let fields = names(&branch["properties"]);
        let own: BTreeSet<_> = fields.iter().filter(|name| !COMMON.contains(name)).copied().collect();
        assert_eq!(own, signals::fields_of(kind).iter().copied().collect(), "{word}");
        // Whatever the schema asks for, the parser misses when it is gone.
        for name in branch["required"].as_array().into_iter().chain(schema["required"].as_array()).flatten() {
            let name = name.as_str().expect("a name");
            let mut object: Value = serde_json::from_str(&line(word, needs(kind))).expect("JSON");
            object.as_object_mut().and_then(|object| object.remove(name)).expect("the example has it");
            let said = signals::parse(object.to_string().as_bytes()).expect_err(name).to_string();
            assert!(said.contains(&format!("`{name}`")), "{word}: {said}");
        }
    }
    let facts: BTreeSet<String> =
        FactKey::known().filter(|key| *key != FactKey::StageLabel).map(|key| key.to_string()).collect();
    assert_eq!(names(&schema["$defs"]["facts"]["properties"]), facts.iter().map(String::as_str).collect());
    assert_eq!(
        names(&schema["$defs"]["account"]["properties"]),
        ["external_id", "id", "email", "domain"].into()
    );
}

/// A home of its own, with the `RavenStack` accounts.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        let home = Self(TempDir::new().expect("a directory to live in"));
        std::fs::create_dir(home.0.path().join("config")).expect("it can be written to");
        home.write("accounts.csv", EXPORT);
        home.write("config/config.toml", "time_zone = \"Europe/Berlin\"\nspecialists = [\"dana\"]\n");
        home.says(&["import", "accounts.csv"]);
        home
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.path().join(name), text).expect("it can be written");
    }

    fn run(&self, args: &[&str], input: &str) -> Ended {
        let now = if args.contains(&"--now") { &[][..] } else { &["--now", "2024-12-16T13:00:00Z"] };
        run_in(self.0.path(), &[args, now].concat(), input)
    }

    fn says(&self, args: &[&str]) -> String {
        let (code, out, error) = self.run(args, "");
        assert_eq!((code, error.as_str()), (0, ""), "{args:?}: {out}");
        out
    }

    fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.says(args)).expect("it says JSON")
    }

    fn ingests(&self, file: &str) -> Value {
        self.write("signals.jsonl", file);
        self.json(&["ingest", "signals.jsonl", "--json"])
    }

    fn stage(&self, account: &str) -> Value {
        self.json(&["show", account, "--json"])["stage"].clone()
    }

    fn journal(&self) -> Vec<u8> {
        std::fs::read(self.0.path().join("data/journal.jsonl")).expect("a journal")
    }
}

#[test]
fn ingest_says_what_it_promises() {
    let home = Home::new();
    home.ingests(KNOWN);
    home.write("signals.jsonl", &format!("{LINES}{{\"id\":\"evt-4\"}}\n"));
    let before = home.journal();
    let args = ["ingest", "signals.jsonl", "--json", "--dry-run"];
    let expected = "{\"read\":3,\"recorded\":3,\"duplicate\":0,\"unmatched\":0,\
        \"rejected\":[{\"line\":4,\"reason\":\"`signal` is missing: write a word such as \\\"outreach.sent\\\"\"}],\
        \"moved\":1,\"alerts_opened\":2}\n";
    assert_eq!(home.says(&args), expected);
    assert_eq!(home.journal(), before, "a dry run writes nothing");
    assert_eq!(home.says(&args[..3]), expected);
    assert_eq!(home.stage("A-2e4581"), "3b");
    let after = home.journal();
    let said = home.json(&args[..3]);
    assert_eq!((&said["recorded"], &said["duplicate"], &said["moved"]), (&json!(0), &json!(3), &json!(0)));
    assert_eq!(home.journal(), after, "what is known is not written again");
}

#[test]
fn ingest_tells_people_what_happened_and_reads_what_is_piped() {
    let home = Home::new();
    let twice = line("reply.received", "").replace("A-1", "A-2e4581");
    let (code, out, error) = home.run(&["ingest", "-"], &format!("{LINES}\nno\x1b[31m\n{twice}\n{twice}\n"));
    assert_eq!((code, error.as_str()), (0, ""));
    insta::assert_snapshot!(out, @r#"
    5 signals read · 2 recorded · 1 known already · 2 without an account · 1 rejected · 1 card moved
      1 → 3b. Engaged — Call Booked
    1 line was rejected:
      line 5  this line is not JSON (expected ident): write one object in { } on each line
    Assign them: gangplank unmatched
    To undo: gangplank undo 2
    "#);
    let (_, out, _) = home.run(&["ingest", "-"], LINES);
    assert_eq!(out, "3 signals read · 3 known already\nNothing changed.\n");
    // Nothing but lines that cannot be read is the wrong file; no lines at all are a quiet night.
    let (code, out, error) = home.run(&["ingest", "-"], "no\n");
    assert!(out.starts_with("0 signals read · 1 rejected\n"), "{out}");
    let told =
        "error: no line of the standard input could be used: correct the rejected lines and run this again\n";
    assert_eq!((code, error.as_str()), (1, told));
    assert_eq!(home.run(&["ingest", "-"], "").0, 0);
    let (code, _, error) = home.run(&["ingest", "nowhere.jsonl"], "");
    assert_eq!(code, 1);
    assert!(error.contains("there is no file nowhere.jsonl"), "{error}");
    assert!(home.run(&["ingest", "."], "").2.contains(". is a directory: name a file in it"));
    // Taken as written, and said: clocks differ, and may be stopped.
    let ahead = LINES
        .lines()
        .next()
        .unwrap_or_default()
        .replace("2024-12-16", "2025-12-16")
        .replace("evt-1", "late-1");
    let (_, out, _) = home.run(&["ingest", "-"], &ahead);
    assert!(out.contains("1 signal is dated in the future and was recorded as written."), "{out}");
}

#[test]
fn what_fits_nobody_or_several_waits_until_somebody_says_whose_it_is() {
    let home = Home::new();
    home.ingests(&format!("{KNOWN}{}", KNOWN.replace("crm-1", "crm-2").replace("A-43a9e3", "A-0a282f")));
    let said = home.ingests(&format!("{LINES}{}", line("reply.received", "").replace("A-1", "A-nobody")));
    assert_eq!((&said["recorded"], &said["unmatched"]), (&json!(1), &json!(3)));
    insta::assert_snapshot!(home.says(&["unmatched"]), @r#"
    ID	TIME	SIGNAL	SOURCE	ACCOUNT GIVEN	CANDIDATES
    1	2024-12-16 11:00	Reply received	s	A-nobody	
    evt-2	2024-12-16 12:00	Payment failed	stripe	billing@example.com	A-0a282f, A-43a9e3
    evt-3	2024-12-16 13:00	Upcoming invoice	stripe	stripe cus_1	A-0a282f, A-43a9e3
    "#);
    insta::assert_snapshot!(home.says(&["unmatched", "--json"]), @r#"
    [
    {"id":"1","signal":"reply.received","at":"2024-12-16T10:00:00Z","by":null,"source":"s","named":"A-nobody","candidates":[]},
    {"id":"evt-2","signal":"invoice.payment_failed","at":"2024-12-16T11:00:00Z","by":null,"source":"stripe","named":"billing@example.com","candidates":["A-0a282f","A-43a9e3"]},
    {"id":"evt-3","signal":"invoice.upcoming","at":"2024-12-16T12:00:00Z","by":null,"source":"stripe","named":"stripe cus_1","candidates":["A-0a282f","A-43a9e3"]}
    ]
    "#);
    insta::assert_snapshot!(home.says(&["unmatched", "assign", "evt-2", "Company_1"]), @"Company_1: Payment failed; it stays in 1. New Account, by failed-payment; alert raised: Failed payment (#4); undo with `gangplank undo 4`");
    insta::assert_snapshot!(home.says(&["unmatched", "dismiss", "1"]), @"Signal dismissed: Reply received (A-nobody) (#5); undo with `gangplank undo 5`");
    assert_eq!(home.json(&["unmatched", "--json"]).as_array().map(Vec::len), Some(1));
    // Assigned or dismissed, they are known: the same file changes nothing.
    assert_eq!(home.ingests(LINES)["duplicate"], 3);
    let (code, _, error) = home.run(&["unmatched", "assign", "evt-2", "Company_1"], "");
    assert_eq!(code, 3);
    assert_eq!(error, "no signal `evt-2` waits for an account: `unmatched` lists those that do\n");
    home.says(&["undo"]);
    assert_eq!(home.json(&["unmatched", "--json"]).as_array().map(Vec::len), Some(2));
    assert_eq!(home.run(&["unmatched", "--json", "dismiss", "evt-3"], "").0, 2);
}

#[test]
fn an_import_says_which_waiting_signals_it_finds_an_account_for() {
    let home = Home::new();
    home.ingests(
        &line("reply.received", "").replace("\"external_id\":\"A-1\"", "\"domain\":\"new.example\""),
    );
    home.ingests(&LINES.replace("cus_1", "cus_none"));
    let file = "external_id,name,domain\nA-new,Newcomer,new.example\n";
    let (code, said, error) = home.run(&["import", "-"], file);
    assert_eq!((code, error.as_str()), (0, ""));
    assert!(said.contains("1 unmatched signal now fits one account: see `gangplank unmatched`.\n"), "{said}");
    let (_, again, _) = home.run(&["import", "-"], file);
    assert!(!again.contains("waited"), "{again}");
    let listed = home.says(&["unmatched"]);
    assert!(listed.contains("\tnew.example\tA-new (known since)\n"), "{listed}");
    assert_eq!(home.json(&["unmatched", "--json"])[0]["candidates"], json!(["A-new"]));
    home.says(&["undo"]);
    assert_eq!(home.json(&["unmatched", "--json"])[0]["candidates"], json!([]));
    let (_, json, _) = home.run(&["import", "-", "--json", "--dry-run"], file);
    assert!(json.contains(r#""unmatched_found":1"#), "{json}");
}

#[test]
fn record_says_where_the_card_went_and_how_to_take_it_back() {
    let home = Home::new();
    let mut said = String::new();
    for args in [
        &["Company_0", "outreach.sent"][..],
        &["Company_0", "outreach.sent"],
        &["Company_0", "reply.received", "--auto"],
        &["Company_0", "reply.received", "--at", "2024-12-16 13:30"],
        &["Company_0", "call.booked", "--starts", "2024-12-18 15:00"],
        &[
            "Company_0",
            "call.rescheduled",
            "--starts",
            "2024-12-19T15:00:00Z",
            "--ends",
            "2024-12-19T16:00:00Z",
        ],
        &["Company_0", "invoice.payment_failed", "--invoice", "in_1", "--amount", "340 USD"],
        &[
            "Company_0",
            "invoice.payment_failed",
            "--invoice",
            "in_2",
            "--amount",
            "340 USD",
            "--attempt",
            "2",
        ],
        &["Company_0", "invoice.paid", "--invoice", "in_1"],
        &[
            "Company_0",
            "invoice.upcoming",
            "--subscription",
            "s",
            "--period-end",
            "2024-12-30",
            "--amount",
            "4100 USD",
        ],
        &[
            "Company_0",
            "handoff",
            "--reason",
            "large and steady",
            "--id",
            "mine",
            "--by",
            "eve",
            "--source",
            "phone",
        ],
    ] {
        let (code, out, error) = home.run(&[&["record"], args].concat(), "");
        assert_eq!((code, error.as_str()), (0, ""), "{args:?}");
        said += &out;
    }
    insta::assert_snapshot!(said, @r#"
    Company_0: Outreach sent → 2. Onboarding Initiated, by contacted; left 1 with 5 open points (billing limits, …) (#2); undo with `gangplank undo 2`
    Company_0: Outreach sent is already recorded, as `key:A-2e4581:outreach.sent:1734354000000:a1330bbb`; nothing changed
    Company_0: Automatic reply received; it stays in 2, because an automatic reply does not count (#3); undo with `gangplank undo 3`
    Company_0: Reply received; it stays in 2. Onboarding Initiated (#4); undo with `gangplank undo 4`
    Company_0: Call booked → 3b. Engaged — Call Booked, by call-booked (#5); undo with `gangplank undo 5`
    Company_0: Call rescheduled; it stays in 3b. Engaged — Call Booked (#6); undo with `gangplank undo 6`
    Company_0: Payment failed; it stays in 3b. Engaged — Call Booked, by failed-payment; alert raised: Failed payment (#7); undo with `gangplank undo 7`
    Company_0: Payment failed; it stays in 3b. Engaged — Call Booked, by failed-payment; alert raised: Failed payment (#8); undo with `gangplank undo 8`
    Company_0: Invoice paid; it stays in 3b. Engaged — Call Booked, by failed-payment-paid; Failed payment: closed (paid) (#9); undo with `gangplank undo 9`
    Company_0: Upcoming invoice; it stays in 3b. Engaged — Call Booked, by large-invoice; 1 fact updated; alert raised: Upcoming large invoice (#10); undo with `gangplank undo 10`
    Company_0: Handed off to sales → 6c. Sales Handoff, by sales-handoff (#11); undo with `gangplank undo 11`
    "#);
    home.says(&["undo"]);
    assert_eq!(home.stage("A-2e4581"), "3b");
    home.says(&["record", "Company_1", "call.held"]);
    let again = home.says(&["record", "Company_1", "call.held", "--at", "2024-12-16 13:00"]);
    assert_eq!(again, "Company_1: that call is already recorded as held; nothing changed\n");
    home.says(&["undo"]);
    let canceled = home.says(&["record", "Company_0", "call.canceled"]);
    assert!(
        canceled.starts_with("Company_0: Call canceled; it stays in 3b."),
        "the only call there is: {canceled}"
    );
    let calls = &home.json(&["log", "--json"])[5]["events"];
    assert!(
        calls.to_string().contains("2024-12-18T14:30:00Z"),
        "half an hour, by the clock in Berlin: {calls}"
    );
}

#[test]
fn record_takes_times_as_people_say_them() {
    let home = Home::new();
    for (args, starts_at, ends_at) in [
        (&["--starts", "tomorrow 15:00"][..], "2024-12-17T14:00:00Z", "2024-12-17T14:30:00Z"),
        (&["--starts", "tomorrow 15:00", "--ends", "16:00"], "2024-12-17T14:00:00Z", "2024-12-17T15:00:00Z"),
        (&["--starts", "tue 15:00", "--ends", "tue 15:15"], "2024-12-17T14:00:00Z", "2024-12-17T14:15:00Z"),
        (&["--starts", "fri 9:00", "--for", "1 h"], "2024-12-20T08:00:00Z", "2024-12-20T09:00:00Z"),
        (&["--starts", "fri 23:30", "--ends", "0:30"], "2024-12-20T22:30:00Z", "2024-12-20T23:30:00Z"),
        (&["--starts", "yesterday 15:00", "--ends", "15:20"], "2024-12-15T14:00:00Z", "2024-12-15T14:20:00Z"),
    ] {
        home.says(&[&["record", "Company_0", "call.booked", "--call", "c-1"], args].concat());
        let whole = home.json(&["show", "Company_0", "--json"]);
        let call = &whole["calls"][0];
        assert_eq!((&call["starts_at"], &call["ends_at"]), (&starts_at.into(), &ends_at.into()), "{args:?}");
        home.says(&["undo"]);
    }
    home.says(&["record", "Company_0", "call.booked", "--call", "c-1", "--starts", "tomorrow 15:00"]);
    let (code, _, error) = home.run(&["record", "Company_0", "call.held", "--call", "c1"], "");
    let told = "error: --call: `c1` is not a call of Company_0: write c-1, or leave --call out\n";
    assert_eq!((code, error.as_str()), (2, told));
    for (at, means) in [
        ("yesterday", "2024-12-15T11:00:00Z"),
        ("2 h ago", "2024-12-16T11:00:00Z"),
        ("fri 9:00", "2024-12-13T08:00:00Z"),
        ("2024-12-01", "2024-12-01T11:00:00Z"),
    ] {
        home.says(&["record", "Company_0", "reply.received", "--at", at]);
        let whole = home.json(&["show", "Company_0", "--json"]);
        assert_eq!(whole["signals"][0]["at"], means, "{at}");
        home.says(&["undo"]);
    }
}

#[test]
fn a_correction_is_another_signal_and_a_repetition_is_not() {
    let home = Home::new();
    let fails = ["record", "Company_0", "invoice.payment_failed", "--invoice", "in_1", "--amount", "340 USD"];
    let is_known = |more: &[&str]| home.says(&[&fails, more].concat()).contains("is already recorded");
    assert!(!is_known(&[]));
    assert!(is_known(&[]));
    for more in [
        &["--attempt", "2"][..],
        &["--by", "eve"],
        &["--next-attempt", "fri"],
        &["--source", "phone"],
        &["--at", "yesterday"],
        &["--id", "mine"],
    ] {
        assert!(!is_known(more), "{more:?}");
        assert!(is_known(more), "{more:?}");
    }
}

#[test]
fn facts_are_recorded_like_what_a_file_says() {
    let home = Home::new();
    let facts =
        ["--fact", "plan=boost", "--fact", "forecasted_mrr=120 USD", "--fact", "Renewal Date=2025-01-03"];
    let said = home.says(&[&["record", "Company_0", "facts.changed"][..], &facts].concat());
    assert!(said.starts_with("Company_0: Facts reported; it stays in 1. New Account"), "{said}");
    let known = &home.json(&["show", "Company_0", "--json"])["facts"];
    assert_eq!(known["plan"]["value"], "boost");
    assert_eq!(known["forecasted_mrr"]["value"], serde_json::json!({ "minor": 12000, "currency": "USD" }));
    assert_eq!(known["next_renewal"]["value"], "2025-01-03");
    home.says(&["undo"]);
    assert_eq!(home.json(&["show", "Company_0", "--json"])["facts"]["plan"]["value"], "pay-as-you-go");
}

#[test]
fn record_refuses_what_a_file_would_be_refused_for_in_the_words_of_its_flags() {
    let home = Home::new();
    let mut said = String::new();
    for args in [
        &["Company_0", "outreach.sent", "--auto"][..],
        &["Company_0", "call.booked"],
        &["Company_0", "call.rescheduled", "--starts", "2024-12-19 15:00"],
        &["Company_0", "call.held", "--call", "c-9"],
        &["Company_0", "call.rescheduled", "--starts", "2024-12-19 15:00", "--call", "c-9"],
        &["Company_0", "call.booked", "--starts", "2024-12-19 15:00", "--ends", "2024-12-19 14:00"],
        &["Company_0", "call.booked", "--starts", "2024-02-30 15:00"],
        &["Company_0", "call.booked", "--starts", "tomorrow"],
        &["Company_0", "call.booked", "--starts", "tomorrow 15:00", "--for", "a while"],
        &["Company_0", "outreach.sent", "--for", "30m"],
        &["Company_0", "outreach.sent", "--at", "tomorrow"],
        &["Company_0", "outreach.sent", "--at", "recently"],
        &["Company_0", "facts.changed"],
        &["Company_0", "facts.changed", "--fact", "plan"],
        &["Company_0", "facts.changed", "--fact", "plann=boost"],
        &["Company_0", "facts.changed", "--fact", "mrr=1.234"],
        &["Company_0", "facts.changed", "--fact", "mrr=1 USD", "--fact", "MRR=2 USD"],
        &["Company_0", "outreach.sent", "--fact", "plan=boost"],
        &["Company_0", "invoice.payment_failed", "--invoice", "in_1", "--amount", "much"],
        &["Company_0", "handoff"],
        &["Company_0", "handoff", "--reason", " "],
        &["Company_0", "invoice.payment_failed", "--amount", "340 USD"],
        &["Company_0", "invoice.payment_failed", "--invoice", "in_1"],
        &[
            "Company_0",
            "invoice.payment_failed",
            "--invoice",
            "in_1",
            "--amount",
            "340 USD",
            "--attempt",
            "0",
        ],
        &["Company_0", "invoice.upcoming", "--amount", "340 USD", "--subscription", "s"],
        &["Company_0", "outreach.sent", "--id", " "],
    ] {
        let (code, out, error) = home.run(&[&["record"], args].concat(), "");
        assert_eq!((code, out.as_str()), (2, ""), "{args:?}: {error}");
        said += &error;
    }
    insta::assert_snapshot!(said, @r#"
    error: --auto does not go with outreach.sent: leave it out
    error: --starts is missing: write when the call starts
    error: Company_0 has no upcoming call: record it with call.booked first, or name an earlier one with --call
    error: --call: `c-9` is not a call of Company_0: none was booked, so leave --call out
    error: --call: `c-9` is not a call of Company_0: none was booked, so record it with call.booked first
    error: --ends is not after --starts: write when the call ends, or exchange the two
    error: --starts: `2024-02-30` is not a calendar day: write it as year-month-day, like 2024-12-20
    error: --starts: `tomorrow` has no time: add a time, such as tomorrow 15:00
    error: --for: `a while` is not a length: write it like 45m or 1 h
    error: --for does not go with outreach.sent: leave it out
    error: --at: `tomorrow` is in the future: say when it happened, such as yesterday 15:00 or 2 h ago
    error: --at: `recently` is not a time: write yesterday, fri, 3 days ago, 15:00, 2024-12-20 or 2024-12-20 15:00
    error: --fact is missing: write what is known now, such as plan=boost
    error: --fact: `plan` has no `=`: write it like plan=boost
    error: --fact: unknown fact `plann`: did you mean plan, or extra.plann?
    error: --fact: mrr: `1.234`: write 1234 or 1.2340
    error: --fact: duplicate fact mrr: write it once
    error: --fact does not go with outreach.sent: leave it out
    error: --amount: `much`: expected an amount such as 1234.50 or $1,234.50
    error: --reason is missing: write why the account is handed to sales
    error: --reason is empty: write why the account is handed to sales
    error: --invoice is missing: write the invoice's id, such as "in_1"
    error: --amount is missing: write it like "340 USD"
    error: --attempt is 0: write the number of the attempt, such as 1
    error: --period-end is missing: write a date such as "2024-12-30"
    error: --id is empty: write a different id for every signal, such as "evt-1"
    "#);
    assert_eq!(home.run(&["record", "Nobody", "outreach.sent"], "").0, 3);
    assert_eq!(home.run(&["record", "Company_0", "outreach.snt"], "").0, 2);
}

#[test]
fn a_sweep_does_what_is_due_once() {
    let home = Home::new();
    home.says(&["record", "Company_0", "outreach.sent", "--at", "8 days ago"]);
    let before = home.journal();
    let (_, dry, told) = home.run(&["sweep", "--dry-run"], "");
    assert_eq!(told, "this was a dry run: nothing was written\n");
    assert_eq!(home.journal(), before, "a dry run writes nothing");
    let dry_json = home.says(&["sweep", "--dry-run", "--json"]);
    insta::assert_snapshot!(dry, @r#"
    ID	WHAT HAPPENED	WHY	PLAYBOOK
    A-2e4581	Company_0 → 5. Awaiting Final Outreach	Renewal on 2024-12-22	[Pipeline Automation — Stage X - 5] Update status to Awaiting Final Outreach
    "#);
    insta::assert_snapshot!(dry_json, @r#"
    [
    {"account":"A-2e4581","name":"Company_0","playbook":"final-outreach-due","title":"[Pipeline Automation — Stage X - 5] Update status to Awaiting Final Outreach","occasion":"renewal:2024-12-22","from":"2","to":"5","did":"Company_0 → 5. Awaiting Final Outreach"}
    ]
    "#);
    assert_eq!(home.says(&["sweep", "--json"]), dry_json);
    let after = home.journal();
    assert_eq!(home.stage("A-2e4581"), "5");
    assert_eq!(home.run(&["sweep"], "").2, "nothing is due\n");
    assert_eq!(home.says(&["sweep", "--json"]), "[]\n");
    assert_eq!(home.journal(), after, "the same occasion is served once");
    let last = home.json(&["log", "--json", "-n", "1"]);
    assert_eq!((&last[0]["by"], &last[0]["command"]), (&json!("clock"), &json!("sweep")));
    let clocks = last[0]["seq"].to_string();
    let would = home.json(&["undo", &clocks, "--dry-run", "--json"]);
    assert_eq!(would["entry"], json!(null));
    assert_eq!(would["undoes"], json!([last[0]["seq"]]));
    let means = "the clock will not move Company_0 again for this renewal (Sun 22 Dec)";
    assert_eq!(would["means"], json!([means]));
    assert!(home.says(&["undo", &clocks, "--dry-run"]).ends_with(&format!("; {means}\n")));
    assert!(home.says(&["undo", &clocks]).contains(means));
    assert_eq!(home.stage("A-2e4581"), "2", "what the clock did is taken back");
    assert_eq!(home.run(&["sweep"], "").2, "nothing is due\n", "and not done again");
    home.says(&["undo"]);
    assert_eq!(home.stage("A-2e4581"), "1", "then what they did themselves");
    home.says(&["redo"]);
    home.says(&["redo", &format!("#{clocks}")]);
    assert_eq!(home.stage("A-2e4581"), "5");
}

/// Signals of every kind over the `RavenStack` accounts, some by email, one every ten minutes.
fn many(count: usize) -> String {
    let ids: Vec<&str> = EXPORT.lines().skip(1).filter_map(|row| row.split(',').next()).collect();
    let mut file = String::new();
    for n in 0..count {
        let (account, round) = (ids[n % ids.len()], n / ids.len());
        let (kind, word) = SignalKind::ALL[(n * 7 + round) % SignalKind::ALL.len()];
        let named = match round {
            // The first round teaches everybody's address, the later ones use it now and then.
            0 => (SignalKind::FactsChanged, "facts.changed"),
            _ => (kind, word),
        };
        let at = crate::support::morning()
            - chrono::TimeDelta::minutes(10 * i64::try_from(count - n).expect("small"));
        let who = if round > 0 && n % 3 == 0 {
            json!({ "email": format!("billing@{account}.example") })
        } else {
            json!({ "external_id": account })
        };
        let mut object: Value = serde_json::from_str(&line(named.1, needs(named.0))).expect("JSON");
        object["id"] = json!(format!("evt-{n}"));
        object["account"] = who;
        object["at"] = json!(at.to_rfc3339());
        if round == 0 {
            object["facts"] = json!({ "admin_emails": [format!("billing@{account}.example")] });
        }
        if object.get("invoice").is_some() {
            object["invoice"] = json!(format!("in_{account}"));
        }
        writeln!(file, "{object}").expect("memory");
    }
    file
}

#[test]
fn thousands_of_signals_go_in_once() {
    let home = Home::new();
    let file = many(3_000);
    let before = home.says(&["list", "--json"]);
    let said = home.ingests(&file);
    assert_eq!(
        (&said["read"], &said["recorded"], &said["unmatched"]),
        (&json!(3_000), &json!(3_000), &json!(0))
    );
    assert_eq!(said["rejected"], json!([]));
    let entries = home.json(&["log", "--json"]).as_array().map(Vec::len);
    assert_eq!(entries, Some(2), "the import, and all lines as one");
    let (list, journal) = (home.says(&["list", "--json"]), home.journal());
    let again = home.ingests(&file);
    assert_eq!((&again["recorded"], &again["duplicate"]), (&json!(0), &json!(3_000)));
    assert_eq!((home.says(&["list", "--json"]), home.journal()), (list, journal), "nothing changed");
    home.says(&["undo"]);
    assert_eq!(home.says(&["list", "--json"]), before, "one undo takes all of it back");
}

#[test]
fn the_page_on_signals_shows_the_format_as_it_is() {
    let page = std::fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/signals.md"));
    let page = page.expect("there is a page on signals");
    assert!(page.contains(LINES), "its examples are those that are tested");
    for (kind, word) in SignalKind::ALL {
        let row = page.lines().find(|row| row.starts_with('|') && row.contains(&format!("`{word}`")));
        let row = row.unwrap_or_else(|| panic!("{word} has no row"));
        for field in signals::fields_of(kind) {
            assert!(row.contains(&format!("`{field}`")), "{word}: {field}");
        }
    }
}

#[test]
fn a_directory_answers_as_a_look_at_every_account_would() {
    let contact = |id: &str, email: &str| {
        row(id, id).with(FactKey::AdminEmails, FactValue::List(vec![email.into(), "all@x.y".into()]))
    };
    let mut world = World::of(&[
        contact("acme", "Ann@acme.io").text(FactKey::Domain, "acme.io"),
        contact("bolt", "bob@bolt.io").text(FactKey::Domain, "ACME.io"),
        row("cato", "Cato").text(FactKey::OtherId("stripe".into()), "cus_1"),
    ]);
    let mut directory = AccountLookup::of(world.board());
    let named = [
        AccountRef::Id(id("acme")),
        AccountRef::Email("ann@ACME.io".into()),
        AccountRef::Email("all@x.y".into()),
        AccountRef::Domain("acme.io".into()),
        AccountRef::Other("stripe".into(), "cus_1".into()),
        AccountRef::Other("hubspot".into(), "cus_1".into()),
    ];
    let check = |world: &World, directory: &AccountLookup| {
        let all = named.iter().map(|named| directory.candidates(world.board(), named));
        let all: Vec<_> = all.collect();
        let looked: Vec<_> = named.iter().map(|named| world.board().candidates(named)).collect();
        assert_eq!(all, looked);
        all.iter().map(Vec::len).collect::<Vec<_>>()
    };
    assert_eq!(check(&world, &directory), [1, 1, 2, 2, 1, 0]);
    // An address goes from one account to another, an id is taken over, and all of it is taken back.
    let news = import(&[contact("acme", "new@acme.io"), contact("dune", "ann@acme.io"), {
        row("bolt", "bolt").text(FactKey::OtherId("stripe".into()), "cus_1")
    }]);
    directory.learn(&world.does(&news).events);
    assert_eq!(check(&world, &directory), [1, 1, 3, 2, 2, 0]);
    directory.learn(&world.does(&gangplank::state::Command::Undo).events);
    assert_eq!(check(&world, &directory), [1, 1, 2, 2, 1, 0]);
}

#[test]
fn a_file_given_to_the_wrong_command_is_refused_with_the_right_one() {
    let home = Home::new();
    let before = home.journal();
    let pretty: Vec<Value> = LINES.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let csv =
        "id,signal,account.email,at,source\nevt-1,outreach.sent,ops@acme.example,2024-12-14T11:00:00Z,crm\n";
    let mixed = format!("{{\"external_id\":\"A-1\",\"name\":\"Acme\"}}\n{LINES}");
    for (name, text, line) in [
        ("s.jsonl", LINES.to_owned(), 1),
        ("list.json", serde_json::to_string(&pretty).expect("JSON"), 1),
        ("pretty.json", serde_json::to_string_pretty(&pretty).expect("JSON"), 2),
        ("one.json", serde_json::to_string_pretty(&pretty[0]).expect("JSON"), 1),
        ("wrapped.json", json!({ "events": pretty }).to_string(), 1),
        ("s.csv", csv.to_owned(), 2),
        ("mixed.jsonl", mixed, 2),
        ("a name.jsonl", LINES.to_owned(), 1),
    ] {
        home.write(name, &text);
        let file = if name.contains(' ') { format!("'{name}'") } else { name.to_owned() };
        let sentence = format!(
            "error: {name}: line {line} is a signal, not an account: record signals with `gangplank ingest {file}`\n"
        );
        assert_eq!(home.run(&["import", name], ""), (2, String::new(), sentence));
    }
    assert_eq!(home.run(&["import", "-"], LINES).0, 2);
    // A column of that name is no signal.
    home.write("leads.csv", "External ID,Name,Signal,at,Source\nL-1,Lead,hot,2024-12-01,web\n");
    assert_eq!(home.run(&["import", "leads.csv", "--dry-run"], "").0, 0);

    let accounts =
        json!([{ "external_id": "A-1", "name": "Acme" }, { "external_id": "A-2", "name": "Bolt" }]);
    for (name, text) in [
        ("accounts.csv", EXPORT.to_owned()),
        ("semicolons.csv", "Account ID;Name;MRR\nA-1;Acme;12,50\n".to_owned()),
        ("accounts.json", serde_json::to_string_pretty(&accounts).expect("JSON")),
        ("accounts.jsonl", "{\"id\":\"A-1\",\"name\":\"Acme\",\"plan\":\"startup\"}\n".to_owned()),
        ("export.json", home.says(&["export", "--json"])),
    ] {
        home.write(name, &text);
        let sentence = format!(
            "error: {name} holds accounts, not signals: import accounts with `gangplank import {name}`\n"
        );
        assert_eq!(home.run(&["ingest", name], ""), (2, String::new(), sentence));
    }
    let sentence =
        "error: the standard input holds accounts, not signals: import accounts with `gangplank import -`\n";
    assert_eq!(home.run(&["ingest", "-"], EXPORT), (2, String::new(), sentence.to_owned()));
    let sentence =
        "error: s.csv holds signals as a table: write each as JSON, as `gangplank docs signals` shows\n";
    assert_eq!(home.run(&["ingest", "s.csv"], ""), (2, String::new(), sentence.to_owned()));
    assert_eq!(home.journal(), before);
}

#[test]
fn signals_are_read_however_their_json_is_laid_out() {
    let lines: Vec<&str> = LINES.lines().collect();
    let values: Vec<Value> = lines.iter().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let plain = signals::read(LINES.as_bytes());
    assert_eq!((plain.signals.len(), plain.rejected.len()), (3, 0));
    let pretty = |value: &Value| serde_json::to_string_pretty(value).expect("JSON");
    let stream = values.iter().map(pretty).collect::<Vec<_>>();
    for file in [
        json!(values).to_string(),
        pretty(&json!(values)),
        stream.join("\n"),
        stream.join("\n\n").replace('\n', "\r\n"),
        format!("\u{feff}{}", pretty(&json!(values))),
        format!("[{}]\n[{},{}]\n", lines[0], lines[1], lines[2]),
        json!({ "signals": values, "next": null }).to_string(),
        pretty(&json!({ "has_more": false, "events": values })),
        format!("{}\n{}", json!({ "data": [values[0]] }), json!({ "data": [values[1], values[2]] })),
    ] {
        let read = signals::read(file.as_bytes());
        assert_eq!(read.rejected, [], "{file}");
        let all: Vec<_> = read.signals.iter().map(|it| (&it.account, &it.signal)).collect();
        assert_eq!(
            all,
            plain.signals.iter().map(|it| (&it.account, &it.signal)).collect::<Vec<_>>(),
            "{file}"
        );
    }
    // Lines are those of the file; what is broken costs itself, or in the middle of a list what follows it.
    let at = |read: &signals::ParsedSignals| {
        let good: Vec<_> = read.signals.iter().map(|it| it.line).collect();
        (good, read.rejected.iter().map(|it| (it.line, it.reason.clone())).collect::<Vec<_>>())
    };
    let file = format!("[\n{},\n\n{{\"id\":\"evt-4\"}},\n7,\n{}\n]\n", lines[0], lines[1]);
    let (good, bad) = at(&signals::read(file.as_bytes()));
    assert_eq!(good, [2, 6]);
    assert_eq!(bad[0], (4, "`signal` is missing: write a word such as \"outreach.sent\"".to_owned()));
    assert_eq!(bad[1], (5, "this line is a number: write one object in { } on each line".to_owned()));
    let broken = format!("{}\n{}\n{{ \"id\": oops }}\n{}", stream[0], stream[1], stream[2]);
    let (good, bad) = at(&signals::read(broken.as_bytes()));
    assert_eq!((good.len(), bad.len()), (2, 1));
    assert_eq!(bad[0].0, broken.lines().position(|line| line.contains("oops")).expect("it is there") + 1);
    assert!(bad[0].1.ends_with("nothing from here on was read"), "{bad:?}");
    let (good, bad) = at(&signals::read(b"[{\"id\":\"evt-1\"},"));
    assert!(good.is_empty() && bad.len() == 2 && bad[1].1.contains("cut off"), "{bad:?}");
}

#[test]
fn times_and_ids_are_read_as_systems_write_them() {
    let read = |more: Value| {
        let mut object = json!({"id": "evt-1", "signal": "call.held", "account": {"external_id": "A-1"},
            "at": "2024-12-16T10:00:00Z", "source": "crm"});
        object.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        signals::parse(object.to_string().as_bytes()).map_err(|error| error.to_string())
    };
    let at = "2024-12-16T10:00:00Z";
    for written in [
        json!("2024-12-16T10:00:00+0000"),
        json!("2024-12-16T11:00:00+0100"),
        json!("2024-12-16T11:00:00.000+01"),
        json!("2024-12-16 10:00:00+00:00"),
        json!("2024-12-16 05:00:00 -0500"),
        json!("2024-12-16 10:00:00 UTC"),
        json!("2024-12-16T10:00Z"),
        json!("20241216T100000Z"),
        json!(1_734_343_200),
        json!(1_734_343_200_000_u64),
        json!("1734343200"),
        json!("1734343200000"),
        json!("1734343200.000000"),
        json!(1_734_343_200.0),
    ] {
        let (_, signal) = read(json!({ "at": written })).unwrap_or_else(|error| panic!("{written}: {error}"));
        assert_eq!(signal.at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true), at, "{written}");
    }
    for written in [
        json!("2024-12-16 10:00:00"),
        json!("2024-12-16"),
        json!(20_241_216),
        json!(1),
        json!("173434320"),
        json!(-1_734_343_200_i64),
        json!(1.734e20),
        json!("2024-13-16T10:00:00+0000"),
    ] {
        let error = read(json!({ "at": written })).expect_err("no time with a zone");
        assert!(error.contains("a time with its zone"), "{written}: {error}");
    }
    let (account, signal) =
        read(json!({"id": 4711, "call_id": 9, "account": {"external_id": 1001}})).expect("ids");
    assert_eq!((signal.id.as_str(), account), ("4711", AccountRef::Id(id("1001"))));
    assert_eq!(signal.data, SignalData::CallHeld { call: Some("9".into()) });
    let (account, _) =
        read(json!({"account": {"id": {"hubspot": 9_007_199_254_740_991_u64}}})).expect("an id");
    assert_eq!(account, AccountRef::Other("hubspot".into(), "9007199254740991".into()));
    let bill = json!({"signal": "invoice.upcoming", "subscription": 12, "period_end": 1_735_516_800,
        "amount": {"minor": 1, "currency": "USD"}});
    let SignalData::InvoiceUpcoming { subscription, period_end, .. } = read(bill).expect("a bill").1.data
    else {
        panic!("another kind");
    };
    assert_eq!((&*subscription, period_end.to_string().as_str()), ("12", "2024-12-30"));
    for (more, words) in [
        (
            json!({"id": 9_007_199_254_740_993_u64}),
            "`id` is 9007199254740993, which many programs round: write it in quotes",
        ),
        (json!({"id": 1.5}), "`id` is 1.5: write"),
        (json!({"id": 1.234_57e19}), "`id` is 1.23457e+19: write"),
        (json!({"id": -3}), "`id` is -3: write"),
        (json!({"id": true}), "`id` is true: write"),
        (json!({"by": 5}), "`by` is 5: write"),
        (json!({"source": 5}), "`source` is 5: write"),
    ] {
        let error = read(more).expect_err(words);
        assert!(error.starts_with(words), "{error}");
    }
}

/// A signal of `source` about `account`, as a line.
fn told(id: &str, source: &str, word: &str, account: &Value) -> String {
    let by = if word == "outreach.sent" { "dana" } else { "ann@acme.example" };
    format!(
        "{}\n",
        json!({"id": id, "signal": word, "account": account, "at": "2024-12-16T10:00:00Z", "by": by, "source": source})
    )
}

#[test]
fn an_id_is_one_signal_within_its_source_and_other_content_is_a_conflict() {
    let home = Home::new();
    let (acme, bolt) = (json!({"external_id": "A-2e4581"}), json!({"external_id": "A-43a9e3"}));
    let both = told("7", "crm", "outreach.sent", &acme) + &told("7", "mail", "reply.received", &acme);
    let said = home.ingests(&both);
    assert_eq!(
        (&said["recorded"], &said["duplicate"], &said["conflicts"]),
        (&json!(2), &json!(0), &Value::Null)
    );
    assert_eq!(home.stage("A-2e4581"), "3a");
    let again = both.replace("\"crm\"", "\" CRM\"") + &told("8", "mail", "reply.received", &bolt);
    let said = home.ingests(&again);
    assert_eq!(
        (&said["recorded"], &said["duplicate"], &said["conflicts"]),
        (&json!(1), &json!(2), &Value::Null)
    );

    // The same id and source with other content: another time, another kind, another account; also within one file.
    let before = home.journal();
    let file = told("7", "crm", "outreach.sent", &acme).replace("T10:", "T11:")
        + &told("7", "mail", "call.held", &acme)
        + &told("7", "mail", "reply.received", &bolt)
        + &both;
    for dry in [&["--dry-run"][..], &[]] {
        home.write("signals.jsonl", &file);
        let said = home.json(&[&["ingest", "signals.jsonl", "--json"], dry].concat());
        assert_eq!((&said["read"], &said["recorded"], &said["duplicate"]), (&json!(5), &json!(0), &json!(2)));
        let reason =
            |id: &str| format!("another signal of {id} is recorded already: give this one an id of its own");
        let conflicts: Vec<Value> =
            [(1, "crm has the id `7` and"), (2, "mail has the id `7` and"), (3, "mail has the id `7` and")]
                .map(|(line, of)| json!({"line": line, "reason": reason(of)}))
                .to_vec();
        assert_eq!(said["conflicts"], json!(conflicts));
    }
    let text = home.says(&["ingest", "signals.jsonl"]);
    assert!(
        text.starts_with(
            "5 signals read · 2 known already · 3 in conflict\n3 lines are in conflict:\n  line 1  "
        ),
        "{text}"
    );
    assert_eq!(home.journal(), before);
    let twice = told("9", "crm", "outreach.sent", &bolt) + &told("9", "crm", "paid_call.purchased", &bolt);
    let said = home.ingests(&twice);
    assert_eq!((&said["recorded"], &said["conflicts"][0]["line"]), (&json!(1), &json!(2)));
    let record = [
        "record",
        "A-2e4581",
        "reply.received",
        "--id",
        "7",
        "--source",
        "crm",
        "--at",
        "2024-12-16T10:00:00Z",
    ];
    let (code, out, error) = home.run(&record, "");
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(
        error.ends_with(
            "another signal of crm has the id `7` and is recorded already: give this one an id of its own\n"
        ),
        "{error}"
    );
}

#[test]
fn waiting_signals_of_two_sources_may_have_the_same_id() {
    let home = Home::new();
    let nobody = json!({"email": "who@nowhere.example"});
    let file = told("7", "crm", "reply.received", &nobody) + &told("7", "mail", "outreach.sent", &nobody);
    assert_eq!(home.ingests(&file)["unmatched"], 2);
    assert_eq!(home.json(&["unmatched", "--json"]).as_array().map(Vec::len), Some(2));
    let (code, _, error) = home.run(&["unmatched", "assign", "7", "A-2e4581"], "");
    assert_eq!(
        (code, error.as_str()),
        (3, "several sources have a signal `7` that waits: write crm:7 or mail:7\n")
    );
    home.says(&["unmatched", "assign", "mail:7", "A-2e4581"]);
    let left = home.json(&["unmatched", "--json"]);
    assert_eq!((&left[0]["source"], left.as_array().map(Vec::len)), (&json!("crm"), Some(1)));
    home.says(&["undo"]);
    assert_eq!(home.json(&["unmatched", "--json"]).as_array().map(Vec::len), Some(2));
    home.says(&["redo"]);
    home.says(&["unmatched", "dismiss", "7"]);
    // What was assigned by hand is known under the name it came with.
    let said = home.ingests(&file);
    assert_eq!((&said["duplicate"], &said["conflicts"]), (&json!(2), &Value::Null));
    let other = file.replace("T10:", "T12:");
    assert_eq!(home.ingests(&other)["conflicts"].as_array().map(Vec::len), Some(2));
}

#[test]
fn an_import_records_the_signals_that_waited_for_its_accounts() {
    let home = Home::new();
    let file = [
        ("w1", json!({"external_id": "A-new"}), "outreach.sent"),
        ("w2", json!({"email": "Ann@New.example"}), "reply.received"),
        ("w3", json!({"id": {"stripe": "cus_9"}}), "paid_call.purchased"),
        ("w4", json!({"domain": "late.example"}), "reply.received"),
        ("w5", json!({"external_id": "A-never"}), "reply.received"),
        ("w6", json!({"email": "two@both.example"}), "reply.received"),
        ("w7", json!({"external_id": "A-new"}), "reply.received"),
    ];
    let lines: String = file.iter().map(|(id, account, word)| told(id, "crm", word, account)).collect();
    assert_eq!(home.ingests(&lines)["unmatched"], 7);
    home.says(&["unmatched", "dismiss", "w7"]);
    let rows = "External ID,Name,Forecasted MRR,Next Renewal,Domain,Contacts,Stripe ID\n\
        A-new,New,900 USD,2025-03-01,,ann@new.example,\n\
        A-pay,Pay,900 USD,2025-03-01,,,cus_9\n\
        A-late,Late,900 USD,2025-03-01,late.example,,\n\
        A-b1,B1,1 USD,,,two@both.example,\n\
        A-b2,B2,1 USD,,,two@both.example,\n";
    home.write("new.csv", rows);
    let dry = home.json(&["import", "new.csv", "--json", "--dry-run"]);
    let said = home.json(&["import", "new.csv", "--json"]);
    for name in ["new", "entered", "unmatched_recorded", "unmatched_found"] {
        assert_eq!(dry[name], said[name], "{name}");
    }
    assert_eq!((&said["unmatched_recorded"], &said["unmatched_found"]), (&json!(3), &json!(1)));
    // In the order in which they happened, and with all that follows.
    assert_eq!((home.stage("A-new"), home.stage("A-pay")), (json!("3a"), json!("7")));
    let waits = || {
        let rows = home.json(&["unmatched", "--json"]);
        rows.as_array()
            .expect("a list")
            .iter()
            .map(|row| row["id"].as_str().expect("an id").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(waits(), ["w4", "w5", "w6"], "a domain is no address, and nobody was guessed");
    home.says(&["undo"]);
    assert_eq!(waits(), ["w1", "w2", "w3", "w4", "w5", "w6"]);
    home.says(&["redo"]);
    assert_eq!((home.stage("A-new"), waits().len()), (json!("3a"), 3));
    home.says(&["undo"]);
    let text = home.says(&["import", "new.csv"]);
    assert!(text.contains("3 signals that waited for these accounts were recorded.\n"), "{text}");
    assert!(text.contains("1 unmatched signal now fits one account: see `gangplank unmatched`.\n"), "{text}");
    // An address that a known account gets counts as well.
    home.write("never.csv", "External ID,Name,Contacts\nA-b1,B1,five@five.example\n");
    home.ingests(&told("w8", "crm", "outreach.sent", &json!({"email": "five@five.example"})));
    assert_eq!(home.json(&["import", "never.csv", "--json"])["unmatched_recorded"], 1);
    assert_eq!(home.json(&["import", "never.csv", "--json"])["unmatched_recorded"], Value::Null);
}
