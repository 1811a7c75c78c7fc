//! Cal.com's webhooks.

use gangplank::intake::providers::Provider;
use serde_json::{Value, json};

use super::{home, ingest, told, translate};

pub(super) const EXAMPLES: &str = include_str!("../../data/providers/calcom.jsonl");

#[test]
fn webhooks_with_and_without_an_envelope_become_signals() {
    insta::assert_snapshot!(told(&translate(Provider::CalCom, EXAMPLES.as_bytes())), @r#"
    1 BOOKING_CREATED:u1 | 12-10 09:00:00 | ana@acme.example | {"call_booked":{"call":"u1","event":"ical-1@Cal.com","starts_at":"2024-12-12T15:00:00Z","ends_at":"2024-12-12T15:30:00Z"}}
    2 BOOKING_RESCHEDULED:u2 | 12-11 09:00:00 | ana@acme.example | {"call_rescheduled":{"call":"u2","was":"u1","event":"ical-1@Cal.com","starts_at":"2024-12-13T15:00:00Z","ends_at":"2024-12-13T15:30:00Z"}}
    3 NO_SHOW_UPDATED:u2 2024-12-13T15:45:00Z | 12-13 15:45:00 | ana@acme.example | {"call_no_show":{"call":"u2"}}
    4 BOOKING_CREATED:u3 | 12-10 10:00:00 | pay@bolt.example | {"call_booked":{"call":"u3","event":"ical-1@Cal.com","starts_at":"2024-12-14T11:00:00Z","ends_at":"2024-12-14T11:30:00Z"}}
    5 BOOKING_CANCELLED:u3 | 12-10 11:00:00 | pay@bolt.example | {"call_canceled":{"call":"u3"}}
    10 BOOKING_CREATED:u4 | 12-10 12:00:00 | nobody@nowhere.example | {"call_booked":{"call":"u4","event":"ical-1@Cal.com","starts_at":"2024-12-14T15:00:00Z","ends_at":"2024-12-14T15:30:00Z"}}
    11 ! u5: `endTime` is missing
    12 BOOKING_CREATED:u1 | 12-10 09:00:00 | ana@acme.example | {"call_booked":{"call":"u1","event":"ical-1@Cal.com","starts_at":"2024-12-12T15:00:00Z","ends_at":"2024-12-12T15:30:00Z"}}
    13 BOOKING_CREATED:u8 | 12-12 10:00:00 | nobody@nowhere.example | {"call_booked":{"call":"u8","starts_at":"2024-12-16T15:00:00Z","ends_at":"2024-12-16T15:30:00Z"}}
    14 BOOKING_RESCHEDULED:u9 | 12-13 10:00:00 | nobody@nowhere.example | {"call_rescheduled":{"call":"u9","was":"u8","starts_at":"2024-12-17T15:00:00Z","ends_at":"2024-12-17T15:30:00Z"}}
    14 NO_SHOW_UPDATED:u9 2024-12-17T16:00:00Z | 12-17 16:00:00 | nobody@nowhere.example | {"call_no_show":{"call":"u9"}}
    15 BOOKING_CANCELLED:u10 | 12-13 11:00:00 | nobody@nowhere.example | {"call_canceled":{"call":"u10"}}
    15 BOOKING_CREATED:u10 | 12-12 10:00:00 | nobody@nowhere.example | {"call_booked":{"call":"u10","starts_at":"2024-12-18T15:00:00Z","ends_at":"2024-12-18T15:30:00Z"}}
    17 BOOKING_CREATED:u12 | 12-13 10:00:00 | nobody@nowhere.example | {"call_booked":{"call":"u12","starts_at":"2024-12-19T15:00:00Z","ends_at":"2024-12-19T15:30:00Z"}}
    ignored: {"BOOKING_NO_SHOW_UPDATED of nobody": 1, "BOOKING_PAID": 1, "MEETING_ENDED": 2, "pending booking": 1}, test mode: 0
    "#);
}

#[test]
fn a_booking_leads_to_3b_and_stays_one_call_and_its_end_says_nothing() {
    let home = home();
    let ingest = |lines: &mut dyn Iterator<Item = &str>| {
        let args = ["ingest", "-", "--from", "calcom"];
        home.gangplank(&args).write_stdin(lines.collect::<Vec<_>>().join("\n")).assert().success();
    };
    let shows = |account: &str| home.json(&["show", account, "--json"]);
    ingest(&mut EXAMPLES.lines().skip(3));
    assert_eq!(shows("A-2")["calls"][0]["outcome"], "canceled");
    ingest(&mut EXAMPLES.lines().take(3));
    let acme = shows("A-1");
    assert_eq!(acme["stage"], "3b");
    assert_eq!(
        acme["calls"],
        json!([{"id":"u1","starts_at":"2024-12-13T15:00:00Z","ends_at":"2024-12-13T15:30:00Z","outcome":"no_show"}])
    );
}

/// The answers of both versions of the API hold their bookings in lists of their own.
#[test]
fn pages_of_bookings_are_read() {
    let bookings: Vec<Value> =
        EXAMPLES.lines().skip(12).map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let signals = |page: Value| translate(Provider::CalCom, page.to_string().as_bytes()).signals.len();
    let all = signals(json!(bookings));
    assert!(all > 4);
    assert_eq!(signals(json!({"status": "success", "data": bookings, "pagination": {"totalItems": 5}})), all);
    assert_eq!(signals(json!({"status": "success", "data": {"bookings": bookings, "totalCount": 5}})), all);
    assert_eq!(signals(json!({"bookings": bookings})), all);
    assert_eq!(signals(json!({"status": "success", "data": bookings[0]})), 1);
    assert_eq!(signals(json!({"booking": bookings[0]})), 1);
}

#[test]
fn an_event_that_two_webhooks_tell_is_one_and_a_booking_known_only_by_its_new_time_leads_to_3b() {
    let home = home();
    let lines: Vec<&str> = EXAMPLES.lines().collect();
    let both = format!("{}\n{}", lines[0], lines[11]);
    let told = ingest(&home, Provider::CalCom, &both, &["--json"]);
    let told: Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!((&told["recorded"], &told["duplicate"], told.get("conflicts")), (&json!(1), &json!(1), None));
    for (moved, account) in [("u6", "A-1"), ("u2", "A-2")] {
        let home = super::home();
        let address = if account == "A-1" { "ana@acme.example" } else { "pay@bolt.example" };
        let event = lines[1].replace("\"rescheduleUid\":\"u1\"", &format!("\"rescheduleUid\":\"{moved}\""));
        let event = event.replace("ana@acme.example", address);
        ingest(&home, Provider::CalCom, &event, &[]);
        let shown = home.json(&["show", account, "--json"]);
        assert_eq!((&shown["stage"], shown["calls"].as_array().map(Vec::len)), (&json!("3b"), Some(1)));
        assert_ne!(shown["engaged"], json!(null));
    }
}
