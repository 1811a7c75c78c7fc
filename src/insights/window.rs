//! The days that are asked about, in weeks or months.

use std::error::Error;
use std::fmt;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, TimeDelta, Utc};
use strum::{Display, EnumString};

use crate::state::Now;
use crate::state::values::time;

/// How days are put together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "lowercase")]
pub enum WindowStep {
    /// From Monday to Sunday.
    #[default]
    Week,
    Month,
}

/// So many whole weeks or months are asked about where nobody says from when: what fits a screen.
const USUAL_WEEKS: u32 = 8;
const USUAL_MONTHS: u32 = 6;

/// The days from `from` until the day before `until`, in steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountedDays {
    from: NaiveDate,
    until: NaiveDate,
    step: WindowStep,
}

/// A window ends before it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowIsEmpty {
    first: NaiveDate,
    last: NaiveDate,
}

impl fmt::Display for WindowIsEmpty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the last day, {}, is before the first, {}", self.last, self.first)
    }
}

impl Error for WindowIsEmpty {}

impl CountedDays {
    /// The days from `first` to `last`, both included.
    ///
    /// # Errors
    /// When `last` is before `first`.
    pub fn new(first: NaiveDate, last: NaiveDate, step: WindowStep) -> Result<Self, WindowIsEmpty> {
        let until = last.checked_add_days(Days::new(1)).unwrap_or(last);
        if until <= first {
            Err(WindowIsEmpty { first, last })
        } else {
            Ok(Self { from: first, until, step })
        }
    }

    /// The last eight weeks or six months that are whole by the end of `last`, and of the one after them the days until `last`.
    ///
    /// What is asked about a day does not depend on when one asks.
    #[must_use]
    pub fn usual(last: NaiveDate, step: WindowStep) -> Self {
        let until = last.checked_add_days(Days::new(1)).unwrap_or(last);
        let days = Self { from: last, until, step };
        let whole = match step {
            WindowStep::Week => USUAL_WEEKS,
            WindowStep::Month => USUAL_MONTHS,
        };
        Self { from: days.steps_before(days.step_of(until), whole), ..days }
    }

    /// The usual days before these: they end on the day before the first of these.
    #[must_use]
    pub fn usual_before(&self) -> Self {
        Self::usual(self.from.pred_opt().unwrap_or(self.from), self.step)
    }

    /// The same days before: as many weeks or months back as these have, so that a Monday is compared with a Monday.
    #[must_use]
    pub fn before(&self) -> Self {
        let count = u32::try_from(self.steps().len()).unwrap_or(u32::MAX);
        // What ends with its month ends with that of the other month.
        let until = self.steps_before(self.until, count);
        let from = self.steps_before(self.from, count);
        Self { from: from.min(until.pred_opt().unwrap_or(until)), until, step: self.step }
    }

    /// The day so many weeks or months before `day`, as far as the calendar goes.
    pub(super) fn steps_before(&self, day: NaiveDate, count: u32) -> NaiveDate {
        let earlier = match self.step {
            WindowStep::Week => day.checked_sub_days(Days::new(7 * u64::from(count))),
            WindowStep::Month => day.checked_sub_months(Months::new(count)),
        };
        earlier.unwrap_or(day)
    }

    /// The first day.
    pub fn first(&self) -> NaiveDate {
        self.from
    }

    /// The last day.
    pub fn last(&self) -> NaiveDate {
        self.until.pred_opt().unwrap_or(self.until)
    }

    /// Its days as people say them: `21 Oct to 15 Dec 2024`.
    pub fn words(&self) -> String {
        let (first, last) = (self.first(), self.last());
        let format = if first.year() == last.year() { "%-d %b" } else { "%-d %b %Y" };
        let last_day = last.format("%-d %b %Y");
        if first == last { last_day.to_string() } else { format!("{} to {last_day}", first.format(format)) }
    }

    /// How its days are put together.
    pub fn step(&self) -> WindowStep {
        self.step
    }

