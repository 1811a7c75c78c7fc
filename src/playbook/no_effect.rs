//! Why a signal that was recorded changed nothing: which condition stood in the way of the playbooks that listen for it.

use super::condition::{Condition, EvalContext, Ternary};
use super::engine::applies;
use super::late_signals::decided_since;
use super::rule::{Playbook, Playbooks, Reaction, Trigger};
use super::words;
use crate::state::{Board, Change, Entry, Event, Now, Position, StageId};

/// Why the one signal of `entry`, which `board` shows already, moved no card or raised no alert, although a playbook
/// listens for it: `it stays in 1, because dana is not among the specialists in config.toml`. A sentence without a full
/// stop; nothing where nothing else was to be expected, as where the card is past where the signal would put it.
pub fn stays(board: &Board, playbooks: &Playbooks, entry: &Entry, now: Now) -> Option<String> {
    let recorded = entry.events.iter().filter_map(|event| match event {
        Event::Account { account, change: Change::SignalRecorded { signal } } => Some((account, signal)),
        _ => None,
    });
    let [(id, signal)] = recorded.take(2).collect::<Vec<_>>()[..] else { return None };
    if entry.undoes.or(entry.redoes).is_some() {
        return None;
    }
    let account = board.get(id)?;
    let scene = EvalContext { board, account, signal: Some(signal), team: &playbooks.team, now };
    let kind = signal.what.kind();
    let listens =
        |playbook: &&Playbook| matches!(&playbook.on, Trigger::Signal(kinds) if kinds.contains(&kind));
    let why = |would: &dyn Fn(&Reaction) -> bool| {
        let all = playbooks.all.iter().filter(listens).filter(|each| each.then.iter().any(would));
        nearest(all, &scene)
    };
    let did = |is: fn(&Event) -> bool| entry.events.iter().any(is);
    let place = match board.position_of(account) {
        Position::OffBoard => None,
        Position::InStage(position, stage) => Some((Some(position), stage.id.as_str())),
        Position::Unmapped(label) => Some((None, label)),
    };
    if let Some((position, place)) =
        place.filter(|_| !did(|event| matches!(event, Event::Account { change: Change::Moved { .. }, .. })))
    {
        let is_ahead = |to: &StageId| board.pipeline().position(to) > position;
        let forward = |action: &Reaction| action.stage().is_some_and(is_ahead);
        let mut would = playbooks.all.iter().filter(listens).filter(|each| acts(each, &scene));
        let late = would.find_map(|each| {
            let mut to = each.then.iter().filter_map(Reaction::stage);
            to.find_map(|to| decided_since(board, account, signal, to))?.words(place, &now)
        });
        if let Some(why) = late.or_else(|| why(&forward)) {
            return Some(format!("it stays in {place}, because {why}"));
        }
    }
    if did(|event| matches!(event, Event::Account { change: Change::AlertChanged { .. }, .. })) {
        return None;
    }
    let why = why(&|action| matches!(action, Reaction::Raise(_)))?;
    Some(format!("no alert is raised, because {why}"))
}

/// Whether nothing but the time of what happened keeps `playbook` from acting.
fn acts(playbook: &Playbook, scene: &EvalContext<'_>) -> bool {
    playbook.is_on(scene.board) && applies(playbook, scene)
}

/// What stood in the way of the playbook that was nearest to acting. Nothing if one had nothing in its way.
fn nearest<'a>(playbooks: impl Iterator<Item = &'a Playbook>, scene: &EvalContext<'_>) -> Option<String> {
    let mut nearest: Option<Vec<String>> = None;
    for playbook in playbooks {
        let against = playbook.when.iter().filter(|condition| condition.holds(scene) != Ternary::Yes);
        let mut against: Vec<String> = against.map(|condition| objection(condition, scene)).collect();
        if !playbook.is_on(scene.board) {
            against.push(format!("the playbook {} is switched off", playbook.id));
        }
        if against.is_empty() {
            return None;
        }
        if nearest.as_ref().is_none_or(|known| against.len() < known.len()) {
            nearest = Some(against);
        }
    }
    nearest.map(|against| against.join(" and "))
}

/// `condition`, which does not hold, as what stands in the way.
fn objection(condition: &Condition, scene: &EvalContext<'_>) -> String {
    match condition {
        Condition::Stage(stages) => format!("this moves a card only from {}", words::either(stages, "or")),
        Condition::Automatic(false) => "an automatic answer does not count".to_owned(),
        other => words::condition(other, scene),
    }
}
