//! What an import did, or would do, counted for people.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use super::attention::gone_by_file;
use super::reason::Reason;
use super::unmatched;
use crate::casefold::folded;
use crate::state::board::Board;
use crate::state::board::archive::refs;
use crate::state::command::{AccountFacts, PossibleDuplicate};
use crate::state::decide::import::{differs, one_each};
use crate::state::event::{Change, Entry, Event};
use crate::state::query::lookup::AccountLookup;
use crate::state::values::account::AccountId;
use crate::state::values::account_ref::AccountRef;
use crate::state::values::fact::{Fact, FactKey, FactValue};
use crate::state::values::finding::FindingKind;
use crate::state::values::pipeline::StageId;
use crate::state::values::time::Now;

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
    /// Open accounts that are not in this whole export.
    pub left: Vec<AccountId>,
    /// Accounts that had left, and are in it again.
    pub returned: Vec<AccountId>,
    /// Accounts that churned or were onboarded, of which it has news.
    pub back_again: Vec<AccountId>,
    /// Open cards of which it says that they churned, or that others look after them, each with the reason in Today.
    pub gone: Vec<(AccountId, Reason)>,
    /// How many facts were cleared, because their cells are blank.
    pub cleared: usize,
    /// New accounts whose external id may only have changed: see [`possible_duplicates`].
    pub possible_duplicates: Vec<PossibleDuplicate>,
    /// How many signals that waited were recorded on the accounts they name.
    pub recorded: usize,
    /// How many signals still wait, and name one account now.
    pub found: usize,
    /// Owners in the file whom no account had before, each once.
    pub new_owners: Vec<Arc<str>>,
}

impl ImportOutcome {
    /// Counts what `entry` made of `rows`, which were imported over `before`.
    pub fn of(
        before: &Board,
        rows: &[AccountFacts],
        take_stages: bool,
        entry: Option<&Entry>,
        now: &Now,
    ) -> Self {
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
        // Folding a large entry once more takes as long as the import, and hardly ever does a signal wait.
        let found = entry.filter(|_| before.unmatched().next().is_some()).map_or(0, |entry| {
            let mut after = before.clone();
            after.apply(entry.clone().into());
            unmatched::found(before, &after).len()
        });
        let is_taken_in = |event: &&Event| matches!(event, Event::UnmatchedChanged { to: None, .. });
        let (mut left, mut returned, mut back_again) = (Vec::new(), Vec::new(), Vec::new());
        for event in events {
            if let Event::Account { account, change: Change::FindingChanged { finding, to, .. } } = event {
                let named = match (finding, to) {
                    (FindingKind::LeftExport, Some(_)) => &mut left,
                    (FindingKind::LeftExport, None) => &mut returned,
                    (FindingKind::BackAgain, _) => &mut back_again,
                    (FindingKind::PossibleDuplicate | FindingKind::MailBounced, _) => continue,
                };
                named.push(account.clone());
            }
        }
        let cleared = events.iter().filter_map(|event| match event.change() {
            Some(Change::FactsRestored { to, .. }) => Some(to.values().filter(|fact| fact.is_none()).count()),
            _ => None,
        });
        let cleared = cleared.sum();
        let recorded = events.iter().filter(is_taken_in).count();
        let new_owners = new_owners(before, rows);
        let mut outcome = Self {
            entered: entered.len(),
            left,
            returned,
            back_again,
            gone: entry.map_or_else(Vec::new, |entry| gone(before, entry, now)),
            cleared,
            recorded,
            found,
            new_owners,
            ..Self::default()
        };
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

/// The open cards that `entry` did not move, of which it says that they are gone, and which were not before.
fn gone(before: &Board, entry: &Entry, now: &Now) -> Vec<(AccountId, Reason)> {
    const SAYS: [FactKey; 3] = [FactKey::Churned, FactKey::CsmContact, FactKey::SalesContact];
    let moved: BTreeSet<&AccountId> =
        entry.events.iter().filter(|event| event.is_move()).filter_map(Event::account).collect();
    let told = entry.events.iter().filter_map(|event| match event {
        Event::Account { account, change: Change::FactsUpdated { source, facts, .. } }
            if SAYS.iter().any(|key| facts.contains_key(key)) && !moved.contains(account) =>
        {
            Some((before.get(account)?, source, facts))
        }
        _ => None,
    });
    let gone = told.filter_map(|(account, source, facts)| {
        if gone_by_file(before, account, now).is_some() {
            return None;
        }
        let mut after = (**account).clone();
        let known = Arc::make_mut(&mut after.facts);
        for (key, value) in facts.iter() {
            known.insert(key.clone(), Fact { value: value.clone(), source: source.clone(), at: entry.at });
        }
        Some((account.id.clone(), gone_by_file(before, &after, now)?))
    });
    gone.collect()
}

/// The new accounts in `rows` whose external id may only have changed.
pub fn possible_duplicates(before: &Board, rows: &[AccountFacts]) -> Vec<PossibleDuplicate> {
    before.expect_look_ups(rows.iter().map(|row| &row.id));
    if rows.iter().all(|row| before.find(&row.id).is_some()) || before.is_empty() {
        return Vec::new();
    }
    let lookup = AccountLookup::of(before);
    let in_file: BTreeSet<&AccountId> = rows.iter().map(|row| &row.id).collect();
    let duplicate = |row: &AccountFacts| {
        names(row).into_iter().find_map(|(by, same)| match &lookup.candidates(before, &same)[..] {
            [known] if !in_file.contains(known) => {
                Some(PossibleDuplicate { id: row.id.clone(), known: known.clone(), same, by })
            }
            _ => None,
        })
    };
    rows.iter().filter(|row| before.find(&row.id).is_none()).filter_map(duplicate).collect()
}

/// What a row says that another account may have, too, and in which fact: ids in other systems, then addresses, then
/// domains.
fn names(row: &AccountFacts) -> Vec<(FactKey, AccountRef)> {
    let of_fact = |(key, value)| refs(key, value).into_iter().map(|name| (FactKey::clone(key), name));
    let mut names: Vec<_> = row.facts.iter().flat_map(of_fact).collect();
    // A contact without an address is a name, which several people may have.
    names.retain(|(_, named)| !matches!(named, AccountRef::Email(text) if !text.contains('@')));
    names.sort_by_key(|(_, named)| match named {
        AccountRef::Id(_) | AccountRef::Other(..) => 0,
        AccountRef::Email(_) => 1,
        AccountRef::Domain(_) => 2,
        AccountRef::AnyOf(_) => 3,
    });
    names
}

/// The owners in `rows` whom no account has on `before`, in any case of letters.
fn new_owners(before: &Board, rows: &[AccountFacts]) -> Vec<Arc<str>> {
    let mut owners = BTreeMap::new();
    for row in rows {
        if let Some(FactValue::Text(owner)) = row.facts.get(&FactKey::Specialist) {
            owners.entry(folded(owner)).or_insert_with(|| owner.clone());
        }
    }
    if !owners.is_empty() {
        for account in before.accounts() {
            let known = account.owner().into_iter().chain(account.text(&FactKey::Specialist));
            known.for_each(|known| _ = owners.remove(&folded(known)));
        }
    }
    owners.into_values().collect()
}
