//! The panel that says what a verb would do to the marked accounts.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::tui::canvas::{more_below, popup, put_lines};
use crate::tui::layout::popups::{bulk_lines, bulk_room};
use crate::tui::model::app::App;
use crate::tui::model::bulk::BulkPanel;

/// Draws `panel` in `area`, beside the accounts it is about.
pub(super) fn draw(app: &App, panel: &BulkPanel, area: Rect, buf: &mut Buffer) {
    let theme = &app.theme;
    let (width, lines) = bulk_lines(panel, area.width);
    let lines: Vec<Line<'_>> =
        lines.into_iter().map(|(line, role)| Line::styled(line, theme.style(role))).collect();
    let height = lines.len().min(usize::from(area.height.saturating_sub(2)));
    let below = more_below(lines.len().saturating_sub(panel.top + height));
    let title = format!(" {} ", panel.title);
    let area = bulk_room(app, u16::try_from(height + 2).unwrap_or(u16::MAX), area);
    let Some(inner) = popup(theme, area, (width, height), &title, below, buf) else { return };
    let inner = Rect { width: inner.width.saturating_sub(1), ..inner };
    let last = lines.len().saturating_sub(usize::from(inner.height));
    put_lines(buf, inner, &lines, panel.top.min(last));
}
