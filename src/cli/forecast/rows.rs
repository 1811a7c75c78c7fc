//! What a forecast is made of, as scripts and spreadsheets see it.

use std::io::{self, IsTerminal, Write};

use serde::Serialize;

use crate::cli::CliError;
use crate::cli::output::Output;
use crate::intake::csv_escape;
use crate::state::query::forecast::ForecastRow;
use crate::state::query::forecast::Sum;
use crate::state::{Account, AccountId, Board, Currency, Money, MoneySum, RiskLevel};
use crate::text;

/// What an account adds to the sums of one currency.
pub(super) struct ForecastMember<'a> {
    pub(super) account: &'a Account,
    pub(super) currency: Option<Currency>,
    pub(super) stand: ForecastRow,
    pub(super) forecasted: Option<(Money, Money)>,
    pub(super) upcoming: Option<(Money, Money)>,
}

pub(super) const LINE_TITLES: [&str; 7] = [
    "Currency",
    "Stage",
    "Accounts",
    "Forecasted MRR",
    "Forecasted MRR Weighted",
    "Upcoming Invoice",
    "Upcoming Invoice Weighted",
];

pub(super) const MEMBER_TITLES: [&str; 9] = [
    "External ID",
    "Name",
    "Currency",
    "Stage",
    "Forecasted MRR",
    "Forecasted MRR Weighted",
    "Upcoming Invoice",
    "Upcoming Invoice Weighted",
    "Payment Risk",
];

impl<'a> ForecastMember<'a> {
    pub(super) fn csv(&self, board: &Board) -> Vec<String> {
        let amount = |money: Option<Money>| money.map(Money::decimal).unwrap_or_default();
        vec![
            self.account.id.to_string(),
            self.account.name().to_owned(),
            code(self.currency),
            label(board, self.stand),
            amount(self.forecasted.map(|(plain, _)| plain)),
            amount(self.forecasted.map(|(_, weighted)| weighted)),
            amount(self.upcoming.map(|(plain, _)| plain)),
            amount(self.upcoming.map(|(_, weighted)| weighted)),
            self.account.risk.level.to_string(),
        ]
    }

    pub(super) fn json<'b>(&self, board: &'b Board) -> MemberJson<'b>
    where
        'a: 'b,
    {
        let amount =
            |(plain, weighted): (Money, Money)| AmountJson { minor: plain.minor, weighted: weighted.minor };
        MemberJson {
            id: &self.account.id,
            name: self.account.name(),
            currency: self.currency,
            stage: stage(board, self.stand),
            risk: self.account.risk.level,
            forecasted_mrr: self.forecasted.map(amount),
            upcoming_invoice: self.upcoming.map(amount),
        }
    }
}

#[derive(Serialize)]
pub(super) struct ForecastLineJson<'a> {
    /// Null where no amount is known.
    pub(super) currency: Option<Currency>,
    /// Null off the board, `unmapped` in that column.
    pub(super) stage: Option<&'a str>,
    pub(super) accounts: usize,
    pub(super) forecasted_mrr: SumJson<'a>,
    pub(super) upcoming_invoice: SumJson<'a>,
}

#[derive(Serialize)]
pub(super) struct SumJson<'a> {
    pub(super) minor: i128,
    pub(super) weighted: i128,
    pub(super) accounts: &'a [AccountId],
}

impl<'a> SumJson<'a> {
    pub(super) fn new(sum: &'a Sum) -> Self {
        Self { minor: sum.plain, weighted: sum.weighted, accounts: &sum.accounts }
    }
}

#[derive(Serialize)]
pub(super) struct MemberJson<'a> {
    pub(super) id: &'a AccountId,
    pub(super) name: &'a str,
    pub(super) currency: Option<Currency>,
    pub(super) stage: Option<&'a str>,
    pub(super) risk: RiskLevel,
    pub(super) forecasted_mrr: Option<AmountJson>,
    pub(super) upcoming_invoice: Option<AmountJson>,
}

#[derive(Serialize)]
pub(super) struct AmountJson {
    pub(super) minor: i64,
    pub(super) weighted: i64,
}

pub(super) fn csv(
    out: &mut Output,
    titles: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
) -> Result<(), CliError> {
    let shown = io::stdout().is_terminal();
    let titles = titles.iter().map(|title| (*title).to_owned()).collect();
    for row in std::iter::once(titles).chain(rows) {
        let mut line = String::new();
        csv_escape::line(&mut line, row.iter().map(String::as_str));
        if shown {
            writeln!(out, "{}", text::clean(line.trim_end_matches('\n')))?;
        } else {
            out.write_all(line.as_bytes())?;
        }
    }
    Ok(())
}

/// The stage's id, as every `--json` says it.
pub(super) fn stage(board: &Board, stand: ForecastRow) -> Option<&str> {
    match stand {
        ForecastRow::Stage(position) => {
            board.pipeline().stages().get(position).map(|stage| stage.id.as_str())
        }
        ForecastRow::Unmapped => Some("unmapped"),
        ForecastRow::OffBoard => None,
    }
}

pub(super) fn label(board: &Board, stand: ForecastRow) -> String {
    match stand {
        ForecastRow::Stage(position) => board.pipeline().stages()[position].label.to_string(),
        ForecastRow::Unmapped => "Unmapped".to_owned(),
        ForecastRow::OffBoard => "Off the board".to_owned(),
    }
}

pub(super) fn code(currency: Option<Currency>) -> String {
    currency.map(|currency| currency.to_string()).unwrap_or_default()
}

/// An amount that is the sum of something.
pub(super) fn known(sum: &Sum, minor: i128, currency: Option<Currency>) -> Option<MoneySum> {
    currency.filter(|_| !sum.accounts.is_empty()).map(|currency| MoneySum::new(minor, currency))
}
