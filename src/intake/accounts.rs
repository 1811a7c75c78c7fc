//! Accounts from a CSV or JSON export.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::IntakeError;
use super::amounts::DecimalMark;
use super::columns::{self, Column};
use super::dates::DateFormat;
use super::mapping::Mapping;
use super::names::Meaning;
use super::newest::{Age, NewestBy};
use super::readers::{Readers, holds};
use super::row::{plain_text, row};
use super::table::{Cell, Record, Table};
use super::words;
use crate::state::{AccountFacts, AccountId, Currency, FactKind};

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
    /// Rows that could not be read, by line.
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

/// A row that could not be read.
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
    let columns = columns::assign(&table.headers, mapping, table.is_csv)?;
    let readers = Readers::new(&columns, &table.records, options, mapping)?;
    let newest_by = NewestBy::find(&columns, &table.records, options, mapping)?;
    let columns = settle_flags(columns, &table.records);
    let mut reading = Reading { read: table.records.len(), ..Reading::default() };
    let mut newest: Vec<Age> = Vec::new();
    let mut places: HashMap<AccountId, usize> = HashMap::new();
    for (done, record) in table.records.iter().enumerate() {
        if done % PROGRESS_STEP == 0 {
            progress(done, table.records.len());
        }
        let row = row(record, &columns, &readers).and_then(|row| {
            Ok((row, newest_by.as_ref().map_or(Ok(Age::Unknown), |newest| newest.age(record))?))
        });
        let (row, age) = match row {
            Ok(row) => row,
            Err(reason) => {
                reading.reject(record, reason);
                continue;
            }
        };
        match places.get(&row.id).copied() {
            None => {
                places.insert(row.id.clone(), reading.rows.len());
                reading.rows.push(row);
                reading.lines.push(record.line);
                newest.push(age);
            }
            Some(place) if newest_by.is_some() => {
                reading.superseded += 1;
                // The later line wins ties.
                if age.cmp(&newest[place]) != Ordering::Less {
                    reading.rows[place] = row;
                    reading.lines[place] = record.line;
                    newest[place] = age;
                }
            }
            Some(place) => {
                let (id, line) = (&row.id, reading.lines[place]);
                let reason = format!(
                    "`{id}` stands on line {line} already: to take the newest of several rows, \
                     write `newest_by = \"COLUMN\"` in a mapping file"
                );
                reading.reject(record, reason);
            }
        }
    }
    progress(table.records.len(), table.records.len());
    reading.columns = columns
        .into_iter()
        .map(|Column { header, meanings, why }| ColumnUse { header, became: meanings, why })
        .collect();
    Ok(reading)
}

impl Reading {
    fn reject(&mut self, record: &Record<'_>, reason: String) {
        let cells = record.cells.iter().map(|cell| plain_text(cell).unwrap_or_default()).collect();
        self.rejected.push(Rejected { line: record.line, reason, raw: record.raw.to_owned(), cells });
    }
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
