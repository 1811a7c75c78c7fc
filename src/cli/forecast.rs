//! `gangplank forecast`.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};

use clap::Args;
use serde::Serialize;

use super::at::AtArgs;
use super::export::{begin_csv, csv_line};
use super::json;
use super::list::{NO_ACCOUNTS, StageFilter};
use super::output::{Output, TextRole};
use super::table::{TextCell, TextColumn, TextTable, known, plain, quiet, risk};
use super::where_query::WhereArgs;
use super::{CliError, Context, notify};
use crate::prose::{follow_ups, lists::plural};
use crate::state::query::forecast::{Amounts, Expected, ForecastGroup, ForecastRow, Sum};
use crate::state::query::refunds::{self, Refunded};
use crate::state::values::money::NotACurrency;
use crate::state::{Account, AccountId, Board, Currency, Forecast, Money, MoneySum, RiskLevel, RiskWeights};

/// Show the expected revenue by currency and stage, plain and weighted by payment risk
///
/// FORECAST is the sum of forecasted MRR, UPCOMING of upcoming invoices. The WEIGHTED column after each counts only a
/// part of every amount, by the account's payment risk, as `forecast` in config.toml says. Currencies are never added.
/// Open and won accounts are in the total; those that churned, and those off the board, are not.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n\
    \x20 gangplank forecast\n\
    \x20 gangplank forecast --accounts --stage 3a --currency USD\n\
    \x20 gangplank forecast --csv > forecast.csv")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct ForecastArgs {
    #[command(flatten)]
    at: AtArgs,
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
    #[command(flatten)]
    chosen: WhereArgs,
    /// Write CSV; spreadsheets read no cell as a formula
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// Leave out the byte order mark, by which spreadsheets see that CSV is UTF-8
    #[arg(long, requires = "csv")]
    no_bom: bool,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &ForecastArgs, context: &mut Context) -> Result<(), CliError> {
    let session = args.at.open(context)?;
    let board = session.board();
    if session.is_new() && !args.json {
        notify(NO_ACCOUNTS);
    }
    let filter = args.stage.as_deref().map(|text| StageFilter::parse(text, board)).transpose()?;
    let weights = context.config.forecast;
    let chosen = args.chosen.choose(board, context)?;
    let accounts = chosen.all(board);
    let mut forecast = Forecast::of_accounts(board, accounts.iter().copied(), &weights);
    // All accounts of a line are in the same stage.
    let is_wanted = |currency: Option<Currency>, amounts: &Amounts| {
        let account = amounts.accounts.first().and_then(|id| board.get(id));
        args.currency.is_none_or(|wanted| wanted.0 == currency)
            && account.is_some_and(|it| filter.as_ref().is_none_or(|filter| filter.takes(board, it)))
    };
    forecast.lines.retain(|(currency, _), amounts| is_wanted(Some(*currency), amounts));
    forecast.unknown.retain(|_, amounts| is_wanted(None, amounts));
    if !board.is_empty() && forecast.lines.is_empty() && forecast.unknown.is_empty() && !args.json {
        notify("no account matches");
    }
    let now = context.config.now();
    let accounts =
        accounts.into_iter().filter(|it| filter.as_ref().is_none_or(|filter| filter.takes(board, it)));
    let mut refunded = refunds::this_month(board, accounts, &now);
    refunded.retain(|(currency, _), _| args.currency.is_none_or(|wanted| wanted.0 == Some(*currency)));
    let (nothing, no_refund) = (&Amounts::default(), &Refunded::default());
    let report =
        ForecastReport { board, forecast: &forecast, weights, refunded: &refunded, nothing, no_refund };
    if args.csv {
        begin_csv(&mut context.out, args.no_bom, io::stdout().is_terminal())?;
    }
    match (args.accounts, args.json, args.csv) {
        (true, true, _) => json::write_all(&mut context.out, report.member_json())?,
        (false, true, _) => json::write_all(&mut context.out, report.line_json())?,
        (true, false, true) => csv(&mut context.out, MEMBER_TITLES, report.member_csv())?,
        (false, false, true) => csv(&mut context.out, LINE_TITLES, report.line_csv())?,
        (true, false, false) => report.accounts(&mut context.out)?,
        (false, false, false) => report.table(&mut context.out)?,
    }
    if !args.accounts && !args.json && !args.csv && !refunded.is_empty() {
        notify(&follow_ups::refunded_in_month(&refunds::by_currency(&refunded), &now));
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
        return Ok(CurrencyFilter(None));
    }
    text.parse().map(|currency| CurrencyFilter(Some(currency)))
}

/// What an account adds to the sums of one currency.
struct ForecastMember<'a> {
    account: &'a Account,
    currency: Option<Currency>,
    row: ForecastRow,
    /// The amount, and the part of it that is expected.
    forecasted: Option<(Money, Money)>,
    upcoming: Option<(Money, Money)>,
}

