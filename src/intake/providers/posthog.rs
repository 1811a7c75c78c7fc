//! PostHog's events: as workflows and destinations send them, as the older hooks did, and as queries and lists show them.
//!
//! Their names are a team's own. [`EventMapping`] says which are signals.

mod event;
mod mapping;

use chrono::{DateTime, SubsecRound, Utc};
use serde_json::{Map, Value};

use self::event::canonical;
use self::mapping::{AccountPath, AccountWay, AmountSource, FieldSource, MappedEvent};
pub use self::mapping::{DEFAULT, EventMapping, FILE};
use super::fields::{at, moment, need, short, text};
use super::{AccountNaming, EventReading, Provider, Unreadable};
use crate::intake::facts;
use crate::intake::signals::{self, NotASignal, id};
use crate::state::values::account_ref::AccountRef;
use crate::state::values::signal::{Signal, SignalKind};
use crate::state::{AccountId, Currency, FactKey, FactKind};

/// Whether `record` is an event of PostHog.
pub(super) fn sends(record: &Map<String, Value>) -> bool {
    let is_text = |path: &str| at(record, path).is_some_and(Value::is_string);
    let has = |path: &str| at(record, path).is_some();
    is_text("event.event") && (has("event.uuid") || has("event.distinct_id"))
        || is_text("data.event") && has("hook")
        || is_text("event") && !has("payload") && (has("uuid") || has("distinct_id"))
}

/// The id that people find `record` by.
pub(super) fn id_of(record: &Map<String, Value>) -> Option<&str> {
    ["event.uuid", "data.eventUuid", "uuid", "id"].iter().find_map(|path| at(record, path)?.as_str())
}

/// Translates one event, as `mapping` says.
///
/// # Errors
/// What is wrong in it.
pub(super) fn translate(
    record: &Map<String, Value>,
    mapping: &EventMapping,
) -> Result<EventReading, Unreadable> {
    let event = canonical(record);
    let name = need("event.event", text(&event, "event.event")?)?;
    let mut named = mapping.events.iter().filter(|mapped| mapped.name == name).peekable();
    if named.peek().is_none() {
        return Ok(EventReading::Ignored(short(name)));
    }
    let Some(mapped) = named.find(|mapped| mapped.means(&event)) else {
        return Ok(EventReading::Ignored(format!("{} of something else", short(name))));
    };
    let Some(id) = text(&event, "event.uuid")? else {
        return Err(Unreadable(
            "`event.uuid` is missing: keep it in the body of the webhook, or select uuid in the query"
                .to_owned(),
        ));
    };
    let account = if mapped.account.is_empty() { &mapping.account } else { &mapped.account };
    let account = naming(account, &event)?;
    let signal = mapped.signal(id, told_at(&event)?, &event)?;
    Ok(EventReading::Signals { account, signals: vec![signal], is_test: false })
}

/// When it happened. A query tells microseconds and a webhook milliseconds, so those are left out.
fn told_at(event: &Map<String, Value>) -> Result<DateTime<Utc>, Unreadable> {
    Ok(need("event.timestamp", moment(event, "event.timestamp")?)?.trunc_subsecs(3))
}

/// The names that `event` has for its account.
fn naming(paths: &[AccountPath], event: &Map<String, Value>) -> Result<AccountNaming, Unreadable> {
    let named = paths.iter().filter_map(|AccountPath { way, path }| {
        let value = first_at(event, path)?;
        let name = id(path, value.clone(), "an id").ok()?;
        match way {
            AccountWay::ExternalId => Some(AccountRef::Id(AccountId::new(&name))),
            AccountWay::Other(system) => Some(AccountRef::Other(system.clone(), name.into())),
            AccountWay::Email => {
                let (who, host) = name.split_once('@')?;
                (!who.is_empty() && !host.is_empty()).then(|| AccountRef::Email(name.as_str().into()))
            }
            AccountWay::Domain => {
                (!name.contains(['@', '/', ':'])).then(|| AccountRef::Domain(name.as_str().into()))
            }
        }
    });
    AccountNaming::of(named).ok_or_else(|| {
        let mut paths: Vec<String> = paths.iter().map(|it| format!("`{}`", it.path)).collect();
        paths.dedup();
        Unreadable(format!("it names no account: {} is missing", paths.join(" or ")))
    })
}

