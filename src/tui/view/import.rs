//! The panel that says what importing a file would do.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::text;
use crate::tui::canvas::text_popup;
use crate::tui::model::app::App;
use crate::tui::model::imports::ImportPanel;
use crate::tui::theme::Role;

/// As wide as a sentence is still easy to read.
const WIDTH: u16 = 100;

/// Draws `panel` in the middle of `area`.
pub(super) fn draw(app: &App, panel: &ImportPanel, area: Rect, buf: &mut Buffer) {
    let style = app.theme.style(Role::Text);
    let width = WIDTH.min(area.width);
    let room = usize::from(width.saturating_sub(4)).max(16);
    let mut lines: Vec<Line<'_>> = Vec::new();
    for line in &panel.preview.lines {
        let indent = line.len() - line.trim_start().len();
        let options = textwrap::Options::new(room).subsequent_indent(if indent > 0 { "    " } else { "" });
        let wrapped = textwrap::wrap(line, options).into_iter();
        lines.extend(wrapped.map(|part| Line::styled(part.into_owned(), style)));
    }
    let title = format!("What importing {} would do", text::clean(&panel.preview.path));
    text_popup(&app.theme, area, (width, panel.top), &title, &lines, buf);
}
