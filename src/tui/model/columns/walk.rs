//! A way past everyone on a board, in steps.

use std::sync::Arc;

use super::row::Row;
use crate::parallel;
use crate::state::{Account, Board};

/// How far somebody has gone past everyone: first those who are awake, by their rows, and then those who are asleep, who
/// do not stay in memory.
///
/// Accounts may come, go and wake between two steps. Whoever walks has to look by themselves at those that changed
/// meanwhile: one that went to another place may be met twice, or never.
#[derive(Clone, Debug, Default)]
pub struct Walk {
    last: Option<Row>,
    /// The next piece of those who are asleep, once everyone who is awake was passed.
    chunk: Option<usize>,
    is_over: bool,
}

impl Walk {
    /// One that has passed everyone.
    pub fn over() -> Self {
        Self { is_over: true, ..Self::default() }
    }

    /// Whether the end was reached.
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    /// Whether everyone was passed whom nobody has to wait for: those who are awake, and the others where they are few.
    pub fn is_past_those_at_hand(&self, board: &Board) -> bool {
        if board.sleeps_little() { self.is_over } else { self.is_past_awake() }
    }

    fn is_past_awake(&self) -> bool {
        self.is_over || self.chunk.is_some()
    }

    /// Leaves those out who are asleep.
    pub fn skip_asleep(&mut self) {
        self.is_over = self.is_past_awake();
    }

    /// Goes past about `count` more: through `rows`, which are those of everyone who is awake at least, sorted as they were at
    /// the last step, and then through those who are asleep. Answers whom it passed, each with the number of its row.
    pub fn step(&mut self, board: &Board, rows: &[Row], count: usize) -> Vec<(usize, Arc<Account>)> {
        match self.chunk {
            _ if self.is_over => Vec::new(),
            Some(chunk) => self.step_asleep(board, chunk, count),
            None => self.step_awake(board, rows, count),
        }
    }

    fn step_awake(&mut self, board: &Board, rows: &[Row], count: usize) -> Vec<(usize, Arc<Account>)> {
        let start = self.last.as_ref().map_or(0, |last| rows.partition_point(|row| row <= last));
        let end = start.saturating_add(count).min(rows.len());
        let next = &rows[start..end];
        if let Some(last) = next.last() {
            self.last = Some(last.clone());
        }
        if end == rows.len() {
            self.chunk = Some(0);
            self.is_over = board.asleep() == 0;
        }
        let awake = next.iter().filter_map(|row| Some((row.number(), board.get_awake(&row.id)?.clone())));
        awake.collect()
    }

    fn step_asleep(&mut self, board: &Board, from: usize, count: usize) -> Vec<(usize, Arc<Account>)> {
        let read = AsleepRead::at(board, from, count);
        self.pass(&read);
        read.accounts
    }

    /// The piece of those who are asleep that comes next; nothing before everyone who is awake was passed, and at the end.
    pub fn next_asleep(&self) -> Option<usize> {
        self.chunk.filter(|_| !self.is_over)
    }

    /// Goes past those who were read, which come next.
    pub fn pass(&mut self, read: &AsleepRead) {
        self.chunk = Some(read.next);
        self.is_over = read.is_last;
    }
}

/// Some of those who are asleep, each with its number: read once for all who have come as far.
pub struct AsleepRead {
    pub accounts: Vec<(usize, Arc<Account>)>,
    /// The piece that comes after them.
    next: usize,
    is_last: bool,
}

impl AsleepRead {
    /// About `count` of them, from the piece `from` on.
    pub fn at(board: &Board, from: usize, count: usize) -> Self {
        let chunks = board.asleep_chunks();
        let (mut accounts, mut next) = (Vec::new(), from);
        while next < chunks && accounts.len() < count {
            let together: Vec<usize> = (next..chunks).take(TOGETHER).collect();
            next += together.len();
            let read = parallel::map_heavy(&together, |at| board.asleep_in(*at));
            accounts.extend(read.into_iter().flatten().map(|(number, it)| (number, it.account)));
        }
        Self { accounts, next, is_last: next >= chunks }
    }
}

/// How many pieces of those who are asleep are read together.
const TOGETHER: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::pipeline;
    use crate::query::Sort;
    use crate::state::board::BoardMeta;
    use crate::state::{AccountId, Now};
    use crate::tui::model::columns::BoardColumns;

    fn board(accounts: &[usize]) -> Board {
        let pipeline = pipeline::parse(pipeline::DEFAULT, "pipeline.toml").expect("the shipped stages");
        let accounts = accounts.iter().map(|at| Account::new(AccountId::new(&format!("A-{at}"))));
        Board::restore(Arc::new(pipeline), accounts, BoardMeta::default())
    }

    fn rows(board: &Board) -> Vec<Row> {
        let now = Now::utc("2024-12-15T09:00:00Z".parse().expect("a moment"));
        BoardColumns::new(board, &now, Sort::Name).list(true).all().to_vec()
    }

    fn ids(passed: &[(usize, Arc<Account>)]) -> Vec<&str> {
        passed.iter().map(|(_, account)| account.id.as_str()).collect()
    }

    #[test]
    fn it_goes_on_where_it_was_though_accounts_come_and_go() {
        let mut walk = Walk::default();
        let before = board(&[10, 20, 30, 40, 50, 60]);
        assert_eq!(ids(&walk.step(&before, &rows(&before), 2)), ["A-10", "A-20"]);
        let after = board(&[10, 15, 25, 30, 40, 50, 60]);
        assert_eq!(ids(&walk.step(&after, &rows(&after), 2)), ["A-25", "A-30"]);
        assert!(!walk.is_past_awake());
        assert_eq!(ids(&walk.step(&after, &rows(&after), usize::MAX)), ["A-40", "A-50", "A-60"]);
        assert!(walk.is_over() && walk.is_past_awake());
        assert!(walk.step(&after, &rows(&after), 1).is_empty());
    }

    #[test]
    fn an_empty_list_is_over_at_the_first_step() {
        let mut walk = Walk::default();
        assert!(walk.step(&board(&[]), &[], 5).is_empty());
        assert!(walk.is_over());
    }
}
