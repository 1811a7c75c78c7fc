//! A submission that was decided, on its way to the store.

use std::sync::Arc;

use crate::state::{Board, Entry};

/// An entry, and the board on which it was tried out.
pub struct Transacted {
    pub entry: Entry,
    /// The board with its events.
    pub(super) tried: Board,
}

impl Transacted {
    /// Makes `board`, on which it was decided, the board after its entry, which is durable now. What an import changed is not
    /// folded in a second time: that takes as long as deciding it.
    pub fn conclude(self, board: &mut Board) -> Arc<Entry> {
        let (entry, mut tried) = (Arc::new(self.entry), self.tried);
        if entry.is_way_back() {
            // It was decided with the entries at hand that it takes back.
            board.apply(entry.clone());
        } else {
            tried.conclude(entry.clone());
            *board = tried;
        }
        entry
    }
}
