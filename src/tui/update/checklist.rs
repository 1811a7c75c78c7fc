//! The points of a stage's checklist, ticked in a box that stays open.

use super::{bulk, quick_actions};
use crate::state::{AccountId, Command, PointChange, PointId};
use crate::tui::model::app::App;
use crate::tui::model::checklist::{self, parts};
use crate::tui::model::choices::{Choices, Picked};
use crate::tui::model::msg::Effect;
use crate::tui::model::picker::{Picker, PickerPurpose};
use crate::tui::model::prompt::{AskedLine, Prompt, Purpose};
use crate::tui::model::status::{Status, Tone};

/// Asks which points of the accounts that are meant are ticked.
pub(super) fn ask(app: &mut App) {
    if let Some(accounts) = bulk::targets(app) {
        ask_about(app, accounts, None);
    }
}

/// The same of `accounts`, with one point chosen; else the first that is open.
pub(super) fn ask_about(app: &mut App, accounts: Vec<AccountId>, chosen: Option<&str>) {
    let choices = checklist::choices(app, &accounts);
    if choices.is_empty() {
        return app.say(Tone::Plain, &checklist::none(app, &accounts));
    }
    let row = chosen.and_then(|point| choices.iter().position(|choice| is_point(&choice.picked, point)));
    let start = row.or_else(|| choices.iter().position(|choice| choice.is_on == Some(false))).unwrap_or(0);
    let title = checklist::title(app, &accounts);
    app.status = Status::default();
    let picker = Picker::new(PickerPurpose::Checklist(accounts), &title, choices, Some(start));
    app.prompt = Some(Prompt::Pick(Box::new(picker)));
}

fn is_point(picked: &Picked, point: &str) -> bool {
    matches!(picked, Picked::Point(id) if **id == *point)
}

/// Ticks `point`, or unticks it where it is ticked everywhere; the box stays.
pub(super) fn toggle(app: &mut App, mut picker: Box<Picker>, point: &PointId) -> Option<Effect> {
    let PickerPurpose::Checklist(accounts) = picker.purpose.clone() else { return None };
    // What is observed next is about the point that was ticked last.
    let row = picker.choices.shown().iter().position(|choice| is_point(&choice.picked, point));
    picker.choices.choose(row.unwrap_or(0));
    let is_ticked =
        picker.choices.all().iter().any(|it| is_point(&it.picked, point) && it.is_on == Some(true));
    let change = PointChange::toggling(is_ticked);
    if app.marks.is_empty() {
        app.prompt = Some(Prompt::Pick(picker));
    }
    bulk::carry_out(app, &accounts, parts(app, &accounts, point, &change))
}

/// Ticks every point that is open; the box stays.
pub(super) fn tick_all(app: &mut App, picker: Box<Picker>) -> Option<Effect> {
    let PickerPurpose::Checklist(accounts) = picker.purpose.clone() else { return None };
    let parts: Vec<_> = accounts.iter().map(|id| Ok(checklist::ticks(app, id))).collect();
    let is_ticked = parts.iter().flatten().all(Vec::is_empty);
    if app.marks.is_empty() {
        app.prompt = Some(Prompt::Pick(picker));
    }
    if is_ticked {
        app.say(Tone::Plain, "Every point is ticked already");
        return None;
    }
    bulk::carry_out(app, &accounts, parts)
}

/// Ticks or unticks `point` of the focused account, where it was pressed with the mouse.
pub(super) fn toggle_focused(app: &mut App, point: &PointId) -> Option<Effect> {
    let account = app.focused()?;
    let is_ticked = account.is_ticked(point);
    let change = PointChange::toggling(is_ticked);
    let command = Command::CheckPoint { account: account.id.clone(), point: point.clone(), change };
    app.status = Status::default();
    Some(app.submit(command))
}

/// Asks for an observation about the chosen point.
pub(super) fn observe(app: &mut App, picker: Box<Picker>) {
    let chosen = picker.choices.chosen().map(|choice| choice.picked.clone());
    let (PickerPurpose::Checklist(accounts), Some(Picked::Point(point))) = (picker.purpose.clone(), chosen)
    else {
        app.prompt = Some(Prompt::Pick(picker));
        return;
    };
    let known = checklist::observation(app, &accounts, &point).unwrap_or_default();
    quick_actions::ask_about(app, accounts, Purpose::Observation(point));
    if let Some(Prompt::Line(AskedLine { input, .. })) = &mut app.prompt {
        *input = known.into();
    }
}

/// Shows the points as they are on the board by now.
pub(super) fn refresh(app: &mut App) {
    let is_open = |prompt: &mut Prompt| matches!(prompt, Prompt::Pick(picker) if matches!(picker.purpose, PickerPurpose::Checklist(_)));
    let Some(Prompt::Pick(mut picker)) = app.prompt.take_if(is_open) else { return };
    if let PickerPurpose::Checklist(accounts) = &picker.purpose {
        let row = picker.choices.row();
        picker.choices = Choices::new(checklist::choices(app, accounts), row);
    }
    app.prompt = Some(Prompt::Pick(picker));
}
