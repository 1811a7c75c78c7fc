//! Programs that are run for an account, and what came of them.

use crate::state::AccountId;

/// A program to run, beside the board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramRun {
    pub account: AccountId,
    /// What people call it, already clean.
    pub title: String,
    /// The program and its arguments; no shell reads them.
    pub words: Vec<String>,
    /// What it finds in its environment.
    pub variables: Vec<(String, String)>,
    pub output: OutputTo,
}

/// Where the output of a program goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputTo {
    /// Nowhere; and the program goes on when the board is closed, as a browser does.
    Background,
    /// Nowhere: only how it ended is said.
    Nowhere,
    /// Into a pane over the board.
    Pane,
    /// Into a note on the account.
    Note,
}

/// What a program wrote, to be read over the board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramOutput {
    /// Already clean.
    pub title: String,
    /// Not clean.
    pub text: String,
}

/// How a program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunOutcome {
    Ended {
        /// Nothing when a signal ended it.
        code: Option<i32>,
        /// What it wrote, as far as that is kept. Not clean.
        output: String,
    },
    /// It goes on by itself.
    GoesOn,
    /// It took too long, and was ended.
    TimedOut,
    /// It could not be run; the sentence says why.
    Failed(String),
}

impl RunOutcome {
    /// What went wrong, in words that follow its title.
    pub fn problem(&self) -> Option<String> {
        match self {
            Self::Ended { code: Some(0), .. } | Self::GoesOn => None,
            Self::Ended { code: Some(code), output } => {
                Some(with_output(&format!("failed with exit code {code}"), output))
            }
            Self::Ended { code: None, output } => Some(with_output("was ended by a signal", output)),
            Self::TimedOut => Some("took too long, and was ended".to_owned()),
            Self::Failed(why) => Some(format!("could not be run: {why}")),
        }
    }
}

/// The last line a program wrote often says what is wrong.
fn with_output(what: &str, output: &str) -> String {
    let last = output.lines().map(str::trim).rfind(|line| !line.is_empty());
    last.map_or_else(|| what.to_owned(), |line| format!("{what}: {line}"))
}
