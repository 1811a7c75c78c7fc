//! Reading account exports: real files, tables of small ones, and no input that panics.

use gangplank::intake::{
    ImportOptions, IntakeError, Mapping, Meaning, ParsedAccounts, header_signature, read,
};
use gangplank::state::{AccountFacts, AccountId, FactKey, FactValue};
use proptest::prelude::*;

const EXPORT: &[u8] = include_bytes!("../data/ravenstack/accounts-export.csv");
const ACCOUNTS: &[u8] = include_bytes!("../data/ravenstack/ravenstack_accounts.csv");
const SUBSCRIPTIONS: &[u8] = include_bytes!("../data/ravenstack/ravenstack_subscriptions.csv");
const CHURN: &[u8] = include_bytes!("../data/ravenstack/ravenstack_churn_events.csv");

fn mapping(text: &str) -> Mapping {
    Mapping::parse(text, "mapping.toml").expect("a mapping in a test")
}

fn plain(bytes: &[u8]) -> Result<ParsedAccounts, IntakeError> {
    read(bytes, &ImportOptions::default(), &Mapping::default())
}

fn account<'a>(reading: &'a ParsedAccounts, id: &str) -> &'a AccountFacts {
    reading.rows.iter().find(|row| row.id == AccountId::new(id)).expect("an account of the file")
}

fn fact(row: &AccountFacts, key: &str) -> String {
    let key = FactKey::parse(key).expect("a fact's name");
    row.facts.get(&key).map(ToString::to_string).unwrap_or_default()
}

/// One row as a line: the id, then its facts, its stage, its segments.
fn told(row: &AccountFacts) -> String {
    let facts = row.facts.iter().map(|(key, value)| format!("{key}={value}"));
    let stage = row.stage.iter().map(|stage| format!("stage={stage}"));
    let segments = row.segments.iter().map(|segment| format!("[{segment}]"));
    let words: Vec<String> =
        std::iter::once(row.id.to_string()).chain(facts).chain(stage).chain(segments).collect();
    words.join(" ")
}

/// Rows, then rejected rows, each as a line.
pub(super) fn all_told(bytes: &[u8], with: &str) -> Vec<String> {
    let options = ImportOptions { pipeline: Some(crate::support::pipeline()), ..ImportOptions::default() };
    match read(bytes, &options, &mapping(with)) {
        Ok(reading) => {
            let rejected = reading.rejected.iter().map(|row| format!("line {}: {}", row.line, row.reason));
            reading.rows.iter().map(told).chain(rejected).collect()
        }
        Err(error) => vec![error.to_string()],
    }
}

#[test]
fn the_export_is_read_whole() {
    let reading = plain(EXPORT).expect("the export reads");
    assert_eq!(
        (reading.read, reading.rows.len(), reading.rejected.len(), reading.superseded),
        (500, 500, 0, 0)
    );
    assert_eq!(
        told(&reading.rows[0]),
        "A-2e4581 name=Company_0 region=US plan=pay-as-you-go mrr=$836 forecasted_mrr=$836 next_renewal=2024-12-22 \
         billing_interval=monthly users_count=9 created=2024-10-16 extra.Industry=EdTech"
    );
    assert_eq!((reading.lines[0], reading.lines[499]), (2, 501));
    let became: Vec<String> = reading.columns.iter().map(|column| column.became[0].to_string()).collect();
    assert_eq!(
        became.join(" "),
        "external_id name extra.Industry region created plan users_count mrr forecasted_mrr billing_interval \
         next_renewal churned stage specialist segments"
    );
    assert_eq!(plain(EXPORT), Ok(reading), "reading twice says the same");
}

#[test]
fn raw_accounts_are_read_with_dates_decided_by_the_data() {
    let reading = plain(ACCOUNTS).expect("the raw accounts read");
    assert_eq!((reading.read, reading.rows.len(), reading.rejected.len()), (500, 500, 0));
    let row = account(&reading, "A-2e4581");
    assert_eq!((fact(row, "name"), fact(row, "created")), ("Company_0".to_owned(), "2024-10-16".to_owned()));
    assert_eq!((fact(row, "plan"), fact(row, "users_count")), ("Basic".to_owned(), "9".to_owned()));
}

