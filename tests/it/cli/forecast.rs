//! `gangplank forecast`: sums that are right, per currency, and that say whose they are.

use gangplank::state::query::forecast::{Amounts, Forecast, ForecastRow};
use gangplank::state::{
    AccountFacts, Board, Command as Wish, Currency, FactKey, Money, Risk, RiskLevel, RiskWeights,
};
use gangplank::tui::model::columns::ColumnId;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::desk::Desk;
use crate::support::home::{Ended, run_in};
use crate::support::{World, amount, id, moved, row};

fn world(rows: &[AccountFacts], risks: &[(&str, RiskLevel)]) -> World {
    let mut world = World::of(rows);
    for (account, level) in risks {
        world.does(&Wish::SetRisk {
            account: id(account),
            risk: Risk { level: *level, reason: Some("a test".into()) },
        });
    }
    world
}

/// Every line, in words: `USD 3a: a b forecast 100/90 (a) upcoming 5/5 (b)`.
fn lines(board: &Board, weights: RiskWeights) -> Vec<String> {
    let sum = |sum: &gangplank::state::query::forecast::Sum| {
        let ids: Vec<_> = sum.accounts.iter().map(ToString::to_string).collect();
        format!("{}/{} ({})", sum.plain, sum.weighted, ids.join(" "))
    };
    let stand = |stand| match stand {
        ForecastRow::Stage(position) => board.pipeline().stages()[position].id.to_string(),
        ForecastRow::Unmapped => "unmapped".to_owned(),
        ForecastRow::OffBoard => "off".to_owned(),
    };
    let forecast = Forecast::of(board, &weights);
    let lines = forecast.lines.iter().map(|((currency, at), Amounts { accounts, forecasted, upcoming })| {
        let count = accounts.len();
        format!("{currency} {}: {count} {} {}", stand(*at), sum(forecasted), sum(upcoming))
    });
    let unknown = forecast.unknown.iter().map(|(at, amounts)| {
        let ids: Vec<_> = amounts.accounts.iter().map(ToString::to_string).collect();
        format!("unknown {}: {}", stand(*at), ids.join(" "))
    });
    lines.chain(unknown).collect()
}

fn rows() -> Vec<AccountFacts> {
    let of = |id: &str, forecast: &str| row(id, id).with(FactKey::ForecastedMrr, amount(forecast));
    vec![
        of("a", "100 USD").in_stage("1").with(FactKey::UpcomingInvoice, amount("50 EUR")),
        of("b", "200 USD").in_stage("1"),
        of("c", "0.05 USD").in_stage("3a"),
        of("d", "0.05 USD").in_stage("3a"),
        of("e", "90 EUR").in_stage("Nurture"),
        of("f", "1 USD"),
        row("g", "g").in_stage("1"),
        row("h", "h"),
        row("i", "i").in_stage("6d").with(FactKey::UpcomingInvoice, amount("-3 USD")),
    ]
}

#[test]
fn sums_are_per_currency_and_stage_and_name_their_accounts() {
    let world = world(&rows(), &[("b", RiskLevel::High), ("c", RiskLevel::Low), ("d", RiskLevel::Low)]);
    assert_eq!(
        lines(world.board(), RiskWeights::default()),
        [
            "EUR 1: 1 0/0 () 5000/5000 (a)",
            "EUR unmapped: 1 9000/9000 (e) 0/0 ()",
            "USD 1: 2 30000/14000 (a b) 0/0 ()",
            // 90 percent of 5 cents is 4.5: each of the two accounts for itself becomes 5.
            "USD 3a: 2 10/10 (c d) 0/0 ()",
            "USD 6d: 1 0/0 () -300/-300 (i)",
            "USD off: 1 100/100 (f) 0/0 ()",
            "unknown 1: g",
            "unknown off: h",
        ]
    );
}

const HUGE: &str = "92233720368547758.07 USD";

/// Amounts of which two are more than 64 bits hold.
fn huge() -> Vec<AccountFacts> {
    let huge = |id: &str, stage: &str| {
        let [forecast, upcoming] = [amount(HUGE), amount(&format!("-{HUGE}"))];
        let row = row(id, id).with(FactKey::ForecastedMrr, forecast).in_stage(stage);
        row.with(FactKey::UpcomingInvoice, upcoming)
    };
    vec![huge("a", "1"), huge("b", "1"), huge("c", "1"), huge("d", "2"), row("e", "e").in_stage("2")]
}

