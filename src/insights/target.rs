//! How many weeks engagements take.

use std::collections::BTreeMap;

use super::bounds::Asked;
use super::usual;
use super::visits::{Traveled, Visit, is_over};
use crate::state::AccountId;
use crate::state::values::signal::SignalKind;

/// The engagements that ended in the window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TargetOutcome {
    /// In how many weeks an engagement should end.
    pub weeks: u32,
    /// Who ended within that.
    pub within: Vec<AccountId>,
    /// Who took longer, by the weeks over it.
    pub over: BTreeMap<u32, Vec<AccountId>>,
    /// Who had a final outreach in the window, after a first one.
    pub finals: Vec<AccountId>,
    /// How many minutes lay between the two for half of them at most; nothing where they are too few.
    pub first_to_final: Option<i64>,
}

impl TargetOutcome {
    /// How many engagements ended.
    pub fn ended(&self) -> usize {
        self.within.len() + self.over.values().map(Vec::len).sum::<usize>()
    }
}

pub(super) fn measure(asked: &Asked<'_>, all: &[Traveled<'_>]) -> TargetOutcome {
    let Asked { now, end, .. } = asked;
    let pipeline = asked.pipeline();
    let mut outcome = TargetOutcome { weeks: pipeline.target_weeks, ..TargetOutcome::default() };
    let mut between = Vec::new();
    for traveled in all {
        let account = traveled.account;
        for (start, ended) in engagements(traveled, asked) {
            if !asked.holds(ended.entered) {
                continue;
            }
            let days = (now.date(ended.since) - now.date(start.since)).num_days().max(0);
            let week = u32::try_from(days / 7 + 1).unwrap_or(u32::MAX);
            match week.checked_sub(outcome.weeks).filter(|over| *over > 0) {
                None => outcome.within.push(account.id.clone()),
                Some(over) => outcome.over.entry(over).or_default().push(account.id.clone()),
            }
        }
        let first = account.signals.iter().find(|it| it.data.kind() == SignalKind::OutreachSent);
        let last =
            account.signals.iter().rev().find(|it| {
                it.data.kind() == SignalKind::FinalOutreachSent && it.at < *end && asked.holds(it.at)
            });
        if let (Some(first), Some(last)) = (first, last)
            && first.at <= last.at
        {
            outcome.finals.push(account.id.clone());
            between.push((last.at - first.at).num_minutes());
        }
    }
    between.sort_unstable();
    outcome.first_to_final = usual(&between, 50);
    outcome
}

/// With which stays each engagement of an account began and ended, of those that ended: whoever comes back has another one.
fn engagements<'a>(traveled: &Traveled<'a>, asked: &Asked<'_>) -> Vec<(Visit<'a>, Visit<'a>)> {
    let pipeline = asked.pipeline();
    let Some(start) = pipeline.start() else { return Vec::new() };
    let (mut began, mut ended) = (None, Vec::new());
    for visit in &traveled.visits {
        if is_over(pipeline, visit.at) {
            ended.extend(began.take().map(|began| (began, *visit)));
        } else if visit.at.is_some_and(|at| at >= start) {
            began.get_or_insert(*visit);
        }
    }
    ended
}