#[test]
fn the_newest_subscription_of_each_account_counts() {
    let with = "newest_by = \"start_date\"\n[columns]\nmrr_amount = [\"mrr\", \"forecasted_mrr\"]\n\
                churn_flag = \"ignore\"\nend_date = \"ignore\"";
    let reading =
        read(SUBSCRIPTIONS, &ImportOptions::default(), &mapping(with)).expect("the subscriptions read");
    assert_eq!(
        (reading.read, reading.rows.len() + reading.superseded, reading.rejected.len()),
        (5000, 5000, 0)
    );
    assert_eq!(reading.rows.len(), 500);
    let export = plain(EXPORT).expect("the export reads");
    // The export breaks ties by subscription id, this by line; only accounts with one newest row can be compared.
    let same =
        reading.rows.iter().filter(|row| fact(row, "mrr") == fact(account(&export, row.id.as_str()), "mrr"));
    assert!(same.count() > 450);
    let row = account(&reading, "A-2e4581");
    assert_eq!(
        (fact(row, "forecasted_mrr"), fact(row, "billing_interval")),
        ("$836".to_owned(), "monthly".to_owned())
    );

    let refused = plain(SUBSCRIPTIONS).expect("they read without a mapping too");
    assert_eq!((refused.rows.len(), refused.rejected.len()), (0, 5000));
    let lines: Vec<usize> = refused.rejected.iter().map(|row| row.line).collect();
    assert_eq!(lines, (2..=5001).collect::<Vec<_>>(), "by line, as they stand in the file");
}

#[test]
fn without_a_word_on_which_row_counts_none_does() {
    let rows = "A,1\nB,2\n".to_owned() + &"A,3\n".repeat(12);
    let reading = plain(format!("id,mrr\n{rows}").as_bytes()).expect("a table");
    let ids: Vec<&str> = reading.rows.iter().map(|row| row.id.as_str()).collect();
    assert_eq!((ids, &*reading.lines, reading.rejected.len()), (vec!["B"], &[3][..], 13));
    let named =
        |row: usize| reading.rejected[row].reason.split(" too:").next().unwrap_or_default().to_owned();
    assert_eq!(named(0), "`A` is on lines 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 and 2 more");
    assert_eq!(named(12), "`A` is on lines 2, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 2 more");
    let three = plain(b"id\nA\nA\nA\n").expect("a table");
    assert!(three.rejected[1].reason.starts_with("`A` is on lines 2 and 4 too:"), "{:?}", three.rejected[1]);
}

#[test]
fn churn_events_are_read_with_a_mapping() {
    let with = "newest_by = \"churn_date\"\n[columns]\nrefund_amount_usd = \"ignore\"\nreason_code = \"extra.Churn reason\"";
    let reading = read(CHURN, &ImportOptions::default(), &mapping(with)).expect("the churn events read");
    assert_eq!((reading.read, reading.rejected.len()), (600, 0));
    assert_eq!(reading.rows.len() + reading.superseded, 600);
    let row = account(&reading, "A-37f969");
    assert_eq!(
        (fact(row, "churned"), fact(row, "extra.Churn reason")),
        ("2024-12-12".to_owned(), "competitor".to_owned())
    );
}

