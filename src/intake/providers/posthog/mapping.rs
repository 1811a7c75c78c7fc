//! `posthog.toml`: which of a team's events are signals, and where in an event their fields stand.

use std::sync::{Arc, LazyLock};

use serde_json::Value;
use toml::Spanned;
use toml::de::DeValue;

use crate::intake::mapping::{MappingEntry, MappingError, MappingSource, entries};
use crate::intake::signals::{fields_of, may_lack};
use crate::state::values::signal::SignalKind;
use crate::state::{FactKey, FactKind};
use crate::suggest::meant_or_all;

/// The file's name in the config directory.
pub const FILE: &str = "posthog.toml";

/// The built-in file.
pub const DEFAULT: &str = include_str!("../../../../assets/posthog.toml");

static BUILT_IN: LazyLock<EventMapping> =
    LazyLock::new(|| EventMapping::parse(DEFAULT, FILE).expect("a test reads the file that is built in"));

/// What the events of a team mean.
#[derive(Clone, Debug, PartialEq)]
pub struct EventMapping {
    pub(super) account: Vec<AccountPath>,
    pub(super) events: Vec<MappedEvent>,
}

/// An event that is a signal.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct MappedEvent {
    pub(super) name: String,
    /// What has to stand where: one of these texts at each path.
    pub(super) conditions: Vec<(String, Vec<String>)>,
    pub(super) kind: SignalKind,
    pub(super) by: Option<FieldSource>,
    /// Empty where those of the file count.
    pub(super) account: Vec<AccountPath>,
    /// By the name of the signal's field.
    pub(super) fields: Vec<(String, FieldSource)>,
}

/// Where a name of the account stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct AccountPath {
    pub(super) way: AccountWay,
    pub(super) path: String,
}

/// What kind of name it is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum AccountWay {
    ExternalId,
    Email,
    Domain,
    /// The id in this system.
    Other(Arc<str>),
}

/// Where the value of a field comes from.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum FieldSource {
    Path(String),
    /// The same value always.
    Value(Value),
    Amount(Box<AmountSource>),
    Facts(Vec<(FactKey, FieldSource)>),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct AmountSource {
    /// Whether it is counted in minor units, rather than written with its decimals.
    pub(super) is_minor: bool,
    pub(super) amount: FieldSource,
    pub(super) currency: FieldSource,
}

const KEYS: [&str; 2] = ["account", "event"];
const EVENT_KEYS: [&str; 5] = ["name", "where", "signal", "by", "account"];
const ACCOUNT_KEYS: [&str; 4] = ["external_id", "id", "email", "domain"];

/// What a path may begin with.
const ROOTS: [&str; 3] = ["event.", "person.", "groups."];

impl EventMapping {
    /// What counts where no file says otherwise.
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// The names of the events that are signals, each once.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let names: std::collections::BTreeSet<&str> =
            self.events.iter().map(|event| event.name.as_str()).collect();
        names.into_iter()
    }

    /// Reads a `posthog.toml`; `file` is its name, for errors.
    ///
    /// # Errors
    /// At the first mistake, with its line, its key and what to write instead.
    pub fn parse(text: &str, file: &str) -> Result<Self, MappingError> {
        let file = MappingSource { text, file };
        let table = file.table()?;
        let mut mapping = Self { account: Vec::new(), events: Vec::new() };
        let mut tables = Vec::new();
        for entry in entries(table.get_ref(), &file) {
            match entry.key {
                "account" => mapping.account = account(&entry)?,
                "event" => tables = list(&entry, "write [[event]] in double brackets")?,
                other => return Err(entry.error(unknown(other, &KEYS))),
            }
        }
        for table in tables {
            let event = event(&table)?;
            let covers = |known: &&MappedEvent| known.name == event.name && known.conditions.is_empty();
            if mapping.events.iter().any(|known| covers(&known)) {
                return Err(table.error(format!(
                    "an event above takes every `{}`: give that one a `where`, or remove one of them",
                    event.name
                )));
            }
            if event.account.is_empty() && mapping.account.is_empty() {
                return Err(table.error(format!(
                    "`{}` says no account: add account = [{{ external_id = \"groups.organization.id\" }}]",
                    event.name
                )));
            }
            mapping.events.push(event);
        }
        Ok(mapping)
    }
}

fn unknown(key: &str, known: &[&str]) -> String {
    format!("unknown key: {}", meant_or_all(key, known))
}

/// The keys of a table; `advice` says what to write in place of what is none.
fn keys<'a>(entry: &MappingEntry<'a>, advice: &str) -> Result<Vec<MappingEntry<'a>>, MappingError> {
    match entry.value.as_table() {
        Some(_) => Ok(entry.table()?.collect()),
        None => Err(entry.error(format!("found {}: {advice}", entry.value.type_str()))),
    }
}

