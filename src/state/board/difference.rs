//! What it takes to make one board of another: how a repair puts back what a snapshot knows.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Board;
use crate::state::event::{Change, Entry, Event};
use crate::state::values::account::{Account, AccountId};
use crate::state::values::signal::SignalKey;

/// A board on its way to another one.
struct Way<'a> {
    board: Board,
    entry: &'a Entry,
    events: Vec<Event>,
}

impl Board {
    /// The events of `entry` that give this board the accounts, alerts, waiting signals, switches and reads of `wanted`.
    pub(crate) fn difference(&self, wanted: &Self, entry: &Entry) -> Vec<Event> {
        let mut way = Way { board: self.clone(), entry, events: Vec::new() };
        way.mergers(wanted);
        way.rest(wanted);
        let ids: BTreeSet<AccountId> =
            way.board.accounts().chain(wanted.accounts()).map(|account| account.id.clone()).collect();
        for id in ids {
            way.restore(&id, wanted.get(&id));
        }
        way.alerts(wanted);
        way.events
    }

    /// The signals that were taken back on `wanted` and not on this board.
    pub(crate) fn taken_back_on(&self, wanted: &Self) -> Vec<SignalKey> {
        wanted.taken_back.iter().filter(|key| !self.taken_back.contains(*key)).cloned().collect()
    }
}

fn boxed<T: Clone>(it: Option<&Arc<T>>) -> Option<Box<T>> {
    it.map(|it| Box::new((**it).clone()))
}

impl Way<'_> {
    fn take(&mut self, event: Event) {
        self.board.apply_event(&event, self.entry);
        self.events.push(event);
    }

    fn restore(&mut self, id: &AccountId, wanted: Option<&Arc<Account>>) {
        let known = self.board.get(id);
        if known != wanted {
            let change = Change::AccountRestored { from: boxed(known), to: boxed(wanted) };
            self.take(change.on(id));
        }
    }

    /// The accounts that were merged, and those whose import was undone. What they were merged into is restored later.
    fn mergers(&mut self, wanted: &Board) {
        for (id, it) in &self.board.merged.clone() {
            if wanted.merged.get(id) != Some(it) {
                self.take(Change::GaveBack { other: id.clone() }.on(&it.into));
                self.take(Change::MergeUndone { into: it.into.clone() }.on(id));
            }
        }
        for (id, it) in &wanted.merged {
            if self.board.merged.get(id) == Some(it) {
                continue;
            }
            self.restore(id, Some(&it.account));
            if let Some(before) = it.before() {
                self.restore(&it.into, Some(before));
            }
            self.take(Change::MergedInto { into: it.into.clone() }.on(id));
            if it.before().is_some() {
                self.take(Change::TookOver { other: id.clone() }.on(&it.into));
            }
        }
        for (id, account) in &wanted.forgotten {
            if self.board.forgotten.get(id) != Some(account) && wanted.get(id).is_none() {
                self.restore(id, Some(account));
                self.take(Change::Removed.on(id));
            }
        }
    }

    fn alerts(&mut self, wanted: &Board) {
        let keys: BTreeSet<_> = self.board.alerts.keys().chain(wanted.alerts.keys()).cloned().collect();
        for key in keys {
            let (from, to) = (self.board.alerts.get(&key), wanted.alerts.get(&key));
            if let Some(alert) = to.or(from).filter(|_| from != to) {
                let account = alert.account.clone();
                let (from, to) = (boxed(from), boxed(to));
                self.take(Change::AlertChanged { key, from, to }.on(&account));
            }
        }
    }

    fn rest(&mut self, wanted: &Board) {
        let keys: BTreeSet<_> = self.board.unmatched.keys().chain(wanted.unmatched.keys()).cloned().collect();
        for key in keys {
            let (from, to) = (self.board.unmatched.get(&key), wanted.unmatched.get(&key));
            if from != to {
                let (from, to) = (boxed(from), boxed(to));
                self.take(Event::UnmatchedChanged { signal: key.id, from, to });
            }
        }
        let playbooks: BTreeSet<Arc<str>> =
            self.board.switched_off.iter().chain(&wanted.switched_off).cloned().collect();
        for playbook in playbooks {
            let (from, to) = (self.board.is_on(&playbook), wanted.is_on(&playbook));
            if from != to {
                self.take(Event::PlaybookSwitched { playbook, from, to });
            }
        }
        for (source, to) in &wanted.sources {
            let from = self.board.sources.get(source);
            if from != Some(to) {
                let (source, from) = (source.clone(), from.cloned());
                self.take(Event::SourceRead { source, from, to: to.clone() });
            }
        }
    }
}
