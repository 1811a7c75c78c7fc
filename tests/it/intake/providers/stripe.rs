//! Stripe's events, of several versions of its API.

use gangplank::intake::providers::Provider;
use serde_json::json;

use super::{home, ingest, told, translate};
use crate::support::home::Home;

pub(super) const EXAMPLES: &str = include_str!("../../data/providers/stripe.jsonl");

#[test]
fn each_generation_becomes_the_same_signals() {
    insta::assert_snapshot!(told(&translate(Provider::Stripe, EXAMPLES.as_bytes())), @r#"
    1 evt_failed_1 | 12-10 09:00:00 | stripe cus_1, billing@acme.example | {"invoice_payment_failed":{"invoice":"in_1","amount":{"minor":34000,"currency":"USD"},"attempt":1,"next_attempt":"2024-12-13T09:00:00Z","subscription":"sub_1"}}
    2 evt_failed_2 | 12-13 09:00:00 | stripe cus_1, billing@acme.example | {"invoice_payment_failed":{"invoice":"in_1","amount":{"minor":24000,"currency":"USD"},"attempt":2,"next_attempt":"2024-12-16T09:00:00Z","subscription":"sub_1"}}
    3 evt_failed_2015 | 12-10 09:00:00 | pay@bolt.example | {"invoice_payment_failed":{"invoice":"in_2015","amount":{"minor":5000,"currency":"JPY"},"attempt":3,"next_attempt":null}}
    4 paid:in_1 | 12-14 08:59:59 | stripe cus_1, billing@acme.example | {"invoice_paid":{"invoice":"in_1","subscription":"sub_1"}}
    5 paid:in_1 | 12-14 08:59:59 | stripe cus_1, billing@acme.example | {"invoice_paid":{"invoice":"in_1","subscription":"sub_1"}}
    6 evt_succeeded_2015 | 12-14 09:00:00 | stripe cus_1, billing@acme.example | {"invoice_paid":{"invoice":"in_2015b","subscription":"sub_1"}}
    7 evt_upcoming | 12-11 09:00:00 | stripe cus_1, billing@acme.example | {"invoice_upcoming":{"subscription":"sub_1","period_end":"2024-12-30","amount":{"minor":410000,"currency":"USD"}}}
    8 evt_upcoming_2019 | 12-11 08:00:00 | stripe cus_1, billing@acme.example | {"invoice_upcoming":{"subscription":"sub_1","period_end":"2024-12-30","amount":{"minor":99000,"currency":"USD"}}}
    9 evt_deleted | 12-15 07:50:01 | stripe cus_1 | {"subscription_ended":{"subscription":"sub_1"}}
    13 ! evt_thin: a thin event says only that something happened, not what: choose the snapshot payload for the event destination in Stripe
    14 evt_test | 12-10 09:00:00 | stripe cus_1, billing@acme.example, owner@acme.example | {"invoice_payment_failed":{"invoice":"in_test","amount":{"minor":34000,"currency":"USD"},"attempt":1,"next_attempt":null,"subscription":"sub_2"}}
    15 evt_krona | 12-10 09:00:00 | stripe cus_1, billing@acme.example | {"invoice_payment_failed":{"invoice":"in_isk","amount":{"minor":5000,"currency":"ISK"},"attempt":1,"next_attempt":null}}
    16 ! evt_no_currency: `data.object.currency` is missing
    17 ! evt_negative: `data.object.amount_remaining` is -5, not a whole number from 0 on
    18 evt_failed_void | 12-10 09:00:00 | stripe cus_1, billing@acme.example | {"invoice_payment_failed":{"invoice":"in_void","amount":{"minor":34000,"currency":"USD"},"attempt":1,"next_attempt":null,"subscription":"sub_2"}}
    19 evt_voided | 12-11 09:00:00 | stripe cus_1, billing@acme.example | {"invoice_voided":{"invoice":"in_void","subscription":"sub_2"}}
    20 evt_failed_lost | 12-10 09:00:00 | stripe cus_1, billing@acme.example | {"invoice_payment_failed":{"invoice":"in_lost","amount":{"minor":34000,"currency":"USD"},"attempt":1,"next_attempt":null,"subscription":"sub_2"}}
    21 evt_lost | 12-11 09:00:00 | stripe cus_1, billing@acme.example | {"invoice_uncollectible":{"invoice":"in_lost","subscription":"sub_2"}}
    22 evt_to_end | 12-11 10:00:00 | stripe cus_1 | {"subscription_cancel_scheduled":{"subscription":"sub_1","period_end":"2024-12-30"}}
    23 evt_to_end_2019 | 12-11 10:01:40 | stripe cus_1 | {"subscription_cancel_scheduled":{"subscription":"sub_2","period_end":"2024-12-31"}}
    24 evt_goes_on | 12-12 10:00:00 | stripe cus_1 | {"subscription_cancel_withdrawn":{"subscription":"sub_1"}}
    26 ! evt_no_end: `data.object.cancel_at` is missing
    ignored: {"charge.succeeded": 1, "customer.created": 1, "customer.subscription.updated": 1, "invoice.paid of 0": 1}, test mode: 1
    "#);
}

#[test]
fn what_is_no_event_says_what_to_save() {
    let invoice = r#"{"id":"in_1","object":"invoice","livemode":true}"#;
    insta::assert_snapshot!(told(&translate(Provider::Stripe, invoice.as_bytes())), @r#"
    1 ! in_1: this is of the kind `invoice`, not an event: save events, as webhooks bring them and GET /v1/events lists them
    ignored: {}, test mode: 0
    "#);
}

/// The examples whose ids are named.
fn events(ids: &[&str]) -> String {
    let is_named = |line: &&str| ids.iter().any(|id| line.starts_with(&format!("{{\"id\":\"{id}\"")));
    EXAMPLES.split_inclusive('\n').filter(is_named).collect()
}

#[test]
fn a_bill_that_is_voided_or_given_up_closes_its_alert_with_that_outcome() {
    let home = home();
    let args = ["ingest", "-", "--from", "stripe"];
    let ids = ["evt_failed_void", "evt_voided", "evt_failed_lost", "evt_lost"];
    home.gangplank(&args).write_stdin(events(&ids[..3])).assert().success();
    let alerts = home.json(&["alerts", "--json"]);
    let open: Vec<_> =
        alerts.as_array().into_iter().flatten().map(|alert| alert["key"].to_string()).collect();
    assert_eq!(open, ["\"failed_payment:A-1:in_lost\""]);
    home.gangplank(&args).write_stdin(events(&ids)).assert().success();
    assert_eq!(home.json(&["alerts", "--json"]), json!([]));
    let told = home.says(&["show", "A-1"]);
    for outcome in ["Alert closed (voided)", "Alert closed (uncollectible)"] {
        assert!(told.contains(outcome), "{outcome}: {told}");
    }
}

#[test]
fn a_subscription_that_fails_raises_one_alert_until_it_is_paid_and_churns_when_it_ends() {
    let home = home();
    let ingest = |ids: &[&str], flags: &[&str]| {
        let args = [&["ingest", "-", "--from", "stripe"], flags].concat();
        let output = home.gangplank(&args).write_stdin(events(ids)).output().expect("it runs");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).expect("it speaks UTF-8")
    };
    let alerts = || home.says(&["alerts"]);
    insta::assert_snapshot!(ingest(&["evt_failed_1", "evt_customer", "evt_charge"], &[]), @r#"
    3 events read · 1 recorded · 2 ignored (charge.succeeded 1, customer.created 1) · 1 alert opened
    To undo: gangplank undo 2
    "#);
    insta::assert_snapshot!(alerts(), @r#"
    NAME	WHAT	STATE	ASSIGNEE	KEY
    Acme	Failed payment of $340, tried once, again on Fri 13 Dec	open		failed_payment:A-1:in_1
    "#);
    ingest(&["evt_failed_2", "evt_failed_1"], &[]);
    insta::assert_snapshot!(alerts(), @r#"
    NAME	WHAT	STATE	ASSIGNEE	KEY
    Acme	Failed payment of $240, tried twice, again on Mon 16 Dec	open		failed_payment:A-1:in_1
    "#);
    // Paid, told by both events, and once more by a second delivery.
    insta::assert_snapshot!(ingest(&["evt_succeeded", "evt_paid", "evt_failed_2", "evt_test"], &["--dry-run"]), @r#"
    4 events read · 2 recorded · 2 known already · 1 alert opened
    1 event is from the test mode of Stripe, and was taken as a real one.
    This was a dry run: nothing was written.
    "#);
    let told = ingest(&["evt_succeeded", "evt_paid", "evt_failed_2"], &["--json"]);
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&told).expect("JSON"),
        json!({"read":3,"recorded":1,"duplicate":2,"unmatched":0,"rejected":[],"moved":0,"alerts_opened":0,"events":3,"ignored":{}})
    );
    assert_eq!(alerts().lines().count(), 1, "the heading alone");
    assert_eq!(home.json(&["show", "A-1", "--json"])["stage"], "2");
    ingest(&["evt_deleted"], &[]);
    assert_eq!(home.json(&["show", "A-1", "--json"])["stage"], "6d");
    insta::assert_snapshot!(ingest(&["evt_deleted", "evt_customer", "evt_thin"], &[]), @r#"
    3 events read · 1 known already · 1 rejected · 1 ignored (customer.created 1)
    1 line was rejected:
      line 3  evt_thin: a thin event says only that something happened, not what: choose the snapshot payload for the event destination in Stripe
    Nothing changed.
    "#);
}

#[test]
fn a_subscription_that_is_to_end_asks_for_attention_until_it_goes_on() {
    let tasks = |home: &Home| {
        let shown = home.json(&["show", "A-1", "--json"]);
        let tasks = shown["tasks"].as_array().into_iter().flatten();
        tasks.map(|task| task["done"].is_null()).collect::<Vec<_>>()
    };
    for order in [["evt_to_end", "evt_goes_on"], ["evt_goes_on", "evt_to_end"]] {
        let home = home();
        ingest(&home, Provider::Stripe, &events(&order[..1]), &[]);
        if order[0] == "evt_to_end" {
            assert_eq!(tasks(&home), [true]);
            assert!(home.says(&["today"]).contains("A subscription ends with its period: ask why"));
            assert!(home.says(&["show", "A-1"]).contains("Cancellation scheduled for"));
        }
        ingest(&home, Provider::Stripe, &events(&order), &[]);
        assert!(tasks(&home).iter().all(|is_open| !is_open), "{order:?}");
        assert_eq!(home.json(&["show", "A-1", "--json"])["stage"], "2");
    }
}
