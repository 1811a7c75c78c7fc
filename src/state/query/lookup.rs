//! An index of accounts by email address, domain and id in another system. For batches, where a search through all
//! accounts for each signal would take minutes.

use std::collections::{BTreeSet, HashMap};

use crate::state::board::Board;
use crate::state::board::archive::{fact_names, name};
use crate::state::event::{Change, Event};
use crate::state::values::account::AccountId;
use crate::state::values::account_ref::{AccountRef, SeveralNames};
use crate::state::values::fact::{FactKey, FactValue};

/// The accounts by their names. A name that an account no longer has stays in the index, and is skipped.
#[derive(Clone, Debug, Default)]
pub struct AccountLookup(HashMap<String, Vec<AccountId>>);

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
            self.0.entry(name).or_default().push(account.clone());
        }
    }

    /// The same as [`Board::candidates`], if the index knows all events of `board`.
    pub fn candidates(&self, board: &Board, named: &AccountRef) -> Vec<AccountId> {
        if let AccountRef::AnyOf(SeveralNames(names)) = named {
            let found = names.iter().flat_map(|named| self.candidates(board, named));
            return found.collect::<BTreeSet<_>>().into_iter().collect();
        }
        let Some(name) = name(named) else { return board.candidates(named) };
        let listed = self.0.get(&name).into_iter().flatten();
        let holds = |id: &&AccountId| board.is_meant(id, named);
        let asleep = board.asleep_under(&name);
        let found: BTreeSet<&AccountId> = listed.chain(asleep).filter(holds).collect();
        found.into_iter().cloned().collect()
    }
}
