//! The tour through the demonstration: one thing to do at a time, which goes on once it was done.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::state::{AccountId, Seq};

const STEPS: &str = include_str!("../../../assets/tour.toml");

static TOUR: LazyLock<TourFile> =
    LazyLock::new(|| toml::from_str(STEPS).expect("a test walks the tour that is built in"));

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TourFile {
    step: Vec<TourStep>,
}

/// One thing to do.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TourStep {
    /// In words, with actions in braces for their keys.
    pub says: String,
    pub(in crate::tui) goal: TourGoal,
}

/// How it is seen that a step was done.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::tui) enum TourGoal {
    /// Another account is chosen than when the step began.
    OtherAccount,
    AccountOpen,
    /// No account, help, brief or screen lies over the board.
    NothingOpen,
    /// Nothing is asked.
    NothingAsked,
    Brief,
    Board,
    /// The column of the first stage is chosen.
    FirstStage,
    /// The person changed something since the step began.
    Changed,
    /// The person undid something since the step began.
    Undone,
    Filtered,
    Unfiltered,
    Forecast,
    Palette,
    Help,
}

/// Where the person is in the tour.
#[derive(Clone, Debug, Default)]
pub struct Tour {
    /// Its place among all steps.
    pub(in crate::tui) at: usize,
    /// Who was chosen when the step began.
    pub(in crate::tui) account: Option<AccountId>,
    /// The person's latest change by then.
    pub(in crate::tui) change: Option<Seq>,
    /// The latest of them that they undid.
    pub(in crate::tui) undo: Option<Seq>,
}

impl Tour {
    /// All that is to be done.
    pub fn steps() -> &'static [TourStep] {
        &TOUR.step
    }

    /// What is to be done now.
    pub fn step(&self) -> &'static TourStep {
        &Self::steps()[self.at]
    }

    /// The number of the step, from one on.
    pub fn number(&self) -> usize {
        self.at + 1
    }
}
