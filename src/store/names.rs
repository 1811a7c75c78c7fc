//! The names in a store, for completions: read fast, and without a trace.
//!
//! Somebody who presses tab waits for this at every press, so only names are read, not the board: from the snapshot, and
//! from the entries after it. Nothing is locked, synced, cut or created. What cannot be read has no names.
//!
//! Two things are as they were at the last snapshot: what an account took over in a merge that was undone since, and
//! what was known of accounts whose import was undone before it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::ops::Range;
use std::path::Path;
use std::sync::Mutex;

use serde::Deserialize;
use serde::de::{IgnoredAny, MapAccess, Visitor};

use super::columnar::{ChunkNames, SettledNames};
use super::disk::{Disk, DiskFile, OpenMode};
use super::files::StoreFiles;
use super::format1;
use super::journal::{self, JournalHeader, Tail};
pub use super::named::{NamedAccount, NamedAlert, NamedTask};
use super::snapshot::{self, SnapshotBytes, SnapshotParts};
use crate::state::{Account, Alert, AlertKey, FactKey, FactValue, Seq};

/// The names of everything that a command line may name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredNames {
    pub accounts: BTreeMap<String, NamedAccount>,
    pub alerts: BTreeMap<AlertKey, NamedAlert>,
    /// Facts whose names are not fixed: `extra.…` and `id.…`.
    pub columns: BTreeSet<String>,
    gone: HashMap<String, NamedAccount>,
}

/// The names in the store in `dir` of `disk`; `None` when it cannot be read, or is damaged after its snapshot.
pub fn read(disk: &dyn Disk, dir: &Path) -> Option<StoredNames> {
    let files = StoreFiles::new(dir);
    let journal = disk.open(&files.journal, OpenMode::Read).ok()?;
    let cached = [&files.snapshot, &files.previous].into_iter().find_map(|path| {
        let (names, mark) = from_snapshot(&Mutex::new(disk.open(path, OpenMode::Read).ok()?))?;
        // The byte before an entry ends the one before it; a shorter journal is another one.
        let mut end = [0];
        let before = mark.offset.checked_sub(1)?;
        (journal.read_some(before, &mut end).ok()? == 1 && end == *b"\n").then_some((names, mark))
    });
    let version = version(&*journal)?;
    let (mut names, from, first) = match cached {
        Some((names, mark)) => (names, mark.offset, mark.seq + 1),
        None => (StoredNames::default(), header_end(&*journal)?, 1),
    };
    let bytes = journal.read(from).ok()?;
    let scan = journal::scan(&bytes);
    if matches!(scan.tail, Tail::Damaged(_)) {
        return None;
    }
    let parse = |(at, line): (usize, &Range<usize>)| {
        let json = &bytes[line.clone()];
        let json = if version == 1 {
            Cow::Owned(format1::entry(json).and_then(|entry| serde_json::to_vec(&entry)).map_err(drop)?)
        } else {
            Cow::Borrowed(json)
        };
        let entry: NamesEntry = serde_json::from_slice(&json).map_err(drop)?;
        (entry.seq == first + at as Seq).then_some(entry).ok_or(())
    };
    journal::in_order(&scan.lines, parse, |entry| names.take(std::mem::take(entry))).ok()?;
    Some(names)
}

/// The header is a short line of its own.
fn header(journal: &dyn DiskFile) -> Option<(JournalHeader, usize)> {
    let mut bytes = [0; 256];
    let read = journal.read_some(0, &mut bytes).ok()?;
    let line = journal::scan(&bytes[..read]).lines.into_iter().next()?;
    let header: JournalHeader = serde_json::from_slice(&bytes[line.clone()]).ok()?;
    Some((header, line.end + 1))
}

fn version(journal: &dyn DiskFile) -> Option<u32> {
    let (header, _) = header(journal)?;
    let is_known = header.format == journal::FORMAT && (1..=journal::VERSION).contains(&header.version);
    is_known.then_some(header.version)
}

fn header_end(journal: &dyn DiskFile) -> Option<u64> {
    header(journal).map(|(_, end)| end as u64)
}

/// What a snapshot keeps besides the accounts, as far as it has names.
#[derive(Deserialize)]
struct NamesMeta {
    #[serde(default)]
    alerts: Vec<Alert>,
}

