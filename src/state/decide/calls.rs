//! Calls: what all signals about them add up to, in the order things happened, not the order they arrived in.
//!
//! A call booked with a key and a call from the calendar that start at the same time are one call with two ids. The
//! board keeps it under the calendar's id. So are a call of a booking system and its entry in a calendar: by the entry's id
//! where the system says it, else as they start at the same time. The system's id counts then, and what it says of the call
//! being on or off: a calendar forgets an entry when the call is moved.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use crate::state::event::{Change, Event};
use crate::state::values::account::{Account, AccountId};
use crate::state::values::signal::KEY_SOURCE;
use crate::state::values::signal::{Call, CallId, CallOutcome, Signal, SignalData};

/// Two reports that a call was held, one by key and one by calendar, mean the same call if they are at most this far
/// apart. Two calls with one customer on one day are booked, so they have ids.
const SAME_CALL: TimeDelta = TimeDelta::hours(12);

/// How long after its start a call's outcome may be reported before the call itself is known: until the next morning.
const OUTCOME_WINDOW: TimeDelta = TimeDelta::hours(24);

/// When a call begins and ends.
type ReportTimes = (DateTime<Utc>, DateTime<Utc>);

/// What the signals say about one call.
#[derive(Default)]
struct CallReport<'a> {
    /// The ids it is known by.
    names: Vec<&'a CallId>,
    /// Those of them that it gave up for another one. What is called off under such an id is the old time, not the call.
    former: Vec<&'a CallId>,
    times: Option<ReportTimes>,
    outcome: Option<CallOutcome>,
    /// The ids under which booking systems tell of it.
    booked: Vec<&'a CallId>,
    /// The entries of calendars that are on, and their times: as long as those are the same, they are one call.
    entries: BTreeMap<&'a CallId, ReportTimes>,
    /// Whether what was last said of a no-show is that there was none.
    is_no_show_withdrawn: bool,
}

/// The changes `news` makes to the calls of `account`.
pub(super) fn changes_of(account: &Account, news: &Signal) -> Vec<Event> {
    let outcome = match &news.data {
        SignalData::CallHeld { call: None } => CallOutcome::Held,
        SignalData::CallNoShow { call: None } => CallOutcome::NoShow,
        what if what.call().is_some() => return changes_of_named(account, news),
        _ => return Vec::new(),
    };
    let ended_call = ended_call(account, news.at);
    let to = |call: &Call| Call { outcome: Some(outcome), ..call.clone() };
    ended_call.and_then(|(id, call)| change(account, id, Some(to(call)))).into_iter().collect()
}

/// The changes of a signal that names a call: of that call, and of calls that turn out to be the same one, or another.
fn changes_of_named(account: &Account, news: &Signal) -> Vec<Event> {
    let all = reports(&account.signals, Some(news));
    let to: BTreeMap<&CallId, Call> =
        all.iter().filter_map(|report| Some((report.name()?, report.call(account)?))).collect();
    let names = all.iter().flat_map(|report| &report.names);
    names.filter_map(|name| change(account, name, to.get(name).cloned())).collect()
}

fn change(account: &Account, call: &CallId, to: Option<Call>) -> Option<Event> {
    let from = account.calls.get(call).cloned();
    let account: AccountId = account.id.clone();
    (from != to)
        .then(|| Event::Account { account, change: Change::CallChanged { call: call.clone(), from, to } })
}

/// One report for each call that `signals` and `news` name.
fn reports<'a>(signals: &'a [Signal], news: Option<&'a Signal>) -> Vec<CallReport<'a>> {
    let mut said: Vec<&Signal> = signals.iter().collect();
    if let Some(news) = news {
        said.insert(said.partition_point(|known| known.at <= news.at), news);
    }
    let mut all: Vec<CallReport<'_>> = Vec::new();
    for signal in said {
        let Some(name) = signal.data.call() else { continue };
        let mut report = CallReport::default();
        // The older id first: the board keeps the call under it.
        let names = signal.data.earlier_call().into_iter().chain([name]).chain(signal.data.calendar_event());
        for name in names {
            match all.iter().position(|known| known.names.contains(&name)) {
                Some(known) => report = report.merge(all.remove(known)),
                None if report.names.contains(&name) => {}
                None => report.names.push(name),
            }
        }
        all.extend(report.part_from(signal));
        report.add(signal);
        let same = all.iter().position(|other| other.is_same_call(&report));
        match same.map(|same| all.remove(same)) {
            Some(first) => all.push(first.merge(report)),
            None => all.push(report),
        }
    }
    all
}

