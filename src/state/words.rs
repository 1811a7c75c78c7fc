//! What happened, in words.

use std::collections::BTreeSet;

use super::account::AccountId;
use super::alert::{Alert, AlertState};
use super::board::Board;
use super::event::{Entry, Event};
use super::pipeline::StageId;
use super::signal::What;

/// `entry` in one short sentence without a full stop, as seen from `board`: `Acme → 2. Onboarding Initiated`.
///
/// Names and labels in it come from outside; whoever shows it cleans it.
pub fn of(entry: &Entry, board: &Board) -> String {
    let accounts: BTreeSet<&AccountId> = entry.events.iter().filter_map(Event::account).collect();
    let what = match accounts.into_iter().collect::<Vec<_>>()[..] {
        [] => of_none(entry),
        [account] => of_one(entry, account, board),
        [..] => of_many(entry),
    };
    match (entry.undoes, entry.redoes) {
        (Some(seq), _) => format!("undid #{seq}: {what}"),
        (_, Some(_)) => format!("redone: {what}"),
        (None, None) => what,
    }
}

/// What an entry did that is about no account.
fn of_none(entry: &Entry) -> String {
    let switched = entry.events.iter().find_map(|event| match event {
        Event::Switched { playbook, to, .. } => {
            Some(format!("playbook {playbook} is {}", if *to { "on" } else { "off" }))
        }
        _ => None,
    });
    let waits = || {
        entry.events.iter().find_map(|event| match event {
            Event::Unmatched { to: Some(it), .. } => {
                let what = happened(&it.signal.what);
                let waits = if it.dismissed { "is nobody's" } else { "waits for its account" };
                Some(format!("“{what}” of {} {waits}", it.named))
            }
            _ => None,
        })
    };
    switched.or_else(waits).unwrap_or_else(|| entry.command.to_string())
}

fn of_one(entry: &Entry, id: &AccountId, board: &Board) -> String {
    let name = board.get(id).map_or(id.as_str(), |account| account.name());
    let mut clauses: Vec<(u8, String)> =
        entry.events.iter().filter_map(|event| clause(event, board)).collect();
    clauses.sort_by_key(|(rank, _)| *rank);
    let is_match = |event: &Event| matches!(event, Event::Unmatched { from: Some(_), to: None, .. });
    if entry.events.iter().any(is_match) {
        // Who gave it to the account may not have expected all that came of it.
        return format!("{name}: {}", deeds(&entry.events, board));
    }
    match clauses.first() {
        None => format!("{name}: looked at"),
        Some((0, place)) => format!("{name} → {place}"),
        Some((_, words)) => format!("{name}: {words}"),
    }
}

/// What `events` about one account say, without naming it: `→ 2. Onboarding Initiated, task: write`. Empty when that
/// is nothing people would call a deed.
pub fn deeds(events: &[Event], board: &Board) -> String {
    let mut clauses: Vec<(u8, String)> = events.iter().filter_map(|event| clause(event, board)).collect();
    clauses.sort_by_key(|(rank, _)| *rank);
    let said = clauses.into_iter().map(|(rank, words)| if rank == 0 { format!("→ {words}") } else { words });
    said.collect::<Vec<_>>().join(", ")
}

