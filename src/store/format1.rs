//! Journals of format 1: the same changes under their former names, each with its account inside.
//!
//! A journal that began in format 1 stays as it is and goes on in format 2. Each line shows by its form which one it
//! is, so both stand in one file, and an older program says of the new lines that a newer one wrote them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{DeserializeSeed, Error, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::state::values::signal::{Call, CallId};
use crate::state::{
    AccountId, Actor, Alert, AlertKey, Cause, Change, Entry, Event, Fact, FactKey, FactValue, Note, Owner,
    Placement, Risk, Segment, Seq, Signal, SignalId, Snooze, Source, Stamp, Task, TaskId, UnmatchedSignal,
};

/// Reads an entry of a journal that began in format 1.
pub(super) fn entry(json: &[u8]) -> Result<Entry, serde_json::Error> {
    let EitherEntry { seq, at, by, command, undoes, redoes, events } = serde_json::from_slice(json)?;
    let events = events.into_iter().map(|EitherEvent(event)| event).collect();
    Ok(Entry { seq, at, by, command, undoes, redoes, events })
}

#[derive(Deserialize)]
struct EitherEntry {
    seq: Seq,
    at: DateTime<Utc>,
    by: Actor,
    command: Arc<str>,
    #[serde(default)]
    undoes: Option<Seq>,
    #[serde(default)]
    redoes: Option<Seq>,
    events: Vec<EitherEvent>,
}

/// An event as either format writes it.
struct EitherEvent(Event);

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum FormerEvent {
    Added {
        account: AccountId,
    },
    Removed {
        account: AccountId,
    },
    Learned {
        account: AccountId,
        source: Source,
        #[serde(default)]
        at: Option<DateTime<Utc>>,
        facts: BTreeMap<FactKey, FactValue>,
        #[serde(default)]
        was: BTreeMap<FactKey, Fact>,
    },
    Restored {
        account: AccountId,
        from: BTreeMap<FactKey, Option<Fact>>,
        to: BTreeMap<FactKey, Option<Fact>>,
    },
    Moved {
        account: AccountId,
        from: Option<Placement>,
        to: Option<Placement>,
        cause: Cause,
        #[serde(default)]
        reason: Option<Arc<str>>,
    },
    Stamped {
        account: AccountId,
        stamp: Stamp,
        at: DateTime<Utc>,
    },
    Unstamped {
        account: AccountId,
        stamp: Stamp,
        at: DateTime<Utc>,
    },
    Engaged {
        account: AccountId,
        from: Option<DateTime<Utc>>,
        to: Option<DateTime<Utc>>,
    },
    Joined {
        account: AccountId,
        segment: Segment,
        cause: Cause,
    },
    Left {
        account: AccountId,
        segment: Segment,
        cause: Cause,
    },
    Owned {
        account: AccountId,
        from: Option<Owner>,
        to: Option<Owner>,
    },
    Assessed {
        account: AccountId,
        from: Risk,
        to: Risk,
    },
    Noted {
        account: AccountId,
        note: Note,
    },
    Struck {
        account: AccountId,
        note: Note,
    },
    Seen {
        account: AccountId,
        from: Option<DateTime<Utc>>,
        to: Option<DateTime<Utc>>,
    },
    Recorded {
        account: AccountId,
        signal: Signal,
    },
    Unrecorded {
        account: AccountId,
        signal: Signal,
    },
    Called {
        account: AccountId,
        call: CallId,
        from: Option<Call>,
        to: Option<Call>,
    },
    Tasked {
        account: AccountId,
        task: TaskId,
        from: Option<Task>,
        to: Option<Task>,
    },
    Snoozed {
        account: AccountId,
        from: Option<Snooze>,
        to: Option<Snooze>,
    },
    Alerted {
        account: AccountId,
        key: AlertKey,
        from: Option<Box<Alert>>,
        to: Option<Box<Alert>>,
    },
    Fired {
        account: AccountId,
        playbook: Arc<str>,
        occasion: Arc<str>,
        once: bool,
    },
    Unfired {
        account: AccountId,
        playbook: Arc<str>,
        occasion: Arc<str>,
        once: bool,
    },
    Unmatched {
        signal: SignalId,
        from: Option<Box<UnmatchedSignal>>,
        to: Option<Box<UnmatchedSignal>>,
    },
    Switched {
        playbook: Arc<str>,
        from: bool,
        to: bool,
    },
}

