//! How long accounts stay in a stage, and who has been there longer than most.

use chrono::{DateTime, Utc};

use super::bounds::Asked;
use super::usual;
use super::visits::Traveled;
use crate::state::{AccountId, StageId};

/// How long visits of a stage took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageStays {
    pub stage: StageId,
    /// Who completed a visit in the window.
    pub completed: Vec<AccountId>,
    /// How long half of these took at most, in minutes; nothing where they are fewer than [`LEAST_TIMES`](super::LEAST_TIMES).
    pub p50: Option<i64>,
    /// How long 85 of 100 took at most, likewise.
    pub p85: Option<i64>,
    /// Who is there at the end of the window, the longest first.
    pub open: Vec<OpenStay>,
}

/// A visit that lasts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenStay {
    pub account: AccountId,
    pub since: DateTime<Utc>,
    /// Until the end of the window.
    pub minutes: i64,
}

impl StageStays {
    /// Who has been there longer than 85 of 100 of those who left, the longest first.
    pub fn overdue(&self) -> impl Iterator<Item = &OpenStay> {
        self.open.iter().filter(|stay| self.p85.is_some_and(|p85| stay.minutes > p85))
    }
}

/// In the order of the pipeline, of the stages where onboarding goes on: elsewhere, nobody waits for anything.
pub(super) fn measure(asked: &Asked<'_>, all: &[Traveled<'_>]) -> Vec<StageStays> {
    let (pipeline, end) = (asked.pipeline(), asked.end);
    let mut minutes: Vec<Vec<i64>> = vec![Vec::new(); pipeline.stages().len()];
    let empty = |id: &StageId| StageStays {
        stage: id.clone(),
        completed: Vec::new(),
        p50: None,
        p85: None,
        open: Vec::new(),
    };
    let mut stays: Vec<StageStays> = pipeline.stages().iter().map(|stage| empty(&stage.id)).collect();
    for traveled in all {
        let account = &traveled.account.id;
        for visit in &traveled.visits {
            let Some(at) = visit.at else { continue };
            if let (Some(exit), Some(took)) = (visit.left, visit.minutes())
                && asked.holds(exit.at)
            {
                minutes[at].push(took);
                stays[at].completed.push(account.clone());
            }
        }
        if let Some(visit) = traveled.present()
            && let Some(at) = visit.at
        {
            let since = visit.since;
            let minutes = (end - since).num_minutes().max(0);
            let open = OpenStay { account: account.clone(), since, minutes };
            stays[at].open.push(open);
        }
    }
    for (stay, mut minutes) in stays.iter_mut().zip(minutes) {
        minutes.sort_unstable();
        (stay.p50, stay.p85) = (usual(&minutes, 50), usual(&minutes, 85));
        stay.open.sort_by(|a, b| (b.minutes, &a.account).cmp(&(a.minutes, &b.account)));
    }
    stays
        .into_iter()
        .zip(pipeline.stages())
        .filter(|(_, stage)| !stage.is_closed())
        .map(|(stay, _)| stay)
        .collect()
}
