//! Checklists, and how their points stand on an account.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::state::query::checklists::{AccountPoint, LeftOpen};
use crate::state::{AccountId, Checklist, StageId};

/// The checklist of a stage of `stages --json`.
#[derive(Debug, Serialize)]
pub struct ChecklistJson<'a> {
    pub title: &'a str,
    pub points: Vec<ListedPointJson<'a>>,
}

#[derive(Debug, Serialize)]
pub struct ListedPointJson<'a> {
    pub id: &'a str,
    pub title: &'a str,
    pub customer: Option<&'a str>,
}

impl<'a> ChecklistJson<'a> {
    pub(super) fn new(list: &'a Checklist) -> Self {
        let points = list.points.iter().map(|point| ListedPointJson {
            id: &point.id,
            title: &point.title,
            customer: point.customer.as_deref(),
        });
        Self { title: &list.title, points: points.collect() }
    }
}

/// A point of a checklist. Its stage is null where the pipeline no longer has it.
#[derive(Debug, Serialize)]
pub struct PointJson<'a> {
    pub id: &'a str,
    pub title: &'a str,
    pub stage: Option<&'a StageId>,
    pub ticked: bool,
    pub at: Option<DateTime<Utc>>,
    pub by: Option<&'a str>,
    pub observation: Option<&'a str>,
}

impl<'a> PointJson<'a> {
    pub fn new(point: &AccountPoint<'a>) -> Self {
        Self {
            id: point.id,
            title: point.title,
            stage: point.stage.map(|stage| &stage.id),
            ticked: point.is_ticked(),
            at: point.state.map(|state| state.at),
            by: point.state.map(|state| &*state.by),
            observation: point.state.and_then(|state| state.observation.as_deref()),
        }
    }
}

/// An account that left a stage with open points, in what verbs about several accounts say.
#[derive(Debug, Serialize)]
pub struct LeftOpenJson<'a> {
    pub id: &'a AccountId,
    pub stage: &'a StageId,
    /// By their ids.
    pub points: Vec<&'a str>,
}

impl<'a> LeftOpenJson<'a> {
    pub fn new(left: &LeftOpen<'a>) -> Self {
        let points = left.points.iter().map(|point| &*point.id).collect();
        Self { id: &left.account.id, stage: &left.stage.id, points }
    }
}
