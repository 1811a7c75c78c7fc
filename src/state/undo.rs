//! Taking back an entry: every event has an inverse, and knows whether the board still shows what it said.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::account::{Account, AccountId};
use super::board::Board;
use super::event::{Actor, Cause, Entry, Event, Seq};
use super::fact::Fact;
use super::refusal::Refusal;

/// The events that take back the latest of what `by` and the clock did, and its number.
pub(super) fn undo_latest(board: &Board, by: &Actor) -> Result<(Seq, Vec<Event>), Refusal> {
    let own = board.undo_stack(by).done.back().copied();
    let mut since = board.by_clock().take_while(|entry| own < Some(entry.seq));
    // What of it was taken back with something else, or changed since, is past.
    let clocks = since.find_map(|entry| {
        let back = take_back_by_account(&mut board.clone(), entry, &Cause::Undo(entry.seq), |_| true);
        let did = back.iter().any(|event| !matches!(event, Event::Unfired { .. }));
        did.then_some((entry.seq, back))
    });
    clocks.map_or_else(|| undo(board, by), Ok)
}

/// The events that take back the latest change of `by`, and its number.
pub(super) fn undo(board: &Board, by: &Actor) -> Result<(Seq, Vec<Event>), Refusal> {
    let latest = board.undo_stack(by).done.back().copied();
    let entry = latest.and_then(|seq| board.kept(seq)).ok_or_else(|| Refusal::NothingToUndo(by.clone()))?;
    let cause = Cause::Undo(entry.seq);
    let mut scratch = board.clone();
    let mut events = Vec::new();
    // What the clock did since is in the wake of what is taken back, and goes with it, unless somebody went on from
    // there; what people did is theirs.
    let about: BTreeSet<&AccountId> = entry.events.iter().filter_map(Event::account).collect();
    for later in board.by_clock().take_while(|later| later.seq > entry.seq) {
        events.extend(take_back_by_account(&mut scratch, later, &cause, |id| about.contains(id)));
    }
    match take_back(&mut scratch, entry, &cause) {
        Ok(rest) => events.extend(rest),
        Err(event) => return Err(overtaken(board, event, entry.seq, &entry.by)),
    }
    Ok((entry.seq, events))
}

/// Takes back on `scratch` what `entry` did to those of its accounts that are `concerned`, each for itself: what somebody
/// changed since stays as it is.
fn take_back_by_account(
    scratch: &mut Board,
    entry: &Entry,
    cause: &Cause,
    concerned: impl Fn(&AccountId) -> bool,
) -> Vec<Event> {
    let mut parts: BTreeMap<&AccountId, Vec<Event>> = BTreeMap::new();
    for event in &entry.events {
        if let Some(id) = event.account().filter(|id| concerned(id)) {
            parts.entry(id).or_default().push(event.clone());
        }
    }
    let mut events = Vec::new();
    for part in parts.into_values() {
        let part = Entry { by: entry.by.clone(), command: entry.command.clone(), events: part, ..*entry };
        let mut without = scratch.clone();
        if let Ok(back) = take_back(&mut without, &part, cause) {
            *scratch = without;
            events.extend(back);
        }
    }
    events
}

/// The events that do again what `by` has just undone, and the number of the undo.
pub(super) fn redo(board: &Board, by: &Actor) -> Result<(Seq, Vec<Event>), Refusal> {
    let latest = board.undo_stack(by).undone.back().copied();
    let entry = latest.and_then(|seq| board.kept(seq)).ok_or_else(|| Refusal::NothingToRedo(by.clone()))?;
    let events = take_back(&mut board.clone(), entry, &Cause::Redo(entry.seq));
    Ok((entry.seq, events.map_err(|event| overtaken(board, event, entry.seq, &entry.by))?))
}

/// Inverts `entry` on `scratch`, last event first. Answers the event that was overtaken, if one was.
fn take_back<'a>(scratch: &mut Board, entry: &'a Entry, cause: &Cause) -> Result<Vec<Event>, &'a Event> {
    let mut events = Vec::with_capacity(entry.events.len());
    for event in entry.events.iter().rev() {
        // What was done for an occasion is taken back, but the occasion stays served: else the clock would do it again
        // a minute later.
        if let Event::Fired { account, playbook, occasion, once: true } = event {
            let (account, playbook, occasion) = (account.clone(), playbook.clone(), occasion.clone());
            events.push(Event::Unfired { account, playbook, occasion, once: false });
            continue;
        }
        if !still_holds(scratch, event, entry) {
            // To have been looked at since is nobody's change: it stays as it is, and stands in nobody's way.
            if matches!(event, Event::Seen { .. }) {
                continue;
            }
            return Err(event);
        }
        let with_it = what_goes_with(scratch, event);
        for inverse in with_it.into_iter().chain([inverse(event, entry, cause)]) {
            scratch.apply_event(&inverse, entry);
            events.push(inverse);
        }
    }
    Ok(events)
}

