//! Who has how much in hand. No ranking: people have accounts of different kinds.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::bounds::Asked;
use super::visits::{Traveled, Visit, WentTo, is_over};
use crate::state::{AccountId, Now, Pipeline};

/// What somebody looks after at the end of the window, and what ended in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonLoad {
    /// Nothing for accounts that nobody looks after.
    pub owner: Option<Arc<str>>,
    pub open: Vec<AccountId>,
    /// Of these, past the weeks that an engagement is meant to take, or with a task whose day has passed.
    pub overdue: Vec<AccountId>,
    /// Whose onboarding ended in the window.
    pub done: Vec<AccountId>,
}

/// When onboarding ended that is over: when it came to where it is over from where it went on. Nothing where it came there from
/// off the board.
fn ended(traveled: &Traveled<'_>, pipeline: &Pipeline) -> Option<DateTime<Utc>> {
    let goes_on = |visit: &&Visit<'_>| !is_over(pipeline, visit.at);
    let last = traveled.visits.iter().rev().find(goes_on)?.left?;
    let is_present_over = traveled.present().is_some_and(|visit| is_over(pipeline, visit.at));
    (is_present_over && last.to != WentTo::OffBoard).then_some(last.at)
}

/// Sorted by name, accounts without an owner last.
pub(super) fn count(asked: &Asked<'_>, all: &[Traveled<'_>]) -> Vec<PersonLoad> {
    let pipeline = asked.pipeline();
    let then = Now { at: asked.end, zone: asked.now.zone };
    let today = then.today();
    let mut people: BTreeMap<(bool, Option<Arc<str>>), PersonLoad> = BTreeMap::new();
    for traveled in all {
        let (account, id) = (traveled.account, &traveled.account.id);
        let present = traveled.present();
        let is_open = present.is_some_and(|visit| !is_over(pipeline, visit.at));
        let is_done = ended(traveled, pipeline).is_some_and(|at| asked.holds(at));
        if !is_open && !is_done {
            continue;
        }
        let owner: Option<Arc<str>> = account.owner().map(Arc::from);
        let load = people
            .entry((owner.is_none(), owner.clone()))
            .or_insert_with(|| PersonLoad { owner, ..PersonLoad::default() });
        if is_done {
            load.done.push(id.clone());
            continue;
        }
        load.open.push(id.clone());
        let is_late =
            account.tasks.values().any(|task| task.done.is_none() && task.due.is_some_and(|due| due < today));
        if is_late || account.week(pipeline, &then).is_some_and(|week| week > pipeline.target_weeks) {
            load.overdue.push(id.clone());
        }
    }
    people.into_values().collect()
}
