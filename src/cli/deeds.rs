//! What happened to an account, and what playbooks made of it, in one sentence.

use super::cause::firings;
use crate::state::words::{self, happened, label};
use crate::state::{Board, Change, Event, Now};

/// What `events` about one account say, in a sentence without a full stop: what happened, and what playbooks made of
/// it; `why` that was nothing, where it could have been something.
pub(super) fn deeds(events: &[Event], board: &Board, now: &Now, why: Option<String>) -> String {
    let account = events.iter().find_map(Event::account).and_then(|id| board.get(id));
    let name = account.map_or("", |account| account.name());
    let mut said: Vec<String> = Vec::new();
    let mut moves = String::new();
    for event in events {
        match event {
            Event::Account { change: Change::SignalRecorded { signal, .. }, .. } => {
                said.push(happened(&signal.what).to_owned());
            }
            Event::Account { change: Change::Moved { to, .. }, .. } => {
                let to = to.as_ref().map_or_else(|| "off the board".to_owned(), |to| label(&to.stage, board));
                moves = format!("{moves} → {to}");
            }
            other => {
                let did = words::deeds(std::slice::from_ref(other), board, now);
                said.extend(Some(did).filter(|did| !did.is_empty()));
            }
        }
    }
    let recorded = events
        .iter()
        .any(|event| matches!(event, Event::Account { change: Change::SignalRecorded { .. }, .. }));
    if let Some(why) = why {
        moves = format!("; {why}");
    } else if moves.is_empty() && recorded {
        let place = account.and_then(|account| account.place.as_ref());
        moves = place.map_or_else(
            || "; it is off the board".to_owned(),
            |place| format!("; it stays in {}", label(&place.stage, board)),
        );
    }
    let mut by: Vec<&str> = Vec::new();
    for firing in firings(events) {
        if !by.contains(&firing.playbook) {
            by.push(firing.playbook);
        }
    }
    let by = if by.is_empty() { String::new() } else { format!(", by {}", by.join(" and ")) };
    let first = if said.is_empty() { String::new() } else { format!(": {}", said.remove(0)) };
    let rest = said.iter().fold(String::new(), |rest, said| rest + "; " + said);
    format!("{name}{first}{moves}{by}{rest}")
}
