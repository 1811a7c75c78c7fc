//! The fields of a signal, taken one by one, each in the form it must have.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Map, Value};

use super::{COMMON, NotASignal, fields_of};
use crate::intake::meaning::fact_words;
use crate::intake::table::json::kind;
use crate::intake::words;
use crate::state::values::account_ref::AccountRef;
use crate::state::values::signal::SignalKind;
use crate::state::values::time::EARLIEST;
use crate::state::{AccountId, Currency, FactKey, FactKind, FactValue, FactValues, Money};

const MOMENT: &str = "a time with its zone, such as \"2024-12-16T10:00:00Z\"";
const DAY: &str = "a date such as \"2024-12-30\"";
const AMOUNT: &str = "an amount such as {\"minor\":34000,\"currency\":\"USD\"}";

/// The largest whole number that doubles, and so most readers of JSON, hold exactly.
const LARGEST_EXACT: u64 = (1 << 53) - 1;

/// The keys that may name an account.
const ACCOUNT_KEYS: [&str; 4] = ["external_id", "id", "email", "domain"];

/// The fields of a signal that have not been read yet.
pub(super) struct Fields(Map<String, Value>);

impl Fields {
    pub(super) fn new(object: Map<String, Value>) -> Self {
        Self(object)
    }

    /// Refuses what a signal of `kind` does not have.
    pub(super) fn refuse_all_but(&self, kind: SignalKind) -> Result<(), NotASignal> {
        let known: Vec<&str> = COMMON.iter().chain(fields_of(kind)).copied().collect();
        match self.0.keys().find(|name| *name != "signal" && !known.contains(&name.as_str())) {
            None => Ok(()),
            Some(name) => {
                let known = known.join(", ");
                wrong(format!("`{name}` is not a field of {}: write only {known}", kind.word()))
            }
        }
    }

