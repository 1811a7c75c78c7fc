//! The accounts of a snapshot, with every repeated value written once.
//!
//! Many accounts share stages, sources, segments, causes and most facts. A chunk of accounts lists each of these values
//! once, and its accounts refer to them by number. Times are written as seconds. A snapshot is then a third as long as
//! the same accounts as plain JSON, is read several times faster, and equal texts share their memory after reading.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use foldhash::fast::RandomState;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::moment::Moment;
use super::named::{NamedAccount, NamedTask};
use crate::state::board::archive::ArchivedAccount;
use crate::state::values::account::Risk;
use crate::state::values::signal::{Call, CallId};
use crate::state::values::small_map::SmallMap;
use crate::state::{
    Account, AccountId, Actor, Alert, Cause, Cover, Fact, FactKey, FactRef, FactValue, Finding, FindingKind,
    HistoryItem, Note, Occasion, Placement, PointId, PointState, PushedFields, Refund, Seq, Signal, Snooze,
    StageId, Task, TaskId,
};

/// Some accounts, and the values they share.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Chunk {
    words: Dictionary<Arc<str>>,
    stages: Dictionary<StageId>,
    actors: Dictionary<Actor>,
    causes: Dictionary<Cause>,
    facts: Dictionary<(FactKey, FactValue)>,
    tasks: Dictionary<(TaskId, Task)>,
    accounts: Vec<AccountRow>,
}

/// Some settled accounts, and their alerts.
#[derive(Serialize, Deserialize)]
pub(super) struct SettledChunk {
    accounts: Chunk,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    alerts: Vec<Arc<Alert>>,
}

impl SettledChunk {
    pub(super) fn pack(all: &[ArchivedAccount]) -> Result<Self, serde_json::Error> {
        let accounts: Vec<Arc<Account>> = all.iter().map(|it| it.account.clone()).collect();
        let alerts = all.iter().flat_map(|it| it.alerts.iter().cloned()).collect();
        Ok(Self { accounts: Chunk::pack(&accounts)?, alerts })
    }

    /// The accounts; `None` when one refers to a value that is in no dictionary.
    pub(super) fn unpack(self) -> Option<Vec<ArchivedAccount>> {
        let mut alerts = self.alerts;
        let with_alerts = |account: Arc<Account>| {
            let alerts = alerts.extract_if(.., |alert| alert.account == account.id).collect();
            ArchivedAccount { account, alerts }
        };
        Some(self.accounts.unpack()?.into_iter().map(with_alerts).collect())
    }
}

/// The position of a value in its dictionary.
type DictId = usize;

#[derive(Serialize, Deserialize)]
struct AccountRow {
    id: AccountId,
    /// Grouped by source and time: an account learns most of its facts together.
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
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    left_segments: Vec<DictId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    engaged: Option<Moment>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    owner: Option<DictId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    risk: Option<Risk>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    notes: Vec<(Moment, DictId, DictId)>,
    #[serde(default, skip_serializing_if = "SmallMap::is_empty")]
    points: SmallMap<PointId, PointState>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    refunds: Vec<Refund>,
    #[serde(default, skip_serializing_if = "SmallMap::is_empty")]
    pushed: SmallMap<Arc<str>, PushedFields>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seen: Option<Moment>,
    #[serde(default, skip_serializing_if = "is_empty")]
    signals: Arc<Vec<Signal>>,
    #[serde(default, skip_serializing_if = "SmallMap::is_empty")]
    calls: SmallMap<CallId, Call>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tasks: Vec<DictId>,
    #[serde(default, skip_serializing_if = "SmallMap::is_empty")]
    findings: SmallMap<FindingKind, Finding>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cover: Option<Cover>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    snooze: Option<Moment>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    fired: Vec<(DictId, DictId)>,
}

/// A step of an account's history: number, time, actor, stage before and after, cause, reason, and when it happened, where that
/// is another moment.
#[derive(Serialize, Deserialize)]
struct HistoryRow(
    Seq,
    Moment,
    DictId,
    Option<DictId>,
    Option<DictId>,
    DictId,
    Option<DictId>,
    #[serde(default, skip_serializing_if = "Option::is_none")] Option<Moment>,
);

fn is_empty(signals: &Arc<Vec<Signal>>) -> bool {
    signals.is_empty()
}

impl Chunk {
    /// Packs `accounts`.
    ///
    /// # Errors
    /// When one of them cannot be written as JSON.
    pub(super) fn pack(accounts: &[Arc<Account>]) -> Result<Self, serde_json::Error> {
        let mut chunk = Self::default();
        for account in accounts {
            let row = chunk.pack_account(account)?;
            chunk.accounts.push(row);
        }
        Ok(chunk)
    }

