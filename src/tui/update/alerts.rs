//! The alerts pane: choosing an alert, and what is done with it.

use std::sync::Arc;

use super::bulk;
use super::quick_actions::ask_about;
use crate::state::{AccountId, Alert, AlertChange, AlertKey, Change, Command, Commands, Entry};
use crate::tui::input::action::Motion;
use crate::tui::layout;
use crate::tui::model::answers;
use crate::tui::model::app::App;
use crate::tui::model::focus::{AlertsPane, LeftFocus, Overlay, View};
use crate::tui::model::msg::Effect;
use crate::tui::model::prompt::Purpose;
use crate::tui::model::status::Tone;

/// Shows the pane and gives it the keys, with the focused account's alert chosen; with the keys already there, puts
/// it away.
pub(super) fn toggle(app: &mut App) {
    if app.alerts_have_keys() {
        leave(app);
        app.alerts = None;
        return app.settle();
    }
    app.before_alerts = Some(left(app));
    app.alerts = match app.alerts {
        Some(pane) => Some(AlertsPane { has_keys: true, ..pane }),
        None => Some(AlertsPane { has_keys: true, ..AlertsPane::default() }),
    };
    let of_focused = app.focus.account.as_ref().and_then(|focused| {
        app.shown_alerts().iter().position(|alert| alert.account == *focused && alert.is_open(app.now.at))
    });
    if let (Some(pane), Some(row)) = (&mut app.alerts, of_focused) {
        pane.row = row;
    }
    app.settle();
}

/// Gives the keys back to where the person was; to the row after it, if what that asked for was done here.
pub(super) fn leave(app: &mut App) {
    let before = app.before_alerts.take();
    app.leave_alerts();
    let worked = app.working.as_ref().map(|work| &work.account);
    match before {
        Some(LeftFocus { focus, stood }) if worked.is_none() || worked != focus.account.as_ref() => {
            app.working = None;
            app.focus = focus;
            app.settle();
            // Whoever was seen to here may have gone elsewhere; the work goes on where it was left.
            if let Some(stood) = stood.filter(|_| app.view == View::Today) {
                app.focus_row(app.place_of(&stood));
            }
        }
        Some(_) | None => app.go_on(),
    }
}

/// Where the person is, to come back there.
fn left(app: &App) -> LeftFocus {
    let at = app.focus.account.as_ref().and_then(|id| app.position(id));
    let stood = at.and_then(|at| app.rows().get(at)).cloned();
    LeftFocus { focus: app.focus.clone(), stood }
}

pub(super) fn scroll(app: &mut App, motion: Motion) {
    let last = app.alert_count().saturating_sub(1);
    let visible = usize::from(layout::areas(app).alerts.height).max(2) - 1;
    let Some(pane) = &mut app.alerts else { return };
    let row = motion.from(pane.row, visible).min(last);
    if row == pane.row {
        app.say(Tone::Plain, "No more alerts in that direction");
    } else {
        pane.row = row;
        look_at_chosen(app);
    }
}

/// Chooses an alert, and gives the pane the keys.
pub(super) fn choose(app: &mut App, row: usize) {
    let Some(pane) = app.alerts else { return };
    if !pane.has_keys {
        app.before_alerts = Some(left(app));
    }
    app.alerts = Some(AlertsPane { row, has_keys: true, ..pane });
    look_at_chosen(app);
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
    if app.alerts_have_keys()
        && let Some(row) =
            about(entry).and_then(|key| app.shown_alerts().iter().position(|alert| alert.key == *key))
    {
        choose(app, row);
    }
}

/// The first alert that `entry` changed.
fn about(entry: &Entry) -> Option<&AlertKey> {
    entry.events.iter().find_map(|event| {
        let Change::AlertChanged { key, .. } = event.change()? else { return None };
        Some(key)
    })
}

/// After `entry`: goes on to the alert that followed the worked one, if somebody still has to look at that.
pub(super) fn go_on(app: &mut App, entry: &Entry) {
    let worked = app.alerts.as_mut().filter(|pane| pane.has_keys).and_then(|pane| pane.worked.take());
    let (Some(worked), Some(key)) = (worked, about(entry)) else { return };
    let shown = app.shown_alerts();
    // Where it no longer stands, the next one does.
    let next = match shown.iter().position(|alert| alert.key == *key) {
        Some(row) if row <= worked => worked + 1,
        Some(_) | None => worked,
    };
    let waits = |alert: &&Arc<Alert>| alert.is_open(app.now.at) && alert.acknowledged.is_none();
    if shown.get(next).is_some_and(waits) {
        app.alerts = app.alerts.map(|pane| AlertsPane { row: next, ..pane });
        app.settle();
    }
}

