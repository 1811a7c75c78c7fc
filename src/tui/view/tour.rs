//! The box that says what to do next in the tour.

use ratatui::buffer::Buffer;
use ratatui::text::Line;

use crate::tui::canvas::{beside_frame, framed, put_lines};
use crate::tui::input::action::Action;
use crate::tui::layout::tour::{TourBox, placed};
use crate::tui::model::app::App;
use crate::tui::model::tour::Tour;
use crate::tui::theme::Role;

pub(super) fn draw(app: &App, buf: &mut Buffer) {
    let (Some(tour), Some(TourBox { area, lines })) = (&app.tour, placed(app)) else { return };
    let title = format!(" Tour · {} of {} ", tour.number(), Tour::steps().len());
    let key = |action| app.board_key(action).unwrap_or_default();
    let below = format!(" {} skips this · {} ends the tour ", key(Action::TourSkip), key(Action::TourEnd));
    let Some(inner) = framed(&app.theme, Role::Accent, area, &title, below, buf) else { return };
    let style = app.theme.style(Role::Text);
    let lines: Vec<Line<'_>> = lines.into_iter().map(|line| Line::styled(line, style)).collect();
    put_lines(buf, beside_frame(inner), &lines, 0);
}
