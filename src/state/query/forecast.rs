//! What revenue asks: what the accounts of each stage are expected to pay, plain and weighted by payment risk.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::state::board::{Board, Position};
use crate::state::values::account::{Account, AccountId, RiskLevel};
use crate::state::values::money::{Currency, Money};
use crate::state::values::pipeline::Pipeline;
use crate::state::values::signal::SignalKind;

/// How much of an amount is counted on at each payment risk, in percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RiskWeights {
    /// Where nobody sees a risk.
    pub none: u8,
    /// At a low risk.
    pub low: u8,
    /// At a medium risk.
    pub medium: u8,
    /// At a high risk.
    pub high: u8,
}

impl Default for RiskWeights {
    fn default() -> Self {
        Self { none: 100, low: 90, medium: 60, high: 20 }
    }
}

impl RiskWeights {
    /// The percentage counted on at `level`.
    pub fn percent(&self, level: RiskLevel) -> u8 {
        match level {
            RiskLevel::None => self.none,
            RiskLevel::Low => self.low,
            RiskLevel::Medium => self.medium,
            RiskLevel::High => self.high,
        }
    }

    /// What of `money` is counted on at `level`, in whole minor units, half of one rounded up. Each account is
    /// rounded for itself, so that the accounts behind a sum add up to it.
    pub fn weigh(&self, money: Money, level: RiskLevel) -> Money {
        let hundredths = i128::from(money.minor) * i128::from(self.percent(level));
        let minor = (hundredths + 50).div_euclid(100);
        Money::new(saturated(minor), money.currency)
    }
}

fn saturated(minor: i128) -> i64 {
    i64::try_from(minor).unwrap_or(if minor < 0 { i64::MIN } else { i64::MAX })
}

/// Where the accounts of a line stand: the stages in their order, then what stands in none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ForecastRow {
    /// In the stage at this position of the pipeline.
    Stage(usize),
    /// Under a label that no stage answers to.
    Unmapped,
    /// Off the board.
    OffBoard,
}

impl ForecastRow {
    /// Where `account` stands on `board`.
    pub fn of(board: &Board, account: &Account) -> Self {
        match board.position_of(account) {
            Position::InStage(position, _) => Self::Stage(position),
            Position::Unmapped(_) => Self::Unmapped,
            Position::OffBoard => Self::OffBoard,
        }
    }
}

/// What became of the accounts of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ForecastGroup {
    /// Onboarding goes on.
    Open,
    /// Onboarding is over, and they stayed.
    Won,
    /// They churned. In no total.
    Lost,
    /// They never came onto the board. In no total.
    OffBoard,
}

impl ForecastGroup {
    /// Whether a total counts it.
    pub fn is_counted(self) -> bool {
        match self {
            Self::Open | Self::Won => true,
            Self::Lost | Self::OffBoard => false,
        }
    }
}

impl ForecastRow {
    /// The group of a row of `pipeline`. Where a canceled subscription leads is lost.
    pub fn group(self, pipeline: &Pipeline) -> ForecastGroup {
        match self {
            Self::Stage(position) => match pipeline.stages().get(position) {
                Some(stage) if stage.entered_by == Some(SignalKind::SubscriptionCanceled) => {
                    ForecastGroup::Lost
                }
                Some(stage) if stage.is_closed() => ForecastGroup::Won,
                Some(_) | None => ForecastGroup::Open,
            },
            Self::Unmapped => ForecastGroup::Open,
            Self::OffBoard => ForecastGroup::OffBoard,
        }
    }
}

/// A sum, and the accounts behind it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// As it is, in minor units.
    pub plain: i128,
    /// Weighted by payment risk, in minor units.
    pub weighted: i128,
    /// Whose amounts are in it, by id.
    pub accounts: Vec<AccountId>,
}

impl Sum {
    fn add(&mut self, account: &AccountId, plain: Money, weighted: Money) {
        self.plain += i128::from(plain.minor);
        self.weighted += i128::from(weighted.minor);
        self.accounts.push(account.clone());
    }

    fn join(&mut self, other: &Self) {
        self.plain += other.plain;
        self.weighted += other.weighted;
        self.accounts.extend(other.accounts.iter().cloned());
    }
}

/// The accounts of one stage with amounts in one currency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Amounts {
    /// Those accounts, by id.
    pub accounts: Vec<AccountId>,
    /// What revenue expects of them per month.
    pub forecasted: Sum,
    /// Their upcoming invoices.
    pub upcoming: Sum,
}

