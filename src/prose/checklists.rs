//! The points of checklists: how they stand, and that a stage is left with open ones.

use super::dates;
use super::lists::{lower_case, plural};
use crate::state::query::checklists::{AccountPoint, LeftOpen};
use crate::state::{Now, PointState};

/// How many open points are named.
const NAMED: usize = 1;

/// That a stage is left with open points: `Acme leaves 1 with 3 open points (billing limits, …)`.
pub fn leaves(left: &LeftOpen<'_>) -> String {
    format!("{} leaves {} with {}", left.account.name(), left.stage.id, open(left))
}

/// The same of what was done already: `left 1 with 3 open points (billing limits, …)`; of several accounts, how many.
pub fn left(all: &[LeftOpen<'_>]) -> Option<String> {
    match all {
        [] => None,
        [one] => Some(format!("left {} with {}", one.stage.id, open(one))),
        several => Some(format!("{} accounts left a stage with open points", several.len())),
    }
}

fn open(left: &LeftOpen<'_>) -> String {
    let mut names: Vec<String> =
        left.points.iter().take(NAMED).map(|point| lower_case(&point.title)).collect();
    if left.points.len() > NAMED {
        names.push("…".to_owned());
    }
    format!("{} ({})", plural(left.points.len(), "open point", "open points"), names.join(", "))
}

/// Who touched a point last, and when: `Fri 20 Dec 10:00 by dana`.
pub fn who_and_when(state: &PointState, now: &Now) -> String {
    format!("{} by {}", dates::moment(now, state.at), state.by)
}

/// The stage of a point, where that is not the one where the account stands: `5`, `no longer in the pipeline`.
pub fn elsewhere(point: &AccountPoint<'_>, here: Option<&str>) -> Option<String> {
    match point.stage {
        None => Some("no longer in the pipeline".to_owned()),
        Some(stage) if here == Some(stage.id.as_str()) => None,
        Some(stage) => Some(format!("of {}", stage.id)),
    }
}
