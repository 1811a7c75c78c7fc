//! An account in a few lines, for the minute before a call.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::prose::brief::{Brief, BriefContext, brief};
use crate::text;
use crate::tui::canvas::{popup, put_lines};
use crate::tui::layout;
use crate::tui::model::app::App;
use crate::tui::theme::Role;

/// The cells left and right of the text: the frame, and a space.
const FRAME: u16 = 4;
/// The width of the labels.
const LABEL: usize = 13;
/// From this width of the screen on, a long line is not much longer than one reads at a glance.
const WIDEST: u16 = 100;

/// The brief of the focused account; nothing where none is chosen.
pub fn of_focused(app: &App) -> Option<Brief> {
    let rules = app.setup.attention_rules();
    let context = BriefContext { board: &app.board, roster: app.roster(), rules: &rules, now: app.now };
    app.focused().map(|account| brief(account, &context))
}

/// Its lines without the title, which stands in the frame.
pub(super) fn lines(app: &App) -> Vec<Line<'static>> {
    let theme = &app.theme;
    let room = usize::from(width(app).saturating_sub(FRAME)).saturating_sub(LABEL);
    let lines = of_focused(app).map(|brief| brief.lines).unwrap_or_default();
    let line = |line: crate::prose::brief::BriefLine| {
        let role = if line.label == "Alert" { Role::Danger } else { Role::Dim };
        let words = text::cut_between_words(&text::clean(&line.text), room).into_owned();
        Line::from(vec![
            Span::styled(text::fit(line.label, LABEL), theme.style(role)),
            Span::styled(words, theme.style(Role::Text)),
        ])
    };
    lines.into_iter().map(line).collect()
}

fn width(app: &App) -> u16 {
    layout::areas(app).body.width.min(WIDEST)
}

/// Draws the brief from line `top` on.
pub fn draw(app: &App, top: usize, area: Rect, buf: &mut Buffer) {
    let lines = lines(app);
    let shown = lines.len().min(usize::from(area.height.saturating_sub(2)));
    let below = lines.len().saturating_sub(top + shown);
    let more = if below > 0 { format!(" {below} more ↓ ") } else { String::new() };
    let title = of_focused(app).map_or_else(|| "No account".to_owned(), |brief| brief.title);
    let width = width(app);
    let title = text::clean(&title);
    let title = format!(" {} ", text::cut(&title, usize::from(width.saturating_sub(FRAME))));
    let Some(inner) = popup(&app.theme, area, (width, lines.len()), &title, more, buf) else { return };
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    put_lines(buf, inner, &lines, top);
}