impl<'a> CallReport<'a> {
    /// Goes on without the other entries of calendars, where `signal` moves one of several. They stay where they are: two calls
    /// at one time cannot be told from an invitation that stands in a calendar twice, but one that moves is another one.
    fn part_from(&mut self, signal: &'a Signal) -> Option<Self> {
        let (SignalData::CallBooked { call, starts_at, .. }
        | SignalData::CallRescheduled { call, starts_at, .. }) = &signal.data
        else {
            return None;
        };
        let (begins, _) = self.times?;
        let stays = |(entry, (at, _)): (&&CallId, &ReportTimes)| *entry != call && *at == begins;
        let has_others = self.entries.iter().any(stays);
        if !signal.is_by_calendar() || !self.booked.is_empty() || *starts_at == begins || !has_others {
            return None;
        }
        let own = self.entries.remove_entry(call);
        let mut others = std::mem::take(self);
        others.names.retain(|name| *name != call);
        self.names.push(call);
        self.entries.extend(own);
        Some(others)
    }

    fn add(&mut self, signal: &'a Signal) {
        let tells_of_times =
            matches!(signal.data, SignalData::CallBooked { .. } | SignalData::CallRescheduled { .. });
        if tells_of_times && !signal.is_by_key() && !signal.is_by_calendar() {
            self.booked.extend(signal.data.call().filter(|call| !is_of_key(call)));
        }
        if let Some(call) = signal.data.call().filter(|_| signal.is_by_calendar()) {
            match &signal.data {
                SignalData::CallBooked { starts_at, ends_at, .. }
                | SignalData::CallRescheduled { starts_at, ends_at, .. } => {
                    self.entries.insert(call, (*starts_at, *ends_at));
                }
                SignalData::CallCanceled { .. } => {
                    self.entries.remove(call);
                }
                _ => {}
            }
        }
        match &signal.data {
            // Calendars often move a call by calling it off and booking it anew under the same id.
            SignalData::CallBooked { starts_at, ends_at, .. } => {
                self.times = Some((*starts_at, *ends_at));
                self.outcome = self.outcome.filter(|outcome| *outcome != CallOutcome::Canceled);
            }
            SignalData::CallRescheduled { call, was, starts_at, ends_at, .. } => {
                self.times = Some((*starts_at, *ends_at));
                if let Some(was) = was.as_ref().filter(|was| *was != call) {
                    self.former.push(was);
                    self.outcome = self.outcome.filter(|outcome| *outcome != CallOutcome::Canceled);
                }
            }
            SignalData::CallCanceled { call } if self.former.contains(&call) => {}
            SignalData::CallCanceled { .. } if signal.is_by_calendar() && !self.booked.is_empty() => {}
            SignalData::CallCanceled { .. } => self.outcome = Some(CallOutcome::Canceled),
            SignalData::CallHeld { .. } => self.outcome = Some(CallOutcome::Held),
            SignalData::CallNoShow { .. } => {
                self.outcome = Some(CallOutcome::NoShow);
                self.is_no_show_withdrawn = false;
            }
            SignalData::CallNoShowWithdrawn { .. } => {
                self.outcome = self.outcome.filter(|outcome| *outcome != CallOutcome::NoShow);
                self.is_no_show_withdrawn = true;
            }
            // These name no call.
            SignalData::OutreachSent
            | SignalData::ReplyReceived { .. }
            | SignalData::EmailBounced { .. }
            | SignalData::FinalOutreachSent
            | SignalData::Handoff { .. }
            | SignalData::SubscriptionCanceled
            | SignalData::SubscriptionEnded { .. }
            | SignalData::SubscriptionCancelScheduled { .. }
            | SignalData::SubscriptionCancelWithdrawn { .. }
            | SignalData::PaidCallPurchased
            | SignalData::InvoiceUpcoming { .. }
            | SignalData::InvoicePaymentFailed { .. }
            | SignalData::InvoicePaid { .. }
            | SignalData::InvoiceVoided { .. }
            | SignalData::InvoiceUncollectible { .. }
            | SignalData::FactsChanged { .. } => {}
        }
    }

    /// Whether both start at the same time and neither is canceled.
    fn is_same_call(&self, other: &Self) -> bool {
        let begins = |report: &Self| report.times.map(|(starts_at, _)| starts_at);
        let is_on = |report: &Self| report.outcome != Some(CallOutcome::Canceled);
        begins(self).is_some() && begins(self) == begins(other) && is_on(self) && is_on(other)
    }

