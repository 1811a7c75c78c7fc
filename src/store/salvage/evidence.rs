//! What tells of lost entries: what still stands in their bytes, and what later entries say was before them.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::DateTime;

use super::{LostEntries, SalvagedEntry};
use crate::state::decide::undo::follows;
use crate::state::{AccountId, Board, Change, Entry, Event, Seq, SignalKey};

/// What stands before the id of an account in a line.
const BEFORE_ID: &[u8] = b"\"account\":\"";

/// What is known of each mark, in order.
#[derive(Default)]
pub(super) struct Evidence(Vec<LostMark>);

struct LostMark {
    seq: Seq,
    /// The number of the first lost entry.
    former: Seq,
    count: Option<u64>,
    /// What the lost entries may have changed.
    accounts: BTreeSet<AccountId>,
    /// Those that later entries change, and that nothing else added.
    added: BTreeSet<AccountId>,
}

impl Evidence {
    pub(super) fn lose(&mut self, seq: Seq, former: Seq, count: Option<u64>, accounts: BTreeSet<AccountId>) {
        self.0.push(LostMark { seq, former, count, accounts, added: BTreeSet::new() });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Looks at what `entry` says was before it. An account that nobody knows is added to `board`.
    pub(super) fn look_at(&mut self, entry: &Entry, board: &mut Board) {
        let Some(mark) = self.0.last_mut() else { return };
        let mut then = board.clone();
        for event in &entry.events {
            if let Event::Account { account, change } = event {
                let is_unknown = then.find(account).is_none()
                    && !matches!(change, Change::Added | Change::AccountRestored { .. });
                if is_unknown {
                    let added = Change::Added.on(account);
                    board.apply_event(&added, entry);
                    then.apply_event(&added, entry);
                    mark.added.insert(account.clone());
                    mark.accounts.insert(account.clone());
                } else if !follows(&then, event, entry) {
                    mark.accounts.insert(account.clone());
                }
            }
            then.apply_event(event, entry);
        }
    }

    /// Whether anything is lost up to what was entry `seq`.
    pub(super) fn has_lost_up_to(&self, seq: Seq) -> bool {
        self.0.first().is_some_and(|mark| mark.former <= seq)
    }

    /// Writes what is known into the marks. Those before all entries have the time of the first one.
    pub(super) fn mark(&self, entries: &mut [SalvagedEntry]) {
        let first = entries.iter().map(|it| it.entry.at).find(|at| *at != DateTime::UNIX_EPOCH);
        for mark in &self.0 {
            let Some(entry) = entry_of(entries, mark.seq) else { continue };
            if entry.at == DateTime::UNIX_EPOCH {
                entry.at = first.unwrap_or(entry.at);
            }
            let accounts = mark.accounts.iter().cloned().collect();
            let lost = Event::EntryLost { count: mark.count, accounts, taken_back: Vec::new() };
            let added = mark.added.iter().map(|id| Change::Added.on(id));
            entry.events = [lost].into_iter().chain(added).collect();
        }
    }

    /// Notes in the last mark up to what was entry `seq` that signals were taken back.
    pub(super) fn take_back(&self, entries: &mut [SalvagedEntry], seq: Seq, keys: &[SignalKey]) {
        let mark = self.0.iter().rfind(|mark| mark.former <= seq);
        let Some(entry) = mark.and_then(|mark| entry_of(entries, mark.seq)) else { return };
        for event in &mut entry.events {
            if let Event::EntryLost { taken_back, .. } = event {
                taken_back.extend_from_slice(keys);
            }
        }
    }

    /// What is said of the marks.
    pub(super) fn lost(&self, entries: &[SalvagedEntry]) -> Vec<LostEntries> {
        let at = |seq: Seq| usize::try_from(seq - 1).ok().and_then(|at| entries.get(at));
        self.0.iter().filter_map(|mark| LostEntries::of(&at(mark.seq)?.entry)).collect()
    }
}

fn entry_of(entries: &mut [SalvagedEntry], seq: Seq) -> Option<&mut Entry> {
    let at = usize::try_from(seq - 1).ok()?;
    entries.get_mut(at).map(|it| Arc::make_mut(&mut it.entry))
}

/// The ids of accounts in what is left of a line.
pub(super) fn accounts_in(bytes: &[u8]) -> BTreeSet<AccountId> {
    let mut found = BTreeSet::new();
    let starts = bytes.windows(BEFORE_ID.len()).enumerate().filter(|(_, window)| *window == BEFORE_ID);
    for (at, _) in starts {
        let rest = &bytes[at + BEFORE_ID.len() - 1..];
        // The string ends at the first quote that is not escaped.
        let mut ends = (1..rest.len()).filter(|end| rest[*end] == b'"');
        let end =
            ends.find(|end| rest[..*end].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 0);
        let id = end.and_then(|end| serde_json::from_slice(&rest[..=end]).ok());
        found.extend(id.filter(|id: &AccountId| !id.as_str().is_empty()));
    }
    found
}