    /// The value of a field that may be left out. Null says no more than leaving it out.
    fn take(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name).filter(|value| !value.is_null())
    }

    /// The value of a field that must be there; `hint` says what to write into it.
    fn need(&mut self, name: &str, hint: &str) -> Result<Value, NotASignal> {
        self.take(name).ok_or_else(|| NotASignal(format!("`{name}` is missing: write {hint}")))
    }

    pub(super) fn text(&mut self, name: &str, hint: &str) -> Result<String, NotASignal> {
        let value = self.need(name, hint)?;
        text(name, value, hint)
    }

    pub(super) fn optional_text(&mut self, name: &str, hint: &str) -> Result<Option<String>, NotASignal> {
        let hint = &format!("{hint}, or leave it out");
        self.take(name).map(|value| text(name, value, hint)).transpose()
    }

    /// An id, which many systems write as a number.
    pub(super) fn id(&mut self, name: &str, hint: &str) -> Result<String, NotASignal> {
        let value = self.need(name, hint)?;
        id(name, value, hint)
    }

    pub(super) fn optional_id(&mut self, name: &str, hint: &str) -> Result<Option<String>, NotASignal> {
        let hint = &format!("{hint}, or leave it out");
        self.take(name).map(|value| id(name, value, hint)).transpose()
    }

    pub(super) fn moment(&mut self, name: &str) -> Result<DateTime<Utc>, NotASignal> {
        let value = self.need(name, MOMENT)?;
        moment(name, &value, MOMENT)
    }

    pub(super) fn optional_moment(&mut self, name: &str) -> Result<Option<DateTime<Utc>>, NotASignal> {
        let hint = format!("{MOMENT}, or leave it out");
        self.take(name).map(|value| moment(name, &value, &hint)).transpose()
    }

    /// An address, or several in a list.
    pub(super) fn addresses(&mut self, name: &str) -> Result<Vec<Arc<str>>, NotASignal> {
        const HINT: &str = "an address such as \"jane@example.com\", or a list of them";
        let address = |item: Value| match item {
            Value::String(text) if is_address(text.trim()) => Ok(Arc::from(text.trim())),
            other => unfit(name, &other, HINT),
        };
        match self.need(name, HINT)? {
            Value::Array(items) if items.is_empty() => wrong(format!("`{name}` is empty: write {HINT}")),
            Value::Array(items) => items.into_iter().map(address).collect(),
            one => Ok(vec![address(one)?]),
        }
    }

    /// When a call starts and ends.
    pub(super) fn span(&mut self) -> Result<(DateTime<Utc>, DateTime<Utc>), NotASignal> {
        let (starts, ends) = (self.moment("starts_at")?, self.moment("ends_at")?);
        if ends <= starts {
            return wrong(
                "`ends_at` is not after `starts_at`: write when the call ends, or exchange the two"
                    .to_owned(),
            );
        }
        Ok((starts, ends))
    }

    pub(super) fn day(&mut self, name: &str) -> Result<NaiveDate, NotASignal> {
        let value = self.need(name, DAY)?;
        day(name, &value)
    }

    /// True or false; false where it is left out.
    pub(super) fn flag(&mut self, name: &str) -> Result<bool, NotASignal> {
        match self.take(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(flag),
            Some(other) => unfit(name, &other, "true or false without quotes, or leave it out"),
        }
    }

    /// A whole number from one on.
    pub(super) fn count(&mut self, name: &str) -> Result<u32, NotASignal> {
        const HINT: &str = "the number of the attempt, such as 1";
        let value = self.need(name, HINT)?;
        let count = value.as_u64().and_then(|count| u32::try_from(count).ok()).filter(|count| *count > 0);
        count.map_or_else(|| unfit(name, &value, HINT), Ok)
    }

    pub(super) fn amount(&mut self, name: &str) -> Result<Money, NotASignal> {
        let value = self.need(name, AMOUNT)?;
        amount(name, &value)
    }

    pub(super) fn facts(&mut self) -> Result<FactValues, NotASignal> {
        const HINT: &str = "what is known now, such as {\"plan\":\"startup\"}";
        let facts = match self.need("facts", HINT)? {
            Value::Object(facts) if facts.is_empty() => {
                return wrong(format!("`facts` is empty: write {HINT}"));
            }
            Value::Object(facts) => facts,
            other => return unfit("facts", &other, HINT),
        };
        let fact = |(name, value): (String, Value)| {
            let key = FactKey::parse(&name).filter(|key| *key != FactKey::StageLabel);
            let key = key.ok_or_else(|| NotASignal(no_fact(&name)))?;
            let value = fact(&name, key.kind(), value)?;
            // Playbooks know a plan by one name, whichever way it is told.
            let value = match (&key, value) {
                (FactKey::Plan, FactValue::Text(text)) => FactValue::Text(words::plan(&text).into()),
                (_, value) => value,
            };
            Ok((key, value))
        };
        facts.into_iter().map(fact).collect()
    }

    /// The account of the signal, which is named in exactly one way.
    pub(super) fn account(&mut self) -> Result<AccountRef, NotASignal> {
        const HINT: &str = "the account, such as {\"external_id\":\"A-1\"}";
        let named = match self.need("account", HINT)? {
            Value::Object(named) => named,
            other => return unfit("account", &other, HINT),
        };
        let ways = || ACCOUNT_KEYS.join(", ");
        if let Some(name) = named.keys().find(|name| !ACCOUNT_KEYS.contains(&name.as_str())) {
            return wrong(format!("unknown key `{name}` in `account`: write one of {}", ways()));
        }
        let Some((way, value)) = named.iter().next() else {
            return wrong(format!("`account` is empty: write one of {}", ways()));
        };
        if named.len() > 1 {
            let ways: Vec<_> = named.keys().map(String::as_str).collect();
            return wrong(format!("`account` has {}: keep one of them", ways.join(" and ")));
        }
        match way.as_str() {
            "external_id" => {
                const HINT: &str = "the account's id on the board, such as \"A-1\"";
                Ok(AccountRef::Id(AccountId::new(&id("external_id", value.clone(), HINT)?)))
            }
            "id" => other_id(value),
            "email" => {
                const HINT: &str = "an address such as \"billing@example.com\"";
                let email = text("email", value.clone(), HINT)?;
                if is_address(&email) {
                    Ok(AccountRef::Email(email.into()))
                } else {
                    unfit("email", value, HINT)
                }
            }
            _ => {
                const HINT: &str = "a bare domain such as \"example.com\"";
                let domain = text("domain", value.clone(), HINT)?;
                let bare = !domain.contains(['@', '/', ':']);
                if bare { Ok(AccountRef::Domain(domain.into())) } else { unfit("domain", value, HINT) }
            }
        }
    }
}

