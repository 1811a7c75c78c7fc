//! Journals of format 1: the same changes under their former names, each with its account inside.
//!
//! A journal that began in format 1 stays as it is and goes on in format 2. Each event shows by its name which one it
//! is, so both stand in one file, and an older program says of the new lines that a newer one wrote them.

use serde_json::{Map, Value};

use crate::state::Entry;

/// What format 1 calls an event, and what format 2 calls the change. The account stands inside in format 1.
const CHANGES: [(&str, &str); 23] = [
    ("added", "added"),
    ("removed", "removed"),
    ("learned", "facts_updated"),
    ("restored", "facts_restored"),
    ("moved", "moved"),
    ("stamped", "stamp_set"),
    ("unstamped", "stamp_removed"),
    ("engaged", "engagement_changed"),
    ("joined", "segment_joined"),
    ("left", "segment_left"),
    ("owned", "owner_changed"),
    ("assessed", "risk_changed"),
    ("noted", "note_added"),
    ("struck", "note_removed"),
    ("seen", "seen"),
    ("recorded", "signal_recorded"),
    ("unrecorded", "signal_removed"),
    ("called", "call_changed"),
    ("tasked", "task_changed"),
    ("snoozed", "snooze_changed"),
    ("alerted", "alert_changed"),
    ("fired", "playbook_ran"),
    ("unfired", "playbook_run_reverted"),
];

/// The same for events that are about no account.
const BOARD_EVENTS: [(&str, &str); 2] =
    [("unmatched", "unmatched_changed"), ("switched", "playbook_switched")];

/// Reads an entry of a journal that began in format 1.
pub(super) fn entry(json: &[u8]) -> Result<Entry, serde_json::Error> {
    let mut entry: Value = serde_json::from_slice(json)?;
    if let Some(Value::Array(events)) = entry.get_mut("events") {
        for event in events {
            if let Value::Object(event) = event {
                rename(event);
            }
        }
    }
    serde_json::from_value(entry)
}

/// Gives an event of format 1 its form of format 2. One that has that form already stays as it is.
fn rename(event: &mut Map<String, Value>) {
    if event.len() != 1 {
        return;
    }
    let found = |names: &[(&str, &'static str)], event: &mut Map<String, Value>| {
        names.iter().find_map(|(former, name)| Some((*name, event.remove(*former)?)))
    };
    if let Some((name, fields)) = found(&BOARD_EVENTS, event) {
        event.insert(name.to_owned(), fields);
    } else if let Some((name, mut fields)) = found(&CHANGES, event) {
        let account = fields.as_object_mut().and_then(|fields| fields.remove("account"));
        let is_bare = fields.as_object().is_some_and(Map::is_empty);
        event.extend(account.map(|account| ("account".to_owned(), account)));
        event.insert(name.to_owned(), if is_bare { Value::Null } else { fields });
    }
}
