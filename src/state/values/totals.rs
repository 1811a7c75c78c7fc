//! How many accounts there are somewhere, and what they bring.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::money::{Currency, Money, MoneySum};

/// A number of accounts and the sums of their amounts, each currency by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountTotals {
    /// How many there are, with an amount or without.
    pub accounts: usize,
    currencies: BTreeMap<Currency, CurrencyTotal>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct CurrencyTotal {
    minor: i128,
    accounts: usize,
}

impl AccountTotals {
    /// Adds an account that brings `money`.
    pub fn add(&mut self, money: Option<Money>) {
        self.accounts += 1;
        if let Some(Money { currency, minor }) = money {
            let sum = self.currencies.entry(currency).or_default();
            sum.minor += i128::from(minor);
            sum.accounts += 1;
        }
    }

    /// Takes away an account that was added with `money`.
    pub fn subtract(&mut self, money: Option<Money>) {
        self.accounts -= 1;
        let Some(Money { currency, minor }) = money else { return };
        let Some(sum) = self.currencies.get_mut(&currency) else { return };
        sum.minor -= i128::from(minor);
        sum.accounts -= 1;
        if sum.accounts == 0 {
            self.currencies.remove(&currency);
        }
    }

    /// These accounts and those of `other`.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        self.accounts += other.accounts;
        for (currency, more) in &other.currencies {
            let sum = self.currencies.entry(*currency).or_default();
            sum.minor += more.minor;
            sum.accounts += more.accounts;
        }
        self
    }

    /// The sums, the currency of most accounts first.
    pub fn sums(&self) -> Vec<MoneySum> {
        let mut sums: Vec<_> = self.currencies.iter().collect();
        sums.sort_by_key(|(_, sum)| Reverse(sum.accounts));
        sums.into_iter().map(|(currency, sum)| MoneySum::new(sum.minor, *currency)).collect()
    }
}
