//! The names on a board that answers and queries may contain.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use crate::state::{Account, Board, FactKey, Segment};
use crate::tui::model::columns::{BoardColumns, Visible, Walk};

/// The segments, and the columns of files, that accounts have.
///
/// They are counted, so that whoever leaves the last account takes its name along. That takes a look at every account, so it
/// is done in steps; afterwards only those are looked at that changed.
#[derive(Clone, Debug, Default)]
pub struct BoardNames {
    segments: BTreeMap<Segment, usize>,
    columns: BTreeMap<FactKey, usize>,
    walk: Walk,
    /// Who is counted, by number.
    counted: Visible,
}

impl BoardNames {
    /// Whether everyone is counted.
    pub fn are_whole(&self) -> bool {
        self.walk.is_over()
    }

    /// Whether everyone is counted whom nobody has to wait for.
    pub fn know_those_at_hand(&self, board: &Board) -> bool {
        self.walk.is_past_those_at_hand(board)
    }

    /// Looks at about `count` more accounts of `board`, which stand on `columns`.
    pub fn count(&mut self, board: &Board, columns: &BoardColumns, count: usize) {
        for (number, account) in self.walk.step(board, columns.list(true).all(), count) {
            if !self.counted.contains(number) {
                self.follow(None, Some(&account), number);
            }
        }
    }

    /// Takes in that the account with this `number` was `before`, and is `after`. A new one is not there before, nor one that
    /// is gone after.
    pub fn follow(&mut self, before: Option<&Arc<Account>>, after: Option<&Arc<Account>>, number: usize) {
        if let Some(account) = before.filter(|_| self.counted.contains(number)) {
            account.segments.iter().for_each(|segment| remove(&mut self.segments, segment));
            columns(account).for_each(|column| remove(&mut self.columns, column));
        }
        if let Some(account) = after {
            account.segments.iter().for_each(|segment| add(&mut self.segments, segment));
            columns(account).for_each(|column| add(&mut self.columns, column));
        }
        self.counted.set(number, after.is_some());
    }

    /// Everyone stands in another order: what was not counted to the end is counted anew.
    pub fn forget_if_begun(&mut self) {
        if !self.are_whole() {
            *self = Self::default();
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::config::pipeline;
    use crate::query::Sort;
    use crate::state::board::BoardMeta;
    use crate::state::{AccountId, Now};

    fn account(number: usize, segments: &[&str]) -> Arc<Account> {
        let mut account = Account::new(AccountId::new(&format!("A-{number:02}")));
        account.segments = segments.iter().map(|segment| Segment::from(*segment)).collect();
        Arc::new(account)
    }

    fn board(accounts: &[Arc<Account>]) -> Board {
        let pipeline = pipeline::parse(pipeline::DEFAULT, "pipeline.toml").expect("the shipped stages");
        Board::restore(
            Arc::new(pipeline),
            accounts.iter().map(|account| (**account).clone()),
            BoardMeta::default(),
        )
    }

    #[test]
    fn those_who_change_while_everyone_is_counted_count_once() {
        let now = Now::utc("2024-12-15T09:00:00Z".parse().expect("a moment"));
        let before: Vec<Arc<Account>> = (0..6).map(|number| account(number, &["Legacy"])).collect();
        let old = board(&before);
        for steps in 0..=4 {
            let mut columns = BoardColumns::new(&old, &now, Sort::Name);
            let mut names = BoardNames::default();
            for _ in 0..steps {
                names.count(&old, &columns, 2);
            }
            // The first and the last one change, and somebody new comes.
            let mut after = before.clone();
            (after[0], after[5]) = (account(0, &["Priority"]), account(5, &["Priority", "Legacy"]));
            after.push(account(6, &["New"]));
            let new = board(&after);
            let touched = [&after[0].id, &after[5].id, &after[6].id];
            let numbers = columns.follow(&new, &touched.map(|id| (id, true)));
            for (id, number) in touched.iter().zip(numbers) {
                names.follow(old.get(id), new.get(id), number);
            }
            while !names.are_whole() {
                names.count(&new, &columns, 2);
            }
            let counted: BTreeSet<(String, usize)> =
                names.segments().map(|(segment, count)| (segment.to_string(), count)).collect();
            let expected = [("Legacy", 5), ("New", 1), ("Priority", 2)];
            assert_eq!(counted, expected.map(|(segment, count)| (segment.to_owned(), count)).into());
        }
    }
}
