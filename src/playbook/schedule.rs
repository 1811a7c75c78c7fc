//! When time sets a playbook off, and when a person has stopped it.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::rule::condition::{HORIZON_DAYS, applies_all};
use super::rule::{EvalContext, Playbook, Playbooks, Reaction, Trigger};
use crate::state::values::time::moment;
use crate::state::{Account, Board, Change, Entry, Now, Occasion, StageId};

/// The occasion for which `playbook` is due at `now` and has not been served.
pub fn unserved(playbook: &Playbook, account: &Account, now: &Now) -> Option<Occasion> {
    let occasion = playbook.on.due(account, now)?;
    let run = (playbook.id.0.clone(), occasion.clone());
    let is_served = account.fired.contains(&run) || taken_back(playbook, account, now);
    (!is_served).then_some(occasion)
}

/// Everyone whom one of these playbooks, which go by time, may concern. Settled accounts are read only where one may concern
/// them.
pub fn concerned<'a>(timed: &[&Playbook], board: &'a Board) -> Vec<&'a Arc<Account>> {
    if timed.iter().all(|playbook| playbook.is_for_open(board.pipeline())) {
        board.awake().collect()
    } else {
        board.accounts().collect()
    }
}

/// Whether a person took `account` back from where `playbook` would put it, since it is due for this renewal: they
/// know better.
fn taken_back(playbook: &Playbook, account: &Account, now: &Now) -> bool {
    let Trigger::DaysBeforeRenewal(days) = playbook.on else { return false };
    let Some(renewal) = account.next_renewal(now.today()) else { return false };
    let since = renewal - TimeDelta::days(days.into());
    // A step that was taken back was none, and taking it back is not deciding where the card belongs.
    account.steps().into_iter().take_while(|item| now.date(item.at) >= since).any(|item| {
        let left = |action: &Reaction| action.stage().is_some_and(|to| item.from.as_ref() == Some(to));
        item.cause.is_by_hand() && playbook.then.iter().any(left)
    })
}

/// A playbook that will not move a card again for its next renewal, because a person has just taken it back.
#[derive(Clone, Copy, Debug)]
pub struct StoppedPlaybook<'a> {
    pub to: &'a StageId,
    pub renewal: NaiveDate,
}

/// Which playbook `entry`, which `board` shows already, has stopped for this renewal.
pub fn stopped<'a>(
    board: &Board,
    playbooks: &'a Playbooks,
    entry: &Entry,
    now: &Now,
) -> Option<StoppedPlaybook<'a>> {
    entry.events.iter().find_map(|event| {
        let Change::Moved { from: Some(from), cause, .. } = event.change()? else { return None };
        let account = board.get(event.account()?).filter(|_| cause.is_by_hand())?;
        let is_open = board.stage_of(account).is_some_and(|stage| !stage.is_closed());
        playbooks.all.iter().filter(|each| is_open && each.is_on(board)).find_map(|each| {
            let to = each.then.iter().filter_map(Reaction::stage).find(|to| **to == from.stage)?;
            let Occasion::Renewal(renewal) = each.on.due(account, now)? else { return None };
            Some(StoppedPlaybook { to, renewal })
        })
    })
}

/// When time alone would next set `playbook` off for the account, now or later, for an occasion it has not served.
///
/// The occasions themselves are asked, day by day, so that this can never say another day than the clock will. An
/// occasion begins with a day, or at the clock's time.
pub fn next(playbook: &Playbook, context: &EvalContext<'_>) -> Option<DateTime<Utc>> {
    if !playbook.on.is_timed() {
        return None;
    }
    let EvalContext { account, now, .. } = *context;
    let is_new = |at: DateTime<Utc>| {
        let then = EvalContext { now: Now { at, ..now }, ..*context };
        let waits = playbook.when.iter().filter(|condition| condition.holds_in_time(context));
        unserved(playbook, account, &then.now).is_some() && applies_all(waits, &then)
    };
    if is_new(now.at) {
        return Some(now.at);
    }
    let time = if let Trigger::Clock(_, time) = playbook.on { time } else { NaiveTime::MIN };
    (0..=HORIZON_DAYS)
        .filter_map(|days| now.today().checked_add_signed(TimeDelta::days(days)))
        .map(|date| moment(date, time, now.zone))
        .find(|at| *at > now.at && is_new(*at))
}
