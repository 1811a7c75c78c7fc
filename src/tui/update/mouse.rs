//! What the mouse does: choosing, opening, scrolling.

use chrono::TimeDelta;

use super::super::layout;
use super::{alerts, open, scroll, unmatched};
use crate::tui::input::action::Action;
use crate::tui::input::chord::Chord;
use crate::tui::layout::HitTarget;
use crate::tui::model::app::App;
use crate::tui::model::focus::Press;
use crate::tui::model::msg::{Effect, Mouse};
use crate::tui::model::prompt::Prompt;

/// Two presses on one card within this time open it.
const DOUBLE_CLICK: TimeDelta = TimeDelta::milliseconds(400);

/// How many cards the wheel moves by.
const WHEEL: usize = 3;

pub(super) fn point(app: &mut App, mouse: Mouse, x: u16, y: u16) -> Option<Effect> {
    // What is asked is about whom it was asked of.
    if matches!(app.prompt, Some(Prompt::Sort(_) | Prompt::Line { .. } | Prompt::Stage { .. })) {
        return None;
    }
    if matches!(app.prompt, Some(Prompt::Whose(_))) {
        return unmatched::point(app, mouse, y);
    }
    // Columns may widen and shrink with the focus, so the card that was pressed may no longer lie under the mouse.
    if mouse == Mouse::Press
        && app.page.is_none()
        && app.last_press.as_ref().is_some_and(|last| {
            is_double(app, last) && last.cell == (x, y) && last.on.is_some() && last.on == app.focus.account
        })
    {
        app.last_press = None;
        return open(app);
    }
    let under = layout::hit_test(app, x, y);
    // The keys go where the mouse was pressed.
    if mouse == Mouse::Press
        && matches!(under, HitTarget::Column(..) | HitTarget::ListRow(_) | HitTarget::Overlay)
    {
        app.leave_alerts();
    }
    match (mouse, under) {
        (Mouse::Press, HitTarget::Column(column_id, None)) => app.focus_column(column_id),
        (Mouse::Press, HitTarget::Column(column_id, Some(row))) => {
            app.focus.column_id = column_id;
            return press(app, row, (x, y));
        }
        (Mouse::Press, HitTarget::ListRow(row)) => return press(app, row, (x, y)),
        (Mouse::WheelDown | Mouse::WheelUp, HitTarget::Overlay | HitTarget::PageRow(_)) => {
            let action = if mouse == Mouse::WheelDown { Action::FocusDown } else { Action::FocusUp };
            for _ in 0..WHEEL {
                if app.scroll_page(action) {
                    continue;
                }
                app.overlay = app.overlay.and_then(|overlay| scroll(overlay, action, app)).or(app.overlay);
            }
        }
        (Mouse::WheelDown | Mouse::WheelUp, HitTarget::Column(column_id, _)) => {
            if column_id != app.focus.column_id {
                app.focus_column(column_id);
            }
            wheel(app, mouse);
        }
        (Mouse::WheelDown | Mouse::WheelUp, HitTarget::ListRow(_)) => wheel(app, mouse),
        (Mouse::Press, HitTarget::Alert(row)) => return press_alert(app, row, (x, y)),
        (Mouse::WheelDown, HitTarget::Alert(_)) => alerts::scroll(app, 1),
        (Mouse::WheelUp, HitTarget::Alert(_)) => alerts::scroll(app, -1),
        (Mouse::Press, HitTarget::PageRow(row)) => return press_row(app, row, (x, y)),
        (Mouse::Press, HitTarget::Overlay) | (_, HitTarget::Nothing) => {}
    }
    None
}

fn wheel(app: &mut App, mouse: Mouse) {
    let row = app.focus.row;
    app.focus_row(if mouse == Mouse::WheelDown { row + WHEEL } else { row.saturating_sub(WHEEL) });
}

fn is_double(app: &App, last: &Press) -> bool {
    app.now.at - last.at <= DOUBLE_CLICK
}

/// Chooses a row of the open screen, and the number of it that lies there; pressed again, that is opened.
fn press_row(app: &mut App, row: usize, cell: (u16, u16)) -> Option<Effect> {
    app.choose(row);
    let column = layout::forecast_column_at(app, cell.0);
    let page = app.page.as_mut()?;
    page.column = column.unwrap_or(page.column);
    let screen = page.screen();
    let last = app.last_press.take();
    if last.is_some_and(|last| is_double(app, &last) && last.cell == cell && last.on.is_none()) {
        return app.act_in(screen, Action::Open, Chord::ENTER).ok().flatten();
    }
    app.last_press = Some(Press { at: app.now.at, cell, on: None });
    None
}

/// Chooses an alert; pressed again, leads to its account.
fn press_alert(app: &mut App, row: usize, cell: (u16, u16)) -> Option<Effect> {
    alerts::choose(app, row);
    let last = app.last_press.take();
    if last.is_some_and(|last| is_double(app, &last) && last.cell == cell && last.on.is_none()) {
        return alerts::act(app, Action::Open).ok().flatten();
    }
    app.last_press = Some(Press { at: app.now.at, cell, on: None });
    None
}

fn press(app: &mut App, row: usize, cell: (u16, u16)) -> Option<Effect> {
    app.focus_row(row);
    let on = app.focus.account.clone()?;
    let last = app.last_press.take();
    if last.is_some_and(|last| is_double(app, &last) && last.on.as_ref() == Some(&on)) {
        return open(app);
    }
    app.last_press = Some(Press { at: app.now.at, cell, on: Some(on) });
    None
}
