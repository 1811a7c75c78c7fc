//! The few numbers that are asked for first.

use gangplank::insights::report::headlines::Headline;
use gangplank::insights::window::{CountedDays, WindowStep};
use gangplank::insights::{Insights, InsightsQuestion};
use gangplank::state::query::forecast::RiskWeights;
use gangplank::state::{Board, Now};

use super::{day, happened, nine};

fn counted(board: &Board, now: Now, window: CountedDays) -> Insights {
    let question = InsightsQuestion { board, now, window, month: None, weights: RiskWeights::default() };
    Insights::of(&question, board.accounts().map(|account| &**account))
}

/// Of February to April, beside November to January, when two came and were not written to.
#[test]
fn the_headlines_of_the_example_stand_beside_those_of_the_months_before() {
    let session = happened();
    let (board, now) = (session.board(), nine(day("2024-05-06")));
    let window = CountedDays::new(day("2024-02-01"), day("2024-04-30"), WindowStep::Month).expect("a window");
    let before = window.before();
    assert_eq!((before.first(), before.last()), (day("2023-11-01"), day("2024-01-31")));
    let headlines = counted(board, now, window).headlines(&counted(board, now, before));
    let said =
        headlines.iter().map(|Headline { number, words, detail }| format!("{number} {words} ({detail})"));
    assert_eq!(
        said.collect::<Vec<_>>(),
        [
            "29 came (before 2)",
            "20 ended (18 onboarded, 2 churned; before 0)",
            "33 % of those written to replied (8 of 24; before –)",
            "44 % of the first outreach came in time for the renewal (8 of 18; before –)",
            "90 % of the engagements that ended were in time (18 of 20; before –)",
            "4 are in their stage for longer than usual (of 10; before 0, of 2)",
        ]
    );
}