fn wrong<T>(what: String) -> Result<T, NotASignal> {
    Err(NotASignal(what))
}

fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(who, host)| !who.is_empty() && !host.is_empty())
}

/// The sentence for a field that holds something else.
fn unfit<T>(name: &str, value: &Value, hint: &str) -> Result<T, NotASignal> {
    match value {
        Value::String(_) | Value::Number(_) | Value::Bool(_) => {
            wrong(format!("`{name}` is {value}: write {hint}"))
        }
        Value::Null | Value::Array(_) | Value::Object(_) => {
            wrong(format!("`{name}` is {}: write {hint}", kind(value)))
        }
    }
}

fn text(name: &str, value: Value, hint: &str) -> Result<String, NotASignal> {
    match value {
        Value::String(text) if text.trim().is_empty() => wrong(format!("`{name}` is empty: write {hint}")),
        Value::String(text) => Ok(text.trim().to_owned()),
        other => unfit(name, &other, &format!("a text in quotes: {hint}")),
    }
}

/// A text, or a whole number that every program reads exactly.
pub(in crate::intake) fn id(name: &str, value: Value, hint: &str) -> Result<String, NotASignal> {
    match value.as_u64() {
        Some(number) if number <= LARGEST_EXACT => Ok(number.to_string()),
        Some(number) => wrong(format!("`{name}` is {number}, which many programs round: write it in quotes")),
        None => text(name, value, hint),
    }
}

fn moment(name: &str, value: &Value, hint: &str) -> Result<DateTime<Utc>, NotASignal> {
    match time(value) {
        Some(at) if at.date_naive() < EARLIEST => unfit(name, value, "a time since the year 2000"),
        Some(at) => Ok(at),
        None => unfit(name, value, hint),
    }
}

/// A time as systems write it; nothing for what is none.
pub(crate) fn time(value: &Value) -> Option<DateTime<Utc>> {
    match value {
        Value::String(text) => zoned(text.trim()).or_else(|| epoch(text.trim())),
        Value::Number(number) => epoch(&number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A time with its zone: RFC 3339, or ISO 8601 as systems write it, such as `2024-12-16 10:00:00+0000`.
fn zoned(text: &str) -> Option<DateTime<Utc>> {
    const FORMS: [&str; 7] = [
        "%Y-%m-%dT%H:%M:%S%.f%#z",
        "%Y-%m-%d %H:%M:%S%.f%#z",
        "%Y-%m-%d %H:%M:%S%.f %#z",
        "%Y-%m-%dT%H:%M%#z",
        "%Y-%m-%d %H:%M%#z",
        "%Y-%m-%d %H:%M %#z",
        "%Y%m%dT%H%M%S%.f%#z",
    ];
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.to_utc());
    }
    let in_utc =
        ["Z", "z", " UTC", " GMT"].iter().find_map(|zone| Some(format!("{}+0000", text.strip_suffix(zone)?)));
    let text = in_utc.as_deref().unwrap_or(text);
    FORMS.iter().find_map(|form| DateTime::parse_from_str(text, form).ok()).map(|at| at.to_utc())
}

/// Seconds or milliseconds since 1970, told apart by their ten or thirteen digits: the years 2001 to 2286.
fn epoch(text: &str) -> Option<DateTime<Utc>> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    match whole.len() {
        10 => {
            let millis: i64 = format!("{fraction:0<3}")[..3].parse().ok()?;
            DateTime::from_timestamp_millis(number * 1_000 + millis)
        }
        13 => DateTime::from_timestamp_millis(number),
        _ => None,
    }
}

