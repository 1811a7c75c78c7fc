//! The fold: what an entry makes of the board, and a change of its account. Nothing is judged here.

use std::slice;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::Board;
use crate::state::event::{Change, Entry, Event};
use crate::state::values::account::{Account, AccountId, HistoryItem};
use crate::state::values::alert::{Alert, AlertKey};
use crate::state::values::fact::Fact;
use crate::state::values::pushed::PushedFields;
use crate::state::values::signal::SignalKey;
use crate::state::values::small_map::SmallMap;

impl Board {
    /// Applies the next entry. Its events were decided before it was written.
    pub fn apply(&mut self, entry: Arc<Entry>) {
        self.apply_events(&entry.events, &entry);
        self.conclude(entry);
    }

    /// Notes that an entry is over whose events have been applied.
    pub(crate) fn conclude(&mut self, entry: Arc<Entry>) {
        self.playbook_runs.take(&entry);
        self.log_for_undo(entry);
    }

    /// Applies the next entries. Together they read each part of the archive once, however many accounts of it they change.
    pub fn apply_all(&mut self, entries: Vec<Arc<Entry>>) {
        self.wake_all(entries.iter().flat_map(|entry| &entry.events).filter_map(Event::account));
        for entry in entries {
            self.fold(&entry.events, &entry);
            self.conclude(entry);
        }
    }

    /// Applies events of `entry`, which may still be in the making.
    pub(crate) fn apply_events(&mut self, events: &[Event], entry: &Entry) {
        // In which order they come says nothing about where they lie in the archive.
        self.wake_all(events.iter().filter_map(Event::account));
        self.fold(events, entry);
    }

    /// Applies one event of `entry`, which may still be in the making.
    pub(crate) fn apply_event(&mut self, event: &Event, entry: &Entry) {
        self.apply_events(slice::from_ref(event), entry);
    }

    /// Folds in events of `entry`, of whose accounts none is asleep.
    fn fold(&mut self, events: &[Event], entry: &Entry) {
        // Most entries change one account several times: it is looked up once for all of them.
        let is_local = |event: &Event| event.change().is_some_and(Change::is_local);
        let together = |a: &Event, b: &Event| is_local(a) && is_local(b) && a.account() == b.account();
        for events in events.chunk_by(together) {
            match events {
                [event] => self.fold_event(event, entry),
                events => {
                    let Some(id) = events[0].account() else { continue };
                    if let Some(account) = self.accounts.get_mut(id) {
                        let account = Arc::make_mut(account);
                        for change in events.iter().filter_map(Event::change) {
                            apply_change(account, change, entry);
                        }
                    }
                }
            }
        }
    }

    fn fold_event(&mut self, event: &Event, entry: &Entry) {
        match event {
            Event::Account { account, change } => self.fold_account_change(account, change, entry),
            Event::UnmatchedChanged { to: Some(unmatched), .. } => {
                let key = unmatched.signal.key();
                self.taken_back.remove(&key);
                self.signals.insert(key.clone(), None);
                self.unmatched.insert(key, Arc::new((**unmatched).clone()));
            }
            Event::UnmatchedChanged { from, to: None, .. } => {
                if let Some(key) = from.as_ref().map(|from| from.signal.key()) {
                    self.signals.remove(&key);
                    self.unmatched.remove(&key);
                    self.note_taken_back(key, entry);
                }
            }
            Event::PlaybookSwitched { playbook, to: true, .. } => {
                self.switched_off.remove(playbook);
            }
            Event::PlaybookSwitched { playbook, to: false, .. } => {
                self.switched_off.insert(playbook.clone());
            }
            Event::SourceRead { source, to, .. } => {
                self.sources.insert(source.clone(), to.clone());
            }
            Event::EntryLost { taken_back, .. } => self.taken_back.extend(taken_back.iter().cloned()),
        }
    }

