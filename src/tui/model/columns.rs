//! The accounts in the order the screen shows them, kept up to date change by change.
//!
//! A board knows its accounts by id; a screen wants them by column, sorted and filtered. Keeping that beside the
//! board means that one moved card costs a few steps, however many accounts there are.

mod asleep;
mod row;
mod walk;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::NaiveDate;
use foldhash::fast::RandomState;

use crate::parallel;
use crate::query::Sort;
use crate::state::values::totals::AccountTotals;
use crate::state::{Account, AccountId, Board, MoneySum, Now, Position};

pub use self::asleep::AsleepRows;
pub use self::row::{Row, RowData};
pub(super) use self::row::{RowChange, exchange, exchange_shown};
pub use self::walk::{AsleepRead, Walk};

/// Which column of the board: a stage by its position in the pipeline, or the one for labels nobody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ColumnId {
    /// Accounts whose label no stage answers to. Stands first: somebody should say where they go.
    Unmapped,
    /// A stage.
    Stage(usize),
}

/// Whom a filter lets through, by their numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visible(Vec<bool>);

impl Visible {
    /// Lets `number` through.
    pub fn insert(&mut self, number: usize) {
        self.set(number, true);
    }

    /// Whether `number` is let through.
    pub fn contains(&self, number: usize) -> bool {
        self.0.get(number).is_some_and(|passes| *passes)
    }

    /// Lets through only whom `other` lets through as well.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        for (number, passes) in self.0.iter_mut().enumerate() {
            *passes &= other.contains(number);
        }
        self
    }

    /// Whether `other` lets through everyone whom this lets through.
    fn is_within(&self, other: &Self) -> bool {
        let both = self.0.len().min(other.0.len());
        let (common, rest) = self.0.split_at(both);
        common.iter().zip(&other.0).all(|(passes, others)| !passes | others) && !rest.contains(&true)
    }

    /// Says whether `number` is let through.
    pub fn set(&mut self, number: usize, passes: bool) {
        if number >= self.0.len() {
            self.0.resize(number + 1, false);
        }
        self.0[number] = passes;
    }
}

/// One column.
#[derive(Clone, Debug, Default)]
pub struct BoardColumn {
    rows: Vec<Row>,
    totals: AccountTotals,
    /// Of those who have no rows yet.
    asleep: AccountTotals,
    shown: Option<ShownRows>,
}

/// What the filter lets through.
#[derive(Clone, Debug, Default)]
struct ShownRows {
    rows: Vec<Row>,
    totals: AccountTotals,
}

impl BoardColumn {
    /// What is to be seen: everything, or what the filter lets through.
    pub fn shown(&self) -> &[Row] {
        self.shown.as_ref().map_or(&self.rows, |shown| &shown.rows)
    }

    /// How many are to be seen, those among them who have no rows yet.
    pub fn shown_count(&self) -> usize {
        self.shown.as_ref().map_or(self.len(), |shown| shown.rows.len())
    }

    /// Everyone here who has a row, filtered or not.
    pub fn all(&self) -> &[Row] {
        &self.rows
    }

    /// How many accounts stand here, filtered or not.
    pub fn len(&self) -> usize {
        self.rows.len() + self.asleep.accounts
    }

    /// How many of them have no rows yet.
    pub fn unread(&self) -> usize {
        self.asleep.accounts
    }

    /// Whether nobody stands here.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The sum of forecasted MRR of those to be seen, each currency by itself, the one of most accounts first.
    pub fn money(&self) -> Vec<MoneySum> {
        match &self.shown {
            Some(shown) => shown.totals.sums(),
            None => self.totals.clone().and(&self.asleep).sums(),
        }
    }

    fn push(&mut self, row: Row) {
        self.totals.add(row.money);
        self.rows.push(row);
    }

    fn follow(&mut self, changes: &[RowChange]) {
        if let Some(shown) = &mut self.shown {
            for change in changes {
                let was_shown = change.old.as_ref().filter(|old| shown.rows.binary_search(old).is_ok());
                if let Some(row) = was_shown {
                    shown.totals.subtract(row.money);
                }
                if let Some(row) = change.new.as_ref().filter(|_| change.passes) {
                    shown.totals.add(row.money);
                }
            }
            exchange_shown(&mut shown.rows, changes);
        }
        for RowChange { old, new, .. } in changes {
            if let Some(row) = old {
                self.totals.subtract(row.money);
            }
            if let Some(row) = new {
                self.totals.add(row.money);
            }
        }
        exchange(&mut self.rows, changes);
    }
}

