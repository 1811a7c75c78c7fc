//! Tables: aligned on a terminal, lines with tabs between the cells in a pipe.

use std::borrow::Cow;
use std::io::{self, Write};

use super::output::{Output, TextRole};
use crate::state::RiskLevel;
use crate::text;

/// The space between two columns.
const GAP: &str = "  ";

/// The indent of a cell that stands in a line of its own below its row.
const BELOW: &str = "    ";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextColumn {
    pub title: Cow<'static, str>,
    /// Whether its cells are aligned at the right, as numbers are.
    pub right: bool,
    pub short: Short,
}

/// What becomes of a column on a terminal that is too narrow for the table. A pipe gets every cell in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Short {
    /// It is left out when nothing else helps, the last such column first.
    Goes,
    /// It is left out before others are, because another column implies it.
    Spare,
    /// It is cut to at least so many terminal cells, and then left out.
    Cut(usize),
    /// Its text is wrapped into lines of at least so many terminal cells.
    Wrapped(usize),
    /// A person needs all of it, such as an id: text that is longer than so many terminal cells and does not fit is
    /// written in a line below the row.
    Whole(usize),
    /// A person needs all of it: unless the whole column fits, it is written in lines below the rows.
    Below,
}

impl TextColumn {
    pub const fn text(title: &'static str) -> Self {
        Self { title: Cow::Borrowed(title), right: false, short: Short::Goes }
    }

    pub const fn cut(title: &'static str, least: usize) -> Self {
        Self { title: Cow::Borrowed(title), right: false, short: Short::Cut(least) }
    }

    pub const fn wrapped(title: &'static str, least: usize) -> Self {
        Self { title: Cow::Borrowed(title), right: false, short: Short::Wrapped(least) }
    }

    pub const fn whole(title: &'static str, least: usize) -> Self {
        Self { title: Cow::Borrowed(title), right: false, short: Short::Whole(least) }
    }

    pub const fn below(title: &'static str) -> Self {
        Self { title: Cow::Borrowed(title), right: false, short: Short::Below }
    }

    pub const fn number(title: &'static str) -> Self {
        Self { title: Cow::Borrowed(title), right: true, short: Short::Goes }
    }

    /// The same column under a title that is only known by now.
    #[must_use]
    pub fn called(self, title: String) -> Self {
        Self { title: Cow::Owned(title), ..self }
    }

    /// The same column, left out before others are.
    #[must_use]
    pub fn spare(self) -> Self {
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

/// A cell: its text, and its role.
pub type TextCell = (String, TextRole);

/// A cell of plain text.
pub fn plain(text: &(impl ToString + ?Sized)) -> TextCell {
    (text.to_string(), TextRole::Plain)
}

/// A cell of text that may be overlooked.
pub fn quiet(text: &(impl ToString + ?Sized)) -> TextCell {
    (text.to_string(), TextRole::Quiet)
}

/// A cell of plain text, empty where nothing is known.
pub fn known(text: Option<impl ToString>) -> TextCell {
    (text.map(|text| text.to_string()).unwrap_or_default(), TextRole::Plain)
}

/// The cell of a payment risk, empty where there is none.
pub fn risk(level: RiskLevel) -> TextCell {
    match level {
        RiskLevel::None => plain(""),
        RiskLevel::Low | RiskLevel::Medium => (level.to_string(), TextRole::Soon),
        RiskLevel::High => (level.to_string(), TextRole::Urgent),
    }
}

/// Rows of cells under titles. Cells are cleaned here, so they may hold any text.
#[derive(Debug)]
pub struct TextTable {
    columns: Vec<TextColumn>,
    rows: Vec<Vec<TextCell>>,
    /// What stands over rows on a terminal, with the number of the row below.
    headings: Vec<(usize, String)>,
    /// Whether the titles have been written.
    begun: bool,
}

impl TextTable {
    pub fn new(columns: &[TextColumn]) -> Self {
        Self { columns: columns.to_vec(), rows: Vec::new(), headings: Vec::new(), begun: false }
    }

    pub fn row(&mut self, cells: impl IntoIterator<Item = TextCell>) {
        let clean = |(text, role): TextCell| (text::clean(&text).into_owned(), role);
        self.rows.push(cells.into_iter().map(clean).collect());
    }

    /// Puts `heading` over the rows that follow. In a pipe there are rows alone.
    pub fn heading(&mut self, heading: &str) {
        self.headings.push((self.rows.len(), text::clean(heading).into_owned()));
    }

    /// Writes the table: aligned within the terminal's width, or one line per row with a tab between cells.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn write(mut self, out: &mut Output) -> io::Result<()> {
        if !out.aligned {
            return self.pass_on(out);
        }
        let widths = self.widths(out.width);
        let titles = self.titles();
        self.line(&titles, &widths, out)?;
        let mut headings = self.headings.iter().peekable();
        for (at, row) in self.rows.iter().enumerate() {
            while let Some((_, heading)) = headings.next_if(|(before, _)| *before <= at) {
                let room = out.width.unwrap_or(usize::MAX);
                out.paint(TextRole::Title, &text::cut(heading, room))?;
                out.write_all(b"\n")?;
            }
            self.line(row, &widths, out)?;
        }
        Ok(())
    }

    /// Writes and forgets the rows added so far, unless they are to be aligned with later ones.
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
        self.columns.iter().map(|column| (column.title.to_string(), TextRole::Title)).collect()
    }