    fn fold_account_change(&mut self, id: &AccountId, change: &Change, entry: &Entry) {
        match change {
            Change::Added => {
                let known = self.forgotten.remove(id).filter(|_| !entry.redoes.is_empty());
                let new = known.unwrap_or_else(|| Arc::new(Account::new(id.clone())));
                self.accounts.insert(id.clone(), new);
                return;
            }
            Change::Removed => {
                let left = self.accounts.remove(id);
                self.forgotten.extend(left.map(|left| (id.clone(), left)));
                return;
            }
            Change::MergedInto { into } => return self.merge(id, into),
            Change::MergeUndone { .. } => return self.undo_merge(id),
            Change::TookOver { other } => return self.take_over(id, other),
            Change::GaveBack { other } => return self.give_back(id, other),
            Change::AccountRestored { to, .. } => return self.replace_account(id, to.as_deref()),
            Change::SignalRecorded { signal } => {
                self.taken_back.remove(&signal.key());
                self.signals.insert(signal.key(), Some(id.clone()));
            }
            Change::SignalRemoved { signal } => {
                self.signals.remove(&signal.key());
                self.note_taken_back(signal.key(), entry);
            }
            Change::AlertChanged { to: Some(alert), .. } => self.insert_alert(Arc::new((**alert).clone())),
            Change::AlertChanged { key, to: None, .. } => self.remove_alert(key),
            local => debug_assert!(local.is_local()),
        }
        if let Some(account) = self.accounts.get_mut(id) {
            apply_change(Arc::make_mut(account), change, entry);
        }
    }

    fn replace_account(&mut self, id: &AccountId, to: Option<&Account>) {
        if let Some(left) = self.accounts.remove(id) {
            for signal in left.signals.iter() {
                self.signals.remove(&signal.key());
            }
        }
        if let Some(account) = to {
            self.insert_account(Arc::new(account.clone()));
        }
    }

    /// Keeps in mind that `entry` took back the signal under `key`, if it did.
    fn note_taken_back(&mut self, key: SignalKey, entry: &Entry) {
        if !entry.undoes.is_empty() {
            self.taken_back.insert(key);
        }
    }

    pub(super) fn insert_alert(&mut self, alert: Arc<Alert>) {
        self.wake_by_alert(&alert.key);
        self.put_alert(alert);
    }

    /// The same where nobody who is asleep can have an alert under its key.
    pub(super) fn put_alert(&mut self, alert: Arc<Alert>) {
        if self.alerts.get(&alert.key).is_some_and(|known| known.account != alert.account) {
            self.remove_alert(&alert.key);
        }
        self.alerts_by_account.entry(alert.account.clone()).or_default().insert(alert.key.clone());
        self.alerts.insert(alert.key.clone(), alert);
    }

    fn remove_alert(&mut self, key: &AlertKey) {
        let Some(alert) = self.alerts.remove(key) else { return };
        if let Some(keys) = self.alerts_by_account.get_mut(&alert.account) {
            keys.remove(key);
            if keys.is_empty() {
                self.alerts_by_account.remove(&alert.account);
            }
        }
    }
}

