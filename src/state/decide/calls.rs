//! Calls: what all that was said of them comes to, in the order it happened in and not in which we heard of it.
//!
//! Nobody is in two calls at once: what a person booked with a key and what the calendar tells of the same time is one
//! call, that goes by both names. It is kept under the calendar's.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use crate::state::event::{Change, Event};
use crate::state::values::account::{Account, AccountId};
use crate::state::values::signal::KEY_SOURCE;
use crate::state::values::signal::{Call, CallId, CallOutcome, Signal, SignalData};

/// How far apart a key and the calendar tell of the same call: two calls with a customer on one day are booked.
const SAME_CALL: TimeDelta = TimeDelta::hours(12);

/// How long after a call began somebody may say how it went before it is known that there was one: until the next
/// morning.
const NEXT_MORNING: TimeDelta = TimeDelta::hours(24);

/// What was said of one call.
#[derive(Default)]
struct Told<'a> {
    /// The names it goes by.
    names: Vec<&'a CallId>,
    times: Option<(DateTime<Utc>, DateTime<Utc>)>,
    outcome: Option<CallOutcome>,
}

/// What `news` changes about the calls of `account`.
pub(super) fn after(account: &Account, news: &Signal) -> Vec<Event> {
    let outcome = match &news.what {
        SignalData::CallHeld { call: None } => CallOutcome::Held,
        SignalData::CallNoShow { call: None } => CallOutcome::NoShow,
        what if what.call().is_some() => return retold(account, news),
        _ => return Vec::new(),
    };
    let ended = ended(account, news.at);
    let to = |call: &Call| Call { outcome: Some(outcome), ..call.clone() };
    ended.and_then(|(id, call)| change(account, id, Some(to(call)))).into_iter().collect()
}

/// What `news` changes, which names a call: its own, and those that turn out to be the same or to be others.
fn retold(account: &Account, news: &Signal) -> Vec<Event> {
    let all = told(&account.signals, Some(news));
    let to: BTreeMap<&CallId, Call> =
        all.iter().filter_map(|told| Some((told.name()?, told.call(account)?))).collect();
    let names = all.iter().flat_map(|told| &told.names);
    names.filter_map(|name| change(account, name, to.get(name).cloned())).collect()
}

fn change(account: &Account, call: &CallId, to: Option<Call>) -> Option<Event> {
    let from = account.calls.get(call).cloned();
    let account: AccountId = account.id.clone();
    (from != to)
        .then(|| Event::Account { account, change: Change::CallChanged { call: call.clone(), from, to } })
}

/// The calls that `signals` and `news` name, each once.
fn told<'a>(signals: &'a [Signal], news: Option<&'a Signal>) -> Vec<Told<'a>> {
    let mut said: Vec<&Signal> = signals.iter().collect();
    if let Some(news) = news {
        said.insert(said.partition_point(|known| known.at <= news.at), news);
    }
    let mut all: Vec<Told<'_>> = Vec::new();
    for signal in said {
        let Some(name) = signal.what.call() else { continue };
        let known = all.iter().position(|told| told.names.contains(&name));
        let mut told = known.map_or_else(Told::default, |known| all.remove(known));
        if known.is_none() {
            told.names.push(name);
        }
        told.hear(&signal.what);
        let same = all.iter().position(|other| other.is_at_the_time_of(&told));
        match same.map(|same| all.remove(same)) {
            Some(first) => all.push(first.and(told)),
            None => all.push(told),
        }
    }
    all
}

impl<'a> Told<'a> {
    fn hear(&mut self, what: &SignalData) {
        match what {
            // Calendars often move a call by calling it off and booking it anew under the same id.
            SignalData::CallBooked { starts_at, ends_at, .. } => {
                self.times = Some((*starts_at, *ends_at));
                self.outcome = self.outcome.filter(|outcome| *outcome != CallOutcome::Canceled);
            }
            SignalData::CallRescheduled { starts_at, ends_at, .. } => {
                self.times = Some((*starts_at, *ends_at));
            }
            SignalData::CallCanceled { .. } => self.outcome = Some(CallOutcome::Canceled),
            SignalData::CallHeld { .. } => self.outcome = Some(CallOutcome::Held),
            SignalData::CallNoShow { .. } => self.outcome = Some(CallOutcome::NoShow),
            // Those name no call.
            SignalData::OutreachSent
            | SignalData::ReplyReceived { .. }
            | SignalData::FinalOutreachSent
            | SignalData::Handoff { .. }
            | SignalData::SubscriptionCanceled
            | SignalData::PaidCallPurchased
            | SignalData::InvoiceUpcoming { .. }
            | SignalData::InvoicePaymentFailed { .. }
            | SignalData::InvoicePaid { .. }
            | SignalData::FactsChanged { .. } => {}
        }
    }

