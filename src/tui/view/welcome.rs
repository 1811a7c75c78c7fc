//! The first screen of all: what this is, and the two things to do.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::text;
use crate::tui::canvas::{middle, put_lines};
use crate::tui::model::app::App;
use crate::tui::theme::Role;

/// What to see while nothing is known.
pub(super) struct Welcome<'a>(pub(super) &'a App);

const WIDTH: u16 = 66;

/// A paragraph, or something to do and where.
enum Item {
    Say(Role, String),
    Do(&'static str, &'static str),
    /// Never broken, so that it can be copied.
    Path(String),
}

fn items(app: &App) -> Vec<Item> {
    let say = |role, words: &str| Item::Say(role, words.to_owned());
    vec![
        say(Role::Header, "A board for customer onboarding"),
        say(
            Role::Text,
            "See which accounts need a person today, and work through them with the keyboard. One column per \
             stage, one card per account; every change is on disk before you see it.",
        ),
        say(Role::Text, ""),
        say(Role::Text, "There are no accounts yet. Two ways to start:"),
        say(Role::Text, ""),
        Item::Do("gangplank import FILE", "in another terminal"),
        say(
            Role::Dim,
            "  reads a CSV or JSON export of your accounts; with --dry-run it only says what it would do. This \
             screen fills by itself.",
        ),
        say(Role::Text, ""),
        Item::Do("d", "here"),
        say(Role::Dim, "  shows a demo board to try every key on. Nothing of it is saved."),
        say(Role::Text, ""),
        say(Role::Dim, "Everything stays on this machine, in"),
        Item::Path(app.setup.data_dir.clone()),
    ]
}

impl Widget for Welcome<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let Self(app) = self;
        let theme = &app.setup.theme;
        let width = usize::from(WIDTH.min(area.width.saturating_sub(2))).max(8);
        let mut lines: Vec<Line<'static>> = Vec::new();
        for item in items(app) {
            match item {
                Item::Say(role, words) => {
                    let words = text::clean(&words);
                    let indent = if words.starts_with(' ') { "  " } else { "" };
                    let parts =
                        textwrap::wrap(&words, textwrap::Options::new(width).subsequent_indent(indent));
                    let style = theme.style(role);
                    lines.extend(parts.into_iter().map(|part| Line::styled(part.into_owned(), style)));
                }
                Item::Path(path) => {
                    lines.push(Line::styled(text::clean(&path).into_owned(), theme.style(Role::Text)));
                }
                Item::Do(what, place) => lines.push(Line::from(vec![
                    Span::styled(what, theme.style(Role::Accent)),
                    Span::raw("   "),
                    Span::styled(place, theme.style(Role::Dim)),
                ])),
            }
        }
        let height = u16::try_from(lines.len()).unwrap_or(u16::MAX);
        put_lines(buf, middle(area, WIDTH, height), &lines, 0);
    }
}
