//! Accounts as a snapshot writes them: what many of them have in common stands there once.
//!
//! Stages, sources, segments, causes and most facts are said again and again. A run of accounts lists each of them
//! once and then only counts, and times are seconds. So a snapshot is a third as long as its accounts are as JSON,
//! reads in a fraction of the time, and what is equal is the same piece of memory afterwards.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::state::values::account::Risk;
use crate::state::values::signal::{Call, CallId};
use crate::state::{
    Account, AccountId, Actor, Cause, Fact, FactKey, FactValue, HistoryItem, Note, Placement, Seq, Signal,
    Snooze, StageId, Task, TaskId,
};

/// A run of accounts, and what they have in common.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Chunk {
    words: Vec<Arc<str>>,
    stages: Vec<StageId>,
    actors: Vec<Actor>,
    causes: Vec<Cause>,
    facts: Vec<(FactKey, FactValue)>,
    tasks: Vec<(TaskId, Task)>,
    accounts: Vec<AccountRow>,
}

/// The place of something in one of a run's lists.
type DictId = usize;

#[derive(Serialize, Deserialize)]
struct AccountRow {
    id: AccountId,
    /// By source and time, which most of an account's facts share.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    facts: Vec<(DictId, Moment, Vec<DictId>)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    place: Option<(DictId, Moment)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    stamps: Vec<(DictId, Moment)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    history: Vec<HistoryRow>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    segments: Vec<DictId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    engaged: Option<Moment>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    owner: Option<DictId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    risk: Option<Risk>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    notes: Vec<(Moment, DictId, DictId)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seen: Option<Moment>,
    #[serde(default, skip_serializing_if = "is_empty")]
    signals: Arc<Vec<Signal>>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    calls: BTreeMap<CallId, Call>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tasks: Vec<DictId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    snooze: Option<Moment>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    fired: Vec<(DictId, DictId)>,
}

/// A step of an account's history: number, time, who, from where, to where, what made it so, and why.
#[derive(Serialize, Deserialize)]
struct HistoryRow(Seq, Moment, DictId, Option<DictId>, Option<DictId>, DictId, Option<DictId>);

fn is_empty(signals: &Arc<Vec<Signal>>) -> bool {
    signals.is_empty()
}

impl Chunk {
    /// Packs `accounts`.
    ///
    /// # Errors
    /// When something about them cannot become JSON.
    pub(super) fn pack(accounts: &[Arc<Account>]) -> Result<Self, serde_json::Error> {
        let mut lists = Dictionaries::default();
        let accounts = accounts.iter().map(|account| lists.pack(account)).collect::<Result<_, _>>()?;
        let Dictionaries { words, stages, actors, causes, facts, tasks } = lists;
        Ok(Self {
            words: words.listed,
            stages: stages.listed,
            actors: actors.listed,
            causes: causes.listed,
            facts: facts.listed,
            tasks: tasks.listed,
            accounts,
        })
    }

