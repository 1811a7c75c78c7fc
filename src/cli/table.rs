//! Rows and columns: aligned for the eye, or plain for a pipe.

use std::borrow::Cow;
use std::io::{self, Write};

use super::output::{Output, TextRole};
use crate::text;

/// The space between two columns.
const GAP: &str = "  ";

/// How far what stands below a row is set in.
const BELOW: &str = "    ";

/// What a column is called, and how its cells stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextColumn {
    pub title: &'static str,
    /// Whether its cells stand at the right, as numbers do.
    pub right: bool,
    /// What becomes of it where room is short.
    pub short: Short,
}

/// What becomes of a column where room is short. Whoever pipes a table gets all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Short {
    /// It goes when nothing else helps, the last one first.
    Goes,
    /// It goes before others do: what another column says, too.
    Spare,
    /// It is cut to so many cells, and then goes.
    Cut(usize),
    /// It is wrapped into lines of at least so many cells.
    Wrapped(usize),
    /// Nobody can act without it: what is longer than so many cells, and finds no room, stands in a line of its own
    /// below.
    Whole(usize),
    /// Nobody can act without it: where not all of it finds room, it stands in a line of its own below.
    Below,
}

impl TextColumn {
    /// A column of whole texts.
    pub const fn text(title: &'static str) -> Self {
        Self { title, right: false, short: Short::Goes }
    }

    /// A column of texts that may be cut to `least` cells.
    pub const fn cut(title: &'static str, least: usize) -> Self {
        Self { title, right: false, short: Short::Cut(least) }
    }

    /// A column of sentences, which go on in the next line where one is too short.
    pub const fn wrapped(title: &'static str, least: usize) -> Self {
        Self { title, right: false, short: Short::Wrapped(least) }
    }

    /// A column that is never left out nor cut: what is longer than `least` may stand below.
    pub const fn whole(title: &'static str, least: usize) -> Self {
        Self { title, right: false, short: Short::Whole(least) }
    }

    /// A column that is never left out: all of it fits, or it stands below.
    pub const fn below(title: &'static str) -> Self {
        Self { title, right: false, short: Short::Below }
    }

    /// A column of numbers.
    pub const fn number(title: &'static str) -> Self {
        Self { title, right: true, short: Short::Goes }
    }

    /// The same column, as one of the first to go.
    #[must_use]
    pub const fn spare(self) -> Self {
        Self { short: Short::Spare, ..self }
    }

    fn least(&self) -> Option<usize> {
        match self.short {
            Short::Cut(least) | Short::Wrapped(least) => Some(least),
            Short::Goes | Short::Spare | Short::Whole(_) | Short::Below => None,
        }
    }

    fn is_whole(&self) -> bool {
        matches!(self.short, Short::Whole(_) | Short::Below)
    }
}

/// A cell: its text, and what it is.
pub type TextCell = (String, TextRole);

/// Rows of cells under titles. Cells are cleaned here, so they may hold any text.
#[derive(Debug)]
pub struct TextTable {
    columns: Vec<TextColumn>,
    rows: Vec<Vec<TextCell>>,
    /// Whether the titles are written.
    begun: bool,
}

impl TextTable {
    /// A table without rows.
    pub fn new(columns: &[TextColumn]) -> Self {
        Self { columns: columns.to_vec(), rows: Vec::new(), begun: false }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = TextCell>) {
        let clean = |(text, role): TextCell| (text::clean(&text).into_owned(), role);
        self.rows.push(cells.into_iter().map(clean).collect());
    }

