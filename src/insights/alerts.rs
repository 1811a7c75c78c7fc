//! What became of alerts.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::bounds::Asked;
use super::usual;
use super::visits::Traveled;
use crate::state::values::alert::{Alert, AlertKind, AlertState};
use crate::state::{AccountId, Currency, MoneySum};

/// The alerts of one kind that were opened in the window. One entry an alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertOutcomes {
    pub kind: AlertKind,
    pub opened: Vec<AccountId>,
    /// Who was on it, and how many minutes half of these took at most, where they are enough.
    pub acknowledged: Vec<AccountId>,
    pub to_acknowledge: Option<i64>,
    /// Which are closed, by outcome, and how many minutes half of these took at most, where they are enough.
    pub closed: BTreeMap<Arc<str>, Vec<AccountId>>,
    pub to_close: Option<i64>,
    /// What was paid after all, per currency: the amounts of failed payments that closed because the invoice was paid.
    pub recovered: Vec<MoneySum>,
}

/// What the playbook of failed payments says of an invoice that was paid.
const PAID: &str = "paid";

/// The same while it is counted.
struct AlertsSoFar {
    outcomes: AlertOutcomes,
    to_acknowledge: Vec<i64>,
    to_close: Vec<i64>,
    recovered: BTreeMap<Currency, i128>,
}

impl AlertsSoFar {
    fn new(kind: AlertKind) -> Self {
        let outcomes = AlertOutcomes::new(kind);
        Self { outcomes, to_acknowledge: Vec::new(), to_close: Vec::new(), recovered: BTreeMap::new() }
    }

    /// Takes in `alert` as it stood at `end`, as far as that is still known.
    fn take(&mut self, alert: &Alert, end: DateTime<Utc>) {
        let id = &alert.account;
        self.outcomes.opened.push(id.clone());
        if let Some(at) = alert.acknowledged_at.filter(|at| *at < end) {
            self.outcomes.acknowledged.push(id.clone());
            self.to_acknowledge.push((at - alert.opened).num_minutes());
        }
        let AlertState::Closed { at, outcome, .. } = &alert.state else { return };
        if *at >= end {
            return;
        }
        self.outcomes.closed.entry(outcome.clone()).or_default().push(id.clone());
        self.to_close.push((*at - alert.opened).num_minutes());
        let was_paid = alert.kind == AlertKind::FailedPayment && outcome.eq_ignore_ascii_case(PAID);
        if let Some(amount) = alert.amount.filter(|_| was_paid) {
            *self.recovered.entry(amount.currency).or_default() += i128::from(amount.minor);
        }
    }

    fn measured(self) -> AlertOutcomes {
        let Self { mut outcomes, mut to_acknowledge, mut to_close, recovered } = self;
        to_acknowledge.sort_unstable();
        to_close.sort_unstable();
        outcomes.to_acknowledge = usual(&to_acknowledge, 50);
        outcomes.to_close = usual(&to_close, 50);
        outcomes.recovered =
            recovered.into_iter().map(|(currency, minor)| MoneySum::new(minor, currency)).collect();
        outcomes
    }
}

/// The alerts about these accounts, which stand in the order of their ids, that were raised in the window.
pub(super) fn raised<'a>(asked: &Asked<'a>, all: &[Traveled<'_>]) -> Vec<&'a Arc<Alert>> {
    let is_raised = |alert: &&Arc<Alert>| asked.holds(alert.opened) && alert.opened < asked.end;
    let is_theirs =
        |alert: &&Arc<Alert>| all.binary_search_by(|it| it.account.id.cmp(&alert.account)).is_ok();
    let mut raised: Vec<_> = asked.board.alerts().filter(is_raised).filter(is_theirs).collect();
    raised.sort_by(|a, b| (&a.account, &a.key).cmp(&(&b.account, &b.key)));
    raised
}

pub(super) fn count(asked: &Asked<'_>, raised: &[&Arc<Alert>]) -> Vec<AlertOutcomes> {
    let mut kinds: BTreeMap<AlertKind, AlertsSoFar> = BTreeMap::new();
    for alert in raised {
        kinds.entry(alert.kind).or_insert_with(|| AlertsSoFar::new(alert.kind)).take(alert, asked.end);
    }
    kinds.into_values().map(AlertsSoFar::measured).collect()
}

impl AlertOutcomes {
    fn new(kind: AlertKind) -> Self {
        Self {
            kind,
            opened: Vec::new(),
            acknowledged: Vec::new(),
            to_acknowledge: None,
            closed: BTreeMap::new(),
            to_close: None,
            recovered: Vec::new(),
        }
    }
}
