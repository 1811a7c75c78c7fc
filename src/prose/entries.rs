//! What an entry of the history did.

use std::collections::{BTreeMap, BTreeSet};

use super::dates;
use super::lists::{lower_case, plural, sentence_case};
use super::{follow_ups, signals, sources};
use crate::state::{
    Account, AccountId, Alert, Board, Cause, Change, Cover, DoneChange, Entry, Event, FactKey, FactValue,
    FindingData, FindingKind, Now, Placement, Seq, Signal, StageId,
};

/// `entry` in one short sentence, as seen from `board`: `Acme: Outreach sent → 2. Onboarding Initiated`. Days are those
/// of the zone of `now`.
pub fn text(entry: &Entry, board: &Board, now: &Now) -> String {
    let what = what(entry, board, now);
    match (&entry.undoes[..], &entry.redoes[..]) {
        ([], []) => what,
        ([], _) => format!("Redone: {what}"),
        (undone, _) => format!("Undid {}: {what}", numbers(undone)),
    }
}

/// The same without whether it undoes or redoes another one.
pub fn what(entry: &Entry, board: &Board, now: &Now) -> String {
    if let Some(lost) = entry.events.iter().find_map(|event| lost(event, board)) {
        return lost;
    }
    let accounts: BTreeSet<&AccountId> = entry.events.iter().filter_map(Event::account).collect();
    match accounts.into_iter().collect::<Vec<_>>()[..] {
        [] => of_none(entry),
        [account] => of_one(entry, account, board, now),
        [..] => of_alerts(entry, now)
            .or_else(|| of_merge(entry, board))
            .unwrap_or_else(|| of_many(entry, board, now)),
    }
}

/// How many accounts of those that a lost entry may have changed are named.
const NAMED_LOST: usize = 5;

/// That entries were lost, if `event` says so.
fn lost(event: &Event, board: &Board) -> Option<String> {
    let Event::EntryLost { count, accounts, .. } = event else { return None };
    let what = match count {
        Some(1) => "A change was lost to damage".to_owned(),
        Some(count) => format!("{count} changes were lost to damage"),
        None => "Changes may have been lost to damage".to_owned(),
    };
    let name = |id: &AccountId| board.get(id).map_or_else(|| id.to_string(), |it| it.name().to_owned());
    let named: Vec<String> = accounts.iter().take(NAMED_LOST).map(name).collect();
    let more = accounts.len().saturating_sub(named.len());
    Some(match (named.is_empty(), more) {
        (true, _) => format!("{what}; nothing tells which accounts they were about"),
        (false, 0) => format!("{what}; perhaps about {}", named.join(", ")),
        (false, more) => format!("{what}; perhaps about {} and {more} more", named.join(", ")),
    })
}

/// What an entry did that is about no account.
fn of_none(entry: &Entry) -> String {
    let said = entry.events.iter().filter_map(|event| match event {
        Event::PlaybookSwitched { playbook, to, .. } => {
            Some((0, format!("Playbook {playbook} switched {}", if *to { "on" } else { "off" })))
        }
        Event::UnmatchedChanged { to: Some(it), .. } => {
            let what = signals::title(&it.signal.data);
            let state = if it.dismissed { "Signal dismissed" } else { "Unassigned signal" };
            Some((1, format!("{state}: {what} ({})", it.named)))
        }
        Event::UnmatchedChanged { from: Some(it), to: None, .. } => {
            Some((1, format!("Signal removed: {} ({})", signals::title(&it.signal.data), it.named)))
        }
        Event::SourceRead { source, .. } => Some((2, format!("{source} read"))),
        Event::UnmatchedChanged { from: None, to: None, .. }
        | Event::Account { .. }
        | Event::EntryLost { .. } => None,
    });
    said.min_by_key(|(rank, _)| *rank).map_or_else(|| entry.command.to_string(), |(_, words)| words)
}

