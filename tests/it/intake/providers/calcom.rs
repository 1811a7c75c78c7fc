//! Cal.com's webhooks.

use gangplank::intake::providers::Provider;
use serde_json::json;

use super::{home, told, translate};

pub(super) const EXAMPLES: &str = include_str!("../../data/providers/calcom.jsonl");

#[test]
fn webhooks_with_and_without_an_envelope_become_signals() {
    insta::assert_snapshot!(told(&translate(Provider::CalCom, EXAMPLES.as_bytes())), @r#"
    1 BOOKING_CREATED:u1 | 12-10 09:00:00 | ana@acme.example | {"call_booked":{"call":"u1","starts_at":"2024-12-12T15:00:00Z","ends_at":"2024-12-12T15:30:00Z"}}
    2 BOOKING_RESCHEDULED:u2 | 12-11 09:00:00 | ana@acme.example | {"call_rescheduled":{"call":"u2","was":"u1","starts_at":"2024-12-13T15:00:00Z","ends_at":"2024-12-13T15:30:00Z"}}
    3 NO_SHOW_UPDATED:u2 2024-12-13T15:45:00Z | 12-13 15:45:00 | ana@acme.example | {"call_no_show":{"call":"u2"}}
    4 BOOKING_CREATED:u3 | 12-10 10:00:00 | pay@bolt.example | {"call_booked":{"call":"u3","starts_at":"2024-12-14T11:00:00Z","ends_at":"2024-12-14T11:30:00Z"}}
    5 BOOKING_CANCELLED:u3 | 12-10 11:00:00 | pay@bolt.example | {"call_canceled":{"call":"u3"}}
    10 BOOKING_CREATED:u4 | 12-10 12:00:00 | nobody@nowhere.example | {"call_booked":{"call":"u4","starts_at":"2024-12-14T15:00:00Z","ends_at":"2024-12-14T15:30:00Z"}}
    11 ! u5: `endTime` is missing
    ignored: {"BOOKING_NO_SHOW_UPDATED of nobody": 1, "BOOKING_PAID": 1, "MEETING_ENDED": 2}, test mode: 0
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
