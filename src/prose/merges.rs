//! Making one account of two: what would come of it.

use std::sync::Arc;

use super::entries::place;
use super::lists::{either, plural};
use crate::state::{AccountId, Board, Entry};

/// What `entry`, which would merge `from` into another account, would do to `board`: `Acme brings 4 facts and
/// 1 note; the card stands in 3a. Engaged — Email`.
pub fn outcome(entry: Entry, from: &AccountId, into: &AccountId, board: &Board) -> String {
    let Ok((old, new)) = board.account(from).and_then(|old| Ok((old, board.account(into)?))) else {
        return String::new();
    };
    let facts = old.facts.keys().filter(|key| new.fact(key).is_none()).count();
    let alerts = board.alerts_of(&old.id).count();
    let counts = [
        (facts, "fact", "facts"),
        (old.signals.len(), "signal", "signals"),
        (old.tasks.len(), "task", "tasks"),
        (old.notes.len(), "note", "notes"),
        (alerts, "alert", "alerts"),
    ];
    let counts = counts.into_iter().filter(|(count, ..)| *count > 0);
    let parts: Vec<String> = counts.map(|(count, one, many)| plural(count, one, many)).collect();
    let brings = if parts.is_empty() { "nothing new".to_owned() } else { either(&parts, "and") };
    let mut after = board.clone();
    after.apply(Arc::new(entry));
    let now = after.account(into).ok().and_then(|account| account.placement.as_ref());
    let stands = if now.is_some() { "the card stands in" } else { "it stays" };
    format!("{} ({}) brings {brings}; {stands} {}", old.name(), old.id, place(now, board))
}