    /// The accounts again; nothing when something is said that is not listed.
    pub(super) fn unpack(self) -> Option<Vec<Arc<Account>>> {
        let Self { words, stages, actors, causes, facts, tasks, accounts } = self;
        let word = |at: DictId| words.get(at).cloned();
        let stage = |at: DictId| stages.get(at).cloned();
        let perhaps_stage = |at: Option<DictId>| at.map_or(Some(None), |at| stage(at).map(Some));
        let perhaps_word = |at: Option<DictId>| at.map_or(Some(None), |at| word(at).map(Some));
        let unpack = |packed: AccountRow| {
            let mut known = Vec::with_capacity(packed.facts.iter().map(|(.., facts)| facts.len()).sum());
            for (source, Moment(at), listed) in packed.facts {
                let source = word(source)?;
                for place in listed {
                    let (key, value) = facts.get(place)?.clone();
                    known.push((key, Fact { value, source: source.clone(), at }));
                }
            }
            let step = |HistoryRow(seq, Moment(at), by, from, to, cause, reason)| {
                Some(HistoryItem {
                    seq,
                    at,
                    by: actors.get(by)?.clone(),
                    from: perhaps_stage(from)?,
                    to: perhaps_stage(to)?,
                    cause: causes.get(cause)?.clone(),
                    reason: perhaps_word(reason)?,
                })
            };
            let place = match packed.place {
                Some((at, Moment(since))) => Some(Placement { stage: stage(at)?, since }),
                None => None,
            };
            let note =
                |(Moment(at), by, text): (Moment, _, _)| Some(Note { at, by: word(by)?, text: word(text)? });
            // Every field by name, so that a new one cannot be forgotten.
            Some(Arc::new(Account {
                id: packed.id,
                facts: Arc::new(known.into_iter().collect()),
                place,
                stamps: packed
                    .stamps
                    .into_iter()
                    .map(|(at, since)| Some((word(at)?, since.0)))
                    .collect::<Option<_>>()?,
                history: packed.history.into_iter().map(step).collect::<Option<_>>()?,
                segments: packed.segments.into_iter().map(word).collect::<Option<_>>()?,
                engaged: packed.engaged.map(|Moment(at)| at),
                owner: perhaps_word(packed.owner)?,
                risk: packed.risk.unwrap_or_default(),
                notes: packed.notes.into_iter().map(note).collect::<Option<_>>()?,
                seen: packed.seen.map(|Moment(at)| at),
                signals: packed.signals,
                calls: packed.calls,
                tasks: packed.tasks.into_iter().map(|at| tasks.get(at).cloned()).collect::<Option<_>>()?,
                snooze: packed.snooze.map(|Moment(until)| Snooze { until }),
                fired: packed
                    .fired
                    .into_iter()
                    .map(|(a, b)| Some((word(a)?, word(b)?)))
                    .collect::<Option<_>>()?,
            }))
        };
        accounts.into_iter().map(unpack).collect()
    }
}

/// The lists of a run in the making.
#[derive(Default)]
struct Dictionaries {
    words: Dictionary<Arc<str>>,
    stages: Dictionary<StageId>,
    actors: Dictionary<Actor>,
    causes: Dictionary<Cause>,
    facts: Dictionary<(FactKey, FactValue)>,
    tasks: Dictionary<(TaskId, Task)>,
}

impl Dictionaries {
    fn pack(&mut self, account: &Account) -> Result<AccountRow, serde_json::Error> {
        let Account {
            id,
            facts,
            place,
            stamps,
            history,
            segments,
            engaged,
            owner,
            risk,
            notes,
            seen,
            signals,
            calls,
            tasks,
            snooze,
            fired,
        } = account;
        let Self { words, stages, actors, causes, facts: known, tasks: todo } = self;
        let mut groups: Vec<(DictId, Moment, Vec<DictId>)> = Vec::new();
        for (key, Fact { value, source, at }) in facts.iter() {
            let (source, fact) = (words.place(source)?, known.place(&(key.clone(), value.clone()))?);
            match groups.iter_mut().find(|(from, Moment(when), _)| *from == source && when == at) {
                Some((.., group)) => group.push(fact),
                None => groups.push((source, Moment(*at), vec![fact])),
            }
        }
        let mut steps = Vec::with_capacity(history.len());
        for HistoryItem { seq, at, by, from, to, cause, reason } in history {
            let (from, to) = (stages.perhaps(from.as_ref())?, stages.perhaps(to.as_ref())?);
            let (by, cause) = (actors.place(by)?, causes.place(cause)?);
            steps.push(HistoryRow(*seq, Moment(*at), by, from, to, cause, words.perhaps(reason.as_ref())?));
        }
        let place = match place {
            Some(Placement { stage, since }) => Some((stages.place(stage)?, Moment(*since))),
            None => None,
        };
        Ok(AccountRow {
            id: id.clone(),
            facts: groups,
            place,
            stamps: each(stamps, |(stamp, at)| Ok((words.place(stamp)?, Moment(*at))))?,
            history: steps,
            segments: each(segments, |segment| words.place(segment))?,
            engaged: engaged.map(Moment),
            owner: words.perhaps(owner.as_ref())?,
            risk: (*risk != Risk::default()).then(|| risk.clone()),
            notes: each(notes, |Note { at, by, text }| {
                Ok((Moment(*at), words.place(by)?, words.place(text)?))
            })?,
            seen: seen.map(Moment),
            signals: signals.clone(),
            calls: calls.clone(),
            tasks: each(tasks, |(id, task)| todo.place(&(id.clone(), task.clone())))?,
            snooze: snooze.as_ref().map(|Snooze { until }| Moment(*until)),
            fired: each(fired, |(playbook, occasion)| Ok((words.place(playbook)?, words.place(occasion)?)))?,
        })
    }
}

