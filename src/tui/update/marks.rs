//! Marking accounts: one by one, in ranges, and all that are shown.

use crate::prose::lists::plural;
use crate::state::AccountId;
use crate::tui::input::action::{Action, Motion};
use crate::tui::model::app::App;
use crate::tui::model::columns::Row;
use crate::tui::model::filter::Filter;
use crate::tui::model::focus::View;
use crate::tui::model::status::Tone;

impl App {
    /// The accounts that are marked, in the order they are shown in.
    pub(in crate::tui) fn marked(&self) -> Vec<AccountId> {
        let everyone = self.columns.list(true).all().iter();
        let in_order = everyone.filter(|row| self.marks.contains(&row.id)).map(|row| row.id.clone());
        // Those who are asleep may have no rows any more.
        let mut others: Vec<_> = self.marks.accounts().iter().collect();
        others.retain(|id| self.columns.number_of(id).is_none());
        others.sort_unstable();
        in_order.chain(others.into_iter().cloned()).collect()
    }

    /// How many marked accounts the filter hides.
    pub(super) fn hidden_marks(&self) -> usize {
        self.marks.accounts().iter().filter(|id| !self.columns.shows(id)).count()
    }

    /// Takes in that other accounts are marked: a filter may ask for those that are.
    pub(super) fn marks_changed(&mut self) {
        if self.filter.as_ref().is_some_and(Filter::asks_for_marks) {
            self.narrow();
        }
    }

    /// Lets the range reach from where it began to the focus. Where it began is no longer to be seen, it ends.
    pub(super) fn stretch_range(&mut self) {
        let Some(anchor) = self.marks.anchor().cloned() else { return };
        let ends = (self.position(&anchor), self.focus.account.as_ref().and_then(|id| self.position(id)));
        let (Some(from), Some(to)) = ends else { return self.marks.end_range() };
        let rows: Vec<Row> = self.rows()[from.min(to)..=from.max(to)].to_vec();
        self.marks.stretch(&rows);
        self.marks_changed();
    }
}

/// Marks the focused account, or takes its mark away, and goes on to the next.
pub(super) fn toggle(app: &mut App) {
    let Some(id) = app.focused_id() else { return };
    app.marks.end_range();
    app.marks.toggle(&id);
    app.marks_changed();
    if app.alerts_have_keys() {
        super::alerts::scroll(app, Motion::Down);
    } else if app.position(&id) == Some(app.focus.row) {
        app.focus_row(app.row_beside(1));
    }
}

/// Begins a range at the focused account, or ends the one there is.
pub(super) fn toggle_range(app: &mut App) {
    if app.marks.anchor().is_some() {
        app.marks.end_range();
        app.say(Tone::Plain, "The range ends here; its marks stay");
        return;
    }
    let Some(id) = app.focused_id() else { return };
    app.marks.begin_range(id);
    app.marks_changed();
    let key = app.board_key(Action::MarkRange).unwrap_or_default();
    app.say(Tone::Plain, &format!("Go up or down to mark a range · {key} ends it"));
}

/// Marks all that are shown: of the board, first those of the column. Where all are marked, takes their marks away.
pub(super) fn mark_shown(app: &mut App) {
    app.marks.end_range();
    let ids = |rows: &[Row]| rows.iter().map(|row| row.id.clone()).collect::<Vec<_>>();
    let here = ids(app.rows());
    let whole_board = app.view == View::Board && !app.alerts_have_keys();
    let board = if whole_board { ids(app.columns.list(false).shown()) } else { Vec::new() };
    let is_new = |ids: &[AccountId]| ids.iter().any(|id| !app.marks.contains(id));
    let (more, words) = if app.alerts_have_keys() {
        let alerts: Vec<AccountId> = app.shown_alerts().iter().map(|alert| alert.account.clone()).collect();
        (alerts, "of these alerts".to_owned())
    } else if whole_board && app.filter.is_none() && is_new(&here) {
        let key = app.board_key(Action::MarkShown).unwrap_or_default();
        let all = board.len();
        let rest = if all > here.len() {
            format!(" · {key} again marks all {all} on the board")
        } else {
            String::new()
        };
        (here, format!("of this column{rest}"))
    } else if whole_board {
        (board, "on the board".to_owned())
    } else {
        (here, "of this list".to_owned())
    };
    if more.is_empty() {
        app.say(Tone::Plain, "There is nothing here to mark");
    } else if is_new(&more) {
        let count = more.len();
        app.marks.mark(more);
        app.marks_changed();
        app.say(Tone::Plain, &format!("Marked {} {words}", plural(count, "account", "accounts")));
    } else {
        app.marks.unmark(&more);
        app.marks_changed();
        app.say(Tone::Plain, "Marks removed");
    }
}

/// Takes away every mark.
pub(super) fn drop_all(app: &mut App) {
    app.marks.clear();
    app.marks_changed();
    app.say(Tone::Plain, "Marks removed");
}
