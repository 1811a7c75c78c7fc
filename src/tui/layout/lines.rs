//! The lines under the heading of the list or of today: rows, and in today the headings of its groups.

use super::{areas, list_rows};
use crate::tui::model::app::App;
use crate::tui::model::focus::{View, scrolled};
use crate::tui::model::today::TodaySection;

/// From so many lines on, the groups of today have headings.
const HEADINGS_FROM: u16 = 12;

/// A line of the list or of today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListLine {
    Heading(TodaySection),
    /// A row, by its place among those that are shown.
    Row(usize),
}

/// All lines, whether or not they are in view.
#[derive(Clone, Debug)]
pub struct ListLines {
    /// The groups, each with its first line and its first row. None where groups have no headings.
    sections: Vec<(TodaySection, usize, usize)>,
    rows: usize,
}

impl ListLines {
    pub fn of(app: &App) -> Self {
        let has_headings =
            app.view == View::Today && (areas(app).body.height >= HEADINGS_FROM || app.queue.hides_waiting());
        let sections = if has_headings { app.queue.sections() } else { Vec::new() };
        let (mut line, mut row) = (0, 0);
        let placed = sections.into_iter().map(|section| {
            let placed = (section, line, row);
            (line, row) = (line + 1 + section.rows(), row + section.rows());
            placed
        });
        Self { sections: placed.collect(), rows: app.rows().len() }
    }

    pub fn len(&self) -> usize {
        self.sections.len() + self.rows
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What stands in `line`.
    pub fn at(&self, line: usize) -> Option<ListLine> {
        let Some((section, first, row)) = self.sections.iter().rev().find(|(_, first, _)| *first <= line)
        else {
            return (line < self.rows).then_some(ListLine::Row(line));
        };
        match line - first {
            0 => Some(ListLine::Heading(*section)),
            after => (after <= section.rows()).then_some(ListLine::Row(row + after - 1)),
        }
    }

    /// The line of `row`.
    pub fn line_of(&self, row: usize) -> usize {
        let is_its = |(section, _, first): &&(TodaySection, usize, usize)| {
            (*first..first + section.rows()).contains(&row)
        };
        self.sections.iter().find(is_its).map_or(row, |(_, line, first)| line + 1 + row - first)
    }

    /// How many of the rows stand before `line`.
    pub fn rows_before(&self, line: usize) -> usize {
        let headings = self.sections.iter().filter(|(_, first, _)| *first < line).count();
        line.min(self.len()) - headings
    }

    /// The first line in view so that `row` is, moved no further than needed from `top`. The headings before it are in
    /// view too where there is room, and those after the last one.
    pub fn scrolled(&self, top: usize, row: usize, visible: usize) -> usize {
        let line = self.line_of(row);
        let from = row.checked_sub(1).map_or(0, |before| self.line_of(before) + 1);
        let to = if row + 1 < self.rows { line } else { self.len().saturating_sub(1) };
        [to, from, line].into_iter().fold(top, |top, line| scrolled(top, line, visible, self.len()))
    }

    /// The row a page of `page` lines after `row`, or before it.
    pub fn page_from(&self, row: usize, page: usize, is_down: bool) -> usize {
        let line = self.line_of(row);
        if is_down {
            // The last row that is not beyond the page.
            self.rows_before(line + page + 1).saturating_sub(1).max(row + 1)
        } else {
            self.rows_before(line.saturating_sub(page)).min(row.saturating_sub(1))
        }
    }
}

/// The lines in view, from the top.
pub fn lines_in_view(app: &App) -> impl Iterator<Item = ListLine> {
    let lines = ListLines::of(app);
    (app.focus.list_top..).map_while(move |line| lines.at(line)).take(list_rows(app))
}
