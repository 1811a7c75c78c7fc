//! The alerts pane: choosing an alert, and what is done with it.

use std::sync::Arc;

use super::super::layout;
use super::quick_actions::ask_about;
use super::submit;
use crate::state::{Alert, AlertChange, AlertKey, Change, Command, Entry, Event};
use crate::tui::input::action::Action;
use crate::tui::model::app::App;
use crate::tui::model::focus::{Overlay, Pane};
use crate::tui::model::msg::Effect;
use crate::tui::model::prompt::Ask;
use crate::tui::model::status::Tone;

/// Shows the pane and gives it the keys, with the focused account's alert chosen; with the keys already there, puts
/// it away.
pub(super) fn toggle(app: &mut App) {
    app.alerts = match app.alerts {
        Some(pane) if pane.has_keys => None,
        Some(pane) => Some(Pane { has_keys: true, ..pane }),
        None => Some(Pane { has_keys: true, ..Pane::default() }),
    };
    let of_focused = app.focus.account.as_ref().and_then(|focused| {
        app.shown_alerts().iter().position(|alert| alert.account == *focused && alert.is_open(app.now.at))
    });
    if let (Some(pane), Some(row)) = (&mut app.alerts, of_focused) {
        pane.row = row;
    }
    app.settle();
    app.go_on();
}

pub(super) fn scroll(app: &mut App, by: isize) {
    let last = app.alert_count().saturating_sub(1);
    let Some(pane) = &mut app.alerts else { return };
    let row = pane.row.saturating_add_signed(by).min(last);
    if row == pane.row && by != 0 {
        app.say(Tone::Plain, "No more alerts in that direction");
    } else {
        pane.row = row;
        look_at_chosen(app);
    }
}

/// Chooses an alert, and gives the pane the keys.
pub(super) fn choose(app: &mut App, row: usize) {
    if let Some(pane) = &mut app.alerts {
        (pane.row, pane.has_keys) = (row, true);
        look_at_chosen(app);
    }
}

/// Whoever looks at another alert goes on from its account.
fn look_at_chosen(app: &mut App) {
    if app.alerts_have_keys() {
        app.working = None;
        app.settle();
    }
}

/// Chooses the alert `entry` is about, if the pane has the keys: what was taken back, or done again, is the one to go on
/// with.
pub(super) fn go_back_to(app: &mut App, entry: &Entry) {
    let about = entry.events.iter().find_map(|event| match event {
        Event::Account { change: Change::AlertChanged { key, .. }, .. } => Some(key),
        _ => None,
    });
    if app.alerts_have_keys()
        && let Some(row) = about.and_then(|key| app.shown_alerts().iter().position(|alert| alert.key == *key))
    {
        choose(app, row);
    }
}

/// How many alerts are in view at once.
fn page(app: &App) -> isize {
    isize::try_from(layout::areas(app).alerts.height).unwrap_or(1).max(2) - 1
}

/// What `action` does while the alerts have the keys.
///
/// # Errors
/// Gives back what does the same here as everywhere.
pub(super) fn act(app: &mut App, action: Action) -> Result<Option<Effect>, Action> {
    match action {
        Action::FocusDown => scroll(app, 1),
        Action::FocusUp => scroll(app, -1),
        Action::First => scroll(app, isize::MIN),
        Action::Last => scroll(app, isize::MAX),
        Action::PageDown => scroll(app, page(app)),
        Action::PageUp => scroll(app, -page(app)),
        Action::Open => open(app),
        Action::Clear => {
            app.leave_alerts();
            app.go_on();
        }
        Action::AlertAck => return Ok(change(app, AlertChange::Acknowledge)),
        Action::AlertReopen => return Ok(change(app, AlertChange::Reopen)),
        Action::AlertSnooze => ask(app, Ask::AlertSnooze),
        Action::AlertAssign => ask(app, Ask::AlertAssign),
        Action::AlertClose => ask(app, Ask::AlertClose),
        Action::AlertsClosed => {
            if let Some(pane) = &mut app.alerts {
                pane.closed_too = !pane.closed_too;
            }
            scroll(app, 0);
        }
        action => return Err(action),
    }
    Ok(None)
}

fn chosen(app: &mut App) -> Option<Arc<Alert>> {
    let alert = app.chosen_alert().cloned();
    if alert.is_none() {
        app.say(Tone::Plain, "There is no alert");
    }
    alert
}

fn change(app: &mut App, change: AlertChange) -> Option<Effect> {
    let key = chosen(app)?.key.clone();
    Some(submit(app, Command::ChangeAlert { key, change }))
}

fn ask(app: &mut App, ask: fn(AlertKey) -> Ask) {
    if let Some(alert) = chosen(app) {
        ask_about(app, alert.account.clone(), ask(alert.key.clone()));
    }
}

/// Goes to the chosen alert's account.
fn open(app: &mut App) {
    let Some(alert) = chosen(app) else { return };
    app.leave_alerts();
    app.leave_for_good();
    if matches!(app.overlay, Some(Overlay::Detail(_))) {
        app.overlay = Some(Overlay::Detail(0));
    }
    app.go_to(&alert.account);
}