fn day(name: &str, value: &Value) -> Result<NaiveDate, NotASignal> {
    // Exactly ten characters: `2024-1-5` might be a day or a month first elsewhere. A time means its day in UTC.
    let text = value.as_str().map(str::trim).filter(|text| text.len() == 10);
    let date = text.and_then(|text| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok());
    let date = date.filter(|date| *date >= EARLIEST);
    date.map_or_else(|| moment(name, value, DAY).map(|at| at.date_naive()), Ok)
}

fn amount(name: &str, value: &Value) -> Result<Money, NotASignal> {
    let Value::Object(parts) = value else { return unfit(name, value, AMOUNT) };
    if let Some(other) = parts.keys().find(|part| !["minor", "currency"].contains(&part.as_str())) {
        return wrong(format!("unknown key `{other}` in `{name}`: write {AMOUNT}"));
    }
    let (minor, currency) = (parts.get("minor"), parts.get("currency"));
    let (Some(minor), Some(currency)) = (minor, currency) else {
        return wrong(format!("`{name}` is incomplete: write {AMOUNT}"));
    };
    let whole = "whole minor units without quotes: cents for USD, yen for JPY";
    let Some(minor) = minor.as_i64() else { return unfit("minor", minor, whole) };
    let read = currency.as_str().and_then(|text| text.parse::<Currency>().ok());
    read.map_or_else(
        || unfit("currency", currency, "its three letters, such as \"USD\""),
        |currency| Ok(Money { minor, currency }),
    )
}

fn other_id(value: &Value) -> Result<AccountRef, NotASignal> {
    const HINT: &str = "one system and its id, such as {\"stripe\":\"cus_1\"}";
    let Value::Object(systems) = value else { return unfit("id", value, HINT) };
    let (Some((system, id)), 1) = (systems.iter().next(), systems.len()) else {
        return wrong(format!("`id` has {} systems: write {HINT}", systems.len()));
    };
    if system.trim().is_empty() {
        return wrong(format!("the system in `id` is empty: write {HINT}"));
    }
    let id = self::id(system, id.clone(), "the account's id in that system, such as \"cus_1\"")?;
    Ok(AccountRef::Other(system.trim().into(), id.into()))
}

fn no_fact(name: &str) -> String {
    let known: Vec<_> = fact_words().collect();
    format!(
        "unknown fact `{name}`: write extra.NAME for one of your own, id.SYSTEM for an id in another system, or one of {}",
        known.join(", ")
    )
}

fn fact(name: &str, kind: FactKind, value: Value) -> Result<FactValue, NotASignal> {
    const LIST: &str = "texts in a list, such as [\"ann@example.com\"]";
    match (kind, value) {
        (_, Value::Null) => wrong(format!("`{name}` is null: write what is known, or leave it out")),
        (FactKind::Text, value @ Value::Number(_)) if name.starts_with("id.") => {
            Ok(FactValue::Text(id(name, value, "the id")?.into()))
        }
        (FactKind::Text, value) => Ok(FactValue::Text(text(name, value, "what is known")?.into())),
        (FactKind::Number, value) => match value.as_f64() {
            Some(number) => Ok(FactValue::Number(number)),
            None => unfit(name, &value, "a number without quotes, such as 10"),
        },
        (FactKind::Money, value) => amount(name, &value).map(FactValue::Money),
        (FactKind::Date, value) => day(name, &value).map(FactValue::Date),
        (FactKind::Flag, Value::Bool(flag)) => Ok(FactValue::Flag(flag)),
        (FactKind::Flag, other) => unfit(name, &other, "true or false without quotes"),
        (FactKind::List, Value::Array(items)) => {
            let text = |item: Value| match item {
                Value::String(text) if !text.trim().is_empty() => Ok(Arc::from(text.trim())),
                other => wrong(format!("`{name}` holds {other}: write {LIST}")),
            };
            Ok(FactValue::List(items.into_iter().map(text).collect::<Result<_, _>>()?))
        }
        (FactKind::List, other) => unfit(name, &other, LIST),
    }
}