/// Keeps in mind where the chosen alert stands, if `commands` are about it, before they are carried out. Whatever else is
/// done is no work on an alert that was asked about in vain.
pub(super) fn begin_work(app: &mut App, commands: &Commands) {
    let is_about_chosen = match commands {
        Commands::One(Command::ChangeAlert { key, .. }) => {
            app.chosen_alert().is_some_and(|alert| alert.key == *key)
        }
        Commands::One(_) | Commands::Batch(_) => false,
    };
    if let Some(pane) = &mut app.alerts {
        pane.worked = Some(pane.row).filter(|_| is_about_chosen);
    }
}

/// Shows closed alerts too, or hides them again.
pub(super) fn toggle_closed(app: &mut App) {
    if let Some(pane) = &mut app.alerts {
        pane.closed_too = !pane.closed_too;
        look_at_chosen(app);
    }
}

fn chosen(app: &mut App) -> Option<Arc<Alert>> {
    let alert = app.chosen_alert().cloned();
    if alert.is_none() {
        app.say(Tone::Plain, "There is no alert");
    }
    alert
}

/// The alert of the focused account that waits for somebody, else any that is open.
fn of_focused(app: &mut App) -> Option<Arc<Alert>> {
    let account = app.focused_id()?;
    let open = || app.board.alerts_of(&account).filter(|alert| alert.is_open(app.now.at));
    let alert = open().find(|alert| alert.acknowledged.is_none()).or_else(|| open().next()).cloned();
    if alert.is_none() {
        app.say(Tone::Plain, &format!("{} has no open alert", app.short_name(&account)));
    }
    alert
}

/// The alerts that a verb is about, and their accounts: those of the marked accounts that `concerns`; else the chosen one,
/// or that of the focused account while the alerts do not have the keys.
fn targets(app: &mut App, concerns: impl Fn(&Alert) -> bool) -> Option<(Vec<AccountId>, Vec<AlertKey>)> {
    if app.marks.is_empty() {
        let alert = if app.alerts_have_keys() { chosen(app)? } else { of_focused(app)? };
        return Some((vec![alert.account.clone()], vec![alert.key.clone()]));
    }
    let accounts = app.marked();
    let alerts = accounts.iter().flat_map(|id| app.board.alerts_of(id)).filter(|alert| concerns(alert));
    let keys = alerts.map(|alert| alert.key.clone()).collect();
    Some((accounts, keys))
}

/// Acknowledges the alert; of an account among the cards that has none left to acknowledge, asks how the alert ended.
pub(super) fn acknowledge(app: &mut App) -> Option<Effect> {
    if app.marks.is_empty() && !app.alerts_have_keys() {
        let alert = of_focused(app)?;
        if alert.acknowledged.is_some() {
            ask_about(app, vec![alert.account.clone()], Purpose::AlertClose(vec![alert.key.clone()]));
            return None;
        }
    }
    change(app, &AlertChange::Acknowledge)
}

pub(super) fn change(app: &mut App, change: &AlertChange) -> Option<Effect> {
    let reopens = *change == AlertChange::Reopen;
    let (accounts, keys) = targets(app, |alert| alert.is_closed() == reopens)?;
    let parts = answers::alerts(app, &accounts, &keys, change);
    bulk::carry_out(app, &accounts, parts)
}

pub(super) fn ask(app: &mut App, purpose: fn(Vec<AlertKey>) -> Purpose) {
    if let Some((accounts, keys)) = targets(app, |alert| !alert.is_closed()) {
        ask_about(app, accounts, purpose(keys));
    }
}

/// Goes to the chosen alert's account.
pub(super) fn open(app: &mut App) {
    let Some(alert) = chosen(app) else { return };
    app.leave_alerts();
    app.leave_for_good();
    if matches!(app.overlay, Some(Overlay::Detail(_))) {
        app.overlay = Some(Overlay::Detail(0));
    }
    app.go_to(&alert.account);
}
