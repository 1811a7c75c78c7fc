//! The JSON of an entry, of which no more is read than is needed: the entry of an import is as long as its file.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// An entry as it is written, cut into its events and the rest.
pub(super) struct EntryText<'a> {
    rest: BTreeMap<&'a str, &'a RawValue>,
    events: Vec<&'a RawValue>,
}

impl<'a> EntryText<'a> {
    /// # Errors
    /// When `json` is no object with a list of events.
    pub(super) fn of(json: &'a str) -> serde_json::Result<Self> {
        let mut rest: BTreeMap<&str, &RawValue> = serde_json::from_str(json)?;
        let events = serde_json::from_str(rest.remove("events").map_or("null", RawValue::get))?;
        Ok(Self { rest, events })
    }

    /// The JSON of the same entry with only the events that `keep` keeps.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn with_events(&self, keep: impl Fn(&str) -> bool) -> serde_json::Result<String> {
        let events: Vec<_> = self.events.iter().filter(|event| keep(event.get())).collect();
        let events = serde_json::value::to_raw_value(&events)?;
        let mut fields = self.rest.clone();
        fields.insert("events", &events);
        serde_json::to_string(&fields)
    }
}

/// What stands in an entry before its first event, of which `start` is the beginning; `None` where that is longer, or where
/// the entry was not written by this program.
pub(super) fn envelope(start: &[u8]) -> Option<&str> {
    const EVENTS: &[u8] = b",\"events\":[";
    // In a text, its quotes would be escaped.
    let at = start.windows(EVENTS.len()).position(|window| window == EVENTS)?;
    str::from_utf8(&start[..at + EVENTS.len()]).ok()
}