/// `board`, whose latest entries are `entries`, with who was known before them, what of everyone, and who looked after
/// whom: what words about those entries need. Of nothing else does it say how it was then.
pub fn known_before(mut board: Board, entries: &[Arc<Entry>]) -> Board {
    for entry in entries.iter().rev() {
        for event in entry.events.iter().rev() {
            let tells_who = matches!(
                event,
                Event::Added { .. }
                    | Event::Removed { .. }
                    | Event::Learned { .. }
                    | Event::Restored { .. }
                    | Event::Owned { .. }
            );
            if tells_who {
                board.apply_event(&inverse(event, entry, &Cause::Undo(entry.seq)), entry);
            }
        }
    }
    board
}

/// What is left of an account that is to be forgotten, and goes and comes back with it: that somebody looked at it, and
/// alerts about it that the clock raised longer ago than is kept. Nothing may point at an account nobody knows.
fn what_goes_with(board: &Board, event: &Event) -> Vec<Event> {
    let Event::Added { account } = event else { return Vec::new() };
    let seen = board.get(account).and_then(|known| known.seen);
    let look = seen.map(|seen| Event::Seen { account: account.clone(), from: Some(seen), to: None });
    let alerts = board.alerts().filter(|alert| alert.account == *account).map(|alert| Event::Alerted {
        account: account.clone(),
        key: alert.key.clone(),
        from: Some(Box::new((**alert).clone())),
        to: None,
    });
    look.into_iter().chain(alerts).collect()
}

fn overtaken(board: &Board, event: &Event, seq: Seq, by: &Actor) -> Refusal {
    let id = event.account();
    let since = || {
        let since = board.recent().take_while(|entry| entry.seq > seq);
        since.filter(|entry| entry.events.iter().any(|event| event.account() == id))
    };
    // One's own undos stand in nobody's way: if somebody else was faster, they are the one to name.
    let later = since().find(|entry| entry.by != *by).or_else(|| since().next());
    let name = id.map_or("the board", |id| board.get(id).map_or(id.as_str(), |account| account.name()));
    Refusal::Overtaken { name: name.into(), seq, later: later.map(|entry| (entry.seq, entry.by.clone())) }
}

fn inverse(event: &Event, entry: &Entry, cause: &Cause) -> Event {
    match event.clone() {
        Event::Added { account } => Event::Removed { account },
        Event::Removed { account } => Event::Added { account },
        Event::Learned { account, source, at, facts, mut was } => {
            let known = facts.into_iter().map(|(key, value)| {
                let fact = Fact { value, source: source.clone(), at: at.unwrap_or(entry.at) };
                (key.clone(), was.remove(&key), fact)
            });
            let (to, from) = known.map(|(key, was, is)| ((key.clone(), was), (key, Some(is)))).unzip();
            Event::Restored { account, from, to }
        }
        Event::Restored { account, from, to } => Event::Restored { account, from: to, to: from },
        Event::Moved { account, from, to, .. } => {
            Event::Moved { account, from: to, to: from, cause: cause.clone(), reason: None }
        }
        Event::Stamped { account, stamp, at } => Event::Unstamped { account, stamp, at },
        Event::Unstamped { account, stamp, at } => Event::Stamped { account, stamp, at },
        Event::Engaged { account, from, to } => Event::Engaged { account, from: to, to: from },
        Event::Joined { account, segment, .. } => Event::Left { account, segment, cause: cause.clone() },
        Event::Left { account, segment, .. } => Event::Joined { account, segment, cause: cause.clone() },
        Event::Owned { account, from, to } => Event::Owned { account, from: to, to: from },
        Event::Assessed { account, from, to } => Event::Assessed { account, from: to, to: from },
        Event::Noted { account, note } => Event::Struck { account, note },
        Event::Struck { account, note } => Event::Noted { account, note },
        Event::Seen { account, from, to } => Event::Seen { account, from: to, to: from },
        Event::Recorded { account, signal } => Event::Unrecorded { account, signal },
        Event::Unrecorded { account, signal } => Event::Recorded { account, signal },
        Event::Called { account, call, from, to } => Event::Called { account, call, from: to, to: from },
        Event::Tasked { account, task, from, to } => Event::Tasked { account, task, from: to, to: from },
        Event::Snoozed { account, from, to } => Event::Snoozed { account, from: to, to: from },
        Event::Alerted { account, key, from, to } => Event::Alerted { account, key, from: to, to: from },
        Event::Fired { account, playbook, occasion, once } => {
            Event::Unfired { account, playbook, occasion, once }
        }
        Event::Unfired { account, playbook, occasion, once } => {
            Event::Fired { account, playbook, occasion, once }
        }
        Event::Unmatched { signal, from, to } => Event::Unmatched { signal, from: to, to: from },
        Event::Switched { playbook, from, to } => Event::Switched { playbook, from: to, to: from },
    }
}

