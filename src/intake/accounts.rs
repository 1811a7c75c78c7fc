//! Accounts from a CSV or JSON export.

use std::sync::Arc;

use super::column_formats::{ColumnFormats, holds};
use super::column_names::meaning_of;
use super::columns::{self, ImportColumn};
use super::dedup::{Age, Deduplicator, NewestBy};
use super::mapping::{ImportOptions, Mapping};
use super::meaning::Meaning;
use super::row::{self, plain_text, row};
use super::table::{self, CellValue, ParsedTable, Record};
use super::words;
use super::{IntakeError, csv_escape};
use crate::parallel;
use crate::state::values::signal::SignalKind;
use crate::state::{AccountFacts, FactKey, FactKind};

/// So many rows are read at once, on all cores, before progress is reported.
const PROGRESS_STEP: usize = 1_000;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct ParsedAccounts {
    pub rows: Arc<Vec<AccountFacts>>,
    pub lines: Vec<usize>,
    /// How many rows the file has: those above, those superseded and those rejected.
    pub read: usize,
    /// Rows that a newer one about the same account replaced.
    pub superseded: usize,
    /// Rows that could not be read, or that leave open which of them counts; by line.
    pub rejected: Vec<RejectedRow>,
    /// What became of every column, in the file's order.
    pub columns: Vec<ColumnUse>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnUse {
    pub header: String,
    /// What it became: `forecasted_mrr`, `extra.Industry`, `ignore`.
    pub became: Vec<Meaning>,
    /// Why it did not become what its name means.
    pub why: Option<String>,
    /// The first value in it, as it was read; none of a column that is not recognised.
    pub sample: Option<String>,
    /// In how many rows its value could not be read and is kept as an extra fact.
    pub unread: usize,
}

/// A row that was not imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedRow {
    /// The line it starts on.
    pub line: usize,
    pub reason: String,
    /// As it is written in the file.
    pub raw: String,
    /// Its values, in the order of the columns, as far as they can be split.
    pub cells: Vec<String>,
}

/// The columns before the file's own in a file of rejected rows.
const REJECTED_HEADERS: [&str; 2] = ["Rejected line", "Rejected reason"];

impl ParsedAccounts {
    /// The rejected rows as CSV, to correct and import again: line and reason, then the file's own columns. An import
    /// leaves the first two out.
    pub fn rejected_csv(&self) -> String {
        let mut out = String::new();
        let headers = self.columns.iter().map(|column| column.header.as_str());
        csv_escape::line(&mut out, REJECTED_HEADERS.into_iter().chain(headers));
        for row in &self.rejected {
            let number = row.line.to_string();
            let blanks = self.columns.len().saturating_sub(row.cells.len());
            let cells = row.cells.iter().map(String::as_str).chain(std::iter::repeat_n("", blanks));
            csv_escape::line(&mut out, [number.as_str(), row.reason.as_str()].into_iter().chain(cells));
        }
        out
    }
}

/// Identifies files of one kind: the same for the same column names, in any order.
///
/// # Errors
/// When the file is not a table.
pub fn header_signature(bytes: &[u8]) -> Result<String, IntakeError> {
    Ok(columns::signature(&ParsedTable::up_to(0, bytes)?.headers))
}

/// Parses the accounts in a file. Its format is recognised by its content.
///
/// # Errors
/// When it is not a table, no column has the account's id, or something in it is ambiguous.
pub fn read(bytes: &[u8], options: &ImportOptions, mapping: &Mapping) -> Result<ParsedAccounts, IntakeError> {
    read_with(bytes, options, mapping, &mut |_, _| {})
}