#[test]
fn small_files_are_read_as_people_mean_them() {
    for (file, with, said) in [
        // Separators, marks, quotes.
        (
            "\u{feff}External ID;Name;MRR\r\nA;\"One; Two\";1.234,50\r\n",
            "",
            &["A name=One; Two mrr=$1,234.50"][..],
        ),
        (
            "id\tname\nA\t\"two\nlines\"\nB\n",
            "",
            &["A name=two\nlines", "line 4: 1 value where the header has 2"],
        ),
        // Blank cells say nothing; free text may say None.
        (
            "id,name,mrr,region,owner\nA,null,N/A,NA,none\nB,None,-,,Ann\n",
            "",
            &["A region=NA", "B name=None specialist=Ann"],
        ),
        // Stages, segments, people.
        (
            "id,Onboarding Pipeline,Segments,Admin Emails\nA,3a. Engaged — Email,Onboarding Lead; Sales Lead,\"a@x b@x, c@x\"\n",
            "",
            &["A admin_emails=a@x, b@x, c@x stage=3a. Engaged — Email [Onboarding Lead] [Sales Lead]"],
        ),
        // Currencies.
        (
            "id,mrr,currency\nA,$5,AUD\nB,€5,\nC,5,jpy\nD,5,shells\n",
            "currency = \"CHF\"",
            &[
                "A mrr=5 AUD",
                "B mrr=€5",
                "C mrr=¥5",
                "line 5: currency: `shells`: expected a currency such as USD",
            ],
        ),
        // Ids.
        (
            "id,name\n A ,x\n,y\nA,z\n\"a\u{7}b\",w\n",
            "",
            &[
                "line 2: `A` is on line 4 too: write `newest_by = \"COLUMN\"` in a mapping file to take the newest row, or keep only one",
                "line 3: no id",
                "line 4: `A` is on line 2 too: write `newest_by = \"COLUMN\"` in a mapping file to take the newest row, or keep only one",
                "line 5: id: an external id holds no control characters",
            ],
        ),
        (
            "id,at,mrr\nA,2024-01-02,2\nA,2024-01-01,1\nA,2024-01-02,3\nA,,4\n",
            "newest_by = \"AT\"\n[columns]\nat = \"ignore\"",
            &["A mrr=$3"],
        ),
        (
            "id,n,mrr\nA,9,2\nA,10,1\nB,7,1\n",
            "newest_by = \"n\"\n[columns]\nn = \"ignore\"",
            &["A mrr=$1", "B mrr=$1"],
        ),
        // Every mistake of a row, at once.
        (
            "id,renewal,seats,delinquent\nA,1734253200,many,perhaps\nB,2024-12-31,1 200,yes\n",
            "",
            &[
                "B next_renewal=2024-12-31 delinquent=yes users_count=1200",
                "line 2: renewal: `1734253200`: a number of seconds is not a date: export dates such as 2024-12-31, or say --date-format epoch; \
             seats: `many`: expected a number; delinquent: `perhaps`: expected yes or no",
            ],
        ),
        (
            "id,renewal\nA,31.12.24\n",
            "",
            &[
                "line 2: renewal: `31.12.24`: a year of two digits: say how to read it with --date-format DD-MM-YY",
            ],
        ),
        ("id,renewal\nA,31.12.24\n", "date_format = \"DD.MM.YY\"", &["A next_renewal=2024-12-31"]),
        ("id,renewal\nA,04/05/2024\n", "[dates]\nrenewal = \"month first\"", &["A next_renewal=2024-04-05"]),
        // A flag is no date.
        ("id,churned\nA,FALSE\nB,TRUE\n", "", &["A extra.churned=FALSE", "B extra.churned=TRUE"]),
        // JSON in its shapes.
        (
            r#"[{"externalId":"A","traits":{"vitally.custom.mrr":12.5},"segments":["X","Y, Z"]},{"id":7,"delinquent":true}]"#,
            "",
            &["A mrr=$12.50 [X] [Y, Z]", "line 1: no externalId"],
        ),
        (
            "{\"data\":[\n{\"id\":7,\"forecasted_mrr\":{\"minor\":83600,\"currency\":\"USD\"},\"owner\":null}]}",
            "",
            &["7 forecasted_mrr=$836"],
        ),
        (
            "{\"id\":\"A\",\"mrr\":1.234}\n{\"id\":\"B\",\"mrr\":\"12\"}\nnonsense\n",
            "",
            &["A mrr=$1.23", "B mrr=$12", "line 3: not valid JSON: expected ident"],
        ),
        // Nothing to read is nothing wrong.
        ("id,name\n", "", &[]),
        ("[]", "", &[]),
    ] {
        assert_eq!(all_told(file.as_bytes(), with), said, "{file}");
    }
}