    /// The same days, put together by month.
    pub(super) fn by_month(self) -> Self {
        Self { step: WindowStep::Month, ..self }
    }

    /// Every day.
    pub fn days(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        let until = self.until;
        self.from.iter_days().take_while(move |day| *day < until)
    }

    /// The first day of the week or month that `day` is in; the window may begin later.
    pub fn step_of(&self, day: NaiveDate) -> NaiveDate {
        match self.step {
            WindowStep::Week => {
                let since = Days::new(day.weekday().num_days_from_monday().into());
                day.checked_sub_days(since).unwrap_or(day)
            }
            WindowStep::Month => month_of(day),
        }
    }

    /// The first day after the week or month that begins on `start`.
    pub(super) fn end_of_step(&self, start: NaiveDate) -> NaiveDate {
        let end = match self.step {
            WindowStep::Week => start.checked_add_days(Days::new(7)),
            WindowStep::Month => start.checked_add_months(Months::new(1)),
        };
        end.unwrap_or(start)
    }

    /// Its weeks or months, each by its first day.
    pub fn steps(&self) -> Vec<NaiveDate> {
        let first = self.step_of(self.from);
        let next = |start: &NaiveDate| Some(self.end_of_step(*start)).filter(|next| next > start);
        std::iter::successors(Some(first), next).take_while(|start| *start < self.until).collect()
    }

    /// The moment when what happens is no longer in it: its end, or right after `now` where that comes before.
    pub(super) fn end(&self, now: &Now) -> DateTime<Utc> {
        time::moment(self.until, NaiveTime::MIN, now.zone).min(now.at + TimeDelta::milliseconds(1))
    }
}

/// The first day of the month that `day` is in.
pub(super) fn month_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date in a test")
    }

    #[test]
    fn the_usual_days_are_whole_weeks_or_months_and_what_goes_on() {
        use WindowStep::{Month, Week};
        let usual = |last: &str, step| {
            let window = CountedDays::usual(day(last), step);
            (window.first().to_string(), window.last().to_string())
        };
        let of = |first: &str, last: &str| (first.to_owned(), last.to_owned());
        assert_eq!(usual("2026-11-29", Week), of("2026-10-05", "2026-11-29"), "a Sunday: eight whole weeks");
        assert_eq!(usual("2026-11-30", Week), of("2026-10-05", "2026-11-30"), "and seven hours of Monday");
        assert_eq!(usual("2026-12-03", Week), of("2026-10-05", "2026-12-03"));
        assert_eq!(usual("2026-11-30", Month), of("2026-06-01", "2026-11-30"));
        assert_eq!(usual("2026-12-03", Month), of("2026-06-01", "2026-12-03"));
        let days = |window: CountedDays| (window.first().to_string(), window.last().to_string());
        let before = |last: &str, step| days(CountedDays::usual(day(last), step).before());
        assert_eq!(before("2026-11-29", Week), of("2026-08-10", "2026-10-04"));
        assert_eq!(before("2026-12-03", Week), of("2026-08-03", "2026-10-01"), "Thursday, as this one");
        assert_eq!(before("2026-11-30", Month), of("2025-12-01", "2026-05-31"), "whole months");
        let before = CountedDays::usual(day("2026-12-03"), Week).usual_before();
        assert_eq!((before.first(), before.last()), (day("2026-08-10"), day("2026-10-04")), "they meet");
    }

    #[test]
    fn weeks_begin_on_monday_and_months_on_the_first() {
        let window = |step| CountedDays::new(day("2024-02-27"), day("2024-03-11"), step).expect("a window");
        let weeks = window(WindowStep::Week).steps();
        assert_eq!(weeks, ["2024-02-26", "2024-03-04", "2024-03-11"].map(day));
        assert_eq!(window(WindowStep::Month).steps(), ["2024-02-01", "2024-03-01"].map(day));
        assert_eq!(window(WindowStep::Week).days().count(), 14, "a leap day is a day");
        assert!(CountedDays::new(day("2024-03-01"), day("2024-02-29"), WindowStep::Week).is_err());
    }
}
