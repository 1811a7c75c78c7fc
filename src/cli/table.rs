//! Rows and columns: aligned for the eye, or plain for a pipe.

use std::io::{self, Write};

use super::out::{Out, Role};
use crate::text;

/// The space between two columns.
const GAP: &str = "  ";

/// What a column is called, and how its cells stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its title.
    pub title: &'static str,
    /// Whether its cells stand at the right, as numbers do.
    pub right: bool,
    /// How narrow it may become where room is short; nothing when its cells are useless if cut.
    pub least: Option<usize>,
}

impl Column {
    /// A column of whole texts.
    pub const fn text(title: &'static str) -> Self {
        Self { title, right: false, least: None }
    }

    /// A column of texts that may be cut to `least` cells.
    pub const fn cut(title: &'static str, least: usize) -> Self {
        Self { title, right: false, least: Some(least) }
    }

    /// A column of numbers.
    pub const fn number(title: &'static str) -> Self {
        Self { title, right: true, least: None }
    }
}

/// A cell: its text, and what it is.
pub type Cell = (String, Role);

/// Rows of cells under titles. Cells are cleaned here, so they may hold any text.
#[derive(Debug)]
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// A table without rows.
    pub fn new(columns: &[Column]) -> Self {
        Self { columns: columns.to_vec(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        let clean = |(text, role): Cell| (text::clean(&text).into_owned(), role);
        self.rows.push(cells.into_iter().map(clean).collect());
    }

    /// Writes it: aligned within the terminal's width, or one line per row with a tab between cells.
    ///
    /// # Errors
    /// When nobody reads any more, or the system refuses.
    pub fn write(&self, out: &mut Out) -> io::Result<()> {
        let titles = self.columns.iter().map(|column| (column.title.to_owned(), Role::Title)).collect();
        let lines = std::iter::once(&titles).chain(&self.rows);
        if !out.aligned {
            for line in lines {
                let cells: Vec<_> = line.iter().map(|(text, _)| text.as_str()).collect();
                writeln!(out, "{}", cells.join("\t"))?;
            }
            return Ok(());
        }
        let widths = self.widths(out.width);
        for line in lines {
            let mut shown: Vec<_> =
                line.iter().zip(&self.columns).zip(&widths).filter(|(_, width)| **width > 0).collect();
            // No spaces at the end of a line.
            while shown.len() > 1 && shown.last().is_some_and(|(((text, _), _), _)| text.is_empty()) {
                shown.pop();
            }
            for (place, (((text, role), column), width)) in shown.iter().enumerate() {
                let last = place + 1 == shown.len();
                let cell = match (column.right, last) {
                    (true, _) => text::fit_right(text, **width),
                    (false, false) => text::fit(text, **width),
                    (false, true) => text::cut(text, **width).into_owned(),
                };
                out.paint(*role, &cell)?;
                out.write_all(if last { b"\n" } else { GAP.as_bytes() })?;
            }
        }
        Ok(())
    }

    /// How wide each column is, so that a line fits into `room`. Columns with nothing in them go first; then those
    /// that may be cut give way, the widest first; then columns go, the last first. 0 is a column not shown.
    fn widths(&self, room: Option<usize>) -> Vec<usize> {
        let widest = |(place, column): (usize, &Column)| {
            let cells = self.rows.iter().filter_map(|row| row.get(place)).map(|(cell, _)| text::width(cell));
            cells.max().unwrap_or(0).max(text::width(column.title))
        };
        let mut widths: Vec<_> = self.columns.iter().enumerate().map(widest).collect();
        let Some(room) = room else { return widths };
        let taken = |widths: &[usize]| {
            let shown = widths.iter().filter(|width| **width > 0).count();
            widths.iter().sum::<usize>() + GAP.len() * shown.saturating_sub(1)
        };
        for place in (1..widths.len()).rev() {
            let says_nothing =
                self.rows.iter().all(|row| row.get(place).is_none_or(|(cell, _)| cell.is_empty()));
            if taken(&widths) > room && says_nothing {
                widths[place] = 0;
            }
        }
        while taken(&widths) > room {
            let can_give = self.columns.iter().zip(&mut widths).filter_map(|(column, width)| {
                let least = column.least?;
                (*width > least).then_some(width)
            });
            if let Some(width) = can_give.max_by_key(|width| **width) {
                *width -= 1;
            } else if let Some(last) = widths.iter().skip(1).rposition(|width| *width > 0) {
                widths[last + 1] = 0;
            } else {
                break;
            }
        }
        widths
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_fits_its_terminal_whatever_its_width() {
        let mut table = Table::new(&[
            Column::cut("NAME", 6),
            Column::text("ID"),
            Column::number("MONEY"),
            Column::text("EMPTY"),
            Column::cut("OWNER", 4),
        ]);
        let cell = |text: &str| (text.to_owned(), Role::Plain);
        table.row(["株式会社テスト", "A-1", "$1,234", "", "dana@example.com"].map(cell));
        for (room, widths) in [
            (None, [14, 3, 6, 5, 16]),
            (Some(60), [14, 3, 6, 5, 16]),
            (Some(51), [14, 3, 6, 0, 16]),
            (Some(45), [14, 3, 6, 0, 16]),
            (Some(40), [13, 3, 6, 0, 12]),
            (Some(25), [6, 3, 6, 0, 4]),
            (Some(24), [6, 3, 6, 0, 0]),
            (Some(10), [6, 0, 0, 0, 0]),
            (Some(1), [6, 0, 0, 0, 0]),
        ] {
            assert_eq!(table.widths(room), widths, "{room:?}");
        }
    }
}
