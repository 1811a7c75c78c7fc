//! Placement: moves by hand and by playbooks, and the rules that refuse them (handbook: Stages).

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::state::board::{Board, Position};
use crate::state::event::{Change, Event};
use crate::state::refusal::{Better, Refusal};
use crate::state::values::account::{Account, AccountId, Placement};
use crate::state::values::actor::Cause;
use crate::state::values::pipeline::{Engagement, Pipeline, Stage, StageId};
use crate::state::values::signal::SignalKind;

/// How a move is asked for.
pub(super) struct MoveOptions<'a> {
    pub(super) reason: Option<&'a str>,
    /// Move against the rules; needs a reason.
    pub(super) force: bool,
    pub(super) cause: &'a Cause,
}

/// Moves `account` to the stage that `to` names, by any of its names.
pub(super) fn move_to(
    board: &Board,
    account: &Account,
    to: &StageId,
    options: &MoveOptions<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<Event>, Refusal> {
    let pipeline = board.pipeline();
    let known = || Refusal::NoSuchStage { name: to.clone(), known: pipeline.ids() };
    let to = pipeline.resolve(to.as_str()).ok_or_else(known)?;
    if board.stage_of(account).is_some_and(|stage| stage.id == to.id) {
        return Ok(Vec::new());
    }
    let reason = options.reason.filter(|text| !text.trim().is_empty());
    if options.force && reason.is_none() {
        return Err(Refusal::ForceNeedsReason { name: account.name().into() });
    }
    let cause = match (objection(board, account, to, reason.is_some()), options.force) {
        (None, _) => options.cause,
        (Some(_), true) => &Cause::Forced,
        (Some(refusal), false) => return Err(refusal),
    };
    Ok(place(pipeline, account, to, cause, reason.map(Arc::from), now))
}

/// The rule that `to` would break for `account`, if any.
fn objection(board: &Board, account: &Account, to: &Stage, has_reason: bool) -> Option<Refusal> {
    let pipeline = board.pipeline();
    let name = || Arc::<str>::from(account.name());
    let from = match board.position_of(account) {
        // A card in the `Unmapped` column may go anywhere.
        Position::Unmapped(_) => return None,
        Position::OffBoard => None,
        Position::InStage(position, stage) => Some((position, stage)),
    };
    if let Some((_, from)) = from
        && from.is_closed()
        && !has_reason
    {
        return Some(Refusal::Closed { name: name(), from: from.id.clone(), to: to.id.clone() });
    }
    if to.entered_by == Some(SignalKind::Handoff) && !has_reason {
        return Some(Refusal::HandoffNeedsReason { name: name(), to: to.id.clone() });
    }
    if !fits(account, to) {
        let better = better(pipeline, account, to);
        return Some(match account.engaged {
            Some(_) => Refusal::Engaged { name: name(), to: to.id.clone(), better },
            None => Refusal::NeverEngaged { name: name(), to: to.id.clone(), better },
        });
    }
    match from {
        Some((position, from)) if !from.is_closed() && pipeline.position(&to.id) < Some(position) => {
            Some(Refusal::Backwards { name: name(), from: from.id.clone(), to: to.id.clone() })
        }
        Some(_) | None => None,
    }
}

/// Whether the stage accepts the account: 3a to 4b and 6b need engagement, 6a excludes it.
pub(in crate::state) fn fits(account: &Account, stage: &Stage) -> bool {
    match stage.engagement {
        Engagement::Any => true,
        Engagement::Required => account.engaged.is_some(),
        Engagement::Never => account.engaged.is_none(),
    }
}

/// The stage to suggest instead of `wanted`: the one in the same bucket for the opposite engagement.
pub(in crate::state) fn better(pipeline: &Pipeline, account: &Account, wanted: &Stage) -> Better {
    let counterpart = match wanted.engagement {
        Engagement::Never => Engagement::Required,
        Engagement::Required => Engagement::Never,
        Engagement::Any => return Better::Force,
    };
    let mut bucket = pipeline.in_bucket(&wanted.bucket);
    match bucket.find(|stage| stage.engagement == counterpart && fits(account, stage)) {
        Some(stage) => Better::MoveTo(stage.id.clone()),
        None => Better::Force,
    }
}

/// Places `account` in `to` without asking the rules: the move, its stamps, and the engagement it implies. A card that had
/// finished and goes back to where engagements start begins a new stay.
pub(super) fn place(
    pipeline: &Pipeline,
    account: &Account,
    to: &Stage,
    cause: &Cause,
    reason: Option<Arc<str>>,
    now: DateTime<Utc>,
) -> Vec<Event> {
    let moved = Change::Moved {
        from: account.placement.clone(),
        to: Some(Placement { stage: to.id.clone(), since: now }),
        cause: cause.clone(),
        reason,
    };
    let mut events = vec![moved.on(&account.id)];
    let from = account.placement.as_ref().and_then(|place| pipeline.stage(&place.stage));
    let comes_back = from.is_some_and(Stage::is_closed)
        && pipeline.position(&to.id) <= pipeline.start()
        && !to.is_closed();
    if comes_back {
        // A new stay has stamps of its own. The history keeps those of the last one.
        let old =
            account.stamps.iter().map(|(stamp, at)| Change::StampRemoved { stamp: stamp.clone(), at: *at });
        events.extend(old.map(|removed| removed.on(&account.id)));
    }
    let stage: Arc<str> = to.id.as_str().into();
    let stamps = if stage == to.bucket { vec![stage] } else { vec![stage, to.bucket.clone()] };
    for stamp in stamps.into_iter().filter(|stamp| comes_back || !account.stamps.contains_key(stamp)) {
        events.push(Change::StampSet { stamp, at: now }.on(&account.id));
    }
    if to.engagement == Engagement::Required && account.engaged.is_none() {
        events.push(Change::EngagementChanged { from: None, to: Some(now) }.on(&account.id));
    }
    events
}

/// The next stage forward that fits `account`: those who never engaged skip 3a to 4b, as the handbook says.
///
/// # Errors
/// When the account is unknown, in its last stage, or in the `Unmapped` column.
pub fn stage_after(board: &Board, id: &AccountId) -> Result<StageId, Refusal> {
    let account = board.account(id)?;
    let stages = board.pipeline().stages();
    let (skip, closed) = match board.position_of(account) {
        Position::OffBoard => (0, false),
        Position::InStage(position, stage) => (position + 1, stage.is_closed()),
        Position::Unmapped(_) => (stages.len(), false),
    };
    let next = stages.iter().skip(skip).find(|stage| !closed && fits(account, stage));
    next.map(|stage| stage.id.clone()).ok_or_else(|| no_further(account))
}

/// Whether `account` would pass over a whole bucket on its way on to `to`. One step on never does; whoever means it
/// names the stage.
pub fn skips_bucket(board: &Board, id: &AccountId, to: &StageId) -> bool {
    let pipeline = board.pipeline();
    let Ok(Position::InStage(from, _)) = board.account(id).map(|account| board.position_of(account)) else {
        return false;
    };
    let between = pipeline.position(to).and_then(|to| pipeline.stages().get(from..=to)).unwrap_or_default();
    let buckets: BTreeSet<_> = between.iter().map(|stage| &stage.bucket).collect();
    buckets.len() > 2
}

/// The nearest earlier stage that fits `account`. Moving there needs a reason.
///
/// # Errors
/// When the account is unknown, or no earlier stage fits.
pub fn stage_before(board: &Board, id: &AccountId) -> Result<StageId, Refusal> {
    let account = board.account(id)?;
    let stages = board.pipeline().stages();
    let before = match board.position_of(account) {
        Position::InStage(position, _) => position,
        Position::OffBoard | Position::Unmapped(_) => 0,
    };
    let last = stages[..before].iter().rev().find(|stage| fits(account, stage));
    last.map(|stage| stage.id.clone()).ok_or_else(|| no_further(account))
}

fn no_further(account: &Account) -> Refusal {
    let from =
        account.placement.as_ref().map_or_else(|| StageId::new("off the board"), |place| place.stage.clone());
    Refusal::NoFurther { name: account.name().into(), from }
}