/// Like [`read`], and reports to `progress` from time to time how many rows of how many are done.
///
/// # Errors
/// As [`read`].
pub fn read_with(
    bytes: &[u8],
    options: &ImportOptions,
    mapping: &Mapping,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<ParsedAccounts, IntakeError> {
    let table = ParsedTable::read(bytes)?;
    if table.headers.is_empty() && table.records.is_empty() {
        return Ok(ParsedAccounts::default());
    }
    if let Some(line) = first_signal(&table) {
        return Err(IntakeError::HoldsSignals { line });
    }
    let is_delimited = table.separator.is_some();
    read_table(table, options, mapping, progress).map_err(|error| match error {
        IntakeError::NoIdColumn { columns, .. } if is_delimited => {
            IntakeError::NoIdColumn { columns, header_line: table::later_header(bytes) }
        }
        other => other,
    })
}

/// Like [`read_with`], of a table that was split already.
///
/// # Errors
/// As [`read`].
pub(super) fn read_table(
    mut table: ParsedTable<'_>,
    options: &ImportOptions,
    mapping: &Mapping,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<ParsedAccounts, IntakeError> {
    let columns =
        columns::assign(&table.headers, mapping, options.pipeline.as_deref(), table.separator.is_some())?;
    // Before anything is concluded from the values of a column.
    for record in table.records.iter_mut().filter(|record| record.broken.is_none()) {
        if row::is_header(record, &columns) {
            record.broken = Some("this is the header line again: remove the line".to_owned());
        }
    }
    let formats = ColumnFormats::new(&columns, &table, options, mapping)?;
    let newest_by = NewestBy::find(&columns, &table.records, options, mapping)?;
    let mut columns = settle_flags(columns, &table.records);
    columns::clear_blanks(&mut columns, mapping, table.separator.is_some())?;
    let mut deduplicator = Deduplicator::new(newest_by.is_some());
    let mut rejected: Vec<(usize, String)> = Vec::new();
    let read = |record: &Record<'_>| {
        let row = row(record, &columns, &formats)?;
        let age = newest_by.as_ref().map_or(Ok(Age::Unknown), |newest| newest.age(record))?;
        Ok((row, age))
    };
    for (step, records) in table.records.chunks(PROGRESS_STEP).enumerate() {
        let first = step * PROGRESS_STEP;
        progress(first, table.records.len());
        for (index, row) in (first..).zip(parallel::map_heavy(records, read)) {
            match row {
                Ok((row, age)) => deduplicator.insert(index, row, age),
                Err(reason) => rejected.push((index, reason)),
            }
        }
    }
    let mut reading = ParsedAccounts {
        read: table.records.len(),
        superseded: deduplicator.superseded,
        ..ParsedAccounts::default()
    };
    let line = |index: usize| table.records[index].line;
    let mut rows = Vec::with_capacity(deduplicator.candidates.len());
    for candidate in deduplicator.candidates {
        if candidate.duplicates.is_empty() {
            reading.lines.push(line(candidate.index));
            rows.push(candidate.into_row());
        } else {
            rejected.extend(candidate.reject_all(line));
        }
    }
    reading.rows = rows.into();
    rejected.sort_by_key(|(index, _)| *index);
    reading.rejected =
        rejected.into_iter().map(|(index, reason)| reject(&table.records[index], reason)).collect();
    progress(table.records.len(), table.records.len());
    reading.columns = columns.into_iter().map(|column| column_use(column, &reading.rows)).collect();
    Ok(reading)
}

fn column_use(column: ImportColumn, rows: &[AccountFacts]) -> ColumnUse {
    let ImportColumn { header, meanings: became, why, .. } = column;
    let sample = became.iter().find_map(|meaning| rows.iter().find_map(|row| sample(meaning, row)));
    let written = FactKey::Extra(header.as_str().into());
    let is_descriptive =
        |meaning: &Meaning| matches!(meaning, Meaning::Fact(key) if row::is_descriptive(key));
    let unread = if became.iter().any(is_descriptive) {
        rows.iter().filter(|row| row.facts.contains_key(&written)).count()
    } else {
        0
    };
    ColumnUse { header, became, why, sample, unread }
}

/// What `row` has in a column of this meaning.
fn sample(meaning: &Meaning, row: &AccountFacts) -> Option<String> {
    match meaning {
        Meaning::ExternalId => Some(row.id.to_string()),
        Meaning::Stage => row.stage.as_ref().map(ToString::to_string),
        Meaning::Segments => row.segments.first().map(ToString::to_string),
        Meaning::FirstEntered(stamp) => row.stamps.get(stamp).map(|at| at.date_naive().to_string()),
        Meaning::StageSince => row.since.map(|at| at.date_naive().to_string()),
        Meaning::PaymentRisk => row.risk.as_ref().map(|risk| risk.level.to_string()),
        Meaning::PaymentRiskReason => {
            row.risk.as_ref().and_then(|risk| risk.reason.as_ref()).map(ToString::to_string)
        }
        Meaning::Fact(FactKey::Extra(_)) | Meaning::Currency | Meaning::Extra | Meaning::Ignore => None,
        Meaning::Fact(key) => row.facts.get(key).map(ToString::to_string),
    }
}

/// A table that is not what is read as signals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherTable {
    Accounts,
    /// Signals, but as columns instead of JSON.
    Signals,
}

