//! The lines over the board that stay: what is wrong with the store, and what was found at the opening.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::tui::canvas::put_rows;
use crate::tui::model::app::App;
use crate::tui::theme::Role;

pub(super) fn draw(app: &App, area: Rect, buf: &mut Buffer) {
    let role = if app.notices.trouble.is_some() { Role::Danger } else { Role::Warning };
    let style = app.theme.style(role);
    put_rows(buf, area, app.notices.lines.iter().map(|line| Line::styled(&**line, style)));
}
