//! How live sources and receivers fare, in words.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::state::PushedValue;

/// `ok`, `not read yet`, or why it fails: `failed twice: no connection to api.stripe.com`.
pub fn state(error: Option<&str>, failures: u32, was_read: bool) -> String {
    match (error, failures) {
        (Some(why), 0 | 1) => format!("failed: {why}"),
        (Some(why), 2) => format!("failed twice: {why}"),
        (Some(why), times) => format!("failed {times} times: {why}"),
        (None, _) if was_read => "ok".to_owned(),
        (None, _) => "not read yet".to_owned(),
    }
}

/// The same of a receiver: how many deliveries in a row were `refused` and why, how many events were `unreadable` and why
/// the latest was.
pub fn received(
    error: Option<&str>,
    refused: Option<(u64, &str)>,
    unreadable: Option<(u64, &str)>,
    was_received: bool,
) -> String {
    match (error, refused, unreadable) {
        (Some(why), ..) => format!("the latest delivery was not kept: {why}"),
        (None, Some((1, why)), _) => format!("the latest delivery was refused: {why}"),
        (None, Some((times, why)), _) => format!("the latest {times} deliveries were refused: {why}"),
        (None, None, Some((1, why))) => format!("ok; one event could not be read: {why}"),
        (None, None, Some((count, why))) => {
            format!("ok; {count} events could not be read, the latest: {why}")
        }
        (None, None, None) if was_received => "ok".to_owned(),
        (None, None, None) => "nothing received yet".to_owned(),
    }
}

/// What is to be done about a receiver of which something is wrong: the latest delivery was not kept, was refused, or could
/// not be read.
pub fn receiver_advice(was_not_kept: bool, was_refused: bool, is_unreadable: bool) -> Option<&'static str> {
    match (was_not_kept, was_refused, is_unreadable) {
        (true, ..) => {
            Some("It is delivered again by itself; free the disk, or see what `gangplank serve` says")
        }
        (_, true, _) => Some(
            "Anybody may send such ones. If they are yours, correct the secret where receivers.toml finds it, and start \
             `gangplank serve` again",
        ),
        (_, _, true) => {
            Some("It is kept: `gangplank docs receivers` says how to take it in once it can be read")
        }
        (false, false, false) => None,
    }
}

/// What is to be done about a source that fails.
pub fn advice(needs_a_person: bool) -> &'static str {
    if needs_a_person {
        "Somebody has to mend this: correct sources.toml or the secret, and read it again"
    } else {
        "It is tried again by itself, and nothing is lost meanwhile"
    }
}

/// What another system was told: `told crm: onboardingPipeline “3a. Engaged — Email”`.
pub fn pushed(source: &str, fields: &BTreeMap<Arc<str>, PushedValue>) -> String {
    let each: Vec<String> = fields.iter().map(|(field, value)| pushed_field(field, &value.to)).collect();
    format!("told {source}: {}", each.join(", "))
}

/// One field of it, without what all fields of a system begin with.
pub fn pushed_field(field: &str, value: &str) -> String {
    let name = field.rsplit('.').next().unwrap_or(field);
    match serde_json::from_str::<Value>(value) {
        Ok(Value::Null) if field.starts_with("task:") => "no task".to_owned(),
        Ok(Value::Null) => format!("{name} cleared"),
        Ok(Value::String(text)) => format!("{name} “{text}”"),
        Ok(Value::Object(task)) => {
            let text = |part: &str| task.get(part).and_then(Value::as_str).filter(|text| !text.is_empty());
            let is_done = task.get("completedAt").is_some_and(|at| !at.is_null());
            let state = match text("dueDate") {
                _ if is_done => " done".to_owned(),
                Some(due) => format!(" due {due}"),
                None => String::new(),
            };
            format!("task “{}”{state}", text("name").unwrap_or_default())
        }
        _ => format!("{name} {value}"),
    }
}
