//! HubSpot's companies, as searches and lists show them, and webhooks about changes of their properties.

use serde_json::{Map, Value};

use super::fields::{at, moment, need, short, text};
use super::listed::{UPDATED, updated, with_external_id, written};
use super::{AccountNaming, EventReading, Provider, Unreadable};
use crate::intake::column_names::recognise;
use crate::intake::facts::changed_value;
use crate::intake::mapping::{ImportOptions, Mapping};
use crate::intake::meaning::Meaning;
use crate::intake::signals::{NotASignal, id, time};
use crate::intake::vocabulary::fold;
use crate::state::values::account_ref::AccountRef;
use crate::state::values::signal::SignalData;
use crate::state::{AccountId, FactKey, FactKind, FactValues};

/// The built-in file that says what properties become.
pub const DEFAULT: &str = include_str!("../../../assets/hubspot.toml");

/// Its name in the config directory.
pub const FILE: &str = "hubspot.toml";

/// What the companies are among HubSpot's types of objects.
const COMPANIES: &str = "0-2";

/// Where a company has its id: in lists of today, in those before 2020, and in those of single objects.
const IDS: [&str; 3] = ["id", "companyId", "objectId"];

/// Whether `record` is a company of HubSpot, or a webhook of it.
pub(super) fn sends(record: &Map<String, Value>) -> bool {
    let has = |name: &&str| record.contains_key(*name);
    has(&"subscriptionType") && has(&"objectId")
        || record.get("properties").is_some_and(Value::is_object)
            && !has(&"event")
            && (["companyId", "objectId"].iter().any(has)
                || has(&"id") && ["archived", "createdAt", "updatedAt"].iter().any(has))
}

/// The id that people find `record` by.
pub(super) fn id_of(record: &Map<String, Value>) -> Option<&str> {
    ["eventId", "objectId", "id", "companyId"].iter().find_map(|name| record.get(*name)?.as_str())
}

/// Translates one company, or one webhook.
///
/// # Errors
/// What is wrong in it.
pub(super) fn translate(
    record: &Map<String, Value>,
    mapping: &Mapping,
    options: &ImportOptions,
) -> Result<EventReading, Unreadable> {
    if record.contains_key("subscriptionType") {
        return webhook(record, mapping, options).map_err(|Unreadable(why)| {
            match number(record, "eventId") {
                Ok(Some(event)) => Unreadable(format!("event {}: {why}", short(&event))),
                Ok(None) | Err(_) => Unreadable(why),
            }
        });
    }
    company(record, mapping)
}

/// An id, which may be a number.
fn number(record: &Map<String, Value>, name: &str) -> Result<Option<String>, Unreadable> {
    let Some(value) = at(record, name) else { return Ok(None) };
    id(name, value.clone(), "an id").map(Some).map_err(|NotASignal(why)| Unreadable(why))
}

