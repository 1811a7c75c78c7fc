//! The points of checklists, as a box offers them to be ticked.

use std::sync::Arc;

use crate::prose::checklists::{self, who_and_when};
use crate::prose::lists::plural;
use crate::state::query::checklists::{AccountPoint, points_of};
use crate::state::{AccountId, Command, PointChange, PointId};
use crate::text;
use crate::tui::model::app::App;
use crate::tui::model::bulk::{Part, Unavailable};
use crate::tui::model::choices::{Choice, Picked, digit};

/// The points that are asked about: those of its stage, and others that somebody touched.
pub(in crate::tui) fn points<'a>(app: &'a App, account: &AccountId) -> Vec<AccountPoint<'a>> {
    app.board.get(account).map(|account| points_of(&app.board, account)).unwrap_or_default()
}

/// Each point of `accounts` as a switch, with who touched it last and what was observed; of several accounts, with how
/// many have it ticked.
pub(in crate::tui) fn choices(app: &App, accounts: &[AccountId]) -> Vec<Choice> {
    let switches = match accounts {
        [one] => points(app, one).iter().map(|point| switch(app, point)).collect(),
        several => counted(app, several),
    };
    switches.into_iter().enumerate().map(|(at, choice)| Choice { key: digit(at), ..choice }).collect()
}

fn switch(app: &App, point: &AccountPoint<'_>) -> Choice {
    let note = point.state.map_or_else(String::new, |state| match &state.observation {
        Some(text) => format!("{text} · {}", who_and_when(state, &app.now)),
        None => who_and_when(state, &app.now),
    });
    Choice {
        is_on: Some(point.is_ticked()),
        note: text::clean(&note).into_owned(),
        ..Choice::new(text::clean(&checklists::title(point)), Picked::Point(point.id.clone()))
    }
}

/// The points of the stages where `accounts` stand.
fn counted(app: &App, accounts: &[AccountId]) -> Vec<Choice> {
    let mut known: Vec<(&PointId, &str, usize, usize)> = Vec::new();
    for account in accounts.iter().filter_map(|id| app.board.get(id)) {
        let checklist = app.board.stage_of(account).and_then(|stage| stage.checklist.as_ref());
        for point in checklist.iter().flat_map(|list| &list.points) {
            let ticked = usize::from(account.is_ticked(&point.id));
            match known.iter_mut().find(|(id, ..)| **id == point.id) {
                Some((.., sum, all)) => (*sum, *all) = (*sum + ticked, *all + 1),
                None => known.push((&point.id, &point.title, ticked, 1)),
            }
        }
    }
    let switch = |(id, title, ticked, all): (&PointId, &str, usize, usize)| Choice {
        is_on: Some(ticked == all),
        note: format!("{ticked} of {all}"),
        ..Choice::new(text::clean(title), Picked::Point(id.clone()))
    };
    known.into_iter().map(switch).collect()
}

/// `Audit of Acme`; of several accounts, how many.
pub(in crate::tui) fn title(app: &App, accounts: &[AccountId]) -> String {
    match accounts {
        [one] => {
            let stage = app.board.get(one).and_then(|account| app.board.stage_of(account));
            let list = stage.and_then(|stage| stage.checklist.as_ref());
            format!("{} of {}", list.map_or("Checklist", |list| &list.title), app.short_name(one))
        }
        several => format!("Checklist of {}", plural(several.len(), "account", "accounts")),
    }
}

/// That there is nothing to tick.
pub(in crate::tui) fn none(app: &App, accounts: &[AccountId]) -> String {
    let stage = match accounts {
        [one] => app.board.get(one).and_then(|account| app.board.stage_of(account)),
        _ => None,
    };
    match stage {
        Some(stage) => format!("{} has no checklist: pipeline.toml can give it one", stage.label),
        None => "There is no checklist where they stand".to_owned(),
    }
}

/// What was observed about `point`, where one account is meant.
pub(in crate::tui) fn observation(app: &App, accounts: &[AccountId], point: &PointId) -> Option<String> {
    let [one] = accounts else { return None };
    let state = app.board.get(one)?.points.get(point)?;
    state.observation.as_deref().map(str::to_owned)
}

/// What is asked for about each of `accounts`: only those in whose stage the point stands have it.
pub(in crate::tui) fn parts(
    app: &App,
    accounts: &[AccountId],
    point: &PointId,
    change: &PointChange,
) -> Vec<Part> {
    let part = |id: &AccountId| {
        if accounts.len() > 1 && !points(app, id).iter().any(|known| known.id == point) {
            return Err(Unavailable::Unnamed("The point is in no checklist of its stage"));
        }
        Ok(vec![Command::CheckPoint { account: id.clone(), point: point.clone(), change: change.clone() }])
    };
    accounts.iter().map(part).collect()
}

/// What ticks every point of its stage that is open.
pub(in crate::tui) fn ticks(app: &App, account: &AccountId) -> Vec<Command> {
    let open = points(app, account).into_iter().filter(|point| point.is_here && !point.is_ticked());
    let tick = |point: AccountPoint<'_>| Command::CheckPoint {
        account: account.clone(),
        point: point.id.clone(),
        change: PointChange::Tick { observation: None },
    };
    open.map(tick).collect()
}

/// What an observation means for each of `accounts`.
pub(in crate::tui) fn observed(app: &App, accounts: &[AccountId], point: &PointId, text: &str) -> Vec<Part> {
    let change = PointChange::Tick { observation: Some(Arc::from(text)) };
    parts(app, accounts, point, &change)
}
