//! From column to column, and what the same keys do where there are none.

use crossterm::event::KeyCode;

use super::groups;
use crate::tui::input::action::Motion;
use crate::tui::input::chord::Chord;
use crate::tui::input::keymap::InputMode;
use crate::tui::model::app::App;
use crate::tui::model::columns::ColumnId;
use crate::tui::model::focus::View;
use crate::tui::model::status::Tone;
use crate::tui::screens::{forecast, insights};

/// To the first or the last column. In rows, the keys of that name lead to the first or the last row, as everywhere.
pub(super) fn to_end(app: &mut App, chord: Chord, motion: Motion) {
    let is_in_rows = app.view != View::Board && !matches!(app.mode(), InputMode::Screen(_));
    if is_in_rows && matches!(chord.key(), KeyCode::Home | KeyCode::End) {
        let last = app.rows().len().saturating_sub(1);
        return app.focus_row(if motion == Motion::First { 0 } else { last });
    }
    step(app, if motion == Motion::First { isize::MIN } else { isize::MAX });
}

pub(super) fn step(app: &mut App, by: isize) {
    if let InputMode::Screen(_) = app.mode() {
        forecast::sideways(app, by);
        return insights::sideways(app, by);
    }
    match app.view {
        View::Today => return groups::sideways(app, by),
        View::List { .. } => return app.say(Tone::Plain, "There are no columns here: go up or down"),
        View::Board => {}
    }
    let column_ids: Vec<ColumnId> = app.columns.column_ids().collect();
    let at = column_ids.iter().position(|column_id| *column_id == app.focus.column_id).unwrap_or(0);
    let to = at.saturating_add_signed(by).min(column_ids.len() - 1);
    // From one end to the other there may be nothing but empty columns; they can be visited all the same.
    if to != at {
        app.focus_column(column_ids[to]);
    }
}