fn from_snapshot(bytes: &dyn SnapshotBytes) -> Option<(StoredNames, snapshot::Mark)> {
    let parts = SnapshotParts::read(bytes).ok()?;
    let meta: NamesMeta = serde_json::from_slice(&parts.eager[parts.meta.clone()]).ok()?;
    let mut names = StoredNames::default();
    for alert in meta.alerts {
        names.insert_alert(&alert);
    }
    let mut add = |(accounts, columns): &mut (BTreeMap<String, NamedAccount>, BTreeSet<String>)| {
        names.accounts.extend(std::mem::take(accounts));
        names.columns.append(columns);
    };
    let parse = |(_, chunk): (usize, &Range<usize>)| {
        let chunk: Option<ChunkNames> = serde_json::from_slice(&parts.eager[chunk.clone()]).ok();
        chunk.and_then(ChunkNames::unpack).ok_or(())
    };
    journal::in_order(&parts.awake, parse, &mut add).ok()?;
    for chunk in &parts.directory.chunks {
        let SettledNames { accounts, alerts } = serde_json::from_slice(&chunk.read(bytes)?).ok()?;
        let (accounts, columns) = accounts.unpack()?;
        // Not `append`, which goes through all that is there already.
        names.accounts.extend(accounts);
        names.columns.extend(columns);
        for alert in alerts {
            names.insert_alert(&alert);
        }
    }
    (names.accounts.len() == parts.directory.accounts).then_some((names, parts.mark()))
}

impl StoredNames {
    /// Who looks after accounts and alerts.
    pub fn owners(&self) -> BTreeSet<&str> {
        let accounts = self.accounts.values().flat_map(|account| [&account.owner, &account.specialist]);
        let alerts = self.alerts.values().map(|alert| &alert.assignee);
        accounts.chain(alerts).flatten().map(String::as_str).collect()
    }

    pub fn segments(&self) -> BTreeSet<&str> {
        self.accounts.values().flat_map(|account| &account.segments).map(String::as_str).collect()
    }

    fn insert_alert(&mut self, alert: &Alert) {
        let named = NamedAlert {
            account: alert.account.to_string(),
            is_closed: alert.is_closed(),
            assignee: alert.assignee.as_deref().map(str::to_owned),
        };
        self.alerts.insert(alert.key.clone(), named);
    }

    fn take(&mut self, entry: NamesEntry) {
        for NamesEvent { account: id, change } in entry.events {
            match change {
                NamesChange::Added => {
                    let known = self.gone.remove(&id).filter(|_| entry.redoes.is_some());
                    self.accounts.insert(id, known.unwrap_or_default());
                }
                NamesChange::Gone => {
                    self.gone.extend(self.accounts.remove(&id).map(|account| (id, account)));
                }
                NamesChange::Back => {
                    self.accounts.extend(self.gone.remove(&id).map(|account| (id, account)));
                }
                NamesChange::Alert(key, Some(alert)) => {
                    debug_assert_eq!(key, alert.key);
                    self.insert_alert(&alert);
                }
                NamesChange::Restored(account) => {
                    self.accounts.remove(&id);
                    let Some(account) = account else { continue };
                    let is_column = |key: &&FactKey| matches!(key, FactKey::Extra(_) | FactKey::OtherId(_));
                    self.columns.extend(
                        account.facts.iter().map(|(key, _)| key).filter(is_column).map(ToString::to_string),
                    );
                    self.accounts.insert(id, NamedAccount::of(&account));
                }
                NamesChange::Alert(key, None) => {
                    self.alerts.remove(&key);
                }
                NamesChange::TookOver(other) => {
                    let other = self.gone.get(&other).cloned().unwrap_or_default();
                    if let Some(account) = self.accounts.get_mut(&id) {
                        account.segments.extend(other.segments);
                        account.tasks.extend(other.tasks);
                        account.name = account.name.take().or(other.name);
                    }
                }
                NamesChange::Facts(facts) => {
                    self.columns.extend(facts.columns);
                    if let Some(account) = self.accounts.get_mut(&id) {
                        account.name = facts.name.unwrap_or(account.name.take());
                        account.specialist = facts.specialist.unwrap_or(account.specialist.take());
                    }
                }
                NamesChange::Local(change) => {
                    if let Some(account) = self.accounts.get_mut(&id) {
                        change.apply(account);
                    }
                }
                NamesChange::Other => {}
            }
        }
    }
}

/// An entry, as far as it has names.
#[derive(Default, Deserialize)]
struct NamesEntry {
    seq: Seq,
    #[serde(default)]
    redoes: Option<Seq>,
    events: Vec<NamesEvent>,
}

struct NamesEvent {
    /// Empty when it is about no account.
    account: String,
    change: NamesChange,
}

enum NamesChange {
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

enum LocalChange {
    Owner(Option<String>),
    Joined(String),
    Left(String),
    Task(String, Option<NamedTask>),
}

impl LocalChange {
    fn apply(self, account: &mut NamedAccount) {
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
struct ChangedFacts {
    name: Option<Option<String>>,
    specialist: Option<Option<String>>,
    columns: Vec<String>,
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
