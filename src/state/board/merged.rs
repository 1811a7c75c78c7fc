//! Accounts that became one: what is known of both together, and the two as they were, for an undo.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Board, Position};
use crate::state::values::account::{Account, AccountId, RiskLevel};
use crate::state::values::account_ref::AccountRef;
use crate::state::values::fact::{Fact, FactKey, FactValue};
use crate::state::values::finding::FindingKind;
use crate::state::values::small_map::SmallMap;

/// An account that was merged into another one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MergedAccount {
    /// As it was.
    pub account: Arc<Account>,
    pub into: AccountId,
    /// The other one as it was, once it has taken over what was known of this one.
    before: Option<Arc<Account>>,
}

impl MergedAccount {
    /// The other one as it was, once it has taken over what was known of this one.
    pub(super) fn before(&self) -> Option<&Arc<Account>> {
        self.before.as_ref()
    }
}

impl Board {
    /// The account by its external id, or by an id that was merged into it.
    pub fn find(&self, id: &AccountId) -> Option<&Arc<Account>> {
        let mut id = id;
        loop {
            if let Some(account) = self.get(id) {
                return Some(account);
            }
            id = &self.merged.get(id)?.into;
        }
    }

    /// The id that the account `id` has now, known or not: another one where it was merged into another account.
    pub(in crate::state) fn id_now<'a>(&'a self, id: &'a AccountId) -> &'a AccountId {
        if self.merged.contains_key(id) { self.find(id).map_or(id, |account| &account.id) } else { id }
    }

    /// The accounts that were merged into others, by id, each with the account it is a part of now.
    pub(in crate::state) fn merged(&self) -> impl Iterator<Item = (&Account, &AccountId)> {
        let now = |it: &'_ Arc<MergedAccount>| self.find(&it.into).map(|account| &account.id);
        self.merged.values().filter_map(move |it| Some((&*it.account, now(it)?)))
    }

    /// The id of the account `id`, and those that were merged into it.
    pub fn ids_of(&self, id: &AccountId) -> BTreeSet<AccountId> {
        let merged = self.merged().filter(|(_, into)| *into == id).map(|(account, _)| account.id.clone());
        merged.chain([id.clone()]).collect()
    }

    /// Whether `named` means the account `id`, or one that was merged into it.
    pub(in crate::state) fn is_meant(&self, id: &AccountId, named: &AccountRef) -> bool {
        self.get(id).is_some_and(|account| account.is_meant_by(named))
            || self.merged().any(|(account, into)| into == id && account.is_meant_by(named))
    }

    /// Whether `into` still is what it became when it took over `other`. That somebody looked at it is no change, nor is
    /// what was undone, which only its history knows.
    pub(in crate::state) fn is_as_merged(&self, into: &AccountId, other: &AccountId) -> bool {
        let Some((merged, now)) = self.merged.get(other).zip(self.get(into)) else { return false };
        let Some(before) = merged.before.as_ref() else { return false };
        let joined = self.joined(before, &merged.account);
        Account { seen: now.seen, history: now.history.clone(), ..joined } == **now
    }

    pub(super) fn merge(&mut self, id: &AccountId, into: &AccountId) {
        let Some(account) = self.accounts.remove(id) else { return };
        let merged = MergedAccount { account, into: into.clone(), before: None };
        self.merged.insert(id.clone(), Arc::new(merged));
    }

    pub(super) fn undo_merge(&mut self, id: &AccountId) {
        if let Some(merged) = self.merged.remove(id) {
            self.insert_account(merged.account.clone());
        }
    }

    pub(super) fn take_over(&mut self, into: &AccountId, other: &AccountId) {
        let Some((account, merged)) = self.accounts.get(into).cloned().zip(self.merged.get(other).cloned())
        else {
            return;
        };
        self.accounts.insert(into.clone(), Arc::new(self.joined(&account, &merged.account)));
        let merged = MergedAccount { before: Some(account), ..(*merged).clone() };
        self.merged.insert(other.clone(), Arc::new(merged));
    }

