//! Rows of those who sleep in the archive: there may be very many of them, and hardly anybody looks at them.

use std::collections::BTreeMap;

use super::row::{Row, RowData, merge};
use super::{BoardColumn, BoardColumns, ColumnId, RowOrder};
use crate::parallel;
use crate::query::Sort;
use crate::state::values::totals::AccountTotals;
use crate::state::{Account, AccountId, Board, Now};

/// The rows of everyone who was asleep on a board, in order.
///
/// Making them takes a look at every account of the archive, so it is done beside the screen.
#[derive(Clone, Debug)]
pub struct AsleepRows {
    order: RowOrder,
    rows: Vec<Row>,
}

impl AsleepRows {
    /// Reads everyone who is asleep on `board`; answers those whom `picks` picks, with their numbers, too. Only that stays in
    /// memory.
    pub fn read(
        board: &Board,
        now: &Now,
        sort: Sort,
        picks: impl Fn(&Account) -> bool + Send + Sync,
    ) -> (Self, Vec<(AccountId, usize)>) {
        let order = RowOrder { sort, today: now.today() };
        let chunks: Vec<usize> = (0..board.asleep_chunks()).collect();
        let read = parallel::map_heavy(&chunks, |at| {
            let asleep = board.asleep_in(*at).into_iter();
            asleep
                .map(|(at, it)| (order.row(board, &it.account, number(at)), picks(&it.account)))
                .collect::<Vec<_>>()
        });
        let mut read: Vec<(RowData, bool)> = read.into_iter().flatten().collect();
        read.sort_unstable_by(|(a, _), (b, _)| a.order(b));
        let picked = read.iter().filter(|(_, is_picked)| *is_picked);
        let picked = picked.map(|(row, _)| (row.id.clone(), row.number as usize)).collect();
        (Self { order, rows: read.into_iter().map(|(row, _)| Row::from(row)).collect() }, picked)
    }
}

impl BoardColumns {
    /// Whether everyone has a row.
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Takes in the rows of those who were asleep on a board that led to `board`. Answers whether they are in the order of
    /// these columns; nothing happens where they are not.
    pub fn take_asleep(&mut self, board: &Board, AsleepRows { order, mut rows }: AsleepRows) -> bool {
        if order != self.order() {
            return false;
        }
        // Who woke up meanwhile has a row, or is gone.
        rows.retain(|row| board.archive_place(&row.id).is_none());
        let mut by_column: BTreeMap<ColumnId, Vec<Row>> = BTreeMap::new();
        for row in &rows {
            if let Some(column_id) = row.column_id {
                by_column.entry(column_id).or_default().push(row.clone());
            }
        }
        let on_board = rows.iter().filter(|row| row.column_id.is_some()).cloned().collect();
        self.on_board.add(on_board);
        for (column_id, rows) in by_column {
            self.by_id.entry(column_id).or_default().add(rows);
        }
        self.places.extend(rows.iter().map(|row| (row.id.clone(), row.clone())));
        self.everyone.add(rows);
        self.is_whole = true;
        self.count_asleep(board);
        let visible = self.visible.take();
        self.narrow(visible);
        true
    }

    /// Counts those who have no rows yet.
    pub(super) fn count_asleep(&mut self, board: &Board) {
        if board.asleep() == 0 {
            self.is_whole = true;
        }
        let stages = board.pipeline().stages();
        let of = |stage| if self.is_whole { AccountTotals::default() } else { board.asleep_totals(stage) };
        let by_stage: Vec<_> = stages.iter().map(|stage| of(Some(&stage.id))).collect();
        let on_board = by_stage.iter().fold(AccountTotals::default(), AccountTotals::and);
        self.everyone.asleep = of(None).and(&on_board);
        self.on_board.asleep = on_board;
        for (at, totals) in by_stage.into_iter().enumerate() {
            self.by_id.entry(ColumnId::Stage(at)).or_default().asleep = totals;
        }
    }
}

impl BoardColumn {
    /// Adds ordered `rows`.
    fn add(&mut self, rows: Vec<Row>) {
        for row in &rows {
            self.totals.add(row.money);
        }
        merge(&mut self.rows, rows);
    }
}

/// A place in the archive as the number of a row.
pub(super) fn number(place: usize) -> u32 {
    u32::try_from(place).expect("no board has so many accounts")
}
