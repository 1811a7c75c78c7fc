//! Undo and redo: every event has an inverse, which applies only while the board still shows what the event said.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::Decision;
use crate::state::board::Board;
use crate::state::event::{Change, Entry, Event};
use crate::state::refusal::Refusal;
use crate::state::values::account::{Account, AccountId};
use crate::state::values::actor::{Actor, Cause, Seq};
use crate::state::values::fact::Fact;
use crate::state::values::facts::FactRef;
use crate::state::values::occasion::Occasion;

/// Undoes the latest entry by `by`.
pub(super) fn undo(board: &Board, by: &Actor) -> Result<Decision, Refusal> {
    let latest = board.latest_of(by).ok_or_else(|| Refusal::NothingToUndo(by.clone()))?;
    undo_entry(board, latest)
}

/// Undoes entry `seq`, whoever made it. Of an undo, that is to redo; of a redo, to undo what it redid.
pub(super) fn undo_entry(board: &Board, seq: Seq) -> Result<Decision, Refusal> {
    let original = board.redone_by(seq);
    if !original.is_empty() {
        let mut scratch = board.clone();
        let mut decision = Decision::default();
        for seq in original.iter().rev() {
            undo_one(&mut scratch, board, *seq, &mut decision)?;
        }
        return Ok(decision);
    }
    if board.undone_by_entry(seq).next().is_some() {
        return redo_entry(board, seq);
    }
    let mut decision = Decision::default();
    undo_one(&mut board.clone(), board, seq, &mut decision)?;
    Ok(decision)
}

/// Undoes entry `seq` on `scratch`, and adds that to `decision`.
fn undo_one(scratch: &mut Board, board: &Board, seq: Seq, decision: &mut Decision) -> Result<(), Refusal> {
    if let Some(undone) = board.undone(seq) {
        return Err(Refusal::AlreadyUndone { seq, by: Some(undone.by) });
    }
    let entry = board.undo_entry(seq).cloned().ok_or(Refusal::NoSuchEntry(seq))?;
    if !entry.undoes.is_empty() || !entry.redoes.is_empty() {
        return Err(Refusal::AlreadyUndone { seq, by: None });
    }
    if !entry.changes_something() {
        return Err(Refusal::NothingInEntry(seq));
    }
    let cause = Cause::Undo(seq);
    decision.events.extend(take_back_wake(scratch, &entry, &cause));
    match take_back(scratch, &entry, &cause, Occasions::StayServed) {
        Ok(rest) => decision.events.extend(rest),
        Err(event) => return Err(overtaken(board, event, seq, &entry.by)),
    }
    decision.undoes.push(seq);
    Ok(())
}

/// Undoes on `scratch` what the clock did in the wake of `entry`: what came of where it put an account, and what would
/// be in the way of undoing it. What the clock did besides stays. The clock may do it again, where it still fits.
fn take_back_wake(scratch: &mut Board, entry: &Entry, cause: &Cause) -> Vec<Event> {
    let later: Vec<Arc<Entry>> =
        scratch.clock_entries().take_while(|later| later.seq > entry.seq).cloned().collect();
    if later.is_empty() {
        return Vec::new();
    }
    let touched = later.iter().flat_map(|later| later.events.iter().filter_map(Event::account));
    let touched: BTreeSet<&AccountId> = touched.collect();
    let parts = by_account(entry, |id| touched.contains(id));
    let mut concerned = BTreeSet::new();
    for (id, part) in &parts {
        let origins: BTreeSet<_> = part.iter().filter_map(origin).collect();
        let part = with_events(entry, part.clone());
        let is_in_the_way = take_back(&mut scratch.clone(), &part, cause, Occasions::StayServed).is_err();
        let followed = later.iter().flat_map(|later| &later.events);
        let follows = || {
            followed
                .filter(|event| event.account() == Some(*id))
                .any(|event| since(event).is_some_and(|since| origins.contains(&since)))
        };
        if is_in_the_way || follows() {
            concerned.insert(*id);
        }
    }
    let mut events = Vec::new();
    for later in &later {
        for part in by_account(later, |id| concerned.contains(id)).into_values() {
            let part = with_events(later, part);
            let mut without = scratch.clone();
            // An account that a person changed since then keeps its state.
            if let Ok(back) = take_back(&mut without, &part, cause, Occasions::MayComeAgain) {
                *scratch = without;
                events.extend(back);
            }
        }
    }
    events
}