fn still_holds(board: &Board, event: &Event, entry: &Entry) -> bool {
    let known = event.account().and_then(|id| board.get(id));
    let holds = |claim: &dyn Fn(&Account) -> bool| known.is_some_and(|account| claim(account));
    match event {
        Event::Added { .. } => holds(&is_bare),
        Event::Removed { .. } => known.is_none(),
        Event::Learned { source, at, facts, .. } => holds(&|account| {
            facts.iter().all(|(key, value)| {
                let fact = account.facts.get(key);
                fact.is_some_and(|f| {
                    f.value == *value && f.source == *source && f.at == at.unwrap_or(entry.at)
                })
            })
        }),
        Event::Restored { to, .. } => {
            holds(&|account| to.iter().all(|(key, fact)| account.facts.get(key) == fact.as_ref()))
        }
        Event::Moved { to, .. } => holds(&|account| account.place == *to),
        Event::Stamped { stamp, at, .. } => holds(&|account| account.stamps.get(stamp) == Some(at)),
        Event::Unstamped { stamp, .. } => holds(&|account| !account.stamps.contains_key(stamp)),
        Event::Engaged { to, .. } => holds(&|account| account.engaged == *to),
        Event::Joined { segment, .. } => holds(&|account| account.segments.contains(segment)),
        Event::Left { segment, .. } => holds(&|account| !account.segments.contains(segment)),
        Event::Owned { to, .. } => holds(&|account| account.owner == *to),
        Event::Assessed { to, .. } => holds(&|account| account.risk == *to),
        Event::Noted { note, .. } => holds(&|account| account.notes.contains(note)),
        // The same words in the same moment are two notes: one that is left stands in nobody's way.
        Event::Struck { .. } => known.is_some(),
        Event::Seen { to, .. } => holds(&|account| account.seen == *to),
        Event::Recorded { signal, .. } => holds(&|account| account.signals.contains(signal)),
        Event::Unrecorded { signal, .. } => known.is_some() && !board.knows_signal(&signal.id),
        Event::Called { call, to, .. } => holds(&|account| account.calls.get(call) == to.as_ref()),
        Event::Tasked { task, to, .. } => holds(&|account| account.tasks.get(task) == to.as_ref()),
        Event::Snoozed { to, .. } => holds(&|account| account.snooze == *to),
        Event::Alerted { key, to, .. } => board.alert(key).map(|alert| &**alert) == to.as_deref(),
        Event::Fired { once: false, .. } | Event::Unfired { once: false, .. } => true,
        Event::Fired { playbook, occasion, .. } => {
            holds(&|account| account.fired.contains(&(playbook.clone(), occasion.clone())))
        }
        Event::Unfired { playbook, occasion, .. } => {
            holds(&|account| !account.fired.contains(&(playbook.clone(), occasion.clone())))
        }
        Event::Unmatched { signal, to, .. } => {
            board.unmatched_signal(signal).map(|it| &**it) == to.as_deref()
        }
        Event::Switched { playbook, to, .. } => board.is_on(playbook) == *to,
    }
}

/// Whether nothing is known of an account but its id, what once happened to it, which occasions were served, and that
/// somebody looked at it.
fn is_bare(account: &Account) -> bool {
    let mut bare = Account::new(account.id.clone());
    bare.history.clone_from(&account.history);
    bare.seen = account.seen;
    bare.fired.clone_from(&account.fired);
    bare == *account
}
