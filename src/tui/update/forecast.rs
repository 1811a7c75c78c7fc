//! The forecast: going through its numbers, and opening the accounts behind one.

use super::super::action::Action;
use super::super::app::{App, Tone};
use super::super::layout;
use super::super::msg::Effect;

/// What `action` does here, if it does not do what it does everywhere.
pub(super) fn act(app: &mut App, action: Action) -> Result<Option<Effect>, Action> {
    if app.scroll_page(action) {
        return Ok(None);
    }
    match action {
        Action::FocusLeft => sideways(app, -1),
        Action::FocusRight => sideways(app, 1),
        Action::FirstColumn => sideways(app, isize::MIN),
        Action::LastColumn => sideways(app, isize::MAX),
        Action::Open => open(app),
        action => return super::on_any_page(action),
    }
    Ok(None)
}

/// Opens the accounts behind the chosen number.
pub(super) fn open(app: &mut App) {
    if !app.open_number() {
        app.say(Tone::Plain, "nobody stands behind this number");
    }
}

fn sideways(app: &mut App, by: isize) {
    let last = layout::forecast_columns(app).saturating_sub(1);
    if let Some(page) = &mut app.page {
        page.column = page.column.saturating_add_signed(by).min(last);
    }
}