    pub(super) fn give_back(&mut self, into: &AccountId, other: &AccountId) {
        let Some((merged, now)) = self.merged.get(other).cloned().zip(self.get(into)) else { return };
        if let Some(before) = &merged.before {
            let mut before = (**before).clone();
            // Whoever has looked at it since has looked at it.
            if now.seen != first(before.seen, merged.account.seen) {
                before.seen = now.seen;
            }
            self.accounts.insert(into.clone(), Arc::new(before));
        }
        self.merged.insert(other.clone(), Arc::new(MergedAccount { before: None, ..(*merged).clone() }));
    }

    /// `account` with all that is known of `other`. What both know stays as `account` has it; the card stands where
    /// the one that is further along stands.
    fn joined(&self, account: &Account, other: &Account) -> Account {
        let mut joined = account.clone();
        let facts = Arc::make_mut(&mut joined.facts);
        for (key, fact) in other.facts.iter() {
            match (key, facts.value(key), fact.value) {
                (_, None, _) => facts.insert(key.clone(), fact.to_fact()),
                (
                    FactKey::Contacts
                    | FactKey::AdminEmails
                    | FactKey::RememberedContacts
                    | FactKey::Subscriptions,
                    Some(FactValue::List(known)),
                    FactValue::List(more),
                ) => {
                    let new = more.iter().filter(|it| !known.contains(it));
                    let all = FactValue::List(known.iter().chain(new).cloned().collect());
                    facts.insert(key.clone(), Fact { value: all, ..fact.to_fact() });
                }
                (_, Some(_), _) => {}
            }
        }
        // The way to where it stands comes last.
        let (mut earlier, mut way) = (other.history.clone(), account.history.clone());
        if self.progress(other) > self.progress(account) {
            joined.placement.clone_from(&other.placement);
            std::mem::swap(&mut earlier, &mut way);
        }
        joined.history = earlier.into_iter().chain(way).collect();
        for (stamp, at) in &other.stamps {
            let first = joined.stamps.get_or_insert(stamp.clone(), *at);
            *first = (*first).min(*at);
        }
        joined.segments.extend(other.segments.iter().cloned());
        joined.left_segments.extend(other.left_segments.iter().cloned());
        joined.left_segments.retain(|segment| !joined.segments.contains(segment));
        joined.engaged = first(joined.engaged, other.engaged);
        if joined.owner.is_none() {
            (joined.owner, joined.cover) = (other.owner.clone(), other.cover.clone());
        }
        if joined.risk.level == RiskLevel::None {
            joined.risk = other.risk.clone();
        }
        joined.notes.extend(other.notes.iter().cloned());
        joined.notes.sort_by_key(|note| note.at);
        keep_known(&mut joined.points, &other.points);
        joined.refunds.extend(other.refunds.iter().cloned());
        joined.refunds.sort_by_key(|refund| refund.at);
        joined.seen = first(joined.seen, other.seen);
        let signals = Arc::make_mut(&mut joined.signals);
        signals.extend(other.signals.iter().cloned());
        signals.sort_by_key(|signal| signal.at);
        keep_known(&mut joined.calls, &other.calls);
        keep_known(&mut joined.tasks, &other.tasks);
        // One of them may be in the export.
        joined.findings.retain(|kind, _| {
            *kind != FindingKind::LeftExport || other.findings.contains_key(&FindingKind::LeftExport)
        });
        joined.snooze = joined.snooze.or_else(|| other.snooze.clone());
        joined.fired.extend(other.fired.iter().cloned());
        joined
    }

    /// How far along the pipeline `account` is; off the board is nowhere, and an unknown label just on it.
    fn progress(&self, account: &Account) -> Option<usize> {
        match self.position_of(account) {
            Position::OffBoard => None,
            Position::Unmapped(_) => Some(0),
            Position::InStage(at, _) => Some(at + 1),
        }
    }
}

fn first(a: Option<DateTime<Utc>>, b: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    a.into_iter().chain(b).min()
}

fn keep_known<K: Ord + Clone, V: Clone>(known: &mut SmallMap<K, V>, more: &SmallMap<K, V>) {
    for (key, value) in more {
        known.get_or_insert(key.clone(), value.clone());
    }
}
