//! The names in a store, for completions: read fast, and without a trace.
//!
//! Somebody who presses tab waits for this at every press, so only names are read, not the board: from the snapshot, and
//! from the entries after it. Of those who sleep in the snapshot only what they are called is read, until one is asked for.
//! Nothing is locked, synced, cut or created. What cannot be read has no names.
//!
//! Three things are as they were at the last snapshot: what an account took over in a merge that was undone since, what was known
//! of accounts whose import was undone before it, and the words that those who slept then used.

mod asleep;
mod events;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex};

use serde::Deserialize;

use self::asleep::AsleepNames;
use self::events::{NamesChange, NamesEntry, NamesEvent};
use super::columnar::ChunkNames;
use super::disk::{Disk, DiskFile, OpenMode};
use super::files::StoreFiles;
use super::format1;
use super::journal::{self, JournalHeader, Tail};
pub use super::named::{NamedAccount, NamedAlert, NamedTask};
use super::snapshot::{self, SnapshotBytes, SnapshotParts};
use crate::state::{Alert, AlertKey, FactKey, Seq};

/// From so many on that changed since the snapshot, all who sleep are read at once.
const MANY_WOKEN: usize = 256;

/// The names of everything that a command line may name.
#[derive(Default)]
pub struct StoredNames {
    accounts: BTreeMap<String, NamedAccount>,
    alerts: BTreeMap<AlertKey, NamedAlert>,
    columns: BTreeSet<String>,
    gone: HashMap<String, NamedAccount>,
    asleep: Option<AsleepNames>,
}

/// The names in the store in `dir` of `disk`; `None` when it cannot be read, or is damaged after its snapshot.
pub fn read(disk: &dyn Disk, dir: &Path) -> Option<StoredNames> {
    let files = StoreFiles::new(dir);
    let journal = disk.open(&files.journal, OpenMode::Read).ok()?;
    let cached = [&files.snapshot, &files.previous].into_iter().find_map(|path| {
        let (names, mark) = from_snapshot(Arc::new(Mutex::new(disk.open(path, OpenMode::Read).ok()?)))?;
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

fn from_snapshot(bytes: Arc<dyn SnapshotBytes>) -> Option<(StoredNames, snapshot::Mark)> {
    let parts = SnapshotParts::read(&*bytes).ok()?;
    let meta: NamesMeta = serde_json::from_slice(&parts.eager[parts.meta.clone()]).ok()?;
    let mut names = StoredNames::default();
    for alert in meta.alerts {
        names.insert_alert(&alert);
    }
    let mut add = |(accounts, columns): &mut (BTreeMap<String, NamedAccount>, BTreeSet<String>)| {
        // Not `append`, which goes through all that is there already.
        names.accounts.extend(std::mem::take(accounts));
        names.columns.extend(std::mem::take(columns));
    };
    let parse = |(_, chunk): (usize, &Range<usize>)| {
        let chunk: Option<ChunkNames> = serde_json::from_slice(&parts.eager[chunk.clone()]).ok();
        chunk.and_then(ChunkNames::unpack).ok_or(())
    };
    journal::in_order(&parts.awake, parse, &mut add).ok()?;
    let mark = parts.mark();
    let directory = parts.directory;
    let asleep = AsleepNames::new(bytes, directory.chunks, directory.roll, directory.words)?;
    names.columns.extend(asleep.words().columns.iter().cloned());
    names.asleep = Some(asleep);
    (names.accounts.len() + directory.settled == directory.accounts).then_some((names, mark))
}

impl StoredNames {
    /// The id and the name of every account of whom `is_meant` says so.
    pub fn called(&self, is_meant: impl Fn(&str, Option<&str>) -> bool) -> Vec<(String, Option<String>)> {
        let awake = self.accounts.iter().filter(|(id, account)| is_meant(id, account.name.as_deref()));
        let mut called: Vec<_> = awake.map(|(id, account)| (id.clone(), account.name.clone())).collect();
        called.extend(self.asleep.iter().flat_map(|asleep| asleep.called(&is_meant)));
        called
    }

    /// The account with this id, or with this name, whatever the case.
    pub fn account(&self, word: &str) -> Option<Cow<'_, NamedAccount>> {
        self.with_id(word).or_else(|| {
            let is_called = |name: &str| {
                name.chars().flat_map(char::to_lowercase).eq(word.chars().flat_map(char::to_lowercase))
            };
            let (id, _) = self.called(|_, name| name.is_some_and(is_called)).into_iter().next()?;
            self.with_id(&id)
        })
    }

    /// The account with this id.
    pub fn with_id(&self, id: &str) -> Option<Cow<'_, NamedAccount>> {
        let awake = self.accounts.get(id).map(Cow::Borrowed);
        awake.or_else(|| self.asleep.as_ref()?.find(id).map(Cow::Owned))
    }

    /// The alerts that are not closed. Whoever has one does not sleep.
    pub fn open_alerts(&self) -> impl Iterator<Item = (&AlertKey, &NamedAlert)> {
        self.alerts.iter().filter(|(_, alert)| !alert.is_closed)
    }

    /// Facts whose names are not fixed: `extra.…` and `id.…`.
    pub fn columns(&self) -> &BTreeSet<String> {
        &self.columns
    }

    /// Who looks after accounts and alerts.
    pub fn owners(&self) -> BTreeSet<&str> {
        let accounts = self.accounts.values().flat_map(|account| [&account.owner, &account.specialist]);
        let alerts = self.alerts.values().map(|alert| &alert.assignee);
        let asleep = self.asleep.iter().flat_map(|asleep| &asleep.words().owners);
        accounts.chain(alerts).flatten().map(String::as_str).chain(asleep.map(|owner| &**owner)).collect()
    }

    pub fn segments(&self) -> BTreeSet<&str> {
        let awake = self.accounts.values().flat_map(|account| &account.segments).map(String::as_str);
        let asleep = self.asleep.iter().flat_map(|asleep| &asleep.words().segments);
        awake.chain(asleep.map(|segment| &**segment)).collect()
    }

    /// All accounts and all alerts. Takes as long as there are many.
    #[must_use]
    pub fn everything(mut self) -> (BTreeMap<String, NamedAccount>, BTreeMap<AlertKey, NamedAlert>) {
        self.wake_all();
        (self.accounts, self.alerts)
    }

    fn wake_all(&mut self) {
        for chunk in self.asleep.take().into_iter().flat_map(AsleepNames::rest) {
            self.accounts.extend(chunk.accounts);
            for alert in &chunk.alerts {
                self.insert_alert(alert);
            }
        }
    }

    /// Wakes the account with this id, if it sleeps.
    fn wake(&mut self, id: &str) {
        if self.asleep.as_ref().is_some_and(|asleep| asleep.woken() >= MANY_WOKEN) {
            self.wake_all();
        }
        if let Some((account, alerts)) = self.asleep.as_mut().and_then(|asleep| asleep.wake(id)) {
            self.accounts.insert(id.to_owned(), account);
            for alert in &alerts {
                self.insert_alert(alert);
            }
        }
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
            if !matches!(change, NamesChange::Other) {
                self.wake(&id);
            }
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

impl fmt::Debug for StoredNames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredNames").field("awake", &self.accounts.len()).finish_non_exhaustive()
    }
}
