//! What the mouse does: choosing, opening, scrolling.

use chrono::TimeDelta;

use super::super::action::Action;
use super::super::app::{App, Press, Prompt};
use super::super::keymap::Chord;
use super::super::layout::{self, Under};
use super::super::msg::{Effect, Mouse};
use super::{alerts, open, scroll, unmatched};

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
    let under = layout::under(app, x, y);
    // The keys go where the mouse was pressed.
    if mouse == Mouse::Press && matches!(under, Under::Column(..) | Under::ListRow(_) | Under::Overlay) {
        app.leave_alerts();
    }
    match (mouse, under) {
        (Mouse::Press, Under::Column(slot, None)) => app.focus_slot(slot),
        (Mouse::Press, Under::Column(slot, Some(row))) => {
            app.focus.slot = slot;
            return press(app, row, (x, y));
        }
        (Mouse::Press, Under::ListRow(row)) => return press(app, row, (x, y)),
        (Mouse::WheelDown | Mouse::WheelUp, Under::Overlay | Under::PageRow(_)) => {
            let action = if mouse == Mouse::WheelDown { Action::FocusDown } else { Action::FocusUp };
            for _ in 0..WHEEL {
                if app.scroll_page(action) {
                    continue;
                }
                app.overlay = app.overlay.and_then(|overlay| scroll(overlay, action, app)).or(app.overlay);
            }
        }
        (Mouse::WheelDown | Mouse::WheelUp, Under::Column(slot, _)) => {
            if slot != app.focus.slot {
                app.focus_slot(slot);
            }
            wheel(app, mouse);
        }
        (Mouse::WheelDown | Mouse::WheelUp, Under::ListRow(_)) => wheel(app, mouse),
        (Mouse::Press, Under::Alert(row)) => return press_alert(app, row, (x, y)),
        (Mouse::WheelDown, Under::Alert(_)) => alerts::scroll(app, 1),
        (Mouse::WheelUp, Under::Alert(_)) => alerts::scroll(app, -1),
        (Mouse::Press, Under::PageRow(row)) => return press_row(app, row, (x, y)),
        (Mouse::Press, Under::Overlay) | (_, Under::Nothing) => {}
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
        return alerts::act(app, Action::Open);
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
