//! What a program of a team's own wrote.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::text;
use crate::tui::canvas::text_popup;
use crate::tui::layout;
use crate::tui::model::app::App;
use crate::tui::theme::Role;

/// The cells left and right of the text: the frame, and a space.
const FRAME: u16 = 4;

/// The output in lines as wide as the pane.
pub(in crate::tui) fn lines(app: &App) -> Vec<Line<'static>> {
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
    let title = app.output.as_ref().map_or("", |output| &output.title);
    text_popup(&app.theme, area, (area.width, top), title, &lines(app), buf);
}
