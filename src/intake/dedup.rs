//! Several rows about one account: the newest one is taken where a column says how new they are, otherwise none.

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use chrono::NaiveDate;

use super::IntakeError;
use super::amounts::NumberReader;
use super::column_formats::{date_reader, texts};
use super::columns::{self, ImportColumn};
use super::dates::{self, DateReader, Shape};
use super::mapping::{ImportOptions, Mapping};
use super::row::{at, plain_text};
use super::table::Record;
use super::{DecimalMark, words};
use crate::state::{AccountFacts, AccountId, FactKey, FactValue};

/// How new a row is, as far as its file says.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Age {
    Unknown,
    Day(NaiveDate, String),
    Number(f64),
    Text(String),
}

impl Age {
    pub(super) fn cmp(&self, other: &Self) -> Ordering {
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

/// The column that says which of several rows is the newest, and how to read it.
pub(super) struct NewestBy {
    index: usize,
    header: String,
    kind: AgeKind,
}

enum AgeKind {
    Day(DateReader),
    Number(NumberReader),
    Text,
}

impl NewestBy {
    /// The column the mapping names, if it names one.
    pub(super) fn find(
        columns: &[ImportColumn],
        records: &[Record<'_>],
        options: &ImportOptions,
        mapping: &Mapping,
    ) -> Result<Option<Self>, IntakeError> {
        let Some(name) = &mapping.newest_by else { return Ok(None) };
        let index = columns::find(columns, name).ok_or_else(|| IntakeError::NoSuchColumn {
            column: name.clone(),
            columns: columns.iter().map(|column| column.header.clone()).collect(),
        })?;
        let is_date = |text: &str| match dates::shape(text) {
            Shape::Date(_) | Shape::Either(..) => true,
            Shape::ShortYear => options.date_format.is_some() || mapping.date_format.is_some(),
            Shape::Timestamp | Shape::Neither => false,
        };
        let plain = NumberReader::with(DecimalMark::Point);
        let kind = if texts(records, index).any(is_date) {
            AgeKind::Day(date_reader(index, &columns[index], records, options, mapping)?)
        } else if texts(records, index).all(|text| plain.number(text).is_ok()) {
            AgeKind::Number(plain)
        } else {
            AgeKind::Text
        };
        Ok(Some(Self { index, header: columns[index].header.clone(), kind }))
    }

    pub(super) fn age(&self, record: &Record<'_>) -> Result<Age, String> {
        let Some(cell) = record.cell(self.index) else {
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

/// How many other lines a rejected row names.
const LINES_NAMED: usize = 10;

/// Finds the rows of a file that are about the same account.
pub(super) struct Deduplicator {
    /// In the order in which the accounts occur.
    pub(super) candidates: Vec<Candidate>,
    /// How many rows a newer one replaced.
    pub(super) superseded: usize,
    newest_wins: bool,
    known: HashMap<AccountId, usize>,
}

/// The subscriptions that `row` says go on: all it names, unless it has a date of churn.
fn going_on(row: &AccountFacts) -> Vec<Arc<str>> {
    match row.facts.get(&FactKey::Subscriptions) {
        Some(FactValue::List(ids)) if !row.facts.contains_key(&FactKey::Churned) => ids.clone(),
        _ => Vec::new(),
    }
}

/// The row to take for an account, and the rows that contradict it where nothing says which is the newest.
pub(super) struct Candidate {
    /// Of the row, among the records.
    pub(super) index: usize,
    pub(super) row: AccountFacts,
    /// The other rows, by their index.
    pub(super) duplicates: Vec<usize>,
    age: Age,
    /// The subscriptions that go on by any of the rows.
    going_on: BTreeSet<Arc<str>>,
}

impl Deduplicator {
    pub(super) fn new(newest_wins: bool) -> Self {
        Self { candidates: Vec::new(), superseded: 0, newest_wins, known: HashMap::new() }
    }

    /// Adds the row at `index`, which grows from call to call.
    pub(super) fn insert(&mut self, index: usize, row: AccountFacts, age: Age) {
        let Some(candidate) = self.known.get(&row.id).and_then(|known| self.candidates.get_mut(*known))
        else {
            self.known.insert(row.id.clone(), self.candidates.len());
            let going_on = going_on(&row).into_iter().collect();
            self.candidates.push(Candidate { index, row, duplicates: Vec::new(), age, going_on });
            return;
        };
        if !self.newest_wins {
            candidate.duplicates.push(index);
            return;
        }
        self.superseded += 1;
        candidate.going_on.extend(going_on(&row));
        // The later line wins ties.
        if age.cmp(&candidate.age) != Ordering::Less {
            (candidate.index, candidate.row, candidate.age) = (index, row, age);
        }
    }
}

impl Candidate {
    /// The row to take. Where rows are about one subscription each, those that go on are all known, and the end of one
    /// is not the end of the account.
    pub(super) fn into_row(self) -> AccountFacts {
        let Self { mut row, going_on, .. } = self;
        if !going_on.is_empty() {
            row.facts.insert(FactKey::Subscriptions, FactValue::List(going_on.into_iter().collect()));
            row.facts.remove(&FactKey::Churned);
        }
        row
    }

    /// Every row with the reason why it is not taken; `line` tells the line of a row.
    pub(super) fn reject_all(&self, line: impl Fn(usize) -> usize) -> Vec<(usize, String)> {
        let all: Vec<usize> = std::iter::once(self.index).chain(self.duplicates.iter().copied()).collect();
        let reason = |index: usize| {
            let others = all.iter().filter(|other| **other != index).take(LINES_NAMED);
            let mut named: Vec<String> = others.map(|other| line(*other).to_string()).collect();
            let unnamed = all.len() - 1 - named.len();
            let last = if unnamed > 0 { Some(format!("{unnamed} more")) } else { named.pop() };
            let last = last.expect("there is another row");
            let lines = if named.is_empty() {
                format!("line {last}")
            } else {
                format!("lines {} and {last}", named.join(", "))
            };
            format!(
                "`{}` is on {lines} too: write `newest_by = \"COLUMN\"` in a mapping file to take the newest row, \
                 or keep only one",
                self.row.id
            )
        };
        all.iter().map(|index| (*index, reason(*index))).collect()
    }
}
