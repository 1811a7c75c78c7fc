//! The unmatched inbox: signals that named no account when they came, or several, and whom they could mean by now.
//!
//! Whom a signal could mean is a function of the board and of what the signal says, so it is asked anew whenever it is
//! shown: an import may have brought the account, an undo may have forgotten it. An import records those that name its
//! accounts by an id or an address; of all others, a person says whose they are.

use std::collections::BTreeMap;

use super::lookup::AccountLookup;
use chrono::TimeDelta;

use crate::state::board::Board;
use crate::state::event::UnmatchedSignal;
use crate::state::values::account::AccountId;
use crate::state::values::account_ref::{AccountRef, SeveralNames};
use crate::state::values::signal::{Signal, SignalId};

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

/// How many signals of `source` wait on `board`.
pub fn waiting_of(board: &Board, source: &str) -> usize {
    board.unmatched().filter(|it| !it.dismissed && &*it.signal.source == source).count()
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

/// A signal that has come to name one account.
pub struct Found<'a> {
    pub unmatched: &'a UnmatchedSignal,
    pub account: AccountId,
    /// Whether it named none before. Of several, one that is left may still be the wrong one.
    pub was_unknown: bool,
}

/// The signals waiting on `before` that name exactly one account on `after` and did not before.
pub fn found<'a>(before: &Board, after: &'a Board) -> Vec<Found<'a>> {
    let was = waiting(before);
    if was.is_empty() {
        return Vec::new();
    }
    let open = was.iter().filter(|it| it.candidates.len() != 1);
    let open: BTreeMap<_, _> = open.map(|it| (it.unmatched.signal.key(), it.candidates.is_empty())).collect();
    let now = waiting(after).into_iter().filter_map(|it| {
        let was_unknown = *open.get(&it.unmatched.signal.key())?;
        let [account] = &it.candidates[..] else { return None };
        Some(Found { unmatched: it.unmatched, account: account.clone(), was_unknown })
    });
    now.collect()
}

/// Whether `unmatched` names an account by what only one can have: an id or an address, but not a domain.
pub fn names_exactly(unmatched: &UnmatchedSignal) -> bool {
    is_exact(&whom(unmatched))
}

fn is_exact(named: &AccountRef) -> bool {
    match named {
        AccountRef::Id(_) | AccountRef::Other(..) | AccountRef::Email(_) => true,
        AccountRef::Domain(_) => false,
        AccountRef::AnyOf(SeveralNames(all)) => all.iter().all(is_exact),
    }
}

/// Whether `board` has another signal under the id and source of `signal`, or has it on another account than it names.
pub fn is_in_conflict(board: &Board, named: &AccountRef, signal: &Signal) -> bool {
    let Some((known, account)) = board.signal(&signal.key()) else { return false };
    let meant = match named {
        AccountRef::Id(id) => board.find(id),
        AccountRef::Other(..) | AccountRef::Email(_) | AccountRef::Domain(_) | AccountRef::AnyOf(_) => None,
    };
    let is_of_another = account.zip(meant).is_some_and(|(has, meant)| has.id != meant.id);
    let is_same_moment = (signal.at - known.at).abs() <= SAME_MOMENT;
    let at = if is_same_moment { known.at } else { signal.at };
    is_of_another || Signal { source: known.source.clone(), at, ..signal.clone() } != *known
}

/// How far apart two deliveries may date one event: who tells two addresses of it may tell each when it did so.
const SAME_MOMENT: TimeDelta = TimeDelta::minutes(1);

/// How a person names `unmatched` on `board`: its id, with its source where another one that waits has the same id.
pub fn name_of(board: &Board, unmatched: &UnmatchedSignal) -> SignalId {
    let Signal { id, source, .. } = &unmatched.signal;
    let same = board.unmatched().filter(|it| !it.dismissed && it.signal.id == *id).count();
    if same > 1 { SignalId::new(&format!("{source}:{id}")) } else { id.clone() }
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
