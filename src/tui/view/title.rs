//! The line over the board: what this is, and how much there is.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::text;
use crate::tui::canvas::put;
use crate::tui::model::app::App;
use crate::tui::theme::Role;
use crate::tui::title::{parts, right_end};

/// Totals, filter and order; and what has no place beside tabs: the program's name, the day and the person.
pub(super) fn draw(app: &App, area: Rect, has_tabs: bool, buf: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let mut x = area.x;
    for (words, role) in parts(app, area, has_tabs) {
        let room = usize::from(area.right().saturating_sub(x));
        x = put(buf, area, x, area.y, &text::cut(&words, room), app.theme.style(role));
    }
    let right = right_end(app, area, has_tabs);
    let start = area.right().saturating_sub(u16::try_from(text::width(&right)).unwrap_or(u16::MAX));
    if start > x {
        put(buf, area, start, area.y, &right, app.theme.style(Role::Dim));
    }
}
