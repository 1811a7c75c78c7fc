//! What has a name in a store.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::state::{Account, FactKey, FactValue};

/// What an account is called, and what on it has a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamedAccount {
    pub name: Option<String>,
    pub owner: Option<String>,
    pub specialist: Option<String>,
    pub segments: BTreeSet<String>,
    pub tasks: BTreeMap<String, NamedTask>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct NamedTask {
    pub title: String,
    #[serde(default, rename = "done", deserialize_with = "is_some")]
    pub is_done: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedAlert {
    pub account: String,
    pub is_closed: bool,
    pub assignee: Option<String>,
}

fn is_some<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Option::<IgnoredAny>::deserialize(deserializer).map(|it| it.is_some())
}

impl NamedAccount {
    pub(super) fn of(account: &Account) -> Self {
        let mut named = Self {
            owner: account.owner.as_deref().map(str::to_owned),
            segments: account.segments.iter().map(ToString::to_string).collect(),
            ..Self::default()
        };
        for (key, fact) in account.facts.iter() {
            named.insert_fact(key, fact.value);
        }
        for (id, task) in &account.tasks {
            let task = NamedTask { title: task.title.to_string(), is_done: task.done.is_some() };
            named.tasks.insert(id.to_string(), task);
        }
        named
    }

    /// Takes in a fact of a snapshot.
    pub(super) fn insert_fact(&mut self, key: &FactKey, value: &FactValue) {
        match key {
            FactKey::Name => self.name = Some(value.to_string()),
            FactKey::Specialist => self.specialist = Some(value.to_string()),
            _ => {}
        }
    }
}
