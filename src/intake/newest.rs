//! Which of several rows about one account is the newest.

use std::cmp::Ordering;

use chrono::NaiveDate;

use super::IntakeError;
use super::accounts::Options;
use super::amounts::NumberReader;
use super::columns::{self, Column};
use super::dates::{self, DateReader, Shape};
use super::mapping::Mapping;
use super::readers::{date_reader, texts};
use super::row::{at, plain_text};
use super::table::Record;
use super::{DecimalMark, words};

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
