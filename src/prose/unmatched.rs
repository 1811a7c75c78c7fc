//! Signals that fit no account, or several.

use std::sync::Arc;

use super::{dates, entries, no_effect};
use crate::playbook::{Playbooks, stays};
use crate::state::{AccountId, Board, Change, Entry, Event, Now, Position, Signal};

/// When a signal happened, who did it, and where it was heard: `Mon 16 Dec, 15:00, by dana, from crm`.
pub fn heard(signal: &Signal, now: &Now) -> String {
    let by = signal.by.as_deref().map(|by| format!("by {by}, ")).unwrap_or_default();
    format!("{}, {by}from {}", dates::moment(now, signal.at), signal.source)
}

/// What `entry`, which would assign a signal to `account`, would do to `board`.
pub fn outcome(entry: Entry, account: &AccountId, board: &Board, playbooks: &Playbooks, now: &Now) -> String {
    let changes = entries::changes(&entry.events, board, now);
    if changes.is_empty() {
        return "already recorded there; no longer unmatched".to_owned();
    }
    let is_moved = entry.events.iter().any(Event::is_move);
    let mut ran: Vec<&str> = Vec::new();
    for event in &entry.events {
        if let Some(Change::PlaybookRan { playbook, .. }) = event.change()
            && !ran.contains(&&**playbook)
        {
            ran.push(playbook);
        }
    }
    let by = if ran.is_empty() { String::new() } else { format!(" (playbook {})", ran.join(", ")) };
    let mut after = board.clone();
    let entry = Arc::new(entry);
    after.apply(entry.clone());
    let stays = stays(&after, playbooks, &entry, *now).map(|it| no_effect::text(&it));
    let stays = stays.or_else(|| if is_moved { None } else { stays_in(&after, account) });
    format!("{changes}{}{by}", stays.map(|stays| format!("; {stays}")).unwrap_or_default())
}

fn stays_in(board: &Board, account: &AccountId) -> Option<String> {
    Some(match board.position_of(board.get(account)?) {
        Position::InStage(_, stage) => format!("stays in {}", stage.id),
        Position::Unmapped(label) => format!("stays in {label}"),
        Position::OffBoard => "stays off the board".to_owned(),
    })
}
