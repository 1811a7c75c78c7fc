//! What a signal about subscriptions changes in the facts: the day of the churn, and the upcoming invoices. Both are as
//! if all signals had come in order.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::update_facts;
use crate::state::board::Board;
use crate::state::event::{Change, Event};
use crate::state::values::account::Account;
use crate::state::values::by_fact::FactValues;
use crate::state::values::fact::{FactKey, FactValue};
use crate::state::values::facts::FactRef;
use crate::state::values::signal::{Signal, SignalData, SignalKind};
use crate::state::values::subscription::Subscriptions;

/// Whether `signal` is about one subscription of `account`, and leaves others as they are: one ends, and others go on; or one
/// goes on after all, and others are still to end.
pub(super) fn leaves_others(account: &Account, signal: &Signal) -> bool {
    if signal.data.kind() == SignalKind::SubscriptionCancelWithdrawn {
        return Subscriptions::is_one_to_end(account, signal);
    }
    matches!(signal.data, SignalData::SubscriptionEnded { .. })
        && Subscriptions::at(account, signal.at, Some(signal)).going_on().next().is_some()
}

/// The facts that `signal` changes, if it is about subscriptions.
pub(super) fn changes_of(board: &Board, account: &Account, signal: &Signal) -> Vec<Event> {
    if !signal.data.is_about_subscriptions() {
        return Vec::new();
    }
    let after = Subscriptions::of(account, Some(signal));
    let mut events = churn(board, account, signal, after.ended());
    events.extend(upcoming(board, account, signal, &after));
    events
}

/// Who churned did so when the last subscription that was known then ended. Of a subscription that went on, we may hear
/// only later.
fn churn(board: &Board, account: &Account, signal: &Signal, ended: Option<DateTime<Utc>>) -> Vec<Event> {
    let say = |at: DateTime<Utc>| {
        let facts = FactValues::from([(FactKey::Churned, FactValue::Date(at.date_naive()))]);
        update_facts(board, account, &signal.source, Some(at), facts)
    };
    let Some(known) = account.facts.get(&FactKey::Churned) else {
        return match ended {
            _ if signal.data.kind() != SignalKind::SubscriptionCanceled => Vec::new(),
            Some(at) if at >= signal.at => say(at),
            _ if leaves_others(account, signal) => Vec::new(),
            Some(_) | None => say(signal.at),
        };
    };
    let by_signal = |it: &Signal| it.at == known.at && it.data.kind() == SignalKind::SubscriptionCanceled;
    if signal.at > known.at || !account.signals.iter().any(by_signal) {
        return Vec::new();
    }
    match ended {
        // An earlier ending was cleared by hand.
        Some(at) if at == known.at || at < signal.at => Vec::new(),
        Some(at) => say(at),
        None => vec![clear(account, FactKey::Churned, known)],
    }
}

/// The upcoming invoices add up. What a file or a person said later stands.
fn upcoming(board: &Board, account: &Account, signal: &Signal, after: &Subscriptions<'_>) -> Vec<Event> {
    let bills = account.signals.iter().chain([signal]);
    let bills = bills.filter(|it| matches!(it.data, SignalData::InvoiceUpcoming { .. }));
    let Some(told) = bills.map(|it| it.at).max() else { return Vec::new() };
    let known = account.facts.get(&FactKey::UpcomingInvoice);
    if known.is_some_and(|known| known.at > told) {
        return Vec::new();
    }
    let sum = after.upcoming().first().copied().map(FactValue::Money);
    match (known, sum) {
        (Some(known), Some(sum)) if *known.value == sum => Vec::new(),
        (_, Some(sum)) => {
            let facts = FactValues::from([(FactKey::UpcomingInvoice, sum)]);
            update_facts(board, account, &signal.source, Some(told), facts)
        }
        (Some(known), None) => vec![clear(account, FactKey::UpcomingInvoice, known)],
        (None, None) => Vec::new(),
    }
}

fn clear(account: &Account, key: FactKey, known: FactRef<'_>) -> Event {
    let from = BTreeMap::from([(key.clone(), Some(known.to_fact()))]);
    Change::FactsRestored { from, to: BTreeMap::from([(key, None)]) }.on(&account.id)
}
