//! `gangplank forecast`.

mod rows;

use std::io::Write;

use clap::Args;

use rows::{
    ForecastLineJson, ForecastMember, LINE_TITLES, MEMBER_TITLES, SumJson, code, csv, known, label, stage,
};

use super::json;
use super::list::StageFilter;
use super::output::{Output, TextRole};
use super::table::{TextCell, TextColumn, TextTable};
use super::{CliError, Context, notify};
use crate::prose::lists::plural;
use crate::state::query::forecast::ForecastRow;
use crate::state::query::forecast::{Amounts, Expected, Sum};
use crate::state::values::money::NotACurrency;
use crate::state::{AccountId, Board, Currency, Forecast, Money, MoneySum, RiskLevel, RiskWeights};

/// Show the expected revenue by currency and stage, plain and weighted by payment risk
///
/// FORECAST is the sum of forecasted MRR, UPCOMING of upcoming invoices. The WEIGHTED column after each counts only a
/// part of every amount, by the account's payment risk, as `forecast` in config.toml says. Currencies are never added.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank forecast\n\
    \x20 gangplank forecast --accounts --stage 3a --currency USD\n\
    \x20 gangplank forecast --csv > forecast.csv")]
pub struct ForecastArgs {
    /// List the accounts behind the numbers
    #[arg(long)]
    accounts: bool,
    /// Only accounts in this stage (3a, or its label) or bucket (3), off the board (none), or under a label of no
    /// stage (unmapped)
    #[arg(long, value_name = "STAGE")]
    stage: Option<String>,
    /// Only amounts in this currency, such as USD; none shows the accounts without an amount
    #[arg(long, value_name = "CODE", value_parser = wanted)]
    currency: Option<CurrencyFilter>,
    /// Write CSV; spreadsheets read no cell as a formula
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &ForecastArgs, context: &mut Context) -> Result<(), CliError> {
    let session = context.open()?;
    let board = session.board();
    if board.is_empty() && !args.json {
        notify("there are no accounts yet: import some with `gangplank import FILE`");
    }
    let filter = args.stage.as_deref().map(|text| StageFilter::parse(text, board)).transpose()?;
    let weights = context.config.forecast;
    let mut forecast = Forecast::of(board, &weights);
    let takes = |account: &AccountId| {
        filter
            .as_ref()
            .is_none_or(|filter| board.get(account).is_some_and(|account| filter.takes(board, account)))
    };
    // All accounts of a line stand in the same place.
    forecast.lines.retain(|(currency, _), amounts| {
        args.currency.is_none_or(|wanted| wanted.0 == Some(*currency))
            && amounts.accounts.first().is_some_and(takes)
    });
    forecast.unknown.retain(|_, amounts| {
        args.currency.is_none_or(|wanted| wanted.0.is_none()) && amounts.accounts.first().is_some_and(takes)
    });
    let report = ForecastReport { board, forecast: &forecast, weights };
    match (args.accounts, args.json, args.csv) {
        (true, true, _) => json::write_all(&mut context.out, report.members().map(|it| it.json(board)))?,
        (false, true, _) => json::write_all(&mut context.out, report.json())?,
        (true, false, true) => {
            csv(&mut context.out, &MEMBER_TITLES, report.members().map(|it| it.csv(board)))?;
        }
        (false, false, true) => csv(&mut context.out, &LINE_TITLES, report.csv())?,
        (true, false, false) => report.accounts(&mut context.out)?,
        (false, false, false) => report.table(&mut context.out)?,
    }
    let unknown: usize = forecast.unknown.values().map(|amounts| amounts.accounts.len()).sum();
    if unknown > 0 && !args.accounts && !args.json && !args.csv {
        let who = plural(unknown, "account is", "accounts are");
        notify(&format!(
            "{who} in no sum, because no amount is known: see `gangplank forecast --accounts --currency none`"
        ));
    }
    Ok(())
}

/// A currency, or none.
#[derive(Clone, Copy, Debug)]
struct CurrencyFilter(Option<Currency>);

fn wanted(text: &str) -> Result<CurrencyFilter, NotACurrency> {
    if text.eq_ignore_ascii_case("none") {
        Ok(CurrencyFilter(None))
    } else {
        Ok(CurrencyFilter(Some(text.parse()?)))
    }
}

/// What a forecast says, for people, spreadsheets and scripts.
struct ForecastReport<'a> {
    board: &'a Board,
    forecast: &'a Forecast,
    weights: RiskWeights,
}

impl<'a> ForecastReport<'a> {
    /// Every line, those of no currency last.
    fn lines(&self) -> impl Iterator<Item = (Option<Currency>, ForecastRow, &'a Amounts)> {
        let known = self.forecast.lines.iter();
        let known = known.map(|((currency, stand), amounts)| (Some(*currency), *stand, amounts));
        known.chain(self.forecast.unknown.iter().map(|(stand, amounts)| (None, *stand, amounts)))
    }