/// Every column, and the two lists: all on the board, and all that are known.
///
/// Whoever sleeps in the archive is only counted, until somebody wants to see them: see [`AsleepRows`].
#[derive(Clone, Debug)]
pub struct BoardColumns {
    sort: Sort,
    today: NaiveDate,
    by_id: BTreeMap<ColumnId, BoardColumn>,
    on_board: BoardColumn,
    everyone: BoardColumn,
    places: HashMap<AccountId, Row, RandomState>,
    visible: Option<Visible>,
    /// The next account that is new gets this number. Those in the archive have the numbers of their places there.
    next: u32,
    /// Whether those who sleep have rows, too.
    is_whole: bool,
}

impl BoardColumns {
    /// The accounts of `board` as they stand today.
    pub fn new(board: &Board, now: &Now, sort: Sort) -> Self {
        Self::numbered(board, now, sort, |_| None, 0)
    }

    /// The same accounts in another order or counted from another day, each with its number, and those shown that are.
    #[must_use]
    pub fn sorted_anew(&self, board: &Board, now: &Now, sort: Sort) -> Self {
        let number = |id: &AccountId| self.places.get(id).map(|row| row.number);
        let mut columns = Self::numbered(board, now, sort, number, self.next);
        columns.narrow(self.visible.clone());
        columns
    }

    /// Everyone by the number that `number_of` answers; those who have none yet get one from `next` on.
    fn numbered(
        board: &Board,
        now: &Now,
        sort: Sort,
        number_of: impl Fn(&AccountId) -> Option<u32>,
        next: u32,
    ) -> Self {
        let mut columns = Self {
            sort,
            today: now.today(),
            by_id: (0..board.pipeline().stages().len())
                .map(|at| (ColumnId::Stage(at), BoardColumn::default()))
                .collect(),
            on_board: BoardColumn::default(),
            everyone: BoardColumn::default(),
            places: HashMap::default(),
            visible: None,
            next: next.max(asleep::number(board.archive_places())),
            is_whole: false,
        };
        columns.by_id.insert(ColumnId::Unmapped, BoardColumn::default());
        let accounts: Vec<_> = board.awake().collect();
        let order = RowOrder { sort, today: columns.today };
        let mut sorted = parallel::map(&accounts, |account| order.row(board, account, 0));
        sorted.sort_unstable_by(RowData::order);
        columns.places.reserve(sorted.len());
        for mut line in sorted {
            let known = number_of(&line.id).or_else(|| board.archive_place(&line.id).map(asleep::number));
            line.number = known.unwrap_or(columns.next);
            columns.next = columns.next.max(line.number + 1);
            let row = Row::from(line);
            if let Some(column_id) = row.column_id {
                columns.by_id.entry(column_id).or_default().push(row.clone());
                columns.on_board.push(row.clone());
            }
            columns.everyone.push(row.clone());
            columns.places.insert(row.id.clone(), row);
        }
        if board.sleeps_little() {
            let (rows, _) = AsleepRows::read(board, now, sort, |_| false);
            columns.take_asleep(board, rows);
        } else {
            columns.count_asleep(board);
        }
        columns
    }

    /// What it is sorted by.
    pub fn sort(&self) -> Sort {
        self.sort
    }

    /// The day its renewals were counted from; on another day it must be made anew.
    pub fn today(&self) -> NaiveDate {
        self.today
    }

    /// The columns to show, in order: `Unmapped` only when somebody stands there.
    pub fn column_ids(&self) -> impl Iterator<Item = ColumnId> {
        self.by_id
            .iter()
            .filter(|(column_id, column)| **column_id != ColumnId::Unmapped || !column.is_empty())
            .map(|(column_id, _)| *column_id)
    }

    /// The column `column_id`.
    pub fn column(&self, column_id: ColumnId) -> &BoardColumn {
        &self.by_id[&column_id]
    }

    /// Everyone on the board, or everyone who is known.
    pub fn list(&self, all: bool) -> &BoardColumn {
        if all { &self.everyone } else { &self.on_board }
    }

    /// Whether an account is among those to be seen.
    pub fn shows(&self, id: &AccountId) -> bool {
        let passes =
            |visible: &Visible| self.places.get(id).is_some_and(|held| visible.contains(held.number()));
        self.visible.as_ref().is_none_or(passes)
    }

