//! The board as it was.

use std::ops::ControlFlow;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{Report, Session};
use crate::state::values::past_day::PastDay;
use crate::state::{Actor, Board, DoneToday, Entry, Now, Seq};
use crate::store::StoreError;

/// The board as it was at the end of a day, and what somebody did on that day, oldest first.
#[derive(Clone, Debug)]
pub struct PastBoard {
    pub day: PastDay,
    pub board: Board,
    pub done: Vec<Arc<Entry>>,
}

/// Which boards of the past are asked for.
#[derive(Clone, Debug)]
pub enum PastRequest {
    /// That of the end of a day, and what `by` did on it.
    Day { day: PastDay, by: Actor, zone: Tz },
    /// Those of two moments, the earlier one first.
    Moments([DateTime<Utc>; 2]),
}

/// The boards that were asked for.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "it is boxed wherever it is kept")]
pub enum PastAnswer {
    Day(PastBoard),
    Moments([DateTime<Utc>; 2], [Board; 2]),
}

impl Session {
    /// What the thread beside a screen says of it.
    pub(super) fn answer_past(&mut self, asked: PastRequest) -> Report {
        let answer = match &asked {
            PastRequest::Day { day, by, zone } => self.past_board(*day, by, *zone).map(PastAnswer::Day),
            PastRequest::Moments(moments) => {
                self.boards_at(*moments).map(|boards| PastAnswer::Moments(*moments, boards))
            }
        };
        match answer {
            Ok(answer) => Report::Past(Box::new(answer)),
            Err(error) => Report::PastUnread(asked, error.to_string()),
        }
    }

    /// Goes back to what had been recorded by that moment: the board of the entries up to the last one that was decided by
    /// then. Who submits anything afterwards decides it on the board of now.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn go_back_to(&mut self, at: DateTime<Utc>) -> Result<(), StoreError> {
        let [board] = self.boards_at([at])?;
        (self.decided_on, self.board) = (board.clone(), board);
        Ok(())
    }

    /// The board at the end of `day`, and what `by` did on it. This session stays where it is.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn past_board(&mut self, day: PastDay, by: &Actor, zone: Tz) -> Result<PastBoard, StoreError> {
        let (mut done, then) = (Vec::new(), Now { at: day.end, zone });
        let [board] = self.boards_seeing([day.end], |entry| {
            if DoneToday::may_have(entry, by, &then) {
                done.push(entry.clone());
            }
        })?;
        Ok(PastBoard { day, board, done })
    }

    /// The boards at these moments, earliest first: each of the entries up to the last one that was decided by then.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn boards_at<const MANY: usize>(
        &mut self,
        moments: [DateTime<Utc>; MANY],
    ) -> Result<[Board; MANY], StoreError> {
        self.boards_seeing(moments, |_| {})
    }

    /// The same, and every entry is `seen`.
    fn boards_seeing<const MANY: usize>(
        &mut self,
        moments: [DateTime<Utc>; MANY],
        mut seen: impl FnMut(&Arc<Entry>),
    ) -> Result<[Board; MANY], StoreError> {
        let empty = Board::new(self.board.pipeline().clone());
        let mut board = empty.clone();
        // Up to which entry each goes, and the board before the first entry that is later.
        let mut boards = moments.map(|at| (at, 0 as Seq, None::<Board>));
        self.store.for_each(self.board.seq(), &mut |entry| {
            seen(&entry);
            for (at, last, before) in &mut boards {
                if entry.at <= *at {
                    *last = entry.seq;
                } else if before.is_none() {
                    *before = Some(board.clone());
                }
            }
            if boards.iter().any(|(.., before)| before.is_none()) {
                board.apply(entry);
            }
            ControlFlow::Continue(())
        })?;
        let mut found = moments.map(|_| empty.clone());
        for ((_, last, before), found) in boards.into_iter().zip(&mut found) {
            *found = before.unwrap_or_else(|| board.clone());
            // A clock may have been wrong for a while: an entry that came behind a late one was decided by then all the same,
            // and so was all that it goes on from.
            let begun = found.seq();
            if last > begun {
                self.store.for_each(last, &mut |entry| {
                    if entry.seq > begun {
                        found.apply(entry);
                    }
                    ControlFlow::Continue(())
                })?;
            }
        }
        Ok(found)
    }
}
