//! The line over the columns that draws buckets together.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::text;
use crate::tui::layout::VisibleColumns;
use crate::tui::model::app::App;
use crate::tui::model::columns::ColumnId;
use crate::tui::theme::Role;
use crate::tui::view::put;

/// The bucket of a column; nothing for labels nobody knows.
pub(super) fn bucket(app: &App, column_id: ColumnId) -> Option<&str> {
    app.stage(column_id).map(|stage| &*stage.bucket)
}

/// Draws the band over `columns`: each bucket's number and a line as long as its columns, and how many columns lie
/// to either side.
pub(super) fn draw(app: &App, columns: &VisibleColumns, area: Rect, buf: &mut Buffer) {
    let style = app.setup.theme.style(Role::Border);
    let ends: Vec<_> = columns.placed.iter().map(|placed| placed.area.right()).collect();
    for group in columns.placed.chunk_by(|a, b| bucket(app, a.column_id) == bucket(app, b.column_id)) {
        let (first, last) = (group[0], group[group.len() - 1]);
        let width = last.area.right() - first.area.x;
        let name = bucket(app, first.column_id).map_or("?", |bucket| bucket);
        let line = format!("─{}", "─".repeat(usize::from(width)));
        let row = Rect { x: first.area.x, width, ..area };
        put(buf, row, row.x, area.y, &line, style);
        if group.len() > 1 || !first.sliver {
            put(buf, row, row.x + 1, area.y, &format!(" {} ", text::clean(name)), style);
        }
    }
    let hint = app.setup.theme.style(Role::Accent);
    if columns.first > 0 {
        put(buf, area, area.x, area.y, &format!("‹{} ", columns.first), hint);
    }
    if columns.beyond > 0 {
        let more = format!(" {}›", columns.beyond);
        let width = u16::try_from(text::width(&more)).unwrap_or(0);
        let end = ends.last().copied().unwrap_or(area.right());
        put(buf, area, end.saturating_sub(width).max(area.x), area.y, &more, hint);
    }
}
