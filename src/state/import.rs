//! Taking in what a file knows: what changes, and what is only reported.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::account::{Account, AccountId, Place};
use super::board::Board;
use super::care;
use super::command::AccountFacts;
use super::decide::place;
use super::event::{Cause, Entry, Event};
use super::fact::{FactKey, FactValue, Source};
use super::inbox;
use super::pipeline::StageId;
use super::signal::SignalId;

/// What `rows` change on `board`. A known account keeps its stage, unless `take_stages` says the file knows better.
pub(super) fn decide(
    board: &Board,
    source: &Source,
    rows: &[AccountFacts],
    take_stages: bool,
    now: DateTime<Utc>,
) -> Vec<Event> {
    let mut events = Vec::new();
    for row in &*one_each(rows) {
        let known = board.get(&row.id).map(|account| &**account);
        let bare = Account::new(row.id.clone());
        let account = known.unwrap_or(&bare);
        if known.is_none() {
            events.push(Event::Added { account: row.id.clone() });
        }
        learn(board, account, source, row, &mut events);
        if let Some(label) = row.stage.as_ref().filter(|_| known.is_none() || take_stages) {
            settle(board, account, label, now, &mut events);
        }
    }
    events
}

/// `rows` with one per account: of several about the same, what a later one states wins.
fn one_each(rows: &[AccountFacts]) -> Cow<'_, [AccountFacts]> {
    let mut places = HashMap::with_capacity(rows.len());
    if rows.iter().enumerate().all(|(at, row)| places.insert(&row.id, at).is_none()) {
        return Cow::Borrowed(rows);
    }
    places.clear();
    let mut each: Vec<AccountFacts> = Vec::with_capacity(rows.len());
    for row in rows {
        let at = *places.entry(&row.id).or_insert(each.len());
        let Some(known) = each.get_mut(at) else {
            each.push(row.clone());
            continue;
        };
        known.facts.extend(row.facts.clone());
        known.stage = row.stage.clone().or(known.stage.take());
        known.segments.extend(row.segments.iter().cloned());
    }
    Cow::Owned(each)
}

fn learn(board: &Board, account: &Account, source: &Source, row: &AccountFacts, events: &mut Vec<Event>) {
    let mut stated = row.facts.clone();
    if let Some(label) = &row.stage {
        stated.insert(FactKey::StageLabel, FactValue::Text(label.clone()));
    }
    let facts: BTreeMap<_, _> =
        stated.into_iter().filter(|(key, value)| account.fact(key) != Some(value)).collect();
    if !facts.is_empty() {
        let known = facts.keys().filter_map(|key| Some((key.clone(), account.facts.get(key)?.clone())));
        let was = known.collect();
        let alerts = care::follow_facts(board, account, &facts);
        events.push(Event::Learned {
            account: account.id.clone(),
            source: source.clone(),
            at: None,
            facts,
            was,
        });
        events.extend(alerts);
    }
    let joins: BTreeSet<_> =
        row.segments.iter().filter(|segment| !account.segments.contains(*segment)).collect();
    events.extend(joins.into_iter().map(|segment| Event::Joined {
        account: account.id.clone(),
        segment: segment.clone(),
        cause: Cause::Import,
    }));
}

/// Puts `account` where `label` says; a label nobody knows becomes its place in the `Unmapped` column.
fn settle(board: &Board, account: &Account, label: &str, now: DateTime<Utc>, events: &mut Vec<Event>) {
    if !differs(board, account, label) {
        return;
    }
    match board.pipeline().resolve(label) {
        Some(stage) => events.extend(place(account, stage, &Cause::Import, None, now)),
        None => events.push(Event::Moved {
            account: account.id.clone(),
            from: account.place.clone(),
            to: Some(Place { stage: StageId::new(label), since: now }),
            cause: Cause::Import,
            reason: None,
        }),
    }
}

fn differs(board: &Board, account: &Account, label: &str) -> bool {
    let pipeline = board.pipeline();
    match &account.place {
        None => true,
        Some(place) => match (pipeline.stage(&place.stage), pipeline.resolve(label)) {
            (Some(stands), Some(says)) => stands.id != says.id,
            (None, None) => place.stage.as_str() != label,
            (Some(_), None) | (None, Some(_)) => true,
        },
    }
}

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
pub struct Outcome {
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

impl Outcome {
    /// Counts what `entry` made of `rows`, which were imported over `before`.
    pub fn of(before: &Board, rows: &[AccountFacts], take_stages: bool, entry: Option<&Entry>) -> Self {
        let events = entry.map_or(&[][..], |entry| &entry.events);
        let touched: BTreeSet<&AccountId> = events.iter().filter_map(Event::account).collect();
        let entered: BTreeSet<&AccountId> = events
            .iter()
            .filter_map(|event| match event {
                Event::Moved { account, from: None, to: Some(_), .. } => Some(account),
                _ => None,
            })
            .collect();
        let found = entry.map_or_else(Vec::new, |entry| inbox::found_by(before, entry));
        let mut outcome = Self { entered: entered.len(), found, ..Self::default() };
        let mut unmapped = BTreeSet::new();
        for row in &*one_each(rows) {
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
                    board: account.place.as_ref().map(|place| place.stage.clone()),
                    file: says.map_or_else(|| StageId::new(label), |stage| stage.id.clone()),
                });
            }
        }
        outcome.unmapped = unmapped.into_iter().collect();
        outcome
    }
}

/// A row that states nothing but an id, for building one up.
impl AccountFacts {
    /// Nothing but the id.
    pub fn new(id: &str) -> Self {
        Self { id: AccountId::new(id), facts: BTreeMap::new(), stage: None, segments: Vec::new() }
    }

    /// With one more fact.
    #[must_use]
    pub fn with(mut self, key: FactKey, value: FactValue) -> Self {
        self.facts.insert(key, value);
        self
    }

    /// With one more fact that is a text.
    #[must_use]
    pub fn text(self, key: FactKey, text: &str) -> Self {
        self.with(key, FactValue::Text(Arc::from(text)))
    }

    /// In a stage.
    #[must_use]
    pub fn in_stage(mut self, label: &str) -> Self {
        self.stage = Some(label.into());
        self
    }
}
