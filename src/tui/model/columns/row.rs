//! Where an account stands among others.

use std::cmp::Ordering;
use std::ops::Deref;
use std::sync::Arc;

use crate::state::{Account, AccountId, Money};
use crate::text;
use crate::tui::model::columns::ColumnId;

/// An account's place in a sorted list. It stands in several, so a copy of it is only another pointer.
#[derive(Clone, Debug)]
pub struct Row(Arc<RowData>);

/// What a row says.
#[derive(Clone, Debug)]
pub struct RowData {
    /// Two numbers to sort by, and the first letters of the name.
    key: (i64, i64, u128),
    pub id: AccountId,
    /// The account's name as it was.
    name: Arc<str>,
    /// The account's number and column and what it brings, which say nothing about the order.
    pub(super) number: u32,
    pub(super) column_id: Option<ColumnId>,
    pub(super) money: Option<Money>,
}

impl RowData {
    pub(super) fn new(group: i64, rank: i64, account: &Arc<Account>) -> Self {
        let key = (group, rank, beginning(account.name()));
        Self {
            key,
            id: account.id.clone(),
            name: account.shared_name().clone(),
            number: 0,
            column_id: None,
            money: None,
        }
    }

    /// The first of the numbers it is sorted by.
    pub(in crate::tui) fn group(&self) -> i64 {
        self.key.0
    }

    /// By numbers, then by name, then by id.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        let names = || {
            let (name, other) = (&*self.name, &*other.name);
            if name.is_ascii() && other.is_ascii() {
                let [name, other] = [name, other].map(|name| name.bytes().map(|b| b.to_ascii_lowercase()));
                name.cmp(other)
            } else {
                text::folded(name).cmp(&text::folded(other))
            }
        };
        self.key.cmp(&other.key).then_with(names).then_with(|| self.id.cmp(&other.id))
    }
}

impl Row {
    /// A row sorted by two numbers, then by name.
    pub(in crate::tui) fn new(group: i64, rank: i64, account: &Arc<Account>) -> Self {
        RowData::new(group, rank, account).into()
    }

    /// The account's number: small, and its own for as long as the columns live.
    pub fn number(&self) -> usize {
        self.0.number as usize
    }
}

impl From<RowData> for Row {
    fn from(data: RowData) -> Self {
        Self(Arc::new(data))
    }
}

impl Deref for Row {
    type Target = RowData;

    fn deref(&self) -> &RowData {
        &self.0
    }
}

impl Ord for Row {
    fn cmp(&self, other: &Self) -> Ordering {
        if Arc::ptr_eq(&self.0, &other.0) { Ordering::Equal } else { self.order(other) }
    }
}

impl PartialOrd for Row {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Row {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Row {}

/// What became of an account's row.
#[derive(Clone, Debug)]
pub(in crate::tui) struct RowChange {
    pub(in crate::tui) old: Option<Row>,
    pub(in crate::tui) new: Option<Row>,
    /// Whether the filter lets the new row through.
    pub(in crate::tui) passes: bool,
}

impl RowChange {
    /// What `changes` mean for the rows that are `here`.
    pub(super) fn among(changes: &[Self], here: impl Fn(&Row) -> bool) -> Vec<Self> {
        let is_here = |row: &Option<Row>| row.as_ref().is_some_and(&here);
        let here = changes.iter().filter(|change| is_here(&change.old) || is_here(&change.new));
        here.map(|change| Self {
            old: change.old.clone().filter(|_| is_here(&change.old)),
            new: change.new.clone().filter(|_| is_here(&change.new)),
            passes: change.passes,
        })
        .collect()
    }
}

/// More changes than this are made in one pass over the rows; fewer each in its place.
const FEW: usize = 8;

/// Takes the old rows of `changes` out of ordered rows and puts the new ones in.
pub(in crate::tui) fn exchange(rows: &mut Vec<Row>, changes: &[RowChange]) {
    exchange_all(rows, changes, |change| change.new.as_ref());
}

/// The same for rows of which only those are shown that the filter lets through.
pub(in crate::tui) fn exchange_shown(rows: &mut Vec<Row>, changes: &[RowChange]) {
    exchange_all(rows, changes, |change| change.new.as_ref().filter(|_| change.passes));
}

fn exchange_all(rows: &mut Vec<Row>, changes: &[RowChange], new: impl Fn(&RowChange) -> Option<&Row>) {
    if changes.len() <= FEW {
        for change in changes {
            exchange_one(rows, change.old.as_ref(), new(change));
        }
        return;
    }
    let place = |change: &RowChange| rows.binary_search(change.old.as_ref()?).ok();
    let mut gone: Vec<usize> = changes.iter().filter_map(place).collect();
    gone.sort_unstable();
    let mut gone = gone.into_iter().peekable();
    let mut at = 0;
    rows.retain(|_| {
        let is_gone = gone.next_if_eq(&at).is_some();
        at += 1;
        !is_gone
    });

    let mut new: Vec<&Row> = changes.iter().filter_map(new).collect();
    new.sort_unstable();
    let places: Vec<usize> = new.iter().map(|new| rows.partition_point(|row| row < *new)).collect();
    let mut merged = Vec::with_capacity(rows.len() + new.len());
    let mut others = rows.drain(..);
    for (at, (new, place)) in new.into_iter().zip(places).enumerate() {
        // So many of the new ones stand before it.
        merged.extend(others.by_ref().take(at + place - merged.len()));
        merged.push(new.clone());
    }
    merged.extend(others);
    *rows = merged;
}

/// Puts further ordered rows, none of which is there yet, among ordered `rows`.
pub(super) fn merge(rows: &mut Vec<Row>, more: Vec<Row>) {
    let mut before = std::mem::take(rows).into_iter().peekable();
    rows.reserve(before.len() + more.len());
    for row in more {
        while let Some(earlier) = before.next_if(|other| *other < row) {
            rows.push(earlier);
        }
        rows.push(row);
    }
    rows.extend(before);
}

/// Takes `old` out of ordered rows and puts `new` in. Only what stands between the two is touched, and most changes
/// leave an account where it is.
fn exchange_one(rows: &mut Vec<Row>, old: Option<&Row>, new: Option<&Row>) {
    let from = old.and_then(|old| rows.binary_search(old).ok());
    match (from, new) {
        (Some(from), Some(new)) => {
            let before = rows[..from].partition_point(|row| row < new);
            let after = rows[from + 1..].partition_point(|row| row < new);
            rows[from] = new.clone();
            if after > 0 {
                rows[from..=from + after].rotate_left(1);
            } else {
                rows[before..=from].rotate_right(1);
            }
        }
        (Some(from), None) => _ = rows.remove(from),
        (None, Some(new)) => rows.insert(rows.partition_point(|row| row < new), new.clone()),
        (None, None) => {}
    }
}

/// The first letters of a name, folded, as a number of the same order, so that sorting seldom has to look further.
fn beginning(name: &str) -> u128 {
    let mut bytes = [0; 16];
    let mut fill = |name: &str| {
        let length = name.len().min(bytes.len());
        bytes[..length].copy_from_slice(&name.as_bytes()[..length]);
    };
    if name.is_ascii() {
        fill(name);
        bytes.make_ascii_lowercase();
    } else {
        fill(&text::folded(name));
    }
    u128::from_be_bytes(bytes)
}
