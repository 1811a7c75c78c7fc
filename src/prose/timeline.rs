//! What happened to an account, item by item.

use super::lists::{days_of, lower_case, plural, sentence_case};
use super::workload::without_domain;
use super::{dates, entries, follow_ups, signals};
use crate::state::query::timeline::{TimelineEvent, TimelineFilter, TimelineItem};
use crate::state::{
    Account, Actor, Alert, AlertKind, AlertState, Board, Cause, Change, Event, FactKey, FactValue, Now,
    Roster, SignalData, StageId,
};

/// How many facts of one item are told one by one.
const TOLD: usize = 8;

/// Of so many facts, the first ones about something are told one by one.
const FEW: usize = 3;

/// An item in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineWords {
    /// What happened, in one line.
    pub what: String,
    /// Lines under it: the rest of a note, a person's reason, each fact that changed.
    pub more: Vec<String>,
    /// Who did it, and how; empty where nobody said.
    pub who: String,
}

/// The items of `filter`, as a choice and a heading name them.
pub fn filter_title(filter: TimelineFilter) -> &'static str {
    match filter {
        TimelineFilter::All => "All",
        TimelineFilter::Mail => "Mail and replies",
        TimelineFilter::Calls => "Calls",
        TimelineFilter::Moves => "Moves",
        TimelineFilter::Money => "Money",
        TimelineFilter::NotesAndTasks => "Notes and tasks",
        TimelineFilter::Facts => "Facts",
        TimelineFilter::Automation => "Automation",
    }
}

/// `item`, which happened to `account`; people have the short names of `roster`.
pub fn words(
    item: &TimelineItem,
    account: &Account,
    board: &Board,
    roster: &Roster,
    now: &Now,
) -> TimelineWords {
    let (mut what, more) = match &item.event {
        TimelineEvent::Signal(signal) => {
            (signals::with_template(&signal_words(&signal.data, now), signal), Vec::new())
        }
        TimelineEvent::Moved { from, to, since, reason, .. } => {
            let stayed = since.map(|since| (now.date(item.at) - now.date(since)).num_days());
            let reason = reason.iter().map(|reason| format!("“{reason}”")).collect();
            (moved(from.as_ref(), to.as_ref(), stayed, board), reason)
        }
        TimelineEvent::NoteAdded(note) => {
            let mut lines = note.text.trim().lines().map(|line| line.trim_end().to_owned());
            let first = lines.next().unwrap_or_default();
            (format!("Note: {first}"), lines.collect())
        }
        TimelineEvent::Refunded(refund) => (follow_ups::refund(refund), Vec::new()),
        TimelineEvent::PointTouched(point) => {
            let verb = if point.ticked { "Checked" } else { "Open again" };
            let observed = point.observation.iter().map(|text| format!("“{text}”")).collect();
            (format!("{verb}: {}", point.title), observed)
        }
        TimelineEvent::TaskDone { title } => (format!("Task done: {title}"), Vec::new()),
        TimelineEvent::AlertRaised(alert) => (format!("Alert: {}", alert_of(alert)), Vec::new()),
        TimelineEvent::AlertClosed(alert) => {
            let outcome = match &alert.state {
                AlertState::Closed { outcome, .. } => format!(" ({outcome})"),
                AlertState::Open | AlertState::Snoozed { .. } => String::new(),
            };
            (format!("Alert closed{outcome}: {}", alert_of(alert)), Vec::new())
        }
        TimelineEvent::Changed(change) => changed(change, account, board, now),
    };
    if let Some(seq) = item.undone {
        what = format!("{what} · undone by #{seq}");
    }
    TimelineWords { what, more, who: who(item, roster) }
}

/// A signal as one line of many: numbers that only a system needs are left out.
fn signal_words(what: &SignalData, now: &Now) -> String {
    match what {
        SignalData::CallCanceled { .. }
        | SignalData::CallHeld { .. }
        | SignalData::CallNoShow { .. }
        | SignalData::CallNoShowWithdrawn { .. }
        | SignalData::SubscriptionCancelWithdrawn { .. }
        | SignalData::InvoicePaid { .. }
        | SignalData::InvoiceVoided { .. }
        | SignalData::InvoiceUncollectible { .. } => signals::title(what).to_owned(),
        SignalData::InvoicePaymentFailed { amount, attempt, .. } => {
            format!("{}: {amount}, attempt {attempt}", signals::title(what))
        }
        SignalData::EmailBounced { .. }
        | SignalData::CallBooked { .. }
        | SignalData::CallRescheduled { .. }
        | SignalData::SubscriptionCancelScheduled { .. } => sentence_case(&signals::phrase(what, now)),
        SignalData::OutreachSent
        | SignalData::ReplyReceived { .. }
        | SignalData::FinalOutreachSent
        | SignalData::Handoff { .. }
        | SignalData::SubscriptionCanceled
        | SignalData::SubscriptionEnded { .. }
        | SignalData::PaidCallPurchased
        | SignalData::InvoiceUpcoming { .. }
        | SignalData::FactsChanged { .. } => signals::with_details(what, now),
    }
}

/// Where it went, and where from after how long: `5. Awaiting Final Outreach, from 3a after 12 days`.
fn moved(from: Option<&StageId>, to: Option<&StageId>, stayed: Option<i64>, board: &Board) -> String {
    let to = to.map(|to| board.pipeline().label(to));
    let after = match stayed {
        None => String::new(),
        Some(..=0) => " on the same day".to_owned(),
        Some(days) => format!(" after {}", days_of(days)),
    };
    match (from, to) {
        (None, Some(to)) => format!("{to}, onto the board"),
        (Some(from), Some(to)) => format!("{to}, from {from}{after}"),
        (Some(from), None) => format!("Off the board, from {from}{after}"),
        (None, None) => "Off the board".to_owned(),
    }
}