/// Rows of one subscription each: all that go on are known, and the end of one is not the end of the account.
#[test]
fn the_subscriptions_of_all_rows_are_kept() {
    let file = "account_id,subscription_id,start,end,plan\n\
                A,s-1,2024-01-01,,pro\n\
                A,s-2,2024-03-01,2024-09-01,basic\n\
                A,s-3,2024-02-01,,pro\n\
                B,s-4,2024-01-01,2024-05-01,pro\n\
                B,s-5,2024-02-01,2024-06-01,pro\n";
    let with = mapping("newest_by = \"start\"\n[columns]\nstart = \"ignore\"\nend = \"churned\"");
    let reading = read(file.as_bytes(), &ImportOptions::default(), &with).expect("it can be read");
    let [a, b] = &reading.rows[..] else { panic!("two accounts") };
    let ids = ["s-1", "s-3"].map(Into::into).to_vec();
    assert_eq!(a.facts.get(&FactKey::Subscriptions), Some(&FactValue::List(ids)));
    assert_eq!(
        (a.facts.get(&FactKey::Churned), &a.facts[&FactKey::Plan]),
        (None, &FactValue::Text("basic".into()))
    );
    assert_eq!(b.facts[&FactKey::Churned], FactValue::Date("2024-06-01".parse().expect("a day")));
    assert_eq!(b.facts[&FactKey::Subscriptions], FactValue::List(vec!["s-5".into()]));
}

#[test]
fn what_has_two_readings_is_refused() {
    for (file, said) in [
        (
            "id,Renewal\nA,04/05/2024\nB,2024-01-01\n",
            "column `Renewal`: 04/05/2024 is 4 May 2024 or 5 April 2024: say which with --date-format DD-MM-YYYY or --date-format MM-DD-YYYY",
        ),
        (
            "id,Renewal\nA,16/05/2024\nB,05/16/2024\n",
            "column `Renewal` has dates with the day first (16/05/2024) and with the month first (05/16/2024): \
             say which is right with --date-format DD-MM-YYYY or --date-format MM-DD-YYYY",
        ),
        (
            "id,MRR\nA,1.234\nB,900\n",
            "column `MRR`: 1.234 is 1234 or 1.234: say which with --decimal point or --decimal comma",
        ),
        (
            "Company,MRR\nA,1\n",
            "no column has the account's id: found `Company`, `MRR`; write `[columns]` and `\"Company\" = \"external_id\"` in a file, and pass it with --mapping",
        ),
        (
            "id;MRR\nA;1,234\nB;900\n",
            "column `MRR`: 1,234 is 1234 or 1.234: say which with --decimal point or --decimal comma",
        ),
        ("id;MRR\nA;1,234\nB;9.50\n", ""),
        ("id,MRR\nA,\"1,234\"\n", ""),
        ("id,a\nA,1\n", ""),
    ] {
        let found = plain(file.as_bytes()).map_or_else(|error| error.to_string(), |_| String::new());
        assert_eq!(found, said);
    }
    let newest = read(b"id,a\nA,1\n", &ImportOptions::default(), &mapping("newest_by = \"b\""));
    assert!(matches!(newest, Err(IntakeError::NoSuchColumn { .. })));
}

#[test]
fn long_values_are_refused_by_name() {
    let file =
        format!("id,name\n{},x\nB,{}\nC,{}\n", "i".repeat(201), "é".repeat(10_001), "é".repeat(10_000));
    let reading = plain(file.as_bytes()).expect("a table");
    assert_eq!(reading.rows.len(), 1);
    assert_eq!(
        reading.rejected[0].reason,
        "id: an external id of 201 characters is too long: at most 200 are kept"
    );
    assert_eq!(reading.rejected[1].reason, "name: 10001 characters are too many: at most 10000 are kept");
}

#[test]
fn what_list_prints_can_be_read_back() {
    let file = r#"[{"id":"A","name":"One","stage":"1","since":"2024-12-15T09:00:00Z","segments":["Onboarding Lead"],"owner":"ann","risk":"none","forecasted_mrr":{"minor":83600,"currency":"USD"},"next_renewal":"2024-12-22","stamps":{"1":"2024-12-15T09:00:00Z"}},
{"id":"B","name":"Two","stage":"unmapped","since":null,"segments":[],"owner":null,"risk":"none","forecasted_mrr":null,"next_renewal":null,"stamps":{}}]"#;
    assert_eq!(
        all_told(file.as_bytes(), ""),
        [
            "A name=One forecasted_mrr=$836 next_renewal=2024-12-22 specialist=ann stage=1 [Onboarding Lead]",
            "B name=Two",
        ]
    );
}