    /// Writes it: aligned within the terminal's width, or one line per row with a tab between cells.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn write(mut self, out: &mut Output) -> io::Result<()> {
        if !out.aligned {
            return self.pass_on(out);
        }
        let widths = self.widths(out.width);
        let titles = self.titles();
        std::iter::once(&titles).chain(&self.rows).try_for_each(|line| self.line(line, &widths, out))
    }

    /// Writes the rows that were added and lets go of them, if no row need wait for others to be aligned with.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn pass_on(&mut self, out: &mut Output) -> io::Result<()> {
        if out.aligned {
            return Ok(());
        }
        let titles = if std::mem::replace(&mut self.begun, true) { None } else { Some(self.titles()) };
        for line in titles.into_iter().chain(self.rows.drain(..)) {
            let cells: Vec<_> = line.iter().map(|(text, _)| text.as_str()).collect();
            writeln!(out, "{}", cells.join("\t"))?;
        }
        Ok(())
    }

    fn titles(&self) -> Vec<TextCell> {
        self.columns.iter().map(|column| (column.title.to_owned(), TextRole::Title)).collect()
    }

    /// A row, the rest of its sentences, and below them what is to be whole and found no room.
    fn line(&self, cells: &[TextCell], widths: &[usize], out: &mut Output) -> io::Result<()> {
        let cells = || cells.iter().zip(&self.columns).zip(widths);
        let is_below =
            |text: &str, column: &TextColumn, width: usize| column.is_whole() && text::width(text) > width;
        // What each column shown has to say, line by line.
        let parts: Vec<Vec<String>> = cells()
            .filter(|(_, width)| **width > 0)
            .map(|(((text, _), column), width)| match column.short {
                Short::Wrapped(_) => wrapped(text, Some(*width), true),
                _ if is_below(text, column, *width) => Vec::new(),
                _ => vec![text.clone()],
            })
            .collect();
        let shown: Vec<_> = cells().filter(|(_, width)| **width > 0).collect();
        for row in 0..parts.iter().map(Vec::len).max().unwrap_or(0) {
            let text = |place: usize| parts[place].get(row).map_or("", String::as_str);
            // No spaces at the end of a line.
            let last = (0..shown.len()).rev().find(|place| !text(*place).is_empty()).unwrap_or(0);
            for (place, (((_, role), column), width)) in shown.iter().enumerate().take(last + 1) {
                let cell = match (column.right, place == last) {
                    (true, _) => text::fit_right(text(place), **width),
                    (false, false) => text::fit(text(place), **width),
                    (false, true) => text::cut(text(place), **width).into_owned(),
                };
                out.paint(*role, &cell)?;
                out.write_all(if place == last { b"\n" } else { GAP.as_bytes() })?;
            }
        }
        for (((text, role), _), _) in
            cells().filter(|(((text, _), column), width)| is_below(text, column, **width))
        {
            for part in wrapped(text, out.width.map(|room| room.saturating_sub(BELOW.len())), false) {
                out.write_all(BELOW.as_bytes())?;
                out.paint(*role, &part)?;
                out.write_all(b"\n")?;
            }
        }
        Ok(())
    }

    /// How wide each column is, so that a line fits into `room`. Columns with nothing in them go first. Where cutting
    /// does not help, what is to be whole moves below; then columns go, the spare ones and then the last first. Those
    /// that may be cut give way, the widest first. 0 is a column not shown.
    fn widths(&self, room: Option<usize>) -> Vec<usize> {
        let widest = |(place, column): (usize, &TextColumn)| {
            let cells = self.rows.iter().filter_map(|row| row.get(place)).map(|(cell, _)| text::width(cell));
            cells.max().unwrap_or(0).max(text::width(column.title))
        };
        let mut widths: Vec<_> = self.columns.iter().enumerate().map(widest).collect();
        let Some(room) = room else { return widths };
        for place in (1..widths.len()).rev() {
            let says_nothing =
                self.rows.iter().all(|row| row.get(place).is_none_or(|(cell, _)| cell.is_empty()));
            if taken(&widths) > room && says_nothing {
                widths[place] = 0;
            }
        }
        let places = || (1..self.columns.len()).rev();
        let short = |place: &usize| self.columns[*place].short;
        for place in places() {
            let over = self.least_taken(&widths).saturating_sub(room);
            widths[place] = match short(&place) {
                Short::Below if over > 0 => 0,
                Short::Whole(least) if over > 0 => {
                    self.widest_within(place, widths[place].saturating_sub(over).max(least))
                }
                _ => widths[place],
            };
        }
        let going = places()
            .filter(|place| short(place) == Short::Spare)
            .chain(places().filter(|place| matches!(short(place), Short::Goes | Short::Cut(_))))
            .chain(places().filter(|place| matches!(short(place), Short::Whole(_))));
        for place in going {
            if self.least_taken(&widths) > room {
                widths[place] = 0;
            }
        }
        while taken(&widths) > room {
            let can_give = self.columns.iter().zip(&mut widths).filter_map(|(column, width)| {
                let least = column.least()?;
                (*width > least).then_some(width)
            });
            let Some(width) = can_give.max_by_key(|width| **width) else { break };
            *width -= 1;
        }
        widths
    }

    /// How wide a line is at least if columns have `widths` and are then cut as far as they may.
    fn least_taken(&self, widths: &[usize]) -> usize {
        let least =
            |(width, column): (&usize, &TextColumn)| column.least().map_or(*width, |it| it.min(*width));
        taken(&widths.iter().zip(&self.columns).map(least).collect::<Vec<_>>())
    }

    /// The width of the widest cell of a column that fits into `room`, and of its title; 0 where none does.
    fn widest_within(&self, place: usize, room: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(place)).map(|(cell, _)| text::width(cell));
        let widest = cells.filter(|width| *width <= room).max().unwrap_or(0);
        if widest == 0 { 0 } else { widest.max(text::width(self.columns[place].title)) }
    }
}

