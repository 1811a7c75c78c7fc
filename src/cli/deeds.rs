//! What happened to an account, and what playbooks made of it, in one sentence.

use std::sync::Arc;

use crate::state::words::{happened, label, plural};
use crate::state::{Board, Event};

/// What `events` about one account say, in a sentence without a full stop: what happened, and what playbooks made of
/// it.
pub(super) fn deeds(events: &[Event], board: &Board) -> String {
    let account = events.iter().find_map(Event::account).and_then(|id| board.get(id));
    let name = account.map_or("", |account| account.name());
    let mut said: Vec<String> = Vec::new();
    let (mut moves, mut playbooks) = (String::new(), Vec::<&Arc<str>>::new());
    for event in events {
        match event {
            Event::Recorded { signal, .. } => said.push(happened(&signal.what).to_owned()),
            Event::Moved { to, .. } => {
                let to = to.as_ref().map_or_else(|| "off the board".to_owned(), |to| label(&to.stage, board));
                moves = format!("{moves} → {to}");
            }
            Event::Alerted { to: Some(alert), .. } => {
                let state = if alert.is_closed() { "closed" } else { "open" };
                said.push(format!("alert {state}: {}", alert.text.as_deref().unwrap_or(alert.kind.title())));
            }
            Event::Tasked { to: Some(task), .. } => said.push(format!("task: {}", task.title)),
            Event::Joined { segment, .. } => said.push(format!("joined {segment}")),
            Event::Left { segment, .. } => said.push(format!("left {segment}")),
            Event::Owned { to: Some(owner), .. } => said.push(format!("owner is {owner}")),
            Event::Learned { facts, .. } => said.push(plural(facts.len(), "fact learned", "facts learned")),
            Event::Fired { playbook, .. } if !playbooks.contains(&playbook) => playbooks.push(playbook),
            _ => {}
        }
    }
    let recorded = events.iter().any(|event| matches!(event, Event::Recorded { .. }));
    if moves.is_empty() && recorded {
        let place = account.and_then(|account| account.place.as_ref());
        moves = place.map_or_else(
            || "; it is off the board".to_owned(),
            |place| format!("; it stays in {}", label(&place.stage, board)),
        );
    }
    let by: Vec<_> = playbooks.iter().map(|id| &***id).collect();
    let by = if by.is_empty() { String::new() } else { format!(", by {}", by.join(" and ")) };
    let first = if said.is_empty() { String::new() } else { format!(": {}", said.remove(0)) };
    let rest = said.iter().fold(String::new(), |rest, said| rest + "; " + said);
    format!("{name}{first}{moves}{by}{rest}")
}
