//! The lines of what is shown before it is done: what a file would bring, and what becomes of marked accounts.

use ratatui::layout::Rect;

use super::lines::{ListLine, ListLines};
use super::middle;
use crate::tui::model::app::App;
use crate::tui::model::bulk::BulkPanel;
use crate::tui::model::focus::View;
use crate::tui::model::imports::ImportPanel;
use crate::tui::theme::Role;

/// As wide as a sentence is still easy to read.
const WIDEST_IMPORT: u16 = 100;
const WIDEST_BULK: u16 = 92;

/// Where the words of a line begin, after the count.
const AFTER_COUNT: &str = "        ";

/// What a file would bring, in a frame as wide as the first value says, over `width` cells.
pub fn import_lines(panel: &ImportPanel, width: u16) -> (u16, Vec<String>) {
    let width = WIDEST_IMPORT.min(width);
    let room = usize::from(width.saturating_sub(4)).max(16);
    let wrapped = panel.preview.lines.iter().flat_map(|line| {
        let is_indented = line.starts_with(char::is_whitespace);
        let options = textwrap::Options::new(room).subsequent_indent(if is_indented { "    " } else { "" });
        textwrap::wrap(line, options)
    });
    (width, wrapped.map(std::borrow::Cow::into_owned).collect())
}

/// The part of `area` in whose middle the box of what becomes of marked accounts lies, in `height` lines with its frame:
/// the middle, or where that would hide them, below or above those that are to be seen.
pub fn bulk_room(app: &App, height: u16, area: Rect) -> Rect {
    if app.view == View::Board || app.screen.is_some() {
        return area;
    }
    let lines = ListLines::of(app);
    let in_view = (app.focus.list_top..).take(usize::from(area.height.saturating_sub(1)));
    let rows = app.rows();
    let is_marked = |line: usize| match lines.at(line) {
        Some(ListLine::Row(row)) => rows.get(row).is_some_and(|row| app.marks.contains(&row.id)),
        Some(ListLine::Heading(_)) | None => false,
    };
    let ys: Vec<u16> =
        (area.y + 1..).zip(in_view).filter(|(_, line)| is_marked(*line)).map(|(y, _)| y).collect();
    let hidden = |room: &Rect| {
        let placed = middle(*room, room.width, height);
        ys.iter().filter(|y| (placed.y..placed.bottom()).contains(y)).count()
    };
    let height = height.min(area.height);
    let below = Rect { y: area.bottom() - height, height, ..area };
    let above = Rect { height, ..area };
    [area, below, above].into_iter().min_by_key(hidden).unwrap_or(area)
}

/// The same of what becomes of marked accounts.
pub fn bulk_lines(panel: &BulkPanel, width: u16) -> (u16, Vec<(String, Role)>) {
    let width = WIDEST_BULK.min(width.saturating_sub(2));
    let room = usize::from(width.saturating_sub(4)).max(16);
    let options = textwrap::Options::new(room).subsequent_indent(AFTER_COUNT);
    let wrapped = panel.lines.iter().flat_map(|(words, role)| {
        textwrap::wrap(words, &options).into_iter().map(|line| (line.into_owned(), *role))
    });
    (width, wrapped.collect())
}
