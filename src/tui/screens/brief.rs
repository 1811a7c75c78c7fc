//! An account in a few lines, for the minute before a call.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::prose::brief::{Brief, BriefContext, BriefLine, brief};
use crate::text;
use crate::tui::canvas::text_popup;
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

/// How many lines there are, without the title, which stands in the frame.
pub(super) fn height(app: &App) -> usize {
    of_focused(app).map_or(0, |brief| brief.lines.len())
}

/// Draws the brief from line `top` on.
pub fn draw(app: &App, top: usize, area: Rect, buf: &mut Buffer) {
    let theme = &app.theme;
    let (title, lines) = of_focused(app)
        .map_or_else(|| ("No account".to_owned(), Vec::new()), |brief| (brief.title, brief.lines));
    let width = area.width.min(WIDEST);
    let room = usize::from(width.saturating_sub(FRAME)).saturating_sub(LABEL);
    let line = |BriefLine { label, text }: BriefLine| {
        let role = if label == "Alert" { Role::Danger } else { Role::Dim };
        let words = text::cut_between_words(&text::clean(&text), room).into_owned();
        Line::from(vec![
            Span::styled(text::fit(label, LABEL), theme.style(role)),
            Span::styled(words, theme.style(Role::Text)),
        ])
    };
    let lines: Vec<Line<'_>> = lines.into_iter().map(line).collect();
    text_popup(theme, area, (width, top), &text::clean(&title), &lines, buf);
}
