//! Accounts from a CSV or JSON export.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use super::IntakeError;
use super::amounts::{self, DecimalMark, MarkEvidence, NumberReader};
use super::columns::{self, Column};
use super::dates::{self, DateEvidence, DateFormat, DateReader, Shape, Unclear};
use super::mapping::Mapping;
use super::names::{Meaning, folded};
use super::table::{Cell, Record, Table};
use super::words;
use crate::state::{AccountFacts, AccountId, Currency, FactKey, FactKind, FactValue, Segment};

/// How long a value may be, in characters. Longer ones are documents, and every redraw and snapshot would carry them.
const MAX_CELL: usize = 10_000;

/// How long an external id may be, in characters.
const MAX_ID: usize = 200;

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
    /// The header line as it stands in a CSV file; blank for JSON.
    pub header: String,
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
    let newest_by = newest_by(&columns, &table, options, mapping)?;
    let columns = settle_flags(columns, &table.records);
    let mut reading =
        Reading { read: table.records.len(), header: table.header.to_owned(), ..Reading::default() };
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
        self.rejected.push(Rejected { line: record.line, reason, raw: record.raw.to_owned() });
    }
}

/// How each column's dates and numbers are read, by the column's place.
struct Readers {
    dates: Vec<DateReader>,
    numbers: Vec<NumberReader>,
    currency: Currency,
}

impl Readers {
    fn new(
        columns: &[Column],
        records: &[Record<'_>],
        options: &Options,
        mapping: &Mapping,
    ) -> Result<Self, IntakeError> {
        let mut dates = vec![DateReader::default(); columns.len()];
        let mut marks = vec![MarkEvidence::default(); columns.len()];
        for (place, column) in columns.iter().enumerate() {
            if holds(column, &[FactKind::Date]) {
                dates[place] = date_reader(place, column, records, options, mapping)?;
            }
            if holds(column, &[FactKind::Money, FactKind::Number]) {
                texts(records, place).for_each(|text| marks[place].add(text));
            }
        }
        let decimal = options.decimal.or(mapping.decimal);
        let mut file = MarkEvidence::default();
        for column in &marks {
            file.join(column);
        }
        let numbers = columns.iter().zip(&marks).map(|(column, marks)| match decimal {
            Some(mark) => Ok(NumberReader::with(mark)),
            None => marks.decide(&file).map_err(|two| IntakeError::AmbiguousNumbers {
                column: column.header.clone(),
                example: two.example,
                thousands: two.thousands,
                decimal: two.decimal,
            }),
        });
        let currency = options.currency.or(mapping.currency).unwrap_or(options.default_currency);
        Ok(Self { dates, numbers: numbers.collect::<Result<_, _>>()?, currency })
    }
}

fn holds(column: &Column, kinds: &[FactKind]) -> bool {
    column.meanings.iter().any(|meaning| matches!(meaning, Meaning::Fact(key) if kinds.contains(&key.kind())))
}

/// The texts of a column that say something.
fn texts<'a>(records: &'a [Record<'_>], place: usize) -> impl Iterator<Item = &'a str> {
    records.iter().filter_map(move |record| match record.cells.as_ref().ok()?.get(place)? {
        Cell::Text(text) => Some(text.as_str()).filter(|text| !words::is_nothing(text)),
        Cell::Nothing | Cell::Number(_) | Cell::Flag(_) | Cell::List(_) | Cell::Money(_) => None,
    })
}

/// How the dates in the column at `place` are read: as declared, as remembered, or as its values show.
fn date_reader(
    place: usize,
    column: &Column,
    records: &[Record<'_>],
    options: &Options,
    mapping: &Mapping,
) -> Result<DateReader, IntakeError> {
    if let Some(format) = &options.date_format {
        return Ok(DateReader { format: Some(format.clone()), order: None });
    }
    let remembered = mapping.dates.iter().find(|(name, _)| folded(name) == folded(&column.header));
    if let Some((_, order)) = remembered {
        return Ok(DateReader { format: mapping.date_format.clone(), order: Some(*order) });
    }
    if let Some(format) = &mapping.date_format {
        return Ok(DateReader { format: Some(format.clone()), order: None });
    }
    let mut evidence = DateEvidence::default();
    texts(records, place).for_each(|text| evidence.add(text));
    let column = column.header.clone();
    let order = evidence.decide().map_err(|unclear| match unclear {
        Unclear::Ambiguous { example, day_first, month_first } => {
            IntakeError::AmbiguousDates { column, example, day_first, month_first }
        }
        Unclear::Mixed { day_first, month_first } => {
            IntakeError::MixedDates { column, day_first, month_first }
        }
    })?;
    Ok(DateReader { format: None, order })
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
    let cells = records.iter().filter_map(|record| record.cells.as_ref().ok()?.get(place));
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

/// How new a row is, as far as its file says.
#[derive(Clone, Debug, PartialEq)]
enum Age {
    Unknown,
    Day(NaiveDate, String),
    Number(f64),
    Text(String),
}

impl Age {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Day(a, a_text), Self::Day(b, b_text)) if a == b => {
                // Times of one day compare as text where both are written the same way.
                if a_text.len() == b_text.len() { a_text.cmp(b_text) } else { Ordering::Equal }
            }
            (Self::Day(a, _), Self::Day(b, _)) => a.cmp(b),
            (Self::Number(a), Self::Number(b)) => a.total_cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::Unknown, Self::Unknown) => Ordering::Equal,
            (Self::Unknown, _) => Ordering::Less,
            (_, Self::Unknown) => Ordering::Greater,
            (Self::Day(..) | Self::Number(_) | Self::Text(_), _) => Ordering::Equal,
        }
    }
}

