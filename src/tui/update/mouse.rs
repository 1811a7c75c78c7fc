//! What the mouse does: choosing, opening, scrolling.

use chrono::TimeDelta;

use super::reading::open;
use super::{alerts, bulk, checklist, marks, prompt};
use crate::tui::input::action::Motion;
use crate::tui::input::chord::Chord;
use crate::tui::layout::choices::BoxTarget;
use crate::tui::layout::{self, HitTarget};
use crate::tui::model::app::App;
use crate::tui::model::focus::Press;
use crate::tui::model::msg::{Effect, Mouse};
use crate::tui::model::prompt::Prompt;
use crate::tui::screens::{self, forecast, unmatched};

/// Two presses on one card within this time open it.
const DOUBLE_CLICK: TimeDelta = TimeDelta::milliseconds(400);

/// How many cards the wheel moves by.
const WHEEL: usize = 3;

pub(super) fn point(app: &mut App, mouse: Mouse, x: u16, y: u16) -> Option<Effect> {
    let is_filtered = matches!(app.prompt, Some(Prompt::Filter(_)));
    if let Some(under) = layout::choices::hit(app, x, y)
        // What is found is chosen while it is looked for.
        && !(is_filtered && under == BoxTarget::Outside)
    {
        return prompt::point(app, mouse, under);
    }
    if let Some(action) = layout::hints::hit(app, x, y).filter(|_| mouse == Mouse::Press) {
        return prompt::key(app, Chord::ENTER, Some(action));
    }
    // What is asked is about whom it was asked of.
    if matches!(app.prompt, Some(Prompt::Pick(_) | Prompt::Line(_) | Prompt::Confirm(_))) {
        return None;
    }
    if let Some(Prompt::Bulk(panel)) = &mut app.prompt {
        match mouse {
            Mouse::WheelDown => bulk::scroll(panel, Motion::Down),
            Mouse::WheelUp => bulk::scroll(panel, Motion::Up),
            Mouse::Press | Mouse::PressToMark => {}
        }
        return None;
    }
    if matches!(app.prompt, Some(Prompt::Account(_))) {
        return unmatched::point(app, mouse, y);
    }
    // Columns may widen and shrink with the focus, so the card that was pressed may no longer lie under the mouse.
    if mouse == Mouse::Press
        && app.screen.is_none()
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
        && matches!(
            under,
            HitTarget::Column(..) | HitTarget::ListRow(_) | HitTarget::TodayHeading(_) | HitTarget::Overlay
        )
    {
        app.leave_alerts();
    }
    match (mouse, under) {
        (Mouse::PressToMark, HitTarget::Column(column_id, Some(row))) => {
            app.focus.column_id = column_id;
            mark(app, row);
        }
        (Mouse::PressToMark, HitTarget::ListRow(row)) => mark(app, row),
        (Mouse::Press, HitTarget::Tab(at)) => app.open_tab(at),
        (Mouse::Press, HitTarget::Column(column_id, None)) => app.focus_column(column_id),
        (Mouse::Press, HitTarget::Column(column_id, Some(row))) => {
            app.focus.column_id = column_id;
            return press(app, row, (x, y));
        }
        (Mouse::Press, HitTarget::ListRow(row)) => return press(app, row, (x, y)),
        (Mouse::WheelDown | Mouse::WheelUp, HitTarget::Overlay | HitTarget::ScreenRow(_)) => {
            let motion = if mouse == Mouse::WheelDown { Motion::Down } else { Motion::Up };
            let is_preview = app.overlay.is_none() && app.screen.is_none();
            for _ in 0..WHEEL {
                if is_preview {
                    app.scroll_preview(motion);
                } else {
                    app.scroll_over(motion);
                }
            }
        }
        (Mouse::WheelDown | Mouse::WheelUp, HitTarget::Column(column_id, _)) => {
            if column_id != app.focus.column_id {
                app.focus_column(column_id);
            }
            wheel(app, mouse);
        }
        (Mouse::Press, HitTarget::TodayHeading(group)) => app.toggle_group(group),
        (Mouse::WheelDown | Mouse::WheelUp, HitTarget::ListRow(_) | HitTarget::TodayHeading(_)) => {
            wheel(app, mouse);
        }
        (Mouse::Press, HitTarget::Alert(row)) => press_alert(app, row, (x, y)),
        (Mouse::WheelDown, HitTarget::Alert(_)) => alerts::scroll(app, Motion::Down),
        (Mouse::WheelUp, HitTarget::Alert(_)) => alerts::scroll(app, Motion::Up),
        (Mouse::Press, HitTarget::ScreenRow(row)) => press_row(app, row, (x, y)),
        (Mouse::Press, HitTarget::Overlay) => {
            return match screens::detail::point_at(app, x, y) {
                Some(point) => checklist::toggle_focused(app, &point),
                None if app.overlay.is_none() && app.screen.is_none() => open(app),
                None => None,
            };
        }
        (Mouse::PressToMark, _) | (_, HitTarget::Nothing | HitTarget::Tab(_)) => {}
    }
    None
}

/// Marks the account of a row, or takes its mark away, and stays there.
fn mark(app: &mut App, row: usize) {
    app.leave_alerts();
    app.focus_row(row);
    marks::toggle(app);
    app.focus_row(row);
}

fn wheel(app: &mut App, mouse: Mouse) {
    let row = app.focus.row;
    app.focus_row(if mouse == Mouse::WheelDown { row + WHEEL } else { row.saturating_sub(WHEEL) });
}

fn is_double(app: &App, last: &Press) -> bool {
    app.now.at - last.at <= DOUBLE_CLICK
}

/// Chooses a row of the open screen, and the number of it that lies there; pressed again, that is opened.
fn press_row(app: &mut App, row: usize, cell: (u16, u16)) {
    app.choose(row);
    let column = forecast::column_at(app, cell.0);
    let Some(screen) = &mut app.screen else { return };
    screen.column = column.unwrap_or(screen.column);
    let id = screen.id;
    if is_second_press(app, cell) {
        screens::open(app, id);
    }
}

/// Chooses an alert; pressed again, leads to its account.
fn press_alert(app: &mut App, row: usize, cell: (u16, u16)) {
    alerts::choose(app, row);
    if is_second_press(app, cell) {
        alerts::open(app);
    }
}

/// Whether a press at `cell`, on no card, is the second one there.
fn is_second_press(app: &mut App, cell: (u16, u16)) -> bool {
    let last = app.last_press.take();
    let is_second = last.is_some_and(|last| is_double(app, &last) && last.cell == cell && last.on.is_none());
    if !is_second {
        app.last_press = Some(Press { at: app.now.at, cell, on: None });
    }
    is_second
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
