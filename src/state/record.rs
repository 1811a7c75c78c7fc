//! Taking in signals: whose they are, and what they mean by themselves. Where the card goes is for playbooks to say.

use std::sync::Arc;

use super::account::{Account, AccountId};
use super::board::Board;
use super::event::{Event, Unmatched};
use super::fact::{FactKey, FactValue};
use super::refusal::Refusal;
use super::signal::{Call, CallId, CallOutcome, Signal, What};

/// How a signal names its account.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    match &candidates(board, named)[..] {
        [id] => on(board.account(id)?, signal),
        _ if lacks_person(signal) => Err(Refusal::HandoffNeedsPerson { name: named.to_string().into() }),
        several => {
            let candidates = several.to_vec();
            let named = named.to_string().into();
            let to = Unmatched { signal: signal.clone(), named, candidates, dismissed: false };
            Ok(vec![Event::Unmatched { signal: signal.id.clone(), from: None, to: Some(Box::new(to)) }])
        }
    }
}

/// What `signal` changes on `account`.
pub(super) fn on(account: &Account, signal: &Signal) -> Result<Vec<Event>, Refusal> {
    if is_told_already(account, signal) {
        return Ok(Vec::new());
    }
    let id = || account.id.clone();
    let mut events = vec![Event::Recorded { account: id(), signal: signal.clone() }];
    if signal.what.engages() && account.engaged.is_none() {
        events.push(Event::Engaged { account: id(), from: None, to: Some(signal.at) });
    }
    if let Some((call, to)) = called(account, signal) {
        let from = account.calls.get(&call).cloned();
        if from.as_ref() != Some(&to) {
            events.push(Event::Called { account: id(), call, from, to: Some(to) });
        }
    }
    match &signal.what {
        What::FactsChanged { facts } => {
            let news = facts.iter().filter(|(key, value)| account.fact(key) != Some(value));
            let facts: std::collections::BTreeMap<_, _> =
                news.map(|(key, value)| (key.clone(), value.clone())).collect();
            if !facts.is_empty() {
                let was = facts.keys().filter_map(|key| Some((key.clone(), account.facts.get(key)?.clone())));
                let was = was.collect();
                events.push(Event::Learned { account: id(), source: signal.source.clone(), facts, was });
            }
        }
        What::Handoff { .. } if lacks_person(signal) => {
            return Err(Refusal::HandoffNeedsPerson { name: account.name().into() });
        }
        _ => {}
    }
    if signal.what.wakes() && account.snooze.is_some() {
        events.push(Event::Snoozed { account: id(), from: account.snooze.clone(), to: None });
    }
    Ok(events)
}

/// Whether `signal` says once more that a call took place: a key and the calendar both tell, and it is one call.
fn is_told_already(account: &Account, signal: &Signal) -> bool {
    let What::CallHeld { call: Some(call) } = &signal.what else { return false };
    account.calls.get(call).is_some_and(|known| known.outcome == Some(CallOutcome::Held))
}

/// Whether `signal` hands over without saying who does, or why.
fn lacks_person(signal: &Signal) -> bool {
    let unsaid = |text: &str| text.trim().is_empty();
    matches!(&signal.what, What::Handoff { reason } if unsaid(reason) || signal.by.as_deref().is_none_or(unsaid))
}

/// The call `signal` is about, as it is after it.
fn called(account: &Account, signal: &Signal) -> Option<(CallId, Call)> {
    match (&signal.what, named(&signal.what)) {
        (_, Some(call)) => Some((call.clone(), told(account, call, signal)?)),
        (What::CallHeld { .. }, None) => ended(account, CallOutcome::Held),
        (What::CallNoShow { .. }, None) => ended(account, CallOutcome::NoShow),
        _ => None,
    }
}

/// The call that `what` names.
fn named(what: &What) -> Option<&CallId> {
    match what {
        What::CallBooked { call, .. } | What::CallRescheduled { call, .. } | What::CallCanceled { call } => {
            Some(call)
        }
        What::CallHeld { call } | What::CallNoShow { call } => call.as_ref(),
        _ => None,
    }
}

/// What all that was said of `call` comes to, in the order it happened in and not in which we heard of it. Nothing
/// while nobody said when it is.
fn told(account: &Account, call: &CallId, news: &Signal) -> Option<Call> {
    let mut said: Vec<&Signal> =
        account.signals.iter().filter(|signal| named(&signal.what) == Some(call)).collect();
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
            _ => {}
        }
    }
    let (starts_at, ends_at) = times?;
    // Somebody said how it went without naming it.
    let known = account.calls.get(call).and_then(|known| known.outcome);
    let outcome = outcome.or(known.filter(|outcome| *outcome != CallOutcome::Canceled));
    Some(Call { starts_at, ends_at, outcome })
}

/// The earliest call whose outcome nobody recorded.
fn ended(account: &Account, outcome: CallOutcome) -> Option<(CallId, Call)> {
    let open = account.calls.iter().filter(|(_, call)| call.outcome.is_none());
    let (id, call) = open.min_by_key(|(_, call)| call.starts_at)?;
    Some((id.clone(), Call { outcome: Some(outcome), ..call.clone() }))
}
