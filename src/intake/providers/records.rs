//! The records of a provider's file, wherever they stand in it.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use serde_json::{Map, Value};
use strum::VariantArray;

use super::{Holds, Provider};
use crate::intake::layout;
use crate::intake::signals::MAX_LINE;
use crate::intake::strict::Strict;
use crate::intake::table::json::{kind, without_place};

/// The records of a file: single ones, lists of them, and the entries of a provider's own lists.
pub struct Records<'a> {
    pub(super) all: Vec<ProviderRecord<'a>>,
}

/// A record as it stands in the file. It is read when it is needed: a file may be large.
pub(super) struct ProviderRecord<'a> {
    /// The line on which it begins, counted from one.
    pub(super) line: usize,
    raw: Result<&'a [u8], String>,
}

impl<'a> Records<'a> {
    pub fn read(bytes: &'a [u8]) -> Self {
        let mut all = Vec::new();
        layout::for_each(bytes, page, |line, raw| all.push(ProviderRecord { line, raw }));
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
    /// # Errors
    /// What is wrong with it, when it is no object.
    pub(super) fn object(&self) -> Result<Map<String, Value>, String> {
        let raw = self.raw.clone()?;
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
    // Most records are no lists, and need not be read twice.
    let may_be = raw.starts_with('{') && (raw.contains("\"list\"") || raw.contains("\"collection\""));
    if !may_be {
        return None;
    }
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(raw).ok()?;
    let is_list = members.get("object").is_some_and(|object| object.get() == "\"list\"");
    let entries = members.get("collection").or_else(|| members.get("data").filter(|_| is_list))?;
    serde_json::from_str(entries.get()).ok()
}
