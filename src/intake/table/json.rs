//! Accounts as JSON, in the shapes exports come in.

use std::collections::{BTreeMap, HashMap};

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{CellValue, LineCounter, MAX_COLUMNS, ParsedTable, Record, SourceText};
use crate::intake::IntakeError;
use crate::intake::column_names::meaning_of;
use crate::intake::meaning::Meaning;
use crate::intake::strict::Strict;
use crate::intake::vocabulary::{fold, vocabulary};
use crate::state::{Currency, Money};

/// How deep nested objects of a JSON file become columns (`traits.plan`); deeper ones stay JSON.
const MAX_DEPTH: usize = 5;

/// Members of `list --json`, `show --json` and `export --json` that are not facts and that an import does not take.
const OURS: [&str; 7] = ["traits", "history", "notes", "facts", "seen", "points", "refunds"];

/// Members of the same whose names say too little in a file of somebody else, and what they become here.
const RENAMED: [(&str, &str); 3] =
    [("since", "stage_since"), ("risk", "payment_risk"), ("risk_reason", "payment_risk_reason")];

/// A table of objects that were read already, each with its line and as it stands in its file.
///
/// # Errors
/// When they have too many columns.
pub(in crate::intake) fn of_objects<'a>(
    objects: impl IntoIterator<Item = (usize, &'a str, Value)>,
) -> Result<ParsedTable<'a>, IntakeError> {
    let mut rows = JsonRows::default();
    for (line, raw, object) in objects {
        rows.add(line, raw, object)?;
    }
    Ok(rows.table())
}

/// Reads a list of objects, an object around one, or an object per line.
pub(super) fn read<'a>(text: &SourceText<'a>) -> Result<ParsedTable<'a>, IntakeError> {
    let body = &text.all[text.start..];
    let malformed = |error| malformed(1, &error);
    let mut rows = JsonRows::default();
    if body.trim_start().starts_with('[') {
        rows.add_all(text, serde_json::from_str(body).map_err(malformed)?)?;
        return Ok(rows.table());
    }
    match serde_json::from_str::<Map<String, Value>>(body) {
        Ok(object) => {
            if let Some(name) = wrapped(&object) {
                let mut members: BTreeMap<String, &RawValue> =
                    serde_json::from_str(body).map_err(malformed)?;
                let list = members.remove(&name).map_or("[]", RawValue::get);
                rows.add_all(text, serde_json::from_str(list).map_err(malformed)?)?;
            } else {
                let line = LineCounter::default().at(text.all, offset(text, body.trim_start()));
                let Strict(value) = serde_json::from_str(body)
                    .map_err(|error| IntakeError::Malformed { line, what: without_place(&error) })?;
                rows.add(line, body.trim(), value)?;
            }
        }
        // Or else an object per line. A broken line costs only itself, if any is whole.
        Err(error) => {
            if !json_lines(text, &mut rows) {
                return Err(malformed(error));
            }
        }
    }
    Ok(rows.table())
}

/// Reads JSON lines; whether any line was a whole object.
fn json_lines<'a>(text: &SourceText<'a>, rows: &mut JsonRows<'a>) -> bool {
    let mut whole = false;
    for (number, raw) in text.all[text.start..].lines().enumerate() {
        if raw.trim().is_empty() {
            continue;
        }
        match serde_json::from_str(raw) {
            Ok(Strict(value @ Value::Object(_))) => whole |= rows.add(number + 1, raw, value).is_ok(),
            Ok(Strict(other)) => {
                rows.reject(number + 1, raw, format!("expected an object, found {}", kind(&other)));
            }
            Err(error) if error.is_data() => {
                rows.reject(number + 1, raw, without_place(&error));
                whole = true;
            }
            Err(error) => {
                rows.reject(number + 1, raw, format!("not valid JSON: {}", without_place(&error)));
            }
        }
    }
    whole
}

/// The member of `object` that holds the accounts, if it is a wrapper rather than an account itself.
fn wrapped(object: &Map<String, Value>) -> Option<String> {
    let holds_rows = |value: &Value| value.as_array().is_some_and(|items| items.iter().all(Value::is_object));
    let mut arrays = object.iter().filter(|(_, value)| holds_rows(value)).map(|(name, _)| name);
    let (first, second) = (arrays.next()?, arrays.next());
    let named = vocabulary().file.json.wrappers.contains(&first.to_lowercase());
    let is_account = object.iter().any(|(name, value)| {
        let claims = meaning_of(name) == Some(Meaning::ExternalId);
        claims && !value.is_array() && !value.is_object()
    });
    (second.is_none() && (named || !is_account)).then(|| first.clone())
}

