//! How a sequence of keys that was begun may go on.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::text;
use crate::tui::canvas::{popup, put};
use crate::tui::model::app::App;
use crate::tui::model::which_key;
use crate::tui::theme::Role;

/// Between two columns, and between the keys and what they do.
const GAP: usize = 2;

/// Draws the keys in the lower right corner of `list`, or of `all` where they have no room in that, in as many columns as it takes;
/// those that fit are shown.
pub(super) fn draw(app: &App, (list, all): (Rect, Rect), buf: &mut Buffer) {
    let theme = &app.theme;
    let rows = which_key::continuations(app);
    if rows.is_empty() {
        return;
    }
    let rows: Vec<(String, &str)> = rows.into_iter().map(|(keys, words)| (keys.to_string(), words)).collect();
    let widest = |of: fn(&(String, &str)) -> usize| rows.iter().map(of).max().unwrap_or(0);
    let keys_width = widest(|(keys, _)| text::width(keys));
    let column = keys_width + GAP + widest(|(_, words)| text::width(words)) + GAP;
    let most = usize::from(all.height.saturating_sub(2)).max(1);
    let columns = rows.len().div_ceil(most);
    let lines = rows.len().div_ceil(columns);
    // A frame, and a cell before the first column.
    let (width, height) = (columns * column + 3, lines + 2);
    let area = if width <= usize::from(list.width) { list } else { all };
    let width = u16::try_from(width).unwrap_or(u16::MAX).min(area.width);
    let height = u16::try_from(height).unwrap_or(u16::MAX).min(area.height);
    let corner = Rect { x: area.right() - width, y: area.bottom() - height, width, height };
    let begun: Vec<String> = app.begun_keys.iter().map(ToString::to_string).collect();
    let title = format!(" {} … ", begun.join(" "));
    let Some(inner) = popup(theme, corner, (width, lines), &title, String::new(), buf) else { return };
    for (at, (keys, words)) in rows.iter().enumerate() {
        let (x, y) = (at / lines * column + 1, at % lines);
        let x = inner.x.saturating_add(u16::try_from(x).unwrap_or(u16::MAX));
        let y = inner.y.saturating_add(u16::try_from(y).unwrap_or(u16::MAX));
        let keys = text::fit(keys, keys_width + GAP);
        let x = put(buf, inner, x, y, &keys, theme.style(Role::Accent));
        put(buf, inner, x, y, words, theme.style(Role::Text));
    }
}
