//! What became of each call, version by version: what the board has heard already, and what is new to it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::event::{CANCELED, CalendarEvent, CallSpan, EventTimes};
use super::version::{CallNews, CallState, EventVersion, KnownCalls, KnownNews};
use super::{BEHIND, FAR_AHEAD};
use crate::intake::providers::TranslatedSignal;
use crate::state::values::account_ref::AccountRef;
use crate::state::values::time::EARLIEST;
use crate::state::{AccountId, Board, Signal, SignalData, SignalId};

/// What tells one version of an event from the next, where both were changed in the same second.
const STEP: TimeDelta = TimeDelta::seconds(1);

/// What a version of an event says of a call.
#[derive(Clone, Debug)]
pub(super) struct HeardState {
    /// The number of the event; nothing where it is missing from its calendar.
    number: Option<usize>,
    pub(super) version: EventVersion,
    pub(super) is_by_rule: bool,
    state: CallState,
    ends_at: DateTime<Utc>,
    /// When it would begin that is off, as far as it matters.
    begins: Option<DateTime<Utc>>,
    created: Option<DateTime<Utc>>,
    named: Option<AccountRef>,
    /// The account, if it is only one.
    account: Option<AccountId>,
    /// Why it is off.
    why: &'static str,
}

impl CalendarEvent {
    /// What decides between two versions of it.
    pub(super) fn order(&self) -> (EventVersion, bool, Option<DateTime<Utc>>) {
        let begins = match &self.times {
            EventTimes::Off(_) => return (self.version, true, None),
            EventTimes::Once(span) => Some(span.starts_at),
            EventTimes::Series(spans) => spans.first().map(|span| span.starts_at),
        };
        (self.version, false, begins)
    }
}

impl HeardState {
    /// What a single event says; nothing of a series.
    pub(super) fn of(event: &CalendarEvent) -> Option<Self> {
        match &event.times {
            EventTimes::Off(_) => Some(Self::off(event)),
            EventTimes::Once(span) => Some(Self { is_by_rule: false, ..Self::by_rule(event, *span) }),
            EventTimes::Series(_) => None,
        }
    }

    /// That one of a series takes place.
    pub(super) fn by_rule(event: &CalendarEvent, span: CallSpan) -> Self {
        let CallSpan { starts_at, ends_at } = span;
        Self { is_by_rule: true, state: CallState::On(starts_at), ends_at, ..Self::off(event) }
    }

    pub(super) fn off(event: &CalendarEvent) -> Self {
        let account = event.meant.as_ref().and_then(|meant| match &meant.accounts[..] {
            [account] => Some(account.clone()),
            _ => None,
        });
        Self {
            number: Some(event.number),
            version: event.version,
            is_by_rule: false,
            state: CallState::Off,
            ends_at: DateTime::UNIX_EPOCH,
            begins: event.begins,
            created: event.created,
            named: event.meant.as_ref().map(|meant| meant.named.clone()),
            account,
            why: if let EventTimes::Off(why) = event.times { why } else { CANCELED },
        }
    }

    /// That a call is missing from its calendar.
    pub(super) fn missing(version: EventVersion) -> Self {
        Self {
            number: None,
            version,
            is_by_rule: false,
            state: CallState::Off,
            ends_at: DateTime::UNIX_EPOCH,
            begins: None,
            created: None,
            named: None,
            account: None,
            why: CANCELED,
        }
    }
}

/// A point in what became of a call.
#[derive(Clone, Copy)]
struct TimelinePoint {
    version: EventVersion,
    state: CallState,
    at: DateTime<Utc>,
    /// The signal that tells it: one that the board has, or a new one.
    known: Option<usize>,
}

/// Tells what is new of calls.
pub(super) struct CallTeller<'a> {
    board: &'a Board,
    known: &'a KnownCalls,
    source: &'a Arc<str>,
    now: DateTime<Utc>,
    /// The calls that are on at a time, by account: of these events, and of those that the board knows.
    on: HashMap<(AccountId, DateTime<Utc>), HashSet<String>>,
    /// When calls begin of which other sources tell, by account.
    by_others: HashMap<AccountId, HashSet<DateTime<Utc>>>,
    signals: Vec<TranslatedSignal>,
    said: HashSet<SignalId>,
    reasons: BTreeMap<usize, &'static str>,
}

impl<'a> CallTeller<'a> {
    pub(super) fn new(
        board: &'a Board,
        known: &'a KnownCalls,
        calls: &BTreeMap<String, Vec<HeardState>>,
        source: &'a Arc<str>,
        now: DateTime<Utc>,
    ) -> Self {
        let mut teller = Self {
            board,
            known,
            source,
            now,
            on: HashMap::new(),
            by_others: HashMap::new(),
            signals: Vec::new(),
            said: HashSet::new(),
            reasons: BTreeMap::new(),
        };
        let names: HashSet<&String> = calls.keys().chain(known.calls()).collect();
        for call in names {
            let heard = calls.get(call).map_or(&[][..], |heard| heard);
            let Some(account) = teller.account_of(call, heard) else { continue };
            let states = heard.iter().map(|it| (it.version, it.state));
            let known = known.of_call(call).iter().map(|it| (it.news.version, it.news.state));
            let last =
                known.chain(states).max_by_key(|(version, state)| (*version, *state == CallState::Off));
            if let Some((_, CallState::On(at))) = last {
                teller.on.entry((account, at)).or_default().insert(call.clone());
            }
        }
        teller
    }