    fn pack_account(&mut self, account: &Account) -> Result<AccountRow, serde_json::Error> {
        // Every field by name, so that a new one cannot be forgotten.
        let Account {
            id,
            facts,
            placement: place,
            stamps,
            history,
            segments,
            left_segments,
            engaged,
            owner,
            cover,
            risk,
            notes,
            points,
            refunds,
            pushed,
            seen,
            signals,
            calls,
            tasks,
            findings,
            snooze,
            fired,
        } = account;
        let Self { words, stages, actors, causes, facts: known, tasks: todo, accounts: _ } = self;
        let mut groups: Vec<(DictId, Moment, Vec<DictId>)> = Vec::new();
        for (key, FactRef { value, source, at }) in facts.iter() {
            let (source, fact) = (words.id(source)?, known.id(&(key.clone(), value.clone()))?);
            match groups.iter_mut().find(|(from, Moment(when), _)| *from == source && *when == at) {
                Some((.., group)) => group.push(fact),
                None => groups.push((source, Moment(at), vec![fact])),
            }
        }
        let mut steps = Vec::with_capacity(history.len());
        for HistoryItem { seq, at, since, by, from, to, cause, reason } in history {
            let (from, to) = (stages.optional_id(from.as_ref())?, stages.optional_id(to.as_ref())?);
            let (by, cause) = (actors.id(by)?, causes.id(cause)?);
            let reason = words.optional_id(reason.as_ref())?;
            steps.push(HistoryRow(*seq, Moment(*at), by, from, to, cause, reason, since.map(Moment)));
        }
        let place = match place {
            Some(Placement { stage, since }) => Some((stages.id(stage)?, Moment(*since))),
            None => None,
        };
        Ok(AccountRow {
            id: id.clone(),
            facts: groups,
            place,
            stamps: each(stamps, |(stamp, at)| Ok((words.id(stamp)?, Moment(*at))))?,
            history: steps,
            segments: each(segments, |segment| words.id(segment))?,
            left_segments: each(left_segments, |segment| words.id(segment))?,
            engaged: engaged.map(Moment),
            owner: words.optional_id(owner.as_ref())?,
            cover: cover.clone(),
            risk: (*risk != Risk::default()).then(|| risk.clone()),
            notes: each(notes, |Note { at, by, text }| Ok((Moment(*at), words.id(by)?, words.id(text)?)))?,
            points: points.clone(),
            refunds: refunds.clone(),
            pushed: pushed.clone(),
            seen: seen.map(Moment),
            signals: signals.clone(),
            calls: calls.clone(),
            tasks: each(tasks, |(id, task)| todo.id(&(id.clone(), task.clone())))?,
            findings: findings.clone(),
            snooze: snooze.as_ref().map(|Snooze { until }| Moment(*until)),
            fired: each(fired, |(playbook, occasion)| {
                Ok((words.id(playbook)?, words.id(&occasion.to_string().into())?))
            })?,
        })
    }

    /// The accounts; `None` when one refers to a value that is in no dictionary.
    pub(super) fn unpack(mut self) -> Option<Vec<Arc<Account>>> {
        let accounts = std::mem::take(&mut self.accounts);
        accounts.into_iter().map(|row| self.unpack_account(row).map(Arc::new)).collect()
    }

    fn unpack_account(&self, row: AccountRow) -> Option<Account> {
        let Self { words, stages, .. } = self;
        let mut facts = Vec::with_capacity(row.facts.iter().map(|(.., facts)| facts.len()).sum());
        for (source, Moment(at), ids) in row.facts {
            let source = words.get(source)?;
            for id in ids {
                let (key, value) = self.facts.get(id)?;
                facts.push((key, Fact { value, source: source.clone(), at }));
            }
        }
        let step = |HistoryRow(seq, Moment(at), by, from, to, cause, reason, since)| {
            Some(HistoryItem {
                seq,
                at,
                since: since.map(|Moment(since)| since),
                by: self.actors.get(by)?,
                from: stages.get_optional(from)?,
                to: stages.get_optional(to)?,
                cause: self.causes.get(cause)?,
                reason: words.get_optional(reason)?,
            })
        };
        let place = match row.place {
            Some((stage, Moment(since))) => Some(Placement { stage: stages.get(stage)?, since }),
            None => None,
        };
        let run = |(playbook, occasion)| Some((words.get(playbook)?, Occasion::from(&*words.get(occasion)?)));
        Some(Account {
            id: row.id,
            facts: Arc::new(facts.into_iter().collect()),
            placement: place,
            stamps: all(row.stamps, |(stamp, Moment(at))| Some((words.get(stamp)?, at)))?,
            history: all(row.history, step)?,
            segments: all(row.segments, |segment| words.get(segment))?,
            left_segments: all(row.left_segments, |segment| words.get(segment))?,
            engaged: row.engaged.map(|Moment(at)| at),
            owner: words.get_optional(row.owner)?,
            cover: row.cover,
            risk: row.risk.unwrap_or_default(),
            notes: all(row.notes, |(Moment(at), by, text)| {
                Some(Note { at, by: words.get(by)?, text: words.get(text)? })
            })?,
            points: row.points,
            refunds: row.refunds,
            pushed: row.pushed,
            seen: row.seen.map(|Moment(at)| at),
            signals: row.signals,
            calls: row.calls,
            tasks: all(row.tasks, |task| self.tasks.get(task))?,
            findings: row.findings,
            snooze: row.snooze.map(|Moment(until)| Snooze { until }),
            fired: all(row.fired, run)?,
        })
    }
}

