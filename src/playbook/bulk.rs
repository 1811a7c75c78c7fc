//! What commands about many accounts would do, account by account, before any of it is done.

use super::{Playbooks, transact};
use crate::parallel;
use crate::state::{Actor, Batch, Board, Command, Event, Now, Refusal};

/// What the commands about one account would do.
#[derive(Clone, Debug, PartialEq)]
pub enum Preview {
    Changes(Vec<Event>),
    /// It is so already.
    Same,
    Refused(Refusal),
}

/// What each of `parts`, the commands about one account, would do by itself to `board`.
pub fn preview(
    board: &Board,
    playbooks: &Playbooks,
    parts: &[Vec<Command>],
    by: &Actor,
    now: Now,
) -> Vec<Preview> {
    parallel::map(parts, |commands| {
        let batch = Batch { words: "preview".into(), commands: commands.clone() };
        match transact(board, playbooks, &batch, by, now) {
            Ok(Some(entry)) => Preview::Changes(entry.events),
            Ok(None) => Preview::Same,
            Err(refusal) => Preview::Refused(refusal),
        }
    })
}
