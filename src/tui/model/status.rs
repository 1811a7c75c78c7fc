//! What just happened, for the status line.

use crate::state::{AccountId, StageId};

/// What just happened, for the status line.
#[derive(Clone, Debug, Default)]
pub struct Status {
    /// In words, already clean. Empty when nothing did.
    pub text: String,
    /// The same in lines as wide as the screen, behind a mark for how it is meant.
    pub lines: Vec<String>,
    /// How it is meant.
    pub tone: Tone,
    /// The move the board just refused, to be forced or bettered.
    pub refused: Option<Refused>,
}

/// How a status is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// For information.
    #[default]
    Plain,
    /// Done, and durable.
    Done,
    /// The board said no.
    Refused,
    /// Something broke.
    Failed,
}

/// A move the board refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Whom it was to move.
    pub accounts: Vec<AccountId>,
    /// Where to.
    pub to: StageId,
    /// Where the board would rather see the account.
    pub better: Option<StageId>,
    /// Whether a reason would change its mind.
    pub can_be_forced: bool,
}

impl Status {
    /// What `text`, which is clean, says on a screen of this width.
    pub fn new(tone: Tone, text: String, width: u16) -> Self {
        let mut status = Self { text, lines: Vec::new(), tone, refused: None };
        status.fit(width);
        status
    }

    /// Breaks the lines anew, for a screen of another width. Only once, and not for every frame.
    pub fn fit(&mut self, width: u16) {
        let mark = match self.tone {
            Tone::Plain => "  ",
            Tone::Done => "✓ ",
            Tone::Refused | Tone::Failed => "✗ ",
        };
        let options = textwrap::Options::new(usize::from(width).max(4));
        let options = options.initial_indent(mark).subsequent_indent("  ");
        let lines = textwrap::wrap(&self.text, options).into_iter().filter(|_| !self.text.is_empty());
        self.lines = lines.map(std::borrow::Cow::into_owned).collect();
    }
}

impl Status {
    /// What was wrong with the answer before this one; empty when nothing was.
    pub fn objection(&self) -> &str {
        if matches!(self.tone, Tone::Refused | Tone::Failed) { &self.text } else { "" }
    }
}
