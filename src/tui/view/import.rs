//! The panel that says what importing a file would do.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::text;
use crate::tui::canvas::{popup, put_lines};
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
    let height = lines.len().min(usize::from(area.height.saturating_sub(2)));
    let top = panel.top.min(lines.len().saturating_sub(height));
    let below = match lines.len().saturating_sub(top + height) {
        0 => String::new(),
        more => format!(" {more} more ↓ "),
    };
    let path = text::clean(&panel.preview.path).into_owned();
    let title = format!(" What importing {path} would do ");
    let title = text::cut(&title, usize::from(width.saturating_sub(4))).into_owned();
    let Some(inner) = popup(&app.theme, area, (width, height), &title, below, buf) else { return };
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    put_lines(buf, inner, &lines, top);
}
