//! Where verbs write, and what whoever reads it wants.

use std::fmt;
use std::io::{self, BufWriter, IsTerminal, Write};

use clap::ValueEnum;

/// Whether to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorWish {
    /// On a terminal, unless `NO_COLOR` says otherwise
    #[default]
    Auto,
    /// Even when piped
    Always,
    /// Never
    Never,
}

/// What a piece of output is, so that its colour follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Text as any other.
    Plain,
    /// What names the thing: headers, titles.
    Title,
    /// What may be overlooked.
    Quiet,
    /// What is near.
    Soon,
    /// What is pressing.
    Urgent,
}

impl Role {
    /// What switches its looks on: the terminal's own first sixteen colours, so that they suit its background.
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

/// The standard output.
pub struct Out {
    sink: BufWriter<Box<dyn Write + Send>>,
    /// Whether lists are aligned for the eye; else they are tab-separated.
    pub aligned: bool,
    /// How many cells a line has; nothing when there is no terminal to say.
    pub width: Option<usize>,
    color: bool,
}

impl fmt::Debug for Out {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sink: _, aligned, width, color } = self;
        write!(f, "Out {{ aligned: {aligned}, width: {width:?}, color: {color} }}")
    }
}

impl Out {
    /// This process's standard output.
    pub fn stdout(wish: ColorWish) -> Self {
        let stdout = io::stdout();
        let terminal = stdout.is_terminal();
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            aligned: terminal || wish == ColorWish::Always,
            width: terminal.then(crossterm::terminal::size).and_then(Result::ok).and_then(room),
            color: match wish {
                ColorWish::Auto => terminal && !plain,
                ColorWish::Always => true,
                ColorWish::Never => false,
            },
            sink: BufWriter::new(Box::new(stdout)),
        }
    }

    /// Writes `text`, in the colours of `role` where colours are wanted.
    ///
    /// # Errors
    /// When nobody reads any more, or the system refuses.
    pub fn paint(&mut self, role: Role, text: &str) -> io::Result<()> {
        match (self.color, role) {
            (false, _) | (true, Role::Plain) => self.write_all(text.as_bytes()),
            (true, role) => write!(self, "{}{text}\x1b[0m", role.sequence()),
        }
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.sink.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}

/// How many cells a line has on a terminal of that size. Some that nobody looks at say they have none, and then nothing
/// is known.
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
}