#[test]
fn a_loser_of_two_columns_says_why() {
    let reading = plain(b"id,account_id,mrr\nS-1,A,5\n").expect("a table");
    let column = &reading.columns[0];
    assert_eq!(column.became, [Meaning::Fact(FactKey::Extra("id".into()))]);
    assert_eq!(column.why.as_deref(), Some("`account_id` is the external_id"));
    assert_eq!(reading.rows[0].facts[&FactKey::Extra("id".into())], FactValue::Text("S-1".into()));
    assert_eq!(reading.rejected, []);
}

/// Text that looks enough like a table to reach every corner of the reader.
fn tabular() -> impl Strategy<Value = String> {
    let header = prop::sample::select(vec![
        "id",
        "External ID",
        "name",
        "MRR",
        "Next Renewal Date",
        "Segments",
        "Currency",
        "Stage",
        "Users",
        "Churned",
        "x",
        "",
        "\"q,q\"",
        "MRR (€)",
        "ltv_cents",
        "Credits in k€",
        "Created (UTC)",
        "Website",
        "Account Owner",
    ]);
    let header = prop_oneof![4 => header.prop_map(str::to_owned), 1 => "\\PC{0,14}"];
    let cell = prop_oneof![
        3 => prop::sample::select(vec![
            "A-1", "A-2", "", "-", "N/A", "1,234", "1.234", "$5", "(3)", "04/05/2024", "16-10-2024", "2024-10-16T00:00Z",
            "1734253200", "yes", "\"a\nb\"", "\"", "\u{feff}", "€", "9e9", "é", "USD", "Total", "#N/A",
            "1.2E+19", "Unassigned", "https://www.x.example/é", "Ann <a@x>", "\u{0}", "{\"a\":1}", "[", "'", "1'234", "٣",
        ]).prop_map(str::to_owned),
        1 => "\\PC{0,12}",
        1 => "[-0-9.,/ ()$]{0,10}",
    ];
    let separator = prop::sample::select(vec![",", ";", "\t"]);
    let end = prop::sample::select(vec!["\n", "\r\n", "\r", "\n\n"]);
    (
        separator,
        end,
        prop::collection::vec(header, 1..6),
        prop::collection::vec(prop::collection::vec(cell, 0..6), 0..6),
    )
        .prop_map(|(separator, end, header, rows)| {
            let rows = rows.iter().map(|row| row.join(separator));
            std::iter::once(header.join(separator)).chain(rows).collect::<Vec<_>>().join(end)
        })
}

fn json_ish() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"id\"",
        "\"mrr\"",
        "\"A\"",
        "1",
        "-0.5",
        "null",
        "true",
        "1e999",
        "\n",
        " ",
        "{\"id\":\"A\"}",
        "\"é",
        "{\"minor\":1,\"currency\":\"USD\"}",
    ]);
    prop::collection::vec(word, 0..20).prop_map(|words| words.concat())
}

/// What must hold of any reading.
fn check(bytes: &[u8]) -> Result<(), TestCaseError> {
    let with = mapping("newest_by = \"Next Renewal Date\"");
    let _ = header_signature(bytes);
    for mapping in [&Mapping::default(), &with] {
        let reading = read(bytes, &ImportOptions::default(), mapping);
        prop_assert_eq!(&reading, &read(bytes, &ImportOptions::default(), mapping));
        let Ok(reading) = reading else { continue };
        prop_assert_eq!(reading.read, reading.rows.len() + reading.superseded + reading.rejected.len());
        prop_assert_eq!(reading.rows.len(), reading.lines.len());
        let lines = bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() + 1;
        let all = reading.lines.iter().copied().chain(reading.rejected.iter().map(|row| row.line));
        prop_assert!(all.clone().all(|line| (1..=lines).contains(&line)));
        for row in &*reading.rows {
            prop_assert!(!row.id.as_str().is_empty());
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        check(&bytes)?;
    }

    #[test]
    fn no_table_panics(text in tabular()) {
        check(text.as_bytes())?;
    }

    #[test]
    fn no_json_panics(text in json_ish()) {
        check(text.as_bytes())?;
    }

    #[test]
    fn no_mapping_panics(text in "[-a-z_=\"\\[\\]\n .]{0,60}") {
        if let Ok(mapping) = Mapping::parse(&text, "m.toml") {
            prop_assert_eq!(Mapping::parse(&mapping.to_toml(), "m.toml"), Ok(mapping));
        }
    }
}
