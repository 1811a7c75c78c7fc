//! A question that is answered by picking: letters filter, keys pick.

use tui_input::Input;

use crate::query::words;
use crate::state::AccountId;
use crate::text::{self, folded};
use crate::tui::model::choices::{Choice, Choices, Picked};

/// A question with answers to pick from.
#[derive(Clone, Debug)]
pub struct Picker {
    pub purpose: PickerPurpose,
    /// What is asked, clean.
    pub title: String,
    pub input: Input,
    pub choices: Choices,
}

/// What is picked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PickerPurpose {
    /// The palette: something to do, or to go to.
    Find,
    /// The column of a stage.
    GoToStage,
    /// The stage where these accounts move.
    MoveTo(Vec<AccountId>),
    /// The order.
    Sort,
    /// Which columns the list has. Picking one leaves the question open.
    Columns,
    /// Which points of the checklist are ticked on these accounts. Picking one leaves the question open.
    Checklist(Vec<AccountId>),
    /// The view that is shown.
    View,
    /// The theme. While one chooses, the screen shows the chosen one.
    Theme,
    /// What the timeline of an account shows.
    Timeline,
    /// Whose accounts are counted.
    CountedOwner,
    /// What is copied.
    Copy,
    /// The page that is opened.
    OpenLink,
    /// The template of an email to this account.
    Template(AccountId),
    /// How the email that was written goes on.
    SendEmail,
    /// What is recorded of the email that was written.
    RecordEmail,
}

impl PickerPurpose {
    /// Whether there are so few answers that each has a key of its own, and nothing is typed.
    pub fn is_menu(&self) -> bool {
        match self {
            Self::Copy
            | Self::OpenLink
            | Self::Checklist(_)
            | Self::Timeline
            | Self::SendEmail
            | Self::RecordEmail => true,
            Self::Find
            | Self::GoToStage
            | Self::MoveTo(_)
            | Self::Sort
            | Self::Columns
            | Self::View
            | Self::Template(_)
            | Self::CountedOwner
            | Self::Theme => false,
        }
    }

    /// Whether a stage is picked.
    pub fn is_stage(&self) -> bool {
        matches!(self, Self::GoToStage | Self::MoveTo(_))
    }
}

impl Picker {
    /// Asks `title`, which need not be clean; the choice at `start` is chosen.
    pub fn new(purpose: PickerPurpose, title: &str, all: Vec<Choice>, start: Option<usize>) -> Self {
        Self {
            purpose,
            title: text::clean(title).into_owned(),
            input: Input::default(),
            choices: Choices::new(all, start),
        }
    }

    /// Finds what is typed by now, beside `accounts` that it means, each with its line; answers the only choice whose key
    /// begins with it, if there is only one.
    pub(in crate::tui) fn search(&mut self, accounts: Vec<(AccountId, String)>) -> Option<Choice> {
        let typed = self.input.value().to_lowercase();
        if typed.trim().is_empty() {
            self.choices.reset();
            return None;
        }
        let mut by_key = self.choices.by_key(&typed);
        if by_key.len() == 1 {
            return by_key.pop();
        }
        if !by_key.is_empty() {
            // Going to `3` may well mean the first stage of bucket 3; where an account moves must not be guessed.
            let exact = by_key.iter().position(|choice| choice.key.to_lowercase() == typed);
            let row = exact.or((self.purpose == PickerPurpose::GoToStage).then_some(0));
            self.choices.show(by_key, row);
            return None;
        }
        let mut found = self.choices.by_name(&typed);
        // Beside something that is called that, an account is meant by its name.
        let words = words::words(&typed);
        let name = |line: &str| folded(line.rsplit_once(" · ").map_or(line, |(name, _)| name));
        let is_meant = |line: &str| found.is_empty() || words::stand_in(&words, &name(line)).is_some();
        let accounts: Vec<Choice> = (accounts.into_iter().filter(|(_, line)| is_meant(line)))
            .map(|(id, line)| Choice { kind: "Account", ..Choice::new(line, Picked::Account(id)) })
            .collect();
        found.extend(accounts);
        let row = (!found.is_empty()).then_some(0);
        self.choices.show(found, row);
        None
    }
}
