//! The names on a board that answers and queries may contain.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use crate::state::{Account, AccountId, Board, Event, FactKey, Segment};

/// The segments, and the columns of files, that accounts have.
///
/// They are counted, so that whoever leaves the last account takes its name along. That takes a look at every account, so it
/// is done in steps; afterwards only those are looked at that changed.
#[derive(Clone, Debug, Default)]
pub struct BoardNames {
    segments: BTreeMap<Segment, usize>,
    columns: BTreeMap<FactKey, usize>,
    /// The board on which they stand once `rest` is counted; nothing before that was begun.
    board: Option<Board>,
    /// What is still to be counted.
    rest: Vec<Changed>,
}

/// How an account was counted, and how it is to be.
#[derive(Clone, Debug)]
struct Changed {
    before: Option<Arc<Account>>,
    after: Option<Arc<Account>>,
}

impl BoardNames {
    /// Whether they are those on `board`.
    pub fn are_of(&self, board: &Board) -> bool {
        self.rest.is_empty() && self.board.as_ref().is_some_and(|known| known.seq() == board.seq())
    }

    /// Looks at up to `count` more accounts of `board`.
    pub fn count(&mut self, board: &Board, count: usize) {
        if self.rest.is_empty() {
            self.begin(board);
        }
        for Changed { before, after } in self.rest.split_off(self.rest.len().saturating_sub(count)) {
            if let Some(account) = before {
                account.segments.iter().for_each(|segment| remove(&mut self.segments, segment));
                columns(&account).for_each(|column| remove(&mut self.columns, column));
            }
            if let Some(account) = after {
                account.segments.iter().for_each(|segment| add(&mut self.segments, segment));
                columns(&account).for_each(|column| add(&mut self.columns, column));
            }
        }
    }

    /// Every segment there is, with how many accounts are in it.
    pub fn segments(&self) -> impl Iterator<Item = (&Segment, usize)> {
        self.segments.iter().map(|(segment, count)| (segment, *count))
    }

    /// The facts that have no name of their own here, `extra.…` and `id.…`.
    pub fn columns(&self) -> impl Iterator<Item = &FactKey> {
        self.columns.keys()
    }

    /// Says what is to be counted to get to `board`: what changed since, or everyone.
    fn begin(&mut self, board: &Board) {
        let known = self.board.replace(board.clone());
        let since = known.as_ref().and_then(|known| Some((known, board.entries_since(known.seq())?)));
        if let Some((known, entries)) = since {
            let events = entries.flat_map(|entry| entry.events.iter());
            let mut touched: Vec<&AccountId> = events.filter_map(Event::account).collect();
            touched.sort_unstable();
            touched.dedup();
            let of = |id| Changed { before: known.get(id).cloned(), after: board.get(id).cloned() };
            self.rest = touched.into_iter().map(of).collect();
        } else {
            let everyone =
                board.accounts().map(|account| Changed { before: None, after: Some(account.clone()) });
            self.rest = everyone.collect();
            (self.segments, self.columns) = (BTreeMap::new(), BTreeMap::new());
        }
    }
}

fn columns(account: &Account) -> impl Iterator<Item = &FactKey> {
    account.facts.keys().filter(|key| matches!(key, FactKey::Extra(_) | FactKey::OtherId(_)))
}

fn add<T: Ord + Clone>(counted: &mut BTreeMap<T, usize>, name: &T) {
    match counted.get_mut(name) {
        Some(count) => *count += 1,
        None => drop(counted.insert(name.clone(), 1)),
    }
}

fn remove<T: Ord + Clone>(counted: &mut BTreeMap<T, usize>, name: &T) {
    if let Entry::Occupied(mut known) = counted.entry(name.clone()) {
        *known.get_mut() -= 1;
        if *known.get() == 0 {
            known.remove();
        }
    }
}
