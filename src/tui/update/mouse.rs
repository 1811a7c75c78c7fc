//! What the mouse does: choosing, opening, scrolling.

use chrono::TimeDelta;

use super::reading::open;
use super::{alerts, arrange, bulk, checklist, dispatch, dragging, marks, notices, prompt, show};
use crate::tui::input::action::Motion;
use crate::tui::input::chord::Chord;
use crate::tui::layout::choices::BoxTarget;
use crate::tui::layout::{self, HitTarget};
use crate::tui::model::app::App;
use crate::tui::model::focus::{Press, View};
use crate::tui::model::msg::{Effect, Mouse};
use crate::tui::model::prompt::Prompt;
use crate::tui::named_keys;
use crate::tui::screens::{self, forecast, insights, unmatched};

/// Two presses on one card within this time open it.
const DOUBLE_CLICK: TimeDelta = TimeDelta::milliseconds(400);

/// How many cards the wheel moves by.
const WHEEL: usize = 3;

pub(super) fn point(app: &mut App, mouse: Mouse, x: u16, y: u16) -> Option<Effect> {
    match mouse {
        Mouse::Drag => {
            dragging::carry(app, x, y);
            return None;
        }
        Mouse::Release => return dragging::drop(app),
        // A button that was let go outside of the window let nothing go.
        Mouse::Press | Mouse::PressToMark | Mouse::WheelDown | Mouse::WheelUp => app.dragged = None,
    }
    let is_filtered = matches!(app.prompt, Some(Prompt::Filter(_)));
    if let Some(under) = layout::choices::hit(app, x, y)
        // What is found is chosen while it is looked for.
        && !(is_filtered && under == BoxTarget::Outside)
    {
        return prompt::point(app, mouse, under);
    }
    if let Some(action) = named_keys::action_at(app, x, y).filter(|_| mouse == Mouse::Press) {
        return match app.prompt {
            Some(_) => prompt::key(app, Chord::ENTER, Some(action)),
            None => dispatch(app, action, Chord::ENTER),
        };
    }
    // What is asked is about whom it was asked of.
    if matches!(app.prompt, Some(Prompt::Pick(_) | Prompt::Line(_) | Prompt::Confirm(_))) {
        return None;
    }
    if let Some(Prompt::Bulk(panel)) = &mut app.prompt {
        match mouse {
            Mouse::WheelDown => bulk::scroll(panel, Motion::Down),
            Mouse::WheelUp => bulk::scroll(panel, Motion::Up),
            Mouse::Press | Mouse::PressToMark | Mouse::Drag | Mouse::Release => {}
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
    match mouse {
        Mouse::Press => press_on(app, under, (x, y)),
        Mouse::PressToMark => {
            match under {
                HitTarget::Column(column_id, Some(row)) => {
                    app.focus.column_id = column_id;
                    mark(app, row);
                }
                HitTarget::ListRow(row) => mark(app, row),
                _ => {}
            }
            None
        }
        Mouse::WheelDown => {
            wheel(app, under, Motion::Down);
            None
        }
        Mouse::WheelUp => {
            wheel(app, under, Motion::Up);
            None
        }
        Mouse::Drag | Mouse::Release => None,
    }
}

/// What a press on the cell does, where `under` lies.
fn press_on(app: &mut App, under: HitTarget, cell: (u16, u16)) -> Option<Effect> {
    match under {
        HitTarget::Tab(at) => app.open_tab(at),
        HitTarget::Stage(column_id) => {
            show(app, View::Board);
            app.focus_column(column_id);
        }
        // The head of the column one is in is about its order.
        HitTarget::ColumnHead(column_id) if column_id == app.focus.column_id => arrange::ask_order(app),
        HitTarget::ColumnHead(column_id) | HitTarget::Column(column_id, None) => app.focus_column(column_id),
        HitTarget::ListHeading(Some(sort)) => app.sort_by(sort),
        HitTarget::ListHeading(None) => arrange::ask_order(app),
        HitTarget::Column(column_id, Some(row)) => {
            app.focus.column_id = column_id;
            return press(app, row, cell);
        }
        HitTarget::ListRow(row) => return press(app, row, cell),
        HitTarget::TodayHeading(group) => app.toggle_group(group),
        HitTarget::Alert(row) => press_alert(app, row, cell),
        HitTarget::ScreenRow(row) => return press_row(app, row, cell),
        HitTarget::Overlay => {
            return match screens::detail::point_at(app, cell.0, cell.1) {
                Some(point) => checklist::toggle_focused(app, &point),
                None if app.overlay.is_none() && app.screen.is_none() => open(app),
                None => None,
            };
        }
        HitTarget::Notices => {
            notices::dismiss(app);
        }
        HitTarget::Nothing => {}
    }
    None
}

/// Scrolls what lies under the mouse.
fn wheel(app: &mut App, under: HitTarget, motion: Motion) {
    match under {
        HitTarget::Overlay | HitTarget::ScreenRow(_) => {
            let is_preview = app.overlay.is_none() && app.screen.is_none();
            for _ in 0..WHEEL {
                if is_preview {
                    app.scroll_preview(motion);
                } else {
                    app.scroll_over(motion);
                }
            }
        }
        HitTarget::Column(column_id, _) | HitTarget::ColumnHead(column_id) => {
            if column_id != app.focus.column_id {
                app.focus_column(column_id);
            }
            wheel_rows(app, motion);
        }
        HitTarget::ListRow(_) | HitTarget::TodayHeading(_) => wheel_rows(app, motion),
        HitTarget::Alert(_) => alerts::scroll(app, motion),
        HitTarget::Nothing
        | HitTarget::Notices
        | HitTarget::Tab(_)
        | HitTarget::Stage(_)
        | HitTarget::ListHeading(_) => {}
    }
}

/// Marks the account of a row, or takes its mark away, and stays there.
fn mark(app: &mut App, row: usize) {
    app.leave_alerts();
    app.focus_row(row);
    marks::toggle(app);
    app.focus_row(row);
}

fn wheel_rows(app: &mut App, motion: Motion) {
    let row = app.focus.row;
    app.focus_row(if motion == Motion::Down { row + WHEEL } else { row.saturating_sub(WHEEL) });
}

fn is_double(app: &App, last: &Press) -> bool {
    app.now.at - last.at <= DOUBLE_CLICK
}

/// Chooses a row of the open screen, and the number of it that lies there; pressed again, that is opened.
fn press_row(app: &mut App, row: usize, cell: (u16, u16)) -> Option<Effect> {
    app.choose(row);
    let column = forecast::column_at(app, cell.0).or_else(|| insights::column_at(app, cell));
    let screen = app.screen.as_mut()?;
    screen.column = column.unwrap_or(screen.column);
    let id = screen.id;
    if is_second_press(app, cell) { screens::open(app, id) } else { None }
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
