//! The first screen of all: what this is, and the two keys to begin with.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::text;
use crate::tui::canvas::put_lines;
use crate::tui::layout::middle;
use crate::tui::model::app::App;
use crate::tui::theme::Role;

const WIDTH: u16 = 66;

/// What to see while nothing is known.
pub(super) fn draw(app: &App, area: Rect, buf: &mut Buffer) {
    let theme = &app.theme;
    let width = usize::from(WIDTH.min(area.width.saturating_sub(2))).max(8);
    let paragraph = |role, words: &'static str| {
        let indent = if words.starts_with(' ') { "    " } else { "" };
        let parts = textwrap::wrap(words, textwrap::Options::new(width).subsequent_indent(indent));
        parts.into_iter().map(move |part| Line::styled(part, theme.style(role))).collect::<Vec<_>>()
    };
    let key = |what: &str, place: &'static str| {
        let what = text::clean(what).into_owned();
        let parts = [(what, Role::Accent), ("   ".to_owned(), Role::Text), (place.to_owned(), Role::Text)];
        vec![Line::from_iter(parts.map(|(words, role)| Span::styled(words, theme.style(role))))]
    };
    let program = &app.setup.program;
    let lines = [
        paragraph(Role::Header, "A board for customer onboarding"),
        paragraph(
            Role::Text,
            "See which accounts need a person today, and work through them with the keyboard. One column per \
             stage, one card per account; every change is on disk before you see it.",
        ),
        paragraph(Role::Text, ""),
        paragraph(Role::Text, "There are no accounts yet. Two keys to start:"),
        paragraph(Role::Text, ""),
        key("i", "imports your accounts"),
        paragraph(
            Role::Dim,
            "    from a CSV or JSON export. It says first what it would do. The same in another terminal:",
        ),
        key(&format!("    {program} import FILE"), ""),
        paragraph(Role::Text, ""),
        key("d", "shows a demo board"),
        paragraph(Role::Dim, "    to try every key on. Nothing of it is saved."),
        paragraph(Role::Text, ""),
        paragraph(Role::Dim, app.setup.kept_in.0),
        // Never broken, so that it can be copied.
        vec![Line::raw(text::clean(&app.setup.kept_in.1))],
    ]
    .concat();
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    put_lines(buf, middle(area, WIDTH, height), &lines, 0);
}