/// The column that says which of several rows is the newest, and how it says it.
struct NewestBy {
    place: usize,
    header: String,
    kind: AgeKind,
}

enum AgeKind {
    Day(DateReader),
    Number(NumberReader),
    Text,
}

fn newest_by(
    columns: &[Column],
    table: &Table<'_>,
    options: &Options,
    mapping: &Mapping,
) -> Result<Option<NewestBy>, IntakeError> {
    let Some(name) = &mapping.newest_by else { return Ok(None) };
    let place = columns::find(columns, name).ok_or_else(|| IntakeError::NoSuchColumn {
        column: name.clone(),
        columns: columns.iter().map(|column| column.header.clone()).collect(),
    })?;
    let records = &table.records;
    let is_date = |text: &str| match dates::shape(text) {
        Shape::Date(_) | Shape::Either(..) => true,
        Shape::ShortYear => options.date_format.is_some() || mapping.date_format.is_some(),
        Shape::Timestamp | Shape::Neither => false,
    };
    let plain = NumberReader::with(DecimalMark::Point);
    let kind = if texts(records, place).any(is_date) {
        AgeKind::Day(date_reader(place, &columns[place], records, options, mapping)?)
    } else if texts(records, place).all(|text| plain.number(text).is_ok()) {
        AgeKind::Number(plain)
    } else {
        AgeKind::Text
    };
    Ok(Some(NewestBy { place, header: columns[place].header.clone(), kind }))
}

impl NewestBy {
    fn age(&self, record: &Record<'_>) -> Result<Age, String> {
        let Some(cell) = record.cells.as_ref().ok().and_then(|cells| cells.get(self.place)) else {
            return Ok(Age::Unknown);
        };
        let Some(text) = plain_text(cell).filter(|text| !words::is_nothing(text)) else {
            return Ok(Age::Unknown);
        };
        let age = match &self.kind {
            AgeKind::Day(reader) => reader.read(&text).map(|day| Age::Day(day, text.trim().to_owned())),
            AgeKind::Number(reader) => reader.number(&text).map(Age::Number),
            AgeKind::Text => Ok(Age::Text(text.clone())),
        };
        age.map_err(|what| at(&self.header, &text, &what))
    }
}

