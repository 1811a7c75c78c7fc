//! The palette, over what it was asked in.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::text;
use crate::tui::canvas::{focus_bar, popup, put};
use crate::tui::model::app::App;
use crate::tui::model::focus::scrolled;
use crate::tui::model::palette::Palette;
use crate::tui::theme::Role;

const WIDTH: u16 = 84;

/// How many items are in view at most: more than one reads.
const LINES: usize = 20;

/// The cells of what an item is, and of its keys.
const KIND: usize = 12;
const KEYS: usize = 16;

pub(super) fn draw(app: &App, palette: &Palette, area: Rect, buf: &mut Buffer) {
    let theme = app.setup.theme;
    let lines = palette.found.len().clamp(1, LINES);
    let below = palette.found.len().saturating_sub(palette.row.max(lines - 1) + 1);
    let more = if below > 0 { format!(" {below} more ↓ ") } else { String::new() };
    let Some(inner) = popup(theme, area, (WIDTH, lines), " Find ", more, buf) else { return };
    if palette.found.is_empty() {
        put(buf, inner, inner.x + 1, inner.y, "Nothing is called that", theme.style(Role::Dim));
    }
    let visible = usize::from(inner.height).max(1);
    let first = scrolled(0, palette.row, visible, palette.found.len());
    let keys = if inner.width > 60 { KEYS } else { 0 };
    for ((at, item), row) in palette.found.iter().enumerate().skip(first).zip(inner.rows()) {
        let chosen = at == palette.row;
        if chosen {
            focus_bar(theme, row, buf);
        }
        let room = usize::from(row.width).saturating_sub(KIND + keys + 4);
        let role = match (&item.refused, chosen) {
            (_, true) => Role::Selection,
            (Some(_), false) => Role::Dim,
            (None, false) => Role::Text,
        };
        let words = match &item.refused {
            Some(why) => format!("{} · {why}", item.label),
            None => item.label.clone(),
        };
        let x = put(buf, row, row.x + 1, row.y, &text::fit(item.kind, KIND), theme.style(Role::Dim)) + 1;
        let x = put(buf, row, x, row.y, &text::fit(&words, room), theme.style(role)) + 1;
        if keys > 0 {
            put(buf, row, x, row.y, &text::fit_right(&item.keys, keys), theme.style(Role::Accent));
        }
    }
}
