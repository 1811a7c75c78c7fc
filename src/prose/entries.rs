//! What an entry of the history did.

use std::collections::BTreeSet;

use super::follow_ups;
use super::lists::plural;
use super::signals;
use crate::state::{AccountId, Board, Change, Entry, Event, Now};

/// `entry` in one short sentence without a full stop that says what is so now, as seen from `board`: `Acme: outreach sent
/// → 2. Onboarding Initiated`. Days are those of the zone of `now`.
///
/// Names and labels in it come from outside; whoever shows it cleans it.
pub fn text(entry: &Entry, board: &Board, now: &Now) -> String {
    let accounts: BTreeSet<&AccountId> = entry.events.iter().filter_map(Event::account).collect();
    let what = match accounts.into_iter().collect::<Vec<_>>()[..] {
        [] => of_none(entry),
        [account] => of_one(entry, account, board, now),
        [..] => of_alerts(entry, now).unwrap_or_else(|| of_many(entry)),
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
        Event::PlaybookSwitched { playbook, to, .. } => {
            Some(format!("playbook {playbook} is {}", if *to { "on" } else { "off" }))
        }
        _ => None,
    });
    let waits = || {
        entry.events.iter().find_map(|event| match event {
            Event::UnmatchedChanged { to: Some(it), .. } => {
                let what = signals::text(&it.signal.what);
                let waits = if it.dismissed { "is nobody's" } else { "waits for its account" };
                Some(format!("“{what}” of {} {waits}", it.named))
            }
            _ => None,
        })
    };
    switched.or_else(waits).unwrap_or_else(|| entry.command.to_string())
}

fn of_one(entry: &Entry, id: &AccountId, board: &Board, now: &Now) -> String {
    let name = board.get(id).map_or(id.as_str(), |account| account.name());
    let mut clauses: Vec<(u8, String)> =
        entry.events.iter().filter_map(|event| clause(event, board, now)).collect();
    clauses.sort_by_key(|(rank, _)| *rank);
    let is_match = |event: &Event| matches!(event, Event::UnmatchedChanged { from: Some(_), to: None, .. });
    if entry.events.iter().any(is_match) {
        // Who gave it to the account may not have expected all that came of it.
        return format!("{name}: {}", changes(&entry.events, board, now));
    }
    let alert = entry.events.iter().find_map(|event| match event {
        Event::Account { change: Change::AlertChanged { from: Some(from), to: Some(to), .. }, .. } => {
            Some(format!("{}: {}", follow_ups::alert_of(to, name), follow_ups::alert_now(from, to, now)?))
        }
        _ => None,
    });
    if let (1, Some(alert)) = (clauses.len(), alert) {
        return alert;
    }
    let recorded = entry.events.iter().find_map(|event| match event {
        Event::Account { change: Change::SignalRecorded { signal, .. }, .. } => {
            Some(format!(": {}", signals::with_time(&signal.what, now)))
        }
        _ => None,
    });
    // Of several moves, the last one says where it is now.
    let place = clauses.iter().rfind(|(rank, _)| *rank == 0);
    match place.or(clauses.first()) {
        None => format!("{name}: looked at"),
        Some((0, place)) => format!("{name}{} → {place}", recorded.unwrap_or_default()),
        Some((_, words)) => format!("{name}: {words}"),
    }
}

/// What `events` about one account say, without naming it: `→ 2. Onboarding Initiated, task: write`. Empty when that
/// is nothing people would call a deed.
pub fn changes(events: &[Event], board: &Board, now: &Now) -> String {
    let mut clauses: Vec<(u8, String)> =
        events.iter().filter_map(|event| clause(event, board, now)).collect();
    clauses.sort_by_key(|(rank, _)| *rank);
    let said = clauses.into_iter().map(|(rank, words)| if rank == 0 { format!("→ {words}") } else { words });
    said.collect::<Vec<_>>().join(", ")
}

