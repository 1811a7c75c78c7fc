//! What entries say about names.

use std::fmt;

use serde::Deserialize;
use serde::de::{IgnoredAny, MapAccess, Visitor};

use crate::state::{Account, Alert, AlertKey, FactValue, Seq};
use crate::store::named::{NamedAccount, NamedTask};

/// An entry, as far as it has names.
#[derive(Default, Deserialize)]
pub(super) struct NamesEntry {
    pub(super) seq: Seq,
    #[serde(default)]
    pub(super) redoes: Option<Seq>,
    pub(super) events: Vec<NamesEvent>,
}

pub(super) struct NamesEvent {
    /// Empty when it is about no account.
    pub(super) account: String,
    pub(super) change: NamesChange,
}

pub(super) enum NamesChange {
    Added,
    /// Forgotten again, or merged into another account.
    Gone,
    /// One of its own again.
    Back,
    Facts(ChangedFacts),
    Local(LocalChange),
    Alert(AlertKey, Option<Box<Alert>>),
    TookOver(String),
    Restored(Option<Box<Account>>),
    Other,
}

pub(super) enum LocalChange {
    Owner(Option<String>),
    Joined(String),
    Left(String),
    Task(String, Option<NamedTask>),
}

impl LocalChange {
    pub(super) fn apply(self, account: &mut NamedAccount) {
        match self {
            Self::Owner(owner) => account.owner = owner,
            Self::Joined(segment) => drop(account.segments.insert(segment)),
            Self::Left(segment) => drop(account.segments.remove(&segment)),
            Self::Task(id, Some(task)) => drop(account.tasks.insert(id, task)),
            Self::Task(id, None) => drop(account.tasks.remove(&id)),
        }
    }
}

/// Which facts of interest changed. `Some(None)` is cleared.
#[derive(Default)]
#[expect(clippy::option_option, reason = "unchanged is something else than cleared")]
pub(super) struct ChangedFacts {
    pub(super) name: Option<Option<String>>,
    pub(super) specialist: Option<Option<String>>,
    pub(super) columns: Vec<String>,
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum EventKey {
    Account,
    Added,
    Removed,
    MergedInto,
    MergeUndone,
    TookOver,
    FactsUpdated,
    FactsRestored,
    OwnerChanged,
    SegmentJoined,
    SegmentLeft,
    TaskChanged,
    AlertChanged,
    AccountRestored,
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct FactsField {
    #[serde(alias = "to")]
    facts: ChangedFacts,
}

#[derive(Deserialize)]
struct OwnerField {
    to: Option<String>,
}

#[derive(Deserialize)]
struct SegmentField {
    segment: String,
}

#[derive(Deserialize)]
struct TaskFields {
    task: String,
    to: Option<NamedTask>,
}

#[derive(Deserialize)]
struct AlertFields {
    key: AlertKey,
    to: Option<Box<Alert>>,
}

#[derive(Deserialize)]
struct RestoredField {
    to: Option<Box<Account>>,
}

#[derive(Deserialize)]
struct OtherField {
    other: String,
}

impl<'de> Deserialize<'de> for NamesEvent {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NamesVisitor;

        impl<'de> Visitor<'de> for NamesVisitor {
            type Value = NamesEvent;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an event")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<NamesEvent, A::Error> {
                let mut event = NamesEvent { account: String::new(), change: NamesChange::Other };
                while let Some(key) = map.next_key()? {
                    event.change = match key {
                        EventKey::Account => {
                            event.account = map.next_value()?;
                            continue;
                        }
                        EventKey::FactsUpdated | EventKey::FactsRestored => {
                            NamesChange::Facts(map.next_value::<FactsField>()?.facts)
                        }
                        EventKey::OwnerChanged => {
                            NamesChange::Local(LocalChange::Owner(map.next_value::<OwnerField>()?.to))
                        }
                        EventKey::SegmentJoined => {
                            NamesChange::Local(LocalChange::Joined(map.next_value::<SegmentField>()?.segment))
                        }
                        EventKey::SegmentLeft => {
                            NamesChange::Local(LocalChange::Left(map.next_value::<SegmentField>()?.segment))
                        }
                        EventKey::TaskChanged => {
                            let TaskFields { task, to } = map.next_value()?;
                            NamesChange::Local(LocalChange::Task(task, to))
                        }
                        EventKey::AlertChanged => {
                            let AlertFields { key, to } = map.next_value()?;
                            NamesChange::Alert(key, to)
                        }
                        EventKey::TookOver => NamesChange::TookOver(map.next_value::<OtherField>()?.other),
                        EventKey::AccountRestored => {
                            NamesChange::Restored(map.next_value::<RestoredField>()?.to)
                        }
                        EventKey::Added => ignore(&mut map, NamesChange::Added)?,
                        EventKey::Removed | EventKey::MergedInto => ignore(&mut map, NamesChange::Gone)?,
                        EventKey::MergeUndone => ignore(&mut map, NamesChange::Back)?,
                        EventKey::Other => ignore(&mut map, NamesChange::Other)?,
                    };
                }
                Ok(event)
            }
        }

        deserializer.deserialize_map(NamesVisitor)
    }
}

fn ignore<'de, A: MapAccess<'de>>(map: &mut A, change: NamesChange) -> Result<NamesChange, A::Error> {
    map.next_value::<IgnoredAny>()?;
    Ok(change)
}

/// The name of a fact, as far as it is of interest.
enum FactName {
    Name,
    Specialist,
    Column(String),
    Other,
}

impl<'de> Deserialize<'de> for FactName {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameVisitor;

        impl Visitor<'_> for NameVisitor {
            type Value = FactName;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a fact")
            }

            fn visit_str<E>(self, name: &str) -> Result<FactName, E> {
                Ok(match name {
                    "name" => FactName::Name,
                    "specialist" => FactName::Specialist,
                    name if name.starts_with("extra.") || name.starts_with("id.") => {
                        FactName::Column(name.to_owned())
                    }
                    _ => FactName::Other,
                })
            }
        }

        deserializer.deserialize_identifier(NameVisitor)
    }
}

/// A fact as it is written by itself, or with its source.
#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenFact {
    Known { value: FactValue },
    Bare(FactValue),
}

impl<'de> Deserialize<'de> for ChangedFacts {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FactsVisitor;

        impl<'de> Visitor<'de> for FactsVisitor {
            type Value = ChangedFacts;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("facts by their names")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ChangedFacts, A::Error> {
                let mut facts = ChangedFacts::default();
                while let Some(name) = map.next_key()? {
                    match name {
                        FactName::Name => facts.name = Some(text(&mut map)?),
                        FactName::Specialist => facts.specialist = Some(text(&mut map)?),
                        FactName::Column(name) => {
                            if map.next_value::<Option<IgnoredAny>>()?.is_some() {
                                facts.columns.push(name);
                            }
                        }
                        FactName::Other => {
                            map.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                Ok(facts)
            }
        }

        deserializer.deserialize_map(FactsVisitor)
    }
}

fn text<'de, A: MapAccess<'de>>(map: &mut A) -> Result<Option<String>, A::Error> {
    Ok(match map.next_value::<Option<WrittenFact>>()? {
        Some(WrittenFact::Known { value } | WrittenFact::Bare(value)) => Some(value.to_string()),
        None => None,
    })
}
