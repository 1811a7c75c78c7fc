//! The way of an account through the stages, as far as nobody took it back.

use chrono::{DateTime, Utc};

use super::InsightsQuestion;
use crate::state::{Account, HistoryItem, Pipeline, Stage, StageId};

/// A stay in a stage.
#[derive(Clone, Copy, Debug)]
pub(super) struct Visit<'a> {
    pub(super) stage: &'a StageId,
    pub(super) entered: DateTime<Utc>,
    /// Where it came from; nothing when it came onto the board.
    pub(super) from: Option<&'a StageId>,
    /// When it left, and where to; nothing while it stays.
    pub(super) left: Option<VisitEnd<'a>>,
}

/// How a stay ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct VisitEnd<'a> {
    pub(super) at: DateTime<Utc>,
    /// Nothing when it left the board.
    pub(super) to: Option<&'a StageId>,
}

impl Visit<'_> {
    /// How long it lasted, in minutes; nothing while it lasts.
    pub(super) fn minutes(&self) -> Option<i64> {
        Some((self.left?.at - self.entered).num_minutes())
    }
}

/// An account and its stays until the end of the window, oldest first.
#[derive(Clone, Debug)]
pub(super) struct Traveled<'a> {
    pub(super) account: &'a Account,
    /// Its steps that nobody took back, latest first.
    pub(super) steps: Vec<&'a HistoryItem>,
    pub(super) visits: Vec<Visit<'a>>,
}

impl<'a> Traveled<'a> {
    pub(super) fn new(account: &'a Account, question: &InsightsQuestion<'_>) -> Self {
        let end = question.window.end(&question.now);
        let (steps, mut visits) = (account.steps(), Vec::<Visit<'a>>::new());
        for step in steps.iter().rev().filter(|step| step.at < end) {
            let open = visits.last_mut().filter(|visit| visit.left.is_none());
            if open.as_ref().is_some_and(|visit| Some(visit.stage) == step.to.as_ref()) {
                continue;
            }
            let from = open.as_ref().map(|visit| visit.stage);
            if let Some(visit) = open {
                visit.left = Some(VisitEnd { at: step.at, to: step.to.as_ref() });
            }
            if let Some(stage) = &step.to {
                visits.push(Visit { stage, entered: step.at, from, left: None });
            }
        }
        Self { account, steps, visits }
    }

    /// When it first came onto the board.
    pub(super) fn entered(&self) -> Option<DateTime<Utc>> {
        self.visits.first().map(|visit| visit.entered)
    }

    /// The stay that lasts.
    pub(super) fn present(&self) -> Option<&Visit<'a>> {
        self.visits.last().filter(|visit| visit.left.is_none())
    }

    /// The first stay in a stage that is `wanted`.
    pub(super) fn first_in(&self, wanted: impl Fn(&StageId) -> bool) -> Option<&Visit<'a>> {
        self.visits.iter().find(|visit| wanted(visit.stage))
    }
}

/// Whether onboarding is over in `stage`.
pub(super) fn is_closed(pipeline: &Pipeline, stage: &StageId) -> bool {
    pipeline.stage(stage).is_some_and(Stage::is_closed)
}