/// Where `part`, a part of the text, begins.
fn offset(text: &SourceText<'_>, part: &str) -> usize {
    part.as_ptr().addr() - text.all.as_ptr().addr()
}

/// The error for JSON that begins on `line`.
fn malformed(line: usize, error: &serde_json::Error) -> IntakeError {
    let problem = if error.is_eof() { "the file ends too early".to_owned() } else { without_place(error) };
    IntakeError::Malformed {
        line: line + error.line().saturating_sub(1),
        what: format!("not valid JSON: {problem}"),
    }
}

/// The text of an error without its line and column, which are those of a part of the file.
pub(in crate::intake) fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let end = text.rfind(" at line ").unwrap_or(text.len());
    text[..end].to_owned()
}

/// What a value is, in words.
pub(in crate::intake) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// The rows of a JSON file; every name that occurs is a column.
#[derive(Default)]
struct JsonRows<'a> {
    headers: Vec<String>,
    positions: HashMap<String, usize>,
    records: Vec<Record<'a>>,
}

impl<'a> JsonRows<'a> {
    fn add_all(&mut self, text: &SourceText<'a>, rows: Vec<&'a RawValue>) -> Result<(), IntakeError> {
        let mut lines = LineCounter::default();
        for raw in rows.into_iter().map(RawValue::get) {
            let line = lines.at(text.all, offset(text, raw));
            match serde_json::from_str(raw) {
                Ok(Strict(value)) => self.add(line, raw, value)?,
                Err(error) if error.is_data() => self.reject(line, raw, without_place(&error)),
                Err(error) => return Err(malformed(line, &error)),
            }
        }
        Ok(())
    }

    fn add(&mut self, line: usize, raw: &'a str, value: Value) -> Result<(), IntakeError> {
        let Value::Object(object) = value else {
            return Err(IntakeError::NotAnObject { line, found: kind(&value) });
        };
        let is_ours = object.get("stamps").is_some_and(Value::is_object);
        let mut named = BTreeMap::new();
        for (name, value) in object {
            let unmapped = name == "stage" && value.as_str() == Some("unmapped");
            if !is_ours {
                flatten(&name, value, 0, &mut named);
            } else if !unmapped && !OURS.contains(&name.as_str()) {
                let renamed = RENAMED.iter().find(|(ours, _)| *ours == name);
                flatten(renamed.map_or(name.as_str(), |(_, renamed)| renamed), value, 0, &mut named);
            }
        }
        let mut cells = Vec::new();
        for (name, cell) in named {
            let next = self.headers.len();
            let position = *self.positions.entry(name).or_insert_with_key(|name| {
                self.headers.push(name.clone());
                next
            });
            if cells.len() <= position {
                cells.resize(position + 1, CellValue::Nothing);
            }
            cells[position] = cell;
            if next > MAX_COLUMNS {
                return Err(IntakeError::TooManyColumns { found: next, most: MAX_COLUMNS });
            }
        }
        self.records.push(Record { line, raw, cells, broken: None });
        Ok(())
    }

    fn reject(&mut self, line: usize, raw: &'a str, reason: String) {
        let cells = vec![CellValue::Text(raw.to_owned())];
        self.records.push(Record { line, raw, cells, broken: Some(reason) });
    }

    fn table(self) -> ParsedTable<'a> {
        ParsedTable { headers: self.headers, records: self.records, separator: None }
    }
}

fn flatten(name: &str, value: Value, depth: usize, into: &mut BTreeMap<String, CellValue>) {
    let cell = match value {
        Value::Null => CellValue::Nothing,
        Value::Bool(flag) => CellValue::Flag(flag),
        Value::Number(number) => CellValue::Number(plain(&number)),
        Value::String(text) => CellValue::Text(text),
        Value::Array(items) => {
            if let Some(people) = people_by_role(&items) {
                for (role, people) in people {
                    insert(into, &format!("{name}.{role}"), CellValue::List(people));
                }
                return;
            }
            let whole = || CellValue::Text(Value::from(&*items).to_string());
            match (list(&items), meaning_of(name)) {
                (Some((cell, false)), _) => cell,
                (Some((_, true)) | None, None) => whole(),
                (kept, Some(_)) => {
                    insert(into, &format!("extra.{name}"), whole());
                    kept.map_or(CellValue::Nothing, |(cell, _)| cell)
                }
            }
        }
        Value::Object(object) => match money(&object) {
            Some(cell) => cell,
            None if depth < MAX_DEPTH && !object.is_empty() => {
                for (inner, value) in object {
                    flatten(&format!("{name}.{inner}"), value, depth + 1, into);
                }
                return;
            }
            None if object.is_empty() => CellValue::Nothing,
            None => CellValue::Text(Value::Object(object).to_string()),
        },
    };
    insert(into, name, cell);
}

