//! What became of the accounts in a window of time, counted from the moves that were recorded, not from where cards stand now.
//! Pure: the board as it is at a moment, and that moment, are arguments.
//!
//! What was taken back counts nowhere. Every number keeps the accounts behind it. What each number means stands beside it in
//! [`report`], and in `docs/insights.md`.

pub mod alerts;
pub mod cohorts;
pub mod flow;
pub mod moves;
pub mod outcomes;
pub mod people;
pub mod report;
pub mod response;
pub mod retention;
pub mod stays;
pub mod target;
mod visits;
pub mod window;

use self::alerts::AlertOutcomes;
use self::cohorts::Cohort;
use self::flow::Flow;
use self::moves::MovesBy;
use self::outcomes::StageOutcomes;
use self::people::PersonLoad;
use self::response::Response;
use self::retention::Retention;
use self::stays::StageStays;
use self::target::TargetOutcome;
use self::visits::Traveled;
use self::window::CountedDays;
use crate::state::{Account, Board, Now};

/// What is counted, of whom, and when one asks.
#[derive(Clone, Copy, Debug)]
pub struct InsightsQuestion<'a> {
    /// The board as it is at `now`.
    pub board: &'a Board,
    /// When one asks, and in which zone days are counted.
    pub now: Now,
    /// The days that are asked about.
    pub window: CountedDays,
}

/// The answers, section by section.
#[derive(Clone, Debug)]
pub struct Insights {
    /// The days that were asked about.
    pub window: CountedDays,
    /// What became of the entries into each stage, in the order of the pipeline.
    pub outcomes: Vec<StageOutcomes>,
    /// How far those came who entered the board together.
    pub cohorts: Vec<Cohort>,
    /// How long accounts stay in each stage, and who stays longer.
    pub stays: Vec<StageStays>,
    /// How many come, go and stand where.
    pub flow: Flow,
    /// What our mails and calls came to.
    pub response: Response,
    /// How long engagements take.
    pub target: TargetOutcome,
    /// Who stayed, by month of the start.
    pub retention: Vec<Retention>,
    /// What became of alerts.
    pub alerts: Vec<AlertOutcomes>,
    /// Who moved the cards.
    pub moves: Vec<MovesBy>,
    /// Who has how much in hand, by name.
    pub people: Vec<PersonLoad>,
}

impl Insights {
    /// Answers `question` about `accounts`, in any order.
    pub fn of<'a>(question: &InsightsQuestion<'a>, accounts: impl IntoIterator<Item = &'a Account>) -> Self {
        let mut all: Vec<Traveled<'a>> =
            accounts.into_iter().map(|account| Traveled::new(account, question)).collect();
        all.sort_by(|a, b| a.account.id.cmp(&b.account.id));
        Self {
            window: question.window,
            outcomes: outcomes::count(question, &all),
            cohorts: cohorts::count(question, &all),
            stays: stays::measure(question, &all),
            flow: flow::count(question, &all),
            response: response::measure(question, &all),
            target: target::measure(question, &all),
            retention: retention::measure(question, &all),
            alerts: alerts::count(question, &all),
            moves: moves::count(question, &all),
            people: people::count(question, &all),
        }
    }
}

/// The value below which `percent` of `sorted` lie, by the nearest rank; nothing of nothing.
fn percentile(sorted: &[i64], percent: usize) -> Option<i64> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_were_seen() {
        assert_eq!(percentile(&[], 50), None);
        assert_eq!(percentile(&[7], 85), Some(7));
        assert_eq!(percentile(&[1, 2, 3, 4], 50), Some(2));
        assert_eq!(percentile(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 85), Some(9));
        assert_eq!(percentile(&[1, 2, 3], 100), Some(3));
    }
}
