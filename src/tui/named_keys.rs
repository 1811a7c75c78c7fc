//! What on the screen names its key, and can be pressed with the mouse: the hints at the foot, and counts with the key that
//! shows what is counted.

use ratatui::layout::{Position, Rect};

use crate::text;
use crate::tui::input::action::Action;
use crate::tui::input::keymap::InputMode;
use crate::tui::layout::popups::{bulk_lines, import_lines};
use crate::tui::layout::{self, alert_count, hints::placed, hints::start};
use crate::tui::model::app::App;
use crate::tui::model::hints::{Hint, hints_here};
use crate::tui::model::prompt::Prompt;
use crate::tui::{screens, title};

/// The hints at the foot, the most useful first.
pub fn hints(app: &App) -> Vec<Hint> {
    let screen = app.screen.as_ref().filter(|_| matches!(app.mode(), InputMode::Screen(_)));
    let mut hints: Vec<Hint> = match screen.filter(|_| app.begun_keys.is_empty()) {
        Some(screen) => screens::hints_now(app, screen).collect(),
        None => hints_here(app),
    };
    if app.past.is_some() && app.prompt.is_none() {
        hints.retain(|(action, _)| !action.changes_board());
        let is_back = |(action, _): &Hint| *action == Action::Clear;
        let at = hints.iter().position(is_back).map_or(0, |at| at + 1);
        hints.insert(at, (Action::ReturnToToday, "Return to today"));
    }
    // What was said a moment ago names its key before them.
    let is_said = |action: Action| {
        let key = app.board_key(action).map(|key| format!("{key} "));
        key.is_some_and(|key| app.status.ways_on().any(|way| way.starts_with(&key)))
    };
    hints.retain(|(action, _)| !is_said(*action));
    if !scrolls(app) {
        let is_motion = |action: Action| action.motion().is_some();
        hints.retain(|(action, _)| !is_motion(*action));
    }
    // Whatever has no room at the foot is found by its name.
    if let Some(help) = hints.iter().position(|(action, _)| *action == Action::Help)
        && !app.is_first_run()
    {
        hints.insert(help, (Action::Palette, "Find"));
    }
    hints
}

/// Whether there is anything to go through where one is: not in a text that is in view as a whole.
fn scrolls(app: &App) -> bool {
    let body = layout::areas(app).body;
    let is_longer = |lines: usize| lines + 2 > usize::from(body.height);
    match &app.prompt {
        Some(Prompt::Import(panel)) => is_longer(import_lines(panel, body.width).1.len()),
        Some(Prompt::Bulk(panel)) => is_longer(bulk_lines(panel, body.width).1.len()),
        Some(_) => true,
        None => app.overlay.is_none() || screens::is_longer_than_its_frame(app),
    }
}

/// What is named in the cell at `x`, `y`. Beside what is typed, keys are for typing.
pub fn action_at(app: &App, x: u16, y: u16) -> Option<Action> {
    let areas = layout::areas(app);
    let at = Position { x, y };
    let is_asked = matches!(app.prompt, Some(Prompt::Confirm(_) | Prompt::Bulk(_)));
    if is_asked || app.prompt.is_none() {
        if areas.hints.contains(at) {
            return hint_at(app, areas.hints, x);
        }
        if !is_asked && areas.title.contains(at) {
            return title::action_at(app, areas.title, !areas.tabs.is_empty(), x);
        }
        if !is_asked && is_alert_count(app, areas.status, at) {
            return Some(Action::Alerts);
        }
    }
    None
}

fn hint_at(app: &App, area: Rect, x: u16) -> Option<Action> {
    let mut hints = placed(app, hints(app), start(app, area), area).into_iter();
    let hint = hints.find(|hint| (hint.x..hint.x + hint.width()).contains(&x))?;
    // Which digit is meant, a press does not say.
    (!matches!(hint.action, Action::Jump | Action::Pick)).then_some(hint.action)
}

/// Whether the count of alerts lies in the cell `at`, at the right end of the first line of the status.
fn is_alert_count(app: &App, status: Rect, at: Position) -> bool {
    let width = u16::try_from(text::width(&alert_count(app))).unwrap_or(0);
    app.status.text.is_empty() && at.y == status.y && at.x < status.right() && at.x + width >= status.right()
}