impl MappedEvent {
    /// Whether its conditions hold for `event`.
    fn means(&self, event: &Map<String, Value>) -> bool {
        self.conditions.iter().all(|(path, wanted)| {
            let mut found = Vec::new();
            values_at(event, path, &mut found);
            found.into_iter().filter_map(text_of).any(|found| wanted.contains(&found))
        })
    }

    fn signal(&self, id: &str, at: DateTime<Utc>, event: &Map<String, Value>) -> Result<Signal, Unreadable> {
        let mut fields = Map::new();
        for (field, source) in &self.fields {
            let value = match source {
                FieldSource::Facts(facts) => known_facts(facts, event)?,
                FieldSource::Amount(amount) => amount.value(event)?,
                FieldSource::Path(_) | FieldSource::Value(_) => source.value(event),
            };
            match value {
                Some(value) => drop(fields.insert(field.clone(), as_signals_have_it(field, value))),
                None if signals::may_lack(self.kind, field) => {}
                None => {
                    let place = source.place();
                    return Err(Unreadable(format!("{place} is missing: {FILE} takes `{field}` from there")));
                }
            }
        }
        let by = self.by.as_ref().and_then(|by| text_of(&by.value(event)?));
        let by = by.map(|by| by.trim().to_owned()).filter(|by| !by.is_empty());
        if by.as_deref().is_some_and(|by| by.eq_ignore_ascii_case("clock")) {
            return Err(Unreadable("`by` is `clock`, which stands for what time makes".to_owned()));
        }
        if self.kind == SignalKind::Handoff && by.is_none() {
            return Err(Unreadable("it does not say who handed the account off".to_owned()));
        }
        let (data, template) = signals::from_fields(self.kind, fields).map_err(|NotASignal(why)| {
            let place = self.fields.iter().find(|(field, _)| why.starts_with(&format!("`{field}`")));
            let place = place.map_or_else(String::new, |(_, source)| format!(" (from {})", source.place()));
            Unreadable(format!("for {}, {why}{place}", self.kind.word()))
        })?;
        let signal = Provider::PostHog.signal(id, at, data);
        Ok(Signal { by: by.map(Into::into), template: template.map(Into::into), ..signal })
    }
}

impl FieldSource {
    /// What stands there; nothing where nothing does.
    fn value(&self, event: &Map<String, Value>) -> Option<Value> {
        match self {
            Self::Path(path) => first_at(event, path).cloned(),
            Self::Value(value) => Some(value.clone()),
            Self::Amount(_) | Self::Facts(_) => None,
        }
    }

    /// Where it is looked for, for a sentence.
    fn place(&self) -> String {
        match self {
            Self::Path(path) => format!("`{path}`"),
            Self::Value(_) => "a value of the mapping".to_owned(),
            Self::Amount(amount) => amount.amount.place(),
            Self::Facts(facts) => {
                let mut places: Vec<String> = facts.iter().map(|(_, source)| source.place()).collect();
                places.dedup();
                places.join(" or ")
            }
        }
    }
}

