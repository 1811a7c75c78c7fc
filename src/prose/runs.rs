//! Which playbooks ran, why, and what they did.

use std::collections::BTreeSet;

use super::lists::{self, plural};
use super::{dates, entries, playbooks, signals};
use crate::state::{AccountId, AlertKind, Board, Change, Entry, Event, Now, Occasion, Signal};

/// The playbooks that did something in `entry`, each with what made it: `(playbook contacted: outreach sent)`; of
/// several accounts, with how many it moved. Empty where none did.
pub fn of_entry(entry: &Entry, now: &Now) -> String {
    let named = if is_about_several(entry) { of_several(entry, now) } else { of_one(entry, now) };
    match &named[..] {
        [] => String::new(),
        [one] => format!(" (playbook {one})"),
        several => format!(" (playbooks {})", several.join("; ")),
    }
}

/// Whether `entry` changed more than one account.
pub fn is_about_several(entry: &Entry) -> bool {
    let mut accounts = entry.events.iter().filter_map(Event::account);
    let first = accounts.next();
    accounts.any(|account| Some(account) != first)
}

/// What playbooks did for the one account of `entry`.
fn of_one(entry: &Entry, now: &Now) -> Vec<String> {
    let mut named: Vec<String> = Vec::new();
    for EntryRun { playbook, occasion, .. } in runs_in(&entry.events) {
        let said = format!("{playbook}: {}", reason(occasion, entry, now));
        if !named.contains(&said) {
            named.push(said);
        }
    }
    named
}

/// What a playbook did for several accounts, for the like reason.
struct Share<'a> {
    playbook: &'a str,
    moved: bool,
    reason: String,
    details: BTreeSet<String>,
    times: usize,
}

/// What playbooks did for the accounts of `entry`: each that moved some, with how many and why, then the others. What
/// only keeps a record is summed up.
fn of_several(entry: &Entry, now: &Now) -> Vec<String> {
    let mut shares: Vec<Share<'_>> = Vec::new();
    let mut stamps = 0;
    for EntryRun { playbook, occasion, did, .. } in runs_in(&entry.events) {
        if did.iter().all(|event| matches!(event.change(), Some(Change::StampSet { .. }))) {
            stamps += 1;
            continue;
        }
        let moved = did.iter().any(Event::is_move);
        let (reason, detail) = shared_reason(occasion, entry, now);
        let same = |share: &&mut Share<'_>| {
            (share.playbook, share.moved, &share.reason) == (playbook, moved, &reason)
        };
        if let Some(share) = shares.iter_mut().find(same) {
            share.times += 1;
            share.details.extend(detail);
        } else {
            let details = detail.into_iter().collect();
            shares.push(Share { playbook, moved, reason, details, times: 1 });
        }
    }
    shares.sort_by_key(|share| !share.moved);
    let said = shares.iter().map(|Share { playbook, moved, reason, details, times }| {
        let when = match (details.first(), details.last()) {
            (Some(first), Some(last)) if first != last => format!(" {first} to {last}"),
            (Some(only), _) => format!(" {only}"),
            (None, _) => String::new(),
        };
        match (moved, times) {
            (true, times) => format!("{playbook} moved {times}: {reason}{when}"),
            (false, 1) => format!("{playbook}: {reason}{when}"),
            (false, times) => format!("{playbook}: {reason}{when} ×{times}"),
        }
    });
    let stamps = (stamps > 0).then(|| format!("{} recorded", plural(stamps, "first entry", "first entries")));
    said.chain(stamps).collect()
}

/// What made `playbook` act on `account` in `entry`; nothing where it did not.
pub fn reason_of(account: &AccountId, playbook: &str, entry: &Entry, now: &Now) -> Option<String> {
    let mut runs = runs_in(&entry.events);
    let run = runs.find(|run| run.account == account && run.playbook == playbook)?;
    Some(reason(run.occasion, entry, now))
}

/// One time a playbook did something.
pub struct EntryRun<'a> {
    pub account: &'a AccountId,
    pub playbook: &'a str,
    pub occasion: &'a Occasion,
    /// What it did.
    pub did: &'a [Event],
}

/// Every time a playbook did something in `events`. One that goes by time is marked also where there was nothing to do;
/// and of one that was refused, only the alert that says so is left.
pub fn runs_in(events: &[Event]) -> impl Iterator<Item = EntryRun<'_>> {
    all_runs_in(events).filter(|run| run.did.iter().any(|event| !is_complaint(event)))
}

