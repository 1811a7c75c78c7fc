//! Imports: what the rows of a file change.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{back_again, update_facts};
use crate::state::board::Board;
use crate::state::command::{AccountFacts, PossibleDuplicate};
use crate::state::decide::placement::place;
use crate::state::event::{Change, Event};
use crate::state::values::account::{Account, AccountId, Placement, Segment};
use crate::state::values::actor::Cause;
use crate::state::values::by_fact::FactValues;
use crate::state::values::fact::{FactKey, FactValue, Source};
use crate::state::values::finding::{Finding, FindingData, FindingKind};
use crate::state::values::pipeline::StageId;

/// The events of importing `rows`. A known account keeps its stage unless `take_stages` is set.
pub(super) fn import(
    board: &Board,
    source: &Source,
    rows: &[AccountFacts],
    take_stages: bool,
    now: DateTime<Utc>,
) -> Vec<Event> {
    board.expect_look_ups(rows.iter().map(|row| &row.id));
    let mut events = Vec::new();
    for row in &*one_each(board, rows) {
        let known = board.get(&row.id).map(|account| &**account);
        let bare = Account::new(row.id.clone());
        let account = known.unwrap_or(&bare);
        if known.is_none() {
            events.push(Change::Added.on(&row.id));
        }
        let facts = news(account, row);
        events.extend(back_again::by_facts(board, account, &facts, now));
        events.extend(update_facts(board, account, source, row.at.filter(|at| *at <= now), facts));
        events.extend(clear(board, account, &row.cleared, now));
        let joins: BTreeSet<_> = row.segments.iter().collect();
        let is_news = |segment: &&Segment| {
            !account.segments.contains(*segment) && !account.left_segments.contains(*segment)
        };
        for segment in joins.into_iter().filter(is_news) {
            let (segment, cause) = (segment.clone(), Cause::Import);
            let joined = Change::SegmentJoined { segment, cause, kept_out: false };
            events.push(joined.on(&account.id));
        }
        let stamped = stamps(account, row, now, &mut events);
        if let Some(label) = row.stage.as_ref().filter(|_| known.is_none() || take_stages) {
            let since = since(board, row, label).filter(|since| *since <= now).unwrap_or(now);
            events.extend(place_by_label(board, &stamped, label, since));
        }
        if let Some(risk) = row.risk.as_ref().filter(|risk| known.is_none() && **risk != account.risk) {
            events.push(Change::RiskChanged { from: account.risk.clone(), to: risk.clone() }.on(&account.id));
        }
    }
    events
}

/// What `row` says of `account` that is not known. Mostly nothing, when the same file comes again.
fn news(account: &Account, row: &AccountFacts) -> FactValues {
    let label = row.stage.clone().map(FactValue::Text);
    let is_overruled = |key: &FactKey| label.is_some() && *key == FactKey::StageLabel;
    let said = row.facts.iter().filter(|(key, _)| !is_overruled(key));
    let said = said.chain(label.iter().map(|label| (&FactKey::StageLabel, label)));
    let is_older =
        |key: &FactKey| row.at.is_some_and(|at| account.facts.get(key).is_some_and(|known| known.at > at));
    let news = said.filter(|(key, value)| account.fact(key) != Some(value) && !is_older(key));
    news.map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// Forgets `keys`, of those that are known.
fn clear(board: &Board, account: &Account, keys: &BTreeSet<FactKey>, now: DateTime<Utc>) -> Vec<Event> {
    let known = keys.iter().filter_map(|key| Some((key, account.facts.get(key)?)));
    let from: BTreeMap<_, _> = known.map(|(key, fact)| (key.clone(), Some(fact.to_fact()))).collect();
    if from.is_empty() {
        return Vec::new();
    }
    let to = from.keys().map(|key| (key.clone(), None)).collect();
    let back = from.get(&FactKey::Churned).and_then(Option::as_ref);
    let back = back.and_then(|churned| back_again::no_longer_churned(board, account, churned, now));
    back.into_iter().chain([Change::FactsRestored { from, to }.on(&account.id)]).collect()
}

/// Notes when `account` first entered stages and buckets elsewhere, unless it entered them here; never a time to come.
fn stamps<'a>(
    account: &'a Account,
    row: &AccountFacts,
    now: DateTime<Utc>,
    events: &mut Vec<Event>,
) -> Cow<'a, Account> {
    let mut stamped = Cow::Borrowed(account);
    for (stamp, at) in &row.stamps {
        if *at <= now && !account.stamps.contains_key(stamp) {
            stamped.to_mut().stamps.insert(stamp.clone(), *at);
            events.push(Change::StampSet { stamp: stamp.clone(), at: *at }.on(&account.id));
        }
    }
    stamped
}