/// Adds a cell under a name that no other one has.
fn insert(into: &mut BTreeMap<String, CellValue>, name: &str, cell: CellValue) {
    let mut free = name.to_owned();
    for count in 2.. {
        if !into.contains_key(&free) {
            break;
        }
        free = format!("{name} ({count})");
    }
    into.insert(free, cell);
}

/// A number in plain digits: `1e3` is 1000.
fn plain(number: &serde_json::Number) -> String {
    match number.as_f64() {
        Some(float) if !number.is_i64() && !number.is_u64() => float.to_string(),
        Some(_) | None => number.to_string(),
    }
}

/// `{"minor":83600,"currency":"USD"}`, `{"amount":836,"currency":"USD"}`, or the latter in other words.
fn money(object: &Map<String, Value>) -> Option<CellValue> {
    if object.len() != 2 {
        return None;
    }
    let member = |names: &[&str]| names.iter().find_map(|name| object.get(*name));
    let code = member(&["currency", "currency_code", "currencyCode", "currency_iso_code"])?;
    let currency: Currency = code.as_str()?.parse().ok()?;
    if let Some(minor) = object.get("minor") {
        return Some(CellValue::Money(Money::new(minor.as_i64()?, currency)));
    }
    let amount = match member(&["amount", "value", "currency_value"])? {
        Value::Number(number) => plain(number),
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    Some(CellValue::Text(format!("{amount} {currency}")))
}

/// A list as a cell, and whether the cell leaves out something that the list says. A list that is no list of values
/// makes no cell.
fn list(items: &[Value]) -> Option<(CellValue, bool)> {
    let mut texts = Vec::new();
    let mut leaves_out = false;
    for item in items.iter().filter(|item| !says_nothing(item)) {
        let (text, rest) = item_text(item)?;
        texts.push(text);
        leaves_out |= rest;
    }
    Some((if texts.is_empty() { CellValue::Nothing } else { CellValue::List(texts) }, leaves_out))
}

/// Whether an item of a list is empty, but for what only describes its value.
fn says_nothing(item: &Value) -> bool {
    match item {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(object) => {
            let labels = &vocabulary().file.json.label_members;
            let is_label_or_empty = |(name, value): (&String, &Value)| {
                labels.contains(&fold(name)) || value.is_null() || value.as_str() == Some("")
            };
            item_text(item).is_none() && object.iter().all(is_label_or_empty)
        }
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// An item of a list as text, and whether the text leaves out something. Of an object, it is the member that holds the
/// value rather than its label: `ops@acme.example` of `{"label":"work","value":"ops@acme.example"}`.
fn item_text(item: &Value) -> Option<(String, bool)> {
    let Value::Object(object) = item else { return Some((scalar(item)?, false)) };
    let words = &vocabulary().file.json;
    // A label is the value only where there is no other.
    let is_label = |member: &String| words.label_members.contains(&fold(member));
    let has_value = words.value_members.iter().any(|member| !is_label(member) && object.contains_key(member));
    let mut members = words.value_members.iter().filter(|member| !(has_value && is_label(member)));
    let (member, text) = members.find_map(|member| Some((member, scalar(object.get(member)?)?)))?;
    let says_more = |(name, value): (&String, &Value)| {
        let is_empty = value.is_null() || value.as_str() == Some("");
        name != member && !is_empty && !words.label_members.contains(&fold(name))
    };
    Some((text, object.iter().any(says_more)))
}

/// A text, number or flag as text; `None` when it is empty or nested.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(plain(number)),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The people in a list of roles such as `{"vitallyUser":{"email":…},"keyRole":{"label":"CSM"}}`, by the names of the
/// roles; `None` when it is another list.
fn people_by_role(items: &[Value]) -> Option<BTreeMap<String, Vec<String>>> {
    let words = &vocabulary().file.json;
    let member = |item: &Value, names: &[String]| {
        let value = names.iter().find_map(|name| item.get(name))?;
        Some(item_text(value)?.0)
    };
    let mut people: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for item in items {
        let role = member(item, &words.role_members)?;
        people.entry(role).or_default().push(member(item, &words.person_members)?);
    }
    (!people.is_empty()).then_some(people)
}
