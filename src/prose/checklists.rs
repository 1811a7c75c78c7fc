//! The points of checklists: how they stand, and that a stage is left with open ones.

use super::dates;
use super::lists::{lower_case, plural};
use super::workload::without_domain;
use crate::state::query::checklists::{AccountPoint, LeftOpen};
use crate::state::{Now, PointState};

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

/// Three points are named; of more, the first one.
fn open(left: &LeftOpen<'_>) -> String {
    let mut names: Vec<String> = left.points.iter().map(|point| lower_case(&point.title)).collect();
    if names.len() > NAMED {
        names.truncate(1);
        names.push("…".to_owned());
    }
    format!("{} ({})", plural(left.points.len(), "open point", "open points"), names.join(", "))
}

/// How many points are named one by one.
const NAMED: usize = 3;

/// Who touched a point last, and when: `Fri 20 Dec 10:00 by dana`.
pub fn who_and_when(state: &PointState, now: &Now) -> String {
    format!("{} by {}", dates::moment(now, state.at), without_domain(&state.by))
}

/// The title of a point, and where it stands if that is not where the account does: `Usage (stage 5)`.
pub fn title(point: &AccountPoint<'_>) -> String {
    match point.stage {
        Some(_) if point.is_here => point.title.to_owned(),
        Some(stage) => format!("{} (stage {})", point.title, stage.id),
        None => format!("{} (no longer in the pipeline)", point.title),
    }
}
