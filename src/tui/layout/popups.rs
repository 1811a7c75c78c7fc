//! The lines of what is shown before it is done: what a file would bring, and what becomes of marked accounts.

use crate::tui::model::bulk::BulkPanel;
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
