//! What an import did, or would do, counted for people.

use std::collections::BTreeSet;

use serde::Serialize;

use super::unmatched;
use crate::state::board::Board;
use crate::state::command::AccountFacts;
use crate::state::decide::import::{differs, one_each};
use crate::state::event::{Change, Entry, Event};
use crate::state::values::account::AccountId;
use crate::state::values::pipeline::StageId;
use crate::state::values::signal::SignalId;

/// A stage in a file that is not the one on the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StageDifference {
    /// The account's external id.
    pub id: AccountId,
    /// Its stage on the board; nothing off the board.
    pub board: Option<StageId>,
    /// The stage in the file: its id, or the label as written when nobody knows it.
    pub file: StageId,
}

/// What an import did, or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportOutcome {
    /// Accounts nobody knew before.
    pub new: usize,
    /// Known accounts of which something changed.
    pub updated: usize,
    /// Known accounts of which nothing changed.
    pub unchanged: usize,
    /// Accounts that came onto the board.
    pub entered: usize,
    /// Where board and file disagree about the stage, and the board's was kept.
    pub stage_differences: Vec<StageDifference>,
    /// Labels no stage answers to, each once.
    pub unmapped: Vec<String>,
    /// Signals that waited for an account, and name one now.
    pub found: Vec<SignalId>,
}

impl ImportOutcome {
    /// Counts what `entry` made of `rows`, which were imported over `before`.
    pub fn of(before: &Board, rows: &[AccountFacts], take_stages: bool, entry: Option<&Entry>) -> Self {
        let events = entry.map_or(&[][..], |entry| &entry.events);
        let touched: BTreeSet<&AccountId> = events.iter().filter_map(Event::account).collect();
        let entered: BTreeSet<&AccountId> = events
            .iter()
            .filter_map(|event| match event {
                Event::Account { account, change: Change::Moved { from: None, to: Some(_), .. } } => {
                    Some(account)
                }
                _ => None,
            })
            .collect();
        let found = entry.map_or_else(Vec::new, |entry| unmatched::found_by(before, entry));
        let mut outcome = Self { entered: entered.len(), found, ..Self::default() };
        let mut unmapped = BTreeSet::new();
        for row in &*one_each(before, rows) {
            let known = before.get(&row.id);
            match known {
                None => outcome.new += 1,
                Some(_) if touched.contains(&row.id) => outcome.updated += 1,
                Some(_) => outcome.unchanged += 1,
            }
            let Some(label) = &row.stage else { continue };
            let says = before.pipeline().resolve(label);
            if says.is_none() {
                unmapped.insert(label.to_string());
            }
            if let Some(account) = known.filter(|account| !take_stages && differs(before, account, label)) {
                outcome.stage_differences.push(StageDifference {
                    id: row.id.clone(),
                    board: account.placement.as_ref().map(|place| place.stage.clone()),
                    file: says.map_or_else(|| StageId::new(label), |stage| stage.id.clone()),
                });
            }
        }
        outcome.unmapped = unmapped.into_iter().collect();
        outcome
    }
}
