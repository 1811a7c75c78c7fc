//! Points of checklists: ticked, unticked, and what was observed.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::state::board::Board;
use crate::state::command::PointChange;
use crate::state::event::{Change, Event};
use crate::state::refusal::Refusal;
use crate::state::values::account::Account;
use crate::state::values::actor::Actor;
use crate::state::values::checklist::PointState;

/// The events of `change` of the point that `name` names. One that the pipeline no longer has can still be unticked.
pub(super) fn change(
    board: &Board,
    account: &Account,
    name: &str,
    change: &PointChange,
    by: &Actor,
    now: DateTime<Utc>,
) -> Result<Vec<Event>, Refusal> {
    let listed = board.pipeline().point(name).map(|point| (point.id.clone(), point.title.clone()));
    let kept = || account.points.get_key_value(name).map(|(id, state)| (id.clone(), state.title.clone()));
    let (point, title) = listed.or_else(kept).ok_or_else(|| Refusal::NoSuchPoint {
        name: name.into(),
        known: board.pipeline().points().map(|point| &*point.id).collect::<Vec<_>>().join(", "),
    })?;
    let from = account.points.get(&point).cloned();
    let observed = from.as_ref().and_then(|state| state.observation.clone());
    let (ticked, observation) = match change {
        PointChange::Tick { observation: Some(text) } => (true, words(text)),
        PointChange::Tick { observation: None } => (true, observed.clone()),
        PointChange::Untick => (false, observed.clone()),
    };
    if account.is_ticked(&point) == ticked && observed == observation {
        return Ok(Vec::new());
    }
    let to = PointState { title, ticked, at: now, by: by.clone().into(), observation };
    Ok(vec![Change::PointChanged { point, from, to: Some(to) }.on(&account.id)])
}

fn words(text: &str) -> Option<Arc<str>> {
    Some(text.trim()).filter(|text| !text.is_empty()).map(Arc::from)
}