fn each<T, U, E>(all: impl IntoIterator<Item = T>, pack: impl FnMut(T) -> Result<U, E>) -> Result<Vec<U>, E> {
    all.into_iter().map(pack).collect()
}

/// Things that are listed once. They are told apart as they are written, for not all of them can be compared.
struct Dictionary<T> {
    listed: Vec<T>,
    places: HashMap<String, DictId>,
}

impl<T> Default for Dictionary<T> {
    fn default() -> Self {
        Self { listed: Vec::new(), places: HashMap::new() }
    }
}

impl<T: Clone + Serialize> Dictionary<T> {
    fn place(&mut self, value: &T) -> Result<DictId, serde_json::Error> {
        let next = self.listed.len();
        let place = *self.places.entry(serde_json::to_string(value)?).or_insert(next);
        if place == next {
            self.listed.push(value.clone());
        }
        Ok(place)
    }

    fn perhaps(&mut self, value: Option<&T>) -> Result<Option<DictId>, serde_json::Error> {
        value.map(|value| self.place(value)).transpose()
    }
}

/// A moment as whole seconds, with its nanoseconds behind where there are any.
#[derive(Clone, Copy)]
struct Moment(DateTime<Utc>);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self.0.timestamp(), self.0.timestamp_subsec_nanos()) {
            (seconds, 0) => seconds.serialize(serializer),
            exact => exact.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Seconds;

        impl<'de> Visitor<'de> for Seconds {
            type Value = Moment;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("seconds, or seconds and nanoseconds")
            }

            fn visit_i64<E: Error>(self, seconds: i64) -> Result<Moment, E> {
                moment(seconds, 0)
            }

            fn visit_u64<E: Error>(self, seconds: u64) -> Result<Moment, E> {
                moment(i64::try_from(seconds).map_err(E::custom)?, 0)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Moment, A::Error> {
                let missing = || A::Error::custom("a moment needs seconds and nanoseconds");
                let seconds = parts.next_element()?.ok_or_else(missing)?;
                moment(seconds, parts.next_element()?.ok_or_else(missing)?)
            }
        }

        deserializer.deserialize_any(Seconds)
    }
}

fn moment<E: Error>(seconds: i64, nanoseconds: u32) -> Result<Moment, E> {
    let known = DateTime::from_timestamp(seconds, nanoseconds);
    known.map(Moment).ok_or_else(|| E::custom("no such moment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_kept_to_the_nanosecond_wherever_it_lies() {
        for text in [
            "2024-12-15T09:00:00Z",
            "2024-12-15T09:00:00.000000001Z",
            "2016-12-31T23:59:60.5Z",
            "1969-12-31T23:59:59.25Z",
            "-0044-03-15T12:00:00Z",
        ] {
            let at: DateTime<Utc> = text.parse().expect("a moment");
            let json = serde_json::to_string(&Moment(at)).expect("JSON");
            let Moment(again) = serde_json::from_str(&json).expect("it reads back");
            assert_eq!(again, at, "{json}");
        }
        for wrong in ["-1e30", "[1]", "[1,2000000000]", "9223372036854775807", "\"now\""] {
            assert!(serde_json::from_str::<Moment>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_not_listed_is_no_account() {
        for wrong in [
            r#"{"id":"acme","place":[0,0]}"#,
            r#"{"id":"acme","facts":[[0,0,[]]]}"#,
            r#"{"id":"acme","owner":0}"#,
            r#"{"id":"acme","tasks":[0]}"#,
            r#"{"id":"acme","history":[[1,0,0,null,null,0,null]]}"#,
        ] {
            let lists = r#""words":[],"stages":[],"actors":[],"causes":[],"facts":[],"tasks":[]"#;
            let run: Chunk =
                serde_json::from_str(&format!(r#"{{{lists},"accounts":[{wrong}]}}"#)).expect("JSON");
            assert!(run.unpack().is_none(), "{wrong}");
        }
    }
}