/// The items of a list.
fn list<'a>(entry: &MappingEntry<'a>, advice: &str) -> Result<Vec<MappingEntry<'a>>, MappingError> {
    let wrong = || entry.error(format!("found {}: {advice}", entry.value.type_str()));
    let items = entry.value.as_array().ok_or_else(wrong)?;
    Ok(items.iter().map(|item: &'a Spanned<DeValue<'a>>| entry.item(item)).collect())
}

fn event(table: &MappingEntry<'_>) -> Result<MappedEvent, MappingError> {
    let all = keys(table, "write [[event]] on a line of its own, and its name and signal below it")?;
    let named = |key: &str| all.iter().find(|entry| entry.key == key);
    let need = |key: &str, what: &str| {
        named(key).ok_or_else(|| table.error(format!("an event without `{key}`: add {what}")))
    };
    let name = need("name", "name = \"the event's name\"")?.text()?.to_owned();
    let signal = need("signal", "signal = \"paid_call.purchased\", or another one")?;
    let word = signal.text()?;
    let kind = SignalKind::parse(word).ok_or_else(|| {
        let known: Vec<&str> = SignalKind::ALL.iter().map(|(_, word)| *word).collect();
        signal.error(format!("unknown signal `{word}`: {}", meant_or_all(word, &known)))
    })?;
    let mut event =
        MappedEvent { name, conditions: Vec::new(), kind, by: None, account: Vec::new(), fields: Vec::new() };
    for entry in &all {
        match entry.key {
            "name" | "signal" => {}
            "where" => conditions(entry, "", &mut event.conditions)?,
            "by" => event.by = Some(plain(entry)?),
            "account" => event.account = account(entry)?,
            field if fields_of(kind).contains(&field) => {
                event.fields.push((field.to_owned(), field_source(entry)?));
            }
            other => {
                let known: Vec<&str> = EVENT_KEYS.iter().chain(fields_of(kind)).copied().collect();
                let known = meant_or_all(other, &known);
                return Err(entry.error(format!("not a field of {word}: {known}")));
            }
        }
    }
    let is_given = |field: &str| event.fields.iter().any(|(known, _)| known == field);
    let missing = fields_of(kind).iter().find(|field| !may_lack(kind, field) && !is_given(field));
    if let Some(field) = missing {
        return Err(signal.error(format!("{word} needs `{field}`: add {}", example(field))));
    }
    if kind == SignalKind::Handoff && event.by.is_none() {
        return Err(signal.error(
            "only people hand off an account: add by = \"person.properties.email\", or where the event says who it was"
                .to_owned(),
        ));
    }
    Ok(event)
}

fn example(field: &str) -> String {
    match field {
        "amount" => {
            "amount = { minor = \"event.properties.amount\", currency = { value = \"USD\" } }".to_owned()
        }
        "facts" => "facts = { plan = \"event.properties.plan\" }".to_owned(),
        "attempt" => "attempt = { value = 1 }".to_owned(),
        field => format!("{field} = \"event.properties.{field}\""),
    }
}

/// `where = { "event.properties.product" = ["A", "B"] }`; a path may be written without quotes, too.
fn conditions(
    entry: &MappingEntry<'_>,
    before: &str,
    into: &mut Vec<(String, Vec<String>)>,
) -> Result<(), MappingError> {
    for condition in keys(entry, "write where = { \"event.properties.product\" = \"Consultation\" }")? {
        let path = format!("{before}{}", condition.key);
        if condition.value.as_table().is_some() {
            conditions(&condition, &format!("{path}."), into)?;
            continue;
        }
        check_path(&condition, &path)?;
        let items = match condition.value.as_array() {
            Some(items) => items.iter().map(|item| condition.item(item)).collect(),
            None => vec![condition],
        };
        let texts = items.iter().map(|item| {
            let text = scalar(item.value).and_then(|value| super::text_of(&value));
            let what = "write what has to stand there: a text, a number, true or false";
            text.ok_or_else(|| item.error(what.to_owned()))
        });
        into.push((path, texts.collect::<Result<_, _>>()?));
    }
    Ok(())
}