#[test]
fn sums_of_huge_amounts_are_right_to_the_cent() {
    let world = world(&huge(), &[("b", RiskLevel::High)]);
    assert_eq!(
        lines(world.board(), RiskWeights::default()),
        [
            "USD 1: 3 27670116110564327421/20291418481080506775 (a b c) -27670116110564327421/-20291418481080506775 (a b c)",
            "USD 2: 1 9223372036854775807/9223372036854775807 (d) -9223372036854775807/-9223372036854775807 (d)",
            "unknown 2: e",
        ]
    );
    let forecast = Forecast::of(world.board(), &RiskWeights::default());
    let total = Amounts::total(forecast.lines.values());
    assert_eq!(total.forecasted.plain, 4 * i128::from(i64::MAX));
    assert_eq!(total.upcoming.plain, -4 * i128::from(i64::MAX));
}

#[test]
fn huge_sums_are_told_to_the_cent_by_every_form() {
    let home = TempDir::new().expect("a temporary directory");
    let file = format!("id,name,forecasted_mrr,stage\nA,Acme,{HUGE},1\nB,Bolt,{HUGE},1\n");
    std::fs::write(home.path().join("in.csv"), file).expect("it can be written");
    assert_eq!(run(&home, &["import", "in.csv"]).0, 0);
    for (form, told) in [
        (None, "$184,467,440,737,095,516.14"),
        (Some("--csv"), "184467440737095516.14"),
        (Some("--json"), "\"minor\":18446744073709551614,"),
    ] {
        let args: Vec<&str> = ["forecast"].into_iter().chain(form).collect();
        let (code, out, said) = run(&home, &args);
        assert!(code == 0 && out.contains(told), "{form:?}: {out}{said}");
    }
}

#[test]
fn huge_sums_stand_over_their_column_and_in_the_forecast() {
    let mut desk = Desk::new(world(&huge(), &[]), (240, 60));
    let column = |desk: &Desk, at| desk.app.columns.column(ColumnId::Stage(at)).money();
    assert_eq!(
        column(&desk, 0).iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["$276,701,161,105,643,274.21"]
    );
    let screen = desk.lines().join("\n");
    assert!(screen.contains("3 · $276,701,161,105,643,274 "), "{screen}");
    desk.elsewhere("eve", &moved("c", "2"));
    assert_eq!(column(&desk, 0)[0].to_string(), "$184,467,440,737,095,516.14");
    assert_eq!(column(&desk, 1)[0].to_string(), "$184,467,440,737,095,516.14");
    let screen = desk.keys("F").lines().join("\n");
    assert!(screen.contains("too long") && !screen.contains("-$0"), "{screen}");
}

#[test]
fn half_a_minor_unit_is_rounded_up() {
    let weights = RiskWeights { none: 100, low: 50, medium: 33, high: 0 };
    for (minor, level, weighed) in [
        (101, RiskLevel::None, 101),
        (101, RiskLevel::Low, 51),
        (99, RiskLevel::Low, 50),
        (-101, RiskLevel::Low, -50),
        (1, RiskLevel::Medium, 0),
        (2, RiskLevel::Medium, 1),
        (i64::MAX, RiskLevel::None, i64::MAX),
        (i64::MIN, RiskLevel::None, i64::MIN),
        (12_345, RiskLevel::High, 0),
    ] {
        assert_eq!(weights.weigh(Money::new(minor, Currency::USD), level).minor, weighed, "{minor} {level}");
    }
}

const FILE: &str = "id,name,forecasted_mrr,upcoming_invoice,stage\n\
    A,Acme,100 USD,50 EUR,1\n\
    B,\"=Bolt, Ltd\",200.50 USD,,1\n\
    C,Crate,90 EUR,,3a\n\
    D,Dune,,,3a\n\
    E,Echo,1000 USD,400 USD,6d\n";

fn run(home: &TempDir, args: &[&str]) -> Ended {
    run_in(home.path(), &[args, &["--config-dir", ".", "--as", "ann"]].concat(), "")
}

fn home(settings: &str) -> TempDir {
    let home = TempDir::new().expect("a temporary directory");
    std::fs::write(home.path().join("in.csv"), FILE).expect("it can be written");
    std::fs::write(home.path().join("config.toml"), settings).expect("it can be written");
    assert_eq!(run(&home, &["import", "in.csv"]).0, 0);
    home
}

#[test]
fn the_table_has_totals_per_currency_and_what_churned_is_in_none() {
    let (code, out, said) = run(&home(""), &["forecast", "--color", "always"]);
    assert_eq!(code, 0, "{said}");
    let mut plain = String::new();
    for part in out.split('\u{1b}') {
        plain.push_str(part.split_once('m').filter(|_| part.starts_with('[')).map_or(part, |(_, rest)| rest));
    }
    assert_eq!(
        plain,
        "USD\n\
         STAGE           ACCOUNTS  FORECAST  WEIGHTED  UPCOMING  WEIGHTED\n\
         1. New Account         2   $300.50   $300.50\n\
         6d. Churned            1    $1,000    $1,000      $400      $400\n\
         \n\
         EUR\n\
         STAGE                ACCOUNTS  FORECAST  WEIGHTED  UPCOMING  WEIGHTED\n\
         1. New Account              1                           €50       €50\n\
         3a. Engaged — Email         1       €90       €90\n\
         Open                        2       €90       €90       €50       €50\n"
    );
    assert_eq!(
        said,
        "1 account is in no sum, because no amount is known: see `gangplank forecast --accounts --currency none`\n"
    );
}

