//! The formats of each column's dates and numbers: declared, remembered, or shown by its values.

use std::sync::Arc;

use super::IntakeError;
use super::amounts::{AmountUnit, MarkEvidence, NumberReader};
use super::columns::ImportColumn;
use super::dates::{ColumnDates, DateEvidence, DateFormat, DateReader, Unclear};
use super::heading::HeadingUnit;
use super::mapping::{ImportOptions, Mapping};
use super::meaning::Meaning;
use super::table::{CellValue, ParsedTable, Record};
use super::vocabulary::fold;
use super::words;
use crate::casefold::folded;
use crate::state::{Currency, FactKey, FactKind, FactValue};

/// By the index of the column.
pub(super) struct ColumnFormats {
    pub(super) dates: Vec<DateReader>,
    pub(super) numbers: Vec<NumberReader>,
    /// The currency of rows that name none.
    pub(super) currency: Currency,
    roster: Vec<Arc<str>>,
}

impl ColumnFormats {
    pub(super) fn new(
        columns: &[ImportColumn],
        table: &ParsedTable<'_>,
        options: &ImportOptions,
        mapping: &Mapping,
    ) -> Result<Self, IntakeError> {
        let records = &table.records;
        let mut dates = vec![DateReader::default(); columns.len()];
        let mut marks = vec![MarkEvidence::default(); columns.len()];
        for (index, column) in columns.iter().enumerate() {
            if holds(column, &[FactKind::Date]) {
                let reader = date_reader(index, column, records, options, mapping)?;
                dates[index] = DateReader { is_json: table.separator.is_none(), ..reader };
            }
            if holds(column, &[FactKind::Money, FactKind::Number]) {
                texts(records, index).for_each(|text| marks[index].add(text));
            }
        }
        let decimal = options.decimal.or(mapping.decimal);
        let mut file = MarkEvidence::of_file(table.separator == Some(b';'));
        for column in &marks {
            file.join(column);
        }
        let numbers = columns.iter().zip(&marks).map(|(column, marks)| {
            let reader = match decimal {
                Some(mark) => NumberReader::with(mark),
                None => marks.decide(&file).map_err(|two| IntakeError::AmbiguousNumbers {
                    column: column.header.clone(),
                    example: two.example,
                    thousands: two.thousands,
                    decimal: two.decimal,
                    mark: two.mark,
                })?,
            };
            let unit = match column.unit {
                Some(HeadingUnit::Amount(unit) | HeadingUnit::MonthlyAmount(unit)) => unit,
                Some(HeadingUnit::Percent | HeadingUnit::TimeZone | HeadingUnit::Unknown(_)) | None => {
                    AmountUnit::default()
                }
            };
            let declared = mapping.amounts.iter().find(|(name, _)| fold(name) == fold(&column.header));
            Ok(reader.counted_in(declared.map_or(unit, |(_, scale)| AmountUnit { scale: *scale, ..unit })))
        });
        let currency = options.currency.or(mapping.currency).unwrap_or(options.default_currency);
        let numbers = numbers.collect::<Result<_, _>>()?;
        Ok(Self { dates, numbers, currency, roster: options.roster.clone() })
    }

    /// The value of `key` with a member of the team spelled as the roster spells them.
    pub(super) fn on_the_roster(&self, key: &FactKey, value: FactValue) -> FactValue {
        on_roster(&self.roster, key, value)
    }
}

/// The value of `key` with a member of the team spelled as `roster` spells them.
pub(super) fn on_roster(roster: &[Arc<str>], key: &FactKey, value: FactValue) -> FactValue {
    match (key, &value) {
        (FactKey::Specialist | FactKey::SalesContact | FactKey::CsmContact, FactValue::Text(person)) => {
            let known = roster.iter().find(|known| folded(known) == folded(person));
            FactValue::Text(known.unwrap_or(person).clone())
        }
        _ => value,
    }
}

/// Whether a column feeds a fact of one of these kinds.
pub(super) fn holds(column: &ImportColumn, kinds: &[FactKind]) -> bool {
    column.meanings.iter().any(|meaning| match meaning {
        Meaning::Fact(key) => kinds.contains(&key.kind()),
        Meaning::FirstEntered(_) | Meaning::StageSince => kinds.contains(&FactKind::Date),
        Meaning::ExternalId
        | Meaning::Stage
        | Meaning::Segments
        | Meaning::PaymentRisk
        | Meaning::PaymentRiskReason
        | Meaning::Currency
        | Meaning::Extra
        | Meaning::Ignore => false,
    })
}

/// The texts of a column that hold a value.
pub(super) fn texts<'a>(records: &'a [Record<'_>], index: usize) -> impl Iterator<Item = &'a str> {
    records.iter().filter_map(move |record| {
        let CellValue::Text(text) = record.cell(index)? else { return None };
        Some(text.as_str()).filter(|text| !words::is_nothing(text))
    })
}

/// The format of the dates in the column at `index`: declared, remembered, or shown by its values.
pub(super) fn date_reader(
    index: usize,
    column: &ImportColumn,
    records: &[Record<'_>],
    options: &ImportOptions,
    mapping: &Mapping,
) -> Result<DateReader, IntakeError> {
    let declared =
        |format: Option<&DateFormat>, order| DateReader { format: format.cloned(), order, is_json: false };
    let remembered = mapping.dates.iter().find(|(name, _)| fold(name) == fold(&column.header));
    match (&options.date_format, remembered.map(|(_, dates)| dates), &mapping.date_format) {
        (Some(format), _, _) | (None, Some(ColumnDates::Format(format)), _) | (None, None, Some(format)) => {
            return Ok(declared(Some(format), None));
        }
        (None, Some(ColumnDates::Order(order)), format) => {
            return Ok(declared(format.as_ref(), Some(*order)));
        }
        (None, None, None) => {}
    }
    let mut evidence = DateEvidence::default();
    texts(records, index).for_each(|text| evidence.add(text));
    let column = column.header.clone();
    let order = evidence.decide().map_err(|unclear| match unclear {
        Unclear::Ambiguous { example, day_first, month_first } => {
            IntakeError::AmbiguousDates { column, example, day_first, month_first }
        }
        Unclear::Mixed { day_first, month_first } => {
            IntakeError::MixedDates { column, day_first, month_first }
        }
    })?;
    Ok(declared(None, order))
}