/// Folds `change` of `entry` into its account.
pub(super) fn apply_change(account: &mut Account, change: &Change, entry: &Entry) {
    match change {
        Change::Added
        | Change::Removed
        | Change::AlertChanged { .. }
        | Change::MergedInto { .. }
        | Change::MergeUndone { .. }
        | Change::TookOver { .. }
        | Change::GaveBack { .. }
        | Change::AccountRestored { .. }
        | Change::PlaybookRan { once: false, .. }
        | Change::PlaybookRunReverted { once: false, .. } => {}
        Change::FactsUpdated { source, at, facts, .. } => {
            let known = Arc::make_mut(&mut account.facts);
            for (key, value) in facts.iter() {
                let fact = Fact { value: value.clone(), source: source.clone(), at: at.unwrap_or(entry.at) };
                known.insert(key.clone(), fact);
            }
        }
        Change::FactsRestored { to, .. } => {
            let known = Arc::make_mut(&mut account.facts);
            for (key, fact) in to {
                match fact {
                    Some(fact) => known.insert(key.clone(), fact.clone()),
                    None => known.remove(key),
                }
            }
        }
        Change::Moved { from, to, cause, reason, .. } => {
            account.placement.clone_from(to);
            account.history.reserve_exact(1);
            account.history.push(HistoryItem {
                seq: entry.seq,
                at: entry.at,
                since: to.as_ref().map(|place| place.since).filter(|since| *since != entry.at),
                by: entry.by.clone(),
                from: from.as_ref().map(|place| place.stage.clone()),
                to: to.as_ref().map(|place| place.stage.clone()),
                cause: cause.clone(),
                reason: reason.clone(),
            });
        }
        Change::StampSet { stamp, at, .. } => {
            account.stamps.get_or_insert(stamp.clone(), *at);
        }
        Change::StampRemoved { stamp, .. } => {
            account.stamps.remove(stamp);
        }
        Change::EngagementChanged { to, .. } => account.engaged = *to,
        Change::SegmentJoined { segment, .. } => {
            account.segments.insert(segment.clone());
            account.left_segments.remove(segment);
        }
        Change::SegmentLeft { segment, kept_out, .. } => {
            account.segments.remove(segment);
            if *kept_out {
                account.left_segments.insert(segment.clone());
            }
        }
        Change::OwnerChanged { to, .. } => account.owner.clone_from(to),
        Change::CoverChanged { to, .. } => account.cover.clone_from(to),
        Change::RiskChanged { to, .. } => account.risk = to.clone(),
        Change::NoteAdded { note, .. } => insert_by_time(&mut account.notes, note, |note| note.at),
        Change::NoteRemoved { note, .. } => remove_last(&mut account.notes, note),
        Change::PointChanged { point, to, .. } => set(&mut account.points, point, to.as_ref()),
        Change::RefundRecorded { refund } => insert_by_time(&mut account.refunds, refund, |refund| refund.at),
        Change::RefundRemoved { refund } => remove_last(&mut account.refunds, refund),
        Change::Pushed { source, fields } => {
            let pushed = account.pushed.get_or_insert(source.clone(), PushedFields::new());
            pushed.extend(fields.iter().map(|(field, value)| (field.clone(), value.to.clone())));
        }
        Change::Seen { to, .. } => account.seen = *to,
        Change::SignalRecorded { signal, .. } => {
            insert_by_time(Arc::make_mut(&mut account.signals), signal, |signal| signal.at);
        }
        Change::SignalRemoved { signal, .. } => {
            let removed = signal.key();
            Arc::make_mut(&mut account.signals).retain(|known| known.key() != removed);
        }
        Change::CallChanged { call, to, .. } => set(&mut account.calls, call, to.as_ref()),
        Change::TaskChanged { task, to, .. } => set(&mut account.tasks, task, to.as_ref()),
        Change::FindingChanged { finding, to, .. } => set(&mut account.findings, finding, to.as_ref()),
        Change::SnoozeChanged { to, .. } => account.snooze.clone_from(to),
        Change::PlaybookRan { playbook, occasion, .. } => {
            account.fired.insert((playbook.clone(), occasion.clone()));
        }
        Change::PlaybookRunReverted { playbook, occasion, .. } => {
            account.fired.remove(&(playbook.clone(), occasion.clone()));
        }
    }
}

/// Puts `new` into its place in time: it may come late, or be restored.
fn insert_by_time<T: Clone>(all: &mut Vec<T>, new: &T, at: impl Fn(&T) -> DateTime<Utc>) {
    let place = all.partition_point(|known| at(known) <= at(new));
    all.insert(place, new.clone());
}

fn remove_last<T: PartialEq>(all: &mut Vec<T>, gone: &T) {
    if let Some(place) = all.iter().rposition(|known| known == gone) {
        all.remove(place);
    }
}

fn set<K: Ord + Clone, V: Clone>(map: &mut SmallMap<K, V>, key: &K, value: Option<&V>) {
    match value {
        Some(value) => map.insert(key.clone(), value.clone()),
        None => map.remove(key),
    };
}
