//! What was refunded in a month, per currency and stage.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};

use super::forecast::ForecastRow;
use crate::state::board::Board;
use crate::state::values::account::{Account, AccountId};
use crate::state::values::money::{Currency, MoneySum};
use crate::state::values::time::Now;

/// A sum of refunds, and whose they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refunded {
    /// In minor units. Different currencies are never added up.
    pub minor: i128,
    /// By id, each once.
    pub accounts: Vec<AccountId>,
}

/// What `accounts` were refunded in the month of `now`, by currency and by where they stand now.
pub fn this_month<'a>(
    board: &Board,
    accounts: impl Iterator<Item = &'a Arc<Account>>,
    now: &Now,
) -> BTreeMap<(Currency, ForecastRow), Refunded> {
    let month = |date: NaiveDate| (date.year(), date.month());
    let this = month(now.today());
    let mut sums: BTreeMap<(Currency, ForecastRow), Refunded> = BTreeMap::new();
    let mut refunded: Vec<&Arc<Account>> = accounts.filter(|account| !account.refunds.is_empty()).collect();
    refunded.sort_by(|a, b| a.id.cmp(&b.id));
    for account in refunded {
        let row = ForecastRow::of(board, account);
        for refund in account.refunds.iter().filter(|refund| month(now.date(refund.at)) == this) {
            let sum = sums.entry((refund.amount.currency, row)).or_default();
            sum.minor += i128::from(refund.amount.minor);
            if sum.accounts.last() != Some(&account.id) {
                sum.accounts.push(account.id.clone());
            }
        }
    }
    sums
}

/// The same by currency alone.
pub fn by_currency(sums: &BTreeMap<(Currency, ForecastRow), Refunded>) -> Vec<MoneySum> {
    MoneySum::totals(sums.iter().map(|((currency, _), sum)| (*currency, sum.minor)))
}
