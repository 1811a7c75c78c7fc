//! Signals: which account they belong to, and what they change by themselves. Playbooks decide where the card goes.

use super::{back_again, calls, subscriptions, update_facts};
use crate::state::board::Board;
use crate::state::event::{Change, Event, UnmatchedSignal};
use crate::state::refusal::Refusal;
use crate::state::values::account::{Account, AccountId};
use crate::state::values::account_ref::AccountRef;
use crate::state::values::by_fact::FactValues;
use crate::state::values::fact::{FactKey, FactValue};
use crate::state::values::facts::FactRef;
use crate::state::values::signal::{Signal, SignalData, SignalId};
use crate::state::values::task::Task;

/// The events of recording `signal`: none when its id is known; a place in the unmatched inbox when it fits no account,
/// or several.
pub(super) fn record(board: &Board, named: &AccountRef, signal: &Signal) -> Result<Vec<Event>, Refusal> {
    if board.knows_signal(&signal.key()) {
        return Ok(Vec::new());
    }
    record_for(board, named, &board.candidates(named), signal)
}

/// As [`record`], for a caller who knows the candidates.
pub(super) fn record_for(
    board: &Board,
    named: &AccountRef,
    candidates: &[AccountId],
    signal: &Signal,
) -> Result<Vec<Event>, Refusal> {
    if board.knows_signal(&signal.key()) {
        return Ok(Vec::new());
    }
    match candidates {
        [id] => record_on(board, board.account(id)?, signal),
        _ if lacks_person(signal) => Err(Refusal::HandoffNeedsPerson { name: named.to_string().into() }),
        several => {
            let to = UnmatchedSignal {
                signal: signal.clone(),
                named: named.to_string().into(),
                whom: Some(named.clone()),
                candidates: several.to_vec(),
                dismissed: false,
            };
            Ok(vec![Event::UnmatchedChanged {
                signal: signal.id.clone(),
                from: None,
                to: Some(Box::new(to)),
            }])
        }
    }
}

/// The events of recording `signal` on `account`.
fn record_on(board: &Board, account: &Account, signal: &Signal) -> Result<Vec<Event>, Refusal> {
    if calls::is_duplicate(account, signal) {
        return Ok(Vec::new());
    }
    let mut events = vec![Change::SignalRecorded { signal: signal.clone() }.on(&account.id)];
    // The earliest engagement counts, in whatever order signals arrive.
    if signal.data.engages() && account.engaged.is_none_or(|since| signal.at < since) {
        events.push(Change::EngagementChanged { from: account.engaged, to: Some(signal.at) }.on(&account.id));
    }
    events.extend(calls::changes_of(account, signal));
    let facts = new_facts(account, signal);
    events.extend(back_again::by_facts(board, account, &facts, signal.at));
    events.extend(update_facts(board, account, &signal.source, Some(signal.at), facts));
    events.extend(subscriptions::changes_of(board, account, signal));
    if lacks_person(signal) {
        return Err(Refusal::HandoffNeedsPerson { name: account.name().into() });
    }
    for (task, known) in account.tasks.iter().filter(|(_, task)| task.done.is_none()) {
        if known.done_on.contains(&signal.data.kind()) && !subscriptions::leaves_others(account, signal) {
            let done = Task { done: Some(signal.at), ..known.clone() };
            let (task, from) = (task.clone(), Some(known.clone()));
            events.push(Change::TaskChanged { task, from, to: Some(done) }.on(&account.id));
        }
    }
    if signal.data.wakes() && account.snooze.is_some() {
        events.push(Change::SnoozeChanged { from: account.snooze.clone(), to: None }.on(&account.id));
    }
    Ok(events)
}

/// Gives a waiting signal to `account` and records it there, as if it had named the account itself; `None` dismisses it.
/// With `remember`, later signals from the same address are the account's by themselves.
pub(super) fn match_to(
    board: &Board,
    id: &SignalId,
    account: Option<&AccountId>,
    remember: bool,
) -> Result<Vec<Event>, Refusal> {
    let waiting = waiting_named(board, id)?;
    let Some(account) = account else {
        let from = Some(Box::new(waiting.clone()));
        let to = Some(Box::new(UnmatchedSignal { dismissed: true, ..waiting.clone() }));
        return Ok(vec![Event::UnmatchedChanged { signal: waiting.signal.id.clone(), from, to }]);
    };
    let mut events = take_in(board, waiting, account)?;
    if remember {
        events.extend(remembered(board, waiting, board.account(account)?)?);
    }
    Ok(events)
}