/// A mistake in a cell, in one sentence.
fn at(header: &str, value: &str, what: &str) -> String {
    /// How much of a value a reason repeats.
    const SHOWN: usize = 40;
    let cut: String = value.trim().chars().take(SHOWN).collect();
    let more = if value.trim().chars().count() > SHOWN { "…" } else { "" };
    format!("{header}: `{cut}{more}`: {what}")
}

/// What a record says about its account, or every reason why it cannot be read.
fn row(record: &Record<'_>, columns: &[Column], readers: &Readers) -> Result<AccountFacts, String> {
    let cells = record.cells.as_ref().map_err(Clone::clone)?;
    let mut wrong: Vec<String> = Vec::new();
    let mut row =
        AccountFacts { id: AccountId::new(""), facts: BTreeMap::new(), stage: None, segments: Vec::new() };
    let filled = || columns.iter().zip(cells).enumerate().filter(|(_, (_, cell))| **cell != Cell::Nothing);
    let mut currency = readers.currency;
    for (_, (column, cell)) in filled() {
        if column.meanings.contains(&Meaning::Currency)
            && let Some(text) = plain_text(cell).filter(|text| !words::is_nothing(text))
        {
            match amounts::currency(&text) {
                Some(named) => currency = named,
                None => wrong.push(at(&column.header, &text, "expected a currency such as USD")),
            }
        }
    }
    let mut id = None;
    for (place, (column, cell)) in filled() {
        if let Some(too_long) = too_long(cell) {
            let most = MAX_CELL;
            wrong.push(format!(
                "{}: {too_long} characters are too many: at most {most} are kept",
                column.header
            ));
            continue;
        }
        for meaning in &column.meanings {
            match meaning {
                Meaning::ExternalId => match external_id(cell) {
                    Ok(found) => id = found,
                    Err(what) => wrong.push(format!("{}: {what}", column.header)),
                },
                Meaning::Stage => {
                    row.stage = plain_text(cell)
                        .filter(|text| !words::is_nothing(text))
                        .map(|text| text.trim().into());
                }
                Meaning::Segments => row.segments.extend(segments(cell)),
                Meaning::Fact(key) => match fact(key, cell, place, readers, currency) {
                    Ok(Some(value)) => _ = row.facts.insert(key.clone(), value),
                    Ok(None) => {}
                    Err(what) => wrong.push(at(&column.header, &plain_text(cell).unwrap_or_default(), &what)),
                },
                Meaning::Currency | Meaning::Extra | Meaning::Ignore => {}
            }
        }
    }
    match id {
        Some(id) => row.id = id,
        None if wrong.is_empty() => wrong.push(format!("no {}", id_header(columns))),
        None => {}
    }
    if wrong.is_empty() { Ok(row) } else { Err(wrong.join("; ")) }
}

fn id_header(columns: &[Column]) -> &str {
    let column = columns.iter().find(|column| column.meanings.contains(&Meaning::ExternalId));
    column.map_or("external id", |column| column.header.as_str())
}

fn too_long(cell: &Cell) -> Option<usize> {
    let long = |text: &str| text.len() > MAX_CELL && text.chars().count() > MAX_CELL;
    match cell {
        Cell::Text(text) => long(text).then(|| text.chars().count()),
        Cell::List(items) => {
            let length: usize = items.iter().map(|item| item.chars().count()).sum();
            (length > MAX_CELL).then_some(length)
        }
        Cell::Nothing | Cell::Number(_) | Cell::Flag(_) | Cell::Money(_) => None,
    }
}

/// The external id in a cell; nothing when it is blank.
fn external_id(cell: &Cell) -> Result<Option<AccountId>, String> {
    let Some(text) = plain_text(cell) else { return Ok(None) };
    let text = text.trim();
    if words::is_blank(text) {
        return Ok(None);
    }
    if text.chars().any(char::is_control) {
        return Err("an external id holds no control characters".to_owned());
    }
    let length = text.chars().count();
    if length > MAX_ID {
        return Err(format!("an external id of {length} characters is too long: at most {MAX_ID} are kept"));
    }
    Ok(Some(AccountId::new(text)))
}

