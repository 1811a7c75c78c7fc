//! Who needs a person today, in the order they should be worked through, kept up to date account by account.

use std::collections::HashMap;

use imbl::Vector;

use super::shelf::Row;
use crate::state::alert::Alert;
use crate::state::attention::{Nearness, Reason, reasons};
use crate::state::{AccountId, Board, Now};

/// The accounts that need a person, most urgent first.
#[derive(Clone, Debug)]
pub struct Queue {
    nearness: Nearness,
    rows: Vector<Row>,
    held: HashMap<AccountId, (Row, Vec<Reason>)>,
}

impl Queue {
    /// Everyone on `board` who needs a person at `now`.
    pub fn new(board: &Board, now: &Now, nearness: Nearness) -> Self {
        let mut alerts: HashMap<&AccountId, Vec<&Alert>> = HashMap::new();
        for alert in board.alerts().filter(|alert| alert.is_open(now.at)) {
            alerts.entry(&alert.account).or_default().push(alert);
        }
        let mut queue = Self { nearness, rows: Vector::new(), held: HashMap::new() };
        let none = Vec::new();
        for account in board.accounts() {
            let alerts = alerts.get(&account.id).unwrap_or(&none);
            queue.hold(board, &account.id, alerts, now);
        }
        let mut rows: Vec<Row> = queue.held.values().map(|(row, _)| row.clone()).collect();
        rows.sort_unstable();
        queue.rows = rows.into_iter().collect();
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
        self.hold(board, id, &alerts, now);
        if let Some((row, _)) = self.held.get(id) {
            self.rows.insert_ord(row.clone());
        }
    }

    fn hold(&mut self, board: &Board, id: &AccountId, alerts: &[&Alert], now: &Now) {
        let Some(account) = board.get(id) else { return };
        let reasons = reasons(board, account, alerts, now, self.nearness);
        let Some(first) = reasons.first() else { return };
        let renewal = account.next_renewal(now.today()).map_or(i64::MAX, |date| now.days_until(date));
        let row = Row::new(first.rank().into(), renewal, account.name(), id);
        self.held.insert(id.clone(), (row, reasons));
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
