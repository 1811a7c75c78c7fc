//! What those who sleep are called, and the words that they use, for whoever completes a command line: read without the accounts
//! themselves.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::state::board::archive::ArchivedAccount;
use crate::state::{AccountId, FactKey};

/// Accounts per line: a line is read in a millisecond.
const LINE: usize = 4096;

/// The id of one, and its name if it has one.
pub(in crate::store) type Called<I = AccountId, N = Arc<str>> = (I, Option<N>);

/// Words that may be typed, of all who sleep.
#[derive(Default, Serialize, Deserialize)]
pub(in crate::store) struct SettledWords {
    /// Who looks after them and after their alerts.
    pub(in crate::store) owners: BTreeSet<Arc<str>>,
    pub(in crate::store) segments: BTreeSet<Arc<str>>,
    /// Facts whose names are not fixed.
    pub(in crate::store) columns: BTreeSet<String>,
}

/// The lines of a snapshot in which they stand, in the making.
#[derive(Default)]
pub(super) struct Roll {
    line: Vec<Called>,
    words: SettledWords,
}

impl Roll {
    pub(super) fn take(&mut self, it: &ArchivedAccount) {
        let account = &it.account;
        let text = |key: &FactKey| account.facts.get(key).map(|fact| Arc::from(fact.value.to_string()));
        self.line.push((account.id.clone(), text(&FactKey::Name)));
        let assignees = it.alerts.iter().filter_map(|alert| alert.assignee.clone());
        self.words.owners.extend(account.owner.clone().into_iter().chain(text(&FactKey::Specialist)));
        self.words.owners.extend(assignees);
        self.words.segments.extend(account.segments.iter().cloned());
        for (key, _) in account.facts.iter() {
            if let FactKey::Extra(_) | FactKey::OtherId(_) = key {
                self.words.columns.insert(key.to_string());
            }
        }
    }

    /// Whether there are enough for a line.
    pub(super) fn is_full(&self) -> bool {
        self.line.len() >= LINE
    }

    /// Those of the next line.
    pub(super) fn next_line(&mut self) -> Vec<Called> {
        std::mem::take(&mut self.line)
    }

    /// The words of all.
    pub(super) fn into_words(self) -> SettledWords {
        self.words
    }
}