/// The event that makes the address which `waiting` names one of `account`.
fn remembered(board: &Board, waiting: &UnmatchedSignal, account: &Account) -> Result<Option<Event>, Refusal> {
    let no_address = || Refusal::NoAddress(waiting.signal.id.clone());
    let address = waiting.address().ok_or_else(no_address)?;
    let known = board.candidates(&AccountRef::Email(address.clone()));
    // One that two have would wait again.
    if let Some(other) = known.iter().find(|id| **id != account.id).and_then(|id| board.get(id)) {
        return Err(Refusal::AddressTaken { address, name: other.name().into(), id: other.id.clone() });
    }
    if !known.is_empty() {
        return Ok(None);
    }
    let mut all = match account.fact(&FactKey::RememberedContacts) {
        Some(FactValue::List(known)) => known.clone(),
        _ => Vec::new(),
    };
    all.push(address);
    let facts = FactValues::from([(FactKey::RememberedContacts, FactValue::List(all))]);
    Ok(update_facts(board, account, &ASSIGNED.into(), None, facts).into_iter().next())
}

/// The source of what a person said where they assigned a signal.
const ASSIGNED: &str = "assigned by hand";

/// Records the `waiting` signal on `account`.
pub(crate) fn take_in(
    board: &Board,
    waiting: &UnmatchedSignal,
    account: &AccountId,
) -> Result<Vec<Event>, Refusal> {
    let (signal, from) = (waiting.signal.id.clone(), Some(Box::new(waiting.clone())));
    let mut events = vec![Event::UnmatchedChanged { signal, from, to: None }];
    events.extend(record_on(board, board.account(account)?, &waiting.signal)?);
    Ok(events)
}

/// The waiting signal that a person calls `name`: by its id, or by SOURCE:ID where several sources have that id.
fn waiting_named<'a>(board: &'a Board, name: &SignalId) -> Result<&'a UnmatchedSignal, Refusal> {
    let with_source = |it: &UnmatchedSignal| format!("{}:{}", it.signal.source, it.signal.id);
    let open = || board.unmatched().map(|it| &**it).filter(|it| !it.dismissed);
    let mut called: Vec<_> = open().filter(|it| it.signal.id == *name).collect();
    if called.is_empty() {
        called = open().filter(|it| with_source(it).eq_ignore_ascii_case(name.as_str())).collect();
    }
    match called[..] {
        [] => Err(Refusal::NoSuchSignal(name.clone())),
        [one] => Ok(one),
        [..] => {
            let names: Vec<_> = called.iter().map(|it| with_source(it)).collect();
            Err(Refusal::SeveralSignals { id: name.clone(), names: names.join(" or ") })
        }
    }
}

/// The facts `signal` states that are unknown, or differ from an older value.
fn new_facts(account: &Account, signal: &Signal) -> FactValues {
    let said = match &signal.data {
        SignalData::FactsChanged { facts } => facts.clone(),
        SignalData::OutreachSent
        | SignalData::ReplyReceived { .. }
        | SignalData::EmailBounced { .. }
        | SignalData::CallBooked { .. }
        | SignalData::CallRescheduled { .. }
        | SignalData::CallCanceled { .. }
        | SignalData::CallHeld { .. }
        | SignalData::CallNoShow { .. }
        | SignalData::CallNoShowWithdrawn { .. }
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
        | SignalData::InvoiceUncollectible { .. } => FactValues::default(),
    };
    // A later word counts, also one that changed nothing because it said what was known.
    let said_later = |key: &FactKey| {
        let later = account.signals.iter().filter(|known| known.at > signal.at);
        later
            .into_iter()
            .any(|it| matches!(&it.data, SignalData::FactsChanged { facts } if facts.contains_key(key)))
    };
    let is_news = |key: &FactKey, value: &FactValue| {
        let differs = |known: FactRef<'_>| known.value != value && known.at <= signal.at;
        account.facts.get(key).is_none_or(|known| differs(known) && !said_later(key))
    };
    said.into_iter().filter(|(key, value)| is_news(key, value)).collect()
}

/// Whether `signal` is a handoff without a person or without a reason.
fn lacks_person(signal: &Signal) -> bool {
    let unsaid = |text: &str| text.trim().is_empty();
    matches!(&signal.data, SignalData::Handoff { reason } if unsaid(reason) || signal.by.as_deref().is_none_or(unsaid))
}
