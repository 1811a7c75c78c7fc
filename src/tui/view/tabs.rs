//! The first line: the program, the views with how many accounts each means, the day and the person.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::tui::canvas::{put, put_right};
use crate::tui::layout::tabs::{day_and_person, has_name, placed};
use crate::tui::model::app::App;
use crate::tui::theme::Role;

pub(super) fn draw(app: &App, area: Rect, buf: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let theme = &app.theme;
    if has_name(area) {
        put(buf, area, area.x, area.y, " Gangplank ", theme.style(Role::Header));
        put_right(buf, area, &day_and_person(app), theme.style(Role::Dim));
    }
    let current = app.current_tab().filter(|_| app.screen.is_none());
    let filtered = app.filtered_tab().filter(|_| app.screen.is_none());
    let placed = placed(app, area);
    if let Some(first) = placed.tabs.first().filter(|_| placed.before > 0) {
        put(buf, area, first.x - 4, area.y, &format!("‹{} ", placed.before), theme.style(Role::Accent));
    }
    let mut end = area.x;
    for tab in &placed.tabs {
        let role = match Some(tab.at) {
            at if at == current => Role::Selection,
            at if at == filtered => Role::Unfocused,
            _ => Role::Text,
        };
        end = put(buf, area, tab.x, area.y, &tab.words, theme.style(role));
    }
    if placed.beyond > 0 {
        put(buf, area, end, area.y, &format!(" {}›", placed.beyond), theme.style(Role::Accent));
    }
}
