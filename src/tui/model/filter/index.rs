//! Everyone, described for the filter's words.

use std::cmp::Reverse;
use std::sync::Arc;

use crate::parallel;
use crate::query::words::{Described, words};
use crate::state::{Account, AccountId, Board, Roster};
use crate::tui::model::columns::{BoardColumns, Visible, Walk};

/// What can be searched, folded once so that a key press only compares. An account's place in it is its number in
/// the columns.
///
/// It takes a look at every account, so it is made in steps.
#[derive(Clone, Debug, Default)]
pub struct Index {
    ids: Vec<Option<AccountId>>,
    /// Nothing yet of those who were not passed, but for those that changed meanwhile.
    described: Vec<Described>,
    walk: Walk,
    /// What was asked for lately, the latest last: a further letter asks only those who fitted so far, and a letter that is
    /// taken back asks nobody.
    asked: Vec<(Vec<String>, Scores)>,
}

/// How many answers are kept: a word is rarely longer.
const ASKED: usize = 8;

impl Index {
    /// An index of everyone on `columns`.
    pub fn new(board: &Board, columns: &BoardColumns, roster: &Roster) -> Self {
        let mut index = Self::default();
        while !index.is_whole() {
            index.describe(board, columns, roster, usize::MAX);
        }
        index
    }

    /// Whether everyone is described.
    pub fn is_whole(&self) -> bool {
        self.walk.is_over()
    }

    /// Whether everyone is whom nobody has to wait for.
    pub fn knows_those_at_hand(&self, board: &Board) -> bool {
        self.walk.is_past_those_at_hand(board)
    }

    /// Describes about `count` more accounts of `board`, which stand on `columns`.
    pub fn describe(&mut self, board: &Board, columns: &BoardColumns, roster: &Roster, count: usize) {
        let passed = self.walk.step(board, columns.list(true).all(), count);
        let described = parallel::map(&passed, |(_, account)| Described::new(account, roster));
        for ((number, account), described) in passed.into_iter().zip(described) {
            self.put(number, Some(account.id.clone()), described);
        }
        self.asked.clear();
    }

    /// Takes in how `id`, which has that number in the columns, is described on `board` now.
    pub fn follow(&mut self, board: &Board, id: &AccountId, number: usize, roster: &Roster) {
        // An account is only ever forgotten by an undo; then nothing is left that a word could match.
        let account = board.get(id);
        let described = account.map(|account| Described::new(account, roster)).unwrap_or_default();
        self.put(number, account.map(|_| id.clone()), described);
    }

    fn put(&mut self, number: usize, id: Option<AccountId>, described: Described) {
        if number >= self.ids.len() {
            self.ids.resize(number + 1, None);
            self.described.resize_with(number + 1, Described::default);
        }
        (self.ids[number], self.described[number]) = (id, described);
        self.asked.clear();
    }

    /// How well everyone fits `query`. Every word must be found somewhere: fuzzily in the name, id or owner, to the letter
    /// in any other fact.
    pub fn scores(&mut self, query: &str) -> Scores {
        let words = words(query);
        if let Some((_, scores)) = self.asked.iter().find(|(asked, _)| *asked == words) {
            return scores.clone();
        }
        let wider = self.asked.iter().rev().find(|(asked, _)| is_wider(asked, &words));
        let scores = match wider {
            Some((_, fitted)) => {
                let numbers: Vec<usize> = fitted.numbers().collect();
                let answers = parallel::map(&numbers, |number| self.described[*number].score(&words));
                let mut all = vec![None; self.described.len()];
                for (number, score) in numbers.into_iter().zip(answers) {
                    all[number] = score;
                }
                all
            }
            None => parallel::map(&self.described, |described| described.score(&words)),
        };
        let scores = Scores(scores.into());
        if self.asked.len() == ASKED {
            self.asked.remove(0);
        }
        self.asked.push((words, scores.clone()));
        scores
    }

    /// Whom `query` means, the best first, and no more than `most`.
    pub fn find(&mut self, query: &str, most: usize) -> Vec<AccountId> {
        let answers = self.scores(query);
        let scored = answers.0.iter().zip(&self.ids).enumerate();
        let mut found: Vec<(Reverse<u32>, usize, &AccountId)> = scored
            .filter_map(|(number, (score, id))| Some((Reverse((*score)?), number, id.as_ref()?)))
            .collect();
        found.sort_unstable_by_key(|(score, number, _)| (*score, *number));
        found.into_iter().take(most).map(|(_, _, id)| id.clone()).collect()
    }

    /// Whether `query` means `account`.
    pub fn means(query: &str, account: &Account, roster: &Roster) -> bool {
        Described::new(account, roster).score(&words(query)).is_some()
    }
}

/// Whether everyone whom `words` mean is also meant by `asked`: a text in which a word is found has its beginning, too.
fn is_wider(asked: &[String], words: &[String]) -> bool {
    // No words at all mean nobody.
    (1..=words.len()).contains(&asked.len())
        && asked.iter().zip(words).all(|(asked, word)| word.starts_with(asked.as_str()))
}

/// How well everyone fits what was typed, by their numbers; nothing for those it does not mean.
#[derive(Clone, Debug)]
pub struct Scores(Arc<[Option<u32>]>);

impl Scores {
    /// Everyone it means.
    pub fn visible(&self) -> Visible {
        let mut visible = Visible::default();
        self.numbers().for_each(|number| visible.insert(number));
        visible
    }

    /// Everyone it means, by their numbers.
    fn numbers(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().filter(|(_, score)| score.is_some()).map(|(number, _)| number)
    }

    /// Whom of these, each with its number, it means most; of equals, the first.
    pub fn best_of<T>(&self, numbered: impl IntoIterator<Item = (usize, T)>) -> Option<T> {
        let fits = numbered.into_iter().filter_map(|(number, whom)| Some(((*self.0.get(number)?)?, whom)));
        fits.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, whom)| whom)
    }
}
