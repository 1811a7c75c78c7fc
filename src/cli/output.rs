//! The standard output, for a terminal, a pipe or a script.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};

use clap::ValueEnum;

use crate::tui::shell::terminal::is_dumb;

/// Whether to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` or TERM=dumb says otherwise
    #[default]
    Auto,
    /// Even when piped
    Always,
    /// Never
    Never,
}

/// What the terminal's background is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BackgroundChoice {
    Dark,
    Light,
}

impl ColorChoice {
    /// Whether a person wants colours, where they said so.
    pub(super) fn wanted(self) -> Option<bool> {
        match self {
            Self::Auto => None,
            Self::Always => Some(true),
            Self::Never => Some(false),
        }
    }
}

/// What a piece of output is; its colour follows from that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextRole {
    Plain,
    /// Headers and titles.
    Title,
    /// What may be overlooked.
    Quiet,
    Soon,
    Urgent,
}

impl TextRole {
    /// The escape sequence: only the terminal's own sixteen colours, so that they suit its background.
    fn sequence(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Title => "\x1b[1m",
            Self::Quiet => "\x1b[2m",
            Self::Soon => "\x1b[33m",
            Self::Urgent => "\x1b[1;31m",
        }
    }
}

/// The least number of terminal cells a paragraph is wrapped to; with fewer it is not wrapped.
pub(super) const LEAST: usize = 20;

/// The standard output.
#[derive(Debug)]
pub struct Output {
    sink: BufWriter<Stdout>,
    /// Whether lists are aligned; else they are tab-separated.
    pub aligned: bool,
    /// The terminal's width in cells; `None` without a terminal.
    pub width: Option<usize>,
    color: bool,
}

impl Output {
    /// This process's standard output.
    pub fn stdout(wish: ColorChoice) -> Self {
        let stdout = io::stdout();
        let terminal = stdout.is_terminal();
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            aligned: terminal || wish == ColorChoice::Always,
            width: terminal.then(crossterm::terminal::size).and_then(Result::ok).and_then(room),
            color: wish.wanted().unwrap_or(terminal && !plain && !is_dumb()),
            sink: BufWriter::new(stdout),
        }
    }

    /// Whether colours are wanted.
    pub fn is_colored(&self) -> bool {
        self.color
    }

    /// Writes `text`, in the colours of `role` where colours are wanted.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn paint(&mut self, role: TextRole, text: &str) -> io::Result<()> {
        match (self.color, role) {
            (false, _) | (true, TextRole::Plain) => self.write_all(text.as_bytes()),
            (true, role) => write!(self, "{}{text}\x1b[0m", role.sequence()),
        }
    }

    /// Writes `text` as a paragraph in the colours of `role`, and ends the line. `written` cells of its first line are
    /// taken already; further lines are indented by `hang` cells. Without a terminal it is one line.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn prose(&mut self, role: TextRole, written: usize, hang: usize, text: &str) -> io::Result<()> {
        for (place, line) in paragraph(text, self.width, written, hang).iter().enumerate() {
            if place > 0 {
                write!(self, "\n{:hang$}", "")?;
            }
            self.paint(role, line)?;
        }
        writeln!(self)
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.sink.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}

/// The lines of a paragraph, without their indents.
pub(super) fn paragraph(text: &str, width: Option<usize>, written: usize, hang: usize) -> Vec<String> {
    let Some(width) = width.filter(|width| *width >= hang + LEAST) else { return vec![text.to_owned()] };
    let (first, further) = (" ".repeat(written), " ".repeat(hang));
    let options = textwrap::Options::new(width)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .initial_indent(&first)
        .subsequent_indent(&further);
    let lines = textwrap::wrap(text, options).into_iter().enumerate();
    lines.map(|(place, line)| line[if place == 0 { written } else { hang }..].to_owned()).collect()
}

/// The width of a terminal of that size; unknown where it says 0, as some without a screen do.
fn room((width, _): (u16, u16)) -> Option<usize> {
    (width > 0).then_some(width.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_width_is_no_limit() {
        assert_eq!((room((80, 24)), room((0, 0))), (Some(80), None));
    }

    #[test]
    fn a_paragraph_hangs_below_its_beginning_and_keeps_its_words() {
        let text = "will move it to 5 now: 10 days are left, andmoreinonewordthanalinetakes";
        let lines = ["will move it", "to 5 now: 10 days are", "left,", "andmoreinonewordthana", "linetakes"];
        assert_eq!(paragraph(text, Some(23), 10, 2), lines);
        assert_eq!(paragraph(text, Some(21), 0, 2), [text], "too narrow for anything");
        assert_eq!(paragraph(text, None, 10, 2), [text]);
        assert_eq!(paragraph("", Some(80), 4, 4), [""]);
    }
}