/// The moment since when an account stands somewhere or was last in touch, where `event` made it so.
fn origin(event: &Event) -> Option<DateTime<Utc>> {
    match event.change()? {
        Change::Moved { to: Some(place), .. } => Some(place.since),
        Change::SignalRecorded { signal } => Some(signal.at),
        _ => None,
    }
}

/// The moment from which the time ran that made a playbook run.
fn since(event: &Event) -> Option<DateTime<Utc>> {
    let Change::PlaybookRan { occasion, .. } = event.change()? else { return None };
    match occasion {
        Occasion::Stay { since, .. } | Occasion::Silence { since } => Some(*since),
        Occasion::FactsChanged
        | Occasion::Signal(..)
        | Occasion::StageEntered(_)
        | Occasion::Renewal(_)
        | Occasion::Day(_)
        | Occasion::Unknown(_) => None,
    }
}

/// The events of `entry` about each of the accounts that are `wanted`.
fn by_account(entry: &Entry, wanted: impl Fn(&AccountId) -> bool) -> BTreeMap<&AccountId, Vec<Event>> {
    let mut parts: BTreeMap<&AccountId, Vec<Event>> = BTreeMap::new();
    for event in &entry.events {
        if let Some(id) = event.account().filter(|id| wanted(id)) {
            parts.entry(id).or_default().push(event.clone());
        }
    }
    parts
}

/// `entry` with only `events` of all that happened.
fn with_events(entry: &Entry, events: Vec<Event>) -> Entry {
    let Entry { by, command, undoes, redoes, .. } = entry;
    let (by, command) = (by.clone(), command.clone());
    Entry { by, command, events, undoes: undoes.clone(), redoes: redoes.clone(), ..*entry }
}

/// Redoes what `by` undid last.
pub(super) fn redo(board: &Board, by: &Actor) -> Result<Decision, Refusal> {
    let latest = board.latest_undo_of(by).ok_or_else(|| Refusal::NothingToRedo(by.clone()))?;
    redo_entry(board, latest)
}

/// Redoes entry `seq`, or what the undo `seq` undid.
pub(super) fn redo_entry(board: &Board, seq: Seq) -> Result<Decision, Refusal> {
    let undo = board.undone(seq).map(|undone| undone.by);
    let undo = undo.or_else(|| board.undone_by_entry(seq).next().map(|_| seq));
    let undo = undo.ok_or(match seq {
        0 => Refusal::NoSuchEntry(seq),
        seq if seq > board.seq() => Refusal::NoSuchEntry(seq),
        seq => Refusal::NotUndone(seq),
    })?;
    let entry = board.undo_entry(undo).ok_or(Refusal::NoSuchEntry(undo))?;
    let events = take_back(&mut board.clone(), entry, &Cause::Redo(undo), Occasions::StayServed);
    let events = events.map_err(|event| overtaken(board, event, undo, &entry.by))?;
    Ok(Decision { events, undoes: Vec::new(), redoes: vec![undo] })
}

/// What becomes of the occasions for which timed playbooks ran, where that is undone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Occasions {
    /// Otherwise the clock would run them again a minute later.
    StayServed,
    MayComeAgain,
}

