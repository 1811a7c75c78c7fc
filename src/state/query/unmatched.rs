//! The unmatched inbox: signals that named no account when they came, or several, and whom they could mean by now.
//!
//! Whom a signal could mean is a function of the board and of what the signal says, so it is asked anew whenever it is
//! shown: an import may have brought the account, an undo may have forgotten it. However plain the answer, a person
//! gives it.

use super::lookup::AccountLookup;
use crate::state::board::Board;
use crate::state::event::{Entry, UnmatchedSignal};
use crate::state::values::account::AccountId;
use crate::state::values::account_ref::AccountRef;
use crate::state::values::signal::SignalId;

/// A signal that waits for somebody to say whose it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting<'a> {
    /// The signal, and how it names its account.
    pub unmatched: &'a UnmatchedSignal,
    /// Whom it could mean by now.
    pub candidates: Vec<AccountId>,
}

impl Waiting<'_> {
    /// Whether it has come to name one account since it came.
    pub fn is_found(&self) -> bool {
        self.candidates.len() == 1 && self.candidates != self.unmatched.candidates
    }
}

/// Every signal on `board` that waits, the earliest first.
pub fn waiting(board: &Board) -> Vec<Waiting<'_>> {
    let mut waiting: Vec<&UnmatchedSignal> =
        board.unmatched().map(|it| &**it).filter(|it| !it.dismissed).collect();
    if waiting.is_empty() {
        return Vec::new();
    }
    waiting.sort_by_key(|it| (it.signal.at, &it.signal.id));
    let lookup = AccountLookup::of(board);
    let each = waiting.into_iter().map(|unmatched| {
        let candidates = lookup.candidates(board, &whom(unmatched));
        Waiting { unmatched, candidates }
    });
    each.collect()
}

/// The signals waiting on `before` that `entry` gave the one account they name: for whoever brought it.
pub fn found_by(before: &Board, entry: &Entry) -> Vec<SignalId> {
    let was = waiting(before);
    if was.is_empty() {
        return Vec::new();
    }
    let mut after = before.clone();
    after.apply(entry.clone().into());
    let is = waiting(&after);
    let open = was.iter().filter(|it| it.candidates.len() != 1).map(|it| &it.unmatched.signal.id);
    let found =
        open.filter(|id| is.iter().any(|it| it.unmatched.signal.id == **id && it.candidates.len() == 1));
    found.cloned().collect()
}

/// How `unmatched` names its account. Older journals keep only the words for it.
fn whom(unmatched: &UnmatchedSignal) -> AccountRef {
    unmatched.whom.clone().unwrap_or_else(|| match unmatched.named.split_once(' ') {
        _ if unmatched.named.contains('@') => AccountRef::Email(unmatched.named.clone()),
        Some((system, id)) => AccountRef::Other(system.into(), id.into()),
        None if unmatched.named.contains('.') => AccountRef::Domain(unmatched.named.clone()),
        None => AccountRef::Id(AccountId::new(&unmatched.named)),
    })
}
