//! Why a signal that was recorded changed nothing: which condition stood in the way of the playbooks that listen for it.

use super::engine::applies;
use super::late_signals::{Decided, decided_since};
use super::rule::{Condition, EvalContext, Playbook, PlaybookId, Playbooks, Reaction, Ternary, Trigger};
use crate::state::{Board, Change, Entry, Event, Now, Position, StageId};

/// A signal did not do what a playbook would have made of it.
#[derive(Clone)]
pub struct NoEffect<'a> {
    pub context: EvalContext<'a>,
    pub missing: MissingEffect<'a>,
    pub obstacle: Obstacle<'a>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingEffect<'a> {
    /// The card stays in that stage, or under that label.
    Move {
        place: &'a str,
    },
    Alert,
}

/// What stood in the way.
#[derive(Clone, Debug)]
pub enum Obstacle<'a> {
    /// The signal came late.
    Late(Decided<'a>),
    /// What kept the playbook from acting that was nearest to it. At least one thing did.
    Conditions { unmet: Vec<&'a Condition>, switched_off: Option<&'a PlaybookId> },
}

/// Why the one signal of `entry`, which `board` shows already, moved no card or raised no alert, although a playbook
/// listens for it. Nothing where nothing else was to be expected, as where the card is past where the signal would put
/// it.
pub fn stays<'a>(
    board: &'a Board,
    playbooks: &'a Playbooks,
    entry: &'a Entry,
    now: Now,
) -> Option<NoEffect<'a>> {
    let recorded = entry.events.iter().filter_map(|event| Some((event.account()?, event.recorded()?)));
    let [(id, signal)] = recorded.take(2).collect::<Vec<_>>()[..] else { return None };
    if entry.is_way_back() {
        return None;
    }
    let account = board.get(id)?;
    let context = EvalContext { board, account, signal: Some(signal), team: &playbooks.team, now };
    let kind = signal.data.kind();
    let listens =
        |playbook: &&Playbook| matches!(&playbook.on, Trigger::Signal(kinds) if kinds.contains(&kind));
    let why = |would: &dyn Fn(&Reaction) -> bool| {
        let all = playbooks.all.iter().filter(listens).filter(|each| each.then.iter().any(would));
        nearest(all, &context)
    };
    let did = |is: fn(&Event) -> bool| entry.events.iter().any(is);
    let place = match board.position_of(account) {
        Position::OffBoard => None,
        Position::InStage(position, stage) => Some((Some(position), stage.id.as_str())),
        Position::Unmapped(label) => Some((None, label)),
    };
    if let Some((position, place)) = place.filter(|_| !did(Event::is_move)) {
        let is_ahead = |to: &StageId| board.pipeline().position(to) > position;
        let forward = |action: &Reaction| action.stage().is_some_and(is_ahead);
        let mut would = playbooks.all.iter().filter(listens).filter(|each| acts(each, &context));
        let late = would.find_map(|each| {
            let mut to = each.then.iter().filter_map(Reaction::stage);
            let decided = to.find_map(|to| decided_since(board, account, signal, to))?;
            // That the card came further by itself needs no reason.
            (!matches!(decided, Decided::Further)).then_some(Obstacle::Late(decided))
        });
        if let Some(obstacle) = late.or_else(|| why(&forward)) {
            return Some(NoEffect { context, missing: MissingEffect::Move { place }, obstacle });
        }
    }
    if did(|event| matches!(event.change(), Some(Change::AlertChanged { .. }))) {
        return None;
    }
    let obstacle = why(&|action| matches!(action, Reaction::Raise(_)))?;
    Some(NoEffect { context, missing: MissingEffect::Alert, obstacle })
}

/// Whether nothing but the time of what happened keeps `playbook` from acting.
fn acts(playbook: &Playbook, context: &EvalContext<'_>) -> bool {
    playbook.is_on(context.board) && applies(playbook, context)
}

/// What stood in the way of the playbook that was nearest to acting. Nothing if one had nothing in its way.
fn nearest<'a>(
    playbooks: impl Iterator<Item = &'a Playbook>,
    context: &EvalContext<'_>,
) -> Option<Obstacle<'a>> {
    let mut nearest: Option<(usize, Obstacle<'a>)> = None;
    for playbook in playbooks {
        let unmet = playbook.when.iter().filter(|condition| condition.holds(context) != Ternary::Yes);
        let unmet: Vec<&Condition> = unmet.collect();
        let switched_off = (!playbook.is_on(context.board)).then_some(&playbook.id);
        let count = unmet.len() + usize::from(switched_off.is_some());
        if count == 0 {
            return None;
        }
        if nearest.as_ref().is_none_or(|(fewest, _)| count < *fewest) {
            nearest = Some((count, Obstacle::Conditions { unmet, switched_off }));
        }
    }
    nearest.map(|(_, obstacle)| obstacle)
}
