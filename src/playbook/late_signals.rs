//! Signals of which we hear late: what was decided since they happened stands.
//!
//! Three rules, which give what hearing of everything in order would have given:
//!
//! - All signals since a person or the clock last placed the card lead as if they had come in order: the engine replays
//!   them.
//! - Whatever leads on through the pipeline moves nothing once a person, or the clock, has placed the card since.
//! - What ends onboarding from anywhere (a handoff, a cancellation, a paid call) moves nothing once something that
//!   happened later has ended it, or somebody has closed or reopened the card since.

use super::rule::Playbook;
use crate::state::values::account::{HistoryItem, Placement};
use crate::state::values::signal::SignalKind;
use crate::state::{Account, Actor, Board, Cause, Change, Event, Pipeline, Signal, Stage, StageId};

/// What was decided since a signal happened, and stands in its way.
#[derive(Clone, Copy, Debug)]
pub enum Decided<'a> {
    /// The card came further by itself.
    Further,
    /// Somebody placed it.
    Placed(&'a HistoryItem),
    /// Something later ended onboarding.
    Ended(&'a Signal),
}

/// What stands in the way of `signal` taking the card to `to`, if it came late for that.
pub fn decided_since<'a>(
    board: &Board,
    account: &'a Account,
    signal: &Signal,
    to: &StageId,
) -> Option<Decided<'a>> {
    let pipeline = board.pipeline();
    let place = account.placement.as_ref();
    let mut since = account.steps().into_iter().filter(|item| item.at > signal.at);
    if ending(pipeline, to).is_none() {
        let position = |stage: &StageId| pipeline.position(stage);
        let came_further =
            |place: &&Placement| place.since > signal.at && position(&place.stage) > position(to);
        let placed = |item: &&HistoryItem| item.cause.is_by_hand() || item.by == Actor::Clock;
        let further = place.filter(came_further).map(|_| Decided::Further);
        return further.or_else(|| since.find(placed).map(Decided::Placed));
    }
    let is_closed = |stage: &StageId| pipeline.stage(stage).is_some_and(Stage::is_closed);
    let closed_or_reopened = |item: &&HistoryItem| {
        let reopened = item.cause.is_by_hand() && item.from.as_ref().is_some_and(is_closed);
        let closed = item.cause == Cause::Import || item.cause.is_by_hand();
        reopened || (closed && item.to.as_ref().is_some_and(is_closed))
    };
    let ended = || {
        let by = ending(pipeline, &place?.stage)?;
        account.signals.iter().find(|later| later.at > signal.at && later.data.kind() == by)
    };
    since.find(closed_or_reopened).map(Decided::Placed).or_else(|| ended().map(Decided::Ended))
}

/// What ends onboarding in `stage` from anywhere, if anything does.
fn ending(pipeline: &Pipeline, stage: &StageId) -> Option<SignalKind> {
    pipeline.stage(stage).filter(|stage| stage.is_closed())?.entered_by
}

fn is_by(playbook: &str, cause: &Cause) -> bool {
    matches!(cause, Cause::Playbook(id) if **id == *playbook)
}

/// Whether `playbook` moves cards.
pub(super) fn leads_on(playbook: &Playbook) -> bool {
    playbook.then.iter().any(|each| each.stage().is_some())
}

/// What makes the stage and the stamps of `known` those of the same account `in_order`, where `events` happened.
pub(super) fn corrections(known: &Account, in_order: &Account, events: &[Event]) -> Vec<Event> {
    let mut changes = Vec::new();
    let stage = |account: &Account| account.placement.as_ref().map(|place| place.stage.clone());
    if stage(known) != stage(in_order)
        && let Some(last) = in_order.history.last()
    {
        let ran = |event: &&Event| matches!(event.change(), Some(Change::PlaybookRan { playbook, .. }) if is_by(playbook, &last.cause));
        changes.extend(events.iter().rfind(ran).and_then(Event::change).cloned());
        let (from, to) = (known.placement.clone(), in_order.placement.clone());
        changes.push(Change::Moved { from, to, cause: last.cause.clone(), reason: None });
    }
    for (stamp, at) in known.stamps.iter().filter(|(stamp, at)| in_order.stamps.get(*stamp) != Some(at)) {
        changes.push(Change::StampRemoved { stamp: stamp.clone(), at: *at });
    }
    for (stamp, at) in in_order.stamps.iter().filter(|(stamp, at)| known.stamps.get(*stamp) != Some(at)) {
        changes.push(Change::StampSet { stamp: stamp.clone(), at: *at });
    }
    changes.into_iter().map(|change| change.on(&known.id)).collect()
}