    /// Writes a row: its cells, the further lines of wrapped ones, and below them those that are needed in full.
    fn line(&self, cells: &[TextCell], widths: &[usize], out: &mut Output) -> io::Result<()> {
        let cells = || cells.iter().zip(&self.columns).zip(widths);
        let is_below =
            |text: &str, column: &TextColumn, width: usize| column.is_whole() && text::width(text) > width;
        // The lines of each column that is shown.
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

    /// The width of each column, so that a line fits into `room` terminal cells; 0 leaves a column out.
    ///
    /// Empty columns are left out first. Where cutting would not be enough, cells that are needed in full move below;
    /// then columns are left out, the spare ones first and then from the last. At the end, columns that may be cut are
    /// cut, the widest first.
    fn widths(&self, room: Option<usize>) -> Vec<usize> {
        let widest = |(place, column): (usize, &TextColumn)| {
            let cells = self.rows.iter().filter_map(|row| row.get(place)).map(|(cell, _)| text::width(cell));
            cells.max().unwrap_or(0).max(text::width(&column.title))
        };
        let mut widths: Vec<_> = self.columns.iter().enumerate().map(widest).collect();
        let Some(room) = room else { return widths };
        for place in (1..widths.len()).rev() {
            let is_empty = self.rows.iter().all(|row| row.get(place).is_none_or(|(cell, _)| cell.is_empty()));
            if taken(&widths) > room && is_empty {
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

    /// The width of a line if every column that may be cut is cut as far as it may.
    fn least_taken(&self, widths: &[usize]) -> usize {
        let least =
            |(width, column): (&usize, &TextColumn)| column.least().map_or(*width, |it| it.min(*width));
        taken(&widths.iter().zip(&self.columns).map(least).collect::<Vec<_>>())
    }

    /// The width of the widest cell that fits into `room`, or of the title if that is wider; 0 where no cell fits.
    fn widest_within(&self, place: usize, room: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(place)).map(|(cell, _)| text::width(cell));
        let widest = cells.filter(|width| *width <= room).max().unwrap_or(0);
        if widest == 0 { 0 } else { widest.max(text::width(&self.columns[place].title)) }
    }
}

fn taken(widths: &[usize]) -> usize {
    let shown = widths.iter().filter(|width| **width > 0).count();
    widths.iter().sum::<usize>() + GAP.len() * shown.saturating_sub(1)
}

/// `text` in lines of at most `room` terminal cells. Longer words are broken only if `broken` is true: they may be keys
/// that a person copies.
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
