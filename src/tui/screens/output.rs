//! What a program of a team's own wrote.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::text;
use crate::tui::canvas::{popup, put_lines};
use crate::tui::layout;
use crate::tui::model::app::App;
use crate::tui::theme::Role;

/// The cells left and right of the text: the frame, and a space.
const FRAME: u16 = 4;

/// The output in lines as wide as the pane.
pub(super) fn lines(app: &App) -> Vec<Line<'static>> {
    let width = usize::from(layout::areas(app).body.width.saturating_sub(FRAME)).max(8);
    let style = app.theme.style(Role::Text);
    let written = app.output.iter().flat_map(|output| output.text.lines());
    // Wrapped once it is clean: what is cut in two could be read anew.
    let wrapped = written.flat_map(|line| {
        let clean = text::clean(line).into_owned();
        textwrap::wrap(&clean, width).into_iter().map(std::borrow::Cow::into_owned).collect::<Vec<_>>()
    });
    wrapped.map(|line| Line::styled(line, style)).collect()
}

/// Draws the output from line `top` on.
pub fn draw(app: &App, top: usize, area: Rect, buf: &mut Buffer) {
    let lines = lines(app);
    let shown = lines.len().min(usize::from(area.height.saturating_sub(2)));
    let below = lines.len().saturating_sub(top + shown);
    let more = if below > 0 { format!(" {below} more ↓ ") } else { String::new() };
    let title = app.output.as_ref().map_or("", |output| &output.title);
    let title = format!(" {} ", text::cut(title, usize::from(area.width.saturating_sub(FRAME))));
    let Some(inner) = popup(&app.theme, area, (area.width, lines.len()), &title, more, buf) else {
        return;
    };
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    put_lines(buf, inner, &lines, top);
}