fn account(entry: &MappingEntry<'_>) -> Result<Vec<AccountPath>, MappingError> {
    const EXAMPLE: &str = "write account = [{ external_id = \"groups.organization.id\" }]";
    let items = list(entry, EXAMPLE)?;
    if items.is_empty() {
        return Err(entry.error(format!("the list is empty: {EXAMPLE}")));
    }
    let mut paths = Vec::new();
    for item in items {
        let in_braces = keys(&item, EXAMPLE)?;
        let [named] = &in_braces[..] else {
            return Err(
                item.error("each pair of braces holds one name: write each one in its own".to_owned())
            );
        };
        let (way, path) = match named.key {
            "external_id" => (AccountWay::ExternalId, *named),
            "email" => (AccountWay::Email, *named),
            "domain" => (AccountWay::Domain, *named),
            "id" => {
                let systems: Vec<MappingEntry<'_>> = named.table()?.collect();
                let [system] = &systems[..] else {
                    let what =
                        "expected one system: write { id = { stripe = \"event.properties.customer\" } }";
                    return Err(named.error(what.to_owned()));
                };
                (AccountWay::Other(system.key.into()), *system)
            }
            other => return Err(named.error(unknown(other, &ACCOUNT_KEYS))),
        };
        let text = path.text()?;
        check_path(&path, text)?;
        paths.push(AccountPath { way, path: text.to_owned() });
    }
    Ok(paths)
}

fn check_path(entry: &MappingEntry<'_>, path: &str) -> Result<(), MappingError> {
    let is_one = ROOTS.iter().any(|root| path.strip_prefix(root).is_some_and(|rest| !rest.is_empty()));
    if is_one && path.split('.').all(|part| !part.trim().is_empty()) {
        return Ok(());
    }
    Err(entry.error(format!(
        "`{path}` is not a path: begin it with event., person. or groups., or write {{ value = \"{path}\" }}"
    )))
}

fn field_source(entry: &MappingEntry<'_>) -> Result<FieldSource, MappingError> {
    match entry.key {
        "amount" => amount(entry),
        "facts" => {
            let mut facts = Vec::new();
            for fact in keys(entry, &format!("write {}", example("facts")))? {
                let key = FactKey::parse(fact.key).filter(|key| *key != FactKey::StageLabel);
                let key = key.ok_or_else(|| {
                    let known: Vec<String> = crate::intake::meaning::fact_words().collect();
                    let known: Vec<&str> = known.iter().map(String::as_str).collect();
                    let known = meant_or_all(fact.key, &known);
                    fact.error(format!("unknown fact: {known} One of your own is written \"extra.NAME\""))
                })?;
                let source = if key.kind() == FactKind::Money { amount(&fact) } else { plain(&fact) };
                facts.push((key, source?));
            }
            if facts.is_empty() {
                return Err(entry.error(format!("no facts: write {}", example("facts"))));
            }
            Ok(FieldSource::Facts(facts))
        }
        _ => plain(entry),
    }
}

fn amount(entry: &MappingEntry<'_>) -> Result<FieldSource, MappingError> {
    let wrong = || {
        let key = entry.key;
        entry.error(format!(
            "expected an amount: write {key} = {{ minor = \"event.properties.cents\", currency = {{ value = \"USD\" }} }}, \
             or `major` for one with decimals"
        ))
    };
    if entry.value.as_table().is_none() {
        return Err(wrong());
    }
    let (mut amount, mut currency) = (None, None);
    for part in entry.table()? {
        match part.key {
            "minor" | "major" if amount.is_none() => amount = Some((part.key == "minor", plain(&part)?)),
            "currency" => currency = Some(plain(&part)?),
            _ => return Err(wrong()),
        }
    }
    let (Some((is_minor, amount)), Some(currency)) = (amount, currency) else { return Err(wrong()) };
    Ok(FieldSource::Amount(Box::new(AmountSource { is_minor, amount, currency })))
}

/// A path, or `{ value = … }`.
fn plain(entry: &MappingEntry<'_>) -> Result<FieldSource, MappingError> {
    if entry.value.as_table().is_none() {
        let path = entry.text()?;
        check_path(entry, path)?;
        return Ok(FieldSource::Path(path.to_owned()));
    }
    let parts: Vec<MappingEntry<'_>> = entry.table()?.collect();
    let value = match &parts[..] {
        [only] if only.key == "value" => scalar(only.value),
        _ => None,
    };
    let what = "expected a path in quotes, or { value = … } with a text, a number, true or false";
    value.map(FieldSource::Value).ok_or_else(|| entry.error(what.to_owned()))
}

fn scalar(value: &DeValue<'_>) -> Option<Value> {
    match value {
        DeValue::String(text) => Some(text.as_ref().into()),
        DeValue::Integer(number) => {
            i64::from_str_radix(&number.as_str().replace('_', ""), number.radix()).ok().map(Value::from)
        }
        DeValue::Float(number) => number.as_str().parse::<f64>().ok().map(Value::from),
        DeValue::Boolean(flag) => Some((*flag).into()),
        DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => None,
    }
}
