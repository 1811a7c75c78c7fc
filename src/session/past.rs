//! The board as it was.

use std::ops::ControlFlow;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::Session;
use crate::state::values::past_day::PastDay;
use crate::state::{Actor, Board, Entry, Now, Seq};
use crate::store::StoreError;

/// The board as it was at the end of a day, and what somebody did on that day, oldest first.
#[derive(Clone, Debug)]
pub struct PastBoard {
    pub day: PastDay,
    pub board: Board,
    pub done: Vec<Arc<Entry>>,
}

impl Session {
    /// Goes back to what had been recorded by that moment: the board of the entries up to the last one that was decided by
    /// then. Who submits anything afterwards decides it on the board of now.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn go_back_to(&mut self, at: DateTime<Utc>) -> Result<(), StoreError> {
        let board = self.board_at(at, |_| {})?;
        (self.decided_on, self.board) = (board.clone(), board);
        Ok(())
    }

    /// The board at the end of `day`, and what `by` did on it. This session stays where it is.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn past_board(&mut self, day: PastDay, by: &Actor, zone: Tz) -> Result<PastBoard, StoreError> {
        let mut done = Vec::new();
        let then = Now { at: day.end, zone };
        let board = self.board_at(day.end, |entry| {
            if entry.by == *by && then.date(entry.at) == day.day {
                done.push(entry.clone());
            }
        })?;
        Ok(PastBoard { day, board, done })
    }

    /// The board of the entries up to the last one that was decided by `at`; each of them is `seen`.
    fn board_at(
        &mut self,
        at: DateTime<Utc>,
        mut seen: impl FnMut(&Arc<Entry>),
    ) -> Result<Board, StoreError> {
        let mut board = Board::new(self.board.pipeline().clone());
        let mut last: Seq = 0;
        let mut take = |board: &mut Board, entry: Arc<Entry>| {
            seen(&entry);
            board.apply(entry);
        };
        self.store.for_each(self.board.seq(), &mut |entry| {
            if entry.at <= at {
                last = entry.seq;
                if board.seq() + 1 == entry.seq {
                    take(&mut board, entry);
                }
            }
            ControlFlow::Continue(())
        })?;
        // A clock may have been wrong for a while: an entry that came behind a late one was decided by then all the same, and
        // so was all that it goes on from.
        let begun = board.seq();
        if last > begun {
            self.store.for_each(last, &mut |entry| {
                if entry.seq > begun {
                    take(&mut board, entry);
                }
                ControlFlow::Continue(())
            })?;
        }
        Ok(board)
    }
}
