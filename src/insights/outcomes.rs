//! What became of the entries into each stage.

use std::collections::BTreeMap;

use super::bounds::Asked;
use super::visits::{Traveled, VisitEnd, WentTo, is_over};
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

    fn part(&mut self, pipeline: &Pipeline, at: usize, left: Option<&VisitEnd>) -> &mut Vec<AccountId> {
        let Some(exit) = left else { return &mut self.still_there };
        match exit.to {
            WentTo::OffBoard => &mut self.taken_off,
            WentTo::Unmapped => &mut self.unmapped,
            WentTo::Stage(to) if is_over(pipeline, Some(to)) => {
                self.closed.entry(pipeline.stages()[to].id.clone()).or_default()
            }
            WentTo::Stage(to) if to > at => &mut self.moved_on,
            WentTo::Stage(_) => &mut self.moved_back,
        }
    }
}

pub(super) fn count(asked: &Asked<'_>, all: &[Traveled<'_>]) -> Vec<StageOutcomes> {
    let pipeline = asked.pipeline();
    let mut counted: Vec<StageOutcomes> =
        pipeline.stages().iter().map(|stage| StageOutcomes::new(&stage.id)).collect();
    for Traveled { account, visits, .. } in all {
        for visit in visits.iter().filter(|visit| asked.holds(visit.entered)) {
            let Some(at) = visit.at else { continue };
            counted[at].entries.push(account.id.clone());
            counted[at].part(pipeline, at, visit.left.as_ref()).push(account.id.clone());
        }
    }
    counted
}
