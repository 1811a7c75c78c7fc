//! Whose what is: which of the things that need a person wait for one specialist.

use super::attention::{Attention, AttentionRules, Reason, reasons, today_by};
use crate::state::board::Board;
use crate::state::values::account::Account;
use crate::state::values::alert::Alert;
use crate::state::values::roster::Roster;
use crate::state::values::time::Now;

/// Whether `name` looks after `account`; its tasks are theirs too.
pub fn owns(name: &str, account: &Account, roster: &Roster) -> bool {
    account.owner().is_some_and(|owner| roster.is_same(owner, name))
}

/// Whether `alert` was given to `name`.
pub fn is_given(name: &str, alert: &Alert, roster: &Roster) -> bool {
    alert.assignee.as_deref().is_some_and(|assignee| roster.is_same(assignee, name))
}

/// Why `account` needs `name` at `now`, the most urgent first: whatever it is for whoever looks after the account; for
/// others, only the alerts they were given.
pub fn reasons_for(
    name: &str,
    board: &Board,
    account: &Account,
    alerts: &[&Alert],
    now: &Now,
    rules: &AttentionRules,
) -> Vec<Reason> {
    if owns(name, account, &rules.roster) {
        return reasons(board, account, alerts, now, rules);
    }
    let given: Vec<&Alert> =
        alerts.iter().copied().filter(|alert| is_given(name, alert, &rules.roster)).collect();
    if given.is_empty() {
        return Vec::new();
    }
    let mut reasons = reasons(board, account, &given, now, rules);
    reasons.retain(|reason| matches!(reason, Reason::OpenAlert { .. }));
    reasons
}

/// Everyone on `board` who needs `name` at `now`, in the same order; see [`reasons_for`].
pub fn today_of(name: &str, board: &Board, now: &Now, rules: &AttentionRules) -> Vec<Attention> {
    today_by(board, now, |account, alerts| reasons_for(name, board, account, alerts, now, rules))
}
