//! Dates as people and exports write them. Day and month are told apart by evidence, or not at all.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};

/// How a date is spelled out for people.
pub(super) const SPELLED: &str = "%-d %B %Y";

/// Years a date may lie in. Beyond them something else was meant: a number, a two-digit year, a typing mistake.
const YEARS: RangeInclusive<i32> = 1900..=2200;

/// Whether the day or the month comes first in dates such as `04-05-2024`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// 4 May.
    DayFirst,
    /// April 5.
    MonthFirst,
}

impl fmt::Display for DateOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::DayFirst => "day first",
            Self::MonthFirst => "month first",
        })
    }
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

/// Neither order.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no order of day and month: write \"day first\" or \"month first\"")]
pub struct NotADateOrder(String);

/// A declared way of writing dates: `DD-MM-YYYY`, `MM/DD/YY`, `%d.%m.%Y`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateFormat {
    written: String,
    pattern: String,
    loose: Option<DateOrder>,
}

impl fmt::Display for DateFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.written)
    }
}

/// Not a way of writing dates.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no date format: write one such as DD-MM-YYYY, MM/DD/YYYY or %d.%m.%y, with day, month and year once each"
)]
pub struct NotADateFormat(String);

impl FromStr for DateFormat {
    type Err = NotADateFormat;

    fn from_str(text: &str) -> Result<Self, NotADateFormat> {
        let written = text.trim().to_owned();
        let wrong = || NotADateFormat(text.to_owned());
        let pattern = if written.contains('%') { Some(written.clone()) } else { strftime(&written) };
        let pattern = pattern.ok_or_else(wrong)?;
        let mut order = Vec::new();
        let mut letters = pattern.chars();
        while let Some(c) = letters.next() {
            if c != '%' {
                continue;
            }
            match letters.next().map(|c| if c == '-' { letters.next() } else { Some(c) }).ok_or_else(wrong)? {
                Some('d' | 'e') => order.push('d'),
                Some('m') => order.push('m'),
                Some('b' | 'B' | 'h') => order.push('b'),
                Some('Y') => order.push('Y'),
                Some('y') => order.push('y'),
                Some('H' | 'I' | 'M' | 'S' | 'p' | 'P' | '%') => {}
                Some(_) | None => return Err(wrong()),
            }
        }
        let count = |of: &[char]| order.iter().filter(|c| of.contains(c)).count();
        if order.len() != 3 || count(&['d']) != 1 || count(&['m', 'b']) != 1 || count(&['Y', 'y']) != 1 {
            return Err(wrong());
        }
        let loose = match order[..] {
            ['d', 'm', 'Y'] => Some(DateOrder::DayFirst),
            ['m', 'd', 'Y'] => Some(DateOrder::MonthFirst),
            _ => None,
        };
        Ok(Self { written, pattern, loose })
    }
}

/// `DD/MM/YYYY HH:mm` as chrono writes it. `M` after the hour is minutes, whatever its case.
fn strftime(written: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = written;
    let mut hours = false;
    while let Some(first) = rest.chars().next() {
        let run: usize = rest.chars().take_while(|c| c.eq_ignore_ascii_case(&first)).count();
        if !first.is_alphanumeric() {
            out.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        out.push_str(match (first.to_ascii_uppercase(), run) {
            ('D', 1 | 2) => "%d",
            ('M', 1 | 2) if hours => "%M",
            ('M', 1 | 2) => "%m",
            ('M', 3) => "%b",
            ('M', 4) => "%B",
            ('Y', 4) => "%Y",
            ('Y', 2) => "%y",
            ('H', 1 | 2) => {
                hours = true;
                "%H"
            }
            ('S', 1 | 2) => "%S",
            ('T', 1) => "T",
            _ => return None,
        });
        rest = &rest[run..];
    }
    Some(out)
}

impl DateFormat {
    fn read(&self, text: &str) -> Option<NaiveDate> {
        let (date, rest) = NaiveDate::parse_and_remainder(text, &self.pattern).ok()?;
        (YEARS.contains(&date.year()) && is_time(rest)).then_some(date)
    }
}

/// What one value looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// It can only be this date.
    Date(NaiveDate),
    /// Two numbers and a year, such as `04-05-2024`.
    Either(u32, u32, i32),
    /// A number of seconds or milliseconds.
    Timestamp,
    /// Two numbers and two digits that may be a year.
    ShortYear,
    /// No date.
    Neither,
}

/// What `text` looks like, as a date nobody declared a format for.
pub(super) fn shape(text: &str) -> Shape {
    let text = text.trim();
    if text.len() >= 9
        && text.strip_prefix('-').unwrap_or(text).bytes().all(|b| b.is_ascii_digit() || b == b'.')
    {
        let whole = text.split('.').next().unwrap_or(text);
        if whole.len() >= 9 {
            return Shape::Timestamp;
        }
    }
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        return NaiveDate::parse_from_str(text, "%Y%m%d")
            .ok()
            .filter(|date| in_range(*date))
            .map_or(Shape::Neither, Shape::Date);
    }
    if let Some(date) = with_month_name(text) {
        return Shape::Date(date);
    }
    let Some(([first, second, third], rest)) = three_numbers(text) else { return Shape::Neither };
    if !is_time(rest) {
        return Shape::Neither;
    }
    let number = |digits: &str| digits.parse::<u32>().unwrap_or(u32::MAX);
    match (first.len(), second.len(), third.len()) {
        (4, 1..=2, 1..=2) => {
            day(number(first), number(second), number(third)).map_or(Shape::Neither, Shape::Date)
        }
        (1..=2, 1..=2, 4) => {
            let year = i32::try_from(number(third)).unwrap_or(0);
            Shape::Either(number(first), number(second), year)
        }
        (1..=2, 1..=2, 2) => Shape::ShortYear,
        _ => Shape::Neither,
    }
}

