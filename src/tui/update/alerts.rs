//! The alerts pane: choosing an alert, and what is done with it.

use super::super::layout;
use super::{quick_actions, submit};
use crate::state::{AlertChange, Change, Command, Entry, Event};
use crate::tui::input::action::Action;
use crate::tui::model::answers;
use crate::tui::model::app::App;
use crate::tui::model::focus::{Overlay, Pane};
use crate::tui::model::msg::Effect;
use crate::tui::model::prompt::Ask;
use crate::tui::model::status::Tone;

/// Whether the pane answers to `action` itself.
pub(super) fn is_for(action: Action) -> bool {
    matches!(
        action,
        Action::FocusDown
            | Action::FocusUp
            | Action::First
            | Action::Last
            | Action::PageDown
            | Action::PageUp
            | Action::Open
            | Action::Clear
            | Action::AlertAck
            | Action::AlertSnooze
            | Action::AlertAssign
            | Action::AlertClose
            | Action::AlertReopen
            | Action::AlertsClosed
    )
}

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
    let last = app.shown_alerts().len().saturating_sub(1);
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

pub(super) fn act(app: &mut App, action: Action) -> Option<Effect> {
    match action {
        Action::FocusDown => scroll(app, 1),
        Action::FocusUp => scroll(app, -1),
        Action::First => scroll(app, isize::MIN),
        Action::Last => scroll(app, isize::MAX),
        Action::PageDown => scroll(app, page(app)),
        Action::PageUp => scroll(app, -page(app)),
        Action::Clear => {
            app.leave_alerts();
            app.go_on();
        }
        Action::AlertsClosed => {
            if let Some(pane) = &mut app.alerts {
                pane.closed_too = !pane.closed_too;
            }
            scroll(app, 0);
        }
        _ => return with_chosen(app, action),
    }
    None
}

/// How many alerts are in view at once.
fn page(app: &App) -> isize {
    isize::try_from(layout::areas(app).alerts.height).unwrap_or(1).max(2) - 1
}

fn with_chosen(app: &mut App, action: Action) -> Option<Effect> {
    let Some(alert) = app.chosen_alert().cloned() else {
        app.say(Tone::Plain, "There is no alert");
        return None;
    };
    let account = alert.account.clone();
    let name = app.short_name(&account);
    let key = alert.key.clone();
    let (ask, question) = match action {
        Action::AlertAck => {
            return Some(submit(app, Command::ChangeAlert { key, change: AlertChange::Acknowledge }));
        }
        Action::AlertReopen => {
            return Some(submit(app, Command::ChangeAlert { key, change: AlertChange::Reopen }));
        }
        Action::Open => {
            app.leave_alerts();
            app.leave_for_good();
            if matches!(app.overlay, Some(Overlay::Detail(_))) {
                app.overlay = Some(Overlay::Detail(0));
            }
            app.go_to(&account);
            return None;
        }
        Action::AlertSnooze => (Ask::AlertSnooze(key), format!("Snooze {name}'s alert until?")),
        Action::AlertAssign => {
            let ask = Ask::AlertAssign(key);
            let taken = answers::taken(app, &account, &ask);
            (ask, format!("Assign {name}'s alert to?{taken}"))
        }
        Action::AlertClose => (Ask::AlertClose(key), format!("Outcome of {name}'s alert?")),
        _ => return None,
    };
    quick_actions::put(app, question, account, ask);
    None
}
