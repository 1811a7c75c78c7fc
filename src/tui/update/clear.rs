//! What is taken away, one thing a press, until nothing is left to be taken away.

use super::{marks, notices, past};
use crate::tui::model::app::App;
use crate::tui::model::status::{Status, Tone};
use crate::tui::screens::{activity, insights};

pub(super) fn clear(app: &mut App) {
    if app.overlay.is_none() && activity::query(app).is_some_and(|query| !query.is_empty()) {
        activity::narrow(app, "");
        app.say(Tone::Plain, "Filter cleared");
    } else if app.overlay.is_none() && insights::is_open(app) && !app.insights.scope.query.is_empty() {
        insights::narrow(app, "");
        app.say(Tone::Plain, "Filter cleared");
    } else if app.overlay.is_some() || app.screen.is_some() {
        app.close();
    } else if notices::dismiss(app) {
        // There is nothing to say.
    } else if app.lists_only() {
        app.close();
        app.status = Status::default();
    } else if !app.marks.is_empty() {
        marks::drop_all(app);
    } else if app.filter.is_some() {
        app.filter_by("");
        app.say(Tone::Plain, "Filter cleared");
    } else if app.past.is_some() || app.past_asked.is_some() {
        past::back_to_today(app);
    } else {
        app.status = Status::default();
    }
}
