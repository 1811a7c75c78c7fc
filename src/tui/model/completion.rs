//! How the query that is typed may go on.

use crate::query::Subject;
use crate::query::completion::{Continuation, KnownNames, continuations, last_word};
use crate::state::query::workload::Workload;
use crate::state::{Board, Roster};
use crate::text;
use crate::tui::input::action::Motion;
use crate::tui::model::board_names::BoardNames;
use crate::tui::model::choices::{Choice, Choices, Picked};

/// A word of so many letters may be the beginning of a field; of fewer, it is a word to look for.
const BEGUN: usize = 2;

/// How the query may go on, for as long as it is typed.
#[derive(Clone, Debug, Default)]
pub struct QueryCompletion {
    choices: Choices,
    /// The fields that a bare word may be the beginning of.
    begun: Vec<String>,
}

/// What the names are collected from.
#[derive(Clone, Copy)]
pub struct NameSources<'a> {
    /// What is asked about.
    pub subject: Subject,
    pub board: &'a Board,
    pub names: &'a BoardNames,
    pub workload: &'a Workload,
    pub roster: &'a Roster,
}

/// Whether the names on a board are needed to offer how `typed` may go on.
pub(in crate::tui) fn needs_names(typed: &str) -> bool {
    let word = last_bare(typed);
    is_field(word) || word.contains('.')
}

/// The last word, without the signs before it.
fn last_bare(typed: &str) -> &str {
    typed[last_word(typed)..].trim_start_matches(['-', '('])
}

fn is_field(word: &str) -> bool {
    word.contains([':', '<', '>', '=', '!'])
}

impl QueryCompletion {
    /// The ways to go on that are offered.
    pub fn choices(&self) -> &Choices {
        &self.choices
    }

    /// The fields that the word which is typed may be the beginning of.
    pub fn begun(&self) -> &[String] {
        &self.begun
    }

    /// Chooses another one.
    pub(in crate::tui) fn go(&mut self, motion: Motion) {
        self.choices.go(motion);
    }

    /// Offers how `typed` may go on, where a field is named. Of a bare word, which may just as well be a name that is
    /// looked for, it is only said which fields it may begin: a box would cover what is found.
    pub(in crate::tui) fn offer(&mut self, from: NameSources<'_>, typed: &str) {
        (self.begun, self.choices) = (Vec::new(), Choices::default());
        if needs_names(typed) {
            self.choices = choices(from, typed);
        } else if last_bare(typed).chars().count() >= BEGUN {
            // The names on the board are no beginnings of a word without a dot.
            let fields = choices(NameSources { names: &BoardNames::default(), ..from }, typed);
            self.begun = fields.shown().iter().map(|choice| choice.label.clone()).collect();
        }
    }

    /// The query with the next way to go on, or with the one before; nothing where there is none. One that is chosen and
    /// not typed yet comes first.
    pub(in crate::tui) fn next(
        &mut self,
        from: NameSources<'_>,
        typed: &str,
        is_back: bool,
    ) -> Option<String> {
        if self.choices.shown().is_empty() {
            (self.begun, self.choices) = (Vec::new(), choices(from, typed));
        }
        let len = self.choices.shown().len();
        let row = match (self.choices.row(), is_back) {
            (None, false) => 0,
            (None, true) => len.checked_sub(1)?,
            (Some(row), _) if self.query_at(row) != Some(typed) => row,
            (Some(row), false) => (row + 1) % len,
            (Some(row), true) => (row + len - 1) % len,
        };
        self.take(row)
    }

    /// The query with the way to go on at `row`.
    pub(in crate::tui) fn take(&mut self, row: usize) -> Option<String> {
        self.choices.choose(row);
        self.query_at(self.choices.row()?).map(str::to_owned)
    }

    /// The query with the way to go on at `row`.
    fn query_at(&self, row: usize) -> Option<&str> {
        let Picked::Answer { text, .. } = &self.choices.shown().get(row)?.picked else { return None };
        Some(text)
    }
}

/// How `typed` may go on, with what that asks.
fn choices(from: NameSources<'_>, typed: &str) -> Choices {
    let people = from.workload.people(from.roster);
    let known = KnownNames {
        subject: from.subject,
        pipeline: from.board.pipeline(),
        owners: &people.iter().map(|(name, _)| &**name).collect(),
        segments: &from.names.segments().map(|(segment, _)| &**segment).collect(),
        columns: &from.names.columns().map(ToString::to_string).collect(),
    };
    let start = last_word(typed);
    let all = continuations(typed, &known).into_iter().filter(|it| it.query != typed);
    let choice = |Continuation { query, about }: Continuation| {
        let about = about.unwrap_or_default().replace('`', "");
        let about = about.split([':', ';']).next().unwrap_or_default();
        let label = text::clean(&query[start..]).into_owned();
        let note = text::clean(about).into_owned();
        Choice { note, ..Choice::new(label, Picked::Answer { text: query, goes_on: false }) }
    };
    Choices::new(all.map(choice).collect(), None)
}
