//! The panel that says what a verb would do to the marked accounts.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::tui::canvas::{popup, put_lines};
use crate::tui::model::app::App;
use crate::tui::model::bulk::BulkPanel;

/// As wide as a sentence is still easy to read.
const WIDTH: u16 = 92;

/// Where the words of a line begin, after the count.
const INDENT: &str = "        ";

/// Draws `panel` in the middle of `area`.
pub(super) fn draw(app: &App, panel: &BulkPanel, area: Rect, buf: &mut Buffer) {
    let theme = &app.theme;
    let width = WIDTH.min(area.width.saturating_sub(2));
    let options =
        textwrap::Options::new(usize::from(width.saturating_sub(4)).max(16)).subsequent_indent(INDENT);
    let mut lines = Vec::new();
    for (words, role) in &panel.lines {
        let wrapped = textwrap::wrap(words, &options);
        lines.extend(wrapped.into_iter().map(|line| Line::styled(line.into_owned(), theme.style(*role))));
    }
    let height = lines.len().min(usize::from(area.height.saturating_sub(2)));
    let below = match lines.len().saturating_sub(panel.top + height) {
        0 => String::new(),
        more => format!(" {more} more ↓ "),
    };
    let title = format!(" {} ", panel.title);
    let Some(inner) = popup(theme, area, (width, height), &title, below, buf) else { return };
    let inner = Rect { width: inner.width.saturating_sub(1), ..inner };
    let last = lines.len().saturating_sub(usize::from(inner.height));
    put_lines(buf, inner, &lines, panel.top.min(last));
}
