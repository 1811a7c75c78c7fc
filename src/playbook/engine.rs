//! A command, and what playbooks make of it, in one entry.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::rule::{Action, Playbook, Trigger, Truth};
use crate::state::{Account, AccountId, Actor, Board, Cause, Command, Entry, Event, Now, Refusal, decide};

/// Answers `command`, lets `playbooks` react, and puts everything into one entry: atomic with its cause, and
/// never run again on replay.
///
/// Nothing when nothing would change. A reaction that the board refuses is left out; the person's own change
/// stands.
///
/// # Errors
/// The refusal, when the rules say no to the command itself.
pub fn transact(
    board: &Board,
    playbooks: &[Playbook],
    command: &Command,
    by: &Actor,
    now: Now,
) -> Result<Option<Entry>, Refusal> {
    let decision = decide(board, command, by, now.at)?;
    if decision.events.is_empty() {
        return Ok(None);
    }
    let mut entry = Entry {
        seq: board.seq() + 1,
        at: now.at,
        by: by.clone(),
        command: command.words(),
        undoes: decision.undoes,
        redoes: decision.redoes,
        events: decision.events,
    };
    // What playbooks did in an entry's wake is part of it, so an undo or redo puts that back by itself.
    if entry.undoes.is_none() && entry.redoes.is_none() {
        let reactions = react(board, playbooks, &entry, now);
        entry.events.extend(reactions);
    }
    Ok(Some(entry))
}

/// What every playbook that `entry` sets off does, each seeing what the ones before it did.
fn react(board: &Board, playbooks: &[Playbook], entry: &Entry, now: Now) -> Vec<Event> {
    let mut scratch = board.clone();
    for event in &entry.events {
        scratch.apply_event(event, entry);
    }
    let mut reactions = Vec::new();
    for id in &accounts_with_news(entry) {
        for playbook in playbooks.iter().filter(|playbook| playbook.on == Trigger::FactsChanged) {
            let Some(account) = scratch.get(id) else { continue };
            if !applies(playbook, &scratch, account) {
                continue;
            }
            for action in &playbook.then {
                let Ok(decision) = decide(&scratch, &command(playbook, action, id), &entry.by, now.at) else {
                    continue;
                };
                for event in &decision.events {
                    scratch.apply_event(event, entry);
                }
                reactions.extend(decision.events);
            }
        }
    }
    reactions
}

fn accounts_with_news(entry: &Entry) -> BTreeSet<AccountId> {
    let news = entry.events.iter().filter(|event| matches!(event, Event::Learned { .. }));
    news.map(|event| event.account().clone()).collect()
}

/// Whether every condition of `playbook` holds for `account`.
pub fn applies(playbook: &Playbook, board: &Board, account: &Account) -> bool {
    playbook.when.iter().all(|condition| condition.holds(board, account) == Truth::Yes)
}

fn command(playbook: &Playbook, action: &Action, account: &AccountId) -> Command {
    let cause = Cause::Playbook(Arc::clone(&playbook.id.0));
    let account = account.clone();
    match action {
        Action::Move(to) => Command::Move { account, to: to.clone(), reason: None, force: false, cause },
        Action::Join(segment) => Command::Join { account, segment: segment.clone(), cause },
        Action::Leave(segment) => Command::Leave { account, segment: segment.clone(), cause },
    }
}