impl AmountSource {
    /// The amount as signals have it: `{"minor":34000,"currency":"USD"}`.
    fn value(&self, event: &Map<String, Value>) -> Result<Option<Value>, Unreadable> {
        let Some(amount) = self.amount.value(event) else { return Ok(None) };
        let place = self.amount.place();
        let Some(code) = self.currency.value(event) else {
            let place = self.currency.place();
            return Err(Unreadable(format!("{place} is missing: {FILE} takes the currency from there")));
        };
        let code = text_of(&code).unwrap_or_default();
        let Ok(currency) = code.trim().parse::<Currency>() else {
            return Err(Unreadable(format!(
                "{} is `{}`, not a currency",
                self.currency.place(),
                short(&code)
            )));
        };
        let written = text_of(&amount).unwrap_or_default();
        let minor = if self.is_minor {
            whole(&amount).ok_or_else(|| {
                Unreadable(format!("{place} is `{}`, not a whole number of minor units", short(&written)))
            })?
        } else {
            let number = amount.is_number();
            facts::plain_amount(&written, number, currency)
                .map_err(|what| Unreadable(format!("{place} is `{}`: {what}", short(&written))))?
                .minor
        };
        Ok(Some(serde_json::json!({"minor": minor, "currency": currency.code()})))
    }
}

/// Those of `facts` that `event` states.
fn known_facts(
    facts: &[(FactKey, FieldSource)],
    event: &Map<String, Value>,
) -> Result<Option<Value>, Unreadable> {
    let mut known = Map::new();
    for (key, source) in facts {
        let value = match source {
            FieldSource::Amount(amount) => amount.value(event)?,
            FieldSource::Path(_) | FieldSource::Value(_) | FieldSource::Facts(_) => source.value(event),
        };
        if let Some(value) = value {
            known.insert(key.to_string(), as_facts_have_it(key.kind(), value));
        }
    }
    Ok((!known.is_empty()).then_some(Value::Object(known)))
}

/// A value in the form that signals have it in: events often carry numbers and flags as texts.
fn as_signals_have_it(field: &str, value: Value) -> Value {
    match field {
        "attempt" => whole(&value).map_or(value, Value::from),
        "auto" => flag(&value).map_or(value, Value::from),
        _ => value,
    }
}

fn as_facts_have_it(kind: FactKind, value: Value) -> Value {
    match kind {
        FactKind::Number => {
            let number = value.as_str().and_then(|text| text.trim().parse::<f64>().ok());
            number.filter(|number| number.is_finite()).map_or(value, Value::from)
        }
        FactKind::Flag => flag(&value).map_or(value, Value::from),
        FactKind::Text => text_of(&value).map_or(value, Value::from),
        FactKind::List if value.is_string() => Value::Array(vec![value]),
        FactKind::List | FactKind::Date | FactKind::Money => value,
    }
}

fn flag(value: &Value) -> Option<bool> {
    match value.as_str()?.trim() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// A whole number, also one that is written as a text or as `4900.0`.
fn whole(value: &Value) -> Option<i64> {
    let text = text_of(value)?;
    let text = text.trim();
    text.strip_suffix(".0").unwrap_or(text).parse().ok()
}

/// A text, number or flag as text.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The first value at `path` that says something.
fn first_at<'a>(event: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    let mut found = Vec::new();
    values_at(event, path, &mut found);
    found
        .into_iter()
        .find(|value| !value.is_null() && value.as_str().is_none_or(|text| !text.trim().is_empty()))
}

/// Every value at `path`: of a list on the way, that of each item. A name may hold dots.
fn values_at<'a>(object: &'a Map<String, Value>, path: &str, found: &mut Vec<&'a Value>) {
    if let Some(value) = object.get(path) {
        match value {
            // A list at the end of the path stands for its items and for itself.
            Value::Array(items) => found.extend(std::iter::once(value).chain(items)),
            _ => found.push(value),
        }
        return;
    }
    for (dot, _) in path.match_indices('.') {
        match object.get(&path[..dot]) {
            Some(Value::Object(below)) => values_at(below, &path[dot + 1..], found),
            Some(Value::Array(items)) => {
                for item in items.iter().filter_map(Value::as_object) {
                    values_at(item, &path[dot + 1..], found);
                }
            }
            Some(_) | None => {}
        }
    }
}
