//! Whose what is: which of the things that need a person wait for one specialist.

use super::account::Account;
use super::alert::Alert;
use super::attention::{Nearness, Reason, reasons};
use super::board::Board;
use super::time::Now;

/// Whether two names are one person's, whatever the case.
pub fn is_same(name: &str, other: &str) -> bool {
    name == other || name.to_lowercase() == other.to_lowercase()
}

/// Whether `name` looks after `account`; its tasks are theirs too.
pub fn owns(name: &str, account: &Account) -> bool {
    account.owner().is_some_and(|owner| is_same(owner, name))
}

/// Whether `alert` was given to `name`.
pub fn is_given(name: &str, alert: &Alert) -> bool {
    alert.assignee.as_deref().is_some_and(|assignee| is_same(assignee, name))
}

/// Why `account` needs `name` at `now`, the most urgent first: whatever it is for whoever looks after the account; for
/// others, only the alerts they were given.
pub fn reasons_for(
    name: &str,
    board: &Board,
    account: &Account,
    alerts: &[&Alert],
    now: &Now,
    nearness: Nearness,
) -> Vec<Reason> {
    if owns(name, account) {
        return reasons(board, account, alerts, now, nearness);
    }
    let given: Vec<&Alert> = alerts.iter().copied().filter(|alert| is_given(name, alert)).collect();
    if given.is_empty() {
        return Vec::new();
    }
    let mut reasons = reasons(board, account, &given, now, nearness);
    reasons.retain(|reason| matches!(reason, Reason::OpenAlert { .. }));
    reasons
}
