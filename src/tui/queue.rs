//! Who needs a person today, in the order they should be worked through, kept up to date account by account.

use std::collections::HashMap;
use std::sync::Arc;

use super::shelf::{Row, exchange};
use crate::cores;
use crate::state::alert::Alert;
use crate::state::attention::{Nearness, Reason, reasons};
use crate::state::upcoming::next_in_words;
use crate::state::{Account, AccountId, Board, Now};

/// The accounts that need a person, most urgent first.
#[derive(Clone, Debug)]
pub struct Queue {
    nearness: Nearness,
    rows: Vec<Row>,
    held: HashMap<AccountId, Held>,
    next: Option<String>,
}

type Held = (Row, Vec<Reason>);

impl Queue {
    /// Everyone on `board` who needs a person at `now`.
    pub fn new(board: &Board, now: &Now, nearness: Nearness) -> Self {
        let mut alerts: HashMap<&AccountId, Vec<&Alert>> = HashMap::new();
        for alert in board.alerts().filter(|alert| alert.is_open(now.at)) {
            alerts.entry(&alert.account).or_default().push(alert);
        }
        let mut queue = Self { nearness, rows: Vec::new(), held: HashMap::new(), next: None };
        let none = Vec::new();
        let accounts: Vec<_> = board.accounts().collect();
        let held = cores::map(&accounts, |account| {
            queue.held(board, account, alerts.get(&account.id).unwrap_or(&none), now)
        });
        queue.held = held.into_iter().flatten().map(|held| (held.0.id.clone(), held)).collect();
        let mut rows: Vec<Row> = queue.held.values().map(|(row, _)| row.clone()).collect();
        rows.sort_unstable();
        queue.rows = rows;
        queue.look_ahead(board, now);
        queue
    }

    /// Takes in how `id` stands on `board` now.
    pub fn follow(&mut self, board: &Board, id: &AccountId, now: &Now) {
        let alerts: Vec<&Alert> = board
            .alerts()
            .filter(|alert| alert.account == *id && alert.is_open(now.at))
            .map(|alert| &**alert)
            .collect();
        let old = self.held.remove(id);
        let new = board.get(id).and_then(|account| self.held(board, account, &alerts, now));
        exchange(&mut self.rows, old.as_ref().map(|(row, _)| row), new.as_ref().map(|(row, _)| row));
        self.held.extend(new.map(|held| (id.clone(), held)));
        self.look_ahead(board, now);
    }

    /// Only an empty queue says what comes next, and that takes a look at everybody.
    fn look_ahead(&mut self, board: &Board, now: &Now) {
        self.next = self.rows.is_empty().then(|| next_in_words(board, now, self.nearness));
    }

    /// What comes next, and when, while nobody needs a person.
    pub fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }

    /// Why `account` needs a person, and where that puts it; nothing when it needs nobody.
    fn held(&self, board: &Board, account: &Arc<Account>, alerts: &[&Alert], now: &Now) -> Option<Held> {
        let reasons = reasons(board, account, alerts, now, self.nearness);
        let first = reasons.first()?;
        let renewal = account.next_renewal(now.today()).map_or(i64::MAX, |date| now.days_until(date));
        Some((Row::new(first.rank().into(), renewal, account), reasons))
    }

    /// The rows, in order.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Where an account stands among the rows; nothing when it needs nobody.
    pub fn position(&self, id: &AccountId) -> Option<usize> {
        self.rows.binary_search(&self.held.get(id)?.0).ok()
    }

    /// Why an account needs a person, the most urgent first.
    pub fn reasons(&self, id: &AccountId) -> &[Reason] {
        self.held.get(id).map_or(&[], |(_, reasons)| reasons)
    }
}