impl Amounts {
    /// The amounts of several stages, in one currency.
    pub fn total<'a>(lines: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut total = Self::default();
        for line in lines {
            total.accounts.extend(line.accounts.iter().cloned());
            total.forecasted.join(&line.forecasted);
            total.upcoming.join(&line.upcoming);
        }
        total
    }
}

/// What is expected per currency and stage. Different currencies are never added up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forecast {
    /// By currency and stage; where there is no account, there is no line. An account with amounts in two
    /// currencies is in a line of each.
    pub lines: BTreeMap<(Currency, ForecastRow), Amounts>,
    /// Accounts of which no amount is known, per stage: they are in no sum, and that should be seen.
    pub unknown: BTreeMap<ForecastRow, Amounts>,
}

impl Forecast {
    /// What is expected of everybody on `board`, counting on `weights`.
    pub fn of(board: &Board, weights: &RiskWeights) -> Self {
        Self::of_accounts(board, board.accounts(), weights)
    }

    /// What is expected of those `accounts` on `board`, counting on `weights`.
    pub fn of_accounts<'a>(
        board: &Board,
        accounts: impl Iterator<Item = &'a Arc<Account>>,
        weights: &RiskWeights,
    ) -> Self {
        let mut forecast = Self::default();
        let mut accounts: Vec<_> = accounts.collect();
        accounts.sort_by(|a, b| a.id.cmp(&b.id));
        for account in accounts {
            let row = ForecastRow::of(board, account);
            let expected = Expected::of(account, weights);
            for currency in expected.currencies() {
                let amounts = forecast.lines.entry((currency, row)).or_default();
                amounts.accounts.push(account.id.clone());
                let sums = [&mut amounts.forecasted, &mut amounts.upcoming];
                let parts = [expected.forecasted_in(currency), expected.upcoming_in(currency)];
                for (sum, part) in sums.into_iter().zip(parts) {
                    if let Some((plain, weighted)) = part {
                        sum.add(&account.id, plain, weighted);
                    }
                }
            }
            if expected.currencies().next().is_none() {
                forecast.unknown.entry(row).or_default().accounts.push(account.id.clone());
            }
        }
        forecast
    }

    /// The currencies there are amounts in: the one that most accounts pay in first, those with as many by code.
    pub fn currencies(&self) -> Vec<Currency> {
        let mut accounts: BTreeMap<Currency, usize> = BTreeMap::new();
        for ((currency, _), amounts) in &self.lines {
            *accounts.entry(*currency).or_default() += amounts.accounts.len();
        }
        let mut currencies: Vec<_> = accounts.into_iter().collect();
        currencies.sort_by_key(|(currency, accounts)| (std::cmp::Reverse(*accounts), *currency));
        currencies.into_iter().map(|(currency, _)| currency).collect()
    }

    /// The lines of one currency, in the order of the stages.
    pub fn of_currency(&self, currency: Currency) -> impl Iterator<Item = (ForecastRow, &Amounts)> {
        let lines = self.lines.range((currency, ForecastRow::Stage(0))..=(currency, ForecastRow::OffBoard));
        lines.map(|((_, row), amounts)| (*row, amounts))
    }
}

/// What one account is expected to pay: each amount plain, and weighted by its payment risk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// Per month.
    forecasted: Option<(Money, Money)>,
    /// The upcoming invoices, once per currency.
    upcoming: Vec<(Money, Money)>,
}

impl Expected {
    /// What `account` is expected to pay, counting on `weights`.
    pub fn of(account: &Account, weights: &RiskWeights) -> Self {
        let weighed = |money: Money| (money, weights.weigh(money, account.risk.level));
        Self {
            forecasted: account.forecasted_mrr().map(weighed),
            upcoming: account.upcoming_invoices().into_iter().map(weighed).collect(),
        }
    }

    /// What is expected per month, if that is in `currency`.
    pub fn forecasted_in(&self, currency: Currency) -> Option<(Money, Money)> {
        self.forecasted.filter(|(plain, _)| plain.currency == currency)
    }

    /// The upcoming invoices in `currency`.
    pub fn upcoming_in(&self, currency: Currency) -> Option<(Money, Money)> {
        self.upcoming.iter().find(|(plain, _)| plain.currency == currency).copied()
    }

    /// The currencies of its amounts, each once.
    pub fn currencies(&self) -> impl Iterator<Item = Currency> {
        let first = self.forecasted.map(|(money, _)| money.currency);
        let others = self.upcoming.iter().map(|(money, _)| money.currency);
        first.into_iter().chain(others.filter(move |other| Some(*other) != first))
    }
}