/// What a file holds in which there is no signal as JSON, if that is plain.
pub fn other_table(bytes: &[u8]) -> Option<OtherTable> {
    let table = ParsedTable::read(bytes).ok()?;
    // JSON that holds signals is what is wanted, whatever is wrong with each.
    if table.separator.is_some() && first_signal(&table).is_some() {
        return Some(OtherTable::Signals);
    }
    let is_of_signals = |header: &String| header == "signal" || header.split('.').next() == Some("account");
    let has_id = table.headers.iter().any(|header| meaning_of(header) == Some(Meaning::ExternalId));
    (has_id && !table.headers.iter().any(is_of_signals)).then_some(OtherTable::Accounts)
}

/// The line of the first signal in a table.
fn first_signal(table: &ParsedTable<'_>) -> Option<usize> {
    let column = |name: &str| table.headers.iter().position(|header| header.trim() == name);
    let (signal, _) = (column("signal")?, column("at")?);
    let is_signal = |record: &&Record<'_>| {
        let word = record.cell(signal).and_then(plain_text);
        word.is_some_and(|word| SignalKind::parse(&word).is_some())
    };
    table.records.iter().find(is_signal).map(|record| record.line)
}

fn reject(record: &Record<'_>, reason: String) -> RejectedRow {
    let cells = record.cells.iter().map(|cell| plain_text(cell).unwrap_or_default()).collect();
    RejectedRow { line: record.line, reason, raw: record.raw.to_owned(), cells }
}

/// A date column that holds only yes and no (`Churned: FALSE`) is not a date column: it is kept as an extra fact.
fn settle_flags(mut columns: Vec<ImportColumn>, records: &[Record<'_>]) -> Vec<ImportColumn> {
    for (index, column) in columns.iter_mut().enumerate() {
        if holds(column, &[FactKind::Date]) && holds_flags(records, index) {
            let was = column.meanings.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            column.why = Some(format!("it holds yes and no, and {was} is a date"));
            column.meanings = vec![Meaning::Extra];
        }
    }
    columns::name_extras(&mut columns);
    columns
}

/// Whether all values of the column at `index` are yes or no, and there is at least one.
fn holds_flags(records: &[Record<'_>], index: usize) -> bool {
    let cells = records.iter().filter_map(|record| record.cell(index));
    let mut values = cells.filter(|cell| plain_text(cell).is_some_and(|text| !words::is_nothing(&text)));
    let is_flag = |cell: &CellValue| {
        // A 1 or 0 of a JSON file is a number.
        !matches!(cell, CellValue::Number(_))
            && plain_text(cell).is_some_and(|text| words::flag(&text).is_some())
    };
    values.next().is_some_and(is_flag) && values.all(is_flag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::FactValue;

    #[test]
    fn rejected_rows_can_be_corrected_and_imported_again() {
        let file = "id,name,seats\n,\"a, b\",1\nB,=1+1,many\nC,-5,-5x\nD\n";
        let reading = read(file.as_bytes(), &ImportOptions::default(), &Mapping::default()).expect("a table");
        let csv = reading.rejected_csv();
        assert_eq!(
            csv,
            "Rejected line,Rejected reason,id,name,seats\n\
             2,no id,,\"a, b\",1\n\
             3,seats: `many`: expected a number,B,'=1+1,many\n\
             4,seats: `-5x`: expected a number,C,-5,'-5x\n\
             5,1 value where the header has 3,D,,\n"
        );
        let corrected = csv.replace("many", "7");
        let again =
            read(corrected.as_bytes(), &ImportOptions::default(), &Mapping::default()).expect("a table");
        let ids: Vec<&str> = again.rows.iter().map(|row| row.id.as_str()).collect();
        let became = |index: usize| again.columns[index].became[0].to_string();
        assert_eq!([0, 1, 2].map(became), ["ignore", "ignore", "external_id"]);
        assert_eq!(again.rows[0].facts[&FactKey::Name], FactValue::Text("=1+1".into()));
        assert_eq!((ids, again.rejected.len()), (vec!["B", "D"], 2));
    }
}
