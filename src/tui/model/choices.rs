//! Answers to pick from, and which of them is chosen.

use std::sync::Arc;

use crate::config::views::ListColumn;
use crate::query::{Sort, words};
use crate::state::query::timeline::TimelineFilter;
use crate::state::{AccountId, PointId, StageId};
use crate::text::folded;
use crate::tui::input::action::{Action, Motion};
use crate::tui::model::emails::EmailStep;
use crate::tui::model::insights::CountedOwner;

/// How many choices a page goes through.
const PAGE: usize = 10;

/// One answer to pick. All text is clean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is typed to pick it: a digit, a letter, the id of a stage. Empty where only its name finds it.
    pub key: String,
    /// What it is, where the choices are of several kinds.
    pub kind: &'static str,
    pub label: String,
    /// What stands beside it: a count, a date, the keys that do the same.
    pub note: String,
    /// Why it cannot be picked.
    pub refused: Option<String>,
    /// Whether it is on, where it is a switch.
    pub is_on: Option<bool>,
    pub picked: Picked,
}

/// What picking a choice means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Picked {
    /// What a key does.
    Act(Action),
    /// A stage: its column, or where accounts move.
    Stage(StageId),
    /// The view of the tab at this place.
    View(usize),
    /// A playbook on its screen.
    Playbook(Arc<str>),
    /// The own command at this place.
    OwnCommand(usize),
    /// The page of the documentation at this place.
    Page(usize),
    Account(AccountId),
    Sort(Sort),
    Theme(Arc<str>),
    /// What the timeline shows.
    Timeline(TimelineFilter),
    /// Whose accounts are counted.
    CountedOwner(CountedOwner),
    /// Switches a column of the list.
    Column(ListColumn),
    /// Ticks a point of a checklist, or unticks it.
    Point(PointId),
    /// The template of an email, by its place.
    Template(usize),
    /// The email that was written.
    EmailInWork,
    /// What is done with it.
    Email(EmailStep),
    /// Copies a text.
    Copy(String),
    /// Opens the page at this address, which is about this account, whoever is chosen by then.
    OpenLink {
        account: AccountId,
        name: String,
        address: String,
    },
    /// Text for the line that is typed.
    Answer {
        text: String,
        /// Whether something must follow it.
        goes_on: bool,
    },
}

/// The digit that picks the choice at `at`. Only the first ten have one.
pub(in crate::tui) fn digit(at: usize) -> String {
    if at < 10 { ((at + 1) % 10).to_string() } else { String::new() }
}

impl Choice {
    /// A choice called `label`, which is clean, and found by that alone.
    pub fn new(label: impl Into<String>, picked: Picked) -> Self {
        Self {
            key: String::new(),
            kind: "",
            label: label.into(),
            note: String::new(),
            refused: None,
            is_on: None,
            picked,
        }
    }
}

/// The choices of a question.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    all: Arc<[Choice]>,
    /// Those that what is typed lets through, the best first.
    shown: Vec<Choice>,
    /// The chosen one of them.
    row: Option<usize>,
    /// The one that is chosen while nothing is typed.
    start: Option<usize>,
}

impl Choices {
    /// `all`, with the one at `start` chosen.
    pub fn new(all: Vec<Choice>, start: Option<usize>) -> Self {
        Self { shown: all.clone(), all: all.into(), row: start, start }
    }

    /// All of them, whatever is typed.
    pub fn all(&self) -> &[Choice] {
        &self.all
    }

    pub fn shown(&self) -> &[Choice] {
        &self.shown
    }

    pub fn row(&self) -> Option<usize> {
        self.row
    }

    /// Whether the choice is still the first one.
    pub fn is_at_start(&self) -> bool {
        self.row == self.start
    }

    pub fn chosen(&self) -> Option<&Choice> {
        self.shown.get(self.row?)
    }

    /// Chooses the one at `row` of those that are shown.
    pub fn choose(&mut self, row: usize) {
        self.row = self.shown.len().checked_sub(1).map(|last| row.min(last));
    }

    /// Chooses another one. Where none is chosen yet, the first or the last.
    pub fn go(&mut self, motion: Motion) {
        let to = match (self.row, motion) {
            (Some(at), motion) => motion.from(at, PAGE),
            (None, Motion::Down | Motion::PageDown | Motion::First) => 0,
            (None, Motion::Up | Motion::PageUp | Motion::Last) => usize::MAX,
        };
        self.choose(to);
    }

    /// Shows all of them again.
    pub fn reset(&mut self) {
        self.shown = self.all.to_vec();
        self.row = self.start;
    }

    /// Shows `shown`, with the one at `row` chosen.
    pub fn show(&mut self, shown: Vec<Choice>, row: Option<usize>) {
        (self.shown, self.row) = (shown, row);
    }

    /// Those whose key begins with `typed`, in lower case.
    pub fn by_key(&self, typed: &str) -> Vec<Choice> {
        let begins = |choice: &&Choice| choice.key.to_lowercase().starts_with(typed);
        self.all.iter().filter(begins).cloned().collect()
    }

    /// Those in whose name the words of `typed` stand, the best first; what cannot be picked comes last.
    pub fn by_name(&self, typed: &str) -> Vec<Choice> {
        let typed = words::words(typed);
        let fits =
            |choice: &Choice| words::stand_in(&typed, &folded(&format!("{} {}", choice.label, choice.kind)));
        let mut fitting: Vec<(u32, &Choice)> =
            self.all.iter().filter_map(|choice| Some((fits(choice)?, choice))).collect();
        fitting.sort_by_key(|(score, choice)| (choice.refused.is_some(), std::cmp::Reverse(*score)));
        fitting.into_iter().map(|(_, choice)| choice.clone()).collect()
    }
}