impl ForecastMember<'_> {
    /// In the order of the columns, plain and weighted.
    fn amounts(&self) -> [Option<Money>; 4] {
        let ((forecasted, weighted), (upcoming, weighted_upcoming)) =
            (self.forecasted.unzip(), self.upcoming.unzip());
        [forecasted, weighted, upcoming, weighted_upcoming]
    }
}

/// In the order of the columns, plain and weighted. A sum of no account is unknown rather than zero.
fn sums(amounts: &Amounts, currency: Option<Currency>) -> [Option<MoneySum>; 4] {
    let Amounts { accounts: _, forecasted, upcoming } = amounts;
    [
        (forecasted, forecasted.plain),
        (forecasted, forecasted.weighted),
        (upcoming, upcoming.plain),
        (upcoming, upcoming.weighted),
    ]
    .map(|(sum, minor)| Some(MoneySum::new(minor, currency.filter(|_| !sum.accounts.is_empty())?)))
}

struct ForecastReport<'a> {
    board: &'a Board,
    forecast: &'a Forecast,
    weights: RiskWeights,
    /// This month.
    refunded: &'a BTreeMap<(Currency, ForecastRow), Refunded>,
    nothing: &'a Amounts,
    no_refund: &'a Refunded,
}

impl<'a> ForecastReport<'a> {
    /// Every line, those of no currency last.
    fn lines(&self) -> impl Iterator<Item = (Option<Currency>, ForecastRow, &'a Amounts)> {
        let known = self.forecast.lines.iter();
        let known = known.map(|((currency, row), amounts)| (Some(*currency), *row, amounts));
        known.chain(self.forecast.unknown.iter().map(|(row, amounts)| (None, *row, amounts)))
    }

    /// Every account of every line.
    fn members(&self) -> impl Iterator<Item = ForecastMember<'a>> {
        let (board, weights) = (self.board, self.weights);
        self.lines().flat_map(move |(currency, row, amounts)| {
            let accounts = amounts.accounts.iter().filter_map(|id| board.get(id));
            accounts.map(move |account| {
                let expected = Expected::of(account, &weights);
                ForecastMember {
                    account,
                    currency,
                    row,
                    forecasted: currency.and_then(|currency| expected.forecasted_in(currency)),
                    upcoming: currency.and_then(|currency| expected.upcoming_in(currency)),
                }
            })
        })
    }

    /// On a terminal one table per currency, with totals; in a pipe one table with a currency column.
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
            for (currency, row, amounts) in self.lines() {
                let cells = line_cells(self.label(row), amounts, currency, TextRole::Plain);
                table.row([known(currency)].into_iter().chain(cells));
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
            let (mut open, mut won) = (Vec::new(), Vec::new());
            for (row, amounts) in self.forecast.of_currency(currency) {
                let role = match row.group(self.board.pipeline()) {
                    ForecastGroup::Open => {
                        open.push(amounts);
                        TextRole::Plain
                    }
                    ForecastGroup::Won => {
                        won.push(amounts);
                        TextRole::Quiet
                    }
                    ForecastGroup::Lost | ForecastGroup::OffBoard => TextRole::Quiet,
                };
                table.row(line_cells(self.label(row), amounts, Some(currency), role));
            }
            let both = [&open[..], &won[..]].concat();
            let has_both = !open.is_empty() && !won.is_empty();
            let of_one = |group: &[_]| if has_both { !group.is_empty() } else { group.len() > 1 };
            for (is_shown, label, amounts) in
                [(of_one(&open), "Open", open), (of_one(&won), "Won", won), (has_both, "Open and won", both)]
            {
                if is_shown {
                    table.row(line_cells(label, &Amounts::total(amounts), Some(currency), TextRole::Title));
                }
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
            let ForecastMember { account, currency, row, .. } = member;
            let first = [plain(account.name()), quiet(&account.id), known(currency), plain(self.label(row))];
            let amounts = member.amounts().map(known);
            table.row(first.into_iter().chain(amounts).chain([risk(account.risk.level)]));
        }
        Ok(table.write(out)?)
    }

    fn line_json(&self) -> impl Iterator<Item = ForecastLineJson<'a>> {
        let sum =
            |sum: &'a Sum| SumJson { minor: sum.plain, weighted: sum.weighted, accounts: &sum.accounts };
        let line = move |currency: Option<Currency>, row, amounts: &'a Amounts| {
            let refunded = currency.and_then(|currency| self.refunded.get(&(currency, row)));
            let refunded = refunded.unwrap_or(self.no_refund);
            ForecastLineJson {
                currency,
                stage: self.stage(row),
                accounts: amounts.accounts.len(),
                forecasted_mrr: sum(&amounts.forecasted),
                upcoming_invoice: sum(&amounts.upcoming),
                refunded_this_month: RefundedJson { minor: refunded.minor, accounts: &refunded.accounts },
            }
        };
        // Where only something was refunded, there is a line too.
        let only = self.refunded.keys().filter(|key| !self.forecast.lines.contains_key(key));
        let only = only.map(move |(currency, row)| line(Some(*currency), *row, self.nothing));
        self.lines().map(move |(currency, row, amounts)| line(currency, row, amounts)).chain(only)
    }

    fn member_json(&self) -> impl Iterator<Item = MemberJson<'a>> {
        let amount =
            |(plain, weighted): (Money, Money)| AmountJson { minor: plain.minor, weighted: weighted.minor };
        self.members().map(move |member| MemberJson {
            id: &member.account.id,
            name: member.account.name(),
            currency: member.currency,
            stage: self.stage(member.row),
            risk: member.account.risk.level,
            forecasted_mrr: member.forecasted.map(amount),
            upcoming_invoice: member.upcoming.map(amount),
        })
    }

    fn line_csv(&self) -> impl Iterator<Item = Vec<String>> {
        self.lines().map(|(currency, row, amounts)| {
            let first = [known(currency).0, self.label(row).to_owned(), amounts.accounts.len().to_string()];
            let amounts = sums(amounts, currency).map(|sum| sum.map(MoneySum::decimal).unwrap_or_default());
            first.into_iter().chain(amounts).collect()
        })
    }

    fn member_csv(&self) -> impl Iterator<Item = Vec<String>> {
        self.members().map(|member| {
            let ForecastMember { account, currency, row, .. } = member;
            let first = [account.id.as_str(), account.name(), &known(currency).0, self.label(row)];
            let amounts = member.amounts().map(|money| money.map(Money::decimal).unwrap_or_default());
            let risk = account.risk.level.to_string();
            first.map(str::to_owned).into_iter().chain(amounts).chain([risk]).collect()
        })
    }

    /// The stage's id, as every `--json` says it.
    fn stage(&self, row: ForecastRow) -> Option<&'a str> {
        match row {
            ForecastRow::Stage(position) => Some(self.board.pipeline().stages().get(position)?.id.as_str()),
            ForecastRow::Unmapped => Some("unmapped"),
            ForecastRow::OffBoard => None,
        }
    }

    fn label(&self, row: ForecastRow) -> &'a str {
        match row {
            ForecastRow::Stage(position) => &self.board.pipeline().stages()[position].label,
            ForecastRow::Unmapped => "Unmapped",
            ForecastRow::OffBoard => "Off the board",
        }
    }
}

