//! Queries about the log: which entries somebody asks for.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{Node, QueryContext, QueryError, Subject, parse};
use crate::casefold::folded;
use crate::prose::{entries, runs};
use crate::state::{AccountId, Entry, Event};

/// A query about entries that was read. An entry fits when the whole query holds for it and one of its accounts, as that
/// account is now. A word may stand in the entry's own words, too.
#[derive(Clone, Debug, PartialEq)]
pub struct EntryQuery(Node);

impl EntryQuery {
    /// Reads `text`. An empty one means every entry.
    ///
    /// # Errors
    /// The first mistake, with its place and what to write instead.
    pub fn parse(text: &str, context: &QueryContext<'_>) -> Result<Self, QueryError> {
        parse::read(text, Subject::Entries, context).map(Self)
    }

    /// Whether it means `entry`.
    pub fn means(&self, entry: &Entry, context: &QueryContext<'_>) -> bool {
        let words = EntryWords::new(entry, context);
        let ids: BTreeSet<&AccountId> = entry.events.iter().filter_map(Event::account).collect();
        let mut accounts = ids.into_iter().filter_map(|id| context.board.find(id)).peekable();
        if accounts.peek().is_none() {
            return self.0.holds(None, Some(&words), context, &mut None);
        }
        accounts.any(|account| self.0.holds(Some(account), Some(&words), context, &mut None))
    }
}

/// An entry as queries see it, its texts folded.
#[derive(Debug)]
pub(super) struct EntryWords {
    pub(super) by: String,
    pub(super) day: NaiveDate,
    pub(super) playbooks: Vec<String>,
    pub(super) is_undone: bool,
    /// What was asked and what happened.
    pub(super) words: String,
}

impl EntryWords {
    fn new(entry: &Entry, context: &QueryContext<'_>) -> Self {
        let playbooks: BTreeSet<&str> = runs::runs_in(&entry.events).map(|run| run.playbook).collect();
        let happened = entries::text(entry, context.board, &context.now);
        let mut words = format!("#{}\n{}\n{happened}", entry.seq, entry.command);
        for playbook in &playbooks {
            words.push('\n');
            words.push_str(playbook);
        }
        Self {
            by: folded(&entry.by.to_string()),
            day: context.now.date(entry.at),
            playbooks: playbooks.into_iter().map(folded).collect(),
            is_undone: context.board.undone(entry.seq).is_some(),
            words: folded(&words),
        }
    }
}
