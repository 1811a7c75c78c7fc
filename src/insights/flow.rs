//! How many come and go, and how many stand where at the end of each day.

use std::sync::Arc;

use chrono::NaiveDate;

use super::InsightsQuestion;
use super::bounds::Asked;
use super::visits::{Traveled, WentTo, is_churned, is_over};
use super::window::CountedDays;
use crate::state::{Account, AccountId, Stage};

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
    /// Who left for where onboarding is over, or left the board. Each is in exactly one of the parts below.
    pub departures: Vec<AccountId>,
    pub onboarded: Vec<AccountId>,
    pub churned: Vec<AccountId>,
    pub taken_off: Vec<AccountId>,
}

pub(super) fn count(asked: &Asked<'_>, all: &[Traveled<'_>]) -> Flow {
    let Asked { window, days, .. } = asked;
    let pipeline = asked.pipeline();
    let mut steps: Vec<FlowStep> =
        window.steps().into_iter().map(|start| FlowStep { start, ..FlowStep::default() }).collect();
    let step_of: Vec<usize> =
        days.iter().map(|day| steps.partition_point(|step| step.start <= *day).saturating_sub(1)).collect();
    let mut buckets: Vec<(Arc<str>, Vec<i64>)> = Vec::new();
    for stage in pipeline.stages() {
        if buckets.last().is_none_or(|(bucket, _)| *bucket != stage.bucket) {
            buckets.push((stage.bucket.clone(), vec![0; days.len() + 1]));
        }
    }
    let bucket_of = |stage: &Stage| buckets.iter().position(|(bucket, _)| *bucket == stage.bucket);
    let bucket_of: Vec<Option<usize>> = pipeline.stages().iter().map(bucket_of).collect();
    for Traveled { account, visits, .. } in all {
        for visit in visits {
            let Some(at) = visit.at else { continue };
            let is_open = !is_over(pipeline, visit.at);
            // What was before the window counts from its first day on.
            let day = asked.day(visit.entered);
            if is_open && visit.is_arrival && asked.holds(visit.entered) {
                steps[step_of[day]].arrivals.push(account.id.clone());
            }
            let counts = bucket_of[at].map(|bucket| &mut buckets[bucket].1);
            if let Some(counts) = counts {
                counts[day] += 1;
                if let Some(exit) = visit.left {
                    counts[asked.day(exit.at)] -= 1;
                }
            }
            if let Some(exit) = visit.left.filter(|exit| is_open && asked.holds(exit.at)) {
                let step = &mut steps[step_of[asked.day(exit.at)]];
                let part = match exit.to {
                    WentTo::OffBoard => &mut step.taken_off,
                    WentTo::Stage(to) if is_churned(pipeline, Some(to)) => &mut step.churned,
                    WentTo::Stage(to) if is_over(pipeline, Some(to)) => &mut step.onboarded,
                    WentTo::Stage(_) | WentTo::Unmapped => continue,
                };
                part.push(account.id.clone());
                step.departures.push(account.id.clone());
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
    Flow { steps, days: days.clone(), buckets }
}

/// Which of `accounts` stood in `bucket` at the end of `day`, or by now.
pub fn standing_on<'a>(
    question: &InsightsQuestion<'a>,
    accounts: impl IntoIterator<Item = &'a Account>,
    day: NaiveDate,
    bucket: &str,
) -> Vec<AccountId> {
    let Ok(window) = CountedDays::new(day, day, question.window.step()) else { return Vec::new() };
    let asked = Asked::new(&InsightsQuestion { window, ..*question });
    let stages = asked.pipeline().stages();
    let is_there = |account: &&Account| {
        let traveled = Traveled::new(account, &asked);
        let at = traveled.present().and_then(|visit| visit.at);
        at.is_some_and(|at| *stages[at].bucket == *bucket)
    };
    accounts.into_iter().filter(is_there).map(|account| account.id.clone()).collect()
}
