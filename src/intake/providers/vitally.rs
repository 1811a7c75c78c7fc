//! Vitally's accounts: the pages of its list, single ones, and those in webhooks.

use serde_json::{Map, Value};

use super::fields::{at, need, short, text};
use super::listed::{UPDATED, updated, with_external_id};
use super::{EventReading, Provider, Unreadable};
use crate::intake::mapping::Mapping;

/// The built-in file that says what the fields of accounts become.
pub const DEFAULT: &str = include_str!("../../../assets/vitally.toml");

/// Its name in the config directory.
pub const FILE: &str = "vitally.toml";

/// Where an account may stand in a record.
const PLACES: [&str; 6] = ["account", "data.account", "payload.account", "data", "payload", "object"];

/// Where a record says what it is.
const KINDS: [&str; 4] = ["type", "event", "topic", "eventType"];

/// Whether `record` is an account of Vitally, or a webhook about one.
pub(super) fn sends(record: &Map<String, Value>) -> bool {
    account_of(record).is_some_and(|account| {
        ["externalId", "traits", "keyRoles"].iter().any(|it| account.contains_key(*it))
    })
}

/// The id that people find `record` by.
pub(super) fn id_of(record: &Map<String, Value>) -> Option<&str> {
    let account = account_of(record).unwrap_or(record);
    ["externalId", "id"].iter().find_map(|name| account.get(*name)?.as_str())
}

/// Translates one record.
///
/// # Errors
/// What is wrong in it.
pub(super) fn translate(record: &Map<String, Value>, mapping: &Mapping) -> Result<EventReading, Unreadable> {
    let Some(account) = account_of(record) else {
        let kind = KINDS.iter().find_map(|path| at(record, path)?.as_str());
        return match kind {
            Some(kind) => Ok(EventReading::Ignored(short(kind))),
            None if is_other(record) => Ok(EventReading::Ignored("what is no account".to_owned())),
            None => Err(Unreadable("this is no account of Vitally: it has no `id` and no `name`".to_owned())),
        };
    };
    let own = need("id", text(account, "id")?)?;
    let mut columns = Map::new();
    for (name, value) in account {
        match (name.as_str(), value) {
            ("id", _) => {}
            ("updatedAt", value) => drop(columns.insert(UPDATED.to_owned(), updated(value))),
            ("traits", Value::Object(traits)) => {
                for (name, value) in traits {
                    // A trait may have the name of a field.
                    let name =
                        if account.contains_key(name) { format!("traits.{name}") } else { name.clone() };
                    columns.insert(name, value.clone());
                }
            }
            (_, value) => drop(columns.insert(name.clone(), value.clone())),
        }
    }
    Ok(EventReading::Account(with_external_id(columns, own, Provider::Vitally, mapping)))
}

/// The account of a record: the record itself, or a part of it.
fn account_of(record: &Map<String, Value>) -> Option<&Map<String, Value>> {
    let parts = PLACES.iter().filter_map(|path| at(record, path)?.as_object());
    std::iter::once(record).chain(parts).find(|part| is_account(part))
}

fn is_account(part: &Map<String, Value>) -> bool {
    let has = |name: &&str| part.get(*name).is_some_and(|value| !value.is_null());
    has(&"id") && ["name", "externalId", "traits"].iter().any(has) && !is_other(part)
}

/// Whether it is a user, a task, a note or a conversation, which belong to accounts.
fn is_other(part: &Map<String, Value>) -> bool {
    ["email", "accounts", "accountId", "subject"].iter().any(|name| part.contains_key(*name))
}
