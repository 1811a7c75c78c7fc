//! Taking in signals: whose they are, and what they mean by themselves. Where the card goes is for playbooks to say.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::account::{Account, AccountId};
use super::board::Board;
use super::care;
use super::event::{Event, Unmatched};
use super::fact::{FactKey, FactValue};
use super::refusal::Refusal;
use super::signal::{Call, CallId, CallOutcome, Signal, What};
use super::task::Task;

/// How a signal names its account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountRef {
    /// By the external id.
    Id(AccountId),
    /// By its id in another system: the system, and the id.
    Other(Arc<str>, Arc<str>),
    /// By an email address of one of its people.
    Email(Arc<str>),
    /// By its domain.
    Domain(Arc<str>),
}

impl std::fmt::Display for AccountRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Id(id) => write!(f, "{id}"),
            Self::Other(system, id) => write!(f, "{system} {id}"),
            Self::Email(email) => write!(f, "{email}"),
            Self::Domain(domain) => write!(f, "{domain}"),
        }
    }
}

/// Everyone on `board` whom `named` could mean. Never a guess: several are several.
pub fn candidates(board: &Board, named: &AccountRef) -> Vec<AccountId> {
    if let AccountRef::Id(id) = named {
        return board.get(id).map(|account| account.id.clone()).into_iter().collect();
    }
    let mut found: Vec<AccountId> =
        board.accounts().filter(|account| holds(account, named)).map(|account| account.id.clone()).collect();
    found.sort();
    found
}

/// Whether `named` could mean `account`.
pub(super) fn holds(account: &Account, named: &AccountRef) -> bool {
    match named {
        AccountRef::Id(id) => account.id == *id,
        AccountRef::Other(system, id) => {
            account.text(&FactKey::OtherId(system.clone())).is_some_and(|known| known == &**id)
        }
        AccountRef::Email(email) => {
            let lists = [FactKey::Contacts, FactKey::AdminEmails];
            lists.iter().any(|key| match account.fact(key) {
                Some(FactValue::List(known)) => known.iter().any(|it| it.eq_ignore_ascii_case(email)),
                Some(FactValue::Text(known)) => known.eq_ignore_ascii_case(email),
                Some(_) | None => false,
            })
        }
        AccountRef::Domain(domain) => {
            account.text(&FactKey::Domain).is_some_and(|known| known.eq_ignore_ascii_case(domain))
        }
    }
}

/// What recording `signal` changes: nothing when it is known already; a place in the inbox when it names no account,
/// or several.
pub(super) fn record(board: &Board, named: &AccountRef, signal: &Signal) -> Result<Vec<Event>, Refusal> {
    if board.knows_signal(&signal.id) {
        return Ok(Vec::new());
    }
    record_of(board, named, &candidates(board, named), signal)
}

/// The same, where somebody looked up whom it could mean.
pub(super) fn record_of(
    board: &Board,
    named: &AccountRef,
    candidates: &[AccountId],
    signal: &Signal,
) -> Result<Vec<Event>, Refusal> {
    if board.knows_signal(&signal.id) {
        return Ok(Vec::new());
    }
    match candidates {
        [id] => on(board, board.account(id)?, signal),
        _ if lacks_person(signal) => Err(Refusal::HandoffNeedsPerson { name: named.to_string().into() }),
        several => {
            let to = Unmatched {
                signal: signal.clone(),
                named: named.to_string().into(),
                whom: Some(named.clone()),
                candidates: several.to_vec(),
                dismissed: false,
            };
            Ok(vec![Event::Unmatched { signal: signal.id.clone(), from: None, to: Some(Box::new(to)) }])
        }
    }
}

