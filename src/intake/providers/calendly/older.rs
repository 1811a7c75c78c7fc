//! Webhooks of Calendly's version 1, in the form of those of today.
//!
//! They name an event and an invitee by their ids alone, which are the last parts of today's addresses.

use serde_json::{Map, Value, json};

use crate::intake::providers::fields::at;

/// Where today's addresses begin.
const EVENTS: &str = "https://api.calendly.com/scheduled_events";

/// The payload of an older webhook as today's have it; nothing for one of today.
pub(super) fn of_today(payload: &Map<String, Value>) -> Option<Map<String, Value>> {
    let (event, invitee) = (part(payload, "event")?, part(payload, "invitee")?);
    let address = |event: &str, invitee: &str| {
        let id = |path: &str| at(payload, path).and_then(Value::as_str);
        Some(format!("{EVENTS}/{}/invitees/{}", id(event)?, id(invitee)?))
    };
    let call = at(payload, "event.uuid").and_then(Value::as_str);
    let canceled_at = [invitee, event].iter().find_map(|it| at(it, "canceled_at"));
    let today = json!({
        "uri": address("event.uuid", "invitee.uuid"),
        "email": invitee.get("email"),
        "created_at": invitee.get("created_at"),
        "updated_at": canceled_at,
        "rescheduled": at(payload, "new_invitee").is_some() || at(payload, "new_event").is_some(),
        "old_invitee": address("old_event.uuid", "old_invitee.uuid"),
        "scheduled_event": {
            "uri": call.map(|id| format!("{EVENTS}/{id}")),
            "start_time": event.get("start_time"),
            "end_time": event.get("end_time"),
        },
    });
    if let Value::Object(today) = today { Some(today) } else { None }
}

fn part<'a>(payload: &'a Map<String, Value>, name: &str) -> Option<&'a Map<String, Value>> {
    payload.get(name)?.as_object()
}
