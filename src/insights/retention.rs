//! Whether they stay: logo retention after three months.

use std::collections::BTreeMap;

use chrono::{DateTime, Months, NaiveDate, NaiveTime, Utc};

use super::bounds::Asked;
use super::visits::{Traveled, is_churned};
use super::window::month_of;
use crate::state::values::signal::SignalKind;
use crate::state::values::time;
use crate::state::{AccountId, Currency, FactKey, MoneySum};

/// After so many months it is looked at who stayed.
pub const AFTER_MONTHS: u32 = 3;

/// How many of 100 should stay.
pub const SHOULD_STAY: u32 = 90;

/// The accounts that came onto the board for the first time in a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retention {
    /// The first day of the month.
    pub start: NaiveDate,
    pub accounts: Vec<AccountId>,
    /// Who had not churned [`AFTER_MONTHS`] after they came, or by the end of the window.
    pub stayed: Vec<AccountId>,
    /// What the others were expected to pay a month, per currency.
    pub lost: Vec<MoneySum>,
    /// Whether all have been there for [`AFTER_MONTHS`].
    pub is_finished: bool,
}

/// By month of the start: those of the window, and of the months before it whose three months end in it.
pub(super) fn measure(asked: &Asked<'_>, all: &[Traveled<'_>]) -> Vec<Retention> {
    let Asked { now, window, end, .. } = asked;
    let (end, last_day) = (*end, now.date(*end));
    let apart = Months::new(AFTER_MONTHS);
    let first = month_of(window.first()).checked_sub_months(apart).unwrap_or(window.first());
    let earliest = time::moment(first, NaiveTime::MIN, now.zone);
    let mut months: BTreeMap<NaiveDate, (Retention, BTreeMap<Currency, i128>)> = BTreeMap::new();
    for traveled in all {
        let Some(entered) = traveled.entered().filter(|at| *at < end && *at >= earliest) else {
            continue;
        };
        let day = now.date(entered);
        let start = month_of(day);
        let (retention, lost) = months.entry(start).or_insert_with(|| {
            let last = start.checked_add_months(Months::new(1 + AFTER_MONTHS));
            let is_finished = last.is_some_and(|last| last <= last_day);
            let (accounts, stayed) = (Vec::new(), Vec::new());
            (Retention { start, accounts, stayed, lost: Vec::new(), is_finished }, BTreeMap::new())
        });
        let account = traveled.account;
        retention.accounts.push(account.id.clone());
        let until = day.checked_add_months(apart);
        let until = until.map_or(end, |day| time::moment(day, NaiveTime::MIN, now.zone)).min(end);
        if churned(traveled, asked).is_none_or(|at| at >= until) {
            retention.stayed.push(account.id.clone());
        } else if let Some(money) = account.forecasted_mrr() {
            *lost.entry(money.currency).or_default() += i128::from(money.minor);
        }
    }
    let measured = |(mut retention, lost): (Retention, BTreeMap<Currency, i128>)| {
        retention.lost = lost.into_iter().map(|(currency, minor)| MoneySum::new(minor, currency)).collect();
        retention
    };
    months.into_values().map(measured).collect()
}

/// When it churned first: all it had subscribed to ended, it came to the stage for that, or a file said so.
fn churned(traveled: &Traveled<'_>, asked: &Asked<'_>) -> Option<DateTime<Utc>> {
    let (pipeline, zone) = (asked.pipeline(), asked.now.zone);
    let account = traveled.account;
    let ended = |kind: SignalKind| kind == SignalKind::SubscriptionCanceled;
    let told = account.signals.iter().find(|signal| ended(signal.data.kind())).map(|signal| signal.at);
    let came = traveled.first_in(|at| is_churned(pipeline, Some(at))).map(|visit| visit.entered);
    let filed = account.date(&FactKey::Churned).map(|day| time::moment(day, NaiveTime::MIN, zone));
    [told, came, filed].into_iter().flatten().min()
}
