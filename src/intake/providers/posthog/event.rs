//! One form for every generation of an event.
//!
//! | it comes from | it looks like |
//! |---|---|
//! | a workflow, a destination | `{"event":{"uuid":…,"event":…,"properties":…},"person":…,"groups":…}` |
//! | the older hooks | `{"hook":…,"data":{"eventUuid":…,"event":…,"distinctId":…,"properties":…,"person":…}}` |
//! | a list of events | `{"id":…,"event":…,"distinct_id":…,"properties":…,"person":…}` |
//! | a row of a query | the same, by the names of its columns: `person.properties.email` is one |

use serde_json::{Map, Value};

use crate::intake::strict::Strict;

/// The members of an event that are not its properties, by each of their names.
const MEMBERS: [(&str, &str); 8] = [
    ("uuid", "uuid"),
    ("eventUuid", "uuid"),
    ("event", "event"),
    ("distinct_id", "distinct_id"),
    ("distinctId", "distinct_id"),
    ("timestamp", "timestamp"),
    ("url", "url"),
    ("id", "uuid"),
];

/// The event of `record` as `{"event":…,"person":…,"groups":…}`.
pub(super) fn canonical(record: &Map<String, Value>) -> Map<String, Value> {
    let mut event = match (record.get("event"), record.get("data")) {
        (Some(Value::Object(_)), _) => record.clone(),
        (None, Some(Value::Object(data))) => of_members(data),
        _ => of_members(record),
    };
    for part in ["event", "person"] {
        if let Some(Value::Object(part)) = event.get_mut(part)
            && let Some(properties) = part.get_mut("properties")
        {
            opened(properties);
        }
    }
    name_groups(&mut event);
    event
}

/// Puts the members of a flat event where a webhook has them. Columns of a team's own are properties.
fn of_members(members: &Map<String, Value>) -> Map<String, Value> {
    let mut event = Map::new();
    let is_whole = |name: &str| matches!(name, "properties" | "person" | "groups");
    // The wholes first, so that single properties find them.
    let wholes = members.iter().filter(|(name, _)| is_whole(name));
    for (name, value) in wholes.chain(members.iter().filter(|(name, _)| !is_whole(name))) {
        let mut value = value.clone();
        if is_whole(name) || name.ends_with("properties") {
            opened(&mut value);
        }
        let path = match MEMBERS.iter().find(|(known, _)| known == name) {
            Some((_, member)) => format!("event.{member}"),
            None => match name.as_str() {
                "person" | "groups" => name.clone(),
                "person_id" => "person.id".to_owned(),
                "person_properties" => "person.properties".to_owned(),
                "properties" => "event.properties".to_owned(),
                other => match other.split('.').next() {
                    Some("event" | "person" | "groups") => other.to_owned(),
                    Some("properties") => format!("event.{other}"),
                    _ => {
                        put(&mut event, ["event", "properties", other], value);
                        continue;
                    }
                },
            },
        };
        put(&mut event, path.split('.'), value);
    }
    event
}

/// Puts `value` at the end of `path`, unless something stands in its way.
fn put<'a>(into: &mut Map<String, Value>, path: impl IntoIterator<Item = &'a str>, value: Value) {
    let mut path = path.into_iter().peekable();
    let mut here = into;
    while let Some(name) = path.next() {
        if path.peek().is_none() {
            if here.get(name).is_none_or(Value::is_null) {
                here.insert(name.to_owned(), value);
            }
            return;
        }
        let below = here.entry(name.to_owned()).or_insert_with(|| Value::Object(Map::new()));
        if below.is_null() {
            *below = Value::Object(Map::new());
        }
        let Value::Object(below) = below else { return };
        here = below;
    }
}

/// An object that is written as a text, as a query does, becomes the object.
fn opened(value: &mut Value) {
    if let Value::String(text) = value
        && text.trim_start().starts_with('{')
        && let Ok(Strict(object @ Value::Object(_))) = serde_json::from_str(text)
    {
        *value = object;
    }
}

/// The groups of an event that a webhook leaves out are named among its properties.
fn name_groups(event: &mut Map<String, Value>) {
    let named = event.get("event").and_then(|event| event.get("properties")?.get("$groups"));
    let Some(Value::Object(named)) = named.cloned() else { return };
    for (kind, id) in named {
        put(event, ["groups", kind.as_str(), "id"], id);
    }
}
