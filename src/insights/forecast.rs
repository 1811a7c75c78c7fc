//! Last month's forecast beside what was paid: how far risks were judged well.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Months, NaiveDate, NaiveTime, Utc};

use super::visits::Traveled;
use super::window::{CountedDays, month_of};
use crate::state::query::forecast::{ForecastRow, RiskWeights};
use crate::state::values::account::RiskLevel;
use crate::state::values::time;
use crate::state::{Account, AccountId, Board, Currency, FactKey, Money, MoneySum, Now, Signal, SignalData};

/// A month that is over, and when it began and ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForecastMonth {
    /// Its first day.
    pub first: NaiveDate,
    /// The last moment before it, and its own last one: as of these its boards are read.
    pub moments: [DateTime<Utc>; 2],
}

impl ForecastMonth {
    /// The latest month that is over by the end of `window`, and by now.
    pub fn of(window: &CountedDays, now: &Now) -> Self {
        let boundary = window.last().succ_opt().unwrap_or(window.last()).min(now.today());
        let next = month_of(boundary);
        let first = next.checked_sub_months(Months::new(1)).unwrap_or(next);
        let before = |day| time::moment(day, NaiveTime::MIN, now.zone) - chrono::TimeDelta::milliseconds(1);
        Self { first, moments: [before(first), before(next)] }
    }
}

/// The board as the journal had it when a month began, and when it ended.
#[derive(Clone, Debug)]
pub struct MonthBoards {
    pub month: ForecastMonth,
    pub began: Board,
    pub ended: Board,
}

/// What was expected of the accounts of one risk in one currency, and what came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForecastOutcome {
    pub currency: Currency,
    /// As it was judged when the month began.
    pub risk: RiskLevel,
    /// Whose forecast was counted then.
    pub accounts: Vec<AccountId>,
    /// Their forecasted MRR, as it was and weighted.
    pub forecast: MoneySum,
    pub weighted: MoneySum,
    /// What each amount counted for, in percent.
    pub weight: u8,
    /// Of whom it is known what they paid in the month.
    pub known: Vec<AccountId>,
    pub paid: MoneySum,
    /// What was expected of these.
    pub of_known: MoneySum,
}

/// By currency, and by risk.
pub(super) fn measure(
    boards: &MonthBoards,
    weights: RiskWeights,
    all: &[Traveled<'_>],
) -> Vec<ForecastOutcome> {
    let MonthBoards { month, began, ended } = boards;
    let mut outcomes: BTreeMap<(Currency, RiskLevel), ForecastOutcome> = BTreeMap::new();
    let reading = PaymentReading::new(month, ended);
    for id in all.iter().map(|it| &it.account.id) {
        let Some(before) = began.get(id) else { continue };
        let is_counted = ForecastRow::of(began, before).group(began.pipeline()).is_counted();
        let Some(expected) = before.forecasted_mrr().filter(|_| is_counted) else { continue };
        let (currency, risk) = (expected.currency, before.risk.level);
        let sum = |minor| MoneySum::new(minor, currency);
        let outcome = outcomes.entry((currency, risk)).or_insert_with(|| ForecastOutcome {
            currency,
            risk,
            accounts: Vec::new(),
            forecast: sum(0),
            weighted: sum(0),
            weight: weights.percent(risk),
            known: Vec::new(),
            paid: sum(0),
            of_known: sum(0),
        });
        outcome.accounts.push(id.clone());
        outcome.forecast.minor += i128::from(expected.minor);
        outcome.weighted.minor += i128::from(weights.weigh(expected, risk).minor);
        if let Some(paid) = ended.get(id).and_then(|after| reading.paid(before, after, currency)) {
            outcome.known.push(id.clone());
            outcome.paid.minor += paid;
            outcome.of_known.minor += i128::from(expected.minor);
        }
    }
    outcomes.into_values().collect()
}

/// From what is read what was paid in a month.
struct PaymentReading {
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    /// Whether a file or a source said in that month what customers have paid in all: then who has paid no more has paid nothing.
    says_totals: bool,
}

impl PaymentReading {
    fn new(month: &ForecastMonth, ended: &Board) -> Self {
        let [from, until] = month.moments;
        let is_new = |account: &Arc<Account>| account.facts.get(&FactKey::Ltv).is_some_and(|it| it.at > from);
        Self { from, until, says_totals: ended.accounts().any(is_new) }
    }

    /// What an account paid in the month, in minor units of `currency`; nothing where that is not known.
    fn paid(&self, before: &Account, after: &Account, currency: Currency) -> Option<i128> {
        let total = |account: &Account| account.money(&FactKey::Ltv).filter(|it| it.currency == currency);
        if let (true, Some(had), Some(has)) = (self.says_totals, total(before), total(after)) {
            return Some(i128::from(has.minor.saturating_sub(had.minor)).max(0));
        }
        self.bills(after, currency)
    }

    /// The same from the bills that were paid, or could not be collected.
    fn bills(&self, account: &Account, currency: Currency) -> Option<i128> {
        let here = || account.signals.iter().filter(|it| self.from < it.at && it.at <= self.until);
        let mut invoices = BTreeSet::new();
        let (mut paid, mut is_told) = (0, false);
        for signal in here() {
            match &signal.data {
                SignalData::InvoicePaid { invoice, .. } if invoices.insert(invoice) => {
                    let amount = amount_of(account, signal).filter(|amount| amount.currency == currency)?;
                    paid += i128::from(amount.minor);
                    is_told = true;
                }
                SignalData::InvoicePaymentFailed { .. }
                | SignalData::InvoiceVoided { .. }
                | SignalData::InvoiceUncollectible { .. } => is_told = true,
                _ => {}
            }
        }
        is_told.then_some(paid)
    }
}

/// What a bill was over that was paid: as it was said when it could not be collected, or when it was announced.
fn amount_of(account: &Account, paid: &Signal) -> Option<Money> {
    let SignalData::InvoicePaid { invoice: of, subscription: whose } = &paid.data else { return None };
    let mut before = account.signals.iter().rev().filter(|it| it.at <= paid.at);
    let failed = before.clone().find_map(|it| match &it.data {
        SignalData::InvoicePaymentFailed { invoice, amount, .. } if invoice == of => Some(*amount),
        _ => None,
    });
    failed.or_else(|| {
        before.find_map(|it| match &it.data {
            SignalData::InvoiceUpcoming { subscription, amount, .. }
                if Some(subscription) == whose.as_ref() =>
            {
                Some(*amount)
            }
            _ => None,
        })
    })
}