/// Every mark of a playbook in `events`, with what followed from it.
pub fn all_runs_in(events: &[Event]) -> impl Iterator<Item = EntryRun<'_>> {
    events.iter().enumerate().filter_map(|(place, event)| {
        let Event::Account { account, change: Change::PlaybookRan { playbook, occasion, .. } } = event else {
            return None;
        };
        // What it did follows its mark.
        let rest = &events[place + 1..];
        let did =
            &rest[..rest.iter().position(|event| !follows_from_run(account, event)).unwrap_or(rest.len())];
        Some(EntryRun { account, playbook, occasion, did })
    })
}

/// The events of `events` that happened without a playbook, such as an alert whose day has passed.
pub fn outside_runs(events: &[Event]) -> impl Iterator<Item = &Event> {
    let mut run = None;
    events.iter().filter(move |event| {
        if matches!(event.change(), Some(Change::PlaybookRan { .. })) {
            run = event.account();
            return false;
        }
        let belongs = run.is_some_and(|account| follows_from_run(account, event));
        if !belongs {
            run = None;
        }
        !belongs
    })
}

/// Whether `event`, somewhere behind the mark of a run for `account`, is what that run did.
fn follows_from_run(account: &AccountId, event: &Event) -> bool {
    event.account() == Some(account)
        && !matches!(event.change(), Some(Change::PlaybookRan { .. } | Change::SignalRecorded { .. }))
}

/// Whether `event` is an alert about a playbook that could not do what it should.
fn is_complaint(event: &Event) -> bool {
    matches!(event.change(), Some(Change::AlertChanged { to: Some(alert), .. }) if alert.kind == AlertKind::Playbook)
}

/// What an occasion of `entry` was: `replied`, `renewal on 2024-12-22`.
pub fn reason(occasion: &Occasion, entry: &Entry, now: &Now) -> String {
    if let Some(signal) = signal(occasion, entry) {
        let title = signals::title(&signal.data);
        // What is told late is told with its time.
        return if now.date(signal.at) == now.date(entry.at) {
            title.to_owned()
        } else {
            format!("{title} on {}", dates::in_figures(now, signal.at))
        };
    }
    let (reason, detail) = playbooks::occasion(occasion, now);
    detail.map_or(reason.clone(), |detail| format!("{reason} {detail}"))
}

/// What an occasion was that several accounts may share, and which day or moment of those: `renewal on`, `2024-12-22`.
/// Of several accounts, what happened is told, and not when each time.
fn shared_reason(occasion: &Occasion, entry: &Entry, now: &Now) -> (String, Option<String>) {
    signal(occasion, entry).map_or_else(
        || playbooks::occasion(occasion, now),
        |signal| (signals::title(&signal.data).to_owned(), None),
    )
}

/// The signal of `entry` that is the occasion, if one is.
fn signal<'a>(occasion: &Occasion, entry: &'a Entry) -> Option<&'a Signal> {
    let Occasion::Signal(kind, id) = occasion else { return None };
    let mut recorded = entry.events.iter().filter_map(Event::recorded);
    recorded.find(|signal| signal.id == *id && signal.data.kind() == *kind)
}

/// What `events` about one account say, in a sentence without a full stop: what happened, and what playbooks made of
/// it; `why` that was nothing, where it could have been something.
pub fn describe_runs(events: &[Event], board: &Board, now: &Now, why: Option<String>) -> String {
    let account = events.iter().find_map(Event::account).and_then(|id| board.get(id));
    let name = account.map_or("", |account| account.name());
    let mut said: Vec<String> = Vec::new();
    let mut moves = String::new();
    for event in events {
        if let Some(signal) = event.recorded() {
            said.push(signals::title(&signal.data).to_owned());
        } else if let Some(Change::Moved { to, .. }) = event.change() {
            moves = format!("{moves} → {}", entries::place(to.as_ref(), board));
        } else {
            let did = entries::changes(std::slice::from_ref(event), board, now);
            said.extend(Some(did).filter(|did| !did.is_empty()));
        }
    }
    let recorded = events.iter().any(|event| event.recorded().is_some());
    if let Some(why) = why {
        moves = format!("; {why}");
    } else if moves.is_empty() && recorded {
        let place = account.and_then(|account| account.placement.as_ref());
        moves = place.map_or_else(
            || "; it is off the board".to_owned(),
            |place| format!("; it stays in {}", board.pipeline().label(&place.stage)),
        );
    }
    let mut by: Vec<&str> = Vec::new();
    for run in runs_in(events) {
        if !by.contains(&run.playbook) {
            by.push(run.playbook);
        }
    }
    let by = if by.is_empty() { String::new() } else { format!(", by {}", by.join(" and ")) };
    let first =
        if said.is_empty() { String::new() } else { format!(": {}", lists::sentence_case(&said.remove(0))) };
    let rest = said.iter().fold(String::new(), |rest, said| rest + "; " + said);
    format!("{name}{first}{moves}{by}{rest}")
}
