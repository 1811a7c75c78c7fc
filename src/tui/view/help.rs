//! Every key, from the keymap in force.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Widget};

use super::{middle, put_lines, wipe};
use crate::tui::layout::help::{TWICE, WIDTH, columns, height};
use crate::tui::model::app::App;
use crate::tui::theme::Role;

/// The keys, from line `top` on.
pub(super) struct Help<'a> {
    pub(super) app: &'a App,
    pub(super) top: usize,
}

impl Widget for Help<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let Self { app, top } = self;
        let columns = columns(app);
        let lines = height(app);
        let height = u16::try_from(lines + 2).unwrap_or(u16::MAX);
        let area = middle(area, if columns.len() > 1 { TWICE } else { WIDTH }, height);
        if area.width < 4 || area.height < 3 {
            return;
        }
        wipe(buf, area);
        let theme = &app.setup.theme;
        let below = lines.saturating_sub(top + usize::from(area.height - 2));
        let more = if below > 0 { format!(" {below} more ↓ ") } else { String::new() };
        let block = Block::bordered()
            .border_type(BorderType::Rounded)
            .border_style(theme.style(Role::Border))
            .title(Span::styled(" Keys ", theme.style(Role::Accent)))
            .title_bottom(Line::styled(more, theme.style(Role::Dim)).right_aligned());
        let inner = block.inner(area);
        block.render(area, buf);
        let count = u16::try_from(columns.len()).unwrap_or(1);
        let width = inner.width / count;
        for (x, lines) in (inner.x + 1..).step_by(usize::from(width)).zip(&columns) {
            put_lines(buf, Rect { x, width: width.saturating_sub(2), ..inner }, lines, top);
        }
    }
}