    /// The account that a call is with, if it is known and only one.
    fn account_of(&self, call: &str, heard: &[HeardState]) -> Option<AccountId> {
        let known = self.known.of_call(call).iter().rev().find_map(|known| match &known.account {
            Some(AccountRef::Id(id)) => Some(id.clone()),
            _ => None,
        });
        known.or_else(|| heard.iter().rev().find_map(|it| it.account.clone()))
    }

    /// Whether another source tells of a call with `account` that begins at `at`.
    fn is_told_by_others(&mut self, account: &AccountId, at: DateTime<Utc>) -> bool {
        let begins = self.by_others.entry(account.clone()).or_insert_with(|| {
            let signals = self.board.find(account).into_iter().flat_map(|account| account.signals.iter());
            let others = signals.filter(|signal| signal.source != *self.source && !signal.is_by_key());
            let begins = others.filter_map(|signal| match &signal.data {
                SignalData::CallBooked { starts_at, .. } | SignalData::CallRescheduled { starts_at, .. } => {
                    Some(*starts_at)
                }
                _ => None,
            });
            begins.collect()
        });
        begins.contains(&at)
    }

    /// What another source said last of `call`, if one knows its id here: when it said so, and when the call begins.
    fn joined(&self, account: &AccountId, call: &str) -> Option<(DateTime<Utc>, CallState)> {
        let signals = self.board.find(account)?.signals.iter().filter(|signal| signal.source != *self.source);
        let joined =
            signals.filter(|signal| signal.data.calendar_event().is_some_and(|event| **event == *call));
        let latest = joined.max_by_key(|signal| signal.at)?;
        match &latest.data {
            SignalData::CallBooked { starts_at, .. } | SignalData::CallRescheduled { starts_at, .. } => {
                Some((latest.at, CallState::On(*starts_at)))
            }
            _ => None,
        }
    }

    /// Tells what is new of `call`, of which `heard` says the versions in their order.
    pub(super) fn tell(&mut self, call: &str, heard: &[HeardState]) {
        let known = self.known.of_call(call);
        let account = self.account_of(call, heard);
        let named = account.clone().filter(|_| !known.is_empty()).map(AccountRef::Id);
        let named = named.or_else(|| heard.iter().rev().find_map(|it| it.named.clone()));
        let named = named.or_else(|| known.iter().rev().find_map(|it| it.account.clone()));
        let mut points: Vec<TimelinePoint> = known
            .iter()
            .enumerate()
            .map(|(at, it)| TimelinePoint {
                version: it.news.version,
                state: it.news.state,
                at: it.signal.at,
                known: Some(at),
            })
            .collect();
        for state in in_order(heard, known) {
            let after = points.partition_point(|point| point.version <= state.version);
            let (before, next) = (after.checked_sub(1).map(|at| points[at]), points.get(after).copied());
            let same = [before, next].into_iter().flatten().find(|point| point.state == state.state);
            if let Some(same) = same {
                self.say_again(&state, same.known.map(|at| &known[at]));
                continue;
            }
            let joined = account.as_ref().and_then(|account| self.joined(account, call));
            let told_last = before.map(|point| (point.at, point.state)).into_iter().chain(joined);
            let old = told_last.max_by_key(|(at, _)| *at).map(|(_, state)| state);
            if joined.is_some() && (state.state == CallState::Off || old == Some(state.state)) {
                // Whoever knows that it is the same call says whether it is off.
                self.ignore(&state, ELSEWHERE);
                continue;
            }
            let is_joined = joined.is_some();
            if state.state == CallState::Off && next.is_some() {
                // It was on again since.
                self.ignore(&state, super::OLDER);
                continue;
            }
            if let Some(why) =
                self.objection(call, &state, old, (points.is_empty(), is_joined), account.as_ref())
            {
                self.ignore(&state, why);
                continue;
            }
            let Some(named) = &named else {
                self.ignore(&state, "with no account");
                continue;
            };
            let news = CallNews {
                call: call.to_owned(),
                state: state.state,
                is_by_rule: state.is_by_rule,
                version: state.version,
            };
            let id = SignalId::new(&news.to_string());
            if let Some(same) = known.iter().find(|it| it.signal.id == id) {
                self.say_again(&state, Some(same));
                continue;
            }
            let at = self.moment_of(&state, before, next);
            let signal = Signal {
                id,
                at,
                by: None,
                source: self.source.clone(),
                template: None,
                data: data(call, &state, old),
            };
            self.say(&state, named.clone(), signal);
            points
                .insert(after, TimelinePoint { version: state.version, state: state.state, at, known: None });
        }
    }