fn of_one(entry: &Entry, id: &AccountId, board: &Board, now: &Now) -> String {
    let name = board.get(id).map_or(id.as_str(), |account| account.name());
    let clauses = clauses(&entry.events, board, now);
    let is_match = |event: &Event| matches!(event, Event::UnmatchedChanged { from: Some(_), to: None, .. });
    let is_cover = |event: &Event| matches!(event.change(), Some(Change::CoverChanged { to: Some(_), .. }));
    if entry.events.iter().any(|event| is_match(event) || is_cover(event)) {
        // Who gave it to the account may not have expected all that came of it.
        return format!("{name}: {}", sentence_case(&changes(&entry.events, board, now)));
    }
    if let [_] = clauses[..]
        && let Some((alert, state)) = entry.events.iter().find_map(|event| alert_state(event, now))
    {
        return format!("{}: {}", follow_ups::alert_of(alert, name), sentence_case(&state));
    }
    let changed: Vec<bool> = entry.events.iter().filter_map(ticked).collect();
    // One of several points would say too little.
    if changed.len() > 1 && changed.iter().all(|is_ticked| *is_ticked) && clauses.len() == changed.len() {
        return format!("{name}: Checked {} points", changed.len());
    }
    let recorded = entry.events.iter().find_map(Event::recorded);
    let recorded = recorded.map(|signal| format!(": {}", sentence_case(&phrase(signal, now))));
    // Of several moves, the last one says where it is now.
    let place = clauses.iter().rfind(|(rank, _)| *rank == 0);
    match place.or(clauses.first()) {
        None => format!("{name}: Opened"),
        Some((0, place)) => format!("{name}{} → {place}", recorded.unwrap_or_default()),
        Some((_, words)) => format!("{name}: {}", sentence_case(words)),
    }
}

/// Whether `event` ticked a point of a checklist, or unticked it.
fn ticked(event: &Event) -> Option<bool> {
    let Change::PointChanged { to, .. } = event.change()? else { return None };
    Some(to.as_ref().is_some_and(|state| state.ticked))
}

/// What `events` changed about one account, without its name and as a part of a sentence: `→ 2. Onboarding Initiated,
/// task added: write`. Empty when that is nothing people would hear of.
pub fn changes(events: &[Event], board: &Board, now: &Now) -> String {
    clauses(events, board, now).into_iter().map(in_list).collect::<Vec<_>>().join(", ")
}

/// What `events` change about one account, as a line about many says it: `outreach sent, 1 → 2`.
pub fn in_short(events: &[Event], board: &Board, now: &Now) -> String {
    // What happened comes first, then where that led, then what else came of it.
    let said = |is_signal: bool| -> Vec<String> {
        let events = events.iter().filter(|event| event.recorded().is_some() == is_signal);
        let clauses = clauses(events, board, now).into_iter().filter(|(rank, _)| *rank != 0);
        clauses.map(|(_, words)| words).collect()
    };
    let mut words = said(true);
    let mut moves = events.iter().filter_map(|event| match event.change() {
        Some(Change::Moved { from, to, .. }) => Some((from.as_ref(), to.as_ref())),
        _ => None,
    });
    if let Some((from, to)) = moves.next() {
        let to = moves.next_back().map_or(to, |(_, to)| to);
        let place = |place: Option<&Placement>| {
            place.map_or("off the board", |place| place.stage.as_str()).to_owned()
        };
        words.push(format!("{} → {}", place(from), place(to)));
    }
    words.extend(said(false));
    words.dedup();
    if words.is_empty() { "opened".to_owned() } else { words.join(", ") }
}

/// What `change` did about `account`, in a few words: `Outreach sent, 1 → 2`.
pub fn done(change: &DoneChange, account: &AccountId, board: &Board, now: &Now) -> String {
    let events: Vec<Event> = change.events(account).cloned().collect();
    sentence_case(&in_short(&events, board, now))
}

/// A clause among others: where a card went has an arrow.
fn in_list((rank, words): (u8, String)) -> String {
    if rank == 0 { format!("→ {words}") } else { words }
}

