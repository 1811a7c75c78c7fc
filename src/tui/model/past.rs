//! The board of an earlier day, shown in place of the latest one.

use crate::state::Board;
use crate::state::values::past_day::PastDay;

/// What is shown while it is another day's board.
#[derive(Clone, Debug)]
pub struct ShownPast {
    pub day: PastDay,
    /// The latest board, which goes on meanwhile.
    pub latest: Board,
}

impl ShownPast {
    /// Which day's board is shown: `as of Fri 1 Nov 2024`.
    pub fn words(&self) -> String {
        self.day.day.format("as of %a %-d %b %Y").to_string()
    }
}