/// Since when an account is in the stage `label` elsewhere, as far as the row says.
fn since(board: &Board, row: &AccountFacts, label: &str) -> Option<DateTime<Utc>> {
    let stamp = || row.stamps.get(board.pipeline().resolve(label)?.id.as_str()).copied();
    row.since.or_else(stamp)
}

/// The events of comparing the board with the file `export`, which has the accounts `ids`.
///
/// An account that has left keeps the finding, dismissed or not, until a file has it again. So nobody is asked twice for
/// one time that it is missing.
pub(super) fn compare_export(
    board: &Board,
    export: &Source,
    ids: &BTreeSet<AccountId>,
    is_whole: bool,
    duplicates: &[PossibleDuplicate],
    now: DateTime<Utc>,
) -> Vec<Event> {
    let in_file: BTreeMap<&AccountId, &Arc<Account>> =
        ids.iter().filter_map(|id| board.find(id)).map(|account| (&account.id, account)).collect();
    // Only a whole export says something about accounts that it does not have.
    let others = is_whole.then(|| board.awake().filter(|account| !in_file.contains_key(&account.id)));
    let mut accounts: Vec<_> = in_file.values().copied().chain(others.into_iter().flatten()).collect();
    accounts.sort_by(|a, b| a.id.cmp(&b.id));
    let suspected = if is_whole { suspected(board, duplicates) } else { BTreeSet::new() };
    let mut events = Vec::new();
    for account in accounts {
        let known = account.findings.get(&FindingKind::LeftExport);
        let is_missing = !in_file.contains_key(&account.id);
        if known.is_some() && !is_missing {
            events.push(found(account, FindingKind::LeftExport, None));
        } else if known.is_none()
            && is_missing
            && is_expected(board, account)
            && !suspected.contains(&account.id)
        {
            let data = FindingData::LeftExport { export: export.clone() };
            events.push(found(account, data.kind(), Some(Finding { at: now, data, dismissed: false })));
        }
    }
    for duplicate in duplicates {
        let data = FindingData::PossibleDuplicate { of: duplicate.known.clone(), same: duplicate.by.clone() };
        // Both may have been merged, or forgotten, since somebody looked.
        if let (Some(account), Some(known)) = (board.get(&duplicate.id), board.find(&duplicate.known))
            && account.id != known.id
            && account.findings.get(&data.kind()).is_none_or(|finding| finding.data != data)
        {
            events.push(found(account, data.kind(), Some(Finding { at: now, data, dismissed: false })));
        }
    }
    events
}

/// The accounts that others may be the same as: they may be missing because their ids have changed.
fn suspected<'a>(board: &'a Board, duplicates: &'a [PossibleDuplicate]) -> BTreeSet<&'a AccountId> {
    let open = board.awake().filter_map(|account| {
        let finding = account.findings.get(&FindingKind::PossibleDuplicate).filter(|it| !it.dismissed)?;
        let FindingData::PossibleDuplicate { of, .. } = &finding.data else { return None };
        // Since they were merged, it is no question any more.
        board.find(of).is_some_and(|known| known.id != account.id).then_some(of)
    });
    let named = open.chain(duplicates.iter().map(|duplicate| &duplicate.known));
    named.filter_map(|id| Some(&board.find(id)?.id)).collect()
}

fn found(account: &Account, finding: FindingKind, to: Option<Finding>) -> Event {
    let from = account.findings.get(&finding).cloned();
    Change::FindingChanged { finding, from, to }.on(&account.id)
}