fn company(record: &Map<String, Value>, mapping: &Mapping) -> Result<EventReading, Unreadable> {
    let Some(Value::Object(properties)) = record.get("properties") else {
        return Err(Unreadable("this is no company of HubSpot: it has no `properties`".to_owned()));
    };
    let mut own = None;
    for name in IDS {
        own = own.or(number(record, name)?);
    }
    let own = need("id", own)?;
    let is_gone = ["archived", "isDeleted"].iter().any(|name| record.get(*name) == Some(&Value::Bool(true)));
    if is_gone {
        return Ok(EventReading::Ignored("archived company".to_owned()));
    }
    let has = |name: &&str| properties.contains_key(*name);
    if !["name", "domain"].iter().any(has) && ["email", "firstname", "lastname"].iter().any(has) {
        return Ok(EventReading::Ignored("contact".to_owned()));
    }
    let mut columns = Map::new();
    for name in ["createdAt", "updatedAt"] {
        if let Some(value) = at(record, name) {
            let is_change = name == "updatedAt";
            let column = if is_change { UPDATED } else { name };
            columns.insert(column.to_owned(), if is_change { updated(value) } else { value.clone() });
        }
    }
    for (name, value) in properties {
        // Before 2020, a property was an object with its value.
        let value = value.as_object().map_or(Some(value), |older| older.get("value"));
        let Some(value) = value.filter(|value| !value.is_null() && value.as_str() != Some("")) else {
            continue;
        };
        match name.as_str() {
            "hs_object_id" => {}
            "hs_lastmodifieddate" | "lastmodifieddate" => {
                if !columns.contains_key(UPDATED)
                    && let Some(at) = time(value)
                {
                    columns.insert(UPDATED.to_owned(), written(at));
                }
            }
            "createdate" => {
                columns.remove("createdAt");
                columns.insert(name.clone(), time(value).map_or_else(|| value.clone(), written));
            }
            _ => {
                let is_date = facts_of(name, mapping).iter().any(|key| key.kind() == FactKind::Date);
                let at = if is_date { time(value) } else { None };
                columns.insert(name.clone(), at.map_or_else(|| value.clone(), written));
            }
        }
    }
    Ok(EventReading::Account(with_external_id(columns, &own, Provider::HubSpot, mapping)))
}

/// The facts that the property `name` is here.
fn facts_of(name: &str, mapping: &Mapping) -> Vec<FactKey> {
    let mapped = mapping.columns.iter().find(|(column, _)| fold(column) == fold(name));
    let meanings = match mapped {
        Some((_, meanings)) => meanings.clone(),
        None => recognise(name).map(|recognised| recognised.meaning).into_iter().collect(),
    };
    let fact = |meaning: Meaning| if let Meaning::Fact(key) = meaning { Some(key) } else { None };
    meanings.into_iter().filter_map(fact).collect()
}

fn webhook(
    record: &Map<String, Value>,
    mapping: &Mapping,
    options: &ImportOptions,
) -> Result<EventReading, Unreadable> {
    let kind = need("subscriptionType", text(record, "subscriptionType")?)?;
    let objects = number(record, "objectTypeId")?;
    let of_others = objects.as_deref().filter(|objects| *objects != COMPANIES);
    if let Some(others) = of_others {
        return Ok(EventReading::Ignored(format!("{} of {}", short(kind), short(others))));
    }
    let is_change = kind == "company.propertyChange" || kind == "object.propertyChange" && objects.is_some();
    if !is_change {
        return Ok(EventReading::Ignored(short(kind)));
    }
    let property = need("propertyName", text(record, "propertyName")?)?;
    let facts = facts_of(property, mapping);
    if facts.is_empty() {
        return Ok(EventReading::Ignored(format!("{kind} of {}", short(property))));
    }
    let company = need("objectId", number(record, "objectId")?)?;
    let told = need("occurredAt", moment(record, "occurredAt")?)?;
    let value = need("propertyValue", record.get("propertyValue"))?;
    let mut known = FactValues::default();
    for key in facts {
        let read = changed_value(&key, property, value, mapping, options);
        if let Some(value) =
            read.map_err(|why| Unreadable(format!("`propertyValue` of {}: {why}", short(property))))?
        {
            known.insert(key, value);
        }
    }
    if known.is_empty() {
        return Ok(EventReading::Ignored(format!("{kind} of {} to nothing", short(property))));
    }
    let id = format!("{company}.{property} {}", told.timestamp_millis());
    let signal = Provider::HubSpot.signal(&id, told, SignalData::FactsChanged { facts: known });
    let names = [
        AccountRef::Other(Provider::HubSpot.word().into(), company.as_str().into()),
        // An import of companies has them under the same ids.
        AccountRef::Id(AccountId::new(&company)),
    ];
    let account = need("objectId", AccountNaming::of(names))?;
    Ok(EventReading::Signals { account, signals: vec![signal], is_test: false })
}
