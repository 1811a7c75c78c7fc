//! A way through a sorted list, in steps.

use super::row::Row;

/// How far somebody has gone through a list of rows, of which some may come and go between two steps.
///
/// Whoever walks has to look by themselves at rows that changed meanwhile: one that went to another place may be met
/// twice, or never.
#[derive(Clone, Debug, Default)]
pub struct Walk {
    last: Option<Row>,
    is_over: bool,
}

impl Walk {
    /// Whether the end was reached.
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    /// The next `count` of `rows`, which are sorted as they were at the last step.
    pub fn step<'a>(&mut self, rows: &'a [Row], count: usize) -> &'a [Row] {
        let start = self.last.as_ref().map_or(0, |last| rows.partition_point(|row| row <= last));
        let end = start.saturating_add(count).min(rows.len());
        let next = &rows[start..end];
        if let Some(last) = next.last() {
            self.last = Some(last.clone());
        }
        self.is_over = end == rows.len();
        next
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::state::{Account, AccountId};

    fn row(rank: i64) -> Row {
        Row::new(0, rank, &Arc::new(Account::new(AccountId::new(&format!("A-{rank}")))))
    }

    fn ranks(rows: &[Row]) -> Vec<String> {
        rows.iter().map(|row| row.id.to_string()).collect()
    }

    #[test]
    fn it_goes_on_where_it_was_though_rows_come_and_go() {
        let mut rows: Vec<Row> = (0..6).map(|rank| row(rank * 10)).collect();
        let mut walk = Walk::default();
        assert_eq!(ranks(walk.step(&rows, 2)), ["A-0", "A-10"]);
        rows.remove(1);
        rows.insert(0, row(-5));
        rows.insert(3, row(25));
        assert_eq!(ranks(walk.step(&rows, 2)), ["A-20", "A-25"]);
        assert!(!walk.is_over());
        assert_eq!(ranks(walk.step(&rows, usize::MAX)), ["A-30", "A-40", "A-50"]);
        assert!(walk.is_over());
    }

    #[test]
    fn an_empty_list_is_over_at_the_first_step() {
        let mut walk = Walk::default();
        assert!(walk.step(&[], 5).is_empty());
        assert!(walk.is_over());
    }
}
