//! How an event is written: the account first, then its change by name, so that it is read in one pass.

use std::fmt;
use std::sync::Arc;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Change, Event, UnmatchedSignal};
use crate::state::values::account::AccountId;
use crate::state::values::signal::{SignalId, SignalKey};
use crate::state::values::source_read::SourceRead;

#[derive(Serialize)]
struct AccountEventRef<'a> {
    account: &'a AccountId,
    #[serde(flatten)]
    change: &'a Change,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum BoardEventRef<'a> {
    UnmatchedChanged {
        signal: &'a SignalId,
        from: &'a Option<Box<UnmatchedSignal>>,
        to: &'a Option<Box<UnmatchedSignal>>,
    },
    PlaybookSwitched {
        playbook: &'a str,
        from: bool,
        to: bool,
    },
    SourceRead {
        source: &'a str,
        from: &'a Option<SourceRead>,
        to: &'a SourceRead,
    },
    EntryLost {
        #[serde(skip_serializing_if = "Option::is_none")]
        count: Option<u64>,
        #[serde(skip_serializing_if = "<[_]>::is_empty")]
        accounts: &'a [AccountId],
        #[serde(skip_serializing_if = "<[_]>::is_empty")]
        taken_back: &'a [SignalKey],
    },
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Account { account, change } => AccountEventRef { account, change }.serialize(serializer),
            Self::UnmatchedChanged { signal, from, to } => {
                BoardEventRef::UnmatchedChanged { signal, from, to }.serialize(serializer)
            }
            Self::PlaybookSwitched { playbook, from, to } => {
                BoardEventRef::PlaybookSwitched { playbook, from: *from, to: *to }.serialize(serializer)
            }
            Self::SourceRead { source, from, to } => {
                BoardEventRef::SourceRead { source, from, to }.serialize(serializer)
            }
            Self::EntryLost { count, accounts, taken_back } => {
                BoardEventRef::EntryLost { count: *count, accounts, taken_back }.serialize(serializer)
            }
        }
    }
}

impl Event {
    /// Appends it to `json` as it is serialised, without the copy of the change that flattening makes.
    ///
    /// # Errors
    /// When it cannot become JSON.
    pub(crate) fn append_json(&self, json: &mut Vec<u8>) -> serde_json::Result<()> {
        let Self::Account { account, change } = self else { return serde_json::to_writer(json, self) };
        json.extend_from_slice(b"{\"account\":");
        serde_json::to_writer(&mut *json, account)?;
        // A change is an object with its name for a key, or its name alone.
        let start = json.len();
        serde_json::to_writer(&mut *json, change)?;
        if json[start] == b'{' {
            json[start] = b',';
        } else {
            json.insert(start, b',');
            json.extend_from_slice(b":null}");
        }
        Ok(())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum FirstKey {
    Account,
    UnmatchedChanged,
    PlaybookSwitched,
    SourceRead,
    EntryLost,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UnmatchedFields {
    signal: SignalId,
    from: Option<Box<UnmatchedSignal>>,
    to: Option<Box<UnmatchedSignal>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SwitchFields {
    playbook: Arc<str>,
    from: bool,
    to: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReadFields {
    source: Arc<str>,
    from: Option<SourceRead>,
    to: SourceRead,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LostFields {
    #[serde(default)]
    count: Option<u64>,
    #[serde(default)]
    accounts: Vec<AccountId>,
    #[serde(default)]
    taken_back: Vec<SignalKey>,
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EventVisitor;

        impl<'de> Visitor<'de> for EventVisitor {
            type Value = Event;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an event: an account and its change, or a change of the board")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Event, A::Error> {
                let Some(first) = map.next_key::<FirstKey>()? else {
                    return Err(A::Error::custom("an event without a change"));
                };
                match first {
                    FirstKey::Account => {
                        let account = map.next_value()?;
                        let change = Change::deserialize(MapAccessDeserializer::new(map))?;
                        Ok(Event::Account { account, change })
                    }
                    FirstKey::UnmatchedChanged => {
                        let UnmatchedFields { signal, from, to } = map.next_value()?;
                        Ok(Event::UnmatchedChanged { signal, from, to })
                    }
                    FirstKey::PlaybookSwitched => {
                        let SwitchFields { playbook, from, to } = map.next_value()?;
                        Ok(Event::PlaybookSwitched { playbook, from, to })
                    }
                    FirstKey::SourceRead => {
                        let ReadFields { source, from, to } = map.next_value()?;
                        Ok(Event::SourceRead { source, from, to })
                    }
                    FirstKey::EntryLost => {
                        let LostFields { count, accounts, taken_back } = map.next_value()?;
                        Ok(Event::EntryLost { count, accounts, taken_back })
                    }
                }
            }
        }

        deserializer.deserialize_map(EventVisitor)
    }
}