/// Applies the inverse of `entry` to `scratch`, last event first.
///
/// # Errors
/// The first event that was overtaken by a later change.
fn take_back<'a>(
    scratch: &mut Board,
    entry: &'a Entry,
    cause: &Cause,
    occasions: Occasions,
) -> Result<Vec<Event>, &'a Event> {
    let mut events = Vec::with_capacity(entry.events.len());
    for event in entry.events.iter().rev() {
        // What a source brought is taken back, and it is not asked for the same again. What another system was told, it
        // knows. What was lost stays lost.
        if matches!(
            event,
            Event::SourceRead { .. }
                | Event::EntryLost { .. }
                | Event::Account { change: Change::Pushed { .. }, .. }
        ) {
            continue;
        }
        if let Event::Account { account, change: Change::PlaybookRan { playbook, occasion, once: true } } =
            event
            && occasions == Occasions::StayServed
        {
            let (playbook, occasion) = (playbook.clone(), occasion.clone());
            events.push(Change::PlaybookRunReverted { playbook, occasion, once: false }.on(account));
            continue;
        }
        if !still_holds(scratch, event, entry) {
            // Having been looked at is no conflict.
            if matches!(event.change(), Some(Change::Seen { .. })) {
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

/// `board` with the accounts, facts and owners it had before `entries`, its latest ones: what sentences about those
/// entries need. Everything else stays as it is now.
pub fn known_before(mut board: Board, entries: &[Arc<Entry>]) -> Board {
    for entry in entries.iter().rev() {
        for event in entry.events.iter().rev() {
            let tells_who = matches!(
                event.change(),
                Some(
                    Change::Added
                        | Change::Removed
                        | Change::MergedInto { .. }
                        | Change::MergeUndone { .. }
                        | Change::TookOver { .. }
                        | Change::GaveBack { .. }
                        | Change::FactsUpdated { .. }
                        | Change::FactsRestored { .. }
                        | Change::OwnerChanged { .. }
                        | Change::CoverChanged { .. }
                )
            );
            if tells_who {
                board.apply_event(&inverse(event, entry, &Cause::Undo(entry.seq)), entry);
            }
        }
    }
    board
}

/// What must be removed together with an account: its `seen` mark, and alerts that the clock raised longer ago than the
/// undo log reaches. Nothing may refer to an account that does not exist.
fn what_goes_with(board: &Board, event: &Event) -> Vec<Event> {
    let Event::Account { account, change: Change::Added } = event else { return Vec::new() };
    let seen = board.get(account).and_then(|known| known.seen);
    let look = seen.map(|seen| Change::Seen { from: Some(seen), to: None });
    let alerts = board.alerts_of(account).map(|alert| Change::AlertChanged {
        key: alert.key.clone(),
        from: Some(Box::new((**alert).clone())),
        to: None,
    });
    look.into_iter().chain(alerts).map(|change| change.on(account)).collect()
}

fn overtaken(board: &Board, event: &Event, seq: Seq, by: &Actor) -> Refusal {
    let id = event.account();
    let since = || {
        let since = board.recent().take_while(|entry| entry.seq > seq);
        since.filter(|entry| entry.events.iter().any(|event| event.account() == id))
    };
    // Whoever changed the same comes first, then another person: their own undo entries are no conflict, and what the
    // clock did in between is undone along.
    let kind = event.change().map(std::mem::discriminant);
    let is_same = |other: &Event| other.account() == id && other.change().map(std::mem::discriminant) == kind;
    let same = || since().filter(|entry| entry.events.iter().any(is_same));
    let by_person = |entry: &&Arc<Entry>| entry.by != Actor::Clock && !entry.is_way_back();
    let later = same()
        .find(|entry| entry.by != *by)
        .or_else(|| same().next())
        .or_else(|| since().find(|entry| entry.by != *by && by_person(entry)))
        .or_else(|| since().find(by_person))
        .or_else(|| since().next());
    let name = id.map_or("the board", |id| board.get(id).map_or(id.as_str(), |account| account.name()));
    Refusal::Overtaken { name: name.into(), seq, later: later.map(|entry| (entry.seq, entry.by.clone())) }
}

/// The event that undoes `event` of `entry`.
fn inverse(event: &Event, entry: &Entry, cause: &Cause) -> Event {
    match event.clone() {
        Event::Account { account, change } => {
            Event::Account { account, change: inverse_change(change, entry, cause) }
        }
        Event::UnmatchedChanged { signal, from, to } => {
            Event::UnmatchedChanged { signal, from: to, to: from }
        }
        Event::PlaybookSwitched { playbook, from, to } => {
            Event::PlaybookSwitched { playbook, from: to, to: from }
        }
        stays @ (Event::SourceRead { .. } | Event::EntryLost { .. }) => stays,
    }
}

fn inverse_change(change: Change, entry: &Entry, cause: &Cause) -> Change {
    let cause = || cause.clone();
    match change {
        Change::Added => Change::Removed,
        Change::Removed => Change::Added,
        Change::FactsUpdated { source, at, facts, mut was } => {
            let known = facts.into_iter().map(|(key, value)| {
                let fact = Fact { value, source: source.clone(), at: at.unwrap_or(entry.at) };
                (key.clone(), was.remove(&key), fact)
            });
            let (to, from) = known.map(|(key, was, is)| ((key.clone(), was), (key, Some(is)))).unzip();
            Change::FactsRestored { from, to }
        }
        Change::FactsRestored { from, to } => Change::FactsRestored { from: to, to: from },
        Change::Moved { from, to, .. } => Change::Moved { from: to, to: from, cause: cause(), reason: None },
        Change::StampSet { stamp, at } => Change::StampRemoved { stamp, at },
        Change::StampRemoved { stamp, at } => Change::StampSet { stamp, at },
        Change::EngagementChanged { from, to } => Change::EngagementChanged { from: to, to: from },
        Change::SegmentJoined { segment, kept_out, .. } => {
            Change::SegmentLeft { segment, cause: cause(), kept_out }
        }
        Change::SegmentLeft { segment, kept_out, .. } => {
            Change::SegmentJoined { segment, cause: cause(), kept_out }
        }
        Change::OwnerChanged { from, to } => Change::OwnerChanged { from: to, to: from },
        Change::CoverChanged { from, to } => Change::CoverChanged { from: to, to: from },
        Change::RiskChanged { from, to } => Change::RiskChanged { from: to, to: from },
        Change::NoteAdded { note } => Change::NoteRemoved { note },
        Change::NoteRemoved { note } => Change::NoteAdded { note },
        Change::PointChanged { point, from, to } => Change::PointChanged { point, from: to, to: from },
        Change::RefundRecorded { refund } => Change::RefundRemoved { refund },
        Change::RefundRemoved { refund } => Change::RefundRecorded { refund },
        pushed @ Change::Pushed { .. } => pushed,
        Change::Seen { from, to } => Change::Seen { from: to, to: from },
        Change::SignalRecorded { signal } => Change::SignalRemoved { signal },
        Change::SignalRemoved { signal } => Change::SignalRecorded { signal },
        Change::CallChanged { call, from, to } => Change::CallChanged { call, from: to, to: from },
        Change::TaskChanged { task, from, to } => Change::TaskChanged { task, from: to, to: from },
        Change::FindingChanged { finding, from, to } => {
            Change::FindingChanged { finding, from: to, to: from }
        }
        Change::SnoozeChanged { from, to } => Change::SnoozeChanged { from: to, to: from },
        Change::AlertChanged { key, from, to } => Change::AlertChanged { key, from: to, to: from },
        Change::MergedInto { into } => Change::MergeUndone { into },
        Change::MergeUndone { into } => Change::MergedInto { into },
        Change::TookOver { other } => Change::GaveBack { other },
        Change::GaveBack { other } => Change::TookOver { other },
        Change::AccountRestored { from, to } => Change::AccountRestored { from: to, to: from },
        Change::PlaybookRan { playbook, occasion, once } => {
            Change::PlaybookRunReverted { playbook, occasion, once }
        }
        Change::PlaybookRunReverted { playbook, occasion, once } => {
            Change::PlaybookRan { playbook, occasion, once }
        }
    }
}

/// Whether `board` shows what `event` of `entry` says was before it: of what was lost before an entry, the next ones tell.
pub(crate) fn follows(board: &Board, event: &Event, entry: &Entry) -> bool {
    let is_of_board = |event: &Event| matches!(event, Event::SourceRead { .. } | Event::EntryLost { .. });
    is_of_board(event) || still_holds(board, &inverse(event, entry, &Cause::Undo(entry.seq)), entry)
}

/// Whether the board still shows what `event` of `entry` said.
fn still_holds(board: &Board, event: &Event, entry: &Entry) -> bool {
    match event {
        Event::Account { account, change } => match board.get(account) {
            None => matches!(
                change,
                Change::Removed | Change::MergedInto { .. } | Change::AccountRestored { to: None, .. }
            ),
            Some(account) => still_holds_of(board, account, change, entry),
        },
        // It may wait for no account because it was recorded on one since.
        Event::UnmatchedChanged { from, to: None, .. } => {
            from.as_ref().is_none_or(|from| !board.knows_signal(&from.signal.key()))
        }
        Event::UnmatchedChanged { to: Some(to), .. } => {
            board.unmatched_signal(&to.signal.key()).is_some_and(|it| **it == **to)
        }
        Event::PlaybookSwitched { playbook, to, .. } => board.is_on(playbook) == *to,
        Event::SourceRead { .. } | Event::EntryLost { .. } => true,
    }
}

fn still_holds_of(board: &Board, account: &Account, change: &Change, entry: &Entry) -> bool {
    match change {
        Change::Added => is_bare(account),
        Change::Removed | Change::MergedInto { .. } => false,
        Change::FactsUpdated { source, at, facts, .. } => facts.iter().all(|(key, value)| {
            let fact = account.facts.get(key);
            fact.is_some_and(|f| f.value == value && f.source == source && f.at == at.unwrap_or(entry.at))
        }),
        Change::FactsRestored { to, .. } => {
            to.iter().all(|(key, fact)| account.facts.get(key) == fact.as_ref().map(FactRef::from))
        }
        Change::Moved { to, .. } => account.placement == *to,
        Change::StampSet { stamp, at } => account.stamps.get(stamp) == Some(at),
        Change::StampRemoved { stamp, .. } => !account.stamps.contains_key(stamp),
        Change::EngagementChanged { to, .. } => account.engaged == *to,
        Change::SegmentJoined { segment, .. } => account.segments.contains(segment),
        Change::SegmentLeft { segment, .. } => !account.segments.contains(segment),
        Change::OwnerChanged { to, .. } => account.owner == *to,
        Change::CoverChanged { to, .. } => account.cover == *to,
        Change::RiskChanged { to, .. } => account.risk == *to,
        Change::NoteAdded { note } => account.notes.contains(note),
        Change::PointChanged { point, to, .. } => account.points.get(point) == to.as_ref(),
        Change::RefundRecorded { refund } => account.refunds.contains(refund),
        Change::Seen { to, .. } => account.seen == *to,
        Change::SignalRecorded { signal } => account.signals.contains(signal),
        Change::SignalRemoved { signal } => !board.knows_signal(&signal.key()),
        Change::CallChanged { call, to, .. } => account.calls.get(call) == to.as_ref(),
        Change::TaskChanged { task, to, .. } => account.tasks.get(task) == to.as_ref(),
        Change::FindingChanged { finding, to, .. } => account.findings.get(finding) == to.as_ref(),
        Change::SnoozeChanged { to, .. } => account.snooze == *to,
        Change::MergeUndone { into } => board.get(into).is_some(),
        Change::TookOver { other } => board.is_as_merged(&account.id, other),
        Change::AccountRestored { to, .. } => to.as_deref() == Some(account),
        Change::AlertChanged { key, to, .. } => board.alert(key).map(|alert| &**alert) == to.as_deref(),
        // Two notes or refunds may be the same: one that is left is no conflict.
        Change::NoteRemoved { .. }
        | Change::Pushed { .. }
        | Change::RefundRemoved { .. }
        | Change::GaveBack { .. }
        | Change::PlaybookRan { once: false, .. }
        | Change::PlaybookRunReverted { once: false, .. } => true,
        Change::PlaybookRan { playbook, occasion, once: true } => {
            account.fired.contains(&(playbook.clone(), occasion.clone()))
        }
        Change::PlaybookRunReverted { playbook, occasion, once: true } => {
            !account.fired.contains(&(playbook.clone(), occasion.clone()))
        }
    }
}

/// Whether the account holds nothing but its id, its history, the occasions served and its `seen` mark.
fn is_bare(account: &Account) -> bool {
    let mut bare = Account::new(account.id.clone());
    bare.history.clone_from(&account.history);
    bare.seen = account.seen;
    bare.fired.clone_from(&account.fired);
    bare == *account
}
