//! Where in a file each signal begins, however its JSON is laid out.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::NotASignal;
use crate::intake::table::LineCounter;
use crate::intake::table::json::without_place;

/// Calls `take` for each object in a file, with the line on which it begins, counted from one; and for an error after
/// which no more of the file can be read.
pub(super) fn for_each(bytes: &[u8], mut take: impl FnMut(usize, Result<&[u8], NotASignal>)) {
    match std::str::from_utf8(bytes) {
        Ok(text) if !is_lines(text) => for_each_value(text, take),
        // A broken line costs only itself.
        Ok(_) | Err(_) => {
            for (index, raw) in bytes.split(|byte| *byte == b'\n').enumerate() {
                match std::str::from_utf8(raw) {
                    Ok(text) if text.trim().is_empty() => {}
                    Ok(text) => objects(text.trim(), |raw| take(index + 1, Ok(raw.as_bytes()))),
                    Err(_) => take(index + 1, Ok(raw)),
                }
            }
        }
    }
}

/// Whether each line of `text` is meant to be JSON by itself.
fn is_lines(text: &str) -> bool {
    let is_whole = |line: &str| serde_json::from_str::<&RawValue>(line).is_ok();
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let Some(first) = lines.next().filter(|line| line.starts_with(['{', '['])) else { return true };
    if is_whole(first) || first.starts_with('[') {
        return is_whole(first);
    }
    let is_object = next_value(text.trim_start()).is_ok();
    !is_object && lines.any(|line| line.starts_with('{') && is_whole(line))
}

/// Calls `take` for each object of `text`, in lists or one after the other.
fn for_each_value(text: &str, mut take: impl FnMut(usize, Result<&[u8], NotASignal>)) {
    let mut lines = LineCounter::default();
    let mut line_of = |part: &str| lines.at(text, part.as_ptr().addr() - text.as_ptr().addr());
    let (mut rest, mut is_in_list) = (text, false);
    loop {
        rest = rest.trim_start();
        match rest.as_bytes().first() {
            None if is_in_list => {
                let reason = "the list does not end: the file may be cut off";
                return take(line_of(rest), Err(NotASignal(reason.to_owned())));
            }
            None => return,
            Some(b'[') if !is_in_list => (rest, is_in_list) = (&rest[1..], true),
            Some(b']') if is_in_list => (rest, is_in_list) = (&rest[1..], false),
            Some(b',') if is_in_list => rest = &rest[1..],
            Some(_) => match next_value(rest) {
                Ok((value, after)) => {
                    objects(value, |raw| take(line_of(raw), Ok(raw.as_bytes())));
                    rest = after;
                }
                Err(error) => {
                    let line = line_of(rest) + error.line().saturating_sub(1);
                    let reason = without_place(&error);
                    let reason = format!("not valid JSON: {reason}; nothing from here on was read");
                    return take(line, Err(NotASignal(reason)));
                }
            },
        }
    }
}

/// The value at the beginning of `text`, and what follows it.
fn next_value(text: &str) -> Result<(&str, &str), serde_json::Error> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
    let value = values.next().transpose()?.map_or("", RawValue::get);
    Ok((value, &text[values.byte_offset()..]))
}

/// Calls `take` for the objects of a list, or of the list in a wrapper such as `{"signals":[…]}`; else for `raw` itself.
fn objects<'a>(raw: &'a str, mut take: impl FnMut(&'a str)) {
    let list = if raw.starts_with('[') { serde_json::from_str(raw).ok() } else { wrapped(raw) };
    match list {
        Some(list) => Vec::<&RawValue>::into_iter(list).for_each(|value| take(value.get())),
        None => take(raw),
    }
}

/// The only list of objects in an object that is no signal.
fn wrapped(raw: &str) -> Option<Vec<&RawValue>> {
    // Most signals hold no list, and need not be read twice.
    if !raw.starts_with('{') || !raw.contains('[') {
        return None;
    }
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(raw).ok()?;
    if members.contains_key("signal") {
        return None;
    }
    let lists = members.values().filter_map(|value| serde_json::from_str::<Vec<&RawValue>>(value.get()).ok());
    let mut lists = lists.filter(|list| list.iter().all(|value| value.get().starts_with('{')));
    lists.next().filter(|_| lists.next().is_none())
}
