//! The panel that says what importing a file would do.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::text;
use crate::tui::canvas::text_popup;
use crate::tui::layout::popups::import_lines;
use crate::tui::model::app::App;
use crate::tui::model::imports::ImportPanel;
use crate::tui::theme::Role;

/// Draws `panel` in the middle of `area`.
pub(super) fn draw(app: &App, panel: &ImportPanel, area: Rect, buf: &mut Buffer) {
    let style = app.theme.style(Role::Text);
    let (width, lines) = import_lines(panel, area.width);
    let lines: Vec<Line<'_>> = lines.into_iter().map(|line| Line::styled(line, style)).collect();
    let title = format!("What importing {} would do", text::clean(&panel.preview.path));
    text_popup(&app.theme, area, (width, panel.top), &title, &lines, buf);
}
