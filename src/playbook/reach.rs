//! Whether a playbook would change anything for an account, and whether it can be set off.

use super::rule::{Condition, EvalContext, Playbook, Playbooks, Reaction, Ternary};
use super::schedule::unserved;
use crate::state::{Account, AlertKind, Board, Now};

/// Whether `playbook`, if it is on, acts on `account`: now where time sets it off, else as soon as what it waits for
/// happens.
pub fn reaches(
    board: &Board,
    playbooks: &Playbooks,
    playbook: &Playbook,
    account: &Account,
    now: Now,
) -> bool {
    let context = EvalContext { board, account, signal: None, team: &playbooks.team, now };
    let holds = |condition: &Condition| match condition.holds(&context) {
        Ternary::Yes => true,
        Ternary::No => false,
        Ternary::Unknown => condition.asks_the_signal(),
    };
    (!playbook.on.is_timed() || unserved(playbook, account, &now).is_some())
        && playbook.when.iter().all(holds)
        && !playbook.then.iter().all(|action| action.is_so(playbook, account))
}

/// Whether all that `playbook` would bring about is so already.
pub(super) fn is_all_so(playbook: &Playbook, context: &EvalContext<'_>) -> bool {
    playbook.then.iter().all(|action| match action {
        Reaction::Close(kind) => !has_alert(*kind, context),
        other => other.is_so(playbook, context.account),
    })
}

/// Whether there is an alert of `kind` to close.
fn has_alert(kind: AlertKind, context: &EvalContext<'_>) -> bool {
    let mut alerts = context.board.alerts_of(&context.account.id);
    alerts.any(|alert| alert.kind == kind && !alert.is_closed())
}
