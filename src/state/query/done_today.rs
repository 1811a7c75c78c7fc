//! What somebody has done today.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use chrono::NaiveDate;

use super::attention::{AttentionRules, Reason, reasons_of};
use super::ownership::Whose;
use crate::state::board::Board;
use crate::state::event::{Change, Entry, Event};
use crate::state::values::account::{Account, AccountId};
use crate::state::values::actor::{Actor, Seq};
use crate::state::values::time::Now;

/// The changes by which one person did something about accounts today: recorded what happened, moved or snoozed an
/// account, saw to a task, an alert or a question, or gave it an owner. Notes and what files bring in are no such changes.
///
/// An account is *done* when such a change of today is not undone, and nobody is needed for the account any more.
#[derive(Clone, Debug, Default)]
pub struct DoneToday {
    day: NaiveDate,
    /// The changes of each account, by the numbers of their entries.
    changes: HashMap<AccountId, Vec<DoneChange>>,
}

/// What one entry did about an account.
#[derive(Clone, Debug)]
pub struct DoneChange {
    pub entry: Arc<Entry>,
    /// Where in the entry the events of the account stand, perhaps among others.
    events: Range<usize>,
}

impl DoneChange {
    /// What happened to `account`.
    pub fn events<'a>(&'a self, account: &'a AccountId) -> impl Iterator<Item = &'a Event> {
        let events = self.entry.events.get(self.events.clone()).unwrap_or_default();
        events.iter().filter(move |event| event.account() == Some(account))
    }

    pub fn seq(&self) -> Seq {
        self.entry.seq
    }
}

impl DoneToday {
    /// Nothing is known yet of the day of `now`.
    pub fn new(now: &Now) -> Self {
        Self { day: now.today(), changes: HashMap::new() }
    }

    /// Whether `now` is in the day it is about.
    pub fn is_of(&self, now: &Now) -> bool {
        self.day == now.today()
    }

    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Whether `entry` may be among the changes of `by` on the day of `now`. What is so of its first events is so of all.
    pub fn may_have(entry: &Entry, by: &Actor, now: &Now) -> bool {
        entry.by == *by && now.date(entry.at) == now.today() && !entry.is_way_back() && !is_from_file(entry)
    }

    /// Takes in `entry`, if `by` made it on this day. Twice is once.
    pub fn take(&mut self, entry: &Arc<Entry>, by: &Actor, now: &Now) {
        if !self.is_of(now) || !Self::may_have(entry, by, now) {
            return;
        }
        for (at, event) in entry.events.iter().enumerate() {
            let Some(account) = event.account() else { continue };
            let changes = self.changes.get_mut(account);
            let known = changes.and_then(|changes| changes.iter_mut().find(|it| it.seq() == entry.seq));
            if let Some(known) = known {
                known.events.end = known.events.end.max(at + 1);
            } else if event.change().is_some_and(sees_to) {
                let changes = self.changes.entry(account.clone()).or_default();
                let place = changes.partition_point(|known| known.seq() < entry.seq);
                let first = entry.events[..at].iter().rposition(|event| event.account() != Some(account));
                let events = first.map_or(0, |before| before + 1)..at + 1;
                changes.insert(place, DoneChange { entry: entry.clone(), events });
            }
        }
    }

    /// The latest change of `account` that is not undone.
    pub fn latest(&self, account: &AccountId, board: &Board) -> Option<&DoneChange> {
        self.changes.get(account)?.iter().rev().find(|change| board.undone(change.seq()).is_none())
    }

    /// By what `account` is done, for those whose day it is; nothing where one of its reasons still `presses`.
    pub fn done_by(
        &self,
        board: &Board,
        account: &Account,
        now: &Now,
        rules: &AttentionRules,
        whose: &Whose,
        presses: impl Fn(&Reason) -> bool,
    ) -> Option<&DoneChange> {
        let latest = self.latest(&account.id, board)?;
        let needs_nobody = || !reasons_of(board, account, now, rules).iter().any(presses);
        Some(latest).filter(|_| whose.has_account(account, &rules.roster) && needs_nobody())
    }

    /// The accounts that are done, each with what was done last, the latest first.
    pub fn all_done<'a>(
        &'a self,
        board: &'a Board,
        now: &Now,
        rules: &AttentionRules,
        whose: &Whose,
    ) -> Vec<(&'a Account, &'a DoneChange)> {
        let accounts = self.accounts().filter_map(|id| board.get(id));
        let done = accounts.filter_map(|account| {
            Some((&**account, self.done_by(board, account, now, rules, whose, |_| true)?))
        });
        let mut done: Vec<_> = done.collect();
        done.sort_by(|(a, last), (b, other)| (other.seq(), &a.id).cmp(&(last.seq(), &b.id)));
        done
    }

    /// The accounts with changes, undone ones too, in no particular order.
    pub fn accounts(&self) -> impl Iterator<Item = &AccountId> {
        self.changes.keys()
    }
}

/// Whether `entry` brought in what a file says: facts, or signals from elsewhere.
fn is_from_file(entry: &Entry) -> bool {
    entry.events.iter().any(|event| {
        event.recorded().is_some_and(|signal| !signal.is_by_key())
            || matches!(event.change(), Some(Change::Added | Change::FactsUpdated { .. }))
    })
}

/// Whether `change` may be what an account needed a person for.
fn sees_to(change: &Change) -> bool {
    match change {
        Change::SignalRecorded { .. }
        | Change::Moved { .. }
        | Change::TaskChanged { .. }
        | Change::AlertChanged { .. }
        | Change::FindingChanged { .. }
        | Change::CoverChanged { .. }
        | Change::TookOver { .. }
        | Change::SnoozeChanged { to: Some(_), .. }
        | Change::OwnerChanged { from: None, to: Some(_) } => true,
        Change::Added
        | Change::Removed
        | Change::FactsUpdated { .. }
        | Change::FactsRestored { .. }
        | Change::StampSet { .. }
        | Change::StampRemoved { .. }
        | Change::EngagementChanged { .. }
        | Change::SegmentJoined { .. }
        | Change::SegmentLeft { .. }
        | Change::OwnerChanged { .. }
        | Change::RiskChanged { .. }
        | Change::NoteAdded { .. }
        | Change::NoteRemoved { .. }
        | Change::PointChanged { .. }
        | Change::RefundRecorded { .. }
        | Change::RefundRemoved { .. }
        | Change::Pushed { .. }
        | Change::Seen { .. }
        | Change::SignalRemoved { .. }
        | Change::CallChanged { .. }
        | Change::SnoozeChanged { to: None, .. }
        | Change::MergedInto { .. }
        | Change::MergeUndone { .. }
        | Change::GaveBack { .. }
        | Change::AccountRestored { .. }
        | Change::PlaybookRan { .. }
        | Change::PlaybookRunReverted { .. } => false,
    }
}
