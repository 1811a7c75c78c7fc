//! Taking in signals: whose they are, and what they mean by themselves. Where the card goes is for playbooks to say.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::account::{Account, AccountId};
use super::board::Board;
use super::calls;
use super::care;
use super::event::{Event, Unmatched};
use super::fact::{FactKey, FactValue};
use super::refusal::Refusal;
use super::signal::{Signal, What};
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
    if calls::is_told_already(account, signal) {
        return Ok(Vec::new());
    }
    let id = || account.id.clone();
    let mut events = vec![Event::Recorded { account: id(), signal: signal.clone() }];
    // It engaged when it first did, in whatever order we hear of it.
    if signal.what.engages() && account.engaged.is_none_or(|since| signal.at < since) {
        events.push(Event::Engaged { account: id(), from: account.engaged, to: Some(signal.at) });
    }
    events.extend(calls::after(account, signal));
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

/// Whether `signal` hands over without saying who does, or why.
fn lacks_person(signal: &Signal) -> bool {
    let unsaid = |text: &str| text.trim().is_empty();
    matches!(&signal.what, What::Handoff { reason } if unsaid(reason) || signal.by.as_deref().is_none_or(unsaid))
}