/// The names in a chunk, without the rest.
#[derive(Deserialize)]
pub(super) struct ChunkNames {
    words: Dictionary<Arc<str>>,
    facts: Dictionary<(FactKey, FactValue)>,
    tasks: Dictionary<(TaskId, Task)>,
    accounts: Vec<AccountNames>,
}

/// The names in a [`SettledChunk`].
#[derive(Deserialize)]
pub(super) struct SettledNames {
    pub(super) accounts: ChunkNames,
    #[serde(default)]
    pub(super) alerts: Vec<Alert>,
}

#[derive(Deserialize)]
struct AccountNames {
    id: AccountId,
    #[serde(default)]
    facts: Vec<(IgnoredAny, IgnoredAny, Vec<DictId>)>,
    #[serde(default)]
    segments: Vec<DictId>,
    #[serde(default)]
    owner: Option<DictId>,
    #[serde(default)]
    tasks: Vec<DictId>,
}

impl ChunkNames {
    /// The accounts by their ids, and the columns that are no known facts; `None` when an account refers to a value
    /// that is in no dictionary.
    pub(super) fn unpack(self) -> Option<(BTreeMap<String, NamedAccount>, BTreeSet<String>)> {
        let is_column = |key: &&FactKey| matches!(key, FactKey::Extra(_) | FactKey::OtherId(_));
        let columns = self.facts.values.iter().map(|(key, _)| key).filter(is_column);
        let columns = columns.map(ToString::to_string).collect();
        let word = |id: DictId| self.words.values.get(id).map(|word| (**word).to_owned());
        let accounts = self.accounts.iter().map(|row| {
            let mut account = NamedAccount::default();
            for id in row.facts.iter().flat_map(|(.., ids)| ids) {
                let (key, value) = self.facts.values.get(*id)?;
                account.insert_fact(key, value);
            }
            account.segments = all(row.segments.clone(), word)?;
            account.owner = match row.owner {
                Some(owner) => Some(word(owner)?),
                None => None,
            };
            for id in &row.tasks {
                let (id, task) = self.tasks.values.get(*id)?;
                let named = NamedTask { title: (*task.title).to_owned(), is_done: task.done.is_some() };
                account.tasks.insert(id.to_string(), named);
            }
            Some((row.id.to_string(), account))
        });
        Some((accounts.collect::<Option<_>>()?, columns))
    }
}

fn each<T, U, E>(all: impl IntoIterator<Item = T>, pack: impl FnMut(T) -> Result<U, E>) -> Result<Vec<U>, E> {
    all.into_iter().map(pack).collect()
}

/// Every row unpacked. The list is made as long as it is to be: one that grew would keep room for four, and most accounts
/// have one of each.
fn all<T, U, C: FromIterator<U>>(rows: Vec<T>, mut unpack: impl FnMut(T) -> Option<U>) -> Option<C> {
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        all.push(unpack(row)?);
    }
    Some(all.into_iter().collect())
}

/// Values that are written once. Not all of them can be compared, so their JSON is.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Dictionary<T> {
    values: Vec<T>,
    #[serde(skip)]
    ids: HashMap<String, DictId, RandomState>,
}

impl<T> Default for Dictionary<T> {
    fn default() -> Self {
        Self { values: Vec::new(), ids: HashMap::default() }
    }
}

impl<T: Clone + Serialize> Dictionary<T> {
    /// The id of `value`, which is added if it is new.
    fn id(&mut self, value: &T) -> Result<DictId, serde_json::Error> {
        let next = self.values.len();
        let id = *self.ids.entry(serde_json::to_string(value)?).or_insert(next);
        if id == next {
            self.values.push(value.clone());
        }
        Ok(id)
    }

    fn optional_id(&mut self, value: Option<&T>) -> Result<Option<DictId>, serde_json::Error> {
        value.map(|value| self.id(value)).transpose()
    }

    fn get(&self, id: DictId) -> Option<T> {
        self.values.get(id).cloned()
    }

    /// The value of an id that may be missing. `None` when there is an id, and no value for it.
    #[expect(clippy::option_option, reason = "no id is something else than an id without a value")]
    fn get_optional(&self, id: Option<DictId>) -> Option<Option<T>> {
        id.map_or(Some(None), |id| self.get(id).map(Some))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn lists_keep_no_room_to_spare() {
        let row = r#"{"id":"acme","history":[[1,0,0,null,null,0,null]],"notes":[[0,0,0]]}"#;
        let lists =
            r#""words":["called"],"stages":[],"actors":["ann"],"causes":["import"],"facts":[],"tasks":[]"#;
        let chunk: Chunk = serde_json::from_str(&format!(r#"{{{lists},"accounts":[{row}]}}"#)).expect("JSON");
        let account = chunk.unpack().expect("all is listed").remove(0);
        assert_eq!((account.history.len(), account.history.capacity()), (1, 1));
        assert_eq!((account.notes.len(), account.notes.capacity()), (1, 1));
    }
}
