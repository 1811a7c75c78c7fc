//! What an entry of the history did.

use std::collections::BTreeSet;

use super::follow_ups;
use super::lists::{plural, sentence_case};
use super::signals;
use crate::state::{AccountId, Board, Cause, Change, Entry, Event, Now};

/// `entry` in one short sentence, as seen from `board`: `Acme: Outreach sent → 2. Onboarding Initiated`. Days are those
/// of the zone of `now`.
pub fn text(entry: &Entry, board: &Board, now: &Now) -> String {
    let accounts: BTreeSet<&AccountId> = entry.events.iter().filter_map(Event::account).collect();
    let what = match accounts.into_iter().collect::<Vec<_>>()[..] {
        [] => of_none(entry),
        [account] => of_one(entry, account, board, now),
        [..] => of_alerts(entry, now).unwrap_or_else(|| of_many(entry)),
    };
    match (entry.undoes, entry.redoes) {
        (Some(seq), _) => format!("Undid #{seq}: {what}"),
        (_, Some(_)) => format!("Redone: {what}"),
        (None, None) => what,
    }
}

/// What an entry did that is about no account.
fn of_none(entry: &Entry) -> String {
    let switched = entry.events.iter().find_map(|event| match event {
        Event::PlaybookSwitched { playbook, to, .. } => {
            Some(format!("Playbook {playbook} switched {}", if *to { "on" } else { "off" }))
        }
        _ => None,
    });
    let waits = || {
        entry.events.iter().find_map(|event| match event {
            Event::UnmatchedChanged { to: Some(it), .. } => {
                let what = signals::title(&it.signal.what);
                let state = if it.dismissed { "Signal dismissed" } else { "Unassigned signal" };
                Some(format!("{state}: {what} ({})", it.named))
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
        return format!("{name}: {}", sentence_case(&changes(&entry.events, board, now)));
    }
    let alert = entry.events.iter().find_map(|event| match event {
        Event::Account { change: Change::AlertChanged { from: Some(from), to: Some(to), .. }, .. } => {
            let state = follow_ups::alert_now(from, to, now)?;
            Some(format!("{}: {}", follow_ups::alert_of(to, name), sentence_case(&state)))
        }
        _ => None,
    });
    if let (1, Some(alert)) = (clauses.len(), alert) {
        return alert;
    }
    let recorded = entry.events.iter().find_map(|event| match event {
        Event::Account { change: Change::SignalRecorded { signal, .. }, .. } => {
            Some(format!(": {}", sentence_case(&signals::phrase(&signal.what, now))))
        }
        _ => None,
    });
    // Of several moves, the last one says where it is now.
    let place = clauses.iter().rfind(|(rank, _)| *rank == 0);
    match place.or(clauses.first()) {
        None => format!("{name}: Opened"),
        Some((0, place)) => format!("{name}{} → {place}", recorded.unwrap_or_default()),
        Some((_, words)) => format!("{name}: {}", sentence_case(words)),
    }
}

/// What `events` changed about one account, without its name and as a part of a sentence: `→ 2. Onboarding Initiated,
/// task added: write`. Empty when that is nothing people would hear of.
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
        Event::Account { change: Change::Removed, .. } => (1, "account removed".to_owned()),
        Event::Account { change: Change::Added, .. } => (2, "account added".to_owned()),
        Event::Account { account, change: Change::OwnerChanged { to, .. } } => {
            (3, owned(to.as_deref(), account, board))
        }
        Event::Account { change: Change::RiskChanged { to, .. }, .. } => (3, follow_ups::risk(to)),
        Event::Account { change: Change::NoteAdded { note, .. }, .. } => (3, follow_ups::noted(&note.text)),
        Event::Account { change: Change::NoteRemoved { .. }, .. } => (3, "note removed".to_owned()),
        Event::Account { change: Change::SegmentJoined { segment, .. }, .. } => {
            (4, format!("added to {segment}"))
        }
        Event::Account { change: Change::SegmentLeft { segment, .. }, .. } => {
            (4, format!("removed from {segment}"))
        }
        Event::Account { change: Change::FactsUpdated { facts, .. }, .. } => {
            (5, plural(facts.len(), "fact updated", "facts updated"))
        }
        Event::Account { change: Change::FactsRestored { to, .. }, .. } => {
            (5, plural(to.len(), "fact restored", "facts restored"))
        }
        Event::Account { change: Change::SignalRecorded { signal, .. }, .. } => {
            (3, signals::phrase(&signal.what, now))
        }
        Event::Account { change: Change::SignalRemoved { signal, .. }, .. } => {
            (3, format!("signal removed: {}", signals::title(&signal.what)))
        }
        Event::Account { change: Change::TaskChanged { from, to, .. }, .. } => {
            let rank = if to.as_ref().is_some_and(|task| task.done.is_some()) { 3 } else { 4 };
            (rank, follow_ups::task(from.as_ref(), to.as_ref(), now))
        }
        Event::Account { change: Change::SnoozeChanged { to: Some(snooze), .. }, .. } => {
            (3, follow_ups::snoozed(snooze.until, now))
        }
        Event::Account { change: Change::SnoozeChanged { to: None, .. }, .. } => {
            (5, "snooze ended".to_owned())
        }
        Event::Account { change: Change::AlertChanged { from, to: Some(alert), .. }, .. } => {
            let state = from.as_ref().and_then(|from| follow_ups::alert_now(from, alert, now));
            let title = alert.kind.title();
            let verb = if from.is_some() { "updated" } else { "raised" };
            (3, state.map_or_else(|| format!("alert {verb}: {title}"), |state| format!("{title}: {state}")))
        }
        Event::Account { change: Change::AlertChanged { to: None, .. }, .. } => {
            (4, "alert removed".to_owned())
        }
        Event::Account {
            change:
                Change::StampSet { .. }
                | Change::StampRemoved { .. }
                | Change::EngagementChanged { .. }
                | Change::Seen { .. }
                | Change::CallChanged { .. }
                | Change::PlaybookRan { .. }
                | Change::PlaybookRunReverted { .. },
            ..
        }
        | Event::UnmatchedChanged { .. }
        | Event::PlaybookSwitched { .. } => return None,
    })
}

