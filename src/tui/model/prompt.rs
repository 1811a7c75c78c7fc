//! What is being asked or typed.

use std::borrow::Cow;
use std::sync::Arc;

use tui_input::Input;

use crate::state::{AccountId, AlertKey, Commands, PointId, SignalId, StageId};
use crate::text;
use crate::tui::model::bulk::BulkPanel;
use crate::tui::model::choices::{Choice, Choices, Picked};
use crate::tui::model::completion::QueryCompletion;
use crate::tui::model::focus::Focus;
use crate::tui::model::imports::ImportPanel;
use crate::tui::model::picker::Picker;

/// What is said while the disk has not answered yet.
pub(in crate::tui) const ON_ITS_WAY: &str = "This answer is being saved";

/// A question, with what to do with the answer.
#[derive(Clone, Debug)]
pub enum Prompt {
    /// Typing into the filter.
    Filter(TypedQuery),
    /// A line to type about one account, or about all that are marked.
    Line(AskedLine),
    /// Which account is meant.
    Account(Box<AccountChoice>),
    /// Answers to pick from.
    Pick(Box<Picker>),
    /// Which keys of the help are shown.
    HelpSearch(Input),
    /// Under which name what is on the screen is saved as a view.
    SaveView(Input),
    /// As of which day the board is to be seen.
    PastDay(Input),
    /// Whether to do something to all accounts that are marked.
    Bulk(Box<BulkPanel>),
    /// A question that one key answers.
    Confirm(Confirmation),
    /// Which file is imported.
    ImportPath(Input),
    /// What importing a file would do, and whether to do it.
    Import(Box<ImportPanel>),
}

impl Prompt {
    /// What is typed; nothing where nothing can be, or where it only filters what is picked.
    pub(in crate::tui) fn typed(&self) -> Option<&str> {
        match self {
            Self::Filter(query) => Some(query.input.value()),
            Self::Line(asked) => Some(asked.input.value()),
            Self::Account(choice) => Some(choice.input.value()),
            Self::HelpSearch(input)
            | Self::SaveView(input)
            | Self::ImportPath(input)
            | Self::PastDay(input) => Some(input.value()),
            Self::Pick(_) | Self::Bulk(_) | Self::Confirm(_) | Self::Import(_) => None,
        }
    }
}

/// A query while it is typed.
#[derive(Clone, Debug)]
pub struct TypedQuery {
    /// What is typed.
    pub input: Input,
    /// Where the person was before: whoever leaves it comes back there.
    pub from: Box<Focus>,
    /// How it may go on.
    pub completion: Box<QueryCompletion>,
}

/// A question that a line answers.
#[derive(Clone, Debug)]
pub struct AskedLine {
    /// The question in words, already clean.
    pub label: String,
    /// At least one.
    pub accounts: Vec<AccountId>,
    pub purpose: Purpose,
    /// The answer so far.
    pub input: Input,
    /// What may be picked instead of typed.
    pub choices: Choices,
    /// Whether it is on its way to the disk. The question stays until it was taken: what is objected to is mended,
    /// and what was typed ahead is no command.
    pub sent: bool,
}

/// A question that one key answers. No does nothing.
#[derive(Clone, Debug)]
pub struct Confirmation {
    /// The question in words, already clean.
    pub question: String,
    /// What yes asks for.
    pub commands: Commands,
    /// The account whose open points may be ticked before.
    pub leaving: Option<AccountId>,
    /// Whether a key was pressed that is no answer. Whoever types ahead has not read the question, so enter alone is no
    /// yes from then on.
    pub is_unread: bool,
}

impl Confirmation {
    pub fn new(question: &str, commands: impl Into<Commands>) -> Self {
        Self {
            question: text::clean(question).into_owned(),
            commands: commands.into(),
            leaving: None,
            is_unread: false,
        }
    }

    /// The question in lines of `width` cells.
    pub(in crate::tui) fn lines(&self, width: u16) -> Vec<String> {
        let options = textwrap::Options::new(usize::from(width).max(4)).initial_indent("? ");
        let reminder = if self.is_unread { " Answer y or n." } else { "" };
        let question = format!("{}{reminder}", self.question);
        let lines = textwrap::wrap(&question, options.subsequent_indent("  "));
        lines.into_iter().map(Cow::into_owned).collect()
    }
}

/// What a typed line answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Why it should go there against the board's advice.
    Force(StageId),
    /// Why they go back a stage, each from its own.
    Back,
    /// Nothing: there is nothing to give a reason for, which is said. Whoever types one all the same types no commands.
    Nothing(String),
    /// When a call was booked for.
    CallBooked,
    /// Why sales takes over.
    Handoff,
    /// How high the payment risk is, and why.
    Risk,
    /// Who looks after it.
    Owner,
    /// Which segment it joins or leaves.
    Segment,
    /// Which fact is cleared.
    ClearFact,
    /// A note.
    Note,
    /// What was seen about a point of the checklist.
    Observation(PointId),
    /// What was given back, and why.
    Refund,
    /// A task, and by when.
    Task,
    /// Until when it is snoozed.
    Snooze,
    /// Until when alerts are snoozed.
    AlertSnooze(Vec<AlertKey>),
    /// Who gets alerts.
    AlertAssign(Vec<AlertKey>),
    /// How alerts ended.
    AlertClose(Vec<AlertKey>),
}

/// What an account is chosen for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChoicePurpose {
    /// The unmatched signal is about it.
    Assign {
        signal: SignalId,
        /// The address that the signal names.
        address: Option<Arc<str>>,
        /// Whether the address is the account's from now on.
        remember: bool,
    },
    /// It becomes a part of `into`.
    Merge { into: AccountId },
}

/// The question which account is meant, with the accounts to choose from.
#[derive(Clone, Debug)]
pub struct AccountChoice {
    pub purpose: ChoicePurpose,
    /// The question in words, already clean.
    pub question: String,
    pub input: Input,
    /// The accounts that what was typed means; the candidates, while nothing is typed.
    pub choices: Choices,
    /// What choosing that one would do, in words.
    pub outcome: String,
}

impl AccountChoice {
    /// The chosen account.
    pub fn chosen(&self) -> Option<&AccountId> {
        self.choices.chosen().and_then(account_of)
    }

    /// The accounts on offer.
    pub fn found(&self) -> Vec<&AccountId> {
        self.choices.shown().iter().filter_map(account_of).collect()
    }
}

fn account_of(choice: &Choice) -> Option<&AccountId> {
    if let Picked::Account(id) = &choice.picked { Some(id) } else { None }
}
