//! How the query that is typed may go on.

use std::collections::{BTreeSet, HashSet};

use crate::query::Subject;
use crate::query::completion::{Continuation, KnownNames, continuations, last_word};
use crate::state::query::workload::Workload;
use crate::state::{Board, FactKey, Roster};
use crate::text;
use crate::tui::input::action::Motion;
use crate::tui::model::choices::{Choice, Choices, Picked};

/// A word of so many letters may be the beginning of a field; of fewer, it is a word to look for.
const BEGUN: usize = 2;

/// How the query may go on, for as long as it is typed.
#[derive(Clone, Debug, Default)]
pub struct QueryCompletion {
    /// Collected when they are first asked for: that looks at every account.
    names: Option<QueryNames>,
    choices: Choices,
    /// The fields that a bare word may be the beginning of.
    begun: Vec<String>,
}

/// The names on a board that a query may contain.
#[derive(Clone, Debug, Default)]
struct QueryNames {
    owners: BTreeSet<String>,
    segments: BTreeSet<String>,
    columns: BTreeSet<String>,
}

/// What the names are collected from.
#[derive(Clone, Copy)]
pub struct NameSources<'a> {
    /// What is asked about.
    pub subject: Subject,
    pub board: &'a Board,
    pub workload: &'a Workload,
    pub roster: &'a Roster,
}

impl QueryNames {
    fn new(from: NameSources<'_>) -> Self {
        let (mut segments, mut columns) = (HashSet::new(), HashSet::new());
        for account in from.board.accounts() {
            segments.extend(account.segments.iter().map(|segment| &**segment));
            let is_column = |key: &&FactKey| matches!(key, FactKey::Extra(_) | FactKey::OtherId(_));
            columns.extend(account.facts.keys().filter(is_column));
        }
        Self {
            owners: from.workload.people(from.roster).iter().map(|(name, _)| name.to_string()).collect(),
            segments: segments.into_iter().map(str::to_owned).collect(),
            columns: columns.into_iter().map(ToString::to_string).collect(),
        }
    }
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
        let word = typed[last_word(typed)..].trim_start_matches(['-', '(']);
        let is_field = word.contains([':', '<', '>', '=', '!']);
        (self.begun, self.choices) = (Vec::new(), Choices::default());
        if is_field || word.contains('.') {
            let names = self.names.get_or_insert_with(|| QueryNames::new(from));
            self.choices = choices(names, from, typed);
        } else if word.chars().count() >= BEGUN {
            // The names on the board are no beginnings of a word without a dot.
            let fields = choices(&QueryNames::default(), from, typed);
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
            let names = self.names.get_or_insert_with(|| QueryNames::new(from));
            (self.begun, self.choices) = (Vec::new(), choices(names, from, typed));
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
fn choices(names: &QueryNames, from: NameSources<'_>, typed: &str) -> Choices {
    let known = KnownNames {
        subject: from.subject,
        pipeline: from.board.pipeline(),
        owners: &names.owners.iter().map(String::as_str).collect(),
        segments: &names.segments.iter().map(String::as_str).collect(),
        columns: &names.columns,
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
