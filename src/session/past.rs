//! The board as it was.

use std::ops::ControlFlow;

use chrono::{DateTime, Utc};

use super::Session;
use crate::state::Board;
use crate::store::StoreError;

impl Session {
    /// Goes back to what had been recorded by that moment: the board of the entries up to the last one that was decided by
    /// then. Who submits anything afterwards decides it on the board of now.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn go_back_to(&mut self, at: DateTime<Utc>) -> Result<(), StoreError> {
        let mut last = 0;
        // A clock may have been wrong for a while: what comes behind a late entry may be earlier.
        self.store.for_each(self.board.seq(), &mut |entry| {
            last = if entry.at <= at { entry.seq } else { last };
            ControlFlow::Continue(())
        })?;
        let mut board = Board::new(self.board.pipeline().clone());
        self.store.for_each(last, &mut |entry| {
            board.apply(entry);
            ControlFlow::Continue(())
        })?;
        (self.decided_on, self.board) = (board.clone(), board);
        Ok(())
    }
}
