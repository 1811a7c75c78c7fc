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
        What::Handoff { reason } if reason.trim().is_empty() || signal.by.is_none() => {
            return Err(Refusal::HandoffNeedsPerson { name: account.name().into() });
        }
        _ => {}
    }
    if signal.what.wakes() && account.snooze.is_some() {
        events.push(Event::Snoozed { account: id(), from: account.snooze.clone(), to: None });
    }
    Ok(events)
}

/// The call `signal` is about, as it is after it. A late booking does not bring back a call that has ended.
fn called(account: &Account, signal: &Signal) -> Option<(CallId, Call)> {
    match &signal.what {
        What::CallBooked { call, starts_at, ends_at }
        | What::CallRescheduled { call, starts_at, ends_at } => {
            let outcome = account.calls.get(call).and_then(|known| known.outcome);
            // Calendars often move a call by calling it off and booking it anew under the same id.
            let booked_anew = matches!(signal.what, What::CallBooked { .. });
            let outcome = outcome.filter(|outcome| !(booked_anew && *outcome == CallOutcome::Canceled));
            Some((call.clone(), Call { starts_at: *starts_at, ends_at: *ends_at, outcome }))
        }
        What::CallCanceled { call } => ended(account, Some(call), CallOutcome::Canceled),
        What::CallHeld { call } => ended(account, call.as_ref(), CallOutcome::Held),
        What::CallNoShow { call } => ended(account, call.as_ref(), CallOutcome::NoShow),
        _ => None,
    }
}

/// The call named, or else the earliest whose outcome nobody recorded.
fn ended(account: &Account, named: Option<&CallId>, outcome: CallOutcome) -> Option<(CallId, Call)> {
    let (id, call) = match named {
        Some(id) => account.calls.get_key_value(id)?,
        None => {
            let open = account.calls.iter().filter(|(_, call)| call.outcome.is_none());
            open.min_by_key(|(_, call)| call.starts_at)?
        }
    };
    Some((id.clone(), Call { outcome: Some(outcome), ..call.clone() }))
}
