//! Who has how much in hand. No ranking: people have accounts of different kinds.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::bounds::Asked;
use super::visits::{Traveled, is_over};
use crate::state::{AccountId, Now};

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
        let is_done = present.is_some_and(|visit| is_over(pipeline, visit.at) && asked.holds(visit.entered));
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