fn alert_of(alert: &Alert) -> String {
    let amount = alert.amount.map_or_else(String::new, |amount| format!(" of {amount}"));
    match (&alert.text, alert.kind) {
        (Some(text), AlertKind::Playbook) => format!("{}: {text}", alert.kind.title()),
        (_, AlertKind::Playbook | AlertKind::FailedPayment | AlertKind::LargeInvoice) => {
            format!("{}{amount}", lower_case(alert.kind.title()))
        }
    }
}

/// What only the journal knows: what was, and what is.
fn changed(change: &Change, account: &Account, board: &Board, now: &Now) -> (String, Vec<String>) {
    match change {
        Change::FactsUpdated { facts, was, .. } => {
            let is_news = |(key, value): &(&FactKey, &FactValue)| {
                was.get(*key).is_none_or(|before| before.value != **value)
            };
            let news: Vec<_> = facts.iter().filter(is_news).collect();
            let from_to = |(key, value): &(&FactKey, &FactValue)| {
                fact(key, was.get(*key).map(|before| &before.value), Some(value), now)
            };
            facts_changed(&news, was.is_empty(), from_to)
        }
        Change::FactsRestored { from, to } => {
            let all: Vec<_> = to.iter().collect();
            let words = all.iter().take(TOLD).map(|(key, value)| {
                let before = from.get(*key).and_then(Option::as_ref).map(|fact| &fact.value);
                fact(key, before, value.as_ref().map(|fact| &fact.value), now)
            });
            one_or_more(words.collect(), all.len(), "cleared or put back")
        }
        Change::RiskChanged { from, to } => {
            let (from, to) = (follow_ups::risk_is(from), follow_ups::risk_is(to));
            (format!("Payment risk: {from} → {to}"), Vec::new())
        }
        Change::OwnerChanged { from, to } => {
            let name = |owner: &Option<std::sync::Arc<str>>| {
                let imported = || account.text(&FactKey::Specialist).map(ToOwned::to_owned);
                owner
                    .as_deref()
                    .map(ToOwned::to_owned)
                    .or_else(imported)
                    .unwrap_or_else(|| "nobody".to_owned())
            };
            (format!("Owner: {} → {}", name(from), name(to)), Vec::new())
        }
        Change::Added => ("Account added".to_owned(), Vec::new()),
        other => {
            let event = Event::Account { account: account.id.clone(), change: other.clone() };
            (sentence_case(&entries::changes(&[event], board, now)), Vec::new())
        }
    }
}

/// Facts that became known: one in one line, several under each other, and those of a first import only counted.
fn facts_changed<'a>(
    news: &[(&'a FactKey, &'a FactValue)],
    is_first: bool,
    words: impl Fn(&(&'a FactKey, &'a FactValue)) -> String,
) -> (String, Vec<String>) {
    if is_first && news.len() > FEW {
        return (format!("{} added", plural(news.len(), "fact", "facts")), Vec::new());
    }
    let verb = if is_first { "added" } else { "changed" };
    one_or_more(news.iter().take(TOLD).map(words).collect(), news.len(), verb)
}

fn one_or_more(mut told: Vec<String>, count: usize, verb: &str) -> (String, Vec<String>) {
    match (told.pop(), count) {
        (Some(only), 1) => (only, Vec::new()),
        (None, _) => ("Facts confirmed".to_owned(), Vec::new()),
        (Some(last), count) => {
            told.push(last);
            if count > told.len() {
                told.push(format!("and {} more", count - told.len()));
            }
            (format!("{} {verb}", plural(count, "fact", "facts")), told)
        }
    }
}

/// `Forecasted MRR: $300 → $420`; without what was where nothing was known.
fn fact(key: &FactKey, was: Option<&FactValue>, is: Option<&FactValue>, now: &Now) -> String {
    let value = |value: &FactValue| dates::fact(now, value);
    let title = key.title();
    match (was, is) {
        (None, Some(is)) => format!("{title}: {}", value(is)),
        (Some(was), Some(is)) => format!("{title}: {} → {}", value(was), value(is)),
        (was, None) => format!("{title}: {} → cleared", was.map_or_else(|| "unknown".to_owned(), value)),
    }
}

/// Who did it, and how where that was not simply by hand: `dana, forced`, `playbook contacted`, `stripe`.
fn who(item: &TimelineItem, roster: &Roster) -> String {
    let by = match &item.by {
        // That is the playbook's own doing.
        Some(Actor::Clock) if item.playbook.is_some() => None,
        Some(Actor::Clock) => Some("clock".to_owned()),
        // Of an address that the roster does not know, its name.
        Some(Actor::Person(name)) => Some(without_domain(roster.short(name)).to_owned()),
        // Its signals say so themselves.
        Some(Actor::Source(name)) => {
            Some(name.to_string()).filter(|_| !matches!(item.event, TimelineEvent::Signal(_)))
        }
        None => None,
    };
    let how = match &item.event {
        TimelineEvent::Moved { cause: Cause::Forced, .. } => Some("forced".to_owned()),
        TimelineEvent::Moved { cause: Cause::Import, .. } => Some("import".to_owned()),
        TimelineEvent::Signal(signal) if !signal.is_by_key() => Some(format!("from {}", signal.source)),
        TimelineEvent::Changed(change) => match &**change {
            Change::FactsUpdated { source, .. } => Some(source.to_string()),
            _ => None,
        },
        _ => None,
    };
    let playbook = item.playbook.as_ref().map(|id| format!("playbook {id}"));
    [by, how.or(playbook)].into_iter().flatten().collect::<Vec<_>>().join(", ")
}