/// What `events` say about their account, what matters most first.
fn clauses<'a>(events: impl IntoIterator<Item = &'a Event>, board: &Board, now: &Now) -> Vec<(u8, String)> {
    let mut clauses: Vec<_> = events.into_iter().filter_map(|event| clause(event, board, now)).collect();
    clauses.sort_by_key(|(rank, _)| *rank);
    clauses
}

/// What an event says about its account, and how much that matters beside others: less is more.
fn clause(event: &Event, board: &Board, now: &Now) -> Option<(u8, String)> {
    let Event::Account { account, change } = event else { return None };
    Some(match change {
        Change::Moved { to, .. } => (0, place(to.as_ref(), board)),
        Change::Removed | Change::AccountRestored { to: None, .. } => (1, "account removed".to_owned()),
        Change::Added => (2, "account added".to_owned()),
        Change::OwnerChanged { to, .. } => (3, owned(to.as_deref(), account, board)),
        Change::CoverChanged { to: Some(cover), .. } => (3, covered(cover, account, board, now)),
        Change::CoverChanged { to: None, .. } => (5, "no longer held for anybody".to_owned()),
        Change::RiskChanged { to, .. } => (3, follow_ups::risk(to)),
        Change::NoteAdded { note } => (3, follow_ups::noted(&note.text)),
        Change::NoteRemoved { .. } => (3, "note removed".to_owned()),
        Change::PointChanged { from, to, .. } => (3, follow_ups::point(from.as_ref(), to.as_ref())),
        Change::RefundRecorded { refund } => (3, lower_case(&follow_ups::refund(refund))),
        Change::RefundRemoved { refund } => (3, format!("{} of {} removed", refund.kind, refund.amount)),
        Change::Pushed { source, fields } => (3, sources::pushed(source, fields)),
        Change::SegmentJoined { segment, .. } => (4, format!("added to {segment}")),
        Change::SegmentLeft { segment, .. } => (4, format!("removed from {segment}")),
        Change::FactsUpdated { facts, .. }
            if let [(FactKey::RememberedContacts, FactValue::List(all))] =
                &facts.iter().collect::<Vec<_>>()[..] =>
        {
            let last = all.last().map_or("", |address| &**address);
            (4, format!("{last} remembered as a contact"))
        }
        Change::FactsUpdated { facts, .. } => (5, plural(facts.len(), "fact updated", "facts updated")),
        Change::FactsRestored { to, .. } => match to.first_key_value() {
            Some((key, None)) if to.len() == 1 => (3, format!("{} cleared", lower_case(&key.title()))),
            _ if to.values().all(Option::is_none) => (5, plural(to.len(), "fact cleared", "facts cleared")),
            _ => (5, plural(to.len(), "fact restored", "facts restored")),
        },
        Change::SignalRecorded { signal } => (3, phrase(signal, now)),
        Change::SignalRemoved { signal } => (3, format!("signal removed: {}", signals::title(&signal.data))),
        Change::TaskChanged { from, to, .. } => {
            let rank = if to.as_ref().is_some_and(|task| task.done.is_some()) { 3 } else { 4 };
            (rank, follow_ups::task(from.as_ref(), to.as_ref(), now))
        }
        Change::FindingChanged { to: Some(finding), .. } => match (&finding.data, finding.dismissed) {
            (FindingData::LeftExport { export }, false) => (4, format!("not in the last export of {export}")),
            (FindingData::LeftExport { export }, true) => {
                (3, format!("dismissed: not in the last export of {export}"))
            }
            (FindingData::BackAgain { .. }, false) => (4, "back again".to_owned()),
            (FindingData::BackAgain { .. }, true) => (3, "dismissed: back again".to_owned()),
            (FindingData::MailBounced { to }, false) => (4, lower_case(&signals::bounced(to))),
            (FindingData::MailBounced { to }, true) => {
                (3, format!("dismissed: {}", lower_case(&signals::bounced(to))))
            }
            (FindingData::PossibleDuplicate { of, .. }, false) => (4, format!("possibly the same as {of}")),
            (FindingData::PossibleDuplicate { of, .. }, true) => (3, format!("not the same as {of}")),
        },
        Change::FindingChanged { finding: FindingKind::LeftExport, to: None, .. } => {
            (5, "in an export again".to_owned())
        }
        Change::SnoozeChanged { to: Some(snooze), .. } => (3, follow_ups::snoozed(snooze.until, now)),
        Change::SnoozeChanged { to: None, .. } => (5, "snooze ended".to_owned()),
        Change::AlertChanged { from, to: Some(alert), .. } => {
            let title = alert.kind.title();
            let verb = if from.is_some() { "updated" } else { "raised" };
            let state = alert_state(event, now).map(|(_, state)| format!("{title}: {state}"));
            (3, state.unwrap_or_else(|| format!("alert {verb}: {title}")))
        }
        Change::AlertChanged { to: None, .. } => (4, "alert removed".to_owned()),
        Change::TookOver { other } => (1, format!("{other} merged into it")),
        Change::AccountRestored { to: Some(_), .. } => (1, "restored from a snapshot".to_owned()),
        Change::GaveBack { other } => (1, format!("{other} is an account of its own again")),
        Change::MergedInto { into } => (1, format!("merged into {into}")),
        Change::MergeUndone { .. } => (1, "an account of its own again".to_owned()),
        Change::FindingChanged {
            finding: FindingKind::PossibleDuplicate | FindingKind::BackAgain | FindingKind::MailBounced,
            to: None,
            ..
        }
        | Change::StampSet { .. }
        | Change::StampRemoved { .. }
        | Change::EngagementChanged { .. }
        | Change::Seen { .. }
        | Change::CallChanged { .. }
        | Change::PlaybookRan { .. }
        | Change::PlaybookRunReverted { .. } => return None,
    })
}

