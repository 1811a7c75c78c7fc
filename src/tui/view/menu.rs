//! A menu over what it is about.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::text;
use crate::tui::canvas::{focus_bar, popup, put};
use crate::tui::model::menu::Menu;
use crate::tui::theme::{Role, Theme};

/// The narrowest a menu is, where there is room: short answers look lost in less.
const MIN_WIDTH: usize = 32;

/// Draws `menu` in the middle of `area`, as wide as its answers need.
pub(super) fn draw(theme: Theme, menu: &Menu, area: Rect, buf: &mut Buffer) {
    let lines: Vec<String> = menu.items.iter().map(|item| format!("{} {}", item.key, item.label)).collect();
    let title = format!(" {} ", menu.title);
    let widest = lines.iter().map(|line| text::width(line)).max().unwrap_or(0).max(text::width(&title));
    // A frame, the bar of the chosen line, and a cell after the longest.
    let width = u16::try_from((widest + 4).max(MIN_WIDTH)).unwrap_or(u16::MAX);
    let Some(inner) = popup(theme, area, (width, lines.len()), &title, String::new(), buf) else { return };
    let first = (menu.row + 1).saturating_sub(usize::from(inner.height));
    for ((at, words), row) in lines.iter().enumerate().skip(first).zip(inner.rows()) {
        let words = text::fit(words, usize::from(row.width.saturating_sub(1)));
        let role = if at == menu.row { Role::Selection } else { Role::Text };
        put(buf, row, row.x + 1, row.y, &words, theme.style(role));
        if at == menu.row {
            focus_bar(theme, row, buf);
        }
    }
}
