//! The box that says what to do next in the tour.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::tui::canvas::{beside_frame, framed, put_lines};
use crate::tui::input::action::Action;
use crate::tui::model::app::App;
use crate::tui::model::tour::Tour;
use crate::tui::theme::Role;

const WIDTH: u16 = 62;

/// Draws the box in the lower right corner of `area`.
pub(super) fn draw(app: &App, area: Rect, buf: &mut Buffer) {
    let Some(tour) = &app.tour else { return };
    let width = WIDTH.min(area.width);
    let words = words(app, &tour.step().says);
    let wrapped = textwrap::wrap(&words, usize::from(width.saturating_sub(4)).max(8));
    let style = app.theme.style(Role::Text);
    let lines: Vec<Line<'_>> = wrapped.into_iter().map(|part| Line::styled(part, style)).collect();
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX).min(area.height);
    let area = Rect { x: area.right() - width, y: area.bottom() - height, width, height };
    let title = format!(" Tour · {} of {} ", tour.number(), Tour::steps().len());
    let key = |action| app.board_key(action).unwrap_or_default();
    let below = format!(" {} skips this · {} ends the tour ", key(Action::TourSkip), key(Action::TourEnd));
    let Some(inner) = framed(&app.theme, Role::Accent, area, &title, below, buf) else { return };
    put_lines(buf, beside_frame(inner), &lines, 0);
}

/// `says` with the keys of the actions in it.
pub(in crate::tui) fn words(app: &App, says: &str) -> String {
    let mut words = String::new();
    let mut rest = says;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        let key = Action::named(name).and_then(|action| app.board_key(action));
        words.extend([before, key.as_deref().unwrap_or(name)]);
        rest = after;
    }
    words + rest
}