/// A cell as text; nothing when it is blank.
fn plain_text(cell: &Cell) -> Option<String> {
    let text = match cell {
        Cell::Nothing => return None,
        Cell::Text(text) | Cell::Number(text) => text.clone(),
        Cell::Flag(flag) => flag.to_string(),
        Cell::List(items) => items.join(", "),
        Cell::Money(money) => format!("{} {}", money.decimal(), money.currency),
    };
    Some(text).filter(|text| !words::is_blank(text))
}

fn segments(cell: &Cell) -> Vec<Segment> {
    match cell {
        Cell::List(items) => {
            words::distinct(items.iter().map(|item| item.trim()).filter(|item| !words::is_nothing(item)))
        }
        Cell::Text(text) => words::distinct(words::segments(text)),
        Cell::Nothing | Cell::Number(_) | Cell::Flag(_) | Cell::Money(_) => Vec::new(),
    }
}

/// What a cell states about `key`: nothing, a value, or what was expected instead.
fn fact(
    key: &FactKey,
    cell: &Cell,
    place: usize,
    readers: &Readers,
    currency: Currency,
) -> Result<Option<FactValue>, String> {
    let Some(text) = plain_text(cell) else { return Ok(None) };
    if !is_free_text(key) && words::is_nothing(&text) {
        return Ok(None);
    }
    let is_json_number = matches!(cell, Cell::Number(_));
    let numbers =
        if is_json_number { NumberReader::with(DecimalMark::Point) } else { readers.numbers[place] };
    Ok(Some(match key.kind() {
        FactKind::Text => FactValue::Text(match key {
            FactKey::Plan => words::plan(&text).into(),
            FactKey::BillingInterval => words::interval(&text).into(),
            _ => text.trim().into(),
        }),
        FactKind::Date => FactValue::Date(readers.dates[place].read(&text)?),
        FactKind::Money => FactValue::Money(match cell {
            Cell::Money(money) => *money,
            Cell::Nothing | Cell::Text(_) | Cell::Number(_) | Cell::Flag(_) | Cell::List(_) => {
                numbers.amount(&text, currency)?
            }
        }),
        FactKind::Number => FactValue::Number(numbers.number(&text)?),
        FactKind::Flag => FactValue::Flag(words::flag(&text).ok_or("expected yes or no")?),
        FactKind::List => {
            let people = match cell {
                Cell::List(items) => words::distinct(items.iter().flat_map(|item| words::people(item))),
                Cell::Nothing | Cell::Text(_) | Cell::Number(_) | Cell::Flag(_) | Cell::Money(_) => {
                    words::distinct(words::people(&text))
                }
            };
            if people.is_empty() {
                return Ok(None);
            }
            FactValue::List(people)
        }
    }))
}

/// Whether words such as `None` or `NA` are a value of `key` rather than none: a name, or North America.
fn is_free_text(key: &FactKey) -> bool {
    match key {
        FactKey::Name | FactKey::Domain | FactKey::Region | FactKey::OtherId(_) | FactKey::Extra(_) => true,
        FactKey::Plan
        | FactKey::Mrr
        | FactKey::ForecastedMrr
        | FactKey::NextRenewal
        | FactKey::BillingInterval
        | FactKey::Ltv
        | FactKey::PaidInvoices
        | FactKey::LastInvoice
        | FactKey::UpcomingInvoice
        | FactKey::Credits
        | FactKey::CreditsExpiry
        | FactKey::Delinquent
        | FactKey::UsersCount
        | FactKey::HealthScore
        | FactKey::Specialist
        | FactKey::SalesContact
        | FactKey::CsmContact
        | FactKey::Contacts
        | FactKey::AdminEmails
        | FactKey::Created
        | FactKey::Churned
        | FactKey::StageLabel => false,
    }
}