/// The events of a person's word that nothing is to be done about `finding` of `account`.
pub(super) fn dismiss(account: &Account, finding: FindingKind) -> Vec<Event> {
    let open = account.findings.get(&finding).filter(|found| !found.dismissed);
    let to = open.map(|open| Finding { dismissed: true, ..open.clone() });
    to.map(|to| found(account, finding, Some(to))).into_iter().collect()
}

/// Whether an export should have `account`: it is open, and came from a file.
fn is_expected(board: &Board, account: &Account) -> bool {
    board.is_open(account) && account.facts.values().any(|fact| fact.source.starts_with("import "))
}

/// `rows` with one row for each account, under the id it has now. Of several rows about one account, a later value
/// wins, and one under its own id over one under an id that was merged into it.
pub(in crate::state) fn one_each<'a>(board: &Board, rows: &'a [AccountFacts]) -> Cow<'a, [AccountFacts]> {
    let id_now = |row: &'a AccountFacts| board.id_now(&row.id).clone();
    let mut places = HashMap::with_capacity(rows.len());
    if rows.iter().enumerate().all(|(at, row)| {
        let id = id_now(row);
        id == row.id && places.insert(id, at).is_none()
    }) {
        return Cow::Borrowed(rows);
    }
    places.clear();
    let mut each: Vec<AccountFacts> = Vec::with_capacity(rows.len());
    for row in rows {
        let id = id_now(row);
        let is_merged = id != row.id;
        let at = *places.entry(id.clone()).or_insert(each.len());
        let row = AccountFacts { id, ..row.clone() };
        let Some(known) = each.get_mut(at) else {
            each.push(row);
            continue;
        };
        let before = std::mem::replace(known, row);
        let (old, new) = if is_merged { (known.clone(), before) } else { (before, known.clone()) };
        let stays = |(key, _): &(FactKey, FactValue)| !new.cleared.contains(key);
        let cleared = old.cleared.iter().filter(|key| !new.facts.contains_key(key)).cloned();
        known.cleared = cleared.chain(new.cleared.iter().cloned()).collect();
        known.facts = old.facts.into_iter().filter(stays).chain(new.facts).collect();
        known.stage = new.stage.or(old.stage);
        known.segments = old.segments.into_iter().chain(new.segments).collect();
        known.stamps = old.stamps.into_iter().chain(new.stamps).collect();
        known.since = new.since.or(old.since);
        known.risk = new.risk.or(old.risk);
    }
    Cow::Owned(each)
}

/// Places `account` in the stage named by `label`. An unknown label puts it into the `Unmapped` column.
fn place_by_label(board: &Board, account: &Account, label: &str, now: DateTime<Utc>) -> Vec<Event> {
    if !differs(board, account, label) {
        return Vec::new();
    }
    if let Some(stage) = board.pipeline().resolve(label) {
        return place(board.pipeline(), account, stage, &Cause::Import, None, now);
    }
    let to = Some(Placement { stage: StageId::new(label), since: now });
    let from = account.placement.clone();
    vec![Change::Moved { from, to, cause: Cause::Import, reason: None }.on(&account.id)]
}

pub(in crate::state) fn differs(board: &Board, account: &Account, label: &str) -> bool {
    let pipeline = board.pipeline();
    match &account.placement {
        None => true,
        Some(place) => match (pipeline.stage(&place.stage), pipeline.resolve(label)) {
            (Some(stands), Some(says)) => stands.id != says.id,
            (None, None) => place.stage.as_str() != label,
            (Some(_), None) | (None, Some(_)) => true,
        },
    }
}

impl AccountFacts {
    /// A row that states nothing but the id.
    pub fn new(id: &str) -> Self {
        Self {
            id: AccountId::new(id),
            facts: FactValues::default(),
            cleared: BTreeSet::new(),
            stage: None,
            segments: Vec::new(),
            stamps: BTreeMap::new(),
            since: None,
            risk: None,
            at: None,
        }
    }

    #[must_use]
    pub fn with(mut self, key: FactKey, value: FactValue) -> Self {
        self.facts.insert(key, value);
        self
    }

    #[must_use]
    pub fn text(self, key: FactKey, text: &str) -> Self {
        self.with(key, FactValue::Text(Arc::from(text)))
    }

    #[must_use]
    pub fn in_stage(mut self, label: &str) -> Self {
        self.stage = Some(label.into());
        self
    }
}
