//! What the mouse does: choosing, opening, scrolling.

use chrono::TimeDelta;

use super::super::action::Action;
use super::super::app::{App, Prompt};
use super::super::layout::{self, Under};
use super::super::msg::{Effect, Mouse};
use super::{alerts, open, scroll};

/// Two presses on one card within this time open it.
const DOUBLE_CLICK: TimeDelta = TimeDelta::milliseconds(400);

/// How many cards the wheel moves by.
const WHEEL: usize = 3;

pub(super) fn point(app: &mut App, mouse: Mouse, x: u16, y: u16) -> Option<Effect> {
    if matches!(app.prompt, Some(Prompt::Sort(_))) {
        return None;
    }
    // Columns may widen and shrink with the focus, so the card that was pressed may no longer lie under the mouse.
    if mouse == Mouse::Press
        && let Some((at, id, cell)) = &app.last_press
        && app.now.at - *at <= DOUBLE_CLICK
        && *cell == (x, y)
        && app.focus.account.as_ref() == Some(id)
    {
        app.last_press = None;
        return open(app);
    }
    let under = layout::under(app, x, y);
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
        (Mouse::Press, Under::Alert(row)) => alerts::choose(app, row),
        (Mouse::WheelDown, Under::Alert(_)) => alerts::scroll(app, 1),
        (Mouse::WheelUp, Under::Alert(_)) => alerts::scroll(app, -1),
        (Mouse::Press, Under::PageRow(row)) => app.choose(row),
        (Mouse::Press, Under::Overlay) | (_, Under::Nothing) => {}
    }
    None
}

fn wheel(app: &mut App, mouse: Mouse) {
    let row = app.focus.row;
    app.focus_row(if mouse == Mouse::WheelDown { row + WHEEL } else { row.saturating_sub(WHEEL) });
}

fn press(app: &mut App, row: usize, cell: (u16, u16)) -> Option<Effect> {
    app.focus_row(row);
    let id = app.focus.account.clone()?;
    let again =
        app.last_press.take().is_some_and(|(at, last, _)| last == id && app.now.at - at <= DOUBLE_CLICK);
    if again {
        return open(app);
    }
    app.last_press = Some((app.now.at, id, cell));
    None
}
