//! A number of a section, and how it is said.

use chrono::NaiveDate;

use crate::insights::period::CountedPeriod;
use crate::state::values::money::grouped;
use crate::state::{AccountId, MoneySum};

/// A number of a section, with what stands behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SectionCell {
    Text(String),
    Date(NaiveDate),
    Period(CountedPeriod),
    /// One for each time that is counted.
    Accounts(Vec<AccountId>),
    Count(usize),
    /// So many of so many; nothing of nothing.
    Share(usize, usize),
    /// The same, where so many should be reached: rounded down, so that no goal is met by rounding.
    Reached(usize, usize),
    /// So many times as long: minutes, of minutes.
    Times(usize, usize),
    /// Nothing where there were too few.
    Minutes(Option<i64>),
    Money(Vec<MoneySum>),
    Bool(bool),
    Unknown,
}

impl SectionCell {
    /// The cell as people read it: durations in days, and a dash for what there is nothing of.
    pub fn words(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Date(day) => day.format("%-d %b %Y").to_string(),
            Self::Period(period) => period.to_string(),
            Self::Accounts(accounts) => grouped(accounts.len() as u128),
            Self::Count(count) => grouped(*count as u128),
            Self::Share(_, 0)
            | Self::Reached(_, 0)
            | Self::Times(_, 0)
            | Self::Minutes(None)
            | Self::Unknown => "–".to_owned(),
            Self::Times(part, of) => {
                let tenths = (part * 20 + of) / (of * 2);
                format!("{}.{} ×", tenths / 10, tenths % 10)
            }
            Self::Share(part, of) => format!("{} %", percent(*part, *of)),
            Self::Reached(part, of) => format!("{} %", percent_reached(*part, *of)),
            Self::Minutes(Some(minutes)) => days(*minutes),
            Self::Money(sums) if sums.is_empty() => "–".to_owned(),
            Self::Money(sums) => sums.iter().map(|sum| sum.rounded()).collect::<Vec<_>>().join(" + "),
            Self::Bool(true) => "yes".to_owned(),
            Self::Bool(false) => "no".to_owned(),
        }
    }

    /// The same in fewer cells, where there is a shorter word.
    pub fn short(&self) -> String {
        if let Self::Period(period) = self { period.short() } else { self.words() }
    }

    /// The cell as a program reads it, where it is a day, or a week or month, which is known by its first day.
    pub fn day(&self) -> Option<NaiveDate> {
        match self {
            Self::Date(day) => Some(*day),
            Self::Period(period) => Some(period.start),
            Self::Text(_)
            | Self::Accounts(_)
            | Self::Count(_)
            | Self::Share(..)
            | Self::Reached(..)
            | Self::Minutes(_)
            | Self::Money(_)
            | Self::Bool(_)
            | Self::Times(..)
            | Self::Unknown => None,
        }
    }

    /// A share in whole percent; nothing where it is none, or of nothing.
    pub fn percent(&self) -> Option<usize> {
        match self {
            Self::Share(part, of @ 1..) => Some(percent(*part, *of)),
            Self::Reached(part, of @ 1..) => Some(percent_reached(*part, *of)),
            Self::Share(_, 0)
            | Self::Reached(_, 0)
            | Self::Text(_)
            | Self::Date(_)
            | Self::Period(_)
            | Self::Accounts(_)
            | Self::Count(_)
            | Self::Minutes(_)
            | Self::Money(_)
            | Self::Bool(_)
            | Self::Times(..)
            | Self::Unknown => None,
        }
    }

    /// Whether it counts nothing.
    pub fn is_nothing(&self) -> bool {
        match self {
            Self::Accounts(accounts) => accounts.is_empty(),
            Self::Count(count) => *count == 0,
            Self::Share(_, of) | Self::Reached(_, of) | Self::Times(_, of) => *of == 0,
            Self::Minutes(minutes) => minutes.is_none(),
            Self::Money(sums) => sums.is_empty(),
            Self::Text(_) | Self::Date(_) | Self::Period(_) | Self::Bool(_) | Self::Unknown => false,
        }
    }

    /// Whether it is set to the right.
    pub fn is_number(&self) -> bool {
        !matches!(self, Self::Text(_) | Self::Date(_) | Self::Period(_) | Self::Bool(_) | Self::Unknown)
    }
}

/// Whole percent, half of one rounded up: 0 is said of none alone, and 100 of all.
fn percent(part: usize, of: usize) -> usize {
    within((part * 200 + of) / (of * 2), part, of)
}

/// Whole percent, rounded down; likewise.
fn percent_reached(part: usize, of: usize) -> usize {
    within(part * 100 / of, part, of)
}

fn within(percent: usize, part: usize, of: usize) -> usize {
    let least = usize::from(part > 0);
    if part < of { percent.clamp(least, 99) } else { percent.max(least) }
}

/// `3.4 d`, half of a tenth rounded up.
fn days(minutes: i64) -> String {
    let tenths = (minutes * 10 + 720) / 1440;
    format!("{}.{} d", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_all_are_100_percent_and_only_none_are_0() {
        let words = |part, of| (SectionCell::Share(part, of).words(), SectionCell::Reached(part, of).words());
        let both = |share: &str, reached: &str| (share.to_owned(), reached.to_owned());
        assert_eq!(words(99_700, 100_000), both("99 %", "99 %"));
        assert_eq!(words(3, 100_000), both("1 %", "1 %"));
        assert_eq!(words(179, 200), both("90 %", "89 %"), "a goal of 90 is not met by rounding");
        assert_eq!(words(2, 3), both("67 %", "66 %"));
        assert_eq!(words(0, 7), both("0 %", "0 %"));
        assert_eq!(words(7, 7), both("100 %", "100 %"));
        assert_eq!(words(9, 8), both("113 %", "112 %"), "more was paid than was expected");
        assert_eq!(words(0, 0), both("–", "–"));
    }
}
