//! What just happened, for the status line.

use crate::state::{AccountId, StageId};
use crate::text;

/// How many cells of what is said are shown at least; else it takes several lines.
const LEAST_WORDS: usize = 8;

/// What stands before each line of it that has no mark: keys and needs begin there, too.
const INDENT: &str = "   ";

/// What just happened, for the status line.
#[derive(Clone, Debug, Default)]
pub struct Status {
    /// In words, already clean. Empty when nothing did.
    pub text: String,
    /// What of the text, at its end, says which keys take back or go on: `· u undoes it`. It is never cut.
    pub keys: String,
    /// Whether the rest takes several lines rather than being cut.
    pub wraps: bool,
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
        let mut status = Self { text, tone, wraps: true, ..Self::default() };
        status.fit(width);
        status
    }

    /// The same with `keys` behind it. Unless it `wraps`, it is cut where it and they do not fit into one line.
    pub fn with_keys(tone: Tone, text: &str, keys: String, wraps: bool, width: u16) -> Self {
        let mut status = Self { text: format!("{text}{keys}"), keys, tone, wraps, ..Self::default() };
        status.fit(width);
        status
    }

    /// What is said, without the keys.
    pub fn words(&self) -> &str {
        self.text.strip_suffix(&*self.keys).unwrap_or(&self.text)
    }

    /// Breaks the lines anew, for a screen of another width. Only once, and not for every frame.
    pub fn fit(&mut self, width: u16) {
        if self.text.is_empty() {
            return self.lines.clear();
        }
        let mark = match self.tone {
            Tone::Plain => INDENT,
            Tone::Done => " ✓ ",
            Tone::Refused | Tone::Failed => " ✗ ",
        };
        let room = usize::from(width).saturating_sub(text::width(mark) + text::width(&self.keys));
        if !self.wraps && room >= LEAST_WORDS {
            self.lines = vec![format!("{mark}{}{}", text::cut_between_words(self.words(), room), self.keys)];
            return;
        }
        let (room, words) = (usize::from(width), format!("{mark}{}", self.words()));
        let fits_without =
            text::width(&words) <= room && text::width(&words) + text::width(&self.keys) > room;
        let keys = self.keys.strip_prefix(" · ").unwrap_or(&self.keys);
        match self.tone {
            // How to take it back is no reason to take a line from the board: the first key at the foot says so.
            Tone::Done if fits_without && !keys.contains(" · ") => return self.lines = vec![words],
            // The ways on stand with the other keys, at the foot.
            Tone::Plain | Tone::Refused | Tone::Failed
                if fits_without && text::width(keys) + INDENT.len() <= room =>
            {
                return self.lines = vec![words];
            }
            Tone::Done | Tone::Plain | Tone::Refused | Tone::Failed => {}
        }
        let options = textwrap::Options::new(usize::from(width).max(4));
        let options = options.initial_indent(mark).subsequent_indent(INDENT);
        // A key stays beside what it does.
        let keys = self.keys.trim_start().replace(' ', "\u{a0}").replace("\u{a0}·\u{a0}", " ·\u{a0}");
        let said = format!("{} {keys}", self.words());
        let lines = textwrap::wrap(said.trim_end_matches(' '), options).into_iter();
        let lines = lines.filter(|_| !self.text.is_empty());
        self.lines = lines.map(|line| line.replace('\u{a0}', " ")).collect();
    }
}

impl Status {
    /// Whether the keys that go on from what was done are not said with it.
    pub fn hides_keys(&self) -> bool {
        self.tone == Tone::Done && self.says_words_alone()
    }

    /// The ways on from what was not done, each with its key, where they are not said with it.
    pub fn ways_on(&self) -> impl Iterator<Item = &str> {
        let is_said = self.tone == Tone::Done || !self.says_words_alone();
        self.keys.split(" · ").filter(move |way| !is_said && !way.is_empty())
    }

    fn says_words_alone(&self) -> bool {
        let keys = self.keys.trim_start_matches(" · ");
        !keys.is_empty() && self.lines.len() == 1 && !self.lines[0].ends_with(keys)
    }

    /// What was wrong with the answer before this one; empty when nothing was.
    pub fn objection(&self) -> &str {
        if matches!(self.tone, Tone::Refused | Tone::Failed) { &self.text } else { "" }
    }
}
