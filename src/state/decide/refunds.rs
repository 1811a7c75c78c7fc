//! Refunds and adjustments, as a person records them.

use chrono::{DateTime, Utc};

use crate::state::event::{Change, Event};
use crate::state::refusal::Refusal;
use crate::state::values::account::Account;
use crate::state::values::actor::Actor;
use crate::state::values::money::Money;
use crate::state::values::refund::{Refund, RefundKind};

/// The event that `amount` was given back to `account`. It is more than nothing, and has a reason.
pub(super) fn record(
    account: &Account,
    kind: RefundKind,
    amount: Money,
    reason: &str,
    by: &Actor,
    now: DateTime<Utc>,
) -> Result<Vec<Event>, Refusal> {
    if amount.minor <= 0 {
        return Err(Refusal::RefundNeedsAmount { kind });
    }
    if reason.trim().is_empty() {
        return Err(Refusal::RefundNeedsReason { kind });
    }
    let refund = Refund { at: now, by: by.clone().into(), kind, amount, reason: reason.trim().into() };
    Ok(vec![Change::RefundRecorded { refund }.on(&account.id)])
}