    /// Why a state of `call` is not told that follows `old`; nothing where it is news.
    fn objection(
        &mut self,
        call: &str,
        state: &HeardState,
        old: Option<CallState>,
        (is_first, is_joined): (bool, bool),
        account: Option<&AccountId>,
    ) -> Option<&'static str> {
        match (old, state.state) {
            // It may have been booked in a version that is still to come.
            (None, CallState::Off) if is_first && self.is_worth_keeping(state) => None,
            (None | Some(CallState::Off), CallState::Off) => Some(state.why),
            (Some(CallState::On(begins)), CallState::Off) => {
                let account = account?;
                // Two events for one time are one call, which goes on while one of them does.
                let others = self.on.get(&(account.clone(), begins));
                let goes_on = others.is_some_and(|calls| calls.iter().any(|other| other != call));
                (goes_on || self.is_told_by_others(account, begins)).then_some(ELSEWHERE)
            }
            (_, CallState::On(_)) if is_first && state.ends_at < self.now - BEHIND => Some("over"),
            (_, CallState::On(begins)) if is_first && begins > self.now + FAR_AHEAD => Some("too far ahead"),
            (_, CallState::On(_)) if is_joined => None,
            (_, CallState::On(begins)) => {
                account.filter(|account| self.is_told_by_others(account, begins)).map(|_| ELSEWHERE)
            }
        }
    }

    /// Whether a call that is off, and of which nobody has heard, is one with an account in the days that count.
    fn is_worth_keeping(&self, state: &HeardState) -> bool {
        let counts = |begins: DateTime<Utc>| begins > self.now - BEHIND && begins < self.now + FAR_AHEAD;
        state.account.is_some() && state.begins.is_some_and(counts)
    }

    /// When a state came about, between those before and after it.
    fn moment_of(
        &self,
        state: &HeardState,
        before: Option<TimelinePoint>,
        next: Option<TimelinePoint>,
    ) -> DateTime<Utc> {
        let version = state.version;
        let is_original =
            before.is_none() && state.state != CallState::Off && (version.sequence == 0 || state.is_by_rule);
        let changed = version.stamp.filter(|_| !version.is_missing() && version.round == 0);
        let at = if is_original { state.created.or(changed) } else { changed.or(state.created) };
        let at = at.filter(|at| *at <= self.now && at.date_naive() >= EARLIEST).unwrap_or(self.now);
        let at = before.map_or(at, |before| at.max(before.at + STEP));
        next.map_or(at, |next| at.min(next.at - STEP))
    }

    fn ignore(&mut self, state: &HeardState, why: &'static str) {
        if let Some(number) = state.number {
            self.reasons.entry(number).or_insert(why);
        }
    }

    /// Says what the board has heard already, so that it is counted as known.
    fn say_again(&mut self, state: &HeardState, known: Option<&KnownNews>) {
        let Some(KnownNews { signal, account, .. }) = known else {
            return self.ignore(state, super::SECOND);
        };
        if let Some(account) = account.clone() {
            self.say(state, account, signal.clone());
        }
    }

    fn say(&mut self, state: &HeardState, account: AccountRef, signal: Signal) {
        if self.said.insert(signal.id.clone()) {
            let line = state.number.unwrap_or(0);
            self.signals.push(TranslatedSignal { line, account, other_names: Vec::new(), signal });
        } else {
            self.ignore(state, super::SECOND);
        }
    }

    /// All signals, and why the events without one have none.
    pub(super) fn finish(self) -> (Vec<TranslatedSignal>, BTreeMap<usize, &'static str>) {
        (self.signals, self.reasons)
    }
}

/// What an event is counted as of which another source tells, or another event at the same time.
const ELSEWHERE: &str = "told elsewhere";

/// Puts `states` in the order of their versions.
pub(super) fn sort(states: &mut [HeardState]) {
    states.sort_by_key(|state| match state.state {
        CallState::On(at) => (state.version, false, Some(at)),
        CallState::Off => (state.version, true, None),
    });
}

/// The states, by their version. One that is there again where the board knows that it was missing is news.
fn in_order(heard: &[HeardState], known: &[KnownNews]) -> Vec<HeardState> {
    let mut states = heard.to_vec();
    let (Some(latest), Some(last)) = (states.last_mut(), known.last()) else { return states };
    let (is, was) = (latest.version, last.news.version);
    if was.is_missing() && is.round == 0 && (is.sequence, is.stamp) == (was.sequence, was.stamp) {
        latest.version = was.next_round();
    }
    states
}

fn data(call: &str, state: &HeardState, old: Option<CallState>) -> SignalData {
    let (call, ends_at) = (call.into(), state.ends_at);
    match (old, state.state) {
        (_, CallState::Off) => SignalData::CallCanceled { call },
        (Some(CallState::On(_)), CallState::On(starts_at)) => {
            SignalData::CallRescheduled { call, was: None, event: None, starts_at, ends_at }
        }
        (None | Some(CallState::Off), CallState::On(starts_at)) => {
            SignalData::CallBooked { call, event: None, starts_at, ends_at }
        }
    }
}
