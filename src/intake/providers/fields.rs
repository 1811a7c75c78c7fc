//! The fields of a provider's record, by their path: `data.object.customer`.
//!
//! A field that is missing or null is nothing, and so is one below it: providers leave out what they do not know, and add
//! fields all the time. A field that holds another kind of value than it should is an error.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::Unreadable;
use crate::intake::signals::time;
use crate::intake::table::json::kind;
use crate::state::values::account_ref::AccountRef;
use crate::state::values::time::EARLIEST;

/// How much of a value is repeated in a sentence, in characters.
const SHOWN: usize = 80;

/// The beginning of `text`, for a sentence.
pub(super) fn short(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The value at `path`.
pub(super) fn at<'a>(record: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    match (record.get(first)?, rest) {
        (Value::Null, _) => None,
        (value, None) => Some(value),
        (Value::Object(below), Some(rest)) => at(below, rest),
        (_, Some(_)) => None,
    }
}

/// A text; nothing for an empty one.
pub(super) fn text<'a>(record: &'a Map<String, Value>, path: &str) -> Result<Option<&'a str>, Unreadable> {
    match at(record, path) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.trim()).filter(|text| !text.is_empty())),
        Some(other) => unfit(path, other, "a text"),
    }
}

/// The id of something, which stands there by itself or as part of the whole thing.
pub(super) fn id<'a>(record: &'a Map<String, Value>, path: &str) -> Result<Option<&'a str>, Unreadable> {
    match at(record, path) {
        Some(Value::Object(whole)) => text(whole, "id"),
        _ => text(record, path),
    }
}

pub(super) fn moment(record: &Map<String, Value>, path: &str) -> Result<Option<DateTime<Utc>>, Unreadable> {
    let Some(value) = at(record, path) else { return Ok(None) };
    match time(value) {
        Some(at) if at.date_naive() >= EARLIEST => Ok(Some(at)),
        Some(_) | None => unfit(path, value, "a time since the year 2000"),
    }
}

/// When a call begins and ends.
pub(super) type CallTimes = (DateTime<Utc>, DateTime<Utc>);

/// When something begins and ends; nothing where neither is said.
pub(super) fn span(
    record: &Map<String, Value>,
    starts: &str,
    ends: &str,
) -> Result<Option<CallTimes>, Unreadable> {
    let (starts_at, ends_at) = match (moment(record, starts)?, moment(record, ends)?) {
        (None, None) => return Ok(None),
        (starts_at, ends_at) => (need(starts, starts_at)?, need(ends, ends_at)?),
    };
    if ends_at <= starts_at {
        return Err(Unreadable(format!("`{ends}` is not after `{starts}`")));
    }
    Ok(Some((starts_at, ends_at)))
}

pub(super) fn flag(record: &Map<String, Value>, path: &str) -> Result<Option<bool>, Unreadable> {
    match at(record, path) {
        None => Ok(None),
        Some(Value::Bool(flag)) => Ok(Some(*flag)),
        Some(other) => unfit(path, other, "true or false"),
    }
}

/// A whole number that is not negative.
pub(super) fn whole(record: &Map<String, Value>, path: &str) -> Result<Option<i64>, Unreadable> {
    let Some(value) = at(record, path) else { return Ok(None) };
    match value.as_i64().filter(|number| *number >= 0) {
        Some(number) => Ok(Some(number)),
        None => unfit(path, value, "a whole number from 0 on"),
    }
}

/// An email address as the name of an account; nothing for a text that is none.
pub(super) fn address(record: &Map<String, Value>, path: &str) -> Result<Option<AccountRef>, Unreadable> {
    let is_address =
        |text: &&str| text.split_once('@').is_some_and(|(who, host)| !who.is_empty() && !host.is_empty());
    Ok(text(record, path)?.filter(is_address).map(|text| AccountRef::Email(text.into())))
}

/// The value of a field that has to be there.
pub(super) fn need<T>(path: &str, value: Option<T>) -> Result<T, Unreadable> {
    value.ok_or_else(|| Unreadable(format!("`{path}` is missing")))
}

fn unfit<T>(path: &str, value: &Value, wanted: &str) -> Result<T, Unreadable> {
    let found = match value {
        Value::String(_) | Value::Number(_) | Value::Bool(_) => short(&value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => kind(value).to_owned(),
    };
    Err(Unreadable(format!("`{path}` is {found}, not {wanted}")))
}