impl From<FormerEvent> for Event {
    fn from(former: FormerEvent) -> Self {
        match former {
            FormerEvent::Added { account } => Change::Added.on(&account),
            FormerEvent::Removed { account } => Change::Removed.on(&account),
            FormerEvent::Learned { account, source, at, facts, was } => {
                Change::FactsUpdated { source, at, facts, was }.on(&account)
            }
            FormerEvent::Restored { account, from, to } => Change::FactsRestored { from, to }.on(&account),
            FormerEvent::Moved { account, from, to, cause, reason } => {
                Change::Moved { from, to, cause, reason }.on(&account)
            }
            FormerEvent::Stamped { account, stamp, at } => Change::StampSet { stamp, at }.on(&account),
            FormerEvent::Unstamped { account, stamp, at } => Change::StampRemoved { stamp, at }.on(&account),
            FormerEvent::Engaged { account, from, to } => Change::EngagementChanged { from, to }.on(&account),
            FormerEvent::Joined { account, segment, cause } => {
                Change::SegmentJoined { segment, cause }.on(&account)
            }
            FormerEvent::Left { account, segment, cause } => {
                Change::SegmentLeft { segment, cause }.on(&account)
            }
            FormerEvent::Owned { account, from, to } => Change::OwnerChanged { from, to }.on(&account),
            FormerEvent::Assessed { account, from, to } => Change::RiskChanged { from, to }.on(&account),
            FormerEvent::Noted { account, note } => Change::NoteAdded { note }.on(&account),
            FormerEvent::Struck { account, note } => Change::NoteRemoved { note }.on(&account),
            FormerEvent::Seen { account, from, to } => Change::Seen { from, to }.on(&account),
            FormerEvent::Recorded { account, signal } => Change::SignalRecorded { signal }.on(&account),
            FormerEvent::Unrecorded { account, signal } => Change::SignalRemoved { signal }.on(&account),
            FormerEvent::Called { account, call, from, to } => {
                Change::CallChanged { call, from, to }.on(&account)
            }
            FormerEvent::Tasked { account, task, from, to } => {
                Change::TaskChanged { task, from, to }.on(&account)
            }
            FormerEvent::Snoozed { account, from, to } => Change::SnoozeChanged { from, to }.on(&account),
            FormerEvent::Alerted { account, key, from, to } => {
                Change::AlertChanged { key, from, to }.on(&account)
            }
            FormerEvent::Fired { account, playbook, occasion, once } => {
                Change::PlaybookRan { playbook, occasion, once }.on(&account)
            }
            FormerEvent::Unfired { account, playbook, occasion, once } => {
                Change::PlaybookRunReverted { playbook, occasion, once }.on(&account)
            }
            FormerEvent::Unmatched { signal, from, to } => Self::UnmatchedChanged { signal, from, to },
            FormerEvent::Switched { playbook, from, to } => Self::PlaybookSwitched { playbook, from, to },
        }
    }
}

impl<'de> Deserialize<'de> for EitherEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EitherVisitor;

        impl<'de> Visitor<'de> for EitherVisitor {
            type Value = EitherEvent;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an event")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<EitherEvent, A::Error> {
                let first: Arc<str> =
                    map.next_key()?.ok_or_else(|| A::Error::custom("an event without a change"))?;
                let is_current = matches!(&*first, "account" | "unmatched_changed" | "playbook_switched");
                let whole = MapAccessDeserializer::new(WithFirstKey { first: Some(&first), rest: map });
                if is_current {
                    Event::deserialize(whole).map(EitherEvent)
                } else {
                    FormerEvent::deserialize(whole).map(|former| EitherEvent(former.into()))
                }
            }
        }

        deserializer.deserialize_map(EitherVisitor)
    }
}

/// A map whose first key was read already.
struct WithFirstKey<'a, A> {
    first: Option<&'a str>,
    rest: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for WithFirstKey<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        match self.first.take() {
            Some(first) => {
                let key: StrDeserializer<'_, A::Error> = first.into_deserializer();
                seed.deserialize(key).map(Some)
            }
            None => self.rest.next_key_seed(seed),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.rest.next_value_seed(seed)
    }
}
