//! What is said of a damaged store.

use std::fmt;

use serde::Serialize;

use crate::state::{AccountId, Seq};

/// What is damaged, what is kept of it, and what is lost.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DamageReport {
    /// Where, and what is wrong there, in order.
    pub places: Vec<DamagedPlace>,
    /// How many entries are whole.
    pub kept: u64,
    /// The entries whose numbers change.
    pub renumbered: Vec<NewNumber>,
    /// The marks that stand for lost entries.
    pub lost: Vec<LostEntries>,
    /// The entry up to which a snapshot knows what lost entries did.
    pub snapshot: Option<Seq>,
    /// The accounts that are as that snapshot has them.
    pub restored: Vec<AccountId>,
}

/// A line of a journal that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DamagedPlace {
    /// Counted from one.
    pub line: usize,
    /// What is wrong with it, as a clause.
    pub problem: String,
}

/// An entry that gets another number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct NewNumber {
    pub from: Seq,
    pub to: Seq,
}

/// Entries that are lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LostEntries {
    /// The number of the mark that stands for them.
    pub seq: Seq,
    /// How many; nothing where nothing tells.
    pub count: Option<u64>,
    /// What they may have changed, as far as anything tells.
    pub accounts: Vec<AccountId>,
}

impl DamagedPlace {
    pub(super) fn new(line: usize, problem: String) -> Self {
        Self { line, problem }
    }
}

impl fmt::Display for DamagedPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.problem)
    }
}
