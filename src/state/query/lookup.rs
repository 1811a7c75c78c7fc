//! An index of accounts by email address, domain and id in another system. For batches, where a search through all
//! accounts for each signal would take minutes.

use std::cell::Cell;
use std::collections::{BTreeSet, HashMap};

use crate::state::board::Board;
use crate::state::board::archive::{fact_names, name};
use crate::state::event::{Change, Event};
use crate::state::values::account::AccountId;
use crate::state::values::account_ref::{AccountRef, SeveralNames};
use crate::state::values::fact::{FactKey, FactValue};

/// The accounts by their names. A name that an account no longer has stays in the index, and is skipped.
#[derive(Clone, Debug, Default)]
pub struct AccountLookup {
    awake: HashMap<String, Vec<AccountId>>,
    /// How many were found among those who are asleep.
    asleep: Cell<usize>,
}

impl AccountLookup {
    /// An index of the accounts that are awake on `board`, which finds the others by itself.
    pub fn of(board: &Board) -> Self {
        let mut lookup = Self::default();
        for account in board.awake() {
            lookup.list(&account.id, account.facts.iter().map(|(key, fact)| (key, fact.value)));
        }
        for (account, into) in board.merged() {
            lookup.list(into, account.facts.iter().map(|(key, fact)| (key, fact.value)));
        }
        lookup
    }

    /// Adds the names that `events` gave to accounts.
    pub fn learn(&mut self, events: &[Event]) {
        for event in events {
            let Event::Account { account, change } = event else { continue };
            if let Change::FactsUpdated { facts, .. } = change {
                self.list(account, facts.iter());
            } else if let Change::FactsRestored { to, .. } = change {
                let known = to.iter().filter_map(|(key, fact)| Some((key, &fact.as_ref()?.value)));
                self.list(account, known);
            }
        }
    }

    fn list<'a>(
        &mut self,
        account: &AccountId,
        facts: impl IntoIterator<Item = (&'a FactKey, &'a FactValue)>,
    ) {
        for name in facts.into_iter().flat_map(|(key, value)| fact_names(key, value)) {
            self.awake.entry(name).or_default().push(account.clone());
        }
    }

    /// The same as [`Board::candidates`], if the index knows all events of `board`.
    pub fn candidates(&self, board: &Board, named: &AccountRef) -> Vec<AccountId> {
        if let AccountRef::AnyOf(SeveralNames(names)) = named {
            let found = names.iter().flat_map(|named| self.candidates(board, named));
            return found.collect::<BTreeSet<_>>().into_iter().collect();
        }
        let Some(name) = name(named) else { return board.candidates(named) };
        let listed = self.awake.get(&name).into_iter().flatten();
        let holds = |id: &&AccountId| board.is_meant(id, named);
        let mut asleep = board.asleep_under(&name).peekable();
        if asleep.peek().is_some() {
            self.asleep.update(|found| found + 1);
            // Where so many were found, many more are to come.
            if board.are_many(self.asleep.get()) {
                board.read_asleep();
            }
        }
        let found: BTreeSet<&AccountId> = listed.chain(asleep).filter(holds).collect();
        found.into_iter().cloned().collect()
    }
}