/// What an event says about its account, and how much that matters beside others: less is more.
fn clause(event: &Event, board: &Board) -> Option<(u8, String)> {
    Some(match event {
        Event::Moved { to: Some(place), .. } => (0, label(&place.stage, board)),
        Event::Moved { to: None, .. } => (0, "off the board".to_owned()),
        Event::Removed { .. } => (1, "forgotten again".to_owned()),
        Event::Added { .. } => (2, "new account".to_owned()),
        Event::Owned { to: Some(owner), .. } => (3, format!("owner is {owner}")),
        Event::Owned { to: None, .. } => (3, "no owner".to_owned()),
        Event::Assessed { to, .. } => (3, format!("payment risk {}", to.level)),
        Event::Noted { .. } => (3, "noted".to_owned()),
        Event::Struck { .. } => (3, "note taken back".to_owned()),
        Event::Joined { segment, .. } => (4, format!("joined {segment}")),
        Event::Left { segment, .. } => (4, format!("left {segment}")),
        Event::Learned { facts, .. } => (5, plural(facts.len(), "fact learned", "facts learned")),
        Event::Restored { to, .. } => (5, plural(to.len(), "fact put back", "facts put back")),
        Event::Recorded { signal, .. } => (3, happened(&signal.what).to_owned()),
        Event::Unrecorded { signal, .. } => (3, format!("{} taken back", happened(&signal.what))),
        Event::Tasked { to: Some(task), .. } if task.done.is_some() => (3, format!("done: {}", task.title)),
        Event::Tasked { to: Some(task), .. } => (4, format!("task: {}", task.title)),
        Event::Tasked { to: None, .. } => (4, "task taken back".to_owned()),
        Event::Snoozed { to: Some(_), .. } => (3, "snoozed".to_owned()),
        Event::Snoozed { to: None, .. } => (5, "back in sight".to_owned()),
        Event::Alerted { to: Some(alert), .. } => (3, alert_words(alert)),
        Event::Alerted { to: None, .. } => (4, "alert taken back".to_owned()),
        Event::Stamped { .. }
        | Event::Unstamped { .. }
        | Event::Engaged { .. }
        | Event::Seen { .. }
        | Event::Called { .. }
        | Event::Fired { .. }
        | Event::Unfired { .. }
        | Event::Unmatched { .. }
        | Event::Switched { .. } => return None,
    })
}

fn alert_words(alert: &Alert) -> String {
    let title = alert.kind.title();
    match &alert.state {
        AlertState::Open => title.to_owned(),
        AlertState::Snoozed { .. } => format!("{title}, put off"),
        AlertState::Closed { outcome, .. } => format!("{title}, closed: {outcome}"),
    }
}

/// What a signal says happened, in a few words.
pub fn happened(what: &What) -> &'static str {
    match what {
        What::OutreachSent => "outreach sent",
        What::ReplyReceived { auto: false } => "replied",
        What::ReplyReceived { auto: true } => "answered automatically",
        What::CallBooked { .. } => "call booked",
        What::CallRescheduled { .. } => "call rescheduled",
        What::CallCanceled { .. } => "call canceled",
        What::CallHeld { .. } => "call held",
        What::CallNoShow { .. } => "nobody came to the call",
        What::FinalOutreachSent => "final outreach sent",
        What::Handoff { .. } => "handed to sales",
        What::SubscriptionCanceled => "subscription canceled",
        What::PaidCallPurchased => "paid call purchased",
        What::InvoiceUpcoming { .. } => "invoice upcoming",
        What::InvoicePaymentFailed { .. } => "payment failed",
        What::InvoicePaid { .. } => "invoice paid",
        What::FactsChanged { .. } => "facts changed",
    }
}

fn of_many(entry: &Entry) -> String {
    let mut counts = Counts::default();
    for event in &entry.events {
        match event {
            Event::Added { .. } => counts.added += 1,
            Event::Removed { .. } => counts.removed += 1,
            Event::Moved { from: None, to: Some(_), .. } => counts.entered += 1,
            Event::Moved { .. } => counts.moved += 1,
            _ => {}
        }
    }
    let accounts: BTreeSet<_> = entry.events.iter().filter_map(Event::account).collect();
    let mut parts = vec![plural(accounts.len(), "account", "accounts")];
    for (count, words) in [
        (counts.added, "new"),
        (counts.removed, "forgotten again"),
        (counts.entered, "entered the board"),
        (counts.moved, "moved"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {words}"));
        }
    }
    match (entry.undoes, entry.redoes) {
        (None, None) => format!("{}: {}", entry.command, parts.join(", ")),
        // An undo says itself what it is.
        _ => parts.join(", "),
    }
}

#[derive(Default)]
struct Counts {
    added: usize,
    removed: usize,
    entered: usize,
    moved: usize,
}

/// The whole label of the stage `id`, or the id where nobody knows it.
pub fn label(id: &StageId, board: &Board) -> String {
    board.pipeline().stage(id).map_or_else(|| id.to_string(), |stage| stage.label.to_string())
}

/// `1 account`, `2 accounts`.
pub fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
