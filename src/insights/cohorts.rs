//! How far those came who entered the board in the same week or month.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use super::bounds::Asked;
use super::visits::{Traveled, is_over};
use crate::state::values::signal::{CallOutcome, SignalKind};
use crate::state::{AccountId, Phase, StageId};

/// The accounts that entered the board for the first time in a week or month, each counted once in every part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cohort {
    /// The first day of the week or month.
    pub start: NaiveDate,
    pub accounts: Vec<AccountId>,
    /// Were written to: came to where the first outreach leads, or beyond.
    pub contacted: Vec<AccountId>,
    /// Answered or talked to us.
    pub engaged: Vec<AccountId>,
    pub call_held: Vec<AccountId>,
    /// Came to where the final outreach is awaited.
    pub final_outreach: Vec<AccountId>,
    /// Onboarding ended, by the stage where it ended last.
    pub closed: BTreeMap<StageId, Vec<AccountId>>,
    /// Whether all of them have had the weeks that an engagement is meant to take.
    pub is_finished: bool,
}

impl Cohort {
    fn new(start: NaiveDate, is_finished: bool) -> Self {
        Self {
            start,
            accounts: Vec::new(),
            contacted: Vec::new(),
            engaged: Vec::new(),
            call_held: Vec::new(),
            final_outreach: Vec::new(),
            closed: BTreeMap::new(),
            is_finished,
        }
    }
}

pub(super) fn count(asked: &Asked<'_>, all: &[Traveled<'_>]) -> Vec<Cohort> {
    let Asked { now, window, end, .. } = asked;
    let (pipeline, end, last_day) = (asked.pipeline(), *end, now.date(*end));
    let weeks = Days::new(u64::from(pipeline.target_weeks) * 7);
    let had_all_weeks = |start: NaiveDate| window.end_of_step(start).checked_add_days(weeks).unwrap_or(start);
    let is_finished = |start: NaiveDate| had_all_weeks(start) <= last_day;
    // Of those before the window, only they can be compared whose weeks end in it.
    let first = window.step_of(window.first());
    let earlier = (1..).map(|count| window.steps_before(first, count));
    let earlier = earlier.take_while(|start| had_all_weeks(*start) > window.first() && *start < first);
    let starts = earlier.filter(|start| is_finished(*start)).chain(window.steps());
    let mut cohorts: BTreeMap<NaiveDate, Cohort> =
        starts.map(|start| (start, Cohort::new(start, is_finished(start)))).collect();
    let start = pipeline.start();
    for traveled in all {
        let Some(entered) = traveled.entered() else { continue };
        let its_step = window.step_of(now.date(entered));
        // A week that the window cuts has only the days of the window.
        if its_step >= first && !asked.holds(entered) {
            continue;
        }
        let Some(cohort) = cohorts.get_mut(&its_step) else { continue };
        let Traveled { account, visits, .. } = traveled;
        let mut note = |is_so: bool, part: fn(&mut Cohort) -> &mut Vec<AccountId>| {
            if is_so {
                part(cohort).push(account.id.clone());
            }
        };
        let came_to = |wanted: &dyn Fn(usize) -> bool| traveled.first_in(wanted).is_some();
        note(true, |cohort| &mut cohort.accounts);
        note(start.is_some_and(|start| came_to(&|at| at >= start)), |cohort| &mut cohort.contacted);
        let is_engaged = account.engaged.is_some_and(|at| at < end)
            || came_to(&|at| pipeline.stages()[at].phase == Phase::Engaged);
        note(is_engaged, |cohort| &mut cohort.engaged);
        let told = account.signals.iter().any(|it| it.data.kind() == SignalKind::CallHeld && it.at < end);
        let held = |outcome: Option<CallOutcome>| outcome == Some(CallOutcome::Held);
        let had_call = told || account.calls.values().any(|call| held(call.outcome) && call.ends_at < end);
        note(had_call, |cohort| &mut cohort.call_held);
        let awaits_final = |at: usize| pipeline.stages()[at].awaits == Some(SignalKind::FinalOutreachSent);
        note(came_to(&awaits_final), |cohort| &mut cohort.final_outreach);
        if let Some(over) = visits.iter().rev().find(|visit| is_over(pipeline, visit.at)) {
            cohort.closed.entry(over.stage.clone()).or_default().push(account.id.clone());
        }
    }
    cohorts.into_values().filter(|cohort| cohort.start >= first || !cohort.accounts.is_empty()).collect()
}
