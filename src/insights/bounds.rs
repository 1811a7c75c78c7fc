//! The window in moments: every account is asked about it again and again, and the calendar only once.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use super::InsightsQuestion;
use super::window::CountedDays;
use crate::state::values::time;
use crate::state::{Board, Now, Pipeline};

/// What is asked, and when its days begin and end.
#[derive(Clone, Debug)]
pub(super) struct Asked<'a> {
    pub(super) board: &'a Board,
    pub(super) now: Now,
    pub(super) window: CountedDays,
    /// When its first day begins.
    start: DateTime<Utc>,
    /// When the day after its last one begins.
    until: DateTime<Utc>,
    /// When what happens is no longer in it: its end, or right after now where that comes before.
    pub(super) end: DateTime<Utc>,
    /// The days of the window until now, and when each of them begins.
    pub(super) days: Vec<NaiveDate>,
    begins: Vec<DateTime<Utc>>,
}

impl<'a> Asked<'a> {
    pub(super) fn new(question: &InsightsQuestion<'a>) -> Self {
        let InsightsQuestion { board, now, window, .. } = *question;
        let begin = |day: NaiveDate| time::moment(day, NaiveTime::MIN, now.zone);
        let until = begin(window.last().succ_opt().unwrap_or(window.last()));
        let end = window.end(&now);
        let last = now.date(end);
        let days: Vec<NaiveDate> = window.days().take_while(|day| *day <= last).collect();
        let begins = days.iter().map(|day| begin(*day)).collect();
        Self { board, now, window, start: begin(window.first()), until, end, days, begins }
    }

    pub(super) fn pipeline(&self) -> &'a Pipeline {
        self.board.pipeline()
    }

    /// Whether `at` is in the window, be it still to come.
    pub(super) fn holds(&self, at: DateTime<Utc>) -> bool {
        self.start <= at && at < self.until
    }

    /// Which of [`Asked::days`] `at` is in. What was before counts from the first day on, and what comes after them has no day.
    pub(super) fn day(&self, at: DateTime<Utc>) -> usize {
        if at < self.start { 0 } else { self.begins.partition_point(|begin| *begin <= at).saturating_sub(1) }
    }
}
