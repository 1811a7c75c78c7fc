//! The points of checklists as they stand on an account, and those that are open where it leaves a stage.

use crate::state::board::Board;
use crate::state::event::{Change, Event};
use crate::state::values::account::Account;
use crate::state::values::actor::Cause;
use crate::state::values::checklist::{ChecklistPoint, PointId, PointState};
use crate::state::values::pipeline::Stage;

/// A point on an account.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AccountPoint<'a> {
    pub id: &'a PointId,
    pub title: &'a str,
    /// What it is called in an email to the customer.
    pub customer_title: &'a str,
    /// Nothing where nobody has touched it yet.
    pub state: Option<&'a PointState>,
    /// The stage in whose checklist it stands; nothing where the pipeline no longer has it.
    pub stage: Option<&'a Stage>,
    /// Whether the account stands in that stage.
    pub is_here: bool,
}

impl<'a> AccountPoint<'a> {
    pub fn is_ticked(&self) -> bool {
        self.state.is_some_and(|state| state.ticked)
    }

    /// What was seen there, if it is ticked.
    pub fn observed(&self) -> Option<&'a str> {
        self.state.filter(|state| state.ticked)?.observation.as_deref()
    }
}

/// The points of the stage where `account` stands, then those of other stages that somebody touched, then those that
/// the pipeline no longer has.
pub fn points_of<'a>(board: &'a Board, account: &'a Account) -> Vec<AccountPoint<'a>> {
    let here = board.stage_of(account);
    let others = board.pipeline().stages().iter().filter(|stage| here.is_none_or(|here| here.id != stage.id));
    let listed = here.into_iter().chain(others).flat_map(|stage| {
        let is_here = here.is_some_and(|here| here.id == stage.id);
        let points = stage.checklist.iter().flat_map(|list| &list.points);
        points.map(move |point| AccountPoint {
            id: &point.id,
            title: &point.title,
            customer_title: point.customer_title(),
            state: account.points.get(&point.id),
            stage: Some(stage),
            is_here,
        })
    });
    let listed = listed.filter(|point| point.is_here || point.state.is_some());
    let is_gone = |id: &PointId| board.pipeline().points().all(|point| point.id != *id);
    let gone = account.points.iter().filter(|(id, _)| is_gone(id)).map(|(id, state)| AccountPoint {
        id,
        title: &state.title,
        customer_title: &state.title,
        state: Some(state),
        stage: None,
        is_here: false,
    });
    listed.chain(gone).collect()
}

/// How many points of the stage where `account` stands are ticked, and how many there are; nothing where the stage has no
/// checklist.
pub fn progress(board: &Board, account: &Account) -> Option<(usize, usize)> {
    let all = board.stage_of(account)?.checklist.as_ref()?;
    Some((all.points.len() - account.open_points(all).count(), all.points.len()))
}

/// An account that leaves a stage whose checklist is not done.
#[derive(Clone, Debug, PartialEq)]
pub struct LeftOpen<'a> {
    pub account: &'a Account,
    /// The stage that it leaves.
    pub stage: &'a Stage,
    /// Never empty.
    pub points: Vec<&'a ChecklistPoint>,
}

/// The accounts on `board` that `events` take, or took, out of a stage with open points. What a file or an undo moves is
/// not meant.
pub fn left_open<'a>(board: &'a Board, events: &[Event]) -> Vec<LeftOpen<'a>> {
    let leaving = events.iter().filter_map(|event| match event.change()? {
        Change::Moved { cause: Cause::Import | Cause::Undo(_) | Cause::Redo(_), .. } => None,
        Change::Moved { from: Some(from), to, .. } => {
            let account = &**board.get(event.account()?)?;
            let stage = board.pipeline().stage(&from.stage)?;
            let stays = to.as_ref().and_then(|to| board.pipeline().stage(&to.stage));
            let checklist = stage.checklist.as_ref().filter(|_| stays.is_none_or(|to| to.id != stage.id))?;
            let points: Vec<_> = account.open_points(checklist).collect();
            (!points.is_empty()).then_some(LeftOpen { account, stage, points })
        }
        _ => None,
    });
    leaving.collect()
}
