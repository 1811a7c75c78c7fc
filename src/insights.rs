//! What became of the accounts in a window of time, counted from the moves that were recorded, not from where cards stand now.
//! Pure: the board as it is at a moment, and that moment, are arguments.
//!
//! What was taken back counts nowhere. Every number keeps the accounts behind it. What each number means stands beside it in
//! [`report`], and in `docs/insights.md`.

pub mod alerts;
mod bounds;
pub mod cohorts;
pub mod flow;
pub mod forecast;
pub mod moves;
pub mod outcomes;
pub mod people;
pub mod period;
pub mod report;
pub mod response;
pub mod retention;
pub mod stays;
pub mod target;
mod visits;
pub mod window;

use self::alerts::AlertOutcomes;
use self::bounds::Asked;
use self::cohorts::Cohort;
use self::flow::Flow;
use self::forecast::{ForecastOutcome, MonthBoards};
use self::moves::Moves;
use self::outcomes::StageOutcomes;
use self::people::PersonLoad;
use self::response::Response;
use self::retention::Retention;
use self::stays::StageStays;
use self::target::TargetOutcome;
use self::visits::Traveled;
use self::window::CountedDays;
use crate::parallel;
use crate::state::query::forecast::RiskWeights;
use crate::state::{Account, AccountId, Board, Now};

/// What is counted, of whom, and when one asks.
#[derive(Clone, Copy, Debug)]
pub struct InsightsQuestion<'a> {
    /// The board as it is at `now`.
    pub board: &'a Board,
    /// When one asks, and in which zone days are counted.
    pub now: Now,
    /// The days that are asked about.
    pub window: CountedDays,
    /// The boards of the month whose forecast is looked at again, where they were read.
    pub month: Option<&'a MonthBoards>,
    /// How much of an amount is counted on at each payment risk.
    pub weights: RiskWeights,
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
    pub moves: Moves,
    /// Who has how much in hand, by name.
    pub people: Vec<PersonLoad>,
    /// The forecast of a month beside what was paid; nothing where its boards were not read.
    pub forecast: Option<Vec<ForecastOutcome>>,
}

impl Insights {
    /// Answers `question` about `accounts`, in any order.
    pub fn of<'a>(question: &InsightsQuestion<'a>, accounts: impl IntoIterator<Item = &'a Account>) -> Self {
        let asked = &Asked::new(question);
        let mut accounts: Vec<(u64, &Account)> =
            accounts.into_iter().map(|account| (beginning(&account.id), account)).collect();
        accounts.sort_unstable_by(|(a, one), (b, other)| a.cmp(b).then_with(|| one.id.cmp(&other.id)));
        let all: Vec<Traveled<'a>> = parallel::map(&accounts, |(_, account)| Traveled::new(account, asked));
        let raised = alerts::raised(asked, &all);
        let forecast = || question.month.map(|boards| forecast::measure(boards, question.weights, &all));
        let (on_board, (contact, kept)) = parallel::join(
            || {
                (
                    outcomes::count(asked, &all),
                    stays::measure(asked, &all),
                    flow::count(asked, &all),
                    moves::count(asked, &all, &raised),
                )
            },
            || {
                let contact = (
                    cohorts::count(asked, &all),
                    response::measure(asked, &all),
                    target::measure(asked, &all),
                );
                (contact, (retention::measure(asked, &all), people::count(asked, &all), forecast()))
            },
        );
        let (outcomes, stays, flow, moves) = on_board;
        let (cohorts, response, target) = contact;
        let (retention, people, forecast) = kept;
        let (window, alerts) = (question.window, alerts::count(asked, &raised));
        Self {
            window,
            outcomes,
            cohorts,
            stays,
            flow,
            response,
            target,
            retention,
            alerts,
            moves,
            people,
            forecast,
        }
    }
}

/// The first bytes of an id as a number in the same order: most ids are told apart by them, without a look at where they lie.
fn beginning(id: &AccountId) -> u64 {
    let mut first = [0; 8];
    let bytes = id.as_str().as_bytes();
    let count = bytes.len().min(first.len());
    first[..count].copy_from_slice(&bytes[..count]);
    u64::from_be_bytes(first)
}

/// The value below which `percent` of `sorted` lie, by the nearest rank; nothing of nothing.
fn percentile(sorted: &[i64], percent: usize) -> Option<i64> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

/// Below so many times, what half of them took would say more about chance than about what is usual.
pub const LEAST_TIMES: usize = 5;

/// The same as [`percentile`]; nothing where there are fewer than [`LEAST_TIMES`].
fn usual(sorted: &[i64], percent: usize) -> Option<i64> {
    percentile(sorted, percent).filter(|_| sorted.len() >= LEAST_TIMES)
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
        assert_eq!((usual(&[1, 2, 3, 4], 50), usual(&[1, 2, 3, 4, 5], 50)), (None, Some(3)));
    }
}
