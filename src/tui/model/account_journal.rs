//! What the journal tells of the open account: read back from its end, piece by piece.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::state::query::timeline::MOST_READ;
use crate::state::{AccountId, Board, Change, Entry, Seq};

/// How many entries are read at once: few enough that a command which waits for them does not notice.
pub const PAGE: usize = 64;

/// How many entries about the account are kept.
const KEPT: usize = 512;

/// The entries about one account, as far as they are read.
#[derive(Clone, Debug)]
pub struct AccountJournal {
    pub account: AccountId,
    /// Its own id, and those that were merged into it.
    ids: BTreeSet<AccountId>,
    /// With no events but its own, newest first.
    entries: Vec<Arc<Entry>>,
    newest: Seq,
    /// The entry to read next; 0 when there is none.
    next: Seq,
    left: usize,
    /// The entry that was asked for.
    asked: Option<Seq>,
}

impl AccountJournal {
    pub fn new(board: &Board, account: &AccountId) -> Self {
        Self {
            account: account.clone(),
            ids: board.ids_of(account),
            entries: Vec::new(),
            newest: board.seq(),
            next: board.seq(),
            left: MOST_READ,
            asked: None,
        }
    }

    pub fn entries(&self) -> &[Arc<Entry>] {
        &self.entries
    }

    /// What tells one state of it from another.
    pub fn version(&self) -> (usize, Seq) {
        (self.entries.len(), self.next)
    }

    /// The entry before which nothing was read; nothing where all was, or will be.
    pub fn end(&self) -> Option<Seq> {
        Some(self.next).filter(|next| *next > 0 && self.left == 0)
    }

    /// Takes in what happened on `board` since; begins anew where that is no longer at hand, or two accounts became one.
    pub fn follow(&mut self, board: &Board) {
        if board.seq() == self.newest {
            return;
        }
        let ids = board.ids_of(&self.account);
        match board.entries_since(self.newest).filter(|_| ids == self.ids) {
            Some(entries) => {
                self.entries.splice(0..0, Entry::all_about(entries, &ids).into_iter().rev());
                self.newest = board.seq();
            }
            None => *self = Self::new(board, &self.account),
        }
    }

    /// What is to be read next: so many entries up to this one.
    pub fn wanted(&mut self) -> Option<(Seq, usize)> {
        if self.next == 0 || self.left == 0 {
            return None;
        }
        self.asked = Some(self.next);
        Some((self.next, PAGE.min(self.left)))
    }

    /// Takes in the entries up to entry `last`, if it asked for them. They are in order, oldest first.
    pub fn take(&mut self, last: Seq, read: &[Arc<Entry>]) {
        if self.asked.take_if(|asked| *asked == last).is_none() {
            return;
        }
        self.next = read.first().map_or(0, |first| first.seq.saturating_sub(1));
        self.left = self.left.saturating_sub(read.len());
        for entry in read.iter().rev().filter_map(|entry| entry.about(&self.ids)) {
            let is_first = entry.events.iter().any(|event| matches!(event.change(), Some(Change::Added)));
            self.entries.push(Arc::new(entry));
            if is_first && self.ids.len() == 1 {
                self.next = 0;
            }
            if self.entries.len() >= KEPT {
                self.left = 0;
            }
        }
    }
}