/// `04-05-2024` with the given order.
pub(super) fn in_order(first: u32, second: u32, year: i32, order: DateOrder) -> Option<NaiveDate> {
    let (day, month) = match order {
        DateOrder::DayFirst => (first, second),
        DateOrder::MonthFirst => (second, first),
    };
    NaiveDate::from_ymd_opt(year, month, day).filter(|date| in_range(*date))
}

fn day(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day).filter(|date| in_range(*date))
}

fn in_range(date: NaiveDate) -> bool {
    YEARS.contains(&date.year())
}

/// Three numbers between two equal separators, and what follows them.
fn three_numbers(text: &str) -> Option<([&str; 3], &str)> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let (first, rest) = text.split_at(digits(text));
    let separator = rest.chars().next().filter(|c| matches!(c, '-' | '/' | '.' | ' '))?;
    let rest = &rest[1..];
    let (second, rest) = rest.split_at(digits(rest));
    let rest = rest.strip_prefix(separator)?;
    let (third, rest) = rest.split_at(digits(rest));
    let all = [first, second, third];
    (!all.contains(&"")).then_some((all, rest))
}

/// Whether `rest` is nothing, or a time of day after a date.
fn is_time(rest: &str) -> bool {
    if rest.trim().is_empty() {
        return true;
    }
    let Some(time) = rest.strip_prefix([' ', 'T', 't', ',']) else { return false };
    let time = time.trim();
    time.starts_with(|c: char| c.is_ascii_digit())
        && time.len() <= 40
        && time.chars().all(|c| c.is_ascii_alphanumeric() || ":.,+- ".contains(c))
}

/// `16 Oct 2024`, `October 16, 2024`, `16-Oct-2024`: the name says which one is the month.
fn with_month_name(text: &str) -> Option<NaiveDate> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    const LONG: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split([' ', '-', ',', '/', '.']).filter(|word| !word.is_empty()).take(4).collect();
    let month = |word: &str| {
        let short = MONTHS.iter().position(|name| *name == word || (word == "sept" && *name == "sep"));
        short
            .or_else(|| LONG.iter().position(|name| *name == word))
            .and_then(|month| u32::try_from(month + 1).ok())
    };
    let number = |word: &str| {
        let word = ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word);
        word.bytes().all(|b| b.is_ascii_digit()).then(|| word.parse::<u32>().ok()).flatten()
    };
    let [first, second, third, ..] = words[..] else { return None };
    if words.len() > 3 && !words[3].starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    match (month(first), month(second)) {
        (Some(month), None) => day(number(third)?, month, number(second)?),
        (None, Some(month)) if number(first)? > 31 => day(number(first)?, month, number(third)?),
        (None, Some(month)) => day(number(third)?, month, number(first)?),
        (Some(_), Some(_)) | (None, None) => None,
    }
}

/// How the dates of one column are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct DateReader {
    pub(super) format: Option<DateFormat>,
    pub(super) order: Option<DateOrder>,
}

impl DateReader {
    /// The date `text` stands for.
    ///
    /// # Errors
    /// What was expected instead.
    pub(super) fn read(&self, text: &str) -> Result<NaiveDate, String> {
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
                if let Some(date) = in_order(first, second, year, order).filter(|_| self.agrees()) {
                    return Ok(date);
                }
            }
            Shape::Timestamp => {
                return Err("a number of seconds is no date: export dates such as 2024-12-31".to_owned());
            }
            Shape::ShortYear if self.format.is_none() => {
                return Err("a year of two digits: say how to read it with --date-format DD-MM-YY".to_owned());
            }
            Shape::ShortYear | Shape::Neither => {}
        }
        Err(match (&self.format, order) {
            (Some(format), _) => format!("expected a date such as 2024-12-31 or {format}"),
            (None, Some(DateOrder::DayFirst)) => {
                "expected a date such as 2024-12-31 or 31-12-2024".to_owned()
            }
            (None, Some(DateOrder::MonthFirst)) => {
                "expected a date such as 2024-12-31 or 12-31-2024".to_owned()
            }
            (None, None) => "expected a date such as 2024-12-31".to_owned(),
        })
    }

    /// Whether a declared format leaves other numeric dates a meaning: `%d-%m-%Y` also reads `16/10/2024`.
    fn agrees(&self) -> bool {
        self.format.as_ref().is_none_or(|format| format.loose.is_some() || self.order.is_some())
    }
}

/// What the values of a column say about the order of day and month.
#[derive(Clone, Debug, Default)]
pub(super) struct DateEvidence {
    day_first: Option<String>,
    month_first: Option<String>,
    either: Option<(String, u32, u32, i32)>,
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
            (Some(a), Some(b)) if a != b => {
                self.either.get_or_insert_with(|| (text.trim().to_owned(), first, second, year));
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
            (None, None, None) => Ok(None),
            (None, None, Some((example, first, second, year))) => {
                let read =
                    |order| in_order(first, second, year, order).expect("both readings are dates, see `add`");
                let (day_first, month_first) = (read(DateOrder::DayFirst), read(DateOrder::MonthFirst));
                Err(Unclear::Ambiguous { example, day_first, month_first })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(format: &str) -> DateReader {
        DateReader { format: Some(format.parse().expect("a format in a test")), order: None }
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
