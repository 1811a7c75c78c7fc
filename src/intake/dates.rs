//! Dates as people and exports write them. Only evidence in the column decides which of two numbers is the day.

mod format;
mod shape;

use std::str::FromStr;

use chrono::NaiveDate;

use self::format::unmistakable_epoch;
pub use self::format::{DateFormat, NotADateFormat};
use self::shape::in_order;
pub(super) use self::shape::{Shape, shape};
use crate::state::values::time::EARLIEST;

/// How a date is spelled out for people.
pub(super) const SPELLED: &str = "%-d %B %Y";

/// Whether the day or the month comes first in dates such as `04-05-2024`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display)]
pub enum DateOrder {
    /// 4 May.
    #[strum(to_string = "day first")]
    DayFirst,
    /// April 5.
    #[strum(to_string = "month first")]
    MonthFirst,
}

impl FromStr for DateOrder {
    type Err = NotADateOrder;

    fn from_str(text: &str) -> Result<Self, NotADateOrder> {
        match text {
            "day first" => Ok(Self::DayFirst),
            "month first" => Ok(Self::MonthFirst),
            other => Err(NotADateOrder(other.to_owned())),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` does not say how dates are written: write \"day first\", \"month first\", \"epoch\", \"epoch-ms\" or a format such as DD-MM-YYYY"
)]
pub struct NotADateOrder(String);

/// How the dates of one column are written, as far as a person has said so.
#[derive(Clone, Debug, PartialEq, Eq, strum::Display)]
pub enum ColumnDates {
    #[strum(to_string = "{0}")]
    Order(DateOrder),
    #[strum(to_string = "{0}")]
    Format(DateFormat),
}

impl FromStr for ColumnDates {
    type Err = NotADateOrder;

    fn from_str(text: &str) -> Result<Self, NotADateOrder> {
        text.parse().map(Self::Format).or_else(|_| text.parse().map(Self::Order))
    }
}

/// How the dates of one column are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct DateReader {
    pub(super) format: Option<DateFormat>,
    pub(super) order: Option<DateOrder>,
    /// Whether a number of 10 or 13 digits is a time, as in JSON.
    pub(super) is_json: bool,
}

impl DateReader {
    /// The date `text` stands for.
    ///
    /// # Errors
    /// What was expected instead.
    pub(super) fn read(&self, text: &str) -> Result<NaiveDate, String> {
        let date = self.read_any(text)?;
        if date < EARLIEST {
            return Err(
                "a date before 2000 is taken for a mistake: correct it, or leave the cell empty".to_owned()
            );
        }
        Ok(date)
    }

    /// The same, in any century.
    fn read_any(&self, text: &str) -> Result<NaiveDate, String> {
        let text = text.trim();
        if let Some(date) = self.format.as_ref().and_then(|format| format.read(text)) {
            return Ok(date);
        }
        let order = self.order.or_else(|| self.format.as_ref().and_then(|format| format.loose));
        match shape(text) {
            Shape::Date(date) => return Ok(date),
            Shape::Either(first, second, year) => {
                // Without an order both readings are the same day, or the column would have been refused.
                let order = order.unwrap_or(DateOrder::DayFirst);
                if let Some(date) = in_order(first, second, year, order).filter(|_| self.reads_other_dates())
                {
                    return Ok(date);
                }
            }
            Shape::Timestamp => {
                let date = if self.is_json { unmistakable_epoch(text) } else { None };
                let is_ms = text.split('.').next().is_some_and(|whole| whole.len() > 11);
                let (unit, word) = if is_ms { ("milliseconds", "epoch-ms") } else { ("seconds", "epoch") };
                return date.ok_or_else(|| {
                    format!(
                        "a number of {unit} is not a date: export dates such as 2024-12-31, or say --date-format {word}"
                    )
                });
            }
            Shape::ShortYear if self.format.is_none() => {
                return Err("a year of two digits: say how to read it with --date-format DD-MM-YY".to_owned());
            }
            Shape::ShortYear | Shape::Neither => {}
        }
        let other = match (&self.format, order) {
            (Some(format), _) => format!(" or {format}"),
            (None, Some(DateOrder::DayFirst)) => " or 31-12-2024".to_owned(),
            (None, Some(DateOrder::MonthFirst)) => " or 12-31-2024".to_owned(),
            (None, None) => String::new(),
        };
        Err(format!("expected a date such as 2024-12-31{other}"))
    }

    /// Whether numeric dates that are not in the declared format are read as well.
    fn reads_other_dates(&self) -> bool {
        self.format.as_ref().is_none_or(|format| format.loose.is_some() || self.order.is_some())
    }
}

/// What the values of a column say about the order of day and month.
#[derive(Clone, Debug, Default)]
pub(super) struct DateEvidence {
    day_first: Option<String>,
    month_first: Option<String>,
    either: Option<Unclear>,
}

/// Why a column's dates cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unclear {
    Ambiguous { example: String, day_first: NaiveDate, month_first: NaiveDate },
    Mixed { day_first: String, month_first: String },
}

impl DateEvidence {
    pub(super) fn add(&mut self, text: &str) {
        let Shape::Either(first, second, year) = shape(text) else { return };
        let as_day_first = in_order(first, second, year, DateOrder::DayFirst);
        let as_month_first = in_order(first, second, year, DateOrder::MonthFirst);
        match (as_day_first, as_month_first) {
            (Some(_), None) => _ = self.day_first.get_or_insert_with(|| text.trim().to_owned()),
            (None, Some(_)) => _ = self.month_first.get_or_insert_with(|| text.trim().to_owned()),
            (Some(day_first), Some(month_first)) if day_first != month_first => {
                let example = text.trim().to_owned();
                self.either.get_or_insert(Unclear::Ambiguous { example, day_first, month_first });
            }
            (Some(_), Some(_)) | (None, None) => {}
        }
    }

    /// The order the column is in; nothing where it makes no difference.
    ///
    /// # Errors
    /// When the values leave it open, or contradict each other.
    pub(super) fn decide(self) -> Result<Option<DateOrder>, Unclear> {
        match (self.day_first, self.month_first, self.either) {
            (Some(_), None, _) => Ok(Some(DateOrder::DayFirst)),
            (None, Some(_), _) => Ok(Some(DateOrder::MonthFirst)),
            (Some(day_first), Some(month_first), _) => Err(Unclear::Mixed { day_first, month_first }),
            (None, None, either) => either.map_or(Ok(None), Err),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(format: &str) -> DateReader {
        DateReader { format: Some(format.parse().expect("a format in a test")), ..DateReader::default() }
    }

    #[test]
    fn dates_that_can_only_be_one_day_are_read() {
        for text in [
            "2024-10-16",
            "2024-10-16T23:30:00Z",
            "2024-10-16 09:00:00+02:00",
            "2024/10/16",
            "2024.10.16",
            "20241016",
            "16 Oct 2024",
            "Oct 16, 2024",
            "October 16 2024",
            "16-Oct-2024",
            "2024-Oct-16",
            "16th October 2024",
            "Oct 16, 2024 10:30 AM",
            " 2024-10-16 ",
            "2024-10-16T09:00:00.000+00:00",
        ] {
            assert_eq!(
                DateReader::default().read(text).map(|date| date.to_string()).as_deref(),
                Ok("2024-10-16"),
                "{text}"
            );
        }
        for text in ["1734253200", "1734253200000", "1734253200.5"] {
            assert_eq!(shape(text), Shape::Timestamp, "{text}");
        }
        for text in [
            "soon",
            "2024-13-01",
            "2024-02-30",
            "16/10",
            "2024-10-16x",
            "0024-10-16",
            "10-2024",
            "1/2/3",
            "--",
        ] {
            assert!(DateReader::default().read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn declared_formats_are_read() {
        for (format, text) in [
            ("DD-MM-YYYY", "16-10-2024"),
            ("DD-MM-YYYY", "16/10/2024"),
            ("dd.mm.yyyy", "16.10.2024"),
            ("MM/DD/YYYY", "10/16/2024"),
            ("MM/DD/YYYY", "10/16/2024 09:30"),
            ("DD.MM.YY", "16.10.24"),
            ("%d-%m-%Y", "16-10-2024"),
            ("%-d.%-m.%Y", "16.10.2024"),
            ("D MMM YYYY", "16 Oct 2024"),
            ("DD/MM/YYYY HH:mm", "16/10/2024 23:59"),
            ("DD/MM/YYYY", "2024-10-16"),
            ("YYYYDDMM", "20241610"),
        ] {
            assert_eq!(
                reader(format).read(text).map(|date| date.to_string()).as_deref(),
                Ok("2024-10-16"),
                "{format} {text}"
            );
        }
        for bad in ["", "DD-MM", "DD-DD-YYYY", "%d-%m", "%Q", "tomorrow", "%", "%-"] {
            assert!(bad.parse::<DateFormat>().is_err(), "{bad}");
        }
        assert!(reader("DD-MM-YYYY").read("10/16/2024").is_err());
        assert!(reader("DD-MM-YYYY").read("16-10-24").is_err());
    }

    #[test]
    fn the_column_decides_the_order() {
        let decide = |values: &[&str]| {
            let mut evidence = DateEvidence::default();
            for value in values {
                evidence.add(value);
            }
            evidence.decide()
        };
        assert_eq!(decide(&["04-05-2024", "16-05-2024"]), Ok(Some(DateOrder::DayFirst)));
        assert_eq!(decide(&["04/05/2024", "04/16/2024"]), Ok(Some(DateOrder::MonthFirst)));
        assert_eq!(decide(&["05.05.2024", "2024-12-31", ""]), Ok(None));
        assert!(matches!(decide(&["2024-01-01", "04-05-2024"]), Err(Unclear::Ambiguous { .. })));
        assert!(matches!(decide(&["16-05-2024", "04-16-2024"]), Err(Unclear::Mixed { .. })));
    }
}
