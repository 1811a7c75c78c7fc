//! Refunds and adjustments at the command line.

use serde_json::json;

use crate::support::home::Home;

#[test]
fn a_refund_is_recorded_in_the_account_s_currency_and_undone() {
    let home = Home::new();
    let said = home.says(&["refund", "Acme", "120", "--reason", "charged twice in May"]);
    assert!(said.starts_with("Acme: Refund of $120: charged twice in May (#2); undo with"), "{said}");
    let said =
        home.says(&["refund", "A-1", "€80.50", "--kind", "adjustment", "--reason", "events nobody uses"]);
    assert!(said.starts_with("Acme: Adjustment of €80.50: events nobody uses (#3)"), "{said}");
    let shown = home.says(&["show", "A-1"]);
    assert!(shown.contains("Refund of $120: charged twice in May · dana"), "{shown}");
    let refunds = home.json(&["show", "A-1", "--json"])["refunds"].clone();
    assert_eq!(
        (&refunds[1]["kind"], &refunds[1]["amount"], &refunds[1]["reason"]),
        (&json!("adjustment"), &json!({"minor": 8050, "currency": "EUR"}), &json!("events nobody uses"))
    );
    let exported = home.json(&["export", "--json", "--where", "id:A-1"]);
    assert_eq!(exported[0]["refunds"][0]["amount"]["minor"], 12000);
    let csv = home.says(&["export", "--csv", "--no-bom", "--where", "id:A-1"]);
    assert!(csv.contains("Onboarding Refunds,Onboarding Open Points\n"), "{csv}");
    assert!(csv.ends_with(",\"80.50 EUR; 120.00 USD\",5\n"), "{csv}");
    home.says(&["undo", "2"]);
    assert_eq!(home.json(&["show", "A-1", "--json"])["refunds"].as_array().map(Vec::len), Some(1));
}

#[test]
fn an_export_with_refunds_and_points_is_read_back_without_them() {
    let home = Home::new();
    home.says(&["refund", "A-1", "12", "--reason", "as agreed"]);
    home.says(&["check", "A-1", "sdk-age"]);
    for (flag, name) in [("--csv", "out.csv"), ("--json", "out.json")] {
        let file = home.data().join("..").join(name).display().to_string();
        home.says(&["export", flag, &file]);
        let said = home.json(&["import", &file, "--dry-run", "--json"]);
        let taken = said["columns"].as_array().expect("a list").iter().filter(|column| {
            let header = column["header"].to_string().to_lowercase();
            column["became"][0] != "ignore" && ["refund", "point"].iter().any(|word| header.contains(word))
        });
        assert_eq!(taken.count(), 0, "{said}");
    }
}

#[test]
fn what_is_wrong_is_said_in_one_sentence() {
    let home = Home::new();
    let error = home.complains(&["refund", "A-1", "much", "--reason", "x"], 2);
    assert!(error.contains("AMOUNT: `much`: expected an amount such as 1234.50 or $1,234.50"), "{error}");
    let error = home.complains(&["refund", "A-1", "5", "--kind", "refnud", "--reason", "x"], 2);
    assert!(error.contains("--kind: `refnud` is none: did you mean refund?"), "{error}");
    home.complains(&["refund", "A-1", "5", "--reason", " "], 3);
    assert!(home.complains(&["refund", "A-1", "5"], 2).contains("--reason"));
}

#[test]
fn the_forecast_sums_what_was_refunded_this_month() {
    let home = Home::new();
    home.says(&["refund", "A-1", "A-2", "10.50", "--reason", "as agreed"]);
    home.says(&["refund", "A-3", "7 EUR", "--reason", "as agreed"]);
    assert!(home.told(&["forecast"]).contains("Refunded in December: €7, $21"));
    let lines = home.json(&["forecast", "--json"]);
    let lines = lines.as_array().expect("a list");
    let of = |currency: &str, stage: &str| {
        let line = lines.iter().find(|line| line["currency"] == currency && line["stage"] == stage);
        line.map(|line| line["refunded_this_month"].clone())
    };
    assert_eq!(of("USD", "1"), Some(json!({"minor": 1050, "accounts": ["A-1"]})));
    assert_eq!(of("EUR", "unmapped"), Some(json!({"minor": 700, "accounts": ["A-3"]})));
    assert!(!home.told(&["forecast", "--currency", "EUR"]).contains('$'));
}