#[test]
fn every_number_opens_its_accounts() {
    let home = home("forecast = { none = 50 }\n");
    let json = |args: &[&str]| -> Value {
        let (code, out, said) = run(&home, &[&["forecast", "--json"], args].concat());
        assert_eq!(code, 0, "{said}");
        serde_json::from_str(&out).expect("it is JSON")
    };
    assert_eq!(
        json(&["--currency", "usd"]),
        json!([
            {"currency": "USD", "stage": "1", "accounts": 2,
             "forecasted_mrr": {"minor": 30050, "weighted": 15025, "accounts": ["A", "B"]},
             "upcoming_invoice": {"minor": 0, "weighted": 0, "accounts": []},
             "refunded_this_month": {"minor": 0, "accounts": []}},
            {"currency": "USD", "stage": "6d", "accounts": 1,
             "forecasted_mrr": {"minor": 100_000, "weighted": 50000, "accounts": ["E"]},
             "upcoming_invoice": {"minor": 40000, "weighted": 20000, "accounts": ["E"]},
             "refunded_this_month": {"minor": 0, "accounts": []}},
        ])
    );
    assert_eq!(
        json(&["--accounts", "--stage", "1", "--currency", "EUR"]),
        json!([{"id": "A", "name": "Acme", "currency": "EUR", "stage": "1", "risk": "none",
            "forecasted_mrr": null, "upcoming_invoice": {"minor": 5000, "weighted": 2500}}])
    );
    assert_eq!(
        json(&["--accounts", "--currency", "none"]),
        json!([{"id": "D", "name": "Dune", "currency": null, "stage": "3a", "risk": "none",
            "forecasted_mrr": null, "upcoming_invoice": null}])
    );
    // What is listed adds up to what is summed.
    let lines = json(&[]);
    for line in lines.as_array().expect("a list") {
        let stage = line["stage"].as_str().unwrap_or("none");
        let currency = line["currency"].as_str().unwrap_or("none");
        let members = json(&["--accounts", "--stage", stage, "--currency", currency]);
        let members = members.as_array().expect("a list");
        assert_eq!(line["accounts"], members.len());
        for what in ["forecasted_mrr", "upcoming_invoice"] {
            for which in ["minor", "weighted"] {
                let sum: i64 = members.iter().filter_map(|member| member[what][which].as_i64()).sum();
                assert_eq!(line[what][which], sum, "{currency} {stage} {what} {which}");
            }
        }
    }
}

#[test]
fn the_csv_is_for_spreadsheets() {
    let home = home("");
    let says = |args: &[&str]| run(&home, &[&["forecast", "--csv", "--no-bom"], args].concat()).1;
    assert_eq!(
        says(&["--currency", "USD"]),
        "Currency,Stage,Accounts,Forecasted MRR,Forecasted MRR Weighted,Upcoming Invoice,Upcoming Invoice Weighted\n\
         USD,1. New Account,2,300.50,300.50,,\n\
         USD,6d. Churned,1,1000.00,1000.00,400.00,400.00\n"
    );
    assert_eq!(
        says(&["--accounts", "--stage", "1", "--currency", "USD"]),
        "External ID,Name,Currency,Stage,Forecasted MRR,Forecasted MRR Weighted,Upcoming Invoice,Upcoming Invoice Weighted,Payment Risk\n\
         A,Acme,USD,1. New Account,100.00,100.00,,,none\n\
         B,\"'=Bolt, Ltd\",USD,1. New Account,200.50,200.50,,,none\n"
    );
    assert_eq!(
        run(&home, &["forecast", "--accounts", "--stage", "3"]).1,
        "NAME\tID\tCURRENCY\tSTAGE\tFORECAST\tWEIGHTED\tUPCOMING\tWEIGHTED\tRISK\n\
         Crate\tC\tEUR\t3a. Engaged — Email\t€90\t€90\t\t\t\n\
         Dune\tD\t\t3a. Engaged — Email\t\t\t\t\t\n"
    );
    assert!(
        run(&home, &["forecast"])
            .1
            .starts_with("CURRENCY\tSTAGE\tACCOUNTS\tFORECAST\tWEIGHTED\tUPCOMING\tWEIGHTED\nEUR\t")
    );
    assert_eq!(run(&home, &["forecast", "--stage", "9"]).0, 2);
    assert_eq!(run(&home, &["forecast", "--csv", "--json"]).0, 2);
}
