//! How many come and go, and how many stand where at the end of each day.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use super::InsightsQuestion;
use super::visits::{Traveled, is_closed};
use crate::state::AccountId;

/// Who came and went, and how many stood where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// By week or month.
    pub steps: Vec<FlowStep>,
    /// The days of the window until now.
    pub days: Vec<NaiveDate>,
    /// How many stood in each bucket at the end of each of these days, in the order of the pipeline.
    pub buckets: Vec<(Arc<str>, Vec<usize>)>,
}

/// A week or month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FlowStep {
    /// Its first day.
    pub start: NaiveDate,
    /// Who came to where onboarding goes on, from off the board or from where it was over.
    pub arrivals: Vec<AccountId>,
    /// Who left for where onboarding is over, or left the board.
    pub departures: Vec<AccountId>,
}

pub(super) fn count(question: &InsightsQuestion<'_>, all: &[Traveled<'_>]) -> Flow {
    let InsightsQuestion { board, now, window } = question;
    let pipeline = board.pipeline();
    let mut steps: BTreeMap<NaiveDate, FlowStep> =
        window.steps().into_iter().map(|start| (start, FlowStep { start, ..FlowStep::default() })).collect();
    let last = now.date(window.end(now));
    let days: Vec<NaiveDate> = window.days().take_while(|day| *day <= last).collect();
    let mut buckets: Vec<(Arc<str>, Vec<i64>)> = Vec::new();
    for stage in pipeline.stages() {
        if buckets.last().is_none_or(|(bucket, _)| *bucket != stage.bucket) {
            buckets.push((stage.bucket.clone(), vec![0; days.len() + 1]));
        }
    }
    // A day before the window counts from its first day on.
    let place = |day: NaiveDate| days.partition_point(|known| *known < day);
    for Traveled { account, visits, .. } in all {
        for visit in visits {
            let Some(stage) = pipeline.stage(visit.stage) else { continue };
            let was_over = visit.from.is_none_or(|from| is_closed(pipeline, from));
            let day = now.date(visit.entered);
            if !stage.is_closed()
                && was_over
                && window.holds_day(day)
                && let Some(step) = steps.get_mut(&window.step_of(day))
            {
                step.arrivals.push(account.id.clone());
            }
            let left = visit.left.map(|exit| (now.date(exit.at), exit.to));
            if let Some((day, to)) = left
                && !stage.is_closed()
                && to.is_none_or(|to| is_closed(pipeline, to))
                && window.holds_day(day)
                && let Some(step) = steps.get_mut(&window.step_of(day))
            {
                step.departures.push(account.id.clone());
            }
            if let Some((_, counts)) = buckets.iter_mut().find(|(bucket, _)| *bucket == stage.bucket) {
                counts[place(day)] += 1;
                if let Some((day, _)) = left {
                    counts[place(day)] -= 1;
                }
            }
        }
    }
    let summed = |counts: Vec<i64>| {
        let sums = counts.into_iter().scan(0_i64, |sum, change| {
            *sum += change;
            Some(usize::try_from(*sum).unwrap_or(0))
        });
        sums.take(days.len()).collect()
    };
    let buckets = buckets.into_iter().map(|(bucket, counts)| (bucket, summed(counts))).collect();
    Flow { steps: steps.into_values().collect(), days, buckets }
}
