//! Which of several rows about one account counts: the newest where a column says how new they are, else none.

use std::cmp::Ordering;
use std::collections::HashMap;

use chrono::NaiveDate;

use crate::intake::IntakeError;
use super::accounts::Options;
use super::amounts::NumberReader;
use super::columns::{self, Column};
use super::dates::{self, DateReader, Shape};
use super::mapping::Mapping;
use super::column_formats::{date_reader, texts};
use super::row::{at, plain_text};
use super::table::Record;
use crate::intake::{DecimalMark, words};
use crate::state::{AccountFacts, AccountId};

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

/// The column that says which of several rows is the newest, and how it says it.
pub(super) struct NewestBy {
    place: usize,
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
        columns: &[Column],
        records: &[Record<'_>],
        options: &Options,
        mapping: &Mapping,
    ) -> Result<Option<Self>, IntakeError> {
        let Some(name) = &mapping.newest_by else { return Ok(None) };
        let place = columns::find(columns, name).ok_or_else(|| IntakeError::NoSuchColumn {
            column: name.clone(),
            columns: columns.iter().map(|column| column.header.clone()).collect(),
        })?;
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
        Ok(Some(Self { place, header: columns[place].header.clone(), kind }))
    }

    pub(super) fn age(&self, record: &Record<'_>) -> Result<Age, String> {
        let Some(cell) = record.cell(self.place) else {
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

/// The rows of a file, as they vie for their accounts.
pub(super) struct Contest {
    /// In the order in which the accounts occur.
    pub(super) claims: Vec<Claim>,
    /// How many rows lost to a newer one.
    pub(super) superseded: usize,
    newest_wins: bool,
    known: HashMap<AccountId, usize>,
}

/// What speaks for an account: a row, and the rows that nothing decides between.
pub(super) struct Claim {
    /// Where the row stands among the records.
    pub(super) place: usize,
    pub(super) row: AccountFacts,
    /// Where the others stand.
    pub(super) rivals: Vec<usize>,
    age: Age,
}

impl Contest {
    /// A contest that the newest row wins, or nobody.
    pub(super) fn new(newest_wins: bool) -> Self {
        Self { claims: Vec::new(), superseded: 0, newest_wins, known: HashMap::new() }
    }

    /// Adds the row at `place`; places only grow.
    pub(super) fn enter(&mut self, place: usize, row: AccountFacts, age: Age) {
        let Some(claim) = self.known.get(&row.id).and_then(|known| self.claims.get_mut(*known)) else {
            self.known.insert(row.id.clone(), self.claims.len());
            self.claims.push(Claim { place, row, rivals: Vec::new(), age });
            return;
        };
        if !self.newest_wins {
            claim.rivals.push(place);
            return;
        }
        self.superseded += 1;
        // The later line wins ties.
        if age.cmp(&claim.age) != Ordering::Less {
            (claim.place, claim.row, claim.age) = (place, row, age);
        }
    }
}

impl Claim {
    /// Every row of the claim with why it is not taken; `line` knows the line of a row.
    pub(super) fn undecided(&self, line: impl Fn(usize) -> usize) -> Vec<(usize, String)> {
        let all: Vec<usize> = std::iter::once(self.place).chain(self.rivals.iter().copied()).collect();
        let reason = |place: usize| {
            let others = all.iter().filter(|other| **other != place).take(LINES_NAMED);
            let mut named: Vec<String> = others.map(|other| line(*other).to_string()).collect();
            let unnamed = all.len() - 1 - named.len();
            let last = if unnamed > 0 { Some(format!("{unnamed} more")) } else { named.pop() };
            let last = last.expect("a rival is named");
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
        all.iter().map(|place| (*place, reason(*place))).collect()
    }
}