/// What `signal` changes on `account`.
pub(super) fn on(board: &Board, account: &Account, signal: &Signal) -> Result<Vec<Event>, Refusal> {
    if is_told_already(account, signal) {
        return Ok(Vec::new());
    }
    let id = || account.id.clone();
    let mut events = vec![Event::Recorded { account: id(), signal: signal.clone() }];
    // It engaged when it first did, in whatever order we hear of it.
    if signal.what.engages() && account.engaged.is_none_or(|since| signal.at < since) {
        events.push(Event::Engaged { account: id(), from: account.engaged, to: Some(signal.at) });
    }
    if let Some((call, to)) = called(account, signal) {
        let from = account.calls.get(&call).cloned();
        if from.as_ref() != Some(&to) {
            events.push(Event::Called { account: id(), call, from, to: Some(to) });
        }
    }
    let facts = news(account, signal);
    if !facts.is_empty() {
        let was =
            facts.keys().filter_map(|key| Some((key.clone(), account.facts.get(key)?.clone()))).collect();
        let source = signal.source.clone();
        let alerts = care::follow_facts(board, account, &facts);
        events.push(Event::Learned { account: id(), source, at: Some(signal.at), facts, was });
        events.extend(alerts);
    }
    if lacks_person(signal) {
        return Err(Refusal::HandoffNeedsPerson { name: account.name().into() });
    }
    for (task, known) in account.tasks.iter().filter(|(_, task)| task.done.is_none()) {
        if known.done_on.contains(&signal.what.kind()) {
            let done = Task { done: Some(signal.at), ..known.clone() };
            let (task, from) = (task.clone(), Some(known.clone()));
            events.push(Event::Tasked { account: id(), task, from, to: Some(done) });
        }
    }
    if signal.what.wakes() && account.snooze.is_some() {
        events.push(Event::Snoozed { account: id(), from: account.snooze.clone(), to: None });
    }
    Ok(events)
}

/// What `signal` says about the account that is not known, or known from longer ago.
fn news(account: &Account, signal: &Signal) -> BTreeMap<FactKey, FactValue> {
    let said = match &signal.what {
        What::FactsChanged { facts } => facts.clone(),
        What::SubscriptionCanceled if account.fact(&FactKey::Churned).is_none() => {
            BTreeMap::from([(FactKey::Churned, FactValue::Date(signal.at.date_naive()))])
        }
        What::InvoiceUpcoming { amount, .. } => {
            BTreeMap::from([(FactKey::UpcomingInvoice, FactValue::Money(*amount))])
        }
        What::OutreachSent
        | What::ReplyReceived { .. }
        | What::CallBooked { .. }
        | What::CallRescheduled { .. }
        | What::CallCanceled { .. }
        | What::CallHeld { .. }
        | What::CallNoShow { .. }
        | What::FinalOutreachSent
        | What::Handoff { .. }
        | What::SubscriptionCanceled
        | What::PaidCallPurchased
        | What::InvoicePaymentFailed { .. }
        | What::InvoicePaid { .. } => BTreeMap::new(),
    };
    let is_news = |key: &FactKey, value: &FactValue| {
        account.facts.get(key).is_none_or(|known| known.value != *value && known.at <= signal.at)
    };
    said.into_iter().filter(|(key, value)| is_news(key, value)).collect()
}

/// How far apart a key and the calendar tell of the same call: two calls with a customer on one day are booked.
const SAME_CALL: TimeDelta = TimeDelta::hours(12);

/// Whether `signal` says once more that a call took place: a key and the calendar both tell, and it is one call.
///
/// A call that was booked is told by its name. One that nobody booked is the same if it was told of by that name, or
/// without one within half a day. Where no call is named, it is the one that began last of those booked whose outcome
/// nobody recorded; if there is none, one that was told of within half a day; then the next one booked; and else a call
/// of its own.
fn is_told_already(account: &Account, signal: &Signal) -> bool {
    let What::CallHeld { call: named } = &signal.what else { return false };
    let mut told = account.signals.iter().filter_map(|known| match &known.what {
        What::CallHeld { call } => Some((call.as_ref(), (known.at - signal.at).abs() <= SAME_CALL)),
        _ => None,
    });
    match named.as_ref().map(|call| (call, account.calls.get(call))) {
        Some((_, Some(booked))) => booked.outcome == Some(CallOutcome::Held),
        Some((call, None)) => told.any(|(known, near)| known.map_or(near, |known| known == call)),
        None => begun(account, signal.at).is_none() && told.any(|(_, near)| near),
    }
}

