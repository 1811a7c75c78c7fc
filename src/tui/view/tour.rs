//! The box that says what to do next in the tour.

use ratatui::buffer::Buffer;
use ratatui::text::{Line, Span};

use crate::tui::canvas::{beside_frame, framed, put_lines};
use crate::tui::input::action::Action;
use crate::tui::layout::tour::{TourBox, keys_in, placed};
use crate::tui::model::app::App;
use crate::tui::model::tour::Tour;
use crate::tui::theme::Role;

pub(super) fn draw(app: &App, buf: &mut Buffer) {
    let (Some(tour), Some(TourBox { area, lines })) = (&app.tour, placed(app)) else { return };
    let title = format!(" Tour · {} of {} ", tour.number(), Tour::steps().len());
    let key = |action| app.board_key(action).unwrap_or_default();
    let below = format!(" {} skips this · {} ends the tour ", key(Action::TourSkip), key(Action::TourEnd));
    let Some(inner) = framed(&app.theme, Role::Accent, area, &title, below, buf) else { return };
    let keys = keys_in(app, &tour.step().says);
    let lines: Vec<Line<'_>> = lines.iter().map(|line| lit(app, line, &keys)).collect();
    put_lines(buf, beside_frame(inner), &lines, 0);
}

/// A line of the tour, whose keys look like all others.
fn lit<'a>(app: &App, line: &'a str, keys: &[String]) -> Line<'a> {
    let (text, accent) = (app.theme.style(Role::Text), app.theme.style(Role::Accent));
    let stands_alone = |at: usize, key: &str| {
        let is_word = |c: char| c.is_alphanumeric();
        !line[..at].ends_with(is_word) && !line[at + key.len()..].starts_with(is_word)
    };
    let mut spans = Vec::new();
    let mut from = 0;
    let found = keys.iter().flat_map(|key| line.match_indices(key.as_str()));
    let mut found: Vec<(usize, &str)> = found.filter(|(at, key)| stands_alone(*at, key)).collect();
    // Of two that begin alike, the longer one is meant.
    found.sort_by_key(|(at, key)| (*at, std::cmp::Reverse(key.len())));
    for (at, key) in found {
        if at >= from {
            spans.extend([Span::styled(&line[from..at], text), Span::styled(key, accent)]);
            from = at + key.len();
        }
    }
    spans.push(Span::styled(&line[from..], text));
    Line::from(spans)
}
