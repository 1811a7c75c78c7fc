//! What becomes of a store that stays open: what others write, that something is wrong with it, and that it goes on.

use tracing::{error, info};

use super::{Report, Request, Session};
use crate::state::{Board, Command, Commands};
use crate::store::StoreError;

impl Session {
    /// What keeps the store from being read or changed, in a sentence, as far as it was looked at.
    pub fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }

    /// Folds in what others wrote, and looks whether something is wrong with the store, or no longer is. Answers what is new
    /// of that.
    pub fn follow(&mut self) -> Option<Report> {
        let news = self.store.follow_after(self.board.seq()).map(|entries| self.fold_in(entries));
        if let Err(StoreError::Replaced { .. }) = news
            && let Ok(Some(board)) = self.store.reread(self.board.pipeline())
        {
            return Some(self.begin_anew(board));
        }
        let trouble = match &news {
            Ok(_) => self.store.trouble(),
            Err(error) => Some(error.standing()),
        };
        if self.trouble == trouble {
            return self.store.late_notices().next().map(Report::Found);
        }
        match &news {
            Ok(_) => info!("store can be used again"),
            Err(error) => error!(kind = error.kind(), "store cannot be used"),
        }
        self.trouble.clone_from(&trouble);
        Some(Report::Trouble(trouble))
    }

    /// Whether `request` is one that no person made, where nothing can be changed. Nobody has to hear every minute what stands over
    /// the board, or that they only read it; nor that it is not noted what they look at.
    pub(super) fn leaves_out(&self, request: &Request) -> bool {
        match request {
            Request::Sweep(_) => self.trouble.is_some() || self.store.writable().is_err(),
            Request::Commands { commands: Commands::One(Command::MarkSeen { .. }), .. } => {
                self.store.writable().is_err()
            }
            Request::Commands { .. }
            | Request::Source { .. }
            | Request::Entries { .. }
            | Request::EntriesOfDay { .. }
            | Request::Past(_) => false,
        }
    }

    /// Goes on with `board`, which was read where another one was expected.
    fn begin_anew(&mut self, board: Board) -> Report {
        info!(entries = board.seq(), accounts = board.len(), "store read anew");
        (self.decided_on, self.board) = (board.clone(), board.clone());
        self.trouble = self.store.trouble();
        Report::Reread { board: Box::new(board), trouble: self.trouble.clone() }
    }
}

/// What is answered to `request`, which was left out.
pub(super) fn left_out(request: Request) -> Option<Report> {
    let Request::Commands { commands, .. } = request else { return None };
    Some(Report::Same(commands))
}
