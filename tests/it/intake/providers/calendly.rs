//! Calendly's webhooks and lists.

use gangplank::intake::providers::Provider;
use serde_json::{Value, json};

use super::{home, told, translate};

pub(super) const EXAMPLES: &str = include_str!("../../data/providers/calendly.jsonl");

#[test]
fn webhooks_and_lists_become_the_same_signals() {
    insta::assert_snapshot!(told(&translate(Provider::Calendly, EXAMPLES.as_bytes())), @r#"
    1 invitee.created:EV1/invitees/I1 | 12-10 09:00:00 | ana@acme.example | {"call_booked":{"call":"https://api.calendly.com/scheduled_events/EV1","event":"8suu9k3hj00mni03ss12ba0ce0@google.com","starts_at":"2024-12-12T15:00:00Z","ends_at":"2024-12-12T15:30:00Z"}}
    3 invitee.created:EV2/invitees/I2 | 12-11 09:00:00 | ana@acme.example | {"call_rescheduled":{"call":"https://api.calendly.com/scheduled_events/EV2","was":"https://api.calendly.com/scheduled_events/EV1","event":"8suu9k3hj00mni03ss12ba0ce0@google.com","starts_at":"2024-12-13T15:00:00Z","ends_at":"2024-12-13T15:30:00Z"}}
    4 invitee.created:EV3/invitees/I3 | 12-12 09:00:00 | ana@acme.example | {"call_rescheduled":{"call":"https://api.calendly.com/scheduled_events/EV3","was":"https://api.calendly.com/scheduled_events/EV2","event":"8suu9k3hj00mni03ss12ba0ce0@google.com","starts_at":"2024-12-14T10:00:00Z","ends_at":"2024-12-14T10:30:00Z"}}
    5 invitee_no_show.created:EV3/invitees/I3 2024-12-14T11:00:00Z | 12-14 11:00:00 | ana@acme.example | {"call_no_show":{"call":"https://api.calendly.com/scheduled_events/EV3"}}
    6 invitee.created:EV4/invitees/I4 | 12-10 10:00:00 | pay@bolt.example | {"call_booked":{"call":"https://api.calendly.com/scheduled_events/EV4","event":"8suu9k3hj00mni03ss12ba0ce0@google.com","starts_at":"2024-12-14T12:00:00Z","ends_at":"2024-12-14T12:30:00Z"}}
    7 invitee.canceled:EV4/invitees/I4 | 12-10 11:00:00 | pay@bolt.example | {"call_canceled":{"call":"https://api.calendly.com/scheduled_events/EV4"}}
    8 invitee_no_show.deleted:EV3/invitees/I3 2024-12-14T11:10:01Z | 12-14 11:10:01 | ana@acme.example | {"call_no_show_withdrawn":{"call":"https://api.calendly.com/scheduled_events/EV3"}}
    12 invitee.canceled:EV4/invitees/I4 | 12-10 11:00:00 | pay@bolt.example | {"call_canceled":{"call":"https://api.calendly.com/scheduled_events/EV4"}}
    12 invitee.created:EV4/invitees/I4 | 12-10 10:00:00 | pay@bolt.example | {"call_booked":{"call":"https://api.calendly.com/scheduled_events/EV4","event":"8suu9k3hj00mni03ss12ba0ce0@google.com","starts_at":"2024-12-14T12:00:00Z","ends_at":"2024-12-14T12:30:00Z"}}
    13 invitee.created:EV5/invitees/I5 | 12-10 12:00:00 | nobody@nowhere.example | {"call_booked":{"call":"https://api.calendly.com/scheduled_events/EV5","event":"8suu9k3hj00mni03ss12ba0ce0@google.com","starts_at":"2024-12-13T12:00:00Z","ends_at":"2024-12-13T12:30:00Z"}}
    14 ! https://api.calendly.com/scheduled_events/EV6/invitees/I6: the times of its call are missing: add the list of scheduled events, in which https://api.calendly.com/scheduled_events/EV6 is, to the file
    15 ! https://api.calendly.com/scheduled_events/EV7/invitees/I7: `scheduled_event.end_time` is not after `scheduled_event.start_time`
    16 invitee.created:EV8/invitees/I8 | 12-12 08:00:00 | nobody@nowhere.example | {"call_booked":{"call":"https://api.calendly.com/scheduled_events/EV8","starts_at":"2024-12-16T08:00:00Z","ends_at":"2024-12-16T08:30:00Z"}}
    18 invitee.created:EV9/invitees/I9 | 12-12 10:00:00 | nobody@nowhere.example | {"call_rescheduled":{"call":"https://api.calendly.com/scheduled_events/EV9","was":"https://api.calendly.com/scheduled_events/EV8","starts_at":"2024-12-17T08:00:00Z","ends_at":"2024-12-17T08:30:00Z"}}
    19 invitee.canceled:EV9/invitees/I9 | 12-13 10:00:00 | nobody@nowhere.example | {"call_canceled":{"call":"https://api.calendly.com/scheduled_events/EV9"}}
    ignored: {"invitee.canceled by rescheduling": 2, "routing_form_submission.created": 1, "scheduled_events": 2}, test mode: 0
    "#);
}

/// The lists of scheduled events and of invitees have no webhook's envelope, and name each other.
#[test]
fn a_page_of_invitees_needs_the_page_of_their_events() {
    let entries: Vec<Value> =
        EXAMPLES.lines().skip(9).take(4).map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let (events, invitees) = entries.split_at(2);
    let pages = json!([{"collection": invitees, "pagination": {}}, {"collection": events, "pagination": {}}]);
    let both = translate(Provider::Calendly, pages.to_string().as_bytes());
    assert_eq!((both.records, both.signals.len(), both.rejected.len()), (4, 3, 0));
    let alone = translate(Provider::Calendly, json!({"collection": invitees}).to_string().as_bytes());
    assert_eq!((alone.signals.len(), alone.rejected.len()), (0, 2));
    let one = json!({"resource": events[0]}).to_string();
    let ignored = translate(Provider::Calendly, one.as_bytes()).ignored.counts();
    assert_eq!(ignored, [("scheduled_events".to_owned(), 1)].into());
}

#[test]
fn a_booking_leads_to_3b_and_stays_one_call_whatever_becomes_of_it() {
    // The halves of a rescheduling come in either order, and the first may not say what it is.
    let unsaid = EXAMPLES.replace("\"rescheduled\":true", "\"rescheduled\":false");
    for (examples, order) in
        [(EXAMPLES, [1, 2, 3]), (EXAMPLES, [3, 2, 1]), (&unsaid, [1, 2, 3]), (&unsaid, [2, 3, 1])]
    {
        let lines: Vec<&str> = examples.lines().collect();
        let home = home();
        let ingest = |lines: &[&str]| {
            let args = ["ingest", "-", "--from", "calendly"];
            home.gangplank(&args).write_stdin(lines.join("\n")).assert().success();
        };
        let shows = || home.json(&["show", "A-1", "--json"]);
        ingest(&lines[..1]);
        assert_eq!(shows()["stage"], "3b");
        for event in order {
            ingest(&lines[event..=event]);
        }
        let calls = json!([{"id":"https://api.calendly.com/scheduled_events/EV1","starts_at":"2024-12-14T10:00:00Z","ends_at":"2024-12-14T10:30:00Z","outcome":null}]);
        assert_eq!(shows()["calls"], calls, "{order:?}");
        ingest(&lines[4..5]);
        assert_eq!((&shows()["calls"][0]["outcome"], &shows()["stage"]), (&json!("no_show"), &json!("3b")));
        ingest(&lines[5..7]);
        let other = home.json(&["show", "A-2", "--json"]);
        assert_eq!((&other["calls"][0]["outcome"], &other["stage"]), (&json!("canceled"), &json!("3b")));
    }
}