/// Where an account went.
pub(super) fn place(to: Option<&Placement>, board: &Board) -> String {
    to.map_or("off the board", |to| board.pipeline().label(&to.stage)).to_owned()
}

/// How the alert stands that `event` changed.
fn alert_state<'a>(event: &'a Event, now: &Now) -> Option<(&'a Alert, String)> {
    let Change::AlertChanged { from: Some(from), to: Some(to), .. } = event.change()? else { return None };
    Some((to, follow_ups::alert_now(from, to, now)?))
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

/// For whom an account is looked after, and until when.
fn covered(cover: &Cover, account: &AccountId, board: &Board, now: &Now) -> String {
    let specialist = || board.get(account).and_then(|account| account.text(&FactKey::Specialist));
    let owner = cover.owner.as_deref().or_else(specialist).unwrap_or("nobody");
    format!("held for {owner} until {}", dates::end(now, cover.until))
}

/// What was done with several alerts, where it was the same: `2 alerts: Acknowledged by dana`.
fn of_alerts(entry: &Entry, now: &Now) -> Option<String> {
    let told = || entry.events.iter().filter(|event| !matches!(event.change(), Some(Change::Seen { .. })));
    let (_, first) = alert_state(told().next()?, now)?;
    let same = told().all(|event| alert_state(event, now).is_some_and(|(_, state)| state == first));
    same.then(|| format!("{}: {}", plural(told().count(), "alert", "alerts"), sentence_case(&first)))
}

/// Two accounts that became one, or two again: `Acme: A-2 merged into it`.
fn of_merge(entry: &Entry, board: &Board) -> Option<String> {
    let name = |id: &AccountId| board.get(id).map_or(id.as_str(), |account| account.name()).to_owned();
    entry.events.iter().find_map(|event| match event {
        Event::Account { account, change: Change::TookOver { other } } => {
            Some(format!("{}: {other} merged into it", name(account)))
        }
        Event::Account { account, change: Change::GaveBack { other } } => {
            Some(format!("{}: {other} is an account of its own again", name(account)))
        }
        _ => None,
    })
}

/// What happened to every one of several accounts, where something did; more may have happened to some of them.
fn of_each(entry: &Entry, board: &Board, now: &Now) -> Option<String> {
    let mut events: BTreeMap<&AccountId, Vec<&Event>> = BTreeMap::new();
    for event in &entry.events {
        if matches!(event.change(), Some(Change::Added | Change::Removed)) {
            return None;
        }
        events.entry(event.account()?).or_default().push(event);
    }
    let mut all = events.values().map(|events| clauses(events.iter().copied(), board, now));
    let mut shared = all.next()?;
    for clauses in all {
        shared.retain(|clause| clauses.contains(clause));
        if shared.is_empty() {
            return None;
        }
    }
    let who = plural(events.len(), "account", "accounts");
    let words: Vec<String> = shared.into_iter().map(in_list).collect();
    let words = words.join(", ");
    Some(if words.starts_with('→') {
        format!("{who} {words}")
    } else {
        format!("{who}: {}", sentence_case(&words))
    })
}

/// That several accounts got owners who are not the same.
fn of_owners(entry: &Entry) -> Option<String> {
    let is_given = |event: &&Event| matches!(event.change(), Some(Change::OwnerChanged { to: Some(_), .. }));
    let given: BTreeSet<&AccountId> =
        entry.events.iter().filter(is_given).filter_map(Event::account).collect();
    let all: BTreeSet<&AccountId> = entry.events.iter().filter_map(Event::account).collect();
    (given == all).then(|| format!("{}: Owners set", plural(all.len(), "account", "accounts")))
}

/// What an entry did to several accounts: how many came and went, each counted once.
fn of_many(entry: &Entry, board: &Board, now: &Now) -> String {
    if let Some(words) = of_each(entry, board, now).or_else(|| of_owners(entry)) {
        return words;
    }
    let of = |is: fn(&Change) -> bool| -> BTreeSet<&AccountId> {
        let those = entry.events.iter().filter(|event| event.change().is_some_and(is));
        those.filter_map(Event::account).collect()
    };
    let all = of(|_| true);
    let added = of(|change| *change == Change::Added);
    let removed = of(|change| *change == Change::Removed);
    let entered = of(|change| matches!(change, Change::Moved { from: None, to: Some(_), .. }));
    let left = of(|change| matches!(change, Change::Moved { from: Some(_), to: None, .. }));
    let moved = of(|change| matches!(change, Change::Moved { from: Some(_), to: Some(_), .. }));
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
    if entry.is_way_back() {
        // An undo says itself what it is.
        parts.join(", ")
    } else {
        format!("{}: {}", entry.command, parts.join(", "))
    }
}

/// Numbers of entries: `#512, #510`.
pub fn numbers(seqs: &[Seq]) -> String {
    seqs.iter().map(|seq| format!("#{seq}")).collect::<Vec<_>>().join(", ")
}

/// Numbers of entries as a command takes them: `512 510`.
pub fn plain_numbers(seqs: &[Seq]) -> String {
    seqs.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
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

/// That the clock moved `account` to the stage `to`, and how long before its renewal, where that is no more than `soon`
/// days away.
pub fn moved_by_clock(account: &Account, to: &StageId, board: &Board, soon: i64, now: &Now) -> String {
    let renewal = account.next_renewal(now.today()).map(|date| now.days_until(date));
    let before = match renewal.filter(|days| (0..=soon).contains(days)) {
        Some(0) => ", on the day of its renewal".to_owned(),
        Some(1) => ", 1 day before its renewal".to_owned(),
        Some(days) => format!(", {days} days before its renewal"),
        None => String::new(),
    };
    format!("clock: {} → {}{before}", account.name(), board.pipeline().label(to))
}

/// What `signal` says happened, and the template it was written from.
fn phrase(signal: &Signal, now: &Now) -> String {
    signals::with_template(&signals::phrase(&signal.data, now), signal)
}
