//! Recognises dates without a declared format.

use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate};

use super::DateOrder;
use crate::state::values::time::month_named;

/// Years a date may lie in. Beyond them something else was meant: a number, a two-digit year, a typing mistake.
const YEARS: RangeInclusive<i32> = 1900..=2200;

/// What a value looks like as a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::intake) enum Shape {
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

/// What `text` looks like as a date without a declared format.
pub(in crate::intake) fn shape(text: &str) -> Shape {
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

pub(super) fn in_range(date: NaiveDate) -> bool {
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
pub(super) fn is_time(rest: &str) -> bool {
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
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split([' ', '-', ',', '/', '.']).filter(|word| !word.is_empty()).take(4).collect();
    let number = |word: &str| {
        let word = ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word);
        word.bytes().all(|b| b.is_ascii_digit()).then(|| word.parse::<u32>().ok()).flatten()
    };
    let [first, second, third, ..] = words[..] else { return None };
    if words.len() > 3 && !words[3].starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    match (month_named(first), month_named(second)) {
        (Some(month), None) => day(number(third)?, month, number(second)?),
        (None, Some(month)) if number(first)? > 31 => day(number(first)?, month, number(third)?),
        (None, Some(month)) => day(number(third)?, month, number(first)?),
        (Some(_), Some(_)) | (None, None) => None,
    }
}
