//! A question that one key or a typed line answers, near what it is about.

use ratatui::buffer::Buffer;
use ratatui::layout::Position;

use super::status::ask;
use crate::text;
use crate::tui::canvas::{beside_frame, framed, put};
use crate::tui::layout::choices::question_title;
use crate::tui::layout::question::placed;
use crate::tui::model::app::App;
use crate::tui::model::prompt::Prompt;
use crate::tui::theme::Role;

/// Draws the box of what is asked, if it has one; where the cursor belongs when something is being typed.
pub(super) fn draw(app: &App, buf: &mut Buffer) -> Option<Position> {
    let placed = placed(app)?;
    let theme = &app.theme;
    let (title, role, input) = match &app.prompt {
        Some(Prompt::Line(asked)) => (question_title(&asked.label), Role::Warning, Some(&asked.input)),
        _ => ("", Role::Accent, None),
    };
    let room = usize::from(placed.area.width.saturating_sub(4));
    let title = if title.is_empty() { String::new() } else { format!(" {} ", text::cut(title, room)) };
    let inner = beside_frame(framed(theme, Role::Accent, placed.area, &title, String::new(), buf)?);
    let mut rows = inner.rows();
    for (line, row) in placed.lines.iter().zip(rows.by_ref()) {
        put(buf, row, row.x, row.y, line, theme.style(role));
    }
    Some(ask(app, rows.next()?, buf, "", input?, ""))
}
