//! Who looks after an account: for good, or in place of its owner until a day.

use chrono::{DateTime, Utc};

use super::alerts;
use crate::state::board::Board;
use crate::state::event::{Change, Event};
use crate::state::values::account::{Account, Cover, Owner};
use crate::state::values::actor::is_same;

/// Gives `account` to `owner` for good, also where somebody only covered until now.
pub(super) fn assign(board: &Board, account: &Account, owner: Option<&Owner>) -> Vec<Event> {
    let mut events = change_owner(board, account, owner);
    events.extend(change_cover(account, None));
    events
}

/// Gives `account` to `owner` until then. Whoever covers already does so for the same owner; whoever steps in for one who
/// covers holds it for that owner, too, who is not back before.
pub(super) fn cover(board: &Board, account: &Account, owner: &Owner, until: DateTime<Utc>) -> Vec<Event> {
    let is_theirs = account.owner().is_some_and(|known| is_same(known, owner));
    let cover = match &account.cover {
        Some(known) if is_theirs => Cover { until, ..known.clone() },
        None if is_theirs => return Vec::new(),
        Some(known) if !account.covered_owner().is_some_and(|covered| is_same(covered, owner)) => {
            Cover { until: until.max(known.until), ..known.clone() }
        }
        Some(_) | None => Cover { owner: account.owner.clone(), until },
    };
    let mut events = change_owner(board, account, Some(owner));
    events.extend(change_cover(account, Some(cover)));
    events
}

/// Whoever covers keeps `account`.
pub(super) fn keep(account: &Account) -> Vec<Event> {
    change_cover(account, None).into_iter().collect()
}

fn change_owner(board: &Board, account: &Account, owner: Option<&Owner>) -> Vec<Event> {
    if account.owner.as_ref() == owner {
        return Vec::new();
    }
    let changed = Change::OwnerChanged { from: account.owner.clone(), to: owner.cloned() };
    let mut events = vec![changed.on(&account.id)];
    events.extend(alerts::follow_owner(board, account, owner.map(|owner| &**owner)));
    events
}

fn change_cover(account: &Account, to: Option<Cover>) -> Option<Event> {
    let from = account.cover.clone();
    (from != to).then(|| Change::CoverChanged { from, to }.on(&account.id))
}