/// Who owns an account now: `owner set to dana`, or whoever the import names.
fn owned(to: Option<&str>, account: &AccountId, board: &Board) -> String {
    let specialist = || board.get(account).and_then(|account| account.owner());
    match (to, specialist()) {
        (Some(owner), _) => format!("owner set to {owner}"),
        (None, Some(specialist)) => format!("owner set to {specialist}, as imported"),
        (None, None) => "owner removed".to_owned(),
    }
}

/// What was done with several alerts, where it was the same: `2 alerts: Acknowledged by dana`.
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
    same.then(|| format!("{}: {}", plural(told().count(), "alert", "alerts"), sentence_case(&first)))
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
        (true, _) => plural(all.len(), "account added", "accounts added"),
        (_, true) => plural(all.len(), "account removed", "accounts removed"),
        (false, false) => plural(all.len(), "account", "accounts"),
    }];
    let some = |few: &BTreeSet<&AccountId>| if *few == all { 0 } else { few.len() };
    for (count, words) in [
        (some(&added), "added"),
        (some(&removed), "removed"),
        (entered.len(), "entered the board"),
        // That a removed account left the board goes without saying.
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

/// How a card was moved, where it was not simply by hand.
pub fn cause(cause: &Cause) -> Option<String> {
    match cause {
        Cause::Hand => None,
        Cause::Forced => Some("forced".to_owned()),
        Cause::Import => Some("import".to_owned()),
        Cause::Playbook(id) => Some(format!("playbook {id}")),
        Cause::Undo(seq) => Some(format!("undo of #{seq}")),
        Cause::Redo(seq) => Some(format!("redo after undo #{seq}")),
    }
}
