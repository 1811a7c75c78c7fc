//! Questions on a terminal, one line each.

use std::io::{self, BufRead, StdinLock, Write};

use crate::cli::CliError;
use crate::cli::context::can_ask;
use crate::text;

/// How wide what is asked may be, in cells.
const WIDEST: usize = 80;

/// Goes back to the question before.
const BACK: &str = "<";

/// Whoever sits at the terminal.
pub(super) struct PersonAsked {
    input: StdinLock<'static>,
    width: usize,
}

/// What they answer.
pub(super) enum PersonsAnswer {
    Said(String),
    /// The question before once more.
    Back,
}

impl PersonAsked {
    /// Only a person can answer questions: they need a terminal for input and output.
    pub(super) fn at_terminal() -> Option<Self> {
        let width = crossterm::terminal::size().map_or(WIDEST, |(width, _)| usize::from(width));
        can_ask().then(|| Self { input: io::stdin().lock(), width: width.clamp(20, WIDEST) })
    }

    /// Says `words`, in lines that fit.
    pub(super) fn say(&self, words: &str) {
        for line in textwrap::wrap(&text::clean(words), self.width) {
            tell(&format!("{line}\n"));
        }
    }

    /// Asks until `check` takes the answer; `usual` is the answer where they press enter alone. An answer that is refused is
    /// wiped away where it may be a secret.
    pub(super) fn ask<T>(
        &mut self,
        usual: Option<&str>,
        may_be_secret: bool,
        check: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Option<T>, CliError> {
        let prompt = usual.map_or_else(|| "> ".to_owned(), |usual| format!("[{usual}] > "));
        loop {
            tell(&text::clean(&prompt));
            let answer = match (self.read(usual)?, usual) {
                (PersonsAnswer::Back, _) => return Ok(None),
                (PersonsAnswer::Said(answer), _) if answer.is_empty() => continue,
                (PersonsAnswer::Said(answer), _) => answer,
            };
            match check(&answer) {
                Ok(taken) => return Ok(Some(taken)),
                Err(why) => {
                    if may_be_secret {
                        self.wipe(text::width(&prompt) + text::width(&answer));
                    }
                    self.say(&format!("{}.", crate::prose::lists::sentence_case(&why)));
                }
            }
        }
    }

    fn read(&mut self, usual: Option<&str>) -> Result<PersonsAnswer, CliError> {
        let mut line = String::new();
        let read = self.input.read_line(&mut line).unwrap_or(0);
        match line.trim() {
            _ if read == 0 => {
                tell("\n");
                Err(CliError::usage("nothing was written"))
            }
            BACK => Ok(PersonsAnswer::Back),
            "" => Ok(PersonsAnswer::Said(usual.unwrap_or_default().to_owned())),
            answer => Ok(PersonsAnswer::Said(answer.to_owned())),
        }
    }

    /// Takes what was typed off the screen: a line of `cells`.
    fn wipe(&self, cells: usize) {
        let width = crossterm::terminal::size().map_or(self.width, |(width, _)| usize::from(width).max(1));
        tell(&format!("\x1b[{}A\r\x1b[J", cells / width + 1));
    }
}

/// Nothing more can be done about a terminal that takes no words.
fn tell(words: &str) {
    let mut out = io::stderr();
    let _ = out.write_all(words.as_bytes()).and_then(|()| out.flush());
}