    /// This report with a later one about the same call under another id.
    fn merge(mut self, later: Self) -> Self {
        self.names.extend(later.names);
        self.former.extend(later.former);
        self.booked.extend(later.booked);
        self.entries.extend(later.entries);
        let times = later.times.or(self.times);
        let earlier =
            self.outcome.filter(|outcome| !(later.is_no_show_withdrawn && *outcome == CallOutcome::NoShow));
        let is_no_show_withdrawn =
            later.is_no_show_withdrawn || (self.is_no_show_withdrawn && later.outcome.is_none());
        Self { times, outcome: later.outcome.or(earlier), is_no_show_withdrawn, ..self }
    }

    /// The id the board keeps it under: that of a booking system, else the calendar's, if there is one.
    fn name(&self) -> Option<&'a CallId> {
        let of_calendar = self.names.iter().find(|name| !is_of_key(name));
        let of_system = self.names.iter().find(|name| self.booked.contains(name));
        of_system.or(of_calendar).or(self.names.first()).copied()
    }

    /// The call; `None` while its time is unknown.
    fn call(&self, account: &Account) -> Option<Call> {
        let (starts_at, ends_at) = self.times?;
        // Its outcome may have been reported without an id.
        let mut known = self.names.iter().filter_map(|name| account.calls.get(*name)?.outcome);
        let stands = |outcome: &CallOutcome| {
            *outcome != CallOutcome::Canceled
                && !(self.is_no_show_withdrawn && *outcome == CallOutcome::NoShow)
        };
        let known = known.find(stands);
        let outcome = self.outcome.or(known);
        let outcome = outcome.or_else(|| earlier_outcome(account, starts_at).filter(stands));
        Some(Call { starts_at, ends_at, outcome })
    }
}

/// Whether a call has this id because somebody booked it with a key.
fn is_of_key(name: &CallId) -> bool {
    name.strip_prefix(KEY_SOURCE).is_some_and(|rest| rest.starts_with(':'))
}

/// The outcome of a call that started at `starts_at`, if a person reported it without an id before the call was known,
/// and the report fits no other call.
fn earlier_outcome(account: &Account, starts_at: DateTime<Utc>) -> Option<CallOutcome> {
    let until_morning =
        |began: DateTime<Utc>, said: DateTime<Utc>| began <= said && said <= began + OUTCOME_WINDOW;
    account.signals.iter().filter(|signal| until_morning(starts_at, signal.at)).find_map(|signal| {
        let outcome = match signal.data {
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

/// Whether `signal` reports again that a call was held: a key and the calendar both report, and it is one call.
///
/// A booked call is recognised by its id. A call that was never booked is the same one if it was reported under that id,
/// or without an id within half a day. A report without an id means, in this order: the booked call that started last
/// and has no outcome; a call reported within half a day; the next booked call; a new call.
pub(super) fn is_duplicate(account: &Account, signal: &Signal) -> bool {
    let SignalData::CallHeld { call: named } = &signal.data else { return false };
    let mut held = account.signals.iter().filter_map(|known| match &known.data {
        SignalData::CallHeld { call } => Some((call.as_ref(), (known.at - signal.at).abs() <= SAME_CALL)),
        _ => None,
    });
    match named.as_ref().map(|call| (call, call_named(account, call))) {
        Some((_, Some(booked))) => booked.outcome == Some(CallOutcome::Held),
        Some((call, None)) => held.any(|(known, near)| known.map_or(near, |known| known == call)),
        None => last_begun(account, signal.at).is_none() && held.any(|(_, near)| near),
    }
}

/// The call known by the id `name`, whichever id the board keeps it under.
fn call_named<'a>(account: &'a Account, name: &CallId) -> Option<&'a Call> {
    let kept = || {
        let all = reports(&account.signals, None);
        account.calls.get(all.iter().find(|report| report.names.contains(&name))?.name()?)
    };
    account.calls.get(name).or_else(kept)
}

/// The calls without an outcome.
fn unresolved(account: &Account) -> impl Iterator<Item = (&CallId, &Call)> {
    account.calls.iter().filter(|(_, call)| call.outcome.is_none())
}

/// The call without an outcome that started last before `at`.
fn last_begun(account: &Account, at: DateTime<Utc>) -> Option<(&CallId, &Call)> {
    unresolved(account).filter(|(_, call)| call.starts_at <= at).max_by_key(|(_, call)| call.starts_at)
}

/// The call that a report at `at` without an id is about: the one that started last, else the next one.
fn ended_call(account: &Account, at: DateTime<Utc>) -> Option<(&CallId, &Call)> {
    last_begun(account, at).or_else(|| unresolved(account).min_by_key(|(_, call)| call.starts_at))
}