    /// Every account behind a number, with what it adds to which.
    fn members(&self) -> impl Iterator<Item = ForecastMember<'a>> {
        let (board, weights) = (self.board, self.weights);
        self.lines().flat_map(move |(currency, stand, amounts)| {
            let accounts = amounts.accounts.iter().filter_map(|id| board.get(id));
            accounts.map(move |account| {
                let expected = Expected::of(account, &weights);
                let here = |(plain, _): &(Money, Money)| Some(plain.currency) == currency;
                ForecastMember {
                    account,
                    currency,
                    stand,
                    forecasted: expected.forecasted.filter(here),
                    upcoming: expected.upcoming.filter(here),
                }
            })
        })
    }

    /// One table per currency for the eye, with totals; one table with a currency column for a pipe.
    fn table(&self, out: &mut Output) -> Result<(), CliError> {
        let columns = [
            TextColumn::cut("STAGE", 8),
            TextColumn::number("ACCOUNTS"),
            TextColumn::number("FORECAST"),
            TextColumn::number("WEIGHTED"),
            TextColumn::number("UPCOMING"),
            TextColumn::number("WEIGHTED"),
        ];
        if !out.aligned {
            let mut table = TextTable::new(&[&[TextColumn::text("CURRENCY")], &columns[..]].concat());
            for (currency, stand, amounts) in self.lines() {
                let code = (code(currency), TextRole::Plain);
                let cells = cells_of(label(self.board, stand), amounts, currency, TextRole::Plain);
                table.row([code].into_iter().chain(cells));
            }
            return Ok(table.write(out)?);
        }
        for (place, currency) in self.forecast.currencies().into_iter().enumerate() {
            if place > 0 {
                writeln!(out)?;
            }
            out.paint(TextRole::Title, &currency.to_string())?;
            writeln!(out)?;
            let mut table = TextTable::new(&columns);
            let mut open = Vec::new();
            for (stand, amounts) in self.forecast.of_currency(currency) {
                let is_open = matches!(stand, ForecastRow::Stage(at) if !self.board.pipeline().stages()[at].is_closed());
                open.extend(is_open.then_some(amounts));
                let role = if is_open { TextRole::Plain } else { TextRole::Quiet };
                table.row(cells_of(label(self.board, stand), amounts, Some(currency), role));
            }
            let all: Vec<_> = self.forecast.of_currency(currency).map(|(_, amounts)| amounts).collect();
            if !open.is_empty() && open.len() < all.len() {
                let total = Amounts::total(open.iter().copied());
                table.row(cells_of("Open stages".to_owned(), &total, Some(currency), TextRole::Title));
            }
            if all.len() > 1 {
                let total = Amounts::total(all);
                table.row(cells_of("Total".to_owned(), &total, Some(currency), TextRole::Title));
            }
            table.write(out)?;
        }
        Ok(())
    }

    fn accounts(&self, out: &mut Output) -> Result<(), CliError> {
        let mut table = TextTable::new(&[
            TextColumn::cut("NAME", 12),
            TextColumn::whole("ID", 12),
            TextColumn::text("CURRENCY"),
            TextColumn::cut("STAGE", 8),
            TextColumn::number("FORECAST"),
            TextColumn::number("WEIGHTED"),
            TextColumn::number("UPCOMING"),
            TextColumn::number("WEIGHTED"),
            TextColumn::text("RISK"),
        ]);
        for member in self.members() {
            let ForecastMember { account, currency, stand, forecasted, upcoming } = member;
            let amount = |money: Option<Money>| {
                (money.map(|money| money.to_string()).unwrap_or_default(), TextRole::Plain)
            };
            let risk = match account.risk.level {
                RiskLevel::None => (String::new(), TextRole::Plain),
                level @ (RiskLevel::Low | RiskLevel::Medium) => (level.to_string(), TextRole::Soon),
                level @ RiskLevel::High => (level.to_string(), TextRole::Urgent),
            };
            table.row([
                (account.name().to_owned(), TextRole::Plain),
                (account.id.to_string(), TextRole::Quiet),
                (code(currency), TextRole::Plain),
                (label(self.board, stand), TextRole::Plain),
                amount(forecasted.map(|(plain, _)| plain)),
                amount(forecasted.map(|(_, weighted)| weighted)),
                amount(upcoming.map(|(plain, _)| plain)),
                amount(upcoming.map(|(_, weighted)| weighted)),
                risk,
            ]);
        }
        Ok(table.write(out)?)
    }

    fn json(&self) -> impl Iterator<Item = ForecastLineJson<'a>> {
        self.lines().map(|(currency, stand, amounts)| ForecastLineJson {
            currency,
            stage: stage(self.board, stand),
            accounts: amounts.accounts.len(),
            forecasted_mrr: SumJson::new(&amounts.forecasted),
            upcoming_invoice: SumJson::new(&amounts.upcoming),
        })
    }

    fn csv(&self) -> impl Iterator<Item = Vec<String>> {
        self.lines().map(|(currency, stand, Amounts { accounts, forecasted, upcoming })| {
            let amount =
                |sum: &Sum, minor| known(sum, minor, currency).map(MoneySum::decimal).unwrap_or_default();
            vec![
                code(currency),
                label(self.board, stand),
                accounts.len().to_string(),
                amount(forecasted, forecasted.plain),
                amount(forecasted, forecasted.weighted),
                amount(upcoming, upcoming.plain),
                amount(upcoming, upcoming.weighted),
            ]
        })
    }
}

/// A line of the table; a sum behind which there is nobody is left blank, for it is unknown rather than zero.
fn cells_of(label: String, amounts: &Amounts, currency: Option<Currency>, role: TextRole) -> [TextCell; 6] {
    let Amounts { accounts, forecasted, upcoming } = amounts;
    let amount = |sum: &Sum, minor| {
        (known(sum, minor, currency).map(|money| money.to_string()).unwrap_or_default(), role)
    };
    [
        (label, role),
        (accounts.len().to_string(), role),
        amount(forecasted, forecasted.plain),
        amount(forecasted, forecasted.weighted),
        amount(upcoming, upcoming.plain),
        amount(upcoming, upcoming.weighted),
    ]
}
