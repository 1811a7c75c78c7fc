//! How many open accounts each person looks after.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::state::board::Board;
use crate::state::values::account::{Account, AccountId, Owner};
use crate::state::values::roster::Roster;

/// The open accounts of each owner, as they are written; kept up to date account by account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Workload {
    by_owner: HashMap<Owner, usize>,
    unowned: usize,
}

impl Workload {
    pub fn new(board: &Board) -> Self {
        let mut workload = Self::default();
        for account in board.awake().filter(|account| board.is_open(account)) {
            workload.add(account);
        }
        workload
    }

    /// Takes in what became of those in `touched` between two boards.
    pub fn follow(&mut self, before: &Board, after: &Board, touched: &BTreeSet<AccountId>) {
        for id in touched {
            if let Some(account) = before.get(id).filter(|account| before.is_open(account)) {
                self.remove(account);
            }
            if let Some(account) = after.get(id).filter(|account| after.is_open(account)) {
                self.add(account);
            }
        }
    }

    /// Each person's short name and how many they have, the most first; those of the team without any come last. Nothing
    /// where nobody owns anything and there is no team.
    pub fn people(&self, roster: &Roster) -> Vec<(Arc<str>, usize)> {
        let mut people: HashMap<String, (Arc<str>, usize)> = HashMap::new();
        let team = roster.people().iter().map(|person| (&person.name, 0));
        for (owner, count) in self.by_owner.iter().map(|(owner, count)| (owner, *count)).chain(team) {
            let short = roster.short(owner);
            let person = people.entry(short.to_lowercase()).or_insert_with(|| (short.into(), 0));
            person.1 += count;
        }
        let mut people: Vec<_> = people.into_values().collect();
        people.sort_by(|(name, count), (other, other_count)| other_count.cmp(count).then(name.cmp(other)));
        people
    }

    /// How many open accounts nobody looks after.
    pub fn unowned(&self) -> usize {
        self.unowned
    }

    fn add(&mut self, account: &Account) {
        match account.owner() {
            None => self.unowned += 1,
            Some(owner) => match self.by_owner.get_mut(owner) {
                Some(count) => *count += 1,
                None => drop(self.by_owner.insert(owner.into(), 1)),
            },
        }
    }

    fn remove(&mut self, account: &Account) {
        let Some(owner) = account.owner() else {
            self.unowned = self.unowned.saturating_sub(1);
            return;
        };
        if let Some(count) = self.by_owner.get_mut(owner) {
            *count -= 1;
            if *count == 0 {
                self.by_owner.remove(owner);
            }
        }
    }
}
