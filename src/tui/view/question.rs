//! A question that one key or a typed line answers, near what it is about.

use ratatui::buffer::Buffer;
use ratatui::layout::Position;

use super::status::{ask, remark_role};
use crate::tui::canvas::{beside_frame, framed, put};
use crate::tui::layout::question::placed;
use crate::tui::model::app::App;
use crate::tui::model::prompt::Prompt;
use crate::tui::theme::Role;

/// Draws the box of what is asked, if it has one; where the cursor belongs when something is being typed.
pub(super) fn draw(app: &App, buf: &mut Buffer) -> Option<Position> {
    let placed = placed(app)?;
    let theme = &app.theme;
    let input = if let Some(Prompt::Line(asked)) = &app.prompt { Some(&asked.input) } else { None };
    let title = if placed.title.is_empty() { String::new() } else { format!(" {} ", placed.title) };
    let inner = beside_frame(framed(theme, Role::Accent, placed.area, &title, String::new(), buf)?);
    let mut rows = inner.rows();
    for (line, row) in placed.asked.iter().zip(rows.by_ref()) {
        put(buf, row, row.x, row.y, line, theme.style(Role::Accent));
    }
    let cursor = ask(app, rows.next()?, buf, "", input?, "");
    for (line, row) in placed.remark.iter().zip(rows) {
        put(buf, row, row.x, row.y, line, theme.style(remark_role(app)));
    }
    Some(cursor)
}
