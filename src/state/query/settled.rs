//! Whether an account needs nobody, and never will unless something happens to it.

use chrono::DateTime;

use super::attention::{AttentionRules, reasons};
use crate::state::board::{Board, Position};
use crate::state::values::account::Account;
use crate::state::values::time::Now;

/// Whether time alone can never give a reason to look at `account`: its onboarding is over or never began, and nothing
/// about it is pending.
pub fn is_settled(board: &Board, account: &Account) -> bool {
    let awaits_nothing = match board.position_of(account) {
        Position::OffBoard => true,
        Position::InStage(_, stage) => stage.is_closed() && stage.awaits.is_none(),
        Position::Unmapped(_) => false,
    };
    // Without anything pending, every moment gives the same answer.
    let now = Now::utc(DateTime::UNIX_EPOCH);
    awaits_nothing
        && !has_pending(board, account)
        && reasons(board, account, &[], &now, &AttentionRules::new(0, 0)).is_empty()
}

/// Whether something about `account` waits for a person, a day, or another account.
fn has_pending(board: &Board, account: &Account) -> bool {
    account.snooze.is_some()
        || account.cover.is_some()
        || account.tasks.values().any(|task| task.done.is_none())
        || account.calls.values().any(|call| call.outcome.is_none())
        || account.findings.values().any(|finding| !finding.dismissed)
        || board.alerts_of(&account.id).any(|alert| !alert.is_closed())
}
