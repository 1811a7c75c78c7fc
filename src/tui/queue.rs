//! Who needs a person today, in the order they should be worked through, kept up to date account by account.

use std::collections::HashMap;
use std::sync::Arc;

use imbl::Vector;

use super::shelf::Row;
use crate::state::alert::Alert;
use crate::state::attention::{Nearness, Reason, reasons};
use crate::state::upcoming::next_in_words;
use crate::state::{Account, AccountId, Board, Now};

/// The accounts that need a person, most urgent first.
#[derive(Clone, Debug)]
pub struct Queue {
    nearness: Nearness,
    rows: Vector<Row>,
    held: HashMap<AccountId, (Row, Vec<Reason>)>,
    next: Option<String>,
}

impl Queue {
    /// Everyone on `board` who needs a person at `now`.
    pub fn new(board: &Board, now: &Now, nearness: Nearness) -> Self {
        let mut alerts: HashMap<&AccountId, Vec<&Alert>> = HashMap::new();
        for alert in board.alerts().filter(|alert| alert.is_open(now.at)) {
            alerts.entry(&alert.account).or_default().push(alert);
        }
        let mut queue = Self { nearness, rows: Vector::new(), held: HashMap::new(), next: None };
        let none = Vec::new();
        for account in board.accounts() {
            let alerts = alerts.get(&account.id).unwrap_or(&none);
            queue.hold(board, account, alerts, now);
        }
        let mut rows: Vec<Row> = queue.held.values().map(|(row, _)| row.clone()).collect();
        rows.sort_unstable();
        queue.rows = rows.into_iter().collect();
        queue.look_ahead(board, now);
        queue
    }

    /// Takes in how `id` stands on `board` now.
    pub fn follow(&mut self, board: &Board, id: &AccountId, now: &Now) {
        if let Some((row, _)) = self.held.remove(id)
            && let Ok(position) = self.rows.binary_search(&row)
        {
            self.rows.remove(position);
        }
        let alerts: Vec<&Alert> = board
            .alerts()
            .filter(|alert| alert.account == *id && alert.is_open(now.at))
            .map(|alert| &**alert)
            .collect();
        if let Some(account) = board.get(id) {
            self.hold(board, account, &alerts, now);
        }
        if let Some((row, _)) = self.held.get(id) {
            self.rows.insert_ord(row.clone());
        }
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

    fn hold(&mut self, board: &Board, account: &Arc<Account>, alerts: &[&Alert], now: &Now) {
        let reasons = reasons(board, account, alerts, now, self.nearness);
        let Some(first) = reasons.first() else { return };
        let renewal = account.next_renewal(now.today()).map_or(i64::MAX, |date| now.days_until(date));
        let row = Row::new(first.rank().into(), renewal, account);
        self.held.insert(account.id.clone(), (row, reasons));
    }

    /// The rows, in order.
    pub fn rows(&self) -> &Vector<Row> {
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
