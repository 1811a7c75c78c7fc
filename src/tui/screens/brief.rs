//! An account in a few lines, for the minute before a call.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::prose::brief::{Brief, BriefContext, BriefLine, LINES, brief};
use crate::text;
use crate::tui::canvas::{hanging, text_popup};
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

/// What gets the lines that are left first: a person's own words are the longest, and say most.
const LONGEST: [&str; 2] = ["Note", "Observed"];

/// How many lines there are, without the title, which stands in the frame.
pub(super) fn height(app: &App) -> usize {
    of_focused(app).map_or(0, |brief| lines(app, &brief, width(layout::areas(app).body)).len())
}

/// How wide the frame is.
fn width(area: Rect) -> u16 {
    area.width.min(WIDEST)
}

/// The lines in a frame of `width` cells: as many as a brief may have. Those that are left go to what is longer than one.
fn lines(app: &App, brief: &Brief, width: u16) -> Vec<Line<'static>> {
    let theme = &app.theme;
    // With room for a mark behind what is cut.
    let room = usize::from(width.saturating_sub(FRAME + 2));
    let whole = brief.lines.iter().map(|BriefLine { label, text }| {
        let role = if *label == "Alert" { Role::Danger } else { Role::Dim };
        let label = Span::styled(text::fit(label, LABEL), theme.style(role));
        move |most| hanging(&label, text, theme.style(Role::Text), room, most)
    });
    let whole: Vec<_> = whole.collect();
    let mut most = vec![1; whole.len()];
    let mut left = (LINES - 1).saturating_sub(whole.len());
    let is_long = |at: &usize| LONGEST.contains(&brief.lines[*at].label);
    let (first, then): (Vec<usize>, Vec<usize>) = (0..whole.len()).partition(is_long);
    for at in first.into_iter().chain(then) {
        let more = (whole[at](usize::MAX).len() - 1).min(left);
        (most[at], left) = (1 + more, left - more);
    }
    whole.iter().zip(most).flat_map(|(line, most)| line(most)).collect()
}

/// Draws the brief from line `top` on.
pub fn draw(app: &App, top: usize, area: Rect, buf: &mut Buffer) {
    let brief = of_focused(app);
    let title = brief.as_ref().map_or_else(|| "No account".to_owned(), |brief| brief.title.clone());
    let lines = brief.map_or_else(Vec::new, |brief| lines(app, &brief, width(area)));
    text_popup(&app.theme, area, (width(area), top), &text::clean(&title), &lines, buf);
}
