//! The records of a provider's file, wherever they stand in it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use strum::VariantArray;

use super::{Holds, Provider};
use crate::intake::layout;
use crate::intake::signals::MAX_LINE;
use crate::intake::strict::Strict;
use crate::intake::table::LineCounter;
use crate::intake::table::json::{kind, without_place};

/// The records of a file: single ones, lists of them, and the entries of a provider's own lists.
pub struct Records<'a> {
    pub(super) all: Vec<ProviderRecord<'a>>,
}

/// A record as it stands in the file. It is read when it is needed: a file may be large.
pub(super) struct ProviderRecord<'a> {
    /// The line on which it begins, counted from one.
    pub(super) line: usize,
    raw: Result<Cow<'a, [u8]>, String>,
}

impl<'a> Records<'a> {
    pub fn read(bytes: &'a [u8]) -> Self {
        let mut all = Vec::new();
        layout::for_each(bytes, page, |line, raw| {
            match raw.as_ref().ok().and_then(|raw| query_rows(line, raw)) {
                Some(rows) => all.extend(rows),
                None => all.push(ProviderRecord { line, raw: raw.map(Cow::Borrowed) }),
            }
        });
        Self { all }
    }

    /// What the file holds, as its first readable record shows it.
    pub fn holds(&self) -> Option<Holds> {
        let first = self.all.iter().find_map(|record| record.object().ok())?;
        if first.contains_key("signal") {
            return Some(Holds::Signals);
        }
        let provider = Provider::VARIANTS.iter().find(|provider| provider.sends(&first));
        provider.copied().map(Holds::Events)
    }
}

impl ProviderRecord<'_> {
    /// As it stands in the file.
    pub(super) fn text(&self) -> String {
        self.raw.as_deref().map_or_else(|_| String::new(), |raw| String::from_utf8_lossy(raw).into_owned())
    }

    /// # Errors
    /// What is wrong with it, when it is no object.
    pub(super) fn object(&self) -> Result<Map<String, Value>, String> {
        let raw = self.raw.as_deref().map_err(Clone::clone)?;
        if raw.len() > MAX_LINE {
            return Err(format!("this event is longer than {MAX_LINE} bytes: no provider sends such a one"));
        }
        let Ok(text) = std::str::from_utf8(raw) else {
            return Err("this line is not UTF-8: save the events as the provider gives them".to_owned());
        };
        match serde_json::from_str::<Strict>(text) {
            Ok(Strict(Value::Object(object))) => Ok(object),
            Ok(Strict(other)) => Err(format!("this is {}, where an event should be", kind(&other))),
            Err(error) => Err(format!(
                "this is not JSON ({}): save the events as the provider gives them",
                without_place(&error)
            )),
        }
    }
}

/// The entries of a list as providers give it: `{"object":"list","data":[…]}`, or `{"collection":[…]}`.
fn page(raw: &str) -> Option<Vec<&RawValue>> {
    const MARKS: [&str; 5] = ["\"list\"", "\"collection\"", "\"results\"", "\"success\"", "\"bookings\""];
    // Most records are no lists, and need not be read twice.
    if !raw.starts_with('{') || !MARKS.iter().any(|mark| raw.contains(mark)) {
        return None;
    }
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(raw).ok()?;
    let says = |name: &str, what: &str| members.get(name).is_some_and(|value| value.get() == what);
    let is_list = says("object", "\"list\"") || says("status", "\"success\"");
    // Rows of a query have no names of their own.
    let results = members.get("results").filter(|_| !members.contains_key("columns"));
    let data = members.get("data").filter(|_| is_list);
    let entries = members.get("collection").or(results).or_else(|| members.get("bookings")).or(data)?;
    if entries.get().starts_with('{') {
        // A list within the answer of an older API.
        let inner: BTreeMap<String, &RawValue> = serde_json::from_str(entries.get()).ok()?;
        return serde_json::from_str(inner.get("bookings")?.get()).ok();
    }
    serde_json::from_str(entries.get()).ok()
}

/// The answer to a query: rows, and the names of their columns.
#[derive(Deserialize)]
struct QueryAnswer<'a> {
    columns: Vec<String>,
    #[serde(borrow)]
    results: Vec<Vec<&'a RawValue>>,
}

/// The rows of the answer to a query that begins on `line`, each as an object; nothing where `raw` is no such answer.
fn query_rows(line: usize, raw: &[u8]) -> Option<Vec<ProviderRecord<'_>>> {
    let text = std::str::from_utf8(raw).ok()?;
    if !text.starts_with('{') || !text.contains("\"columns\"") || !text.contains("\"results\"") {
        return None;
    }
    let QueryAnswer { columns, results } = serde_json::from_str(text).ok()?;
    let mut lines = LineCounter::default();
    let rows = results.into_iter().map(|row| {
        let start = row.first().map_or(0, |value| value.get().as_ptr().addr() - text.as_ptr().addr());
        let line = line + lines.at(text, start) - 1;
        if row.len() != columns.len() {
            let (found, wanted) = (row.len(), columns.len());
            return ProviderRecord {
                line,
                raw: Err(format!("a row of {found} values where there are {wanted} columns")),
            };
        }
        let member =
            |(name, value): (&String, &RawValue)| format!("{}:{}", Value::from(name.as_str()), value.get());
        let members: Vec<String> = columns.iter().zip(row).map(member).collect();
        ProviderRecord { line, raw: Ok(Cow::Owned(format!("{{{}}}", members.join(",")).into_bytes())) }
    });
    Some(rows.collect())
}