fn taken(widths: &[usize]) -> usize {
    let shown = widths.iter().filter(|width| **width > 0).count();
    widths.iter().sum::<usize>() + GAP.len() * shown.saturating_sub(1)
}

/// `text` in lines of at most `room` cells. Unless they are to be `broken`, words stay whole: they may be keys to be
/// copied.
pub(super) fn wrapped(text: &str, room: Option<usize>, broken: bool) -> Vec<String> {
    let Some(room) = room.filter(|room| text::width(text) > *room) else { return vec![text.to_owned()] };
    let options = textwrap::Options::new(room.max(1))
        .break_words(broken)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .word_separator(textwrap::WordSeparator::AsciiSpace);
    textwrap::wrap(text, options).into_iter().map(Cow::into_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(columns: &[TextColumn], cells: &[&str]) -> TextTable {
        let mut table = TextTable::new(columns);
        table.row(cells.iter().map(|text| ((*text).to_owned(), TextRole::Plain)));
        table
    }

    #[test]
    fn a_line_fits_its_terminal_whatever_its_width() {
        let table = table(
            &[
                TextColumn::cut("NAME", 6),
                TextColumn::text("ID"),
                TextColumn::number("MONEY"),
                TextColumn::text("EMPTY"),
                TextColumn::cut("OWNER", 4),
            ],
            &["株式会社テスト", "A-1", "$1,234", "", "dana@example.com"],
        );
        for (room, widths) in [
            (None, [14, 3, 6, 5, 16]),
            (Some(60), [14, 3, 6, 5, 16]),
            (Some(51), [14, 3, 6, 0, 16]),
            (Some(45), [14, 3, 6, 0, 16]),
            (Some(40), [13, 3, 6, 0, 12]),
            (Some(25), [6, 3, 6, 0, 4]),
            (Some(24), [11, 3, 6, 0, 0]),
            (Some(10), [10, 0, 0, 0, 0]),
            (Some(1), [6, 0, 0, 0, 0]),
        ] {
            assert_eq!(table.widths(room), widths, "{room:?}");
        }
    }

    #[test]
    fn what_one_acts_by_stands_below_rather_than_being_cut_or_left_out() {
        let columns = [
            TextColumn::cut("NAME", 4),
            TextColumn::whole("ID", 3),
            TextColumn::number("DAYS").spare(),
            TextColumn::text("OWNER"),
            TextColumn::below("KEY"),
        ];
        let mut table = table(&columns, &["Acme Ltd", "A-1", "7", "dana", "failed_payment:in_1"]);
        table.row(
            ["Bolt", "an-id-from-elsewhere", "", "dana", "playbook:x"].map(|it| (it.into(), TextRole::Plain)),
        );
        for (room, widths) in [
            (None, [8, 20, 4, 5, 19]),
            (Some(60), [4, 20, 4, 5, 19]),
            // The key moves below, then the long id; then what is spare goes, and what is not.
            (Some(59), [8, 20, 4, 5, 0]),
            (Some(30), [8, 3, 4, 5, 0]),
            (Some(21), [8, 3, 0, 5, 0]),
            (Some(12), [7, 3, 0, 0, 0]),
            (Some(8), [8, 0, 0, 0, 0]),
        ] {
            assert_eq!(table.widths(room), widths, "{room:?}");
        }
    }

    #[test]
    fn lines_are_wrapped_between_words() {
        let lines = |text, broken| wrapped(text, Some(10), broken);
        assert_eq!(lines("final outreach due", true), ["final", "outreach", "due"]);
        assert_eq!(lines("failed_payment:in_1-x", false), ["failed_payment:in_1-x"]);
        assert_eq!(lines("株式会社テスト", true), ["株式会社テ", "スト"]);
        assert_eq!(wrapped("", Some(0), true), [""]);
    }
}