/// Whether `signal` hands over without saying who does, or why.
fn lacks_person(signal: &Signal) -> bool {
    let unsaid = |text: &str| text.trim().is_empty();
    matches!(&signal.what, What::Handoff { reason } if unsaid(reason) || signal.by.as_deref().is_none_or(unsaid))
}

/// The call `signal` is about, as it is after it.
fn called(account: &Account, signal: &Signal) -> Option<(CallId, Call)> {
    match (&signal.what, signal.what.call()) {
        (_, Some(call)) => Some((call.clone(), told(account, call, signal)?)),
        (What::CallHeld { .. }, None) => ended(account, signal.at, CallOutcome::Held),
        (What::CallNoShow { .. }, None) => ended(account, signal.at, CallOutcome::NoShow),
        _ => None,
    }
}

/// What all that was said of `call` comes to, in the order it happened in and not in which we heard of it. Nothing
/// while nobody said when it is.
fn told(account: &Account, call: &CallId, news: &Signal) -> Option<Call> {
    let mut said: Vec<&Signal> =
        account.signals.iter().filter(|signal| signal.what.call() == Some(call)).collect();
    said.insert(said.partition_point(|known| known.at <= news.at), news);
    let (mut times, mut outcome) = (None, None);
    for signal in said {
        match signal.what {
            // Calendars often move a call by calling it off and booking it anew under the same id.
            What::CallBooked { starts_at, ends_at, .. } => {
                times = Some((starts_at, ends_at));
                outcome = outcome.filter(|outcome| *outcome != CallOutcome::Canceled);
            }
            What::CallRescheduled { starts_at, ends_at, .. } => times = Some((starts_at, ends_at)),
            What::CallCanceled { .. } => outcome = Some(CallOutcome::Canceled),
            What::CallHeld { .. } => outcome = Some(CallOutcome::Held),
            What::CallNoShow { .. } => outcome = Some(CallOutcome::NoShow),
            // Those name no call.
            What::OutreachSent
            | What::ReplyReceived { .. }
            | What::FinalOutreachSent
            | What::Handoff { .. }
            | What::SubscriptionCanceled
            | What::PaidCallPurchased
            | What::InvoiceUpcoming { .. }
            | What::InvoicePaymentFailed { .. }
            | What::InvoicePaid { .. }
            | What::FactsChanged { .. } => {}
        }
    }
    let (starts_at, ends_at) = times?;
    // Somebody said how it went without naming it.
    let known = account.calls.get(call).and_then(|known| known.outcome);
    let outcome = outcome.or(known.filter(|outcome| *outcome != CallOutcome::Canceled));
    Some(Call { starts_at, ends_at, outcome })
}

/// The calls whose outcome nobody recorded.
fn unresolved(account: &Account) -> impl Iterator<Item = (&CallId, &Call)> {
    account.calls.iter().filter(|(_, call)| call.outcome.is_none())
}

/// Of those, the one that began last before `at`.
fn begun(account: &Account, at: DateTime<Utc>) -> Option<(&CallId, &Call)> {
    unresolved(account).filter(|(_, call)| call.starts_at <= at).max_by_key(|(_, call)| call.starts_at)
}

/// The call that ended so, as somebody says at `at` without naming it: the one that began last, else the next.
fn ended(account: &Account, at: DateTime<Utc>, outcome: CallOutcome) -> Option<(CallId, Call)> {
    let next = || unresolved(account).min_by_key(|(_, call)| call.starts_at);
    let (id, call) = begun(account, at).or_else(next)?;
    Some((id.clone(), Call { outcome: Some(outcome), ..call.clone() }))
}
