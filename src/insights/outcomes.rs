//! What became of the entries into each stage.

use std::collections::BTreeMap;

use super::InsightsQuestion;
use super::visits::{Traveled, VisitEnd, is_closed};
use crate::state::{AccountId, Pipeline, StageId};

/// What became of the entries into a stage in the window. Each entry is in exactly one of the parts; an account that entered
/// twice stands twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageOutcomes {
    pub stage: StageId,
    pub entries: Vec<AccountId>,
    /// Went to a later stage where onboarding goes on.
    pub moved_on: Vec<AccountId>,
    /// Went to an earlier one.
    pub moved_back: Vec<AccountId>,
    /// Onboarding ended, by the stage where it did.
    pub closed: BTreeMap<StageId, Vec<AccountId>>,
    /// Left the board.
    pub taken_off: Vec<AccountId>,
    /// Went under a label that no stage answers to.
    pub unmapped: Vec<AccountId>,
    pub still_there: Vec<AccountId>,
}

impl StageOutcomes {
    fn new(stage: &StageId) -> Self {
        Self {
            stage: stage.clone(),
            entries: Vec::new(),
            moved_on: Vec::new(),
            moved_back: Vec::new(),
            closed: BTreeMap::new(),
            taken_off: Vec::new(),
            unmapped: Vec::new(),
            still_there: Vec::new(),
        }
    }

    /// How many ended.
    pub fn all_closed(&self) -> usize {
        self.closed.values().map(Vec::len).sum()
    }

    fn part(&mut self, pipeline: &Pipeline, at: usize, left: Option<&VisitEnd<'_>>) -> &mut Vec<AccountId> {
        let Some(exit) = left else { return &mut self.still_there };
        let Some(to) = exit.to else { return &mut self.taken_off };
        match pipeline.position(to) {
            None => &mut self.unmapped,
            Some(_) if is_closed(pipeline, to) => self.closed.entry(to.clone()).or_default(),
            Some(to) if to > at => &mut self.moved_on,
            Some(_) => &mut self.moved_back,
        }
    }
}

pub(super) fn count(question: &InsightsQuestion<'_>, all: &[Traveled<'_>]) -> Vec<StageOutcomes> {
    let pipeline = question.board.pipeline();
    let mut counted: Vec<StageOutcomes> =
        pipeline.stages().iter().map(|stage| StageOutcomes::new(&stage.id)).collect();
    for Traveled { account, visits, .. } in all {
        for visit in visits.iter().filter(|visit| question.window.holds(visit.entered, &question.now)) {
            let Some(at) = pipeline.position(visit.stage) else { continue };
            counted[at].entries.push(account.id.clone());
            counted[at].part(pipeline, at, visit.left.as_ref()).push(account.id.clone());
        }
    }
    counted
}