fn line_cells(label: &str, amounts: &Amounts, currency: Option<Currency>, role: TextRole) -> [TextCell; 6] {
    let [forecasted, weighted, upcoming, weighted_upcoming] = sums(amounts, currency).map(|sum| known(sum).0);
    let accounts = amounts.accounts.len().to_string();
    [label.to_owned(), accounts, forecasted, weighted, upcoming, weighted_upcoming].map(|text| (text, role))
}

const LINE_TITLES: &str = "Currency,Stage,Accounts,Forecasted MRR,Forecasted MRR Weighted,Upcoming Invoice,Upcoming Invoice Weighted";

const MEMBER_TITLES: &str = "External ID,Name,Currency,Stage,Forecasted MRR,Forecasted MRR Weighted,Upcoming Invoice,\
    Upcoming Invoice Weighted,Payment Risk";

fn csv(out: &mut Output, titles: &str, rows: impl Iterator<Item = Vec<String>>) -> Result<(), CliError> {
    let is_terminal = io::stdout().is_terminal();
    let titles = titles.split(',').map(str::to_owned).collect();
    for row in std::iter::once(titles).chain(rows) {
        csv_line(out, &row, is_terminal)?;
    }
    Ok(())
}

#[derive(Serialize)]
struct ForecastLineJson<'a> {
    /// Null where no amount is known.
    currency: Option<Currency>,
    /// Null off the board, `unmapped` in that column.
    stage: Option<&'a str>,
    accounts: usize,
    forecasted_mrr: SumJson<'a>,
    upcoming_invoice: SumJson<'a>,
    refunded_this_month: RefundedJson<'a>,
}

/// Refunds and adjustments.
#[derive(Serialize)]
struct RefundedJson<'a> {
    minor: i128,
    accounts: &'a [AccountId],
}

#[derive(Serialize)]
struct SumJson<'a> {
    minor: i128,
    weighted: i128,
    accounts: &'a [AccountId],
}

#[derive(Serialize)]
struct MemberJson<'a> {
    id: &'a AccountId,
    name: &'a str,
    currency: Option<Currency>,
    stage: Option<&'a str>,
    risk: RiskLevel,
    forecasted_mrr: Option<AmountJson>,
    upcoming_invoice: Option<AmountJson>,
}

#[derive(Serialize)]
struct AmountJson {
    minor: i64,
    weighted: i64,
}
