//! What needs a person next, where nothing does now.

use std::sync::Arc;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};

use super::attention::{AttentionRules, Reason, reasons};
use crate::state::board::Board;
use crate::state::values::account::{Account, AccountId};
use crate::state::values::alert::{Alert, AlertState};
use crate::state::values::pipeline::Stage;
use crate::state::values::time::{Now, moment};

/// What comes next by itself, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upcoming {
    pub at: DateTime<Utc>,
    pub account: AccountId,
    pub event: UpcomingEvent,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UpcomingEvent {
    /// It will need a person.
    NeedsPerson(Reason),
    /// Its renewal comes near. No reason yet, but playbooks wait for it and people want to know.
    Renews(NaiveDate),
}

/// The first thing after `now` that will need a person if nothing else happens: a renewal that comes near, a task, a
/// call that ends, a snooze that ends, a silence that gets too long. Nothing when time alone brings nothing.
pub fn upcoming(board: &Board, now: &Now, rules: &AttentionRules) -> Option<Upcoming> {
    upcoming_among(board.awake(), board, now, rules)
}

/// The first such thing for one of `accounts`.
pub fn upcoming_among<'a>(
    accounts: impl IntoIterator<Item = &'a Arc<Account>>,
    board: &Board,
    now: &Now,
    rules: &AttentionRules,
) -> Option<Upcoming> {
    let mut first: Option<Upcoming> = None;
    for account in accounts {
        let alerts = board.alerts_of(&account.id).map(|alert| &**alert);
        let alerts: Vec<&Alert> = alerts.filter(|alert| !alert.is_closed()).collect();
        for at in turns(board, account, &alerts, now, rules) {
            let earliest = first.as_ref().is_none_or(|first| (at, &account.id) < (first.at, &first.account));
            if earliest && let Some(event) = then(board, account, &alerts, &Now { at, ..*now }, rules) {
                first = Some(Upcoming { at, account: account.id.clone(), event });
                break;
            }
        }
    }
    first
}

/// Why `account` will need a person at `then`, if it does.
fn then(
    board: &Board,
    account: &Account,
    alerts: &[&Alert],
    then: &Now,
    rules: &AttentionRules,
) -> Option<UpcomingEvent> {
    let open: Vec<&Alert> = alerts.iter().copied().filter(|alert| alert.is_open(then.at)).collect();
    if let Some(reason) = reasons(board, account, &open, then, rules).into_iter().next() {
        return Some(UpcomingEvent::NeedsPerson(reason));
    }
    let renewal = account.next_renewal(then.today()).filter(|_| open_stage(board, account).is_some())?;
    let near = !account.is_snoozed(then.at) && then.days_until(renewal) == rules.thresholds.urgent;
    near.then_some(UpcomingEvent::Renews(renewal))
}

fn open_stage<'a>(board: &'a Board, account: &'a Account) -> Option<&'a Stage> {
    board.stage_of(account).filter(|stage| !stage.is_closed())
}

/// The moments after `now` at which the reasons of `account` may change by themselves, in order.
fn turns(
    board: &Board,
    account: &Account,
    alerts: &[&Alert],
    now: &Now,
    rules: &AttentionRules,
) -> Vec<DateTime<Utc>> {
    let mut turns: Vec<DateTime<Utc>> = Vec::new();
    turns.extend(account.snooze.as_ref().map(|snooze| snooze.until));
    turns.extend(account.cover.as_ref().map(|cover| cover.until));
    turns.extend(account.calls.values().filter(|call| call.outcome.is_none()).map(|call| call.ends_at));
    turns.extend(alerts.iter().filter_map(|alert| match alert.state {
        AlertState::Snoozed { until } => Some(until),
        AlertState::Open | AlertState::Closed { .. } => None,
    }));
    let mut days: Vec<NaiveDate> = Vec::new();
    days.extend(account.tasks.values().filter(|task| task.done.is_none()).filter_map(|task| task.due));
    if let Some(stage) = open_stage(board, account) {
        let renewal = account.next_renewal(now.today());
        for before in [rules.thresholds.soon, rules.thresholds.urgent] {
            days.extend(renewal.and_then(|date| date.checked_sub_days(Days::new(before.try_into().ok()?))));
        }
        days.extend(
            account
                .silent_since()
                .zip(stage.quiet_after_days)
                .and_then(|(last, days)| later(now, last, days)),
        );
        let weeks = board.pipeline().target_weeks;
        days.extend(account.started(board.pipeline()).and_then(|started| later(now, started, weeks * 7)));
    }
    turns.extend(days.into_iter().map(|date| moment(date, NaiveTime::MIN, now.zone)));
    turns.retain(|at| *at > now.at);
    turns.sort();
    turns.dedup();
    turns
}

fn later(now: &Now, at: DateTime<Utc>, days: u32) -> Option<NaiveDate> {
    now.date(at).checked_add_days(Days::new(days.into()))
}
