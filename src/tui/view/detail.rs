//! Everything about one account: where it stands, what is known and from where, and how it came here.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;
use ratatui::widgets::{Block, BorderType, Borders, Widget};

use super::{put, put_lines, wipe};
use crate::text;
use crate::tui::input::keymap::InputMode;
use crate::tui::layout::detail::lines;
use crate::tui::model::app::App;
use crate::tui::theme::Role;

/// The focused account, from line `top` on.
pub(super) struct Detail<'a> {
    pub(super) app: &'a App,
    pub(super) top: usize,
}

impl Widget for Detail<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let Self { app, top } = self;
        if area.width < 4 || area.height < 2 {
            return;
        }
        let theme = &app.setup.theme;
        wipe(buf, area);
        let lines = lines(app);
        let name = app.focused().map_or("no account", |account| account.name());
        let title = format!(" {} ", text::cut(&text::clean(name), usize::from(area.width - 4)));
        // Thick lines, so that one sees without colour too where the keys go.
        let has_keys = app.mode() == InputMode::Detail;
        let block = Block::new()
            .borders(Borders::LEFT | Borders::TOP)
            .border_type(if has_keys { BorderType::Thick } else { BorderType::Plain })
            .border_style(theme.style(if has_keys { Role::Accent } else { Role::Border }))
            .title(Span::styled(title, theme.style(Role::Accent)));
        let inner = block.inner(area);
        block.render(area, buf);
        let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
        put_lines(buf, inner, &lines, top);
        let below = lines.len().saturating_sub(top + usize::from(inner.height));
        if below > 0 {
            let more = format!(" {below} more ↓ ");
            let width = u16::try_from(text::width(&more)).unwrap_or(0);
            let x = area.right().saturating_sub(width).max(area.x);
            put(buf, area, x, area.y, &more, theme.style(Role::Dim));
        }
    }
}
