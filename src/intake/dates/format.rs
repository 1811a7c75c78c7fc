//! Declared formats of dates.
//!
//! Times since 1970 are read as the day they fall on in UTC.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate};

use super::DateOrder;
use super::shape::{in_range, is_time};

/// A declared way of writing dates: `DD-MM-YYYY`, `MM/DD/YY`, `%d.%m.%Y`, `epoch`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateFormat {
    written: String,
    pattern: DatePattern,
    /// The order in which other numeric dates are read as well: `%d-%m-%Y` also reads `16/10/2024`.
    pub(super) loose: Option<DateOrder>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum DatePattern {
    /// As chrono writes it.
    Strftime(String),
    /// Units since 1970, so many to a second.
    Epoch { per_second: i64 },
}

/// The formats of times since 1970, by the word that declares them, and how many units make a second.
const EPOCHS: [(&str, i64); 2] = [("epoch", 1), ("epoch-ms", 1_000)];

impl fmt::Display for DateFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.written)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a date format: write one such as DD-MM-YYYY, MM/DD/YYYY or %d.%m.%y, with day, month and year once each, or epoch or epoch-ms"
)]
pub struct NotADateFormat(String);

impl FromStr for DateFormat {
    type Err = NotADateFormat;

    fn from_str(text: &str) -> Result<Self, NotADateFormat> {
        let written = text.trim().to_owned();
        let wrong = || NotADateFormat(text.to_owned());
        if let Some((_, per_second)) = EPOCHS.iter().find(|(word, _)| written.eq_ignore_ascii_case(word)) {
            let pattern = DatePattern::Epoch { per_second: *per_second };
            return Ok(Self { written, pattern, loose: None });
        }
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
        Ok(Self { written, pattern: DatePattern::Strftime(pattern), loose })
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
    /// The date `text` stands for, if it is written this way.
    pub(super) fn read(&self, text: &str) -> Option<NaiveDate> {
        match &self.pattern {
            DatePattern::Strftime(pattern) => {
                let (date, rest) = NaiveDate::parse_and_remainder(text, pattern).ok()?;
                (in_range(date) && is_time(rest)).then_some(date)
            }
            DatePattern::Epoch { per_second } => epoch(text, *per_second),
        }
    }
}

/// The day of a time since 1970, in UTC.
fn epoch(text: &str, per_second: i64) -> Option<NaiveDate> {
    /// Fewer digits are seconds: as milliseconds they would lie in 1970.
    const LEAST_MS_DIGITS: usize = 11;
    let whole = text.split('.').next()?;
    if per_second > 1 && whole.len() < LEAST_MS_DIGITS {
        return None;
    }
    let units: i64 = whole.parse().ok()?;
    let date = DateTime::from_timestamp(units.div_euclid(per_second), 0)?.date_naive();
    in_range(date).then_some(date)
}

/// The same for a number that can be nothing else: seconds have 10 digits and milliseconds 13, from 2001 to 2286.
pub(super) fn unmistakable_epoch(text: &str) -> Option<NaiveDate> {
    match text.split('.').next()?.len() {
        10 => epoch(text, 1),
        13 => epoch(text, 1_000),
        _ => None,
    }
}
