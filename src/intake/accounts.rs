//! Accounts from a CSV or JSON export.

use super::IntakeError;
use super::amounts::DecimalMark;
use super::columns::{self, Column};
use super::dates::DateFormat;
use super::mapping::Mapping;
use super::meaning::Meaning;
use super::dedup::{Age, Contest, NewestBy};
use super::column_formats::{Readers, holds};
use super::row::{plain_text, row};
use super::table::{Cell, Record, Table};
use super::words;
use crate::state::{AccountFacts, Currency, FactKind};

/// After how many rows progress is reported.
const PROGRESS_STEP: usize = 1_000;

/// What was asked for beside the mapping; it outranks the mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// How dates are written.
    pub date_format: Option<DateFormat>,
    /// The decimal mark of numbers.
    pub decimal: Option<DecimalMark>,
    /// The currency of amounts that do not say.
    pub currency: Option<Currency>,
    /// The currency where nobody says.
    pub default_currency: Currency,
}

impl Default for Options {
    fn default() -> Self {
        Self { date_format: None, decimal: None, currency: None, default_currency: Currency::USD }
    }
}

/// What a file says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// One row per account.
    pub rows: Vec<AccountFacts>,
    /// The line of each of `rows`.
    pub lines: Vec<usize>,
    /// How many rows the file has: those above, those superseded and those rejected.
    pub read: usize,
    /// Rows that a newer one about the same account replaced.
    pub superseded: usize,
    /// Rows that could not be read, or that leave open which of them counts; by line.
    pub rejected: Vec<Rejected>,
    /// What became of every column, in the file's order.
    pub columns: Vec<ColumnUse>,
}

/// What became of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnUse {
    /// Its header.
    pub header: String,
    /// What it became: `forecasted_mrr`, `extra.Industry`, `ignore`.
    pub became: Vec<Meaning>,
    /// Why it did not become what its name says.
    pub why: Option<String>,
}

/// A row that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// The line it starts on.
    pub line: usize,
    /// Why.
    pub reason: String,
    /// As it stands in the file.
    pub raw: String,
    /// Its values, in the order of the columns, as far as they can be told apart.
    pub cells: Vec<String>,
}

/// What tells files of one kind from others: the same for the same column names, in whatever order.
///
/// # Errors
/// When the file is no table.
pub fn header_signature(bytes: &[u8]) -> Result<String, IntakeError> {
    Ok(columns::signature(&Table::read(bytes)?.headers))
}

/// Reads the accounts in a file. What the file is, its content says.
///
/// # Errors
/// When it is no table, no column names the account, or something in it has two readings.
pub fn read(bytes: &[u8], options: &Options, mapping: &Mapping) -> Result<Reading, IntakeError> {
    read_with(bytes, options, mapping, &mut |_, _| {})
}

/// Like [`read`], and tells `progress` now and then how many rows of how many are done.
///
/// # Errors
/// As [`read`].
pub fn read_with(
    bytes: &[u8],
    options: &Options,
    mapping: &Mapping,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Reading, IntakeError> {
    let table = Table::read(bytes)?;
    if table.headers.is_empty() && table.records.is_empty() {
        return Ok(Reading::default());
    }
    let columns = columns::assign(&table.headers, mapping, table.separator.is_some())?;
    let readers = Readers::new(&columns, &table, options, mapping)?;
    let newest_by = NewestBy::find(&columns, &table.records, options, mapping)?;
    let columns = settle_flags(columns, &table.records);
    let mut contest = Contest::new(newest_by.is_some());
    let mut rejected: Vec<(usize, String)> = Vec::new();
    for (place, record) in table.records.iter().enumerate() {
        if place % PROGRESS_STEP == 0 {
            progress(place, table.records.len());
        }
        let row = row(record, &columns, &readers).and_then(|row| {
            Ok((row, newest_by.as_ref().map_or(Ok(Age::Unknown), |newest| newest.age(record))?))
        });
        match row {
            Ok((row, age)) => contest.enter(place, row, age),
            Err(reason) => rejected.push((place, reason)),
        }
    }
    let mut reading =
        Reading { read: table.records.len(), superseded: contest.superseded, ..Reading::default() };
    let line = |place: usize| table.records[place].line;
    for claim in contest.claims {
        if claim.rivals.is_empty() {
            reading.lines.push(line(claim.place));
            reading.rows.push(claim.row);
        } else {
            rejected.extend(claim.undecided(line));
        }
    }
    rejected.sort_by_key(|(place, _)| *place);
    reading.rejected =
        rejected.into_iter().map(|(place, reason)| reject(&table.records[place], reason)).collect();
    progress(table.records.len(), table.records.len());
    reading.columns = columns
        .into_iter()
        .map(|Column { header, meanings, why }| ColumnUse { header, became: meanings, why })
        .collect();
    Ok(reading)
}

fn reject(record: &Record<'_>, reason: String) -> Rejected {
    let cells = record.cells.iter().map(|cell| plain_text(cell).unwrap_or_default()).collect();
    Rejected { line: record.line, reason, raw: record.raw.to_owned(), cells }
}

/// A date column that holds only yes and no (`Churned: FALSE`) is no date column: it is kept as an extra fact.
fn settle_flags(mut columns: Vec<Column>, records: &[Record<'_>]) -> Vec<Column> {
    for (place, column) in columns.iter_mut().enumerate() {
        if holds(column, &[FactKind::Date]) && holds_flags(records, place) {
            let was = column.meanings.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            column.why = Some(format!("it holds yes and no, and {was} is a date"));
            column.meanings = vec![Meaning::Extra];
        }
    }
    columns::name_extras(&mut columns);
    columns
}

/// Whether the column at `place` says yes or no somewhere, and nothing else anywhere.
fn holds_flags(records: &[Record<'_>], place: usize) -> bool {
    let cells = records.iter().filter_map(|record| record.cell(place));
    let mut said = cells.filter(|cell| match cell {
        Cell::Nothing => false,
        Cell::Text(text) => !words::is_nothing(text),
        Cell::Flag(_) | Cell::Number(_) | Cell::List(_) | Cell::Money(_) => true,
    });
    let is_flag = |cell: &Cell| match cell {
        Cell::Flag(_) => true,
        Cell::Text(text) => words::flag(text).is_some(),
        Cell::Nothing | Cell::Number(_) | Cell::List(_) | Cell::Money(_) => false,
    };
    said.next().is_some_and(is_flag) && said.all(is_flag)
}
