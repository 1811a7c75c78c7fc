//! Where in a file each signal or event begins, however its JSON is laid out.

use serde_json::value::RawValue;

use super::table::LineCounter;
use super::table::json::without_place;

/// The values of the list in a wrapper such as `{"signals":[…]}`; nothing for an object that is no wrapper.
pub(super) type Unwrap = fn(&str) -> Option<Vec<&RawValue>>;

/// Calls `take` for each object in a file, with the line on which it begins, counted from one; and for an error after
/// which no more of the file can be read.
pub(super) fn for_each<'a>(
    bytes: &'a [u8],
    unwrap: Unwrap,
    mut take: impl FnMut(usize, Result<&'a [u8], String>),
) {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) if !is_lines(text) => for_each_value(text, unwrap, take),
        // A broken line costs only itself.
        Ok(_) | Err(_) => {
            for (index, raw) in bytes.split(|byte| *byte == b'\n').enumerate() {
                match std::str::from_utf8(raw) {
                    Ok(text) if text.trim().is_empty() => {}
                    Ok(text) => objects(text.trim(), unwrap, &mut |raw| take(index + 1, Ok(raw.as_bytes()))),
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
fn for_each_value<'a>(text: &'a str, unwrap: Unwrap, mut take: impl FnMut(usize, Result<&'a [u8], String>)) {
    let mut lines = LineCounter::default();
    let mut line_of = |part: &str| lines.at(text, part.as_ptr().addr() - text.as_ptr().addr());
    let (mut rest, mut is_in_list) = (text, false);
    loop {
        rest = rest.trim_start();
        match rest.as_bytes().first() {
            None if is_in_list => {
                let reason = "the list does not end: the file may be cut off";
                return take(line_of(rest), Err(reason.to_owned()));
            }
            None => return,
            Some(b'[') if !is_in_list => (rest, is_in_list) = (&rest[1..], true),
            Some(b']') if is_in_list => (rest, is_in_list) = (&rest[1..], false),
            Some(b',') if is_in_list => rest = &rest[1..],
            Some(_) => match next_value(rest) {
                Ok((value, after)) => {
                    objects(value, unwrap, &mut |raw| take(line_of(raw), Ok(raw.as_bytes())));
                    rest = after;
                }
                Err(error) => {
                    let line = line_of(rest) + error.line().saturating_sub(1);
                    let reason = without_place(&error);
                    let reason = format!("not valid JSON: {reason}; nothing from here on was read");
                    return take(line, Err(reason));
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

/// Calls `take` for the objects of a list, of the list in a wrapper, or of a list of wrappers; else for `raw` itself.
fn objects<'a>(raw: &'a str, unwrap: Unwrap, take: &mut impl FnMut(&'a str)) {
    let listed = if raw.starts_with('[') { serde_json::from_str(raw).ok() } else { None };
    match listed {
        Some(list) => {
            for value in Vec::<&RawValue>::into_iter(list) {
                unwrapped(value.get(), unwrap, take);
            }
        }
        None => unwrapped(raw, unwrap, take),
    }
}

fn unwrapped<'a>(raw: &'a str, unwrap: Unwrap, take: &mut impl FnMut(&'a str)) {
    match unwrap(raw) {
        Some(list) => list.into_iter().for_each(|value| take(value.get())),
        None => take(raw),
    }
}
