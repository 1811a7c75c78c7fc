//! What there is to say while the today queue is empty: what comes next, or how many accounts need others.

use std::collections::HashSet;

use super::Empty;
use crate::parallel;
use crate::state::query::attention::{AttentionRules, reasons_of};
use crate::state::query::upcoming::{Upcoming, upcoming, upcoming_among};
use crate::state::{AccountId, Board, Now};

/// What is known of every account while the queue is empty, so that a few changes ask nothing of the rest.
#[derive(Clone, Debug)]
pub(super) struct Outlook {
    /// Whether the queue is one person's: then accounts may need others.
    is_personal: bool,
    /// Who changed since the last refresh.
    changed: HashSet<AccountId>,
    needs_others: HashSet<AccountId>,
    snoozed: HashSet<AccountId>,
    empty: Option<Empty>,
}

impl Outlook {
    /// Nothing is known yet of any account on `board`.
    pub(super) fn new(board: &Board, is_personal: bool) -> Self {
        Self {
            is_personal,
            changed: board.awake().map(|account| account.id.clone()).collect(),
            needs_others: HashSet::new(),
            snoozed: HashSet::new(),
            empty: None,
        }
    }

    /// Notes that `account` changed.
    pub(super) fn note(&mut self, account: &AccountId) {
        self.changed.insert(account.clone());
    }

    /// What there is to say, as of the last refresh.
    pub(super) fn empty(&self) -> Option<&Empty> {
        self.empty.as_ref()
    }

    /// Looks at every account that changed.
    pub(super) fn refresh(&mut self, board: &Board, now: &Now, rules: &AttentionRules) {
        if self.changed.is_empty() && self.empty.is_some() {
            return;
        }
        let changed: Vec<AccountId> = self.changed.drain().collect();
        let found = parallel::map(&changed, |id| {
            let account = board.get(id)?;
            let needs = || !reasons_of(board, account, now, rules).is_empty();
            Some((self.is_personal && needs(), account.is_snoozed(now.at)))
        });
        for (id, found) in changed.iter().zip(found) {
            let (needs_others, is_snoozed) = found.unwrap_or_default();
            for (set, is_in) in [(&mut self.needs_others, needs_others), (&mut self.snoozed, is_snoozed)] {
                if is_in {
                    set.insert(id.clone());
                } else {
                    set.remove(id);
                }
            }
        }
        let known = self.empty.take();
        self.empty = Some(match (self.needs_others.len(), known) {
            (0, known) => {
                let next = match known {
                    Some(Empty::Next { next, .. }) => next_after(next, &changed, board, now, rules),
                    Some(Empty::Others(_)) | None => upcoming(board, now, rules),
                };
                Empty::Next { next, snoozed: self.snoozed.len() }
            }
            (others, _) => Empty::Others(others),
        });
    }
}

/// What comes next by itself, where `known` did before `changed` changed.
fn next_after(
    known: Option<Upcoming>,
    changed: &[AccountId],
    board: &Board,
    now: &Now,
    rules: &AttentionRules,
) -> Option<Upcoming> {
    let accounts = changed.iter().filter_map(|id| board.get(id));
    let among_changed = upcoming_among(accounts, board, now, rules);
    let Some(known) = known else { return among_changed };
    let comes_first = |next: &Upcoming| (next.at, &next.account) <= (known.at, &known.account);
    if let Some(next) = among_changed.filter(comes_first) {
        return Some(next);
    }
    if known.at > now.at && !changed.contains(&known.account) {
        return Some(known);
    }
    // It no longer comes, or later: somebody else may come first now.
    upcoming(board, now, rules)
}
