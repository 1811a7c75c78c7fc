//! Rows with graphemes whose width terminals disagree on: Thai, Indic or Khmer syllables, flags.
//!
//! The screen's buffer gives a grapheme the cells that Unicode says; a terminal may give each of its characters a cell
//! of its own, or draw it narrower. Ratatui writes only the cells that changed, so what such a grapheme covered beside
//! its own cells would stay on the screen. A row with one is erased and written whole whenever it changes, and the
//! cursor is placed anew after each such grapheme, so that it moves nothing beside it.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crossterm::cursor::MoveTo;
use crossterm::queue;
use crossterm::terminal::{Clear, ClearType};
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::{Buffer, Cell, CellDiffOption};

use crate::text;

/// The rows that are written here and not by ratatui, as they were written last.
#[derive(Default)]
pub(super) struct UncertainRows(BTreeMap<u16, Vec<Cell>>);

impl UncertainRows {
    /// Forgets what was written: the screen is blank.
    pub(super) fn forget(&mut self) {
        self.0.clear();
    }

    /// Writes those rows of `picture` that changed and have, or had, such a grapheme. Ratatui is told to skip them.
    pub(super) fn write(
        &mut self,
        picture: &mut Buffer,
        backend: &mut CrosstermBackend<impl Write>,
    ) -> io::Result<()> {
        let area = picture.area;
        let mut written = BTreeMap::new();
        for (y, cells) in (area.y..).zip(picture.content.chunks_mut(usize::from(area.width).max(1))) {
            let before = self.0.remove(&y);
            let is_uncertain = cells.iter().any(|cell| text::is_width_uncertain(cell.symbol()));
            if !is_uncertain && before.is_none() {
                continue;
            }
            if before.is_none_or(|before| before != cells) {
                write_row(area.x, y, cells, backend)?;
            }
            if is_uncertain {
                written.insert(y, cells.to_vec());
            }
            for cell in cells {
                cell.diff_option = CellDiffOption::Skip;
            }
        }
        self.0 = written;
        Ok(())
    }
}

fn write_row(x: u16, y: u16, cells: &[Cell], backend: &mut CrosstermBackend<impl Write>) -> io::Result<()> {
    queue!(backend, MoveTo(x, y), Clear(ClearType::UntilNewLine))?;
    let mut rest = (x..).zip(cells).peekable();
    // The backend places the cursor where it begins.
    while rest.peek().is_some() {
        let mut run = Vec::new();
        while let Some((x, cell)) = rest.next() {
            run.push((x, y, cell));
            // What a wide grapheme covers has no cell of its own.
            (1..text::width(cell.symbol())).for_each(|_| _ = rest.next());
            if text::is_width_uncertain(cell.symbol()) {
                break;
            }
        }
        backend.draw(run.into_iter())?;
    }
    Ok(())
}