    /// Whether both begin at one time, and neither was called off.
    fn is_at_the_time_of(&self, other: &Self) -> bool {
        let begins = |told: &Self| told.times.map(|(starts_at, _)| starts_at);
        let is_on = |told: &Self| told.outcome != Some(CallOutcome::Canceled);
        begins(self).is_some() && begins(self) == begins(other) && is_on(self) && is_on(other)
    }

    /// This one, and what was said later of it under other names.
    fn and(mut self, later: Self) -> Self {
        self.names.extend(later.names);
        Self { times: later.times, outcome: later.outcome.or(self.outcome), ..self }
    }

    /// The name it is kept under: the calendar's, if that told of it.
    fn name(&self) -> Option<&'a CallId> {
        let by_key = |name: &CallId| name.strip_prefix(KEY_SOURCE).is_some_and(|rest| rest.starts_with(':'));
        let of_calendar = self.names.iter().find(|name| !by_key(name));
        of_calendar.or(self.names.first()).copied()
    }

    /// The call it is; nothing while nobody said when.
    fn call(&self, account: &Account) -> Option<Call> {
        let (starts_at, ends_at) = self.times?;
        // Somebody said how it went without naming it.
        let mut known = self.names.iter().filter_map(|name| account.calls.get(*name)?.outcome);
        let known = known.find(|outcome| *outcome != CallOutcome::Canceled);
        let outcome = self.outcome.or(known).or_else(|| said_before(account, starts_at));
        Some(Call { starts_at, ends_at, outcome })
    }
}

/// How a call that began at `starts_at` went, where somebody said so without naming it before it was known that there
/// was one: what they said is about no other call.
fn said_before(account: &Account, starts_at: DateTime<Utc>) -> Option<CallOutcome> {
    let until_morning =
        |began: DateTime<Utc>, said: DateTime<Utc>| began <= said && said <= began + NEXT_MORNING;
    account.signals.iter().filter(|signal| until_morning(starts_at, signal.at)).find_map(|signal| {
        let outcome = match signal.what {
            SignalData::CallHeld { call: None } => CallOutcome::Held,
            SignalData::CallNoShow { call: None } => CallOutcome::NoShow,
            _ => return None,
        };
        let mut calls = account.calls.values();
        let of_another =
            calls.any(|call| call.outcome == Some(outcome) && until_morning(call.starts_at, signal.at));
        (!of_another).then_some(outcome)
    })
}

/// Whether `signal` says once more that a call took place: a key and the calendar both tell, and it is one call.
///
/// A call that was booked is told by its name. One that nobody booked is the same if it was told of by that name, or
/// without one within half a day. Where no call is named, it is the one that began last of those booked whose outcome
/// nobody recorded; if there is none, one that was told of within half a day; then the next one booked; and else a call
/// of its own.
pub(super) fn is_told_already(account: &Account, signal: &Signal) -> bool {
    let SignalData::CallHeld { call: named } = &signal.what else { return false };
    let mut held = account.signals.iter().filter_map(|known| match &known.what {
        SignalData::CallHeld { call } => Some((call.as_ref(), (known.at - signal.at).abs() <= SAME_CALL)),
        _ => None,
    });
    match named.as_ref().map(|call| (call, known_as(account, call))) {
        Some((_, Some(booked))) => booked.outcome == Some(CallOutcome::Held),
        Some((call, None)) => held.any(|(known, near)| known.map_or(near, |known| known == call)),
        None => begun(account, signal.at).is_none() && held.any(|(_, near)| near),
    }
}

/// The call that goes by `name`, whatever name it is kept under.
fn known_as<'a>(account: &'a Account, name: &CallId) -> Option<&'a Call> {
    let kept = || {
        let all = told(&account.signals, None);
        account.calls.get(all.iter().find(|told| told.names.contains(&name))?.name()?)
    };
    account.calls.get(name).or_else(kept)
}

/// The calls whose outcome nobody recorded.
fn unresolved(account: &Account) -> impl Iterator<Item = (&CallId, &Call)> {
    account.calls.iter().filter(|(_, call)| call.outcome.is_none())
}

/// Of those, the one that began last before `at`.
fn begun(account: &Account, at: DateTime<Utc>) -> Option<(&CallId, &Call)> {
    unresolved(account).filter(|(_, call)| call.starts_at <= at).max_by_key(|(_, call)| call.starts_at)
}

/// The call that somebody says at `at` has ended, without naming it: the one that began last, else the next.
fn ended(account: &Account, at: DateTime<Utc>) -> Option<(&CallId, &Call)> {
    begun(account, at).or_else(|| unresolved(account).min_by_key(|(_, call)| call.starts_at))
}