    /// The number of an account.
    pub fn number_of(&self, id: &AccountId) -> Option<usize> {
        self.places.get(id).map(Row::number)
    }

    /// The column an account stands in.
    pub fn column_of(&self, id: &AccountId) -> Option<ColumnId> {
        self.places.get(id)?.column_id
    }

    /// Where an account stands among `rows`; nothing when it is not among them.
    pub fn position(&self, id: &AccountId, rows: &[Row]) -> Option<usize> {
        rows.binary_search(self.places.get(id)?).ok()
    }

    /// Takes in how those in `touched` stand on `board` now, and answers their numbers. Beside each stands whether the
    /// filter lets it through.
    pub fn follow(&mut self, board: &Board, touched: &[(&AccountId, bool)]) -> Vec<usize> {
        let mut numbers = Vec::with_capacity(touched.len());
        let mut changes = Vec::with_capacity(touched.len());
        let order = self.order();
        for (id, passes) in touched {
            let old = self.places.remove(*id);
            let slept = || board.archive_place(id).map(asleep::number);
            let number = old.as_ref().map(|old| old.number).or_else(slept).unwrap_or(self.next);
            self.next = self.next.max(number + 1);
            let new = board.get(id).map(|account| Row::from(order.row(board, account, number)));
            if let Some(visible) = self.visible.as_mut().filter(|_| new.is_some()) {
                visible.set(number as usize, *passes);
            }
            self.places.extend(new.clone().map(|row| ((*id).clone(), row)));
            numbers.push(number as usize);
            changes.push(RowChange { old, new, passes: *passes });
        }
        self.everyone.follow(&changes);
        self.on_board.follow(&RowChange::among(&changes, |row| row.column_id.is_some()));
        for (column_id, column) in &mut self.by_id {
            let changes = RowChange::among(&changes, |row| row.column_id == Some(*column_id));
            column.follow(&changes);
        }
        self.count_asleep(board);
        numbers
    }

    /// Shows only those in `visible`, or everyone again.
    pub fn narrow(&mut self, visible: Option<Visible>) {
        // A further letter only takes rows away, so fewer are looked at.
        let is_narrower =
            self.visible.as_ref().zip(visible.as_ref()).is_some_and(|(old, new)| new.is_within(old));
        let before = self.everyone.shown.take().filter(|_| is_narrower).map(|shown| shown.rows);
        let none = visible.as_ref().map(|_| ShownRows::default());
        for column in self.by_id.values_mut().chain([&mut self.on_board]) {
            column.shown.clone_from(&none);
        }
        self.everyone.shown = visible.as_ref().map(|visible| {
            let passes = |row: &&Row| visible.contains(row.number());
            let rows: Vec<Row> = match before {
                Some(mut rows) => {
                    rows.retain(|row| passes(&row));
                    rows
                }
                None => self.everyone.rows.iter().filter(passes).cloned().collect(),
            };
            for row in &rows {
                let Some(column_id) = row.column_id else { continue };
                let column = self.by_id.get_mut(&column_id).and_then(|column| column.shown.as_mut());
                for shown in column.into_iter().chain(self.on_board.shown.as_mut()) {
                    shown.rows.push(row.clone());
                    shown.totals.add(row.money);
                }
            }
            let mut totals = AccountTotals::default();
            for row in &rows {
                totals.add(row.money);
            }
            ShownRows { rows, totals }
        });
        self.visible = visible;
    }

    fn order(&self) -> RowOrder {
        RowOrder { sort: self.sort, today: self.today }
    }
}

/// How rows are ordered, counted from a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct RowOrder {
    sort: Sort,
    today: NaiveDate,
}

impl RowOrder {
    fn row(self, board: &Board, account: &Arc<Account>, number: u32) -> RowData {
        let column_id = match board.position_of(account) {
            Position::OffBoard => None,
            Position::Unmapped(_) => Some(ColumnId::Unmapped),
            Position::InStage(position, _) => Some(ColumnId::Stage(position)),
        };
        let (group, rank) = self.sort.rank(account, self.today);
        let mut line = RowData::new(group, rank, account);
        (line.number, line.column_id, line.money) = (number, column_id, account.forecasted_mrr());
        line
    }
}

impl Default for ColumnId {
    fn default() -> Self {
        Self::Stage(0)
    }
}
