//! A question with a few answers to choose from.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;
use ratatui::widgets::{Block, BorderType, Widget};

use super::{middle, put, wipe};
use crate::text;
use crate::tui::model::app::App;
use crate::tui::model::columns::Sort;
use crate::tui::theme::Role;

/// What to sort by, with the answer on `line` chosen.
pub(super) struct Menu<'a> {
    pub(super) app: &'a App,
    pub(super) line: usize,
}

impl Widget for Menu<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let Self { app, line } = self;
        let area = middle(area, 32, u16::try_from(Sort::ALL.len() + 2).unwrap_or(u16::MAX));
        if area.width < 4 || area.height < 3 {
            return;
        }
        wipe(buf, area);
        let theme = &app.setup.theme;
        let block = Block::bordered()
            .border_type(BorderType::Rounded)
            .border_style(theme.style(Role::Border))
            .title(Span::styled(" Sort by ", theme.style(Role::Accent)));
        let inner = block.inner(area);
        block.render(area, buf);
        for ((at, sort), row) in Sort::ALL.iter().enumerate().zip(inner.rows()) {
            let (mark, role) = if at == line { ("▌", Role::Selection) } else { (" ", Role::Text) };
            put(buf, row, row.x, row.y, mark, theme.style(Role::Accent));
            let words =
                text::fit(&format!("{} {}", at + 1, sort.title()), usize::from(row.width.saturating_sub(1)));
            put(buf, row, row.x + 1, row.y, &words, theme.style(role));
        }
    }
}
