//! Everyone, described for the filter's words.

use std::cmp::Reverse;

use crate::parallel;
use crate::query::words::{Described, words};
use crate::state::{Account, AccountId, Board, Roster};
use crate::tui::model::columns::Row;
use crate::tui::model::columns::{BoardColumns, Visible};

/// What can be searched, folded once so that a key press only compares. An account's place in it is its number in
/// the columns.
#[derive(Clone, Debug, Default)]
pub struct Index(Vec<Described>);

impl Index {
    /// An index of everyone on `columns`.
    pub fn new(board: &Board, columns: &BoardColumns, roster: &Roster) -> Self {
        let rows: Vec<&Row> = columns.list(true).all().iter().collect();
        let described =
            parallel::map(&rows, |row| board.get(&row.id).map(|account| Described::new(account, roster)));
        let mut index = Self::default();
        for (row, described) in rows.into_iter().zip(described) {
            index.put(row.number(), described.unwrap_or_default());
        }
        index
    }

    /// Takes in how `id`, which has that number in the columns, is described on `board` now.
    pub fn follow(&mut self, board: &Board, id: &AccountId, number: usize, roster: &Roster) {
        // An account is only ever forgotten by an undo; then nothing is left that a word could match.
        self.put(number, board.get(id).map(|account| Described::new(account, roster)).unwrap_or_default());
    }

    fn put(&mut self, number: usize, described: Described) {
        if number >= self.0.len() {
            self.0.resize_with(number + 1, Described::default);
        }
        self.0[number] = described;
    }

    /// How well everyone fits `query`. Every word must be found somewhere: fuzzily in the name, id or owner, to the letter
    /// in any other fact.
    pub fn scores(&self, query: &str) -> Scores {
        let words = words(query);
        Scores(parallel::map(&self.0, |described| described.score(&words)))
    }

    /// Whether `query` means `account`.
    pub fn means(query: &str, account: &Account, roster: &Roster) -> bool {
        Described::new(account, roster).score(&words(query)).is_some()
    }
}

/// How well everyone fits what was typed, by their numbers; nothing for those it does not mean.
#[derive(Debug)]
pub struct Scores(Vec<Option<u32>>);

impl Scores {
    /// Everyone it means.
    pub fn visible(&self) -> Visible {
        let mut visible = Visible::default();
        for (number, score) in self.0.iter().enumerate() {
            if score.is_some() {
                visible.insert(number);
            }
        }
        visible
    }

    /// Whom of these, each with its number, it means most; of equals, the first.
    pub fn best_of<T>(&self, numbered: impl IntoIterator<Item = (usize, T)>) -> Option<T> {
        let fits = numbered.into_iter().filter_map(|(number, whom)| Some(((*self.0.get(number)?)?, whom)));
        fits.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, whom)| whom)
    }
}

/// Everyone known, to be looked through by what is typed: the best first, and nothing of it on the screen.
#[derive(Clone, Debug)]
pub struct Finder {
    index: Index,
    /// Whose number is which.
    ids: Vec<Option<AccountId>>,
}

impl Finder {
    /// Everyone on `columns`.
    pub fn new(board: &Board, columns: &BoardColumns, roster: &Roster) -> Self {
        let index = Index::new(board, columns, roster);
        let mut ids = vec![None; index.0.len()];
        for row in columns.list(true).all() {
            if let Some(place) = ids.get_mut(row.number()) {
                *place = Some(row.id.clone());
            }
        }
        Self { index, ids }
    }

    /// Whom `query` means, the best first, and no more than `most`.
    pub fn find(&self, query: &str, most: usize) -> Vec<AccountId> {
        let scored = self.index.scores(query).0.into_iter().zip(&self.ids).enumerate();
        let mut found: Vec<(Reverse<u32>, usize, &AccountId)> = scored
            .filter_map(|(number, (score, id))| Some((Reverse(score?), number, id.as_ref()?)))
            .collect();
        found.sort_unstable_by_key(|(score, number, _)| (*score, *number));
        found.into_iter().take(most).map(|(_, _, id)| id.clone()).collect()
    }
}
