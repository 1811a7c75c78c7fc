//! The way of an account through the stages, as far as nobody took it back.

use chrono::{DateTime, Utc};

use super::bounds::Asked;
use crate::state::values::signal::SignalKind;
use crate::state::{Account, Cause, HistoryItem, Pipeline, Stage, StageId};

/// A stay in a stage.
#[derive(Clone, Copy, Debug)]
pub(super) struct Visit<'a> {
    pub(super) stage: &'a StageId,
    /// Where that stands in the pipeline; nothing under a label that no stage answers to.
    pub(super) at: Option<usize>,
    /// When that was recorded: by this, it counts in a window or not.
    pub(super) entered: DateTime<Utc>,
    /// When it happened, as its card says: by this, it is measured how long it lasts.
    pub(super) since: DateTime<Utc>,
    /// Whether it came from off the board, or from where onboarding was over.
    pub(super) is_arrival: bool,
    /// When it left, and where to; nothing while it stays.
    pub(super) left: Option<VisitEnd>,
}

/// How a stay ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct VisitEnd {
    /// When that was recorded, and when it happened.
    pub(super) at: DateTime<Utc>,
    pub(super) since: DateTime<Utc>,
    pub(super) to: WentTo,
}

/// Where a stay led.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WentTo {
    /// To the stage at this position of the pipeline.
    Stage(usize),
    /// Under a label that no stage answers to.
    Unmapped,
    OffBoard,
}

impl Visit<'_> {
    /// How long it lasted, in minutes; nothing while it lasts.
    pub(super) fn minutes(&self) -> Option<i64> {
        Some((self.left?.since - self.since).num_minutes().max(0))
    }
}

/// An account and its stays until the end of the window, oldest first.
#[derive(Clone, Debug)]
pub(super) struct Traveled<'a> {
    pub(super) account: &'a Account,
    /// Its steps that nobody took back, latest first; nothing where none ever was.
    steps: Option<Vec<&'a HistoryItem>>,
    pub(super) visits: Vec<Visit<'a>>,
}

impl<'a> Traveled<'a> {
    pub(super) fn new(account: &'a Account, asked: &Asked<'_>) -> Self {
        let takes_back = |item: &HistoryItem| matches!(item.cause, Cause::Undo(_) | Cause::Redo(_));
        // Of most accounts, nothing was ever taken back: all there is are steps.
        let steps = account.history.iter().any(takes_back).then(|| account.steps());
        let mut traveled = Self { account, steps: None, visits: Vec::with_capacity(account.history.len()) };
        match &steps {
            Some(steps) => steps.iter().rev().for_each(|step| traveled.go(step, asked)),
            None => account.history.iter().for_each(|step| traveled.go(step, asked)),
        }
        traveled.steps = steps;
        traveled
    }

    fn go(&mut self, step: &'a HistoryItem, asked: &Asked<'_>) {
        if step.at >= asked.end {
            return;
        }
        let open = self.visits.last_mut().filter(|visit| visit.left.is_none());
        if open.as_ref().is_some_and(|visit| Some(visit.stage) == step.to.as_ref()) {
            return;
        }
        let pipeline = asked.pipeline();
        let at = step.to.as_ref().and_then(|to| pipeline.position(to));
        let from = open.as_ref().map(|visit| visit.at);
        if let Some(visit) = open {
            let to = match (&step.to, at) {
                (_, Some(at)) => WentTo::Stage(at),
                (Some(_), None) => WentTo::Unmapped,
                (None, None) => WentTo::OffBoard,
            };
            visit.left = Some(VisitEnd { at: step.at, since: step.happened(), to });
        }
        if let Some(stage) = &step.to {
            let is_arrival = from.is_none_or(|from| is_over(pipeline, from));
            self.visits.push(Visit {
                stage,
                at,
                entered: step.at,
                since: step.happened(),
                is_arrival,
                left: None,
            });
        }
    }

    /// Whether `step`, one of its own, was taken back by now.
    pub(super) fn took_back(&self, step: &HistoryItem) -> bool {
        self.steps.as_ref().is_some_and(|steps| !steps.iter().any(|it| std::ptr::eq(*it, step)))
    }

    /// When it first came onto the board.
    pub(super) fn entered(&self) -> Option<DateTime<Utc>> {
        self.visits.first().map(|visit| visit.entered)
    }

    /// The stay that lasts.
    pub(super) fn present(&self) -> Option<&Visit<'a>> {
        self.visits.last().filter(|visit| visit.left.is_none())
    }

    /// The first stay in a stage whose position is `wanted`.
    pub(super) fn first_in(&self, wanted: impl Fn(usize) -> bool) -> Option<&Visit<'a>> {
        self.visits.iter().find(|visit| visit.at.is_some_and(&wanted))
    }
}

/// Whether the stage at `at` is where those end who churned.
pub(super) fn is_churned(pipeline: &Pipeline, at: Option<usize>) -> bool {
    let stage = at.and_then(|at| pipeline.stages().get(at));
    stage.is_some_and(|stage| stage.entered_by == Some(SignalKind::SubscriptionCanceled))
}

/// Whether onboarding is over in the stage at `at`.
pub(super) fn is_over(pipeline: &Pipeline, at: Option<usize>) -> bool {
    at.and_then(|at| pipeline.stages().get(at)).is_some_and(Stage::is_closed)
}