/// What an event says about its account, and how much that matters beside others: less is more.
fn clause(event: &Event, board: &Board, now: &Now) -> Option<(u8, String)> {
    Some(match event {
        Event::Account { change: Change::Moved { to: Some(place), .. }, .. } => {
            (0, board.pipeline().label(&place.stage).to_owned())
        }
        Event::Account { change: Change::Moved { to: None, .. }, .. } => (0, "off the board".to_owned()),
        Event::Account { change: Change::Removed, .. } => (1, "forgotten again".to_owned()),
        Event::Account { change: Change::Added, .. } => (2, "new account".to_owned()),
        Event::Account { account, change: Change::OwnerChanged { to, .. } } => {
            (3, owned(to.as_deref(), account, board))
        }
        Event::Account { change: Change::RiskChanged { to, .. }, .. } => (3, follow_ups::risk(to)),
        Event::Account { change: Change::NoteAdded { note, .. }, .. } => (3, follow_ups::noted(&note.text)),
        Event::Account { change: Change::NoteRemoved { .. }, .. } => (3, "note taken back".to_owned()),
        Event::Account { change: Change::SegmentJoined { segment, .. }, .. } => {
            (4, format!("joined {segment}"))
        }
        Event::Account { change: Change::SegmentLeft { segment, .. }, .. } => (4, format!("left {segment}")),
        Event::Account { change: Change::FactsUpdated { facts, .. }, .. } => {
            (5, plural(facts.len(), "fact learned", "facts learned"))
        }
        Event::Account { change: Change::FactsRestored { to, .. }, .. } => {
            (5, plural(to.len(), "fact put back", "facts put back"))
        }
        Event::Account { change: Change::SignalRecorded { signal, .. }, .. } => {
            (3, signals::with_time(&signal.what, now))
        }
        Event::Account { change: Change::SignalRemoved { signal, .. }, .. } => {
            (3, format!("{} taken back", signals::text(&signal.what)))
        }
        Event::Account { change: Change::TaskChanged { from, to, .. }, .. } => {
            let rank = if to.as_ref().is_some_and(|task| task.done.is_some()) { 3 } else { 4 };
            (rank, follow_ups::task(from.as_ref(), to.as_ref(), now))
        }
        Event::Account { change: Change::SnoozeChanged { to: Some(snooze), .. }, .. } => {
            (3, follow_ups::snoozed(snooze.until, now))
        }
        Event::Account { change: Change::SnoozeChanged { to: None, .. }, .. } => {
            (5, "no longer snoozed".to_owned())
        }
        Event::Account { change: Change::AlertChanged { from, to: Some(alert), .. }, .. } => {
            let state = from.as_ref().and_then(|from| follow_ups::alert_now(from, alert, now));
            let title = alert.kind.title();
            (3, state.map_or_else(|| format!("alert: {title}"), |state| format!("{title}, {state}")))
        }
        Event::Account { change: Change::AlertChanged { to: None, .. }, .. } => {
            (4, "alert taken back".to_owned())
        }
        Event::Account { change: Change::StampSet { .. }, .. }
        | Event::Account { change: Change::StampRemoved { .. }, .. }
        | Event::Account { change: Change::EngagementChanged { .. }, .. }
        | Event::Account { change: Change::Seen { .. }, .. }
        | Event::Account { change: Change::CallChanged { .. }, .. }
        | Event::Account { change: Change::PlaybookRan { .. }, .. }
        | Event::Account { change: Change::PlaybookRunReverted { .. }, .. }
        | Event::UnmatchedChanged { .. }
        | Event::PlaybookSwitched { .. } => return None,
    })
}

/// Whose an account is now: `owned by dana`, or whoever the import names.
pub(super) fn owned(to: Option<&str>, account: &AccountId, board: &Board) -> String {
    let specialist = || board.get(account).and_then(|account| account.owner());
    match (to, specialist()) {
        (Some(owner), _) => format!("owned by {owner}"),
        (None, Some(specialist)) => format!("owned by {specialist}, as the import says"),
        (None, None) => "owned by nobody".to_owned(),
    }
}

/// What was done with several alerts, where it was the same: `2 alerts: acknowledged by dana`.
fn of_alerts(entry: &Entry, now: &Now) -> Option<String> {
    let state = |event: &Event| match event {
        Event::Account { change: Change::AlertChanged { from: Some(from), to: Some(to), .. }, .. } => {
            follow_ups::alert_now(from, to, now)
        }
        _ => None,
    };
    let told = || {
        entry
            .events
            .iter()
            .filter(|event| !matches!(event, Event::Account { change: Change::Seen { .. }, .. }))
    };
    let first = told().next().and_then(state)?;
    let same = told().all(|event| state(event).as_ref() == Some(&first));
    same.then(|| format!("{}: {first}", plural(told().count(), "alert", "alerts")))
}

/// What an entry did to several accounts: how many came and went, each counted once.
fn of_many(entry: &Entry) -> String {
    let of = |is: &dyn Fn(&Event) -> bool| -> BTreeSet<&AccountId> {
        entry.events.iter().filter(|event| is(event)).filter_map(Event::account).collect()
    };
    let all = of(&|_| true);
    let added = of(&|event| matches!(event, Event::Account { change: Change::Added, .. }));
    let removed = of(&|event| matches!(event, Event::Account { change: Change::Removed, .. }));
    let entered = of(&|event| {
        matches!(event, Event::Account { change: Change::Moved { from: None, to: Some(_), .. }, .. })
    });
    let left = of(&|event| {
        matches!(event, Event::Account { change: Change::Moved { from: Some(_), to: None, .. }, .. })
    });
    let moved = of(&|event| {
        matches!(event, Event::Account { change: Change::Moved { from: Some(_), to: Some(_), .. }, .. })
    });
    let mut parts = vec![match (added == all, removed == all) {
        (true, _) => plural(all.len(), "new account", "new accounts"),
        (_, true) => format!("{} forgotten again", plural(all.len(), "account", "accounts")),
        (false, false) => plural(all.len(), "account", "accounts"),
    }];
    let some = |few: &BTreeSet<&AccountId>| if *few == all { 0 } else { few.len() };
    for (count, words) in [
        (some(&added), "new"),
        (some(&removed), "forgotten again"),
        (entered.len(), "entered the board"),
        // Who is forgotten stands nowhere, which goes without saying.
        (left.difference(&removed).count(), "left the board"),
        (moved.difference(&removed).count(), "moved"),
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
