//! The log as the screen Activity shows it: read from the store piece by piece, as far as one looks.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::query::EntryQuery;
use crate::state::{AccountId, Actor, Entry, Seq};

/// How many entries are read at once to be shown: more than a screen has lines.
pub const PAGE: usize = 64;

/// How many entries are read at once to be searched: few enough that a command which waits for them does not notice.
pub const SEARCHED: usize = 256;

/// How many rows are kept before and after those in view.
const KEPT: usize = 128;

/// The entries, newest first. Only those in view are at hand.
#[derive(Clone, Debug)]
pub struct Activity {
    /// The newest entry.
    pub last: Seq,
    /// What others did after this entry is news.
    pub looked: Seq,
    pub narrowed: Option<NarrowedActivity>,
    /// Whether the oldest one is gone to, which may have to be found first.
    pub to_end: bool,
    rows: BTreeMap<Seq, Arc<ActivityRow>>,
}

/// The entries that a query means, as far as they are found.
#[derive(Clone, Debug)]
pub struct NarrowedActivity {
    /// The query as it was typed.
    pub text: String,
    pub query: EntryQuery,
    /// Newest first.
    pub found: Vec<Seq>,
    /// The entry to search next; 0 when all are searched.
    pub next: Seq,
}

/// An entry as Activity shows it.
#[derive(Clone, Debug)]
pub struct ActivityRow {
    pub seq: Seq,
    pub at: DateTime<Utc>,
    pub by: Actor,
    /// Whether there is anything to take back.
    pub changes_something: bool,
    pub is_way_back: bool,
    /// What it did, in a sentence.
    pub what: String,
    /// The playbooks that ran.
    pub playbooks: String,
    /// The accounts it is about.
    pub accounts: Vec<AccountId>,
    /// Who did it, when, and by which command.
    pub who: String,
    pub command: Arc<str>,
    /// What else there is to say, and what happened to each of the first accounts.
    pub details: Vec<String>,
    /// Whether that says all that `what` does.
    pub is_told: bool,
    /// The entry itself, unless it is too large to be kept.
    pub entry: Option<Arc<Entry>>,
}

impl Activity {
    pub fn new(last: Seq, looked: Seq) -> Self {
        Self { last, looked, narrowed: None, to_end: false, rows: BTreeMap::new() }
    }

    pub fn len(&self) -> usize {
        match &self.narrowed {
            Some(narrowed) => narrowed.found.len(),
            None => usize::try_from(self.last).unwrap_or(usize::MAX),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of the entry in `row`.
    pub fn seq(&self, row: usize) -> Option<Seq> {
        match &self.narrowed {
            Some(narrowed) => narrowed.found.get(row).copied(),
            None => self.last.checked_sub(row as Seq).filter(|seq| *seq > 0),
        }
    }

    /// The row of entry `seq`, or of the one before it.
    pub fn position(&self, seq: Seq) -> usize {
        match &self.narrowed {
            Some(narrowed) => narrowed.found.partition_point(|found| *found > seq),
            None => usize::try_from(self.last.saturating_sub(seq)).unwrap_or(usize::MAX),
        }
    }

    /// What is known of the entry in `row`; nothing while it is being read.
    pub fn row(&self, row: usize) -> Option<&Arc<ActivityRow>> {
        self.rows.get(&self.seq(row)?)
    }

    pub fn keep(&mut self, row: ActivityRow) {
        self.rows.insert(row.seq, Arc::new(row));
    }

    /// Forgets rows that lie far from `in_view`.
    pub fn forget_others(&mut self, in_view: &Range<usize>) {
        if self.rows.len() <= in_view.len() + 2 * KEPT + PAGE {
            return;
        }
        let around = in_view.start.saturating_sub(KEPT)..in_view.end + KEPT;
        let near: BTreeMap<_, _> =
            around.filter_map(|row| Some((self.seq(row)?, self.row(row)?.clone()))).collect();
        self.rows = near;
    }

    /// What to read next, where the rows `in_view` are to be seen: the newest of so many entries.
    pub fn wanted(&self, in_view: &Range<usize>) -> Option<(Seq, usize)> {
        let missing =
            in_view.clone().filter_map(|row| self.seq(row)).find(|seq| !self.rows.contains_key(seq));
        match &self.narrowed {
            None => Some((missing?, PAGE)),
            Some(narrowed) => {
                let is_enough = narrowed.found.len() > in_view.end + in_view.len() && !self.to_end;
                let next = Some((narrowed.next, SEARCHED)).filter(|(next, _)| *next > 0 && !is_enough);
                missing.map(|seq| (seq, 1)).or(next)
            }
        }
    }
}
