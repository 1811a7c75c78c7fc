//! A week or month as people call it, and what of it a window has.

use std::fmt;

use chrono::{Datelike, NaiveDate};

use super::window::{CountedDays, WindowStep};

/// A week or month of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountedPeriod {
    /// Its first day, whether or not that counts.
    pub start: NaiveDate,
    /// Its last day, likewise.
    end: NaiveDate,
    step: WindowStep,
    /// The first day that counts, where the days before it do not.
    from: Option<NaiveDate>,
    /// The last day that counts, where the days behind it do not.
    to: Option<NaiveDate>,
    /// Whether it is not over yet.
    is_running: bool,
    /// Whether a week is called without the year it is in: there is only one that can be meant.
    is_of_one_year: bool,
}

impl CountedPeriod {
    /// The week or month of `window` that begins on `start`, as it is on the day `today`.
    pub(super) fn of(window: &CountedDays, start: NaiveDate, today: NaiveDate) -> Self {
        let end = window.end_of_step(start).pred_opt().unwrap_or(start);
        let is_running = end >= today;
        Self {
            start,
            end,
            step: window.step(),
            from: Some(window.first()).filter(|first| *first > start && *first <= end),
            to: Some(window.last()).filter(|last| *last < end && !(is_running && *last >= today)),
            is_running,
            is_of_one_year: window.first().year() == window.last().year(),
        }
    }

    /// The same, where what is before the window counts, too.
    pub(super) fn with_days_before(self) -> Self {
        Self { from: None, ..self }
    }

    /// Whether all of its days count, and are over.
    pub fn is_whole(&self) -> bool {
        self.from.is_none() && self.to.is_none() && !self.is_running
    }

    /// In few cells: `5–11 Oct`, `Oct 2024, so far`.
    pub fn short(&self) -> String {
        self.words("%b %Y")
    }

    fn words(&self, month: &str) -> String {
        let called = match self.step {
            WindowStep::Week if self.is_of_one_year => days(self.start, self.end),
            WindowStep::Week => format!("{} {}", days(self.start, self.end), self.end.year()),
            WindowStep::Month => self.start.format(month).to_string(),
        };
        let day = |day: NaiveDate| day.format("%-d %b").to_string();
        match (self.from, self.to) {
            (Some(from), Some(to)) => format!("{called}, only {}", days(from, to)),
            (Some(from), None) if self.is_running => format!("{called}, so far, from {}", day(from)),
            (Some(from), None) => format!("{called}, from {}", day(from)),
            (None, Some(to)) => format!("{called}, to {}", day(to)),
            (None, None) if self.is_running => format!("{called}, so far"),
            (None, None) => called,
        }
    }
}

impl fmt::Display for CountedPeriod {
    /// `5–11 Oct`, `28 Sep–4 Oct`, `October 2024`; and what of it counts where that is not all: `, from 6 Oct`, `, so far`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.words("%B %Y"))
    }
}

/// `5–11 Oct`, `28 Sep–4 Oct`.
fn days(first: NaiveDate, last: NaiveDate) -> String {
    let format = if first.month() == last.month() { "%-d" } else { "%-d %b" };
    if first == last {
        return last.format("%-d %b").to_string();
    }
    format!("{}–{}", first.format(format), last.format("%-d %b"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date in a test")
    }

    fn called(step: WindowStep, first: &str, last: &str, today: &str) -> Vec<String> {
        let window = CountedDays::new(day(first), day(last), step).expect("a window");
        let period = |start| CountedPeriod::of(&window, start, day(today)).to_string();
        window.steps().into_iter().map(period).collect()
    }

    #[test]
    fn what_a_window_cuts_says_so() {
        use WindowStep::{Month, Week};
        assert_eq!(
            called(Week, "2026-09-28", "2026-10-11", "2026-10-12"),
            ["28 Sep–4 Oct", "5–11 Oct"],
            "whole weeks"
        );
        assert_eq!(
            called(Week, "2026-10-06", "2026-10-14", "2026-10-14"),
            ["5–11 Oct, from 6 Oct", "12–18 Oct, so far"]
        );
        assert_eq!(called(Week, "2026-10-06", "2026-10-08", "2026-10-14"), ["5–11 Oct, only 6–8 Oct"]);
        assert_eq!(
            called(Week, "2026-10-05", "2026-10-14", "2026-11-01"),
            ["5–11 Oct", "12–18 Oct, to 14 Oct"]
        );
        assert_eq!(
            called(Month, "2026-10-06", "2026-11-30", "2026-11-30"),
            ["October 2026, from 6 Oct", "November 2026, so far"]
        );
        assert_eq!(
            called(Week, "2026-12-28", "2027-01-03", "2027-02-01"),
            ["28 Dec–3 Jan 2027"],
            "over two years"
        );
    }
}
