//! Making one account of two.

use crate::state::board::Board;
use crate::state::event::{Change, Event};
use crate::state::refusal::Refusal;
use crate::state::values::account::AccountId;
use crate::state::values::alert::Alert;

/// What is known of `from` goes to `into`, with its alerts; its id leads there from then on. Nothing when they are one
/// already.
pub(super) fn merge(board: &Board, from: &AccountId, into: &AccountId) -> Result<Vec<Event>, Refusal> {
    let (from, into) = (&board.account(from)?.id, &board.account(into)?.id);
    if from == into {
        return Ok(Vec::new());
    }
    let alerts = board.alerts_of(from).map(|alert| Change::AlertChanged {
        key: alert.key.clone(),
        from: Some(Box::new((**alert).clone())),
        to: Some(Box::new(Alert { account: into.clone(), ..(**alert).clone() })),
    });
    let merged = Change::MergedInto { into: into.clone() }.on(from);
    let took_over = Change::TookOver { other: from.clone() }.on(into);
    Ok([merged, took_over].into_iter().chain(alerts.map(|change| change.on(into))).collect())
}
