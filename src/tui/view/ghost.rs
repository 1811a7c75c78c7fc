//! The card that the mouse carries: a line beside the mouse that says where it would go, or why it would not.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::text;
use crate::tui::canvas::put;
use crate::tui::model::app::App;
use crate::tui::theme::Role;

/// Draws it within `area`.
pub(super) fn draw(app: &App, area: Rect, buf: &mut Buffer) {
    let Some(dragged) = &app.dragged else { return };
    let (x, y) = dragged.cell;
    let to = dragged.over.filter(|over| *over != dragged.from);
    let to = to.and_then(|over| app.stage(over)).map(|stage| text::clean(stage.id.as_str()).into_owned());
    let (words, role) = match (&dragged.refused, to) {
        (Some(why), Some(to)) => (format!(" ✗ {} → {to}: {why} ", dragged.name), Role::Warning),
        (Some(why), None) => (format!(" ✗ {}: {why} ", dragged.name), Role::Warning),
        (None, Some(to)) => (format!(" {} → {to} ", dragged.name), Role::Selection),
        (None, None) => (format!(" {} ", dragged.name), Role::Selection),
    };
    let words = text::cut(&text::clean(&words), usize::from(area.width)).into_owned();
    let width = u16::try_from(text::width(&words)).unwrap_or(area.width);
    // Right of the mouse, so that one sees what lies under it; at the edge, as far as there is room.
    let x = (x + 1).min(area.right().saturating_sub(width)).max(area.x);
    if (area.y..area.bottom()).contains(&y) {
        put(buf, area, x, y, &words, app.theme.style(role));
    }
}
